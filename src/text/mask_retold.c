/* One-time codes in the words of the message that brought them: "Use 482913 to verify your account". */
#include "text/fold.h"
#include "text/mask_find.h"

#include <uchar.h>

static const char32_t *const purposes[] = {U"để xác minh",
                                           U"để xác thực",
                                           U"xác thực",
                                           U"xác minh",
                                           U"để tiếp tục đăng nhập",
                                           U"để đăng nhập",
                                           U"để hoàn tất đăng nhập",
                                           U"để xác nhận đăng nhập",
                                           U"để kích hoạt tài khoản",
                                           U"để đặt lại mật khẩu",
                                           U"để hoàn tất xác",
                                           U"de xac minh",
                                           U"de xac thuc",
                                           U"de dang nhap",
                                           U"de xac nhan dang nhap",
                                           U"để xác nhận danh tính",
                                           U"để xác nhận tài khoản",
                                           U"以验证",
                                           U"以驗證",
                                           U"进行验证",
                                           U"進行驗證",
                                           U"完成验证",
                                           U"完成驗證",
                                           U"验证身份",
                                           U"驗證身份",
                                           U"来验证",
                                           U"以登录",
                                           U"以登入",
                                           U"进行登录",
                                           U"完成登录",
                                           U"完成登入",
                                           U"登录账",
                                           U"登入帳",
                                           U"确认登录",
                                           U"確認登入",
                                           U"以确认登录",
                                           U"เพื่อยืนยันตัว",
                                           U"เพื่อยืนยันการเข้า",
                                           U"เพื่อยืนยันการล็อกอิน",
                                           U"เพื่อยืนยันบัญชี",
                                           U"เพื่อเข้าสู่ระบบ",
                                           U"เพื่อล็อกอิน",
                                           U"ในการยืนยันตัว",
                                           U"ในการเข้าสู่ระบบ",
                                           NULL};
static const char32_t *const verbs_of_entry[] = {U"sign in",    U"sign-in",    U"log in",
                                                 U"log-in",     U"log on",     U"access your account",
                                                 U"prove your", U"prove it's", NULL};

static bool any_starts(const struct mask_scan *s, size_t i, const char32_t *const *list) {
    for (; *list; list++)
        if (mask_starts(s, i, *list))
            return true;
    return false;
}

/* What a number in a message is for: "… to verify", "… để đăng nhập": only what proves who one is. */
static bool proves_oneself(const struct mask_scan *s, size_t i) {
    while (i < s->n && (s->bare[i] == ' ' || s->bare[i] == '"' || s->bare[i] == 0x201D))
        i++;
    if (i >= s->n)
        return false;
    if (any_starts(s, i, purposes))
        return true;
    size_t word = mask_word_end(s, i);
    if (!mask_one_of(s, i, word, "|to|for|") || word + 1 >= s->n)
        return false;
    size_t verb = word + 1, end = mask_word_end(s, verb);
    if (mask_one_of(s, verb, end, "|verify|authenticate|login|signin|verification|"))
        return true;
    if (any_starts(s, verb, verbs_of_entry))
        return true;
    if (!mask_one_of(s, verb, end, "|confirm|complete|finish|approve|continue|activate|reset|unlock|"))
        return false;
    enum { OBJECT = 24 };
    for (size_t at = end; at < s->n && at < end + OBJECT && !mask_sentence_ends(s, at);) {
        size_t to = mask_word_end(s, at);
        if (mask_one_of(s, at, to,
                        "|login|signin|sign|log|logging|signing|identity|account|password|device|verification|"))
            return true;
        at = to > at ? to : at + 1;
    }
    return false;
}

static bool names_a_thing(const struct mask_scan *s, size_t start, size_t end) {
    enum mask_label named = mask_named(s, start, end);
    return named == LABEL_OTHER || named == LABEL_BOOKING;
}

/* "Use 482913 to verify …": the words of the message itself, retold without "code". */
void mask_find_retold(struct mask_scan *s) {
    static const char32_t *const verbs[] = {U"输入", U"輸入", U"使用", U"用",  U"填", U"填写",
                                            U"ใช้",   U"ใส่",   U"กรอก", U"ป้อน", NULL};
    for (size_t g = 0; g < s->n_groups; g++) {
        size_t start = s->groups[g].start, to = start, end;
        if (s->groups[g].end - start > 8 || (g > 0 && s->groups[g - 1].end + 1 == start))
            continue;
        while (to > 0 && (s->bare[to - 1] == ' ' || s->bare[to - 1] == ':' || s->bare[to - 1] == '"' ||
                          s->bare[to - 1] == 0x201C))
            to--;
        size_t from = to;
        while (from > 0 && fold_is_latin(s->bare[from - 1]))
            from--;
        if ((mask_one_of(s, from, to,
                         "|use|enter|type|input|using|entering|nhap|dung|dien|go|code|ma|so|number|") ||
             mask_stands_before(s, to, verbs)) &&
            mask_code_fits(s, MASK_OTP, start, &end) && proves_oneself(s, end) && !names_a_thing(s, start, end))
            mask_take(s, MASK_OTP, start, end);
    }
}
