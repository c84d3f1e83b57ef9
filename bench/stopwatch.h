/* stopwatch.h: milliseconds with fractions, by the clock that only goes forward (node's hrtime is the same one). */
#ifndef KEPT_BENCH_STOPWATCH_H
#define KEPT_BENCH_STOPWATCH_H

#include <time.h>

static inline double stopwatch_ms(void) {
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

#endif
