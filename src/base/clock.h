/* clock.h: the two times of the program.
 * clock_now is the wall clock of the business: rows, promises, sessions. A test can hold and move it
 * (kept serve --test-control). clock_mono is for deadlines of sockets and children and is never faked.
 * Rules never call either: `now` is an argument. */
#ifndef KEPT_BASE_CLOCK_H
#define KEPT_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_now(void);  /* UTC milliseconds since 1970 */
int64_t clock_mono(void); /* milliseconds since some start; only differences mean something */

/* The machine's own wall clock, which no test holds: for leases between programs. */
int64_t clock_machine(void);

/* Tests only: from now on clock_now answers exactly `ms` until it is set again. */
void clock_hold(int64_t ms);

#endif
