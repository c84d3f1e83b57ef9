/* admin_replies.c: saved replies, and what the words in braces become. Leads may. */
#include "base/tr.h"
#include "base/utf8.h"
#include "desk/message.h"
#include "desk/reply.h"
#include "html_gen.h"
#include "web/handlers.h"
#include "web/page.h"

#include <string.h>

/* Given names as they are common; nobody in particular. By language, what the example customer and agent are like.
 */
static const struct sample {
    const char *lang, *address, *call_name, *name, *self, *agent, *particle;
} samples[] = {
    {"en", "", "Anna", "Anna Miller", "", "Tom", ""},
    {"vi", "chị", "Lan", "Nguyễn Thị Lan", "em", "Minh", ""},
    {"zh", "王女士", "王", "王芳", "我", "小李", ""},
    {"th", "คุณ", "สมชาย", "สมชาย ใจดี", "ดิฉัน", "มาลี", "ค่ะ"},
};

static const struct sample *sample_for(const char *lang) {
    for (size_t i = 1; i < sizeof samples / sizeof *samples; i++)
        if (lang && strncmp(samples[i].lang, lang, 2) == 0)
            return &samples[i];
    return &samples[0];
}

static struct saved_values sample_values(struct visit *x, const char *lang) {
    const struct sample *s = sample_for(lang && *lang ? lang : x->account.lang);
    return (struct saved_values){
        .lang = lang && *lang ? lang : x->account.lang,
        .customer_address = s->address,
        .customer_call_name = s->call_name,
        .customer_name = s->name,
        .agent_self = s->self,
        .agent_name = s->agent,
        .agent_particle = s->particle,
        .conversation_ref = "K7MQ4T",
        .company = x->account.name,
    };
}

static struct choices variable_rows(struct visit *x, const struct saved_values *values) {
    enum locale locale = x->page.locale;
    const char *const about[SAVED_VARIABLES] = {
        tr(locale, "The form of address on the customer’s card"),
        tr(locale, "How the customer is called: the part of the name that fits the language"),
        tr(locale, "The customer’s whole name"),
        tr(locale, "How the agent calls herself or himself; set in My account"),
        tr(locale, "The agent’s name"),
        tr(locale, "The agent’s Thai polite particle"),
        tr(locale, "The reference of the conversation"),
        tr(locale, "The name of the company"),
    };
    struct choices out = {ARENA_ARRAY(x->a, SAVED_VARIABLES, struct choice), SAVED_VARIABLES};
    for (int i = 0; i < SAVED_VARIABLES; i++) {
        const char *word = arena_printf(x->a, "{%s}", saved_variable(i));
        out.items[i] = (struct choice){word, about[i], saved_fill(x->a, word, values)};
    }
    return out;
}

static const char *name_of_lang(const struct choices *langs, const char *lang) {
    for (int i = 0; i < langs->items_n; i++)
        if (strcmp(langs->items[i].value, lang) == 0)
            return langs->items[i].label;
    return "";
}

static enum rc fill_replies(struct visit *x, struct admin_replies_view *v) {
    struct saved_reply *list;
    int n;
    enum rc rc = saved_list(x->v, x->a, &list, &n);
    if (rc != RC_OK)
        return rc;
    v->replies = ARENA_ARRAY(x->a, (size_t)n + 1, struct admin_reply);
    for (int i = 0; i < n; i++) {
        v->replies[v->replies_n++] = (struct admin_reply){list[i].ref,
                                                          list[i].name,
                                                          message_preview(x->a, list[i].body),
                                                          list[i].lang,
                                                          name_of_lang(&v->langs, list[i].lang),
                                                          list[i].changed_at};
        if (v->edit_ref && strcmp(v->edit_ref, list[i].ref) == 0 && !v->text.value) {
            v->name.value = list[i].name;
            v->text.value = list[i].body;
            v->langs = locale_choices(x, list[i].lang, NULL);
        }
    }
    return RC_OK;
}

static void show_replies(struct request *rq, const struct error_list *errors, int status) {
    struct visit x;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Saved replies")))
        return;
    struct admin_replies_view v = {.shell = shell_of(&x, "admin"), .nav.section = "saved"};
    bool again = rq_route(rq)->method == HTTP_POST;
    if (again || strcmp(rq_route(rq)->path, "/admin/replies/{ref}") == 0)
        v.edit_ref = rq_text(rq, "ref");
    v.langs = locale_choices(&x, again && rq_text(rq, "lang") ? rq_text(rq, "lang") : "", NULL);
    if (again) {
        v.name = (struct field){rq_text(rq, "name"), error_of(errors, "name")};
        v.text = (struct field){rq_text(rq, "text") ? rq_text(rq, "text") : "", error_of(errors, "text")};
    } else if (!v.edit_ref) {
        v.shell.toast = done_toast(&x);
    }
    if (errors)
        v.errors = *errors;
    enum rc rc = fill_replies(&x, &v);
    if (rc == RC_OK && v.edit_ref && !v.text.value)
        rc = RC_NONE;
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    const char *lang = "";
    for (int i = 0; i < v.langs.items_n; i++)
        if (v.langs.items[i].chosen)
            lang = v.langs.items[i].value;
    struct saved_values values = sample_values(&x, lang);
    v.variables = variable_rows(&x, &values);
    bool code;
    v.ask_told = v.text.value && saved_secret(x.a, v.text.value, &code) && code;
    v.told = again ? rq_flag(rq, "told") : true; /* what is saved was asked about */
    if (v.text.value && *v.text.value)
        v.sample = saved_fill(x.a, v.text.value, &values);
    rs_status(rq, status);
    html_admin_replies(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_admin_replies(struct request *rq) { show_replies(rq, NULL, 200); }

static enum rc save_reply(struct tx *tx, void *arg) {
    struct request *rq = arg;
    struct saved_reply saved = {0};
    const char *ref = rq_text(rq, "ref"), *act = rq_text(rq, "do"), *lang = rq_text(rq, "lang");
    enum rc rc = ref ? saved_by_ref(tx_view(tx), tx_arena(tx), ref, &saved) : RC_OK;
    if (rc != RC_OK)
        return rc;
    if (ref && act && strcmp(act, "remove") == 0)
        return saved_delete(tx, saved.id);
    saved.name = rq_text(rq, "name");
    saved.lang = lang ? lang : "";
    saved.body = rq_text(rq, "text");
    return saved_save(tx, &saved, rq_who(rq)->agent_id, rq_now(rq));
}

static void add_secret(struct visit *x, struct request *rq, const char *field, struct error_list *errors) {
    bool code, is_text = strcmp(field, "text") == 0;
    const char *typed = rq_text(rq, field), *secret = typed ? saved_secret(x->a, typed, &code) : NULL;
    enum locale locale = locale_of(rq_lang(rq));
    struct buf said = {0};
    if (!secret || (is_text && code && rq_flag(rq, "told")))
        return;
    tr_fill(&said,
            !code     ? tr(locale,
                           "“{text}” looks like a card or identity number. Everybody here would read it, and could"
                               " send it. Take it out.")
            : is_text ? tr(locale, "“{text}” looks like a password or a code. Take it out, or tick below that"
                                   " customers are meant to read it.")
                      : tr(locale, "“{text}” looks like a password or a code. Take it out."),
            "text", secret, NULL);
    add_error(x, errors, field, arena_copy(x->a, said.at));
    buf_free(&said);
}

void post_admin_replies(struct request *rq) {
    struct visit x = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    enum locale locale = locale_of(rq_lang(rq));
    const char *name = rq_text(rq, "name"), *text = rq_text(rq, "text"), *act = rq_text(rq, "do");
    bool removes = act && strcmp(act, "remove") == 0;
    const char *unknown = text ? saved_unknown(rq_arena(rq), text) : NULL;
    if (!name || !*name)
        add_error(&x, &errors, "name", tr(locale, "Write a name, by which it is found."));
    if (!text || !*text)
        add_error(&x, &errors, "text", tr(locale, "Write the text."));
    if (unknown) {
        struct buf said = {0};
        tr_fill(
            &said,
            tr(locale,
               "{word} is not filled in; customers would read it as it stands. The words that are stand below."),
            "word", unknown, NULL);
        add_error(&x, &errors, "text", arena_copy(rq_arena(rq), said.at));
        buf_free(&said);
    }
    add_secret(&x, rq, "name", &errors);
    add_secret(&x, rq, "text", &errors);
    if (errors.items_n && !removes)
        show_replies(rq, &errors, 422);
    else if (web_write(rq, save_reply, rq))
        rs_redirect(rq, removes ? "/admin/replies?done=removed" : "/admin/replies?done=saved");
}
