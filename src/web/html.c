#include "web/html.h"

#include "web/asset.h"

#include <stdio.h>
#include <strings.h>

/* ---- text ---- */

enum { TEXT = 1, ATTR = 2 }; /* places in which a character must be escaped */
static const uint8_t special[256] = {
    [0] = TEXT | ATTR, ['&'] = TEXT | ATTR, ['<'] = TEXT | ATTR, ['>'] = TEXT | ATTR, ['"'] = ATTR, ['\''] = ATTR};

static void escape_char(struct buf *out, char c) {
    switch (c) {
    case '&': buf_lit(out, "&amp;"); break;
    case '<': buf_lit(out, "&lt;"); break;
    case '>': buf_lit(out, "&gt;"); break;
    case '"': buf_lit(out, "&#34;"); break;
    case '\'': buf_lit(out, "&#39;"); break;
    default: buf_char(out, c);
    }
}

static void escape(struct buf *out, const char *s, size_t n, uint8_t place) {
    const char *end = s + n, *from = s;
    for (; s < end; s++)
        if (special[(uint8_t)*s] & place) {
            buf_add(out, from, (size_t)(s - from));
            escape_char(out, *s);
            from = s + 1;
        }
    buf_add(out, from, (size_t)(end - from));
}

/* The same of a whole string, whose NUL is special: most of a page goes through here, so it is walked once. */
static void escape_str(struct buf *out, const char *s, uint8_t place) {
    for (const char *from = s;; from = s + 1) {
        for (s = from; !(special[(uint8_t)*s] & place); s++)
            ;
        buf_add(out, from, (size_t)(s - from));
        if (!*s)
            return;
        escape_char(out, *s);
    }
}

void html_text_n(struct buf *out, const char *s, size_t n) { escape(out, s, n, TEXT); }
void html_attr_n(struct buf *out, const char *s, size_t n) { escape(out, s, n, ATTR); }
void html_text_str(struct buf *out, const char *s) {
    if (s)
        escape_str(out, s, TEXT);
}
void html_attr_str(struct buf *out, const char *s) {
    if (s)
        escape_str(out, s, ATTR);
}

/* What stands before the first ':' is a scheme unless one of "/?#" comes first. Only exact names pass, so that what
 * browsers forgive (tabs, newlines, control characters within "javascript:") is simply another name. */
static bool url_allowed(const char *s) {
    static const char *const schemes[] = {"http", "https", "mailto", "tel"};
    size_t n = *s == '/' ? 0 : strcspn(s, ":/?#");
    if (s[n] != ':')
        return true;
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strlen(schemes[i]) == n && strncasecmp(s, schemes[i], n) == 0)
            return true;
    return false;
}

void html_url(struct buf *out, const char *s) {
    if (s)
        html_attr_str(out, url_allowed(s) ? s : "#");
}

static bool plain_in_url(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

void html_url_part_str(struct buf *out, const char *s) {
    static const char digits[] = "0123456789ABCDEF";
    while (s && *s) {
        const char *from = s;
        while (plain_in_url(*s))
            s++;
        buf_add(out, from, (size_t)(s - from));
        if (*s) {
            buf_add(out, (char[]){'%', digits[(uint8_t)*s >> 4], digits[(uint8_t)*s & 15]}, 3);
            s++;
        }
    }
}

void html_bool(struct buf *out, bool b) { buf_str(out, b ? "true" : "false"); }
void html_int(struct buf *out, int64_t n) { buf_int(out, n); }
void html_uint(struct buf *out, uint64_t n) { buf_printf(out, "%llu", (unsigned long long)n); }
void html_double(struct buf *out, double d) { buf_printf(out, "%.6g", d); }

bool html_equal_text(const char *a, const char *b) { return strcmp(a ? a : "", b ? b : "") == 0; }

/* ---- times ----
 * None of the words of say.c has a character to escape, so they go straight into the page, also in attributes. */

typedef void wording(struct buf *out, const struct page *page, int64_t ms);

void html_ago_attr(struct buf *out, const struct page *page, int64_t ms) {
    say_ago(out, page->locale, page->zone, ms, page->now);
}
void html_date_attr(struct buf *out, const struct page *page, int64_t ms) {
    say_date(out, page->locale, page->zone, ms, page->now);
}
void html_time_attr(struct buf *out, const struct page *page, int64_t ms) {
    say_time(out, page->locale, page->zone, ms);
}
void html_moment_attr(struct buf *out, const struct page *page, int64_t ms) {
    say_moment(out, page->locale, page->zone, ms, page->now);
}
void html_full_attr(struct buf *out, const struct page *page, int64_t ms) {
    say_full(out, page->locale, page->zone, ms);
}
void html_iso(struct buf *out, const struct page *page, int64_t ms) { say_iso(out, ms); }

static void time_element(struct buf *out, const struct page *page, int64_t ms, wording *words) {
    if (!ms)
        return;
    buf_lit(out, "<time datetime=\"");
    say_iso(out, ms);
    if (words != html_full_attr) {
        buf_lit(out, "\" title=\"");
        html_full_attr(out, page, ms);
    }
    buf_lit(out, "\">");
    words(out, page, ms);
    buf_lit(out, "</time>");
}

void html_ago(struct buf *out, const struct page *page, int64_t ms) { time_element(out, page, ms, html_ago_attr); }
void html_date(struct buf *out, const struct page *page, int64_t ms) {
    time_element(out, page, ms, html_date_attr);
}
void html_time(struct buf *out, const struct page *page, int64_t ms) {
    time_element(out, page, ms, html_time_attr);
}
void html_moment(struct buf *out, const struct page *page, int64_t ms) {
    time_element(out, page, ms, html_moment_attr);
}
void html_full(struct buf *out, const struct page *page, int64_t ms) {
    time_element(out, page, ms, html_full_attr);
}

void html_duration(struct buf *out, const struct page *page, int64_t ms) { say_duration(out, page->locale, ms); }

/* ---- the other helpers ---- */

void html_number(struct buf *out, const struct page *page, int64_t n) {
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%lld", (long long)n);
    char mark = page->locale == LOCALE_VI ? '.' : ',';
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0 && digits[i - 1] != '-')
            buf_char(out, mark);
        buf_char(out, digits[i]);
    }
}

void html_csrf(struct buf *out, const struct page *page) {
    if (!page->csrf)
        return;
    buf_lit(out, "<input type=\"hidden\" name=\"csrf\" value=\"");
    html_attr_str(out, page->csrf);
    buf_lit(out, "\">");
}

void html_asset(struct buf *out, const struct page *page, const char *name) { buf_str(out, asset_url(name)); }

void html_icon(struct buf *out, const struct page *page, const char *name) {
    if (!html_true_text(name))
        return;
    buf_lit(out, "<svg class=\"icon\" aria-hidden=\"true\"><use href=\"");
    buf_str(out, asset_url("icons.svg"));
    buf_char(out, '#');
    html_url_part_str(out, name);
    buf_lit(out, "\"></use></svg>");
}

void html_strings(struct buf *out, const struct page *page) {
    char name[32];
    if (page->locale == LOCALE_EN)
        return; /* the sentences in the scripts are English */
    snprintf(name, sizeof name, "strings.%s.js", locale_tag(page->locale));
    buf_lit(out, "<script defer src=\"");
    buf_str(out, asset_url(name));
    buf_lit(out, "\"></script>");
}

void html_raw_fragment(struct buf *out, const struct page *page, struct safe_html h) { buf_str(out, h.html); }

void html_fragment(struct buf *out, const struct page *page) {
    if (!html_true_text(page->title))
        return;
    buf_lit(out, "<title>");
    html_text_str(out, page->title);
    buf_lit(out, "</title>");
}
