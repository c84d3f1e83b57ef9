/* company_form.h: what the settings page and the first-run steps ask alike: country, zone, weekly hours. */
#ifndef KEPT_WEB_COMPANY_FORM_H
#define KEPT_WEB_COMPANY_FORM_H

#include "desk/hours.h"
#include "web/page.h"

#define HOURS_DAY_PARAM(n)                                                                                         \
    { "hours_" n, PARAM_TEXT, .max = 120 }
#define HOURS_PARAMS                                                                                               \
    HOURS_DAY_PARAM("1"), HOURS_DAY_PARAM("2"), HOURS_DAY_PARAM("3"), HOURS_DAY_PARAM("4"), HOURS_DAY_PARAM("5"),  \
        HOURS_DAY_PARAM("6"), HOURS_DAY_PARAM("7")

struct choices country_choices(struct visit *x, const char *chosen);
struct choices zone_choices(struct visit *x, const char *chosen);

/* As stored; when nothing is and `country` is not NULL, what is usual there. */
struct hours_fields hours_fields_of(struct visit *x, const struct hours *hours, const char *country);
/* As typed; adds an error for each day that cannot be. *out is complete when none was added. */
struct hours_fields hours_fields_read(struct visit *x, struct error_list *errors, struct hours *out);
/* What to do about times that hours_day_read or hours_day_flaw refuses. */
const char *hours_flaw_advice(enum locale locale, const char *flaw);

#endif
