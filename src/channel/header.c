#include "channel/header.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "channel/charset.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

const char *header_get(const struct mail_header *h, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (!strcasecmp(h[i].name, name))
            return h[i].value;
    return "";
}

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/* One encoded word, cut into its pieces: =?charset*lang?B?text?= */
struct word {
    const char *charset, *text;
    size_t charset_len, text_len;
    char encoding; /* 'B' or 'Q' */
};

static const char *find_char(const char *s, const char *end, char c) {
    return s < end ? memchr(s, c, (size_t)(end - s)) : NULL;
}

/* Returns the byte after the word, or NULL when none begins at s. Spaces inside the text are let through:
 * some programs write them in Q words. */
static const char *word_at(const char *s, const char *end, struct word *w) {
    enum { CHARSET_MAX = 60, TEXT_MAX = 8000 };
    if (end - s < 8 || s[0] != '=' || s[1] != '?')
        return NULL;
    const char *near = end - s > CHARSET_MAX ? s + CHARSET_MAX : end;
    const char *q1 = find_char(s + 2, near, '?');
    if (!q1 || q1 == s + 2 || end - q1 < 5 || q1[2] != '?')
        return NULL;
    char e = (char)toupper((unsigned char)q1[1]);
    if (e != 'B' && e != 'Q')
        return NULL;
    const char *text = q1 + 3, *far = end - text > TEXT_MAX ? text + TEXT_MAX : end, *close = text;
    while ((close = find_char(close, far, '?')) && (close + 1 >= end || close[1] != '='))
        close++;
    if (!close)
        return NULL;
    const char *star = memchr(s + 2, '*', (size_t)(q1 - s - 2)); /* a language, RFC 2231 §5 */
    *w = (struct word){s + 2, text, (size_t)((star ? star : q1) - s - 2), (size_t)(close - text), e};
    return close + 2;
}

static int hex_digit(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static void decode_percent_or_q(struct buf *out, const char *s, size_t n, char mark) {
    for (size_t i = 0; i < n; i++) {
        int hi, lo;
        if (s[i] == mark && i + 2 < n && (hi = hex_digit(s[i + 1])) >= 0 && (lo = hex_digit(s[i + 2])) >= 0) {
            buf_char(out, (char)(hi << 4 | lo));
            i += 2;
        } else
            buf_char(out, mark == '=' && s[i] == '_' ? ' ' : s[i]);
    }
}

/* Each word begins a new base64 run, for words end with padding of their own. */
static void decode_base64(struct buf *out, const char *s, size_t n) {
    unsigned bits = 0, have = 0;
    for (size_t i = 0; i < n; i++) {
        char c = s[i];
        int v = c >= 'A' && c <= 'Z'   ? c - 'A'
                : c >= 'a' && c <= 'z' ? c - 'a' + 26
                : c >= '0' && c <= '9' ? c - '0' + 52
                : c == '+' || c == '-' ? 62
                : c == '/' || c == '_' ? 63
                                       : -1;
        if (v < 0)
            continue;
        bits = bits << 6 | (unsigned)v;
        if ((have += 6) >= 8)
            buf_char(out, (char)(bits >> (have -= 8)));
    }
}

static bool same_charset(const struct word *a, const struct word *b) {
    return a->charset_len == b->charset_len && !strncasecmp(a->charset, b->charset, a->charset_len);
}

/* Decodes the run of neighbouring words that begins at s as one: bytes are joined before the charset is read,
 * so that a letter cut between two words comes out whole. Returns the byte after the run, or NULL. */
static const char *decode_run(struct arena *a, const char *s, const char *end, char **text) {
    struct word first, w;
    const char *after = word_at(s, end, &first);
    if (!after)
        return NULL;
    struct buf bytes = {0};
    w = first;
    for (;;) {
        if (w.encoding == 'B')
            decode_base64(&bytes, w.text, w.text_len);
        else
            decode_percent_or_q(&bytes, w.text, w.text_len, '=');
        const char *next = after;
        while (next < end && is_space(*next))
            next++;
        next = word_at(next, end, &w);
        if (!next || !same_charset(&first, &w))
            break;
        after = next;
    }
    *text = charset_to_utf8(a, buf_bytes(&bytes), arena_copy_n(a, first.charset, first.charset_len));
    buf_free(&bytes);
    return after;
}

static char *to_line(char *s) {
    char *to = s;
    for (char *c = s; *c; c++) {
        if (*c == '\n' || *c == '\t')
            *c = ' ';
        if (*c != ' ' || (to > s && to[-1] != ' '))
            *to++ = *c;
    }
    while (to > s && to[-1] == ' ')
        to--;
    *to = 0;
    return s;
}

static void base64(struct buf *out, const char *s, size_t n) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        unsigned v = (unsigned)(uint8_t)s[i] << 16 | (left > 1 ? (unsigned)(uint8_t)s[i + 1] << 8 : 0) |
                     (left > 2 ? (unsigned)(uint8_t)s[i + 2] : 0);
        buf_char(out, letters[v >> 18]);
        buf_char(out, letters[v >> 12 & 63]);
        buf_char(out, left > 1 ? letters[v >> 6 & 63] : '=');
        buf_char(out, left > 2 ? letters[v & 63] : '=');
    }
}

/* Both readers of words walk the same way and differ in what they make of a run. */
static void read_words(struct arena *a, struct buf *out, const char *raw, const char *charset, bool as_words) {
    size_t n = strlen(raw);
    if (!utf8_valid(raw, n) || memchr(raw, 0x1B, n)) { /* raw 8-bit, or raw ISO-2022 */
        raw = charset_to_utf8(a, (struct bytes){(const uint8_t *)raw, n}, charset);
        n = strlen(raw);
    }
    bool after_run = false;
    for (const char *s = raw, *end = raw + n; s < end;) {
        char *text;
        const char *gap = s;
        while (after_run && gap < end && is_space(*gap)) /* space between two runs of different charsets */
            gap++;
        const char *after = gap < end && *gap == '=' ? decode_run(a, gap, end, &text) : NULL;
        if (!after) {
            buf_char(out, *s++);
            after_run = false;
            continue;
        }
        if (as_words && *text) {
            buf_lit(out, "=?utf-8?B?");
            base64(out, text, strlen(text));
            buf_lit(out, "?=");
        } else
            buf_str(out, text);
        s = after;
        after_run = true;
    }
}

char *header_text(struct arena *a, const char *raw, const char *body_charset) {
    struct buf out = {0};
    read_words(a, &out, raw, body_charset, false);
    char *text = utf8_clean(a, out.at ? out.at : "", out.len);
    buf_free(&out);
    return to_line(text);
}

char *header_words_to_utf8(struct arena *a, const char *raw, const char *body_charset) {
    struct buf out = {0};
    read_words(a, &out, raw, body_charset, true);
    char *text = to_line(utf8_clean(a, out.at ? out.at : "", out.len));
    buf_free(&out);
    return text;
}

/* --- parameters ------------------------------------------------------------------------------------- */

enum { SECTIONS_MAX = 100 }; /* of one parameter: name*0 … name*99 */

struct section {
    bool there, percent; /* percent: the value is %XX coded */
    const char *value;
    size_t len;
};

struct param {
    struct section plain, whole; /* name= and name*= */
    struct section cut[SECTIONS_MAX];
};

/* Where the value that begins at s ends: behind the closing quote, or at the ';'. Unquoted names with spaces
 * are common, so only ';' ends one. */
static const char *value_end(const char *s, const char *end) {
    if (s == end || *s != '"') {
        const char *close = find_char(s, end, ';');
        return close ? close : end;
    }
    for (s++; s < end && *s != '"'; s++)
        s += *s == '\\' && s + 1 < end;
    return s < end ? s + 1 : end;
}

static struct section read_value(struct arena *a, const char *s, const char *end, bool percent) {
    bool quoted = s < end && *s == '"';
    char *out = arena_alloc(a, (size_t)(end - s) + 1);
    size_t n = 0;
    for (const char *p = s + quoted; p < end && !(quoted && *p == '"'); p++) {
        if (quoted && *p == '\\' && p + 1 < end && (p[1] == '"' || p[1] == '\\'))
            p++;
        if (*p != '\r' && *p != '\n')
            out[n++] = *p;
    }
    while (n && is_space(out[n - 1]))
        n--;
    out[n] = 0;
    return (struct section){true, percent, out, n};
}

/* "name", "name*", "name*3", "name*3*": which section is meant? NULL when it is another parameter. */
static struct section *section_for(struct param *p, const char *key, size_t len, const char *name, bool *percent) {
    size_t n = strlen(name);
    if (len < n || strncasecmp(key, name, n))
        return NULL;
    key += n, len -= n;
    *percent = len && key[len - 1] == '*';
    len -= *percent;
    if (!len)
        return *percent ? &p->whole : &p->plain;
    if (key[0] != '*' || len < 2 || len > 3)
        return NULL;
    int number = 0;
    for (size_t i = 1; i < len; i++) {
        if (!isdigit((unsigned char)key[i]))
            return NULL;
        number = number * 10 + key[i] - '0';
    }
    return &p->cut[number];
}

static void read_params(struct arena *a, const char *raw, const char *name, struct param *p) {
    const char *end = raw + strlen(raw), *s = find_char(raw, end, ';');
    while (s && s < end) {
        while (s < end && (*s == ';' || is_space(*s)))
            s++;
        const char *key = s;
        while (s < end && *s != '=' && *s != ';')
            s++;
        if (s == end || *s == ';')
            continue;
        size_t len = (size_t)(s - key);
        while (len && is_space(key[len - 1]))
            len--;
        for (s++; s < end && is_space(*s);)
            s++;
        bool percent;
        struct section *to = section_for(p, key, len, name, &percent);
        const char *close = value_end(s, end);
        if (to && !to->there) /* the first wins */
            *to = read_value(a, s, close, percent);
        s = close;
        s = find_char(s, end, ';');
    }
}

char *header_param(struct arena *a, const char *raw, const char *name, const char *body_charset) {
    struct param p = {0};
    read_params(a, raw, name, &p);
    struct buf bytes = {0};
    const char *charset = NULL;
    struct section *list = p.whole.there ? &p.whole : p.cut, *first = list;
    if (!first->there) { /* the ordinary form, perhaps with encoded words */
        return p.plain.there ? header_text(a, p.plain.value, body_charset) : arena_copy(a, "");
    }
    for (int i = 0; i < (p.whole.there ? 1 : SECTIONS_MAX) && list[i].there; i++) {
        const char *v = list[i].value, *end = v + list[i].len;
        if (i == 0 && list[i].percent) { /* charset'language'text */
            const char *q1 = find_char(v, end, '\''), *q2 = q1 ? find_char(q1 + 1, end, '\'') : NULL;
            if (q2) {
                charset = arena_copy_n(a, v, (size_t)(q1 - v));
                v = q2 + 1;
            }
        }
        if (list[i].percent)
            decode_percent_or_q(&bytes, v, (size_t)(end - v), '%');
        else
            buf_add(&bytes, v, (size_t)(end - v));
    }
    char *text = charset_to_utf8(a, buf_bytes(&bytes), charset && *charset ? charset : body_charset);
    buf_free(&bytes);
    if (!charset && strstr(text, "=?")) /* split in RFC 2231's way around encoded words: seen from old Outlooks */
        text = header_text(a, text, body_charset);
    return to_line(text);
}

/* --- message ids ------------------------------------------------------------------------------------ */

struct ids {
    const char **at;
    size_t n, max;
};

static void add_id(struct arena *a, struct ids *ids, const char *s, const char *end) {
    enum { ID_MAX = 998 };
    while (s < end && is_space(*s))
        s++;
    while (end > s && is_space(end[-1]))
        end--;
    if (s == end || end - s > ID_MAX)
        return;
    if (ids->n == ids->max) { /* keep the first: it names the thread */
        memmove(ids->at + 1, ids->at + 2, (ids->max - 2) * sizeof *ids->at);
        ids->n--;
    }
    char *id = header_text(a, arena_copy_n(a, s, (size_t)(end - s)), NULL), *to = id;
    for (char *c = id; *c; c++) /* a fold inside a long id; brackets that an encoded word brought */
        if (!strchr(" <>", *c))
            *to++ = *c;
    *to = 0;
    if (*id)
        ids->at[ids->n++] = id;
}

size_t header_ids(struct arena *a, const char *raw, size_t max, const char ***out) {
    struct ids ids = {arena_array(a, max < 2 ? 2 : max, sizeof(char *)), 0, max < 2 ? 2 : max};
    const char *end = raw + strlen(raw);
    for (const char *s = raw, *close; (s = find_char(s, end, '<')); s = close + 1) {
        if (!(close = find_char(s, end, '>')))
            break;
        for (const char *again; (again = find_char(s + 1, close, '<'));) /* the bracket before was never closed */
            s = again;
        add_id(a, &ids, s + 1, close);
    }
    if (!ids.n)
        for (const char *s = raw; s < end;) {
            const char *from = s;
            while (s < end && !is_space(*s) && *s != ',')
                s++;
            if (find_char(from, s, '@') && *from != '<')
                add_id(a, &ids, from, s);
            s += s < end;
        }
    *out = ids.at;
    return ids.n < max ? ids.n : max;
}
