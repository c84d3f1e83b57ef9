#include "desk/news.h"

#include "base/say.h"
#include "base/tr.h"
#include "base/wall.h"
#include "desk/account.h"
#include "desk/agent.h"
#include "desk/careful.h"
#include "desk/contact.h"
#include "desk/job.h"
#include "desk/reply.h"
#include "desk/reply_prepare.h"

#include <string.h>

enum { HOUR_MS = 3600 * 1000, DAY_MS = 24 * HOUR_MS };

/* ---- rules ---- */

static bool is_quiet(const char *zone, int64_t at) {
    int hour = wall_at(zone, at).hour;
    return hour >= QUIET_FROM_HOUR || hour < QUIET_TO_HOUR;
}

static int64_t quiet_ends(const char *zone, int64_t at) {
    struct wall w = wall_at(zone, at);
    int64_t day = w.day_number + (w.hour >= QUIET_FROM_HOUR);
    return wall_to_utc(zone, day * DAY_MS + QUIET_TO_HOUR * HOUR_MS);
}

int64_t news_open_at(const struct hours *hours, const char *zone, int64_t from) {
    enum { TURNS = 400 }; /* a night shop opens once a day, in the quiet hours */
    int64_t at = from;
    for (int i = 0; at && i < TURNS; i++) {
        if (is_quiet(zone, at))
            at = quiet_ends(zone, at);
        else if (hours->set && !hours_open(hours, zone, at))
            at = hours_opens_at(hours, zone, at);
        else
            return at;
    }
    return 0;
}

int64_t news_goes_at(const struct hours *hours, const char *zone, int64_t from) {
    int64_t at = hours_add(hours, zone, from, NEWS_AFTER_MS);
    return at ? news_open_at(hours, zone, at) : 0;
}

static struct news_verdict verdict(enum news_step step, const char *reason, int64_t at) {
    return (struct news_verdict){step, reason, at};
}

static struct news_verdict wait_until(int64_t at) {
    return at ? verdict(NEWS_WAIT, "", at) : verdict(NEWS_WITHHELD, "closed", 0);
}

struct news_verdict news_judge(const struct news_case *x, int64_t goes_at, const struct hours *hours,
                               const char *zone, int64_t now) {
    if (!x->owed)
        return verdict(NEWS_NEEDLESS, "settled", 0);
    if (x->answered)
        return x->undone_till > now ? wait_until(x->undone_till + 1) : verdict(NEWS_NEEDLESS, "answered", 0);
    if (x->told)
        return verdict(NEWS_NEEDLESS, "told", 0);
    const char *against = !x->allowed  ? "off"
                          : x->careful ? "careful"
                          : x->spam    ? "spam"
                          : x->machine ? "machine"
                          : x->red     ? "red"
                                       : NULL;
    if (against)
        return verdict(NEWS_WITHHELD, against, 0);
    int64_t at = goes_at;
    if (x->writing_at && news_goes_at(hours, zone, x->writing_at) > at)
        at = news_goes_at(hours, zone, x->writing_at);
    if (now < at)
        return wait_until(at);
    at = news_open_at(hours, zone, now);
    return at == now ? verdict(NEWS_GO, "", 0) : wait_until(at);
}

char *news_text(struct arena *a, enum locale locale, const struct news_words *w) {
    struct buf out = {0}, when = {0};
    if (*w->name)
        tr_fill(&out, tr(locale, "customer|Hello {name},"), "name", w->name, NULL);
    else
        buf_str(&out, tr(locale, "customer|Hello,"));
    for (int i = 0; i < w->late_n; i++) {
        buf_reset(&when);
        say_full(&when, locale, w->zone, w->late[i].due_to);
        buf_lit(&out, "\n\n");
        tr_fill(&out, tr(locale, "We told you “{promise}”, by {when}. That has not happened."), "promise",
                w->late[i].text, "when", when.at, NULL);
    }
    buf_lit(&out, "\n\n");
    buf_str(&out, tr(locale, "The fault is ours, and we are sorry."));
    buf_lit(&out, " ");
    if (*w->owner)
        tr_fill(&out,
                tr(locale, "It has not been forgotten: it is open with us, and {name} is responsible for it."),
                "name", w->owner, NULL);
    else
        buf_str(&out, tr(locale, "It has not been forgotten: it is open with us."));
    buf_lit(&out, "\n\n");
    buf_str(&out, tr(locale, "Simply answer this message if you need something now: a person reads it."));
    buf_lit(&out, "\n\n");
    buf_str(&out, tr(locale, "This message went out by itself, so that you hear of it from us first."));
    buf_printf(&out, "\n\n%s", w->company);
    char *text = arena_copy_n(a, out.at, out.len);
    buf_free(&out);
    buf_free(&when);
    return text;
}

/* ---- rows ---- */

QUERY(q_news_plan, "INSERT INTO promise_news (account_id, promise_id, made_at, goes_at) VALUES ($1, $2, $3, $4)"
                   " ON CONFLICT (account_id, promise_id) DO NOTHING");
QUERY(q_news_end, "UPDATE promise_news SET ended_at = $3, outcome = $4, reason = $5, message_id = $6, agent_id = $7"
                  " WHERE account_id = $1 AND promise_id = $2 AND outcome = ''");
QUERY(q_news_back, "UPDATE promise_news SET outcome = 'stopped', agent_id = $3, ended_at = $4"
                   " WHERE account_id = $1 AND message_id = $2 AND outcome = 'sent'");
/* Somebody's word since: not a program's, not a placeholder or a correction, nothing that was taken back or
 * never arrived. */
QUERY(q_news_answered, "SELECT m.send_at, m.state FROM message m WHERE m.account_id = $1 AND m.conversation_id = $2"
                       " AND m.kind = 'agent' AND m.auto_kind = '' AND m.courtesy <> 'placeholder'"
                       " AND m.agent_id IS NOT NULL AND m.state NOT IN ('cancelled', 'failed')"
                       " AND m.created_at >= $3 AND NOT EXISTS (SELECT 1 FROM recall_recipient t"
                       " WHERE t.account_id = m.account_id AND t.conversation_id = m.conversation_id"
                       " AND t.message_id = m.id) ORDER BY m.id DESC LIMIT 1");
QUERY(q_news_last_ours, "SELECT auto_kind FROM message WHERE account_id = $1 AND conversation_id = $2"
                        " AND kind = 'agent' AND state <> 'cancelled' ORDER BY id DESC LIMIT 1");
QUERY(q_news_last_hers, "SELECT auto_kind FROM message WHERE account_id = $1 AND conversation_id = $2"
                        " AND kind = 'customer' ORDER BY id DESC LIMIT 1");
QUERY(q_news_writing, "SELECT coalesce(max(changed_at), 0) FROM draft WHERE account_id = $1"
                      " AND conversation_id = $2 AND kind = 'reply' AND changed_at > $3");

/* What one word needs to know. */
struct news {
    struct promise p, *late; /* the one that is asked about, and all that the word is about */
    int late_n;
    struct conversation c;
    struct account account;
    struct hours hours;
    struct news_case x;
    const char *text;
};

static bool word_is(struct rows r, const char *word) {
    bool is = rows_next(&r) && (word ? strcmp(rows_text(&r, 0), word) == 0 : *rows_text(&r, 0) != 0);
    return rows_end(&r) == RC_OK && is;
}

static enum rc ask_answered(struct view *v, struct news *n) {
    struct rows r =
        view_query(v, &q_news_answered, BIND(ACCOUNT, value_int(n->c.id), value_int(n->p.news.made_at)));
    if (rows_next(&r)) {
        n->x.answered = true;
        n->x.undone_till = strcmp(rows_text(&r, 1), "queued") == 0 ? rows_int(&r, 0) : 0;
    }
    return rows_end(&r);
}

static bool tells(const struct promise *p, int64_t now) {
    return !p->settled_at && p->shown && !p->short_word && promise_judge(p, now) == PROMISE_LATE;
}

static bool waits(const struct promise *p) { return p->news.made_at && !*p->news.outcome; }

/* In her language, with every late one of the conversation in it; and checked as any reply is. */
static enum rc write_text(struct view *v, struct arena *a, struct news *n, int64_t now) {
    struct promise *owed;
    struct contact contact;
    struct agent owner = {.name = ""};
    struct draft_reading reading;
    int owed_n;
    enum rc rc = promise_of_conversation(v, a, n->c.id, true, &owed, &owed_n);
    if (rc == RC_OK)
        rc = contact_load(v, a, n->c.contact_id, &contact);
    if (rc == RC_OK && n->p.owner_id)
        rc = agent_load(v, a, n->p.owner_id, &owner);
    if (rc != RC_OK)
        return rc;
    n->late = ARENA_ARRAY(a, (size_t)owed_n + 1, struct promise);
    for (int i = 0; i < owed_n; i++)
        if (tells(&owed[i], now) && waits(&owed[i]))
            n->late[n->late_n++] = owed[i];
    struct news_words w = {contact_call_name(a, &contact),
                           n->account.name,
                           n->account.zone,
                           owner.away_since || !agent_takes_work(&owner) ? "" : owner.name,
                           n->late,
                           n->late_n};
    n->text = news_text(a, locale_of(*n->c.lang ? n->c.lang : n->account.lang), &w);
    struct draft_ask ask = {.conversation = &n->c, .text = n->text};
    rc = reply_prepare(v, a, &ask, now, &reading);
    for (size_t i = 0; rc == RC_OK && i < reading.findings.n; i++)
        n->x.red |= reading.findings.at[i].strength == RULE_RED;
    return rc;
}

static enum rc load(struct view *v, struct arena *a, const struct promise *p, int64_t now, struct news *n) {
    *n = (struct news){.p = *p};
    enum rc rc = conversation_load(v, a, p->conversation_id, &n->c);
    if (rc == RC_OK)
        rc = account_load(v, a, &n->account);
    if (rc == RC_OK)
        rc = hours_load(v, a, n->c.team_id, &n->hours);
    if (rc == RC_OK)
        rc = careful_of(v, n->c.id, &n->x.careful);
    if (rc == RC_OK)
        rc = ask_answered(v, n);
    if (rc == RC_OK)
        rc = view_int(v, &q_news_writing, BIND(ACCOUNT, value_int(n->c.id), value_int(p->news.made_at)), 0,
                      &n->x.writing_at);
    if (rc != RC_OK)
        return rc;
    n->x.allowed = setting_int(v, SETTING_NEWS);
    n->x.owed = tells(p, now);
    n->x.spam = strcmp(n->c.shelf, "spam") == 0;
    n->x.told = word_is(view_query(v, &q_news_last_ours, BIND(ACCOUNT, value_int(n->c.id))), NEWS);
    n->x.machine = word_is(view_query(v, &q_news_last_hers, BIND(ACCOUNT, value_int(n->c.id))), NULL);
    return n->x.owed ? write_text(v, a, n, now) : RC_OK;
}

/* ---- verbs ---- */

enum rc news_plan(struct tx *tx, const struct promise *p, const struct conversation *c, int64_t now) {
    struct account account;
    struct hours hours;
    if (!tells(p, now) || !setting_int(tx_view(tx), SETTING_NEWS))
        return RC_OK;
    enum rc rc = account_load(tx_view(tx), tx_arena(tx), &account);
    if (rc == RC_OK)
        rc = hours_load(tx_view(tx), tx_arena(tx), c->team_id, &hours);
    int64_t at = rc == RC_OK ? news_goes_at(&hours, account.zone, now) : 0;
    if (!at)
        return rc;
    rc = tx_exec(tx, &q_news_plan, BIND(ACCOUNT, value_int(p->id), value_int(now), value_int(at)));
    if (rc == RC_OK)
        rc = job_add(tx, JOB_NEWS, p->id, at);
    if (rc == RC_OK)
        event_add(tx, (struct event){"promise.news_planned", {ACTOR_SYSTEM}, c->id, p->id, NULL, at});
    return rc;
}

static enum rc end(struct tx *tx, const struct promise *p, const char *outcome, const char *reason,
                   int64_t message_id, struct actor by, int64_t now) {
    static const char *const kinds[][2] = {{"sent", "promise.news_sent"},
                                           {"stopped", "promise.news_stopped"},
                                           {"needless", "promise.news_needless"},
                                           {"withheld", "promise.news_withheld"}};
    int64_t agent_id = by.kind == ACTOR_AGENT || by.kind == ACTOR_TOKEN ? by.id : 0;
    enum rc rc = tx_exec(tx, &q_news_end,
                         BIND(ACCOUNT, value_int(p->id), value_int(now), value_text(outcome), value_text(reason),
                              value_id(message_id), value_id(agent_id)));
    bool ended = rc == RC_OK && tx_changes(tx);
    if (ended)
        rc = job_drop(tx, JOB_NEWS, p->id);
    for (size_t i = 0; ended && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i][0], outcome) == 0)
            event_add(tx, (struct event){kinds[i][1], by, p->conversation_id, p->id, *reason ? reason : NULL});
    return rc;
}

/* The owner's draft with the same words would say it twice. What somebody wrote herself stays. */
static enum rc drop_draft(struct tx *tx, const struct promise *p, const struct conversation *c) {
    struct draft d;
    int64_t writer = p->owner_id ? p->owner_id : c->assignee_id;
    enum rc rc = writer ? draft_load(tx_view(tx), tx_arena(tx), c->id, writer, "reply", &d) : RC_NONE;
    if (rc == RC_OK && d.changed_at == p->broken_at)
        return draft_drop(tx, c->id, writer, "reply");
    return rc == RC_NONE ? RC_OK : rc;
}

static enum rc send(struct tx *tx, struct news *n, struct actor by, int64_t now) {
    struct message m;
    int64_t owner = n->p.owner_id ? n->p.owner_id : n->c.assignee_id;
    struct reply r = {
        .body = n->text, .unasked = true, .auto_kind = NEWS, .for_agent = by.kind == ACTOR_SYSTEM ? owner : by.id};
    enum rc rc = reply_send(tx, &n->c, &r, by, now, &m);
    if (rc == RC_INVALID) /* there is no way to her */
        return end(tx, &n->p, "withheld", "no_address", 0, by, now);
    for (int i = 0; rc == RC_OK && i < n->late_n; i++) {
        rc = end(tx, &n->late[i], "sent", "", m.id, by, now);
        if (rc == RC_OK)
            rc = drop_draft(tx, &n->late[i], &n->c);
    }
    return rc;
}

enum rc news_tick(struct tx *tx, int64_t promise_id, int64_t now) {
    struct promise p;
    struct news n;
    enum rc rc = promise_load(tx_view(tx), tx_arena(tx), promise_id, &p);
    if (rc == RC_NONE || (rc == RC_OK && !waits(&p)))
        return RC_OK;
    if (rc == RC_OK)
        rc = load(tx_view(tx), tx_arena(tx), &p, now, &n);
    if (rc != RC_OK)
        return rc;
    struct news_verdict verdict = news_judge(&n.x, p.news.goes_at, &n.hours, n.account.zone, now);
    struct actor by = {ACTOR_SYSTEM};
    return verdict.step == NEWS_WAIT       ? job_add(tx, JOB_NEWS, promise_id, verdict.at)
           : verdict.step == NEWS_GO       ? send(tx, &n, by, now)
           : verdict.step == NEWS_NEEDLESS ? end(tx, &p, "needless", verdict.reason, 0, by, now)
                                           : end(tx, &p, "withheld", verdict.reason, 0, by, now);
}

enum rc news_send(struct tx *tx, const struct promise *p, struct actor by, int64_t now) {
    struct news n;
    if (!waits(p))
        return RC_CONFLICT;
    enum rc rc = load(tx_view(tx), tx_arena(tx), p, now, &n);
    if (rc != RC_OK)
        return rc;
    bool may = n.x.owed && !n.x.answered && !n.x.told && !n.x.careful && !n.x.spam && !n.x.red;
    return may ? send(tx, &n, by, now) : RC_CONFLICT;
}

enum rc news_stop(struct tx *tx, const struct promise *p, struct actor by, int64_t now) {
    struct promise *owed;
    int n;
    if (!waits(p))
        return RC_CONFLICT;
    /* The word about all of them is stopped, not only the first one's. */
    enum rc rc = promise_of_conversation(tx_view(tx), tx_arena(tx), p->conversation_id, true, &owed, &n);
    if (rc == RC_OK)
        rc = end(tx, p, "stopped", "", 0, by, now);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (owed[i].id != p->id && waits(&owed[i]))
            rc = end(tx, &owed[i], "stopped", "", 0, by, now);
    return rc;
}

enum rc news_taken_back(struct tx *tx, int64_t message_id, int64_t agent_id, int64_t now) {
    return tx_exec(tx, &q_news_back, BIND(ACCOUNT, value_int(message_id), value_id(agent_id), value_int(now)));
}

/* ---- for the page ---- */

enum rc news_of_conversation(struct view *v, struct arena *a, const struct conversation *c, int64_t now,
                             struct news_waiting *out) {
    struct promise *owed;
    int owed_n;
    bool found = false;
    enum rc rc = promise_of_conversation(v, a, c->id, true, &owed, &owed_n);
    for (int i = 0; rc == RC_OK && i < owed_n; i++) {
        struct news n;
        if (!waits(&owed[i]))
            continue;
        rc = load(v, a, &owed[i], now, &n);
        if (rc != RC_OK)
            return rc;
        struct news_verdict verdict = news_judge(&n.x, owed[i].news.goes_at, &n.hours, n.account.zone, now);
        int64_t at = verdict.step == NEWS_GO ? now : verdict.at;
        if ((verdict.step != NEWS_GO && verdict.step != NEWS_WAIT) || n.x.answered || (found && at >= out->at))
            continue;
        *out = (struct news_waiting){owed[i], at, n.text};
        found = true;
    }
    return rc == RC_OK && !found ? RC_NONE : rc;
}
