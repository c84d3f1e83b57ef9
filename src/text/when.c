#include "text/when.h"

#include "text/fold.h"
#include "text/when_atoms.h"

#include <string.h>

const struct work_calendar work_monday_to_friday = {.works = {true, true, true, true, true, false, false}};

enum { DAY = 86400, NO_CLOCK = -1, END_OF_DAY = DAY - 1 };

/* One side of an expression: the parts that were said, before they are weighed against each other. */
struct side {
    bool has_rel, has_weekday, has_date, has_dom, has_span, has_part, has_length;
    bool this, end, by, before, within, during, at, later, in, past, feast, between, sure, weak,
        bare_part, /* 晚, 早: a time only beside a day or an hour */
        middle,    /* giữa: "between" where a range follows, else it says nothing */
        whole;     /* a side of a range */
    int rel, weekday, year, month, dom, next;
    enum span span;
    enum part part;
    int clock, meridiem; /* minutes; -1: none */
    double minutes, days, workdays, months;
    double bare; /* a number that only the other side explains; 0: none */
    uint32_t start, end_at;
};

static const struct side nothing = {.clock = NO_CLOCK, .meridiem = -1};

struct parser {
    const struct prose *p;
    const struct when_frame *f;
    struct atoms atoms;
    size_t k;
    int64_t now; /* wall clock, seconds */
    int32_t today;
};

/* ---- reading the parts ---- */

static bool adjacent(const struct parser *r, uint32_t end, uint32_t start) {
    int commas = 0;
    for (uint32_t i = end; i < start; i++) {
        uint32_t c = r->p->c[i];
        if (c == ',' || c == 0xFF0C || c == 0x3001)
            commas++;
        else if (c != ' ' && c != '(' && c != '\'' && c != ')' && c != 0xFF08)
            return false;
    }
    return commas <= 1 && start - end <= 4;
}

/* The next part beside the one that ends at `end`, over words that say nothing; NULL when there is none. */
static const struct atom *peek(const struct parser *r, size_t k, uint32_t end, size_t *at) {
    for (; k < r->atoms.n; k++) {
        const struct atom *a = &r->atoms.at[k];
        if (a->start > end && !adjacent(r, end, a->start))
            return NULL;
        if (a->kind != ATOM_GLUE) {
            *at = k;
            return a;
        }
        end = a->end;
    }
    return NULL;
}

static bool has_day(const struct side *s) {
    return s->has_rel || s->has_weekday || s->has_date || s->has_dom || s->has_span;
}
static bool has_anything(const struct side *s) {
    return has_day(s) || s->has_part || s->has_length || s->clock != NO_CLOCK;
}

static void add_length(struct side *s, double n, enum unit unit) {
    s->has_length = true;
    switch (unit) {
    case UNIT_MINUTE: s->minutes += n; break;
    case UNIT_HOUR: s->minutes += 60 * n; break;
    case UNIT_DAY: s->days += n; break;
    case UNIT_WORKDAY: s->workdays += n; break;
    case UNIT_WEEK: s->days += 7 * n; break;
    case UNIT_MONTH: s->months += n; break;
    case UNIT_YEAR: s->months += 12 * n; break;
    }
}

static enum span span_of(enum unit u) {
    return u == UNIT_WEEK ? SPAN_WEEK : u == UNIT_MONTH ? SPAN_MONTH : u == UNIT_YEAR ? SPAN_YEAR : SPAN_DAY;
}

static bool take_clock(struct side *s, int minutes, bool sure) {
    if (s->clock != NO_CLOCK || minutes > 24 * 60)
        return false;
    s->clock = minutes;
    s->sure = sure;
    return true;
}

/* "tới" before another number is "to"; else it is "next". */
static bool is_until(const struct parser *r, size_t k) {
    const struct atom *a = &r->atoms.at[k];
    size_t at;
    if (r->p->lang != LANG_VI || a->kind != ATOM_NEXT || r->p->c[a->start] != 't')
        return false;
    const struct atom *behind = peek(r, k + 1, a->end, &at);
    return behind && (behind->kind == ATOM_NUMBER || behind->kind == ATOM_CLOCK);
}

/* "3 giờ", "24h", "5 o'clock": a length when the words around or its size say so, else a clock. */
static bool take_hours(struct parser *r, struct side *s, double n, size_t behind, uint32_t end) {
    size_t at;
    const struct atom *next = peek(r, behind, end, &at);
    bool half = next && next->kind == ATOM_HALF;
    if (half) {
        n += 0.5;
        behind = at + 1;
        end = next->end;
        next = peek(r, behind, end, &at);
    }
    bool said = next && (next->kind == ATOM_LATER || next->kind == ATOM_WITHIN);
    bool next_as_later = s->next && !has_anything(s); /* sau 2 giờ */
    bool after = next && next->kind == ATOM_NEXT && r->p->lang == LANG_VI && !is_until(r, at) &&
                 r->p->c[end] != ',' && !s->by; /* 3 giờ tới; but "trước 12h tới nhà" */
    bool length = r->p->lang != LANG_EN && (s->within || s->during || s->later || said || next_as_later || after ||
                                            n > 24 || (n == 24 && !s->by && !s->at));
    if (s->has_part || (next && next->kind == ATOM_PART))
        length = false;
    if (length)
        add_length(s, n, UNIT_HOUR);
    else if (n < 0 || n > 24 || !take_clock(s, (int)(n * 60), n > 12))
        return false;
    s->end_at = end;
    r->k = behind;
    return true;
}

static bool clock_follows(const struct parser *r, const struct atom *a, const struct atom *next) {
    if (a->value < 1 || a->value > 24 || a->value != (int)a->value)
        return false;
    if (next)
        return next->kind == ATOM_REL || next->kind == ATOM_WEEKDAY || next->kind == ATOM_AT ||
               next->kind == ATOM_PART || next->kind == ATOM_TO || next->kind == ATOM_DATE ||
               next->kind == ATOM_THIS || next->kind == ATOM_NEXT || next->kind == ATOM_BY;
    uint32_t i = a->end;
    if (r->p->c[i] == '%' || r->p->c[i] == '$')
        return false;
    while (r->p->c[i] == ' ')
        i++;
    return !prose_is_letter(r->p->c[i]) && !fold_is_digit(r->p->c[i]);
}

/* A number takes its meaning from its neighbours. */
static bool take_number(struct parser *r, struct side *s) {
    const struct atom *a = &r->atoms.at[r->k];
    enum lang lang = r->p->lang;
    size_t at = r->k, at2;
    const struct atom *next = peek(r, r->k + 1, a->end, &at);
    const struct atom *next2 = next ? peek(r, at + 1, next->end, &at2) : NULL;
    if (next && next->kind == ATOM_HALF && next2 && next2->kind == ATOM_UNIT && lang == LANG_ZH) {
        add_length(s, a->value + 0.5, (enum unit)next2->value); /* 一个半小时 reads as 1, 半, 小时 */
        s->end_at = next2->end;
        r->k = at2 + 1;
        return true;
    }
    bool half_past = lang == LANG_VI && next && next->kind == ATOM_HALF && next2 &&
                     (next2->kind == ATOM_PART || next2->kind == ATOM_TO);
    if (half_past && a->value >= 1 && a->value <= 12) { /* 5 rưỡi sáng */
        s->end_at = next->end;
        r->k = at + 1;
        return take_clock(s, (int)a->value * 60 + 30, false);
    }
    if (next && next->kind == ATOM_UNIT) {
        bool month_named = next->value == UNIT_MONTH && lang == LANG_VI && next2 && next2->kind == ATOM_NUMBER &&
                           next2->value <= 12;
        if (month_named) { /* 20 tháng 3 */
            s->has_date = true;
            s->dom = (int)a->value;
            s->month = (int)next2->value;
            s->end_at = next2->end;
            r->k = at2 + 1;
            return a->value <= 31;
        }
        bool day_of_month = lang == LANG_ZH && next->value == UNIT_DAY && r->p->c[next->start] == U'日' &&
                            !(next2 && (next2->kind == ATOM_WITHIN || next2->kind == ATOM_LATER)) && !a->spelled &&
                            a->value <= 31 && !s->within;
        if (day_of_month) {
            s->has_dom = true;
            s->dom = (int)a->value;
        } else {
            if (has_day(s) || s->clock != NO_CLOCK || s->bare_part) /* 晚一天 */
                return false;
            double n = a->value;
            if (next2 && next2->kind == ATOM_HALF) { /* 1 tiếng rưỡi, 2 ชั่วโมงครึ่ง */
                n += 0.5;
                next = next2;
                at = at2;
                add_length(s, n, (enum unit)r->atoms.at[at2 - 1].value);
            } else
                add_length(s, n, (enum unit)next->value);
        }
        s->end_at = next->end;
        r->k = at + 1;
        return true;
    }
    if (next && next->kind == ATOM_CLOCK_MARK)
        return take_hours(r, s, a->value, at + 1, next->end);
    if (next && next->kind == ATOM_MERIDIEM && a->value <= 12) {
        s->meridiem = (int)next->value;
        s->end_at = next->end;
        r->k = at + 1;
        return take_clock(s, (int)a->value * 60, true);
    }
    if (next && next->kind == ATOM_MONTH && a->value >= 1 && a->value <= 31 && !s->has_date) {
        s->has_date = true;
        s->dom = (int)a->value;
        s->month = (int)next->value;
        s->end_at = next->end;
        r->k = at + 1;
        return true;
    }
    if (lang == LANG_VI && s->end && s->has_span && s->span == SPAN_MONTH && !s->month && !s->next && !s->this &&
        a->value >= 1 && a->value <= 12) { /* cuối tháng 9 */
        s->month = (int)a->value;
        s->end_at = a->end;
        r->k++;
        return true;
    }
    if (s->has_date && s->year == 0 && a->value >= 2000 && a->value < 2700) { /* March 20, 2026 */
        s->year = (int)a->value >= 2400 ? (int)a->value - 543 : (int)a->value;
        s->end_at = a->end;
        r->k++;
        return true;
    }
    if (lang == LANG_TH && s->has_date && s->year == 0 && a->value >= 60 && a->value < 100) {
        s->year = 2500 + (int)a->value - 543;
        s->end_at = a->end;
        r->k++;
        return true;
    }
    uint32_t behind = r->p->c[a->end];
    bool round = a->value == 60 || a->value == 90 || (a->value <= 45 && (int)a->value % 5 == 0 && a->value > 0);
    if (lang == LANG_EN && s->in && round && !next && !has_anything(s) && behind != ' ' && behind != '-' &&
        behind != '%' && !prose_is_letter(behind)) { /* in five. */
        add_length(s, a->value, UNIT_MINUTE);
        s->end_at = a->end;
        r->k++;
        return true;
    }
    bool to_follows = next && next->kind == ATOM_TO && (next->value != 2 || s->between || s->middle) && next2;
    if (to_follows && s->bare == 0 && s->clock == NO_CLOCK && !s->has_length) {
        s->bare = a->value; /* "2 to 4 pm", "1-2 ngày": the other side knows of what */
        s->end_at = a->end;
        r->k++;
        return true;
    }
    if ((s->by || s->at || s->between) && lang == LANG_EN && !s->has_length && clock_follows(r, a, next)) {
        s->end_at = a->end;
        r->k++;
        return take_clock(s, (int)a->value * 60, false);
    }
    return false;
}

static bool take_day_mark(struct parser *r, struct side *s) { /* ngày 20, วันที่ 20 */
    const struct atom *a = &r->atoms.at[r->k];
    size_t at, at2;
    const struct atom *next = peek(r, r->k + 1, a->end, &at);
    if (next && next->kind == ATOM_DATE) {
        r->k++;
        return true;
    }
    if (!next || next->kind != ATOM_NUMBER || next->value < 1 || next->value > 31 || s->has_dom || s->has_date)
        return false;
    const struct atom *unit = peek(r, at + 1, next->end, &at2);
    if (unit && unit->kind == ATOM_UNIT && unit->value != UNIT_MONTH)
        return false;
    if (unit && (unit->kind == ATOM_MONTH || (unit->kind == ATOM_UNIT && unit->value == UNIT_MONTH))) {
        r->k++;
        return true; /* the number and its month are read next */
    }
    s->has_dom = true;
    s->dom = (int)next->value;
    s->end_at = next->end;
    r->k = at + 1;
    return true;
}

static bool take_month(struct parser *r, struct side *s) { /* March 20 */
    const struct atom *a = &r->atoms.at[r->k];
    size_t at;
    const struct atom *next = peek(r, r->k + 1, a->end, &at);
    if (s->has_dom && !s->has_date) { /* the 20th of March */
        s->has_dom = false;
        s->has_date = true;
        s->month = (int)a->value;
        s->end_at = a->end;
        r->k++;
        return true;
    }
    if (next && (next->kind == ATOM_NUMBER || next->kind == ATOM_DOM) && next->value >= 1 && next->value <= 31 &&
        !s->has_date && !(next->kind == ATOM_NUMBER && next->spelled)) {
        s->has_date = true;
        s->month = (int)a->value;
        s->dom = (int)next->value;
        s->end_at = next->end;
        r->k = at + 1;
        return true;
    }
    bool month_end = s->has_span && s->span == SPAN_MONTH && !s->month && !s->next && !s->this;
    bool whole = r->p->lang == LANG_EN && (s->in || s->during) && !s->end; /* in March */
    if ((s->end || whole) && (month_end || !has_anything(s))) { /* end of March, สิ้นเดือนมีนาคม */
        s->has_span = true;
        s->span = SPAN_MONTH;
        s->month = (int)a->value;
        s->end_at = a->end;
        r->k++;
        return true;
    }
    return false;
}

static bool take_unit(struct parser *r, struct side *s) { /* a unit without a number */
    const struct atom *a = &r->atoms.at[r->k];
    enum unit u = (enum unit)a->value;
    size_t at;
    const struct atom *next = peek(r, r->k + 1, a->end, &at);
    if (u == UNIT_DAY && r->p->lang == LANG_VI && take_day_mark(r, s))
        return true;
    if (u == UNIT_DAY) { /* ngày thứ sáu, 那天: says nothing more */
        if (!next || !(next->kind == ATOM_WEEKDAY || next->kind == ATOM_DATE || next->kind == ATOM_REL))
            return false;
        r->k++;
        return true;
    }
    bool next_one = u == UNIT_WORKDAY && next && next->kind == ATOM_NEXT && next->value == 1 &&
                    (r->p->lang == LANG_VI || r->p->lang == LANG_TH); /* ngày làm việc tiếp theo */
    if (next_one && !s->next) {
        s->next = 1;
        a = next;
        r->k = at;
    }
    if (u == UNIT_WORKDAY && s->next == 1 && !has_day(s) && !s->has_length) { /* the next working day */
        add_length(s, 1, UNIT_WORKDAY);
        s->later = !s->by && !s->within;
        s->next = 0;
        s->end_at = a->end;
        r->k++;
        return true;
    }
    if (u == UNIT_WEEK && r->p->lang == LANG_EN && s->has_weekday && !s->next && !s->this &&
        s->days == 0) { /* Friday week */
        s->days = 7;
        s->end_at = a->end;
        r->k++;
        return true;
    }
    bool span = u == UNIT_WEEK || u == UNIT_MONTH || u == UNIT_YEAR;
    bool next_behind = next && (next->kind == ATOM_NEXT || next->kind == ATOM_THIS);
    bool named = u == UNIT_MONTH && r->p->lang == LANG_VI && (s->within || s->during) && !has_anything(s) && next &&
                 next->kind == ATOM_NUMBER && next->value >= 1 && next->value <= 12; /* nội trong tháng 6 */
    if (named) {
        s->within = false;
        s->month = (int)next->value;
        a = next;
        r->k = at;
    }
    if (span && !s->has_span && (s->next || s->this || s->end || next_behind || named)) {
        s->has_span = true;
        s->span = span_of(u);
        s->end_at = a->end;
        r->k++;
        return true;
    }
    return false;
}

static bool is_before(const struct parser *r, const struct atom *a) {
    uint32_t c = r->p->c[a->start];
    switch (r->p->lang) {
    case LANG_EN: return c == 'b' && r->p->c[a->start + 1] == 'e';
    case LANG_VI: return c == 't' && r->p->c[a->start + 2] != 0x1EC5 && a->end - a->start == 5;
    case LANG_ZH: return r->p->c[a->end - 1] == U'前';
    default: return c == 0x0E01;
    }
}

/* "5月14日周四", "tomorrow, Friday": the weekday of a day that is already known. */
static bool names_again(const struct parser *r, const struct side *s, const struct atom *weekday) {
    if (s->has_weekday || s->has_length || s->clock != NO_CLOCK || s->has_part)
        return false;
    return (s->has_date && s->month) || (s->has_rel && day_weekday(r->today + s->rel) == (int)weekday->value);
}

/* "tomorrow from 9 to 12": do hours of the day that was named begin at r->k? */
static bool opens_hours(const struct parser *r, const struct side *s) {
    size_t at = r->k;
    const struct atom *a = &r->atoms.at[r->k], *next = peek(r, at + 1, a->end, &at);
    if (!has_day(s) || s->clock != NO_CLOCK || s->has_length || !next ||
        (next->kind != ATOM_NUMBER && next->kind != ATOM_CLOCK))
        return false;
    next = peek(r, at + 1, next->end, &at);
    if (next && (next->kind == ATOM_MERIDIEM || next->kind == ATOM_CLOCK_MARK))
        next = peek(r, at + 1, next->end, &at);
    return next && next->kind == ATOM_TO;
}

/* Takes the part at r->k into the side; false ends the side. */
static bool take(struct parser *r, struct side *s) {
    const struct atom *a = &r->atoms.at[r->k];
    switch (a->kind) {
    case ATOM_GLUE: r->k++; return true;
    case ATOM_NUMBER: return take_number(r, s);
    case ATOM_UNIT: return take_unit(r, s);
    case ATOM_DOM_MARK: return take_day_mark(r, s);
    case ATOM_MONTH: return take_month(r, s);
    case ATOM_LENGTH:
        if (s->has_length || has_day(s))
            return false;
        add_length(s, a->value, UNIT_MINUTE);
        break;
    case ATOM_DAYS:
        if (s->has_length || has_day(s))
            return false;
        add_length(s, a->value, UNIT_DAY);
        break;
    case ATOM_REL:
        if (r->p->c[a->start] == U'当' && has_day(s)) /* 3月20日当天 */
            break;
        if (has_day(s) || s->has_length)
            return false;
        s->has_rel = true;
        s->rel = (int)a->value;
        break;
    case ATOM_WEEKDAY:
        if (names_again(r, s, a))
            break;
        if (s->has_length && s->days >= 7 && s->at && !s->within && !s->in && r->p->lang == LANG_EN)
            s->has_length = false; /* a week on Friday: that many days behind it */
        if (s->has_weekday || s->has_date || s->has_rel || s->has_length || (s->has_span && !s->next && !s->this))
            return false;
        s->weak = !a->sure && !has_anything(s) && !s->by && !s->at && !s->next && !s->this;
        s->has_weekday = true;
        s->weekday = (int)a->value;
        break;
    case ATOM_DATE:
        if (s->has_date || s->has_length)
            return false;
        s->has_date = true;
        s->year = a->year, s->month = a->month, s->dom = a->day;
        break;
    case ATOM_DOM:
        if (s->has_dom || s->has_date || s->has_length)
            return false;
        s->has_dom = true;
        s->dom = (int)a->value;
        s->weak = false; /* "Sun 25th" is no star */
        break;
    case ATOM_THIS:
        if (s->this || s->next)
            return false;
        if (r->p->lang == LANG_ZH &&
            (s->has_length || r->k + 1 == r->atoms.n || a[1].start != a->end || a[1].kind == ATOM_GLUE))
            return false; /* 要一周，您这单; 原本约今天 */
        s->this = true;
        break;
    case ATOM_NEXT:
        if (is_until(r, r->k) && (s->clock != NO_CLOCK || s->bare != 0)) /* 2h tới 4h */
            return false;
        if (s->next || (s->has_part && !has_day(s)))
            return false;
        s->next = (int)a->value;
        break;
    case ATOM_SPAN:
        if (s->has_span || s->has_date || s->has_length)
            return false;
        s->has_span = true;
        s->span = (enum span)a->value;
        s->month = a->month;
        break;
    case ATOM_END: s->end = true; break;
    case ATOM_PART:
        if (s->has_part || s->has_length)
            return false;
        s->bare_part = !a->sure && !has_day(s);
        s->has_part = true;
        s->part = (enum part)a->value;
        break;
    case ATOM_MERIDIEM:
        if (r->p->lang == LANG_EN && s->clock == NO_CLOCK && has_day(s) && !s->has_part) { /* tomorrow am */
            s->has_part = true;
            s->part = a->value == 1 ? PART_AFTERNOON : PART_MORNING;
            break;
        }
        if (s->clock == NO_CLOCK || s->meridiem >= 0)
            return false;
        s->meridiem = (int)a->value;
        break;
    case ATOM_CLOCK:
        if (s->has_length || !take_clock(s, (int)a->value, a->sure))
            return false;
        break;
    case ATOM_CLOCK_MARK:
        if (s->clock == NO_CLOCK)
            return false;
        break;
    case ATOM_BY: {
        size_t behind;
        if (r->p->lang == LANG_TH && a->value != 1 && is_before(r, a) && has_anything(s) &&
            !peek(r, r->k + 1, a->end, &behind)) /* ส่งให้เย็นนี้ก่อน: first, not before */
            return false;
        s->by = true;
        s->before |= is_before(r, a);
        s->past |= s->has_length && r->p->lang != LANG_EN; /* 两天前, 2 ngày trước: ago */
        break;
    }
    case ATOM_WITHIN: s->within = true; break;
    case ATOM_DURING: s->during = true; break;
    case ATOM_AT: {
        size_t behind;
        if (r->p->lang == LANG_ZH && has_anything(s) && !peek(r, r->k + 1, a->end, &behind)) /* 24小时在线 */
            return false;
        s->at = true;
        break;
    }
    case ATOM_IN: s->in = true; break;
    case ATOM_BETWEEN:
        if (r->p->lang == LANG_ZH && has_anything(s)) /* 四点前由主管致电 */
            return false;
        if (r->p->lang == LANG_VI && a->value == 1)
            s->middle = true;
        else
            s->between = true;
        break;
    case ATOM_FROM:
        if (has_anything(s) && !opens_hours(r, s))
            return false;
        s->between = true;
        break;
    case ATOM_LATER:
        if (r->p->lang != LANG_TH && !s->has_length)
            return false;
        s->later = true;
        break;
    case ATOM_PAST: s->past = true; break;
    case ATOM_FEAST: s->feast = true; break;
    default: return false;
    }
    s->end_at = a->end;
    r->k++;
    return true;
}

static bool opens_side(const struct atom *a) { /* words before a time; behind one they begin another */
    return a->kind == ATOM_BY || a->kind == ATOM_WITHIN || a->kind == ATOM_DURING || a->kind == ATOM_BETWEEN ||
           a->kind == ATOM_IN;
}

/* A part of a day with its day in one word: "trưa mai", "tonight". */
static bool names_day(const struct parser *r, const struct atom *a) {
    size_t k = (size_t)(a - r->atoms.at);
    return k + 1 < r->atoms.n && a->kind == ATOM_PART && a[1].kind == ATOM_REL && a[1].start == a->start;
}

/* "by Tuesday, October 27, by 8 p.m.": a second "by" that brings the hour of the day that was named. */
static bool opens_clock(const struct parser *r, const struct side *s, const struct atom *a) {
    size_t k = (size_t)(a - r->atoms.at), at;
    const struct atom *next = peek(r, k + 1, a->end, &at);
    if (r->p->lang != LANG_EN || a->kind != ATOM_BY || !has_day(s) || s->clock != NO_CLOCK || s->has_part || !next)
        return false;
    const struct atom *behind = next->kind == ATOM_NUMBER ? peek(r, at + 1, next->end, &at) : NULL;
    return next->kind == ATOM_CLOCK || (behind && behind->kind == ATOM_MERIDIEM);
}

static bool names_date(const struct parser *r, const struct atom *a) {
    size_t at;
    const struct atom *next = peek(r, (size_t)(a - r->atoms.at) + 1, a->end, &at);
    return next && next->kind == ATOM_DATE;
}

/* Does the side already know enough for a marker behind it to open the next time? "trước thứ 6, trong 2 ngày" */
static bool starts_another(const struct parser *r, const struct side *s, const struct atom *a) {
    if (has_day(s) && names_day(r, a->kind == ATOM_BY && a->value != 1 ? a + 1 : a)) /* "hôm nay, trưa mai" */
        return true;
    if (r->p->lang == LANG_VI && a->kind == ATOM_BY && a->value != 1 && has_day(s) && names_date(r, a))
        return true; /* hóa đơn tháng này, chậm nhất 31/3 */
    bool behind_too = (a->kind == ATOM_BY || a->kind == ATOM_WITHIN) && a->value == 1; /* Friday at the latest */
    if (!opens_side(a) || !has_anything(s) || behind_too || r->p->lang == LANG_ZH)
        return false;
    if (a->kind == ATOM_BETWEEN)
        return s->clock != NO_CLOCK;
    if (a->kind == ATOM_IN || opens_clock(r, s, a))
        return a->kind == ATOM_IN;
    if (s->has_length || s->clock != NO_CLOCK)
        return a->kind != ATOM_BY || r->p->lang == LANG_EN || s->by || s->within;
    return s->by || s->within;
}

/* Behind a Chinese comma an hour may go on with its day, but another day, length or limit is another time:
 * "不必等月底，下周二"; and what has named no time yet names none: "我不在，周一". */
static bool begins_behind_comma(const struct parser *r, const struct side *s, uint32_t end, const struct atom *a) {
    if (r->p->lang != LANG_ZH || r->p->c[end] != ',' || s->bare)
        return false;
    switch (a->kind) {
    case ATOM_REL:
    case ATOM_NEXT:
    case ATOM_THIS:
    case ATOM_DATE:
    case ATOM_SPAN:
    case ATOM_END:
    case ATOM_BY:
    case ATOM_WITHIN:
    case ATOM_LENGTH:
    case ATOM_DAYS: return true;
    case ATOM_NUMBER: return s->has_length || !has_anything(s);
    default: return !has_anything(s);
    }
}

static struct side read_side(struct parser *r, struct side s) {
    s.start = r->atoms.at[r->k].start;
    uint32_t end = s.start;
    while (r->k < r->atoms.n) {
        const struct atom *a = &r->atoms.at[r->k];
        if (a->start > end && (begins_behind_comma(r, &s, end, a) || !adjacent(r, end, a->start)))
            break;
        if (starts_another(r, &s, a))
            break;
        size_t before = r->k;
        if (!take(r, &s))
            break;
        end = r->atoms.at[r->k > before ? r->k - 1 : before].end;
    }
    return s;
}

/* ---- weighing ---- */

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

static int32_t weekday_of(const struct parser *r, const struct side *s) {
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
        *from = *to = weekday_of(r, s);
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
    if (s->meridiem == 0)
        h %= 12;
    else if (s->meridiem == 1)
        h = h % 12 + 12;
    else if (s->has_part && s->part == PART_EVENING && s->sure && h >= 1 && h <= 5)
        h += 24; /* คืนนี้ตีสอง */
    else if (noonward && h < 12)
        h += 12;
    else if (noonward && h == 12 && s->part == PART_EVENING)
        h = 24;
    else if (s->has_part && s->part == PART_NOON && h <= 2)
        h += 12;
    else if ((!s->has_part || s->part == PART_CLOSE) && !s->sure && h >= 1 && h <= 6)
        h += 12;
    if (h == 24 && m == 0)
        return END_OF_DAY;
    return h * 3600 + m * 60;
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
    if (s->within)
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

static bool weigh(const struct parser *r, const struct side *s, struct when *w) {
    if (s->past || s->feast || s->weak)
        return false;
    if (s->has_length && !has_day(s) && s->clock == NO_CLOCK)
        return weigh_length(r, s, w);
    if (s->has_length)
        return false;
    int32_t from = r->today, to = r->today;
    bool day_said = has_day(s);
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

/* ---- ranges ---- */

static bool joins(const struct side *a, const struct atom *to, const struct side *b) {
    if (to->value == 2 && !a->between && !a->middle) /* "and" only behind "between" */
        return false;
    if (a->past || b->past || b->feast)
        return false;
    if (a->bare)
        return b->has_length || b->clock != NO_CLOCK || b->has_date || b->has_dom;
    if (a->has_length || b->has_length)
        return a->has_length && b->has_length;
    if (a->clock != NO_CLOCK || b->clock != NO_CLOCK)
        return a->clock != NO_CLOCK && (b->clock != NO_CLOCK || b->bare);
    return (has_day(a) && has_day(b)) || (a->has_part && b->has_part);
}

static void copy_day(struct side *to, const struct side *from) {
    to->has_rel = from->has_rel, to->rel = from->rel;
    to->has_weekday = from->has_weekday, to->weekday = from->weekday;
    to->has_date = from->has_date, to->year = from->year, to->month = from->month, to->dom = from->dom;
    to->has_dom = from->has_dom, to->has_span = from->has_span, to->span = from->span;
    to->next = from->next, to->this = from->this;
}

/* Noon and close of business stand for a clock time beside one. */
static void part_as_clock(struct side *s) {
    static const int at[] = {[PART_NOON] = 12 * 60, [PART_CLOSE] = 18 * 60, [PART_MIDNIGHT] = 24 * 60};
    if (s->clock == NO_CLOCK && s->has_part &&
        (s->part == PART_NOON || s->part == PART_CLOSE || s->part == PART_MIDNIGHT)) {
        s->clock = at[s->part];
        s->sure = true;
        s->has_part = false;
    }
}

static bool weigh_range(const struct parser *r, struct side *a, struct side *b, struct when *w) {
    bool by = a->by || (a->within && r->p->lang != LANG_VI); /* trong khoảng 19 đến 21/3: between */
    if (b->has_length) {                                     /* 1-2 business days: the upper end, as a whole */
        b->by = b->before = false;
        b->within = !a->later;
        b->later |= a->later;
        return weigh(r, b, w);
    }
    if (a->bare && b->clock == NO_CLOCK) { /* 20-22/3 */
        copy_day(a, b);
        a->dom = (int)a->bare;
        a->bare = 0;
    } else if (a->bare) {
        a->clock = (int)(a->bare * 60);
        a->bare = 0;
        /* "9 to 5 pm": only a first hour below the second takes its half of the day. */
        if (a->clock <= b->clock || b->clock / 60 == 12)
            a->meridiem = b->meridiem == 1 && b->clock / 60 == 12 && a->clock / 60 != 12 ? 0 : b->meridiem;
        a->sure = b->sure && b->meridiem < 0;
        if (b->sure && b->meridiem < 0 && b->clock > 12 * 60 && a->clock + 12 * 60 < b->clock && a->clock < 8 * 60)
            a->clock += 12 * 60;
    }
    if (b->bare) {
        b->clock = (int)(b->bare * 60);
        b->sure = false;
        b->bare = 0;
    }
    if (a->clock != NO_CLOCK) {
        if (has_day(a) && !has_day(b))
            copy_day(b, a);
        else if (has_day(b) && !has_day(a))
            copy_day(a, b);
        if (b->has_part && !a->has_part && a->meridiem < 0 && (a->clock <= b->clock || b->clock >= 12 * 60)) {
            a->has_part = true;
            a->part = b->part;
        } else if (a->has_part && !b->has_part && b->meridiem < 0) {
            b->has_part = true;
            b->part = a->part;
        }
        if (a->meridiem < 0 && !a->sure && b->meridiem >= 0 && !a->has_part && a->clock < b->clock &&
            b->clock / 60 != 12)
            a->meridiem = b->meridiem;
    } else if (a->has_part && b->has_part && !has_day(b))
        copy_day(b, a);
    struct when first = {0}, second = {0};
    struct side one = *a, two = *b;
    one.by = one.within = two.by = two.within = false;
    one.whole = two.whole = true;
    if (one.has_weekday && two.has_weekday && !one.next && !two.next && weekday_of(r, &two) < weekday_of(r, &one)) {
        two.has_rel = true; /* "Monday to Wednesday", said on a Tuesday */
        two.rel = weekday_of(r, &two) + 7 - r->today;
    }
    if (!weigh(r, &one, &first) || !weigh(r, &two, &second))
        return false;
    if (second.to < first.from && !has_day(a)) /* the first hour is over: what is left of the range */
        first.from = r->f->now / 1000 * 1000;
    if (second.to < first.from)
        return false;
    w->form = by ? WHEN_BY : WHEN_BETWEEN;
    w->from = by ? r->f->now / 1000 * 1000 : first.from;
    w->to = second.to;
    return true;
}

/* 里, 内, 前, 后 stand behind their time: "系统里周一更新" is no more than Monday. */
static bool stands_behind(const struct parser *r, const struct atom *a) {
    uint32_t last = r->p->c[a->end - 1];
    return last == U'里' || last == U'内' || last == U'前' || last == U'后';
}

static bool can_begin(const struct parser *r, const struct atom *a) {
    bool behind = r->p->lang == LANG_VI || r->p->lang == LANG_TH; /* "này", "หน้า" stand behind their noun */
    if (behind && (a->kind == ATOM_THIS || (a->kind == ATOM_NEXT && r->p->c[a->start] != 's')))
        return a[1].start == a->start && r->k + 1 < r->atoms.n; /* but a compound such as "tuần này" may begin */
    if (r->p->lang == LANG_ZH && (a->kind == ATOM_WITHIN || a->kind == ATOM_BY || a->kind == ATOM_LATER) &&
        stands_behind(r, a))
        return false;
    return a->kind != ATOM_GLUE && a->kind != ATOM_TO && a->kind != ATOM_MERIDIEM && a->kind != ATOM_HALF &&
           a->kind != ATOM_CLOCK_MARK && a->kind != ATOM_NONE;
}

/* Is the part at k the "to" of a range? Vietnamese "tới" is also "next". */
static const struct atom *range_sign(const struct parser *r, const struct side *s) {
    size_t at;
    const struct atom *a = peek(r, r->k, s->end_at, &at);
    if (!a || !(a->kind == ATOM_TO || (a->kind == ATOM_NEXT && r->p->lang == LANG_VI && r->p->c[a->start] == 't')))
        return NULL;
    return a;
}

/* The far end of a range: behind `sign`, begun by what the near end knows. */
static struct side read_far_end(struct parser *r, const struct side *one, const struct atom *next, size_t at) {
    struct side two = nothing;
    bool english_hours = one->bare && one->between && r->p->lang == LANG_EN;
    two.at = english_hours || /* between 8 and 10 tomorrow morning; tomorrow, 8 to 10 */
             (one->bare && has_day(one) && r->p->lang == LANG_EN);
    r->k = at;
    two = read_side(r, two);
    if (has_anything(&two) || next->kind != ATOM_NUMBER)
        return two;
    bool days = (r->p->lang == LANG_VI || r->p->lang == LANG_TH) && one->has_dom && one->clock == NO_CLOCK;
    if (days && next->value > one->dom && next->value <= 31) { /* วันที่ 20-21 นี้ */
        two.has_dom = true;
        two.dom = (int)next->value;
    } else if (one->clock != NO_CLOCK && one->meridiem < 0 && next->value <= 12)
        two.bare = next->value;
    else if (english_hours && next->value <= 24) /* between 2 and 4 */
        two.clock = (int)next->value * 60;
    else
        return two;
    two.end_at = next->end;
    r->k = at + 1;
    return two;
}

/* "2 to 4 pm": true when what stands behind `one` makes a range of it; otherwise nothing is read. */
static bool read_range(struct parser *r, struct side *one, struct when *w) {
    const struct atom *sign = one->bare || has_anything(one) ? range_sign(r, one) : NULL;
    size_t before = r->k, at;
    if (!sign)
        return false;
    const struct atom *next = peek(r, (size_t)(sign - r->atoms.at) + 1, sign->end, &at);
    bool arrives = r->p->lang == LANG_ZH && r->p->c[sign->end] == ','; /* 周二到，周三装 */
    if (next && !arrives) {
        if (next->kind == ATOM_NUMBER && r->p->lang == LANG_EN) /* between noon and 2 */
            part_as_clock(one);
        struct side two = read_far_end(r, one, next, at);
        if (one->clock != NO_CLOCK || one->bare || two.clock != NO_CLOCK) {
            part_as_clock(one);
            part_as_clock(&two);
        }
        if (joins(one, sign, &two) && weigh_range(r, one, &two, w)) {
            w->end = two.end_at;
            return true;
        }
    }
    r->k = before;
    return false;
}

/* Between the day that was named and this hour: does another act begin? "it may come tomorrow, but I'll ring at
 * four" */
static bool goes_on(const struct parser *r, const struct side *s, const struct when *named) {
    for (uint32_t i = named->end; i < s->start; i++)
        if (r->p->c[i] == ',' || r->p->c[i] == '\'')
            return false;
    return !s->by;
}

/* 当天, "the same day", cùng ngày, trong ngày: the day that was named before; without one it is today. */
static bool says_same_day(const struct parser *r, const struct side *s) {
    const uint32_t *c = r->p->c + s->start;
    if (r->p->lang == LANG_VI && c[0] == 'n' && c[3] == 'y')
        c += strlen("ngay ");
    if (r->p->lang == LANG_VI) /* not "tối nay" */
        return s->has_rel && s->rel == 0 && (c[0] == 'c' || (c[0] == 't' && c[1] == 'r' && c[2] == 'o'));
    if (r->p->lang == LANG_EN && c[0] == 't' && c[1] == 'h' && c[2] == 'e')
        c += strlen("the ");
    return s->has_rel && (c[0] == U'当' || (r->p->lang == LANG_EN && c[0] == 's' && c[1] == 'a'));
}

/* "明早去仓库，中午前回您", "at 6 am tomorrow and back at 7 pm": an hour without a day belongs to the day that its
 * sentence named before. */
static void take_day_over(const struct parser *r, struct side *s, const struct when *named) {
    bool same_day = says_same_day(r, s);
    bool here = named && (r->p->lang == LANG_ZH || (r->p->lang == LANG_VI && same_day) ||
                          (r->p->lang == LANG_EN && (same_day || goes_on(r, s, named))));
    if (!here || s->has_length || (has_day(s) && !same_day) ||
        prose_sentence_of(r->p, named->start) != prose_sentence_of(r->p, s->start))
        return;
    int64_t day = zone_to_local(r->f->zone, named->from) / DAY;
    bool one_day = named->form != WHEN_BY && named->form != WHEN_WITHIN && named->form != WHEN_LATER &&
                   zone_to_local(r->f->zone, named->to) / DAY == day;
    bool aside = s->bare_part && s->clock == NO_CLOCK;
    aside |= s->has_part && s->part == PART_CLOSE && !s->by && !s->within && !s->at && !s->end;
    if (one_day && day > r->today && !aside && (s->clock != NO_CLOCK || s->has_part || same_day)) {
        s->has_rel = true;
        s->rel = (int)(day - r->today);
    }
}

struct whens when_find(struct arena *a, const struct prose *p, const struct when_frame *f) {
    struct parser r = {.p = p, .f = f, .atoms = when_atoms(a, p, f->month_first)};
    r.now = zone_to_local(f->zone, f->now);
    r.today = (int32_t)(r.now / DAY);
    struct whens out = {0, ARENA_ARRAY(a, r.atoms.n + 1, struct when)};
    while (r.k < r.atoms.n) {
        if (!can_begin(&r, &r.atoms.at[r.k])) {
            r.k++;
            continue;
        }
        size_t first = r.k;
        struct side one = read_side(&r, nothing);
        take_day_over(&r, &one, out.n ? &out.at[out.n - 1] : NULL);
        struct when w = {.start = one.start, .end = one.end_at};
        bool found = read_range(&r, &one, &w);
        bool since = one.between && !found; /* "from Monday", "từ thứ hai" without an end */
        if (!found && has_anything(&one) && !one.bare && !since)
            found = weigh(&r, &one, &w);
        if (found && !(one.past || one.feast))
            out.at[out.n++] = w;
        if (r.k == first)
            r.k++;
    }
    return out;
}
