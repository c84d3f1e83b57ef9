#include "channel/html_text.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "channel/quote.h"
#include "text/html_entity.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct span {
    const char *at;
    size_t len;
};

struct tag {
    struct span name, class_, id, type, style;
    bool closing;
};

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

static bool span_is(struct span s, const char *word) {
    return s.len == strlen(word) && !strncasecmp(s.at, word, s.len);
}

/* Is `word` one of the space-separated words of a class attribute? */
static bool has_class(struct span s, const char *word) {
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

static void skip_spaces(struct scanner *k) {
    while (k->s < k->end && isspace((unsigned char)*k->s))
        k->s++;
}

static struct span read_attribute_value(struct scanner *k) {
    skip_spaces(k);
    struct span v = {k->s, 0};
    if (k->s < k->end && (*k->s == '"' || *k->s == '\'')) {
        char quote = *k->s++;
        const char *close = memchr(k->s, quote, (size_t)(k->end - k->s));
        v = (struct span){k->s, (size_t)((close ? close : k->end) - k->s)};
        k->s = close ? close + 1 : k->end;
        return v;
    }
    while (k->s < k->end && !isspace((unsigned char)*k->s) && *k->s != '>')
        k->s++;
    v.len = (size_t)(k->s - v.at);
    return v;
}

/* Reads the tag at k->s ('<' and a letter, or "</" and a letter); leaves k->s behind its '>'. */
static struct tag read_tag(struct scanner *k) {
    struct tag t = {0};
    k->s++;
    if (*k->s == '/')
        t.closing = true, k->s++;
    t.name.at = k->s;
    while (k->s < k->end && (isalnum((unsigned char)*k->s) || *k->s == ':' || *k->s == '-'))
        k->s++;
    t.name.len = (size_t)(k->s - t.name.at);
    while (k->s < k->end && *k->s != '>') {
        if (isspace((unsigned char)*k->s) || *k->s == '/' || *k->s == '=') {
            k->s++;
            continue;
        }
        struct span name = {k->s, 0}, value = {"", 0};
        while (k->s < k->end && !isspace((unsigned char)*k->s) && *k->s != '=' && *k->s != '>' && *k->s != '/')
            k->s++;
        name.len = (size_t)(k->s - name.at);
        skip_spaces(k);
        if (k->s < k->end && *k->s == '=') {
            k->s++;
            value = read_attribute_value(k);
        }
        if (span_is(name, "class"))
            t.class_ = value;
        else if (span_is(name, "id"))
            t.id = value;
        else if (span_is(name, "type"))
            t.type = value;
        else if (span_is(name, "style"))
            t.style = value;
    }
    if (k->s < k->end)
        k->s++;
    return t;
}

enum quoting { QUOTES_NOTHING, QUOTES_ITSELF, QUOTES_THE_REST };

static enum quoting quoting_of(const struct tag *t) {
    static const char *const classes[] = {
        "gmail_quote", "gmail_attr",       "moz-cite-prefix", "yahoo_quoted",
        "zmail_extra", "protonmail_quote", "tutanota_quote",  "ms-outlook-mobile-reference-message"};
    static const char *const rest_ids[] = {"divRplyFwdMsg", "appendonsend",
                                           "mail-editor-reference-message-container"};
    if (span_is(t->name, "blockquote") && span_is(t->type, "cite"))
        return QUOTES_ITSELF;
    if (span_is(t->id, "isReplyContent") || span_is(t->id, "reply-intro"))
        return QUOTES_ITSELF;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (has_class(t->class_, classes[i]))
            return QUOTES_ITSELF;
    for (size_t i = 0; i < sizeof rest_ids / sizeof *rest_ids; i++)
        if (span_is(t->id, rest_ids[i]) ||
            (t->id.len > 2 && span_is((struct span){t->id.at + 2, t->id.len - 2}, rest_ids[i])))
            return QUOTES_THE_REST; /* "x_divRplyFwdMsg" is one that was quoted before */
    return QUOTES_NOTHING;
}

static void track_quote(struct scanner *k, const struct tag *t) {
    static const char *const containers[] = {"div", "blockquote", "span", "table", "td", "p"};
    if (k->rest_quoted)
        return;
    if (*k->quote_tag) {
        if (!span_is(t->name, k->quote_tag))
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
        if (span_is(t->name, containers[i])) {
            put_mark(k, QUOTE_BEGIN);
            strcpy(k->quote_tag, containers[i]);
            k->quote_depth = 1;
        }
}

/* The content of these is not for readers. When the end is missing, browsers swallow the rest, and so do we. */
static bool skip_content(struct scanner *k, const struct tag *t) {
    static const char *const dark[] = {"style", "script", "title", "xml", "template"};
    if (t->closing)
        return false;
    for (size_t i = 0; i < sizeof dark / sizeof *dark; i++)
        if (span_is(t->name, dark[i])) {
            char close[16] = "</";
            strcat(close, dark[i]);
            const char *at = strcasestr(k->s, close);
            k->s = at ? at : k->end;
            return true;
        }
    if (span_is(t->name, "head") && !k->head_never_ends) {
        const char *at = strcasestr(k->s, "</head");
        if (at)
            k->s = at;
        else
            k->head_never_ends = true; /* do not search again: a thousand <head> would be quadratic */
        return at != NULL;
    }
    return false;
}

static void lay_out(struct scanner *k, const struct tag *t) {
    static const char *const lines[] = {"div",    "br",   "tr",      "table",   "ul",      "ol",     "dl",
                                        "dt",     "dd",   "hr",      "section", "article", "header", "footer",
                                        "center", "form", "address", "tbody",   "body",    "html",   "aside"};
    static const char *const paragraphs[] = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"};
    if (span_is(t->name, "br")) { /* two in a row make an empty line, ten do not make nine */
        if (k->newlines < 2)
            k->newlines++;
        return;
    }
    if (span_is(t->name, "li")) {
        owe_newlines(k, 1);
        if (!t->closing) {
            flush_gap(k);
            buf_lit(&k->out, "- ");
        }
        return;
    }
    if (span_is(t->name, "td") || span_is(t->name, "th")) {
        k->space = true;
        return;
    }
    if (span_is(t->name, "p") && !t->closing) /* Outlook writes each line as <p class=MsoNormal> */
        k->tight = t->class_.len >= 3 && !strncasecmp(t->class_.at, "Mso", 3);
    for (size_t i = 0; i < sizeof paragraphs / sizeof *paragraphs; i++)
        if (span_is(t->name, paragraphs[i]))
            owe_newlines(k, k->tight && span_is(t->name, "p") ? 1 : 2);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (span_is(t->name, lines[i]))
            owe_newlines(k, 1);
    if (span_is(t->name, "pre"))
        k->pre = t->closing ? (k->pre ? k->pre - 1 : 0) : k->pre + 1;
}

/* "<!-- -->", "<!…>" and "<?…>". */
static void skip_declaration(struct scanner *k) {
    const char *close;
    if (k->end - k->s >= 4 && !memcmp(k->s, "<!--", 4)) {
        close = strstr(k->s + 4, "-->");
        k->s = close ? close + 3 : k->end;
    } else {
        close = memchr(k->s, '>', (size_t)(k->end - k->s));
        k->s = close ? close + 1 : k->end;
    }
}

char *html_text(struct arena *a, const char *html, size_t max) {
    struct scanner k = {.s = html, .end = html + strlen(html), .max = max};
    while (k.s < k.end && k.out.len < max) {
        if (*k.s == '<' && (k.s[1] == '!' || k.s[1] == '?'))
            skip_declaration(&k);
        else if (*k.s == '<' &&
                 (isalpha((unsigned char)k.s[1]) || (k.s[1] == '/' && isalpha((unsigned char)k.s[2])))) {
            struct tag t = read_tag(&k);
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
