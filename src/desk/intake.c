#include "desk/intake.h"

#include "base/id.h"
#include "desk/account.h"
#include "desk/acknowledge.h"
#include "desk/blob.h"
#include "desk/careful.h"
#include "desk/sensitive.h"
#include "desk/contact.h"
#include "desk/inbox.h"
#include "desk/job.h"
#include "desk/privacy.h"
#include "desk/push.h"
#include "desk/turn.h"
#include "text/language.h"
#include "text/mask.h"

#include <string.h>

QUERY(q_inbound_done, "UPDATE inbound SET state = $3, message_id = $4 WHERE account_id = $1 AND id = $2");
QUERY(q_inbound_find, "SELECT id FROM inbound WHERE account_id = $1 AND channel = $2 AND hash = $3");
QUERY(q_inbound_keep, "INSERT INTO inbound (account_id, id, channel, hash, blob_id, recipient, inbox_id, state,"
                      " received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'raw', $8)"
                      " ON CONFLICT (account_id, channel, hash) DO NOTHING");
QUERY(q_inbound_take, "UPDATE inbound SET attempts = attempts + 1 WHERE account_id = $1 AND id = $2"
                      " RETURNING blob_id, inbox_id, attempts, recipient, state");
QUERY(q_inbound_state, "SELECT message_id FROM inbound WHERE account_id = $1 AND id = $2");
QUERY(q_sender_wrote_here, "SELECT count(*) FROM message WHERE account_id = $1 AND conversation_id = $2"
                           " AND contact_id = $3");
QUERY(q_mail_from_contact, "SELECT id FROM message WHERE account_id = $1 AND mail_id = $2 AND contact_id = $3"
                           " AND kind = 'customer' LIMIT 1");

/* A merged conversation's mail belongs where it went. */
static enum rc follow_merges(struct view *v, struct arena *a, struct conversation *c) {
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && c->merged_into && i < 20; i++)
        rc = conversation_load(v, a, c->merged_into, c);
    return rc;
}

/* RC_NONE when nothing that arrived points at a conversation of ours. The subject alone never does: two people may
 * well write "Order". */
static enum rc find_conversation(struct view *v, struct arena *a, const struct inbound *in,
                                 struct conversation *c) {
    enum rc rc = RC_NONE;
    if (in->conversation_ref)
        rc = conversation_by_ref(v, a, in->conversation_ref, c);
    if (rc == RC_NONE && in->token_ref)
        rc = conversation_by_short_ref(v, a, in->token_ref, c);
    for (int i = 0; rc == RC_NONE && i < in->mail_refs_n; i++)
        rc = conversation_by_mail_id(v, a, in->mail_refs[i], c);
    rc = rc == RC_OK ? follow_merges(v, a, c) : rc;
    if (rc == RC_OK && (rc = contact_lives(v, c->contact_id)) == RC_GONE)
        rc = RC_NONE; /* she was erased: what comes now is somebody new, and is not joined to the empty frame */
    return rc;
}

/* Card numbers and the like never reach the row: the raw mail, sealed, is the only place that has them. */
static const char *masked(struct arena *a, const char *text, unsigned kinds, int *count) {
    if (!text || !*text)
        return "";
    size_t n = strlen(text);
    struct mask_spans spans = mask_find(a, text, n, kinds);
    *count += (int)spans.n;
    return spans.n ? mask_apply(a, text, n, spans) : text;
}

static bool stated(const char *s) { return s && *s; }

/* What the sender states comes first, then what is known of her, and only then what the inbox's customers speak. */
static enum rc start_conversation(struct tx *tx, const struct inbound *in, const struct contact *contact,
                                  int64_t follow_up_of, int64_t now, struct inbox *inbox, struct conversation *c) {
    enum rc rc = inbox_load(tx_view(tx), tx_arena(tx), in->inbox_id, inbox);
    if (rc != RC_OK)
        return rc;
    *c = (struct conversation){
        .inbox_id = in->inbox_id,
        .contact_id = contact->id,
        .team_id = inbox->team_id,
        .subject = in->subject,
        .lang = stated(in->lang)        ? in->lang
                : stated(contact->lang) ? contact->lang
                                        : inbox->lang,
        .follow_up_of = follow_up_of,
    };
    return conversation_create(tx, c, (struct actor){ACTOR_CONTACT, contact->id}, now);
}

/* Her words alone tell it; a subject only when there is nothing else, for it is often quoted or a form's. */
static const char *language_written(const struct inbound *in) {
    const char *found = stated(in->body) ? language_of(in->body, strlen(in->body)) : "";
    return *found || !stated(in->subject) ? found : language_of(in->subject, strlen(in->subject));
}

/* Who writes; her language is learnt from what she writes while nobody has stated it. */
static enum rc find_contact(struct tx *tx, const struct inbound *in, bool moves, int64_t now, struct contact *out) {
    const char *lang = stated(in->lang) ? in->lang : moves ? language_written(in) : "";
    if (!in->contact_id)
        return contact_find_or_create(tx, in->from_kind, in->from, in->from_name, lang, now, out);
    enum rc rc = contact_load(tx_view(tx), tx_arena(tx), in->contact_id, out);
    if (rc == RC_OK && out->erased_at)
        rc = RC_GONE;
    if (rc != RC_OK || !language_learns(out->lang, lang))
        return rc;
    out->lang = lang;
    out->lang_learnt = true;
    return contact_save(tx, out, 0, now);
}

static enum rc add_parts(struct tx *tx, const struct inbound *in, int64_t message_id, int64_t now) {
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < in->parts_n; i++)
        rc = attachment_add(tx, message_id, &in->parts[i], now);
    return rc;
}

/* Status and clock of the conversation, by the verdict. */
static enum rc move_conversation(struct tx *tx, struct conversation *c, const struct message *m,
                                 struct message_verdict verdict, int64_t now) {
    bool reopened = strcmp(c->status, verdict.status) != 0;
    c->status = verdict.status;
    c->shelf = conversation_shelf(verdict.status);
    if (verdict.starts_waiting && !c->waiting_since)
        c->waiting_since = now;
    if (reopened)
        c->on_hold_until = c->resolved_at = 0; /* a snooze keeps its date: it will still come back then */
    c->preview = message_preview(tx_arena(tx), m->body);
    c->last_at = now;
    c->message_count++;
    enum rc rc = reopened ? conversation_let_go(tx, c) : RC_OK;
    if (rc == RC_OK)
        rc = conversation_save(tx, c);
    if (rc == RC_OK && reopened)
        event_add(tx,
                  (struct event){
                      "conversation.status_changed", {ACTOR_CONTACT, m->contact_id}, c->id, m->id, verdict.reason});
    return rc;
}

static enum rc note_done(struct tx *tx, int64_t raw_id, const char *state, int64_t message_id) {
    if (!raw_id)
        return RC_OK;
    return tx_exec(tx, &q_inbound_done, BIND(ACCOUNT, value_int(raw_id), value_text(state), value_id(message_id)));
}

/* A raw row that has its message, or a mail that the same sender's copy brought by another way. */
static enum rc seen_before(struct tx *tx, const struct inbound *in, int64_t contact_id, int64_t *message_id) {
    enum rc rc = RC_OK;
    *message_id = 0;
    if (in->raw_id)
        rc = view_int(tx_view(tx), &q_inbound_state, BIND(ACCOUNT, value_int(in->raw_id)), 0, message_id);
    if (rc == RC_OK && !*message_id && in->mail_id && *in->mail_id && contact_id)
        rc = view_int(tx_view(tx), &q_mail_from_contact,
                      BIND(ACCOUNT, value_text(in->mail_id), value_int(contact_id)), 0, message_id);
    return rc;
}

static enum rc is_participant(struct view *v, const struct conversation *c, int64_t contact_id, bool *is) {
    int64_t n = 0;
    enum rc rc = RC_OK;
    if (c->contact_id != contact_id)
        rc = view_int(v, &q_sender_wrote_here, BIND(ACCOUNT, value_int(c->id), value_int(contact_id)), 0, &n);
    *is = c->contact_id == contact_id || n > 0;
    return rc;
}

static bool is_empty(const struct inbound *in) {
    return !in->unreadable && !in->parts_n && !stated(in->body) && !stated(in->html) && !stated(in->quoted) &&
           !stated(in->subject);
}

static enum rc answer_seen(struct tx *tx, const struct inbound *in, int64_t seen_id, struct intake_result *out) {
    out->seen = true;
    enum rc rc = message_load(tx_view(tx), tx_arena(tx), seen_id, &out->message);
    if (rc == RC_OK)
        rc = conversation_load(tx_view(tx), tx_arena(tx), out->message.conversation_id, &out->conversation);
    return rc == RC_OK ? note_done(tx, in->raw_id, "done", seen_id) : rc;
}

/* The message as a row, with its parts. */
static enum rc keep_message(struct tx *tx, const struct inbound *in, const struct conversation *c,
                            const struct contact *contact, const struct turn *turn, bool known, int64_t now,
                            struct message *m) {
    struct arena *a = tx_arena(tx);
    *m = (struct message){
        .conversation_id = c->id,
        .kind = "customer",
        .channel = in->channel,
        .contact_id = contact->id,
        .state = "received",
        .state_reason = in->unreadable ? in->unreadable : in->auto_reason,
        .mail_id = in->mail_id,
        .mail_from = in->from,
        .mail_to = in->to,
        .mail_cc = in->cc,
        .auto_kind = in->auto_kind,
        .courtesy = turn->thanks ? "thanks" : "",
        .turn_id = turn->id,
        .has_html = in->html && *in->html,
        .unverified = !known,
        .incomplete = in->incomplete,
        .created_at = now,
    };
    unsigned kinds = setting_int(tx_view(tx), SETTING_MASK_CONTACTS) ? MASK_ALL : MASK_PRIVATE;
    m->body = masked(a, in->body, kinds, &m->masked);
    m->quoted = masked(a, in->quoted, kinds, &m->masked);
    const char *html = m->has_html ? masked(a, in->html, kinds, &m->masked) : NULL;
    enum rc rc = message_add(tx, m);
    if (rc == RC_OK && html)
        rc = message_add_html(tx, m->id, html);
    return rc == RC_OK ? add_parts(tx, in, m->id, now) : rc;
}

/* Nothing but words? The small pictures of a signature say nothing. */
static bool is_only_text(const struct inbound *in) {
    enum { SIGNATURE_PICTURE = 16 * 1024 };
    for (int i = 0; i < in->parts_n; i++)
        if (!in->parts[i].inline_shown || in->parts[i].bytes.len > SIGNATURE_PICTURE ||
            strncmp(in->parts[i].type, "image/", 6) != 0)
            return false;
    return !in->unreadable;
}

/* A machine's mail moves nothing, and says so by its kind; a thank-you to what is resolved confirms it. */
static void note_received(struct tx *tx, const struct inbound *in, const struct conversation *c,
                          const struct message *m) {
    struct actor by = {ACTOR_CONTACT, m->contact_id};
    const char *code = stated(in->auto_kind) ? in->auto_kind
                       : *m->courtesy        ? m->courtesy
                       : m->turn_id          ? "same_turn"
                                             : "";
    event_add(tx, (struct event){"message.received", by, c->id, m->id, code, m->masked});
    if (*m->courtesy && !m->unverified && strcmp(c->shelf, "resolved") == 0)
        event_add(tx, (struct event){"conversation.confirmed", by, c->id, m->id, m->courtesy});
}

enum rc intake_accept(struct tx *tx, const struct inbound *in, int64_t now, struct intake_result *out) {
    struct arena *a = tx_arena(tx);
    struct view *v = tx_view(tx);
    struct conversation *c = &out->conversation;
    struct message *m = &out->message;
    struct contact contact;
    struct inbox inbox;
    struct turn turn = {0};
    int64_t seen_id;
    bool by_person = !stated(in->auto_kind), known = true;
    *out = (struct intake_result){0};
    if (is_empty(in))
        return RC_INVALID;
    enum rc rc = find_contact(tx, in, by_person, now, &contact);
    if (rc == RC_OK)
        rc = seen_before(tx, in, contact.id, &seen_id);
    if (rc != RC_OK || seen_id)
        return rc != RC_OK ? rc : answer_seen(tx, in, seen_id, out);
    rc = find_conversation(v, a, in, c);
    if (rc == RC_OK) {
        rc = is_participant(v, c, contact.id, &known);
        if (rc == RC_OK && by_person && in->body)
            rc = turn_of_customer(v, a, c, contact.id, contact.name, in->body, is_only_text(in), now, &turn);
    } else if (rc == RC_NONE) {
        out->is_new = true;
        rc = RC_OK;
    }
    if (rc != RC_OK)
        return rc;
    bool moves = by_person && !turn.thanks;
    struct message_verdict verdict = conversation_after_message(out->is_new ? "new" : c->status, moves);
    if (out->is_new || verdict.follow_up) {
        rc = start_conversation(tx, in, &contact, verdict.follow_up ? c->id : 0, now, &inbox, c);
        out->is_new = true;
        turn = (struct turn){0};
        verdict = conversation_after_message("new", moves);
    } else if (c->contact_id == contact.id && contact.lang_learnt) {
        c->lang = contact.lang;
    }
    if (rc != RC_OK)
        return rc;
    c->unreadable |= in->unreadable != NULL;
    rc = keep_message(tx, in, c, &contact, &turn, known, now, m);
    if (rc == RC_OK && by_person)
        rc = careful_listen(tx, c->id, m->id, in->body, now);
    if (rc == RC_OK && by_person)
        rc = sensitive_listen(tx, c->id, m->id, m->body, now);
    if (rc == RC_OK && out->is_new && inbox.acknowledges && by_person)
        rc = acknowledge_new(tx, &inbox, c, in->from_kind, in->from, in->channel, in->no_answer, now);
    if (rc == RC_OK)
        rc = move_conversation(tx, c, m, verdict, now);
    if (rc == RC_OK)
        rc = note_done(tx, in->raw_id, in->unreadable ? "unreadable" : "done", m->id);
    if (rc != RC_OK)
        return rc;
    note_received(tx, in, c, m);
    bool is_news = moves && strcmp(c->shelf, "spam") != 0;
    return push_tell(tx, is_news ? c->assignee_id : 0, c->id, PUSH_ANSWERED,
                     (struct actor){ACTOR_CONTACT, m->contact_id}, now);
}

/* ---- raw bytes ---- */

enum rc intake_keep_raw(struct tx *tx, const char *channel, struct bytes raw, const uint8_t hash[32],
                        const char *recipient, int64_t inbox_id, int64_t now, int64_t *id) {
    int64_t blob_id;
    struct value digest = value_bytes((struct bytes){hash, SHA256_SIZE});
    enum rc rc = view_int(tx_view(tx), &q_inbound_find, BIND(ACCOUNT, value_text(channel), digest), 0, id);
    if (rc != RC_OK || *id)
        return rc != RC_OK ? rc : RC_DUPLICATE;
    rc = blob_put(tx, SECRET_RAW, raw, now, &blob_id);
    if (rc != RC_OK)
        return rc;
    *id = id_new();
    rc = tx_exec(tx, &q_inbound_keep,
                 BIND(ACCOUNT, value_int(*id), value_text(channel), digest, value_int(blob_id),
                      value_text(recipient), value_id(inbox_id), value_int(now)));
    if (rc == RC_OK && !tx_changes(tx))
        return RC_CONFLICT;
    return rc != RC_OK ? rc : job_add(tx, JOB_PARSE_MAIL, *id, now);
}

enum rc intake_take_raw(struct tx *tx, int64_t id, struct raw_mail *out) {
    struct rows r = tx_query(tx, &q_inbound_take, BIND(ACCOUNT, value_int(id)));
    bool found = rows_next(&r);
    if (found)
        *out = (struct raw_mail){
            .id = id,
            .blob_id = rows_int(&r, 0),
            .inbox_id = rows_int(&r, 1),
            .attempts = (int)rows_int(&r, 2),
            .recipient = rows_copy(&r, 3, tx_arena(tx)),
            .done = strcmp(rows_text(&r, 4), "raw") != 0,
        };
    while (rows_next(&r))
        ;
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

/* ---- bounces ---- */

enum rc intake_bounce(struct tx *tx, const struct bounce *b, int64_t now) {
    struct arena *a = tx_arena(tx);
    struct message m;
    struct conversation c;
    enum rc rc = RC_NONE;
    if (b->message_ref)
        rc = message_by_ref(tx_view(tx), a, b->message_ref, &m);
    if (rc == RC_NONE && b->mail_id)
        rc = message_by_mail_id(tx_view(tx), a, b->mail_id, &m);
    if (rc == RC_OK && strcmp(m.kind, "customer") == 0)
        rc = RC_NONE; /* somebody bounces a mail that was never ours */
    if (rc != RC_OK)
        return rc;
    rc = note_done(tx, b->raw_id, "done", m.id);
    if (rc == RC_OK && m.erased) /* it names her: nothing of it is kept */
        return b->raw_id ? raw_drop(tx, b->raw_id, now) : RC_OK;
    if (rc != RC_OK)
        return rc;
    const char *reason = arena_printf(a, "%s %s", b->status ? b->status : "", b->diagnostic ? b->diagnostic : "");
    if (!b->permanent) {
        event_add(tx, (struct event){"message.delayed", {ACTOR_SYSTEM}, m.conversation_id, m.id, b->status});
        return RC_OK;
    }
    if (strcmp(m.state, "failed") == 0)
        return RC_OK; /* the same bounce again, or one for each recipient */
    rc = message_set_state(tx, &m, m.state, "failed", reason, 0, now);
    if (rc == RC_OK)
        rc = message_carry_state(tx, &m, now);
    if (rc == RC_OK)
        rc = conversation_load(tx_view(tx), a, m.conversation_id, &c);
    if (rc == RC_OK &&
        strcmp(m.auto_kind, ACKNOWLEDGEMENT) == 0) { /* an automatic mail: it shows on it, and asks nobody to act */
        event_add(tx, (struct event){"message.bounced", {ACTOR_SYSTEM}, c.id, m.id, b->status});
        return RC_OK;
    }
    if (rc != RC_OK)
        return rc;
    c.failed_sends++;
    if (strcmp(c.shelf, "spam") != 0 && !c.merged_into) {
        c.status = "open"; /* what we said did not arrive: it is our move again */
        c.shelf = conversation_shelf(c.status);
        c.resolved_at = c.on_hold_until = 0;
        if (!c.waiting_since)
            c.waiting_since = now;
    }
    rc = conversation_save(tx, &c);
    if (rc == RC_OK)
        event_add(tx, (struct event){"message.bounced", {ACTOR_SYSTEM}, c.id, m.id, b->status});
    return rc;
}
