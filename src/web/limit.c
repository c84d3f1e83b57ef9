#include "web/limit.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/notify.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TOKENS = 512,
    NEAR = 8, /* places where a token may stand */
    REQUESTS_A_MINUTE = 600,
    TOLD_AT = 10, /* requests of a token that the others do not know of yet */
    STRANGERS = 4096,
    ASKS_AT_ONCE = 10,
    ASKS_A_MINUTE_OF_ALL = 300,
    ONE = 1000,
    LINE_ROOM = 64,
};

struct bucket {
    int64_t at, used; /* used: thousandths of a request, as of `at` */
    int untold;       /* requests here since the other nodes were told */
};

struct limiter {
    pthread_mutex_t lock;
    struct notifier *notifier;
    int topic;
    struct {
        int64_t id;
        struct bucket bucket;
    } tokens[TOKENS];
    struct bucket strangers[STRANGERS], all_strangers;
};

static uint64_t mixed(uint64_t n) { return n * 0x9E3779B97F4A7C15u; }

static void empties(struct bucket *b, int64_t now, int64_t a_minute) {
    int64_t refill = now > b->at ? (now - b->at) * a_minute * ONE / 60000 : 0;
    b->used = b->used > refill ? b->used - refill : 0;
    b->at = now;
}

static bool takes(struct bucket *b, int64_t most) {
    if (b->used + ONE > most * ONE)
        return false;
    b->used += ONE;
    b->untold++;
    return true;
}

/* One of a few places near each other. Who finds all of them in use takes over the emptiest: a token that asks
 * seldom may ask a little more then, and none is without a limit. */
static struct bucket *bucket_of(struct limiter *l, int64_t token_id, int64_t now) {
    size_t first = mixed((uint64_t)token_id) >> 55;
    typeof(&l->tokens[0]) taken = NULL;
    for (size_t i = 0; i < NEAR; i++) {
        typeof(taken) t = &l->tokens[(first + i) % TOKENS];
        empties(&t->bucket, now, REQUESTS_A_MINUTE);
        if (t->id == token_id)
            return &t->bucket;
        if (!taken || t->bucket.used < taken->bucket.used)
            taken = t;
    }
    taken->id = token_id;
    taken->bucket = (struct bucket){.at = now};
    return &taken->bucket;
}

bool limiter_token(struct limiter *l, int64_t token_id, int64_t now) {
    pthread_mutex_lock(&l->lock);
    struct bucket *b = bucket_of(l, token_id, now);
    bool within = takes(b, REQUESTS_A_MINUTE), tell = b->untold >= TOLD_AT;
    pthread_mutex_unlock(&l->lock);
    if (tell)
        notifier_raise(l->notifier, l->topic);
    return within;
}

bool limiter_stranger(struct limiter *l, const char *tag, int64_t now) {
    uint64_t hash = 0;
    for (const char *p = tag; *p; p++)
        hash = mixed(hash ^ (unsigned char)*p);
    struct bucket *own = &l->strangers[hash >> 52];
    pthread_mutex_lock(&l->lock);
    empties(own, now, 1);
    empties(&l->all_strangers, now, ASKS_A_MINUTE_OF_ALL);
    bool within = takes(own, ASKS_AT_ONCE) && takes(&l->all_strangers, ASKS_A_MINUTE_OF_ALL);
    pthread_mutex_unlock(&l->lock);
    if (within)
        notifier_raise(l->notifier, l->topic);
    return within;
}

/* ---- among nodes; on the notifier's thread ---- */

static bool tell(struct buf *out, char kind, int64_t which, struct bucket *b) {
    if (!b->untold)
        return true;
    if (out->len > NOTIFY_TEXT_MAX - LINE_ROOM)
        return false;
    buf_printf(out, "%c %lld %d\n", kind, (long long)which, b->untold);
    b->untold = 0;
    return true;
}

static bool say(void *arg, struct buf *out) {
    struct limiter *l = arg;
    bool all = true;
    pthread_mutex_lock(&l->lock);
    for (int i = 0; all && i < TOKENS; i++)
        all = tell(out, 't', l->tokens[i].id, &l->tokens[i].bucket);
    for (int i = 0; all && i < STRANGERS; i++)
        all = tell(out, 's', i, &l->strangers[i]);
    pthread_mutex_unlock(&l->lock);
    return !all;
}

static void heard(void *arg, const char *text) {
    struct limiter *l = arg;
    int64_t now = clock_now();
    char kind;
    long long which;
    int n, len;
    pthread_mutex_lock(&l->lock);
    for (; text && sscanf(text, "%c %lld %d\n%n", &kind, &which, &n, &len) == 3; text += len) {
        struct bucket *b = kind == 't'                                      ? bucket_of(l, which, now)
                           : kind == 's' && which >= 0 && which < STRANGERS ? &l->strangers[which]
                                                                            : NULL;
        if (kind == 's' && b) {
            empties(b, now, 1);
            empties(&l->all_strangers, now, ASKS_A_MINUTE_OF_ALL);
            l->all_strangers.used += (int64_t)n * ONE;
        }
        if (b)
            b->used += (int64_t)n * ONE;
    }
    pthread_mutex_unlock(&l->lock);
}

struct limiter *limiter_new(struct notifier *n) {
    struct limiter *l = calloc(1, sizeof *l);
    if (!l)
        die("out of memory");
    pthread_mutex_init(&l->lock, NULL);
    l->notifier = n;
    if (n)
        l->topic = notifier_topic(n, (struct notify_topic){"asked", say, heard, l});
    return l;
}

void limiter_free(struct limiter *l) { free(l); }
