/* mail_oauth.h: the access token for a mail server whose sign-in is MAIL_OAUTH: the one at hand, or a new one from
 * the provider (RFC 6749, section 6), asked for before the old one ends and when a server has refused it. */
#ifndef KEPT_CHANNEL_MAIL_OAUTH_H
#define KEPT_CHANNEL_MAIL_OAUTH_H

#include "desk/mailbox.h"
#include "store/store.h"

enum { MAIL_OAUTH_MS = 15 * 1000 /* for the provider's answer */ };

/* Makes a MAIL_OAUTH server one with MAIL_BEARER and a token (arena); leaves others alone. `refused`: the token
 * that the mail server would not take, or NULL. Blocks; on no transaction. RC_OK, or not, with why->code:
 *   oauth_revoked   the provider no longer takes the refresh token: somebody must allow it again
 *   oauth_client    it does not take the client's id or secret, or not this way
 *   oauth_away      it does not answer now
 *   oauth_protocol  what it says is no answer
 *   oauth_address   its address may not be connected to
 * and why->words, what it said. */
enum rc mail_oauth_sign_in(struct store *s, struct arena *a, struct mail_server *server, const char *refused,
                           struct mailbox_answer *why);

#endif
