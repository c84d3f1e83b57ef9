/* outside.h: HTTP to servers that somebody else has named, by libcurl. Every connection, redirects included, is
 * held against net_guard at the moment it is made. No cookies, no referrer, no credentials but those asked for, no
 * proxy of the environment, https and http only, and of the ports below 1024 only 80 and 443. For whatever asks an
 * address that a user gave: pictures of mails, sign-in servers of mailboxes, webhooks, previews. Blocks: call it on
 * a worker or job thread, after curl_global_init. */
#ifndef KEPT_CHANNEL_OUTSIDE_H
#define KEPT_CHANNEL_OUTSIDE_H

#include "base/buf.h"
#include "base/net_guard.h"
#include "base/rc.h"

#include <curl/curl.h>

struct outside_ask {
    const char *url;
    enum net_use use;
    const char *post;           /* the body; NULL: GET */
    const char *const *headers; /* whole lines, up to a NULL; may be NULL */
    int64_t timeout_ms;         /* from the name to the last byte */
    size_t max;                 /* bytes of the answer's body */
    int redirects;              /* how many are followed */
};

struct outside_answer {
    int status;            /* of HTTP */
    int64_t retry_after_s; /* as it asked us to wait; 0: it did not */
    struct buf *body;      /* the caller's, appended to */
    const char *why;       /* static English, for the log, when it is not RC_OK */
};

/* RC_OK: there is an answer, whatever its status. RC_DENIED: to that address nothing is sent. RC_INVALID: no URL
 * that we speak. RC_TOO_BIG: over `max`. RC_AWAY: no connection, no valid certificate, too slow, too many
 * redirects. */
enum rc outside_fetch(const struct outside_ask *ask, struct outside_answer *out);

/* The picture at `url`, for a reader who asked to see it: 10 s, 5 MB, three redirects, and not many at once
 * (RC_TOO_MANY: try again in a moment). RC_NONE: the server has no such thing. What it is is the caller's to look
 * at.
 */
enum rc outside_picture(const char *url, struct buf *picture);

/* For CURLOPT_OPENSOCKETFUNCTION of libcurl handles made elsewhere; its data is a struct outside_door. */
struct outside_door {
    const struct net_guard *guard;
    enum net_use use;
    bool barred; /* set when an address was refused */
};
curl_socket_t outside_open(void *door, curlsocktype purpose, struct curl_sockaddr *addr);

#endif
