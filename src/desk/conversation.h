/* conversation.h: what a customer wants, from the first message to the last.
 *
 *   new ──reply──▶ open ◀──customer writes── pending, on_hold, resolved
 *    │              │ ▲                          ▲
 *    │              │ └─────── wakes ── snoozed ─┤ (a reply wakes it too and does not lose the date)
 *    └──────────────┴── conversation_set_status ─┘
 *   closed ──customer writes──▶ a new conversation, follow_up_of this one
 *   spam: stays spam, whatever arrives.   merged: hidden; its messages live in `merged_into`, and undo brings it
 * back.
 *
 * The arrow of a customer's message is conversation_after_message (pure); of our reply conversation_after_reply
 * (pure). */
#ifndef KEPT_DESK_CONVERSATION_H
#define KEPT_DESK_CONVERSATION_H

#include "desk/event.h"
#include "store/store.h"

#include <stdbool.h>

struct conversation {
    int64_t id, inbox_id, contact_id, assignee_id, team_id;
    const char *ref, *short_ref, *subject;
    const char *status; /* new open pending on_hold snoozed resolved closed spam */
    const char *shelf;  /* conversation_shelf(status), or "merged" */
    const char *lang, *preview;
    int64_t waiting_since; /* since when the customer waits for us; 0: she does not */
    int64_t snoozed_until, on_hold_until, last_at, first_reply_at, resolved_at, created_at;
    int64_t merged_into, follow_up_of, version;
    int message_count, failed_sends;
    bool unreadable;
    struct {
        int64_t inbox_id, contact_id, assignee_id, team_id;
    } stored; /* conversation_save's own */
};

/* ---- loading ---- */

enum rc conversation_load(struct view *v, struct arena *a, int64_t id, struct conversation *out);
enum rc conversation_by_ref(struct view *v, struct arena *a, const char *ref, struct conversation *out);
enum rc conversation_by_short_ref(struct view *v, struct arena *a, const char *short_ref, struct conversation *out);
/* Where the newest message with this Message-ID header is. */
enum rc conversation_by_mail_id(struct view *v, struct arena *a, const char *mail_id, struct conversation *out);

/* ---- rules (pure) ---- */

const char *conversation_shelf(const char *status);
bool conversation_status_valid(const char *status);

/* What a customer's message does. `moves` is false for automatic replies, lists and bare thanks: they stay visible
 * and touch neither status nor clock. */
struct message_verdict {
    const char *status;  /* the new one */
    bool starts_waiting; /* the clock begins, when it does not run already */
    bool follow_up;      /* belongs in a new conversation */
    const char *reason;
};
struct message_verdict conversation_after_message(const char *status, bool moves);

/* What a reply of ours does. A placeholder ("one moment please") to somebody who waits stops no clock, and leaves
 * the move with us. */
struct reply_verdict {
    const char *status;
    bool answers;       /* the wait is over; it counts as a first answer */
    const char *reason; /* "placeholder" is also kept with the message */
};
struct reply_verdict conversation_after_reply(const char *then_status, bool she_waits, bool placeholder);

/* The key in the private link of the customer's case page, /case/<token>: made of the short reference and our
 * signature, so that it needs no row. Pure but for the key. */
enum { CASE_TAG_CHARS = 20 /* 100 bits */ };
char *conversation_case_token(struct arena *a, const char *short_ref);
/* What signs the reference in the subject of its mails, "[#K7QX2P-ab12cd34]"; capitals make no difference. */
enum { MAIL_TAG_CHARS = 8 };
char *conversation_mail_tag(struct arena *a, const char *short_ref);

/* ---- verbs ---- */

/* Fills id, ref, short_ref, version. Status new. */
enum rc conversation_create(struct tx *tx, struct conversation *c, struct actor by, int64_t now);
/* Saves every changing field. RC_CONFLICT: it was not loaded in this transaction and has changed since. */
enum rc conversation_save(struct tx *tx, struct conversation *c);
/* `until` for snoozed and on_hold (RC_INVALID without one, or in the past). RC_INVALID: no such status. */
enum rc conversation_set_status(struct tx *tx, struct conversation *c, const char *status, int64_t until,
                                struct actor by, int64_t now);
/* 0 takes it from everybody. Being given one wakes nothing. */
enum rc conversation_assign(struct tx *tx, struct conversation *c, int64_t agent_id, struct actor by, int64_t now);
/* What is unfinished and was this agent's is nobody's: called when somebody takes no more work here. What is
 * resolved keeps its owner, whom conversation_let_go takes from it when it comes back. */
enum rc conversation_release(struct tx *tx, int64_t agent_id, struct actor by, int64_t now);
/* Takes it from an owner who works here no longer; the caller saves it. */
enum rc conversation_let_go(struct tx *tx, struct conversation *c);
enum rc conversation_set_team(struct tx *tx, struct conversation *c, int64_t team_id, struct actor by, int64_t now);
enum rc conversation_set_subject(struct tx *tx, struct conversation *c, const char *subject, struct actor by);
/* Moves the messages of `from` into `into` and hides `from`. RC_INVALID: the same one, or one is merged already. */
enum rc conversation_merge(struct tx *tx, struct conversation *from, struct conversation *into, struct actor by,
                           int64_t now);
/* Takes the last merge into `into` back. RC_NONE: there is none. */
enum rc conversation_unmerge(struct tx *tx, struct conversation *into, struct actor by, int64_t now,
                             int64_t *from_id);
/* Whose it is, without loading the rest. */
enum rc conversation_contact(struct view *v, int64_t id, int64_t *contact_id);
/* Is there a merge into it that can be taken back? */
enum rc conversation_has_merge(struct view *v, int64_t id, bool *has);
/* Snoozed and its time has come: open again, above the others. RC_OK also when there is nothing to do. */
enum rc conversation_wake(struct tx *tx, int64_t id, int64_t now);
/* The newest message that she has had before her eyes; 0: she was never there. */
enum rc conversation_seen_up_to(struct view *v, int64_t id, int64_t agent_id, int64_t *message_id);
enum rc conversation_seen(struct tx *tx, int64_t id, int64_t agent_id, int64_t message_id);

/* ---- lists ---- */

struct list_row {
    int64_t id, contact_id, assignee_id, last_at, waiting_since, snoozed_until;
    int64_t promise_due; /* the first that is owed; 0: none */
    const char *ref, *short_ref, *subject, *preview, *status, *contact_name, *assignee_name, *channel;
    int message_count, failed_sends;
    bool unread, unreadable, has_draft;
    int64_t mentioned_at; /* of LIST_MENTIONS: when a note last called upon her who looks */
    bool mentioned;       /* a note calls upon her, and she has not seen it yet */
};

enum list_kind {
    LIST_MINE,
    LIST_UNASSIGNED,
    LIST_ACTIVE,
    LIST_WAITING,
    LIST_PENDING,
    LIST_ON_HOLD,
    LIST_SNOOZED,
    LIST_RESOLVED,
    LIST_SPAM,
    LIST_TEAM,
    LIST_INBOX,
    LIST_TAG,
    LIST_CONTACT,
    LIST_FAILED,
    LIST_PROMISES,
    LIST_RECALLS,  /* where a correction is still to be told */
    LIST_CAREFUL,  /* in careful mode, and nobody has said that it is in hand */
    LIST_MENTIONS, /* where a note calls upon her */
    LIST_VIEWS
};

struct list_ask {
    enum list_kind view;
    int64_t agent_id;           /* who looks: Mine, unread, drafts */
    int64_t subject_id;         /* the team, inbox, tag or contact */
    int64_t after_at, after_id; /* keyset: the last row of the page before; 0: from the start */
    int max;                    /* rows; at most LIST_ROWS */
};
enum { LIST_ROWS = 51 }; /* a page, and whether there is more */
/* Those with the given ids, at most LIST_OF_MAX of them, in any order. */
enum { LIST_OF_MAX = 40 };
enum rc conversation_list_of(struct view *v, struct arena *a, int64_t agent_id, const int64_t *ids, int ids_n,
                             struct list_row **out, int *n);
/* By last message, newest first; LIST_WAITING by waiting_since, longest first; LIST_PROMISES by what is due first;
 * LIST_MENTIONS by the last note that calls upon her, newest first. */
enum rc conversation_list(struct view *v, struct arena *a, const struct list_ask *ask, struct list_row **out,
                          int *n);
/* How a customer stands with us. */
struct contact_standing {
    int open;            /* conversations that are neither resolved nor spam */
    int64_t waits_since; /* 0: none of them waits for us */
    int64_t promise_due; /* the next; 0: nothing is owed */
    int64_t last_at;     /* of her newest message or ours; 0: no conversation */
};
enum rc conversation_standing(struct view *v, int64_t contact_id, struct contact_standing *out);

/* Open ones by view, for the numbers beside the views. Capped: nobody reads a larger number, and counting costs. */
enum { LIST_COUNT_MAX = 100 };
struct list_counts {
    int mine, unassigned, active, waiting, pending, on_hold, snoozed, failed, promises, recalls, careful;
    int mentions;          /* that she has not seen */
    bool mentioned;        /* is there any, seen or not? */
    int64_t promise_first; /* when the first of all is due; 0: none is owed */
    int64_t recall_first;  /* by when all of the most urgent correction are to know; 0: there is none */
    int64_t careful_first; /* when the first of those in careful mode is due */
};
/* What a row of any list shows beside it: something is being put right there, or a correction is still to be told.
 * Few at any time: the first LIST_SIGNS_MAX of each (its number stands in the query). */
enum { LIST_SIGNS_MAX = 500 };
struct list_sign {
    const char *ref;
    bool correction; /* else a recovery is open */
};
enum rc conversation_signs(struct view *v, struct arena *a, struct list_sign **out, int *n);
/* Is there one at all? */
enum rc conversation_any(struct view *v, bool *any);
enum rc conversation_counts(struct view *v, int64_t agent_id, struct list_counts *out);

/* A conversation with the names of what it belongs to: what the API shows. */
struct conversation_card {
    struct conversation c;
    const char *contact_ref, *contact_name, *inbox_ref, *inbox_name, *channel;
    const char *assignee_ref, *assignee_name, *team_ref, *team_name; /* NULL: nobody's */
    const char *merged_into_ref, *follow_up_of_ref;                  /* NULL: none */
    struct tag *tags;
    int tags_n;
};
/* Newest first by when it was made, which never changes: whoever pages on loses nothing and sees nothing twice
 * while new ones arrive and old ones move. Merged ones are left out. What is 0 or NULL is not asked for. */
struct card_ask {
    const char *status;
    int64_t assignee_id, team_id, inbox_id, contact_id;
    int64_t tag_id, mentioned_id; /* one of these two or careful_waits at most */
    bool careful_waits;           /* in careful mode, and nobody has said that it is in hand */
    bool unassigned;
    int64_t last_at_least; /* the last message is not older */
    int64_t before_id;
    int max;
};
enum rc conversation_card(struct view *v, struct arena *a, int64_t id, struct conversation_card *out);
enum rc conversation_cards(struct view *v, struct arena *a, const struct card_ask *ask,
                           struct conversation_card **out, int *n);

/* ---- tags ---- */

struct tag {
    int64_t id;
    const char *ref, *name;
    int conversations; /* in tag_counts */
};
/* By name. tag_counts walks through all that are tagged: not for pages that are looked at all day. */
enum rc tag_counts(struct view *v, struct arena *a, struct tag **out, int *n);
enum rc tag_list(struct view *v, struct arena *a, struct tag **out, int *n);
enum rc tag_by_name(struct view *v, struct arena *a, const char *name, struct tag *out);
enum rc tag_by_ref(struct view *v, struct arena *a, const char *ref, struct tag *out);
/* Finds it or makes it. Names are folded to lower case, spaces to '-'. */
enum rc tag_named(struct tx *tx, const char *name, int64_t now, struct tag *out);
enum rc tag_rename(struct tx *tx, int64_t id, const char *name);
enum rc tag_delete(struct tx *tx, int64_t id);
enum rc conversation_tags(struct view *v, struct arena *a, int64_t conversation_id, struct tag **out, int *n);
enum rc conversation_tag(struct tx *tx, struct conversation *c, int64_t tag_id, struct actor by);
enum rc conversation_untag(struct tx *tx, struct conversation *c, int64_t tag_id, struct actor by);

#endif
