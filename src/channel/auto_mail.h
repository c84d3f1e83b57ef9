/* auto_mail.h: was this mail written by a person, and may a machine answer it? (RFC 3834, RFC 5965)
 * Two questions, because Exchange asks on ordinary people's mail that no automatic answer be sent. */
#ifndef KEPT_CHANNEL_AUTO_MAIL_H
#define KEPT_CHANNEL_AUTO_MAIL_H

#include "channel/header.h"

#include <stdbool.h>

enum mail_auto_kind {
    MAIL_PERSON,
    MAIL_AUTO_REPLY, /* out of office and the like: a note, never reopens, starts no clock */
    MAIL_LIST,
    MAIL_BOUNCE,   /* about the delivery of another mail */
    MAIL_FEEDBACK, /* somebody pressed "spam" (ARF): unsubscribe */
    MAIL_LOOP,     /* our own mail has come back */
    MAIL_AUTO_KINDS,
};

struct mail_auto {
    enum mail_auto_kind kind;
    bool no_answer;     /* no automatic answer may go out, whatever the kind */
    const char *reason; /* what said so: "Auto-Submitted: auto-replied"; "" for a person's mail */
};

enum { MAIL_HOPS_MAX = 50 }; /* Received lines; Postfix gives up at the same number */
#define MAIL_LOOP_HEADER "X-Kept-Loop"

/* Pure. `own_loop` is the value that this installation writes into its automatic mails' MAIL_LOOP_HEADER;
 * NULL when the caller does not know it. The reason lives in the arena. */
struct mail_auto mail_auto_kind(struct arena *a, const struct mail_header *h, size_t n, const char *own_loop);

/* Is this the subject of an out-of-office reply? For answering machines that set no header at all. */
bool auto_reply_subject(const char *subject);

/* The kind's name in JSON and events: "person", "auto_reply", "list", "bounce", "feedback", "loop". Static. */
const char *mail_auto_name(enum mail_auto_kind kind);

#endif
