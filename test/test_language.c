/* The language of first mails: test/turns/language.txt. */
#include "text/language.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void first_mails(void **state) {
    char line[2000];
    int wrong = 0, n = 0;
    FILE *in = fopen(TEST_DIR "/turns/language.txt", "r");
    assert_non_null(in);
    while (fgets(line, sizeof line, in)) {
        line[strcspn(line, "\n")] = 0;
        char *text = strchr(line, '\t');
        if (*line == '#' || !text)
            continue;
        *text++ = 0;
        const char *wanted = *line == '?' ? "" : line, *got = language_of(text, strlen(text));
        n++;
        if (strcmp(got, wanted) != 0 && ++wrong)
            printf("%s\n  was taken for \"%s\", not \"%s\"\n", text, got, wanted);
    }
    fclose(in);
    assert_true(n > 60);
    assert_int_equal(wrong, 0);
}

static void odd_texts(void **state) {
    static char much[100000];
    assert_string_equal(language_of("", 0), "");
    assert_string_equal(language_of("\xff\xff\xff", 3), "");
    memset(much, 'a', sizeof much);
    assert_string_equal(language_of(much, sizeof much), "");
    memcpy(much, "Where is my order? ", 19);
    much[19] = ' ';
    assert_string_equal(language_of(much, 19), "en");
}

static void what_is_learnt(void **state) {
    assert_true(language_learns("", "vi"));
    assert_true(language_learns("zh", "zh-Hant"));
    assert_false(language_learns("zh-Hans", "zh-Hant"));
    assert_false(language_learns("vi", "en"));
    assert_false(language_learns("", ""));
    assert_false(language_learns("zh", "zh"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(first_mails), cmocka_unit_test(odd_texts),
                                       cmocka_unit_test(what_is_learnt)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
