/* api_refund_to.c: where a refund goes, for programs: asked for, given and ended; never read (desk/refund_to.h). */
#include "desk/refund_to.h"
#include "web/api.h"
#include "web/refund_to.h"

#include <string.h>

struct api_refund_to {
    const char *conversation, *state, *kind, *hint;
    int64_t asked_at, given_at, copied_at, until;
};

#define AT(member) offsetof(struct api_refund_to, member)
static const struct shape_field refund_to_fields[] = {
    {"conversation", SHAPE_REF, AT(conversation), .of = "con"},
    {"state", SHAPE_WORD, AT(state), "none: nobody asked, or it is over; what follows is null then.",
     .of = "none asked given"},
    {"kind", SHAPE_WORD, AT(kind), .of = "bank promptpay iban", .nullable = true},
    {"hint", SHAPE_TEXT, AT(hint), "What may be seen of it. The number itself is never answered.",
     .nullable = true},
    {"asked_at", SHAPE_TIME, AT(asked_at), .nullable = true},
    {"given_at", SHAPE_TIME, AT(given_at), .nullable = true},
    {"copied_at", SHAPE_TIME, AT(copied_at), .nullable = true},
    {"until", SHAPE_TIME, AT(until), "When it goes by itself.", .nullable = true},
    {0},
};
#undef AT
const struct shape shape_refund_to = {"RefundTo", "Where the money of a conversation goes back to.",
                                      refund_to_fields, sizeof(struct api_refund_to)};

static enum rc put_refund_to(struct api_call *c, const struct conversation *k) {
    struct refund_to r;
    struct api_refund_to out = {.conversation = k->ref, .state = "none"};
    enum rc rc = refund_to_open(c->v, c->a, k->id, &r);
    if (rc == RC_OK) {
        out.state = r.given_at ? "given" : "asked";
        out.kind = *r.kind ? r.kind : NULL;
        out.hint = *r.hint ? r.hint : NULL;
        out.asked_at = r.asked_at;
        out.given_at = r.given_at;
        out.copied_at = r.copied_at;
        out.until = refund_to_until(&r);
    }
    if (rc != RC_OK && rc != RC_NONE)
        return rc;
    api_put(c, &shape_refund_to, &out);
    return RC_OK;
}

static enum rc get_it(struct api_call *c) {
    struct conversation k;
    enum rc rc = api_conversation(c, &k);
    return rc == RC_OK ? put_refund_to(c, &k) : rc;
}

void api_get_refund_to(struct request *rq) { api_read(rq, get_it); }

static enum rc give(struct api_call *c, const struct conversation *k) {
    struct refund_account typed = refund_typed(c->rq);
    c->reason = refund_flaw(c->a, &typed);
    if (!c->reason)
        return refund_to_give(c->tx, k->id, &typed, c->by, c->now);
    c->param = refund_field_of(c->reason);
    return RC_INVALID;
}

static enum rc set_it(struct api_call *c) {
    struct conversation k;
    struct refund_to r;
    const char *what = rq_text(c->rq, "do");
    enum rc rc = api_conversation(c, &k);
    if (rc != RC_OK)
        return rc;
    if (strcmp(what, "ask") == 0)
        rc = refund_to_ask(c->tx, k.id, c->by, c->now, &r);
    else if (strcmp(what, "give") == 0)
        rc = give(c, &k);
    else if ((rc = refund_to_open(c->v, c->a, k.id, &r)) == RC_OK)
        rc = refund_to_end(c->tx, r.ref, strcmp(what, "paid") == 0, c->by, c->now);
    return rc == RC_OK ? put_refund_to(c, &k) : rc;
}

void api_set_refund_to(struct request *rq) { api_write(rq, set_it); }
