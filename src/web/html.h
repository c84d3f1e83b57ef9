/* html.h: what the compiled templates (tools/templates.py, docs/templates.md) call, and what every page knows about
 * its reader. The compiler chooses the escaper by the place in the page; nobody else calls these.
 * Values that are NULL print nothing. */
#ifndef KEPT_WEB_HTML_H
#define KEPT_WEB_HTML_H

#include "base/buf.h"
#include "base/say.h"
#include "base/tr.h"

#include <stdbool.h>
#include <stdint.h>

/* Markup that is safe as it stands: made by the Markdown renderer or another part that escapes what it is given.
 * Whoever fills one vouches for it. */
struct safe_html {
    const char *html;
};

/* About the reader and the request; filled once a request, beside the view of the page. */
struct page {
    const char *lang;   /* "zh-Hans": for the lang attribute */
    enum locale locale; /* the same, for tr() */
    const char *zone;   /* "Asia/Ho_Chi_Minh" */
    int64_t now;
    const char *title;  /* translated, of the document */
    const char *theme;  /* "light", "dark", or "auto": what the device says */
    const char *origin; /* "https://help.example.com" */
    const char *csrf;   /* NULL: nobody is signed in, no form needs it */
    /* The signed-in agent; all NULL on customers' pages. */
    const char *agent_name, *agent_initials, *agent_role; /* reader agent lead admin */
    bool fragment;                                        /* only the part is wanted: layouts are left out */
    bool single_keys;                                     /* bare letters act (WCAG 2.1.4) */
    bool may_reveal;                                      /* may see what was hidden in messages */
};

/* ---- text ---- */

void html_text_n(struct buf *out, const char *s, size_t n); /* & < > */
void html_attr_n(struct buf *out, const char *s, size_t n); /* & < > " ' */
void html_text_str(struct buf *out, const char *s);
void html_attr_str(struct buf *out, const char *s);
/* A whole URL, for an attribute: relative, http, https, mailto or tel; anything else prints "#". */
void html_url(struct buf *out, const char *s);
/* A part of a URL: everything but letters, digits and -._~ is percent-encoded, so that it can neither end the part
 * nor begin another. */
void html_url_part_str(struct buf *out, const char *s);
void html_bool(struct buf *out, bool b); /* true, false: as ARIA wants them */
void html_int(struct buf *out, int64_t n);
void html_uint(struct buf *out, uint64_t n);
void html_double(struct buf *out, double d); /* six digits, "." as the point */

/* What a _Generic over a printed value chooses from, place by place; every kind of number has its row. */
#define HTML_NUMBERS                                                                                               \
    bool : html_bool,                                                                                              \
           signed char : html_int,                                                                                 \
                         short : html_int,                                                                         \
                                 int : html_int,                                                                   \
                                       long : html_int,                                                            \
                                              long long : html_int,                                                \
                                                          unsigned char : html_uint,                               \
                                                                          unsigned short : html_uint,              \
                                                                                           unsigned                \
        : html_uint,                                                                                               \
          unsigned long : html_uint,                                                                               \
                          unsigned long long : html_uint,                                                          \
                                               double : html_double
#define HTML_TEXT char * : html_text_str, const char * : html_text_str, HTML_NUMBERS
#define HTML_ATTR char * : html_attr_str, const char * : html_attr_str, HTML_NUMBERS
#define HTML_URL_PART char * : html_url_part_str, const char * : html_url_part_str, HTML_NUMBERS

/* ---- conditions ---- */

static inline bool html_true_text(const char *s) { return s && *s; }
static inline bool html_true_bool(bool b) { return b; }
static inline bool html_true_int(int64_t n) { return n != 0; }
static inline bool html_true_double(double d) { return d != 0; }
static inline bool html_true_html(struct safe_html h) { return h.html && *h.html; }
static inline bool html_true_pointer(const void *p) { return p != NULL; }
/* True: a text that is not empty, a number that is not zero, a pointer to something. */
#define HTML_TRUE                                                                                                  \
    char * : html_true_text,                                                                                       \
             const char * : html_true_text,                                                                        \
                            bool : html_true_bool,                                                                 \
                                   signed char : html_true_int,                                                    \
                                                 short : html_true_int,                                            \
                                                         int : html_true_int,                                      \
                                                               long : html_true_int,                               \
                                                                      long long : html_true_int,                   \
                                                                                  unsigned char : html_true_int,   \
                                                                                                  unsigned short   \
        : html_true_int,                                                                                           \
          unsigned : html_true_int,                                                                                \
                     unsigned long : html_true_int,                                                                \
                                     unsigned long long : html_true_int,                                           \
                                                          double : html_true_double,                               \
                                                                   struct safe_html : html_true_html,              \
                                                                                      default : html_true_pointer

bool html_equal_text(const char *a, const char *b); /* NULL is "" */
static inline bool html_equal_int(int64_t a, int64_t b) { return a == b; }
#define HTML_EQUAL char * : html_equal_text, const char * : html_equal_text, default : html_equal_int

/* ---- helpers: {{@name …}}; the _attr forms are for inside an attribute, where no element can stand ---- */

/* <time datetime="…" title="the full date">5 min ago</time> */
void html_ago(struct buf *out, const struct page *page, int64_t ms);
void html_date(struct buf *out, const struct page *page, int64_t ms);
void html_time(struct buf *out, const struct page *page, int64_t ms);
void html_moment(struct buf *out, const struct page *page, int64_t ms);
void html_full(struct buf *out, const struct page *page, int64_t ms);
void html_ago_attr(struct buf *out, const struct page *page, int64_t ms);
void html_date_attr(struct buf *out, const struct page *page, int64_t ms);
void html_time_attr(struct buf *out, const struct page *page, int64_t ms);
void html_moment_attr(struct buf *out, const struct page *page, int64_t ms);
void html_full_attr(struct buf *out, const struct page *page, int64_t ms);
void html_iso(struct buf *out, const struct page *page, int64_t ms);
void html_duration(struct buf *out, const struct page *page, int64_t ms);
void html_number(struct buf *out, const struct page *page, int64_t n); /* 12,345; Vietnamese 12.345 */
void html_csrf(struct buf *out, const struct page *page); /* the hidden field; nothing without a token */
void html_asset(struct buf *out, const struct page *page, const char *name); /* the URL of a file of static/ */
void html_icon(struct buf *out, const struct page *page,
               const char *name);                            /* from static/icons.svg, hidden from
                                                                 screen readers: a word stands beside it */
void html_strings(struct buf *out, const struct page *page); /* <script> with the translations for t() */
void html_raw_fragment(struct buf *out, const struct page *page, struct safe_html h);
/* What a layout leaves behind when only the part was asked for: the <title>, for the browser's history. */
void html_fragment(struct buf *out, const struct page *page);

#endif
