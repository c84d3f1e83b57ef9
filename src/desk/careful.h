/* careful.h: conversations about injury, fire, leaked data, a lawyer, the press or an authority. There nothing goes
 * out by itself: no automatic apology, no survey, no closing. A person still answers. Switched on by hand, or by
 * the customer's words (cue "careful" of the rule files); off by hand alone. */
#ifndef KEPT_DESK_CAREFUL_H
#define KEPT_DESK_CAREFUL_H

#include "base/arena.h"
#include "desk/event.h"
#include "store/store.h"

#include <stdbool.h>

/* Do these words call for care? Pure. */
bool careful_words(struct arena *a, const char *text);

/* A customer's message has come. */
enum rc careful_listen(struct tx *tx, int64_t conversation_id, int64_t message_id, const char *text, int64_t now);
/* RC_OK also when it is so already. */
enum rc careful_set(struct tx *tx, int64_t conversation_id, bool on, struct actor by, int64_t now);
/* Of a merge: what needed care needs it where it goes on. */
enum rc careful_follow(struct tx *tx, int64_t from_id, int64_t into_id);
enum rc careful_of(struct view *v, int64_t conversation_id, bool *on);

#endif
