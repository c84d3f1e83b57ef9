#include "desk/hours.h"

#include "base/wall.h"
#include "desk/account.h"
#include "desk/event.h"

QUERY(q_hours_load, "SELECT weekday, from_minute, to_minute FROM open_hours WHERE account_id = $1");
QUERY(q_hours_drop, "DELETE FROM open_hours WHERE account_id = $1");
QUERY(q_hours_add, "INSERT INTO open_hours (account_id, weekday, from_minute, to_minute) VALUES ($1, $2, $3, $4)");

static const int64_t MINUTE_MS = 60 * 1000, DAY_MS = 24 * 3600 * 1000;

/* ---- rules ---- */

const char *hours_flaw(const struct hours *h) {
    bool some = false;
    for (int day = 1; day <= 7; day++) {
        if (h->days[day].from < 0 || h->days[day].to > MINUTES_A_DAY || h->days[day].from > h->days[day].to)
            return "order";
        some |= h->days[day].from < h->days[day].to;
    }
    return some ? NULL : "never";
}

static int weekday_of(const struct wall *w) { return w->weekday ? w->weekday : 7; }

bool hours_open(const struct hours *h, const char *zone, int64_t now) {
    struct wall w = wall_at(zone, now);
    int day = weekday_of(&w), minute = w.hour * 60 + w.minute;
    return !h->set || (minute >= h->days[day].from && minute < h->days[day].to);
}

int64_t hours_opens_at(const struct hours *h, const char *zone, int64_t now) {
    struct wall w = wall_at(zone, now);
    if (hours_open(h, zone, now))
        return 0;
    for (int later = 0; later <= 7; later++) {
        int day = (weekday_of(&w) - 1 + later) % 7 + 1;
        if (h->days[day].from == h->days[day].to)
            continue;
        int64_t local = (w.day_number + later) * DAY_MS + h->days[day].from * MINUTE_MS;
        int64_t at = local - wall_offset(zone, local - wall_offset(zone, now)); /* the offset then, not now */
        if (at > now)
            return at;
    }
    return 0;
}

/* ---- verbs ---- */

enum rc hours_load(struct view *v, struct hours *out) {
    *out = (struct hours){0};
    struct rows r = view_query(v, &q_hours_load, BIND(ACCOUNT));
    while (rows_next(&r)) {
        int64_t day = rows_int(&r, 0);
        if (day < 1 || day > 7)
            continue;
        out->set = true;
        out->days[day].from = (int)rows_int(&r, 1);
        out->days[day].to = (int)rows_int(&r, 2);
    }
    return rows_end(&r);
}

static void note_change(struct tx *tx, int64_t by_agent) {
    event_add(tx, (struct event){"hours.changed", {by_agent ? ACTOR_AGENT : ACTOR_SYSTEM, by_agent}});
}

enum rc hours_save(struct tx *tx, const struct hours *h, int64_t by_agent) {
    if (hours_flaw(h))
        return RC_INVALID;
    enum rc rc = tx_exec(tx, &q_hours_drop, BIND(ACCOUNT));
    for (int day = 1; rc == RC_OK && day <= 7; day++)
        if (h->days[day].from < h->days[day].to)
            rc = tx_exec(tx, &q_hours_add,
                         BIND(ACCOUNT, value_int(day), value_int(h->days[day].from), value_int(h->days[day].to)));
    if (rc == RC_OK)
        note_change(tx, by_agent);
    return rc;
}

enum rc hours_drop(struct tx *tx, int64_t by_agent) {
    enum rc rc = tx_exec(tx, &q_hours_drop, BIND(ACCOUNT));
    if (rc == RC_OK && tx_changes(tx))
        note_change(tx, by_agent);
    return rc;
}
