#include "text/when_number.h"

#include "text/fold.h"

#include <uchar.h>

bool when_text_at(const struct prose *p, uint32_t i, const char32_t *word, uint32_t *end) {
    uint32_t k = 0;
    for (; word[k]; k++) {
        uint32_t want = p->unmarked ? fold_bare((uint32_t)word[k]) : (uint32_t)word[k];
        if (i + k >= p->n || p->c[i + k] != want)
            return false;
    }
    if (prose_is_letter((uint32_t)word[k - 1]) && prose_is_letter(p->c[i + k]))
        return false;
    *end = i + k;
    return true;
}

static const char32_t *const en_numbers[] = {
    U"zero",     U"one",     U"two",     U"three",     U"four",     U"five",     U"six",
    U"seven",    U"eight",   U"nine",    U"ten",       U"eleven",   U"twelve",   U"thirteen",
    U"fourteen", U"fifteen", U"sixteen", U"seventeen", U"eighteen", U"nineteen", U"twenty"};
static const char32_t *const en_tens[] = {U"twenty", U"thirty",  U"forty",  U"fifty",
                                          U"sixty",  U"seventy", U"eighty", U"ninety"};

uint32_t when_number_en(const struct prose *p, uint32_t i, double *v) {
    uint32_t end, more;
    for (int t = 0; t < 8; t++) {
        if (!when_text_at(p, i, en_tens[t], &end))
            continue;
        *v = 20 + 10 * t;
        for (int u = 1; u < 10; u++)
            if ((p->c[end] == '-' || p->c[end] == ' ') && when_text_at(p, end + 1, en_numbers[u], &more)) {
                *v += u;
                return more;
            }
        return end;
    }
    for (int k = 20; k > 0; k--)
        if (when_text_at(p, i, en_numbers[k], &end)) {
            *v = k;
            return end;
        }
    return 0;
}

static int vi_digit(const struct prose *p, uint32_t i, uint32_t *end) {
    static const struct {
        const char32_t *word;
        int value;
    } words[] = {{U"một", 1}, {U"mốt", 1}, {U"hai", 2}, {U"ba", 3},  {U"bốn", 4}, {U"tư", 4},  {U"năm", 5},
                 {U"lăm", 5}, {U"sáu", 6}, {U"bảy", 7}, {U"bẩy", 7}, {U"tám", 8}, {U"chín", 9}};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (when_text_at(p, i, words[k].word, end))
            return words[k].value;
    return 0;
}

uint32_t when_number_vi(const struct prose *p, uint32_t i, double *v) {
    uint32_t end, more;
    int ten = 0, unit = 0;
    if (when_text_at(p, i, U"mười", &end)) {
        ten = 10;
    } else if ((unit = vi_digit(p, i, &end))) {
        if (unit == 1 && when_text_at(p, i, U"mốt", &more)) /* the day after tomorrow */
            return 0;
        if (p->c[end] == ' ' &&
            (when_text_at(p, end + 1, U"mươi", &more) || when_text_at(p, end + 1, U"chục", &more))) {
            ten = 10 * unit;
            unit = 0;
            end = more;
        }
    } else
        return 0;
    int low = p->c[end] == ' ' ? vi_digit(p, end + 1, &more) : 0;
    if (low && ten) {
        unit = low;
        end = more;
    } else if (low && low == unit + 1) { /* "hai ba ngày": two or three */
        unit = low;
        end = more;
    }
    *v = ten + unit;
    return end;
}

int when_digit_zh(uint32_t c) {
    static const char32_t digits[] = U"〇一二三四五六七八九";
    if (c == U'两' || c == U'俩')
        return 2;
    if (c == U'零')
        return 0;
    for (int k = 0; k < 10; k++)
        if (c == (uint32_t)digits[k])
            return k;
    return -1;
}

uint32_t when_number_zh(const struct prose *p, uint32_t i, double *v) {
    uint32_t at = i;
    if (p->c[at] == U'元' && p->c[at + 1] == U'月') {
        *v = 1;
        return at + 1;
    }
    int first = when_digit_zh(p->c[at]), value = 0, n = 0;
    if (first >= 0 && when_digit_zh(p->c[at + 1]) >= 0) { /* 二零二六, 两三天 */
        for (; when_digit_zh(p->c[at]) >= 0; at++, n++)
            value = value * 10 + when_digit_zh(p->c[at]);
        if (n == 2)
            value %= 10;
        *v = value;
        return at;
    }
    if (first >= 0) {
        value = first;
        at++;
    }
    if (p->c[at] == U'廿' || p->c[at] == U'卅') {
        value = p->c[at] == U'廿' ? 20 : 30;
        at++;
    } else if (p->c[at] == U'十') {
        value = first >= 0 ? 10 * first : 10;
        at++;
    } else if (first < 0)
        return 0;
    else {
        *v = value;
        return at;
    }
    if (when_digit_zh(p->c[at]) > 0)
        value += when_digit_zh(p->c[at++]);
    *v = value;
    return at;
}

int when_digit_th(const struct prose *p, uint32_t i, uint32_t *end) {
    static const char32_t *const digits[] = {U"ศูนย์", U"หนึ่ง", U"สอง", U"สาม", U"สี่",
                                             U"ห้า",  U"หก",  U"เจ็ด", U"แปด", U"เก้า"};
    for (int k = 9; k > 0; k--)
        if (when_text_at(p, i, digits[k], end))
            return k;
    if (when_text_at(p, i, U"เอ็ด", end))
        return 1;
    return when_text_at(p, i, U"ยี่", end) ? 2 : 0;
}

uint32_t when_number_th(const struct prose *p, uint32_t i, double *v) {
    uint32_t end = i, more;
    int d = when_digit_th(p, i, &end);
    if (!when_text_at(p, end, U"สิบ", &more)) {
        if (!d || when_text_at(p, i, U"ยี่", &more))
            return 0;
        int next = when_digit_th(p, end, &more); /* สองสามวัน */
        *v = next == d + 1 ? next : d;
        return next == d + 1 ? more : end;
    }
    *v = d ? 10 * d : 10;
    end = more;
    d = when_digit_th(p, end, &more);
    if (d) {
        *v += d;
        end = more;
    }
    return end;
}

uint32_t when_number(const struct prose *p, uint32_t i, double *v) {
    if (prose_is_letter(p->c[i]) && i > 0 && prose_is_letter(p->c[i - 1]))
        return 0;
    switch (p->lang) {
    case LANG_EN: return when_number_en(p, i, v);
    case LANG_VI: return when_number_vi(p, i, v);
    case LANG_ZH: return when_number_zh(p, i, v);
    default: return when_number_th(p, i, v);
    }
}

uint32_t when_digits(const struct prose *p, uint32_t i, int *v) {
    uint32_t at = i;
    *v = 0;
    while (fold_is_digit(p->c[at]) && at - i < 5)
        *v = *v * 10 + (int)(p->c[at++] - '0');
    return at;
}
