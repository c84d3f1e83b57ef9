/* must_read.c: who is to read a change, who has, and who is reminded (must_read.h). */
#include "desk/must_read.h"

#include "base/buf.h"
#include "base/id.h"
#include "desk/account.h"
#include "desk/job.h"
#include "desk/notice.h"

#include <stdlib.h>
#include <string.h>

/* The seat of somebody who left waits for nobody. */
#define SELECT_MUST_READ                                                                                           \
    "SELECT m.id, m.article_id, m.version_id, m.number, m.before_number, m.asked_by, m.created_at, m.reminders,"   \
    " m.reminded_at, m.ended_at, m.ref, m.why, m.ended_why, x.ref, v.title, x.lang, coalesce(g.name, ''),"         \
    " (SELECT count(*) FROM must_read_seat s WHERE s.account_id = m.account_id AND s.must_read_id = m.id),"        \
    " (SELECT count(*) FROM must_read_seat s WHERE s.account_id = m.account_id AND s.must_read_id = m.id"          \
    " AND s.state = 'read'),"                                                                                      \
    " (SELECT count(*) FROM must_read_seat s JOIN agent p ON p.account_id = s.account_id AND p.id = s.agent_id"    \
    " WHERE s.account_id = m.account_id AND s.must_read_id = m.id AND s.state = 'waits' AND p.disabled_at IS "     \
    "NULL),"                                                                                                       \
    " v.body FROM must_read m JOIN article x ON x.account_id = m.account_id AND x.id = m.article_id"               \
    " JOIN article_version v ON v.account_id = m.account_id AND v.id = m.version_id"                               \
    " LEFT JOIN agent g ON g.account_id = m.account_id AND g.id = m.asked_by"
QUERY(q_must_read_load, SELECT_MUST_READ " WHERE m.account_id = $1 AND m.id = $2");
QUERY(q_must_read_by_ref, SELECT_MUST_READ " WHERE m.account_id = $1 AND m.ref = $2");
QUERY(q_must_read_list, SELECT_MUST_READ " WHERE m.account_id = $1 AND m.id < $2 ORDER BY m.id DESC LIMIT $3");
QUERY(q_must_read_of_article,
      SELECT_MUST_READ " WHERE m.account_id = $1 AND m.article_id = $2 ORDER BY +m.id DESC LIMIT 20");
QUERY(q_must_read_of_agent,
      SELECT_MUST_READ " WHERE m.account_id = $1 AND m.id IN (SELECT must_read_id FROM must_read_seat"
                       " WHERE account_id = $1 AND agent_id = $2 AND state = 'waits') ORDER BY +m.id LIMIT $3");
QUERY(q_must_read_count,
      "SELECT count(*) FROM must_read_seat WHERE account_id = $1 AND agent_id = $2 AND state = 'waits'");
QUERY(q_must_read_families, "SELECT x.family_id FROM must_read_seat s"
                            " JOIN must_read m ON m.account_id = s.account_id AND m.id = s.must_read_id"
                            " JOIN article x ON x.account_id = m.account_id AND x.id = m.article_id"
                            " WHERE s.account_id = $1 AND s.agent_id = $2 AND s.state = 'waits'");
QUERY(q_must_read_teams,
      "SELECT name FROM must_read_team WHERE account_id = $1 AND must_read_id = $2 ORDER BY name");
QUERY(q_must_read_seats,
      "SELECT s.agent_id, s.at, s.state, g.ref, g.name, g.lang, g.away_since, g.disabled_at,"
      " (SELECT max(m.reminded_at) FROM must_read_seat o"
      "  JOIN must_read m ON m.account_id = o.account_id AND m.id = o.must_read_id"
      "  WHERE o.account_id = s.account_id AND o.agent_id = s.agent_id AND o.state = 'waits'"
      "  AND o.must_read_id <> s.must_read_id) FROM must_read_seat s"
      " JOIN agent g ON g.account_id = s.account_id AND g.id = s.agent_id"
      " WHERE s.account_id = $1 AND s.must_read_id = $2"
      " ORDER BY CASE s.state WHEN 'waits' THEN 0 WHEN 'let_off' THEN 1 ELSE 2 END, g.name, s.agent_id");
QUERY(q_must_read_add,
      "INSERT INTO must_read (account_id, id, ref, article_id, version_id, number, before_number, why, asked_by,"
      " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
QUERY(q_must_read_team_add,
      "INSERT INTO must_read_team (account_id, must_read_id, team_id, name) VALUES ($1, $2, $3, $4)"
      " ON CONFLICT (account_id, must_read_id, team_id) DO NOTHING");
QUERY(q_seat_everybody, "INSERT INTO must_read_seat (account_id, must_read_id, agent_id, state, at)"
                        " SELECT account_id, $2, id, 'waits', $3 FROM agent"
                        " WHERE account_id = $1 AND disabled_at IS NULL");
QUERY(q_seat_team, "INSERT INTO must_read_seat (account_id, must_read_id, agent_id, state, at)"
                   " SELECT t.account_id, $2, t.agent_id, 'waits', $3 FROM team_member t"
                   " JOIN agent g ON g.account_id = t.account_id AND g.id = t.agent_id"
                   " WHERE t.account_id = $1 AND t.team_id = $4 AND g.disabled_at IS NULL"
                   " ON CONFLICT (account_id, must_read_id, agent_id) DO NOTHING");
QUERY(q_seat_read, "UPDATE must_read_seat SET state = 'read', at = $4"
                   " WHERE account_id = $1 AND must_read_id = $2 AND agent_id = $3 AND state <> 'read'");
QUERY(q_seat_there,
      "SELECT count(*) FROM must_read_seat WHERE account_id = $1 AND must_read_id = $2 AND agent_id = $3");
QUERY(q_seats_let_off, "UPDATE must_read_seat SET state = 'let_off', at = $3"
                       " WHERE account_id = $1 AND must_read_id = $2 AND state = 'waits'");
QUERY(q_must_read_over,
      "UPDATE must_read SET ended_at = $3, ended_why = $4 WHERE account_id = $1 AND id = $2 AND ended_at IS NULL");
QUERY(q_must_read_reminded,
      "UPDATE must_read SET reminders = $3, reminded_at = $4 WHERE account_id = $1 AND id = $2");
QUERY(q_shown_before, "SELECT v.number FROM article_publication p"
                      " JOIN article_version v ON v.account_id = p.account_id AND v.id = p.version_id"
                      " WHERE p.account_id = $1 AND p.article_id = $2 AND v.number <> $3"
                      " ORDER BY p.from_at DESC LIMIT 1");

enum { LIST_MAX = 100 };

/* ---- rules ---- */

int64_t must_read_remind_at(const struct must_read *m) {
    bool over = m->ended_at || m->reminders >= MUST_READ_REMINDERS;
    return over ? 0 : (m->reminded_at ? m->reminded_at : m->created_at) + MUST_READ_REMIND_MS;
}

bool must_read_reminds(const struct must_read_seat *s) {
    return strcmp(s->state, "waits") == 0 && !s->away_since && !s->disabled_at;
}

bool must_read_was_told(const struct must_read_seat *s, int64_t now) {
    return s->told_at && now - s->told_at < MUST_READ_REMIND_MS / 2;
}

/* ---- rows ---- */

static enum rc name_teams(struct view *v, struct arena *a, struct must_read *m) {
    struct buf names = {0};
    struct rows r = view_query(v, &q_must_read_teams, BIND(ACCOUNT, value_int(m->id)));
    while (rows_next(&r)) {
        if (names.len)
            buf_lit(&names, ", ");
        buf_str(&names, rows_text(&r, 0));
    }
    m->teams = arena_copy(a, names.at ? names.at : "");
    buf_free(&names);
    return rows_end(&r);
}

static struct must_read must_read_of_row(struct rows *r, struct arena *a) {
    return (struct must_read){
        .id = rows_int(r, 0),
        .article_id = rows_int(r, 1),
        .version_id = rows_int(r, 2),
        .number = rows_int(r, 3),
        .before_number = rows_int(r, 4),
        .asked_by = rows_int(r, 5),
        .created_at = rows_int(r, 6),
        .reminders = rows_int(r, 7),
        .reminded_at = rows_int(r, 8),
        .ended_at = rows_int(r, 9),
        .ref = rows_copy(r, 10, a),
        .why = rows_copy(r, 11, a),
        .ended_why = rows_copy(r, 12, a),
        .article_ref = rows_copy(r, 13, a),
        .title = article_heading(a, rows_copy(r, 14, a), rows_text(r, 20)),
        .lang = rows_copy(r, 15, a),
        .author = rows_copy(r, 16, a),
        .teams = "",
        .seats = rows_int(r, 17),
        .read = rows_int(r, 18),
        .waiting = rows_int(r, 19),
    };
}

static enum rc all_of(struct view *v, struct rows r, struct arena *a, struct must_read **out, int *n) {
    size_t room = 8;
    *out = ARENA_ARRAY(a, room, struct must_read);
    for (*n = 0; rows_next(&r); ++*n) {
        if ((size_t)*n == room) {
            *out = arena_grow(a, *out, room, room * 2, sizeof **out);
            room *= 2;
        }
        (*out)[*n] = must_read_of_row(&r, a);
    }
    enum rc rc = rows_end(&r);
    for (int i = 0; rc == RC_OK && i < *n; i++)
        rc = name_teams(v, a, &(*out)[i]);
    return rc;
}

static enum rc one_of(struct view *v, struct rows r, struct arena *a, struct must_read *out) {
    struct must_read *list;
    int n;
    enum rc rc = all_of(v, r, a, &list, &n);
    if (rc == RC_OK && n)
        *out = list[0];
    return rc == RC_OK && !n ? RC_NONE : rc;
}

enum rc must_read_load(struct view *v, struct arena *a, int64_t id, struct must_read *out) {
    return one_of(v, view_query(v, &q_must_read_load, BIND(ACCOUNT, value_int(id))), a, out);
}

enum rc must_read_by_ref(struct view *v, struct arena *a, const char *ref, struct must_read *out) {
    return one_of(v, view_query(v, &q_must_read_by_ref, BIND(ACCOUNT, value_text(ref))), a, out);
}

enum rc must_read_of_agent(struct view *v, struct arena *a, int64_t agent_id, struct must_read **out, int *n) {
    return all_of(v, view_query(v, &q_must_read_of_agent, BIND(ACCOUNT, value_int(agent_id), value_int(LIST_MAX))),
                  a, out, n);
}

enum rc must_read_count(struct view *v, int64_t agent_id, int *n) {
    int64_t all = 0;
    enum rc rc = view_int(v, &q_must_read_count, BIND(ACCOUNT, value_int(agent_id)), 0, &all);
    *n = (int)all;
    return rc;
}

enum rc must_read_list(struct view *v, struct arena *a, int64_t before_id, int max, struct must_read **out,
                       int *n) {
    struct value before = value_int(before_id ? before_id : INT64_MAX);
    return all_of(v, view_query(v, &q_must_read_list, BIND(ACCOUNT, before, value_int(max))), a, out, n);
}

enum rc must_read_of_article(struct view *v, struct arena *a, int64_t article_id, struct must_read **out, int *n) {
    return all_of(v, view_query(v, &q_must_read_of_article, BIND(ACCOUNT, value_int(article_id))), a, out, n);
}

enum rc must_read_seats(struct view *v, struct arena *a, int64_t id, struct must_read_seat **out, int *n) {
    size_t room = 16;
    struct rows r = view_query(v, &q_must_read_seats, BIND(ACCOUNT, value_int(id)));
    *out = ARENA_ARRAY(a, room, struct must_read_seat);
    for (*n = 0; rows_next(&r); ++*n) {
        if ((size_t)*n == room) {
            *out = arena_grow(a, *out, room, room * 2, sizeof **out);
            room *= 2;
        }
        (*out)[*n] = (struct must_read_seat){rows_int(&r, 0),     rows_int(&r, 1),     rows_copy(&r, 2, a),
                                             rows_copy(&r, 3, a), rows_copy(&r, 4, a), rows_copy(&r, 5, a),
                                             rows_int(&r, 6),     rows_int(&r, 7),     rows_int(&r, 8)};
    }
    return rows_end(&r);
}

enum rc must_read_unread(struct view *v, int64_t agent_id, const struct article *list, int n, int *at) {
    struct rows r = view_query(v, &q_must_read_families, BIND(ACCOUNT, value_int(agent_id)));
    *at = -1;
    while (rows_next(&r))
        for (int i = 0; i < n; i++)
            if (list[i].family_id == rows_int(&r, 0) && (*at < 0 || i < *at))
                *at = i;
    return rows_end(&r);
}

/* ---- verbs ---- */

static void tell(struct tx *tx, const struct must_read *m, const char *kind, struct actor by, const char *code,
                 int64_t amount) {
    event_add(tx, (struct event){kind, by, 0, m->id, code, amount});
}

static enum rc wind(struct tx *tx, const struct must_read *m) {
    int64_t at = must_read_remind_at(m);
    return at ? job_add(tx, JOB_MUST_READ, m->id, at) : job_drop(tx, JOB_MUST_READ, m->id);
}

static enum rc end(struct tx *tx, struct must_read *m, const char *why, struct actor by, int64_t now) {
    enum rc rc = tx_exec(tx, &q_must_read_over, BIND(ACCOUNT, value_int(m->id), value_int(now), value_text(why)));
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_seats_let_off, BIND(ACCOUNT, value_int(m->id), value_int(now)));
    m->ended_at = now;
    m->ended_why = why;
    if (rc == RC_OK)
        tell(tx, m, "must_read.ended", by, why, m->waiting);
    return rc == RC_OK ? wind(tx, m) : rc;
}

static enum rc end_all(struct tx *tx, int64_t article_id, const char *why, struct actor by, int64_t now) {
    struct must_read *before;
    int n;
    enum rc rc = must_read_of_article(tx_view(tx), tx_arena(tx), article_id, &before, &n);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (!before[i].ended_at)
            rc = end(tx, &before[i], why, by, now);
    return rc;
}

enum rc must_read_withdraw(struct tx *tx, int64_t article_id, struct actor by, int64_t now) {
    return end_all(tx, article_id, "taken_back", by, now);
}

static enum rc seat_all(struct tx *tx, int64_t id, const struct team *teams, int n, int64_t now) {
    enum rc rc = n ? RC_OK : tx_exec(tx, &q_seat_everybody, BIND(ACCOUNT, value_int(id), value_int(now)));
    for (int i = 0; rc == RC_OK && i < n; i++) {
        rc = tx_exec(tx, &q_must_read_team_add,
                     BIND(ACCOUNT, value_int(id), value_int(teams[i].id), value_text(teams[i].name)));
        if (rc == RC_OK)
            rc = tx_exec(tx, &q_seat_team, BIND(ACCOUNT, value_int(id), value_int(now), value_int(teams[i].id)));
    }
    return rc;
}

enum rc must_read_ask(struct tx *tx, const struct article *x, const struct team *teams, int teams_n,
                      const char *why, struct actor by, int64_t now, struct must_read *out) {
    struct arena *a = tx_arena(tx);
    struct article_version version;
    int64_t id = id_new(), shown = article_shown(x, now), before = 0;
    if (!shown)
        return RC_CONFLICT;
    enum rc rc = article_version_at(tx_view(tx), a, x->id, shown, &version);
    if (rc == RC_OK)
        rc = view_int(tx_view(tx), &q_shown_before, BIND(ACCOUNT, value_int(x->id), value_int(shown)), 0, &before);
    if (rc == RC_OK)
        rc = end_all(tx, x->id, "replaced", by, now);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_must_read_add,
                     BIND(ACCOUNT, value_int(id), value_text(id_ref(a, "mrd")), value_int(x->id),
                          value_int(version.id), value_int(shown), value_int(before), value_text(why ? why : ""),
                          value_id(by.id), value_int(now)));
    if (rc == RC_OK)
        rc = seat_all(tx, id, teams, teams_n, now);
    if (rc == RC_OK && by.id)
        rc = tx_exec(tx, &q_seat_read, BIND(ACCOUNT, value_int(id), value_int(by.id), value_int(now)));
    if (rc == RC_OK)
        rc = must_read_load(tx_view(tx), a, id, out);
    if (rc == RC_OK && !out->waiting)
        return RC_INVALID;
    if (rc == RC_OK)
        tell(tx, out, "must_read.asked", by, NULL, out->waiting);
    return rc == RC_OK ? wind(tx, out) : rc;
}

enum rc must_read_confirm(struct tx *tx, struct must_read *m, int64_t agent_id, int64_t now) {
    struct actor by = {ACTOR_AGENT, agent_id};
    int64_t there = 0;
    enum rc rc =
        view_int(tx_view(tx), &q_seat_there, BIND(ACCOUNT, value_int(m->id), value_int(agent_id)), 0, &there);
    if (rc == RC_OK && !there)
        return RC_NONE;
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_seat_read, BIND(ACCOUNT, value_int(m->id), value_int(agent_id), value_int(now)));
    if (rc != RC_OK || !tx_changes(tx))
        return rc;
    tell(tx, m, "must_read.read", by, NULL, m->number);
    rc = must_read_load(tx_view(tx), tx_arena(tx), m->id, m);
    return rc == RC_OK && !m->waiting && !m->ended_at ? end(tx, m, "read", (struct actor){ACTOR_SYSTEM}, now) : rc;
}

enum rc must_read_end(struct tx *tx, struct must_read *m, struct actor by, int64_t now) {
    return m->ended_at ? RC_CONFLICT : end(tx, m, "taken_back", by, now);
}

enum rc must_read_remind(struct tx *tx, struct must_read *m, const char *origin, struct actor by, int64_t now,
                         int *n) {
    struct must_read_seat *seats;
    int all;
    *n = 0;
    if (m->ended_at)
        return RC_CONFLICT;
    enum rc rc = must_read_seats(tx_view(tx), tx_arena(tx), m->id, &seats, &all);
    const char *link = arena_printf(tx_arena(tx), "%s/must-read", origin);
    for (int i = 0; rc == RC_OK && i < all; i++) {
        if (!must_read_reminds(&seats[i]))
            continue;
        ++*n;
        if (*origin && (by.kind != ACTOR_SYSTEM || !must_read_was_told(&seats[i], now)))
            rc = notice_add(tx, NOTICE_MUST_READ, seats[i].agent_id, link, now);
    }
    m->reminders++;
    m->reminded_at = now;
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_must_read_reminded,
                     BIND(ACCOUNT, value_int(m->id), value_int(m->reminders), value_int(now)));
    if (rc == RC_OK)
        tell(tx, m, "must_read.reminded", by, NULL, *n);
    return rc == RC_OK ? wind(tx, m) : rc;
}

enum rc must_read_tick(struct tx *tx, int64_t id, const char *origin, int64_t now) {
    struct must_read m;
    int n;
    enum rc rc = must_read_load(tx_view(tx), tx_arena(tx), id, &m);
    if (rc == RC_NONE)
        return RC_OK;
    int64_t at = rc == RC_OK ? must_read_remind_at(&m) : 0;
    if (!at)
        return rc;
    return at <= now ? must_read_remind(tx, &m, origin, (struct actor){ACTOR_SYSTEM}, now, &n) : wind(tx, &m);
}
