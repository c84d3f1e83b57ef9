/* api_privacy.c: what a contact may ask of us, for programs: everything that is held of her, and that it is erased.
 * There is no way to see what was hidden: that is for people, one at a time, with a reason. */
#include "desk/contact.h"
#include "desk/dossier.h"
#include "desk/erase.h"
#include "web/api.h"
#include "web/handlers.h"

struct api_dossier {
    const char *ref, *contact, *state;
    int64_t size, created_at, expires_at;
};

static const struct shape_field dossier_fields[] = {
    {"ref", SHAPE_REF, offsetof(struct api_dossier, ref), .of = "dos"},
    {"contact", SHAPE_REF, offsetof(struct api_dossier, contact), .of = "ctc"},
    {"state", SHAPE_WORD, offsetof(struct api_dossier, state),
     "ready: the file can be had; failed: it is too large, and kept contact export writes it.",
     .of = "queued ready failed expired"},
    {"size", SHAPE_INT, offsetof(struct api_dossier, size), "Bytes, once it is ready."},
    {"created_at", SHAPE_TIME, offsetof(struct api_dossier, created_at)},
    {"expires_at", SHAPE_TIME, offsetof(struct api_dossier, expires_at), "Then it is removed."},
    {0},
};
const struct shape shape_dossier = {"Dossier", "Everything that is held of a contact, as a ZIP archive.",
                                    dossier_fields, sizeof(struct api_dossier)};

static enum rc only_admins(struct api_call *c) { return rq_who(c->rq)->role == ROLE_ADMIN ? RC_OK : RC_DENIED; }

static enum rc put_dossier(struct api_call *c, const struct dossier *d) {
    struct contact contact;
    enum rc rc = contact_load(c->v, c->a, d->contact_id, &contact);
    if (rc == RC_OK)
        api_put(c, &shape_dossier,
                &(struct api_dossier){d->ref, contact.ref, d->state, d->size, d->created_at, d->expires_at});
    return rc;
}

static enum rc create_dossier(struct api_call *c) {
    struct contact contact;
    struct dossier d;
    enum rc rc = only_admins(c);
    if (rc == RC_OK)
        rc = contact_by_ref(c->v, c->a, rq_text(c->rq, "ref"), &contact);
    if (rc == RC_OK)
        rc = dossier_ask(c->tx, contact.id, c->by, c->now, &d);
    c->status = 201;
    return rc == RC_OK ? put_dossier(c, &d) : rc;
}

void api_create_dossier(struct request *rq) { api_write(rq, create_dossier); }

static enum rc get_one(struct api_call *c) {
    struct dossier d;
    enum rc rc = only_admins(c);
    if (rc == RC_OK)
        rc = dossier_by_ref(c->v, c->a, rq_text(c->rq, "ref"), &d);
    return rc == RC_OK ? put_dossier(c, &d) : rc;
}

void api_get_dossier(struct request *rq) { api_read(rq, get_one); }

void api_get_dossier_file(struct request *rq) {
    if (rq_who(rq)->role == ROLE_ADMIN)
        get_dossier_file(rq);
    else
        rs_error(rq, RC_DENIED, NULL);
}

static enum rc erase_contact(struct api_call *c) {
    struct contact contact;
    enum rc rc = only_admins(c);
    if (rc == RC_OK)
        rc = contact_by_ref(c->v, c->a, rq_text(c->rq, "ref"), &contact);
    if (rc == RC_OK && !contact.erased_at && !erase_confirms(c->a, contact.name, rq_text(c->rq, "confirm")))
        return api_blame(c, RC_INVALID, "confirm", "not_the_name");
    if (rc == RC_OK)
        rc = erase_begin(c->tx, contact.id, rq_text(c->rq, "why"), c->by, c->now);
    return rc == RC_OK ? api_put_contact(c, contact.id) : rc;
}

void api_erase_contact(struct request *rq) { api_write(rq, erase_contact); }
