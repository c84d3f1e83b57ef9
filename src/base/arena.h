/* arena.h: memory for one request or job, freed as a whole.
 * Three lifetimes exist: this call (stack, or malloc freed by the same function), this request or
 * job (an arena), this process. A pointer that a function takes an arena for lives in that arena.
 * Allocation never fails: out of memory ends the process (die). Not thread-safe: one owner each. */
#ifndef KEPT_BASE_ARENA_H
#define KEPT_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* Some bytes that somebody else owns; not NUL-terminated. {NULL, 0} is "no bytes". */
struct bytes {
    const uint8_t *at;
    size_t len;
};

/* `hint` is the size in bytes of the first block; 0 means 16 KiB. */
struct arena *arena_new(size_t hint);
void arena_free(struct arena *a); /* NULL is fine */
/* Forgets everything, keeps the first block for the next use. */
void arena_reset(struct arena *a);

/* Zeroed, aligned for any type. */
void *arena_alloc(struct arena *a, size_t size);
/* Zeroed room for `n` things of `size`; an overflow of n * size ends the process. */
void *arena_array(struct arena *a, size_t n, size_t size);
/* The same, but not zeroed: for much that is written over at once. */
void *arena_room(struct arena *a, size_t n, size_t size);
/* A copy of old with `n_new` elements' room (the first `n_old` copied). For growing lists. */
void *arena_grow(struct arena *a, const void *old, size_t n_old, size_t n_new, size_t size);
char *arena_copy(struct arena *a, const char *s);             /* NULL stays NULL */
char *arena_copy_n(struct arena *a, const char *s, size_t n); /* adds the NUL */
struct bytes arena_bytes(struct arena *a, struct bytes b);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_array((a), (n), sizeof(type)))
#define ARENA_ROOM(a, n, type) ((type *)arena_room((a), (n), sizeof(type)))

#endif
