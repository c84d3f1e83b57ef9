/* buf.h: bytes that grow: pages, JSON, mails on their way out.
 * Owned by whoever declared it; buf_free gives the memory back, buf_reset keeps it for the next use.
 * The bytes are always followed by a NUL that does not count, so `at` may be read as a C string. */
#ifndef KEPT_BASE_BUF_H
#define KEPT_BASE_BUF_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buf {
    char *at; /* NULL until the first byte */
    size_t len, room;
};

void buf_free(struct buf *b);
static inline void buf_reset(struct buf *b) { b->len = 0; }
/* Room for `n` more bytes and the NUL; the caller writes them and adds to `len`. */
char *buf_reserve(struct buf *b, size_t n);
__attribute__((always_inline)) static inline void buf_add_here(struct buf *b, const void *p, size_t n) {
    char *to = b->at && b->room - b->len > n ? b->at + b->len : buf_reserve(b, n);
    if (n)
        memcpy(to, p, n);
    to[n] = 0;
    b->len += n;
}
static inline void buf_add(struct buf *b, const void *p, size_t n) { buf_add_here(b, p, n); }
static inline void buf_char(struct buf *b, char c) { buf_add(b, &c, 1); }
void buf_int(struct buf *b, int64_t n); /* decimal */
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static inline void buf_str(struct buf *b, const char *s) {
    if (s)
        buf_add(b, s, strlen(s));
}
static inline struct bytes buf_bytes(const struct buf *b) { return (struct bytes){(const uint8_t *)b->at, b->len}; }
/* For text known to the compiler: its length is too. A page has thousands of such pieces, and their copies as plain
 * moves, where they stand, take a seventh off its time; the compiler by itself makes calls of them. */
#define buf_lit(b, literal) buf_add_here((b), "" literal, sizeof(literal) - 1)

#endif
