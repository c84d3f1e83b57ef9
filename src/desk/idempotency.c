#include "desk/idempotency.h"

#include "desk/account.h"

#include <string.h>

QUERY(q_key_find,
      "SELECT request_hash, status, answer, created_at FROM idempotency WHERE account_id = $1 AND token_id = $2"
      " AND idempotency_key = $3 AND created_at > $4");
QUERY(q_key_keep, "INSERT INTO idempotency (account_id, token_id, idempotency_key, request_hash, status, answer,"
                  " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)");
QUERY(q_key_sweep, "DELETE FROM idempotency WHERE account_id = $1 AND token_id = $2 AND created_at <= $3");

QUERY(q_key_tidy, "DELETE FROM idempotency WHERE account_id = $1 AND token_id >= 0 AND created_at <= $2");

QUERY(q_key_all,
      "SELECT token_id, idempotency_key, answer FROM idempotency WHERE account_id = $1 AND token_id > 0");
QUERY(q_key_drop, "DELETE FROM idempotency WHERE account_id = $1 AND token_id = $2 AND idempotency_key = $3");

enum rc idempotency_find(struct view *v, struct arena *a, struct idempotency *x, int64_t now) {
    struct rows r = view_query(
        v, &q_key_find, BIND(ACCOUNT, value_int(x->token_id), value_text(x->key), value_int(now - IDEMPOTENCY_MS)));
    bool found = rows_next(&r), same = false;
    if (found) {
        struct bytes hash = rows_bytes(&r, 0);
        same = hash.len == SHA256_SIZE && memcmp(hash.at, x->request, SHA256_SIZE) == 0;
        x->status = (int)rows_int(&r, 1);
        x->answer = rows_copy(&r, 2, a);
        x->at = rows_int(&r, 3);
    }
    enum rc rc = rows_end(&r);
    if (rc != RC_OK)
        return rc;
    return !found ? RC_NONE : same ? RC_OK : RC_CONFLICT;
}

/* One token's old keys go when it writes again: few rows, by the primary key, and no job of their own. */
enum rc idempotency_keep(struct tx *tx, const struct idempotency *x, int64_t now) {
    struct bytes hash = {x->request, SHA256_SIZE};
    enum rc rc = tx_exec(tx, &q_key_sweep, BIND(ACCOUNT, value_int(x->token_id), value_int(now - IDEMPOTENCY_MS)));
    return rc != RC_OK ? rc
                       : tx_exec(tx, &q_key_keep,
                                 BIND(ACCOUNT, value_int(x->token_id), value_text(x->key), value_bytes(hash),
                                      value_int(x->status), value_text(x->answer), value_int(now)));
}

enum rc idempotency_tidy(struct tx *tx, int64_t now) {
    return tx_exec(tx, &q_key_tidy, BIND(ACCOUNT, value_int(now - IDEMPOTENCY_MS)));
}

enum rc idempotency_drop(struct tx *tx, const struct idempotency *x) {
    return tx_exec(tx, &q_key_drop, BIND(ACCOUNT, value_int(x->token_id), value_text(x->key)));
}

struct key {
    struct key *next;
    int64_t token_id;
    const char *key;
};

static bool names_one(const char *answer, const char *const *refs, int n) {
    for (int i = 0; i < n; i++)
        if (strstr(answer, refs[i]))
            return true;
    return false;
}

enum rc idempotency_forget(struct tx *tx, const char *const *refs, int n) {
    struct arena *a = tx_arena(tx);
    struct key *found = NULL;
    struct rows r = view_query(tx_view(tx), &q_key_all, BIND(ACCOUNT));
    while (rows_next(&r))
        if (names_one(rows_text(&r, 2), refs, n)) {
            struct key *k = ARENA_NEW(a, struct key);
            *k = (struct key){found, rows_int(&r, 0), rows_copy(&r, 1, a)};
            found = k;
        }
    enum rc rc = rows_end(&r);
    for (; rc == RC_OK && found; found = found->next)
        rc = tx_exec(tx, &q_key_drop, BIND(ACCOUNT, value_int(found->token_id), value_text(found->key)));
    return rc;
}
