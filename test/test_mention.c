/* Who is called upon in a note, and what only looks like it (text/mention.h). */
#include "text/mention.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static const struct mention_name people[] = {
    {"Lan", "lan@shop.test"},
    {"Nguyễn Thị Lan", "ntlan@shop.test"},
    {"Hòa", "hoa1@shop.test"},
    {"Hoa", "hoa2@shop.test"},
    {"小明", "xm@shop.test"},
    {"小明華", "xmh@shop.test"},
    {"สมชาย", "somchai@shop.test"},
    {"สม", "som@shop.test"},
    {"Anne O'Neil", "anne.oneil@shop.test"},
    {"Đức", "duc@shop.test"},
    {"An", "an1@shop.test"},
    {"An", "an2@shop.test"},
};
enum { PEOPLE = sizeof people / sizeof *people };

/* "called: numbers; marked: texts" */
static const char *read_note(struct arena *a, const char *text) {
    bool called[PEOPLE];
    struct mention_span *spans;
    size_t n = mention_find(a, text, people, PEOPLE, called, &spans);
    char *out = arena_printf(a, "%s", "");
    for (size_t i = 0; i < PEOPLE; i++)
        if (called[i])
            out = arena_printf(a, "%s%d ", out, (int)i);
    for (size_t i = 0; i < n; i++)
        out = arena_printf(a, "%s[%.*s]", out, (int)(spans[i].end - spans[i].start), text + spans[i].start);
    return out;
}

static void who_is_called(void **state) {
    const struct {
        const char *text, *found;
    } table[] = {
        {"@Lan please look", "0 [@Lan]"},
        {"please look, @lan", "0 [@lan]"},
        {"(@LAN)", "0 [@LAN]"},
        {"@Lan, @Lan", "0 [@Lan][@Lan]"},
        {"＠Ｌａｎ", "0 [＠Ｌａｎ]"},
        {"@Lan's case", "0 [@Lan]"},
        {"Ask @Lan.", "0 [@Lan]"},
        {"@Nguyễn Thị Lan xem giúp", "1 [@Nguyễn Thị Lan]"},
        {"@nguyen thi lan xem giup", "1 [@nguyen thi lan]"},
        {"@Nguyễn  Thị Lan", "1 [@Nguyễn  Thị Lan]"},
        {"nhờ @Đức và @duc", "9 [@Đức][@duc]"},
        {"@Hòa ơi", "2 [@Hòa]"},
        {"@hoa oi", "3 [@hoa]"},
        {"请@小明看一下", "4 [@小明]"},
        {"请@小明華看一下", "5 [@小明華]"},
        {"@Lan看一下", "0 [@Lan]"},
        {"ฝาก@สมชายดูหน่อยค่ะ", "6 [@สมชาย]"},
        {"ฝาก@สม ดูหน่อย", "7 [@สม]"},
        {"@anne o’neil", "8 [@anne o’neil]"},
        {"@lan@shop.test can you?", "0 [@lan@shop.test]"},
        {"@anne.oneil@shop.test.", "8 [@anne.oneil@shop.test]"},
        {"@An there are two", "10 11 [@An]"},
        {"@an2@shop.test", "11 [@an2@shop.test]"},
        {"@Lan @小明@สมชาย", "0 4 6 [@Lan][@小明][@สมชาย]"},
    };
    struct arena *a = arena_new(0);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_string_equal(read_note(a, table[i].text), table[i].found);
    arena_free(a);
}

static void who_is_not(void **state) {
    const char *const table[] = {
        "",
        "@",
        "@ Lan",
        "Lan",
        "@@",
        "mail lan@shop.test",
        "write to x@Lan",
        "ask@Lan.test",
        "a.@Lan",
        "https://social.test/@Lan",
        "@Landing",
        "@Lan2",
        "@Lan@other.test",
        "@Lan.nguyen",
        "@Lan-Anh",
        "@lan@shop.test.vn",
        "@Nobody",
        "@Nguyễn Thị",
        "@Anh",
        "@สมาน",
        "@小",
        "@Nguyễn\nThị Lan",
        "người@Lan",
    };
    struct arena *a = arena_new(0);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_string_equal(read_note(a, table[i]), "");
    arena_free(a);
}

#define M(name) "<span class=\"mention\">" name "</span>"
static void how_it_is_shown(void **state) {
    const struct {
        const char *html, *marked;
    } table[] = {
        {"<p>@Lan look</p>", "<p>" M("@Lan") " look</p>"},
        {"<p>a &lt;b&gt; &amp; @Lan &amp;</p>", "<p>a &lt;b&gt; &amp; " M("@Lan") " &amp;</p>"},
        {"<p><strong>@Lan</strong></p>", "<p><strong>" M("@Lan") "</strong></p>"},
        {"<p><a href=\"https://x.test/@Lan\">@Lan</a> @Lan</p>",
         "<p><a href=\"https://x.test/@Lan\">@Lan</a> " M("@Lan") "</p>"},
        {"<p><code>@Lan</code></p>", "<p><code>@Lan</code></p>"},
        {"<p title=\"@Lan\">x</p>", "<p title=\"@Lan\">x</p>"},
        {"<p>nobody</p>", "<p>nobody</p>"},
        {"", ""},
    };
    struct arena *a = arena_new(0);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_string_equal(mention_mark(a, table[i].html, people, PEOPLE), table[i].marked);
    const struct mention_name odd = {"<b>\"&", "odd@shop.test"};
    assert_string_equal(mention_mark(a, "<p>@&lt;b&gt;&quot;&amp; x</p>", &odd, 1),
                        "<p>" M("@&lt;b&gt;&quot;&amp;") " x</p>");
    assert_string_equal(mention_mark(a, "<p>@Lan</p>", people, 0), "<p>@Lan</p>");
    arena_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_called),
        cmocka_unit_test(who_is_not),
        cmocka_unit_test(how_it_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
