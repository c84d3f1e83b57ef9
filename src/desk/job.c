#include "desk/job.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "desk/account.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* The lease outlives the longest run, a mail server that dawdles until email_out.c gives up on it (120 s), or
 * another node would send the same mail. */
enum { LEASE_MS = 180 * 1000, POLL_MS = 1000, DUE_MAX = 32, THREADS_MAX = 16 };

static const char *const kind_names[JOB_KINDS] = {
    [JOB_SEND_MAIL] = "send_mail",
    [JOB_PARSE_MAIL] = "parse_mail",
    [JOB_WAKE_CONVERSATION] = "wake_conversation",
    [JOB_CHAT_BY_MAIL] = "chat_by_mail",
    [JOB_PROMISE] = "promise",
    [JOB_SEND_NOTICE] = "send_notice",
    [JOB_INDEX_SEARCH] = "index_search",
    [JOB_TIDY] = "tidy",
};

QUERY(q_job_add, "INSERT INTO job (account_id, id, kind, subject_id, run_at) VALUES ($1, $2, $3, $4, $5)"
                 " ON CONFLICT (account_id, kind, subject_id) DO UPDATE SET run_at = excluded.run_at,"
                 " leased_until = 0, attempts = 0");
QUERY(q_job_schedule, "INSERT INTO job (account_id, id, kind, subject_id, run_at) VALUES ($1, $2, $3, 0, $4)"
                      " ON CONFLICT (account_id, kind, subject_id) DO NOTHING");
QUERY(q_job_drop, "DELETE FROM job WHERE account_id = $1 AND kind = $2 AND subject_id = $3");
QUERY(q_job_there, "SELECT count(*) FROM job WHERE account_id = $1 AND kind = $2 AND subject_id = $3");
QUERY(q_job_waits, "SELECT count(*) FROM job WHERE account_id = $1 AND kind = $2");
QUERY(q_job_release, "UPDATE job SET leased_until = 0 WHERE account_id = $1 AND leased_until > 0");
QUERY(q_job_due,
      "SELECT id, kind FROM job WHERE account_id = $1 AND run_at <= $2 AND leased_until <= $2 AND kind <> $4"
      " ORDER BY run_at, id LIMIT $3");
QUERY(q_job_claim, "UPDATE job SET leased_until = $3, attempts = attempts + 1 WHERE account_id = $1 AND id = $2"
                   " AND leased_until <= $4 AND run_at <= $4 RETURNING kind, subject_id, run_at, attempts");
QUERY(q_job_done, "DELETE FROM job WHERE account_id = $1 AND id = $2 AND leased_until = $3");
QUERY(q_job_later, "UPDATE job SET leased_until = 0, run_at = $4, last_error = $5"
                   " WHERE account_id = $1 AND id = $2 AND leased_until = $3");

enum rc job_add(struct tx *tx, enum job_kind kind, int64_t subject_id, int64_t run_at) {
    return tx_exec(
        tx, &q_job_add,
        BIND(ACCOUNT, value_int(id_new()), value_text(kind_names[kind]), value_int(subject_id), value_int(run_at)));
}

/* Its id is made of its name, small beside those that are drawn: at the start none is drawn yet, for a test has
 * still to set its clock. */
enum rc job_schedule(struct tx *tx, enum job_kind kind, int64_t run_at) {
    uint32_t id = 2166136261u;
    for (const char *p = kind_names[kind]; *p; p++)
        id = (id ^ (unsigned char)*p) * 16777619u;
    return tx_exec(tx, &q_job_schedule,
                   BIND(ACCOUNT, value_int(id), value_text(kind_names[kind]), value_int(run_at)));
}

enum rc job_drop(struct tx *tx, enum job_kind kind, int64_t subject_id) {
    return tx_exec(tx, &q_job_drop, BIND(ACCOUNT, value_text(kind_names[kind]), value_int(subject_id)));
}

enum rc job_is_there(struct view *v, enum job_kind kind, int64_t subject_id, bool *there) {
    int64_t n;
    enum rc rc =
        view_int(v, &q_job_there, BIND(ACCOUNT, value_text(kind_names[kind]), value_int(subject_id)), 0, &n);
    *there = n > 0;
    return rc;
}

enum rc job_waits(struct view *v, enum job_kind kind, bool *waits) {
    int64_t n;
    enum rc rc = view_int(v, &q_job_waits, BIND(ACCOUNT, value_text(kind_names[kind])), 0, &n);
    *waits = n > 0;
    return rc;
}

enum rc job_release_all(struct tx *tx) { return tx_exec(tx, &q_job_release, BIND(ACCOUNT)); }

int64_t job_pause(int attempts) {
    int64_t pause = 5000;
    for (int i = 1; i < attempts && pause < 3600 * 1000; i++)
        pause *= 2;
    return pause < 3600 * 1000 ? pause : 3600 * 1000;
}

/* ---- the runner ---- */

struct job_runner {
    struct store *store;
    void *app;
    job_run *const *run;
    pthread_t *threads;
    int threads_n, running;
    pthread_mutex_t lock;
    pthread_cond_t wake, idle;
    unsigned woken; /* grows with each wake-up, so that none is missed while a thread looks for work */
    /* What the threads have in hand, 0: nothing. Not taken again when a clock that jumped ends the lease. */
    int64_t in_hand[THREADS_MAX];
    int sending; /* how many of these are mails on their way */
    bool stopping;
};

struct claim {
    int64_t id, now, leased_until;
    struct arena *arena;
    struct job job;
    bool got;
    enum rc outcome; /* of the run */
};

static enum rc claim_one(struct tx *tx, void *arg) {
    struct claim *c = arg;
    c->leased_until = c->now + LEASE_MS;
    struct rows r =
        tx_query(tx, &q_job_claim, BIND(ACCOUNT, value_int(c->id), value_int(c->leased_until), value_int(c->now)));
    c->got = rows_next(&r);
    if (c->got)
        c->job = (struct job){
            .id = c->id,
            .kind = rows_copy(&r, 0, c->arena),
            .subject_id = rows_int(&r, 1),
            .run_at = rows_int(&r, 2),
            .attempts = (int)rows_int(&r, 3),
        };
    while (rows_next(&r))
        ;
    return rows_end(&r);
}

static enum rc settle_one(struct tx *tx, void *arg) {
    struct claim *c = arg;
    if (c->outcome == RC_OK)
        return tx_exec(tx, &q_job_done, BIND(ACCOUNT, value_int(c->id), value_int(c->leased_until)));
    return tx_exec(tx, &q_job_later,
                   BIND(ACCOUNT, value_int(c->id), value_int(c->leased_until),
                        value_int(clock_now() + job_pause(c->job.attempts)), value_text(rc_name(c->outcome))));
}

static void run_one(struct job_runner *r, int64_t id) {
    struct claim c = {.id = id, .now = clock_now(), .arena = arena_new(1024)};
    if (store_write(r->store, claim_one, &c) == RC_OK && c.got) {
        int kind = 0;
        while (kind < JOB_KINDS && strcmp(kind_names[kind], c.job.kind) != 0)
            kind++;
        c.outcome = kind < JOB_KINDS && r->run[kind] ? r->run[kind](r->store, r->app, &c.job) : RC_BROKEN;
        if (c.outcome != RC_OK)
            log_warn("job %s of %lld: %s at attempt %d", c.job.kind, (long long)c.job.subject_id,
                     rc_name(c.outcome), c.job.attempts);
        if (store_write(r->store, settle_one, &c) != RC_OK)
            log_warn("job %lld could not be settled; it comes back when its lease ends", (long long)id);
    }
    arena_free(c.arena);
}

struct due {
    int64_t id;
    bool sends;
};

static int due_jobs(struct job_runner *r, bool sends_too, struct due due[DUE_MAX]) {
    struct view *v = view_open(r->store);
    const char *sends = kind_names[JOB_SEND_MAIL];
    struct rows rows =
        view_query(v, &q_job_due,
                   BIND(ACCOUNT, value_int(clock_now()), value_int(DUE_MAX), value_text(sends_too ? "" : sends)));
    int n = 0;
    for (; n < DUE_MAX && rows_next(&rows); n++)
        due[n] = (struct due){rows_int(&rows, 0), strcmp(rows_text(&rows, 1), sends) == 0};
    if (rows_end(&rows) != RC_OK)
        n = 0;
    view_close(v);
    return n;
}

/* Two threads are left for what does not wait for mail servers. */
static bool may_send(const struct job_runner *r) { return r->sending < r->threads_n - 2; }

static bool take_in_hand(struct job_runner *r, const struct due *d) {
    int free_slot = -1;
    for (int i = 0; i < r->threads_n; i++) {
        if (r->in_hand[i] == d->id)
            return false;
        if (!r->in_hand[i])
            free_slot = i;
    }
    if (free_slot < 0 || (d->sends && !may_send(r)))
        return false;
    r->in_hand[free_slot] = d->id;
    r->sending += d->sends;
    return true;
}

static void put_down(struct job_runner *r, const struct due *d) {
    for (int i = 0; i < r->threads_n; i++)
        if (r->in_hand[i] == d->id)
            r->in_hand[i] = 0;
    r->sending -= d->sends;
}

/* One of those that are due, a different one for each thread. Holds the lock before and after. */
static bool do_one(struct job_runner *r, unsigned turn) {
    struct due due[DUE_MAX], mine = {0};
    bool sends_too = may_send(r), got = false;
    pthread_mutex_unlock(&r->lock);
    int n = due_jobs(r, sends_too, due);
    pthread_mutex_lock(&r->lock);
    for (int i = 0; i < n && !got; i++) {
        mine = due[(turn + (unsigned)i) % (unsigned)n];
        got = take_in_hand(r, &mine);
    }
    if (!got)
        return false;
    pthread_mutex_unlock(&r->lock);
    run_one(r, mine.id);
    pthread_mutex_lock(&r->lock);
    put_down(r, &mine);
    return true;
}

static void *runner_main(void *arg) {
    struct job_runner *r = arg;
    pthread_mutex_lock(&r->lock);
    unsigned turn = (unsigned)r->running; /* any number that differs between threads does */
    while (!r->stopping) {
        unsigned seen = r->woken;
        r->running++;
        bool did = do_one(r, turn++);
        r->running--;
        if (did)
            continue;
        if (!r->running)
            pthread_cond_broadcast(&r->idle);
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until); /* the other clock may be put back meanwhile */
        until.tv_sec += POLL_MS / 1000;
        while (seen == r->woken && !r->stopping &&
               pthread_cond_clockwait(&r->wake, &r->lock, CLOCK_MONOTONIC, &until) != ETIMEDOUT)
            ;
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

struct job_runner *job_start(struct store *s, void *app, job_run *const run[JOB_KINDS], int threads) {
    if (threads < 3 || threads > THREADS_MAX)
        die("%d threads for jobs", threads);
    struct job_runner *r = calloc(1, sizeof *r);
    pthread_t *t = calloc((size_t)threads, sizeof *t);
    if (!r || !t)
        die("out of memory");
    *r = (struct job_runner){.store = s, .app = app, .run = run, .threads = t, .threads_n = threads};
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->wake, NULL);
    pthread_cond_init(&r->idle, NULL);
    for (int i = 0; i < threads; i++)
        if (pthread_create(&t[i], NULL, runner_main, r) != 0)
            die("no thread for jobs");
    return r;
}

void job_wake(void *runner) {
    struct job_runner *r = runner;
    pthread_mutex_lock(&r->lock);
    r->woken++;
    pthread_cond_broadcast(&r->wake);
    pthread_mutex_unlock(&r->lock);
}

void job_stop(struct job_runner *r) {
    pthread_mutex_lock(&r->lock);
    r->stopping = true;
    pthread_cond_broadcast(&r->wake);
    pthread_mutex_unlock(&r->lock);
    for (int i = 0; i < r->threads_n; i++)
        pthread_join(r->threads[i], NULL);
    free(r->threads);
    free(r);
}

bool job_settle(struct job_runner *r, int64_t ms) {
    int64_t until = clock_mono() + ms;
    for (;;) {
        struct due due_now[DUE_MAX];
        job_wake(r);
        /* In this order: a job that is no longer due because somebody has just taken it counts as running. */
        int due = due_jobs(r, true, due_now);
        pthread_mutex_lock(&r->lock);
        int running = r->running;
        pthread_mutex_unlock(&r->lock);
        if (!due && !running)
            return true;
        if (clock_mono() > until)
            return false;
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
}
