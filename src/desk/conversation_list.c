/* conversation_list.c: the lists that agents look at, one query each, so that each has its index. */
#include "desk/account.h"
#include "desk/conversation.h"

#include "base/log.h"

/* $2 the agent who looks; the unread mark compares what she has seen with the newest message of the customer.
 * mentioned_at: of the list that is in its order. */
#define LIST_SHOWN(mentioned_at)                                                                                   \
    "SELECT c.id, c.contact_id, c.assignee_id, c.last_at, c.waiting_since, c.snoozed_until, c.ref, c.short_ref,"   \
    " c.subject, c.preview, c.status, ct.name, ag.name, ib.kind, c.message_count, c.failed_sends,"                 \
    " CASE WHEN c.waiting_since IS NOT NULL AND coalesce(s.message_id, 0) < (SELECT max(m.id) FROM message m"      \
    " WHERE m.account_id = c.account_id AND m.conversation_id = c.id) THEN 1 ELSE 0 END, c.unreadable,"            \
    " CASE WHEN EXISTS (SELECT 1 FROM draft d WHERE d.account_id = c.account_id AND d.conversation_id = c.id"      \
    " AND d.agent_id = $2) THEN 1 ELSE 0 END, c.promise_due, " mentioned_at                                        \
    ", CASE WHEN EXISTS (SELECT 1 FROM mention w WHERE w.account_id = c.account_id"                                \
    " AND w.agent_id = $2 AND w.conversation_id = c.id AND w.seen_at IS NULL) THEN 1 ELSE 0 END"
#define NOT_MENTIONED "CAST(NULL AS BIGINT)"
#define LIST_SELECT LIST_SHOWN(NOT_MENTIONED) " FROM conversation c"
#define LIST_JOIN                                                                                                  \
    " JOIN contact ct ON ct.account_id = c.account_id AND ct.id = c.contact_id"                                    \
    " JOIN inbox ib ON ib.account_id = c.account_id AND ib.id = c.inbox_id"                                        \
    " LEFT JOIN agent ag ON ag.account_id = c.account_id AND ag.id = c.assignee_id"                                \
    " LEFT JOIN conversation_seen s ON s.account_id = c.account_id AND s.conversation_id = c.id AND s.agent_id = " \
    "$2"
/* LIST_ROWS is written out: of a LIMIT that it is told only later PostgreSQL thinks that it lets a tenth through,
 * finds the plan dear and makes a new one each time, which costs more than the list itself. */
#define MOST " LIMIT 51"
_Static_assert(LIST_ROWS == 51, "as it is written out");
#define NEWEST_FIRST " AND (c.last_at, c.id) < ($3, $4) ORDER BY c.last_at DESC, c.id DESC" MOST
#define LIST(where) LIST_SELECT LIST_JOIN " WHERE c.account_id = $1 AND " where NEWEST_FIRST

QUERY(q_list_mine, LIST("c.shelf = 'active' AND c.assignee_id = $2"));
QUERY(q_list_unassigned, LIST("c.shelf = 'active' AND c.assignee_id IS NULL"));
QUERY(q_list_active, LIST("c.shelf = 'active'"));
QUERY(q_list_pending, LIST("c.shelf = 'pending'"));
QUERY(q_list_on_hold, LIST("c.shelf = 'on_hold'"));
QUERY(q_list_snoozed, LIST("c.shelf = 'snoozed'"));
QUERY(q_list_resolved, LIST("c.shelf = 'resolved'"));
QUERY(q_list_spam, LIST("c.shelf = 'spam'"));
QUERY(q_list_team, LIST("c.shelf = 'active' AND c.team_id = $5"));
QUERY(q_list_inbox, LIST("c.shelf = 'active' AND c.inbox_id = $5"));
QUERY(q_list_contact, LIST("c.contact_id = $5 AND c.shelf <> 'merged'"));
/* Few have failed: they are found by that and sorted; the index of times would lead through all (docs/sql.md). */
#define FAILED(of)                                                                                                 \
    of "failed_sends > 0 AND coalesce(" of "shelf, '') IN ('active', 'pending', 'on_hold', 'snoozed')"
QUERY(q_list_failed, LIST_SELECT LIST_JOIN
      " WHERE c.account_id = $1 AND " FAILED("c.") " AND (+c.last_at, c.id) < ($3, $4)"
                                                   " ORDER BY +c.last_at DESC, c.id DESC" MOST);
/* The order is the tag's own copy of the time (conversation_save), and so is the index. */
QUERY(q_list_tag,
      LIST_SELECT " JOIN conversation_tag g ON g.account_id = c.account_id AND g.conversation_id = c.id" LIST_JOIN
                  " WHERE c.account_id = $1 AND g.account_id = $1 AND g.tag_id = $5 AND c.shelf <> 'merged'"
                  " AND (g.last_at, g.conversation_id) < ($3, $4)"
                  " ORDER BY g.last_at DESC, g.conversation_id DESC" MOST);
/* In two steps: PostgreSQL takes what is active and what waits for independent, expects few, and would join all
 * that wait before it sorts them. */
QUERY(q_list_waiting,
      LIST_SHOWN(NOT_MENTIONED) " FROM (SELECT w.id AS id FROM conversation w WHERE w.account_id = $1"
                                " AND w.shelf = 'active' AND w.waiting_since IS NOT NULL"
                                " AND (w.waiting_since, w.id) > ($3, $4) ORDER BY w.waiting_since, w.id" MOST
                                ") page CROSS JOIN conversation c" LIST_JOIN
                                " WHERE c.account_id = $1 AND c.id = page.id ORDER BY c.waiting_since, c.id");
QUERY(q_list_promises,
      LIST_SELECT LIST_JOIN " WHERE c.account_id = $1 AND c.promise_due IS NOT NULL AND c.shelf <> 'spam'"
                            " AND (c.promise_due, c.id) > ($3, $4) ORDER BY c.promise_due, c.id" MOST);

/* Where a correction is still to be told: a thousand at a time, for a large one may wait for all of its people, and
 * its own page counts them. */
#define TO_CORRECT(most)                                                                                           \
    "SELECT p.conversation_id FROM recall_recipient p WHERE p.account_id = $1 AND p.recall_id IN"                  \
    " (SELECT id FROM recall WHERE account_id = $1 AND closed_at IS NULL) AND p.mark IN ('wait', 'next', "         \
    "'tried') LIMIT " most
QUERY(q_list_recalls, LIST_SELECT LIST_JOIN " WHERE c.account_id = $1 AND c.id IN (" TO_CORRECT(
                          "1000") ")"
                                  " AND (+c.last_at, c.id) < ($3, $4) ORDER BY +c.last_at DESC, c.id DESC" MOST);

/* Few at any time, and soon taken. */
#define CAREFUL_WAITS(what)                                                                                        \
    "SELECT " what " FROM careful k JOIN conversation w ON w.account_id = k.account_id"                            \
    " AND w.id = k.conversation_id WHERE k.account_id = $1 AND k.taken_at IS NULL AND k.due_at > 0"                \
    " AND w.shelf NOT IN ('spam', 'merged')"
QUERY(q_list_careful,
      LIST_SELECT LIST_JOIN " WHERE c.account_id = $1 AND c.id IN (" CAREFUL_WAITS(
          "k.conversation_id") " ORDER BY k.due_at LIMIT 1000)"
                               " AND (+c.last_at, c.id) < ($3, $4) ORDER BY +c.last_at DESC, c.id DESC" MOST);

/* Each conversation once, by the last note in it that calls upon her. */
QUERY(q_list_mentions,
      LIST_SHOWN("g.at") " FROM conversation c JOIN mention g ON g.account_id = c.account_id AND g.conversation_id "
                         "= c.id" LIST_JOIN " WHERE c.account_id = $1 AND g.account_id = $1 AND g.agent_id = $2"
                         " AND (g.at, g.conversation_id) < ($3, $4) AND NOT EXISTS (SELECT 1 FROM mention l"
                         " WHERE l.account_id = $1 AND l.agent_id = $2 AND l.conversation_id = g.conversation_id"
                         " AND (l.at, l.id) > (g.at, g.id)) ORDER BY g.at DESC, g.conversation_id DESC" MOST);

static struct query *const list_queries[LIST_VIEWS] = {
    [LIST_MINE] = &q_list_mine,       [LIST_UNASSIGNED] = &q_list_unassigned, [LIST_ACTIVE] = &q_list_active,
    [LIST_WAITING] = &q_list_waiting, [LIST_PENDING] = &q_list_pending,       [LIST_ON_HOLD] = &q_list_on_hold,
    [LIST_SNOOZED] = &q_list_snoozed, [LIST_RESOLVED] = &q_list_resolved,     [LIST_SPAM] = &q_list_spam,
    [LIST_TEAM] = &q_list_team,       [LIST_INBOX] = &q_list_inbox,           [LIST_TAG] = &q_list_tag,
    [LIST_CONTACT] = &q_list_contact, [LIST_FAILED] = &q_list_failed,         [LIST_PROMISES] = &q_list_promises,
    [LIST_RECALLS] = &q_list_recalls, [LIST_CAREFUL] = &q_list_careful,       [LIST_MENTIONS] = &q_list_mentions,
};

#define FORTY_IDS                                                                                                  \
    "$3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, "           \
    "$24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42"
QUERY(q_list_of, LIST_SELECT LIST_JOIN " WHERE c.account_id = $1 AND c.id IN (" FORTY_IDS ")");

static struct list_row read_row(struct rows *r, struct arena *a) {
    return (struct list_row){
        .id = rows_int(r, 0),
        .contact_id = rows_int(r, 1),
        .assignee_id = rows_int(r, 2),
        .last_at = rows_int(r, 3),
        .waiting_since = rows_int(r, 4),
        .snoozed_until = rows_int(r, 5),
        .ref = rows_copy(r, 6, a),
        .short_ref = rows_copy(r, 7, a),
        .subject = rows_copy(r, 8, a),
        .preview = rows_copy(r, 9, a),
        .status = rows_copy(r, 10, a),
        .contact_name = rows_copy(r, 11, a),
        .assignee_name = rows_copy(r, 12, a),
        .channel = rows_copy(r, 13, a),
        .message_count = (int)rows_int(r, 14),
        .failed_sends = (int)rows_int(r, 15),
        .unread = rows_int(r, 16),
        .unreadable = rows_int(r, 17),
        .has_draft = rows_int(r, 18),
        .promise_due = rows_int(r, 19),
        .mentioned_at = rows_int(r, 20),
        .mentioned = rows_int(r, 21),
    };
}

enum rc conversation_list(struct view *v, struct arena *a, const struct list_ask *ask, struct list_row **out,
                          int *n) {
    bool upwards = ask->view == LIST_WAITING || ask->view == LIST_PROMISES;
    int64_t at = ask->after_at ? ask->after_at : upwards ? 0 : INT64_MAX;
    int64_t id = ask->after_at ? ask->after_id : upwards ? 0 : INT64_MAX;
    *out = ARENA_ARRAY(a, (size_t)ask->max, struct list_row);
    const struct value values[] = {ACCOUNT, value_int(ask->agent_id), value_int(at), value_int(id),
                                   value_int(ask->subject_id)};
    bool has_subject =
        ask->view == LIST_TEAM || ask->view == LIST_INBOX || ask->view == LIST_TAG || ask->view == LIST_CONTACT;
    struct rows r = view_query(v, list_queries[ask->view], values, has_subject ? 5 : 4);
    for (*n = 0; *n < ask->max && rows_next(&r); ++*n)
        (*out)[*n] = read_row(&r, a);
    return rows_end(&r);
}

enum rc conversation_list_of(struct view *v, struct arena *a, int64_t agent_id, const int64_t *ids, int ids_n,
                             struct list_row **out, int *n) {
    struct value values[2 + LIST_OF_MAX] = {ACCOUNT, value_int(agent_id)};
    for (int i = 0; i < LIST_OF_MAX; i++)
        values[2 + i] = value_id(i < ids_n ? ids[i] : 0);
    *out = ARENA_ARRAY(a, LIST_OF_MAX, struct list_row);
    struct rows r = view_query(v, &q_list_of, values, 2 + LIST_OF_MAX);
    for (*n = 0; *n < LIST_OF_MAX && rows_next(&r); ++*n)
        (*out)[*n] = read_row(&r, a);
    return rows_end(&r);
}

/* Each number is counted along an index and stops at the cap, so that a hundred thousand old conversations cost
 * nothing. */
#define COUNT(where)                                                                                               \
    "(SELECT count(*) FROM (SELECT 1 FROM conversation WHERE account_id = $1 AND " where " LIMIT $3) AS capped)"
#define COUNT_ACTIVE(also) COUNT("shelf = 'active'" also) ", "
#define COUNT_SHELF(shelf) COUNT("shelf = '" shelf "'") ", "
#define MENTIONS                                                                                                   \
    "(SELECT count(*) FROM (SELECT DISTINCT w.conversation_id FROM mention w WHERE w.account_id = $1"              \
    " AND w.agent_id = $2 AND w.seen_at IS NULL LIMIT $3) AS capped),"                                             \
    " EXISTS (SELECT 1 FROM mention w WHERE w.account_id = $1 AND w.agent_id = $2)"
QUERY(q_list_counts,
      "SELECT " COUNT_ACTIVE(" AND assignee_id = $2") COUNT_ACTIVE(" AND assignee_id IS NULL") COUNT_ACTIVE("")
          COUNT_ACTIVE(" AND waiting_since IS NOT NULL") COUNT_SHELF("pending") COUNT_SHELF("on_hold")
              COUNT_SHELF("snoozed") COUNT(FAILED("")) ", " COUNT(
                  "promise_due IS NOT NULL") ", (SELECT min(promise_due) FROM conversation WHERE account_id = $1"
                                             " AND promise_due IS NOT NULL)"
                                             ", (SELECT count(*) FROM (" TO_CORRECT(
                                                 "$3") ") AS capped), (SELECT min(deadline_at) FROM recall"
                                                       " WHERE account_id = $1 AND closed_at IS NULL)"
                                                       ", (SELECT count(*) FROM (" CAREFUL_WAITS(
                                                           "1") " LIMIT $3)"
                                                                " AS capped), (" CAREFUL_WAITS(
                                                                    "min(k.due_at)") "), " MENTIONS);

enum rc conversation_counts(struct view *v, int64_t agent_id, struct list_counts *out) {
    struct rows r = view_query(v, &q_list_counts, BIND(ACCOUNT, value_int(agent_id), value_int(LIST_COUNT_MAX)));
    *out = (struct list_counts){0};
    if (rows_next(&r))
        *out = (struct list_counts){
            .mine = (int)rows_int(&r, 0),
            .unassigned = (int)rows_int(&r, 1),
            .active = (int)rows_int(&r, 2),
            .waiting = (int)rows_int(&r, 3),
            .pending = (int)rows_int(&r, 4),
            .on_hold = (int)rows_int(&r, 5),
            .snoozed = (int)rows_int(&r, 6),
            .failed = (int)rows_int(&r, 7),
            .promises = (int)rows_int(&r, 8),
            .promise_first = rows_int(&r, 9),
            .recalls = (int)rows_int(&r, 10),
            .recall_first = rows_int(&r, 11),
            .careful = (int)rows_int(&r, 12),
            .careful_first = rows_int(&r, 13),
            .mentions = (int)rows_int(&r, 14),
            .mentioned = rows_int(&r, 15),
        };
    return rows_end(&r);
}

#define SIGNED(ids, correction)                                                                                    \
    "SELECT c.ref, " correction " FROM conversation c WHERE c.account_id = $1 AND c.id IN (" ids ")"
QUERY(q_list_signs,
      SIGNED("SELECT r.conversation_id FROM recovery r WHERE r.account_id = $1 AND r.closed_at IS NULL AND r.id > 0"
             " LIMIT 500",
             "0") " UNION ALL " SIGNED(TO_CORRECT("500"), "1"));

enum rc conversation_signs(struct view *v, struct arena *a, struct list_sign **out, int *n) {
    *out = ARENA_ARRAY(a, 2 * LIST_SIGNS_MAX, struct list_sign);
    struct rows r = view_query(v, &q_list_signs, BIND(ACCOUNT));
    for (*n = 0; *n < 2 * LIST_SIGNS_MAX && rows_next(&r); ++*n)
        (*out)[*n] = (struct list_sign){rows_copy(&r, 0, a), rows_int(&r, 1)};
    return rows_end(&r);
}

QUERY(q_conversation_any, "SELECT id FROM conversation WHERE account_id = $1 LIMIT 1");

enum rc conversation_any(struct view *v, bool *any) {
    int64_t id;
    enum rc rc = view_int(v, &q_conversation_any, BIND(ACCOUNT), 0, &id);
    *any = id != 0;
    return rc;
}

QUERY(q_contact_standing,
      "SELECT count(CASE WHEN shelf IN ('active', 'pending', 'on_hold', 'snoozed') THEN 1 END), min(waiting_since),"
      " min(promise_due), max(last_at) FROM conversation WHERE account_id = $1 AND contact_id = $2"
      " AND shelf <> 'merged'");

enum rc conversation_standing(struct view *v, int64_t contact_id, struct contact_standing *out) {
    struct rows r = view_query(v, &q_contact_standing, BIND(ACCOUNT, value_int(contact_id)));
    *out = (struct contact_standing){0};
    if (rows_next(&r))
        *out = (struct contact_standing){(int)rows_int(&r, 0), rows_int(&r, 1), rows_int(&r, 2), rows_int(&r, 3)};
    return rows_end(&r);
}
