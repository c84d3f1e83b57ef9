/* message.h: one message of a conversation: the customer's, ours, a bot's, or an internal note.
 *
 * Ours:  queued ──send_at passes, job──▶ sending ──▶ sent ──bounce──▶ failed
 *           │ undo                          │ 5xx ──▶ failed ──try again──▶ queued
 *           ▼                               └ away ──▶ queued (later)
 *        cancelled
 * Ours in the chat: sent ──visitor_here──▶ seen
 *                     └ not seen in time, and there is an address: reply_by_mail ──▶ queued, as above
 * Customers' and notes: received. */
#ifndef KEPT_DESK_MESSAGE_H
#define KEPT_DESK_MESSAGE_H

#include "desk/event.h"
#include "store/store.h"

#include <stdbool.h>

enum {
    PREVIEW_MAX = 140, /* bytes of the list's one line */
    BODY_MAX = 512 * 1024,
    CARRIED_MAX = 50, /* lines of a chat in one mail, besides the last */
};

struct message {
    int64_t id, conversation_id, home_id, agent_id, contact_id, state_at, send_at, created_at;
    const char *ref, *kind, *channel; /* kind: customer, agent, note, bot; channel: email, form, chat, api */
    const char *body, *quoted;
    const char *state, *state_reason;
    const char *mail_id, *mail_references, *mail_from, *mail_to, *mail_cc;
    const char *auto_kind;
    const char *courtesy; /* thanks (hers), placeholder (ours): said, and no clock moved; "" anything else */
    int64_t turn_id;      /* the message that this one goes on with (desk/turn.h); 0: it begins a turn */
    int64_t mail_with;    /* the message whose mail carries this one too; 0: its own mail, or none */
    const char *agent_name, *contact_name, *agent_ref, *contact_ref; /* on loading */
    bool erased;                           /* its words were taken out for good: desk/erase.h */
    bool has_html, unverified, incomplete; /* incomplete: a limit cut something off; the raw mail has it */
    int masked;
    const struct attachment *files; /* by message_files alone */
    int files_n;
};

struct attachment {
    int64_t id, message_id, blob_id, size;
    const char *ref, *name, *type, *content_id;
    bool inline_shown;
    int64_t sensitive_at, dropped_at; /* shown only after a look, and removed: desk/sensitive.h; 0: not so */
    struct bytes bytes;               /* only on adding */
};

enum rc message_load(struct view *v, struct arena *a, int64_t id, struct message *out);
enum rc message_by_ref(struct view *v, struct arena *a, const char *ref, struct message *out);
/* The newest message with this Message-ID header. */
enum rc message_by_mail_id(struct view *v, struct arena *a, const char *mail_id, struct message *out);
/* Oldest first; those after `after_id` (0: from the start), at most max. Cancelled ones are left out. */
enum rc message_list(struct view *v, struct arena *a, int64_t conversation_id, int64_t after_id, int max,
                     struct message **out, int *n);
/* The newest `max` before `before_id` (0: the newest of all), oldest first. */
enum rc message_page(struct view *v, struct arena *a, int64_t conversation_id, int64_t before_id, int max,
                     struct message **out, int *n);
/* The newest message that the customer sent by mail: what an answer refers to. RC_NONE: there is none. */
enum rc message_last_of_customer(struct view *v, struct arena *a, int64_t conversation_id, struct message *out);
enum rc message_html(struct view *v, struct arena *a, int64_t id, const char **html);

/* Adds it as it is; id and ref are filled when 0. The conversation's counters are the caller's. */
enum rc message_add(struct tx *tx, struct message *m);
enum rc message_add_html(struct tx *tx, int64_t message_id, const char *html);
/* May it still be taken back? Not once it was tried, even if it waits for a mail server: she may see it by then.
 * Pure. */
bool message_may_be_undone(const struct message *m, int64_t now);
/* RC_CONFLICT when it is no longer in the state `from`. */
enum rc message_set_state(struct tx *tx, struct message *m, const char *from, const char *to, const char *reason,
                          int64_t send_at, int64_t now);

/* Gives the messages that this one's mail carries along its state; see reply_by_mail. */
enum rc message_carry_state(struct tx *tx, const struct message *m, int64_t now);
/* Those messages, oldest first. */
enum rc message_carried(struct view *v, struct arena *a, int64_t id, struct message **out, int *n);

/* What the mail that carries it says of itself; stored before it is sent. */
enum rc message_set_mail(struct tx *tx, int64_t id, const char *mail_id, const char *references, const char *from);

enum rc attachment_add(struct tx *tx, int64_t message_id, struct attachment *x, int64_t now);
enum rc attachment_list(struct view *v, struct arena *a, int64_t message_id, struct attachment **out, int *n);
/* The files of these messages of one conversation, oldest first, into their `files`: one query for all of them. */
enum rc message_files(struct view *v, struct arena *a, struct message *list, int n);
enum rc attachment_by_ref(struct view *v, struct arena *a, const char *ref, struct attachment *out);

/* The first line with a letter in it, at most PREVIEW_MAX bytes. Pure. */
char *message_preview(struct arena *a, const char *body);

#endif
