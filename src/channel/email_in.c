/* email_in.c: mail in (email.h). */
#include "channel/email.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "channel/mail_token.h"
#include "channel/mailbox_mark.h"
#include "channel/mime.h"
#include "channel/parse.h"
#include "channel/quote.h"
#include "desk/blob.h"
#include "desk/contact.h"
#include "desk/inbox.h"
#include "desk/intake.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

/* ---- the same mail by two ways ---- */

/* What mail servers and fetchers write on the way; everything else is the sender's. */
static bool added_on_the_way(const char *line, size_t n) {
    static const char *const names[] = {"received",
                                        "return-path",
                                        "delivered-to",
                                        "x-original-to",
                                        "envelope-to",
                                        "x-envelope-to",
                                        "x-envelope-from",
                                        "x-received",
                                        "authentication-results",
                                        "arc-seal",
                                        "arc-message-signature",
                                        "arc-authentication-results",
                                        "received-spf",
                                        "x-spam-status",
                                        "x-spam-level",
                                        "x-spam-checker-version",
                                        "x-spam-score",
                                        "x-virus-scanned"};
    const char *colon = memchr(line, ':', n);
    if (!colon)
        return n > 5 && memcmp(line, "From ", 5) == 0; /* the first line of a mailbox file */
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == (size_t)(colon - line) && strncasecmp(line, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

void email_digest(struct bytes raw, uint8_t digest[32]) {
    crypto_hash_sha256_state st;
    const char *p = (const char *)raw.at, *end = p + raw.len;
    bool in_header = true, skipping = false;
    size_t newlines = 0; /* held back: line ends at the very end do not count */
    crypto_hash_sha256_init(&st);
    while (p < end) {
        const char *nl = memchr(p, '\n', (size_t)(end - p)), *next = nl ? nl + 1 : end;
        size_t n = (size_t)((nl ? nl : end) - p);
        if (n && p[n - 1] == '\r')
            n--;
        if (in_header && !n)
            in_header = false;
        if (in_header && *p != ' ' && *p != '\t')
            skipping = added_on_the_way(p, n);
        if (!in_header || !skipping) {
            if (n) {
                for (; newlines; newlines--)
                    crypto_hash_sha256_update(&st, (const uint8_t *)"\n", 1);
                crypto_hash_sha256_update(&st, (const uint8_t *)p, n);
            }
            newlines++;
        }
        p = next;
    }
    crypto_hash_sha256_final(&st, digest);
}

/* ---- accepting ---- */

struct accepting {
    struct bytes raw;
    uint8_t digest[SHA256_SIZE];
    const char *recipient;
    int64_t inbox_id, now, id;
    bool seen;
};

static enum rc accept_raw(struct tx *tx, void *arg) {
    struct accepting *x = arg;
    enum rc rc = intake_keep_raw(tx, "email", x->raw, x->digest, x->recipient, x->inbox_id, x->now, &x->id);
    x->seen = rc == RC_DUPLICATE;
    if (rc == RC_OK)
        event_add(tx, (struct event){"mail.accepted", {ACTOR_SYSTEM}, 0, x->id, NULL, (int64_t)x->raw.len});
    return x->seen ? RC_OK : rc;
}

enum rc email_accept(struct store *s, struct bytes raw, const char *recipient, int64_t inbox_id, int64_t now) {
    if (raw.len > EMAIL_SIZE_MAX)
        return RC_TOO_BIG;
    struct accepting x = {.raw = raw, .recipient = recipient ? recipient : "", .inbox_id = inbox_id, .now = now};
    email_digest(raw, x.digest);
    enum rc rc = store_write(s, accept_raw, &x);
    return rc == RC_OK && x.seen ? RC_DUPLICATE : rc;
}

struct fetched {
    const struct bytes *mails;
    uint8_t (*digests)[SHA256_SIZE];
    int n;
    const struct mailbox_mark *mark;
    int64_t now;
};

static enum rc accept_fetched(struct tx *tx, void *arg) {
    struct fetched *x = arg;
    enum rc rc = mailbox_mark_move(tx, x->mark);
    for (int i = 0; rc == RC_OK && i < x->n; i++) {
        int64_t id;
        rc = intake_keep_raw(tx, "email", x->mails[i], x->digests[i], "", x->mark->inbox_id, x->now, &id);
        if (rc == RC_OK)
            event_add(tx, (struct event){"mail.accepted", {ACTOR_SYSTEM}, 0, id, NULL, (int64_t)x->mails[i].len});
        else if (rc == RC_DUPLICATE)
            rc = RC_OK;
    }
    return rc;
}

enum rc email_accept_fetched(struct store *s, const struct bytes *mails, int n, const struct mailbox_mark *mark,
                             int64_t now) {
    struct arena *a = arena_new(0);
    struct fetched x = {mails, arena_array(a, (size_t)n + 1, SHA256_SIZE), n, mark, now};
    enum rc rc = RC_OK;
    for (int i = 0; i < n; i++) {
        if (mails[i].len > EMAIL_SIZE_MAX)
            rc = RC_TOO_BIG;
        email_digest(mails[i], x.digests[i]);
    }
    if (rc == RC_OK)
        rc = store_write(s, accept_fetched, &x);
    arena_free(a);
    return rc;
}

/* ---- understanding ---- */

struct reading {
    int64_t raw_id, now;
    struct raw_mail raw;
    struct mail *mail;
    struct arena *arena;
    bool last_try;
};

static enum rc take_raw(struct tx *tx, void *arg) {
    struct reading *r = arg;
    enum rc rc = intake_take_raw(tx, r->raw_id, &r->raw);
    r->raw.recipient = arena_copy(r->arena, r->raw.recipient);
    return rc;
}

/* Where it was sent to, the surest first: the envelope, what the delivering server noted, the visible recipients.
 */
static int recipients(struct arena *a, const struct reading *r, const char ***out) {
    const struct mail *m = r->mail;
    int n = 0;
    *out = ARENA_ARRAY(a, 1 + m->delivered_to.n + m->to.n + m->cc.n, const char *);
    if (*r->raw.recipient)
        (*out)[n++] = r->raw.recipient;
    const struct mail_addresses *lists[] = {&m->delivered_to, &m->to, &m->cc};
    for (size_t l = 0; l < 3; l++)
        for (size_t i = 0; i < lists[l]->n; i++)
            if (*lists[l]->at[i].addr)
                (*out)[n++] = lists[l]->at[i].addr;
    return n;
}

struct target {
    struct inbox inbox;
    const char *short_ref, *bounced_ref;
};

static enum rc find_target(struct view *v, struct arena *a, const struct reading *r, struct target *t) {
    const char **all;
    int n = recipients(a, r, &all);
    bool found = false;
    *t = (struct target){0};
    for (int i = 0; i < n; i++) {
        struct mail_target where = mail_target(a, all[i]);
        if (!t->short_ref)
            t->short_ref = where.short_ref;
        if (!t->bounced_ref)
            t->bounced_ref = where.bounced_ref;
        if (!found) {
            enum rc rc = inbox_by_address(v, a, where.base, &t->inbox);
            if (rc != RC_OK && rc != RC_NONE)
                return rc;
            found = rc == RC_OK;
        }
    }
    if (!t->short_ref)
        t->short_ref = mail_subject_ref(a, r->mail->subject);
    if (found)
        return RC_OK;
    return r->raw.inbox_id ? inbox_load(v, a, r->raw.inbox_id, &t->inbox) : inbox_of_kind(v, a, "email", &t->inbox);
}

static const char *joined(struct arena *a, const struct mail_addresses *list) {
    struct buf out = {0};
    for (size_t i = 0; i < list->n && i < 50; i++) {
        if (i)
            buf_lit(&out, ", ");
        buf_str(&out, list->at[i].addr);
    }
    char *s = arena_copy_n(a, out.at ? out.at : "", out.len);
    buf_free(&out);
    return s;
}

static void add_mail_refs(struct arena *a, const struct mail *m, struct inbound *in) {
    const char **refs = ARENA_ARRAY(a, m->n_references + 2, const char *);
    if (*m->in_reply_to)
        refs[in->mail_refs_n++] = m->in_reply_to;
    for (size_t i = m->n_references; i-- > 0;)
        refs[in->mail_refs_n++] = m->references[i];
    in->mail_refs = refs;
}

static void add_parts(struct arena *a, const struct mail *m, struct inbound *in) {
    in->parts = ARENA_ARRAY(a, m->n_parts + 1, struct attachment);
    for (size_t i = 0; i < m->n_parts; i++) {
        const struct mail_part *p = &m->parts[i];
        in->parts[in->parts_n++] = (struct attachment){
            .name = p->name,
            .type = *p->sniffed ? p->sniffed : "application/octet-stream",
            .content_id = p->content_id,
            .inline_shown = p->is_inline && *p->content_id,
            .bytes = p->bytes,
        };
    }
}

static const char *auto_word(enum mail_auto_kind kind) {
    switch (kind) {
    case MAIL_AUTO_REPLY: return "auto_reply";
    case MAIL_LIST: return "list";
    case MAIL_BOUNCE: return "bounce";
    case MAIL_FEEDBACK: return "feedback";
    case MAIL_LOOP: return "loop";
    default: return "";
    }
}

/* Whom an answer goes to. A mail without any sender is kept under a name that says so. */
static const struct mail_address *sender_of(const struct mail *m) {
    static const struct mail_address nobody = {"", "unknown-sender@invalid"};
    return *m->from.addr ? &m->from : *m->reply_to.addr ? &m->reply_to : *m->sender.addr ? &m->sender : &nobody;
}

/* Our own automatic mail, come back by whatever way; the reader does not know our mark. */
static struct mail_auto automatic_of(struct arena *a, const struct mail *m) {
    struct mail_auto knowing = mail_auto_kind(a, m->headers, m->n_headers, mail_loop_mark(a));
    return knowing.kind == MAIL_LOOP ? knowing : m->automatic;
}

static enum rc take_bounce(struct tx *tx, const struct reading *r, const struct target *t) {
    const struct dsn *d = &r->mail->dsn;
    bool arrived = strcmp(d->action, "delivered") == 0 || strcmp(d->action, "relayed") == 0 ||
                   strcmp(d->action, "expanded") == 0;
    if (arrived) /* a receipt, not a bounce */
        return RC_NONE;
    struct bounce b = {
        .raw_id = r->raw_id,
        .message_ref = t->bounced_ref,
        .mail_id = *d->original_message_id ? d->original_message_id : NULL,
        .permanent = strcmp(d->action, "failed") == 0 || (!*d->action && d->status[0] == '5'),
        .status = d->status,
        .diagnostic = d->diagnostic,
    };
    return intake_bounce(tx, &b, r->now);
}

static struct email_text text_of(struct arena *a, const struct mail *m) {
    return (struct email_text){
        .subject = m->subject,
        .body = quote_new_text(a, m->text, &m->fold),
        .quoted = arena_copy_n(a, m->text + m->fold.start, m->fold.end - m->fold.start),
    };
}

enum rc email_plain(struct parser *p, struct arena *a, struct bytes raw, struct email_text *out) {
    struct mail *m;
    enum rc rc = parser_run(p, a, raw, &m);
    if (rc != RC_OK || m->unreadable)
        return rc == RC_AWAY ? rc : RC_INVALID;
    *out = text_of(a, m);
    return RC_OK;
}

static enum rc take_in(struct tx *tx, void *arg) {
    struct reading *r = arg;
    struct arena *a = tx_arena(tx);
    const struct mail *m = r->mail;
    struct target t;
    struct intake_result result;
    enum rc rc = find_target(tx_view(tx), a, r, &t);
    if (rc != RC_OK)
        return rc;
    if (m->dsn.is_dsn || t.bounced_ref) {
        rc = take_bounce(tx, r, &t);
        if (rc != RC_NONE)
            return rc;
    }
    const struct mail_address *from = sender_of(m);
    struct mail_auto automatic = automatic_of(a, m);
    struct email_text text = text_of(a, m);
    struct inbound in = {
        .channel = "email",
        .inbox_id = t.inbox.id,
        .raw_id = r->raw_id,
        .from_kind = "email",
        .from = contact_fold(a, "email", from->addr),
        .from_name = from->name,
        .subject = text.subject,
        .body = text.body,
        .quoted = text.quoted,
        .html = m->html,
        .to = joined(a, &m->to),
        .cc = joined(a, &m->cc),
        .token_ref = t.short_ref,
        .mail_id = *m->message_id ? m->message_id : NULL,
        .auto_kind = auto_word(automatic.kind),
        .auto_reason = automatic.reason,
        .no_answer = automatic.no_answer,
        .incomplete = m->incomplete,
        .unreadable = m->unreadable ? (*m->trouble ? m->trouble : "unreadable") : NULL,
        .sent_at = m->date,
    };
    add_mail_refs(a, m, &in);
    add_parts(a, m, &in);
    rc = intake_accept(tx, &in, r->now, &result);
    if (rc == RC_INVALID) { /* an empty mail is a mail */
        in.unreadable = "empty";
        rc = intake_accept(tx, &in, r->now, &result);
    }
    return rc;
}

enum rc email_parse_job(struct store *s, void *app, const struct job *job) {
    struct reading r = {.raw_id = job->subject_id, .now = clock_now(), .arena = arena_new(64 * 1024)};
    struct buf raw = {0};
    r.last_try = job->attempts >= EMAIL_PARSE_TRIES;
    enum rc rc = store_write(s, take_raw, &r);
    if (rc == RC_OK && !r.raw.done) {
        struct view *v = view_open(s);
        rc = blob_get(v, r.raw.blob_id, &raw);
        view_close(v);
        if (rc == RC_OK) {
            enum rc parsed = parser_run(((struct email_app *)app)->parser, r.arena, buf_bytes(&raw), &r.mail);
            if (parsed == RC_AWAY && !r.last_try)
                rc = RC_AWAY; /* the child could not be started: later */
            else if (parsed != RC_OK && !r.mail)
                r.mail = mail_unreadable(r.arena, "the reader ended before its time");
        } else if (rc == RC_BROKEN && r.last_try) {
            r.mail = mail_unreadable(r.arena, "the stored bytes do not open");
            rc = RC_OK;
        }
        if (rc == RC_OK)
            rc = store_write(s, take_in, &r);
    }
    buf_free(&raw);
    arena_free(r.arena);
    return rc == RC_NONE ? RC_OK : rc;
}
