/* child.h: copies of this program that do the dangerous work: `kept parse`, `kept imap`.
 * A child is re-executed (never a fork with an open database), has one socket to us as descriptor 0, nothing else
 * that is ours, not even our environment, and ends with the thread that started it (base/sandbox.h). */
#ifndef KEPT_BASE_CHILD_H
#define KEPT_BASE_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

enum { CHILD_SOCKET = 0 }; /* in the child */

/* Starts this program with `argv`; *fd is our end, not blocking. False: the log says why. */
bool child_start(char *const argv[], int *fd, pid_t *pid);

/* Closes `fd`, ends the child whatever it does, waits for it and returns its wait status. */
int child_end(int fd, pid_t pid);

/* The child's side: all n bytes, or false when the other end is gone. */
bool child_read(void *to, size_t n);
bool child_write(const void *from, size_t n);

#endif
