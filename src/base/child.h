/* child.h: copies of this program that do the dangerous work: `kept parse`, `kept imap`.
 * A child is re-executed (never a fork with an open database), has one socket to us as descriptor 0, nothing else
 * that is ours, not even our environment, and ends with the thread that started it (base/sandbox.h).
 *
 * The server may start no program itself once its sandbox is closed. So it starts one child before, the launcher
 * (base/launcher.h), which starts and ends the others for it; they end with the launcher, and that with us. */
#ifndef KEPT_BASE_CHILD_H
#define KEPT_BASE_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

enum { CHILD_SOCKET = 0 }; /* in the child */

/* Starts this program with `argv`; *fd is our end, not blocking. False: the log says why. By the launcher, when it
 * runs. */
bool child_start(char *const argv[], int *fd, pid_t *pid);

/* Closes `fd`, ends the child whatever it does, waits for it and returns its wait status. */
int child_end(int fd, pid_t pid);

/* The same, always by ourselves: 0 or errno. Blocking, for the launcher. */
int child_spawn(char *const argv[], int *fd, pid_t *pid);

/* The child's side: all n bytes, or false when the other end is gone. */
bool child_read(void *to, size_t n);
bool child_write(const void *from, size_t n);

#endif
