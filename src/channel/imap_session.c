#include "channel/imap_session.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void imap_begin(struct imap_session *s, struct imap_wire wire, int64_t answer_ms) {
    *s = (struct imap_session){.wire = wire, .answer_ms = answer_ms};
}

void imap_end(struct imap_session *s) { imap_stream_free(&s->stream); }

static void note_words(struct imap_session *s, const struct imap_response *r) {
    struct buf line = {0};
    struct arena *a = arena_new(1024);
    if (r->code.len)
        buf_printf(&line, "[%.*s] ", (int)(r->code.len < 100 ? r->code.len : 100), r->code.at);
    buf_add(&line, r->text.at, r->text.len < 200 ? r->text.len : 200);
    char *clean = utf8_clean(a, line.at, line.len);
    clean[utf8_fit(clean, strlen(clean), sizeof s->words - 1)] = 0;
    strcpy(s->words, clean);
    arena_free(a);
    buf_free(&line);
}

static void note_capabilities(struct imap_session *s, struct bytes words) {
    s->can_idle = imap_has_word(words, "IDLE");
    s->can_move = imap_has_word(words, "MOVE");
    s->can_uidplus = imap_has_word(words, "UIDPLUS");
}

/* What a response says about the session, whichever command it came with. */
static void note_state(struct imap_session *s, const struct imap_response *r) {
    struct bytes code = r->code;
    uint32_t n;
    if (r->kind == IMAP_EXISTS) {
        s->news |= r->number != s->exists;
        s->exists = r->number;
    } else if (r->kind == IMAP_EXPUNGE && s->exists) {
        s->exists--;
    } else if (r->kind == IMAP_CAPABILITY) {
        note_capabilities(s, r->text);
    }
    if (imap_code_number(code, "UIDVALIDITY", &n))
        s->uid_validity = n;
    else if (imap_code_number(code, "UIDNEXT", &n))
        s->uid_next = n;
    else if (code.len > 11 && strncasecmp((const char *)code.at, "CAPABILITY ", 11) == 0)
        note_capabilities(s, (struct bytes){code.at + 11, code.len - 11});
    else if (imap_has_word(code, "READ-ONLY"))
        s->read_only = true;
}

/* Only mails and lists buy time, talk does not. */
static int64_t answer_until(const struct imap_session *s) {
    int64_t useful = s->useful + (int64_t)((s->stream.whole ? 0 : s->stream.literals - s->stream.literal_left)),
            more = useful / IMAP_BYTES_A_MS;
    return s->started + s->answer_ms + (more < IMAP_COMMAND_MS_MAX ? more : IMAP_COMMAND_MS_MAX);
}

/* The next whole response; IMAP_DONE. With `patient`, time running out is IMAP_DONE with r->kind IMAP_OTHER and
 * *timeout; otherwise it is IMAP_LOST. */
static enum imap_end read_response(struct imap_session *s, struct imap_response *r, int64_t patient_until,
                                   bool *timeout) {
    for (;;) {
        size_t used;
        enum imap_feed fed = imap_feed(&s->stream, (struct bytes){s->in + s->in_at, s->in_len - s->in_at}, &used);
        s->in_at += used;
        if (fed == IMAP_FEED_TOO_LONG)
            return IMAP_GARBLED;
        if (fed == IMAP_FEED_RESPONSE) {
            imap_parse((uint8_t *)s->stream.got.at, s->stream.got.len, r);
            note_state(s, r);
            s->useful += r->kind == IMAP_FETCH ? (int64_t)s->stream.got.len : 0;
            if (r->kind != IMAP_BYE)
                return IMAP_DONE;
            note_words(s, r);
            return IMAP_LOST;
        }
        int64_t until = timeout ? patient_until : answer_until(s);
        if (clock_mono() >= until && !timeout)
            return IMAP_LOST;
        ssize_t n = s->wire.recv(s->wire.arg, s->in, sizeof s->in, until);
        if (n < 0)
            return IMAP_LOST;
        if (n == 0 && timeout) {
            *timeout = true;
            return IMAP_DONE;
        }
        if (n == 0)
            return IMAP_LOST;
        s->in_at = 0;
        s->in_len = (size_t)n;
    }
}

static bool send_line(struct imap_session *s, struct buf *line) {
    s->started = clock_mono();
    s->useful = 0;
    bool sent = s->wire.send(s->wire.arg, line->at, line->len, s->started + s->answer_ms);
    buf_free(line);
    return sent;
}

/* Up to the command's own end. */
static enum imap_end finish(struct imap_session *s, imap_saw *saw, void *arg) {
    for (;;) {
        struct imap_response r;
        enum imap_end end = read_response(s, &r, 0, NULL);
        if (end != IMAP_DONE)
            return end;
        if (r.kind == IMAP_TAGGED && r.tag == s->tag) {
            if (r.status == IMAP_OK)
                return IMAP_DONE;
            note_words(s, &r);
            return IMAP_REFUSED;
        }
        if (saw && r.kind == IMAP_FETCH)
            saw(arg, &r);
    }
}

enum imap_end imap_command(struct imap_session *s, size_t literal_max, imap_saw *saw, void *arg, const char *format,
                           ...) {
    struct buf line = {0};
    va_list ap;
    char text[8192];
    va_start(ap, format);
    int n = vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    if (n < 0 || n >= (int)sizeof text)
        die("an IMAP command of %d bytes", n);
    buf_printf(&line, "k%u %s\r\n", ++s->tag, text);
    s->stream.literal_max = literal_max;
    return send_line(s, &line) ? finish(s, saw, arg) : IMAP_LOST;
}

enum imap_end imap_capability(struct imap_session *s) {
    return imap_command(s, IMAP_SMALL_LITERAL_MAX, NULL, NULL, "CAPABILITY");
}

enum imap_end imap_select(struct imap_session *s, const char *folder) {
    s->uid_validity = s->uid_next = s->exists = 0;
    s->read_only = false;
    enum imap_end end = imap_command(s, IMAP_SMALL_LITERAL_MAX, NULL, NULL, "SELECT %s", folder);
    s->news = true;
    return end == IMAP_DONE && !s->uid_validity ? IMAP_GARBLED : end;
}

/* ---- listing ---- */

struct listing {
    struct imap_list *list;
    uint32_t from;
};

static void note_item(void *arg, const struct imap_response *r) {
    struct listing *x = arg;
    struct imap_list *l = x->list;
    /* "n:*" always names the last mail, below n too. */
    if (!r->uid || r->uid < x->from || !r->has_size)
        return;
    if (l->n == IMAP_ITEMS_MAX) {
        l->overflow = true;
        return;
    }
    if (l->n == l->room) {
        l->room = l->room ? l->room * 2 : 64;
        l->at = realloc(l->at, l->room * sizeof *l->at);
        if (!l->at)
            die("out of memory");
    }
    l->at[l->n++] = (struct imap_item){r->uid, r->size};
}

static int by_uid(const void *a, const void *b) {
    uint32_t x = ((const struct imap_item *)a)->uid, y = ((const struct imap_item *)b)->uid;
    return (x > y) - (x < y);
}

enum imap_end imap_list(struct imap_session *s, uint32_t from, struct imap_list *out) {
    struct listing x = {out, from};
    *out = (struct imap_list){0};
    s->news = false;
    if (!s->exists) /* some servers call a range over nothing an error */
        return imap_command(s, IMAP_SMALL_LITERAL_MAX, NULL, NULL, "NOOP");
    enum imap_end end =
        imap_command(s, IMAP_SMALL_LITERAL_MAX, note_item, &x, "UID FETCH %u:* (UID RFC822.SIZE)", from);
    size_t n = 0;
    qsort(out->at, out->n, out->n ? sizeof *out->at : 1, by_uid);
    for (size_t i = 0; i < out->n; i++)
        if (!n || out->at[n - 1].uid != out->at[i].uid)
            out->at[n++] = out->at[i];
    out->n = n;
    return end == IMAP_DONE && out->overflow ? IMAP_GARBLED : end;
}

/* ---- waiting ---- */

enum imap_end imap_idle_begin(struct imap_session *s) {
    struct buf line = {0};
    buf_printf(&line, "k%u IDLE\r\n", ++s->tag);
    s->stream.literal_max = IMAP_SMALL_LITERAL_MAX;
    if (!send_line(s, &line))
        return IMAP_LOST;
    for (;;) {
        struct imap_response r;
        enum imap_end end = read_response(s, &r, 0, NULL);
        if (end != IMAP_DONE)
            return end;
        s->idling = r.kind == IMAP_CONTINUE;
        if (s->idling)
            return IMAP_DONE;
        if (r.kind == IMAP_TAGGED && r.tag == s->tag) {
            note_words(s, &r);
            return IMAP_REFUSED;
        }
    }
}

enum imap_end imap_idle_wait(struct imap_session *s, int64_t until) {
    bool timeout = false;
    while (!s->news && !timeout) {
        struct imap_response r;
        enum imap_end end = read_response(s, &r, until, &timeout);
        if (end != IMAP_DONE)
            return end;
        if (!timeout && r.kind == IMAP_TAGGED && r.tag == s->tag) { /* the server ends it by itself */
            s->idling = false;
            return IMAP_REFUSED;
        }
        if (!timeout && clock_mono() >= until) /* a server that never stops talking */
            return IMAP_DONE;
    }
    return IMAP_DONE;
}

enum imap_end imap_idle_end(struct imap_session *s) {
    struct buf line = {0};
    if (!s->idling)
        return IMAP_DONE;
    s->idling = false;
    buf_lit(&line, "DONE\r\n");
    return send_line(s, &line) ? finish(s, NULL, NULL) : IMAP_LOST;
}
