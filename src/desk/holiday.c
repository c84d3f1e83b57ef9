#include "desk/holiday.h"

#include "base/log.h"
#include "base/tr.h"
#include "text/zone.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>

enum { SUNDAY = 6, SATURDAY = 5, MONDAY = 0, THURSDAY = 3, YEAR_FIRST = 2020, YEAR_LAST = 2049, OF_A_YEAR = 64 };

/* ---- which days ---- */

enum by { DATE, LUNAR, LUNAR_VN, NTH, EASTER, QINGMING };

/* DATE: a month, b day. LUNAR: a month, b day, c days later. NTH: a month, b-th (-1: last) weekday c.
 * EASTER: a days after its Sunday. `days`: how many. */
static const struct rule {
    const char *country, *code;
    enum by by;
    int a, b, c, days;
} rules[] = {
    {"VN", "new_year", DATE, 1, 1, 0, 1},
    {"VN", "tet", LUNAR_VN, 1, 1, -1, 5}, /* the eve and four days; the government may choose otherwise */
    {"VN", "hung_kings", LUNAR_VN, 3, 10, 0, 1},
    {"VN", "reunification", DATE, 4, 30, 0, 1},
    {"VN", "labour", DATE, 5, 1, 0, 1},
    {"VN", "vn_national", DATE, 9, 2, 0, 1},

    {"CN", "new_year", DATE, 1, 1, 0, 1},
    {"CN", "spring_festival", LUNAR, 1, 1, -1, 4},
    {"CN", "qingming", QINGMING, 0, 0, 0, 1},
    {"CN", "labour", DATE, 5, 1, 0, 2},
    {"CN", "dragon_boat", LUNAR, 5, 5, 0, 1},
    {"CN", "mid_autumn", LUNAR, 8, 15, 0, 1},
    {"CN", "cn_national", DATE, 10, 1, 0, 3},

    {"HK", "new_year", DATE, 1, 1, 0, 1},
    {"HK", "lunar_new_year", LUNAR, 1, 1, 0, 3},
    {"HK", "qingming", QINGMING, 0, 0, 0, 1},
    {"HK", "good_friday", EASTER, -2, 0, 0, 2},
    {"HK", "easter_monday", EASTER, 1, 0, 0, 1},
    {"HK", "labour", DATE, 5, 1, 0, 1},
    {"HK", "buddha", LUNAR, 4, 8, 0, 1},
    {"HK", "dragon_boat", LUNAR, 5, 5, 0, 1},
    {"HK", "hk_day", DATE, 7, 1, 0, 1},
    {"HK", "after_mid_autumn", LUNAR, 8, 15, 1, 1},
    {"HK", "cn_national", DATE, 10, 1, 0, 1},
    {"HK", "chung_yeung", LUNAR, 9, 9, 0, 1},
    {"HK", "christmas", DATE, 12, 25, 0, 2},

    {"TW", "tw_founding", DATE, 1, 1, 0, 1},
    {"TW", "lunar_new_year", LUNAR, 1, 1, -2, 5},
    {"TW", "peace", DATE, 2, 28, 0, 1},
    {"TW", "children", DATE, 4, 4, 0, 1},
    {"TW", "qingming", QINGMING, 0, 0, 0, 1},
    {"TW", "labour", DATE, 5, 1, 0, 1},
    {"TW", "dragon_boat", LUNAR, 5, 5, 0, 1},
    {"TW", "mid_autumn", LUNAR, 8, 15, 0, 1},
    {"TW", "teachers", DATE, 9, 28, 0, 1},
    {"TW", "double_ten", DATE, 10, 10, 0, 1},
    {"TW", "retrocession", DATE, 10, 25, 0, 1},
    {"TW", "tw_constitution", DATE, 12, 25, 0, 1},

    {"TH", "new_year", DATE, 1, 1, 0, 1},
    {"TH", "chakri", DATE, 4, 6, 0, 1},
    {"TH", "songkran", DATE, 4, 13, 0, 3},
    {"TH", "labour", DATE, 5, 1, 0, 1},
    {"TH", "coronation", DATE, 5, 4, 0, 1},
    {"TH", "th_queen", DATE, 6, 3, 0, 1},
    {"TH", "th_king", DATE, 7, 28, 0, 1},
    {"TH", "th_mother", DATE, 8, 12, 0, 1},
    {"TH", "th_oct13", DATE, 10, 13, 0, 1},
    {"TH", "chulalongkorn", DATE, 10, 23, 0, 1},
    {"TH", "th_father", DATE, 12, 5, 0, 1},
    {"TH", "th_constitution", DATE, 12, 10, 0, 1},
    {"TH", "new_year_eve", DATE, 12, 31, 0, 1},

    {"US", "new_year", DATE, 1, 1, 0, 1},
    {"US", "mlk", NTH, 1, 3, MONDAY, 1},
    {"US", "presidents", NTH, 2, 3, MONDAY, 1},
    {"US", "memorial", NTH, 5, -1, MONDAY, 1},
    {"US", "juneteenth", DATE, 6, 19, 0, 1},
    {"US", "independence", DATE, 7, 4, 0, 1},
    {"US", "labor_us", NTH, 9, 1, MONDAY, 1},
    {"US", "columbus", NTH, 10, 2, MONDAY, 1},
    {"US", "veterans", DATE, 11, 11, 0, 1},
    {"US", "thanksgiving", NTH, 11, 4, THURSDAY, 1},
    {"US", "christmas", DATE, 12, 25, 0, 1},

    {"GB", "new_year", DATE, 1, 1, 0, 1},
    {"GB", "good_friday", EASTER, -2, 0, 0, 1},
    {"GB", "easter_monday", EASTER, 1, 0, 0, 1},
    {"GB", "early_may", NTH, 5, 1, MONDAY, 1},
    {"GB", "spring_gb", NTH, 5, -1, MONDAY, 1},
    {"GB", "summer_gb", NTH, 8, -1, MONDAY, 1},
    {"GB", "christmas", DATE, 12, 25, 0, 2},

    {"DE", "new_year", DATE, 1, 1, 0, 1},
    {"DE", "good_friday", EASTER, -2, 0, 0, 1},
    {"DE", "easter_monday", EASTER, 1, 0, 0, 1},
    {"DE", "labour", DATE, 5, 1, 0, 1},
    {"DE", "ascension", EASTER, 39, 0, 0, 1},
    {"DE", "whit_monday", EASTER, 50, 0, 0, 1},
    {"DE", "unity", DATE, 10, 3, 0, 1},
    {"DE", "christmas", DATE, 12, 25, 0, 2},
};
enum { RULES = sizeof rules / sizeof *rules };

/* What becomes of a holiday on a weekend. */
enum lieu {
    LIEU_NONE,
    LIEU_NEXT,    /* the next working day */
    LIEU_SUNDAY,  /* the same, for Sundays only */
    LIEU_NEAREST, /* Friday for Saturday, Monday for Sunday */
};
static const struct {
    const char *country;
    enum lieu lieu;
    const char *advice;
} countries[] = {
    {"VN", LIEU_NEXT,
     N_("The government names the days of Tết and of 2 September each year, and swaps working days. Check them "
        "when "
        "they are announced, and add what is missing.")},
    {"CN", LIEU_NONE,
     N_("The State Council names the long holidays and the make-up working days each autumn. Check them when they "
        "are "
        "announced, and add what is missing.")},
    {"HK", LIEU_SUNDAY, NULL},
    {"TW", LIEU_NEAREST, NULL},
    {"TH", LIEU_NEXT,
     N_("The Buddhist days (Makha Bucha, Visakha Bucha, Asanha Bucha) and the cabinet’s extra holidays are not "
        "here. "
        "Check them when they are announced, and add them.")},
    {"US", LIEU_NEAREST, NULL},
    {"GB", LIEU_NEXT,
     N_("These are the bank holidays of England and Wales. Check those of Scotland and Northern "
        "Ireland, and add what is missing.")},
    {"DE", LIEU_NONE, N_("Only the holidays of all states are here. Add those of yours.")},
};
enum { COUNTRIES = sizeof countries / sizeof *countries };

static const struct {
    const char *code, *name;
} names[] = {
    {"new_year", N_("New Year’s Day")},
    {"new_year_eve", N_("New Year’s Eve")},
    {"labour", N_("Labour Day")},
    {"good_friday", N_("Good Friday")},
    {"easter_monday", N_("Easter Monday")},
    {"ascension", N_("Ascension Day")},
    {"whit_monday", N_("Whit Monday")},
    {"christmas", N_("Christmas")},
    {"tet", N_("Tết, the Lunar New Year")},
    {"hung_kings", N_("Hùng Kings’ Commemoration Day")},
    {"reunification", N_("Reunification Day")},
    {"vn_national", N_("Vietnam’s National Day")},
    {"spring_festival", N_("Spring Festival")},
    {"lunar_new_year", N_("Lunar New Year")},
    {"qingming", N_("Qingming Festival")},
    {"dragon_boat", N_("Dragon Boat Festival")},
    {"mid_autumn", N_("Mid-Autumn Festival")},
    {"after_mid_autumn", N_("the day after the Mid-Autumn Festival")},
    {"cn_national", N_("China’s National Day")},
    {"chung_yeung", N_("Chung Yeung Festival")},
    {"buddha", N_("the Buddha’s Birthday")},
    {"hk_day", N_("Hong Kong SAR Establishment Day")},
    {"tw_founding", N_("Founding Day of the Republic of China")},
    {"peace", N_("Peace Memorial Day")},
    {"children", N_("Children’s Day")},
    {"teachers", N_("Teachers’ Day")},
    {"double_ten", N_("Double Tenth Day")},
    {"retrocession", N_("Taiwan Retrocession Day")},
    {"tw_constitution", N_("Taiwan’s Constitution Day")},
    {"chakri", N_("Chakri Memorial Day")},
    {"songkran", N_("Songkran")},
    {"coronation", N_("Coronation Day")},
    {"th_queen", N_("the Queen of Thailand’s Birthday")},
    {"th_king", N_("the King of Thailand’s Birthday")},
    {"th_mother", N_("Thailand’s Mother’s Day")},
    {"th_oct13", N_("King Bhumibol Memorial Day")},
    {"chulalongkorn", N_("Chulalongkorn Day")},
    {"th_father", N_("Thailand’s Father’s Day")},
    {"th_constitution", N_("Thailand’s Constitution Day")},
    {"mlk", N_("Martin Luther King Jr. Day")},
    {"presidents", N_("Presidents’ Day")},
    {"memorial", N_("Memorial Day")},
    {"juneteenth", N_("Juneteenth")},
    {"independence", N_("Independence Day")},
    {"labor_us", N_("Labor Day")},
    {"columbus", N_("Columbus Day")},
    {"veterans", N_("Veterans Day")},
    {"thanksgiving", N_("Thanksgiving")},
    {"early_may", N_("the early May bank holiday")},
    {"spring_gb", N_("the spring bank holiday")},
    {"summer_gb", N_("the summer bank holiday")},
    {"unity", N_("German Unity Day")},
};

/* ---- sun and moon ---- */

static const double RADIANS = 0.017453292519943295, UNIX_EPOCH_JD = 2440587.5;

/* The Julian date (UT) of the k-th new moon since 1900; good to a few minutes (Meeus, Astronomical Algorithms). */
static double new_moon(double k) {
    double t = k / 1236.85, t2 = t * t, t3 = t2 * t;
    double mean = 2415020.75933 + 29.53058868 * k + 0.0001178 * t2 - 0.000000155 * t3 +
                  0.00033 * sin((166.56 + 132.87 * t - 0.009173 * t2) * RADIANS);
    double sun = (359.2242 + 29.10535608 * k - 0.0000333 * t2 - 0.00000347 * t3) * RADIANS;
    double moon = (306.0253 + 385.81691806 * k + 0.0107306 * t2 + 0.00001236 * t3) * RADIANS;
    double node = (21.2964 + 390.67050646 * k - 0.0016528 * t2 - 0.00000239 * t3) * RADIANS;
    double shift = (0.1734 - 0.000393 * t) * sin(sun) + 0.0021 * sin(2 * sun) - 0.4068 * sin(moon) +
                   0.0161 * sin(2 * moon) - 0.0004 * sin(3 * moon) + 0.0104 * sin(2 * node) -
                   0.0051 * sin(sun + moon) - 0.0074 * sin(sun - moon) + 0.0004 * sin(2 * node + sun) -
                   0.0004 * sin(2 * node - sun) - 0.0006 * sin(2 * node + moon) + 0.0010 * sin(2 * node - moon) +
                   0.0005 * sin(sun + 2 * moon);
    return mean + shift - (-0.000278 + 0.000265 * t + 0.000262 * t2);
}

/* Where the sun stands on its yearly way, in degrees from the spring equinox. */
static double sun_longitude(double jd) {
    double t = (jd - 2451545.0) / 36525, t2 = t * t;
    double m = (357.52910 + 35999.05030 * t - 0.0001559 * t2) * RADIANS;
    double l = 280.46645 + 36000.76983 * t + 0.0003032 * t2 + (1.914600 - 0.004817 * t) * sin(m) +
               (0.019993 - 0.000101 * t) * sin(2 * m) + 0.000290 * sin(3 * m) - 0.00569 -
               0.00478 * sin((125.04 - 1934.136 * t) * RADIANS);
    return l - 360 * floor(l / 360);
}

/* The day in Beijing on which the sun passes 15 degrees. */
static int32_t qingming(int year) {
    int32_t day = day_of(year, 4, 3);
    while (sun_longitude(UNIX_EPOCH_JD + day + 1 - 8.0 / 24) < 15)
        day++;
    return day;
}

/* ICU knows which month it is, but takes the moon to be new some minutes off: near midnight, as in February 2027
 * and 2030, it is a day wrong. So the day is that of our own new moon. */
int32_t lunar_month_begins(int year, int month, bool vietnamese) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static UCalendar *chinese;
    enum { BEFORE_OUR_ERA = 2637 }; /* ICU counts its years from 2637 BC */
    UErrorCode status = U_ZERO_ERROR;
    pthread_mutex_lock(&lock);
    if (!chinese)
        chinese = ucal_open(u"Asia/Shanghai", -1, "zh@calendar=chinese", UCAL_DEFAULT, &status);
    if (U_FAILURE(status))
        die("ICU has no Chinese calendar: %s", u_errorName(status));
    ucal_clear(chinese);
    ucal_set(chinese, UCAL_EXTENDED_YEAR, year + BEFORE_OUR_ERA);
    ucal_set(chinese, UCAL_MONTH, month - 1);
    ucal_set(chinese, UCAL_IS_LEAP_MONTH, 0);
    ucal_set(chinese, UCAL_DAY_OF_MONTH, 1);
    ucal_set(chinese, UCAL_HOUR_OF_DAY, 12);
    double noon = ucal_getMillis(chinese, &status);
    pthread_mutex_unlock(&lock);
    int32_t day = (int32_t)floor((noon + 8 * 3600e3) / 86400e3);
    double k = round((day + UNIX_EPOCH_JD - 2415021.077) / 29.530588853);
    return (int32_t)floor(new_moon(k) - UNIX_EPOCH_JD + (vietnamese ? 7.0 : 8.0) / 24);
}

/* The Sunday, by the Gregorian rule (Butcher). */
static int32_t easter(int year) {
    int a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
    int h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
    int m = (a + 11 * h + 22 * l) / 451, n = h + l - 7 * m + 114;
    return day_of(year, n / 31, n % 31 + 1);
}

static int32_t nth_weekday(int year, int month, int n, int weekday) {
    if (n < 0) {
        int32_t last = day_of(year, month, days_in_month(year, month));
        return last - (day_weekday(last) - weekday + 7) % 7;
    }
    int32_t first = day_of(year, month, 1);
    return first + (weekday - day_weekday(first) + 7) % 7 + 7 * (n - 1);
}

static int32_t first_day(const struct rule *r, int year) {
    switch (r->by) {
    case DATE: return day_of(year, r->a, r->b);
    case LUNAR:
    case LUNAR_VN: return lunar_month_begins(year, r->a, r->by == LUNAR_VN) + r->b - 1 + r->c;
    case NTH: return nth_weekday(year, r->a, r->b, r->c);
    case EASTER: return easter(year) + r->a;
    case QINGMING: return qingming(year);
    }
    return 0;
}

/* ---- a year ---- */

static bool is_holiday(const struct holiday *list, int n, int32_t day) {
    for (int i = 0; i < n; i++)
        if (list[i].first <= day && day <= list[i].last)
            return true;
    return false;
}

static int by_day(const void *a, const void *b) {
    const struct holiday *x = a, *y = b;
    return x->first != y->first ? (x->first > y->first) - (x->first < y->first) : strcmp(x->code, y->code);
}

/* One day off for each day of `one` that fell on a weekend, as the law of the country has it. */
static int add_lieu(struct arena *a, enum lieu lieu, const struct holiday *one, struct holiday *list, int n) {
    for (int32_t day = one->first; day <= one->last && n < OF_A_YEAR; day++) {
        int weekday = day_weekday(day),
            step = lieu == LIEU_NEAREST && weekday == SATURDAY && one->first == one->last ? -1 : 1;
        if (weekday != SUNDAY && (weekday != SATURDAY || lieu == LIEU_SUNDAY))
            continue;
        int32_t off = day + step;
        while (is_holiday(list, n, off) || day_weekday(off) >= (lieu == LIEU_SUNDAY ? SUNDAY : SATURDAY))
            off += step;
        list[n++] = (struct holiday){arena_printf(a, "%s+", one->code), off, off};
    }
    return n;
}

bool holidays_known(const char *country) {
    for (int i = 0; country && i < COUNTRIES; i++)
        if (strcmp(countries[i].country, country) == 0)
            return true;
    return false;
}

int holidays_of(struct arena *a, const char *country, int year, struct holiday **out) {
    int n = 0, named;
    enum lieu lieu = LIEU_NONE;
    *out = ARENA_ARRAY(a, OF_A_YEAR, struct holiday);
    if (!holidays_known(country) || year < YEAR_FIRST || year > YEAR_LAST)
        return 0;
    for (int i = 0; i < RULES; i++)
        if (strcmp(rules[i].country, country) == 0) {
            int32_t first = first_day(&rules[i], year);
            (*out)[n++] = (struct holiday){rules[i].code, first, first + rules[i].days - 1};
        }
    qsort(*out, (size_t)n, sizeof **out, by_day);
    for (int i = 0; i < COUNTRIES; i++)
        if (strcmp(countries[i].country, country) == 0)
            lieu = countries[i].lieu;
    named = n;
    for (int i = 0; lieu != LIEU_NONE && i < named; i++)
        n = add_lieu(a, lieu, &(*out)[i], *out, n);
    qsort(*out, (size_t)n, sizeof **out, by_day);
    return n;
}

const char *holiday_advice(enum locale locale, const char *country) {
    for (int i = 0; country && i < COUNTRIES; i++)
        if (strcmp(countries[i].country, country) == 0)
            return countries[i].advice ? tr(locale, countries[i].advice) : NULL;
    return NULL;
}

const char *holiday_name(struct arena *a, enum locale locale, const char *code) {
    size_t n = strcspn(code, "+");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i].code) == n && strncmp(names[i].code, code, n) == 0) {
            struct buf out = {0};
            if (!code[n])
                return tr(locale, names[i].name);
            tr_fill(&out, tr(locale, "{holiday}, day off in lieu"), "holiday", tr(locale, names[i].name), NULL);
            char *said = arena_copy(a, out.at);
            buf_free(&out);
            return said;
        }
    return NULL;
}
