/* node.h: one of the programs (nodes) that serve the same database. Each has a number, leased from the table
 * `node`, which is in every id that it makes; so no two may ever have the same one.
 *
 *   node_join → held ──node_tend, every third of the lease──→ held
 *                │ cut off, or paused, for longer than the lease, and another took the number
 *                └──→ each write is refused (RC_AWAY) ──node_tend──→ held, with another number
 *
 * Nothing rests on clocks being right: every write asks, inside its transaction, whether the row is still this
 * program's, and a row changes hands only in a write. So ids of one number are made by one program, whatever was
 * paused and for how long. Which leases have run out is told by the database's clock (store_clock).
 *
 * The holder's identity outlives a restart, by which a node takes back at once what it had leased when it died. Two
 * programs with the same one (a copied data directory) would do each other's work twice: the older is told to end.
 */
#ifndef KEPT_STORE_NODE_H
#define KEPT_STORE_NODE_H

#include "store/store.h"

enum { NODE_LEASE_MS_MIN = 5000, NODE_LEASE_MS = 30 * 1000, NODE_LEASE_MS_MAX = 300 * 1000 };

struct node;

/* Takes a number and sets it in base/id.h; from now on this store's writes need it (PostgreSQL; on SQLite there is
 * one program). `identity` and `name` are copied. RC_FULL: all numbers are leased. */
enum rc node_join(struct store *s, const char *identity, const char *name, int64_t lease_ms, struct node **out);
int node_number(const struct node *n);

/* Renews the lease when it is time. Returns milliseconds until it wants to be called again; below 0: another
 * program has the same identity and is younger, so this one must end. */
int node_tend(struct node *n);

/* Gives the number back. No write after it. */
void node_leave(struct node *n);

/* Who serves, for doctor: rows that are not left. */
struct node_row {
    int64_t number, since, leased_until;
    const char *name, *holder;
};
enum rc node_list(struct view *v, struct arena *a, struct node_row **out, int *n);

#endif
