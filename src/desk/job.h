/* job.h: work that is done after a commit, or at a time: send this mail, wake this conversation.
 * A job is a row, written in the transaction that makes it necessary; there is one for each kind and subject.
 * Workers claim it by a lease, so a crash only delays it. A job that fails comes back later; the function that runs
 * it decides when to give up. Mail servers may take minutes to say nothing: sending never has all the threads. */
#ifndef KEPT_DESK_JOB_H
#define KEPT_DESK_JOB_H

#include "store/store.h"

struct job {
    int64_t id, subject_id, run_at;
    int attempts; /* the present one included */
    const char *kind;
};

/* Each with what subject_id is. */
enum job_kind {
    JOB_SEND_MAIL,         /* a message */
    JOB_PARSE_MAIL,        /* a raw mail */
    JOB_WAKE_CONVERSATION, /* a conversation */
    JOB_CHAT_BY_MAIL,      /* a conversation */
    JOB_PROMISE,           /* a promise */
    JOB_SEND_NOTICE,       /* a notice */
    JOB_INDEX_SEARCH,      /* 0; when the index is empty but for what is new */
    JOB_TIDY,              /* 0; a schedule */
    JOB_KINDS
};

/* Adds it, or moves the one there is to `run_at`. */
enum rc job_add(struct tx *tx, enum job_kind kind, int64_t subject_id, int64_t run_at);
/* A schedule: a job that is always there, with subject 0, and moves itself to its next time by job_add while it
 * runs. Added when it is missing and otherwise left as it is, so that every node may ask for it and one runs it. */
enum rc job_schedule(struct tx *tx, enum job_kind kind, int64_t run_at);
enum rc job_drop(struct tx *tx, enum job_kind kind, int64_t subject_id);
enum rc job_is_there(struct view *v, enum job_kind kind, int64_t subject_id, bool *there);
/* Is one of this kind still to be done, whatever its subject? */
enum rc job_waits(struct view *v, enum job_kind kind, bool *waits);

/* Takes all leases back. Only where no other program serves the same database: whoever held them is dead. */
enum rc job_release_all(struct tx *tx);

/* What runs a kind. RC_OK ends the job. RC_AWAY brings it back after a growing pause; any other outcome is logged
 * and brings it back too: the function itself gives up by settling its subject and returning RC_OK. */
typedef enum rc job_run(struct store *s, void *app, const struct job *job);

struct job_runner;
/* `threads`: 3 to 16. */
struct job_runner *job_start(struct store *s, void *app, job_run *const run[JOB_KINDS], int threads);
void job_stop(struct job_runner *r); /* waits for jobs under way */
void job_wake(void *runner);         /* for event_listen */
/* Tests: waits until no job is due any more, at most `ms`. False when time ran out. */
bool job_settle(struct job_runner *r, int64_t ms);

/* Milliseconds until attempt `attempts` + 1: 5 s, doubling, at most an hour. */
int64_t job_pause(int attempts);

#endif
