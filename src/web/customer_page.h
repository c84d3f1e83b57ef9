/* customer_page.h: what other pages for customers need of the contact and case pages. */
#ifndef KEPT_WEB_CUSTOMER_PAGE_H
#define KEPT_WEB_CUSTOMER_PAGE_H

#include "desk/conversation.h"
#include "desk/recovery.h"
#include "web/page.h"

/* Ways to reach us, with hours and present waits. */
enum rc contact_ways(struct visit *x, struct contact_choice **out, int *n);
/* The conversation of a private link; RC_NONE for a link that we did not make, RC_GONE where it was merged into
 * another customer's. */
enum rc case_by_token(struct view *v, struct arena *a, const char *token, struct conversation *out);
/* What is being put right for her in it; RC_NONE: nothing, or for another customer, whose conversation was merged
 * in. */
enum rc case_recovery(struct view *v, struct arena *a, const struct conversation *c, struct recovery *out);
/* What was not right in what she sent from there; NULL where nothing was. */
struct case_trouble {
    const char *answer; /* translated */
    const char *refund; /* refund_flaw */
};
void show_case(struct request *rq, const struct case_trouble *trouble, int status);

#endif
