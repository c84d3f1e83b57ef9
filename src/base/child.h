/* child.h: copies of this program that do the dangerous work: `kept parse`, `kept imap`.
 * A child is re-executed (never a fork with an open database), has one socket to us as descriptor 0, nothing else
 * that is ours, not even our environment, and ends with the thread that started it (base/sandbox.h).
 *
 * The server may start no program itself once its sandbox is closed. So it starts one child before, the launcher
 * (base/launcher.h), which starts and ends the others for it; they end with the launcher, and that with us. */
#ifndef KEPT_BASE_CHILD_H
#define KEPT_BASE_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { CHILD_SOCKET = 0 }; /* in the child */

/* How an exchange with a child ended. After anything but an answer, end it: what it would say next belongs to what
 * it was asked before. */
enum child_outcome { CHILD_ANSWERED, CHILD_MISSING, CHILD_DIED, CHILD_SLOW, CHILD_LIED };

/* Starts this program with `argv`; *fd is our end, not blocking. False: the log says why. By the launcher, when it
 * runs. */
bool child_start(char *const argv[], int *fd, pid_t *pid);

/* Closes `fd`, ends the child whatever it does, waits for it and returns its wait status. */
int child_end(int fd, pid_t pid);

/* The same, always by ourselves: 0 or errno. Blocking, for the launcher. */
int child_spawn(char *const argv[], int *fd, pid_t *pid);

/* Our side: moves all n bytes one way (POLLIN, POLLOUT) while clock_mono() is below `until`. */
enum child_outcome child_move(int fd, short way, void *data, size_t n, int64_t until);
/* Did processor time end it? By the wait status of child_end. */
bool child_out_of_time(int status);

/* The child's side: all n bytes, or false when the other end is gone. */
bool child_read(void *to, size_t n);
bool child_write(const void *from, size_t n);
/* Ends this process by SIGPROF when it has used so many seconds of processor time from now; 0: no more. The role's
 * limit (base/sandbox.h) is of its whole life and stands behind this. */
void child_watch_cpu(int seconds);

#endif
