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
     "cvv|cvc|cid|security code on the back|security code on my card|security code on the card|code on the back|3 "
     "digit code|three digit code|3 digit security code|three digit security code|cvv code|cvv2|cvc2|csc|card "
     "security code|card verification|three digits on the back|"
     "3 digits on the back|digits on the back|number on the back|security number|security digits|digit security "
     "number|verification value|card verification value|card verification number|card verification code|"
     "digits on the front|numbers on the front|digits above the card number|digits above the number|signature "
     "strip|signature panel|number behind the card|digits behind the card|ma bao mat the|ma bao mat|ma "
     "so bao mat|"
     "so mat sau|mat sau the|mat sau co 3 so|mat sau co ba so|phia sau co 3 so|phia sau co ba so|cuoi mat sau|cuoi "
     "sau the|in sau the|in mat sau|in o mat sau|so sau the|so sau lung "
     "the|so sau lung|"
     "so phia sau|so cuoi o mat sau|so cuoi mat sau|so cuoi o phia sau|so cuoi phia sau|so cuoi o sau the|"
     "so cuoi dang sau|ma an toan|ma an toan the|ma so an toan the|ma sau the|so o mat sau|so dang sau the|"
     "安全码|安全碼|卡背面|背面三位|背面后三位|背面末三碼|末三碼|末三码|后三码|後三碼|后三位|後三位|背面三碼|"
     "背面3位|卡后面|卡後面|背后三位|背後三位|后面三位|後面三位|检查码|檢查碼|安全號|安全号|正面四位|正面4位|"
     "正面四码|正面四碼|四位小数字|四位小數字|右上方四位|右上角四位|"
     "รหัสหลังบัตร|เลขหลังบัตร|เลขด้านหลังบัตร|ด้านหลังบัตร|รหัส 3 ตัวหลัง|เลข 3 "
     "ตัวหลัง|เลขสามตัวหลัง|รหัสสามตัวหลัง|ตัวหลังบัตร|หลังบัตร|ซีวีวี|ซีวีซี|ซีวีวีทู|โค้ดหลังบัตร|โค้ดสามตัวหลัง|ตัวหน้าบัตร|เหนือเลขบัตร|"
     "รหัสความปลอดภัยบัตร|รหัสความปลอดภัย"},
    {LABEL_PIN,
     "door code|gate code|mã quản trị|alarm code|lock code|garage code|keypad code|locker code|mã cửa|mã cổng|mã "
     "khoá cửa|"
     "mã khóa cửa|mã két|mã báo "
     "động|门码|門碼|门锁码|开门码|開門碼|管理员码|管理員碼|门禁码|門禁碼|门锁密码|门禁密码|入户密码|"
     "รหัสประตู|รหัสตู้เซฟ|รหัสล็อกเกอร์|รหัสหน้าจอ|รหัสล็อกหน้าจอ|รหัสเข้าห้อง|รหัสเข้าบ้าน|รหัสเข้าตึก|"
     "pin|mpin|m pin|tpin|t pin|ipin|pin code|pin number|pin no|pin no.|atm pin|card pin|ma pin|so pin|ma so pin|"
     "puk|puk code|ma puk|puk码|puk碼|รหัส puk|pin smart otp|ma pin smart otp|ma pin cua smart otp|pin cua smart "
     "otp|smart otp pin|"
     "mat khau rut tien|mat ma rut tien|mật mã thẻ|mật mã thẻ atm|mat ma the atm|mật khẩu thẻ|"
     "mật khẩu thẻ atm|mat khau the atm|ma rut tien|"
     "pin码|pin碼|pin "
     "码|取款密码|取款密碼|提款密码|提款密碼|提款卡密码|提款卡密碼|金融卡密码|金融卡密碼|卡片密码|卡片密碼|"
     "储蓄卡密码|借记卡密码|信用卡密码|信用卡密碼|atm密码|atm密碼|晶片密码|晶片密碼|"
     "支付密码|支付密碼|交易密码|交易密碼|银行卡密码|"
     "รหัสพิน|รหัส pin|พิน|รหัสเอทีเอ็ม|รหัส atm|รหัสกดเงิน|รหัสกดตังค์|รหัสบัตร|pin บัตร"},
    {LABEL_OTP,
     "otp|otp code|one time code|one time password|one time passcode|one time pin|verification code|"
     "verification number|authentication code|auth code|login code|sign in code|security code|2fa|"
     "2fa code|mfa code|sms code|code from the sms|texted code|code from my authenticator|"
     "authenticator code|verify code|passcode|activation code|log in code|signin code|texted me|logon code|login "
     "token|one "
     "time token|verification pin|"
     "authentication number|backup code|recovery code|token code|"
     "ma du phong|ma khoi phuc|ma token|ma otp|so otp|code otp|code xac nhan|code xac minh|code xac thuc|code dang "
     "nhap|ma dung mot lan|ma xac "
     "thuc|ma xac minh|ma xac nhan|ma dang nhap|ma sms|ma kich hoat|smart otp|mã về máy|code ve|code ve may|mã "
     "zalo|ma vua ve "
     "may|ma moi ve may|ma gui ve may|mã về điện thoại|"
     "验证码|驗證碼|校验码|校驗碼|动态码|動態碼|动态密码|動態密碼|短信码|短信碼|一次性密码|一次性密碼|"
     "验正码|yanzhengma|yan zheng "
     "ma|驗正碼|认证码|認證碼|确认码|確認碼|登录码|登錄碼|登入碼|登陆码|动态口令|動態口令|一次性口令|"
     "备援码|備援碼|备用码|備用碼|恢复码|恢復碼|救援码|救援碼|备用验证码|備用驗證碼|"
     "一次性验证码|短信密码|短信口令|手机口令|"
     ""
     "รหัส otp|โอทีพี|รหัสโอทีพี|รหัสยืนยัน|รหัสยืนยันตัวตน|เลข otp|รหัสจาก sms|โค้ดยืนยัน|โค้ด "
     "otp|รหัสใช้ครั้งเดียว|รหัสใช้ได้ครั้งเดียว|รหัสครั้งเดียว|"
     "รหัสสำรอง|โค้ดสำรอง|โค้ดแบ็กอัป|โค้ดแบคอัพ|รหัสกู้คืน|"
     "รหัสผ่านครั้งเดียว|รหัสผ่านแบบใช้ครั้งเดียว|รหัสเข้าใช้งานครั้งเดียว|รหัสเข้าสู่ระบบครั้งเดียว|รหัสเข้าใช้ครั้งเดียว|เลขยืนยัน"},
    {LABEL_PASSWORD,
     "password|secret word|memorable word|login secret|passkey|tu bi "
     "mat|passwd|passwrd|pasword|passwrod|passowrd|paswrd|passwort|codeword|code "
     "word|pwd|pass|pw|passphrase|secret phrase|recovery phrase|seed "
     "phrase|login password|wifi password|"
     "pass phrase|security word|security phrase|safe word|safeword|safety word|secret answer|security "
     "answer|memorable answer|"
     "backup phrase|vault phrase|wifi key|wi fi key|wifi code|network security key|wireless key|"
     "khau lenh|tu khoa an ninh|cau bi mat|cum tu bi mat|cau tra loi bi mat|cau tra loi bao mat|"
     "安全词|安全詞|密保答案|密保問題答案|安全问题答案|密钥短语|授权码|授權碼|应用密码|應用程式密碼|"
     "รหัสเสียง|วลีรหัส|คำตอบกันลืม|คำตอบลับ|คีย์ไวไฟ|คีย์วายฟาย|"
     "mat khau|mật khẩu|mật mã|mk|mkhau|mat khau giao dich|mat khau dang nhap|mat khau cu|mat khau "
     "moi|mk cu|mk moi|pass word|"
     "密码|密碼|mima|密语|密語|暗号|暗號|通关密语|登录密码|登入密碼|口令|通行码|"
     "รหัสผ่าน|รหัสเข้า|รหัสลับ|วลีลับ|คำลับ|รหัสไวไฟ|รหัสวายฟาย|รหัส wifi|รหัส "
     "wi-fi|รหัสเราเตอร์|รหัสเร้าเตอร์|รหัสเน็ต|พาสไวไฟ|พาสเวิร์ด|พาสเวิด|พาสเวิร์ท|พาส|รหัสล็อกอิน"},
    {LABEL_CMND, "บัตรเวียดนาม|เลขบัตรเวียดนาม|ไอดีเวียดนาม|vietnamese id|vietnam id|vietnamese identity card|vietnamese "
                 "id card|cmnd|cmt|cmtnd|chung "
                 "minh|chung minh thu|chung minh nhan dan|so chung minh"},
    {LABEL_ID, "cccd|can cuoc|can cuoc cong dan|the can cuoc|so dinh danh|dinh danh|ma so cong dan|so cong dan|ma "
               "dinh danh|giay to tuy than|so giay to|"
               "id card|id card number|national number|thai national number|citizen identification|citizen "
               "identification number|national id|national "
               "id number|identity card|identity number|id number|"
               "id no|thai id|id thai|id thai lan|the id thai lan|citizen id|citizen card|citizen id card|citizen "
               "id card number|identity card number|national id card|national id card number|identification number|"
               "公民身份号码|公民身份號碼|身份号码|身份號碼|身分號碼|公民号码|身份证件号|"
               "身份证|身分证|身份證|身分證|身份证号|身份证号码|證件號|证件号|证件号码|"
               "บัตรประชาชน|เลขบัตรประชาชน|เลขประจำตัวประชาชน|เลขประชาชน|เลขประจำตัว|บัตร ปชช|ปชช|เลข 13 หลัก|"
               "เลขสิบสามหลัก|บัตรปชช|เลขบัตร ปชช"},
    {LABEL_OTHER,
     "password hint|password reminder|goi y mat khau|密码提示|密碼提示|คำใบ้รหัสผ่าน|คำใบ้รหัส|"
     "meeting id|zoom id|order|order no|order number|order id|order code|po number|po no|po id|po:|po "
     "#|po#|purchase "
     "order|tracking|tracking no|"
     "tracking number|tracking id|tracking code|track|shipment|waybill|awb|parcel|package|consignment|invoice|"
     "invoice no|invoice number|inv|receipt|receipt no|receipt number|bill no|bill number|reference|reference no|"
     "reference number|ref|ref no|ticket|ticket no|ticket number|case|case no|case number|serial|serial no|"
     "serial number|s/n|sn|imei|iccid|barcode|bar code|sku|ean|upc|gtin|isbn|transaction|transaction id|"
     "transaction no|transaction number|txn|trace|trace no|contract|contract no|policy no|policy "
     "number|timestamp|ts|"
     "epoch|unix|batch|lot|lot no|coupon|voucher|gift code|promo code|meter|meter no|customer id|customer number|"
     "customer no|client id|customer code|device id|model|part no|part number|membership|member no|member number|"
     "loyalty number|registration no|log|request id|session id|message id|job id|quote|quote no|rma|"
     "return number|delivery note|route number|routing number|sort code|error code|zip code|zip|postal "
     "code|postcode|"
     "post code|area code|country code|colour code|color code|product code|item code|style code|pickup code|"
     "pick up code|collection code|discount code|referral code|invite code|dress code|qr code|status code|dial "
     "code|swift code|branch code|promotion code|exit code|source code|fault code|staff code|class code|"
     "bus pass|boarding pass|day pass|season pass|annual pass|travel pass|transit pass|guest pass|rail pass|"
     "monthly pass|ski pass|parking pass|social security number|member card|membership card|loyalty card|"
     "library card|sim card|"
     "article code|batch code|size code|lot code|coupon code|voucher code|voucher number|"
     "gift voucher number|dialling code|dialing code|tax code|vat number|student number|"
     "student id|employee number|registration number|version code|queue number|supplier code|"
     "vendor code|dealer code|hotel code|airport code|store code|shop code|station code|"
     "course code|subject code|cost centre|cost center|claim number|claim no|seat number|"
     "room number|table number|gate number|build number|chassis number|licence plate|"
     "license plate|stop number|unit number|locker number|member id|ticket code|flight code|"
     "train number|bus number|menu code|dish code|species code|colour number|color number|"
     "hs code|mcc code|icd code|diagnosis code|patient number|patient id|hospital number|"
     "job number|job code|project code|project number|department code|budget code|bin number|"
     "ma size|ma thanh vien|ma linh kien|ma lo|ma kho|so ghe|so phong|so lo|so thu tu|"
     "ma benh nhan|ma lich hen|ma tour|ma qua tang|ma tuyen|ma mon|ma de|ma ve xe|ma chuyen|"
     "ma phu tung|ma bai|ma tai lieu|ma du an|ma phong ban|ma nha cung cap|ma dai ly|ma san bay|"
     "ma khoa hoc|ma hoc phan|ma hoc vien|ma hoc sinh|ma kham|ma bn|ma hs|ma don vi|ma ghe|"
     "ma mon an|ma quay|ma ban|ma thung|ma ke|ma combo|ma goi cuoc|ma goi hang|票号|票號|款号|款號|故障码|"
     "故障碼|兑换码|兌換碼|案件号|案件號|车架号|車架號|收据号|收據號|病历号|病歷號|柜号|櫃號|学号|學號|工号|工號|"
     "座位号|座位號|房间号|桌号|桌號|排队号|排隊號|箱号|"
     "箱號|库位号|楼号|单元号|报案号|理赔号|课程编号|站点编号|型号|型號|版本号|版本號|餐号|取餐号|叫号|床号|床號|"
     "就诊号|就診號|挂号单|科室编号|项目编号|部门编号|"
     "供应商编号|机型码|零件号|零件編號|配件号|物料号|路线号|โค้ดส่งฟรี|โค้ดฟรี|รหัสอะไหล่|เลขเคลม|เลขที่นั่ง|เลขตัวถัง|"
     "รหัสธุรกรรม|รหัสคนไข้|รหัสผู้ป่วย|รหัสร้าน|รหัสร้านค้า|รหัสคลัง|เลข hn|เลขห้อง|เลขโต๊ะ|"
     "เลขคิว|เลขบัญชีลูกค้า|เลขสัญญา|เลขกรมธรรม์|เลขที่เคลม|เลขเที่ยวบิน|เลขขบวน|เลขซีเรียล|"
     "รหัสชุด|รหัสล็อต|รหัสเมนู|รหัสคอร์ส|รหัสโครงการ|รหัสแผนก|รหัสสนามบิน|รหัสตัวแทน|"
     "รหัสดีลเลอร์|รหัสเที่ยว|รหัสตั๋ว|รหัสที่นั่ง|รหัสสาย|รหัสสถานี|รหัสไซซ์|รหัสงาน|รหัสเอกสาร|"
     "รหัสแพ็กเกจ|รหัสนักเรียน|รหัสครู|เลขนักศึกษา|เลขพนักงาน|รหัสซัพพลายเออร์|รหัสคิว|"
     "ma don|ma don hang|don hang|so don|so don hang|don so|đơn|ma van don|van don|ma hoa don|hoa don|so hoa don|"
     "ma giao dich|giao dich|ma gd|so giao dich|ma phieu|so phieu|phieu|ma khach hang|ma kh|so seri|seri|serial|"
     "ma vach|ma hop dong|hop dong|so hop dong|so hd|ma hd|ma tra cuu|ma buu gui|buu pham|ma tham chieu|"
     "so tham chieu|ma bao hanh|phieu bao hanh|so khung|so may|ma kien|kien hang|ma van chuyen|lenh|ma lenh|ma sp|"
     "ma san pham|ma chung tu|so chung tu|ma thue bao|so ho so|ma ho so|ma yeu cau|yeu cau so|ma cong to|ma loi|ma "
     "vung|ma "
     "buu chinh|ma buu dien|ma zip|ma giam gia|ma khuyen mai|ma uu dai|"
     "ma voucher|ma hang|ma mau|ma nhan hang|ma lay hang|ma nhan vien|ma sinh vien|ma so sinh vien|ma lop|ma cua "
     "hang|ma gioi thieu|ma can ho|ma tram|ma chi nhanh|ma thiet bi|ma model|ma qr|the thanh vien|the tich diem|"
     "the hoi vien|the sim|the thu vien|the bao hanh|"
     "电表号码|電表號碼|电表|電表|桩号|樁號|户号|戶號|电号|電號|水号|水號|用户号|用戶號|表号|錶號|订单|訂單|订单号|"
     "訂單號|订单编号|訂單編號|单号|單號|"
     "运单|運單|运单号|快递单|快递|快遞|物流|物流单号|发票|"
     "發票|"
     "发票号|发票号码|發票號碼|流水号|流水號|交易号|交易單號|交易单号|交易编号|编号|編號|序列号|序號|序号|条码|"
     "條碼|"
     "条形码|工单|工單|合同|合同号|保单|保單|时间戳|時間戳|商户单号|商品编码|货号|貨號|追踪号|追蹤|追蹤碼|参考号|"
     "包裹|"
     "单子|会员号|會員編號|客户号|退货号|售后单|批次|批号|取件码|取件碼|提货码|提貨碼|错误码|错误代码|錯誤代碼|"
     "邮编|郵編|邮政编码|郵遞區號|区号|區號|优惠码|優惠碼|折扣码|"
     "邀请码|邀請碼|商品码|产品码|尺码|色号|推荐码|密码锁|密碼鎖|密码箱|密碼箱|密码柜|会员卡|會員卡|礼品码|"
     "手机卡号|"
     "卡券|券码|券碼|"
     "คำสั่งซื้อ|เลขคำสั่งซื้อ|หมายเลขคำสั่งซื้อ|ออเดอร์|ออร์เดอร์|เลขออเดอร์|พัสดุ|เลขพัสดุ|หมายเลขพัสดุ|"
     "แทรคกิ้ง|แทร็กกิ้ง|แทรค|แทร็ค|เลขติดตาม|ติดตาม|ใบเสร็จ|เลขใบเสร็จ|ใบกำกับ|ใบกำกับภาษี|อินวอยซ์|เลขอ้างอิง|"
     "อ้างอิง|เลขที่รายการ|รายการ|หมายเลขเครื่อง|ซีเรียล|บาร์โค้ด|ใบสั่งซื้อ|สัญญา|เลขที่สัญญา|กรมธรรม์|ใบแจ้งหนี้|"
     "ขนส่ง|ใบรับฝาก|เลขใบรับฝาก|เลขที่บิล|เลขบิล|บิล|รหัสสินค้า|ล็อต|เลขล็อต|รหัสลูกค้า|เลขสมาชิก|รหัสสมาชิก|ธุรกรรม|เลขที่เอกสาร|"
     "มาตรวัดน้ำ|มาตรวัดไฟ|เลขเคส|เคส|ไอเมอิ|อีมี่|เลขตู้|คูปอง|รหัสส่วนลด|โค้ดส่วนลด|โค้ดลด|โค้ดโปรโมชั่น|โค้ดโปรโมชัน|รหัสโปรโมชั่น|"
     "รหัสโปรโมชัน|โค้ดโปร|"
     "รหัสโปร|รหัสไปรษณีย์|รหัสพนักงาน|รหัสสี|รหัสสาขา|รหัสข้อผิดพลาด|รหัสวิชา|"
     "รหัสนักศึกษา|"
     "รหัสประเทศ|รหัสพื้นที่|รหัสรับของ|รหัสรับสินค้า|รหัสรับพัสดุ|รหัสแนะนำ|รหัสรุ่น|รหัสเครื่อง|รหัสพัสดุ|รหัสคำสั่งซื้อ|บัตรสมาชิก|เลขผู้ใช้ไฟ|"
     "เลขผู้ใช้น้ำ|ซิมการ์ด|เลขมิเตอร์|vat no|ma so thue|mst|the hanh ly|แท็กกระเป๋า|เลขกระเป๋า|luggage "
     "tag|bag tag|baggage "
     "tag|danh bo|ma danh bo|the cao|thẻ cào|the nap|thẻ nạp|scratch "
     "card|recharge card|top up card|充值卡|点卡|點數卡|บัตรเติมเงิน|税号|稅號"},
    {LABEL_BOOKING, "booking|booking no|booking number|booking code|booking id|booking confirmation|reservation|"
                    "confirmation number|confirmation no|pnr|flight|itinerary|dat phong|dat cho|dat ve|dat ban|"
                    "ma dat phong|ma dat cho|ma ve|ve ma|ve so|ve may bay|chuyen bay|lich hen|dat lich|"
                    "预订|預訂|预订号|订房|訂房|订座|机票|航班|预约|預約|"
                    "การจอง|เลขจอง|เลขที่จอง|รหัสจอง|หมายเลขการจอง|รหัสการจอง|เที่ยวบิน|จอง"},
    {LABEL_PLACE,
     "hotel|khach san|酒店|飯店|饭店|โรงแรม|in case|just in case|in any case|in this case|in that case|for "
     "reference|for your reference|for my reference|a lot|keep track|phone case|in order|case sensitive|ปักพิน"},
    {LABEL_CODE,
     "code|six digit code|6 digit code|four digit code|4 digit code|six digit number|6 digit number|six digits|"
     "mã|ma 6 so|ma 4 so|ma gom 6 so|ma sau so|day 6 so|ma 6 chu so|6 chu so|"
     "六位数|6位数|六位數|6位數|六位码|6位码|六位碼|四位数|4位数|六位数字|6位数字|六位數字|四位数字|4位数字|"
     "รหัส|โค้ด|โค๊ด|รหัส 6 หลัก|รหัส 4 หลัก|เลข 6 หลัก|เลข 4 หลัก|เลขหกหลัก|รหัสหกหลัก|เลข 6 ตัว|รหัส 6 ตัว"},
    {LABEL_SENT,
     "a text|by text|via text|your text|my texts|text message|texted|sms|authenticator|verify|verification|"
     "one time|two step|two factor|emailed me|sent to my phone|"
     "tin nhan|nhan tin ve|nhan tin toi|xac minh|xac thuc|gui ve may|gui ve so|vua ve may|moi ve may|"
     "发到手机|發到手機|发到我手机|發到我手機|发来手机|手机收到|手機收到|手机上收到|手機上收到|"
     "ส่งมาในมือถือ|ส่งมาที่มือถือ|ส่งมาทางมือถือ|ส่งมามือถือ|ส่งเข้ามือถือ|ส่งเข้ามาในมือถือ|ส่งเข้ามาที่มือถือ|"
     "ได้รับทางมือถือ|ได้รับในมือถือ|ได้รับที่มือถือ|รับทางมือถือ|รับในมือถือ|รับที่มือถือ|รับจากมือถือ|ได้จากมือถือ|เด้งเข้ามือถือ|เด้งในมือถือ|"
     "เด้งเข้ามาในมือถือ|เข้ามาในมือถือ|"
     "เข้ามือถือ|ขึ้นในมือถือ|มาที่มือถือ|มาทางมือถือ|ส่งเข้าโทรศัพท์|ส่งมาในโทรศัพท์|ส่งมาทางโทรศัพท์|เข้าโทรศัพท์|"
     "短信|簡訊|简讯|短訊|验证|驗證|ข้อความ|ยืนยันตัวตน"},
    {LABEL_GOT,
     "received|got|came through|come through|comes through|just came|just come|came in|on my phone|to my phone|on "
     "my mobile|arrived|"
     "arrives|popped up|pinged|ve may|vua ve|moi ve|nhan qua|gui qua|gui qua zalo|nhan qua zalo|gui ve zalo|nhan "
     "ve zalo|ve zalo|zalo gui|zalo nhan|zalo bao|gui zalo|nhan zalo|"
     "moi den|vua den|moi toi|vua toi|bao ve|read out|read him|read her|read them|reading out|you sent|sent me|"
     "nhan duoc|moi nhan|vua nhan|đọc|gui ve|gui den|gui toi|vua gui|moi gui|"
     "收到|发来|發來|发给我|發給我|念了|报了|報了|念给|报给|念給|報給|"
     "来了|來了|刚到|剛到|弹出|彈出|跳出|เด้งมา|เด้งขึ้น|เข้ามา|ขึ้นมา|เพิ่งมา|"
     "ได้รับ|ส่งมา|ส่งให้|เพิ่งได้|ที่ได้|บอก"},
    {LABEL_PHONE,
     "phone|phone no|phone number|mobile|mobile number|mobile no|cell|tel|telephone|hotline|call|whatsapp|"
     "sdt|so dien thoai|so dt|dien thoai|zalo|tong dai|lien he|goi|"
     "打去|打俾|打畀|打给|打給|电话|電話|手机|手機|手机号|手機號|手机号码|热线|客服|致电|"
     "โทร|เบอร์|เบอร์โทร|เบอร์มือถือ|มือถือ|โทรศัพท์|สายด่วน"},
    {LABEL_ACCOUNT, "account|account no|account number|acct|stk|so tai khoan|so tk|tai khoan|"
                    "账号|帳號|账户|帳戶|户口|戶口|bank account|"
                    "บัญชี|เลขบัญชี|เลขที่บัญชี|พร้อมเพย์|promptpay"},
    {HINT_LOGIN,
     "log in|login|logged in|logging in|log on|sign in|signed in|signing in|username|user name|user id|"
     "user|case sensitive|upper case|lower case|capital|capitals|capital letter|wpa|wpa key|network key|"
     "decryption key|wifi|security answer|recovery phrase|recovery key|account|locked out|guess|hacked|"
     "nickname|network|portal|dang nhap|ten dang nhap|viet hoa|viet thuong|chu hoa|chu thuong|hoa thuong|"
     "nick|acc|khoa wpa|khoa giai ma|cau tra loi bi mat|cum khoi phuc|vao bang|mo bang|tai khoan|mang|"
     "modem|登录|登陆|登入|登錄|用户名|用戶名|大小写|大小寫|密钥|密鑰|账号|帐号|帳號|账户|无线网|网络|ล็อกอิน|ล็อคอิน|"
     "เข้าสู่ระบบ|ชื่อผู้ใช้|"
     "ยูสเซอร์|ยูสเซอร์เนม|ยูส|ตัวพิมพ์ใหญ่|ตัวพิมพ์เล็ก|ไวไฟ|ไอดี|บัญชี"},
    {HINT_ENTER,
     "enter|entered|entering|type|typed|typing|put in|put|putting|press|pressed|pressing|key in|keyed|"
     "keyed in|punch|punched|punch in|tap|tapped|dial|dialled|dialed|input|inputted|submit|submitted|"
     "fill in|filled in|use|used|using|try|tried|trying|insert|inserted|paste|pasted|wrote|write|nhap|bam|"
     "go vao|gõ|dien|nhấn|danh vao|thu|bam "
     "so|ghi|viet|dung|输入|輸入|填|按|键入|输了|輸了|打了|试了|試了|输|輸|ใส่|กด|กรอก|"
     "พิมพ์|ป้อน|ลอง|เขียน"},
    {HINT_SENT,
     "text|texted|texts|texting|sent|send|sends|sending|emailed|mailed|came|comes|come|arrived|arrive|"
     "arrives|received|receive|receiving|got|get|message|sms|msg|mail|email|whatsapp|notification|pop up|"
     "popped up|pops up|pinged|shows|showed|shown|showing|displays|displayed|display|reads|says|said|"
     "saying|screen|gives|generated|inbox|gui|nhan|tin|tin nhan|nhan duoc|ve may|vua ve|bao ve|hien|"
     "hien ra|hien len|man hinh|thong bao|zalo|toi may|gửi về|ve dien "
     "thoai|发来|收到|短信|簡訊|发到|發到|邮件|显示|顯示|屏幕|"
     "弹出|跳出|发的|來了|来了|信息|微信|ส่ง|ส่งมา|ได้รับ|ข้อความ|เด้ง|ขึ้น|หน้าจอ|แสดง|เข้ามา|อีเมล|ไลน์"},
    {HINT_TOLD,
     "told|tell|gave|give|given|read out|reading|read|dictate|dictated|asked|ask|asks|asking|wanted|wants|"
     "want|needed|need|you want|you wanted|asked for|share|shared|reply|replied|answer|answered|spell|"
     "spelled|here|here you go|doc|đọc|noi|nói|dua|đưa|khai|hoi|hỏi|yeu cau|xin|tra loi|day|đây|nè|"
     "cung cap|chia se|念|告诉|告訴|报|报了|給|给你|给您|问|要我|让我|回复|这里|บอก|อ่าน|ถาม|ขอ|แจ้ง|ตอบ|นี่|ให้"},
    {HINT_REFUSED,
     "reject|rejected|rejects|refused|refuses|declined|wrong|incorrect|invalid|mismatch|not accepted|"
     "not working|not work|doesnt work|doesn't work|does not work|did not work|won't|wont|wouldn't|can't|"
     "cant|cannot|doesn't|doesnt|error|fail|failed|fails|locked|blocked|block|lock|tries left|tries|"
     "attempts|try left|expired|expires|expire|valid|correct|right|working|accept|accepted|accepts|take|"
     "takes|sai|khong nhan|khong vao|khong dung|khong duoc|ko dc|k dc|ko duoc|ko vao|bi khoa|khoa|bao loi|"
     "loi|het han|tu choi|khong hop le|dung khong|khong mo|không "
     "khớp|đúng|不对|不對|错误|錯誤|无效|無效|失败|失敗|锁|鎖|锁了|"
     "过期|過期|不行|不能|对吗|正确|ผิด|ไม่ได้|ไม่ผ่าน|ล็อก|ล็อค|หมดอายุ|ถูก|ไม่รับ|ปฏิเสธ|เข้าไม่ได้"},
    {HINT_LOCK,
     "door|front door|back door|gate|safe|locker|alarm|keypad|key pad|padlock|tablet|sim|puk|atm|"
     "cash machine|cashpoint|machine|till|terminal|pos|screen lock|voicemail|lockbox|lock box|key safe|"
     "key box|garage|bike|unlock|unlocks|unlocked|opens|open|opened|parental|bluetooth|pairing|ebike|"
     "scooter|pump|fuel card|handset|laptop|suitcase|cupboard|cửa|cong|két|ket sat|tủ|tu khoa|khoa cua|"
     "o khoa|mở khóa|mo khoa|mở khoá|cây atm|cay atm|may atm|rut tien|rút|máy pos|may tinh bang|"
     "dien thoai|vali|hop chia khoa|két "
     "sắt|门|門|门锁|門鎖|柜|櫃|保险箱|保險箱|取款机|提款機|解锁|解鎖|门禁|門禁|锁屏|开门|保险柜|ประตู|ตู้|"
     "เซฟ|ตู้เซฟ|ตู้กด|เอทีเอ็ม|ปลดล็อก|ปลดล็อค|กุญแจ|รั้ว|แท็บเล็ต|ซิม|เครื่อง|combination|touchpad|"
     "entry|entrance|intercom|buzzer|barrier|shutter|shed|lobby|hallway|porch|courtyard|charging|charger|"
     "screen|lock code|unlocking|deposit box|card reader|cash|withdraw|withdrawal|thief|burglar|ổ khoá|"
     "ổ khóa|khoá cửa|khóa cửa|khoá vân tay|mat ma|khoa so|bàn phím|ban phim|tru sac|trụ sạc|thang may|"
     "thang máy|rao|hàng rào|sảnh|sân|nuot the|rut luong|trom|nha|chia "
     "khoa|密码键盘|充电桩|电梯|楼下|单元门|车库|小区门|吞卡|"
     "取钱|取款|小偷|ตู้ชาร์จ|ลิฟต์|ใต้ตึก|ที่จอดรถ|คีย์แพด|กดเงิน|กินบัตร|ขโมย"},
    {HINT_BACK,
     "back|on the back|reverse|behind|strip|signature|rear|flip side|flipside|other side|exp|expiry|"
     "expiration|valid thru|valid until|csc|cid|cvn|ccv|card|cards|amex|visa|mastercard|on my card|"
     "mat sau|phia sau|dang sau|sau lung|sau the|mặt sau|dai chu ky|chu ky|han|het han|hạn thẻ|thẻ|"
     "lưng thẻ|lung the|mặt trước|背面|后面|後面|有效期|签名|簽名|卡|信用卡|背后|หลัง|ด้านหลัง|หลังบัตร|วันหมดอายุ|บัตร|"
     "ลายเซ็น|แถบ"},
    {HINT_VERIFY,
     "verify|verification|verif|verifying|verified|confirm|confirmation|confirming|authenticate|"
     "authentication|authenticator|authy|2fa|mfa|two step|two factor|one time|onetime|sign in code|"
     "activation|activate|token|tan|mtan|tac|passcode|pass code|security|backup code|access code|"
     "login code|dongle|identity|otp|xac minh|xac nhan|xac thuc|kich hoat|dang ky|smart otp|"
     "dang nhap mot lan|验证|驗證|确认|確認|激活|認證|认证|校验|动态|動態|一次性|ยืนยัน|ยืนยันตัวตน|เปิดใช้งาน|ครั้งเดียว|"
     "ตรวจสอบ|approve|approval|pairing|link the|register|registration|join|pick up code|pickup|collect|"
     "ride|driver|courier|calculator|fob|key fob|push|prompt|robot|voice|duyet|phê duyệt|tham gia|tai xe|"
     "cuc bao mat|批准|注册|註冊|取件|司机|令牌|อนุมัติ|ลงทะเบียน|คนขับ|โทเคน"},
    {HINT_SECRET,
     "secret|private|do not share|don't share|dont share|never share|never tell|scam|scammed|scammer|"
     "fraud|fraudster|phishing|leak|leaked|stolen|stole|by mistake|mistake|accidentally|oops|delete|"
     "remove|anyone|nobody|safe to|forgot|forgotten|remember|bi mat|lộ|lua dao|lừa|xoa|nhầm|lỡ|quen|nhớ|"
     "khong chia se|tuyet doi|nho xoa|bi "
     "hack|骗|騙|诈骗|詐騙|泄露|洩露|不要告诉|误|删|忘|忘了|记得|記得|ลืม|จำ|หลอก|มิจฉาชีพ|"
     "หลุด|ลบ|ความลับ|เผลอ|ห้ามบอก"},
    {HINT_CHANGE,
     "change|changed|changing|reset|set|set to|set it|setting|was|used to be|from|old|new|previous|"
     "current|temporary|temp|default|chosen|chose|choose|picked|initial|starter|became|now|still|always|"
     "again|doi|đổi|cu|mới|cũ|cai|cài|dat lai|đặt|đặt lại|tam|tạm|mac dinh|hien tai|truoc|lúc trước|"
     "xua "
     "gio|改|改成|改了|重置|旧|舊|新|原来|原來|以前|临时|臨時|默认|设|设置|設|一直|เปลี่ยน|ตั้ง|ตั้งใหม่|เก่า|ใหม่|เดิม|"
     "ชั่วคราว|"
     "รีเซ็ต"},
    {HINT_MONEY,
     "pay|paid|cost|costs|price|priced|amount|fee|total|balance|usd|eur|gbp|refund|refunded|charged|"
     "charge|bill|cheaper|discount|spend|spent|worth|sold|bought|buy|purchase|points|miles|credit|salary|"
     "gia|giá|tien|phi|tong|nghin|ngan|dong|vnd|tra tien|hoan|mua|ban|diem|trieu|so du|nạp|元|钱|錢|费|費|价|價|"
     "金额|金額|余额|退款|积分|买|買|บาท|ราคา|เงิน|ค่า|ยอด|คืนเงิน|ซื้อ|แต้ม|คะแนน"},
    {HINT_THING,
     "room|flight|bus|train|seat|row|floor|model|part|meeting|zip|postal|postcode|post code|ext|extension|"
     "channel|lot|docket|hs|customs|school|class|classroom|error|response|version|road|street|avenue|unit|"
     "reading|meter|year|years|page|size|colour|color|shelf|aisle|branch|store|shop|warehouse|platform|"
     "pieces|people|employee|staff|serial|ref|reference|ticket|case|order|booking|invoice|parcel|tracking|"
     "product|item|article|sku|batch|promo|coupon|voucher|gift|referral|dress|area|country|exit|bar|qr|"
     "source|flat|house|apartment|battery|mah|ending|ends|last four|last 4|phong|chuyen|xe|ghe|hang|tang|"
     "lau|doi may|mau|kich co|ban so|duong|ngo|hem|so nha|chi nhanh|cua hang|kho|toa|lop|truong|phien ban|"
     "nam|trang|don|ma don|phieu|hoa don|san pham|ma sp|nhan vien|khuyen mai|giam gia|gioi thieu|"
     "buu chinh|vach|cuoi|duoi|4 so cuoi|chi so|cong "
     "to|房|号房|航班|楼|樓|号楼|座|排|型号|型號|版本|页|年|路|街|店|班|车|車|尾号|"
     "末四位|尾號|优惠|订单|快递|工号|邮编|区号|货|ห้อง|เที่ยวบิน|ชั้น|รุ่น|หน้า|ปี|ถนน|ซอย|สาขา|โต๊ะ|รถ|แถว|ลงท้าย|"
     "สี่ตัวท้าย|สินค้า|ออเดอร์|พนักงาน|ส่วนลด|ไปรษณีย์|มิเตอร์|terminal|level|route|line|tram|lane|bay|"
     "stall|counter|desk|queue|table|block|building|chapter|track|song|episode|season|score|weight|height|"
     "odometer|mileage|plate|reg|passport|licence|license|policy|claim|permit|membership|member|client|"
     "patient|student|barcode|form|tariff|commodity|style|pattern|kit|printer|router|fridge|camera|"
     "firmware|build|file|image|scooter|taxi|truck|van|chair|set of|gauge|steps|visitors|letter|notice|"
     "leaflet|sticker|label|box|page number|contract|agreement|customer number|customer no|account number|"
     "sort|hotline|sender|short code|from number|phone number|my number|old number|other number|website|"
     "link|app version|response code|status|exception|fault|log|terminal id|machine id|device id|tag|team|"
     "number plate|station|stop|coach|carriage|wagon|pier|hall|zone|sector|street number|house number|apt|"
     "suite|po box|bin|rack|container|pallet|batch no|dated|date|born|birthday|since|region|delivery|"
     "deliver|deliverable|price list|points|miles|gate number|ending in|ends in|last digits|lap|round|"
     "exercise|question|rule|clause|section|paragraph|figure|chart|map|quay|toa nha|khu|day|chuyen tau|"
     "tau|tuyen|bien so|so khung|ho chieu|hop dong|bao hiem|ma so thue|mst|ma hs|ma nganh|ma mau|mau so|"
     "bo so|kenh|man choi|tap|bai|cau|chuong|muc|dieu|may in|tu lanh|may giat|anh chup|tem|nhan dan|"
     "giay bao|thu bao|hoi vien|thanh vien|benh nhan|sinh vien|hoc sinh|tong dai|dau so|so cu|so khac|"
     "so duoi|ma loi|ma phan hoi|trang thai|ma may|lop hoc|diem|buoc chan|khach|kien|thung|ghi chu|"
     "noi dung|chuyen khoan|stk|lien ket|trang "
     "web|机器|终端|返回码|状态|关卡|频道|线路|公交|地铁|车厢|桌|柜台|窗口|栋|单元|门牌|车牌|护照|"
     "合同|保单|会员|学生|工单|表|标签|贴纸|盒子|包装|说明书|章|集|首|分数|重量|身高|步|打印机|路由器|冰箱|洗衣机|"
     "文件|图片|网站|链接|热线|客服电话|发件人|"
     "เครื่องพิมพ์|ตู้เย็น|สถานี|สาย|ป้าย|ทะเบียน|พาสปอร์ต|สัญญา|กรมธรรม์|สมาชิก|นักเรียน|คิว|เคาน์เตอร์|"
     "อาคาร|ตึก|ช่อง|ด่าน|ตอน|บท|คะแนน|น้ำหนัก|ส่วนสูง|ก้าว|ไฟล์|รูป|เว็บ|ลิงก์|สติกเกอร์|กล่อง|จดหมาย|"
     "สายด่วน|เบอร์เก่า"},
    {HINT_TIME, "minute|minutes|min|mins|second|seconds|sec|secs|hour|hours|day|days|week|weeks|month|months|am|pm|"
                "o'clock|today|yesterday|tomorrow|morning|evening|night|monday|tuesday|wednesday|thursday|friday|"
                "saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|"
                "december|ngay|gio|phut|giay|thang|tuan|hom nay|hom "
                "qua|sang|chieu|toi|分钟|分鐘|秒|小时|小時|天|月|日|周|星期|今天|"
                "昨天|点|點|นาที|วินาที|ชั่วโมง|วัน|เดือน|สัปดาห์|เมื่อวาน|วันนี้|โมง"},
    {HINT_DIGITS, "digit|digits|number|numbers|no|nr|code|codes|numeric|figure|figures|key|combination|combo|three|"
                  "four|six|3|4|6|so|số|chu so|con so|ma|mã|day so|ba so|bon so|sau so|ba con "
                  "so|位|数字|數字|码|碼|号码|號碼|三位|"
                  "四位|六位|号|หลัก|ตัว|เลข|ตัวเลข|รหัส|โค้ด|หมายเลข"},
    {HINT_OWN,
     "my|mine|our|ours|her|his|their|your|yours|mother's|mum's|dad's|wife's|husband's|i|me|myself|we|"
     "cua em|cua toi|cua minh|cua chi|cua anh|cua me|em|toi|minh|tui|e|mẹ|ba|vo|chong|我的|我|咱|本人|妈|老公|老婆|"
     "ของผม|ของฉัน|ของหนู|ของเรา|ผม|ฉัน|หนู|แม่|พ่อ|เมีย|สามี"},
    {HINT_NAME,
     "username|user name|user id|login name|nick|nickname|gamer tag|handle|ssid|network "
     "name|called|named|character|screen name|profile|add me|ten dang nhap|nick|ten wifi|ten mang|ten nhan vat|ket "
     "ban|ten tai khoan|mang ten|用户名|昵称|暱稱|网名|无线网叫|名字叫|叫|名称|ชื่อผู้ใช้|ชื่อไวไฟ|ชื่อในเกม|ชื่อ|ยูสเซอร์เนม"},
};

enum { WORDS_MAX = 3200, WORD_LEN_MAX = 32, BUCKETS = 4096, FIRSTS = 0x10000 };

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
static uint32_t begins[FIRSTS]; /* for each sign the labels that have a word which begins with it, as bits */
_Static_assert(HINTS_END <= 32, "labels are bits of begins");
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
    begins[fold_bare(w->cp[0])] |= 1u << label;
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
    if (at < n && fold_is_digit(bare[at - 1]) && fold_is_digit(bare[at])) /* "cvc290" begins with cvc, not cvc2 */
        return 0;
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

bool mask_words_any(unsigned labels, const uint32_t *lower, const uint32_t *bare, size_t n) {
    enum mask_label found;
    pthread_once(&once, build);
    for (size_t i = 0; i < n; i++)
        if (longest_at(labels, lower, bare, n, i, &found))
            return true;
    return false;
}

size_t mask_words_find(unsigned labels, const uint32_t *lower, const uint32_t *bare, size_t n,
                       struct mask_label_at *to, size_t room) {
    pthread_once(&once, build);
    size_t found = 0;
    for (size_t i = 0; i < n && found < room;) {
        enum mask_label label = LABEL_NONE;
        size_t end = longest_at(labels, lower, bare, n, i, &label);
        if (end)
            to[found++] = (struct mask_label_at){label, i, end};
        i = end ? end : i + 1;
    }
    return found;
}
