#include "channel/html_text.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "channel/quote.h"
#include "text/html_entity.h"
#include "text/html_tag.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct scanner {
    const char *s, *end;
    struct buf out;
    size_t max;
    int newlines;       /* owed before the next letter, at most 2 */
    bool space;         /* owed too */
    int pre;            /* open <pre> */
    bool tight;         /* the last <p> was Outlook's: a line, not a paragraph */
    char quote_tag[12]; /* the element that began the quote; "" outside */
    int quote_depth;    /* open elements of that name since */
    bool rest_quoted;   /* until the end of the mail */
    bool head_never_ends;
};

/* Is `word` one of the space-separated words of a class attribute? */
static bool has_class(struct html_span s, const char *word) {
    size_t n = strlen(word);
    for (size_t i = 0; i < s.len;) {
        size_t from = i;
        while (i < s.len && !isspace((unsigned char)s.at[i]))
            i++;
        if (i - from == n && !strncasecmp(s.at + from, word, n))
            return true;
        i++;
    }
    return false;
}

/* --- text out ---------------------------------------------------------------------------------------- */

static void flush_gap(struct scanner *k) {
    if (k->out.len && k->newlines)
        for (int i = 0; i < k->newlines; i++)
            buf_char(&k->out, '\n');
    else if (k->space && k->out.len)
        buf_char(&k->out, ' ');
    k->newlines = 0;
    k->space = false;
}

static void owe_newlines(struct scanner *k, int n) {
    if (k->newlines < n)
        k->newlines = n;
}

static void put_mark(struct scanner *k, char mark) {
    owe_newlines(k, 1);
    flush_gap(k);
    if (k->out.len && k->out.at[k->out.len - 1] != '\n')
        buf_char(&k->out, '\n');
    buf_char(&k->out, mark);
    owe_newlines(k, 1);
}

static void put_letter(struct scanner *k, uint32_t c) {
    if (c == 0xA0 || c == 0x2002 || c == 0x2003 || c == 0x2009)
        c = ' ';
    if (c == 0xAD || c == 0x200B || c == 0x200C || c == 0x2060 || c == 0xFEFF || c == 0x34F)
        return; /* fillers of preview lines; the Thai ZWSP is only a hint where a line may break */
    if (c == '\n' && k->pre) {
        if (k->newlines < 3)
            k->newlines++;
        return;
    }
    if ((c == ' ' || c == '\t' || c == '\n' || c == '\r') && !(k->pre && c == ' ')) {
        k->space = true;
        return;
    }
    if (c < 0x20)
        return;
    flush_gap(k);
    char *to = buf_reserve(&k->out, 4);
    k->out.len += (size_t)utf8_put(to, c);
    k->out.at[k->out.len] = 0;
}

/* --- tags --------------------------------------------------------------------------------------------- */

enum quoting { QUOTES_NOTHING, QUOTES_ITSELF, QUOTES_THE_REST };

static enum quoting quoting_of(const struct html_tag *t) {
    static const char *const classes[] = {
        "gmail_quote", "gmail_attr",       "moz-cite-prefix", "yahoo_quoted",
        "zmail_extra", "protonmail_quote", "tutanota_quote",  "ms-outlook-mobile-reference-message"};
    static const char *const rest_ids[] = {"divRplyFwdMsg", "appendonsend",
                                           "mail-editor-reference-message-container"};
    if (html_span_is(t->name, "blockquote") && html_span_is(html_attribute(t, "type"), "cite"))
        return QUOTES_ITSELF;
    struct html_span id = html_attribute(t, "id"), class = html_attribute(t, "class");
    if (html_span_is(id, "isReplyContent") || html_span_is(id, "reply-intro"))
        return QUOTES_ITSELF;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (has_class(class, classes[i]))
            return QUOTES_ITSELF;
    for (size_t i = 0; i < sizeof rest_ids / sizeof *rest_ids; i++)
        if (html_span_is(id, rest_ids[i]) ||
            (id.len > 2 && html_span_is((struct html_span){id.at + 2, id.len - 2}, rest_ids[i])))
            return QUOTES_THE_REST; /* "x_divRplyFwdMsg" is one that was quoted before */
    return QUOTES_NOTHING;
}

static void track_quote(struct scanner *k, const struct html_tag *t) {
    static const char *const containers[] = {"div", "blockquote", "span", "table", "td", "p"};
    if (k->rest_quoted)
        return;
    if (*k->quote_tag) {
        if (!html_span_is(t->name, k->quote_tag))
            return;
        k->quote_depth += t->closing ? -1 : 1;
        if (!k->quote_depth) {
            put_mark(k, QUOTE_END);
            *k->quote_tag = 0;
        }
        return;
    }
    enum quoting q = t->closing ? QUOTES_NOTHING : quoting_of(t);
    if (q == QUOTES_THE_REST) {
        put_mark(k, QUOTE_REST);
        k->rest_quoted = true;
    }
    for (size_t i = 0; q == QUOTES_ITSELF && i < sizeof containers / sizeof *containers; i++)
        if (html_span_is(t->name, containers[i])) {
            put_mark(k, QUOTE_BEGIN);
            strcpy(k->quote_tag, containers[i]);
            k->quote_depth = 1;
        }
}

/* The content of these is not for readers. When the end is missing, browsers swallow the rest, and so do we. */
static bool skip_content(struct scanner *k, const struct html_tag *t) {
    static const char *const dark[] = {"style", "script", "title", "xml", "template"};
    if (t->closing)
        return false;
    for (size_t i = 0; i < sizeof dark / sizeof *dark; i++)
        if (html_span_is(t->name, dark[i])) {
            char close[16] = "</";
            strcat(close, dark[i]);
            const char *at = strcasestr(k->s, close);
            k->s = at ? at : k->end;
            return true;
        }
    if (html_span_is(t->name, "head") && !k->head_never_ends) {
        const char *at = strcasestr(k->s, "</head");
        if (at)
            k->s = at;
        else
            k->head_never_ends = true; /* do not search again: a thousand <head> would be quadratic */
        return at != NULL;
    }
    return false;
}

static void lay_out(struct scanner *k, const struct html_tag *t) {
    static const char *const lines[] = {"div",    "br",   "tr",      "table",   "ul",      "ol",     "dl",
                                        "dt",     "dd",   "hr",      "section", "article", "header", "footer",
                                        "center", "form", "address", "tbody",   "body",    "html",   "aside"};
    static const char *const paragraphs[] = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"};
    if (html_span_is(t->name, "br")) { /* two in a row make an empty line, ten do not make nine */
        if (k->newlines < 2)
            k->newlines++;
        return;
    }
    if (html_span_is(t->name, "li")) {
        owe_newlines(k, 1);
        if (!t->closing) {
            flush_gap(k);
            buf_lit(&k->out, "- ");
        }
        return;
    }
    if (html_span_is(t->name, "td") || html_span_is(t->name, "th")) {
        k->space = true;
        return;
    }
    if (html_span_is(t->name, "p") && !t->closing) /* Outlook writes each line as <p class=MsoNormal> */
        k->tight = strncasecmp(html_attribute(t, "class").at, "Mso", 3) == 0;
    for (size_t i = 0; i < sizeof paragraphs / sizeof *paragraphs; i++)
        if (html_span_is(t->name, paragraphs[i]))
            owe_newlines(k, k->tight && html_span_is(t->name, "p") ? 1 : 2);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (html_span_is(t->name, lines[i]))
            owe_newlines(k, 1);
    if (html_span_is(t->name, "pre"))
        k->pre = t->closing ? (k->pre ? k->pre - 1 : 0) : k->pre + 1;
}

char *html_text(struct arena *a, const char *html, size_t max) {
    struct scanner k = {.s = html, .end = html + strlen(html), .max = max};
    while (k.s < k.end && k.out.len < max) {
        const char *after = html_declaration_end(k.s, k.end);
        if (after != k.s) {
            k.s = after;
        } else if (html_tag_begins(k.s, k.end)) {
            struct html_tag t;
            k.s = html_tag_read(k.s, k.end, &t);
            track_quote(&k, &t);
            if (!skip_content(&k, &t))
                lay_out(&k, &t);
        } else if (*k.s == '&') {
            size_t len;
            put_letter(&k, html_entity_at(k.s, k.end, &len));
            k.s += len;
        } else {
            int len;
            put_letter(&k, utf8_next(k.s, k.end, &len));
            k.s += len;
        }
    }
    char *text = arena_copy_n(a, k.out.at ? k.out.at : "", k.out.len);
    buf_free(&k.out);
    return text;
}

char *html_charset(struct arena *a, struct bytes raw) {
    char *head = arena_copy_n(a, (const char *)raw.at, raw.len < 1024 ? raw.len : 1024), *at = head;
    while ((at = strcasestr(at, "<meta"))) {
        char *close = strchr(at, '>'), *set = strcasestr(at, "charset");
        if (!close)
            break;
        if (set && set < close) {
            for (set += 7; *set == ' ' || *set == '=' || *set == '"' || *set == '\'';)
                set++;
            return arena_copy_n(a, set, strcspn(set, "\"' ;/>"));
        }
        at = close;
    }
    return arena_copy(a, "");
}
