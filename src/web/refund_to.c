/* refund_to.c: where a refund goes: the agents' page, the customer's field on her case page, and the copy. */
#include "desk/refund_to.h"

#include "base/json.h"
#include "base/tr.h"
#include "desk/contact.h"
#include "desk/conversation.h"
#include "html_gen.h"
#include "web/customer_page.h"
#include "web/handlers.h"
#include "web/page.h"
#include "web/refund_to.h"
#include "web/views_privacy.h"

#include <string.h>

/* ---- what is typed ---- */

struct refund_account refund_typed(struct request *rq) {
    struct refund_account x = {
        .number = rq_text(rq, "number"), .bank = rq_text(rq, "bank"), .holder = rq_text(rq, "holder")};
    if (refund_kind_named(rq_text(rq, "kind"), &x.kind) != RC_OK)
        x.kind = REFUND_BANK;
    return x;
}

const char *refund_field_of(const char *flaw) {
    bool of_holder = strcmp(flaw, "holder") == 0 || strcmp(flaw, "long") == 0;
    return strcmp(flaw, "bank") == 0 ? "bank" : of_holder ? "holder" : "number";
}

static const char *flaw_text(enum locale locale, const char *flaw) {
    return strcmp(flaw, "none") == 0 ? tr(locale, "Write the number of the account.")
           : strcmp(flaw, "card") == 0
               ? tr(locale, "This is the number of a payment card. Money goes to an account.")
           : strcmp(flaw, "number") == 0
               ? tr(locale, "There is no such account: a digit is missing, or one is wrong.")
           : strcmp(flaw, "bank") == 0   ? tr(locale, "Write the name of the bank.")
           : strcmp(flaw, "holder") == 0 ? tr(locale, "Write in whose name the account is.")
                                         : tr(locale, "At most 80 characters each.");
}

/* The number is not written into the page again: whoever looks over a shoulder has had her chance. */
void refund_fields_fill(struct visit *x, const struct refund_account *typed, const char *flaw,
                        struct refund_fields *out) {
    *out = (struct refund_fields){.kind = refund_kind_name(typed->kind),
                                  .number = {.value = ""},
                                  .bank = {.value = typed->bank},
                                  .holder = {.value = typed->holder}};
    if (!flaw)
        return;
    const char *field = refund_field_of(flaw);
    struct field *at = strcmp(field, "bank") == 0     ? &out->bank
                       : strcmp(field, "holder") == 0 ? &out->holder
                                                      : &out->number;
    at->error = flaw_text(x->page.locale, flaw);
}

/* ---- the agents' page ---- */

static enum rc fill(struct visit *x, const struct conversation *c, struct refund_to_view *v) {
    struct refund_to r;
    struct contact contact;
    struct agent agent;
    enum rc rc = contact_load(x->v, x->a, c->contact_id, &contact);
    if (rc == RC_OK && contact.erased_at)
        rc = RC_GONE;
    v->conversation = c->ref;
    v->short_ref = c->short_ref;
    if (rc != RC_OK)
        return rc;
    v->who = contact.name;
    v->case_url = arena_printf(x->a, "%s/case/%s", rq_origin(x->rq), conversation_case_token(x->a, c->short_ref));
    rc = refund_to_open(x->v, x->a, c->id, &r);
    if (rc != RC_OK)
        return rc == RC_NONE ? RC_OK : rc;
    v->ref = r.ref;
    v->hint = r.hint;
    v->asked_at = r.asked_at;
    v->given_at = r.given_at;
    v->copied_at = r.copied_at;
    v->until = refund_to_until(&r);
    v->by = "";
    if (r.given_by && (rc = agent_load(x->v, x->a, r.given_by, &agent)) == RC_OK)
        v->by = agent.name;
    return rc;
}

static void show(struct request *rq, const char *flaw, int status) {
    struct visit x;
    struct conversation c;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Where the refund goes")))
        return;
    struct refund_to_view v = {.shell = shell_of(&x, "inbox")};
    struct refund_account typed = flaw ? refund_typed(rq) : (struct refund_account){.bank = "", .holder = ""};
    enum rc rc = conversation_by_ref(x.v, x.a, rq_text(rq, "ref"), &c);
    if (rc == RC_OK)
        rc = fill(&x, &c, &v);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    refund_fields_fill(&x, &typed, flaw, &v.fields);
    if (flaw)
        add_error(&x, &v.errors, refund_field_of(flaw), flaw_text(x.page.locale, flaw));
    rs_status(rq, status);
    rs_header(rq, "Cache-Control", "no-store");
    html_agent_refund_to(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_refund_to(struct request *rq) { show(rq, NULL, 200); }

struct refund_act {
    struct request *rq;
    struct refund_account typed;
    enum refund_part part;
    const char *text, *conversation_ref; /* in the request's arena */
};

static enum rc ask_or_give(struct tx *tx, void *arg) {
    struct refund_act *x = arg;
    struct conversation c;
    struct refund_to r;
    bool ask = strcmp(rq_text(x->rq, "do"), "ask") == 0;
    enum rc rc = conversation_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "ref"), &c);
    if (rc != RC_OK)
        return rc;
    return ask ? refund_to_ask(tx, c.id, web_actor(x->rq), rq_now(x->rq), &r)
               : refund_to_give(tx, c.id, &x->typed, web_actor(x->rq), rq_now(x->rq));
}

void post_refund_to(struct request *rq) {
    struct refund_act x = {.rq = rq, .typed = refund_typed(rq)};
    bool ask = strcmp(rq_text(rq, "do"), "ask") == 0;
    const char *flaw = ask ? NULL : refund_flaw(rq_arena(rq), &x.typed);
    if (flaw)
        show(rq, flaw, 422);
    else if (web_write(rq, ask_or_give, &x))
        rs_redirect(rq, arena_printf(rq_arena(rq), "/c/%s/refund-to", rq_text(rq, "ref")));
}

static enum rc end(struct tx *tx, void *arg) {
    struct refund_act *x = arg;
    struct refund_to r;
    struct conversation c;
    enum rc rc = refund_to_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "ref"), &r);
    if (rc == RC_OK)
        rc = conversation_load(tx_view(tx), tx_arena(tx), r.conversation_id, &c);
    if (rc == RC_OK)
        x->conversation_ref = arena_copy(rq_arena(x->rq), c.ref);
    return rc == RC_OK ? refund_to_end(tx, r.ref, rq_flag(x->rq, "paid"), web_actor(x->rq), rq_now(x->rq)) : rc;
}

void post_refund_end(struct request *rq) {
    struct refund_act x = {.rq = rq};
    if (web_write(rq, end, &x))
        rs_redirect(rq, arena_printf(rq_arena(rq), "/c/%s", x.conversation_ref));
}

static enum rc copy(struct tx *tx, void *arg) {
    struct refund_act *x = arg;
    return refund_to_copy(tx, rq_arena(x->rq), rq_text(x->rq, "ref"), x->part, web_actor(x->rq), rq_now(x->rq),
                          &x->text);
}

/* For the page's script, which puts it on the clipboard and shows nothing. */
void post_refund_copy(struct request *rq) {
    struct refund_act x = {.rq = rq};
    x.part = strcmp(rq_text(rq, "part"), "holder") == 0 ? REFUND_HOLDER : REFUND_NUMBER;
    if (!web_write(rq, copy, &x))
        return;
    struct jw j = jw_begin(rs_body(rq));
    jw_object(&j, NULL);
    jw_text(&j, "text", x.text);
    jw_object_end(&j);
    rs_type(rq, "application/json");
    rs_header(rq, "Cache-Control", "no-store");
}

/* ---- the customer's ---- */

static enum rc give_by_customer(struct tx *tx, void *arg) {
    struct refund_act *x = arg;
    struct conversation c;
    struct refund_to open;
    enum rc rc = case_by_token(tx_view(tx), tx_arena(tx), rq_text(x->rq, "token"), &c);
    if (rc != RC_OK)
        return rc;
    rc = refund_to_open(tx_view(tx), tx_arena(tx), c.id, &open);
    if (rc == RC_OK && open.contact_id != c.contact_id)
        return RC_NONE; /* asked of another customer, whose conversation was merged in */
    if (rc != RC_OK && rc != RC_NONE)
        return rc;
    return refund_to_give(tx, c.id, &x->typed, (struct actor){ACTOR_CONTACT, c.contact_id}, rq_now(x->rq));
}

void post_case_refund(struct request *rq) {
    struct refund_act x = {.rq = rq, .typed = refund_typed(rq)};
    const char *flaw = refund_flaw(rq_arena(rq), &x.typed);
    if (flaw)
        show_case(rq, &(struct case_trouble){.refund = flaw}, 422);
    else if (web_write(rq, give_by_customer, &x))
        rs_redirect(rq, arena_printf(rq_arena(rq), "/case/%s#refund", rq_text(rq, "token")));
}
