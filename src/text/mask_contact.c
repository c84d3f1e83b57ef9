/* Addresses and phone numbers. */
#include "text/fold.h"
#include "text/mask_find.h"

#include <string.h>
#include <uchar.h>

static bool letter(const struct mask_scan *s, size_t i) {
    return i < s->n && (fold_is_latin(s->bare[i]) || fold_is_digit(s->bare[i]));
}

static bool mail_sign(uint32_t c) {
    return (c < 128 && (fold_is_latin(c) || fold_is_digit(c) || strchr("._%+-", (int)c))) && c != 0;
}

void mask_find_emails(struct mask_scan *s) {
    for (size_t i = 1; i + 3 < s->n; i++) {
        if (s->bare[i] != '@')
            continue;
        size_t from = i, to = i + 1, dot = 0;
        while (from > 0 && mail_sign(s->lower[from - 1]))
            from--;
        while (to < s->n && mail_sign(s->lower[to]) && s->bare[to] != '_' && s->bare[to] != '+' &&
               s->bare[to] != '%') {
            if (s->bare[to] == '.')
                dot = to;
            to++;
        }
        while (to > i + 1 && (s->bare[to - 1] == '.' || s->bare[to - 1] == '-')) {
            to--;
            dot = 0;
        }
        for (size_t k = i + 1; k < to && !dot; k++)
            if (s->bare[k] == '.')
                dot = k;
        while (from < i && (s->bare[from] == '.' || s->bare[from] == '-'))
            from++;
        if (from < i && dot > i + 1 && to - dot > 2 && !mask_is_taken(s, from, to))
            mask_take(s, MASK_EMAIL, from, to);
    }
}

static bool phone_join(uint32_t c) { return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')'; }

static bool phone_number(const char *d, int n, bool plus) {
    if (plus)
        return n >= 9 && n <= 15 && d[0] != '0';
    if (d[0] == '0' && d[1] == '0')
        return n >= 12 && n <= 16;
    if (d[0] == '0') /* Vietnam, Thailand, Taiwan, Britain */
        return (n == 10 && d[1] != '0') || (n == 9 && d[1] >= '2' && d[1] <= '7') || n == 11;
    if (d[0] == '1' && n == 11) /* China; North America with its 1 */
        return d[1] >= '2';
    if (d[0] == '8' && (d[1] == '4' || d[1] == '6')) /* +84, +86 without the plus */
        return (d[1] == '4' && (n == 11 || n == 12) && strchr("35789", d[2])) ||
               (d[1] == '6' && n == 13 && d[2] == '1');
    return d[0] == '6' && d[1] == '6' && n == 11 && strchr("689", d[2]);
}

/* (415) 555-0132, 415-555-0132, 415.555.0132: North America without its 1. */
static bool is_north_american(const struct mask_scan *s, size_t g) {
    if (g + 2 >= s->n_groups)
        return false;
    const struct mask_group *x = s->groups + g;
    const uint32_t *d = s->bare;
    if (x[0].end - x[0].start != 3 || x[1].end - x[1].start != 3 || x[2].end - x[2].start != 4 ||
        d[x[0].start] < '2' || d[x[1].start] < '2')
        return false;
    uint32_t first = d[x[0].end], second = d[x[1].end];
    bool bracketed = first == ')' && x[0].start > 0 && d[x[0].start - 1] == '(' && x[1].start - x[0].end <= 2;
    bool joined = x[1].start == x[0].end + 1 && (first == '-' || first == '.');
    return (bracketed || joined) && x[2].start == x[1].end + 1 && (second == '-' || second == '.' || second == ' ');
}

/* Eight digits as in Hong Kong and Singapore: only right behind a word that is said of numbers, not of telephones.
 */
static bool is_local(const struct mask_scan *s, size_t g) {
    static const char32_t *const words[] = {U"tel",  U"telephone", U"whatsapp", U"phone number", U"mobile number",
                                            U"call", U"打去",      U"打俾",     U"打畀",         U"打给",
                                            U"打給", U"电话",      U"電話",     U"致电",         NULL};
    struct mask_group x = s->groups[g];
    if (x.end - x.start != 8 || strchr("0147", (int)s->bare[x.start]) ||
        (s->bare[x.start] == '2' && s->bare[x.start + 1] == '0'))
        return false;
    for (size_t k = 0; k < s->n_labels; k++) {
        struct mask_label_at l = s->labels[k];
        if (l.label != LABEL_PHONE || l.end > x.start || x.start - l.end > 4)
            continue;
        for (size_t w = 0; words[w]; w++) {
            size_t i = 0;
            while (words[w][i] && s->lower[l.start + i] == (uint32_t)words[w][i])
                i++;
            if (!words[w][i])
                return true;
        }
    }
    return false;
}

static bool own_word(const struct mask_scan *s, size_t start, size_t end) {
    uint32_t before = start > 0 ? s->bare[start - 1] : ' ', after = end < s->n ? s->bare[end] : ' ';
    return !fold_is_latin(before) && before != '#' && before != '/' && before != '=' && before != '_' &&
           !(before == '-' && start > 1 && letter(s, start - 2)) && !fold_is_latin(after) && after != '%';
}

void mask_find_phones(struct mask_scan *s) {
    for (size_t g = 0; g < s->n_groups; g++) {
        size_t start = s->groups[g].start, last = g;
        char d[20];
        int n = 0;
        size_t best_end = 0, best = g;
        bool plus = start > 0 && s->bare[start - 1] == '+';
        if (!plus && start > 1 && s->bare[start - 1] == '(' && s->bare[start - 2] == '+')
            plus = true;
        for (; last < s->n_groups; last++) {
            struct mask_group x = s->groups[last];
            if (last > g) {
                size_t gap = x.start - s->groups[last - 1].end;
                bool joined = gap <= 2;
                for (size_t i = s->groups[last - 1].end; i < x.start && joined; i++)
                    joined = phone_join(s->bare[i]);
                if (!joined)
                    break;
            }
            if (n + (int)(x.end - x.start) > 16)
                break;
            for (size_t i = x.start; i < x.end; i++)
                d[n++] = (char)s->bare[i];
            if (n >= 9 && phone_number(d, n, plus))
                best_end = x.end, best = last;
        }
        if (!best_end && !plus && is_north_american(s, g))
            best = g + 2, best_end = s->groups[best].end;
        if (!best_end && !plus && is_local(s, g))
            best_end = s->groups[g].end;
        if (!best_end)
            continue;
        size_t from = plus ? start - (s->bare[start - 1] == '+' ? 1 : 2) : start;
        if (!plus && start > 0 && s->bare[start - 1] == '(')
            from = start - 1;
        enum mask_label named = mask_named(s, start, best_end);
        if (mask_is_taken(s, start, best_end) || !own_word(s, from, best_end) || named == LABEL_OTHER ||
            named == LABEL_BOOKING || named == LABEL_ACCOUNT || named == LABEL_ID || named == LABEL_CMND)
            continue;
        mask_take(s, MASK_PHONE, from, best_end);
        g = best;
    }
}
