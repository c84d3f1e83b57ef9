/* admin_webhooks.c: which programs elsewhere are told what happens, and whether they take it. */
#include "base/tr.h"
#include "desk/webhook.h"
#include "html_gen.h"
#include "web/handlers.h"
#include "web/page.h"

#include <string.h>

/* In words; "" when all is well. */
static const char *trouble_text(struct visit *x, const struct webhook *w) {
    enum locale locale = x->page.locale;
    const char *status = strncmp(w->trouble, "status_", 7) == 0 ? w->trouble + 7 : NULL;
    struct buf text = {0};
    if (!*w->trouble)
        return "";
    if (strcmp(w->trouble, "no_answer") == 0)
        return tr(locale, "Its program does not answer. It is tried again; nothing is lost.");
    if (strcmp(w->trouble, "refused_address") == 0)
        return tr(locale,
                  "This address is in a private network that whoever runs Kept has not opened, or is none.");
    if (strcmp(w->trouble, "gone") == 0)
        return tr(locale, "Its program answers that it wants nothing any more (410).");
    if (!status)
        return tr(locale, "Its secret cannot be read any more. Make a new one.");
    tr_fill(&text, tr(locale, "Its program answers with an error ({status}). It is tried again; nothing is lost."),
            "status", status, NULL);
    const char *out = arena_copy_n(x->a, text.at, text.len);
    buf_free(&text);
    return out;
}

static enum rc fill(struct visit *x, struct admin_webhooks_view *v) {
    struct webhook *list;
    int n;
    enum rc rc = webhook_list(x->v, x->a, &list, &n);
    v->webhooks = ARENA_ARRAY(x->a, WEBHOOKS_MAX, struct admin_webhook);
    for (int i = 0; rc == RC_OK && i < n; i++)
        v->webhooks[v->webhooks_n++] = (struct admin_webhook){
            .ref = list[i].ref,
            .url = list[i].url,
            .kinds = list[i].kinds,
            .trouble = trouble_text(x, &list[i]),
            .off = list[i].off_at != 0,
            .told = list[i].told_at,
        };
    return rc;
}

static void show(struct request *rq, const struct error_list *errors, int64_t secret_of, int status) {
    struct visit x;
    struct webhook one;
    char *secret = NULL;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Webhooks")))
        return;
    struct admin_webhooks_view v = {.shell = shell_of(&x, "admin"), .nav.section = "webhooks"};
    enum rc rc = fill(&x, &v);
    if (rc == RC_OK && secret_of && (rc = webhook_secret(x.v, x.a, secret_of, &secret)) == RC_OK)
        rc = webhook_load(x.v, x.a, secret_of, &one);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.secret = secret;
    v.secret_of = secret ? one.url : NULL;
    if (errors) {
        v.url = (struct field){rq_text(rq, "url"), error_of(errors, "url")};
        v.kinds = (struct field){rq_text(rq, "kinds"), error_of(errors, "kinds")};
        v.errors = *errors;
    }
    if (rq_route(rq)->method == HTTP_GET)
        v.shell.toast = done_toast(&x);
    rs_status(rq, status);
    html_admin_webhooks(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_admin_webhooks(struct request *rq) { show(rq, NULL, 0, 200); }

struct adding {
    struct request *rq;
    struct webhook webhook;
    bool too_many;
};

static enum rc add(struct tx *tx, void *arg) {
    struct adding *x = arg;
    enum rc rc = webhook_create(tx, &x->webhook, web_actor(x->rq), rq_now(x->rq));
    x->too_many = rc == RC_TOO_MANY;
    return x->too_many ? RC_OK : rc;
}

void post_admin_webhooks(struct request *rq) {
    struct visit v = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    enum locale locale = locale_of(rq_lang(rq));
    const char *url = rq_text(rq, "url"), *kinds = rq_text(rq, "kinds");
    struct adding x = {.rq = rq, .webhook = {.url = url ? url : "", .kinds = kinds ? kinds : "", .trouble = ""}};
    if (webhook_url_flaw(x.webhook.url))
        add_error(&v, &errors, "url",
                  tr(locale, "Write the whole address, such as https://shop.example.com/kept."));
    if (webhook_kinds_flaw(x.webhook.kinds))
        add_error(&v, &errors, "kinds", tr(locale, "One of these words begins no kind of event that is told."));
    if (!errors.items_n && !web_write(rq, add, &x))
        return;
    if (x.too_many)
        add_error(&v, &errors, "url", tr(locale, "There are twenty webhooks already. Remove one first."));
    show(rq, errors.items_n ? &errors : NULL, errors.items_n ? 0 : x.webhook.id, errors.items_n ? 422 : 200);
}

static enum rc change(struct tx *tx, void *arg) {
    struct adding *x = arg;
    const char *act = rq_text(x->rq, "do");
    enum rc rc = webhook_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "ref"), &x->webhook);
    if (rc != RC_OK)
        return rc;
    if (strcmp(act, "remove") == 0)
        return webhook_remove(tx, x->webhook.ref, web_actor(x->rq));
    if (strcmp(act, "renew") == 0)
        return webhook_renew_secret(tx, x->webhook.id, web_actor(x->rq));
    if (strcmp(act, "secret") == 0)
        return RC_OK;
    x->webhook.off_at = strcmp(act, "off") == 0 ? rq_now(x->rq) : 0;
    return webhook_save(tx, &x->webhook, web_actor(x->rq), rq_now(x->rq));
}

void post_admin_webhook(struct request *rq) {
    struct adding x = {.rq = rq};
    const char *act = rq_text(rq, "do");
    if (!web_write(rq, change, &x))
        return;
    if (strcmp(act, "secret") == 0 || strcmp(act, "renew") == 0)
        show(rq, NULL, x.webhook.id, 200);
    else
        rs_redirect(rq, strcmp(act, "remove") == 0 ? "/admin/webhooks?done=removed" : "/admin/webhooks?done=saved");
}
