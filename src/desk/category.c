/* category.c: the topics of the help centre, and how fast each class of article goes wrong (article.h). */
#include "base/id.h"
#include "base/locale.h"
#include "desk/account.h"
#include "desk/article.h"

#include <string.h>

QUERY(q_category_list,
      "SELECT c.id, c.ref, c.position, n.lang, n.name, n.about,"
      " (SELECT count(*) FROM article x WHERE x.account_id = c.account_id AND x.category_id = c.id)"
      " FROM category c JOIN category_name n ON n.account_id = c.account_id AND n.category_id = c.id"
      " WHERE c.account_id = $1 ORDER BY c.position, c.id, CASE WHEN n.lang = $2 THEN 0 ELSE 1 END, n.lang");
QUERY(q_category_add,
      "INSERT INTO category (account_id, id, ref, position, created_at) VALUES ($1, $2, $3, $4, $5)");
QUERY(q_category_name,
      "INSERT INTO category_name (account_id, category_id, lang, name, about) VALUES ($1, $2, $3, $4, $5)"
      " ON CONFLICT (account_id, category_id, lang) DO UPDATE SET name = excluded.name, about = excluded.about");
QUERY(q_category_last, "SELECT coalesce(max(position), 0) FROM category WHERE account_id = $1");
QUERY(q_category_move, "UPDATE category SET position = $3 WHERE account_id = $1 AND id = $2");
QUERY(q_category_used, "SELECT count(*) FROM article WHERE account_id = $1 AND category_id = $2");
QUERY(q_category_names_drop, "DELETE FROM category_name WHERE account_id = $1 AND category_id = $2");
QUERY(q_category_drop, "DELETE FROM category WHERE account_id = $1 AND id = $2");
QUERY(q_classes, "SELECT class, rate_milli FROM article_class WHERE account_id = $1");
QUERY(q_class_save, "INSERT INTO article_class (account_id, class, rate_milli) VALUES ($1, $2, $3)"
                    " ON CONFLICT (account_id, class) DO UPDATE SET rate_milli = excluded.rate_milli");

/* Each category once, by its best name: they come with that first. */
enum rc category_list(struct view *v, struct arena *a, const char *lang, struct category **out, int *n) {
    struct rows r = view_query(v, &q_category_list, BIND(ACCOUNT, value_text(lang)));
    int room = 0;
    *out = NULL;
    *n = 0;
    while (rows_next(&r)) {
        if (*n && (*out)[*n - 1].id == rows_int(&r, 0))
            continue;
        if (*n == room) {
            room = room ? room * 2 : 16;
            *out = arena_grow(a, *out, (size_t)*n, (size_t)room, sizeof **out);
        }
        (*out)[(*n)++] = (struct category){
            .id = rows_int(&r, 0),
            .ref = rows_copy(&r, 1, a),
            .position = rows_int(&r, 2),
            .lang = rows_copy(&r, 3, a),
            .name = rows_copy(&r, 4, a),
            .about = rows_copy(&r, 5, a),
            .articles = rows_int(&r, 6),
        };
    }
    return rows_end(&r);
}

enum rc category_by_ref(struct view *v, struct arena *a, const char *ref, const char *lang, struct category *out) {
    struct category *all;
    int n;
    enum rc rc = category_list(v, a, lang, &all, &n);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (strcmp(all[i].ref, ref) == 0) {
            *out = all[i];
            return RC_OK;
        }
    return rc == RC_OK ? RC_NONE : rc;
}

enum rc category_save(struct tx *tx, struct category *x, struct actor by, int64_t now) {
    enum rc rc = RC_OK;
    if (!x->name || !*x->name || !x->lang || strcmp(locale_tag(locale_of(x->lang)), x->lang) != 0)
        return RC_INVALID;
    if (!x->id) {
        x->id = id_new();
        x->ref = id_ref(tx_arena(tx), "cat");
        rc = view_int(tx_view(tx), &q_category_last, BIND(ACCOUNT), 0, &x->position);
        x->position++;
        if (rc == RC_OK)
            rc = tx_exec(
                tx, &q_category_add,
                BIND(ACCOUNT, value_int(x->id), value_text(x->ref), value_int(x->position), value_int(now)));
    }
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_category_name,
                     BIND(ACCOUNT, value_int(x->id), value_text(x->lang), value_text(x->name),
                          value_text(x->about ? x->about : "")));
    if (rc == RC_OK)
        event_add(tx, (struct event){"category.changed", by, 0, x->id});
    return rc;
}

enum rc category_move(struct tx *tx, int64_t id, int64_t position) {
    return tx_exec(tx, &q_category_move, BIND(ACCOUNT, value_int(id), value_int(position)));
}

enum rc category_remove(struct tx *tx, int64_t id, struct actor by) {
    int64_t used = 0;
    enum rc rc = view_int(tx_view(tx), &q_category_used, BIND(ACCOUNT, value_int(id)), 0, &used);
    if (rc == RC_OK && used)
        return RC_CONFLICT;
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_category_names_drop, BIND(ACCOUNT, value_int(id)));
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_category_drop, BIND(ACCOUNT, value_int(id)));
    if (rc == RC_OK)
        event_add(tx, (struct event){"category.removed", by, 0, id});
    return rc;
}

/* ---- classes ---- */

enum rc article_classes(struct view *v, struct article_class out[ARTICLE_CLASSES_N]) {
    static const char *const names[ARTICLE_CLASSES_N] = {"legal", "price", "procedure", "howto", "contact"};
    for (int i = 0; i < ARTICLE_CLASSES_N; i++)
        out[i] = (struct article_class){names[i], article_rate_usual(names[i])};
    struct rows r = view_query(v, &q_classes, BIND(ACCOUNT));
    while (rows_next(&r))
        for (int i = 0; i < ARTICLE_CLASSES_N; i++)
            if (strcmp(names[i], rows_text(&r, 0)) == 0)
                out[i].rate_milli = rows_int(&r, 1);
    return rows_end(&r);
}

enum rc article_class_save(struct tx *tx, const char *name, int64_t rate_milli, struct actor by) {
    if (!article_rate_usual(name) || rate_milli < 10 || rate_milli > 100 * 1000)
        return RC_INVALID;
    enum rc rc = tx_exec(tx, &q_class_save, BIND(ACCOUNT, value_text(name), value_int(rate_milli)));
    if (rc == RC_OK)
        event_add(tx, (struct event){"knowledge.class_changed", by, 0, 0, name, rate_milli});
    return rc;
}
