/* What a country suggests: zone, working days, the beginning of the week. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/country.h"
#include "base/wall.h"

#include <string.h>

static struct arena *a;

enum {
    MO = 1 << 1,
    TU = 1 << 2,
    WE = 1 << 3,
    TH = 1 << 4,
    FR = 1 << 5,
    SA = 1 << 6,
    SU = 1 << 7,
    USUAL = MO | TU | WE | TH | FR
};

static void countries_suggest(void **state) {
    static const struct {
        const char *code, *zone;
        unsigned days;
        int first;
    } rows[] = {
        {"VN", "Asia/Ho_Chi_Minh", USUAL, 1},
        {"TH", "Asia/Bangkok", USUAL, 7},
        {"CN", "Asia/Shanghai", USUAL, 1},
        {"TW", "Asia/Taipei", USUAL, 7},
        {"US", "America/New_York", USUAL, 7},
        {"IN", "Asia/Kolkata", USUAL | SA, 7},
        {"EG", "Africa/Cairo", SU | MO | TU | WE | TH, 6},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(country_zone(a, rows[i].code), rows[i].zone);
        assert_int_equal(country_work_days(rows[i].code), rows[i].days);
        assert_int_equal(week_begins(rows[i].code, LOCALE_EN), rows[i].first);
    }
    assert_string_equal(country_zone(a, "??"), "UTC");
    assert_false(country_known("??"));
    assert_false(country_known(""));
    assert_int_equal(week_begins("", LOCALE_VI), 1);
    assert_int_equal(week_begins("", LOCALE_TH), 7);
}

static void every_country_has_a_zone_that_we_know(void **state) {
    struct country *list;
    int n;
    country_list(a, LOCALE_VI, &list, &n);
    assert_in_range(n, 200, 260);
    for (int i = 0; i < n; i++) {
        assert_true(wall_zone_known(country_zone(a, list[i].code)));
        assert_true(*list[i].name);
    }
}

/* Đ stands after D in Vietnamese, 泰国 under T in Chinese. */
static void names_stand_in_the_order_of_the_language(void **state) {
    struct country *list;
    int n, de = -1, dk = -1, th = -1, cn = -1;
    country_list(a, LOCALE_ZH_HANS, &list, &n);
    for (int i = 0; i < n; i++) {
        th = strcmp(list[i].code, "TH") == 0 ? i : th;
        cn = strcmp(list[i].code, "CN") == 0 ? i : cn;
    }
    assert_string_equal(list[th].name, "泰国");
    assert_true(th < cn); /* tài before zhōng */
    country_list(a, LOCALE_VI, &list, &n);
    for (int i = 0; i < n; i++) {
        de = strcmp(list[i].code, "DE") == 0 ? i : de;
        dk = strcmp(list[i].code, "DO") == 0 ? i : dk;
    }
    assert_string_equal(list[de].name, "Đức");
    assert_true(dk < de); /* Cộng hòa Dominica before Đức */
}

static void zones_have_their_present_names(void **state) {
    const char *const *list;
    int n;
    bool now = false;
    zone_list(a, &list, &n);
    for (int i = 0; i < n; i++) {
        assert_true(wall_zone_known(list[i]));
        assert_string_not_equal(list[i], "Asia/Saigon");
        now |= strcmp(list[i], "Asia/Ho_Chi_Minh") == 0;
        assert_true(!i || strcmp(list[i - 1], list[i]) < 0);
    }
    assert_true(now);
}

static void weekdays_have_names(void **state) {
    assert_string_equal(weekday_name(a, LOCALE_EN, 1), "Monday");
    assert_string_equal(weekday_name(a, LOCALE_ZH_HANT, 7), "星期日");
    assert_string_equal(weekday_name(a, LOCALE_TH, 3), "วันพุธ");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(countries_suggest),
        cmocka_unit_test(every_country_has_a_zone_that_we_know),
        cmocka_unit_test(names_stand_in_the_order_of_the_language),
        cmocka_unit_test(zones_have_their_present_names),
        cmocka_unit_test(weekdays_have_names),
    };
    a = arena_new(0);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(a);
    return failed;
}
