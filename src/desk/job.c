#include "desk/job.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "desk/account.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    POLL_MS = 1000,
    LEASE_SHARE = 3, /* it is renewed after a third of its time */
    RETRY_MS = 250,  /* while the database is away */
    CALM_MS = 3000,  /* after it was away: others renew theirs first */
    SPARED = 2,      /* threads that never send */
};

static const char *const kind_names[JOB_KINDS] = {
    [JOB_SEND_MAIL] = "send_mail",
    [JOB_PARSE_MAIL] = "parse_mail",
    [JOB_WAKE_CONVERSATION] = "wake_conversation",
    [JOB_CHAT_BY_MAIL] = "chat_by_mail",
    [JOB_ARTICLE_CLOCK] = "article_clock",
    [JOB_ARTICLE_OUTCOME] = "article_outcome",
    [JOB_RECALL] = "recall",
    [JOB_RECALL_LOOK] = "recall_look",
    [JOB_MUST_READ] = "must_read",
    [JOB_CAREFUL] = "careful",
    [JOB_ERASE] = "erase",
    [JOB_DOSSIER] = "dossier",
    [JOB_PROMISE] = "promise",
    [JOB_NEWS] = "news",
    [JOB_SEND_NOTICE] = "send_notice",
    [JOB_PUSH_NOTE] = "push_note",
    [JOB_PUSH_DEVICE] = "push_device",
    [JOB_WEBHOOK] = "webhook",
    [JOB_INDEX_SEARCH] = "index_search",
    [JOB_TIDY] = "tidy",
};

QUERY(q_job_add, "INSERT INTO job (account_id, id, kind, subject_id, run_at) VALUES ($1, $2, $3, $4, $5)"
                 " ON CONFLICT (account_id, kind, subject_id) DO UPDATE SET run_at = excluded.run_at,"
                 " leased_until = 0, claim = 0, attempts = 0");
QUERY(q_job_schedule, "INSERT INTO job (account_id, id, kind, subject_id, run_at) VALUES ($1, $2, $3, 0, $4)"
                      " ON CONFLICT (account_id, kind, subject_id) DO NOTHING");
QUERY(q_job_drop, "DELETE FROM job WHERE account_id = $1 AND kind = $2 AND subject_id = $3");
QUERY(q_job_take_back, "UPDATE job SET leased_until = 0, claim = 0 WHERE account_id = $1 AND leased_until > 0"
                       " AND (CAST($2 AS TEXT) IS NULL OR holder = $2)");
QUERY(q_job_there, "SELECT count(*) FROM job WHERE account_id = $1 AND kind = $2 AND subject_id = $3");
QUERY(q_job_waits, "SELECT count(*) FROM job WHERE account_id = $1 AND kind = $2");
QUERY(q_job_due,
      "SELECT count(*) FROM (SELECT id FROM job WHERE account_id = $1 AND run_at <= $2"
      " AND leased_until <= $3 AND kind <> $5 AND kind <> $6 AND kind <> $7 ORDER BY run_at LIMIT $4) due");
/* Writes run one after the other, on PostgreSQL too: what the inner query finds is still free. */
QUERY(
    q_job_claim,
    "UPDATE job SET leased_until = $4, holder = $5, claim = $6, attempts = attempts + 1"
    " WHERE account_id = $1 AND id = (SELECT j.id FROM job j WHERE j.account_id = $1 AND j.run_at <= $2"
    " AND j.leased_until <= $3 AND j.kind <> $7 AND j.kind <> $8 AND j.kind <> $9 ORDER BY j.run_at, j.id LIMIT 1)"
    " RETURNING id, kind, subject_id, run_at, attempts");
QUERY(q_job_renew, "UPDATE job SET leased_until = $4 WHERE account_id = $1 AND id = $2 AND claim = $3");
QUERY(q_job_claimed, "SELECT count(*) FROM job WHERE account_id = $1 AND id = $2 AND claim = $3");
QUERY(q_job_done, "DELETE FROM job WHERE account_id = $1 AND id = $2 AND claim = $3");
QUERY(q_job_later, "UPDATE job SET leased_until = 0, claim = 0, run_at = $4, last_error = $5"
                   " WHERE account_id = $1 AND id = $2 AND claim = $3");

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

QUERY(q_job_hurry, "UPDATE job SET run_at = $3 WHERE account_id = $1 AND kind = $2 AND attempts > 0"
                   " AND run_at > $3 AND leased_until = 0");

enum rc job_hurry(struct tx *tx, enum job_kind kind, int64_t now) {
    return tx_exec(tx, &q_job_hurry, BIND(ACCOUNT, value_text(kind_names[kind]), value_int(now)));
}

QUERY(q_job_rouse, "UPDATE job SET run_at = $3 WHERE account_id = $1 AND kind = $2 AND attempts = 0"
                   " AND run_at > $3");

enum rc job_rouse(struct tx *tx, enum job_kind kind, int64_t now) {
    return tx_exec(tx, &q_job_rouse, BIND(ACCOUNT, value_text(kind_names[kind]), value_int(now)));
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

enum rc job_take_back(struct tx *tx, const char *holder) {
    return tx_exec(tx, &q_job_take_back, BIND(ACCOUNT, value_text(holder)));
}

int64_t job_pause(int attempts) {
    int64_t pause = 5000;
    for (int i = 1; i < attempts && pause < 3600 * 1000; i++)
        pause *= 2;
    return pause < 3600 * 1000 ? pause : 3600 * 1000;
}

QUERY(q_job_held, "SELECT count(*) FROM job WHERE account_id = $1 AND leased_until > 0 AND holder = $2");
QUERY(q_job_waiting, "SELECT count(*) FROM job WHERE account_id = $1 AND run_at <= $2 AND leased_until = 0");

enum rc job_count(struct view *v, const char *holder, int64_t *held) {
    return view_int(v, &q_job_held, BIND(ACCOUNT, value_text(holder)), 0, held);
}

enum rc job_due(struct view *v, int64_t now, int64_t *due) {
    return view_int(v, &q_job_waiting, BIND(ACCOUNT, value_int(now)), 0, due);
}

/* ---- claims ---- */

struct job_claim {
    struct job_claim *next; /* among those under way */
    struct job_runner *runner;
    struct arena *arena;
    struct job job;
    int64_t token;
    _Atomic int64_t held_until; /* clock_mono; 0: lost */
    int64_t now;
    enum rc outcome; /* of the run */
    bool got, sends_too;
};

struct job_runner {
    struct store *store;
    void *app;
    job_run *const *run;
    struct job_options options;
    pthread_t *threads, keeper;
    int running, claiming;
    int sending; /* mails and pushes on their way: SPARED threads are left for what does not wait for mail servers
                  */
    pthread_mutex_t lock; /* of the rest */
    pthread_cond_t wake, keeper_wake;
    unsigned woken; /* grows with each wake-up, so that none is missed while a thread looks for work */
    struct job_claim *under_way;
    int64_t away_at;      /* clock_mono, when the database was last found away */
    bool unsettled;       /* an outcome could not be written: its job is still leased, and nobody works on it */
    bool stopping, ended; /* ended: nothing is under way any more */
};

bool job_held(const struct job *job) { return clock_mono() < job->claim->held_until; }

enum rc job_postpone(struct tx *tx, const struct job *job, int64_t run_at) {
    return tx_exec(
        tx, &q_job_later,
        BIND(ACCOUNT, value_int(job->id), value_int(job->claim->token), value_int(run_at), value_text("")));
}

enum rc job_confirm(struct tx *tx, const struct job *job) {
    int64_t ours;
    enum rc rc = view_int(tx_view(tx), &q_job_claimed,
                          BIND(ACCOUNT, value_int(job->id), value_int(job->claim->token)), 0, &ours);
    return rc == RC_OK && !ours ? RC_GONE : rc;
}

static bool stopping(struct job_runner *r) {
    pthread_mutex_lock(&r->lock);
    bool yes = r->stopping;
    pthread_mutex_unlock(&r->lock);
    return yes;
}

bool job_wait(const struct job *job) {
    nanosleep(&(struct timespec){.tv_nsec = RETRY_MS * 1000000L}, NULL);
    return job->claim->held_until && !stopping(job->claim->runner);
}

/* Of leases: the database's where several programs share one. */
static int64_t lease_clock(struct job_runner *r) {
    return store_shared(r->store) ? store_clock(r->store) : clock_now();
}

/* What was leased until before this time may be taken from whoever had it.
 * Alone on the database, a lease that has run out says only that a clock was moved, and what is in hand is not
 * taken again; but when an outcome could not be written (a full disk) and nothing is in hand, it is that one's.
 * Otherwise it is a dead node's, or one's that was as cut off as we were until a moment ago. The latter has its
 * work done and wants to say so: then only what nobody has leased is taken. */
static int64_t free_before(struct job_runner *r) {
    pthread_mutex_lock(&r->lock);
    bool calm = !r->away_at || clock_mono() - r->away_at > CALM_MS;
    bool left = r->unsettled && !r->under_way && r->claiming <= 1;
    pthread_mutex_unlock(&r->lock);
    return (store_shared(r->store) ? calm : left) ? lease_clock(r) : 0;
}

static void note_unsettled(struct job_runner *r, bool failed) {
    pthread_mutex_lock(&r->lock);
    r->unsettled |= failed;
    pthread_mutex_unlock(&r->lock);
}

static void note_away(struct job_runner *r, enum rc rc) {
    pthread_mutex_lock(&r->lock);
    if (rc == RC_AWAY)
        r->away_at = clock_mono();
    pthread_mutex_unlock(&r->lock);
}

/* The kinds that wait for servers of others. */
static const enum job_kind sending_kinds[] = {JOB_SEND_MAIL, JOB_PUSH_DEVICE, JOB_WEBHOOK};

/* The one that is left out. */
static struct value unless_sends(bool sends_too, int which) {
    return value_text(sends_too ? "" : kind_names[sending_kinds[which]]);
}

static bool sends(const struct job_claim *c) {
    for (size_t i = 0; i < sizeof sending_kinds / sizeof *sending_kinds; i++)
        if (strcmp(c->job.kind, kind_names[sending_kinds[i]]) == 0)
            return true;
    return false;
}

static enum rc claim_one(struct tx *tx, void *arg) {
    struct job_claim *c = arg;
    struct job_runner *r = c->runner;
    c->token = id_new();
    struct rows rows = tx_query(tx, &q_job_claim,
                                BIND(ACCOUNT, value_int(c->now), value_int(free_before(r)),
                                     value_int(lease_clock(r) + r->options.lease_ms), value_text(r->options.holder),
                                     value_int(c->token), unless_sends(c->sends_too, 0),
                                     unless_sends(c->sends_too, 1), unless_sends(c->sends_too, 2)));
    c->got = rows_next(&rows);
    if (c->got)
        c->job = (struct job){
            .id = rows_int(&rows, 0),
            .kind = rows_copy(&rows, 1, c->arena),
            .subject_id = rows_int(&rows, 2),
            .run_at = rows_int(&rows, 3),
            .attempts = (int)rows_int(&rows, 4),
            .claim = c,
        };
    while (rows_next(&rows))
        ;
    return rows_end(&rows);
}

static enum rc settle_one(struct tx *tx, void *arg) {
    struct job_claim *c = arg;
    if (c->outcome == RC_OK)
        return tx_exec(tx, &q_job_done, BIND(ACCOUNT, value_int(c->job.id), value_int(c->token)));
    return tx_exec(tx, &q_job_later,
                   BIND(ACCOUNT, value_int(c->job.id), value_int(c->token),
                        value_int(clock_now() + job_pause(c->job.attempts)), value_text(rc_name(c->outcome))));
}

static void begin(struct job_claim *c) {
    struct job_runner *r = c->runner;
    pthread_mutex_lock(&r->lock);
    c->next = r->under_way;
    r->under_way = c;
    r->sending += sends(c);
    pthread_mutex_unlock(&r->lock);
}

static void end(struct job_claim *c) {
    struct job_runner *r = c->runner;
    pthread_mutex_lock(&r->lock);
    struct job_claim **at = &r->under_way;
    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    r->sending -= sends(c);
    pthread_mutex_unlock(&r->lock);
}

/* ---- the keeper: renews the leases of what is under way ---- */

struct renewal {
    int64_t id, token, until;
    bool lost;
};
struct renewals {
    struct renewal *at;
    int n;
};

static enum rc renew_all(struct tx *tx, void *arg) {
    struct renewals *all = arg;
    enum rc rc = RC_OK;
    for (int i = 0; i < all->n && rc == RC_OK; i++) {
        struct renewal *x = &all->at[i];
        rc = tx_exec(tx, &q_job_renew, BIND(ACCOUNT, value_int(x->id), value_int(x->token), value_int(x->until)));
        x->lost = rc == RC_OK && !tx_changes(tx);
    }
    return rc;
}

/* Claims may end meanwhile, and others begin: they are found again by their token. */
static enum rc renew_claims(struct job_runner *r) {
    struct arena *a = arena_new(0);
    struct renewals all = {ARENA_ARRAY(a, (size_t)r->options.threads, struct renewal)};
    int64_t asked_at = clock_mono(), until = lease_clock(r) + r->options.lease_ms;
    pthread_mutex_lock(&r->lock);
    for (struct job_claim *c = r->under_way; c; c = c->next)
        all.at[all.n++] = (struct renewal){.id = c->job.id, .token = c->token, .until = until};
    pthread_mutex_unlock(&r->lock);
    enum rc rc = all.n ? store_write(r->store, renew_all, &all) : RC_OK;
    pthread_mutex_lock(&r->lock);
    for (struct job_claim *c = r->under_way; c && rc == RC_OK; c = c->next)
        for (int i = 0; i < all.n; i++)
            if (all.at[i].token == c->token && c->held_until)
                c->held_until = all.at[i].lost ? 0 : asked_at + r->options.lease_ms;
    pthread_mutex_unlock(&r->lock);
    arena_free(a);
    return rc;
}

static void wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t ms) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + ms % 1000 * 1000000;
    until.tv_sec += ms / 1000 + ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    pthread_cond_timedwait(cond, lock, &until);
}

static void *keeper_main(void *arg) {
    struct job_runner *r = arg;
    int64_t pause = r->options.lease_ms / LEASE_SHARE;
    pthread_mutex_lock(&r->lock);
    while (!r->ended) {
        wait_until(&r->keeper_wake, &r->lock, pause);
        pthread_mutex_unlock(&r->lock);
        enum rc rc = renew_claims(r);
        note_away(r, rc);
        pause = rc == RC_OK ? r->options.lease_ms / LEASE_SHARE : RETRY_MS;
        pthread_mutex_lock(&r->lock);
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

/* ---- the runner ---- */

/* False: there was nothing to take after all. */
static bool run_one(struct job_runner *r, bool sends_too) {
    struct job_claim c = {.runner = r, .sends_too = sends_too, .now = clock_now(), .arena = arena_new(1024)};
    int64_t asked_at = clock_mono();
    enum rc rc = store_write(r->store, claim_one, &c);
    note_away(r, rc);
    if (rc == RC_OK && c.got) {
        c.held_until = asked_at + r->options.lease_ms;
        begin(&c);
    }
    pthread_mutex_lock(&r->lock);
    r->claiming--;
    pthread_mutex_unlock(&r->lock);
    if (rc == RC_OK && c.got) {
        int kind = 0;
        while (kind < JOB_KINDS && strcmp(kind_names[kind], c.job.kind) != 0)
            kind++;
        c.outcome = kind < JOB_KINDS && r->run[kind] ? r->run[kind](r->store, r->app, &c.job) : RC_BROKEN;
        if (c.outcome != RC_OK)
            log_warn("job %s of %lld: %s at attempt %d", c.job.kind, (long long)c.job.subject_id,
                     rc_name(c.outcome), c.job.attempts);
        do
            rc = store_write(r->store, settle_one, &c);
        while (rc == RC_AWAY && job_wait(&c.job));
        if (rc != RC_OK)
            log_warn("job %lld could not be settled; it comes back when its lease ends", (long long)c.job.id);
        note_unsettled(r, rc != RC_OK);
        end(&c);
    }
    arena_free(c.arena);
    return rc == RC_OK && c.got;
}

/* How many are due, as far as this program has threads for them. */
static int due_jobs(struct job_runner *r, bool sends_too) {
    int64_t n;
    struct view *v = view_open(r->store);
    enum rc rc =
        view_int(v, &q_job_due,
                 BIND(ACCOUNT, value_int(clock_now()), value_int(free_before(r)), value_int(r->options.threads),
                      unless_sends(sends_too, 0), unless_sends(sends_too, 1), unless_sends(sends_too, 2)),
                 0, &n);
    view_close(v);
    note_away(r, rc);
    return rc == RC_OK ? (int)n : 0;
}

/* One thread for each job that is due: a claim that finds nothing is a write in vain. */
static bool take_turn(struct job_runner *r, bool *sends_too) {
    pthread_mutex_lock(&r->lock);
    *sends_too = r->sending + r->claiming < r->options.threads - SPARED;
    pthread_mutex_unlock(&r->lock);
    int due = due_jobs(r, *sends_too);
    pthread_mutex_lock(&r->lock);
    *sends_too &= r->sending + r->claiming < r->options.threads - SPARED;
    bool mine = due > r->claiming;
    r->claiming += mine;
    pthread_mutex_unlock(&r->lock);
    return mine;
}

static void *runner_main(void *arg) {
    struct job_runner *r = arg;
    pthread_mutex_lock(&r->lock);
    while (!r->stopping) {
        unsigned seen = r->woken;
        r->running++;
        pthread_mutex_unlock(&r->lock);
        bool sends_too, did = take_turn(r, &sends_too) && run_one(r, sends_too);
        pthread_mutex_lock(&r->lock);
        r->running--;
        if (did)
            continue;
        for (int64_t until = clock_mono() + POLL_MS; seen == r->woken && !r->stopping && clock_mono() < until;)
            wait_until(&r->wake, &r->lock, until - clock_mono());
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

struct job_runner *job_start(struct store *s, void *app, job_run *const run[JOB_KINDS],
                             const struct job_options *o) {
    if (o->threads <= SPARED)
        die("%d threads for jobs", o->threads);
    struct job_runner *r = calloc(1, sizeof *r);
    pthread_t *t = calloc((size_t)o->threads, sizeof *t);
    pthread_condattr_t monotonic;
    if (!r || !t)
        die("out of memory");
    *r = (struct job_runner){.store = s, .app = app, .run = run, .options = *o, .threads = t};
    r->options.holder = o->holder ? o->holder : "";
    r->options.lease_ms = o->lease_ms ? o->lease_ms : JOB_LEASE_MS;
    pthread_mutex_init(&r->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&r->wake, &monotonic);
    pthread_cond_init(&r->keeper_wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    bool good = pthread_create(&r->keeper, NULL, keeper_main, r) == 0;
    for (int i = 0; i < o->threads; i++)
        good &= pthread_create(&t[i], NULL, runner_main, r) == 0;
    if (!good)
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
    for (int i = 0; i < r->options.threads; i++)
        pthread_join(r->threads[i], NULL);
    pthread_mutex_lock(&r->lock);
    r->ended = true;
    pthread_cond_signal(&r->keeper_wake);
    pthread_mutex_unlock(&r->lock);
    pthread_join(r->keeper, NULL);
    free(r->threads);
    free(r);
}

bool job_settle(struct job_runner *r, int64_t ms) {
    int64_t until = clock_mono() + ms;
    for (;;) {
        job_wake(r);
        /* In this order: a job that is no longer due because somebody has just taken it counts as running. */
        int due = due_jobs(r, true);
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
