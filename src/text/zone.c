#include "text/zone.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

struct zone {
    char name[64];
    UCalendar *calendar; /* NULL: a fixed offset */
    int offset;
    bool month_first;
    struct zone *next;
};

/* ICU's calendars are not safe to share between threads, and opening one costs more than a whole reply. */
static _Thread_local struct zone *zones;
static pthread_key_t at_exit;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void free_zones(void *list) {
    for (struct zone *z = list, *next; z; z = next) {
        next = z->next;
        if (z->calendar)
            ucal_close(z->calendar);
        free(z);
    }
}

static void make_key(void) { (void)!pthread_key_create(&at_exit, free_zones); }

static struct zone *keep(const char *name, UCalendar *calendar, int offset) {
    struct zone *z = calloc(1, sizeof *z);
    if (!z)
        return NULL;
    snprintf(z->name, sizeof z->name, "%s", name);
    z->calendar = calendar;
    z->offset = offset;
    z->next = zones;
    zones = z;
    pthread_once(&once, make_key);
    (void)!pthread_setspecific(at_exit, zones);
    return z;
}

static const struct zone *known(const char *name) {
    for (struct zone *z = zones; z; z = z->next)
        if (strcmp(z->name, name) == 0)
            return z;
    return NULL;
}

static bool in_united_states(const char *name) {
    UErrorCode err = U_ZERO_ERROR;
    UEnumeration *names = ucal_openTimeZoneIDEnumeration(UCAL_ZONE_TYPE_ANY, "US", NULL, &err);
    bool found = false;
    for (const char *n; U_SUCCESS(err) && !found && (n = uenum_next(names, NULL, &err));)
        found = strcmp(n, name) == 0;
    uenum_close(names);
    return found;
}

const struct zone *zone_named(const char *name) {
    const struct zone *z = known(name);
    UChar id[64];
    UErrorCode err = U_ZERO_ERROR;
    if (z || strlen(name) >= sizeof z->name)
        return z;
    u_uastrcpy(id, name);
    UChar canonical[64];
    (void)ucal_getCanonicalTimeZoneID(id, -1, canonical, 64, NULL, &err); /* an unknown name would open as GMT */
    UCalendar *c = U_SUCCESS(err) ? ucal_open(id, -1, "en", UCAL_GREGORIAN, &err) : NULL;
    if (U_FAILURE(err)) {
        if (c)
            ucal_close(c);
        return NULL;
    }
    struct zone *new = keep(name, c, 0);
    if (new)
        new->month_first = in_united_states(name);
    return new;
}

const struct zone *zone_fixed(int offset) {
    char name[32];
    snprintf(name, sizeof name, "%+d", offset);
    const struct zone *z = known(name);
    return z ? z : keep(name, NULL, offset);
}

int zone_offset(const struct zone *z, int64_t utc_ms) {
    if (!z->calendar)
        return z->offset;
    UErrorCode err = U_ZERO_ERROR;
    UCalendar *c = z->calendar;
    ucal_setMillis(c, (UDate)utc_ms, &err);
    int ms = ucal_get(c, UCAL_ZONE_OFFSET, &err) + ucal_get(c, UCAL_DST_OFFSET, &err);
    return U_FAILURE(err) ? 0 : ms / 1000;
}

int64_t zone_to_local(const struct zone *z, int64_t utc_ms) {
    int64_t s = utc_ms >= 0 ? utc_ms / 1000 : -((-utc_ms + 999) / 1000);
    return s + zone_offset(z, utc_ms);
}

int64_t zone_to_utc(const struct zone *z, int64_t local) {
    /* The offsets of a day before and a day after bracket any change; the earlier instant that fits wins. */
    int before = zone_offset(z, (local - 86400) * 1000), after = zone_offset(z, (local + 86400) * 1000);
    if (zone_to_local(z, (local - before) * 1000) == local)
        return (local - before) * 1000;
    if (zone_to_local(z, (local - after) * 1000) == local)
        return (local - after) * 1000;
    return (local - before) * 1000;
}

bool zone_month_first(const struct zone *z) { return z->month_first; }

/* Civil dates by the days of 400 years, with March as the first month, so that the leap day is the last. */
int32_t day_of(int y, int m, int d) {
    y -= m <= 2;
    int era = (y >= 0 ? y : y - 399) / 400;
    int yoe = y - era * 400, doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void day_split(int32_t day, int *year, int *month, int *dom) {
    day += 719468;
    int era = (day >= 0 ? day : day - 146096) / 146097;
    int doe = day - era * 146097;
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    *dom = doy - (153 * mp + 2) / 5 + 1;
    *month = mp < 10 ? mp + 3 : mp - 9;
    *year = yoe + era * 400 + (*month <= 2);
}

int day_weekday(int32_t day) {
    int w = (day + 3) % 7; /* 1970-01-01 was a Thursday */
    return w < 0 ? w + 7 : w;
}

int days_in_month(int y, int m) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return m == 2 && ((y % 4 == 0 && y % 100 != 0) || y % 400 == 0) ? 29 : days[m - 1];
}

bool time_read_iso(const char *s, int64_t *utc_ms, int *offset) {
    int y, mo, d, h, mi, used = 0;
    double sec = 0;
    *offset = 0;
    if (!s || sscanf(s, "%4d-%2d-%2dT%2d:%2d%n", &y, &mo, &d, &h, &mi, &used) != 5 || used == 0)
        return false;
    s += used;
    if (*s == ':') {
        if (sscanf(s, ":%lf%n", &sec, &used) != 1)
            return false;
        s += used;
    }
    if (mo < 1 || mo > 12 || d < 1 || d > days_in_month(y, mo) || h < 0 || h > 23 || mi < 0 || mi > 59 || sec < 0 ||
        sec >= 61)
        return false;
    int oh, om = 0;
    if ((*s == '+' || *s == '-') && sscanf(s + 1, "%2d:%2d", &oh, &om) >= 1)
        *offset = (*s == '-' ? -1 : 1) * (oh * 3600 + om * 60);
    else if (*s != 'Z' && *s != 'z')
        return false;
    *utc_ms = ((int64_t)day_of(y, mo, d) * 86400 + h * 3600 + mi * 60 - *offset) * 1000 + (int64_t)(sec * 1000);
    return true;
}

void time_write_iso(int64_t utc_ms, int offset, char to[TIME_ISO_SIZE]) {
    int64_t s = (utc_ms >= 0 ? utc_ms / 1000 : -((-utc_ms + 999) / 1000)) + offset;
    int32_t day = (int32_t)(s >= 0 ? s / 86400 : -((-s + 86399) / 86400));
    int y, m, d, rest = (int)(s - (int64_t)day * 86400), away = offset < 0 ? -offset : offset;
    day_split(day, &y, &m, &d);
    snprintf(to, TIME_ISO_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", y, m, d, rest / 3600, rest / 60 % 60,
             rest % 60, offset < 0 ? '-' : '+', away / 3600, away / 60 % 60);
}
