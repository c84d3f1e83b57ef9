/* imap_box.h: one mailbox and the thread that keeps it read; imap.c starts and ends them. */
#ifndef KEPT_CHANNEL_IMAP_BOX_H
#define KEPT_CHANNEL_IMAP_BOX_H

#include "channel/imap.h"

struct imap_box;

/* `options` without zeros, `holder` of the lease; both outlive the box. `sealed` is copied. */
struct imap_box *imap_box_start(struct store *s, const struct imap_options *options, const char *holder,
                                int64_t inbox_id, struct bytes sealed);
void imap_box_stop(struct imap_box *b); /* waits for its thread */
int64_t imap_box_inbox(const struct imap_box *b);
bool imap_box_has(const struct imap_box *b, struct bytes sealed); /* was it started with these settings? */
pid_t imap_box_child(struct imap_box *b);

#endif
