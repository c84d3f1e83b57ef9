/* snippet.h: what a hit shows: the part of a text where the words of the query are, with those words marked.
 * Pure and thread-safe. */
#ifndef KEPT_TEXT_SNIPPET_H
#define KEPT_TEXT_SNIPPET_H

#include "text/match.h"

enum {
    SNIPPET_LONGEST = 140,       /* code points */
    SNIPPET_LEAD = 24,           /* of them before the first marked word */
    SNIPPET_TEXT_MAX = 64 * 1024 /* bytes of a text that are looked through */
};

/* One after the other they are the text. */
struct marked_piece {
    const char *text;
    bool marked;
};
struct marked_text {
    struct marked_piece *pieces;
    int pieces_n;
};

/* All of a short text, as a name or subject. */
struct marked_text marked_whole(struct arena *a, const char *text, const char *query);
/* The part of a longer one that holds most of the words; its beginning when it holds none. On one line; "…" where
 * it was cut. */
struct marked_text marked_snippet(struct arena *a, const char *text, const char *query);

#endif
