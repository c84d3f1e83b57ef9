#include "desk/conversation.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "base/secret.h"
#include "desk/account.h"
#include "desk/agent.h"
#include "desk/article.h"
#include "desk/careful.h"
#include "desk/contact.h"
#include "desk/job.h"
#include "desk/mention.h"
#include "desk/prevention.h"
#include "desk/promise.h"
#include "desk/refund_to.h"
#include "desk/push.h"
#include "desk/recovery.h"
#include "desk/reply.h"
#include "desk/search.h"
#include "text/mask.h"

#include <ctype.h>
#include <string.h>

#define CONVERSATION_COLUMNS                                                                                       \
    "c.id, c.inbox_id, c.contact_id, c.assignee_id, c.team_id, c.ref, c.short_ref, c.subject, c.status, c.shelf,"  \
    " c.lang, c.preview, c.waiting_since, c.snoozed_until, c.on_hold_until, c.last_at, c.first_reply_at,"          \
    " c.resolved_at, c.created_at, c.merged_into, c.follow_up_of, c.version, c.message_count, c.failed_sends,"     \
    " c.unreadable"
#define CONVERSATION_SELECT "SELECT " CONVERSATION_COLUMNS " FROM conversation c WHERE c.account_id = $1"
QUERY(q_conversation_load, CONVERSATION_SELECT " AND c.id = $2");
QUERY(q_conversation_by_ref, CONVERSATION_SELECT " AND c.ref = $2");
QUERY(q_conversation_by_short, CONVERSATION_SELECT " AND c.short_ref = $2");
QUERY(q_conversation_by_mail,
      CONVERSATION_SELECT " AND c.id = (SELECT m.conversation_id FROM message m WHERE m.account_id = $1 AND m.id ="
                          " (SELECT max(+n.id) FROM message n WHERE n.account_id = $1 AND n.mail_id = $2))");
QUERY(q_conversation_add, "INSERT INTO conversation (account_id, id, ref, short_ref, inbox_id, contact_id, subject,"
                          " status, shelf, assignee_id, team_id, lang, last_at, follow_up_of, created_at)"
                          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $13)"
                          " ON CONFLICT (account_id, short_ref) DO NOTHING");
/* Mostly it stays where it is: a statement that does not name these columns leaves their indexes and foreign keys
 * alone. */
#define SAVE(place)                                                                                                \
    "UPDATE conversation SET " place " subject = $4, status = $5, shelf = $6, lang = $7, preview = $8,"            \
    " waiting_since = $9, snoozed_until = $10, on_hold_until = $11, last_at = $12, first_reply_at = $13,"          \
    " resolved_at = $14, merged_into = $15, version = $3 + 1, message_count = $16, failed_sends = $17,"            \
    " unreadable = $18 WHERE account_id = $1 AND id = $2 AND version = $3"
QUERY(q_conversation_save, SAVE(""));
QUERY(q_conversation_move, SAVE("inbox_id = $19, contact_id = $20, assignee_id = $21, team_id = $22,"));
/* The lists of its tags have its time, for their order. (The tag leads SQLite to the key; the index of that order
 * would spare it the row.) */
QUERY(q_conversation_tags_at,
      "UPDATE conversation_tag SET last_at = $3 WHERE account_id = $1 AND conversation_id = $2"
      " AND tag_id > 0");

/* ---- loading ---- */

static void note_place(struct conversation *c) {
    c->stored.inbox_id = c->inbox_id;
    c->stored.contact_id = c->contact_id;
    c->stored.assignee_id = c->assignee_id;
    c->stored.team_id = c->team_id;
}

static struct conversation read_conversation(struct rows *r, struct arena *a) {
    struct conversation c = {
        .id = rows_int(r, 0),
        .inbox_id = rows_int(r, 1),
        .contact_id = rows_int(r, 2),
        .assignee_id = rows_int(r, 3),
        .team_id = rows_int(r, 4),
        .ref = rows_copy(r, 5, a),
        .short_ref = rows_copy(r, 6, a),
        .subject = rows_copy(r, 7, a),
        .status = rows_copy(r, 8, a),
        .shelf = rows_copy(r, 9, a),
        .lang = rows_copy(r, 10, a),
        .preview = rows_copy(r, 11, a),
        .waiting_since = rows_int(r, 12),
        .snoozed_until = rows_int(r, 13),
        .on_hold_until = rows_int(r, 14),
        .last_at = rows_int(r, 15),
        .first_reply_at = rows_int(r, 16),
        .resolved_at = rows_int(r, 17),
        .created_at = rows_int(r, 18),
        .merged_into = rows_int(r, 19),
        .follow_up_of = rows_int(r, 20),
        .version = rows_int(r, 21),
        .message_count = (int)rows_int(r, 22),
        .failed_sends = (int)rows_int(r, 23),
        .unreadable = rows_int(r, 24),
    };
    note_place(&c);
    return c;
}

static enum rc one_conversation(struct rows r, struct arena *a, struct conversation *out) {
    bool found = rows_next(&r);
    if (found)
        *out = read_conversation(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc conversation_load(struct view *v, struct arena *a, int64_t id, struct conversation *out) {
    return one_conversation(view_query(v, &q_conversation_load, BIND(ACCOUNT, value_int(id))), a, out);
}

enum rc conversation_by_ref(struct view *v, struct arena *a, const char *ref, struct conversation *out) {
    return one_conversation(view_query(v, &q_conversation_by_ref, BIND(ACCOUNT, value_text(ref))), a, out);
}

enum rc conversation_by_short_ref(struct view *v, struct arena *a, const char *short_ref,
                                  struct conversation *out) {
    return one_conversation(view_query(v, &q_conversation_by_short, BIND(ACCOUNT, value_text(short_ref))), a, out);
}

enum rc conversation_by_mail_id(struct view *v, struct arena *a, const char *mail_id, struct conversation *out) {
    return one_conversation(view_query(v, &q_conversation_by_mail, BIND(ACCOUNT, value_text(mail_id))), a, out);
}

/* ---- with the names of what it belongs to ---- */

enum { CONVERSATION_COLUMNS_N = 25 };
#define CARD_SELECT                                                                                                \
    "SELECT " CONVERSATION_COLUMNS                                                                                 \
    ", ct.ref, ct.name, ib.ref, ib.name, ib.kind, ag.ref, ag.name, te.ref, te.name,"                               \
    " mi.ref, fo.ref FROM conversation c"                                                                          \
    " JOIN contact ct ON ct.account_id = c.account_id AND ct.id = c.contact_id"                                    \
    " JOIN inbox ib ON ib.account_id = c.account_id AND ib.id = c.inbox_id"                                        \
    " LEFT JOIN agent ag ON ag.account_id = c.account_id AND ag.id = c.assignee_id"                                \
    " LEFT JOIN team te ON te.account_id = c.account_id AND te.id = c.team_id"                                     \
    " LEFT JOIN conversation mi ON mi.account_id = c.account_id AND mi.id = c.merged_into"                         \
    " LEFT JOIN conversation fo ON fo.account_id = c.account_id AND fo.id = c.follow_up_of"
/* What is not asked for is NULL. Each way has an index in the order asked for, so that it ends with the page; but
 * the plus: a shelf's is in another order, and a customer's few are sorted. */
#define CARD_ASKED(id)                                                                                             \
    " AND c.account_id = $1 AND " id                                                                               \
    " < $2 AND c.shelf <> 'merged' AND (CAST($4 AS TEXT) IS NULL OR c.status = $4)"                                \
    " AND (CAST($5 AS BIGINT) IS NULL OR coalesce(c.assignee_id, 0) = $5)"                                         \
    " AND (CAST($6 AS BIGINT) IS NULL OR c.team_id = $6) AND (CAST($7 AS BIGINT) IS NULL OR c.inbox_id = $7)"      \
    " AND c.last_at >= $8 AND (CAST($9 AS BIGINT) IS NULL OR c.contact_id = $9) ORDER BY " id " DESC LIMIT $3"
QUERY(q_card, CARD_SELECT " WHERE c.account_id = $1 AND c.id = $2");
QUERY(q_cards, CARD_SELECT " WHERE c.id > 0" CARD_ASKED("c.id"));
QUERY(q_cards_contact, CARD_SELECT " WHERE c.contact_id = $9" CARD_ASKED("+c.id"));
QUERY(q_cards_shelf, CARD_SELECT " WHERE c.shelf = $10" CARD_ASKED("+c.id"));
QUERY(q_cards_assignee, CARD_SELECT " WHERE c.assignee_id = $5" CARD_ASKED("c.id"));
QUERY(q_cards_unassigned, CARD_SELECT " WHERE c.assignee_id IS NULL" CARD_ASKED("c.id"));
QUERY(q_cards_team, CARD_SELECT " WHERE c.team_id = $6" CARD_ASKED("c.id"));
QUERY(q_cards_inbox, CARD_SELECT " WHERE c.inbox_id = $7" CARD_ASKED("c.id"));
QUERY(q_cards_mentioned, CARD_SELECT " WHERE c.id IN (SELECT w.conversation_id FROM mention w WHERE w.account_id = "
                                     "$1 AND w.agent_id = $10)" CARD_ASKED("+c.id"));
QUERY(q_cards_careful, CARD_SELECT " WHERE c.id IN (SELECT k.conversation_id FROM careful k WHERE k.account_id = $1"
                                   " AND k.taken_at IS NULL AND k.due_at > 0)" CARD_ASKED("+c.id"));
QUERY(q_cards_tag,
      CARD_SELECT " JOIN conversation_tag g ON g.account_id = c.account_id AND g.conversation_id = c.id"
                  " WHERE g.account_id = $1 AND g.tag_id = $10" CARD_ASKED("g.conversation_id"));

static struct conversation_card read_card(struct rows *r, struct arena *a) {
    enum { AFTER = CONVERSATION_COLUMNS_N };
    return (struct conversation_card){
        .c = read_conversation(r, a),
        .contact_ref = rows_copy(r, AFTER, a),
        .contact_name = rows_copy(r, AFTER + 1, a),
        .inbox_ref = rows_copy(r, AFTER + 2, a),
        .inbox_name = rows_copy(r, AFTER + 3, a),
        .channel = rows_copy(r, AFTER + 4, a),
        .assignee_ref = rows_copy(r, AFTER + 5, a),
        .assignee_name = rows_copy(r, AFTER + 6, a),
        .team_ref = rows_copy(r, AFTER + 7, a),
        .team_name = rows_copy(r, AFTER + 8, a),
        .merged_into_ref = rows_copy(r, AFTER + 9, a),
        .follow_up_of_ref = rows_copy(r, AFTER + 10, a),
    };
}

enum rc conversation_card(struct view *v, struct arena *a, int64_t id, struct conversation_card *out) {
    struct rows r = view_query(v, &q_card, BIND(ACCOUNT, value_int(id)));
    bool found = rows_next(&r);
    if (found)
        *out = read_card(&r, a);
    enum rc rc = rows_end(&r);
    if (rc != RC_OK || !found)
        return rc != RC_OK ? rc : RC_NONE;
    return conversation_tags(v, a, id, &out->tags, &out->tags_n);
}

/* Whatever leads to fewest: a tag, mentions, care or a customer; a shelf, which is short unless it holds the
 * resolved ones; then the owner, the team, the inbox. */
static struct query *cards_query(const struct card_ask *ask, struct value *last) {
    *last = value_null();
    if (ask->tag_id) {
        *last = value_int(ask->tag_id);
        return &q_cards_tag;
    }
    if (ask->mentioned_id) {
        *last = value_int(ask->mentioned_id);
        return &q_cards_mentioned;
    }
    if (ask->careful_waits)
        return &q_cards_careful;
    if (ask->contact_id)
        return &q_cards_contact;
    if (ask->status && strcmp(conversation_shelf(ask->status), "resolved") != 0) {
        *last = value_text(conversation_shelf(ask->status));
        return &q_cards_shelf;
    }
    return ask->assignee_id  ? &q_cards_assignee
           : ask->unassigned ? &q_cards_unassigned
           : ask->team_id    ? &q_cards_team
           : ask->inbox_id   ? &q_cards_inbox
                             : &q_cards;
}

enum rc conversation_cards(struct view *v, struct arena *a, const struct card_ask *ask,
                           struct conversation_card **out, int *n) {
    struct value values[10] = {
        ACCOUNT,
        value_int(ask->before_id ? ask->before_id : INT64_MAX),
        value_int(ask->max),
        value_text(ask->status),
        ask->unassigned ? value_int(0) : value_id(ask->assignee_id),
        value_id(ask->team_id),
        value_id(ask->inbox_id),
        value_int(ask->last_at_least),
        value_id(ask->contact_id),
    };
    struct query *q = cards_query(ask, &values[9]);
    *out = ARENA_ARRAY(a, (size_t)ask->max, struct conversation_card);
    struct rows r = view_query(v, q, values, values[9].kind == VALUE_NULL ? 9 : 10);
    for (*n = 0; *n < ask->max && rows_next(&r); ++*n)
        (*out)[*n] = read_card(&r, a);
    enum rc rc = rows_end(&r);
    for (int i = 0; rc == RC_OK && i < *n; i++)
        rc = conversation_tags(v, a, (*out)[i].c.id, &(*out)[i].tags, &(*out)[i].tags_n);
    return rc;
}

/* ---- rules ---- */

static const struct {
    const char *status, *shelf;
} statuses[] = {
    {"new", "active"},      {"open", "active"},       {"pending", "pending"}, {"on_hold", "on_hold"},
    {"snoozed", "snoozed"}, {"resolved", "resolved"}, {"closed", "resolved"}, {"spam", "spam"},
};

const char *conversation_shelf(const char *status) {
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (strcmp(statuses[i].status, status) == 0)
            return statuses[i].shelf;
    die("a conversation has the status \"%s\", which does not exist", status);
}

bool conversation_status_valid(const char *status) {
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (strcmp(statuses[i].status, status) == 0)
            return true;
    return false;
}

struct message_verdict conversation_after_message(const char *status, bool moves) {
    if (!moves)
        return (struct message_verdict){status, false, false, "moves_nothing"};
    if (strcmp(status, "spam") == 0)
        return (struct message_verdict){status, false, false, "spam_stays"};
    if (strcmp(status, "closed") == 0)
        return (struct message_verdict){status, false, true, "closed"};
    if (strcmp(status, "new") == 0 || strcmp(status, "open") == 0)
        return (struct message_verdict){status, true, false, "ours_to_move"};
    return (struct message_verdict){"open", true, false, "customer_wrote"};
}

struct reply_verdict conversation_after_reply(const char *then_status, bool she_waits, bool placeholder) {
    if (!placeholder || !she_waits)
        return (struct reply_verdict){then_status, true, "answered"};
    bool hers = strcmp(then_status, "pending") == 0;
    return (struct reply_verdict){hers ? "open" : then_status, false, "placeholder"};
}

char *conversation_case_token(struct arena *a, const char *short_ref) {
    return arena_printf(a, "%s-%s", short_ref, secret_tag(a, SECRET_ADDRESS, "case", short_ref, CASE_TAG_CHARS));
}

char *conversation_mail_tag(struct arena *a, const char *short_ref) {
    char *small = arena_copy(a, short_ref); /* subjects lose their capitals on the way */
    for (char *p = small; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return secret_tag(a, SECRET_ADDRESS, "subject", small, MAIL_TAG_CHARS);
}

/* ---- verbs ---- */

enum { SHORT_REF_LEAST = 6, SHORT_REF_MOST = 8, SHORT_REF_TRIES = 4 };

enum rc conversation_create(struct tx *tx, struct conversation *c, struct actor by, int64_t now) {
    struct arena *a = tx_arena(tx);
    c->id = id_new();
    c->ref = id_ref(a, "con");
    c->status = "new";
    c->shelf = conversation_shelf(c->status);
    c->subject = mask_text(a, c->subject, MASK_PRIVATE);
    c->lang = c->lang ? c->lang : "";
    c->preview = "";
    c->last_at = c->created_at = now;
    c->version = 1;
    /* Six letters are a thousand million references; when several tries in a row are taken, one letter more. */
    for (int length = SHORT_REF_LEAST; length <= SHORT_REF_MOST; length++)
        for (int i = 0; i < SHORT_REF_TRIES; i++) {
            c->short_ref = id_short_ref(a, length);
            enum rc rc =
                tx_exec(tx, &q_conversation_add,
                        BIND(ACCOUNT, value_int(c->id), value_text(c->ref), value_text(c->short_ref),
                             value_int(c->inbox_id), value_int(c->contact_id), value_text(c->subject),
                             value_text(c->status), value_text(c->shelf), value_id(c->assignee_id),
                             value_id(c->team_id), value_text(c->lang), value_int(now), value_id(c->follow_up_of)));
            if (rc != RC_OK)
                return rc;
            if (tx_changes(tx)) {
                note_place(c);
                event_add(tx, (struct event){"conversation.created", by, c->id, c->follow_up_of});
                return RC_OK;
            }
        }
    return RC_BROKEN;
}

enum rc conversation_save(struct tx *tx, struct conversation *c) {
    enum { STAYS = 18, MOVES = 22 };
    bool moves = c->inbox_id != c->stored.inbox_id || c->contact_id != c->stored.contact_id ||
                 c->assignee_id != c->stored.assignee_id || c->team_id != c->stored.team_id;
    const struct value values[MOVES] = {
        ACCOUNT,
        value_int(c->id),
        value_int(c->version),
        value_text(c->subject),
        value_text(c->status),
        value_text(c->shelf),
        value_text(c->lang),
        value_text(c->preview),
        value_id(c->waiting_since),
        value_id(c->snoozed_until),
        value_id(c->on_hold_until),
        value_int(c->last_at),
        value_id(c->first_reply_at),
        value_id(c->resolved_at),
        value_id(c->merged_into),
        value_int(c->message_count),
        value_int(c->failed_sends),
        value_int(c->unreadable),
        value_int(c->inbox_id),
        value_int(c->contact_id),
        value_id(c->assignee_id),
        value_id(c->team_id),
    };
    enum rc rc =
        moves ? tx_exec(tx, &q_conversation_move, values, MOVES) : tx_exec(tx, &q_conversation_save, values, STAYS);
    if (rc != RC_OK)
        return rc;
    if (!tx_changes(tx))
        return RC_CONFLICT;
    c->version++;
    note_place(c);
    return tx_exec(tx, &q_conversation_tags_at, BIND(ACCOUNT, value_int(c->id), value_int(c->last_at)));
}

enum rc conversation_let_go(struct tx *tx, struct conversation *c) {
    struct agent owner;
    if (!c->assignee_id)
        return RC_OK;
    enum rc rc = agent_load(tx_view(tx), tx_arena(tx), c->assignee_id, &owner);
    if (rc != RC_OK || agent_takes_work(&owner))
        return rc;
    c->assignee_id = 0;
    event_add(tx, (struct event){"conversation.unassigned", {ACTOR_SYSTEM}, c->id});
    return RC_OK;
}

enum rc conversation_set_status(struct tx *tx, struct conversation *c, const char *status, int64_t until,
                                struct actor by, int64_t now) {
    bool snoozes = strcmp(status, "snoozed") == 0, holds = strcmp(status, "on_hold") == 0;
    if (!conversation_status_valid(status) || c->merged_into || ((snoozes || holds) && until <= now))
        return RC_INVALID;
    enum rc rc = contact_lives(tx_view(tx), c->contact_id);
    if (rc != RC_OK)
        return rc;
    c->status = status;
    c->shelf = conversation_shelf(status);
    if (snoozes) {
        c->snoozed_until = until;
        rc = job_add(tx, JOB_WAKE_CONVERSATION, c->id, until);
    } else if (c->snoozed_until) {
        c->snoozed_until = 0;
        rc = job_drop(tx, JOB_WAKE_CONVERSATION, c->id);
    }
    c->on_hold_until = holds ? until : 0;
    if (strcmp(status, "resolved") == 0 || strcmp(status, "closed") == 0) {
        c->resolved_at = now;
        c->waiting_since = 0;
    } else if (strcmp(status, "spam") == 0) {
        c->waiting_since = 0;
    }
    if (rc == RC_OK && strcmp(c->shelf, "active") == 0)
        rc = conversation_let_go(tx, c);
    if (rc == RC_OK)
        rc = conversation_save(tx, c);
    if (rc == RC_OK)
        event_add(tx, (struct event){"conversation.status_changed", by, c->id, 0, status, until});
    return rc;
}

enum rc conversation_assign(struct tx *tx, struct conversation *c, int64_t agent_id, struct actor by, int64_t now) {
    if (c->assignee_id == agent_id)
        return RC_OK;
    c->assignee_id = agent_id;
    enum rc rc = conversation_save(tx, c);
    if (rc == RC_OK)
        event_add(tx, (struct event){agent_id ? "conversation.assigned" : "conversation.unassigned", by, c->id,
                                     agent_id});
    return rc == RC_OK ? push_tell(tx, agent_id, c->id, PUSH_ASSIGNED, by, now) : rc;
}

/* Those on one shelf, a handful at a time: each that is let go leaves the answer. */
QUERY(q_owned, "SELECT id FROM conversation WHERE account_id = $1 AND shelf = $2 AND assignee_id = $3"
               " ORDER BY last_at, id LIMIT 50");

enum rc conversation_release(struct tx *tx, int64_t agent_id, struct actor by, int64_t now) {
    static const char *const unfinished[] = {"active", "pending", "on_hold", "snoozed"};
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < sizeof unfinished / sizeof *unfinished;) {
        int64_t ids[50];
        int n = 0;
        struct rows rows =
            view_query(tx_view(tx), &q_owned, BIND(ACCOUNT, value_text(unfinished[i]), value_int(agent_id)));
        while (rows_next(&rows))
            ids[n++] = rows_int(&rows, 0);
        rc = rows_end(&rows);
        for (int k = 0; rc == RC_OK && k < n; k++) {
            struct conversation c;
            rc = conversation_load(tx_view(tx), tx_arena(tx), ids[k], &c);
            if (rc == RC_OK)
                rc = conversation_assign(tx, &c, 0, by, now);
        }
        i += n == 0;
    }
    return rc;
}

enum rc conversation_set_team(struct tx *tx, struct conversation *c, int64_t team_id, struct actor by,
                              int64_t now) {
    if (c->team_id == team_id)
        return RC_OK;
    c->team_id = team_id;
    enum rc rc = conversation_save(tx, c);
    if (rc == RC_OK)
        event_add(tx, (struct event){"conversation.team_changed", by, c->id, team_id});
    return rc;
}

enum rc conversation_set_subject(struct tx *tx, struct conversation *c, const char *subject, struct actor by) {
    c->subject = mask_text(tx_arena(tx), subject, MASK_PRIVATE);
    enum rc rc = contact_lives(tx_view(tx), c->contact_id);
    if (rc == RC_OK)
        rc = conversation_save(tx, c);
    if (rc == RC_OK)
        rc = search_index_conversation(tx, c->id);
    if (rc == RC_OK)
        event_add(tx, (struct event){"conversation.renamed", by, c->id});
    return rc;
}

enum rc conversation_wake(struct tx *tx, int64_t id, int64_t now) {
    struct conversation c;
    enum rc rc = conversation_load(tx_view(tx), tx_arena(tx), id, &c);
    if (rc == RC_NONE || (rc == RC_OK && (!c.snoozed_until || c.snoozed_until > now)))
        return RC_OK;
    if (rc != RC_OK)
        return rc;
    c.snoozed_until = 0;
    if (c.merged_into) /* it is in no list; undoing the merge finds that its time has come */
        return conversation_save(tx, &c);
    c.last_at = now; /* above the others: its time is now */
    if (strcmp(c.status, "snoozed") == 0) {
        c.status = "open";
        c.shelf = conversation_shelf(c.status);
    }
    rc = conversation_save(tx, &c);
    if (rc == RC_OK)
        event_add(tx, (struct event){"conversation.woke", {ACTOR_SYSTEM}, id});
    return rc;
}

QUERY(q_seen, "INSERT INTO conversation_seen (account_id, conversation_id, agent_id, message_id)"
              " VALUES ($1, $2, $3, $4) ON CONFLICT (account_id, conversation_id, agent_id)"
              " DO UPDATE SET message_id = excluded.message_id"
              " WHERE conversation_seen.message_id < excluded.message_id");

enum rc conversation_seen(struct tx *tx, int64_t id, int64_t agent_id, int64_t message_id) {
    return tx_exec(tx, &q_seen, BIND(ACCOUNT, value_int(id), value_int(agent_id), value_int(message_id)));
}

QUERY(q_seen_up_to, "SELECT message_id FROM conversation_seen WHERE account_id = $1 AND conversation_id = $2"
                    " AND agent_id = $3");

enum rc conversation_seen_up_to(struct view *v, int64_t id, int64_t agent_id, int64_t *message_id) {
    return view_int(v, &q_seen_up_to, BIND(ACCOUNT, value_int(id), value_int(agent_id)), 0, message_id);
}

/* ---- merge and its undo ---- */

QUERY(q_merge_note, "INSERT INTO conversation_merge (account_id, id, from_id, into_id, from_status, agent_id, at)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7)");
QUERY(q_merge_last, "SELECT id, from_id, from_status FROM conversation_merge WHERE account_id = $1 AND into_id = $2"
                    " AND undone_at IS NULL ORDER BY +id DESC LIMIT 1");
QUERY(q_merge_undone, "UPDATE conversation_merge SET undone_at = $3 WHERE account_id = $1 AND id = $2");
QUERY(q_conversation_contact, "SELECT contact_id FROM conversation WHERE account_id = $1 AND id = $2");
QUERY(q_messages_move, "UPDATE message SET conversation_id = $3 WHERE account_id = $1 AND conversation_id = $2");
QUERY(q_messages_back, "UPDATE message SET conversation_id = $3 WHERE account_id = $1 AND conversation_id = $2"
                       " AND home_id = $4");
QUERY(q_messages_summary, "SELECT count(*), max(created_at), count(*) FILTER (WHERE state = 'failed') FROM message"
                          " WHERE account_id = $1 AND conversation_id = $2 AND state <> 'cancelled'");
QUERY(q_merged_into,
      "SELECT from_id FROM conversation_merge WHERE account_id = $1 AND into_id = $2 AND undone_at IS NULL");

static enum rc recount(struct tx *tx, struct conversation *c) {
    struct rows r = view_query(tx_view(tx), &q_messages_summary, BIND(ACCOUNT, value_int(c->id)));
    if (rows_next(&r)) {
        c->message_count = (int)rows_int(&r, 0);
        c->last_at = rows_int(&r, 1) ? rows_int(&r, 1) : c->last_at;
        c->failed_sends = (int)rows_int(&r, 2);
    }
    return rows_end(&r);
}

enum rc conversation_merge(struct tx *tx, struct conversation *from, struct conversation *into, struct actor by,
                           int64_t now) {
    if (from->id == into->id || from->merged_into || into->merged_into)
        return RC_INVALID;
    enum rc rc = contact_lives(tx_view(tx), from->contact_id);
    if (rc == RC_OK)
        rc = contact_lives(tx_view(tx), into->contact_id);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_merge_note,
                     BIND(ACCOUNT, value_int(id_new()), value_int(from->id), value_int(into->id),
                          value_text(from->status), value_int(by.id), value_int(now)));
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_messages_move, BIND(ACCOUNT, value_int(from->id), value_int(into->id)));
    if (rc == RC_OK)
        rc = promise_follow(tx, from->id, into->id);
    if (rc == RC_OK)
        rc = article_use_follow(tx, from->id, into->id);
    if (rc == RC_OK)
        rc = mention_follow(tx, from->id, into->id, false);
    if (rc == RC_OK)
        rc = refund_to_follow(tx, from->id, into->id);
    if (rc == RC_OK)
        rc = careful_follow(tx, from->id, into->id, now);
    if (rc == RC_OK)
        rc = recovery_follow(tx, from->id, into->id, false);
    if (rc == RC_OK)
        rc = prevention_follow(tx, from->id, into->id);
    if (rc == RC_OK && from->contact_id == into->contact_id)
        rc = draft_go_along(tx, from->id, into->id);
    if (rc == RC_OK)
        rc = recount(tx, into);
    if (rc != RC_OK)
        return rc;
    /* The customer waits since the earlier of both. */
    if (from->waiting_since && (!into->waiting_since || from->waiting_since < into->waiting_since))
        into->waiting_since = from->waiting_since;
    if (strcmp(from->shelf, "active") == 0 && strcmp(into->shelf, "active") != 0) {
        into->status = "open";
        into->shelf = conversation_shelf(into->status);
    }
    from->merged_into = into->id;
    from->shelf = "merged";
    rc = conversation_save(tx, into);
    if (rc == RC_OK)
        rc = conversation_save(tx, from);
    if (rc == RC_OK)
        event_add(tx, (struct event){"conversation.merged", by, into->id, from->id});
    return rc;
}

enum rc conversation_contact(struct view *v, int64_t id, int64_t *contact_id) {
    return view_int(v, &q_conversation_contact, BIND(ACCOUNT, value_int(id)), 0, contact_id);
}

enum rc conversation_has_merge(struct view *v, int64_t id, bool *has) {
    int64_t merge_id;
    enum rc rc = view_int(v, &q_merge_last, BIND(ACCOUNT, value_int(id)), 0, &merge_id);
    *has = merge_id != 0;
    return rc;
}

/* The messages of `from` and of all that had been merged into it before. */
static enum rc move_back(struct tx *tx, int64_t from_id, int64_t into_id, int64_t home_id, int depth) {
    enum rc rc =
        tx_exec(tx, &q_messages_back, BIND(ACCOUNT, value_int(into_id), value_int(from_id), value_int(home_id)));
    if (rc != RC_OK || depth > 20)
        return rc;
    struct rows r = view_query(tx_view(tx), &q_merged_into, BIND(ACCOUNT, value_int(home_id)));
    while (rc == RC_OK && rows_next(&r))
        rc = move_back(tx, from_id, into_id, rows_int(&r, 0), depth + 1);
    enum rc ended = rows_end(&r);
    return rc != RC_OK ? rc : ended;
}

enum rc conversation_unmerge(struct tx *tx, struct conversation *into, struct actor by, int64_t now,
                             int64_t *from_id) {
    struct arena *a = tx_arena(tx);
    struct conversation from;
    const char *status = NULL;
    int64_t merge_id = 0;
    struct rows r = view_query(tx_view(tx), &q_merge_last, BIND(ACCOUNT, value_int(into->id)));
    if (rows_next(&r)) {
        merge_id = rows_int(&r, 0);
        *from_id = rows_int(&r, 1);
        status = rows_copy(&r, 2, a);
    }
    enum rc rc = rows_end(&r);
    if (rc != RC_OK || !merge_id)
        return rc != RC_OK ? rc : RC_NONE;
    rc = conversation_load(tx_view(tx), a, *from_id, &from);
    if (rc == RC_OK)
        rc = move_back(tx, from.id, into->id, from.id, 0);
    if (rc == RC_OK)
        rc = promise_follow(tx, into->id, from.id);
    if (rc == RC_OK)
        rc = article_use_follow(tx, into->id, from.id);
    if (rc == RC_OK)
        rc = mention_follow(tx, into->id, from.id, true);
    if (rc == RC_OK)
        rc = recovery_follow(tx, into->id, from.id, true);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_merge_undone, BIND(ACCOUNT, value_int(merge_id), value_int(now)));
    if (rc != RC_OK)
        return rc;
    from.merged_into = 0;
    if (contact_lives(tx_view(tx), from.contact_id) == RC_GONE)
        status = "closed"; /* as erasing left it */
    from.status = strcmp(status, "snoozed") == 0 && !from.snoozed_until ? "open" : status;
    from.shelf = conversation_shelf(from.status);
    rc = recount(tx, &from);
    if (rc == RC_OK)
        rc = recount(tx, into);
    if (rc == RC_OK)
        rc = conversation_save(tx, &from);
    if (rc == RC_OK)
        rc = conversation_save(tx, into);
    if (rc == RC_OK)
        event_add(tx, (struct event){"conversation.unmerged", by, into->id, from.id});
    return rc;
}
