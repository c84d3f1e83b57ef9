/* Which part of a mail is new: samples of mail programs in four languages, and look-alikes that stay whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "channel/html_text.h"
#include "channel/quote.h"

#include <stdlib.h>
#include <string.h>

static struct arena *a;

/* `fresh` is what must stay in sight; NULL: everything must. */
struct row {
    const char *text, *fresh;
};

static void check(const struct row *rows, size_t n) {
    for (size_t i = 0; i < n; i++) {
        struct quote_fold fold;
        char *text = quote_split(a, rows[i].text, false, &fold);
        const char *wanted = rows[i].fresh ? rows[i].fresh : rows[i].text;
        const char *got = quote_new_text(a, text, &fold);
        struct quote_fold none = {0, 0, ""};
        if (strcmp(got, rows[i].fresh ? wanted : quote_new_text(a, wanted, &none)))
            fail_msg("row %zu (%s)\n--- wanted\n%s\n--- got\n%s", i, fold.mark, wanted, got);
        assert_string_equal(text, rows[i].text); /* nothing is ever lost */
    }
}
#define CHECK(rows) check(rows, sizeof rows / sizeof *rows)

static void english(void **state) {
    static const struct row rows[] = {
        {"Still nothing.\n\nOn Mon, Mar 2, 2026 at 10:12 AM Shop <help@shop.example> wrote:\n\n> It shipped.\n",
         "Still nothing."},
        {"Still nothing.\n\nOn Mon, Mar 2, 2026 at 10:12 AM A Shop With A Very Long Name <\nhelp@shop.example> "
         "wrote:\n\n> It shipped.\n",
         "Still nothing."},
        {"Thanks!\n\nOn Monday, March 2, 2026 at 10:12:00 AM GMT+7, Shop <help@shop.example> wrote:\n\nIt "
         "shipped.\nBye\n",
         "Thanks!"},
        {"No.\n\n-----Original Message-----\nFrom: Shop [mailto:help@shop.example]\nSent: Monday, 2 March 2026 "
         "10:12\nTo: Jane\nSubject: RE: order\n\nIt shipped.",
         "No."},
        {"No.\n\n________________________________\nFrom: Shop <help@shop.example>\nSent: Monday, 2 March 2026 "
         "10:12\nTo: Jane\nSubject: order\n\nIt shipped.",
         "No."},
        {"Hello,\nthe same again.\n\nFrom: Shop <help@shop.example>\nDate: Monday, 2 March 2026 at 10:12\nTo: Jane "
         "<jane@example.org>\nSubject: order\n\nIt shipped.",
         "Hello,\nthe same again."},
        {"Call me.\n\nSent from my iPhone\n\n> On 2 Mar 2026, at 10:12, Shop <help@shop.example> wrote:\n> \n> It "
         "shipped.\n",
         "Call me."},
        {"Call me.\n\nSent from my Samsung Galaxy smartphone.\n", "Call me."},
        {"Call me.\n\nGet Outlook for iOS\n________________________________\nFrom: Shop <help@shop.example>\nSent: "
         "Monday\nTo: Jane\nSubject: order\n\nIt shipped.",
         "Call me."},
        {"On 3/2/26 10:12, Shop wrote:\n> Which size?\n\nMedium, please.\n", "Medium, please."},
        {"Ten seats.\n\n---- On Mon, 02 Mar 2026 10:12:00 +0530 Shop <help@shop.example> wrote ----\n\nHow many?\n",
         "Ten seats."},
        {"Wrong colour.\n\n------------------ Original ------------------\nFrom: \"Shop\" "
         "<help@shop.example>;\nDate: Mon, Mar 2, 2026 10:12 AM\nTo: \"jane\"<j@qq.example>;\nSubject: order\n\nIt "
         "shipped.",
         "Wrong colour."},
        {"Wrong colour.\n\n---- Replied Message ----\n| From | Shop<help@shop.example> |\n| Date | 03/02/2026 "
         "10:12 |\n| To | jane |\n| Subject | order |\nIt shipped.",
         "Wrong colour."},
        {"Wrong colour.\n\nAt 2026-03-02 10:12:00, \"Shop\" <help@shop.example> wrote:\n>It shipped.\n",
         "Wrong colour."},
        {"Fine.\n\n*From:* Shop <help@shop.example>\n*Sent:* Monday, March 2, 2026 10:12 AM\n*To:* "
         "Jane\n*Subject:* order\n\nIt shipped.",
         "Fine."},
        /* answers between the lines stay with their questions */
        {"On 3/2/26 10:12, Shop wrote:\n> Which size?\nMedium.\n> Which colour?\nBlue.\n", NULL},
        {"On 3/2/26 10:12, Shop wrote:\n> Which size?\nMedium.\n> Regards\n> Shop\n",
         "On 3/2/26 10:12, Shop wrote:\n> Which size?\nMedium."},
        {"See my answers in red below.\n\n-----Original Message-----\nFrom: Shop\nSent: Monday\nTo: Jane\nSubject: "
         "order\n\nWhich size? MEDIUM",
         NULL},
        /* near misses */
        {"On Monday your colleague wrote:\nWe will refund you.\nNothing came.", NULL},
        {"On 2 March 2026 at 10:12 you wrote:\nWe will refund you.\nNothing came.", NULL},
        {"I want to change my trip.\nFrom: Hanoi\nTo: Bangkok\nDate: 3 March 2026\nTwo people.", NULL},
        {"Sent from my warehouse yesterday, it says.", NULL},
        {"Sent from my phone, so the picture is small.\nThe scratch is on the left.", NULL},
        {"Sent from my iPhone\n\nOne more thing: the box was open.", NULL},
        {"The original message said ten days.", NULL},
        {"-----\nOriginal Message\n-----\nis what the label says", NULL},
        {"Price > 100? That is not what I ordered.\n-> wrong size", NULL},
        {"> only a quote and nothing else", NULL},
        {"FYI\n\n---------- Forwarded message ---------\nFrom: Shop <help@shop.example>\nDate: Mon, Mar 2, "
         "2026\nSubject: order\nTo: <jane@example.org>\n\nIt shipped.",
         NULL},
        {"FYI\n\nBegin forwarded message:\n\nFrom: Shop <help@shop.example>\nSubject: order\nDate: 2 March "
         "2026\nTo: Jane\n\nIt shipped.",
         NULL},
    };
    CHECK(rows);
}

static void vietnamese(void **state) {
    static const struct row rows[] = {
        {"Em vẫn chưa nhận được hàng ạ.\n\nVào Th 2, 2 thg 3, 2026 lúc 10:12 Hỗ trợ <hotro@shop.example> đã "
         "viết:\n\n> Đơn đã giao.\n",
         "Em vẫn chưa nhận được hàng ạ."},
        {"Em vẫn chưa nhận được hàng ạ.\n\nVào Th 2, 2 thg 3, 2026 vào lúc 10:12 Bộ phận Chăm sóc Khách hàng "
         "<\nhotro@shop.example> đã viết:\n\n> Đơn đã giao.\n",
         "Em vẫn chưa nhận được hàng ạ."},
        {"Dạ em cảm ơn shop.\n\nVào 10:12, Th 2, 2 thg 3, 2026 Hỗ trợ <hotro@shop.example> đã viết:\nĐơn đã "
         "giao.\n",
         "Dạ em cảm ơn shop."},
        {"Tôi không đồng ý.\n\nTừ: Hỗ trợ <hotro@shop.example>\nĐã gửi: Thứ Hai, ngày 2 tháng 3 năm 2026 10:12 "
         "SA\nĐến: Trần Ngọc\nChủ đề: Đơn hàng 2088\n\nĐơn đã giao.",
         "Tôi không đồng ý."},
        {"Tôi không đồng ý.\n\n________________________________\nTừ: Hỗ trợ <hotro@shop.example>\nĐã gửi: 02 Tháng "
         "Ba 2026 10:12\nĐến: Ngọc\nChủ đề: Đơn hàng\n\nĐơn đã giao.",
         "Tôi không đồng ý."},
        {"Máy vẫn hỏng.\n\n-----Thư gốc-----\nTừ: Hỗ trợ\nGửi: 02/03/2026\nĐến: Ngọc\nTiêu đề: Bảo hành\n\nĐã sửa "
         "xong.",
         "Máy vẫn hỏng."},
        {"Máy vẫn hỏng.\n\n-------- Tin nhắn gốc --------\nTừ: Hỗ trợ <hotro@shop.example>\nNgày: 2/3/26 10:12 "
         "(GMT+07:00)\nĐến: Ngọc\nChủ đề: Bảo hành\n\nĐã sửa xong.",
         "Máy vẫn hỏng."},
        {"Gọi lại cho em nhé.\n\nĐã gửi từ iPhone của tôi\n\n> Vào 10:12, 2 thg 3, 2026, Hỗ trợ "
         "<hotro@shop.example> đã viết:\n> \n> Đã gọi.\n",
         "Gọi lại cho em nhé."},
        {"Gọi lại cho em nhé.\n\nĐược gửi từ điện thoại Samsung của tôi\n", "Gọi lại cho em nhé."},
        {"Gọi lại cho em nhé.\n\nTải Outlook cho iOS\n", "Gọi lại cho em nhé."},
        {"Giao thiếu hai món.\n\nVào Thứ Hai, 2 tháng 3, 2026 lúc 10:12:00 GMT+7, Hỗ trợ <hotro@shop.example> đã "
         "viết:\n\nĐã giao đủ.\n",
         "Giao thiếu hai món."},
        {"Vào lúc 10:12 ngày 02/03/2026, Hỗ trợ đã viết:\n> Anh lấy cỡ nào ạ?\n\nCỡ M nhé.\n", "Cỡ M nhé."},
        {"Vào 02/03/2026 10:12, Hỗ trợ viết:\n> Anh lấy cỡ nào ạ?\nCỡ M.\n> Màu gì ạ?\nMàu xanh.\n", NULL},
        {"Anh trả lời bên dưới bằng chữ đỏ nhé.\n\nTừ: Hỗ trợ <hotro@shop.example>\nĐã gửi: 02/03/2026\nĐến: "
         "Nam\nChủ đề: Câu hỏi\n\nCỡ nào ạ? CỠ M",
         NULL},
        {"Em đặt vé.\nTừ: Hà Nội\nĐến: Đà Nẵng\nNgày: 3/3\nHai người lớn.", NULL},
        {"Hôm thứ Hai bạn đã viết:\nSẽ hoàn tiền trong tuần.\nĐến giờ vẫn chưa thấy.", NULL},
        {"Vào ngày 2/3/2026 lúc 10:12 nhân viên của bạn đã viết:\nSẽ hoàn tiền.\nVẫn chưa thấy.", NULL},
        {"Đã gửi từ kho hôm qua mà chưa tới.", NULL},
        {"Nhờ kiểm tra.\n\n---------- Tin nhắn đã chuyển tiếp ---------\nTừ: Shop <hotro@shop.example>\nNgày: 2 "
         "thg 3, 2026\nChủ đề: Đơn\nĐến: Ngọc\n\nĐã giao.",
         NULL},
    };
    CHECK(rows);
}

static void chinese(void **state) {
    static const struct row rows[] = {
        {"还没收到。\n\n客服 <help@shop.example> 于2026年3月2日周一 10:12写道：\n\n> 已经发货。\n", "还没收到。"},
        {"還沒收到。\n\n客服 <help@shop.example> 於 2026年3月2日 週一 上午10:12寫道：\n\n> 已經出貨。\n",
         "還沒收到。"},
        {"还没收到。\n\n在 2026年3月2日 上午10:12，客服 <help@shop.example>写道：\n已经发货。\n", "还没收到。"},
        {"还没收到。\n\n在 2026-03-02 10:12:00，\"客服\" <help@shop.example> 写道：\n已经发货。\n", "还没收到。"},
        {"退款呢？\n\n------------------ 原始邮件 ------------------\n发件人: \"客服\" "
         "<help@shop.example>;\n发送时间: 2026年3月2日(星期一) 上午10:12\n收件人: \"李娜\"<1@qq.example>;\n主题: "
         "退款\n\n已提交。",
         "退款呢？"},
        {"退款呢？\n\n---- 回复的原邮件 ----\n| 发件人 | 客服<help@shop.example> |\n| 发送日期 | 2026年03月02日 "
         "10:12 |\n| 收件人 | 李娜 |\n| 主题 | 退款 |\n已提交。",
         "退款呢？"},
        {"退款呢？\n\n发件人： 客服\n发送时间： 2026-03-02 10:12\n收件人： 李娜\n主题： 退款\n已提交。",
         "退款呢？"},
        {"退款呢？\n\n-----邮件原件-----\n发件人: 客服 [mailto:help@shop.example]\n发送时间: 2026年3月2日 "
         "10:12\n收件人: 李娜\n主题: 退款\n\n已提交。",
         "退款呢？"},
        {"退款呢？\n\n寄件者: 客服 <help@shop.example>\n寄件日期: 2026年3月2日 上午 10:12\n收件者: 李娜\n主旨: "
         "退款\n\n已提交。",
         "退款呢？"},
        {"请回电。\n\n发自我的iPhone\n\n> 在 2026年3月2日，上午10:12，客服 <help@shop.example> 写道：\n> \n> "
         "好的。\n",
         "请回电。"},
        {"请回电。\n\n发自我的华为手机", "请回电。"},
        {"请回电。\n\n获取 Outlook for Android\n", "请回电。"},
        {"请回电。\n\n从我的 iPhone 发送\n", "请回电。"},
        {"在 2026/3/2 10:12, 客服 写道:\n> 要什么尺码？\n\n中号。\n", "中号。"},
        {"2026年3月2日 上午10:12，客服 <help@shop.example> 写道：\n> 要什么尺码？\n中号。\n> 什么颜色？\n蓝色。\n",
         NULL},
        {"我的回答见下方红字。\n\n发件人: 客服\n发送时间: 2026年3月2日\n收件人: 李娜\n主题: 问题\n\n尺码？中号",
         NULL},
        {"在3月2日你们客服写道：\n三天内退款。\n到现在没有。", NULL},
        {"2026年3月2日 10:12你们写道：\n三天内退款。\n到现在没有。", NULL},
        {"发自我的心里话：服务太差了。", NULL},
        {"快递单如下\n发件人: 李娜\n收件人: 王芳\n电话: 13800000000\n请改地址。", NULL},
        {"请看。\n\n---------- 转发邮件 ----------\n发件人: 客服 <help@shop.example>\n日期: 2026年3月2日\n主题: "
         "退款\n收件人: 李娜\n\n已提交。",
         NULL},
    };
    CHECK(rows);
}

static void thai(void **state) {
    static const struct row rows[] = {
        {"ยังไม่ได้ของเลยค่ะ\n\nเมื่อ จ. 2 มี.ค. 2026 เวลา 10:12 ร้านค้า <help@shop.example> เขียนว่า:\n\n> ส่งแล้วค่ะ\n",
         "ยังไม่ได้ของเลยค่ะ"},
        {"ยังไม่ได้ของเลยค่ะ\n\nเมื่อ จ. 2 มี.ค. 2026 เวลา 10:12 ฝ่ายบริการลูกค้าสัมพันธ์ <\nhelp@shop.example> เขียนว่า:\n\n> "
         "ส่งแล้วค่ะ\n",
         "ยังไม่ได้ของเลยค่ะ"},
        {"ยังไม่ได้ของเลยค่ะ\n\nในวันที่ จ. 2 มี.ค. 2569 เวลา 10:12 ร้านค้า <help@shop.example> เขียนว่า:\nส่งแล้วค่ะ\n",
         "ยังไม่ได้ของเลยค่ะ"},
        {"ขอเงินคืนครับ\n\nจาก: ร้านค้า <help@shop.example>\nส่ง: วันจันทร์ที่ 2 มีนาคม 2569 10:12\nถึง: สมชาย\nเรื่อง: "
         "คำสั่งซื้อ\n\nส่งแล้วครับ",
         "ขอเงินคืนครับ"},
        {"ขอเงินคืนครับ\n\n________________________________\nจาก: ร้านค้า <help@shop.example>\nส่งเมื่อ: 2 มีนาคม 2569\nถึง: "
         "สมชาย\nหัวเรื่อง: คำสั่งซื้อ\n\nส่งแล้วครับ",
         "ขอเงินคืนครับ"},
        {"ขอเงินคืนครับ\n\n-----ข้อความต้นฉบับ-----\nจาก: ร้านค้า\nวันที่: 2/3/2569\nถึง: สมชาย\nเรื่อง: คำสั่งซื้อ\n\nส่งแล้วครับ",
         "ขอเงินคืนครับ"},
        {"โทรกลับด้วยค่ะ\n\nส่งจาก iPhone ของฉัน\n\n> เมื่อวันที่ 2 มี.ค. 2569 เวลา 10:12 ร้านค้า <help@shop.example> "
         "เขียนว่า:\n> \n> ค่ะ\n",
         "โทรกลับด้วยค่ะ"},
        {"โทรกลับด้วยค่ะ\n\nส่งจากโทรศัพท์มือถือ Samsung ของฉัน\n", "โทรกลับด้วยค่ะ"},
        {"โทรกลับด้วยค่ะ\n\nดาวน์โหลด Outlook สำหรับ Android\n", "โทรกลับด้วยค่ะ"},
        {"ของไม่ครบค่ะ\n\nเมื่อ วันจันทร์ที่ 2 มีนาคม พ.ศ. 2569 10:12:00 GMT+7, ร้านค้า <help@shop.example> "
         "เขียน:\n\nครบแล้วค่ะ\n",
         "ของไม่ครบค่ะ"},
        {"เมื่อ 2/3/2569 10:12, ร้านค้า เขียนว่า:\n> เอาไซซ์ไหนคะ\n\nไซซ์ M ค่ะ\n", "ไซซ์ M ค่ะ"},
        {"ของไม่ครบค่ะ\n\n-------- ข้อความเดิม --------\nจาก: ร้านค้า <help@shop.example>\nวันที่: 2/3/69 10:12 "
         "(GMT+07:00)\nถึง: สมหญิง\nเรื่อง: คำสั่งซื้อ\n\nครบแล้วค่ะ",
         "ของไม่ครบค่ะ"},
        {"เมื่อ 2/3/2569 10:12, ร้านค้า เขียนว่า:\n> เอาไซซ์ไหนคะ\nไซซ์ M ค่ะ\n> สีอะไรคะ\nสีฟ้าค่ะ\n", NULL},
        {"ตอบด้านล่างเป็นตัวแดงนะคะ\n\nจาก: ร้านค้า <help@shop.example>\nส่ง: 2 มีนาคม 2569\nถึง: สมหญิง\nเรื่อง: "
         "คำถาม\n\nไซซ์ไหนคะ M ค่ะ",
         NULL},
        {"ขอเปลี่ยนตั๋ว\nจาก: กรุงเทพ\nถึง: เชียงใหม่\nวันที่: 3 มีนาคม\nสองที่นั่งค่ะ", NULL},
        {"เมื่อวันจันทร์แอดมินเขียนว่า:\nจะคืนเงินภายในสามวัน\nยังไม่ได้เลยค่ะ", NULL},
        {"เมื่อวันที่ 2/3/2569 เวลา 10:12 แอดมินเขียนว่า:\nจะคืนเงินภายในสามวัน\nยังไม่ได้เลยค่ะ", NULL},
        {"ส่งจากโกดังเมื่อวานแต่ยังไม่ถึงค่ะ", NULL},
        {"ช่วยดูให้หน่อยค่ะ\n\n---------- ข้อความที่ส่งต่อ ---------\nจาก: ร้านค้า <help@shop.example>\nวันที่: 2 มี.ค. "
         "2569\nเรื่อง: คำสั่งซื้อ\nถึง: สมหญิง\n\nส่งแล้วค่ะ",
         NULL},
    };
    CHECK(rows);
}

static void html_marks(void **state) {
    static const struct row rows[] = {
        {"<div>New</div><div class=\"gmail_quote gmail_quote_container\"><div class=gmail_attr>On x "
         "wrote:</div><blockquote>old</blockquote></div>",
         "New"},
        {"<div>New</div><blockquote type='cite'><div>old<blockquote "
         "type=cite>older</blockquote></div></blockquote>",
         "New"},
        {"<div>New</div><div class=\"moz-cite-prefix\">On 3/2/26 10:12, Shop wrote:<br></div><blockquote "
         "type=\"cite\">old</blockquote>",
         "New"},
        {"<blockquote type=cite>question</blockquote><p>answer below</p>", "answer below"},
        {"<p>New</p><div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\"><b>From:</b> "
         "Shop</div><div>old</div>",
         "New"},
        {"<p>New</p><div id=\"x_divRplyFwdMsg\">From: Shop</div><p>old</p>", "New"},
        {"<p>New</p><div class=yahoo_quoted id=\"yahoo_quoted_1\"><div>old</div></div>", "New"},
        {"<p>New</p><div id=isReplyContent>old</div>", "New"},
        {"<p>New</p><div class=\"protonmail_quote\">old</div>", "New"},
        {"<div>New</div><div>------------------&nbsp;原始邮件&nbsp;------------------</div><div>old</div>", "New"},
        {"<div>New<br>On Mon, Mar 2, 2026 at 10:12 AM Shop &lt;a@b.example&gt; wrote:<blockquote "
         "style='x'>old</blockquote></div>",
         "New"},
        {"<blockquote type=cite>q1</blockquote>a1<blockquote type=cite>q2</blockquote>a2", "q1\n\na1\n\nq2\n\na2"},
        {"<p>Answers are inline in red.</p><div id=appendonsend></div><p>q1 <font color=red>a1</font></p>",
         "Answers are inline in red.\n\n\nq1 a1"},
        {"<blockquote>I quote myself</blockquote><p>and go on", "I quote myself\n\nand go on"},
        {"<p>See</p><div class=gmail_quote><div class=gmail_attr>---------- Forwarded message ---------<br>From: "
         "Shop</div>old</div>",
         "See\n\n---------- Forwarded message ---------\nFrom: Shop\nold"},
        {"<p class=MsoNormal>One</p><p class=MsoNormal>Two</p><ul><li>a<li>b</ul><script>x</script><!-- c "
         "-->&lt;b&gt; &#3588;&#x4e2d;",
         "One\nTwo\n- a\n- b\n<b> ค中"},
        {"<blockquote type=cite>never closed <p>old</p>", "never closed\n\nold"}, /* nothing new: shown */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct quote_fold fold;
        char *text = quote_split(a, html_text(a, rows[i].text, 1 << 20), false, &fold);
        assert_null(strpbrk(text, "\1\2\3"));
        const char *got = quote_new_text(a, text, &fold);
        if (strcmp(got, rows[i].fresh))
            fail_msg("html row %zu (%s)\n--- wanted\n%s\n--- got\n%s", i, fold.mark, rows[i].fresh, got);
    }
}

static void forwarded_subjects(void **state) {
    static const char *const yes[] = {"Fwd: x",  "FW: x",   "Fw:x",           "转发：x",
                                      "转发: x", "轉寄: x", "Chuyển tiếp: x", "ส่งต่อ: x"};
    static const char *const no[] = {"Re: Fwd: x", "Forward planning", "转发到哪里", "x Fwd: y", "ส่งต่อให้ใคร", ""};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(quote_subject_is_forward(yes[i]));
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(quote_subject_is_forward(no[i]));
    struct quote_fold fold;
    quote_split(a, "Please handle\n\nFrom: x <a@b.example>\nSent: y\nTo: z\nSubject: s\n\nHelp!", true, &fold);
    assert_int_equal(fold.start, fold.end);
}

/* Many lines, each of which asks the dear question: must stay linear. */
static void long_texts_end(void **state) {
    enum { N = 60000 };
    static const char line[] = "see below\n-----Original Message-----\n";
    char *text = malloc(N * (sizeof line - 1) + 1);
    for (size_t i = 0; i < N; i++)
        memcpy(text + i * (sizeof line - 1), line, sizeof line);
    struct quote_fold fold;
    quote_split(a, text, false, &fold);
    assert_int_equal(fold.start, fold.end);
    free(text);
}

static int setup(void **state) { return a = arena_new(0), 0; }
static int teardown(void **state) { return arena_free(a), 0; }

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(english),        cmocka_unit_test(vietnamese), cmocka_unit_test(chinese),
        cmocka_unit_test(thai),           cmocka_unit_test(html_marks), cmocka_unit_test(forwarded_subjects),
        cmocka_unit_test(long_texts_end),
    };
    return cmocka_run_group_tests_name("quote", tests, setup, teardown);
}
