#include "desk/agent.h"

#include "base/id.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "desk/account.h"
#include "desk/event.h"
#include "desk/push.h"

#include <string.h>
#include <strings.h>

#define AGENT_COLUMNS                                                                                              \
    "id, ref, email, name, lang, zone, theme, self_word, particle, role, single_keys,"                             \
    " password_hash IS NOT NULL, totp_on, disabled_at, created_at, away_since, invite_until,"                      \
    " may_reveal"
QUERY(q_agent_load, "SELECT " AGENT_COLUMNS " FROM agent WHERE account_id = $1 AND id = $2");
QUERY(q_agent_by_ref, "SELECT " AGENT_COLUMNS " FROM agent WHERE account_id = $1 AND ref = $2");
QUERY(q_agent_by_email, "SELECT " AGENT_COLUMNS " FROM agent WHERE account_id = $1 AND email = $2");
QUERY(q_agent_working, "SELECT " AGENT_COLUMNS " FROM agent WHERE account_id = $1 AND disabled_at IS NULL"
                       " ORDER BY name, id");
QUERY(q_agent_all, "SELECT " AGENT_COLUMNS " FROM agent WHERE account_id = $1 ORDER BY name, id");
QUERY(q_agent_create, "INSERT INTO agent (account_id, id, ref, email, name, role, lang, zone, self_word, particle,"
                      " created_at, may_reveal) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
                      " ON CONFLICT (account_id, email) DO NOTHING");
QUERY(q_agent_save, "UPDATE agent SET name = $3, role = $4, lang = $5, zone = $6, theme = $7, self_word = $8,"
                    " particle = $9, single_keys = $10, disabled_at = $11 WHERE account_id = $1 AND id = $2");
QUERY(q_agent_reveal, "UPDATE agent SET may_reveal = $3 WHERE account_id = $1 AND id = $2 AND may_reveal <> $3");
QUERY(q_agent_admins, "SELECT count(*) FROM agent WHERE account_id = $1 AND role = 3 AND disabled_at IS NULL");
QUERY(q_agent_away, "UPDATE agent SET away_since = $3 WHERE account_id = $1 AND id = $2"
                    " AND CASE WHEN away_since IS NULL THEN 0 ELSE 1 END <> $4");
QUERY(q_agent_last_seen, "SELECT max(at) FROM (SELECT max(seen_at) AS at FROM session WHERE account_id = $1"
                         " AND agent_id = $2 UNION ALL SELECT max(at) AS at FROM sign_in WHERE account_id = $1"
                         " AND agent_id = $2 AND outcome = 'ok') AS seen");
QUERY(q_agent_password, "UPDATE agent SET password_hash = $3, reset_hash = NULL, reset_until = NULL"
                        " WHERE account_id = $1 AND id = $2");

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
        .away_since = rows_int(r, 15),
        .invite_until = rows_int(r, 16),
        .may_reveal = rows_int(r, 17),
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

static const struct {
    const char *word;
    enum agent_role role;
} roles[] = {{"reader", ROLE_READER}, {"agent", ROLE_AGENT}, {"lead", ROLE_LEAD}, {"admin", ROLE_ADMIN}};

const char *agent_role_name(enum agent_role role) {
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (roles[i].role == role)
            return roles[i].word;
    return "";
}

enum agent_role agent_role_named(const char *word) {
    for (size_t i = 0; word && i < sizeof roles / sizeof *roles; i++)
        if (strcmp(roles[i].word, word) == 0)
            return roles[i].role;
    return ROLE_NONE;
}

bool agent_takes_work(const struct agent *x) { return !x->disabled_at && x->role >= ROLE_AGENT; }

enum rc agent_create(struct tx *tx, struct agent *x, int64_t by_agent, int64_t now) {
    struct arena *a = tx_arena(tx);
    if (!looks_like_email(x->email) || !*x->name || !*agent_role_name(x->role))
        return RC_INVALID;
    x->id = id_new();
    x->ref = id_ref(a, "agt");
    x->created_at = now;
    enum rc rc =
        tx_exec(tx, &q_agent_create,
                BIND(ACCOUNT, value_int(x->id), value_text(x->ref), value_text(fold_email(a, x->email)),
                     value_text(x->name), value_int(x->role), value_text(x->lang ? x->lang : "en"),
                     value_text(x->zone ? x->zone : ""), value_text(x->self_word ? x->self_word : ""),
                     value_text(x->particle ? x->particle : ""), value_int(now), value_int(x->role == ROLE_ADMIN)));
    if (rc != RC_OK)
        return rc;
    if (!tx_changes(tx))
        return RC_CONFLICT;
    event_add(tx, (struct event){
                      "agent.created", {by_agent ? ACTOR_AGENT : ACTOR_SYSTEM, by_agent}, 0, x->id, NULL, x->role});
    return RC_OK;
}

QUERY(q_session_end_all, "DELETE FROM session WHERE account_id = $1 AND agent_id = $2 AND id <> $3");
QUERY(q_token_end_all, "UPDATE api_token SET revoked_at = $3 WHERE account_id = $1 AND agent_id = $2"
                       " AND revoked_at IS NULL");

static enum rc end_sessions(struct tx *tx, int64_t id, int64_t keep_session) {
    enum rc rc = push_end_sessions(tx, id, keep_session);
    return rc == RC_OK ? tx_exec(tx, &q_session_end_all, BIND(ACCOUNT, value_int(id), value_int(keep_session)))
                       : rc;
}

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
    bool loses_rights = (x->disabled_at && !before.disabled_at) || x->role < before.role;
    if (rc == RC_OK && loses_rights && before.role == ROLE_ADMIN && !before.disabled_at) {
        rc = view_int(tx_view(tx), &q_agent_admins, BIND(ACCOUNT), 0, &admins);
        if (rc == RC_OK && !admins)
            rc = RC_CONFLICT;
    }
    if (rc == RC_OK && x->role < before.role)
        rc = agent_set_reveal(tx, x->id, false, by_agent);
    if (rc == RC_OK && loses_rights)
        rc = end_sessions(tx, x->id, 0);
    if (rc == RC_OK && loses_rights)
        rc = tx_exec(tx, &q_token_end_all, BIND(ACCOUNT, value_int(x->id), value_int(now)));
    if (rc == RC_OK)
        event_add(tx, (struct event){loses_rights ? "agent.rights_reduced" : "agent.changed",
                                     {by_agent ? ACTOR_AGENT : ACTOR_SYSTEM, by_agent},
                                     0,
                                     x->id,
                                     NULL,
                                     x->role});
    return rc;
}

enum rc agent_set_reveal(struct tx *tx, int64_t id, bool may, int64_t by_agent) {
    enum rc rc = tx_exec(tx, &q_agent_reveal, BIND(ACCOUNT, value_int(id), value_int(may)));
    if (rc == RC_OK && tx_changes(tx))
        event_add(tx, (struct event){may ? "agent.reveal_given" : "agent.reveal_taken",
                                     {by_agent ? ACTOR_AGENT : ACTOR_SYSTEM, by_agent},
                                     0,
                                     id});
    return rc;
}

enum rc agent_set_away(struct tx *tx, int64_t id, bool away, int64_t now) {
    enum rc rc = tx_exec(tx, &q_agent_away,
                         BIND(ACCOUNT, value_int(id), away ? value_int(now) : value_null(), value_int(away)));
    if (rc == RC_OK && tx_changes(tx))
        event_add(tx, (struct event){away ? "agent.away" : "agent.back", {ACTOR_AGENT, id}, 0, id});
    return rc;
}

enum rc agent_last_seen(struct view *v, int64_t id, int64_t *at) {
    return view_int(v, &q_agent_last_seen, BIND(ACCOUNT, value_int(id)), 0, at);
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
        rc = end_sessions(tx, id, keep_session);
    if (rc == RC_OK)
        event_add(tx, (struct event){"agent.password_set", {ACTOR_AGENT, id}, 0, id});
    return rc;
}
