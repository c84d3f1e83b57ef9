#include "channel/mail_socket.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "channel/email.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <string.h>
#include <unistd.h>

struct mail_socket {
    struct store *store;
    char *path;
    int fd;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t idle;
    int clients;
};

static bool address_of(const char *data_dir, struct sockaddr_un *to) {
    *to = (struct sockaddr_un){.sun_family = AF_UNIX};
    return snprintf(to->sun_path, sizeof to->sun_path, "%s/mail.sock", data_dir) < (int)sizeof to->sun_path;
}

static void set_timeouts(int fd) {
    struct timeval tv = {.tv_sec = MAIL_SOCKET_TIMEOUT_S};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
}

static bool read_whole(int fd, void *to, size_t n) {
    for (char *p = to; n;) {
        ssize_t got = read(fd, p, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        p += got;
        n -= (size_t)got;
    }
    return true;
}

static bool write_whole(int fd, const void *from, size_t n) {
    for (const char *p = from; n;) {
        ssize_t put = send(fd, p, n, MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        p += put;
        n -= (size_t)put;
    }
    return true;
}

/* ---- server ---- */

struct client {
    struct mail_socket *m;
    int fd;
};

static const char *take_mail(struct mail_socket *m, int fd) {
    char head[512], *recipient = head + 5;
    size_t n = 0;
    uint8_t size[8];
    while (n < sizeof head - 1 && read_whole(fd, head + n, 1) && head[n] != '\n')
        n++;
    if (n == sizeof head - 1 || n < 5 || memcmp(head, "MAIL ", 5) != 0 || head[n] != '\n')
        return "LATER\n";
    head[n] = 0;
    if (!read_whole(fd, size, sizeof size))
        return "LATER\n";
    uint64_t len = 0;
    for (int i = 0; i < 8; i++)
        len = len << 8 | size[i];
    if (len > EMAIL_SIZE_MAX)
        return "BIG\n";
    struct buf mail = {0};
    const char *answer = "LATER\n";
    if (read_whole(fd, buf_reserve(&mail, (size_t)len), (size_t)len)) {
        enum rc rc = email_accept(m->store, (struct bytes){(const uint8_t *)mail.at, (size_t)len}, recipient, 0,
                                  clock_now());
        answer = rc == RC_OK ? "OK\n" : rc == RC_DUPLICATE ? "SEEN\n" : rc == RC_TOO_BIG ? "BIG\n" : "LATER\n";
    }
    buf_free(&mail);
    return answer;
}

static void *client_main(void *arg) {
    struct client *c = arg;
    set_timeouts(c->fd);
    const char *answer = take_mail(c->m, c->fd);
    if (!write_whole(c->fd, answer, strlen(answer)))
        log_warn("a mail was taken in, but whoever brought it is gone; it will come again and be known");
    close(c->fd);
    pthread_mutex_lock(&c->m->lock);
    c->m->clients--;
    pthread_cond_signal(&c->m->idle);
    pthread_mutex_unlock(&c->m->lock);
    free(c);
    return NULL;
}

static void *accept_main(void *arg) {
    struct mail_socket *m = arg;
    for (;;) {
        pthread_mutex_lock(&m->lock);
        while (m->clients >= MAIL_SOCKET_CLIENTS)
            pthread_cond_wait(&m->idle, &m->lock);
        m->clients++;
        pthread_mutex_unlock(&m->lock);
        int fd = accept4(m->fd, NULL, NULL, SOCK_CLOEXEC);
        struct client *c = fd < 0 ? NULL : malloc(sizeof *c);
        pthread_t thread;
        if (c)
            *c = (struct client){m, fd};
        if (!c || pthread_create(&thread, NULL, client_main, c) != 0) {
            bool closing = fd < 0 && (errno == EINVAL || errno == EBADF);
            if (fd >= 0)
                close(fd);
            free(c);
            pthread_mutex_lock(&m->lock);
            m->clients--;
            pthread_mutex_unlock(&m->lock);
            if (closing)
                return NULL;
            usleep(10000); /* out of descriptors: let others end */
            continue;
        }
        pthread_detach(thread);
    }
}

enum rc mail_socket_open(struct arena *a, struct store *s, const char *data_dir, unsigned mode,
                         struct mail_socket **out, const char **why) {
    struct sockaddr_un at;
    struct mail_socket *m = calloc(1, sizeof *m);
    if (!m)
        die("out of memory");
    if (!address_of(data_dir, &at)) {
        *why = "the path of the data directory is too long for a socket: choose a shorter one";
        free(m);
        return RC_INVALID;
    }
    unlink(at.sun_path); /* of a server that was killed; the data directory is locked, so it is not in use */
    m->store = s;
    m->path = strdup(at.sun_path);
    m->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (m->fd < 0 || bind(m->fd, (struct sockaddr *)&at, sizeof at) != 0 || chmod(at.sun_path, mode) != 0 ||
        listen(m->fd, 128) != 0) {
        *why = arena_printf(a, "%s: %s", at.sun_path, strerror(errno));
        if (m->fd >= 0)
            close(m->fd);
        free(m->path);
        free(m);
        return RC_AWAY;
    }
    pthread_mutex_init(&m->lock, NULL);
    pthread_cond_init(&m->idle, NULL);
    if (pthread_create(&m->thread, NULL, accept_main, m) != 0)
        die("no thread for incoming mail");
    *out = m;
    return RC_OK;
}

void mail_socket_close(struct mail_socket *m) {
    if (!m)
        return;
    shutdown(m->fd, SHUT_RDWR);
    pthread_join(m->thread, NULL);
    pthread_mutex_lock(&m->lock);
    while (m->clients > 0)
        pthread_cond_wait(&m->idle, &m->lock);
    pthread_mutex_unlock(&m->lock);
    close(m->fd);
    unlink(m->path);
    free(m->path);
    free(m);
}

/* ---- client ---- */

enum rc mail_socket_send(const char *data_dir, struct bytes mail, const char *recipient) {
    struct sockaddr_un to;
    char head[512], answer[16] = "";
    uint8_t size[8];
    for (int i = 0; i < 8; i++)
        size[i] = (uint8_t)(mail.len >> (56 - 8 * i));
    int n = snprintf(head, sizeof head, "MAIL %s\n", recipient);
    if (!address_of(data_dir, &to) || n >= (int)sizeof head || strchr(recipient, '\n'))
        return RC_AWAY;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return RC_AWAY;
    set_timeouts(fd);
    bool sent = connect(fd, (struct sockaddr *)&to, sizeof to) == 0 && write_whole(fd, head, (size_t)n) &&
                write_whole(fd, size, sizeof size);
    if (sent)
        (void)!write_whole(fd, mail.at, mail.len); /* a refusal may come before the last byte */
    ssize_t got = sent ? read(fd, answer, sizeof answer - 1) : 0;
    close(fd);
    if (got <= 0)
        return RC_AWAY;
    return strcmp(answer, "OK\n") == 0 || strcmp(answer, "SEEN\n") == 0 ? RC_OK
           : strcmp(answer, "BIG\n") == 0                               ? RC_TOO_BIG
                                                                        : RC_AWAY;
}
