/* utf8.h: text as the program keeps it: valid UTF-8 without NUL.
 * Positions in findings and spans are Unicode code points, ends exclusive; inside they are bytes. */
#ifndef KEPT_BASE_UTF8_H
#define KEPT_BASE_UTF8_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_BAD ((uint32_t)0xFFFFFFFF)

/* The code point that begins at s, and its length in *len (1 to 4). Overlong forms, surrogates and
 * torn sequences give UTF8_BAD and *len = 1. `end` is one past the last byte; s < end. */
static inline uint32_t utf8_next(const char *s, const char *end, int *len);
/* Writes 1 to 4 bytes, returns how many; an impossible code point is written as U+FFFD. */
int utf8_put(char *to, uint32_t cp);
bool utf8_valid(const char *s, size_t n);
/* Valid, and without control characters other than tab and newline. */
bool utf8_is_clean(const char *s, size_t n);
size_t utf8_count(const char *s, size_t n); /* code points */

/* A NUL-terminated copy in which each bad byte, and each NUL, is U+FFFD. Line ends become \n; control
 * characters other than tab and newline are dropped, bidirectional overrides too: they can make
 * "gpj.exe" read as "exe.jpg". */
char *utf8_clean(struct arena *a, const char *s, size_t n);

/* utf8_next where more than the common cases below is asked. */
uint32_t utf8_next_slow(const char *s, const char *end, int *len);

/* Every letter of every text comes through here. */
static inline uint32_t utf8_next(const char *s, const char *end, int *len) {
    const unsigned char *p = (const unsigned char *)s;
    if (p[0] < 0x80) {
        *len = 1;
        return p[0];
    }
    /* Three bytes, neither overlong nor a surrogate: Chinese, Thai, Vietnamese with two marks. */
    if (((p[0] > 0xE0 && p[0] < 0xED) || (p[0] == 0xE0 && end - s >= 2 && p[1] >= 0xA0)) && end - s >= 3 &&
        (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80) {
        *len = 3;
        return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    }
    return utf8_next_slow(s, end, len);
}

/* The longest prefix of at most `max` bytes that does not cut a code point. Returns its length. */
size_t utf8_fit(const char *s, size_t n, size_t max);

#endif
