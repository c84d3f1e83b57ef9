/* finding.h: what became of the findings of the reply check: reworded, sent as it was, or dismissed. From this a
 * rule learns that it disturbs more than it helps; nothing is ever told of a person (only she sees her own).
 *
 * A finding is shown once for each rule, conversation and day, and at most FINDINGS_SHOWN at a time. An amber rule
 * whose last FINDINGS_JUDGED showings were reworded in fewer than half turns grey by itself in that language:
 * counted, not shown. A red one never does. Leads see the list of rules with a sample and can turn one back. */
#ifndef KEPT_DESK_FINDING_H
#define KEPT_DESK_FINDING_H

#include "desk/event.h"
#include "store/store.h"
#include "text/reply_rules.h"

enum { FINDINGS_SHOWN = 2, FINDINGS_JUDGED = 50 };

enum finding_outcome { FINDING_CHANGED, FINDING_SENT, FINDING_DISMISSED };

/* RC_INVALID: the language has no such rule. */
enum rc finding_note(struct tx *tx, int64_t conversation_id, int64_t agent_id, const char *rule, enum lang lang,
                     enum finding_outcome outcome, int64_t now);

/* A dismissal of hers by mistake: as if it had never been, also for what the rule is judged by. RC_OK also when
 * there is none. */
enum rc finding_restore(struct tx *tx, int64_t conversation_id, int64_t agent_id, const char *rule,
                        int64_t day_began);
/* Did she dismiss this rule here today? Of others' dismissals nobody is told. */
enum rc finding_dismissed(struct view *v, int64_t conversation_id, int64_t agent_id, const char *rule,
                          int64_t day_began, bool *dismissed);

/* Those of `found` to show now: red first, then amber that is neither quiet nor was settled here today; in order of
 * the text. conversation_id 0: none is settled yet. */
enum rc finding_choose(struct view *v, struct arena *a, const struct findings *found, enum lang lang,
                       int64_t conversation_id, int64_t day_began, struct findings *out);

struct rule_record {
    const char *rule;
    enum lang lang;
    int64_t changed, sent, dismissed;
    int64_t quiet_since; /* 0: it is shown */
    bool by_program;
};
/* Rules that were shown since then, by name. */
enum rc finding_records(struct view *v, struct arena *a, int64_t since, struct rule_record **out, int *n);
enum rc finding_quiet(struct tx *tx, const char *rule, enum lang lang, bool quiet, struct actor by, int64_t now);
/* Should the rule fall silent, after so many showings of which so many were reworded? Pure. */
bool finding_disturbs(enum rule_strength strength, int shown, int changed);

#endif
