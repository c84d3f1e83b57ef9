/* article_list.c: loading articles and their versions, one by one and in lists (article.h). */
#include "base/utf8.h"
#include "desk/account.h"
#include "desk/article_row.h"
#include "text/markdown.h"

#include <stdlib.h>
#include <string.h>

QUERY(q_article_load, ARTICLE_SELECT "WHERE x.account_id = $1 AND x.id = $2");
QUERY(q_article_by_ref, ARTICLE_SELECT "WHERE x.account_id = $1 AND x.ref = $2");
QUERY(q_article_by_import, ARTICLE_SELECT "WHERE x.account_id = $1 AND x.import_ref = $2 ORDER BY +x.id");
QUERY(q_article_family, ARTICLE_SELECT "WHERE x.account_id = $1 AND x.family_id = $2 ORDER BY +x.id");
QUERY(q_article_each, ARTICLE_SELECT "WHERE x.account_id = $1 AND x.id > $2 ORDER BY x.id LIMIT $3");
QUERY(q_article_list, ARTICLE_SELECT
      "WHERE x.account_id = $1 AND (x.changed_at, x.id) < ($2, $3)"
      " AND (CAST($4 AS TEXT) IS NULL OR x.lang = $4) AND (CAST($5 AS TEXT) IS NULL OR x.status = $5)"
      " AND (CAST($6 AS TEXT) IS NULL OR x.class = $6)"
      " AND (CAST($7 AS TEXT) IS NULL OR x.audience = $7)"
      " AND (CAST($8 AS BIGINT) IS NULL OR x.category_id = $8)"
      " AND (CAST($9 AS BIGINT) IS NULL OR x.owner_id = $9)"
      " AND (CAST($10 AS BIGINT) IS NULL OR x.verifier_id = $10 OR x.deputy_id = $10)"
      " ORDER BY x.changed_at DESC, x.id DESC LIMIT $11");
/* article_due decides; this only leaves out those of which it is sure to say no. */
#define MAY_BE_DUE                                                                                                 \
    "(x.verify_by IS NULL OR x.verify_by < $2 OR x.due_reason <> '' OR (x.id <> x.family_id AND s.facts > "        \
    "x.reflects)"                                                                                                  \
    " OR EXISTS (SELECT 1 FROM article_flag f WHERE f.account_id = x.account_id AND f.article_id = x.id"           \
    " AND f.settled_at IS NULL))"
QUERY(q_article_due, ARTICLE_SELECT "WHERE x.account_id = $1 AND x.status = 'published' AND " MAY_BE_DUE
                                    " ORDER BY +x.id LIMIT $3");
QUERY(q_article_due_of, ARTICLE_SELECT
      "WHERE x.account_id = $1 AND (x.verifier_id = $4 OR x.deputy_id = $4) AND x.status = 'published'"
      " AND " MAY_BE_DUE " ORDER BY +x.id LIMIT $3");
#define MAY_BE_SHOWN                                                                                               \
    "x.lang = $2 AND (x.status = 'published' OR x.publish_at <= $3) AND (x.expire_at IS NULL OR x.expire_at > $3)" \
    " AND x.audience = $4 ORDER BY +x.id"
QUERY(q_article_shown, ARTICLE_SELECT "WHERE x.account_id = $1 AND x.category_id = $5 AND " MAY_BE_SHOWN);
QUERY(q_article_shown_loose, ARTICLE_SELECT "WHERE x.account_id = $1 AND x.category_id IS NULL AND " MAY_BE_SHOWN);
QUERY(q_article_links_to,
      ARTICLE_SELECT "JOIN article_link l ON l.account_id = x.account_id AND l.to_id = x.id"
                     " WHERE x.account_id = $1 AND l.account_id = $1 AND l.article_id = $2 ORDER BY +x.id");
QUERY(q_article_links_from,
      ARTICLE_SELECT "JOIN article_link l ON l.account_id = x.account_id AND l.article_id = x.id"
                     " WHERE x.account_id = $1 AND l.account_id = $1 AND l.to_id = $2 ORDER BY +x.id");

#define VERSION_COLUMNS(body)                                                                                      \
    "SELECT v.id, v.ref, v.article_id, v.number, v.title, " body ", v.note, v.changes_facts, v.reflects,"          \
    " v.author_id, v.created_at, coalesce(g.name, '') FROM article_version v"                                      \
    " LEFT JOIN agent g ON g.account_id = v.account_id AND g.id = v.author_id WHERE v.account_id = $1 AND "
QUERY(q_version_load, VERSION_COLUMNS("v.body") "v.id = $2");
QUERY(q_version_by_ref, VERSION_COLUMNS("v.body") "v.ref = $2");
QUERY(q_version_at, VERSION_COLUMNS("v.body") "v.article_id = $2 AND v.number = $3");
QUERY(q_versions, VERSION_COLUMNS("''") "v.article_id = $2 ORDER BY v.number DESC");

/* ---- rows ---- */

struct article article_of_row(struct rows *r, struct arena *a) {
    struct article x = {
        .id = rows_int(r, 0),
        .ref = rows_copy(r, 1, a),
        .family_id = rows_int(r, 2),
        .lang = rows_copy(r, 3, a),
        .import_ref = rows_copy(r, 4, a),
        .category_id = rows_int(r, 5),
        .class = rows_copy(r, 6, a),
        .audience = rows_copy(r, 7, a),
        .status = rows_copy(r, 8, a),
        .title = rows_copy(r, 9, a),
        .latest = rows_int(r, 10),
        .published = rows_int(r, 11),
        .facts = rows_int(r, 12),
        .reflects = rows_int(r, 13),
        .owner_id = rows_int(r, 14),
        .verifier_id = rows_int(r, 15),
        .deputy_id = rows_int(r, 16),
        .published_at = rows_int(r, 17),
        .publish_at = rows_int(r, 18),
        .publish_number = rows_int(r, 19),
        .expire_at = rows_int(r, 20),
        .verified_at = rows_int(r, 21),
        .verified_by = rows_int(r, 22),
        .verified_number = rows_int(r, 23),
        .verify_by = rows_int(r, 24),
        .due_reason = rows_copy(r, 25, a),
        .due_at = rows_int(r, 26),
        .reminded_at = rows_int(r, 27),
        .recalled_at = rows_int(r, 28),
        .ok_micro = rows_int(r, 29),
        .bad_micro = rows_int(r, 30),
        .evidence_at = rows_int(r, 31),
        .created_at = rows_int(r, 32),
        .changed_at = rows_int(r, 33),
        .source_facts = rows_int(r, 34),
        .agent_flags = rows_int(r, 35),
        .reader_flags = rows_int(r, 36),
        .category_ref = rows_copy(r, 37, a),
        .rate_milli = rows_int(r, 38),
    };
    if (!x.rate_milli)
        x.rate_milli = article_rate_usual(x.class);
    return x;
}

enum rc articles_of_rows(struct rows r, struct arena *a, struct article **out, int *n) {
    int room = 0;
    *out = NULL;
    *n = 0;
    while (rows_next(&r)) {
        if (*n == room) {
            room = room ? room * 2 : 16;
            *out = arena_grow(a, *out, (size_t)*n, (size_t)room, sizeof **out);
        }
        (*out)[(*n)++] = article_of_row(&r, a);
    }
    return rows_end(&r);
}

static enum rc one_article(struct rows r, struct arena *a, struct article *out) {
    bool found = rows_next(&r);
    if (found)
        *out = article_of_row(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc article_load(struct view *v, struct arena *a, int64_t id, struct article *out) {
    return one_article(view_query(v, &q_article_load, BIND(ACCOUNT, value_int(id))), a, out);
}

enum rc article_by_ref(struct view *v, struct arena *a, const char *ref, struct article *out) {
    return one_article(view_query(v, &q_article_by_ref, BIND(ACCOUNT, value_text(ref))), a, out);
}

enum rc article_by_import(struct view *v, struct arena *a, const char *import_ref, struct article *out) {
    return one_article(view_query(v, &q_article_by_import, BIND(ACCOUNT, value_text(import_ref))), a, out);
}

enum rc article_family(struct view *v, struct arena *a, int64_t family_id, struct article **out, int *n) {
    return articles_of_rows(view_query(v, &q_article_family, BIND(ACCOUNT, value_int(family_id))), a, out, n);
}

enum rc article_each(struct view *v, struct arena *a, int64_t after_id, int max, struct article **out, int *n) {
    return articles_of_rows(view_query(v, &q_article_each, BIND(ACCOUNT, value_int(after_id), value_int(max))), a,
                            out, n);
}

enum rc article_links_to(struct view *v, struct arena *a, int64_t id, struct article **out, int *n) {
    return articles_of_rows(view_query(v, &q_article_links_to, BIND(ACCOUNT, value_int(id))), a, out, n);
}

enum rc article_links_from(struct view *v, struct arena *a, int64_t id, struct article **out, int *n) {
    return articles_of_rows(view_query(v, &q_article_links_from, BIND(ACCOUNT, value_int(id))), a, out, n);
}

/* ---- lists ---- */

enum rc article_list(struct view *v, struct arena *a, const struct article_ask *ask, struct article **out, int *n) {
    return articles_of_rows(
        view_query(v, &q_article_list,
                   BIND(ACCOUNT, value_int(ask->before_at ? ask->before_at : INT64_MAX), value_int(ask->before_id),
                        value_text(ask->lang), value_text(ask->status), value_text(ask->class),
                        value_text(ask->audience), value_id(ask->category_id), value_id(ask->owner_id),
                        value_id(ask->verifier_id), value_int(ask->max))),
        a, out, n);
}

enum { DUE_MAX = 500 };

/* Since when it is due, or from when on. */
static int64_t due_since(const struct article *x) {
    return x->due_at ? x->due_at : x->verify_by ? x->verify_by : x->published_at;
}

static int by_urgency(const void *a, const void *b) {
    const struct article *x = a, *y = b;
    int64_t p = due_since(x), q = due_since(y);
    return p != q ? (p > q) - (p < q) : (x->id > y->id) - (x->id < y->id);
}

enum rc article_due_list(struct view *v, struct arena *a, int64_t verifier_id, int64_t now, struct article **out,
                         int *n) {
    struct value until = value_int(now + ARTICLE_REMIND_MS), most = value_int(DUE_MAX);
    struct rows r = verifier_id
                        ? view_query(v, &q_article_due_of, BIND(ACCOUNT, until, most, value_int(verifier_id)))
                        : view_query(v, &q_article_due, BIND(ACCOUNT, until, most));
    int all, kept = 0;
    enum rc rc = articles_of_rows(r, a, out, &all);
    for (int i = 0; rc == RC_OK && i < all; i++)
        if (*article_due(&(*out)[i], now))
            (*out)[kept++] = (*out)[i];
    *n = rc == RC_OK ? kept : 0;
    if (kept)
        qsort(*out, (size_t)kept, sizeof **out, by_urgency);
    return rc;
}

enum rc article_due_count(struct view *v, int64_t verifier_id, int64_t now, int *n) {
    struct arena *a = arena_new(0);
    struct article *list;
    enum rc rc = article_due_list(v, a, verifier_id, now, &list, n);
    arena_free(a);
    return rc;
}

enum rc article_list_shown(struct view *v, struct arena *a, int64_t category_id, const char *lang,
                           const char *audience, int64_t now, struct article **out, int *n) {
    struct value in = value_text(lang), at = value_int(now), who = value_text(audience);
    struct rows r = category_id
                        ? view_query(v, &q_article_shown, BIND(ACCOUNT, in, at, who, value_int(category_id)))
                        : view_query(v, &q_article_shown_loose, BIND(ACCOUNT, in, at, who));
    int all, kept = 0;
    enum rc rc = articles_of_rows(r, a, out, &all);
    for (int i = 0; rc == RC_OK && i < all; i++)
        if (article_shown(&(*out)[i], now))
            (*out)[kept++] = (*out)[i];
    *n = rc == RC_OK ? kept : 0;
    return rc;
}

/* ---- versions ---- */

static bool is_blank(const char *title) { return !title[strspn(title, " ")]; }

const char *article_heading(struct arena *a, const char *title, const char *body) {
    enum { HEADING_BYTES = 120 };
    if (!is_blank(title) || !body)
        return title;
    const char *words = markdown_words(a, body);
    size_t all = strlen(words), n = utf8_fit(words, all, HEADING_BYTES);
    if (n == all)
        return words;
    for (size_t at = n; at > HEADING_BYTES / 2; at--) /* Chinese and Thai have no spaces to end at */
        if (words[at] == ' ')
            return arena_printf(a, "%.*s…", (int)at, words);
    return arena_printf(a, "%.*s…", (int)n, words);
}

static struct article_version version_of_row(struct rows *r, struct arena *a) {
    return (struct article_version){
        .id = rows_int(r, 0),
        .ref = rows_copy(r, 1, a),
        .article_id = rows_int(r, 2),
        .number = rows_int(r, 3),
        .title = article_heading(a, rows_copy(r, 4, a), rows_text(r, 5)),
        .body = rows_copy(r, 5, a),
        .note = rows_copy(r, 6, a),
        .changes_facts = rows_int(r, 7),
        .untitled = is_blank(rows_text(r, 4)),
        .reflects = rows_int(r, 8),
        .author_id = rows_int(r, 9),
        .created_at = rows_int(r, 10),
        .author = rows_copy(r, 11, a),
    };
}

static enum rc one_version(struct rows r, struct arena *a, struct article_version *out) {
    bool found = rows_next(&r);
    if (found)
        *out = version_of_row(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc article_version_load(struct view *v, struct arena *a, int64_t id, struct article_version *out) {
    return one_version(view_query(v, &q_version_load, BIND(ACCOUNT, value_int(id))), a, out);
}

enum rc article_version_by_ref(struct view *v, struct arena *a, const char *ref, struct article_version *out) {
    return one_version(view_query(v, &q_version_by_ref, BIND(ACCOUNT, value_text(ref))), a, out);
}

enum rc article_version_at(struct view *v, struct arena *a, int64_t article_id, int64_t number,
                           struct article_version *out) {
    return one_version(view_query(v, &q_version_at, BIND(ACCOUNT, value_int(article_id), value_int(number))), a,
                       out);
}

enum rc article_versions(struct view *v, struct arena *a, int64_t article_id, struct article_version **out,
                         int *n) {
    struct rows r = view_query(v, &q_versions, BIND(ACCOUNT, value_int(article_id)));
    int room = 0;
    *out = NULL;
    *n = 0;
    while (rows_next(&r)) {
        if (*n == room) {
            room = room ? room * 2 : 8;
            *out = arena_grow(a, *out, (size_t)*n, (size_t)room, sizeof **out);
        }
        (*out)[(*n)++] = version_of_row(&r, a);
    }
    return rows_end(&r);
}
