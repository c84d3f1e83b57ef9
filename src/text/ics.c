#include "text/ics.h"

#include "base/utf8.h"
#include "text/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { EXDATES_MAX = 40, NTH_NONE = 100 };

struct lines {
    const char *at, *end;
    int number; /* of the physical line that comes next */
    int begun;  /* of the line that was read last */
    char line[ICS_LINE_MAX + 1];
};

struct repeat {
    bool yearly, other; /* other: one that is not understood */
    int interval, count;
    int32_t until;                /* INT32_MAX: none */
    int month, day, nth, weekday; /* 0 and NTH_NONE: as the first day */
};

struct event {
    int line;
    bool has_time, bad_date, cancelled;
    bool has_end;
    int32_t first, end; /* end: not included */
    int days;           /* by DURATION; 0: none */
    char name[ICS_LINE_MAX + 1];
    struct repeat repeat;
    int32_t except[EXDATES_MAX];
    int except_n;
};

struct reader {
    struct arena *a;
    struct ics *out;
    int room;
    int32_t from, until;
};

/* ---- lines ---- */

static size_t physical(struct lines *l, const char **start) {
    *start = l->at;
    while (l->at < l->end && *l->at != '\n')
        l->at++;
    size_t n = (size_t)(l->at - *start);
    if (l->at < l->end)
        l->at++;
    l->number++;
    return n && (*start)[n - 1] == '\r' ? n - 1 : n;
}

/* A line with those that continue it (they begin with a space or a tab). False: the end. */
static bool next_line(struct lines *l) {
    size_t used = 0;
    if (l->at >= l->end)
        return false;
    l->begun = l->number;
    for (bool first = true; first || (l->at < l->end && (*l->at == ' ' || *l->at == '\t')); first = false) {
        const char *start;
        size_t n = physical(l, &start);
        if (!first && n)
            start++, n--;
        if (n > ICS_LINE_MAX - used)
            n = ICS_LINE_MAX - used;
        memcpy(l->line + used, start, n);
        used += n;
    }
    l->line[used] = 0;
    return true;
}

/* "DTSTART;VALUE=DATE:20270206" → its name is `name`: the value, and the parameters between. NULL: another. */
static const char *value_of(const char *line, const char *name, const char **params, size_t *params_n) {
    size_t n = strlen(name);
    if (strncasecmp(line, name, n) != 0 || (line[n] != ':' && line[n] != ';'))
        return NULL;
    bool quoted = false;
    const char *p = line + n;
    for (; *p && (quoted || *p != ':'); p++)
        if (*p == '"')
            quoted = !quoted;
    *params = line + n;
    *params_n = (size_t)(p - *params);
    return *p ? p + 1 : NULL;
}

/* ---- values ---- */

/* "20270206"; *time: a time of day stands behind it. */
static bool read_date(const char *text, int32_t *day, bool *time) {
    int year, month, date, used = 0;
    if (strspn(text, "0123456789") != 8 || sscanf(text, "%4d%2d%2d%n", &year, &month, &date, &used) != 3)
        return false;
    if (year < 1900 || year > 2199 || month < 1 || month > 12 || date < 1 || date > days_in_month(year, month))
        return false;
    *day = day_of(year, month, date);
    *time = text[used] == 'T';
    return *time || !text[used] || text[used] == ',';
}

/* "P3D", "P1W" → days; 0: another length. */
static int read_days(const char *text) {
    char unit;
    int n, used = 0;
    if (sscanf(text, "P%3d%c%n", &n, &unit, &used) != 2 || text[used] || n < 1)
        return 0;
    return unit == 'D' ? n : unit == 'W' ? n * 7 : 0;
}

static int weekday_named(const char *two) {
    static const char *const names[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
    for (int i = 0; i < 7; i++)
        if (strcasecmp(names[i], two) == 0)
            return i;
    return -1;
}

static void read_part(struct repeat *r, const char *key, const char *value) {
    bool time;
    int used = 0;
    char two[3] = "";
    if (strcasecmp(key, "FREQ") == 0)
        r->yearly = strcasecmp(value, "YEARLY") == 0;
    else if (strcasecmp(key, "INTERVAL") == 0)
        r->interval = atoi(value);
    else if (strcasecmp(key, "COUNT") == 0)
        r->count = atoi(value);
    else if (strcasecmp(key, "UNTIL") == 0)
        r->other |= !read_date(value, &r->until, &time);
    else if (strcasecmp(key, "BYMONTH") == 0)
        r->month = value[strspn(value, "0123456789")] ? -1 : atoi(value);
    else if (strcasecmp(key, "BYMONTHDAY") == 0)
        r->day = value[strspn(value, "0123456789")] ? -1 : atoi(value);
    else if (strcasecmp(key, "BYDAY") == 0) {
        r->other |= sscanf(value, "%d%2[A-Za-z]%n", &r->nth, two, &used) != 2 || value[used] || !r->nth ||
                    r->nth > 5 || r->nth < -5;
        r->weekday = weekday_named(two);
    } else if (strcasecmp(key, "WKST") != 0)
        r->other = true;
}

static void read_repeat(struct repeat *r, char *text) {
    char *save = NULL;
    for (char *part = strtok_r(text, ";", &save); part; part = strtok_r(NULL, ";", &save)) {
        char *value = strchr(part, '=');
        if (!value) {
            r->other = true;
            continue;
        }
        *value++ = 0;
        read_part(r, part, value);
    }
    bool month_fits = r->month >= 0 && r->month <= 12, day_fits = r->day >= 0 && r->day <= 31;
    if (!r->yearly || r->interval < 1 || r->interval > 100 || r->count < 0 || !month_fits || !day_fits ||
        (r->nth != NTH_NONE && (r->weekday < 0 || r->day)))
        r->other = true;
}

/* Escapes of RFC 5545; what is no text becomes a space. */
static void read_name(char *out, const char *text) {
    size_t n = 0;
    for (; *text && n < ICS_LINE_MAX; text++) {
        char c = *text;
        if (c == '\\' && text[1]) {
            c = *++text;
            if (c == 'n' || c == 'N')
                c = ' ';
        }
        out[n++] = (unsigned char)c < ' ' ? ' ' : c;
    }
    out[n] = 0;
}

static void read_except(struct event *e, const char *text) {
    bool time;
    for (; text; text = strchr(text, ','), text = text ? text + 1 : NULL)
        if (e->except_n < EXDATES_MAX && read_date(text, &e->except[e->except_n], &time))
            e->except_n++;
}

static void read_line(struct event *e, char *line) {
    const char *params, *value;
    size_t n;
    bool time = false;
    if ((value = value_of(line, "DTSTART", &params, &n))) {
        e->bad_date = !read_date(value, &e->first, &time);
        e->has_time |= time;
    } else if ((value = value_of(line, "DTEND", &params, &n))) {
        e->has_end = read_date(value, &e->end, &time);
        e->bad_date |= !e->has_end;
        e->has_time |= time;
    } else if ((value = value_of(line, "DURATION", &params, &n))) {
        e->days = read_days(value);
        e->has_time |= !e->days;
    } else if ((value = value_of(line, "SUMMARY", &params, &n))) {
        read_name(e->name, value);
    } else if ((value = value_of(line, "RRULE", &params, &n))) {
        read_repeat(&e->repeat, line + (value - line));
    } else if (value_of(line, "RDATE", &params, &n)) {
        e->repeat.other = true;
    } else if ((value = value_of(line, "EXDATE", &params, &n))) {
        read_except(e, value);
    } else if ((value = value_of(line, "STATUS", &params, &n))) {
        e->cancelled = strcasecmp(value, "CANCELLED") == 0;
    }
}

/* ---- days ---- */

static bool says_work(const char *name) {
    static const char *const words[] = {"补班",   "補班", "上班",   "调班",   "調班",
                                        "（班）", "(班)", "làm bù", "Làm bù", "LÀM BÙ"};
    size_t n = strlen(name);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(name, words[i]))
            return true;
    return n > 4 && strcmp(name + n - 4, " 班") == 0;
}

static const char *clean_name(struct arena *a, const char *raw) {
    char *clean = utf8_clean(a, raw, strlen(raw));
    while (*clean == ' ')
        clean++;
    size_t bytes = 0;
    for (int points = 0; clean[bytes] && points < ICS_NAME_MAX; points++)
        do
            bytes++;
        while ((clean[bytes] & 0xC0) == 0x80);
    while (bytes && clean[bytes - 1] == ' ')
        bytes--;
    return arena_copy_n(a, clean, bytes);
}

static void refuse(struct reader *r, const struct event *e, const char *name, const char *why) {
    if (r->out->refused_n < ICS_REFUSED_MAX)
        r->out->refused[r->out->refused_n] = (struct ics_refused){e->line, name, why};
    r->out->refused_n++;
}

static bool excepted(const struct event *e, int32_t day) {
    for (int i = 0; i < e->except_n; i++)
        if (e->except[i] == day)
            return true;
    return false;
}

static bool put(struct reader *r, const struct event *e, const char *name, int32_t first, int days) {
    struct ics *out = r->out;
    int32_t last = first + days - 1;
    if (excepted(e, first) || last < r->from || first > r->until)
        return true;
    for (int i = 0; i < out->n; i++)
        if (out->days[i].first == first && out->days[i].last == last && strcmp(out->days[i].name, name) == 0)
            return true;
    if (out->n == ICS_DAYS_MAX)
        return false;
    if (out->n == r->room) {
        r->room = r->room ? r->room * 2 : 32;
        out->days = arena_grow(r->a, out->days, (size_t)out->n, (size_t)r->room, sizeof *out->days);
    }
    out->days[out->n++] = (struct ics_day){first, last, name, says_work(name)};
    return true;
}

/* The day in another year; -1: there is none (29 February, a fifth Monday). */
static int32_t in_year(const struct event *e, int year) {
    int first_year, month, day;
    const struct repeat *r = &e->repeat;
    day_split(e->first, &first_year, &month, &day);
    month = r->month ? r->month : month;
    int length = days_in_month(year, month);
    if (r->nth == NTH_NONE) {
        day = r->day ? r->day : day;
        return day <= length ? day_of(year, month, day) : -1;
    }
    int32_t begin = day_of(year, month, 1), end = begin + length - 1;
    int32_t found = r->nth > 0 ? begin + (r->weekday - day_weekday(begin) + 7) % 7 + 7 * (r->nth - 1)
                               : end - (day_weekday(end) - r->weekday + 7) % 7 + 7 * (r->nth + 1);
    return found >= begin && found <= end ? found : -1;
}

static bool put_repeated(struct reader *r, const struct event *e, const char *name, int days) {
    int year, month, day, last_year, given = 0;
    day_split(e->first, &year, &month, &day);
    day_split(r->until, &last_year, &month, &day);
    for (; year <= last_year; year += e->repeat.interval) {
        int32_t first = in_year(e, year);
        if (first < 0 || first < e->first)
            continue;
        if (first > e->repeat.until || (e->repeat.count && given++ >= e->repeat.count))
            break;
        if (!put(r, e, name, first, days))
            return false;
    }
    return true;
}

static void take_event(struct reader *r, const struct event *e) {
    const char *name = clean_name(r->a, e->name);
    bool repeats = e->repeat.yearly || e->repeat.other, fits;
    int days = e->has_end ? e->end - e->first : e->days ? e->days : 1;
    if (e->cancelled)
        return;
    if (e->has_time || e->bad_date || e->repeat.other || days < 1 || days > ICS_EVENT_DAYS) {
        bool past = !repeats && !e->bad_date && e->first + (days > 0 ? days : 0) < r->from;
        if (past) /* nobody misses it */
            r->out->outside++;
        else
            refuse(r, e, name,
                   e->bad_date       ? "date"
                   : e->has_time     ? "time"
                   : e->repeat.other ? "repeats"
                   : days < 1        ? "date"
                                     : "long");
        return;
    }
    int before = r->out->n;
    fits = repeats ? put_repeated(r, e, name, days) : put(r, e, name, e->first, days);
    if (!fits)
        refuse(r, e, name, "many");
    else if (r->out->n == before)
        r->out->outside++;
}

static int by_day(const void *a, const void *b) {
    const struct ics_day *x = a, *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

const char *ics_read(struct arena *a, struct bytes file, int32_t from, int32_t until, struct ics *out) {
    struct lines *l = ARENA_ARRAY(a, 1, struct lines);
    struct event *e = ARENA_ARRAY(a, 1, struct event);
    struct reader r = {a, out, 0, from, until};
    bool calendar = false;
    int depth = 0, events = 0; /* depth: 1 in an event, more in what stands inside it */
    *out = (struct ics){0};
    if (file.len > ICS_SIZE_MAX)
        return "big";
    l->at = (const char *)file.at;
    l->end = l->at + file.len;
    l->number = 1;
    if (file.len >= 3 && memcmp(l->at, "\xEF\xBB\xBF", 3) == 0)
        l->at += 3;
    while (next_line(l)) {
        calendar |= strcasecmp(l->line, "BEGIN:VCALENDAR") == 0;
        if (!calendar)
            continue;
        if (depth) {
            if (strncasecmp(l->line, "BEGIN:", 6) == 0)
                depth++;
            else if (strncasecmp(l->line, "END:", 4) == 0 && --depth == 0)
                take_event(&r, e);
            else if (depth == 1)
                read_line(e, l->line);
        } else if (strcasecmp(l->line, "BEGIN:VEVENT") == 0) {
            *e = (struct event){
                .line = l->begun, .bad_date = true, .repeat = {.interval = 1, .until = INT32_MAX, .nth = NTH_NONE}};
            if (++events > ICS_EVENTS_MAX) {
                refuse(&r, e, "", "many");
                break;
            }
            depth = 1;
        }
    }
    if (out->n)
        qsort(out->days, (size_t)out->n, sizeof *out->days, by_day);
    return calendar ? NULL : "no_calendar";
}
