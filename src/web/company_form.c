#include "web/company_form.h"

#include "base/country.h"
#include "base/tr.h"

#include <stdio.h>
#include <string.h>

enum { USUAL_FROM = 8 * 60 + 30, USUAL_TO = 17 * 60 + 30 };

struct choices country_choices(struct visit *x, const char *chosen) {
    struct country *list;
    struct choices out = {0};
    int n;
    country_list(x->a, x->page.locale, &list, &n);
    out.items = ARENA_ARRAY(x->a, (size_t)n + 1, struct choice);
    for (int i = 0; i < n; i++)
        out.items[out.items_n++] =
            (struct choice){list[i].code, list[i].name, "", strcmp(list[i].code, chosen) == 0};
    return out;
}

/* "America/Argentina/Buenos_Aires" → "America/Argentina/Buenos Aires" */
static const char *zone_label(struct arena *a, const char *zone) {
    char *label = arena_copy(a, zone);
    for (char *p = label; *p; p++)
        if (*p == '_')
            *p = ' ';
    return label;
}

struct choices zone_choices(struct visit *x, const char *chosen) {
    const char *const *list;
    struct choices out = {0};
    int n;
    bool found = false;
    zone_list(x->a, &list, &n);
    out.items = ARENA_ARRAY(x->a, (size_t)n + 2, struct choice);
    for (int i = 0; i < n; i++)
        found |= strcmp(list[i], chosen) == 0;
    if (!found && *chosen) /* an older name, from the command line: it stays as it is */
        out.items[out.items_n++] = (struct choice){chosen, zone_label(x->a, chosen), "", true};
    for (int i = 0; i < n; i++)
        out.items[out.items_n++] =
            (struct choice){list[i], zone_label(x->a, list[i]), "", strcmp(list[i], chosen) == 0};
    return out;
}

/* ---- hours ---- */

static const char *clock_text(struct arena *a, int minute) {
    return arena_printf(a, "%02d:%02d", minute / 60 % 24, minute % 60);
}

/* Days in the order of the reader's calendars. */
static struct hours_fields empty_days(struct visit *x) {
    struct hours_fields f = {ARENA_ARRAY(x->a, 7, struct hours_row), 7, NULL};
    int first = week_begins(x->account.country ? x->account.country : "", x->page.locale);
    for (int i = 0; i < 7; i++) {
        int day = (first - 1 + i) % 7 + 1;
        f.days[i] = (struct hours_row){.day = day, .label = weekday_name(x->a, x->page.locale, day)};
    }
    return f;
}

struct hours_fields hours_fields_of(struct visit *x, const struct hours *h, const char *country) {
    struct hours_fields f = empty_days(x);
    unsigned usual = !h->set && country ? country_work_days(country) : 0;
    for (int i = 0; i < 7; i++) {
        struct hours_row *row = &f.days[i];
        bool stored = h->days[row->day].from < h->days[row->day].to;
        row->open = stored || usual >> row->day & 1;
        row->from = clock_text(x->a, stored ? h->days[row->day].from : USUAL_FROM);
        row->to = clock_text(x->a, stored ? h->days[row->day].to : USUAL_TO);
    }
    return f;
}

/* "08:30", and "08:30:00" as some browsers send it; -1: neither. */
static int read_clock(const char *text) {
    int hour, minute, n = 0;
    if (!text || sscanf(text, "%2d:%2d%n", &hour, &minute, &n) != 2 || (text[n] && strcmp(text + n, ":00") != 0))
        return -1;
    return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 ? hour * 60 + minute : -1;
}

struct hours_fields hours_fields_read(struct visit *x, struct error_list *errors, struct hours *out) {
    struct hours_fields f = empty_days(x);
    const char *const *days;
    size_t days_n = rq_many(x->rq, "day", &days);
    *out = (struct hours){.set = days_n > 0};
    for (int i = 0; i < 7; i++) {
        struct hours_row *row = &f.days[i];
        row->from = rq_text(x->rq, arena_printf(x->a, "from_%d", row->day));
        row->to = rq_text(x->rq, arena_printf(x->a, "to_%d", row->day));
        for (size_t k = 0; k < days_n; k++)
            row->open |= days[k][0] == '0' + row->day && !days[k][1];
        if (!row->open)
            continue;
        int from = read_clock(row->from), to = read_clock(row->to);
        if (to == 0) /* midnight at the end of the day */
            to = MINUTES_A_DAY;
        if (from < 0 || to < 0)
            row->error = tr(x->page.locale, "Write both times, like 08:30.");
        else if (from >= to)
            row->error = tr(x->page.locale, "The end must come after the beginning.");
        if (row->error) {
            add_error(x, errors, "hours", arena_printf(x->a, "%s: %s", row->label, row->error));
            continue;
        }
        out->days[row->day].from = from;
        out->days[row->day].to = to;
    }
    return f;
}
