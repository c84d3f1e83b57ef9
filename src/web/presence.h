/* presence.h: who is in which conversation on the other nodes. The hub (hub.h) knows its own pages; here it tells
 * the others of them and hears of theirs, by hints (store/notify.h).
 *
 * No rows: who looks at what is of no use to anybody a minute later, and a table of it would be written with every
 * click, under the lock of all writers, to be copied to standbys and kept in backups. The price of hints is that
 * one may be lost; so each node says all again every PRESENCE_TELL_MS, and what was not said again for
 * PRESENCE_KEEP_MS, because its node died, is forgotten.
 *
 *   NODE                         who speaks: a random name of its start
 *   CONVERSATION AGENT AGENTt    all whom this node has there now, by their ids; t: types. Nobody: they have left
 *   ?                            I am new: say all
 *
 * Everything but the two callbacks of the notifier runs on the hub's thread. */
#ifndef KEPT_WEB_PRESENCE_H
#define KEPT_WEB_PRESENCE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    PRESENCE_TELL_MS = 5 * 1000,
    PRESENCE_KEEP_MS = 13 * 1000,
    PRESENCE_PEOPLE = 100000 /* of all other nodes together; more are not shown */
};

struct notifier;
struct presence;

struct person {
    int64_t agent_id;
    bool typing;
};

/* `wake` is called, on another thread, when there is something to take. NULL when nobody else can be there; every
 * function takes that. */
struct presence *presence_start(struct notifier *n, void (*wake)(void *arg), void *arg);

/* Whom we have in this conversation now. */
void presence_tell(struct presence *p, int64_t conversation_id, const struct person *who, int n);
/* Takes in what was heard, forgets what is old, and names each conversation of which that changes something. True:
 * somebody wants to be told all. */
bool presence_take(struct presence *p, int64_t now, void (*changed)(void *arg, int64_t conversation_id), void *arg);
/* Another node's person in this conversation; *at: 0 to begin with. NULL: no more. An agent may come twice. */
const struct person *presence_next(const struct presence *p, int64_t conversation_id, int *at);

#endif
