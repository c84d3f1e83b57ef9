/* careful.h: conversations about injury, fire, leaked data, a lawyer, the press or an authority. There nothing goes
 * out by itself: no automatic apology, no survey, no closing. A person still answers. Switched on by hand, or by
 * the customer's words (cue "careful" of the rule files); off by hand alone.
 *
 * While it holds, somebody above the agents is to have it in hand: the leads and the legal owner are told at once
 * and have SETTING_CAREFUL_HOURS of open hours until one of them says so.
 *
 *   careful_set, careful_listen ──▶ waits ──careful_take──▶ taken (by whom; another may take it over)
 *                                     └── due_at passes ──▶ late: they are told again, CAREFUL_TELLS times in all
 *   careful_set off, from anywhere ──▶ over */
#ifndef KEPT_DESK_CAREFUL_H
#define KEPT_DESK_CAREFUL_H

#include "base/arena.h"
#include "desk/agent.h"
#include "desk/event.h"
#include "desk/hours.h"
#include "store/store.h"

#include <stdbool.h>

enum { CAREFUL_HOURS_MAX = 72, CAREFUL_TELLS = 4 };

struct careful {
    int64_t conversation_id, since, due_at, told, told_at, taken_by, taken_at; /* taken_at 0: it waits */
    const char *taken_name;                                                    /* on loading; NULL: nobody */
};

/* ---- rules (pure) ---- */

/* Do these words call for care? */
bool careful_words(struct arena *a, const char *text);

enum careful_state { CAREFUL_WAITS, CAREFUL_LATE, CAREFUL_TAKEN };
enum careful_state careful_judge(const struct careful *c, int64_t now);
const char *careful_state_name(enum careful_state s); /* waits late taken */
/* When the people are told next: at once, when it is due, then each time the term has passed again. 0: not again.
 */
int64_t careful_tell_at(const struct careful *c, const struct hours *hours, const char *zone, int64_t term_ms);
/* Who is told: the team's leads who are here (without any, all leads; without any of those, the admins), and the
 * legal owner, even when away (`legal_id` 0 or somebody who left: the admins). told[i] stands for agents[i]. */
void careful_people(const struct agent *agents, int n, const struct membership *members, int members_n,
                    int64_t team_id, int64_t legal_id, bool *told);
/* Whose word "I have it" counts: leads, admins and the legal owner. */
bool careful_may_take(const struct agent *agent, int64_t legal_id);

/* ---- verbs ---- */

/* A customer's message has come. */
enum rc careful_listen(struct tx *tx, int64_t conversation_id, int64_t message_id, const char *text, int64_t now);
/* RC_OK also when it is so already. */
enum rc careful_set(struct tx *tx, int64_t conversation_id, bool on, struct actor by, int64_t now);
/* "I have it." RC_DENIED: not hers to say. RC_CONFLICT: it is not in careful mode any more, or somebody else has
 * said so since `seen_by` (0: nobody) was shown. */
enum rc careful_take(struct tx *tx, int64_t conversation_id, int64_t seen_by, struct actor by, int64_t now);
/* Of a merge: what needed care needs it where it goes on. */
enum rc careful_follow(struct tx *tx, int64_t from_id, int64_t into_id, int64_t now);
/* Of the job: tells the people, with a link below `origin` ("": no mail can have one). */
enum rc careful_tick(struct tx *tx, int64_t conversation_id, const char *origin, int64_t now);

/* ---- loading ---- */

enum rc careful_of(struct view *v, int64_t conversation_id, bool *on);
/* RC_NONE: it is not in careful mode. */
enum rc careful_load(struct view *v, struct arena *a, int64_t conversation_id, struct careful *out);

#endif
