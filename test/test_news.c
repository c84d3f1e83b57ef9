/* When the honest word about a missed promise goes, and what a recovery needs. */
#include "desk/careful.h"
#include "desk/news.h"
#include "desk/recovery.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "office.h"

static void it_goes_in_open_hours_and_never_at_night(void **state) {
    struct hours none = {0}, week = office();
    static const struct {
        int64_t from, always, week; /* minutes since Monday 0:00 */
    } rows[] = {
        {600, 615, 615},                                    /* 10:00 */
        {1010, 1025, 1440 + 545},                           /* 16:50: ten minutes today, five tomorrow */
        {1250, 1440 + 480, 1440 + 555},                     /* 20:50 */
        {1244, 1259, 1440 + 555},                           /* 20:44: 20:59 is still evening */
        {120, 480, 555},                                    /* 2:00 at night */
        {4 * 1440 + 1010, 4 * 1440 + 1025, 7 * 1440 + 545}, /* Friday 16:50 */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t from = monday + rows[i].from * MINUTE;
        assert_int_equal((news_goes_at(&none, ZONE, from) - monday) / MINUTE, rows[i].always);
        assert_int_equal((news_goes_at(&week, ZONE, from) - monday) / MINUTE, rows[i].week);
    }
    struct hours night = {.set = true}; /* open only when nobody may be woken */
    night.days[1] = (struct hours_day){.n = 1, .spans = {{22 * 60, 23 * 60}}};
    assert_int_equal(news_goes_at(&night, ZONE, monday), 0);
}

static struct news_case clear_case(void) { return (struct news_case){.allowed = true, .owed = true}; }

static void each_reason_holds_it_back_alone(void **state) {
    struct hours none = {0};
    int64_t at = monday + 10 * HOUR, now = at;
    struct news_case x = clear_case();
    assert_int_equal(news_judge(&x, at, &none, ZONE, now).step, NEWS_GO);
    assert_int_equal(news_judge(&x, at, &none, ZONE, at - 1).step, NEWS_WAIT);
    struct {
        struct news_case x;
        enum news_step step;
        const char *reason;
    } rows[] = {
        {clear_case(), NEWS_NEEDLESS, "settled"}, {clear_case(), NEWS_NEEDLESS, "answered"},
        {clear_case(), NEWS_NEEDLESS, "told"},    {clear_case(), NEWS_WITHHELD, "off"},
        {clear_case(), NEWS_WITHHELD, "careful"}, {clear_case(), NEWS_WITHHELD, "spam"},
        {clear_case(), NEWS_WITHHELD, "machine"}, {clear_case(), NEWS_WITHHELD, "red"},
    };
    rows[0].x.owed = false;
    rows[1].x.answered = true;
    rows[2].x.told = true;
    rows[3].x.allowed = false;
    rows[4].x.careful = true;
    rows[5].x.spam = true;
    rows[6].x.machine = true;
    rows[7].x.red = true;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct news_verdict v = news_judge(&rows[i].x, at, &none, ZONE, now);
        assert_int_equal(v.step, rows[i].step);
        assert_string_equal(v.reason, rows[i].reason);
    }
    x.answered = true; /* it can be taken back still: look again then */
    x.undone_till = now + 5000;
    assert_int_equal(news_judge(&x, at, &none, ZONE, now).step, NEWS_WAIT);
    x = clear_case();
    x.writing_at = now - 5 * MINUTE;
    assert_int_equal(news_judge(&x, at, &none, ZONE, now).at, now + 10 * MINUTE);
    x.writing_at = now - 15 * MINUTE;
    assert_int_equal(news_judge(&x, at, &none, ZONE, now).step, NEWS_GO);
    x = clear_case(); /* a server that was down all evening does not make up for it at night */
    assert_int_equal(news_judge(&x, at, &none, ZONE, monday + 23 * HOUR).at, monday + 32 * HOUR);
}

static void what_a_customer_writes_may_call_for_care(void **state) {
    static const struct {
        const char *text;
        bool careful;
    } rows[] = {
        {"The charger caught fire last night, and my son burnt his hand.", true},
        {"The charger is slow. Can I have another one?", false},
        {"Không giải quyết thì tôi nhờ luật sư kiện công ty.", true},
        {"Kiện hàng của em tới đâu rồi ạ?", false},
        {"再不处理我就打12315。", true},
        {"麻煩轉告主管，我要換一盞燈。", false},
        {"ถ้าไม่จัดการจะไปแจ้งความค่ะ", true},
        {"โคมไฟไม่ติด ขอเปลี่ยนได้ไหมคะ", false},
        {"", false},
    };
    struct arena *a = arena_new(0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (careful_words(a, rows[i].text) != rows[i].careful)
            fail_msg("%s", rows[i].text);
    arena_free(a);
}

static void a_recovery_is_light_or_full(void **state) {
    struct recovery light = {.severity = 1}, heavy = {.severity = 2}, again = {.severity = 1, .again = true};
    struct recovery_step steps[STEPS] = {{0}};
    struct recovery_offer offer = {.kind = "goodwill"};
    assert_string_equal(recovery_flaw(&light, steps, NULL, 0), "steps");
    steps[STEP_FIX].done_at = steps[STEP_APOLOGISE].done_at = 1;
    assert_null(recovery_flaw(&light, steps, NULL, 0));
    assert_string_equal(recovery_flaw(&heavy, steps, NULL, 0), "steps");
    assert_string_equal(recovery_flaw(&again, steps, NULL, 0), "steps");
    steps[STEP_EXPLAIN].waived = steps[STEP_WHY].waived = steps[STEP_GOOD].waived = true;
    steps[STEP_PREVENT].done_at = 1;
    assert_null(recovery_flaw(&heavy, steps, NULL, 0));
    assert_string_equal(recovery_flaw(&heavy, steps, &offer, 1), "approval");
    offer.refused_at = 1;
    assert_null(recovery_flaw(&heavy, steps, &offer, 1));
}

static void goodwill_is_not_split_up(void **state) {
    struct goodwill_limits limits = {100, 500, 900};
    assert_true(recovery_may_give(ROLE_AGENT, 0, 100, &limits));
    assert_false(recovery_may_give(ROLE_AGENT, 1, 100, &limits));
    assert_false(recovery_may_give(ROLE_AGENT, 0, 101, &limits));
    assert_true(recovery_may_give(ROLE_LEAD, 400, 100, &limits));
    assert_false(recovery_may_give(ROLE_LEAD, 401, 100, &limits));
    assert_false(recovery_may_give(ROLE_LEAD, INT64_MAX, 100, &limits));
    assert_true(recovery_may_give(ROLE_ADMIN, 800, 100, &limits));
    assert_false(recovery_may_give(ROLE_ADMIN, 801, 100, &limits));
    assert_false(recovery_may_give(ROLE_NONE, 0, 1, &limits));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_goes_in_open_hours_and_never_at_night),
        cmocka_unit_test(each_reason_holds_it_back_alone),
        cmocka_unit_test(what_a_customer_writes_may_call_for_care),
        cmocka_unit_test(a_recovery_is_light_or_full),
        cmocka_unit_test(goodwill_is_not_split_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
