/* site.h: the websites that show the widget of an inbox of kind chat: which they are, and whom they vouch for.
 * A visitor is somebody whom nobody knows until the site proves who she is, with the secret that only its server
 * and we hold; nothing that the browser alone says makes her known. */
#ifndef KEPT_DESK_SITE_H
#define KEPT_DESK_SITE_H

#include "desk/inbox.h"

#include <stdbool.h>

enum {
    SITE_PROOF_LIFE_MS =
        15 * 60 * 1000,       /* a token that lives longer is refused: it would work long after a sign-out */
    SITE_SKEW_MS = 60 * 1000, /* the site's clock may be so far ahead of ours */
    SITE_ID_MAX = 200,        /* bytes of the site's own name for a user */
};

/* Is `origin` ("https://shop.example") one of the lines of `sites`? Letter case, a slash at the end and the usual
 * port make no difference; anything else does. Pure. */
bool site_allows(const char *sites, const char *origin);
/* NULL, or the first line of `sites` that is no origin. Pure; lives in the arena. */
const char *site_list_flaw(struct arena *a, const char *sites);

/* A new secret, for the site's server; *sealed goes into inbox.site_secret. Shown once. */
char *site_secret_new(struct arena *a, struct bytes *sealed);
/* RC_NONE: the inbox has none. */
enum rc site_secret_open(struct arena *a, const struct inbox *inbox, const char **secret);

/* Somebody whom the site knows. */
struct site_user {
    const char *id;           /* the site's own, never empty */
    const char *name, *email; /* "" when not told */
    bool email_vouched;       /* the site has checked that the address is hers */
};

/* A JWT: HS256, sub, aud (the inbox's reference), iat, exp at most SITE_PROOF_LIFE_MS later; also name, email and
 * email_verified. RC_DENIED with *why (static): not_signed, expired, not_yet, lives_too_long, not_for_us,
 * no_subject. Pure but for the arena. */
enum rc site_user_of_token(struct arena *a, const char *token, const char *secret, const char *inbox_ref,
                           int64_t now, struct site_user *out, const char **why);
/* Chatwoot's proof: hex HMAC-SHA-256 of the identifier. It never expires and covers the identifier alone, so that
 * the name is only taken for a name. RC_DENIED as above. */
enum rc site_user_of_hash(struct arena *a, const char *identifier, const char *identifier_hash, const char *secret,
                          struct site_user *out, const char **why);

#endif
