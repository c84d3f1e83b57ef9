/* subject.h: what neighbours say about a text. Of the best few some are about the same thing, for they share rare
 * words. A word of the question that stands in two of these names that thing, and a text that only says "he" or
 * "it" is about it too: without this a neighbour with the name in full would win. Pure. */
#ifndef KEPT_TEXT_SUBJECT_H
#define KEPT_TEXT_SUBJECT_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

enum { SUBJECT_TEXTS_MAX = 20, SUBJECT_WORDS_MAX = 512 /* of a text */ };

struct subject_word {
    uint32_t term;
    float weight; /* how rare it is */
};
struct subject_text {
    struct subject_word *words; /* each once, by rising term; at most SUBJECT_WORDS_MAX */
    size_t n_words;
    const float *held; /* how much of each asked token it holds, as BM25 counts it */
};

/* Fills gains[i] for each of n <= SUBJECT_TEXTS_MAX texts: what the neighbours hold of the asked tokens beyond the
 * text itself, times the tokens' weights. */
void subject_gains(struct arena *a, const struct subject_text *texts, size_t n, const float *weights,
                   size_t n_asked, float *gains);

#endif
