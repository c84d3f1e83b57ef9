/* app.h: what joins HTTP with the desk: the routes, who is asking, and what every page shares. */
#ifndef KEPT_WEB_APP_H
#define KEPT_WEB_APP_H

#include "base/buf.h"
#include "desk/mailbox.h"
#include "store/store.h"
#include "web/http.h"

struct job_runner;
struct notifier;
struct web_app;

extern const struct route web_routes[];

struct web_app *web_open(struct store *s, struct job_runner *jobs, struct notifier *notifier);
void web_close(struct web_app *w);
/* Tries to connect and to sign in; a channel does it, and pages know none. Set before HTTP starts. */
typedef void mailbox_test_hook(struct store *store, struct arena *a, const struct mail_server *s,
                               enum mail_protocol protocol, struct mailbox_answer *out);
void web_set_mailbox_test(struct web_app *w, mailbox_test_hook *test);
/* Fetches a picture from an address in a mail; as outside_picture in channel/outside.h. */
typedef enum rc picture_hook(const char *url, struct buf *picture);
void web_set_picture_fetch(struct web_app *w, picture_hook *fetch);
/* Has this agent the conversation open and in sight? `web` is the struct web_app. From any thread but the hub's. */
bool web_agent_looks(void *web, int64_t agent_id, int64_t conversation_id);
/* What the sender wrote in a mail, before anything was hidden; in the arena. As email_plain in channel/email.h. */
struct plain_mail {
    const char *subject, *body, *quoted;
};
typedef enum rc mail_reader_hook(void *reader, struct arena *a, struct bytes raw, struct plain_mail *out);
void web_set_mail_reader(struct web_app *w, mail_reader_hook *read, void *reader);
/* As configured; "" when it is not: links in mails that anybody may ask for never trust a Host header. Borrowed. */
void web_set_origin(struct web_app *w, const char *origin);
/* The command line of `kept mail-in` for this installation, to be shown to whoever sets up forwarding; borrowed. */
void web_set_mail_command(struct web_app *w, const char *command);
struct http_hooks web_hooks(struct web_app *w);

#endif
