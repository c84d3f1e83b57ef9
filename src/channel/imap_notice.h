/* imap_notice.h: the mail that stands for one which could not be taken in from a mailbox. Pure. */
#ifndef KEPT_CHANNEL_IMAP_NOTICE_H
#define KEPT_CHANNEL_IMAP_NOTICE_H

#include "base/buf.h"
#include "base/locale.h"
#include "channel/imap_link.h"

/* Appends a mail: the header as far as it was had (sender, subject, threading; nothing about the body), and a
 * sentence in `locale` that says why, and in which folder the mail itself is. The same mail always gives the same
 * bytes. */
void imap_notice(struct buf *out, enum locale locale, enum imap_how how, struct bytes header, const char *folder,
                 uint32_t uid_validity, uint32_t uid);

#endif
