/* Which words of customers, and which names of files, speak of a picture of a card, a paper or a transfer slip. */
#include "desk/sensitive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *telling, *twin; /* the nearest words that are nothing of the kind */
} rows[] = {
    {"Here is a photo of my passport.", "Here is a photo of my passport cover, the seam is torn."},
    {"I attach both sides of my ID card", "I attach the video card, its fan is broken"},
    {"My driver’s licence, as you asked", "The driver left the parcel at the gate"},
    {"The credit card is on the picture", "I paid with my credit card, and the cup came broken"},
    {"Proof of payment attached", "What payment do you take?"},
    {"Bank slip attached.", "The packing slip was missing, see the picture."},
    {"cccd_mat_truoc.jpg", "mat_truoc.jpg"},
    {"passport-scan.png", "passepartout.png"},
    {"Em gửi ảnh căn cước công dân ạ", "Em gửi ảnh cái cửa cuốn bị móp ạ"},
    {"em gui anh can cuoc cong dan a", "em gui anh can ho bi tham nuoc a"},
    {"Chị gửi biên lai chuyển khoản nhé", "Chị muốn chuyển khoản thì gửi vào đâu em?"},
    {"Đây là hộ chiếu của tôi", "Bao hộ chiếu em mua bị bong chỉ"},
    {"Hình thẻ ngân hàng của anh đây", "Anh thanh toán bằng thẻ ngân hàng rồi, hàng thì vỡ"},
    {"sao kê ngân hàng tháng 3", "sao kệ hàng trống trơn vậy shop"},
    {"Mặt sau CMND", "Mặt sau thẻ nhớ bị trầy"},
    {"这是我的身份证照片", "这是身上这件衣服的照片"},
    {"這是我的護照", "這是護照套的照片，線頭鬆了"},
    {"银行卡正面发给您了", "会员卡正面发给您了"},
    {"转账截图在这里", "请问可以转账吗，截图是坏掉的杯子"},
    {"我的信用卡拍给你看", "我用信用卡付款的，收到是坏的"},
    {"ส่งรูปบัตรประชาชนให้แล้วค่ะ", "ส่งรูปบัตรของขวัญให้แล้วค่ะ"},
    {"แนบสลิปค่ะ", "สลิปเปอร์ที่ได้มาขาดค่ะ"},
    {"หลักฐานการโอนเงินค่ะ", "โอนเงินทางไหนได้บ้างคะ"},
    {"รูปพาสปอร์ตผมครับ", "รูปปกพาสปอร์ตที่ขาดครับ"},
    {"หน้าบัตรเครดิตค่ะ", "จ่ายด้วยบัตรเครดิตไปแล้ว ของเสียค่ะ"},
};

static void words_that_name_one_do_and_their_neighbours_do_not(void **state) {
    struct arena *a = arena_new(0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!sensitive_words(a, rows[i].telling))
            fail_msg("not heard: %s", rows[i].telling);
        if (sensitive_words(a, rows[i].twin))
            fail_msg("heard in: %s", rows[i].twin);
    }
    assert_false(sensitive_words(a, ""));
    arena_free(a);
}

static void its_time_is_counted_from_when_it_was_marked(void **state) {
    const int64_t day = 24 * 3600 * 1000LL;
    assert_int_equal(sensitive_kept_until(1000, 30), 1000 + 30 * day);
    assert_false(sensitive_hidden(&(struct attachment){0}));
    assert_true(sensitive_hidden(&(struct attachment){.sensitive_at = 1}));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_that_name_one_do_and_their_neighbours_do_not),
        cmocka_unit_test(its_time_is_counted_from_when_it_was_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
