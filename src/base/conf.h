/* conf.h: how one program is set up: options, then environment (KEPT_…), then kept.conf in the data directory, then
 * the default; the first that says something counts. One typed table (conf.c); everything else is in the settings
 * table. */
#ifndef KEPT_BASE_CONF_H
#define KEPT_BASE_CONF_H

#include "base/arena.h"
#include "base/rc.h"

enum conf_key {
    CONF_DATA,             /* the data directory */
    CONF_LISTEN,           /* HOST:PORT */
    CONF_STORE,            /* postgresql://…; empty: SQLite in the data directory */
    CONF_ORIGIN,           /* https://help.example.com, as customers and agents see us */
    CONF_TRUSTED_PROXY,    /* the address of nginx or Caddy in front */
    CONF_MAIL_SOCKET_MODE, /* octal: 660, or 666 where the mail server runs as another user */
    CONF_LOG,              /* debug info warn error */
    CONF_OPEN_NETWORKS,    /* private addresses that may be asked: base/net_guard.h */
    CONF_MAIL_SERVERS,     /* anywhere, or public */
    CONF_NODE_NAME,        /* of this program among several on one database; empty: the machine's */
    CONF_LEASE,            /* seconds: how long what a node had in hand stays with it when it is gone */
    CONF_SANDBOX,          /* on or off, for the server itself */
    CONF_KEYS,
};

struct conf {
    const char *values[CONF_KEYS]; /* never NULL; "" when not set */
};

/* `options[key]` are from the command line; NULL: not given. On RC_INVALID *why names file, line and what is wrong.
 */
enum rc conf_load(struct arena *a, const char *const options[CONF_KEYS], struct conf *out, const char **why);

const char *conf_name(enum conf_key key);  /* "trusted_proxy": in kept.conf; KEPT_TRUSTED_PROXY; --trusted-proxy */
const char *conf_about(enum conf_key key); /* one English sentence */

#endif
