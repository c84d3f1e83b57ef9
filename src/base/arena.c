#include "base/arena.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Blocks are chained newest first. A large request gets a block of its own, so that one attachment
 * does not double the size of every block after it. */
struct block {
    struct block *next;
    size_t size, used;
    _Alignas(max_align_t) char data[];
};

struct arena {
    struct block *head, *first;
};

enum { DEFAULT_HINT = 16 * 1024, ALIGN = _Alignof(max_align_t) };

static struct block *block_new(size_t size) {
    struct block *b = malloc(sizeof(*b) + size);
    if (!b)
        die("out of memory (%zu bytes)", size);
    *b = (struct block){.size = size};
    return b;
}

struct arena *arena_new(size_t hint) {
    struct arena *a = malloc(sizeof(*a));
    if (!a)
        die("out of memory");
    a->head = a->first = block_new(hint ? hint : DEFAULT_HINT);
    return a;
}

static void drop_all_but_first(struct arena *a) {
    for (struct block *b = a->head; b;) {
        struct block *next = b->next;
        if (b != a->first)
            free(b);
        b = next;
    }
}

void arena_free(struct arena *a) {
    if (!a)
        return;
    drop_all_but_first(a);
    free(a->first);
    free(a);
}

void arena_reset(struct arena *a) {
    drop_all_but_first(a);
    a->head = a->first;
    a->head->next = NULL;
    a->head->used = 0;
}

static void *take(struct arena *a, size_t size) {
    if (size > SIZE_MAX / 2)
        die("an allocation of %zu bytes was asked for", size);
    size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    struct block *b = a->head;
    if (b->size - b->used < size) {
        size_t usual = a->first->size;
        struct block *fresh = block_new(size > usual ? size : usual);
        fresh->next = a->head;
        a->head = b = fresh;
    }
    void *p = b->data + b->used;
    b->used += size;
    return p;
}

void *arena_alloc(struct arena *a, size_t size) { return memset(take(a, size), 0, size); }

static size_t total_of(size_t n, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(n, size, &total))
        die("an array of %zu times %zu bytes was asked for", n, size);
    return total;
}

void *arena_array(struct arena *a, size_t n, size_t size) { return arena_alloc(a, total_of(n, size)); }
void *arena_room(struct arena *a, size_t n, size_t size) { return take(a, total_of(n, size)); }

void *arena_grow(struct arena *a, const void *old, size_t n_old, size_t n_new, size_t size) {
    void *p = arena_array(a, n_new, size);
    if (n_old)
        memcpy(p, old, n_old * size);
    return p;
}

char *arena_copy_n(struct arena *a, const char *s, size_t n) {
    char *p = take(a, n + 1);
    if (n)
        memcpy(p, s, n);
    p[n] = 0;
    return p;
}

char *arena_copy(struct arena *a, const char *s) { return s ? arena_copy_n(a, s, strlen(s)) : NULL; }

struct bytes arena_bytes(struct arena *a, struct bytes b) {
    return (struct bytes){(const uint8_t *)arena_copy_n(a, (const char *)b.at, b.len), b.len};
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) {
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (n < 0)
        die("a format could not be printed: %s", fmt);
    char *p = take(a, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    char *p = arena_vprintf(a, fmt, ap);
    va_end(ap);
    return p;
}
