/* stop.h: how much each character of a question says. "how do I", 怎么, được không and ได้ไหม are in most questions
 * and in few answers: among a few hundred articles they are rare enough to mislead statistics. Pure. */
#ifndef KEPT_TEXT_STOP_H
#define KEPT_TEXT_STOP_H

#include "base/arena.h"

#include <stddef.h>

/* A weight for each code point of `text`: 1, or STOP_WEIGHT within a function word of the language `lang` ("en",
 * "vi", "zh", "th"; all 1 for others). *n is the number of code points. A Vietnamese text without any diacritic
 * is compared without them. */
extern const float STOP_WEIGHT;
float *stop_weights(struct arena *a, const char *lang, const char *text, size_t len, size_t *n);

#endif
