/* launcher.h: `kept launch NAME…`: the one process that may still start others (base/sandbox.h, SANDBOX_LAUNCH).
 * It knows the names of the children that it may start, and ends no process but those. The server starts it while
 * it has one thread and no secrets, and then gives up the right to start anything. */
#ifndef KEPT_BASE_LAUNCHER_H
#define KEPT_BASE_LAUNCHER_H

#include <stdbool.h>
#include <sys/types.h>

/* Starts it; from now on base/child.h goes through it. `argv` ends with NULL: "kept", "launch", the names. Before
 * any thread. False: the log says why. */
bool launcher_start(char *const argv[]);
bool launcher_runs(void);
/* Ends it, and with it every child that is left. */
void launcher_stop(void);

/* Called by base/child.h, by any thread. A launcher that is gone ends this process too: without it no mail could be
 * read, and whoever watches over the server starts it anew. */
int launcher_order(const char *name, int *fd, pid_t *pid); /* 0 or errno */
int launcher_end(pid_t pid);                               /* the wait status */

/* The process itself: `names` ends with NULL. */
int launcher_main(char *const names[]);

#endif
