#include "desk/inbox.h"

#include "base/id.h"
#include "desk/account.h"
#include "desk/event.h"
#include "desk/job.h"

#include <string.h>

#define INBOX_COLUMNS                                                                                              \
    "id, team_id, trouble_at, created_at, ref, name, kind, address, from_name, signature, lang, sites, trouble,"   \
    " enabled, smtp, imap, site_secret, acknowledges"
QUERY(q_inbox_list, "SELECT " INBOX_COLUMNS " FROM inbox WHERE account_id = $1 ORDER BY name, id");
QUERY(q_inbox_load, "SELECT " INBOX_COLUMNS " FROM inbox WHERE account_id = $1 AND id = $2");
QUERY(q_inbox_by_ref, "SELECT " INBOX_COLUMNS " FROM inbox WHERE account_id = $1 AND ref = $2");
QUERY(q_inbox_by_address, "SELECT " INBOX_COLUMNS " FROM inbox WHERE account_id = $1 AND address = $2");
QUERY(q_inbox_of_kind, "SELECT " INBOX_COLUMNS " FROM inbox WHERE account_id = $1 AND kind = $2 AND enabled = 1"
                       " ORDER BY id LIMIT 1");
QUERY(q_inbox_add, "INSERT INTO inbox (account_id, id, ref, name, kind, address, from_name, signature, lang, sites,"
                   " team_id, enabled, smtp, imap, site_secret, created_at, acknowledges)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
                   " ON CONFLICT (account_id, address) DO NOTHING");
QUERY(q_inbox_address_taken, "SELECT count(*) FROM inbox WHERE account_id = $1 AND address = $2 AND id <> $3");
QUERY(q_inbox_save,
      "UPDATE inbox SET name = $3, address = $4, from_name = $5, signature = $6, lang = $7, sites = $8,"
      " team_id = $9, enabled = $10, smtp = $11, imap = $12, site_secret = $13, acknowledges = $14"
      " WHERE account_id = $1 AND id = $2");
QUERY(q_inbox_trouble, "UPDATE inbox SET trouble = $3, trouble_at = $4 WHERE account_id = $1 AND id = $2"
                       " AND coalesce(trouble, '') <> coalesce($3, '')");

/* Shelf by shelf, so that each is one look into conversation_inbox however many there are. */
#define LAST_ON(shelf)                                                                                             \
    "SELECT max(last_at) AS at FROM conversation WHERE account_id = $1 AND shelf = '" shelf "' AND inbox_id = $2"
QUERY(
    q_inbox_last,
    "SELECT max(at) FROM (" LAST_ON("active") " UNION ALL " LAST_ON("pending") " UNION ALL " LAST_ON(
        "on_hold") " UNION ALL " LAST_ON("snoozed") " UNION ALL " LAST_ON("resolved") " UNION ALL " LAST_ON("spa"
                                                                                                            "m") ")"
                                                                                                                 " "
                                                                                                                 "A"
                                                                                                                 "S"
                                                                                                                 " "
                                                                                                                 "s"
                                                                                                                 "h"
                                                                                                                 "e"
                                                                                                                 "l"
                                                                                                                 "v"
                                                                                                                 "e"
                                                                                                                 "s");

static struct bytes copy_bytes(struct rows *r, int column, struct arena *a) {
    return rows_null(r, column) ? (struct bytes){0} : arena_bytes(a, rows_bytes(r, column));
}

static struct inbox read_inbox(struct rows *r, struct arena *a) {
    return (struct inbox){
        .id = rows_int(r, 0),
        .team_id = rows_int(r, 1),
        .trouble_at = rows_int(r, 2),
        .created_at = rows_int(r, 3),
        .ref = rows_copy(r, 4, a),
        .name = rows_copy(r, 5, a),
        .kind = rows_copy(r, 6, a),
        .address = rows_copy(r, 7, a),
        .from_name = rows_copy(r, 8, a),
        .signature = rows_copy(r, 9, a),
        .lang = rows_copy(r, 10, a),
        .sites = rows_copy(r, 11, a),
        .trouble = rows_copy(r, 12, a),
        .enabled = rows_int(r, 13),
        .smtp = copy_bytes(r, 14, a),
        .imap = copy_bytes(r, 15, a),
        .site_secret = copy_bytes(r, 16, a),
        .acknowledges = rows_int(r, 17),
    };
}

static enum rc one_inbox(struct rows r, struct arena *a, struct inbox *out) {
    bool found = rows_next(&r);
    if (found)
        *out = read_inbox(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc inbox_load(struct view *v, struct arena *a, int64_t id, struct inbox *out) {
    return one_inbox(view_query(v, &q_inbox_load, BIND(ACCOUNT, value_int(id))), a, out);
}

enum rc inbox_by_ref(struct view *v, struct arena *a, const char *ref, struct inbox *out) {
    return one_inbox(view_query(v, &q_inbox_by_ref, BIND(ACCOUNT, value_text(ref))), a, out);
}

enum rc inbox_by_address(struct view *v, struct arena *a, const char *address, struct inbox *out) {
    return one_inbox(view_query(v, &q_inbox_by_address, BIND(ACCOUNT, value_text(address))), a, out);
}

enum rc inbox_of_kind(struct view *v, struct arena *a, const char *kind, struct inbox *out) {
    return one_inbox(view_query(v, &q_inbox_of_kind, BIND(ACCOUNT, value_text(kind))), a, out);
}

enum rc inbox_list(struct view *v, struct arena *a, struct inbox **out, int *n) {
    int room = 0;
    *out = NULL;
    *n = 0;
    struct rows r = view_query(v, &q_inbox_list, BIND(ACCOUNT));
    while (rows_next(&r)) {
        if (*n == room) {
            room = room ? room * 2 : 8;
            *out = arena_grow(a, *out, (size_t)*n, (size_t)room, sizeof **out);
        }
        (*out)[(*n)++] = read_inbox(&r, a);
    }
    return rows_end(&r);
}

enum rc inbox_that_sends(struct view *v, struct arena *a, struct inbox *out) {
    struct inbox *list;
    int n;
    enum rc rc = inbox_list(v, a, &list, &n);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (list[i].enabled && list[i].address && list[i].smtp.at) {
            *out = list[i];
            return RC_OK;
        }
    return rc != RC_OK ? rc : RC_NONE;
}

enum rc inbox_last_at(struct view *v, int64_t id, int64_t *at) {
    return view_int(v, &q_inbox_last, BIND(ACCOUNT, value_int(id)), 0, at);
}

static struct value sealed(struct bytes b) { return b.at ? value_bytes(b) : value_null(); }

static const char *or_empty(const char *s) { return s ? s : ""; }

enum rc inbox_save(struct tx *tx, struct inbox *x, int64_t by_agent, int64_t now) {
    bool mail = strcmp(x->kind, "email") == 0;
    int64_t taken = 0;
    if (!x->name || !*x->name || (mail && (!x->address || !strchr(x->address, '@'))))
        return RC_INVALID;
    if (!mail && strcmp(x->kind, "form") != 0 && strcmp(x->kind, "chat") != 0)
        return RC_INVALID;
    enum rc rc = RC_OK;
    if (x->address)
        rc = view_int(tx_view(tx), &q_inbox_address_taken, BIND(ACCOUNT, value_text(x->address), value_int(x->id)),
                      0, &taken);
    if (rc != RC_OK || taken)
        return rc != RC_OK ? rc : RC_CONFLICT;
    bool is_new = !x->id;
    if (is_new) {
        x->id = id_new();
        x->ref = id_ref(tx_arena(tx), "inb");
        rc = tx_exec(tx, &q_inbox_add,
                     BIND(ACCOUNT, value_int(x->id), value_text(x->ref), value_text(x->name), value_text(x->kind),
                          value_text(x->address), value_text(or_empty(x->from_name)),
                          value_text(or_empty(x->signature)), value_text(or_empty(x->lang)),
                          value_text(or_empty(x->sites)), value_id(x->team_id), value_int(x->enabled),
                          sealed(x->smtp), sealed(x->imap), sealed(x->site_secret), value_int(now),
                          value_int(x->acknowledges)));
    } else {
        rc = tx_exec(tx, &q_inbox_save,
                     BIND(ACCOUNT, value_int(x->id), value_text(x->name), value_text(x->address),
                          value_text(or_empty(x->from_name)), value_text(or_empty(x->signature)),
                          value_text(or_empty(x->lang)), value_text(or_empty(x->sites)), value_id(x->team_id),
                          value_int(x->enabled), sealed(x->smtp), sealed(x->imap), sealed(x->site_secret),
                          value_int(x->acknowledges)));
    }
    if (rc == RC_OK && x->smtp.at) /* what waited for a sending server, or for a right one, has it now */
        rc = job_hurry(tx, JOB_SEND_MAIL, now);
    if (rc == RC_OK)
        event_add(tx, (struct event){is_new ? "inbox.created" : "inbox.changed",
                                     {by_agent ? ACTOR_AGENT : ACTOR_SYSTEM, by_agent},
                                     0,
                                     x->id});
    return rc;
}

enum rc inbox_set_trouble(struct tx *tx, int64_t id, const char *trouble, int64_t now) {
    enum rc rc =
        tx_exec(tx, &q_inbox_trouble,
                BIND(ACCOUNT, value_int(id), value_text(trouble), trouble ? value_int(now) : value_null()));
    if (rc == RC_OK && tx_changes(tx))
        event_add(tx, (struct event){trouble ? "inbox.trouble" : "inbox.mended", {ACTOR_SYSTEM}, 0, id, trouble});
    return rc;
}

enum rc inbox_mend(struct tx *tx, int64_t id, const char *of, int64_t now) {
    struct inbox x;
    enum rc rc = inbox_load(tx_view(tx), tx_arena(tx), id, &x);
    if (rc != RC_OK || !x.trouble || strncmp(x.trouble, of, strlen(of)) != 0)
        return rc;
    return inbox_set_trouble(tx, id, NULL, now);
}
