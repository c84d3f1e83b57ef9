/* promise_report.h: how a team kept its word over a span of time: promises by when they were due. A late one stays
 * late whatever came after; what is withdrawn or renewed in time counts neither way; short words stand by
 * themselves. Beside the rate always what could flatter it: how much is promised, how far ahead, how late, and how
 * many found promises the agents took out. */
#ifndef KEPT_DESK_PROMISE_REPORT_H
#define KEPT_DESK_PROMISE_REPORT_H

#include "desk/promise.h"

enum { PROMISE_TALLIES = 100, PROMISE_REPORT_MAX = 50000 /* promises read at most, the latest due */ };

struct promise_tally {
    const char *name; /* of the team, channel or tag; "" none */
    int64_t week;     /* of weeks: Monday 00:00 in the zone, as UTC */
    int kept, broken, owed, withdrawn, renewed;
};

struct promise_report {
    struct promise_tally all, short_words;
    struct promise_tally *weeks, *teams, *channels,
        *tags; /* weeks in order of time, the others the largest first */
    int weeks_n, teams_n, channels_n, tags_n;
    int64_t replies;  /* ours in the same span */
    int64_t removed;  /* found, and taken out before sending */
    int64_t horizon;  /* median time from the reply to the due time, ms */
    int64_t lateness; /* median of those that were late and are settled, ms; 0: none */
    bool cut;         /* there were more than PROMISE_REPORT_MAX */
};

/* Those due from `from` until before `to`. */
enum rc promise_report(struct view *v, struct arena *a, const char *zone, int64_t from, int64_t to, int64_t now,
                       struct promise_report *out);
/* kept / (kept + broken), late ones among the broken; in 0…1, or -1: nothing was due. Pure. */
double promise_rate(const struct promise_tally *t);

#endif
