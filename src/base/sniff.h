/* sniff.h: what a file's first bytes say it is, whatever its name claims. Pure. */
#ifndef KEPT_BASE_SNIFF_H
#define KEPT_BASE_SNIFF_H

#include "base/arena.h"

/* A media type, static; "" when the bytes look like nothing known here. Programs are found by their bytes
 * ("application/x-executable", "text/x-script"), so that "invoice.pdf" that is one can be held back. */
const char *sniff_type(struct bytes file);

/* How many pixels a PNG, GIF, JPEG or WebP says it has, read from its first bytes; nothing is decoded. 0: it does
 * not say. */
uint64_t sniff_pixels(struct bytes file);

#endif
