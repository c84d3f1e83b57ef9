/* What in a text may be a secret, before anything is judged. */
#include "text/fold.h"
#include "text/mask_ear.h"

#include <string.h>

enum {
    DIGITS_LEAST = 3,
    DIGITS_MOST = 8,
    LONG_GROUP = 4,
    TOKEN_LEAST = 4,
    TOKEN_MOST = 32,
    WORD_REACH = 48, /* from a word for passwords to what may be one */
    RARE_REACH = 160 /* when hardly any text says it */
};
enum {
    SPOKEN_LEAST = 3,
    SPOKEN_MOST = 8,
    LETTERS_LEAST = 5,
    PHRASE_WORDS = 8,
    PHRASE_REACH = 60,
    PHRASES_MAX = 40
};

struct list {
    const struct mask_scan *s;
    struct mask_candidates out;
    const uint8_t *common; /* words that many texts say, or NULL */
    bool passwords;        /* a word for them is in the text */
    size_t token;          /* the end of the last one looked at: what stands behind its colon is looked at again */
};

/* "5555": a laugh, in Thai. */
static bool is_laugh(const struct mask_scan *s, size_t start, size_t end) {
    while (start < end && s->bare[start] == '5')
        start++;
    return s->any_thai && start == end;
}

/* A count, a sum, a time, a part of a longer number, a hotline. */
static bool is_figure(const struct mask_scan *s, size_t start, size_t end) {
    static const char32_t *const hotlines[] = {U"1900 ", U"1800 ", NULL}; /* Vietnamese */
    if (mask_any_sign(s, start, hotlines))
        return true;
    return mask_has_unit(s, end) || mask_number_joined(s, start, end);
}

/* "since 1996", "from 2019 to now", "từ năm 2019", "自2019年": a year that something lasts from. */
static bool is_beginning(const struct mask_scan *s, size_t start, size_t end) {
    static const char32_t *const lasting[] = {U" to now",  U" to today", U" until", U" till",
                                              U" đến nay", U" tới giờ",  NULL};
    static const char32_t *const signs[] = {U"自", U"ตั้งแต่", U"ตั้งแต่ปี", U"ปี", U"ปี พ.ศ.", NULL};
    size_t to = start, from;
    while (to > 0 && s->bare[to - 1] == ' ')
        to--;
    for (from = to; from > 0 && fold_is_latin(s->bare[from - 1]);)
        from--;
    return end - start == 4 && mask_is_year(s, start) &&
           (mask_one_of(s, from, to, "|since|nam|") || mask_any_sign(s, end, lasting) ||
            mask_stands_before(s, to, signs));
}

/* "8-12", "2-3": from one to the other. */
static bool is_range(const struct mask_scan *s, size_t start, size_t end) {
    enum { LONGEST = 5 };
    size_t dash = start;
    while (dash < end && fold_is_digit(s->bare[dash]))
        dash++;
    return end - start <= LONGEST && dash < end && s->bare[dash] == '-' && dash - start <= 2 && end - dash <= 3;
}

static void add(struct list *l, size_t start, size_t end) {
    if (l->out.n < MASK_CANDIDATES_MAX && !mask_is_taken(l->s, start, end))
        l->out.at[l->out.n++] = (struct mask_candidate){start, end};
}

static bool is_sign(uint32_t c) { return c < 128 && c && strchr("@#$%^&*_+!~", (int)c); }

/* Signs of programs, addresses and forms; hardly anybody has one in a password. */
static bool any_bracket(const struct mask_scan *s, size_t start, size_t end) {
    for (size_t i = start; i < end; i++)
        if (s->bare[i] < 128 && s->bare[i] && strchr("{}[]()<>|/\\`;", (int)s->bare[i]))
            return true;
    return false;
}

/* "the first ship to pass officially" */
static bool is_verb(const struct mask_scan *s, const struct mask_label_at *l) {
    size_t end = l->start > 0 && s->bare[l->start - 1] == ' ' ? l->start - 1 : 0, start = end;
    while (start > 0 && fold_is_latin(s->bare[start - 1]))
        start--;
    return l->end - l->start == 4 &&
           mask_one_of(s, start, end,
                       "|to|will|ll|can|could|must|would|may|might|should|shall|not|did|t|"
                       "and|or|i|we|you|they|please|");
}

/* A word for passwords, or "passcode", which is said of codes too. */
static bool opens_with_words(const struct mask_scan *s, const struct mask_label_at *l) {
    return l->label == LABEL_PASSWORD ? !is_verb(s, l)
                                      : l->label == LABEL_OTP && mask_starts(s, l->start, U"passcode");
}

static bool near_password_word(const struct mask_scan *s, size_t start, size_t end, size_t reach) {
    size_t k = mask_label_from(s->labels, s->n_labels, start > reach ? start - reach : 0);
    for (; k < s->n_labels && s->labels[k].start < end + reach; k++)
        if (opens_with_words(s, &s->labels[k]))
            return true;
    return false;
}

/* ---- digits ---- */

static bool is_ordinal(const struct mask_scan *s, size_t i) { /* "1st 338107 2nd 604922" */
    size_t letters = i;
    while (fold_is_digit(s->bare[letters]))
        letters++;
    return mask_one_of(s, letters, mask_word_end(s, letters), "|st|nd|rd|th|");
}

static size_t joined_end(const struct mask_scan *s, size_t start, size_t *digits) {
    size_t end = start;
    *digits = 0;
    for (;;) {
        while (fold_is_digit(s->bare[end]))
            end++, ++*digits;
        if (!((s->bare[end] == ' ' || s->bare[end] == '-') && fold_is_digit(s->bare[end + 1])) ||
            is_ordinal(s, end + 1))
            return end;
        end++;
    }
}

/* "ข้าวมันไก่12", "九月的风x7" beside a word for passwords: where the Thai or Chinese word begins that the letters and
 * digits from i on end, or i. */
static size_t word_before(const struct list *l, size_t i) {
    enum { LETTERS_MOST = 20 };
    const struct mask_scan *s = l->s;
    size_t start = i;
    while (start > 0 && (fold_is_thai(s->bare[start - 1]) || fold_is_han(s->bare[start - 1])))
        start--;
    bool thai = start < i && fold_is_thai(s->bare[start]);
    uint32_t before = start ? s->bare[start - 1] : ' ', said = start > 1 ? s->bare[start - 2] : ' ';
    bool alone = before == '"' || before == ':' || before == 0x201C || before == 0x300C ||
                 (before == ' ' && (thai || said == ':' || said == 0x662F || said == 0x4E3A || said == 0x70BA));
    return l->passwords && alone && i - start <= LETTERS_MOST && near_password_word(s, start, i, WORD_REACH) ? start
                                                                                                             : i;
}

/* The whole run as one; when it is too long for a code, its long groups ("482913 0912345678"), for one in many
 * short groups is a telephone's. */
static size_t add_digits(struct list *l, size_t i) {
    const struct mask_scan *s = l->s;
    size_t digits, end = joined_end(s, i, &digits), whole = i, word = word_before(l, i);
    if (word < i && digits <= DIGITS_MOST)
        add(l, word, end);
    if (digits >= DIGITS_LEAST && digits <= DIGITS_MOST) {
        enum { OF_A_CARD = 4 };
        (void)mask_code_fits(s, digits <= OF_A_CARD ? MASK_CVV : MASK_OTP, i, &whole);
        end = whole > i && whole < end ? whole : end;
        if (is_range(s, i, end) || is_laugh(s, i, end) || is_beginning(s, i, end))
            return end;
        if (!is_figure(s, i, end) || fold_is_latin(s->bare[i - (i > 0)]))
            add(l, i, end);
        return end;
    }
    for (size_t at = i; at < end && l->out.n < MASK_CANDIDATES_MAX;) {
        size_t to = at;
        while (fold_is_digit(s->bare[to]))
            to++;
        if (to - at >= LONG_GROUP && to - at <= DIGITS_MOST && !is_figure(s, at, to))
            add(l, at, to);
        at = to + 1;
    }
    return end;
}

/* The end of a digit that is spoken: "four", "bốn", "四", "สี่"; or 0. */
size_t mask_spoken_digit(const struct mask_scan *s, size_t i) {
    static const char32_t *const thai[] = {U"ศูนย์", U"หนึ่ง", U"สอง", U"สาม", U"สี่", U"ห้า",
                                           U"หก",  U"เจ็ด", U"แปด", U"เก้า", NULL};
    static const char32_t han[] = U"零〇一二三四五六七八九幺";
    uint32_t c = s->bare[i];
    if (fold_is_latin(c)) {
        size_t end = mask_word_end(s, i);
        return mask_one_of(s, i, end,
                           "|zero|oh|o|one|two|three|four|five|six|seven|eight|nine|double|khong|mot|hai|ba|bon|tu|"
                           "nam|lam|sau|bay|tam|chin|")
                   ? end
                   : 0;
    }
    if (fold_is_han(c))
        for (size_t k = 0; han[k]; k++)
            if (c == (uint32_t)han[k])
                return i + 1;
    for (size_t k = 0; fold_is_thai(c) && thai[k]; k++)
        if (mask_starts(s, i, thai[k])) {
            size_t n = 0;
            while (thai[k][n])
                n++;
            return i + n;
        }
    return 0;
}

static bool is_joint(uint32_t c) { return c == ' ' || c == ',' || c == '-' || c == '.' || c == 0x3001; }

static size_t spoken_end(const struct mask_scan *s, size_t i) { /* of three digits at least, or 0 */
    size_t n = 0, end = 0;
    for (size_t at = i; at < s->n && n <= SPOKEN_MOST;) {
        size_t digit = mask_spoken_digit(s, at);
        if (!digit)
            break;
        n++;
        at = end = digit;
        for (int joints = 0; joints < 2 && is_joint(s->bare[at]); joints++)
            at++;
    }
    return n >= SPOKEN_LEAST && n <= SPOKEN_MOST ? end : 0;
}

/* ---- words ---- */

/* "b a n h m i 7 7": its end, or 0. */
static size_t spelled_end(const struct mask_scan *s, size_t i) {
    size_t n = 0, letters = 0;
    for (;; i += 2) {
        if (!mask_letter(s, i) || (i + 1 < s->n && s->bare[i + 1] != ' ' && mask_letter(s, i + 1)))
            break;
        n++;
        letters += fold_is_latin(s->bare[i]);
        if (i + 1 >= s->n || s->bare[i + 1] != ' ' || !mask_letter(s, i + 2) || mask_letter(s, i + 3))
            return n >= LETTERS_LEAST && letters ? i + 1 : 0;
    }
    return 0;
}

bool mask_is_capital(const struct mask_scan *s, size_t i) {
    char c = s->text[s->at_byte[i]];
    return c >= 'A' && c <= 'Z';
}

/* No word of a sentence is written so: "ottersAREcool", "LimeTree", "Tin-Whistle", "Rhubarb_crumble". */
static bool is_odd_word(const struct mask_scan *s, size_t start, size_t end) {
    size_t turns = 0, joints = 0, capitals = 0;
    for (size_t i = start; i < end; i++) {
        bool capital = mask_is_capital(s, i);
        capitals += capital;
        turns += i > start && capital && mask_letter(s, i - 1) && !mask_is_capital(s, i - 1);
        joints += s->bare[i] == '_' || ((s->bare[i] == '-' || s->bare[i] == '.') && i > start);
    }
    return turns || (joints && (capitals || joints > 1));
}

static bool is_rare(const struct list *l, size_t start, size_t end) {
    size_t bit = mask_common_place(l->s, start, end);
    return l->common && !(l->common[bit / 8] >> bit % 8 & 1);
}

/* Beside a word for passwords any word may be one that is written in plain letters. */
static bool may_be_word(const struct list *l, size_t start, size_t end) {
    const struct mask_scan *s = l->s;
    static const char services[] =
        "|facebook|instagram|tiktok|zalo|google|gmail|youtube|shopee|lazada|momo|netflix|apple|icloud|"
        "outlook|hotmail|yahoo|paypal|wifi|telegram|whatsapp|messenger|wechat|line|twitter|steam|roblox|"
        "garena|viettel|vinaphone|mobifone|spotify|amazon|ebay|windows|android|iphone|internet|banking|";
    if (mask_label_over(s, start) || mask_one_of(s, start, end, services))
        return false;
    if (is_odd_word(s, start, end))
        return true;
    for (size_t i = start; i < end; i++)
        if (s->lower[i] != s->bare[i])
            return false;
    if (!l->passwords)
        return false;
    return near_password_word(s, start, end, is_rare(l, start, end) ? RARE_REACH : WORD_REACH);
}

/* Several words as one: what stands behind a colon to the end of its line, or within quotes. */
static void add_phrase(struct list *l, size_t i) {
    const struct mask_scan *s = l->s;
    uint32_t opened = s->bare[i];
    bool colon = opened == ':' || opened == '=';
    if (!colon && opened != '"' && opened != 0x201C && opened != '\'' && opened != '(')
        return;
    if (i > 0 && (colon ? fold_is_digit(s->bare[i - 1]) : mask_letter(s, i - 1))) /* "at 10:30 sharp", "don't" */
        return;
    size_t start = i + 1, words = 0, end;
    while (start < s->n && s->bare[start] == ' ')
        start++;
    for (end = start; end < s->n && end - start <= PHRASE_REACH; end++) {
        uint32_t c = s->bare[end];
        if (c == '\n' || c == '"' || c == 0x201D || c == ')' || c == ',' || (colon && mask_sentence_ends(s, end)) ||
            (opened == '\'' && c == '\''))
            break;
        words += mask_letter(s, end) && !mask_letter(s, end - 1);
        const struct mask_label_at *label = mask_label_over(s, end);
        if (label && label->label == LABEL_PASSWORD) /* "The password was entered wrongly": a message */
            return;
    }
    while (end > start && (s->bare[end - 1] == ' ' || s->bare[end - 1] == '.'))
        end--;
    if (words > 1 && words <= PHRASE_WORDS && end - start >= TOKEN_LEAST && end - start <= PHRASE_REACH &&
        !any_bracket(s, start, end) && near_password_word(s, start, end, WORD_REACH) &&
        memchr(s->text + s->at_byte[start], ' ', s->at_byte[end - 1] - s->at_byte[start]))
        add(l, start, end);
}

/* "passphrase", "câu mật khẩu": it is of several words. */
static bool names_words(const struct mask_scan *s, const struct mask_label_at *l) {
    static const char32_t *const before[] = {U"cau ", U"cum ", NULL};
    for (size_t i = l->start; i < l->end; i++)
        if (mask_starts(s, i, U"phrase"))
            return true;
    return mask_stands_before(s, l->start, before);
}

bool mask_is_told_phrase(const struct mask_scan *s, const struct mask_candidate *c) {
    enum { REACH = 60 };
    size_t k = mask_label_from(s->labels, s->n_labels, c->start), at = k ? s->labels[k - 1].end : 0;
    if (!k || s->labels[k - 1].label != LABEL_PASSWORD || c->start - at > REACH ||
        !names_words(s, &s->labels[k - 1]))
        return false;
    while (at < c->start && !mask_sentence_ends(s, at))
        at++;
    return at == c->start;
}

/* "the passphrase is grumpy otters eat toast and …", "passphrase old copper kettle not accepted": the words told
 * behind the name, as far as they may be part of it; "far too long" is what everybody says. */
static void add_told_phrase(struct list *l, size_t i) {
    enum { GAP = 60, STEPS = PHRASE_WORDS };
    static const char tells[] = "|is|was|be|to|la|thanh|sang|qua|";
    static const char ends[] =
        "|and|but|so|which|when|whenever|while|because|it|its|it's|yet|still|though|although|if|then|or|i|you|we|"
        "they|since|until|before|after|not|isn't|doesn't|won't|wasn't|has|"
        "ma|nhung|van|nha|nhe|roi|thi|nen|vi|khi|cung|sao|em|toi|minh|anh|chi|con|va|hay|khong|";
    static const char talk[] = /* of the name itself */
        "|too|long|short|wrong|right|correct|incorrect|invalid|valid|accepted|refused|rejected|required|needed|"
        "expired|missing|lost|forgotten|same|safe|weak|strong|good|fine|still|never|always|only|just|now|set|kept|"
        "used|written|printed|changed|gone|unknown|different|what|where|how|"
        "sai|dung|dai|ngan|qua|chua|bi|da|duoc|gi|nao|quen|mat|doi|giong|";
    const struct mask_scan *s = l->s;
    size_t end = mask_word_end(s, i), k = mask_label_from(s->labels, s->n_labels, i), words = 0;
    if (!k || !opens_with_words(s, &s->labels[k - 1]) || i - s->labels[k - 1].end > GAP)
        return;
    bool named = names_words(s, &s->labels[k - 1]), right_behind = named && i == s->labels[k - 1].end + 1;
    bool told = mask_one_of(s, i, end, tells);
    if (!told && !right_behind)
        return;
    for (size_t at = s->labels[k - 1].end; at < i; at++)
        if (mask_sentence_ends(s, at))
            return;
    size_t start = told ? end + 1 : i, last = start;
    bool rare = false, spoken_of = false;
    for (size_t at = start; words < STEPS && mask_letter(s, at);) {
        size_t to = mask_word_end(s, at);
        while (to + 1 < s->n && (s->bare[to] == '-' || s->bare[to] == '\'') && mask_letter(s, to + 1))
            to = mask_word_end(s, to + 1);
        if (mask_one_of(s, at, to, ends))
            break;
        last = to;
        words++;
        rare |= is_rare(l, at, to);
        spoken_of |= mask_one_of(s, at, to, talk);
        at = to < s->n && s->bare[to] == ' ' ? to + 1 : s->n;
    }
    if (words > 1 && (rare || (named && !spoken_of) || !l->common))
        add(l, start, last);
}

static bool near_label(const struct mask_scan *s, size_t start, size_t end, size_t reach, bool codes) {
    return mask_label_near(s, LABEL_PASSWORD, start, end, reach) ||
           (codes && mask_label_near(s, LABEL_CODE, start, end, reach));
}

/* "密语是外婆的石榴树", "วลีลับคือ แมวส้มกินปลาทู": letters without blanks that are said to be it, or stand within
 * quotes. In Thai, which has no blanks between words, also what stands between two: "พาส ขนมปังเนยสด",
 * "รหัสเฟส รักแม่2549". */
static void add_letters(struct list *l, size_t i) {
    enum { LEAST = 3, MOST = 28, NEAR_BY = 24 };
    const struct mask_scan *s = l->s;
    uint32_t c = s->bare[i];
    size_t start = mask_connector(s, i);
    if (mask_starts(s, i, U"ว่า"))
        start = i + 3;
    if (c == '"' || c == 0x201C || c == 0x300C || c == 0x300E || (c == ' ' && s->any_thai))
        start = i + 1;
    if (!start)
        return;
    while (start < s->n && s->bare[start] == ' ')
        start++;
    size_t end = start, thai = 0, others = 0;
    while (end < s->n && (fold_is_han(s->bare[end]) || fold_is_thai(s->bare[end]) ||
                          (s->any_thai && (mask_letter(s, end) || is_sign(s->bare[end]))))) {
        thai += fold_is_thai(s->bare[end]);
        others += mask_letter(s, end) || is_sign(s->bare[end]);
        end++;
    }
    if (others && !thai)
        return;
    if (end - start >= LEAST && end - start <= MOST && (end >= s->n || !mask_letter(s, end)) &&
        near_label(s, start, end, NEAR_BY, others > 0))
        add(l, start, end);
}

/* "5000mAh", "18.392.000đ", "0x8024402F", "v118": letters and digits, and nobody's secret. */
static bool is_measure(const struct mask_scan *s, size_t start, size_t end) {
    size_t i = start + (s->bare[start] == 'v');
    while (i < end && (fold_is_digit(s->bare[i]) || s->bare[i] == '.' || s->bare[i] == ','))
        i++;
    if (i == start || (i == start + 1 && s->bare[start] == '0' && i < end && s->bare[i] == 'x'))
        return i > start;
    return i == end ? s->bare[start] == 'v' : s->bare[start] != 'v' && mask_has_unit(s, i);
}

static size_t address_end(const struct mask_scan *s, size_t i) {
    while (i < s->n && s->bare[i] != ' ' && s->bare[i] != '\n')
        i++;
    return i;
}

/* What is written without a blank, from `i` on; where to go on. */
static size_t add_token(struct list *l, size_t i) {
    const struct mask_scan *s = l->s;
    if (mask_starts(s, i, U"http") || mask_starts(s, i, U"www."))
        return address_end(s, i);
    if (l->token <= i)
        l->token = mask_token_end(s, i);
    size_t end = l->token, letters = 0, digits = 0, signs = 0;
    for (size_t at = i; at < end; at++) {
        if ((s->bare[at] == ':' || s->bare[at] == '=') && letters && !signs && !digits) {
            end = at; /* "pass:abc123": the word, then the value */
            break;
        }
        letters += fold_is_latin(s->bare[at]);
        digits += fold_is_digit(s->bare[at]);
        signs += is_sign(s->bare[at]);
    }
    if (end <= i)
        return i + 1;
    size_t n = end - i;
    const struct mask_label_at *over = mask_label_over(s, i);
    if (over && over->start == i && over->end < end && over->end + digits == end && !signs)
        return add_digits(l, over->end); /* "pin4821" */
    if (!letters && fold_is_digit(s->bare[i])) {
        size_t to = add_digits(l, i);
        return to > end ? to : end;
    }
    if (is_measure(s, i, end))
        return end;
    bool code = letters ? digits || signs : digits && signs;
    if (n <= TOKEN_MOST && n >= TOKEN_LEAST && !any_bracket(s, i, end) &&
        (code || (letters && may_be_word(l, i, end))))
        add(l, word_before(l, i), end);
    return end;
}

struct mask_candidates mask_candidates(const struct mask_scan *s, const uint8_t *common) {
    struct list l = {
        .s = s, .common = common, .out.at = ARENA_ROOM(s->arena, MASK_CANDIDATES_MAX, struct mask_candidate)};
    for (size_t k = 0; k < s->n_labels; k++) {
        l.out.labels |= 1u << s->labels[k].label;
        l.passwords |= opens_with_words(s, &s->labels[k]);
    }
    for (size_t i = 0; l.passwords && i < s->n && l.out.n < PHRASES_MAX; i++)
        add_phrase(&l, i);
    for (size_t i = 0; l.passwords && i < s->n && l.out.n < PHRASES_MAX; i++)
        if (mask_letter(s, i) && (i == 0 || !mask_letter(s, i - 1)))
            add_told_phrase(&l, i);
    for (size_t i = 0; (l.passwords || s->any_thai) && i < s->n && l.out.n < PHRASES_MAX; i++)
        add_letters(&l, i);
    for (size_t i = 0; i < s->n && l.out.n < MASK_CANDIDATES_MAX;) {
        bool begins = i == 0 || !fold_is_latin(s->bare[i]) || !fold_is_latin(s->bare[i - 1]);
        size_t end = begins ? spoken_end(s, i) : 0;
        if (!end && begins && mask_letter(s, i))
            end = spelled_end(s, i);
        if (end) {
            add(&l, i, end);
            i = end;
        } else if (mask_letter(s, i) || is_sign(s->bare[i])) {
            i = add_token(&l, i);
        } else {
            i++;
        }
    }
    return l.out;
}

/* Is a code, a lock, a log-in or a card spoken of? Where none is, a year is a year, mostly. `words`: of what words
 * may open; a door and a card have digits. */
static bool names_a_secret(const struct mask_scan *s, const struct mask_candidates *all, bool words) {
    enum {
        OF_WORDS = 1u << LABEL_PIN | 1u << LABEL_OTP | 1u << LABEL_PASSWORD | 1u << LABEL_CODE | 1u << LABEL_SENT,
        OF_DIGITS = OF_WORDS | 1u << LABEL_CVV,
        HINTS_OF_WORDS = 1u << HINT_VERIFY | 1u << HINT_LOGIN,
        HINTS_OF_DIGITS = HINTS_OF_WORDS | 1u << HINT_LOCK
    };
    bool named = (!words && s->any_card) || (all->labels & (words ? OF_WORDS : OF_DIGITS));
    for (size_t k = 0; k < all->n_hints && !named; k++)
        named = (words ? HINTS_OF_WORDS : HINTS_OF_DIGITS) >> all->hints[k].label & 1;
    return named;
}

/* "解压口令：今晚打老虎": Chinese or Thai words right behind the colon of the name, none of which speaks of
 * passwords
 * ("密码：忘记了"). The ear knows too few of all words to be asked for much. */
static bool is_entry(const struct mask_scan *s, const struct mask_candidate *c) {
    static const char32_t *const talk[] = {
        U"忘", U"错",    U"錯", U"不", U"没",  U"沒",  U"无",  U"無", U"请",  U"請", U"改", U"换", U"換",  U"什",
        U"吗", U"嗎",    U"多", U"哪", U"怎",  U"重",  U"置",  U"输", U"輸",  U"登", U"找", U"收", U"已",  U"过",
        U"過", U"对",    U"對", U"未", U"位",  U"字",  U"同",  U"空", U"是",  U"ลืม", U"ผิด", U"ไม่", U"เข้า", U"อะไร",
        U"ตั้ง", U"เปลี่ยน", U"ใส่", U"ตัว", U"หลัก", U"เดิม", U"ใหม่", U"ยัง", U"ครับ", U"ค่ะ", NULL};
    size_t k = mask_label_from(s->labels, s->n_labels, c->start), end = c->start;
    bool letters = fold_is_han(s->bare[c->start]) || fold_is_thai(s->bare[c->start]);
    while (end > 0 && s->bare[end - 1] == ' ')
        end--;
    if (!letters || !k || s->labels[k - 1].label != LABEL_PASSWORD || !end || s->bare[end - 1] != ':' ||
        s->labels[k - 1].end + 1 != end)
        return false;
    for (size_t i = c->start; i < c->end; i++)
        if (mask_any_sign(s, i, talk))
            return false;
    return true;
}

/* Letters and digits in one ("lan_93", "CafeRoma_5G", "tiger55b") are mostly the name of somebody or something,
 * where no word for passwords is in the text, none for codes near by, and no sign in it that no name has. */
static bool may_be_name(const struct mask_scan *s, const struct mask_candidates *all,
                        const struct mask_candidate *c) {
    enum { NEAR_BY = 40, CODES = 1u << LABEL_OTP | 1u << LABEL_PIN | 1u << LABEL_CODE };
    bool letters = false, digits = false;
    for (size_t i = c->start; i < c->end; i++) {
        letters |= fold_is_latin(s->bare[i]);
        digits |= fold_is_digit(s->bare[i]);
        if (is_sign(s->bare[i]) && s->bare[i] != '_')
            return false;
    }
    if (!letters || !digits || all->labels >> LABEL_PASSWORD & 1)
        return false;
    return !(all->labels & CODES) || !(mask_label_near(s, LABEL_OTP, c->start, c->end, NEAR_BY) ||
                                       mask_label_near(s, LABEL_PIN, c->start, c->end, NEAR_BY) ||
                                       mask_label_near(s, LABEL_CODE, c->start, c->end, NEAR_BY));
}

float mask_sure_of(const struct mask_scan *s, const struct mask_candidates *all, size_t k) {
    static const float ENTRY = 0.03f, YEAR = 0.75f, NAME = 0.97f;
    size_t i = all->at[k].start;
    if (is_entry(s, &all->at[k]))
        return ENTRY;
    if (mask_is_year(s, i) && all->sure_digits < YEAR)
        return YEAR;
    if (may_be_name(s, all, &all->at[k]))
        return NAME;
    while (i < all->at[k].end && !fold_is_latin(s->bare[i]))
        i++;
    return i < all->at[k].end ? all->sure_words : all->sure_digits;
}

void mask_hints(const struct mask_scan *s, struct mask_candidates *all) {
    all->hints = ARENA_ROOM(s->arena, s->n / 2 + 1, struct mask_label_at);
    all->n_hints = mask_words_find(HINT_LABELS, s->lower, s->bare, s->n, all->hints, s->n / 2 + 1);
    all->sure_digits = names_a_secret(s, all, false) ? mask_sure : mask_sure_unnamed;
    all->sure_words = names_a_secret(s, all, true) ? mask_sure : mask_sure_unnamed;
}
