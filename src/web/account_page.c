/* account_page.c: one's own account: name, words, keys, password, where one is signed in. (The second step:
 * second_step.c.) */
#include "base/secret.h"
#include "base/tr.h"
#include "base/wall.h"
#include "desk/must_read.h"
#include "html_gen.h"
#include "web/account_page.h"
#include "web/company_form.h"
#include "web/handlers.h"

#include <string.h>

/* ---- the page ---- */

static struct choices words(struct visit *x, const char *const *list, int n, const char *chosen) {
    struct choices out = {ARENA_ARRAY(x->a, (size_t)n, struct choice), n};
    for (int i = 0; i < n; i++)
        out.items[i] = (struct choice){list[i], list[i], "", strcmp(list[i], chosen) == 0};
    return out;
}

/* "Mozilla/5.0 (X11; Linux x86_64) … Firefox/128.0" → "Firefox, Linux": enough to know one's own. */
const char *program_name(struct visit *x, const char *agent) {
    static const char *const browsers[][2] = {
        {"Edg/", "Edge"},      {"OPR/", "Opera"},    {"SamsungBrowser", "Samsung"}, {"Firefox/", "Firefox"},
        {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"},         {"Safari/", "Safari"}};
    static const char *const systems[][2] = {{"iPhone", "iPhone"},   {"iPad", "iPad"},    {"Android", "Android"},
                                             {"Windows", "Windows"}, {"Mac OS", "macOS"}, {"CrOS", "ChromeOS"},
                                             {"Linux", "Linux"}};
    const char *browser = NULL, *system = NULL;
    for (size_t i = 0; !browser && i < sizeof browsers / sizeof *browsers; i++)
        if (strstr(agent, browsers[i][0]))
            browser = browsers[i][1];
    for (size_t i = 0; !system && i < sizeof systems / sizeof *systems; i++)
        if (strstr(agent, systems[i][0]))
            system = systems[i][1];
    if (browser && system)
        return arena_printf(x->a, "%s, %s", browser, system);
    return browser  ? browser
           : *agent ? arena_copy_n(x->a, agent, strcspn(agent, " /("))
                    : tr(x->page.locale, "Unknown program");
}

static enum rc fill_sessions(struct visit *x, struct account_view *v) {
    struct session *list;
    int n;
    enum rc rc = session_list(x->v, x->a, x->me.id, x->page.now, &list, &n);
    if (rc != RC_OK)
        return rc;
    v->sessions = ARENA_ARRAY(x->a, (size_t)n + 1, struct session_view);
    for (int i = 0; i < n; i++)
        v->sessions[v->sessions_n++] = (struct session_view){
            .ref = list[i].ref,
            .program = program_name(x, list[i].program),
            .address = list[i].address,
            .since = list[i].created_at,
            .seen = list[i].seen_at,
            .current = list[i].id == rq_who(x->rq)->session_id,
        };
    return RC_OK;
}

static void fill_profile(struct visit *x, bool again, struct account_view *v) {
    static const char *const particles[] = {"ค่ะ", "ครับ"}, *const selves[] = {"em",   "mình", "tôi", "我",
                                                                             "小编", "ดิฉัน",  "ผม",  "แอดมิน"};
    const char *lang = x->me.lang, *zone = x->me.zone, *particle = x->me.particle;
    v->email = x->me.email;
    v->name.value = x->me.name;
    v->self_word.value = x->me.self_word;
    v->single_keys = x->me.single_keys;
    v->totp_on = x->me.totp_on;
    if (again) {
        v->name.value = rq_text(x->rq, "name");
        v->self_word.value = rq_text(x->rq, "self_word");
        v->single_keys = rq_flag(x->rq, "single_keys");
        lang = rq_text(x->rq, "lang") ? rq_text(x->rq, "lang") : lang;
        zone = rq_text(x->rq, "zone") ? rq_text(x->rq, "zone") : "";
        particle = rq_text(x->rq, "particle") ? rq_text(x->rq, "particle") : "";
    }
    v->langs = locale_choices(x, lang, NULL);
    v->zones = zone_choices(x, zone);
    v->particles = words(x, particles, 2, particle);
    v->self_words = words(x, selves, 8, "");
}

void show_account(struct request *rq, const struct error_list *errors, int status) {
    struct visit x;
    bool again = errors && strcmp(rq_route(rq)->path, "/account") == 0;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "My account")))
        return;
    struct account_view v = {.shell = shell_of(&x, "account")};
    fill_profile(&x, again, &v);
    enum rc rc = fill_sessions(&x, &v);
    if (rc == RC_OK)
        rc = spare_codes_left(x.v, x.me.id, &v.spare_left);
    if (rc == RC_OK)
        rc = fill_push(&x, &v.push);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    if (errors) {
        v.errors = *errors;
        v.name.error = error_of(errors, "name");
        v.password_now.error = error_of(errors, "password-now");
        v.password_new.error = error_of(errors, "password-new");
        v.off_password.error = error_of(errors, "off-password");
    } else {
        v.shell.toast = done_toast(&x);
    }
    rs_status(rq, status);
    html_agent_account(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_account(struct request *rq) { show_account(rq, NULL, 200); }

/* ---- the profile ---- */

static enum rc save_profile(struct tx *tx, void *arg) {
    struct request *rq = arg;
    struct agent me;
    const char *zone = rq_text(rq, "zone"), *self = rq_text(rq, "self_word"), *particle = rq_text(rq, "particle");
    enum rc rc = agent_load(tx_view(tx), tx_arena(tx), rq_who(rq)->agent_id, &me);
    if (rc != RC_OK)
        return rc;
    me.name = rq_text(rq, "name");
    me.lang = rq_text(rq, "lang") ? rq_text(rq, "lang") : me.lang;
    me.zone = zone ? zone : "";
    me.self_word = self ? self : "";
    me.particle = particle ? particle : "";
    me.single_keys = rq_flag(rq, "single_keys");
    return agent_save(tx, &me, me.id, rq_now(rq));
}

void post_account(struct request *rq) {
    struct visit x = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    enum locale locale = locale_of(rq_lang(rq));
    const char *name = rq_text(rq, "name"), *zone = rq_text(rq, "zone");
    if (!name || !*name)
        add_error(&x, &errors, "name", tr(locale, "Write your name, as colleagues and customers should see it."));
    if (zone && *zone && !wall_zone_known(zone))
        add_error(&x, &errors, "zone", tr(locale, "Choose the time zone from the list."));
    if (errors.items_n)
        show_account(rq, &errors, 422);
    else if (web_write(rq, save_profile, rq))
        rs_redirect(rq, "/account?done=saved");
}

static enum rc save_theme(struct tx *tx, void *arg) {
    struct request *rq = arg;
    struct agent me;
    enum rc rc = agent_load(tx_view(tx), tx_arena(tx), rq_who(rq)->agent_id, &me);
    if (rc != RC_OK)
        return rc;
    me.theme = rq_text(rq, "theme");
    return agent_save(tx, &me, me.id, rq_now(rq));
}

static void go_back(struct request *rq) { rs_redirect(rq, *came_from(rq) ? came_from(rq) : "/"); }

void post_theme(struct request *rq) {
    if (web_write(rq, save_theme, rq))
        go_back(rq);
}

static enum rc save_away(struct tx *tx, void *arg) {
    struct request *rq = arg;
    return agent_set_away(tx, rq_who(rq)->agent_id, rq_flag(rq, "away"), rq_now(rq));
}

/* Who comes back is shown first what has changed meanwhile. */
void post_away(struct request *rq) {
    int unread = 0;
    if (!web_write(rq, save_away, rq))
        return;
    struct view *v = view_open(web_store(rq));
    if (rq_flag(rq, "away") || must_read_count(v, rq_who(rq)->agent_id, &unread) != RC_OK)
        unread = 0;
    view_close(v);
    if (unread)
        rs_redirect(rq, "/must-read");
    else
        go_back(rq);
}

/* ---- the password ---- */

static enum rc note_wrong(struct tx *tx, void *arg) {
    struct request *rq = arg;
    return sign_in_note(tx, rq_who(rq)->agent_id, rq_address(rq), "wrong_password", rq_now(rq));
}

/* Somebody at an open screen may not guess without end: wrong ones count as at sign-in. */
enum rc own_password(struct request *rq, const char *password, const char **email) {
    struct agent me;
    struct agent_secret secret = {0};
    bool limited = false;
    int64_t id = rq_who(rq)->agent_id;
    struct view *v = view_open(web_store(rq));
    enum rc rc = agent_load(v, rq_arena(rq), id, &me);
    if (rc == RC_OK)
        rc = agent_secret_by_email(v, rq_arena(rq), me.email, &secret);
    if (rc == RC_OK)
        rc = sign_in_limited(v, id, rq_address(rq), rq_now(rq), &limited);
    view_close(v);
    *email = rc == RC_OK ? me.email : "";
    if (rc != RC_OK || limited)
        return rc != RC_OK ? rc : RC_TOO_MANY;
    if (secret.hash && password && secret_password_matches(secret.hash, password))
        return RC_OK;
    rc = store_write(web_store(rq), note_wrong, rq);
    return rc != RC_OK ? rc : RC_UNKNOWN_USER;
}

const char *own_password_error(enum locale locale, enum rc rc) {
    return rc == RC_TOO_MANY ? tr(locale, "Too many tries. Wait a quarter of an hour, or ask an admin of yours.")
           : rc == RC_UNKNOWN_USER ? tr(locale, "This is not your present password.")
                                   : NULL;
}

struct password_saving {
    struct request *rq;
    const char *hash;
};

static enum rc save_password(struct tx *tx, void *arg) {
    struct password_saving *x = arg;
    const struct identity *who = rq_who(x->rq);
    return agent_set_password(tx, who->agent_id, x->hash, who->session_id, rq_now(x->rq));
}

void post_password(struct request *rq) {
    struct visit x = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    struct password_saving saving = {.rq = rq};
    enum locale locale = locale_of(rq_lang(rq));
    const char *email, *wanted = rq_text(rq, "new") ? rq_text(rq, "new") : "";
    enum rc rc = own_password(rq, rq_text(rq, "now"), &email);
    const char *flaw = agent_password_flaw(wanted, email);
    if (own_password_error(locale, rc))
        add_error(&x, &errors, "password-now", own_password_error(locale, rc));
    if (flaw)
        add_error(&x, &errors, "password-new", password_advice(locale, flaw));
    if (errors.items_n) {
        show_account(rq, &errors, rc == RC_TOO_MANY ? 429 : 422);
        return;
    }
    if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
        return;
    }
    saving.hash = secret_password_hash(rq_arena(rq), wanted);
    if (web_write(rq, save_password, &saving))
        rs_redirect(rq, "/account?done=password");
}

/* ---- sessions ---- */

static enum rc end_one(struct tx *tx, void *arg) {
    struct request *rq = arg;
    return session_end_of(tx, rq_who(rq)->agent_id, rq_text(rq, "ref"), 0, rq_now(rq));
}

static enum rc end_others(struct tx *tx, void *arg) {
    struct request *rq = arg;
    return session_end_of(tx, rq_who(rq)->agent_id, NULL, rq_who(rq)->session_id, rq_now(rq));
}

void post_session_end(struct request *rq) {
    if (web_write(rq, end_one, rq))
        rs_redirect(rq, "/account?done=ended");
}

void post_sessions_end(struct request *rq) {
    if (web_write(rq, end_others, rq))
        rs_redirect(rq, "/account?done=ended");
}
