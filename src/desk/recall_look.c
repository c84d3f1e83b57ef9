/* recall_look.c: those who were told are written down, each with where and in which language she is to be told
 * (recall.h).
 *
 *   recall_look ── few ──▶ written at once, in the caller's transaction
 *        └──── many ──▶ looking ──recall_look_on, RECALL_LOOK_SLICE people a transaction──▶ looked
 *
 * A look that is cut off begins again by reading and leaves alone what is written already; so it needs no mark of
 * where it was, and a second look writes only what has changed. */
#include "desk/recall_row.h"

#include "base/id.h"
#include "base/locale.h"
#include "desk/account.h"
#include "desk/job.h"

#include <string.h>

QUERY(
    q_told_where,
    "WITH asked(id) AS (VALUES (CAST($2 AS BIGINT)), ($3), ($4), ($5), ($6), ($7), ($8), ($9), ($10), ($11), ($12),"
    " ($13), ($14), ($15), ($16), ($17)) SELECT m.id, m.conversation_id, CASE WHEN c.lang <> '' THEN c.lang ELSE"
    " (SELECT ct.lang FROM contact ct WHERE ct.account_id = c.account_id AND ct.id = c.contact_id) END FROM asked"
    " CROSS JOIN message m JOIN conversation c ON c.account_id = m.account_id AND c.id = m.conversation_id"
    " WHERE m.account_id = $1 AND m.id = asked.id");
/* Where she read it: in the conversation whose link she came by, or where that was merged into. */
QUERY(q_read_where, "SELECT coalesce(c.merged_into, c.id), CASE WHEN c.lang <> '' THEN c.lang ELSE ct.lang END"
                    " FROM conversation c JOIN contact ct ON ct.account_id = c.account_id AND ct.id = c.contact_id"
                    " WHERE c.account_id = $1 AND c.id = $2");
QUERY(q_told_some, "SELECT count(*) FROM (SELECT 1 FROM message_article WHERE account_id = $1 AND version_id = $2"
                   " LIMIT $3) AS a_few");
QUERY(q_read_some, "SELECT count(*) FROM (SELECT 1 FROM article_read_by WHERE account_id = $1 AND version_id = $2"
                   " LIMIT $3) AS a_few");
QUERY(q_recall_written, "SELECT contact_id, told_n, told_last, mark FROM recall_recipient WHERE account_id = $1"
                        " AND recall_id = $2 ORDER BY contact_id");
QUERY(q_recall_person_add,
      "INSERT INTO recall_recipient (account_id, id, ref, recall_id, contact_id, conversation_id, lang, told_n,"
      " told_first, told_last, mark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
      " ON CONFLICT (account_id, recall_id, contact_id) DO UPDATE SET told_n = excluded.told_n,"
      " told_last = excluded.told_last, conversation_id = excluded.conversation_id,"
      " mark = CASE WHEN recall_recipient.mark IN ('right', 'wait', 'next') THEN excluded.mark"
      " ELSE recall_recipient.mark END");
QUERY(q_recall_look_store, "UPDATE recall SET look_from = $3, look_all = $4, look_done = $5, looked_at = $6"
                           " WHERE account_id = $1 AND id = $2");

enum { AT_ONCE = 16 }; /* people of q_told_where */

static enum rc look_store(struct tx *tx, const struct recall *r) {
    return tx_exec(tx, &q_recall_look_store,
                   BIND(ACCOUNT, value_int(r->id), value_id(r->look_from), value_int(r->look_all),
                        value_int(r->look_done), value_id(r->looked_at)));
}

/* ---- rules ---- */

bool recall_looked_lately(const struct recall *r, int64_t now) {
    return r->looked_at && now - r->looked_at < RECALL_LOOK_HOLDS_MS;
}

static const char *mark_of(const struct recall *r, const struct recall_told *told) {
    return told->right ? "right" : r->class == 3 ? "next" : "wait";
}

static bool is_untold(const char *mark) {
    return strcmp(mark, "right") == 0 || strcmp(mark, "wait") == 0 || strcmp(mark, "next") == 0;
}

/* ---- what is to be written ---- */

/* Where and in which language each of these is to be told: the conversation that told her last. */
struct place {
    int64_t conversation_id;
    enum locale locale;
};

static enum rc place_of_reader(struct view *v, int64_t conversation_id, enum locale usual, struct place *out) {
    struct rows r = view_query(v, &q_read_where, BIND(ACCOUNT, value_int(conversation_id)));
    if (rows_next(&r)) {
        const char *lang = rows_text(&r, 1);
        *out = (struct place){rows_int(&r, 0), lang && *lang ? locale_of(lang) : usual};
    }
    return rows_end(&r);
}

static enum rc places_of(struct view *v, const struct recall_told *told, int n, enum locale usual,
                         struct place out[AT_ONCE]) {
    struct value asked[AT_ONCE + 1] = {value_int(ACCOUNT_ID)};
    for (int i = 0; i < AT_ONCE; i++)
        asked[i + 1] = value_int(told[i < n ? i : 0].last_message);
    struct rows r = view_query(v, &q_told_where, asked, AT_ONCE + 1);
    while (rows_next(&r)) {
        const char *lang = rows_text(&r, 2);
        for (int i = 0; i < n; i++)
            if (told[i].last_message == rows_int(&r, 0))
                out[i] = (struct place){rows_int(&r, 1), lang && *lang ? locale_of(lang) : usual};
    }
    enum rc rc = rows_end(&r);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (!told[i].last_message)
            rc = place_of_reader(v, told[i].read_in, usual, &out[i]);
    return rc;
}

struct look {
    struct recall_told *told; /* whose row is missing or differs, by contact */
    struct place *places;     /* of these */
    int n, all;               /* all: with those whose row is as it is to be */
    enum locale usual;
};

/* Both lists are in the order of contacts. */
static enum rc leave_out_written(struct view *v, const struct recall *r, struct look *l) {
    int kept = 0, i = 0;
    struct rows rows = view_query(v, &q_recall_written, BIND(ACCOUNT, value_int(r->id)));
    while (rows_next(&rows)) {
        while (i < l->n && l->told[i].contact_id < rows_int(&rows, 0))
            l->told[kept++] = l->told[i++];
        if (i == l->n || l->told[i].contact_id != rows_int(&rows, 0))
            continue;
        const struct recall_told *one = &l->told[i++];
        const char *mark = rows_text(&rows, 3);
        bool same = one->n == rows_int(&rows, 1) && one->last == rows_int(&rows, 2) &&
                    (!is_untold(mark) || strcmp(mark, mark_of(r, one)) == 0);
        if (!same)
            l->told[kept++] = *one;
    }
    while (i < l->n)
        l->told[kept++] = l->told[i++];
    l->n = kept;
    return rows_end(&rows);
}

static enum rc look(struct view *v, struct arena *a, const struct recall *r, struct look *l) {
    struct recall_version *wrong;
    struct account account;
    int wrong_n;
    *l = (struct look){0};
    enum rc rc = recall_versions(v, a, r->id, &wrong, &wrong_n);
    if (rc == RC_OK)
        rc = recall_told(v, a, wrong, wrong_n, &l->told, &l->n);
    if (rc == RC_OK)
        rc = account_load(v, a, &account);
    if (rc != RC_OK)
        return rc;
    l->all = l->n;
    l->usual = locale_of(account.lang);
    rc = leave_out_written(v, r, l);
    l->places = ARENA_ARRAY(a, (size_t)l->n + AT_ONCE, struct place);
    for (int i = 0; rc == RC_OK && i < l->n; i += AT_ONCE)
        rc = places_of(v, &l->told[i], l->n - i < AT_ONCE ? l->n - i : AT_ONCE, l->usual, &l->places[i]);
    return rc;
}

static enum rc write_down(struct tx *tx, const struct recall *r, const struct look *l, int from, int to) {
    enum rc rc = RC_OK;
    for (int i = from; rc == RC_OK && i < to; i++) {
        const struct recall_told *one = &l->told[i];
        rc = tx_exec(tx, &q_recall_person_add,
                     BIND(ACCOUNT, value_int(id_new()), value_text(id_ref(tx_arena(tx), "rcp")), value_int(r->id),
                          value_int(one->contact_id), value_int(l->places[i].conversation_id),
                          value_text(locale_tag(l->places[i].locale)), value_int(one->n), value_int(one->first),
                          value_int(one->last), value_text(mark_of(r, one))));
    }
    return rc;
}

/* Who was found while it goes out gets it too. */
static enum rc looked(struct tx *tx, struct recall *r, int64_t began, int64_t now) {
    r->look_from = 0;
    r->looked_at = began;
    enum rc rc = look_store(tx, r);
    if (rc == RC_OK && strcmp(r->state, "sending") == 0)
        rc = job_add(tx, JOB_RECALL, r->id, now);
    return rc;
}

/* ---- at once, or by the job ---- */

/* So few messages that their people may be written while others wait. */
static enum rc are_few(struct view *v, struct arena *a, const struct recall *r, bool *few) {
    struct recall_version *wrong;
    int64_t sum = 0;
    int n;
    enum rc rc = recall_versions(v, a, r->id, &wrong, &n);
    for (int i = 0; rc == RC_OK && i < n && sum <= RECALL_LOOK_ALONE; i++) {
        int64_t some = 0;
        rc = view_int(v, &q_told_some,
                      BIND(ACCOUNT, value_int(wrong[i].version_id), value_int(RECALL_LOOK_ALONE + 1)), 0, &some);
        sum += some;
        if (rc == RC_OK)
            rc =
                view_int(v, &q_read_some,
                         BIND(ACCOUNT, value_int(wrong[i].version_id), value_int(RECALL_LOOK_ALONE + 1)), 0, &some);
        sum += some;
    }
    *few = sum <= RECALL_LOOK_ALONE;
    return rc;
}

enum rc recall_look(struct tx *tx, struct recall *r, int64_t now) {
    struct look l;
    bool few;
    if (r->look_from)
        return RC_OK;
    enum rc rc = are_few(tx_view(tx), tx_arena(tx), r, &few);
    if (rc == RC_OK && !few) {
        r->look_from = now;
        r->look_all = r->look_done = 0;
        rc = look_store(tx, r);
        return rc == RC_OK ? job_add(tx, JOB_RECALL_LOOK, r->id, now) : rc;
    }
    r->look_all = r->look_done = 0;
    if (rc == RC_OK)
        rc = look(tx_view(tx), tx_arena(tx), r, &l);
    if (rc == RC_OK)
        rc = write_down(tx, r, &l, 0, l.n);
    return rc == RC_OK ? looked(tx, r, now, now) : rc;
}

struct slice {
    const struct look *look;
    int64_t id, began, now;
    int from, to;
    bool over; /* somebody ended the correction, or another look is going on */
};

static enum rc write_slice(struct tx *tx, void *arg) {
    struct slice *s = arg;
    struct recall r;
    enum rc rc = recall_load(tx_view(tx), tx_arena(tx), s->id, &r);
    s->over = rc == RC_NONE || (rc == RC_OK && (!recall_under_way(&r) || r.look_from != s->began));
    if (rc != RC_OK || s->over)
        return rc == RC_NONE ? RC_OK : rc;
    rc = write_down(tx, &r, s->look, s->from, s->to);
    r.look_all = s->look->all;
    r.look_done = s->look->all - (s->look->n - s->to);
    if (rc != RC_OK || s->to < s->look->n)
        return rc == RC_OK ? look_store(tx, &r) : rc;
    rc = looked(tx, &r, s->began, s->now);
    if (rc == RC_OK)
        recall_tell(tx, &r, "recall.looked", (struct actor){ACTOR_SYSTEM}, NULL, r.look_all);
    return rc;
}

enum rc recall_look_on(struct store *store, int64_t id, int64_t now) {
    struct arena *a = arena_new(1024 * 1024);
    struct recall r;
    struct look l;
    struct view *v = view_open(store);
    enum rc rc = recall_load(v, a, id, &r);
    bool goes_on = rc == RC_OK && r.look_from && recall_under_way(&r);
    if (goes_on)
        rc = look(v, a, &r, &l);
    view_close(v);
    struct slice s = {.look = &l, .id = id, .began = r.look_from, .now = now};
    /* Once at least: nobody may be left to write. */
    while (goes_on && rc == RC_OK && !s.over && (s.to < l.n || !s.to)) {
        s.from = s.to;
        s.to = l.n - s.from < RECALL_LOOK_SLICE ? l.n : s.from + RECALL_LOOK_SLICE;
        rc = store_write(store, write_slice, &s);
        if (!l.n)
            break;
    }
    arena_free(a);
    return rc == RC_NONE ? RC_OK : rc;
}
