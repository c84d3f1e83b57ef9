/* job.h: work that is done after a commit, or at a time: send this mail, wake this conversation.
 * A job is a row, written in the transaction that makes it necessary; there is one for each kind and subject.
 * Workers claim it by a lease, which is renewed while it is worked on; so one program has it, and a crash only
 * delays it: the same node takes its own back at its next start, another when the lease has run out. A job that
 * fails comes back later; the function that runs it decides when to give up. What is to happen every so often is a
 * job that adds itself again: one row, so one node does it.
 * Mail servers and push services may take long to say nothing: sending never has all the threads. */
#ifndef KEPT_DESK_JOB_H
#define KEPT_DESK_JOB_H

#include "store/store.h"

struct job {
    int64_t id, subject_id, run_at;
    int attempts; /* the present one included */
    const char *kind;
    struct job_claim *claim;
};

/* Each with what subject_id is. */
enum job_kind {
    JOB_SEND_MAIL,         /* a message */
    JOB_PARSE_MAIL,        /* a raw mail */
    JOB_WAKE_CONVERSATION, /* a conversation */
    JOB_CHAT_BY_MAIL,      /* a conversation */
    JOB_PROMISE,           /* a promise */
    JOB_NEWS,              /* a promise that was missed */
    JOB_SEND_NOTICE,       /* a notice */
    JOB_PUSH_NOTE,         /* a note for an agent's devices */
    JOB_PUSH_DEVICE,       /* a device that is to be told */
    JOB_WEBHOOK,           /* a webhook; at rest while there is nothing to tell */
    JOB_INDEX_SEARCH,      /* 0; when the index is empty but for what is new */
    JOB_ARTICLE_CLOCK,     /* an article */
    JOB_ARTICLE_OUTCOME,   /* a message that used articles */
    JOB_RECALL,            /* a recall */
    JOB_RECALL_LOOK,       /* a recall */
    JOB_MUST_READ,         /* a change that people must have read */
    JOB_CAREFUL,           /* a conversation in careful mode */
    JOB_ERASE,             /* a contact who is being erased */
    JOB_DOSSIER,           /* a dossier */
    JOB_TIDY,              /* 0; a schedule */
    JOB_KINDS
};

/* Adds it, or moves the one there is to `run_at`. */
enum rc job_add(struct tx *tx, enum job_kind kind, int64_t subject_id, int64_t run_at);
/* A schedule: a job that is always there, with subject 0, and moves itself to its next time by job_add while it
 * runs. Added when it is missing and otherwise left as it is, so that every node may ask for it and one runs it. */
enum rc job_schedule(struct tx *tx, enum job_kind kind, int64_t run_at);
/* From within the job, which then returns RC_OK: not again before `run_at`, or job_hurry. */
enum rc job_postpone(struct tx *tx, const struct job *job, int64_t run_at);
/* Those of this kind that were tried in vain, now and not after their pause: what stopped them is mended. */
enum rc job_hurry(struct tx *tx, enum job_kind kind, int64_t now);
/* Those of this kind that were not tried yet, now: what they wait for has come. */
enum rc job_rouse(struct tx *tx, enum job_kind kind, int64_t now);
enum rc job_drop(struct tx *tx, enum job_kind kind, int64_t subject_id);
enum rc job_is_there(struct view *v, enum job_kind kind, int64_t subject_id, bool *there);
/* Is one of this kind still to be done, whatever its subject? */
enum rc job_waits(struct view *v, enum job_kind kind, bool *waits);

/* Takes back what `holder` (store/node.h) had when it died; NULL: everybody's, where one program serves. */
enum rc job_take_back(struct tx *tx, const char *holder);

/* What runs a kind. RC_OK ends the job. RC_AWAY brings it back after a growing pause; any other outcome is logged
 * and brings it back too: the function itself gives up by settling its subject and returning RC_OK. */
typedef enum rc job_run(struct store *s, void *app, const struct job *job);

/* For work that leaves the machine, which two nodes may do at once after one was cut off. `job_held`: go on (false:
 * the lease has run out and may be another's; do not begin, and stop what can be stopped). `job_confirm`, in the
 * transaction that notes the outcome: RC_GONE when another has it now. `job_wait` after RC_AWAY there: rests a
 * moment; false: the claim is lost, or the program ends. An outcome that is known is worth waiting for: without it
 * a mail that was sent would be sent again. */
bool job_held(const struct job *job);
enum rc job_confirm(struct tx *tx, const struct job *job);
bool job_wait(const struct job *job);

/* How many `holder` has in hand, and how many are due; for doctor. */
enum rc job_count(struct view *v, const char *holder, int64_t *held);
enum rc job_due(struct view *v, int64_t now, int64_t *due);

struct job_options {
    int threads;
    const char *holder; /* of leases; borrowed. NULL: this program is alone */
    int64_t lease_ms;   /* 0: JOB_LEASE_MS */
};
enum { JOB_LEASE_MS = 30 * 1000 };

struct job_runner;
struct job_runner *job_start(struct store *s, void *app, job_run *const run[JOB_KINDS],
                             const struct job_options *o);
void job_stop(struct job_runner *r); /* waits for jobs under way */
void job_wake(void *runner);         /* for event_listen */
/* Tests: waits until no job is due any more, at most `ms`. False when time ran out. */
bool job_settle(struct job_runner *r, int64_t ms);

/* Milliseconds until attempt `attempts` + 1: 5 s, doubling, at most an hour. */
int64_t job_pause(int attempts);

#endif
