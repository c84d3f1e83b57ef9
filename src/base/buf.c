#include "base/buf.h"

#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buf_free(struct buf *b) {
    free(b->at);
    *b = (struct buf){0};
}

char *buf_reserve(struct buf *b, size_t n) {
    if (n > SIZE_MAX / 4 || b->len > SIZE_MAX / 4)
        die("a buffer of %zu more bytes was asked for", n);
    if (b->room - b->len < n + 1 || !b->at) {
        size_t room = b->room ? b->room : 256;
        while (room < b->len + n + 1)
            room *= 2;
        char *at = realloc(b->at, room);
        if (!at)
            die("out of memory (%zu bytes)", room);
        b->at = at;
        b->room = room;
    }
    return b->at + b->len;
}

void buf_int(struct buf *b, int64_t n) {
    char digits[24], *p = digits + sizeof digits;
    uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do
        *--p = (char)('0' + u % 10);
    while (u /= 10);
    if (n < 0)
        *--p = '-';
    buf_add(b, p, (size_t)(digits + sizeof digits - p));
}

void buf_printf(struct buf *b, const char *fmt, ...) {
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (n < 0)
        die("a format could not be printed: %s", fmt);
    vsnprintf(buf_reserve(b, (size_t)n), (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->len += (size_t)n;
}
