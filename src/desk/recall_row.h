/* recall_row.h: what the files of recall.h share. */
#ifndef KEPT_DESK_RECALL_ROW_H
#define KEPT_DESK_RECALL_ROW_H

#include "desk/recall.h"

enum rc recall_store(struct tx *tx, const struct recall *r);
enum rc recall_person_store(struct tx *tx, const struct recall_person *p);
void recall_tell(struct tx *tx, const struct recall *r, const char *kind, struct actor by, const char *code,
                 int64_t amount);
/* Of `all` and of those who wait only: counted by the database, for whoever holds up others meanwhile. */
enum rc recall_tally(struct view *v, struct arena *a, const struct recall *r, struct recall_counts *out);
bool recall_under_way(const struct recall *r); /* not closed, not withdrawn */

#endif
