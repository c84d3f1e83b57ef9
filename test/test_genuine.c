/* "Is this mail from you?": what people copy out of a subject, and which days count. */
#include "desk/genuine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_reference_is_read_as_people_copy_it(void **state) {
    static const struct {
        const char *typed, *ref, *tag; /* ref NULL: none of ours looks like this */
    } rows[] = {
        {"[#K7QX2P-ab12cd34]", "K7QX2P", "ab12cd34"},
        {"K7QX2P-ab12cd34", "K7QX2P", "ab12cd34"},
        {" [#k7qx2p-AB12CD34] ", "K7QX2P", "ab12cd34"},
        {"k7qx2p", "K7QX2P", ""},
        {"#K7QX2PWZ", "K7QX2PWZ", ""},
        {"K7QX2", NULL, NULL},          /* too short */
        {"K7QX2PWZ9", NULL, NULL},      /* too long */
        {"K7QX2P-", NULL, NULL},        /* a sign cut off … */
        {"K7QX2P-ab12cd3", NULL, NULL}, /* … or cut short */
        {"K7QX2P-ab12cd345", NULL, NULL},
        {"K7QX2P-ab12-d34", NULL, NULL},
        {"K7QX2P' OR 1=1", NULL, NULL},
        {"Ｋ7QX2P", NULL, NULL},
        {"", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char ref[GENUINE_REF_SIZE], tag[GENUINE_TAG_SIZE];
        bool read = genuine_read(rows[i].typed, ref, tag);
        if (read != (rows[i].ref != NULL) ||
            (read && (strcmp(ref, rows[i].ref) != 0 || strcmp(tag, rows[i].tag) != 0)))
            fail_msg("%s", rows[i].typed);
    }
}

static void the_day_before_and_the_day_after_count_and_no_other(void **state) {
    const int64_t hour = 3600 * 1000LL, day = 24 * hour, monday = 1773594000000; /* 2026-03-16 00:00 there */
    int64_t from, to;
    genuine_span("Asia/Ho_Chi_Minh", monday + 12 * hour, &from, &to);
    assert_int_equal(from, monday - day);
    assert_int_equal(to, monday + 2 * day);
    genuine_span("Europe/Berlin", 1774738800000 + 12 * hour, &from,
                 &to); /* the clocks go forward on 29 March 2026 */
    assert_int_equal(to - from, 3 * day - hour);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reference_is_read_as_people_copy_it),
        cmocka_unit_test(the_day_before_and_the_day_after_count_and_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
