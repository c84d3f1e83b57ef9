#include "store/notify.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/postgres.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    AWAY_MS = 1000,      /* between attempts to connect: meanwhile everybody polls */
    ALIVE_MS = 5 * 1000, /* a connection that is silent for so long is asked something … */
    ANSWER_MS = 5 * 1000 /* … and given up when nothing comes */
};

struct notifier {
    char *url;
    pthread_t thread;
    int wake; /* an eventfd */
    _Atomic bool stopping;
    struct notify_topic topics[NOTIFY_TOPICS];
    _Atomic bool raised[NOTIFY_TOPICS];
    int n;
    /* the thread's own */
    PGconn *pg;
    bool asking, warned; /* asking: an answer is to come */
    int64_t said_at, sent_at, heard_at, connect_at;
};

static void wake(struct notifier *n) {
    uint64_t one = 1;
    (void)!write(n->wake, &one, sizeof one);
}

/* ---- the connection ---- */

static void lose(struct notifier *n, int64_t now) {
    PQfinish(n->pg);
    n->pg = NULL;
    n->asking = false;
    n->connect_at = now + AWAY_MS;
    if (!n->warned)
        log_warn("no word to and from other nodes: PostgreSQL is away; tables are read once a second meanwhile");
    n->warned = true;
}

static bool send(struct notifier *n, const char *sql, int params, const char *const *values) {
    n->asking = PQsendQueryParams(n->pg, sql, params, NULL, values, NULL, NULL, 0) == 1;
    n->sent_at = clock_mono();
    return n->asking;
}

static bool listen_to_all(struct notifier *n) {
    bool good = true;
    for (int i = 0; i < n->n && good; i++) {
        char sql[64];
        snprintf(sql, sizeof sql, "LISTEN kept_%s", n->topics[i].name);
        PGresult *res = PQexec(n->pg, sql);
        good = PQresultStatus(res) == PGRES_COMMAND_OK;
        PQclear(res);
    }
    return good && PQsetnonblocking(n->pg, 1) == 0;
}

static void connect(struct notifier *n, int64_t now) {
    n->pg = postgres_dial(n->url);
    if (PQstatus(n->pg) != CONNECTION_OK || !listen_to_all(n)) {
        lose(n, now);
        return;
    }
    if (n->warned)
        log_info("other nodes are heard again");
    n->warned = false;
    n->heard_at = clock_mono();
    for (int i = 0; i < n->n; i++) {
        n->topics[i].heard(n->topics[i].arg, NULL);
        n->raised[i] = true; /* and others may have missed us */
    }
}

/* ---- hearing ---- */

static void hear(struct notifier *n, const PGnotify *note) {
    for (int i = 0; i < n->n; i++)
        if (note->be_pid != PQbackendPID(n->pg) && strncmp(note->relname, "kept_", 5) == 0 &&
            strcmp(note->relname + 5, n->topics[i].name) == 0)
            n->topics[i].heard(n->topics[i].arg, note->extra);
}

/* False: the connection is gone. */
static bool take_in(struct notifier *n) {
    if (PQconsumeInput(n->pg) != 1)
        return false;
    n->heard_at = clock_mono();
    PGnotify *note;
    while ((note = PQnotifies(n->pg))) {
        hear(n, note);
        PQfreemem(note);
    }
    while (n->asking && !PQisBusy(n->pg)) {
        PGresult *res = PQgetResult(n->pg);
        n->asking = res != NULL;
        bool failed = res && PQresultStatus(res) == PGRES_FATAL_ERROR;
        PQclear(res);
        if (failed)
            return false;
    }
    return true;
}

/* ---- saying ---- */

/* One topic at a time, for one query may be under way. */
static bool say_next(struct notifier *n, int64_t now) {
    for (int i = 0; i < n->n; i++) {
        struct buf text = {0};
        if (!atomic_exchange(&n->raised[i], false))
            continue;
        if (n->topics[i].say(n->topics[i].arg, &text))
            n->raised[i] = true;
        bool good = true, some = text.len > 0;
        if (some && text.len <= NOTIFY_TEXT_MAX) {
            char channel[48];
            snprintf(channel, sizeof channel, "kept_%s", n->topics[i].name);
            buf_char(&text, 0);
            good = send(n, "SELECT pg_notify($1, $2)", 2, (const char *[]){channel, text.at});
        }
        buf_free(&text);
        if (some) {
            n->said_at = now;
            return good;
        }
    }
    return true;
}

static bool any_raised(struct notifier *n) {
    bool any = false;
    for (int i = 0; i < n->n; i++)
        any |= n->raised[i];
    return any;
}

/* False: the connection is to be given up. */
static bool work(struct notifier *n, int64_t now) {
    if (n->asking && now - n->sent_at > ANSWER_MS)
        return false;
    if (!n->asking && any_raised(n) && now - n->said_at >= NOTIFY_EVERY_MS && !say_next(n, now))
        return false;
    if (!n->asking && now - n->heard_at > ALIVE_MS && !send(n, "SELECT 1", 0, NULL))
        return false;
    return PQflush(n->pg) >= 0;
}

static int wait_ms(struct notifier *n, int64_t now) {
    int64_t until = n->pg ? n->heard_at + ALIVE_MS : n->connect_at;
    if (n->pg && n->asking)
        until = n->sent_at + ANSWER_MS;
    else if (n->pg && any_raised(n))
        until = n->said_at + NOTIFY_EVERY_MS;
    return until > now ? (int)(until - now) + 1 : 0;
}

static void *notifier_main(void *arg) {
    struct notifier *n = arg;
    while (!n->stopping) {
        int64_t now = clock_mono();
        if (!n->pg && now >= n->connect_at)
            connect(n, now);
        now = clock_mono();
        if (n->pg && !work(n, now))
            lose(n, now);
        short unsent = n->pg && PQflush(n->pg) > 0 ? POLLOUT : 0;
        struct pollfd p[2] = {{.fd = n->wake, .events = POLLIN},
                              {.fd = n->pg ? PQsocket(n->pg) : -1, .events = (short)(POLLIN | unsent)}};
        poll(p, 2, wait_ms(n, now));
        uint64_t times;
        if (p[0].revents)
            (void)!read(n->wake, &times, sizeof times);
        if (n->pg && p[1].revents && !take_in(n))
            lose(n, clock_mono());
    }
    PQfinish(n->pg);
    n->pg = NULL;
    return NULL;
}

/* ---- for the others ---- */

struct notifier *notifier_new(struct store *s) {
    const char *url = postgres_url(s);
    if (!url)
        return NULL;
    struct notifier *n = calloc(1, sizeof *n);
    if (!n || !(n->url = strdup(url)))
        die("out of memory");
    if ((n->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0)
        die("no descriptor for the notifier");
    return n;
}

int notifier_topic(struct notifier *n, struct notify_topic topic) {
    if (!n)
        return 0;
    if (n->n == NOTIFY_TOPICS)
        die("too many topics");
    n->topics[n->n] = topic;
    return n->n++;
}

void notifier_start(struct notifier *n) {
    if (n && pthread_create(&n->thread, NULL, notifier_main, n) != 0)
        die("no thread for the notifier");
}

void notifier_stop(struct notifier *n) {
    if (!n)
        return;
    n->stopping = true;
    wake(n);
    pthread_join(n->thread, NULL);
}

/* Many writes make one waking: the descriptor is written only by who finds it quiet. */
void notifier_raise(struct notifier *n, int topic) {
    if (n && !atomic_exchange(&n->raised[topic], true))
        wake(n);
}
