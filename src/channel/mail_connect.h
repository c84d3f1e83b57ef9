/* mail_connect.h: opens a connection to a mail server by libcurl: name, TLS with its certificate, sign-in.
 * Called in the child (channel/imap_child.c); curl_global_init first. */
#ifndef KEPT_CHANNEL_MAIL_CONNECT_H
#define KEPT_CHANNEL_MAIL_CONNECT_H

#include "desk/mailbox.h"

#include <curl/curl.h>

/* Why it did not work; NULL: it did. Static: "away", "sign_in", "certificate", "no_tls", "address", "protocol".
 * `words`: the server's last line, or libcurl's sentence; at most `room` bytes, as it came.
 * *out: signed in, for curl_easy_send and curl_easy_recv; NULL when it did not work. */
const char *mail_connect(const struct mail_server *s, enum mail_protocol protocol, int64_t timeout_ms, CURL **out,
                         char *words, size_t room);

#endif
