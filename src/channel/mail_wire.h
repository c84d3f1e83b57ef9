/* mail_wire.h: a struct mail as bytes, between the parse child and the program.
 * The reader trusts nothing: the child has seen hostile input and may be somebody else's by now. Every length is
 * held against what is left, every count against a limit, every text must be UTF-8 without control characters,
 * every enum and span in range. Both ends are the same binary, so the format has no versions. */
#ifndef KEPT_CHANNEL_MAIL_WIRE_H
#define KEPT_CHANNEL_MAIL_WIRE_H

#include "base/buf.h"
#include "base/rc.h"
#include "channel/mime.h"

/* Text may triple (a bad byte is a replacement character), and stands in text, HTML and headers. */
enum { MAIL_WIRE_MAX = 160 * 1024 * 1024 };

void mail_encode(struct buf *out, const struct mail *m);

/* Copies into the arena. RC_INVALID when anything is out of order; *out is NULL then. */
enum rc mail_decode(struct arena *a, struct bytes in, struct mail **out);

#endif
