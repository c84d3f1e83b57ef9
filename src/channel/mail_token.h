/* mail_token.h: what we write into addresses, subjects and Message-IDs to recognise what comes back.
 *   reply to   support+k7mq2xa.1f3kqz7w@example.com      conversation K7MQ2XA, eight letters of an HMAC
 *   bounce to  support+b-<16 letters>.1f3kqz7w@example.com   the message that could not be delivered
 *   subject    [#K7MQ2XA-1f3kqz7w]
 *   Message-ID <16 letters>.1f3kqz7w@example.com
 * Only what carries our own signature is believed. Pure but for the key. */
#ifndef KEPT_CHANNEL_MAIL_TOKEN_H
#define KEPT_CHANNEL_MAIL_TOKEN_H

#include "base/arena.h"

char *mail_reply_address(struct arena *a, const char *inbox_address, const char *short_ref);
char *mail_bounce_address(struct arena *a, const char *inbox_address, const char *message_ref);
char *mail_subject_token(struct arena *a, const char *short_ref);
/* Without angle brackets. */
char *mail_message_id(struct arena *a, const char *inbox_address, const char *message_ref);

/* Stands in our automatic mails, so that we know them when they come back. */
char *mail_loop_mark(struct arena *a);

/* What an address that mail arrived for says. `base`: without the plus part, folded. The others are NULL unless
 * signed. */
struct mail_target {
    const char *base, *short_ref, *bounced_ref;
};
struct mail_target mail_target(struct arena *a, const char *address);
/* The short reference of the first signed token in the subject; NULL. */
char *mail_subject_ref(struct arena *a, const char *subject);

#endif
