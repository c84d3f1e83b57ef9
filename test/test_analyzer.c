/* Tables for src/text/analyzer and normal: which tokens a text gives, and which texts are the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those above */

#include "base/buf.h"
#include "base/utf8.h"
#include "text/analyzer.h"
#include "text/normal.h"

#include <pthread.h>
#include <string.h>

static struct arena *a;

/* The tokens of one kind, joined by '|'. */
static char *tokens_of(enum token_kind kind, const char *text) {
    struct tokens t = analyze(a, text, strlen(text));
    struct buf out = {0};
    for (size_t i = 0; i < t.n; i++) {
        if (t.at[i].kind != kind)
            continue;
        if (out.len)
            buf_char(&out, '|');
        buf_str(&out, t.at[i].text);
    }
    char *copy = arena_copy_n(a, out.at ? out.at : "", out.len);
    buf_free(&out);
    return copy;
}

static void kinds(void **state) {
    static const struct {
        enum token_kind kind;
        const char *in, *out;
    } rows[] = {
        {TOKEN_WORD, "Don’t Refund ME", "don't|refund|me"},
        {TOKEN_WORD, "Ｗｉ－Ｆｉ ５Ｇ", "wi|fi|5g"},
        {TOKEN_WORD, "5.000 đồng, 12,500 baht, 1.5 kg", "5000|đông\xcc\x80|12500|baht|1.5|kg"},
        {TOKEN_STEM, "Refunds were delayed", "refund|were|delay"},
        {TOKEN_STEM, "hoàn tiền", "hoan|tien"},
        {TOKEN_STEM, "退款 refunds คืนเงิน", "refund"},
        {TOKEN_PAIR, "Hoàn tiền cho đơn", "hoan tien|tien cho|cho don"},
        {TOKEN_PAIR, "我要 refund 退款", ""},
        {TOKEN_GRAM, "Đơn wifi", "^don|don$|^wif|wifi|ifi$"},
        {TOKEN_GRAM, "a ok", "^a$|^ok$"},
        {TOKEN_GRAM, "退款 คืนเงิน", ""},
        {TOKEN_HAN, "退款，谢谢", "退|款|谢|谢"},
        {TOKEN_HAN_PAIR, "退款，谢谢 A 好", "退款|谢谢"},
        {TOKEN_HAN_PAIR, "退貨運費", "退货|货运|运费"},
        {TOKEN_HAN_PAIR, "山峯麪衞妳", "山峰|峰面|面卫|卫你"}, /* as Taiwan and Hong Kong write them */
        {TOKEN_THAI, "คืนเงิน", "คนเ|นเง|เงน"},
        {TOKEN_THAI, "ที่", "ท"},
        {TOKEN_CLUSTER, "คืนเงินค่ะ", "คืน|นเงิ|เงิน|นค่ะ"},
        {TOKEN_CLUSTER, "refund", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(tokens_of(rows[i].kind, rows[i].in), rows[i].out);
}

/* Pairs that search must treat as one text, in the given kind, and twins that it must keep apart. */
static void same_and_different(void **state) {
    static const struct {
        enum token_kind kind;
        bool same;
        const char *one, *other;
    } rows[] = {
        {TOKEN_WORD, true, "hoá đơn", "hóa đơn"},
        {TOKEN_WORD, true, "uỷ quyền, thuý", "ủy quyền, thúy"},
        {TOKEN_WORD, true, "hoa\xcc\x81 \xc4\x91\xc6\xa1n", "hóa đơn"}, /* decomposed */
        {TOKEN_WORD, false, "hoa đơn", "hóa đơn"},
        {TOKEN_WORD, false, "trước", "trược"},
        {TOKEN_GRAM, true, "Đổi trả", "doi tra"},
        {TOKEN_GRAM, false, "đổi", "đợt"},
        {TOKEN_HAN, true, "帳號無法登入", "账号无法登入"},
        {TOKEN_HAN, true, "妳的後臺", "你的后台"},
        {TOKEN_HAN, false, "退货", "退款"},
        {TOKEN_WORD, true, "๒๕๖๙", "2569"},
        {TOKEN_CLUSTER, true, "น้ำ", "น\xe0\xb9\x8d\xe0\xb9\x89\xe0\xb8\xb2"},
        {TOKEN_CLUSTER, true, "แพ็ก", "เเพ็ก"},
        {TOKEN_CLUSTER, true, "ที่นี่", "ท\xe0\xb9\x88\xe0\xb8\xb5น\xe0\xb9\x88\xe0\xb8\xb5"},
        {TOKEN_CLUSTER, false, "ค่าส่ง", "ค้าส่ง"},
        {TOKEN_THAI, true, "ค่าจัดส่ง", "คาจดสง"},
        {TOKEN_THAI, false, "ค่าส่ง", "คาสง่า"},
        {TOKEN_WORD, true, "don’t", "don't"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool same = !strcmp(tokens_of(rows[i].kind, rows[i].one), tokens_of(rows[i].kind, rows[i].other));
        if (same != rows[i].same)
            fail_msg("%s / %s", rows[i].one, rows[i].other);
    }
}

/* Each token's place in the original holds the text it came from. */
static void places(void **state) {
    static const char text[] = "Ｗｉ－Ｆｉ ﬁx: 臺北 น\xe0\xb9\x8d\xe0\xb9\x89\xe0\xb8\xb2 a\xcc\x81o \xff!";
    struct tokens t = analyze(a, text, sizeof text - 1);
    assert_true(t.n > 10);
    size_t count = utf8_count(text, sizeof text - 1);
    for (size_t i = 0; i < t.n; i++)
        assert_true(t.at[i].start < t.at[i].end && t.at[i].end <= count);
    for (size_t i = 0; i < t.n; i++) {
        if (t.at[i].kind == TOKEN_WORD && !strcmp(t.at[i].text, "fix")) {
            assert_int_equal(t.at[i].start, 6);
            assert_int_equal(t.at[i].end, 8); /* the ligature is one character */
        }
        if (t.at[i].kind == TOKEN_HAN && !strcmp(t.at[i].text, "台"))
            assert_int_equal(t.at[i].start, 10);
    }
}

static void nothing_is_text_too(void **state) {
    static const char *const rows[] = {"", " \n\t", "!!! … ——", "👍👍", "\xff\xfe"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(analyze(a, rows[i], strlen(rows[i])).n, 0);
    char long_word[5000];
    memset(long_word, 'x', sizeof long_word - 1);
    long_word[sizeof long_word - 1] = 0;
    assert_true(analyze(a, long_word, sizeof long_word - 1).n > 0);
}

static void *analyze_many(void *arg) {
    struct arena *mine = arena_new(0);
    for (int i = 0; i < 200; i++) {
        struct tokens t = analyze(mine, "กรุณาคืนเงิน refunds 退款 hoàn", strlen("กรุณาคืนเงิน refunds 退款 hoàn"));
        *(size_t *)arg = t.n;
        arena_reset(mine);
    }
    arena_free(mine);
    return NULL;
}

static void threads_agree(void **state) {
    pthread_t thread[3];
    size_t n[3] = {0};
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, analyze_many, &n[i]), 0);
    for (int i = 0; i < 3; i++)
        pthread_join(thread[i], NULL);
    assert_true(n[0] > 10 && n[0] == n[1] && n[1] == n[2]);
}

static int setup(void **state) { return a = arena_new(0), 0; }
static int teardown(void **state) { return arena_free(a), 0; }

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds),         cmocka_unit_test(same_and_different),
        cmocka_unit_test(places),        cmocka_unit_test(nothing_is_text_too),
        cmocka_unit_test(threads_agree),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
