/* plain_text.h: text/plain as it was meant: format=flowed joined again (RFC 3676). Pure. */
#ifndef KEPT_CHANNEL_PLAIN_TEXT_H
#define KEPT_CHANNEL_PLAIN_TEXT_H

#include "base/arena.h"

#include <stdbool.h>

/* `text` has \n line ends. Lines are joined within one depth of '>' only; the signature mark "-- " stands.
 * delsp: the space at a line's end belongs to the break (Thai, Chinese), not to the text. */
char *flowed_text(struct arena *a, const char *text, bool delsp);

#endif
