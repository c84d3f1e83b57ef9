/* event.h: what happened, append-only. Live updates, webhooks and reports read it; nothing else is
 * told. An event holds ids, codes and numbers, never text or personal data: erasing a person leaves the chain
 * whole. `seq` has no gaps and follows the order of commits, because it is taken as the last statement of the
 * transaction under the chain's row. `hash` is an HMAC over the one before and this row, with a key kept outside
 * the database: whoever can write the database still cannot rewrite what happened without kept doctor naming the
 * place. */
#ifndef KEPT_DESK_EVENT_H
#define KEPT_DESK_EVENT_H

#include "store/store.h"

#include <stdbool.h>

enum actor_kind { ACTOR_SYSTEM, ACTOR_AGENT, ACTOR_CONTACT, ACTOR_TOKEN, ACTORS };

struct actor {
    enum actor_kind kind;
    int64_t id; /* agent or contact; of a token the agent in whose name it acts; 0 for the system */
};

struct event {
    const char *kind; /* static, listed in docs/events.md: "message.received" */
    struct actor actor;
    int64_t conversation_id, subject_id;
    const char *code; /* the verdict's reason; NULL: none */
    int64_t amount;
    /* filled on reading */
    int64_t seq, at;
    const char *actor_name; /* "agent" … */
};

/* Notes it; it is numbered and written at the end of the transaction. Strings are copied. */
void event_add(struct tx *tx, struct event e);

/* Events after `seq`, oldest first, at most `max`. */
enum rc event_after(struct view *v, struct arena *a, int64_t seq, int max, struct event **out, int *n);
enum rc event_of_conversation(struct view *v, struct arena *a, int64_t conversation_id, int max, struct event **out,
                              int *n);
enum rc event_last_seq(struct view *v, int64_t *seq);

/* Called after each commit that added events, on the writing thread, and soon after another node's: wake, do
 * nothing else. A hint that may be lost: look at the rows once a second as well. At most 8 listeners, set at start.
 */
void event_listen(void (*wake)(void *arg), void *arg);

/* Tells the other nodes of our events, and the listeners of theirs. At start, before notifier_start; NULL: nobody.
 */
struct notifier;
void event_share(struct notifier *n);

/* Do these keys fit what happened last? False: secrets/ is not of this database, and what we wrote would break the
 * chain. */
enum rc event_keys_fit(struct view *v, bool *fit);

/* Reads the whole chain. RC_OK and *bad_seq = 0 when it is whole; otherwise *bad_seq is the first event that does
 * not fit and *what (static) says how: changed, missing, cut. */
enum rc event_verify(struct view *v, int64_t *checked, int64_t *bad_seq, const char **what);

#endif
