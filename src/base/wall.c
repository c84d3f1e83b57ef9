#include "base/wall.h"

#include <stdio.h>
#include <time.h>

#include "base/log.h"

#include <pthread.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

enum { ZONE_NAME_MAX = 64, QUARTER_MS = 15 * 60 * 1000, CALENDARS = 8, CACHE = 256 };

/* ICU's calendars are slow to make and not for two threads at once: a few are kept, under one lock, and each
 * thread has its own cache of answers in front of them. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    char name[ZONE_NAME_MAX];
    UCalendar *calendar;
} calendars[CALENDARS];
static unsigned next_calendar;

static UCalendar *calendar_for(const char *zone) {
    for (int i = 0; i < CALENDARS; i++)
        if (calendars[i].calendar && strcmp(calendars[i].name, zone) == 0)
            return calendars[i].calendar;
    UChar wide[ZONE_NAME_MAX];
    u_charsToUChars(zone, wide, (int32_t)strlen(zone) + 1);
    UErrorCode status = U_ZERO_ERROR;
    UCalendar *made = ucal_open(wide, -1, "en", UCAL_GREGORIAN, &status);
    if (U_FAILURE(status))
        die("ICU has no time zones: %s", u_errorName(status));
    unsigned slot = next_calendar++ % CALENDARS;
    if (calendars[slot].calendar)
        ucal_close(calendars[slot].calendar);
    strcpy(calendars[slot].name, zone);
    calendars[slot].calendar = made;
    return made;
}

static int64_t ask_icu(const char *zone, int64_t ms) {
    pthread_mutex_lock(&lock);
    UCalendar *calendar = calendar_for(zone);
    UErrorCode status = U_ZERO_ERROR;
    ucal_setMillis(calendar, (UDate)ms, &status);
    int64_t offset = ucal_get(calendar, UCAL_ZONE_OFFSET, &status) + ucal_get(calendar, UCAL_DST_OFFSET, &status);
    pthread_mutex_unlock(&lock);
    return U_FAILURE(status) ? 0 : offset;
}

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

int64_t wall_offset(const char *zone, int64_t ms) {
    static __thread struct {
        char name[ZONE_NAME_MAX];
        int64_t quarter, offset;
    } cache[CACHE];
    if (!zone || !*zone)
        return 0;
    int64_t quarter = floor_div(ms, QUARTER_MS);
    unsigned slot = (unsigned)((uint64_t)quarter % CACHE);
    if (cache[slot].quarter == quarter && strcmp(cache[slot].name, zone) == 0)
        return cache[slot].offset;
    if (strlen(zone) >= ZONE_NAME_MAX || strcmp(zone, "UTC") == 0)
        return 0;
    for (const char *p = zone; *p; p++)
        if ((unsigned char)*p >= 0x80) /* only invariant characters may be given to ICU's simple conversion */
            return 0;
    cache[slot].offset = ask_icu(zone, ms);
    cache[slot].quarter = quarter;
    strcpy(cache[slot].name, zone);
    return cache[slot].offset;
}

int64_t wall_to_utc(const char *zone, int64_t local_ms) {
    enum { HALF_A_DAY_MS = 12 * 3600 * 1000 };
    int64_t before = wall_offset(zone, local_ms - wall_offset(zone, local_ms) - HALF_A_DAY_MS),
            after = wall_offset(zone, local_ms - wall_offset(zone, local_ms) + HALF_A_DAY_MS);
    if (wall_offset(zone, local_ms - before) == before)
        return local_ms - before;
    if (wall_offset(zone, local_ms - after) == after)
        return local_ms - after;
    int64_t change = floor_div(local_ms - after, QUARTER_MS) * QUARTER_MS;
    while (wall_offset(zone, change) != after)
        change += QUARTER_MS;
    return change;
}

bool wall_zone_known(const char *zone) {
    if (!zone || !*zone || strlen(zone) >= ZONE_NAME_MAX)
        return false;
    UChar wide[ZONE_NAME_MAX], canonical[ZONE_NAME_MAX];
    for (size_t i = 0; i <= strlen(zone); i++)
        wide[i] = (UChar)(unsigned char)zone[i];
    UErrorCode status = U_ZERO_ERROR;
    UBool system = false;
    ucal_getCanonicalTimeZoneID(wide, -1, canonical, ZONE_NAME_MAX, &system, &status);
    return U_SUCCESS(status) && system;
}

struct wall wall_at(const char *zone, int64_t ms) {
    enum { DAY_MS = 24 * 60 * 60 * 1000 };
    int64_t local = ms + wall_offset(zone, ms);
    int64_t days = floor_div(local, DAY_MS);
    int rest = (int)((local - days * DAY_MS) / 1000);
    /* Days to a civil date: the year begins in March, so that the leap day is its last one. 719468 days lie
     * between 0000-03-01 and 1970-01-01. */
    int64_t z = days + 719468, era = floor_div(z, 146097);
    int64_t of_era = z - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t march = (5 * of_year + 2) / 153;
    int month = (int)(march < 10 ? march + 3 : march - 9);
    return (struct wall){
        .year = (int)(year + era * 400 + (month <= 2)),
        .month = month,
        .day = (int)(of_year - (153 * march + 2) / 5 + 1),
        .hour = rest / 3600,
        .minute = rest / 60 % 60,
        .second = rest % 60,
        .weekday = (int)(((days + 4) % 7 + 7) % 7),
        .day_number = days,
    };
}

int64_t wall_read_field(const char *zone, const char *text) {
    struct tm tm = {0};
    const char *end = text ? strptime(text, "%Y-%m-%dT%H:%M", &tm) : NULL;
    if (!end || (*end && *end != ':'))
        return 0;
    int64_t local = (int64_t)timegm(&tm) * 1000;
    return local - wall_offset(zone, local - wall_offset(zone, local));
}

void wall_write_field(const char *zone, int64_t ms, char to[WALL_FIELD_SIZE]) {
    struct wall w = wall_at(zone, ms);
    snprintf(to, WALL_FIELD_SIZE, "%04d-%02d-%02dT%02d:%02d", w.year, w.month, w.day, w.hour, w.minute);
}
