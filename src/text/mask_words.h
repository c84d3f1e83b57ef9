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
};

/* Words that say something of a code and name no number. */
static inline bool mask_label_is_aside(enum mask_label label) { return label >= LABEL_PLACE; }

struct mask_label_at {
    enum mask_label label;
    size_t start, end; /* places in the folded text */
};

/* The longest words at each place, in order, never overlapping; at most `room`. Returns how many. */
size_t mask_words_find(const uint32_t *lower, const uint32_t *bare, size_t n, struct mask_label_at *to,
                       size_t room);
/* Is a word of this label anywhere? Cheaper than finding all. */
bool mask_words_any(enum mask_label label, const uint32_t *lower, const uint32_t *bare, size_t n);

#endif
