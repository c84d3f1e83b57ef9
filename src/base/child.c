#include "base/child.h"

#include "base/clock.h"
#include "base/launcher.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static int spawn(char *const argv[], int fd, pid_t *pid) {
    char *const env[] = {"LC_ALL=C.UTF-8", "ASAN_OPTIONS=detect_leaks=0",
                         NULL}; /* none of ours: it may hold secrets */
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, fd, CHILD_SOCKET);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&files, 3);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &all);
    posix_spawnattr_setpgroup(&attr, 0); /* Ctrl-C is for the server, which ends its children in order */
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    int err = posix_spawn(pid, "/proc/self/exe", &files, &attr, argv, env);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return err;
}

int child_spawn(char *const argv[], int *fd, pid_t *pid) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
        return errno;
    int err = spawn(argv, pair[1], pid);
    close(pair[1]);
    if (err)
        close(pair[0]);
    else
        *fd = pair[0];
    return err;
}

bool child_start(char *const argv[], int *fd, pid_t *pid) {
    int err = launcher_runs() ? launcher_order(argv[1], fd, pid) : child_spawn(argv, fd, pid);
    if (err)
        log_error("kept %s could not be started: %s", argv[1], strerror(err));
    else
        fcntl(*fd, F_SETFL, O_NONBLOCK);
    return !err;
}

int child_end(int fd, pid_t pid) {
    int status = 0;
    close(fd);
    if (launcher_runs())
        return launcher_end(pid);
    kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

enum child_outcome child_move(int fd, short way, void *data, size_t n, int64_t until) {
    for (size_t done = 0; done < n;) {
        int64_t left = until - clock_mono();
        if (left <= 0)
            return CHILD_SLOW;
        struct pollfd p = {.fd = fd, .events = way};
        if (poll(&p, 1, left > 1000 ? 1000 : (int)left) <= 0)
            continue;
        ssize_t moved = way == POLLOUT ? send(fd, (char *)data + done, n - done, MSG_NOSIGNAL)
                                       : recv(fd, (char *)data + done, n - done, 0);
        if (moved == 0 || (moved < 0 && errno != EAGAIN && errno != EINTR))
            return CHILD_DIED;
        done += moved > 0 ? (size_t)moved : 0;
    }
    return CHILD_ANSWERED;
}

bool child_out_of_time(int status) {
    return WIFSIGNALED(status) && (WTERMSIG(status) == SIGPROF || WTERMSIG(status) == SIGXCPU);
}

void child_watch_cpu(int seconds) {
    struct itimerval t = {.it_value = {.tv_sec = seconds}};
    setitimer(ITIMER_PROF, &t, NULL);
}

bool child_read(void *to, size_t n) {
    for (size_t done = 0; done < n;) {
        ssize_t got = read(CHILD_SOCKET, (char *)to + done, n - done);
        if (got <= 0 && !(got < 0 && errno == EINTR))
            return false;
        done += got > 0 ? (size_t)got : 0;
    }
    return true;
}

bool child_write(const void *from, size_t n) {
    for (size_t done = 0; done < n;) {
        ssize_t put = write(CHILD_SOCKET, (const char *)from + done, n - done);
        if (put < 0 && errno != EINTR)
            return false;
        done += put > 0 ? (size_t)put : 0;
    }
    return true;
}
