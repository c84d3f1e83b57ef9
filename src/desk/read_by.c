#include "desk/read_by.h"

#include "desk/account.h"
#include "desk/contact.h"

enum { FORGOTTEN_AT_ONCE = 500, AGAIN_MS = 3600 * 1000 };
static const int64_t KEPT_MS = READ_BY_DAYS * 24 * 3600 * (int64_t)1000;

QUERY(q_read_by_note,
      "INSERT INTO article_read_by (account_id, version_id, contact_id, conversation_id, times, first_at, last_at)"
      " VALUES ($1, $2, $3, $4, 1, $5, $5) ON CONFLICT (account_id, version_id, contact_id) DO UPDATE SET"
      " times = article_read_by.times + 1, last_at = excluded.last_at, conversation_id = excluded.conversation_id"
      " WHERE article_read_by.last_at <= $6");
QUERY(q_read_by_forget, "DELETE FROM article_read_by WHERE account_id = $1 AND (version_id, contact_id) IN"
                        " (SELECT version_id, contact_id FROM article_read_by WHERE account_id = $1"
                        " AND last_at <= $2 ORDER BY last_at LIMIT $3)");
QUERY(q_read_by_erase, "DELETE FROM article_read_by WHERE account_id = $1 AND contact_id = $2");
QUERY(q_read_by_of_contact,
      "SELECT b.version_id, w.number, b.times, b.first_at, b.last_at, x.ref, x.title, x.lang FROM article_read_by b"
      " JOIN article_version w ON w.account_id = b.account_id AND w.id = b.version_id"
      " JOIN article x ON x.account_id = w.account_id AND x.id = w.article_id"
      " WHERE b.account_id = $1 AND b.contact_id = $2 ORDER BY b.last_at DESC LIMIT $3");

enum rc read_by_note(struct tx *tx, int64_t version_id, int64_t contact_id, int64_t conversation_id, int64_t now) {
    if (!setting_int(tx_view(tx), SETTING_READ_BY))
        return RC_OK;
    enum rc rc = contact_lives(tx_view(tx), contact_id);
    if (rc != RC_OK)
        return rc == RC_GONE ? RC_OK : rc;
    return tx_exec(tx, &q_read_by_note,
                   BIND(ACCOUNT, value_int(version_id), value_int(contact_id), value_int(conversation_id),
                        value_int(now), value_int(now - AGAIN_MS)));
}

enum rc read_by_tidy(struct tx *tx, int64_t now, bool *more) {
    enum rc rc =
        tx_exec(tx, &q_read_by_forget, BIND(ACCOUNT, value_int(now - KEPT_MS), value_int(FORGOTTEN_AT_ONCE)));
    *more = rc == RC_OK && tx_changes(tx) == FORGOTTEN_AT_ONCE;
    return rc;
}

enum rc read_by_erase(struct tx *tx, int64_t contact_id) {
    return tx_exec(tx, &q_read_by_erase, BIND(ACCOUNT, value_int(contact_id)));
}

enum rc read_by_of_contact(struct view *v, struct arena *a, int64_t contact_id, int max, struct read_by **out,
                           int *n) {
    *out = ARENA_ARRAY(a, (size_t)max, struct read_by);
    struct rows r = view_query(v, &q_read_by_of_contact, BIND(ACCOUNT, value_int(contact_id), value_int(max)));
    for (*n = 0; *n < max && rows_next(&r); ++*n)
        (*out)[*n] = (struct read_by){
            .version_id = rows_int(&r, 0),
            .number = rows_int(&r, 1),
            .times = rows_int(&r, 2),
            .first_at = rows_int(&r, 3),
            .last_at = rows_int(&r, 4),
            .article = rows_copy(&r, 5, a),
            .title = rows_copy(&r, 6, a),
            .lang = rows_copy(&r, 7, a),
        };
    return rows_end(&r);
}
