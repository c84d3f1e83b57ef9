#include "store/copy.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/engine.h"
#include "store/migrations.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEYS_MAX = 8,
    BATCH_FIRST = 50, /* rows; then as many as make … */
    BATCH_BYTES = 4 << 20,
    BATCH_ROWS = 2000,
};

static const char *const not_carried[] = {"schema_migration", "node", "search_document"};

struct table {
    const char *name;
    const char **columns, *kinds; /* of each column: 'I'NTEGER, 'T'EXT or 'B'LOB */
    int columns_n, keys_n, keys[KEYS_MAX];
    struct query count, first, next, last, insert;
    int64_t rows; /* on the source's side; 0: not known */
};

struct copy {
    struct arena *arena;
    struct table *tables; /* each after those that it refers to */
    int tables_n;
    struct query mark, mark_set, mark_drop, source_state;
    struct store *from, *to;
};

/* ---- the plan: what the schema says ---- */

static sqlite3_stmt *prepared(sqlite3 *db, const char *sql, const char *name) {
    sqlite3_stmt *st;
    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
        die("the schema cannot be read: %s", sqlite3_errmsg(db));
    if (name)
        sqlite3_bind_text(st, 1, name, -1, SQLITE_TRANSIENT);
    return st;
}

/* The migrations are the schema of both engines, so an empty database in memory tells of either. */
static sqlite3 *empty_database(void) {
    sqlite3 *db;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK)
        die("no database in memory");
    for (int i = 0; i < migrations_n; i++) {
        char *text = migration_for_sqlite(migrations[i].text);
        if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
            die("migration %s: %s", migrations[i].name, sqlite3_errmsg(db));
        free(text);
    }
    return db;
}

static void read_columns(struct arena *a, sqlite3 *db, struct table *t) {
    const char **columns = ARENA_ARRAY(a, PARAMS_MAX, const char *);
    char *kinds = arena_alloc(a, PARAMS_MAX + 1);
    sqlite3_stmt *st = prepared(db, "SELECT name, type, pk FROM pragma_table_info(?1) ORDER BY cid", t->name);
    while (sqlite3_step(st) == SQLITE_ROW) {
        int key = sqlite3_column_int(st, 2);
        if (t->columns_n == PARAMS_MAX || key > KEYS_MAX)
            die("table %s has too many columns to be copied", t->name);
        if (key) {
            t->keys[key - 1] = t->columns_n;
            t->keys_n = key > t->keys_n ? key : t->keys_n;
        }
        columns[t->columns_n] = arena_copy(a, (const char *)sqlite3_column_text(st, 0));
        kinds[t->columns_n++] = *(const char *)sqlite3_column_text(st, 1);
    }
    sqlite3_finalize(st);
    if (!t->keys_n)
        die("table %s has no key", t->name);
    t->columns = columns;
    t->kinds = kinds;
}

static struct query *declared(struct arena *a, struct query *q, const char *table, struct buf *sql) {
    *q = (struct query){.name = table, .sql = arena_copy(a, sql->at), .index = -1};
    buf_free(sql);
    queries_declare(q);
    return q;
}

static void put_list(struct buf *out, const struct table *t, bool keys, const char *after) {
    for (int i = 0; i < (keys ? t->keys_n : t->columns_n); i++)
        buf_printf(out, "%s%s%s", i ? ", " : "", t->columns[keys ? t->keys[i] : i], after);
}

static void put_numbers(struct buf *out, int n) {
    for (int i = 1; i <= n; i++)
        buf_printf(out, "%s$%d", i > 1 ? ", " : "", i);
}

/* Put together from the names in our own schema, which nobody outside can choose. */
static void write_queries(struct arena *a, struct table *t) {
    struct buf sql = {0};
    buf_printf(&sql, "SELECT count(*) FROM %s", t->name);
    declared(a, &t->count, t->name, &sql);
    for (int next = 0; next < 2; next++) {
        buf_lit(&sql, "SELECT ");
        put_list(&sql, t, false, "");
        buf_printf(&sql, " FROM %s", t->name);
        if (next) {
            buf_lit(&sql, " WHERE (");
            put_list(&sql, t, true, "");
            buf_lit(&sql, ") > (");
            put_numbers(&sql, t->keys_n);
            buf_lit(&sql, ")");
        }
        buf_lit(&sql, " ORDER BY ");
        put_list(&sql, t, true, "");
        buf_printf(&sql, " LIMIT $%d", next ? t->keys_n + 1 : 1);
        declared(a, next ? &t->next : &t->first, t->name, &sql);
    }
    buf_lit(&sql, "SELECT ");
    put_list(&sql, t, true, "");
    buf_printf(&sql, " FROM %s ORDER BY ", t->name);
    put_list(&sql, t, true, " DESC");
    buf_lit(&sql, " LIMIT 1");
    declared(a, &t->last, t->name, &sql);
    buf_printf(&sql, "INSERT INTO %s (", t->name);
    put_list(&sql, t, false, "");
    buf_lit(&sql, ") VALUES (");
    put_numbers(&sql, t->columns_n);
    buf_lit(&sql, ")");
    declared(a, &t->insert, t->name, &sql);
}

static bool is_planned(const struct copy *c, const char *name) {
    for (int i = 0; i < c->tables_n; i++)
        if (strcmp(c->tables[i].name, name) == 0)
            return true;
    return false;
}

static bool is_carried(const char *name) {
    for (size_t i = 0; i < sizeof not_carried / sizeof *not_carried; i++)
        if (strcmp(not_carried[i], name) == 0)
            return false;
    return true;
}

/* Everything that its rows may point at comes before it. */
static bool is_ready(const struct copy *c, sqlite3 *db, const char *name) {
    sqlite3_stmt *st = prepared(db, "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list(?1)", name);
    bool ready = true;
    while (ready && sqlite3_step(st) == SQLITE_ROW) {
        const char *other = (const char *)sqlite3_column_text(st, 0);
        ready = strcmp(other, name) == 0 || is_planned(c, other);
    }
    sqlite3_finalize(st);
    return ready;
}

static void plan_tables(struct copy *c, sqlite3 *db) {
    static const char names[] = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
                                " AND name NOT LIKE 'sqlite%' ORDER BY name";
    sqlite3_stmt *count = prepared(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'", NULL);
    int room = sqlite3_step(count) == SQLITE_ROW ? sqlite3_column_int(count, 0) : 0, before;
    sqlite3_finalize(count);
    c->tables = ARENA_ARRAY(c->arena, (size_t)room + 1, struct table);
    do {
        before = c->tables_n;
        sqlite3_stmt *st = prepared(db, names, NULL);
        while (sqlite3_step(st) == SQLITE_ROW) {
            const char *name = (const char *)sqlite3_column_text(st, 0);
            if (is_carried(name) && !is_planned(c, name) && is_ready(c, db, name))
                c->tables[c->tables_n++].name = arena_copy(c->arena, name);
        }
        sqlite3_finalize(st);
    } while (c->tables_n > before);
}

static void declare(struct query *q, const char *name, const char *sql) {
    *q = (struct query){.name = name, .sql = sql, .index = -1};
    queries_declare(q);
}

struct copy *copy_plan(struct arena *a) {
    struct copy *c = ARENA_NEW(a, struct copy);
    sqlite3 *db = empty_database();
    c->arena = a;
    plan_tables(c, db);
    for (int i = 0; i < c->tables_n; i++) {
        read_columns(a, db, &c->tables[i]);
        write_queries(a, &c->tables[i]);
    }
    sqlite3_close(db);
    declare(&c->mark, "copy_mark", "SELECT name FROM schema_migration WHERE number = -1");
    declare(&c->mark_set, "copy_mark_set",
            "INSERT INTO schema_migration (number, name, applied_at) VALUES (-1, $1, $2)");
    declare(&c->mark_drop, "copy_mark_drop", "DELETE FROM schema_migration WHERE number = -1");
    declare(&c->source_state, "copy_source_state",
            "SELECT account_id, seq, hash FROM event_chain ORDER BY account_id LIMIT 1");
    store_open_unfinished = true;
    return c;
}

int copy_tables(const struct copy *c) { return c->tables_n; }

/* ---- rows ---- */

struct batch {
    struct arena *arena;
    const struct table *table;
    struct value (*rows)[PARAMS_MAX];
    int n;
    size_t bytes;
};

static struct value read_value(struct rows *r, int column, char kind, struct arena *a, size_t *bytes) {
    if (rows_null(r, column))
        return value_null();
    if (kind == 'I')
        return value_int(rows_int(r, column));
    struct bytes b = arena_bytes(a, rows_bytes(r, column));
    *bytes += b.len;
    return (struct value){.kind = kind == 'T' ? VALUE_TEXT : VALUE_BYTES, .bytes = b};
}

/* At most `most` rows after the key of `after`; NULL: from the first. */
static enum rc read_batch(struct store *s, const struct table *t, const struct value *after, int most,
                          struct batch *b) {
    struct value values[KEYS_MAX + 1];
    int n = 0;
    for (int k = 0; after && k < t->keys_n; k++)
        values[n++] = after[t->keys[k]];
    values[n++] = value_int(most);
    arena_reset(b->arena);
    b->table = t;
    b->n = 0;
    b->bytes = 0;
    b->rows = arena_array(b->arena, (size_t)most, sizeof *b->rows);
    struct view *v = view_open(s);
    struct rows r = view_query(v, (struct query *)(after ? &t->next : &t->first), values, n);
    for (; b->n < most && rows_next(&r); b->n++)
        for (int i = 0; i < t->columns_n; i++)
            b->rows[b->n][i] = read_value(&r, i, t->kinds[i], b->arena, &b->bytes);
    enum rc rc = rows_end(&r);
    view_close(v);
    return rc;
}

/* Rows of the next batch, by the size of those of the last one. */
static int next_size(const struct batch *b) {
    size_t each = b->bytes / (size_t)(b->n ? b->n : 1) + 64, rows = BATCH_BYTES / each;
    return rows < 1 ? 1 : rows > BATCH_ROWS ? BATCH_ROWS : (int)rows;
}

static enum rc insert_batch(struct tx *tx, void *arg) {
    struct batch *b = arg;
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < b->n; i++)
        rc = tx_exec(tx, (struct query *)&b->table->insert, b->rows[i], b->table->columns_n);
    return rc;
}

/* The key that a walk goes on after, kept beyond the batch that it came with. */
static void keep_key(struct arena *a, const struct table *t, const struct value *row, struct value *key) {
    arena_reset(a);
    for (int k = 0; k < t->keys_n; k++) {
        key[t->keys[k]] = row[t->keys[k]];
        key[t->keys[k]].bytes = arena_bytes(a, row[t->keys[k]].bytes);
    }
}

static enum rc last_key(struct store *s, const struct table *t, struct arena *a, struct value *key, bool *found) {
    struct view *v = view_open(s);
    struct rows r = view_query(v, (struct query *)&t->last, BIND_NOTHING);
    size_t bytes = 0;
    *found = rows_next(&r);
    for (int k = 0; *found && k < t->keys_n; k++)
        key[t->keys[k]] = read_value(&r, k, t->kinds[t->keys[k]], a, &bytes);
    enum rc rc = rows_end(&r);
    view_close(v);
    return rc;
}

static enum rc count(struct store *s, const struct table *t, int64_t *rows) {
    struct view *v = view_open(s);
    enum rc rc = view_int(v, (struct query *)&t->count, BIND_NOTHING, 0, rows);
    view_close(v);
    return rc;
}

/* ---- begin and end ---- */

static enum rc mark_of(struct copy *c, struct store *s, const char **mark) {
    struct view *v = view_open(s);
    struct rows r = view_query(v, &c->mark, BIND_NOTHING);
    *mark = rows_next(&r) ? rows_copy(&r, 0, c->arena) : NULL;
    enum rc rc = rows_end(&r);
    view_close(v);
    return rc;
}

/* Every happening moves the chain's end on, so it tells one state of the source from another. */
static enum rc state_of(struct copy *c, struct store *s, const char **state) {
    struct view *v = view_open(s);
    struct rows r = view_query(v, &c->source_state, BIND_NOTHING);
    *state = NULL;
    if (rows_next(&r)) {
        struct buf text = {0};
        struct bytes hash = rows_bytes(&r, 2);
        buf_printf(&text, "copy of events to %lld, ", (long long)rows_int(&r, 1));
        for (size_t i = 0; i < hash.len; i++)
            buf_printf(&text, "%02x", hash.at[i]);
        *state = arena_copy(c->arena, text.at);
        buf_free(&text);
    }
    enum rc rc = rows_end(&r);
    view_close(v);
    return rc;
}

static enum rc set_mark(struct tx *tx, void *arg) {
    void **x = arg;
    struct copy *c = x[0];
    return tx_exec(tx, &c->mark_set, BIND(value_text(x[1]), value_int(clock_now())));
}

static enum rc drop_mark(struct tx *tx, void *arg) {
    return tx_exec(tx, &((struct copy *)arg)->mark_drop, BIND_NOTHING);
}

struct side {
    const char *mark, *state;
};

static enum rc look_at(struct copy *c, struct store *s, struct side *side) {
    enum rc rc = mark_of(c, s, &side->mark);
    return rc == RC_OK ? state_of(c, s, &side->state) : rc;
}

/* What stops us before anything is written. */
static enum rc may_begin(struct copy *c, const struct side *from, const struct side *to, int64_t rows,
                         const char **why) {
    const char *state = from->state, *mark = to->mark;
    if (from->mark) {
        *why = "the source is itself a copy that was not finished";
        return RC_INVALID;
    }
    if (!state) {
        *why = "there is nothing to copy: the source has no account";
        return RC_NONE;
    }
    if (mark && strcmp(mark, state) != 0) {
        *why =
            "the target holds the beginning of a copy of an earlier state: the source was in use since. Empty the "
            "target and start again";
        return RC_CONFLICT;
    }
    if (!mark && to->state && strcmp(to->state, state) == 0) {
        *why = "the target is a finished copy already";
        return RC_DUPLICATE;
    }
    if (!mark && rows) {
        *why = arena_printf(c->arena, "the target holds other data already (%lld rows): only an empty one is taken",
                            (long long)rows);
        return RC_CONFLICT;
    }
    return RC_OK;
}

enum rc copy_begin(struct copy *c, struct store *from, struct store *to, int64_t *rows, const char **why) {
    struct side source, target;
    c->from = from;
    c->to = to;
    *rows = 0;
    enum rc rc = look_at(c, from, &source);
    if (rc == RC_OK)
        rc = look_at(c, to, &target);
    for (int i = 0; rc == RC_OK && i < c->tables_n; i++) {
        int64_t there = 0;
        rc = count(to, &c->tables[i], &there);
        *rows += there;
        if (count(from, &c->tables[i], &c->tables[i].rows) !=
            RC_OK) /* too many to be counted in the time there is */
            c->tables[i].rows = 0;
    }
    if (rc == RC_OK)
        rc = may_begin(c, &source, &target, *rows, why);
    if (rc == RC_OK && !target.mark)
        rc = store_write(to, set_mark, (void *[]){c, (void *)source.state});
    return rc;
}

enum rc copy_finish(struct copy *c) { return store_write(c->to, drop_mark, c); }

/* ---- copying ---- */

static enum rc copy_table(struct copy *c, struct table *t, struct batch *b, struct arena *keys,
                          struct copy_progress p) {
    struct value key[PARAMS_MAX];
    bool some = false;
    int most = BATCH_FIRST;
    int64_t done = 0;
    enum rc rc = last_key(c->to, t, keys, key, &some);
    if (rc == RC_OK && some)
        rc = count(c->to, t, &done);
    for (bool more = true; rc == RC_OK && more;) {
        rc = read_batch(c->from, t, some ? key : NULL, most, b);
        if (rc == RC_OK && b->n)
            rc = store_write(c->to, insert_batch, b);
        if (rc != RC_OK)
            break;
        more = b->n == most;
        done += b->n;
        if (b->n) {
            keep_key(keys, t, b->rows[b->n - 1], key);
            some = true;
        }
        most = next_size(b);
        p.tell(p.arg, t->name, done, t->rows);
    }
    return rc;
}

enum rc copy_rows(struct copy *c, struct copy_progress p) {
    struct batch b = {.arena = arena_new(1 << 20)};
    struct arena *keys = arena_new(1024);
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < c->tables_n; i++) {
        rc = copy_table(c, &c->tables[i], &b, keys, p);
        arena_reset(keys);
    }
    arena_free(keys);
    arena_free(b.arena);
    return rc;
}

/* ---- comparing ---- */

static bool same_value(const struct value *x, const struct value *y) {
    return x->kind == y->kind && x->number == y->number && x->bytes.len == y->bytes.len &&
           (!x->bytes.len || memcmp(x->bytes.at, y->bytes.at, x->bytes.len) == 0);
}

static bool same_batch(const struct batch *x, const struct batch *y) {
    if (x->n != y->n)
        return false;
    for (int i = 0; i < x->n; i++)
        for (int k = 0; k < x->table->columns_n; k++)
            if (!same_value(&x->rows[i][k], &y->rows[i][k]))
                return false;
    return true;
}

static enum rc compare_table(struct copy *c, struct table *t, struct batch *from, struct batch *to,
                             struct arena *keys, struct copy_progress p, const char **why) {
    struct value key[PARAMS_MAX];
    int most = BATCH_FIRST;
    int64_t done = 0;
    enum rc rc = RC_OK;
    for (bool more = true; rc == RC_OK && more;) {
        rc = read_batch(c->from, t, done ? key : NULL, most, from);
        if (rc == RC_OK)
            rc = read_batch(c->to, t, done ? key : NULL, most, to);
        if (rc != RC_OK)
            break;
        if (!same_batch(from, to)) {
            *why = arena_printf(c->arena,
                                "table %s differs after row %lld: was the source in use? Empty the target "
                                "and start again",
                                t->name, (long long)done);
            return RC_CONFLICT;
        }
        more = from->n == most;
        done += from->n;
        if (from->n)
            keep_key(keys, t, from->rows[from->n - 1], key);
        most = next_size(from);
        p.tell(p.arg, t->name, done, t->rows);
    }
    return rc;
}

enum rc copy_compare(struct copy *c, struct copy_progress p, const char **why) {
    struct batch from = {.arena = arena_new(1 << 20)}, to = {.arena = arena_new(1 << 20)};
    struct arena *keys = arena_new(1024);
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < c->tables_n; i++)
        rc = compare_table(c, &c->tables[i], &from, &to, keys, p, why);
    arena_free(keys);
    arena_free(to.arena);
    arena_free(from.arena);
    return rc;
}
