/* mail_grant.h: what a mailbox's refresh token (MAIL_OAUTH) has become: the access token that works now, and the
 * refresh token that came with it where the provider gives a new one each time. Shared by all nodes, and by the
 * servers for mail in and out when they were given the same grant. Typing another refresh token begins anew.
 *
 *   none ──take──▶ renewing ──save──▶ good until renew_at ──take──▶ renewing …
 *                     └ give_back, or the lease runs out ▶ as before */
#ifndef KEPT_DESK_MAIL_GRANT_H
#define KEPT_DESK_MAIL_GRANT_H

#include "base/secret.h"
#include "desk/mailbox.h"
#include "store/store.h"

enum { MAIL_GRANT_LEASE_MS = 60 * 1000 };

struct mail_grant {
    uint8_t key[SHA256_SIZE];
    const char *access_token; /* "": none yet */
    const char *refresh_token;
    int64_t renew_at;
};

/* As it is now; one that was never used has the server's own refresh token. */
enum rc mail_grant_load(struct view *v, struct arena *a, const struct mail_server *server, struct mail_grant *out);
/* Is this access token worth trying? `refused`: the one that a server would not take; may be NULL. Pure. */
bool mail_grant_is_good(const struct mail_grant *g, const char *refused, int64_t now);
/* For asking the provider for a new one. RC_CONFLICT: somebody else asks just now. */
enum rc mail_grant_take(struct tx *tx, const struct mail_grant *g, int64_t now);
/* What the provider gave, for `lives_ms` (0: not told). */
enum rc mail_grant_save(struct tx *tx, struct mail_grant *g, int64_t lives_ms, int64_t now);
enum rc mail_grant_give_back(struct tx *tx, const struct mail_grant *g);

#endif
