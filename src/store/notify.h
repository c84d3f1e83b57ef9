/* notify.h: hints among the programs that serve one database. A hint says "look", a few bytes more at most; it may
 * be late, come twice or be lost. Rows are the truth: whoever waits for hints looks at the rows once a second as
 * well.
 *
 * One thread and one connection of its own a program, never a business transaction: PostgreSQL takes a lock of the
 * whole database when a transaction that notified commits. What is to be said is gathered, so that there are at
 * most 20 such commits a second, however many writes there were. PgBouncer: session mode only.
 *
 *   raise → … at most NOTIFY_EVERY_MS later … → say(buf) → NOTIFY → the others: heard(text)
 *
 * On SQLite nobody else is there: notifier_new gives NULL, which every function here takes. */
#ifndef KEPT_STORE_NOTIFY_H
#define KEPT_STORE_NOTIFY_H

#include "base/buf.h"
#include "store/store.h"

enum { NOTIFY_EVERY_MS = 50, NOTIFY_TEXT_MAX = 7900 /* PostgreSQL's limit is 7,999 bytes */, NOTIFY_TOPICS = 8 };

struct notifier;

struct notify_topic {
    const char *name; /* letters and '_'; static */
    /* Appends at most NOTIFY_TEXT_MAX bytes of what is to be said, or nothing. True: there is more, ask again. */
    bool (*say)(void *arg, struct buf *out);
    /* What another program said. NULL: some may have been missed, for the connection is new. */
    void (*heard)(void *arg, const char *text);
    void *arg;
};

/* Both callbacks run on the notifier's thread and must not block. */
struct notifier *notifier_new(struct store *s);
/* Before notifier_start; returns what to raise. */
int notifier_topic(struct notifier *n, struct notify_topic topic);
void notifier_start(struct notifier *n);
void notifier_stop(
    struct notifier *n); /* what is raised and not said is dropped; the memory stays for late raisers */
void notifier_raise(struct notifier *n, int topic);

#endif
