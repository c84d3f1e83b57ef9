/* passage.h: the second look at an article: how well its best passage answers. Pure. */
#ifndef KEPT_TEXT_PASSAGE_H
#define KEPT_TEXT_PASSAGE_H

#include "text/analyzer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A distinct token of the question that some article holds. */
struct passage_token {
    uint32_t term;
    enum token_kind kind;
    float weight; /* how much it says */
    bool other;   /* not asked, only means the same: scores, but covers nothing */
};

struct passage_text {
    const uint32_t *terms;  /* kind after kind, in text order */
    const uint32_t *length; /* tokens of each kind */
};

struct passage {
    float score;     /* of the best third: BM25 as if it were a text, times the share of the weights found in it;
                        and how close to each other the words of the question stand anywhere */
    uint32_t *times; /* that each token stands in the whole text, in the arena */
};

/* `average` is the mean length of a whole text of each kind. Memory for the call comes from the arena. */
struct passage passage_best(struct arena *a, const struct passage_text *text, const float average[TOKEN_KINDS],
                            const struct passage_token *asked, size_t n);

#endif
