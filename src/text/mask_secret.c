/* What is secret only because it is named so (CVV, PIN, one-time code, password), and addresses and phones. */
#include "text/fold.h"
#include "text/mask_find.h"

#include <string.h>
#include <uchar.h>

enum { REACH = 40, BACK_REACH = 16 };

struct reader { /* from a word to its value */
    const struct mask_scan *s;
    size_t at, limit;
    bool connected; /* ":", "is", "là", "是", "คือ" was read */
    size_t words;   /* other words read since the label or the connector */
};

static bool letter(const struct mask_scan *s, size_t i) {
    return i < s->n && (fold_is_latin(s->bare[i]) || fold_is_digit(s->bare[i]));
}

static bool one_of(const struct mask_scan *s, size_t i, size_t end, const char *list) { /* "|is|la|" */
    for (const char *p = list + 1; *p;) {
        const char *q = strchr(p, '|');
        if ((size_t)(q - p) == end - i) {
            size_t k = 0;
            while (p + k < q && s->bare[i + k] == (unsigned char)p[k])
                k++;
            if (p + k == q)
                return true;
        }
        p = q + 1;
    }
    return false;
}

static bool starts(const struct mask_scan *s, size_t i, const char32_t *word) {
    size_t k = 0;
    for (; word[k]; k++)
        if (i + k >= s->n || s->lower[i + k] != (uint32_t)word[k])
            return false;
    return true;
}

static size_t word_end(const struct mask_scan *s, size_t i) {
    while (letter(s, i))
        i++;
    return i;
}

static bool sentence_ends(const struct mask_scan *s, size_t i) {
    uint32_t c = s->bare[i];
    if (c == '\n')
        return !(i > 0 && (s->bare[i - 1] == ':' || s->bare[i - 1] == 0xFF1A));
    return c == '!' || c == '?' || c == ';' || c == 0x3002 ||
           (c == '.' && (i + 1 >= s->n || s->bare[i + 1] == ' '));
}

static size_t connector(const struct mask_scan *s, size_t i) { /* its end, or 0 */
    uint32_t c = s->bare[i];
    if (c == ':' || c == '=' || c == 0x662F || c == 0x4E3A || c == 0x70BA) /* 是 为 為 */
        return i + 1;
    if ((c == '-' && i + 1 < s->n && s->bare[i + 1] == '>') || starts(s, i, U"→"))
        return i + (c == '-' ? 2 : 1);
    if (starts(s, i, U"คือ"))
        return i + 3;
    if (starts(s, i, U"เป็น"))
        return i + 4;
    if (fold_is_latin(c) && !(i > 0 && fold_is_latin(s->bare[i - 1]))) {
        size_t end = word_end(s, i);
        return one_of(s, i, end, "|is|was|la|as|") ? end : 0;
    }
    return 0;
}

static const struct mask_label_at *label_at(const struct mask_scan *s, size_t i) {
    for (size_t k = 0; k < s->n_labels; k++)
        if (s->labels[k].start <= i && i < s->labels[k].end)
            return &s->labels[k];
    return NULL;
}

/* A digit that counts or measures: "6 số", "3 times", "5 分钟", "5000 mAh". */
static bool has_unit(const struct mask_scan *s, size_t end) {
    size_t i = end;
    while (i < s->n && (s->bare[i] == ' ' || s->bare[i] == '-'))
        i++;
    if (i >= s->n)
        return false;
    static const char32_t *const signs[] = {
        U"位", U"次",  U"分",   U"秒",    U"个", U"個", U"天", U"元", U"块", U"小时", U"หลัก", U"ตัว", U"นาที", U"ครั้ง",
        U"วัน", U"บาท", U"วินาที", U"ชั่วโมง", U"%",  U"年", U"月", U"号", U"點", U"点",   U"đ",   U"₫",  U"฿",   U"$"};
    for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
        if (starts(s, i, signs[k]) && !(s->lower[i] == 0x111 && letter(s, i + 1)))
            return true;
    size_t w = word_end(s, i);
    return one_of(s, i, w,
                  "|so|chu|ky|digit|digits|times|time|minute|minutes|min|mins|second|seconds|phut|lan|giay|"
                  "ngay|gio|tieng|hours|hour|days|day|k|d|vnd|usd|baht|thb|mah|wh|characters|char|chars|"
                  "ki|tu|nguoi|trieu|nghin|percent|attempts|tries|people|am|pm|h|attempt|months|month|years|");
}

static bool number_joined(const struct mask_scan *s, size_t start, size_t end) { /* 10:30, 1,200, 16/03/2026 */
    uint32_t before = start > 0 ? s->bare[start - 1] : ' ', earlier = start > 1 ? s->bare[start - 2] : ' ';
    uint32_t after = end < s->n ? s->bare[end] : ' ', later = end + 1 < s->n ? s->bare[end + 1] : ' ';
    bool left = (before == ':' || before == '/' || before == ',' || before == '.') && fold_is_digit(earlier);
    bool right = (after == ':' || after == '/' || after == ',' || after == '.') && fold_is_digit(later);
    return left || right || fold_is_latin(before) || fold_is_latin(after) || before == '+' || before == '$' ||
           before == '#';
}

/* Digits of a code from `i`, read over single spaces or hyphens: its end, and the count in *n. */
static size_t code_end(const struct mask_scan *s, size_t i, size_t *n) {
    size_t at = i, end = i;
    *n = 0;
    for (;;) {
        while (at < s->n && fold_is_digit(s->bare[at]))
            at++, ++*n;
        end = at;
        if (at + 1 < s->n && (s->bare[at] == ' ' || s->bare[at] == '-') && fold_is_digit(s->bare[at + 1]))
            at++;
        else
            return end;
    }
}

static bool code_fits(const struct mask_scan *s, enum mask_kind kind, size_t start, size_t *end) {
    size_t n, solid = start;
    while (solid < s->n && fold_is_digit(s->bare[solid]))
        solid++;
    *end = code_end(s, start, &n);
    size_t least = kind == MASK_CVV ? 3 : 4, most = kind == MASK_CVV ? 4 : 8;
    if (n < least || n > most) { /* "OTP 123456 10 phút": only the first part */
        n = solid - start;
        *end = solid;
    }
    if (n < least || n > most || number_joined(s, start, *end) || mask_is_taken(s, start, *end))
        return false;
    return !has_unit(s, *end);
}

static bool stops_search(const struct mask_scan *s, size_t i, size_t end) {
    return one_of(s, i, end,
                  "|from|tu|hotline|after|sau|until|since|before|truoc|call|goi|order|year|nam|"
                  "luc|at|in|costs|gia|dung|battery|sac|thay|model|if|when|neu|khi|");
}

/* The code behind its word. */
static bool take_code_after(struct mask_scan *s, const struct mask_label_at *l, enum mask_kind kind) {
    for (size_t i = l->end; i < s->n && i < l->end + REACH;) {
        if (sentence_ends(s, i))
            return false;
        if (fold_is_digit(s->bare[i])) {
            size_t end = i;
            if (!letter(s, i - 1) && code_fits(s, kind, i, &end))
                return mask_take(s, kind, i, end), true;
            while (i < s->n && fold_is_digit(s->bare[i]))
                i++;
            continue;
        }
        const struct mask_label_at *other = label_at(s, i);
        if (other && (other->label == LABEL_OTHER || other->label == LABEL_PHONE || other->label == LABEL_BOOKING))
            return false;
        if (other && other->label != LABEL_CARD && other->label != LABEL_ACCOUNT && other->label != l->label)
            return false;
        if (other) {
            i = other->end;
            continue;
        }
        if (starts(s, i, U"来自") || starts(s, i, U"จาก"))
            return false;
        size_t end = word_end(s, i);
        if (end > i && stops_search(s, i, end))
            return false;
        i = end > i ? end : i + 1;
    }
    return false;
}

/* "482913 is my OTP", "482913 là mã otp", "482913是验证码", "123 (cvv)". */
static bool take_code_before(struct mask_scan *s, const struct mask_label_at *l, enum mask_kind kind) {
    size_t i = l->start, floor = i > BACK_REACH ? i - BACK_REACH : 0;
    bool connected = false;
    while (i > floor) {
        i--;
        if (fold_is_digit(s->bare[i])) {
            size_t end = i + 1;
            while (i > 0 && (fold_is_digit(s->bare[i - 1]) || ((s->bare[i - 1] == ' ' || s->bare[i - 1] == '-') &&
                                                               i > 1 && fold_is_digit(s->bare[i - 2]))))
                i--;
            size_t last;
            return connected && !letter(s, i - 1) && code_fits(s, kind, i, &last) && last == end &&
                   (mask_take(s, kind, i, end), true);
        }
        if (sentence_ends(s, i) || (label_at(s, i) && label_at(s, i)->label != l->label))
            return false;
        connected |= s->bare[i] == '(' || s->bare[i] == 0xFF08;
        bool begins = !fold_is_latin(s->bare[i]) || i == 0 || !fold_is_latin(s->bare[i - 1]);
        connected |= begins && connector(s, i) != 0;
    }
    return false;
}

/* ---- passwords ---- */

static bool ends_token(const struct mask_scan *s, size_t i) {
    uint32_t c = s->bare[i];
    return c == ' ' || c == '\n' || c == '"' || c == 0x201C || c == 0x201D || c == '(' || c == ')' ||
           (c > 0xFF && !fold_is_latin(c));
}

static bool quote(uint32_t c) {
    return c == '"' || c == '\'' || c == 0x201C || c == 0x201D || c == 0x300C || c == 0x300E || c == 0x300A ||
           c == '`';
}

static size_t token_end(const struct mask_scan *s, size_t i) {
    while (i < s->n && !ends_token(s, i))
        i++;
    while (i > 0 && strchr(".,;:!?'", (int)(s->bare[i - 1] < 128 ? s->bare[i - 1] : 'x')) && s->bare[i - 1] < 128) {
        bool odd =
            s->bare[i - 1] == '!' || s->bare[i - 1] == '?'; /* "P@ss!": keep one that follows no letter word */
        if (odd && i > 1 && fold_is_digit(s->bare[i - 2]))
            break;
        i--;
    }
    return i;
}

static const char plain_words[] =
    "|wrong|incorrect|invalid|expired|correct|right|fine|good|not|no|the|a|an|my|your|being|been|too|very|still|"
    "now|"
    "strong|weak|same|different|required|needed|reset|changed|forgotten|lost|empty|blank|secret|private|safe|"
    "secure|"
    "known|unknown|case|sensitive|what|that|this|it|only|never|always|already|working|broken|rejected|accepted|"
    "locked|blocked|hidden|visible|shown|sent|stored|encrypted|hashed|protected|ok|okay|for|to|in|on|of|and|or|but|"
    "gi|sai|dung|khong|ko|k|bi|da|chua|nao|cai|mot|moi|cu|cua|em|anh|chi|minh|toi|ban|de|duoc|phai|rat|qua|xong|"
    "sao|do|nay|kia|yeu|manh|bao|thong|cuc|tu|so|ngay|ma|se|vay|the|nhung|ai|bao|vi|va|hoac|nhe|nha|a|ha|link|here|"
    "click|below|page|http|https|www|reset|help|support|policy|change|recovery|forgot|update|login|please|"
    "something|nothing|anything|mine|yours|long|short|simple|easy|hard|enough|protected|important|asked|set|"
    "confidential|compromised|leaked|missing|saved|remembered|optional|mandatory|just|really|probably|maybe|dai|"
    "ngan|kho|don|gian|tai|trong|ngoai|nhap|go|doi|quen|mat|luu|gui|cap|xac|nhan|rieng|chung|bat|buoc|";

/* A value that people choose as a password, not the next word of the sentence. */
static bool like_password(const struct mask_scan *s, size_t start, size_t end, bool connected, bool quoted) {
    size_t digits = 0, letters = 0, signs = 0;
    for (size_t i = start; i < end; i++) {
        digits += fold_is_digit(s->bare[i]);
        letters += fold_is_latin(s->bare[i]);
        signs += !letter(s, i);
        if (s->lower[i] != s->bare[i]) /* a Vietnamese word */
            return quoted;
    }
    size_t n = end - start;
    if (n < (connected || quoted ? 3 : 4) || n > 64)
        return false;
    if (starts(s, start, U"http") || starts(s, start, U"www.") || has_unit(s, end))
        return false;
    if (digits && number_joined(s, start, end) && !letters)
        return false;
    if (!letters && signs && digits) /* 10:30, 16/03, 1.200 */
        for (size_t i = start; i < end; i++)
            if (s->bare[i] == ':' || s->bare[i] == '/' || s->bare[i] == ',' || s->bare[i] == '.')
                return false;
    if (quoted)
        return true;
    if (digits)
        return digits == n ? n >= 4 && n <= 16 : true;
    bool sign_inside = false;
    for (size_t i = start; i < end; i++)
        sign_inside |= s->bare[i] < 128 && strchr("@#$%^&*_+=!~", (int)s->bare[i]) != NULL;
    if (sign_inside)
        return n >= 4;
    if (!connected || signs || n < 5 || one_of(s, start, end, plain_words))
        return false;
    /* A plain word as password: only at the end of the clause. */
    size_t after = end;
    while (after < s->n && s->bare[after] == ' ')
        after++;
    return after >= s->n || s->bare[after] == '\n' || s->bare[after] == ',' || s->bare[after] == '.' ||
           s->bare[after] == 0x3002 || s->bare[after] == 0xFF0C || s->bare[after] == ';';
}

static bool filler(const struct mask_scan *s, size_t i, size_t end) {
    return one_of(s, i, end,
                  "|my|the|wifi|moi|cu|cua|em|minh|toi|anh|chi|new|old|current|hien|tai|dang|nhap|login|"
                  "account|khoan|app|email|mail|for|to|web|website|no|a|hien|cho|ben|shop|facebook|fb|zalo|"
                  "temporary|temp|tam|it|nha|router|gmail|user|admin|code|");
}

static bool take_password(struct mask_scan *s, const struct mask_label_at *l) {
    bool connected = false;
    size_t words = 0;
    for (size_t i = l->end; i < s->n && i < l->end + REACH;) {
        size_t joint = connector(s, i);
        if (joint) {
            connected = true;
            words = 0;
            i = joint;
            continue;
        }
        bool quoted = quote(s->bare[i]);
        if (quoted)
            i++;
        if (i >= s->n)
            return false;
        uint32_t c = s->bare[i];
        if (letter(s, i) || (c < 128 && strchr("@#$%^&*_+~!", (int)c) && connected)) {
            size_t end = token_end(s, i);
            const struct mask_label_at *other = label_at(s, i);
            bool is_label = other && other->start == i && other->end >= end && other->end > i;
            if (end > i && !is_label && (connected || words == 0 || quoted || !fold_is_digit(c)) &&
                !mask_is_taken(s, i, end) && like_password(s, i, end, connected && words == 0, quoted))
                return mask_take(s, MASK_PASSWORD, i, end), true;
            if (other && (other->label == LABEL_OTHER || other->label == LABEL_PHONE))
                return false;
            size_t word = word_end(s, i);
            if (stops_search(s, i, word))
                return false;
            if (!filler(s, i, word) && ++words > 3)
                return false;
            i = word > i ? word : i + 1;
            continue;
        }
        if (sentence_ends(s, i) || c == '\n' || c == ',' || c == 0xFF0C)
            return connected && c == '\n' ? (i++, false) : false;
        i++;
    }
    return false;
}

void mask_find_secrets(struct mask_scan *s) {
    for (size_t k = 0; k < s->n_labels; k++) {
        const struct mask_label_at *l = &s->labels[k];
        if (l->label == LABEL_PASSWORD) {
            (void)take_password(s, l);
            continue;
        }
        enum mask_kind kind = l->label == LABEL_CVV   ? MASK_CVV
                              : l->label == LABEL_PIN ? MASK_PIN
                              : l->label == LABEL_OTP ? MASK_OTP
                                                      : MASK_KINDS;
        if (kind == MASK_KINDS || !s->n_groups)
            continue;
        /* "mã xác nhận đặt phòng 4821" is a booking. */
        bool booking =
            (k > 0 && s->labels[k - 1].label == LABEL_BOOKING && l->start - s->labels[k - 1].end < 3) ||
            (k + 1 < s->n_labels && s->labels[k + 1].label == LABEL_BOOKING && s->labels[k + 1].start - l->end < 6);
        if (!booking && !take_code_before(s, l, kind))
            (void)take_code_after(s, l, kind);
    }
}

/* ---- addresses and phones ---- */

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
        return (n == 10 && d[1] != '0') || (n == 9 && d[1] >= '2' && d[1] <= '7') || n == 11 ||
               (n == 12 && d[2] < '9');
    if (d[0] == '1' && n == 11) /* China; North America with its 1 */
        return d[1] >= '2';
    if (d[0] == '8' && (d[1] == '4' || d[1] == '6')) /* +84, +86 without the plus */
        return (d[1] == '4' && (n == 11 || n == 12) && strchr("35789", d[2])) ||
               (d[1] == '6' && n == 13 && d[2] == '1');
    return d[0] == '6' && d[1] == '6' && n == 11 && strchr("689", d[2]);
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
