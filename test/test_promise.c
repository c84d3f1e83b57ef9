/* A promise's state is read from its row and the time alone; and when a rule of the reply check disturbs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "desk/finding.h"
#include "desk/promise.h"
#include "desk/promise_report.h"

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE };
static const int64_t MADE = 1773626400000;

static struct promise due_in(int64_t ms) {
    return (struct promise){.made_at = MADE, .due_from = MADE, .due_to = MADE + ms};
}

static void states(void **state) {
    const struct {
        const char *outcome;
        int64_t settled, now; /* hours after it was made; due in 8 */
        bool agreed;
        enum promise_state is;
    } rows[] = {
        {NULL, 0, 0, false, PROMISE_OPEN},           {NULL, 0, 5, false, PROMISE_OPEN},
        {NULL, 0, 6, false, PROMISE_SOON},           {NULL, 0, 8, false, PROMISE_SOON},
        {NULL, 0, 9, false, PROMISE_LATE},           {"kept", 8, 20, false, PROMISE_KEPT},
        {"kept", 9, 20, false, PROMISE_BROKEN},      {"withdrawn", 3, 20, false, PROMISE_WITHDRAWN},
        {"withdrawn", 9, 20, false, PROMISE_BROKEN}, {"renewed", 3, 20, true, PROMISE_RENEWED},
        {"renewed", 3, 20, false, PROMISE_BROKEN},   {"renewed", 9, 20, true, PROMISE_BROKEN},
        {"removed", 0, 20, false, PROMISE_REMOVED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct promise p = due_in(8 * HOUR);
        p.outcome = rows[i].outcome;
        p.settled_at = rows[i].outcome ? MADE + rows[i].settled * HOUR : 0;
        p.agreed = rows[i].agreed;
        assert_int_equal(promise_judge(&p, MADE + rows[i].now * HOUR), rows[i].is);
    }
    struct promise p = due_in(8 * HOUR);
    assert_int_equal(promise_judge(&p, p.due_to), PROMISE_SOON); /* to the very millisecond it is in time */
    assert_int_equal(promise_judge(&p, p.due_to + 1), PROMISE_LATE);
}

static void reminded_in_time(void **state) {
    const struct {
        int64_t due, before;
    } rows[] = {
        {8 * HOUR, 2 * HOUR},         /* a quarter of its time … */
        {30LL * 24 * HOUR, 4 * HOUR}, /* … but no more than four hours */
        {10 * MINUTE, 5 * MINUTE},    /* nor less than five minutes … */
        {3 * MINUTE, 3 * MINUTE},     /* … unless there are none */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct promise p = due_in(rows[i].due);
        assert_int_equal(p.due_to - promise_warn_at(&p), rows[i].before);
    }
}

static void rate_counts_what_fell_due(void **state) {
    assert_true(promise_rate(&(struct promise_tally){.owed = 5, .withdrawn = 2, .renewed = 3}) < 0);
    assert_true(promise_rate(&(struct promise_tally){.kept = 3, .broken = 1, .owed = 9}) == 0.75);
}

static void rules_that_disturb(void **state) {
    assert_true(finding_disturbs(RULE_AMBER, 50, 24));
    assert_false(finding_disturbs(RULE_AMBER, 50, 25));
    assert_false(finding_disturbs(RULE_AMBER, 49, 0));
    assert_false(finding_disturbs(RULE_RED, 50, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states),
        cmocka_unit_test(reminded_in_time),
        cmocka_unit_test(rate_counts_what_fell_due),
        cmocka_unit_test(rules_that_disturb),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
