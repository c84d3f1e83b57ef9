/* thesaurus.h: the customer's word and the company's: "courier" and "carrier", "bể" and "vỡ", 邮费 and 运费.
 * A small list for service work in four languages, built in. Pure. */
#ifndef KEPT_TEXT_THESAURUS_H
#define KEPT_TEXT_THESAURUS_H

#include "base/arena.h"

#include <stddef.h>

/* Other words for what the text names, separated by " . " so that no two of them become neighbours; "" when none.
 * `lang` is "en", "vi", "zh" or "th"; for others "". Inflections are understood in English; a Vietnamese text
 * without any diacritic is compared without them, and gets the words with theirs. */
char *thesaurus_words(struct arena *a, const char *lang, const char *text, size_t len);

#endif
