/* store.h: one interface to the database, whichever engine is behind it. Nothing of SQLite or
 * PostgreSQL leaves src/store/.
 *
 * Reads take a `struct view *`: view_open for a request, tx_view inside a write, so that one load function
 * serves both. A view reads one snapshot at most per query; nothing holds a snapshot across I/O.
 * Only a `struct tx *` can write, and only a function run by store_write ever gets one.
 *
 * A query is declared once, at file level, beside the noun it belongs to:
 *     QUERY(q_by_ref, "SELECT id, subject FROM conversation WHERE account_id = $1 AND ref = $2");
 * Every declared query is prepared at start-up on the engine in use; one that does not prepare is a bad
 * build and ends the process. Values are always bound: SQL is never put together from text.
 * One dialect by discipline (docs/sql.md): $1… parameters, int64 and text and bytes, no JSON, LIKE or date
 * functions. What a module sees does not depend on the engine: order of texts (by bytes), outcomes, and
 * transactions that run as if one after the other. */
#ifndef KEPT_STORE_STORE_H
#define KEPT_STORE_STORE_H

#include "base/arena.h"
#include "base/rc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;
struct view;
struct tx;

/* ---- queries and values ---- */

struct query {
    const char *name, *sql;
    int index;            /* place among all queries; set by store_open, as is … */
    int params;           /* … how many parameters it has */
    const char *postgres; /* PostgreSQL's own words; only in src/store (engine.h) */
};

#define QUERY(var, text)                                                                                           \
    static struct query var = {#var, text, -1};                                                                    \
    static struct query *const var##_declared __attribute__((used, section("kept_queries"))) = &var

struct value {
    enum { VALUE_NULL, VALUE_INT, VALUE_TEXT, VALUE_BYTES } kind;
    int64_t number;
    struct bytes bytes;
};

static inline struct value value_int(int64_t n) { return (struct value){.kind = VALUE_INT, .number = n}; }
struct value value_text(const char *s); /* NULL binds NULL; borrowed until the call returns */
static inline struct value value_bytes(struct bytes b) { return (struct value){.kind = VALUE_BYTES, .bytes = b}; }
static inline struct value value_null(void) { return (struct value){.kind = VALUE_NULL}; }
/* An id column that may be empty: 0 binds NULL. */
static inline struct value value_id(int64_t id) { return id ? value_int(id) : value_null(); }

#define BIND(...)                                                                                                  \
    (const struct value[]){__VA_ARGS__}, (int)(sizeof((const struct value[]){__VA_ARGS__}) / sizeof(struct value))
#define BIND_NOTHING NULL, 0

/* ---- reading ---- */

/* One query under way. Use: for (struct rows r = view_query(…); rows_next(&r);) …, and then rows_end.
 * Text and bytes of a row live until the next rows_next; copy what is kept. A column is read as what it is:
 * a number by rows_int, text by rows_text, either of text and bytes by rows_bytes; else RC_BROKEN. */
struct rows {
    struct view *view;
    struct query *query;
    void *engine; /* the engine's own */
    enum rc rc;
};

struct view *view_open(struct store *s); /* never fails: a lost connection shows in rows_end */
void view_close(struct view *v);
/* From here to view_close, or to this thread's next store_write, everything is read as it was at one moment, where
 * the engine has that for nothing: SQLite's snapshot costs less than forty of them. No I/O meanwhile. */
void view_hold(struct view *v);
struct store *view_store(struct view *v);

/* As many values as the query has parameters, or RC_BROKEN. A text that is not UTF-8, or has a NUL in it, is
 * RC_INVALID: what came from outside went through utf8_clean. */
struct rows view_query(struct view *v, struct query *q, const struct value *values, int n);
bool rows_next(struct rows *r);
int64_t rows_int(struct rows *r, int column);      /* NULL reads as 0 */
const char *rows_text(struct rows *r, int column); /* NULL reads as NULL */
struct bytes rows_bytes(struct rows *r, int column);
bool rows_null(struct rows *r, int column);
static inline char *rows_copy(struct rows *r, int column, struct arena *a) {
    return arena_copy(a, rows_text(r, column));
}
/* Ends the query (also before its last row). RC_OK, RC_AWAY, RC_INVALID or RC_BROKEN; never RC_NONE. */
enum rc rows_end(struct rows *r);

/* The first row's first column; `otherwise` when there is no row or it is NULL. */
enum rc view_int(struct view *v, struct query *q, const struct value *values, int n, int64_t otherwise,
                 int64_t *out);

/* ---- writing ---- */

/* Runs fn(tx, arg) in a transaction and returns after COMMIT: RC_OK then means that it is on the disk.
 * Any other result of fn, and a failed commit, leaves nothing behind. fn may run twice (after a lost race or
 * a lost connection), does no I/O, calls no store_write (that ends the process) and reads by tx_view alone;
 * what must leave the database goes through tx_after. Transactions run as if one after the other.
 * A statement that failed spoils its transaction: each later one fails the same way, and store_write returns
 * that outcome even when fn returns RC_OK (fn's own other outcome is kept: "RC_CONFLICT means RC_DUPLICATE here").
 * So what may be there already is written with ON CONFLICT … DO NOTHING and tx_changes, not by trying.
 * RC_AWAY: not written now, try later. Only when PostgreSQL goes away during COMMIT and does not come back
 * within seconds does it mean "not known": whoever tries again must find what is already done, as for any retry.
 * Blocks the caller; safe from any thread but the writer's own. */
enum rc store_write(struct store *s, enum rc (*fn)(struct tx *, void *), void *arg);

struct view *tx_view(struct tx *tx);
/* Memory that lives until the transaction has ended and its tx_after calls have run. */
struct arena *tx_arena(struct tx *tx);
/* RC_CONFLICT on a broken UNIQUE or foreign key, RC_FULL, RC_AWAY, RC_BROKEN. */
enum rc tx_exec(struct tx *tx, struct query *q, const struct value *values, int n);
/* Rows changed by the last tx_exec. */
int64_t tx_changes(struct tx *tx);
/* Like tx_exec, for statements with RETURNING: read with rows_next, to the last row. */
struct rows tx_query(struct tx *tx, struct query *q, const struct value *values, int n);
/* Runs fn(store, arg) once after COMMIT, in order, on the writing thread: wake-ups only, nothing slow.
 * arg lives in tx_arena. Not run when the transaction fails. */
void tx_after(struct tx *tx, void (*fn)(struct store *, void *), void *arg);
/* A place of the caller's own in this transaction, NULL at first; `key` is any address, the caller's static. */
void **tx_local(struct tx *tx, const void *key);
/* Runs fn(tx, arg) as the last thing inside the transaction; once for each distinct fn and arg. The event
 * chain uses it: the number of an event is taken when all else is done. */
void tx_last(struct tx *tx, enum rc (*fn)(struct tx *, void *), void *arg);

/* ---- several programs on one database ---- */

/* May other programs serve the same database (PostgreSQL)? */
bool store_shared(struct store *s);
/* The one clock that all of them have, UTC milliseconds: PostgreSQL's, as of the last write, carried on by
 * clock_mono; on SQLite the machine's. For leases; what happens is dated by clock_now. */
int64_t store_clock(struct store *s);
/* From now on a write is refused (RC_AWAY) unless the row `number` of the table `node` is held by `run`, which is
 * asked in each transaction; only the function `renew` may write without. SQLite asks nothing. For node.c. */
void store_fence(struct store *s, int number, const char *run, enum rc (*renew)(struct tx *, void *));

/* ---- full-text search ---- */

/* The one place where the engines are asked in different words (search.c). A document is the id of a message or
 * contact with its terms: words of a-z and 0-9, each once, separated by single spaces. */
enum search_index { SEARCH_MESSAGES, SEARCH_CONTACTS, SEARCH_INDEXES };

/* The document must not be there yet. */
enum rc tx_search_put(struct tx *tx, enum search_index index, int64_t account_id, int64_t id, const char *terms);
/* `terms` as they were put: SQLite's index keeps no copy, and would go on finding what is left out here. */
enum rc tx_search_drop(struct tx *tx, enum search_index index, int64_t account_id, int64_t id, const char *terms);
/* All documents. */
enum rc tx_search_clear(struct tx *tx, enum search_index index, int64_t account_id);

/* What was dropped is still in SQLite's index, unseen, until its parts are merged: this merges a step further, from
 * the beginning with `first`; *more: there is more to do. PostgreSQL's own vacuum does it. */
enum rc tx_search_scrub(struct tx *tx, bool first, bool *more);

/* The largest ids, descending, of at most `max` documents with after_id < id < before_id that hold what the
 * expression says: groups separated by spaces, all of them; in a group alternatives separated by '|', any of them;
 * '*' after a term means that it is a prefix: "wrefund|srefund wdeliv*". Not to be empty. The same on both engines.
 * A common word costs no more than a rare one: what is not asked for is not looked at. Prefixes of common words do.
 */
enum rc view_search(struct view *v, enum search_index index, int64_t account_id, const char *expression,
                    int64_t after_id, int64_t before_id, int max, int64_t *ids, int *n);

/* ---- opening ---- */

/* `where` is a directory (SQLite, in it kept.db) or a postgresql:// URL. Migrations are applied when
 * `migrate`; otherwise an old schema is RC_INVALID. *why (arena) is a sentence for the operator. */
enum rc store_open(struct arena *a, const char *where, bool migrate, struct store **out, const char **why);
/* Waits for writes under way; views must be closed. */
void store_close(struct store *s);
/* Files and folders besides the directory itself that the engine reads whenever it connects: passwords and
 * certificates that a PostgreSQL address, the environment or the home folder names. For the sandbox; they need not
 * be there. Returns how many. */
enum { STORE_READS_MAX = 8 };
size_t store_reads(struct arena *a, const char *where, const char *paths[STORE_READS_MAX]);

/* A copy that is one consistent state, while the store is in use, as a new file: complete and on the disk, or not
 * there. RC_DUPLICATE: the file is there already. On PostgreSQL RC_INVALID: there pg_dump, or the cluster's own
 * backup, does it. */
enum rc store_backup(struct store *s, const char *path, const char **why);
/* Puts a backup in place of the database of SQLite in `data_dir`, which nobody may have open, or changes nothing.
 * A copy is looked through, brought up to date and given to `judge`, which may refuse it; only then it takes the
 * place, and what was there stays beside it as kept.db.before-restore. RC_INVALID: the file is no backup of ours.
 */
enum rc store_restore(struct arena *a, const char *path, const char *data_dir,
                      enum rc (*judge)(struct store *s, void *arg, const char **why), void *arg, const char **why);
/* The first column, texts, of what `sql` answers in a file of SQLite that may be damaged, of another version or no
 * database at all: RC_BROKEN then, and *n is 0. Only reads. In the arena. */
enum rc store_file_texts(struct arena *a, const char *path, const char *sql, const char ***out, int *n);
/* RC_BROKEN when the file is damaged; *why (arena) says how. `thorough` compares each index with its table too.
 * Always RC_OK on PostgreSQL, which has its own tools for it (pg_amcheck). */
enum rc store_check(struct store *s, struct arena *a, bool thorough, const char **why);
/* Makes all indexes of SQLite anew from their tables, in one transaction: others wait. RC_INVALID on PostgreSQL. */
enum rc store_reindex(struct store *s);
/* Soon, when nothing is written: what was removed is then in SQLite's log no longer either. Removed rows are
 * overwritten in the file itself at once. PostgreSQL reuses the room by its vacuum. */
void store_forget_log(struct store *s);
/* How many queries are declared, and were prepared by store_open. */
int store_queries(void);
/* Engine, version, size and settings as lines for `kept doctor`. */
char *store_describe(struct store *s, struct arena *a);

#endif
