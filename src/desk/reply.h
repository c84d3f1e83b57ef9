/* reply.h: the one way out, for agents, the API, bots and automations alike, and internal notes.
 *   reply_send(tx): message "queued" until undo is over + job → COMMIT → job → adapter → sent | later | failed
 * By mail to whoever has an address, except while she has the chat open and it was there that she wrote last
 * (visitor.h). */
#ifndef KEPT_DESK_REPLY_H
#define KEPT_DESK_REPLY_H

#include "desk/article.h"
#include "desk/conversation.h"
#include "desk/message.h"
#include "desk/promise.h"
#include "store/store.h"

struct reply {
    const char *body;        /* Markdown */
    const char *then_status; /* set in the same transaction: open, pending, resolved …; NULL: pending */
    int64_t then_until;      /* for snoozed and on_hold */
    const char *cc;          /* addresses separated by commas; NULL: none */
    int64_t seen_version;    /* the conversation's version that the writer saw; 0: do not ask */
    struct attachment *parts;
    int parts_n;
    bool no_undo;          /* the API: send at once */
    bool unasked;          /* a correction: the customer's wait goes on, and status and owner stay as they are */
    const char *auto_kind; /* a program sends it (NEWS), in the name of `for_agent`; NULL: who acts */
    int64_t for_agent;
    const struct promise_new *promises; /* what it promises */
    int promises_n;
    const struct promise_answer *answers; /* what it does to promises that are owed */
    int answers_n;
    const struct article_use *uses; /* the articles that it says (knowledge_quotes) */
    int uses_n;
    bool no_repeat;        /* it says that it will not happen again … */
    int64_t prevention_id; /* … and this stands behind it; 0: nothing */
    const char *word;      /* of its draft, for taking it back; NULL: nothing */
};

/* The way that a reply would take now: "email" with the address in *to, or "chat": *to is then where it goes unless
 * she sees it in time, NULL for nowhere. */
enum rc reply_channel(struct view *v, struct arena *a, const struct conversation *c, int64_t now,
                      const char **channel, const char **to);

/* RC_INVALID: empty or too long; the contact has no address for the channel; a promise that promise_make or
 * promise_settle refuses. RC_CONFLICT: the conversation
 * changed under the draft (a message of the customer or of another agent since seen_version). RC_GONE: merged. */
enum rc reply_send(struct tx *tx, struct conversation *c, const struct reply *r, struct actor by, int64_t now,
                   struct message *out);
/* Before its time: the message is cancelled and its text returns as the agent's draft; the status before is put
 * back. RC_GONE: it is on its way already. */
enum rc reply_undo(struct tx *tx, const char *message_ref, int64_t agent_id, int64_t now, struct conversation *out);
/* Another try for a failed one. RC_CONFLICT when it is not failed. */
enum rc reply_retry(struct tx *tx, const char *message_ref, int64_t agent_id, int64_t now,
                    struct conversation *out);

enum rc note_add(struct tx *tx, struct conversation *c, const char *body, struct attachment *parts, int parts_n,
                 int64_t agent_id, int64_t now, struct message *out);

/* ---- of the sending job ---- */

/* The job takes it: queued → sending. RC_CONFLICT when it was undone or is taken. */
enum rc reply_take(struct tx *tx, int64_t message_id, int64_t now, struct message *out);
/* sending → sent, failed (reason is the other side's words) or, `again_at` set, queued. */
enum rc reply_settle(struct tx *tx, int64_t message_id, bool sent, const char *reason, int64_t again_at,
                     int64_t now);

/* ---- of the chat's job ---- */

/* What was written in the chat of this conversation and not seen in time goes by mail: all of it in one, which is
 * that of the last line; the others have it in `mail_with`. RC_OK also when there is nothing to do: it was seen, or
 * there is no address. */
enum rc reply_by_mail(struct tx *tx, int64_t conversation_id, int64_t now);

/* ---- drafts ---- */

struct draft {
    const char *kind, *body; /* reply, note */
    int64_t base_version, changed_at;
    const char *word; /* what was done to its promises and findings (web/reply_check.h); NULL: nothing */
};
enum rc draft_save(struct tx *tx, int64_t conversation_id, int64_t agent_id, const struct draft *d, int64_t now);
/* One's own act is no news to one's draft: what knew version `before` of the conversation knows `after`. */
enum rc draft_follow(struct tx *tx, int64_t conversation_id, int64_t agent_id, int64_t before, int64_t after);
/* A merge of one customer's: drafts are found where the conversation goes on, unless their writer has one there. */
enum rc draft_go_along(struct tx *tx, int64_t from_id, int64_t into_id);
enum rc draft_drop(struct tx *tx, int64_t conversation_id, int64_t agent_id, const char *kind);
/* kind NULL: the reply, or else the note. RC_NONE when there is none. */
enum rc draft_load(struct view *v, struct arena *a, int64_t conversation_id, int64_t agent_id, const char *kind,
                   struct draft *out);

/* ---- saved replies ---- */

struct saved_reply {
    int64_t id;
    const char *ref, *name, *lang, *body; /* lang "": any */
    int64_t changed_at;
};
enum rc saved_list(struct view *v, struct arena *a, struct saved_reply **out, int *n);
enum rc saved_by_ref(struct view *v, struct arena *a, const char *ref, struct saved_reply *out);
enum rc saved_save(struct tx *tx, struct saved_reply *x, int64_t by_agent, int64_t now); /* id 0: a new one */
enum rc saved_delete(struct tx *tx, int64_t id);

/* What must not lie open in it, as it stands there: a card or identity number, or else a code or password; NULL:
 * nothing. `code`: it is of those that customers may be meant to read (the code of a door). An IBAN may be the
 * company's own. Pure. */
const char *saved_secret(struct arena *a, const char *text, bool *code);

/* What a saved reply's variables stand for; empty is "not known", which gives the neutral form of the language. */
struct saved_values {
    const char *lang, *customer_address, *customer_call_name, *customer_name, *agent_self, *agent_name,
        *agent_particle, *conversation_ref, *company;
};
/* {customer.address} {customer.call_name} {customer.name} {agent.self} {agent.name} {polite} {ref} {company}.
 * An unknown variable stays as it is, so that the agent sees it. Pure. */
char *saved_fill(struct arena *a, const char *body, const struct saved_values *values);
/* Their names without braces, in the order above. */
enum { SAVED_VARIABLES = 8 };
const char *saved_variable(int i);
/* The first thing in braces that looks like a variable and is none, with its braces; NULL: all are known. Pure. */
const char *saved_unknown(struct arena *a, const char *body);

#endif
