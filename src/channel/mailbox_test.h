/* mailbox_test.h: tries settings of a mailbox before they are relied on. */
#ifndef KEPT_CHANNEL_MAILBOX_TEST_H
#define KEPT_CHANNEL_MAILBOX_TEST_H

#include "desk/mailbox.h"
#include "store/store.h"

enum { MAILBOX_TEST_MS = 15 * 1000 };

/* Connects and signs in, opens the folder that is read; takes at most MAILBOX_TEST_MS (and for OAuth as long again,
 * with the time that the provider takes), sends no mail and changes nothing there. */
void mailbox_test(struct store *store, struct arena *a, const struct mail_server *s, enum mail_protocol protocol,
                  struct mailbox_answer *out);

#endif
