#include "text/rubbish.h"

#include "base/utf8.h"
#include "text/language.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *rubbish_name(enum rubbish_kind kind) {
    static const char *const names[RUBBISH_KINDS] = {"no_title",    "doubled",   "placeholder", "missing",
                                                     "advertising", "dead_link", "language"};
    return names[kind];
}

struct search {
    struct arena *a;
    const char *lang, *body;
    struct rubbish *out;
    size_t n;
};

static void find(struct search *s, enum rubbish_kind kind, const char *at, size_t len) {
    if (s->n == RUBBISH_MAX)
        return;
    size_t fit = utf8_fit(at, len, RUBBISH_QUOTE_MAX);
    char *quote = arena_printf(s->a, "%.*s%s", (int)fit, at, fit < len ? "…" : "");
    for (char *p = quote; *p; p++)
        if (*p == '\n')
            *p = ' ';
    for (size_t i = 0; i < s->n; i++)
        if (s->out[i].kind == kind && strcmp(s->out[i].quote, quote) == 0)
            return;
    s->out[s->n++] = (struct rubbish){kind, quote};
}

/* The same text with code blanked out, byte for byte as long. */
static char *without_code(struct arena *a, const char *markdown) {
    char *out = arena_copy(a, markdown);
    for (char *at = out; (at = strchr(at, '`'));) {
        size_t ticks = strspn(at, "`");
        char *close = at + ticks;
        while ((close = strchr(close, '`')) && strspn(close, "`") != ticks)
            close += strspn(close, "`");
        if (!close)
            break;
        memset(at, ' ', (size_t)(close - at) + ticks);
        at = close + ticks;
    }
    return out;
}

/* ---- doubled ---- */

struct piece {
    const char *at;
    size_t len;
};

static int by_text(const void *x, const void *y) {
    const struct piece *p = x, *q = y;
    size_t n = p->len < q->len ? p->len : q->len;
    int order = memcmp(p->at, q->at, n);
    if (order)
        return order;
    if (p->len != q->len)
        return p->len < q->len ? -1 : 1;
    return (p->at > q->at) - (p->at < q->at);
}

/* The length of a sentence's end at p; 0: none. */
static size_t sentence_end(const char *p) {
    static const char *const wide[] = {"。", "！", "？"};
    if (*p == '\n')
        return 1;
    if (strchr(".!?", *p) && (p[1] == ' ' || p[1] == '\n' || !p[1]))
        return 1;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (strncmp(p, wide[i], strlen(wide[i])) == 0)
            return strlen(wide[i]);
    return 0;
}

/* Sentences of some length; short ones ("Tap Save.") are said twice for good reason. */
static void find_doubled(struct search *s, const char *text) {
    enum { LETTERS_LEAST = 40, WIDE_LEAST = 16 };
    size_t n = 0, room = 64;
    struct piece *all = ARENA_ARRAY(s->a, room, struct piece);
    for (const char *at = text, *from = text;; at++) {
        size_t end = *at ? sentence_end(at) : 1;
        if (!end)
            continue;
        while (from < at && strchr(" #>-*|\n", *from))
            from++;
        size_t letters = at > from ? utf8_count(from, (size_t)(at - from)) : 0;
        bool wide = letters && (size_t)(at - from) > letters * 2; /* three bytes a letter: Chinese, Thai */
        if (letters >= (wide ? WIDE_LEAST : LETTERS_LEAST)) {
            if (n == room) {
                all = arena_grow(s->a, all, n, room * 2, sizeof *all);
                room *= 2;
            }
            all[n++] = (struct piece){from, (size_t)(at - from)};
        }
        if (!*at)
            break;
        at += end - 1;
        from = at + 1;
    }
    if (n)
        qsort(all, n, sizeof *all, by_text);
    for (size_t i = 1; i < n; i++)
        if (all[i].len == all[i - 1].len && !memcmp(all[i].at, all[i - 1].at, all[i].len))
            find(s, RUBBISH_DOUBLED, all[i].at, all[i].len);
}

/* ---- placeholders ---- */

static bool word_stands_alone(const char *text, const char *at, size_t len) {
    bool before = at > text && (isalnum((unsigned char)at[-1]) || at[-1] == '_');
    bool after = isalnum((unsigned char)at[len]) || at[len] == '_';
    return !before && !after;
}

static void find_words(struct search *s, const char *text, enum rubbish_kind kind, const char *const *words,
                       bool any_case) {
    for (; *words; words++) {
        size_t n = strlen(*words);
        const char *at = any_case ? strcasestr(text, *words) : strstr(text, *words);
        if (at && word_stands_alone(text, at, n))
            find(s, kind, at, n);
    }
}

/* How far it is to one of these bytes, the end, or LOOK_MAX: nothing that is looked for is longer, and whoever
 * writes a million brackets must not make us look from each of them to the end. */
enum { LOOK_MAX = 400 };
static size_t reach(const char *at, const char *stops) {
    size_t n = 0;
    while (n < LOOK_MAX && at[n] && !strchr(stops, at[n]))
        n++;
    return n;
}

/* From `open` to `close` on one line, with something between. */
static void find_brackets(struct search *s, const char *text, const char *open, const char *close) {
    size_t n = strlen(open), m = strlen(close);
    for (const char *at = text; (at = strstr(at, open)); at += n) {
        const char *end = memmem(at + n, reach(at + n, "\n"), close, m);
        if (end && end > at + n)
            find(s, RUBBISH_PLACEHOLDER, at, (size_t)(end - at) + m);
    }
}

/* XNUMX, XDATEX: what translation programs leave of a number or a name. */
static void find_crossed(struct search *s, const char *text) {
    for (const char *at = text; (at = strchr(at, 'X')); at++) {
        size_t n = 1;
        while (isupper((unsigned char)at[n]))
            n++;
        bool number = strncmp(at, "XNUMX", 5) == 0;
        if ((number || (n >= 5 && n <= 16 && at[n - 1] == 'X' && strspn(at, "X") == 1)) &&
            word_stands_alone(text, at, n))
            find(s, RUBBISH_PLACEHOLDER, at, n);
        at += n - 1;
    }
}

static void find_variables(struct search *s, const char *text) {
    for (const char *at = text; (at = strchr(at, '$')); at++) {
        size_t n = 1;
        while (isalnum((unsigned char)at[n]) || at[n] == '_')
            n++;
        size_t inside = n > 1 && isalpha((unsigned char)at[1]) && at[n] == '[' ? reach(at + n, "]\n") : 0;
        if (inside && at[n + inside] == ']')
            find(s, RUBBISH_PLACEHOLDER, at, n + inside + 1);
    }
}

/* Up to the bracket that closes, or the line's end. */
static size_t bracket_length(const char *at) {
    static const char wide[] = "】";
    size_t n = strcspn(at, "]>\n");
    const char *close = strstr(at, wide);
    if (close && (size_t)(close - at) < n)
        return (size_t)(close - at) + strlen(wide);
    return n + (at[n] == ']' || at[n] == '>');
}

static void find_placeholders(struct search *s, const char *text) {
    static const char *const words[] = {"lorem ipsum", "dolor sit amet", NULL};
    static const char *const shouted[] = {"TODO", "TBD", "FIXME", "TBC", NULL};
    static const char *const here[] = {"[insert ", "[your ", "[điền ",   "[chèn ",        "[tên công ty",
                                       "[插入",    "【插入", "待补充",   "待補充",        "此处填写",
                                       "[ใส่",      "[ระบุ",   "<insert ", "[company name", NULL};
    find_crossed(s, text);
    find_variables(s, text);
    find_brackets(s, text, "${", "}");
    find_brackets(s, text, "{{", "}}");
    find_brackets(s, text, "{%", "%}");
    find_words(s, text, RUBBISH_PLACEHOLDER, words, true);
    find_words(s, text, RUBBISH_PLACEHOLDER, shouted, false);
    for (const char *const *w = here; *w; w++) {
        const char *at = strcasestr(text, *w);
        if (at)
            find(s, RUBBISH_PLACEHOLDER, at, bracket_length(at));
    }
}

/* ---- promised, but missing ---- */

/* "five", "năm", 五, ห้า: 2 to 12. */
static const struct {
    const char *word;
    int n;
} numbers[] = {{"two", 2},  {"three", 3}, {"four", 4},    {"five", 5}, {"six", 6},   {"seven", 7}, {"eight", 8},
               {"nine", 9}, {"ten", 10},  {"twelve", 12}, {"hai", 2},  {"ba", 3},    {"bốn", 4},   {"năm", 5},
               {"sáu", 6},  {"bảy", 7},   {"tám", 8},     {"chín", 9}, {"mười", 10}, {"两", 2},    {"兩", 2},
               {"三", 3},   {"四", 4},    {"五", 5},      {"六", 6},   {"七", 7},    {"八", 8},    {"九", 9},
               {"十", 10},  {"สอง", 2},   {"สาม", 3},     {"สี่", 4},    {"ห้า", 5},    {"หก", 6},    {"เจ็ด", 7},
               {"แปด", 8},  {"เก้า", 9},   {"สิบ", 10}};

/* What articles count out. In Vietnamese, Chinese and Thai the word follows the number at once, but for a
 * classifier. */
static const char *const counted[] = {
    "errors",      "steps",       "ways",      "reasons", "tips",     "mistakes", "methods", "options", "causes",
    "things",      "rules",       "questions", "bước",    "cách",     "lý do",    "lỗi",     "mẹo",     "lưu ý",
    "nguyên nhân", "phương pháp", "điều",      "步骤",    "步驟",     "方法",     "原因",    "错误",    "錯誤",
    "技巧",        "要点",        "要點",      "种方法",  "注意事项", "步",       "ขั้นตอน",   "วิธี",      "สาเหตุ",
    "ข้อผิดพลาด",    "เหตุผล",       "ข้อควรระวัง", "เคล็ดลับ",  NULL};

static int number_at(const char *p, size_t *len) {
    if (isdigit((unsigned char)*p)) {
        char *end;
        long n = strtol(p, &end, 10);
        *len = (size_t)(end - p);
        return n >= 2 && n <= 30 ? (int)n : 0;
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        *len = strlen(numbers[i].word);
        if (strncasecmp(p, numbers[i].word, *len) != 0)
            continue;
        unsigned char next = (unsigned char)p[*len];
        if ((unsigned char)*p >= 0xE0 ||
            !(isalnum(next) || next >= 0x80)) /* Han and Thai stand beside what they count */
            return numbers[i].n;
    }
    return 0;
}

/* At most two words stand between: "five common errors", 五个步骤, "5 lỗi". */
static size_t counted_after(const char *p) {
    static const char *const between[] = {"个", "個", "种", "種", "大", "条", "條", "项", "項", "点", "點"};
    const char *from = p;
    for (int words = 0; words < 3; words++) {
        p += strspn(p, " ");
        for (size_t i = 0; i < sizeof between / sizeof *between; i++)
            if (strncmp(p, between[i], strlen(between[i])) == 0)
                p += strlen(between[i]);
        for (const char *const *w = counted; *w; w++) {
            size_t n = strlen(*w);
            if (strncasecmp(p, *w, n) == 0 && !isalnum((unsigned char)p[n]))
                return (size_t)(p - from) + n;
        }
        if (!isalpha((unsigned char)*p))
            break;
        p += strcspn(p, " \n.,:;!?");
    }
    return 0;
}

/* The mark of an item of a list at the beginning of this line: its length; 0: none. */
static size_t item_mark(const char *line) {
    size_t n = strspn(line, " #*>"), digits;
    if ((line[n] == '-' || line[n] == '+') && line[n + 1] == ' ')
        return n + 2;
    if (n && line[n - 1] == ' ' && n >= 2 && line[n - 2] == '*') /* "* item" */
        return n;
    digits = strspn(line + n, "0123456789");
    if (digits && digits < 3 && strchr(".):", line[n + digits]) && line[n + digits])
        return n + digits + 1;
    static const char *const step[] = {"Step ", "Bước ", "步骤", "步驟", "第", "ขั้นตอนที่ ", "วิธีที่ "};
    for (size_t i = 0; i < sizeof step / sizeof *step; i++)
        if (strncasecmp(line + n, step[i], strlen(step[i])) == 0)
            return n + strlen(step[i]);
    return 0;
}

/* Items of lists after `text`, those of lists in lists left out. */
static int items_after(const char *text) {
    int items = 0;
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        bool nested = strncmp(line, "    ", 4) == 0 || line[0] == '\t';
        items += item_mark(line) && !nested;
    }
    return items;
}

static bool word_begins(const char *text, const char *at) {
    return at == text || !(isalnum((unsigned char)at[-1]) || (unsigned char)at[-1] >= 0x80) ||
           (unsigned char)*at >= 0x80;
}

static void find_short_lists(struct search *s, const char *title, const char *text) {
    enum { COUNTED_MAX = 50 }; /* each means reading on to the end */
    const char *const places[] = {title, text};
    int looked = 0;
    for (int i = 0; i < 2; i++)
        for (const char *at = places[i]; *at; at++) {
            size_t len;
            int n = word_begins(places[i], at) ? number_at(at, &len) : 0;
            if (!n)
                continue;
            size_t more = counted_after(at + len);
            int there = more && looked++ < COUNTED_MAX ? items_after(i ? at : text) : 0;
            if (there && there < n)
                find(s, RUBBISH_MISSING, at, len + more);
            at += len - 1;
        }
}

static const struct pointing {
    const char *phrase;
    enum { PICTURE, TABLE, VIDEO } what;
} pointing[] = {
    {"image below", PICTURE},
    {"picture below", PICTURE},
    {"screenshot below", PICTURE},
    {"photo below", PICTURE},
    {"pictured below", PICTURE},
    {"following image", PICTURE},
    {"following screenshot", PICTURE},
    {"table below", TABLE},
    {"following table", TABLE},
    {"video below", VIDEO},
    {"watch the video", VIDEO},
    {"hình bên dưới", PICTURE},
    {"hình dưới đây", PICTURE},
    {"ảnh bên dưới", PICTURE},
    {"ảnh dưới đây", PICTURE},
    {"bảng bên dưới", TABLE},
    {"bảng dưới đây", TABLE},
    {"bảng sau", TABLE},
    {"video dưới đây", VIDEO},
    {"video bên dưới", VIDEO},
    {"如下图", PICTURE},
    {"如下圖", PICTURE},
    {"如图所示", PICTURE},
    {"如圖所示", PICTURE},
    {"下图所示", PICTURE},
    {"见下图", PICTURE},
    {"見下圖", PICTURE},
    {"下面的图", PICTURE},
    {"见下表", TABLE},
    {"見下表", TABLE},
    {"如下表", TABLE},
    {"下面的视频", VIDEO},
    {"以下视频", VIDEO},
    {"ภาพด้านล่าง", PICTURE},
    {"รูปด้านล่าง", PICTURE},
    {"ภาพต่อไปนี้", PICTURE},
    {"รูปต่อไปนี้", PICTURE},
    {"ตารางด้านล่าง", TABLE},
    {"ตารางต่อไปนี้", TABLE},
    {"วิดีโอด้านล่าง", VIDEO},
};

static void find_missing_parts(struct search *s, const char *text) {
    const bool there[] = {[PICTURE] = strstr(text, "![") || strstr(text, "/help/p/"),
                          [TABLE] = strstr(text, "|--") || strstr(text, "| --") || strstr(text, "|:-"),
                          [VIDEO] = strstr(text, "http") != NULL};
    for (size_t i = 0; i < sizeof pointing / sizeof *pointing; i++) {
        const char *at = there[pointing[i].what] ? NULL : strcasestr(text, pointing[i].phrase);
        if (at)
            find(s, RUBBISH_MISSING, at, strlen(pointing[i].phrase));
    }
    size_t n = strlen(text);
    while (n && isspace((unsigned char)text[n - 1]))
        n--;
    bool colon = n && (text[n - 1] == ':' || (n >= 3 && memcmp(text + n - 3, "：", 3) == 0));
    if (colon) { /* "These are the steps:", and there it ends */
        size_t from = n;
        while (from && text[from - 1] != '\n')
            from--;
        find(s, RUBBISH_MISSING, text + from, n - from);
    }
}

/* ---- links ---- */

static bool holds_any(const char *text, const char *const *words) {
    for (; *words; words++)
        if (strcasestr(text, *words))
            return true;
    return false;
}

static bool advertises(const char *url) {
    static const char *const marks[] = {"utm_campaign=",   "utm_medium=",      "affiliate",   "?aff=",
                                        "&aff=",           "aff_id=",          "clickid=",    "gclid=",
                                        "doubleclick.net", "googleadservices", "taboola.com", "outbrain.com",
                                        "amzn.to/",        "adf.ly/",          "clickbank",   NULL};
    static const char *const trades[] = {"casino", "betting", "poker",    "slot88", "viagra", "cialis",
                                         "payday", "escort",  "bitcoin-", "forex",  NULL};
    size_t host = strcspn(url, "/?#");
    const char *slashes = strstr(url, "://");
    if (slashes)
        host = (size_t)(slashes - url) + 3 + strcspn(slashes + 3, "/?#");
    char name[300] = "";
    memcpy(name, url, host < sizeof name ? host : sizeof name - 1);
    return holds_any(url, marks) || holds_any(name, trades);
}

/* Links of ours, and everything with a scheme, are not pages that had to be brought along; but a help desk's are.
 */
static bool is_internal(const char *url) {
    if (strstr(url, "/hc/") && strstr(url, "/articles/"))
        return true;
    if (strstr(url, "/support/solutions/articles/"))
        return true;
    return *url && *url != '#' && *url != '/' && !strchr(url, ':');
}

static void find_links(struct search *s, const char *text, rubbish_page_fn *has_page, void *arg) {
    for (const char *at = text; (at = strstr(at, "](")); at += 2) {
        size_t n = reach(at + 2, ") \n");
        if (at[2 + n] != ')' && at[2 + n] != ' ')
            continue;
        char *url = arena_copy_n(s->a, at + 2, n);
        if (advertises(url))
            find(s, RUBBISH_ADVERTISING, url, n);
        const char *open = at;
        while (open > text && *open != '[' && *open != '\n' && at - open < LOOK_MAX)
            open--;
        bool picture = open > text && open[-1] == '!';
        if (has_page && !picture && is_internal(url) && !has_page(arg, url))
            find(s, RUBBISH_DEAD_LINK, url, n);
    }
    static const char *const labels[] = {
        "Sponsored link",   "Sponsored content",     "Advertisement\n",     "赞助链接", "广告推广",
        "Liên kết tài trợ", "Nội dung được tài trợ", "เนื้อหาที่ได้รับการสนับสนุน", NULL};
    for (const char *const *w = labels; *w; w++) {
        const char *at = strcasestr(text, *w);
        if (at)
            find(s, RUBBISH_ADVERTISING, at, strlen(*w));
    }
}

/* ---- language ---- */

static bool same_language(const char *x, const char *y) {
    return strcspn(x, "-") == strcspn(y, "-") && !strncmp(x, y, strcspn(x, "-"));
}

/* Paragraphs long enough to tell. */
static void find_foreign(struct search *s, const char *text) {
    enum { LETTERS_LEAST = 60, WIDE_LEAST = 20 };
    for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n') {
        size_t len = strcspn(at, "\n"), letters = utf8_count(at, len);
        bool wide = len > letters * 2;
        if (letters < (wide ? WIDE_LEAST : LETTERS_LEAST) || *at == '|')
            continue;
        const char *found = language_of(at, len);
        if (*found && !same_language(found, s->lang))
            find(s, RUBBISH_LANGUAGE, at, len);
    }
}

size_t rubbish_find(struct arena *a, const char *lang, const char *title, const char *markdown,
                    rubbish_page_fn *has_page, void *arg, struct rubbish out[RUBBISH_MAX]) {
    struct search s = {a, lang, markdown, out, 0};
    char *text = without_code(a, markdown);
    if (!title[strspn(title, " \t")])
        find(&s, RUBBISH_NO_TITLE, "", 0);
    find_doubled(&s, text);
    find_placeholders(&s, arena_printf(a, "%s\n%s", title, text));
    find_short_lists(&s, title, text);
    find_missing_parts(&s, text);
    find_links(&s, text, has_page, arg);
    find_foreign(&s, text);
    return s.n;
}
