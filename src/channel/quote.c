#include "channel/quote.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* The text is cut into lines; each line becomes one of these; rules then look at the sequence:
 *   NEW  what the sender wrote          BLANK
 *   HELD quoted (by '>', HTML or a mark) SIGNED a phone's "Sent from my …"                               */
enum line_kind { NEW, BLANK, HELD, SIGNED };

struct line {
    const char *at;
    size_t len;
    enum line_kind kind;
    bool html; /* inside a quote that the HTML marked */
};

struct lines {
    struct line *at;
    size_t n;
    const char *mark;   /* of the first quoted line that a rule found */
    size_t rest;        /* the line where HTML says that everything quoted begins; n: nowhere */
    bool answers_below; /* the sender says that the answers stand inside the old text */
};

static bool begins_n(const char *s, size_t n, const char *with) {
    size_t m = strlen(with);
    return n >= m && !strncasecmp(s, with, m);
}

static bool ends_n(const char *s, size_t n, const char *with) {
    size_t m = strlen(with);
    return n >= m && !strncasecmp(s + n - m, with, m);
}

static bool has(const char *s, size_t n, const char *what) { return memmem(s, n, what, strlen(what)) != NULL; }

/* The line without spaces, full-width ones too, and the asterisks of a bold label at both ends. */
static void trim(const char **s, size_t *n) {
    while (*n && (isspace((unsigned char)**s) || **s == '*'))
        (*s)++, (*n)--;
    while (begins_n(*s, *n, "　"))
        *s += 3, *n -= 3;
    while (*n && isspace((unsigned char)(*s)[*n - 1]))
        (*n)--;
}

/* --- what each line says on its own ------------------------------------------------------------------- */

/* "-----Original Message-----": dashes, words, dashes. */
static bool is_separator(const struct line *l) {
    static const char *const words[] = {
        "Original Message",
        "Original",
        "Replied Message",
        "Original Email",
        "原始邮件",
        "原始郵件",
        "原始信息",
        "原邮件",
        "原始訊息",
        "回复的原邮件",
        "回复邮件",
        "邮件原件",
        "原件",
        "Thư gốc",
        "Tin nhắn gốc",
        "Email gốc",
        "Thư ban đầu",
        "Tin nhắn ban đầu",
        "Nội dung thư gốc",
        "Thư trả lời",
        "ข้อความต้นฉบับ",
        "ข้อความเดิม",
        "จดหมายต้นฉบับ",
        "อีเมลต้นฉบับ",
        "ต้นฉบับ",
    };
    const char *s = l->at;
    size_t n = l->len, dashes = 0;
    trim(&s, &n);
    while (n && (*s == '-' || *s == '_' || *s == '='))
        s++, n--, dashes++;
    while (n && (s[n - 1] == '-' || s[n - 1] == '_' || s[n - 1] == '='))
        n--;
    trim(&s, &n);
    for (size_t i = 0; dashes >= 2 && i < sizeof words / sizeof *words; i++)
        if (n == strlen(words[i]) && !strncasecmp(s, words[i], n))
            return true;
    return false;
}

static bool is_forward_mark(const struct line *l) {
    static const char *const words[] = {
        "Forwarded message",
        "Begin forwarded message",
        "Forwarded Message",
        "转发邮件",
        "轉寄郵件",
        "转发的邮件",
        "转发的消息",
        "开始转发的邮件",
        "下面是被转发的邮件",
        "以下为转发邮件",
        "轉寄的郵件",
        "Forwarded by",
        "Tin nhắn đã chuyển tiếp",
        "Thư được chuyển tiếp",
        "Thư đã chuyển tiếp",
        "Bắt đầu thư được chuyển tiếp",
        "Tin nhắn chuyển tiếp",
        "ข้อความที่ส่งต่อ",
        "เริ่มข้อความที่ส่งต่อ",
        "จดหมายที่ส่งต่อ",
        "อีเมลที่ส่งต่อ",
    };
    const char *s = l->at;
    size_t n = l->len;
    trim(&s, &n);
    bool dashed = begins_n(s, n, "--");
    while (n && *s == '-')
        s++, n--;
    trim(&s, &n);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (begins_n(s, n, words[i]) && (dashed || ends_n(s, n, ":") || ends_n(s, n, "：")))
            return true;
    return false;
}

/* A phone's or program's own line: a beginning, the name of a device or program, and nothing else. */
static bool is_mobile_signature(const struct line *l) {
    static const char *const beginnings[] = {
        "Sent from",
        "Sent via",
        "Get Outlook for",
        "Đã gửi từ",
        "Được gửi từ",
        "Gửi từ",
        "Tải Outlook cho",
        "Tải xuống Outlook",
        "发自我的",
        "發自我的",
        "从我的",
        "從我的",
        "來自我的",
        "来自我的",
        "寄自我的",
        "自我的",
        "发自",
        "發自",
        "获取",
        "取得",
        "下载",
        "ส่งจาก",
        "ถูกส่งจาก",
        "ดาวน์โหลด Outlook",
        "รับ Outlook",
    };
    static const char *const devices[] = {
        "iPhone",     "iPad",          "Android",    "Samsung", "Galaxy", "Huawei", "HUAWEI", "Xiaomi",
        "Redmi",      "OPPO",          "Oppo",       "vivo",    "Vivo",   "HONOR",  "Honor",  "Pixel",
        "realme",     "Nokia",         "BlackBerry", "Outlook", "Yahoo",  "Mail",   "mail",   "Gmail",
        "Zalo",       "Windows",       "Proton",     "Phone",   "phone",  "mobile", "tablet", "华为",
        "華為",       "小米",          "荣耀",       "三星",    "手机",   "手機",   "平板",   "điện thoại",
        "Điện thoại", "máy tính bảng", "มือถือ",       "โทรศัพท์",  "แท็บเล็ต", "网易",
    };
    enum { LONGEST = 120 };
    const char *s = l->at;
    size_t n = l->len;
    trim(&s, &n);
    if (n > LONGEST)
        return false;
    bool begun = false, named = false;
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        begun = begun || begins_n(s, n, beginnings[i]);
    for (size_t i = 0; begun && i < sizeof devices / sizeof *devices; i++)
        named = named || has(s, n, devices[i]);
    /* "Sent from my phone, the picture is too small" goes on: somebody wrote that. */
    return named && !has(s, n, ", ") && !has(s, n, "，") && !has(s, n, "。") && !has(s, n, "?") && !has(s, n, "？");
}

/* --- "From: Sent: To: Subject:" ------------------------------------------------------------------------ */

enum label { L_NONE, L_FROM, L_SENT, L_TO, L_CC, L_SUBJECT };

static enum label label_of(const struct line *l) {
    static const struct {
        const char *word;
        enum label label;
    } rows[] = {
        {"From", L_FROM},      {"Từ", L_FROM},         {"Người gửi", L_FROM}, {"发件人", L_FROM},
        {"寄件者", L_FROM},    {"寄件人", L_FROM},     {"發件人", L_FROM},    {"จาก", L_FROM},
        {"ผู้ส่ง", L_FROM},       {"Sent", L_SENT},       {"Date", L_SENT},      {"Đã gửi", L_SENT},
        {"Ngày", L_SENT},      {"Ngày gửi", L_SENT},   {"Gửi lúc", L_SENT},   {"Gửi", L_SENT},
        {"Thời gian", L_SENT}, {"Vào", L_SENT},        {"发送时间", L_SENT},  {"发送日期", L_SENT},
        {"日期", L_SENT},      {"时间", L_SENT},       {"寄件日期", L_SENT},  {"傳送時間", L_SENT},
        {"發送時間", L_SENT},  {"已发送", L_SENT},     {"ส่ง", L_SENT},        {"ส่งเมื่อ", L_SENT},
        {"วันที่", L_SENT},       {"วันที่ส่ง", L_SENT},      {"To", L_TO},          {"Đến", L_TO},
        {"Tới", L_TO},         {"Người nhận", L_TO},   {"收件人", L_TO},      {"收件者", L_TO},
        {"至", L_TO},          {"ถึง", L_TO},           {"ผู้รับ", L_TO},         {"Cc", L_CC},
        {"抄送", L_CC},        {"副本", L_CC},         {"Đồng gửi", L_CC},    {"สำเนา", L_CC},
        {"สำเนาถึง", L_CC},     {"Subject", L_SUBJECT}, {"Chủ đề", L_SUBJECT}, {"Tiêu đề", L_SUBJECT},
        {"主题", L_SUBJECT},   {"主旨", L_SUBJECT},    {"主題", L_SUBJECT},   {"เรื่อง", L_SUBJECT},
        {"ชื่อเรื่อง", L_SUBJECT}, {"หัวเรื่อง", L_SUBJECT},  {"หัวข้อ", L_SUBJECT},
    };
    const char *s = l->at;
    size_t n = l->len;
    trim(&s, &n);
    if (n && *s == '|') /* 163 writes a table */
        s++, n--, trim(&s, &n);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!begins_n(s, n, rows[i].word))
            continue;
        const char *after = s + strlen(rows[i].word);
        size_t left = n - strlen(rows[i].word);
        while (left && (*after == ' ' || *after == '*'))
            after++, left--;
        if (begins_n(after, left, ":") || begins_n(after, left, "：") || begins_n(after, left, "|"))
            return rows[i].label;
    }
    return L_NONE;
}

/* A trip is "From: Hanoi, To: Bangkok, Date: …" as well: a subject or an address must be among the lines. */
static bool is_header_block(const struct lines *t, size_t i) {
    enum { LOOK = 8 };
    if (label_of(&t->at[i]) != L_FROM)
        return false;
    unsigned seen = 0;
    bool address = false;
    size_t blanks = 0;
    for (size_t k = i; k < t->n && k < i + LOOK && blanks < 2; k++) {
        if (t->at[k].kind == BLANK) {
            blanks++;
            continue;
        }
        enum label label = label_of(&t->at[k]);
        seen |= label ? 1u << label : 0;
        address = address || (label && has(t->at[k].at, t->at[k].len, "@"));
    }
    bool three = __builtin_popcount(seen) >= 3;
    bool real = (seen & (1u << L_SUBJECT)) || (address && (seen & (1u << L_SENT)));
    return (three && real) || (__builtin_popcount(seen) == 2 && address && (seen & (1u << L_SUBJECT)));
}

/* --- "On … wrote:" -------------------------------------------------------------------------------------- */

enum { ATTRIBUTION_LINES = 4, ATTRIBUTION_MAX = 500 };

static bool opens_attribution(const char *s, size_t n) {
    static const char *const openings[] = {"On ", "At ", "---- On ", "---- ", "Vào ",  "Lúc ", "Ngày ",
                                           "在",  "於",  "于",       "เมื่อ",   "ในวันที่", "วันที่",  "เวลา"};
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
        if (begins_n(s, n, openings[i]))
            return true;
    /* "2026年3月2日 10:12，店铺 <a@b.com> 写道：" and Gmail's "店铺 <a@b.com> 于2026年3月2日周一 10:12写道：" */
    return (n > 7 && isdigit((unsigned char)s[0]) && has(s, n < 24 ? n : 24, "年")) || has(s, n, "> 于") ||
           has(s, n, "> 於") || has(s, n, ">于") || has(s, n, ">於");
}

static bool closes_attribution(const char *s, size_t n) {
    static const char *const verbs[] = {"wrote", "writes", "đã viết", "viết", "đã ghi", "写道", "寫道",
                                        "撰写",  "写到",   "เขียนว่า",  "เขียน", "ได้เขียน", "พิมพ์ว่า"};
    size_t before = n;
    while (n && s[n - 1] == '-')
        n--;
    bool colon = before - n >= 2; /* Zoho closes with dashes */
    while (n && s[n - 1] == ' ')
        n--;
    if (n && s[n - 1] == ':')
        colon = true, n--;
    else if (ends_n(s, n, "："))
        colon = true, n -= 3;
    while (n && s[n - 1] == ' ')
        n--;
    for (size_t i = 0; colon && i < sizeof verbs / sizeof *verbs; i++)
        if (ends_n(s, n, verbs[i]))
            return true;
    return false;
}

static bool has_clock_and_year(const char *s, size_t n) {
    bool clock = false, year = false;
    for (size_t i = 0; i + 1 < n; i++)
        if (s[i] == ':' && i && isdigit((unsigned char)s[i - 1]) && isdigit((unsigned char)s[i + 1]))
            clock = true;
    for (size_t i = 0, run = 0; i < n; i++) {
        run = isdigit((unsigned char)s[i]) ? run + 1 : 0;
        year = year || run == 4;
    }
    return clock && year;
}

/* People who tell what happened write to somebody; programs do not. */
static bool speaks_to_reader(const char *s, size_t n) {
    static const char *const words[] = {" you ",    " your ", " You ", "你",   "您",  "bạn",
                                        "bên shop", "ทางร้าน", "แอดมิน", " i ",  " I ", "我",
                                        "my ",      " we ",   "tôi ",  " em ", "ฉัน",  "ผม"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (has(s, n, words[i]))
            return true;
    return false;
}

static size_t next_filled(const struct lines *t, size_t i) {
    while (i < t->n && t->at[i].kind == BLANK)
        i++;
    return i;
}

/* ">From " is how mailbox files escape a line of the sender's. */
static bool is_quoted_line(const struct line *l) {
    return l->html || (l->len && *l->at == '>' && !begins_n(l->at, l->len, ">From "));
}

/* How many lines the attribution takes that begins at line i; 0: there is none. Before '>' a loose one is
 * enough; before bare lines it must look like a program's: an address, or clock and year and nobody spoken to. */
static size_t attribution_at(const struct lines *t, size_t i) {
    char joined[ATTRIBUTION_MAX];
    size_t n = 0;
    for (size_t k = i; k < t->n && k < i + ATTRIBUTION_LINES; k++) {
        const char *s = t->at[k].at;
        size_t len = t->at[k].len;
        trim(&s, &len);
        if (!len || (k > i && is_quoted_line(&t->at[k]) != is_quoted_line(&t->at[i])) ||
            n + len + 1 >= sizeof joined)
            return 0;
        if (n)
            joined[n++] = ' ';
        memcpy(joined + n, s, len);
        n += len;
        if (k == i && !opens_attribution(joined, n) && !has(joined, n, "<"))
            return 0;
        if (!closes_attribution(joined, n))
            continue;
        bool digits = strcspn(joined, "0123456789") < n;
        size_t after = next_filled(t, k + 1);
        bool quote_follows = after < t->n && is_quoted_line(&t->at[after]);
        bool sure = has(joined, n, "@") || (has_clock_and_year(joined, n) && !speaks_to_reader(joined, n));
        return opens_attribution(joined, n) && digits && (quote_follows || sure) ? k - i + 1 : 0;
    }
    return 0;
}

/* --- the whole text ------------------------------------------------------------------------------------- */

/* Cuts `text` (which has marks) into lines of `clean` (which has none). */
static struct lines cut_lines(struct arena *a, const char *text, char *clean) {
    size_t n = 1;
    for (const char *s = text; *s; s++)
        n += *s == '\n';
    struct lines t = {.at = arena_array(a, n, sizeof(struct line)), .mark = "", .rest = SIZE_MAX};
    bool html = false;
    char *to = clean;
    for (const char *s = text; *s;) {
        const char *end = s + strcspn(s, "\n");
        size_t len = (size_t)(end - s);
        if (len == 1 && *s >= QUOTE_BEGIN && *s <= QUOTE_REST) {
            html = *s != QUOTE_END;
            if (*s == QUOTE_REST && t.rest == SIZE_MAX)
                t.rest = t.n;
        } else {
            memcpy(to, s, len);
            struct line *l = &t.at[t.n++];
            *l = (struct line){.at = to, .len = len, .html = html};
            while (len && isspace((unsigned char)to[len - 1]))
                len--;
            l->kind = len ? NEW : BLANK;
            to += l->len;
            if (*end)
                *to++ = '\n';
        }
        s = *end ? end + 1 : end;
    }
    *to = 0;
    return t;
}

static void hold(struct lines *t, size_t from, size_t to, const char *mark) {
    for (size_t i = from; i < to && i < t->n; i++)
        if (t->at[i].kind != BLANK)
            t->at[i].kind = HELD;
    if (!*t->mark)
        t->mark = mark;
}

/* "My answers are in red below": then nothing without '>' may be folded. Looks at the sender's lines before n. */
static bool says_answers_below(const struct lines *t, size_t n) {
    static const char *const words[] = {
        "see below", "answers below", "answer below", "comments below", "replies below", "reply below",
        "inline",    "in-line",       "in red",       "in blue",        "bên dưới",      "ở dưới",
        "phía dưới", "dưới đây",      "chữ đỏ",       "màu đỏ",         "xen kẽ",        "见下",
        "下文",      "下方",          "下面回复",     "红字",           "标红",          "紅字",
        "蓝字",      "ด้านล่าง",        "ข้างล่าง",       "สีแดง",           "ตัวแดง",         "แทรก",
    };
    for (size_t i = 0; i < n && i < t->n; i++)
        for (size_t w = 0; t->at[i].kind == NEW && !t->at[i].html && w < sizeof words / sizeof *words; w++)
            for (size_t k = 0, m = strlen(words[w]); k + m <= t->at[i].len; k++)
                if (!strncasecmp(t->at[i].at + k, words[w], m))
                    return true;
    return false;
}

/* Everything from line i on is history, unless answers hide in it. */
static bool hold_rest(struct lines *t, size_t i, const char *mark) {
    t->answers_below = t->answers_below || says_answers_below(t, i);
    if (t->answers_below)
        return false;
    hold(t, i, t->n, mark);
    return true;
}

static bool is_rule_line(const struct line *l) {
    const char *s = l->at;
    size_t n = l->len;
    trim(&s, &n);
    if (n < 5)
        return false;
    for (size_t i = 0; i < n; i++)
        if (s[i] != '_' && s[i] != '-' && s[i] != '=')
            return false;
    return true;
}

/* Goes through the lines once and marks what is held. */
static void mark_lines(struct lines *t) {
    if (t->rest < t->n && says_answers_below(t, t->rest)) {
        t->answers_below = true;
        for (size_t i = t->rest; i < t->n; i++)
            t->at[i].html = false;
    }
    for (size_t i = 0; i < t->n; i++) {
        struct line *l = &t->at[i];
        if (l->kind == BLANK || l->kind == HELD)
            continue;
        bool opens_html = l->html && (!i || !t->at[i - 1].html || t->at[i - 1].kind == BLANK);
        if ((!l->html || opens_html) && is_forward_mark(l))
            return; /* from here on it is the message itself */
        size_t lines;
        if (is_quoted_line(l))
            hold(t, i, i + 1, l->html ? "html" : ">");
        else if (is_separator(l)) {
            if (hold_rest(t, i, "separator"))
                return;
        } else if (is_header_block(t, i)) {
            size_t from = i && is_rule_line(&t->at[i - 1]) ? i - 1 : i;
            if (hold_rest(t, from, "header block"))
                return;
        } else if ((lines = attribution_at(t, i))) {
            size_t after = next_filled(t, i + lines);
            if (after < t->n && !is_quoted_line(&t->at[after])) {
                if (hold_rest(t, i, "attribution"))
                    return;
            } else
                hold(t, i, i + lines, "attribution");
        } else if (is_mobile_signature(l))
            l->kind = SIGNED;
    }
}

/* A signature counts only where nothing of the sender's follows it. */
static void drop_early_signatures(struct lines *t) {
    bool more = false;
    for (size_t i = t->n; i-- > 0;) {
        more = more || t->at[i].kind == NEW;
        if (more && t->at[i].kind == SIGNED)
            t->at[i].kind = NEW;
    }
}

static struct quote_fold fold_lines(const struct lines *t, const char *clean, size_t from, size_t to,
                                    const char *mark) {
    while (from < to && t->at[from].kind == BLANK)
        from++;
    if (from >= to)
        return (struct quote_fold){0, 0, ""};
    const struct line *last = &t->at[to - 1];
    return (struct quote_fold){(size_t)(t->at[from].at - clean), (size_t)(last->at + last->len - clean), mark};
}

static struct quote_fold choose_fold(const struct lines *t, const char *clean) {
    size_t first = t->n, last = 0, held = 0, first_held = t->n, last_held = 0;
    for (size_t i = 0; i < t->n; i++) {
        if (t->at[i].kind == NEW)
            first = first < i ? first : i, last = i;
        if (t->at[i].kind == HELD)
            held++, first_held = first_held < i ? first_held : i, last_held = i;
    }
    const struct quote_fold none = {0, 0, ""};
    if (first == t->n) /* nothing new: then the history is the message */
        return none;
    const char *mark = held ? t->mark : "signature";
    size_t after = next_filled(t, last + 1);
    if (after < t->n && (held == 0 || last_held > last))
        return fold_lines(t, clean, last + 1, t->n, mark); /* answered on top, or the rest behind the last answer */
    if (held && last_held < first)
        return fold_lines(t, clean, first_held, last_held + 1, mark); /* answered below */
    return none; /* answers between quoted lines: both are needed */
}

char *quote_split(struct arena *a, const char *text, bool forwarded, struct quote_fold *fold) {
    char *clean = arena_alloc(a, strlen(text) + 1);
    struct lines t = cut_lines(a, text, clean);
    *fold = (struct quote_fold){0, 0, ""};
    if (forwarded)
        return clean;
    mark_lines(&t);
    drop_early_signatures(&t);
    *fold = choose_fold(&t, clean);
    return clean;
}

bool quote_subject_is_forward(const char *subject) {
    static const char *const words[] = {"Fwd",         "Fw",          "转发", "轉寄", "轉發",
                                        "Chuyển tiếp", "Chuyen tiep", "CT",   "ส่งต่อ"};
    while (*subject == ' ')
        subject++;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i]);
        if (strncasecmp(subject, words[i], n))
            continue;
        const char *s = subject + n;
        while (*s == ' ')
            s++;
        if (*s == ':' || !strncmp(s, "：", 3))
            return true;
    }
    return false;
}

char *quote_new_text(struct arena *a, const char *text, const struct quote_fold *fold) {
    size_t n = strlen(text), start = fold->start < n ? fold->start : n, end = fold->end < n ? fold->end : n;
    char *out = arena_alloc(a, n + 1);
    memcpy(out, text, start);
    memcpy(out + start, text + end, n - end);
    size_t len = start + n - end;
    while (len && isspace((unsigned char)out[len - 1]))
        len--;
    out[len] = 0;
    const char *s = out + strspn(out, "\n");
    return arena_copy(a, s);
}
