#include "desk/account.h"

#include "desk/careful.h"
#include "desk/event.h"
#include "desk/privacy.h"
#include "desk/sensitive.h"

#include <stdlib.h>

QUERY(q_account_load, "SELECT name, lang, zone, country, created_at FROM account WHERE account_id = $1");
QUERY(q_account_create, "INSERT INTO account (account_id, name, lang, zone, country, created_at)"
                        " VALUES ($1, $2, $3, $4, $5, $6)");
QUERY(q_account_save, "UPDATE account SET name = $2, lang = $3, zone = $4, country = $5 WHERE account_id = $1");
QUERY(q_setting_load, "SELECT value FROM setting WHERE account_id = $1 AND name = $2");
QUERY(q_setting_save,
      "INSERT INTO setting (account_id, name, value, changed_at, changed_by)"
      " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account_id, name) DO UPDATE"
      " SET value = excluded.value, changed_at = excluded.changed_at, changed_by = excluded.changed_by");

enum rc account_load(struct view *v, struct arena *a, struct account *out) {
    struct rows r = view_query(v, &q_account_load, BIND(ACCOUNT));
    bool found = rows_next(&r);
    if (found)
        *out = (struct account){
            .name = rows_copy(&r, 0, a),
            .lang = rows_copy(&r, 1, a),
            .zone = rows_copy(&r, 2, a),
            .country = rows_copy(&r, 3, a),
            .created_at = rows_int(&r, 4),
        };
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc account_create(struct tx *tx, const struct account *x) {
    return tx_exec(tx, &q_account_create,
                   BIND(ACCOUNT, value_text(x->name), value_text(x->lang), value_text(x->zone),
                        value_text(x->country), value_int(x->created_at)));
}

enum rc account_save(struct tx *tx, const struct account *x, int64_t by_agent) {
    enum rc rc = tx_exec(
        tx, &q_account_save,
        BIND(ACCOUNT, value_text(x->name), value_text(x->lang), value_text(x->zone), value_text(x->country)));
    if (rc == RC_OK)
        event_add(tx, (struct event){"account.changed", {by_agent ? ACTOR_AGENT : ACTOR_SYSTEM, by_agent}});
    return rc;
}

/* ---- settings ---- */

static const struct {
    const char *name, *otherwise;
    int64_t least, most;
} settings[SETTINGS] = {
    [SETTING_UNDO_MS] = {"undo_ms", "10000", 0, 60000},
    [SETTING_SESSION_HOURS] = {"session_hours", "12", 1, 720},
    [SETTING_WIZARD_DONE] = {"wizard_done", "0", 0, 100},
    [SETTING_MASK_CONTACTS] = {"mask_contacts", "0", 0, 1},
    [SETTING_RAW_DAYS] = {"raw_days", "30", 1, RAW_DAYS_MAX},
    [SETTING_PICTURE_DAYS] = {"picture_days", "30", 1, PICTURE_DAYS_MAX},
    [SETTING_NEWS] = {"news", "0", 0, 1},
    [SETTING_GOODWILL_AGENT] = {"goodwill_agent", "0", 0, 1000000000000},
    [SETTING_GOODWILL_LEAD] = {"goodwill_lead", "0", 0, 1000000000000},
    [SETTING_GOODWILL_ADMIN] = {"goodwill_admin", "0", 0, 1000000000000},
    [SETTING_CAREFUL_HOURS] = {"careful_hours", "1", 1, CAREFUL_HOURS_MAX},
    [SETTING_LEGAL_OWNER] = {"legal_owner", "0", 0, INT64_MAX},
    [SETTING_SECOND_STEP] = {"second_step", "0", 0, 1},
    [SETTING_READ_BY] = {"read_by", "0", 0, 1},
};

int64_t setting_int(struct view *v, enum setting s) {
    struct rows r = view_query(v, &q_setting_load, BIND(ACCOUNT, value_text(settings[s].name)));
    const char *value = rows_next(&r) ? rows_text(&r, 0) : settings[s].otherwise;
    int64_t n = strtoll(value, NULL, 10);
    return rows_end(&r) == RC_OK ? n : strtoll(settings[s].otherwise, NULL, 10);
}

enum rc setting_save(struct tx *tx, enum setting s, const char *value, int64_t agent_id, int64_t now) {
    char *end;
    long long n = strtoll(value, &end, 10);
    if (end == value || *end || n < settings[s].least || n > settings[s].most)
        return RC_INVALID;
    return tx_exec(
        tx, &q_setting_save,
        BIND(ACCOUNT, value_text(settings[s].name), value_text(value), value_int(now), value_id(agent_id)));
}
