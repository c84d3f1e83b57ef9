/* Courtesies, sentence by sentence: test/turns/ has them, as people write them. */
#include "base/buf.h"
#include "text/courtesy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena *a;

/* Calls `judge` with each sentence; it answers with the mark that should stand before it. Counts the wrong ones,
 * and how many there are of each mark. */
struct tally {
    int wrong, plus, yes, minus;
};
static struct tally of_file(const char *name, char (*judge)(const char *text)) {
    struct tally n = {0};
    char path[400], line[2000];
    snprintf(path, sizeof path, TEST_DIR "/turns/%s", name);
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    while (fgets(line, sizeof line, in)) {
        line[strcspn(line, "\n")] = 0;
        if (*line == '#' || !*line)
            continue;
        for (char *p = line; (p = strstr(p, "\\n"));) {
            *p = '\n';
            memmove(p + 1, p + 2, strlen(p + 1));
        }
        n.plus += *line == '+';
        n.yes += *line == 'y';
        n.minus += *line == '-';
        char got = judge(line + 2);
        if (got != *line && ++n.wrong)
            printf("%s: %s\n  was taken for %c\n", name, line, got);
    }
    fclose(in);
    return n;
}

static char thanks(const char *text) {
    switch (courtesy_of(a, text, NULL, 0)) {
    case COURTESY_THANKS: return '+';
    case COURTESY_YES: return 'y';
    default: return '-';
    }
}
static char placeholder(const char *text) {
    static const char *const names[] = {"Linh"};
    return courtesy_is_placeholder(a, text, names, 1) ? '+' : '-';
}
static char asks(const char *text) { return courtesy_asks(a, text) ? '+' : '-'; }
static char call(const char *text) { return courtesy_is_call(a, text) ? '+' : '-'; }

static void thanks_in_four_languages(void **state) {
    static const char *const files[] = {"thanks.en.txt", "thanks.vi.txt", "thanks.zh.txt", "thanks.th.txt"};
    int wrong = 0;
    for (size_t i = 0; i < 4; i++) {
        struct tally n = of_file(files[i], thanks);
        wrong += n.wrong;
        assert_true(n.plus + n.yes >= 60 && n.minus >= 60);
    }
    assert_int_equal(wrong, 0);
}

static void placeholders(void **state) { assert_int_equal(of_file("placeholder.txt", placeholder).wrong, 0); }
static void questions_of_ours(void **state) { assert_int_equal(of_file("asks.txt", asks).wrong, 0); }
static void calls(void **state) { assert_int_equal(of_file("calls.txt", call).wrong, 0); }

static void names_are_spoken_to_and_sign(void **state) {
    static const char *const names[] = {"Trần Thu Hoà", "Ann Marsh", "王小明", NULL, "ann@customer.test"};
    static const char *const fine[] = {"Thanks, Ann", "Cảm ơn em Hòa nhé", "谢谢王小明", "Thank you!\nAnn Marsh"};
    assert_int_equal(courtesy_of(a, "Thanks!\n-- \nwe sell kitchens", NULL, 0), COURTESY_THANKS);
    assert_int_equal(courtesy_of(a, "Thanks!\n--\nMarsh Kitchens", NULL, 0), COURTESY_THANKS);
    assert_int_equal(courtesy_of(a, "Thanks!\n--\nwhere is it", NULL, 0), COURTESY_NONE);
    static const char *const not_theirs[] = {"Thanks, Bob", "Cảm ơn em, Hà", "谢谢李四来了"};
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        assert_int_equal(courtesy_of(a, fine[i], names, 5), COURTESY_THANKS);
        assert_int_equal(courtesy_of(a, fine[i], NULL, 0), COURTESY_NONE);
    }
    for (size_t i = 0; i < sizeof not_theirs / sizeof *not_theirs; i++)
        assert_int_equal(courtesy_of(a, not_theirs[i], names, 5), COURTESY_NONE);
}

static void odd_texts(void **state) {
    assert_int_equal(courtesy_of(a, "", NULL, 0), COURTESY_NONE);
    assert_int_equal(courtesy_of(a, " \n ", NULL, 0), COURTESY_NONE);
    assert_int_equal(courtesy_of(a, "...", NULL, 0), COURTESY_NONE);
    assert_int_equal(courtesy_of(a, "?", NULL, 0), COURTESY_NONE);
    assert_int_equal(courtesy_of(a, "\xff\xfe", NULL, 0), COURTESY_NONE);
    assert_int_equal(courtesy_of(a, "Ｔｈａｎｋｓ！", NULL, 0), COURTESY_THANKS);
    assert_int_equal(courtesy_of(a, "ca\xcc\x89m \xc6\xa1n", NULL, 0), COURTESY_THANKS); /* typed decomposed */
    struct buf much = {0};
    for (int i = 0; i < 100; i++)
        buf_lit(&much, "thanks ");
    assert_int_equal(courtesy_of(a, much.at, NULL, 0), COURTESY_NONE); /* longer than any */
    for (int i = 0; i < 20000; i++)
        buf_lit(&much, "ok ");
    assert_int_equal(courtesy_of(a, much.at, NULL, 0), COURTESY_NONE);
    assert_false(courtesy_is_placeholder(a, much.at, NULL, 0));
    assert_false(courtesy_is_call(a, much.at));
    buf_free(&much);
}

int main(void) {
    a = arena_new(0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thanks_in_four_languages),
        cmocka_unit_test(placeholders),
        cmocka_unit_test(questions_of_ours),
        cmocka_unit_test(calls),
        cmocka_unit_test(names_are_spoken_to_and_sign),
        cmocka_unit_test(odd_texts),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(a);
    return failed;
}
