#include "desk/mention.h"

#include "base/id.h"
#include "desk/account.h"
#include "desk/agent.h"
#include "desk/event.h"
#include "desk/push.h"
#include "text/mention.h"

QUERY(q_mention_add, "INSERT INTO mention (account_id, id, agent_id, conversation_id, message_id, by_agent_id, at,"
                     " seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
QUERY(q_mention_seen, "UPDATE mention SET seen_at = $5 WHERE account_id = $1 AND agent_id = $2"
                      " AND conversation_id = $3 AND message_id <= $4 AND seen_at IS NULL");
QUERY(q_mention_of, "SELECT message_id, agent_id FROM mention WHERE account_id = $1 AND conversation_id = $2"
                    " AND message_id >= $3 ORDER BY +message_id, +id");
QUERY(q_mention_follow, "UPDATE mention SET conversation_id = $3 WHERE account_id = $1 AND conversation_id = $2");
QUERY(q_mention_back, "UPDATE mention SET conversation_id = $3 WHERE account_id = $1 AND conversation_id = $2"
                      " AND message_id IN (SELECT m.id FROM message m WHERE m.account_id = $1"
                      " AND m.conversation_id = $3)");

static enum rc call(struct tx *tx, const struct message *note, int64_t agent_id, int64_t now) {
    bool herself = agent_id == note->agent_id;
    struct actor by = {ACTOR_AGENT, note->agent_id};
    enum rc rc =
        tx_exec(tx, &q_mention_add,
                BIND(ACCOUNT, value_int(id_new()), value_int(agent_id), value_int(note->conversation_id),
                     value_int(note->id), value_int(note->agent_id), value_int(now), value_id(herself ? now : 0)));
    if (rc != RC_OK || herself)
        return rc;
    event_add(tx, (struct event){"conversation.mentioned", by, note->conversation_id, agent_id});
    return push_tell(tx, agent_id, note->conversation_id, PUSH_MENTIONED, by, now);
}

enum rc mention_note(struct tx *tx, const struct message *note, int64_t now) {
    struct arena *a = tx_arena(tx);
    struct agent *agents;
    struct mention_span *spans;
    int agents_n, n = 0;
    enum rc rc = agent_list(tx_view(tx), a, false, &agents, &agents_n);
    if (rc != RC_OK)
        return rc;
    struct mention_name *names = ARENA_ARRAY(a, (size_t)agents_n + 1, struct mention_name);
    bool *called = ARENA_ARRAY(a, (size_t)agents_n + 1, bool);
    for (int i = 0; i < agents_n; i++)
        if (agent_takes_work(&agents[i])) {
            names[n] = (struct mention_name){agents[i].name, agents[i].email};
            agents[n++] = agents[i];
        }
    if (!mention_find(a, note->body, names, (size_t)n, called, &spans))
        return RC_OK;
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (called[i])
            rc = call(tx, note, agents[i].id, now);
    return rc;
}

enum rc mention_seen(struct tx *tx, int64_t agent_id, int64_t conversation_id, int64_t up_to_message, int64_t now) {
    return tx_exec(
        tx, &q_mention_seen,
        BIND(ACCOUNT, value_int(agent_id), value_int(conversation_id), value_int(up_to_message), value_int(now)));
}

enum rc mention_of_conversation(struct view *v, struct arena *a, int64_t conversation_id, int64_t from_message,
                                struct mention **out, int *n) {
    *out = NULL;
    *n = 0;
    struct rows r =
        view_query(v, &q_mention_of, BIND(ACCOUNT, value_int(conversation_id), value_int(from_message)));
    while (rows_next(&r)) {
        *out = arena_grow(a, *out, (size_t)*n, (size_t)*n + 1, sizeof **out);
        (*out)[(*n)++] = (struct mention){rows_int(&r, 0), rows_int(&r, 1)};
    }
    return rows_end(&r);
}

enum rc mention_follow(struct tx *tx, int64_t from_id, int64_t into_id, bool back) {
    return tx_exec(tx, back ? &q_mention_back : &q_mention_follow,
                   BIND(ACCOUNT, value_int(from_id), value_int(into_id)));
}
