/* Cards and identity numbers: digits that prove themselves by a checksum, and the names that say otherwise. */
#include "text/fold.h"
#include "text/mask_find.h"

#include <string.h>
#include <uchar.h>

enum { NAME_REACH = 28, AFTER_REACH = 14, DIGITS_MAX = 19 };

/* ---- names ---- */

/* "no. 4111…", "ref. 4111…" */
static bool is_short_for_number(const struct mask_scan *s, size_t point) {
    static const char *const words[] = {"no", "nr", "num", "ref", "inv", "sn", "id", NULL};
    size_t from = point;
    while (from > 0 && fold_is_latin(s->bare[from - 1]))
        from--;
    for (const char *const *w = words; *w; w++) {
        size_t n = strlen(*w), k = 0;
        while (n == point - from && k < n && s->bare[from + k] == (unsigned char)(*w)[k])
            k++;
        if (n == point - from && k == n)
            return true;
    }
    return false;
}

static bool breaks_sentence(const struct mask_scan *s, size_t i, size_t label_end) {
    switch (s->bare[i]) {
    case '\n': return i == 0 || i == label_end || (s->bare[i - 1] != ':' && s->bare[i - 1] != 0xFF1A);
    case '!':
    case '?':
    case ';':
    case ',':
    case 0x3002:
    case 0x3001: return true; /* 。 、 */
    case '.': return i + 1 < s->n && s->bare[i + 1] == ' ' && !is_short_for_number(s, i);
    default: return false;
    }
}

static bool word_in(const struct mask_scan *s, size_t start, size_t end, const char *const *list) {
    for (; *list; list++) {
        size_t len = strlen(*list);
        for (size_t i = start; i + len <= end; i++) {
            size_t k = 0;
            while (k < len && s->bare[i + k] == (unsigned char)(*list)[k])
                k++;
            if (k == len && (i == 0 || !fold_is_latin(s->bare[i - 1])) &&
                (i + len >= s->n || !fold_is_latin(s->bare[i + len])))
                return true;
        }
    }
    return false;
}

static bool sign_in(const struct mask_scan *s, size_t start, size_t end, const uint32_t *list) {
    for (size_t i = start; i < end; i++)
        for (const uint32_t *c = list; *c; c++)
            if (s->bare[i] == *c)
                return true;
    return false;
}

static bool is_and(uint32_t c) { /* 、和跟และกับvà */
    return c == 0x3001 || c == 0x548C || c == 0x8DDF || (c >= 0xE00 && c < 0xE80);
}

/* "order was charged to 4111…": the order is not what the number is called. */
static bool speaks_of_paying(const struct mask_scan *s, size_t start, size_t end) {
    static const char *const words[] = {"charged", "charge", "paid", "pay",   "payment", "debited", "with",
                                        "by",      "using",  "from", "thanh", "tra",     "quet",    "tru",
                                        "bang",    "qua",    "cash", "on",    "to",      "billed",  NULL};
    static const uint32_t signs[] = {0x4ED8, 0x6263, 0x5237, 0x7528, 0}; /* 付扣刷用 */
    return word_in(s, start, end, words) || sign_in(s, start, end, signs);
}

static bool any_digit(const struct mask_scan *s, size_t start, size_t end) {
    for (size_t i = start; i < end; i++)
        if (fold_is_digit(s->bare[i]))
            return true;
    return false;
}

static bool connects(const struct mask_scan *s, size_t start, size_t end) {
    static const char *const words[] = {"is", "la", "was", NULL};
    static const uint32_t signs[] = {0x662F, 0x4E3A, 0x70BA, '(', 0xFF08, '=', 0}; /* 是为為（ */
    static const uint32_t khue[] = {0x0E04, 0x0E37, 0x0E2D};                       /* คือ */
    for (size_t i = start; i + 3 <= end; i++)
        if (memcmp(s->bare + i, khue, sizeof khue) == 0)
            return true;
    return word_in(s, start, end, words) || sign_in(s, start, end, signs);
}

/* The nearest word that can name a number; s->n_labels when there is none. */
static size_t label_before(const struct mask_scan *s, size_t start) {
    size_t k = mask_label_from(s->labels, s->n_labels, start);
    while (k > 0 && mask_label_is_aside(s->labels[k - 1].label))
        k--;
    return k > 0 ? k - 1 : s->n_labels;
}

static size_t label_behind(const struct mask_scan *s, size_t end) {
    size_t k = mask_label_from(s->labels, s->n_labels, end);
    while (k < s->n_labels && (s->labels[k].start < end || mask_label_is_aside(s->labels[k].label)))
        k++;
    return k;
}

enum mask_label mask_named(const struct mask_scan *s, size_t start, size_t end) {
    size_t k = label_before(s, start);
    if (k < s->n_labels) {
        struct mask_label_at l = s->labels[k];
        bool other = l.label == LABEL_OTHER || l.label == LABEL_BOOKING;
        bool broken = start - l.end > NAME_REACH || any_digit(s, l.end, start) ||
                      (other && speaks_of_paying(s, l.end, start));
        for (size_t i = l.end; i < start && !broken; i++)
            broken = breaks_sentence(s, i, l.end);
        if (!broken)
            return l.label;
    }
    k = label_behind(s, end);
    if (k < s->n_labels) {
        struct mask_label_at l = s->labels[k];
        size_t behind = l.end + 8 < s->n ? l.end + 8 : s->n;
        if (l.start - end <= AFTER_REACH && !any_digit(s, end, l.start) && connects(s, end, l.start) &&
            !any_digit(s, l.end, behind))
            return l.label;
    }
    return LABEL_NONE;
}

bool mask_label_near(const struct mask_scan *s, enum mask_label label, size_t start, size_t end, size_t reach) {
    size_t first = mask_label_from(s->labels, s->n_labels, start > reach ? start - reach : 0);
    for (size_t i = first; i < s->n_labels && s->labels[i].start < end + reach; i++)
        if (s->labels[i].label == label && start < s->labels[i].end + reach)
            return true;
    return false;
}

/* ---- runs of groups ---- */

struct number { /* groups [from, to] read as one number */
    size_t from, to, start, end;
    char digit[DIGITS_MAX + 1];
    int n;
};

static bool is_separator(uint32_t c) {
    return c == ' ' || c == '-' || c == '.' || c == '_' || c == '/' || c == 0xB7 || c == 0x2022 || c == ',' ||
           c == '\n' || c == '|' || c == '*' || c == 0x3001;
}

static bool linked(const struct mask_scan *s, size_t group) { /* to the next one */
    if (group + 1 >= s->n_groups)
        return false;
    size_t from = s->groups[group].end, to = s->groups[group + 1].start;
    if (to - from > 3)
        return false;
    for (size_t i = from; i < to; i++)
        if (!is_separator(s->bare[i]))
            return false;
    return true;
}

static bool add_group(const struct mask_scan *s, struct number *x, size_t group) {
    struct mask_group g = s->groups[group];
    if (x->n + (int)(g.end - g.start) > DIGITS_MAX)
        return false;
    for (size_t i = g.start; i < g.end; i++)
        x->digit[x->n++] = (char)s->bare[i];
    x->to = group;
    x->end = g.end;
    return true;
}

/* Part of a word, a link, an e-mail address or a longer code: "SF4111…", "ORD-4111…", "?id=4111…". */
static bool glued(const struct mask_scan *s, const struct number *x, enum mask_label fits) {
    if (x->end < s->n && (fold_is_latin(s->bare[x->end]) || s->bare[x->end] == '@' || s->bare[x->end] == '%'))
        return true;
    if (x->start == 0)
        return false;
    uint32_t before = s->bare[x->start - 1];
    uint32_t earlier = x->start > 1 ? s->bare[x->start - 2] : ' ';
    bool on_word = fold_is_latin(before) || before == '#' || before == '+' ||
                   ((before == '-' || before == '/' || before == '_' || before == '=' || before == '.') &&
                    (fold_is_latin(earlier) || fold_is_digit(earlier)));
    if (!on_word)
        return false;
    return mask_named(s, x->start, x->end) != fits || before == '+';
}

/* 1.234.567: an amount. Dots or commas, the first group short, all others of three; none begins with a nought. */
static bool is_amount(const struct mask_scan *s, const struct number *x) {
    if (x->to - x->from < 2 || x->digit[0] == '0' || s->groups[x->from].end - s->groups[x->from].start > 3)
        return false;
    for (size_t g = x->from; g < x->to; g++) {
        uint32_t c = s->bare[s->groups[g].end];
        size_t len = s->groups[g + 1].end - s->groups[g + 1].start;
        if ((c != '.' && c != ',') || s->groups[g + 1].start != s->groups[g].end + 1 || len != 3)
            return false;
    }
    return true;
}

static size_t group_len(const struct mask_scan *s, size_t g) { return s->groups[g].end - s->groups[g].start; }

static bool has_shape(const struct mask_scan *s, const struct number *x, const char *shape) {
    size_t want = strlen(shape);
    if (x->to - x->from + 1 != want)
        return false;
    for (size_t i = 0; i < want; i++) {
        size_t n = shape[i] == 'x' ? 10 : (size_t)(shape[i] - '0');
        if (group_len(s, x->from + i) != n)
            return false;
    }
    return true;
}

/* ---- cards ---- */

static bool luhn(const char *d, int n) {
    int sum = 0;
    for (int i = 0; i < n; i++) {
        int v = d[n - 1 - i] - '0';
        if (i & 1)
            v = v > 4 ? 2 * v - 9 : 2 * v;
        sum += v;
    }
    return sum % 10 == 0;
}

/* Issuers by their first digits. `sure` ranges need no other sign than the check digit. */
static const struct issuer {
    int from, to; /* the first four digits */
    int least, most;
    bool sure;
} issuers[] = {
    {4000, 4999, 13, 13, true},  {4000, 4999, 16, 16, true},  {4000, 4999, 19, 19, true},
    {5100, 5599, 16, 16, true},  {2221, 2720, 16, 16, true},  {3400, 3499, 15, 15, true},
    {3700, 3799, 15, 15, true},  {3528, 3589, 16, 19, true},  {3000, 3059, 14, 14, true},
    {3095, 3095, 14, 14, true},  {3600, 3699, 14, 16, true},  {3800, 3999, 14, 16, true},
    {6200, 6299, 16, 19, true},  {6011, 6011, 16, 19, true},  {6440, 6599, 16, 19, true},
    {9704, 9704, 16, 16, true},  {9704, 9704, 19, 19, true},  {2200, 2204, 16, 19, false},
    {5000, 5099, 13, 19, false}, {5600, 5899, 13, 19, false}, {6000, 6999, 13, 19, false},
    {8100, 8199, 16, 19, false}, {9792, 9792, 16, 16, false}, {8200, 8299, 16, 16, false},
};

static bool issued(const struct number *x, bool sure) {
    int head =
        (x->digit[0] - '0') * 1000 + (x->digit[1] - '0') * 100 + (x->digit[2] - '0') * 10 + x->digit[3] - '0';
    for (size_t i = 0; i < sizeof issuers / sizeof *issuers; i++)
        if (head >= issuers[i].from && head <= issuers[i].to && x->n >= issuers[i].least &&
            x->n <= issuers[i].most && (issuers[i].sure || !sure))
            return true;
    return false;
}

static bool in_fours(const struct mask_scan *s, const struct number *x) {
    if (x->to - x->from < 3)
        return false;
    for (size_t g = x->from; g < x->to; g++)
        if (group_len(s, g) != 4)
            return false;
    return group_len(s, x->to) <= 4;
}

static bool equal_groups(const struct mask_scan *s, const struct number *x) {
    size_t n = group_len(s, x->from);
    for (size_t g = x->from + 1; g <= x->to; g++)
        if (group_len(s, g) != n)
            return false;
    return true;
}

static bool is_expiry(const struct mask_scan *s, size_t g) { /* MMYY in one group */
    const uint32_t *d = s->bare + s->groups[g].start;
    unsigned month = (d[0] - '0') * 10 + (d[1] - '0');
    return month >= 1 && month <= 12;
}

/* Would people write a card like this? Judged with what stands before and behind it in the same run. */
static bool card_shape(const struct mask_scan *s, const struct number *x) {
    bool first = x->from == 0 || !linked(s, x->from - 1), last = !linked(s, x->to);
    bool fours = in_fours(s, x);
    bool usual = x->from == x->to || fours || has_shape(s, x, "465") || has_shape(s, x, "464") ||
                 has_shape(s, x, "6x") || has_shape(s, x, "88") || equal_groups(s, x);
    if (first && last)
        return true;
    if (!usual)
        return false;
    if (fours && !first && group_len(s, x->from - 1) == 4)
        return false; /* the middle of a longer code in fours */
    if (fours && !last && group_len(s, x->to) == 4 && group_len(s, x->to + 1) >= 4)
        return group_len(s, x->to + 1) == 4 && is_expiry(s, x->to + 1);
    return true;
}

/* ---- what is a number's own name, and what a word that only stands before it ---- */

/* Words that may stand between a name and its number. `loose` ones tell of the thing: "the order I placed
 * yesterday". */
static bool naming_word(const struct mask_scan *s, size_t start, size_t end, bool loose) {
    static const char *const strict_words[] = {
        "no",  "nr",   "num", "number", "numbers", "nos",  "id",  "code", "is",  "was", "so",   "ma",
        "la",  "cua",  "em",  "minh",   "toi",     "anh",  "chi", "ref",  "the", "my",  "hang", "below",
        "are", "dien", "tu",  "may",    "bao",     "hanh", "e",   "a",    "c",   "mk",  "tui",  NULL};
    static const char *const loose_words[] = {
        "i",         "we",    "you",   "that", "from",  "placed", "made", "ordered", "bought", "got",
        "yesterday", "today", "last",  "week", "month", "this",   "new",  "old",     "our",    "your",
        "nay",       "cho",   "do",    "dat",  "mua",   "hom",    "qua",  "sang",    "chieu",  "toi",
        "truoc",     "tuan",  "thang", "roi",  "vua",   "moi",    "lay",  "nhan",    "duoc",   "kia",
        "chau",      "con",   "ban",   "ben",  "shop",  "which",  "tren", "gui",     "for",    NULL};
    for (int list = 0; list < (loose ? 2 : 1); list++)
        for (const char *const *w = list ? loose_words : strict_words; *w; w++) {
            size_t n = strlen(*w), k = 0;
            while (n == end - start && k < n && s->bare[start + k] == (unsigned char)(*w)[k])
                k++;
            if (n == end - start && k == n)
                return true;
        }
    return false;
}

static size_t naming_sign(const struct mask_scan *s, size_t i, size_t end, bool loose) { /* its length, or 0 */
    static const char32_t *const strict_signs[] = {U"是",  U"为", U"為",  U"号",  U"號", U"码", U"碼",   U"编",
                                                   U"編",  U"的", U"我",  U"您",  U"你", U"คือ", U"เลขที่", U"หมายเลข",
                                                   U"เลข", U"ที่",  U"รหัส", U"ของ", U"ฉัน", U"ผม", U"หนู",   U"เรา",
                                                   U"ดิฉัน", U"นี้",  U"เป็น", U"尾",  NULL};
    static const char32_t *const loose_signs[] = {
        U"昨天", U"今天", U"昨日",   U"上周", U"上週",   U"前天", U"刚才", U"剛才", U"刚",   U"剛", U"下",
        U"买",   U"買",   U"这",     U"這",   U"那",     U"个",   U"個",   U"单",   U"單",   U"寄", U"在",
        U"สั่ง",   U"ซื้อ",   U"เมื่อวาน", U"วันนี้",  U"เมื่อเช้า", U"นั้น",   U"ตอน",  U"อัน",   U"ได้รับ", NULL};
    for (int list = 0; list < (loose ? 2 : 1); list++)
        for (const char32_t *const *w = list ? loose_signs : strict_signs; *w; w++) {
            size_t k = 0;
            while ((*w)[k] && i + k < end && s->lower[i + k] == (uint32_t)(*w)[k])
                k++;
            if (!(*w)[k])
                return k;
        }
    return 0;
}

/* Does nothing stand in [from, to) but what leads from a name to its number? */
static bool only_naming(const struct mask_scan *s, size_t from, size_t to, bool loose) {
    for (size_t i = from; i < to;) {
        uint32_t c = s->bare[i];
        size_t end = i;
        while (end < to && fold_is_latin(s->bare[end]))
            end++;
        if (end > i) {
            if (!naming_word(s, i, end, loose))
                return false;
        } else if (c < 128 && c && strchr(" :#=()-._/\n'\"[", (int)c)) {
            end = i + 1;
        } else {
            size_t n = naming_sign(s, i, to, loose);
            if (!n)
                return false;
            end = i + n;
        }
        i = end;
    }
    return true;
}

/* Is money moved in the clause in which the name stands? Then what follows may be what it is paid with. */
static bool clause_pays(const struct mask_scan *s, size_t before) {
    static const char *const words[] = {"pay",    "paid",  "charge", "charged", "refund", "refunded", "swipe",
                                        "swiped", "book",  "booked", "tra",     "quet",   "ca",       "hoan",
                                        "tru",    "thanh", "use",    "used",    "put",    NULL};
    static const uint32_t signs[] = {0x4ED8, 0x6263, 0x5237, 0x9000, 0x7528, 0}; /* 付扣刷退用 */
    size_t from = before;
    while (from > 0 && before - from < 40 && !breaks_sentence(s, from - 1, before))
        from--;
    return word_in(s, from, before, words) || sign_in(s, from, before, signs);
}

static bool is_other(enum mask_label label) { return label == LABEL_OTHER || label == LABEL_BOOKING; }

/* Digits, and as many digits again behind "," or "and": the second has the first one's name. */
static bool continues_list(const struct mask_scan *s, const struct number *x, size_t *first) {
    if (x->from == 0 || x->from != x->to)
        return false;
    struct mask_group before = s->groups[x->from - 1];
    if (before.end - before.start != x->end - x->start || x->start - before.end > 5)
        return false;
    static const char *const and_words[] = {"and", "or", "va", "voi", NULL};
    bool joined = word_in(s, before.end, x->start, and_words);
    for (size_t i = before.end; i < x->start; i++) {
        uint32_t c = s->bare[i];
        if (c >= 128 ? !is_and(c) : !strchr(" ,/&\n", (int)c) && !(joined && fold_is_latin(c)))
            return false;
    }
    *first = before.start;
    return true;
}

/* "số cccd để làm hợp đồng: …": the contract is what the number is for, not what it is called. So
 * with "my card for the order is …". */
static bool named_for_a_purpose(const struct mask_scan *s, size_t start, bool card) {
    static const char *const words[] = {"de", "for", "lam", "ky", "dang", "xac", "to", "cho", NULL};
    static const char32_t *const signs[] = {U"用于", U"用於", U"办",    U"辦", U"签",
                                            U"簽",   U"เพื่อ",  U"สำหรับ", U"ทำ", U"ใช้"};
    size_t k = label_before(s, start);
    if (k == s->n_labels || k == 0 || start - s->labels[k - 1].end > 48)
        return false;
    struct mask_label_at id = s->labels[k - 1], purpose = s->labels[k];
    if ((card ? id.label != LABEL_CARD : id.label != LABEL_ID && id.label != LABEL_CMND) ||
        any_digit(s, id.end, start))
        return false;
    for (size_t i = id.end; i < start; i++)
        if (breaks_sentence(s, i, id.end))
            return false;
    for (size_t i = id.end; i < purpose.start; i++)
        for (size_t w = 0; w < sizeof signs / sizeof *signs; w++) {
            size_t n = 0;
            while (signs[w][n] && s->lower[i + n] == (uint32_t)signs[w][n])
                n++;
            if (!signs[w][n])
                return true;
        }
    return word_in(s, id.end, purpose.start, words);
}

/* "order no. 4111…", "4111… is my order": the number is called so. "the receipt shows 4111…" is not. */
static bool named_directly(const struct mask_scan *s, const struct number *x) {
    size_t start = x->start, first = 0;
    struct number y = *x;
    for (int back = 0; back < 4 && continues_list(s, &y, &first); back++) {
        start = first;
        y.from--, y.to = y.from, y.end = s->groups[y.from].end, y.start = start;
    }
    if (mask_label_near(s, LABEL_CVV, x->end, x->end + 20, 0))
        return false;
    size_t k = label_before(s, start);
    if (k < s->n_labels && is_other(s->labels[k].label)) {
        struct mask_label_at l = s->labels[k];
        bool broken = start - l.end > NAME_REACH;
        for (size_t i = l.end; i < start && !broken; i++)
            broken = breaks_sentence(s, i, l.end);
        if (connects(s, l.end, start) && named_for_a_purpose(s, start, true))
            return false;
        if (!broken && only_naming(s, l.end, start, !clause_pays(s, l.start)))
            return true;
    }
    k = label_behind(s, x->end);
    return k < s->n_labels && is_other(s->labels[k].label) &&
           mask_named(s, x->start, x->end) == s->labels[k].label &&
           only_naming(s, x->end, s->labels[k].start, false);
}

bool mask_named_directly(const struct mask_scan *s, size_t from, size_t to) {
    struct number x = {.from = from, .to = to, .start = s->groups[from].start, .end = s->groups[to].end};
    return named_directly(s, &x);
}

static bool only_fours_over_lines(const struct mask_scan *s, const struct number *x) {
    for (size_t i = x->start; i < x->end; i++)
        if (s->bare[i] == '\n' || s->bare[i] == '/' || s->bare[i] == ',')
            return in_fours(s, x);
    return true;
}

static bool is_card(const struct mask_scan *s, const struct number *x) {
    if (x->n < 13 || !luhn(x->digit, x->n) || !card_shape(s, x) || is_amount(s, x) ||
        !only_fours_over_lines(s, x) || glued(s, x, LABEL_CARD))
        return false;
    enum mask_label named = mask_named(s, x->start, x->end);
    bool sure = issued(x, true);
    if (named == LABEL_PHONE && x->n < 15)
        return false;
    /* A check digit and an issuer say more than a word somewhere before; not more than the number's own name. */
    if (sure ? named_directly(s, x) : named == LABEL_OTHER || named == LABEL_BOOKING)
        return false;
    if (has_shape(s, x, "14521") && named != LABEL_CARD)
        return false; /* the way of Thai identity numbers, with a slip in it */
    if (sure)
        return true;
    if (named == LABEL_CARD)
        return x->n >= 15 || issued(x, false);
    return issued(x, false) && in_fours(s, x);
}

/* The three or four digits behind a card and its date: "4111 1111 1111 1111 12/27 123". */
static void take_cvv_behind(struct mask_scan *s, size_t card_end, size_t group) {
    size_t g = group + 1, at = card_end;
    for (int seen = 0; seen < 3 && g < s->n_groups; g++, seen++) {
        struct mask_group x = s->groups[g];
        if (x.start - at > 6)
            return;
        for (size_t i = at; i < x.start; i++)
            if (fold_is_latin(s->bare[i]) || fold_is_han(s->bare[i]) || fold_is_thai(s->bare[i]))
                return;
        size_t n = x.end - x.start;
        bool dated = seen == 2 || (seen == 1 && group_len(s, g - 1) == 4);
        if (dated && (n == 3 || n == 4) && !linked(s, g) && !mask_is_taken(s, x.start, x.end)) {
            if (seen < 2 || (group_len(s, g - 2) == 2 && s->bare[s->groups[g - 2].end] == '/'))
                mask_take(s, MASK_CVV, x.start, x.end);
            return;
        }
        at = x.end;
    }
}

/* "4111 1111 1111 1111. 04/29. 318 on the back": three digits that are said to be on the other side. */
static void take_back_of_card(struct mask_scan *s, size_t card_end, size_t group) {
    static const char *const back[] = {"on the back", "at the back", "back", "mat sau",
                                       "phia sau",    "dang sau",    NULL};
    static const uint32_t lung[] = {0x0E2B, 0x0E25, 0x0E31, 0x0E07}; /* หลัง */
    static const uint32_t sign[] = {0x80CC, 0};                      /* 背 */
    for (size_t g = group + 1; g < s->n_groups && s->groups[g].start < card_end + 60; g++) {
        struct mask_group x = s->groups[g];
        bool alone = !linked(s, g) && (!linked(s, g - 1) || s->bare[x.start - 1] == ' ');
        if (x.end - x.start != 3 || mask_is_taken(s, x.start, x.end) || !alone)
            continue;
        size_t from = x.start - card_end > 16 ? x.start - 16 : card_end, to = x.end + 14 < s->n ? x.end + 14 : s->n;
        bool said = word_in(s, from, to, back) || sign_in(s, from, to, sign);
        for (size_t i = from; i + 4 <= to && !said; i++)
            said = memcmp(s->bare + i, lung, sizeof lung) == 0;
        if (said && mask_named(s, x.start, x.end) != LABEL_OTHER) {
            mask_take(s, MASK_CVV, x.start, x.end);
            return;
        }
    }
}

/* ---- identity numbers ---- */

static int two(const char *d) { return (d[0] - '0') * 10 + d[1] - '0'; }

static bool is_date(int year, int month, int day) {
    return year >= 1890 && year <= 2030 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static bool cn_region(const char *d) {
    int r = two(d);
    return (r >= 11 && r <= 15) || (r >= 21 && r <= 23) || (r >= 31 && r <= 37) || (r >= 41 && r <= 46) ||
           (r >= 50 && r <= 54) || (r >= 61 && r <= 65) || r == 71 || (r >= 81 && r <= 83);
}

static bool cn_checks(const char *d, bool x_behind) {
    static const int weight[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 17; i++)
        sum += weight[i] * (d[i] - '0');
    return "10X98765432"[sum % 11] == (x_behind ? 'X' : d[17]);
}

/* "预约时填的号码": what was filled in for the booking, not its own number. */
static bool was_filled_in(const struct mask_scan *s, size_t start) {
    enum { NEAR = 8 };
    return sign_in(s, start > NEAR ? start - NEAR : 0, start, (const uint32_t[]){0x586B, 0});
}

static bool named_otherwise(const struct mask_scan *s, size_t start, size_t end) {
    enum mask_label named = mask_named(s, start, end);
    return is_other(named) && !was_filled_in(s, start) && !mask_label_near(s, LABEL_ID, start, end, 12) &&
           !named_for_a_purpose(s, start, false);
}

/* Where the number ends when it is a Chinese identity number, else 0. */
static size_t cn_id_end(const struct mask_scan *s, const struct number *x) {
    if (x->n == 15)
        return cn_region(x->digit) && is_date(1900 + two(x->digit + 6), two(x->digit + 8), two(x->digit + 10)) &&
                       mask_named(s, x->start, x->end) == LABEL_ID
                   ? x->end
                   : 0;
    if (x->n != 17 && x->n != 18)
        return 0;
    size_t end = x->end;
    if (x->n == 17) {
        if (end < s->n && (s->bare[end] == ' ' || s->bare[end] == '-'))
            end++;
        if (end >= s->n || s->bare[end] != 'x' || (end + 1 < s->n && fold_is_latin(s->bare[end + 1])))
            return 0;
        end++;
    }
    const char *d = x->digit;
    return cn_region(d) && is_date(two(d + 6) * 100 + two(d + 8), two(d + 10), two(d + 12)) &&
                   cn_checks(d, x->n == 17) && !named_otherwise(s, x->start, end)
               ? end
               : 0;
}

static bool th_checks(const char *d) {
    int sum = 0;
    for (int i = 0; i < 12; i++)
        sum += (13 - i) * (d[i] - '0');
    return (11 - sum % 11) % 10 == d[12] - '0';
}

/* "Thai guest, ID 5837238747450"; not "order ID 5837238747450". */
static bool called_id(const struct mask_scan *s, size_t start, size_t reach) {
    static const char things[] =
        "|order|user|customer|booking|ticket|tracking|device|transaction|trans|txn|payment|product|apple|client|"
        "account|"
        "employee|staff|merchant|reference|ref|case|session|game|player|login|caller|invoice|shipment|item|sku|"
        "agent|"
        "request|trace|event|message|chat|video|meeting|zoom|team|server|machine|terminal|store|shop|seller|buyer|"
        "parcel|delivery|courier|driver|ride|trip|flight|bill|tax|vat|line|facebook|fb|google|app|don|khach|hang|"
        "giao|";
    size_t floor = start > reach ? start - reach : 0;
    for (size_t i = start; i > floor; i--) {
        if (breaks_sentence(s, i - 1, 0) && s->bare[i - 1] != ',')
            return false;
        if (fold_is_digit(s->bare[i - 1]))
            return false;
        if (s->bare[i - 1] != 'i' || s->bare[i] != 'd' || fold_is_latin(s->bare[i + 1]) ||
            (i > 1 && mask_letter(s, i - 2)))
            continue;
        size_t end = i - 1, word;
        while (end > 0 && (s->bare[end - 1] == ' ' || s->bare[end - 1] == '-' || s->bare[end - 1] == '_'))
            end--;
        for (word = end; word > 0 && fold_is_latin(s->bare[word - 1]); word--)
            ;
        return !mask_one_of(s, word, end, things);
    }
    return false;
}

static bool is_th_id(const struct mask_scan *s, const struct number *x) {
    if (x->n != 13 || x->digit[0] == '0' || !th_checks(x->digit))
        return false;
    if (mask_label_near(s, LABEL_ID, x->start, x->end, 36))
        return !named_directly(s, x) || named_for_a_purpose(s, x->start, false);
    enum mask_label named = mask_named(s, x->start, x->end);
    bool cut = has_shape(s, x, "14521"); /* no booking is cut like that */
    if (named == LABEL_OTHER || named == LABEL_BOOKING || named == LABEL_PHONE)
        return cut && (named == LABEL_BOOKING || !named_directly(s, x));
    if (called_id(s, x->start, 32))
        return true;
    /* Without a word one number of eleven passes: clocks in milliseconds and bar codes among them. */
    return cut || ((s->any_thai || !s->any_letter) && x->digit[0] != '9');
}

static bool vn_province(const char *d) {
    static const char known[] =
        "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 "
        "034 035 036 037 038 040 042 044 045 046 048 049 051 052 054 056 058 060 062 064 066 "
        "067 068 070 072 074 075 077 079 080 082 083 084 086 087 089 091 092 093 094 095 096";
    for (const char *p = known; p < known + sizeof known - 1; p += 4)
        if (memcmp(p, d, 3) == 0)
            return true;
    return false;
}

/* "cc 079…", "số cc gắn chip của em là 079…"; "150 cc" is an engine. */
static bool called_cc(const struct mask_scan *s, size_t start) {
    size_t i = start, floor = start > NAME_REACH ? start - NAME_REACH : 0;
    for (; i > floor && !fold_is_digit(s->bare[i - 1]) && !breaks_sentence(s, i - 1, 0); i--)
        ;
    bool counted = i > 0 && fold_is_digit(s->bare[i - 1]);
    if (counted && word_in(s, i, i + 3 < start ? i + 3 : start, (const char *const[]){"cc", NULL}))
        return false;
    return word_in(s, i, start, (const char *const[]){"cc", NULL});
}

/* "+84 368 550 719", "(+84) 368…" */
static bool behind_country_code(const struct mask_scan *s, const struct number *x) {
    if (x->from == 0)
        return false;
    struct mask_group code = s->groups[x->from - 1];
    return code.start > 0 && s->bare[code.start - 1] == '+' && x->start - code.end <= 2;
}

static bool is_vn_id(const struct mask_scan *s, const struct number *x) {
    enum mask_label named = mask_named(s, x->start, x->end);
    bool other = named != LABEL_NONE && named != LABEL_ID && named != LABEL_CMND && named != LABEL_CARD &&
                 !named_for_a_purpose(s, x->start, false);
    if (x->n == 9)
        return !other && !behind_country_code(s, x) &&
               (named == LABEL_ID || named == LABEL_CMND || mask_label_near(s, LABEL_CMND, x->start, x->end, 36) ||
                mask_label_near(s, LABEL_ID, x->start, x->end, 12));
    if (x->n != 12 || other || !vn_province(x->digit))
        return false;
    int century = x->digit[3] - '0', year = two(x->digit + 4);
    if (century > 3 || (century > 1 && year > 30))
        return false;
    enum { SAME_THOUGHT = 80 };
    return mask_label_near(s, LABEL_ID, x->start, x->end, SAME_THOUGHT) ||
           mask_label_near(s, LABEL_CMND, x->start, x->end, SAME_THOUGHT) || called_cc(s, x->start) ||
           called_id(s, x->start, 16);
}

static bool plain_joins(const struct mask_scan *s, const struct number *x) { /* spaces, hyphens, dots, one each */
    for (size_t g = x->from; g < x->to; g++) {
        size_t at = s->groups[g].end;
        if (s->groups[g + 1].start != at + 1 || (s->bare[at] != ' ' && s->bare[at] != '-' && s->bare[at] != '.'))
            return false;
    }
    return true;
}

static bool take_identity(struct mask_scan *s, const struct number *x) {
    if (!plain_joins(s, x) || is_amount(s, x) ||
        (x->from > 0 && s->groups[x->from - 1].end + 1 == x->start && s->bare[x->start - 1] == '-' &&
         x->from == x->to))
        return false;
    size_t end = cn_id_end(s, x);
    struct number whole = *x;
    if (end)
        whole.end = end;
    if (glued(s, &whole, LABEL_ID))
        return false;
    if (end)
        return mask_take(s, MASK_CN_ID, x->start, end), true;
    if (is_th_id(s, x))
        return mask_take(s, MASK_TH_ID, x->start, x->end), true;
    if (is_vn_id(s, x))
        return mask_take(s, MASK_VN_ID, x->start, x->end), true;
    return false;
}

/* "卡621226310002874551611月3号被划走": behind a number without a blank stands the month. The end of the card, or
 * 0. */
static size_t card_before_date(const struct mask_scan *s, struct mask_group g) {
    static const uint32_t dates[] = {0x6708, 0x65E5, 0x53F7, 0x865F, 0x70B9, 0x9EDE, 0}; /* 月日号號点點 */
    if (g.end >= s->n || !sign_in(s, g.end, g.end + 1, dates))
        return 0;
    for (size_t end = g.end - 2; end < g.end; end++) {
        struct number card = {.n = (int)(end - g.start), .start = g.start, .end = end};
        if (card.n < 16 || card.n > 19)
            continue;
        for (int i = 0; i < card.n; i++)
            card.digit[i] = (char)s->bare[g.start + (size_t)i];
        if (luhn(card.digit, card.n) && issued(&card, true))
            return end;
    }
    return 0;
}

/* From each group the longest reading that proves itself. */
void mask_find_numbers(struct mask_scan *s) {
    for (size_t g = 0; g < s->n_groups; g++) {
        struct number x = {.from = g, .start = s->groups[g].start}, reading[DIGITS_MAX];
        int n = 0;
        while (n < DIGITS_MAX && add_group(s, &x, n ? x.to + 1 : g)) {
            reading[n++] = x;
            if (!linked(s, x.to))
                break;
        }
        while (n-- > 0) {
            struct number *r = &reading[n];
            if (r->n < 9 || mask_is_taken(s, r->start, r->end))
                continue;
            bool thai_id = has_shape(s, r, "14521") && th_checks(r->digit); /* cut so, no card of 13 digits */
            if (!thai_id && is_card(s, r)) {
                mask_take(s, MASK_CARD, r->start, r->end);
                take_cvv_behind(s, r->end, r->to);
                take_back_of_card(s, r->end, r->to);
            } else if (!take_identity(s, r))
                continue;
            g = r->to;
            break;
        }
        size_t dated = card_before_date(s, s->groups[g]);
        if (dated && !mask_is_taken(s, s->groups[g].start, dated))
            mask_take(s, MASK_CARD, s->groups[g].start, dated);
    }
}

/* ---- IBAN ---- */

static int iban_length(uint32_t a, uint32_t b) {
    static const char known[] =
        "ad24ae23al28at20az28ba20be16bg22bh22br29by28ch21cr22cy28cz24de22dk18do28ee20eg29es24fi18fo18fr27gb22ge22gi"
        "23"
        "gl18gr27gt28hr21hu28ie22il23iq23is26it27jo30kw30kz20lb28lc32li21lt20lu20lv21ly25mc27md24me22mk19mr27mt31mu"
        "30"
        "nl18no15pk24pl28ps29pt25qa29ro24rs22sa24sc31se24si19sk24sm27st25sv28tl23tn24tr26ua29va22vg24xk20";
    for (const char *p = known; *p; p += 4)
        if ((uint32_t)p[0] == a && (uint32_t)p[1] == b)
            return two(p + 2);
    return 0;
}

static size_t iban_end(const struct mask_scan *s, size_t i) {
    enum { BANK_LETTERS = 4 };
    int want = iban_length(s->bare[i], s->bare[i + 1]), n = 0;
    if (!want)
        return 0;
    int value[34];
    size_t at = i, letters = 0;
    bool spaced = false;
    for (; at < s->n && n < want; at++) {
        uint32_t c = s->bare[at];
        letters = fold_is_latin(c) ? letters + 1 : 0;
        spaced |= c == ' ';
        if (letters && (s->lower[at] != c || (spaced && letters > BANK_LETTERS)))
            return 0; /* words: "lv 85 mất 300 kim cương" */
        if (fold_is_digit(c))
            value[n++] = (int)(c - '0');
        else if (fold_is_latin(c))
            value[n++] = (int)(c - 'a') + 10;
        else if ((c != ' ' && c != '-' && c != '.') || s->bare[at - 1] == c)
            return 0;
    }
    if (n < want || (at < s->n && (fold_is_digit(s->bare[at]) || fold_is_latin(s->bare[at]))))
        return 0;
    int rest = 0;
    for (int k = 0; k < want; k++) {
        int v = value[(k + 4) % want];
        rest = (v > 9 ? rest * 100 + v : rest * 10 + v) % 97;
    }
    return rest == 1 ? at : 0;
}

void mask_find_iban(struct mask_scan *s) {
    for (size_t g = 0; g < s->n_groups; g++) {
        size_t d = s->groups[g].start;
        while (d >= 2 && s->bare[d - 1] == ' ' && fold_is_latin(s->bare[d - 2]))
            d--; /* "GB 29 NWBK …" */
        if (d < 2 || !fold_is_latin(s->bare[d - 1]) || !fold_is_latin(s->bare[d - 2]) ||
            (d > 2 && (fold_is_latin(s->bare[d - 3]) || fold_is_digit(s->bare[d - 3]))))
            continue;
        size_t end = iban_end(s, d - 2);
        if (end && !mask_is_taken(s, d - 2, end))
            mask_take(s, MASK_IBAN, d - 2, end);
    }
}
