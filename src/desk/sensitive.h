/* sensitive.h: files that show a card, an identity paper or a transfer slip. A picture cannot be masked, so it is
 * not shown: a placeholder stands there until somebody looks, each look is noted, and the bytes go after
 * SETTING_PICTURE_DAYS. No way but the look leads to them, the customer's pages and the API included.
 *
 *   comes ──the customer's words name one: sensitive_listen──▶ sensitive ──sensitive_tidy, its time is over──▶
 * dropped └────an agent says so: sensitive_mark───────────────────▶   │ ▲ └─┴─ sensitive_mark: it is none, and
 * words do not mark it again */
#ifndef KEPT_DESK_SENSITIVE_H
#define KEPT_DESK_SENSITIVE_H

#include "base/arena.h"
#include "desk/event.h"
#include "desk/message.h"
#include "store/store.h"

#include <stdbool.h>

enum {
    PICTURE_DAYS_MAX = 365,
    SENSITIVE_NEAR_MS = 24 * 3600 * 1000, /* words and pictures of the customer belong together for so long */
};

/* ---- rules (pure) ---- */

/* Do these words, or this name of a file, speak of a picture of a card, an identity paper or a transfer slip? In
 * four languages; paying by card, or a gift card, is nothing of the kind. */
bool sensitive_words(struct arena *a, const char *text);
/* Is it shown at all only after a look? */
static inline bool sensitive_hidden(const struct attachment *x) { return x->sensitive_at != 0; }
/* Until when its bytes are kept. */
int64_t sensitive_kept_until(int64_t sensitive_at, int64_t days);

/* ---- verbs ---- */

/* A customer's message has come: its pictures are marked when its words, their names, or what the customer wrote
 * within SENSITIVE_NEAR_MS say so; and when its words say so, the pictures that came before it in that time too. */
enum rc sensitive_listen(struct tx *tx, int64_t conversation_id, int64_t message_id, const char *text, int64_t now);
/* RC_GONE: its bytes are gone. RC_OK also when it is so already. */
enum rc sensitive_mark(struct tx *tx, const struct attachment *x, bool on, struct actor by, int64_t now);
/* Notes that somebody looks at it; before anything of it leaves the program. RC_CONFLICT: it is not hidden.
 * RC_GONE. */
enum rc sensitive_look(struct tx *tx, const struct attachment *x, struct actor by, int64_t now);
/* Drops what is past its time, some at a time; *more: there may be others. */
enum rc sensitive_tidy(struct tx *tx, int64_t now, bool *more);

/* ---- for the page ---- */

/* Kept now, and past their time; both at most PRIVACY_COUNT_MAX. */
enum rc sensitive_count(struct view *v, int64_t now, int64_t *kept, int64_t *due);

#endif
