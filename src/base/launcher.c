#include "base/launcher.h"

#include "base/child.h"
#include "base/log.h"
#include "base/sandbox.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NAME_MAX_BYTES = 16, CHILDREN_MAX = 2048 };

/* On the socket: an order, an answer, in turn. A started child's socket comes with the answer. */
struct order {
    char name[NAME_MAX_BYTES]; /* "": end `pid` */
    int32_t pid;
};

struct answer {
    int32_t err, pid, status;
};

/* --- the launcher ------------------------------------------------------------------------------------------ */

static bool is_known(char *const names[], const char *name) {
    for (; *names; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

static bool send_answer(const struct answer *a, int fd) {
    struct iovec part = {(void *)(uintptr_t)a, sizeof *a};
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
    if (fd >= 0) {
        m.msg_control = &control;
        m.msg_controllen = sizeof control.room;
        struct cmsghdr *c = CMSG_FIRSTHDR(&m);
        *c = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof fd), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
        memcpy(CMSG_DATA(c), &fd, sizeof fd);
    }
    return sendmsg(CHILD_SOCKET, &m, MSG_NOSIGNAL) == sizeof *a;
}

static pid_t *slot_of(pid_t *children, pid_t pid) {
    for (int i = 0; i < CHILDREN_MAX; i++)
        if (children[i] == pid)
            return &children[i];
    return NULL;
}

static bool start_one(pid_t *children, char *const names[], char *name) {
    char *argv[] = {"kept", name, NULL};
    pid_t *slot = slot_of(children, 0), pid = 0;
    int fd = -1;
    struct answer a = {.err = !is_known(names, name) ? EPERM : !slot ? EAGAIN : child_spawn(argv, &fd, &pid)};
    if (!a.err)
        *slot = a.pid = pid;
    bool told = send_answer(&a, fd);
    if (fd >= 0)
        close(fd);
    return told;
}

static bool end_one(pid_t *children, pid_t pid) {
    pid_t *slot = pid > 0 ? slot_of(children, pid) : NULL;
    struct answer a = {.err = slot ? 0 : ESRCH, .pid = pid};
    if (slot) {
        kill(pid, SIGKILL);
        while (waitpid(pid, &a.status, 0) < 0 && errno == EINTR)
            ;
        *slot = 0;
    }
    return send_answer(&a, -1);
}

int launcher_main(char *const names[]) {
    static pid_t children[CHILDREN_MAX];
    const char *lacking;
    struct order o;
    log_setup("kept launch", LOG_INFO);
    if (sandbox_enter(SANDBOX_LAUNCH, &lacking) == RC_BROKEN) {
        log_error("the sandbox could not be closed: %s", lacking);
        return rc_exit(RC_BROKEN);
    }
    for (bool on = true; on && child_read(&o, sizeof o);) {
        o.name[NAME_MAX_BYTES - 1] = 0;
        on = *o.name ? start_one(children, names, o.name) : end_one(children, o.pid);
    }
    return 0;
}

/* --- whoever gives it orders ------------------------------------------------------------------------------- */

static struct {
    pthread_mutex_t lock;
    int fd;
    pid_t pid; /* 0: there is none */
} launcher = {.lock = PTHREAD_MUTEX_INITIALIZER};

bool launcher_runs(void) { return launcher.pid > 0; }

bool launcher_start(char *const argv[]) {
    pid_t pid;
    int err = child_spawn(argv, &launcher.fd, &pid);
    if (err)
        log_error("kept launch could not be started: %s", strerror(err));
    else
        launcher.pid = pid;
    return !err;
}

void launcher_stop(void) {
    if (!launcher_runs())
        return;
    close(launcher.fd);
    while (waitpid(launcher.pid, NULL, 0) < 0 && errno == EINTR)
        ;
    launcher.pid = 0;
}

static bool receive_answer(struct answer *a, int *fd) {
    struct iovec part = {a, sizeof *a};
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr m = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.room};
    ssize_t got;
    while ((got = recvmsg(launcher.fd, &m, MSG_WAITALL | MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
        ;
    struct cmsghdr *c = got == sizeof *a ? CMSG_FIRSTHDR(&m) : NULL;
    *fd = -1;
    if (c && c->cmsg_type == SCM_RIGHTS)
        memcpy(fd, CMSG_DATA(c), sizeof *fd);
    return got == sizeof *a;
}

static struct answer exchange(const struct order *o, int *fd) {
    struct answer a;
    pthread_mutex_lock(&launcher.lock);
    if (send(launcher.fd, o, sizeof *o, MSG_NOSIGNAL) != sizeof *o || !receive_answer(&a, fd))
        die("the process that starts the others is gone");
    pthread_mutex_unlock(&launcher.lock);
    return a;
}

int launcher_order(const char *name, int *fd, pid_t *pid) {
    struct order o = {0};
    if (strlen(name) >= sizeof o.name)
        return EINVAL;
    strcpy(o.name, name);
    struct answer a = exchange(&o, fd);
    *pid = a.pid;
    return a.err ? a.err : *fd < 0 ? EPROTO : 0;
}

int launcher_end(pid_t pid) {
    int fd;
    return exchange(&(struct order){.pid = pid}, &fd).status;
}
