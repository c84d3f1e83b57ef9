/* mailbox.h: how an e-mail inbox reaches its mail servers: settings at rest as sealed JSON in the inbox row. */
#ifndef KEPT_DESK_MAILBOX_H
#define KEPT_DESK_MAILBOX_H

#include "base/buf.h"
#include "base/rc.h"

#include <stdbool.h>

enum mail_security { MAIL_TLS, MAIL_STARTTLS, MAIL_PLAIN /* loopback only */ };

enum mail_protocol { MAIL_IMAP, MAIL_SMTP };

enum mail_auth {
    MAIL_PASSWORD,
    MAIL_BEARER, /* the password is an access token of OAuth 2 (XOAUTH2, OAUTHBEARER) that somebody else renews */
    MAIL_OAUTH,  /* the access token is had from token_url, and renewed: desk/mail_grant.h, channel/mail_oauth.h */
};

enum { MAIL_FOLDER_MAX = 200 /* bytes of its name */ };

/* Texts that are not set may be NULL or "". */
struct mail_server {
    const char *host;
    int port;
    enum mail_security security;
    const char *user, *password; /* "" : no sign-in */
    const char *ca_file;         /* "": the system's; anybody may read it, for the child is nobody */
    enum mail_auth auth;
    const char *token_url, *client_id, *client_secret, *refresh_token, *scope; /* MAIL_OAUTH */
    const char *folder;  /* IMAP: the one that is read; "": INBOX */
    const char *move_to; /* IMAP: where mails go once they are stored here; "": they stay, marked as seen */
};

struct bytes mail_server_seal(struct arena *a, const struct mail_server *s);
/* RC_NONE when `sealed` is empty; RC_BROKEN when it does not open. */
enum rc mail_server_open(struct arena *a, struct bytes sealed, struct mail_server *out);
/* The same as plain JSON, to hand it to a child. The reader's texts are never NULL. RC_BROKEN: it is not that. */
void mail_server_write(struct buf *out, const struct mail_server *s);
enum rc mail_server_read(struct arena *a, struct bytes json, struct mail_server *out);
/* NULL, or what is wrong with it: "host", "port", "plain" (unencrypted beyond this machine), "folder", "move_to",
 * "user" (none, and a token is somebody's), "token_url" (https, or on this machine), "client_id", "refresh_token".
 * Pure.
 */
const char *mail_server_flaw(const struct mail_server *s);
/* "password" "bearer" "oauth" */
const char *mail_auth_name(enum mail_auth auth);
bool mail_auth_named(const char *name, enum mail_auth *out);
/* "tls" "starttls" "plain" */
const char *mail_security_name(enum mail_security s);
bool mail_security_named(const char *name, enum mail_security *out);

/* What came of trying it (by a channel: the desk itself connects to nothing). */
struct mailbox_answer {
    const char *code; /* "": it works; else the trouble code that the inbox would get: imap_sign_in, smtp_away … */
    const char *words; /* what the other side said last, as a line of clean text in its own language; may be "" */
};

#endif
