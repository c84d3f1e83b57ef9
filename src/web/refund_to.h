/* refund_to.h (web): the fields of an account that money goes to, on the agents' page and on the customer's. */
#ifndef KEPT_WEB_REFUND_TO_H
#define KEPT_WEB_REFUND_TO_H

#include "desk/refund_to.h"
#include "web/page.h"

struct refund_account refund_typed(struct request *rq);
/* number bank holder: what a flaw (refund_flaw) is about. */
const char *refund_field_of(const char *flaw);
/* flaw: of refund_flaw; NULL: none. What was typed stays, but for the number. */
void refund_fields_fill(struct visit *x, const struct refund_account *typed, const char *flaw,
                        struct refund_fields *out);

#endif
