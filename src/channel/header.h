/* header.h: the inside of mail headers: encoded words (RFC 2047), parameters (RFC 2045, 2231), message ids.
 * Ours because senders' programs cut multibyte letters between words, name the wrong charset and write raw
 * 8-bit bytes, all of which must be joined and corrected before the charset is read (channel/charset.h).
 * Pure: bytes in, clean UTF-8 out, in the arena. */
#ifndef KEPT_CHANNEL_HEADER_H
#define KEPT_CHANNEL_HEADER_H

#include "base/arena.h"

#include <stddef.h>

struct mail_header {
    const char *name;  /* as written */
    const char *value; /* one line, decoded */
};

/* The first header of that name, "" when there is none. */
const char *header_get(const struct mail_header *h, size_t n, const char *name);

/* One line of clean text: folding undone, encoded words decoded, raw 8-bit bytes read with `body_charset`
 * when they are not UTF-8 (NULL: CP1252). */
char *header_text(struct arena *a, const char *raw, const char *body_charset);

/* The same header for an address parser that knows UTF-8 only: every run of encoded words becomes one word
 * in UTF-8, so that a comma inside a name stays inside. */
char *header_words_to_utf8(struct arena *a, const char *raw, const char *body_charset);

/* The parameter `name` of a Content-Type or Content-Disposition: name*0*=, name*=, name*0= and name=, quoted
 * or not, encoded words inside too, which no standard allows and half the world sends. "" when missing. */
char *header_param(struct arena *a, const char *raw, const char *name, const char *body_charset);

/* Message ids without <>: those in brackets, or when there are none, words with an @. At most `max`: the
 * first and the last. Returns how many. */
size_t header_ids(struct arena *a, const char *raw, size_t max, const char ***out);

#endif
