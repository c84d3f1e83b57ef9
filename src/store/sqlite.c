/* sqlite.c: the embedded engine.
 *
 * One writer thread owns the only connection that writes. It takes closures from a queue, runs each in a savepoint
 * of one transaction, commits once, and answers all: 64 callers share an fsync. It never waits for a batch to fill.
 * Each thread that reads has a connection of its own, opened on first use and closed when the thread or the store
 * ends. A statement is prepared once per connection and reused; one that is in use already (a query inside a loop
 * over itself) gets a second copy for that time. */
#include "store/engine.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/backup.h"
#include "store/migrations.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BATCH_MAX = 256,    /* closures in one transaction */
    BATCH_MS = 5,       /* and no more are taken after this time */
    READ_MAX_MS = 2000, /* a reading query that takes longer is ended */
    BUSY_AFTER = 1000,  /* queries after which a reader counts as busy, and gets a large cache … */
    LARGE_CACHE_KB = 16000,
    LARGE_CACHES = 4,           /* … while there are fewer of them than this: the memory of all is bounded */
    BUSY_MS = 5000,             /* for other programs: kept user add, backup */
    WAL_TRUNCATE_AT = 64 << 20, /* bytes of log after which an idle moment is used to empty it */
    IDLE_MS = 1000,
};

struct statement {
    sqlite3_stmt *stmt;
    uint8_t place[PARAMS_MAX]; /* place[k]: SQLite's index of $(k+1); 0: not used by the query */
    bool busy;
};

struct connection {
    struct view view; /* first: a view is its connection */
    sqlite3 *db;
    struct statement *statements; /* one for each declared query */
    int64_t deadline;             /* clock_mono; 0: none */
    struct connection *next;      /* in the store's list of readers */
    int64_t changes;
    unsigned queries;
    bool held; /* one snapshot for all reads: view_hold */
};

struct work {
    struct work *next;
    enum rc (*fn)(struct tx *, void *);
    void *arg;
    enum rc rc;
    sem_t done;
    struct tx tx;
};

struct sqlite_store {
    struct store store;
    char *path;
    pthread_key_t reader_key;
    pthread_mutex_t readers_lock;
    struct connection *readers;
    struct connection *writer;
    pthread_t writer_thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct work *head, **tail;
    bool stopping;
    _Atomic bool forget_log;
};

/* What is kept in reader_key: a thread's end must find the store. */
static struct sqlite_store *store_of(struct connection *c) { return (struct sqlite_store *)c->view.store; }

static enum rc rc_of(int code) {
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return RC_OK;
    case SQLITE_CONSTRAINT: return RC_CONFLICT;
    case SQLITE_FULL: return RC_FULL;
    case SQLITE_TOOBIG: return RC_TOO_BIG;
    case SQLITE_IOERR: return code == SQLITE_IOERR_WRITE ? RC_FULL : RC_AWAY;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_INTERRUPT: return RC_AWAY;
    default: return RC_BROKEN;
    }
}

/* ---- connections ---- */

static int out_of_time(void *arg) {
    struct connection *c = arg;
    return c->deadline && clock_mono() > c->deadline;
}

/* Event rows are history: no statement may change or remove one. */
static int refuse_rewriting_history(void *arg, int action, const char *table, const char *column, const char *db,
                                    const char *trigger) {
    if ((action == SQLITE_UPDATE || action == SQLITE_DELETE) && strcmp(table, "event") == 0)
        return SQLITE_DENY;
    return SQLITE_OK;
}

static int run(sqlite3 *db, const char *sql) { return sqlite3_exec(db, sql, NULL, NULL, NULL); }

static struct connection *connect(struct sqlite_store *s, bool writes, int *code) {
    struct connection *c = calloc(1, sizeof *c);
    if (!c)
        die("out of memory");
    c->view.store = &s->store;
    c->statements = calloc((size_t)queries_count() + 1, sizeof *c->statements);
    if (!c->statements)
        die("out of memory");
    int flags = SQLITE_OPEN_NOMUTEX | (writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
    *code = sqlite3_open_v2(s->path, &c->db, flags, NULL);
    if (*code == SQLITE_OK) {
        sqlite3_extended_result_codes(c->db, 1);
        sqlite3_busy_timeout(c->db, BUSY_MS);
        *code = run(c->db, "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0;"
                           "PRAGMA cache_size = -2000; PRAGMA temp_store = MEMORY;");
    }
    if (*code == SQLITE_OK && writes)
        *code =
            run(c->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;"
                       "PRAGMA cell_size_check = ON; PRAGMA cache_size = -16000;"
                       "PRAGMA secure_delete = ON;");
    if (*code == SQLITE_OK && !writes)
        sqlite3_progress_handler(c->db, 10000, out_of_time, c);
    return c;
}

static void disconnect(struct connection *c) {
    for (int i = 0; i < queries_count(); i++)
        sqlite3_finalize(c->statements[i].stmt);
    free(c->statements);
    sqlite3_close(c->db);
    free(c);
}

static void forget_reader(void *arg) {
    struct connection *c = arg;
    struct sqlite_store *s = store_of(c);
    pthread_mutex_lock(&s->readers_lock);
    for (struct connection **at = &s->readers; *at; at = &(*at)->next)
        if (*at == c) {
            *at = c->next;
            break;
        }
    pthread_mutex_unlock(&s->readers_lock);
    disconnect(c);
}

static void sqlite_hold(struct view *v) {
    struct connection *c = (struct connection *)v;
    if (!c->held && c != store_of(c)->writer)
        c->held = run(c->db, "BEGIN") == SQLITE_OK;
}

static void let_go(struct connection *c) {
    if (c && c->held)
        run(c->db, "COMMIT");
    if (c)
        c->held = false;
}

static struct view *sqlite_view_open(struct store *store) {
    struct sqlite_store *s = (struct sqlite_store *)store;
    struct connection *c = pthread_getspecific(s->reader_key);
    if (!c) {
        int code;
        c = connect(s, false, &code);
        if (code != SQLITE_OK)
            log_error("cannot open the database for reading: %s", sqlite3_errstr(code));
        pthread_mutex_lock(&s->readers_lock);
        c->next = s->readers;
        s->readers = c;
        pthread_mutex_unlock(&s->readers_lock);
        pthread_setspecific(s->reader_key, c);
    }
    let_go(c); /* of a view that nobody closed */
    return &c->view;
}

static void sqlite_view_close(struct view *v) { let_go((struct connection *)v); /* the thread keeps it */ }

/* ---- queries ---- */

static int prepare(struct connection *c, struct query *q, struct statement *st) {
    int code = sqlite3_prepare_v3(c->db, q->sql, -1, SQLITE_PREPARE_PERSISTENT, &st->stmt, NULL);
    if (code != SQLITE_OK)
        return code;
    for (int k = 0; k < PARAMS_MAX; k++) {
        char name[8];
        snprintf(name, sizeof name, "$%d", k + 1);
        st->place[k] = (uint8_t)sqlite3_bind_parameter_index(st->stmt, name);
    }
    return SQLITE_OK;
}

static int bind(struct statement *st, const struct value *values, int n) {
    for (int k = 0; k < n; k++) {
        int place = st->place[k], code = SQLITE_OK;
        if (!place)
            continue;
        switch (values[k].kind) {
        case VALUE_NULL: code = sqlite3_bind_null(st->stmt, place); break;
        case VALUE_INT: code = sqlite3_bind_int64(st->stmt, place, values[k].number); break;
        case VALUE_TEXT:
            code = sqlite3_bind_text64(st->stmt, place, (const char *)values[k].bytes.at, values[k].bytes.len,
                                       SQLITE_STATIC, SQLITE_UTF8);
            break;
        case VALUE_BYTES:
            code = values[k].bytes.len ? sqlite3_bind_blob64(st->stmt, place, values[k].bytes.at,
                                                             values[k].bytes.len, SQLITE_STATIC)
                                       : sqlite3_bind_zeroblob(st->stmt, place, 0);
            break;
        }
        if (code != SQLITE_OK)
            return code;
    }
    return SQLITE_OK;
}

static void fail(struct rows *r, struct connection *c, int code) {
    r->rc = rc_of(code);
    if (r->rc != RC_CONFLICT)
        log_error("query %s: %s (%d)", r->query->name, c->db ? sqlite3_errmsg(c->db) : "no connection", code);
}

/* Threads that serve pages read all day, workers now and then: pages are kept for the former. */
static void enlarge_cache(struct connection *c) {
    static _Atomic int enlarged;
    if (++c->queries != BUSY_AFTER || atomic_fetch_add(&enlarged, 1) >= LARGE_CACHES)
        return;
    char text[64];
    snprintf(text, sizeof text, "PRAGMA cache_size = -%d", LARGE_CACHE_KB);
    run(c->db, text);
}

static void sqlite_query(struct rows *r, const struct value *values, int n) {
    struct connection *c = (struct connection *)r->view;
    enlarge_cache(c);
    struct statement *st = &c->statements[r->query->index];
    int code = SQLITE_OK;
    if (st->busy) {
        st = calloc(1, sizeof *st);
        if (!st)
            die("out of memory");
    }
    r->engine = st;
    if (!st->stmt)
        code = prepare(c, r->query, st);
    if (code == SQLITE_OK)
        code = bind(st, values, n);
    st->busy = true;
    if (c != store_of(c)->writer)
        c->deadline = clock_mono() + READ_MAX_MS;
    if (code != SQLITE_OK)
        fail(r, c, code);
}

static sqlite3_stmt *stmt_of(struct rows *r) { return ((struct statement *)r->engine)->stmt; }

static bool sqlite_next(struct rows *r) {
    struct connection *c = (struct connection *)r->view;
    int code = sqlite3_step(stmt_of(r));
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        c->changes = sqlite3_changes64(c->db);
    else
        fail(r, c, code);
    return false;
}

static int64_t sqlite_int(struct rows *r, int column) {
    int type = sqlite3_column_type(stmt_of(r), column);
    if (type != SQLITE_INTEGER && type != SQLITE_NULL)
        misread(r, column);
    return type == SQLITE_INTEGER ? sqlite3_column_int64(stmt_of(r), column) : 0;
}

static const char *sqlite_text(struct rows *r, int column) {
    int type = sqlite3_column_type(stmt_of(r), column);
    if (type != SQLITE_TEXT && type != SQLITE_NULL) {
        misread(r, column);
        return NULL;
    }
    return (const char *)sqlite3_column_text(stmt_of(r), column);
}

static struct bytes sqlite_bytes(struct rows *r, int column) {
    int type = sqlite3_column_type(stmt_of(r), column);
    if (type != SQLITE_BLOB && type != SQLITE_TEXT && type != SQLITE_NULL) {
        misread(r, column);
        return (struct bytes){0};
    }
    const void *at = sqlite3_column_blob(stmt_of(r), column);
    return (struct bytes){at, (size_t)sqlite3_column_bytes(stmt_of(r), column)};
}

static bool sqlite_null(struct rows *r, int column) {
    return sqlite3_column_type(stmt_of(r), column) == SQLITE_NULL;
}

/* A statement that is not reset keeps its snapshot open, and the log can then not be emptied. */
static void sqlite_end(struct rows *r) {
    struct connection *c = (struct connection *)r->view;
    struct statement *st = r->engine;
    if (st->stmt) {
        sqlite3_reset(st->stmt);
        sqlite3_clear_bindings(st->stmt);
    }
    st->busy = false;
    if (st != &c->statements[r->query->index]) {
        sqlite3_finalize(st->stmt);
        free(st);
    }
}

static int64_t sqlite_changes(struct view *v) { return ((struct connection *)v)->changes; }

/* ---- the writer ---- */

static struct work *take(struct sqlite_store *s, bool wait) {
    pthread_mutex_lock(&s->lock);
    while (wait && !s->head && !s->stopping) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += IDLE_MS / 1000;
        if (pthread_cond_clockwait(&s->wake, &s->lock, CLOCK_MONOTONIC, &until) == ETIMEDOUT)
            break;
    }
    struct work *w = s->head;
    if (w) {
        s->head = w->next;
        if (!s->head)
            s->tail = &s->head;
    }
    pthread_mutex_unlock(&s->lock);
    return w;
}

static void empty_log_when_large(struct sqlite_store *s) {
    char log_path[4096];
    struct stat st;
    snprintf(log_path, sizeof log_path, "%s-wal", s->path);
    bool asked = atomic_exchange(&s->forget_log, false);
    if (!asked && (stat(log_path, &st) != 0 || st.st_size <= WAL_TRUNCATE_AT))
        return;
    if (sqlite3_wal_checkpoint_v2(s->writer->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) != SQLITE_OK &&
        asked)
        atomic_store(&s->forget_log, true); /* somebody reads: at the next idle moment */
}

static void sqlite_forget_log(struct store *s) { atomic_store(&((struct sqlite_store *)s)->forget_log, true); }

/* Steps of a few hundred pages, so that others write in between. A step that changes fewer than two rows of the
 * index's own found nothing to do. */
static enum rc sqlite_scrub(struct view *v, const char *table, bool first, bool *more) {
    enum { STEP_PAGES = 300, IDLE_CHANGES = 2 };
    sqlite3 *db = ((struct connection *)v)->db;
    char sql[128];
    snprintf(sql, sizeof sql, "INSERT INTO %s (%s, rank) VALUES ('merge', %d)", table, table,
             first ? -STEP_PAGES : STEP_PAGES);
    int64_t before = sqlite3_total_changes64(db);
    int code = run(db, sql);
    *more = code == SQLITE_OK && sqlite3_total_changes64(db) - before >= IDLE_CHANGES;
    return rc_of(code);
}

/* One closure in its savepoint. False when the whole transaction is lost (disk full, for one). */
static bool run_one(struct sqlite_store *s, struct work *w) {
    sqlite3 *db = s->writer->db;
    tx_begin(&w->tx, &s->writer->view);
    if (run(db, "SAVEPOINT one") != SQLITE_OK) {
        w->rc = RC_AWAY;
        return false;
    }
    w->rc = tx_run(&w->tx, w->fn, w->arg);
    if (sqlite3_get_autocommit(db))
        return false;
    if (w->rc != RC_OK && run(db, "ROLLBACK TO one") != SQLITE_OK)
        return false;
    return run(db, "RELEASE one") == SQLITE_OK;
}

static void run_batch(struct sqlite_store *s, struct work *first) {
    struct work *batch[BATCH_MAX];
    int n = 0;
    sqlite3 *db = s->writer->db;
    int code = run(db, "BEGIN IMMEDIATE");
    bool whole = code == SQLITE_OK;
    int64_t until = clock_mono() + BATCH_MS;
    for (struct work *w = first; w; w = n < BATCH_MAX && clock_mono() < until ? take(s, false) : NULL) {
        batch[n++] = w;
        if (!whole) {
            w->rc = rc_of(code);
            tx_begin(&w->tx, &s->writer->view);
            break;
        }
        whole = run_one(s, w);
        if (!whole)
            break;
    }
    if (whole) {
        code = run(db, "COMMIT");
        whole = code == SQLITE_OK;
    }
    if (!whole) {
        enum rc rc = rc_of(code == SQLITE_OK ? sqlite3_extended_errcode(db) : code);
        log_error("a batch of %d writes was not committed: %s", n, sqlite3_errmsg(db));
        if (!sqlite3_get_autocommit(db))
            run(db, "ROLLBACK");
        for (int i = 0; i < n; i++)
            if (batch[i]->rc == RC_OK)
                batch[i]->rc = rc == RC_OK ? RC_AWAY : rc;
    }
    for (int i = 0; i < n; i++) {
        struct work *w = batch[i];
        if (w->rc == RC_OK)
            tx_committed(&w->tx);
        tx_end(&w->tx);
        sem_post(&w->done);
    }
}

static void *writer_main(void *arg) {
    struct sqlite_store *s = arg;
    for (;;) {
        struct work *w = take(s, true);
        if (w)
            run_batch(s, w);
        else
            empty_log_when_large(s);
        if (!w && s->stopping)
            return NULL;
    }
}

static enum rc sqlite_write(struct store *store, enum rc (*fn)(struct tx *, void *), void *arg) {
    struct sqlite_store *s = (struct sqlite_store *)store;
    struct work w = {.fn = fn, .arg = arg};
    if (pthread_equal(pthread_self(), s->writer_thread))
        die("store_write inside store_write");
    let_go(pthread_getspecific(s->reader_key)); /* what is read afterwards is to show what was written */
    sem_init(&w.done, 0, 0);
    pthread_mutex_lock(&s->lock);
    *s->tail = &w;
    s->tail = &w.next;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
    while (sem_wait(&w.done) != 0)
        ;
    sem_destroy(&w.done);
    return w.rc;
}

/* ---- migrations ---- */

static int64_t first_int(sqlite3 *db, const char *sql) {
    sqlite3_stmt *stmt;
    int64_t n = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW)
        n = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return n;
}

#define HAVE "SELECT coalesce(max(number), 0) FROM schema_migration"

static enum rc apply(struct arena *a, sqlite3 *db, const struct migration *m, const char **why) {
    char *text = migration_for_sqlite(m->text);
    char *note = sqlite3_mprintf("INSERT INTO schema_migration VALUES (%d, %Q, %lld)", m->number, m->name,
                                 (long long)clock_now());
    int code = run(db, "BEGIN IMMEDIATE");
    bool done_elsewhere =
        code == SQLITE_OK && first_int(db, HAVE) >= m->number; /* by a program that started with us */
    if (code == SQLITE_OK && !done_elsewhere)
        code = run(db, text);
    if (code == SQLITE_OK && !done_elsewhere)
        code = run(db, note);
    if (code == SQLITE_OK)
        code = run(db, "COMMIT");
    if (code != SQLITE_OK) {
        *why = arena_printf(a, "migration %04d_%s: %s; nothing of it was kept", m->number, m->name,
                            sqlite3_errmsg(db));
        run(db, "ROLLBACK");
    }
    sqlite3_free(note);
    free(text);
    return rc_of(code);
}

static enum rc bring_up_to_date(struct arena *a, sqlite3 *db, bool migrate, const char **why) {
    if (run(db, "CREATE TABLE IF NOT EXISTS schema_migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL,"
                " applied_at INTEGER NOT NULL) STRICT") != SQLITE_OK) {
        *why = arena_printf(a, "the database cannot be written: %s", sqlite3_errmsg(db));
        return rc_of(sqlite3_errcode(db));
    }
    int64_t have = first_int(db, HAVE);
    if (have > migrations_n) {
        *why = "the database was made by a newer kept: install that version, or restore a backup";
        return RC_INVALID;
    }
    if (have < migrations_n && !migrate) {
        *why = "the database has an older schema: start kept serve once, it brings it up to date";
        return RC_INVALID;
    }
    if (!store_open_unfinished && first_int(db, UNFINISHED) > 0) {
        *why = UNFINISHED_WHY;
        return RC_INVALID;
    }
    for (int i = (int)have; i < migrations_n; i++) {
        enum rc rc = apply(a, db, &migrations[i], why);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

/* Every query is prepared before anybody is served: a query that cannot work is found at start, not at night. */
static void prepare_all(struct connection *c) {
    for (int i = 0; i < queries_count(); i++) {
        if (!queries_at(i)->sql)
            continue;
        int code = prepare(c, queries_at(i), &c->statements[i]);
        if (code != SQLITE_OK)
            die("query %s does not prepare: %s\n%s", queries_at(i)->name, sqlite3_errmsg(c->db),
                queries_at(i)->sql);
    }
}

/* ---- opening and closing ---- */

static bool sqlite_serves(const char *where) { return !strstr(where, "://"); }

static enum rc sqlite_open(struct arena *a, const char *where, bool migrate, struct store **out, const char **why) {
    static bool configured;
    if (!configured) {
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* its counters take one lock for the whole process */
        sqlite3_initialize();
        configured = true;
    }
    struct sqlite_store *s = calloc(1, sizeof *s);
    if (!s)
        die("out of memory");
    s->store.engine = &sqlite_engine;
    s->tail = &s->head;
    s->path = strdup(arena_printf(a, "%s/kept.db", where));
    pthread_key_create(&s->reader_key, forget_reader);
    pthread_mutex_init(&s->readers_lock, NULL);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->wake, NULL);
    int code;
    s->writer = connect(s, true, &code);
    enum rc rc = rc_of(code);
    if (rc != RC_OK)
        *why = arena_printf(a, "%s cannot be opened: %s", s->path, sqlite3_errmsg(s->writer->db));
    else
        rc = bring_up_to_date(a, s->writer->db, migrate, why);
    if (rc != RC_OK) {
        disconnect(s->writer);
        free(s->path);
        free(s);
        return rc;
    }
    sqlite3_set_authorizer(s->writer->db, refuse_rewriting_history, NULL);
    prepare_all(s->writer);
    if (pthread_create(&s->writer_thread, NULL, writer_main, s) != 0)
        die("no thread for the writer");
    *out = &s->store;
    return RC_OK;
}

static void sqlite_close(struct store *store) {
    struct sqlite_store *s = (struct sqlite_store *)store;
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->writer_thread, NULL);
    pthread_key_delete(s->reader_key);
    for (struct connection *c = s->readers, *next; c; c = next) {
        next = c->next;
        disconnect(c);
    }
    disconnect(s->writer);
    free(s->path);
    free(s);
}

/* ---- for the operator ---- */

static enum rc sqlite_backup(struct store *store, const char *path, const char **why) {
    struct connection *from = (struct connection *)sqlite_view_open(store);
    from->deadline = 0;
    return file_backup(from->db, path, why);
}

static enum rc sqlite_check(struct store *store, struct arena *a, bool thorough, const char **why) {
    struct connection *c = (struct connection *)sqlite_view_open(store);
    c->deadline = 0;
    return file_check(c->db, a, thorough, why);
}

static enum rc reindex(struct tx *tx, void *arg) {
    (void)arg;
    return rc_of(run(((struct connection *)tx->view)->db, "REINDEX"));
}

static enum rc sqlite_reindex(struct store *store) { return sqlite_write(store, reindex, NULL); }

static char *sqlite_describe(struct store *store, struct arena *a) {
    struct sqlite_store *s = (struct sqlite_store *)store;
    struct stat st = {0};
    stat(s->path, &st);
    return arena_printf(a, "SQLite %s, %s, %.1f MB, WAL, synchronous FULL, schema %d", sqlite3_libversion(),
                        s->path, (double)st.st_size / 1e6, migrations_n);
}

const struct engine sqlite_engine = {
    .name = "sqlite",
    .serves = sqlite_serves,
    .open = sqlite_open,
    .close = sqlite_close,
    .write = sqlite_write,
    .view_open = sqlite_view_open,
    .view_close = sqlite_view_close,
    .hold = sqlite_hold,
    .query = sqlite_query,
    .next = sqlite_next,
    .get_int = sqlite_int,
    .get_text = sqlite_text,
    .get_bytes = sqlite_bytes,
    .get_null = sqlite_null,
    .end = sqlite_end,
    .changes = sqlite_changes,
    .backup = sqlite_backup,
    .check = sqlite_check,
    .reindex = sqlite_reindex,
    .describe = sqlite_describe,
    .scrub = sqlite_scrub,
    .forget_log = sqlite_forget_log,
};
