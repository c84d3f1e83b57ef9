#include "desk/hours.h"

#include "base/id.h"
#include "base/wall.h"
#include "desk/account.h"
#include "desk/event.h"

#include <string.h>

QUERY(q_hours_load, "SELECT team_id, weekday, from_minute, to_minute FROM hours_span"
                    " WHERE account_id = $1 AND team_id IN (0, $2) ORDER BY team_id, weekday, from_minute");
QUERY(q_hours_own, "SELECT count(*) FROM hours_span WHERE account_id = $1 AND team_id = $2");
QUERY(q_hours_drop, "DELETE FROM hours_span WHERE account_id = $1 AND team_id = $2");
QUERY(q_hours_add, "INSERT INTO hours_span (account_id, team_id, weekday, from_minute, to_minute)"
                   " VALUES ($1, $2, $3, $4, $5)");
#define SPECIAL_COLUMNS "id, team_id, ref, first_day, last_day, works, spans, holiday, name"
QUERY(q_special_load, "SELECT " SPECIAL_COLUMNS " FROM special_day WHERE account_id = $1 AND team_id IN (0, $2)"
                      " ORDER BY first_day, id");
QUERY(q_special_own, "SELECT " SPECIAL_COLUMNS " FROM special_day WHERE account_id = $1 AND team_id = $2"
                     " ORDER BY first_day, id");
QUERY(q_special_same, "SELECT count(*) FROM special_day WHERE account_id = $1 AND team_id = $2 AND first_day = $3"
                      " AND last_day = $4 AND name = $5");
QUERY(q_special_count, "SELECT count(*) FROM special_day WHERE account_id = $1 AND team_id = $2");
QUERY(q_special_add,
      "INSERT INTO special_day (account_id, id, team_id, ref, first_day, last_day, works, spans, holiday, name,"
      " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
QUERY(q_special_team, "SELECT team_id FROM special_day WHERE account_id = $1 AND ref = $2");
QUERY(q_special_remove, "DELETE FROM special_day WHERE account_id = $1 AND ref = $2");
QUERY(q_special_forget, "DELETE FROM special_day WHERE account_id = $1 AND team_id = $2");

static const int64_t MINUTE_MS = 60 * 1000, DAY_MS = 24 * 3600 * 1000;
enum { YEAR_DAYS = 366, WEEK_DAYS = 7 };

/* ---- rules: what fits together ---- */

const char *hours_day_flaw(const struct hours_day *day) {
    for (int i = 0; i < day->n; i++) {
        const struct hours_span *s = &day->spans[i];
        if (s->from < 0 || s->from >= MINUTES_A_DAY || s->to <= s->from || s->to > s->from + MINUTES_A_DAY)
            return "order";
        if (i && s->from < day->spans[i - 1].to)
            return "overlap";
    }
    return NULL;
}

const char *hours_flaw(const struct hours *h) {
    bool some = false;
    for (int day = 1; day <= 7; day++) {
        const char *flaw = hours_day_flaw(&h->days[day]);
        if (flaw)
            return flaw;
        some |= h->days[day].n > 0;
    }
    return some ? NULL : "never";
}

const char *special_day_flaw(const struct special_day *day) {
    if (day->last < day->first || day->last - day->first >= HOURS_RANGE_DAYS_MAX)
        return "order";
    if (!day->name || !*day->name)
        return "name";
    return day->works ? hours_day_flaw(&day->hours) : NULL;
}

/* ---- rules: a day ---- */

static bool goes_before(const struct special_day *a, const struct special_day *b) {
    int32_t length_a = a->last - a->first, length_b = b->last - b->first;
    if (!a->team_id != !b->team_id)
        return a->team_id;
    return length_a != length_b ? length_a < length_b : a->id > b->id;
}

const struct special_day *hours_special(const struct hours *h, int32_t day) {
    const struct special_day *best = NULL;
    for (int i = 0; i < h->special_n && h->special[i].first <= day; i++)
        if (day <= h->special[i].last && (!best || goes_before(&h->special[i], best)))
            best = &h->special[i];
    return best;
}

static const struct hours_day *usual_day(const struct hours *h) {
    for (int day = 1; day <= 7; day++)
        if (h->days[day].n)
            return &h->days[day];
    return &h->days[1];
}

static const struct hours_day *day_of_week(const struct hours *h, int32_t day) {
    return &h->days[day_weekday(day) + 1];
}

const struct hours_day *hours_of_day(const struct hours *h, int32_t day) {
    static const struct hours_day closed;
    const struct special_day *special = hours_special(h, day);
    if (!special)
        return day_of_week(h, day);
    if (!special->works)
        return &closed;
    return special->hours.n ? &special->hours : usual_day(h);
}

/* ---- rules: open time, one stretch after the other ---- */

struct open_time {
    int64_t from, to;
};

/* Walks through the open time, from before t0 on. A span past midnight may reach into the next morning's: what was
 * given once is not given again. */
struct walk {
    const struct hours *h;
    const char *zone;
    int32_t day;
    int span;
    int64_t given; /* up to here */
};

static int32_t local_day(const char *zone, int64_t ms) { return (int32_t)wall_at(zone, ms).day_number; }

static struct walk walk_from(const struct hours *h, const char *zone, int64_t t0) {
    return (struct walk){h, zone, .day = local_day(zone, t0) - 1, .given = INT64_MIN};
}

/* False: it does not open for a year. */
static bool next_stretch(struct walk *w, struct open_time *out) {
    for (int32_t last = w->day + YEAR_DAYS; w->day <= last;) {
        const struct hours_day *today = hours_of_day(w->h, w->day);
        if (w->span >= today->n) {
            w->day++;
            w->span = 0;
            continue;
        }
        const struct hours_span *s = &today->spans[w->span++];
        out->from = wall_to_utc(w->zone, w->day * DAY_MS + s->from * MINUTE_MS);
        out->to = wall_to_utc(w->zone, w->day * DAY_MS + s->to * MINUTE_MS);
        if (out->from < w->given)
            out->from = w->given;
        if (out->from < out->to) { /* a span in the hour that spring skips is no time at all */
            w->given = out->to;
            return true;
        }
    }
    return false;
}

/* The first stretch that ends after `now`. */
static bool stretch_after(struct walk *w, int64_t now, struct open_time *out) {
    bool found;
    while ((found = next_stretch(w, out)) && out->to <= now)
        ;
    return found;
}

bool hours_open(const struct hours *h, const char *zone, int64_t now) {
    struct walk w = walk_from(h, zone, now);
    struct open_time s;
    return !h->set || (stretch_after(&w, now, &s) && s.from <= now);
}

int64_t hours_opens_at(const struct hours *h, const char *zone, int64_t now) {
    struct walk w = walk_from(h, zone, now);
    struct open_time s;
    return h->set && stretch_after(&w, now, &s) && s.from > now ? s.from : 0;
}

int64_t hours_closes_at(const struct hours *h, const char *zone, int64_t now) {
    struct walk w = walk_from(h, zone, now);
    struct open_time s, next;
    if (!h->set || !stretch_after(&w, now, &s) || s.from > now)
        return 0;
    while (next_stretch(&w, &next) && next.from == s.to) {
        s.to = next.to;
        if (s.to - now > WEEK_DAYS * DAY_MS)
            return 0;
    }
    return s.to;
}

int64_t hours_next_morning(const struct hours *h, const char *zone, int64_t now) {
    int64_t tomorrow = wall_to_utc(zone, (local_day(zone, now) + 1) * DAY_MS);
    struct walk w = walk_from(h, zone, now);
    struct open_time s;
    while (h->set && next_stretch(&w, &s))
        if (s.from >= tomorrow)
            return s.from;
    return 0;
}

static bool usually_open(const struct hours *h, const char *zone, int64_t now) {
    struct wall wall = wall_at(zone, now);
    const struct hours_day *day = day_of_week(h, (int32_t)wall.day_number);
    int minute = wall.hour * 60 + wall.minute;
    for (int i = 0; i < day->n; i++)
        if (day->spans[i].from <= minute && minute < day->spans[i].to)
            return true;
    return false;
}

const struct special_day *hours_closed_for(const struct hours *h, const char *zone, int64_t now) {
    if (!h->set || hours_open(h, zone, now))
        return NULL;
    int64_t opens_at = hours_opens_at(h, zone, now);
    int32_t today = local_day(zone, now), last = opens_at ? local_day(zone, opens_at) : today + YEAR_DAYS;
    const struct special_day *special = hours_special(h, today);
    if (special && usually_open(h, zone, now))
        return special;
    for (int32_t day = today; day <= last; day++) {
        special = hours_special(h, day);
        if (special && !special->works && day_of_week(h, day)->n)
            return special;
    }
    return NULL;
}

int64_t hours_between(const struct hours *h, const char *zone, int64_t t0, int64_t t1) {
    struct walk w = walk_from(h, zone, t0);
    struct open_time s;
    int64_t sum = 0;
    if (t0 >= t1 || !h->set)
        return t0 < t1 ? t1 - t0 : 0;
    while (next_stretch(&w, &s) && s.from < t1) {
        int64_t from = s.from > t0 ? s.from : t0, to = s.to < t1 ? s.to : t1;
        sum += from < to ? to - from : 0;
    }
    return sum;
}

int64_t hours_add(const struct hours *h, const char *zone, int64_t t0, int64_t business_ms) {
    struct walk w = walk_from(h, zone, t0);
    struct open_time s;
    if (business_ms <= 0 || !h->set)
        return business_ms > 0 ? t0 + business_ms : t0;
    while (next_stretch(&w, &s)) {
        int64_t from = s.from > t0 ? s.from : t0;
        if (from >= s.to)
            continue;
        if (business_ms <= s.to - from)
            return from + business_ms;
        business_ms -= s.to - from;
    }
    return 0;
}

const struct work_calendar *hours_work_calendar(struct arena *a, const struct hours *h) {
    struct work_calendar *out = ARENA_ARRAY(a, 1, struct work_calendar);
    size_t days = 0;
    *out = work_monday_to_friday;
    for (int i = 0; h->set && i < 7; i++)
        out->works[i] = h->days[i + 1].n > 0;
    for (int i = 0; i < h->special_n; i++)
        days += (size_t)(h->special[i].last - h->special[i].first + 1);
    int32_t *closed = ARENA_ARRAY(a, days + 1, int32_t), *extra = ARENA_ARRAY(a, days + 1, int32_t);
    for (int i = 0; i < h->special_n; i++)
        for (int32_t day = h->special[i].first; day <= h->special[i].last; day++) {
            bool usual = out->works[day_weekday(day)], works = h->special[i].works;
            if (hours_special(h, day) != &h->special[i] || works == usual)
                continue;
            if (works)
                extra[out->n_extra++] = day;
            else
                closed[out->n_closed++] = day;
        }
    out->closed = closed;
    out->extra = extra;
    return out;
}

/* ---- mapping ---- */

static enum rc read_specials(struct rows *r, struct arena *a, struct special_day **out, int *n) {
    int room = 0;
    *out = NULL;
    *n = 0;
    while (rows_next(r)) {
        if (*n == room) {
            room = room ? room * 2 : 32;
            *out = arena_grow(a, *out, (size_t)*n, (size_t)room, sizeof **out);
        }
        struct special_day *day = &(*out)[(*n)++];
        *day = (struct special_day){
            .id = rows_int(r, 0),
            .team_id = rows_int(r, 1),
            .ref = rows_copy(r, 2, a),
            .first = (int32_t)rows_int(r, 3),
            .last = (int32_t)rows_int(r, 4),
            .works = rows_int(r, 5),
            .holiday = rows_null(r, 7) ? NULL : rows_copy(r, 7, a),
            .name = rows_copy(r, 8, a),
        };
        if (!hours_day_read(rows_text(r, 6), &day->hours))
            day->hours.n = 0;
    }
    return rows_end(r);
}

/* ---- loading ---- */

enum rc hours_load(struct view *v, struct arena *a, int64_t team_id, struct hours *out) {
    int64_t whose = 0;
    *out = (struct hours){0};
    struct rows r = view_query(v, &q_hours_load, BIND(ACCOUNT, value_int(team_id)));
    while (rows_next(&r)) {
        int64_t weekday = rows_int(&r, 1);
        if (rows_int(&r, 0) != whose) { /* the team's come after the account's, and instead of them */
            whose = rows_int(&r, 0);
            *out = (struct hours){0};
        }
        if (weekday < 1 || weekday > 7 || out->days[weekday].n == HOURS_SPANS)
            continue;
        struct hours_day *day = &out->days[weekday];
        out->set = true;
        day->spans[day->n++] = (struct hours_span){(int)rows_int(&r, 2), (int)rows_int(&r, 3)};
    }
    enum rc rc = rows_end(&r);
    if (rc != RC_OK)
        return rc;
    r = view_query(v, &q_special_load, BIND(ACCOUNT, value_int(team_id)));
    return read_specials(&r, a, &out->special, &out->special_n);
}

enum rc hours_own_week(struct view *v, int64_t team_id, bool *own) {
    int64_t n = 0;
    enum rc rc = view_int(v, &q_hours_own, BIND(ACCOUNT, value_int(team_id)), 0, &n);
    *own = n > 0;
    return rc;
}

enum rc special_days(struct view *v, struct arena *a, int64_t team_id, struct special_day **out, int *n) {
    struct rows r = view_query(v, &q_special_own, BIND(ACCOUNT, value_int(team_id)));
    return read_specials(&r, a, out, n);
}

/* ---- verbs ---- */

static void note_change(struct tx *tx, int64_t team_id, int64_t by_agent) {
    event_add(tx, (struct event){
                      "hours.changed", {by_agent ? ACTOR_AGENT : ACTOR_SYSTEM, by_agent}, .subject_id = team_id});
}

enum rc hours_save(struct tx *tx, int64_t team_id, const struct hours *h, int64_t by_agent) {
    if (hours_flaw(h))
        return RC_INVALID;
    enum rc rc = tx_exec(tx, &q_hours_drop, BIND(ACCOUNT, value_int(team_id)));
    for (int day = 1; day <= 7; day++)
        for (int i = 0; rc == RC_OK && i < h->days[day].n; i++) {
            const struct hours_span *s = &h->days[day].spans[i];
            rc = tx_exec(tx, &q_hours_add,
                         BIND(ACCOUNT, value_int(team_id), value_int(day), value_int(s->from), value_int(s->to)));
        }
    if (rc == RC_OK)
        note_change(tx, team_id, by_agent);
    return rc;
}

enum rc hours_drop(struct tx *tx, int64_t team_id, int64_t by_agent) {
    enum rc rc = tx_exec(tx, &q_hours_drop, BIND(ACCOUNT, value_int(team_id)));
    if (rc == RC_OK && tx_changes(tx))
        note_change(tx, team_id, by_agent);
    return rc;
}

enum rc hours_forget_team(struct tx *tx, int64_t team_id) {
    enum rc rc = tx_exec(tx, &q_hours_drop, BIND(ACCOUNT, value_int(team_id)));
    return rc == RC_OK ? tx_exec(tx, &q_special_forget, BIND(ACCOUNT, value_int(team_id))) : rc;
}

enum rc special_day_add(struct tx *tx, struct special_day *day, int64_t by_agent, int64_t now) {
    int64_t same = 0, there = 0;
    if (special_day_flaw(day))
        return RC_INVALID;
    enum rc rc = view_int(
        tx_view(tx), &q_special_same,
        BIND(ACCOUNT, value_int(day->team_id), value_int(day->first), value_int(day->last), value_text(day->name)),
        0, &same);
    if (rc == RC_OK)
        rc = view_int(tx_view(tx), &q_special_count, BIND(ACCOUNT, value_int(day->team_id)), 0, &there);
    if (rc != RC_OK || same || there >= HOURS_SPECIAL_MAX)
        return rc != RC_OK ? rc : same ? RC_DUPLICATE : RC_TOO_MANY;
    day->id = id_new();
    day->ref = id_ref(tx_arena(tx), "day");
    rc = tx_exec(tx, &q_special_add,
                 BIND(ACCOUNT, value_int(day->id), value_int(day->team_id), value_text(day->ref),
                      value_int(day->first), value_int(day->last), value_int(day->works),
                      value_text(day->works ? hours_day_text(tx_arena(tx), &day->hours) : ""),
                      value_text(day->holiday), value_text(day->name), value_int(now)));
    if (rc == RC_OK)
        note_change(tx, day->team_id, by_agent);
    return rc;
}

enum rc special_day_remove(struct tx *tx, const char *ref, int64_t by_agent) {
    int64_t team_id = 0;
    enum rc rc = view_int(tx_view(tx), &q_special_team, BIND(ACCOUNT, value_text(ref)), -1, &team_id);
    if (rc != RC_OK || team_id < 0)
        return rc != RC_OK ? rc : RC_NONE;
    rc = tx_exec(tx, &q_special_remove, BIND(ACCOUNT, value_text(ref)));
    if (rc == RC_OK)
        note_change(tx, team_id, by_agent);
    return rc;
}
