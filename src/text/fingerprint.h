/* fingerprint.h: recognising a passage wherever it was pasted or typed again. Letters only, levelled as for search,
 * so that spaces, punctuation, case and Traditional for Simplified characters change nothing. Pure and thread-safe.
 *
 * Each stretch of FINGERPRINT_UNITS letters has a hash; of any FINGERPRINT_WINDOW neighbours the smallest is kept
 * (winnowing), on both sides alike. So every common passage of FINGERPRINT_SURE units shares at least one. */
#ifndef KEPT_TEXT_FINGERPRINT_H
#define KEPT_TEXT_FINGERPRINT_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

enum {
    FINGERPRINT_UNITS = 24, /* a letter is one unit, a Chinese character three: it says as much */
    FINGERPRINT_WINDOW = 8,
    FINGERPRINT_SURE = FINGERPRINT_UNITS + 3 * FINGERPRINT_WINDOW,
};

struct fingerprint {
    uint64_t hash;
    uint32_t start, end; /* units from the beginning of the text */
};
/* In the order of the text. Returns how many; a text that is too short has none. */
size_t fingerprints_of(struct arena *a, const char *text, struct fingerprint **out);

#endif
