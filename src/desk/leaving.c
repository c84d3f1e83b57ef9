#include "desk/leaving.h"

#include "desk/account.h"
#include "desk/agent.h"
#include "desk/conversation.h"
#include "desk/prevention.h"
#include "desk/promise.h"
#include "desk/recovery.h"

enum { HANDFUL = 50 };

QUERY(q_leaving_promises, "SELECT id FROM promise WHERE account_id = $1 AND owner_id = $2 AND settled_at IS NULL"
                          " ORDER BY due_to LIMIT 50");

static enum rc release_promises(struct tx *tx, int64_t agent_id, struct actor by, int64_t now) {
    for (int n = HANDFUL; n == HANDFUL;) {
        int64_t ids[HANDFUL];
        struct rows r = view_query(tx_view(tx), &q_leaving_promises, BIND(ACCOUNT, value_int(agent_id)));
        for (n = 0; rows_next(&r); n++)
            ids[n] = rows_int(&r, 0);
        enum rc rc = rows_end(&r);
        for (int i = 0; rc == RC_OK && i < n; i++) {
            struct promise p;
            rc = promise_load(tx_view(tx), tx_arena(tx), ids[i], &p);
            if (rc == RC_OK)
                rc = promise_hand(tx, &p, 0, "gone", by, now);
        }
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

static enum rc release_recoveries(struct tx *tx, int64_t agent_id, struct actor by) {
    for (int n = HANDFUL; n == HANDFUL;) {
        struct recovery *list;
        struct recovery_ask ask = {.open = true, .agent_id = agent_id, .max = HANDFUL};
        enum rc rc = recovery_list(tx_view(tx), tx_arena(tx), &ask, &list, &n);
        for (int i = 0; rc == RC_OK && i < n; i++)
            rc = recovery_hand(tx, &list[i], 0, by);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

static bool takes_work(const struct agent *all, int n, int64_t id) {
    for (int i = 0; i < n; i++)
        if (all[i].id == id)
            return agent_takes_work(&all[i]);
    return false;
}

static enum rc release_preventions(struct tx *tx, int64_t agent_id, struct actor by) {
    enum { OPEN_MAX = 1000 };
    struct agent *all;
    struct prevention *list;
    int64_t otherwise = 0;
    int n, agents_n;
    enum rc rc = agent_list(tx_view(tx), tx_arena(tx), true, &all, &agents_n);
    if (rc == RC_OK)
        rc = prevention_list(tx_view(tx), tx_arena(tx), false, 0, OPEN_MAX, &list, &n);
    if (rc != RC_OK)
        return rc;
    for (int i = 0; i < agents_n && !otherwise; i++)
        if (all[i].role == ROLE_ADMIN && !all[i].disabled_at && all[i].id != agent_id)
            otherwise = all[i].id;
    if (by.kind != ACTOR_SYSTEM && by.id != agent_id && takes_work(all, agents_n, by.id))
        otherwise = by.id;
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (list[i].owner_id == agent_id) {
            bool hers = list[i].created_by != agent_id && takes_work(all, agents_n, list[i].created_by);
            rc = prevention_hand(tx, &list[i], hers ? list[i].created_by : otherwise, by);
        }
    return rc;
}

enum rc leaving_release(struct tx *tx, int64_t agent_id, struct actor by, int64_t now) {
    enum rc rc = conversation_release(tx, agent_id, by, now);
    if (rc == RC_OK)
        rc = release_promises(tx, agent_id, by, now);
    if (rc == RC_OK)
        rc = release_recoveries(tx, agent_id, by);
    return rc == RC_OK ? release_preventions(tx, agent_id, by) : rc;
}
