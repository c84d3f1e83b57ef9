/* zone.h: time zones by their IANA names, from ICU. Fast enough for each row of a list: the offset is remembered per
 * thread for the quarter of an hour around a time (no zone has ever changed within one since 1972). */
#ifndef KEPT_BASE_ZONE_H
#define KEPT_BASE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds to add to UTC at that time. NULL, "" and an unknown name are UTC. */
int64_t zone_offset(const char *zone, int64_t ms);
/* Is it a name that ICU knows? For settings. */
bool zone_known(const char *zone);

/* The clock and calendar on the wall of `zone` (Gregorian). */
struct wall {
    int year, month, day;  /* month 1 to 12 */
    int hour, minute, second;
    int weekday; /* 0 Sunday to 6 Saturday */
    int64_t day_number; /* local days since 1970-01-01: differences are calendar days */
};
struct wall zone_wall(const char *zone, int64_t ms);

#endif
