/* turn.h: what one message is among those around it: a further line of the same turn, a bare thank-you, a
 * placeholder. What that does to status and clock is decided in conversation.h. */
#ifndef KEPT_DESK_TURN_H
#define KEPT_DESK_TURN_H

#include "desk/conversation.h"

enum {
    TURN_MS = 20 * 1000,  /* short messages that follow each other within this time are one turn */
    TURN_SHORT = 600,     /* bytes of a short message */
    TURN_LOOKED_BACK = 8, /* messages */
};

struct turn {
    int64_t id;  /* the message that began the turn, when this one goes on with it; 0: it begins one */
    bool thanks; /* nothing but thanks, or an "ok" to what asked nothing */
};

/* Of a customer's message in a conversation that was there before. `only_text`: neither files nor anything else. */
enum rc turn_of_customer(struct view *v, struct arena *a, const struct conversation *c, int64_t contact_id,
                         const char *contact_name, const char *body, bool only_text, int64_t now, struct turn *out);
/* Does this reply of ours only say that we are there? Not when there was nothing but a call to answer. */
enum rc turn_is_placeholder(struct view *v, struct arena *a, const struct conversation *c, const char *body,
                            bool only_text, int64_t agent_id, bool *is);

/* ---- the rule (pure) ---- */

/* Does a message go on with the turn of the one before, by the same sender? */
bool turn_goes_on(int64_t before_at, size_t before_len, int64_t now, size_t len);

#endif
