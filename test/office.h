/* office.h: what tests of clocks in open hours share: a Monday, and an office of Monday to Friday, 9 to 17. */
#ifndef KEPT_TEST_OFFICE_H
#define KEPT_TEST_OFFICE_H

#include "desk/hours.h"

#define ZONE "Asia/Ho_Chi_Minh"
#define MINUTE 60000LL
#define HOUR (60 * MINUTE)
static const int64_t monday = 1773594000000; /* 2026-03-16 00:00 there */

static struct hours office(void) {
    struct hours h = {.set = true};
    for (int day = 1; day <= 5; day++)
        h.days[day] = (struct hours_day){.n = 1, .spans = {{9 * 60, 17 * 60}}};
    return h;
}

#endif
