#include "web/company_form.h"

#include "base/country.h"
#include "base/tr.h"

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

/* Days in the order of the reader's calendars. */
static struct hours_fields empty_days(struct visit *x) {
    struct hours_fields f = {ARENA_ARRAY(x->a, 7, struct hours_row), 7};
    int first = week_begins(x->account.country ? x->account.country : "", x->page.locale);
    for (int i = 0; i < 7; i++) {
        int day = (first - 1 + i) % 7 + 1;
        f.days[i] = (struct hours_row){.day = day, .label = weekday_name(x->a, x->page.locale, day)};
    }
    return f;
}

struct hours_fields hours_fields_of(struct visit *x, const struct hours *h, const char *country) {
    static const struct hours_day usual = {1, {{USUAL_FROM, USUAL_TO}}}, closed;
    struct hours_fields f = empty_days(x);
    unsigned works = !h->set && country ? country_work_days(country) : 0;
    for (int i = 0; i < 7; i++) {
        struct hours_row *row = &f.days[i];
        row->text = hours_day_text(x->a, h->set ? &h->days[row->day] : works >> row->day & 1 ? &usual : &closed);
    }
    return f;
}

const char *hours_flaw_advice(enum locale locale, const char *flaw) {
    if (strcmp(flaw, "overlap") == 0)
        return tr(locale, "These times overlap.");
    return tr(locale, "Write times like 08:30–12:00, 13:30–17:30. Leave it empty when it is closed.");
}

struct hours_fields hours_fields_read(struct visit *x, struct error_list *errors, struct hours *out) {
    struct hours_fields f = empty_days(x);
    *out = (struct hours){0};
    for (int i = 0; i < 7; i++) {
        struct hours_row *row = &f.days[i];
        const char *field = arena_printf(x->a, "hours_%d", row->day);
        struct hours_day *day = &out->days[row->day];
        row->text = rq_text(x->rq, field) ? rq_text(x->rq, field) : "";
        if (!hours_day_read(row->text, day)) {
            row->error = hours_flaw_advice(x->page.locale, hours_day_flaw(day) ? hours_day_flaw(day) : "unclear");
            add_error(x, errors, arena_printf(x->a, "hours-%d", row->day),
                      arena_printf(x->a, "%s: %s", row->label, row->error));
        }
        out->set |= day->n > 0;
    }
    return f;
}
