/* reply_rules.h: what may hurt in a reply, before it is sent. Pure: text and what is known in, findings out.
 * Most rules are in lang/rules/LANG.rules; here are those that need to know the conversation. They are silent when
 * what they need is NULL or empty: without knowing, nothing is said. A polite, fair reply gives no finding. */
#ifndef KEPT_TEXT_REPLY_RULES_H
#define KEPT_TEXT_REPLY_RULES_H

#include "text/promise_find.h"
#include "text/rules.h"

struct reply_words { /* a word and what to say instead, or why */
    const char *word, *instead;
};

struct reply_context {
    const char *asked;          /* the customer's last turn, for `unanswered` and `address` */
    const char *const *earlier; /* our earlier replies in this conversation, for `script_repetition` */
    size_t n_earlier;
    const char *const *known; /* what the customer has told: "order", "phone", "email", "address", "name" */
    size_t n_known;
    bool identity_check;        /* asking again is the check itself: `asks_again` is silent */
    const char *const *foreign; /* values of other people that must not go out, for `leak` */
    size_t n_foreign;
    const char *const *own; /* values of this customer that may, though they look private */
    size_t n_own;
    const char *const *stale; /* sentences of article versions that have been replaced, for `stale_article` */
    size_t n_stale;
    const struct reply_words *glossary; /* wrong word → right word */
    size_t n_glossary;
    const struct reply_words *granted; /* words of what the published policy grants → the policy's name */
    size_t n_granted;
    const char *customer_address; /* "anh", "chị", "คุณ", "您"…: how this customer is addressed */
    const char *agent_particle;   /* "ค่ะ" or "ครับ" */
    bool needs_prevention; /* "it will not happen again" would stand alone: nothing is linked that keeps it from
                            * happening, for `no_repeat` */
    bool in_public;        /* anybody can read the answer */
    bool chat;             /* live: a promise of up to 30 minutes is a short word, `bare_promise` is silent */
};

struct finding {
    const char *rule;    /* "blame"; static for the life of the process */
    size_t start, end;   /* code points, end exclusive */
    const char *message; /* why, in the language of the reply */
    const char *better;  /* how to say it; may be NULL */
    enum rule_strength strength;
};
struct findings {
    size_t n;
    struct finding *at; /* by start, one per rule and sentence; in the arena */
};

/* `p`, `whens` and `hits` of the same text (`text` is the original of `p`); `context` may be NULL. */
struct findings reply_check(struct arena *a, const char *text, size_t len, const struct prose *p,
                            const struct whens *whens, const struct rule_hits *hits,
                            const struct reply_context *context);

/* Findings and promises of a text in one go. */
struct reply_reading {
    enum lang lang;
    struct findings findings;
    struct promises_found promises;
};
struct reply_reading reply_read(struct arena *a, enum lang lang, const char *text, size_t len,
                                const struct when_frame *f, const struct reply_context *context);

#endif
