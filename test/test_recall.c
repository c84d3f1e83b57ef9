/* How a correction and each of its people stand; by when, whether it may go, and whether it may be closed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "desk/recall.h"

#include <string.h>

static const int64_t HOUR = 3600 * 1000, NOW = 1773626400000; /* Monday 16 March 2026, 9:00 in Vietnam */
static const char *const ZONE = "Asia/Ho_Chi_Minh";

static struct recall_person person(const char *mark) {
    return (struct recall_person){.ref = "rcp_aaaaaaaaaaaaaaaa",
                                  .mark = mark,
                                  .body = "",
                                  .note = "",
                                  .harm = "",
                                  .called = "",
                                  .channel = "",
                                  .message_state = ""};
}

static void each_one_stands_somewhere(void **state) {
    static const struct {
        const char *mark, *channel, *message;
        int64_t tries, acknowledged;
        bool text;
        enum recall_state is;
    } all[] = {
        {"right", "", "", 0, 0, false, RECALL_RIGHT},
        {"wait", "", "", 0, 0, false, RECALL_NO_TEXT},
        {"wait", "", "", 0, 0, true, RECALL_WAITS},
        {"next", "", "", 0, 0, true, RECALL_NEXT},
        {"next", "", "", 0, 0, false, RECALL_NO_TEXT},
        {"reached", "", "", 1, 0, false, RECALL_TOLD},
        {"sent", "email", "queued", 1, 0, true, RECALL_SENDING},
        {"sent", "email", "sending", 1, 0, true, RECALL_SENDING},
        {"sent", "email", "sent", 1, 0, true, RECALL_DELIVERED},
        {"sent", "chat", "sent", 1, 0, true, RECALL_IN_CHAT},
        {"sent", "chat", "sent", 3, 0, true, RECALL_GIVEN_UP},
        {"sent", "chat", "seen", 1, 0, true, RECALL_DELIVERED},
        {"sent", "email", "failed", 1, 0, true, RECALL_FAILED},
        {"sent", "email", "cancelled", 1, 0, true, RECALL_FAILED},
        {"sent", "email", "failed", 3, 0, true, RECALL_GIVEN_UP},
        {"tried", "", "", 1, 0, true, RECALL_FAILED},
        {"tried", "", "", 3, 0, true, RECALL_GIVEN_UP},
        {"sent", "email", "failed", 3, 5, true, RECALL_ACKNOWLEDGED},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct recall_person p = person(all[i].mark);
        p.channel = all[i].channel;
        p.message_state = all[i].message;
        p.tries = all[i].tries;
        p.acknowledged_at = all[i].acknowledged;
        assert_string_equal(recall_state_name(recall_judge(&p, all[i].text)), recall_state_name(all[i].is));
    }
    struct recall_person own = person("wait");
    own.body = "Dear Lan";
    assert_int_equal(recall_judge(&own, false), RECALL_WAITS);
    struct recall_person erased = person("tried");
    assert_int_equal(recall_judge(&erased, true), RECALL_FAILED);
    erased.called = RECALL_ERASED;
    assert_int_equal(recall_judge(&erased, true), RECALL_GIVEN_UP);
    erased.acknowledged_at = NOW; /* what she had read before, she had */
    assert_int_equal(recall_judge(&erased, true), RECALL_ACKNOWLEDGED);
}

static void nothing_that_remains_is_reached(void **state) {
    for (int s = 0; s < RECALL_STATES; s++) {
        assert_false(recall_reached(s) && recall_remains(s));
        assert_true(strstr(RECALL_STATE_WORDS, recall_state_name(s)) != NULL);
    }
    assert_true(recall_remains(RECALL_FAILED) && recall_remains(RECALL_IN_CHAT) && recall_remains(RECALL_NO_TEXT));
    assert_false(recall_remains(RECALL_GIVEN_UP) || recall_remains(RECALL_RIGHT));
}

static void deadlines_follow_the_class_and_the_calendar(void **state) {
    struct hours none = {0}, week = {.set = true};
    for (int d = 1; d <= 5; d++)
        week.days[d] = (struct hours_day){1, {{8 * 60, 17 * 60}}};
    const int64_t day = 24 * HOUR, friday = NOW + 4 * day, saturday = NOW + 5 * day;
    assert_true(recall_deadline(1, &none, ZONE, saturday) == saturday + 4 * HOUR);
    assert_true(recall_deadline(3, &none, ZONE, NOW) == 0);
    assert_true(recall_deadline(2, &none, ZONE, NOW) == NOW + 2 * day);
    assert_true(recall_deadline(2, &none, ZONE, friday) == friday + 4 * day);
    assert_true(recall_deadline(2, &week, ZONE, friday) == friday + 4 * day);
    week.days[6] = week.days[1]; /* Saturdays too */
    assert_true(recall_deadline(2, &week, ZONE, friday) == friday + 3 * day);
    struct special_day holiday = {
        .first = (int32_t)((NOW + 7 * HOUR) / day) + 1, .works = false, .name = "Holiday"};
    holiday.last = holiday.first;
    week.special = &holiday;
    week.special_n = 1;
    assert_true(recall_deadline(2, &week, ZONE, NOW) == NOW + 3 * day);
}

static struct recall_counts counted(const struct recall_person *list, const enum recall_state *states, int n) {
    struct recall_counts c = {0};
    struct recall_stand stands[10];
    for (int i = 0; i < n; i++) {
        recall_count(&c, &list[i], states[i]);
        stands[i] = (struct recall_stand){.state = states[i], .reached_at = recall_reached_at(&list[i], states[i])};
    }
    recall_count_end(&c, stands, n, 1);
    return c;
}

static void nobody_who_was_erased_is_asked(void **state) {
    struct recall_person list[2] = {person("sent"), person("sent")};
    enum recall_state states[2] = {RECALL_DELIVERED, RECALL_DELIVERED};
    struct recall_counts c = counted(list, states, 2);
    recall_count_end(&c, (struct recall_stand[2]){0}, 0, 2);
    assert_true(c.sample >= 1);
    list[0].called = list[1].called = RECALL_ERASED;
    assert_false(recall_sampled(&list[0]));
    c = counted(list, states, 2);
    recall_count_end(&c, (struct recall_stand[2]){0}, 0, 2);
    assert_true(c.sample == 0 && c.reached == 2);
    list[1].called = ""; /* twin */
    c = counted(list, states, 2);
    recall_count_end(&c, (struct recall_stand[2]){0}, 0, 2);
    assert_true(c.sample == 1);
}

static void nine_in_ten_is_the_ninth(void **state) {
    struct recall_person list[10];
    enum recall_state states[10];
    for (int i = 0; i < 10; i++) {
        list[i] = person("sent");
        list[i].message_at = NOW + (10 - i) * HOUR;
        states[i] = RECALL_DELIVERED;
    }
    struct recall_counts c = counted(list, states, 10);
    assert_true(c.ninety_at == NOW + 9 * HOUR && c.reached == 10 && c.remains == 0);
    states[0] = states[1] = RECALL_FAILED;
    c = counted(list, states, 10);
    assert_true(c.ninety_at == 0 && c.reached == 8 && c.remains == 2);
    states[0] = states[1] = RECALL_RIGHT;
    c = counted(list, states, 10);
    assert_true(c.all == 8 && c.ninety_at == NOW + 8 * HOUR);
}

static void many_need_a_second_person(void **state) {
    struct recall r = {.state = "draft", .class = 1};
    struct recall_counts c = {.all = RECALL_ALONE_MAX, .of[RECALL_WAITS] = RECALL_ALONE_MAX};
    assert_null(recall_go_flaw(&r, &c));
    c.all = c.of[RECALL_WAITS] = RECALL_ALONE_MAX + 1;
    assert_string_equal(recall_go_flaw(&r, &c), "approval");
    c.of[RECALL_WAITS] = 1; /* not by sending it in slices either */
    assert_string_equal(recall_go_flaw(&r, &c), "approval");
    r.approved_at = NOW;
    assert_null(recall_go_flaw(&r, &c));
    r.look_from = NOW;
    assert_string_equal(recall_go_flaw(&r, &c), "looking");
    r.look_from = 0;
    c.of[RECALL_WAITS] = 0;
    assert_string_equal(recall_go_flaw(&r, &c), "nobody");
    c.of[RECALL_NO_TEXT] = 3;
    assert_string_equal(recall_go_flaw(&r, &c), "text");
    r.state = "closed";
    assert_string_equal(recall_go_flaw(&r, &c), "state");
}

static void a_few_get_it_first(void **state) {
    struct recall_counts c = {.all = 24, .of = {[RECALL_WAITS] = 24}};
    assert_string_equal(recall_next_step(&c), "pilot");
    c = (struct recall_counts){.all = 24, .of = {[RECALL_WAITS] = 14, [RECALL_NO_TEXT] = 10}};
    assert_string_equal(recall_next_step(&c), "pilot"); /* who cannot be told yet has not had it */
    c = (struct recall_counts){.all = 24, .of = {[RECALL_WAITS] = 19, [RECALL_DELIVERED] = 5}};
    assert_string_equal(recall_next_step(&c), "sending");
    c = (struct recall_counts){.all = 5, .of = {[RECALL_WAITS] = 5}};
    assert_string_equal(recall_next_step(&c), "sending");
}

static void a_look_holds_for_a_while(void **state) {
    struct recall r = {.looked_at = NOW};
    assert_true(recall_looked_lately(&r, NOW + RECALL_LOOK_HOLDS_MS - 1));
    assert_false(recall_looked_lately(&r, NOW + RECALL_LOOK_HOLDS_MS));
    r.looked_at = 0;
    assert_false(recall_looked_lately(&r, NOW));
}

static void its_effect_is_checked_by_class(void **state) {
    struct recall r = {.state = "sending", .class = 1};
    struct recall_counts c = {.all = 10, .reached = 9, .remains = 1, .of[RECALL_FAILED] = 1};
    assert_string_equal(recall_check_flaw(&r, &c), "tries");
    c.of[RECALL_FAILED] = c.remains = 0;
    c.of[RECALL_GIVEN_UP] = 1;
    assert_null(recall_check_flaw(&r, &c));
    c.harmed = 1;
    assert_string_equal(recall_check_flaw(&r, &c), "harm");
    c.harmed = 0;
    r.class = 2;
    c.sample = 1;
    assert_string_equal(recall_check_flaw(&r, &c), "sample");
    c.called = 1;
    assert_null(recall_check_flaw(&r, &c));
    c.remains = c.of[RECALL_WAITS] = 1;
    assert_string_equal(recall_check_flaw(&r, &c), "remains");
    r.class = 3;
    c.of[RECALL_WAITS] = 0;
    c.of[RECALL_NEXT] = 1;
    assert_null(recall_check_flaw(&r, &c));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_one_stands_somewhere),
        cmocka_unit_test(nothing_that_remains_is_reached),
        cmocka_unit_test(deadlines_follow_the_class_and_the_calendar),
        cmocka_unit_test(nobody_who_was_erased_is_asked),
        cmocka_unit_test(nine_in_ten_is_the_ninth),
        cmocka_unit_test(many_need_a_second_person),
        cmocka_unit_test(a_few_get_it_first),
        cmocka_unit_test(a_look_holds_for_a_while),
        cmocka_unit_test(its_effect_is_checked_by_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
