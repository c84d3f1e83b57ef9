/* invite.c: how somebody gets, or gets back, into an account (agent.h). One invitation an agent; using it ends it.
 */
#include "base/secret.h"
#include "desk/account.h"
#include "desk/agent.h"
#include "desk/event.h"

#include <string.h>

QUERY(q_invite_save, "UPDATE agent SET invite_hash = $3, invite_until = $4 WHERE account_id = $1 AND id = $2"
                     " AND disabled_at IS NULL");
QUERY(q_invite_open, "SELECT id, invite_until FROM agent WHERE account_id = $1 AND invite_hash = $2"
                     " AND disabled_at IS NULL");

static struct value hash_of(const char *token, uint8_t digest[SHA256_SIZE]) {
    sha256((struct bytes){(const uint8_t *)token, strlen(token)}, digest);
    return value_bytes((struct bytes){digest, SHA256_SIZE});
}

enum rc invite_create(struct tx *tx, int64_t agent_id, int64_t by_agent, int64_t now, char **token) {
    uint8_t random[20], digest[SHA256_SIZE];
    secret_random(random, sizeof random);
    *token = base32(tx_arena(tx), (struct bytes){random, sizeof random});
    enum rc rc = tx_exec(tx, &q_invite_save,
                         BIND(ACCOUNT, value_int(agent_id), hash_of(*token, digest), value_int(now + INVITE_MS)));
    if (rc == RC_OK && !tx_changes(tx))
        return RC_CONFLICT;
    if (rc == RC_OK)
        event_add(tx,
                  (struct event){"agent.invited", {by_agent ? ACTOR_AGENT : ACTOR_SYSTEM, by_agent}, 0, agent_id});
    return rc;
}

enum rc invite_open(struct view *v, struct arena *a, const char *token, int64_t now, struct agent *out) {
    uint8_t digest[SHA256_SIZE];
    struct rows r = view_query(v, &q_invite_open, BIND(ACCOUNT, hash_of(token, digest)));
    bool found = rows_next(&r);
    int64_t id = found ? rows_int(&r, 0) : 0, until = found ? rows_int(&r, 1) : 0;
    enum rc rc = rows_end(&r);
    if (rc != RC_OK || !found)
        return rc != RC_OK ? rc : RC_NONE;
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
