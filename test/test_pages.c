/* Every page is drawn from an empty view, for that is what a handler's first mistake looks like, and a few from
 * full ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "html_gen.h"

#include <string.h>

enum { PUBLIC_PAGE_MAX = 100 * 1024 };

static struct buf out;
static struct page page = {.lang = "th",
                           .locale = LOCALE_TH,
                           .zone = "Asia/Bangkok",
                           .now = 1773642600000,
                           .title = "T",
                           .theme = "auto",
                           .csrf = "token",
                           .agent_name = "A <b>",
                           .agent_initials = "AB",
                           .agent_role = "agent"};

#define DRAW(template, type, ...)                                                                                  \
    do {                                                                                                           \
        const struct type view = {__VA_ARGS__};                                                                    \
        buf_reset(&out);                                                                                           \
        template(&out, &page, &view);                                                                              \
    } while (0)

#define EMPTY_PAGE(template, type)                                                                                 \
    do {                                                                                                           \
        DRAW(template, type, 0);                                                                                   \
        assert_non_null(strstr(out.at, "<html lang=\"th\" data-theme=\"auto\""));                                  \
        assert_non_null(strstr(out.at, "</html>"));                                                                \
        assert_null(strstr(out.at, "(null)"));                                                                     \
    } while (0)

#define HAS(text) assert_non_null(strstr(out.at, text))
#define HAS_NOT(text) assert_null(strstr(out.at, text))

static void pages_stand_empty_views(void **state) {
    EMPTY_PAGE(html_sign_in, sign_in_view);
    EMPTY_PAGE(html_sign_code, sign_in_code_view);
    EMPTY_PAGE(html_agent_inbox, inbox_view);
    EMPTY_PAGE(html_agent_new, new_conversation_view);
    EMPTY_PAGE(html_agent_error, agent_error_view);
    EMPTY_PAGE(html_customer_help, help_start_view);
    EMPTY_PAGE(html_customer_contact, contact_form_view);
    EMPTY_PAGE(html_customer_sent, contact_sent_view);
    EMPTY_PAGE(html_customer_case, case_view);
    EMPTY_PAGE(html_customer_error, error_view);
    EMPTY_PAGE(html_admin_agents, admin_agents_view);
    EMPTY_PAGE(html_admin_teams, admin_teams_view);
    EMPTY_PAGE(html_admin_inboxes, admin_inboxes_view);
    EMPTY_PAGE(html_admin_inbox, admin_inbox_view);
    EMPTY_PAGE(html_admin_tags, admin_tags_view);
    EMPTY_PAGE(html_admin_replies, admin_replies_view);
    EMPTY_PAGE(html_admin_log, admin_log_view);
    EMPTY_PAGE(html_admin_wizard, wizard_view);
    EMPTY_PAGE(html_admin_team, admin_team_view);
    EMPTY_PAGE(html_admin_tokens, admin_tokens_view);
    EMPTY_PAGE(html_admin_settings, admin_settings_view);
    EMPTY_PAGE(html_agent_account, account_view);
    EMPTY_PAGE(html_agent_second_step, second_step_view);
    EMPTY_PAGE(html_agent_spare_codes, spare_codes_view);
    EMPTY_PAGE(html_agent_contact_edit, contact_edit_view);
    EMPTY_PAGE(html_sign_welcome, welcome_view);
}

/* Customers read these on a phone: light, without scripts, and without the agents' words. */
static void public_pages_are_light(void **state) {
    DRAW(html_customer_contact, contact_form_view, .takes = true, .files_limit = "20 MB");
    assert_true(out.len < PUBLIC_PAGE_MAX);
    HAS_NOT("<script");
    DRAW(html_customer_case, case_view, .verified = true, .our_turn = true);
    assert_true(out.len < PUBLIC_PAGE_MAX);
    HAS_NOT("<script");
}

static void case_hides_history_until_verified(void **state) {
    static struct case_message one[] = {{.ours = true, .who = "Linh", .body = {"<p>secret</p>"}}};
    DRAW(html_customer_case, case_view, .verified = true, .messages = one, .messages_n = 1);
    HAS("secret");
    DRAW(html_customer_case, case_view, .verified = false, .messages = one, .messages_n = 1);
    HAS_NOT("secret");
}

static void what_was_typed_is_kept_and_escaped(void **state) {
    DRAW(html_customer_contact, contact_form_view, .takes = true,
         .message = {.value = "</textarea><script>x", .error = "E"});
    HAS("&lt;/textarea&gt;&lt;script&gt;x</textarea>");
    HAS("aria-invalid=\"true\" aria-describedby=\"message-hint message-error\"");
    DRAW(html_customer_contact, contact_form_view, .takes = true, .message = {.value = "y"});
    HAS_NOT("aria-invalid");
}

static void settings_are_shown_to_those_who_may(void **state) {
    DRAW(html_agent_inbox, inbox_view, 0);
    HAS_NOT("/admin/");
    HAS("A &lt;b&gt;");
    page.agent_role = "lead";
    DRAW(html_agent_inbox, inbox_view, 0);
    HAS("/admin/tags");
    HAS_NOT("/admin/agents");
    page.agent_role = "admin";
    DRAW(html_agent_inbox, inbox_view, 0);
    HAS("/admin/agents");
    page.agent_role = "agent";
}

/* A note must never look like a reply, and a bot never like a person. */
static void messages_say_who_wrote_and_who_reads(void **state) {
    DRAW(html_agent_message, message_view, .kind = "note", .by = "person", .who = "Linh");
    HAS("msg-note");
    HAS("#note");
    HAS_NOT("msg-out");
    DRAW(html_agent_message, message_view, .kind = "out", .by = "bot");
    HAS("#bot");
    HAS_NOT("#user");
    DRAW(html_agent_message, message_view, .kind = "out", .by = "person");
    HAS("#user");
    HAS_NOT("#bot");
}

static void failed_delivery_says_what_to_do(void **state) {
    DRAW(html_agent_message, message_view, .ref = "msg_1", .kind = "out", .delivery = "bounced",
         .delivery_why = "full");
    HAS("/m/msg_1/retry");
    HAS("full");
    DRAW(html_agent_message, message_view, .ref = "msg_1", .kind = "out", .delivery = "sent");
    HAS_NOT("/retry");
}

static void a_part_is_drawn_without_its_frame(void **state) {
    page.fragment = true;
    DRAW(html_agent_inbox, inbox_view, 0);
    HAS_NOT("<html");
    HAS("id=\"list\"");
    page.fragment = false;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_stand_empty_views),
        cmocka_unit_test(public_pages_are_light),
        cmocka_unit_test(case_hides_history_until_verified),
        cmocka_unit_test(what_was_typed_is_kept_and_escaped),
        cmocka_unit_test(settings_are_shown_to_those_who_may),
        cmocka_unit_test(messages_say_who_wrote_and_who_reads),
        cmocka_unit_test(failed_delivery_says_what_to_do),
        cmocka_unit_test(a_part_is_drawn_without_its_frame),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    buf_free(&out);
    return failed;
}
