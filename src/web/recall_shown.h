/* recall_shown.h: corrections where people meet them: beside the agent's answer, and on the customer's case page.
 */
#ifndef KEPT_WEB_RECALL_SHOWN_H
#define KEPT_WEB_RECALL_SHOWN_H

#include "desk/message.h"
#include "desk/recall.h"
#include "web/page.h"

/* What this customer is still to be told: value the person's reference, label what it is about, detail the
 * correction's; chosen: its text can be put into the answer. */
enum rc recall_banners(struct visit *x, const struct conversation *c, struct choices *out);
/* Its text, for the answer. RC_NONE: of another customer, or nothing is written. */
enum rc recall_insertion(struct visit *x, const struct conversation *c, const char *ref, const char **text);
/* What was sent in this conversation, to be confirmed. */
enum rc recall_corrections(struct visit *x, const struct conversation *c, bool verified,
                           struct case_correction **out, int *n);

#endif
