/* app.h: what joins HTTP with the desk: the routes, who is asking, and what every page shares. */
#ifndef KEPT_WEB_APP_H
#define KEPT_WEB_APP_H

#include "desk/mailbox.h"
#include "store/store.h"
#include "web/http.h"

struct job_runner;
struct web_app;

extern const struct route web_routes[];

struct web_app *web_open(struct store *s, struct job_runner *jobs);
void web_close(struct web_app *w);
/* Tries to connect and to sign in; a channel does it, and pages know none. Set before HTTP starts. */
typedef void mailbox_test_hook(struct arena *a, const struct mail_server *s, enum mail_protocol protocol,
                               struct mailbox_answer *out);
void web_set_mailbox_test(struct web_app *w, mailbox_test_hook *test);
/* The command line of `kept mail-in` for this installation, to be shown to whoever sets up forwarding; borrowed. */
void web_set_mail_command(struct web_app *w, const char *command);
struct http_hooks web_hooks(struct web_app *w);

#endif
