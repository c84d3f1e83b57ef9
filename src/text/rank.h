/* rank.h: which article answers a question. An inverted index in memory, rebuilt from the store at start and told
 * of each change; the store stays the truth.
 *
 * Each kind of token (analyzer.h) is ranked by BM25 with its own statistics and lengths, and the scores are added;
 * statistics are those of one language. Slips of the fingers are put right first (spelling.h), other words for the
 * same count half (thesaurus.h), and the best few are looked at again, passage by passage (passage.h) and as
 * neighbours (subject.h).
 * Thread-safe: any number may search while one puts or drops. */
#ifndef KEPT_TEXT_RANK_H
#define KEPT_TEXT_RANK_H

#include "base/arena.h"
#include "base/rc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RANK_BODY_MAX = 1024 * 1024, /* bytes of a body that are indexed */
    RANK_QUERY_MAX = 4096,       /* bytes of a question that are read */
    RANK_ARTICLES_MAX = 1 << 24, /* of one language, replaced ones included until they are swept */
};

struct rank;
struct rank *rank_new(void);
void rank_free(struct rank *r); /* NULL is fine */

/* Adds the article or replaces the one with this ref. `lang` is a tag such as "vi" or "zh-Hant", of which the
 * first part counts. `flags` are the caller's (see rank_ask). RC_FULL over RANK_ARTICLES_MAX. */
enum rc rank_put(struct rank *r, const char *ref, const char *lang, const char *title, const char *body,
                 uint32_t flags);
void rank_drop(struct rank *r, const char *ref); /* an unknown ref is fine */
size_t rank_count(struct rank *r);               /* articles that can be found */

struct rank_ask {
    const char *lang;  /* only articles of this language; NULL: all, each with its language's statistics */
    const char *text;  /* the question as typed */
    uint32_t required; /* flags that a hit must all have: what a visitor may see */
};
struct rank_hit {
    const char *ref; /* in the arena */
    double score;    /* for comparing hits of one question, nothing else */
    double share;    /* 0 to 1: how much of what was asked this article holds */
};
/* The best `k` in falling order, equal scores by ref. Returns how many were written to hits. */
size_t rank_search(struct rank *r, struct arena *a, const struct rank_ask *ask, size_t k, struct rank_hit *hits);

/* Whether the first of these hits may be shown as the answer rather than in a list. Lexical search is often
 * wrong among near-duplicates: no clear lead over the second, or too little of the question found, is a no.
 * Needs at least two places asked for (k >= 2). */
bool rank_confident(const struct rank_hit *hits, size_t n);

#endif
