/* api_webhook.c: who is told what happened; for admins. */
#include "desk/webhook.h"
#include "web/api.h"

struct api_webhook {
    const char *ref, *url, *kinds, *trouble;
    bool enabled;
    int64_t after, told_at, failing_since, created_at;
};

#define AT(member) offsetof(struct api_webhook, member)
static const struct shape_field webhook_fields[] = {
    {"ref", SHAPE_REF, AT(ref), .of = "whk"},
    {"url", SHAPE_TEXT, AT(url)},
    {"kinds", SHAPE_TEXT, AT(kinds), "Beginnings of kinds, separated by blanks; null: all.", .nullable = true},
    {"enabled", SHAPE_BOOL, AT(enabled), "Ends by itself when nothing was taken for five days, or with 410."},
    {"after", SHAPE_INT, AT(after), "Told are the events up to this one."},
    {"told_at", SHAPE_TIME, AT(told_at), "When something was last taken.", .nullable = true},
    {"failing_since", SHAPE_TIME, AT(failing_since), .nullable = true},
    {"trouble", SHAPE_TEXT, AT(trouble), "no_answer, refused_address, gone, status_500 …", .nullable = true},
    {"created_at", SHAPE_TIME, AT(created_at)},
    {0},
};
#undef AT
const struct shape shape_webhook = {"Webhook", "A program that is told what happened.", webhook_fields,
                                    sizeof(struct api_webhook)};

struct api_secret {
    const char *secret;
};
static const struct shape_field secret_fields[] = {
    {"secret", SHAPE_TEXT, offsetof(struct api_secret, secret),
     "whsec_…, as libraries of standardwebhooks.com take it."},
    {0},
};
const struct shape shape_webhook_secret = {"WebhookSecret", "What a webhook's requests are signed with.",
                                           secret_fields, sizeof(struct api_secret)};

static struct api_webhook shown(const struct webhook *w) {
    return (struct api_webhook){w->ref,       w->url,     w->kinds,         w->trouble,   !w->off_at,
                                w->after_seq, w->told_at, w->failing_since, w->created_at};
}

static enum rc show_webhook(struct api_call *c, const void *row, void *out) {
    *(struct api_webhook *)out = shown(row);
    return RC_OK;
}

static enum rc list_webhooks(struct api_call *c) {
    struct webhook *rows;
    int n;
    if (rq_who(c->rq)->role < ROLE_ADMIN)
        return RC_DENIED;
    enum rc rc = webhook_list(c->v, c->a, &rows, &n);
    return rc != RC_OK ? rc : api_list_of_all(c, &shape_webhook, rows, n, sizeof *rows, show_webhook);
}

void api_list_webhooks(struct request *rq) { api_read(rq, list_webhooks); }

static enum rc load(struct api_call *c, struct webhook *out) {
    if (rq_who(c->rq)->role < ROLE_ADMIN)
        return RC_DENIED;
    return webhook_by_ref(c->v, c->a, rq_text(c->rq, "ref"), out);
}

static enum rc put(struct api_call *c, const struct webhook *w) {
    struct api_webhook out = shown(w);
    api_put(c, &shape_webhook, &out);
    return RC_OK;
}

static enum rc get_webhook(struct api_call *c) {
    struct webhook w;
    enum rc rc = load(c, &w);
    return rc == RC_OK ? put(c, &w) : rc;
}

void api_get_webhook(struct request *rq) { api_read(rq, get_webhook); }

static enum rc get_secret(struct api_call *c) {
    struct webhook w;
    char *secret;
    enum rc rc = load(c, &w);
    if (rc == RC_OK)
        rc = webhook_secret(c->v, c->a, w.id, &secret);
    if (rc == RC_OK)
        api_put(c, &shape_webhook_secret, &(struct api_secret){secret});
    return rc;
}

void api_get_webhook_secret(struct request *rq) { api_read(rq, get_secret); }

/* What the request says of it. */
static enum rc take(struct api_call *c, struct webhook *w) {
    const char *flaw;
    if (rq_has(c->rq, "url"))
        w->url = rq_text(c->rq, "url");
    if (rq_has(c->rq, "kinds"))
        w->kinds = rq_text(c->rq, "kinds") ? rq_text(c->rq, "kinds") : "";
    if ((flaw = webhook_url_flaw(w->url)))
        return api_blame(c, RC_INVALID, "url", flaw);
    return (flaw = webhook_kinds_flaw(w->kinds)) ? api_blame(c, RC_INVALID, "kinds", flaw) : RC_OK;
}

static enum rc create_webhook(struct api_call *c) {
    struct webhook w = {.kinds = "", .trouble = ""};
    c->status = 201;
    if (rq_who(c->rq)->role < ROLE_ADMIN)
        return RC_DENIED;
    enum rc rc = take(c, &w);
    if (rc == RC_OK && (rc = webhook_create(c->tx, &w, c->by, c->now)) == RC_TOO_MANY)
        return api_blame(c, RC_CONFLICT, "url", "too_many");
    return rc == RC_OK ? put(c, &w) : rc;
}

void api_create_webhook(struct request *rq) { api_write(rq, create_webhook); }

static enum rc change_webhook(struct api_call *c) {
    struct webhook w;
    enum rc rc = load(c, &w);
    if (rc == RC_OK)
        rc = take(c, &w);
    if (rc != RC_OK)
        return rc;
    if (rq_has(c->rq, "enabled"))
        w.off_at = rq_flag(c->rq, "enabled") ? 0 : w.off_at ? w.off_at : c->now;
    rc = webhook_save(c->tx, &w, c->by, c->now);
    if (rc == RC_OK && rq_flag(c->rq, "new_secret"))
        rc = webhook_renew_secret(c->tx, w.id, c->by);
    if (rc == RC_OK)
        rc = webhook_by_ref(c->v, c->a, w.ref, &w);
    return rc == RC_OK ? put(c, &w) : rc;
}

void api_change_webhook(struct request *rq) { api_write(rq, change_webhook); }

static enum rc delete_webhook(struct api_call *c) {
    struct webhook w;
    enum rc rc = load(c, &w);
    return rc == RC_OK ? webhook_remove(c->tx, w.ref, c->by) : rc;
}

void api_delete_webhook(struct request *rq) { api_write(rq, delete_webhook); }
