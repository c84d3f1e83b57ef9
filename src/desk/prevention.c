#include "desk/prevention.h"

#include "base/id.h"
#include "base/utf8.h"
#include "desk/account.h"

#include <string.h>

enum { OPEN_MAX = 200 };

enum prevention_state prevention_judge(const struct prevention *p, int64_t now) {
    return p->done_at ? PREVENTION_DONE : now > p->due_at ? PREVENTION_LATE : PREVENTION_OPEN;
}

const char *prevention_state_name(enum prevention_state s) {
    static const char *const names[] = {
        [PREVENTION_OPEN] = "open", [PREVENTION_LATE] = "late", [PREVENTION_DONE] = "done"};
    return names[s];
}

/* ---- rows ---- */

#define SELECT_PREVENTION                                                                                          \
    "SELECT p.id, p.ref, p.what, p.owner_id, p.due_at, p.created_by, p.created_at, p.done_at, p.done_by,"          \
    " p.evidence, coalesce(o.name, ''), coalesce(o.ref, ''), (SELECT count(*) FROM prevention_link l"              \
    " WHERE l.account_id = p.account_id AND l.prevention_id = p.id)"                                               \
    " FROM prevention p LEFT JOIN agent o ON o.account_id = p.account_id AND o.id = p.owner_id"
QUERY(q_prevention_add, "INSERT INTO prevention (account_id, id, ref, what, owner_id, due_at, created_by,"
                        " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
QUERY(q_prevention_link, "INSERT INTO prevention_link (account_id, prevention_id, conversation_id, linked_by,"
                         " linked_at) VALUES ($1, $2, $3, $4, $5)"
                         " ON CONFLICT (account_id, conversation_id, prevention_id) DO NOTHING");
QUERY(q_prevention_follow, "INSERT INTO prevention_link (account_id, prevention_id, conversation_id, linked_by,"
                           " linked_at) SELECT account_id, prevention_id, CAST($3 AS BIGINT), linked_by, linked_at"
                           " FROM prevention_link WHERE account_id = $1 AND conversation_id = $2"
                           " ON CONFLICT (account_id, conversation_id, prevention_id) DO NOTHING");
QUERY(q_prevention_done, "UPDATE prevention SET done_at = $3, done_by = $4, evidence = $5"
                         " WHERE account_id = $1 AND id = $2 AND done_at IS NULL");
QUERY(q_prevention_hand, "UPDATE prevention SET owner_id = $3 WHERE account_id = $1 AND id = $2");
QUERY(q_prevention_by_ref, SELECT_PREVENTION " WHERE p.account_id = $1 AND p.ref = $2");
QUERY(q_prevention_open, SELECT_PREVENTION " WHERE p.account_id = $1 AND p.done_at IS NULL AND p.due_at > 0"
                                           " ORDER BY p.due_at, p.id LIMIT $2");
QUERY(q_prevention_past, SELECT_PREVENTION " WHERE p.account_id = $1 AND p.id < $2 AND p.done_at IS NOT NULL"
                                           " ORDER BY p.id DESC LIMIT $3");
QUERY(q_prevention_of,
      SELECT_PREVENTION " JOIN prevention_link k ON k.account_id = p.account_id AND k.prevention_id = p.id"
                        " WHERE p.account_id = $1 AND k.conversation_id = $2 ORDER BY p.due_at, p.id LIMIT 50");
QUERY(q_prevention_cases, "SELECT c.ref, c.short_ref, c.subject FROM prevention_link l"
                          " JOIN conversation c ON c.account_id = l.account_id AND c.id = l.conversation_id"
                          " WHERE l.account_id = $1 AND l.prevention_id = $2"
                          " ORDER BY l.conversation_id DESC LIMIT $3");
QUERY(q_prevention_of_cause,
      "SELECT p.id FROM prevention p WHERE p.account_id = $1 AND p.done_at IS NULL AND p.due_at > 0 AND EXISTS"
      " (SELECT 1 FROM prevention_link l WHERE l.account_id = p.account_id AND l.prevention_id = p.id AND EXISTS"
      " (SELECT 1 FROM recovery r WHERE r.account_id = l.account_id AND r.conversation_id = l.conversation_id"
      " AND r.cause IN (SELECT cause FROM recovery WHERE account_id = $1 AND conversation_id = $2)))"
      " ORDER BY p.due_at, p.id LIMIT $3");
QUERY(q_said_add, "INSERT INTO prevention_said (account_id, message_id, prevention_id, agent_id, said_at)"
                  " VALUES ($1, $2, $3, $4, $5)");
QUERY(q_said_drop, "DELETE FROM prevention_said WHERE account_id = $1 AND message_id = $2");
#define OF_CONVERSATION                                                                                            \
    " prevention_id IS NULL AND message_id IN (SELECT id FROM message WHERE account_id = $1 AND conversation_id "  \
    "= $2)"
QUERY(q_said_alone_in, "SELECT count(*) FROM prevention_said WHERE account_id = $1 AND" OF_CONVERSATION);
QUERY(q_said_back, "UPDATE prevention_said SET prevention_id = $3 WHERE account_id = $1 AND" OF_CONVERSATION);
#define SELECT_SAID(which)                                                                                         \
    "SELECT s.message_id, s.prevention_id, s.said_at, c.ref, c.short_ref, c.subject, coalesce(g.name, '')"         \
    " FROM (SELECT account_id, message_id, prevention_id, said_at, agent_id FROM prevention_said"                  \
    " WHERE account_id = $1 AND " which ") AS s"                                                                   \
    " JOIN message m ON m.account_id = s.account_id AND m.id = s.message_id"                                       \
    " JOIN conversation c ON c.account_id = m.account_id AND c.id = m.conversation_id"                             \
    " LEFT JOIN agent g ON g.account_id = s.account_id AND g.id = s.agent_id ORDER BY s.message_id DESC"
QUERY(q_said_behind, SELECT_SAID("prevention_id = $2 ORDER BY message_id DESC LIMIT $3"));
QUERY(q_said_alone, SELECT_SAID("prevention_id IS NULL AND message_id > 0 ORDER BY message_id DESC LIMIT $2"));
QUERY(q_said_tally,
      "SELECT count(*), CAST(coalesce(sum(CASE WHEN prevention_id IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT)"
      " FROM prevention_said WHERE account_id = $1 AND said_at >= $2 AND said_at < $3");
QUERY(q_prevention_tally,
      "SELECT CAST(coalesce(sum(CASE WHEN done_at <= due_at THEN 1 ELSE 0 END), 0) AS BIGINT),"
      " CAST(coalesce(sum(CASE WHEN done_at > due_at THEN 1 ELSE 0 END), 0) AS BIGINT),"
      " CAST(coalesce(sum(CASE WHEN done_at IS NULL AND due_at < $4 THEN 1 ELSE 0 END), 0) AS BIGINT)"
      " FROM prevention WHERE account_id = $1 AND due_at >= $2 AND due_at < $3");
QUERY(q_prevention_open_n, "SELECT count(*) FROM prevention WHERE account_id = $1 AND done_at IS NULL"
                           " AND due_at > 0");

static struct prevention read_one(struct rows *r, struct arena *a) {
    return (struct prevention){
        .id = rows_int(r, 0),
        .ref = rows_copy(r, 1, a),
        .what = rows_copy(r, 2, a),
        .owner_id = rows_int(r, 3),
        .due_at = rows_int(r, 4),
        .created_by = rows_int(r, 5),
        .created_at = rows_int(r, 6),
        .done_at = rows_int(r, 7),
        .done_by = rows_int(r, 8),
        .evidence = rows_copy(r, 9, a),
        .owner_name = rows_copy(r, 10, a),
        .owner_ref = rows_copy(r, 11, a),
        .cases = rows_int(r, 12),
    };
}

static enum rc read_all(struct rows r, struct arena *a, int max, struct prevention **out, int *n) {
    *out = ARENA_ARRAY(a, (size_t)max + 1, struct prevention);
    for (*n = 0; *n < max && rows_next(&r); ++*n)
        (*out)[*n] = read_one(&r, a);
    return rows_end(&r);
}

/* ---- loading ---- */

enum rc prevention_by_ref(struct view *v, struct arena *a, const char *ref, struct prevention *out) {
    struct rows r = view_query(v, &q_prevention_by_ref, BIND(ACCOUNT, value_text(ref)));
    bool found = rows_next(&r);
    if (found)
        *out = read_one(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc prevention_list(struct view *v, struct arena *a, bool done, int64_t before_id, int max,
                        struct prevention **out, int *n) {
    struct rows r = done ? view_query(v, &q_prevention_past,
                                      BIND(ACCOUNT, value_int(before_id ? before_id : INT64_MAX), value_int(max)))
                         : view_query(v, &q_prevention_open, BIND(ACCOUNT, value_int(max)));
    return read_all(r, a, max, out, n);
}

enum rc prevention_of_conversation(struct view *v, struct arena *a, int64_t conversation_id,
                                   struct prevention **out, int *n) {
    return read_all(view_query(v, &q_prevention_of, BIND(ACCOUNT, value_int(conversation_id))), a, 50, out, n);
}

enum rc prevention_cases(struct view *v, struct arena *a, int64_t id, int max, struct prevention_case **out,
                         int *n) {
    struct rows r = view_query(v, &q_prevention_cases, BIND(ACCOUNT, value_int(id), value_int(max)));
    *out = ARENA_ARRAY(a, (size_t)max + 1, struct prevention_case);
    for (*n = 0; *n < max && rows_next(&r); ++*n)
        (*out)[*n] = (struct prevention_case){rows_copy(&r, 0, a), rows_copy(&r, 1, a), rows_copy(&r, 2, a)};
    return rows_end(&r);
}

enum rc prevention_tally(struct view *v, int64_t from, int64_t to, int64_t now, struct prevention_tally *out) {
    struct rows r =
        view_query(v, &q_prevention_tally, BIND(ACCOUNT, value_int(from), value_int(to), value_int(now)));
    *out = (struct prevention_tally){0};
    if (rows_next(&r)) {
        out->done_in_time = rows_int(&r, 0);
        out->done_late = rows_int(&r, 1);
        out->late = rows_int(&r, 2);
    }
    enum rc rc = rows_end(&r);
    if (rc == RC_OK)
        rc = view_int(v, &q_prevention_open_n, BIND(ACCOUNT), 0, &out->open);
    if (rc != RC_OK)
        return rc;
    r = view_query(v, &q_said_tally, BIND(ACCOUNT, value_int(from), value_int(to)));
    if (rows_next(&r)) {
        out->said = rows_int(&r, 0);
        out->said_alone = rows_int(&r, 1);
    }
    return rows_end(&r);
}

enum rc prevention_of_cause(struct view *v, struct arena *a, int64_t conversation_id, int64_t **ids, int *n) {
    struct rows r =
        view_query(v, &q_prevention_of_cause, BIND(ACCOUNT, value_int(conversation_id), value_int(OPEN_MAX)));
    *ids = ARENA_ARRAY(a, OPEN_MAX, int64_t);
    for (*n = 0; *n < OPEN_MAX && rows_next(&r); ++*n)
        (*ids)[*n] = rows_int(&r, 0);
    return rows_end(&r);
}

enum rc prevention_said_by(struct view *v, struct arena *a, int64_t prevention_id, int max,
                           struct prevention_said **out, int *n) {
    struct rows r = prevention_id
                        ? view_query(v, &q_said_behind, BIND(ACCOUNT, value_int(prevention_id), value_int(max)))
                        : view_query(v, &q_said_alone, BIND(ACCOUNT, value_int(max)));
    *out = ARENA_ARRAY(a, (size_t)max + 1, struct prevention_said);
    for (*n = 0; *n < max && rows_next(&r); ++*n)
        (*out)[*n] = (struct prevention_said){rows_int(&r, 0),     rows_int(&r, 1),     rows_int(&r, 2),
                                              rows_copy(&r, 3, a), rows_copy(&r, 4, a), rows_copy(&r, 5, a),
                                              rows_copy(&r, 6, a)};
    return rows_end(&r);
}

enum rc prevention_said_alone(struct view *v, int64_t conversation_id, bool *alone) {
    int64_t n = 0;
    enum rc rc = view_int(v, &q_said_alone_in, BIND(ACCOUNT, value_int(conversation_id)), 0, &n);
    *alone = n > 0;
    return rc;
}

/* ---- verbs ---- */

static bool says(const char *s) { return s && s[strspn(s, " \t\r\n")]; }

enum rc prevention_link(struct tx *tx, const struct prevention *p, int64_t conversation_id, struct actor by,
                        int64_t now) {
    enum rc rc =
        tx_exec(tx, &q_prevention_link,
                BIND(ACCOUNT, value_int(p->id), value_int(conversation_id), value_id(by.id), value_int(now)));
    if (rc == RC_OK && tx_changes(tx))
        event_add(tx, (struct event){"prevention.linked", by, conversation_id, p->id});
    return rc == RC_OK ? tx_exec(tx, &q_said_back, BIND(ACCOUNT, value_int(conversation_id), value_int(p->id)))
                       : rc;
}

enum rc prevention_say(struct tx *tx, int64_t conversation_id, int64_t message_id, int64_t prevention_id,
                       struct actor by, int64_t now) {
    enum rc rc =
        tx_exec(tx, &q_said_add,
                BIND(ACCOUNT, value_int(message_id), value_id(prevention_id), value_id(by.id), value_int(now)));
    if (rc == RC_OK)
        event_add(tx, (struct event){"prevention.said", by, conversation_id, prevention_id,
                                     prevention_id ? NULL : "alone"});
    return rc;
}

enum rc prevention_unsay(struct tx *tx, int64_t message_id) {
    return tx_exec(tx, &q_said_drop, BIND(ACCOUNT, value_int(message_id)));
}

enum rc prevention_add(struct tx *tx, struct prevention *p, int64_t conversation_id, struct actor by, int64_t now) {
    if (!says(p->what) || p->due_at <= now || !p->owner_id)
        return RC_INVALID;
    p->id = id_new();
    p->ref = id_ref(tx_arena(tx), "pvn");
    p->created_by = by.id;
    p->created_at = now;
    enum rc rc = tx_exec(tx, &q_prevention_add,
                         BIND(ACCOUNT, value_int(p->id), value_text(p->ref), value_text(p->what),
                              value_int(p->owner_id), value_int(p->due_at), value_id(by.id), value_int(now)));
    if (rc == RC_OK)
        event_add(tx, (struct event){"prevention.added", by, 0, p->id, NULL, p->due_at});
    return rc == RC_OK && conversation_id ? prevention_link(tx, p, conversation_id, by, now) : rc;
}

enum rc prevention_done(struct tx *tx, struct prevention *p, const char *evidence, struct actor by, int64_t now) {
    if (!says(evidence))
        return RC_INVALID;
    enum rc rc = tx_exec(tx, &q_prevention_done,
                         BIND(ACCOUNT, value_int(p->id), value_int(now), value_id(by.id), value_text(evidence)));
    if (rc == RC_OK && !tx_changes(tx))
        return RC_CONFLICT;
    if (rc != RC_OK)
        return rc;
    p->done_at = now;
    event_add(tx, (struct event){"prevention.done", by, 0, p->id, NULL, now - p->due_at});
    return RC_OK;
}

enum rc prevention_hand(struct tx *tx, struct prevention *p, int64_t owner_id, struct actor by) {
    if (p->done_at)
        return RC_CONFLICT;
    if (!owner_id)
        return RC_INVALID;
    enum rc rc = tx_exec(tx, &q_prevention_hand, BIND(ACCOUNT, value_int(p->id), value_int(owner_id)));
    if (rc == RC_OK)
        event_add(tx, (struct event){"prevention.handed", by, 0, p->id, NULL, owner_id});
    return rc;
}

enum rc prevention_follow(struct tx *tx, int64_t from_id, int64_t into_id) {
    return tx_exec(tx, &q_prevention_follow, BIND(ACCOUNT, value_int(from_id), value_int(into_id)));
}
