/* sign.c: signing in and out. Whoever fails learns only that it failed, and after a few tries waits (desk/agent.h).
 */
#include "base/clock.h"
#include "base/secret.h"
#include "base/tr.h"
#include "html_gen.h"
#include "web/page.h"
#include "web/handlers.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { CODE_STEP_MS = 5 * 60000 };

/* So that an unknown address takes as long as a wrong password. Made once, whichever workers ask first. */
static char *decoy;
static pthread_once_t decoy_once = PTHREAD_ONCE_INIT;

static void make_decoy(void) {
    struct arena *a = arena_new(1024);
    decoy = strdup(secret_password_hash(a, "nobody has this password"));
    arena_free(a);
}

static const char *decoy_hash(void) {
    pthread_once(&decoy_once, make_decoy);
    return decoy;
}

static void show_sign_in(struct request *rq, const char *email, const char *error, int status) {
    struct visit x;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Sign in")))
        return;
    struct agent *agents;
    int n;
    enum rc rc = agent_list(x.v, x.a, true, &agents, &n);
    const char *next = rq_text(rq, "next");
    struct sign_in_view v = {
        .next = next ? next : "/",
        .email.value = email,
        .error = error,
        .first_run = rc == RC_OK && n == 0,
        .can_reset = may_reset(&x),
        .langs = locale_choices(&x, x.page.lang, NULL),
    };
    rs_status(rq, status);
    html_sign_in(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_sign_in(struct request *rq) {
    if (took_language(rq, "/sign-in"))
        return;
    if (rq_who(rq)->agent_id)
        rs_redirect(rq, "/");
    else
        show_sign_in(rq, "", NULL, 200);
}

/* ---- the first step ---- */

struct signing {
    int64_t agent_id, now;
    const char *address, *program, *outcome;
    struct arena *arena;
    char *token;
    int64_t step;      /* of the code; 0: none was given */
    const char *spare; /* code, given in its place */
    bool opens;        /* a session begins */
};

static enum rc note_and_open(struct tx *tx, void *arg) {
    struct signing *s = arg;
    int64_t session_id;
    enum rc rc = RC_OK;
    if (s->step)
        rc = totp_use(tx, s->agent_id, s->step);
    else if (s->spare)
        rc = spare_code_use(tx, s->agent_id, s->spare, s->now);
    if (rc == RC_OK)
        rc = sign_in_note(tx, s->agent_id, s->address, s->outcome, s->now);
    if (rc == RC_OK && s->opens)
        rc = session_create(tx, s->agent_id, s->address, s->program, s->now, &s->token, &session_id);
    if (rc == RC_OK && s->opens)
        s->token = arena_copy(s->arena, s->token);
    return rc;
}

static struct signing signing_of(struct request *rq, int64_t agent_id, const char *outcome) {
    const char *program = rq_header(rq, "User-Agent");
    return (struct signing){
        .agent_id = agent_id,
        .now = rq_now(rq),
        .address = rq_address(rq),
        .program = program ? arena_copy_n(rq_arena(rq), program, strnlen(program, 200)) : "",
        .outcome = outcome,
        .arena = rq_arena(rq),
    };
}

/* RC_CONFLICT: the code was used before; RC_NONE: the spare code is not right. */
static enum rc open_session(struct request *rq, struct signing *s, const char *next) {
    s->opens = true;
    s->outcome = "ok";
    enum rc rc = store_write(web_store(rq), note_and_open, s);
    if (rc == RC_OK) {
        rs_cookie(rq, "kept_session", s->token, 30 * 24 * 3600);
        rs_redirect(rq, next ? next : "/");
    }
    return rc;
}

void sign_in_as(struct request *rq, int64_t agent_id) {
    struct signing s = signing_of(rq, agent_id, "ok");
    enum rc rc = open_session(rq, &s, NULL);
    if (rc != RC_OK)
        rs_error(rq, rc, NULL);
}

/* What a browser brings back to the second step: who passed the first, and until when. */
static char *pending_token(struct arena *a, const char *ref, int64_t until) {
    char *text = arena_printf(a, "%s.%lld", ref, (long long)until);
    return arena_printf(a, "%s.%s", text, secret_tag(a, SECRET_SESSION, "second step", text, 32));
}

static bool pending_open(struct arena *a, const char *token, int64_t now, char **ref) {
    char *text = arena_copy(a, token), *tag = strrchr(text, '.');
    if (!tag)
        return false;
    *tag++ = 0;
    if (!secret_equal(tag, secret_tag(a, SECRET_SESSION, "second step", text, 32)))
        return false;
    char *until = strchr(text, '.');
    if (!until || strtoll(until + 1, NULL, 10) < now)
        return false;
    *until = 0;
    *ref = text;
    return true;
}

static void show_code(struct request *rq, const char *pending, bool spare, const char *error, int status) {
    struct visit x;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Sign in")))
        return;
    struct sign_in_code_view v = {
        .next = rq_text(rq, "next"), .pending = pending, .error = error, .recovery = spare};
    rs_status(rq, status);
    html_sign_code(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void post_sign_in(struct request *rq) {
    struct agent_secret secret = {0};
    struct agent agent = {0};
    enum locale locale = locale_of(rq_lang(rq));
    bool limited = false;
    struct view *v = view_open(web_store(rq));
    enum rc rc = agent_secret_by_email(v, rq_arena(rq), rq_text(rq, "email"), &secret);
    if (rc == RC_OK)
        rc = agent_load(v, rq_arena(rq), secret.id, &agent);
    if (rc == RC_OK || rc == RC_NONE)
        rc = sign_in_limited(v, secret.id, rq_address(rq), rq_now(rq), &limited);
    view_close(v);
    if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
        return;
    }
    bool right = !limited &&
                 secret_password_matches(secret.hash ? secret.hash : decoy_hash(), rq_text(rq, "password")) &&
                 secret.hash && !secret.disabled;
    if (right && secret.totp_on) {
        show_code(rq, pending_token(rq_arena(rq), agent.ref, rq_now(rq) + CODE_STEP_MS), false, NULL, 200);
        return;
    }
    struct signing s = signing_of(rq, secret.id, limited ? "limited" : !secret.id ? "unknown" : "wrong_password");
    if (right) {
        if ((rc = open_session(rq, &s, rq_text(rq, "next"))) != RC_OK)
            rs_error(rq, rc, NULL);
        return;
    }
    if (!web_write(rq, note_and_open, &s))
        return;
    if (limited)
        show_sign_in(rq, rq_text(rq, "email"),
                     tr(locale, "Too many tries. Wait a quarter of an hour, or ask an admin of yours."), 429);
    else
        show_sign_in(rq, rq_text(rq, "email"), tr(locale, "The address or the password is not right."), 401);
}

/* ---- the second step ---- */

void get_code(struct request *rq) { rs_redirect(rq, "/sign-in"); }

/* Whoever passed the first step, the seed, and whether there were too many tries. */
static enum rc load_second(struct request *rq, const char *ref, struct agent *agent, struct buf *seed,
                           bool *limited) {
    bool on = false;
    struct view *v = view_open(web_store(rq));
    enum rc rc = agent_by_ref(v, rq_arena(rq), ref, agent);
    if (rc == RC_OK)
        rc = totp_seed(v, agent->id, seed, &on);
    if (rc == RC_OK && !on)
        rc = RC_NONE;
    if (rc == RC_OK)
        rc = sign_in_limited(v, agent->id, rq_address(rq), rq_now(rq), limited);
    view_close(v);
    return rc;
}

void post_code(struct request *rq) {
    char *ref;
    struct agent agent = {0};
    struct buf seed = {0};
    bool limited = false, spare = rq_flag(rq, "recovery");
    enum locale locale = locale_of(rq_lang(rq));
    const char *pending = rq_text(rq, "pending"), *code = rq_text(rq, "code");
    if (!pending_open(rq_arena(rq), pending, rq_now(rq), &ref)) {
        show_sign_in(rq, "", tr(locale, "That took too long. Please sign in again."), 401);
        return;
    }
    if (!code || !*code) { /* only the other form is asked for */
        show_code(rq, pending, spare, NULL, 200);
        return;
    }
    enum rc rc = load_second(rq, ref, &agent, &seed, &limited);
    struct signing s = signing_of(rq, agent.id, limited ? "limited" : "wrong_code");
    if (rc == RC_OK && !limited && !spare)
        s.step = totp_step_of(buf_bytes(&seed), code, rq_now(rq));
    else if (rc == RC_OK && !limited)
        s.spare = code;
    buf_free(&seed);
    if (rc == RC_OK && (s.step || s.spare)) {
        struct signing right = s;
        rc = open_session(rq, &right, rq_text(rq, "next"));
        if (rc == RC_OK)
            return;
        s.step = 0;
        s.spare = NULL;
    }
    bool used_before = rc == RC_CONFLICT;
    if (rc != RC_OK && rc != RC_NONE && !used_before)
        rs_error(rq, rc, NULL);
    else if (web_write(rq, note_and_open, &s))
        show_code(rq, pending, spare,
                  limited       ? tr(locale, "Too many tries. Wait a quarter of an hour, or ask an admin of yours.")
                  : used_before ? tr(locale, "This code was used already. Wait for the next one.")
                  : spare       ? tr(locale, "That is none of your recovery codes, or it was used.")
                                : tr(locale, "That code is not right. It changes every half minute."),
                  limited ? 429 : 401);
}

/* ---- out ---- */

static enum rc end_session(struct tx *tx, void *arg) {
    const struct identity *who = arg;
    return session_sign_out(tx, who->agent_id, who->session_id);
}

void post_sign_out(struct request *rq) {
    struct identity who = *rq_who(rq);
    if (who.session_id && !web_write(rq, end_session, &who))
        return;
    rs_cookie(rq, "kept_session", "", 0);
    rs_redirect(rq, "/sign-in");
}
