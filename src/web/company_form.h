/* company_form.h: what the settings page and the first-run steps ask alike: country, zone, weekly hours. */
#ifndef KEPT_WEB_COMPANY_FORM_H
#define KEPT_WEB_COMPANY_FORM_H

#include "desk/hours.h"
#include "web/page.h"

#define HOURS_DAY_PARAMS(n)                                                                                        \
    {"from_" n, PARAM_TEXT, .max = 8}, { "to_" n, PARAM_TEXT, .max = 8 }
#define HOURS_PARAMS                                                                                               \
    {"day", PARAM_INT, .min = 1, .max = 7, .many = true}, HOURS_DAY_PARAMS("1"), HOURS_DAY_PARAMS("2"),            \
        HOURS_DAY_PARAMS("3"), HOURS_DAY_PARAMS("4"), HOURS_DAY_PARAMS("5"), HOURS_DAY_PARAMS("6"),                \
        HOURS_DAY_PARAMS("7")

struct choices country_choices(struct visit *x, const char *chosen);
struct choices zone_choices(struct visit *x, const char *chosen);

/* As stored; when nothing is and `country` is not NULL, what is usual there. */
struct hours_fields hours_fields_of(struct visit *x, const struct hours *hours, const char *country);
/* As typed; adds an error for each day that cannot be. *out is complete when none was added. */
struct hours_fields hours_fields_read(struct visit *x, struct error_list *errors, struct hours *out);

#endif
