/* admin_hours.c: the calendars: the week, days unlike it, holidays to take over, a calendar file. Nothing is closed
 * before an admin says so: lists and files only propose. */
#include "base/country.h"
#include "base/say.h"
#include "base/tr.h"
#include "base/wall.h"
#include "desk/holiday.h"
#include "html_gen.h"
#include "text/ics.h"
#include "web/company_form.h"
#include "web/handlers.h"
#include "web/hours_said.h"

#include <string.h>

enum { PROPOSED_YEARS = 2, TAKEN_MAX = 400 };
static const int64_t DAY_MS = 24 * 3600 * 1000;

/* ---- days in words ---- */

/* A date is the same whatever the zone: it is said as that of its noon in UTC. */
static const char *date_said(struct visit *x, int32_t day) {
    struct buf out = {0};
    say_date(&out, x->page.locale, "UTC", day * DAY_MS + DAY_MS / 2, 0);
    char *said = arena_copy(x->a, out.at);
    buf_free(&out);
    return said;
}

static const char *range_said(struct visit *x, int32_t first, int32_t last) {
    struct buf out = {0};
    if (first == last)
        return date_said(x, first);
    tr_fill(&out, tr(x->page.locale, "{first} to {last}"), "first", date_said(x, first), "last", date_said(x, last),
            NULL);
    char *said = arena_copy(x->a, out.at);
    buf_free(&out);
    return said;
}

static int32_t today_of(struct visit *x) { return (int32_t)wall_at(x->account.zone, x->page.now).day_number; }

/* ---- showing ---- */

/* What a POST found out, to be shown again with what was typed. */
struct again {
    struct error_list errors;
    const char *part; /* week day file */
    struct ics found;
    const char *file_error;
};

static enum rc fill_calendars(struct visit *x, struct hours_view *v, int64_t *team_id) {
    struct team *teams;
    int n;
    const char *ref = rq_text(x->rq, "team");
    enum rc rc = team_list(x->v, x->a, &teams, &n);
    if (rc != RC_OK)
        return rc;
    *team_id = 0;
    v->team_ref = v->team_name = "";
    v->calendars.items = ARENA_ARRAY(x->a, (size_t)n + 1, struct choice);
    v->calendars.items[v->calendars.items_n++] =
        (struct choice){"/admin/hours", tr(x->page.locale, "The whole company"), "", !ref};
    for (int i = 0; i < n; i++) {
        bool chosen = ref && strcmp(ref, teams[i].ref) == 0;
        v->calendars.items[v->calendars.items_n++] =
            (struct choice){arena_printf(x->a, "/admin/hours?team=%s", teams[i].ref), teams[i].name, "", chosen};
        if (chosen) {
            *team_id = teams[i].id;
            v->team_ref = teams[i].ref;
            v->team_name = teams[i].name;
        }
    }
    return ref && !*team_id ? RC_NONE : RC_OK;
}

static void fill_days(struct visit *x, const struct hours *h, int64_t team_id, struct hours_view *v) {
    int32_t today = today_of(x);
    v->days = ARENA_ARRAY(x->a, (size_t)h->special_n + 1, struct special_row);
    for (int i = 0; i < h->special_n; i++) {
        const struct special_day *day = &h->special[i];
        if (day->last < today) {
            v->past_n++;
            continue;
        }
        v->days[v->days_n++] = (struct special_row){
            .ref = day->ref,
            .when = range_said(x, day->first, day->last),
            .name = special_day_name(x->a, x->page.locale, day),
            .hours = day->works ? hours_day_text(x->a, &day->hours) : "",
            .works = day->works,
            .inherited = day->team_id != team_id,
        };
    }
}

static bool is_there(const struct hours *h, int32_t first, int32_t last) {
    for (int i = 0; i < h->special_n; i++)
        if (h->special[i].first <= first && last <= h->special[i].last)
            return true;
    return false;
}

/* Those of this year and the next that are to come and not there yet. */
static void fill_holidays(struct visit *x, const struct hours *h, struct hours_view *v) {
    int32_t today = today_of(x);
    struct wall w = wall_at(x->account.zone, x->page.now);
    struct choices countries = country_choices(x, x->account.country);
    v->country = "";
    for (int i = 0; i < countries.items_n; i++)
        if (countries.items[i].chosen)
            v->country = countries.items[i].label;
    v->country_known = holidays_known(x->account.country);
    v->advice = holiday_advice(x->page.locale, x->account.country);
    for (int year = w.year; year < w.year + PROPOSED_YEARS; year++) {
        struct holiday *list;
        int n = holidays_of(x->a, x->account.country, year, &list);
        v->holidays.days = arena_grow(x->a, v->holidays.days, (size_t)v->holidays.days_n,
                                      (size_t)(v->holidays.days_n + n + 1), sizeof *v->holidays.days);
        for (int i = 0; i < n; i++) {
            if (list[i].last < today || is_there(h, list[i].first, list[i].last))
                continue;
            v->holidays.days[v->holidays.days_n++] = (struct proposed_day){
                .value = arena_printf(x->a, "%s/%s/%s", hours_date_text(x->a, list[i].first),
                                      hours_date_text(x->a, list[i].last), list[i].code),
                .when = range_said(x, list[i].first, list[i].last),
                .name = holiday_name(x->a, x->page.locale, list[i].code),
                .chosen = true,
            };
        }
    }
}

static const char *refusal(enum locale locale, const char *why) {
    if (strcmp(why, "time") == 0)
        return tr(locale, "It has a time of day; only whole days can be taken over.");
    if (strcmp(why, "repeats") == 0)
        return tr(locale, "It repeats in a way that is not understood; add its days by hand.");
    if (strcmp(why, "long") == 0)
        return tr(locale, "It lasts longer than 60 days.");
    if (strcmp(why, "many") == 0)
        return tr(locale, "These are too many days at once.");
    return tr(locale, "Its date cannot be read.");
}

static void fill_found(struct visit *x, const struct hours *h, const struct again *again, struct hours_view *v) {
    const struct ics *found = &again->found;
    v->file_read = !again->file_error;
    v->file_error = again->file_error;
    v->file_outside = found->outside;
    v->file_refused = found->refused_n;
    v->found.days = ARENA_ARRAY(x->a, (size_t)found->n + 1, struct proposed_day);
    for (int i = 0; i < found->n; i++) {
        const struct ics_day *day = &found->days[i];
        const char *name = *day->name ? day->name : tr(x->page.locale, "Without a name");
        v->found.days[v->found.days_n++] = (struct proposed_day){
            .value = arena_printf(x->a, "%s/%s/%s%s", hours_date_text(x->a, day->first),
                                  hours_date_text(x->a, day->last), day->works ? "*" : "=", name),
            .when = range_said(x, day->first, day->last),
            .name = name,
            .works = day->works,
            .chosen = !is_there(h, day->first, day->last),
        };
    }
    v->refused = ARENA_ARRAY(x->a, ICS_REFUSED_MAX, struct choice);
    for (int i = 0; i < found->refused_n && i < ICS_REFUSED_MAX; i++) {
        const struct ics_refused *one = &found->refused[i];
        struct buf line = {0};
        tr_fill(&line, tr(x->page.locale, "Line {n}"), "n", arena_printf(x->a, "%d", one->line), NULL);
        v->refused[v->refused_n++] = (struct choice){"", *one->name ? one->name : arena_copy(x->a, line.at),
                                                     refusal(x->page.locale, one->why), false};
        buf_free(&line);
    }
}

static void fill_form(struct visit *x, const struct again *again, struct hours_view *v) {
    bool typed = again && strcmp(again->part, "day") == 0;
    const char *kind = typed && rq_text(x->rq, "kind") ? rq_text(x->rq, "kind") : "closed";
    v->kinds.items = ARENA_ARRAY(x->a, 2, struct choice);
    v->kinds.items_n = 2;
    v->kinds.items[0] =
        (struct choice){"closed", tr(x->page.locale, "hours|Closed"), "", strcmp(kind, "closed") == 0};
    v->kinds.items[1] = (struct choice){"works", tr(x->page.locale, "hours|Open"), "", strcmp(kind, "works") == 0};
    if (!typed)
        return;
    v->first = (struct field){rq_text(x->rq, "first"), error_of(&again->errors, "first")};
    v->last = (struct field){rq_text(x->rq, "last"), error_of(&again->errors, "last")};
    v->name = (struct field){rq_text(x->rq, "name"), error_of(&again->errors, "name")};
    v->times = (struct field){rq_text(x->rq, "times"), error_of(&again->errors, "times")};
}

static enum rc fill_hours(struct visit *x, const struct again *again, struct hours_view *v) {
    struct hours h;
    struct error_list ignored = {0}; /* they are in `again` already */
    int64_t team_id;
    enum rc rc = fill_calendars(x, v, &team_id);
    if (rc == RC_OK)
        rc = hours_load(x->v, x->a, team_id, &h);
    if (rc == RC_OK && team_id)
        rc = hours_own_week(x->v, team_id, &v->own_week);
    if (rc != RC_OK)
        return rc;
    v->now = hours_said(x->a, x->page.locale, &h, x->account.zone, x->page.now);
    if (again && strcmp(again->part, "week") == 0) {
        struct hours typed;
        v->hours = hours_fields_read(x, &ignored, &typed);
    } else if (team_id && !v->own_week) {
        struct hours none = {.set = true};
        v->hours = hours_fields_of(x, &none, NULL);
    } else {
        v->hours = hours_fields_of(x, &h, NULL);
    }
    fill_days(x, &h, team_id, v);
    fill_form(x, again, v);
    if (!team_id)
        fill_holidays(x, &h, v);
    if (again && strcmp(again->part, "file") == 0)
        fill_found(x, &h, again, v);
    if (again)
        v->errors = again->errors;
    return RC_OK;
}

static void show_hours(struct request *rq, const struct again *again, int status) {
    struct visit x;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Opening hours")))
        return;
    struct hours_view v = {.shell = shell_of(&x, "admin"), .nav.section = "hours"};
    enum rc rc = fill_hours(&x, again, &v);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    if (!again)
        v.shell.toast = done_toast(&x);
    rs_status(rq, status);
    html_admin_calendar(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_admin_hours(struct request *rq) { show_hours(rq, NULL, 200); }

/* ---- saving ---- */

struct hours_saving {
    struct request *rq;
    struct hours hours;
    struct special_day *days;
    int days_n;
};

static enum rc team_of(struct tx *tx, struct request *rq, int64_t *id) {
    struct team team;
    const char *ref = rq_text(rq, "team");
    *id = 0;
    if (!ref)
        return RC_OK;
    enum rc rc = team_by_ref(tx_view(tx), tx_arena(tx), ref, &team);
    *id = rc == RC_OK ? team.id : 0;
    return rc;
}

static void back(struct request *rq, const char *done) {
    const char *team = rq_text(rq, "team");
    rs_redirect(rq, team ? arena_printf(rq_arena(rq), "/admin/hours?team=%s&done=%s", team, done)
                         : arena_printf(rq_arena(rq), "/admin/hours?done=%s", done));
}

static struct visit reader_of(struct request *rq) {
    return (struct visit){.rq = rq, .a = rq_arena(rq), .page.locale = locale_of(rq_lang(rq))};
}

static enum rc save_week(struct tx *tx, void *arg) {
    struct hours_saving *s = arg;
    int64_t team_id, by = rq_who(s->rq)->agent_id;
    enum rc rc = team_of(tx, s->rq, &team_id);
    if (rc != RC_OK)
        return rc;
    return s->hours.set ? hours_save(tx, team_id, &s->hours, by) : hours_drop(tx, team_id, by);
}

void post_admin_hours(struct request *rq) {
    struct visit x = reader_of(rq);
    struct hours_saving s = {.rq = rq};
    struct again again = {.part = "week"};
    hours_fields_read(&x, &again.errors, &s.hours);
    if (again.errors.items_n)
        show_hours(rq, &again, 422);
    else if (web_write(rq, save_week, &s))
        back(rq, "saved");
}

/* All or none; what is there already stays as it is. */
static enum rc save_days(struct tx *tx, void *arg) {
    struct hours_saving *s = arg;
    int64_t team_id;
    enum rc rc = team_of(tx, s->rq, &team_id);
    for (int i = 0; rc == RC_OK && i < s->days_n; i++) {
        struct special_day day = s->days[i];
        day.team_id = team_id;
        rc = special_day_add(tx, &day, rq_who(s->rq)->agent_id, rq_now(s->rq));
        rc = rc == RC_DUPLICATE ? RC_OK : rc;
    }
    return rc;
}

static void read_day(struct visit *x, struct special_day *day, struct error_list *errors) {
    struct request *rq = x->rq;
    const char *first = rq_text(rq, "first"), *last = rq_text(rq, "last"), *name = rq_text(rq, "name");
    const char *kind = rq_text(rq, "kind");
    *day = (struct special_day){.name = name ? name : "", .works = kind && strcmp(kind, "works") == 0};
    bool dated = hours_date_read(first, &day->first);
    if (!dated)
        add_error(x, errors, "first", tr(x->page.locale, "Choose the date."));
    day->last = day->first;
    if (last && *last && !hours_date_read(last, &day->last))
        add_error(x, errors, "last", tr(x->page.locale, "Choose the date, or leave it empty for a single day."));
    else if (dated && day->last < day->first)
        add_error(x, errors, "last", tr(x->page.locale, "The last day must not be before the first."));
    else if (dated && day->last - day->first >= HOURS_RANGE_DAYS_MAX)
        add_error(x, errors, "last", tr(x->page.locale, "It can last 60 days at most."));
    if (!*day->name)
        add_error(x, errors, "name", tr(x->page.locale, "Write what the day is called. Customers read it."));
    if (day->works && !hours_day_read(rq_text(rq, "times"), &day->hours))
        add_error(x, errors, "times",
                  hours_flaw_advice(x->page.locale,
                                    hours_day_flaw(&day->hours) ? hours_day_flaw(&day->hours) : "unclear"));
}

/* As the proposals on the page have it: two dates and a holiday, "=" with a name, or "*" with a working day's. */
static bool read_proposed(struct arena *a, const char *value, struct special_day *day) {
    *day = (struct special_day){0};
    if (strlen(value) < 23 || value[10] != '/' || value[21] != '/')
        return false;
    const char *what = value + 22;
    if (!hours_date_read(arena_copy_n(a, value, 10), &day->first) ||
        !hours_date_read(arena_copy_n(a, value + 11, 10), &day->last))
        return false;
    if (*what == '=' || *what == '*') {
        day->works = *what == '*';
        day->name = what + 1;
    } else {
        day->holiday = what;
        day->name = holiday_name(a, LOCALE_EN, what);
    }
    return !special_day_flaw(day);
}

void post_admin_days(struct request *rq) {
    struct visit x = reader_of(rq);
    struct hours_saving s = {.rq = rq};
    struct again again = {.part = "day"};
    const char *const *picked;
    size_t n = rq_many(rq, "pick", &picked);
    s.days = ARENA_ARRAY(x.a, n + 1, struct special_day);
    if (rq_flag(rq, "take")) {
        for (size_t i = 0; i < n; i++)
            if (!read_proposed(x.a, picked[i], &s.days[s.days_n++])) {
                rs_refuse(rq, RC_INVALID, "pick", "not_a_word");
                return;
            }
    } else {
        read_day(&x, &s.days[s.days_n++], &again.errors);
    }
    if (again.errors.items_n)
        show_hours(rq, &again, 422);
    else if (web_write(rq, save_days, &s))
        back(rq, "added");
}

static enum rc remove_day(struct tx *tx, void *arg) {
    struct request *rq = arg;
    return special_day_remove(tx, rq_text(rq, "ref"), rq_who(rq)->agent_id);
}

void post_admin_day_remove(struct request *rq) {
    if (web_write(rq, remove_day, rq))
        back(rq, "removed");
}

/* Reads only: what it finds is proposed. */
void post_admin_hours_file(struct request *rq) {
    struct visit x = reader_of(rq);
    struct again again = {.part = "file"};
    size_t n;
    const struct upload *file = rq_files(rq, "file", &n);
    int32_t today = (int32_t)(rq_now(rq) / DAY_MS) - 1;
    const char *flaw = n ? ics_read(x.a, file->bytes, today, today + 2 * 366, &again.found) : "none";
    if (flaw && strcmp(flaw, "none") == 0)
        again.file_error = tr(x.page.locale, "Choose a file first.");
    else if (flaw && strcmp(flaw, "big") == 0)
        again.file_error = tr(x.page.locale, "This file is larger than 1 MB. Calendars of holidays are smaller.");
    else if (flaw)
        again.file_error = tr(x.page.locale, "This is no calendar file. Its name usually ends in .ics.");
    if (again.file_error)
        add_error(&x, &again.errors, "file", again.file_error);
    show_hours(rq, &again, again.file_error ? 422 : 200);
}
