/* mail_form.h: the fields of a mail server in a form, and what is said about servers that do not work. */
#ifndef KEPT_WEB_MAIL_FORM_H
#define KEPT_WEB_MAIL_FORM_H

#include "desk/inbox.h"
#include "desk/mailbox.h"
#include "web/page.h"

/* Rows of a route for the fields that begin with `key`. */
#define MAIL_PARAMS(key)                                                                                           \
    {key "_host", PARAM_TEXT, .max = 253}, {key "_port", PARAM_TEXT, .max = 5},                                    \
        {key "_security", PARAM_WORD, .of = "tls starttls plain"}, {key "_user", PARAM_TEXT, .max = 254},          \
        {key "_auth", PARAM_WORD, .of = "password bearer oauth"}, {key "_password", PARAM_SECRET, .max = 4000},    \
        {key "_token_url", PARAM_TEXT, .max = 500}, {key "_client_id", PARAM_TEXT, .max = 300},                    \
        {key "_client_secret", PARAM_SECRET, .max = 500}, {key "_refresh_token", PARAM_SECRET, .max = 4000}, {     \
        key "_scope", PARAM_TEXT, .max = 500                                                                       \
    }
/* And of the one for mail in. */
#define MAIL_IN_PARAMS(key)                                                                                        \
    MAIL_PARAMS(key), {key "_folder", PARAM_TEXT, .max = MAIL_FOLDER_MAX}, {                                       \
        key "_move_to", PARAM_TEXT, .max = MAIL_FOLDER_MAX                                                         \
    }

/* As stored (`sealed` may be empty), or, `again`, as typed. */
enum rc mail_fields_of(struct visit *x, enum mail_protocol protocol, struct bytes sealed, bool again,
                       const struct error_list *errors, struct mail_fields *out);
/* What was typed, laid over what is stored; adds an error for each flaw. *sealed is empty when no server is named.
 */
enum rc mail_fields_read(struct visit *x, enum mail_protocol protocol, struct bytes stored,
                         struct error_list *errors, struct mail_server *server, struct bytes *sealed);
/* What a trouble code of an inbox means, and what to do. */
const char *mail_trouble_text(enum locale locale, const char *code);

#endif
