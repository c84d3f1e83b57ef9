/* forgot.c: a forgotten password: a mail with a link (desk/invite.c: reset_ask). The answer is the same whoever
 * asks. */
#include "base/tr.h"
#include "html_gen.h"
#include "web/handlers.h"
#include "web/page.h"

bool may_reset(struct visit *x) {
    struct inbox inbox;
    const char *origin = web_of(x->rq)->origin;
    return origin && *origin && inbox_that_sends(x->v, x->a, &inbox) == RC_OK;
}

static void show_forgot(struct request *rq, bool asked, const char *error, int status) {
    struct visit x;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Forgotten password")))
        return;
    struct forgot_view v = {
        .can = may_reset(&x),
        .asked = asked,
        .email = {rq_route(rq)->method == HTTP_POST ? rq_text(rq, "email") : "", error},
        .langs = locale_choices(&x, x.page.lang, NULL),
    };
    rs_status(rq, status);
    html_sign_forgot(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_forgot(struct request *rq) {
    if (!took_language(rq, "/forgot"))
        show_forgot(rq, false, NULL, 200);
}

static enum rc ask(struct tx *tx, void *arg) {
    struct request *rq = arg;
    return reset_ask(tx, rq_text(rq, "email"), rq_address(rq), web_of(rq)->origin, rq_now(rq));
}

void post_forgot(struct request *rq) {
    enum locale locale = locale_of(rq_lang(rq));
    const char *origin = web_of(rq)->origin;
    if (!origin || !*origin) {
        show_forgot(rq, false, NULL, 200);
        return;
    }
    if (!plausible_email(rq_text(rq, "email"))) {
        show_forgot(rq, false, tr(locale, "Write an e-mail address, like name@example.com."), 422);
        return;
    }
    enum rc rc = store_write(web_store(rq), ask, rq);
    if (rc == RC_TOO_MANY)
        show_forgot(rq, false, tr(locale, "Too many tries. Wait an hour, or ask an admin of yours."), 429);
    else if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else
        show_forgot(rq, true, NULL, 200);
}
