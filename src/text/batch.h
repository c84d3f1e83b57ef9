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

/* {"id","text","lang","now","tz"} → {"id","findings":[{"rule","start","end","message"}],
 * "promises":[{"start","end","due_from","due_to"}]}. `now` is ISO 8601 with an offset (left out: the present), `tz`
 * an IANA name (left out: the offset of `now`); times come back with the zone's offset. `lang` left out is judged
 * by the script. */
int cmd_check_reply(FILE *in, FILE *out);

#endif
