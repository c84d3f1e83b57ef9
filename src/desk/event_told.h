/* event_told.h: what programs are told of an event: the feed of the API, in public references. Who signs in, whose
 * token it is and what concerns the machine is not for them; texts are not told either, for whoever is told asks
 * for them with a token, and gets what that may see then. */
#ifndef KEPT_DESK_EVENT_TOLD_H
#define KEPT_DESK_EVENT_TOLD_H

#include "base/json.h"
#include "desk/event.h"

struct event_told {
    int64_t seq, at, amount;
    const char *kind, *conversation, *subject, *by, *agent, *code; /* "" or NULL: none. agent: when `by` is one */
};

/* Is this kind told at all? Pure. */
bool event_is_told(const char *kind);
/* Those of the `max` events after `seq` that are told, oldest first; *next: go on after this one; *more: at once.
 */
enum rc event_told_after(struct view *v, struct arena *a, int64_t seq, int max, struct event_told **out, int *n,
                         int64_t *next, bool *more);

/* {"webhook":…,"data":[…],"next_after":…}, each event as the API tells it. */
void event_told_write(struct buf *out, const char *webhook, const struct event_told *events, int n, int64_t next);

#endif
