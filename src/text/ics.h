/* ics.h: whole days out of a calendar file (RFC 5545), as holiday calendars are published. Pure, bounded: what is
 * not understood is named and left out, never guessed. read      VEVENT with a whole day (DTSTART;VALUE=DATE),
 * DTEND (exclusive) or DURATION in days and weeks, SUMMARY, RRULE yearly (INTERVAL, COUNT, UNTIL; a month and day,
 * or "last Monday of May"), EXDATE skipped   events that are cancelled, alarms, zones, everything else in the file
 *   refused   events with a time of day, other repetitions, lines that cannot be read */
#ifndef KEPT_TEXT_ICS_H
#define KEPT_TEXT_ICS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    ICS_SIZE_MAX = 1024 * 1024,
    ICS_EVENTS_MAX = 3000,
    ICS_LINE_MAX = 2000,  /* of an unfolded line, in bytes; the rest of it is cut */
    ICS_NAME_MAX = 100,   /* code points of a name; the rest is cut */
    ICS_DAYS_MAX = 400,   /* found */
    ICS_EVENT_DAYS = 60,  /* of one event */
    ICS_REFUSED_MAX = 20, /* named; more are counted */
};

struct ics_day {
    int32_t first, last; /* days since 1970-01-01, both included */
    const char *name;    /* "": none was given */
    bool works;          /* the name says that people work: 补班, làm bù */
};

struct ics_refused {
    int line;         /* of the file, from 1: where the event begins */
    const char *name; /* of the event; "": none */
    const char *why;  /* "time" (of day), "repeats", "date", "long", "many". Static */
};

struct ics {
    struct ics_day *days; /* by their first day, none twice */
    int n;
    struct ics_refused refused[ICS_REFUSED_MAX];
    int refused_n; /* all; the first ICS_REFUSED_MAX are there */
    int outside;   /* events before `from` or after `until` */
};

/* The days that touch from…until. NULL, or what is wrong with the file: "big", "no_calendar". In the arena. */
const char *ics_read(struct arena *a, struct bytes file, int32_t from, int32_t until, struct ics *out);

#endif
