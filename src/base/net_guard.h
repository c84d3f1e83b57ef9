/* net_guard.h: may this program connect to that address, when somebody else has named it?
 * Asked at the moment of connecting, with the address that the name has become: a name that is harmless when it is
 * looked at and ours when it is connected to (DNS rebinding) gains nothing, nor do 0x7f.1, ::ffff:10.0.0.1 or a
 * redirect. For every connection whose target comes from a user: mail servers, pictures in mails, webhooks,
 * previews. With libcurl: channel/outside.h, which does it for HTTP.
 *
 * The operator may open networks of her own in kept.conf (`open_networks`); nothing opens NET_NEVER. */
#ifndef KEPT_BASE_NET_GUARD_H
#define KEPT_BASE_NET_GUARD_H

#include "base/arena.h"
#include "base/rc.h"

#include <stdbool.h>
#include <sys/socket.h>

enum net_scope {
    NET_PUBLIC,
    NET_PRIVATE, /* this machine, its network, its organisation's */
    NET_NEVER,   /* where clouds keep the machine's own credentials; several receivers; nobody */
};

/* Where an address lies, whatever notation or tunnel it came in: IPv4 inside IPv6 (mapped, NAT64) is judged as what
 * it is. Families other than IPv4 and IPv6 are NET_NEVER. Pure. */
enum net_scope net_scope_of(const struct sockaddr *addr);

/* Who wants to connect. */
enum net_use {
    NET_FETCH, /* HTTP to what a user or a mail names: public addresses and open networks */
    NET_MAIL,  /* a mail server or sign-in server that an admin names: private ones too, unless the operator closed
                  that */
};

enum { NET_OPEN_MAX = 16 };
/* Plain, so that it can be handed to a child. */
struct net_guard {
    bool mail_public_only;
    int open_n;
    struct net_network {
        uint8_t address[16]; /* IPv4 as ::ffff:a.b.c.d */
        int bits;            /* of the 128 that must agree */
    } open[NET_OPEN_MAX];
};

/* `open`: addresses or networks ("10.1.0.0/16 fd12::/16 192.168.7.9") separated by blanks or commas;
 * `mail_servers`: "anywhere" or "public". RC_INVALID: *why (arena) says which word. */
enum rc net_guard_read(struct arena *a, const char *open, const char *mail_servers, struct net_guard *out,
                       const char **why);
/* Pure. */
bool net_guard_allows(const struct net_guard *g, enum net_use use, const struct sockaddr *addr);

/* This program's own, set once before threads start; until then only public addresses are open, and private ones to
 * mail. */
void net_guard_set(const struct net_guard *g);
const struct net_guard *net_guard(void);

#endif
