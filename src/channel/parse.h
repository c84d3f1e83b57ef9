/* parse.h: the pool of children that read mail, one mail at a time each.
 * Hostile bytes are read in a process that has no files, no network and no rights (base/sandbox.h) and may die
 * of them; this side checks what comes back (channel/mail_wire.h) and never reads the mail itself.
 * A mail that ends or stalls its reader is marked unreadable and holds up nothing behind it. */
#ifndef KEPT_CHANNEL_PARSE_H
#define KEPT_CHANNEL_PARSE_H

#include "channel/mime.h"

#include <sys/types.h>

enum {
    PARSE_CPU_SECONDS = 2,        /* of a child, for one mail */
    PARSE_DEADLINE = 10 * 1000,   /* milliseconds of waiting for one answer */
    PARSE_MAILS_PER_CHILD = 1000, /* then a fresh one: a leak in the library cannot grow for weeks */
    PARSE_CHILDREN_MAX = 64,
};

struct parser;

/* Starts `children` (1 to PARSE_CHILDREN_MAX) copies of this program with the argument "parse". They end with this
 * process. Call it from the main thread before others: a child is tied to the life of the thread that started it.
 * Nobody else may wait for this process's children by waitpid(-1). One that does not start is tried again later. */
struct parser *parser_start(int children);

/* Other arguments and another deadline, for tests. `argv` must outlive the parser. */
struct parser *parser_start_with(int children, char *const argv[], int64_t deadline_ms);
void parser_stop(struct parser *p); /* no parser_run may be going on */

/* Reads one mail; thread-safe, waits for a free child. With RC_OK, RC_INVALID (unreadable: no mail, or the reader
 * broke, twice, or took too long) and RC_TOO_BIG *out is a mail in the caller's arena, as full as could be had:
 * store it in any case. RC_AWAY: no child can be started now, *out is NULL; try the mail again later. */
enum rc parser_run(struct parser *p, struct arena *a, struct bytes raw, struct mail **out);

/* The process id of child i, 0 when it is not running. For doctor and tests. */
pid_t parser_child(struct parser *p, int i);

/* `kept parse`: the child's side; speaks on descriptor 0 and returns the exit code. */
int parse_child_main(void);

#endif
