/* genuine.h: "is this mail from you?" Anybody may ask, with the reference in a mail's subject and the day on which
 * it came; the answer is yes or no, for a mail that really was sent, and tells nothing else. Every no is the same
 * no: an unknown reference, another day, a mail that never left, a sign that does not fit. */
#ifndef KEPT_DESK_GENUINE_H
#define KEPT_DESK_GENUINE_H

#include "base/arena.h"
#include "store/store.h"

#include <stdbool.h>

enum { GENUINE_TYPED_MAX = 80 /* code points */ };

/* ---- rules (pure) ---- */

/* What somebody copied out of a subject: "[#K7QX2P-ab12cd34]", "K7QX2P-ab12cd34", " #k7qx2p ". `ref` in capitals,
 * `tag` in small letters, "" when it was left out. False: no reference of ours looks like this. */
enum { GENUINE_REF_SIZE = 9, GENUINE_TAG_SIZE = 9 };
bool genuine_read(const char *typed, char ref[GENUINE_REF_SIZE], char tag[GENUINE_TAG_SIZE]);
/* From when until before when a mail of the day that begins at `day` may have gone: people far away, and mails sent
 * around midnight, have another date; so that day, the one before and the one after, in the account's zone. */
void genuine_span(const char *zone, int64_t day, int64_t *from, int64_t *to);

/* ---- asking ---- */

/* *yes: a mail of that conversation was sent in that span. Never RC_NONE: not known is no. */
enum rc genuine_ask(struct view *v, struct arena *a, const char *typed, const char *zone, int64_t day, bool *yes);

#endif
