#include "base/id.h"

#include "base/clock.h"
#include "base/secret.h"

#include <stdatomic.h>
#include <string.h>

enum { COUNTER_BITS = 12, NODE_BITS = 10 };
static const int64_t EPOCH_2024 = 1704067200000;

static _Atomic int64_t last_tick; /* milliseconds since 2024 and the counter, without the node */
static _Atomic int node_number = ID_NODE_COMMANDS;

void id_set_node(int node) { atomic_store(&node_number, node & ID_NODE_MAX); }

int64_t id_clock(void) {
    int64_t tick = atomic_load(&last_tick);
    return tick ? (tick >> COUNTER_BITS) + EPOCH_2024 : 0;
}

/* When more than 4,096 are asked for in a millisecond, or the clock steps back, the counter runs on
 * ahead of the clock: order is kept, and the clock catches up. */
int64_t id_new(void) {
    int64_t now = (clock_now() - EPOCH_2024) << COUNTER_BITS, seen = atomic_load(&last_tick), next;
    do
        next = now > seen ? now : seen + 1;
    while (!atomic_compare_exchange_weak(&last_tick, &seen, next));
    int64_t ms = next >> COUNTER_BITS, counter = next & ((1 << COUNTER_BITS) - 1);
    return ms << (NODE_BITS + COUNTER_BITS) |
           (int64_t)atomic_load_explicit(&node_number, memory_order_relaxed) << COUNTER_BITS | counter;
}

void id_go_on_after(int64_t id) {
    int64_t tick = (id >> (NODE_BITS + COUNTER_BITS)) << COUNTER_BITS | (id & ((1 << COUNTER_BITS) - 1));
    int64_t seen = atomic_load(&last_tick);
    while (seen < tick && !atomic_compare_exchange_weak(&last_tick, &seen, tick))
        ;
}

int64_t id_at(int64_t ms) { return ms <= EPOCH_2024 ? 0 : (ms - EPOCH_2024) << (NODE_BITS + COUNTER_BITS); }

char *id_ref(struct arena *a, const char *prefix) {
    uint8_t random[10];
    secret_random(random, sizeof random);
    size_t n = strlen(prefix);
    char *ref = arena_alloc(a, n + 18), *code = base32(a, (struct bytes){random, sizeof random});
    memcpy(ref, prefix, n);
    ref[n] = '_';
    memcpy(ref + n + 1, code, 16);
    return ref;
}

bool id_ref_valid(const char *ref, const char *prefix) {
    while (*prefix)
        if (*ref++ != *prefix++)
            return false;
    if (*ref++ != '_')
        return false;
    int n = 0;
    for (; (*ref >= 'a' && *ref <= 'z') || (*ref >= '2' && *ref <= '7'); ref++)
        n++;
    return n == 16 && !*ref;
}

char *id_short_ref(struct arena *a, int length) {
    static const char letters[] = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"; /* no I, L, O, 0, 1 */
    char *ref = arena_alloc(a, (size_t)length + 1);
    uint8_t random[16];
    for (int i = 0, at = sizeof random; i < length; at++) {
        if (at == sizeof random) { /* each draw is a system call */
            secret_random(random, sizeof random);
            at = 0;
        }
        if (random[at] < 248) /* 8 × 31: every letter equally often */
            ref[i++] = letters[random[at] % 31];
    }
    return ref;
}
