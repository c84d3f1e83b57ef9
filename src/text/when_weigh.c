#include "text/when_side.h"
#include "text/zone.h"

const struct work_calendar work_monday_to_friday = {.works = {true, true, true, true, true, false, false}};

static bool works_on(const struct when_frame *f, int32_t day) {
    const struct work_calendar *c = f->calendar ? f->calendar : &work_monday_to_friday;
    for (size_t i = 0; i < c->n_extra; i++)
        if (c->extra[i] == day)
            return true;
    for (size_t i = 0; i < c->n_closed; i++)
        if (c->closed[i] == day)
            return false;
    return c->works[day_weekday(day)];
}

static int32_t add_workdays(const struct when_frame *f, int32_t day, int n) {
    for (int guard = 0; n > 0 && guard < 3660; guard++)
        n -= works_on(f, ++day);
    return day;
}

static int32_t add_months(int32_t day, int n) {
    int y, m, d;
    day_split(day, &y, &m, &d);
    m += n - 1;
    y += m / 12;
    m = m % 12 + 1;
    int most = days_in_month(y, m);
    return day_of(y, m, d < most ? d : most);
}

static bool date_of(const struct parser *r, const struct side *s, int32_t *day) {
    int y, m, d;
    day_split(r->today, &y, &m, &d);
    if (s->has_date) {
        int year = s->year ? s->year : y;
        if (s->dom < 1 || s->month < 1 || s->month > 12 ||
            s->dom > days_in_month(s->year ? s->year : 2024, s->month))
            return false;
        if (!s->year && day_of(year, s->month, s->dom) < r->today)
            year++;
        *day = day_of(year, s->month, s->dom);
        return true;
    }
    bool named_month = s->has_span && s->span == SPAN_MONTH;
    int ahead = named_month && s->next ? s->next : !named_month && s->dom < d ? 1 : 0;
    for (int tries = 0; tries < 3; tries++, ahead++) {
        int mm = m - 1 + ahead, yy = y + mm / 12;
        mm = mm % 12 + 1;
        if (s->dom <= days_in_month(yy, mm)) {
            *day = day_of(yy, mm, s->dom);
            return true;
        }
    }
    return false;
}

int32_t side_weekday(const struct parser *r, const struct side *s) {
    int32_t monday = r->today - day_weekday(r->today);
    int32_t behind = s->has_length ? 0 : (int32_t)s->days;
    if (s->next)
        return monday + 7 * s->next + s->weekday + behind;
    if (s->this && r->p->lang != LANG_EN && monday + s->weekday >= r->today)
        return monday + s->weekday;
    int ahead = (s->weekday - day_weekday(r->today) + 7) % 7;
    return r->today + (ahead ? ahead : 7) + behind;
}

static void span_days(const struct parser *r, const struct side *s, int32_t *from, int32_t *to) {
    int32_t monday = r->today - day_weekday(r->today) + 7 * s->next;
    int y, m, d;
    day_split(r->today, &y, &m, &d);
    switch (s->span) {
    case SPAN_WEEK: *from = monday, *to = monday + 6; break;
    case SPAN_WORKWEEK: *from = monday, *to = monday + 4; break;
    case SPAN_WEEKEND: *from = monday + 5, *to = monday + 6; break;
    case SPAN_MONTH:
        if (s->month) {
            y += s->month < m;
            m = s->month;
        } else {
            m += s->next;
            y += (m - 1) / 12;
            m = (m - 1) % 12 + 1;
        }
        *from = day_of(y, m, 1), *to = day_of(y, m, days_in_month(y, m));
        break;
    case SPAN_YEAR: *from = day_of(y + s->next, 1, 1), *to = day_of(y + s->next, 12, 31); break;
    default: *from = *to = r->today;
    }
}

/* The days that a side names; false when it names none or an impossible one. */
static bool days_of(const struct parser *r, const struct side *s, int32_t *from, int32_t *to) {
    if (s->has_rel)
        *from = *to = r->today + s->rel;
    else if (s->has_date || s->has_dom) {
        if (!date_of(r, s, from))
            return false;
        *to = *from;
    } else if (s->has_weekday)
        *from = *to = side_weekday(r, s);
    else if (s->has_span)
        span_days(r, s, from, to);
    else
        return false;
    return true;
}

static int clock_seconds(const struct side *s) { /* before any guess about am and pm */
    int h = s->clock / 60, m = s->clock % 60;
    bool noonward =
        s->has_part && (s->part == PART_AFTERNOON || s->part == PART_EVENING || s->part == PART_LATE_AFTERNOON);
    bool evening = s->has_part && s->part == PART_EVENING;
    if (s->meridiem == 0)
        h = h % 12 + (evening && h % 12 <= 5 ? 24 : 0); /* tonight at 2 am */
    else if (s->meridiem == 1)
        h = h % 12 + 12;
    else if (evening && h >= 1 && h <= (s->sure ? 5 : 4))
        h += 24; /* คืนนี้ตีสอง, 今晚两点 */
    else if (noonward && h < 12)
        h += 12;
    else if (evening && h == 12)
        h = 24;
    else if (s->has_part && s->part == PART_NOON && h <= 2)
        h += 12;
    else if ((!s->has_part || s->part == PART_CLOSE) && !s->sure && h >= 1 && h <= 6)
        h += 12;
    if (h == 24 && m == 0)
        return END_OF_DAY;
    return h * 3600 + m * 60;
}

/* "tonight from 11 pm to 1 am", "周五晚上10点到次日凌晨2点": a range that begins in the evening ends in the small
 * hours of the next day. */
void side_over_midnight(const struct parser *r, const struct side *first, struct side *end) {
    enum { DUSK = 18 * 3600, DAWN = 6 * 60 };
    int32_t day, last;
    if (first->clock == NO_CLOCK || end->clock == NO_CLOCK || end->clock > DAWN || end->meridiem == 1 ||
        clock_seconds(first) < DUSK || clock_seconds(end) >= DAY || !days_of(r, first, &day, &last))
        return;
    end->has_rel = true;
    end->rel = day + 1 - r->today;
    end->sure = true; /* no hour of the afternoon */
}

static bool may_be_evening(const struct side *s) {
    return !s->whole && !s->sure && !s->has_part && s->meridiem < 0 && s->clock / 60 >= 7 && s->clock / 60 <= 11;
}

static bool write_interval(const struct parser *r, struct when *w, int64_t from, int64_t to) {
    if (to < r->now || to < from)
        return false;
    w->from = from <= r->now ? r->f->now / 1000 * 1000 : zone_to_utc(r->f->zone, from);
    w->to = to == r->now ? w->from : zone_to_utc(r->f->zone, to);
    return w->to >= w->from;
}

static bool weigh_length(const struct parser *r, const struct side *s, struct when *w) {
    bool short_one = s->days == 0 && s->workdays == 0 && s->months == 0;
    bool later = s->later ||
                 (s->next && !s->within && !s->during && r->p->lang == LANG_VI && r->p->c[s->start] == 's') ||
                 (s->in && short_one);
    if (s->within || (s->by && short_one)) /* "by this time tomorrow" */
        later = false;
    if (short_one) {
        w->form = later ? WHEN_LATER : WHEN_WITHIN;
        w->to = r->f->now / 1000 * 1000 + (int64_t)(s->minutes * 60) * 1000;
        w->from = later ? w->to : r->f->now / 1000 * 1000;
        return s->minutes > 0;
    }
    int32_t day = add_months(r->today, (int)s->months) + (int32_t)(s->days + 0.5);
    day = add_workdays(r->f, day, (int)(s->workdays + 0.5));
    w->form = later ? WHEN_ON : WHEN_WITHIN;
    return write_interval(r, w, later ? (int64_t)day * DAY : r->now, (int64_t)day * DAY + END_OF_DAY);
}

static bool weigh_clock(const struct parser *r, const struct side *s, int32_t day, bool day_said, bool by,
                        struct when *w) {
    int seconds = clock_seconds(s);
    if (day == r->today && (int64_t)day * DAY + seconds <= r->now) {
        if (may_be_evening(s) && (int64_t)day * DAY + seconds + DAY / 2 > r->now &&
            (day_said || s->clock / 60 <= 8))
            seconds += DAY / 2;
        else if (!day_said)
            day++;
    }
    int64_t t = (int64_t)day * DAY + seconds;
    w->form = by ? WHEN_BY : WHEN_AT;
    return write_interval(r, w, by ? r->now : t, t);
}

static bool weigh_part(const struct parser *r, const struct side *s, int32_t day, bool day_said, bool by,
                       struct when *w) {
    static const int from[] = {0, 6, 12, 12, 18, 18, 0, DAY / 3600, 16};
    static const int to[] = {6, 12, 12, 18, 24, 18, 24, 24, 18};
    int64_t start = (int64_t)day * DAY + from[s->part] * 3600, end = (int64_t)day * DAY + to[s->part] * 3600;
    if (to[s->part] == 24)
        end--;
    if (s->part == PART_MIDNIGHT)
        start = end;
    if (s->part == PART_DAY_END)
        by = true;
    if (!day_said && end <= r->now) {
        start += DAY;
        end += DAY;
    }
    w->form = by ? WHEN_BY : start == end ? WHEN_AT : WHEN_ON;
    return write_interval(r, w, by ? r->now : start, end);
}

bool side_weigh(const struct parser *r, const struct side *s, struct when *w) {
    if (s->past || s->feast || s->weak)
        return false;
    if (s->has_length && !side_has_day(s) && s->clock == NO_CLOCK)
        return weigh_length(r, s, w);
    if (s->has_length)
        return false;
    int32_t from = r->today, to = r->today;
    bool day_said = side_has_day(s);
    if (day_said && !days_of(r, s, &from, &to))
        return false;
    if (s->bare_part && !day_said && s->clock == NO_CLOCK)
        return false;
    if (s->has_part && s->part == PART_CLOSE && !day_said && !s->by && !s->within && !s->at && !s->end)
        return false; /* "they have all gone home" is no time */
    bool by = s->by || s->within;
    if (s->clock != NO_CLOCK)
        return weigh_clock(r, s, from, day_said, by, w);
    if (s->has_part)
        return weigh_part(r, s, from, day_said, by, w);
    if (!day_said)
        return false;
    if (s->has_span && !s->has_weekday && !s->has_dom) {
        if (s->span == SPAN_WEEKEND && s->before) {
            from--;
            to = from;
        }
        if (s->end) {
            by |= s->span == SPAN_WEEK || s->span == SPAN_WORKWEEK || r->p->lang != LANG_ZH ||
                  r->p->c[s->end_at - 1] == U'内'; /* 这个月内 */
            from = to;
        } else if (!s->this && !s->next && !s->month && s->span != SPAN_WEEKEND)
            return false;
    } else if (s->end)
        by = true; /* end of Thursday */
    w->form = by ? WHEN_BY : WHEN_ON;
    return write_interval(r, w, by ? r->now : (int64_t)from * DAY, (int64_t)to * DAY + END_OF_DAY);
}
