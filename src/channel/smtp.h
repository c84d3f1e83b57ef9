/* smtp.h: hands one mail to the sending server of an inbox, by libcurl. The caller has made headers and body. */
#ifndef KEPT_CHANNEL_SMTP_H
#define KEPT_CHANNEL_SMTP_H

#include "desk/mailbox.h"
#include "store/store.h"

#include <curl/curl.h>

struct job;

struct smtp_mail {
    const char *from;           /* of the envelope, without <> */
    const char *domain;         /* said in EHLO */
    struct curl_slist *to;      /* of the envelope, with <> */
    struct curl_slist *headers; /* whole lines */
    curl_mime *body;            /* of `curl` */
    const struct job *job;      /* stopped when it may be another node's */
};

/* SMTP_REFUSED: for good. SMTP_LATER: this mail may go later; what concerns our own access (sign-in, certificate,
 * no connection) is ours to mend, and the mail waits. */
enum smtp_verdict { SMTP_SENT, SMTP_LATER, SMTP_REFUSED };

/* Blocks; `curl` is fresh, the body's. An access token is had, and asked for anew when it is refused. *reason
 * (arena or static): what the other side said. *trouble (static or arena): the inbox's trouble code, smtp_…; NULL:
 * none. */
enum smtp_verdict smtp_send(struct store *s, struct arena *a, const struct mail_server *server, CURL *curl,
                            const struct smtp_mail *mail, const char **reason, const char **trouble);

/* The parts of a header line. Each takes what it adds as text, and appends. */
void smtp_text_header(struct buf *out, const char *value);                        /* RFC 2047 where it must be */
void smtp_address_header(struct buf *out, const char *name, const char *address); /* "Name" <address> */
void smtp_date_header(struct buf *out, int64_t now);                              /* "Date: …" */
struct curl_slist *smtp_add_header(struct curl_slist *list, struct buf *line);    /* empties the line */
void smtp_text_part(curl_mime *into, const char *text, const char *type);         /* quoted-printable */

#endif
