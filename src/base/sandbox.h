/* sandbox.h: what each kind of process may still do once it has started.
 * One table (sandbox.c) names for each role its system calls, its part of the file system and its limits;
 * `kept doctor` prints it. Entering is for good and is inherited by children.
 * Order matters: load what must be loaded (charsets, name service), open what must be open, call sandbox_let for
 * each folder, then sandbox_enter, then start threads: landlock binds the calling thread and those it starts. */
#ifndef KEPT_BASE_SANDBOX_H
#define KEPT_BASE_SANDBOX_H

#include "base/buf.h"
#include "base/rc.h"

#include <stdbool.h>

enum sandbox_role {
    SANDBOX_SERVE,  /* the server: its data folder, the network; starts no process */
    SANDBOX_LAUNCH, /* starts and ends the children, for the server: no network of its own, no bytes from outside */
    SANDBOX_PARSE,  /* reads hostile mail: no files, no network, no processes; memory and one socket */
    SANDBOX_ARTICLES, /* reads files of other programs: as parse, for one import */
    SANDBOX_IMAP,     /* speaks to a mail server: reads certificates and name service, connects out */
    SANDBOX_ROLES,
};

enum sandbox_access { SANDBOX_READ, SANDBOX_WRITE };

/* A folder or file that the role may use besides those of the table; for the role's data. Up to 16, before
 * sandbox_enter; the string must live until then. */
void sandbox_let(const char *path, enum sandbox_access access);

/* May the role read this file by the table alone? `path` is absolute and names no link. */
bool sandbox_may_read(enum sandbox_role role, const char *path);

/* Closes the sandbox around this process. As root, the child roles become nobody first.
 * RC_OK: everything holds. RC_AWAY: it holds except for *lacking (static), which this kernel does not have; go on
 * and say so. RC_BROKEN: something that should have worked did not; *lacking says what; do not go on. */
enum rc sandbox_enter(enum sandbox_role role, const char **lacking);

/* Lines for people: what the role may do, and what this kernel can enforce. Does not enter anything. */
void sandbox_describe(enum sandbox_role role, struct buf *out);

const char *sandbox_role_name(enum sandbox_role role);

/* False in a build with sanitisers: they read our own memory from another process and write reports where they
 * like, so that the server and the launcher stay open there. The roles that read hostile bytes are closed in any
 * build. */
bool sandbox_holds_server(void);

#endif
