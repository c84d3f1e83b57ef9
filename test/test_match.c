/* Tables for src/text/match: which queries find which messages, filters, highlighting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those above */

#include "base/buf.h"
#include "text/match.h"

#include <ctype.h>
#include <string.h>

static struct arena *a;

/* What a database does with the terms: every group has an alternative among the indexed ones. */
static bool index_has(const char *index, const char *term, size_t n) {
    bool prefix = n && term[n - 1] == '*';
    if (prefix)
        n--;
    for (const char *at = index; *at;) {
        size_t len = strcspn(at, " ");
        if (len >= n && !memcmp(at, term, n) && (prefix || len == n))
            return true;
        at += len + (at[len] == ' ');
    }
    return false;
}

static bool finds(const char *query, const char *text) {
    const char *index = search_terms_for_index(a, text), *want = search_terms_for_query(a, query);
    if (!*want)
        return false;
    for (const char *group = want; *group;) {
        size_t len = strcspn(group, " ");
        bool any = false;
        for (const char *alt = group; alt < group + len;) {
            size_t n = strcspn(alt, "| ");
            any |= index_has(index, alt, n);
            alt += n + 1;
        }
        if (!any)
            return false;
        group += len + (group[len] == ' ');
    }
    return search_holds(a, text, query);
}

static void found_or_not(void **state) {
    static const struct {
        bool found;
        const char *query, *text;
    } rows[] = {
        {true, "refund", "We have refunded the full amount."},
        {true, "refunds ", "I want a refund!"},
        {true, "deliv", "When will it be delivered?"},
        {false, "del ", "When will it be delivered?"},
        {false, "fund", "I want a refund!"},
        {true, "dont", "I don’t understand"},
        {true, "don't", "I don’t understand"},
        {true, "refund ", "REFUND"},
        {true, "5000", "phí là 5.000 đồng"},
        {true, "hoan tien", "Shop hoàn tiền cho em nhé"},
        {true, "hoàn tiền", "bao gio hoan tien vay shop"},
        {true, "hóa đơn", "cho mình xin hoá đơn đỏ"},
        {true, "đổi", "em muon doi size"},
        {false, "hoàn tiền", "Đơn đã hoàn thành"},
        {true, "\"hoàn tiền\"", "Yêu cầu hoàn tiền của anh"},
        {false, "\"hoàn tiền\"", "Đã hoàn tất, tiền sẽ về sau 3 ngày"},
        {true, "退款", "我想问一下退款什么时候到账"},
        {true, "退款", "請問退款何時入帳"},
        {true, "退貨", "已经退货三天了"},
        {true, "账户", "我的帳戶被鎖定了"},
        {true, "款", "退款"},
        {true, "退", "退款"},
        {false, "款退", "退款"},
        {false, "退货", "退款和收货"},
        {true, "iPhone退款", "買的 iPhone 想退款"},
        {true, "คืนเงิน", "รบกวนตรวจสอบเรื่องคืนเงินด้วยค่ะ"},
        {true, "คืนเงิน", "ขอคื่นเงินครับ"}, /* a tone too many */
        {true, "ค่าจัดสง", "ค่าจัดส่งเท่าไหร่คะ"},
        {true, "น้ำ", "เครื่องกรองน\xe0\xb9\x8d\xe0\xb9\x89\xe0\xb8\xb2เสีย"},
        {false, "คืนเงิน", "ได้ของคืนแล้ว แต่เงินยังไม่เข้า"},
        {false, "ก", "การ์ด"}, /* the cluster is กา */
        {true, "การ", "ทำการจัดส่ง"},
        {true, "0901234567", "Số em là 0901 234 567 ạ"},
        {true, "0901.234.567", "call 0901234567"},
        {true, "0901 234 567", "Order 12, phone 0901-234-567"},
        {true, "KP-2041", "เลขคำสั่งซื้อ kp2041 / KP-2041"},
        {true, "lan@example.com", "gửi về Lan@Example.com giúp em"},
        {true, "доставка", "Где ДОСТАВКА?"},
        {false, "!!!", "anything"},
        {false, "", "anything"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (finds(rows[i].query, rows[i].text) != rows[i].found)
            fail_msg("%s / %s\nindex %s\nquery %s", rows[i].query, rows[i].text,
                     search_terms_for_index(a, rows[i].text), search_terms_for_query(a, rows[i].query));
}

/* No engine may cut a term again, and none comes twice. */
static void terms_are_plain(void **state) {
    const char *terms = search_terms_for_index(a, "Đơn KP-2041 退款！退款 คืนเงินค่ะ คืนเงิน don’t user_name@kept.vn "
                                                  "1.5kg доставка ½ 𠮷野家 🙂 refund refund");
    for (const char *at = terms; *at; at++) {
        bool first = at == terms || at[-1] == ' ';
        assert_true(*at == ' ' ? !first
                    : first    ? islower((unsigned char)*at) != 0
                               : islower((unsigned char)*at) || isdigit((unsigned char)*at));
    }
    assert_null(strstr(strstr(terms, "wrefund") + 1, "wrefund"));
    assert_string_equal(search_terms_for_index(a, " … "), "");
}

static char *listed(struct search_list l) {
    struct buf out = {0};
    for (size_t i = 0; i < l.n; i++)
        buf_printf(&out, "%s,", l.at[i]);
    char *copy = arena_copy_n(a, out.at ? out.at : "", out.len);
    buf_free(&out);
    return copy;
}

static void filters(void **state) {
    struct search_filters f = search_parse(
        a,
        "from:\"Chị Lan\" hoàn tiền tag:vip Tag:“giao trễ” status:open before:2026-03-31 is:unread assignee：me");
    assert_string_equal(f.from, "Chị Lan");
    assert_string_equal(listed(f.tags), "vip,giao trễ,");
    assert_string_equal(listed(f.is), "unread,");
    assert_string_equal(f.status, "open");
    assert_string_equal(f.assignee, "me");
    assert_int_equal(f.before.year * 10000 + f.before.month * 100 + f.before.day, 20260331);
    assert_int_equal(f.after.year, 0);
    assert_null(f.bad);
    assert_int_equal(strspn(f.text, "hoàn tiền "), strlen(f.text));
    assert_string_equal(search_terms_for_query(a, f.text), search_terms_for_query(a, "hoàn tiền "));

    f = search_parse(a, "after:2569/1/05 คืนเงิน");
    assert_int_equal(f.after.year, 2026);
    assert_string_equal(f.text, "คืนเงิน");

    f = search_parse(a, "before:soon after:2026-13-01 refund");
    assert_string_equal(f.bad, "before:soon");
    assert_int_equal(f.after.year, 0);
    assert_string_equal(f.text, "refund");

    /* twins: what looks like a filter and is not */
    f = search_parse(a, "see http://x \"from: the shop\" note:this xfrom:a from: b");
    assert_null(f.from);
    assert_string_equal(f.text, "see http://x \"from: the shop\" note:this xfrom:a from: b");
    assert_string_equal(search_parse(a, "is:open").text, "");
    assert_string_equal(search_parse(a, "").text, "");
}

static void highlighting(void **state) {
    static const struct {
        const char *text, *query, *spans;
    } rows[] = {
        {"We refunded you: refunds take 3 days", "refund", "3-11 17-24 "},
        {"Shop hoàn tiền rồi", "hoan tien", "5-9 10-14 "},
        {"Shop hoa\xcc\x80n", "hoàn", "5-10 "},
        {"請問退款何時入帳？", "退款", "2-4 "},
        {"退款需要三天，退款后通知", "退款要多久", "0-2 7-9 "},
        {"เรื่องคืนเงินค่ะ", "คืนเงิน", "6-13 "},
        {"ขอคื่นเงิน", "คืนเงิน", "2-10 "},
        {"การ์ดหาย", "ก", ""},
        {"deliver", "delivered ", "0-7 "},
        {"Nothing here", "退款", ""},
        {"", "x", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct spans s = search_highlight(a, rows[i].text, rows[i].query);
        struct buf out = {0};
        buf_str(&out, "");
        for (size_t j = 0; j < s.n; j++)
            buf_printf(&out, "%u-%u ", s.at[j].start, s.at[j].end);
        if (strcmp(out.at ? out.at : "", rows[i].spans))
            fail_msg("%s / %s: %s", rows[i].text, rows[i].query, out.at);
        buf_free(&out);
    }
}

static void words_apart(void **state) {
    static const char *const rows[][2] = {
        {"申请退款", "申请 退款"},
        {"申請 退款", "申請 退款"}, /* nothing to add, and nothing else is changed */
        {"คืนเงินสินค้า", "คืน เงิน สินค้า"},
        {"hoàn tiền", "hoàn tiền"},
        {"iPhone退款", "iPhone 退款"},
        {"的退款", " 退款"},
        {"日工", " "},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(search_words_apart(a, rows[i][0]), rows[i][1]);
}

static int setup(void **state) { return a = arena_new(0), 0; }
static int teardown(void **state) { return arena_free(a), 0; }

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(found_or_not), cmocka_unit_test(terms_are_plain), cmocka_unit_test(filters),
        cmocka_unit_test(highlighting), cmocka_unit_test(words_apart),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
