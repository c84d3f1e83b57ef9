/* api_conversation.c: conversations: lists, one, what changes it. */
#include "web/api.h"

#include "desk/contact.h"
#include "desk/inbox.h"
#include "desk/intake.h"

#include <string.h>

#define STATUSES "new open pending on_hold snoozed resolved closed spam"

/* ---- shapes ---- */

#define LINK_ROWS(prefix)                                                                                          \
    {"ref", SHAPE_REF, offsetof(struct api_link, ref), .of = prefix}, {                                            \
        "name", SHAPE_TEXT, offsetof(struct api_link, name)                                                        \
    }
static const struct shape_field contact_link[] = {LINK_ROWS("ctc"), {0}}, agent_link[] = {LINK_ROWS("agt"), {0}},
                                team_link[] = {LINK_ROWS("tem"), {0}}, inbox_link[] = {LINK_ROWS("inb"), {0}},
                                tag_link[] = {LINK_ROWS("tag"), {0}};
const struct shape shape_contact_link = {"ContactLink", "A contact, in short.", contact_link,
                                         sizeof(struct api_link)};
static const struct shape shape_agent_link = {"AgentLink", "An agent, in short.", agent_link,
                                              sizeof(struct api_link)},
                          shape_team_link = {"TeamLink", "A team, in short.", team_link, sizeof(struct api_link)},
                          shape_inbox_link = {"InboxLink", "An inbox, in short.", inbox_link,
                                              sizeof(struct api_link)},
                          shape_tag_link = {"TagLink", "A tag, in short.", tag_link, sizeof(struct api_link)};

struct api_conversation {
    const char *ref, *short_ref, *subject, *status, *channel, *lang, *preview, *merged_into, *follow_up_of;
    const struct api_link *contact, *inbox, *assignee, *team;
    struct shape_list tags;
    int64_t message_count, failed_sends, version;
    bool unreadable;
    int64_t waiting_since, snoozed_until, on_hold_until, first_reply_at, resolved_at, last_message_at, created_at;
};

#define AT(member) offsetof(struct api_conversation, member)
static const struct shape_field conversation_fields[] = {
    {"ref", SHAPE_REF, AT(ref), .of = "con"},
    {"short_ref", SHAPE_TEXT, AT(short_ref), "What people read out; gives no access."},
    {"subject", SHAPE_TEXT, AT(subject)},
    {"status", SHAPE_WORD, AT(status), .of = STATUSES},
    {"channel", SHAPE_WORD, AT(channel), "The inbox's kind.", .of = "email form chat"},
    {"lang", SHAPE_TEXT, AT(lang), "The customer's language, when it is known.", .nullable = true},
    {"preview", SHAPE_TEXT, AT(preview), "One line of the last message.", .nullable = true},
    {"contact", SHAPE_OBJECT, AT(contact), .shape = &shape_contact_link},
    {"inbox", SHAPE_OBJECT, AT(inbox), .shape = &shape_inbox_link},
    {"assignee", SHAPE_OBJECT, AT(assignee), .nullable = true, .shape = &shape_agent_link},
    {"team", SHAPE_OBJECT, AT(team), .nullable = true, .shape = &shape_team_link},
    {"tags", SHAPE_LIST, AT(tags), .shape = &shape_tag_link},
    {"message_count", SHAPE_INT, AT(message_count)},
    {"failed_sends", SHAPE_INT, AT(failed_sends), "Messages of ours that did not arrive."},
    {"unreadable", SHAPE_BOOL, AT(unreadable), "A message in it could not be read."},
    {"waiting_since", SHAPE_TIME, AT(waiting_since), "Since when the customer waits for us.", .nullable = true},
    {"snoozed_until", SHAPE_TIME, AT(snoozed_until), .nullable = true},
    {"on_hold_until", SHAPE_TIME, AT(on_hold_until), .nullable = true},
    {"first_reply_at", SHAPE_TIME, AT(first_reply_at), .nullable = true},
    {"resolved_at", SHAPE_TIME, AT(resolved_at), .nullable = true},
    {"last_message_at", SHAPE_TIME, AT(last_message_at)},
    {"created_at", SHAPE_TIME, AT(created_at)},
    {"merged_into", SHAPE_REF, AT(merged_into), "Where its messages are now.", .nullable = true, .of = "con"},
    {"follow_up_of", SHAPE_REF, AT(follow_up_of), "The closed one that the customer answered.", .nullable = true,
     .of = "con"},
    {"version", SHAPE_INT, AT(version), "Grows with each change; send it back to change only what you have seen."},
    {0},
};
#undef AT
const struct shape shape_conversation = {"Conversation",
                                         "What a customer wants, from the first message to the last.",
                                         conversation_fields, sizeof(struct api_conversation)};

static const struct api_link *link_of(struct arena *a, const char *ref, const char *name) {
    struct api_link *link = ref ? ARENA_NEW(a, struct api_link) : NULL;
    if (link)
        *link = (struct api_link){ref, name};
    return link;
}

static struct api_conversation conversation_of(struct arena *a, const struct conversation_card *x) {
    struct api_link *tags = ARENA_ARRAY(a, (size_t)x->tags_n + 1, struct api_link);
    for (int i = 0; i < x->tags_n; i++)
        tags[i] = (struct api_link){x->tags[i].ref, x->tags[i].name};
    return (struct api_conversation){
        .ref = x->c.ref,
        .short_ref = x->c.short_ref,
        .subject = x->c.subject,
        .status = x->c.status,
        .channel = x->channel,
        .lang = x->c.lang,
        .preview = x->c.preview,
        .merged_into = x->merged_into_ref,
        .follow_up_of = x->follow_up_of_ref,
        .contact = link_of(a, x->contact_ref, x->contact_name),
        .inbox = link_of(a, x->inbox_ref, x->inbox_name),
        .assignee = link_of(a, x->assignee_ref, x->assignee_name),
        .team = link_of(a, x->team_ref, x->team_name),
        .tags = {tags, x->tags_n},
        .message_count = x->c.message_count,
        .failed_sends = x->c.failed_sends,
        .version = x->c.version,
        .unreadable = x->c.unreadable,
        .waiting_since = x->c.waiting_since,
        .snoozed_until = x->c.snoozed_until,
        .on_hold_until = x->c.on_hold_until,
        .first_reply_at = x->c.first_reply_at,
        .resolved_at = x->c.resolved_at,
        .last_message_at = x->c.last_at,
        .created_at = x->c.created_at,
    };
}

enum rc api_conversation_object(struct api_call *c, int64_t id, const void **out) {
    struct conversation_card x;
    enum rc rc = conversation_card(c->v, c->a, id, &x);
    if (rc != RC_OK)
        return rc;
    struct api_conversation *shown = ARENA_NEW(c->a, struct api_conversation);
    *shown = conversation_of(c->a, &x);
    *out = shown;
    return RC_OK;
}

enum rc api_put_conversation(struct api_call *c, int64_t id) {
    const void *shown;
    enum rc rc = api_conversation_object(c, id, &shown);
    if (rc == RC_OK)
        api_put(c, &shape_conversation, shown);
    return rc;
}

/* ---- reading ---- */

enum rc api_conversation(struct api_call *c, struct conversation *out) {
    return conversation_by_ref(c->v, c->a, rq_text(c->rq, "ref"), out);
}

static enum rc get_conversation(struct api_call *c) {
    struct conversation x;
    enum rc rc = api_conversation(c, &x);
    return rc == RC_OK ? api_put_conversation(c, x.id) : rc;
}

void api_get_conversation(struct request *rq) { api_read(rq, get_conversation); }

static enum rc contact_param(struct api_call *c, int64_t *id) {
    struct contact contact = {0};
    enum rc rc = contact_by_ref(c->v, c->a, rq_text(c->rq, "contact"), &contact);
    *id = contact.id;
    return rc == RC_NONE ? api_blame(c, rc, "contact", "not_found") : rc;
}

static enum rc tag_param(struct api_call *c, int64_t *id) {
    struct tag tag = {0};
    enum rc rc = tag_by_ref(c->v, c->a, rq_text(c->rq, "tag"), &tag);
    *id = tag.id;
    return rc == RC_NONE ? api_blame(c, rc, "tag", "not_found") : rc;
}

static enum rc cursor_param(struct api_call *c, int64_t *id) {
    struct conversation x = {0};
    enum rc rc = conversation_by_ref(c->v, c->a, rq_text(c->rq, "cursor"), &x);
    *id = x.id;
    return rc == RC_NONE ? api_blame(c, rc, "cursor", "not_found") : rc;
}

static enum rc list_conversations(struct api_call *c) {
    struct request *rq = c->rq;
    const char *assignee = rq_text(rq, "assignee");
    struct conversation_card *rows;
    int n;
    struct card_ask ask = {
        .status = rq_text(rq, "status"),
        .unassigned = assignee && strcmp(assignee, "nobody") == 0,
        .last_at_least = rq_int(rq, "last_message_since", 0),
        .max = api_list_room(c),
    };
    enum rc rc = assignee && !ask.unassigned ? api_agent_param(c, "assignee", &ask.assignee_id) : RC_OK;
    if (rc == RC_OK && rq_has(rq, "team"))
        rc = api_team_param(c, "team", &ask.team_id);
    if (rc == RC_OK && rq_has(rq, "inbox"))
        rc = api_inbox_param(c, "inbox", &ask.inbox_id);
    if (rc == RC_OK && rq_has(rq, "tag"))
        rc = tag_param(c, &ask.tag_id);
    if (rc == RC_OK && rq_has(rq, "mentioned"))
        rc = ask.tag_id ? api_blame(c, RC_INVALID, "mentioned", "with_tag")
                        : api_agent_param(c, "mentioned", &ask.mentioned_id);
    ask.careful_waits = rq_flag(rq, "careful");
    if (rc == RC_OK && ask.careful_waits && (ask.tag_id || ask.mentioned_id))
        rc = api_blame(c, RC_INVALID, "careful", ask.tag_id ? "with_tag" : "with_mentioned");
    if (rc == RC_OK && rq_has(rq, "contact"))
        rc = contact_param(c, &ask.contact_id);
    if (rc == RC_OK && rq_has(rq, "cursor"))
        rc = cursor_param(c, &ask.before_id);
    if (rc == RC_OK)
        rc = conversation_cards(c->v, c->a, &ask, &rows, &n);
    if (rc != RC_OK)
        return rc;
    struct api_conversation *shown = ARENA_ARRAY(c->a, (size_t)n + 1, struct api_conversation);
    for (int i = 0; i < n; i++)
        shown[i] = conversation_of(c->a, &rows[i]);
    api_list(c, &shape_conversation, shown, n);
    return RC_OK;
}

void api_list_conversations(struct request *rq) { api_read(rq, list_conversations); }

/* ---- a new one ---- */

/* The contact by reference, or by the address that she is or will be known by. */
static enum rc whose(struct api_call *c, struct contact *out) {
    struct request *rq = c->rq;
    int64_t id;
    if (rq_has(rq, "contact")) {
        enum rc rc = contact_param(c, &id);
        return rc == RC_OK ? contact_load(c->v, c->a, id, out) : rc;
    }
    const char *kind = rq_has(rq, "email") ? "email" : "phone", *value = rq_text(rq, kind);
    if (!value)
        return api_blame(c, RC_INVALID, "contact", "missing");
    if (!contact_point_valid(kind, value))
        return api_blame(c, RC_INVALID, kind, strcmp(kind, "email") == 0 ? "not_an_address" : "not_a_number");
    return contact_find_or_create(c->tx, kind, value, rq_text(rq, "name"), rq_text(rq, "lang"), c->now, out);
}

static enum rc which_inbox(struct api_call *c, bool mail, struct inbox *out) {
    int64_t id;
    enum rc rc;
    if (rq_has(c->rq, "inbox"))
        return (rc = api_inbox_param(c, "inbox", &id)) == RC_OK ? inbox_load(c->v, c->a, id, out) : rc;
    rc = inbox_of_kind(c->v, c->a, mail ? "email" : "form", out);
    if (rc == RC_NONE)
        rc = inbox_of_kind(c->v, c->a, mail ? "form" : "email", out);
    return rc == RC_NONE ? api_blame(c, rc, "inbox", "missing") : rc;
}

/* On behalf of a customer: the one way in, as for a form or a mail. */
static enum rc accept_first(struct api_call *c, const struct contact *contact, const struct inbox *inbox,
                            int64_t *id) {
    struct intake_result result;
    struct inbound in = {
        .channel = "api",
        .inbox_id = inbox->id,
        .contact_id = contact->id,
        .lang = rq_has(c->rq, "lang") ? rq_text(c->rq, "lang") : contact->lang,
        .subject = rq_text(c->rq, "subject"),
        .body = rq_text(c->rq, "body"),
    };
    api_files(c, &in.parts, &in.parts_n);
    enum rc rc = intake_accept(c->tx, &in, c->now, &result);
    *id = result.conversation.id;
    return rc;
}

/* Begun by us. */
static enum rc begin(struct api_call *c, const struct contact *contact, const struct inbox *inbox, int64_t *id) {
    int64_t message_id;
    struct conversation x = {
        .inbox_id = inbox->id,
        .contact_id = contact->id,
        .team_id = inbox->team_id,
        .assignee_id = c->agent_id,
        .subject = rq_text(c->rq, "subject"),
        .lang = *contact->lang ? contact->lang : inbox->lang,
    };
    enum rc rc = conversation_create(c->tx, &x, c->by, c->now);
    *id = x.id;
    return rc == RC_OK ? api_add_message(c, &x, &message_id) : rc;
}

static enum rc create_conversation(struct api_call *c) {
    const char *kind = rq_text(c->rq, "kind"), *email;
    struct contact contact;
    struct inbox inbox;
    int64_t id = 0;
    bool by_customer = strcmp(kind, "customer") == 0, by_agent = strcmp(kind, "agent") == 0;
    enum rc rc = whose(c, &contact);
    if (rc == RC_OK && contact.erased_at)
        return api_blame(c, RC_GONE, "contact", "erased");
    if (rc == RC_OK)
        rc = which_inbox(c, by_agent, &inbox);
    if (rc == RC_OK && by_agent && (rc = contact_email(c->v, c->a, contact.id, &email)) == RC_OK && !email)
        return api_blame(c, RC_INVALID, "contact", "has_no_address");
    if (rc == RC_OK)
        rc = by_customer ? accept_first(c, &contact, &inbox, &id) : begin(c, &contact, &inbox, &id);
    c->status = 201;
    return rc == RC_OK ? api_put_conversation(c, id) : rc;
}

void api_create_conversation(struct request *rq) { api_write(rq, create_conversation); }

/* ---- changing ---- */

static enum rc load_changing(struct api_call *c, struct conversation *out) {
    enum rc rc = api_conversation(c, out);
    if (rc == RC_OK && rq_int(c->rq, "version", out->version) != out->version)
        return api_blame(c, RC_CONFLICT, "version", "changed");
    return rc == RC_OK && out->merged_into ? RC_GONE : rc;
}

static enum rc change_status(struct api_call *c, struct conversation *x) {
    const char *status = rq_text(c->rq, "status");
    int64_t until = rq_int(c->rq, "until", 0);
    bool needs_time = strcmp(status, "snoozed") == 0 || strcmp(status, "on_hold") == 0;
    if (needs_time && until <= c->now)
        return api_blame(c, RC_INVALID, "until", until ? "in_the_past" : "missing");
    return conversation_set_status(c->tx, x, status, until, c->by, c->now);
}

static enum rc change_conversation(struct api_call *c) {
    struct request *rq = c->rq;
    struct conversation x;
    int64_t id = 0;
    enum rc rc = load_changing(c, &x);
    if (rc == RC_OK && rq_has(rq, "until") && !rq_has(rq, "status"))
        return api_blame(c, RC_INVALID, "status", "missing");
    if (rc == RC_OK && rq_has(rq, "subject"))
        rc = conversation_set_subject(c->tx, &x, rq_text(rq, "subject"), c->by);
    if (rc == RC_OK && rq_has(rq, "assignee") &&
        (rc = rq_text(rq, "assignee") ? api_agent_param(c, "assignee", &id) : RC_OK) == RC_OK)
        rc = conversation_assign(c->tx, &x, id, c->by, c->now);
    id = 0;
    if (rc == RC_OK && rq_has(rq, "team") &&
        (rc = rq_text(rq, "team") ? api_team_param(c, "team", &id) : RC_OK) == RC_OK)
        rc = conversation_set_team(c->tx, &x, id, c->by, c->now);
    if (rc == RC_OK && rq_has(rq, "status"))
        rc = change_status(c, &x);
    return rc == RC_OK ? api_put_conversation(c, x.id) : rc;
}

void api_change_conversation(struct request *rq) { api_write(rq, change_conversation); }

static enum rc merge_conversation(struct api_call *c) {
    struct conversation from, into;
    enum rc rc = api_conversation(c, &from);
    if (rc != RC_OK)
        return rc;
    rc = conversation_by_ref(c->v, c->a, rq_text(c->rq, "into"), &into);
    if (rc == RC_NONE)
        return api_blame(c, rc, "into", "not_found");
    if (rc == RC_OK && from.contact_id != into.contact_id && !rq_flag(c->rq, "other_customer"))
        return api_blame(c, RC_CONFLICT, "into", "other_customer"); /* as the page asks */
    if (rc == RC_OK && (rc = conversation_merge(c->tx, &from, &into, c->by, c->now)) == RC_INVALID)
        return api_blame(c, RC_CONFLICT, "into", from.id == into.id ? "the_same" : "merged_already");
    return rc == RC_OK ? api_put_conversation(c, into.id) : rc;
}

void api_merge_conversation(struct request *rq) { api_write(rq, merge_conversation); }

static enum rc unmerge_conversation(struct api_call *c) {
    struct conversation into;
    int64_t from_id;
    enum rc rc = api_conversation(c, &into);
    if (rc == RC_OK && (rc = conversation_unmerge(c->tx, &into, c->by, c->now, &from_id)) == RC_NONE)
        return api_blame(c, RC_CONFLICT, "ref", "nothing_merged");
    return rc == RC_OK ? api_put_conversation(c, from_id) : rc;
}

void api_unmerge_conversation(struct request *rq) { api_write(rq, unmerge_conversation); }

/* ---- tags ---- */

static enum rc tag_conversation(struct api_call *c) {
    struct conversation x;
    struct tag tag = {0};
    enum rc rc = api_conversation(c, &x);
    if (rc == RC_OK)
        rc = tag_named(c->tx, rq_text(c->rq, "name"), c->now, &tag);
    if (rc == RC_OK)
        rc = conversation_tag(c->tx, &x, tag.id, c->by);
    return rc == RC_OK ? api_put_conversation(c, x.id) : rc;
}

void api_tag_conversation(struct request *rq) { api_write(rq, tag_conversation); }

static enum rc untag_conversation(struct api_call *c) {
    struct conversation x;
    struct tag tag = {0};
    enum rc rc = api_conversation(c, &x);
    if (rc == RC_OK)
        rc = tag_by_ref(c->v, c->a, rq_text(c->rq, "tag"), &tag);
    if (rc == RC_OK)
        rc = conversation_untag(c->tx, &x, tag.id, c->by);
    return rc == RC_OK ? api_put_conversation(c, x.id) : rc;
}

void api_untag_conversation(struct request *rq) { api_write(rq, untag_conversation); }
