/* How often programs and strangers may ask, by a clock that the test moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "store/store.h"
#include "web/limit.h"

QUERY(q_nothing, "SELECT 1"); /* the store is linked along, and has a list of them */

enum { TOKENS = 100, A_MINUTE = 600 };
static const int64_t NOW = 1773626400000;

/* Far apart without a rule: what stands in even steps falls on places of its own. */
static int64_t token(int i) { return NOW * 4096 + (int64_t)i * i * i * 100003; }

/* Among so many some fall on one place. */
static void each_of_many_tokens_has_a_limit_of_its_own(void **state) {
    struct limiter *l = limiter_new(NULL);
    for (int i = 0; i < TOKENS; i++)
        assert_true(limiter_token(l, token(i), NOW));
    for (int i = 0; i < TOKENS; i++) {
        int within = 1;
        for (int k = 0; k < A_MINUTE + 50; k++)
            within += limiter_token(l, token(i), NOW);
        assert_int_equal(within, A_MINUTE);
    }
    assert_false(limiter_token(l, token(0), NOW));
    assert_true(limiter_token(l, token(0), NOW + 1000)); /* ten more, a second later */
    limiter_free(l);
}

/* More than there is room for: nobody is held up by others. */
static void a_token_among_very_many_is_let_in(void **state) {
    struct limiter *l = limiter_new(NULL);
    for (int i = 0; i < 5000; i++)
        assert_true(limiter_token(l, token(i), NOW));
    limiter_free(l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_of_many_tokens_has_a_limit_of_its_own),
        cmocka_unit_test(a_token_among_very_many_is_let_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
