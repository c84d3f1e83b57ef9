/* imap_link.h: between the server and `kept imap`: notes over a socket, each a head and `len` bytes. Both ends are
 * the same binary, so the notes are plain structs; the server's side checks every number, for the child has seen
 * the world. */
#ifndef KEPT_CHANNEL_IMAP_LINK_H
#define KEPT_CHANNEL_IMAP_LINK_H

#include "base/net_guard.h"
#include "channel/email.h"
#include "desk/mailbox.h"

#include <stdint.h>
#include <sys/types.h>

enum imap_note {
    /* to the child */
    IMAP_NOTE_START = 1, /* struct imap_start and the server's JSON */
    IMAP_NOTE_STORED,    /* everything below `mark` is committed */
    /* from the child */
    IMAP_NOTE_HELLO,   /* the sandbox is closed */
    IMAP_NOTE_AT,      /* is about to fetch `uid`: if the child ends now, this mail may be why */
    IMAP_NOTE_MAIL,    /* its bytes; `mark`: with this one stored, everything below is */
    IMAP_NOTE_MARK,    /* `mark` without a mail: what was there has gone */
    IMAP_NOTE_READY,   /* all that was there is stored, waiting for more; `how` 1: but moving does not work */
    IMAP_NOTE_PULSE,   /* still alive */
    IMAP_NOTE_TROUBLE, /* and ends: code NUL words */
};

enum imap_how {
    IMAP_WHOLE,
    IMAP_HEADER_ONLY /* it is too big */,
    IMAP_MISSING /* the server does not hand it over */
};

struct imap_head {
    uint32_t note, how, uid_validity, uid, mark, spare;
    uint64_t len;
};

struct imap_start {
    enum mail_protocol protocol;
    bool only_test; /* connect, sign in, open the folder, say READY, leave */
    bool careful;   /* one mail at a time, each announced */
    uint32_t uid_validity, uid_next, skip_uid;
    int64_t poll_ms, answer_ms, connect_ms;
    struct net_guard guard; /* filled by imap_link_open */
};

enum {
    IMAP_NOTE_MAX = EMAIL_SIZE_MAX, /* bytes with a note */
    IMAP_HEADER_MAX = 256 * 1024,   /* of a mail of which only the header is had */
    IMAP_PULSE_MS = 10 * 1000,
    IMAP_SILENCE_MS = 90 * 1000, /* a child that is quiet for so long is ended */
};

/* ---- the server's side (imap_box.c) ---- */

enum imap_heard {
    IMAP_HEARD,
    IMAP_STOPPED /* `stop` became readable */,
    IMAP_ENDED /* the child has gone */,
    IMAP_SILENT
};

struct imap_child_link {
    int fd;
    pid_t pid;
};

/* Starts `kept imap` and tells it what to do. RC_AWAY: it cannot be started now. */
enum rc imap_link_open(const struct imap_start *start, const struct mail_server *server,
                       struct imap_child_link *out);
/* Ends the child. */
void imap_link_close(struct imap_child_link *l);
/* The next note, until `until` (clock_mono); *body is malloc'ed, NULL without bytes. A note over IMAP_NOTE_MAX ends
 * the link. */
enum imap_heard imap_link_hear(struct imap_child_link *l, int stop, int64_t until, struct imap_head *head,
                               uint8_t **body);
bool imap_link_more(const struct imap_child_link *l); /* is something there to be heard at once? */
bool imap_link_say(struct imap_child_link *l, const struct imap_head *head);
/* The two texts of IMAP_NOTE_TROUBLE, clean, in the arena. */
void imap_link_trouble(struct arena *a, const struct imap_head *head, const uint8_t *body, const char **code,
                       const char **words);

#endif
