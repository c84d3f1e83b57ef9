/* ws.h: one WebSocket connection of ours: frames in and out, by wslay. It knows nothing of what is said.
 * An idle connection is this struct and nothing else: wslay's context (8.8 kB) lives only while a message is half
 * read, the list of waiting frames only while the peer reads slowly. Not thread-safe: one owner. */
#ifndef KEPT_WEB_WS_H
#define KEPT_WEB_WS_H

#include "base/arena.h"
#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    WS_MESSAGE_MAX = 1024,      /* bytes of an incoming message: 1009 */
    WS_TURN_MAX = 64 * 1024,    /* bytes read before others get their turn */
    WS_WAITING_MAX = 64 * 1024, /* bytes that wait for a slow reader: it is cut off */
    WS_KERNEL_MAX = 32 * 1024,  /* and what the kernel may hold for it besides */
    WS_HALF_MS = 10 * 1000,     /* a message begun must be ended by then */
    WS_GOODBYE_MS = 2 * 1000,   /* how long the peer has to answer our close */
};

/* Close codes (RFC 6455 §7.4). From 4000 on they are ours; the page knows them. */
enum ws_code {
    WS_CLOSE_NORMAL = 1000,
    WS_CLOSE_GOING = 1001,
    WS_CLOSE_PROTOCOL = 1002,
    WS_CLOSE_UNSUPPORTED = 1003,
    WS_CLOSE_POLICY = 1008,
    WS_CLOSE_LATER = 1013,
    WS_CLOSE_RENEW = 4000,  /* nothing is wrong: connect again, so that the session is looked at again */
    WS_CLOSE_RIGHTS = 4001, /* what this agent may do has changed: connect again, or sign in */
};

/* Encoded once, sent to many: whole frames, counted by who still needs them. */
struct ws_frames {
    unsigned users;
    size_t len;
    uint8_t bytes[];
};

/* Appends a text frame to `out`. */
void ws_encode(struct buf *out, struct bytes text);
struct ws_frames *ws_frames_of(struct bytes encoded); /* the caller is its first user */
struct ws_frames *ws_ping(void);
void ws_frames_drop(struct ws_frames *f);

struct ws {
    int fd;
    bool dead;                                /* nothing can be sent or read any more: ws_end it */
    bool closing;                             /* a close frame is on its way, or sent */
    int64_t heard, half_since, closing_since; /* clock_mono */
    struct ws_waiting *out, **out_tail;       /* NULL: nothing waits */
    size_t out_bytes;
    struct ws_reader *in; /* NULL: no message is half read */
};

/* The descriptor is ours from now on. */
void ws_begin(struct ws *ws, int fd, int64_t now);
/* Reads what is there, `extra` first (bytes that came with the handshake), answers pings and closes, and calls
 * got() for each text message. A violation, a binary message and a long one are answered with a close. */
void ws_read(struct ws *ws, struct bytes extra, int64_t now, void (*got)(void *arg, struct bytes text), void *arg);
/* Sends, or lets it wait. A reader for whom too much waits is dead. */
void ws_send(struct ws *ws, struct ws_frames *f);
void ws_close(struct ws *ws, enum ws_code code, int64_t now);
/* Sends what waits. */
void ws_flush(struct ws *ws);
static inline bool ws_waits(const struct ws *ws) { return ws->out; }
/* Deadlines: a message half read for too long, a close that is not answered. */
void ws_tick(struct ws *ws, int64_t now);
/* Closes the descriptor and frees what is held. */
void ws_end(struct ws *ws);

#endif
