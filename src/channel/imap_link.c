#include "channel/imap_link.h"

#include "base/child.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { SEND_MS = 10 * 1000 };

/* The child reads at once what it is told, or is broken. */
static bool send_all(int fd, const void *from, size_t n) {
    int64_t until = clock_mono() + SEND_MS;
    for (size_t done = 0; done < n;) {
        ssize_t put = send(fd, (const char *)from + done, n - done, MSG_NOSIGNAL);
        if (put < 0 && errno != EAGAIN && errno != EINTR)
            return false;
        done += put > 0 ? (size_t)put : 0;
        struct pollfd p = {.fd = fd, .events = POLLOUT};
        if (put < 0 && (clock_mono() > until || poll(&p, 1, 1000) < 0))
            return false;
    }
    return true;
}

static enum imap_heard receive(int fd, int stop, void *to, size_t n, int64_t until) {
    for (size_t done = 0; done < n;) {
        ssize_t got = recv(fd, (char *)to + done, n - done, 0);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            return IMAP_ENDED;
        if (got > 0) {
            done += (size_t)got;
            continue;
        }
        int64_t left = until - clock_mono();
        struct pollfd p[2] = {{.fd = fd, .events = POLLIN}, {.fd = stop, .events = POLLIN}};
        if (left <= 0)
            return IMAP_SILENT;
        poll(p, stop >= 0 ? 2 : 1, left > 60000 ? 60000 : (int)left);
        if (stop >= 0 && p[1].revents)
            return IMAP_STOPPED;
    }
    return IMAP_HEARD;
}

enum rc imap_link_open(const struct imap_start *start, const struct mail_server *server,
                       struct imap_child_link *out) {
    static char *const argv[] = {"kept", "imap", NULL};
    struct buf text = {0};
    if (!child_start(argv, &out->fd, &out->pid))
        return RC_AWAY;
    struct imap_head head = {.note = IMAP_NOTE_START};
    buf_add(&text, &head, sizeof head);
    struct imap_start whole = *start;
    whole.guard = *net_guard();
    buf_add(&text, &whole, sizeof whole);
    mail_server_write(&text, server);
    head.len = text.len - sizeof head;
    memcpy(text.at, &head, sizeof head);
    bool told = send_all(out->fd, text.at, text.len);
    memset(text.at, 0, text.len); /* a password */
    buf_free(&text);
    if (!told)
        imap_link_close(out);
    return told ? RC_OK : RC_AWAY;
}

void imap_link_close(struct imap_child_link *l) {
    if (l->pid)
        child_end(l->fd, l->pid);
    *l = (struct imap_child_link){.fd = -1};
}

enum imap_heard imap_link_hear(struct imap_child_link *l, int stop, int64_t until, struct imap_head *head,
                               uint8_t **body) {
    *body = NULL;
    enum imap_heard heard = receive(l->fd, stop, head, sizeof *head, until);
    if (heard != IMAP_HEARD || !head->len)
        return heard;
    if (head->len > IMAP_NOTE_MAX)
        return IMAP_ENDED;
    *body = malloc(head->len + 1);
    if (!*body)
        die("out of memory (%llu bytes)", (unsigned long long)head->len);
    heard = receive(l->fd, stop, *body, head->len, clock_mono() + IMAP_SILENCE_MS);
    if (heard != IMAP_HEARD) {
        free(*body);
        *body = NULL;
    }
    return heard;
}

bool imap_link_more(const struct imap_child_link *l) {
    struct pollfd p = {.fd = l->fd, .events = POLLIN};
    return poll(&p, 1, 0) > 0 && (p.revents & POLLIN);
}

bool imap_link_say(struct imap_child_link *l, const struct imap_head *head) {
    return send_all(l->fd, head, sizeof *head);
}

/* Codes are ours, but they come through a process that has seen hostile bytes. */
static const char *known_code(const char *code) {
    static const char *const codes[] = {"imap_away",    "imap_sign_in",     "imap_certificate", "imap_no_tls",
                                        "imap_address", "imap_no_folder",   "imap_protocol",    "smtp_away",
                                        "smtp_sign_in", "smtp_certificate", "smtp_no_tls",      "smtp_address",
                                        "smtp_protocol"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strcmp(codes[i], code) == 0)
            return codes[i];
    return "imap_protocol";
}

void imap_link_trouble(struct arena *a, const struct imap_head *head, const uint8_t *body, const char **code,
                       const char **words) {
    char *text = arena_copy_n(a, body ? (const char *)body : "", head->len);
    size_t n = strlen(text);
    *code = known_code(text);
    *words = n < head->len ? utf8_clean(a, text + n + 1, strlen(text + n + 1)) : "";
}
