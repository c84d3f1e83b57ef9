#include "desk/careful.h"

#include "base/utf8.h"
#include "desk/account.h"
#include "desk/contact.h"
#include "desk/conversation.h"
#include "desk/job.h"
#include "desk/notice.h"
#include "desk/push.h"
#include "text/language.h"
#include "text/rules.h"

#include <pthread.h>
#include <string.h>

QUERY(q_careful_on, "INSERT INTO careful (account_id, conversation_id, since, message_id, agent_id, due_at)"
                    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (account_id, conversation_id) DO NOTHING");
QUERY(q_careful_off, "DELETE FROM careful WHERE account_id = $1 AND conversation_id = $2");
QUERY(q_careful_of, "SELECT count(*) FROM careful WHERE account_id = $1 AND conversation_id = $2");
QUERY(q_careful_load,
      "SELECT k.conversation_id, k.since, k.due_at, k.told, k.told_at, k.taken_by, k.taken_at, g.name"
      " FROM careful k LEFT JOIN agent g ON g.account_id = k.account_id AND g.id = k.taken_by"
      " WHERE k.account_id = $1 AND k.conversation_id = $2");
QUERY(q_careful_told,
      "UPDATE careful SET told = told + 1, told_at = $3 WHERE account_id = $1 AND conversation_id = $2");
QUERY(q_careful_take,
      "UPDATE careful SET taken_by = $3, taken_at = $4 WHERE account_id = $1 AND conversation_id = $2"
      " AND coalesce(taken_by, 0) = $5");
QUERY(q_careful_follow,
      "INSERT INTO careful (account_id, conversation_id, since, message_id, agent_id, due_at, told,"
      " told_at, taken_by, taken_at) SELECT account_id, CAST($3 AS BIGINT), since, message_id,"
      " agent_id, due_at, told, told_at, taken_by, taken_at FROM careful"
      " WHERE account_id = $1 AND conversation_id = $2"
      " ON CONFLICT (account_id, conversation_id) DO NOTHING");

enum { HOUR_MS = 3600 * 1000, ASIDE_MS = 7 * 24 * HOUR_MS };

/* ---- words ---- */

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

/* ---- the clock ---- */

enum careful_state careful_judge(const struct careful *c, int64_t now) {
    return c->taken_at ? CAREFUL_TAKEN : now > c->due_at ? CAREFUL_LATE : CAREFUL_WAITS;
}

const char *careful_state_name(enum careful_state s) {
    static const char *const names[] = {
        [CAREFUL_WAITS] = "waits", [CAREFUL_LATE] = "late", [CAREFUL_TAKEN] = "taken"};
    return names[s];
}

/* Never opening again within a year is no reason to wait: then the clock on the wall counts. */
static int64_t after_term(const struct hours *hours, const char *zone, int64_t from, int64_t term_ms) {
    int64_t at = hours_add(hours, zone, from, term_ms);
    return at ? at : from + term_ms;
}

int64_t careful_tell_at(const struct careful *c, const struct hours *hours, const char *zone, int64_t term_ms) {
    if (c->taken_at || c->told >= CAREFUL_TELLS)
        return 0;
    return c->told == 0   ? c->since
           : c->told == 1 ? c->due_at + 1 /* its last moment is still in time */
                          : after_term(hours, zone, c->told_at, term_ms);
}

void careful_people(const struct agent *agents, int n, const struct membership *members, int members_n,
                    int64_t team_id, int64_t legal_id, bool *told) {
    bool found = team_leads_here(agents, n, members, members_n, team_id, told), legal = false;
    for (int i = 0; i < n; i++)
        if (legal_id && agents[i].id == legal_id && !agents[i].disabled_at)
            legal = told[i] = true;
    for (int i = 0; i < n; i++)
        if ((!found || !legal) && agents[i].role == ROLE_ADMIN && !agents[i].disabled_at)
            told[i] = true;
}

bool careful_may_take(const struct agent *agent, int64_t legal_id) {
    return agent->role >= ROLE_LEAD || (legal_id && agent->id == legal_id);
}

/* ---- loading ---- */

enum rc careful_of(struct view *v, int64_t conversation_id, bool *on) {
    int64_t n = 0;
    enum rc rc = view_int(v, &q_careful_of, BIND(ACCOUNT, value_int(conversation_id)), 0, &n);
    *on = n > 0;
    return rc;
}

enum rc careful_load(struct view *v, struct arena *a, int64_t conversation_id, struct careful *out) {
    struct rows r = view_query(v, &q_careful_load, BIND(ACCOUNT, value_int(conversation_id)));
    bool found = rows_next(&r);
    if (found)
        *out = (struct careful){rows_int(&r, 0), rows_int(&r, 1), rows_int(&r, 2), rows_int(&r, 3),
                                rows_int(&r, 4), rows_int(&r, 5), rows_int(&r, 6), rows_copy(&r, 7, a)};
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

/* ---- verbs ---- */

/* What the clock of one conversation runs by. */
struct clock {
    struct conversation c;
    struct account account;
    struct hours hours;
    int64_t term_ms;
};

static enum rc load_clock(struct tx *tx, int64_t conversation_id, struct clock *out) {
    struct view *v = tx_view(tx);
    enum rc rc = conversation_load(v, tx_arena(tx), conversation_id, &out->c);
    if (rc == RC_OK)
        rc = account_load(v, tx_arena(tx), &out->account);
    if (rc == RC_OK)
        rc = hours_load(v, tx_arena(tx), out->c.team_id, &out->hours);
    out->term_ms = setting_int(v, SETTING_CAREFUL_HOURS) * HOUR_MS;
    return rc;
}

static enum rc switch_on(struct tx *tx, int64_t conversation_id, int64_t message_id, struct actor by, int64_t now) {
    struct clock k;
    enum rc rc = load_clock(tx, conversation_id, &k);
    if (rc == RC_OK)
        rc = contact_lives(tx_view(tx), k.c.contact_id);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_careful_on,
                     BIND(ACCOUNT, value_int(conversation_id), value_int(now), value_id(message_id),
                          value_id(by.kind == ACTOR_AGENT || by.kind == ACTOR_TOKEN ? by.id : 0),
                          value_int(after_term(&k.hours, k.account.zone, now, k.term_ms))));
    if (rc != RC_OK || !tx_changes(tx))
        return rc;
    event_add(tx, (struct event){"conversation.careful", by, conversation_id, message_id, "on"});
    return job_add(tx, JOB_CAREFUL, conversation_id, now);
}

enum rc careful_listen(struct tx *tx, int64_t conversation_id, int64_t message_id, const char *text, int64_t now) {
    if (!text || !*text || !careful_words(tx_arena(tx), text))
        return RC_OK;
    enum rc rc = switch_on(tx, conversation_id, message_id, (struct actor){ACTOR_SYSTEM}, now);
    return rc == RC_GONE ? RC_OK
                         : rc; /* whoever wrote it lives: her message is kept, in an erased customer's place */
}

enum rc careful_set(struct tx *tx, int64_t conversation_id, bool on, struct actor by, int64_t now) {
    if (on)
        return switch_on(tx, conversation_id, 0, by, now);
    enum rc rc = tx_exec(tx, &q_careful_off, BIND(ACCOUNT, value_int(conversation_id)));
    if (rc != RC_OK || !tx_changes(tx))
        return rc;
    event_add(tx, (struct event){"conversation.careful", by, conversation_id, 0, "off"});
    return job_drop(tx, JOB_CAREFUL, conversation_id);
}

enum rc careful_take(struct tx *tx, int64_t conversation_id, int64_t seen_by, struct actor by, int64_t now) {
    struct careful x;
    struct agent agent;
    struct view *v = tx_view(tx);
    enum rc rc = careful_load(v, tx_arena(tx), conversation_id, &x);
    if (rc == RC_OK)
        rc = agent_load(v, tx_arena(tx), by.id, &agent);
    if (rc == RC_OK && !careful_may_take(&agent, setting_int(v, SETTING_LEGAL_OWNER)))
        rc = RC_DENIED;
    if (rc != RC_OK || (x.taken_at && x.taken_by == by.id))
        return rc == RC_NONE ? RC_CONFLICT : rc;
    rc = tx_exec(tx, &q_careful_take,
                 BIND(ACCOUNT, value_int(conversation_id), value_int(by.id), value_int(now), value_int(seen_by)));
    if (rc != RC_OK || !tx_changes(tx))
        return rc != RC_OK ? rc : RC_CONFLICT;
    event_add(tx, (struct event){"conversation.careful_taken", by, conversation_id, by.id,
                                 now > x.due_at ? "late" : NULL, now - x.since});
    return job_drop(tx, JOB_CAREFUL, conversation_id);
}

enum rc careful_follow(struct tx *tx, int64_t from_id, int64_t into_id, int64_t now) {
    enum rc rc = tx_exec(tx, &q_careful_follow, BIND(ACCOUNT, value_int(from_id), value_int(into_id)));
    return rc == RC_OK && tx_changes(tx) ? job_add(tx, JOB_CAREFUL, into_id, now) : rc;
}

/* The mail names no conversation: its link shows all that wait, and one mail on its way says as much as two. */
static enum rc tell(struct tx *tx, const struct clock *k, const struct careful *x, const char *origin,
                    int64_t now) {
    struct arena *a = tx_arena(tx);
    struct agent *agents;
    struct membership *members;
    int n, members_n, people = 0;
    bool late = careful_judge(x, now) == CAREFUL_LATE;
    enum rc rc = agent_list(tx_view(tx), a, false, &agents, &n);
    if (rc == RC_OK)
        rc = team_memberships(tx_view(tx), a, &members, &members_n);
    if (rc != RC_OK)
        return rc;
    bool *told = ARENA_ARRAY(a, (size_t)n + 1, bool);
    careful_people(agents, n, members, members_n, k->c.team_id, setting_int(tx_view(tx), SETTING_LEGAL_OWNER),
                   told);
    const char *link = arena_printf(a, "%s/inbox/careful", origin);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        people += told[i];
        if (told[i] && *origin)
            rc = notice_add(tx, late ? NOTICE_CAREFUL_LATE : NOTICE_CAREFUL, agents[i].id, link, now);
        if (rc == RC_OK && told[i])
            rc = push_tell(tx, agents[i].id, x->conversation_id, PUSH_CAREFUL, (struct actor){ACTOR_SYSTEM}, now);
    }
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_careful_told, BIND(ACCOUNT, value_int(x->conversation_id), value_int(now)));
    if (rc == RC_OK)
        event_add(tx, (struct event){late ? "conversation.careful_late" : "conversation.careful_told",
                                     {ACTOR_SYSTEM},
                                     x->conversation_id,
                                     0,
                                     NULL,
                                     people});
    return rc;
}

enum rc careful_tick(struct tx *tx, int64_t conversation_id, const char *origin, int64_t now) {
    struct careful x;
    struct clock k;
    enum rc rc = careful_load(tx_view(tx), tx_arena(tx), conversation_id, &x);
    if (rc == RC_OK)
        rc = load_clock(tx, conversation_id, &k);
    if (rc != RC_OK)
        return rc == RC_NONE ? RC_OK : rc;
    if (strcmp(k.c.shelf, "spam") == 0 || strcmp(k.c.shelf, "merged") == 0) /* disturbs nobody, but may come back */
        return x.taken_at || now - x.since > ASIDE_MS ? RC_OK
                                                      : job_add(tx, JOB_CAREFUL, conversation_id, now + k.term_ms);
    int64_t at = careful_tell_at(&x, &k.hours, k.account.zone, k.term_ms);
    if (at && at <= now) {
        rc = tell(tx, &k, &x, origin, now);
        x.told++;
        x.told_at = now;
        at = careful_tell_at(&x, &k.hours, k.account.zone, k.term_ms);
    }
    return rc == RC_OK && at ? job_add(tx, JOB_CAREFUL, conversation_id, at) : rc;
}
