#include "channel/imap_parse.h"

#include "base/utf8.h"

#include <string.h>
#include <strings.h>

/* ---- bytes into responses ---- */

void imap_stream_free(struct imap_stream *s) { buf_free(&s->got); }

static bool starts(struct bytes b, const char *word) {
    size_t n = strlen(word);
    return b.len >= n && strncasecmp((const char *)b.at, word, n) == 0;
}

/* Text for people may end in "{3}" as well; only data has literals. */
static bool may_have_literals(struct bytes response) {
    static const char *const texts[] = {"* OK ", "* NO ", "* BAD ", "* BYE ", "* PREAUTH "};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (starts(response, texts[i]))
            return false;
    return starts(response, "* ");
}

/* Does this line, without its line end, announce a literal? Sizes beyond any limit stop at UINT32_MAX. */
static bool announces_literal(struct bytes line, size_t *size) {
    size_t i = line.len;
    uint64_t n = 0, place = 1;
    if (!i || line.at[--i] != '}')
        return false;
    if (i && line.at[i - 1] == '+')
        i--;
    size_t end = i;
    while (i && line.at[i - 1] >= '0' && line.at[i - 1] <= '9') {
        if (n < UINT32_MAX)
            n += (uint64_t)(line.at[i - 1] - '0') * place;
        if (place < 10000000000ull)
            place *= 10;
        i--;
    }
    *size = n < UINT32_MAX ? (size_t)n : UINT32_MAX;
    return i != end && i && line.at[i - 1] == '{';
}

static void begin_next(struct imap_stream *s) {
    enum { KEEP = 1024 * 1024 };
    if (s->got.room > KEEP)
        buf_free(&s->got);
    buf_reset(&s->got);
    *s = (struct imap_stream){.got = s->got, .literal_max = s->literal_max};
}

enum imap_feed imap_feed(struct imap_stream *s, struct bytes in, size_t *used) {
    *used = 0;
    if (s->whole)
        begin_next(s);
    while (*used < in.len) {
        const uint8_t *at = in.at + *used;
        size_t left = in.len - *used;
        if (s->literal_left) {
            size_t n = left < s->literal_left ? left : s->literal_left;
            buf_add(&s->got, at, n);
            *used += n;
            s->literal_left -= n;
            s->line_start = s->got.len;
            continue;
        }
        const uint8_t *newline = memchr(at, '\n', left);
        size_t n = newline ? (size_t)(newline - at) + 1 : left, size;
        if (s->got.len - s->literals + n > IMAP_LINE_MAX)
            return IMAP_FEED_TOO_LONG;
        buf_add(&s->got, at, n);
        *used += n;
        if (!newline)
            break;
        size_t end = s->got.len - 1;
        if (end > s->line_start && s->got.at[end - 1] == '\r')
            end--;
        struct bytes line = {(uint8_t *)s->got.at + s->line_start, end - s->line_start};
        if (may_have_literals(buf_bytes(&s->got)) && announces_literal(line, &size)) {
            if (size > s->literal_max || s->literals > s->literal_max - size)
                return IMAP_FEED_TOO_LONG;
            buf_reserve(&s->got, size + 256);
            s->literal_left = size;
            s->literals += size;
            s->line_start = s->got.len;
            continue;
        }
        s->got.len = end;
        s->whole = true;
        return IMAP_FEED_RESPONSE;
    }
    return IMAP_FEED_MORE;
}

/* ---- responses ---- */

struct cursor {
    uint8_t *at, *end;
};

static bool take(struct cursor *c, char ch) {
    if (c->at == c->end || *c->at != (uint8_t)ch)
        return false;
    c->at++;
    return true;
}

static void spaces(struct cursor *c) {
    while (take(c, ' '))
        ;
}

static bool number(struct cursor *c, uint64_t max, uint64_t *out) {
    uint64_t n = 0;
    uint8_t *start = c->at;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
        n = n * 10 + (uint64_t)(*c->at - '0');
        if (n > max)
            return false;
    }
    *out = n;
    return c->at > start;
}

/* Up to a blank or an end of list. */
static struct bytes word(struct cursor *c) {
    uint8_t *start = c->at;
    while (c->at < c->end && *c->at != ' ' && *c->at != '(' && *c->at != ')' && *c->at != '\r' && *c->at != '\n')
        c->at++;
    return (struct bytes){start, (size_t)(c->at - start)};
}

static bool is_word(struct bytes b, const char *what) {
    return b.len == strlen(what) && strncasecmp((const char *)b.at, what, b.len) == 0;
}

/* "…" with \" and \\ undone in place, or {n}CRLF and n bytes. */
static bool string(struct cursor *c, struct bytes *out) {
    uint64_t n;
    if (take(c, '"')) {
        uint8_t *start = c->at, *to = c->at;
        while (c->at < c->end && *c->at != '"') {
            if (*c->at == '\\' && c->at + 1 < c->end)
                c->at++;
            *to++ = *c->at++;
        }
        *out = (struct bytes){start, (size_t)(to - start)};
        return take(c, '"');
    }
    if (!take(c, '{') || !number(c, UINT32_MAX, &n))
        return false;
    take(c, '+');
    if (!take(c, '}'))
        return false;
    take(c, '\r');
    if (!take(c, '\n') || (uint64_t)(c->end - c->at) < n)
        return false;
    *out = (struct bytes){c->at, (size_t)n};
    c->at += n;
    return true;
}

/* Any value: string, list, or word with its […] inside. */
static bool skip_value(struct cursor *c) {
    int depth = 0;
    do {
        struct bytes ignored;
        spaces(c);
        if (c->at == c->end)
            return false;
        if (take(c, '(')) {
            if (++depth > IMAP_DEPTH_MAX)
                return false;
        } else if (take(c, ')')) {
            if (--depth < 0)
                return false;
        } else if (*c->at == '"' || *c->at == '{') {
            if (!string(c, &ignored))
                return false;
        } else if (!word(c).len) {
            return false;
        }
    } while (depth);
    return true;
}

/* The name of an item: "UID", "BODY[HEADER.FIELDS (DATE FROM)]<0>". */
static struct bytes item_name(struct cursor *c) {
    uint8_t *start = c->at;
    int inside = 0;
    for (; c->at < c->end; c->at++) {
        if (*c->at == '[')
            inside++;
        else if (*c->at == ']')
            inside--;
        else if (inside <= 0 && (*c->at == ' ' || *c->at == '(' || *c->at == ')'))
            break;
    }
    return (struct bytes){start, (size_t)(c->at - start)};
}

static bool read_item(struct cursor *c, struct imap_response *out) {
    struct bytes name = item_name(c);
    uint64_t n;
    spaces(c);
    if (!name.len)
        return false;
    if (is_word(name, "UID")) {
        if (!number(c, UINT32_MAX, &n))
            return false;
        out->uid = (uint32_t)n;
        return true;
    }
    if (is_word(name, "RFC822.SIZE")) {
        out->has_size = number(c, INT64_MAX / 16, &out->size);
        return out->has_size;
    }
    if (starts(name, "BODY[")) {
        if (c->at < c->end && (*c->at == '"' || *c->at == '{'))
            return out->has_body = string(c, &out->body);
        out->nil_body = is_word(word(c), "NIL");
        return out->nil_body;
    }
    return skip_value(c);
}

static bool read_fetch(struct cursor *c, struct imap_response *out) {
    spaces(c);
    if (!take(c, '('))
        return false;
    for (;;) {
        spaces(c);
        if (take(c, ')'))
            return true;
        if (!read_item(c, out))
            return false;
    }
}

/* "[CODE] text" */
static void read_text(struct cursor *c, struct imap_response *out) {
    spaces(c);
    if (take(c, '[')) {
        uint8_t *close = memchr(c->at, ']', (size_t)(c->end - c->at));
        if (close) {
            out->code = (struct bytes){c->at, (size_t)(close - c->at)};
            c->at = close + 1;
            spaces(c);
        }
    }
    out->text = (struct bytes){c->at, (size_t)(c->end - c->at)};
}

static bool read_status(struct bytes w, enum imap_status *out) {
    static const char *const names[] = {[IMAP_OK] = "OK", [IMAP_NO] = "NO", [IMAP_BAD] = "BAD"};
    for (int i = IMAP_OK; i <= IMAP_BAD; i++)
        if (is_word(w, names[i])) {
            *out = (enum imap_status)i;
            return true;
        }
    return false;
}

static void read_untagged(struct cursor *c, struct imap_response *out) {
    uint64_t n;
    spaces(c);
    if (number(c, UINT32_MAX, &n)) {
        spaces(c);
        struct bytes w = word(c);
        out->number = (uint32_t)n;
        if (is_word(w, "EXISTS"))
            out->kind = IMAP_EXISTS;
        else if (is_word(w, "EXPUNGE"))
            out->kind = IMAP_EXPUNGE;
        else if (is_word(w, "FETCH") && read_fetch(c, out))
            out->kind = IMAP_FETCH;
        return;
    }
    struct bytes w = word(c);
    if (read_status(w, &out->status) || is_word(w, "PREAUTH")) {
        out->kind = IMAP_STATUS;
        read_text(c, out);
    } else if (is_word(w, "BYE")) {
        out->kind = IMAP_BYE;
        read_text(c, out);
    } else if (is_word(w, "CAPABILITY")) {
        out->kind = IMAP_CAPABILITY;
        out->text = (struct bytes){c->at, (size_t)(c->end - c->at)};
    }
}

void imap_parse(uint8_t *at, size_t n, struct imap_response *out) {
    struct cursor c = {at, at + n};
    uint64_t tag;
    *out = (struct imap_response){.kind = IMAP_OTHER};
    if (take(&c, '+')) {
        out->kind = IMAP_CONTINUE;
        read_text(&c, out);
    } else if (take(&c, '*')) {
        read_untagged(&c, out);
    } else if (take(&c, 'k') && number(&c, UINT32_MAX, &tag)) {
        spaces(&c);
        if (read_status(word(&c), &out->status)) {
            out->kind = IMAP_TAGGED;
            out->tag = (unsigned)tag;
            read_text(&c, out);
        }
    }
    if (out->kind == IMAP_OTHER) /* nothing half read */
        *out = (struct imap_response){.kind = IMAP_OTHER};
}

/* "No bytes" is {NULL, 0}, with which no arithmetic may be done. */
static struct cursor cursor_of(struct bytes b) {
    uint8_t *at = (uint8_t *)(uintptr_t)b.at;
    return (struct cursor){at, b.len ? at + b.len : at};
}

bool imap_has_word(struct bytes list, const char *what) {
    struct cursor c = cursor_of(list);
    while (c.at < c.end) {
        spaces(&c);
        struct bytes w = word(&c);
        if (is_word(w, what))
            return true;
        if (!w.len && c.at < c.end)
            c.at++;
    }
    return false;
}

bool imap_code_number(struct bytes code, const char *name, uint32_t *out) {
    struct cursor c = cursor_of(code);
    uint64_t n;
    if (!is_word(word(&c), name))
        return false;
    spaces(&c);
    if (!number(&c, UINT32_MAX, &n))
        return false;
    *out = (uint32_t)n;
    return true;
}

/* ---- folder names ---- */

static void utf7_flush(struct buf *out, uint32_t *bits, int *n) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
    while (*n >= 6) {
        *n -= 6;
        buf_char(out, letters[*bits >> *n & 63]);
    }
    *bits &= (1u << *n) - 1;
}

static void utf7_unit(struct buf *out, uint32_t unit, uint32_t *bits, int *n) {
    *bits = *bits << 16 | unit;
    *n += 16;
    utf7_flush(out, bits, n);
}

static void utf7_end(struct buf *out, uint32_t *bits, int *n) {
    if (*n) {
        *bits <<= 6 - *n;
        *n = 6;
        utf7_flush(out, bits, n);
    }
    buf_char(out, '-');
}

char *imap_folder(struct arena *a, const char *name) {
    const char *end = name + strlen(name);
    struct buf out = {0};
    uint32_t bits = 0;
    int n = 0, len;
    bool shifted = false, fine = *name && end - name <= IMAP_FOLDER_MAX;
    buf_char(&out, '"');
    for (const char *p = name; fine && p < end; p += len) {
        uint32_t cp = utf8_next(p, end, &len);
        bool plain = cp < 0x7f;
        if (cp == UTF8_BAD || cp < 0x20 || cp == 0x7f)
            fine = false;
        if (shifted && plain)
            utf7_end(&out, &bits, &n);
        if (!shifted && !plain)
            buf_char(&out, '&');
        shifted = !plain;
        if (!plain) {
            if (cp > 0xffff) {
                utf7_unit(&out, 0xd800 + ((cp - 0x10000) >> 10), &bits, &n);
                utf7_unit(&out, 0xdc00 + ((cp - 0x10000) & 0x3ff), &bits, &n);
            } else {
                utf7_unit(&out, cp & 0xffff, &bits, &n);
            }
            continue;
        }
        if (cp == '"' || cp == '\\')
            buf_char(&out, '\\');
        buf_char(&out, (char)cp);
        if (cp == '&')
            buf_char(&out, '-');
    }
    if (shifted)
        utf7_end(&out, &bits, &n);
    buf_char(&out, '"');
    char *result = fine ? arena_copy_n(a, out.at, out.len) : NULL;
    buf_free(&out);
    return result;
}
