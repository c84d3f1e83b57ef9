/* hours_text.c: hours and dates as people write them (hours.h). */
#include "base/utf8.h"
#include "desk/hours.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 400 };

/* ---- reading ---- */

/* What stands between two times, or between two spans, in the four languages and as phones type it. Longer words
 * first. */
static const struct {
    const char *word;
    char is; /* '-' to, ',' and, 'x' closed, 'a' all day */
} words[] = {
    {"closed", 'x'},  {"nghỉ", 'x'}, {"đóng cửa", 'x'}, {"休息", 'x'}, {"关闭", 'x'},  {"關閉", 'x'},
    {"休", 'x'},      {"ปิด", 'x'},   {"หยุด", 'x'},      {"24/7", 'a'}, {"24h", 'a'},   {"24 h", 'a'},
    {"cả ngày", 'a'}, {"全天", 'a'}, {"ตลอดวัน", 'a'},   {"to", '-'},   {"until", '-'}, {"đến", '-'},
    {"tới", '-'},     {"至", '-'},   {"到", '-'},       {"ถึง", '-'},   {"–", '-'},     {"—", '-'},
    {"‑", '-'},       {"−", '-'},    {"－", '-'},       {"~", '-'},    {"～", '-'},    {"〜", '-'},
    {"-", '-'},       {"and", ','},  {"và", ','},       {"和", ','},   {"及", ','},    {"และ", ','},
    {"，", ','},      {"、", ','},   {"；", ','},       {";", ','},    {"&", ','},     {"+", ','},
    {"/", ','},       {",", ','},
};

static const char *blank(const char *p) {
    while (*p == ' ' || *p == '\t' || strncmp(p, "\u00a0", 2) == 0 || strncmp(p, "\u3000", 3) == 0)
        p += *p == ' ' || *p == '\t' ? 1 : *p == '\xc2' ? 2 : 3;
    return p;
}

static char word_at(const char **p) {
    *p = blank(*p);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i].word);
        if (strncasecmp(*p, words[i].word, n) == 0) {
            *p = blank(*p + n);
            return words[i].is;
        }
    }
    return 0;
}

static bool number_at(const char **p, int most, int *out) {
    int n = 0, digits = 0;
    for (; **p >= '0' && **p <= '9' && digits < 2; digits++)
        n = n * 10 + *(*p)++ - '0';
    *out = n;
    return digits && n <= most && (**p < '0' || **p > '9');
}

static bool skip(const char **p, const char *word) {
    size_t n = strlen(word);
    if (strncmp(*p, word, n) != 0)
        return false;
    *p += n;
    return true;
}

/* "9", "9:00", "9.30", "9h", "9h30", "9 giờ 30", "9点半", "9.00 น." → minutes, at most 24:00. */
static bool clock_at(const char **p, int *minutes) {
    int hour, minute = 0;
    *p = blank(*p);
    if (!number_at(p, 24, &hour))
        return false;
    const char *behind = blank(*p);
    bool mark = skip(p, ":") || skip(p, "：") || skip(p, ".") || skip(p, "h") || skip(p, "H");
    if (!mark) {
        mark = skip(&behind, "giờ") || skip(&behind, "g") || skip(&behind, "点") || skip(&behind, "點") ||
               skip(&behind, "时") || skip(&behind, "時") || skip(&behind, "นาฬิกา") || skip(&behind, "น.");
        *p = mark ? blank(behind) : *p;
    }
    if (mark && (skip(p, "半") || skip(p, "rưỡi")))
        minute = 30;
    else if (mark && **p >= '0' && **p <= '9' && !number_at(p, 59, &minute))
        return false;
    behind = blank(*p);
    if (skip(&behind, "น.") || skip(&behind, "分"))
        *p = behind;
    *minutes = hour * 60 + minute;
    return *minutes <= MINUTES_A_DAY;
}

/* Digits and signs of full width, and Thai digits, as plain ones. False: too long. */
static bool plain(const char *text, char out[TEXT_MAX]) {
    size_t n = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p; n++) {
        if (n >= TEXT_MAX - 1)
            return false;
        if (p[0] == 0xEF && p[1] == 0xBC && p[2] >= 0x90 && p[2] <= 0x9A) { /* ０ to ９ and ： */
            out[n] = (char)('0' + p[2] - 0x90);
            p += 3;
        } else if (p[0] == 0xE0 && p[1] == 0xB9 && p[2] >= 0x90 && p[2] <= 0x99) { /* ๐ to ๙ */
            out[n] = (char)('0' + p[2] - 0x90);
            p += 3;
        } else
            out[n] = (char)*p++;
    }
    out[n] = 0;
    return true;
}

bool hours_day_read(const char *text, struct hours_day *out) {
    char copy[TEXT_MAX];
    *out = (struct hours_day){0};
    if (!plain(text ? text : "", copy))
        return false;
    const char *p = blank(copy), *closed = p;
    char only = word_at(&closed);
    if (!*p || ((only == 'x' || only == '-') && !*closed))
        return true;
    if (only == 'a' && !*closed) {
        *out = (struct hours_day){1, {{0, MINUTES_A_DAY}}};
        return true;
    }
    while (out->n < HOURS_SPANS) {
        struct hours_span *s = &out->spans[out->n];
        if (!clock_at(&p, &s->from) || word_at(&p) != '-' || !clock_at(&p, &s->to))
            return false;
        if (s->to <= s->from) /* 22:00–2:00, 9:00–0:00 */
            s->to += MINUTES_A_DAY;
        out->n++;
        p = blank(p);
        if (!*p)
            return !hours_day_flaw(out);
        if (word_at(&p) != ',')
            return false;
    }
    return false;
}

static bool all_digits(const char *s, size_t n) { return strspn(s, "0123456789") >= n; }

bool hours_date_read(const char *text, int32_t *day) {
    int year, month, date;
    if (!text || strlen(text) != 10 || !all_digits(text, 4) || !all_digits(text + 5, 2) ||
        !all_digits(text + 8, 2) || sscanf(text, "%4d-%2d-%2d", &year, &month, &date) != 3)
        return false;
    if (year < 2000 || year > 2199 || month < 1 || month > 12 || date < 1 || date > days_in_month(year, month))
        return false;
    *day = day_of(year, month, date);
    return true;
}

/* ---- writing ---- */

/* "08:30"; past midnight as the clock shows it then; the end of a day is 24:00. */
static char *clock_text(struct arena *a, int minute) {
    int shown = minute > MINUTES_A_DAY ? minute - MINUTES_A_DAY : minute;
    return arena_printf(a, "%02d:%02d", shown / 60, shown % 60);
}

char *hours_day_text(struct arena *a, const struct hours_day *day) {
    char *out = arena_copy(a, "");
    for (int i = 0; i < day->n; i++)
        out = arena_printf(a, "%s%s%s–%s", out, i ? ", " : "", clock_text(a, day->spans[i].from),
                           clock_text(a, day->spans[i].to));
    return out;
}

char *hours_date_text(struct arena *a, int32_t day) {
    int year, month, date;
    day_split(day, &year, &month, &date);
    return arena_printf(a, "%04d-%02d-%02d", year, month, date);
}
