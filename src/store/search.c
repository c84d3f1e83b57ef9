/* search.c: full-text search on both engines: FTS5 on SQLite, tsvector with GIN on PostgreSQL.
 *
 * FTS5 walks its lists of ids from the largest down and stops at LIMIT. GIN gives all hits at once, in no order:
 * fifty thousand rows are fetched and sorted for the fifty that are shown. So on PostgreSQL the newest documents
 * are looked through first, one by one; when those say that the word is common, going on is cheaper than asking the
 * index. */
#include "store/engine.h"

#include "base/buf.h"

enum {
    WALK_FIRST = 8,   /* documents looked through for each hit that is wanted, before GIN is asked */
    WALK_MOST = 8000, /* and in all, where words are so common that this will do: some 8 ms */
    WALK_MARGIN = 2,  /* for words that come in bursts */
};

/* $1 account, $2 id, $3 terms. */
#define PUT(index)                                                                                                 \
    "INSERT INTO " index " (rowid, terms) VALUES ($2, $3)",                                                        \
        "INSERT INTO " index                                                                                       \
        " (account_id, id, terms) VALUES ($1, $2, array_to_tsvector(string_to_array($3, ' ')))"
#define DROP(index)                                                                                                \
    "INSERT INTO " index " (" index ", rowid, terms) VALUES ('delete', $2, $3)",                                   \
        "DELETE FROM " index " WHERE account_id = $1 AND id = $2 AND CAST($3 AS TEXT) IS NOT NULL"
#define CLEAR(index)                                                                                               \
    "INSERT INTO " index " (" index ") VALUES ('delete-all')", "DELETE FROM " index " WHERE account_id = $1"

/* $1 account, $2 the expression in the engine's words, $3 after, $4 before, $5 how many. On PostgreSQL "+ 0" keeps
 * the planner to the index of terms: it would read the whole key beside it, or walk. In a SELECT of its own the
 * expression is read once, not for each row. */
#define EXPRESSION "(SELECT CAST(CAST($2 AS TEXT) AS tsquery))"
#define FIND(index)                                                                                                \
    "SELECT rowid FROM " index " WHERE " index                                                                     \
    " MATCH $2 AND rowid > $3 AND rowid < $4 ORDER BY rowid DESC LIMIT $5",                                        \
        "SELECT id FROM " index " WHERE account_id + 0 = $1 AND terms @@ " EXPRESSION                              \
        " AND id + 0 > $3 AND id + 0 < $4 ORDER BY id + 0 DESC LIMIT $5"
#define WALK(index)                                                                                                \
    NULL, "SELECT id FROM (SELECT id, terms FROM " index " WHERE account_id = $1 AND id > $3 AND id < $4"          \
          " ORDER BY id DESC LIMIT $6) AS newest WHERE terms @@ " EXPRESSION " ORDER BY id DESC LIMIT $5"

QUERY_EACH(q_message_put, PUT("message_search"));
QUERY_EACH(q_message_drop, DROP("message_search"));
QUERY_EACH(q_message_clear, CLEAR("message_search"));
QUERY_EACH(q_message_find, FIND("message_search"));
QUERY_EACH(q_message_walk, WALK("message_search"));
QUERY_EACH(q_contact_put, PUT("contact_search"));
QUERY_EACH(q_contact_drop, DROP("contact_search"));
QUERY_EACH(q_contact_clear, CLEAR("contact_search"));
QUERY_EACH(q_contact_find, FIND("contact_search"));
QUERY_EACH(q_contact_walk, WALK("contact_search"));

static const struct {
    struct query *put, *drop, *clear, *find, *walk;
} queries[SEARCH_INDEXES] = {
    [SEARCH_MESSAGES] = {&q_message_put, &q_message_drop, &q_message_clear, &q_message_find, &q_message_walk},
    [SEARCH_CONTACTS] = {&q_contact_put, &q_contact_drop, &q_contact_clear, &q_contact_find, &q_contact_walk},
};

enum rc tx_search_put(struct tx *tx, enum search_index index, int64_t account_id, int64_t id, const char *terms) {
    return tx_exec(tx, queries[index].put, BIND(value_int(account_id), value_int(id), value_text(terms)));
}

enum rc tx_search_drop(struct tx *tx, enum search_index index, int64_t account_id, int64_t id, const char *terms) {
    return tx_exec(tx, queries[index].drop, BIND(value_int(account_id), value_int(id), value_text(terms)));
}

enum rc tx_search_clear(struct tx *tx, enum search_index index, int64_t account_id) {
    return tx_exec(tx, queries[index].clear, BIND(value_int(account_id)));
}

enum rc tx_search_scrub(struct tx *tx, bool first, bool *more) {
    static const char *const tables[] = {"message_search", "contact_search"};
    struct view *v = tx_view(tx);
    enum rc rc = RC_OK;
    *more = false;
    for (size_t i = 0; rc == RC_OK && view_store(v)->engine->scrub && i < sizeof tables / sizeof *tables; i++) {
        bool left = false;
        rc = view_store(v)->engine->scrub(v, tables[i], first, &left);
        *more |= left;
    }
    return rc;
}

/* "wrefund|srefund wdeliv*" → (wrefund OR srefund) AND (wdeliv *), or (wrefund | srefund) & (wdeliv:*). */
static void put_expression(struct buf *out, const char *expression, bool postgres) {
    buf_char(out, '(');
    for (const char *p = expression; *p; p++) {
        if (*p == ' ')
            buf_str(out, postgres ? ") & (" : ") AND (");
        else if (*p == '|')
            buf_str(out, postgres ? " | " : " OR ");
        else if (*p == '*')
            buf_str(out, postgres ? ":*" : " *");
        else
            buf_char(out, *p);
    }
    buf_char(out, ')');
}

struct range {
    const char *words;
    int64_t account_id, after_id, before_id;
    int max;
};

static enum rc read_ids(struct rows r, int max, int64_t *ids, int *n) {
    for (*n = 0; *n < max && rows_next(&r);)
        ids[(*n)++] = rows_int(&r, 0);
    return rows_end(&r);
}

static enum rc find(struct view *v, struct query *q, const struct range *x, int64_t *ids, int *n) {
    return read_ids(view_query(v, q,
                               BIND(value_int(x->account_id), value_text(x->words), value_int(x->after_id),
                                    value_int(x->before_id), value_int(x->max))),
                    x->max, ids, n);
}

static enum rc walk(struct view *v, struct query *q, const struct range *x, int documents, int64_t *ids, int *n) {
    return read_ids(view_query(v, q,
                               BIND(value_int(x->account_id), value_text(x->words), value_int(x->after_id),
                                    value_int(x->before_id), value_int(x->max), value_int(documents))),
                    x->max, ids, n);
}

enum rc view_search(struct view *v, enum search_index index, int64_t account_id, const char *expression,
                    int64_t after_id, int64_t before_id, int max, int64_t *ids, int *n) {
    bool unordered = view_store(v)->engine->search_unordered;
    struct buf words = {0};
    put_expression(&words, expression, unordered);
    struct range x = {words.at, account_id, after_id, before_id, max};
    enum rc rc = RC_OK;
    *n = 0;
    if (unordered) {
        int first = max < WALK_MOST / WALK_FIRST ? max * WALK_FIRST : WALK_MOST;
        rc = walk(v, queries[index].walk, &x, first, ids, n);
        bool common = (int64_t)first * max * WALK_MARGIN <= (int64_t)*n * WALK_MOST;
        if (rc == RC_OK && *n < max && common)
            rc = walk(v, queries[index].walk, &x, WALK_MOST, ids, n);
    }
    if (rc == RC_OK && *n < max)
        rc = find(v, queries[index].find, &x, ids, n);
    buf_free(&words);
    return rc;
}
