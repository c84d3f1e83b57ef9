#include "text/when_atoms.h"

#include "text/fold.h"
#include "text/when_number.h"
#include "text/when_words.h"

#include <pthread.h>
#include <string.h>
#include <uchar.h>

/* ---- the tables, folded and indexed once ---- */

enum { PHRASES_MAX = 600, PHRASE_LEN_MAX = 40, BUCKETS = 256 };

struct phrase {
    uint32_t c[PHRASE_LEN_MAX], bare[PHRASE_LEN_MAX];
    uint8_t n;
    bool exact; /* '=': only with its marks */
    const struct when_row *row;
    int next; /* the next longest in the bucket; -1 ends */
};

struct phrases {
    struct phrase at[PHRASES_MAX];
    int n;
    int marked[BUCKETS], unmarked[BUCKETS];
};

static struct phrases all[LANGS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void add_phrase(enum lang lang, const struct when_row *row, const char *s, size_t len) {
    struct phrases *set = &all[lang];
    if (set->n == PHRASES_MAX || len == 0)
        return;
    struct phrase *x = &set->at[set->n];
    x->exact = *s == '=';
    x->row = row;
    x->n = (uint8_t)prose_fold(lang, s + x->exact, len - x->exact, x->c, PHRASE_LEN_MAX);
    for (int i = 0; i < x->n; i++)
        x->bare[i] = fold_bare(x->c[i]);
    /* By the bare first letter, so that one chain serves both ways of typing. */
    int *at = &set->marked[x->bare[0] % BUCKETS];
    while (*at >= 0 && set->at[*at].n >= x->n)
        at = &set->at[*at].next;
    x->next = *at;
    *at = set->n++;
}

static void build(void) {
    for (enum lang l = 0; l < LANGS; l++) {
        memset(all[l].marked, -1, sizeof all[l].marked);
        for (const struct when_row *row = when_rows(l); row->kind; row++)
            for (const char *s = row->words; *s;) {
                const char *end = strchrnul(s, '|');
                add_phrase(l, row, s, (size_t)(end - s));
                s = *end ? end + 1 : end;
            }
    }
}

static uint32_t phrase_at(const struct prose *p, const struct phrase *x, uint32_t i) {
    const uint32_t *want = p->unmarked ? x->bare : x->c;
    if (p->unmarked && x->exact)
        return 0;
    uint32_t at = i;
    for (int k = 0; k < x->n; k++) {
        if (want[k] == ' ') {
            if (p->c[at] != ' ')
                return 0;
            while (p->c[at] == ' ')
                at++;
        } else if (at >= p->n || p->c[at++] != want[k])
            return 0;
    }
    if (prose_is_letter(want[x->n - 1]) && prose_is_letter(p->c[at]))
        return 0;
    /* A Thai word does not end before a mark that belongs to its last letter. */
    uint32_t next = p->c[at];
    if (p->lang == LANG_TH && (next == 0x0E30 || next == 0x0E31 || (next >= 0x0E33 && next <= 0x0E3A) ||
                               (next >= 0x0E47 && next <= 0x0E4E)))
        return 0;
    return at;
}

/* "chị Mai", and "Mai" alone on its line: a name; "mai" is tomorrow. */
static bool is_name(const struct prose *p, uint32_t i, uint32_t end) {
    static const uint32_t tomorrow[] = {'m', 'a', 'i'};
    if (!p->upper || end - i != 3 || memcmp(p->c + i, tomorrow, sizeof tomorrow) != 0 || !p->upper[i] ||
        p->upper[i + 1])
        return false;
    while (p->c[end] == ' ' || p->c[end] == '.')
        end++;
    bool line_ends = p->c[end] == '\n' || end >= p->n;
    bool behind_word = i > 1 && p->c[i - 1] == ' ' && prose_is_letter(p->c[i - 2]);
    return behind_word || (line_ends && i > 0 && p->c[i - 1] == '\n');
}

static const struct phrase *longest(const struct prose *p, uint32_t i, uint32_t *end) {
    if (prose_is_letter(p->c[i]) && i > 0 && prose_is_letter(p->c[i - 1]))
        return NULL;
    const struct phrases *set = &all[p->lang];
    for (int k = set->marked[fold_bare(p->c[i]) % BUCKETS]; k >= 0; k = set->at[k].next)
        if ((*end = phrase_at(p, &set->at[k], i)))
            return is_name(p, i, *end) ? NULL : &set->at[k];
    return NULL;
}

/* ---- digits: numbers, clocks, dates ---- */

static uint32_t skip_spaces(const struct prose *p, uint32_t i) {
    while (p->c[i] == ' ')
        i++;
    return i;
}

static int full_year(enum lang lang, int y) {
    if (y >= 2400) /* Buddhist */
        return y - 543;
    if (y >= 100)
        return y;
    return lang == LANG_TH && y >= 43 ? 2500 + y - 543 : 2000 + y;
}

static bool good_date(int y, int m, int d) {
    return m >= 1 && m <= 12 && d >= 1 && d <= 31 && (y == 0 || (y > 1900 && y < 2200));
}

/* 20/3, 20-3-2026, 2026/3/20: the place behind, or 0. */
static uint32_t numeric_date(const struct prose *p, uint32_t i, bool month_first, struct atom *a) {
    int v[3] = {0}, n = 0;
    uint32_t at = when_digits(p, i, &v[n++]), sign = p->c[at];
    if (sign != '/' && sign != '-' && sign != '.')
        return 0;
    while (n < 3 && p->c[at] == sign && fold_is_digit(p->c[at + 1]))
        at = when_digits(p, at + 1, &v[n++]);
    if (p->c[at] == sign && fold_is_digit(p->c[at + 1]))
        return 0;
    if (n == 1 || fold_is_digit(p->c[at]) || (n == 2 && sign != '/') || prose_is_letter(p->c[at]) ||
        p->c[at] == '%')
        return 0;
    if (n == 2 && v[0] == 24 && v[1] == 7)
        return 0;
    int y = 0, m, d;
    if (n == 3 && v[0] > 31) {
        y = v[0], m = v[1], d = v[2];
    } else {
        bool swap = (month_first && v[0] <= 12) || v[1] > 12;
        d = swap ? v[1] : v[0];
        m = swap ? v[0] : v[1];
        if (p->lang == LANG_ZH && n == 2) { /* Chinese writes the month first, unless that cannot be */
            d = v[0] <= 12 ? v[1] : v[0];
            m = v[0] <= 12 ? v[0] : v[1];
        }
        if (n == 3)
            y = v[2];
    }
    if (n == 3)
        y = full_year(p->lang, y);
    if (!good_date(y, m, d))
        return 0;
    *a = (struct atom){ATOM_DATE, i, at, 0, y, m, d, true, false};
    return at;
}

static bool clock_value(int h, int m) { return h >= 0 && h <= 24 && m >= 0 && m < 60; }

static struct atom clock_atom(uint32_t start, uint32_t end, int h, int m, bool sure) {
    return (struct atom){
        .kind = ATOM_CLOCK, .start = start, .end = end, .value = h * 60 + m, .sure = sure || h > 12};
}

static uint32_t thai_hours_mark(const struct prose *p, uint32_t i) {
    uint32_t at = skip_spaces(p, i), end;
    return when_text_at(p, at, U"น.", &end) || when_text_at(p, at, U"นาฬิกา", &end) ? end
           : when_text_at(p, at, U"น", &end) && (p->c[end] == ' ' || end >= p->n)  ? end
                                                                                   : 0;
}

/* Is the word before `i` one that stands before hours ("at 9.30"), or, in a range, between them? */
static bool follows_clock_word(const struct prose *p, uint32_t i, bool in_range) {
    static const char32_t *const words[] = {U"at",    U"by",   U"before",  U"until", U"till", U"around",
                                            U"about", U"from", U"between", U"and",   U"to"};
    enum { SINGLE = 7 };
    uint32_t start = i, end;
    while (start > 0 && p->c[start - 1] == ' ')
        start--;
    while (start > 0 && prose_is_letter(p->c[start - 1]))
        start--;
    for (size_t k = 0; k < (in_range ? sizeof words / sizeof *words : SINGLE); k++)
        if (when_text_at(p, start, words[k], &end) && end < i)
            return true;
    return false;
}

/* "from 9.50 euros", "to $9.50" */
static bool is_price(const struct prose *p, uint32_t i, uint32_t behind) {
    static const char32_t *const words[] = {U"euro",    U"euros", U"eur", U"pounds", U"dollars", U"usd",  U"gbp",
                                            U"percent", U"kg",    U"km",  U"cm",     U"metres",  U"baht", U"stars"};
    uint32_t end, before = i > 0 ? p->c[i - 1] : 0;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (when_text_at(p, behind, words[k], &end))
            return true;
    return before == '$' || before == 0x20AC || before == 0xA3 || p->c[behind] == '%' || p->c[behind] == 0x20AC;
}

/* 14.00-16.00 น.: does the mark stand behind the other hour? */
static bool thai_range_goes_on(const struct prose *p, uint32_t i) {
    uint32_t at = skip_spaces(p, i), end = at + 1;
    int v;
    if (p->lang != LANG_TH || (p->c[at] != '-' && !when_text_at(p, at, U"ถึง", &end)))
        return false;
    at = skip_spaces(p, end);
    if (!fold_is_digit(p->c[at]))
        return false;
    at = when_digits(p, at, &v);
    if (p->c[at] == '.' && fold_is_digit(p->c[at + 1]))
        at = when_digits(p, at + 1, &v);
    return thai_hours_mark(p, at) != 0;
}

/* 10:30, 17.00 น., 9h30: the place behind, or 0. */
static uint32_t digital_clock(const struct prose *p, uint32_t i, struct atom *a) {
    int h, m;
    uint32_t at = when_digits(p, i, &h), end, after;
    uint32_t sign = p->c[at];
    bool padded = p->c[i] == '0' || h > 12 || h == 0;
    if (p->lang == LANG_VI && (sign == 'h' || sign == 'g') && at - i <= 2) {
        if (!fold_is_digit(p->c[at + 1]))
            return 0;
        end = when_digits(p, at + 1, &m);
        if (end - at > 3 || !clock_value(h, m) || h > 24)
            return 0;
        if ((p->c[end] == 'p' || p->c[end] == '\'') && !prose_is_letter(p->c[end + 1]))
            end++;
        *a = clock_atom(i, end, h, m, padded);
        return end;
    }
    if ((sign != ':' && sign != '.') || at - i > 2 || !fold_is_digit(p->c[at + 1]))
        return 0;
    end = when_digits(p, at + 1, &m);
    if (end - at != 3 || !clock_value(h, m))
        return 0;
    if (p->c[end] == ':' && fold_is_digit(p->c[end + 1])) {
        int s;
        end = when_digits(p, end + 1, &s);
    }
    after = p->lang == LANG_TH ? thai_hours_mark(p, end) : 0;
    if (sign == '.' && !after && !thai_range_goes_on(p, end)) {
        uint32_t next = skip_spaces(p, end);
        bool meridiem = p->lang == LANG_EN && (p->c[next] == 'a' || p->c[next] == 'p') &&
                        (p->c[next + 1] == 'm' || p->c[next + 1] == '.');
        if (!meridiem &&
            !(p->lang == LANG_EN && m % 5 == 0 && follows_clock_word(p, i, true) && !is_price(p, i, next)))
            return 0;
    }
    *a = clock_atom(i, after ? after : end, h, m, padded || after);
    return a->end;
}

static bool one_of(uint32_t c, const char32_t *signs) {
    for (; *signs; signs++)
        if (c == (uint32_t)*signs)
            return true;
    return false;
}

/* A Chinese number, in digits or words: the place behind it, or 0. */
static uint32_t chinese_number(const struct prose *p, uint32_t i, double *v) {
    int d;
    if (!fold_is_digit(p->c[i]))
        return when_number_zh(p, i, v);
    i = when_digits(p, i, &d);
    *v = d;
    return i;
}

/* 一刻, 五分, 十分钟, Cantonese 三个字 (of five minutes each): the place behind, or 0. */
static uint32_t chinese_minutes(const struct prose *p, uint32_t i, int *m) {
    double v;
    uint32_t at = chinese_number(p, i, &v), end;
    if (!at || v < 1 || v > 59)
        return 0;
    if (p->c[at] == U'刻' && v <= 3)
        *m = 15 * (int)v;
    else if (p->c[at] == U'分')
        *m = (int)v;
    else if (when_text_at(p, at, U"个字", &end) && v <= 11) {
        *m = 5 * (int)v;
        return end;
    } else
        return 0;
    at++;
    return p->c[at] == U'钟' ? at + 1 : at;
}

/* 十点二十, 九点零五: minutes in words with no mark behind them. The place behind, or 0. */
static uint32_t bare_minutes(const struct prose *p, uint32_t i, int *m) {
    double v;
    uint32_t end = when_number_zh(p, i, &v);
    if (!end || v < 1 || v > 59 || (when_digit_zh(p->c[i]) != 0 && (v < 10 || (int)v % 5 != 0)) ||
        one_of(p->c[end], U"个件台人份位天号日元块家间辆楼年月周"))
        return 0;
    *m = (int)v;
    return end;
}

/* Chinese: 3点, 三点半, 3点20分, 15时, 六点差十分, 三点过五分, 两点踏三. */
static uint32_t chinese_clock(const struct prose *p, uint32_t i, uint32_t at, double h, struct atom *a) {
    if (p->c[i] == U'一' && at == i + 1 && i > 0 && one_of(p->c[i - 1], U"差有快慢多少大小高低好"))
        return 0; /* 差一点, 快一点: a little */
    if (p->c[at] != U'点' && !(p->c[at] == U'时' && p->c[at + 1] != U'间' && p->c[at + 1] != U'候'))
        return 0;
    at++;
    int m = 0;
    double v;
    uint32_t end;
    bool short_of = p->c[at] == U'差' || p->c[at] == U'欠';
    if ((short_of || p->c[at] == U'过') && (end = chinese_minutes(p, at + 1, &m))) {
        at = end;
        h -= short_of;
        m = short_of ? 60 - m : m;
    } else if (p->c[at] == U'钟')
        at++;
    else if (p->c[at] == U'半') {
        m = 30;
        at++;
    } else if (p->c[at] == U'正' || p->c[at] == U'整')
        at++;
    else if ((p->c[at] == U'一' || p->c[at] == U'三') && p->c[at + 1] == U'刻') {
        m = p->c[at] == U'一' ? 15 : 45;
        at += 2;
    } else if ((p->c[at] == U'踏' || p->c[at] == U'搭') && p->c[at + 1] == U'半') {
        m = 30;
        at += 2;
    } else if ((p->c[at] == U'踏' || p->c[at] == U'搭') && (end = chinese_number(p, at + 1, &v)) && v <= 11) {
        m = 5 * (int)v; /* 两点踏三 */
        at = end;
    } else if ((end = chinese_number(p, at, &v)) && when_text_at(p, end, U"个字", &end))
        at = chinese_minutes(p, at, &m) ? end : at; /* 九点三个字 */
    else if (fold_is_digit(p->c[skip_spaces(p, at)])) {
        uint32_t minutes = skip_spaces(p, at);
        end = when_digits(p, minutes, &m);
        uint32_t sign = skip_spaces(p, end);
        if (p->c[sign] == U'分' && p->c[sign + 1] != U'钟')
            at = sign + 1;
        else if (minutes == at)
            at = end;
        else
            m = 0;
    } else if ((end = when_number_zh(p, at, &v)) && p->c[end] == U'分' && p->c[end + 1] != U'钟') {
        m = (int)v;
        at = end + 1;
    } else if ((end = bare_minutes(p, at, &m)))
        at = end;
    if (!clock_value((int)h, m))
        return 0;
    *a = clock_atom(i, at, (int)h, m, false);
    return at;
}

/* 差一刻六点, 差五分八点: the place behind, or 0. */
static uint32_t chinese_short_of(const struct prose *p, uint32_t i, struct atom *a) {
    int m;
    double h;
    uint32_t at, end;
    if (p->c[i] != U'差' || !(at = chinese_minutes(p, i + 1, &m)) || !(end = chinese_number(p, at, &h)) || h < 1 ||
        h > 24 || p->c[end] != U'点')
        return 0;
    end += p->c[end + 1] == U'钟' || p->c[end + 1] == U'整' ? 2 : 1;
    *a = clock_atom(i, end, (int)h - 1, 60 - m, false);
    return end;
}

/* Is what the number before counts named here? Not in "สิบห้าวันนี้", where the day is named. */
static bool counts(const struct prose *p, uint32_t at) {
    static const char32_t *const things[] = {U"ชั่วโมง", U"บาท", U"คน", U"ชิ้น", U"กล่อง", U"เปอร์เซ็นต์"};
    static const char32_t *const days[] = {U"นี้",  U"ที่",    U"พรุ่ง", U"มะรืน", U"จันทร์", U"อังคาร",
                                           U"พุธ", U"พฤหัส", U"ศุกร์", U"เสาร์", U"อาทิตย์"};
    uint32_t end, more;
    at = skip_spaces(p, at);
    for (size_t i = 0; i < sizeof things / sizeof *things; i++)
        if (when_text_at(p, at, things[i], &end))
            return true;
    if (!when_text_at(p, at, U"วัน", &end))
        return false;
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        if (when_text_at(p, end, days[i], &more))
            return false;
    return true;
}

static uint32_t thai_half(const struct prose *p, uint32_t at, int *minutes) {
    uint32_t end;
    double v;
    if (when_text_at(p, at, U"ครึ่ง", &end)) {
        *minutes = 30;
        return end;
    }
    uint32_t n = when_number_th(p, at, &v);
    if (n && when_text_at(p, n, U"นาที", &end) && v < 60) {
        *minutes = (int)v;
        return end;
    }
    if (n && v >= 10 && v < 60 && (int)v % 5 == 0 && !counts(p, n)) { /* เก้าโมงสี่สิบห้า */
        *minutes = (int)v;
        return n;
    }
    int d = 0;
    n = when_digits(p, skip_spaces(p, at), &d);
    if (n > at && d > 0 && d < 60 && when_text_at(p, skip_spaces(p, n), U"นาที", &end)) { /* บ่ายสอง 15 นาที */
        *minutes = d;
        return end;
    }
    return at;
}

/* บ่ายสองสามสิบ, ตีสี่สิบห้านาที: one digit of the hour with minutes behind it, else a number as elsewhere. */
static uint32_t thai_hour(const struct prose *p, uint32_t at, double *hour) {
    uint32_t one;
    int h = when_digit_th(p, at, &one), m = 0;
    if (h && thai_half(p, one, &m) > one && m) {
        *hour = h;
        return one;
    }
    return when_number_th(p, at, hour);
}

/* Hours by the six-hour clock: [number]โมง[เช้า|เย็น], [number]ทุ่ม. `at` stands behind the number. */
static uint32_t thai_clock(const struct prose *p, uint32_t i, uint32_t at, double v, struct atom *a) {
    uint32_t end;
    int h = (int)v, m = 0;
    at = skip_spaces(p, at);
    if (when_text_at(p, at, U"ทุ่ม", &end)) {
        if (h < 1 || h > 5)
            return 0;
        end = thai_half(p, end, &m);
        *a = clock_atom(i, end, 18 + h, m, true);
        return end;
    }
    if (!when_text_at(p, at, U"โมง", &end) || h < 1 || h > 12)
        return 0;
    end = thai_half(p, end, &m);
    uint32_t more;
    if (when_text_at(p, end, U"เย็น", &more)) {
        h = h < 12 ? h + 12 : h;
        end = more;
    } else if (when_text_at(p, end, U"เช้า", &more)) {
        h = h < 6 ? h + 6 : h;
        end = more;
    } else if (h <= 6)
        h += 12;
    if (!m)
        end = thai_half(p, end, &m);
    if (when_text_at(p, end, U"ตรง", &more))
        end = more;
    *a = clock_atom(i, end, h, m, true);
    return end;
}

/* บ่ายสอง, ตีห้า, ทุ่มครึ่ง, บ่ายโมง, เที่ยงครึ่ง: a word before the hour. */
static uint32_t thai_named_clock(const struct prose *p, uint32_t i, struct atom *a) {
    uint32_t at, end;
    double v = 0;
    int m = 0, add;
    if (when_text_at(p, i, U"เที่ยง", &at)) {
        end = thai_half(p, at, &m);
        if (!m)
            return 0;
        *a = clock_atom(i, end, 12, m, true);
        return end;
    }
    if (when_text_at(p, i, U"ทุ่ม", &at)) {
        if (when_text_at(p, at, U"นึง", &end) || when_text_at(p, at, U"หนึ่ง", &end))
            at = end;
        end = thai_half(p, at, &m);
        *a = clock_atom(i, end, 19, m, true);
        return end;
    }
    if (when_text_at(p, i, U"บ่าย", &at) || when_text_at(p, i, U"ตอนบ่าย", &at) || when_text_at(p, i, U"ช่วงบ่าย", &at))
        add = 12;
    else if (when_text_at(p, i, U"ตี", &at))
        add = 0;
    else
        return 0;
    at = skip_spaces(p, at);
    if (add && when_text_at(p, at, U"โมง", &end)) {
        v = 1;
        at = end;
    } else {
        int d = 0;
        uint32_t n = fold_is_digit(p->c[at]) ? when_digits(p, at, &d) : thai_hour(p, at, &v);
        if (fold_is_digit(p->c[at]))
            v = d;
        if (!n || v < 1 || v > 5)
            return 0;
        at = skip_spaces(p, n);
        if (when_text_at(p, at, U"โมง", &end))
            at = end;
        else
            at = n;
    }
    at = thai_half(p, at, &m);
    *a = clock_atom(i, at, (int)v + add, m, true);
    return at;
}

/* Vietnamese: "3 giờ rưỡi", "9 giờ 15", "10 giờ kém 15". Plain "3 giờ" stays a number and a mark: it may be a
 * length. */
static uint32_t vietnamese_clock(const struct prose *p, uint32_t i, uint32_t at, double h, struct atom *a) {
    uint32_t end;
    double v = 0;
    int m = 0;
    at = skip_spaces(p, at);
    if (!when_text_at(p, at, U"giờ", &end) && !when_text_at(p, at, U"h", &end))
        return 0;
    at = skip_spaces(p, end);
    if (when_text_at(p, at, U"kém", &end)) {
        at = skip_spaces(p, end);
        end = fold_is_digit(p->c[at]) ? when_digits(p, at, &m) : when_number_vi(p, at, &v);
        if (fold_is_digit(p->c[at]))
            v = m;
        if (!end || h < 1 || v >= 60)
            return 0;
        *a = clock_atom(i, end, (int)h - 1, 60 - (int)v, false);
        return end;
    }
    if (fold_is_digit(p->c[at])) {
        end = when_digits(p, at, &m);
        uint32_t next = skip_spaces(p, end);
        bool other = p->c[end] == '/' || p->c[end] == '-' || p->c[end] == ':';
        uint32_t unit;
        if (other || m >= 60 || when_text_at(p, next, U"ngày", &unit) || when_text_at(p, next, U"tiếng", &unit))
            return 0;
        if (when_text_at(p, next, U"phút", &unit) || when_text_at(p, next, U"p", &unit))
            end = unit;
        else if (m < 10)
            return 0;
        *a = clock_atom(i, end, (int)h, m, h > 12);
        return end;
    }
    return 0;
}

/* 3号楼, 5号窗口, 2号航站楼: no day of a month. */
static bool numbers_thing(const struct prose *p, uint32_t i) {
    static const char32_t *const places[] = {U"出口", U"航站", U"登机", U"安检", U"检票",
                                             U"路口", U"包厢", U"包间", U"会议", U"摊"};
    uint32_t end;
    if (one_of(p->c[i], U"楼线门房桌窗店厅柜机院车仓馆库床诊梯口码位厂病栋单库台井站"))
        return true;
    for (size_t k = 0; k < sizeof places / sizeof *places; k++)
        if (when_text_at(p, i, places[k], &end))
            return true;
    return false;
}

/* 2026年3月20日, 3月20号, 20号. `at` stands behind the first number. */
static uint32_t chinese_date(const struct prose *p, uint32_t i, uint32_t at, double first, struct atom *a) {
    int y = 0, m = 0;
    double x = first;
    uint32_t end = at;
    if (p->c[end] == U'年' && x > 1900) {
        y = (int)x;
        end = skip_spaces(p, end + 1);
        uint32_t n = chinese_number(p, end, &x);
        if (!n)
            return 0;
        end = skip_spaces(p, n);
    }
    if (p->c[end] == U'月' && p->c[end + 1] != U'底') {
        m = (int)x;
        end = skip_spaces(p, end + 1);
        uint32_t n = chinese_number(p, end, &x);
        if (!n || m < 1 || m > 12)
            return 0;
        end = n;
        n = skip_spaces(p, end);
        if (p->c[n] == U'日' || p->c[n] == U'号')
            end = n + 1;
    } else if (!y && p->c[end] == U'号' && x >= 1 && x <= 31 && !numbers_thing(p, end + 1)) {
        end++;
    } else
        return 0;
    if (!good_date(y, m ? m : 1, (int)x))
        return 0;
    *a = m ? (struct atom){ATOM_DATE, i, end, 0, y, m, (int)x, true, false}
           : (struct atom){.kind = ATOM_DOM, .start = i, .end = end, .value = x};
    return end;
}

static uint32_t chinese_weekday(const struct prose *p, uint32_t i, struct atom *a) {
    uint32_t at;
    if (!when_text_at(p, i, U"周", &at) && !when_text_at(p, i, U"星期", &at) && !when_text_at(p, i, U"礼拜", &at))
        return 0;
    static const char32_t names[] = U"一二三四五六日";
    uint32_t c = p->c[at] == U'天' ? U'日' : p->c[at];
    if (fold_is_digit(c) && c >= '1' && c <= '6' && !fold_is_digit(p->c[at + 1]))
        c = (uint32_t)names[c - '1'];
    for (int k = 0; k < 7; k++)
        if (c == (uint32_t)names[k]) {
            *a = (struct atom){.kind = ATOM_WEEKDAY, .start = i, .end = at + 1, .value = k, .sure = true};
            return at + 1;
        }
    return 0;
}

/* 6月底, 6月内 (the end of a named month), 下月, 周六日, 明后天 (tomorrow or the day after): the place behind, and
 * up to three atoms. */
static uint32_t chinese_several(const struct prose *p, uint32_t i, struct atom *out, size_t *n) {
    uint32_t end;
    if (when_text_at(p, i, U"明后两天", &end) || when_text_at(p, i, U"明后天", &end) ||
        when_text_at(p, i, U"明后日", &end)) {
        out[(*n)++] = (struct atom){.kind = ATOM_REL, .start = i, .end = end, .value = 1, .sure = true};
        out[(*n)++] = (struct atom){.kind = ATOM_TO, .start = i, .end = end, .sure = true};
        out[(*n)++] = (struct atom){.kind = ATOM_REL, .start = i, .end = end, .value = 2, .sure = true};
        return end;
    }
    if (when_text_at(p, i, U"周六周日", &end) || when_text_at(p, i, U"周六、周日", &end) ||
        when_text_at(p, i, U"周六日", &end) || when_text_at(p, i, U"星期六日", &end)) {
        out[(*n)++] = (struct atom){.kind = ATOM_SPAN, .start = i, .end = end, .value = SPAN_WEEKEND, .sure = true};
        return p->c[end] == U'两' && p->c[end + 1] == U'天' ? end + 2 : end;
    }
    if ((when_text_at(p, i, U"下个月", &end) || when_text_at(p, i, U"下月", &end)) && p->c[end] != U'底' &&
        p->c[end] != U'末' && p->c[end] != U'结') {
        out[(*n)++] = (struct atom){.kind = ATOM_NEXT, .start = i, .end = end, .value = 1, .sure = true};
        out[(*n)++] = (struct atom){.kind = ATOM_SPAN, .start = i, .end = end, .value = SPAN_MONTH, .sure = true};
        return end;
    }
    double v = 0;
    uint32_t at = chinese_number(p, i, &v);
    if (!at || v < 1 || v > 12 || (i > 0 && (fold_is_digit(p->c[i - 1]) || when_digit_zh(p->c[i - 1]) >= 0)))
        return 0;
    at = skip_spaces(p, at);
    if (p->c[at++] != U'月')
        return 0;
    at += p->c[at] == U'份';
    if (!when_text_at(p, at, U"底", &end) && !when_text_at(p, at, U"末", &end) &&
        !when_text_at(p, at, U"之内", &end) && !when_text_at(p, at, U"以内", &end) &&
        !when_text_at(p, at, U"内", &end))
        return 0;
    out[(*n)++] = (struct atom){.kind = ATOM_END, .start = i, .end = end, .sure = true};
    out[(*n)++] = (struct atom){
        .kind = ATOM_SPAN, .start = i, .end = end, .value = SPAN_MONTH, .month = (int)v, .sure = true};
    return end;
}

static uint32_t number_atom(const struct prose *p, uint32_t i, bool month_first, struct atom *a) {
    bool written = fold_is_digit(p->c[i]);
    double v = 0;
    uint32_t at, end;
    if (p->lang == LANG_ZH && i > 0 && p->c[i - 1] == U'第') /* 第一个工作日 */
        return 0;
    if (written) {
        if (i > 0 && (fold_is_digit(p->c[i - 1]) || prose_is_letter(p->c[i - 1]) || p->c[i - 1] == '#' ||
                      ((p->c[i - 1] == '.' || p->c[i - 1] == ',' || p->c[i - 1] == '/') && i > 1 &&
                       fold_is_digit(p->c[i - 2]))))
            return 0;
        if ((end = digital_clock(p, i, a)) || (end = numeric_date(p, i, month_first, a)))
            return end;
        int whole;
        at = when_digits(p, i, &whole);
        v = whole;
        if (fold_is_digit(p->c[at]))
            return 0;
        if ((p->c[at] == '.' || p->c[at] == ',') && fold_is_digit(p->c[at + 1])) {
            int frac;
            end = when_digits(p, at + 1, &frac);
            if (end - at > 2 || fold_is_digit(p->c[end])) /* 1,200: no number of a time */
                return 0;
            v += frac / 10.0;
            at = end;
        }
    } else if (!(at = when_number(p, i, &v)))
        return 0;
    uint32_t sign = written ? skip_spaces(p, at) : at; /* 3 月 20 日, 下午 4 点 */
    int minutes;
    if (p->lang == LANG_ZH && when_text_at(p, at, U"个字", &end) &&
        (p->c[end] == U'后' || p->c[end] == U'内' || p->c[end] == U'之') && chinese_minutes(p, i, &minutes)) {
        *a = (struct atom){.kind = ATOM_LENGTH, .start = i, .end = end, .value = minutes, .sure = true};
        return end;
    }
    if (p->lang == LANG_ZH && ((end = chinese_date(p, i, sign, v, a)) || (end = chinese_clock(p, i, sign, v, a))))
        return end;
    if (p->lang == LANG_TH && (end = thai_clock(p, i, at, v, a)))
        return end;
    if (p->lang == LANG_TH && written && (end = thai_hours_mark(p, at)) && v <= 24) {
        *a = clock_atom(i, end, (int)v, 0, true);
        return end;
    }
    if (p->lang == LANG_VI && (end = vietnamese_clock(p, i, at, v, a)))
        return end;
    if (p->lang == LANG_EN && written && v >= 1 && v <= 31 &&
        (when_text_at(p, at, U"st", &end) || when_text_at(p, at, U"nd", &end) || when_text_at(p, at, U"rd", &end) ||
         when_text_at(p, at, U"th", &end))) {
        *a = (struct atom){.kind = ATOM_DOM, .start = i, .end = end, .value = v};
        return end;
    }
    *a = (struct atom){.kind = ATOM_NUMBER, .start = i, .end = at, .value = v, .spelled = !written};
    return at;
}

/* half past three, quarter to five */
static uint32_t english_clock(const struct prose *p, uint32_t i, struct atom *a) {
    static const struct {
        const char32_t *word;
        int minutes;
        bool alone; /* says nothing without a word such as "at": "ten to twelve days" */
    } forms[] = {{U"half past ", 30, false},   {U"quarter past ", 15, false},  {U"a quarter past ", 15, false},
                 {U"quarter to ", -15, false}, {U"a quarter to ", -15, false}, {U"ten past ", 10, false},
                 {U"twenty past ", 20, false}, {U"five past ", 5, false},      {U"ten to ", -10, true},
                 {U"twenty to ", -20, true},   {U"five to ", -5, true},        {U"half ", 30, true}};
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
        uint32_t at, end;
        double v = 0;
        if (!when_text_at(p, i, forms[k].word, &at))
            continue;
        int d = 0;
        end = fold_is_digit(p->c[at]) ? when_digits(p, at, &d) : when_number_en(p, at, &v);
        if (d)
            v = d;
        if (!end || v < 1 || v > 12 || (forms[k].alone && !follows_clock_word(p, i, false)))
            continue;
        int t = (int)v * 60 + forms[k].minutes;
        *a = clock_atom(i, end, t / 60, t % 60, false);
        return end;
    }
    return 0;
}

static bool unit_at(const struct prose *p, uint32_t i) {
    uint32_t end;
    const struct phrase *w = longest(p, skip_spaces(p, i), &end);
    return w && w->row->kind == ATOM_UNIT;
}

struct atoms when_atoms(struct arena *a, const struct prose *p, bool month_first) {
    pthread_once(&once, build);
    size_t room = 16;
    struct atoms out = {0, ARENA_ARRAY(a, room, struct atom)};
    for (uint32_t i = 0; i < p->n;) {
        if (p->c[i] == ' ') {
            i++;
            continue;
        }
        if (out.n + 3 > room) {
            out.at = arena_grow(a, out.at, out.n, 2 * room, sizeof *out.at);
            room *= 2;
        }
        struct atom x = {0};
        uint32_t end = 0, word_end = 0;
        if (p->lang == LANG_ZH && (end = chinese_several(p, i, out.at, &out.n))) {
            i = end;
            continue;
        }
        if (p->lang == LANG_TH)
            end = thai_named_clock(p, i, &x);
        else if (p->lang == LANG_ZH && !(end = chinese_weekday(p, i, &x)))
            end = chinese_short_of(p, i, &x);
        else if (p->lang == LANG_EN && !(i > 0 && prose_is_letter(p->c[i - 1])))
            end = english_clock(p, i, &x);
        const struct phrase *w = end ? NULL : longest(p, i, &word_end);
        if (!end)
            end = number_atom(p, i, month_first, &x);
        if (w && word_end == end && w->row->kind == ATOM_YEAR_MARK && unit_at(p, end)) /* năm ngày: five */
            w = NULL;
        if (w && word_end >= end) {
            bool weak = w->row->kind2 == ATOM_NONE && w->row->value2 == 1;
            out.at[out.n++] = (struct atom){
                .kind = w->row->kind, .start = i, .end = word_end, .value = w->row->value, .sure = !weak};
            if (w->row->kind2)
                out.at[out.n++] = (struct atom){
                    .kind = w->row->kind2, .start = i, .end = word_end, .value = w->row->value2, .sure = true};
            i = word_end;
        } else if (end) {
            out.at[out.n++] = x;
            i = end;
        } else
            i++;
    }
    return out;
}
