#include "text/fold.h"
#include "text/when_number.h"
#include "text/when_side.h"

#include <string.h>
#include <uchar.h>

const struct side side_nothing = {.clock = NO_CLOCK, .meridiem = -1};

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

/* The next part beside the one that ends at `end`, over words that say side_nothing; NULL when there is none. */
const struct atom *when_peek(const struct parser *r, size_t k, uint32_t end, size_t *at) {
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

bool side_has_day(const struct side *s) {
    return s->has_rel || s->has_weekday || s->has_date || s->has_dom || s->has_span;
}
bool side_has_anything(const struct side *s) {
    return side_has_day(s) || s->has_part || s->has_length || s->clock != NO_CLOCK;
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
    const struct atom *behind = when_peek(r, k + 1, a->end, &at);
    return behind && (behind->kind == ATOM_NUMBER || behind->kind == ATOM_CLOCK);
}

/* "3 giờ", "24h", "5 o'clock": a length when the words around or its size say so, else a clock. */
static bool take_hours(struct parser *r, struct side *s, double n, size_t behind, uint32_t end) {
    size_t at;
    const struct atom *next = when_peek(r, behind, end, &at);
    bool half = next && next->kind == ATOM_HALF;
    if (half) {
        n += 0.5;
        behind = at + 1;
        end = next->end;
        next = when_peek(r, behind, end, &at);
    }
    bool said = next && (next->kind == ATOM_LATER || next->kind == ATOM_WITHIN);
    bool next_as_later = s->next && !side_has_anything(s); /* sau 2 giờ */
    bool after = next && next->kind == ATOM_NEXT && r->p->lang == LANG_VI && !is_until(r, at) &&
                 r->p->c[end] != ',' && !s->by;                 /* 3 giờ tới; but "trước 12h tới nhà" */
    bool within = (s->within || s->during) && !side_has_day(s); /* not "trong hôm nay, trước 18h" */
    bool length = r->p->lang != LANG_EN &&
                  (within || s->later || said || next_as_later || after || n > 24 || (n == 24 && !s->by && !s->at));
    bool no_later = r->p->lang == LANG_VI && r->p->c[s->start] == 'k' && n > 12 && n < 24; /* không quá 17h */
    if (s->has_part || (next && next->kind == ATOM_PART) || no_later)
        length = false;
    if (length)
        add_length(s, n, UNIT_HOUR);
    else if (n < 0 || n > 24 || !take_clock(s, (int)(n * 60), n > 12))
        return false;
    s->end_at = end;
    r->k = behind;
    return true;
}

/* "tonight at 8 our driver calls you": what cannot be counted by the number before it. */
static bool begins_clause(const struct prose *p, uint32_t i) {
    static const char32_t *const words[] = {U"i",    U"we",   U"you", U"he",      U"she",    U"it",
                                            U"they", U"our",  U"my",  U"your",    U"the",    U"this",
                                            U"and",  U"then", U"so",  U"whether", U"either", U"even"};
    uint32_t end;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (when_text_at(p, i, words[k], &end))
            return true;
    return false;
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
    return begins_clause(r->p, i) || (!prose_is_letter(r->p->c[i]) && !fold_is_digit(r->p->c[i]));
}

/* A number takes its meaning from its neighbours. */
static bool take_number(struct parser *r, struct side *s) {
    const struct atom *a = &r->atoms.at[r->k];
    enum lang lang = r->p->lang;
    size_t at = r->k, at2;
    const struct atom *next = when_peek(r, r->k + 1, a->end, &at);
    const struct atom *next2 = next ? when_peek(r, at + 1, next->end, &at2) : NULL;
    if (next && next->kind == ATOM_HALF && next2 && next2->kind == ATOM_UNIT && lang == LANG_ZH) {
        add_length(s, a->value + 0.5, (enum unit)next2->value); /* 一个半小时 reads as 1, 半, 小时 */
        s->end_at = next2->end;
        r->k = at2 + 1;
        return true;
    }
    enum { HOUR_AND_A_HALF = 90 };
    bool hours = lang == LANG_TH && next && next->kind == ATOM_LENGTH && next->value == HOUR_AND_A_HALF;
    bool days = lang == LANG_TH && next && next->kind == ATOM_REL && next->value == 0 &&
                next->start == a->end + 1 && a->value >= 2 && a->value <= 31 && (s->within || s->by);
    if ((hours || days) && !side_has_anything(s)) { /* 2 ชั่วโมงครึ่ง, ภายใน 3 วันนี้ */
        add_length(s, hours ? a->value + 0.5 : a->value, hours ? UNIT_HOUR : UNIT_DAY);
        s->end_at = next->end;
        r->k = at + 1;
        return true;
    }
    bool hour_awaited =
        s->by || s->at || s->has_part || (next2 && (next2->kind == ATOM_PART || next2->kind == ATOM_TO));
    bool half_past = lang == LANG_VI && next && next->kind == ATOM_HALF && hour_awaited;
    if (half_past && a->value >= 1 && a->value <= 12) { /* 5 rưỡi sáng, trước 10 rưỡi, sáng mai 9 rưỡi */
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
            if (side_has_day(s) || s->clock != NO_CLOCK || s->bare_part) /* 晚一天 */
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
    if (lang == LANG_EN && s->in && round && !next && !side_has_anything(s) && behind != ' ' && behind != '-' &&
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
    const struct atom *next = when_peek(r, r->k + 1, a->end, &at);
    if (next && next->kind == ATOM_DATE) {
        r->k++;
        return true;
    }
    if (!next || next->kind != ATOM_NUMBER || next->value < 1 || next->value > 31 || s->has_dom || s->has_date)
        return false;
    const struct atom *unit = when_peek(r, at + 1, next->end, &at2);
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
    const struct atom *next = when_peek(r, r->k + 1, a->end, &at);
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
    if ((s->end || whole) && (month_end || !side_has_anything(s))) { /* end of March, สิ้นเดือนมีนาคม */
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
    const struct atom *next = when_peek(r, r->k + 1, a->end, &at);
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
    if (u == UNIT_WORKDAY && s->next == 1 && !side_has_day(s) && !s->has_length) { /* the next working day */
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
    bool named = u == UNIT_MONTH && r->p->lang == LANG_VI && (s->within || s->during) && !side_has_anything(s) &&
                 next && next->kind == ATOM_NUMBER && next->value >= 1 && next->value <= 12; /* nội trong tháng 6 */
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
    const struct atom *a = &r->atoms.at[r->k], *next = when_peek(r, at + 1, a->end, &at);
    if (!side_has_day(s) || s->clock != NO_CLOCK || s->has_length || !next ||
        (next->kind != ATOM_NUMBER && next->kind != ATOM_CLOCK))
        return false;
    next = when_peek(r, at + 1, next->end, &at);
    if (next && (next->kind == ATOM_MERIDIEM || next->kind == ATOM_CLOCK_MARK))
        next = when_peek(r, at + 1, next->end, &at);
    return next && next->kind == ATOM_TO;
}

bool side_opens_limit(const struct parser *r, const struct atom *a) {
    uint32_t c = r->p->c[a->start];
    bool until = (a->kind == ATOM_TO && c == 0x0111) || (a->kind == ATOM_NEXT && c == 't');
    return r->p->lang == LANG_VI && until && a->end - a->start == 3 &&
           r->p->sentences[prose_sentence_of(r->p, a->start)].start == a->start;
}

/* "thứ Năm tới tay anh": it arrives, and is not "next Thursday". */
static bool is_arrival(const struct parser *r, const struct atom *a) {
    static const char32_t *const places[] = {U" tay", U" nơi", U" nhà", U" kho", U" cửa",
                                             U" chỗ", U" tận", U" đây", U" noi"};
    if (r->p->lang != LANG_VI || r->p->c[a->start] != 't')
        return false;
    for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
        uint32_t n = 0;
        while (places[k][n] && r->p->c[a->end + n] == (uint32_t)places[k][n])
            n++;
        if (!places[k][n] && !prose_is_letter(r->p->c[a->end + n]))
            return true;
    }
    return false;
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
        if (s->has_length || side_has_day(s))
            return false;
        add_length(s, a->value, UNIT_MINUTE);
        break;
    case ATOM_DAYS:
        if (s->has_length || side_has_day(s))
            return false;
        add_length(s, a->value, UNIT_DAY);
        break;
    case ATOM_REL:
        if (r->p->c[a->start] == U'当' && side_has_day(s)) /* 3月20日当天 */
            break;
        if (s->has_length && (s->later || s->past) && a->value == 0 &&
            r->p->c[a->start - 1] == U'的') /* 一周后的今天 */
            break;
        if (side_has_day(s) || s->has_length)
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
        s->weak = !a->sure && !side_has_anything(s) && !s->by && !s->at && !s->next && !s->this;
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
    case ATOM_TO:
        if (!side_opens_limit(r, a) || side_has_anything(s))
            return false;
        s->by = true;
        break;
    case ATOM_NEXT:
        if (side_opens_limit(r, a) && !side_has_anything(s)) {
            s->by = true;
            break;
        }
        if (is_until(r, r->k) && (s->clock != NO_CLOCK || s->bare != 0)) /* 2h tới 4h */
            return false;
        if (side_has_anything(s) && is_arrival(r, a))
            return false;
        if (s->next || (s->has_part && !side_has_day(s)))
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
        s->bare_part = !a->sure && !side_has_day(s);
        s->has_part = true;
        s->part = (enum part)a->value;
        break;
    case ATOM_MERIDIEM:
        if (r->p->lang == LANG_EN && s->clock == NO_CLOCK && side_has_day(s) && !s->has_part) { /* tomorrow am */
            s->has_part = true;
            s->part = a->value == 1 ? PART_AFTERNOON : PART_MORNING;
            break;
        }
        if (s->clock == NO_CLOCK || s->meridiem >= 0)
            return false;
        s->meridiem = (int)a->value;
        break;
    case ATOM_CLOCK:
        if (a->value == CLOCK_NOW && !side_has_day(s))
            return false;
        if (s->has_length ||
            !take_clock(s, a->value == CLOCK_NOW ? (int)(r->now % DAY / 60) : (int)a->value, a->sure))
            return false;
        break;
    case ATOM_CLOCK_MARK:
        if (s->clock == NO_CLOCK)
            return false;
        break;
    case ATOM_BY: {
        size_t behind;
        if (r->p->lang == LANG_TH && a->value != 1 && is_before(r, a) && side_has_anything(s) &&
            !when_peek(r, r->k + 1, a->end, &behind)) /* ส่งให้เย็นนี้ก่อน: first, not before */
            return false;
        s->by = true;
        s->before |= is_before(r, a);
        if (s->later && s->workdays == 1) /* 下个工作日前: of that day, and no longer behind it */
            s->later = false;
        else
            s->past |= s->has_length && r->p->lang != LANG_EN; /* 两天前, 2 ngày trước: ago */
        break;
    }
    case ATOM_WITHIN: s->within = true; break;
    case ATOM_DURING: s->during = true; break;
    case ATOM_AT: {
        size_t behind;
        if (r->p->lang == LANG_ZH && side_has_anything(s) &&
            !when_peek(r, r->k + 1, a->end, &behind)) /* 24小时在线 */
            return false;
        s->at = true;
        break;
    }
    case ATOM_IN: s->in = true; break;
    case ATOM_BETWEEN:
        if (r->p->lang == LANG_ZH && side_has_anything(s)) /* 四点前由主管致电 */
            return false;
        if (r->p->lang == LANG_VI && a->value == 1)
            s->middle = true;
        else
            s->between = true;
        break;
    case ATOM_FROM:
        if (side_has_anything(s) && !opens_hours(r, s))
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

/* "by Tuesday, October 27, by 8 p.m.", "chậm nhất thứ Tư trước 5h chiều", "ไม่เกินวันพุธก่อนเที่ยง": a second "by" that
 * brings the hour of the day that was named. */
static bool opens_clock(const struct parser *r, const struct side *s, const struct atom *a) {
    size_t k = (size_t)(a - r->atoms.at), at;
    const struct atom *next = when_peek(r, k + 1, a->end, &at);
    if (k + 1 < r->atoms.n && a[1].start == a->start) /* in one word with its part of the day */
        next = a + 1;
    if (a->kind != ATOM_BY || !side_has_day(s) || s->clock != NO_CLOCK || s->has_part || !next)
        return false;
    const struct atom *behind = next->kind == ATOM_NUMBER ? when_peek(r, at + 1, next->end, &at) : NULL;
    return next->kind == ATOM_CLOCK || (next->kind == ATOM_PART && !names_day(r, next)) ||
           (behind && (behind->kind == ATOM_MERIDIEM || behind->kind == ATOM_CLOCK_MARK));
}

static bool names_date(const struct parser *r, const struct atom *a) {
    size_t at;
    const struct atom *next = when_peek(r, (size_t)(a - r->atoms.at) + 1, a->end, &at);
    return next && next->kind == ATOM_DATE;
}

/* Does the side already know enough for a marker behind it to open the next time? "trước thứ 6, trong 2 ngày" */
static bool starts_another(const struct parser *r, const struct side *s, const struct atom *a) {
    if (side_has_day(s) && names_day(r, a->kind == ATOM_BY && a->value != 1 ? a + 1 : a)) /* "hôm nay, trưa mai" */
        return true;
    if (r->p->lang == LANG_VI && a->kind == ATOM_BY && a->value != 1 && side_has_day(s) && names_date(r, a))
        return true; /* hóa đơn tháng này, chậm nhất 31/3 */
    bool behind_too = (a->kind == ATOM_BY || a->kind == ATOM_WITHIN) && a->value == 1; /* Friday at the latest */
    if (!opens_side(a) || !side_has_anything(s) || behind_too || r->p->lang == LANG_ZH)
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
    case ATOM_NUMBER: return s->has_length || !side_has_anything(s);
    default: return !side_has_anything(s);
    }
}

struct side side_read(struct parser *r, struct side s) {
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
