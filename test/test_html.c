/* Unit tables for what pages print: escapers, times in five languages, zones, translations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/say.h"
#include "base/tr.h"
#include "base/wall.h"
#include "web/asset.h"
#include "text/markdown.h"
#include "web/html.h"

#include <string.h>

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
#define DAY ((int64_t)24 * HOUR)

static const int64_t monday =
    1773642600000; /* 2026-03-16 06:30 UTC, 13:30 in Vietnam and Thailand, 14:30 in China */
static struct buf out;

#define SAYS(call, expected)                                                                                       \
    do {                                                                                                           \
        buf_reset(&out);                                                                                           \
        buf_lit(&out, "");                                                                                         \
        call;                                                                                                      \
        assert_string_equal(out.at, expected);                                                                     \
    } while (0)

static void escapers(void **state) {
    SAYS(html_text_str(&out, "a<b>&\"'"), "a&lt;b&gt;&amp;\"'");
    SAYS(html_attr_str(&out, "a<b>&\"'"), "a&lt;b&gt;&amp;&#34;&#39;");
    SAYS(html_text_str(&out, "Tiếng Việt ด้วย 中文"), "Tiếng Việt ด้วย 中文");
    SAYS(html_text_str(&out, NULL), "");
    SAYS(html_url_part_str(&out, "a/b?c#d&é"), "a%2Fb%3Fc%23d%26%C3%A9");
}

static void only_harmless_schemes(void **state) {
    static const char *const pass[] = {
        "/c/1",     "c/1",       "?a:b",         "#x:y",    "",     "//cdn.example/x",
        "HTTP://x", "https://x", "mailto:a@b.c", "tel:+84", "./a:b"};
    static const char *const refused[] = {"javascript:alert(1)",
                                          "JAVASCRIPT:x",
                                          " javascript:x",
                                          "java\tscript:x",
                                          "java\nscript:x",
                                          "\x01javascript:x",
                                          "data:text/html,x",
                                          "vbscript:x",
                                          "blob:x",
                                          "file:///etc/passwd",
                                          ":x",
                                          "https :x",
                                          "httpsx:y"};
    for (size_t i = 0; i < sizeof pass / sizeof *pass; i++)
        SAYS(html_url(&out, pass[i]), pass[i]);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        SAYS(html_url(&out, refused[i]), "#");
    SAYS(html_url(&out, "/a?b=\"'&c"), "/a?b=&#34;&#39;&amp;c");
}

static void moments(void **state) {
    static const struct {
        enum locale locale;
        const char *zone, *moment, *date, *time, *full;
    } rows[] = {
        {LOCALE_EN, "Asia/Bangkok", "Mon 16 Mar, 13:30", "Mon 16 Mar", "13:30", "Monday 16 March 2026, 13:30"},
        {LOCALE_VI, "Asia/Ho_Chi_Minh", "13:30, thứ Hai 16/3/2026", "thứ Hai 16/3/2026", "13:30",
         "13:30, thứ Hai, ngày 16 tháng 3 năm 2026"},
        {LOCALE_ZH_HANS, "Asia/Bangkok", "3月16日 周一 13:30", "3月16日 周一", "13:30",
         "2026年3月16日 星期一 13:30"},
        {LOCALE_ZH_HANT, "Asia/Taipei", "3月16日 週一 14:30", "3月16日 週一", "14:30",
         "2026年3月16日 星期一 14:30"},
        {LOCALE_TH, "Asia/Bangkok", "จ. 16 มี.ค. 2569 13:30\u00a0น.", "จ. 16 มี.ค. 2569", "13:30\u00a0น.",
         "วันจันทร์ที่ 16 มีนาคม พ.ศ. 2569 เวลา 13:30\u00a0น."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        SAYS(say_moment(&out, rows[i].locale, rows[i].zone, monday, monday + DAY), rows[i].moment);
        SAYS(say_date(&out, rows[i].locale, rows[i].zone, monday, monday + DAY), rows[i].date);
        SAYS(say_time(&out, rows[i].locale, rows[i].zone, monday), rows[i].time);
        SAYS(say_full(&out, rows[i].locale, rows[i].zone, monday), rows[i].full);
        SAYS(say_moment(&out, rows[i].locale, rows[i].zone, 0, monday), "");
        SAYS(say_ago(&out, rows[i].locale, rows[i].zone, 0, monday), "");
    }
    /* the year stands there when it is another one, and when nobody says which year it is now */
    SAYS(say_date(&out, LOCALE_ZH_HANS, "UTC", monday, monday + 300 * DAY), "2026年3月16日 周一");
    SAYS(say_date(&out, LOCALE_EN, "UTC", monday, 0), "Mon 16 Mar 2026");
    /* the last hour of the year in UTC is already the next year in Bangkok */
    SAYS(say_date(&out, LOCALE_TH, "Asia/Bangkok", 1798758000000, 0), "ศ. 1 ม.ค. 2570");
    SAYS(say_iso(&out, monday), "2026-03-16T06:30:00Z");
}

static void relative_times(void **state) {
    static const struct {
        int64_t away; /* now minus the time */
        const char *in[LOCALES];
    } rows[] = {
        {0, {"just now", "vừa xong", "刚刚", "剛剛", "เมื่อครู่นี้"}},
        {-30 * SECOND, {"just now", "vừa xong", "刚刚", "剛剛", "เมื่อครู่นี้"}},
        {MINUTE, {"1 min ago", "1 phút trước", "1分钟前", "1分鐘前", "1 นาทีที่แล้ว"}},
        {59 * MINUTE, {"59 min ago", "59 phút trước", "59分钟前", "59分鐘前", "59 นาทีที่แล้ว"}},
        {3 * HOUR, {"3 h ago", "3 giờ trước", "3小时前", "3小時前", "3 ชั่วโมงที่แล้ว"}},
        {20 * HOUR, {"yesterday", "hôm qua", "昨天", "昨天", "เมื่อวานนี้"}},
        {-20 * HOUR, {"tomorrow", "ngày mai", "明天", "明天", "พรุ่งนี้"}},
        {4 * DAY, {"4 days ago", "4 ngày trước", "4天前", "4天前", "4 วันที่แล้ว"}},
        {-5 * MINUTE, {"in 5 min", "5 phút nữa", "5分钟后", "5分鐘後", "อีก 5 นาที"}},
        {-2 * HOUR, {"in 2 h", "2 giờ nữa", "2小时后", "2小時後", "อีก 2 ชั่วโมง"}},
        {7 * DAY, {"Mon 9 Mar", "thứ Hai 9/3/2026", "3月9日 周一", "3月9日 週一", "จ. 9 มี.ค. 2569"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int locale = 0; locale < LOCALES; locale++)
            SAYS(say_ago(&out, (enum locale)locale, "Asia/Bangkok", monday - rows[i].away, monday),
                 rows[i].in[locale]);
    /* yesterday evening seen in the morning: hours, because they say more */
    SAYS(say_ago(&out, LOCALE_EN, "UTC", monday - 7 * HOUR, monday), "7 h ago");
}

static void durations(void **state) {
    SAYS(say_duration(&out, LOCALE_EN, 200 * MINUTE), "3 h 20 min");
    SAYS(say_duration(&out, LOCALE_VI, 200 * MINUTE), "3 giờ 20 phút");
    SAYS(say_duration(&out, LOCALE_ZH_HANS, 200 * MINUTE), "3小时20分钟");
    SAYS(say_duration(&out, LOCALE_TH, 200 * MINUTE), "3 ชั่วโมง 20 นาที");
    SAYS(say_duration(&out, LOCALE_EN, DAY + HOUR + MINUTE), "1 day 1 h");
    SAYS(say_duration(&out, LOCALE_EN, 2 * DAY + 5 * MINUTE), "2 days");
    SAYS(say_duration(&out, LOCALE_EN, 0), "under a minute");
}

static void zones(void **state) {
    static const struct {
        const char *zone;
        int64_t at, offset;
    } rows[] = {
        {"Asia/Ho_Chi_Minh", monday, 7 * HOUR},
        {"Asia/Shanghai", monday, 8 * HOUR},
        {"Europe/Berlin", 1774745999000, HOUR},     /* 2026-03-29 00:59:59 UTC */
        {"Europe/Berlin", 1774746000000, 2 * HOUR}, /* one second later */
        {"America/St_Johns", monday, -150 * MINUTE},
        {"Asia/Shanghai", 516000000000, 9 * HOUR}, /* 1986 had a summer time */
        {NULL, monday, 0},
        {"", monday, 0},
        {"Nowhere/Town", monday, 0},
        {"Châu Á", monday, 0},
    };
    for (int round = 0; round < 2; round++) /* the second time from the cache */
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
            assert_int_equal(wall_offset(rows[i].zone, rows[i].at), rows[i].offset);
    assert_true(wall_zone_known("Asia/Bangkok"));
    assert_false(wall_zone_known("Nowhere/Town"));
    assert_false(wall_zone_known("Châu Á"));

    struct wall w = wall_at("America/New_York", -1);
    assert_int_equal(w.year, 1969);
    assert_int_equal(w.month, 12);
    assert_int_equal(w.day, 31);
    assert_int_equal(w.hour, 18); /* New York kept standard time */
    assert_int_equal(w.minute, 59);
    assert_int_equal(w.weekday, 3);
    w = wall_at(NULL, 1709164800000); /* 2024-02-29 */
    assert_int_equal(w.month, 2);
    assert_int_equal(w.day, 29);
    assert_int_equal(w.weekday, 4);
}

static void elements(void **state) {
    struct page page = {
        .lang = "vi", .locale = LOCALE_VI, .zone = "Asia/Ho_Chi_Minh", .now = monday, .title = "Hộp thư <1>"};
    SAYS(html_ago(&out, &page, monday - 5 * MINUTE), "<time datetime=\"2026-03-16T06:25:00Z\" title=\"13:25, thứ "
                                                     "Hai, ngày 16 tháng 3 năm 2026\">5 phút trước</time>");
    SAYS(html_ago_attr(&out, &page, monday - 5 * MINUTE), "5 phút trước");
    SAYS(html_ago(&out, &page, 0), "");
    SAYS(html_number(&out, &page, 1234567), "1.234.567");
    SAYS(html_number(&out, &page, -123456), "-123.456");
    SAYS(html_number(&out, &page, 12), "12");
    SAYS(html_fragment(&out, &page), "<title>Hộp thư &lt;1&gt;</title>");
    SAYS(html_csrf(&out, &page), ""); /* nobody is signed in */
    page.locale = LOCALE_EN;
    SAYS(html_strings(&out, &page), ""); /* the scripts are in English */
    SAYS(html_number(&out, &page, 1234567), "1,234,567");
}

static void tags_of_languages(void **state) {
    static const struct {
        const char *tag;
        enum locale locale;
    } rows[] = {{"en-GB", LOCALE_EN},      {"vi-VN", LOCALE_VI},
                {"VI", LOCALE_VI},         {"zh", LOCALE_ZH_HANS},
                {"zh-CN", LOCALE_ZH_HANS}, {"zh-SG", LOCALE_ZH_HANS},
                {"zh-TW", LOCALE_ZH_HANT}, {"zh-Hant-HK", LOCALE_ZH_HANT},
                {"zh_HK", LOCALE_ZH_HANT}, {"zh-Hans-HK", LOCALE_ZH_HANS},
                {"th", LOCALE_TH},         {"vietnam", LOCALE_EN},
                {"de", LOCALE_EN},         {"", LOCALE_EN},
                {NULL, LOCALE_EN}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(locale_of(rows[i].tag), rows[i].locale);
    for (int locale = 0; locale < LOCALES; locale++)
        assert_int_equal(locale_of(locale_tag((enum locale)locale)), locale);
}

static void sentences(void **state) {
    const char *unknown = "No catalogue has this sentence, {who}";
    assert_ptr_equal(tr(LOCALE_VI, unknown), unknown);
    assert_string_equal(tr_n(LOCALE_EN, 1, "{n} thing", "{n} things"), "{n} thing");
    assert_string_equal(tr_n(LOCALE_EN, 0, "{n} thing", "{n} things"), "{n} things");
    SAYS(tr_fill(&out, unknown, "who", "ด้วย", NULL), "No catalogue has this sentence, ด้วย");
    SAYS(tr_fill(&out, "{b}{a}{c}{", "a", "1", "b", "2", NULL), "21{c}{");
}

static void embedded(void **state) {
    for (size_t i = 0; i < assets_n; i++) {
        assert_string_equal(asset_url(assets[i].name), assets[i].path);
        assert_ptr_equal(asset_find(assets[i].path), &assets[i]);
    }
    assert_string_equal(asset_url("no such file"), "/assets/missing");
    assert_null(asset_find("/assets/missing"));
}

static int end(void **state) {
    buf_free(&out);
    return 0;
}

static void links_of_customers_are_closed(void **state) {
    static const struct {
        const char *text, *html;
    } rows[] = {
        {"see http://a.b/c.",
         "see <a rel=\"noopener noreferrer nofollow\" target=\"_blank\" href=\"http://a.b/c\">http://a.b/c</a>."},
        {"http:// <b>", "<span>http://</span> &lt;b&gt;"},
        {"https://", "<span>https://</span>"},
    };
    struct arena *a = arena_new(0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(plain_html(a, rows[i].text), rows[i].html);
    /* md4c crosses these: what is opened is closed, and in order. */
    const char *html = markdown_html(a, "[[[[[[[[a](__b~~[[[://)Za](__| ---- |bc");
    assert_string_equal(html + strlen(html) - 4, "</p>");
    assert_string_equal(
        markdown_html(a, "1. **a** ~~b~~\n2. `c`\n\n> [d](tel:1)"),
        "<ol><li><strong>a</strong> <del>b</del></li><li><code>c</code></li></ol><blockquote><p><a "
        "rel=\"noopener noreferrer nofollow\" target=\"_blank\" href=\"tel:1\">d</a></p></blockquote>");
    arena_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_of_customers_are_closed),
        cmocka_unit_test(escapers),
        cmocka_unit_test(only_harmless_schemes),
        cmocka_unit_test(moments),
        cmocka_unit_test(relative_times),
        cmocka_unit_test(durations),
        cmocka_unit_test(zones),
        cmocka_unit_test(elements),
        cmocka_unit_test(tags_of_languages),
        cmocka_unit_test(sentences),
        cmocka_unit_test(embedded),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
