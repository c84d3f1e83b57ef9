#include "text/thesaurus.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "text/analyzer.h"
#include "text/normal.h"

#include <pthread.h>
#include <string.h>

/* One group a line, its members separated by commas. A word belongs here when customers say it and help pages
 * say the other; words that share their stem or characters find each other anyway. */
static const char english[] = "parcel,package,shipment,delivery\n"
                              "courier,carrier,driver,delivery man,postman\n"
                              "ship,send,dispatch,post,mail out\n"
                              "postage,shipping cost,delivery fee\n"
                              "buy,purchase,order\n"
                              "refund,money back,reimburse\n"
                              "return,send back,give back\n"
                              "exchange,swap,replace\n"
                              "replacement,new one,substitute\n"
                              "broken,damaged,faulty,defective,defect,fault,cracked,smashed\n"
                              "stopped working,faulty,defective,warranty\n"
                              "guarantee,warranty\n"
                              "lost,missing,disappeared,never arrived,gone\n"
                              "late,delayed,overdue\n"
                              "cancel,terminate,end,call off,notice\n"
                              "invoice,bill,receipt\n"
                              "price,cost,fee,charge,how much,pay\n"
                              "free,no charge,for nothing\n"
                              "voucher,coupon,gift card,gift code,promo code\n"
                              "discount,reduction,sale\n"
                              "instalments,installments,monthly rate,pay later\n"
                              "debit,charge,withdraw\n"
                              "transfer,wire,send money\n"
                              "cash machine,atm,cash\n"
                              "cash,withdraw\n"
                              "payee,recipient,beneficiary\n"
                              "abroad,overseas,foreign,international,roaming\n"
                              "account,profile\n"
                              "log in,sign in,login,log on\n"
                              "sign up,register,create an account,join\n"
                              "password,passcode,login\n"
                              "two-step,two-factor,2fa,authenticator\n"
                              "single sign-on,sso,company login\n"
                              "unsubscribe,opt out,newsletter,marketing mail,ads\n"
                              "delete,remove,erase,close\n"
                              "undo,revert,reverse,restore,recover,go back\n"
                              "bin,trash,recycle bin\n"
                              "change,edit,update,modify,correct,fix\n"
                              "mistake,error,typo,wrong,spelled\n"
                              "storage,space,quota,disk\n"
                              "phone,mobile,cell,cellphone,smartphone\n"
                              "wifi,wi-fi,wireless\n"
                              "internet,broadband,data,online\n"
                              "slow,speed,sluggish\n"
                              "outage,down,no connection,fault,no signal,without service\n"
                              "gigabytes,gb,data\n"
                              "plan,contract,subscription,tariff\n"
                              "bag,suitcase,luggage,baggage\n"
                              "hand luggage,carry-on,cabin bag\n"
                              "flight,plane,fly\n"
                              "ticket,booking,reservation\n"
                              "seat,place\n"
                              "baby,infant,toddler,child under two\n"
                              "kid,child,son,daughter,children\n"
                              "wheelchair,disabled,walk,assistance\n"
                              "refused,declined,rejected,fails\n"
                              "stolen,theft,thief,robbed\n"
                              "freeze,block,lock\n"
                              "unknown,unrecognised,do not recognise,fraud,scam\n"
                              "blank,white,empty\n"
                              "doctor,physician,gp\n"
                              "appointment,visit,consultation\n"
                              "postpone,reschedule,move\n"
                              "vaccination,vaccine,shot,jab,immunisation\n"
                              "fever,temperature\n"
                              "prescription,pills,medicine,tablets,medication\n"
                              "blood test,blood draw,lab,laboratory\n"
                              "record,file,history\n"
                              "insurance,insurer,cover\n"
                              "furniture,sofa,couch,wardrobe\n"
                              "elevator,lift\n"
                              "tax,duty,customs,vat\n"
                              "size,measure,dimensions\n"
                              "opening hours,open,close\n"
                              "wait,waiting time,queue\n"
                              "compensation,compensate,entitled,damages\n"
                              "complain,complaint,objection,dispute,disagree\n"
                              "wife,husband,family,household,members,relatives\n"
                              "flat,apartment,house,address\n"
                              "colleague,coworker,teammate,member\n";

static const char vietnamese[] = "kiện hàng,gói hàng,bưu kiện,đơn hàng,hàng\n"
                                 "shipper,bưu tá,nhân viên giao,người giao hàng\n"
                                 "ship,giao hàng,vận chuyển,gửi hàng\n"
                                 "phí ship,phí giao,phí vận chuyển,tiền ship\n"
                                 "freeship,miễn phí giao hàng,miễn phí\n"
                                 "cod,thanh toán khi nhận hàng,trả tiền mặt\n"
                                 "hoàn tiền,trả lại tiền,lấy lại tiền,tiền về\n"
                                 "đổi trả,trả hàng,gửi trả,hoàn hàng\n"
                                 "size,cỡ\n"
                                 "bể,vỡ,hỏng,hư,lỗi\n"
                                 "mất,thất lạc,lạc\n"
                                 "trễ,chậm,muộn,delay\n"
                                 "hủy,cắt,ngưng,chấm dứt,bỏ\n"
                                 "hóa đơn,hóa đơn đỏ,bill\n"
                                 "mã giảm giá,voucher,phiếu quà tặng,khuyến mãi\n"
                                 "giá,phí,tiền,cước,tốn\n"
                                 "mật khẩu,pass,password\n"
                                 "otp,mã xác thực,mã xác nhận\n"
                                 "đăng nhập,login,vô tài khoản\n"
                                 "đăng xuất,logout,thoát\n"
                                 "tài khoản,nick,acc\n"
                                 "xóa,gỡ\n"
                                 "quảng cáo,khuyến mãi,tin rác,spam\n"
                                 "sửa,chỉnh,đổi,cập nhật\n"
                                 "sai,nhầm,lộn\n"
                                 "điện thoại,máy,di động\n"
                                 "mạng,internet,data,dung lượng\n"
                                 "wifi,wi-fi\n"
                                 "chập chờn,yếu,chậm,lag\n"
                                 "app,ứng dụng\n"
                                 "file,tệp,tài liệu\n"
                                 "link,liên kết,đường dẫn\n"
                                 "xài,dùng,sử dụng\n"
                                 "4g,dữ liệu di động,mạng di động\n"
                                 "bộ nhớ,dung lượng\n"
                                 "thùng rác,đã xóa\n"
                                 "vé máy bay,vé,chuyến bay\n"
                                 "ký,cân,kg\n"
                                 "hành lý,vali,va li,xách tay,ký gửi\n"
                                 "boarding pass,thẻ lên máy bay\n"
                                 "check in,làm thủ tục\n"
                                 "em bé,trẻ em,bé,trẻ,con\n"
                                 "bồi thường,đền,đền bù\n"
                                 "khách sạn,ngủ lại,phòng\n"
                                 "xe đưa đón,shuttle\n"
                                 "chuyển khoản,chuyển tiền,ck\n"
                                 "atm,cây rút tiền,rút tiền\n"
                                 "tiết kiệm,sổ,gửi góp\n"
                                 "trước hạn,chưa tới hạn,sớm\n"
                                 "quét mặt,khuôn mặt,sinh trắc học\n"
                                 "khóa,chặn,phong tỏa\n"
                                 "mất cắp,bị giật,bị trộm,mất\n"
                                 "sim,số điện thoại\n"
                                 "nợ cước,chưa đóng cước\n"
                                 "dọn nhà,chuyển nhà,dời nhà\n"
                                 "thợ,kỹ thuật,nhân viên kỹ thuật\n"
                                 "ra nước ngoài,chuyển vùng,roaming,du lịch nước ngoài\n"
                                 "bác sĩ,bs,phòng khám\n"
                                 "khám,lịch hẹn,đặt lịch\n"
                                 "chích ngừa,tiêm,tiêm chủng,vắc xin\n"
                                 "lấy máu,xét nghiệm máu,xét nghiệm\n"
                                 "toa thuốc,đơn thuốc\n"
                                 "bảo hiểm,bhyt\n"
                                 "đem theo,mang theo,cần mang\n"
                                 "bảo hành,sửa chữa\n"
                                 "căn cước,cccd,chứng minh nhân dân,cmnd\n"
                                 "chi nhánh,cửa hàng,quầy\n"
                                 "khi nào,bao giờ,thời gian,bao lâu\n"
                                 "vợ,chồng,gia đình\n"
                                 "cty,công ty,doanh nghiệp\n"
                                 "thắc mắc,khiếu nại,phàn nàn\n";

static const char chinese[] = "包裹,快递,货,快件\n"
                              "快递员,配送员,派件员,骑手\n"
                              "邮费,运费,快递费\n"
                              "包邮,免运费,免邮\n"
                              "发货,出库,发出,寄出\n"
                              "物流,快递信息,运单\n"
                              "丢了,丢失,丢件,不见,找不到\n"
                              "寄回,退货,退回\n"
                              "退款,退钱,退的钱,返还\n"
                              "换货,换,更换\n"
                              "坏了,故障,质量问题,损坏,破损\n"
                              "碎,破损,压扁\n"
                              "没货,断货,缺货,售罄\n"
                              "优惠券,红包,券,代金券,折扣码\n"
                              "抬头,发票\n"
                              "报销,发票\n"
                              "多少钱,费用,价格,收费,手续费\n"
                              "密码,口令\n"
                              "登录,登入,进不去\n"
                              "账号,账户,号\n"
                              "注销,删除账户,删掉\n"
                              "广告,营销,促销,垃圾短信\n"
                              "退订,取消订阅,别再发\n"
                              "改,修改,更改,变更,更正\n"
                              "错,填错,打错,错误\n"
                              "取消,退订,撤销\n"
                              "手机,电话\n"
                              "宽带,网络,上网,断网\n"
                              "网速,速度,降速,慢\n"
                              "wifi,无线,路由器\n"
                              "流量,数据\n"
                              "转网,携号转网,换运营商\n"
                              "漫游,出国,国外,去泰国,去日本\n"
                              "话费,账单,欠费\n"
                              "补卡,补办,换卡\n"
                              "被偷,丢了,挂失,盗\n"
                              "应用,软件,app\n"
                              "空白,白屏\n"
                              "误删,删除,回收站\n"
                              "空间,容量,硬盘\n"
                              "链接,网址\n"
                              "单点登录,统一登录\n"
                              "机票,票,航班\n"
                              "飞机,航班,飞\n"
                              "晚点,延误\n"
                              "赔,补偿,赔偿\n"
                              "行李,箱子,托运\n"
                              "宝宝,婴儿,孩子,儿童,小孩\n"
                              "酒店,住宿,客房\n"
                              "选座,值机\n"
                              "转账,汇款,打钱\n"
                              "取钱,取款,取现,提现\n"
                              "取款机,atm,机器\n"
                              "后悔,撤销,撤回\n"
                              "不肯还,拒绝\n"
                              "刷脸,人脸,识别\n"
                              "存单,定期,存款\n"
                              "信用卡,征信\n"
                              "挂号,预约,号,抢号\n"
                              "看病,就诊,就医,初诊\n"
                              "医生,大夫\n"
                              "化验,抽血,检查,报告\n"
                              "打针,疫苗,接种\n"
                              "发烧,发热,低烧\n"
                              "药,处方,开药\n"
                              "医保,报销,结算\n"
                              "爽约,没去,过号\n"
                              "片子,影像\n"
                              "爸妈,老公,家人,亲情\n"
                              "搬家,移机\n"
                              "师傅,维修,上门\n"
                              "电梯,楼\n"
                              "客服,工作人员\n"
                              "骗,诈骗,是真的吗\n"
                              "别人,另一个人,他人\n"
                              "投诉,申诉,举报\n";

static const char thai[] = "พัสดุ,ของ,สินค้า,กล่อง\n"
                           "ไรเดอร์,คนส่งของ,พนักงานส่ง,ขนส่ง\n"
                           "ค่าส่ง,ค่าจัดส่ง\n"
                           "เก็บปลายทาง,เก็บเงินปลายทาง,cod\n"
                           "แทร็ก,เลขพัสดุ,เลขแทร็ก\n"
                           "แพ็ก,จัดส่ง,ส่งของ\n"
                           "หาย,สูญหาย,ตามหา\n"
                           "แตก,ชำรุด,บุบ,เสีย,พัง\n"
                           "คืนเงิน,ได้เงินคืน,เงินคืน\n"
                           "คืนของ,คืนสินค้า,ส่งคืน\n"
                           "เคลม,ประกัน,รับประกัน\n"
                           "โค้ด,ส่วนลด,คูปอง,โปรโมชั่น\n"
                           "กิฟต์การ์ด,บัตรของขวัญ\n"
                           "ใบกำกับ,ใบเสร็จ,ใบกำกับภาษี,บิล\n"
                           "เบอร์,ไซซ์,ขนาด\n"
                           "คับ,เล็กไป,ไซซ์\n"
                           "แต้ม,คะแนน,พอยต์\n"
                           "รหัสผ่าน,พาสเวิร์ด\n"
                           "ล็อกอิน,เข้าสู่ระบบ\n"
                           "ล็อกเอาต์,ออกจากระบบ\n"
                           "otp,รหัสยืนยัน\n"
                           "บัญชี,สมาชิก\n"
                           "โฆษณา,โปรโมชั่น,ข่าวสาร\n"
                           "แก้,เปลี่ยน,แก้ไข\n"
                           "ผิด,สะกดผิด,พิมพ์ผิด,กรอกผิด\n"
                           "ลบ,ยกเลิก,ปิดบัญชี\n"
                           "กู้,กู้คืน,เอาคืน,ย้อน\n"
                           "มือถือ,โทรศัพท์,เครื่อง\n"
                           "เน็ต,อินเทอร์เน็ต,ข้อมูล\n"
                           "ไวไฟ,wifi,wi-fi\n"
                           "เน็ตล่ม,เน็ตหลุด,ใช้ไม่ได้\n"
                           "เน็ตบ้าน,เราเตอร์\n"
                           "ย้ายค่าย,เบอร์เดิม\n"
                           "โรมมิ่ง,ต่างประเทศ,ไปญี่ปุ่น\n"
                           "ค่าโทร,ค่าบริการ,บิล\n"
                           "โดนหัก,หักเงิน,บริการเสริม\n"
                           "ขโมย,หาย,โดนขโมย\n"
                           "ระงับ,อายัด,ล็อก\n"
                           "จอขาว,หน้าจอ\n"
                           "พื้นที่เต็ม,พื้นที่\n"
                           "ถังขยะ,ลบ\n"
                           "เอ็กเซล,ไฟล์,เอกสาร\n"
                           "ปริ้น,พิมพ์,เครื่องพิมพ์\n"
                           "เครื่องบิน,เที่ยวบิน,ตั๋ว\n"
                           "ดีเลย์,ช้า,ล่าช้า\n"
                           "ชดเชย,ค่าเสียหาย\n"
                           "เช็กอิน,เช็คอิน\n"
                           "พาวเวอร์แบงค์,พาวเวอร์แบงก์\n"
                           "กระเป๋า,สัมภาระ,น้ำหนัก\n"
                           "กิโล,โล,กิโลกรัม\n"
                           "พาสปอร์ต,หนังสือเดินทาง\n"
                           "ลูก,เด็ก\n"
                           "ค้างคืน,โรงแรม,นอนที่ไหน\n"
                           "โอน,โอนเงิน\n"
                           "กดเงิน,ถอนเงิน,เงินสด\n"
                           "ตู้,เอทีเอ็ม,atm\n"
                           "สแกนหน้า,สแกนใบหน้า,ใบหน้า\n"
                           "ดอก,ดอกเบี้ย\n"
                           "ฝากประจำ,เงินฝาก\n"
                           "พิน,pin\n"
                           "ค่าธรรมเนียม,ค่าบริการ,เสียเงิน\n"
                           "ฟรี,ไม่เสียเงิน,ไม่คิดเงิน\n"
                           "หมอ,แพทย์,ตรวจ\n"
                           "นัด,จองคิว,คิว\n"
                           "เลื่อน,เปลี่ยนวัน\n"
                           "ตัวร้อน,ไข้\n"
                           "ฉีดยา,วัคซีน,ฉีด\n"
                           "เจาะเลือด,ผลเลือด,ผลตรวจ\n"
                           "เวชระเบียน,ประวัติการรักษา\n"
                           "ฟิล์ม,เอกซเรย์\n"
                           "เบิก,ใบเสร็จ,สำรองจ่าย\n"
                           "แฟน,สามี,ภรรยา,ครอบครัว\n"
                           "ช่าง,ซ่อม\n"
                           "ย้ายบ้าน,ย้ายจุด\n"
                           "มิจฉาชีพ,อ้างเป็นพนักงาน,หลอก\n"
                           "สลิป,หลักฐาน\n"
                           "ออฟฟิศ,ที่ทำงาน,บริษัท\n"
                           "ร้องเรียน,แจ้ง\n";

/* ---- groups ready to compare ---- */

struct member {
    const char *text;   /* as written above */
    const char *key;    /* as compared: " word word ", or the characters of Chinese and Thai */
    const char *folded; /* Vietnamese: the key without diacritics */
};
struct group {
    struct member *at;
    size_t n;
};
enum how { BY_STEM, BY_SPELLING, BY_CHARACTERS };
static struct list {
    const char *lang, *source;
    enum how how;
    struct group *at;
    size_t n;
} lists[] = {
    {"en", english, BY_STEM, NULL, 0},
    {"vi", vietnamese, BY_SPELLING, NULL, 0},
    {"zh", chinese, BY_CHARACTERS, NULL, 0},
    {"th", thai, BY_CHARACTERS, NULL, 0},
};
enum { LISTS = sizeof lists / sizeof *lists };
static struct arena *keep;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* The words of a text between single spaces, one in front and one behind. */
static char *key_of_words(struct arena *a, const struct normal *text, enum how how, bool folded) {
    struct words words = words_of(a, text);
    struct buf out = {0};
    buf_char(&out, ' ');
    for (size_t i = 0; i < words.n; i++) {
        const char *word = folded ? word_fold(a, &words.at[i]) : word_spell(a, &words.at[i]);
        buf_str(&out, how == BY_STEM ? word_stem(a, word) : word);
        buf_char(&out, ' ');
    }
    char *copy = arena_copy_n(a, out.at, out.len);
    buf_free(&out);
    return copy;
}

static char *key_of(struct arena *a, const char *text, size_t len, enum how how, bool folded) {
    struct normal normal = normalize(a, text, len);
    if (how != BY_CHARACTERS)
        return key_of_words(a, &normal, how, folded);
    char *out = arena_alloc(a, normal.n * 4 + 1), *to = out;
    for (size_t i = 0; i < normal.n; i++)
        if (!thai_tone(normal.cp[i]))
            to += utf8_put(to, normal.cp[i]);
    return out;
}

static void fill(void) {
    keep = arena_new(1 << 18);
    for (struct list *l = lists; l < lists + LISTS; l++) {
        for (const char *line = l->source; *line; line += strcspn(line, "\n") + 1) {
            struct group g = {NULL, 0};
            const char *end = line + strcspn(line, "\n");
            for (const char *at = line; at < end; at += strcspn(at, ",\n") + 1) {
                size_t len = strcspn(at, ",\n");
                g.at = arena_grow(keep, g.at, g.n, g.n + 1, sizeof *g.at);
                g.at[g.n++] = (struct member){arena_copy_n(keep, at, len), key_of(keep, at, len, l->how, false),
                                              l->how == BY_SPELLING ? key_of(keep, at, len, l->how, true) : NULL};
            }
            l->at = arena_grow(keep, l->at, l->n, l->n + 1, sizeof *l->at);
            l->at[l->n++] = g;
        }
    }
}

char *thesaurus_words(struct arena *a, const char *lang, const char *text, size_t len) {
    pthread_once(&once, fill);
    const struct list *l = lists;
    while (l < lists + LISTS && strcmp(l->lang, lang))
        l++;
    if (l == lists + LISTS)
        return arena_copy(a, "");
    char *key = key_of(a, text, len, l->how, false);
    bool bare = l->how == BY_SPELLING && !strcmp(key, key_of(a, text, len, l->how, true));
    struct buf out = {0};
    for (const struct group *g = l->at; g < l->at + l->n; g++) {
        bool named = false;
        for (size_t i = 0; i < g->n && !named; i++)
            named = strstr(key, bare ? g->at[i].folded : g->at[i].key) != NULL;
        for (size_t i = 0; named && i < g->n; i++)
            if (!strstr(key, bare ? g->at[i].folded : g->at[i].key))
                buf_printf(&out, "%s . ", g->at[i].text);
    }
    char *copy = arena_copy_n(a, out.at ? out.at : "", out.len);
    buf_free(&out);
    return copy;
}
