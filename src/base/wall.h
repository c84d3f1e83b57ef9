/* wall.h: time zones by their IANA names, from ICU. Fast enough for each row of a list: the offset is remembered
 * per thread for the quarter of an hour around a time. (Clocks change on a quarter; Newfoundland's did at 00:01
 * until 2011, which makes one minute a year wrong there.) */
#ifndef KEPT_BASE_WALL_H
#define KEPT_BASE_WALL_H

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds to add to UTC at that time. NULL, "" and an unknown name are UTC. */
int64_t wall_offset(const char *zone, int64_t ms);
/* The instant at which clocks there show `local_ms` (milliseconds since 1970 as if they showed UTC). A time that
 * spring skips is the instant of the change, one that autumn repeats the first of the two. */
int64_t wall_to_utc(const char *zone, int64_t local_ms);
/* Is it a name that ICU knows? For settings. */
bool wall_zone_known(const char *zone);

/* The clock and calendar on the wall of `zone` (Gregorian). */
struct wall {
    int year, month, day; /* month 1 to 12 */
    int hour, minute, second;
    int weekday;        /* 0 Sunday to 6 Saturday */
    int64_t day_number; /* local days since 1970-01-01: differences are calendar days */
};
struct wall wall_at(const char *zone, int64_t ms);

/* The value of <input type="datetime-local">, "2026-03-16T09:30". Reading: 0 when it is not that. */
enum { WALL_FIELD_SIZE = 32 };
int64_t wall_read_field(const char *zone, const char *text);
void wall_write_field(const char *zone, int64_t ms, char to[WALL_FIELD_SIZE]);

#endif
