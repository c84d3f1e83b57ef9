/* article_draft.c: what belongs to an article while it is written, its drafts and pictures, and after it was used:
 * which message said it (article.h). */
#include "base/id.h"
#include "base/sniff.h"
#include "desk/account.h"
#include "desk/article.h"
#include "desk/blob.h"
#include "desk/conversation.h"
#include "desk/job.h"
#include "desk/message.h"

#include <string.h>

/* ---- drafts ---- */

QUERY(q_article_draft, "SELECT base, changed_at, title, body FROM article_draft"
                       " WHERE account_id = $1 AND article_id = $2 AND agent_id = $3");
QUERY(q_article_draft_save,
      "INSERT INTO article_draft (account_id, article_id, agent_id, base, title, body, changed_at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account_id, article_id, agent_id)"
      " DO UPDATE SET base = excluded.base, title = excluded.title, body = excluded.body,"
      " changed_at = excluded.changed_at");
QUERY(q_article_draft_drop,
      "DELETE FROM article_draft WHERE account_id = $1 AND article_id = $2 AND agent_id = $3");

enum rc article_draft_load(struct view *v, struct arena *a, int64_t article_id, int64_t agent_id,
                           struct article_draft *out) {
    struct rows r = view_query(v, &q_article_draft, BIND(ACCOUNT, value_int(article_id), value_int(agent_id)));
    bool found = rows_next(&r);
    if (found)
        *out = (struct article_draft){rows_int(&r, 0), rows_int(&r, 1), rows_copy(&r, 2, a), rows_copy(&r, 3, a)};
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc article_draft_save(struct tx *tx, int64_t article_id, int64_t agent_id, const struct article_draft *d,
                           int64_t now) {
    return tx_exec(tx, &q_article_draft_save,
                   BIND(ACCOUNT, value_int(article_id), value_int(agent_id), value_int(d->base),
                        value_text(d->title), value_text(d->body), value_int(now)));
}

enum rc article_draft_drop(struct tx *tx, int64_t article_id, int64_t agent_id) {
    return tx_exec(tx, &q_article_draft_drop, BIND(ACCOUNT, value_int(article_id), value_int(agent_id)));
}

/* ---- pictures ---- */

QUERY(q_picture_add,
      "INSERT INTO article_picture (account_id, id, ref, article_id, blob_id, type, size, created_at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
QUERY(q_picture_by_ref, "SELECT article_id, blob_id, size, ref, type FROM article_picture"
                        " WHERE account_id = $1 AND ref = $2");

static bool is_picture(const char *type) {
    static const char *const shown[] = {"image/png", "image/jpeg", "image/gif", "image/webp"};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (strcmp(shown[i], type) == 0)
            return true;
    return false;
}

enum rc article_picture_add(struct tx *tx, int64_t article_id, struct bytes bytes, int64_t now,
                            struct article_picture *out) {
    *out =
        (struct article_picture){.article_id = article_id, .size = (int64_t)bytes.len, .type = sniff_type(bytes)};
    if (bytes.len > ARTICLE_PICTURE_MAX)
        return RC_TOO_BIG;
    if (!is_picture(out->type))
        return RC_INVALID;
    out->ref = id_ref(tx_arena(tx), "pic");
    enum rc rc = blob_put(tx, SECRET_FILE, bytes, now, &out->blob_id);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_picture_add,
                     BIND(ACCOUNT, value_int(id_new()), value_text(out->ref), value_int(article_id),
                          value_int(out->blob_id), value_text(out->type), value_int(out->size), value_int(now)));
    return rc;
}

enum rc article_picture_by_ref(struct view *v, struct arena *a, const char *ref, struct article_picture *out) {
    struct rows r = view_query(v, &q_picture_by_ref, BIND(ACCOUNT, value_text(ref)));
    bool found = rows_next(&r);
    if (found)
        *out = (struct article_picture){rows_int(&r, 0), rows_int(&r, 1), rows_int(&r, 2), rows_copy(&r, 3, a),
                                        rows_copy(&r, 4, a)};
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

/* ---- who was told ---- */

#define SEEN(column)                                                                                               \
    "(SELECT " column " FROM article_seen WHERE account_id = $1 AND conversation_id = $8 AND agent_id = $11"       \
    " AND version_id = $3)"
QUERY(
    q_use_add,
    "INSERT INTO message_article (account_id, message_id, version_id, article_id, how, trust, fingerprint,"
    " conversation_id, at, contact_id, seen_standing, seen_trust, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8,"
    " $9, (SELECT contact_id FROM conversation WHERE account_id = $1 AND id = $8),"
    " coalesce(" SEEN("standing") ", $10), coalesce(" SEEN("trust") ", $6), coalesce(" SEEN(
        "at") ", $9))"
              " ON CONFLICT (account_id, message_id, version_id) DO NOTHING");
QUERY(q_seen_note,
      "INSERT INTO article_seen (account_id, conversation_id, agent_id, version_id, standing, trust, at) VALUES"
      " ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account_id, conversation_id, agent_id, version_id) DO UPDATE SET"
      " standing = excluded.standing, trust = excluded.trust, at = excluded.at");
QUERY(q_seen_used, "DELETE FROM article_seen WHERE account_id = $1 AND conversation_id = $2 AND agent_id = $3");
QUERY(q_said_before,
      "SELECT count(*) FROM message WHERE account_id = $1 AND conversation_id = $2 AND id <> $4"
      " AND EXISTS (SELECT 1 FROM message_article u WHERE u.account_id = $1 AND u.message_id = message.id"
      " AND u.article_id = $3)");
QUERY(q_uses, "SELECT article_id, version_id, how, fingerprint, trust FROM message_article"
              " WHERE account_id = $1 AND message_id = $2 ORDER BY version_id");

/* Whether an article of these helped is asked once a conversation, however often it was said there. */
static enum rc ask_later(struct tx *tx, int64_t message_id, int64_t conversation_id, const struct article_use *uses,
                         int n, int64_t now) {
    int64_t before = 1;
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < n && before; i++)
        rc = view_int(
            tx_view(tx), &q_said_before,
            BIND(ACCOUNT, value_int(conversation_id), value_int(uses[i].article_id), value_int(message_id)), 0,
            &before);
    return rc == RC_OK && !before ? job_add(tx, JOB_ARTICLE_OUTCOME, message_id, now + ARTICLE_OUTCOME_MS) : rc;
}

enum rc article_use_add(struct tx *tx, int64_t message_id, int64_t conversation_id, const struct article_use *uses,
                        int n, struct actor by, int64_t now) {
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < n; i++) {
        rc = tx_exec(tx, &q_use_add,
                     BIND(ACCOUNT, value_int(message_id), value_int(uses[i].version_id),
                          value_int(uses[i].article_id), value_text(uses[i].how), value_int(uses[i].trust),
                          value_int(uses[i].fingerprint), value_int(conversation_id), value_int(now),
                          value_text(uses[i].standing), value_int(by.id)));
        if (rc == RC_OK && tx_changes(tx))
            event_add(tx, (struct event){"article.used", by, conversation_id, uses[i].article_id, uses[i].how,
                                         uses[i].trust});
    }
    if (rc == RC_OK && by.kind == ACTOR_AGENT)
        rc = tx_exec(tx, &q_seen_used, BIND(ACCOUNT, value_int(conversation_id), value_int(by.id)));
    return rc == RC_OK ? ask_later(tx, message_id, conversation_id, uses, n, now) : rc;
}

enum rc article_seen_note(struct tx *tx, int64_t conversation_id, int64_t agent_id, int64_t version_id,
                          const struct trust *t, int64_t now) {
    return tx_exec(tx, &q_seen_note,
                   BIND(ACCOUNT, value_int(conversation_id), value_int(agent_id), value_int(version_id),
                        value_text(t->standing_why), value_int(t->score), value_int(now)));
}

enum rc article_uses(struct view *v, struct arena *a, int64_t message_id, struct article_use **out, int *n) {
    struct rows r = view_query(v, &q_uses, BIND(ACCOUNT, value_int(message_id)));
    *out = NULL;
    *n = 0;
    while (rows_next(&r)) {
        *out = arena_grow(a, *out, (size_t)*n, (size_t)*n + 1, sizeof **out);
        (*out)[(*n)++] = (struct article_use){rows_int(&r, 0), rows_int(&r, 1), rows_copy(&r, 2, a),
                                              rows_int(&r, 3), (int)rows_int(&r, 4)};
    }
    return rows_end(&r);
}

QUERY(q_use_follow,
      "UPDATE message_article SET conversation_id = (SELECT m.conversation_id FROM message m"
      " WHERE m.account_id = message_article.account_id AND m.id = message_article.message_id), contact_id ="
      " (SELECT c.contact_id FROM message m JOIN conversation c ON c.account_id = m.account_id"
      " AND c.id = m.conversation_id WHERE m.account_id = message_article.account_id"
      " AND m.id = message_article.message_id) WHERE account_id = $1 AND conversation_id IN ($2, $3)");

enum rc article_use_follow(struct tx *tx, int64_t one_id, int64_t other_id) {
    return tx_exec(tx, &q_use_follow, BIND(ACCOUNT, value_int(one_id), value_int(other_id)));
}

QUERY(q_said_in,
      "SELECT m.id, v.number, x.ref, v.title, v.body, x.lang, u.how, x.status, x.published, x.facts, x.expire_at,"
      " x.publish_at, x.publish_number, x.recalled_at, coalesce(u.seen_standing, ''), u.seen_trust FROM message m"
      " JOIN message_article u ON u.account_id = m.account_id AND u.message_id = m.id"
      " JOIN article_version v ON v.account_id = u.account_id AND v.id = u.version_id"
      " JOIN article x ON x.account_id = u.account_id AND x.id = u.article_id"
      " WHERE m.account_id = $1 AND m.conversation_id = $2 AND m.id >= $3 ORDER BY m.id, x.id LIMIT 500");

enum rc article_said_in(struct view *v, struct arena *a, int64_t conversation_id, int64_t from_message_id,
                        int64_t now, struct article_said **out, int *n) {
    size_t room = 8;
    struct rows r =
        view_query(v, &q_said_in, BIND(ACCOUNT, value_int(conversation_id), value_int(from_message_id)));
    *out = ARENA_ARRAY(a, room, struct article_said);
    for (*n = 0; rows_next(&r); ++*n) {
        if ((size_t)*n == room) {
            *out = arena_grow(a, *out, room, room * 2, sizeof **out);
            room *= 2;
        }
        struct article x = {.status = rows_text(&r, 7),
                            .published = rows_int(&r, 8),
                            .facts = rows_int(&r, 9),
                            .expire_at = rows_int(&r, 10),
                            .publish_at = rows_int(&r, 11),
                            .publish_number = rows_int(&r, 12),
                            .recalled_at = rows_int(&r, 13)};
        int64_t number = rows_int(&r, 1);
        (*out)[*n] = (struct article_said){
            .message_id = rows_int(&r, 0),
            .number = number,
            .article_ref = rows_copy(&r, 2, a),
            .title = article_heading(a, rows_copy(&r, 3, a), rows_text(&r, 4)),
            .lang = rows_copy(&r, 5, a),
            .how = rows_copy(&r, 6, a),
            .current = article_version_current(&x, number, now),
            .standing = rows_copy(&r, 14, a),
            .trust = (int)rows_int(&r, 15),
        };
    }
    return rows_end(&r);
}

/* ---- what came of it ---- */

/* Oldest last, as event_of_conversation gives them: was it resolved after `since`, and then opened by the customer?
 */
static bool opened_again(const struct event *events, int n, int64_t since) {
    bool resolved = false;
    for (int i = n - 1; i >= 0; i--) {
        bool moved = strcmp(events[i].kind, "conversation.status_changed") == 0;
        if (events[i].at < since)
            continue;
        if (moved && strcmp(events[i].code, "resolved") == 0)
            resolved = true;
        else if (resolved && ((moved && events[i].actor.kind == ACTOR_CONTACT) ||
                              strcmp(events[i].kind, "conversation.not_solved") == 0))
            return true;
    }
    return false;
}

enum rc article_ask_outcome(struct tx *tx, int64_t message_id, int64_t now) {
    enum { EVENTS = 500 };
    struct arena *a = tx_arena(tx);
    struct view *v = tx_view(tx);
    struct message m;
    struct conversation c;
    struct event *events;
    struct article_use *uses;
    int events_n, n;
    enum rc rc = message_load(v, a, message_id, &m);
    if (rc == RC_OK && (strcmp(m.state, "cancelled") == 0 || strcmp(m.state, "failed") == 0))
        return RC_OK; /* nobody was told */
    if (rc == RC_OK)
        rc = conversation_load(v, a, m.conversation_id, &c);
    if (rc == RC_OK)
        rc = event_of_conversation(v, a, c.id, EVENTS, &events, &events_n);
    if (rc == RC_OK)
        rc = article_uses(v, a, message_id, &uses, &n);
    if (rc != RC_OK)
        return rc == RC_NONE ? RC_OK : rc;
    int outcome = article_outcome_of(c.resolved_at, opened_again(events, events_n, m.created_at), now);
    if (!outcome)
        return now - m.created_at < ARTICLE_OUTCOME_MOST_MS
                   ? job_add(tx, JOB_ARTICLE_OUTCOME, message_id, now + ARTICLE_OUTCOME_MS)
                   : RC_OK;
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = article_outcome(tx, uses[i].article_id, outcome, outcome > 0 ? "resolved" : "opened_again", now);
    return rc;
}
