/* recall_send.c: what is told instead, to whom it goes when, and how it ends (recall.h).
 *
 * Everything goes out by reply_send, so that undo, threading, bounces and promises hold for a correction as for any
 * answer. A person's mark and her message are written together: whatever ends in the middle, nobody is sent to
 * twice and nobody is forgotten. */
#include "desk/recall_row.h"

#include "desk/account.h"
#include "desk/contact.h"
#include "desk/job.h"
#include "desk/reply.h"
#include "desk/recovery.h"

#include <string.h>

QUERY(q_recall_text_save,
      "INSERT INTO recall_text (account_id, recall_id, lang, wrong, correct, meaning, remedy, by_agent, changed_at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (account_id, recall_id, lang) DO UPDATE SET"
      " wrong = excluded.wrong, correct = excluded.correct, meaning = excluded.meaning, remedy = excluded.remedy,"
      " by_agent = excluded.by_agent, changed_at = excluded.changed_at");
QUERY(q_recall_unreview, "UPDATE recall_recipient SET reviewed_at = NULL WHERE account_id = $1 AND recall_id = $2"
                         " AND lang = $3 AND body = '' AND mark IN ('wait', 'next')");
QUERY(q_recall_waiting,
      "SELECT p.ref FROM recall_recipient p WHERE p.account_id = $1 AND p.recall_id = $2 AND p.mark = 'wait'"
      " AND (p.body <> '' OR EXISTS (SELECT 1 FROM recall_text t WHERE t.account_id = p.account_id"
      " AND t.recall_id = p.recall_id AND t.lang = p.lang)) ORDER BY p.id LIMIT $3");
QUERY(q_recall_went, "SELECT count(*) FROM recall_recipient WHERE account_id = $1 AND recall_id = $2"
                     " AND message_id IS NOT NULL");

static bool is(const char *a, const char *b) { return strcmp(a, b) == 0; }
static bool says(const char *s) { return s && s[strspn(s, " \t\r\n")]; }

/* ---- what is written ---- */

/* What was approved has changed. */
static enum rc approval_falls(struct tx *tx, struct recall *r) {
    if (!r->approved_at)
        return RC_OK;
    r->approved_at = r->approved_by = 0;
    if (is(r->state, "sending") || is(r->state, "pilot"))
        r->state = "stopped";
    return recall_store(tx, r);
}

enum rc recall_write(struct tx *tx, struct recall *r, const struct recall_text *t, struct actor by, int64_t now) {
    if (!recall_under_way(r))
        return RC_CONFLICT;
    if (!recall_text_whole(t))
        return RC_INVALID;
    enum rc rc =
        tx_exec(tx, &q_recall_text_save,
                BIND(ACCOUNT, value_int(r->id), value_text(t->lang), value_text(t->wrong), value_text(t->correct),
                     value_text(t->meaning), value_text(t->remedy), value_id(by.id), value_int(now)));
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_recall_unreview, BIND(ACCOUNT, value_int(r->id), value_text(t->lang)));
    if (rc == RC_OK)
        rc = approval_falls(tx, r);
    if (rc == RC_OK)
        recall_tell(tx, r, "recall.written", by, t->lang, 0);
    return rc;
}

enum rc recall_write_to(struct tx *tx, struct recall *r, struct recall_person *p, const char *body, struct actor by,
                        int64_t now) {
    if (!recall_under_way(r) || !(is(p->mark, "wait") || is(p->mark, "next")))
        return RC_CONFLICT;
    p->body = says(body) ? body : "";
    p->reviewed_at = now;
    enum rc rc = recall_person_store(tx, p);
    if (rc == RC_OK)
        rc = approval_falls(tx, r);
    if (rc == RC_OK)
        event_add(tx, (struct event){"recall.written_to", by, p->conversation_id, r->id});
    return rc;
}

/* As one begins a letter to her; "" when her name is not known. */
static const char *name_of(struct arena *a, enum locale locale, const struct contact *c) {
    const char *call = contact_call_name(a, c);
    bool addressed = *c->address_form;
    if (!*c->name && !*call)
        return "";
    switch (locale) {
    case LOCALE_VI: return addressed ? arena_printf(a, "%s %s", c->address_form, call) : c->name;
    case LOCALE_TH: return arena_printf(a, "%s%s", addressed ? c->address_form : "คุณ", call);
    case LOCALE_ZH_HANS:
    case LOCALE_ZH_HANT: return c->name;
    default: return call;
    }
}

enum rc recall_text_for(struct view *v, struct arena *a, const struct recall *r, const struct recall_person *p,
                        int64_t now, const char **text) {
    struct recall_text *texts;
    struct contact contact;
    struct account account;
    struct conversation c;
    const char *channel = "", *to = NULL;
    int n;
    if (*p->body) {
        *text = p->body;
        return RC_OK;
    }
    enum rc rc = recall_texts(v, a, r->id, &texts, &n);
    if (rc == RC_OK)
        rc = contact_load(v, a, p->contact_id, &contact);
    if (rc == RC_OK)
        rc = account_load(v, a, &account);
    if (rc == RC_OK)
        rc = conversation_load(v, a, p->conversation_id, &c);
    if (rc == RC_OK)
        rc = reply_channel(v, a, &c, now, &channel, &to);
    if (rc != RC_OK && rc != RC_INVALID)
        return rc;
    for (int i = 0; i < n; i++)
        if (is(texts[i].lang, p->lang) && recall_text_whole(&texts[i])) {
            enum locale locale = locale_of(p->lang);
            struct recall_words words = {.name = name_of(a, locale, &contact),
                                         .address = contact.address_form,
                                         .call_name = contact_call_name(a, &contact),
                                         .zone = account.zone,
                                         .company = account.name,
                                         .told_at = p->told_last,
                                         .by_mail = r->linked && is(channel, "email")};
            *text = recall_compose(a, locale, &texts[i], &words);
            return RC_OK;
        }
    return RC_NONE;
}

/* ---- approved, going, stopped ---- */

enum rc recall_approve(struct tx *tx, struct recall *r, struct actor by, int64_t now) {
    struct recall_text *texts;
    struct recall_counts counts;
    int texts_n;
    enum rc rc = recall_texts(tx_view(tx), tx_arena(tx), r->id, &texts, &texts_n);
    if (rc == RC_OK)
        rc = recall_tally(tx_view(tx), tx_arena(tx), r, &counts);
    if (rc != RC_OK)
        return rc;
    if (!recall_under_way(r) || !texts_n || r->look_from)
        return RC_CONFLICT;
    bool own = by.id == r->owner_id;
    for (int i = 0; i < texts_n; i++)
        own |= texts[i].by_agent == by.id;
    if (own || !by.id)
        return RC_DENIED;
    r->approved_by = by.id;
    r->approved_at = now;
    rc = recall_store(tx, r);
    if (rc == RC_OK)
        recall_tell(tx, r, "recall.approved", by, NULL, counts.of[RECALL_WAITS] + counts.of[RECALL_NO_TEXT]);
    return rc;
}

/* Messages may have gone since it was looked last: who they told is to be known before anything is sent or closed.
 */
static enum rc look_first(struct tx *tx, struct recall *r, int64_t now, const char **why) {
    enum rc rc = recall_looked_lately(r, now) && r->look_all ? RC_OK : recall_look(tx, r, now);
    *why = rc == RC_OK && r->look_from ? "looking" : NULL;
    return rc;
}

enum rc recall_go(struct tx *tx, struct recall *r, struct actor by, int64_t now, const char **why) {
    struct recall_counts counts;
    enum rc rc = look_first(tx, r, now, why);
    if (rc != RC_OK || *why)
        return rc;
    rc = recall_tally(tx_view(tx), tx_arena(tx), r, &counts);
    if (rc != RC_OK)
        return rc;
    if ((*why = recall_go_flaw(r, &counts)))
        return RC_CONFLICT;
    r->state = recall_next_step(&counts);
    if (!r->sent_from_at)
        r->sent_from_at = now;
    rc = recall_store(tx, r);
    if (rc == RC_OK)
        rc = job_add(tx, JOB_RECALL, r->id, now);
    if (rc == RC_OK)
        recall_tell(tx, r, "recall.going", by, r->state, counts.of[RECALL_WAITS]);
    return rc;
}

enum rc recall_stop(struct tx *tx, struct recall *r, struct actor by, int64_t now) {
    if (!is(r->state, "pilot") && !is(r->state, "sending"))
        return RC_CONFLICT;
    r->state = "stopped";
    enum rc rc = recall_store(tx, r);
    if (rc == RC_OK)
        rc = job_drop(tx, JOB_RECALL, r->id);
    if (rc == RC_OK)
        recall_tell(tx, r, "recall.stopped", by, NULL, 0);
    return rc;
}

enum rc recall_before_close(struct tx *tx, struct recall *r, int64_t now, const char **why) {
    *why = NULL;
    return recall_under_way(r) ? look_first(tx, r, now, why) : RC_CONFLICT;
}

enum rc recall_close(struct tx *tx, struct recall *r, const struct recall_closing *x, struct actor by, int64_t now,
                     const char **why) {
    *why = NULL;
    if (!recall_under_way(r))
        return RC_CONFLICT;
    if (r->look_from) {
        *why = "looking";
        return RC_OK;
    }
    *why = !says(x->cause)        ? "cause"
           : !says(x->prevention) ? "prevention"
           : says(x->waiver)      ? NULL
                                  : recall_check_flaw(r, x->counts);
    if (*why)
        return RC_INVALID;
    r->cause = x->cause;
    r->prevention = x->prevention;
    r->waiver = says(x->waiver) ? x->waiver : "";
    r->state = "closed";
    r->closed_at = now;
    r->closed_by = by.id;
    enum rc rc = recall_store(tx, r);
    if (rc == RC_OK)
        rc = job_drop(tx, JOB_RECALL, r->id);
    if (rc == RC_OK)
        recall_tell(tx, r, "recall.closed", by, *r->waiver ? "waived" : "checked", x->counts->remains);
    return rc;
}

/* ---- sending ---- */

/* The version that says it right in her language goes along, so that she counts as put right ever after. */
static enum rc corrected_version(struct tx *tx, const struct recall *r, const char *lang, int64_t now,
                                 struct article_use *use, int *n) {
    struct arena *a = tx_arena(tx);
    struct recall_version *wrong;
    struct article started, *family;
    int wrong_n, family_n;
    enum rc rc = recall_versions(tx_view(tx), a, r->id, &wrong, &wrong_n);
    if (rc == RC_OK)
        rc = article_load(tx_view(tx), a, r->article_id, &started);
    if (rc == RC_OK)
        rc = article_family(tx_view(tx), a, started.family_id, &family, &family_n);
    for (int i = 0; rc == RC_OK && i < family_n; i++) {
        struct article_version version;
        const struct article *x = &family[i];
        int64_t last = 0, shown = article_shown(x, now);
        for (int k = 0; k < wrong_n; k++)
            if (wrong[k].article_id == x->id && wrong[k].number > last)
                last = wrong[k].number;
        if (!last || shown <= last || x->recalled_at || !is(x->lang, lang))
            continue;
        rc = article_version_at(tx_view(tx), a, x->id, shown, &version);
        if (rc == RC_OK)
            use[(*n)++] = (struct article_use){.article_id = x->id,
                                               .version_id = version.id,
                                               .how = "inserted",
                                               .trust = article_trust(x, now).score};
        break;
    }
    return rc;
}

/* What it promises is owed like any word of ours, by who leads the correction. */
static enum rc promises_in(struct tx *tx, const struct conversation *c, const char *body, int64_t now,
                           struct reply *reply) {
    struct draft_reading reading;
    struct draft_ask ask = {.conversation = c, .text = body};
    enum rc rc = reply_prepare(tx_view(tx), tx_arena(tx), &ask, now, &reading);
    if (rc != RC_OK)
        return rc;
    struct promise_new *made = ARENA_ARRAY(tx_arena(tx), reading.promises.n + 1, struct promise_new);
    for (size_t i = 0; i < reading.promises.n; i++) {
        const struct promise_found *p = &reading.promises.at[i];
        made[reply->promises_n++] = (struct promise_new){
            .text = draft_words(tx_arena(tx), body, p->start, p->end), .due_from = p->from, .due_to = p->to};
    }
    reply->promises = made;
    return RC_OK;
}

static enum rc cannot(struct tx *tx, struct recall_person *p, const char *why, int64_t now) {
    p->mark = "tried";
    p->tries++;
    p->note = why;
    p->marked_at = now;
    return recall_person_store(tx, p);
}

static enum rc send_to(struct tx *tx, const struct recall *r, struct recall_person *p, int64_t now) {
    struct arena *a = tx_arena(tx);
    struct conversation c;
    struct message m;
    struct article_use use;
    struct reply reply = {.unasked = true, .uses = &use};
    struct actor by = {ACTOR_AGENT, r->owner_id};
    const char *channel, *to = NULL;
    enum rc rc = conversation_load(tx_view(tx), a, p->conversation_id, &c);
    for (int i = 0; rc == RC_OK && c.merged_into && i < 20; i++)
        rc = conversation_load(tx_view(tx), a, c.merged_into, &c);
    if (rc == RC_OK)
        rc = recall_text_for(tx_view(tx), a, r, p, now, &reply.body);
    if (rc == RC_NONE)
        return RC_CONFLICT;
    if (rc == RC_OK)
        rc = reply_channel(tx_view(tx), a, &c, now, &channel, &to);
    if (rc == RC_INVALID || (rc == RC_OK && !to && !is(channel, "chat")))
        return cannot(tx, p, "no_address", now);
    if (rc == RC_OK)
        rc = corrected_version(tx, r, p->lang, now, &use, &reply.uses_n);
    if (rc == RC_OK)
        rc = promises_in(tx, &c, reply.body, now, &reply);
    if (rc == RC_OK)
        rc = reply_send(tx, &c, &reply, by, now, &m);
    if (rc == RC_GONE && !*p->called)
        p->called = RECALL_ERASED;
    if (rc == RC_INVALID || rc == RC_GONE)
        return cannot(tx, p, "no_address", now);
    if (rc != RC_OK)
        return rc;
    p->mark = "sent";
    p->message_id = m.id;
    p->tries++;
    p->marked_at = now;
    event_add(tx, (struct event){"recall.sent", by, c.id, r->id, p->lang, p->tries});
    return recall_person_store(tx, p);
}

enum rc recall_batch(struct tx *tx, int64_t id, bool linked, int64_t now) {
    struct arena *a = tx_arena(tx);
    struct recall r;
    int64_t went = 0;
    const char *refs[RECALL_BATCH];
    int n = 0;
    enum rc rc = recall_load(tx_view(tx), a, id, &r);
    if (rc == RC_NONE)
        return RC_OK;
    r.linked = linked;
    bool pilot = rc == RC_OK && is(r.state, "pilot");
    if (rc != RC_OK || (!pilot && !is(r.state, "sending")))
        return rc;
    rc = view_int(tx_view(tx), &q_recall_went, BIND(ACCOUNT, value_int(id)), 0, &went);
    int most = !pilot ? RECALL_BATCH : went < RECALL_PILOT ? (int)(RECALL_PILOT - went) : 0;
    struct rows rows = view_query(tx_view(tx), &q_recall_waiting, BIND(ACCOUNT, value_int(id), value_int(most)));
    while (rc == RC_OK && n < most && rows_next(&rows))
        refs[n++] = rows_copy(&rows, 0, a);
    enum rc read = rows_end(&rows);
    rc = rc == RC_OK ? read : rc;
    for (int i = 0; rc == RC_OK && i < n; i++) {
        struct recall_person p;
        rc = recall_person_by_ref(tx_view(tx), a, refs[i], &p);
        if (rc == RC_OK)
            rc = send_to(tx, &r, &p, now);
    }
    /* A pilot waits for a person to look at it. */
    return rc == RC_OK && !pilot && n == most ? job_add(tx, JOB_RECALL, id, now) : rc;
}

/* ---- one person ---- */

/* What our words did is put right like anything else that went wrong. */
static enum rc open_recovery(struct tx *tx, const struct recall *r, const struct recall_person *p, struct actor by,
                             int64_t now) {
    struct conversation c;
    struct recovery made;
    enum rc rc = conversation_load(tx_view(tx), tx_arena(tx), p->conversation_id, &c);
    for (int i = 0; rc == RC_OK && c.merged_into && i < 20; i++)
        rc = conversation_load(tx_view(tx), tx_arena(tx), c.merged_into, &c);
    struct recovery_new new = {.cause = "wrong_information",
                               .harm = "service",
                               .what = p->harm_note,
                               .severity = r->class == 1 ? 2 : 1,
                               .recall_id = r->id,
                               .owner_id = r->owner_id};
    return rc == RC_OK ? recovery_open(tx, &c, &new, by, now, &made) : rc;
}

enum rc recall_do(struct tx *tx, struct recall *r, struct recall_person *p, const char *what, const char *note,
                  struct actor by, int64_t now) {
    enum recall_state s = recall_judge(p, true);
    bool harmed = false;
    if (recall_erased(p))
        return RC_CONFLICT;
    if (is(what, "reviewed")) {
        p->reviewed_at = now;
    } else if (is(what, "again")) {
        if ((s != RECALL_FAILED && s != RECALL_GIVEN_UP) || !recall_under_way(r))
            return RC_CONFLICT;
        return send_to(tx, r, p, now);
    } else if (is(what, "reached") || is(what, "tried")) {
        bool reached = is(what, "reached");
        if (!says(note))
            return RC_INVALID;
        if (recall_reached(s) || s == RECALL_RIGHT)
            return RC_CONFLICT;
        p->tries++;
        p->note = note;
        p->marked_at = now;
        if (reached) /* an attempt in vain does not take her mail from her */
            p->mark = "reached";
    } else if (strncmp(what, "harm_", 5) == 0) {
        if (!says(note) && !is(what, "harm_none"))
            return RC_INVALID;
        p->harm = what + 5;
        p->harm_note = note ? note : "";
        harmed = is(p->harm, "open");
    } else if (is(what, "understood") || is(what, "unclear")) {
        if (!recall_reached(s))
            return RC_CONFLICT;
        p->called = what;
        p->called_at = now;
        if (says(note))
            p->note = note;
    } else {
        return RC_INVALID;
    }
    enum rc rc = recall_person_store(tx, p);
    if (rc == RC_OK)
        event_add(tx, (struct event){"recall.noted", by, p->conversation_id, r->id, what, p->tries});
    return rc == RC_OK && harmed ? open_recovery(tx, r, p, by, now) : rc;
}

enum rc recall_acknowledge(struct tx *tx, const struct recall_person *p, int64_t now) {
    struct recall_person changed = *p;
    if (p->acknowledged_at || !p->message_id)
        return p->acknowledged_at ? RC_OK : RC_CONFLICT;
    changed.acknowledged_at = now;
    enum rc rc = recall_person_store(tx, &changed);
    if (rc == RC_OK)
        event_add(tx, (struct event){
                          "recall.acknowledged", {ACTOR_CONTACT, p->contact_id}, p->conversation_id, p->recall_id});
    return rc;
}
