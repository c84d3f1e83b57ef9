/* Tables for src/text/spelling: which slips of a question are put right, and which words are left alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those above */

#include "text/spelling.h"

#include <string.h>

static struct arena *a;

/* The words that stand in articles, with their stems, and in how many. */
static const struct {
    const char *word;
    uint32_t articles;
} known[] = {
    {"refund", 9}, {"parcel", 7}, {"password", 3}, {"delivery", 4}, {"charge", 5},
    {"change", 8}, {"wifi", 2},   {"ship", 2},     {"workers", 2},  {"politely", 2},
};

static uint32_t held(const void *arg, enum token_kind kind, const char *text, size_t n) {
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const char *word = kind == TOKEN_STEM ? word_stem(a, known[i].word) : known[i].word;
        if (strlen(word) == n && !memcmp(word, text, n))
            return known[i].articles;
    }
    return 0;
}

static void slips(void **state) {
    static const struct {
        const char *lang, *asked, *right;
    } rows[] = {
        {"en", "my refudn", "my refund"},                    /* swapped */
        {"en", "Pasword?", "password?"},                     /* lost */
        {"en", "the parrcel, please", "the parcel, please"}, /* added */
        {"en", "delivwry", "delivery"},                      /* mistaken */
        {"en", "wassword aarcel", "password parcel"},        /* the first letter too */
        {"en", "chaarge", "charge"},
        {"en", "chasge", "change"},                      /* one slip from both: the one in more articles */
        {"en", "worbker, pokliteness", "worker, polit"}, /* only other forms are known */
        {"zh", "退款 refubd", "退款 refund"},
        /* twins */
        {"en", "refund my parcel", "refund my parcel"},
        {"en", "refunded, refunds", "refunded, refunds"}, /* its stem is known */
        {"en", "refnudd", "refnudd"},                     /* two slips */
        {"en", "sipped", "sipped"},                       /* a short stem is one slip from many */
        {"en", "wif", "wif"},                             /* too short to be sure */
        {"en", "what change", "what change"},
        {"en", "rang", "rang"},
        {"en", "5refund", "5refund"},
        {"vi", "refudn", "refudn"},
        {"en", "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(spelling_right(a, rows[i].lang, rows[i].asked, strlen(rows[i].asked), held, NULL),
                            rows[i].right);
}

/* Function words are not taken for others, whether or not an article holds them. */
static uint32_t held_than(const void *arg, enum token_kind kind, const char *text, size_t n) {
    return n == 5 && !memcmp(text, "thane", n);
}

static void function_words_stay(void **state) {
    assert_string_equal(spelling_right(a, "en", "than", 4, held_than, NULL), "than");
    assert_string_equal(spelling_right(a, "en", "thaneq", 6, held_than, NULL), "thane");
}

static int asked_for;
static uint32_t count(const void *arg, enum token_kind kind, const char *text, size_t n) { return asked_for++, 0; }

static void work_is_limited(void **state) {
    char text[4096];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 25 == 24 ? ' ' : (char)('b' + i % 7);
    assert_ptr_equal(spelling_right(a, "en", text, sizeof text, count, NULL), text);
    assert_in_range(asked_for, SPELLING_WORDS_MAX, SPELLING_WORDS_MAX * 54 * 27 * 2);
}

static int setup(void **state) { return a = arena_new(0), 0; }
static int teardown(void **state) { return arena_free(a), 0; }

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slips),
        cmocka_unit_test(function_words_stay),
        cmocka_unit_test(work_is_limited),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
