/* rc.h: the one set of outcomes. Every function that can fail returns `enum rc`;
 * ignoring it is a compiler error (the type is nodiscard and CI builds with -Werror).
 * An outcome is mapped once to an HTTP status and once to an exit code, here.
 * Sentences for people are made where the outcome is shown, never here. */
#ifndef KEPT_BASE_RC_H
#define KEPT_BASE_RC_H

enum [[nodiscard]] rc{
    RC_OK = 0,       RC_NONE, /* asked for one thing, there is none */
    RC_INVALID,               /* what came in breaks a stated rule: the sender's to mend */
    RC_UNKNOWN_USER,          /* nobody is signed in, or the credentials are wrong */
    RC_DENIED,                /* somebody is signed in, but may not */
    RC_CONFLICT,              /* true a moment ago, not now: load again and decide */
    RC_DUPLICATE,             /* already done; the earlier result stands */
    RC_TOO_BIG,               /* over a named limit */
    RC_TOO_MANY,              /* over a rate: later */
    RC_GONE,                  /* was there, will not come back (expired link, closed) */
    RC_AWAY,                  /* another part is away (mail server, database): later */
    RC_FULL,                  /* no space on the disk */
    RC_BROKEN,                /* a fault of ours; the log says which */
};

/* The HTTP status that stands for `rc`; 200 for RC_OK. */
int rc_http(enum rc rc);

/* The sysexits(3) code that stands for `rc`; 0 for RC_OK. */
int rc_exit(enum rc rc);

/* A short stable name for logs and problem documents: "invalid", "too_big". Static. */
const char *rc_name(enum rc rc);

#endif
