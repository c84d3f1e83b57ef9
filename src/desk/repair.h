/* repair.h: what the database says twice, and can be worked out anew from the rows that are the truth: numbers and
 * shelves of conversations, jobs that rows call for, the search index. Looked at by `kept doctor`, put right by
 * `kept doctor --repair`. Never: changes or adds an event, a message or a date.
 *
 * Safe beside a running server: whatever is found wrong is looked at again and put right in one short transaction.
 */
#ifndef KEPT_DESK_REPAIR_H
#define KEPT_DESK_REPAIR_H

#include "store/store.h"

enum repair_kind {
    REPAIR_COUNTS,  /* a conversation's number of messages, or of those that did not arrive */
    REPAIR_SHELF,   /* a conversation is on another shelf than its status says */
    REPAIR_WAITING, /* a customer is said to wait in what is resolved or spam */
    REPAIR_SENDING, /* a message is to be sent, and no job will do it */
    REPAIR_READING, /* a mail was stored, and no job will read it */
    REPAIR_WAKING,  /* a snoozed conversation that nothing will wake */
    REPAIR_SEARCH,  /* a message or contact that search does not find */
    REPAIR_KINDS,
};

struct repair_report {
    int64_t looked_at; /* rows */
    int64_t wrong[REPAIR_KINDS], mended[REPAIR_KINDS];
};

/* For people: "conversations with a wrong number of messages". Static. */
const char *repair_name(enum repair_kind kind);

/* Walks through everything; takes about a minute for a million messages. With `mend` puts right what it finds. */
enum rc repair_all(struct store *s, bool mend, struct repair_report *out);

/* ---- the rule, for tests ---- */

struct repair_conversation {
    const char *status, *shelf;
    int64_t merged_into, waiting_since, message_count, failed_sends;
    int64_t messages, failed; /* as counted */
};
/* Bits 1 << REPAIR_COUNTS, REPAIR_SHELF, REPAIR_WAITING. What was merged into another keeps its numbers and its
 * clock: undoing the merge works them out. */
unsigned repair_flaws(const struct repair_conversation *c);

#endif
