/* erase.h: a customer's personal data are taken out for good. What happened stays as a skeleton: that there were
 * conversations and messages, when, of which kind and status, who of us answered; events hold no texts and stay
 * whole (event.h). Names, addresses, texts, files, originals, drafts, what search knows and archives made for her
 * go.
 *
 *   lives ──erase_begin──▶ erased: nobody can read or add anything any more; nameless, pointless, out of every list
 *                              │ erase_some, by the job or the command line, in short transactions
 *                              ▼
 *                          nothing is left of her texts, and the pages that held them are overwritten
 *
 * Hers are the messages of the conversations that began as hers, wherever a merge has moved them, and what she
 * wrote in those of others. Of others' conversations nothing else is touched: what somebody else wrote of her is
 * that person's. Backups hold her until they are thrown away, and so do the mailboxes on both ends. */
#ifndef KEPT_DESK_ERASE_H
#define KEPT_DESK_ERASE_H

#include "desk/event.h"
#include "desk/job.h"
#include "store/store.h"

#include <stdbool.h>

#define ERASE_WHY "asked unneeded mistake" /* the customer asked; no longer needed; came by mistake */

/* What will go; each counted up to ERASE_COUNT_MAX. */
enum { ERASE_COUNT_MAX = 10000 };
struct erase_counts {
    int64_t points, conversations, messages, files, originals, promises, drafts;
};
enum rc erase_count(struct view *v, int64_t contact_id, struct erase_counts *out);

/* Does what was typed name this customer? Case, and spaces at the ends and in rows, do not matter. Pure. */
bool erase_confirms(struct arena *a, const char *name, const char *typed);

/* RC_GONE: she is erased already. RC_INVALID: no such reason. Adds the job that does the rest. */
enum rc erase_begin(struct tx *tx, int64_t contact_id, const char *why, struct actor by, int64_t now);
/* Takes out some of her messages. *more: there are others. */
enum rc erase_some(struct tx *tx, int64_t contact_id, int64_t now, bool *more);
/* All of it, step by step, after erase_begin; also what SQLite keeps of it in its files. */
enum rc erase_all(struct store *s, int64_t contact_id);
job_run erase_job;

#endif
