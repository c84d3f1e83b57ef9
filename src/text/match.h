/* match.h: finding messages: what a database indexes for a text, what it is asked for a query, which filters a
 * query holds, where a text is highlighted. Pure and thread-safe.
 *
 * Terms are words of a-z and 0-9 that begin with a letter, so that neither FTS5 (unicode61, ascii) nor
 * PostgreSQL's 'simple' configuration cuts or changes them, and both engines find the same:
 *   w…  a word without diacritics              x…  the same for other alphabets (hex of its UTF-8)
 *   s…  its English stem, when that differs    d…  the digits of a phone or order number, joined
 *   h…  a Han character, two adjacent ones     t…  a Thai character cluster, two adjacent ones, tone marks dropped
 * The order of terms means nothing and none comes twice: no positions need to be kept. */
#ifndef KEPT_TEXT_MATCH_H
#define KEPT_TEXT_MATCH_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SEARCH_TERMS_MAX = 30000, /* of one message; what comes after is not indexed */
    SEARCH_QUERY_MAX = 64,    /* groups of one query; further ones are left out */
};

/* Distinct terms separated by single spaces; "" when there are none. */
char *search_terms_for_index(struct arena *a, const char *text);

/* What a matching message must hold: groups separated by spaces, all of them; in a group alternatives separated
 * by '|', any of them; '*' after a term means that it is a prefix: "wrefund|srefund wdeliv*". The last word
 * is a prefix while no space follows it. "" when there is nothing to look for. Filters must be taken out
 * before (search_parse). Each quoted phrase also needs search_holds on what was found. */
char *search_terms_for_query(struct arena *a, const char *query);

/* The query with a space between the words of Chinese and Thai, as ICU cuts them, and without Chinese ones of a
 * single character: whoever types 申请退款 also means a text with 申请的退款. For when the query as it stands finds
 * nothing. */
char *search_words_apart(struct arena *a, const char *query);

/* Whether the text holds every "quoted phrase" of the query, word by word, diacritics apart.
 * True when there is none. */
bool search_holds(struct arena *a, const char *text, const char *query);

/* A calendar day as written in a filter; year 0 when not given. */
struct search_day {
    int year, month, day;
};
struct search_list {
    const char **at;
    size_t n;
};

/* from: tag: status: before: after: assignee: is:   value, or "value with spaces". A full-width colon and
 * quotation marks do too. before and after take 2026-03-31 (a Buddhist year is understood); tag and is may
 * come several times, of the others the last holds. */
struct search_filters {
    const char *from, *status, *assignee; /* NULL when not given; values as typed */
    struct search_list tags, is;
    struct search_day before, after;
    const char *bad;  /* the first filter whose value cannot be read ("before:soon"), else NULL */
    const char *text; /* the rest, for search_terms_for_query; quotes kept; "" when nothing */
};
struct search_filters search_parse(struct arena *a, const char *query);

/* Code points of the text, end exclusive; in order, not touching each other. */
struct span {
    uint32_t start, end;
};
struct spans {
    struct span *at;
    size_t n;
};
/* Where the words of the query (filters taken out) are in the text. */
struct spans search_highlight(struct arena *a, const char *text, const char *query);

#endif
