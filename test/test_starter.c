/* Starter sets: whole in every language, with nothing in them that the program does not understand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/country.h"
#include "base/json.h"
#include "base/wall.h"
#include "desk/holiday.h"
#include "desk/hours.h"
#include "desk/reply.h"
#include "desk/starter.h"

#include <string.h>

static const char *const kinds[] = {"shop", "travel", "software", "clinic", "bank"};
enum { KINDS = sizeof kinds / sizeof *kinds };

static json_t *row_at(struct arena *a, int i) {
    json_t *row;
    const char *why, *json = starter_lines[i].json;
    assert_int_equal(json_read(a, (struct bytes){(const uint8_t *)json, strlen(json)}, &row, &why), RC_OK);
    return row;
}

static const char *text_of(json_t *row, const char *key) { return json_string_value(json_object_get(row, key)); }

static void every_kind_in_every_language(void **state) {
    struct arena *a = arena_new(0);
    for (int k = 0; k < KINDS; k++) {
        int replies[LOCALES] = {0}, tags[LOCALES] = {0}, days[LOCALES] = {0};
        assert_true(starter_known(kinds[k]));
        assert_non_null(strstr(starter_kinds, kinds[k]));
        for (int i = 0; i < starter_lines_n; i++)
            if (strcmp(starter_lines[i].kind, kinds[k]) == 0) {
                json_t *row = row_at(a, i);
                enum locale locale = locale_of(starter_lines[i].lang);
                assert_string_equal(locale_tag(locale), starter_lines[i].lang);
                replies[locale] += text_of(row, "reply") != NULL;
                tags[locale] += text_of(row, "tag") != NULL;
                days[locale] += text_of(row, "day") != NULL;
                json_decref(row);
            }
        for (int locale = 0; locale < LOCALES; locale++) {
            assert_true(replies[locale] >= 3 && tags[locale] >= 5 && days[locale] >= 5);
            assert_int_equal(replies[locale], replies[LOCALE_EN]);
            assert_int_equal(tags[locale], tags[LOCALE_EN]);
            struct starter_place place = starter_place(a, kinds[k], (enum locale)locale);
            if (locale == LOCALE_EN)
                assert_string_equal(place.country, "");
            else
                assert_true(country_known(place.country) && wall_zone_known(place.zone) &&
                            holidays_known(place.country));
        }
    }
    assert_false(starter_known("circus"));
    arena_free(a);
}

static void every_line_is_understood(void **state) {
    struct arena *a = arena_new(0);
    for (int i = 0; i < starter_lines_n; i++) {
        json_t *row = row_at(a, i);
        struct hours_day day;
        if (text_of(row, "day"))
            assert_true(hours_day_read(text_of(row, "hours"), &day) && day.n > 0);
        if (text_of(row, "reply")) {
            const char *body = text_of(row, "body"), *lang = starter_lines[i].lang;
            const char *unknown = saved_unknown(a, body);
            if (unknown)
                fail_msg("%s has %s", text_of(row, "reply"), unknown);
            assert_non_null(strstr(body, "{customer.call_name}"));
            assert_non_null(strstr(body, "{agent.name}"));
            if (strcmp(lang, "th") == 0)
                assert_non_null(strstr(body, "{polite}"));
            if (strcmp(lang, "vi") == 0)
                assert_non_null(strstr(body, "{customer.address}"));
            /* filled with nothing known it leaves no brace and no torn space */
            struct saved_values nothing = {.lang = lang, .customer_name = "Lan", .customer_call_name = "Lan"};
            const char *filled = saved_fill(a, body, &nothing);
            assert_null(strchr(filled, '{'));
            assert_null(strstr(filled, "  "));
        }
        json_decref(row);
    }
    arena_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_in_every_language),
        cmocka_unit_test(every_line_is_understood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
