/* Amounts as people write them, in currencies with and without minor units. */
#include "base/money.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void amounts_are_read_as_written(void **state) {
    static const struct {
        const char *text, *currency;
        int64_t amount; /* -1: none */
    } rows[] = {
        {"200000", "VND", 200000},
        {"200.000", "VND", 200000},
        {"2.500.000", "VND", 2500000},
        {"2,500,000", "VND", 2500000},
        {"12.50", "USD", 1250},
        {"12,5", "EUR", 1250},
        {"1,200.50", "THB", 120050},
        {"1.200,50", "EUR", 120050},
        {"1.200", "CNY", 120000},
        {"0", "USD", 0},
        {"12.5", "VND", -1},
        {"12.505", "USD", 1250500},
        {"12.5055", "USD", -1},
        {"", "USD", -1},
        {"much", "USD", -1},
        {"-5", "USD", -1},
        {"1234567890123456", "USD", -1},
        {".", "USD", -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t amount;
        bool read = money_read(rows[i].text, rows[i].currency, &amount);
        if (read != (rows[i].amount >= 0) || (read && amount != rows[i].amount))
            fail_msg("%s %s: %lld", rows[i].text, rows[i].currency, read ? (long long)amount : -1LL);
    }
}

static void what_a_form_shows_is_read_back(void **state) {
    static const char *const currencies[] = {"VND", "USD", "THB", "CNY", "TWD"};
    for (size_t i = 0; i < sizeof currencies / sizeof *currencies; i++)
        for (int64_t amount = 0; amount < 3000000; amount = amount * 7 + 5) {
            struct buf field = {0};
            int64_t back;
            money_field(&field, amount, currencies[i]);
            assert_true(money_read(field.at, currencies[i], &back));
            assert_int_equal(back, amount);
            buf_free(&field);
        }
}

static void a_country_pays_with_its_money(void **state) {
    static const char *const rows[][2] = {{"VN", "VND"}, {"TH", "THB"}, {"CN", "CNY"}, {"TW", "TWD"},
                                          {"DE", "EUR"}, {"", "USD"},   {"??", "USD"}};
    char currency[CURRENCY_SIZE];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        money_of_country(rows[i][0], currency);
        assert_string_equal(currency, rows[i][1]);
    }
    struct buf said = {0};
    money_say(&said, LOCALE_VI, 200000, "VND");
    assert_non_null(strstr(said.at, "200.000"));
    buf_free(&said);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_read_as_written),
        cmocka_unit_test(what_a_form_shows_is_read_back),
        cmocka_unit_test(a_country_pays_with_its_money),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
