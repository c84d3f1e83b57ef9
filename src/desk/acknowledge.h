/* acknowledge.h: "we have your message": the one mail that a machine writes to a customer, for inboxes that want
 * it. Once for a new conversation by mail or form, in her language, with the reference, what is honestly known of
 * the wait, and the link to her case page (which every mail of ours ends with). It stops no clock and is no answer.
 *
 * It never goes to machines, lists, bounces, spam, addresses behind which nobody reads or our own inboxes, and to
 * nobody twice in ACKNOWLEDGE_PAUSE_MS, so that two of its kind fall silent after one mail each, whatever the other
 * one understands of Auto-Submitted. Its subject is ours: what a stranger wrote is sent to nobody. */
#ifndef KEPT_DESK_ACKNOWLEDGE_H
#define KEPT_DESK_ACKNOWLEDGE_H

#include "base/locale.h"
#include "desk/conversation.h"
#include "desk/inbox.h"

#define ACKNOWLEDGEMENT "acknowledgement" /* message.auto_kind */

enum {
    ACKNOWLEDGE_PAUSE_MS = 24 * 3600 * 1000, /* for each sender */
    ACKNOWLEDGE_HOURLY = 200,                /* for all: more is a flood, and answering it would be another */
};

/* Right after the message that began the conversation; adds to c->message_count, which the caller saves. */
enum rc acknowledge_new(struct tx *tx, const struct inbox *inbox, struct conversation *c, const char *from_kind,
                        const char *from, const char *channel, bool no_answer, int64_t now);
/* Of a sender who is erased: that she had one lately. */
enum rc acknowledge_forget_sender(struct tx *tx, const char *address);
/* Forgets who had one, when the pause is over. *more: there may be more of them. */
enum rc acknowledge_forget(struct tx *tx, int64_t now, bool *more);

/* ---- rules (pure) ---- */

struct acknowledge_case {
    const char *channel, *from_kind; /* email, form … */
    bool no_answer;                  /* the mail itself forbids it, or a machine sent it */
    bool own_address, known_spammer;
    int64_t this_hour; /* sent in the last hour, to anybody */
    bool had_one;      /* within the pause */
};
/* NULL: it goes out; otherwise why not. */
const char *acknowledge_refused(const struct acknowledge_case *x);

struct acknowledge_words {
    const char *short_ref, *zone;
    int64_t wait_ms;  /* within this nine of ten had an answer; below 0: not known */
    int64_t opens_at; /* closed until then; 0: open, or nothing is said about hours */
    int64_t now;
};
/* Markdown, in the arena. */
char *acknowledge_text(struct arena *a, enum locale locale, const struct acknowledge_words *w);

#endif
