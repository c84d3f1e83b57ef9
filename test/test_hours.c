/* Calendars: when is it open, when next, how much business time lies between, and how days are read and written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/wall.h"
#include "desk/hours.h"

#include <string.h>

enum { AM8 = 8 * 60, NOON = 12 * 60, PM1 = 13 * 60, PM5 = 17 * 60 };
enum { HOUR = 3600 * 1000, MINUTE = 60 * 1000 };
#define CLOSED                                                                                                     \
    { 0 }
#define ONE(from, to)                                                                                              \
    {                                                                                                              \
        1, {                                                                                                       \
            { from, to }                                                                                           \
        }                                                                                                          \
    }
#define TWO(from, to, from2, to2)                                                                                  \
    {                                                                                                              \
        2, {                                                                                                       \
            {from, to}, { from2, to2 }                                                                             \
        }                                                                                                          \
    }

static const char zone[] = "Asia/Ho_Chi_Minh";
/* Monday to Friday 8 to 12 and 13 to 17, Saturday 8 to 12. */
static const struct hours shop = {.set = true,
                                  .days = {[1] = TWO(AM8, NOON, PM1, PM5),
                                           [2] = TWO(AM8, NOON, PM1, PM5),
                                           [3] = TWO(AM8, NOON, PM1, PM5),
                                           [4] = TWO(AM8, NOON, PM1, PM5),
                                           [5] = TWO(AM8, NOON, PM1, PM5),
                                           [6] = ONE(AM8, NOON)}};
static const int64_t MONDAY = 1773594000000; /* 2026-03-16T00:00+07:00 */

static int64_t at(int day, int hour, int minute) { return MONDAY + ((day * 24 + hour) * 60 + minute) * 60000LL; }

/* "2026-03-29T01:30Z", "2026-03-16T08:00+07:00" */
static int64_t iso(const char *text) {
    int64_t ms;
    int offset;
    assert_true(time_read_iso(text, &ms, &offset));
    return ms;
}

static void open_and_next(void **state) {
    const struct {
        int64_t now;
        bool open;
        int64_t next, closes;
    } rows[] = {
        {at(0, 7, 59), false, at(0, 8, 0), 0},  {at(0, 8, 0), true, 0, at(0, 12, 0)},
        {at(0, 12, 0), false, at(0, 13, 0), 0}, {at(0, 12, 59), false, at(0, 13, 0), 0},
        {at(0, 13, 0), true, 0, at(0, 17, 0)},  {at(0, 16, 59), true, 0, at(0, 17, 0)},
        {at(0, 17, 0), false, at(1, 8, 0), 0},  {at(5, 11, 59), true, 0, at(5, 12, 0)},
        {at(5, 12, 0), false, at(7, 8, 0), 0}, /* Saturday noon: Monday */
        {at(6, 10, 0), false, at(7, 8, 0), 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(hours_open(&shop, zone, rows[i].now), rows[i].open);
        assert_int_equal(hours_opens_at(&shop, zone, rows[i].now), rows[i].next);
        assert_int_equal(hours_closes_at(&shop, zone, rows[i].now), rows[i].closes);
    }
}

static void nothing_said_is_open(void **state) {
    struct hours none = {0};
    assert_true(hours_open(&none, zone, at(6, 3, 0)));
    assert_int_equal(hours_opens_at(&none, zone, at(6, 3, 0)), 0);
    assert_int_equal(hours_between(&none, zone, at(5, 0, 0), at(7, 0, 0)), 48 * HOUR);
    assert_int_equal(hours_add(&none, zone, at(5, 0, 0), 48 * HOUR), at(7, 0, 0));
}

/* On the day that clocks go forward in New York (2026-03-08), 8 o'clock is at 12:00 UTC, not 13:00. */
static void hours_follow_the_clocks(void **state) {
    struct hours sunday = {.set = true, .days = {[7] = ONE(AM8, PM5)}};
    int64_t saturday_evening = iso("2026-03-07T20:30:00-05:00");
    int64_t next = hours_opens_at(&sunday, "America/New_York", saturday_evening);
    struct wall w = wall_at("America/New_York", next);
    assert_int_equal(next, iso("2026-03-08T12:00:00Z"));
    assert_int_equal(w.hour, 8);
    assert_int_equal(w.weekday, 0);
}

static void one_day_a_week_comes_back_in_seven(void **state) {
    struct hours monday = {.set = true, .days = {[1] = ONE(AM8, NOON)}};
    assert_int_equal(hours_opens_at(&monday, zone, at(0, 12, 0)), at(7, 8, 0));
}

/* ---- business time ---- */

static const struct hours always = {.set = true,
                                    .days = {[1] = ONE(0, 1440),
                                             [2] = ONE(0, 1440),
                                             [3] = ONE(0, 1440),
                                             [4] = ONE(0, 1440),
                                             [5] = ONE(0, 1440),
                                             [6] = ONE(0, 1440),
                                             [7] = ONE(0, 1440)}};
/* Nights from Saturday to Sunday, when clocks change. */
static const struct hours night = {.set = true, .days = {[6] = ONE(22 * 60, 30 * 60)}};
static const struct hours small_hours = {.set = true, .days = {[7] = ONE(60, 150)}};   /* 1:00 to 2:30 */
static const struct hours skipped_hour = {.set = true, .days = {[7] = ONE(130, 170)}}; /* 2:10 to 2:50 */
static const struct hours half_skipped = {.set = true, .days = {[7] = ONE(150, 210)}}; /* 2:30 to 3:30 */
static const struct hours office = {.set = true,
                                    .days = {[1] = ONE(540, 1080),
                                             [2] = ONE(540, 1080),
                                             [3] = ONE(540, 1080),
                                             [4] = ONE(540, 1080),
                                             [5] = ONE(540, 1080)}};

static void business_time(void **state) {
    const struct {
        const struct hours *hours;
        const char *zone, *from, *to;
        int minutes;
    } rows[] = {
        /* within a span, over a break, a night, a weekend */
        {&shop, zone, "2026-03-16T09:00:00+07:00", "2026-03-16T10:15:00+07:00", 75},
        {&shop, zone, "2026-03-16T11:30:00+07:00", "2026-03-16T13:30:00+07:00", 60},
        {&shop, zone, "2026-03-16T12:05:00+07:00", "2026-03-16T12:55:00+07:00", 0},
        {&shop, zone, "2026-03-16T16:00:00+07:00", "2026-03-17T09:00:00+07:00", 120},
        {&shop, zone, "2026-03-20T16:00:00+07:00", "2026-03-23T09:00:00+07:00", 60 + 240 + 60},
        {&shop, zone, "2026-03-16T00:00:00+07:00", "2026-03-23T00:00:00+07:00", 5 * 480 + 240},
        {&shop, zone, "2026-03-16T10:00:00+07:00", "2026-03-16T10:00:00+07:00", 0},
        {&shop, zone, "2026-03-16T10:00:00+07:00", "2026-03-16T09:00:00+07:00", 0},
        {&office, "Asia/Shanghai", "2026-03-20T17:00:00+08:00", "2026-03-23T10:00:00+08:00", 120},
        {&office, "Asia/Bangkok", "2026-03-20T17:00:00+07:00", "2026-03-23T10:00:00+07:00", 120},
        /* a day in spring is an hour shorter, one in autumn longer; the twin a week before is neither */
        {&always, "Europe/Berlin", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00", 23 * 60},
        {&always, "Europe/Berlin", "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", 25 * 60},
        {&always, "Europe/Berlin", "2026-03-22T00:00:00+01:00", "2026-03-23T00:00:00+01:00", 24 * 60},
        {&night, "Europe/Berlin", "2026-03-28T12:00:00+01:00", "2026-03-30T00:00:00+02:00", 7 * 60},
        {&night, "Europe/Berlin", "2026-10-24T12:00:00+02:00", "2026-10-26T00:00:00+01:00", 9 * 60},
        {&night, "America/New_York", "2026-03-07T12:00:00-05:00", "2026-03-09T00:00:00-04:00", 7 * 60},
        {&night, "America/New_York", "2026-10-31T12:00:00-04:00", "2026-11-02T00:00:00-05:00", 9 * 60},
        {&night, "Asia/Ho_Chi_Minh", "2026-03-28T12:00:00+07:00", "2026-03-30T00:00:00+07:00", 8 * 60},
        /* spans that begin or end in the hour that is skipped or repeated (2:00 in both zones) */
        {&small_hours, "Europe/Berlin", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00", 60},
        {&small_hours, "Europe/Berlin", "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", 90},
        {&skipped_hour, "Europe/Berlin", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00", 0},
        {&skipped_hour, "Europe/Berlin", "2026-04-05T00:00:00+02:00", "2026-04-06T00:00:00+02:00", 40},
        {&half_skipped, "America/New_York", "2026-03-08T00:00:00-05:00", "2026-03-09T00:00:00-04:00", 30},
        /* the weeks on both sides of a change: 18:00 Friday to 9:00 Monday holds nothing */
        {&office, "Europe/Berlin", "2026-03-27T17:00:00+01:00", "2026-03-30T10:00:00+02:00", 120},
        {&office, "America/New_York", "2026-10-30T17:00:00-04:00", "2026-11-02T10:00:00-05:00", 120},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t t0 = iso(rows[i].from), t1 = iso(rows[i].to);
        int64_t is = hours_between(rows[i].hours, rows[i].zone, t0, t1);
        if (is != rows[i].minutes * (int64_t)MINUTE)
            fail_msg("%s to %s: %lld minutes, not %d", rows[i].from, rows[i].to, (long long)is / MINUTE,
                     rows[i].minutes);
        if (rows[i].minutes) { /* and back: so much later is the end, or the end of the open time before it */
            int64_t end = hours_add(rows[i].hours, rows[i].zone, t0, is);
            assert_true(end <= t1 && hours_between(rows[i].hours, rows[i].zone, t0, end) == is);
            assert_true(hours_between(rows[i].hours, rows[i].zone, t0, end - 1) == is - 1);
        }
    }
}

/* The sum of parts is the whole, wherever it is cut. */
static void business_time_adds_up(void **state) {
    int64_t from = iso("2026-10-20T00:00:00Z"), to = iso("2026-11-05T00:00:00Z");
    const struct hours *const all[] = {&shop, &always, &night, &small_hours, &office};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        int64_t whole = hours_between(all[i], "Europe/Berlin", from, to);
        for (int64_t cut = from; cut <= to; cut += 37 * (int64_t)MINUTE)
            assert_int_equal(hours_between(all[i], "Europe/Berlin", from, cut) +
                                 hours_between(all[i], "Europe/Berlin", cut, to),
                             whole);
    }
}

static void adding(void **state) {
    assert_int_equal(hours_add(&shop, zone, at(0, 9, 0), 0), at(0, 9, 0));
    assert_int_equal(hours_add(&shop, zone, at(0, 9, 0), HOUR), at(0, 10, 0));
    assert_int_equal(hours_add(&shop, zone, at(0, 8, 0), 8 * HOUR), at(0, 17, 0)); /* not the next morning */
    assert_int_equal(hours_add(&shop, zone, at(0, 8, 0), 4 * HOUR), at(0, 12, 0));
    assert_int_equal(hours_add(&shop, zone, at(0, 8, 0), 4 * HOUR + 1), at(0, 13, 0) + 1);
    assert_int_equal(hours_add(&shop, zone, at(0, 20, 0), HOUR), at(1, 9, 0));
    assert_int_equal(hours_add(&shop, zone, at(4, 16, 0), 2 * HOUR), at(5, 9, 0));
    assert_int_equal(hours_add(&shop, zone, at(5, 11, 0), 2 * HOUR), at(7, 9, 0));
}

static void past_midnight(void **state) {
    struct hours bar = {.set = true, .days = {[5] = ONE(20 * 60, 26 * 60), [6] = TWO(60, 120, 20 * 60, 26 * 60)}};
    assert_true(hours_open(&bar, zone, at(5, 1, 59)));
    assert_false(hours_open(&bar, zone, at(5, 2, 0)));
    assert_true(hours_open(&bar, zone, at(6, 1, 59)));
    assert_false(hours_open(&bar, zone, at(4, 1, 0))); /* the night before Friday is not Friday's */
    /* Friday's night and Saturday's own small hours overlap: counted once */
    assert_int_equal(hours_between(&bar, zone, at(4, 12, 0), at(5, 12, 0)), 6 * HOUR);
    assert_int_equal(hours_add(&bar, zone, at(4, 12, 0), 7 * HOUR), at(5, 21, 0));
    assert_int_equal(hours_closes_at(&bar, zone, at(4, 23, 0)), at(5, 2, 0));
    /* two that touch at midnight close once */
    struct hours through = {.set = true, .days = {[1] = ONE(18 * 60, 1440), [2] = ONE(0, 6 * 60)}};
    assert_int_equal(hours_closes_at(&through, zone, at(0, 19, 0)), at(1, 6, 0));
    assert_int_equal(hours_closes_at(&always, zone, at(0, 19, 0)), 0);
}

/* ---- days unlike the week ---- */

static int32_t date(const char *text) {
    int32_t day;
    assert_true(hours_date_read(text, &day));
    return day;
}

/* China's National Day of 2026: closed 1 to 7 October, and the Sunday and Saturday around it are worked. */
static void make_up_weekends(void **state) {
    struct special_day days[] = {
        {.id = 1, .first = date("2026-09-20"), .last = date("2026-09-20"), .works = true, .name = "调休上班"},
        {.id = 2, .first = date("2026-10-01"), .last = date("2026-10-07"), .name = "国庆节"},
        {.id = 3, .first = date("2026-10-10"), .last = date("2026-10-10"), .works = true, .name = "调休上班"},
    };
    struct hours cn = office;
    cn.special = days;
    cn.special_n = 3;
    const char *sh = "Asia/Shanghai";
    assert_true(hours_open(&cn, sh, iso("2026-09-20T10:00:00+08:00")));
    assert_false(hours_open(&office, sh, iso("2026-09-20T10:00:00+08:00")));
    assert_false(hours_open(&cn, sh, iso("2026-10-01T10:00:00+08:00")));
    assert_int_equal(hours_opens_at(&cn, sh, iso("2026-09-30T18:00:00+08:00")), iso("2026-10-08T09:00:00+08:00"));
    assert_true(hours_open(&cn, sh, iso("2026-10-10T17:59:00+08:00")));
    assert_int_equal(hours_between(&cn, sh, iso("2026-09-30T17:00:00+08:00"), iso("2026-10-08T10:00:00+08:00")),
                     2 * HOUR);
    /* Thursday, Friday and the worked Saturday */
    assert_int_equal(hours_between(&cn, sh, iso("2026-10-05T00:00:00+08:00"), iso("2026-10-12T00:00:00+08:00")),
                     27 * HOUR);
    assert_string_equal(hours_closed_for(&cn, sh, iso("2026-10-03T10:00:00+08:00"))->name, "国庆节");
    assert_string_equal(hours_closed_for(&cn, sh, iso("2026-09-30T20:00:00+08:00"))->name, "国庆节");
    assert_null(hours_closed_for(&cn, sh, iso("2026-09-29T20:00:00+08:00"))); /* an evening like any */
    assert_null(hours_closed_for(&cn, sh, iso("2026-09-30T10:00:00+08:00"))); /* open */

    struct arena *a = arena_new(0);
    const struct work_calendar *work = hours_work_calendar(a, &cn);
    assert_true(work->works[0] && work->works[4] && !work->works[5] && !work->works[6]);
    assert_int_equal(work->n_extra, 2);
    assert_int_equal(work->extra[0], date("2026-09-20"));
    assert_int_equal(work->n_closed, 5); /* 3 and 4 October are a weekend anyway */
    assert_int_equal(work->closed[0], date("2026-10-01"));
    arena_free(a);
}

static void specials_in_order(void **state) {
    struct special_day days[] = {
        {.id = 1, .first = 100, .last = 110, .name = "long"},
        {.id = 2, .first = 103, .last = 104, .works = true, .name = "short"},
        {.id = 3, .first = 104, .last = 104, .works = true, .hours = ONE(AM8, NOON), .name = "one"},
        {.id = 4, .first = 105, .last = 115, .team_id = 9, .name = "team"},
        {.id = 5, .first = 106, .last = 106, .works = true, .name = "all, but the team goes before"},
    };
    struct hours h = office;
    h.special = days;
    h.special_n = 5;
    const int is[][2] = {{99, 0}, {100, 1}, {103, 2}, {104, 3}, {105, 4}, {106, 4}, {115, 4}, {116, 0}};
    for (size_t i = 0; i < sizeof is / sizeof *is; i++) {
        const struct special_day *day = hours_special(&h, is[i][0]);
        assert_int_equal(day ? day->id : 0, is[i][1]);
    }
    assert_int_equal(hours_of_day(&h, 104)->spans[0].to, NOON);
    assert_int_equal(hours_of_day(&h, 103)->spans[0].to, 1080); /* as on any open day */
    assert_int_equal(hours_of_day(&h, 106)->n, 0);
}

/* A half day closes for its reason only when it would be open otherwise. */
static void half_days(void **state) {
    struct special_day eve = {.first = date("2026-12-24"),
                              .last = date("2026-12-24"),
                              .works = true,
                              .hours = ONE(540, NOON),
                              .name = "Christmas Eve"};
    struct hours h = office;
    h.special = &eve;
    h.special_n = 1;
    assert_true(hours_open(&h, "Europe/Berlin", iso("2026-12-24T11:00:00+01:00")));
    assert_ptr_equal(hours_closed_for(&h, "Europe/Berlin", iso("2026-12-24T14:00:00+01:00")), &eve);
    assert_null(hours_closed_for(&h, "Europe/Berlin", iso("2026-12-24T20:00:00+01:00")));
}

static void never_again(void **state) {
    struct special_day closed = {.first = date("2026-01-01"), .last = date("2026-01-01") + 800, .name = "for good"};
    struct hours h = office;
    h.special = &closed;
    h.special_n = 1;
    assert_int_equal(hours_opens_at(&h, zone, at(0, 0, 0)), 0);
    assert_int_equal(hours_add(&h, zone, at(0, 0, 0), 1), 0);
    assert_string_equal(hours_closed_for(&h, zone, at(0, 0, 0))->name, "for good");
}

/* ---- flaws, reading, writing ---- */

static void flaws(void **state) {
    struct hours h = {.set = true};
    assert_string_equal(hours_flaw(&h), "never");
    h.days[2] = (struct hours_day)ONE(PM5, AM8);
    assert_string_equal(hours_flaw(&h), "order");
    h.days[2] = (struct hours_day)ONE(0, MINUTES_A_DAY);
    assert_null(hours_flaw(&h));
    h.days[2] = (struct hours_day)ONE(0, MINUTES_A_DAY + 1);
    assert_string_equal(hours_flaw(&h), "order");
    h.days[2] = (struct hours_day)ONE(22 * 60, 26 * 60);
    assert_null(hours_flaw(&h));
    h.days[2] = (struct hours_day)TWO(AM8, PM1, NOON, PM5);
    assert_string_equal(hours_flaw(&h), "overlap");
    assert_null(hours_flaw(&shop));
    struct special_day day = {.first = 10, .last = 9, .name = "x"};
    assert_string_equal(special_day_flaw(&day), "order");
    day.last = 10;
    assert_null(special_day_flaw(&day));
    day.name = "";
    assert_string_equal(special_day_flaw(&day), "name");
}

static void reading(void **state) {
    struct arena *a = arena_new(0);
    const char *const rows[][2] = {
        {"", ""},
        {"  ", ""},
        {"closed", ""},
        {"nghỉ", ""},
        {"休息", ""},
        {"ปิด", ""},
        {"-", ""},
        {"9-17", "09:00–17:00"},
        {"09:00–12:00, 13:00–18:00", "09:00–12:00, 13:00–18:00"},
        {"8h30 đến 12h và 13h30 đến 17h30", "08:30–12:00, 13:30–17:30"},
        {"8g30-12g", "08:30–12:00"},
        {"8 giờ 30 - 17 giờ", "08:30–17:00"},
        {"９：００～１２：００、１３：３０～１８：００", "09:00–12:00, 13:30–18:00"},
        {"9点半到18点", "09:30–18:00"},
        {"上午9点到12点", NULL},
        {"๐๙.๐๐ น. ถึง ๑๗.๓๐ น.", "09:00–17:30"},
        {"9.00-17.30 น.", "09:00–17:30"},
        {"22:00-2:00", "22:00–02:00"},
        {"9-0", "09:00–24:00"},
        {"9:00-24:00", "09:00–24:00"},
        {"24h", "00:00–24:00"},
        {"24/7", "00:00–24:00"},
        {"0-24", "00:00–24:00"},
        {"8-12/13-17", "08:00–12:00, 13:00–17:00"},
        {"8-13, 12-17", NULL},
        {"9", NULL},
        {"9-", NULL},
        {"9-25", NULL},
        {"9:60-10", NULL},
        {"9-12,", NULL},
        {"9-12 13-17", NULL},
        {"1-2,3-4,5-6,7-8,9-10,11-12,13-14", NULL},
        {"always", NULL},
        {"9:00:00-10", NULL},
        {"24:30-3", NULL},
        {"100-200", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hours_day day, again;
        bool read = hours_day_read(rows[i][0], &day);
        if (read != (rows[i][1] != NULL))
            fail_msg("%s is %sread", rows[i][0], read ? "" : "not ");
        if (!read)
            continue;
        assert_string_equal(hours_day_text(a, &day), rows[i][1]);
        assert_true(hours_day_read(rows[i][1], &again)); /* what is written can be read */
        assert_memory_equal(&day, &again, sizeof day);
    }
    int32_t day;
    assert_true(hours_date_read("2028-02-29", &day));
    assert_string_equal(hours_date_text(a, day), "2028-02-29");
    const char *const no[] = {"2027-02-29", "1999-12-31", "2200-01-01",  "2026-3-1",
                              "2026-13-01", "",           "2026-01-01T", NULL};
    for (int i = 0; no[i]; i++)
        assert_false(hours_date_read(no[i], &day));
    arena_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_and_next),
        cmocka_unit_test(nothing_said_is_open),
        cmocka_unit_test(hours_follow_the_clocks),
        cmocka_unit_test(one_day_a_week_comes_back_in_seven),
        cmocka_unit_test(business_time),
        cmocka_unit_test(business_time_adds_up),
        cmocka_unit_test(adding),
        cmocka_unit_test(past_midnight),
        cmocka_unit_test(make_up_weekends),
        cmocka_unit_test(specials_in_order),
        cmocka_unit_test(half_days),
        cmocka_unit_test(never_again),
        cmocka_unit_test(flaws),
        cmocka_unit_test(reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
