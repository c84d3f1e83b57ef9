#include "desk/event.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "desk/account.h"
#include "desk/event_told.h"
#include "desk/job.h"
#include "store/notify.h"

#include <stdatomic.h>
#include <string.h>

QUERY(q_chain_take, "INSERT INTO event_chain (account_id, seq, hash) VALUES ($1, $2, $3)"
                    " ON CONFLICT (account_id) DO UPDATE SET seq = event_chain.seq + $2 RETURNING seq, hash");
QUERY(q_chain_set, "UPDATE event_chain SET hash = $2 WHERE account_id = $1");
QUERY(q_chain_end, "SELECT seq, hash FROM event_chain WHERE account_id = $1");
QUERY(q_event_add,
      "INSERT INTO event (account_id, seq, at, kind, actor, actor_id, conversation_id, subject_id, code,"
      " amount, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
#define EVENT_COLUMNS "seq, at, kind, actor, actor_id, conversation_id, subject_id, code, amount, hash"
QUERY(q_event_after,
      "SELECT " EVENT_COLUMNS " FROM event WHERE account_id = $1 AND seq > $2 ORDER BY seq LIMIT $3");
QUERY(q_event_conversation, "SELECT " EVENT_COLUMNS " FROM event WHERE account_id = $1 AND conversation_id = $2"
                            " ORDER BY seq DESC LIMIT $3");

static const char *const actor_names[ACTORS] = {"system", "agent", "contact", "token"};

/* ---- writing ---- */

struct pending {
    struct pending *next;
    struct event e;
};

struct pending_list {
    struct pending *first, **tail;
    int n;
    int64_t last; /* the number of the last one, once written */
};

static const char pending_key;
static struct {
    void (*wake)(void *);
    void *arg;
} listeners[8];
static int listeners_n;

void event_listen(void (*wake)(void *), void *arg) {
    if (listeners_n == (int)(sizeof listeners / sizeof *listeners))
        die("too many listeners for events");
    listeners[listeners_n].wake = wake;
    listeners[listeners_n++].arg = arg;
}

static void wake_listeners(void) {
    for (int i = 0; i < listeners_n; i++)
        listeners[i].wake(listeners[i].arg);
}

/* ---- other nodes ---- */

static struct notifier *notifier;
static int topic;
static _Atomic int64_t last_written; /* by this program */

static bool say_last(void *arg, struct buf *out) {
    int64_t last = atomic_load(&last_written);
    if (last)
        buf_printf(out, "%lld", (long long)last);
    return false;
}

static void hear_of_others(void *arg, const char *text) { wake_listeners(); }

void event_share(struct notifier *n) {
    notifier = n;
    topic = notifier_topic(n, (struct notify_topic){"event", say_last, hear_of_others, NULL});
}

static void committed(struct store *s, void *arg) {
    const struct pending_list *list = arg;
    int64_t seen = atomic_load(&last_written);
    while (seen < list->last && !atomic_compare_exchange_weak(&last_written, &seen, list->last))
        ;
    wake_listeners();
    notifier_raise(notifier, topic);
}

static void hash_event(const struct event *e, const uint8_t before[SECRET_MAC_SIZE], uint8_t out[SECRET_MAC_SIZE]) {
    struct buf text = {0};
    const int64_t numbers[] = {e->actor.id, e->conversation_id, e->subject_id};
    buf_add(&text, before, SECRET_MAC_SIZE);
    buf_int(&text, e->seq);
    buf_char(&text, '|');
    buf_int(&text, e->at);
    buf_char(&text, '|');
    buf_str(&text, e->kind);
    buf_char(&text, '|');
    buf_str(&text, e->actor_name);
    for (int i = 0; i < 3; i++) {
        buf_char(&text, '|');
        buf_int(&text, numbers[i]);
    }
    buf_char(&text, '|');
    buf_str(&text, e->code);
    buf_char(&text, '|');
    buf_int(&text, e->amount);
    secret_mac(SECRET_CHAIN, buf_bytes(&text), out);
    buf_free(&text);
}

/* Webhooks at rest have something to tell. */
static enum rc wake_webhooks(struct tx *tx, const struct pending_list *list) {
    for (const struct pending *p = list->first; p; p = p->next)
        if (event_is_told(p->e.kind))
            return job_rouse(tx, JOB_WEBHOOK, clock_now());
    return RC_OK;
}

static enum rc append_all(struct tx *tx, void *arg) {
    struct pending_list *list = arg;
    enum rc rc = wake_webhooks(tx, list);
    if (rc != RC_OK)
        return rc;
    uint8_t hash[SECRET_MAC_SIZE] = {0};
    struct rows r = tx_query(tx, &q_chain_take,
                             BIND(ACCOUNT, value_int(list->n), value_bytes((struct bytes){hash, sizeof hash})));
    int64_t last = 0;
    if (rows_next(&r)) {
        struct bytes before = rows_bytes(&r, 1);
        last = rows_int(&r, 0);
        if (before.len == sizeof hash)
            memcpy(hash, before.at, sizeof hash);
    }
    while (rows_next(&r)) /* to its end: SQLite finishes the statement there */
        ;
    rc = rows_end(&r);
    int64_t now = clock_now(), seq = last - list->n;
    list->last = last;
    for (struct pending *p = list->first; p && rc == RC_OK; p = p->next) {
        struct event *e = &p->e;
        e->seq = ++seq;
        e->at = now;
        e->actor_name = actor_names[e->actor.kind];
        hash_event(e, hash, hash);
        rc = tx_exec(tx, &q_event_add,
                     BIND(ACCOUNT, value_int(e->seq), value_int(e->at), value_text(e->kind),
                          value_text(e->actor_name), value_id(e->actor.id), value_id(e->conversation_id),
                          value_id(e->subject_id), value_text(e->code ? e->code : ""), value_int(e->amount),
                          value_bytes((struct bytes){hash, sizeof hash})));
    }
    return rc != RC_OK ? rc
                       : tx_exec(tx, &q_chain_set, BIND(ACCOUNT, value_bytes((struct bytes){hash, sizeof hash})));
}

void event_add(struct tx *tx, struct event e) {
    struct pending_list **list = (struct pending_list **)tx_local(tx, &pending_key);
    if (!*list) {
        *list = ARENA_NEW(tx_arena(tx), struct pending_list);
        (*list)->tail = &(*list)->first;
        tx_last(tx, append_all, *list);
        tx_after(tx, committed, *list);
    }
    struct pending *p = ARENA_NEW(tx_arena(tx), struct pending);
    p->e = e;
    p->e.code = arena_copy(tx_arena(tx), e.code);
    *(*list)->tail = p;
    (*list)->tail = &p->next;
    (*list)->n++;
}

/* ---- reading ---- */

static struct event read_event(struct rows *r, struct arena *a) {
    struct event e = {
        .seq = rows_int(r, 0),
        .at = rows_int(r, 1),
        .kind = rows_copy(r, 2, a),
        .actor_name = rows_copy(r, 3, a),
        .actor.id = rows_int(r, 4),
        .conversation_id = rows_int(r, 5),
        .subject_id = rows_int(r, 6),
        .code = rows_copy(r, 7, a),
        .amount = rows_int(r, 8),
    };
    for (int k = 0; k < ACTORS; k++)
        if (strcmp(actor_names[k], e.actor_name) == 0)
            e.actor.kind = (enum actor_kind)k;
    return e;
}

static enum rc read_events(struct rows r, struct arena *a, int max, struct event **out, int *n) {
    *out = ARENA_ARRAY(a, (size_t)max, struct event);
    for (*n = 0; *n < max && rows_next(&r); ++*n)
        (*out)[*n] = read_event(&r, a);
    return rows_end(&r);
}

enum rc event_after(struct view *v, struct arena *a, int64_t seq, int max, struct event **out, int *n) {
    return read_events(view_query(v, &q_event_after, BIND(ACCOUNT, value_int(seq), value_int(max))), a, max, out,
                       n);
}

enum rc event_of_conversation(struct view *v, struct arena *a, int64_t conversation_id, int max, struct event **out,
                              int *n) {
    return read_events(
        view_query(v, &q_event_conversation, BIND(ACCOUNT, value_int(conversation_id), value_int(max))), a, max,
        out, n);
}

enum rc event_last_seq(struct view *v, int64_t *seq) { return view_int(v, &q_chain_end, BIND(ACCOUNT), 0, seq); }

/* One of the last few would do: a single one that was changed is for event_verify to find, and must not keep a team
 * from working. */
enum rc event_keys_fit(struct view *v, bool *fit) {
    enum { LOOK_AT = 8 };
    int64_t last;
    enum rc rc = event_last_seq(v, &last);
    *fit = rc == RC_OK && last == 0;
    if (rc != RC_OK || *fit)
        return rc;
    uint8_t hash[SECRET_MAC_SIZE] = {0};
    bool known = last <= LOOK_AT; /* what comes before the first is known */
    struct arena *a = arena_new(0);
    struct rows r =
        view_query(v, &q_event_after, BIND(ACCOUNT, value_int(known ? 0 : last - LOOK_AT), value_int(LOOK_AT)));
    while (rows_next(&r)) {
        struct event e = read_event(&r, a);
        struct bytes stored = rows_bytes(&r, 9);
        hash_event(&e, hash, hash);
        *fit |= known && stored.len == sizeof hash && memcmp(stored.at, hash, sizeof hash) == 0;
        known = stored.len == sizeof hash;
        if (known)
            memcpy(hash, stored.at, sizeof hash);
    }
    rc = rows_end(&r);
    arena_free(a);
    return rc;
}

/* Read in steps, so that no snapshot is held while millions of rows are hashed. */
enum rc event_verify(struct view *v, int64_t *checked, int64_t *bad_seq, const char **what) {
    uint8_t hash[SECRET_MAC_SIZE] = {0};
    struct arena *a = arena_new(0);
    enum rc rc = RC_OK;
    *checked = *bad_seq = 0;
    *what = "";
    for (bool more = true; more && rc == RC_OK && !*bad_seq;) {
        struct rows r = view_query(v, &q_event_after, BIND(ACCOUNT, value_int(*checked), value_int(1000)));
        for (more = false; !*bad_seq && rows_next(&r); ++*checked) {
            struct event e = read_event(&r, a);
            struct bytes stored = rows_bytes(&r, 9);
            more = true;
            hash_event(&e, hash, hash);
            if (e.seq != *checked + 1) {
                *bad_seq = *checked + 1;
                *what = "missing";
            } else if (stored.len != sizeof hash || memcmp(stored.at, hash, sizeof hash) != 0) {
                *bad_seq = e.seq;
                *what = "changed";
            }
        }
        rc = rows_end(&r);
        arena_reset(a);
    }
    int64_t last;
    if (rc == RC_OK && !*bad_seq && (rc = event_last_seq(v, &last)) == RC_OK && last != *checked) {
        *bad_seq = *checked + 1;
        *what = "cut";
    }
    arena_free(a);
    return rc;
}
