/* api_contact.c: the person served, and where she can be reached. */
#include "desk/contact.h"
#include "web/api.h"

#include <string.h>

struct api_point {
    const char *kind, *value;
    bool verified;
};

static const struct shape_field point_fields[] = {
    {"kind", SHAPE_WORD, offsetof(struct api_point, kind), .of = "email phone site"},
    {"value", SHAPE_TEXT, offsetof(struct api_point, value), "The address or number, folded."},
    {"verified", SHAPE_BOOL, offsetof(struct api_point, verified), "It was shown to be hers."},
    {0},
};
static const struct shape shape_point = {"ContactPoint", "Where a contact can be reached, and is known by.",
                                         point_fields, sizeof(struct api_point)};

struct api_contact {
    const char *ref, *name, *lang, *note, *address_form, *call_name;
    struct shape_list points;
    int64_t created_at, erased_at;
};

static const struct shape_field contact_fields[] = {
    {"ref", SHAPE_REF, offsetof(struct api_contact, ref), .of = "ctc"},
    {"name", SHAPE_TEXT, offsetof(struct api_contact, name)},
    {"lang", SHAPE_TEXT, offsetof(struct api_contact, lang), "Language tag; null: not known.", .nullable = true},
    {"note", SHAPE_TEXT, offsetof(struct api_contact, note), "What agents should know.", .nullable = true},
    {"address_form", SHAPE_TEXT, offsetof(struct api_contact, address_form),
     "How she is addressed: anh, chị, 先生, คุณ; null: not known.", .nullable = true},
    {"call_name", SHAPE_TEXT, offsetof(struct api_contact, call_name), "How to call her, when it was told.",
     .nullable = true},
    {"points", SHAPE_LIST, offsetof(struct api_contact, points), .shape = &shape_point},
    {"created_at", SHAPE_TIME, offsetof(struct api_contact, created_at)},
    {"erased_at", SHAPE_TIME, offsetof(struct api_contact, erased_at), "When her data were erased.",
     .nullable = true},
    {0},
};
const struct shape shape_contact = {"Contact", "The person served.", contact_fields, sizeof(struct api_contact)};

static enum rc contact_of(struct api_call *c, const struct contact *x, struct api_contact *out) {
    struct contact_point *points;
    int n;
    enum rc rc = contact_points(c->v, c->a, x->id, &points, &n);
    if (rc != RC_OK)
        return rc;
    struct api_point *shown = ARENA_ARRAY(c->a, (size_t)n + 1, struct api_point);
    for (int i = 0; i < n; i++)
        shown[i] = (struct api_point){points[i].kind, points[i].value, points[i].verified};
    *out = (struct api_contact){x->ref,       x->name,    x->lang,       x->note,     x->address_form,
                                x->call_name, {shown, n}, x->created_at, x->erased_at};
    return RC_OK;
}

enum rc api_put_contact(struct api_call *c, int64_t id) {
    struct contact x;
    struct api_contact shown;
    enum rc rc = contact_load(c->v, c->a, id, &x);
    if (rc == RC_OK)
        rc = contact_of(c, &x, &shown);
    if (rc == RC_OK)
        api_put(c, &shape_contact, &shown);
    return rc;
}

/* ---- reading ---- */

static enum rc get_contact(struct api_call *c) {
    struct contact x;
    enum rc rc = contact_by_ref(c->v, c->a, rq_text(c->rq, "ref"), &x);
    return rc == RC_OK ? api_put_contact(c, x.id) : rc;
}

void api_get_contact(struct request *rq) { api_read(rq, get_contact); }

/* By an address there is one at most. */
static enum rc contacts_by_point(struct api_call *c, const char *kind, struct contact **out, int *n) {
    *out = ARENA_NEW(c->a, struct contact);
    enum rc rc = contact_by_point(c->v, c->a, kind, rq_text(c->rq, kind), *out);
    *n = rc == RC_OK;
    return rc == RC_NONE ? RC_OK : rc;
}

static enum rc list_contacts(struct api_call *c) {
    struct contact *rows, before = {0};
    int n;
    enum rc rc = RC_OK;
    if (rq_has(c->rq, "cursor")) {
        rc = contact_by_ref(c->v, c->a, rq_text(c->rq, "cursor"), &before);
        if (rc == RC_NONE)
            return api_blame(c, rc, "cursor", "not_found");
    }
    if (rc == RC_OK)
        rc = rq_has(c->rq, "email")   ? contacts_by_point(c, "email", &rows, &n)
             : rq_has(c->rq, "phone") ? contacts_by_point(c, "phone", &rows, &n)
             : rq_has(c->rq, "q")
                 ? contact_search(c->v, c->a, rq_text(c->rq, "q"), before.id, api_list_room(c), &rows, &n)
                 : contact_list(c->v, c->a, before.id, api_list_room(c), &rows, &n);
    if (rc != RC_OK)
        return rc;
    struct api_contact *shown = ARENA_ARRAY(c->a, (size_t)n + 1, struct api_contact);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = contact_of(c, &rows[i], &shown[i]);
    if (rc == RC_OK)
        api_list(c, &shape_contact, shown, n);
    return rc;
}

void api_list_contacts(struct request *rq) { api_read(rq, list_contacts); }

/* ---- writing ---- */

static enum rc add_point(struct api_call *c, int64_t id, const char *kind, const char *param) {
    const char *value = rq_text(c->rq, param);
    if (!value)
        return RC_OK;
    if (!contact_point_valid(kind, value))
        return api_blame(c, RC_INVALID, param, strcmp(kind, "email") == 0 ? "not_an_address" : "not_a_number");
    enum rc rc = contact_point_add(c->tx, id, kind, value, c->now);
    return rc == RC_CONFLICT ? api_blame(c, rc, param, "taken") : rc;
}

/* The text given, or what was there; null empties it. */
static const char *given(struct api_call *c, const char *name, const char *before) {
    const char *value = rq_text(c->rq, name);
    return !rq_has(c->rq, name) ? before : value ? value : "";
}

static enum rc create_contact(struct api_call *c) {
    struct contact x = {
        .name = rq_text(c->rq, "name"),
        .lang = given(c, "lang", ""),
        .note = given(c, "note", ""),
        .address_form = given(c, "address_form", ""),
        .call_name = given(c, "call_name", ""),
    };
    enum rc rc = contact_create(c->tx, &x, c->now);
    if (rc == RC_OK)
        rc = add_point(c, x.id, "email", "email");
    if (rc == RC_OK)
        rc = add_point(c, x.id, "phone", "phone");
    c->status = 201;
    return rc == RC_OK ? api_put_contact(c, x.id) : rc;
}

void api_create_contact(struct request *rq) { api_write(rq, create_contact); }

static enum rc load_living(struct api_call *c, struct contact *out) {
    enum rc rc = contact_by_ref(c->v, c->a, rq_text(c->rq, "ref"), out);
    return rc == RC_OK && out->erased_at ? RC_GONE : rc;
}

static enum rc change_contact(struct api_call *c) {
    struct contact x;
    enum rc rc = load_living(c, &x);
    if (rc != RC_OK)
        return rc;
    x.name = given(c, "name", x.name);
    if (!*x.name)
        return api_blame(c, RC_INVALID, "name", "missing");
    x.lang = given(c, "lang", x.lang);
    x.note = given(c, "note", x.note);
    x.address_form = given(c, "address_form", x.address_form);
    x.call_name = given(c, "call_name", x.call_name);
    rc = contact_save(c->tx, &x, c->agent_id, c->now);
    return rc == RC_OK ? api_put_contact(c, x.id) : rc;
}

void api_change_contact(struct request *rq) { api_write(rq, change_contact); }

static enum rc add_point_to(struct api_call *c) {
    struct contact x;
    enum rc rc = load_living(c, &x);
    if (rc == RC_OK)
        rc = add_point(c, x.id, rq_text(c->rq, "kind"), "value");
    c->status = 201;
    return rc == RC_OK ? api_put_contact(c, x.id) : rc;
}

void api_add_point(struct request *rq) { api_write(rq, add_point_to); }
