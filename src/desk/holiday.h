/* holiday.h: public holidays of a country in a year, as far as its laws fix them years ahead. They are proposals:
 * nothing is closed until an admin takes them.
 *
 * Left out, because they cannot be computed rightly years ahead: days that a government names each year (China's
 * make-up weekends, Vietnam's swapped days, Thailand's extra holidays), and Thailand's Buddhist days, whose
 * calendar has leap months and leap days by decree. holiday_advice says so. */
#ifndef KEPT_DESK_HOLIDAY_H
#define KEPT_DESK_HOLIDAY_H

#include "base/arena.h"
#include "base/locale.h"

#include <stdbool.h>
#include <stdint.h>

struct holiday {
    const char *code;    /* "tet"; with a '+' behind: a day off because that one fell on a weekend. Static */
    int32_t first, last; /* days since 1970-01-01, both included */
};

/* Is anything known of this country (ISO 3166)? */
bool holidays_known(const char *country);
/* By their first day; 0: nothing is known. Years 2020 to 2049. */
int holidays_of(struct arena *a, const char *country, int year, struct holiday **out);
/* What to check and add in this country, a sentence; NULL: nothing. */
const char *holiday_advice(enum locale locale, const char *country);
/* "Tết Nguyên Đán", "春节"; NULL: no such code. In the arena or static. */
const char *holiday_name(struct arena *a, enum locale locale, const char *code);

/* The day on which the Chinese, or with `vietnamese` the Vietnamese, lunar month of that year begins (not the leap
 * one). The two follow the same moon by the clocks of Beijing and Hà Nội: when it is new in the hour between their
 * midnights, the months begin a day apart, as in 2030. */
int32_t lunar_month_begins(int year, int month, bool vietnamese);

#endif
