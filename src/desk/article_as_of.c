/* article_as_of.c: what was shown when (article.h). Publications are kept as spans; this reads them. */
#include "desk/account.h"
#include "desk/article_row.h"

#include <string.h>

/* The publications of an article are few, and versions never change: each is read whole, but for its text. */
#define SPAN_SELECT                                                                                                \
    "SELECT x.id, v.id, v.number, p.from_at, p.until_at, p.audience,"                                              \
    " (SELECT max(f.at) FROM article_verification f WHERE f.account_id = x.account_id AND f.article_id = x.id"     \
    " AND f.version_id = v.id AND f.at <= $2),"                                                                    \
    " (SELECT min(r.created_at) FROM recall_version w JOIN recall r ON r.account_id = w.account_id"                \
    " AND r.id = w.recall_id WHERE w.account_id = v.account_id AND w.version_id = v.id),"                          \
    " x.ref, x.lang, x.class, v.title, v.note, c.ref, v.body, x.audience FROM article_publication p"               \
    " JOIN article x ON x.account_id = p.account_id AND x.id = p.article_id"                                       \
    " JOIN article_version v ON v.account_id = p.account_id AND v.id = p.version_id"                               \
    " LEFT JOIN category c ON c.account_id = x.account_id AND c.id = x.category_id WHERE p.account_id = $1"
#define SHOWN_THEN " AND p.from_at <= $2 AND (p.until_at IS NULL OR p.until_at > $2)"
QUERY(q_span_at, SPAN_SELECT SHOWN_THEN " AND p.article_id = $3 ORDER BY p.from_at DESC LIMIT 1");
QUERY(q_spans, SPAN_SELECT " AND p.article_id = $3 ORDER BY p.from_at DESC LIMIT 200");
QUERY(q_spans_at,
      SPAN_SELECT SHOWN_THEN " AND p.article_id IN (SELECT id FROM article WHERE account_id = $1 AND lang = $3)"
                             " AND (CAST($4 AS TEXT) IS NULL OR x.class = $4)"
                             " ORDER BY coalesce(c.position, 9223372036854775807), x.id LIMIT $5");

/* Who may not read the article any more may not read what it once said either. */
bool article_span_public(const struct article_span *s) { return s->open && strcmp(s->audience, "public") == 0; }

static enum rc spans_of(struct rows r, struct arena *a, struct article_span **out, int *n) {
    size_t room = 16;
    *out = ARENA_ARRAY(a, room, struct article_span);
    for (*n = 0; rows_next(&r); ++*n) {
        if ((size_t)*n == room) {
            *out = arena_grow(a, *out, room, room * 2, sizeof **out);
            room *= 2;
        }
        (*out)[*n] = (struct article_span){
            .article_id = rows_int(&r, 0),
            .version_id = rows_int(&r, 1),
            .number = rows_int(&r, 2),
            .from_at = rows_int(&r, 3),
            .until_at = rows_int(&r, 4),
            .audience = rows_null(&r, 5) ? "" : rows_copy(&r, 5, a),
            .open = strcmp(rows_text(&r, 15), "public") == 0,
            .verified_at = rows_int(&r, 6),
            .recalled_at = rows_int(&r, 7),
            .ref = rows_copy(&r, 8, a),
            .lang = rows_copy(&r, 9, a),
            .class = rows_copy(&r, 10, a),
            .title = article_heading(a, rows_copy(&r, 11, a), rows_text(&r, 14)),
            .note = rows_copy(&r, 12, a),
            .category_ref = rows_copy(&r, 13, a),
        };
    }
    return rows_end(&r);
}

enum rc article_span_at(struct view *v, struct arena *a, int64_t article_id, int64_t at, struct article_span *out) {
    struct article_span *list;
    int n;
    enum rc rc =
        spans_of(view_query(v, &q_span_at, BIND(ACCOUNT, value_int(at), value_int(article_id))), a, &list, &n);
    if (rc == RC_OK && n)
        *out = list[0];
    return rc == RC_OK && !n ? RC_NONE : rc;
}

enum rc article_spans(struct view *v, struct arena *a, int64_t article_id, struct article_span **out, int *n) {
    return spans_of(view_query(v, &q_spans, BIND(ACCOUNT, value_int(INT64_MAX), value_int(article_id))), a, out, n);
}

enum rc article_spans_at(struct view *v, struct arena *a, const char *lang, const char *class, int64_t at,
                         struct article_span **out, int *n) {
    return spans_of(
        view_query(v, &q_spans_at,
                   BIND(ACCOUNT, value_int(at), value_text(lang), value_text(class), value_int(ARTICLE_THEN_MAX))),
        a, out, n);
}
