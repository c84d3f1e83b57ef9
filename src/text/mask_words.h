/* mask_words.h: the words that say what a number is ("order no.", "mã OTP", "验证码"), for mask.c only. */
#ifndef KEPT_TEXT_MASK_WORDS_H
#define KEPT_TEXT_MASK_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mask_label {
    LABEL_NONE,
    LABEL_CARD,
    LABEL_CVV,
    LABEL_PIN,
    LABEL_OTP,
    LABEL_PASSWORD,
    LABEL_ID,    /* an identity document of any country */
    LABEL_CMND,  /* the nine-digit Vietnamese card among them */
    LABEL_OTHER, /* an order, a parcel, an invoice: the number stays */
    LABEL_PHONE,
    LABEL_ACCOUNT, /* bank account: says nothing against a card number */
    LABEL_BOOKING, /* LABEL_OTHER, and its "confirmation code" is no one-time code */
    LABEL_PLACE,   /* of a journey too, but no number is called so: "hotel"; or a turn of speech: "just in case" */
    LABEL_CODE,    /* a code of any kind; a one-time code when it was sent */
    LABEL_SENT,    /* speaks of messages and of proving who one is */
    LABEL_GOT,     /* says that a code was sent or read out when it stands right beside it */
    LABELS,
    /* Only for the ear (mask_ear.h): kinds of words that people tell a secret with, or something else. */
    HINT_LOGIN = LABELS,
    HINT_ENTER,
    HINT_SENT,
    HINT_TOLD,
    HINT_REFUSED,
    HINT_LOCK,
    HINT_BACK,
    HINT_VERIFY,
    HINT_SECRET,
    HINT_CHANGE,
    HINT_MONEY,
    HINT_THING,
    HINT_TIME,
    HINT_DIGITS,
    HINT_OWN,
    HINT_NAME,
    HINTS_END,
};
enum {
    RULE_LABELS = (1u << LABELS) - 1,
    HINT_LABELS = ((1ull << HINTS_END) - 1) & ~(unsigned long long)RULE_LABELS
};

/* Words that say something of a code and name no number. */
static inline bool mask_label_is_aside(enum mask_label label) { return label >= LABEL_PLACE; }

struct mask_label_at {
    enum mask_label label;
    size_t start, end; /* places in the folded text */
};

/* The longest words of these labels (1u << label) at each place, in order, never overlapping; at most `room`.
 * Returns how many. */
size_t mask_words_find(unsigned labels, const uint32_t *lower, const uint32_t *bare, size_t n,
                       struct mask_label_at *to, size_t room);
/* Is a word of one of these labels anywhere? Cheaper than finding all. */
bool mask_words_any(unsigned labels, const uint32_t *lower, const uint32_t *bare, size_t n);

#endif
