#include "desk/finding.h"

#include "base/id.h"
#include "desk/account.h"

#include <string.h>

static const char *const outcomes[] = {
    [FINDING_CHANGED] = "changed", [FINDING_SENT] = "sent", [FINDING_DISMISSED] = "dismissed"};

QUERY(q_finding_add, "INSERT INTO finding (account_id, id, conversation_id, agent_id, rule, lang, outcome, at)"
                     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
QUERY(q_finding_settled, "SELECT 1 FROM finding WHERE account_id = $1 AND conversation_id = $2 AND rule = $3"
                         " AND at >= $4 AND outcome <> 'changed' LIMIT 1");
QUERY(q_finding_dismissed, "SELECT 1 FROM finding WHERE account_id = $1 AND conversation_id = $2 AND rule = $3"
                           " AND at >= $4 AND outcome = 'dismissed' AND agent_id = $5 LIMIT 1");
QUERY(q_finding_restore, "DELETE FROM finding WHERE account_id = $1 AND conversation_id = $2 AND rule = $3"
                         " AND at >= $4 AND outcome = 'dismissed' AND agent_id = $5");
QUERY(q_finding_last, "SELECT outcome FROM finding WHERE account_id = $1 AND rule = $2 AND lang = $3"
                      " ORDER BY id DESC LIMIT $4");
QUERY(
    q_finding_records,
    "SELECT f.rule, f.lang, CAST(sum(CASE WHEN f.outcome = 'changed' THEN 1 ELSE 0 END) AS BIGINT),"
    " CAST(sum(CASE WHEN f.outcome = 'sent' THEN 1 ELSE 0 END) AS BIGINT),"
    " CAST(sum(CASE WHEN f.outcome = 'dismissed' THEN 1 ELSE 0 END) AS BIGINT), q.since,"
    " CASE WHEN q.since IS NOT NULL AND q.agent_id IS NULL THEN 1 ELSE 0 END"
    " FROM finding f LEFT JOIN rule_quiet q ON q.account_id = f.account_id AND q.rule = f.rule AND q.lang = f.lang"
    " WHERE f.account_id = $1 AND f.id >= $2"
    " GROUP BY f.rule, f.lang, q.since, q.agent_id ORDER BY f.rule, f.lang");
QUERY(q_rule_is_quiet, "SELECT 1 FROM rule_quiet WHERE account_id = $1 AND rule = $2 AND lang = $3");
QUERY(q_rule_quiet, "INSERT INTO rule_quiet (account_id, rule, lang, since, agent_id) VALUES ($1, $2, $3, $4, $5)"
                    " ON CONFLICT (account_id, rule, lang) DO NOTHING");
QUERY(q_rule_loud, "DELETE FROM rule_quiet WHERE account_id = $1 AND rule = $2 AND lang = $3");

bool finding_disturbs(enum rule_strength strength, int shown, int changed) {
    return strength == RULE_AMBER && shown >= FINDINGS_JUDGED && 2 * changed < shown;
}

static enum rc judge(struct tx *tx, const char *rule, enum lang lang, enum rule_strength strength, int64_t now) {
    int shown = 0, changed = 0;
    struct rows r =
        view_query(tx_view(tx), &q_finding_last,
                   BIND(ACCOUNT, value_text(rule), value_text(lang_code(lang)), value_int(FINDINGS_JUDGED)));
    for (; rows_next(&r); shown++)
        changed += strcmp(rows_text(&r, 0), "changed") == 0;
    enum rc rc = rows_end(&r);
    if (rc != RC_OK || !finding_disturbs(strength, shown, changed))
        return rc;
    return finding_quiet(tx, rule, lang, true, (struct actor){ACTOR_SYSTEM}, now);
}

enum rc finding_note(struct tx *tx, int64_t conversation_id, int64_t agent_id, const char *rule, enum lang lang,
                     enum finding_outcome outcome, int64_t now) {
    const struct rule *known = rules_named(rules_of(lang), rule);
    if (!known)
        return RC_INVALID;
    enum rc rc =
        tx_exec(tx, &q_finding_add,
                BIND(ACCOUNT, value_int(id_new()), value_int(conversation_id), value_int(agent_id),
                     value_text(rule), value_text(lang_code(lang)), value_text(outcomes[outcome]), value_int(now)));
    return rc == RC_OK ? judge(tx, known->name, lang, known->strength, now) : rc;
}

enum rc finding_restore(struct tx *tx, int64_t conversation_id, int64_t agent_id, const char *rule,
                        int64_t day_began) {
    return tx_exec(
        tx, &q_finding_restore,
        BIND(ACCOUNT, value_int(conversation_id), value_text(rule), value_int(day_began), value_int(agent_id)));
}

enum rc finding_dismissed(struct view *v, int64_t conversation_id, int64_t agent_id, const char *rule,
                          int64_t day_began, bool *dismissed) {
    int64_t there = 0;
    enum rc rc = view_int(
        v, &q_finding_dismissed,
        BIND(ACCOUNT, value_int(conversation_id), value_text(rule), value_int(day_began), value_int(agent_id)), 0,
        &there);
    *dismissed = there;
    return rc;
}

static enum rc is_silent(struct view *v, const struct finding *f, enum lang lang, int64_t conversation_id,
                         int64_t day_began, bool *silent) {
    int64_t quiet = 0, settled = 0;
    enum rc rc =
        view_int(v, &q_rule_is_quiet, BIND(ACCOUNT, value_text(f->rule), value_text(lang_code(lang))), 0, &quiet);
    if (rc == RC_OK && conversation_id)
        rc = view_int(v, &q_finding_settled,
                      BIND(ACCOUNT, value_int(conversation_id), value_text(f->rule), value_int(day_began)), 0,
                      &settled);
    *silent = quiet || settled;
    return rc;
}

static bool chosen_already(const struct findings *f, const char *rule) {
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->at[i].rule, rule) == 0)
            return true;
    return false;
}

enum rc finding_choose(struct view *v, struct arena *a, const struct findings *found, enum lang lang,
                       int64_t conversation_id, int64_t day_began, struct findings *out) {
    enum rc rc = RC_OK;
    *out = (struct findings){0, ARENA_ARRAY(a, FINDINGS_SHOWN, struct finding)};
    for (int strength = RULE_RED; strength >= RULE_AMBER; strength--)
        for (size_t i = 0; rc == RC_OK && i < found->n && out->n < FINDINGS_SHOWN; i++) {
            const struct finding *f = &found->at[i];
            bool silent = false;
            if (f->strength != (enum rule_strength)strength || chosen_already(out, f->rule))
                continue;
            if (f->strength != RULE_RED)
                rc = is_silent(v, f, lang, conversation_id, day_began, &silent);
            if (rc == RC_OK && !silent)
                out->at[out->n++] = *f;
        }
    if (out->n == 2 && out->at[0].start > out->at[1].start) {
        struct finding later = out->at[0];
        out->at[0] = out->at[1];
        out->at[1] = later;
    }
    return rc;
}

enum rc finding_records(struct view *v, struct arena *a, int64_t since, struct rule_record **out, int *n) {
    size_t room = 16;
    *out = ARENA_ARRAY(a, room, struct rule_record);
    struct rows r = view_query(v, &q_finding_records, BIND(ACCOUNT, value_int(id_at(since))));
    for (*n = 0; rows_next(&r); ++*n) {
        if ((size_t)*n == room) {
            *out = arena_grow(a, *out, room, 2 * room, sizeof **out);
            room *= 2;
        }
        (*out)[*n] = (struct rule_record){
            .rule = rows_copy(&r, 0, a),
            .lang = lang_read(rows_text(&r, 1), "", 0),
            .changed = rows_int(&r, 2),
            .sent = rows_int(&r, 3),
            .dismissed = rows_int(&r, 4),
            .quiet_since = rows_int(&r, 5),
            .by_program = rows_int(&r, 6),
        };
    }
    return rows_end(&r);
}

enum rc finding_quiet(struct tx *tx, const char *rule, enum lang lang, bool quiet, struct actor by, int64_t now) {
    struct value key[] = {ACCOUNT, value_text(rule), value_text(lang_code(lang)), value_int(now), value_id(by.id)};
    enum rc rc = quiet ? tx_exec(tx, &q_rule_quiet, key, 5) : tx_exec(tx, &q_rule_loud, key, 3);
    if (rc == RC_OK && tx_changes(tx))
        event_add(tx, (struct event){quiet ? "rule.quieted" : "rule.shown", by});
    return rc;
}
