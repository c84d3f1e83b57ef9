/* search_index.c: what is in the index, and how it stays true (search.h). */
#include "base/buf.h"
#include "base/clock.h"
#include "desk/account.h"
#include "desk/search.h"
#include "text/match.h"

#include <string.h>

QUERY(q_document_words, "SELECT words FROM search_document WHERE account_id = $1 AND id = $2");
QUERY(q_document_add, "INSERT INTO search_document (account_id, id, words) VALUES ($1, $2, $3)"
                      " ON CONFLICT (account_id, id) DO NOTHING");
QUERY(q_document_note, "UPDATE search_document SET words = $3 WHERE account_id = $1 AND id = $2");
QUERY(q_document_forget, "DELETE FROM search_document WHERE account_id = $1 AND id = $2");
QUERY(q_documents_forget, "DELETE FROM search_document WHERE account_id = $1");
QUERY(q_document_message,
      "SELECT m.body, c.subject, c.contact_id, ct.name, m.contact_id, m.mail_from FROM message m"
      " JOIN conversation c ON c.account_id = m.account_id AND c.id = m.conversation_id"
      " JOIN contact ct ON ct.account_id = c.account_id AND ct.id = c.contact_id"
      " WHERE m.account_id = $1 AND m.id = $2");
QUERY(q_document_files, "SELECT name FROM attachment WHERE account_id = $1 AND message_id = $2 ORDER BY +id");
QUERY(q_messages_of_conversation, "SELECT id FROM message WHERE account_id = $1 AND conversation_id = $2"
                                  " ORDER BY id DESC LIMIT $3");
QUERY(q_conversations_of_contact, "SELECT id FROM conversation WHERE account_id = $1 AND contact_id = $2"
                                  " ORDER BY last_at DESC, id DESC LIMIT $3");
QUERY(q_messages_missing, "SELECT m.id FROM message m LEFT JOIN search_document d ON d.account_id = m.account_id"
                          " AND d.id = m.id WHERE m.account_id = $1 AND m.id < $2 AND d.id IS NULL"
                          " ORDER BY m.id DESC LIMIT $3");
QUERY(q_contacts_missing, "SELECT c.id FROM contact c LEFT JOIN search_document d ON d.account_id = c.account_id"
                          " AND d.id = c.id WHERE c.account_id = $1 AND c.id < $2 AND d.id IS NULL"
                          " ORDER BY c.id DESC LIMIT $3");

/* ---- documents ---- */

/* Who the message is about is a term as well: one word of an id narrows a search to a customer exactly. */
static char *terms_of(struct arena *a, const char *words, const char *body) {
    /* The contacts' terms stand first in `words`, before a line end, and are no text. */
    const char *text = strchr(words, '\n');
    struct buf all = {0};
    buf_str(&all, text + 1);
    buf_char(&all, '\n');
    buf_str(&all, body);
    const char *cut = search_terms_for_index(a, all.at);
    buf_reset(&all);
    buf_add(&all, words, (size_t)(text - words));
    if (*cut && text > words)
        buf_char(&all, ' ');
    buf_str(&all, cut);
    char *terms = arena_copy_n(a, all.at, all.len);
    buf_free(&all);
    return terms;
}

static enum rc put_points(struct view *v, struct arena *a, int64_t contact_id, struct buf *out) {
    struct contact_point *points;
    int n;
    enum rc rc = contact_points(v, a, contact_id, &points, &n);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (strcmp(points[i].kind, "site") != 0) /* a number of the site's own */
            buf_printf(out, " %s", points[i].value);
    return rc;
}

static enum rc put_files(struct view *v, int64_t message_id, struct buf *out) {
    struct rows r = view_query(v, &q_document_files, BIND(ACCOUNT, value_int(message_id)));
    while (rows_next(&r))
        buf_printf(out, "\n%s", rows_text(&r, 0));
    return rows_end(&r);
}

struct document {
    int64_t id;
    enum search_index index;
    const char *words, *body;
};

/* RC_NONE: there is no such message. */
static enum rc message_document(struct view *v, struct arena *a, int64_t id, struct document *out) {
    struct buf words = {0};
    int64_t contact_id = 0;
    *out = (struct document){.id = id, .index = SEARCH_MESSAGES};
    struct rows r = view_query(v, &q_document_message, BIND(ACCOUNT, value_int(id)));
    if (rows_next(&r)) {
        out->body = rows_copy(&r, 0, a);
        contact_id = rows_int(&r, 2);
        int64_t writer_id = rows_int(&r, 4);
        buf_printf(&words, "c%lld", (long long)contact_id);
        if (writer_id && writer_id != contact_id)
            buf_printf(&words, " c%lld", (long long)writer_id);
        buf_printf(&words, "\n%s\n%s\n%s", rows_text(&r, 1), rows_text(&r, 3), rows_text(&r, 5));
    }
    enum rc rc = rows_end(&r);
    if (rc == RC_OK && !contact_id)
        rc = RC_NONE;
    if (rc == RC_OK)
        rc = put_points(v, a, contact_id, &words);
    if (rc == RC_OK)
        rc = put_files(v, id, &words);
    out->words = arena_copy(a, words.at);
    buf_free(&words);
    return rc;
}

static enum rc contact_document(struct view *v, struct arena *a, int64_t id, struct document *out) {
    struct contact contact;
    struct buf words = {0};
    enum rc rc = contact_load(v, a, id, &contact);
    if (rc != RC_OK)
        return rc;
    buf_printf(&words, "\n%s", contact.name);
    rc = put_points(v, a, id, &words);
    *out = (struct document){id, SEARCH_CONTACTS, arena_copy(a, words.at), ""};
    buf_free(&words);
    return rc;
}

/* Takes out what was there, with the words it was put in with, and puts the new in. Most are new, and are not
 * looked for. */
static enum rc save(struct tx *tx, const struct document *d) {
    struct arena *a = tx_arena(tx);
    enum rc rc = tx_exec(tx, &q_document_add, BIND(ACCOUNT, value_int(d->id), value_text(d->words)));
    if (rc != RC_OK)
        return rc;
    if (tx_changes(tx))
        return tx_search_put(tx, d->index, ACCOUNT_ID, d->id, terms_of(a, d->words, d->body));
    struct rows r = view_query(tx_view(tx), &q_document_words, BIND(ACCOUNT, value_int(d->id)));
    const char *before = rows_next(&r) ? rows_copy(&r, 0, a) : "";
    rc = rows_end(&r);
    if (rc != RC_OK || strcmp(before, d->words) == 0)
        return rc;
    rc = tx_search_drop(tx, d->index, ACCOUNT_ID, d->id, terms_of(a, before, d->body));
    if (rc == RC_OK)
        rc = tx_search_put(tx, d->index, ACCOUNT_ID, d->id, terms_of(a, d->words, d->body));
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_document_note, BIND(ACCOUNT, value_int(d->id), value_text(d->words)));
    return rc;
}

enum rc search_forget(struct tx *tx, enum search_index index, int64_t id, const char *body) {
    struct arena *a = tx_arena(tx);
    struct rows r = view_query(tx_view(tx), &q_document_words, BIND(ACCOUNT, value_int(id)));
    const char *words = rows_next(&r) ? rows_copy(&r, 0, a) : NULL;
    enum rc rc = rows_end(&r);
    if (rc != RC_OK || !words)
        return rc;
    rc = tx_search_drop(tx, index, ACCOUNT_ID, id, terms_of(a, words, body));
    return rc == RC_OK ? tx_exec(tx, &q_document_forget, BIND(ACCOUNT, value_int(id))) : rc;
}

static enum rc index_message(struct tx *tx, void *arg) {
    struct document d;
    enum rc rc = message_document(tx_view(tx), tx_arena(tx), (int64_t)(intptr_t)arg, &d);
    return rc == RC_OK ? save(tx, &d) : rc == RC_NONE ? RC_OK : rc;
}

static enum rc index_contact(struct tx *tx, void *arg) {
    struct document d;
    enum rc rc = contact_document(tx_view(tx), tx_arena(tx), (int64_t)(intptr_t)arg, &d);
    return rc == RC_OK ? save(tx, &d) : rc == RC_NONE ? RC_OK : rc;
}

void search_index_message(struct tx *tx, int64_t message_id) {
    tx_last(tx, index_message, (void *)(intptr_t)message_id);
}

void search_index_contact(struct tx *tx, int64_t contact_id) {
    tx_last(tx, index_contact, (void *)(intptr_t)contact_id);
}

static enum rc index_messages(struct tx *tx, int64_t conversation_id, int *room) {
    struct rows r = view_query(tx_view(tx), &q_messages_of_conversation,
                               BIND(ACCOUNT, value_int(conversation_id), value_int(*room)));
    for (; rows_next(&r); --*room)
        search_index_message(tx, rows_int(&r, 0));
    return rows_end(&r);
}

enum rc search_index_conversation(struct tx *tx, int64_t conversation_id) {
    return index_messages(tx, conversation_id, &(int){SEARCH_RENAMED_MAX});
}

enum rc search_index_renamed(struct tx *tx, int64_t contact_id) {
    search_index_contact(tx, contact_id);
    int room = SEARCH_RENAMED_MAX;
    struct rows r =
        view_query(tx_view(tx), &q_conversations_of_contact, BIND(ACCOUNT, value_int(contact_id), value_int(room)));
    enum rc rc = RC_OK;
    while (rc == RC_OK && room > 0 && rows_next(&r))
        rc = index_messages(tx, rows_int(&r, 0), &room);
    enum rc ended = rows_end(&r);
    return rc == RC_OK ? ended : rc;
}

/* ---- all of it ---- */

enum { REBUILD_BATCH = 100 };

static enum rc forget_all(struct tx *tx, void *arg) {
    enum rc rc = tx_search_clear(tx, SEARCH_MESSAGES, ACCOUNT_ID);
    if (rc == RC_OK)
        rc = tx_search_clear(tx, SEARCH_CONTACTS, ACCOUNT_ID);
    return rc == RC_OK ? tx_exec(tx, &q_documents_forget, BIND(ACCOUNT)) : rc;
}

struct rebuild {
    struct query *missing;
    enum rc (*index)(struct tx *tx, void *id);
    int64_t before_id;
    int64_t last_id; /* of this batch, and … */
    int n;           /* … how many it had */
};

static enum rc rebuild_batch(struct tx *tx, void *arg) {
    struct rebuild *b = arg;
    int64_t ids[REBUILD_BATCH];
    int n = 0;
    struct rows r =
        view_query(tx_view(tx), b->missing, BIND(ACCOUNT, value_int(b->before_id), value_int(REBUILD_BATCH)));
    while (n < REBUILD_BATCH && rows_next(&r))
        ids[n++] = rows_int(&r, 0);
    enum rc rc = rows_end(&r);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = b->index(tx, (void *)(intptr_t)ids[i]);
    b->n = n;
    b->last_id = n ? ids[n - 1] : 0;
    return rc;
}

static enum rc rebuild(struct store *s, struct rebuild b, _Atomic int64_t *done) {
    enum rc rc;
    do {
        rc = store_write(s, rebuild_batch, &b);
        b.before_id = b.last_id;
        if (rc == RC_OK && done)
            *done += b.n;
    } while (rc == RC_OK && b.n == REBUILD_BATCH);
    return rc;
}

/* A message that comes meanwhile indexes itself; what has its row in search_document is never put twice. */
enum rc search_rebuild(struct store *s, bool from_scratch, _Atomic int64_t *done) {
    enum rc rc = from_scratch ? store_write(s, forget_all, NULL) : RC_OK;
    if (rc == RC_OK)
        rc = rebuild(s, (struct rebuild){&q_contacts_missing, index_contact, INT64_MAX}, done);
    if (rc == RC_OK)
        rc = rebuild(s, (struct rebuild){&q_messages_missing, index_message, INT64_MAX}, done);
    return rc;
}

/* Longer is no piece of work for a job: its lease would end. */
enum { PIECE_MS = 20 * 1000 };

static enum rc rebuild_on(struct tx *tx, void *arg) {
    struct rebuild *b = arg;
    return job_add(tx, JOB_INDEX_SEARCH, b->before_id, clock_now());
}

enum rc search_rebuild_job(struct store *s, void *app, const struct job *job) {
    int64_t until = clock_mono() + PIECE_MS;
    bool begins = !job->subject_id;
    struct rebuild b = {&q_messages_missing, index_message, begins ? INT64_MAX : job->subject_id};
    enum rc rc = begins ? rebuild(s, (struct rebuild){&q_contacts_missing, index_contact, INT64_MAX}, NULL) : RC_OK;
    for (b.n = REBUILD_BATCH; rc == RC_OK && b.n == REBUILD_BATCH && clock_mono() < until; b.before_id = b.last_id)
        rc = store_write(s, rebuild_batch, &b);
    return rc == RC_OK && b.n == REBUILD_BATCH ? store_write(s, rebuild_on, &b) : rc;
}

enum rc search_finds(struct view *v, struct arena *a, enum search_index index, int64_t id, const char *words,
                     bool *holds) {
    const char *terms = *words == '\n' ? terms_of(a, words, "") : words;
    char *term = arena_copy_n(a, terms, strcspn(terms, " \n"));
    int64_t found;
    int n = 0;
    enum rc rc = *term ? view_search(v, index, ACCOUNT_ID, term, id - 1, id + 1, 1, &found, &n) : RC_OK;
    *holds = n > 0 || !*term;
    return rc;
}
