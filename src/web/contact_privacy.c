/* contact_privacy.c: what a customer may ask of us: everything that is held of her, and that it is erased. */
#include "base/tr.h"
#include "desk/blob.h"
#include "desk/contact.h"
#include "desk/dossier.h"
#include "desk/erase.h"
#include "html_gen.h"
#include "web/handlers.h"
#include "web/page.h"
#include "web/upload.h"
#include "web/views_privacy.h"

#include <string.h>

/* ---- everything ---- */

struct asking {
    struct request *rq;
    struct dossier dossier;
};

static enum rc ask_dossier(struct tx *tx, void *arg) {
    struct asking *x = arg;
    struct contact contact;
    enum rc rc = contact_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "ref"), &contact);
    if (rc == RC_OK)
        rc = dossier_ask(tx, contact.id, web_actor(x->rq), rq_now(x->rq), &x->dossier);
    x->dossier.ref = rc == RC_OK ? arena_copy(rq_arena(x->rq), x->dossier.ref) : NULL;
    return rc;
}

void post_contact_dossier(struct request *rq) {
    struct asking x = {.rq = rq};
    if (web_write(rq, ask_dossier, &x))
        rs_redirect(rq, arena_printf(rq_arena(rq), "/dossiers/%s", x.dossier.ref));
}

void get_dossier(struct request *rq) {
    struct visit x;
    struct dossier d;
    struct contact contact;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Everything held of a customer")))
        return;
    enum rc rc = dossier_by_ref(x.v, x.a, rq_text(rq, "ref"), &d);
    if (rc == RC_OK)
        rc = contact_load(x.v, x.a, d.contact_id, &contact);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    struct dossier_view v = {
        .shell = shell_of(&x, "inbox"),
        .ref = d.ref,
        .customer = contact.name,
        .customer_ref = contact.erased_at ? NULL : contact.ref,
        .state = d.expires_at <= x.page.now ? "expired" : d.state,
        .size_text = size_text_of(x.a, d.size),
        .until = d.expires_at,
    };
    if (strcmp(v.state, "queued") == 0)
        rs_header(rq, "Refresh", "2");
    rs_header(rq, "Cache-Control", "no-store");
    html_agent_dossier(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_dossier_file(struct request *rq) {
    struct dossier d;
    struct view *v = view_open(web_store(rq));
    enum rc rc = dossier_by_ref(v, rq_arena(rq), rq_text(rq, "ref"), &d);
    if (rc == RC_OK && (!d.blob_id || d.expires_at <= rq_now(rq)))
        rc = RC_GONE;
    if (rc == RC_OK)
        rc = blob_get(v, d.blob_id, rs_body(rq));
    view_close(v);
    if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
        return;
    }
    file_headers(rq, arena_printf(rq_arena(rq), "%s.zip", d.ref), "application/zip", false);
    rs_header(rq, "Cache-Control", "no-store");
}

/* ---- erased ---- */

static struct choices why_choices(struct visit *x, const char *chosen) {
    const struct choice all[] = {
        {"asked", tr(x->page.locale, "The customer asked for it")},
        {"unneeded", tr(x->page.locale, "We no longer need these data")},
        {"mistake", tr(x->page.locale, "They came by mistake, or are a test")},
    };
    return choices_of(x, all, sizeof all / sizeof *all, chosen);
}

static void show_erase(struct request *rq, const char *error, int status) {
    struct visit x;
    struct contact contact;
    struct erase_counts counts = {0};
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Erase a customer")))
        return;
    enum rc rc = contact_by_ref(x.v, x.a, rq_text(rq, "ref"), &contact);
    if (rc == RC_OK && contact.erased_at)
        rc = RC_GONE;
    if (rc == RC_OK)
        rc = erase_count(x.v, contact.id, &counts);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    bool again = rq_route(rq)->method == HTTP_POST;
    struct erase_view v = {
        .shell = shell_of(&x, "inbox"),
        .ref = contact.ref,
        .name = contact.name,
        .points = counts.points,
        .conversations = counts.conversations,
        .messages = counts.messages,
        .files = counts.files,
        .originals = counts.originals,
        .promises = counts.promises,
        .drafts = counts.drafts,
        .why = why_choices(&x, again ? rq_text(rq, "why") : NULL),
        .confirm = {again ? rq_text(rq, "confirm") : "", error},
    };
    if (error)
        add_error(&x, &v.errors, "confirm", error);
    rs_status(rq, status);
    html_agent_erase(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_contact_erase(struct request *rq) { show_erase(rq, NULL, 200); }

static enum rc erase(struct tx *tx, void *arg) {
    struct request *rq = arg;
    struct contact contact;
    enum rc rc = contact_by_ref(tx_view(tx), tx_arena(tx), rq_text(rq, "ref"), &contact);
    if (rc == RC_OK && !contact.erased_at && !erase_confirms(tx_arena(tx), contact.name, rq_text(rq, "confirm")))
        return RC_CONFLICT;
    return rc == RC_OK ? erase_begin(tx, contact.id, rq_text(rq, "why"), web_actor(rq), rq_now(rq)) : rc;
}

void post_contact_erase(struct request *rq) {
    enum locale locale = locale_of(rq_lang(rq));
    if (!rq_text(rq, "why")) {
        show_erase(rq, tr(locale, "Choose why the data are erased."), 422);
        return;
    }
    enum rc rc = store_write(web_store(rq), erase, rq);
    if (rc == RC_CONFLICT)
        show_erase(rq, tr(locale, "Type the name exactly as it stands above. Nothing was erased."), 422);
    else if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else
        rs_redirect(rq, "/admin/privacy");
}
