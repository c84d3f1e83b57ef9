/* idempotency.h: what a request with an Idempotency-Key was answered, so that the same one sent again has no second
 * effect and is told the same. Kept for a day, in the transaction of the effect: both are there, or neither. */
#ifndef KEPT_DESK_IDEMPOTENCY_H
#define KEPT_DESK_IDEMPOTENCY_H

#include "base/secret.h"
#include "store/store.h"

enum { IDEMPOTENCY_KEY_MAX = 200 };
static const int64_t IDEMPOTENCY_MS = 24 * 3600 * (int64_t)1000;

struct idempotency {
    int64_t token_id; /* keys are each token's own; 0: of customers' forms */
    const char *key;
    uint8_t request[SHA256_SIZE]; /* of everything that the request asks for */
    int status;                   /* … and what it was answered */
    const char *answer;
    int64_t at; /* … and when */
};

/* RC_NONE: the key is new, or older than a day. RC_OK: status, answer and at are filled. RC_CONFLICT: so they are,
 * of another request with this key. */
enum rc idempotency_find(struct view *v, struct arena *a, struct idempotency *x, int64_t now);
/* Also sweeps what is older than a day. */
enum rc idempotency_keep(struct tx *tx, const struct idempotency *x, int64_t now);
/* What is older than a day, also of a token that writes no more. */
enum rc idempotency_tidy(struct tx *tx, int64_t now);
/* Forgets this one: the key is free for another request. */
enum rc idempotency_drop(struct tx *tx, const struct idempotency *x);
/* Forgets every answer that names one of these references: what it says of a customer who is erased. */
enum rc idempotency_forget(struct tx *tx, const char *const *refs, int n);

#endif
