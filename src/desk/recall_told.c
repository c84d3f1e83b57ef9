/* recall_told.c: who was told: from the versions that are wrong to the messages that said them, and from those to
 * people (recall.h).
 *
 * Replies, saved replies, answers of programs and translations all leave their exact versions with the message when
 * it is sent, so one walk along message_article finds them all. One person is one row, told once or ten times. */
#include "desk/recall_row.h"

#include "base/id.h"
#include "base/buf.h"
#include "base/locale.h"
#include "base/tr.h"
#include "desk/account.h"
#include "desk/job.h"
#include "text/diff.h"

#include <stdlib.h>
#include <string.h>

/* Counted by the database, along one index that holds all it reads, in the order of people. What was never sent, or
 * came back, told nobody; nor did what was said to spam. */
#define TOLD                                                                                                       \
    " FROM message_article WHERE account_id = $1 AND version_id = $2"                                              \
    " AND message_id NOT IN (SELECT id FROM message WHERE account_id = $1 AND state IN ('cancelled', 'failed'))"   \
    " AND conversation_id NOT IN (SELECT id FROM conversation WHERE account_id = $1 AND shelf = 'spam')"           \
    " GROUP BY contact_id ORDER BY contact_id"
QUERY(q_told, "SELECT contact_id, max(message_id), count(*), min(at), max(at)" TOLD);
QUERY(q_told_last, "SELECT contact_id, max(message_id)" TOLD);
QUERY(q_read_by, "SELECT contact_id, conversation_id, times, first_at, last_at FROM article_read_by"
                 " WHERE account_id = $1 AND version_id = $2 ORDER BY contact_id");
QUERY(q_recall_read, "SELECT b.last_at, w.number, x.title, x.lang FROM recall_version w JOIN article_read_by b"
                     " ON b.account_id = w.account_id AND b.version_id = w.version_id AND b.contact_id = $3"
                     " JOIN article x ON x.account_id = w.account_id AND x.id = w.article_id"
                     " WHERE w.account_id = $1 AND w.recall_id = $2 ORDER BY b.last_at DESC LIMIT 100");
QUERY(q_recall_conversations, "SELECT id FROM conversation WHERE account_id = $1 AND contact_id = $2"
                              " ORDER BY last_at DESC, id DESC LIMIT 100");
QUERY(q_recall_messages,
      "SELECT m.created_at, v.number, m.ref, m.channel, u.how, x.title, x.lang,"
      " coalesce(u.seen_standing, ''), u.seen_trust FROM message_article u"
      " JOIN message m ON m.account_id = u.account_id AND m.id = u.message_id"
      " JOIN article_version v ON v.account_id = u.account_id AND v.id = u.version_id"
      " JOIN article x ON x.account_id = u.account_id AND x.id = u.article_id"
      " WHERE u.account_id = $1 AND u.message_id IN (SELECT id FROM message WHERE account_id = $1"
      " AND conversation_id = $3) AND EXISTS (SELECT 1 FROM recall_version w WHERE w.account_id = u.account_id"
      " AND w.recall_id = $2 AND w.version_id = u.version_id) AND m.state NOT IN ('cancelled', 'failed')"
      " ORDER BY +u.message_id DESC LIMIT 100");
QUERY(q_recall_insert, "INSERT INTO recall (account_id, id, ref, article_id, flag_id, class, state, owner_id,"
                       " deadline_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'draft', $7, $8, $9)");
QUERY(q_recall_version_add, "INSERT INTO recall_version (account_id, recall_id, version_id, article_id, number)"
                            " VALUES ($1, $2, $3, $4, $5)");
QUERY(q_recall_version_taken,
      "SELECT count(*) FROM recall_version w JOIN recall r ON r.account_id = w.account_id AND r.id = w.recall_id"
      " WHERE w.account_id = $1 AND w.version_id = $2 AND r.closed_at IS NULL");
/* Few are open at any time. */
QUERY(q_recall_running, "SELECT r.ref FROM recall r WHERE r.account_id = $1 AND r.closed_at IS NULL"
                        " AND EXISTS (SELECT 1 FROM recall_version w WHERE w.account_id = r.account_id"
                        " AND w.recall_id = r.id AND w.article_id = $2) ORDER BY r.id DESC LIMIT 1");
QUERY(q_recall_class_usual, "SELECT class FROM recall_class WHERE account_id = $1 AND article_class = $2");
QUERY(q_recall_class_note, "INSERT INTO recall_class (account_id, article_class, class) VALUES ($1, $2, $3)"
                           " ON CONFLICT (account_id, article_class) DO UPDATE SET class = excluded.class");

/* ---- which texts ---- */

/* The number of the source's facts that a version says. */
static int64_t facts_of(const struct article *x, const struct article_version *all, int n, int64_t number) {
    int64_t facts = 0;
    for (int i = 0; i < n; i++) {
        if (!article_is_source(x) && all[i].number == number)
            return all[i].reflects;
        if (article_is_source(x) && all[i].number <= number && all[i].changes_facts && all[i].number > facts)
            facts = all[i].number;
    }
    return facts;
}

enum rc recall_scope(struct view *v, struct arena *a, const struct article *article, int64_t from, int64_t to,
                     bool all_langs, struct recall_version **out, int *n) {
    struct article *family;
    struct article_version *own;
    int family_n, own_n;
    *out = NULL;
    *n = 0;
    enum rc rc = article_family(v, a, article->family_id, &family, &family_n);
    if (rc == RC_OK)
        rc = article_versions(v, a, article->id, &own, &own_n);
    if (rc != RC_OK)
        return rc;
    int64_t first = facts_of(article, own, own_n, from), last = facts_of(article, own, own_n, to);
    for (int i = 0; rc == RC_OK && i < family_n; i++) {
        const struct article *x = &family[i];
        struct article_version *all;
        int all_n;
        bool itself = x->id == article->id;
        if (!itself && !all_langs)
            continue;
        rc = article_versions(v, a, x->id, &all, &all_n);
        for (int k = 0; rc == RC_OK && k < all_n; k++) {
            int64_t number = all[k].number, facts = facts_of(x, all, all_n, number);
            bool wrong = itself ? number >= from && number <= to : facts >= first && facts <= last;
            if (!wrong || number > x->published)
                continue;
            *out = arena_grow(a, *out, (size_t)*n, (size_t)*n + 1, sizeof **out);
            (*out)[(*n)++] = (struct recall_version){all[k].id, x->id, number, x->lang, all[k].title, x->ref};
        }
    }
    return rc;
}

/* ---- what may be told instead ---- */

static const char *joined(struct arena *a, const char *const *list, size_t n) {
    enum { SENTENCES = 12 }; /* more is no summary: it is written by hand */
    const char *text = "";
    for (size_t i = 0; i < n && n <= SENTENCES; i++)
        text = *text ? arena_printf(a, "%s %s", text, list[i]) : list[i];
    return strlen(text) < RECALL_TEXT_MAX ? text : "";
}

/* Chinese quotes its own way; English calls her you, the others by the form on her card. */
static const char *told_as(struct arena *a, enum locale locale, const char *text) {
    struct buf out = {0};
    tr_fill(&out, tr(locale, "correction|We told {you}: “{text}”"), "you",
            locale == LOCALE_EN ? "you" : "{customer.address}", "text", text, NULL);
    const char *sentence = arena_copy(a, out.at);
    buf_free(&out);
    return sentence;
}

enum rc recall_propose(struct view *v, struct arena *a, const struct recall *r, const char *lang, int64_t now,
                       struct recall_proposal *out) {
    struct recall_version *wrong, *last = NULL;
    struct article x;
    struct article_version before, after = {.body = ""};
    int n;
    *out = (struct recall_proposal){"", "", 0, 0};
    enum rc rc = recall_versions(v, a, r->id, &wrong, &n);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (strcmp(wrong[i].lang, lang) == 0 && (!last || wrong[i].number > last->number))
            last = &wrong[i];
    if (rc != RC_OK || !last)
        return rc;
    rc = article_version_load(v, a, last->version_id, &before);
    if (rc == RC_OK)
        rc = article_load(v, a, last->article_id, &x);
    int64_t shown = rc == RC_OK ? article_shown(&x, now) : 0;
    if (rc != RC_OK || shown <= last->number) /* nothing better is published yet */
        return rc;
    rc = article_version_at(v, a, x.id, shown, &after);
    if (rc != RC_OK)
        return rc;
    struct diff_sentences d = diff_sentences(a, before.body, after.body, lang);
    const char *said = joined(a, d.removed, d.removed_n);
    *out = (struct recall_proposal){*said ? told_as(a, locale_of(lang), said) : "", joined(a, d.added, d.added_n),
                                    last->number, shown};
    return RC_OK;
}

/* ---- which people ---- */

struct people {
    struct recall_told *at;
    size_t n, room;
};

static int by_person(const void *a, const void *b) {
    const struct recall_told *x = a, *y = b;
    return (x->contact_id > y->contact_id) - (x->contact_id < y->contact_id);
}

/* One row a person of all versions; ids of messages are in the order of time. */
static void join_people(struct people *p) {
    size_t kept = 0;
    qsort(p->at, p->n, sizeof *p->at, by_person);
    for (size_t i = 0; i < p->n; i++) {
        struct recall_told *same =
            kept && p->at[kept - 1].contact_id == p->at[i].contact_id ? &p->at[kept - 1] : NULL;
        const struct recall_told *x = &p->at[i];
        if (!same) {
            p->at[kept++] = *x;
            continue;
        }
        same->n += x->n;
        same->first = x->first < same->first ? x->first : same->first;
        same->last = x->last > same->last ? x->last : same->last;
        same->last_message = x->last_message > same->last_message ? x->last_message : same->last_message;
        same->read_in = x->read_in ? x->read_in : same->read_in;
    }
    p->n = kept;
}

static struct recall_told *one_more(struct arena *a, struct people *p) {
    if (p->n == p->room) {
        size_t room = p->room ? p->room * 2 : 256;
        p->at = arena_grow(a, p->at, p->n, room, sizeof *p->at);
        p->room = room;
    }
    p->at[p->n] = (struct recall_told){0};
    return &p->at[p->n++];
}

/* Who read them, known by their private links. */
static enum rc people_read(struct view *v, struct arena *a, const int64_t *versions, int n, struct people *out) {
    enum rc rc = RC_OK;
    size_t before = out->n;
    for (int i = 0; rc == RC_OK && i < n; i++) {
        struct rows r = view_query(v, &q_read_by, BIND(ACCOUNT, value_int(versions[i])));
        while (rows_next(&r)) {
            struct recall_told *one = one_more(a, out);
            one->contact_id = rows_int(&r, 0);
            one->read_in = rows_int(&r, 1);
            one->n = rows_int(&r, 2);
            one->first = rows_int(&r, 3);
            one->last = rows_int(&r, 4);
        }
        rc = rows_end(&r);
    }
    if (rc == RC_OK && out->n > before)
        join_people(out);
    return rc;
}

/* Whom these versions told, in the order of people. `how_often` false: only who, and her last message. */
static enum rc people_told(struct view *v, struct arena *a, const int64_t *versions, int n, bool how_often,
                           struct people *out) {
    enum rc rc = RC_OK;
    *out = (struct people){0};
    for (int i = 0; rc == RC_OK && i < n; i++) {
        struct rows r = view_query(v, how_often ? &q_told : &q_told_last, BIND(ACCOUNT, value_int(versions[i])));
        while (rows_next(&r)) {
            struct recall_told *one = one_more(a, out);
            one->contact_id = rows_int(&r, 0);
            one->last_message = rows_int(&r, 1);
            if (how_often) {
                one->n = rows_int(&r, 2);
                one->first = rows_int(&r, 3);
                one->last = rows_int(&r, 4);
            }
        }
        rc = rows_end(&r);
    }
    if (rc == RC_OK && n > 1 && out->n)
        join_people(out);
    return rc;
}

/* Of each article what is newer than the last wrong number: the correction. */
static enum rc right_versions(struct view *v, struct arena *a, const struct recall_version *wrong, int n,
                              int64_t **out, int *out_n) {
    enum rc rc = RC_OK;
    *out = NULL;
    *out_n = 0;
    for (int i = 0; rc == RC_OK && i < n; i++) {
        bool last = true;
        for (int k = 0; k < n; k++)
            last &= wrong[k].article_id != wrong[i].article_id || wrong[k].number <= wrong[i].number;
        if (!last)
            continue;
        struct article_version *all;
        int all_n;
        rc = article_versions(v, a, wrong[i].article_id, &all, &all_n);
        for (int k = 0; rc == RC_OK && k < all_n; k++) {
            if (all[k].number <= wrong[i].number)
                continue;
            *out = arena_grow(a, *out, (size_t)*out_n, (size_t)*out_n + 1, sizeof **out);
            (*out)[(*out_n)++] = all[k].id;
        }
    }
    return rc;
}

enum rc recall_told(struct view *v, struct arena *a, const struct recall_version *wrong, int wrong_n,
                    struct recall_told **out, int *n) {
    struct people told = {0}, since = {0};
    int64_t *wrong_ids = ARENA_ARRAY(a, (size_t)wrong_n + 1, int64_t), *right_ids;
    int right_n = 0;
    for (int i = 0; i < wrong_n; i++)
        wrong_ids[i] = wrong[i].version_id;
    enum rc rc = people_told(v, a, wrong_ids, wrong_n, true, &told);
    if (rc == RC_OK)
        rc = people_read(v, a, wrong_ids, wrong_n, &told);
    if (rc == RC_OK)
        rc = right_versions(v, a, wrong, wrong_n, &right_ids, &right_n);
    if (rc == RC_OK)
        rc = people_told(v, a, right_ids, right_n, false, &since);
    size_t at = 0;
    for (size_t i = 0; i < told.n; i++) {
        while (at < since.n && since.at[at].contact_id < told.at[i].contact_id)
            at++;
        told.at[i].right = at < since.n && since.at[at].contact_id == told.at[i].contact_id &&
                           since.at[at].last_message > told.at[i].last_message;
    }
    *out = told.at;
    *n = (int)told.n;
    return rc;
}

enum rc recall_messages(struct view *v, struct arena *a, const struct recall_person *p, struct recall_message **out,
                        int *n) {
    enum { MOST = 100 };
    int64_t ids[MOST];
    int ids_n = 0;
    struct rows r = view_query(v, &q_recall_conversations, BIND(ACCOUNT, value_int(p->contact_id)));
    while (ids_n < MOST && rows_next(&r))
        ids[ids_n++] = rows_int(&r, 0);
    enum rc rc = rows_end(&r);
    *out = ARENA_ARRAY(a, MOST, struct recall_message);
    *n = 0;
    for (int i = 0; rc == RC_OK && i < ids_n; i++) {
        r = view_query(v, &q_recall_messages, BIND(ACCOUNT, value_int(p->recall_id), value_int(ids[i])));
        for (; *n < MOST && rows_next(&r); ++*n)
            (*out)[*n] = (struct recall_message){
                .at = rows_int(&r, 0),
                .number = rows_int(&r, 1),
                .ref = rows_copy(&r, 2, a),
                .channel = rows_copy(&r, 3, a),
                .how = rows_copy(&r, 4, a),
                .article = rows_copy(&r, 5, a),
                .lang = rows_copy(&r, 6, a),
                .standing = rows_copy(&r, 7, a),
                .trust = (int)rows_int(&r, 8),
            };
        rc = rows_end(&r);
    }
    if (rc != RC_OK)
        return rc;
    r = view_query(v, &q_recall_read, BIND(ACCOUNT, value_int(p->recall_id), value_int(p->contact_id)));
    for (; *n < MOST && rows_next(&r); ++*n)
        (*out)[*n] = (struct recall_message){
            .at = rows_int(&r, 0),
            .number = rows_int(&r, 1),
            .article = rows_copy(&r, 2, a),
            .lang = rows_copy(&r, 3, a),
            .ref = "",
            .channel = "",
            .how = "",
            .standing = "",
            .read = true,
        };
    return rows_end(&r);
}

/* ---- start ---- */

/* The published text is wrong: nobody is to use it. */
static enum rc freeze(struct tx *tx, const struct recall_version *wrong, int n, struct actor by, int64_t now) {
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < n; i++) {
        struct article x;
        rc = article_load(tx_view(tx), tx_arena(tx), wrong[i].article_id, &x);
        if (rc == RC_OK && x.published == wrong[i].number && !x.recalled_at)
            rc = article_freeze(tx, &x, true, by, now);
    }
    return rc;
}

enum rc recall_usual_class(struct view *v, const char *article_class, int *class) {
    int64_t usual = 0;
    enum rc rc = view_int(v, &q_recall_class_usual, BIND(ACCOUNT, value_text(article_class)), 0, &usual);
    *class = (int)usual;
    return rc;
}

static enum rc deadline_of(struct view *v, struct arena *a, int class, int64_t now, int64_t *at) {
    struct account account;
    struct hours hours;
    enum rc rc = account_load(v, a, &account);
    if (rc == RC_OK)
        rc = hours_load(v, a, 0, &hours);
    *at = rc == RC_OK ? recall_deadline(class, &hours, account.zone, now) : 0;
    return rc;
}

enum rc recall_running(struct view *v, struct arena *a, int64_t article_id, const char **ref) {
    *ref = NULL;
    struct rows r = view_query(v, &q_recall_running, BIND(ACCOUNT, value_int(article_id)));
    if (rows_next(&r))
        *ref = arena_copy(a, rows_text(&r, 0));
    return rows_end(&r);
}

enum rc recall_start(struct tx *tx, const struct article *x, const struct recall_new *new, struct actor by,
                     int64_t now, struct recall *out) {
    struct arena *a = tx_arena(tx);
    struct recall_version *wrong;
    int64_t taken = 0, id = id_new(), deadline;
    int n;
    if (new->class < 1 || new->class > 3 || new->from < 1 || new->to < new->from || new->to > x->latest)
        return RC_INVALID;
    enum rc rc = recall_scope(tx_view(tx), a, x, new->from, new->to, new->all_langs, &wrong, &n);
    if (rc == RC_OK && !n)
        return RC_INVALID;
    if (rc == RC_OK)
        rc = deadline_of(tx_view(tx), a, new->class, now, &deadline);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        rc = view_int(tx_view(tx), &q_recall_version_taken, BIND(ACCOUNT, value_int(wrong[i].version_id)), 0,
                      &taken);
        if (rc == RC_OK && taken)
            return RC_DUPLICATE;
    }
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_recall_insert,
                     BIND(ACCOUNT, value_int(id), value_text(id_ref(a, "rcl")), value_int(x->id),
                          value_id(new->flag_id), value_int(new->class), value_id(by.id), value_id(deadline),
                          value_int(now)));
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = tx_exec(tx, &q_recall_version_add,
                     BIND(ACCOUNT, value_int(id), value_int(wrong[i].version_id), value_int(wrong[i].article_id),
                          value_int(wrong[i].number)));
    if (rc == RC_OK)
        rc = freeze(tx, wrong, n, by, now);
    if (rc == RC_OK)
        rc = recall_load(tx_view(tx), a, id, out);
    if (rc == RC_OK)
        rc = recall_look(tx, out, now);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_recall_class_note, BIND(ACCOUNT, value_text(x->class), value_int(new->class)));
    if (rc == RC_OK)
        recall_tell(tx, out, "recall.started", by, NULL, new->class);
    return rc;
}

QUERY(q_recall_unname, "DELETE FROM recall_version WHERE account_id = $1 AND recall_id = $2");
QUERY(q_recall_forget_people, "DELETE FROM recall_recipient WHERE account_id = $1 AND recall_id = $2");

enum rc recall_withdraw(struct tx *tx, struct recall *r, struct actor by, int64_t now) {
    struct recall_version *named;
    int n;
    if (strcmp(r->state, "draft") != 0 || r->sent_from_at)
        return RC_CONFLICT;
    enum rc rc = recall_versions(tx_view(tx), tx_arena(tx), r->id, &named, &n);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_recall_unname, BIND(ACCOUNT, value_int(r->id)));
    for (int i = 0; rc == RC_OK && i < n; i++) {
        struct article x;
        rc = article_load(tx_view(tx), tx_arena(tx), named[i].article_id, &x);
        if (rc == RC_OK && x.recalled_at && x.published == named[i].number)
            rc = article_freeze(tx, &x, false, by, now);
    }
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_recall_forget_people, BIND(ACCOUNT, value_int(r->id)));
    if (rc == RC_OK)
        rc = job_drop(tx, JOB_RECALL_LOOK, r->id);
    r->state = "withdrawn";
    r->closed_at = now;
    r->closed_by = by.id;
    if (rc == RC_OK)
        rc = recall_store(tx, r);
    if (rc == RC_OK)
        recall_tell(tx, r, "recall.withdrawn", by, NULL, 0);
    return rc;
}
