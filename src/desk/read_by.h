/* read_by.h: which articles a customer read who came by her private link (?case=). Off until the account says that
 * it notes it (SETTING_READ_BY) and tells its customers so; the page says it too. A correction finds her like one
 * who was told in a message. Kept READ_BY_DAYS after she read it last, and erased with her. Everybody else's
 * reading is only counted (article_report.h). */
#ifndef KEPT_DESK_READ_BY_H
#define KEPT_DESK_READ_BY_H

#include "base/arena.h"
#include "store/store.h"

#include <stdbool.h>

enum { READ_BY_DAYS = 365 };

/* Once an hour counts as one reading. RC_OK and nothing noted: the account does not note it, or she is erased. */
enum rc read_by_note(struct tx *tx, int64_t version_id, int64_t contact_id, int64_t conversation_id, int64_t now);
/* Forgets what is past its time, some at a time; *more: there may be others. */
enum rc read_by_tidy(struct tx *tx, int64_t now, bool *more);
enum rc read_by_erase(struct tx *tx, int64_t contact_id);

struct read_by {
    int64_t version_id, number, times, first_at, last_at;
    const char *article, *title, *lang; /* article: its reference */
};
/* Of a customer, last read first, at most `max`. */
enum rc read_by_of_contact(struct view *v, struct arena *a, int64_t contact_id, int max, struct read_by **out,
                           int *n);

#endif
