/* Every open connection, with the time at which its phase is over. libmicrohttpd's own timeouts begin anew with
 * every byte, so a client that drips one byte a second keeps a connection for ever; here whole phases have an end,
 * at which the socket is shut down and libmicrohttpd finds it closed.
 *
 * A deadline is set without a lock. The lists are locked, because the number of a closed descriptor is given to
 * the next connection at once: a connection leaves its list (in NOTIFY_CLOSED) before its descriptor is closed, so
 * the reaper never shuts down a stranger. The locks are split, and taken only when connections come and go. */
#include "base/clock.h"
#include "base/log.h"
#include "web/http_private.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

enum { SHARDS = 64 };

struct address {
    struct address *next;
    uint8_t key[16];
    int count;
};

struct shard {
    pthread_mutex_t lock;
    struct conn *conns;        /* by descriptor */
    struct address *addresses; /* by address */
};

struct reaper {
    struct shard shards[SHARDS];
    int per_address, tick_ms;
    uint8_t exempt[16];
    bool has_exempt, ending;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t end;
};

bool address_key(const struct sockaddr *sa, uint8_t key[16]) {
    memset(key, 0, 16);
    if (sa->sa_family == AF_INET) {
        key[10] = key[11] = 0xff;
        memcpy(key + 12, &((const struct sockaddr_in *)sa)->sin_addr, 4);
        return true;
    }
    if (sa->sa_family == AF_INET6) {
        memcpy(key, &((const struct sockaddr_in6 *)sa)->sin6_addr, 16);
        return true;
    }
    return false;
}

bool address_parse(const char *text, uint8_t key[16]) {
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        return address_key((struct sockaddr *)&v4, key);
    if (inet_pton(AF_INET6, text, &v6.sin6_addr) == 1)
        return address_key((struct sockaddr *)&v6, key);
    return false;
}

static bool is_v4(const uint8_t key[16]) {
    static const uint8_t front[12] = {[10] = 0xff, [11] = 0xff};
    return !memcmp(key, front, sizeof front);
}

/* One household has a whole /64 of IPv6: it counts as one. */
static void counted_key(const uint8_t in[16], uint8_t out[16]) {
    memcpy(out, in, 16);
    if (!is_v4(in))
        memset(out + 8, 0, 8);
}

static struct shard *address_shard(struct reaper *r, const uint8_t key[16]) {
    uint32_t h = 2166136261u;
    for (int i = 0; i < 16; i++)
        h = (h ^ key[i]) * 16777619u;
    return &r->shards[h % SHARDS];
}

static bool is_exempt(struct reaper *r, const uint8_t key[16]) {
    return r->has_exempt && !memcmp(key, r->exempt, 16);
}

/* → how many there are now. */
static int count_address(struct reaper *r, const uint8_t key[16], int by) {
    uint8_t wide[16];
    counted_key(key, wide);
    struct shard *s = address_shard(r, wide);
    pthread_mutex_lock(&s->lock);
    struct address **at = &s->addresses;
    while (*at && memcmp((*at)->key, wide, 16))
        at = &(*at)->next;
    if (!*at) {
        *at = calloc(1, sizeof **at);
        if (!*at)
            die("out of memory");
        memcpy((*at)->key, wide, 16);
    }
    int count = (*at)->count += by;
    if (count <= 0) {
        struct address *gone = *at;
        *at = gone->next;
        free(gone);
    }
    pthread_mutex_unlock(&s->lock);
    return count;
}

bool reaper_admits(struct reaper *r, const struct sockaddr *sa) {
    uint8_t key[16];
    if (!address_key(sa, key) || is_exempt(r, key) || count_address(r, key, 1) <= r->per_address)
        return true;
    count_address(r, key, -1);
    return false;
}

struct conn *reaper_add(struct reaper *r, int fd, const struct sockaddr *sa, int64_t deadline) {
    struct conn *c = calloc(1, sizeof *c);
    if (!c)
        die("out of memory");
    c->fd = fd;
    atomic_store(&c->deadline, deadline);
    if (address_key(sa, c->address)) {
        bool v4 = is_v4(c->address);
        inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? c->address + 12 : c->address, c->text, sizeof c->text);
        c->counted = !is_exempt(r, c->address);
    }
    c->shard = (unsigned)fd % SHARDS;
    struct shard *s = &r->shards[c->shard];
    pthread_mutex_lock(&s->lock);
    c->next = s->conns;
    c->back = &s->conns;
    if (c->next)
        c->next->back = &c->next;
    s->conns = c;
    pthread_mutex_unlock(&s->lock);
    return c;
}

void reaper_remove(struct reaper *r, struct conn *c) {
    struct shard *s = &r->shards[c->shard];
    pthread_mutex_lock(&s->lock);
    *c->back = c->next;
    if (c->next)
        c->next->back = c->back;
    pthread_mutex_unlock(&s->lock);
    if (c->counted)
        count_address(r, c->address, -1);
    free(c);
}

bool reaper_any_busy(struct reaper *r) {
    bool any = false;
    for (int i = 0; i < SHARDS && !any; i++) {
        pthread_mutex_lock(&r->shards[i].lock);
        for (struct conn *c = r->shards[i].conns; c && !any; c = c->next)
            any = atomic_load(&c->busy);
        pthread_mutex_unlock(&r->shards[i].lock);
    }
    return any;
}

static void reap(struct reaper *r) {
    int64_t now = clock_mono();
    for (int i = 0; i < SHARDS; i++) {
        pthread_mutex_lock(&r->shards[i].lock);
        for (struct conn *c = r->shards[i].conns; c; c = c->next) {
            int64_t deadline = atomic_load_explicit(&c->deadline, memory_order_relaxed);
            if (deadline && deadline < now)
                shutdown(c->fd, SHUT_RDWR);
        }
        pthread_mutex_unlock(&r->shards[i].lock);
    }
}

static void *run(void *arg) {
    struct reaper *r = arg;
    pthread_mutex_lock(&r->lock);
    while (!r->ending) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        int64_t ns = until.tv_nsec + (int64_t)r->tick_ms * 1000000;
        until.tv_sec += ns / 1000000000;
        until.tv_nsec = ns % 1000000000;
        pthread_cond_timedwait(&r->end, &r->lock, &until);
        pthread_mutex_unlock(&r->lock);
        reap(r);
        pthread_mutex_lock(&r->lock);
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

struct reaper *reaper_start(int tick_ms, int per_address, const uint8_t exempt[16], bool has_exempt) {
    struct reaper *r = calloc(1, sizeof *r);
    if (!r)
        die("out of memory");
    r->per_address = per_address;
    r->tick_ms = tick_ms;
    r->has_exempt = has_exempt;
    memcpy(r->exempt, exempt, 16);
    for (int i = 0; i < SHARDS; i++)
        pthread_mutex_init(&r->shards[i].lock, NULL);
    pthread_mutex_init(&r->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&r->end, &attr);
    pthread_condattr_destroy(&attr);
    if (pthread_create(&r->thread, NULL, run, r))
        die("no thread for the reaper");
    return r;
}

void reaper_stop(struct reaper *r) {
    pthread_mutex_lock(&r->lock);
    r->ending = true;
    pthread_cond_signal(&r->end);
    pthread_mutex_unlock(&r->lock);
    pthread_join(r->thread, NULL);
}

void reaper_free(struct reaper *r) {
    for (int i = 0; i < SHARDS; i++)
        pthread_mutex_destroy(&r->shards[i].lock);
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->end);
    free(r);
}
