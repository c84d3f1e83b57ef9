/* leaving.h: what becomes of an agent's unfinished work when she is switched off or becomes a reader. Nothing stays
 * under the name of somebody who will not come:
 *   conversations   nobody's (conversation_release)
 *   promises owed   their conversation's, whoever has that then; their time stays
 *   recoveries      everybody's
 *   preventions     whoever added them, if she works here; else whoever switched the agent off, else an admin. One
 *                   always has an owner, or nobody would ever do it. */
#ifndef KEPT_DESK_LEAVING_H
#define KEPT_DESK_LEAVING_H

#include "desk/event.h"
#include "store/store.h"

/* In the transaction that switched her off. */
enum rc leaving_release(struct tx *tx, int64_t agent_id, struct actor by, int64_t now);

#endif
