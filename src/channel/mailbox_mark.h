/* mailbox_mark.h: how far a mailbox has been read, and by which program: a row for each inbox and folder.
 * The mark moves only in the transaction that stores the mails (channel/email.h), and only in the hand of the
 * lease's holder: of several nodes one reads a mailbox, and when it dies, another takes over where it stopped. */
#ifndef KEPT_CHANNEL_MAILBOX_MARK_H
#define KEPT_CHANNEL_MAILBOX_MARK_H

#include "store/store.h"

struct mailbox_mark {
    int64_t inbox_id;
    const char *place;     /* which folder of which mailbox: mailbox_place */
    const char *holder;    /* the program, by its identity (store/node.h) */
    uint32_t uid_validity; /* 0: never read */
    uint32_t uid_next;     /* every mail with a smaller number is stored */
};

/* The folder and a short hash of host and user: an inbox that is pointed at another mailbox begins anew, even when
 * that one counts from the same numbers. */
char *mailbox_place(struct arena *a, const char *host, const char *user, const char *folder);

/* Takes or renews the lease and loads the mark. RC_CONFLICT: somebody else holds it and it has not run out (by
 * store_clock); `alone`: nobody else can be there (one program, one database), so an old lease is a dead one's. */
enum rc mailbox_mark_take(struct store *s, struct mailbox_mark *m, bool alone, int64_t lease_ms);
enum rc mailbox_mark_release(struct store *s, const struct mailbox_mark *m);
/* How many folders this program reads; for doctor. */
enum rc mailbox_mark_count(struct view *v, const char *holder, int64_t *n);
/* RC_GONE: the lease is lost. */
enum rc mailbox_mark_move(struct tx *tx, const struct mailbox_mark *m);

#endif
