/* batch.h: the engines on JSON Lines, for `kept check-reply --batch` and `kept mask --batch`.
 * One object a line, answered in order with its id; positions are code points, ends exclusive. A bad line is
 * answered with {"id":…,"error":…} on its place. Returns the exit status: 0, 1 when a line was bad, 74 when
 * reading or writing failed. */
#ifndef KEPT_TEXT_BATCH_H
#define KEPT_TEXT_BATCH_H

#include <stdio.h>

enum { BATCH_LINE_MAX = 1024 * 1024 };

/* {"id","text"} → {"id","text","spans":[{"start","end","type"}]}; `kinds` as in mask.h. */
int cmd_mask(FILE *in, FILE *out, unsigned kinds);

#endif
