/* command_hours.c: `kept hours`: what the page of opening hours does, for scripts. */
#include "command.h"

#include "base/clock.h"
#include "base/wall.h"
#include "desk/account.h"
#include "desk/agent.h"
#include "desk/holiday.h"
#include "desk/hours.h"
#include "text/ics.h"

#include <stdio.h>
#include <string.h>

enum { TEAM, LAST, NAME, WORKS, HOURS };

static const char *const weekday[] = {"",         "monday", "tuesday",  "wednesday",
                                      "thursday", "friday", "saturday", "sunday"};

struct hours_change {
    struct call *call;
    struct special_day *days;
    int days_n, added;
    int weekday; /* 0: all days are dropped */
    struct hours_day hours;
    int64_t now;
};

/* RC_NONE: no such team. */
static enum rc team_of(struct view *v, struct arena *a, const char *name, int64_t *id) {
    struct team *teams;
    int n;
    *id = 0;
    enum rc rc = name ? team_list(v, a, &teams, &n) : RC_OK;
    for (int i = 0; name && rc == RC_OK && i < n; i++)
        if (strcmp(teams[i].name, name) == 0 || strcmp(teams[i].ref, name) == 0)
            *id = teams[i].id;
    return rc == RC_OK && name && !*id ? RC_NONE : rc;
}

static enum rc set_week(struct tx *tx, void *arg) {
    struct hours_change *x = arg;
    struct hours h;
    int64_t team_id;
    enum rc rc = team_of(tx_view(tx), tx_arena(tx), x->call->options[TEAM], &team_id);
    if (rc == RC_OK)
        rc = hours_load(tx_view(tx), tx_arena(tx), team_id, &h);
    if (rc != RC_OK)
        return rc;
    h.days[x->weekday] = x->hours;
    h.set = false;
    for (int day = 1; day <= 7; day++)
        h.set |= h.days[day].n > 0;
    return h.set ? hours_save(tx, team_id, &h, 0) : hours_drop(tx, team_id, 0);
}

static enum rc add_days(struct tx *tx, void *arg) {
    struct hours_change *x = arg;
    int64_t team_id;
    enum rc rc = team_of(tx_view(tx), tx_arena(tx), x->call->options[TEAM], &team_id);
    x->added = 0;
    for (int i = 0; rc == RC_OK && i < x->days_n; i++) {
        struct special_day day = x->days[i];
        day.team_id = team_id;
        rc = special_day_add(tx, &day, 0, x->now);
        x->added += rc == RC_OK;
        rc = rc == RC_DUPLICATE ? RC_OK : rc;
    }
    return rc;
}

static enum rc remove_day(struct tx *tx, void *arg) {
    struct hours_change *x = arg;
    return special_day_remove(tx, x->call->words[1], 0);
}

/* ---- the verbs ---- */

static int show(struct call *c, struct store *store) {
    struct account account;
    struct hours h;
    int64_t team_id, now = clock_now();
    struct view *v = view_open(store);
    enum rc rc = account_load(v, c->arena, &account);
    if (rc == RC_OK)
        rc = team_of(v, c->arena, c->options[TEAM], &team_id);
    if (rc == RC_OK)
        rc = hours_load(v, c->arena, team_id, &h);
    view_close(v);
    if (rc != RC_OK)
        return command_fail(rc, "the hours cannot be read (%s)", rc_name(rc));
    int64_t opens_at = hours_opens_at(&h, account.zone, now);
    struct wall w = wall_at(account.zone, opens_at);
    if (!h.set)
        printf("nothing is said about hours\n");
    else if (opens_at)
        printf("closed, opens %04d-%02d-%02d %02d:%02d %s\n", w.year, w.month, w.day, w.hour, w.minute,
               account.zone);
    else
        printf("%s\n", hours_open(&h, account.zone, now) ? "open" : "closed");
    for (int day = 1; h.set && day <= 7; day++)
        printf("%s\t%s\n", weekday[day], h.days[day].n ? hours_day_text(c->arena, &h.days[day]) : "closed");
    for (int i = 0; i < h.special_n; i++) {
        const struct special_day *day = &h.special[i];
        const char *times = hours_day_text(c->arena, &day->hours);
        printf("%s\t%s\t%s\t%s\t%s\n", day->ref, hours_date_text(c->arena, day->first),
               hours_date_text(c->arena, day->last), day->works ? (*times ? times : "open") : "closed", day->name);
    }
    return 0;
}

static int read_week_day(struct call *c, struct hours_change *x) {
    if (c->words_n != 3)
        return command_fail(RC_INVALID, "hours set needs a day and times: hours set monday \"9-12, 13-18\"");
    for (int day = 1; day <= 7; day++)
        if (strcmp(weekday[day], c->words[1]) == 0)
            x->weekday = day;
    if (!x->weekday)
        return command_fail(RC_INVALID, "%s is no day; monday is", c->words[1]);
    if (!hours_day_read(c->words[2], &x->hours))
        return command_fail(RC_INVALID, "%s are no times; 9-12, 13-18 are, and closed is", c->words[2]);
    return 0;
}

static int read_new_day(struct call *c, struct hours_change *x) {
    struct special_day *day = x->days = ARENA_ARRAY(c->arena, 1, struct special_day);
    x->days_n = 1;
    day->name = c->options[NAME];
    day->works = c->options[WORKS] || c->options[HOURS];
    if (c->words_n != 2 || !hours_date_read(c->words[1], &day->first))
        return command_fail(RC_INVALID, "hours add needs a date, like 2027-02-05");
    day->last = day->first;
    if (c->options[LAST] && !hours_date_read(c->options[LAST], &day->last))
        return command_fail(RC_INVALID, "%s is no date; 2027-02-09 is", c->options[LAST]);
    if (c->options[HOURS] && !hours_day_read(c->options[HOURS], &day->hours))
        return command_fail(RC_INVALID, "%s are no times; 9-12, 13-18 are", c->options[HOURS]);
    const char *flaw = special_day_flaw(day);
    return !flaw ? 0
                 : command_fail(RC_INVALID, "%s",
                                strcmp(flaw, "name") == 0 ? "the day needs a --name, which customers read"
                                                          : "--last must follow the first day, 60 days at most");
}

/* What could not be read is told, and the rest is added: whoever runs this has said yes. */
static int read_file(struct call *c, struct hours_change *x) {
    struct ics found;
    static uint8_t bytes[ICS_SIZE_MAX + 1];
    FILE *f = c->words_n == 2 ? fopen(c->words[1], "rb") : NULL;
    if (!f)
        return command_fail(RC_NONE, c->words_n == 2 ? "%s cannot be opened" : "hours import needs a FILE%s",
                            c->words_n == 2 ? c->words[1] : "");
    size_t n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    int32_t today = (int32_t)(x->now / (24 * 3600 * 1000LL)) - 1;
    const char *flaw = ics_read(c->arena, (struct bytes){bytes, n}, today, today + 2 * 366, &found);
    if (flaw)
        return command_fail(RC_INVALID,
                            strcmp(flaw, "big") == 0 ? "%s is larger than 1 MB" : "%s is no calendar file",
                            c->words[1]);
    for (int i = 0; i < found.refused_n && i < ICS_REFUSED_MAX; i++)
        fprintf(stderr, "kept: line %d is left out (%s): %s\n", found.refused[i].line, found.refused[i].why,
                found.refused[i].name);
    x->days = ARENA_ARRAY(c->arena, (size_t)found.n + 1, struct special_day);
    for (int i = 0; i < found.n; i++)
        if (*found.days[i].name)
            x->days[x->days_n++] = (struct special_day){.first = found.days[i].first,
                                                        .last = found.days[i].last,
                                                        .name = found.days[i].name,
                                                        .works = found.days[i].works};
    return 0;
}

static int holidays(struct call *c) {
    int32_t day;
    struct holiday *list;
    const char *country = c->words_n == 3 ? c->words[1] : "", *year = c->words_n == 3 ? c->words[2] : "";
    if (!holidays_known(country))
        return command_fail(RC_INVALID, "hours holidays COUNTRY YEAR: of CN DE GB HK TH TW US VN");
    if (!hours_date_read(arena_printf(c->arena, "%s-01-01", year), &day))
        return command_fail(RC_INVALID, "%s is no year", year);
    int y, month, date;
    day_split(day, &y, &month, &date);
    int n = holidays_of(c->arena, country, y, &list);
    for (int i = 0; i < n; i++)
        printf("%s\t%s\t%s\n", hours_date_text(c->arena, list[i].first), hours_date_text(c->arena, list[i].last),
               holiday_name(c->arena, LOCALE_EN, list[i].code));
    const char *advice = holiday_advice(LOCALE_EN, country);
    if (advice)
        fprintf(stderr, "kept: %s\n", advice);
    return 0;
}

int command_hours(struct call *c) {
    const char *verb = c->words[0];
    struct hours_change x = {.call = c, .now = clock_now()};
    struct store *store;
    enum rc (*change)(struct tx *, void *) = NULL;
    int code = 0;
    if (strcmp(verb, "holidays") == 0)
        return holidays(c);
    if (strcmp(verb, "set") == 0) {
        code = read_week_day(c, &x);
        change = set_week;
    } else if (strcmp(verb, "add") == 0) {
        code = read_new_day(c, &x);
        change = add_days;
    } else if (strcmp(verb, "import") == 0) {
        code = read_file(c, &x);
        change = add_days;
    } else if (strcmp(verb, "remove") == 0) {
        code = c->words_n == 2 ? 0 : command_fail(RC_INVALID, "hours remove needs the REF that hours show prints");
        change = remove_day;
    } else if (strcmp(verb, "show") != 0) {
        return command_misused("hours %s is not known; show, set, add, remove, import and holidays are", verb);
    }
    if (!code)
        code = command_open(c, false, &store);
    if (code)
        return code;
    enum rc rc = change ? store_write(store, change, &x) : RC_OK;
    if (rc == RC_NONE)
        code = command_fail(rc, "there is no such %s", change == remove_day ? "day" : "team");
    else if (rc != RC_OK)
        code = command_fail(rc, "the hours were not changed (%s)", rc_name(rc));
    else if (change == add_days)
        printf("%d of %d added; the others were there.\n", x.added, x.days_n);
    else if (change)
        printf("Saved.\n");
    else
        code = show(c, store);
    store_close(store);
    return code;
}
