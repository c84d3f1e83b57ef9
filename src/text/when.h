/* when.h: times as people write them → intervals. Pure: the text, `now` and the calendar in, intervals out.
 * How each form is read is the table in docs/dates.md. What is vague ("soon", "尽快", "sau Tết", "หลังสงกรานต์") and
 * what is past is not found. */
#ifndef KEPT_TEXT_WHEN_H
#define KEPT_TEXT_WHEN_H

#include "text/prose.h"
#include "text/zone.h"

struct work_calendar {
    bool works[7];         /* Monday first */
    const int32_t *closed; /* days since 1970 on which nobody works though the weekday would */
    size_t n_closed;
    const int32_t *extra; /* days since 1970 on which people work though the weekday would not */
    size_t n_extra;
};
extern const struct work_calendar work_monday_to_friday;

struct when_frame {
    int64_t now; /* UTC milliseconds */
    const struct zone *zone;
    const struct work_calendar *calendar; /* NULL: Monday to Friday */
    bool month_first;                     /* numeric dates: 3/4 is March 4 */
};

enum when_form { WHEN_WITHIN, WHEN_BY, WHEN_AT, WHEN_ON, WHEN_BETWEEN, WHEN_LATER };

struct when {
    uint32_t start, end; /* places in the prose */
    enum when_form form;
    int64_t from, to; /* UTC milliseconds, whole seconds; from <= to */
    bool refines;     /* the hour of the day that the time before it names for the same act */
};

struct whens {
    size_t n;
    struct when *at; /* in the order of the text, in the arena */
};

struct whens when_find(struct arena *a, const struct prose *p, const struct when_frame *f);

#endif
