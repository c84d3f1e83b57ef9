/* clients.c: many WebSocket clients in one process, which do nothing but receive.
 *     clients PORT PATH COUNT [HEADER…]        on 127.0.0.1
 * Prints {"open":N,"ms":…} when all are through the handshake (fewer when descriptors or the server end). Then each
 * line on stdin begins a new wait, answered at once with "waiting", and with {"got":N,"first":…,"last":…} when
 * every client has had a message (or nothing came for 10 s): times in ms of the clock that node's hrtime shows.
 * Messages with "ready" do not count. Ends with stdin. */
#include "stopwatch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    AT_ONCE = 50 /* handshakes under way: below any server's limit for one address */,
    BUFFER = 16384,
    EVENTS = 256,
    GIVE_UP_MS = 10000
};

struct client {
    int fd;
    bool upgraded, got;
    uint8_t *rest; /* of a message that has not come wholly */
    size_t rest_n;
};

static struct client *clients;
static int wanted, begun, open_n, alive, got, epoll;
static double first, last;
static bool waiting;
static char request[8192];
static struct sockaddr_in server = {.sin_family = AF_INET};

static void drop(struct client *c) {
    close(c->fd);
    alive--;
    open_n -= c->upgraded;
    c->fd = -1;
}

static bool begin_one(void) {
    struct client *c = &clients[begun];
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0)
        return false;
    if (connect(c->fd, (struct sockaddr *)&server, sizeof server) != 0 ||
        write(c->fd, request, strlen(request)) != (ssize_t)strlen(request)) {
        close(c->fd);
        return false;
    }
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &(struct epoll_event){.events = EPOLLIN, .data.ptr = c});
    begun++;
    alive++;
    return true;
}

static void message(struct client *c, uint8_t opcode, const uint8_t *at, size_t n) {
    if (opcode == 9) { /* ping: answered with the same, under a mask of zeros */
        uint8_t pong[131] = {0x8a, (uint8_t)(0x80 | n)};
        memcpy(pong + 6, at, n);
        if (write(c->fd, pong, n + 6) < 0)
            return;
    }
    if ((opcode != 1 && opcode != 2) || !waiting || c->got || memmem(at, n, "\"ready\"", 7))
        return;
    c->got = true;
    last = stopwatch_ms();
    if (!got++)
        first = last;
}

/* How many bytes were whole messages. */
static size_t read_frames(struct client *c, const uint8_t *p, size_t n) {
    size_t done = 0;
    while (n - done >= 2) {
        const uint8_t *f = p + done;
        size_t len = f[1] & 127, head = len < 126 ? 2 : len == 126 ? 4 : 10;
        if (n - done < head)
            break;
        if (len == 126)
            len = (size_t)f[2] << 8 | f[3];
        if (n - done < head + len)
            break;
        message(c, f[0] & 15, f + head, len);
        done += head + len;
    }
    return done;
}

static void take(struct client *c) {
    static uint8_t bytes[BUFFER * 2];
    memcpy(bytes, c->rest, c->rest_n);
    ssize_t n = read(c->fd, bytes + c->rest_n, BUFFER);
    if (n <= 0) {
        if (n == 0 || errno != EAGAIN)
            drop(c);
        return;
    }
    size_t have = c->rest_n + (size_t)n, done = 0;
    if (!c->upgraded) {
        uint8_t *end = memmem(bytes, have, "\r\n\r\n", 4);
        if (end && memcmp(bytes, "HTTP/1.1 101", 12) != 0) {
            fprintf(stderr, "clients: %.*s\n", (int)strcspn((char *)bytes, "\r"), bytes);
            drop(c);
            return;
        }
        if (end) {
            done = (size_t)(end - bytes) + 4;
            c->upgraded = true;
            open_n++;
        }
    }
    if (c->upgraded)
        done += read_frames(c, bytes + done, have - done);
    free(c->rest);
    c->rest = NULL;
    c->rest_n = have - done;
    if (c->rest_n) {
        c->rest = malloc(c->rest_n);
        memcpy(c->rest, bytes + done, c->rest_n);
    }
}

static void turn(int ms) {
    struct epoll_event events[EVENTS];
    int n = epoll_wait(epoll, events, EVENTS, ms);
    for (int i = 0; i < n; i++)
        if (events[i].data.ptr)
            take(events[i].data.ptr);
}

static void open_all(void) {
    double began = stopwatch_ms();
    bool more = true;
    while (more || open_n < alive) {
        while (more && begun < wanted && alive - open_n < AT_ONCE)
            more = begin_one();
        more = more && begun < wanted;
        turn(100);
        if (stopwatch_ms() - began > 120 * 1000)
            break;
    }
    printf("{\"open\":%d,\"ms\":%.0f}\n", open_n, stopwatch_ms() - began);
    fflush(stdout);
}

static void begin_wait(void) {
    for (int i = 0; i < begun; i++)
        clients[i].got = false;
    got = 0;
    first = last = stopwatch_ms();
    waiting = true;
    printf("waiting\n");
    fflush(stdout);
}

int main(int argc, char **argv) {
    if (argc < 4)
        return 64;
    server.sin_port = htons((uint16_t)atoi(argv[1]));
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    wanted = atoi(argv[3]);
    clients = calloc((size_t)wanted, sizeof *clients);
    int n = snprintf(request, sizeof request,
                     "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nOrigin: http://127.0.0.1:%s\r\nConnection: "
                     "Upgrade\r\nUpgrade: websocket\r\n"
                     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n",
                     argv[2], argv[1], argv[1]);
    for (int i = 4; i < argc; i++)
        n += snprintf(request + n, sizeof request - (size_t)n, "%s\r\n", argv[i]);
    snprintf(request + n, sizeof request - (size_t)n, "\r\n");
    epoll = epoll_create1(EPOLL_CLOEXEC);
    open_all();
    epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &(struct epoll_event){.events = EPOLLIN, .data.ptr = NULL});
    for (;;) {
        struct epoll_event events[EVENTS];
        int k = epoll_wait(epoll, events, EVENTS, 1000);
        for (int i = 0; i < k; i++) {
            char line[256];
            if (events[i].data.ptr)
                take(events[i].data.ptr);
            else if (read(0, line, sizeof line) > 0)
                begin_wait();
            else
                return 0;
        }
        if (waiting && (got >= open_n || stopwatch_ms() - last > GIVE_UP_MS)) {
            printf("{\"got\":%d,\"first\":%.3f,\"last\":%.3f}\n", got, first, last);
            fflush(stdout);
            waiting = false;
        }
    }
}
