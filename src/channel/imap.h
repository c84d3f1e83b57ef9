/* imap.h: mail in from mailboxes: each enabled e-mail inbox with IMAP settings is read by a child process of its
 * own.
 *
 *   mail server ⇄ child (kept imap: libcurl opens, imap_session fetches) → socket → thread here →
 * email_accept_fetched ← \Seen or MOVE, only after COMMIT ← acknowledged ←──────────────────────────────┘ raw mails
 * + mark, one transaction
 *
 * New mail is told by IDLE, begun anew every poll_ms, which is also when the folder is looked at in any case;
 * servers without IDLE are asked four times as often. Mails come in the order of their numbers; after a stop of
 * whatever kind reading goes on at the mark, and what comes twice is found by its digest. When the server has
 * renumbered the folder (UIDVALIDITY), all of it is read again. A mail over EMAIL_SIZE_MAX, and one that the server
 * does not hand over or that ends the connection IMAP_TRIES times, is taken in as its header, or nothing, with a
 * note that the mail itself is still in the mailbox; it is left unread there.
 *
 * Settings are looked at every second: a changed one is connected anew at once. What is wrong with a mailbox is in
 * inbox.trouble, and goes when it works again:
 *   imap_settings     they do not open, or mail_server_flaw
 *   imap_away         no connection, closed, or no answer; told at the second failure in a row
 *   imap_sign_in      the server does not take user and password
 *   imap_certificate  the server's certificate is not to be trusted, or for another name
 *   imap_no_tls       the server does not speak TLS as it is set
 *   imap_address      the host is not a name or address that may be connected to
 *   imap_no_folder    the server does not open the folder
 *   imap_protocol     what the server says is not IMAP, or over a limit
 *   imap_oauth_…      no access token is to be had: channel/mail_oauth.h
 *   imap_move         fetched mails are not moved to the folder that was asked for; they are read all the same */
#ifndef KEPT_CHANNEL_IMAP_H
#define KEPT_CHANNEL_IMAP_H

#include "store/store.h"

#include <stdbool.h>
#include <sys/types.h>

enum { IMAP_TRIES = 5 };

/* 0 in a field is its default. */
struct imap_options {
    bool alone; /* no other program reads mailboxes into this store: old leases are taken over at once (SQLite) */
    int64_t poll_ms;    /* 4 min, at most 28 min: how often a folder is looked at in any case */
    int64_t answer_ms;  /* 60 s: how long a server may take for an answer */
    int64_t pause_ms;   /* 2 s: after the first failure; doubles up to 5 min (sign-in: from 30 s up to 15 min) */
    int64_t lease_ms;   /* 30 s: how long a mailbox stays with a program that has died */
    const char *holder; /* of leases, the same after a restart (store/node.h); NULL: a new one each time */
    int64_t look_ms;    /* 1 s: how often settings are looked at */
};

struct imap;
/* Starts reading; `options` NULL: the defaults. After curl_global_init and before requests are served. */
struct imap *imap_start(struct store *s, const struct imap_options *options);
/* Ends children and threads; what was not committed comes again at the next start. NULL is fine. */
void imap_stop(struct imap *m);

/* The process that reads this inbox's mailbox; 0: none now. For doctor and tests. */
pid_t imap_child(struct imap *m, int64_t inbox_id);

/* `kept imap`: the child's side; speaks on descriptor 0 and returns the exit code. */
int imap_child_main(void);

#endif
