/* What becomes of the words in braces, in the four languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "desk/reply.h"

#include <stdio.h>
#include <string.h>

static struct arena *a;

static void known_words_are_filled(void **state) {
    struct saved_values vi = {.lang = "vi",
                              .customer_address = "chị",
                              .customer_call_name = "Lan",
                              .agent_self = "em",
                              .agent_name = "Minh"};
    assert_string_equal(
        saved_fill(a, "Dạ chào {customer.address} {customer.call_name}, {agent.self} là {agent.name}.", &vi),
        "Dạ chào chị Lan, em là Minh.");
    struct saved_values th = {.lang = "th", .customer_call_name = "สมชาย", .agent_particle = "ค่ะ"};
    assert_string_equal(saved_fill(a, "สวัสดี{polite} {customer.address}", &th), "สวัสดีค่ะ คุณลูกค้า");
}

/* Unknown becomes the polite neutral form, and leaves no torn space. */
static void the_unknown_is_neutral(void **state) {
    struct saved_values vi = {.lang = "vi"}, en = {.lang = "en"}, zh = {.lang = "zh-Hans"};
    assert_string_equal(saved_fill(a, "Chào {customer.address} {customer.call_name},", &vi), "Chào anh/chị,");
    assert_string_equal(saved_fill(a, "Hello {customer.call_name}, {agent.self} am here.", &en),
                        "Hello, I am here.");
    assert_string_equal(saved_fill(a, "{customer.address}好，{agent.self}来处理。", &zh), "您好，我来处理。");
}

static void every_name_is_filled(void **state) {
    struct saved_values all = {"en", "x", "x", "x", "x", "x", "x", "x", "x"};
    for (int i = 0; i < SAVED_VARIABLES; i++) {
        char body[64];
        snprintf(body, sizeof body, "{%s}", saved_variable(i));
        assert_string_equal(saved_fill(a, body, &all), "x");
        assert_null(saved_unknown(a, body));
    }
}

static void a_slip_is_found_and_other_braces_are_left_alone(void **state) {
    assert_string_equal(saved_unknown(a, "Hi {customer.nme}!"), "{customer.nme}");
    assert_string_equal(saved_unknown(a, "{ref} and {reference}"), "{reference}");
    static const char *const fine[] = {"",       "{}",    "{ ref }",   "{\"json\": 1}", "{Tên khách}",
                                       "{客户}", "a { b", "{customer", "{{ref}}",       "{1}"};
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
        assert_null(saved_unknown(a, fine[i]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_words_are_filled),
        cmocka_unit_test(the_unknown_is_neutral),
        cmocka_unit_test(every_name_is_filled),
        cmocka_unit_test(a_slip_is_found_and_other_braces_are_left_alone),
    };
    a = arena_new(0);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(a);
    return failed;
}
