/* intake.h: the one way in. Whatever arrives, by mail, form, chat or API, becomes a `struct inbound` in its
 * channel's adapter and is accepted here, in one transaction: seen before? → contact → which conversation → mask →
 * message → status and clock → attachments → event Nothing that was accepted is lost, and the same message
 * delivered twice is one message. */
#ifndef KEPT_DESK_INTAKE_H
#define KEPT_DESK_INTAKE_H

#include "desk/conversation.h"
#include "desk/message.h"
#include "store/store.h"

struct inbound {
    const char *channel; /* email, form, chat, api */
    int64_t inbox_id;
    int64_t raw_id;               /* row of `inbound` that this was read from; 0: none */
    int64_t contact_id;           /* the channel knows who writes; 0: whoever is known by: */
    const char *from_kind, *from; /* email, phone, site; folded by contact_fold */
    const char *from_name;
    const char *lang; /* as the sender or her browser states it; NULL: by the text (text/language.h) */
    const char *subject, *body, *quoted, *html;
    const char *to, *cc;
    /* Which conversation, strongest first. The adapter has checked the signatures of the first two. */
    const char *token_ref;        /* short reference from a signed address or subject token */
    const char *const *mail_refs; /* In-Reply-To, then References from the last to the first */
    int mail_refs_n;
    const char *conversation_ref; /* the channel knows (chat, case page) */
    const char *mail_id;
    const char *auto_kind, *auto_reason; /* "", auto_reply, list, bounce: visible, but moves nothing */
    const char *unreadable;              /* why it could not be read; NULL: it could */
    struct attachment *parts;
    int parts_n;
    bool incomplete; /* a limit cut something off */
    bool no_answer;  /* no machine may answer it */
    int64_t sent_at; /* as the sender says; 0 unknown */
};

struct intake_result {
    struct conversation conversation;
    struct message message;
    bool is_new; /* a conversation was made */
    bool seen;   /* the same message was there already: nothing was done */
};

/* RC_OK also for a message seen before. RC_INVALID: neither text nor part nor reason. */
enum rc intake_accept(struct tx *tx, const struct inbound *in, int64_t now, struct intake_result *out);

/* What a bounce says of one of our messages: it is shown there, and the conversation opens for its owner. */
struct bounce {
    int64_t raw_id;          /* row of `inbound` */
    const char *message_ref; /* from the signed bounce address, checked; or NULL and then: */
    const char *mail_id;     /* the Message-ID that came back */
    bool permanent;          /* 5.x; else a delay: noted only */
    const char *status, *diagnostic;
};
/* RC_NONE: no such message of ours; then it is accepted like any other mail. */
enum rc intake_bounce(struct tx *tx, const struct bounce *b, int64_t now);

/* ---- raw bytes, before anything is understood of them ---- */

struct raw_mail {
    int64_t id, blob_id, inbox_id;
    int attempts;
    const char *recipient; /* of the envelope; "" when not known */
    bool done;
};

/* Keeps the bytes and adds the job that reads them. `hash` is of the mail without what its way added, so the same
 * mail by another way is found: *id is then the row that was there, and RC_DUPLICATE. inbox_id 0: not known yet. */
enum rc intake_keep_raw(struct tx *tx, const char *channel, struct bytes raw, const uint8_t hash[32],
                        const char *recipient, int64_t inbox_id, int64_t now, int64_t *id);
/* For the job: counts the attempt. */
enum rc intake_take_raw(struct tx *tx, int64_t id, struct raw_mail *out);

#endif
