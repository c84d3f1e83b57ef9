#include "base/money.h"

#include <stdio.h>
#include <string.h>
#include <unicode/ucurr.h>
#include <unicode/unum.h>
#include <unicode/ustring.h>

enum { AMOUNT_DIGITS = 15 };

static int digits_of(const char *currency) {
    UChar code[CURRENCY_SIZE];
    UErrorCode status = U_ZERO_ERROR;
    u_uastrcpy(code, currency);
    int n = ucurr_getDefaultFractionDigits(code, &status);
    return U_SUCCESS(status) && n >= 0 && n <= 4 ? n : 2;
}

void money_of_country(const char *country, char currency[CURRENCY_SIZE]) {
    UChar code[8];
    char locale[16];
    UErrorCode status = U_ZERO_ERROR;
    memcpy(currency, "USD", CURRENCY_SIZE);
    if (!country || strlen(country) != 2)
        return;
    snprintf(locale, sizeof locale, "und_%s", country);
    if (ucurr_forLocale(locale, code, 8, &status) == CURRENCY_SIZE - 1 && U_SUCCESS(status))
        u_austrncpy(currency, code, CURRENCY_SIZE);
}

/* The last point or comma begins the fraction, unless three digits follow it or it stands there twice. */
static const char *fraction_of(const char *text) {
    const char *last = strpbrk(text, ".,");
    if (!last)
        return NULL;
    for (const char *next; (next = strpbrk(last + 1, ".,"));) {
        if (*next == *last && !strpbrk(next + 1, ".,"))
            return NULL;
        last = next;
    }
    return strspn(last + 1, "0123456789") == 3 ? NULL : last;
}

bool money_read(const char *text, const char *currency, int64_t *amount) {
    int digits = digits_of(currency), seen = 0, n = 0;
    text += strspn(text, " ");
    const char *point = fraction_of(text);
    *amount = 0;
    for (const char *p = text; *p; p++) {
        if (*p >= '0' && *p <= '9') {
            seen += point && p > point;
            if (++n > AMOUNT_DIGITS || seen > digits)
                return false;
            *amount = *amount * 10 + (*p - '0');
        } else if (!strchr("., ", *p)) {
            return false;
        }
    }
    for (; seen < digits; seen++)
        *amount *= 10;
    return n > 0;
}

void money_field(struct buf *out, int64_t amount, const char *currency) {
    int digits = digits_of(currency);
    int64_t unit = 1;
    for (int i = 0; i < digits; i++)
        unit *= 10;
    buf_printf(out, "%lld", (long long)(amount / unit));
    if (digits)
        buf_printf(out, ".%0*lld", digits, (long long)(amount % unit));
}

void money_say(struct buf *out, enum locale locale, int64_t amount, const char *currency) {
    UErrorCode status = U_ZERO_ERROR;
    UChar code[CURRENCY_SIZE], written[64];
    char plain[256];
    double unit = 1;
    for (int i = digits_of(currency); i > 0; i--)
        unit *= 10;
    u_uastrcpy(code, currency);
    UNumberFormat *format = unum_open(UNUM_CURRENCY, NULL, 0, locale_tag(locale), NULL, &status);
    unum_formatDoubleCurrency(format, (double)amount / unit, code, written, 64, NULL, &status);
    u_strToUTF8(plain, sizeof plain, NULL, written, -1, &status);
    unum_close(format);
    if (U_SUCCESS(status)) {
        buf_str(out, plain);
    } else {
        money_field(out, amount, currency);
        buf_printf(out, " %s", currency);
    }
}
