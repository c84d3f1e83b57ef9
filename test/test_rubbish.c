/* Rubbish in articles: what is found, and beside it what looks like it and must be left alone. */
#include "text/html_markdown.h"
#include "text/rubbish.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct example {
    const char *lang, *title, *body;
    const char *found; /* the kinds, each once; "" none */
};

static const struct example examples[] = {
    /* no title */
    {"en", "", "We are open from nine to five.", "no_title"},
    {"en", "Hours", "We are open from nine to five.", ""},
    /* doubled */
    {"en", "Returns",
     "You can send anything back within thirty days. Keep it.\n\nYou can send anything back within thirty days.",
     "doubled"},
    {"en", "Returns",
     "You can send anything back within thirty days. You can send anything back within sixty days.", ""},
    {"en", "Short", "Tap Save. Then wait. Tap Save. Then go on.", ""},
    {"vi", "Trả hàng",
     "Quý khách có thể trả hàng trong vòng ba mươi ngày. Giữ lại tem.\nQuý khách có thể trả hàng trong vòng ba "
     "mươi ngày.",
     "doubled"},
    {"zh-Hans", "退货", "收到商品后三十天内都可以申请退货退款。请保留吊牌。收到商品后三十天内都可以申请退货退款。",
     "doubled"},
    {"zh-Hans", "退货", "收到商品后三十天内可以退货。请保留吊牌。", ""},
    {"th", "คืนสินค้า", "ลูกค้าสามารถคืนสินค้าได้ภายในสามสิบวัน\nเก็บป้ายไว้\nลูกค้าสามารถคืนสินค้าได้ภายในสามสิบวัน", "doubled"},
    /* placeholders */
    {"en", "Price", "It takes XNUMX days.", "placeholder"},
    {"en", "Price", "Call $config[phone] first.", "placeholder"},
    {"en", "Price", "Dear {{customer_name}}, hello.", "placeholder"},
    {"en", "Price", "Lorem ipsum comes here.", "placeholder"},
    {"en", "Price", "Fees: TBD", "placeholder"},
    {"en", "Price", "Write to [your company].", "placeholder"},
    {"en", "Price", "It costs $12, or $10 [with a voucher], in sizes L, XL and XXL. The XBOX is another thing.",
     ""},
    {"en", "Variables", "Write `{{name}}` where the name goes, and `$config[x]` for the rest.", ""},
    {"vi", "Giá", "Liên hệ [điền số điện thoại] để được báo giá.", "placeholder"},
    {"zh-Hans", "价格", "费用：待补充", "placeholder"},
    {"th", "ราคา", "โทร [ใส่เบอร์โทร] ได้เลย", "placeholder"},
    /* promised, but missing */
    {"en", "Five common errors", "1. It does not start.\n2. It does not stop.", "missing"},
    {"en", "Two common errors", "1. It does not start.\n2. It does not stop.", ""},
    {"en", "Start", "Follow these three steps.\n\n- Plug it in\n- Wait\n- Press the key", ""},
    {"en", "Start", "It takes five days and two people.\n\n- Plug it in", ""},
    {"en", "Start", "Press the key, as in the image below.", "missing"},
    {"en", "Start", "Press the key, as in the image below.\n\n![The key](/help/p/pic_a)", ""},
    {"en", "Start", "The prices are in the table below.\n\n| a | b |\n|---|---|\n| 1 | 2 |", ""},
    {"en", "Start", "Do the following:", "missing"},
    {"en", "Start", "Do the following:\n\n1. Plug it in.", ""},
    {"vi", "5 lỗi thường gặp", "1. Không mở được máy.\n2. Không tắt được máy.", "missing"},
    {"vi", "Năm nay", "Trong năm nay cửa hàng mở thêm ba chi nhánh.\n\n- Hà Nội\n- Huế", ""},
    {"vi", "Cài đặt", "Bấm nút như hình bên dưới.", "missing"},
    {"zh-Hans", "五个步骤完成退货", "1. 打包\n2. 寄出", "missing"},
    {"zh-Hans", "两个步骤完成退货", "1. 打包\n2. 寄出", ""},
    {"zh-Hant", "設定", "請按右上角的按鈕，如下圖。", "missing"},
    {"th", "5 ขั้นตอนการคืนสินค้า", "1. แพ็กของ\n2. ส่งของ", "missing"},
    {"th", "ตั้งค่า", "กดปุ่มตามภาพด้านล่าง", "missing"},
    /* advertising */
    {"en", "Help", "See [this offer](https://best-casino.example/win).", "advertising"},
    {"en", "Help", "See [shop](https://shop.example/?utm_campaign=spring).", "advertising"},
    {"en", "Help", "See [our shop](https://shop.example/bags) for the sizes of our game of poker cards.", ""},
    /* pages */
    {"en", "Help", "See [another](other-page.html).", "dead_link"},
    {"en", "Help",
     "See [a known one](known.html), [ours](/help/en), [a part](#top) and [the law](https://law.example/hc).", ""},
    /* language */
    {"vi", "Trả hàng",
     "You can send anything back to us within thirty days, and we will pay for the parcel when it was our fault.",
     "language"},
    {"vi", "Trả hàng",
     "Tải ứng dụng Kept Mobile for Android từ Google Play Store rồi đăng nhập bằng số điện thoại của quý khách.",
     ""},
    {"en", "Returns", "收到商品后三十天内都可以申请退货退款，请保留吊牌和发票，我们承担运费。", "language"},
    {"zh-Hant", "退貨", "收到商品后三十天内都可以申请退货退款，请保留吊牌和发票，我们承担运费。", ""},
    {"th", "คืนสินค้า", "ลูกค้าสามารถคืนสินค้าได้ภายในสามสิบวันหลังได้รับของ โดยเก็บป้ายไว้ให้ครบ", ""},
};

static bool is_known(void *arg, const char *link) {
    (void)arg;
    return strcmp(link, "known.html") == 0;
}

static void finds_what_is_wrong_and_nothing_else(void **state) {
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const struct example *x = &examples[i];
        struct arena *a = arena_new(0);
        struct rubbish found[RUBBISH_MAX];
        size_t n = rubbish_find(a, x->lang, x->title, x->body, is_known, NULL, found);
        char kinds[200] = "";
        for (size_t k = 0; k < n; k++)
            if (!k || found[k].kind != found[k - 1].kind) {
                if (*kinds)
                    strcat(kinds, " ");
                strcat(kinds, rubbish_name(found[k].kind));
            }
        if (strcmp(kinds, x->found) != 0) {
            wrong++;
            print_error("\"%s\" \"%s\": found \"%s\" (%s), expected \"%s\"\n", x->title, x->body, kinds,
                        n ? found[0].quote : "", x->found);
        }
        arena_free(a);
    }
    assert_int_equal(wrong, 0);
}

static const char *const pages[][2] = {
    {"<p>One &amp; two</p><p>three</p>", "One & two\n\nthree"},
    {"<h2>Head</h2><p>a <strong>b </strong>c</p>", "## Head\n\na **b** c"},
    {"<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul><p>d</p>", "- a\n- b\n    - c\n\nd"},
    {"<ol><li><p>a</p></li><li>b</li></ol>", "1. a\n2. b"},
    {"<a href=\"https://x.example/a b\">x</a> <a name=\"y\"></a>z", "[x](https://x.example/a%20b) z"},
    {"<a href=\"javascript:alert(1)\">x</a><script>alert(2)</script>", "x"},
    {"<img src=\"p.png\" alt=\"A key\">", "![A key](p.png)"},
    {"<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2|3</td></tr></table>",
     "| a | b |\n|---|---|\n| 1 | 2\\|3 |"},
    {"<pre><code>x &lt; y\nz</code></pre>", "```\nx < y\nz\n```"},
    {"2 * 3 <b>and</b> a_b <code>c*d</code>", "2 \\* 3 **and** a_b `c*d`"},
    {"# no heading", "\\# no heading"},
    {"<blockquote><p>a</p><p>b</p></blockquote>c", "> a\n>\n> b\n\nc"},
    {"<b>never closed<p>next", "**never closed**\n\nnext"},
    {"<div><div><div>deep</div></div></div><", "deep\n\\<"},
    {"<!-- gone --><a href='", ""},
};

static void reads_html(void **state) {
    (void)state;
    struct arena *a = arena_new(0);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        assert_string_equal(html_markdown(a, pages[i][0], strlen(pages[i][0])), pages[i][1]);
    arena_free(a);
}

static void nesting_does_not_hang_it(void **state) {
    (void)state;
    enum { N = 200 * 1000 };
    struct arena *a = arena_new(0);
    char *html = arena_alloc(a, N * 4 + 1);
    for (int i = 0; i < N; i++)
        memcpy(html + i * 4, i % 2 ? "<ul>" : "<li>", 4);
    assert_true(strlen(html_markdown(a, html, N * 4)) < 10 * 1000);
    arena_free(a);
}

/* Quadratic reading of any of these would take minutes. */
static void repetition_does_not_hang_it(void **state) {
    (void)state;
    static const char *const parts[] = {"{{", "${", "$a[", "](",     "[a](b", "5 steps ",
                                        "X",  "`",  "![",  "</a>\n", "- \n"};
#ifdef __SANITIZE_ADDRESS__ /* many times slower, and here for what it reads, not for how long */
    enum { SIZE = 20 * 1000 };
#else
    enum { SIZE = 600 * 1000 };
#endif
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct arena *a = arena_new(0);
        struct rubbish found[RUBBISH_MAX];
        char *text = arena_alloc(a, SIZE + 1);
        size_t n = strlen(parts[i]);
        for (size_t at = 0; at + n <= SIZE; at += n)
            memcpy(text + at, parts[i], n);
        rubbish_find(a, "en", "Title", text, is_known, NULL, found);
        arena_free(a);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_is_wrong_and_nothing_else),
        cmocka_unit_test(reads_html),
        cmocka_unit_test(nesting_does_not_hang_it),
        cmocka_unit_test(repetition_does_not_hang_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
