#include "desk/turn.h"

#include "desk/account.h"
#include "text/courtesy.h"

#include <string.h>

QUERY(q_turn_lately,
      "SELECT m.id, m.kind, m.contact_id, m.created_at, m.turn_id, m.auto_kind, substr(m.body, 1, 8000), ag.name"
      " FROM message m"
      " LEFT JOIN agent ag ON ag.account_id = m.account_id AND ag.id = m.agent_id"
      " WHERE m.account_id = $1 AND m.conversation_id = $2 AND m.kind <> 'note' AND m.state <> 'cancelled'"
      " ORDER BY m.id DESC LIMIT $3");
QUERY(q_turn_names, "SELECT ct.name, ag.name FROM contact ct LEFT JOIN agent ag"
                    " ON ag.account_id = ct.account_id AND ag.id = $3 WHERE ct.account_id = $1 AND ct.id = $2");

struct said {
    int64_t id, contact_id, created_at, turn_id;
    const char *body, *agent_name;
    bool customers, automatic;
};

/* Newest first. */
static enum rc lately(struct view *v, struct arena *a, int64_t conversation_id, struct said list[TURN_LOOKED_BACK],
                      int *n) {
    struct rows r =
        view_query(v, &q_turn_lately, BIND(ACCOUNT, value_int(conversation_id), value_int(TURN_LOOKED_BACK)));
    for (*n = 0; *n < TURN_LOOKED_BACK && rows_next(&r); ++*n)
        list[*n] = (struct said){
            .id = rows_int(&r, 0),
            .contact_id = rows_int(&r, 2),
            .created_at = rows_int(&r, 3),
            .turn_id = rows_int(&r, 4),
            .body = rows_copy(&r, 6, a),
            .agent_name = rows_copy(&r, 7, a),
            .customers = strcmp(rows_text(&r, 1), "customer") == 0,
            .automatic = *rows_text(&r, 5),
        };
    return rows_end(&r);
}

bool turn_goes_on(int64_t before_at, size_t before_len, int64_t now, size_t len) {
    return now >= before_at && now - before_at <= TURN_MS && before_len <= TURN_SHORT && len <= TURN_SHORT;
}

/* Did we ask, in what we wrote last, something that "ok" answers? */
static bool we_asked(struct arena *a, const struct said *list, int n) {
    int i = 0;
    while (i < n && list[i].customers)
        i++;
    for (; i < n && !list[i].customers; i++)
        if (!list[i].automatic && courtesy_asks(a, list[i].body))
            return true;
    return false;
}

static bool is_thanks(struct arena *a, const char *body, const char *contact_name, const char *company,
                      const struct said *list, int n) {
    const char *names[TURN_LOOKED_BACK + 2] = {contact_name, company};
    for (int i = 0; i < n; i++)
        names[2 + i] = list[i].agent_name;
    switch (courtesy_of(a, body, names, (size_t)n + 2)) {
    case COURTESY_THANKS: return true;
    case COURTESY_YES: return !we_asked(a, list, n);
    default: return false;
    }
}

enum rc turn_of_customer(struct view *v, struct arena *a, const struct conversation *c, int64_t contact_id,
                         const char *contact_name, const char *body, bool only_text, int64_t now,
                         struct turn *out) {
    struct said list[TURN_LOOKED_BACK];
    struct account account;
    size_t len = strlen(body);
    int n;
    *out = (struct turn){0};
    if (len > TURN_SHORT) /* longer than a courtesy too */
        return RC_OK;
    enum rc rc = lately(v, a, c->id, list, &n);
    if (rc == RC_OK)
        rc = account_load(v, a, &account);
    if (rc != RC_OK || !n)
        return rc;
    if (list[0].customers && list[0].contact_id == contact_id && !list[0].automatic &&
        turn_goes_on(list[0].created_at, strlen(list[0].body), now, len))
        out->id = list[0].turn_id ? list[0].turn_id : list[0].id;
    out->thanks = only_text && is_thanks(a, body, contact_name, account.name, list, n);
    return RC_OK;
}

enum rc turn_is_placeholder(struct view *v, struct arena *a, const struct conversation *c, const char *body,
                            bool only_text, int64_t agent_id, bool *is) {
    struct said list[TURN_LOOKED_BACK];
    struct account account;
    const char *names[3] = {0};
    int n, i = 0;
    *is = false;
    if (!only_text || strlen(body) > TURN_SHORT)
        return RC_OK;
    struct rows r = view_query(v, &q_turn_names, BIND(ACCOUNT, value_int(c->contact_id), value_id(agent_id)));
    if (rows_next(&r)) {
        names[0] = rows_copy(&r, 0, a);
        names[1] = rows_copy(&r, 1, a);
    }
    enum rc rc = rows_end(&r);
    if (rc == RC_OK)
        rc = account_load(v, a, &account);
    if (rc != RC_OK)
        return rc;
    names[2] = account.name;
    if (!courtesy_is_placeholder(a, body, names, 3))
        return RC_OK;
    rc = lately(v, a, c->id, list, &n);
    while (rc == RC_OK && i < n && list[i].customers && courtesy_is_call(a, list[i].body))
        i++;
    bool only_called = i && (i == n || !list[i].customers);
    *is = rc == RC_OK && !only_called;
    return rc;
}
