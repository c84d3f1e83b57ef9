/* engine.h: what an engine (sqlite.c, postgres.c) gives to store.c. Private to src/store. */
#ifndef KEPT_STORE_ENGINE_H
#define KEPT_STORE_ENGINE_H

#include "store/store.h"

enum { PARAMS_MAX = 64 };

struct engine {
    const char *name;
    /* Its full-text index knows no order: common words are looked for from the newest document backwards. */
    bool search_unordered;
    bool (*serves)(const char *where); /* is this address its own? */
    enum rc (*open)(struct arena *a, const char *where, bool migrate, struct store **out, const char **why);
    void (*close)(struct store *s);
    enum rc (*write)(struct store *s, enum rc (*fn)(struct tx *, void *), void *arg);
    struct view *(*view_open)(struct store *s);
    void (*view_close)(struct view *v);
    void (*hold)(struct view *v); /* NULL: a snapshot would cost a question of its own */
    /* Binds and starts; failures go into r->rc and show in rows_end. `end` is called if r->engine was set. */
    void (*query)(struct rows *r, const struct value *values, int n);
    bool (*next)(struct rows *r);
    int64_t (*get_int)(struct rows *r, int column);
    const char *(*get_text)(struct rows *r, int column);
    struct bytes (*get_bytes)(struct rows *r, int column);
    bool (*get_null)(struct rows *r, int column);
    void (*end)(struct rows *r);
    int64_t (*changes)(struct view *v);
    enum rc (*backup)(struct store *s, const char *path, const char **why);
    enum rc (*check)(struct store *s, struct arena *a, bool thorough, const char **why);
    enum rc (*reindex)(struct store *s);
    char *(*describe)(struct store *s, struct arena *a);
    size_t (*reads)(struct arena *a, const char *where, const char **paths); /* NULL: none (store_reads) */
    /* Merges the parts of a full-text table; *more: not yet all. NULL: nothing is to be done. */
    enum rc (*scrub)(struct view *v, const char *table, bool first, bool *more);
    void (*forget_log)(struct store *s); /* NULL: there is none of ours */
    /* NULL where there is one program: its clock is the machine's, and nothing is fenced off. */
    int64_t (*clock)(struct store *s);
    void (*fence)(struct store *s, int number, const char *run, enum rc (*renew)(struct tx *, void *));
};

extern const struct engine postgres_engine, sqlite_engine;

/* Each engine's own structs begin with these. */
struct store {
    const struct engine *engine;
};
struct view {
    struct store *store;
    struct tx *tx; /* while a function of store_write runs on it */
};

struct tx_local {
    struct tx_local *next;
    const void *key;
    void *value;
};

struct tx_call {
    struct tx_call *next;
    void (*after)(struct store *, void *);
    enum rc (*last)(struct tx *, void *);
    void *arg;
};

/* One transaction, or one part of a batch of them. The engine keeps it on its stack:
 * tx_begin; tx_run (inside the transaction); COMMIT; tx_committed; tx_end. */
struct tx {
    struct view *view;
    struct arena *arena;
    struct tx_call *after, **after_tail, *last;
    struct tx_local *locals;
    enum rc rc; /* of the first statement that failed: it spoils the rest */
};

void tx_begin(struct tx *tx, struct view *v);
/* fn and then what tx_last asked for; RC_OK only if no statement failed. */
enum rc tx_run(struct tx *tx, enum rc (*fn)(struct tx *, void *), void *arg);
void tx_committed(struct tx *tx);
void tx_end(struct tx *tx);

/* All declared queries, in the order of their index. */
int queries_count(void);
struct query *queries_at(int index);
/* One more, put together by copy.c; only before the first store_open. */
void queries_declare(struct query *q);

/* Set by copy_plan: open also what store_open refuses because a copy into it was not finished. */
extern bool store_open_unfinished;
#define UNFINISHED "SELECT count(*) FROM schema_migration WHERE number < 0"
#define UNFINISHED_WHY                                                                                             \
    "a copy into this database was not finished: kept migrate, with the same words as before, goes on"

/* A query that the engines are asked in different words, with the same columns; NULL: the engine is not asked it.
 * Parameters are counted in PostgreSQL's words; SQLite's may leave some out. */
#define QUERY_EACH(var, ...) QUERY_IN_TWO(var, __VA_ARGS__) /* the two may come from one macro */
#define QUERY_IN_TWO(var, for_sqlite, for_postgres)                                                                \
    static struct query var = {#var, for_sqlite, -1, 0, for_postgres};                                             \
    static struct query *const var##_declared __attribute__((used, section("kept_queries"))) = &var

/* A column was read as what it is not: a fault of ours that the engines would answer differently. */
void misread(struct rows *r, int column);

/* A migration's text in the engine's words; malloc'd. */
char *migration_for_sqlite(const char *text);
char *migration_for_postgres(const char *text);

#endif
