/* charset.h: bytes in the charsets that mail claims, to UTF-8.
 * Works without the file system (ICU's data is linked), so it runs inside the sandbox.
 * Claims are corrected by rule, for senders' programs name the smaller set and use the larger one:
 * gb2312 is read as GB18030, tis-620 as CP874, iso-8859-1 as CP1252, ks_c_5601-1987 as UHC, and what is
 * unknown, misspelt or missing as UTF-8 when it is valid, else as CP1252. */
#ifndef KEPT_CHANNEL_CHARSET_H
#define KEPT_CHANNEL_CHARSET_H

#include "base/arena.h"

#include <stdbool.h>

/* A clean UTF-8 copy. `claim` may be NULL, empty or nonsense. Bytes that the charset does not have become
 * U+FFFD. Vietnamese from CP1258 and TCVN is composed (NFC); nothing else is normalised, least of all Thai. */
char *charset_to_utf8(struct arena *a, struct bytes in, const char *claim);

/* The name of the charset that `claim` is read with, for these bytes. Static. */
const char *charset_resolve(const char *claim, struct bytes in);

/* Does the claim name a charset at all (and not "unknown-8bit" or a typing error)? */
bool charset_known(const char *claim);

/* Loads every supported charset; once, before the sandbox closes. */
void charset_init(void);

#endif
