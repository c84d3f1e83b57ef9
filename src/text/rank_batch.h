/* rank_batch.h: `kept search --batch`: questions in, ranked references out, as JSON Lines. */
#ifndef KEPT_TEXT_RANK_BATCH_H
#define KEPT_TEXT_RANK_BATCH_H

#include "text/rank.h"

#include <stdio.h>

enum { RANK_BATCH_HITS = 10, RANK_BATCH_LINE_MAX = 64 * 1024 };

/* What a hit is called, and whether somebody vouches for it. */
struct rank_label {
    const char *name; /* lives as long as the batch */
    bool verified;
};
/* False: the hit is left out. */
typedef bool rank_label_fn(void *arg, const char *ref, struct rank_label *out);

/* Each line {"id","lang","q"} is answered in order with {"id","hits":[{"ref","score","verified"}]}, at most
 * RANK_BATCH_HITS, best first, equal scores by what they are called; lang may be missing or null. `label` NULL: by
 * the ranker's own ref, without "verified". A line that cannot be read is answered with {"id","error"}, the id null
 * when it has none. Empty lines are skipped. Returns the exit status: 0, or 1 when any line was bad or the output
 * could not be written. */
int rank_batch(FILE *in, FILE *out, struct rank *r, uint32_t required, rank_label_fn *label, void *arg);

#endif
