/* hub.h: live updates. One thread holds every WebSocket, reads the event table when something was committed, and
 * tells each page what happened: a number, a kind and a reference, never a text. The page then fetches the
 * fragment, and that handler decides whether it may be seen.
 *
 *   commit → event_listen → hub thread → event_after(last) → one encoded batch → all agents
 *                                                          → customers of that conversation
 * The table is the truth: a lost wake-up is made good within a second, a lost connection by `after`, which replays
 * from the last HUB_REPLAY events; whoever is further behind is told to load again. Several nodes on one database
 * each read the table, woken by one another (event.h). Presence (who looks, who types) lives in memory only; nodes
 * tell one another of it (presence.h).
 *
 * To agents, one message each:
 *   {"seq":12,"kind":"message.received","ref":"con_…"}      and, when known, "by":"agt_…" who did it, "to":"agt_…"
 * who was given the conversation
 *   {"ready":true,"seq":12}                                  after joining: all until 12 has been told
 *   {"reset":true,"seq":12}                                  too much to tell: load what is shown again
 *   {"kind":"presence","ref":"con_…","here":[{"ref":"agt_…","name":"…","typing":true}]}   to those who view it
 * To a customer, about the one conversation: {"kind":"message.sent"} and the like (customer_kinds in hub.c), no
 * numbers. From agents: {"view":"con_…"} or {"view":null}; {"typing":true}, again at least every HUB_TYPING_MS / 2.
 *
 * The events agent.rights_reduced, agent.password_set and agent.sessions_ended close all connections of an agent,
 * and agent.signed_out those of a session (4001), on every node.
 */
#ifndef KEPT_WEB_HUB_H
#define KEPT_WEB_HUB_H

#include "base/arena.h"
#include "base/buf.h"
#include "store/store.h"
#include "web/http.h"

#include <stdint.h>

enum {
    HUB_CONNECTIONS = 10000,      /* unless set; more: 1013, the page polls */
    HUB_REPLAY = 1024,            /* events that can be told again */
    HUB_BATCH = 200,              /* more at once are told as a reset */
    HUB_GATHER_MS = 50,           /* events that follow one another by less go out together */
    HUB_POLL_MS = 1000,           /* the table is read at least so often: other processes write too */
    HUB_PING_MS = 30 * 1000,      /* a peer that answers neither of two is gone */
    HUB_LIFE_MS = 60 * 60 * 1000, /* then the page connects anew, and its session is looked at */
    HUB_TYPING_MS = 6 * 1000,     /* "is typing" ends by itself */
    HUB_TALK_PER_S = 20,          /* messages from one page; more: 1008 */
};

struct hub;
struct notifier;

/* Who is at the other end. Exactly one of agent_id and conversation_id is set: a customer is known by nothing but
 * the conversation whose link or widget token she came with. */
struct hub_client {
    int64_t agent_id, session_id;
    int64_t conversation_id;
    const char *ref, *name; /* of the agent */
    int64_t known_seq;      /* of an agent: the last event, read before her session was: only what came after it
                               can have ended her rights */
};

struct hub_options {
    int connections, ping_ms, life_ms; /* 0: the limits above */
    struct notifier *notifier;         /* to other nodes, not started yet; NULL: there are none */
};

/* Calls event_listen, so: at start-up, once in a process. */
struct hub *hub_start(struct store *store, const struct hub_options *options);
/* Says goodbye to all (1001) and ends the thread. Before store_close. The memory stays: listeners are for good. */
void hub_stop(struct hub *hub);

/* In a handler of a GET route, after the permission was checked: the connection becomes a live one. `after` is the
 * last event that the page knows; below 0: none, nothing is told again. `who` is copied. */
void hub_upgrade(struct request *rq, struct hub *hub, const struct hub_client *who, int64_t after);
/* The same without the handshake: the descriptor is the hub's from now on. From any thread. */
void hub_take(struct hub *hub, int fd, struct bytes extra_in, const struct hub_client *who, int64_t after);
/* For pages without WebSocket: {"seq":12,"events":[…]} or {"reset":true,"seq":12}. From any thread. */
void hub_since(struct hub *hub, int64_t after, struct buf *out);

/* Has this agent the conversation open and in sight, here or on another node? Asks the hub's thread and waits for
 * it, a second at most: not from the hub's own. */
bool hub_looks(struct hub *hub, int64_t agent_id, int64_t conversation_id);

#endif
