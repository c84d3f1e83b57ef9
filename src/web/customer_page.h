/* customer_page.h: what other pages for customers need of the contact and case pages. */
#ifndef KEPT_WEB_CUSTOMER_PAGE_H
#define KEPT_WEB_CUSTOMER_PAGE_H

#include "desk/conversation.h"
#include "web/page.h"

/* Ways to reach us, with hours and present waits. */
enum rc contact_ways(struct visit *x, struct contact_choice **out, int *n);
/* The conversation of a private link; RC_NONE for a link that we did not make. */
enum rc case_by_token(struct view *v, struct arena *a, const char *token, struct conversation *out);

#endif
