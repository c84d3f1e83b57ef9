/* notice_out.c: the mails that go to agents (notice.h, email.h): plain text, nothing that tells whether it was
 * read. */
#include "base/clock.h"
#include "base/locale.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/tr.h"
#include "channel/email.h"
#include "channel/smtp.h"
#include "desk/account.h"
#include "desk/agent.h"
#include "desk/inbox.h"
#include "desk/notice.h"

#include <string.h>

struct outgoing {
    const struct job *job;
    struct arena *a;
    struct notice notice;
    struct agent agent;
    struct account account;
    struct inbox inbox;
    const char *state, *reason, *trouble;
    int64_t now;
};

static enum rc load(struct store *s, struct outgoing *o, int64_t id) {
    struct view *v = view_open(s);
    enum rc rc = notice_load(v, o->a, id, &o->notice);
    if (rc == RC_OK)
        rc = agent_load(v, o->a, o->notice.agent_id, &o->agent);
    if (rc == RC_OK)
        rc = account_load(v, o->a, &o->account);
    if (rc == RC_OK && inbox_that_sends(v, o->a, &o->inbox) != RC_OK)
        o->inbox.id = 0;
    view_close(v);
    return rc;
}

static const char *filled(struct outgoing *o, const char *sentence) {
    struct buf text = {0};
    tr_fill(&text, sentence, "name", o->agent.name, "company", o->account.name, "link", o->notice.link, NULL);
    const char *copy = arena_copy(o->a, text.at);
    buf_free(&text);
    return copy;
}

static const char *subject_of(struct outgoing *o) {
    enum locale locale = locale_of(o->agent.lang);
    return filled(o, o->notice.kind == NOTICE_INVITE  ? tr(locale, "Your account at {company}")
                     : o->notice.kind == NOTICE_RESET ? tr(locale, "A new password for your account at {company}")
                     : o->notice.kind == NOTICE_CAREFUL
                         ? tr(locale, "A conversation that calls for care waits for you")
                     : o->notice.kind == NOTICE_CAREFUL_LATE
                         ? tr(locale, "Overdue: nobody has a conversation that calls for care")
                         : tr(locale, "A change to read before your next answer"));
}

static const char *text_of(struct outgoing *o) {
    enum locale locale = locale_of(o->agent.lang);
    const char *why =
        o->notice.kind == NOTICE_RESET
            ? tr(locale,
                 "Somebody, most likely you, asked for a new password. Choose it here; the link works once, "
                 "within an hour:")
        : o->notice.kind == NOTICE_MUST_READ
            ? tr(locale, "Something that you tell customers has changed. Please read it before your next answer:")
        : o->notice.kind == NOTICE_CAREFUL
            ? tr(locale,
                 "A customer’s conversation has gone into careful mode: it may be about an injury, a lawyer, "
                 "the press or leaked data. Please look, and say there that you have it in hand:")
        : o->notice.kind == NOTICE_CAREFUL_LATE
            ? tr(locale,
                 "A conversation is in careful mode, its time is over, and nobody has said yet that it is in "
                 "hand. Please look now:")
        : o->agent.has_password
            ? tr(locale, "An admin sent you this link to choose a new password. It works once, "
                         "for seven days:")
            : tr(locale, "{company} has made an account for you, to answer its customers. Choose "
                         "your password here; the link works once, for seven days:");
    const char *else_what =
        o->notice.kind == NOTICE_RESET
            ? tr(locale, "If it was not you, there is nothing to do: your password stays as it is.")
        : o->notice.kind == NOTICE_MUST_READ
            ? tr(locale, "One click there says that you have read it, and these mails stop.")
        : o->notice.kind == NOTICE_CAREFUL || o->notice.kind == NOTICE_CAREFUL_LATE
            ? tr(locale,
                 "This mail names nobody on purpose. As soon as one of you says “I have it”, these mails stop.")
            : tr(locale, "If you did not expect this, there is nothing to do.");
    return arena_printf(o->a, "%s\n\n%s\n\n%s\n\n%s\n", filled(o, tr(locale, "letter|Hello {name},")),
                        filled(o, why), o->notice.link, else_what);
}

static struct curl_slist *headers_of(struct outgoing *o) {
    struct curl_slist *list = NULL;
    struct buf line = {0};
    smtp_date_header(&line, o->now);
    list = smtp_add_header(list, &line);
    buf_lit(&line, "From: ");
    smtp_address_header(&line, *o->inbox.from_name ? o->inbox.from_name : o->account.name, o->inbox.address);
    list = smtp_add_header(list, &line);
    buf_lit(&line, "To: ");
    smtp_address_header(&line, o->agent.name, o->agent.email);
    list = smtp_add_header(list, &line);
    buf_lit(&line, "Subject: ");
    smtp_text_header(&line, subject_of(o));
    list = smtp_add_header(list, &line);
    /* The same at each try, so that one which arrived unnoticed is not there twice. */
    const char *id =
        secret_tag(o->a, SECRET_ADDRESS, "notice", arena_printf(o->a, "%lld", (long long)o->notice.id), 26);
    buf_printf(&line, "Message-ID: <%s%s>", id, strrchr(o->inbox.address, '@'));
    list = smtp_add_header(list, &line);
    buf_printf(&line, "Content-Language: %s", o->agent.lang);
    list = smtp_add_header(list, &line);
    list = curl_slist_append(list, "Auto-Submitted: auto-generated");
    list = curl_slist_append(list, "MIME-Version: 1.0");
    buf_free(&line);
    return list;
}

static void hand_over(struct store *s, struct outgoing *o, const struct mail_server *server) {
    CURL *curl = curl_easy_init();
    struct smtp_mail mail = {
        .from = o->inbox.address,
        .domain = strrchr(o->inbox.address, '@') + 1,
        .to = curl_slist_append(NULL, arena_printf(o->a, "<%s>", o->agent.email)),
        .headers = headers_of(o),
        .body = curl_mime_init(curl),
        .job = o->job,
    };
    smtp_text_part(mail.body, text_of(o), "text/plain; charset=utf-8");
    enum smtp_verdict verdict = smtp_send(s, o->a, server, curl, &mail, &o->reason, &o->trouble);
    o->state = verdict == SMTP_SENT ? "sent" : verdict == SMTP_REFUSED ? "failed" : "queued";
    curl_slist_free_all(mail.to);
    curl_slist_free_all(mail.headers);
    curl_mime_free(mail.body);
    curl_easy_cleanup(curl);
}

static enum rc settle(struct tx *tx, void *arg) {
    struct outgoing *o = arg;
    enum rc rc = job_confirm(tx, o->job);
    if (rc == RC_OK)
        rc = notice_settle(tx, &o->notice, o->state, o->trouble ? o->trouble : o->reason, o->now);
    if (rc == RC_CONFLICT) /* withdrawn meanwhile */
        rc = RC_OK;
    if (rc == RC_OK && o->inbox.id && o->trouble)
        rc = inbox_set_trouble(tx, o->inbox.id, o->trouble, o->now);
    else if (rc == RC_OK && o->inbox.id && strcmp(o->state, "sent") == 0)
        rc = inbox_mend(tx, o->inbox.id, "smtp_", o->now);
    return rc;
}

enum rc notice_send_job(struct store *s, void *app, const struct job *job) {
    struct outgoing o = {.job = job, .a = arena_new(0), .now = clock_now(), .state = "queued", .reason = ""};
    struct mail_server server;
    enum rc rc = load(s, &o, job->subject_id);
    bool wanted = rc == RC_OK && o.notice.link && strcmp(o.notice.state, "queued") == 0 && !o.agent.disabled_at;
    if (rc == RC_OK && wanted) {
        if (!o.inbox.id || mail_server_open(o.a, o.inbox.smtp, &server) != RC_OK)
            o.reason = "smtp_not_set";
        else
            hand_over(s, &o, &server);
        if (strcmp(o.state, "queued") == 0 && o.now + job_pause(job->attempts) > notice_gives_up_at(&o.notice))
            o.state = "failed";
        do
            rc = store_write(s, settle, &o);
        while (rc == RC_AWAY && job_wait(job));
    }
    bool again = rc == RC_OK && wanted && strcmp(o.state, "queued") == 0;
    arena_free(o.a);
    return rc == RC_NONE ? RC_OK : again ? RC_AWAY : rc;
}
