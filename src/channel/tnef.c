#include "channel/tnef.h"

#include "channel/charset.h"
#include "channel/html_text.h"

#include <stdint.h>
#include <string.h>

/* Attributes (level, id, length, data, checksum) in a row; some hold lists of MAPI properties. An attribute
 * ATTACHMENT_BEGINS starts each file; what belongs to it follows. */
enum {
    SIGNATURE = 0x223e9f78,
    LEVEL_MESSAGE = 1,
    LEVEL_FILE = 2,
    BODY = 0x0002800c,
    MESSAGE_PROPERTIES = 0x00069003,
    CODE_PAGE = 0x00069007,
    FILE_BEGINS = 0x00069002,
    FILE_TITLE = 0x00018010,
    FILE_DATA = 0x0006800f,
    FILE_PROPERTIES = 0x00069005,
};

/* Properties and their types (MS-OXPROPS). */
enum {
    P_BODY = 0x1000,
    P_RTF = 0x1009,
    P_HTML = 0x1013,
    P_DATA = 0x3701,
    P_SHORT_NAME = 0x3704,
    P_LONG_NAME = 0x3707,
    P_MEDIA_TYPE = 0x370e,
    P_CONTENT_ID = 0x3712,
    P_CODE_PAGE = 0x3fde,
    T_SHORT = 0x02,
    T_LONG = 0x03,
    T_FLOAT = 0x04,
    T_ERROR = 0x0a,
    T_BOOL = 0x0b,
    T_OBJECT = 0x0d,
    T_STRING8 = 0x1e,
    T_UNICODE = 0x1f,
    T_BINARY = 0x102,
    T_GUID = 0x48,
    T_MANY = 0x1000,
};

/* What is left to be read. A read beyond the end sets `bad` and gives 0. */
struct cursor {
    struct bytes in;
    bool bad;
};

static struct bytes take(struct cursor *c, size_t n) {
    if (c->bad || n > c->in.len) {
        c->bad = true;
        return (struct bytes){0};
    }
    struct bytes got = {c->in.at, n};
    c->in.at += n;
    c->in.len -= n;
    return got;
}

static uint32_t number(struct cursor *c, size_t width) {
    struct bytes b = take(c, width);
    uint32_t n = 0;
    for (size_t i = b.len; i > 0; i--)
        n = n << 8 | b.at[i - 1];
    return n;
}

/* Values are padded to four bytes; the last one's padding may be missing. */
static void skip_padding(struct cursor *c, size_t len) {
    size_t rest = (4 - len % 4) % 4;
    take(c, rest < c->in.len ? rest : c->in.len);
}

struct reader {
    struct arena *a;
    struct tnef *out;
    const char *charset; /* of 8-bit texts */
    size_t room;
    int depth;
    size_t file;       /* the one that attributes are about, from 1; 0: the message */
    struct bytes html; /* read at the end, when the code page is known */
    uint32_t html_type;
    const char *html_charset;
};

static struct tnef_file *file_of(struct reader *r) { return r->file ? &r->out->files[r->file - 1] : NULL; }

/* ---- texts ---- */

static const char *page_name(struct arena *a, uint32_t page) {
    return page == 65001 ? "utf-8" : page && page < 65536 ? arena_printf(a, "cp%u", page) : NULL;
}

static const char *text8(struct reader *r, struct bytes b) {
    const uint8_t *end = b.len ? memchr(b.at, 0, b.len) : NULL;
    if (end)
        b.len = (size_t)(end - b.at);
    if (b.len > TNEF_TEXT_MAX) {
        b.len = TNEF_TEXT_MAX;
        r->out->incomplete = true;
    }
    return b.len ? charset_to_utf8(r->a, b, r->charset) : "";
}

static const char *text16(struct reader *r, struct bytes b) {
    for (size_t i = 0; i + 1 < b.len; i += 2)
        if (!b.at[i] && !b.at[i + 1])
            b.len = i;
    if (b.len > TNEF_TEXT_MAX) {
        b.len = TNEF_TEXT_MAX;
        r->out->incomplete = true;
    }
    b.len &= ~(size_t)1;
    return b.len ? charset_to_utf8(r->a, b, "utf-16le") : "";
}

static const char *text_of(struct reader *r, uint32_t type, struct bytes b) {
    return type == T_UNICODE ? text16(r, b) : text8(r, b);
}

static void set_text(const char **place, const char *text) {
    if (!**place && *text)
        *place = text;
}

/* ---- compressed RTF (MS-OXRTFCP): back references into a ring that begins with usual words ---- */

static const char ring_words[] =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS "
    "Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    "\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

enum { RING = 4096, RTF_PACKED = 0x75465a4c, RTF_PLAIN = 0x414c454d };

static struct bytes unpack_rtf(struct reader *r, struct bytes packed) {
    struct cursor c = {.in = packed};
    uint32_t size = (number(&c, 4), number(&c, 4)), kind = number(&c, 4);
    number(&c, 4); /* a checksum: broken ones are read as far as they go */
    if (c.bad || size > TNEF_TEXT_MAX || (kind != RTF_PACKED && kind != RTF_PLAIN)) {
        r->out->incomplete = true;
        return (struct bytes){0};
    }
    if (kind == RTF_PLAIN)
        return take(&c, size < c.in.len ? size : c.in.len);
    uint8_t ring[RING] = {0}, *to = arena_alloc(r->a, (size_t)size + 1);
    size_t at = sizeof ring_words - 1, n = 0;
    memcpy(ring, ring_words, at);
    while (!c.bad && c.in.len && n < size) {
        uint32_t flags = number(&c, 1);
        for (int bit = 0; bit < 8 && c.in.len && n < size; bit++) {
            if (!(flags >> bit & 1)) {
                to[n++] = ring[at] = (uint8_t)number(&c, 1);
                at = (at + 1) % RING;
                continue;
            }
            uint32_t high = number(&c, 1), low = number(&c, 1);
            size_t from = high << 4 | low >> 4, len = (low & 15) + 2;
            if (c.bad || from == at)
                return (struct bytes){to, n};
            for (; len && n < size; len--) {
                to[n++] = ring[at] = ring[from];
                at = (at + 1) % RING;
                from = (from + 1) % RING;
            }
        }
    }
    return (struct bytes){to, n};
}

/* ---- properties ---- */

static bool read_stream(struct reader *r, struct bytes in);

/* A message within the message: an interface id, then TNEF. */
static void read_inner(struct reader *r, struct bytes b) {
    enum { INTERFACE_ID = 16 };
    if (b.len <= INTERFACE_ID)
        return;
    struct bytes rest = {b.at + INTERFACE_ID, b.len - INTERFACE_ID};
    if (r->depth == TNEF_DEPTH_MAX) {
        r->out->incomplete = true;
        return;
    }
    struct reader inner = *r;
    inner.html = (struct bytes){0};
    inner.html_charset = NULL;
    inner.depth++;
    inner.file = 0;
    bool is_message = read_stream(&inner, rest);
    r->room = inner.room;
    file_of(r)->is_message = is_message;
    if (!is_message)
        file_of(r)->bytes = rest; /* an OLE object: somebody may be able to open it */
}

static void take_property(struct reader *r, uint32_t id, uint32_t type, struct bytes b) {
    struct tnef_file *f = file_of(r);
    bool text = type == T_UNICODE || type == T_STRING8;
    if (f && id == P_DATA && type == T_BINARY)
        f->bytes = b;
    else if (f && id == P_DATA && type == T_OBJECT)
        read_inner(r, b);
    else if (f && id == P_LONG_NAME && text && *text_of(r, type, b))
        f->name = text_of(r, type, b);
    else if (f && id == P_SHORT_NAME && text)
        set_text(&f->name, text_of(r, type, b));
    else if (f && id == P_MEDIA_TYPE && text)
        set_text(&f->type, text_of(r, type, b));
    else if (f && id == P_CONTENT_ID && text)
        set_text(&f->content_id, text_of(r, type, b));
    else if (!f && id == P_BODY && text)
        set_text(&r->out->text, text_of(r, type, b));
    else if (!f && id == P_HTML && (text || type == T_BINARY))
        r->html = b, r->html_type = type;
    else if (!f && id == P_RTF && type == T_BINARY && !r->out->rtf.len)
        r->out->rtf = unpack_rtf(r, b);
    else if (!f && id == P_CODE_PAGE && type == T_LONG && b.len == 4) {
        struct cursor c = {.in = b};
        const char *name = page_name(r->a, number(&c, 4));
        if (name && charset_known(name))
            r->html_charset = name;
    }
}

/* 0: of its own length. */
static size_t width_of(uint32_t type) {
    switch (type) {
    case T_SHORT:
    case T_LONG:
    case T_FLOAT:
    case T_ERROR:
    case T_BOOL: return 4; /* short ones are padded */
    case T_OBJECT:
    case T_STRING8:
    case T_UNICODE:
    case T_BINARY: return 0;
    case T_GUID: return 16;
    default: return 8; /* doubles, times, 64 bits */
    }
}

static void skip_name(struct cursor *c) {
    take(c, 16);
    if (number(c, 4) == 0) {
        number(c, 4);
        return;
    }
    size_t len = number(c, 4);
    take(c, len);
    skip_padding(c, len);
}

static void read_properties(struct reader *r, struct bytes in) {
    struct cursor c = {.in = in};
    uint32_t n = number(&c, 4), seen = 0;
    for (; !c.bad && seen < n && seen < TNEF_PROPERTIES_MAX; seen++) {
        uint32_t type = number(&c, 2), id = number(&c, 2);
        if (id >= 0x8000)
            skip_name(&c);
        size_t width = width_of(type & ~(uint32_t)T_MANY);
        uint32_t values = type & T_MANY || !width ? number(&c, 4) : 1;
        for (uint32_t i = 0; i < values && !c.bad; i++) {
            size_t len = width ? width : number(&c, 4);
            struct bytes value = take(&c, len);
            skip_padding(&c, len);
            if (!c.bad && i == 0)
                take_property(r, id, type & ~(uint32_t)T_MANY, value);
        }
    }
    if (c.bad || seen < n)
        r->out->incomplete = true;
}

/* ---- attributes ---- */

static void begin_file(struct reader *r) {
    struct tnef *t = r->out;
    if (t->n_files == TNEF_FILES_MAX) {
        t->incomplete = true;
        r->file = 0;
        return;
    }
    if (t->n_files == r->room) {
        r->room = r->room ? r->room * 2 : 8;
        t->files = arena_grow(r->a, t->files, t->n_files, r->room, sizeof *t->files);
    }
    r->file = ++t->n_files;
    *file_of(r) = (struct tnef_file){.name = "", .type = "", .content_id = ""};
}

static void take_attribute(struct reader *r, uint32_t level, uint32_t id, struct bytes data) {
    if (level == LEVEL_MESSAGE && id == CODE_PAGE && data.len >= 4) {
        struct cursor c = {.in = data};
        const char *name = page_name(r->a, number(&c, 4));
        if (name && charset_known(name))
            r->charset = name;
    } else if (level == LEVEL_MESSAGE && id == BODY) {
        set_text(&r->out->text, text8(r, data));
    } else if (level == LEVEL_MESSAGE && id == MESSAGE_PROPERTIES) {
        read_properties(r, data);
    } else if (level == LEVEL_FILE && id == FILE_BEGINS) {
        begin_file(r);
    } else if (level == LEVEL_FILE && r->file && id == FILE_TITLE) {
        set_text(&file_of(r)->name, text8(r, data));
    } else if (level == LEVEL_FILE && r->file && id == FILE_DATA) {
        file_of(r)->bytes = data;
    } else if (level == LEVEL_FILE && r->file && id == FILE_PROPERTIES) {
        read_properties(r, data);
    }
}

static bool read_stream(struct reader *r, struct bytes in) {
    struct cursor c = {.in = in};
    if (number(&c, 4) != SIGNATURE || (number(&c, 2), c.bad))
        return false;
    while (c.in.len) {
        uint32_t level = number(&c, 1), id = number(&c, 4), len = number(&c, 4);
        struct bytes data = take(&c, len);
        if (c.bad) {
            r->out->incomplete = true;
            break;
        }
        take_attribute(r, level, id, data);
        number(&c, 2); /* a checksum; many senders write a wrong one */
    }
    if (r->html.len && r->html_type != T_UNICODE)
        r->charset = r->html_charset                ? r->html_charset
                     : *html_charset(r->a, r->html) ? html_charset(r->a, r->html)
                                                    : r->charset;
    if (r->html.len)
        set_text(&r->out->html, text_of(r, r->html_type, r->html));
    return true;
}

bool tnef_read(struct arena *a, struct bytes input, struct tnef *out) {
    *out = (struct tnef){.text = "", .html = ""};
    struct reader r = {.a = a, .out = out};
    return read_stream(&r, input);
}
