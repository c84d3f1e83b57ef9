/* TOTP against the table of RFC 6238, appendix B, in six digits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "desk/agent.h"

static const struct bytes seed = {(const uint8_t *)"12345678901234567890", 20};

static void the_table_of_the_rfc(void **state) {
    static const struct {
        int64_t seconds;
        const char *code;
    } rows[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(totp_step_of(seed, rows[i].code, rows[i].seconds * 1000), rows[i].seconds / 30);
}

static void one_step_early_or_late_and_no_more(void **state) {
    int64_t t = 1234567890, step = t / 30;
    assert_int_equal(totp_step_of(seed, "005924", (t - 30) * 1000), step);
    assert_int_equal(totp_step_of(seed, "005924", (t + 30) * 1000), step);
    assert_int_equal(totp_step_of(seed, "005924", (t - 60) * 1000), 0);
    assert_int_equal(totp_step_of(seed, "005924", (t + 60) * 1000), 0);
}

static void nothing_else_passes(void **state) {
    static const char *const codes[] = {"", "005925", "5924", "0059240", "00592", " 05924"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        assert_int_equal(totp_step_of(seed, codes[i], 1234567890000), 0);
}

static void as_apps_show_it_and_as_hands_type_it(void **state) {
    static const char *const codes[] = {"005 924",
                                        " 005924 ",
                                        "005-924",
                                        "００５９２４",
                                        "๐๐๕๙๒๔",
                                        "005\xc2\xa0"
                                        "924"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        assert_int_equal(totp_step_of(seed, codes[i], 1234567890000), 1234567890 / 30);
    static const char *const others[] = {"005 92",
                                         "005 9240",
                                         "00x5924",
                                         "005924x",
                                         "\xff"
                                         "005924",
                                         "005.924"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(totp_step_of(seed, others[i], 1234567890000), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_of_the_rfc),
        cmocka_unit_test(one_step_early_or_late_and_no_more),
        cmocka_unit_test(nothing_else_passes),
        cmocka_unit_test(as_apps_show_it_and_as_hands_type_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
