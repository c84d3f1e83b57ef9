/* when_atoms.h: the small parts of a time expression, shared by the when*.c files only. */
#ifndef KEPT_TEXT_WHEN_ATOMS_H
#define KEPT_TEXT_WHEN_ATOMS_H

#include "text/prose.h"

enum atom_kind {
    ATOM_NONE,
    ATOM_GLUE,    /* of, the, lúc, 的: stands between parts and says nothing */
    ATOM_NUMBER,  /* value */
    ATOM_UNIT,    /* value: enum unit */
    ATOM_LENGTH,  /* value: minutes; "half an hour" */
    ATOM_DAYS,    /* value: a length in days; "fortnight" */
    ATOM_HALF,    /* rưỡi, 半, ครึ่ง behind a number, a unit or a clock */
    ATOM_REL,     /* value: days from today */
    ATOM_WEEKDAY, /* value: Monday 0 */
    ATOM_THIS,
    ATOM_NEXT,       /* this, next week or month; value of NEXT: how many */
    ATOM_SPAN,       /* value: enum span; this one unless NEXT */
    ATOM_END,        /* end of: before or behind a SPAN */
    ATOM_PART,       /* value: enum part */
    ATOM_MERIDIEM,   /* value: 0 am, 1 pm */
    ATOM_CLOCK,      /* value: minutes of the day, or CLOCK_NOW; sure: needs no am or pm */
    ATOM_DATE,       /* year (0: not said), month, day */
    ATOM_DOM,        /* value: day of a month */
    ATOM_DOM_MARK,   /* "ngày", "วันที่": the number behind is a day of a month */
    ATOM_MONTH,      /* value: 1 to 12 */
    ATOM_MONTH_MARK, /* "tháng": the number behind is a month */
    ATOM_YEAR_MARK,  /* "năm", "พ.ศ." */
    ATOM_BY,
    ATOM_WITHIN,
    ATOM_DURING,
    ATOM_AT,
    ATOM_BETWEEN,
    ATOM_TO,
    ATOM_FROM,
    ATOM_LATER,
    ATOM_IN,         /* English "in": later for minutes and hours, within for days */
    ATOM_CLOCK_MARK, /* o'clock, giờ, 点: the number before is a clock time */
    ATOM_PM_CLOCK,   /* ทุ่ม, บ่าย, ตี: Thai hours; value: what to add */
    ATOM_PAST,       /* yesterday, ago */
    ATOM_FEAST,      /* Tết, 春节, สงกรานต์: asked back, never guessed */
};

enum { CLOCK_NOW = -1 }; /* 明天这个时候: the hour that it is now */
enum unit { UNIT_MINUTE, UNIT_HOUR, UNIT_DAY, UNIT_WORKDAY, UNIT_WEEK, UNIT_MONTH, UNIT_YEAR };
enum span { SPAN_DAY, SPAN_WEEK, SPAN_WEEKEND, SPAN_MONTH, SPAN_YEAR, SPAN_WORKWEEK };
enum part {
    PART_DAWN,
    PART_MORNING,
    PART_NOON,
    PART_AFTERNOON,
    PART_EVENING,
    PART_CLOSE,
    PART_DAY_END,
    PART_MIDNIGHT,
    PART_LATE_AFTERNOON
};

struct atom {
    enum atom_kind kind;
    uint32_t start, end;
    double value;
    int year, month, day;
    bool sure;    /* a clock that cannot be 12 hours off */
    bool spelled; /* a number in words */
};

/* The parts in order, never overlapping; what is none of them is left out. */
struct atoms {
    size_t n;
    struct atom *at;
};
struct atoms when_atoms(struct arena *a, const struct prose *p, bool month_first);

#endif
