/* spelling.h: slips of the fingers in a question: a word that no article holds, one slip away from one that some
 * do. Pure: who knows the articles' words is asked through a function. */
#ifndef KEPT_TEXT_SPELLING_H
#define KEPT_TEXT_SPELLING_H

#include "base/arena.h"
#include "text/analyzer.h"

#include <stddef.h>
#include <stdint.h>

enum { SPELLING_WORDS_MAX = 8 }; /* words of one question that are looked into */

/* In how many articles such a token stands. */
typedef uint32_t spelling_held_fn(const void *arg, enum token_kind kind, const char *text, size_t n);

/* The question with such words put right, in the arena, or `text` itself when there are none. A slip is a letter
 * lost, added, mistaken or swapped with the next; of several words the one in most articles is meant, and where
 * there is none, the stem of one. Words of four letters a-z and more only, and no function words of the language
 * `lang`. Nothing is put right in Vietnamese, where every syllable is one slip away from others. */
const char *spelling_right(struct arena *a, const char *lang, const char *text, size_t len, spelling_held_fn *held,
                           const void *arg);

#endif
