/* recovery_page.h: what the pages and actions of recoveries and prevention share. */
#ifndef KEPT_WEB_RECOVERY_PAGE_H
#define KEPT_WEB_RECOVERY_PAGE_H

#include "desk/prevention.h"
#include "desk/recovery.h"
#include "web/page.h"
#include "web/views_recovery.h"

/* A page again, with what is wrong with its form. */
void show_recovery(struct request *rq, const struct error_list *errors, int status);
void show_recovery_new(struct request *rq, const struct error_list *errors, int status);
void show_prevention_new(struct request *rq, const struct error_list *errors, int status);
void show_prevention(struct request *rq, const struct error_list *errors, int status);

struct prevention_row prevention_row_of(struct visit *x, const struct prevention *p);
/* The account's; in the arena. */
const char *currency_of(struct arena *a, const struct account *account);
const char *money_of(struct visit *x, int64_t amount, const char *currency);
/* The clocks by which the writer of a form reads its times. */
const char *zone_of_writer(struct request *rq);
/* "2026-03-20" as the end of that day in the zone, "2026-03-20T17:00" as that minute; 0: neither. */
int64_t due_of_field(const char *zone, const char *text);

#endif
