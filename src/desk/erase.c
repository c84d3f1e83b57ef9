#include "desk/erase.h"

#include "base/clock.h"
#include "base/secret.h"
#include "base/tr.h"
#include "desk/account.h"
#include "desk/acknowledge.h"
#include "desk/blob.h"
#include "desk/contact.h"
#include "desk/dossier.h"
#include "desk/idempotency.h"
#include "desk/message.h"
#include "desk/privacy.h"
#include "desk/search.h"
#include "desk/read_by.h"
#include "desk/recall.h"
#include "desk/refund_to.h"

#include <string.h>

enum { MESSAGES_AT_ONCE = 40 };

/* ---- whose is it ---- */

/* A message of a conversation that began as hers; one that a merge has moved elsewhere; one that she wrote in
 * another's. $1 account, $2 contact. */
#define OWN "(SELECT id FROM conversation WHERE account_id = $1 AND contact_id = $2)"
#define HERS_HERE                                                                                                  \
    " FROM message m WHERE m.account_id = $1 AND m.conversation_id IN " OWN " AND m.home_id IN " OWN               \
    " AND m.erased = 0"
#define HERS_MOVED                                                                                                 \
    " FROM message m WHERE m.account_id = $1 AND m.home_id <> m.conversation_id AND m.home_id IN " OWN             \
    " AND m.erased = 0"
#define HERS_ELSEWHERE " FROM message m WHERE m.account_id = $1 AND m.contact_id = $2 AND m.erased = 0"
#define HERS(what) "SELECT " what HERS_HERE " UNION SELECT " what HERS_MOVED " UNION SELECT " what HERS_ELSEWHERE
QUERY(q_erase_messages, "SELECT id FROM (" HERS("m.id AS id") ") AS hers LIMIT $3");
QUERY(q_erase_count_messages,
      "SELECT count(*) FROM (SELECT id FROM (" HERS("m.id AS id") ") AS hers LIMIT $3) AS n");
#define OF_HERS(table, condition)                                                                                  \
    "SELECT count(*) FROM (SELECT 1 FROM (" HERS(                                                                  \
        "m.id AS id") ") AS hers JOIN " table " x ON x.account_id = $1 AND x.message_id = hers.id " condition      \
                      " LIMIT $3) AS n"
QUERY(q_erase_count_files, OF_HERS("attachment", ""));
QUERY(q_erase_count_originals, OF_HERS("inbound", "AND x.dropped_at IS NULL"));
QUERY(q_erase_count_conversations, "SELECT count(*) FROM (SELECT 1 FROM conversation WHERE account_id = $1"
                                   " AND contact_id = $2 LIMIT $3) AS n");
QUERY(q_erase_count_promises, "SELECT count(*) FROM (SELECT 1 FROM promise WHERE account_id = $1"
                              " AND contact_id = $2 LIMIT $3) AS n");
QUERY(q_erase_count_drafts, "SELECT count(*) FROM (SELECT 1 FROM draft WHERE account_id = $1"
                            " AND conversation_id IN " OWN " LIMIT $3) AS n");
QUERY(q_erase_count_points, "SELECT count(*) FROM (SELECT 1 FROM contact_point WHERE account_id = $1"
                            " AND contact_id = $2 LIMIT $3) AS n");

enum rc erase_count(struct view *v, int64_t contact_id, struct erase_counts *out) {
    struct {
        struct query *query;
        int64_t *to;
    } all[] = {
        {&q_erase_count_points, &out->points},       {&q_erase_count_conversations, &out->conversations},
        {&q_erase_count_messages, &out->messages},   {&q_erase_count_files, &out->files},
        {&q_erase_count_originals, &out->originals}, {&q_erase_count_promises, &out->promises},
        {&q_erase_count_drafts, &out->drafts},
    };
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < sizeof all / sizeof *all; i++)
        rc = view_int(v, all[i].query, BIND(ACCOUNT, value_int(contact_id), value_int(ERASE_COUNT_MAX)), 0,
                      all[i].to);
    return rc;
}

/* ---- the confirmation ---- */

static char *folded(struct arena *a, const char *s) {
    char *out = contact_fold(a, "email", s), *to = out;
    for (const char *p = out; *p; p++)
        if (*p != ' ' || (to > out && to[-1] != ' '))
            *to++ = *p;
    *to = 0;
    return out;
}

bool erase_confirms(struct arena *a, const char *name, const char *typed) {
    return typed && *name && strcmp(folded(a, name), folded(a, typed)) == 0;
}

/* ---- at once ---- */

QUERY(q_erase_contact, "UPDATE contact SET name = $3, address_form = '', call_name = '', lang = '', note = '',"
                       " erased_at = $4 WHERE account_id = $1 AND id = $2 AND erased_at IS NULL");
QUERY(q_erase_points, "DELETE FROM contact_point WHERE account_id = $1 AND contact_id = $2");
QUERY(q_erase_conversations,
      "UPDATE conversation SET subject = '', preview = '', status = 'closed', shelf = CASE WHEN merged_into IS NULL"
      " THEN 'resolved' ELSE 'merged' END, waiting_since = NULL, snoozed_until = NULL, on_hold_until = NULL,"
      " promise_due = NULL, unreadable = 0, version = version + 1 WHERE account_id = $1 AND contact_id = $2");
QUERY(q_erase_promises_owed, "UPDATE promise SET settled_at = $3, outcome = 'withdrawn' WHERE account_id = $1"
                             " AND contact_id = $2 AND settled_at IS NULL");
QUERY(q_erase_promises, "UPDATE promise SET text = '', reason = '' WHERE account_id = $1 AND contact_id = $2");
QUERY(q_erase_visitors, "DELETE FROM visitor WHERE account_id = $1 AND contact_id = $2");
QUERY(q_erase_recalls,
      "UPDATE recall_recipient SET body = '', note = '', harm_note = '',"
      " harm = CASE harm WHEN 'open' THEN '' ELSE harm END,"
      " mark = CASE WHEN mark IN ('wait', 'next') THEN 'tried' ELSE mark END,"
      " called = CASE called WHEN '' THEN '" RECALL_ERASED "' ELSE called END WHERE account_id = $1"
      " AND contact_id = $2");
QUERY(q_erase_recoveries,
      "UPDATE recovery SET what = '', heard_how = '' WHERE account_id = $1 AND contact_id = $2");
QUERY(q_erase_recoveries_open, "UPDATE recovery SET closed_at = $3 WHERE account_id = $1 AND contact_id = $2"
                               " AND closed_at IS NULL");
QUERY(q_erase_recovery_steps, "UPDATE recovery_step SET note = '' WHERE account_id = $1 AND recovery_id IN"
                              " (SELECT id FROM recovery WHERE account_id = $1 AND contact_id = $2)");
QUERY(q_erase_recovery_offers, "UPDATE recovery_offer SET what = '' WHERE account_id = $1 AND contact_id = $2");
QUERY(q_erase_careful, "DELETE FROM careful WHERE account_id = $1 AND conversation_id IN " OWN);
QUERY(q_erase_reasons, "UPDATE privacy_act SET reason = '' WHERE account_id = $1 AND contact_id = $2"
                       " AND kind IN ('reveal', 'raw')");
QUERY(q_erase_drafts, "DELETE FROM draft WHERE account_id = $1 AND conversation_id IN " OWN);
QUERY(q_erase_conversation_refs, "SELECT id, ref FROM conversation WHERE account_id = $1 AND contact_id = $2");

static enum rc forget_senders(struct tx *tx, int64_t contact_id) {
    struct contact_point *points;
    int n;
    enum rc rc = contact_points(tx_view(tx), tx_arena(tx), contact_id, &points, &n);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (strcmp(points[i].kind, "email") == 0)
            rc = acknowledge_forget_sender(tx, points[i].value);
    return rc;
}

/* Jobs of her conversations, and answers that programs may still ask for again. Each conversation says that it
 * happened, to whoever has it open. */
static enum rc forget_conversations(struct tx *tx, const struct contact *contact, struct actor by) {
    struct arena *a = tx_arena(tx);
    const char **refs = ARENA_ARRAY(a, 1, const char *);
    int64_t *ids = NULL;
    int n = 0, room = 0;
    struct rows r = view_query(tx_view(tx), &q_erase_conversation_refs, BIND(ACCOUNT, value_int(contact->id)));
    for (; rows_next(&r); n++) {
        if (n == room) {
            room = room ? room * 2 : 16;
            ids = arena_grow(a, ids, (size_t)n, (size_t)room, sizeof *ids);
            refs = arena_grow(a, refs, (size_t)n + 1, (size_t)room + 1, sizeof *refs);
        }
        ids[n] = rows_int(&r, 0);
        refs[n + 1] = rows_copy(&r, 1, a);
    }
    enum rc rc = rows_end(&r);
    refs[0] = contact->ref;
    for (int i = 0; rc == RC_OK && i < n; i++) {
        rc = job_drop(tx, JOB_CHAT_BY_MAIL, ids[i]);
        if (rc == RC_OK)
            rc = job_drop(tx, JOB_WAKE_CONVERSATION, ids[i]);
        event_add(tx, (struct event){"conversation.erased", by, ids[i], contact->id});
    }
    return rc == RC_OK ? idempotency_forget(tx, refs, n + 1) : rc;
}

static bool is_why(const char *why) {
    return why && (strcmp(why, "asked") == 0 || strcmp(why, "unneeded") == 0 || strcmp(why, "mistake") == 0);
}

enum rc erase_begin(struct tx *tx, int64_t contact_id, const char *why, struct actor by, int64_t now) {
    struct query *const hers[] = {&q_erase_points,          &q_erase_conversations, &q_erase_promises,
                                  &q_erase_visitors,        &q_erase_recalls,       &q_erase_reasons,
                                  &q_erase_drafts,          &q_erase_recoveries,    &q_erase_recovery_steps,
                                  &q_erase_recovery_offers, &q_erase_careful};
    struct contact contact;
    struct account account;
    struct erase_counts counts;
    enum rc rc = is_why(why) ? contact_load(tx_view(tx), tx_arena(tx), contact_id, &contact) : RC_INVALID;
    if (rc == RC_OK && contact.erased_at)
        rc = RC_GONE;
    if (rc == RC_OK)
        rc = account_load(tx_view(tx), tx_arena(tx), &account);
    if (rc == RC_OK)
        rc = erase_count(tx_view(tx), contact_id, &counts);
    if (rc == RC_OK)
        rc = forget_senders(tx, contact_id);
    if (rc == RC_OK)
        rc = forget_conversations(tx, &contact, by);
    if (rc == RC_OK)
        rc = search_forget(tx, SEARCH_CONTACTS, contact_id, "");
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_erase_contact,
                     BIND(ACCOUNT, value_int(contact_id),
                          value_text(tr(locale_of(account.lang), "Erased customer")), value_int(now)));
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_erase_promises_owed, BIND(ACCOUNT, value_int(contact_id), value_int(now)));
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_erase_recoveries_open, BIND(ACCOUNT, value_int(contact_id), value_int(now)));
    for (size_t i = 0; rc == RC_OK && i < sizeof hers / sizeof *hers; i++)
        rc = tx_exec(tx, hers[i], BIND(ACCOUNT, value_int(contact_id)));
    if (rc == RC_OK)
        rc = refund_to_erase(tx, contact_id, now);
    if (rc == RC_OK)
        rc = read_by_erase(tx, contact_id);
    if (rc == RC_OK)
        rc = dossier_drop_all(tx, contact_id);
    if (rc == RC_OK)
        rc = job_add(tx, JOB_ERASE, contact_id, now);
    if (rc != RC_OK)
        return rc;
    search_index_contact(tx, contact_id);
    return privacy_note(
        tx,
        &(struct privacy_act){
            .kind = PRIVACY_ERASE, .by = by, .contact_id = contact_id, .reason = why, .amount = counts.messages},
        now);
}

/* ---- message by message ---- */

QUERY(q_erase_message,
      "UPDATE message SET body = '', quoted = '', has_html = 0, state = CASE WHEN state IN ('queued', 'failed')"
      " THEN 'cancelled' ELSE state END, state_reason = '', mail_id = NULL, mail_references = '', mail_from = '',"
      " mail_to = '', mail_cc = '', incomplete = 0, masked = 0, erased = 1, undo_word = '' WHERE account_id = $1 "
      "AND id = $2");
QUERY(q_erase_html, "DELETE FROM message_html WHERE account_id = $1 AND message_id = $2");
QUERY(q_erase_attachments, "DELETE FROM attachment WHERE account_id = $1 AND message_id = $2");
QUERY(q_erase_raws, "SELECT id FROM inbound WHERE account_id = $1 AND message_id = $2 AND dropped_at IS NULL");
/* Its numbers as they are now, for what never went out is no longer counted; and the line of the lists, which may
 * have been hers. */
QUERY(q_erase_recount,
      "UPDATE conversation SET message_count = (SELECT count(*) FROM message m WHERE m.account_id = $1"
      " AND m.conversation_id = $2 AND m.state <> 'cancelled'), failed_sends = (SELECT count(*) FROM message m"
      " WHERE m.account_id = $1 AND m.conversation_id = $2 AND m.state = 'failed'), preview = $3,"
      " version = version + 1 WHERE account_id = $1 AND id = $2");

static enum rc drop_files(struct tx *tx, int64_t message_id) {
    struct attachment *files;
    int n;
    enum rc rc = attachment_list(tx_view(tx), tx_arena(tx), message_id, &files, &n);
    if (rc == RC_OK && n)
        rc = tx_exec(tx, &q_erase_attachments, BIND(ACCOUNT, value_int(message_id)));
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = blob_drop_unused(tx, files[i].blob_id);
    return rc;
}

static enum rc drop_originals(struct tx *tx, int64_t message_id, int64_t now) {
    enum { MOST = 16 }; /* a mail, and what bounced of it; the rest the next time round */
    int64_t ids[MOST];
    int n = 0;
    struct rows r = view_query(tx_view(tx), &q_erase_raws, BIND(ACCOUNT, value_int(message_id)));
    while (n < MOST && rows_next(&r))
        ids[n++] = rows_int(&r, 0);
    enum rc rc = rows_end(&r);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = raw_drop(tx, ids[i], now);
    return rc == RC_OK && n == MOST ? drop_originals(tx, message_id, now) : rc;
}

/* In another's conversation the last line that is left stands for it. */
static enum rc recount(struct tx *tx, int64_t conversation_id) {
    struct message *last;
    int n;
    enum rc rc = message_page(tx_view(tx), tx_arena(tx), conversation_id, 0, 1, &last, &n);
    return rc != RC_OK ? rc
                       : tx_exec(tx, &q_erase_recount,
                                 BIND(ACCOUNT, value_int(conversation_id),
                                      value_text(n ? message_preview(tx_arena(tx), last[0].body) : "")));
}

static enum rc erase_message(struct tx *tx, int64_t id, int64_t now) {
    struct message m;
    enum rc rc = message_load(tx_view(tx), tx_arena(tx), id, &m);
    if (rc == RC_OK)
        rc = search_forget(tx, SEARCH_MESSAGES, id, m.body);
    if (rc == RC_OK)
        rc = job_drop(tx, JOB_SEND_MAIL, id);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_erase_html, BIND(ACCOUNT, value_int(id)));
    if (rc == RC_OK)
        rc = drop_files(tx, id);
    if (rc == RC_OK)
        rc = drop_originals(tx, id, now);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_erase_message, BIND(ACCOUNT, value_int(id)));
    if (rc == RC_OK)
        rc = recount(tx, m.conversation_id);
    search_index_message(tx, id); /* as what it is now: a message of nobody, without words */
    return rc;
}

enum rc erase_some(struct tx *tx, int64_t contact_id, int64_t now, bool *more) {
    int64_t ids[MESSAGES_AT_ONCE];
    int n = 0;
    struct rows r = view_query(tx_view(tx), &q_erase_messages,
                               BIND(ACCOUNT, value_int(contact_id), value_int(MESSAGES_AT_ONCE)));
    while (n < MESSAGES_AT_ONCE && rows_next(&r))
        ids[n++] = rows_int(&r, 0);
    enum rc rc = rows_end(&r);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = erase_message(tx, ids[i], now);
    *more = n > 0;
    return rc;
}

/* ---- to the end ---- */

struct erasing {
    int64_t contact_id;
    bool more, first;
};

static enum rc some(struct tx *tx, void *arg) {
    struct erasing *e = arg;
    return erase_some(tx, e->contact_id, clock_now(), &e->more);
}

static enum rc scrub(struct tx *tx, void *arg) {
    struct erasing *e = arg;
    enum rc rc = tx_search_scrub(tx, e->first, &e->more);
    e->first = false;
    return rc;
}

enum rc erase_all(struct store *s, int64_t contact_id) {
    struct erasing e = {contact_id, true, true};
    enum rc rc = RC_OK;
    while (rc == RC_OK && e.more)
        rc = store_write(s, some, &e);
    for (e.more = true; rc == RC_OK && e.more;)
        rc = store_write(s, scrub, &e);
    if (rc == RC_OK)
        store_forget_log(s);
    return rc;
}

enum rc erase_job(struct store *s, void *app, const struct job *job) { return erase_all(s, job->subject_id); }
