#include "desk/notice.h"

#include "base/id.h"
#include "base/secret.h"
#include "desk/account.h"
#include "desk/agent.h"
#include "desk/event.h"
#include "desk/job.h"

#include <string.h>

QUERY(q_notice_add, "INSERT INTO notice (account_id, id, kind, agent_id, link, state, created_at)"
                    " VALUES ($1, $2, $3, $4, $5, 'queued', $6)");
QUERY(q_notice_load, "SELECT id, agent_id, created_at, kind, state, reason, link FROM notice"
                     " WHERE account_id = $1 AND id = $2");
QUERY(q_notice_last, "SELECT id, agent_id, created_at, kind, state, reason FROM notice"
                     " WHERE account_id = $1 AND agent_id = $2 AND kind = 'invite' ORDER BY id DESC LIMIT 1");
QUERY(q_notice_settle, "UPDATE notice SET state = $3, reason = $4, settled_at = $5,"
                       " link = CASE WHEN $6 = 1 THEN NULL ELSE link END"
                       " WHERE account_id = $1 AND id = $2 AND state = 'queued'");
QUERY(q_notice_withdraw, "UPDATE notice SET state = 'withdrawn', link = NULL, settled_at = $4"
                         " WHERE account_id = $1 AND agent_id = $2 AND kind = $3 AND state = 'queued'");

static const char *const kinds[NOTICE_KINDS] = {
    [NOTICE_INVITE] = "invite",
    [NOTICE_RESET] = "reset",
    [NOTICE_MUST_READ] = "must_read",
    [NOTICE_CAREFUL] = "careful",
    [NOTICE_CAREFUL_LATE] = "careful_late",
};
static const struct bytes about = {(const uint8_t *)"notice", 6};

enum { HOUR_MS = 3600 * 1000 };

/* A link that is nearly over helps nobody. */
int64_t notice_gives_up_at(const struct notice *n) {
    return n->created_at + (n->kind == NOTICE_RESET ? RESET_MS : 48 * (int64_t)HOUR_MS);
}

static enum notice_kind kind_of(const char *word) {
    for (int k = 0; k < NOTICE_KINDS; k++)
        if (strcmp(kinds[k], word) == 0)
            return (enum notice_kind)k;
    return NOTICE_INVITE;
}

static struct notice read_notice(struct rows *r, struct arena *a) {
    return (struct notice){
        .id = rows_int(r, 0),
        .agent_id = rows_int(r, 1),
        .created_at = rows_int(r, 2),
        .kind = kind_of(rows_text(r, 3)),
        .state = rows_copy(r, 4, a),
        .reason = rows_copy(r, 5, a),
    };
}

enum rc notice_add(struct tx *tx, enum notice_kind kind, int64_t agent_id, const char *link, int64_t now) {
    struct buf sealed = {0};
    int64_t id = id_new();
    enum rc rc = notice_withdraw(tx, kind, agent_id, now);
    secret_seal(SECRET_CONFIG, (struct bytes){(const uint8_t *)link, strlen(link)}, about, &sealed);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_notice_add,
                     BIND(ACCOUNT, value_int(id), value_text(kinds[kind]), value_int(agent_id),
                          value_bytes(buf_bytes(&sealed)), value_int(now)));
    buf_free(&sealed);
    if (rc == RC_OK)
        rc = job_add(tx, JOB_SEND_NOTICE, id, now);
    if (rc == RC_OK)
        event_add(tx, (struct event){"notice.queued", {ACTOR_SYSTEM}, 0, agent_id, kinds[kind]});
    return rc;
}

enum rc notice_load(struct view *v, struct arena *a, int64_t id, struct notice *out) {
    struct rows r = view_query(v, &q_notice_load, BIND(ACCOUNT, value_int(id)));
    struct buf link = {0};
    bool found = rows_next(&r), broken = false;
    if (found) {
        *out = read_notice(&r, a);
        if (!rows_null(&r, 6))
            broken = secret_open(SECRET_CONFIG, rows_bytes(&r, 6), about, &link) != RC_OK;
        if (link.at)
            out->link = arena_copy_n(a, link.at, link.len);
    }
    buf_free(&link);
    enum rc rc = rows_end(&r);
    return rc != RC_OK ? rc : !found ? RC_NONE : broken ? RC_BROKEN : RC_OK;
}

enum rc notice_last_invite(struct view *v, struct arena *a, int64_t agent_id, struct notice *out) {
    struct rows r = view_query(v, &q_notice_last, BIND(ACCOUNT, value_int(agent_id)));
    bool found = rows_next(&r);
    if (found)
        *out = read_notice(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc notice_settle(struct tx *tx, const struct notice *n, const char *state, const char *reason, int64_t now) {
    bool over = strcmp(state, "queued") != 0;
    enum rc rc = tx_exec(tx, &q_notice_settle,
                         BIND(ACCOUNT, value_int(n->id), value_text(state), value_text(reason),
                              over ? value_int(now) : value_null(), value_int(over)));
    if (rc == RC_OK && !tx_changes(tx))
        return RC_CONFLICT;
    if (rc == RC_OK && over)
        event_add(tx, (struct event){strcmp(state, "sent") == 0 ? "notice.sent" : "notice.failed",
                                     {ACTOR_SYSTEM},
                                     0,
                                     n->agent_id,
                                     kinds[n->kind]});
    return rc;
}

enum rc notice_withdraw(struct tx *tx, enum notice_kind kind, int64_t agent_id, int64_t now) {
    return tx_exec(tx, &q_notice_withdraw,
                   BIND(ACCOUNT, value_int(agent_id), value_text(kinds[kind]), value_int(now)));
}
