/* imap_parse.h: what an IMAP server says (RFC 3501, RFC 9051): bytes into whole responses, responses into structs.
 * Pure, bytes in any pieces, hostile ones too. What makes no sense becomes IMAP_OTHER and is passed over; only what
 * goes over a limit ends the connection. */
#ifndef KEPT_CHANNEL_IMAP_PARSE_H
#define KEPT_CHANNEL_IMAP_PARSE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    IMAP_LINE_MAX = 64 * 1024,          /* bytes of one response without its literals */
    IMAP_SMALL_LITERAL_MAX = 64 * 1024, /* where no mail was asked for */
    IMAP_DEPTH_MAX = 50,                /* lists within lists */
    IMAP_FOLDER_MAX = 1000,             /* bytes of a folder's name, in UTF-8 */
};

/* ---- bytes into responses ---- */

/* One response under way. All zero but for literal_max is a fresh one; freed by imap_stream_free. */
struct imap_stream {
    struct buf got;      /* literals stand in it as they came: {3}CRLFabc */
    size_t literal_max;  /* bytes of all literals of one response together */
    size_t literal_left; /* of the literal under way */
    size_t literals;     /* bytes of those already announced */
    size_t line_start;   /* where the line under way begins in `got` */
    bool whole;
};

enum imap_feed {
    IMAP_FEED_MORE,     /* all bytes are taken, the response is not whole yet */
    IMAP_FEED_RESPONSE, /* s->got is one whole response, without its last line end; what follows is not taken */
    IMAP_FEED_TOO_LONG, /* IMAP_LINE_MAX or literal_max: nothing can be read on this connection any more */
};
/* *used: how many bytes of `in` were taken. The first call after a response begins the next one. */
enum imap_feed imap_feed(struct imap_stream *s, struct bytes in, size_t *used);
void imap_stream_free(struct imap_stream *s);

/* ---- responses ---- */

enum imap_kind {
    IMAP_OTHER,    /* unknown, or makes no sense */
    IMAP_TAGGED,   /* the end of the command with the number `tag` */
    IMAP_CONTINUE, /* "+": go on */
    IMAP_STATUS,   /* untagged OK, NO, BAD, PREAUTH */
    IMAP_BYE,
    IMAP_EXISTS, /* number: how many mails are in the folder */
    IMAP_EXPUNGE,
    IMAP_FETCH,
    IMAP_CAPABILITY, /* text: the words */
};

enum imap_status { IMAP_OK, IMAP_NO, IMAP_BAD };

struct imap_response {
    enum imap_kind kind;
    enum imap_status status; /* of TAGGED and STATUS */
    unsigned tag;
    uint32_t number;
    struct bytes code; /* of the inside of […]: "UIDVALIDITY 7" */
    struct bytes text; /* for people; one line as the server wrote it */
    /* FETCH */
    uint32_t uid;            /* 0: not said */
    bool has_size, has_body; /* has_body: BODY[…] was there and not NIL */
    bool nil_body;
    uint64_t size;
    struct bytes body;
};

/* Our tags are a "k" and a number. `at` is changed (quoted strings are unescaped in place); the struct points into
 * it. */
void imap_parse(uint8_t *at, size_t n, struct imap_response *out);

/* Is `word` among the words of a capability list? Letter case does not matter. */
bool imap_has_word(struct bytes list, const char *word);
/* The number after `name` in a response code. */
bool imap_code_number(struct bytes code, const char *name, uint32_t *out);

/* A folder's name (UTF-8) as it is written in a command: modified UTF-7 in quotes. NULL for an empty name, a longer
 * one, or one with control characters. */
char *imap_folder(struct arena *a, const char *name);

#endif
