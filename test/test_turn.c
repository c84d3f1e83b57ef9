/* What turns, replies and confirmations are decided by: pure rules. */
#include "desk/acknowledge.h"
#include "desk/turn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void lines_go_on_for_twenty_seconds(void **state) {
    assert_true(turn_goes_on(1000, 5, 1000, 5));
    assert_true(turn_goes_on(1000, 5, 21000, 5));
    assert_false(turn_goes_on(1000, 5, 21001, 5));
    assert_false(turn_goes_on(1000, 5, 999, 5)); /* a clock that went back tells nothing */
    assert_false(turn_goes_on(1000, TURN_SHORT + 1, 2000, 5));
    assert_false(turn_goes_on(1000, 5, 2000, TURN_SHORT + 1));
}

static void a_placeholder_ends_no_wait(void **state) {
    static const struct {
        const char *then;
        bool waits, placeholder;
        const char *status;
        bool answers;
    } rows[] = {
        {"pending", true, true, "open", false},      {"open", true, true, "open", false},
        {"snoozed", true, true, "snoozed", false},   {"resolved", true, true, "resolved", false},
        {"pending", true, false, "pending", true},   {"pending", false, true, "pending", true},
        {"resolved", true, false, "resolved", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct reply_verdict v = conversation_after_reply(rows[i].then, rows[i].waits, rows[i].placeholder);
        assert_string_equal(v.status, rows[i].status);
        assert_int_equal(v.answers, rows[i].answers);
        assert_string_equal(v.reason, v.answers ? "answered" : "placeholder");
    }
}

static void confirmations_go_to_people_only(void **state) {
    static const struct {
        struct acknowledge_case x;
        const char *refused;
    } rows[] = {
        {{"email", "email"}, NULL},
        {{"form", "email"}, NULL},
        {{"form", "email", .this_hour = ACKNOWLEDGE_HOURLY - 1}, NULL},
        {{"chat", "site"}, "channel"},
        {{"api", "email"}, "channel"},
        {{"form", "phone"}, "no_address"},
        {{"email", "email", .no_answer = true}, "no_answer"},
        {{"email", "email", .own_address = true}, "own_address"},
        {{"email", "email", .known_spammer = true}, "spam"},
        {{"email", "email", .had_one = true}, "had_one"},
        {{"email", "email", .this_hour = ACKNOWLEDGE_HOURLY}, "too_many"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = acknowledge_refused(&rows[i].x);
        assert_string_equal(got ? got : "goes out", rows[i].refused ? rows[i].refused : "goes out");
    }
}

static void a_confirmation_claims_only_what_is_known(void **state) {
    struct arena *a = arena_new(0);
    const struct acknowledge_words plain = {.short_ref = "K7MQ2X", .zone = "Asia/Bangkok", .wait_ms = -1};
    struct acknowledge_words full = plain;
    full.wait_ms = 90 * 60 * 1000;
    full.opens_at = 1773712800000; /* Tue 17 Mar 2026, 9:00 in Bangkok */
    full.now = full.opens_at - 12 * 3600 * 1000;
    for (enum locale l = 0; l < LOCALES; l++) {
        const char *little = acknowledge_text(a, l, &plain), *much = acknowledge_text(a, l, &full);
        assert_non_null(strstr(little, "K7MQ2X"));
        assert_null(strchr(little, '{'));
        assert_null(strchr(much, '{'));
        assert_non_null(strstr(much, "09:00"));
        assert_true(strlen(much) > strlen(little) + 60);
    }
    assert_non_null(strstr(acknowledge_text(a, LOCALE_EN, &full), "within 1 h 30 min."));
    assert_null(strstr(acknowledge_text(a, LOCALE_EN, &plain), "nine of ten"));
    assert_null(strstr(acknowledge_text(a, LOCALE_EN, &plain), "closed"));
    arena_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_go_on_for_twenty_seconds),
        cmocka_unit_test(a_placeholder_ends_no_wait),
        cmocka_unit_test(confirmations_go_to_people_only),
        cmocka_unit_test(a_confirmation_claims_only_what_is_known),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
