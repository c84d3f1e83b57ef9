/* prevention.h: what keeps something from happening again: an action with an owner, a date, and how we know that it
 * is done. "It will not happen again" is worth what is linked here: each reply that says so is kept with the action
 * behind it, or as one with nothing behind it. One action may serve many conversations and replies.
 *
 *   prevention_add ──▶ open ──prevention_done (with evidence)──▶ done
 *                        └── its date passes ──▶ late, and open still */
#ifndef KEPT_DESK_PREVENTION_H
#define KEPT_DESK_PREVENTION_H

#include "desk/event.h"
#include "store/store.h"

#include <stdbool.h>

enum { PREVENTION_WHAT_MAX = 500, PREVENTION_EVIDENCE_MAX = 1000 /* code points */ };

struct prevention {
    int64_t id, owner_id, due_at, created_by, created_at, done_at, done_by;
    const char *ref, *what, *evidence;
    const char *owner_name, *owner_ref; /* on loading */
    int64_t cases;                      /* conversations that it is linked to; on loading */
};

enum prevention_state { PREVENTION_OPEN, PREVENTION_LATE, PREVENTION_DONE };
enum prevention_state prevention_judge(const struct prevention *p, int64_t now); /* pure */
#define PREVENTION_STATES "open late done"
const char *prevention_state_name(enum prevention_state s);

/* Fills id and ref; linked to the conversation at once unless that is 0. RC_INVALID: no words, or a time that is
 * over. */
enum rc prevention_add(struct tx *tx, struct prevention *p, int64_t conversation_id, struct actor by, int64_t now);
/* RC_OK also when it is linked already. What was said there with nothing behind it has this behind it now. */
enum rc prevention_link(struct tx *tx, const struct prevention *p, int64_t conversation_id, struct actor by,
                        int64_t now);
/* RC_INVALID: no evidence. RC_CONFLICT: it is done already. */
enum rc prevention_done(struct tx *tx, struct prevention *p, const char *evidence, struct actor by, int64_t now);
/* Another owner; the date stays, or nothing would ever be late. RC_CONFLICT: it is done. */
enum rc prevention_hand(struct tx *tx, struct prevention *p, int64_t owner_id, struct actor by);

/* Of a merge: what is linked to one is linked to the other too. */
enum rc prevention_follow(struct tx *tx, int64_t from_id, int64_t into_id);

enum rc prevention_by_ref(struct view *v, struct arena *a, const char *ref, struct prevention *out);
/* Open ones by date, or (`done`) those that are done, newest first and before_id as in any list. */
enum rc prevention_list(struct view *v, struct arena *a, bool done, int64_t before_id, int max,
                        struct prevention **out, int *n);
enum rc prevention_of_conversation(struct view *v, struct arena *a, int64_t conversation_id,
                                   struct prevention **out, int *n);
/* Those behind which stands what this conversation's recovery is about too: linked to another recovery of the same
 * cause. */
enum rc prevention_of_cause(struct view *v, struct arena *a, int64_t conversation_id, int64_t **ids, int *n);
struct prevention_case {
    const char *conversation_ref, *short_ref, *subject;
};
enum rc prevention_cases(struct view *v, struct arena *a, int64_t id, int max, struct prevention_case **out,
                         int *n);
/* ---- replies that said it ---- */

/* In the transaction of the reply; `prevention_id` 0: nothing stands behind it. */
enum rc prevention_say(struct tx *tx, int64_t conversation_id, int64_t message_id, int64_t prevention_id,
                       struct actor by, int64_t now);
/* The reply was taken back. */
enum rc prevention_unsay(struct tx *tx, int64_t message_id);
struct prevention_said {
    int64_t message_id, prevention_id, said_at;
    const char *conversation_ref, *short_ref, *subject, *agent_name;
};
/* Newest first: those that rest on this action; 0: those that rest on none. */
enum rc prevention_said_by(struct view *v, struct arena *a, int64_t prevention_id, int max,
                           struct prevention_said **out, int *n);
/* Was it said here with nothing behind it? */
enum rc prevention_said_alone(struct view *v, int64_t conversation_id, bool *alone);

/* Of those whose date was from `from` until before `to`; and all that are open now. */
struct prevention_tally {
    int64_t done_in_time, done_late, late, open;
    int64_t said, said_alone; /* replies in that time, and those with nothing behind them */
};
enum rc prevention_tally(struct view *v, int64_t from, int64_t to, int64_t now, struct prevention_tally *out);

#endif
