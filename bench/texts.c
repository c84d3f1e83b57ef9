#include "texts.h"

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

static const struct {
    const char *lang, *words[24];
} languages[] = {
    {"en", {"order",    "parcel",  "refund",  "the",    "still",   "waiting", "since",   "Monday",
            "please",   "check",   "invoice", "number", "arrived", "broken",  "size",    "exchange",
            "delivery", "address", "wrong",   "thank",  "you",     "help",    "account", "card"}},
    {"vi", {"đơn hàng", "giao", "hoàn tiền", "chưa", "nhận được", "từ",  "thứ Hai", "xin",
            "kiểm tra", "giúp", "hoá đơn",   "số",   "bị",        "vỡ",  "đổi",     "kích cỡ",
            "địa chỉ",  "sai",  "cảm ơn",    "shop", "tài khoản", "thẻ", "khi nào", "ạ"}},
    {"zh-Hans",
     {"订单", "快递", "退款", "还没", "收到", "星期一", "请",   "查一下",   "发票", "号码", "到了", "坏了",
      "尺码", "换货", "地址", "错了", "谢谢", "帮忙",   "账号", "什么时候", "麻烦", "您",   "物流", "客服"}},
    {"th", {"ออเดอร์",  "พัสดุ",    "คืนเงิน",   "ยังไม่",   "ได้รับ", "ตั้งแต่",  "วันจันทร์", "รบกวน",
            "ตรวจสอบ", "ใบเสร็จ", "หมายเลข", "เสียหาย", "ขนาด", "เปลี่ยน", "ที่อยู่",    "ผิด",
            "ขอบคุณ",   "ช่วย",    "บัญชี",     "เมื่อไหร่", "ค่ะ",   "ครับ",   "จัดส่ง",   "สินค้า"}},
};

static uint64_t seed = 88172645463325252ULL;
unsigned texts_pick(unsigned n) { /* xorshift */
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 11) % n;
}

char *texts_sentence(struct arena *a, int language, int words) {
    struct buf out = {0};
    bool spaced = language < 2;
    for (int i = 0; i < words; i++) {
        if (i && spaced)
            buf_char(&out, ' ');
        buf_str(&out, languages[language].words[texts_pick(24)]);
        if (i % 12 == 11)
            buf_str(&out, language == 2 ? "。" : ".\n");
    }
    char *text = arena_copy(a, out.at);
    buf_free(&out);
    return text;
}

const char *texts_lang(int language) { return languages[language].lang; }
