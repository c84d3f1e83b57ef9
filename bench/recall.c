/* recall.c: who was told: fills a fresh data directory with messages that said an article, and lists all people who
 * were told the wrong version, as a correction does. recall DATA_DIR MESSAGES SHARE ROUNDS [POSTGRESQL_URL]. One
 * line of JSON. Then a correction begins, and the longest time is measured that another write waits while all of
 * them are written down. Customers, conversations and messages are rows made here: the desk's verbs would take
 * hours, and the list reads only rows. Of ten messages that said the article nine said the wrong version and one a
 * later one; each customer has five. */
#include "base/id.h"
#include "base/log.h"
#include "base/secret.h"
#include "desk/account.h"
#include "desk/agent.h"
#include "desk/article.h"
#include "desk/inbox.h"
#include "desk/recall.h"
#include "stopwatch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { BATCH = 20000, EACH = 5 /* messages of a customer */ };

QUERY(q_bench_contact, "INSERT INTO contact (account_id, id, ref, name, lang, created_at)"
                       " VALUES ($1, $2, $3, 'Customer', 'en', $4)");
QUERY(
    q_bench_conversation,
    "INSERT INTO conversation (account_id, id, ref, short_ref, inbox_id, contact_id, subject, status, shelf, lang,"
    " last_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'Lamp', 'resolved', 'resolved', 'en', $7, $7)");
QUERY(q_bench_message, "INSERT INTO message (account_id, id, ref, conversation_id, home_id, kind, channel, body, "
                       "state, state_at, created_at)"
                       " VALUES ($1, $2, $3, $4, $4, 'agent', 'email', 'As the article says.', 'sent', $5, $5)");
QUERY(q_bench_said,
      "INSERT INTO message_article (account_id, message_id, version_id, article_id, how, trust, fingerprint,"
      " conversation_id, at, contact_id) VALUES ($1, $2, $3, $4, 'inserted', 80, 1, $5, $6, $7)");

struct filling {
    int from, to, share; /* share: one in so many messages said the article */
    int64_t inbox_id, article_id, versions[2], contact_id, conversation_id, now;
    struct article article;
};

static enum rc begin(struct tx *tx, void *arg) {
    struct filling *f = arg;
    struct actor by = {ACTOR_SYSTEM};
    struct account account = {"Bench", "en", "Asia/Ho_Chi_Minh", "VN", f->now};
    struct inbox inbox = {.name = "Support", .kind = "email", .address = "support@kept.test", .enabled = true};
    struct article x = {.lang = "en", .class = "howto", .audience = "public", .title = "Lamp"};
    enum rc rc = account_create(tx, &account);
    if (rc == RC_OK)
        rc = inbox_save(tx, &inbox, 0, f->now);
    if (rc == RC_OK)
        rc = article_create(tx, &x, 0, by, f->now);
    for (int i = 0; rc == RC_OK && i < 2; i++) {
        struct article_version v = {
            .title = "Lamp", .body = i ? "Five volts." : "Twenty volts.", .changes_facts = true};
        rc = article_save(tx, &x, &v, x.latest, by, f->now + i);
        if (rc == RC_OK)
            rc = article_publish(tx, &x, x.latest, by, f->now + i);
        f->versions[i] = v.id;
    }
    f->inbox_id = inbox.id;
    f->article_id = x.id;
    return rc;
}

static enum rc add_customer(struct tx *tx, struct filling *f, int64_t at) {
    f->contact_id = id_new();
    f->conversation_id = id_new();
    struct arena *a = tx_arena(tx);
    enum rc rc = tx_exec(tx, &q_bench_contact,
                         BIND(ACCOUNT, value_int(f->contact_id), value_text(id_ref(a, "ctc")), value_int(at)));
    return rc == RC_OK ? tx_exec(tx, &q_bench_conversation,
                                 BIND(ACCOUNT, value_int(f->conversation_id), value_text(id_ref(a, "con")),
                                      value_text(arena_printf(a, "%lld", (long long)f->conversation_id)),
                                      value_int(f->inbox_id), value_int(f->contact_id), value_int(at)))
                       : rc;
}

static enum rc fill(struct tx *tx, void *arg) {
    struct filling *f = arg;
    enum rc rc = RC_OK;
    for (int n = f->from; rc == RC_OK && n < f->to; n++) {
        int64_t id = id_new(), at = f->now + n;
        if (n % EACH == 0)
            rc = add_customer(tx, f, at);
        if (rc == RC_OK)
            rc = tx_exec(tx, &q_bench_message,
                         BIND(ACCOUNT, value_int(id), value_text(id_ref(tx_arena(tx), "msg")),
                              value_int(f->conversation_id), value_int(at)));
        if (rc == RC_OK && n % f->share == 0)
            rc = tx_exec(tx, &q_bench_said,
                         BIND(ACCOUNT, value_int(id), value_int(f->versions[n / f->share % 10 == 9]),
                              value_int(f->article_id), value_int(f->conversation_id), value_int(at),
                              value_int(f->contact_id)));
    }
    return rc;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double measure(struct store *store, const struct filling *f, int rounds, int *people) {
    struct recall_version wrong = {f->versions[0], f->article_id, 1, "en", "Lamp", ""};
    double *took = calloc((size_t)rounds, sizeof *took);
    if (!took)
        die("out of memory");
    for (int i = 0; i < rounds; i++) {
        struct arena *a = arena_new(1024 * 1024);
        struct view *v = view_open(store);
        struct recall_told *told;
        double began = stopwatch_ms();
        if (recall_told(v, a, &wrong, 1, &told, people) != RC_OK)
            die("nobody could be listed");
        took[i] = stopwatch_ms() - began;
        view_close(v);
        arena_free(a);
    }
    qsort(took, (size_t)rounds, sizeof *took, by_value);
    double median = took[rounds / 2];
    free(took);
    return median;
}

/* ---- others write meanwhile ---- */

struct others {
    struct store *store;
    int64_t now;
    atomic_bool over;
    double longest;
};

static enum rc write_something(struct tx *tx, void *arg) {
    const struct others *o = arg;
    return tx_exec(tx, &q_bench_contact,
                   BIND(ACCOUNT, value_int(id_new()), value_text(id_ref(tx_arena(tx), "ctc")), value_int(o->now)));
}

static void *go_on_writing(void *arg) {
    struct others *o = arg;
    while (!atomic_load(&o->over)) {
        double began = stopwatch_ms();
        if (store_write(o->store, write_something, o) != RC_OK)
            die("nothing could be written meanwhile");
        if (stopwatch_ms() - began > o->longest)
            o->longest = stopwatch_ms() - began;
    }
    return NULL;
}

struct beginning {
    int64_t article_id, id, now;
};

static enum rc begin_correction(struct tx *tx, void *arg) {
    struct beginning *b = arg;
    struct article x;
    struct recall r;
    struct recall_new new = {.class = 1, .from = 1, .to = 1};
    enum rc rc = article_load(tx_view(tx), tx_arena(tx), b->article_id, &x);
    if (rc == RC_OK)
        rc = recall_start(tx, &x, &new, (struct actor){ACTOR_SYSTEM}, b->now, &r);
    b->id = r.id;
    return rc;
}

/* The longest wait of others, ms; *took: until everybody was written down. */
static double correct(struct store *store, const struct filling *f, double *took) {
    struct others others = {.store = store, .now = f->now};
    struct beginning b = {.article_id = f->article_id, .now = f->now};
    pthread_t thread;
    pthread_create(&thread, NULL, go_on_writing, &others);
    double began = stopwatch_ms();
    if (store_write(store, begin_correction, &b) != RC_OK || recall_look_on(store, b.id, f->now) != RC_OK)
        die("the correction could not begin");
    *took = stopwatch_ms() - began;
    atomic_store(&others.over, true);
    pthread_join(thread, NULL);
    return others.longest;
}

int main(int argc, char **argv) {
    if (argc != 5 && argc != 6) {
        fprintf(stderr, "usage: recall DATA_DIR MESSAGES SHARE ROUNDS [POSTGRESQL_URL]\n");
        return 64;
    }
    struct arena *a = arena_new(0);
    struct store *store;
    const char *why = "";
    int total = atoi(argv[2]), rounds = atoi(argv[4]), people = 0;
    struct filling f = {.now = 1773642600000, .share = atoi(argv[3])};
    mkdir(argv[1], 0711);
    if (secret_load(a, argv[1], &why) != RC_OK ||
        store_open(a, argv[argc == 6 ? 5 : 1], true, &store, &why) != RC_OK)
        die("%s", why);
    if (store_write(store, begin, &f) != RC_OK)
        die("no account");
    for (int n = 0; n < total; n += BATCH) {
        f.from = n;
        f.to = n + BATCH < total ? n + BATCH : total;
        if (store_write(store, fill, &f) != RC_OK)
            die("message %d could not be written", n);
    }
    double ms = measure(store, &f, rounds, &people);
    double took, longest = correct(store, &f, &took);
    printf("{\"people\":%d,\"ms\":%.1f,\"written\":%.0f,\"wait\":%.0f}\n", people, ms, took, longest);
    store_close(store);
    arena_free(a);
    return 0;
}
