/* article_report.c: what becomes of articles: counting it, and the report of it (article_report.h). */
#include "desk/article_report.h"

#include "base/id.h"
#include "base/wall.h"
#include "desk/account.h"
#include "text/mask.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_MS = 24 * 3600 * 1000 };

QUERY(q_reading_known, "SELECT count(*) FROM article_reading WHERE account_id = $1 AND reader_tag = $2"
                       " AND article_id = $3 AND at > $4");
QUERY(q_reading_put, "INSERT INTO article_reading (account_id, reader_tag, article_id, at) VALUES ($1, $2, $3, $4)"
                     " ON CONFLICT (account_id, reader_tag, article_id) DO UPDATE SET at = excluded.at");
QUERY(q_reading_old, "DELETE FROM article_reading WHERE account_id = $1 AND at <= $2");
QUERY(q_reading_of,
      "DELETE FROM article_reading WHERE account_id = $1 AND reader_tag = $2 RETURNING article_id, at");
QUERY(
    q_article_day_add,
    "INSERT INTO article_day (account_id, day, article_id, readings, followed) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (account_id, day, article_id) DO UPDATE SET readings = article_day.readings + excluded.readings,"
    " followed = article_day.followed + excluded.followed");
QUERY(
    q_search_day_add,
    "INSERT INTO search_day (account_id, day, lang, place, words, in_vain, unsure)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account_id, day, lang, place, words)"
    " DO UPDATE SET in_vain = search_day.in_vain + excluded.in_vain, unsure = search_day.unsure + excluded.unsure");
QUERY(q_search_old, "DELETE FROM search_day WHERE account_id = $1 AND day < $2");
QUERY(q_day_searched, "INSERT INTO knowledge_day (account_id, day, searches, in_vain) VALUES ($1, $2, 1, $3)"
                      " ON CONFLICT (account_id, day) DO UPDATE SET searches = knowledge_day.searches + 1,"
                      " in_vain = knowledge_day.in_vain + excluded.in_vain");
QUERY(q_day_standing,
      "INSERT INTO knowledge_day (account_id, day, articles, score_sum, low) VALUES ($1, $2, $3, $4, $5)"
      " ON CONFLICT (account_id, day) DO UPDATE SET articles = excluded.articles, score_sum = excluded.score_sum,"
      " low = excluded.low");

QUERY(q_report_days, "SELECT day, searches, in_vain, articles, score_sum, low FROM knowledge_day"
                     " WHERE account_id = $1 AND day >= $2 AND day < $3 ORDER BY day");
QUERY(q_report_readings, "SELECT day, CAST(sum(readings) AS BIGINT), CAST(sum(followed) AS BIGINT) FROM article_day"
                         " WHERE account_id = $1 AND day >= $2 AND day < $3 GROUP BY day ORDER BY day");
QUERY(q_report_followed,
      "SELECT x.ref, x.title, x.lang, t.readings, t.followed FROM (SELECT article_id,"
      " CAST(sum(readings) AS BIGINT) AS readings, CAST(sum(followed) AS BIGINT) AS followed FROM article_day"
      " WHERE account_id = $1 AND day >= $2 AND day < $3 GROUP BY article_id) t"
      " JOIN article x ON x.account_id = $1 AND x.id = t.article_id"
      " ORDER BY t.followed DESC, t.readings DESC, x.id LIMIT $4");
QUERY(q_report_missed,
      "SELECT words, lang, place, CAST(sum(in_vain) AS BIGINT), CAST(sum(unsure) AS BIGINT) FROM search_day"
      " WHERE account_id = $1 AND day >= $2 AND day < $3 GROUP BY words, lang, place"
      " HAVING sum(in_vain) + sum(unsure) >= CAST($4 AS BIGINT) ORDER BY 4 DESC, 5 DESC, words LIMIT $5");
QUERY(q_report_used,
      "SELECT x.ref, x.title, x.lang, t.inserted, t.linked, t.recognised FROM (SELECT article_id, count(*) AS n,"
      " count(*) FILTER (WHERE how = 'inserted') AS inserted, count(*) FILTER (WHERE how = 'linked') AS linked,"
      " count(*) FILTER (WHERE how = 'recognised') AS recognised FROM message_article"
      " WHERE account_id = $1 AND message_id >= $2 AND message_id < $3 GROUP BY article_id) t"
      " JOIN article x ON x.account_id = $1 AND x.id = t.article_id ORDER BY t.n DESC, x.id LIMIT $4");
QUERY(q_report_uses,
      "SELECT count(*) FROM message_article WHERE account_id = $1 AND message_id >= $2 AND message_id < $3");
QUERY(q_report_linked,
      "SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT 1 FROM message_article u WHERE u.account_id = $1"
      " AND u.conversation_id = c.id)) FROM conversation c WHERE c.account_id = $1 AND c.id >= $2 AND c.id < $3"
      " AND c.resolved_at IS NOT NULL AND c.shelf NOT IN ('spam', 'merged')");
QUERY(
    q_report_exposed,
    "SELECT count(*), CAST(sum(told_n) AS BIGINT), CAST(sum(coalesce(acknowledged_at, marked_at, $4) - told_first)"
    " AS BIGINT), count(*) FILTER (WHERE mark IN ('wait', 'next', 'tried')) FROM recall_recipient"
    " WHERE account_id = $1 AND mark <> 'right' AND recall_id IN (SELECT id FROM recall WHERE account_id = $1"
    " AND id >= $2 AND id < $3 AND state <> 'withdrawn')");

/* ---- counting ---- */

static enum rc day_of(struct tx *tx, int64_t now, int64_t *day) {
    struct account account;
    enum rc rc = account_load(tx_view(tx), tx_arena(tx), &account);
    *day = rc == RC_OK ? wall_at(account.zone, now).day_number : 0;
    return rc;
}

enum rc reading_note(struct tx *tx, int64_t article_id, const char *reader_tag, int64_t now) {
    struct value who = value_text(reader_tag), what = value_int(article_id),
                 since = value_int(now - READING_FOLLOWED_MS);
    int64_t known = 0, day;
    enum rc rc = view_int(tx_view(tx), &q_reading_known, BIND(ACCOUNT, who, what, since), 0, &known);
    if (rc != RC_OK || known)
        return rc;
    rc = day_of(tx, now, &day);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_reading_old, BIND(ACCOUNT, since));
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_reading_put, BIND(ACCOUNT, who, what, value_int(now)));
    return rc == RC_OK
               ? tx_exec(tx, &q_article_day_add, BIND(ACCOUNT, value_int(day), what, value_int(1), value_int(0)))
               : rc;
}

enum rc reading_followed(struct tx *tx, const char *reader_tag, int64_t now) {
    enum { MOST = 50 };
    int64_t articles[MOST], day;
    int n = 0;
    struct rows r = tx_query(tx, &q_reading_of, BIND(ACCOUNT, value_text(reader_tag)));
    while (rows_next(&r))
        if (n < MOST && rows_int(&r, 1) > now - READING_FOLLOWED_MS)
            articles[n++] = rows_int(&r, 0);
    enum rc rc = rows_end(&r);
    if (rc == RC_OK && n)
        rc = day_of(tx, now, &day);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = tx_exec(tx, &q_article_day_add,
                     BIND(ACCOUNT, value_int(day), value_int(articles[i]), value_int(0), value_int(1)));
    return rc;
}

/* On one line, no longer than it says something, and nothing private in it. */
static const char *words_kept(struct arena *a, const char *words) {
    size_t len = strlen(words), n = 0;
    char *text = mask_apply(a, words, len, mask_find(a, words, len, MASK_ALL));
    for (char *c = text; *c; c++)
        if (*c == '\n' || *c == '\t' || *c == '\r')
            *c = ' ';
    while (*text == ' ')
        text++;
    for (int i = 0; text[n] && i < SEARCH_WORDS_MAX; i++)
        do
            n++;
        while ((text[n] & 0xC0) == 0x80);
    while (n && text[n - 1] == ' ')
        n--;
    return arena_copy_n(a, text, n);
}

enum rc search_note(struct tx *tx, const char *words, const char *lang, const char *place, bool nothing,
                    bool unsure, int64_t now) {
    const char *kept = words_kept(tx_arena(tx), words);
    int64_t day;
    if (!*kept)
        return RC_OK;
    enum rc rc = day_of(tx, now, &day);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_day_searched, BIND(ACCOUNT, value_int(day), value_int(nothing)));
    return rc == RC_OK && (nothing || unsure)
               ? tx_exec(tx, &q_search_day_add,
                         BIND(ACCOUNT, value_int(day), value_text(lang), value_text(place), value_text(kept),
                              value_int(nothing), value_int(unsure && !nothing)))
               : rc;
}

enum rc knowledge_standing(struct view *v, int64_t now, struct knowledge_standing *out) {
    enum { PAGE = 500 };
    struct arena *a = arena_new(256 * 1024);
    enum rc rc = RC_OK;
    int64_t after = 0;
    *out = (struct knowledge_standing){0};
    for (int n = PAGE; rc == RC_OK && n == PAGE;) {
        struct article *list;
        rc = article_each(v, a, after, PAGE, &list, &n);
        for (int i = 0; rc == RC_OK && i < n; i++) {
            after = list[i].id;
            if (!article_shown(&list[i], now))
                continue;
            struct trust t = article_trust(&list[i], now);
            out->articles++;
            out->score_sum += t.score;
            out->low += t.band == TRUST_WARN || t.band == TRUST_NONE;
        }
        arena_reset(a);
    }
    arena_free(a);
    return rc;
}

enum rc knowledge_standing_note(struct tx *tx, const struct knowledge_standing *s, int64_t now) {
    int64_t day;
    enum rc rc = day_of(tx, now, &day);
    return rc == RC_OK ? tx_exec(tx, &q_day_standing,
                                 BIND(ACCOUNT, value_int(day), value_int(s->articles), value_int(s->score_sum),
                                      value_int(s->low)))
                       : rc;
}

enum rc reading_forget(struct tx *tx, int64_t now) {
    int64_t day;
    enum rc rc = day_of(tx, now, &day);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_reading_old, BIND(ACCOUNT, value_int(now - READING_FOLLOWED_MS)));
    return rc == RC_OK ? tx_exec(tx, &q_search_old, BIND(ACCOUNT, value_int(day - SEARCH_KEPT_DAYS))) : rc;
}

/* ---- the report ---- */

static struct report_week *week_of(struct knowledge_report *out, const char *zone, int64_t day) {
    int64_t local = day * DAY_MS, at = local - wall_offset(zone, local - wall_offset(zone, local));
    for (int i = out->weeks_n - 1; i >= 0; i--)
        if (out->weeks[i].week <= at)
            return &out->weeks[i];
    return &out->weeks[0];
}

/* Every Monday of the span, also where nothing happened. */
static void make_weeks(struct arena *a, const char *zone, int64_t from, int64_t to, struct knowledge_report *out) {
    struct wall w = wall_at(zone, from);
    out->weeks = ARENA_ARRAY(a, REPORT_WEEKS, struct report_week);
    for (int64_t day = w.day_number - (w.weekday + 6) % 7; out->weeks_n < REPORT_WEEKS; day += 7) {
        int64_t local = day * DAY_MS, at = local - wall_offset(zone, local - wall_offset(zone, local));
        if (at >= to)
            break;
        out->weeks[out->weeks_n++] = (struct report_week){.week = at, .trust = -1};
    }
}

static enum rc read_weeks(struct view *v, const char *zone, int64_t first, int64_t last,
                          struct knowledge_report *out) {
    struct rows r = view_query(v, &q_report_days, BIND(ACCOUNT, value_int(first), value_int(last)));
    while (rows_next(&r)) {
        struct report_week *w = week_of(out, zone, rows_int(&r, 0));
        w->searches += rows_int(&r, 1);
        w->nothing += rows_int(&r, 2);
        out->searches += rows_int(&r, 1);
        out->nothing += rows_int(&r, 2);
        if (rows_int(&r, 3)) {
            w->trust = rows_int(&r, 4) / rows_int(&r, 3);
            w->low = rows_int(&r, 5);
        }
    }
    enum rc rc = rows_end(&r);
    if (rc != RC_OK)
        return rc;
    r = view_query(v, &q_report_readings, BIND(ACCOUNT, value_int(first), value_int(last)));
    while (rows_next(&r)) {
        struct report_week *w = week_of(out, zone, rows_int(&r, 0));
        w->readings += rows_int(&r, 1);
        w->followed += rows_int(&r, 2);
        out->readings += rows_int(&r, 1);
        out->followed_all += rows_int(&r, 2);
    }
    return rows_end(&r);
}

static enum rc read_tables(struct view *v, struct arena *a, int64_t first, int64_t last, int64_t from_id,
                           int64_t to_id, struct knowledge_report *out) {
    out->followed = ARENA_ARRAY(a, REPORT_ROWS, struct report_article);
    out->used = ARENA_ARRAY(a, REPORT_ROWS, struct report_article);
    out->missed = ARENA_ARRAY(a, REPORT_ROWS, struct report_search);
    struct value most = value_int(REPORT_ROWS);
    struct rows r = view_query(v, &q_report_followed, BIND(ACCOUNT, value_int(first), value_int(last), most));
    for (; out->followed_n < REPORT_ROWS && rows_next(&r); out->followed_n++)
        out->followed[out->followed_n] = (struct report_article){.ref = rows_copy(&r, 0, a),
                                                                 .title = rows_copy(&r, 1, a),
                                                                 .lang = rows_copy(&r, 2, a),
                                                                 .readings = rows_int(&r, 3),
                                                                 .followed = rows_int(&r, 4)};
    enum rc rc = rows_end(&r);
    if (rc != RC_OK)
        return rc;
    r = view_query(v, &q_report_used, BIND(ACCOUNT, value_int(from_id), value_int(to_id), most));
    for (; out->used_n < REPORT_ROWS && rows_next(&r); out->used_n++)
        out->used[out->used_n] = (struct report_article){.ref = rows_copy(&r, 0, a),
                                                         .title = rows_copy(&r, 1, a),
                                                         .lang = rows_copy(&r, 2, a),
                                                         .inserted = rows_int(&r, 3),
                                                         .linked = rows_int(&r, 4),
                                                         .recognised = rows_int(&r, 5)};
    rc = rows_end(&r);
    if (rc != RC_OK)
        return rc;
    r = view_query(v, &q_report_missed,
                   BIND(ACCOUNT, value_int(first), value_int(last), value_int(SEARCH_SHOWN_LEAST), most));
    for (; out->missed_n < REPORT_ROWS && rows_next(&r); out->missed_n++)
        out->missed[out->missed_n] = (struct report_search){rows_copy(&r, 0, a), rows_copy(&r, 1, a),
                                                            rows_copy(&r, 2, a), rows_int(&r, 3), rows_int(&r, 4)};
    return rows_end(&r);
}

static enum rc read_numbers(struct view *v, int64_t from_id, int64_t to_id, int64_t now,
                            struct knowledge_report *out) {
    struct value from = value_int(from_id), to = value_int(to_id);
    enum rc rc = view_int(v, &q_report_uses, BIND(ACCOUNT, from, to), 0, &out->uses);
    if (rc != RC_OK)
        return rc;
    struct rows r = view_query(v, &q_report_linked, BIND(ACCOUNT, from, to));
    if (rows_next(&r)) {
        out->resolved = rows_int(&r, 0);
        out->linked = rows_int(&r, 1);
    }
    rc = rows_end(&r);
    if (rc != RC_OK)
        return rc;
    r = view_query(v, &q_report_exposed, BIND(ACCOUNT, from, to, value_int(now)));
    if (rows_next(&r)) {
        out->exposed = rows_int(&r, 0);
        out->exposed_messages = rows_int(&r, 1);
        out->exposed_ms = out->exposed ? rows_int(&r, 2) / out->exposed : 0;
        out->still_exposed = rows_int(&r, 3);
    }
    rc = rows_end(&r);
    return rc == RC_OK ? knowledge_standing(v, now, &out->standing) : rc;
}

enum rc knowledge_report(struct view *v, struct arena *a, const char *zone, int64_t from, int64_t to, int64_t now,
                         struct knowledge_report *out) {
    int64_t first = wall_at(zone, from).day_number, last = wall_at(zone, to).day_number + 1;
    *out = (struct knowledge_report){0};
    make_weeks(a, zone, from, to, out);
    if (!out->weeks_n)
        return RC_OK;
    enum rc rc = read_weeks(v, zone, first, last, out);
    if (rc == RC_OK)
        rc = read_tables(v, a, first, last, id_at(from), id_at(to), out);
    return rc == RC_OK ? read_numbers(v, id_at(from), id_at(to), now, out) : rc;
}
