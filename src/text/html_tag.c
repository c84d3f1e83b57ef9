#include "text/html_tag.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

bool html_span_is(struct html_span s, const char *word) {
    return s.len == strlen(word) && strncasecmp(s.at, word, s.len) == 0;
}

bool html_tag_begins(const char *s, const char *end) {
    if (end - s < 2 || *s != '<')
        return false;
    return isalpha((unsigned char)s[1]) || (end - s > 2 && s[1] == '/' && isalpha((unsigned char)s[2]));
}

static const char *skip_spaces(const char *s, const char *end) {
    while (s < end && isspace((unsigned char)*s))
        s++;
    return s;
}

static const char *read_value(const char *s, const char *end, struct html_span *out) {
    s = skip_spaces(s, end);
    if (s < end && (*s == '"' || *s == '\'')) {
        const char *close = memchr(s + 1, *s, (size_t)(end - s - 1));
        *out = (struct html_span){s + 1, (size_t)((close ? close : end) - s - 1)};
        return close ? close + 1 : end;
    }
    out->at = s;
    while (s < end && !isspace((unsigned char)*s) && *s != '>')
        s++;
    out->len = (size_t)(s - out->at);
    return s;
}

const char *html_tag_read(const char *s, const char *end, struct html_tag *out) {
    out->closing = *++s == '/';
    s += out->closing;
    out->n = 0;
    out->name.at = s;
    while (s < end && (isalnum((unsigned char)*s) || *s == ':' || *s == '-'))
        s++;
    out->name.len = (size_t)(s - out->name.at);
    while (s < end && *s != '>') {
        if (isspace((unsigned char)*s) || *s == '/' || *s == '=') {
            s++;
            continue;
        }
        struct html_span name = {s, 0}, value = {"", 0};
        while (s < end && !isspace((unsigned char)*s) && *s != '=' && *s != '>' && *s != '/')
            s++;
        name.len = (size_t)(s - name.at);
        s = skip_spaces(s, end);
        if (s < end && *s == '=')
            s = read_value(s + 1, end, &value);
        if (out->n < HTML_ATTRIBUTES) {
            out->attributes[out->n].name = name;
            out->attributes[out->n++].value = value;
        }
    }
    return s < end ? s + 1 : end;
}

struct html_span html_attribute(const struct html_tag *tag, const char *name) {
    for (int i = 0; i < tag->n; i++)
        if (html_span_is(tag->attributes[i].name, name))
            return tag->attributes[i].value;
    return (struct html_span){"", 0};
}

const char *html_declaration_end(const char *s, const char *end) {
    if (end - s < 2 || *s != '<' || (s[1] != '!' && s[1] != '?'))
        return s;
    bool comment = end - s >= 4 && memcmp(s, "<!--", 4) == 0;
    const char *close =
        comment ? memmem(s + 4, (size_t)(end - s - 4), "-->", 3) : memchr(s, '>', (size_t)(end - s));
    return !close ? end : close + (comment ? 3 : 1);
}
