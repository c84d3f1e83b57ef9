#include "channel/mail_wire.h"

#include "base/utf8.h"

#include <string.h>

/* One description serves both directions, so that they cannot drift apart: `out` is set when writing, else bytes
 * are read from [at, end) and `bad` sticks. */
struct wire {
    struct buf *out;
    const uint8_t *at, *end;
    struct arena *a;
    bool bad;
};

enum { MAGIC = 0x4b4d4c31 };

static void wire_u64(struct wire *w, uint64_t *v) {
    if (w->out) {
        buf_add(w->out, v, sizeof *v);
        return;
    }
    if (w->bad || (size_t)(w->end - w->at) < sizeof *v) {
        w->bad = true;
        *v = 0;
        return;
    }
    memcpy(v, w->at, sizeof *v);
    w->at += sizeof *v;
}

static void wire_int(struct wire *w, int64_t *v) {
    uint64_t u = (uint64_t)*v;
    wire_u64(w, &u);
    *v = (int64_t)u;
}

static void wire_size(struct wire *w, size_t *v) {
    uint64_t u = *v;
    wire_u64(w, &u);
    *v = (size_t)u;
}

static void wire_bool(struct wire *w, bool *v) {
    uint64_t u = *v;
    wire_u64(w, &u);
    w->bad = w->bad || u > 1;
    *v = u == 1;
}

static void wire_bytes(struct wire *w, struct bytes *b) {
    wire_size(w, &b->len);
    if (w->out) {
        buf_add(w->out, b->at ? (const void *)b->at : "", b->len);
        return;
    }
    if (w->bad || b->len > (size_t)(w->end - w->at)) {
        w->bad = true;
        *b = (struct bytes){(const uint8_t *)"", 0};
        return;
    }
    const uint8_t *from = w->at;
    w->at += b->len;
    *b = arena_bytes(w->a, (struct bytes){from, b->len});
}

static void wire_text(struct wire *w, const char **s) {
    struct bytes b = {(const uint8_t *)*s, w->out && *s ? strlen(*s) : 0};
    wire_bytes(w, &b);
    if (w->out)
        return;
    if (!w->bad && !utf8_is_clean((const char *)b.at, b.len))
        w->bad = true;
    *s = w->bad ? "" : (const char *)b.at; /* arena_bytes keeps a NUL behind */
}

/* A list's length; `least` is what one element takes at least, so that a count cannot ask for more memory than
 * the bytes could fill. When reading, makes room. */
static void wire_count(struct wire *w, size_t *n, size_t max, size_t least) {
    wire_size(w, n);
    if (!w->out && (w->bad || *n > max || *n > (size_t)(w->end - w->at) / least)) {
        w->bad = true;
        *n = 0;
    }
}

static void wire_address(struct wire *w, struct mail_address *v) {
    wire_text(w, &v->name);
    wire_text(w, &v->addr);
}

static void wire_addresses(struct wire *w, struct mail_addresses *v) {
    wire_count(w, &v->n, 3 * MIME_ADDRESSES_MAX, 16);
    if (!w->out)
        v->at = arena_array(w->a, v->n + 1, sizeof *v->at);
    for (size_t i = 0; i < v->n; i++)
        wire_address(w, &v->at[i]);
}

static void wire_part(struct wire *w, struct mail_part *p) {
    wire_text(w, &p->name);
    wire_text(w, &p->type);
    wire_text(w, &p->sniffed);
    wire_text(w, &p->content_id);
    wire_bool(w, &p->is_inline);
    wire_text(w, &p->method);
    wire_bytes(w, &p->bytes);
    if (!w->out && (!*p->name || strpbrk(p->name, "/\\\n")))
        w->bad = true;
}

static void wire_lists(struct wire *w, struct mail *m) {
    wire_count(w, &m->n_references, MIME_REFERENCES_MAX, 8);
    wire_count(w, &m->n_headers, MIME_HEADERS_MAX, 16);
    wire_count(w, &m->n_parts, MIME_PARTS_MAX, 56);
    if (!w->out) {
        m->references = arena_array(w->a, m->n_references + 1, sizeof *m->references);
        m->headers = arena_array(w->a, m->n_headers + 1, sizeof *m->headers);
        m->parts = arena_array(w->a, m->n_parts + 1, sizeof *m->parts);
    }
    for (size_t i = 0; i < m->n_references; i++)
        wire_text(w, &m->references[i]);
    for (size_t i = 0; i < m->n_headers; i++) {
        wire_text(w, &m->headers[i].name);
        wire_text(w, &m->headers[i].value);
    }
    for (size_t i = 0; i < m->n_parts; i++)
        wire_part(w, &m->parts[i]);
}

static void wire_verdicts(struct wire *w, struct mail *m) {
    size_t kind = (size_t)m->automatic.kind;
    wire_size(w, &kind);
    w->bad = w->bad || kind >= MAIL_AUTO_KINDS;
    m->automatic.kind = w->bad ? MAIL_PERSON : (enum mail_auto_kind)kind;
    wire_bool(w, &m->automatic.no_answer);
    wire_text(w, &m->automatic.reason);
    wire_bool(w, &m->dsn.is_dsn);
    wire_text(w, &m->dsn.action);
    wire_text(w, &m->dsn.status);
    wire_text(w, &m->dsn.final_recipient);
    wire_text(w, &m->dsn.diagnostic);
    wire_text(w, &m->dsn.original_message_id);
    wire_text(w, &m->dsn.rule);
}

/* A span must lie in the text and cut no letter. */
static bool fold_fits(const struct mail *m) {
    size_t n = strlen(m->text), s = m->fold.start, e = m->fold.end;
    return s <= e && e <= n && (m->text[s] & 0xC0) != 0x80 && (m->text[e] & 0xC0) != 0x80;
}

static void wire_mail(struct wire *w, struct mail *m) {
    uint64_t magic = MAGIC;
    wire_u64(w, &magic);
    w->bad = w->bad || magic != MAGIC;
    wire_text(w, &m->message_id);
    wire_text(w, &m->in_reply_to);
    wire_address(w, &m->from);
    wire_address(w, &m->reply_to);
    wire_address(w, &m->sender);
    wire_addresses(w, &m->to);
    wire_addresses(w, &m->cc);
    wire_addresses(w, &m->delivered_to);
    wire_text(w, &m->return_path);
    wire_bool(w, &m->empty_return_path);
    wire_text(w, &m->subject);
    wire_int(w, &m->date);
    wire_lists(w, m);
    wire_verdicts(w, m);
    wire_text(w, &m->text);
    wire_size(w, &m->fold.start);
    wire_size(w, &m->fold.end);
    wire_text(w, &m->fold.mark);
    wire_text(w, &m->html);
    wire_text(w, &m->charset);
    wire_bool(w, &m->is_signed);
    wire_bool(w, &m->is_encrypted);
    wire_bool(w, &m->unreadable);
    wire_bool(w, &m->incomplete);
    wire_text(w, &m->trouble);
}

void mail_encode(struct buf *out, const struct mail *m) {
    struct mail copy = *m; /* writing changes nothing, but the description is shared with reading */
    struct wire w = {.out = out};
    wire_mail(&w, &copy);
}

enum rc mail_decode(struct arena *a, struct bytes in, struct mail **out) {
    *out = NULL;
    if (in.len > MAIL_WIRE_MAX)
        return RC_INVALID;
    struct wire w = {.at = in.at, .end = in.at + in.len, .a = a};
    struct mail *m = mail_unreadable(a, "");
    wire_mail(&w, m);
    if (w.bad || w.at != w.end || !fold_fits(m) || m->date < 0)
        return RC_INVALID;
    *out = m;
    return RC_OK;
}
