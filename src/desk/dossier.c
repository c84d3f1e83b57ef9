#include "desk/dossier.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "base/say.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "desk/account.h"
#include "desk/blob.h"
#include "desk/contact.h"
#include "desk/message.h"
#include "desk/privacy.h"
#include "desk/promise.h"
#include "desk/read_by.h"
#include "desk/refund_to.h"

#include <string.h>

enum { MESSAGES_READ = 100, EVENTS_READ = 5000, NAME_BYTES = 100, TRIES = 4, DROPPED_AT_ONCE = 20 };

/* ---- what is hers ---- */

#define OWN "SELECT id FROM conversation WHERE account_id = $1 AND contact_id = $2"
QUERY(q_dossier_own, OWN);
QUERY(q_dossier_places, OWN " UNION SELECT m.conversation_id FROM message m WHERE m.account_id = $1"
                            " AND m.home_id <> m.conversation_id AND m.home_id IN (" OWN ")"
                            " UNION SELECT m.conversation_id FROM message m WHERE m.account_id = $1"
                            " AND m.contact_id = $2");
QUERY(q_dossier_drafts, "SELECT d.kind, d.body, d.changed_at, a.name FROM draft d JOIN agent a"
                        " ON a.account_id = d.account_id AND a.id = d.agent_id"
                        " WHERE d.account_id = $1 AND d.conversation_id = $2");
QUERY(q_dossier_visits, "SELECT identity, email, created_at, seen_at FROM visitor WHERE account_id = $1"
                        " AND contact_id = $2");

QUERY(q_dossier_recoveries,
      "SELECT id, opened_at, cause, harm, severity, what, heard, heard_how, closed_at FROM recovery"
      " WHERE account_id = $1 AND contact_id = $2 ORDER BY id");
QUERY(q_dossier_steps, "SELECT step, note, done_at, waived FROM recovery_step WHERE account_id = $1"
                       " AND recovery_id = $2");
QUERY(q_dossier_offers,
      "SELECT kind, what, amount, currency, proposed_at, approved_at, refused_at FROM recovery_offer"
      " WHERE account_id = $1 AND recovery_id = $2 ORDER BY id");

struct ids {
    int64_t *at;
    int n;
};

static enum rc read_ids(struct view *v, struct arena *a, struct query *q, int64_t contact_id, struct ids *out) {
    int room = 0;
    *out = (struct ids){0};
    struct rows r = view_query(v, q, BIND(ACCOUNT, value_int(contact_id)));
    while (rows_next(&r)) {
        if (out->n == room) {
            room = room ? room * 2 : 16;
            out->at = arena_grow(a, out->at, (size_t)out->n, (size_t)room, sizeof *out->at);
        }
        out->at[out->n++] = rows_int(&r, 0);
    }
    return rows_end(&r);
}

static bool holds(const struct ids *ids, int64_t id) {
    for (int i = 0; i < ids->n; i++)
        if (ids->at[i] == id)
            return true;
    return false;
}

struct writing {
    struct view *v;
    struct arena *all, *a; /* of the whole work; of one conversation */
    struct zip *zip;
    struct contact contact;
    struct account account;
    struct ids own;
    enum locale locale;
    int64_t now, max, bytes;
};

static bool is_hers(const struct writing *w, const struct message *m) {
    return m->contact_id == w->contact.id || holds(&w->own, m->home_id);
}

/* ---- files ---- */

/* A name that any system takes; numbered, so that two of the same name are two. */
static const char *file_path(struct arena *a, const char *short_ref, int number, const char *name) {
    char *safe = arena_copy_n(a, name, utf8_fit(name, strlen(name), NAME_BYTES));
    for (char *p = safe; *p; p++)
        if ((unsigned char)*p < 0x20 || strchr("/\\:*?\"<>|", *p))
            *p = '_';
    return arena_printf(a, "files/%s/%03d-%s", short_ref, number, safe);
}

static enum rc put_files(struct writing *w, const struct conversation *c, const struct message *m, int *number,
                         struct jw *j) {
    struct attachment *files;
    const char *html;
    int n = 0;
    enum rc rc = attachment_list(w->v, w->a, m->id, &files, &n);
    jw_array(j, "files");
    for (int i = 0; rc == RC_OK && i < n; i++) {
        struct buf bytes = {0};
        if (files[i].dropped_at)
            continue;
        const char *path = file_path(w->a, c->short_ref, ++*number, files[i].name);
        w->bytes += files[i].size;
        rc = w->max && w->bytes > w->max ? RC_TOO_BIG : blob_get(w->v, files[i].blob_id, &bytes);
        if (rc == RC_OK)
            rc = zip_add(w->zip, path, buf_bytes(&bytes));
        buf_free(&bytes);
        jw_text(j, NULL, path);
    }
    if (rc == RC_OK && m->has_html && (rc = message_html(w->v, w->a, m->id, &html)) == RC_OK) {
        const char *path = file_path(w->a, c->short_ref, ++*number, "mail.html");
        rc = zip_add(w->zip, path, (struct bytes){(const uint8_t *)html, strlen(html)});
        jw_text(j, NULL, path);
    }
    jw_array_end(j);
    return rc;
}

/* ---- a conversation ---- */

/* The message for people. */
static void say_message(const struct writing *w, const struct message *m, struct buf *text) {
    bool hers = strcmp(m->kind, "customer") == 0;
    const char *who = hers ? m->contact_name : m->agent_name;
    buf_lit(text, "\n\n— ");
    buf_str(text, who ? who : w->account.name);
    buf_lit(text, ", ");
    say_full(text, w->locale, w->account.zone, m->created_at);
    if (strcmp(m->kind, "note") == 0)
        buf_printf(text, " (%s)", tr(w->locale, "Internal note"));
    buf_lit(text, "\n\n");
    buf_str(text, m->body);
}

static enum rc put_message(struct writing *w, const struct conversation *c, const struct message *m, int *number,
                           struct jw *j, struct buf *text) {
    const char *who = strcmp(m->kind, "customer") == 0 ? m->contact_name : m->agent_name;
    jw_object(j, NULL);
    jw_text(j, "ref", m->ref);
    jw_time(j, "at", m->created_at);
    jw_text(j, "kind", m->kind);
    jw_text(j, "channel", m->channel);
    jw_text(j, "who", who);
    jw_text(j, "state", m->state);
    jw_text(j, "from", m->mail_from);
    jw_text(j, "to", m->mail_to);
    jw_text(j, "cc", m->mail_cc);
    jw_text(j, "text", m->body);
    jw_text(j, "quoted", m->quoted);
    jw_int(j, "hidden", m->masked);
    enum rc rc = put_files(w, c, m, number, j);
    jw_object_end(j);
    say_message(w, m, text);
    return rc;
}

static enum rc put_messages(struct writing *w, const struct conversation *c, struct jw *j, struct buf *text) {
    struct message *list;
    int n = MESSAGES_READ, number = 0;
    int64_t after = 0;
    enum rc rc = RC_OK;
    jw_array(j, "messages");
    while (rc == RC_OK && n == MESSAGES_READ) {
        rc = message_list(w->v, w->a, c->id, after, MESSAGES_READ, &list, &n);
        for (int i = 0; rc == RC_OK && i < n; i++) {
            after = list[i].id;
            if (is_hers(w, &list[i]))
                rc = put_message(w, c, &list[i], &number, j, text);
        }
    }
    jw_array_end(j);
    return rc;
}

static enum rc put_promises(struct writing *w, const struct conversation *c, struct jw *j) {
    struct promise *list;
    int n;
    enum rc rc = promise_of_conversation(w->v, w->a, c->id, false, &list, &n);
    jw_array(j, "promises");
    for (int i = 0; rc == RC_OK && i < n; i++) {
        if (list[i].contact_id != w->contact.id)
            continue;
        jw_object(j, NULL);
        jw_text(j, "text", list[i].text);
        jw_time(j, "due_from", list[i].due_from);
        jw_time(j, "due_to", list[i].due_to);
        jw_time(j, "made_at", list[i].made_at);
        jw_text(j, "state", promise_state_name(promise_judge(&list[i], w->now)));
        jw_text(j, "reason", list[i].reason);
        jw_object_end(j);
    }
    jw_array_end(j);
    return rc;
}

static enum rc put_drafts(struct writing *w, const struct conversation *c, struct jw *j) {
    struct rows r = view_query(w->v, &q_dossier_drafts, BIND(ACCOUNT, value_int(c->id)));
    jw_array(j, "drafts");
    while (rows_next(&r)) {
        jw_object(j, NULL);
        jw_text(j, "kind", rows_text(&r, 0));
        jw_text(j, "who", rows_text(&r, 3));
        jw_time(j, "at", rows_int(&r, 2));
        jw_text(j, "text", rows_text(&r, 1));
        jw_object_end(j);
    }
    jw_array_end(j);
    return rows_end(&r);
}

static enum rc put_events(struct writing *w, const struct conversation *c, struct jw *j) {
    struct event *list;
    int n;
    enum rc rc = event_of_conversation(w->v, w->a, c->id, EVENTS_READ, &list, &n);
    jw_array(j, "events");
    for (int i = rc == RC_OK ? n - 1 : -1; i >= 0; i--) {
        jw_object(j, NULL);
        jw_time(j, "at", list[i].at);
        jw_text(j, "kind", list[i].kind);
        jw_text(j, "by", list[i].actor_name);
        jw_text(j, "code", list[i].code);
        jw_int(j, "amount", list[i].amount);
        jw_object_end(j);
    }
    jw_array_end(j);
    return rc;
}

static enum rc put_conversation(struct writing *w, int64_t id) {
    struct conversation c;
    struct buf json = {0}, text = {0};
    struct jw j = jw_begin(&json);
    enum rc rc = conversation_load(w->v, w->a, id, &c);
    if (rc != RC_OK)
        return rc;
    bool own = c.contact_id == w->contact.id;
    jw_object(&j, NULL);
    jw_text(&j, "ref", c.short_ref);
    if (own) { /* of another's, only what she wrote herself */
        jw_text(&j, "subject", c.subject);
        jw_text(&j, "status", c.status);
        jw_text(&j, "lang", c.lang);
        jw_time(&j, "created_at", c.created_at);
        buf_str(&text, c.subject);
        buf_char(&text, '\n');
    }
    buf_str(&text, c.short_ref);
    rc = put_messages(w, &c, &j, &text);
    if (rc == RC_OK)
        rc = put_promises(w, &c, &j);
    if (rc == RC_OK && own)
        rc = put_drafts(w, &c, &j);
    if (rc == RC_OK && own)
        rc = put_events(w, &c, &j);
    jw_object_end(&j);
    buf_char(&text, '\n');
    if (rc == RC_OK)
        rc = zip_add(w->zip, arena_printf(w->a, "conversations/%s.txt", c.short_ref), buf_bytes(&text));
    if (rc == RC_OK)
        rc = zip_add(w->zip, arena_printf(w->a, "conversations/%s.json", c.short_ref), buf_bytes(&json));
    buf_free(&json);
    buf_free(&text);
    return rc;
}

/* ---- who she is ---- */

static enum rc put_visits(struct writing *w, struct jw *j) {
    struct rows r = view_query(w->v, &q_dossier_visits, BIND(ACCOUNT, value_int(w->contact.id)));
    jw_array(j, "chat");
    while (rows_next(&r)) {
        jw_object(j, NULL);
        jw_text(j, "site_id", rows_text(&r, 0));
        jw_text(j, "email", rows_text(&r, 1));
        jw_time(j, "first_seen_at", rows_int(&r, 2));
        jw_time(j, "last_seen_at", rows_int(&r, 3));
        jw_object_end(j);
    }
    jw_array_end(j);
    return rows_end(&r);
}

static enum rc put_steps(struct writing *w, int64_t recovery_id, struct jw *j) {
    struct rows r = view_query(w->v, &q_dossier_steps, BIND(ACCOUNT, value_int(recovery_id)));
    jw_array(j, "steps");
    while (rows_next(&r)) {
        jw_object(j, NULL);
        jw_text(j, "step", rows_text(&r, 0));
        jw_text(j, "note", rows_text(&r, 1));
        jw_time(j, "done_at", rows_int(&r, 2));
        jw_bool(j, "waived", rows_int(&r, 3));
        jw_object_end(j);
    }
    jw_array_end(j);
    enum rc rc = rows_end(&r);
    if (rc != RC_OK)
        return rc;
    r = view_query(w->v, &q_dossier_offers, BIND(ACCOUNT, value_int(recovery_id)));
    jw_array(j, "offers");
    while (rows_next(&r)) {
        jw_object(j, NULL);
        jw_text(j, "kind", rows_text(&r, 0));
        jw_text(j, "what", rows_text(&r, 1));
        jw_int(j, "amount", rows_int(&r, 2));
        jw_text(j, "currency", rows_text(&r, 3));
        jw_time(j, "proposed_at", rows_int(&r, 4));
        jw_time(j, "approved_at", rows_int(&r, 5));
        jw_time(j, "refused_at", rows_int(&r, 6));
        jw_object_end(j);
    }
    jw_array_end(j);
    return rows_end(&r);
}

static enum rc put_recoveries(struct writing *w, struct jw *j) {
    enum rc rc = RC_OK;
    struct rows r = view_query(w->v, &q_dossier_recoveries, BIND(ACCOUNT, value_int(w->contact.id)));
    jw_array(j, "recoveries");
    while (rc == RC_OK && rows_next(&r)) {
        jw_object(j, NULL);
        jw_time(j, "opened_at", rows_int(&r, 1));
        jw_text(j, "cause", rows_text(&r, 2));
        jw_text(j, "harm", rows_text(&r, 3));
        jw_int(j, "severity", rows_int(&r, 4));
        jw_text(j, "what", rows_text(&r, 5));
        jw_text(j, "heard", rows_text(&r, 6));
        jw_text(j, "heard_how", rows_text(&r, 7));
        jw_time(j, "closed_at", rows_int(&r, 8));
        rc = put_steps(w, rows_int(&r, 0), j);
        jw_object_end(j);
    }
    jw_array_end(j);
    enum rc ended = rows_end(&r);
    return rc == RC_OK ? ended : rc;
}

static enum rc put_refunds_to(struct writing *w, struct jw *j) {
    struct refund_to *list;
    int n;
    enum rc rc = refund_to_of_contact(w->v, w->all, w->contact.id, &list, &n);
    jw_array(j, "refunds_to");
    for (int i = 0; rc == RC_OK && i < n; i++) {
        jw_object(j, NULL);
        jw_text(j, "account", list[i].hint);
        jw_time(j, "asked_at", list[i].asked_at);
        jw_time(j, "given_at", list[i].given_at);
        jw_time(j, "ended_at", list[i].ended_at);
        jw_text(j, "ended_as", list[i].ended_as);
        jw_object_end(j);
    }
    jw_array_end(j);
    return rc;
}

static enum rc put_read(struct writing *w, struct jw *j) {
    enum { MOST = 1000 };
    struct read_by *list;
    int n;
    enum rc rc = read_by_of_contact(w->v, w->all, w->contact.id, MOST, &list, &n);
    jw_array(j, "articles_read");
    for (int i = 0; rc == RC_OK && i < n; i++) {
        jw_object(j, NULL);
        jw_text(j, "article", list[i].title);
        jw_int(j, "version", list[i].number);
        jw_int(j, "times", list[i].times);
        jw_time(j, "first_at", list[i].first_at);
        jw_time(j, "last_at", list[i].last_at);
        jw_object_end(j);
    }
    jw_array_end(j);
    return rc;
}

static enum rc put_customer(struct writing *w) {
    struct contact_point *points;
    struct buf json = {0};
    struct jw j = jw_begin(&json);
    int n;
    enum rc rc = contact_points(w->v, w->all, w->contact.id, &points, &n);
    jw_object(&j, NULL);
    jw_text(&j, "ref", w->contact.ref);
    jw_text(&j, "name", w->contact.name);
    jw_text(&j, "address_form", w->contact.address_form);
    jw_text(&j, "call_name", w->contact.call_name);
    jw_text(&j, "lang", w->contact.lang);
    jw_text(&j, "note", w->contact.note);
    jw_time(&j, "created_at", w->contact.created_at);
    jw_array(&j, "known_by");
    for (int i = 0; rc == RC_OK && i < n; i++) {
        jw_object(&j, NULL);
        jw_text(&j, "kind", points[i].kind);
        jw_text(&j, "value", points[i].value);
        jw_bool(&j, "verified", points[i].verified);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    if (rc == RC_OK)
        rc = put_visits(w, &j);
    if (rc == RC_OK)
        rc = put_recoveries(w, &j);
    if (rc == RC_OK)
        rc = put_refunds_to(w, &j);
    if (rc == RC_OK)
        rc = put_read(w, &j);
    jw_object_end(&j);
    if (rc == RC_OK)
        rc = zip_add(w->zip, "customer.json", buf_bytes(&json));
    buf_free(&json);
    return rc;
}

static void say_line(struct buf *text, const char *sentence, const char *hole, const char *value) {
    tr_fill(text, sentence, hole, value, NULL);
    buf_lit(text, "\n\n");
}

/* The first page, in her language. */
static enum rc put_readme(struct writing *w) {
    struct buf text = {0}, when = {0};
    enum locale l = w->locale;
    const char *days = arena_printf(w->all, "%lld", (long long)setting_int(w->v, SETTING_RAW_DAYS));
    say_full(&when, l, w->account.zone, w->now);
    say_line(&text, tr(l, "Everything that {company} holds about you"), "company", w->account.name);
    say_line(&text, tr(l, "Put together on {day}."), "day", when.at);
    say_line(&text,
             tr(l, "customer.json: your name, how we address you, where we can reach you, and what we noted."), "",
             "");
    say_line(
        &text,
        tr(l, "conversations: each conversation as text to read (.txt) and for programs (.json), with our internal "
              "notes, drafts, what we promised you and what happened when."),
        "", "");
    say_line(&text, tr(l, "files: what was attached to messages, and mails as they were designed."), "", "");
    say_line(&text,
             tr(l,
                "Card numbers, passwords and identity numbers were hidden when they reached us, so they are hidden "
                "here too. The original mails lie sealed and are removed after {n} days."),
             "n", days);
    say_line(
        &text,
        tr(l,
           "If something is wrong, or if you want it erased, simply answer one of our mails. A person reads it."),
        "", "");
    enum rc rc = zip_add(w->zip, "README.txt", buf_bytes(&text));
    buf_free(&text);
    buf_free(&when);
    return rc;
}

enum rc dossier_write(struct view *v, int64_t contact_id, int64_t now, int64_t max, struct zip *z) {
    struct writing w = {.v = v, .all = arena_new(0), .a = arena_new(0), .zip = z, .now = now, .max = max};
    struct ids places;
    enum rc rc = contact_load(v, w.all, contact_id, &w.contact);
    if (rc == RC_OK && w.contact.erased_at)
        rc = RC_GONE;
    if (rc == RC_OK)
        rc = account_load(v, w.all, &w.account);
    if (rc == RC_OK)
        rc = read_ids(v, w.all, &q_dossier_own, contact_id, &w.own);
    if (rc == RC_OK)
        rc = read_ids(v, w.all, &q_dossier_places, contact_id, &places);
    if (rc == RC_OK) {
        w.locale = locale_of(*w.contact.lang ? w.contact.lang : w.account.lang);
        rc = put_readme(&w);
    }
    if (rc == RC_OK)
        rc = put_customer(&w);
    for (int i = 0; rc == RC_OK && i < places.n; i++) {
        rc = put_conversation(&w, places.at[i]);
        arena_reset(w.a);
    }
    arena_free(w.a);
    arena_free(w.all);
    return rc;
}

/* ---- kept for a page ---- */

#define DOSSIER_SELECT                                                                                             \
    "SELECT id, contact_id, agent_id, blob_id, size, created_at, expires_at, ref, state FROM dossier"              \
    " WHERE account_id = $1"
QUERY(q_dossier_add,
      "INSERT INTO dossier (account_id, id, ref, contact_id, agent_id, state, created_at, expires_at)"
      " VALUES ($1, $2, $3, $4, $5, 'queued', $6, $7)");
QUERY(q_dossier_by_ref, DOSSIER_SELECT " AND ref = $2");
QUERY(q_dossier_load, DOSSIER_SELECT " AND id = $2");
QUERY(q_dossier_settle, "UPDATE dossier SET state = $3, blob_id = $4, size = $5 WHERE account_id = $1 AND id = $2");
QUERY(q_dossier_over, "SELECT id FROM dossier WHERE account_id = $1 AND expires_at <= $2 AND state <> 'expired'"
                      " ORDER BY expires_at LIMIT $3");
QUERY(q_dossier_of_contact, "SELECT id FROM dossier WHERE account_id = $1 AND contact_id = $2"
                            " AND state <> 'expired' LIMIT $3");

static enum rc one_dossier(struct rows r, struct arena *a, struct dossier *out) {
    bool found = rows_next(&r);
    if (found)
        *out = (struct dossier){
            .id = rows_int(&r, 0),
            .contact_id = rows_int(&r, 1),
            .agent_id = rows_int(&r, 2),
            .blob_id = rows_int(&r, 3),
            .size = rows_int(&r, 4),
            .created_at = rows_int(&r, 5),
            .expires_at = rows_int(&r, 6),
            .ref = rows_copy(&r, 7, a),
            .state = rows_copy(&r, 8, a),
        };
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc dossier_by_ref(struct view *v, struct arena *a, const char *ref, struct dossier *out) {
    return one_dossier(view_query(v, &q_dossier_by_ref, BIND(ACCOUNT, value_text(ref))), a, out);
}

enum rc dossier_ask(struct tx *tx, int64_t contact_id, struct actor by, int64_t now, struct dossier *out) {
    enum rc rc = contact_lives(tx_view(tx), contact_id);
    *out = (struct dossier){
        .id = id_new(),
        .contact_id = contact_id,
        .agent_id = by.id,
        .created_at = now,
        .expires_at = now + DOSSIER_LIFE_MS,
        .ref = id_ref(tx_arena(tx), "dos"),
        .state = "queued",
    };
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_dossier_add,
                     BIND(ACCOUNT, value_int(out->id), value_text(out->ref), value_int(contact_id), value_id(by.id),
                          value_int(now), value_int(out->expires_at)));
    if (rc == RC_OK)
        rc = job_add(tx, JOB_DOSSIER, out->id, now);
    struct privacy_act act = {.kind = PRIVACY_EXPORT,
                              .by = by,
                              .contact_id = contact_id,
                              .reason = by.kind == ACTOR_TOKEN ? "api" : "page"};
    return rc == RC_OK ? privacy_note(tx, &act, now) : rc;
}

struct settling {
    const struct dossier *dossier;
    const char *state;
    struct bytes archive; /* when it is ready */
    int64_t now;
};

static enum rc settle(struct tx *tx, void *arg) {
    struct settling *s = arg;
    int64_t blob_id = 0;
    enum rc rc = contact_lives(tx_view(tx), s->dossier->contact_id);
    if (rc == RC_GONE) { /* she was erased meanwhile: nothing is kept */
        s->state = "expired";
        rc = RC_OK;
    }
    if (rc == RC_OK && strcmp(s->state, "ready") == 0)
        rc = blob_put(tx, SECRET_FILE, s->archive, s->now, &blob_id);
    return rc != RC_OK ? rc
                       : tx_exec(tx, &q_dossier_settle,
                                 BIND(ACCOUNT, value_int(s->dossier->id), value_text(s->state), value_id(blob_id),
                                      value_int(blob_id ? (int64_t)s->archive.len : 0)));
}

static enum rc into_memory(void *to, struct bytes piece) {
    buf_add(to, piece.at, piece.len);
    return RC_OK;
}

enum rc dossier_job(struct store *s, void *app, const struct job *job) {
    struct arena *a = arena_new(0);
    struct dossier d;
    struct buf archive = {0};
    struct zip z;
    struct view *v = view_open(s);
    enum rc rc = one_dossier(view_query(v, &q_dossier_load, BIND(ACCOUNT, value_int(job->subject_id))), a, &d);
    if (rc == RC_OK && strcmp(d.state, "queued") == 0) {
        struct settling x = {.dossier = &d, .state = "ready", .now = clock_now()};
        zip_begin(&z, into_memory, &archive);
        rc = zip_end(&z, dossier_write(v, d.contact_id, x.now, DOSSIER_FILES_MAX, &z));
        x.archive = buf_bytes(&archive);
        if (rc == RC_TOO_BIG || (rc != RC_OK && rc != RC_GONE && job->attempts >= TRIES))
            x.state = "failed";
        if (rc == RC_OK || rc == RC_GONE || strcmp(x.state, "failed") == 0)
            rc = store_write(s, settle, &x);
    }
    view_close(v);
    buf_free(&archive);
    arena_free(a);
    return rc == RC_NONE ? RC_OK : rc;
}

static enum rc expire(struct tx *tx, int64_t id) {
    struct dossier d;
    enum rc rc =
        one_dossier(view_query(tx_view(tx), &q_dossier_load, BIND(ACCOUNT, value_int(id))), tx_arena(tx), &d);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_dossier_settle,
                     BIND(ACCOUNT, value_int(id), value_text("expired"), value_null(), value_int(0)));
    return rc == RC_OK && d.blob_id ? blob_drop_unused(tx, d.blob_id) : rc;
}

static enum rc expire_all(struct tx *tx, struct rows r, int *n) {
    int64_t ids[DROPPED_AT_ONCE];
    for (*n = 0; *n < DROPPED_AT_ONCE && rows_next(&r);)
        ids[(*n)++] = rows_int(&r, 0);
    enum rc rc = rows_end(&r);
    for (int i = 0; rc == RC_OK && i < *n; i++)
        rc = expire(tx, ids[i]);
    return rc;
}

enum rc dossier_tidy(struct tx *tx, int64_t now, bool *more) {
    int n;
    enum rc rc = expire_all(
        tx, view_query(tx_view(tx), &q_dossier_over, BIND(ACCOUNT, value_int(now), value_int(DROPPED_AT_ONCE))),
        &n);
    *more = n == DROPPED_AT_ONCE;
    return rc;
}

enum rc dossier_drop_all(struct tx *tx, int64_t contact_id) {
    int n;
    enum rc rc;
    do
        rc = expire_all(tx,
                        view_query(tx_view(tx), &q_dossier_of_contact,
                                   BIND(ACCOUNT, value_int(contact_id), value_int(DROPPED_AT_ONCE))),
                        &n);
    while (rc == RC_OK && n == DROPPED_AT_ONCE);
    return rc;
}
