#include "desk/failure.h"

#include "base/id.h"
#include "desk/account.h"

#include <string.h>

static const char *const names[FAILURES] = {
    [FAILURE_WRONG] = "wrong",           [FAILURE_PROMISE] = "promise", [FAILURE_WAIT] = "wait",
    [FAILURE_AGAIN] = "again",           [FAILURE_PERSON] = "person",   [FAILURE_POLICY] = "policy",
    [FAILURE_WORDS] = "words",           [FAILURE_RIGHT] = "right",     [FAILURE_PRIVATE] = "private",
    [FAILURE_UNANSWERED] = "unanswered",
};

const char *failure_name(enum failure f) { return names[f]; }

bool failure_read(const char *name, enum failure *out) {
    for (int f = 0; f < FAILURES; f++)
        if (strcmp(names[f], name) == 0) {
            *out = (enum failure)f;
            return true;
        }
    return false;
}

enum failure failure_of_rule(const char *rule) {
    static const struct {
        const char *rule;
        enum failure failure;
    } of[] = {
        {"asks_again", FAILURE_AGAIN},
        {"refuse_escalation", FAILURE_PERSON},
        {"pushes_elsewhere", FAILURE_PERSON},
        {"policy_wall", FAILURE_POLICY},
        {"contradicts_policy", FAILURE_POLICY},
        {"non_apology", FAILURE_WORDS},
        {"blame", FAILURE_WORDS},
        {"insult", FAILURE_WORDS},
        {"script_repetition", FAILURE_WORDS},
        {"personal_remark", FAILURE_WORDS},
        {"empty_empathy", FAILURE_WORDS},
        {"leak", FAILURE_PRIVATE},
        {"asks_secret", FAILURE_PRIVATE},
        {"public_sensitive", FAILURE_PRIVATE},
        {"unanswered", FAILURE_UNANSWERED},
    };
    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        if (strcmp(of[i].rule, rule) == 0)
            return of[i].failure;
    return FAILURES;
}

/* ---- counting: ranges of ids are ranges of time ---- */

QUERY(q_failure_words, "SELECT rule, outcome, count(*) FROM finding WHERE account_id = $1 AND id >= $2 AND id < $3"
                       " GROUP BY rule, outcome");
QUERY(q_failure_flags, "SELECT count(*) FROM article_flag WHERE account_id = $1 AND id >= $2 AND id < $3"
                       " AND outcome <> 'right'");
QUERY(q_failure_recalls, "SELECT count(*) FROM recall WHERE account_id = $1 AND id >= $2 AND id < $3");
QUERY(q_failure_promises, "SELECT count(*) FROM promise WHERE account_id = $1 AND due_to >= $2 AND due_to < $3"
                          " AND broken_at IS NOT NULL AND short_word = 0");
QUERY(q_failure_waits,
      "SELECT count(*) FROM conversation WHERE account_id = $1 AND id >= $2 AND id < $3 AND merged_into IS NULL"
      " AND shelf <> 'spam' AND (first_reply_at IS NOT NULL OR waiting_since IS NOT NULL)"
      " AND coalesce(first_reply_at, $4) - created_at > $5");
QUERY(q_failure_recoveries, "SELECT count(*) FROM recovery WHERE account_id = $1 AND id >= $2 AND id < $3");

#define OPEN_COUNTED " LIMIT 10000) few" /* more than anybody will look through */
QUERY(q_open_flags,
      "SELECT count(*), min(created_at) FROM (SELECT created_at FROM article_flag WHERE account_id = $1"
      " AND settled_at IS NULL AND created_at > 0 ORDER BY created_at" OPEN_COUNTED);
QUERY(q_open_recalls, "SELECT count(*), min(created_at) FROM recall WHERE account_id = $1 AND closed_at IS NULL");
QUERY(q_open_promises,
      "SELECT count(*), min(promise_due) FROM conversation WHERE account_id = $1 AND promise_due < $2");
QUERY(q_open_waits, "SELECT count(*), min(waiting_since) FROM conversation WHERE account_id = $1"
                    " AND shelf = 'active' AND waiting_since < $2");
QUERY(q_open_recoveries,
      "SELECT count(*), min(opened_at) FROM (SELECT opened_at FROM recovery WHERE account_id = $1"
      " AND closed_at IS NULL AND id > 0 ORDER BY id" OPEN_COUNTED);

QUERY(q_failure_owners, "SELECT f.failure, g.id, g.name, g.ref, g.disabled_at FROM failure_owner f"
                        " JOIN agent g ON g.account_id = f.account_id AND g.id = f.agent_id"
                        " WHERE f.account_id = $1");
QUERY(q_failure_own, "INSERT INTO failure_owner (account_id, failure, agent_id, since) VALUES ($1, $2, $3, $4)"
                     " ON CONFLICT (account_id, failure) DO UPDATE SET agent_id = excluded.agent_id,"
                     " since = excluded.since");
QUERY(q_failure_disown, "DELETE FROM failure_owner WHERE account_id = $1 AND failure = $2");

struct span {
    int64_t from, to;
};

static enum rc count_words(struct view *v, struct span s, bool now, struct failure_count out[FAILURES]) {
    struct rows r =
        view_query(v, &q_failure_words, BIND(ACCOUNT, value_int(id_at(s.from)), value_int(id_at(s.to))));
    while (rows_next(&r)) {
        enum failure f = failure_of_rule(rows_text(&r, 0));
        const char *outcome = rows_text(&r, 1);
        if (f == FAILURES)
            continue;
        if (strcmp(outcome, "sent") == 0)
            *(now ? &out[f].week : &out[f].before) += rows_int(&r, 2);
        else if (now && strcmp(outcome, "changed") == 0)
            out[f].caught += rows_int(&r, 2);
    }
    return rows_end(&r);
}

static enum rc add_of_ids(struct view *v, struct query *q, struct span s, int64_t *sum) {
    int64_t n = 0;
    enum rc rc = view_int(v, q, BIND(ACCOUNT, value_int(id_at(s.from)), value_int(id_at(s.to))), 0, &n);
    *sum += n;
    return rc;
}

static enum rc count_span(struct view *v, struct span s, int64_t now, bool is_now,
                          struct failure_count out[FAILURES]) {
    int64_t sums[FAILURES] = {0};
    enum rc rc = count_words(v, s, is_now, out);
    if (rc == RC_OK)
        rc = add_of_ids(v, &q_failure_flags, s, &sums[FAILURE_WRONG]);
    if (rc == RC_OK)
        rc = add_of_ids(v, &q_failure_recalls, s, &sums[FAILURE_WRONG]);
    if (rc == RC_OK)
        rc = add_of_ids(v, &q_failure_recoveries, s, &sums[FAILURE_RIGHT]);
    if (rc == RC_OK)
        rc = view_int(v, &q_failure_promises, BIND(ACCOUNT, value_int(s.from), value_int(s.to)), 0,
                      &sums[FAILURE_PROMISE]);
    if (rc == RC_OK)
        rc = view_int(v, &q_failure_waits,
                      BIND(ACCOUNT, value_int(id_at(s.from)), value_int(id_at(s.to)), value_int(now),
                           value_int(FAILURE_WAIT_MS)),
                      0, &sums[FAILURE_WAIT]);
    for (int f = 0; f < FAILURES; f++)
        *(is_now ? &out[f].week : &out[f].before) += sums[f];
    return rc;
}

static enum rc count_open(struct rows r, struct failure_count *out) {
    if (rows_next(&r)) {
        int64_t oldest = rows_int(&r, 1);
        out->open += rows_int(&r, 0);
        if (oldest && (!out->oldest_at || oldest < out->oldest_at))
            out->oldest_at = oldest;
    }
    return rows_end(&r);
}

static enum rc read_owners(struct view *v, struct arena *a, struct failure_count out[FAILURES]) {
    struct rows r = view_query(v, &q_failure_owners, BIND(ACCOUNT));
    while (rows_next(&r)) {
        enum failure f;
        if (!failure_read(rows_text(&r, 0), &f))
            continue;
        out[f].owner_id = rows_int(&r, 1);
        out[f].owner_name = rows_copy(&r, 2, a);
        out[f].owner_ref = rows_copy(&r, 3, a);
        out[f].owner_left = rows_int(&r, 4);
    }
    return rows_end(&r);
}

enum rc failure_counts(struct view *v, struct arena *a, int64_t now, struct failure_count out[FAILURES]) {
    const int64_t days = FAILURE_DAYS * 24LL * 3600 * 1000;
    for (int f = 0; f < FAILURES; f++)
        out[f] = (struct failure_count){.words = f != FAILURE_WRONG && f != FAILURE_PROMISE && f != FAILURE_WAIT &&
                                                 f != FAILURE_RIGHT};
    enum rc rc = count_span(v, (struct span){now - days, now + 1}, now, true, out);
    if (rc == RC_OK)
        rc = count_span(v, (struct span){now - 2 * days, now - days}, now, false, out);
    if (rc == RC_OK)
        rc = count_open(view_query(v, &q_open_flags, BIND(ACCOUNT)), &out[FAILURE_WRONG]);
    if (rc == RC_OK)
        rc = count_open(view_query(v, &q_open_recalls, BIND(ACCOUNT)), &out[FAILURE_WRONG]);
    if (rc == RC_OK)
        rc = count_open(view_query(v, &q_open_promises, BIND(ACCOUNT, value_int(now))), &out[FAILURE_PROMISE]);
    if (rc == RC_OK)
        rc = count_open(view_query(v, &q_open_waits, BIND(ACCOUNT, value_int(now - FAILURE_WAIT_MS))),
                        &out[FAILURE_WAIT]);
    if (rc == RC_OK)
        rc = count_open(view_query(v, &q_open_recoveries, BIND(ACCOUNT)), &out[FAILURE_RIGHT]);
    return rc == RC_OK ? read_owners(v, a, out) : rc;
}

enum rc failure_own(struct tx *tx, enum failure f, int64_t agent_id, struct actor by, int64_t now) {
    const char *name = failure_name(f);
    enum rc rc =
        agent_id ? tx_exec(tx, &q_failure_own, BIND(ACCOUNT, value_text(name), value_int(agent_id), value_int(now)))
                 : tx_exec(tx, &q_failure_disown, BIND(ACCOUNT, value_text(name)));
    if (rc == RC_OK)
        event_add(tx, (struct event){"failure.owned", by, .subject_id = agent_id, .code = name});
    return rc;
}
