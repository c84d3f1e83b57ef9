/* The clock of careful mode: who is told, when, and whose word ends it. */
#include "desk/careful.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "office.h"

static void it_is_late_only_after_its_last_moment_and_never_once_taken(void **state) {
    struct careful c = {.since = monday, .due_at = monday + HOUR};
    assert_int_equal(careful_judge(&c, monday), CAREFUL_WAITS);
    assert_int_equal(careful_judge(&c, monday + HOUR), CAREFUL_WAITS);
    assert_int_equal(careful_judge(&c, monday + HOUR + 1), CAREFUL_LATE);
    c.taken_at = monday + 2 * HOUR;
    assert_int_equal(careful_judge(&c, monday + 9 * HOUR), CAREFUL_TAKEN);
    assert_string_equal(careful_state_name(CAREFUL_LATE), "late");
}

static void they_are_told_at_once_then_when_it_is_late_then_each_open_term(void **state) {
    struct hours week = office();
    struct careful c = {.since = monday + 16 * HOUR + 30 * MINUTE,
                        .due_at = monday + (24 + 9) * HOUR + 30 * MINUTE};
    assert_int_equal(careful_tell_at(&c, &week, ZONE, HOUR), c.since);
    c.told = 1;
    c.told_at = c.since;
    assert_int_equal(careful_tell_at(&c, &week, ZONE, HOUR), c.due_at + 1);
    c.told = 2;
    c.told_at = monday + (24 + 16) * HOUR + 30 * MINUTE; /* half past four: half an hour today, half tomorrow */
    assert_int_equal(careful_tell_at(&c, &week, ZONE, HOUR), monday + (48 + 9) * HOUR + 30 * MINUTE);
    c.told = CAREFUL_TELLS;
    assert_int_equal(careful_tell_at(&c, &week, ZONE, HOUR), 0);
    c.told = 1;
    c.taken_at = c.since + 1;
    assert_int_equal(careful_tell_at(&c, &week, ZONE, HOUR), 0);
}

/* A house that never opens is no reason to wait for ever. */
static void without_open_hours_the_wall_clock_counts(void **state) {
    struct hours never = {.set = true};
    struct careful c = {.since = monday, .due_at = monday + HOUR, .told = 2, .told_at = monday + HOUR};
    assert_int_equal(careful_tell_at(&c, &never, ZONE, HOUR), monday + 2 * HOUR);
}

enum { AGENT, LEAD_HERE, LEAD_ELSEWHERE, ADMIN, LAWYER, STAFF };
static struct agent staff[STAFF];

static void hire(void) {
    static const enum agent_role roles[STAFF] = {ROLE_AGENT, ROLE_LEAD, ROLE_LEAD, ROLE_ADMIN, ROLE_AGENT};
    for (int i = 0; i < STAFF; i++)
        staff[i] = (struct agent){.id = 100 + i, .role = roles[i]};
}

static unsigned told(int64_t team, int64_t legal) {
    static const struct membership members[] = {{100 + AGENT, 7}, {100 + LEAD_HERE, 7}, {100 + LEAD_ELSEWHERE, 8}};
    bool out[STAFF];
    unsigned bits = 0;
    careful_people(staff, STAFF, members, 3, team, legal, out);
    for (int i = 0; i < STAFF; i++)
        bits |= (unsigned)out[i] << i;
    return bits;
}

#define IS(who) (1U << (who))
static void the_teams_leads_and_the_legal_owner_are_told(void **state) {
    hire();
    assert_int_equal(told(7, 100 + LAWYER), IS(LEAD_HERE) | IS(LAWYER));
    assert_int_equal(told(8, 100 + LAWYER), IS(LEAD_ELSEWHERE) | IS(LAWYER));
    assert_int_equal(told(0, 100 + LAWYER), IS(LEAD_HERE) | IS(LEAD_ELSEWHERE) | IS(LAWYER)); /* of no team: all */
    assert_int_equal(told(9, 100 + LAWYER), IS(LEAD_HERE) | IS(LEAD_ELSEWHERE) | IS(LAWYER)); /* of one without */
    assert_int_equal(told(7, 0), IS(LEAD_HERE) | IS(ADMIN));                                  /* nobody is named */
    staff[LEAD_HERE].away_since = 1;
    assert_int_equal(told(7, 100 + LAWYER), IS(LEAD_ELSEWHERE) | IS(LAWYER));
    staff[LAWYER].away_since = 1; /* the law does not take holidays */
    assert_int_equal(told(8, 100 + LAWYER), IS(LEAD_ELSEWHERE) | IS(LAWYER));
    staff[LAWYER].disabled_at = 1;
    assert_int_equal(told(8, 100 + LAWYER), IS(LEAD_ELSEWHERE) | IS(ADMIN));
    staff[LEAD_ELSEWHERE].disabled_at = 1;
    assert_int_equal(told(7, 100 + LAWYER), IS(ADMIN));
}

static void an_agents_word_does_not_end_it(void **state) {
    hire();
    assert_false(careful_may_take(&staff[AGENT], 0));
    assert_false(careful_may_take(&staff[AGENT], 100 + LAWYER));
    assert_true(careful_may_take(&staff[LEAD_ELSEWHERE], 0));
    assert_true(careful_may_take(&staff[ADMIN], 0));
    assert_true(careful_may_take(&staff[LAWYER], 100 + LAWYER));
    assert_false(careful_may_take(&staff[LAWYER], 100 + ADMIN));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_late_only_after_its_last_moment_and_never_once_taken),
        cmocka_unit_test(they_are_told_at_once_then_when_it_is_late_then_each_open_term),
        cmocka_unit_test(without_open_hours_the_wall_clock_counts),
        cmocka_unit_test(the_teams_leads_and_the_legal_owner_are_told),
        cmocka_unit_test(an_agents_word_does_not_end_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
