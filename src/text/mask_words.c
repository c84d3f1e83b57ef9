#include "text/mask_words.h"

#include "base/utf8.h"
#include "text/fold.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

/* Words of one label, separated by '|'. A word with Vietnamese marks matches only with them; one in plain letters
 * matches with or without. A space matches a space, a hyphen, an underscore or nothing between two signs of
 * Chinese or Thai. Latin words match whole, with an optional plural s. */
static const struct {
    enum mask_label label;
    const char *words;
} table[] = {
    {LABEL_CARD, "card|card no|card number|credit card|debit card|bank card|visa|mastercard|master card|amex|"
                 "american express|jcb|unionpay|union pay|napas|maestro|diners|pan|"
                 "thẻ|số thẻ|so the|the tin dung|the ngan hang|the atm|the ghi no|the visa|the master|"
                 "卡|卡号|卡號|信用卡|银行卡|銀行卡|储蓄卡|借记卡|銀聯|银联|"
                 "บัตร|เลขบัตร|หมายเลขบัตร|บัตรเครดิต|บัตรเดบิต|เลขหน้าบัตร|วีซ่า|มาสเตอร์"},
    {LABEL_CVV,
     "cvv|cvc|security code on the back|security code on my card|security code on the card|code on the back|3 "
     "digit code|three digit code|3 digit security code|three digit security code|cvv code|cvv2|cvc2|csc|card "
     "security code|card verification|three digits on the back|"
     "3 digits on the back|digits on the back|number on the back|ma bao mat the|ma bao mat|ma so bao mat|"
     "so mat sau|so sau the|so phia sau|ma sau the|so o mat sau|so dang sau the|"
     "安全码|安全碼|卡背面|背面三位|背面后三位|背面末三碼|末三碼|末三码|后三码|後三碼|后三位|後三位|背面三碼|"
     "背面3位|"
     "รหัสหลังบัตร|เลขหลังบัตร|ตัวหลังบัตร|หลังบัตร|ซีวีวี|รหัสความปลอดภัยบัตร|รหัสความปลอดภัย"},
    {LABEL_PIN, "pin|pin code|pin number|pin no|atm pin|card pin|ma pin|so pin|ma so pin|"
                "pin码|pin碼|pin 码|取款密码|提款密码|提款密碼|支付密码|支付密碼|交易密码|交易密碼|银行卡密码|"
                "รหัสพิน|รหัส pin|พิน|รหัสเอทีเอ็ม|รหัส atm|รหัสกดเงิน|รหัสบัตร|pin บัตร"},
    {LABEL_OTP, "otp|otp code|one time code|one time password|one time passcode|one time pin|verification code|"
                "verification number|authentication code|auth code|login code|sign in code|security code|2fa|"
                "2fa code|mfa code|sms code|code from the sms|texted code|code from my authenticator|"
                "authenticator code|verify code|passcode|activation code|"
                "ma otp|ma xac thuc|ma xac minh|ma xac nhan|ma dang nhap|ma sms|ma kich hoat|smart otp|"
                "验证码|驗證碼|校验码|校驗碼|动态码|動態碼|动态密码|動態密碼|短信码|短信碼|一次性密码|一次性密碼|"
                "认证码|認證碼|确认码|"
                "รหัส otp|โอทีพี|รหัสโอทีพี|รหัสยืนยัน|รหัสยืนยันตัวตน|เลข otp|รหัสจาก sms"},
    {LABEL_PASSWORD, "password|passwd|passwrd|pasword|pwd|pass|pw|passphrase|login password|wifi password|"
                     "mat khau|mật khẩu|mk|mkhau|pass word|"
                     "密码|密碼|登录密码|登入密碼|口令|通行码|"
                     "รหัสผ่าน|รหัสเข้า|พาสเวิร์ด|พาสเวิด|พาสเวิร์ท|พาส|รหัสล็อกอิน"},
    {LABEL_CMND, "cmnd|cmt|cmtnd|chung minh|chung minh thu|chung minh nhan dan|so chung minh"},
    {LABEL_ID, "cccd|can cuoc|can cuoc cong dan|the can cuoc|so dinh danh|dinh danh|ma dinh danh|giay to tuy than|"
               "id card|id card number|national id|national id number|identity card|identity number|id number|"
               "id no|thai id|citizen id|citizen card|identification number|"
               "身份证|身分证|身份證|身分證|身份证号|身份证号码|證件號|证件号|证件号码|"
               "บัตรประชาชน|เลขบัตรประชาชน|เลขประจำตัวประชาชน|เลขประชาชน|เลขประจำตัว|บัตร ปชช|ปชช|เลข 13 หลัก|"
               "เลขสิบสามหลัก|บัตรปชช|เลขบัตร ปชช"},
    {LABEL_OTHER,
     "order|order no|order number|order id|order code|po|po number|purchase order|tracking|tracking no|"
     "tracking number|tracking id|tracking code|track|shipment|waybill|awb|parcel|package|consignment|invoice|"
     "invoice no|invoice number|inv|receipt|receipt no|receipt number|bill no|bill number|reference|reference no|"
     "reference number|ref|ref no|ticket|ticket no|ticket number|case|case no|case number|serial|serial no|"
     "serial number|s/n|sn|imei|iccid|barcode|bar code|sku|ean|upc|gtin|isbn|transaction|transaction id|"
     "transaction no|transaction number|txn|trace|trace no|contract|contract no|policy no|policy "
     "number|timestamp|ts|"
     "epoch|unix|batch|lot|lot no|coupon|voucher|gift code|promo code|meter|meter no|customer id|customer number|"
     "customer no|client id|customer code|device id|model|part no|part number|membership|member no|member number|"
     "loyalty number|registration no|log|request id|session id|message id|job id|quote|quote no|rma|"
     "return number|delivery note|"
     "ma don|ma don hang|don hang|so don|so don hang|don so|đơn|ma van don|van don|ma hoa don|hoa don|so hoa don|"
     "ma giao dich|giao dich|ma gd|so giao dich|ma phieu|so phieu|phieu|ma khach hang|ma kh|so seri|seri|serial|"
     "ma vach|ma hop dong|hop dong|so hop dong|so hd|ma hd|ma tra cuu|ma buu gui|buu pham|ma tham chieu|"
     "so tham chieu|ma bao hanh|phieu bao hanh|so khung|so may|ma kien|kien hang|ma van chuyen|lenh|ma lenh|ma sp|"
     "ma san pham|ma chung tu|so chung tu|ma thue bao|so ho so|ma ho so|ma yeu cau|ma cong to|"
     "订单|訂單|订单号|訂單號|订单编号|訂單編號|单号|單號|运单|運單|运单号|快递单|快递|快遞|物流|物流单号|发票|"
     "發票|"
     "发票号|发票号码|發票號碼|流水号|流水號|交易号|交易單號|交易单号|交易编号|编号|編號|序列号|序號|序号|条码|"
     "條碼|"
     "条形码|工单|工單|合同|合同号|保单|保單|时间戳|時間戳|商户单号|商品编码|货号|貨號|追踪号|追蹤|追蹤碼|参考号|"
     "包裹|"
     "单子|会员号|會員編號|客户号|退货号|售后单|批次|批号|取件码|提货码|卡券|券码|券碼|"
     "คำสั่งซื้อ|เลขคำสั่งซื้อ|หมายเลขคำสั่งซื้อ|ออเดอร์|ออร์เดอร์|เลขออเดอร์|พัสดุ|เลขพัสดุ|หมายเลขพัสดุ|"
     "แทรคกิ้ง|แทร็กกิ้ง|แทรค|แทร็ค|เลขติดตาม|ติดตาม|ใบเสร็จ|เลขใบเสร็จ|ใบกำกับ|ใบกำกับภาษี|อินวอยซ์|เลขอ้างอิง|"
     "อ้างอิง|เลขที่รายการ|รายการ|หมายเลขเครื่อง|ซีเรียล|บาร์โค้ด|ใบสั่งซื้อ|สัญญา|เลขที่สัญญา|กรมธรรม์|ใบแจ้งหนี้|"
     "ขนส่ง|เลขที่บิล|เลขบิล|บิล|รหัสสินค้า|ล็อต|เลขล็อต|รหัสลูกค้า|เลขสมาชิก|รหัสสมาชิก|ธุรกรรม|เลขที่เอกสาร|"
     "เลขเคส|เคส|ไอเมอิ|อีมี่|เลขตู้|คูปอง|รหัสส่วนลด|เลขมิเตอร์|ผู้เสียภาษี|tax id|tax no|vat no|ma so thue|mst|税号|稅號"},
    {LABEL_BOOKING,
     "booking|booking no|booking number|booking code|booking id|booking confirmation|reservation|"
     "confirmation number|confirmation no|pnr|flight|itinerary|hotel|dat phong|dat cho|dat ve|dat ban|"
     "ma dat phong|ma dat cho|ma ve|ve may bay|chuyen bay|lich hen|dat lich|"
     "预订|預訂|预订号|订房|訂房|订座|机票|航班|预约|預約|"
     "การจอง|เลขจอง|เลขที่จอง|รหัสจอง|หมายเลขการจอง|รหัสการจอง|เที่ยวบิน|จอง"},
    {LABEL_PHONE,
     "phone|phone no|phone number|mobile|mobile number|mobile no|cell|tel|telephone|hotline|call|whatsapp|"
     "sdt|so dien thoai|so dt|dien thoai|zalo|tong dai|lien he|goi|"
     "电话|電話|手机|手機|手机号|手機號|手机号码|热线|客服|致电|"
     "โทร|เบอร์|เบอร์โทร|เบอร์มือถือ|มือถือ|โทรศัพท์|สายด่วน"},
    {LABEL_ACCOUNT, "account|account no|account number|acct|stk|so tai khoan|so tk|tai khoan|"
                    "账号|帳號|账户|帳戶|户口|戶口|bank account|"
                    "บัญชี|เลขบัญชี|เลขที่บัญชี|พร้อมเพย์|promptpay"},
};

enum { WORDS_MAX = 1200, WORD_LEN_MAX = 32, BUCKETS = 4096, FIRSTS = 0x10000 };

struct word {
    uint32_t cp[WORD_LEN_MAX];
    size_t n;
    enum mask_label label;
    bool marked; /* compare with marks */
    int next;    /* in the same bucket, longest first; -1 ends */
};

/* Words are found by their first two signs; by the first alone when a space comes second, for it may be missing. */
static size_t bucket_of(uint32_t first, uint32_t second) { return (first * 131 + second) % BUCKETS; }

static struct word words[WORDS_MAX];
static int n_words, bucket[BUCKETS];
static uint16_t begins[FIRSTS]; /* for each sign the labels that have a word which begins with it, as bits */
_Static_assert(LABEL_BOOKING < 16, "labels are bits of begins");
static pthread_once_t once = PTHREAD_ONCE_INIT;

static bool may_begin(uint32_t bare, unsigned labels) { return bare < FIRSTS && begins[bare] & labels; }

static void add_word(const char *s, const char *end, enum mask_label label) {
    struct word *w = &words[n_words];
    *w = (struct word){.label = label};
    while (s < end && w->n < WORD_LEN_MAX) {
        int len;
        uint32_t c = fold_lower(utf8_next(s, end, &len));
        w->cp[w->n++] = c;
        w->marked |= fold_bare(c) != c;
        s += len;
    }
    begins[fold_bare(w->cp[0])] |= (uint16_t)(1u << label);
    uint32_t second = w->n > 1 && w->cp[1] != ' ' ? fold_bare(w->cp[1]) : 0;
    int *at = &bucket[bucket_of(fold_bare(w->cp[0]), second)];
    while (*at >= 0 && words[*at].n >= w->n)
        at = &words[*at].next;
    w->next = *at;
    *at = n_words++;
}

static void build(void) {
    for (int i = 0; i < BUCKETS; i++)
        bucket[i] = -1;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        for (const char *s = table[i].words; *s;) {
            const char *end = strchrnul(s, '|');
            if (n_words < WORDS_MAX)
                add_word(s, end, table[i].label);
            s = *end ? end + 1 : end;
        }
}

/* The place behind the word when it stands at `i`, else 0. */
static size_t word_at(const struct word *w, const uint32_t *lower, const uint32_t *bare, size_t n, size_t i) {
    const uint32_t *text = w->marked ? lower : bare;
    size_t at = i;
    for (size_t k = 0; k < w->n; k++) {
        if (w->cp[k] == ' ') {
            if (at < n && (text[at] == ' ' || text[at] == '-' || text[at] == '_'))
                at++;
            else if (at < n && fold_is_latin(bare[at]) && fold_is_latin(bare[at - 1]))
                return 0;
            continue;
        }
        if (at >= n || text[at] != w->cp[k])
            return 0;
        at++;
    }
    if (at < n && fold_is_latin(bare[at - 1]) && fold_is_latin(bare[at])) {
        if (bare[at] != 's' || (at + 1 < n && fold_is_latin(bare[at + 1])))
            return 0;
        at++;
    }
    return at;
}

/* The longest word of one of the labels that begins at `i`; its end, or 0. */
static size_t longest_at(unsigned labels, const uint32_t *lower, const uint32_t *bare, size_t n, size_t i,
                         enum mask_label *label) {
    if (!may_begin(bare[i], labels) || (i > 0 && fold_is_latin(bare[i]) && fold_is_latin(bare[i - 1])))
        return 0; /* within a word none begins */
    size_t end = 0;
    for (int by = 2; by > 0 && !end; by--) {
        uint32_t next = by == 2 && i + 1 < n ? bare[i + 1] : 0;
        for (int k = bucket[bucket_of(bare[i], next)]; k >= 0 && !end; k = words[k].next)
            if (labels >> words[k].label & 1 && (end = word_at(&words[k], lower, bare, n, i)))
                *label = words[k].label;
    }
    return end;
}

bool mask_words_any(enum mask_label label, const uint32_t *lower, const uint32_t *bare, size_t n) {
    enum mask_label found;
    pthread_once(&once, build);
    for (size_t i = 0; i < n; i++)
        if (longest_at(1u << label, lower, bare, n, i, &found))
            return true;
    return false;
}

size_t mask_words_find(const uint32_t *lower, const uint32_t *bare, size_t n, struct mask_label_at *to,
                       size_t room) {
    pthread_once(&once, build);
    size_t found = 0;
    for (size_t i = 0; i < n && found < room;) {
        enum mask_label label = LABEL_NONE;
        size_t end = longest_at(~0u, lower, bare, n, i, &label);
        if (end)
            to[found++] = (struct mask_label_at){label, i, end};
        i = end ? end : i + 1;
    }
    return found;
}
