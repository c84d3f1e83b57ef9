#include "channel/mime.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "channel/charset.h"
#include "channel/html_text.h"
#include "channel/plain_text.h"
#include "channel/tnef.h"
#include "base/sniff.h"

#include <ctype.h>
#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>

/* GMime finds the parts and undoes their transfer encoding, and takes address lists apart. Headers, words,
 * parameters and charsets are read by header.c and charset.c: GMime would call iconv, which loads modules from
 * disk (the sandbox has none) and takes the sender's charset names literally. */

struct mime_limits mime_limits(void) {
    return (struct mime_limits){MIME_SIZE_MAX, MIME_PARTS_MAX, MIME_DEPTH_MAX, MIME_TEXT_MAX, MIME_HTML_MAX};
}

static GLogWriterOutput drop_log(GLogLevelFlags level, const GLogField *fields, gsize n, gpointer data) {
    return G_LOG_WRITER_HANDLED; /* complaints about input quote the input */
}

void mime_init(void) {
    static bool done;
    if (done)
        return;
    done = true;
    charset_init();
    g_log_set_writer_func(drop_log, NULL, NULL);
    g_mime_init();
}

/* --- the header block ---------------------------------------------------------------------------------- */

enum { RAW_HEADERS_MAX = 20000, LABEL_MAX = 100 };

struct raw_header {
    const char *name;
    const char *value; /* folded, undecoded */
};

struct block {
    struct raw_header *at;
    size_t n;
};

/* A leading mbox line and empty lines are the courier's. */
static struct bytes skip_envelope(struct bytes raw) {
    if (raw.len >= 3 && !memcmp(raw.at, "\xef\xbb\xbf", 3))
        raw.at += 3, raw.len -= 3;
    for (;;) {
        while (raw.len && (*raw.at == '\r' || *raw.at == '\n'))
            raw.at++, raw.len--;
        bool from = raw.len > 5 && (!memcmp(raw.at, "From ", 5) || !memcmp(raw.at, ">From", 5));
        const uint8_t *end = from ? memchr(raw.at, '\n', raw.len) : NULL;
        if (!end)
            return raw;
        raw.len -= (size_t)(end - raw.at);
        raw.at = end;
    }
}

size_t mime_header_end(struct bytes raw) {
    for (size_t i = 0; i < raw.len;) {
        const uint8_t *nl = memchr(raw.at + i, '\n', raw.len - i);
        if (!nl)
            break;
        i = (size_t)(nl - raw.at) + 1;
        if (i < raw.len && (raw.at[i] == '\n' || (raw.at[i] == '\r' && i + 1 < raw.len && raw.at[i + 1] == '\n')))
            return i;
    }
    return raw.len;
}

/* The length of the name when a header begins at s; 0 when this is no header. */
static size_t header_name_length(const char *s, size_t n) {
    size_t i = 0;
    while (i < n && i < LABEL_MAX && (unsigned char)s[i] > 0x20 && (unsigned char)s[i] < 0x7F && s[i] != ':')
        i++;
    size_t name = i;
    while (i < n && (s[i] == ' ' || s[i] == '\t')) /* "Subject : x" is obsolete, and sent */
        i++;
    return name && i < n && s[i] == ':' ? name : 0;
}

static const char *value_copy(struct arena *a, const char *s, size_t n) {
    char *v = arena_copy_n(a, s, n < MIME_HEADER_MAX ? n : MIME_HEADER_MAX);
    n = n < MIME_HEADER_MAX ? n : MIME_HEADER_MAX;
    for (size_t i = 0; i < n; i++)
        if (!v[i])
            v[i] = ' ';
    while (*v == ' ' || *v == '\t')
        v++;
    return v;
}

static struct block read_block(struct arena *a, struct bytes raw) {
    size_t end = mime_header_end(raw), room = 64;
    const char *s = (const char *)raw.at, *stop = s + end;
    struct block b = {arena_array(a, room, sizeof(struct raw_header)), 0};
    while (s < stop && b.n < RAW_HEADERS_MAX) {
        const char *nl = memchr(s, '\n', (size_t)(stop - s));
        while (nl && nl + 1 < stop && (nl[1] == ' ' || nl[1] == '\t'))
            nl = memchr(nl + 1, '\n', (size_t)(stop - nl - 1));
        const char *line_end = nl ? nl : stop;
        size_t name = header_name_length(s, (size_t)(line_end - s));
        if (name) {
            if (b.n == room) {
                b.at = arena_grow(a, b.at, b.n, room * 2, sizeof *b.at);
                room *= 2;
            }
            const char *colon = memchr(s + name, ':', (size_t)(line_end - s) - name);
            b.at[b.n++] = (struct raw_header){arena_copy_n(a, s, name),
                                              value_copy(a, colon + 1, (size_t)(line_end - colon - 1))};
        }
        s = nl ? nl + 1 : stop;
    }
    return b;
}

static const char *raw_get(const struct block *b, const char *name) {
    for (size_t i = 0; i < b->n; i++)
        if (!strcasecmp(b->at[i].name, name))
            return b->at[i].value;
    return NULL;
}

/* --- what the headers say ------------------------------------------------------------------------------ */

struct reader {
    struct arena *a;
    struct mime_limits limits;
    struct mail *m;
    struct block block;
    const char *body_charset; /* of the first text that names one: raw 8-bit headers are mostly in it too */
    size_t parts_room, parts_seen;
    struct dsn status;       /* from a delivery-status part */
    const char *original_id; /* from the returned mail's headers */
    struct tnef tnef;        /* of the first winmail.dat */
};

static const char *clean_line(struct reader *r, const char *s) {
    char *line = utf8_clean(r->a, s, strlen(s));
    for (char *c = line; *c; c++)
        if (*c == '\n' || *c == '\t')
            *c = ' ';
    return line;
}

static void add_mailboxes(struct reader *r, struct mail_addresses *to, InternetAddressList *list, int depth) {
    for (int i = 0; i < internet_address_list_length(list) && to->n < MIME_ADDRESSES_MAX; i++) {
        InternetAddress *ia = internet_address_list_get_address(list, i);
        if (INTERNET_ADDRESS_IS_GROUP(ia) && depth < 3) {
            add_mailboxes(r, to, internet_address_group_get_members(INTERNET_ADDRESS_GROUP(ia)), depth + 1);
            continue;
        }
        const char *addr = INTERNET_ADDRESS_IS_MAILBOX(ia)
                               ? internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(ia))
                               : NULL;
        const char *name = internet_address_get_name(ia);
        if (!addr || !*addr)
            continue;
        if ((to->n & (to->n - 1)) == 0) /* the list doubles at each power of two */
            to->at = arena_grow(r->a, to->at, to->n, to->n ? to->n * 2 : 1, sizeof *to->at);
        to->at[to->n++] = (struct mail_address){clean_line(r, name ? name : ""), clean_line(r, addr)};
    }
}

/* Adds the addresses of every header of that name. */
static void read_addresses(struct reader *r, const char *header, struct mail_addresses *to) {
    for (size_t i = 0; i < r->block.n && to->n < MIME_ADDRESSES_MAX; i++) {
        if (strcasecmp(r->block.at[i].name, header))
            continue;
        const char *value = header_words_to_utf8(r->a, r->block.at[i].value, r->body_charset);
        InternetAddressList *list = internet_address_list_parse(NULL, value);
        if (!list)
            continue;
        add_mailboxes(r, to, list, 0);
        g_object_unref(list);
    }
}

static struct mail_address first_address(struct reader *r, const char *header) {
    struct mail_addresses list = {0};
    read_addresses(r, header, &list);
    return list.n ? list.at[0] : (struct mail_address){"", ""};
}

static const char *first_id(struct reader *r, const char *header) {
    const char *raw = raw_get(&r->block, header), **ids;
    return raw && header_ids(r->a, raw, 2, &ids) ? ids[0] : "";
}

static int64_t read_date(const char *raw) {
    GDateTime *at = raw ? g_mime_utils_header_decode_date(raw) : NULL;
    if (!at)
        return 0;
    int64_t ms = g_date_time_to_unix(at) * 1000;
    g_date_time_unref(at);
    return ms > 0 ? ms : 0;
}

static void read_header_list(struct reader *r) {
    size_t n = r->block.n < MIME_HEADERS_MAX ? r->block.n : MIME_HEADERS_MAX;
    r->m->headers = arena_array(r->a, n + 1, sizeof(struct mail_header));
    for (size_t i = 0; i < n; i++)
        r->m->headers[i] =
            (struct mail_header){r->block.at[i].name, header_text(r->a, r->block.at[i].value, r->body_charset)};
    r->m->n_headers = n;
}

static void read_return_path(struct reader *r) {
    const char *raw = raw_get(&r->block, "Return-Path");
    if (!raw)
        return;
    r->m->return_path = first_address(r, "Return-Path").addr;
    r->m->empty_return_path = !*r->m->return_path && !strchr(raw, '@');
}

static void read_headers(struct reader *r) {
    struct mail *m = r->m;
    read_header_list(r);
    m->message_id = first_id(r, "Message-ID");
    m->in_reply_to = first_id(r, "In-Reply-To");
    const char *references = raw_get(&r->block, "References"), *subject = raw_get(&r->block, "Subject");
    if (references)
        m->n_references = header_ids(r->a, references, MIME_REFERENCES_MAX, &m->references);
    m->from = first_address(r, "From");
    m->reply_to = first_address(r, "Reply-To");
    m->sender = first_address(r, "Sender");
    read_addresses(r, "To", &m->to);
    read_addresses(r, "Cc", &m->cc);
    read_addresses(r, "Delivered-To", &m->delivered_to);
    read_addresses(r, "X-Original-To", &m->delivered_to);
    read_addresses(r, "Envelope-To", &m->delivered_to);
    read_return_path(r);
    m->subject = subject ? header_text(r->a, subject, r->body_charset) : "";
    m->date = read_date(raw_get(&r->block, "Date"));
    m->automatic = mail_auto_kind(r->a, m->headers, m->n_headers, NULL);
}

/* --- parts ----------------------------------------------------------------------------------------------- */

/* The readable side of some part of the mail. */
struct body {
    struct buf text, html; /* text carries quote marks when it was made from HTML */
    bool has_plain, has_html;
};

static void body_free(struct body *b) {
    buf_free(&b->text);
    buf_free(&b->html);
}

static void cut_off(struct reader *r, const char *why) {
    r->m->incomplete = true;
    if (!*r->m->trouble)
        r->m->trouble = why;
}

static struct bytes take_stream(struct reader *r, GMimeStream *s) {
    GByteArray *got = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(s));
    struct bytes b = arena_bytes(r->a, (struct bytes){got->data, got->len});
    g_object_unref(s);
    return b;
}

static struct bytes content_of(struct reader *r, GMimeObject *o) {
    GMimeStream *s = g_mime_stream_mem_new();
    if (GMIME_IS_PART(o)) {
        GMimeDataWrapper *w = g_mime_part_get_content(GMIME_PART(o));
        if (w)
            g_mime_data_wrapper_write_to_stream(w, s);
    } else if (GMIME_IS_MESSAGE_PART(o)) {
        GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(o));
        if (inner)
            g_mime_object_write_to_stream(GMIME_OBJECT(inner), NULL, s);
    }
    return take_stream(r, s);
}

static const char *raw_header_of(GMimeObject *o, const char *name) {
    GMimeHeader *h = g_mime_header_list_get_header(g_mime_object_get_header_list(o), name);
    const char *raw = h ? g_mime_header_get_raw_value(h) : NULL;
    return raw ? raw : "";
}

static const char *media_type(struct reader *r, GMimeObject *o) {
    GMimeContentType *t = g_mime_object_get_content_type(o);
    const char *type = t ? g_mime_content_type_get_media_type(t) : NULL,
               *sub = t ? g_mime_content_type_get_media_subtype(t) : NULL;
    char *name = arena_printf(r->a, "%.60s/%.100s", type ? type : "text", sub ? sub : "plain");
    for (char *c = name; *c; c++)
        *c = (char)((unsigned char)*c > 0x20 && (unsigned char)*c < 0x7F ? tolower((unsigned char)*c) : '_');
    return name;
}

/* A name that is safe to save under: no path, no leading dot, not too long, its ending kept. */
static const char *file_name(struct reader *r, const char *name) {
    for (const char *c = name; *c; c++)
        if ((*c == '/' || *c == '\\') && c[1])
            name = c + 1;
    while (*name == '.' || *name == ' ')
        name++;
    char *safe = arena_copy(r->a, name);
    for (char *c = safe; *c; c++)
        if (strchr("/\\:*?\"<>|\n\t", *c))
            *c = '_';
    size_t n = strlen(safe);
    if (n <= MIME_NAME_MAX)
        return safe;
    const char *dot = strrchr(safe, '.');
    size_t ending = dot && strlen(dot) <= 16 ? strlen(dot) : 0;
    return arena_printf(r->a, "%.*s%s", (int)utf8_fit(safe, n, MIME_NAME_MAX - ending), safe, ending ? dot : "");
}

static const char *given_name(struct reader *r, GMimeObject *o) {
    const char *name = header_param(r->a, raw_header_of(o, "Content-Disposition"), "filename", r->body_charset);
    if (!*name)
        name = header_param(r->a, raw_header_of(o, "Content-Type"), "name", r->body_charset);
    return file_name(r, name);
}

/* A name for a part without one, by what it is. */
static const char *invented_name(struct reader *r, const struct mail_part *p) {
    static const struct {
        const char *type, *name;
    } rows[] = {
        {"message/rfc822", "message.eml"},
        {"message/global", "message.eml"},
        {"text/calendar", "invite.ics"},
        {"text/vcard", "contact.vcf"},
        {"text/html", "page.html"},
        {"text/plain", "text.txt"},
        {"image/jpeg", "image.jpg"},
        {"image/png", "image.png"},
        {"image/gif", "image.gif"},
        {"application/pdf", "document.pdf"},
        {"application/ms-tnef", "winmail.dat"},
        {"application/vnd.ms-tnef", "winmail.dat"},
        {"application/pgp-signature", "signature.asc"},
        {"application/pkcs7-signature", "smime.p7s"},
        {"application/pkcs7-mime", "smime.p7m"},
        {"message/delivery-status", "delivery-status.txt"},
        {"text/rfc822-headers", "headers.txt"},
        {"message/feedback-report", "feedback-report.txt"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(rows[i].type, p->type))
            return rows[i].name;
    return arena_printf(r->a, "part-%zu", r->m->n_parts + 1);
}

static void keep_part(struct reader *r, struct mail_part p) {
    struct mail *m = r->m;
    if (m->n_parts == r->parts_room) {
        size_t room = r->parts_room ? r->parts_room * 2 : 8;
        m->parts = arena_grow(r->a, m->parts, m->n_parts, room, sizeof *m->parts);
        r->parts_room = room;
    }
    m->parts[m->n_parts++] = p;
}

static void add_part(struct reader *r, GMimeObject *o, bool related) {
    struct mail_part p = {.type = media_type(r, o), .bytes = content_of(r, o), .method = ""};
    const char **ids, *disposition = raw_header_of(o, "Content-Disposition");
    while (isspace((unsigned char)*disposition))
        disposition++;
    p.name = given_name(r, o);
    if (!*p.name)
        p.name = invented_name(r, &p);
    p.sniffed = sniff_type(p.bytes);
    p.content_id = header_ids(r->a, raw_header_of(o, "Content-ID"), 2, &ids)
                       ? ids[0]
                       : clean_line(r, raw_header_of(o, "Content-ID"));
    p.is_inline = (related && *p.content_id && strncasecmp(disposition, "attachment", 10)) ||
                  !strncasecmp(disposition, "inline", 6);
    if (!strcmp(p.type, "text/calendar"))
        p.method = header_param(r->a, raw_header_of(o, "Content-Type"), "method", NULL);
    keep_part(r, p);
}

static const char *charset_claim(struct reader *r, GMimeObject *o, struct bytes raw, bool html) {
    const char *claim = header_param(r->a, raw_header_of(o, "Content-Type"), "charset", NULL);
    if (!charset_known(claim) && html)
        claim = html_charset(r->a, raw);
    if (charset_known(claim) && !r->body_charset)
        r->body_charset = claim;
    return claim;
}

static bool is_blank(const char *s) { return !s[strspn(s, " \t\n")]; }

static const char *fit(struct reader *r, char *text, size_t max, const char *why) {
    size_t n = strlen(text), keep = utf8_fit(text, n, max);
    if (keep < n)
        cut_off(r, why);
    text[keep] = 0;
    return text;
}

static void add_text(struct body *b, const char *text) {
    if (b->text.len && b->text.at[b->text.len - 1] != '\n')
        buf_char(&b->text, '\n');
    buf_str(&b->text, text);
}

static void read_plain(struct reader *r, GMimeObject *o, struct body *b) {
    struct bytes raw = content_of(r, o);
    const char *claim = charset_claim(r, o, raw, false), *type = raw_header_of(o, "Content-Type");
    char *text = charset_to_utf8(r->a, raw, claim);
    if (!strcasecmp(header_param(r->a, type, "format", NULL), "flowed"))
        text = flowed_text(r->a, text, !strcasecmp(header_param(r->a, type, "delsp", NULL), "yes"));
    if (!*r->m->charset)
        r->m->charset = charset_resolve(claim, raw);
    if (strstr(text, "-----BEGIN PGP MESSAGE-----"))
        r->m->is_encrypted = true;
    add_text(b, fit(r, text, r->limits.text, "the text is cut: it is too long to show"));
    b->has_plain = b->has_plain || !is_blank(text);
}

static void read_html(struct reader *r, GMimeObject *o, struct body *b) {
    struct bytes raw = content_of(r, o);
    const char *claim = charset_claim(r, o, raw, true);
    if (!*r->m->charset)
        r->m->charset = charset_resolve(claim, raw);
    const char *html =
        fit(r, charset_to_utf8(r->a, raw, claim), r->limits.html, "the HTML is cut: it is too long to show");
    add_text(b, html_text(r->a, html, r->limits.text));
    buf_str(&b->html, html);
    b->has_html = true;
}

/* The returned mail, or its headers, in a report: which of ours was it? */
static void read_returned(struct reader *r, struct bytes mail) {
    if (*r->original_id)
        return;
    struct block b = read_block(r->a, skip_envelope(mail));
    const char *raw = raw_get(&b, "Message-ID"), **ids;
    if (raw && header_ids(r->a, raw, 2, &ids))
        r->original_id = ids[0];
}

/* ---- winmail.dat ---- */

/* A media type as it may be claimed; else what the bytes say. */
static const char *tnef_type(struct reader *r, const struct tnef_file *f) {
    size_t n = strspn(f->type, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-/");
    const char *slash = strchr(f->type, '/'), *sniffed = sniff_type(f->bytes);
    if (!slash || slash == f->type || !slash[1] || f->type[n] || n > 100)
        return *sniffed ? sniffed : "application/octet-stream";
    char *type = arena_copy(r->a, f->type);
    for (char *c = type; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return type;
}

static void add_tnef_file(struct reader *r, const struct tnef_file *f) {
    if (++r->parts_seen > r->limits.parts) {
        cut_off(r, "there are too many parts");
        return;
    }
    struct mail_part p = {
        .name = file_name(r, clean_line(r, f->name)),
        .type = tnef_type(r, f),
        .sniffed = sniff_type(f->bytes),
        .content_id = clean_line(r, f->content_id),
        .is_inline = *f->content_id && *r->tnef.html,
        .method = "",
        .bytes = f->bytes,
    };
    if (!*p.name)
        p.name = invented_name(r, &p);
    keep_part(r, p);
}

/* What is in it stands in its place; it stays beside that only when something in it could not be read. */
static void read_tnef(struct reader *r) {
    struct tnef t;
    struct mail_part *self = &r->m->parts[r->m->n_parts - 1];
    if (strcmp(self->sniffed, "application/vnd.ms-tnef") != 0 || r->tnef.text || !tnef_read(r->a, self->bytes, &t))
        return;
    r->tnef = t;
    if (!t.incomplete)
        r->m->n_parts--;
    for (size_t i = 0; i < t.n_files; i++)
        if (!t.files[i].is_message)
            add_tnef_file(r, &t.files[i]);
}

static bool has_text(const char *s) { return s && !is_blank(s); }

/* Most senders put the text beside it too; then that is the text. */
static void use_tnef_text(struct reader *r, struct body *b) {
    const struct tnef *t = &r->tnef;
    bool empty = !b->text.len || is_blank(b->text.at);
    if (!b->has_html && has_text(t->html)) {
        buf_str(&b->html,
                fit(r, arena_copy(r->a, t->html), r->limits.html, "the HTML is cut: it is too long to show"));
        b->has_html = true;
    }
    if (empty && has_text(t->text))
        add_text(b, fit(r, arena_copy(r->a, t->text), r->limits.text, "the text is cut: it is too long to show"));
    else if (empty && has_text(t->html))
        add_text(b, html_text(r->a, t->html, r->limits.text));
    else if (empty && t->rtf.len)
        add_tnef_file(r, &(struct tnef_file){
                             .name = "message.rtf", .type = "application/rtf", .content_id = "", .bytes = t->rtf});
}

static bool is_attached(GMimeObject *o) {
    const char *d = raw_header_of(o, "Content-Disposition");
    while (isspace((unsigned char)*d))
        d++;
    return !strncasecmp(d, "attachment", 10);
}

static void read_leaf(struct reader *r, GMimeObject *o, struct body *b, bool related) {
    const char *type = media_type(r, o);
    bool plain = !strcmp(type, "text/plain"), html = !strcmp(type, "text/html") || !strcmp(type, "text/enriched");
    if ((plain || html) && !is_attached(o) && !*given_name(r, o)) {
        plain ? read_plain(r, o, b) : read_html(r, o, b);
        return;
    }
    add_part(r, o, related);
    read_tnef(r);
    if (!r->m->n_parts)
        return;
    const struct mail_part *p = &r->m->parts[r->m->n_parts - 1];
    if (!strcmp(type, "message/delivery-status") || !strcmp(type, "message/global-delivery-status")) {
        if (!r->status.is_dsn)
            r->status = dsn_from_status(r->a, charset_to_utf8(r->a, p->bytes, NULL));
    } else if (!strcmp(type, "message/rfc822") || !strcmp(type, "message/global") ||
               !strcmp(type, "text/rfc822-headers") || !strcmp(type, "message/global-headers"))
        read_returned(r, p->bytes);
    else if (!strcmp(type, "application/pkcs7-mime") || !strcmp(type, "application/x-pkcs7-mime")) {
        bool is_signed = strcasestr(raw_header_of(o, "Content-Type"), "signed-data");
        r->m->is_signed = r->m->is_signed || is_signed;
        r->m->is_encrypted = r->m->is_encrypted || !is_signed;
    }
}

static void read_part(struct reader *r, GMimeObject *o, size_t depth, struct body *b, bool related);

static void escape_into(struct buf *out, const char *text) {
    buf_lit(out, "<pre style=\"white-space:pre-wrap\">");
    for (const char *c = text; *c; c++)
        *c == '<'                              ? buf_str(out, "&lt;")
        : *c == '&'                            ? buf_str(out, "&amp;")
        : *c >= QUOTE_BEGIN &&*c <= QUOTE_REST ? (void)0
                                               : buf_char(out, *c);
    buf_lit(out, "</pre>");
}

/* Puts `more` behind `b`: a mail may show several texts with pictures in between. */
static void body_append(struct body *b, struct body *more) {
    bool either_html = b->has_html || more->has_html;
    if (either_html && !b->has_html && b->text.len)
        escape_into(&b->html, b->text.at);
    if (more->has_html)
        buf_add(&b->html, more->html.at ? more->html.at : "", more->html.len);
    else if (either_html && more->text.len)
        escape_into(&b->html, more->text.at);
    if (more->text.len)
        add_text(b, more->text.at);
    b->has_html = either_html;
    b->has_plain = b->has_plain || more->has_plain;
    body_free(more);
}

/* The same thing several times, the richest last: text from the plain one when it says anything. */
static void read_alternative(struct reader *r, GMimeMultipart *mp, size_t depth, struct body *b) {
    struct body best = {0};
    for (int i = 0; i < g_mime_multipart_get_count(mp); i++) {
        struct body one = {0};
        read_part(r, g_mime_multipart_get_part(mp, i), depth + 1, &one, false);
        if (one.text.len && (!best.has_plain || one.has_plain)) {
            struct buf old = best.text;
            best.text = one.text, one.text = old;
            best.has_plain = one.has_plain;
        }
        if (one.has_html) {
            struct buf old = best.html;
            best.html = one.html, one.html = old;
            best.has_html = true;
        }
        body_free(&one);
    }
    body_append(b, &best);
}

static void read_multipart(struct reader *r, GMimeMultipart *mp, size_t depth, struct body *b) {
    const char *type = media_type(r, GMIME_OBJECT(mp));
    if (!strcmp(type, "multipart/alternative")) {
        read_alternative(r, mp, depth, b);
        return;
    }
    bool related = !strcmp(type, "multipart/related");
    r->m->is_signed = r->m->is_signed || !strcmp(type, "multipart/signed");
    r->m->is_encrypted = r->m->is_encrypted || !strcmp(type, "multipart/encrypted");
    for (int i = 0; i < g_mime_multipart_get_count(mp); i++) {
        struct body one = {0};
        read_part(r, g_mime_multipart_get_part(mp, i), depth + 1, &one, related);
        body_append(b, &one);
    }
}

static void read_part(struct reader *r, GMimeObject *o, size_t depth, struct body *b, bool related) {
    if (!o)
        return;
    if (depth > r->limits.depth) {
        cut_off(r, "parts are nested too deeply");
        return;
    }
    if (++r->parts_seen > r->limits.parts) {
        cut_off(r, "there are too many parts");
        return;
    }
    if (GMIME_IS_MULTIPART(o))
        read_multipart(r, GMIME_MULTIPART(o), depth, b);
    else
        read_leaf(r, o, b, related);
}

/* A multipart whose boundary never comes leaves no part: then what stands there is the text. */
static void read_lost_text(struct reader *r, struct bytes raw, struct body *b) {
    size_t end = mime_header_end(raw);
    if (b->text.len || b->has_html || r->m->n_parts || end >= raw.len)
        return;
    struct bytes rest = {raw.at + end, raw.len - end};
    char *text = charset_to_utf8(r->a, rest, r->body_charset);
    if (is_blank(text))
        return;
    add_text(b, fit(r, text, r->limits.text, "the text is cut: it is too long to show"));
    cut_off(r, "the parts could not be told apart");
}

static void read_tree(struct reader *r, struct bytes raw, struct body *b) {
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer((const char *)raw.at, raw.len);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    g_object_unref(parser);
    g_object_unref(stream);
    if (!message)
        return;
    read_part(r, g_mime_message_get_mime_part(message), 0, b, false);
    g_object_unref(message);
}

/* --- the whole mail -------------------------------------------------------------------------------------- */

struct mail *mail_unreadable(struct arena *a, const char *trouble) {
    struct mail *m = ARENA_NEW(a, struct mail);
    *m = (struct mail){.message_id = "",
                       .in_reply_to = "",
                       .return_path = "",
                       .subject = "",
                       .text = "",
                       .html = "",
                       .charset = ""};
    m->from = m->reply_to = m->sender = (struct mail_address){"", ""};
    m->automatic.reason = "";
    m->dsn = dsn_none();
    m->fold.mark = "";
    m->unreadable = true;
    m->trouble = trouble;
    return m;
}

static void read_report(struct reader *r) {
    struct mail *m = r->m;
    const char *failed = header_get(m->headers, m->n_headers, "X-Failed-Recipients");
    const char *from = header_get(m->headers, m->n_headers, "From");
    m->dsn = r->status;
    bool machine = dsn_is_candidate(from, false, failed);
    bool ask_text = m->automatic.kind == MAIL_BOUNCE || (dsn_is_candidate(from, m->empty_return_path, failed) &&
                                                         (m->automatic.kind != MAIL_AUTO_REPLY || machine));
    if (ask_text) {
        struct dsn said = dsn_from_text(r->a, m->subject, m->text);
        dsn_merge(&m->dsn, &said);
    }
    if (!m->dsn.is_dsn)
        return;
    m->fold = (struct quote_fold){0, 0, ""}; /* the copy in a bounce is evidence, not history */
    if (*r->original_id)
        m->dsn.original_message_id = r->original_id;
    if (!*m->dsn.final_recipient && *failed)
        m->dsn.final_recipient = arena_copy_n(r->a, failed, strcspn(failed, ", "));
    if (m->automatic.kind == MAIL_PERSON || m->automatic.kind == MAIL_AUTO_REPLY)
        m->automatic = (struct mail_auto){MAIL_BOUNCE, true, arena_printf(r->a, "the text of %s", m->dsn.rule)};
}

static bool begin(struct reader *r, struct arena *a, struct bytes *raw, const struct mime_limits *limits,
                  struct mail **out) {
    *r = (struct reader){
        .a = a, .limits = *limits, .m = mail_unreadable(a, ""), .status = dsn_none(), .original_id = ""};
    *out = r->m;
    *raw = skip_envelope(*raw);
    r->block = read_block(a, *raw);
    if (!r->block.n)
        r->m->trouble = "this is no mail: it has no headers";
    return r->block.n > 0;
}

void mime_parse_headers(struct arena *a, struct bytes raw, const char *trouble, struct mail **out) {
    struct reader r;
    struct mime_limits limits = mime_limits();
    if (begin(&r, a, &raw, &limits, out)) {
        read_headers(&r);
        r.m->trouble = trouble;
    }
}

enum rc mime_parse(struct arena *a, struct bytes raw, const struct mime_limits *limits, struct mail **out) {
    struct reader r;
    if (raw.len > limits->size) {
        mime_parse_headers(a, (struct bytes){raw.at, limits->size}, "this mail is larger than the limit", out);
        return RC_TOO_BIG;
    }
    if (!begin(&r, a, &raw, limits, out))
        return RC_INVALID;
    r.m->unreadable = false;
    struct body body = {0};
    read_tree(&r, raw, &body);
    use_tnef_text(&r, &body);
    read_lost_text(&r, raw, &body);
    read_headers(&r); /* after the text, whose charset unlabelled headers share */
    r.m->text =
        quote_split(a, body.text.at ? body.text.at : "", quote_subject_is_forward(r.m->subject), &r.m->fold);
    r.m->html = body.html.at ? arena_copy_n(a, body.html.at, body.html.len) : "";
    body_free(&body);
    read_report(&r);
    return RC_OK;
}
