/* recovery.h: something went wrong for one customer, and what is done until it is right: six steps, an owner, what
 * was offered, and the customer's own word on it. Opened by a promise that was broken, by a correction that had
 * done harm, or by hand. It is never closed by itself, and never with a step that is neither done nor waived with a
 * reason.
 *
 *   recovery_open_* ──▶ open ──recovery_right──▶ asked ──recovery_hear(yes)──▶ asked ──recovery_close──▶ closed
 *                        ▲                         │
 *                        └──── recovery_hear(no) ──┘      closed without her word counts as not confirmed
 *
 * Light by default: the fix and the apology are due, whatever the order. Full (all six) from severity 2, or when
 * something else went wrong for the same customer within RECOVERY_AGAIN_MS. A step with a date is a promise with a
 * clock of its own (promise.h): it is done when that is kept.
 * Money: what is owed anyway (repair, refund) has no limit; goodwill beyond it has one by role, for each customer
 * over RECOVERY_AGAIN_MS together, so that it is not split up; above it somebody else approves. */
#ifndef KEPT_DESK_RECOVERY_H
#define KEPT_DESK_RECOVERY_H

#include "desk/agent.h"
#include "desk/promise.h"

#define RECOVERY_CAUSES "broken_promise wrong_information delivery defect billing service privacy other"
#define RECOVERY_HARMS "attention money product service privacy"
#define RECOVERY_STEPS "fix apologise explain why good prevent"
#define RECOVERY_OFFERS "repair refund goodwill"
#define RECOVERY_STATES "open asked closed"

enum {
    RECOVERY_TEXT_MAX = 2000, /* code points */
    RECOVERY_SEVERITIES = 4,
    RECOVERY_OFFERS_MAX = 50,
};
#define RECOVERY_AGAIN_MS (90LL * 24 * 3600 * 1000)

enum step { STEP_FIX, STEP_APOLOGISE, STEP_EXPLAIN, STEP_WHY, STEP_GOOD, STEP_PREVENT, STEPS };

struct recovery {
    int64_t id, conversation_id, contact_id, promise_id, recall_id, owner_id, severity;
    int64_t opened_by, opened_at, righted_at, heard_at, closed_at, closed_by;
    bool again;
    const char *ref, *cause, *harm, *what, *heard, *heard_how; /* heard "": her word is not known; yes no */
    /* on loading */
    const char *owner_name, *conversation_ref, *short_ref, *subject, *contact_name;
};

struct recovery_step {
    enum step step;
    const char *note, *promise_ref; /* promise_ref "": it has no date */
    int64_t promise_id, message_id, done_at, done_by;
    int64_t due_at; /* of its promise; 0: none */
    bool waived, due_is_over, needed;
};

struct recovery_offer {
    int64_t id, recovery_id, contact_id, amount, proposed_by, proposed_at, approved_by, approved_at, refused_at;
    const char *ref, *kind, *what, *currency;
    const char *proposer, *approver; /* names; on loading */
};

/* ---- rules (pure) ---- */

enum recovery_state { RECOVERY_OPEN, RECOVERY_ASKED, RECOVERY_CLOSED };
enum recovery_state recovery_judge(const struct recovery *r);
const char *recovery_state_name(enum recovery_state s);
const char *recovery_step_name(enum step s);

bool recovery_is_full(const struct recovery *r);
bool recovery_needs(const struct recovery *r, enum step s);
/* What is still to be done: needed steps, the first date, and whether one is over. */
struct recovery_left {
    int steps;
    bool late;
    int64_t due_at;
};
struct recovery_left recovery_left(const struct recovery_step steps[STEPS]);
bool recovery_offer_waits(const struct recovery_offer *o); /* for its approval */
/* NULL, or why we cannot say that it is right: "steps" (one that is needed is neither done nor waived), "approval"
 * (an offer waits for it). */
const char *recovery_flaw(const struct recovery *r, const struct recovery_step steps[STEPS],
                          const struct recovery_offer *offers, int offers_n);
/* May this role give so much goodwill, when `given` was given before? `limits`: of agents, of leads; admins have
 * none. */
struct goodwill_limits {
    int64_t agent, lead, admin;
};
int64_t recovery_limit_of(enum agent_role role, const struct goodwill_limits *limits);
bool recovery_may_give(enum agent_role role, int64_t given, int64_t amount, const struct goodwill_limits *limits);

/* ---- opening ---- */

struct recovery_new {
    const char *cause, *harm, *what;
    int64_t severity, promise_id, recall_id, owner_id;
};
/* One is open in a conversation at a time: another failure there raises the severity of that one, and is returned
 * as it. RC_INVALID: no such cause, harm or severity. */
enum rc recovery_open(struct tx *tx, const struct conversation *c, const struct recovery_new *new, struct actor by,
                      int64_t now, struct recovery *out);
/* A promise that the customer had been told of was broken. */
enum rc recovery_of_broken(struct tx *tx, const struct promise *p, const struct conversation *c, int64_t now);

/* ---- what is done in one. RC_CONFLICT: it is closed. ---- */

/* With a note, or a message of ours since it was opened. RC_INVALID: neither. */
enum rc recovery_step_done(struct tx *tx, const struct recovery *r, enum step s, const char *note, struct actor by,
                           int64_t now);
/* RC_INVALID: no reason. */
enum rc recovery_step_waive(struct tx *tx, const struct recovery *r, enum step s, const char *reason,
                            struct actor by, int64_t now);
/* By when, and by whom (0: its owner): a promise, of an internal note that says so. RC_INVALID: no text, or the
 * time is over. RC_DUPLICATE: it has a date or is done. */
enum rc recovery_step_plan(struct tx *tx, const struct recovery *r, enum step s, const char *text, int64_t due,
                           struct actor by, int64_t now);
enum rc recovery_hand(struct tx *tx, struct recovery *r, int64_t owner_id, struct actor by);
enum rc recovery_set_severity(struct tx *tx, struct recovery *r, int64_t severity, struct actor by);

/* `offer`: kind, what, amount, currency. What the proposer may give is approved at once. RC_INVALID: no words,
 * goodwill without an amount; RC_TOO_MANY. */
enum rc recovery_offer(struct tx *tx, const struct recovery *r, struct recovery_offer *offer,
                       const struct agent *by, int64_t now);
/* RC_DENIED: above what this role may give (with an admin there are two of them: no limit), or her own proposal.
 * RC_CONFLICT: it does not wait. */
enum rc recovery_answer_offer(struct tx *tx, const struct recovery *r, struct recovery_offer *offer, bool approved,
                              const struct agent *by, int64_t now);

/* We say that it is right; her page asks whether it is. RC_INVALID with *why: recovery_flaw's. */
enum rc recovery_right(struct tx *tx, struct recovery *r, struct actor by, int64_t now, const char **why);
/* Her word. `how`: by whom it came when not by her button; RC_INVALID: an agent without saying how. A no opens it
 * again, and its conversation. RC_CONFLICT: she is not asked. */
enum rc recovery_hear(struct tx *tx, struct recovery *r, bool yes, const char *how, struct actor by, int64_t now);
/* RC_INVALID with *why: recovery_flaw's, "asked" (she was not asked yet), "no" (she says that it is not right). */
enum rc recovery_close(struct tx *tx, struct recovery *r, struct actor by, int64_t now, const char **why);
/* A merge: they go along. `back`: one is undone, and those that were opened in into_id return to it. */
enum rc recovery_follow(struct tx *tx, int64_t from_id, int64_t into_id, bool back);

/* ---- loading ---- */

enum rc recovery_load(struct view *v, struct arena *a, int64_t id, struct recovery *out);
enum rc recovery_by_ref(struct view *v, struct arena *a, const char *ref, struct recovery *out);
/* The one that is open there; RC_NONE. */
enum rc recovery_open_in(struct view *v, struct arena *a, int64_t conversation_id, struct recovery *out);
struct recovery_ask {
    bool open;          /* not closed yet */
    int64_t agent_id;   /* whose; 0: everybody's */
    int64_t contact_id; /* of this customer; 0: anybody */
    int64_t before_id;
    int max;
};
/* Newest first. */
enum rc recovery_list(struct view *v, struct arena *a, const struct recovery_ask *ask, struct recovery **out,
                      int *n);
/* How many are open, counted to LIST_COUNT_MAX. */
enum rc recovery_open_count(struct view *v, int *n);
enum rc recovery_steps(struct view *v, struct arena *a, const struct recovery *r, int64_t now,
                       struct recovery_step out[STEPS]);
enum rc recovery_offers(struct view *v, struct arena *a, const struct recovery *r, struct recovery_offer **out,
                        int *n);
enum rc recovery_offer_by_ref(struct view *v, struct arena *a, const char *ref, struct recovery_offer *out);
enum rc recovery_limits(struct view *v, struct goodwill_limits *out);

/* Of those opened in a span. */
enum { RECOVERY_REPORT_MAX = 20000 };
struct recovery_tally {
    const char *cause;                            /* "" all */
    int64_t opened, open, right, yes, no, silent; /* right: put right; silent: closed without her word */
    int64_t median_ms, p90_ms;                    /* to put right; 0: none was */
};
struct recovery_report {
    struct recovery_tally all, *causes;
    int causes_n;
    bool cut;
};
enum rc recovery_report(struct view *v, struct arena *a, int64_t from, int64_t to, struct recovery_report *out);

#endif
