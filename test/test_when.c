#include "text/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct arena *a;

struct row {
    const char *text;
    const char *found; /* "from..to" in local time, several separated by ' '; "now", and "24:00" for 23:59:59 */
};

/* "03-17T06:00", "03-17T24:00", "now" */
static char *show(int64_t ms, const struct when_frame *f) {
    char iso[TIME_ISO_SIZE];
    if (ms == f->now)
        return "now";
    time_write_iso(ms, zone_offset(f->zone, ms), iso);
    if (strncmp(iso + 11, "23:59:59", 8) == 0)
        memcpy(iso + 11, "24:00:00", 8);
    const char *from = strncmp(iso, "2026-", 5) == 0 ? iso + 5 : iso;
    return arena_copy_n(a, from, (size_t)(iso + 16 - from));
}

static void check(enum lang lang, const char *now, const char *zone, const struct row *rows, size_t n) {
    struct when_frame f = {.zone = zone_named(zone)};
    int offset;
    assert_non_null(f.zone);
    assert_true(time_read_iso(now, &f.now, &offset));
    f.month_first = zone_month_first(f.zone);
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++) {
        struct prose *p = prose_read(a, lang, rows[i].text, strlen(rows[i].text));
        struct whens w = when_find(a, p, &f);
        char *got = arena_copy(a, "");
        for (size_t k = 0; k < w.n; k++)
            got = arena_printf(a, "%s%s%s..%s", got, k ? " " : "", show(w.at[k].from, &f), show(w.at[k].to, &f));
        if (strcmp(got, rows[i].found) != 0) {
            wrong++;
            printf("%s\n  found  %s\n  wanted %s\n", rows[i].text, got, rows[i].found);
        }
    }
    assert_int_equal(wrong, 0);
}
#define CHECK(lang, now, zone, rows) check(lang, now, zone, rows, sizeof rows / sizeof *rows)

/* Monday, nine in the morning. */
#define MONDAY "2026-03-16T09:00:00+07:00"
#define SAIGON "Asia/Ho_Chi_Minh"

static void english(void **state) {
    static const struct row rows[] = {
        {"Tomorrow I'll call you at 2:30 pm", "03-17T00:00..03-17T24:00 03-17T14:30..03-17T14:30"},
        {"Tomorrow I'll call, at 2:30 pm", "03-17T00:00..03-17T24:00 03-17T14:30..03-17T14:30"},
        {"On the 20th we deliver before 10 am", "03-20T00:00..03-20T24:00 now..03-20T10:00"},
        {"Tomorrow we'll come between 9 and 11", "03-17T00:00..03-17T24:00 03-17T09:00..03-17T11:00"},
        {"Tonight our driver calls you at 8", "03-16T18:00..03-16T24:00 03-16T20:00..03-16T20:00"},
        {"We ship it tomorrow if you pay by 5 pm", "03-17T00:00..03-17T24:00 now..03-16T17:00"},
        {"It goes out tomorrow and I will text you by 6 pm", "03-17T00:00..03-17T24:00 now..03-16T18:00"},
        {"within 2 hours", "now..03-16T11:00"},
        {"give me two hours", "now..03-16T11:00"},
        {"in 10 minutes' time", "03-16T09:10..03-16T09:10"},
        {"within half an hour", "now..03-16T09:30"},
        {"within 3 days", "now..03-19T24:00"},
        {"in a fortnight", "now..03-30T24:00"},
        {"within 2 business days", "now..03-18T24:00"},
        {"in 1-2 business days", "now..03-18T24:00"},
        {"within five to seven working days", "now..03-25T24:00"},
        {"by 5pm", "now..03-16T17:00"},
        {"tonight at 8 our driver calls", "03-16T20:00..03-16T20:00"},
        {"tonight between 11pm and 1am", "03-16T23:00..03-17T01:00"},
        {"on Friday from 10pm to 2am", "03-20T22:00..03-21T02:00"},
        {"tonight at 2 am", "03-17T02:00..03-17T02:00"},
        {"tonight between 2 and 4 am", "03-17T02:00..03-17T04:00"},
        {"tonight between 8 and 10", "03-16T20:00..03-16T22:00"},
        {"at 8 branches", ""},
        {"by this time tomorrow", "now..03-17T09:00"},
        {"on New Year's Day", "2027-01-01T00:00..2027-01-01T24:00"},
        {"on Christmas Eve", "12-24T00:00..12-24T24:00"},
        {"within two and a half hours", "now..03-16T11:30"},
        {"before 8 am", "now..03-17T08:00"},
        {"no later than 17:30 tomorrow", "now..03-17T17:30"},
        {"by Friday", "now..03-20T24:00"},
        {"by Monday", "now..03-23T24:00"},
        {"by 20 March", "now..03-20T24:00"},
        {"by the end of the week", "now..03-22T24:00"},
        {"by the end of the month", "now..03-31T24:00"},
        {"by the end of the year", "now..12-31T24:00"},
        {"at 3 pm", "03-16T15:00..03-16T15:00"},
        {"tomorrow between 2 and 4 pm", "03-17T14:00..03-17T16:00"},
        {"between 9 am and 11:30 am on Thursday", "03-19T09:00..03-19T11:30"},
        {"on Thursday", "03-19T00:00..03-19T24:00"},
        {"next Monday", "03-23T00:00..03-23T24:00"},
        {"next Friday", "03-27T00:00..03-27T24:00"},
        {"one week from today", "03-23T00:00..03-23T24:00"},
        {"over the weekend", "03-21T00:00..03-22T24:00"},
        {"tomorrow morning", "03-17T06:00..03-17T12:00"},
        {"by tomorrow morning", "now..03-17T12:00"},
        {"at noon tomorrow", "03-17T12:00..03-17T12:00"},
        {"by close of business on Wednesday", "now..03-18T18:00"},
        {"by midnight tonight", "now..03-16T24:00"},
        {"by end of day", "now..03-16T24:00"},
        {"today", "now..03-16T24:00"},
        {"the day after tomorrow", "03-18T00:00..03-18T24:00"},
        {"Thursday, 19 March, at 10:00", "03-19T10:00..03-19T10:00"},
        {"on March 5th", "2027-03-05T00:00..2027-03-05T24:00"},
        {"on 3/4", "04-03T00:00..04-03T24:00"},
        {"at half past three", "03-16T15:30..03-16T15:30"},
        {"soon, as soon as possible, shortly", ""},
        {"yesterday at 3 pm", ""},
        {"2 days ago", ""},
        {"last Friday", ""},
        {"we are here 24/7", ""},
        {"version 2.5 costs 12 dollars", ""},
        {"after Christmas", ""},
    };
    CHECK(LANG_EN, MONDAY, SAIGON, rows);
    static const struct row kinds[] = {
        {"Friday week", "03-27T00:00..03-27T24:00"},
        {"a week on Thursday", "03-26T00:00..03-26T24:00"},
        {"a week from Friday", "03-27T00:00..03-27T24:00"},
        {"two weeks on Monday", "04-06T00:00..04-06T24:00"},
        {"a week from now", "03-23T00:00..03-23T24:00"},
        {"Friday next week", "03-27T00:00..03-27T24:00"},
        {"on Friday, a week after the repair", "03-20T00:00..03-20T24:00 now..03-23T24:00"},
        {"by Weds", "now..03-18T24:00"},
        {"we wed in June", "06-01T00:00..06-30T24:00"},
        {"on Sun 22nd, 8-10am", "03-22T08:00..03-22T10:00"},
        {"in the sun", ""},
        {"in April", "04-01T00:00..04-30T24:00"},
        {"as you may see", ""},
        {"on the morning of the 19th", "03-19T06:00..03-19T12:00"},
        {"the 25th", "03-25T00:00..03-25T24:00"},
        {"Wednesday the 18th at half past ten", "03-18T10:30..03-18T10:30"},
        {"at half five", "03-16T17:30..03-16T17:30"},
        {"half five of them", ""},
        {"at twenty to four", "03-16T15:40..03-16T15:40"},
        {"by ten to twelve", "now..03-16T11:50"},
        {"in ten to twelve days", "now..03-28T24:00"},
        {"between 9.30 and 11.30 am", "03-16T09:30..03-16T11:30"},
        {"between 9.30 and 11.30 euros", ""},
        {"from 9.15 to 10", "03-16T09:15..03-16T10:00"},
        {"around 3 tomorrow", "03-17T15:00..03-17T15:00"},
        {"9 sharp tomorrow", "03-17T09:00..03-17T09:00"},
        {"at 8 on the dot on Friday", "03-20T08:00..03-20T08:00"},
        {"on the 18th, sometime between noon and 2", "03-18T12:00..03-18T14:00"},
        {"tomorrow any time between 8 and 6", "03-17T08:00..03-17T18:00"},
        {"by Tuesday, March 17, by 8 p.m.", "now..03-17T20:00"},
        {"by Wednesday, by Friday at the latest", "now..03-18T24:00 now..03-20T24:00"},
        {"in 90 minutes or less", "now..03-16T10:30"},
        {"in two hours at most", "now..03-16T11:00"},
        {"in two hours", "03-16T11:00..03-16T11:00"},
        {"in a day or two", "now..03-18T24:00"},
        {"in an hour or two", "03-16T11:00..03-16T11:00"},
        {"in a couple of days", "now..03-18T24:00"},
        {"five more minutes", "now..03-16T09:05"},
        {"back in 15!", "03-16T09:15..03-16T09:15"},
        {"in 15 countries", ""},
        {"in 15% of all cases", ""},
        {"within the week", "now..03-22T24:00"},
        {"between now and 5 pm", "now..03-16T17:00"},
        {"tomorrow AM", "03-17T06:00..03-17T12:00"},
        {"I am here", ""},
        {"tomorrow, 8 to 10", "03-17T08:00..03-17T10:00"},
        {"Thursday 1-3", "03-19T13:00..03-19T15:00"},
        {"no longer than Friday", "now..03-20T24:00"},
        {"tomorrow, but I'll ring at four", "03-17T00:00..03-17T24:00 03-16T16:00..03-16T16:00"},
        {"by end of play Friday", "now..03-20T18:00"},
        {"we come by on Thursday evening", "03-19T18:00..03-19T24:00"},
        {"at 6 am tomorrow and back at about 7 pm", "03-17T06:00..03-17T06:00 03-17T19:00..03-17T19:00"},
        {"at 6 am tomorrow. Back at 7 pm.", "03-17T06:00..03-17T06:00 03-16T19:00..03-16T19:00"},
        {"by tomorrow, and a call at 5 pm", "now..03-17T24:00 03-16T17:00..03-16T17:00"},
        {"first thing on Wednesday", "03-18T06:00..03-18T12:00"},
        {"this afternoon", "03-16T12:00..03-16T18:00"},
        {"tonight", "03-16T18:00..03-16T24:00"},
        {"this Friday", "03-20T00:00..03-20T24:00"},
        {"in 48 hours", "03-18T09:00..03-18T09:00"},
        {"within 48 hours", "now..03-18T09:00"},
    };
    CHECK(LANG_EN, MONDAY, SAIGON, kinds);
    static const struct row american[] = {{"on 3/20", "03-20T00:00..03-20T24:00"},
                                          {"by 4/3", "now..04-03T24:00"},
                                          {"by 25/3", "now..03-25T24:00"},
                                          {"within 24 hours", "now..03-17T09:00"}};
    CHECK(LANG_EN, "2026-03-16T09:00:00-04:00", "America/New_York", american);
    static const struct row spring[] = {{"within 24 hours", "now..03-29T13:00"},
                                        {"by 2:30 am", "now..03-29T02:30"}};
    CHECK(LANG_EN, "2026-03-28T12:00:00+00:00", "Europe/London", spring);
}

static void vietnamese(void **state) {
    static const struct row rows[] = {
        {"Mai em gọi chị lúc 14h30 nha", "03-17T00:00..03-17T24:00 03-17T14:30..03-17T14:30"},
        {"Tối nay em gọi chị lúc 8h", "03-16T18:00..03-16T24:00 03-16T20:00..03-16T20:00"},
        {"Ngày 20 em giao cho chị trước 10h", "03-20T00:00..03-20T24:00 now..03-20T10:00"},
        {"Mai thợ qua trong khoảng 9h đến 11h ạ", "03-17T00:00..03-17T24:00 03-17T09:00..03-17T11:00"},
        {"em gọi lại trong khoảng 2h nha", "now..03-16T11:00"},
        {"Mai em giao hàng, nhưng 14h em gọi trước", "03-17T00:00..03-17T24:00 03-16T14:00..03-16T14:00"},
        {"thứ Năm tới tay anh", "03-19T00:00..03-19T24:00"},
        {"thứ Năm tới em gọi", "03-26T00:00..03-26T24:00"},
        {"trong vòng 2 tiếng", "now..03-16T11:00"},
        {"trong khoảng 19 đến 21 tháng 3", "03-19T00:00..03-21T24:00"},
        {"giữa thứ ba và thứ năm", "03-17T00:00..03-19T24:00"},
        {"giữa tuần sau", "03-23T00:00..03-29T24:00"}, /* no range follows */
        {"5 rưỡi sáng mai", "03-17T05:30..03-17T05:30"},
        {"từ 9 rưỡi đến 10 rưỡi sáng thứ ba", "03-17T09:30..03-17T10:30"},
        {"chậm nhất là ngày làm việc tiếp theo", "now..03-17T24:00"},
        {"trong 3 ngày làm việc tới", "now..03-19T24:00"},
        {"trước 20h, kế toán", "now..03-16T20:00"},
        {"trước khi hết tháng này", "now..03-31T24:00"},
        {"trong 24h", "now..03-17T09:00"},
        {"30 phút nữa", "03-16T09:30..03-16T09:30"},
        {"sau 2 tiếng nữa", "03-16T11:00..03-16T11:00"},
        {"trong 2 giờ tới", "now..03-16T11:00"},
        {"1 tiếng rưỡi nữa", "03-16T10:30..03-16T10:30"},
        {"trong 3 ngày làm việc", "now..03-19T24:00"},
        {"1-2 ngày làm việc", "now..03-18T24:00"},
        {"2 ngày là có hàng", "now..03-18T24:00"},
        {"trước 5h chiều nay", "now..03-16T17:00"},
        {"trước 17h", "now..03-16T17:00"},
        {"lúc 3 giờ chiều mai", "03-17T15:00..03-17T15:00"},
        {"9h30 sáng mai", "03-17T09:30..03-17T09:30"},
        {"3 giờ rưỡi chiều", "03-16T15:30..03-16T15:30"},
        {"10 giờ kém 15 sáng mai", "03-17T09:45..03-17T09:45"},
        {"chậm nhất thứ Sáu", "now..03-20T24:00"},
        {"quá lắm là thứ Sáu", "now..03-20T24:00"},
        {"trước thứ 6", "now..03-20T24:00"},
        {"thứ hai tuần sau", "03-23T00:00..03-23T24:00"},
        {"thứ năm", "03-19T00:00..03-19T24:00"},
        {"chủ nhật này", "03-22T00:00..03-22T24:00"},
        {"ngày kia", "03-18T00:00..03-18T24:00"},
        {"sáng mai", "03-17T06:00..03-17T12:00"},
        {"trưa mai", "03-17T12:00..03-17T12:00"},
        {"trước 12h trưa mai", "now..03-17T12:00"},
        {"trước 12h đêm nay", "now..03-16T24:00"},
        {"trong hôm nay", "now..03-16T24:00"},
        {"cuối tuần này", "03-21T00:00..03-22T24:00"},
        {"trước cuối tháng", "now..03-31T24:00"},
        {"ngày 20/3", "03-20T00:00..03-20T24:00"},
        {"trước ngày 20 tháng 3", "now..03-20T24:00"},
        {"mùng 5", "04-05T00:00..04-05T24:00"},
        {"từ 2h đến 4h chiều mai", "03-17T14:00..03-17T16:00"},
        {"từ 8 giờ đến 10 giờ sáng thứ tư", "03-18T08:00..03-18T10:00"},
        {"hai ba ngày nữa", "03-19T00:00..03-19T24:00"},
        {"nửa tiếng nữa", "03-16T09:30..03-16T09:30"},
        {"15p nữa", "03-16T09:15..03-16T09:15"},
        {"nửa tháng nữa", "03-31T00:00..03-31T24:00"},
        {"trong ngày mai", "03-17T00:00..03-17T24:00"},
        {"cuối tháng 9", "now..09-30T24:00"},
        {"hết tháng này", "now..03-31T24:00"},
        {"sau Tết", ""},
        {"mùng 6 Tết", ""},
        {"hôm qua lúc 3h", ""},
        {"2 ngày trước", ""},
        {"truoc 5h chieu mai", "now..03-17T17:00"},
        {"trong vong 2 ngay lam viec", "now..03-18T24:00"},
        {"sang mai", "03-17T06:00..03-17T12:00"},
        {"cham nhat thu sau", "now..03-20T24:00"},
        {"Tới trưa mai em báo", "now..03-17T12:00"},
        {"thợ tới trưa mai", "03-17T12:00..03-17T12:00"},
        {"năm ngày nữa", "03-21T00:00..03-21T24:00"},
        {"20 tháng 3 năm 2026", "03-20T00:00..03-20T24:00"},
        {"nội trong tháng 6", "06-01T00:00..06-30T24:00"},
        {"hóa đơn tháng này, chậm nhất 31/3", "now..03-31T24:00 now..03-31T24:00"},
        {"trước 12h tới nhà", "now..03-16T12:00"},
        {"20 phút nữa lễ tân lên", "03-16T09:20..03-16T09:20"},
        {"thứ tư, tối nay", "03-18T00:00..03-18T24:00 03-16T18:00..03-16T24:00"},
        {"thứ bảy chủ nhật này", "03-21T00:00..03-22T24:00"},
        {"bộ thứ hai", ""},
    };
    CHECK(LANG_VI, MONDAY, SAIGON, rows);
}

static void chinese(void **state) {
    static const struct row rows[] = {
        {"周四师傅会在下午两点半给您打电话", "03-19T00:00..03-19T24:00 03-19T14:30..03-19T14:30"},
        {"两个小时内", "now..03-16T11:00"},
        {"10分钟后", "03-16T09:10..03-16T09:10"},
        {"半小时之内", "now..03-16T09:30"},
        {"一个半小时后", "03-16T10:30..03-16T10:30"},
        {"3天内", "now..03-19T24:00"},
        {"两到三个工作日内", "now..03-19T24:00"},
        {"1-2个工作日", "now..03-18T24:00"},
        {"两三天内", "now..03-19T24:00"},
        {"明天中午给您准信儿", "03-17T12:00..03-17T12:00"},
        {"明天中午前", "now..03-17T12:00"},
        {"今天下午三点前", "now..03-16T15:00"},
        {"下午3点半", "03-16T15:30..03-16T15:30"},
        {"最晚周五", "now..03-20T24:00"},
        {"下周一", "03-23T00:00..03-23T24:00"},
        {"本周五之前", "now..03-20T24:00"},
        {"星期四上午", "03-19T06:00..03-19T12:00"},
        {"后天", "03-18T00:00..03-18T24:00"},
        {"大后天", "03-19T00:00..03-19T24:00"},
        {"月底前", "now..03-31T24:00"},
        {"3月20号", "03-20T00:00..03-20T24:00"},
        {"三月二十日前", "now..03-20T24:00"},
        {"20号之前", "now..03-20T24:00"},
        {"今晚12点前", "now..03-16T24:00"},
        {"今天内", "now..03-16T24:00"},
        {"下班前", "now..03-16T18:00"},
        {"周末", "03-21T00:00..03-22T24:00"},
        {"明天上午9点到11点", "03-17T09:00..03-17T11:00"},
        {"下午两点至四点之间", "03-16T14:00..03-16T16:00"},
        {"聽日下晝五點前", "now..03-17T17:00"},
        {"兩個鐘頭內", "now..03-16T11:00"},
        {"禮拜五之前", "now..03-20T24:00"},
        {"二十四小时内", "now..03-17T09:00"},
        {"一周内", "now..03-23T24:00"},
        {"三天前", ""},
        {"昨天下午3点", ""},
        {"下午 4 点 30 分前", "now..03-16T16:30"},
        {"3 月 20 日前", "now..03-20T24:00"},
        {"六月底前", "now..06-30T24:00"},
        {"5月内", "now..05-31T24:00"},
        {"下个月", "04-01T00:00..04-30T24:00"},
        {"下个月底前", "now..04-30T24:00"},
        {"元月五号", "2027-01-05T00:00..2027-01-05T24:00"},
        {"今明两天", "now..03-17T24:00"},
        {"明后天", "03-17T00:00..03-18T24:00"},
        {"48h内", "now..03-18T09:00"},
        {"過十分鐘", "03-16T09:10..03-16T09:10"},
        {"至多两天", "now..03-18T24:00"},
        {"週五或之前", "now..03-20T24:00"},
        {"3月20日当天", "03-20T00:00..03-20T24:00"},
        {"六點收工前", "now..03-16T18:00"},
        {"今天傍晚", "03-16T16:00..03-16T18:00"},
        {"四点前由主管致电", "now..03-16T16:00"},
        {"明早九点去仓库，中午前回您", "03-17T09:00..03-17T09:00 now..03-17T12:00"},
        {"周五到，当天给您", "03-20T00:00..03-20T24:00 03-20T00:00..03-20T24:00"},
        {"配件周二到，周三师傅来装", "03-17T00:00..03-17T24:00 03-18T00:00..03-18T24:00"},
        {"不必等月底，下周二", "03-31T00:00..03-31T24:00 03-24T00:00..03-24T24:00"},
        {"周末我不在，周一", "03-21T00:00..03-22T24:00 03-23T00:00..03-23T24:00"},
        {"系统里周一更新", "03-23T00:00..03-23T24:00"},
        {"差一刻六点前", "now..03-16T17:45"},
        {"六点差十分", "03-16T17:50..03-16T17:50"},
        {"下午三点过五分", "03-16T15:05..03-16T15:05"},
        {"上午十点二十", "03-16T10:20..03-16T10:20"},
        {"明早八点零五", "03-17T08:05..03-17T08:05"},
        {"聽朝九點三個字", "03-17T09:15..03-17T09:15"},
        {"兩點踏三", "03-16T14:15..03-16T14:15"},
        {"三個字後", "03-16T09:15..03-16T09:15"},
        {"三刻钟内", "now..03-16T09:45"},
        {"明天这个时候", "03-17T09:00..03-17T09:00"},
        {"一周后的今天", "03-23T00:00..03-23T24:00"},
        {"3月20日（含）前", "now..03-20T24:00"},
        {"3月20日前（含当日）", "now..03-20T24:00"},
        {"午饭前", "now..03-16T12:00"},
        {"这个星期结束前", "now..03-22T24:00"},
        {"下个月结束前", "now..04-30T24:00"},
        {"今年之内", "now..12-31T24:00"},
        {"下个工作日前", "now..03-17T24:00"},
        {"一周前的今天", ""},
        {"差一点", ""},
        {"三个字写错了", ""},
        {"这个时候人多", ""},
        {"2号航站楼，3号出口", ""},
        {"3号楼的电梯", ""},
        {"第一个工作日", ""},
        {"回复晚了", ""},
        {"前一天", ""},
        {"超过24小时", ""},
        {"春节后", ""},
        {"尽快", ""},
    };
    CHECK(LANG_ZH, MONDAY, SAIGON, rows);
}

static void thai(void **state) {
    static const struct row rows[] = {
        {"วันพฤหัสช่างจะโทรหาคุณลูกค้าตอน 14.30 น.", "03-19T00:00..03-19T24:00 03-19T14:30..03-19T14:30"},
        {"วันที่ 20 เราจะส่งให้ถึงก่อน 10 โมงครับ", "03-20T00:00..03-20T24:00 now..03-20T10:00"},
        {"พรุ่งนี้ช่างจะเข้าไประหว่าง 9 ถึง 11 โมง", "03-17T00:00..03-17T24:00 03-17T09:00..03-17T11:00"},
        {"14.00-16.00 น. พรุ่งนี้", "03-17T14:00..03-17T16:00"},
        {"ตอนบ่ายสองครึ่ง", "03-16T14:30..03-16T14:30"},
        {"ตอนบ่าย", "03-16T12:00..03-16T18:00"}, /* no hour follows */
        {"วันที่ 20-21 นี้", "03-20T00:00..03-21T24:00"},
        {"ช้าสุดวันทำการถัดไป", "now..03-17T24:00"},
        {"ภายใน 3 วันทำการถัดไป", "now..03-19T24:00"},
        {"ภายใน 2 ชั่วโมง", "now..03-16T11:00"},
        {"อีก 10 นาที", "03-16T09:10..03-16T09:10"},
        {"ภายในครึ่งชั่วโมง", "now..03-16T09:30"},
        {"ภายใน ๓ วันทำการ", "now..03-19T24:00"},
        {"1-2 วันทำการ", "now..03-18T24:00"},
        {"ภายในสองสามวัน", "now..03-19T24:00"},
        {"ก่อนห้าโมงเย็น", "now..03-16T17:00"},
        {"ไม่เกินสามทุ่ม", "now..03-16T21:00"},
        {"พรุ่งนี้เช้า", "03-17T06:00..03-17T12:00"},
        {"พรุ่งนี้บ่ายสองโมงครึ่ง", "03-17T14:30..03-17T14:30"},
        {"พรุ่งนี้สิบโมงเช้า", "03-17T10:00..03-17T10:00"},
        {"มะรืนนี้", "03-18T00:00..03-18T24:00"},
        {"ภายในวันศุกร์", "now..03-20T24:00"},
        {"ภายในวันศุกร์นี้", "now..03-20T24:00"},
        {"วันจันทร์หน้า", "03-23T00:00..03-23T24:00"},
        {"วันที่ 20 มีนาคม 2569", "03-20T00:00..03-20T24:00"},
        {"ภายใน 20 มี.ค. 69", "now..03-20T24:00"},
        {"20/3/69", "03-20T00:00..03-20T24:00"},
        {"ภายในวันนี้", "now..03-16T24:00"},
        {"ก่อน 17.00 น. วันนี้", "now..03-16T17:00"},
        {"เวลา 15:30 น.", "03-16T15:30..03-16T15:30"},
        {"ก่อนเที่ยง", "now..03-16T12:00"},
        {"ก่อนเที่ยงคืนวันนี้", "now..03-16T24:00"},
        {"ภายในสิ้นเดือนนี้", "now..03-31T24:00"},
        {"สิ้นเดือนเมษายน", "now..04-30T24:00"},
        {"ต้นสัปดาห์หน้า", "03-23T00:00..03-23T24:00"},
        {"ในอีก 2 ชั่วโมง", "03-16T11:00..03-16T11:00"},
        {"จากนี้จนถึงวันพฤหัส", "now..03-19T24:00"},
        {"สุดสัปดาห์นี้", "03-21T00:00..03-22T24:00"},
        {"ก่อนเลิกงาน", "now..03-16T18:00"},
        {"ระหว่างบ่ายสองถึงบ่ายสี่โมงพรุ่งนี้", "03-17T14:00..03-17T16:00"},
        {"เมื่อวานตอนบ่ายสาม", ""},
        {"หลังสงกรานต์", ""},
        {"เมื่อ 2 วันที่แล้ว", ""},
        {"วันพฤหัสที่ 19 มี.ค. 10.00 น.", "03-19T10:00..03-19T10:00"},
        {"วันพฤหัสที่แล้ว", ""},
        {"พรุ่งนี้ช่วงสายๆ", "03-17T06:00..03-17T12:00"},
        {"รับสายพรุ่งนี้", "03-17T00:00..03-17T24:00"},
        {"คืนนี้ตีสอง", "03-17T02:00..03-17T02:00"},
        {"เก้าโมงสี่สิบห้า", "03-16T09:45..03-16T09:45"},
        {"พรุ่งนี้เก้าโมงสิบคน", "03-17T09:00..03-17T09:00"},
        {"อีก 2 ชั่วโมงครึ่ง", "03-16T11:30..03-16T11:30"},
        {"ภายใน 3 วันนี้", "now..03-19T24:00"},
        {"เย็นนี้ก่อนค่ะ", "03-16T16:00..03-16T18:00"},
        {"ก่อนเย็นวันพุธ", "now..03-18T18:00"},
        {"วันอังคารหน้าเป็นอย่างช้า", "now..03-24T24:00"},
        {"ตู้เย็น", ""},
    };
    CHECK(LANG_TH, MONDAY, SAIGON, rows);
}

static void the_teams_calendar_counts(void **state) {
    const struct row row = {"trong 2 ngày làm việc", "now..03-20T24:00"};
    int32_t closed[] = {day_of(2026, 3, 17), day_of(2026, 3, 18)};
    struct work_calendar calendar = work_monday_to_friday;
    calendar.closed = closed;
    calendar.n_closed = 2;
    struct when_frame f = {.zone = zone_named(SAIGON), .calendar = &calendar};
    int offset;
    assert_true(time_read_iso(MONDAY, &f.now, &offset));
    struct prose *p = prose_read(a, LANG_VI, row.text, strlen(row.text));
    assert_string_equal(show(when_find(a, p, &f).at[0].to, &f), "03-20T24:00");
    int32_t extra[] = {day_of(2026, 3, 18)}; /* a made-up day wins over the closed one */
    calendar.extra = extra;
    calendar.n_extra = 1;
    assert_string_equal(show(when_find(a, p, &f).at[0].to, &f), "03-19T24:00");
}

int main(void) {
    a = arena_new(0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(english),
        cmocka_unit_test(vietnamese),
        cmocka_unit_test(chinese),
        cmocka_unit_test(thai),
        cmocka_unit_test(the_teams_calendar_counts),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(a);
    return failed;
}
