#include "desk/careful.h"

#include "base/utf8.h"
#include "desk/account.h"
#include "text/language.h"
#include "text/rules.h"

#include <pthread.h>
#include <string.h>

QUERY(q_careful_on, "INSERT INTO careful (account_id, conversation_id, since, message_id, agent_id)"
                    " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account_id, conversation_id) DO NOTHING");
QUERY(q_careful_off, "DELETE FROM careful WHERE account_id = $1 AND conversation_id = $2");
QUERY(q_careful_of, "SELECT count(*) FROM careful WHERE account_id = $1 AND conversation_id = $2");
QUERY(q_careful_follow, "INSERT INTO careful (account_id, conversation_id, since, message_id, agent_id)"
                        " SELECT account_id, CAST($3 AS BIGINT), since, message_id, agent_id FROM careful"
                        " WHERE account_id = $1 AND conversation_id = $2"
                        " ON CONFLICT (account_id, conversation_id) DO NOTHING");

/* Those patterns alone: every mail that comes in is read for them. */
static const struct rules *rules[LANGS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    static struct arena *a; /* for the life of the process */
    a = arena_new(0);
    for (enum lang l = 0; l < LANGS; l++)
        rules[l] = rules_only(a, rules_of(l), "careful");
}

bool careful_words(struct arena *a, const char *text) {
    enum { LOOKED_AT = 20000 /* bytes: who is hurt says so early */ };
    size_t len = utf8_fit(text, strlen(text), LOOKED_AT);
    const char *seen = language_of(text, len);
    enum lang lang = lang_read(*seen ? seen : NULL, text, len);
    const struct prose *p = prose_read(a, lang, text, len);
    const struct whens none = {0};
    pthread_once(&once, load);
    return rules_find(a, rules[lang], p, &none).n > 0;
}

static enum rc switch_on(struct tx *tx, int64_t conversation_id, int64_t message_id, struct actor by, int64_t now) {
    enum rc rc = tx_exec(tx, &q_careful_on,
                         BIND(ACCOUNT, value_int(conversation_id), value_int(now), value_id(message_id),
                              value_id(by.kind == ACTOR_AGENT || by.kind == ACTOR_TOKEN ? by.id : 0)));
    if (rc == RC_OK && tx_changes(tx))
        event_add(tx, (struct event){"conversation.careful", by, conversation_id, message_id, "on"});
    return rc;
}

enum rc careful_listen(struct tx *tx, int64_t conversation_id, int64_t message_id, const char *text, int64_t now) {
    return text && *text && careful_words(tx_arena(tx), text)
               ? switch_on(tx, conversation_id, message_id, (struct actor){ACTOR_SYSTEM}, now)
               : RC_OK;
}

enum rc careful_set(struct tx *tx, int64_t conversation_id, bool on, struct actor by, int64_t now) {
    if (on)
        return switch_on(tx, conversation_id, 0, by, now);
    enum rc rc = tx_exec(tx, &q_careful_off, BIND(ACCOUNT, value_int(conversation_id)));
    if (rc == RC_OK && tx_changes(tx))
        event_add(tx, (struct event){"conversation.careful", by, conversation_id, 0, "off"});
    return rc;
}

enum rc careful_follow(struct tx *tx, int64_t from_id, int64_t into_id) {
    return tx_exec(tx, &q_careful_follow, BIND(ACCOUNT, value_int(from_id), value_int(into_id)));
}

enum rc careful_of(struct view *v, int64_t conversation_id, bool *on) {
    int64_t n = 0;
    enum rc rc = view_int(v, &q_careful_of, BIND(ACCOUNT, value_int(conversation_id)), 0, &n);
    *on = n > 0;
    return rc;
}
