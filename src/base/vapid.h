/* vapid.h: how we name ourselves to push services (RFC 8292): a token signed by ES256 with a key of ours, which a
 * browser was told when it subscribed, so that nobody else can push to it.
 *
 * The key pair is drawn from secrets/address.key instead of lying in a file of its own: all nodes that share a
 * database have copies of that already, so after an update they have the same key without anybody copying anything.
 * After secret_load. */
#ifndef KEPT_BASE_VAPID_H
#define KEPT_BASE_VAPID_H

#include "base/arena.h"

#include <stdint.h>

enum { VAPID_LIFE_S = 12 * 3600 /* of a token; services refuse more than 24 hours */ };

/* The public key as browsers want it: an uncompressed point of P-256 in base64url, 87 letters. */
char *vapid_public_key(struct arena *a);
/* "vapid t=…, k=…", for Authorization. `audience`: scheme and host of the push service; `contact`: an https: or
 * mailto: address of whoever runs this program; NULL: none is told. */
char *vapid_authorization(struct arena *a, const char *audience, const char *contact, int64_t now);

#endif
