/* api_inbox.c: where messages come in and go out, and saved replies; both to read only. */
#include "desk/inbox.h"
#include "desk/reply.h"
#include "web/api.h"

struct api_inbox {
    const char *ref, *name, *channel, *address, *trouble;
    bool enabled, acknowledges;
    int64_t created_at;
};

static const struct shape_field inbox_fields[] = {
    {"ref", SHAPE_REF, offsetof(struct api_inbox, ref), .of = "inb"},
    {"name", SHAPE_TEXT, offsetof(struct api_inbox, name)},
    {"channel", SHAPE_WORD, offsetof(struct api_inbox, channel), .of = "email form chat"},
    {"address", SHAPE_TEXT, offsetof(struct api_inbox, address), "Of an e-mail inbox.", .nullable = true},
    {"enabled", SHAPE_BOOL, offsetof(struct api_inbox, enabled)},
    {"acknowledges", SHAPE_BOOL, offsetof(struct api_inbox, acknowledges),
     "A new conversation by mail or form is confirmed by mail."},
    {"trouble", SHAPE_TEXT, offsetof(struct api_inbox, trouble), "What is wrong with it now, as a code.",
     .nullable = true},
    {"created_at", SHAPE_TIME, offsetof(struct api_inbox, created_at)},
    {0},
};
const struct shape shape_inbox = {"Inbox", "A connected address, form or widget.", inbox_fields,
                                  sizeof(struct api_inbox)};

static enum rc show_inbox(struct api_call *c, const void *row, void *out) {
    const struct inbox *x = row;
    *(struct api_inbox *)out = (struct api_inbox){x->ref,     x->name,    x->kind,         x->address,
                                                  x->trouble, x->enabled, x->acknowledges, x->created_at};
    return RC_OK;
}

static enum rc list_inboxes(struct api_call *c) {
    struct inbox *rows;
    int n;
    enum rc rc = inbox_list(c->v, c->a, &rows, &n);
    return rc != RC_OK ? rc : api_list_of_all(c, &shape_inbox, rows, n, sizeof *rows, show_inbox);
}

void api_list_inboxes(struct request *rq) { api_read(rq, list_inboxes); }

/* ---- saved replies ---- */

struct api_saved_reply {
    const char *ref, *name, *lang, *body;
};

static const struct shape_field saved_reply_fields[] = {
    {"ref", SHAPE_REF, offsetof(struct api_saved_reply, ref), .of = "rep"},
    {"name", SHAPE_TEXT, offsetof(struct api_saved_reply, name)},
    {"lang", SHAPE_TEXT, offsetof(struct api_saved_reply, lang), .nullable = true},
    {"body", SHAPE_TEXT, offsetof(struct api_saved_reply, body),
     "Markdown with variables such as {customer.name}."},
    {0},
};
const struct shape shape_saved_reply = {"SavedReply", "A prepared text.", saved_reply_fields,
                                        sizeof(struct api_saved_reply)};

static enum rc show_saved(struct api_call *c, const void *row, void *out) {
    const struct saved_reply *x = row;
    *(struct api_saved_reply *)out = (struct api_saved_reply){x->ref, x->name, x->lang, x->body};
    return RC_OK;
}

static enum rc list_saved(struct api_call *c) {
    struct saved_reply *rows;
    int n;
    enum rc rc = saved_list(c->v, c->a, &rows, &n);
    return rc != RC_OK ? rc : api_list_of_all(c, &shape_saved_reply, rows, n, sizeof *rows, show_saved);
}

void api_list_saved_replies(struct request *rq) { api_read(rq, list_saved); }

static enum rc get_saved(struct api_call *c) {
    struct saved_reply x;
    enum rc rc = saved_by_ref(c->v, c->a, rq_text(c->rq, "ref"), &x);
    if (rc == RC_OK)
        api_put(c, &shape_saved_reply, &(struct api_saved_reply){x.ref, x.name, x.lang, x.body});
    return rc;
}

void api_get_saved_reply(struct request *rq) { api_read(rq, get_saved); }
