/* article_draft.c: what belongs to an article while it is written, its drafts and pictures, and after it was used:
 * which message said it (article.h). */
#include "base/id.h"
#include "base/sniff.h"
#include "desk/account.h"
#include "desk/article.h"
#include "desk/blob.h"

#include <string.h>

/* ---- drafts ---- */

QUERY(q_article_draft, "SELECT base, changed_at, title, body FROM article_draft"
                       " WHERE account_id = $1 AND article_id = $2 AND agent_id = $3");
QUERY(q_article_draft_save,
      "INSERT INTO article_draft (account_id, article_id, agent_id, base, title, body, changed_at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account_id, article_id, agent_id)"
      " DO UPDATE SET base = excluded.base, title = excluded.title, body = excluded.body,"
      " changed_at = excluded.changed_at");
QUERY(q_article_draft_drop,
      "DELETE FROM article_draft WHERE account_id = $1 AND article_id = $2 AND agent_id = $3");

enum rc article_draft_load(struct view *v, struct arena *a, int64_t article_id, int64_t agent_id,
                           struct article_draft *out) {
    struct rows r = view_query(v, &q_article_draft, BIND(ACCOUNT, value_int(article_id), value_int(agent_id)));
    bool found = rows_next(&r);
    if (found)
        *out = (struct article_draft){rows_int(&r, 0), rows_int(&r, 1), rows_copy(&r, 2, a), rows_copy(&r, 3, a)};
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc article_draft_save(struct tx *tx, int64_t article_id, int64_t agent_id, const struct article_draft *d,
                           int64_t now) {
    return tx_exec(tx, &q_article_draft_save,
                   BIND(ACCOUNT, value_int(article_id), value_int(agent_id), value_int(d->base),
                        value_text(d->title), value_text(d->body), value_int(now)));
}

enum rc article_draft_drop(struct tx *tx, int64_t article_id, int64_t agent_id) {
    return tx_exec(tx, &q_article_draft_drop, BIND(ACCOUNT, value_int(article_id), value_int(agent_id)));
}

/* ---- pictures ---- */

QUERY(q_picture_add,
      "INSERT INTO article_picture (account_id, id, ref, article_id, blob_id, type, size, created_at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
QUERY(q_picture_by_ref, "SELECT article_id, blob_id, size, ref, type FROM article_picture"
                        " WHERE account_id = $1 AND ref = $2");

static bool is_picture(const char *type) {
    static const char *const shown[] = {"image/png", "image/jpeg", "image/gif", "image/webp"};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (strcmp(shown[i], type) == 0)
            return true;
    return false;
}

enum rc article_picture_add(struct tx *tx, int64_t article_id, struct bytes bytes, int64_t now,
                            struct article_picture *out) {
    *out =
        (struct article_picture){.article_id = article_id, .size = (int64_t)bytes.len, .type = sniff_type(bytes)};
    if (bytes.len > ARTICLE_PICTURE_MAX)
        return RC_TOO_BIG;
    if (!is_picture(out->type))
        return RC_INVALID;
    out->ref = id_ref(tx_arena(tx), "pic");
    enum rc rc = blob_put(tx, SECRET_FILE, bytes, now, &out->blob_id);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_picture_add,
                     BIND(ACCOUNT, value_int(id_new()), value_text(out->ref), value_int(article_id),
                          value_int(out->blob_id), value_text(out->type), value_int(out->size), value_int(now)));
    return rc;
}

enum rc article_picture_by_ref(struct view *v, struct arena *a, const char *ref, struct article_picture *out) {
    struct rows r = view_query(v, &q_picture_by_ref, BIND(ACCOUNT, value_text(ref)));
    bool found = rows_next(&r);
    if (found)
        *out = (struct article_picture){rows_int(&r, 0), rows_int(&r, 1), rows_int(&r, 2), rows_copy(&r, 3, a),
                                        rows_copy(&r, 4, a)};
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

/* ---- who was told ---- */

QUERY(q_use_add,
      "INSERT INTO message_article (account_id, message_id, version_id, article_id, how, trust, fingerprint)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account_id, message_id, version_id) DO NOTHING");
QUERY(q_uses, "SELECT article_id, version_id, how, fingerprint, trust FROM message_article"
              " WHERE account_id = $1 AND message_id = $2 ORDER BY version_id");

enum rc article_use_add(struct tx *tx, int64_t message_id, int64_t conversation_id, const struct article_use *uses,
                        int n, struct actor by) {
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < n; i++) {
        rc = tx_exec(tx, &q_use_add,
                     BIND(ACCOUNT, value_int(message_id), value_int(uses[i].version_id),
                          value_int(uses[i].article_id), value_text(uses[i].how), value_int(uses[i].trust),
                          value_int(uses[i].fingerprint)));
        if (rc == RC_OK && tx_changes(tx))
            event_add(tx, (struct event){"article.used", by, conversation_id, uses[i].article_id, uses[i].how,
                                         uses[i].trust});
    }
    return rc;
}

enum rc article_uses(struct view *v, struct arena *a, int64_t message_id, struct article_use **out, int *n) {
    struct rows r = view_query(v, &q_uses, BIND(ACCOUNT, value_int(message_id)));
    *out = NULL;
    *n = 0;
    while (rows_next(&r)) {
        *out = arena_grow(a, *out, (size_t)*n, (size_t)*n + 1, sizeof **out);
        (*out)[(*n)++] = (struct article_use){rows_int(&r, 0), rows_int(&r, 1), rows_copy(&r, 2, a),
                                              rows_int(&r, 3), (int)rows_int(&r, 4)};
    }
    return rows_end(&r);
}
