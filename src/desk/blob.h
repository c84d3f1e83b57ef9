/* blob.h: raw mails and attachments at rest: sealed under the purpose's key, in blocks of 256 KiB, found by the
 * SHA-256 of what is inside, stored once. In the database, so that nodes, backup and migration have one truth. */
#ifndef KEPT_DESK_BLOB_H
#define KEPT_DESK_BLOB_H

#include "base/buf.h"
#include "base/secret.h"
#include "store/store.h"

enum { BLOB_BLOCK = 256 * 1024 };

/* Stores the bytes, or finds them; *id is the blob's. */
enum rc blob_put(struct tx *tx, enum secret_purpose purpose, struct bytes content, int64_t now, int64_t *id);
/* Appends the whole content to `out`. RC_NONE; RC_BROKEN when a block does not open. */
enum rc blob_get(struct view *v, int64_t id, struct buf *out);
/* Removes the bytes, unless something else still has them: the same file may have come twice. */
enum rc blob_drop_unused(struct tx *tx, int64_t id);

#endif
