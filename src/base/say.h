/* say.h: how people write times, in the five languages and a time zone. Plain text, nothing escaped: pages, mails
 * and messengers use the same words. All append to `out`; a time of 0 is "none" and appends nothing.
 *
 *            say_moment                    say_full
 *   en       Mon 16 Mar, 13:30              Monday 16 March 2026, 13:30
 *   vi       13:30, thứ Hai 16/3/2026       13:30, thứ Hai, ngày 16 tháng 3 năm 2026
 *   zh-Hans  3月16日 周一 13:30             2026年3月16日 星期一 13:30
 *   zh-Hant  3月16日 週一 13:30             2026年3月16日 星期一 13:30
 *   th       จ. 16 มี.ค. 2569 13:30 น.      วันจันทร์ที่ 16 มีนาคม พ.ศ. 2569 เวลา 13:30 น.
 *
 * English and Chinese leave out the year when it is that of `now`; `now` 0 never leaves it out. */
#ifndef KEPT_BASE_SAY_H
#define KEPT_BASE_SAY_H

#include "base/buf.h"
#include "base/locale.h"

#include <stdint.h>

void say_time(struct buf *out, enum locale locale, const char *zone, int64_t ms); /* 13:30; Thai 13:30 น. */
void say_date(struct buf *out, enum locale locale, const char *zone, int64_t ms, int64_t now);
void say_moment(struct buf *out, enum locale locale, const char *zone, int64_t ms, int64_t now);
void say_full(struct buf *out, enum locale locale, const char *zone, int64_t ms);
/* Relative to now, before or after it: minutes, hours, yesterday and tomorrow, days; from a week on the date. */
void say_ago(struct buf *out, enum locale locale, const char *zone, int64_t ms, int64_t now);
/* "3 h 20 min", at most two units; under a minute "under a minute". Also for 0. */
void say_duration(struct buf *out, enum locale locale, int64_t ms);
/* 2026-03-16T06:30:00Z */
void say_iso(struct buf *out, int64_t ms);

#endif
