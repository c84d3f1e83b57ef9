/* hours.h: when somebody is there: weekly opening hours of the account, in its zone. Nothing set: always open, for
 * then nobody has said otherwise. Holidays are not known here yet. */
#ifndef KEPT_DESK_HOURS_H
#define KEPT_DESK_HOURS_H

#include "store/store.h"

#include <stdbool.h>

enum { MINUTES_A_DAY = 24 * 60 };

struct hours {
    bool set;
    struct {
        int from, to; /* minutes of the local day, `to` exclusive; equal: closed */
    } days[8];        /* 1 Monday to 7 Sunday; 0 is not used */
};

enum rc hours_load(struct view *v, struct hours *out);
/* RC_INVALID when hours_flaw has something to say. */
enum rc hours_save(struct tx *tx, const struct hours *hours, int64_t by_agent);
enum rc hours_drop(struct tx *tx, int64_t by_agent); /* nothing is said about hours any more */

/* NULL, or what is wrong: "never" (no day is open), "order" (a day ends before it begins). Pure. */
const char *hours_flaw(const struct hours *hours);
bool hours_open(const struct hours *hours, const char *zone, int64_t now); /* Pure */
/* When it opens next, after `now`; 0: it is open, or always. Pure. */
int64_t hours_opens_at(const struct hours *hours, const char *zone, int64_t now);

#endif
