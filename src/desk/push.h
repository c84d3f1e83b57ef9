/* push.h: what agents are told on their phones and desktops, also when no page is open (Web Push).
 *
 *   something happens ─push_tell─▶ a note, one for each agent and conversation
 *     note: waits ──job──▶ push_judge: sent, or why not ──▶ seen (she opened it)
 *   sent: each device of hers is to be told (knock) ──job──▶ its push service took it, later, or given up
 *
 * A push carries nothing at all. The device then asks us, with its session, what is new: push_news. So push
 * services learn when something happened, never what, and a device without a session is told nothing. Several
 * messages of a customer are one note (PUSH_GATHER_MS); what she opens meanwhile is not told. */
#ifndef KEPT_DESK_PUSH_H
#define KEPT_DESK_PUSH_H

#include "desk/event.h"
#include "desk/job.h"
#include "store/store.h"

/* As bits; the higher ones are said when there are several. */
enum push_kind {
    PUSH_ASSIGNED = 1,      /* a conversation became hers by somebody else's hand */
    PUSH_ANSWERED = 2,      /* a customer wrote in a conversation of hers */
    PUSH_DUE_SOON = 4,      /* a promise of hers is to be kept soon */
    PUSH_BROKEN = 8,        /* a promise of hers was not kept */
    PUSH_CAREFUL = 16,      /* a conversation calls for care, and she is among those who are to have it in hand */
    PUSH_TEST = 32,         /* she wants to see that it works */
    PUSH_MENTIONED = 64,    /* a colleague's note calls upon her */
    PUSH_CHOICES = 31 | 64, /* what can be switched off */
};

enum {
    PUSH_DEVICES_MAX = 10,           /* of one agent */
    PUSH_ENDPOINT_MAX = 2000,        /* bytes of an address */
    PUSH_GATHER_MS = 20 * 1000,      /* a customer's messages within it are one */
    PUSH_GIVE_UP_MS = 3600 * 1000,   /* what is older is no news */
    PUSH_KEEP_MS = 24 * 3600 * 1000, /* then a note is forgotten */
    PUSH_FAILURES_MAX = 10,          /* in a row, then the device is forgotten */
};

struct push_choice {
    unsigned off; /* kinds */
    bool open_hours;
};

struct push_device {
    int64_t id, agent_id, session_id, created_at, told_at, knock_at, not_before;
    int failures, tries;
    const char *ref, *label;
    const char *endpoint; /* of push_device_load */
};

struct push_note {
    int64_t id, agent_id, conversation_id, settled_at;
    unsigned kinds;
    const char *state;
    const char *ref, *short_ref; /* of the conversation, in push_news; NULL: none */
};

/* ---- rules, all pure ---- */

/* What a note is judged by. */
struct push_case {
    unsigned kinds, off;
    int devices;
    bool disabled, away, only_open, open;
    bool looks; /* she has the conversation open and in sight */
};
/* "sent", or why she is not told: nobody (no device), disabled, off, away, closed, looks. A test is always told. */
const char *push_judge(const struct push_case *c);

/* May this be asked as a push service? NULL, or what is wrong: "long" "address". https on its own port, no name and
 * no password; on networks that the operator has opened (open_networks) also http and other ports, by number. Where
 * it leads is held against base/net_guard.h when it is asked. */
const char *push_endpoint_flaw(const char *endpoint);
/* Its origin: "https://push.example.net" of "https://push.example.net:443/abc"; for one without a flaw. */
char *push_audience(struct arena *a, const char *endpoint);

/* What became of one try. `status` of HTTP; 0: no answer. */
enum push_outcome { PUSH_TAKEN, PUSH_LATER, PUSH_REFUSED, PUSH_OVER };
enum push_outcome push_outcome_of(int status);
/* When it is tried again; 0: not any more, it would be over PUSH_GIVE_UP_MS old. `wait_s`: as the service asked; 0:
 * it did not. */
int64_t push_again_at(const struct push_device *d, int64_t wait_s, int64_t now);

/* ---- telling ---- */

/* Nothing happens when `by` is she herself or she has no device. agent_id 0: nobody is told. */
enum rc push_tell(struct tx *tx, int64_t agent_id, int64_t conversation_id, enum push_kind kind, struct actor by,
                  int64_t now);
/* She opened it: it is no news any more. */
enum rc push_seen(struct tx *tx, int64_t agent_id, int64_t conversation_id, int64_t now);
/* What was sent and not seen yet, newest first, at most `max`. */
enum rc push_news(struct view *v, struct arena *a, int64_t agent_id, int64_t now, int max, struct push_note **out,
                  int *n);
/* Forgets old notes. */
enum rc push_tidy(struct tx *tx, int64_t now);

/* ---- the jobs' ---- */

enum rc push_note_load(struct view *v, struct arena *a, int64_t id, struct push_note *out);
/* Everything of `c` but `looks`. */
enum rc push_case_load(struct view *v, struct arena *a, const struct push_note *note, int64_t now,
                       struct push_case *c);
/* Notes the verdict of push_judge, and lets her devices know when it is "sent". */
enum rc push_note_settle(struct tx *tx, const struct push_note *note, const char *verdict, int64_t now);

/* RC_NONE: it was removed. RC_BROKEN: its address cannot be read. */
enum rc push_device_load(struct view *v, struct arena *a, int64_t id, struct push_device *out);
enum rc push_device_settle(struct tx *tx, const struct push_device *d, enum push_outcome outcome, int64_t wait_s,
                           int64_t now);

/* ---- her devices and choices ---- */

/* Adds this one, or notes that it is still there; `endpoint` of somebody else becomes hers. RC_INVALID: a flaw.
 * RC_TOO_MANY: she has PUSH_DEVICES_MAX. */
enum rc push_device_add(struct tx *tx, int64_t agent_id, int64_t session_id, const char *endpoint,
                        const char *label, int64_t now);
/* The device is where this session is now. RC_NONE: we do not know it as hers (any more). */
enum rc push_device_keep(struct tx *tx, int64_t agent_id, int64_t session_id, const char *endpoint);
enum rc push_device_list(struct view *v, struct arena *a, int64_t agent_id, struct push_device **out, int *n);
enum rc push_device_end(struct tx *tx, int64_t agent_id, const char *ref); /* RC_NONE: no such */
/* With a session that was ended by hand goes what was told through it. */
enum rc push_end_session(struct tx *tx, int64_t session_id);
enum rc push_end_sessions(struct tx *tx, int64_t agent_id, int64_t keep_session);

enum rc push_choice_load(struct view *v, int64_t agent_id, struct push_choice *out);
enum rc push_choice_save(struct tx *tx, int64_t agent_id, const struct push_choice *choice);

#endif
