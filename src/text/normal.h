/* normal.h: text as search compares it, with a way back to the original.
 * Case, full width, Traditional and Simplified, Thai digits, the two spellings of sara am and the order of Thai
 * marks are levelled; diacritics stay (word_fold removes them). Pure: same text and same ICU, same answer.
 * Thread-safe. Tables are built on first use (about 20 ms). */
#ifndef KEPT_TEXT_NORMAL_H
#define KEPT_TEXT_NORMAL_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One entry a code point of the normal text. start and end are code points of the original, end exclusive. */
struct normal {
    uint32_t *cp, *start, *end;
    size_t n;
};

/* `text` is valid UTF-8 (bad bytes count as one U+FFFD each). The result lives in the arena. */
struct normal normalize(struct arena *a, const char *text, size_t len);

enum script {
    SCRIPT_NONE, /* spaces, punctuation, symbols */
    SCRIPT_WORD, /* letters, digits and marks of scripts that put spaces between words */
    SCRIPT_HAN,  /* Han and kana: characters without spaces */
    SCRIPT_THAI,
};
enum script script_of(uint32_t cp);

/* The letter without diacritics, đ as d; 0 for a combining mark. For normal code points. */
uint32_t letter_fold(uint32_t cp);
/* Whether any letter carries one: a Vietnamese text without was typed without. */
bool normal_has_diacritics(const struct normal *text);
/* The letter without its Vietnamese tone; *tone is the combining mark taken off, or 0. Vowel quality
 * (ă â ê ô ơ ư) stays. */
uint32_t letter_toneless(uint32_t cp, uint32_t *tone);

bool thai_mark(uint32_t cp); /* written above or below its consonant: vowels and tones */
bool thai_tone(uint32_t cp); /* tone marks, mai taikhu, thanthakhat, nikhahit: what fast typing loses */
/* One past the Thai character cluster that begins at `at`: leading vowel, consonant, marks, following vowel.
 * at < n, cp[at] is Thai. */
size_t thai_cluster_end(const uint32_t *cp, size_t at, size_t n);

#endif
