/* zone.h: time zones by ICU, dates by arithmetic. A zone belongs to the thread that opened it. */
#ifndef KEPT_TEXT_ZONE_H
#define KEPT_TEXT_ZONE_H

#include <stdbool.h>
#include <stdint.h>

struct zone;

/* An IANA name ("Asia/Bangkok"). Kept for the life of the thread, shared by later calls; NULL when unknown. */
const struct zone *zone_named(const char *name);
/* A fixed distance from UTC, in seconds. */
const struct zone *zone_fixed(int offset);

/* Seconds east of UTC at the instant. */
int zone_offset(const struct zone *z, int64_t utc_ms);
/* Wall clock (seconds since 1970 as if it were UTC) → UTC milliseconds. A time that the spring change skips is read
 * with the offset before it, one that autumn repeats as the earlier. */
int64_t zone_to_utc(const struct zone *z, int64_t local_seconds);
int64_t zone_to_local(const struct zone *z, int64_t utc_ms);
/* Is the month written first where this zone is (the United States)? */
bool zone_month_first(const struct zone *z);

/* Days since 1970 of a date of the Gregorian calendar, and back. Month 1 to 12. */
int32_t day_of(int year, int month, int day);
void day_split(int32_t day, int *year, int *month, int *day_of_month);
int day_weekday(int32_t day); /* Monday is 0 */
int days_in_month(int year, int month);

/* ISO 8601 with an offset: "2026-03-16T23:59:59+07:00", "…Z". False when it is not one. *offset in seconds. */
bool time_read_iso(const char *s, int64_t *utc_ms, int *offset);
enum { TIME_ISO_SIZE = 40 };
void time_write_iso(int64_t utc_ms, int offset, char to[TIME_ISO_SIZE]);

#endif
