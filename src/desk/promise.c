#include "desk/promise.h"

#include "base/buf.h"
#include "base/id.h"
#include "base/say.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "desk/account.h"
#include "desk/contact.h"
#include "desk/agent.h"
#include "desk/job.h"
#include "desk/news.h"
#include "desk/push.h"
#include "desk/recovery.h"
#include "desk/reply.h"

#include <string.h>

/* ---- rules ---- */

enum promise_state promise_judge(const struct promise *p, int64_t now) {
    if (!p->outcome) {
        if (now > p->due_to)
            return PROMISE_LATE;
        return now >= promise_warn_at(p) ? PROMISE_SOON : PROMISE_OPEN;
    }
    bool in_time = p->settled_at <= p->due_to;
    if (strcmp(p->outcome, "removed") == 0)
        return PROMISE_REMOVED;
    if (!in_time)
        return PROMISE_BROKEN;
    if (strcmp(p->outcome, "kept") == 0)
        return PROMISE_KEPT;
    if (strcmp(p->outcome, "withdrawn") == 0)
        return PROMISE_WITHDRAWN;
    return p->agreed ? PROMISE_RENEWED : PROMISE_BROKEN;
}

const char *promise_state_name(enum promise_state state) {
    static const char *const names[] = {
        [PROMISE_OPEN] = "open",       [PROMISE_SOON] = "soon",       [PROMISE_LATE] = "late",
        [PROMISE_KEPT] = "kept",       [PROMISE_BROKEN] = "broken",   [PROMISE_WITHDRAWN] = "withdrawn",
        [PROMISE_RENEWED] = "renewed", [PROMISE_REMOVED] = "removed",
    };
    return names[state];
}

int64_t promise_warn_at(const struct promise *p) {
    int64_t before = (p->due_to - p->made_at) / 4;
    before = before > PROMISE_WARN_MAX_MS ? PROMISE_WARN_MAX_MS : before;
    before = before < PROMISE_WARN_MIN_MS ? PROMISE_WARN_MIN_MS : before;
    int64_t at = p->due_to - before;
    return at > p->made_at ? at : p->made_at;
}

/* ---- rows ---- */

#define SELECT_PROMISE                                                                                             \
    "SELECT p.id, p.conversation_id, p.message_id, p.contact_id, p.agent_id, p.owner_id, p.ref, p.text,"           \
    " p.due_from, p.due_to, p.made_at, p.warned_at, p.broken_at, p.settled_at, p.outcome, p.reason,"               \
    " p.evidence_id, p.settled_by, p.renewed_by, p.short_word, p.shown, p.agreed, ag.name, c.ref, r.ref,"          \
    " w.made_at, w.goes_at, w.ended_at, coalesce(w.outcome, ''), coalesce(w.reason, ''), pv.ref,"                  \
    " CASE WHEN s.message_id IS NOT NULL AND s.prevention_id IS NULL THEN 1 ELSE 0 END"                            \
    " FROM promise p JOIN conversation c ON c.account_id = p.account_id AND c.id = p.conversation_id"              \
    " LEFT JOIN agent ag ON ag.account_id = p.account_id AND ag.id = p.owner_id"                                   \
    " LEFT JOIN promise r ON r.account_id = p.account_id AND r.id = p.renewed_by"                                  \
    " LEFT JOIN promise_news w ON w.account_id = p.account_id AND w.promise_id = p.id"                             \
    " LEFT JOIN prevention_said s ON s.account_id = p.account_id AND s.message_id = p.message_id"                  \
    " LEFT JOIN prevention pv ON pv.account_id = s.account_id AND pv.id = s.prevention_id"                         \
    " WHERE p.account_id = $1"
#define NOT_REMOVED " AND (p.outcome IS NULL OR p.outcome <> 'removed')"

QUERY(q_promise_by_id, SELECT_PROMISE " AND p.id = $2");
QUERY(q_promise_by_ref, SELECT_PROMISE " AND p.ref = $2" NOT_REMOVED);
QUERY(q_promise_of_conversation,
      SELECT_PROMISE " AND p.conversation_id = $2" NOT_REMOVED " ORDER BY p.due_to, p.id LIMIT 200");
QUERY(q_promise_owed_of_conversation,
      SELECT_PROMISE " AND p.conversation_id = $2 AND p.settled_at IS NULL ORDER BY p.due_to, p.id LIMIT 200");
QUERY(q_promise_of_contact,
      SELECT_PROMISE " AND p.contact_id = $2" NOT_REMOVED " ORDER BY p.due_to, p.id LIMIT 200");
QUERY(q_promise_owed_of_contact,
      SELECT_PROMISE " AND p.contact_id = $2 AND p.settled_at IS NULL ORDER BY p.due_to, p.id LIMIT 200");
QUERY(q_promise_list,
      SELECT_PROMISE " AND p.id < $2" NOT_REMOVED " AND (CAST($3 AS BIGINT) = 0 OR p.settled_at IS NULL)"
                     " AND (CAST($4 AS BIGINT) IS NULL OR p.owner_id = $4)"
                     " ORDER BY p.id DESC LIMIT $5");
QUERY(q_promise_insert,
      "INSERT INTO promise (account_id, id, ref, conversation_id, message_id, contact_id, agent_id, owner_id, text,"
      " due_from, due_to, short_word, shown, made_at, settled_at, outcome)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)");
QUERY(q_promise_settle,
      "UPDATE promise SET settled_at = $3, outcome = $4, agreed = $5, evidence_id = $6, reason = $7,"
      " settled_by = $8, renewed_by = $9 WHERE account_id = $1 AND id = $2");
QUERY(q_promise_hand, "UPDATE promise SET owner_id = $3 WHERE account_id = $1 AND id = $2");
QUERY(q_promise_warned, "UPDATE promise SET warned_at = $3 WHERE account_id = $1 AND id = $2");
QUERY(q_promise_broke, "UPDATE promise SET broken_at = $3 WHERE account_id = $1 AND id = $2");
QUERY(q_promise_made_by, "SELECT id FROM promise WHERE account_id = $1 AND message_id = $2");
QUERY(q_promise_drop_of, "DELETE FROM promise WHERE account_id = $1 AND message_id = $2");
QUERY(q_promise_settled_by, "SELECT id FROM promise WHERE account_id = $1 AND evidence_id = $2");
QUERY(q_promise_reopen, "UPDATE promise SET settled_at = NULL, outcome = NULL, agreed = 0, evidence_id = NULL,"
                        " settled_by = NULL, renewed_by = NULL, reason = '' WHERE account_id = $1 AND id = $2");
QUERY(q_promise_move, "UPDATE promise SET conversation_id = $3 WHERE account_id = $1 AND conversation_id = $2"
                      " AND message_id IN (SELECT id FROM message WHERE account_id = $1 AND conversation_id = $3)");
QUERY(q_promise_mark, "UPDATE conversation SET promise_due = (SELECT min(due_to) FROM promise WHERE account_id = $1"
                      " AND conversation_id = $2 AND settled_at IS NULL AND short_word = 0)"
                      " WHERE account_id = $1 AND id = $2");

static struct promise read_promise(struct rows *r, struct arena *a) {
    return (struct promise){
        .id = rows_int(r, 0),
        .conversation_id = rows_int(r, 1),
        .message_id = rows_int(r, 2),
        .contact_id = rows_int(r, 3),
        .agent_id = rows_int(r, 4),
        .owner_id = rows_int(r, 5),
        .ref = rows_copy(r, 6, a),
        .text = rows_copy(r, 7, a),
        .due_from = rows_int(r, 8),
        .due_to = rows_int(r, 9),
        .made_at = rows_int(r, 10),
        .warned_at = rows_int(r, 11),
        .broken_at = rows_int(r, 12),
        .settled_at = rows_int(r, 13),
        .outcome = rows_copy(r, 14, a),
        .reason = rows_copy(r, 15, a),
        .evidence_id = rows_int(r, 16),
        .settled_by = rows_int(r, 17),
        .renewed_by = rows_int(r, 18),
        .short_word = rows_int(r, 19),
        .shown = rows_int(r, 20),
        .agreed = rows_int(r, 21),
        .owner_name = rows_copy(r, 22, a),
        .conversation_ref = rows_copy(r, 23, a),
        .renewed_by_ref = rows_copy(r, 24, a),
        .news = {rows_int(r, 25), rows_int(r, 26), rows_int(r, 27), rows_copy(r, 28, a), rows_copy(r, 29, a)},
        .prevention_ref = rows_copy(r, 30, a),
        .said_alone = rows_int(r, 31),
    };
}

static enum rc load_one(struct view *v, struct arena *a, struct query *q, struct value key, struct promise *out) {
    struct rows r = view_query(v, q, BIND(ACCOUNT, key));
    bool found = rows_next(&r);
    if (found)
        *out = read_promise(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

static enum rc read_all(struct rows r, struct arena *a, struct promise **out, int *n) {
    size_t room = 4;
    *out = ARENA_ARRAY(a, room, struct promise);
    for (*n = 0; rows_next(&r); ++*n) {
        if ((size_t)*n == room) {
            *out = arena_grow(a, *out, room, 2 * room, sizeof **out);
            room *= 2;
        }
        (*out)[*n] = read_promise(&r, a);
    }
    return rows_end(&r);
}

enum rc promise_load(struct view *v, struct arena *a, int64_t id, struct promise *out) {
    return load_one(v, a, &q_promise_by_id, value_int(id), out);
}

enum rc promise_by_ref(struct view *v, struct arena *a, const char *ref, struct promise *out) {
    return load_one(v, a, &q_promise_by_ref, value_text(ref), out);
}

enum rc promise_of_conversation(struct view *v, struct arena *a, int64_t conversation_id, bool owed,
                                struct promise **out, int *n) {
    struct query *q = owed ? &q_promise_owed_of_conversation : &q_promise_of_conversation;
    return read_all(view_query(v, q, BIND(ACCOUNT, value_int(conversation_id))), a, out, n);
}

enum rc promise_of_contact(struct view *v, struct arena *a, int64_t contact_id, bool owed, struct promise **out,
                           int *n) {
    struct query *q = owed ? &q_promise_owed_of_contact : &q_promise_of_contact;
    return read_all(view_query(v, q, BIND(ACCOUNT, value_int(contact_id))), a, out, n);
}

enum rc promise_list(struct view *v, struct arena *a, const struct promise_ask *ask, struct promise **out, int *n) {
    struct rows r = view_query(v, &q_promise_list,
                               BIND(ACCOUNT, value_int(ask->before_id ? ask->before_id : INT64_MAX),
                                    value_int(ask->owed), value_id(ask->agent_id), value_int(ask->max)));
    return read_all(r, a, out, n);
}

/* ---- verbs ---- */

static enum rc mark(struct tx *tx, int64_t conversation_id) {
    return tx_exec(tx, &q_promise_mark, BIND(ACCOUNT, value_int(conversation_id)));
}

static char *short_text(struct arena *a, const char *s) {
    return arena_copy_n(a, s, utf8_fit(s, strlen(s), PROMISE_TEXT_MAX));
}

static bool blank(const char *s) { return !s || !s[strspn(s, " \t\r\n")]; }

enum rc promise_make(struct tx *tx, const struct conversation *c, int64_t message_id, const struct promise_new *new,
                     bool chat, struct actor by, int64_t owner_id, int64_t now, struct promise *out) {
    if (blank(new->text) || new->due_to < now || new->due_from > new->due_to)
        return RC_INVALID;
    enum rc lives = contact_lives(tx_view(tx), c->contact_id);
    if (lives != RC_OK)
        return lives;
    bool by_agent = by.kind == ACTOR_AGENT || by.kind == ACTOR_TOKEN;
    *out = (struct promise){
        .id = id_new(),
        .ref = id_ref(tx_arena(tx), "prm"),
        .conversation_id = c->id,
        .message_id = message_id,
        .contact_id = c->contact_id,
        .agent_id = by_agent ? by.id : 0,
        .owner_id = owner_id,
        .text = short_text(tx_arena(tx), new->text),
        .due_from = new->due_from,
        .due_to = new->due_to,
        .short_word = chat &&new->due_to - now <= SHORT_WORD_MS,
        .shown = new->shown,
        .made_at = now,
        .settled_at = new->removed ? now : 0,
        .outcome = new->removed ? "removed" : NULL,
    };
    enum rc rc =
        tx_exec(tx, &q_promise_insert,
                BIND(ACCOUNT, value_int(out->id), value_text(out->ref), value_int(c->id), value_int(message_id),
                     value_int(c->contact_id), value_id(out->agent_id), value_id(owner_id), value_text(out->text),
                     value_int(out->due_from), value_int(out->due_to), value_int(out->short_word),
                     value_int(out->shown), value_int(now), value_id(out->settled_at), value_text(out->outcome)));
    if (rc == RC_OK && new->removed) {
        event_add(tx, (struct event){"promise.removed", by, c->id, out->id});
        return RC_OK;
    }
    if (rc == RC_OK)
        rc = job_add(tx, JOB_PROMISE, out->id, promise_warn_at(out));
    if (rc == RC_OK)
        rc = mark(tx, c->id);
    if (rc == RC_OK)
        event_add(
            tx, (struct event){"promise.made", by, c->id, out->id, out->short_word ? "short" : NULL, out->due_to});
    return rc;
}

enum rc promise_settle(struct tx *tx, struct promise *p, const struct promise_end *end, struct actor by,
                       int64_t now) {
    bool kept = strcmp(end->outcome, "kept") == 0, withdrawn = strcmp(end->outcome, "withdrawn") == 0,
         renewed = strcmp(end->outcome, "renewed") == 0;
    if (p->settled_at)
        return RC_CONFLICT;
    if (!(kept || withdrawn || renewed) || (kept && !end->evidence_id && blank(end->reason)) ||
        (withdrawn && !end->evidence_id) || (renewed && !end->renewed_by))
        return RC_INVALID;
    p->settled_at = now;
    p->outcome = end->outcome;
    p->agreed = end->agreed;
    p->reason = end->reason ? short_text(tx_arena(tx), end->reason) : "";
    p->evidence_id = end->evidence_id;
    p->renewed_by = end->renewed_by;
    p->settled_by = by.kind == ACTOR_AGENT || by.kind == ACTOR_TOKEN ? by.id : 0;
    enum rc rc = tx_exec(tx, &q_promise_settle,
                         BIND(ACCOUNT, value_int(p->id), value_int(now), value_text(p->outcome),
                              value_int(p->agreed), value_id(p->evidence_id), value_text(p->reason),
                              value_id(p->settled_by), value_id(p->renewed_by)));
    if (rc == RC_OK)
        rc = job_drop(tx, JOB_PROMISE, p->id);
    if (rc == RC_OK)
        rc = mark(tx, p->conversation_id);
    if (rc == RC_OK)
        event_add(tx, (struct event){"promise.settled", by, p->conversation_id, p->id,
                                     promise_state_name(promise_judge(p, now)), now - p->due_to});
    return rc;
}

enum rc promise_hand(struct tx *tx, struct promise *p, int64_t owner_id, const char *why, struct actor by,
                     int64_t now) {
    if (p->settled_at)
        return RC_CONFLICT;
    if (p->owner_id == owner_id)
        return RC_OK;
    p->owner_id = owner_id;
    enum rc rc = tx_exec(tx, &q_promise_hand, BIND(ACCOUNT, value_int(p->id), value_id(owner_id)));
    if (rc == RC_OK)
        event_add(tx, (struct event){"promise.handed", by, p->conversation_id, p->id, why, owner_id});
    return rc;
}

enum rc promise_after_reply(struct tx *tx, int64_t conversation_id, int64_t message_id, struct actor by,
                            int64_t now) {
    struct promise *list;
    int n;
    enum rc rc = promise_of_conversation(tx_view(tx), tx_arena(tx), conversation_id, true, &list, &n);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (list[i].short_word)
            rc = promise_settle(tx, &list[i], &(struct promise_end){.outcome = "kept", .evidence_id = message_id},
                                by, now);
    return rc;
}

/* Ids first, then the changes: no statement reads while another writes. */
static enum rc ids_of(struct tx *tx, struct query *q, int64_t message_id, int64_t **ids, int *n) {
    *ids = ARENA_ARRAY(tx_arena(tx), 2 * PROMISES_A_MESSAGE, int64_t);
    struct rows r = view_query(tx_view(tx), q, BIND(ACCOUNT, value_int(message_id)));
    for (*n = 0; *n < 2 * PROMISES_A_MESSAGE && rows_next(&r); ++*n)
        (*ids)[*n] = rows_int(&r, 0);
    return rows_end(&r);
}

enum rc promise_undo(struct tx *tx, int64_t conversation_id, int64_t message_id) {
    int64_t *ids;
    int n;
    enum rc rc = ids_of(tx, &q_promise_settled_by, message_id, &ids, &n);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        struct promise p;
        rc = tx_exec(tx, &q_promise_reopen, BIND(ACCOUNT, value_int(ids[i])));
        if (rc == RC_OK)
            rc = promise_load(tx_view(tx), tx_arena(tx), ids[i], &p);
        if (rc == RC_OK)
            rc = job_add(tx, JOB_PROMISE, p.id, p.warned_at ? p.due_to + 1 : promise_warn_at(&p));
    }
    if (rc == RC_OK)
        rc = ids_of(tx, &q_promise_made_by, message_id, &ids, &n);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = job_drop(tx, JOB_PROMISE, ids[i]);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_promise_drop_of, BIND(ACCOUNT, value_int(message_id)));
    return rc == RC_OK ? mark(tx, conversation_id) : rc;
}

enum rc promise_follow(struct tx *tx, int64_t from_id, int64_t into_id) {
    enum rc rc = tx_exec(tx, &q_promise_move, BIND(ACCOUNT, value_int(from_id), value_int(into_id)));
    if (rc == RC_OK)
        rc = mark(tx, from_id);
    return rc == RC_OK ? mark(tx, into_id) : rc;
}

/* ---- the clock ---- */

/* `id`, when she is here and can be given work; else 0. */
static enum rc if_here(struct tx *tx, int64_t id, int64_t *here) {
    struct agent agent;
    *here = 0;
    enum rc rc = id ? agent_load(tx_view(tx), tx_arena(tx), id, &agent) : RC_OK;
    if (rc == RC_OK && id && !agent.away_since && agent_takes_work(&agent))
        *here = id;
    return rc;
}

/* An owner who is away cannot keep it: the conversation's owner does, or everybody. */
static enum rc hand_on(struct tx *tx, struct promise *p, const struct conversation *c, int64_t now) {
    int64_t owner, to;
    enum rc rc = if_here(tx, p->owner_id, &owner);
    if (rc != RC_OK || !p->owner_id || owner)
        return rc;
    rc = if_here(tx, c->assignee_id, &to);
    return rc == RC_OK ? promise_hand(tx, p, to, "away", (struct actor){ACTOR_SYSTEM}, now) : rc;
}

/* Who sees to it now: its owner, else the conversation's, while they are here. 0: nobody does. */
static enum rc keeper_of(struct tx *tx, const struct promise *p, const struct conversation *c, int64_t *id) {
    enum rc rc = if_here(tx, p->owner_id, id);
    return rc == RC_OK && !*id ? if_here(tx, c->assignee_id, id) : rc;
}

/* What nobody sees to is the leads' to give to somebody. */
static enum rc tell(struct tx *tx, const struct promise *p, const struct conversation *c, enum push_kind kind,
                    int64_t now) {
    struct agent *agents;
    struct membership *members;
    struct actor by = {ACTOR_SYSTEM};
    int64_t keeper;
    int n, members_n;
    enum rc rc = keeper_of(tx, p, c, &keeper);
    if (rc != RC_OK || keeper)
        return rc == RC_OK ? push_tell(tx, keeper, c->id, kind, by, now) : rc;
    rc = agent_list(tx_view(tx), tx_arena(tx), false, &agents, &n);
    if (rc == RC_OK)
        rc = team_memberships(tx_view(tx), tx_arena(tx), &members, &members_n);
    if (rc != RC_OK)
        return rc;
    bool *told = ARENA_ARRAY(tx_arena(tx), (size_t)n + 1, bool);
    bool leads = team_leads_here(agents, n, members, members_n, c->team_id, told);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (told[i] || (!leads && agents[i].role == ROLE_ADMIN && !agents[i].away_since))
            rc = push_tell(tx, agents[i].id, c->id, kind, by, now);
    return rc;
}

/* Names what was promised and takes the blame. The new time is the agent's to say: she alone knows it. */
static char *draft_text(struct arena *a, enum locale locale, const char *zone, const struct promise *p) {
    struct buf when = {0}, out = {0};
    say_full(&when, locale, zone, p->due_to);
    tr_fill(
        &out,
        tr(locale, "We told you “{promise}”, by {when}. That has not happened, and I am sorry: the fault is ours."),
        "promise", p->text, "when", when.at, NULL);
    char *text = arena_copy_n(a, out.at, out.len);
    buf_free(&when);
    buf_free(&out);
    return text;
}

/* An honest word to the customer waits as the owner's draft; what she is writing herself comes first. */
static enum rc draft_news(struct tx *tx, const struct promise *p, const struct conversation *c, int64_t now) {
    struct draft d;
    struct account account;
    int64_t writer;
    enum rc rc = keeper_of(tx, p, c, &writer);
    if (rc != RC_OK || !writer || p->short_word || !p->shown || c->merged_into)
        return rc;
    rc = draft_load(tx_view(tx), tx_arena(tx), c->id, writer, "reply", &d);
    if (rc != RC_NONE)
        return rc;
    rc = account_load(tx_view(tx), tx_arena(tx), &account);
    if (rc != RC_OK)
        return rc;
    char *text = draft_text(tx_arena(tx), locale_of(*c->lang ? c->lang : account.lang), account.zone, p);
    return draft_save(tx, c->id, writer, &(struct draft){"reply", text, c->version}, now);
}

static enum rc breaks(struct tx *tx, struct promise *p, struct conversation *c, int64_t now) {
    p->broken_at = now;
    enum rc rc = tx_exec(tx, &q_promise_broke, BIND(ACCOUNT, value_int(p->id), value_int(now)));
    if (rc == RC_OK)
        event_add(tx,
                  (struct event){
                      "promise.broken", {ACTOR_SYSTEM}, c->id, p->id, p->short_word ? "short" : NULL, p->due_to});
    if (rc == RC_OK)
        rc = tell(tx, p, c, PUSH_BROKEN, now);
    if (rc != RC_OK || p->short_word)
        return rc;
    /* It is our move, whatever it was before; spam and closed ones are only listed. */
    bool rests = strcmp(c->shelf, "pending") == 0 || strcmp(c->shelf, "on_hold") == 0 ||
                 strcmp(c->shelf, "snoozed") == 0 || strcmp(c->status, "resolved") == 0;
    if (rests)
        rc = conversation_set_status(tx, c, "open", 0, (struct actor){ACTOR_SYSTEM}, now);
    if (rc == RC_OK)
        rc = draft_news(tx, p, c, now);
    if (rc == RC_OK)
        rc = news_plan(tx, p, c, now);
    return rc == RC_OK ? recovery_of_broken(tx, p, c, now) : rc;
}

enum rc promise_tick(struct tx *tx, int64_t id, int64_t now) {
    struct promise p;
    struct conversation c;
    enum rc rc = promise_load(tx_view(tx), tx_arena(tx), id, &p);
    if (rc == RC_NONE || (rc == RC_OK && p.settled_at))
        return RC_OK;
    if (rc == RC_OK)
        rc = conversation_load(tx_view(tx), tx_arena(tx), p.conversation_id, &c);
    if (rc != RC_OK)
        return rc;
    enum promise_state state = promise_judge(&p, now);
    if (state == PROMISE_OPEN)
        return job_add(tx, JOB_PROMISE, id, promise_warn_at(&p));
    rc = hand_on(tx, &p, &c, now);
    if (rc == RC_OK && state == PROMISE_SOON) {
        if (!p.warned_at)
            rc = tx_exec(tx, &q_promise_warned, BIND(ACCOUNT, value_int(id), value_int(now)));
        if (rc == RC_OK && !p.warned_at)
            event_add(tx, (struct event){"promise.due_soon", {ACTOR_SYSTEM}, c.id, id, NULL, p.due_to});
        if (rc == RC_OK && !p.warned_at)
            rc = tell(tx, &p, &c, PUSH_DUE_SOON, now);
        return rc == RC_OK ? job_add(tx, JOB_PROMISE, id, p.due_to + 1) : rc;
    }
    return rc == RC_OK && !p.broken_at ? breaks(tx, &p, &c, now) : rc;
}
