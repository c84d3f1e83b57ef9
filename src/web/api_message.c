/* api_message.c: messages of a conversation, and their files. */
#include "desk/blob.h"
#include "desk/contact.h"
#include "desk/intake.h"
#include "desk/reply.h"
#include "desk/prevention.h"
#include "desk/reply_prepare.h"
#include "desk/sensitive.h"
#include "web/api.h"
#include "web/article_page.h"
#include "web/page.h"

#include <string.h>

/* ---- shapes ---- */

struct api_attachment {
    const char *ref, *name, *type, *url;
    int64_t size;
    bool sensitive;
};

static const struct shape_field attachment_fields[] = {
    {"ref", SHAPE_REF, offsetof(struct api_attachment, ref), .of = "att"},
    {"name", SHAPE_TEXT, offsetof(struct api_attachment, name)},
    {"type", SHAPE_TEXT, offsetof(struct api_attachment, type), "Media type, by the file's own bytes."},
    {"size", SHAPE_INT, offsetof(struct api_attachment, size), "In bytes."},
    {"url", SHAPE_TEXT, offsetof(struct api_attachment, url),
     "Where it is fetched, with the same token; null of sensitive ones.", .nullable = true},
    {"sensitive", SHAPE_BOOL, offsetof(struct api_attachment, sensitive),
     "A card, an identity paper or a transfer slip: a person may look at it, and that is noted."},
    {0},
};
const struct shape shape_attachment = {"Attachment", "A file of a message.", attachment_fields,
                                       sizeof(struct api_attachment)};

struct api_author {
    const char *kind, *ref, *name;
};

static const struct shape_field author_fields[] = {
    {"kind", SHAPE_WORD, offsetof(struct api_author, kind), .of = "customer agent bot"},
    {"ref", SHAPE_TEXT, offsetof(struct api_author, ref), "Of the contact or agent; null: neither.",
     .nullable = true},
    {"name", SHAPE_TEXT, offsetof(struct api_author, name), .nullable = true},
    {0},
};
static const struct shape shape_author = {"Author", "Who wrote a message.", author_fields,
                                          sizeof(struct api_author)};

struct api_message {
    const char *ref, *conversation, *kind, *channel, *body, *format, *state, *state_reason, *to, *cc, *auto_kind,
        *courtesy;
    const struct api_author *author;
    struct shape_list attachments;
    int64_t masked, send_at, created_at;
    bool unverified, incomplete, same_turn;
};

#define AT(member) offsetof(struct api_message, member)
static const struct shape_field message_fields[] = {
    {"ref", SHAPE_REF, AT(ref), .of = "msg"},
    {"conversation", SHAPE_REF, AT(conversation), .of = "con"},
    {"kind", SHAPE_WORD, AT(kind), "The customer's, ours, an internal note, or a bot's.",
     .of = "customer agent note bot"},
    {"channel", SHAPE_WORD, AT(channel), .of = "email form chat api note"},
    {"author", SHAPE_OBJECT, AT(author), .shape = &shape_author},
    {"body", SHAPE_TEXT, AT(body), "Private numbers are masked."},
    {"format", SHAPE_WORD, AT(format), .of = "markdown plain"},
    {"state", SHAPE_WORD, AT(state), "Of ours: queued, sending, sent or failed.",
     .of = "received queued sending sent failed cancelled held"},
    {"state_reason", SHAPE_TEXT, AT(state_reason), "Why it failed, in the other side's words.", .nullable = true},
    {"to", SHAPE_TEXT, AT(to), .nullable = true},
    {"cc", SHAPE_TEXT, AT(cc), .nullable = true},
    {"auto_kind", SHAPE_WORD, AT(auto_kind), "Written by a program: it moves neither status nor clock.",
     .nullable = true, .of = "auto_reply list bounce feedback loop acknowledgement news"},
    {"courtesy", SHAPE_WORD, AT(courtesy),
     "Nothing but thanks (the customer's) or that somebody is there (ours): no clock moved.", .nullable = true,
     .of = "thanks placeholder"},
    {"same_turn", SHAPE_BOOL, AT(same_turn), "Goes on with the message before, within seconds: one turn."},
    {"incomplete", SHAPE_BOOL, AT(incomplete), "A limit cut something off; the mail as it came has it."},
    {"attachments", SHAPE_LIST, AT(attachments), .shape = &shape_attachment},
    {"masked", SHAPE_INT, AT(masked), "How many private numbers were masked."},
    {"unverified", SHAPE_BOOL, AT(unverified), "The sender had no part in the conversation before."},
    {"send_at", SHAPE_TIME, AT(send_at), "Not sent before.", .nullable = true},
    {"created_at", SHAPE_TIME, AT(created_at)},
    {0},
};
#undef AT
const struct shape shape_message = {"Message", "One message of a conversation.", message_fields,
                                    sizeof(struct api_message)};

static struct shape_list attachments_of(struct api_call *c, const struct message *m) {
    struct api_attachment *shown = ARENA_ARRAY(c->a, (size_t)m->files_n + 1, struct api_attachment);
    for (int i = 0; i < m->files_n; i++) {
        const struct attachment *f = &m->files[i];
        bool hidden = sensitive_hidden(f);
        const char *url = arena_printf(c->a, "%s/api/v1/attachments/%s", rq_origin(c->rq), f->ref);
        shown[i] = (struct api_attachment){f->ref, f->name, f->type, hidden ? NULL : url, f->size, hidden};
    }
    return (struct shape_list){shown, m->files_n};
}

static struct api_author *author_of(struct arena *a, const struct message *m) {
    struct api_author *author = ARENA_NEW(a, struct api_author);
    bool customer = strcmp(m->kind, "customer") == 0;
    *author = customer
                  ? (struct api_author){"customer", m->contact_ref, m->contact_name}
                  : (struct api_author){strcmp(m->kind, "bot") == 0 ? "bot" : "agent", m->agent_ref, m->agent_name};
    return author;
}

/* `m` has its files. */
static struct api_message message_of(struct api_call *c, const struct message *m, const char *conversation_ref) {
    return (struct api_message){
        .ref = m->ref,
        .conversation = conversation_ref,
        .kind = m->kind,
        .channel = m->channel,
        .author = author_of(c->a, m),
        .body = m->body,
        .format = strcmp(m->kind, "customer") == 0 ? "plain" : "markdown",
        .state = m->state,
        .state_reason = m->state_reason,
        .to = m->mail_to,
        .cc = m->mail_cc,
        .auto_kind = m->auto_kind,
        .courtesy = m->courtesy,
        .same_turn = m->turn_id != 0,
        .incomplete = m->incomplete,
        .masked = m->masked,
        .unverified = m->unverified,
        .send_at = m->send_at,
        .created_at = m->created_at,
        .attachments = attachments_of(c, m),
    };
}

enum rc api_put_message(struct api_call *c, int64_t id) {
    struct message m;
    struct conversation k;
    enum rc rc = message_load(c->v, c->a, id, &m);
    if (rc == RC_OK)
        rc = conversation_load(c->v, c->a, m.conversation_id, &k);
    if (rc == RC_OK)
        rc = message_files(c->v, c->a, &m, 1);
    if (rc != RC_OK)
        return rc;
    struct api_message shown = message_of(c, &m, k.ref);
    api_put(c, &shape_message, &shown);
    return RC_OK;
}

/* ---- reading ---- */

static enum rc get_message(struct api_call *c) {
    struct message m;
    enum rc rc = message_by_ref(c->v, c->a, rq_text(c->rq, "ref"), &m);
    return rc == RC_OK ? api_put_message(c, m.id) : rc;
}

void api_get_message(struct request *rq) { api_read(rq, get_message); }

static enum rc list_messages(struct api_call *c) {
    struct conversation k;
    struct message before = {0}, *rows;
    int n;
    enum rc rc = api_conversation(c, &k);
    if (rc == RC_OK && rq_has(c->rq, "cursor")) {
        rc = message_by_ref(c->v, c->a, rq_text(c->rq, "cursor"), &before);
        if (rc == RC_NONE || (rc == RC_OK && before.conversation_id != k.id))
            return api_blame(c, RC_INVALID, "cursor", "not_found");
    }
    if (rc == RC_OK)
        rc = message_page(c->v, c->a, k.id, before.id, api_list_room(c), &rows, &n);
    if (rc == RC_OK)
        rc = message_files(c->v, c->a, rows, n);
    if (rc != RC_OK)
        return rc;
    struct api_message *shown = ARENA_ARRAY(c->a, (size_t)n + 1, struct api_message);
    for (int i = 0; i < n; i++)
        shown[i] = message_of(c, &rows[n - 1 - i], k.ref);
    api_list(c, &shape_message, shown, n);
    return RC_OK;
}

void api_list_messages(struct request *rq) { api_read(rq, list_messages); }

/* ---- writing ---- */

/* What stands behind "it will not happen again": what the program names, or what is linked here already. */
static enum rc find_behind(struct api_call *c, const struct conversation *k, struct reply *r) {
    struct prevention *linked, one;
    const char *ref = rq_text(c->rq, "prevention");
    int n = 0;
    enum rc rc;
    r->no_repeat = true;
    if (ref) {
        rc = prevention_by_ref(c->v, c->a, ref, &one);
        if (rc == RC_OK)
            rc = prevention_link(c->tx, &one, k->id, c->by, c->now);
        r->prevention_id = one.id;
        return rc == RC_NONE ? api_blame(c, rc, "prevention", "unknown") : rc;
    }
    rc = prevention_of_conversation(c->v, c->a, k->id, &linked, &n);
    if (rc == RC_OK && n)
        r->prevention_id = linked[0].id;
    return rc;
}

/* What a person would have to look at first: another's data, asking for a secret, an insult. */
static enum rc refuse_red(struct api_call *c, const struct findings *f) {
    for (size_t i = 0; i < f->n && !rq_flag(c->rq, "anyway"); i++)
        if (f->at[i].strength == RULE_RED)
            return api_blame(c, RC_CONFLICT, "body", f->at[i].rule);
    return RC_OK;
}

/* A program's word counts like an agent's; the customer sees it listed only where the program says so. */
static enum rc find_promises(struct api_call *c, const struct conversation *k, struct reply *r) {
    const char *become = rq_text(c->rq, "promises");
    struct draft_ask ask = {.conversation = k, .text = r->body};
    struct draft_reading reading;
    enum rc rc = reply_prepare(c->v, c->a, &ask, c->now, &reading);
    if (rc == RC_OK)
        rc = refuse_red(c, &reading.findings);
    if (rc == RC_OK && reading.no_repeat)
        rc = find_behind(c, k, r);
    if (rc != RC_OK || (become && strcmp(become, "none") == 0))
        return rc;
    r->promises = draft_promises(c->a, r->body, &reading, become && strcmp(become, "shown") == 0);
    r->promises_n = (int)reading.promises.n;
    return RC_OK;
}

/* In an inbox that is a form or a widget nobody knows where a message of ours would go, but her case page has it
 * too. */
static enum rc find_articles(struct api_call *c, struct reply *r) {
    struct quote *quotes;
    enum rc rc =
        knowledge_quotes(web_of(c->rq)->knowledge, c->v, c->a, r->body, NULL, 0, c->now, &quotes, &r->uses_n);
    r->uses = rc == RC_OK ? uses_of(c->a, quotes, r->uses_n) : NULL;
    enum quote_state worst = QUOTE_FINE;
    for (int i = 0; rc == RC_OK && i < r->uses_n; i++)
        worst = quotes[i].state > worst ? quotes[i].state : worst;
    if (rc != RC_OK || worst < QUOTE_OUTDATED || rq_flag(c->rq, "anyway"))
        return rc;
    return api_blame(c, RC_CONFLICT, "body", worst == QUOTE_WRONG ? "article_wrong" : "article_outdated");
}

static enum rc add_reply(struct api_call *c, struct conversation *k, struct message *m) {
    struct request *rq = c->rq;
    const char *status = rq_text(rq, "status");
    struct reply r = {
        .body = rq_text(rq, "body"),
        .then_status = status,
        .then_until = rq_int(rq, "until", 0),
        .cc = rq_text(rq, "cc"),
        .no_undo = true,
    };
    bool needs_time = status && (strcmp(status, "snoozed") == 0 || strcmp(status, "on_hold") == 0);
    if (needs_time && r.then_until <= c->now)
        return api_blame(c, RC_INVALID, "until", r.then_until ? "in_the_past" : "missing");
    api_files(c, &r.parts, &r.parts_n);
    enum rc rc = find_promises(c, k, &r);
    if (rc == RC_OK)
        rc = find_articles(c, &r);
    return rc == RC_OK ? reply_send(c->tx, k, &r, c->by, c->now, m) : rc;
}

static enum rc add_customers(struct api_call *c, struct conversation *k, struct message *m) {
    struct intake_result result;
    struct inbound in = {
        .channel = "api",
        .inbox_id = k->inbox_id,
        .contact_id = k->contact_id,
        .conversation_ref = k->ref,
        .subject = k->subject,
        .body = rq_text(c->rq, "body"),
    };
    api_files(c, &in.parts, &in.parts_n);
    enum rc rc = intake_accept(c->tx, &in, c->now, &result);
    *m = result.message;
    return rc;
}

enum rc api_add_message(struct api_call *c, struct conversation *k, int64_t *message_id) {
    const char *kind = rq_text(c->rq, "kind"), *body = rq_text(c->rq, "body");
    struct message m = {0};
    enum rc rc;
    if (strcmp(kind, "customer") == 0) {
        rc = add_customers(c, k, &m);
    } else if (strcmp(kind, "agent") == 0) {
        rc = add_reply(c, k, &m);
    } else {
        struct attachment *parts;
        int n;
        api_files(c, &parts, &n);
        rc = note_add(c->tx, k, body, parts, n, c->agent_id, c->now, &m);
    }
    *message_id = m.id;
    return rc == RC_INVALID && !c->param ? api_blame(c, rc, "body", "missing") : rc;
}

static enum rc create_message(struct api_call *c) {
    struct conversation k;
    int64_t id;
    enum rc rc = api_conversation(c, &k);
    if (rc == RC_OK && rq_int(c->rq, "version", k.version) != k.version)
        return api_blame(c, RC_CONFLICT, "version", "changed");
    if (rc == RC_OK)
        rc = api_add_message(c, &k, &id);
    c->status = 201;
    return rc == RC_OK ? api_put_message(c, id) : rc;
}

void api_create_message(struct request *rq) { api_write(rq, create_message); }

/* ---- files ---- */

/* Always for saving: whatever a customer sent must not become a page of ours. */
void api_get_attachment(struct request *rq) {
    struct attachment x;
    struct view *v = view_open(web_store(rq));
    enum rc rc = attachment_by_ref(v, rq_arena(rq), rq_text(rq, "ref"), &x);
    if (rc == RC_OK && sensitive_hidden(&x))
        rc = RC_DENIED;
    if (rc == RC_OK)
        rc = blob_get(v, x.blob_id, rs_body(rq));
    view_close(v);
    if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
        return;
    }
    struct buf line = {0};
    buf_lit(&line, "attachment; filename*=UTF-8''");
    html_url_part_str(&line, x.name);
    rs_type(rq, "application/octet-stream");
    rs_header(rq, "Content-Disposition", line.at);
    buf_free(&line);
}
