/* Public holidays: known dates of the years ahead, and what becomes of those on weekends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "desk/holiday.h"
#include "desk/hours.h"

#include <string.h>

static struct arena *a;

static int32_t date(const char *text) {
    int32_t day;
    assert_true(hours_date_read(text, &day));
    return day;
}

static const struct holiday *find(const char *country, int year, const char *code) {
    struct holiday *list;
    int n = holidays_of(a, country, year, &list);
    for (int i = 0; i < n; i++)
        if (strcmp(list[i].code, code) == 0)
            return &list[i];
    return NULL;
}

static void is(const char *country, const char *code, const char *first, const char *last) {
    int year, month, day;
    day_split(date(first), &year, &month, &day);
    const struct holiday *h = find(country, year, code);
    if (!h || h->first != date(first) || h->last != date(last))
        fail_msg("%s %s: %s to %s, not %s", country, code, h ? hours_date_text(a, h->first) : "-",
                 h ? hours_date_text(a, h->last) : "-", first);
}

/* Among them those that a minute of the moon decides: February 2027 (23:56 in Beijing), 2030 (0:07). */
static void moon(void **state) {
    const struct {
        const char *china, *vietnam;
    } new_years[] = {
        {"2023-01-22", "2023-01-22"}, {"2024-02-10", "2024-02-10"}, {"2025-01-29", "2025-01-29"},
        {"2026-02-17", "2026-02-17"}, {"2027-02-06", "2027-02-06"}, {"2028-01-26", "2028-01-26"},
        {"2029-02-13", "2029-02-13"}, {"2030-02-03", "2030-02-02"}, {"2031-01-23", "2031-01-23"},
        {"2032-02-11", "2032-02-11"}, {"2033-01-31", "2033-01-31"}, {"2034-02-19", "2034-02-19"},
        {"2035-02-08", "2035-02-08"}, {"2036-01-28", "2036-01-28"}, {"2007-02-18", "2007-02-17"},
    };
    for (size_t i = 0; i < sizeof new_years / sizeof *new_years; i++) {
        int year, month, day;
        day_split(date(new_years[i].china), &year, &month, &day);
        assert_string_equal(hours_date_text(a, lunar_month_begins(year, 1, false)), new_years[i].china);
        assert_string_equal(hours_date_text(a, lunar_month_begins(year, 1, true)), new_years[i].vietnam);
    }
    is("CN", "mid_autumn", "2025-10-06", "2025-10-06");
    is("CN", "mid_autumn", "2026-09-25", "2026-09-25");
    is("CN", "mid_autumn", "2027-09-15", "2027-09-15");
    is("CN", "mid_autumn", "2028-10-03", "2028-10-03");
    is("CN", "dragon_boat", "2025-05-31", "2025-05-31");
    is("CN", "dragon_boat", "2026-06-19", "2026-06-19");
    is("CN", "dragon_boat", "2027-06-09", "2027-06-09");
    is("HK", "buddha", "2025-05-05", "2025-05-05");
    is("HK", "buddha", "2026-05-24", "2026-05-24");
    is("HK", "chung_yeung", "2025-10-29", "2025-10-29");
    is("VN", "hung_kings", "2025-04-07", "2025-04-07");
    is("VN", "hung_kings", "2026-04-26", "2026-04-26");
    is("VN", "tet", "2026-02-16", "2026-02-20");
    is("VN", "tet", "2027-02-05", "2027-02-09");
    is("CN", "spring_festival", "2026-02-16", "2026-02-19");
}

static void sun(void **state) {
    const char *const days[] = {"2024-04-04", "2025-04-04", "2026-04-05", "2027-04-05", "2028-04-04"};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        is("CN", "qingming", days[i], days[i]);
    is("DE", "good_friday", "2025-04-18", "2025-04-18");
    is("DE", "good_friday", "2026-04-03", "2026-04-03");
    is("DE", "easter_monday", "2027-03-29", "2027-03-29");
    is("DE", "ascension", "2026-05-14", "2026-05-14");
    is("DE", "whit_monday", "2026-05-25", "2026-05-25");
    is("US", "thanksgiving", "2026-11-26", "2026-11-26");
    is("US", "memorial", "2027-05-31", "2027-05-31");
    is("US", "labor_us", "2026-09-07", "2026-09-07");
    is("GB", "summer_gb", "2026-08-31", "2026-08-31");
    is("TH", "songkran", "2027-04-13", "2027-04-15");
}

static void weekends(void **state) {
    is("US", "independence+", "2026-07-03", "2026-07-03"); /* a Saturday: Friday before */
    is("US", "independence+", "2027-07-05", "2027-07-05"); /* a Sunday: Monday */
    assert_null(find("US", 2028, "independence+"));        /* a Tuesday */
    is("GB", "christmas+", "2027-12-27", "2027-12-27");
    is("TH", "labour+", "2027-05-03", "2027-05-03");
    is("VN", "reunification+", "2028-05-02", "2028-05-02"); /* Sunday, and Monday is Labour Day */
    is("VN", "tet+", "2027-02-10", "2027-02-10");
    is("HK", "lunar_new_year+", "2027-02-09", "2027-02-09");
    assert_null(find("HK", 2027, "labour+")); /* a Saturday stays one */
    is("TW", "labour+", "2027-04-30", "2027-04-30");
    is("TW", "lunar_new_year+", "2027-02-09", "2027-02-09"); /* days in a row go on behind, not before */
    assert_null(find("DE", 2027, "labour+"));
    assert_null(find("CN", 2027, "labour+"));
}

static void names_and_advice(void **state) {
    static const char *const countries[] = {"VN", "CN", "HK", "TW", "TH", "US", "GB", "DE"};
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++)
        for (int year = 2025; year <= 2035; year++) {
            struct holiday *list;
            int n = holidays_of(a, countries[i], year, &list);
            assert_true(n >= 6);
            for (int k = 0; k < n; k++) {
                assert_non_null(holiday_name(a, LOCALE_EN, list[k].code));
                assert_true(list[k].first <= list[k].last && (!k || list[k - 1].first <= list[k].first));
                for (int locale = LOCALE_VI; locale < LOCALES; locale++) /* known in each language */
                    assert_string_not_equal(holiday_name(a, (enum locale)locale, list[k].code),
                                            holiday_name(a, LOCALE_EN, list[k].code));
            }
        }
    struct holiday *none;
    assert_false(holidays_known("FR"));
    assert_false(holidays_known(NULL));
    assert_int_equal(holidays_of(a, "FR", 2027, &none), 0);
    assert_int_equal(holidays_of(a, "VN", 1999, &none), 0);
    assert_null(holiday_name(a, LOCALE_EN, "nothing"));
    assert_non_null(holiday_advice(LOCALE_EN, "TH"));
    assert_null(holiday_advice(LOCALE_EN, "US"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moon),
        cmocka_unit_test(sun),
        cmocka_unit_test(weekends),
        cmocka_unit_test(names_and_advice),
    };
    a = arena_new(0);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(a);
    return failed;
}
