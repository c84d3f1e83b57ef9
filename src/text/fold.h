/* fold.h: letters as the rules compare them, one code point at a time, so that positions never move.
 * Two strengths: `fold_lower` keeps Vietnamese marks (thẻ), `fold_bare` also drops them (the), for text typed
 * without them. Thai is never decomposed. */
#ifndef KEPT_TEXT_FOLD_H
#define KEPT_TEXT_FOLD_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* Lower case; full-width forms and Thai, Arabic-Indic and Devanagari digits as ASCII; every space as ' ', every
 * hyphen, dash and minus as '-', curly apostrophes as '\''. Newlines stay newlines. */
uint32_t fold_lower(uint32_t cp);
/* The letter without its marks: ế → e, đ → d. Expects what fold_lower gave. */
uint32_t fold_bare(uint32_t lower);
/* A whole text by fold_lower: two names that differ in capitals alone become the same. In the arena. */
char *fold_lower_text(struct arena *a, const char *s);
/* Zero-width characters and combining marks of Vietnamese typed decomposed: nothing to compare. */
bool fold_invisible(uint32_t cp);

static inline bool fold_is_digit(uint32_t c) { return c >= '0' && c <= '9'; }
static inline bool fold_is_latin(uint32_t bare) { return bare >= 'a' && bare <= 'z'; }
static inline bool fold_is_han(uint32_t c) {
    return (c >= 0x3400 && c < 0xA000) || (c >= 0xF900 && c < 0xFB00) || (c >= 0x20000 && c < 0x32000) ||
           c == 0x3007;
}
static inline bool fold_is_thai(uint32_t c) { return c >= 0x0E01 && c <= 0x0E5B; }

#endif
