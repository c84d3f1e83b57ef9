/* session.c: sign-ins, sessions and API tokens of agents (agent.h). Only hashes of cookies and tokens are kept. */
#include "base/id.h"
#include "base/secret.h"
#include "desk/account.h"
#include "desk/agent.h"
#include "desk/event.h"
#include "desk/push.h"

#include <string.h>

QUERY(q_secret_by_email, "SELECT id, password_hash, disabled_at IS NOT NULL, totp_on FROM agent"
                         " WHERE account_id = $1 AND email = lower($2)");

enum rc agent_secret_by_email(struct view *v, struct arena *a, const char *email, struct agent_secret *out) {
    struct rows r = view_query(v, &q_secret_by_email, BIND(ACCOUNT, value_text(email)));
    bool found = rows_next(&r);
    if (found)
        *out = (struct agent_secret){rows_int(&r, 0), rows_copy(&r, 1, a), rows_int(&r, 2), rows_int(&r, 3)};
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

/* ---- sign-in log and limits ---- */

/* Wrong tries since the last right one count: somebody who remembers in the end starts anew. */
QUERY(q_wrong_agent,
      "SELECT count(*) FROM sign_in WHERE account_id = $1 AND agent_id = $2 AND at > $3"
      " AND outcome IN ('wrong_password', 'wrong_code') AND at > coalesce((SELECT max(at) FROM sign_in"
      " WHERE account_id = $1 AND agent_id = $2 AND outcome = 'ok'), 0)");
QUERY(q_wrong_address, "SELECT count(*) FROM sign_in WHERE account_id = $1 AND address = $2 AND at > $3"
                       " AND outcome IN ('wrong_password', 'wrong_code', 'unknown')");
QUERY(q_sign_in_note, "INSERT INTO sign_in (account_id, id, at, agent_id, address, outcome)"
                      " VALUES ($1, $2, $3, $4, $5, $6)");
QUERY(q_sign_in_tidy, "DELETE FROM sign_in WHERE account_id = $1 AND id IN (SELECT id FROM sign_in"
                      " WHERE account_id = $1 AND id < $2 ORDER BY id LIMIT $3)");
QUERY(q_sign_in_list, "SELECT s.at, a.name, a.ref, s.address, s.outcome FROM sign_in s LEFT JOIN agent a"
                      " ON a.account_id = s.account_id AND a.id = s.agent_id"
                      " WHERE s.account_id = $1 AND s.at <= $2 ORDER BY s.at DESC, s.id DESC LIMIT $3");

enum rc sign_in_limited(struct view *v, int64_t agent_id, const char *address, int64_t now, bool *limited) {
    int64_t by_agent = 0, by_address = 0, since = now - SIGN_IN_WINDOW_MS;
    enum rc rc = RC_OK;
    if (agent_id)
        rc = view_int(v, &q_wrong_agent, BIND(ACCOUNT, value_int(agent_id), value_int(since)), 0, &by_agent);
    if (rc == RC_OK)
        rc = view_int(v, &q_wrong_address, BIND(ACCOUNT, value_text(address), value_int(since)), 0, &by_address);
    *limited = by_agent >= SIGN_IN_TRIES || by_address >= SIGN_IN_TRIES_ADDRESS;
    return rc;
}

enum rc sign_in_note(struct tx *tx, int64_t agent_id, const char *address, const char *outcome, int64_t now) {
    enum rc rc = tx_exec(tx, &q_sign_in_note,
                         BIND(ACCOUNT, value_int(id_new()), value_int(now), value_id(agent_id), value_text(address),
                              value_text(outcome)));
    if (rc == RC_OK)
        event_add(tx, (struct event){"agent.sign_in", {ACTOR_AGENT, agent_id}, 0, agent_id, outcome});
    return rc;
}

enum rc sign_in_tidy(struct tx *tx, int64_t now, bool *more) {
    enum { AT_ONCE = 500 };
    static const int64_t KEEP_MS = 365 * 24 * 3600 * (int64_t)1000;
    enum rc rc = tx_exec(tx, &q_sign_in_tidy, BIND(ACCOUNT, value_int(id_at(now - KEEP_MS)), value_int(AT_ONCE)));
    *more = rc == RC_OK && tx_changes(tx) == AT_ONCE;
    return rc;
}

enum rc sign_in_list(struct view *v, struct arena *a, int64_t until, int skip, int max, struct sign_in **out,
                     int *n) {
    *out = ARENA_ARRAY(a, (size_t)max, struct sign_in);
    *n = 0;
    struct rows r = view_query(v, &q_sign_in_list, BIND(ACCOUNT, value_int(until), value_int((int64_t)skip + max)));
    for (int i = 0; *n < max && rows_next(&r); i++)
        if (i >= skip)
            (*out)[(*n)++] = (struct sign_in){rows_int(&r, 0), rows_copy(&r, 1, a), rows_copy(&r, 2, a),
                                              rows_copy(&r, 3, a), rows_copy(&r, 4, a)};
    return rows_end(&r);
}

/* ---- sessions ---- */

QUERY(q_session_create,
      "INSERT INTO session (account_id, id, token_hash, agent_id, created_at, seen_at, expires_at,"
      " address, program) VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8)");
QUERY(q_session_by_token, "SELECT s.id, s.agent_id, s.created_at, s.seen_at, s.expires_at FROM session s"
                          " JOIN agent a ON a.account_id = s.account_id AND a.id = s.agent_id"
                          " WHERE s.account_id = $1 AND s.token_hash = $2 AND s.expires_at > $3"
                          " AND a.disabled_at IS NULL");
QUERY(q_session_list,
      "SELECT id, agent_id, created_at, seen_at, expires_at, address, program, token_hash FROM session"
      " WHERE account_id = $1 AND agent_id = $2 AND expires_at > $3 ORDER BY seen_at DESC, id");
QUERY(q_session_touch, "UPDATE session SET seen_at = $3, expires_at = $4 WHERE account_id = $1 AND id = $2");
QUERY(q_session_end, "DELETE FROM session WHERE account_id = $1 AND id = $2");
QUERY(q_session_sweep, "DELETE FROM session WHERE account_id = $1 AND expires_at < $2");

static const int64_t HOUR_MS = 3600 * 1000;

static char *new_token(struct arena *a, const char *prefix) {
    uint8_t random[32];
    secret_random(random, sizeof random);
    return arena_printf(a, "%s%s", prefix, base32(a, (struct bytes){random, sizeof random}));
}

/* A token is 256 random bits: a plain hash is enough, nobody can guess what it is of. */
static struct value hash_of(const char *token, uint8_t digest[SHA256_SIZE]) {
    sha256((struct bytes){(const uint8_t *)token, strlen(token)}, digest);
    return value_bytes((struct bytes){digest, SHA256_SIZE});
}

enum rc session_create(struct tx *tx, int64_t agent_id, const char *address, const char *program, int64_t now,
                       char **token, int64_t *session_id) {
    uint8_t digest[SHA256_SIZE];
    int64_t hours = setting_int(tx_view(tx), SETTING_SESSION_HOURS);
    *token = new_token(tx_arena(tx), "");
    *session_id = id_new();
    enum rc rc = tx_exec(tx, &q_session_sweep, BIND(ACCOUNT, value_int(now)));
    return rc != RC_OK ? rc
                       : tx_exec(tx, &q_session_create,
                                 BIND(ACCOUNT, value_int(*session_id), hash_of(*token, digest), value_int(agent_id),
                                      value_int(now), value_int(now + hours * HOUR_MS), value_text(address),
                                      value_text(program)));
}

enum rc session_by_token(struct view *v, const char *token, int64_t now, struct session *out) {
    uint8_t digest[SHA256_SIZE];
    struct rows r = view_query(v, &q_session_by_token, BIND(ACCOUNT, hash_of(token, digest), value_int(now)));
    bool found = rows_next(&r);
    if (found)
        *out =
            (struct session){rows_int(&r, 0), rows_int(&r, 1), rows_int(&r, 2), rows_int(&r, 3), rows_int(&r, 4)};
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc session_touch(struct tx *tx, int64_t id, int64_t now) {
    int64_t hours = setting_int(tx_view(tx), SETTING_SESSION_HOURS);
    return tx_exec(tx, &q_session_touch,
                   BIND(ACCOUNT, value_int(id), value_int(now), value_int(now + hours * HOUR_MS)));
}

static enum rc session_end(struct tx *tx, int64_t id) {
    enum rc rc = push_end_session(tx, id);
    return rc == RC_OK ? tx_exec(tx, &q_session_end, BIND(ACCOUNT, value_int(id))) : rc;
}

enum rc session_sign_out(struct tx *tx, int64_t agent_id, int64_t id) {
    enum rc rc = session_end(tx, id);
    if (rc == RC_OK)
        event_add(tx, (struct event){"agent.signed_out", {ACTOR_AGENT, agent_id}, 0, id});
    return rc;
}

/* A session has no column for its reference: it is made of the hash, of which it tells too little to be of use. */
enum rc session_list(struct view *v, struct arena *a, int64_t agent_id, int64_t now, struct session **out, int *n) {
    int room = 0;
    *out = NULL;
    *n = 0;
    struct rows r = view_query(v, &q_session_list, BIND(ACCOUNT, value_int(agent_id), value_int(now)));
    while (rows_next(&r)) {
        if (*n == room) {
            room = room ? room * 2 : 8;
            *out = arena_grow(a, *out, (size_t)*n, (size_t)room, sizeof **out);
        }
        struct bytes hash = rows_bytes(&r, 7);
        (*out)[(*n)++] = (struct session){
            .id = rows_int(&r, 0),
            .agent_id = rows_int(&r, 1),
            .created_at = rows_int(&r, 2),
            .seen_at = rows_int(&r, 3),
            .expires_at = rows_int(&r, 4),
            .address = rows_copy(&r, 5, a),
            .program = rows_copy(&r, 6, a),
            .ref = arena_printf(a, "ses_%s", base32(a, (struct bytes){hash.at, hash.len < 10 ? hash.len : 10})),
        };
    }
    return rows_end(&r);
}

enum rc session_end_of(struct tx *tx, int64_t agent_id, const char *ref, int64_t keep_session, int64_t now) {
    struct session *list;
    int n;
    bool found = !ref;
    enum rc rc = session_list(tx_view(tx), tx_arena(tx), agent_id, now, &list, &n);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (ref ? strcmp(list[i].ref, ref) == 0 : list[i].id != keep_session) {
            rc = session_end(tx, list[i].id);
            found = true;
        }
    if (rc == RC_OK && found)
        event_add(tx, (struct event){"agent.sessions_ended", {ACTOR_AGENT, agent_id}, 0, agent_id});
    return rc == RC_OK && !found ? RC_NONE : rc;
}

/* ---- API tokens ---- */

#define TOKEN_COLUMNS "t.id, t.agent_id, t.created_at, t.used_at, t.scopes, t.ref, t.name, a.name"
QUERY(q_token_create, "INSERT INTO api_token (account_id, id, ref, agent_id, name, token_hash, scopes, created_at)"
                      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
QUERY(q_token_by_bearer, "SELECT " TOKEN_COLUMNS " FROM api_token t JOIN agent a ON a.account_id = t.account_id"
                         " AND a.id = t.agent_id WHERE t.account_id = $1 AND t.token_hash = $2"
                         " AND t.revoked_at IS NULL AND a.disabled_at IS NULL");
QUERY(q_token_list, "SELECT " TOKEN_COLUMNS " FROM api_token t JOIN agent a ON a.account_id = t.account_id"
                    " AND a.id = t.agent_id WHERE t.account_id = $1 AND t.revoked_at IS NULL ORDER BY t.id DESC");
QUERY(q_token_touch, "UPDATE api_token SET used_at = $3 WHERE account_id = $1 AND id = $2");
QUERY(q_token_revoke,
      "UPDATE api_token SET revoked_at = $3 WHERE account_id = $1 AND ref = $2 AND revoked_at IS NULL");

static struct token read_token(struct rows *r, struct arena *a) {
    return (struct token){rows_int(r, 0),           rows_int(r, 1),     rows_int(r, 2),     rows_int(r, 3),
                          (unsigned)rows_int(r, 4), rows_copy(r, 5, a), rows_copy(r, 6, a), rows_copy(r, 7, a)};
}

enum rc token_create(struct tx *tx, int64_t agent_id, const char *name, unsigned scopes, int64_t now,
                     char **bearer) {
    uint8_t digest[SHA256_SIZE];
    if (!scopes || scopes > (SCOPE_READ | SCOPE_WRITE | SCOPE_PRIVACY))
        return RC_INVALID;
    *bearer = new_token(tx_arena(tx), "kept_");
    int64_t id = id_new();
    enum rc rc = tx_exec(tx, &q_token_create,
                         BIND(ACCOUNT, value_int(id), value_text(id_ref(tx_arena(tx), "tok")), value_int(agent_id),
                              value_text(name), hash_of(*bearer, digest), value_int(scopes), value_int(now)));
    if (rc == RC_OK)
        event_add(tx, (struct event){"token.created", {ACTOR_AGENT, agent_id}, 0, id, NULL, scopes});
    return rc;
}

enum rc token_by_bearer(struct view *v, struct arena *a, const char *bearer, struct token *out) {
    uint8_t digest[SHA256_SIZE];
    struct rows r = view_query(v, &q_token_by_bearer, BIND(ACCOUNT, hash_of(bearer, digest)));
    bool found = rows_next(&r);
    if (found)
        *out = read_token(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc token_touch(struct tx *tx, int64_t id, int64_t now) {
    return tx_exec(tx, &q_token_touch, BIND(ACCOUNT, value_int(id), value_int(now)));
}

enum rc token_list(struct view *v, struct arena *a, struct token **out, int *n) {
    int room = 0;
    *out = NULL;
    *n = 0;
    struct rows r = view_query(v, &q_token_list, BIND(ACCOUNT));
    while (rows_next(&r)) {
        if (*n == room) {
            room = room ? room * 2 : 8;
            *out = arena_grow(a, *out, (size_t)*n, (size_t)room, sizeof **out);
        }
        (*out)[(*n)++] = read_token(&r, a);
    }
    return rows_end(&r);
}

enum rc token_revoke(struct tx *tx, const char *ref, int64_t by_agent, int64_t now) {
    enum rc rc = tx_exec(tx, &q_token_revoke, BIND(ACCOUNT, value_text(ref), value_int(now)));
    if (rc == RC_OK && !tx_changes(tx))
        return RC_NONE;
    if (rc == RC_OK)
        event_add(tx, (struct event){"token.revoked", {by_agent ? ACTOR_AGENT : ACTOR_SYSTEM, by_agent}});
    return rc;
}
