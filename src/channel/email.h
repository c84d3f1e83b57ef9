/* email.h: mail in and mail out.
 *   in:  bytes (pipe, IMAP) → email_accept: raw row + job, COMMIT, only then 250 or \Seen → job: parse child →
 * struct mail → struct inbound → intake_accept, or intake_bounce out: job → email_send: Message-ID stored, then
 * SMTP submission → sent, later, or failed */
#ifndef KEPT_CHANNEL_EMAIL_H
#define KEPT_CHANNEL_EMAIL_H

#include "desk/job.h"
#include "store/store.h"

#include <stdbool.h>

struct parser;

enum {
    EMAIL_SIZE_MAX = 25 * 1024 * 1024,
    EMAIL_GIVE_UP_MS = 48 * 3600 * 1000, /* a message that cannot be handed over for this long has failed */
    EMAIL_PARSE_TRIES = 3,               /* then it becomes a conversation marked unreadable */
};

/* RC_OK and RC_DUPLICATE: it is on the disk. RC_TOO_BIG over EMAIL_SIZE_MAX: the caller refuses it for good;
 * anything else: the sender shall try later. `recipient`: of the envelope, or "". */
enum rc email_accept(struct store *s, struct bytes raw, const char *recipient, int64_t inbox_id, int64_t now);

/* Mails fetched from a mailbox, and how far that mailbox has been read with them: in one transaction, so that
 * neither is ever true without the other. n may be 0. Mails that are here already are passed over. RC_TOO_BIG: one
 * is over EMAIL_SIZE_MAX, nothing is kept. RC_GONE: another node holds the mailbox now. Anything else: try again
 * later. */
struct mailbox_mark;
enum rc email_accept_fetched(struct store *s, const struct bytes *mails, int n, const struct mailbox_mark *mark,
                             int64_t now);

/* SHA-256 of the mail without the headers that its way adds (Received, Delivered-To …) and with plain line ends.
 * Pure. */
void email_digest(struct bytes raw, uint8_t digest[32]);

/* What the sender of a stored mail wrote, as email_parse_job takes it, with nothing hidden; in the arena. For a
 * look at what was hidden (desk/privacy.h). RC_INVALID: it cannot be read. RC_AWAY: later. */
struct email_text {
    const char *subject, *body, *quoted;
};
enum rc email_plain(struct parser *p, struct arena *a, struct bytes raw, struct email_text *out);

/* job_run functions; app is a struct email_app. */
struct email_app {
    struct parser *parser;
    const char *origin; /* https://help.example.com: the link to the case page in our mails; "": none */
};
enum rc email_parse_job(struct store *s, void *app, const struct job *job);
/* A mail to an agent: desk/notice.h. */
enum rc notice_send_job(struct store *s, void *app, const struct job *job);
enum rc email_send_job(struct store *s, void *app, const struct job *job);

#endif
