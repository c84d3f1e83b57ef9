#include "desk/recovery.h"

#include "base/id.h"
#include "desk/account.h"
#include "desk/contact.h"
#include "desk/message.h"
#include "desk/prevention.h"
#include "desk/reply.h"

#include <string.h>

static const char *const step_names[STEPS] = {
    [STEP_FIX] = "fix", [STEP_APOLOGISE] = "apologise", [STEP_EXPLAIN] = "explain",
    [STEP_WHY] = "why", [STEP_GOOD] = "good",           [STEP_PREVENT] = "prevent"};

static bool says(const char *s) { return s && s[strspn(s, " \t\r\n")]; }
static bool is(const char *a, const char *b) { return strcmp(a, b) == 0; }

/* ---- rules ---- */

enum recovery_state recovery_judge(const struct recovery *r) {
    return r->closed_at ? RECOVERY_CLOSED : r->righted_at ? RECOVERY_ASKED : RECOVERY_OPEN;
}

const char *recovery_state_name(enum recovery_state s) {
    static const char *const names[] = {
        [RECOVERY_OPEN] = "open", [RECOVERY_ASKED] = "asked", [RECOVERY_CLOSED] = "closed"};
    return names[s];
}

const char *recovery_step_name(enum step s) { return step_names[s]; }

bool recovery_is_full(const struct recovery *r) { return r->severity >= 2 || r->again; }

bool recovery_needs(const struct recovery *r, enum step s) {
    return recovery_is_full(r) || s == STEP_FIX || s == STEP_APOLOGISE;
}

bool recovery_offer_waits(const struct recovery_offer *o) { return !o->approved_at && !o->refused_at; }

struct recovery_left recovery_left(const struct recovery_step steps[STEPS]) {
    struct recovery_left left = {0};
    for (int s = 0; s < STEPS; s++) {
        bool waits = !steps[s].done_at && !steps[s].waived;
        left.steps += steps[s].needed && waits;
        if (waits && steps[s].due_at && (!left.due_at || steps[s].due_at < left.due_at))
            left.due_at = steps[s].due_at;
        left.late |= steps[s].due_is_over;
    }
    return left;
}

const char *recovery_flaw(const struct recovery *r, const struct recovery_step steps[STEPS],
                          const struct recovery_offer *offers, int offers_n) {
    for (int s = 0; s < STEPS; s++)
        if (recovery_needs(r, (enum step)s) && !steps[s].done_at && !steps[s].waived)
            return "steps";
    for (int i = 0; i < offers_n; i++)
        if (recovery_offer_waits(&offers[i]))
            return "approval";
    return NULL;
}

int64_t recovery_limit_of(enum agent_role role, const struct goodwill_limits *limits) {
    return role == ROLE_ADMIN   ? limits->admin
           : role == ROLE_LEAD  ? limits->lead
           : role == ROLE_AGENT ? limits->agent
                                : 0;
}

bool recovery_may_give(enum agent_role role, int64_t given, int64_t amount, const struct goodwill_limits *limits) {
    int64_t limit = recovery_limit_of(role, limits);
    return amount <= limit && given <= limit - amount;
}

/* ---- rows ---- */

#define SELECT_RECOVERY                                                                                            \
    "SELECT r.id, r.ref, r.conversation_id, r.contact_id, r.promise_id, r.recall_id, r.owner_id, r.cause, r.harm," \
    " r.severity, r.what, r.again, r.opened_by, r.opened_at, r.righted_at, r.heard, r.heard_at, r.heard_how,"      \
    " r.closed_at, r.closed_by, coalesce(o.name, ''), c.ref, c.short_ref, c.subject, k.name FROM recovery r"       \
    " JOIN conversation c ON c.account_id = r.account_id AND c.id = r.conversation_id"                             \
    " JOIN contact k ON k.account_id = r.account_id AND k.id = r.contact_id"                                       \
    " LEFT JOIN agent o ON o.account_id = r.account_id AND o.id = r.owner_id WHERE r.account_id = $1"
QUERY(q_recovery_load, SELECT_RECOVERY " AND r.id = $2");
QUERY(q_recovery_by_ref, SELECT_RECOVERY " AND r.ref = $2");
QUERY(q_recovery_open_in, SELECT_RECOVERY " AND r.conversation_id = $2 AND r.closed_at IS NULL"
                                          " ORDER BY r.id DESC LIMIT 1");
QUERY(q_recovery_list, SELECT_RECOVERY " AND r.id < $2 AND (CAST($3 AS BIGINT) IS NULL OR r.owner_id = $3)"
                                       " ORDER BY r.id DESC LIMIT $4");
QUERY(q_recovery_list_open, SELECT_RECOVERY " AND r.closed_at IS NULL AND r.id < $2"
                                            " AND (CAST($3 AS BIGINT) IS NULL OR r.owner_id = $3)"
                                            " ORDER BY r.id DESC LIMIT $4");
QUERY(q_recovery_list_of, SELECT_RECOVERY " AND r.contact_id = $2 AND r.id < $3"
                                          " AND (CAST($4 AS BIGINT) = 0 OR r.closed_at IS NULL)"
                                          " ORDER BY r.id DESC LIMIT $5");
QUERY(q_recovery_open_count, "SELECT count(*) FROM (SELECT id FROM recovery WHERE account_id = $1"
                             " AND closed_at IS NULL AND id > 0 LIMIT $2) few");
QUERY(q_recovery_add,
      "INSERT INTO recovery (account_id, id, ref, conversation_id, home_id, contact_id, promise_id, recall_id,"
      " owner_id, cause, harm, severity, what, again, opened_by, opened_at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)");
QUERY(q_recovery_store, "UPDATE recovery SET owner_id = $3, severity = $4, righted_at = $5, heard = $6,"
                        " heard_at = $7, heard_how = $8, closed_at = $9, closed_by = $10"
                        " WHERE account_id = $1 AND id = $2");
QUERY(q_recovery_before, "SELECT count(*) FROM recovery WHERE account_id = $1 AND contact_id = $2 AND id >= $3");
QUERY(q_recovery_go_along,
      "UPDATE recovery SET conversation_id = $3 WHERE account_id = $1 AND conversation_id = $2");
QUERY(q_recovery_return,
      "UPDATE recovery SET conversation_id = $3 WHERE account_id = $1 AND conversation_id = $2 AND home_id = $3");
QUERY(q_step_list,
      "SELECT s.step, s.note, s.promise_id, s.message_id, s.done_at, s.done_by, s.waived, coalesce(p.ref, ''),"
      " p.due_to, p.settled_at, coalesce(p.outcome, '') FROM recovery_step s"
      " LEFT JOIN promise p ON p.account_id = s.account_id AND p.id = s.promise_id"
      " WHERE s.account_id = $1 AND s.recovery_id = $2");
QUERY(q_step_store,
      "INSERT INTO recovery_step (account_id, recovery_id, step, note, promise_id, message_id, done_at, done_by,"
      " waived) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (account_id, recovery_id, step) DO UPDATE"
      " SET note = excluded.note, promise_id = excluded.promise_id, message_id = excluded.message_id,"
      " done_at = excluded.done_at, done_by = excluded.done_by, waived = excluded.waived");
QUERY(q_step_evidence, "SELECT id FROM message WHERE account_id = $1 AND conversation_id = $2 AND id >= $3"
                       " AND kind = 'agent' AND auto_kind = '' AND state NOT IN ('cancelled', 'failed')"
                       " ORDER BY id DESC LIMIT 1");
#define SELECT_OFFER                                                                                               \
    "SELECT o.id, o.ref, o.recovery_id, o.contact_id, o.kind, o.what, o.amount, o.currency, o.proposed_by,"        \
    " o.proposed_at, o.approved_by, o.approved_at, o.refused_at, coalesce(p.name, ''), coalesce(q.name, '')"       \
    " FROM recovery_offer o LEFT JOIN agent p ON p.account_id = o.account_id AND p.id = o.proposed_by"             \
    " LEFT JOIN agent q ON q.account_id = o.account_id AND q.id = o.approved_by WHERE o.account_id = $1"
QUERY(q_offer_list, SELECT_OFFER " AND o.recovery_id = $2 ORDER BY o.id LIMIT $3");
QUERY(q_offer_by_ref, SELECT_OFFER " AND o.ref = $2");
QUERY(q_offer_add,
      "INSERT INTO recovery_offer (account_id, id, ref, recovery_id, contact_id, kind, what, amount, currency,"
      " proposed_by, proposed_at, approved_by, approved_at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)");
QUERY(q_offer_answer, "UPDATE recovery_offer SET approved_by = $3, approved_at = $4, refused_at = $5"
                      " WHERE account_id = $1 AND id = $2 AND approved_at IS NULL AND refused_at IS NULL");
QUERY(q_offer_given, "SELECT CAST(coalesce(sum(amount), 0) AS BIGINT) FROM recovery_offer WHERE account_id = $1"
                     " AND contact_id = $2 AND id >= $3 AND kind = 'goodwill' AND currency = $4"
                     " AND approved_at IS NOT NULL");

static struct recovery read_recovery(struct rows *r, struct arena *a) {
    return (struct recovery){
        .id = rows_int(r, 0),
        .ref = rows_copy(r, 1, a),
        .conversation_id = rows_int(r, 2),
        .contact_id = rows_int(r, 3),
        .promise_id = rows_int(r, 4),
        .recall_id = rows_int(r, 5),
        .owner_id = rows_int(r, 6),
        .cause = rows_copy(r, 7, a),
        .harm = rows_copy(r, 8, a),
        .severity = rows_int(r, 9),
        .what = rows_copy(r, 10, a),
        .again = rows_int(r, 11),
        .opened_by = rows_int(r, 12),
        .opened_at = rows_int(r, 13),
        .righted_at = rows_int(r, 14),
        .heard = rows_copy(r, 15, a),
        .heard_at = rows_int(r, 16),
        .heard_how = rows_copy(r, 17, a),
        .closed_at = rows_int(r, 18),
        .closed_by = rows_int(r, 19),
        .owner_name = rows_copy(r, 20, a),
        .conversation_ref = rows_copy(r, 21, a),
        .short_ref = rows_copy(r, 22, a),
        .subject = rows_copy(r, 23, a),
        .contact_name = rows_copy(r, 24, a),
    };
}

static enum rc load_one(struct view *v, struct arena *a, struct query *q, struct value key, struct recovery *out) {
    struct rows r = view_query(v, q, BIND(ACCOUNT, key));
    bool found = rows_next(&r);
    if (found)
        *out = read_recovery(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

/* ---- loading ---- */

enum rc recovery_load(struct view *v, struct arena *a, int64_t id, struct recovery *out) {
    return load_one(v, a, &q_recovery_load, value_int(id), out);
}

enum rc recovery_by_ref(struct view *v, struct arena *a, const char *ref, struct recovery *out) {
    return load_one(v, a, &q_recovery_by_ref, value_text(ref), out);
}

enum rc recovery_open_in(struct view *v, struct arena *a, int64_t conversation_id, struct recovery *out) {
    return load_one(v, a, &q_recovery_open_in, value_int(conversation_id), out);
}

enum rc recovery_list(struct view *v, struct arena *a, const struct recovery_ask *ask, struct recovery **out,
                      int *n) {
    struct value before = value_int(ask->before_id ? ask->before_id : INT64_MAX);
    struct rows r = ask->contact_id
                        ? view_query(v, &q_recovery_list_of,
                                     BIND(ACCOUNT, value_int(ask->contact_id), before, value_int(ask->open),
                                          value_int(ask->max)))
                        : view_query(v, ask->open ? &q_recovery_list_open : &q_recovery_list,
                                     BIND(ACCOUNT, before, value_id(ask->agent_id), value_int(ask->max)));
    *out = ARENA_ARRAY(a, (size_t)ask->max + 1, struct recovery);
    for (*n = 0; *n < ask->max && rows_next(&r); ++*n)
        (*out)[*n] = read_recovery(&r, a);
    return rows_end(&r);
}

enum rc recovery_open_count(struct view *v, int *n) {
    int64_t many = 0;
    enum rc rc = view_int(v, &q_recovery_open_count, BIND(ACCOUNT, value_int(LIST_COUNT_MAX)), 0, &many);
    *n = (int)many;
    return rc;
}

/* What keeps it from happening again is linked to the conversation, not ticked. */
static enum rc look_for_prevention(struct view *v, struct arena *a, const struct recovery *r,
                                   struct recovery_step *s) {
    struct prevention *list;
    int n;
    enum rc rc = s->done_at || s->waived ? RC_OK : prevention_of_conversation(v, a, r->conversation_id, &list, &n);
    if (rc == RC_OK && !s->done_at && !s->waived && n) {
        s->done_at = list[0].created_at;
        s->note = list[0].what;
    }
    return rc;
}

enum rc recovery_steps(struct view *v, struct arena *a, const struct recovery *r, int64_t now,
                       struct recovery_step out[STEPS]) {
    for (int s = 0; s < STEPS; s++)
        out[s] = (struct recovery_step){
            .step = (enum step)s, .note = "", .promise_ref = "", .needed = recovery_needs(r, (enum step)s)};
    struct rows rows = view_query(v, &q_step_list, BIND(ACCOUNT, value_int(r->id)));
    while (rows_next(&rows)) {
        struct recovery_step *s = NULL;
        for (int i = 0; i < STEPS; i++)
            if (is(step_names[i], rows_text(&rows, 0)))
                s = &out[i];
        if (!s)
            continue;
        s->note = rows_copy(&rows, 1, a);
        s->promise_id = rows_int(&rows, 2);
        s->message_id = rows_int(&rows, 3);
        s->done_at = rows_int(&rows, 4);
        s->done_by = rows_int(&rows, 5);
        s->waived = rows_int(&rows, 6);
        s->promise_ref = rows_copy(&rows, 7, a);
        s->due_at = rows_int(&rows, 8);
        if (!s->done_at && is(rows_text(&rows, 10), "kept"))
            s->done_at = rows_int(&rows, 9);
        s->due_is_over = s->due_at && !s->done_at && !s->waived && now > s->due_at;
    }
    enum rc rc = rows_end(&rows);
    return rc == RC_OK ? look_for_prevention(v, a, r, &out[STEP_PREVENT]) : rc;
}

static struct recovery_offer read_offer(struct rows *r, struct arena *a) {
    return (struct recovery_offer){
        .id = rows_int(r, 0),
        .ref = rows_copy(r, 1, a),
        .recovery_id = rows_int(r, 2),
        .contact_id = rows_int(r, 3),
        .kind = rows_copy(r, 4, a),
        .what = rows_copy(r, 5, a),
        .amount = rows_int(r, 6),
        .currency = rows_copy(r, 7, a),
        .proposed_by = rows_int(r, 8),
        .proposed_at = rows_int(r, 9),
        .approved_by = rows_int(r, 10),
        .approved_at = rows_int(r, 11),
        .refused_at = rows_int(r, 12),
        .proposer = rows_copy(r, 13, a),
        .approver = rows_copy(r, 14, a),
    };
}

enum rc recovery_offers(struct view *v, struct arena *a, const struct recovery *r, struct recovery_offer **out,
                        int *n) {
    struct rows rows =
        view_query(v, &q_offer_list, BIND(ACCOUNT, value_int(r->id), value_int(RECOVERY_OFFERS_MAX)));
    *out = ARENA_ARRAY(a, RECOVERY_OFFERS_MAX + 1, struct recovery_offer);
    for (*n = 0; *n < RECOVERY_OFFERS_MAX && rows_next(&rows); ++*n)
        (*out)[*n] = read_offer(&rows, a);
    return rows_end(&rows);
}

enum rc recovery_offer_by_ref(struct view *v, struct arena *a, const char *ref, struct recovery_offer *out) {
    struct rows r = view_query(v, &q_offer_by_ref, BIND(ACCOUNT, value_text(ref)));
    bool found = rows_next(&r);
    if (found)
        *out = read_offer(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc recovery_limits(struct view *v, struct goodwill_limits *out) {
    *out = (struct goodwill_limits){setting_int(v, SETTING_GOODWILL_AGENT), setting_int(v, SETTING_GOODWILL_LEAD),
                                    setting_int(v, SETTING_GOODWILL_ADMIN)};
    return RC_OK;
}

/* ---- opening ---- */

static int64_t agent_of(struct actor by) { return by.kind == ACTOR_AGENT || by.kind == ACTOR_TOKEN ? by.id : 0; }

static void tell(struct tx *tx, const struct recovery *r, const char *kind, const char *code, int64_t amount,
                 struct actor by) {
    event_add(tx, (struct event){kind, by, r->conversation_id, r->id, code, amount});
}

static enum rc store(struct tx *tx, const struct recovery *r) {
    return tx_exec(tx, &q_recovery_store,
                   BIND(ACCOUNT, value_int(r->id), value_id(r->owner_id), value_int(r->severity),
                        value_id(r->righted_at), value_text(r->heard), value_id(r->heard_at),
                        value_text(r->heard_how), value_id(r->closed_at), value_id(r->closed_by)));
}

/* Something else went wrong while the first is still being put right: that weighs more, and what we called right is
 * not. */
static enum rc fails_twice(struct tx *tx, struct recovery *r, int64_t severity, struct actor by) {
    int64_t weight = (severity > r->severity ? severity : r->severity) + 1;
    r->severity = weight < RECOVERY_SEVERITIES ? weight : RECOVERY_SEVERITIES;
    r->righted_at = 0;
    r->heard = "";
    tell(tx, r, "recovery.failed_again", NULL, r->severity, by);
    return store(tx, r);
}

static bool word_in(const char *words, const char *word) {
    size_t n = word ? strlen(word) : 0;
    for (const char *p = words; n && (p = strstr(p, word)); p += n)
        if ((p == words || p[-1] == ' ') && (p[n] == ' ' || !p[n]))
            return true;
    return false;
}

enum rc recovery_open(struct tx *tx, const struct conversation *c, const struct recovery_new *new, struct actor by,
                      int64_t now, struct recovery *out) {
    int64_t before = 0;
    if (!word_in(RECOVERY_CAUSES, new->cause) || !word_in(RECOVERY_HARMS, new->harm) || new->severity < 1 ||
        new->severity > RECOVERY_SEVERITIES)
        return RC_INVALID;
    enum rc rc = contact_lives(tx_view(tx), c->contact_id);
    if (rc == RC_OK)
        rc = recovery_open_in(tx_view(tx), tx_arena(tx), c->id, out);
    if (rc != RC_NONE)
        return rc == RC_OK ? fails_twice(tx, out, new->severity, by) : rc;
    rc = view_int(tx_view(tx), &q_recovery_before,
                  BIND(ACCOUNT, value_int(c->contact_id), value_int(id_at(now - RECOVERY_AGAIN_MS))), 0, &before);
    if (rc != RC_OK)
        return rc;
    *out = (struct recovery){
        .id = id_new(),
        .ref = id_ref(tx_arena(tx), "rcv"),
        .conversation_id = c->id,
        .contact_id = c->contact_id,
        .promise_id = new->promise_id,
        .recall_id = new->recall_id,
        .owner_id = new->owner_id,
        .cause = new->cause,
        .harm = new->harm,
        .severity = new->severity,
        .what = new->what ? new->what : "",
        .again = before > 0,
        .opened_by = agent_of(by),
        .opened_at = now,
        .heard = "",
        .heard_how = "",
    };
    rc = tx_exec(tx, &q_recovery_add,
                 BIND(ACCOUNT, value_int(out->id), value_text(out->ref), value_int(c->id), value_int(c->id),
                      value_int(c->contact_id), value_id(out->promise_id), value_id(out->recall_id),
                      value_id(out->owner_id), value_text(out->cause), value_text(out->harm),
                      value_int(out->severity), value_text(out->what), value_int(out->again),
                      value_id(out->opened_by), value_int(now)));
    if (rc == RC_OK)
        tell(tx, out, "recovery.opened", out->cause, out->severity, by);
    return rc;
}

enum rc recovery_of_broken(struct tx *tx, const struct promise *p, const struct conversation *c, int64_t now) {
    struct recovery r;
    if (!p->shown || p->short_word || is(c->shelf, "spam"))
        return RC_OK;
    struct recovery_new new = {.cause = "broken_promise",
                               .harm = "attention",
                               .what = p->text,
                               .severity = 1,
                               .promise_id = p->id,
                               .owner_id = p->owner_id ? p->owner_id : c->assignee_id};
    enum rc rc = recovery_open(tx, c, &new, (struct actor){ACTOR_SYSTEM}, now, &r);
    return rc == RC_GONE ? RC_OK : rc; /* she was erased: nobody is left to put it right with */
}

/* ---- what is done in one ---- */

static enum rc store_step(struct tx *tx, const struct recovery *r, const struct recovery_step *s) {
    return tx_exec(tx, &q_step_store,
                   BIND(ACCOUNT, value_int(r->id), value_text(step_names[s->step]), value_text(s->note),
                        value_id(s->promise_id), value_id(s->message_id), value_id(s->done_at),
                        value_id(s->done_by), value_int(s->waived)));
}

/* Its promise ends with it: kept when it was done, told as such by the note. */
static enum rc settle_promise(struct tx *tx, const struct recovery_step *s, const char *note, struct actor by,
                              int64_t now) {
    struct promise p;
    if (!s->promise_id)
        return RC_OK;
    enum rc rc = promise_load(tx_view(tx), tx_arena(tx), s->promise_id, &p);
    if (rc != RC_OK || p.settled_at)
        return rc;
    struct promise_end end = {.outcome = "kept", .evidence_id = s->message_id, .reason = note};
    return promise_settle(tx, &p, &end, by, now);
}

/* What she is writing as a note herself is not the one that is kept here. */
static enum rc add_note(struct tx *tx, struct conversation *c, const char *text, int64_t agent_id, int64_t now,
                        struct message *m) {
    struct draft d;
    enum rc rc = draft_load(tx_view(tx), tx_arena(tx), c->id, agent_id, "note", &d);
    bool writes = rc == RC_OK;
    rc = rc == RC_NONE ? RC_OK : rc;
    if (rc == RC_OK)
        rc = note_add(tx, c, text, NULL, 0, agent_id, now, m);
    return rc == RC_OK && writes ? draft_save(tx, c->id, agent_id, &d, now) : rc;
}

/* Its promise was ours alone: a note tells that it is not kept, and is the proof. */
static enum rc withdraw_promise(struct tx *tx, const struct recovery *r, const struct recovery_step *s,
                                struct actor by, int64_t now) {
    struct conversation c;
    struct message m;
    struct promise p;
    enum rc rc = promise_load(tx_view(tx), tx_arena(tx), s->promise_id, &p);
    if (rc != RC_OK || p.settled_at)
        return rc;
    rc = conversation_load(tx_view(tx), tx_arena(tx), r->conversation_id, &c);
    if (rc == RC_OK)
        rc = add_note(tx, &c, s->note, agent_of(by), now, &m);
    struct promise_end end = {.outcome = "withdrawn", .evidence_id = m.id, .reason = s->note};
    return rc == RC_OK ? promise_settle(tx, &p, &end, by, now) : rc;
}

enum rc recovery_step_done(struct tx *tx, const struct recovery *r, enum step step, const char *note,
                           struct actor by, int64_t now) {
    struct recovery_step all[STEPS], *s = &all[step];
    if (r->closed_at)
        return RC_CONFLICT;
    enum rc rc = recovery_steps(tx_view(tx), tx_arena(tx), r, now, all);
    if (rc == RC_OK && !says(note))
        rc = view_int(tx_view(tx), &q_step_evidence,
                      BIND(ACCOUNT, value_int(r->conversation_id), value_int(id_at(r->opened_at))), 0,
                      &s->message_id);
    if (rc == RC_OK && !says(note) && !s->message_id)
        return RC_INVALID;
    if (rc != RC_OK)
        return rc;
    s->note = note ? note : "";
    s->done_at = now;
    s->done_by = agent_of(by);
    s->waived = false;
    rc = store_step(tx, r, s);
    if (rc == RC_OK)
        rc = settle_promise(tx, s, note, by, now);
    if (rc == RC_OK)
        tell(tx, r, "recovery.step_done", step_names[step], now - r->opened_at, by);
    return rc;
}

enum rc recovery_step_waive(struct tx *tx, const struct recovery *r, enum step step, const char *reason,
                            struct actor by, int64_t now) {
    struct recovery_step all[STEPS], *s = &all[step];
    if (r->closed_at)
        return RC_CONFLICT;
    if (!says(reason))
        return RC_INVALID;
    enum rc rc = recovery_steps(tx_view(tx), tx_arena(tx), r, now, all);
    if (rc != RC_OK)
        return rc;
    s->note = reason;
    s->waived = true;
    s->done_at = 0;
    s->done_by = agent_of(by);
    if (s->promise_id)
        rc = withdraw_promise(tx, r, s, by, now);
    if (rc == RC_OK)
        rc = store_step(tx, r, s);
    if (rc == RC_OK)
        tell(tx, r, "recovery.step_waived", step_names[step], 0, by);
    return rc;
}

enum rc recovery_step_plan(struct tx *tx, const struct recovery *r, enum step step, const char *text, int64_t due,
                           struct actor by, int64_t now) {
    struct recovery_step all[STEPS], *s = &all[step];
    struct conversation c;
    struct message m;
    struct promise p;
    if (r->closed_at)
        return RC_CONFLICT;
    if (!says(text) || due <= now)
        return RC_INVALID;
    enum rc rc = recovery_steps(tx_view(tx), tx_arena(tx), r, now, all);
    if (rc == RC_OK && (s->promise_id || s->done_at || s->waived))
        return RC_DUPLICATE;
    if (rc == RC_OK)
        rc = conversation_load(tx_view(tx), tx_arena(tx), r->conversation_id, &c);
    if (rc == RC_OK)
        rc = add_note(tx, &c, text, agent_of(by), now, &m);
    struct promise_new new = {.text = text, .due_from = now, .due_to = due};
    if (rc == RC_OK)
        rc = promise_make(tx, &c, m.id, &new, false, by, r->owner_id ? r->owner_id : agent_of(by), now, &p);
    if (rc != RC_OK)
        return rc;
    s->note = text;
    s->promise_id = p.id;
    rc = store_step(tx, r, s);
    if (rc == RC_OK)
        tell(tx, r, "recovery.step_planned", step_names[step], due, by);
    return rc;
}

enum rc recovery_hand(struct tx *tx, struct recovery *r, int64_t owner_id, struct actor by) {
    if (r->closed_at)
        return RC_CONFLICT;
    if (r->owner_id == owner_id)
        return RC_OK;
    r->owner_id = owner_id;
    tell(tx, r, "recovery.handed", NULL, owner_id, by);
    return store(tx, r);
}

enum rc recovery_set_severity(struct tx *tx, struct recovery *r, int64_t severity, struct actor by) {
    if (r->closed_at)
        return RC_CONFLICT;
    if (severity < 1 || severity > RECOVERY_SEVERITIES)
        return RC_INVALID;
    if (r->severity == severity)
        return RC_OK;
    r->severity = severity;
    tell(tx, r, "recovery.weighed", NULL, severity, by);
    return store(tx, r);
}

/* ---- what is offered ---- */

static enum rc may_give(struct tx *tx, const struct recovery_offer *o, enum agent_role role, int64_t now,
                        bool *may) {
    struct goodwill_limits limits;
    int64_t given = 0;
    *may = !is(o->kind, "goodwill");
    if (*may)
        return RC_OK;
    enum rc rc = recovery_limits(tx_view(tx), &limits);
    if (rc == RC_OK)
        rc = view_int(tx_view(tx), &q_offer_given,
                      BIND(ACCOUNT, value_int(o->contact_id), value_int(id_at(now - RECOVERY_AGAIN_MS)),
                           value_text(o->currency)),
                      0, &given);
    *may = rc == RC_OK && recovery_may_give(role, given, o->amount, &limits);
    return rc;
}

enum rc recovery_offer(struct tx *tx, const struct recovery *r, struct recovery_offer *o, const struct agent *by,
                       int64_t now) {
    struct recovery_offer *others;
    struct actor actor = {ACTOR_AGENT, by->id};
    bool may;
    int n;
    if (r->closed_at)
        return RC_CONFLICT;
    if (!says(o->what) || !word_in(RECOVERY_OFFERS, o->kind) || o->amount < 0 ||
        (is(o->kind, "goodwill") && !o->amount))
        return RC_INVALID;
    enum rc rc = recovery_offers(tx_view(tx), tx_arena(tx), r, &others, &n);
    if (rc == RC_OK && n == RECOVERY_OFFERS_MAX)
        return RC_TOO_MANY;
    o->id = id_new();
    o->ref = id_ref(tx_arena(tx), "rco");
    o->recovery_id = r->id;
    o->contact_id = r->contact_id;
    o->proposed_by = by->id;
    o->proposed_at = now;
    if (rc == RC_OK)
        rc = may_give(tx, o, by->role, now, &may);
    if (rc != RC_OK)
        return rc;
    o->approved_by = may ? by->id : 0;
    o->approved_at = may ? now : 0;
    rc = tx_exec(tx, &q_offer_add,
                 BIND(ACCOUNT, value_int(o->id), value_text(o->ref), value_int(r->id), value_int(r->contact_id),
                      value_text(o->kind), value_text(o->what), value_int(o->amount), value_text(o->currency),
                      value_int(by->id), value_int(now), value_id(o->approved_by), value_id(o->approved_at)));
    if (rc == RC_OK)
        tell(tx, r, may ? "recovery.offer_approved" : "recovery.offer_proposed", o->kind, o->amount, actor);
    return rc;
}

enum rc recovery_answer_offer(struct tx *tx, const struct recovery *r, struct recovery_offer *o, bool approved,
                              const struct agent *by, int64_t now) {
    struct actor actor = {ACTOR_AGENT, by->id};
    bool may = true;
    if (r->closed_at || o->recovery_id != r->id || !recovery_offer_waits(o))
        return RC_CONFLICT;
    enum rc rc = RC_OK;
    if (approved)
        rc = o->proposed_by == by->id ? RC_DENIED
             : by->role == ROLE_ADMIN ? RC_OK
                                      : may_give(tx, o, by->role, now, &may);
    else if (by->role < ROLE_LEAD && o->proposed_by != by->id) /* her own she may take back */
        rc = RC_DENIED;
    if (rc == RC_OK && !may)
        rc = RC_DENIED;
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_offer_answer,
                     BIND(ACCOUNT, value_int(o->id), value_id(approved ? by->id : 0), value_id(approved ? now : 0),
                          value_id(approved ? 0 : now)));
    if (rc == RC_OK && !tx_changes(tx))
        return RC_CONFLICT;
    if (rc == RC_OK)
        tell(tx, r, approved ? "recovery.offer_approved" : "recovery.offer_refused", o->kind, o->amount, actor);
    return rc;
}

/* ---- put right, heard, closed ---- */

static enum rc look_for_flaw(struct tx *tx, const struct recovery *r, int64_t now, const char **why) {
    struct recovery_step steps[STEPS];
    struct recovery_offer *offers;
    int n;
    enum rc rc = recovery_steps(tx_view(tx), tx_arena(tx), r, now, steps);
    if (rc == RC_OK)
        rc = recovery_offers(tx_view(tx), tx_arena(tx), r, &offers, &n);
    if (rc == RC_OK)
        *why = recovery_flaw(r, steps, offers, n);
    return rc == RC_OK && *why ? RC_INVALID : rc;
}

enum rc recovery_right(struct tx *tx, struct recovery *r, struct actor by, int64_t now, const char **why) {
    *why = NULL;
    if (recovery_judge(r) != RECOVERY_OPEN)
        return RC_CONFLICT;
    enum rc rc = look_for_flaw(tx, r, now, why);
    if (rc != RC_OK)
        return rc;
    r->righted_at = now;
    r->heard = "";
    r->heard_at = 0;
    tell(tx, r, "recovery.right", NULL, now - r->opened_at, by);
    return store(tx, r);
}

enum rc recovery_hear(struct tx *tx, struct recovery *r, bool yes, const char *how, struct actor by, int64_t now) {
    struct conversation c;
    bool hers = by.kind == ACTOR_CONTACT;
    if (recovery_judge(r) != RECOVERY_ASKED)
        return RC_CONFLICT;
    if (!hers && !says(how))
        return RC_INVALID;
    r->heard = yes ? "yes" : "no";
    r->heard_at = now;
    r->heard_how = hers ? "" : how;
    if (!yes)
        r->righted_at = 0;
    tell(tx, r, "recovery.heard", r->heard, now - r->opened_at, by);
    enum rc rc = store(tx, r);
    if (rc != RC_OK || yes)
        return rc;
    rc = conversation_load(tx_view(tx), tx_arena(tx), r->conversation_id, &c);
    if (rc == RC_OK && !c.merged_into && !is(c.shelf, "spam") && !is(c.status, "open"))
        rc = conversation_set_status(tx, &c, "open", 0, (struct actor){ACTOR_SYSTEM}, now);
    return rc;
}

enum rc recovery_close(struct tx *tx, struct recovery *r, struct actor by, int64_t now, const char **why) {
    *why = NULL;
    if (r->closed_at)
        return RC_CONFLICT;
    enum rc rc = look_for_flaw(tx, r, now, why);
    if (rc != RC_OK)
        return rc;
    if (!r->righted_at) {
        *why = is(r->heard, "no") ? "no" : "asked";
        return RC_INVALID;
    }
    r->closed_at = now;
    r->closed_by = agent_of(by);
    tell(tx, r, "recovery.closed", *r->heard ? r->heard : "silent", now - r->opened_at, by);
    return store(tx, r);
}

enum rc recovery_follow(struct tx *tx, int64_t from_id, int64_t into_id, bool back) {
    return tx_exec(tx, back ? &q_recovery_return : &q_recovery_go_along,
                   BIND(ACCOUNT, value_int(from_id), value_int(into_id)));
}
