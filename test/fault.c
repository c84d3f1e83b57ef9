/* fault.c: bad luck for the program under test, without a line of it in the program: a library for LD_PRELOAD that
 * stands before the system calls by which anything leaves the process. Children of kept start without it.
 *
 *   KEPT_FAULT_WHO=serve       only in the process whose first argument is this; all others are left alone
 *   KEPT_FAULT=POINT:N         the process kills itself (SIGKILL) when it comes to the point for the Nth time
 *   KEPT_FAULT_DISK=FILE       its first byte, which may change at any time, says what the disk is like:
 *                              'f' full (ENOSPC), 'r' read-only (EROFS), 'i' writes that cannot be made durable
 * (EIO)
 *
 * Points: what has happened when the process ends there
 *   call           before any of the calls below: with N by chance this is every place there is
 *   wal-write      a commit is about to be written
 *   wal-torn       … half of one write is in the log
 *   wal-sync       … is written, and not yet on the disk
 *   wal-synced     … is on the disk, and nobody has been told
 *   db-write       the log is being carried over into the database
 *   db-synced      … is carried over, and the log not yet begun anew
 *   pg-commit      COMMIT is about to be sent to PostgreSQL
 *   pg-committed   … is sent, and its answer not yet read
 *   answer         somebody's answer (mail-in, HTTP) is about to be sent
 *   answered       … is sent
 *   smtp-data      the end of a mail is about to be sent to the mail server
 *   smtp-sent      … is sent, and its 250 not yet read
 *   smtp-taken     the mail server's 250 for it is read, and not yet written down */
#undef _FILE_OFFSET_BITS /* else pwrite and pwrite64 were one name */
#undef _FORTIFY_SOURCE
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static bool on;
static char point[32];
static long nth;
static _Atomic long seen;
static const volatile char *disk = "-";
static _Atomic int dotted_fd = -1; /* the mail server whose answer to a mail is awaited */

static void *found(void **at, const char *name) {
    if (!*at)
        *at = dlsym(RTLD_NEXT, name);
    return *at;
}
#define REAL(name)                                                                                                 \
    ({                                                                                                             \
        static void *real;                                                                                         \
        (__typeof__(&name))found(&real, #name);                                                                    \
    })

static void look_for_disk(void) {
    const char *path = getenv("KEPT_FAULT_DISK");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *at = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
    if (at != MAP_FAILED)
        disk = at;
    close(fd);
}

__attribute__((constructor)) static void begin(void) {
    char line[4096] = "";
    const char *who = getenv("KEPT_FAULT_WHO"), *what = getenv("KEPT_FAULT");
    FILE *f = fopen("/proc/self/cmdline", "re");
    size_t n = f ? fread(line, 1, sizeof line - 1, f) : 0;
    if (f)
        fclose(f);
    size_t first = strlen(line) + 1;
    if (!who || first >= n || strcmp(line + first, who) != 0)
        return;
    if (what && sscanf(what, "%31[^:]:%ld", point, &nth) != 2)
        abort();
    look_for_disk();
    on = true;
}

static bool here(const char *name) {
    return on && nth && strcmp(point, name) == 0 && atomic_fetch_add(&seen, 1) + 1 == nth;
}

/* The server's sandbox refuses it the call: then by a trap, which nothing catches and which leaves as little
 * behind. */
static void die(void) {
    kill(getpid(), SIGKILL);
    __builtin_trap();
}

static void at(const char *name) {
    if (here(name))
        die();
}

/* ---- what a descriptor is ---- */

enum kind { OTHER, WAL, DATABASE, SOCKET };

static enum kind kind_of(int fd) {
    char link[64], path[512];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    path[n > 0 ? n : 0] = 0;
    size_t len = strlen(path);
    if (strncmp(path, "socket:", 7) == 0)
        return SOCKET;
    if (len > 7 && strcmp(path + len - 7, ".db-wal") == 0)
        return WAL;
    return len > 3 && strcmp(path + len - 3, ".db") == 0 ? DATABASE : OTHER;
}

/* The disk's answer: 0, or an errno. Logs on standard error are no files of ours. */
static int refused(int fd, bool sync) {
    if (!on || *disk == '-')
        return 0;
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return 0;
    return *disk == 'f' && !sync ? ENOSPC : *disk == 'r' && !sync ? EROFS : *disk == 'i' && sync ? EIO : 0;
}

/* ---- files ---- */

static ssize_t watched_pwrite(int fd, const void *from, size_t n, off64_t where) {
    int no = refused(fd, false);
    if (no) {
        errno = no;
        return -1;
    }
    if (on && nth) {
        enum kind kind = kind_of(fd);
        at("call");
        if (kind == WAL) {
            at("wal-write");
            if (here("wal-torn")) {
                (void)!REAL(pwrite64)(fd, from, n / 2, where);
                die();
            }
        } else if (kind == DATABASE) {
            at("db-write");
        }
    }
    return REAL(pwrite64)(fd, from, n, where);
}

ssize_t pwrite(int fd, const void *from, size_t n, off_t where) { return watched_pwrite(fd, from, n, where); }
ssize_t pwrite64(int fd, const void *from, size_t n, off64_t where) { return watched_pwrite(fd, from, n, where); }

static int watched_sync(int fd, int (*really)(int)) {
    int no = refused(fd, true);
    if (no) {
        errno = no;
        return -1;
    }
    enum kind kind = on && nth ? kind_of(fd) : OTHER;
    at("call");
    if (kind == WAL)
        at("wal-sync");
    int outcome = really(fd);
    if (kind == WAL)
        at("wal-synced");
    else if (kind == DATABASE)
        at("db-synced");
    return outcome;
}

int fsync(int fd) { return watched_sync(fd, REAL(fsync)); }
int fdatasync(int fd) { return watched_sync(fd, REAL(fdatasync)); }

int ftruncate64(int fd, off64_t size) {
    int no = refused(fd, false);
    if (no) {
        errno = no;
        return -1;
    }
    at("call");
    return REAL(ftruncate64)(fd, size);
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int unlink(const char *path) {
    at("call");
    return REAL(unlink)(path);
}

/* A file that is to be made or changed. */
static int watched_open(int (*really)(const char *, int, ...), const char *path, int flags, mode_t mode) {
    struct stat st;
    bool there = on && *disk != '-' && stat(path, &st) == 0;
    if (on && *disk == 'r' && (flags & (O_WRONLY | O_RDWR | O_CREAT)) && (!there || S_ISREG(st.st_mode))) {
        errno = EROFS;
        return -1;
    }
    return really(path, flags, mode);
}

#define WITH_MODE(flags)                                                                                           \
    mode_t mode = 0;                                                                                               \
    va_list ap;                                                                                                    \
    va_start(ap, flags);                                                                                           \
    if (flags & (O_CREAT | __O_TMPFILE))                                                                           \
        mode = va_arg(ap, mode_t);                                                                                 \
    va_end(ap)
int open(const char *path, int flags, ...) {
    WITH_MODE(flags);
    return watched_open(REAL(open), path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    WITH_MODE(flags);
    return watched_open(REAL(open64), path, flags, mode);
}

/* ---- sockets ---- */

static bool holds(const void *text, size_t n, const char *part, size_t part_n) {
    return memmem(text, n, part, part_n) != NULL;
}

enum said { SOMETHING, COMMIT, MAIL_END, ANSWER };

static enum said what_is_said(const void *text, size_t n) {
    if (n >= 7 && holds(text, n, "COMMIT", 7)) /* with its NUL: PostgreSQL's own protocol */
        return COMMIT;
    if ((n == 3 && memcmp(text, ".\r\n", 3) == 0) ||
        (n >= 5 && memcmp((const char *)text + n - 5, "\r\n.\r\n", 5) == 0))
        return MAIL_END;
    if (n >= 3 && (memcmp(text, "OK\n", 3) == 0 || (n >= 9 && memcmp(text, "HTTP/1.1 ", 9) == 0)))
        return ANSWER;
    return SOMETHING;
}

static enum said before_sending(const void *text, size_t n) {
    static const char *const names[] = {[COMMIT] = "pg-commit", [MAIL_END] = "smtp-data", [ANSWER] = "answer"};
    enum said said = on && nth ? what_is_said(text, n) : SOMETHING;
    at("call");
    if (said != SOMETHING)
        at(names[said]);
    return said;
}

static void after_sending(int fd, enum said said) {
    static const char *const names[] = {[COMMIT] = "pg-committed", [MAIL_END] = "smtp-sent", [ANSWER] = "answered"};
    if (said == MAIL_END)
        atomic_store(&dotted_fd, fd);
    if (said != SOMETHING)
        at(names[said]);
}

ssize_t send(int fd, const void *from, size_t n, int flags) {
    enum said said = before_sending(from, n);
    ssize_t put = REAL(send)(fd, from, n, flags);
    after_sending(fd, said);
    return put;
}

ssize_t sendmsg(int fd, const struct msghdr *m, int flags) {
    enum said said = m->msg_iovlen ? before_sending(m->msg_iov->iov_base, m->msg_iov->iov_len) : SOMETHING;
    ssize_t put = REAL(sendmsg)(fd, m, flags);
    after_sending(fd, said);
    return put;
}

ssize_t writev(int fd, const struct iovec *parts, int n) {
    enum said said = n ? before_sending(parts->iov_base, parts->iov_len) : SOMETHING;
    ssize_t put = REAL(writev)(fd, parts, n);
    after_sending(fd, said);
    return put;
}

ssize_t write(int fd, const void *from, size_t n) {
    int no = refused(fd, false);
    if (no) {
        errno = no;
        return -1;
    }
    enum said said = on && nth && fd > 2 ? before_sending(from, n) : SOMETHING;
    ssize_t put = REAL(write)(fd, from, n);
    after_sending(fd, said);
    return put;
}

ssize_t recv(int fd, void *to, size_t n, int flags) {
    ssize_t got = REAL(recv)(fd, to, n, flags);
    int dotted = fd;
    if (on && got > 0 && atomic_compare_exchange_strong(&dotted_fd, &dotted, -1))
        at("smtp-taken");
    return got;
}
