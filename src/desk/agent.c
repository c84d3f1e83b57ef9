#include "desk/agent.h"

#include "base/id.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "desk/account.h"
#include "desk/event.h"

#include <string.h>
#include <strings.h>

#define AGENT_COLUMNS                                                                                             \
    "id, ref, email, name, lang, zone, theme, self_word, particle, role, single_keys,"                            \
    " password_hash IS NOT NULL, totp_on, disabled_at, created_at"
QUERY(q_agent_load, "SELECT " AGENT_COLUMNS " FROM agent WHERE account_id = $1 AND id = $2");
QUERY(q_agent_by_ref, "SELECT " AGENT_COLUMNS " FROM agent WHERE account_id = $1 AND ref = $2");
QUERY(q_agent_by_email, "SELECT " AGENT_COLUMNS " FROM agent WHERE account_id = $1 AND email = $2");
QUERY(q_agent_working, "SELECT " AGENT_COLUMNS " FROM agent WHERE account_id = $1 AND disabled_at IS NULL"
                       " ORDER BY name, id");
QUERY(q_agent_all, "SELECT " AGENT_COLUMNS " FROM agent WHERE account_id = $1 ORDER BY name, id");
QUERY(q_agent_create, "INSERT INTO agent (account_id, id, ref, email, name, role, lang, zone, self_word, particle,"
                      " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
                      " ON CONFLICT (account_id, email) DO NOTHING");
QUERY(q_agent_save, "UPDATE agent SET name = $3, role = $4, lang = $5, zone = $6, theme = $7, self_word = $8,"
                    " particle = $9, single_keys = $10, disabled_at = $11 WHERE account_id = $1 AND id = $2");
QUERY(q_agent_admins, "SELECT count(*) FROM agent WHERE account_id = $1 AND role = 3 AND disabled_at IS NULL");
QUERY(q_agent_password, "UPDATE agent SET password_hash = $3 WHERE account_id = $1 AND id = $2");
QUERY(q_agent_totp, "SELECT totp_secret, totp_last FROM agent WHERE account_id = $1 AND id = $2");
QUERY(q_agent_totp_save, "UPDATE agent SET totp_secret = $3, totp_on = $4 WHERE account_id = $1 AND id = $2");
QUERY(q_agent_totp_step, "UPDATE agent SET totp_last = $3 WHERE account_id = $1 AND id = $2 AND totp_last < $3");

static char *fold_email(struct arena *a, const char *email) {
    char *folded = arena_copy(a, email);
    for (char *p = folded; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p += 'a' - 'A';
    return folded;
}

static struct agent read_agent(struct rows *r, struct arena *a) {
    return (struct agent){
        .id = rows_int(r, 0),
        .ref = rows_copy(r, 1, a),
        .email = rows_copy(r, 2, a),
        .name = rows_copy(r, 3, a),
        .lang = rows_copy(r, 4, a),
        .zone = rows_copy(r, 5, a),
        .theme = rows_copy(r, 6, a),
        .self_word = rows_copy(r, 7, a),
        .particle = rows_copy(r, 8, a),
        .role = (enum agent_role)rows_int(r, 9),
        .single_keys = rows_int(r, 10),
        .has_password = rows_int(r, 11),
        .totp_on = rows_int(r, 12),
        .disabled_at = rows_int(r, 13),
        .created_at = rows_int(r, 14),
    };
}

static enum rc one_agent(struct rows r, struct arena *a, struct agent *out) {
    bool found = rows_next(&r);
    if (found)
        *out = read_agent(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc agent_load(struct view *v, struct arena *a, int64_t id, struct agent *out) {
    return one_agent(view_query(v, &q_agent_load, BIND(ACCOUNT, value_int(id))), a, out);
}

enum rc agent_by_ref(struct view *v, struct arena *a, const char *ref, struct agent *out) {
    return one_agent(view_query(v, &q_agent_by_ref, BIND(ACCOUNT, value_text(ref))), a, out);
}

enum rc agent_by_email(struct view *v, struct arena *a, const char *email, struct agent *out) {
    return one_agent(view_query(v, &q_agent_by_email, BIND(ACCOUNT, value_text(fold_email(a, email)))), a, out);
}

enum rc agent_list(struct view *v, struct arena *a, bool disabled_too, struct agent **out, int *n) {
    int room = 0;
    *out = NULL;
    *n = 0;
    struct rows r = view_query(v, disabled_too ? &q_agent_all : &q_agent_working, BIND(ACCOUNT));
    while (rows_next(&r)) {
        if (*n == room) {
            room = room ? room * 2 : 16;
            *out = arena_grow(a, *out, (size_t)*n, (size_t)room, sizeof **out);
        }
        (*out)[(*n)++] = read_agent(&r, a);
    }
    return rows_end(&r);
}

static bool looks_like_email(const char *s) {
    const char *at = strrchr(s, '@');
    return at && at != s && at[1] && strlen(s) <= 254 && !strpbrk(s, " \t\r\n<>\",;") && strchr(s, '@') == at;
}

enum rc agent_create(struct tx *tx, struct agent *x, int64_t by_agent, int64_t now) {
    struct arena *a = tx_arena(tx);
    if (!looks_like_email(x->email) || !*x->name || x->role < ROLE_AGENT || x->role > ROLE_ADMIN)
        return RC_INVALID;
    x->id = id_new();
    x->ref = id_ref(a, "agt");
    x->created_at = now;
    enum rc rc = tx_exec(tx, &q_agent_create,
                         BIND(ACCOUNT, value_int(x->id), value_text(x->ref), value_text(fold_email(a, x->email)),
                              value_text(x->name), value_int(x->role), value_text(x->lang ? x->lang : "en"),
                              value_text(x->zone ? x->zone : ""), value_text(x->self_word ? x->self_word : ""),
                              value_text(x->particle ? x->particle : ""), value_int(now)));
    if (rc != RC_OK)
        return rc;
    if (!tx_changes(tx))
        return RC_CONFLICT;
    event_add(tx, (struct event){"agent.created", {by_agent ? ACTOR_AGENT : ACTOR_SYSTEM, by_agent}, 0, x->id, NULL,
                                 x->role});
    return RC_OK;
}

QUERY(q_session_end_all, "DELETE FROM session WHERE account_id = $1 AND agent_id = $2 AND id <> $3");
QUERY(q_token_end_all, "UPDATE api_token SET revoked_at = $3 WHERE account_id = $1 AND agent_id = $2"
                       " AND revoked_at IS NULL");

enum rc agent_save(struct tx *tx, const struct agent *x, int64_t by_agent, int64_t now) {
    struct agent before;
    int64_t admins;
    enum rc rc = agent_load(tx_view(tx), tx_arena(tx), x->id, &before);
    if (rc != RC_OK)
        return rc;
    rc = tx_exec(tx, &q_agent_save,
                 BIND(ACCOUNT, value_int(x->id), value_text(x->name), value_int(x->role), value_text(x->lang),
                      value_text(x->zone), value_text(x->theme), value_text(x->self_word), value_text(x->particle),
                      value_int(x->single_keys), value_id(x->disabled_at)));
    if (rc == RC_OK)
        rc = view_int(tx_view(tx), &q_agent_admins, BIND(ACCOUNT), 0, &admins);
    if (rc == RC_OK && !admins)
        rc = RC_CONFLICT;
    bool loses_rights = (x->disabled_at && !before.disabled_at) || x->role < before.role;
    if (rc == RC_OK && loses_rights)
        rc = tx_exec(tx, &q_session_end_all, BIND(ACCOUNT, value_int(x->id), value_int(0)));
    if (rc == RC_OK && loses_rights)
        rc = tx_exec(tx, &q_token_end_all, BIND(ACCOUNT, value_int(x->id), value_int(now)));
    if (rc == RC_OK)
        event_add(tx, (struct event){loses_rights ? "agent.rights_reduced" : "agent.changed",
                                     {by_agent ? ACTOR_AGENT : ACTOR_SYSTEM, by_agent}, 0, x->id, NULL, x->role});
    return rc;
}

const char *agent_password_flaw(const char *password, const char *email) {
    size_t n = utf8_count(password, strlen(password));
    if (n < PASSWORD_MIN)
        return "short";
    if (n > PASSWORD_MAX)
        return "long";
    return strcasecmp(password, email) == 0 ? "is_email" : NULL;
}

enum rc agent_set_password(struct tx *tx, int64_t id, const char *hash, int64_t keep_session, int64_t now) {
    enum rc rc = tx_exec(tx, &q_agent_password, BIND(ACCOUNT, value_int(id), value_text(hash)));
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_session_end_all, BIND(ACCOUNT, value_int(id), value_int(keep_session)));
    if (rc == RC_OK)
        event_add(tx, (struct event){"agent.password_set", {ACTOR_AGENT, id}, 0, id});
    return rc;
}

/* ---- the second step ---- */

enum rc agent_totp_load(struct view *v, struct arena *a, int64_t id, struct bytes *sealed, int64_t *last_step) {
    struct rows r = view_query(v, &q_agent_totp, BIND(ACCOUNT, value_int(id)));
    bool found = rows_next(&r) && !rows_null(&r, 0);
    if (found) {
        *sealed = arena_bytes(a, rows_bytes(&r, 0));
        *last_step = rows_int(&r, 1);
    }
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc agent_totp_save(struct tx *tx, int64_t id, struct bytes sealed, bool on) {
    enum rc rc = tx_exec(tx, &q_agent_totp_save,
                         BIND(ACCOUNT, value_int(id), sealed.at ? value_bytes(sealed) : value_null(), value_int(on)));
    if (rc == RC_OK)
        event_add(tx, (struct event){on ? "agent.totp_on" : "agent.totp_off", {ACTOR_AGENT, id}, 0, id});
    return rc;
}

enum rc agent_totp_step(struct tx *tx, int64_t id, int64_t step) {
    enum rc rc = tx_exec(tx, &q_agent_totp_step, BIND(ACCOUNT, value_int(id), value_int(step)));
    return rc == RC_OK && !tx_changes(tx) ? RC_CONFLICT : rc;
}

/* ---- teams ---- */

QUERY(q_team_list, "SELECT t.id, t.ref, t.name, (SELECT count(*) FROM team_member m WHERE m.account_id = t.account_id"
                   " AND m.team_id = t.id) FROM team t WHERE t.account_id = $1 ORDER BY t.name, t.id");
QUERY(q_team_by_ref, "SELECT id, ref, name, 0 FROM team WHERE account_id = $1 AND ref = $2");
QUERY(q_team_create, "INSERT INTO team (account_id, id, ref, name, created_at) VALUES ($1, $2, $3, $4, $5)"
                     " ON CONFLICT (account_id, name) DO NOTHING");
QUERY(q_team_rename, "UPDATE team SET name = $3 WHERE account_id = $1 AND id = $2");
QUERY(q_team_join, "INSERT INTO team_member (account_id, team_id, agent_id) VALUES ($1, $2, $3)"
                   " ON CONFLICT (account_id, team_id, agent_id) DO NOTHING");
QUERY(q_team_leave, "DELETE FROM team_member WHERE account_id = $1 AND team_id = $2 AND agent_id = $3");
QUERY(q_team_has, "SELECT 1 FROM team_member WHERE account_id = $1 AND team_id = $2 AND agent_id = $3");

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

enum rc team_create(struct tx *tx, const char *name, int64_t by_agent, int64_t now, struct team *out) {
    if (!*name)
        return RC_INVALID;
    *out = (struct team){id_new(), id_ref(tx_arena(tx), "tem"), name, 0};
    enum rc rc = tx_exec(tx, &q_team_create,
                         BIND(ACCOUNT, value_int(out->id), value_text(out->ref), value_text(name), value_int(now)));
    if (rc == RC_OK && !tx_changes(tx))
        rc = RC_CONFLICT;
    if (rc == RC_OK)
        event_add(tx, (struct event){"team.created", {by_agent ? ACTOR_AGENT : ACTOR_SYSTEM, by_agent}, 0, out->id});
    return rc;
}

enum rc team_rename(struct tx *tx, int64_t id, const char *name) {
    return *name ? tx_exec(tx, &q_team_rename, BIND(ACCOUNT, value_int(id), value_text(name))) : RC_INVALID;
}

enum rc team_join(struct tx *tx, int64_t team_id, int64_t agent_id) {
    return tx_exec(tx, &q_team_join, BIND(ACCOUNT, value_int(team_id), value_int(agent_id)));
}

enum rc team_leave(struct tx *tx, int64_t team_id, int64_t agent_id) {
    return tx_exec(tx, &q_team_leave, BIND(ACCOUNT, value_int(team_id), value_int(agent_id)));
}

enum rc team_has(struct view *v, int64_t team_id, int64_t agent_id, bool *has) {
    int64_t n;
    enum rc rc = view_int(v, &q_team_has, BIND(ACCOUNT, value_int(team_id), value_int(agent_id)), 0, &n);
    *has = n;
    return rc;
}
