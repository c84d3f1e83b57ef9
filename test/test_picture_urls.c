/* Which addresses of pictures stand in a mail's HTML. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "text/picture_urls.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *html, *urls; /* separated by blanks */
} cases[] = {
    {"<img src=\"https://a.test/1.png\">", "https://a.test/1.png"},
    {"<IMG SRC = 'http://a.test/1.png' alt=x>", "http://a.test/1.png"},
    {"<img src=https://a.test/1.png>", "https://a.test/1.png"},
    {"<img src=https://a.test/1.png alt=x>", "https://a.test/1.png"},
    {"<img src=\" https://a.test/1\n.png \">", "https://a.test/1.png"},
    {"<img src=\"//a.test/1.png\">", "https://a.test/1.png"},
    {"<img src=\"HTTPS://A.test/1.png\">", "HTTPS://A.test/1.png"},
    {"<img src=\"https://a.test/?a=1&amp;b=2&b=3&#38;c&#x26;d\">", "https://a.test/?a=1&b=2&b=3&c&d"},
    {"<img src='https://a.test/&quot;x&apos;'>", "https://a.test/\"x'"},
    {"<img src=\"https://a.test/\xe1\xba\xa3nh.png\">", "https://a.test/\xe1\xba\xa3nh.png"},
    {"<img src=\"https://a.test/&#7843;nh.png\">", "https://a.test/\xe1\xba\xa3nh.png"},
    {"<td background=\"https://a.test/b.png\">", "https://a.test/b.png"},
    {"<p style=\"background:url(https://a.test/c.png)\">", "https://a.test/c.png"},
    {"<p style=\"background:url('https://a.test/c.png')\">", "https://a.test/c.png"},
    {"<p style=\"background:url(&quot;https://a.test/c.png&quot;)\">", "https://a.test/c.png"},
    {"<style>p{background:url( \"https://a.test/c.png\" )}</style>", "https://a.test/c.png"},
    {"<img src=https://a.test/1><img src=https://a.test/2><img src=https://a.test/1>",
     "https://a.test/1 https://a.test/2"},
    /* and what is none */
    {"", ""},
    {"<img src>", ""},
    {"<img src=", ""},
    {"<img src=\"", ""},
    {"<img src=\"cid:a\">", ""},
    {"<img src=\"data:image/png;base64,AAAA\">", ""},
    {"<img src=\"/f/att_x\">", ""},
    {"<img src=\"1.png\">", ""},
    {"<img src=\"javascript:alert(1)\">", ""},
    {"<img src=\"file:///etc/passwd\">", ""},
    {"<img src=\"ftp://a.test/1\">", ""},
    {"<a href=\"https://a.test/page\">https://a.test/page</a>", ""},
    {"<p>src is a word, and so is background</p>", ""},
};

static void test_table(void **state) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new(0);
        const char *urls[PICTURE_URLS_MAX], *all = "";
        size_t n = picture_urls(a, cases[i].html, urls);
        for (size_t k = 0; k < n; k++)
            all = arena_printf(a, "%s%s%s", all, k ? " " : "", urls[k]);
        assert_string_equal(all, cases[i].urls);
        arena_free(a);
    }
}

static void test_limits(void **state) {
    struct arena *a = arena_new(0);
    const char *urls[PICTURE_URLS_MAX];
    struct buf html = {0};
    for (int i = 0; i < PICTURE_URLS_MAX + 50; i++)
        buf_printf(&html, "<img src=https://a.test/%d>", i);
    assert_int_equal(picture_urls(a, html.at, urls), PICTURE_URLS_MAX);
    buf_reset(&html);
    buf_lit(&html, "<img src=https://a.test/");
    for (int i = 0; i < PICTURE_URL_MAX; i++)
        buf_char(&html, 'a');
    buf_lit(&html, "><img src=https://b.test/>");
    assert_int_equal(picture_urls(a, html.at, urls), 1);
    assert_string_equal(urls[0], "https://b.test/");
    buf_free(&html);
    arena_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_table), cmocka_unit_test(test_limits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
