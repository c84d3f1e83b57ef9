/* passage.h: the second look at a text: how often the words of the question stand in it, and how close together.
 * Pure. */
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
    bool other;   /* not asked, only means the same: is counted, but close to nothing */
};

struct passage_text {
    const uint32_t *terms;  /* kind after kind, in text order */
    const uint32_t *length; /* tokens of each kind */
};

struct passage {
    uint32_t *times; /* of each token, in the arena */
    float closeness; /* how close to each other the words of the question stand, times their weights */
};

/* Memory for the call comes from the arena. */
struct passage passage_read(struct arena *a, const struct passage_text *text, const struct passage_token *asked,
                            size_t n);

#endif
