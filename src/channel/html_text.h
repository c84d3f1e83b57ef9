/* html_text.h: what a person would read of an HTML mail. One pass, no tree: nesting cannot hang it.
 * Not a sanitiser: the HTML itself goes to the browser's. Pure. */
#ifndef KEPT_CHANNEL_HTML_TEXT_H
#define KEPT_CHANNEL_HTML_TEXT_H

#include "base/arena.h"

/* `html` is clean UTF-8 (utf8_clean), at most `max` bytes of text come out. Where mail programs mark quoted
 * history (div.gmail_quote, blockquote[type=cite], #divRplyFwdMsg, …) the text carries the marks of quote.h on
 * lines of their own, for quote_split to read and remove. */
char *html_text(struct arena *a, const char *html, size_t max);

/* The charset that a <meta> in the first kilobyte names; "" when none does. For parts without a charset. */
char *html_charset(struct arena *a, struct bytes raw);

#endif
