#include "desk/repair.h"

#include "base/clock.h"
#include "desk/account.h"
#include "desk/conversation.h"
#include "desk/job.h"
#include "desk/search.h"

#include <string.h>

enum { BATCH = 500 };

#define COUNTED                                                                                                    \
    "SELECT c.id, c.status, c.shelf, c.merged_into, c.waiting_since, c.message_count, c.failed_sends,"             \
    " (SELECT count(*) FROM message m WHERE m.account_id = c.account_id AND m.conversation_id = c.id"              \
    " AND m.state <> 'cancelled'), (SELECT count(*) FROM message m WHERE m.account_id = c.account_id"              \
    " AND m.conversation_id = c.id AND m.state = 'failed') FROM conversation c WHERE c.account_id = $1"
QUERY(q_repair_conversations, COUNTED " AND c.id > $2 ORDER BY c.id LIMIT $3");
QUERY(q_repair_conversation, COUNTED " AND c.id = $2");
QUERY(q_repair_save, "UPDATE conversation SET message_count = $3, failed_sends = $4, shelf = $5, waiting_since = $6"
                     " WHERE account_id = $1 AND id = $2");
QUERY(q_repair_messages, "SELECT m.id, m.state, d.words FROM message m LEFT JOIN search_document d"
                         " ON d.account_id = m.account_id AND d.id = m.id WHERE m.account_id = $1 AND m.id > $2"
                         " ORDER BY m.id LIMIT $3");
QUERY(q_repair_contacts, "SELECT c.id, d.words FROM contact c LEFT JOIN search_document d"
                         " ON d.account_id = c.account_id AND d.id = c.id WHERE c.account_id = $1 AND c.id > $2"
                         " ORDER BY c.id LIMIT $3");
QUERY(q_repair_state, "SELECT CASE WHEN state IN ('queued', 'sending') THEN 1 ELSE 0 END FROM message"
                      " WHERE account_id = $1 AND id = $2");
QUERY(q_repair_raw,
      "SELECT id FROM inbound WHERE account_id = $1 AND state = 'raw' AND id > $2 ORDER BY id LIMIT $3");
QUERY(q_repair_is_raw,
      "SELECT CASE WHEN state = 'raw' THEN 1 ELSE 0 END FROM inbound WHERE account_id = $1 AND id = $2");
QUERY(q_repair_snoozed, "SELECT id FROM conversation WHERE account_id = $1 AND snoozed_until > 0 AND id > $2"
                        " ORDER BY +id LIMIT $3");
QUERY(q_repair_until, "SELECT snoozed_until FROM conversation WHERE account_id = $1 AND id = $2");

static const char *const names[REPAIR_KINDS] = {
    [REPAIR_COUNTS] = "conversations with a wrong number of messages",
    [REPAIR_SHELF] = "conversations in the wrong lists",
    [REPAIR_WAITING] = "finished conversations in which somebody is said to wait",
    [REPAIR_SENDING] = "messages to be sent that no job will send",
    [REPAIR_READING] = "stored mails that no job will read",
    [REPAIR_WAKING] = "snoozed conversations that nothing will wake",
    [REPAIR_SEARCH] = "messages and customers that search does not find",
};

const char *repair_name(enum repair_kind kind) { return names[kind]; }

/* ---- rules ---- */

unsigned repair_flaws(const struct repair_conversation *c) {
    unsigned flaws = 0;
    bool finished =
        strcmp(c->status, "resolved") == 0 || strcmp(c->status, "closed") == 0 || strcmp(c->status, "spam") == 0;
    if (strcmp(c->shelf, c->merged_into ? "merged" : conversation_shelf(c->status)) != 0)
        flaws |= 1u << REPAIR_SHELF;
    if (c->merged_into)
        return flaws;
    if (c->message_count != c->messages || c->failed_sends != c->failed)
        flaws |= 1u << REPAIR_COUNTS;
    if (finished && c->waiting_since)
        flaws |= 1u << REPAIR_WAITING;
    return flaws;
}

/* ---- conversations ---- */

struct mending {
    int64_t id;
    enum job_kind job;
    bool done;
    unsigned flaws;
};

static int64_t read_conversation(struct rows *r, struct arena *a, struct repair_conversation *c) {
    *c = (struct repair_conversation){
        .status = rows_copy(r, 1, a),
        .shelf = rows_copy(r, 2, a),
        .merged_into = rows_int(r, 3),
        .waiting_since = rows_int(r, 4),
        .message_count = rows_int(r, 5),
        .failed_sends = rows_int(r, 6),
        .messages = rows_int(r, 7),
        .failed = rows_int(r, 8),
    };
    return rows_int(r, 0);
}

static enum rc mend_conversation(struct tx *tx, void *arg) {
    struct mending *m = arg;
    struct repair_conversation c;
    struct rows r = view_query(tx_view(tx), &q_repair_conversation, BIND(ACCOUNT, value_int(m->id)));
    bool found = rows_next(&r);
    if (found)
        read_conversation(&r, tx_arena(tx), &c);
    enum rc rc = rows_end(&r);
    m->flaws = rc == RC_OK && found ? repair_flaws(&c) : 0;
    if (!m->flaws)
        return rc;
    bool counts = m->flaws & 1u << REPAIR_COUNTS, waits = m->flaws & 1u << REPAIR_WAITING;
    return tx_exec(tx, &q_repair_save,
                   BIND(ACCOUNT, value_int(m->id), value_int(counts ? c.messages : c.message_count),
                        value_int(counts ? c.failed : c.failed_sends),
                        value_text(c.merged_into ? "merged" : conversation_shelf(c.status)),
                        value_id(waits ? 0 : c.waiting_since)));
}

static void note(int64_t numbers[REPAIR_KINDS], unsigned flaws) {
    for (int k = 0; k < REPAIR_KINDS; k++)
        numbers[k] += flaws >> k & 1;
}

static enum rc look_at_conversations(struct store *s, bool mend, struct repair_report *out) {
    struct arena *a = arena_new(0);
    int64_t after = 0, wrong[BATCH];
    enum rc rc = RC_OK;
    for (int n = BATCH; rc == RC_OK && n == BATCH;) {
        int wrong_n = 0;
        struct view *v = view_open(s);
        struct rows r = view_query(v, &q_repair_conversations, BIND(ACCOUNT, value_int(after), value_int(BATCH)));
        for (n = 0; rows_next(&r); n++) {
            struct repair_conversation c;
            after = read_conversation(&r, a, &c);
            unsigned flaws = repair_flaws(&c);
            note(out->wrong, flaws);
            if (flaws)
                wrong[wrong_n++] = after;
        }
        rc = rows_end(&r);
        view_close(v);
        out->looked_at += n;
        for (int i = 0; mend && rc == RC_OK && i < wrong_n; i++) {
            struct mending m = {.id = wrong[i]};
            rc = store_write(s, mend_conversation, &m);
            note(out->mended, rc == RC_OK ? m.flaws : 0);
        }
        arena_reset(a);
    }
    arena_free(a);
    return rc;
}

/* ---- jobs ---- */

/* Not 0: the row calls for the job, and there is none. Of a snooze the time to wake. */
static enum rc missed(struct view *v, enum job_kind job, int64_t id, int64_t *out) {
    struct query *asks = job == JOB_SEND_MAIL    ? &q_repair_state
                         : job == JOB_PARSE_MAIL ? &q_repair_is_raw
                                                 : &q_repair_until;
    bool there;
    enum rc rc = job_is_there(v, job, id, &there);
    if (rc == RC_OK) /* in this order: a job that ended meanwhile has changed its row before */
        rc = view_int(v, asks, BIND(ACCOUNT, value_int(id)), 0, out);
    if (there)
        *out = 0;
    return rc;
}

static enum rc mend_job(struct tx *tx, void *arg) {
    struct mending *m = arg;
    int64_t wanted;
    enum rc rc = missed(tx_view(tx), m->job, m->id, &wanted);
    m->done = rc == RC_OK && wanted;
    return m->done ? job_add(tx, m->job, m->id, m->job == JOB_WAKE_CONVERSATION ? wanted : clock_now()) : rc;
}

/* Subjects of one kind of job; those without one are mended. */
static enum rc look_at_jobs(struct store *s, enum repair_kind kind, enum job_kind job, const int64_t *ids, int n,
                            bool mend, struct repair_report *out) {
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < n; i++) {
        int64_t wanted;
        struct view *v = view_open(s);
        rc = missed(v, job, ids[i], &wanted);
        view_close(v);
        if (rc != RC_OK || !wanted)
            continue;
        struct mending m = {.id = ids[i], .job = job};
        out->wrong[kind]++;
        if (mend)
            rc = store_write(s, mend_job, &m);
        out->mended[kind] += rc == RC_OK && m.done;
    }
    return rc;
}

static enum rc look_at_subjects(struct store *s, struct query *q, enum repair_kind kind, enum job_kind job,
                                bool mend, struct repair_report *out) {
    int64_t ids[BATCH], after = 0;
    enum rc rc = RC_OK;
    for (int n = BATCH; rc == RC_OK && n == BATCH;) {
        struct view *v = view_open(s);
        struct rows r = view_query(v, q, BIND(ACCOUNT, value_int(after), value_int(BATCH)));
        for (n = 0; rows_next(&r); n++)
            after = ids[n] = rows_int(&r, 0);
        rc = rows_end(&r);
        view_close(v);
        out->looked_at += n;
        if (rc == RC_OK)
            rc = look_at_jobs(s, kind, job, ids, n, mend, out);
    }
    return rc;
}

/* ---- messages and contacts: are they found, will they be sent ---- */

struct found {
    int64_t id;
    const char *words; /* NULL: not in the index */
};

static enum rc look_at_found(struct store *s, enum search_index index, struct arena *a, const struct found *list,
                             int n, struct repair_report *out, int64_t *unlisted) {
    struct view *v = view_open(s);
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < n; i++) {
        bool holds = false;
        if (list[i].words)
            rc = search_finds(v, a, index, list[i].id, list[i].words, &holds);
        out->wrong[REPAIR_SEARCH] += !holds;
        *unlisted += list[i].words && !holds;
    }
    view_close(v);
    return rc;
}

/* After a migration that changes its terms the index is made anew by a job, and is then no fault. */
static enum rc leave_search_to_its_job(struct store *s, struct repair_report *out, int64_t *unlisted) {
    bool waits;
    struct view *v = view_open(s);
    enum rc rc = job_waits(v, JOB_INDEX_SEARCH, &waits);
    view_close(v);
    if (waits)
        out->wrong[REPAIR_SEARCH] = *unlisted = 0;
    return rc;
}

/* *unlisted: those that are noted as indexed and are not found: then all of the index is made anew. */
static enum rc look_at_messages(struct store *s, bool mend, struct repair_report *out, int64_t *unlisted) {
    struct arena *a = arena_new(0);
    int64_t after = 0;
    enum rc rc = RC_OK;
    for (int n = BATCH; rc == RC_OK && n == BATCH; arena_reset(a)) {
        struct found list[BATCH];
        int64_t sending[BATCH];
        int sending_n = 0;
        struct view *v = view_open(s);
        struct rows r = view_query(v, &q_repair_messages, BIND(ACCOUNT, value_int(after), value_int(BATCH)));
        for (n = 0; rows_next(&r); n++) {
            const char *state = rows_text(&r, 1);
            list[n] = (struct found){after = rows_int(&r, 0), rows_copy(&r, 2, a)};
            if (strcmp(state, "queued") == 0 || strcmp(state, "sending") == 0)
                sending[sending_n++] = after;
        }
        rc = rows_end(&r);
        view_close(v);
        out->looked_at += n;
        if (rc == RC_OK)
            rc = look_at_jobs(s, REPAIR_SENDING, JOB_SEND_MAIL, sending, sending_n, mend, out);
        if (rc == RC_OK)
            rc = look_at_found(s, SEARCH_MESSAGES, a, list, n, out, unlisted);
    }
    arena_free(a);
    return rc;
}

static enum rc look_at_contacts(struct store *s, struct repair_report *out, int64_t *unlisted) {
    struct arena *a = arena_new(0);
    int64_t after = 0;
    enum rc rc = RC_OK;
    for (int n = BATCH; rc == RC_OK && n == BATCH; arena_reset(a)) {
        struct found list[BATCH];
        struct view *v = view_open(s);
        struct rows r = view_query(v, &q_repair_contacts, BIND(ACCOUNT, value_int(after), value_int(BATCH)));
        for (n = 0; rows_next(&r); n++)
            list[n] = (struct found){after = rows_int(&r, 0), rows_copy(&r, 1, a)};
        rc = rows_end(&r);
        view_close(v);
        out->looked_at += n;
        if (rc == RC_OK)
            rc = look_at_found(s, SEARCH_CONTACTS, a, list, n, out, unlisted);
    }
    arena_free(a);
    return rc;
}

enum rc repair_all(struct store *s, bool mend, struct repair_report *out) {
    int64_t unlisted = 0;
    *out = (struct repair_report){0};
    enum rc rc = look_at_conversations(s, mend, out);
    if (rc == RC_OK)
        rc = look_at_subjects(s, &q_repair_raw, REPAIR_READING, JOB_PARSE_MAIL, mend, out);
    if (rc == RC_OK)
        rc = look_at_subjects(s, &q_repair_snoozed, REPAIR_WAKING, JOB_WAKE_CONVERSATION, mend, out);
    if (rc == RC_OK)
        rc = look_at_messages(s, mend, out, &unlisted);
    if (rc == RC_OK)
        rc = look_at_contacts(s, out, &unlisted);
    if (rc == RC_OK)
        rc = leave_search_to_its_job(s, out, &unlisted);
    if (rc == RC_OK && mend && out->wrong[REPAIR_SEARCH]) {
        rc = search_rebuild(s, unlisted > 0, NULL);
        out->mended[REPAIR_SEARCH] = rc == RC_OK ? out->wrong[REPAIR_SEARCH] : 0;
    }
    return rc;
}
