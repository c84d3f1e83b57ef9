/* api_tag.c: keywords. */
#include "web/api.h"

struct api_tag {
    const char *ref, *name;
    int64_t conversations;
};

static const struct shape_field tag_fields[] = {
    {"ref", SHAPE_REF, offsetof(struct api_tag, ref), .of = "tag"},
    {"name", SHAPE_TEXT, offsetof(struct api_tag, name), "In small letters, without spaces."},
    {"conversations", SHAPE_INT, offsetof(struct api_tag, conversations), "How many have it."},
    {0},
};
const struct shape shape_tag = {"Tag", "A keyword on conversations.", tag_fields, sizeof(struct api_tag)};

static enum rc show_tag(struct api_call *c, const void *row, void *out) {
    const struct tag *x = row;
    *(struct api_tag *)out = (struct api_tag){x->ref, x->name, x->conversations};
    return RC_OK;
}

static enum rc list_tags(struct api_call *c) {
    struct tag *rows;
    int n;
    enum rc rc = tag_counts(c->v, c->a, &rows, &n);
    return rc != RC_OK ? rc : api_list_of_all(c, &shape_tag, rows, n, sizeof *rows, show_tag);
}

void api_list_tags(struct request *rq) { api_read(rq, list_tags); }

static enum rc put_tag(struct api_call *c, int64_t id) {
    struct tag *rows;
    int n;
    enum rc rc = tag_counts(c->v, c->a, &rows, &n);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (rows[i].id == id)
            api_put(c, &shape_tag, &(struct api_tag){rows[i].ref, rows[i].name, rows[i].conversations});
    return rc;
}

static enum rc create_tag(struct api_call *c) {
    struct tag tag;
    enum rc rc = tag_named(c->tx, rq_text(c->rq, "name"), c->now, &tag);
    return rc == RC_OK ? put_tag(c, tag.id) : rc;
}

void api_create_tag(struct request *rq) { api_write(rq, create_tag); }

/* A tag stands on everybody's conversations: renaming and deleting it is for leads. */
static enum rc load_tag(struct api_call *c, struct tag *out) {
    if (rq_who(c->rq)->role < ROLE_LEAD)
        return RC_DENIED;
    return tag_by_ref(c->v, c->a, rq_text(c->rq, "ref"), out);
}

static enum rc rename_tag(struct api_call *c) {
    struct tag tag;
    enum rc rc = load_tag(c, &tag);
    if (rc == RC_OK && (rc = tag_rename(c->tx, tag.id, rq_text(c->rq, "name"))) == RC_CONFLICT)
        return api_blame(c, rc, "name", "taken");
    return rc == RC_OK ? put_tag(c, tag.id) : rc;
}

void api_rename_tag(struct request *rq) { api_write(rq, rename_tag); }

static enum rc delete_tag(struct api_call *c) {
    struct tag tag;
    enum rc rc = load_tag(c, &tag);
    return rc == RC_OK ? tag_delete(c->tx, tag.id) : rc;
}

void api_delete_tag(struct request *rq) { api_write(rq, delete_tag); }
