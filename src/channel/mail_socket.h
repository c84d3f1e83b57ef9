/* mail_socket.h: how `kept mail-in` hands a mail to the server: a Unix socket in the data directory.
 *   client: "MAIL <recipient>\n" <8 bytes length, big-endian> <bytes>      server: "OK\n" | "SEEN\n" | "BIG\n" |
 * "LATER\n" The answer comes after COMMIT. mail-in opens no database: when the server is away, the mail server
 * keeps the mail. */
#ifndef KEPT_CHANNEL_MAIL_SOCKET_H
#define KEPT_CHANNEL_MAIL_SOCKET_H

#include "base/arena.h"
#include "base/rc.h"
#include "store/store.h"

enum { MAIL_SOCKET_CLIENTS = 32, MAIL_SOCKET_TIMEOUT_S = 60 };

struct mail_socket;
/* `mode` of the socket file: 0660, or 0666 where the mail server runs as another user. */
enum rc mail_socket_open(struct arena *a, struct store *s, const char *data_dir, unsigned mode,
                         struct mail_socket **out, const char **why);
void mail_socket_close(struct mail_socket *m);

/* The client's side. RC_OK: on the disk. RC_TOO_BIG: refuse for good. RC_AWAY: try later. */
enum rc mail_socket_send(const char *data_dir, struct bytes mail, const char *recipient);

#endif
