/* account_page.h: what the pages of one's own account share. */
#ifndef KEPT_WEB_ACCOUNT_PAGE_H
#define KEPT_WEB_ACCOUNT_PAGE_H

#include "web/page.h"

void show_account(struct request *rq, const struct error_list *errors, int status);
/* Asks the signed-in agent's password again. RC_UNKNOWN_USER: wrong, and counted as a wrong sign-in; RC_TOO_MANY:
 * wait. *email is the agent's. */
enum rc own_password(struct request *rq, const char *password, const char **email);
/* What to say beside the field; NULL: it was right, or the fault is ours. */
const char *own_password_error(enum locale locale, enum rc rc);

/* "Firefox, Linux", of the header User-Agent: enough to know one's own. */
const char *program_name(struct visit *x, const char *agent);

/* The section of notifications. push_page.c */
enum rc fill_push(struct visit *x, struct push_view *v);

#endif
