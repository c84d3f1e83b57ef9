#include "desk/reply.h"

#include "base/utf8.h"
#include "desk/account.h"
#include "desk/acknowledge.h"
#include "desk/contact.h"
#include "desk/job.h"
#include "desk/mention.h"
#include "desk/news.h"
#include "desk/prevention.h"
#include "desk/turn.h"
#include "desk/visitor.h"
#include "text/mask.h"

#include <string.h>

QUERY(q_reply_undo_note, "UPDATE message SET undo_status = $3, undo_waiting_since = $4, undo_first_reply_at = $5,"
                         " undo_word = $6"
                         " WHERE account_id = $1 AND id = $2");
QUERY(q_reply_undo_load, "SELECT undo_status, undo_waiting_since, undo_first_reply_at, undo_word FROM message"
                         " WHERE account_id = $1 AND id = $2");
/* What the writer has seen only grows: a draft that was on its way while she did something herself is older news.
 */
QUERY(q_draft_save,
      "INSERT INTO draft (account_id, conversation_id, agent_id, kind, body, base_version, changed_at, word)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (account_id, conversation_id, agent_id, kind)"
      " DO UPDATE SET body = excluded.body, base_version = CASE WHEN excluded.base_version > draft.base_version"
      " THEN excluded.base_version ELSE draft.base_version END,"
      " changed_at = excluded.changed_at, word = excluded.word");
QUERY(q_draft_erased, "SELECT ct.erased_at FROM conversation c JOIN contact ct ON ct.account_id = c.account_id"
                      " AND ct.id = c.contact_id WHERE c.account_id = $1 AND c.id = $2");
QUERY(q_draft_follow,
      "UPDATE draft SET base_version = $5 WHERE account_id = $1 AND conversation_id = $2 AND agent_id = $3"
      " AND base_version = $4");
QUERY(q_draft_go_along,
      "UPDATE draft SET conversation_id = $3, base_version = 1 WHERE account_id = $1 AND conversation_id = $2"
      " AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.account_id = $1 AND d.conversation_id = $3"
      " AND d.agent_id = draft.agent_id AND d.kind = draft.kind)");
QUERY(q_draft_drop,
      "DELETE FROM draft WHERE account_id = $1 AND conversation_id = $2 AND agent_id = $3 AND kind = $4");
QUERY(q_draft_load, "SELECT kind, body, base_version, changed_at, word FROM draft WHERE account_id = $1"
                    " AND conversation_id = $2 AND agent_id = $3 AND kind IN ($4, $5) ORDER BY kind DESC");

QUERY(q_last_was_mail, "SELECT CASE WHEN channel = 'email' THEN 1 ELSE 0 END FROM message WHERE account_id = $1"
                       " AND conversation_id = $2 AND kind = 'customer' ORDER BY id DESC LIMIT 1");
#define UNSEEN_IN_CHAT                                                                                             \
    " FROM message WHERE account_id = $1 AND conversation_id = $2 AND state = 'sent' AND channel = 'chat'"
QUERY(q_reply_unseen_since, "SELECT min(created_at)" UNSEEN_IN_CHAT);
QUERY(q_reply_unseen, "SELECT id" UNSEEN_IN_CHAT " ORDER BY id LIMIT $3");
QUERY(q_reply_by_mail, "UPDATE message SET channel = 'email', state = 'queued', mail_to = $3, mail_with = $4,"
                       " send_at = $5, state_at = $5 WHERE account_id = $1 AND id = $2");

static bool blank(const char *s) { return !s || !s[strspn(s, " \t\n\r")]; }

static enum rc add_parts(struct tx *tx, struct attachment *parts, int n, int64_t message_id, int64_t now) {
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = attachment_add(tx, message_id, &parts[i], now);
    return rc;
}

/* What she typed into the chat for just this comes before what is known of the contact. NULL: there is none. */
static enum rc mail_address(struct view *v, struct arena *a, const struct conversation *c,
                            const struct visitor *visitor, const char **to) {
    enum rc rc = contact_email(v, a, c->contact_id, to);
    if (visitor && *visitor->email)
        *to = visitor->email;
    return rc;
}

/* By mail to whoever has an address, except while she has the chat open; but a mail is answered by mail, for the
 * chat may be open before somebody else's eyes. Without an address she reads it in the chat when she comes back. */
enum rc reply_channel(struct view *v, struct arena *a, const struct conversation *c, int64_t now,
                      const char **channel, const char **to) {
    struct visitor visitor;
    int64_t wrote_by_mail = 0;
    enum rc rc = visitor_of_conversation(v, a, c, &visitor);
    bool chats = rc == RC_OK;
    if (rc == RC_OK || rc == RC_NONE)
        rc = mail_address(v, a, c, chats ? &visitor : NULL, to);
    if (rc == RC_OK && chats)
        rc = view_int(v, &q_last_was_mail, BIND(ACCOUNT, value_int(c->id)), 0, &wrote_by_mail);
    bool here = chats && visitor_is_present(&visitor, now) && !wrote_by_mail;
    *channel = *to && !here ? "email" : "chat";
    return rc;
}

/* Lines that she has not seen go as one mail when the last of them had its time, and at the latest when the first
 * waited for MAIL_AT_THE_LATEST_MS; but never in the middle of a turn. */
static enum rc mail_later(struct tx *tx, const struct conversation *c, int64_t now) {
    enum { MAIL_AT_THE_LATEST_MS = 5 * 60 * 1000 };
    int64_t first = now, at = now + VISITOR_MAIL_AFTER_MS;
    enum rc rc = view_int(tx_view(tx), &q_reply_unseen_since, BIND(ACCOUNT, value_int(c->id)), now, &first);
    if (at > first + MAIL_AT_THE_LATEST_MS)
        at = first + MAIL_AT_THE_LATEST_MS;
    if (at < now + TURN_MS)
        at = now + TURN_MS;
    return rc == RC_OK ? job_add(tx, JOB_CHAT_BY_MAIL, c->id, at) : rc;
}

/* What it promises is made, then what it settles is settled: a new time has to be there to stand for the old one.
 */
static enum rc keep_word(struct tx *tx, const struct conversation *c, const struct reply *r,
                         const struct message *m, struct actor by, int64_t now) {
    bool chat = strcmp(m->channel, "chat") == 0;
    int64_t renewed_by = 0;
    enum rc rc = *m->courtesy || r->unasked ? RC_OK /* "one moment please" keeps no word */
                                            : promise_after_reply(tx, c->id, m->id, by, now);
    for (int i = 0; rc == RC_OK && i < r->promises_n && i < PROMISES_A_MESSAGE; i++) {
        struct promise made;
        rc = promise_make(tx, c, m->id, &r->promises[i], chat, by, m->agent_id, now, &made);
        if (!made.settled_at && !renewed_by)
            renewed_by = made.id;
    }
    for (int i = 0; rc == RC_OK && i < r->answers_n; i++) {
        struct promise old;
        struct promise_end end = {
            .outcome = r->answers[i].outcome, .evidence_id = m->id, .agreed = r->answers[i].agreed};
        if (strcmp(end.outcome, "renewed") == 0)
            end.renewed_by = renewed_by;
        rc = promise_by_ref(tx_view(tx), tx_arena(tx), r->answers[i].ref, &old);
        if (rc == RC_OK && old.conversation_id != c->id)
            rc = RC_INVALID;
        if (rc == RC_OK && !old.settled_at) /* somebody else was faster: nothing is owed */
            rc = promise_settle(tx, &old, &end, by, now);
    }
    return rc;
}

enum rc reply_send(struct tx *tx, struct conversation *c, const struct reply *r, struct actor by, int64_t now,
                   struct message *out) {
    const char *to, *channel, *status = r->then_status ? r->then_status : "pending";
    int64_t agent_id = by.kind == ACTOR_AGENT || by.kind == ACTOR_TOKEN ? by.id : 0;
    bool placeholder = false;
    if (c->merged_into)
        return RC_GONE;
    if (blank(r->body) || strlen(r->body) > BODY_MAX || !conversation_status_valid(status))
        return RC_INVALID;
    if (r->seen_version && r->seen_version != c->version)
        return RC_CONFLICT;
    enum rc rc = contact_lives(tx_view(tx), c->contact_id);
    if (rc == RC_OK)
        rc = reply_channel(tx_view(tx), tx_arena(tx), c, now, &channel, &to);
    if (rc == RC_OK && c->waiting_since && !r->unasked)
        rc = turn_is_placeholder(tx_view(tx), tx_arena(tx), c, r->body, !r->parts_n, agent_id, &placeholder);
    if (rc != RC_OK)
        return rc;
    struct reply_verdict verdict = r->unasked ? (struct reply_verdict){c->status, false, ""}
                                              : conversation_after_reply(status, c->waiting_since, placeholder);
    bool by_mail = strcmp(channel, "email") == 0;
    int64_t send_at = now + (r->no_undo || !by_mail ? 0 : setting_int(tx_view(tx), SETTING_UNDO_MS));
    *out = (struct message){
        .conversation_id = c->id,
        .kind = "agent",
        .channel = channel,
        .agent_id = r->auto_kind ? r->for_agent : agent_id,
        .body = r->body,
        .auto_kind = r->auto_kind,
        .courtesy = verdict.answers ? "" : verdict.reason,
        .state = by_mail ? "queued" : "sent",
        .mail_to = by_mail ? to : NULL,
        .mail_cc = by_mail ? r->cc : NULL,
        .send_at = by_mail ? send_at : 0,
        .created_at = now,
    };
    rc = message_add(tx, out);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_reply_undo_note,
                     BIND(ACCOUNT, value_int(out->id), value_text(c->status), value_id(c->waiting_since),
                          value_id(c->first_reply_at), value_text(r->word ? r->word : "")));
    if (rc == RC_OK)
        rc = add_parts(tx, r->parts, r->parts_n, out->id, now);
    if (rc == RC_OK)
        rc = article_use_add(tx, out->id, c->id, r->uses, r->uses_n, by, now);
    if (rc == RC_OK && by_mail)
        rc = job_add(tx, JOB_SEND_MAIL, out->id, send_at);
    if (rc == RC_OK && !by_mail && to)
        rc = mail_later(tx, c, now);
    if (rc == RC_OK && out->agent_id && !r->unasked)
        rc = draft_drop(tx, c->id, out->agent_id, "reply");
    if (rc == RC_OK)
        rc = keep_word(tx, c, r, out, by, now);
    if (rc == RC_OK && r->no_repeat)
        rc = prevention_say(tx, c->id, out->id, r->prevention_id, by, now);
    if (rc != RC_OK)
        return rc;
    event_add(tx, (struct event){by_mail ? "message.queued" : "message.sent", by, c->id, out->id,
                                 r->auto_kind ? r->auto_kind : out->courtesy});
    if (verdict.answers)
        c->waiting_since = 0;
    if (verdict.answers && !c->first_reply_at)
        c->first_reply_at = now;
    if (!c->assignee_id && !r->unasked)
        c->assignee_id = out->agent_id; /* who answers, owns */
    c->preview = message_preview(tx_arena(tx), out->body);
    c->last_at = now;
    c->message_count++;
    return r->unasked ? conversation_save(tx, c)
                      : conversation_set_status(tx, c, verdict.status, r->then_until, by, now);
}

enum rc reply_undo(struct tx *tx, const char *message_ref, int64_t agent_id, int64_t now, struct conversation *c) {
    struct arena *a = tx_arena(tx);
    struct message m;
    const char *status = "open", *word = "";
    int64_t waiting = 0, first = 0;
    enum rc rc = message_by_ref(tx_view(tx), a, message_ref, &m);
    if (rc != RC_OK)
        return rc;
    if (m.agent_id != agent_id)
        return RC_DENIED;
    if (*m.state_reason)
        return RC_CONFLICT;
    rc = message_set_state(tx, &m, "queued", "cancelled", "undone", 0, now);
    if (rc != RC_OK)
        return rc == RC_CONFLICT ? RC_GONE : rc;
    rc = job_drop(tx, JOB_SEND_MAIL, m.id);
    if (rc == RC_OK)
        rc = promise_undo(tx, m.conversation_id, m.id);
    if (rc == RC_OK)
        rc = prevention_unsay(tx, m.id);
    if (rc == RC_OK)
        rc = news_taken_back(tx, m.id, agent_id, now);
    if (rc == RC_OK)
        rc = conversation_load(tx_view(tx), a, m.conversation_id, c);
    if (rc != RC_OK)
        return rc;
    struct rows r = view_query(tx_view(tx), &q_reply_undo_load, BIND(ACCOUNT, value_int(m.id)));
    if (rows_next(&r)) {
        status = rows_copy(&r, 0, a);
        waiting = rows_int(&r, 1);
        first = rows_int(&r, 2);
        word = rows_copy(&r, 3, a);
    }
    rc = rows_end(&r);
    if (rc != RC_OK)
        return rc;
    c->message_count--;
    c->waiting_since = waiting;
    c->first_reply_at = first;
    c->resolved_at = 0;
    /* A snoozed or held conversation needs its date to be so again; an answer taken back makes it plainly ours. */
    bool needs_date = strcmp(status, "snoozed") == 0 || strcmp(status, "on_hold") == 0;
    rc = conversation_set_status(tx, c, needs_date || !*status ? "open" : status, 0,
                                 (struct actor){ACTOR_AGENT, agent_id}, now);
    if (rc == RC_OK)
        rc = draft_save(tx, c->id, agent_id, &(struct draft){"reply", m.body, c->version, .word = word}, now);
    if (rc == RC_OK)
        event_add(tx, (struct event){"message.undone", {ACTOR_AGENT, agent_id}, c->id, m.id});
    return rc;
}

enum rc reply_retry(struct tx *tx, const char *message_ref, int64_t agent_id, int64_t now, struct conversation *c) {
    struct message m;
    enum rc rc = message_by_ref(tx_view(tx), tx_arena(tx), message_ref, &m);
    if (rc == RC_OK && m.mail_with)
        rc = message_load(tx_view(tx), tx_arena(tx), m.mail_with, &m);
    if (rc == RC_OK)
        rc = message_set_state(tx, &m, "failed", "queued", "", now, now);
    if (rc == RC_OK)
        rc = message_carry_state(tx, &m, now);
    if (rc == RC_OK)
        rc = job_add(tx, JOB_SEND_MAIL, m.id, now);
    if (rc == RC_OK)
        rc = conversation_load(tx_view(tx), tx_arena(tx), m.conversation_id, c);
    if (rc != RC_OK)
        return rc;
    c->failed_sends -= c->failed_sends > 0;
    rc = conversation_save(tx, c);
    if (rc == RC_OK)
        event_add(tx, (struct event){"message.queued", {ACTOR_AGENT, agent_id}, c->id, m.id, "retry"});
    return rc;
}

enum rc note_add(struct tx *tx, struct conversation *c, const char *body, struct attachment *parts, int parts_n,
                 int64_t agent_id, int64_t now, struct message *out) {
    if (c->merged_into)
        return RC_GONE;
    if (blank(body) || strlen(body) > BODY_MAX)
        return RC_INVALID;
    *out = (struct message){
        .conversation_id = c->id,
        .kind = "note",
        .channel = "note",
        .agent_id = agent_id,
        .body = mask_text(tx_arena(tx), body, MASK_PRIVATE),
        .state = "received",
        .created_at = now,
    };
    enum rc rc = contact_lives(tx_view(tx), c->contact_id);
    if (rc == RC_OK)
        rc = message_add(tx, out);
    if (rc == RC_OK)
        rc = add_parts(tx, parts, parts_n, out->id, now);
    if (rc == RC_OK)
        rc = draft_drop(tx, c->id, agent_id, "note");
    if (rc != RC_OK)
        return rc;
    c->message_count++;
    rc = conversation_save(tx, c);
    if (rc != RC_OK)
        return rc;
    event_add(tx, (struct event){"note.added", {ACTOR_AGENT, agent_id}, c->id, out->id});
    return mention_note(tx, out, now);
}

/* ---- of the sending job ---- */

enum rc reply_take(struct tx *tx, int64_t message_id, int64_t now, struct message *out) {
    enum rc rc = message_load(tx_view(tx), tx_arena(tx), message_id, out);
    if (rc != RC_OK)
        return rc;
    /* "sending" as well: the program may have ended between the mail server's answer and our row. The Message-ID is
     * the same, so a second copy is recognised as one by whoever looks. */
    return message_set_state(tx, out, strcmp(out->state, "sending") == 0 ? "sending" : "queued", "sending", "",
                             out->send_at, now);
}

enum rc reply_settle(struct tx *tx, int64_t message_id, bool sent, const char *reason, int64_t again_at,
                     int64_t now) {
    struct message m;
    struct conversation c;
    enum rc rc = message_load(tx_view(tx), tx_arena(tx), message_id, &m);
    if (rc == RC_OK)
        rc = message_set_state(tx, &m, "sending",
                               sent       ? "sent"
                               : again_at ? "queued"
                                          : "failed",
                               m.erased ? "" : reason, again_at, now);
    if (rc == RC_OK)
        rc = message_carry_state(tx, &m, now);
    if (rc != RC_OK)
        return rc;
    event_add(tx, (struct event){sent       ? "message.sent"
                                 : again_at ? "message.delayed"
                                            : "message.failed",
                                 {ACTOR_SYSTEM},
                                 m.conversation_id,
                                 m.id});
    if (sent || again_at || m.erased ||
        strcmp(m.auto_kind, ACKNOWLEDGEMENT) == 0) /* an automatic mail that did not go asks nobody to act */
        return RC_OK;
    rc = conversation_load(tx_view(tx), tx_arena(tx), m.conversation_id, &c);
    if (rc != RC_OK)
        return rc;
    c.failed_sends++;
    if (!c.merged_into && strcmp(c.shelf, "spam") != 0) {
        c.status = "open";
        c.shelf = conversation_shelf(c.status);
    }
    return conversation_save(tx, &c);
}

/* ---- of the chat's job ---- */

/* Her lines, and where they go; nothing of it when she has seen them or left no address. */
static enum rc unseen_lines(struct tx *tx, const struct conversation *c, int64_t ids[CARRIED_MAX], int *n,
                            const char **to) {
    struct visitor visitor;
    *n = 0;
    enum rc rc = visitor_of_conversation(tx_view(tx), tx_arena(tx), c, &visitor);
    bool chats = rc == RC_OK;
    if (rc == RC_OK || rc == RC_NONE)
        rc = mail_address(tx_view(tx), tx_arena(tx), c, chats ? &visitor : NULL, to);
    if (rc != RC_OK || !*to)
        return rc;
    struct rows r =
        view_query(tx_view(tx), &q_reply_unseen, BIND(ACCOUNT, value_int(c->id), value_int(CARRIED_MAX)));
    while (*n < CARRIED_MAX && rows_next(&r))
        ids[(*n)++] = rows_int(&r, 0);
    return rows_end(&r);
}

enum rc reply_by_mail(struct tx *tx, int64_t conversation_id, int64_t now) {
    struct conversation c;
    int64_t ids[CARRIED_MAX];
    const char *to = NULL;
    int n;
    enum rc rc = conversation_load(tx_view(tx), tx_arena(tx), conversation_id, &c);
    for (int i = 0; rc == RC_OK && c.merged_into && i < 20; i++)
        rc = conversation_load(tx_view(tx), tx_arena(tx), c.merged_into, &c);
    if (rc == RC_OK)
        rc = unseen_lines(tx, &c, ids, &n, &to);
    if (rc != RC_OK || !n)
        return rc == RC_NONE ? RC_OK : rc;
    int64_t last = ids[n - 1];
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = tx_exec(
            tx, &q_reply_by_mail,
            BIND(ACCOUNT, value_int(ids[i]), value_text(to), value_id(ids[i] == last ? 0 : last), value_int(now)));
    if (rc == RC_OK)
        rc = job_add(tx, JOB_SEND_MAIL, last, now);
    if (rc == RC_OK && n == CARRIED_MAX) /* more than a mail takes: another one follows */
        rc = job_add(tx, JOB_CHAT_BY_MAIL, c.id, now);
    if (rc == RC_OK)
        event_add(tx, (struct event){"message.queued", {ACTOR_SYSTEM}, c.id, last, "not_seen_in_chat", n});
    return rc;
}

/* ---- drafts ---- */

enum rc draft_save(struct tx *tx, int64_t conversation_id, int64_t agent_id, const struct draft *d, int64_t now) {
    if (blank(d->body))
        return draft_drop(tx, conversation_id, agent_id, d->kind);
    if (strlen(d->body) > BODY_MAX)
        return RC_TOO_BIG;
    int64_t erased_at; /* a page that was open meanwhile still saves what is written on it */
    enum rc rc = view_int(tx_view(tx), &q_draft_erased, BIND(ACCOUNT, value_int(conversation_id)), 0, &erased_at);
    if (rc != RC_OK || erased_at)
        return rc != RC_OK ? rc : RC_GONE;
    return tx_exec(tx, &q_draft_save,
                   BIND(ACCOUNT, value_int(conversation_id), value_int(agent_id), value_text(d->kind),
                        value_text(d->body), value_int(d->base_version), value_int(now),
                        value_text(d->word ? d->word : "")));
}

enum rc draft_go_along(struct tx *tx, int64_t from_id, int64_t into_id) {
    return tx_exec(tx, &q_draft_go_along, BIND(ACCOUNT, value_int(from_id), value_int(into_id)));
}

enum rc draft_drop(struct tx *tx, int64_t conversation_id, int64_t agent_id, const char *kind) {
    return tx_exec(tx, &q_draft_drop,
                   BIND(ACCOUNT, value_int(conversation_id), value_int(agent_id), value_text(kind)));
}

enum rc draft_follow(struct tx *tx, int64_t conversation_id, int64_t agent_id, int64_t before, int64_t after) {
    return tx_exec(
        tx, &q_draft_follow,
        BIND(ACCOUNT, value_int(conversation_id), value_int(agent_id), value_int(before), value_int(after)));
}

enum rc draft_load(struct view *v, struct arena *a, int64_t conversation_id, int64_t agent_id, const char *kind,
                   struct draft *out) {
    struct rows r = view_query(v, &q_draft_load,
                               BIND(ACCOUNT, value_int(conversation_id), value_int(agent_id),
                                    value_text(kind ? kind : "reply"), value_text(kind ? kind : "note")));
    bool found = rows_next(&r);
    if (found)
        *out = (struct draft){rows_copy(&r, 0, a), rows_copy(&r, 1, a), rows_int(&r, 2), rows_int(&r, 3),
                              rows_copy(&r, 4, a)};
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}
