/* mime.h: from the bytes of one mail (RFC 5322) to a struct, whatever the bytes are.
 * Broken mail is read as far as it goes; only something that is no mail at all is refused. The raw bytes are
 * kept by the caller, so nothing that is cut or left out here is lost.
 * All text in the result is valid UTF-8 without control characters (utf8_clean); a missing text is "" and a
 * missing list is empty, never NULL, so that readers need no checks. Everything lives in the caller's arena.
 * To be called in the parse child only (channel/parse.h): the library behind it is not ours. */
#ifndef KEPT_CHANNEL_MIME_H
#define KEPT_CHANNEL_MIME_H

#include "base/arena.h"
#include "base/rc.h"
#include "channel/auto_mail.h"
#include "channel/dsn.h"
#include "channel/quote.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    MIME_SIZE_MAX = 25 * 1024 * 1024, /* bytes of one mail */
    MIME_PARTS_MAX = 1000,
    MIME_DEPTH_MAX = 100,            /* parts within parts */
    MIME_TEXT_MAX = 2 * 1024 * 1024, /* bytes of readable text kept */
    MIME_HTML_MAX = 8 * 1024 * 1024, /* bytes of HTML kept for the browser */
    MIME_HEADER_MAX = 64 * 1024,     /* bytes of one header's value */
    MIME_HEADERS_MAX = 500,          /* headers kept; Received lines of a loop are the usual excess */
    MIME_ADDRESSES_MAX = 1000,       /* in one list */
    MIME_REFERENCES_MAX = 200,       /* the first and the last 199: both ends find the thread */
    MIME_NAME_MAX = 200,             /* bytes of a file name */
};

struct mime_limits {
    size_t size, parts, depth, text, html;
};
/* The limits named above. */
struct mime_limits mime_limits(void);

struct mail_address {
    const char *name; /* "" when only an address was given */
    const char *addr; /* as written: the local part may tell capitals apart */
};

struct mail_addresses {
    struct mail_address *at;
    size_t n;
};

struct mail_part {
    const char *name;       /* as a file name: no path, never empty */
    const char *type;       /* claimed, lower case: "image/png" */
    const char *sniffed;    /* what the bytes look like; "" when they look like nothing known */
    const char *content_id; /* without <>; "" when it has none */
    bool is_inline;         /* shown within the text (cid:, Content-Disposition: inline) */
    const char *method;     /* of text/calendar: "REQUEST", "REPLY"; else "" */
    struct bytes bytes;     /* decoded */
};

struct mail {
    const char *message_id, *in_reply_to; /* without <> */
    const char **references;              /* oldest first, without <> */
    size_t n_references;
    struct mail_address from, reply_to, sender; /* addr "" when missing */
    struct mail_addresses to, cc;
    struct mail_addresses delivered_to; /* Delivered-To, X-Original-To, Envelope-To */
    const char *return_path;            /* "" when missing; an empty one (<>) sets empty_return_path */
    bool empty_return_path;
    const char *subject;
    int64_t date;                /* UTC milliseconds, 0 unknown */
    struct mail_header *headers; /* decoded, in order, for whoever must look further */
    size_t n_headers;

    struct mail_auto automatic;
    struct dsn dsn; /* is_dsn false when this is no report about another mail */

    const char *text;       /* the best readable text, whole */
    struct quote_fold fold; /* the span of `text` that is quoted history */
    const char *html;       /* raw, hostile, for the browser's sanitiser; "" when there is none */
    const char *charset;    /* that the text was read with, for who wonders */
    struct mail_part *parts;
    size_t n_parts;
    bool is_signed, is_encrypted;

    bool unreadable;     /* nobody could read it: show the raw bytes */
    bool incomplete;     /* a limit cut something off */
    const char *trouble; /* why, in English, for agents; "" when neither */
};

/* Reads `raw`. *out is always set. RC_OK also for broken and for incomplete mail; RC_TOO_BIG over
 * limits->size and RC_INVALID for what is no mail at all, both with *out marked unreadable, with such headers
 * as could be read. */
enum rc mime_parse(struct arena *a, struct bytes raw, const struct mime_limits *limits, struct mail **out);

/* The headers alone, marked unreadable because of `trouble`: for a mail whose body broke the reader. */
void mime_parse_headers(struct arena *a, struct bytes raw, const char *trouble, struct mail **out);

/* Where the header block ends (the offset of the empty line), or `raw.len`. */
size_t mime_header_end(struct bytes raw);

/* A mail that could not be read, with nothing in it but the reason. */
struct mail *mail_unreadable(struct arena *a, const char *trouble);

/* What must be done once, before the sandbox closes: loads tables and silences the library. */
void mime_init(void);

#endif
