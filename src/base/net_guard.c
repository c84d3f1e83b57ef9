#include "base/net_guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* ---- where an address lies ---- */

struct range {
    const char *from;
    int bits;
    enum net_scope scope;
};

/* The first that fits counts. IANA's special-purpose registries, and what clouds have put elsewhere. */
static const struct range v4_ranges[] = {
    {"0.0.0.0", 8, NET_NEVER},          /* "this network": Linux connects 0.0.0.0 to itself */
    {"169.254.0.0", 16, NET_NEVER},     /* link-local; 169.254.169.254 is most clouds' metadata */
    {"168.63.129.16", 32, NET_NEVER},   /* Azure's */
    {"100.100.100.200", 32, NET_NEVER}, /* Alibaba's */
    {"192.0.0.192", 32, NET_NEVER},     /* Oracle's */
    {"10.0.0.0", 8, NET_PRIVATE},       {"100.64.0.0", 10, NET_PRIVATE}, /* carriers' networks */
    {"127.0.0.0", 8, NET_PRIVATE},      {"172.16.0.0", 12, NET_PRIVATE},
    {"192.168.0.0", 16, NET_PRIVATE},   {"192.0.0.0", 24, NET_NEVER},
    {"192.0.2.0", 24, NET_NEVER},    /* for documents */
    {"192.88.99.0", 24, NET_NEVER},  /* 6to4 relays */
    {"198.18.0.0", 15, NET_PRIVATE}, /* measuring networks */
    {"198.51.100.0", 24, NET_NEVER},    {"203.0.113.0", 24, NET_NEVER},
    {"224.0.0.0", 4, NET_NEVER}, /* many receivers */
    {"240.0.0.0", 4, NET_NEVER}, /* reserved, and broadcast */
};

static const struct range v6_ranges[] = {
    {"::1", 128, NET_PRIVATE},      {"::", 96, NET_NEVER}, /* nobody, and IPv4 in a form that is no longer used */
    {"64:ff9b:1::", 48, NET_NEVER},                        /* NAT64 into private networks */
    {"100::", 64, NET_NEVER},                              /* discarded */
    {"2001::", 32, NET_NEVER},                             /* Teredo: an IPv4 address behind somebody's tunnel */
    {"2001:2::", 48, NET_NEVER},    {"2001:db8::", 32, NET_NEVER}, {"2002::", 16, NET_NEVER}, /* 6to4: the same */
    {"3fff::", 20, NET_NEVER},      {"fd00:ec2::", 32, NET_NEVER}, /* Amazon's metadata */
    {"fd20:ce::", 32, NET_NEVER},                                  /* Google's */
    {"fc00::", 7, NET_PRIVATE},     {"fe80::", 10, NET_NEVER},     /* link-local */
    {"fec0::", 10, NET_PRIVATE},    {"ff00::", 8, NET_NEVER},      /* many receivers */
};

static bool agree(const uint8_t *a, const uint8_t *b, int bits) {
    int whole = bits / 8, rest = bits % 8;
    return memcmp(a, b, (size_t)whole) == 0 && (!rest || (a[whole] ^ b[whole]) >> (8 - rest) == 0);
}

static enum net_scope scope_in(const struct range *ranges, size_t n, int family, const uint8_t *address,
                               enum net_scope otherwise) {
    for (size_t i = 0; i < n; i++) {
        uint8_t from[16];
        inet_pton(family, ranges[i].from, from);
        if (agree(address, from, ranges[i].bits))
            return ranges[i].scope;
    }
    return otherwise;
}

#define COUNT(table) (sizeof(table) / sizeof *(table))

static enum net_scope v4_scope(const uint8_t *address) {
    return scope_in(v4_ranges, COUNT(v4_ranges), AF_INET, address, NET_PUBLIC);
}

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
static const uint8_t nat64[12] = {0, 0x64, 0xff, 0x9b};

static enum net_scope v6_scope(const uint8_t *address) {
    if (memcmp(address, mapped, sizeof mapped) == 0 || memcmp(address, nat64, sizeof nat64) == 0)
        return v4_scope(address + 12);
    /* Only 2000::/3 is given out. */
    return scope_in(v6_ranges, COUNT(v6_ranges), AF_INET6, address, address[0] >> 5 == 1 ? NET_PUBLIC : NET_NEVER);
}

/* As 16 bytes; false: neither IPv4 nor IPv6. */
static bool address_of(const struct sockaddr *addr, uint8_t to[16]) {
    if (addr->sa_family == AF_INET) {
        memcpy(to, mapped, sizeof mapped);
        memcpy(to + 12, &((const struct sockaddr_in *)(const void *)addr)->sin_addr, 4);
    } else if (addr->sa_family == AF_INET6) {
        memcpy(to, &((const struct sockaddr_in6 *)(const void *)addr)->sin6_addr, 16);
        if (memcmp(to, nat64, sizeof nat64) == 0) /* the IPv4 address that it stands for */
            memcpy(to, mapped, sizeof mapped);
    } else {
        return false;
    }
    return true;
}

enum net_scope net_scope_of(const struct sockaddr *addr) {
    uint8_t address[16];
    return address_of(addr, address) ? v6_scope(address) : NET_NEVER;
}

/* ---- what the operator says ---- */

static bool read_network(char *word, struct net_network *out) {
    char *slash = strchr(word, '/'), *end = NULL;
    if (slash)
        *slash++ = 0;
    bool v4 = inet_pton(AF_INET, word, out->address + 12) == 1;
    if (v4)
        memcpy(out->address, mapped, sizeof mapped);
    else if (inet_pton(AF_INET6, word, out->address) != 1)
        return false;
    long most = v4 ? 32 : 128, bits = slash ? strtol(slash, &end, 10) : most;
    if (slash && (!*slash || *end || bits < 0 || bits > most))
        return false;
    out->bits = (int)(v4 ? bits + 96 : bits);
    return true;
}

enum rc net_guard_read(struct arena *a, const char *open, const char *mail_servers, struct net_guard *out,
                       const char **why) {
    char *words = arena_copy(a, open), *save = NULL;
    *out = (struct net_guard){.mail_public_only = strcmp(mail_servers, "public") == 0};
    if (!out->mail_public_only && strcmp(mail_servers, "anywhere") != 0) {
        *why = arena_printf(a, "mail_servers is anywhere or public, not \"%s\"", mail_servers);
        return RC_INVALID;
    }
    for (char *word = strtok_r(words, " ,\t", &save); word; word = strtok_r(NULL, " ,\t", &save)) {
        const char *said = arena_copy(a, word);
        if (out->open_n == NET_OPEN_MAX || !read_network(word, &out->open[out->open_n])) {
            *why = out->open_n == NET_OPEN_MAX
                       ? arena_printf(a, "open_networks: at most %d, and %s is one more", NET_OPEN_MAX, said)
                       : arena_printf(a, "open_networks: %s is no address and no network like 10.1.0.0/16", said);
            return RC_INVALID;
        }
        out->open_n++;
    }
    return RC_OK;
}

bool net_guard_allows(const struct net_guard *g, enum net_use use, const struct sockaddr *addr) {
    enum net_scope scope = net_scope_of(addr);
    uint8_t address[16];
    if (scope != NET_PRIVATE)
        return scope == NET_PUBLIC;
    if (use == NET_MAIL && !g->mail_public_only)
        return true;
    if (!address_of(addr, address))
        return false;
    for (int i = 0; i < g->open_n; i++)
        if (agree(address, g->open[i].address, g->open[i].bits))
            return true;
    return false;
}

static struct net_guard own;

void net_guard_set(const struct net_guard *g) { own = *g; }

const struct net_guard *net_guard(void) { return &own; }
