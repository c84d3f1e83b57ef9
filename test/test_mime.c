/* What is read out of the mails in test/mail, and what becomes of mail that wants to do harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "channel/charset.h"
#include "channel/header.h"
#include "channel/mail_wire.h"
#include "channel/mime.h"
#include "base/sniff.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena *a;

static struct bytes load(const char *name) {
    char path[512];
    snprintf(path, sizeof path, TEST_DIR "/mail/%s.eml", name);
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("no such sample: %s", path);
    static char room[64 * 1024];
    size_t n = fread(room, 1, sizeof room, f);
    fclose(f);
    return arena_bytes(a, (struct bytes){(const uint8_t *)room, n});
}

static struct mail *parse(struct bytes raw, enum rc wanted) {
    struct mime_limits limits = mime_limits();
    struct mail *m;
    assert_int_equal(mime_parse(a, raw, &limits, &m), wanted);
    return m;
}

static struct mail *parse_text(const char *text) {
    return parse((struct bytes){(const uint8_t *)text, strlen(text)}, RC_OK);
}

static const char *addresses(const struct mail_addresses *list) {
    const char *all = "";
    for (size_t i = 0; i < list->n; i++)
        all = arena_printf(a, "%s%s%s<%s>", all, i ? ", " : "", list->at[i].name, list->at[i].addr);
    return all;
}

static const char *address(const struct mail_address *v) { return arena_printf(a, "%s<%s>", v->name, v->addr); }

static const char *part_names(const struct mail *m) {
    const char *all = "";
    for (size_t i = 0; i < m->n_parts; i++)
        all = arena_printf(a, "%s%s%s", all, i ? "|" : "", m->parts[i].name);
    return all;
}

/* The field of that name as text, so that a table of rows can ask for any. */
static const char *field(const struct mail *m, const char *name) {
    const char *reference = m->n_references ? m->references[m->n_references - 1] : "";
    const struct {
        const char *name, *value;
    } fields[] = {
        {"from", address(&m->from)},
        {"reply_to", address(&m->reply_to)},
        {"sender", address(&m->sender)},
        {"to", addresses(&m->to)},
        {"cc", addresses(&m->cc)},
        {"delivered_to", addresses(&m->delivered_to)},
        {"return_path", m->empty_return_path ? "<>" : m->return_path},
        {"id", m->message_id},
        {"in_reply_to", m->in_reply_to},
        {"last_reference", reference},
        {"subject", m->subject},
        {"date", arena_printf(a, "%lld", (long long)m->date)},
        {"charset", m->charset},
        {"text", m->text},
        {"new", quote_new_text(a, m->text, &m->fold)},
        {"mark", m->fold.mark},
        {"html", *m->html ? "yes" : "no"},
        {"parts", part_names(m)},
        {"kind", mail_auto_name(m->automatic.kind)},
        {"answer", m->automatic.no_answer ? "no" : "yes"},
        {"reason", m->automatic.reason},
        {"dsn", m->dsn.is_dsn ? m->dsn.action : "none"},
        {"dsn_status", m->dsn.status},
        {"dsn_to", m->dsn.final_recipient},
        {"dsn_said", m->dsn.diagnostic},
        {"dsn_id", m->dsn.original_message_id},
        {"dsn_rule", m->dsn.rule},
        {"trouble", m->trouble},
        {"incomplete", m->incomplete ? "yes" : "no"},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!strcmp(fields[i].name, name))
            return fields[i].value;
    fail_msg("no such field: %s", name);
    return NULL;
}

struct row {
    const char *sample, *field, *wanted;
};

static void check(const struct row *rows, size_t n) {
    struct mail *m = NULL;
    const char *loaded = "";
    for (size_t i = 0; i < n; i++) {
        if (strcmp(loaded, rows[i].sample))
            m = parse(load(loaded = rows[i].sample), RC_OK);
        const char *got = field(m, rows[i].field);
        if (strcmp(got, rows[i].wanted))
            fail_msg("%s, %s:\n--- wanted\n%s\n--- got\n%s", rows[i].sample, rows[i].field, rows[i].wanted, got);
    }
}
#define CHECK(rows) check(rows, sizeof rows / sizeof *rows)

static void mail_programs(void **state) {
    static const struct row rows[] = {
        {"gmail_en", "from", "Jane Porter<jane.porter@gmail.com>"},
        {"gmail_en", "to", "Shop Support<support+k7qmxp.a1b2c3d4@shop.example>"},
        {"gmail_en", "cc", "Porter, Tom<tom@example.org>"},
        {"gmail_en", "delivered_to", "<support@shop.example>"},
        {"gmail_en", "return_path", "jane.porter@gmail.com"},
        {"gmail_en", "id", "CAF=abc+123xyz@mail.gmail.com"},
        {"gmail_en", "in_reply_to", "m2.20260316@kept.shop.example"},
        {"gmail_en", "last_reference", "m2.20260316@kept.shop.example"},
        {"gmail_en", "date", "1773674090000"},
        {"gmail_en", "new",
         "The parcel says delivered but nothing is here. I waited in all day – third\ntime this month.\n\nJane"},
        {"gmail_en", "mark", "attribution"},
        {"gmail_en", "html", "yes"},
        {"gmail_en", "kind", "person"},
        {"gmail_en", "answer", "yes"},
        {"gmail_html_only_vi", "from", "Trần Bảo Ngọc<ngoc.tran@gmail.com>"},
        {"gmail_html_only_vi", "subject", "Re: Đơn hàng 2088 giao thiếu"},
        {"gmail_html_only_vi", "new",
         "Em vẫn chưa nhận được hai chiếc áo còn lại ạ.\nShop kiểm tra giúp em với nhé!"},
        {"gmail_html_only_vi", "mark", "html"},
        {"gmail_interleaved_html", "mark", ""},
        {"outlook_en_cid", "from", "Okafor, Daniel<Daniel.Okafor@contoso.example>"},
        {"outlook_en_cid", "charset", "CP1252"},
        {"outlook_en_cid", "new",
         "Hi,\n\nThe handle came off – picture below. It cost €49.\n\n[cid:image001.png@01DAB]\n\nDaniel"},
        {"outlook_en_cid", "parts", "image001.png"},
        {"outlook_zh_gb2312", "subject", "答复: 订单镕基款没有收到"}, /* 镕 is in GBK only */
        {"outlook_zh_gb2312", "new", "还是没有收到，物流显示三天没动了。朱镕基路那边的站点电话打不通。\n\n王芳"},
        {"outlook_zh_gb2312", "parts", "发票2026年3月.pdf"},
        {"qq_zh", "from", "李娜<2233445566@qq.com>"},
        {"qq_zh", "new", "都过去七个工作日了，钱还没到。麻烦给个准确时间。"},
        {"163_zh_html", "new", "抬头还是写错了，应该是“有限责任公司”。"},
        {"163_zh_html", "charset", "GB18030"},
        {"yahoo_tw_big5", "subject", "退貨的運費誰出？"},
        {"yahoo_tw_big5", "new", "商品有瑕疵，運費不應該由我負擔吧？"},
        {"yahoo_tw_big5", "mark", "signature"},
        {"apple_th", "from", "สมหญิง ใจดี<somying@icloud.example>"},
        {"apple_th", "new", "แจ้งไปสองอาทิตย์แล้วน้ำเสียงตอบเหมือนเดิมทุกครั้งค่ะ รูปสลิปตามนี้ค่ะ\n\n\nช่วยเร่งให้ด้วยนะคะ"},
        {"apple_th", "parts", "สลิปโอนเงิน.png"},
        {"thunderbird_flowed", "new",
         "The address is right, but the VAT "
         "number is the one of our old company. It ends in 301 now.\n\n >From our side everything else is "
         "fine.\n\n-- \nMarta Lindqvist"},
        {"flowed_delsp_th", "text", "สินค้าชำรุดตั้งแต่วันแรกที่ได้รับ\n\nขอเปลี่ยนตัวใหม่ค่ะ\n"},
        {"yahoo_vi_html", "new", "Thợ hẹn sáng nay mà không thấy đến, cũng không gọi."},
        {"zoho_en", "new", "We were promised ten seats at the old price."},
        {"forwarded_gmail", "mark", ""},
    };
    CHECK(rows);
}

static void charsets(void **state) {
    static const struct row rows[] = {
        {"cs_tis620", "text", "“ราคา” ไม่ตรงกับหน้าเว็บค่ะ…"},
        {"cs_cp1258", "text", "Tôi đặt từ thứ Hai mà chưa được giao, phiền kiểm tra giúp."},
        {"cs_viscii", "text", "Tôi đã chuyển khoản rồi, xin xác nhận giúp."},
        {"cs_tcvn", "text", "Tôi đã chuyển khoản rồi, xin xác nhận giúp."},
        {"cs_iso2022jp", "text", "荷物がまだ届きません。"},
        {"cs_iso2022jp", "subject", "注文について"},
        {"cs_shiftjis", "text", "①番の商品です"},
        {"cs_euckr", "text", "믜똠 배송이 늦어요"}, /* letters that KS C 5601 itself lacks */
        {"cs_utf7", "text", "Xin chào, 退款"},
        {"cs_hz", "text", "退款没有到账"},
        {"cs_latin1_is_cp1252", "text", "It’s “broken” – €49"},
        {"cs_misspelt", "text", "Điện thoại hỏng màn hình"},
        {"cs_unknown_8bit", "text", "Prix: 49 € … déçu"},
        {"cs_ascii_lies", "text", "ยังไม่ได้ของ"},
        {"cs_koi8", "text", "Где мой заказ?"},
        {"cs_none_meta", "text", "货发错了"},
    };
    CHECK(rows);
    assert_false(charset_known("unknown-8bit"));
    assert_true(charset_known("csISO2022JP"));
    assert_string_equal(charset_resolve("gb2312", (struct bytes){0}), "GB18030");
    /* Thai SARA AM and its decomposition are different texts: nothing may normalise them. */
    const char *sara_am = "น้ำ", *loose = "น้ํา";
    assert_string_equal(charset_to_utf8(a, (struct bytes){(const uint8_t *)sara_am, strlen(sara_am)}, "utf-8"),
                        sara_am);
    assert_string_equal(charset_to_utf8(a, (struct bytes){(const uint8_t *)loose, strlen(loose)}, "utf-8"), loose);
}

static void headers(void **state) {
    static const struct row rows[] = {
        {"hdr_split_words", "subject", "ขอสอบถามเรื่องการคืนเงินของคำสั่งซื้อเลขที่ 5521"},
        {"hdr_split_gbk", "subject", "关于三月份账单重复扣款的问题请尽快处理"},
        {"hdr_split_gbk", "from", "陈小明先生<cxm@163.example>"},
        {"hdr_raw_utf8", "from", "Nguyễn Văn Minh<minh@example.vn>"},
        {"hdr_raw_utf8", "subject", "Đơn hàng bị hủy mà không báo"},
        {"hdr_raw_gbk", "subject", "请问什么时候发货"},
        {"hdr_raw_gbk", "from", "刘强<lq@163.example>"},
        {"hdr_mixed", "from", "Smith, Zoë<zoe@example.org>"},
        {"hdr_mixed", "to", ""},
        {"hdr_mixed", "cc", "阿明<a@x.example>, <b@x.example>, <c@x.example>"},
        {"hdr_mixed", "reply_to", "<answers@example.org>"},
        {"hdr_mixed", "sender", "Bot<bot@example.org>"},
        {"hdr_mixed", "subject", "a，b plain Ünï"},
        {"hdr_mixed", "id", "no-brackets@example.org"},
        {"hdr_mixed", "in_reply_to", "x1@k.example"},
        {"hdr_mixed", "last_reference", "r3@k.example"},
        {"hdr_mixed", "date", "0"}, /* the 25th hour */
        {"hdr_missing", "from", "<>"},
        {"hdr_missing", "text", "Is anybody there?\n"},
        {"hdr_smtputf8", "from", "คุณสมชาย<สมชาย@ตัวอย่าง.ไทย>"},
        {"hdr_mbox_from", "from", "Jane<jane@example.org>"},
        {"hdr_bidi", "from", "supportgpj.exe<a@example.org>"},
        {"hdr_bidi", "subject", "ab"},
        {"bare_lf_end", "subject", "no empty line at all"},
    };
    CHECK(rows);
}

static void parameters(void **state) {
    static const struct {
        const char *raw, *name, *wanted;
    } rows[] = {
        {"text/plain; charset=utf-8", "charset", "utf-8"},
        {"text/plain; charset=\"utf-8\" ; format=flowed", "format", "flowed"},
        {"text/plain", "charset", ""},
        {"attachment; filename=\"a;b \\\"c\\\".txt\"", "filename", "a;b \"c\".txt"},
        {"attachment; filename=my file.pdf", "filename", "my file.pdf"},
        {"attachment; x=\"filename=no\"; filename=yes", "filename", "yes"},
        {"attachment; filename*=UTF-8''%E5%8F%91%E7%A5%A8.pdf; filename=fallback.pdf", "filename", "发票.pdf"},
        {"attachment; filename*0*=utf-8'th'%E0%B8; filename*1*=%AA.txt", "filename", "ส.txt"},
        {"attachment; filename*1=\"b\"; filename*0=\"a\"", "filename", "ab"},
        {"attachment; filename*0=\"a\"; filename*2=\"c\"", "filename", "a"},
        {"attachment; filename*=broken", "filename", "broken"},
        {"attachment; filename*99999=x", "filename", ""},
        {"attachment; filename", "filename", ""},
        {"attachment; filename=\"never closed", "filename", "never closed"},
        {"attachment; filename=\"=?utf-8?B?5Y+R?=\r\n =?utf-8?B?56Wo?=.pdf\"", "filename", "发票.pdf"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(header_param(a, rows[i].raw, rows[i].name, NULL), rows[i].wanted);
}

static void structure(void **state) {
    static const struct row rows[] = {
        {"broken_boundary", "text", "\nThe boundary is missing but the text is here.\n"},
        {"broken_boundary", "incomplete", "yes"},
        {"unclosed_boundary", "text", "The text is whole."},
        {"unclosed_boundary", "parts", "cut.png"},
        {"duplicate_boundary", "text", "inner plain"},
        {"attachments", "parts",
         "passwd|invoice.pdf|winmail.dat|invite.ics|message.eml|log.txt|Hóa đơn tháng 3 năm 2026 của công ty"},
        {"attachments", "text", "See the files."},
        {"attachments", "incomplete", "no"},
        {"calendar_alternative", "text", "I accept."},
        {"calendar_alternative", "parts", "invite.ics"},
        {"empty_plain_alternative", "text", "Only here & nowhere else."},
        {"signed", "text", "Signed words."},
    };
    CHECK(rows);
    struct mail *m = parse(load("attachments"), RC_OK);
    assert_string_equal(m->parts[1].type, "application/pdf");
    assert_string_equal(m->parts[1].sniffed, "application/x-executable"); /* whatever it calls itself */
    assert_string_equal(m->parts[2].sniffed, "application/vnd.ms-tnef");
    assert_string_equal(m->parts[3].method, "REQUEST");
    assert_non_null(memmem(m->parts[4].bytes.at, m->parts[4].bytes.len, "January", 7));
    assert_string_equal(m->parts[6].sniffed,
                        "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
    m = parse(load("outlook_en_cid"), RC_OK);
    assert_true(m->parts[0].is_inline);
    assert_string_equal(m->parts[0].content_id, "image001.png@01DAB");
    assert_int_equal(m->parts[0].bytes.len, 67);
    assert_true(parse(load("signed"), RC_OK)->is_signed);
    assert_false(parse(load("gmail_en"), RC_OK)->is_signed);
}

static void bounces(void **state) {
    static const struct row rows[] = {
        {"dsn_postfix", "kind", "bounce"},
        {"dsn_postfix", "dsn", "failed"},
        {"dsn_postfix", "dsn_status", "5.1.1"},
        {"dsn_postfix", "dsn_to", "nobody@customer.example"},
        {"dsn_postfix", "dsn_id", "msg1.20260324@kept.shop.example"},
        {"dsn_postfix", "dsn_said",
         "550 5.1.1 <nobody@customer.example>: Recipient address rejected: User unknown in virtual mailbox table"},
        {"dsn_exchange", "dsn_status", "5.2.2"},
        {"dsn_exchange", "dsn_to", "full@contoso.example"},
        {"dsn_exchange", "dsn_id", "inv9.20260324@kept.shop.example"},
        {"dsn_exchange_text", "kind", "bounce"},
        {"dsn_exchange_text", "dsn_rule", "Exchange"},
        {"dsn_exchange_text", "dsn_status", "5.1.10"},
        {"dsn_exchange_text", "dsn_to", "gone@contoso.example"},
        {"dsn_exchange_text", "dsn_id", "inv10.20260324@kept.shop.example"},
        {"dsn_gmail", "dsn_status", "5.1.1"},
        {"dsn_gmail", "dsn_to", "wrongname@gmail.com"},
        {"dsn_gmail", "dsn_id", "msg3.20260324@kept.shop.example"},
        {"dsn_qmail", "kind", "bounce"},
        {"dsn_qmail", "dsn_rule", "qmail"},
        {"dsn_qmail", "dsn_status", "5.1.1"},
        {"dsn_qmail", "dsn_to", "old.customer@isp.example"},
        {"dsn_qmail", "dsn_id", "msg4.20260324@kept.shop.example"},
        {"dsn_exim", "dsn_to", "quota@host.example"},
        {"dsn_exim", "dsn_said", "mailbox is full: retry timeout exceeded"},
        {"dsn_exim", "dsn_status", ""}, /* it does not say, so nobody guesses */
        {"dsn_exim", "dsn_id", "msg5.20260324@kept.shop.example"},
        {"dsn_delayed", "dsn", "delayed"},
        {"dsn_delayed", "dsn_status", "4.4.1"},
        {"dsn_qq_zh", "kind", "bounce"},
        {"dsn_qq_zh", "dsn_to", "99887766@qq.com"},
        {"dsn_qq_zh", "dsn_status", "5.0.0"},
        {"dsn_several", "dsn_to", "bad@customer.example"},
        {"dsn_several", "dsn_status", "5.7.1"},
        {"customer_quotes_bounce", "kind", "person"},
        {"customer_quotes_bounce", "dsn", "none"},
        {"gmail_en", "dsn", "none"},
        {"ooo_en", "dsn", "none"},
    };
    CHECK(rows);
}

static void machines(void **state) {
    static const struct row rows[] = {
        {"ooo_en", "kind", "auto_reply"},
        {"ooo_en", "reason", "Subject: Automatic reply: Your order"},
        {"ooo_vi", "kind", "auto_reply"},
        {"ooo_zh", "kind", "auto_reply"},
        {"ooo_th", "kind", "auto_reply"},
        {"ooo_header_only", "kind", "auto_reply"},
        {"ooo_header_only", "reason", "Auto-Submitted: auto-replied (vacation)"},
        {"not_ooo_zh", "kind", "person"},
        {"not_ooo_zh", "answer", "yes"},
        {"not_ooo_reply", "kind", "person"},
        {"not_ooo_reply", "answer", "yes"},
        {"suppress_person", "kind", "person"},
        {"suppress_person", "answer", "no"},
        {"no_reply_shop", "kind", "person"},
        {"no_reply_shop", "answer", "no"},
        {"list_mail", "kind", "list"},
        {"loop_hops", "kind", "loop"},
        {"arf", "kind", "feedback"},
        {"arf", "answer", "no"},
    };
    CHECK(rows);
    static const struct {
        struct mail_header h;
        enum mail_auto_kind kind;
        bool no_answer;
    } one[] = {
        {{"Precedence", "bulk"}, MAIL_LIST, true},
        {{"Precedence", "first-class"}, MAIL_PERSON, false},
        {{"Auto-Submitted", "no"}, MAIL_PERSON, false},
        {{"Auto-Submitted", "auto-generated"}, MAIL_PERSON, true},
        {{"X-Auto-Response-Suppress", "None"}, MAIL_PERSON, false},
        {{"Return-Path", "<>"}, MAIL_PERSON, true},
        {{"Return-Path", "<a@b.example>"}, MAIL_PERSON, false},
        {{"From", "owner-news@list.example"}, MAIL_PERSON, true},
        {{"From", "news-request@list.example"}, MAIL_PERSON, true},
        {{"From", "Request Desk <desk@list.example>"}, MAIL_PERSON, false},
        {{"From", "noreply+1@list.example"}, MAIL_PERSON, true},
        {{"From", "Nora Reply <nora.reply@list.example>"}, MAIL_PERSON, false},
        {{"X-Kept-Loop", "ours"}, MAIL_LOOP, true},
        {{"X-Kept-Loop", "another installation's"}, MAIL_PERSON, false},
        {{"Subject", "Out of office"}, MAIL_AUTO_REPLY, true},
        {{"Subject", "Out of office supplies, please send"}, MAIL_PERSON, false},
        {{"Subject", "Auto insurance question"}, MAIL_PERSON, false},
        {{"Subject", "ตอบกลับอัตโนมัติตั้งค่ายังไง"}, MAIL_PERSON, false},
        {{"Subject", "Trả lời tự động cài ở đâu?"}, MAIL_PERSON, false},
    };
    for (size_t i = 0; i < sizeof one / sizeof *one; i++) {
        struct mail_auto v = mail_auto_kind(a, &one[i].h, 1, "ours");
        if (v.kind != one[i].kind || v.no_answer != one[i].no_answer)
            fail_msg("%s: %s is %s, answer %d", one[i].h.name, one[i].h.value, mail_auto_name(v.kind),
                     !v.no_answer);
        assert_int_equal(*v.reason != 0, v.kind != MAIL_PERSON || v.no_answer);
    }
    char subject[400] = "Subject: Automatic reply: "; /* a reason is cut, but not within a letter */
    while (strlen(subject) < 300)
        strcat(subject, "ตอบ");
    struct mail_header h = {"Subject", subject + strlen("Subject: ")};
    const char *reason = mail_auto_kind(a, &h, 1, NULL).reason;
    assert_true(strlen(reason) < 140 && utf8_valid(reason, strlen(reason)));
}

static void sniffing(void **state) {
    static const struct {
        const char *bytes;
        size_t n;
        const char *type;
    } rows[] = {
        {"\x89PNG\r\n\x1a\n", 8, "image/png"},
        {"GIF89a", 6, "image/gif"},
        {"RIFF\0\0\0\0WEBPVP8", 15, "image/webp"},
        {"%PDF-1.7", 8, "application/pdf"},
        {"PK\3\4xxxx", 8, "application/zip"},
        {"#!/bin/sh\n", 10, "text/x-script"},
        {"MZ\x90", 3, "application/x-executable"},
        {"<!DOCTYPE html>", 15, "text/html"},
        {"plain words", 11, "text/plain"},
        {"\0\1\2\3", 4, ""},
        {"", 0, ""},
        {"BEGIN:VCALENDAR", 15, "text/calendar"},
        {"\xff\xd8\xff\xe0", 4, "image/jpeg"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(sniff_type((struct bytes){(const uint8_t *)rows[i].bytes, rows[i].n}), rows[i].type);
}

/* --- mail that wants to do harm ------------------------------------------------------------------------ */

#define HEAD "From: A <a@example.org>\r\nTo: s@shop.example\r\nSubject: still readable\r\nMIME-Version: 1.0\r\n"

/* `n` times `unit` ("%d" counts) between `head` and `tail`. */
static struct bytes bomb(const char *head, const char *unit, int n, const char *tail) {
    struct buf b = {0};
    buf_str(&b, head);
    char *counts = strstr(unit, "%d");
    for (int i = 0; i < n; i++) {
        if (!counts)
            buf_str(&b, unit);
        else
            for (const char *c = unit; *c; c += c[0] == '%' && c[1] == 'd' ? 2 : 1)
                c[0] == '%' && c[1] == 'd' ? buf_int(&b, i) : buf_char(&b, *c);
    }
    buf_str(&b, tail);
    struct bytes raw = arena_bytes(a, buf_bytes(&b));
    buf_free(&b);
    return raw;
}

static void bombs(void **state) {
    const struct {
        const char *head, *unit;
        int n;
        const char *tail, *trouble;
    } rows[] = {
        {HEAD, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", 10000, "\r\ndeep",
         "parts are nested too deeply"},
        {HEAD, "Content-Type: message/rfc822\r\n\r\nFrom: x@y.z\r\n", 10000, "\r\ndeep", ""},
        {HEAD "Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\n\r\nhi\r\n", 50000, "--b--\r\n",
         "there are too many parts"},
        {HEAD "\r\n", "aaaaaaaaaa", 2000000, "", "the text is cut: it is too long to show"},
        {HEAD "Content-Type: text/html\r\n\r\n", "<div><b>", 1000000, "", ""},
        {HEAD "Content-Type: text/html\r\n\r\n", "<head><style", 300000, "", ""},
        {HEAD "Content-Type: text/html\r\n\r\n", "&#x26;&amp", 300000, "", ""},
        {HEAD, "X-A: b\r\n", 200000, "\r\nbody", ""},
        {HEAD "X-A:", " folded\r\n", 200000, "\r\nbody", ""},
        {HEAD "Cc: ", "a@b.example, ", 100000, "\r\n\r\nbody", ""},
        {HEAD "X-W: ", "=?utf-8?B?4Lic?= ", 100000, "\r\n\r\nbody", ""},
        {HEAD "References: ", "<r%d@example.org> ", 50000, "\r\n\r\nbody", ""},
        {HEAD "Content-Type: text/plain", "; name*%d=a", 20000, "\r\n\r\nbody", ""},
        {HEAD "Content-Type: text/plain; format=flowed\r\n\r\n", "> > a \r\n", 200000, "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct mail *m = parse(bomb(rows[i].head, rows[i].unit, rows[i].n, rows[i].tail), RC_OK);
        if (strcmp(m->trouble, rows[i].trouble))
            fail_msg("bomb %zu: %s", i, m->trouble);
        assert_string_equal(m->subject, "still readable");
        assert_true(m->n_parts <= MIME_PARTS_MAX && m->n_headers <= MIME_HEADERS_MAX);
        assert_true(m->n_references <= MIME_REFERENCES_MAX && m->cc.n <= MIME_ADDRESSES_MAX);
        arena_reset(a);
    }
}

static void no_mail_at_all(void **state) {
    static const char *const rows[] = {"", "\n\n\n", "hello\nthis is nothing\n", "\177ELF\2\1\1", "From nobody"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct mail *m = parse((struct bytes){(const uint8_t *)rows[i], strlen(rows[i])}, RC_INVALID);
        assert_true(m->unreadable);
        assert_string_equal(m->trouble, "this is no mail: it has no headers");
    }
    struct mime_limits small = mime_limits();
    small.size = 100;
    struct mail *m;
    assert_int_equal(mime_parse(a, load("gmail_en"), &small, &m), RC_TOO_BIG);
    assert_true(m->unreadable);
    assert_string_equal(m->delivered_to.at[0].addr, "support@shop.example"); /* what the limit leaves is read */
}

static void nuls_and_controls(void **state) {
    static const char raw[] = "From: A\0B <a@example.org>\nSubject: a\0b\x1b[31m\r\nX\1: y\nContent-Type: "
                              "text/plain\n\nx\0y\x07\x1b[0m\1\2\3z\n";
    struct mail *m = parse((struct bytes){(const uint8_t *)raw, sizeof raw - 1}, RC_OK);
    assert_string_equal(m->subject, "a b[31m");
    assert_string_equal(m->text, "x\xef\xbf\xbdy[0mz\n");
    assert_int_equal(m->fold.start, m->fold.end);
}

static void file_names_are_harmless(void **state) {
    static const struct {
        const char *given, *name;
    } rows[] = {
        {"../../../etc/passwd", "passwd"},
        {"C:\\\\Users\\\\x\\\\virus.exe", "virus.exe"},
        {".htaccess", "htaccess"},
        {"a<b>|c?.txt", "a_b__c_.txt"},
        {"..", "part-1"},
        {"con\ttab.txt", "con tab.txt"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct mail *m =
            parse_text(arena_printf(a,
                                    HEAD "Content-Type: application/x-y\r\nContent-Disposition: attachment; "
                                         "filename=\"%s\"\r\n\r\nx",
                                    rows[i].given));
        assert_int_equal(m->n_parts, 1);
        assert_string_equal(m->parts[0].name, rows[i].name);
    }
    char longest[1200];
    memset(longest, 'n', sizeof longest);
    snprintf(longest + 1000, 100, ".pdf");
    struct mail *m = parse_text(arena_printf(a, HEAD "Content-Type: application/pdf; name=%s\r\n\r\nx", longest));
    assert_true(strlen(m->parts[0].name) <= MIME_NAME_MAX);
    assert_string_equal(strrchr(m->parts[0].name, '.'), ".pdf");
}

/* --- between child and program -------------------------------------------------------------------------- */

static void every_sample_survives_the_wire(void **state) {
    DIR *d = opendir(TEST_DIR "/mail");
    assert_non_null(d);
    int n = 0;
    for (struct dirent *e; (e = readdir(d));) {
        char *dot = strstr(e->d_name, ".eml");
        if (!dot)
            continue;
        struct mail *m = parse(load(arena_copy_n(a, e->d_name, (size_t)(dot - e->d_name))), RC_OK), *back;
        struct buf out = {0}, again = {0};
        mail_encode(&out, m);
        assert_int_equal(mail_decode(a, buf_bytes(&out), &back), RC_OK);
        mail_encode(&again, back);
        assert_int_equal(out.len, again.len);
        assert_memory_equal(out.at, again.at, out.len);
        buf_free(&out);
        buf_free(&again);
        n++;
    }
    closedir(d);
    assert_true(n >= 60);
}

static void a_lying_child_is_not_believed(void **state) {
    struct mail *m = parse(load("attachments"), RC_OK), *back;
    struct buf out = {0};
    mail_encode(&out, m);
    for (size_t cut = 0; cut < out.len; cut++) /* torn anywhere */
        assert_int_equal(mail_decode(a, (struct bytes){(const uint8_t *)out.at, cut}, &back), RC_INVALID);
    buf_char(&out, 0); /* and a byte too many */
    assert_int_equal(mail_decode(a, buf_bytes(&out), &back), RC_INVALID);
    out.len--;
    for (size_t i = 0; i < out.len; i++) { /* any byte changed: refused or a sound mail, never harm */
        char was = out.at[i];
        out.at[i] = (char)(was ^ 0xFF);
        if (mail_decode(a, buf_bytes(&out), &back) == RC_OK) {
            assert_true(utf8_valid(back->text, strlen(back->text)));
            assert_true(back->fold.end <= strlen(back->text));
        }
        out.at[i] = was;
        if (i % 256 == 255)
            arena_reset(a);
    }
    buf_free(&out);
    arena_reset(a);
    struct mail *lie = mail_unreadable(a, "");
    struct {
        const char **text, *value;
    } lies[] = {{&lie->subject, "\xff"}, {&lie->text, "\1"}, {&lie->from.name, "a\x1b[2J"}};
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        struct buf b = {0};
        *lies[i].text = lies[i].value;
        mail_encode(&b, lie);
        assert_int_equal(mail_decode(a, buf_bytes(&b), &back), RC_INVALID);
        *lies[i].text = "";
        buf_free(&b);
    }
    struct mail_part evil = {.name = "../x", .type = "", .sniffed = "", .content_id = "", .method = ""};
    lie->parts = &evil;
    lie->n_parts = 1;
    struct buf b = {0};
    mail_encode(&b, lie);
    assert_int_equal(mail_decode(a, buf_bytes(&b), &back), RC_INVALID);
    buf_free(&b);
}

static int setup(void **state) {
    mime_init();
    a = arena_new(1024 * 1024);
    return 0;
}
static int teardown(void **state) { return arena_free(a), 0; }

static void pictures_say_how_large_they_are(void **state) {
#define PIXELS(literal) sniff_pixels((struct bytes){(const uint8_t *)literal, sizeof literal - 1})
    assert_int_equal(PIXELS("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xc3\x50\0\0\xc3\x50\x08"), 2500000000);
    assert_int_equal(PIXELS("GIF89a\x10\0\x20\0"), 512);
    assert_int_equal(PIXELS("\xff\xd8\xff\xe0\0\4ab\xff\xc2\0\x11\x08\x01\0\x02\0\3"), 0x100 * 0x200);
    assert_int_equal(PIXELS("RIFF\0\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0\xff\x3f\0\xff\x3f\0"), 0x4000 * 0x4000);
    assert_int_equal(PIXELS("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"), 0); /* cut off */
    assert_int_equal(PIXELS("\xff\xd8\xff\xe0\0\0\xff\xe0"), 0);
    assert_int_equal(PIXELS("%PDF-1.7"), 0);
#undef PIXELS
}

static void ids_have_no_brackets(void **state) {
    static const struct {
        const char *raw, *ids[3];
    } rows[] = {
        {"<a@b> <c@d>", {"a@b", "c@d"}},
        {"<a@b> <torn <c@d>> e@f", {"a@b", "c@d"}},
        {"<<a@b>>", {"a@b"}},
        {"<=?utf-8?q?a=3C=3E=0D=0Ab?=@c>", {"ab@c"}},
        {"a@b, <", {"a@b"}},
    };
    struct arena *mine = arena_new(0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char **ids;
        size_t n = header_ids(mine, rows[i].raw, 3, &ids);
        for (size_t k = 0; k < 3 && rows[i].ids[k]; k++) {
            assert_true(k < n);
            assert_string_equal(ids[k], rows[i].ids[k]);
        }
    }
    arena_free(mine);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_have_no_brackets),
        cmocka_unit_test(pictures_say_how_large_they_are),
        cmocka_unit_test(mail_programs),
        cmocka_unit_test(charsets),
        cmocka_unit_test(headers),
        cmocka_unit_test(parameters),
        cmocka_unit_test(structure),
        cmocka_unit_test(bounces),
        cmocka_unit_test(machines),
        cmocka_unit_test(sniffing),
        cmocka_unit_test(bombs),
        cmocka_unit_test(no_mail_at_all),
        cmocka_unit_test(nuls_and_controls),
        cmocka_unit_test(file_names_are_harmless),
        cmocka_unit_test(every_sample_survives_the_wire),
        cmocka_unit_test(a_lying_child_is_not_believed),
    };
    return cmocka_run_group_tests_name("mime", tests, setup, teardown);
}
