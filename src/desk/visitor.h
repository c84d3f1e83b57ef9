/* visitor.h: whoever writes in the chat widget: a browser with a token, and what it may see.
 *
 *   visitor_start ──▶ nobody knows her ──site proves who she is (visitor_start again)──▶ known to the site
 *
 * A visitor sees the one conversation that she is in, and of it what she wrote and what was written to her: never
 * notes, never what belongs to another contact, whatever was merged since. A typed e-mail address is where answers
 * go, no more: it opens nobody's history, and what its owner answers by mail is shown only to somebody whom the
 * site vouches for.
 *
 * Answers reach her like this: while she is there (visitor_is_present) they are shown in the chat at once, without
 * undo, because she waits in front of it. What she has not seen VISITOR_MAIL_AFTER_MS later goes by mail, if she
 * left an address: several lines as one mail; what she saw is not sent twice. When she is away at once, answers are
 * mails from the start. */
#ifndef KEPT_DESK_VISITOR_H
#define KEPT_DESK_VISITOR_H

#include "desk/intake.h"
#include "desk/site.h"

enum {
    VISITOR_PRESENT_MS = 60 * 1000, /* the open widget says so every 25 s */
    VISITOR_MAIL_AFTER_MS = 60 * 1000,
    VISITOR_LIFE_DAYS = 30,   /* unseen for so long, the token ends */
    VISITOR_SILENT_DAYS = 7,  /* who never wrote is forgotten after so many days */
    VISITOR_TEXT_MAX = 10000, /* code points of one message */
    VISITOR_PARTS_MAX = 5,
    VISITOR_MESSAGES_A_MINUTE = 20,
    VISITOR_ADDRESS_MESSAGES_A_MINUTE = 60, /* an office behind one address */
    VISITOR_ADDRESS_STARTS = 20,            /* new visitors from one address … */
    VISITOR_START_WINDOW_MS = 10 * 60 * 1000,
    VISITOR_HISTORY = 200,     /* messages that the widget is given at most */
    VISITOR_WAIT_SAMPLES = 10, /* fewer conversations tell nothing about the wait */
};

struct visitor {
    int64_t id, inbox_id, contact_id, conversation_id, created_at, seen_at;
    const char *identity; /* "": nobody vouches for her */
    const char *email;    /* "": not given */
    const char *address_tag;
};

/* RC_NONE: no such token, or it has ended. */
enum rc visitor_by_token(struct view *v, struct arena *a, const char *token, int64_t now, struct visitor *out);
/* Who is in this conversation by chat (also through one merged into it, if she is known and it is the same
 * contact's); the one seen last. RC_NONE: nobody. */
enum rc visitor_of_conversation(struct view *v, struct arena *a, const struct conversation *c, struct visitor *out);
/* Pure. */
bool visitor_is_present(const struct visitor *visitor, int64_t now);
/* A network address as it may be kept. */
char *visitor_address_tag(struct arena *a, const char *address);

struct visitor_ask {
    const struct inbox *inbox;
    const char *token;            /* that the browser has already, or NULL */
    const struct site_user *user; /* whom the site vouches for, or NULL */
    const char *lang, *address_tag;
};
/* The visitor of the token, or a new one: *token (arena) is then the browser's, otherwise NULL. Somebody whom the
 * site now vouches for keeps the conversation that she began unknown; another user of the same browser gets a new
 * visitor. RC_TOO_MANY: too many new ones from this address. */
enum rc visitor_start(struct tx *tx, const struct visitor_ask *ask, int64_t now, struct visitor *out, char **token);

struct visitor_message {
    const char *body, *lang;
    const char *id; /* the browser's own: 8 to 40 letters and digits. The same one again is the same message */
    struct attachment *parts;
    int parts_n;
};
/* RC_INVALID: nothing in it, or a bad id. RC_TOO_MANY: slower. */
enum rc visitor_say(struct tx *tx, struct visitor *visitor, const struct inbox *inbox,
                    const struct visitor_message *m, int64_t now, struct intake_result *out);
/* Where answers go when she is away; those that she has not seen go there soon. RC_INVALID: not an address. */
enum rc visitor_set_email(struct tx *tx, struct visitor *visitor, const char *email, int64_t now);
/* The widget is open before her eyes; `message_ref`, when there is one, is the last that it shows. */
enum rc visitor_here(struct tx *tx, struct visitor *visitor, const char *message_ref, int64_t now);

/* Forgets browsers that opened the chat and never wrote, some at a time; *more: there may be others. */
enum rc visitor_purge(struct tx *tx, int64_t now, bool *more);

/* Her conversation; RC_NONE: she has not written, or it was merged into what is not provably hers. */
enum rc visitor_conversation(struct view *v, struct arena *a, const struct visitor *visitor,
                             struct conversation *out);
struct visitor_shown {
    struct message *messages;
    int n;
    bool went_by_mail; /* there is more, in her mailbox */
};
/* What she may see, oldest first, after the message `after_ref` (NULL: all). Those of the last two minutes come
 * again: an answer that could still be taken back then may be among them now. */
enum rc visitor_messages(struct view *v, struct arena *a, const struct visitor *visitor, const char *after_ref,
                         int64_t now, struct visitor_shown *out);
/* The reference of the last of her messages that one of us has opened, or NULL. */
enum rc visitor_read_by_us(struct view *v, struct arena *a, const struct visitor *visitor,
                           const char **message_ref);

/* Within what time nine of ten had an answer here in the past seven days; -1: not known. */
enum rc visitor_wait(struct view *v, int64_t inbox_id, int64_t now, int64_t *ms);
/* The rule: the nine-tenth of `n` waits, which it sorts; -1 below VISITOR_WAIT_SAMPLES. Pure. */
int64_t visitor_wait_of(int64_t *waits, int n);

#endif
