#include "desk/privacy.h"

#include "base/id.h"
#include "base/utf8.h"
#include "desk/account.h"
#include "desk/blob.h"
#include "text/mask.h"

#include <string.h>

enum { DROPPED_AT_ONCE = 50 };
static const int64_t DAY_MS = 24 * 3600 * (int64_t)1000;

QUERY(q_raw_of_message, "SELECT blob_id, received_at, dropped_at, state FROM inbound WHERE account_id = $1"
                        " AND message_id = $2 ORDER BY +id LIMIT 1");
QUERY(q_raw_blob, "SELECT blob_id FROM inbound WHERE account_id = $1 AND id = $2 AND dropped_at IS NULL");
QUERY(q_raw_dropped, "UPDATE inbound SET dropped_at = $3, recipient = '' WHERE account_id = $1 AND id = $2"
                     " AND dropped_at IS NULL");
#define KEPT_BEFORE                                                                                                \
    " FROM inbound WHERE account_id = $1 AND received_at < $2 AND dropped_at IS NULL AND state = 'done'"
QUERY(q_raw_due, "SELECT id" KEPT_BEFORE " ORDER BY received_at LIMIT $3");
QUERY(q_raw_count, "SELECT count(*) FROM (SELECT 1" KEPT_BEFORE " LIMIT $3) AS kept");
QUERY(q_raw_oldest, "SELECT received_at" KEPT_BEFORE " ORDER BY received_at LIMIT 1");

QUERY(q_privacy_add,
      "INSERT INTO privacy_act (account_id, id, ref, kind, at, agent_id, contact_id, message_id, reason)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
QUERY(q_privacy_id, "SELECT id FROM privacy_act WHERE account_id = $1 AND ref = $2");
QUERY(q_privacy_list,
      "SELECT p.kind, p.at, p.reason, p.ref, ag.name, ct.name, ct.ref, c.ref, c.short_ref, p.contact_id,"
      " p.message_id FROM privacy_act p"
      " JOIN contact ct ON ct.account_id = p.account_id AND ct.id = p.contact_id"
      " LEFT JOIN agent ag ON ag.account_id = p.account_id AND ag.id = p.agent_id"
      " LEFT JOIN message m ON m.account_id = p.account_id AND m.id = p.message_id"
      " LEFT JOIN conversation c ON c.account_id = m.account_id AND c.id = m.conversation_id"
      " WHERE p.account_id = $1 AND p.id < $2 ORDER BY p.id DESC LIMIT $3");

/* ---- original mails ---- */

int64_t raw_kept_until(int64_t received_at, int64_t days) { return received_at + days * DAY_MS; }

enum rc raw_of_message(struct view *v, int64_t message_id, struct raw_kept *out) {
    struct rows r = view_query(v, &q_raw_of_message, BIND(ACCOUNT, value_int(message_id)));
    bool found = rows_next(&r);
    if (found)
        *out = (struct raw_kept){
            .blob_id = rows_int(&r, 0),
            .received_at = rows_int(&r, 1),
            .dropped_at = rows_int(&r, 2),
            .unreadable = strcmp(rows_text(&r, 3), "unreadable") == 0,
        };
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc raw_drop(struct tx *tx, int64_t raw_id, int64_t now) {
    int64_t blob_id;
    enum rc rc = view_int(tx_view(tx), &q_raw_blob, BIND(ACCOUNT, value_int(raw_id)), 0, &blob_id);
    if (rc != RC_OK || !blob_id)
        return rc;
    rc = tx_exec(tx, &q_raw_dropped, BIND(ACCOUNT, value_int(raw_id), value_int(now)));
    return rc == RC_OK ? blob_drop_unused(tx, blob_id) : rc;
}

static enum rc count_before(struct view *v, int64_t before, int64_t *n) {
    return view_int(v, &q_raw_count, BIND(ACCOUNT, value_int(before), value_int(PRIVACY_COUNT_MAX)), 0, n);
}

/* What came before this is past its time. */
static int64_t due_before(struct view *v, int64_t now) {
    return now - (raw_kept_until(0, setting_int(v, SETTING_RAW_DAYS)));
}

enum rc raw_count(struct view *v, int64_t now, struct raw_counts *out) {
    enum rc rc = count_before(v, INT64_MAX, &out->kept);
    if (rc == RC_OK)
        rc = count_before(v, due_before(v, now), &out->due);
    return rc == RC_OK ? view_int(v, &q_raw_oldest, BIND(ACCOUNT, value_int(INT64_MAX)), 0, &out->oldest_at) : rc;
}

enum rc privacy_tidy(struct tx *tx, int64_t now, bool *more) {
    int64_t ids[DROPPED_AT_ONCE];
    int n = 0;
    struct view *v = tx_view(tx);
    struct rows r =
        view_query(v, &q_raw_due, BIND(ACCOUNT, value_int(due_before(v, now)), value_int(DROPPED_AT_ONCE)));
    while (n < DROPPED_AT_ONCE && rows_next(&r))
        ids[n++] = rows_int(&r, 0);
    enum rc rc = rows_end(&r);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = raw_drop(tx, ids[i], now);
    if (rc == RC_OK && n)
        event_add(tx, (struct event){"mail.dropped", {ACTOR_SYSTEM}, 0, 0, "retention", n});
    *more = n == DROPPED_AT_ONCE;
    return rc;
}

/* ---- acts ---- */

static const struct {
    const char *name, *event;
} kinds[] = {
    [PRIVACY_REVEAL] = {"reveal", "message.revealed"},   [PRIVACY_RAW] = {"raw", "message.revealed"},
    [PRIVACY_PICTURE] = {"picture", "message.revealed"}, [PRIVACY_REFUND_TO] = {"refund_to", "refund_to.copied"},
    [PRIVACY_EXPORT] = {"export", "contact.exported"},   [PRIVACY_ERASE] = {"erase", "contact.erased"},
};

const char *privacy_kind_name(enum privacy_kind kind) { return kinds[kind].name; }

const char *privacy_reason_flaw(const char *reason) {
    size_t n = reason ? utf8_count(reason, strlen(reason)) : 0;
    return n < REASON_MIN ? "short" : n > REASON_MAX ? "long" : NULL;
}

enum rc privacy_note(struct tx *tx, const struct privacy_act *act, int64_t now) {
    struct arena *a = tx_arena(tx);
    bool of_message = act->message_id != 0;
    enum rc rc = tx_exec(tx, &q_privacy_add,
                         BIND(ACCOUNT, value_int(id_new()), value_text(id_ref(a, "act")),
                              value_text(kinds[act->kind].name), value_int(now),
                              value_id(act->by.kind == ACTOR_AGENT || act->by.kind == ACTOR_TOKEN ? act->by.id : 0),
                              value_int(act->contact_id), value_id(act->message_id),
                              value_text(mask_text(a, act->reason, MASK_PRIVATE))));
    if (rc == RC_OK)
        event_add(tx, (struct event){kinds[act->kind].event, act->by, act->conversation_id,
                                     of_message ? act->message_id : act->contact_id,
                                     of_message ? kinds[act->kind].name : act->reason, act->amount});
    return rc;
}

static enum privacy_kind kind_named(const char *name) {
    size_t k = 0;
    while (k < sizeof kinds / sizeof *kinds - 1 && strcmp(kinds[k].name, name) != 0)
        k++;
    return (enum privacy_kind)k;
}

enum rc privacy_list(struct view *v, struct arena *a, const char *before_ref, int max, struct privacy_act **out,
                     int *n) {
    int64_t before = INT64_MAX;
    *out = ARENA_ARRAY(a, (size_t)max, struct privacy_act);
    *n = 0;
    enum rc rc = before_ref ? view_int(v, &q_privacy_id, BIND(ACCOUNT, value_text(before_ref)), 0, &before) : RC_OK;
    if (rc != RC_OK || !before)
        return rc != RC_OK ? rc : RC_NONE;
    struct rows r = view_query(v, &q_privacy_list, BIND(ACCOUNT, value_int(before), value_int(max)));
    for (; *n < max && rows_next(&r); ++*n)
        (*out)[*n] = (struct privacy_act){
            .kind = kind_named(rows_text(&r, 0)),
            .at = rows_int(&r, 1),
            .reason = rows_copy(&r, 2, a),
            .ref = rows_copy(&r, 3, a),
            .agent_name = rows_copy(&r, 4, a),
            .contact_name = rows_copy(&r, 5, a),
            .contact_ref = rows_copy(&r, 6, a),
            .conversation_ref = rows_copy(&r, 7, a),
            .short_ref = rows_copy(&r, 8, a),
            .contact_id = rows_int(&r, 9),
            .message_id = rows_int(&r, 10),
        };
    return rows_end(&r);
}
