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

/* 0571-87654321, (0571) 8765 4321: an area code of four and eight digits, as in most large cities of China. How it
 * is cut up shows it; cut up in no way, a word for telephones before it. → the last of its groups; g: it is none.
 */
static size_t chinese_landline(const struct mask_scan *s, size_t g) {
    const struct mask_group *x = s->groups + g;
    if (s->bare[x[0].start] != '0' || s->bare[x[0].start + 1] < '3' || x[0].end - x[0].start != 4)
        return g;
    size_t last = g, digits = 0;
    while (digits < 8 && last + 1 < s->n_groups) {
        size_t gap = s->groups[last + 1].start - s->groups[last].end;
        bool joined = gap <= 2;
        for (size_t i = s->groups[last].end; i < s->groups[last + 1].start && joined; i++)
            joined = phone_join(s->bare[i]) && s->bare[i] != '.';
        if (!joined)
            break;
        last++;
        digits += s->groups[last].end - s->groups[last].start;
    }
    bool cut_rightly = last == g + 1 || (last == g + 2 && s->groups[last].end - s->groups[last].start == 4);
    return digits == 8 && cut_rightly ? last : g;
}

/* The rest of a longer number, or of a version ("2210 0384 5571 9026", "8.14.0.20261103"): no phone begins there.
 */
static bool goes_on(const struct mask_scan *s, size_t g) {
    if (!g || s->groups[g].start != s->groups[g - 1].end + 1)
        return false;
    uint32_t between = s->bare[s->groups[g - 1].end];
    bool abroad = s->bare[s->groups[g].start] == '0' && s->bare[s->groups[g].start + 1] == '0';
    bool as_long = s->groups[g].end - s->groups[g].start == s->groups[g - 1].end - s->groups[g - 1].start;
    return between == '.' || ((abroad || as_long) && (between == ' ' || between == '-'));
}

/* "05 12 23 31 40 44", six numbers of a lottery; "1402 338 7190", a meter; "0 14 103614 4", of a book: no telephone
 * is cut so. */
static bool is_cut_otherwise(const struct mask_scan *s, size_t from, size_t to) {
    struct mask_group x = s->groups[from], last = s->groups[to];
    if (to == from)
        return false;
    if (x.end - x.start == 1 || (x.end - x.start == 4 && s->bare[x.start] == '1'))
        return true;
    if (last.end - last.start != 2 || to + 1 >= s->n_groups)
        return false;
    struct mask_group next = s->groups[to + 1];
    return next.end - next.start == 2 && next.start == last.end + 1 && phone_join(s->bare[last.end]);
}

/* "1.2.3.20261103", an account "020-3-88471-6", a meter "07-3345-21-8": no phone has a single digit behind its
 * first group. */
static bool has_lone_digit(const struct mask_scan *s, size_t from, size_t to) {
    size_t last = to;
    if (to + 1 < s->n_groups && s->groups[to + 1].start == s->groups[to].end + 1 &&
        s->bare[s->groups[to].end] == '-')
        last++; /* one digit too many for a telephone; behind a blank it may be a count */
    for (size_t g = from + 1; g <= last; g++)
        if (s->groups[g].end - s->groups[g].start == 1)
            return true;
    return false;
}

static bool is_one_of(const struct mask_scan *s, size_t at, const char32_t *const words[]) {
    for (size_t w = 0; words[w]; w++) {
        size_t i = 0;
        while (words[w][i] && s->lower[at + i] == (uint32_t)words[w][i])
            i++;
        if (!words[w][i])
            return true;
    }
    return false;
}

/* 6128 3397 */
static bool is_cut_in_two(const struct mask_scan *s, size_t g) {
    if (g + 1 >= s->n_groups)
        return false;
    struct mask_group x = s->groups[g], y = s->groups[g + 1];
    uint32_t between = s->bare[x.end];
    return x.end - x.start == 4 && y.end - y.start == 4 && y.start == x.end + 1 &&
           (between == ' ' || between == '-') && !(g + 2 < s->n_groups && s->groups[g + 2].start == y.end + 1);
}

/* 98450 11726, as mobile numbers of India are written. */
static bool is_indian(const struct mask_scan *s, size_t g) {
    enum { HALF = 5 };
    if (g + 1 >= s->n_groups)
        return false;
    struct mask_group x = s->groups[g], y = s->groups[g + 1];
    return x.end - x.start == HALF && y.end - y.start == HALF && y.start == x.end + 1 && s->bare[x.end] == ' ' &&
           s->bare[x.start] >= '6' && !(g && s->groups[g - 1].end + 1 == x.start) &&
           !(g + 2 < s->n_groups && s->groups[g + 2].start == y.end + 1);
}

/* "the phone number of my account is 089…": the account is what it is for, not what it is called. */
static bool is_phone_for_a_purpose(const struct mask_scan *s, size_t start) {
    enum { REACH = 48 };
    size_t k = mask_label_from(s->labels, s->n_labels, start);
    while (k-- > 0 && start - s->labels[k].end <= REACH) {
        if (s->labels[k].label != LABEL_PHONE)
            continue;
        size_t i = s->labels[k].end;
        while (i < start && !fold_is_digit(s->bare[i]) && !mask_sentence_ends(s, i) && s->bare[i] != ',')
            i++;
        return i == start;
    }
    return false;
}

/* Eight digits as in Hong Kong and Singapore: only right behind a word that is said of numbers, not of telephones.
 */
static bool is_local(const struct mask_scan *s, size_t g) {
    static const char32_t *const words[] = {U"tel",  U"telephone", U"whatsapp", U"phone number", U"mobile number",
                                            U"call", U"打去",      U"打俾",     U"打畀",         U"打给",
                                            U"打給", U"电话",      U"電話",     U"致电",         NULL};
    /* "手机25000000" may be a model; only a telephone is cut in two. */
    static const char32_t *const cut_words[] = {U"手机", U"手機", NULL};
    struct mask_group x = s->groups[g];
    if ((x.end - x.start != 8 && !is_cut_in_two(s, g)) || strchr("0147", (int)s->bare[x.start]) ||
        (s->bare[x.start] == '2' && s->bare[x.start + 1] == '0'))
        return false;
    for (size_t k = 0; k < s->n_labels; k++) {
        struct mask_label_at l = s->labels[k];
        if (l.label != LABEL_PHONE || l.end > x.start || x.start - l.end > 4)
            continue;
        if (is_one_of(s, l.start, words) || (is_cut_in_two(s, g) && is_one_of(s, l.start, cut_words)))
            return true;
    }
    return false;
}

static bool own_word(const struct mask_scan *s, size_t start, size_t end) {
    uint32_t before = start > 0 ? s->bare[start - 1] : ' ', after = end < s->n ? s->bare[end] : ' ';
    return !fold_is_latin(before) && before != '#' && before != '/' && before != '=' && before != '_' &&
           !(before == '-' && start > 1 && letter(s, start - 2)) && !fold_is_latin(after) && after != '%';
}

static bool closes_within(const struct mask_scan *s, size_t start, size_t end) {
    while (start < end && s->bare[start] != ')')
        start++;
    return start < end;
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
        if (!best_end && !plus && is_indian(s, g))
            best = g + 1, best_end = s->groups[best].end;
        if (!best_end && !plus && chinese_landline(s, g) > g)
            best = chinese_landline(s, g), best_end = s->groups[best].end;
        if (!best_end && !plus && s->groups[g].end - start == 12 && s->bare[start] == '0' &&
            s->bare[start + 1] >= '3' && mask_named(s, start, s->groups[g].end) == LABEL_PHONE)
            best_end = s->groups[g].end;
        if (!best_end && !plus && is_local(s, g))
            best = is_cut_in_two(s, g) ? g + 1 : g, best_end = s->groups[best].end;
        if (!best_end || (!plus && (goes_on(s, g) || has_lone_digit(s, g, best) || is_cut_otherwise(s, g, best))))
            continue;
        size_t from = plus ? start - (s->bare[start - 1] == '+' ? 1 : 2) : start;
        if (from > 0 && s->bare[from - 1] == '(' &&
            (!plus || closes_within(s, start, best_end))) /* "(+84) 912 …" */
            from--;
        enum mask_label named = mask_named(s, start, best_end);
        bool cut = best > g; /* as telephones are: a word somewhere before says less than that */
        bool otherwise =
            ((named == LABEL_OTHER || named == LABEL_BOOKING) && (!cut || mask_named_directly(s, g, best))) ||
            named == LABEL_ACCOUNT || named == LABEL_ID || named == LABEL_CMND;
        if (mask_is_taken(s, start, best_end) || !own_word(s, from, best_end) ||
            (otherwise && !is_phone_for_a_purpose(s, start)))
            continue;
        mask_take(s, MASK_PHONE, from, best_end);
        g = best;
    }
}
