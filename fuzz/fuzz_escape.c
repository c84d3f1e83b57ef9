/* Everything that puts a stranger's text into a page: whatever it is, it stays text. Browsers are more forgiving
 * than this reading of the output, so it is strict: a tag that we do not write, an attribute that can be left, an
 * address that is none of four kinds, an element that is not closed in order. */
#include "must.h"

#include "base/json.h"
#include "base/utf8.h"
#include "text/markdown.h"
#include "text/snippet.h"
#include "web/html.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* No character that means something, but & that begins a reference of ours. */
static void is_inert(const char *s, size_t n, const char *forbidden) {
    for (size_t i = 0; i < n; i++) {
        must(!strchr(forbidden, s[i]) || !s[i]);
        if (s[i] == '&')
            must(!strncmp(s + i, "&amp;", 5) || !strncmp(s + i, "&lt;", 4) || !strncmp(s + i, "&gt;", 4) ||
                 !strncmp(s + i, "&#34;", 5) || !strncmp(s + i, "&#39;", 5) || !strncmp(s + i, "&quot;", 6));
    }
}

static bool is_web_address(const char *s) {
    return !strncasecmp(s, "http://", 7) || !strncasecmp(s, "https://", 8) || !strncasecmp(s, "mailto:", 7) ||
           !strncasecmp(s, "tel:", 4);
}

/* A whole URL as a browser reads it: without what it drops before and within. */
static void is_harmless_url(const char *s) {
    char name[16];
    size_t n = 0;
    while (*s && (uint8_t)*s <= ' ')
        s++;
    for (; *s && !strchr(":/?#", *s) && n < sizeof name - 1; s++)
        if (!strchr("\t\r\n", *s))
            name[n++] = *s;
    name[n] = 0;
    must(*s != ':' || (strcasecmp(name, "javascript") && strcasecmp(name, "data") && strcasecmp(name, "vbscript") &&
                       strcasecmp(name, "blob") && strcasecmp(name, "file")));
}

/* <tag>, </tag>, the link's attributes, in order and closed. */
static void is_our_markup(const char *html) {
    static const char *const tags[] = {"p",     "h3",   "h4", "ul",     "ol",   "li",    "blockquote",
                                       "pre",   "code", "em", "strong", "del",  "table", "thead",
                                       "tbody", "tr",   "th", "td",     "span", "a"};
    static const char link[] = "a rel=\"noopener noreferrer nofollow\" target=\"_blank\" href=\"";
    const char *open[512];
    size_t depth = 0;
    while (*html) {
        size_t text = strcspn(html, "<");
        is_inert(html, text, "<>");
        html += text;
        if (!*html++)
            break;
        bool closes = *html == '/';
        html += closes;
        size_t n = strcspn(html, "> ");
        const char *tag = NULL;
        if ((n == 2 && !strncmp(html, "br", 2)) || (n == 2 && !strncmp(html, "hr", 2))) {
            must(html[n] == '>');
            html += n + 1;
            continue;
        }
        for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
            if (strlen(tags[i]) == n && !strncmp(tags[i], html, n))
                tag = tags[i];
        must(tag != NULL);
        if (closes) {
            must(depth > 0 && open[--depth] == tag && html[n] == '>');
        } else {
            must(depth < sizeof open / sizeof *open);
            open[depth++] = tag;
            if (!strncmp(html, link, sizeof link - 1)) {
                const char *url = html + sizeof link - 1;
                size_t len = strcspn(url, "\"");
                must(is_web_address(url) && !strncmp(url + len, "\">", 2));
                is_inert(url, len, "<>\"");
                n = (size_t)(url + len + 1 - html);
            } else if (!strncmp(html, "ol start=\"", 10)) {
                n = 10 + strspn(html + 10, "0123456789") + 1;
            }
            must(html[n] == '>');
        }
        html += n + 1;
    }
    must(depth == 0);
}

static void fuzz_places(const char *s, size_t n) {
    struct buf out = {0};
    html_text_n(&out, s, n);
    buf_char(&out, 0);
    is_inert(out.at, out.len - 1, "<>");
    buf_reset(&out);
    html_attr_n(&out, s, n);
    buf_char(&out, 0);
    is_inert(out.at, out.len - 1, "<>\"'");
    buf_reset(&out);
    html_url(&out, s);
    buf_char(&out, 0);
    is_inert(out.at, out.len - 1, "<>\"'");
    is_harmless_url(out.at);
    buf_reset(&out);
    html_url_part_str(&out, s);
    buf_char(&out, 0);
    is_inert(out.at, out.len - 1, "<>\"'&?#/\\:+ ");
    buf_free(&out);
}

/* Text in JSON comes back as it was, and cannot end the <script> that it stands in. */
static void fuzz_json(struct arena *a, const char *clean) {
    struct buf out = {0};
    json_t *back;
    const char *why;
    struct jw j = jw_begin(&out);
    jw_object(&j, NULL);
    jw_text(&j, "text", clean);
    jw_object_end(&j);
    must(!memchr(out.at, '<', out.len) && !memchr(out.at, '>', out.len) && !memchr(out.at, '&', out.len));
    must(json_read(a, buf_bytes(&out), &back, &why) == RC_OK);
    must(!strcmp(json_string_value(json_object_get(back, "text")), clean));
    json_decref(back);
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    struct arena *a = arena_new(0);
    const char *raw = arena_copy_n(a, (const char *)data, n), *clean = utf8_clean(a, raw, n);
    fuzz_places(raw, strlen(raw));
    is_our_markup(markdown_html(a, clean));
    is_our_markup(plain_html(a, clean));
    fuzz_json(a, clean);
    arena_free(a);
    return 0;
}
