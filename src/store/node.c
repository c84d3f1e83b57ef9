#include "store/node.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"

#include <stdlib.h>
#include <string.h>

enum { LEASE_SHARE = 3, RETRY_MS = 500, LIST_MAX = ID_NODE_COMMANDS };
static const int64_t KEPT_ROWS_MS = 24 * 3600 * (int64_t)1000;

QUERY(q_node_free,
      "SELECT coalesce(min(node), -1) FROM node WHERE leased_until < $1 AND ids_to < $2 AND node < $3");
QUERY(q_node_most, "SELECT coalesce(max(node), -1) FROM node WHERE node < $1");
QUERY(q_node_take,
      "INSERT INTO node (node, holder, run, name, since, leased_until, ids_to) VALUES ($1, $2, $3, $4, $5, $6, $7)"
      " ON CONFLICT (node) DO UPDATE SET holder = excluded.holder, run = excluded.run, name = excluded.name,"
      " since = excluded.since, leased_until = excluded.leased_until, ids_to = excluded.ids_to");
QUERY(q_node_renew, "UPDATE node SET leased_until = $3, ids_to = $4 WHERE node = $1 AND run = $2");
QUERY(q_node_leave, "UPDATE node SET leased_until = 0, run = '', ids_to = $3 WHERE node = $1 AND run = $2");
QUERY(q_node_twins, "SELECT count(*) FROM node WHERE holder = $1 AND run <> $2 AND run <> ''");
QUERY(q_node_end_twins, "UPDATE node SET leased_until = 0, run = '' WHERE holder = $1 AND run <> $2");
QUERY(q_node_holder, "SELECT count(*) FROM node WHERE node = $1 AND holder = $2");
QUERY(q_node_forget, "DELETE FROM node WHERE leased_until < $1 AND ids_to < $2");
QUERY(q_node_list,
      "SELECT node, name, holder, since, leased_until FROM node WHERE run <> '' ORDER BY node LIMIT $1");

struct node {
    struct store *store;
    char *identity, *name, *run;
    int64_t lease_ms, renew_at; /* renew_at: clock_mono */
    int number;
    bool twin, warned;
};

/* Ids are made ahead of the clock when it steps back, so this is not always clock_now. */
static int64_t ids_to(const struct node *n) {
    int64_t made = id_clock(), now = clock_now();
    return (made > now ? made : now) + n->lease_ms;
}

static enum rc take_number(struct tx *tx, struct node *n) {
    struct view *v = tx_view(tx);
    int64_t clock = store_clock(n->store), now = clock_now(), number;
    enum rc rc = tx_exec(tx, &q_node_forget, BIND(value_int(clock - KEPT_ROWS_MS), value_int(now)));
    if (rc == RC_OK)
        rc = view_int(v, &q_node_free, BIND(value_int(clock), value_int(now), value_int(ID_NODE_COMMANDS)), -1,
                      &number);
    if (rc == RC_OK && number < 0) {
        rc = view_int(v, &q_node_most, BIND(value_int(ID_NODE_COMMANDS)), -1, &number);
        number++;
    }
    if (rc != RC_OK || number >= ID_NODE_COMMANDS)
        return rc != RC_OK ? rc : RC_FULL;
    n->number = (int)number;
    return tx_exec(tx, &q_node_take,
                   BIND(value_int(number), value_text(n->identity), value_text(n->run), value_text(n->name),
                        value_int(now), value_int(clock + n->lease_ms), value_int(ids_to(n))));
}

/* What had this identity before is dead, or a twin that finds out when it renews. */
static enum rc join(struct tx *tx, void *arg) {
    struct node *n = arg;
    enum rc rc = tx_exec(tx, &q_node_end_twins, BIND(value_text(n->identity), value_text(n->run)));
    return rc == RC_OK ? take_number(tx, n) : rc;
}

/* The one write that is let through without a number. */
static enum rc renew(struct tx *tx, void *arg) {
    struct node *n = arg;
    int64_t twins, still;
    enum rc rc = tx_exec(tx, &q_node_renew,
                         BIND(value_int(n->number), value_text(n->run),
                              value_int(store_clock(n->store) + n->lease_ms), value_int(ids_to(n))));
    if (rc != RC_OK || tx_changes(tx))
        return rc;
    rc = view_int(tx_view(tx), &q_node_twins, BIND(value_text(n->identity), value_text(n->run)), 0, &twins);
    if (rc == RC_OK)
        rc = view_int(tx_view(tx), &q_node_holder, BIND(value_int(n->number), value_text(n->identity)), 0, &still);
    n->twin = rc == RC_OK && (twins || still);
    return rc != RC_OK || n->twin ? rc : take_number(tx, n);
}

static enum rc leave(struct tx *tx, void *arg) {
    struct node *n = arg;
    return tx_exec(tx, &q_node_leave,
                   BIND(value_int(n->number), value_text(n->run), value_int(ids_to(n) - n->lease_ms)));
}

/* In this order: a write that passes the new fence makes ids with the new number. */
static void use_number(struct node *n) {
    id_set_node(n->number);
    store_fence(n->store, n->number, n->run, renew);
}

static char *copy(const char *s) {
    char *c = strdup(s);
    if (!c)
        die("out of memory");
    return c;
}

static void free_node(struct node *n) {
    free(n->identity);
    free(n->name);
    free(n->run);
    free(n);
}

enum rc node_join(struct store *s, const char *identity, const char *name, int64_t lease_ms, struct node **out) {
    struct node *n = calloc(1, sizeof *n);
    struct arena *a = arena_new(0);
    if (!n)
        die("out of memory");
    *n = (struct node){.store = s,
                       .identity = copy(identity),
                       .name = copy(name),
                       .run = copy(id_ref(a, "run")),
                       .lease_ms = lease_ms,
                       .renew_at = clock_mono() + lease_ms / LEASE_SHARE};
    arena_free(a);
    enum rc rc = store_write(s, join, n);
    if (rc == RC_OK)
        use_number(n);
    else
        free_node(n);
    *out = rc == RC_OK ? n : NULL;
    return rc;
}

int node_number(const struct node *n) { return n->number; }

int node_tend(struct node *n) {
    int64_t left = n->renew_at - clock_mono();
    if (left > 0)
        return (int)left;
    int before = n->number;
    enum rc rc = store_write(n->store, renew, n);
    if (n->twin) {
        log_error(
            "node %d: another program serves with this node's identity. A data directory was copied: copy only "
            "kept.conf and secrets/",
            before);
        return -1;
    }
    if (rc != RC_OK) {
        if (!n->warned)
            log_warn("the lease of node %d could not be renewed (%s); tried again until it can", n->number,
                     rc_name(rc));
        n->warned = true;
        n->number = before;
        n->renew_at = clock_mono() + RETRY_MS;
        return RETRY_MS;
    }
    if (n->number != before) {
        log_warn("node %d was away for longer than its lease and is node %d now", before, n->number);
        use_number(n);
    } else if (n->warned) {
        log_info("node %d has its lease again", n->number);
    }
    n->warned = false;
    n->renew_at = clock_mono() + n->lease_ms / LEASE_SHARE;
    return (int)(n->lease_ms / LEASE_SHARE);
}

void node_leave(struct node *n) {
    if (!n)
        return;
    if (!n->twin && store_write(n->store, leave, n) != RC_OK)
        log_warn("node %d stays leased until its lease runs out", n->number);
    free_node(n);
}

enum rc node_list(struct view *v, struct arena *a, struct node_row **out, int *n) {
    *out = ARENA_ARRAY(a, LIST_MAX, struct node_row);
    *n = 0;
    struct rows r = view_query(v, &q_node_list, BIND(value_int(LIST_MAX)));
    while (*n < LIST_MAX && rows_next(&r))
        (*out)[(*n)++] = (struct node_row){.number = rows_int(&r, 0),
                                           .name = rows_copy(&r, 1, a),
                                           .holder = rows_copy(&r, 2, a),
                                           .since = rows_int(&r, 3),
                                           .leased_until = rows_int(&r, 4)};
    return rows_end(&r);
}
