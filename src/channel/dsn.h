/* dsn.h: reports about mail that did not arrive (RFC 3464), and the many bounces that are plain text.
 * Of real bounces hardly more than half carry a machine-readable part, so the common mail programs' sentences
 * are known here too. Text rules look only at mail that a machine sent: a customer who quotes a bounce and asks
 * what it means is a customer. Pure. */
#ifndef KEPT_CHANNEL_DSN_H
#define KEPT_CHANNEL_DSN_H

#include "base/arena.h"

#include <stdbool.h>

struct dsn {
    bool is_dsn;
    const char *action;              /* "failed", "delayed", "delivered", "relayed", "expanded"; "" unknown */
    const char *status;              /* "5.1.1"; "" unknown */
    const char *final_recipient;     /* the address that did not get it; "" unknown */
    const char *diagnostic;          /* what the other server said, one line */
    const char *original_message_id; /* of the mail it is about, without <>; "" unknown */
    const char *rule;                /* what recognised it: "delivery-status", "Postfix", "qmail", … */
};

struct dsn dsn_none(void);

/* The text of a message/delivery-status part. Of several recipients the first that failed is reported. */
struct dsn dsn_from_status(struct arena *a, const char *status_part);

/* From the text that a mail program wrote for people. is_dsn false when no rule knows it. */
struct dsn dsn_from_text(struct arena *a, const char *subject, const char *text);

/* May text rules be asked? From and Return-Path as decoded; `failed` is X-Failed-Recipients. */
bool dsn_is_candidate(const char *from, bool empty_return_path, const char *failed);

/* Fills what `d` lacks from `more`; what `d` knows stands. */
void dsn_merge(struct dsn *d, const struct dsn *more);

#endif
