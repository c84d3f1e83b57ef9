/* report_page.h: what the pages of the reports share. */
#ifndef KEPT_WEB_REPORT_PAGE_H
#define KEPT_WEB_REPORT_PAGE_H

#include "web/page.h"

/* How many days back a report looks: what its address says, or three months. */
int64_t report_days(struct request *rq);
/* The choice of them, in the arena of the visit. */
struct choices report_spans(struct visit *x, int64_t days);

#endif
