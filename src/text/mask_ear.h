/* mask_ear.h: hears what a number or a word is from how it is spoken of, where no rule knows the words: a security
 * code of a card, a PIN, a one-time code, a password, or nothing of the kind. The weights are made in each build by
 * tools/mask_train.c from the project's own sorted texts (test/rules/mask.LANG.jsonl, secrets.LANG.jsonl); nothing
 * is learned from customers. For the mask_*.c files and the trainer only. */
#ifndef KEPT_TEXT_MASK_EAR_H
#define KEPT_TEXT_MASK_EAR_H

#include "text/mask_find.h"

enum heard { HEARD_NOTHING, HEARD_CVV, HEARD_PIN, HEARD_OTP, HEARD_PASSWORD, HEARD };

/* What may be a secret: digits, also in groups ("482 913") or spoken ("four eight two one"); letters and digits
 * ("G-482913", "Sunny#2024"); beside a word for passwords any other word, and several together. Longer ones first
 * where they overlap. */
struct mask_candidate {
    size_t start, end;
};
enum { MASK_CANDIDATES_MAX = 200 };
struct mask_candidates {
    size_t n;
    struct mask_candidate *at;
    unsigned labels;               /* of the whole text, as bits */
    float sure_digits, sure_words; /* how clearly one must be heard, set by mask_hints */
    size_t n_hints;
    struct mask_label_at *hints; /* the words of HINT_LABELS */
};
/* Of what is not taken. `common`: see below; NULL when nothing was learned. */
struct mask_candidates mask_candidates(const struct mask_scan *s, const uint8_t *common);
/* The end of a digit that is spoken: "four", "bốn", "四", "สี่"; or 0. */
size_t mask_spoken_digit(const struct mask_scan *s, size_t i);
/* Do these words follow a name that is said of several ("passphrase"), in its sentence? */
bool mask_is_told_phrase(const struct mask_scan *s, const struct mask_candidate *c);
/* Finds the hints too, and whether anything names a secret. */
void mask_hints(const struct mask_scan *s, struct mask_candidates *all);
float mask_sure_of(const struct mask_scan *s, const struct mask_candidates *all, size_t k); /* of the k-th */

/* What is compared: the words around it with their distance and order, its shape, what the text names, as places
 * in the table of weights. */
enum { MASK_EAR_BITS = 18, MASK_EAR_PLACES = 1 << MASK_EAR_BITS, MASK_EAR_MARKS_MAX = 600 };
struct mask_marks {
    size_t n;
    uint32_t at[MASK_EAR_MARKS_MAX];
};
bool mask_is_capital(const struct mask_scan *s, size_t i); /* of A to Z, as it was written */

/* Words that many texts say, a bit each by its hash: hardly anybody takes one for a password. */
enum { MASK_COMMON_BITS = 17, MASK_COMMON_BYTES = (1 << MASK_COMMON_BITS) / 8 };
size_t mask_common_place(const struct mask_scan *s, size_t start, size_t end); /* the word's bit */
void mask_marks(const struct mask_scan *s, const struct mask_candidates *all, size_t k, const uint8_t *common,
                struct mask_marks *out);

struct mask_ear_table {
    const int8_t *weights; /* [MASK_EAR_PLACES][HEARD]; NULL: nothing was learned, and `common` is NULL too */
    float scale, bias[HEARD];
    const uint8_t *common; /* [MASK_COMMON_BYTES] */
};
extern const struct mask_ear_table mask_ear_table;

/* How likely each is, together 1. */
void mask_hear(const struct mask_ear_table *table, const struct mask_marks *marks, float share[HEARD]);

/* What is heard at least so clearly is masked, where something names a code, a lock, a log-in or a card, and where
 * nothing does ("the text says 5526"); what a rule found but sounds less like a secret than `mask_deaf` is left
 * open. All were chosen with texts left out (tools/mask_train.c --try). */
extern const float mask_sure, mask_sure_unnamed, mask_deaf;

#endif
