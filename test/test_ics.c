/* Calendar files as they are published: what is read, what is refused by name, and that nothing is guessed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "text/ics.h"
#include "text/zone.h"

#include <stdio.h>
#include <string.h>

static struct arena *a;
static struct ics out;

static const char *read(const char *text) {
    return ics_read(a, (struct bytes){(const uint8_t *)text, strlen(text)}, day_of(2026, 11, 22),
                    day_of(2028, 12, 31), &out);
}

/* One event with these lines. */
static void event(const char *lines) {
    assert_null(read(arena_printf(
        a, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", lines)));
}

static const char *days_text(void) {
    char *text = arena_copy(a, "");
    for (int i = 0; i < out.n; i++) {
        int y, m, d, y2, m2, d2;
        day_split(out.days[i].first, &y, &m, &d);
        day_split(out.days[i].last, &y2, &m2, &d2);
        text = arena_printf(a, "%s%s%04d-%02d-%02d", text, i ? " " : "", y, m, d);
        if (out.days[i].last != out.days[i].first)
            text = arena_printf(a, "%s..%02d-%02d", text, m2, d2);
    }
    return text;
}

/* As phones and search engines write them. */
static void a_published_file(void **state) {
    static const char file[] =
        "\xEF\xBB\xBF"
        "BEGIN:VCALENDAR\r\nPRODID:-//Google Inc//Google Calendar 70.9054//EN\r\nVERSION:2.0\r\n"
        "CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\nX-WR-CALNAME:Ngày lễ ở Việt Nam\r\nX-WR-TIMEZONE:UTC\r\n"
        "BEGIN:VTIMEZONE\r\nTZID:Asia/"
        "Ho_Chi_Minh\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0700\r\n"
        "TZOFFSETTO:+0700\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
        "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270205\r\nDTEND;VALUE=DATE:20270212\r\nDTSTAMP:20261101T000000Z\r\n"
        "UID:1@google.com\r\nCLASS:PUBLIC\r\nSUMMARY:Tết Nguyên Đán\\, nghỉ\r\n  cả tuần\r\nTRANSP:TRANSPARENT\r\n"
        "BEGIN:VALARM\r\nACTION:DISPLAY\r\nSUMMARY:Alarm\r\nTRIGGER:-P1D\r\nEND:VALARM\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20270430\nSUMMARY;LANGUAGE=vi:Ngày Giải phóng\nEND:VEVENT\n"
        "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20250101\r\nDTEND;VALUE=DATE:20250102\r\nSUMMARY:Long "
        "ago\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270501\r\nSUMMARY:Called off\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nDTSTART;TZID=Asia/Ho_Chi_Minh:20270601T090000\r\nDTEND;TZID=Asia/"
        "Ho_Chi_Minh:20270601T100000\r\n"
        "SUMMARY:Meeting\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    assert_null(read(file));
    assert_string_equal(days_text(), "2027-02-05..02-11 2027-04-30");
    assert_string_equal(out.days[0].name, "Tết Nguyên Đán, nghỉ cả tuần");
    assert_string_equal(out.days[1].name, "Ngày Giải phóng");
    assert_int_equal(out.outside, 1);
    assert_int_equal(out.refused_n, 1);
    assert_string_equal(out.refused[0].name, "Meeting");
    assert_string_equal(out.refused[0].why, "time");
    assert_true(out.refused[0].line > 30);
}

static void make_up_days(void **state) {
    event("DTSTART;VALUE=DATE:20270926\r\nSUMMARY:国庆节 补班");
    assert_true(out.n == 1 && out.days[0].works);
    event("DTSTART;VALUE=DATE:20270926\r\nSUMMARY:国庆节（班）");
    assert_true(out.days[0].works);
    event("DTSTART;VALUE=DATE:20270926\r\nSUMMARY:Làm bù Tết");
    assert_true(out.days[0].works);
    event("DTSTART;VALUE=DATE:20271001\r\nSUMMARY:国庆节（休）");
    assert_true(out.n == 1 && !out.days[0].works);
    event("DTSTART;VALUE=DATE:20271001\r\nSUMMARY:วันหยุดชดเชย"); /* a day off, not a day of work */
    assert_true(out.n == 1 && !out.days[0].works);
}

static void yearly(void **state) {
    static const struct {
        const char *lines, *days;
    } rows[] = {
        {"DTSTART;VALUE=DATE:20200101\r\nRRULE:FREQ=YEARLY", "2027-01-01 2028-01-01"},
        {"DTSTART;VALUE=DATE:20200101\r\nDTEND;VALUE=DATE:20200103\r\nRRULE:FREQ=YEARLY",
         "2027-01-01..01-02 2028-01-01..01-02"},
        {"DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;INTERVAL=2", "2026-12-25 2028-12-25"},
        {"DTSTART;VALUE=DATE:20251225\r\nRRULE:FREQ=YEARLY;COUNT=3", "2026-12-25 2027-12-25"},
        {"DTSTART;VALUE=DATE:20251225\r\nRRULE:FREQ=YEARLY;UNTIL=20271224T235959Z", "2026-12-25"},
        {"DTSTART;VALUE=DATE:20251127\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
         "2026-11-26 2027-11-25 2028-11-23"},
        {"DTSTART;VALUE=DATE:20260525\r\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;WKST=MO", "2027-05-31 2028-05-29"},
        {"DTSTART;VALUE=DATE:20250704\r\nRRULE:FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=4", "2027-07-04 2028-07-04"},
        {"DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY", "2028-02-29"},
        {"DTSTART;VALUE=DATE:20200101\r\nRRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20270101", "2028-01-01"},
        {"DTSTART;VALUE=DATE:20270101\r\nDURATION:P3D", "2027-01-01..01-03"},
        {"DTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20270102", "2027-01-01"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        event(rows[i].lines);
        assert_string_equal(days_text(), rows[i].days);
        assert_int_equal(out.refused_n, 0);
    }
}

static void refused(void **state) {
    static const struct {
        const char *lines, *why;
    } rows[] = {
        {"DTSTART;VALUE=DATE:20270101\r\nRRULE:FREQ=MONTHLY", "repeats"},
        {"DTSTART;VALUE=DATE:20270101\r\nRRULE:FREQ=YEARLY;BYMONTH=1,7", "repeats"},
        {"DTSTART;VALUE=DATE:20270101\r\nRRULE:FREQ=YEARLY;BYDAY=MO", "repeats"},
        {"DTSTART;VALUE=DATE:20270101\r\nRRULE:FREQ=YEARLY;INTERVAL=0", "repeats"},
        {"DTSTART;VALUE=DATE:20270101\r\nRRULE:FREQ=YEARLY;BYWEEKNO=3", "repeats"},
        {"DTSTART;VALUE=DATE:20270101\r\nRRULE:nonsense", "repeats"},
        {"DTSTART;VALUE=DATE:20270101\r\nRDATE;VALUE=DATE:20270301", "repeats"},
        {"DTSTART:20270101T090000Z", "time"},
        {"DTSTART;VALUE=DATE:20270101\r\nDURATION:PT3H", "time"},
        {"DTSTART;VALUE=DATE:20270230", "date"},
        {"DTSTART;VALUE=DATE:2027", "date"},
        {"SUMMARY:no date", "date"},
        {"DTSTART;VALUE=DATE:20270105\r\nDTEND;VALUE=DATE:20270101", "date"},
        {"DTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20271231", "long"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        event(rows[i].lines);
        assert_int_equal(out.n, 0);
        assert_int_equal(out.refused_n, 1);
        assert_string_equal(out.refused[0].why, rows[i].why);
    }
}

static void limits(void **state) {
    assert_string_equal(read(""), "no_calendar");
    assert_string_equal(read("<html>sign in</html>"), "no_calendar");
    assert_null(read("BEGIN:VCALENDAR"));
    assert_null(read("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20270101")); /* cut off: no event */
    assert_int_equal(out.n, 0);
    size_t n = ICS_SIZE_MAX + 1;
    char *big = arena_alloc(a, n);
    memset(big, 'x', n);
    assert_string_equal(ics_read(a, (struct bytes){(uint8_t *)big, n}, 0, 1, &out), "big");
    char *name = arena_alloc(a, 5001);
    memset(name, 'n', 5000);
    name[5000] = 0;
    event(arena_printf(a, "DTSTART;VALUE=DATE:20270101\r\nSUMMARY:%s", name));
    assert_int_equal(strlen(out.days[0].name), ICS_NAME_MAX);
    char *many = arena_copy(a, "BEGIN:VCALENDAR\n");
    size_t used = strlen(many), room = 400000;
    char *file = arena_alloc(a, room);
    strcpy(file, many);
    for (int i = 0; i < ICS_EVENTS_MAX + 1; i++)
        used += (size_t)snprintf(file + used, room - used,
                                 "BEGIN:VEVENT\nDTSTART:20270101\nSUMMARY:%d\nEND:VEVENT\n", i);
    assert_null(read(file));
    assert_int_equal(out.n, ICS_DAYS_MAX);
    assert_true(out.refused_n > ICS_REFUSED_MAX);
    assert_string_equal(out.refused[0].why, "many");
    event("DTSTART;VALUE=DATE:20270101\r\nSUMMARY:bad \xff\xfe bytes \xe2\x80\xae");
    assert_int_equal(out.n, 1);
    assert_null(strstr(out.days[0].name, "\xff"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_published_file), cmocka_unit_test(make_up_days), cmocka_unit_test(yearly),
        cmocka_unit_test(refused),          cmocka_unit_test(limits),
    };
    a = arena_new(0);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(a);
    return failed;
}
