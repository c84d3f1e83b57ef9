/* privacy.h: what was hidden on arrival, for how long it can still be seen, and who looked.
 *
 * Private numbers never reach a message's row (text/mask.h). The one place that has them is the original mail,
 * sealed under a key of its own, for as many days as the account says. Whoever has the permission may see what was
 * hidden in a mail, once for each time that she says why; nothing of it is stored, and each look is an event and a
 * line that leads read. What came by form, chat or API has no original: what was hidden there is gone.
 *
 *   arrives ──▶ kept, sealed ──privacy_tidy, after SETTING_RAW_DAYS──▶ dropped
 *                 │      └── could not be read: stays, for it is the only copy
 *                 └──erase_some (erase.h)──▶ dropped */
#ifndef KEPT_DESK_PRIVACY_H
#define KEPT_DESK_PRIVACY_H

#include "desk/event.h"
#include "store/store.h"

#include <stdbool.h>

enum {
    RAW_DAYS_MAX = 3650,
    REASON_MIN = 5, /* code points of why somebody looks … */
    REASON_MAX = 300,
    PRIVACY_COUNT_MAX = 10000, /* no larger number of mails is counted */
};

/* ---- original mails ---- */

/* When an original mail that came at `received_at` may be dropped. Pure. */
int64_t raw_kept_until(int64_t received_at, int64_t days);

struct raw_kept {
    int64_t blob_id, received_at;
    int64_t dropped_at; /* 0: it is there */
    bool unreadable;    /* the only copy: it stays */
};
/* RC_NONE: the message came by another way. */
enum rc raw_of_message(struct view *v, int64_t message_id, struct raw_kept *out);
/* Drops the bytes of one; RC_OK too when they are gone. The row stays, with the mail's hash. */
enum rc raw_drop(struct tx *tx, int64_t raw_id, int64_t now);

struct raw_counts {
    int64_t kept, due; /* due: past their time; both at most PRIVACY_COUNT_MAX */
    int64_t oldest_at; /* 0: none is kept */
};
enum rc raw_count(struct view *v, int64_t now, struct raw_counts *out);

/* Drops what is past its time, some at a time; *more: there may be others. */
enum rc privacy_tidy(struct tx *tx, int64_t now, bool *more);

/* ---- acts ---- */

enum privacy_kind {
    PRIVACY_REVEAL,
    PRIVACY_RAW,
    PRIVACY_PICTURE,
    PRIVACY_REFUND_TO,
    PRIVACY_EXPORT,
    PRIVACY_ERASE
};
const char *privacy_kind_name(enum privacy_kind kind); /* reveal raw picture refund_to export erase */

struct privacy_act {
    enum privacy_kind kind;
    struct actor by;
    int64_t contact_id, message_id, conversation_id;
    const char *reason; /* masked before it is stored */
    int64_t amount;     /* of the event: spans, bytes */
    /* on reading */
    int64_t at;
    const char *ref, *agent_name, *contact_name, *contact_ref, *conversation_ref, *short_ref;
};
/* NULL, or a sentence's key why these words are no reason: "short", "long". Pure. */
const char *privacy_reason_flaw(const char *reason);
/* The line and the event. */
enum rc privacy_note(struct tx *tx, const struct privacy_act *act, int64_t now);
/* Newest first, of those before `before_ref` (NULL: from the newest). RC_NONE: no such line. */
enum rc privacy_list(struct view *v, struct arena *a, const char *before_ref, int max, struct privacy_act **out,
                     int *n);

#endif
