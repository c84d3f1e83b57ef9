/* Weekly opening hours: when is it open, and when next? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/wall.h"
#include "desk/hours.h"

#include <string.h>

enum { AM8 = 8 * 60, NOON = 12 * 60, PM5 = 17 * 60 };
static const char zone[] = "Asia/Ho_Chi_Minh";
/* Monday to Friday 8 to 17, Saturday 8 to 12. */
static const struct hours shop = {.set = true,
                                  .days = {[1] = {AM8, PM5},
                                           [2] = {AM8, PM5},
                                           [3] = {AM8, PM5},
                                           [4] = {AM8, PM5},
                                           [5] = {AM8, PM5},
                                           [6] = {AM8, NOON}}};
static const int64_t MONDAY = 1773594000000; /* 2026-03-16T00:00+07:00 */

static int64_t at(int day, int hour, int minute) { return MONDAY + ((day * 24 + hour) * 60 + minute) * 60000LL; }

static void open_and_next(void **state) {
    const struct {
        int64_t now;
        bool open;
        int64_t next;
    } rows[] = {
        {at(0, 7, 59), false, at(0, 8, 0)}, {at(0, 8, 0), true, 0},
        {at(0, 16, 59), true, 0},           {at(0, 17, 0), false, at(1, 8, 0)},
        {at(5, 11, 59), true, 0},           {at(5, 12, 0), false, at(7, 8, 0)}, /* Saturday noon: Monday */
        {at(6, 10, 0), false, at(7, 8, 0)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(hours_open(&shop, zone, rows[i].now), rows[i].open);
        assert_int_equal(hours_opens_at(&shop, zone, rows[i].now), rows[i].next);
    }
}

static void nothing_said_is_open(void **state) {
    struct hours none = {0};
    assert_true(hours_open(&none, zone, at(6, 3, 0)));
    assert_int_equal(hours_opens_at(&none, zone, at(6, 3, 0)), 0);
}

/* On the day that clocks go forward in New York (2026-03-08), 8 o'clock is at 12:00 UTC, not 13:00. */
static void hours_follow_the_clocks(void **state) {
    struct hours sunday = {.set = true, .days = {[7] = {AM8, PM5}}};
    int64_t saturday_evening = 1772933400000; /* 2026-03-07T20:30-05:00 */
    int64_t next = hours_opens_at(&sunday, "America/New_York", saturday_evening);
    struct wall w = wall_at("America/New_York", next);
    assert_int_equal(next, 1772971200000); /* 2026-03-08T12:00Z */
    assert_int_equal(w.hour, 8);
    assert_int_equal(w.weekday, 0);
}

static void one_day_a_week_comes_back_in_seven(void **state) {
    struct hours monday = {.set = true, .days = {[1] = {AM8, NOON}}};
    assert_int_equal(hours_opens_at(&monday, zone, at(0, 12, 0)), at(7, 8, 0));
}

static void flaws(void **state) {
    struct hours h = {.set = true};
    assert_string_equal(hours_flaw(&h), "never");
    h.days[2].from = PM5;
    h.days[2].to = AM8;
    assert_string_equal(hours_flaw(&h), "order");
    h.days[2].from = 0;
    h.days[2].to = MINUTES_A_DAY;
    assert_null(hours_flaw(&h));
    h.days[2].to = MINUTES_A_DAY + 1;
    assert_string_equal(hours_flaw(&h), "order");
    assert_null(hours_flaw(&shop));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_and_next),
        cmocka_unit_test(nothing_said_is_open),
        cmocka_unit_test(hours_follow_the_clocks),
        cmocka_unit_test(one_day_a_week_comes_back_in_seven),
        cmocka_unit_test(flaws),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
