#include "desk/blob.h"

#include "base/id.h"
#include "base/log.h"
#include "desk/account.h"

#include <stdio.h>

QUERY(q_blob_find, "SELECT id FROM blob WHERE account_id = $1 AND purpose = $2 AND hash = $3");
QUERY(q_blob_add,
      "INSERT INTO blob (account_id, id, purpose, hash, size, created_at) VALUES ($1, $2, $3, $4, $5, $6)");
QUERY(q_blob_block_add, "INSERT INTO blob_block (account_id, blob_id, n, sealed) VALUES ($1, $2, $3, $4)");
QUERY(q_blob_head, "SELECT purpose, size FROM blob WHERE account_id = $1 AND id = $2");
QUERY(q_blob_uses, "SELECT (SELECT count(*) FROM attachment WHERE account_id = $1 AND blob_id = $2)"
                   " + (SELECT count(*) FROM article_picture WHERE account_id = $1 AND blob_id = $2)"
                   " + (SELECT count(*) FROM dossier WHERE account_id = $1 AND blob_id = $2)");
QUERY(q_blob_blocks_drop, "DELETE FROM blob_block WHERE account_id = $1 AND blob_id = $2");
QUERY(q_blob_drop, "DELETE FROM blob WHERE account_id = $1 AND id = $2");
QUERY(q_blob_blocks, "SELECT n, sealed FROM blob_block WHERE account_id = $1 AND blob_id = $2 ORDER BY n");

/* What a block's seal is bound to: its blob and its place, so that blocks cannot be swapped. */
static struct bytes block_place(char place[48], int64_t blob_id, int64_t n) {
    int len = snprintf(place, 48, "%lld/%lld", (long long)blob_id, (long long)n);
    return (struct bytes){(const uint8_t *)place, (size_t)len};
}

enum rc blob_put(struct tx *tx, enum secret_purpose purpose, struct bytes content, int64_t now, int64_t *id) {
    uint8_t digest[SHA256_SIZE];
    sha256(content, digest);
    struct value hash = value_bytes((struct bytes){digest, sizeof digest});
    enum rc rc = view_int(tx_view(tx), &q_blob_find, BIND(ACCOUNT, value_int(purpose), hash), 0, id);
    if (rc != RC_OK || *id)
        return rc;
    *id = id_new();
    rc = tx_exec(
        tx, &q_blob_add,
        BIND(ACCOUNT, value_int(*id), value_int(purpose), hash, value_int((int64_t)content.len), value_int(now)));
    struct buf sealed = {0};
    for (size_t at = 0, n = 0; at < content.len && rc == RC_OK; at += BLOB_BLOCK, n++) {
        char place[48];
        size_t left = content.len - at, size = left < BLOB_BLOCK ? left : BLOB_BLOCK;
        buf_reset(&sealed);
        secret_seal(purpose, (struct bytes){content.at + at, size}, block_place(place, *id, (int64_t)n), &sealed);
        rc = tx_exec(tx, &q_blob_block_add,
                     BIND(ACCOUNT, value_int(*id), value_int((int64_t)n), value_bytes(buf_bytes(&sealed))));
    }
    buf_free(&sealed);
    return rc;
}

enum rc blob_get(struct view *v, int64_t id, struct buf *out) {
    int64_t purpose = -1, size = 0, n = 0;
    size_t before = out->len;
    struct rows head = view_query(v, &q_blob_head, BIND(ACCOUNT, value_int(id)));
    if (rows_next(&head)) {
        purpose = rows_int(&head, 0);
        size = rows_int(&head, 1);
    }
    enum rc rc = rows_end(&head);
    if (rc != RC_OK || purpose < 0)
        return rc != RC_OK ? rc : RC_NONE;
    buf_reserve(out, (size_t)size + SECRET_SEAL_EXTRA);
    struct rows r = view_query(v, &q_blob_blocks, BIND(ACCOUNT, value_int(id)));
    for (; rc == RC_OK && rows_next(&r); n++) {
        char place[48];
        rc = rows_int(&r, 0) != n
                 ? RC_BROKEN
                 : secret_open((enum secret_purpose)purpose, rows_bytes(&r, 1), block_place(place, id, n), out);
    }
    enum rc ended = rows_end(&r);
    if (rc == RC_OK)
        rc = ended;
    if (rc == RC_OK && out->len - before != (size_t)size)
        rc = RC_BROKEN;
    if (rc == RC_BROKEN)
        log_error("blob %lld does not open: its key was changed, or the rows were", (long long)id);
    return rc;
}

/* Of original mails each has its own: the same bytes are the same mail. */
enum rc blob_drop_unused(struct tx *tx, int64_t id) {
    int64_t uses;
    enum rc rc = view_int(tx_view(tx), &q_blob_uses, BIND(ACCOUNT, value_int(id)), 0, &uses);
    if (rc != RC_OK || uses)
        return rc;
    rc = tx_exec(tx, &q_blob_blocks_drop, BIND(ACCOUNT, value_int(id)));
    return rc == RC_OK ? tx_exec(tx, &q_blob_drop, BIND(ACCOUNT, value_int(id))) : rc;
}
