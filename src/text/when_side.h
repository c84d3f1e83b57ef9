/* when_side.h: one side of a time expression, shared by the when*.c files only: when_read.c takes its parts
 * together, when_weigh.c makes an interval of it, when.c joins two to a range. */
#ifndef KEPT_TEXT_WHEN_SIDE_H
#define KEPT_TEXT_WHEN_SIDE_H

#include "text/when.h"
#include "text/when_atoms.h"

enum { DAY = 86400, NO_CLOCK = -1, END_OF_DAY = DAY - 1 };

/* One side of an expression: the parts that were said, before they are weighed against each other. */
struct side {
    bool has_rel, has_weekday, has_date, has_dom, has_span, has_part, has_length;
    bool this, end, by, before, within, during, at, later, in, past, feast, between, sure, weak,
        bare_part, /* 晚, 早: a time only beside a day or an hour */
        middle,    /* giữa: "between" where a range follows, else it says nothing */
        whole;     /* a side of a range */
    int rel, weekday, year, month, dom, next;
    enum span span;
    enum part part;
    int clock, meridiem; /* minutes; -1: none */
    double minutes, days, workdays, months;
    double bare; /* a number that only the other side explains; 0: none */
    uint32_t start, end_at;
};

struct parser {
    const struct prose *p;
    const struct when_frame *f;
    struct atoms atoms;
    size_t k;
    int64_t now; /* wall clock, seconds */
    int32_t today;
};

/* The next part from `k` on beside the one that ends at `end`, over words that say nothing; NULL when there is
 * none. */
const struct atom *when_peek(const struct parser *r, size_t k, uint32_t end, size_t *at);

extern const struct side side_nothing;
bool side_has_day(const struct side *s);
bool side_has_anything(const struct side *s);
bool side_opens_limit(const struct parser *r,
                      const struct atom *a);            /* "Tới trưa mai": until, as a sentence begins */
struct side side_read(struct parser *r, struct side s); /* from r->k on, on top of what is known; moves r->k */

int32_t side_weekday(const struct parser *r, const struct side *s);            /* days since 1970 */
bool side_weigh(const struct parser *r, const struct side *s, struct when *w); /* false: it names no time to come */
void side_over_midnight(const struct parser *r, const struct side *first, struct side *end);

#endif
