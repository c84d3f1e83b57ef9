/* team.c: who belongs together (agent.h). */
#include "base/id.h"
#include "desk/account.h"
#include "desk/agent.h"
#include "desk/event.h"
#include "desk/hours.h"
#include "text/fold.h"

#include <string.h>

QUERY(q_team_list,
      "SELECT t.id, t.ref, t.name, (SELECT count(*) FROM team_member m WHERE m.account_id = t.account_id"
      " AND m.team_id = t.id) FROM team t WHERE t.account_id = $1 ORDER BY t.name, t.id");
QUERY(q_team_by_ref, "SELECT id, ref, name, 0 FROM team WHERE account_id = $1 AND ref = $2");
QUERY(q_team_create, "INSERT INTO team (account_id, id, ref, name, created_at) VALUES ($1, $2, $3, $4, $5)");
QUERY(q_team_rename, "UPDATE team SET name = $3 WHERE account_id = $1 AND id = $2");
QUERY(q_team_join, "INSERT INTO team_member (account_id, team_id, agent_id) VALUES ($1, $2, $3)"
                   " ON CONFLICT (account_id, team_id, agent_id) DO NOTHING");
QUERY(q_team_leave, "DELETE FROM team_member WHERE account_id = $1 AND team_id = $2 AND agent_id = $3");
QUERY(q_team_empty, "DELETE FROM team_member WHERE account_id = $1 AND team_id = $2");
QUERY(q_team_off_inboxes, "UPDATE inbox SET team_id = NULL WHERE account_id = $1 AND team_id = $2");
QUERY(q_team_off_conversations, "UPDATE conversation SET team_id = NULL WHERE account_id = $1 AND team_id = $2");
QUERY(q_team_delete, "DELETE FROM team WHERE account_id = $1 AND id = $2");
QUERY(q_team_open, "SELECT count(*) FROM conversation WHERE account_id = $1 AND shelf = 'active' AND team_id = $2");
QUERY(q_team_memberships, "SELECT m.agent_id, t.id, t.name FROM team_member m JOIN team t"
                          " ON t.account_id = m.account_id AND t.id = m.team_id WHERE m.account_id = $1"
                          " ORDER BY t.name, t.id");

static struct team read_team(struct rows *r, struct arena *a) {
    return (struct team){rows_int(r, 0), rows_copy(r, 1, a), rows_copy(r, 2, a), (int)rows_int(r, 3)};
}

enum rc team_list(struct view *v, struct arena *a, struct team **out, int *n) {
    int room = 0;
    *out = NULL;
    *n = 0;
    struct rows r = view_query(v, &q_team_list, BIND(ACCOUNT));
    while (rows_next(&r)) {
        if (*n == room) {
            room = room ? room * 2 : 8;
            *out = arena_grow(a, *out, (size_t)*n, (size_t)room, sizeof **out);
        }
        (*out)[(*n)++] = read_team(&r, a);
    }
    return rows_end(&r);
}

enum rc team_by_ref(struct view *v, struct arena *a, const char *ref, struct team *out) {
    struct rows r = view_query(v, &q_team_by_ref, BIND(ACCOUNT, value_text(ref)));
    bool found = rows_next(&r);
    if (found)
        *out = read_team(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

/* `Shop` and `shop` are one team to whoever reads them in a list. */
static enum rc name_flaw(struct tx *tx, const char *name, int64_t id) {
    struct arena *a = tx_arena(tx);
    struct team *all;
    int n;
    if (!*name)
        return RC_INVALID;
    const char *folded = fold_lower_text(a, name);
    enum rc rc = team_list(tx_view(tx), a, &all, &n);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (all[i].id != id && strcmp(fold_lower_text(a, all[i].name), folded) == 0)
            rc = RC_CONFLICT;
    return rc;
}

enum rc team_create(struct tx *tx, const char *name, int64_t by_agent, int64_t now, struct team *out) {
    *out = (struct team){id_new(), id_ref(tx_arena(tx), "tem"), name, 0};
    enum rc rc = name_flaw(tx, name, 0);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_team_create,
                     BIND(ACCOUNT, value_int(out->id), value_text(out->ref), value_text(name), value_int(now)));
    if (rc == RC_OK)
        event_add(tx,
                  (struct event){"team.created", {by_agent ? ACTOR_AGENT : ACTOR_SYSTEM, by_agent}, 0, out->id});
    return rc;
}

enum rc team_rename(struct tx *tx, int64_t id, const char *name) {
    enum rc rc = name_flaw(tx, name, id);
    return rc != RC_OK ? rc : tx_exec(tx, &q_team_rename, BIND(ACCOUNT, value_int(id), value_text(name)));
}

enum rc team_delete(struct tx *tx, int64_t id, int64_t by_agent, int64_t now) {
    struct query *const steps[] = {&q_team_empty, &q_team_off_inboxes, &q_team_off_conversations, &q_team_delete};
    enum rc rc = hours_forget_team(tx, id);
    for (size_t i = 0; rc == RC_OK && i < sizeof steps / sizeof *steps; i++)
        rc = tx_exec(tx, steps[i], BIND(ACCOUNT, value_int(id)));
    if (rc == RC_OK)
        event_add(tx, (struct event){"team.removed", {by_agent ? ACTOR_AGENT : ACTOR_SYSTEM, by_agent}, 0, id});
    return rc;
}

enum rc team_join(struct tx *tx, int64_t team_id, int64_t agent_id) {
    return tx_exec(tx, &q_team_join, BIND(ACCOUNT, value_int(team_id), value_int(agent_id)));
}

enum rc team_leave(struct tx *tx, int64_t team_id, int64_t agent_id) {
    return tx_exec(tx, &q_team_leave, BIND(ACCOUNT, value_int(team_id), value_int(agent_id)));
}

enum rc team_open(struct view *v, int64_t team_id, int64_t *n) {
    return view_int(v, &q_team_open, BIND(ACCOUNT, value_int(team_id)), 0, n);
}

static bool in_team(const struct membership *members, int n, int64_t agent_id, int64_t team_id) {
    for (int i = 0; i < n; i++)
        if (members[i].agent_id == agent_id && members[i].team_id == team_id)
            return true;
    return false;
}

bool team_leads_here(const struct agent *agents, int n, const struct membership *members, int members_n,
                     int64_t team_id, bool *told) {
    bool found = false;
    for (int i = 0; i < n; i++)
        told[i] = false;
    for (int pass = 0; pass < 2 && !found; pass++) /* of the team, or else of the house */
        for (int i = 0; i < n; i++)
            if (agents[i].role == ROLE_LEAD && !agents[i].disabled_at && !agents[i].away_since &&
                (pass || (team_id && in_team(members, members_n, agents[i].id, team_id))))
                found = told[i] = true;
    return found;
}

enum rc team_memberships(struct view *v, struct arena *a, struct membership **out, int *n) {
    int room = 0;
    *out = NULL;
    *n = 0;
    struct rows r = view_query(v, &q_team_memberships, BIND(ACCOUNT));
    while (rows_next(&r)) {
        if (*n == room) {
            room = room ? room * 2 : 16;
            *out = arena_grow(a, *out, (size_t)*n, (size_t)room, sizeof **out);
        }
        (*out)[(*n)++] = (struct membership){rows_int(&r, 0), rows_int(&r, 1), rows_copy(&r, 2, a)};
    }
    return rows_end(&r);
}
