/* mention.h: agents who are called upon in internal notes by "@" and their name: noted in the note's transaction,
 * told on their devices and open pages, listed in the view Mentions until and after they were seen. */
#ifndef KEPT_DESK_MENTION_H
#define KEPT_DESK_MENTION_H

#include "desk/message.h"
#include "store/store.h"

struct mention {
    int64_t message_id, agent_id;
};

/* Whoever the note calls upon; she who writes it is not told, and has seen it. Only agents who can be given work:
 * those who only read see no conversations. */
enum rc mention_note(struct tx *tx, const struct message *note, int64_t now);
/* She has read the conversation up to that message. */
enum rc mention_seen(struct tx *tx, int64_t agent_id, int64_t conversation_id, int64_t up_to_message, int64_t now);
/* In order of the notes, from `from_message` on. */
enum rc mention_of_conversation(struct view *v, struct arena *a, int64_t conversation_id, int64_t from_message,
                                struct mention **out, int *n);
/* `from` was merged into `into`, or (back) the notes of `into` that were moved already went back there. */
enum rc mention_follow(struct tx *tx, int64_t from_id, int64_t into_id, bool back);

#endif
