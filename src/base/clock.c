#include "base/clock.h"

#include <stdatomic.h>
#include <time.h>

static _Atomic int64_t held; /* 0: the machine's clock */

static int64_t read_clock(clockid_t which) {
    struct timespec ts;
    clock_gettime(which, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t clock_now(void) {
    int64_t ms = atomic_load_explicit(&held, memory_order_relaxed);
    return ms ? ms : read_clock(CLOCK_REALTIME);
}

int64_t clock_mono(void) { return read_clock(CLOCK_MONOTONIC); }

int64_t clock_machine(void) { return read_clock(CLOCK_REALTIME); }

void clock_hold(int64_t ms) { atomic_store(&held, ms); }
