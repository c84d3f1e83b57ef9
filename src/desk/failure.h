/* failure.h: what customers suffer, counted for the person in charge: seven days beside the seven before them, what
 * is open now, and who answers for it. Counted is what reached a customer, never who caused it: words that went out
 * although the reply check spoke, promises that were not kept, waits of more than a day. What Kept has no source
 * for is not here, for an empty row would read as "none". */
#ifndef KEPT_DESK_FAILURE_H
#define KEPT_DESK_FAILURE_H

#include "desk/event.h"
#include "store/store.h"

enum failure {
    FAILURE_WRONG,      /* wrong information: flags that were not refuted, corrections */
    FAILURE_PROMISE,    /* promises that were not kept when they were due */
    FAILURE_WAIT,       /* more than FAILURE_WAIT_MS until the first answer */
    FAILURE_AGAIN,      /* had to tell again what was told */
    FAILURE_PERSON,     /* no way to somebody with more say, or sent elsewhere */
    FAILURE_POLICY,     /* "it's our policy" */
    FAILURE_WORDS,      /* blame, insults, apologies that are none, scripts */
    FAILURE_RIGHT,      /* something that had to be put right */
    FAILURE_PRIVATE,    /* somebody's data told, or a secret asked for */
    FAILURE_UNANSWERED, /* a question left without an answer */
    FAILURES
};
#define FAILURE_NAMES "wrong promise wait again person policy words right private unanswered"
enum { FAILURE_WAIT_MS = 24 * 3600 * 1000, FAILURE_DAYS = 7 };

struct failure_count {
    int64_t week, before; /* in the last FAILURE_DAYS, and in as many before them */
    int64_t caught;       /* in the last FAILURE_DAYS: reworded before it went; of failures that are words */
    int64_t open;         /* now */
    int64_t oldest_at;    /* of those; 0: none */
    bool words;           /* nothing is open: what was said was said */
    int64_t owner_id;     /* 0: nobody */
    const char *owner_name, *owner_ref;
    bool owner_left; /* her account is disabled */
};

const char *failure_name(enum failure f); /* "wrong", "promise"… */
bool failure_read(const char *name, enum failure *out);
/* Which failure a rule of the reply check warns of; FAILURES: none. Pure. */
enum failure failure_of_rule(const char *rule);

enum rc failure_counts(struct view *v, struct arena *a, int64_t now, struct failure_count out[FAILURES]);
/* agent_id 0: nobody. */
enum rc failure_own(struct tx *tx, enum failure f, int64_t agent_id, struct actor by, int64_t now);

#endif
