/* article_flag.c: "this is wrong", from agents and readers, and readers' votes (article.h).
 * A flag of an agent counts at once; of readers, who may be anybody, it takes ARTICLE_FLAGS_TO_DOUBT. What a reader
 * writes is masked like any message, and nothing is kept of who it was but a keyed hash. */
#include "base/id.h"
#include "desk/account.h"
#include "desk/article_row.h"
#include "text/mask.h"

#include <string.h>

static const int64_t DAY = 24 * 3600 * 1000;

QUERY(q_flag_add,
      "INSERT INTO article_flag (account_id, id, ref, article_id, version_id, agent_id, reader_tag, what,"
      " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
QUERY(q_flags_of_reader,
      "SELECT count(*) FROM article_flag WHERE account_id = $1 AND reader_tag = $2 AND created_at > $3");
QUERY(q_flag_of_reader_open, "SELECT count(*) FROM article_flag WHERE account_id = $1 AND article_id = $2"
                             " AND settled_at IS NULL AND reader_tag = $3");
#define FLAG_COLUMNS                                                                                               \
    "SELECT f.id, f.article_id, f.version_id, f.agent_id, v.number, f.created_at, f.settled_at, f.ref, f.what,"    \
    " f.outcome, coalesce(g.name, '') FROM article_flag f JOIN article_version v ON v.account_id = f.account_id"   \
    " AND v.id = f.version_id LEFT JOIN agent g ON g.account_id = f.account_id AND g.id = f.agent_id"              \
    " WHERE f.account_id = $1 AND "
QUERY(q_flags, FLAG_COLUMNS
      "f.article_id = $2 ORDER BY CASE WHEN f.settled_at IS NULL THEN 0 ELSE 1 END, f.id DESC LIMIT 100");
QUERY(q_flag_by_ref, FLAG_COLUMNS "f.ref = $2");
QUERY(q_flag_settle, "UPDATE article_flag SET settled_at = $3, settled_by = $4, outcome = $5"
                     " WHERE account_id = $1 AND id = $2 AND settled_at IS NULL");
QUERY(q_vote_add,
      "INSERT INTO article_vote (account_id, version_id, reader_tag, day, good) VALUES ($1, $2, $3, $4, $5)"
      " ON CONFLICT (account_id, version_id, reader_tag, day) DO NOTHING");
QUERY(q_votes, "SELECT count(*), coalesce(CAST(sum(good) AS BIGINT), 0) FROM article_vote WHERE account_id = $1"
               " AND version_id IN (SELECT id FROM article_version WHERE account_id = $1 AND article_id = $2)");

static bool blank(const char *s) { return !s || !s[strspn(s, " \t\n\r")]; }

static enum rc reader_may(struct tx *tx, const struct article *x, const char *tag, int64_t now) {
    int64_t today = 0, open = 0;
    enum rc rc =
        view_int(tx_view(tx), &q_flags_of_reader, BIND(ACCOUNT, value_text(tag), value_int(now - DAY)), 0, &today);
    if (rc == RC_OK)
        rc = view_int(tx_view(tx), &q_flag_of_reader_open, BIND(ACCOUNT, value_int(x->id), value_text(tag)), 0,
                      &open);
    if (rc != RC_OK)
        return rc;
    return open ? RC_DUPLICATE : today >= ARTICLE_FLAGS_A_DAY ? RC_TOO_MANY : RC_OK;
}

enum rc article_flag_add(struct tx *tx, struct article *x, int64_t number, const char *what, int64_t agent_id,
                         const char *reader_tag, int64_t now, struct article_flag *out) {
    struct article_version version;
    struct actor by = {agent_id ? ACTOR_AGENT : ACTOR_CONTACT, agent_id};
    if (blank(what))
        return RC_INVALID;
    enum rc rc = agent_id ? RC_OK : reader_may(tx, x, reader_tag, now);
    if (rc == RC_OK)
        rc = article_version_at(tx_view(tx), tx_arena(tx), x->id, number, &version);
    if (rc != RC_OK)
        return rc;
    *out = (struct article_flag){
        .id = id_new(),
        .article_id = x->id,
        .version_id = version.id,
        .agent_id = agent_id,
        .number = number,
        .created_at = now,
        .ref = id_ref(tx_arena(tx), "flg"),
        .what = mask_text(tx_arena(tx), what, MASK_ALL),
        .outcome = "",
        .agent = "",
    };
    rc = tx_exec(tx, &q_flag_add,
                 BIND(ACCOUNT, value_int(out->id), value_text(out->ref), value_int(x->id), value_int(version.id),
                      value_id(agent_id), value_text(agent_id ? "" : reader_tag), value_text(out->what),
                      value_int(now)));
    if (rc != RC_OK)
        return rc;
    if (agent_id)
        x->agent_flags++;
    else
        x->reader_flags++;
    event_add(tx, (struct event){"article.flagged", by, 0, x->id, agent_id ? "agent" : "reader", number});
    if (!*x->due_reason && !x->due_at) {
        x->due_at = now; /* its place in the verifier's list */
        rc = article_store(tx, x, now);
    }
    return rc;
}

static struct article_flag flag_of_row(struct rows *r, struct arena *a) {
    return (struct article_flag){
        .id = rows_int(r, 0),
        .article_id = rows_int(r, 1),
        .version_id = rows_int(r, 2),
        .agent_id = rows_int(r, 3),
        .number = rows_int(r, 4),
        .created_at = rows_int(r, 5),
        .settled_at = rows_int(r, 6),
        .ref = rows_copy(r, 7, a),
        .what = rows_copy(r, 8, a),
        .outcome = rows_copy(r, 9, a),
        .agent = rows_copy(r, 10, a),
    };
}

enum rc article_flags(struct view *v, struct arena *a, int64_t article_id, struct article_flag **out, int *n) {
    struct rows r = view_query(v, &q_flags, BIND(ACCOUNT, value_int(article_id)));
    *out = ARENA_ARRAY(a, 100, struct article_flag);
    for (*n = 0; *n < 100 && rows_next(&r); ++*n)
        (*out)[*n] = flag_of_row(&r, a);
    return rows_end(&r);
}

enum rc article_flag_by_ref(struct view *v, struct arena *a, const char *ref, struct article_flag *out) {
    struct rows r = view_query(v, &q_flag_by_ref, BIND(ACCOUNT, value_text(ref)));
    bool found = rows_next(&r);
    if (found)
        *out = flag_of_row(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc article_flag_settle(struct tx *tx, struct article_flag *f, const char *outcome, struct actor by,
                            int64_t now) {
    struct article x;
    bool wrong = strcmp(outcome, "wrong") == 0;
    enum rc rc = tx_exec(tx, &q_flag_settle,
                         BIND(ACCOUNT, value_int(f->id), value_int(now), value_id(by.id), value_text(outcome)));
    if (rc == RC_OK && !tx_changes(tx))
        return RC_CONFLICT;
    if (rc == RC_OK)
        rc = article_load(tx_view(tx), tx_arena(tx), f->article_id, &x);
    if (rc != RC_OK)
        return rc;
    event_add(tx, (struct event){"article.flag_settled", by, 0, x.id, outcome, f->number});
    /* What was wrong stays due until a corrected version is verified. */
    if (wrong && f->number >= x.facts && !*x.due_reason)
        x.due_reason = "flagged";
    if (!*x.due_reason && !x.agent_flags && !x.reader_flags)
        x.due_at = 0;
    rc = article_store(tx, &x, now);
    return rc == RC_OK && wrong ? article_outcome(tx, x.id, -3, "confirmed_wrong", now) : rc;
}

enum rc article_vote(struct tx *tx, int64_t version_id, const char *reader_tag, bool good, int64_t now) {
    enum rc rc = tx_exec(
        tx, &q_vote_add,
        BIND(ACCOUNT, value_int(version_id), value_text(reader_tag), value_int(now / DAY), value_int(good)));
    return rc == RC_OK && !tx_changes(tx) ? RC_DUPLICATE : rc;
}

enum rc article_votes(struct view *v, int64_t article_id, int64_t *good, int64_t *all) {
    struct rows r = view_query(v, &q_votes, BIND(ACCOUNT, value_int(article_id)));
    *good = *all = 0;
    if (rows_next(&r)) {
        *all = rows_int(&r, 0);
        *good = rows_int(&r, 1);
    }
    return rows_end(&r);
}
