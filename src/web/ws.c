#include "web/ws.h"

#include "base/log.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wslay/wslay.h>

struct ws_waiting {
    struct ws_waiting *next;
    struct ws_frames *frames;
    size_t at; /* how much of it is sent */
};

/* One call of ws_read, for wslay's callbacks. */
struct ws_turn {
    struct ws *ws;
    struct bytes extra;
    size_t read; /* bytes in this turn */
    void (*got)(void *, struct bytes);
    void *arg;
    bool ended;       /* the peer has closed its side */
    bool unsupported; /* a binary message came */
};

/* Lives while a message is half read. wslay cannot be asked whether it stands between two messages: it does when
 * all that it was given belongs to frames that it has begun, and the last of a message's frames has come. */
struct ws_reader {
    struct wslay_event_context *context;
    uint64_t given, begun;
    bool in_message;
    struct ws_turn *turn;
};

static void *must(void *p) {
    if (!p)
        die("out of memory");
    return p;
}

/* ---- frames ---- */

static ssize_t put(const uint8_t *data, size_t len, int flags, void *arg) {
    buf_add(arg, data, len);
    return (ssize_t)len;
}

static void encode(struct buf *out, uint8_t opcode, struct bytes payload) {
    static const struct wslay_frame_callbacks callbacks = {.send_callback = put};
    wslay_frame_context_ptr context;
    if (wslay_frame_context_init(&context, &callbacks, out))
        die("out of memory");
    struct wslay_frame_iocb frame = {
        .fin = 1, .opcode = opcode, .payload_length = payload.len, .data = payload.at, .data_length = payload.len};
    if (wslay_frame_send(context, &frame) < 0)
        die("a frame of ours cannot be encoded");
    wslay_frame_context_free(context);
}

void ws_encode(struct buf *out, struct bytes text) { encode(out, WSLAY_TEXT_FRAME, text); }

struct ws_frames *ws_frames_of(struct bytes encoded) {
    struct ws_frames *f = must(malloc(sizeof *f + encoded.len));
    f->users = 1;
    f->len = encoded.len;
    if (encoded.len)
        memcpy(f->bytes, encoded.at, encoded.len);
    return f;
}

struct ws_frames *ws_ping(void) {
    struct buf out = {0};
    encode(&out, WSLAY_PING, (struct bytes){0});
    struct ws_frames *f = ws_frames_of(buf_bytes(&out));
    buf_free(&out);
    return f;
}

void ws_frames_drop(struct ws_frames *f) {
    if (!--f->users)
        free(f);
}

/* ---- out ---- */

void ws_begin(struct ws *ws, int fd, int64_t now) {
    *ws = (struct ws){.fd = fd, .heard = now};
    int kernel = WS_KERNEL_MAX, on = 1;
    /* Without the first, the kernel lets megabytes wait for a reader that has stopped; failing is no harm. */
    (void)!setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kernel, sizeof kernel);
    (void)!setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* How much of it went out; the connection may be dead afterwards. */
static size_t send_some(struct ws *ws, const uint8_t *at, size_t len) {
    size_t sent = 0;
    while (sent < len) {
        ssize_t n = send(ws->fd, at + sent, len - sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
            ws->dead = true;
        if (n < 0)
            break;
        sent += (size_t)n;
    }
    return sent;
}

static void wait_in_line(struct ws *ws, struct ws_frames *f, size_t at) {
    ws->out_bytes += f->len - at;
    if (ws->out_bytes > WS_WAITING_MAX) {
        ws->dead = true;
        return;
    }
    struct ws_waiting *w = must(malloc(sizeof *w));
    *w = (struct ws_waiting){.frames = f, .at = at};
    f->users++;
    if (!ws->out)
        ws->out_tail = &ws->out;
    *ws->out_tail = w;
    ws->out_tail = &w->next;
}

void ws_flush(struct ws *ws) {
    while (ws->out && !ws->dead) {
        struct ws_waiting *w = ws->out;
        size_t sent = send_some(ws, w->frames->bytes + w->at, w->frames->len - w->at);
        w->at += sent;
        ws->out_bytes -= sent;
        if (w->at < w->frames->len)
            return;
        ws->out = w->next;
        ws_frames_drop(w->frames);
        free(w);
    }
    /* Our side is shut, so the peer reads to the end; closing at once could reset what is on its way. */
    if (ws->closing && !ws->dead)
        shutdown(ws->fd, SHUT_WR);
}

void ws_send(struct ws *ws, struct ws_frames *f) {
    if (ws->dead || ws->closing)
        return;
    size_t sent = ws->out ? 0 : send_some(ws, f->bytes, f->len);
    if (sent < f->len && !ws->dead)
        wait_in_line(ws, f, sent);
}

static void send_last(struct ws *ws, struct bytes encoded, int64_t now) {
    struct ws_frames *f = ws_frames_of(encoded);
    ws_send(ws, f);
    ws_frames_drop(f);
    ws->closing = true;
    ws->closing_since = now;
    ws_flush(ws);
}

void ws_close(struct ws *ws, enum ws_code code, int64_t now) {
    if (ws->dead || ws->closing)
        return;
    uint8_t payload[2] = {(uint8_t)(code >> 8), (uint8_t)code};
    struct buf out = {0};
    encode(&out, WSLAY_CONNECTION_CLOSE, (struct bytes){payload, sizeof payload});
    send_last(ws, buf_bytes(&out), now);
    buf_free(&out);
}

/* ---- in ---- */

static ssize_t on_read(wslay_event_context_ptr context, uint8_t *to, size_t len, int flags, void *arg) {
    struct ws_reader *r = arg;
    struct ws_turn *t = r->turn;
    ssize_t n;
    if (t->extra.len) {
        n = (ssize_t)(len < t->extra.len ? len : t->extra.len);
        memcpy(to, t->extra.at, (size_t)n);
        t->extra = (struct bytes){t->extra.at + n, t->extra.len - (size_t)n};
    } else if (t->ws->dead || t->ws->closing || t->read >= WS_TURN_MAX) {
        n = -1;
        errno = EAGAIN;
    } else {
        do
            n = recv(t->ws->fd, to, len, 0);
        while (n < 0 && errno == EINTR);
        t->read += n > 0 ? (size_t)n : 0;
    }
    if (n > 0) {
        r->given += (uint64_t)n;
        return n;
    }
    bool later = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    t->ended = !later;
    wslay_event_set_error(context, later ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
    return -1;
}

static void on_frame(wslay_event_context_ptr context, const struct wslay_event_on_frame_recv_start_arg *frame,
                     void *arg) {
    struct ws_reader *r = arg;
    uint64_t n = frame->payload_length;
    r->begun += 2 + (n < 126 ? 0 : n < 65536 ? 2 : 8) + 4 + n; /* head, longer length, mask, payload */
    if (!wslay_is_ctrl_frame(frame->opcode))
        r->in_message = !frame->fin;
}

static void on_message(wslay_event_context_ptr context, const struct wslay_event_on_msg_recv_arg *message, void *arg) {
    struct ws_turn *t = ((struct ws_reader *)arg)->turn;
    if (t->ws->dead || t->ws->closing || t->unsupported)
        return;
    if (message->opcode == WSLAY_TEXT_FRAME)
        t->got(t->arg, (struct bytes){message->msg, message->msg_length});
    t->unsupported = message->opcode == WSLAY_BINARY_FRAME;
}

/* wslay's own answers (pong, close) stand in line with our frames: written past them, they would cut one in two. */
static ssize_t on_write(wslay_event_context_ptr context, const uint8_t *data, size_t len, int flags, void *arg) {
    buf_add(((struct ws_reader *)arg)->turn->arg, data, len);
    return (ssize_t)len;
}

static struct ws_reader *reader_new(void) {
    static const struct wslay_event_callbacks callbacks = {.recv_callback = on_read,
                                                           .send_callback = on_write,
                                                           .on_frame_recv_start_callback = on_frame,
                                                           .on_msg_recv_callback = on_message};
    struct ws_reader *r = must(calloc(1, sizeof *r));
    if (wslay_event_context_server_init(&r->context, &callbacks, r))
        die("out of memory");
    wslay_event_config_set_max_recv_msg_length(r->context, WS_MESSAGE_MAX);
    return r;
}

static void reader_drop(struct ws *ws) {
    if (!ws->in)
        return;
    wslay_event_context_free(ws->in->context);
    free(ws->in);
    ws->in = NULL;
}

static void send_answers(struct ws *ws, int64_t now) {
    struct buf out = {0};
    struct ws_turn t = {.ws = ws, .arg = &out};
    ws->in->turn = &t;
    while (wslay_event_want_write(ws->in->context))
        if (wslay_event_send(ws->in->context))
            ws->dead = true;
    if (!wslay_event_want_read(ws->in->context)) {
        send_last(ws, buf_bytes(&out), now);
    } else if (out.len) {
        struct ws_frames *f = ws_frames_of(buf_bytes(&out));
        ws_send(ws, f);
        ws_frames_drop(f);
    }
    buf_free(&out);
}

/* After our close nothing that comes is of interest but the end. */
static void read_to_the_end(struct ws *ws) {
    uint8_t nothing[4096];
    for (size_t read = 0; read < WS_TURN_MAX;) {
        ssize_t n = recv(ws->fd, nothing, sizeof nothing, 0);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
            ws->dead = true;
        if (n <= 0)
            return;
        read += (size_t)n;
    }
}

void ws_read(struct ws *ws, struct bytes extra, int64_t now, void (*got)(void *, struct bytes), void *arg) {
    if (ws->dead)
        return;
    if (ws->closing) {
        read_to_the_end(ws);
        return;
    }
    struct ws_turn t = {.ws = ws, .extra = extra, .got = got, .arg = arg};
    bool fresh = !ws->in;
    if (fresh)
        ws->in = reader_new();
    ws->in->turn = &t;
    uint64_t before = ws->in->given;
    bool violation = wslay_event_recv(ws->in->context) && !t.ended;
    if (ws->in->given > before)
        ws->heard = now;
    if (t.ended)
        ws->dead = true;
    else if (violation) /* of a kind for which wslay has no close of its own */
        ws_close(ws, WS_CLOSE_PROTOCOL, now);
    else if (!ws->closing)
        send_answers(ws, now);
    if (t.unsupported)
        ws_close(ws, WS_CLOSE_UNSUPPORTED, now);
    if (ws->dead || ws->closing || (ws->in->given == ws->in->begun && !ws->in->in_message))
        reader_drop(ws);
    else if (fresh)
        ws->half_since = now;
}

void ws_tick(struct ws *ws, int64_t now) {
    if (ws->in && now - ws->half_since > WS_HALF_MS)
        ws_close(ws, WS_CLOSE_POLICY, now);
    if (ws->closing && now - ws->closing_since > WS_GOODBYE_MS)
        ws->dead = true;
}

void ws_end(struct ws *ws) {
    reader_drop(ws);
    while (ws->out) {
        struct ws_waiting *w = ws->out;
        ws->out = w->next;
        ws_frames_drop(w->frames);
        free(w);
    }
    close(ws->fd);
    ws->fd = -1;
    ws->dead = true;
}
