#include "text/markdown.h"

#include "base/buf.h"

#include <ctype.h>
#include <md4c.h>
#include <stdbool.h>
#include <strings.h>

enum {
    FLAGS = MD_FLAG_NOHTML | MD_FLAG_PERMISSIVEAUTOLINKS | MD_FLAG_STRIKETHROUGH | MD_FLAG_TABLES |
            MD_FLAG_NOINDENTEDCODEBLOCKS
};

static void escape(struct buf *out, const char *s, size_t n) {
    size_t from = 0;
    for (size_t i = 0; i < n; i++) {
        const char *as = s[i] == '&'   ? "&amp;"
                         : s[i] == '<' ? "&lt;"
                         : s[i] == '>' ? "&gt;"
                         : s[i] == '"' ? "&quot;"
                                       : NULL;
        if (!as)
            continue;
        buf_add(out, s + from, i - from);
        buf_str(out, as);
        from = i + 1;
    }
    buf_add(out, s + from, n - from);
}

static bool safe_url(const char *s, size_t n) {
    static const char *const schemes[] = {"http://", "https://", "mailto:", "tel:"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (n > strlen(schemes[i]) && strncasecmp(s, schemes[i], strlen(schemes[i])) == 0)
            return true;
    return false;
}

/* False when it is none: then a <span> is open. */
static bool open_link(struct buf *out, const char *url, size_t n) {
    bool safe = safe_url(url, n);
    if (safe) {
        buf_lit(out, "<a rel=\"noopener noreferrer nofollow\" target=\"_blank\" href=\"");
        escape(out, url, n);
        buf_lit(out, "\">");
    } else {
        buf_lit(out, "<span>"); /* the words stay, the link does not */
    }
    return safe;
}

enum { OPEN_MAX = 256 };

/* What is open, innermost last. md4c crosses spans now and then ("~~" over a link): what it leaves open here would
 * stay open on the page. */
struct rendering {
    struct buf *out;
    const char *open[OPEN_MAX];
    int depth;
    bool article;   /* pictures and links of our own help centre are shown as such */
    int in_picture; /* depth of spans within a picture, whose text is its alternative */
};

/* What an article may show besides the usual: its pictures, and the pages beside it. */
static bool begins(const char *s, size_t n, const char *with) {
    return n > strlen(with) && strncmp(s, with, strlen(with)) == 0;
}

/* 1, which ends the parsing, when the nesting is absurd. */
static int opened(struct rendering *r, const char *tag) {
    if (r->depth == OPEN_MAX)
        return 1;
    r->open[r->depth++] = tag;
    return 0;
}

static int open_tag(struct rendering *r, const char *tag) {
    buf_printf(r->out, "<%s>", tag);
    return opened(r, tag);
}

/* Closes `tag` (NULL: everything) and what is open within it; nothing when it is not open. */
static int close_tag(struct rendering *r, const char *tag) {
    int at = tag ? r->depth - 1 : 0;
    while (tag && at >= 0 && strcmp(r->open[at], tag) != 0)
        at--;
    while (at >= 0 && r->depth > at)
        buf_printf(r->out, "</%s>", r->open[--r->depth]);
    return 0;
}

static const char *block_tag(MD_BLOCKTYPE type, void *detail, bool article) {
    /* The page around a message has h1 and h2; an article's title is the h1 that its headings follow. */
    static const char *const in_message[] = {"h3", "h3", "h3", "h4", "h4", "h4", "h4"}, *const in_article[] = {
                                                                                            "h2", "h2", "h2", "h3",
                                                                                            "h4", "h4", "h4"};
    switch (type) {
    case MD_BLOCK_QUOTE: return "blockquote";
    case MD_BLOCK_UL: return "ul";
    case MD_BLOCK_OL: return "ol";
    case MD_BLOCK_LI: return "li";
    case MD_BLOCK_H: return (article ? in_article : in_message)[((MD_BLOCK_H_DETAIL *)detail)->level];
    case MD_BLOCK_P: return "p";
    case MD_BLOCK_TABLE: return "table";
    case MD_BLOCK_THEAD: return "thead";
    case MD_BLOCK_TBODY: return "tbody";
    case MD_BLOCK_TR: return "tr";
    case MD_BLOCK_TH: return "th";
    case MD_BLOCK_TD: return "td";
    default: return NULL;
    }
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *arg) {
    struct rendering *r = arg;
    const char *tag = block_tag(type, detail, r->article);
    unsigned start = type == MD_BLOCK_OL ? ((MD_BLOCK_OL_DETAIL *)detail)->start : 1;
    if (type == MD_BLOCK_HR) {
        buf_lit(r->out, "<hr>");
        return 0;
    }
    if (type == MD_BLOCK_CODE)
        return open_tag(r, "pre") || open_tag(r, "code");
    if (start != 1) {
        buf_printf(r->out, "<ol start=\"%u\">", start);
        return opened(r, tag);
    }
    return tag ? open_tag(r, tag) : 0;
}

/* A picture that md4c does not leave would swallow the page into its alternative. */
static void end_picture(struct rendering *r) {
    if (r->in_picture)
        buf_lit(r->out, "\">");
    r->in_picture = 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *arg) {
    const struct rendering *r = arg;
    end_picture(arg);
    const char *tag = type == MD_BLOCK_CODE ? "pre" : block_tag(type, detail, r->article);
    return tag ? close_tag(arg, tag) : 0;
}

static const char *span_tag(MD_SPANTYPE type) {
    switch (type) {
    case MD_SPAN_EM: return "em";
    case MD_SPAN_STRONG: return "strong";
    case MD_SPAN_CODE: return "code";
    case MD_SPAN_DEL: return "del";
    default: return NULL;
    }
}

static int enter_span(MD_SPANTYPE type, void *detail, void *arg) {
    struct rendering *r = arg;
    const char *tag = span_tag(type);
    if (r->in_picture)
        return r->in_picture++ < 64 ? 0 : 1;
    MD_ATTRIBUTE *url = type == MD_SPAN_A     ? &((MD_SPAN_A_DETAIL *)detail)->href
                        : type == MD_SPAN_IMG ? &((MD_SPAN_IMG_DETAIL *)detail)->src
                                              : NULL;
    if (!url)
        return tag ? open_tag(r, tag) : 0;
    bool own = r->article && url->text;
    if (own && type == MD_SPAN_IMG && begins(url->text, url->size, "/help/p/")) {
        buf_lit(r->out, "<img loading=\"lazy\" src=\"");
        escape(r->out, url->text, url->size);
        buf_lit(r->out, "\" alt=\"");
        r->in_picture = 1;
        return 0;
    }
    if (own && type == MD_SPAN_A &&
        (begins(url->text, url->size, "/help/") || (url->size == 8 && strncmp(url->text, "/contact", 8) == 0))) {
        buf_lit(r->out, "<a href=\"");
        escape(r->out, url->text, url->size);
        buf_lit(r->out, "\">");
        return opened(r, "a");
    }
    return opened(r, open_link(r->out, url->text ? url->text : "", url->size) ? "a" : "span");
}

static int leave_span(MD_SPANTYPE type, void *detail, void *arg) {
    struct rendering *r = arg;
    const char *tag = span_tag(type);
    if (r->in_picture) {
        if (!--r->in_picture)
            buf_lit(r->out, "\">");
        return 0;
    }
    if (type == MD_SPAN_A || type == MD_SPAN_IMG) /* the innermost link, or what stands for one */
        for (int i = r->depth - 1; i >= 0 && !tag; i--)
            tag = !strcmp(r->open[i], "a") || !strcmp(r->open[i], "span") ? r->open[i] : NULL;
    return tag ? close_tag(r, tag) : 0;
}

static int put_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE n, void *arg) {
    struct rendering *r = arg;
    if (r->in_picture && (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR))
        buf_char(r->out, ' ');
    else if (type == MD_TEXT_SOFTBR && r->article)
        buf_char(r->out, '\n'); /* an article is set as a page */
    else if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR)
        buf_lit(r->out, "<br>"); /* a line end in a reply is meant as one */
    else if (type != MD_TEXT_NULLCHAR)
        escape(r->out, text, n);
    return 0;
}

char *plain_html(struct arena *a, const char *text) {
    struct buf out = {0};
    while (*text) {
        if (strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0) {
            size_t n = strcspn(text, " \t\n<>\"'`");
            while (n > 8 && strchr(".,;:!?)]", text[n - 1]))
                n--;
            bool link = open_link(&out, text, n);
            escape(&out, text, n);
            buf_str(&out, link ? "</a>" : "</span>");
            text += n;
        } else if (*text == '\n') {
            buf_lit(&out, "<br>");
            text++;
        } else {
            size_t n = strcspn(text + 1, "h\n") + 1;
            escape(&out, text, n);
            text += n;
        }
    }
    char *html = arena_copy_n(a, out.at ? out.at : "", out.len);
    buf_free(&out);
    return html;
}

static char *render(struct arena *a, const char *markdown, bool article) {
    struct buf out = {0};
    struct rendering r = {.out = &out, .article = article};
    const MD_PARSER parser = {
        .flags = FLAGS,
        .enter_block = enter_block,
        .leave_block = leave_block,
        .enter_span = enter_span,
        .leave_span = leave_span,
        .text = put_text,
    };
    bool whole = md_parse(markdown, (MD_SIZE)strlen(markdown), &parser, &r) == 0;
    end_picture(&r);
    close_tag(&r, NULL);
    char *html = whole ? arena_copy_n(a, out.at ? out.at : "", out.len) : plain_html(a, markdown);
    buf_free(&out);
    return html;
}

char *markdown_html(struct arena *a, const char *markdown) { return render(a, markdown, false); }

char *markdown_article(struct arena *a, const char *markdown) { return render(a, markdown, true); }

static int block_apart(MD_BLOCKTYPE type, void *detail, void *arg) {
    struct buf *out = arg;
    if (out->len && out->at[out->len - 1] != ' ')
        buf_char(out, ' ');
    return 0;
}

static int nothing(MD_SPANTYPE type, void *detail, void *arg) { return 0; }

static int keep_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE n, void *arg) {
    struct buf *out = arg;
    if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR)
        buf_char(out, ' ');
    else if (type != MD_TEXT_NULLCHAR)
        buf_add(out, text, n);
    return 0;
}

char *markdown_words(struct arena *a, const char *markdown) {
    struct buf out = {0};
    const MD_PARSER parser = {
        .flags = FLAGS,
        .enter_block = block_apart,
        .leave_block = block_apart,
        .enter_span = nothing,
        .leave_span = nothing,
        .text = keep_text,
    };
    bool whole = md_parse(markdown, (MD_SIZE)strlen(markdown), &parser, &out) == 0;
    char *words = whole ? arena_copy_n(a, out.at ? out.at : "", out.len) : arena_copy(a, markdown);
    buf_free(&out);
    return words;
}
