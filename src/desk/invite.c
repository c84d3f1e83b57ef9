/* invite.c: how somebody gets, or gets back, into an account (agent.h). One invitation an agent; using it ends it.
 */
#include "base/secret.h"
#include "desk/account.h"
#include "desk/agent.h"
#include "desk/event.h"
#include "desk/notice.h"

#include <string.h>

QUERY(q_invite_save, "UPDATE agent SET invite_hash = $3, invite_until = $4 WHERE account_id = $1 AND id = $2"
                     " AND disabled_at IS NULL");
QUERY(q_invite_open, "SELECT id, invite_until FROM agent WHERE account_id = $1 AND invite_hash = $2"
                     " AND disabled_at IS NULL");
QUERY(q_invite_withdraw,
      "UPDATE agent SET invite_hash = NULL, invite_until = NULL WHERE account_id = $1 AND id = $2"
      " AND invite_hash IS NOT NULL");
QUERY(q_reset_save, "UPDATE agent SET reset_hash = $3, reset_until = $4 WHERE account_id = $1 AND id = $2");
QUERY(q_reset_open, "SELECT id, reset_until FROM agent WHERE account_id = $1 AND reset_hash = $2"
                    " AND disabled_at IS NULL");
QUERY(q_reset_asks_agent, "SELECT count(*) FROM sign_in WHERE account_id = $1 AND agent_id = $2 AND at > $3"
                          " AND outcome = 'reset_asked'");
QUERY(q_reset_asks_address, "SELECT count(*) FROM sign_in WHERE account_id = $1 AND address = $2 AND at > $3"
                            " AND outcome = 'reset_asked'");

static struct value hash_of(const char *token, uint8_t digest[SHA256_SIZE]) {
    sha256((struct bytes){(const uint8_t *)token, strlen(token)}, digest);
    return value_bytes((struct bytes){digest, SHA256_SIZE});
}

static char *new_token(struct arena *a) {
    uint8_t random[20];
    secret_random(random, sizeof random);
    return base32(a, (struct bytes){random, sizeof random});
}

enum rc invite_create(struct tx *tx, int64_t agent_id, int64_t by_agent, int64_t now, char **token) {
    uint8_t digest[SHA256_SIZE];
    *token = new_token(tx_arena(tx));
    enum rc rc = tx_exec(tx, &q_invite_save,
                         BIND(ACCOUNT, value_int(agent_id), hash_of(*token, digest), value_int(now + INVITE_MS)));
    if (rc == RC_OK && !tx_changes(tx))
        return RC_CONFLICT;
    if (rc == RC_OK)
        event_add(tx,
                  (struct event){"agent.invited", {by_agent ? ACTOR_AGENT : ACTOR_SYSTEM, by_agent}, 0, agent_id});
    return rc;
}

enum rc invite_withdraw(struct tx *tx, int64_t agent_id, int64_t by_agent, int64_t now) {
    enum rc rc = tx_exec(tx, &q_invite_withdraw, BIND(ACCOUNT, value_int(agent_id)));
    if (rc == RC_OK && !tx_changes(tx))
        return RC_CONFLICT;
    if (rc == RC_OK)
        rc = notice_withdraw(tx, NOTICE_INVITE, agent_id, now);
    if (rc == RC_OK)
        event_add(tx, (struct event){"agent.uninvited", {ACTOR_AGENT, by_agent}, 0, agent_id});
    return rc;
}

enum rc reset_ask(struct tx *tx, const char *email, const char *address, const char *origin, int64_t now) {
    struct agent_secret agent = {0};
    struct view *v = tx_view(tx);
    int64_t by_agent = 0, by_address = 0, since = now - RESET_WINDOW_MS;
    uint8_t digest[SHA256_SIZE];
    enum rc rc =
        view_int(v, &q_reset_asks_address, BIND(ACCOUNT, value_text(address), value_int(since)), 0, &by_address);
    if (rc == RC_OK && by_address >= RESET_ASKS_ADDRESS)
        return RC_TOO_MANY;
    if (rc == RC_OK)
        rc = agent_secret_by_email(v, tx_arena(tx), email, &agent);
    if (rc != RC_OK && rc != RC_NONE)
        return rc;
    if (agent.id)
        rc = view_int(v, &q_reset_asks_agent, BIND(ACCOUNT, value_int(agent.id), value_int(since)), 0, &by_agent);
    if (rc == RC_OK || rc == RC_NONE)
        rc = sign_in_note(tx, agent.id, address, "reset_asked", now);
    if (rc != RC_OK || !agent.hash || agent.disabled || by_agent >= RESET_ASKS)
        return rc;
    char *token = new_token(tx_arena(tx));
    rc = tx_exec(tx, &q_reset_save,
                 BIND(ACCOUNT, value_int(agent.id), hash_of(token, digest), value_int(now + RESET_MS)));
    return rc != RC_OK ? rc
                       : notice_add(tx, NOTICE_RESET, agent.id,
                                    arena_printf(tx_arena(tx), "%s/welcome/%s", origin, token), now);
}

static enum rc find_open(struct view *v, struct query *q, const char *token, int64_t *id, int64_t *until) {
    uint8_t digest[SHA256_SIZE];
    struct rows r = view_query(v, q, BIND(ACCOUNT, hash_of(token, digest)));
    bool found = rows_next(&r);
    *id = found ? rows_int(&r, 0) : 0;
    *until = found ? rows_int(&r, 1) : 0;
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc invite_open(struct view *v, struct arena *a, const char *token, int64_t now, struct agent *out) {
    int64_t id, until;
    enum rc rc = find_open(v, &q_invite_open, token, &id, &until);
    if (rc == RC_NONE)
        rc = find_open(v, &q_reset_open, token, &id, &until);
    if (rc != RC_OK)
        return rc;
    return until <= now ? RC_GONE : agent_load(v, a, id, out);
}

enum rc invite_accept(struct tx *tx, const char *token, const char *hash, const char *name, const char *lang,
                      int64_t now, struct agent *out) {
    enum rc rc = invite_open(tx_view(tx), tx_arena(tx), token, now, out);
    if (rc != RC_OK)
        return rc;
    out->name = name;
    out->lang = lang;
    rc = agent_save(tx, out, out->id, now);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_invite_save, BIND(ACCOUNT, value_int(out->id), value_null(), value_null()));
    return rc != RC_OK ? rc : agent_set_password(tx, out->id, hash, 0, now);
}
