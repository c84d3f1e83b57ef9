/* api_hours.c: calendars: when somebody is there. */
#include "base/tr.h"
#include "desk/account.h"
#include "desk/hours.h"
#include "web/api.h"
#include "web/hours_said.h"

#include <string.h>

struct api_week_day {
    const char *day, *hours;
};

struct api_special_day {
    const char *ref, *first, *last, *name, *holiday, *hours;
    bool works, of_team;
};

struct api_hours {
    const char *team, *closed_for;
    struct shape_list week, days;
    bool known, open;
    int64_t opens_at, closes_at;
};

static const char weekdays[] = "monday tuesday wednesday thursday friday saturday sunday";
static const char *const weekday[] = {"",         "monday", "tuesday",  "wednesday",
                                      "thursday", "friday", "saturday", "sunday"};

static const struct shape_field week_day_fields[] = {
    {"day", SHAPE_WORD, offsetof(struct api_week_day, day), .of = weekdays},
    {"hours", SHAPE_TEXT, offsetof(struct api_week_day, hours), "\"09:00–12:00, 13:00–18:00\"; empty: closed."},
    {0},
};
const struct shape shape_week_day = {"WeekDay", "A day of the week.", week_day_fields, sizeof(struct api_week_day)};

static const struct shape_field special_day_fields[] = {
    {"ref", SHAPE_REF, offsetof(struct api_special_day, ref), .of = "day"},
    {"first", SHAPE_TEXT, offsetof(struct api_special_day, first), "\"2027-02-05\", in the account's zone."},
    {"last", SHAPE_TEXT, offsetof(struct api_special_day, last), "Included."},
    {"name", SHAPE_TEXT, offsetof(struct api_special_day, name)},
    {"holiday", SHAPE_TEXT, offsetof(struct api_special_day, holiday),
     "A known holiday, which customers read in their own language.", .nullable = true},
    {"works", SHAPE_BOOL, offsetof(struct api_special_day, works), "False: closed."},
    {"hours", SHAPE_TEXT, offsetof(struct api_special_day, hours), "Of a working day; empty: as on a usual one."},
    {"of_team", SHAPE_BOOL, offsetof(struct api_special_day, of_team), "Not of the whole account."},
    {0},
};
const struct shape shape_special_day = {"SpecialDay", "A day, or several, unlike the week.", special_day_fields,
                                        sizeof(struct api_special_day)};

static const struct shape_field hours_fields[] = {
    {"team", SHAPE_REF, offsetof(struct api_hours, team), "Whose calendar; null: the account's.", .nullable = true,
     .of = "tem"},
    {"known", SHAPE_BOOL, offsetof(struct api_hours, known), "False: nobody has set hours, and it counts as open."},
    {"open", SHAPE_BOOL, offsetof(struct api_hours, open), "Now."},
    {"opens_at", SHAPE_TIME, offsetof(struct api_hours, opens_at), "When it is closed.", .nullable = true},
    {"closes_at", SHAPE_TIME, offsetof(struct api_hours, closes_at), "When it is open.", .nullable = true},
    {"closed_for", SHAPE_TEXT, offsetof(struct api_hours, closed_for), "The special day for which it is closed.",
     .nullable = true},
    {"week", SHAPE_LIST, offsetof(struct api_hours, week), "Monday first.", .shape = &shape_week_day},
    {"days", SHAPE_LIST, offsetof(struct api_hours, days), "By their first day.", .shape = &shape_special_day},
    {0},
};
const struct shape shape_hours = {"Hours", "A calendar.", hours_fields, sizeof(struct api_hours)};

static struct api_special_day day_of_calendar(struct api_call *c, const struct special_day *day) {
    return (struct api_special_day){
        .ref = day->ref,
        .first = hours_date_text(c->a, day->first),
        .last = hours_date_text(c->a, day->last),
        .name = day->name,
        .holiday = day->holiday,
        .hours = day->works ? hours_day_text(c->a, &day->hours) : "",
        .works = day->works,
        .of_team = day->team_id,
    };
}

static enum rc put_hours(struct api_call *c, int64_t team_id) {
    struct hours h;
    struct account account;
    enum rc rc = account_load(c->v, c->a, &account);
    if (rc == RC_OK)
        rc = hours_load(c->v, c->a, team_id, &h);
    if (rc != RC_OK)
        return rc;
    struct api_week_day *week = ARENA_ARRAY(c->a, 7, struct api_week_day);
    struct api_special_day *days = ARENA_ARRAY(c->a, (size_t)h.special_n + 1, struct api_special_day);
    for (int i = 0; i < 7; i++)
        week[i] = (struct api_week_day){weekday[i + 1], hours_day_text(c->a, &h.days[i + 1])};
    for (int i = 0; i < h.special_n; i++)
        days[i] = day_of_calendar(c, &h.special[i]);
    const struct special_day *why = hours_closed_for(&h, account.zone, c->now);
    api_put(c, &shape_hours,
            &(struct api_hours){
                .team = team_id ? rq_text(c->rq, "team") : NULL,
                .closed_for = why ? special_day_name(c->a, locale_of(account.lang), why) : NULL,
                .week = {week, 7},
                .days = {days, h.special_n},
                .known = h.set,
                .open = hours_open(&h, account.zone, c->now),
                .opens_at = hours_opens_at(&h, account.zone, c->now),
                .closes_at = hours_closes_at(&h, account.zone, c->now),
            });
    return RC_OK;
}

static enum rc whose(struct api_call *c, int64_t *team_id) {
    *team_id = 0;
    return rq_text(c->rq, "team") ? api_team_param(c, "team", team_id) : RC_OK;
}

static enum rc show_hours(struct api_call *c) {
    int64_t team_id;
    enum rc rc = whose(c, &team_id);
    return rc == RC_OK ? put_hours(c, team_id) : rc;
}

void api_get_hours(struct request *rq) { api_read(rq, show_hours); }

/* Only the days that are named change. */
static enum rc change_hours(struct api_call *c) {
    struct hours h;
    int64_t team_id;
    if (rq_who(c->rq)->role < ROLE_ADMIN)
        return RC_DENIED;
    enum rc rc = whose(c, &team_id);
    if (rc == RC_OK)
        rc = hours_load(c->v, c->a, team_id, &h);
    if (rc != RC_OK)
        return rc;
    h.set = false;
    for (int day = 1; day <= 7; day++) {
        const char *text = rq_text(c->rq, weekday[day]);
        if (text && !hours_day_read(text, &h.days[day]))
            return api_blame(c, RC_INVALID, weekday[day], "not_a_time");
        h.set |= h.days[day].n > 0;
    }
    rc = h.set ? hours_save(c->tx, team_id, &h, c->agent_id) : hours_drop(c->tx, team_id, c->agent_id);
    return rc == RC_OK ? put_hours(c, team_id) : rc;
}

void api_change_hours(struct request *rq) { api_write(rq, change_hours); }

static enum rc add_day(struct api_call *c) {
    struct special_day day = {.name = rq_text(c->rq, "name"), .works = rq_flag(c->rq, "works")};
    const char *last = rq_text(c->rq, "last"), *hours = rq_text(c->rq, "hours");
    if (rq_who(c->rq)->role < ROLE_ADMIN)
        return RC_DENIED;
    if (!hours_date_read(rq_text(c->rq, "first"), &day.first))
        return api_blame(c, RC_INVALID, "first", "not_a_time");
    day.last = day.first;
    if (last &&
        (!hours_date_read(last, &day.last) || day.last < day.first || day.last - day.first >= HOURS_RANGE_DAYS_MAX))
        return api_blame(c, RC_INVALID, "last", "not_a_time");
    if (day.works && hours && !hours_day_read(hours, &day.hours))
        return api_blame(c, RC_INVALID, "hours", "not_a_time");
    enum rc rc = whose(c, &day.team_id);
    if (rc == RC_OK)
        rc = special_day_add(c->tx, &day, c->agent_id, c->now);
    if (rc != RC_OK)
        return rc == RC_DUPLICATE ? api_blame(c, RC_CONFLICT, "name", "taken") : rc;
    struct api_special_day out = day_of_calendar(c, &day);
    c->status = 201;
    api_put(c, &shape_special_day, &out);
    return RC_OK;
}

void api_add_special_day(struct request *rq) { api_write(rq, add_day); }

static enum rc remove_day(struct api_call *c) {
    if (rq_who(c->rq)->role < ROLE_ADMIN)
        return RC_DENIED;
    return special_day_remove(c->tx, rq_text(c->rq, "ref"), c->agent_id);
}

void api_remove_special_day(struct request *rq) { api_write(rq, remove_day); }
