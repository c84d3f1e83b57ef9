/* Tables for src/text/rank: what comes first, and that the index follows every change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those above */

#include "base/buf.h"
#include "text/rank.h"
#include "text/rank_batch.h"
#include "text/subject.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena *a;

static void put(struct rank *r, const char *ref, const char *lang, const char *title, const char *body) {
    assert_int_equal(rank_put(r, ref, lang, title, body, 0), RC_OK);
}

static struct rank *small(void) {
    struct rank *r = rank_new();
    put(r, "refund", "en", "Refunds", "We return the money to your card within five days after the goods arrive.");
    put(r, "parcel", "en", "", "A parcel that does not move for a week may be lost; we send another.");
    put(r, "password", "en", "Sign in", "If you have forgotten your password, ask for a link by e-mail.");
    put(r, "hoan-tien", "vi", "Hoàn tiền", "Tiền được hoàn về ví điện tử trong 24 giờ, về thẻ trong năm ngày.");
    put(r, "doi-hang", "vi", "Đổi hàng", "Muốn đổi cỡ, shop gửi món mới ngay mà không chờ món cũ về kho.");
    put(r, "mat-khau", "vi", "Mật khẩu", "Quên mật khẩu thì bấm Lấy lại mật khẩu ở màn hình đăng nhập.");
    put(r, "tuikuan", "zh-Hans", "退款", "退款原路返回，信用卡三到七个工作日到账。");
    put(r, "wuliu", "zh", "物流", "包裹五天没有更新物流，请联系我们查件。");
    put(r, "mima", "zh", "密码", "忘记密码请在登录页找回，通过手机号重设。");
    put(r, "kuen", "th", "คืนเงิน", "เงินคืนเข้าบัตรเครดิตภายในสิบห้าวันทำการ");
    put(r, "song", "th", "จัดส่ง", "พัสดุที่สถานะไม่ขยับเกินห้าวันให้แจ้งเรา");
    put(r, "rahat", "th", "รหัสผ่าน", "ลืมรหัสผ่านกดขอรหัสใหม่ที่หน้าเข้าสู่ระบบ");
    return r;
}

static const char *first(struct rank *r, const char *lang, const char *question) {
    struct rank_hit hits[5];
    struct rank_ask ask = {.lang = lang, .text = question};
    return rank_search(r, a, &ask, 5, hits) ? hits[0].ref : "";
}

static void first_hit(void **state) {
    static const struct {
        const char *lang, *question, *ref;
    } rows[] = {
        {"en", "when do I get my money back", "refund"},
        {"en", "forgotten passwords", "password"},
        {"en", "parcle lost", "parcel"}, /* slips of the fingers */
        {"en", "pasword", "password"},
        {"en", "oassword", "password"},
        {"en-GB", "parcel", "parcel"},
        {"vi", "bao giờ được hoàn tiền", "hoan-tien"},
        {"vi", "bao gio duoc hoan tien", "hoan-tien"},
        {"vi", "quên mật khẩu", "mat-khau"},
        {"zh", "信用卡退款多久", "tuikuan"},
        {"zh-Hant", "信用卡退款幾天到帳", "tuikuan"},
        {"zh", "忘記密碼", "mima"},
        {"th", "เงินคืนกี่วัน", "kuen"},
        {"th", "พัสดไมขยบ", "song"}, /* marks lost */
        /* the customer's word and the article's */
        {"en", "can I be reimbursed", "refund"},
        {"en", "no package yet", "parcel"},
        {"vi", "em quên pass rồi", "mat-khau"},
        {"vi", "muốn đổi size", "doi-hang"},
        {"zh", "快递没有动静", "wuliu"},
        {"th", "จำพาสเวิร์ดไม่ได้", "rahat"},
        {NULL, "忘记密码", "mima"},
        {NULL, "quên mật khẩu", "mat-khau"},
        /* twins: nothing in common, nothing asked, no such language */
        {"en", "zebra crossing", ""},
        {"vi", "kiểm kho", "doi-hang"}, /* nearest is not meant in Vietnamese: kho, not khẩu */
        {"en", "?!", ""},
        {"en", "", ""},
        {"fr", "password", ""},
        {"zh", "password", ""},
    };
    struct rank *r = small();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(first(r, rows[i].lang, rows[i].question), rows[i].ref))
            fail_msg("%s: %s", rows[i].question, first(r, rows[i].lang, rows[i].question));
    rank_free(r);
}

/* Of two texts that hold the same words, the one that says them in one breath. */
static void closeness_decides(void **state) {
    static const char *const far =
        "The battery of a phone lasts two days. Our shop in the old town sells cases and covers for tablets and "
        "watches; ask there about colours and sizes. Whoever wishes may have a name engraved while he waits.";
    static const char *const near = "Ask in the shop while the phone is open: the battery may be engraved or have "
                                    "other colours. The town sells "
                                    "cases and covers for watches and tablets of all sizes; whoever waits there "
                                    "wishes a name for two old days.";
    struct rank *r = rank_new();
    put(r, "a", "en", "", far);
    put(r, "b", "en", "", near);
    put(r, "c", "en", "", "Parcels travel for three days.");
    put(r, "d", "en", "", "Cards are charged on the first of the month.");
    assert_string_equal(first(r, "en", "engraved battery"), "b");
    assert_string_equal(first(r, "en", "engraved name"), "a");
    rank_free(r);
}

/* A Vietnamese question with diacritics means those, one without means any. */
static void diacritics_are_trusted(void **state) {
    struct rank *r = rank_new();
    put(r, "du", "vi", "", "Số dư còn lại trong ví được chuyển sang tháng sau.");
    put(r, "dữ", "vi", "", "Dữ liệu được giữ trong sáu tháng rồi bị xóa.");
    put(r, "khac", "vi", "", "Cửa hàng mở từ tám giờ sáng.");
    assert_string_equal(first(r, "vi", "dữ"), "dữ");
    assert_string_equal(first(r, "vi", "dư"), "du");
    struct rank_hit hits[5];
    struct rank_ask ask = {.lang = "vi", .text = "du"};
    assert_int_equal(rank_search(r, a, &ask, 5, hits), 2);
    rank_free(r);
}

static void changes_are_followed(void **state) {
    struct rank *r = small();
    assert_int_equal(rank_count(r), 12);
    put(r, "parcel", "en", "", "Opening hours of the shop in the old town.");
    assert_int_equal(rank_count(r), 12);
    assert_string_not_equal(first(r, "en", "lost parcel"), "parcel");
    assert_string_equal(first(r, "en", "opening hours"), "parcel");
    put(r, "parcel", "vi", "", "Giờ mở cửa"); /* another language now */
    assert_string_equal(first(r, "en", "opening hours"), "");
    assert_string_equal(first(r, "vi", "mở cửa"), "parcel");
    rank_drop(r, "parcel");
    rank_drop(r, "parcel");
    rank_drop(r, "never there");
    assert_int_equal(rank_count(r), 11);
    assert_string_equal(first(r, "vi", "mở cửa"), "");
    rank_free(r);
}

/* Texts 0 to 2 share words; 0 and 1 name their subject, which 2 only calls "it". */
static void neighbours_name_the_subject(void **state) {
    struct subject_word words[6][5];
    static const float held[6][3] = {{1, 1, 0}, {0.8f, 0, 0}, {0}, {0, 0, 1}, {0, 0, 1}, {0}};
    struct subject_text texts[6];
    for (uint32_t i = 0; i < 6; i++) {
        for (uint32_t w = 0; w < 5; w++) /* four in common, one of its own */
            words[i][w] = (struct subject_word){i < 3 && w < 4 ? w : 100 * (i + 1) + w, 1};
        texts[i] = (struct subject_text){words[i], 5, held[i]};
    }
    static const float weights[] = {2, 1, 1};
    float gains[6];
    subject_gains(a, texts, 6, weights, 3, gains);
    assert_true(gains[2] > 1.599f &&
                gains[2] < 1.601f); /* the second most, by its weight; what only 0 says is 0's own */
    for (size_t i = 0; i < 6; i++)
        assert_true(i == 2 || gains[i] == 0); /* 5 shares nothing with those who hold the third */
    subject_gains(a, texts, 1, weights, 3, gains);
    assert_true(gains[0] == 0);
    subject_gains(a, texts, 0, weights, 3, gains);
}

/* The scores after many changes are those of an index made at once. */
static void history_leaves_no_trace(void **state) {
    struct rank *worn = small(), *fresh = small();
    for (int i = 0; i < 2000; i++) {
        char ref[16], body[64];
        snprintf(ref, sizeof ref, "x%d", i % 150);
        snprintf(body, sizeof body, "password number %d of parcel %d", i, i % 7);
        put(worn, ref, i % 3 ? "en" : "vi", "", body);
    }
    for (int i = 0; i < 150; i++) {
        char ref[16];
        snprintf(ref, sizeof ref, "x%d", i);
        rank_drop(worn, ref);
    }
    assert_int_equal(rank_count(worn), 12);
    static const struct rank_ask ask = {.lang = "en", .text = "the password of my parcel and the card"};
    struct rank_hit one[5], other[5];
    size_t n = rank_search(worn, a, &ask, 5, one);
    assert_int_equal(n, rank_search(fresh, a, &ask, 5, other));
    assert_int_equal(n, 3);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(one[i].ref, other[i].ref);
        assert_true(one[i].score > other[i].score * 0.9999 && one[i].score < other[i].score * 1.0001);
    }
    rank_free(worn);
    rank_free(fresh);
}

static void flags_hide(void **state) {
    enum { PUBLIC = 1, APPROVED = 2 };
    struct rank *r = rank_new();
    assert_int_equal(rank_put(r, "inside", "en", "Refund limits", "Refund up to 50 without asking", APPROVED),
                     RC_OK);
    assert_int_equal(rank_put(r, "outside", "en", "Refund", "How a refund works", PUBLIC | APPROVED), RC_OK);
    struct rank_hit hits[5];
    struct rank_ask ask = {.lang = "en", .text = "refund limits", .required = PUBLIC};
    assert_int_equal(rank_search(r, a, &ask, 5, hits), 1);
    assert_string_equal(hits[0].ref, "outside");
    ask.required = APPROVED;
    assert_int_equal(rank_search(r, a, &ask, 5, hits), 2);
    assert_string_equal(hits[0].ref, "inside");
    rank_free(r);
}

static void equal_scores_by_ref(void **state) {
    struct rank *r = rank_new();
    put(r, "c", "en", "", "the same text");
    put(r, "a", "en", "", "the same text");
    put(r, "b", "en", "", "the same text");
    put(r, "d", "en", "", "another one altogether");
    struct rank_hit hits[2];
    struct rank_ask ask = {.lang = "en", .text = "same text"};
    assert_int_equal(rank_search(r, a, &ask, 2, hits), 2);
    assert_string_equal(hits[0].ref, "a");
    assert_string_equal(hits[1].ref, "b");
    assert_false(rank_confident(hits, 2)); /* nobody leads */
    rank_free(r);
}

static void confidence(void **state) {
    struct rank *r = small();
    struct rank_hit hits[2];
    struct rank_ask ask = {.lang = "vi", .text = "quên mật khẩu"};
    size_t n = rank_search(r, a, &ask, 2, hits);
    assert_true(hits[0].share > 0.9 && rank_confident(hits, n));
    ask.text = "cái màn hình điện thoại bị vỡ thì thay ở đâu và giá bao nhiêu";
    n = rank_search(r, a, &ask, 2, hits);
    assert_false(rank_confident(hits, n));
    assert_false(rank_confident(hits, 0));
    rank_free(r);
}

static char *batch(struct rank *r, const char *in, int *status) {
    char *out = NULL;
    size_t n;
    FILE *from = fmemopen((void *)in, strlen(in), "r"), *to = open_memstream(&out, &n);
    *status = rank_batch(from, to, r, 0, NULL, NULL);
    fclose(from);
    fclose(to);
    char *copy = arena_copy(a, out);
    free(out);
    return copy;
}

static void batch_lines(void **state) {
    struct rank *r = small();
    int status;
    char *out =
        batch(r, "{\"id\":\"q1\",\"lang\":\"en\",\"q\":\"zebra\"}\n\n{\"id\":7,\"lang\":null,\"q\":\"忘记密码\"}",
              &status);
    assert_int_equal(status, 0);
    assert_non_null(strstr(out, "{\"id\":\"q1\",\"hits\":[]}\n{\"id\":7,\"hits\":[{\"ref\":\"mima\",\"score\":"));

    out = batch(r,
                "{\"id\":\"a\",\"q\":5}\nnot json\n{\"q\":\"x\"}\n[1]\n{\"id\":\"b\",\"lang\":3,\"q\":\"x\"}\n"
                "{\"id\":\"z\",\"lang\":\"en\",\"q\":\"zebra\"}\n",
                &status);
    assert_int_equal(status, 1);
    int lines = 0, errors = 0;
    for (const char *p = out; (p = strchr(p, '\n')); p++)
        lines++;
    for (const char *p = out; (p = strstr(p, "\"error\":")); p++)
        errors++;
    assert_int_equal(lines, 6);
    assert_int_equal(errors, 5);
    assert_non_null(strstr(out, "{\"id\":\"a\",\"error\":"));
    assert_non_null(strstr(out, "{\"id\":null,\"error\":"));
    assert_non_null(strstr(out, "{\"id\":\"z\",\"hits\":[]}\n"));
    rank_free(r);
}

struct race {
    struct rank *r;
    bool bad;
};

static void *search_while_changing(void *arg) {
    struct race *race = arg;
    struct arena *mine = arena_new(0);
    for (int i = 0; i < 300; i++) {
        struct rank_hit hits[5];
        struct rank_ask ask = {.lang = "en", .text = "forgotten password"};
        size_t n = rank_search(race->r, mine, &ask, 5, hits);
        race->bad |= !n || strcmp(hits[0].ref, "password") != 0;
        arena_reset(mine);
    }
    arena_free(mine);
    return NULL;
}

static void searching_while_changing(void **state) {
    struct race race = {small(), false};
    pthread_t thread[2];
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, search_while_changing, &race), 0);
    for (int i = 0; i < 500; i++)
        put(race.r, i % 2 ? "x" : "y", "en", "", "parcels and cards");
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    assert_false(race.bad);
    rank_free(race.r);
}

static int setup(void **state) { return a = arena_new(0), 0; }
static int teardown(void **state) { return arena_free(a), 0; }

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_hit),
        cmocka_unit_test(closeness_decides),
        cmocka_unit_test(diacritics_are_trusted),
        cmocka_unit_test(changes_are_followed),
        cmocka_unit_test(neighbours_name_the_subject),
        cmocka_unit_test(history_leaves_no_trace),
        cmocka_unit_test(flags_hide),
        cmocka_unit_test(equal_scores_by_ref),
        cmocka_unit_test(confidence),
        cmocka_unit_test(batch_lines),
        cmocka_unit_test(searching_while_changing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
