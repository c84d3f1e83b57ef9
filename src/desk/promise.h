/* promise.h: a word given to a customer: what we will do, and by when. It has an owner and a clock of its own; no
 * reply, merge, transfer, snooze or change of status ends it. What it never does: count a late one as kept, or hide
 * one.
 *
 *   reply_send ──▶ owed ──promise_settle──▶ kept, renewed (a new time told), withdrawn (the customer told)
 *                   │ ▲                          │
 *                   │ └── promise_undo (the reply that made or settled it was taken back)
 *                   └── its time passes ──▶ late: owed still, and broken for ever
 *
 * Nothing of this is stored as a state: promise_judge (pure) reads it from the row and the time. promise_tick, a
 * job, only tells people: the owner before it is due, owner and lead when it is late.
 *
 * A short word is a promise of at most SHORT_WORD_MS in a chat: the next message keeps it, customers do not see it
 * listed, and it is counted by itself. */
#ifndef KEPT_DESK_PROMISE_H
#define KEPT_DESK_PROMISE_H

#include "desk/conversation.h"
#include "desk/event.h"
#include "store/store.h"

#include <stdbool.h>

enum {
    SHORT_WORD_MS = 30 * 60 * 1000,
    PROMISE_TEXT_MAX = 2000, /* bytes */
    PROMISES_A_MESSAGE = 20, /* more are not kept apart */
    PROMISE_WARN_MAX_MS = 4 * 3600 * 1000,
    PROMISE_WARN_MIN_MS = 5 * 60 * 1000,
};

struct promise {
    int64_t id, conversation_id, message_id, contact_id, agent_id, owner_id;
    const char *ref, *text;
    int64_t due_from, due_to, made_at, warned_at, broken_at, settled_at;
    const char *outcome; /* NULL: owed; kept renewed withdrawn */
    const char *reason;
    int64_t evidence_id, settled_by, renewed_by;
    bool short_word, shown, agreed;
    const char *owner_name, *conversation_ref, *renewed_by_ref; /* on loading; NULL: none */
    const char *prevention_ref; /* on loading: behind "it will not happen again" in the same reply; NULL: none */
    bool said_alone;            /* … which was said with nothing behind it */
    struct {
        int64_t made_at, goes_at, ended_at; /* made_at 0: none was prepared */
        const char *outcome, *reason;       /* "" it waits; sent stopped needless withheld */
    } news;                                 /* the honest word after it was missed (news.h); on loading */
};

/* ---- rules (pure) ---- */

enum promise_state {
    PROMISE_OPEN,
    PROMISE_SOON,
    PROMISE_LATE,
    PROMISE_KEPT,
    PROMISE_BROKEN,
    PROMISE_WITHDRAWN,
    PROMISE_RENEWED,
    PROMISE_REMOVED
};
/* Open, soon and late are owed. Broken is over but was late: kept, renewed or withdrawn after its time, or given a
 * new time to which the customer had not agreed before. Withdrawn and renewed count neither way. Removed: found in
 * a draft, taken out by the agent, kept for the count alone; lists leave it out. */
enum promise_state promise_judge(const struct promise *p, int64_t now);
const char *promise_state_name(enum promise_state state); /* "open" … */
/* When its owner is reminded: a quarter of its time before the end, 5 minutes to 4 hours. */
int64_t promise_warn_at(const struct promise *p);

/* ---- making and settling, in the transaction of the reply ---- */

struct promise_new {
    const char *text;
    int64_t due_from, due_to;
    bool shown, removed;
};
/* What a reply does to a promise that is owed. */
struct promise_answer {
    const char *ref;
    const char *outcome; /* kept renewed withdrawn */
    bool agreed;         /* renewed: the customer agreed */
};

/* Of the reply or note `message_id`; its owner is `owner_id` (0: nobody yet). RC_INVALID: no text, or due before it
 * was made. */
enum rc promise_make(struct tx *tx, const struct conversation *c, int64_t message_id, const struct promise_new *new,
                     bool chat, struct actor by, int64_t owner_id, int64_t now, struct promise *out);
/* RC_CONFLICT: nothing is owed any more. RC_INVALID: no such outcome; kept with neither a message nor a reason;
 * withdrawn without the message that tells it; renewed without the promise in its place. */
struct promise_end {
    const char *outcome, *reason;
    int64_t evidence_id, renewed_by;
    bool agreed;
};
enum rc promise_settle(struct tx *tx, struct promise *p, const struct promise_end *end, struct actor by,
                       int64_t now);
/* 0: everybody's. */
enum rc promise_hand(struct tx *tx, struct promise *p, int64_t owner_id, const char *why, struct actor by,
                     int64_t now);
/* An agent's reply keeps the short words before it. */
enum rc promise_after_reply(struct tx *tx, int64_t conversation_id, int64_t message_id, struct actor by,
                            int64_t now);
/* The reply was taken back: what it promised is gone, what it settled is owed again. */
enum rc promise_undo(struct tx *tx, int64_t conversation_id, int64_t message_id);
/* Messages have moved from one conversation to another, or back. */
enum rc promise_follow(struct tx *tx, int64_t from_id, int64_t into_id);
/* Of the job: reminds, tells, hands over. RC_OK also when there is nothing to do. */
enum rc promise_tick(struct tx *tx, int64_t id, int64_t now);

/* ---- loading ---- */

enum rc promise_load(struct view *v, struct arena *a, int64_t id, struct promise *out);
enum rc promise_by_ref(struct view *v, struct arena *a, const char *ref, struct promise *out);
/* By due time. All, or only what is owed. */
enum rc promise_of_conversation(struct view *v, struct arena *a, int64_t conversation_id, bool owed,
                                struct promise **out, int *n);
enum rc promise_of_contact(struct view *v, struct arena *a, int64_t contact_id, bool owed, struct promise **out,
                           int *n);
/* Newest first, for programs: with an id below `before_id` (0: from the newest); owned by agent_id (0: whoever's).
 */
struct promise_ask {
    bool owed;
    int64_t agent_id, before_id;
    int max;
};
enum rc promise_list(struct view *v, struct arena *a, const struct promise_ask *ask, struct promise **out, int *n);

#endif
