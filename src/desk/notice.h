/* notice.h: a mail of ours to an agent, with a link: an invitation or a forgotten password, whose link lets her in,
 * a reminder of what she must have read, or
 * word of a conversation that calls for care. It goes out through the first inbox that can send (inbox_that_sends).
 * The link is sealed, and forgotten as soon as it is on its way.
 *
 *   queued ──job──▶ sent
 *     │  └─ refused, or too late ──▶ failed
 *     └─ notice_withdraw ──▶ withdrawn */
#ifndef KEPT_DESK_NOTICE_H
#define KEPT_DESK_NOTICE_H

#include "store/store.h"

enum notice_kind {
    NOTICE_INVITE,
    NOTICE_RESET,
    NOTICE_MUST_READ,
    NOTICE_CAREFUL,      /* a conversation calls for care, and somebody is to have it … */
    NOTICE_CAREFUL_LATE, /* … and nobody has said so in time */
    NOTICE_KINDS
};

struct notice {
    int64_t id, agent_id, created_at;
    enum notice_kind kind;
    const char *state,
        *reason;      /* reason: why it failed, or waits: a trouble code of the inbox, or the server's words */
    const char *link; /* of notice_load; NULL: gone */
};

/* With its job. Those before it to this agent, of this kind, that are not on their way yet are withdrawn. */
enum rc notice_add(struct tx *tx, enum notice_kind kind, int64_t agent_id, const char *link, int64_t now);
enum rc notice_load(struct view *v, struct arena *a, int64_t id, struct notice *out);
/* The last invitation that was mailed to this agent, without its link; RC_NONE. */
enum rc notice_last_invite(struct view *v, struct arena *a, int64_t agent_id, struct notice *out);
/* Until when it makes sense to try. Pure. */
int64_t notice_gives_up_at(const struct notice *n);
/* `state`: sent, failed, or queued: it waits, and `reason` says for what. RC_CONFLICT: it was not queued any more.
 */
enum rc notice_settle(struct tx *tx, const struct notice *n, const char *state, const char *reason, int64_t now);
enum rc notice_withdraw(struct tx *tx, enum notice_kind kind, int64_t agent_id, int64_t now);

#endif
