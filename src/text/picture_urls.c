#include "text/picture_urls.h"

#include "base/buf.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

/* Where the value begins when `s` begins with src=, background= or url(; NULL. */
static const char *value_at(const char *s, bool *in_style) {
    static const char *const names[] = {"src", "background"};
    *in_style = strncasecmp(s, "url(", 4) == 0;
    if (*in_style)
        return s + 4;
    for (int i = 0; i < 2; i++) {
        size_t n = strlen(names[i]);
        if (strncasecmp(s, names[i], n) != 0)
            continue;
        const char *at = s + n;
        while (is_blank(*at))
            at++;
        return *at == '=' ? at + 1 : NULL;
    }
    return NULL;
}

static void add_letter(struct buf *out, long letter) {
    char utf8[5] = "";
    if (letter < 0x20 || letter > 0x10FFFF || (letter >= 0xD800 && letter < 0xE000))
        return;
    if (letter < 0x80)
        utf8[0] = (char)letter;
    else if (letter < 0x800)
        utf8[0] = (char)(0xC0 | letter >> 6), utf8[1] = (char)(0x80 | (letter & 63));
    else if (letter < 0x10000)
        utf8[0] = (char)(0xE0 | letter >> 12), utf8[1] = (char)(0x80 | (letter >> 6 & 63)),
        utf8[2] = (char)(0x80 | (letter & 63));
    else
        utf8[0] = (char)(0xF0 | letter >> 18), utf8[1] = (char)(0x80 | (letter >> 12 & 63)),
        utf8[2] = (char)(0x80 | (letter >> 6 & 63)), utf8[3] = (char)(0x80 | (letter & 63));
    buf_str(out, utf8);
}

/* The entities that stand in addresses; → how many bytes it took, 0: it is none. */
static size_t undo_entity(const char *s, struct buf *out) {
    static const struct {
        const char *name;
        char letter;
    } names[] = {{"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&lt;", '<'}, {"&gt;", '>'}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncasecmp(s, names[i].name, strlen(names[i].name)) == 0) {
            buf_char(out, names[i].letter);
            return strlen(names[i].name);
        }
    if (s[1] != '#')
        return 0;
    bool hex = s[2] == 'x' || s[2] == 'X';
    const char *digits = s + (hex ? 3 : 2);
    char *end;
    if (!isxdigit((unsigned char)*digits))
        return 0;
    long letter = strtol(digits, &end, hex ? 16 : 10);
    if (end == digits)
        return 0;
    add_letter(out, letter);
    return (size_t)(end - s) + (*end == ';');
}

/* Appends the value; → where it ended. */
static const char *read_value(const char *s, bool in_style, struct buf *out) {
    while (is_blank(*s))
        s++;
    bool entity = in_style && strncasecmp(s, "&quot;", 6) == 0; /* style="…url(&quot;…&quot;)" */
    char quote = *s == '"' || *s == '\'' ? *s++ : 0;
    if (entity)
        s += 6;
    while (*s) {
        bool ends = quote    ? *s == quote
                    : entity ? strncasecmp(s, "&quot;", 6) == 0
                             : is_blank(*s) || *s == '>' || (in_style && *s == ')');
        if (ends || out->len > PICTURE_URL_MAX)
            break;
        size_t n = *s == '&' ? undo_entity(s, out) : 0;
        if (!n) {
            if (*s != '\t' && *s != '\n' && *s != '\r')
                buf_char(out, *s);
            n = 1;
        }
        s += n;
    }
    return s;
}

static const char *address_in(struct arena *a, const struct buf *value) {
    const char *s = value->at ? value->at : "";
    while (is_blank(*s))
        s++;
    size_t n = strlen(s);
    while (n && is_blank(s[n - 1]))
        n--;
    if (n > PICTURE_URL_MAX)
        return NULL;
    if (strncasecmp(s, "http://", 7) == 0 || strncasecmp(s, "https://", 8) == 0)
        return arena_copy_n(a, s, n);
    return strncmp(s, "//", 2) == 0 ? arena_printf(a, "https:%.*s", (int)n, s) : NULL;
}

size_t picture_urls(struct arena *a, const char *html, const char *urls[PICTURE_URLS_MAX]) {
    struct buf value = {0};
    size_t n = 0;
    for (const char *s = html; *s && n < PICTURE_URLS_MAX;) {
        bool in_style, known = false;
        const char *at = value_at(s, &in_style);
        if (!at) {
            s++;
            continue;
        }
        buf_reset(&value);
        s = read_value(at, in_style, &value);
        if (value.at)
            value.at[value.len] = 0;
        const char *url = value.len ? address_in(a, &value) : NULL;
        for (size_t i = 0; url && i < n; i++)
            known |= strcmp(urls[i], url) == 0;
        if (url && !known)
            urls[n++] = url;
    }
    buf_free(&value);
    return n;
}
