/* welcome.c: an invitation is taken: somebody chooses a name and a password, and is signed in (desk/invite.c). */
#include "base/secret.h"
#include "base/tr.h"
#include "html_gen.h"
#include "web/handlers.h"
#include "web/page.h"

#include <string.h>

const char *password_advice(enum locale locale, const char *flaw) {
    if (!flaw)
        return NULL;
    if (strcmp(flaw, "is_email") == 0)
        return tr(locale, "The address is easy to guess. Choose something else.");
    return strcmp(flaw, "long") == 0 ? tr(locale, "At most 200 characters, please.")
                                     : tr(locale, "At least 10 characters, please.");
}

/* A link that is used, replaced, too old, or not ours: the same sentence, for the cure is the same. */
static void refuse(struct request *rq, enum rc rc) {
    rs_error(rq, rc == RC_NONE ? RC_GONE : rc,
             rc == RC_NONE || rc == RC_GONE
                 ? tr(locale_of(rq_lang(rq)),
                      "This link was used already or is too old. Ask an admin of yours for a new one.")
                 : NULL);
}

static void show_welcome(struct request *rq, const struct error_list *errors, int status) {
    struct visit x;
    struct agent agent;
    bool again = rq_route(rq)->method == HTTP_POST;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Welcome")))
        return;
    enum rc rc = invite_open(x.v, x.a, rq_text(rq, "token"), x.page.now, &agent);
    if (rc != RC_OK) {
        view_close(x.v);
        refuse(rq, rc);
        return;
    }
    struct welcome_view v = {
        .token = rq_text(rq, "token"),
        .company = x.account.name,
        .email = agent.email,
        .returning = agent.has_password,
        .name.value = again ? rq_text(rq, "name") : agent.name,
        .langs = locale_choices(&x, again && rq_text(rq, "lang") ? rq_text(rq, "lang") : agent.lang, NULL),
    };
    if (errors) {
        v.errors = *errors;
        v.name.error = error_of(errors, "name");
        v.password.error = error_of(errors, "password");
    }
    rs_status(rq, status);
    html_sign_welcome(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_welcome(struct request *rq) { show_welcome(rq, NULL, 200); }

struct accepting {
    const char *token, *hash, *name, *lang;
    int64_t now;
    struct agent agent;
};

static enum rc accept_invite(struct tx *tx, void *arg) {
    struct accepting *x = arg;
    return invite_accept(tx, x->token, x->hash, x->name, x->lang, x->now, &x->agent);
}

void post_welcome(struct request *rq) {
    struct visit x = {.a = rq_arena(rq)};
    struct agent agent;
    struct error_list errors = {0};
    enum locale locale = locale_of(rq_lang(rq));
    struct accepting y = {.token = rq_text(rq, "token"), .name = rq_text(rq, "name"), .now = rq_now(rq)};
    const char *password = rq_text(rq, "password");
    struct view *v = view_open(web_store(rq));
    enum rc rc = invite_open(v, rq_arena(rq), y.token, y.now, &agent);
    view_close(v);
    if (rc != RC_OK) {
        refuse(rq, rc);
        return;
    }
    y.lang = rq_text(rq, "lang") ? rq_text(rq, "lang") : agent.lang;
    const char *flaw = agent_password_flaw(password ? password : "", agent.email);
    if (!y.name || !*y.name)
        add_error(&x, &errors, "name", tr(locale, "Write your name, as colleagues and customers should see it."));
    if (flaw)
        add_error(&x, &errors, "password", password_advice(locale, flaw));
    if (errors.items_n) {
        show_welcome(rq, &errors, 422);
        return;
    }
    y.hash = secret_password_hash(rq_arena(rq), password);
    rc = store_write(web_store(rq), accept_invite, &y);
    if (rc == RC_NONE || rc == RC_GONE)
        refuse(rq, rc);
    else if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else if (y.agent.totp_on) /* a link does not stand in for the phone */
        rs_redirect(rq, "/sign-in");
    else
        sign_in_as(rq, y.agent.id);
}
