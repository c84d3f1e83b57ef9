/* postgres.c: the engine for a team that has grown: several programs on one PostgreSQL.
 *
 * Each thread has a connection of its own, opened on first use, for its views and its writes. A connection that is
 * lost is opened again by the next query, not more often than its back-off allows; until then the answer is
 * RC_AWAY.
 *
 * Writes of all programs run one after the other, under one advisory lock taken with BEGIN: a verb loads, asks a
 * rule and saves, and what it has loaded must still be true when it saves. The chain of events would put them in a
 * row anyway, at its last statement, and SERIALIZABLE would make all but one of them start again
 * (docs/decisions/one-writer.md).
 *
 * Values and results travel in binary; the server is asked once, at start-up, what each parameter and column is. */
#include "store/engine.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/migrations.h"
#include "store/postgres.h"

#include <endian.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    SERVER_OLDEST = 130000, /* pg_current_xact_id */
    WRITE_TRIES = 8,
    RETRY_MS = 10,         /* before the second try; doubled each time, with jitter */
    AWAY_FIRST_MS = 100,   /* between attempts to connect; doubled each time, with jitter */
    AWAY_MAX_MS = 2000,    /* a standby that took over is found soon */
    CLOCK_TRUST_MS = 1000, /* the server's clock is taken over when its answer was not longer on its way */
    OUTCOME_MS = 5000,     /* how long the outcome of a lost COMMIT is asked for */
};

/* The lock of all writes, and of migrations; any number that no other program takes in this database. */
#define WRITE_LOCK "pg_advisory_xact_lock(7310579)"
#define SERVER_CLOCK "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"
/* What is asked with the lock in hand is a statement of its own: one sees the database as it was when it began,
 * which for the first was before it waited. */
#define BEGIN_WRITE "BEGIN READ WRITE; SELECT " WRITE_LOCK "; SELECT pg_current_xact_id(), " SERVER_CLOCK
#define UNFENCED BEGIN_WRITE ", true"

/* With a synchronous standby a COMMIT is answered when the standby has it too. A server that is restarted
 * meanwhile, or told to stop waiting, shows what it alone has as committed: and that is lost with its machine. So
 * what another connection left behind counts only after a record of our own, which stands behind it in the log, has
 * been waited for. */
#define BARRIER "SELECT pg_logical_emit_message(true, 'kept', '')"

/* Views read only, as on SQLite: a write outside store_write fails. A client that is lost inside a transaction
 * holds the lock of all writers: the server ends it before those who wait for the lock give up. */
#define SESSION                                                                                                    \
    "SET default_transaction_read_only = on; SET default_transaction_isolation = 'read committed';"                \
    "SET statement_timeout = '30s'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '5s';"     \
    "SET jit = off; SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), " SERVER_CLOCK

/* Of types we take; what else PostgreSQL finds is refused at start-up. */
enum type { TYPE_BOOL = 16, TYPE_BYTES = 17, TYPE_INT8 = 20, TYPE_INT2 = 21, TYPE_INT4 = 23, TYPE_TEXT = 25 };

struct connection {
    struct view view; /* first: a view is its connection */
    PGconn *pg;       /* NULL: none yet, or given up */
    bool *prepared;   /* by query index */
    char history[9];  /* the server's timeline when we connected: changes when a standby takes over */
    bool lost_race;   /* the transaction must be run again */
    bool caught_up;   /* what was there when we connected is also where it must be: see BARRIER */
    bool warned;      /* by the server, since it was last looked at */
    bool away;        /* and the log says so */
    int64_t changes;
    int64_t try_at, away_ms; /* clock_mono; the back-off now */
    struct connection *next; /* in the store's list */
};

struct postgres_store {
    struct store store;
    char *url;
    Oid **types; /* of each query's parameters */
    pthread_key_t key;
    pthread_mutex_t lock;
    struct connection *connections;
    _Atomic int64_t clock_ahead; /* of the server before clock_mono; 0: not known yet */
    struct fence *_Atomic fence; /* NULL: every write may begin */
};

/* Which row must be this program's when a write begins. A text of its own, for it is sent with BEGIN: another
 * statement would be another way to the server and back, while all other writers wait. */
struct fence {
    struct fence *before; /* a writer may still be sending it; there are as many as numbers were lost */
    enum rc (*renew)(struct tx *, void *);
    char begin[sizeof BEGIN_WRITE + 160];
};

static struct postgres_store *store_of(struct connection *c) { return (struct postgres_store *)c->view.store; }

static int64_t jittered(int64_t ms) { return ms / 2 + arc4random_uniform((uint32_t)ms + 1); }

static void wait_ms(int64_t ms) {
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

/* ---- the server's clock ---- */

static void learn_clock(struct connection *c, const char *text, int64_t asked_at) {
    struct postgres_store *s = store_of(c);
    int64_t now = clock_mono();
    if (now - asked_at < CLOCK_TRUST_MS || !s->clock_ahead)
        s->clock_ahead = atoll(text) - now;
}

static int64_t postgres_clock(struct store *store) {
    return clock_mono() + ((struct postgres_store *)store)->clock_ahead;
}

static void postgres_fence(struct store *store, int number, const char *run,
                           enum rc (*renew)(struct tx *, void *)) {
    struct postgres_store *s = (struct postgres_store *)store;
    struct fence *f = calloc(1, sizeof *f);
    if (!f)
        die("out of memory");
    f->renew = renew;
    int n = snprintf(f->begin, sizeof f->begin,
                     BEGIN_WRITE ", EXISTS (SELECT 1 FROM node WHERE node = %d AND run = '%s')", number, run);
    if (n < 0 || n >= (int)sizeof f->begin || strchr(run, '\''))
        die("a run is named %s", run);
    f->before = s->fence;
    s->fence = f;
}

/* ---- outcomes ---- */

static enum rc rc_of(const char *state) {
    static const struct {
        const char *begins;
        enum rc rc;
    } table[] = {
        {"23", RC_CONFLICT},                                      /* every broken constraint, as on SQLite */
        {"40", RC_AWAY},                                          /* a lost race: run again by store_write */
        {"53100", RC_FULL},  {"53", RC_AWAY},                     /* too many connections, out of memory */
        {"54", RC_TOO_BIG},  {"08", RC_AWAY},    {"57", RC_AWAY}, /* timeout, shutdown */
        {"58", RC_AWAY},     {"55P03", RC_AWAY},                  /* waited too long for a lock */
        {"25006", RC_AWAY},                                       /* not writable: a view, or a standby */
        {"25P03", RC_AWAY},                                       /* idle in a transaction */
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strncmp(state, table[i].begins, strlen(table[i].begins)) == 0)
            return table[i].rc;
    return RC_BROKEN;
}

static const char *state_of(const PGresult *res) {
    const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
    return state ? state : "08006"; /* libpq's own errors have none: the connection was lost */
}

static bool succeeded(const PGresult *res) {
    ExecStatusType status = PQresultStatus(res);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

/* The server's sentence may hold a customer's data: the log gets the code and the names of our own things. */
static enum rc outcome(struct connection *c, const PGresult *res, const char *what) {
    if (succeeded(res))
        return RC_OK;
    const char *state = state_of(res);
    enum rc rc = rc_of(state);
    if (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0)
        c->lost_race = true;
    else if (rc != RC_CONFLICT && res)
        log_error("PostgreSQL, %s: SQLSTATE %s", what, state);
    return rc;
}

/* ---- connections ---- */

static void say_nothing(void *arg, const PGresult *res) { (void)arg, (void)res; }

static void note_warning(void *arg, const PGresult *res) {
    const char *severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);
    ((struct connection *)arg)->warned |= severity && strcmp(severity, "WARNING") == 0;
}

/* A machine that is lost says nothing: neither to what was sent (tcp_user_timeout) nor while its answer is waited
 * for (keepalives), nor to who calls it (connect_timeout, of each address). By when a standby has taken over, about
 * 20 s later, all of that must be over. */
PGconn *postgres_dial(const char *url) {
    /* What stands before dbname are defaults that the URL overrides. */
    static const char *const keys[] = {"fallback_application_name", "connect_timeout",
                                       "target_session_attrs",      "tcp_user_timeout",
                                       "keepalives_idle",           "keepalives_interval",
                                       "keepalives_count",          "dbname",
                                       "client_encoding",           NULL};
    const char *const values[] = {"kept", "3", "read-write", "10000", "5", "2", "3", url, "UTF8", NULL};
    PGconn *pg = PQconnectdbParams(keys, values, 1);
    if (!pg)
        die("out of memory");
    PQsetNoticeReceiver(pg, say_nothing, NULL);
    return pg;
}

static bool is_up(const struct connection *c) { return c->pg && PQstatus(c->pg) == CONNECTION_OK; }

static void drop(struct connection *c) {
    PQfinish(c->pg);
    c->pg = NULL;
    c->caught_up = false;
    memset(c->prepared, 0, (size_t)queries_count());
}

/* Connected, after one attempt if need be and if the back-off allows one. */
static bool bring_up(struct connection *c) {
    if (is_up(c))
        return true;
    if (clock_mono() < c->try_at)
        return false;
    drop(c);
    c->pg = postgres_dial(store_of(c)->url);
    if (is_up(c)) {
        PQsetNoticeReceiver(c->pg, note_warning, c);
        int64_t asked_at = clock_mono();
        PGresult *res = PQexec(c->pg, SESSION);
        bool ready = PQresultStatus(res) == PGRES_TUPLES_OK;
        if (ready) {
            snprintf(c->history, sizeof c->history, "%s", PQgetvalue(res, 0, 0));
            learn_clock(c, PQgetvalue(res, 0, 1), asked_at);
        }
        PQclear(res);
        if (ready) {
            if (c->away)
                log_info("PostgreSQL is back");
            c->away = false;
            c->away_ms = 0;
            return true;
        }
    }
    c->away_ms = c->away_ms == 0 ? AWAY_FIRST_MS : c->away_ms * 2 > AWAY_MAX_MS ? AWAY_MAX_MS : c->away_ms * 2;
    c->try_at = clock_mono() + jittered(c->away_ms);
    if (!c->away)
        log_error("PostgreSQL is away; asked again within seconds, until it is back");
    c->away = true;
    drop(c);
    return false;
}

static void forget(void *arg) {
    struct connection *c = arg;
    struct postgres_store *s = store_of(c);
    pthread_mutex_lock(&s->lock);
    for (struct connection **at = &s->connections; *at; at = &(*at)->next)
        if (*at == c) {
            *at = c->next;
            break;
        }
    pthread_mutex_unlock(&s->lock);
    drop(c);
    free(c->prepared);
    free(c);
}

static struct connection *connection_here(struct postgres_store *s) {
    struct connection *c = pthread_getspecific(s->key);
    if (c)
        return c;
    c = calloc(1, sizeof *c);
    if (!c || !(c->prepared = calloc((size_t)queries_count() + 1, sizeof *c->prepared)))
        die("out of memory");
    c->view.store = &s->store;
    pthread_mutex_lock(&s->lock);
    c->next = s->connections;
    s->connections = c;
    pthread_mutex_unlock(&s->lock);
    pthread_setspecific(s->key, c);
    return c;
}

static struct view *postgres_view_open(struct store *store) {
    return &connection_here((struct postgres_store *)store)->view;
}

static void postgres_view_close(struct view *v) { (void)v; /* the thread keeps its connection */ }

/* ---- queries ---- */

struct answer {
    PGresult *res;
    int row; /* -1: before the first */
};

static const char *text_of(const struct query *q) { return q->postgres ? q->postgres : q->sql; }

static void statement_name(const struct query *q, char name[16]) { snprintf(name, 16, "q%d", q->index); }

/* What is sent for one value. `number` must live as long as the call. */
struct wire {
    const char *at;
    int len;
    char number[24];
};

/* False when the value is not of the parameter's type. A number may stand for a text, as on SQLite. */
static bool put(struct wire *w, const struct value *v, Oid type) {
    if (v->kind == VALUE_NULL)
        return true;
    w->at = w->number;
    if (v->kind == VALUE_INT && type == TYPE_INT8) {
        uint64_t n = htobe64((uint64_t)v->number);
        memcpy(w->number, &n, sizeof n);
        w->len = sizeof n;
        return true;
    }
    if (v->kind == VALUE_INT && type == TYPE_TEXT) {
        w->len = snprintf(w->number, sizeof w->number, "%lld", (long long)v->number);
        return true;
    }
    if (v->bytes.len)
        w->at = (const char *)v->bytes.at;
    w->len = (int)v->bytes.len;
    return v->bytes.len <= INT32_MAX && type == (v->kind == VALUE_TEXT ? TYPE_TEXT : TYPE_BYTES);
}

static PGresult *send_query(struct connection *c, struct query *q, const struct wire *wires) {
    char name[16];
    statement_name(q, name);
    if (!c->prepared[q->index]) {
        PGresult *made = PQprepare(c->pg, name, text_of(q), q->params, store_of(c)->types[q->index]);
        if (!succeeded(made))
            return made;
        PQclear(made);
        c->prepared[q->index] = true;
    }
    const char *at[PARAMS_MAX];
    int len[PARAMS_MAX], binary[PARAMS_MAX];
    for (int k = 0; k < q->params; k++) {
        at[k] = wires[k].at;
        len[k] = wires[k].len;
        binary[k] = 1;
    }
    return PQexecPrepared(c->pg, name, q->params, at, len, binary, 1);
}

static void postgres_query(struct rows *r, const struct value *values, int n) {
    struct connection *c = (struct connection *)r->view;
    struct query *q = r->query;
    struct wire wires[PARAMS_MAX];
    for (int k = 0; k < n; k++) {
        wires[k].at = NULL;
        wires[k].len = 0;
        if (!put(&wires[k], &values[k], store_of(c)->types[q->index][k])) {
            log_error("query %s: $%d is given what it is not", q->name, k + 1);
            r->rc = RC_BROKEN;
            return;
        }
    }
    PGresult *res = NULL;
    if (c->view.tx) { /* a new connection would not be in this transaction */
        if (is_up(c))
            res = send_query(c, q, wires);
    } else {
        /* A connection that died while nobody used it is found only now: a view may ask again. */
        for (int tries = 0; tries < 2 && bring_up(c); tries++) {
            PQclear(res);
            res = send_query(c, q, wires);
            if (is_up(c))
                break;
        }
    }
    r->rc = outcome(c, res, q->name);
    if (r->rc != RC_OK) {
        PQclear(res);
        return;
    }
    if (strncmp(PQcmdStatus(res), "SELECT", 6) != 0)
        c->changes = atoll(PQcmdTuples(res));
    struct answer *answer = malloc(sizeof *answer);
    if (!answer)
        die("out of memory");
    *answer = (struct answer){res, -1};
    r->engine = answer;
}

static bool postgres_next(struct rows *r) {
    struct answer *a = r->engine;
    if (a->row + 1 >= PQntuples(a->res))
        return false;
    a->row++;
    return true;
}

static bool postgres_null(struct rows *r, int column) {
    struct answer *a = r->engine;
    return PQgetisnull(a->res, a->row, column);
}

static int64_t postgres_int(struct rows *r, int column) {
    struct answer *a = r->engine;
    const char *at = PQgetvalue(a->res, a->row, column);
    uint64_t wide;
    uint32_t middle;
    uint16_t narrow;
    if (postgres_null(r, column))
        return 0;
    switch (PQftype(a->res, column)) {
    case TYPE_INT8: memcpy(&wide, at, sizeof wide); return (int64_t)be64toh(wide);
    case TYPE_INT4: memcpy(&middle, at, sizeof middle); return (int32_t)be32toh(middle);
    case TYPE_INT2: memcpy(&narrow, at, sizeof narrow); return (int16_t)be16toh(narrow);
    case TYPE_BOOL: return *at != 0;
    default: misread(r, column); return 0;
    }
}

static struct bytes postgres_bytes(struct rows *r, int column) {
    struct answer *a = r->engine;
    Oid type = PQftype(a->res, column);
    if (postgres_null(r, column))
        return (struct bytes){0};
    if (type != TYPE_TEXT && type != TYPE_BYTES) {
        misread(r, column);
        return (struct bytes){0};
    }
    return (struct bytes){(const uint8_t *)PQgetvalue(a->res, a->row, column),
                          (size_t)PQgetlength(a->res, a->row, column)};
}

static const char *postgres_text(struct rows *r, int column) {
    struct answer *a = r->engine;
    if (postgres_null(r, column))
        return NULL;
    if (PQftype(a->res, column) != TYPE_TEXT) {
        misread(r, column);
        return NULL;
    }
    return PQgetvalue(a->res, a->row, column); /* libpq adds a NUL */
}

static void postgres_end(struct rows *r) {
    struct answer *a = r->engine;
    PQclear(a->res);
    free(a);
}

static int64_t postgres_changes(struct view *v) { return ((struct connection *)v)->changes; }

/* ---- writing ---- */

static bool tell(struct connection *c, const char *sql) {
    PGresult *res = PQexec(c->pg, sql);
    bool done = succeeded(res);
    PQclear(res);
    return done;
}

/* Waits for the standby, if there is to be one; false: the connection was lost, or the wait cut short. */
static bool catch_up(struct connection *c) {
    c->warned = false;
    return c->caught_up = tell(c, BARRIER) && !c->warned;
}

/* COMMIT went out and no answer came. The server remembers how each transaction ended, so it is asked; a standby
 * that took over may have given the same number to another transaction, so it is not. */
static enum rc ask_outcome(struct connection *c, const char *xid) {
    char history[sizeof c->history];
    memcpy(history, c->history, sizeof history);
    for (int64_t until = clock_mono() + OUTCOME_MS; clock_mono() < until; wait_ms(jittered(AWAY_FIRST_MS))) {
        c->try_at = c->away_ms = 0;
        if (!bring_up(c))
            continue;
        if (strcmp(history, c->history) != 0)
            break;
        PGresult *res = PQexecParams(c->pg, "SELECT pg_xact_status(CAST(CAST($1 AS text) AS xid8))", 1, NULL, &xid,
                                     NULL, NULL, 0);
        const char *status = PQresultStatus(res) == PGRES_TUPLES_OK ? PQgetvalue(res, 0, 0) : "";
        bool committed = strcmp(status, "committed") == 0, aborted = strcmp(status, "aborted") == 0;
        PQclear(res);
        if (committed && catch_up(c))
            return RC_OK;
        if (aborted) {
            c->lost_race = true;
            return RC_AWAY;
        }
    }
    log_error("the outcome of a write is not known: PostgreSQL went away during COMMIT");
    return RC_AWAY;
}

static enum rc commit(struct connection *c, const char *xid) {
    c->warned = false;
    PGresult *res = PQexec(c->pg, "COMMIT");
    enum rc rc;
    if (succeeded(res) && strcmp(PQcmdStatus(res), "COMMIT") != 0)
        rc = RC_BROKEN;
    else if (succeeded(res))
        rc = !c->warned || catch_up(c) ? RC_OK : RC_AWAY;
    else if (is_up(c))
        rc = outcome(c, res, "COMMIT");
    else
        rc = ask_outcome(c, xid);
    PQclear(res);
    return rc;
}

/* One try. *again: nothing of it was kept, and the next try may do better. */
static enum rc write_once(struct connection *c, enum rc (*fn)(struct tx *, void *), void *arg, bool *again) {
    c->lost_race = false;
    *again = false;
    if (!bring_up(c))
        return RC_AWAY;
    const struct fence *fence = store_of(c)->fence;
    int64_t asked_at = clock_mono();
    PGresult *begun = PQexec(c->pg, fence && fn != fence->renew ? fence->begin : UNFENCED);
    enum rc rc = outcome(c, begun, "BEGIN");
    char xid[24];
    bool fenced_off = false;
    snprintf(xid, sizeof xid, "%s", rc == RC_OK ? PQgetvalue(begun, 0, 0) : "");
    if (rc == RC_OK) {
        learn_clock(c, PQgetvalue(begun, 0, 1), asked_at);
        fenced_off = strcmp(PQgetvalue(begun, 0, 2), "t") != 0;
    }
    PQclear(begun);
    if (fenced_off) { /* until node_tend has another number */
        PQclear(PQexec(c->pg, "ROLLBACK"));
        return RC_AWAY;
    }
    if (rc != RC_OK && is_up(c)) { /* the lock did not come, or this server is a standby now */
        drop(c);
        return RC_AWAY;
    }
    struct tx tx;
    tx_begin(&tx, &c->view);
    if (rc == RC_OK && !c->caught_up && !tell(c, BARRIER)) /* also for one that finds that all is done already */
        rc = RC_AWAY;
    if (rc == RC_OK)
        rc = tx_run(&tx, fn, arg);
    if (!is_up(c)) { /* the server rolls back what it was not told to commit */
        *again = true;
        rc = RC_AWAY;
    } else if (rc == RC_OK)
        rc = commit(c, xid);
    if (is_up(c) && PQtransactionStatus(c->pg) != PQTRANS_IDLE)
        PQclear(PQexec(c->pg, "ROLLBACK"));
    if (rc == RC_OK) {
        c->caught_up = true;
        tx_committed(&tx);
    } else if (c->lost_race)
        *again = true;
    tx_end(&tx);
    return rc;
}

static enum rc postgres_write(struct store *store, enum rc (*fn)(struct tx *, void *), void *arg) {
    struct connection *c = connection_here((struct postgres_store *)store);
    if (c->view.tx)
        die("store_write inside store_write");
    enum rc rc = RC_AWAY;
    bool again = true;
    for (int tries = 0; again && tries < WRITE_TRIES; tries++) {
        if (tries > 0)
            wait_ms(jittered(RETRY_MS << tries));
        rc = write_once(c, fn, arg, &again);
    }
    return again ? RC_AWAY : rc;
}

/* ---- migrations ---- */

static char *first_text(struct arena *a, PGconn *pg, const char *sql) {
    PGresult *res = PQexec(pg, sql);
    char *text = PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res) > 0 && !PQgetisnull(res, 0, 0)
                     ? arena_copy(a, PQgetvalue(res, 0, 0))
                     : NULL;
    PQclear(res);
    return text;
}

static int64_t first_int(struct arena *a, PGconn *pg, const char *sql) {
    char *text = first_text(a, pg, sql);
    return text ? atoll(text) : -1;
}

#define HAVE "SELECT coalesce(max(number), 0) FROM schema_migration"

/* The first line of what the server says; these are about the schema, never about rows. */
static char *complaint(struct arena *a, PGconn *pg) {
    const char *text = PQerrorMessage(pg);
    return arena_copy_n(a, text, strcspn(text, "\n"));
}

/* *denied: this role may not. */
static bool run_as(PGconn *pg, const char *sql, bool *denied) {
    PGresult *res = PQexec(pg, sql);
    bool ok = succeeded(res);
    *denied = !ok && strcmp(state_of(res), "42501") == 0;
    PQclear(res);
    return ok;
}

static bool run(PGconn *pg, const char *sql) {
    bool denied;
    return run_as(pg, sql, &denied);
}

#define ASK_THE_OWNER "; run kept init once as the owner of the tables, with that role in its --store"
#define ASK_FOR_RIGHTS                                                                                             \
    "; is this the serving role? Then the owner of the tables grants it its rights, as docs/postgresql.md has "    \
    "them"

static enum rc apply(struct arena *a, PGconn *pg, const struct migration *m, const char **why) {
    char *text = migration_for_postgres(m->text);
    char *note = arena_printf(a, "INSERT INTO schema_migration VALUES (%d, '%s', %lld)", m->number, m->name,
                              (long long)clock_now());
    bool ok = run(pg, "BEGIN; SELECT " WRITE_LOCK);
    bool done_elsewhere = ok && first_int(a, pg, HAVE) >= m->number; /* by a program that started with us */
    bool denied = false;
    if (ok && !done_elsewhere)
        ok = run_as(pg, text, &denied) && run_as(pg, note, &denied);
    ok = ok && run(pg, "COMMIT");
    if (!ok) {
        *why = arena_printf(a, "migration %04d_%s: %s; nothing of it was kept%s", m->number, m->name,
                            complaint(a, pg), denied ? ASK_THE_OWNER : "");
        run(pg, "ROLLBACK");
    }
    free(text);
    return ok ? RC_OK : RC_BROKEN;
}

static enum rc bring_up_to_date(struct arena *a, PGconn *pg, bool migrate, const char **why) {
    bool empty = !first_text(a, pg, "SELECT to_regclass('schema_migration')");
    bool denied = false;
    if (empty && migrate &&
        !run_as(pg,
                "BEGIN; SELECT " WRITE_LOCK
                "; CREATE TABLE IF NOT EXISTS schema_migration (number BIGINT PRIMARY KEY,"
                " name TEXT NOT NULL, applied_at BIGINT NOT NULL); COMMIT",
                &denied)) {
        *why =
            arena_printf(a, "the database cannot be written: %s%s", complaint(a, pg), denied ? ASK_THE_OWNER : "");
        return RC_DENIED;
    }
    int64_t have = empty && !migrate ? 0 : first_int(a, pg, HAVE);
    if (have < 0) {
        run_as(pg, HAVE, &denied);
        *why = arena_printf(a, "the database cannot be read: %s%s", complaint(a, pg), denied ? ASK_FOR_RIGHTS : "");
        return RC_DENIED;
    }
    if (have > migrations_n) {
        *why = "the database was made by a newer kept: install that version, or restore a backup";
        return RC_INVALID;
    }
    if (have < migrations_n && !migrate) {
        *why = "the database has an older schema: start kept serve once, it brings it up to date";
        return RC_INVALID;
    }
    if (!store_open_unfinished && !empty && first_int(a, pg, UNFINISHED) > 0) {
        *why = UNFINISHED_WHY;
        return RC_INVALID;
    }
    for (int i = (int)have; i < migrations_n; i++) {
        enum rc rc = apply(a, pg, &migrations[i], why);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

static enum rc check_server(struct arena *a, PGconn *pg, const char **why) {
    const char *encoding = PQparameterStatus(pg, "server_encoding");
    if (PQserverVersion(pg) < SERVER_OLDEST) {
        *why = "PostgreSQL 13 or newer is needed; 15 is what kept is tested with";
        return RC_INVALID;
    }
    if (!encoding || strcmp(encoding, "UTF8") != 0) {
        *why = arena_printf(a, "the database's encoding is %s: make one with ENCODING 'UTF8' TEMPLATE template0",
                            encoding ? encoding : "not known");
        return RC_INVALID;
    }
    return RC_OK;
}

/* ---- what each query takes and gives ---- */

static bool takes(Oid type) { return type == TYPE_INT8 || type == TYPE_TEXT || type == TYPE_BYTES; }

static bool gives(Oid type) { return takes(type) || type == TYPE_INT4 || type == TYPE_INT2 || type == TYPE_BOOL; }

/* `$1 > 0` makes PostgreSQL take $1 for 32 bits, where a time does not fit: such a query is prepared again with the
 * parameter declared as what we bind. */
static bool widen(const PGresult *described, int params, Oid *types) {
    bool widened = false;
    for (int k = 0; k < params; k++) {
        types[k] = PQparamtype(described, k);
        if (types[k] == TYPE_INT4 || types[k] == TYPE_INT2) {
            types[k] = TYPE_INT8;
            widened = true;
        }
    }
    return widened;
}

static PGresult *prepare_and_describe(PGconn *pg, struct query *q, const Oid *types) {
    char name[16];
    statement_name(q, name);
    PGresult *made = PQprepare(pg, name, text_of(q), q->params, types);
    PGresult *described = succeeded(made) ? PQdescribePrepared(pg, name) : NULL;
    if (!succeeded(described))
        die("query %s does not prepare (docs/sql.md): %s\n%s", q->name, PQerrorMessage(pg), text_of(q));
    PQclear(made);
    return described;
}

static void learn(struct connection *c, struct query *q) {
    Oid *types = calloc((size_t)q->params + 1, sizeof *types);
    if (!types)
        die("out of memory");
    PGresult *described = prepare_and_describe(c->pg, q, types);
    if (widen(described, q->params, types)) {
        char name[16], deallocate[32];
        statement_name(q, name);
        snprintf(deallocate, sizeof deallocate, "DEALLOCATE %s", name);
        run(c->pg, deallocate);
        PQclear(described);
        described = prepare_and_describe(c->pg, q, types);
    }
    for (int k = 0; k < q->params; k++)
        if (!takes(types[k]))
            die("query %s: the type of $%d is not clear to PostgreSQL: write CAST($%d AS BIGINT) or AS TEXT\n%s",
                q->name, k + 1, k + 1, text_of(q));
    for (int i = 0; i < PQnfields(described); i++)
        if (!gives(PQftype(described, i)))
            die("query %s: column %d is neither number nor text nor bytes: CAST(… AS BIGINT), which sum() "
                "needs\n%s",
                q->name, i, text_of(q));
    PQclear(described);
    c->prepared[q->index] = true;
    store_of(c)->types[q->index] = types;
}

/* ---- opening and closing ---- */

static bool postgres_serves(const char *where) {
    return strncmp(where, "postgresql://", 13) == 0 || strncmp(where, "postgres://", 11) == 0;
}

static void postgres_close(struct store *store) {
    struct postgres_store *s = (struct postgres_store *)store;
    pthread_key_delete(s->key);
    while (s->connections)
        forget(s->connections);
    for (int i = 0; i < queries_count(); i++)
        free(s->types[i]);
    free(s->types);
    free(s->url);
    for (struct fence *f = s->fence, *before; f; f = before) {
        before = f->before;
        free(f);
    }
    free(s);
}

static enum rc prepare_database(struct arena *a, const char *url, bool migrate, const char **why) {
    PGconn *pg = postgres_dial(url);
    enum rc rc = RC_OK;
    if (PQstatus(pg) != CONNECTION_OK) {
        *why = arena_printf(a, "PostgreSQL cannot be reached: %s", complaint(a, pg));
        rc = RC_AWAY;
    }
    if (rc == RC_OK)
        rc = check_server(a, pg, why);
    if (rc == RC_OK)
        rc = bring_up_to_date(a, pg, migrate, why);
    PQfinish(pg);
    return rc;
}

static enum rc postgres_open(struct arena *a, const char *where, bool migrate, struct store **out,
                             const char **why) {
    enum rc rc = prepare_database(a, where, migrate, why);
    if (rc != RC_OK)
        return rc;
    struct postgres_store *s = calloc(1, sizeof *s);
    if (!s || !(s->types = calloc((size_t)queries_count() + 1, sizeof *s->types)) || !(s->url = strdup(where)))
        die("out of memory");
    s->store.engine = &postgres_engine;
    pthread_key_create(&s->key, forget);
    pthread_mutex_init(&s->lock, NULL);
    struct connection *c = connection_here(s);
    if (!bring_up(c)) {
        *why = "PostgreSQL went away while kept started";
        postgres_close(&s->store);
        return RC_AWAY;
    }
    for (int i = 0; i < queries_count(); i++)
        learn(c, queries_at(i));
    *out = &s->store;
    return RC_OK;
}

/* ---- for the operator ---- */

static enum rc postgres_backup(struct store *store, const char *path, const char **why) {
    (void)store, (void)path;
    *why = "PostgreSQL is backed up by its own tools: pg_dump, or the cluster's base backups and archived log";
    return RC_INVALID;
}

static enum rc postgres_check(struct store *store, struct arena *a, bool thorough, const char **why) {
    (void)store, (void)a, (void)thorough;
    *why = "";
    return RC_OK;
}

static enum rc postgres_reindex(struct store *store) {
    (void)store;
    return RC_INVALID;
}

static char *postgres_describe(struct store *store, struct arena *a) {
    struct connection *c = connection_here((struct postgres_store *)store);
    char *text =
        !bring_up(c)
            ? NULL
            : first_text(
                  a, c->pg,
                  "SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1) || ', database '"
                  " || current_database() || ', ' || round(pg_database_size(current_database()) / 1e6, 1) || ' MB, "
                  "'"
                  " || (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) || ' of '"
                  " || current_setting('max_connections') || ' connections, synchronous_commit '"
                  " || current_setting('synchronous_commit') || ', fsync ' || current_setting('fsync')");
    return text ? arena_printf(a, "%s, schema %d", text, migrations_n) : arena_copy(a, "PostgreSQL, away");
}

/* libpq's defaults are filled from the environment. */
static size_t postgres_reads(struct arena *a, const char *where, const char **paths) {
    static const char *const files[] = {"passfile", "sslrootcert", "sslcert", "sslkey", "sslcrl"};
    PQconninfoOption *given = PQconninfoParse(where, NULL), *usual = PQconndefaults();
    const char *home = getenv("HOME"), *services = getenv("PGSERVICEFILE");
    size_t n = 0;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *path = NULL;
        for (PQconninfoOption *o = usual; o && o->keyword; o++)
            path = strcmp(o->keyword, files[i]) == 0 && o->val ? o->val : path;
        for (PQconninfoOption *o = given; o && o->keyword; o++)
            path = strcmp(o->keyword, files[i]) == 0 && o->val ? o->val : path;
        if (path && *path == '/')
            paths[n++] = arena_copy(a, path);
    }
    if (home && *home == '/') {
        paths[n++] = arena_printf(a, "%s/.pgpass", home);
        paths[n++] = arena_printf(a, "%s/.postgresql", home);
    }
    if (services && *services == '/')
        paths[n++] = arena_copy(a, services);
    PQconninfoFree(given);
    PQconninfoFree(usual);
    return n;
}

const char *postgres_url(struct store *s) {
    return s->engine == &postgres_engine ? ((struct postgres_store *)s)->url : NULL;
}

const struct engine postgres_engine = {
    .name = "postgres",
    .search_unordered = true,
    .serves = postgres_serves,
    .open = postgres_open,
    .close = postgres_close,
    .write = postgres_write,
    .view_open = postgres_view_open,
    .view_close = postgres_view_close,
    .query = postgres_query,
    .next = postgres_next,
    .get_int = postgres_int,
    .get_text = postgres_text,
    .get_bytes = postgres_bytes,
    .get_null = postgres_null,
    .end = postgres_end,
    .changes = postgres_changes,
    .backup = postgres_backup,
    .check = postgres_check,
    .reindex = postgres_reindex,
    .describe = postgres_describe,
    .reads = postgres_reads,
    .clock = postgres_clock,
    .fence = postgres_fence,
};
