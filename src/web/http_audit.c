/* The header, read with suspicion. Two servers in a row that read one header in two ways let a request be
 * smuggled past the first; so whatever may be read in two ways is refused, and the connection closed.
 * libmicrohttpd 0.9.75 hides bare LF, folding and bare CR from us; the front in docs refuses those. */
#include "web/http_private.h"

#include <stdlib.h>
#include <strings.h>

static bool is_token_char(unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_token(const char *s, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!is_token_char((unsigned char)s[i]))
            return false;
    return n > 0;
}

static bool is_length(const char *s, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (s[i] < '0' || s[i] > '9')
            return false;
    return n > 0 && n <= 18;
}

/* A name or address with an optional port: what may stand in an origin of ours, and nothing else. */
static bool is_host(const char *s, size_t n) {
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c && strchr("-._:[]", c))))
            return false;
    }
    return n > 0 && n <= 255;
}

/* Control characters other than a tab, and NUL above all, end a value early for some readers. */
static bool is_value(const char *s, size_t n) {
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static int audit_target(const struct http_head *h, const char **why) {
    size_t n = strlen(h->target);
    *why = "the address is too long";
    if (n > HTTP_URL_MAX)
        return 414;
    *why = "the request must name a path";
    if (h->target[0] != '/')
        return 400;
    *why = "the path holds characters that must be encoded";
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)h->target[i];
        if (c <= 0x20 || c >= 0x7f || c == '#')
            return 400;
    }
    return 0;
}

static bool name_is(const struct header_line *l, const char *name) {
    return l->name_len == strlen(name) && !strncasecmp(l->name, name, l->name_len);
}

int http_audit(const struct http_head *h, const char **why) {
    bool is_1_1 = !strcmp(h->version, "HTTP/1.1");
    *why = "only HTTP/1.0 and HTTP/1.1 are spoken here";
    if (!is_1_1 && strcmp(h->version, "HTTP/1.0"))
        return 505;
    *why = "the method is not a token";
    if (!is_token(h->method, strlen(h->method)))
        return 400;
    int status = audit_target(h, why);
    if (status)
        return status;

    size_t size = 0, hosts = 0, lengths = 0, codings = 0, types = 0;
    for (size_t i = 0; i < h->n; i++) {
        const struct header_line *l = &h->lines[i];
        size += l->name_len + l->value_len + 4;
        *why = "the header is too large";
        if (size > HTTP_HEADER_MAX)
            return 431;
        *why = "a header's name is not a token";
        if (!is_token(l->name, l->name_len))
            return 400;
        *why = "a header holds control characters";
        if (!is_value(l->value, l->value_len))
            return 400;
        if (name_is(l, "Host")) {
            hosts++;
            *why = "the Host is not a host";
            if (!is_host(l->value, l->value_len))
                return 400;
        } else if (name_is(l, "Content-Length")) {
            lengths++;
            *why = "the Content-Length is not a number";
            if (!is_length(l->value, l->value_len))
                return 400;
        } else if (name_is(l, "Transfer-Encoding")) {
            codings++;
            *why = "the only Transfer-Encoding is chunked";
            if (strcasecmp(l->value, "chunked"))
                return 400;
        } else if (name_is(l, "Content-Type")) {
            types++;
        }
    }
    *why = "more than one Content-Length";
    if (lengths > 1)
        return 400;
    *why = "more than one Transfer-Encoding";
    if (codings > 1)
        return 400;
    *why = "Transfer-Encoding together with Content-Length";
    if (codings && lengths)
        return 400;
    *why = "Transfer-Encoding needs HTTP/1.1";
    if (codings && !is_1_1)
        return 400;
    *why = "more than one Content-Type";
    if (types > 1)
        return 400;
    *why = hosts ? "more than one Host" : "no Host";
    if (hosts > 1 || (!hosts && is_1_1))
        return 400;
    *why = NULL;
    return 0;
}

const char *http_line(const struct http_head *h, const char *name) {
    size_t n = strlen(name);
    for (size_t i = 0; i < h->n; i++)
        if (h->lines[i].name_len == n && !strncasecmp(h->lines[i].name, name, n))
            return h->lines[i].value;
    return NULL;
}

/* The next element of a comma-separated list, blanks around it taken off; false at the end. */
static bool next_element(const char **at, const char **element, size_t *n) {
    const char *s = *at;
    s += strspn(s, " \t,");
    if (!*s)
        return false;
    size_t len = strcspn(s, ",");
    *at = s + len;
    while (len && (s[len - 1] == ' ' || s[len - 1] == '\t'))
        len--;
    *element = s;
    *n = len;
    return true;
}

bool http_list_has(const char *list, const char *word) {
    const char *e;
    size_t n, want = strlen(word);
    while (list && next_element(&list, &e, &n))
        if (n == want && !strncasecmp(e, word, n))
            return true;
    return false;
}

/* "…;q=0.5" in thousandths; 1000 when there is none. */
static int quality(const char *e, size_t n) {
    for (size_t i = 0; i + 2 < n; i++)
        if (e[i] == ';') {
            const char *q = e + i + 1;
            q += strspn(q, " \t");
            if ((*q == 'q' || *q == 'Q') && q[1] == '=') {
                double v = atof(q + 2);
                return v < 0 ? 0 : v > 1 ? 1000 : (int)(v * 1000);
            }
        }
    return 1000;
}

/* One language tag: Chinese of Taiwan, Hong Kong and Macao is written in traditional letters unless it says Hans.
 */
static const char *known_lang(const char *tag, size_t n) {
    char t[32];
    if (n >= sizeof t)
        n = sizeof t - 1;
    memcpy(t, tag, n);
    t[n] = 0;
    size_t base = strcspn(t, "-_");
    if (base != 2)
        return NULL;
    if (!strncasecmp(t, "en", 2))
        return "en";
    if (!strncasecmp(t, "vi", 2))
        return "vi";
    if (!strncasecmp(t, "th", 2))
        return "th";
    if (strncasecmp(t, "zh", 2))
        return NULL;
    if (strcasestr(t, "hans"))
        return "zh-Hans";
    bool traditional =
        strcasestr(t, "hant") || strcasestr(t, "-tw") || strcasestr(t, "-hk") || strcasestr(t, "-mo");
    return traditional ? "zh-Hant" : "zh-Hans";
}

const char *http_lang(const char *accept) {
    const char *best = NULL, *e;
    int best_q = 0;
    size_t n;
    while (accept && next_element(&accept, &e, &n)) {
        int q = quality(e, n);
        size_t tag = 0;
        while (tag < n && e[tag] != ';' && e[tag] != ' ')
            tag++;
        const char *lang = known_lang(e, tag);
        if (lang && q > best_q) {
            best = lang;
            best_q = q;
        }
    }
    return best;
}

bool http_gzip(const char *accept) {
    const char *e;
    size_t n;
    while (accept && next_element(&accept, &e, &n))
        if (n >= 4 && !strncasecmp(e, "gzip", 4) && (n == 4 || e[4] == ';' || e[4] == ' '))
            return quality(e, n) > 0;
    return false;
}

const char *http_origin_host(const char *origin) {
    const char *host = !strncasecmp(origin, "https://", 8)  ? origin + 8
                       : !strncasecmp(origin, "http://", 7) ? origin + 7
                                                            : NULL;
    return host && is_host(host, strlen(host)) ? host : NULL;
}

bool http_path_is_local(const char *path) {
    if (!path || path[0] != '/' || path[1] == '/' || path[1] == '\\')
        return false;
    for (const unsigned char *p = (const unsigned char *)path; *p; p++)
        if (*p <= 0x20 || *p == 0x7f || *p == '\\')
            return false;
    return true;
}
