/* email_out.c: mail out (email.h). libcurl builds the MIME parts and speaks SMTP (smtp.c); the headers are ours. */
#include "channel/email.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/tr.h"
#include "channel/auto_mail.h"
#include "channel/mail_token.h"
#include "channel/smtp.h"
#include "desk/account.h"
#include "desk/acknowledge.h"
#include "desk/mailbox.h"
#include "desk/blob.h"
#include "desk/contact.h"
#include "desk/inbox.h"
#include "desk/reply.h"
#include "text/markdown.h"

#include <curl/curl.h>
#include <string.h>

enum {
    REFERENCES_KEPT = 11, /* the first and the last ten: both ends find the thread */
};

/* Everything that one mail is made of; loaded and noted in one transaction, sent outside of it. */
struct outgoing {
    int64_t message_id, now;
    struct arena *a;
    struct message m;
    struct conversation c;
    struct inbox inbox;
    const char *to_name, *mail_id, *in_reply_to, *references, *subject, *origin;
    const char *lang;      /* hers, or the company's when hers is not known */
    const char *text;      /* of the message, with the lines of a chat that go along before it */
    const char *automatic; /* what kind, in RFC 3834's words; NULL: a person wrote it */
    struct attachment *parts;
    int parts_n;
};

/* The chain of the thread: what the customer's last mail referred to, and that mail. Trimmed in the middle. */
static const char *references_of(struct arena *a, const struct message *parent) {
    char *all = arena_printf(a, "%s %s", parent->mail_references, parent->mail_id), *save = NULL;
    const char *ids[512];
    int n = 0;
    for (char *id = strtok_r(all, " ", &save); id && n < 512; id = strtok_r(NULL, " ", &save))
        ids[n++] = id;
    struct buf out = {0};
    for (int i = 0; i < n; i++) {
        if (n > REFERENCES_KEPT && i > 0 && i < n - (REFERENCES_KEPT - 1))
            continue;
        if (out.len)
            buf_char(&out, ' ');
        buf_str(&out, ids[i]);
    }
    char *s = arena_copy_n(a, out.at ? out.at : "", out.len);
    buf_free(&out);
    return s;
}

static const char *subject_of(const struct outgoing *o) {
    struct arena *a = o->a;
    const char *subject = *o->c.subject ? o->c.subject : "…";
    char *token = mail_subject_token(a, o->c.short_ref);
    if (strcmp(o->m.auto_kind, ACKNOWLEDGEMENT) ==
        0) /* not her words: anybody may have written them, in her name */
        return arena_printf(a, "%s %s", tr(locale_of(o->lang), "We have your message"), token);
    bool answered = strncasecmp(subject, "re:", 3) == 0;
    return arena_printf(a, "%s%s %s", answered ? "" : "Re: ", subject, token);
}

/* Text and files of all that this mail carries, in the order in which it was written. */
static enum rc load_content(struct view *v, struct outgoing *o) {
    struct message *carried;
    struct attachment *parts;
    int n, more;
    enum rc rc = message_carried(v, o->a, o->m.id, &carried, &n);
    o->text = o->m.body;
    for (int i = n - 1; rc == RC_OK && i >= 0; i--)
        o->text = arena_printf(o->a, "%s\n\n%s", carried[i].body, o->text);
    for (int i = 0; rc == RC_OK && i <= n; i++) {
        rc = attachment_list(v, o->a, i < n ? carried[i].id : o->m.id, &parts, &more);
        if (rc != RC_OK || !more)
            continue;
        o->parts = arena_grow(o->a, o->parts, (size_t)o->parts_n, (size_t)(o->parts_n + more), sizeof *parts);
        memcpy(o->parts + o->parts_n, parts, (size_t)more * sizeof *parts);
        o->parts_n += more;
    }
    return rc;
}

static enum rc load_outgoing(struct tx *tx, void *arg) {
    struct outgoing *o = arg;
    struct view *v = tx_view(tx);
    struct message parent;
    struct contact contact;
    struct account account;
    o->parts = NULL; /* this may run twice */
    o->parts_n = 0;
    enum rc rc = reply_take(tx, o->message_id, o->now, &o->m);
    if (rc == RC_OK)
        rc = message_load(v, o->a, o->message_id, &o->m); /* again, in memory that outlives the transaction */
    if (rc == RC_OK)
        rc = conversation_load(v, o->a, o->m.conversation_id, &o->c);
    if (rc == RC_OK)
        rc = inbox_load(v, o->a, o->c.inbox_id, &o->inbox);
    if (rc == RC_OK && !o->inbox.address) /* came by form or chat: answered from the first mail inbox */
        rc = inbox_of_kind(v, o->a, "email", &o->inbox);
    if (rc == RC_OK)
        rc = contact_load(v, o->a, o->c.contact_id, &contact);
    if (rc == RC_OK)
        rc = load_content(v, o);
    if (rc == RC_OK)
        rc = account_load(v, o->a, &account);
    if (rc != RC_OK)
        return rc;
    o->lang = *o->c.lang ? o->c.lang : account.lang;
    o->automatic = !*o->m.auto_kind                               ? NULL
                   : strcmp(o->m.auto_kind, ACKNOWLEDGEMENT) == 0 ? "auto-replied"
                                                                  : "auto-generated";
    o->to_name = contact.name;
    rc = message_last_of_customer(v, o->a, o->c.id, &parent);
    o->in_reply_to = rc == RC_OK ? parent.mail_id : NULL;
    o->references = rc == RC_OK ? references_of(o->a, &parent) : "";
    if (rc != RC_OK && rc != RC_NONE)
        return rc;
    o->subject = subject_of(o);
    o->mail_id = o->m.mail_id ? o->m.mail_id : mail_message_id(o->a, o->inbox.address, o->m.ref);
    return message_set_mail(tx, o->m.id, o->mail_id, o->references, o->inbox.address);
}

/* ---- headers ---- */

static struct curl_slist *headers_of(struct outgoing *o) {
    struct curl_slist *list = NULL;
    struct buf line = {0};
    smtp_date_header(&line, o->now);
    list = smtp_add_header(list, &line);
    buf_lit(&line, "From: ");
    smtp_address_header(&line, o->inbox.from_name, o->inbox.address);
    list = smtp_add_header(list, &line);
    buf_lit(&line, "To: ");
    smtp_address_header(&line, o->to_name, o->m.mail_to);
    list = smtp_add_header(list, &line);
    if (*o->m.mail_cc) {
        buf_printf(&line, "Cc: %s", o->m.mail_cc);
        list = smtp_add_header(list, &line);
    }
    buf_lit(&line, "Reply-To: ");
    smtp_address_header(&line, o->inbox.from_name, mail_reply_address(o->a, o->inbox.address, o->c.short_ref));
    list = smtp_add_header(list, &line);
    buf_lit(&line, "Subject: ");
    smtp_text_header(&line, o->subject);
    list = smtp_add_header(list, &line);
    buf_printf(&line, "Message-ID: <%s>", o->mail_id);
    list = smtp_add_header(list, &line);
    if (o->in_reply_to) {
        buf_printf(&line, "In-Reply-To: <%s>", o->in_reply_to);
        list = smtp_add_header(list, &line);
        buf_lit(&line, "References:");
        for (const char *p = o->references; *p;) {
            size_t n = strcspn(p, " ");
            buf_printf(&line, "%s <%.*s>", p == o->references ? "" : "\r\n", (int)n, p);
            p += n + (p[n] == ' ');
        }
        list = smtp_add_header(list, &line);
    }
    buf_printf(&line, "Content-Language: %s", o->lang);
    list = smtp_add_header(list, &line);
    if (o->automatic) { /* RFC 3834; Exchange's own word for it; and our mark, for when it comes back */
        buf_printf(&line, "Auto-Submitted: %s", o->automatic);
        list = smtp_add_header(list, &line);
        list = curl_slist_append(list, "X-Auto-Response-Suppress: All");
        buf_printf(&line, MAIL_LOOP_HEADER ": %s", mail_loop_mark(o->a));
        list = smtp_add_header(list, &line);
    }
    list = curl_slist_append(list, "MIME-Version: 1.0");
    buf_free(&line);
    return list;
}

/* ---- body ---- */

/* Where the customer sees all of it, and can answer too. */
static char *case_link(struct outgoing *o) {
    return *o->origin ? arena_printf(o->a, "%s/case/%s", o->origin, conversation_case_token(o->a, o->c.short_ref))
                      : "";
}

/* Where she can ask whether a mail came from us. */
static char *genuine_link(struct outgoing *o) {
    return *o->origin ? arena_printf(o->a, "%s/help/%s/mail", o->origin, locale_tag(locale_of(o->lang))) : "";
}

static const char *genuine_words(struct outgoing *o) {
    return tr(locale_of(o->lang), "Is this mail really from us? Ask here:");
}

static const char *case_words(struct outgoing *o) { return tr(locale_of(o->lang), "Your case, for you alone:"); }

static char *with_signature(struct outgoing *o, const char *text) {
    char *link = case_link(o);
    char *signature = *o->inbox.signature ? arena_printf(o->a, "\n\n-- \n%s", o->inbox.signature) : "";
    char *footer =
        *link ? arena_printf(o->a, "\n\n%s %s\n%s %s", case_words(o), link, genuine_words(o), genuine_link(o)) : "";
    return arena_printf(o->a, "%s%s%s\n", text, signature, footer);
}

static char *html_of(struct outgoing *o) {
    char *body = markdown_html(o->a, o->text);
    char *signature =
        *o->inbox.signature ? arena_printf(o->a, "<p>-- <br>%s</p>", plain_html(o->a, o->inbox.signature)) : "";
    char *link = case_link(o); /* of our own letters only: nothing to escape */
    char *check = genuine_link(o);
    char *footer =
        *link ? arena_printf(o->a, "<p><small>%s <a href=\"%s\">%s</a><br>%s <a href=\"%s\">%s</a></small></p>",
                             case_words(o), link, link, genuine_words(o), check, check)
              : "";
    return arena_printf(o->a, "<!doctype html><html lang=\"%s\"><body>%s%s%s</body></html>\n", o->lang, body,
                        signature, footer);
}

/* RFC 2231 for names beyond ASCII; libcurl would send them raw. */
static void name_part(struct arena *a, curl_mimepart *part, const char *name, const char *disposition) {
    struct buf line = {0};
    buf_printf(&line, "Content-Disposition: %s; filename*=UTF-8''", disposition);
    for (const char *p = name; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
            c == '_')
            buf_char(&line, (char)c);
        else
            buf_printf(&line, "%%%02X", c);
    }
    curl_mime_headers(part, curl_slist_append(NULL, line.at), 1);
    buf_free(&line);
}

static enum rc body_of(struct store *s, struct outgoing *o, CURL *curl, curl_mime **out) {
    curl_mime *mixed = curl_mime_init(curl), *both = curl_mime_init(curl);
    enum rc rc = RC_OK;
    smtp_text_part(both, with_signature(o, o->text), "text/plain; charset=utf-8");
    smtp_text_part(both, html_of(o), "text/html; charset=utf-8");
    curl_mimepart *first = curl_mime_addpart(mixed);
    curl_mime_subparts(first, both);
    curl_mime_type(first, "multipart/alternative");
    for (int i = 0; rc == RC_OK && i < o->parts_n; i++) {
        struct buf bytes = {0};
        struct view *v = view_open(s);
        rc = blob_get(v, o->parts[i].blob_id, &bytes);
        view_close(v);
        curl_mimepart *part = curl_mime_addpart(mixed);
        curl_mime_data(part, bytes.at ? bytes.at : "", bytes.len); /* copies */
        curl_mime_type(part, o->parts[i].type);
        curl_mime_encoder(part, "base64");
        name_part(o->a, part, o->parts[i].name, "attachment");
        buf_free(&bytes);
    }
    *out = mixed;
    return rc;
}

struct settling {
    const struct job *job;
    int64_t message_id, inbox_id, again_at, now;
    bool sent, waits; /* waits: nothing changes by trying, only by somebody's hand */
    const char *reason, *trouble;
};

static enum rc settle(struct tx *tx, void *arg) {
    struct settling *x = arg;
    enum rc rc = job_confirm(tx, x->job);
    if (rc == RC_OK)
        rc = reply_settle(tx, x->message_id, x->sent, x->reason, x->again_at, x->now);
    if (rc == RC_OK && x->inbox_id && x->trouble)
        rc = inbox_set_trouble(tx, x->inbox_id, x->trouble, x->now);
    else if (rc == RC_OK && x->inbox_id && x->sent)
        rc = inbox_mend(tx, x->inbox_id, "smtp_", x->now);
    return rc == RC_OK && x->waits ? job_postpone(tx, x->job, x->again_at) : rc;
}

static struct curl_slist *recipients_of(struct outgoing *o) {
    struct curl_slist *to = curl_slist_append(NULL, arena_printf(o->a, "<%s>", o->m.mail_to));
    char *cc = arena_copy(o->a, o->m.mail_cc), *save = NULL;
    for (char *one = strtok_r(cc, ", ", &save); one; one = strtok_r(NULL, ", ", &save))
        to = curl_slist_append(to, arena_printf(o->a, "<%s>", one));
    return to;
}

static enum rc hand_over(struct store *s, struct outgoing *o, const struct mail_server *server,
                         enum smtp_verdict *verdict, struct settling *end) {
    CURL *curl = curl_easy_init();
    curl_mime *body = NULL;
    enum rc rc = body_of(s, o, curl, &body);
    if (rc == RC_OK) {
        struct smtp_mail mail = {
            .from = mail_bounce_address(o->a, o->inbox.address, o->m.ref),
            .domain = strrchr(o->inbox.address, '@') + 1,
            .to = recipients_of(o),
            .headers = headers_of(o),
            .body = body,
            .job = end->job,
        };
        *verdict = smtp_send(s, o->a, server, curl, &mail, &end->reason, &end->trouble);
        curl_slist_free_all(mail.to);
        curl_slist_free_all(mail.headers);
    }
    curl_mime_free(body);
    curl_easy_cleanup(curl);
    return rc;
}

enum rc email_send_job(struct store *s, void *app, const struct job *job) {
    struct outgoing o = {.message_id = job->subject_id, .now = clock_now(), .a = arena_new(16 * 1024)};
    o.origin = ((struct email_app *)app)->origin;
    struct settling end = {.job = job, .message_id = job->subject_id, .now = o.now};
    struct mail_server server;
    enum smtp_verdict verdict = SMTP_LATER;
    enum rc rc = store_write(s, load_outgoing, &o);
    if (rc == RC_CONFLICT) { /* undone, or sent by another node */
        arena_free(o.a);
        return RC_OK;
    }
    if (rc == RC_NONE) {
        end.reason = "no_inbox";
    } else if (rc == RC_OK && mail_server_open(o.a, o.inbox.smtp, &server) != RC_OK) {
        end.trouble = end.reason = "smtp_not_set";
        end.inbox_id = o.inbox.id;
        if (o.now - o.m.created_at < EMAIL_GIVE_UP_MS) { /* it goes when there is one: inbox_save wakes it */
            end.again_at = o.m.created_at + EMAIL_GIVE_UP_MS;
            end.waits = true;
        }
    } else if (rc == RC_OK) {
        if (hand_over(s, &o, &server, &verdict, &end) != RC_OK)
            end.reason = "an attachment could not be read";
        end.inbox_id = o.inbox.id;
        end.sent = verdict == SMTP_SENT;
        if (verdict == SMTP_LATER && o.now - o.m.created_at < EMAIL_GIVE_UP_MS)
            end.again_at = o.now + job_pause(job->attempts);
    } else {
        arena_free(o.a);
        return rc;
    }
    do
        rc = store_write(s, settle, &end);
    while (rc == RC_AWAY && job_wait(job));
    arena_free(o.a);
    return rc == RC_OK && end.again_at && !end.waits ? RC_AWAY : rc;
}
