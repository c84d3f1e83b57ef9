/* http_listen.c: a thread of its own takes the connections. Left to libmicrohttpd, each of its threads waits at the
 * same socket and the first that wakes takes all there is: the kept connections of a proxy then stand on one
 * thread, and the other cores look on (docs/bench.md). Handed over by us they are spread evenly. */
#include "web/http_private.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct listener {
    int fd, port, wake;
    struct MHD_Daemon *const *daemons;
    int n;
    pthread_t thread;
    atomic_bool stopping;
};

enum rc listener_open(struct arena *a, const char *where, struct listener **out, const char **why) {
    const char *colon = strrchr(where, ':');
    if (!colon) {
        *why = arena_printf(a, "the address to listen on, %s, has no port", where);
        return RC_INVALID;
    }
    char *host = arena_copy_n(a, where, (size_t)(colon - where));
    size_t n = strlen(host);
    if (n > 1 && host[0] == '[' && host[n - 1] == ']') {
        host[n - 1] = 0;
        host++;
    }
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV},
                    *found;
    int e = getaddrinfo(*host ? host : NULL, colon + 1, &hints, &found);
    if (e) {
        *why = arena_printf(a, "cannot listen on %s: %s", where, gai_strerror(e));
        return RC_INVALID;
    }
    int s = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
    struct sockaddr_storage got = {0};
    socklen_t len = sizeof got;
    bool ok = s >= 0 && !setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) &&
              !bind(s, found->ai_addr, found->ai_addrlen) && !listen(s, 1024) &&
              !getsockname(s, (void *)&got, &len);
    freeaddrinfo(found);
    if (!ok) {
        *why = arena_printf(a, "cannot listen on %s: %s", where, strerror(errno));
        if (s >= 0)
            close(s);
        return RC_AWAY;
    }
    struct listener *l = ARENA_NEW(a, struct listener);
    l->fd = s;
    l->wake = -1;
    l->port = ntohs(got.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&got)->sin6_port
                                              : ((struct sockaddr_in *)&got)->sin_port);
    *out = l;
    return RC_OK;
}

int listener_port(const struct listener *l) { return l->port; }

static void *take(void *arg) {
    enum { OUT_OF_FDS_MS = 50 };
    struct listener *l = arg;
    unsigned next = 0;
    struct pollfd waits[] = {{.fd = l->fd, .events = POLLIN}, {.fd = l->wake, .events = POLLIN}};
    while (!atomic_load(&l->stopping)) {
        struct sockaddr_storage from;
        socklen_t len = sizeof from;
        int fd = accept4(l->fd, (void *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            MHD_add_connection(l->daemons[next++ % (unsigned)l->n], fd, (void *)&from, len);
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            poll(waits, 2, -1);
        else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            nanosleep(&(struct timespec){.tv_nsec = OUT_OF_FDS_MS * 1000000L}, NULL); /* others close theirs */
    }
    return NULL;
}

bool listener_start(struct listener *l, struct MHD_Daemon *const *daemons, int n) {
    l->daemons = daemons;
    l->n = n;
    l->wake = eventfd(0, EFD_CLOEXEC);
    if (l->wake < 0 || pthread_create(&l->thread, NULL, take, l)) {
        listener_stop(l);
        return false;
    }
    return true;
}

void listener_stop(struct listener *l) {
    if (l->wake >= 0) {
        atomic_store(&l->stopping, true);
        if (l->thread && eventfd_write(l->wake, 1) == 0)
            pthread_join(l->thread, NULL);
        close(l->wake);
    }
    close(l->fd);
    l->fd = l->wake = -1;
}
