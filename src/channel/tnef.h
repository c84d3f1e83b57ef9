/* tnef.h: reads winmail.dat: what Outlook and Exchange send instead of MIME parts ("Transport Neutral Encapsulation
 * Format", MS-OXTNEF). Out come the files and the texts; rights, forms and other properties stay where they are.
 * Broken input is read as far as it goes. A reader of our own, for why see docs/decisions/tnef.md.
 * Pure; called in the parse child, like mime.h, which owns the limits of a mail. */
#ifndef KEPT_CHANNEL_TNEF_H
#define KEPT_CHANNEL_TNEF_H

#include "base/arena.h"

#include <stdbool.h>

enum {
    TNEF_FILES_MAX = 200,
    TNEF_DEPTH_MAX = 4,          /* a message within a message; what it holds is shown beside the rest */
    TNEF_PROPERTIES_MAX = 10000, /* of one message or file */
    TNEF_TEXT_MAX = 2 * 1024 * 1024,
};

struct tnef_file {
    const char *name;       /* clean UTF-8, as sent: the caller makes it safe; "" when it has none */
    const char *type;       /* claimed; "" */
    const char *content_id; /* without <>; "" */
    bool is_message;        /* was a message; its files and texts stand for it, and `bytes` is empty */
    struct bytes bytes;     /* within the input */
};

struct tnef {
    struct tnef_file *files;
    size_t n_files;
    const char *text; /* clean UTF-8; "" */
    const char *html; /* clean UTF-8, hostile; "" */
    struct bytes rtf; /* unpacked (arena); empty when there is none */
    bool incomplete;  /* something was broken, or over a limit */
};

/* False: it is no TNEF at all. Otherwise *out is filled with what could be read. `input` must outlive it. */
bool tnef_read(struct arena *a, struct bytes input, struct tnef *out);

#endif
