/* copy.h: all rows of one store into another, whatever their engines: `kept migrate`.
 *
 * The tables, their columns, keys and order come from the schema itself, so a new table needs nothing here. Each
 * table is walked in the order of its key, in batches that are one transaction of the target each: after a kill the
 * greatest key that arrived says where to go on. Afterwards both sides are walked side by side and compared.
 * While it is under way a row of the target's schema_migration (number -1) says of what it is a copy, and
 * store_open refuses it: nobody serves half a company.
 *
 * Not carried: node numbers (leases of running programs) and the search index with its table search_document, which
 * search_rebuild makes anew from what was carried. Values that are sealed stay sealed: the keys belong to the data
 * directory. */
#ifndef KEPT_STORE_COPY_H
#define KEPT_STORE_COPY_H

#include "store/store.h"

struct copy;

/* What is told along the way, after each batch. `all`: rows to do in this table, 0 when they could not be counted.
 */
struct copy_progress {
    void (*tell)(void *arg, const char *table, int64_t done, int64_t all);
    void *arg;
};

/* Reads the schema and declares what will be asked. Once, before the program's first store_open, which from then on
 * opens an unfinished copy too. Lives in `a`. */
struct copy *copy_plan(struct arena *a);

/* RC_NONE: there is nothing to copy. RC_CONFLICT: the target holds other data, or a copy of an earlier state.
 * RC_INVALID: the source is itself an unfinished copy. RC_DUPLICATE: the target is a finished copy of this state.
 * *why (arena of copy_plan) says it in a sentence. Otherwise *rows is how many rows are carried already: 0 at the
 * first start. */
enum rc copy_begin(struct copy *c, struct store *from, struct store *to, int64_t *rows, const char **why);
enum rc copy_rows(struct copy *c, struct copy_progress p);
/* RC_CONFLICT: a row differs, or is on one side only; *why says in which table. */
enum rc copy_compare(struct copy *c, struct copy_progress p, const char **why);
/* From now on the target may be served. */
enum rc copy_finish(struct copy *c);

int copy_tables(const struct copy *c);

#endif
