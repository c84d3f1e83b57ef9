/* secret.h: keys, random bytes and what is made of them, all by libsodium.
 * One key per purpose, 32 random bytes in secrets/<purpose>.key (0600) under the data directory, made on
 * first use; a backup of the database without that folder opens neither mails nor the event chain. */
#ifndef KEPT_BASE_SECRET_H
#define KEPT_BASE_SECRET_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"

#include <stdbool.h>
#include <stdint.h>

enum secret_purpose {
    SECRET_CHAIN,   /* HMAC of the event chain */
    SECRET_ADDRESS, /* signed plus addresses, bounce addresses, subject tokens, case links */
    SECRET_SESSION, /* CSRF tokens */
    SECRET_RAW,     /* raw mails at rest */
    SECRET_FILE,    /* attachments at rest */
    SECRET_CONFIG, /* mailbox passwords and tokens, TOTP seeds, links on their way, accounts for refunds, at rest */
    SECRET_PURPOSES,
};

enum { SECRET_KEY_SIZE = 32, SECRET_MAC_SIZE = 32, SECRET_SEAL_EXTRA = 24 + 16, SHA256_SIZE = 32 };

/* Loads (or makes) every key of `data_dir`/secrets. *why (arena) says which file and what to do about it. */
enum rc secret_load(struct arena *a, const char *data_dir, const char **why);

void secret_random(void *to, size_t n);
/* HMAC-SHA-256 under the purpose's key. */
void secret_mac(enum secret_purpose p, struct bytes text, uint8_t mac[SECRET_MAC_SIZE]);
/* The same under a key of somebody else's, which may have any length. */
void hmac_sha256(struct bytes key, struct bytes text, uint8_t mac[SECRET_MAC_SIZE]);
/* The first `chars` (at most 32) base32 letters of the MAC over "label:text": tokens in addresses and links. */
char *secret_tag(struct arena *a, enum secret_purpose p, const char *label, const char *text, int chars);
/* Constant time; false when the lengths differ. */
bool secret_equal(const char *a, const char *b);

/* XChaCha20-Poly1305 with a random nonce in front. `about` is authenticated, not stored. Appends to `out`. */
void secret_seal(enum secret_purpose p, struct bytes plain, struct bytes about, struct buf *out);
/* RC_BROKEN when the bytes were changed, belong to another `about`, or were sealed under another key. */
enum rc secret_open(enum secret_purpose p, struct bytes sealed, struct bytes about, struct buf *out);

void sha256(struct bytes in, uint8_t out[SHA256_SIZE]);
/* Lower-case, without padding, alphabet a-z 2-7 (RFC 4648). */
char *base32(struct arena *a, struct bytes in);
char *hex(struct arena *a, struct bytes in);
char *base64(struct arena *a, struct bytes in); /* with padding */

/* argon2id. At most two run at once in the process, for each takes 64 MiB; callers wait their turn. */
char *secret_password_hash(struct arena *a, const char *password);
bool secret_password_matches(const char *hash, const char *password);

#endif
