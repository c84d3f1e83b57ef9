/* article_row.h: how an article is read; for the files of article.h alone. */
#ifndef KEPT_DESK_ARTICLE_ROW_H
#define KEPT_DESK_ARTICLE_ROW_H

#include "desk/article.h"

#define FLAGS_OPEN(whose)                                                                                          \
    "(SELECT count(*) FROM article_flag f WHERE f.account_id = x.account_id AND f.article_id = x.id"               \
    " AND f.settled_at IS NULL AND f.agent_id IS " whose ")"
/* `x` is the article, `s` its source. */
#define ARTICLE_SELECT                                                                                             \
    "SELECT x.id, x.ref, x.family_id, x.lang, x.import_ref, x.category_id, x.class, x.audience, x.status, "        \
    "x.title,"                                                                                                     \
    " x.latest, x.published, x.facts, x.reflects, x.owner_id, x.verifier_id, x.deputy_id, x.published_at,"         \
    " x.publish_at, x.publish_number, x.expire_at, x.verified_at, x.verified_by, x.verified_number, x.verify_by,"  \
    " x.due_reason, x.due_at, x.reminded_at, x.recalled_at, x.ok_micro, x.bad_micro, x.evidence_at, x.created_at," \
    " x.changed_at, s.facts, " FLAGS_OPEN("NOT NULL") ", " FLAGS_OPEN(                                             \
        "NULL") ", c.ref, coalesce(k.rate_milli, 0)"                                                               \
                " FROM article x JOIN article s ON s.account_id = x.account_id AND s.id = x.family_id"             \
                " LEFT JOIN category c ON c.account_id = x.account_id AND c.id = x.category_id"                    \
                " LEFT JOIN article_class k ON k.account_id = x.account_id AND k.class = x.class "

/* A row of ARTICLE_SELECT. */
struct article article_of_row(struct rows *r, struct arena *a);
/* All rows, and the end of the query. */
enum rc articles_of_rows(struct rows r, struct arena *a, struct article **out, int *n);
/* Sets the job that looks at it again: publication, expiry, reminder. */
enum rc article_wind(struct tx *tx, const struct article *x, int64_t now);
/* Saves every column that changes, and when it changed. */
enum rc article_store(struct tx *tx, struct article *x, int64_t now);

#endif
