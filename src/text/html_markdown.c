#include "text/html_markdown.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "text/html_entity.h"
#include "text/html_tag.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LISTS_MAX = 8, HREF_MAX = 2000 };

struct scanner {
    const char *s, *end;
    struct buf out, href;
    int newlines; /* owed before the next letter, at most 2 */
    bool space;   /* owed too */
    bool line_begins;
    int lists, quotes;       /* open ones */
    int number[LISTS_MAX];   /* of the next item; 0: not numbered */
    bool item;               /* the next letter begins an item */
    bool strong, strong_due; /* ** is written; is to be written before the next letter */
    bool in_link, in_cell, in_code, pre;
    size_t link_at;
    int rows, cells; /* of the table: rows ended, cells of the row under way */
};

static bool is_one_of(struct html_span s, const char *const *words) {
    for (; *words; words++)
        if (html_span_is(s, *words))
            return true;
    return false;
}

/* ---- Markdown out ---- */

static void owe(struct scanner *k, int newlines) {
    if (k->in_cell) {
        k->space = true;
        return;
    }
    if (k->strong) { /* it cannot reach over the end of a block */
        buf_lit(&k->out, "**");
        k->strong = false;
    }
    k->strong_due = false;
    k->space = false;
    if (k->newlines < newlines)
        k->newlines = newlines;
}

static void begin_line(struct scanner *k) {
    for (int i = 0; i < k->quotes; i++)
        buf_lit(&k->out, "> ");
    for (int i = k->item ? 1 : 0; i < k->lists; i++)
        buf_lit(&k->out, "    ");
    if (k->item && k->lists) {
        int *number = &k->number[k->lists - 1];
        if (*number)
            buf_printf(&k->out, "%d. ", (*number)++);
        else
            buf_lit(&k->out, "- ");
    }
    k->item = false;
}

/* What is owed, before something visible. */
static void settle(struct scanner *k) {
    bool first = !k->out.len;
    if (k->newlines && !first) {
        buf_char(&k->out, '\n');
        if (k->newlines > 1) {
            for (int i = 0; i < k->quotes; i++)
                buf_lit(&k->out, ">");
            buf_char(&k->out, '\n');
        }
    }
    k->line_begins = first || k->newlines;
    if (k->line_begins)
        begin_line(k);
    else if (k->space)
        buf_char(&k->out, ' ');
    k->newlines = 0;
    k->space = false;
    if (k->strong_due) {
        buf_lit(&k->out, "**");
        k->strong = true;
        k->strong_due = false;
    }
}

/* Would Markdown read it as a mark? At the beginning of a line more does. */
static bool needs_escape(const struct scanner *k, uint32_t c) {
    if (k->in_code)
        return false;
    if (c == '\\' || c == '*' || c == '`' || c == '<' || (c == '|' && k->in_cell))
        return true;
    if ((c == '[' || c == ']') && k->in_link)
        return true;
    return k->line_begins &&
           (c == '#' || c == '>' || c == '+' || (c == '-' && k->s + 1 < k->end && k->s[1] == ' '));
}

static void put_letter(struct scanner *k, uint32_t c) {
    if (c == 0xA0 || c == 0x2002 || c == 0x2003 || c == 0x2009)
        c = ' ';
    if (c == 0xAD || c == 0x200B || c == 0x2060 || c == 0xFEFF)
        return;
    if (c == '\n' && k->pre) {
        buf_char(&k->out, '\n');
        return;
    }
    if ((c == ' ' || c == '\t' || c == '\n' || c == '\r') && !k->pre) {
        k->space = true;
        return;
    }
    if (c < 0x20)
        return;
    settle(k);
    if (needs_escape(k, c))
        buf_char(&k->out, '\\');
    char *to = buf_reserve(&k->out, 4);
    k->out.len += (size_t)utf8_put(to, c);
    k->out.at[k->out.len] = 0;
    k->line_begins = false;
}

/* The value of an attribute, its entities read, fit to stand in "(…)" of a link or as its words. */
static void put_value(struct buf *out, struct html_span v, bool address) {
    const char *end = v.at + v.len;
    size_t room = out->len + HREF_MAX;
    for (const char *p = v.at; p < end && out->len < room;) {
        size_t len = 1;
        uint32_t c = *p == '&' ? html_entity_at(p, end, &len) : 0;
        if (c > 0x20 && c < 0x7F)
            buf_char(out, (char)c);
        else if (c)
            buf_add(out, p, len);
        else if (address && strchr(" ()<>\n\t\\", *p))
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)*p);
        else if (!address && strchr("[]\n\\", *p))
            buf_char(out, ' ');
        else
            buf_char(out, *p);
        p += len;
    }
}

/* ---- tags ---- */

static void take_strong(struct scanner *k, bool closing) {
    if (!closing) {
        k->strong_due = !k->strong;
        return;
    }
    if (k->strong)
        buf_lit(&k->out, "**");
    k->strong = k->strong_due = false;
}

static void take_link(struct scanner *k, const struct html_tag *t) {
    if (k->in_link && k->out.len == k->link_at) {
        k->out.len--; /* a link without words: an anchor, or a picture that is left out */
    } else if (k->in_link) {
        buf_lit(&k->out, "](");
        buf_add(&k->out, k->href.at, k->href.len);
        buf_char(&k->out, ')');
    }
    k->in_link = false;
    struct html_span href = html_attribute(t, "href");
    if (t->closing || !href.len || href.at[0] == '#' || (href.len > 11 && !strncasecmp(href.at, "javascript:", 11)))
        return;
    buf_reset(&k->href);
    put_value(&k->href, href, true);
    settle(k);
    buf_char(&k->out, '[');
    k->in_link = true;
    k->link_at = k->out.len;
}

static void take_picture(struct scanner *k, const struct html_tag *t) {
    struct html_span src = html_attribute(t, "src");
    if (!src.len || (src.len > 5 && strncasecmp(src.at, "data:", 5) == 0) || k->in_link)
        return;
    settle(k);
    buf_lit(&k->out, "![");
    put_value(&k->out, html_attribute(t, "alt"), false);
    buf_lit(&k->out, "](");
    put_value(&k->out, src, true);
    buf_char(&k->out, ')');
}

static void take_list(struct scanner *k, bool closing, bool numbered) {
    if (closing) {
        k->lists -= k->lists > 0;
        owe(k, k->lists ? 1 : 2);
        return;
    }
    owe(k, k->lists ? 1 : 2);
    if (k->lists < LISTS_MAX)
        k->number[k->lists++] = numbered;
}

static void take_row(struct scanner *k, bool closing) {
    k->in_cell = false;
    k->space = false;
    if (closing && k->cells) {
        buf_lit(&k->out, " |");
        if (!k->rows++) {
            owe(k, 1);
            settle(k);
            for (int i = 0; i < k->cells; i++)
                buf_str(&k->out, i ? "---|" : "|---|");
        }
    }
    k->cells = 0;
    owe(k, 1);
}

static void take_cell(struct scanner *k, bool closing) {
    k->in_cell = false;
    k->space = false;
    if (closing)
        return;
    if (k->cells)
        buf_lit(&k->out, " | ");
    else {
        settle(k);
        buf_lit(&k->out, "| ");
    }
    k->cells++;
    k->in_cell = true;
}

static void take_code(struct scanner *k, bool closing) {
    if (k->pre || closing == !k->in_code)
        return;
    if (!closing)
        settle(k);
    buf_char(&k->out, '`');
    k->in_code = !closing;
}

static void take_pre(struct scanner *k, bool closing) {
    if (closing == !k->pre)
        return;
    if (!closing) {
        owe(k, 2);
        settle(k);
        buf_lit(&k->out, "```\n");
    } else {
        buf_lit(&k->out, "\n```");
        owe(k, 2);
    }
    k->pre = k->in_code = !closing;
}

/* Leaves out everything up to the end of the element: scripts and the like hold no text. */
static void skip_element(struct scanner *k, struct html_span name) {
    while (k->s < k->end) {
        const char *at = memchr(k->s, '<', (size_t)(k->end - k->s));
        k->s = at ? at + 1 : k->end;
        if ((size_t)(k->end - k->s) > name.len && *k->s == '/' && !strncasecmp(k->s + 1, name.at, name.len))
            break;
    }
    const char *close = k->s < k->end ? memchr(k->s, '>', (size_t)(k->end - k->s)) : NULL;
    k->s = close ? close + 1 : k->end;
}

static void take_tag(struct scanner *k) {
    static const char *const skipped[] = {"script", "style", "head", "title", "noscript", "template", "svg", NULL};
    static const char *const blocks[] = {"p",      "div",        "section", "article", "header", "footer",
                                         "figure", "figcaption", "details", "summary", "dl",     "dt",
                                         "dd",     "center",     "main",    NULL};
    struct html_tag t;
    k->s = html_tag_read(k->s, k->end, &t);
    if (is_one_of(t.name, skipped) && !t.closing)
        skip_element(k, t.name);
    else if (html_span_is(t.name, "br"))
        owe(k, 1), k->newlines = k->in_cell ? 0 : k->newlines;
    else if (html_span_is(t.name, "hr"))
        owe(k, 2);
    else if (t.name.len == 2 && (t.name.at[0] | 32) == 'h' && t.name.at[1] >= '1' && t.name.at[1] <= '6') {
        owe(k, 2);
        if (!t.closing) {
            settle(k);
            buf_add(&k->out, "######", (size_t)(t.name.at[1] - '0'));
            buf_char(&k->out, ' ');
        }
    } else if (html_span_is(t.name, "ul") || html_span_is(t.name, "ol"))
        take_list(k, t.closing, html_span_is(t.name, "ol"));
    else if (html_span_is(t.name, "li")) {
        owe(k, 1);
        k->item = !t.closing;
    } else if (html_span_is(t.name, "blockquote")) {
        owe(k, 2);
        k->quotes += t.closing ? -(k->quotes > 0) : k->quotes < LISTS_MAX;
    } else if (html_span_is(t.name, "strong") || html_span_is(t.name, "b"))
        take_strong(k, t.closing);
    else if (html_span_is(t.name, "a"))
        take_link(k, &t);
    else if (html_span_is(t.name, "img"))
        take_picture(k, &t);
    else if (html_span_is(t.name, "code"))
        take_code(k, t.closing);
    else if (html_span_is(t.name, "pre"))
        take_pre(k, t.closing);
    else if (html_span_is(t.name, "table")) {
        owe(k, 2);
        k->rows = k->cells = 0;
    } else if (html_span_is(t.name, "tr"))
        take_row(k, t.closing);
    else if (html_span_is(t.name, "td") || html_span_is(t.name, "th"))
        take_cell(k, t.closing);
    else if (is_one_of(t.name, blocks) && !k->item)
        owe(k, html_span_is(t.name, "p") && !k->lists ? 2 : 1);
}

char *html_markdown(struct arena *a, const char *html, size_t len) {
    struct scanner k = {.s = html, .end = html + len};
    while (k.s < k.end && k.out.len < HTML_MARKDOWN_MAX) {
        const char *after = html_declaration_end(k.s, k.end);
        if (after != k.s) {
            k.s = after;
        } else if (html_tag_begins(k.s, k.end)) {
            take_tag(&k);
        } else {
            size_t n = 1;
            int bytes;
            uint32_t c = *k.s == '&' ? html_entity_at(k.s, k.end, &n) : utf8_next(k.s, k.end, &bytes);
            n = *k.s == '&' ? n : (size_t)bytes;
            put_letter(&k, c);
            k.s += n;
        }
    }
    if (k.in_link)
        take_link(&k, &(struct html_tag){.closing = true});
    owe(&k, 0);
    char *out = arena_copy_n(a, k.out.len ? k.out.at : "", k.out.len);
    buf_free(&k.out);
    buf_free(&k.href);
    return out;
}

bool html_looks_like(const char *text, size_t len) {
    static const char *const closers[] = {"</p>",  "</div>",    "</li>", "</a>",     "</span>", "</h1>", "</h2>",
                                          "</h3>", "</strong>", "</b>",  "</table>", "<br>",    "<br/>", "<br />"};
    for (size_t i = 0; i < sizeof closers / sizeof *closers; i++) {
        size_t n = strlen(closers[i]);
        for (const char *at = text; (at = memchr(at, '<', (size_t)(text + len - at))); at++)
            if ((size_t)(text + len - at) >= n && strncasecmp(at, closers[i], n) == 0)
                return true;
    }
    return false;
}
