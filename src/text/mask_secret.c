/* What is secret only because it is named so: CVV, PIN, one-time code, password. */
#include "text/fold.h"
#include "text/mask_find.h"

#include <string.h>
#include <uchar.h>

enum { REACH = 40, FAR_REACH = 64, BACK_REACH = 16, FAR_BACK_REACH = 30, SENT_REACH = 48, GOT_REACH = 14 };

bool mask_letter(const struct mask_scan *s, size_t i) {
    return i < s->n && (fold_is_latin(s->bare[i]) || fold_is_digit(s->bare[i]));
}

bool mask_one_of(const struct mask_scan *s, size_t i, size_t end, const char *list) { /* "|is|la|" */
    for (const char *p = list + 1; *p; p++) {
        size_t at = i;
        for (; at < end && s->bare[at] == (unsigned char)*p; at++)
            p++;
        if (at == end && *p == '|')
            return true;
        while (*p != '|') /* asked of each word of a text: strchr would take longer than the words are */
            p++;
    }
    return false;
}

bool mask_starts(const struct mask_scan *s, size_t i, const char32_t *word) {
    size_t k = 0;
    for (; word[k]; k++)
        if (i + k >= s->n || s->lower[i + k] != (uint32_t)word[k])
            return false;
    return true;
}

size_t mask_word_end(const struct mask_scan *s, size_t i) {
    while (mask_letter(s, i))
        i++;
    return i;
}

bool mask_sentence_ends(const struct mask_scan *s, size_t i) {
    uint32_t c = s->bare[i];
    if (c == '\n')
        return !(i > 0 && (s->bare[i - 1] == ':' || s->bare[i - 1] == 0xFF1A));
    return c == '!' || c == '?' || c == ';' || c == 0x3002 ||
           (c == '.' && (i + 1 >= s->n || s->bare[i + 1] == ' '));
}

size_t mask_connector(const struct mask_scan *s, size_t i) { /* its end, or 0 */
    uint32_t c = s->bare[i];
    if (c == ':' || c == '=' || c == 0x662F || c == 0x4E3A || c == 0x70BA) /* 是 为 為 */
        return i + 1;
    if ((c == '-' && i + 1 < s->n && s->bare[i + 1] == '>') || mask_starts(s, i, U"→"))
        return i + (c == '-' ? 2 : 1);
    if (mask_starts(s, i, U"คือ"))
        return i + 3;
    if (mask_starts(s, i, U"เป็น"))
        return i + 4;
    if (fold_is_latin(c) && !(i > 0 && fold_is_latin(s->bare[i - 1]))) {
        size_t end = mask_word_end(s, i);
        return mask_one_of(s, i, end, "|is|was|la|as|") ? end : 0;
    }
    return 0;
}

const struct mask_label_at *mask_label_over(const struct mask_scan *s, size_t i) {
    size_t k = mask_label_from(s->labels, s->n_labels, i);
    return k < s->n_labels && s->labels[k].start <= i ? &s->labels[k] : NULL;
}

bool mask_any_sign(const struct mask_scan *s, size_t i, const char32_t *const *list) {
    for (; *list; list++)
        if (mask_starts(s, i, *list) && !(s->lower[i] == 0x111 && mask_letter(s, i + 1)))
            return true;
    return false;
}

/* "12 con gà"; but "601 còn hạn 12/27", also without marks ("601 con ngay het han"). */
static bool is_animals(const struct mask_scan *s, size_t i, size_t end) {
    size_t next = end < s->n && s->bare[end] == ' ' ? end + 1 : end;
    return mask_one_of(s, i, end, "|con|") && s->lower[i + 1] == 'o' &&
           !mask_one_of(s, next, mask_word_end(s, next), "|ngay|han|het|the|em|toi|lai|mat|ma|so|ten|");
}

/* A number that counts or measures: "6 số", "3 times", "5 分钟", "5000 mAh". Nobody counts "482913 so please …". */
static bool is_counted(const struct mask_scan *s, size_t end, size_t digits) {
    static const char32_t *const few[] = {U"位",  U"次", U"个", U"個",   U"月", U"号", U"點",  U"点", U"หลัก", U"ตัว",
                                          U"ครั้ง", U"周", U"週", U"星期", U"遍", U"回", U"รอบ", U"คน", NULL};
    static const char32_t *const many[] = {U"分",  U"秒",  U"天",   U"元",    U"块",   U"小时", U"นาที",
                                           U"วัน",  U"บาท", U"วินาที", U"ชั่วโมง", U"ชิ้น",   U"อย่าง", U"ชนิด",
                                           U"แห่ง", U"ที่นั่ง", U"件",   U"%",     U"小時", U"เดือน", U"สัปดาห์",
                                           U"年",  U"đ",   U"₫",    U"฿",     U"$",    NULL};
    size_t i = end;
    while (i < s->n && (s->bare[i] == ' ' || s->bare[i] == '-'))
        i++;
    if (i >= s->n)
        return false;
    bool figures = mask_starts(s, i, U"ตัวเลข"); /* "861 the figures are worn" */
    if (mask_any_sign(s, i, many) || (digits < 5 && !figures && mask_any_sign(s, i, few)))
        return true;
    size_t w = mask_word_end(s, i);
    return (digits < 4 &&
            mask_one_of(s, i, w,
                        "|lan|ngay|gio|tieng|time|times|"
                        "p|x|attempt|attempts|tries|week|weeks|wk|tuan|thang|hom|bua|nguoi|people|am|pm|h|")) ||
           (digits < 4 && is_animals(s, i, w)) ||
           (digits < 3 && mask_one_of(s, i, w, "|so|chu|ky|ki|tu|digit|digits|characters|char|chars|letters|")) ||
           (digits < 4 && mask_one_of(s, i, w, "|days|months|month|years|")) || /* "we set 3355 years ago" */
           mask_one_of(s, i, w,
                       "|minute|minutes|min|mins|second|seconds|phut|giay|hours|hour|vnd|usd|baht|thb|mah|"
                       "wh|trieu|nghin|percent|dong|pieces|piece|pcs|cai|chiec|vien|") ||
           (mask_one_of(s, i, w, "|k|d|") && !(i > end && w + 1 < s->n && mask_letter(s, w + 1))) || /* "k duoc" */
           (digits < 5 && mask_one_of(s, i, w, "|day|") && s->lower[i] == 'd'); /* "đấy" is no day */
}

bool mask_has_unit(const struct mask_scan *s, size_t end) { /* with all groups before it read as one number */
    enum { ENOUGH = 20 };                                   /* so long a number counts nothing */
    size_t digits = 0;
    for (size_t k = end;
         k > 0 && digits < ENOUGH &&
         (fold_is_digit(s->bare[k - 1]) ||
          (k > 1 && (s->bare[k - 1] == ' ' || s->bare[k - 1] == '-') && fold_is_digit(s->bare[k - 2])));
         k--)
        digits += fold_is_digit(s->bare[k - 1]);
    return is_counted(s, end, digits);
}

/* Written in the width of a Chinese character: "，" ends what a comma goes on with. */
bool mask_is_wide(const struct mask_scan *s, size_t i) { return (unsigned char)s->text[s->at_byte[i]] >= 0x80; }

static bool joins_digits(const struct mask_scan *s, size_t i) {
    uint32_t c = s->bare[i];
    return (c == ':' || c == '/' || c == ',' || c == '.') && !mask_is_wide(s, i);
}

/* 10:30, 1,200, 16/03/2026; not "CVV2:148", nor "482913,5 phút" */
bool mask_number_joined(const struct mask_scan *s, size_t start, size_t end) {
    uint32_t before = start > 0 ? s->bare[start - 1] : ' ', after = end < s->n ? s->bare[end] : ' ';
    bool left = start > 1 && joins_digits(s, start - 1) && fold_is_digit(s->bare[start - 2]) &&
                !(before == ':' && mask_label_over(s, start - 2));
    bool right = end + 1 < s->n && joins_digits(s, end) && fold_is_digit(s->bare[end + 1]);
    if (right && after == ',') {
        size_t n = 1;
        while (end + 1 + n < s->n && fold_is_digit(s->bare[end + 1 + n]))
            n++;
        right = n == 3 && end - start <= 3;
    }
    static const char32_t signs[] = U"+$#£€¥฿₫￥";
    for (size_t k = 0; signs[k]; k++)
        left |= before == (uint32_t)signs[k];
    const struct mask_label_at *label = start > 0 ? mask_label_over(s, start - 1) : NULL;
    bool named = label && label->end == start; /* "cvv726" */
    return left || right || (fold_is_latin(before) && !named) || fold_is_latin(after);
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

/* Where the code ends when its last group is a count or a time of day of its own: "4821 2 days", "482913 10:30";
 * else `end`. A sum of money written in groups of three is one number. */
static size_t without_count(const struct mask_scan *s, size_t start, size_t end) {
    size_t last = end, solid = start;
    while (last > start && fold_is_digit(s->bare[last - 1]))
        last--;
    while (fold_is_digit(s->bare[solid]))
        solid++;
    size_t digits = end - last;
    if (last == start || s->bare[last - 1] != ' ' || digits > 3 || (digits == 3 && solid - start < 4))
        return end;
    bool clock = end + 1 < s->n && joins_digits(s, end) && fold_is_digit(s->bare[end + 1]);
    return clock || is_counted(s, end, digits) ? last - 1 : end;
}

bool mask_code_fits(const struct mask_scan *s, enum mask_kind kind, size_t start, size_t *end) {
    size_t n, solid = start;
    while (solid < s->n && fold_is_digit(s->bare[solid]))
        solid++;
    *end = without_count(s, start, code_end(s, start, &n));
    n = 0;
    for (size_t i = start; i < *end; i++)
        n += fold_is_digit(s->bare[i]);
    size_t least = kind == MASK_CVV ? 3 : 4, most = kind == MASK_CVV ? 4 : 8;
    if (n < least || n > most) { /* "OTP 123456 10 phút": only the first part */
        n = solid - start;
        *end = solid;
    }
    if (n < least || n > most || mask_number_joined(s, start, *end) || mask_is_taken(s, start, *end))
        return false;
    return !mask_has_unit(s, *end);
}

bool mask_stops_search(const struct mask_scan *s, size_t i, size_t end) {
    return mask_one_of(s, i, end,
                       "|from|tu|hotline|after|sau|until|since|before|truoc|call|goi|order|year|nam|"
                       "luc|at|in|costs|gia|dung|battery|sac|thay|model|if|when|neu|khi|het|version|");
}

/* Letters and digits as "X7K-29Q": capitals, a digit among them, five to nine. */
static bool mixed_code(const struct mask_scan *s, size_t start, size_t *end) {
    size_t letters = 0, digits = 0, i = start;
    for (; mask_letter(s, i) || (s->bare[i] == '-' && mask_letter(s, i + 1)); i++) {
        digits += fold_is_digit(s->bare[i]);
        letters += fold_is_latin(s->bare[i]);
        if (s->bare[i] != '-' && s->text[s->at_byte[i]] >= 'a')
            return false;
    }
    *end = i;
    return letters && digits && letters + digits >= 5 && letters + digits <= 9 && !mask_is_taken(s, start, i);
}

bool mask_stands_before(const struct mask_scan *s, size_t to, const char32_t *const *list) {
    for (; *list; list++) {
        size_t n = 0;
        while ((*list)[n])
            n++;
        if (n <= to && mask_starts(s, to - n, *list))
            return true;
    }
    return false;
}

/* "room 1204", "quầy 1204", "ซอย 1500": the number of a place. */
static bool is_of_a_place(const struct mask_scan *s, size_t start) {
    static const char32_t *const signs[] = {U"ห้อง", U"เคาน์เตอร์", U"ซอย",  U"ชั้น",   U"โต๊ะ", U"ปี",
                                            U"房",  U"柜台",     U"櫃檯", U"窗口", U"楼",  NULL};
    size_t to = start;
    while (to > 0 && s->bare[to - 1] == ' ')
        to--;
    if (mask_stands_before(s, to, signs))
        return true;
    size_t from = to;
    while (from > 0 && fold_is_latin(s->bare[from - 1]))
        from--;
    return to < start &&
           mask_one_of(
               s, from, to,
               "|room|counter|gate|desk|floor|suite|apartment|apt|street|page|row|phong|quay|tang|lau|ngo|hem|nha|"
               "trang|ban|can|year|nam|");
}

static bool denies(const struct mask_scan *s, size_t i, size_t end) {
    static const char32_t *const signs[] = {U"没", U"沒", U"未", U"ไม่", U"ยัง", NULL};
    return mask_one_of(s, i, end, "|not|never|no|t|chua|khong|ko|hong|chang|") || mask_any_sign(s, i, signs);
}

bool mask_says_something_else(enum mask_label label) { /* the number behind it is not the secret */
    return label == LABEL_OTHER || label == LABEL_PHONE || label == LABEL_BOOKING || label == LABEL_PLACE;
}

/* "482913? That's the pin", "đó là mã", "这是", "นั่นคือ": its end, or 0. */
static size_t points_back(const struct mask_scan *s, size_t i) {
    static const char32_t *const whole[] = {U"这是", U"這是",   U"那是", U"就是", U"它是", U"นั่นคือ",
                                            U"นี่คือ",  U"นั่นแหละ", U"มันคือ", U"คือ",   NULL};
    for (size_t k = 0; whole[k]; k++)
        if (mask_starts(s, i, whole[k])) {
            size_t n = 0;
            while (whole[k][n])
                n++;
            return i + n;
        }
    size_t end = mask_word_end(s, i);
    if (mask_one_of(s, i, end, "|thats|its|"))
        return end;
    if (!mask_one_of(s, i, end, "|that|it|this|which|do|day|no|ay|"))
        return 0;
    while (end < s->n && (s->bare[end] == ' ' || s->bare[end] == '\'' || s->bare[end] == 0x2019))
        end++;
    size_t verb = mask_word_end(s, end);
    return mask_one_of(s, end, verb, "|s|is|was|la|chinh|") ? verb : 0;
}

bool mask_is_year(const struct mask_scan *s, size_t i) {
    return fold_is_digit(s->bare[i]) && mask_word_end(s, i) == i + 4 &&
           ((s->bare[i] == '1' && s->bare[i + 1] == '9') || (s->bare[i] == '2' && s->bare[i + 1] == '0'));
}

/* "Is my pin OK? It was 4821": where the value begins that the next sentence says at once, or 0. A year is none. */
size_t mask_said_in_next_sentence(const struct mask_scan *s, size_t i) {
    while (i < s->n && (s->bare[i] == ' ' || s->bare[i] == '\n' || mask_sentence_ends(s, i)))
        i++;
    size_t at = i < s->n ? points_back(s, i) : 0;
    if (!at && i < s->n && (mask_one_of(s, i, mask_word_end(s, i), "|la|") || mask_starts(s, i, U"was it ")))
        at = mask_word_end(s, i);
    if (!at && i < s->n && mask_one_of(s, i, mask_word_end(s, i), "|i|we|em|minh|toi|anh|chi|")) {
        size_t verb = mask_word_end(s, i) + 1, end = verb < s->n ? mask_word_end(s, verb) : verb;
        if (verb < s->n && mask_one_of(s, verb, end,
                                       "|think|believe|guess|keep|kept|always|nho|nghi|use|used|enter|entered|type|"
                                       "typed|put|tried|set|had|chose|nhap|go|bam|dung|dien|"))
            at = end;
    }
    if (!at)
        return 0;
    while (at < s->n &&
           (s->bare[at] == ' ' || s->bare[at] == ':' || s->bare[at] == '\'' || s->bare[at] == 0x2019 ||
            mask_one_of(s, at, mask_word_end(s, at), "|la|in|it|its|s|was|is|typing|entering|using|trying|")))
        at = mask_letter(s, at) ? mask_word_end(s, at) : at + 1;
    return at < s->n && !mask_is_year(s, at) ? at : 0;
}

/* "Is that PIN correct? 4821": all that stands behind the question. */
static bool answers_alone(const struct mask_scan *s, size_t question, size_t value) {
    size_t last = mask_word_end(s, value);
    return s->bare[question] == '?' && (last - value == 3 || last - value == 4 || last - value == 6) &&
           !mask_is_year(s, value) && (last >= s->n || s->bare[last] == '\n' || mask_sentence_ends(s, last));
}

static bool take_from_next_sentence(struct mask_scan *s, enum mask_kind kind, size_t stop, size_t least) {
    size_t value = mask_said_in_next_sentence(s, stop), last;
    if (!value) {
        value = stop + 1;
        while (value < s->n && (s->bare[value] == ' ' || s->bare[value] == '\n'))
            value++;
        if (value >= s->n || !answers_alone(s, stop, value))
            return false;
    }
    return fold_is_digit(s->bare[value]) && mask_code_fits(s, kind, value, &last) && last - value >= least &&
           (mask_take(s, kind, value, last), true);
}

/* The code behind its word; `least` digits. Behind "from", "at", "if" only one that is said to be it: "… is
 * 482913". */
static size_t behind_blanks(const struct mask_scan *s, size_t i) {
    while (i < s->n && s->bare[i] == ' ')
        i++;
    return i;
}

/* "changed my PIN from 4471 to 9035", "đổi mã pin từ 1408 sang 6927": the old one opened doors too. `i`: the word.
 */
static bool take_old_and_new(struct mask_scan *s, enum mask_kind kind, size_t i) {
    size_t end = mask_word_end(s, i), old_end, new_end;
    if (!mask_one_of(s, i, end, "|from|tu|"))
        return false;
    size_t old = behind_blanks(s, end);
    if (old >= s->n || !fold_is_digit(s->bare[old]) || !mask_code_fits(s, kind, old, &old_end))
        return false;
    size_t word = behind_blanks(s, old_end), word_end = mask_word_end(s, word);
    if (word >= s->n || !mask_one_of(s, word, word_end, "|to|into|sang|thanh|qua|"))
        return false;
    size_t fresh = behind_blanks(s, word_end);
    if (fresh >= s->n || !fold_is_digit(s->bare[fresh]) || !mask_code_fits(s, kind, fresh, &new_end) ||
        new_end - fresh != old_end - old)
        return false;
    mask_take(s, kind, old, old_end);
    mask_take(s, kind, fresh, new_end);
    return true;
}

static bool take_code_after(struct mask_scan *s, const struct mask_label_at *l, enum mask_kind kind, size_t least) {
    static const char32_t *const stops[] = {U"来自", U"จาก", U"รุ่น", U"型号", U"型號", U"เมื่อ", NULL};
    bool stopped = false, denied = false;
    size_t said = 0; /* the end of the last "is", ":", "là" */
    for (size_t i = l->end; i < s->n && i < l->end + FAR_REACH;) {
        if (mask_sentence_ends(s, i))
            return take_from_next_sentence(s, kind, i, least);
        size_t joint = mask_connector(s, i);
        if (joint) {
            stopped = false;
            said = i = joint;
            continue;
        }
        if (s->bare[i] == ',' && denied && least < 6)
            least = 6;
        bool near = i < l->end + REACH || (said && i < said + 4);
        size_t end = i;
        if (fold_is_digit(s->bare[i])) {
            if (near && !stopped && (i == l->end || !mask_letter(s, i - 1)) && !is_of_a_place(s, i) &&
                mask_code_fits(s, kind, i, &end) && end - i >= least)
                return mask_take(s, kind, i, end), true;
            while (i < s->n && fold_is_digit(s->bare[i]))
                i++;
            continue;
        }
        if (kind == MASK_OTP && said && i <= said + 1 && mask_letter(s, i) && mixed_code(s, i, &end))
            return mask_take(s, kind, i, end), true;
        const struct mask_label_at *other = mask_label_over(s, i);
        if (other && mask_says_something_else(other->label))
            return false;
        if (other && other->label != LABEL_CARD && other->label != LABEL_ACCOUNT && other->label != l->label &&
            !mask_label_is_aside(other->label))
            return false;
        end = mask_word_end(s, i);
        if (take_old_and_new(s, kind, i))
            return true;
        if (kind == MASK_PIN && mask_one_of(s, i, end, "|to|thanh|")) { /* "changed my PIN in March to 4821" */
            stopped = false;
            said = i = end;
            continue;
        }
        stopped |= mask_any_sign(s, i, stops) || (end > i && mask_stops_search(s, i, end));
        denied |= denies(s, i, end);
        i = other ? other->end : end > i ? end : i + 1;
    }
    return false;
}

/* Does [end, label) lead from a number to the word that says what it was? */
static bool leads_to(const struct mask_scan *s, size_t end, const struct mask_label_at *l) {
    static const char32_t *const this_one[] = {U"这个", U"這個", U"那个", U"那個", U"这串",
                                               U"这组", U"這組", U"的",   NULL};
    size_t at = end;
    while (at < l->start && (s->bare[at] == ' ' || s->bare[at] == '"' || s->bare[at] == 0x201D))
        at++;
    if (mask_connector(s, at) || s->bare[at] == '(' || (mask_any_sign(s, at, this_one) && l->start - at <= 5))
        return true;
    /* "Is 902215 the passcode …?" */
    size_t first = end, article = mask_word_end(s, at), asks;
    while (first > 0 && !fold_is_latin(s->bare[first - 1]) && end - first < 10)
        first--;
    for (asks = first; asks > 0 && fold_is_latin(s->bare[asks - 1]);)
        asks--;
    if (mask_one_of(s, asks, first, "|is|was|") && mask_one_of(s, at, article, "|the|my|your|a|") &&
        l->start - article <= 2)
        return true;
    bool cut = s->bare[at] < 128 && strchr(",.?!;-", (int)s->bare[at]) != NULL;
    bool comma = s->bare[at] == ',';
    while (at < l->start && (s->bare[at] == ' ' || (s->bare[at] < 128 && strchr(",.?!;-", (int)s->bare[at]))))
        at++;
    if (points_back(s, at) && l->start - at <= 20)
        return true;
    if (!cut || !comma)
        return false;
    /* "774402, the OTP from my messages"; in "…, the OTP never came" it is another matter */
    size_t word = mask_word_end(s, at), next = l->end;
    while (next < s->n && s->bare[next] == ' ')
        next++;
    size_t after = mask_word_end(s, next);
    return mask_one_of(s, at, word, "|the|my|your|our|his|her|an|a|") && l->start - word <= 10 &&
           (after == next ? next >= s->n || mask_sentence_ends(s, next) || s->bare[next] == ','
                          : mask_one_of(s, next, after, "|from|that|which|i|you|we|they|he|she|in|on|for|sent|"));
}

/* "The app displays 482913 and the 2FA code is refused", "I typed 482913 but the code is refused"; a PIN only
 * when it was entered. Not "…, the code never came". */
static bool is_shown(const struct mask_scan *s, size_t start, const struct mask_label_at *l, bool entered_only) {
    enum { BEHIND = 30 };
    static const char32_t *const shown[] = {U"显示", U"顯示", U"显示的是", U"แสดง", U"ขึ้น", U"ขึ้นว่า", U"โชว์", NULL};
    static const char32_t *const awaited[] = {U"收", U"发", U"發", U"มา", U"ได้รับ", U"ส่ง", NULL};
    size_t to = start;
    while (to > 0 && (s->bare[to - 1] == ' ' || s->bare[to - 1] == ':' || s->bare[to - 1] == '"'))
        to--;
    size_t from = to;
    while (from > 0 && fold_is_latin(s->bare[from - 1]))
        from--;
    if (!mask_one_of(s, from, to, "|nhap|entered|enter|typed|type|typing|entering|") && entered_only)
        return false;
    if (!mask_one_of(s, from, to,
                     "|nhap|entered|enter|typed|type|typing|entering|displays|displayed|display|shows|showed|"
                     "showing|says|said|gives|gave|reads|generates|"
                     "generated|hien|thi|bao|") &&
        !mask_stands_before(s, to, shown))
        return false;
    for (size_t i = start; i < l->start; i++)
        if (fold_is_latin(s->bare[i]) && !mask_letter(s, i - 1) && denies(s, i, mask_word_end(s, i)))
            return false;
    for (size_t i = l->end; i < s->n && i < l->end + BEHIND && !mask_sentence_ends(s, i);) {
        size_t end = mask_word_end(s, i);
        if (mask_any_sign(s, i, awaited) ||
            mask_one_of(
                s, i, end,
                "|never|arrive|arrived|arrives|came|come|comes|receive|received|get|got|nhan|den|toi|ve|gui|"
                "send|sent|"))
            return false;
        i = end > i ? end : i + 1;
    }
    return true;
}

static bool names_another(const struct mask_scan *s, size_t start, size_t end, bool shown) {
    enum mask_label named = mask_named(s, start, end);
    return mask_says_something_else(named) && !(shown && named == LABEL_PHONE); /* "my phone shows 482913" */
}

/* "482913 is my OTP", "482913 là mã otp", "482913是验证码", "123 (cvv)". */
static bool take_code_before(struct mask_scan *s, const struct mask_label_at *l, enum mask_kind kind,
                             size_t least) {
    size_t i = l->start, floor = i > FAR_BACK_REACH ? i - FAR_BACK_REACH : 0;
    bool connected = false, crossed = false;
    while (i > floor) {
        i--;
        if (fold_is_digit(s->bare[i])) {
            size_t end = i + 1;
            while (i > 0 && (fold_is_digit(s->bare[i - 1]) || ((s->bare[i - 1] == ' ' || s->bare[i - 1] == '-') &&
                                                               i > 1 && fold_is_digit(s->bare[i - 2]))))
                i--;
            size_t last;
            bool near = connected && !crossed && l->start - end < BACK_REACH;
            bool shown =
                !crossed && (kind == MASK_OTP ? end - i >= 6 && is_shown(s, i, l, false)
                                              : kind == MASK_PIN && !mask_is_year(s, i) && is_shown(s, i, l, true));
            return (near || shown || leads_to(s, end, l)) && !mask_letter(s, i - 1) &&
                   mask_code_fits(s, kind, i, &last) && last == end && end - i >= least &&
                   !names_another(s, i, end, shown) && (mask_take(s, kind, i, end), true);
        }
        const struct mask_label_at *other = mask_label_over(s, i);
        if (other && other->label != l->label && !mask_label_is_aside(other->label))
            return false;
        if (mask_sentence_ends(s, i)) {
            if (crossed)
                return false;
            crossed = true;
        }
        connected |= s->bare[i] == '(' || s->bare[i] == 0xFF08;
        bool begins = !fold_is_latin(s->bare[i]) || i == 0 || !fold_is_latin(s->bare[i - 1]);
        connected |= begins && mask_connector(s, i) != 0;
    }
    return false;
}

/* "mã 482913 còn hàng không", "code 482913 in size M" */
static bool asks_for_wares(const struct mask_scan *s, size_t i) {
    static const char32_t *const signs[] = {U"还有", U"還有", U"有货", U"多少", U"มีของ", U"ราคา", U"เหลือ", NULL};
    while (i < s->n && s->bare[i] == ' ')
        i++;
    if (i >= s->n || !fold_is_digit(s->bare[i]))
        return false;
    while (i < s->n && (fold_is_digit(s->bare[i]) || s->bare[i] == ' '))
        i++;
    return i < s->n &&
           (mask_any_sign(s, i, signs) || mask_one_of(s, i, mask_word_end(s, i), "|con|gia|size|mau|het|in|"));
}

/* How many digits "the code" must have to be a one-time code; 0 when nothing says that it was sent. */
static size_t sent_code(const struct mask_scan *s, const struct mask_label_at *code) {
    static const char32_t *const wares[] = {U"ถาม", U"สินค้า", U"เอา", U"สนใจ",
                                            NULL}; /* "hỏi mã 4821 còn size không" */
    size_t to = code->start;
    while (to > 0 && s->bare[to - 1] == ' ')
        to--;
    size_t from = to;
    while (from > 0 && fold_is_latin(s->bare[from - 1]))
        from--;
    if (mask_one_of(s, from, to, "|hoi|xem|mua|dat|lay|con|chot|ask|product|") || mask_stands_before(s, to, wares))
        return 0;
    if (asks_for_wares(s, code->end))
        return 0;
    if (mask_label_near(s, LABEL_SENT, code->start, code->end, SENT_REACH))
        return 4;
    bool six =
        false; /* "the 6-digit code" is hardly anything else, so the word for its coming may stand farther off */
    for (size_t i = code->start; i < code->end; i++)
        six |= s->bare[i] == '6' || s->bare[i] == 0x516D;
    six |= mask_starts(s, code->start, U"six") || mask_starts(s, code->start, U"mã sáu");
    return mask_label_near(s, LABEL_GOT, code->start, code->end, six ? SENT_REACH : GOT_REACH) ? 6 : 0;
}

static bool is_capacity(const struct mask_scan *s, size_t start, size_t end) { /* "pin 10000": milliampere-hours */
    return end - start == 5 && s->bare[end - 1] == '0' && s->bare[end - 2] == '0';
}

/* "deliver to pin code 560034": in India the post counts so. */
static bool is_postal_pin(const struct mask_scan *s, const struct mask_label_at *l) {
    static const char post[] =
        "|deliver|delivery|delivered|delivering|address|parcel|courier|post|postal|ship|shipping|shipped|"
        "serviceable|area|city|road|street|nagar|nagara|district|state|locality|pincode|warehouse|pickup|";
    enum { DIGITS = 6, FURTHER = 24 };
    if (!mask_starts(s, l->start, U"pin"))
        return false;
    size_t i = l->end, end;
    while (i < s->n && i < l->end + FURTHER && !fold_is_digit(s->bare[i]))
        i++;
    for (end = i; fold_is_digit(s->bare[end]);)
        end++;
    if (end - i != DIGITS || s->bare[i] == '0' || s->bare[i] == '9')
        return false;
    for (size_t at = 0; at < s->n; at++)
        if (fold_is_latin(s->bare[at])) {
            size_t word = mask_word_end(s, at);
            if (mask_one_of(s, at, word, post))
                return true;
            at = word;
        }
    return false;
}

/* "viên pin", "thay pin", "pin AA", "pin diagram": a battery in Vietnamese, a leg of a chip, not a number. */
static bool is_other_pin(const struct mask_scan *s, const struct mask_label_at *l) {
    static const char32_t *const legs[] = {U"针", U"針", U"脚", U"腳", U"口", U"引", U"排", U"位", U"定义", NULL};
    if (l->end - l->start != 3)
        return false;
    size_t to = l->start, next = l->end;
    while (to > 0 && s->bare[to - 1] == ' ')
        to--;
    size_t from = to;
    while (from > 0 && fold_is_latin(s->bare[from - 1]))
        from--;
    while (next < s->n && s->bare[next] == ' ')
        next++;
    size_t digits = next;
    while (digits < s->n && fold_is_digit(s->bare[digits]))
        digits++;
    if (mask_any_sign(s, next, legs) || is_capacity(s, next, digits) ||
        (digits > next && digits < next + 3 && !mask_has_unit(s, digits) && !mask_number_joined(s, next, digits)))
        return true;
    return mask_one_of(s, from, to,
                       "|vien|cuc|thay|sac|cap|luong|het|chai|tut|loai|nguon|mua|nut|lap|thao|cell|") ||
           mask_one_of(
               s, next, mask_word_end(s, next),
               "|aa|aaa|lithium|ion|li|lipo|du|dien|sac|chai|yeu|trau|tot|diagram|diagrams|header|headers|out|pad|"
               "pads|"
               "mat|laptop|het|tieu|con|tut|connector|connectors|layout|assignment|socket|cushion|badge|badges|"
               "boards|board|drop|"
               "duoc|phong|nang|cr|kem|khoe|");
}

/* "mã xác nhận đặt phòng 4821" is a booking. */
static bool of_a_booking(const struct mask_scan *s, size_t k) {
    const struct mask_label_at *l = &s->labels[k];
    if (k > 0 && l->start - s->labels[k - 1].end < 3 &&
        (s->labels[k - 1].label == LABEL_BOOKING || s->labels[k - 1].label == LABEL_PLACE))
        return true;
    if (k + 1 == s->n_labels || s->labels[k + 1].start - l->end >= 6)
        return false;
    for (size_t i = l->end; i < s->labels[k + 1].start; i++)
        if (fold_is_digit(s->bare[i])) /* "cvv 153 จองให้หน่อย": the number is told already */
            return false;
    enum mask_label next = s->labels[k + 1].label;
    return next == LABEL_BOOKING || next == LABEL_PLACE || (l->label == LABEL_CODE && next == LABEL_OTHER);
}

/* "security code 5521" beside a card is the one on it, not one that was sent. */
static bool is_of_the_card(const struct mask_scan *s, const struct mask_label_at *l) {
    enum { NEAR = 40 };
    return mask_starts(s, l->start, U"security code") && (mask_label_near(s, LABEL_CARD, l->start, l->end, NEAR) ||
                                                          mask_label_near(s, LABEL_CVV, l->start, l->end, NEAR));
}

static bool is_called_password(const struct mask_scan *s, const struct mask_label_at *l) {
    return mask_starts(s, l->end - 2, U"密码") || mask_starts(s, l->end - 2, U"密碼") ||
           mask_starts(s, l->start, U"mật") || mask_starts(s, l->start, U"mat");
}

/* "G-482913": the form in which the largest sender writes its codes, which needs no other word. */
static void take_well_known(struct mask_scan *s) {
    enum { DIGITS = 6 };
    for (size_t g = 0; g < s->n_groups; g++) {
        size_t start = s->groups[g].start, end = s->groups[g].end;
        if (end - start != DIGITS || start < 2 || s->bare[start - 1] != '-' || s->bare[start - 2] != 'g' ||
            (start > 2 && mask_letter(s, start - 3)) || mask_letter(s, end) || s->bare[end] == '-')
            continue;
        enum mask_label named = mask_named(s, start - 2, end);
        if (named != LABEL_OTHER && named != LABEL_BOOKING && !mask_is_taken(s, start - 2, end))
            mask_take(s, MASK_OTP, start - 2, end);
    }
}

void mask_find_secrets(struct mask_scan *s) {
    for (size_t k = 0; k < s->n_labels; k++) {
        const struct mask_label_at *l = &s->labels[k];
        size_t least = 3;
        enum mask_kind kind = MASK_KINDS;
        if (l->label == LABEL_PASSWORD)
            (void)mask_take_password(s, l);
        else if (l->label == LABEL_CVV)
            kind = MASK_CVV;
        else if (l->label == LABEL_PIN && !is_other_pin(s, l) && !is_postal_pin(s, l))
            kind = MASK_PIN;
        else if (l->label == LABEL_OTP)
            kind = is_of_the_card(s, l) ? MASK_CVV : MASK_OTP;
        else if (l->label == LABEL_CODE && s->n_groups) {
            kind = (least = sent_code(s, l)) ? MASK_OTP : MASK_KINDS;
            if (fold_is_thai(s->bare[l->start]))
                mask_take_password_behind_code(s, l);
        }
        bool found = kind != MASK_KINDS && s->n_groups && !of_a_booking(s, k) &&
                     (take_code_before(s, l, kind, least) || take_code_after(s, l, kind, least));
        if (!found && kind == MASK_OTP && s->n_groups &&
            mask_starts(s, l->start, U"security code")) /* of three digits */
            found = take_code_before(s, l, MASK_CVV, least) || take_code_after(s, l, MASK_CVV, least);
        if (!found && kind == MASK_PIN && is_called_password(s, l)) /* "卡片密码 Abc123" */
            (void)mask_take_password(s, l);
    }
    take_well_known(s);
}
