/* hours_said.h: opening hours as a sentence, for whoever reads it. */
#ifndef KEPT_WEB_HOURS_SAID_H
#define KEPT_WEB_HOURS_SAID_H

#include "base/locale.h"
#include "desk/hours.h"

/* A known holiday by its name in the reader's language, others as somebody wrote it. */
const char *special_day_name(struct arena *a, enum locale locale, const struct special_day *day);
/* "Open now, until 18:00.", "Closed for Tết. Back Mon 16 Feb, 08:30."; "" when nothing is said about hours. */
const char *hours_said(struct arena *a, enum locale locale, const struct hours *hours, const char *zone,
                       int64_t now);
/* "18:00" today, "Mon 16 Feb, 08:30" on another day. */
const char *hours_moment(struct arena *a, enum locale locale, const char *zone, int64_t at, int64_t now);

#endif
