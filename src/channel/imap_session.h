/* imap_session.h: the few IMAP commands that fetching mail takes, over any stream of bytes, after sign-in.
 * Every answer has a deadline that grows only with the bytes that came, so a server that drips one byte a minute is
 * left like one that says nothing. Not thread-safe. */
#ifndef KEPT_CHANNEL_IMAP_SESSION_H
#define KEPT_CHANNEL_IMAP_SESSION_H

#include "channel/imap_parse.h"

#include <sys/types.h>

enum {
    IMAP_ANSWER_MS = 60 * 1000,        /* for one answer … */
    IMAP_BYTES_A_MS = 8,               /* … and a millisecond more for so many bytes of what was asked for … */
    IMAP_COMMAND_MS_MAX = 3600 * 1000, /* … up to this */
    IMAP_ITEMS_MAX = 2000000,          /* mails of one list */
};

/* The stream. `until` is of clock_mono. */
struct imap_wire {
    void *arg;
    ssize_t (*recv)(void *arg, void *to, size_t room, int64_t until); /* 0: nothing until then; -1: it is closed */
    bool (*send)(void *arg, const void *from, size_t n, int64_t until); /* all of it */
};

enum imap_end {
    IMAP_DONE,
    IMAP_REFUSED, /* NO or BAD: s->words says why */
    IMAP_LOST,    /* closed, BYE, or no answer in time */
    IMAP_GARBLED, /* over a limit, or nonsense where sense was needed */
};

struct imap_session {
    struct imap_wire wire;
    int64_t answer_ms;
    struct imap_stream stream;
    uint8_t in[16 * 1024];
    size_t in_at, in_len;
    int64_t started, useful; /* of the command under way; useful: bytes of FETCH responses */
    unsigned tag;
    bool idling;
    /* what the server has told */
    bool can_idle, can_move, can_uidplus, read_only;
    bool news; /* the number of mails has changed; set by any answer, cleared by imap_list */
    uint32_t exists, uid_validity, uid_next;
    char words[300]; /* its last refusal or goodbye */
};

/* Nothing is sent yet. answer_ms: IMAP_ANSWER_MS, or less in tests. */
void imap_begin(struct imap_session *s, struct imap_wire wire, int64_t answer_ms);
void imap_end(struct imap_session *s);

/* `saw` is called for each untagged response that is not of the session itself; what it points to lives during the
 * call. */
typedef void imap_saw(void *arg, const struct imap_response *r);

/* One command and its answers. literal_max: bytes of literals that one response may have. */
enum imap_end imap_command(struct imap_session *s, size_t literal_max, imap_saw *saw, void *arg, const char *format,
                           ...) __attribute__((format(printf, 5, 6)));

enum imap_end imap_capability(struct imap_session *s);
/* `folder` as of imap_folder. IMAP_GARBLED when the server gives its mails no lasting numbers. */
enum imap_end imap_select(struct imap_session *s, const char *folder);

struct imap_item {
    uint32_t uid;
    uint64_t size; /* as the server says, which is not always so */
};
struct imap_list {
    struct imap_item *at; /* rising uid; malloc */
    size_t n, room;
    bool overflow;
};
/* Mails with a uid of at least `from`. */
enum imap_end imap_list(struct imap_session *s, uint32_t from, struct imap_list *out);

/* IDLE (RFC 2177): begin, wait as often as wanted, end. IMAP_REFUSED: this server does not, after all. */
enum imap_end imap_idle_begin(struct imap_session *s);
/* Returns when there is news (s->news), or at `until`. */
enum imap_end imap_idle_wait(struct imap_session *s, int64_t until);
enum imap_end imap_idle_end(struct imap_session *s);

#endif
