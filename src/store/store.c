#include "store/engine.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

extern struct query *__start_kept_queries[], *__stop_kept_queries[];

static const struct engine *const engines[] = {&sqlite_engine, &postgres_engine};

static struct query **more; /* from queries_declare */
static int more_n;
bool store_open_unfinished;

static int in_files(void) { return (int)(__stop_kept_queries - __start_kept_queries); }

int queries_count(void) { return in_files() + more_n; }

int store_queries(void) { return queries_count(); }

struct query *queries_at(int index) {
    return index < in_files() ? __start_kept_queries[index] : more[index - in_files()];
}

void queries_declare(struct query *q) {
    more = realloc(more, (size_t)(more_n + 1) * sizeof *more);
    if (!more)
        die("out of memory");
    more[more_n++] = q;
}

struct value value_text(const char *s) {
    if (!s)
        return value_null();
    return (struct value){.kind = VALUE_TEXT, .bytes = {(const uint8_t *)s, strlen(s)}};
}

/* Counts $1 to $n. A number left out is refused: PostgreSQL could not tell its type. */
static int count_params(const struct query *q) {
    uint64_t used = 0;
    int most = 0;
    bool quoted = false;
    for (const char *p = q->postgres ? q->postgres : q->sql; *p; p++) {
        quoted ^= *p == '\'';
        if (quoted || *p != '$')
            continue;
        int k = atoi(p + 1);
        if (k < 1 || k > PARAMS_MAX)
            die("query %s: parameters are $1 to $%d", q->name, PARAMS_MAX);
        used |= 1ULL << (k - 1);
        most = k > most ? k : most;
    }
    for (int k = 1; k < most; k++)
        if (!(used >> (k - 1) & 1))
            die("query %s uses $%d but not $%d", q->name, most, k);
    return most;
}

static void number_queries(void) {
    for (int i = 0; i < queries_count(); i++) {
        queries_at(i)->index = i;
        queries_at(i)->params = count_params(queries_at(i));
    }
}

size_t store_reads(struct arena *a, const char *where, const char *paths[STORE_READS_MAX]) {
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++)
        if (engines[i]->serves(where) && engines[i]->reads)
            return engines[i]->reads(a, where, paths);
    return 0;
}

enum rc store_open(struct arena *a, const char *where, bool migrate, struct store **out, const char **why) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, number_queries);
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++)
        if (engines[i]->serves(where))
            return engines[i]->open(a, where, migrate, out, why);
    *why = arena_printf(a, "no database is known by the address %s", where);
    return RC_INVALID;
}

void store_close(struct store *s) {
    if (s)
        s->engine->close(s);
}

enum rc store_backup(struct store *s, const char *path, const char **why) {
    return s->engine->backup(s, path, why);
}

enum rc store_check(struct store *s, struct arena *a, bool thorough, const char **why) {
    return s->engine->check(s, a, thorough, why);
}

enum rc store_reindex(struct store *s) { return s->engine->reindex(s); }

void store_forget_log(struct store *s) {
    if (s->engine->forget_log)
        s->engine->forget_log(s);
}

char *store_describe(struct store *s, struct arena *a) { return s->engine->describe(s, a); }

bool store_shared(struct store *s) { return s->engine->fence != NULL; }

int64_t store_clock(struct store *s) { return s->engine->clock ? s->engine->clock(s) : clock_machine(); }

void store_fence(struct store *s, int number, const char *run, enum rc (*renew)(struct tx *, void *)) {
    if (s->engine->fence)
        s->engine->fence(s, number, run, renew);
}

struct view *view_open(struct store *s) {
    return s->engine->view_open(s);
}

void view_close(struct view *v) { v->store->engine->view_close(v); }

void view_hold(struct view *v) {
    if (v->store->engine->hold)
        v->store->engine->hold(v);
}

struct store *view_store(struct view *v) {
    return v->store;
}

/* SQLite would take any bytes for a text and NULL for a missing value, PostgreSQL neither. */
static enum rc check_values(const struct query *q, const struct value *values, int n) {
    if (n != q->params) {
        log_error("query %s has %d parameters and was given %d values", q->name, q->params, n);
        return RC_BROKEN;
    }
    for (int k = 0; k < n; k++) {
        const char *text = (const char *)values[k].bytes.at;
        size_t len = values[k].bytes.len;
        if (values[k].kind == VALUE_TEXT && len && (!utf8_valid(text, len) || memchr(text, 0, len))) {
            log_error("query %s: $%d is not a text", q->name, k + 1);
            return RC_INVALID;
        }
    }
    return RC_OK;
}

struct rows view_query(struct view *v, struct query *q, const struct value *values, int n) {
    struct rows r = {.view = v, .query = q, .rc = v->tx ? v->tx->rc : RC_OK};
    if (r.rc == RC_OK)
        r.rc = check_values(q, values, n);
    if (r.rc == RC_OK)
        v->store->engine->query(&r, values, n);
    return r;
}

void misread(struct rows *r, int column) {
    log_error("query %s: column %d is read as what it is not", r->query->name, column);
    r->rc = RC_BROKEN;
}

bool rows_next(struct rows *r) { return r->rc == RC_OK && r->view->store->engine->next(r); }
int64_t rows_int(struct rows *r, int column) { return r->view->store->engine->get_int(r, column); }
const char *rows_text(struct rows *r, int column) { return r->view->store->engine->get_text(r, column); }
struct bytes rows_bytes(struct rows *r, int column) {
    return r->view->store->engine->get_bytes(r, column);
}
bool rows_null(struct rows *r, int column) { return r->view->store->engine->get_null(r, column); }

enum rc rows_end(struct rows *r) {
    if (r->engine)
        r->view->store->engine->end(r);
    r->engine = NULL;
    if (r->rc != RC_OK && r->view->tx && r->view->tx->rc == RC_OK)
        r->view->tx->rc = r->rc;
    return r->rc;
}

enum rc view_int(struct view *v, struct query *q, const struct value *values, int n, int64_t otherwise,
                 int64_t *out) {
    struct rows r = view_query(v, q, values, n);
    *out = rows_next(&r) && !rows_null(&r, 0) ? rows_int(&r, 0) : otherwise;
    return rows_end(&r);
}

/* ---- transactions ---- */

enum rc store_write(struct store *s, enum rc (*fn)(struct tx *, void *), void *arg) {
    return s->engine->write(s, fn, arg);
}

struct view *tx_view(struct tx *tx) {
    return tx->view;
}

struct arena *tx_arena(struct tx *tx) {
    return tx->arena;
}

struct rows tx_query(struct tx *tx, struct query *q, const struct value *values, int n) {
    return view_query(tx->view, q, values, n);
}

enum rc tx_exec(struct tx *tx, struct query *q, const struct value *values, int n) {
    struct rows r = view_query(tx->view, q, values, n);
    while (rows_next(&r))
        ;
    return rows_end(&r);
}

int64_t tx_changes(struct tx *tx) { return tx->view->store->engine->changes(tx->view); }

void tx_after(struct tx *tx, void (*fn)(struct store *, void *), void *arg) {
    struct tx_call *c = ARENA_NEW(tx->arena, struct tx_call);
    *c = (struct tx_call){.after = fn, .arg = arg};
    *tx->after_tail = c;
    tx->after_tail = &c->next;
}

void **tx_local(struct tx *tx, const void *key) {
    struct tx_local *l = tx->locals;
    while (l && l->key != key)
        l = l->next;
    if (!l) {
        l = ARENA_NEW(tx->arena, struct tx_local);
        *l = (struct tx_local){.next = tx->locals, .key = key};
        tx->locals = l;
    }
    return &l->value;
}

void tx_last(struct tx *tx, enum rc (*fn)(struct tx *, void *), void *arg) {
    struct tx_call **at = &tx->last;
    for (; *at; at = &(*at)->next)
        if ((*at)->last == fn && (*at)->arg == arg)
            return;
    *at = ARENA_NEW(tx->arena, struct tx_call);
    **at = (struct tx_call){.last = fn, .arg = arg};
}

void tx_begin(struct tx *tx, struct view *v) {
    *tx = (struct tx){.view = v, .arena = arena_new(4096)};
    tx->after_tail = &tx->after;
}

enum rc tx_run(struct tx *tx, enum rc (*fn)(struct tx *, void *), void *arg) {
    tx->view->tx = tx;
    enum rc rc = fn(tx, arg);
    for (struct tx_call *c = tx->last; c && rc == RC_OK && tx->rc == RC_OK; c = c->next)
        rc = c->last(tx, c->arg);
    tx->view->tx = NULL;
    return rc == RC_OK ? tx->rc : rc;
}

void tx_committed(struct tx *tx) {
    for (struct tx_call *c = tx->after; c; c = c->next)
        c->after(tx->view->store, c->arg);
}

void tx_end(struct tx *tx) { arena_free(tx->arena); }
