/* tag.c: keywords on conversations (conversation.h). */
#include "base/id.h"
#include "desk/account.h"
#include "desk/conversation.h"
#include "text/fold.h"
#include "text/mask.h"

#include <string.h>

QUERY(q_tag_list, "SELECT id, ref, name, 0 FROM tag WHERE account_id = $1 ORDER BY name");
QUERY(q_tag_counts,
      "SELECT t.id, t.ref, t.name, (SELECT count(*) FROM conversation_tag g WHERE g.account_id = t.account_id"
      " AND g.tag_id = t.id) FROM tag t WHERE t.account_id = $1 ORDER BY t.name");
QUERY(q_tag_by_ref, "SELECT id, ref, name, 0 FROM tag WHERE account_id = $1 AND ref = $2");
QUERY(q_tag_by_name, "SELECT id, ref, name, 0 FROM tag WHERE account_id = $1 AND name = $2");
QUERY(q_tag_add, "INSERT INTO tag (account_id, id, ref, name, created_at) VALUES ($1, $2, $3, $4, $5)"
                 " ON CONFLICT (account_id, name) DO NOTHING");
QUERY(q_tag_rename, "UPDATE tag SET name = $3 WHERE account_id = $1 AND id = $2");
QUERY(q_tag_name_taken, "SELECT count(*) FROM tag WHERE account_id = $1 AND name = $2 AND id <> $3");
QUERY(q_tag_unuse, "DELETE FROM conversation_tag WHERE account_id = $1 AND tag_id = $2");
QUERY(q_tag_delete, "DELETE FROM tag WHERE account_id = $1 AND id = $2");
QUERY(q_tags_of, "SELECT t.id, t.ref, t.name, 0 FROM conversation_tag g JOIN tag t ON t.account_id = g.account_id"
                 " AND t.id = g.tag_id WHERE g.account_id = $1 AND g.conversation_id = $2 ORDER BY t.name");
QUERY(q_tag_put,
      "INSERT INTO conversation_tag (account_id, conversation_id, tag_id, last_at) VALUES ($1, $2, $3, $4)"
      " ON CONFLICT (account_id, conversation_id, tag_id) DO NOTHING");
QUERY(q_tag_take, "DELETE FROM conversation_tag WHERE account_id = $1 AND conversation_id = $2 AND tag_id = $3");

static struct tag read_tag(struct rows *r, struct arena *a) {
    return (struct tag){rows_int(r, 0), rows_copy(r, 1, a), rows_copy(r, 2, a), (int)rows_int(r, 3)};
}

static enum rc one_tag(struct rows r, struct arena *a, struct tag *out) {
    bool found = rows_next(&r);
    if (found)
        *out = read_tag(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

static enum rc all_tags(struct rows r, struct arena *a, struct tag **out, int *n) {
    int room = 0;
    *out = NULL;
    *n = 0;
    while (rows_next(&r)) {
        if (*n == room) {
            room = room ? room * 2 : 8;
            *out = arena_grow(a, *out, (size_t)*n, (size_t)room, sizeof **out);
        }
        (*out)[(*n)++] = read_tag(&r, a);
    }
    return rows_end(&r);
}

enum rc tag_list(struct view *v, struct arena *a, struct tag **out, int *n) {
    return all_tags(view_query(v, &q_tag_list, BIND(ACCOUNT)), a, out, n);
}

enum rc tag_counts(struct view *v, struct arena *a, struct tag **out, int *n) {
    return all_tags(view_query(v, &q_tag_counts, BIND(ACCOUNT)), a, out, n);
}

enum rc tag_by_ref(struct view *v, struct arena *a, const char *ref, struct tag *out) {
    return one_tag(view_query(v, &q_tag_by_ref, BIND(ACCOUNT, value_text(ref))), a, out);
}

static char *fold_name(struct arena *a, const char *name) {
    char *folded = fold_lower_text(a, mask_text(a, name, MASK_PRIVATE));
    for (char *p = folded; *p; p++)
        if (*p == ' ')
            *p = '-';
    return folded;
}

enum rc tag_by_name(struct view *v, struct arena *a, const char *name, struct tag *out) {
    return one_tag(view_query(v, &q_tag_by_name, BIND(ACCOUNT, value_text(fold_name(a, name)))), a, out);
}

enum rc tag_named(struct tx *tx, const char *name, int64_t now, struct tag *out) {
    struct arena *a = tx_arena(tx);
    char *folded = fold_name(a, name);
    if (!*folded)
        return RC_INVALID;
    enum rc rc = tag_by_name(tx_view(tx), a, folded, out);
    if (rc != RC_NONE)
        return rc;
    rc = tx_exec(
        tx, &q_tag_add,
        BIND(ACCOUNT, value_int(id_new()), value_text(id_ref(a, "tag")), value_text(folded), value_int(now)));
    return rc != RC_OK ? rc : tag_by_name(tx_view(tx), a, folded, out);
}

enum rc tag_rename(struct tx *tx, int64_t id, const char *name) {
    int64_t taken;
    char *folded = fold_name(tx_arena(tx), name);
    if (!*folded)
        return RC_INVALID;
    enum rc rc =
        view_int(tx_view(tx), &q_tag_name_taken, BIND(ACCOUNT, value_text(folded), value_int(id)), 0, &taken);
    if (rc != RC_OK || taken)
        return rc != RC_OK ? rc : RC_CONFLICT;
    return tx_exec(tx, &q_tag_rename, BIND(ACCOUNT, value_int(id), value_text(folded)));
}

enum rc tag_delete(struct tx *tx, int64_t id) {
    enum rc rc = tx_exec(tx, &q_tag_unuse, BIND(ACCOUNT, value_int(id)));
    return rc != RC_OK ? rc : tx_exec(tx, &q_tag_delete, BIND(ACCOUNT, value_int(id)));
}

enum rc conversation_tags(struct view *v, struct arena *a, int64_t conversation_id, struct tag **out, int *n) {
    return all_tags(view_query(v, &q_tags_of, BIND(ACCOUNT, value_int(conversation_id))), a, out, n);
}

enum rc conversation_tag(struct tx *tx, struct conversation *c, int64_t tag_id, struct actor by) {
    enum rc rc = tx_exec(tx, &q_tag_put, BIND(ACCOUNT, value_int(c->id), value_int(tag_id), value_int(c->last_at)));
    if (rc == RC_OK && tx_changes(tx))
        event_add(tx, (struct event){"conversation.tagged", by, c->id, tag_id});
    return rc;
}

enum rc conversation_untag(struct tx *tx, struct conversation *c, int64_t tag_id, struct actor by) {
    enum rc rc = tx_exec(tx, &q_tag_take, BIND(ACCOUNT, value_int(c->id), value_int(tag_id)));
    if (rc == RC_OK && tx_changes(tx))
        event_add(tx, (struct event){"conversation.untagged", by, c->id, tag_id});
    return rc;
}
