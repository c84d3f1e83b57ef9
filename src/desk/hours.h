/* hours.h: when somebody is there: a week of spans, and days that are unlike it, by the clocks of a zone.
 *
 *   week      up to HOURS_SPANS spans a day, one may go on past midnight; a day without any is closed
 *   days      closed ones (holidays) and working ones (make-up weekends, Saturday mornings), each with a name
 *   calendar  the account's; a team may have a week of its own and days of its own. A team without a week has the
 *             account's; the account's days hold for every team unless the team has one on the same day
 *
 * No week at all: always open, for then nobody has said otherwise. Business time is real time inside open spans:
 * a span lasts from the instant when the clock on the wall shows its beginning until it shows its end, so that a
 * night in which clocks change is shorter or longer. A time that spring skips is the moment of the change; one
 * that autumn repeats is the first of the two.
 * Days are numbers since 1970-01-01, in the calendar's zone (text/zone.h: day_of). */
#ifndef KEPT_DESK_HOURS_H
#define KEPT_DESK_HOURS_H

#include "store/store.h"
#include "text/when.h"

#include <stdbool.h>

enum {
    MINUTES_A_DAY = 24 * 60,
    HOURS_SPANS = 6,           /* of one day */
    HOURS_DAY_NAME_MAX = 100,  /* code points of a day's name */
    HOURS_RANGE_DAYS_MAX = 60, /* of one special day that is a range */
    HOURS_SPECIAL_MAX = 1000,  /* special days of a calendar */
};

struct hours_span {
    int from, to; /* minutes of the local day; `to` exclusive, over MINUTES_A_DAY when it is after midnight */
};
struct hours_day {
    int n; /* 0: closed */
    struct hours_span spans[HOURS_SPANS];
};

/* A day, or a range of days, unlike the week. */
struct special_day {
    int64_t id, team_id; /* team_id 0: the account's */
    const char *ref;
    int32_t first, last;    /* both included */
    bool works;             /* false: closed */
    struct hours_day hours; /* of one that works; without spans as on the first open day of the week */
    const char *holiday;    /* a code of desk/holiday.h; NULL: `name` is somebody's own words */
    const char *name;
};

struct hours {
    bool set;
    struct hours_day days[8];    /* 1 Monday to 7 Sunday; 0 is not used */
    struct special_day *special; /* by their first day */
    int special_n;
};

/* ---- rules, all pure ---- */

/* NULL, or what is wrong with a week: "never" (no day is open), "order" (a span ends before it begins, or is longer
 * than a day), "overlap" (a span begins before the one before it ends). */
const char *hours_flaw(const struct hours *hours);
const char *hours_day_flaw(const struct hours_day *day); /* the same of one day, closed ones are fine */
/* NULL, or "order" (ends before it begins, or is too long), "name" (none), or hours_day_flaw's. */
const char *special_day_flaw(const struct special_day *day);

/* The day unlike the week that holds on this one; NULL: none. A team's goes before the account's, then the
 * shorter, then the newer. */
const struct special_day *hours_special(const struct hours *hours, int32_t day);
/* The spans of this very day. */
const struct hours_day *hours_of_day(const struct hours *hours, int32_t day);

bool hours_open(const struct hours *hours, const char *zone, int64_t now);
/* When it opens next, after `now`; 0: it is open, or always, or not within a year. */
int64_t hours_opens_at(const struct hours *hours, const char *zone, int64_t now);
/* When it closes; 0: it is closed, or never closes within a week. */
int64_t hours_closes_at(const struct hours *hours, const char *zone, int64_t now);
/* The first opening on a later day than today; 0: always open, or not within a year. */
int64_t hours_next_morning(const struct hours *hours, const char *zone, int64_t now);
/* The special day for which it is closed now, or would have opened sooner; NULL: closed as in any week, or open. */
const struct special_day *hours_closed_for(const struct hours *hours, const char *zone, int64_t now);

/* Business milliseconds between the two; 0 unless t0 < t1. Without a week all time counts. */
int64_t hours_between(const struct hours *hours, const char *zone, int64_t t0, int64_t t1);
/* The instant at which so much business time has gone by since t0; t0 itself when `business_ms` is not over 0. The
 * end of a span belongs to it: eight hours from 9:00 of a day 9–17 end at 17:00. 0: never, it does not open for a
 * year. */
int64_t hours_add(const struct hours *hours, const char *zone, int64_t t0, int64_t business_ms);

/* How promises count working days (text/when.h): the days with hours, the closed and the extra ones. Without a week
 * Monday to Friday. In the arena. */
const struct work_calendar *hours_work_calendar(struct arena *a, const struct hours *hours);

/* ---- times as people write them ---- */

/* "9-12, 13:00–18:00", "8h30 đến 17h30", "９：００～１８：００", "22:00-2:00", "24h"; empty, "-" and the word for
 * closed: no spans. False: not understood. The result has no flaw. */
bool hours_day_read(const char *text, struct hours_day *out);
/* "09:00–12:00, 13:00–18:00"; "" for a closed day. */
char *hours_day_text(struct arena *a, const struct hours_day *day);
/* "2027-02-06"; false: no date of the years 2000 to 2199. */
bool hours_date_read(const char *text, int32_t *day);
char *hours_date_text(struct arena *a, int32_t day);

/* ---- loading and saving ---- */

/* What holds for a team; 0: for the account, or whoever has no team. In the arena. */
enum rc hours_load(struct view *v, struct arena *a, int64_t team_id, struct hours *out);
/* Has the team a week of its own? Days of its own do not need one. */
enum rc hours_own_week(struct view *v, int64_t team_id, bool *own);
/* Saves the week. RC_INVALID when hours_flaw has something to say. */
enum rc hours_save(struct tx *tx, int64_t team_id, const struct hours *hours, int64_t by_agent);
/* The account: nothing is said about hours any more. A team: the account's week holds again. */
enum rc hours_drop(struct tx *tx, int64_t team_id, int64_t by_agent);
/* A team is going: its week and days with it. */
enum rc hours_forget_team(struct tx *tx, int64_t team_id);

/* The calendar's own, by their first day. */
enum rc special_days(struct view *v, struct arena *a, int64_t team_id, struct special_day **out, int *n);
/* Fills id and ref. RC_INVALID when special_day_flaw has something to say, RC_TOO_MANY over HOURS_SPECIAL_MAX,
 * RC_DUPLICATE when the same days with the same name are there already. */
enum rc special_day_add(struct tx *tx, struct special_day *day, int64_t by_agent, int64_t now);
enum rc special_day_remove(struct tx *tx, const char *ref, int64_t by_agent); /* RC_NONE: no such */

#endif
