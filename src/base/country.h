/* country.h: what is true of a country until somebody says otherwise: its name, time zone and working days, from
 * ICU. A country is its ISO 3166 code in two capital letters. */
#ifndef KEPT_BASE_COUNTRY_H
#define KEPT_BASE_COUNTRY_H

#include "base/arena.h"
#include "base/locale.h"

#include <stdbool.h>

struct country {
    const char *code, *name; /* name: in the locale asked for */
};

/* All that have a time zone, in the order that readers of the locale expect. */
void country_list(struct arena *a, enum locale locale, struct country **out, int *n);
bool country_known(const char *code);
/* What is dialled behind the + to call somebody there: "84". "" when it is not known. */
const char *country_calling_code(const char *code);
/* The time zone of most people there, by its present IANA name. "UTC" when the country is not known. */
const char *country_zone(struct arena *a, const char *code);
/* Bit d is set when day d (1 Monday to 7 Sunday) is usually worked. */
unsigned country_work_days(const char *code);

/* The time zones that a person may choose from, by their present IANA names, in the order of their bytes. */
void zone_list(struct arena *a, const char *const **out, int *n);
/* "Monday", "thứ Hai", "星期一": day 1 to 7. */
const char *weekday_name(struct arena *a, enum locale locale, int day);
/* With which day a week begins in calendars of the country, or of the locale when it is not known: 1 Monday to 7
 * Sunday. */
int week_begins(const char *code, enum locale locale);

#endif
