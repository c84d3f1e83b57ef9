#include "desk/push.h"

#include "base/id.h"
#include "base/net_guard.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "desk/account.h"
#include "desk/agent.h"
#include "desk/hours.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

QUERY(q_push_devices, "SELECT count(*) FROM push_device WHERE account_id = $1 AND agent_id = $2");
/* What waits is told with what came since, and not later for it. */
QUERY(q_push_note_put,
      "INSERT INTO push_note (account_id, id, agent_id, conversation_id, kinds, due_at, state)"
      " VALUES ($1, $2, $3, $4, $5, $6, 'waits') ON CONFLICT (account_id, agent_id, conversation_id) DO UPDATE SET"
      " kinds = CASE WHEN push_note.state = 'waits' THEN push_note.kinds | excluded.kinds ELSE excluded.kinds END,"
      " due_at = CASE WHEN push_note.state = 'waits' AND push_note.due_at < excluded.due_at"
      " THEN push_note.due_at ELSE excluded.due_at END, state = 'waits', settled_at = NULL RETURNING id, due_at");
QUERY(q_push_note_seen,
      "UPDATE push_note SET state = 'seen', settled_at = $4 WHERE account_id = $1 AND agent_id = $2"
      " AND conversation_id = $3 AND state IN ('waits', 'sent')");
QUERY(q_push_note_load, "SELECT id, agent_id, conversation_id, kinds, state, settled_at FROM push_note"
                        " WHERE account_id = $1 AND id = $2");
QUERY(q_push_note_settle,
      "UPDATE push_note SET state = $3, settled_at = $4 WHERE account_id = $1 AND id = $2 AND state = 'waits'");
QUERY(q_push_news, "SELECT n.id, n.agent_id, n.conversation_id, n.kinds, n.state, n.settled_at, c.ref, c.short_ref"
                   " FROM push_note n LEFT JOIN conversation c ON c.account_id = n.account_id"
                   " AND c.id = n.conversation_id WHERE n.account_id = $1 AND n.agent_id = $2 AND n.state = 'sent'"
                   " AND n.settled_at > $3 ORDER BY n.settled_at DESC, n.id DESC LIMIT $4");
QUERY(q_push_note_tidy, "DELETE FROM push_note WHERE account_id = $1 AND due_at < $2");

#define DEVICE_COLUMNS                                                                                             \
    "id, agent_id, session_id, created_at, told_at, knock_at, not_before, failures, tries, ref, label"
QUERY(
    q_push_device_put,
    "INSERT INTO push_device (account_id, id, ref, agent_id, session_id, endpoint, endpoint_mac, label, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (account_id, endpoint_mac) DO UPDATE SET"
    " agent_id = excluded.agent_id, session_id = excluded.session_id, label = excluded.label, failures = 0");
QUERY(q_push_device_known,
      "SELECT id FROM push_device WHERE account_id = $1 AND endpoint_mac = $2 AND agent_id = $3");
QUERY(q_push_device_keep, "UPDATE push_device SET session_id = $4 WHERE account_id = $1 AND endpoint_mac = $2"
                          " AND agent_id = $3");
QUERY(q_push_device_load, "SELECT " DEVICE_COLUMNS ", endpoint FROM push_device WHERE account_id = $1 AND id = $2");
QUERY(q_push_device_list, "SELECT " DEVICE_COLUMNS " FROM push_device WHERE account_id = $1 AND agent_id = $2"
                          " ORDER BY +id");
QUERY(q_push_device_knock, "UPDATE push_device SET knock_at = coalesce(knock_at, $3), tries = 0"
                           " WHERE account_id = $1 AND id = $2");
QUERY(q_push_device_settle, "UPDATE push_device SET knock_at = $3, tries = $4, failures = $5, not_before = $6,"
                            " told_at = $7 WHERE account_id = $1 AND id = $2");
QUERY(q_push_device_drop, "DELETE FROM push_device WHERE account_id = $1 AND id = $2");
QUERY(q_push_device_end, "DELETE FROM push_device WHERE account_id = $1 AND agent_id = $2 AND ref = $3");
QUERY(q_push_session_end, "DELETE FROM push_device WHERE account_id = $1 AND session_id = $2");
QUERY(q_push_sessions_end, "DELETE FROM push_device WHERE account_id = $1 AND agent_id = $2 AND session_id <> $3");

QUERY(q_push_choice_load, "SELECT off_kinds, open_hours FROM push_choice WHERE account_id = $1 AND agent_id = $2");
QUERY(q_push_choice_save,
      "INSERT INTO push_choice (account_id, agent_id, off_kinds, open_hours) VALUES ($1, $2, $3, $4)"
      " ON CONFLICT (account_id, agent_id) DO UPDATE SET off_kinds = excluded.off_kinds,"
      " open_hours = excluded.open_hours");

static const struct bytes about = {(const uint8_t *)"push", 4};

/* ---- rules ---- */

const char *push_judge(const struct push_case *c) {
    if (!c->devices)
        return "nobody";
    if (c->disabled)
        return "disabled";
    if (c->kinds & PUSH_TEST)
        return "sent";
    if (!(c->kinds & ~c->off))
        return "off";
    if (c->away)
        return "away";
    if (c->only_open && !c->open)
        return "closed";
    return c->looks ? "looks" : "sent";
}

/* "127.0.0.1:9000", "[fd00::7]:443": a number on a network that is the operator's own. */
static bool is_own_network(const char *host, size_t len) {
    char name[64], *end;
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (len >= sizeof name)
        return false;
    memcpy(name, host, len);
    name[len] = 0;
    if (*name == '[' && (end = strchr(name, ']'))) {
        *end = 0;
        return inet_pton(AF_INET6, name + 1, &v6.sin6_addr) == 1 &&
               net_scope_of((struct sockaddr *)&v6) == NET_PRIVATE &&
               net_guard_allows(net_guard(), NET_FETCH, (struct sockaddr *)&v6);
    }
    name[strcspn(name, ":")] = 0;
    return inet_pton(AF_INET, name, &v4.sin_addr) == 1 && net_scope_of((struct sockaddr *)&v4) == NET_PRIVATE &&
           net_guard_allows(net_guard(), NET_FETCH, (struct sockaddr *)&v4);
}

/* 0: neither http nor https. */
static size_t scheme_len(const char *url) {
    return strncmp(url, "https://", 8) == 0 ? 8 : strncmp(url, "http://", 7) == 0 ? 7 : 0;
}

const char *push_endpoint_flaw(const char *endpoint) {
    size_t len = strlen(endpoint), from = scheme_len(endpoint), host;
    if (len > PUSH_ENDPOINT_MAX)
        return "long";
    for (const char *p = endpoint; *p; p++)
        if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f || strchr("\\<>\"`{|}", *p))
            return "address";
    host = strcspn(endpoint + from, "/?#");
    if (!from || !host || memchr(endpoint + from, '@', host))
        return "address";
    if (is_own_network(endpoint + from, host))
        return NULL;
    const char *port = memchr(endpoint + from, ':', host);
    bool usual = !port || (strncmp(port, ":443", 4) == 0 && port + 4 == endpoint + from + host);
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:";
    bool name = strspn(endpoint + from, letters) >= host;
    return from == 8 && name && usual ? NULL : "address";
}

char *push_audience(struct arena *a, const char *endpoint) {
    size_t from = scheme_len(endpoint), len = from + strcspn(endpoint + from, "/?#");
    bool usual = from == 8 && len > 4 && strncmp(endpoint + len - 4, ":443", 4) == 0;
    return arena_copy_n(a, endpoint, usual ? len - 4 : len);
}

enum push_outcome push_outcome_of(int status) {
    if (status >= 200 && status < 300)
        return PUSH_TAKEN;
    if (status == 404 || status == 410)
        return PUSH_OVER;
    return status == 0 || status == 408 || status == 429 || status >= 500 ? PUSH_LATER : PUSH_REFUSED;
}

int64_t push_again_at(const struct push_device *d, int64_t wait_s, int64_t now) {
    int64_t wait = job_pause(d->tries + 1),
            asked = wait_s > PUSH_GIVE_UP_MS / 1000 ? PUSH_GIVE_UP_MS : wait_s * 1000;
    int64_t at = now + (asked > wait ? asked : wait);
    return at - d->knock_at < PUSH_GIVE_UP_MS ? at : 0;
}

/* ---- telling ---- */

enum rc push_tell(struct tx *tx, int64_t agent_id, int64_t conversation_id, enum push_kind kind, struct actor by,
                  int64_t now) {
    bool herself = (by.kind == ACTOR_AGENT || by.kind == ACTOR_TOKEN) && by.id == agent_id && kind != PUSH_TEST;
    int64_t devices = 0, id = 0, due = now + (kind == PUSH_ANSWERED ? PUSH_GATHER_MS : 0);
    if (!agent_id || herself)
        return RC_OK;
    enum rc rc = view_int(tx_view(tx), &q_push_devices, BIND(ACCOUNT, value_int(agent_id)), 0, &devices);
    if (rc != RC_OK || !devices)
        return rc;
    struct rows r = tx_query(tx, &q_push_note_put,
                             BIND(ACCOUNT, value_int(id_new()), value_int(agent_id), value_int(conversation_id),
                                  value_int(kind), value_int(due)));
    while (rows_next(&r)) {
        id = rows_int(&r, 0);
        due = rows_int(&r, 1);
    }
    rc = rows_end(&r);
    return rc == RC_OK ? job_add(tx, JOB_PUSH_NOTE, id, due) : rc;
}

enum rc push_seen(struct tx *tx, int64_t agent_id, int64_t conversation_id, int64_t now) {
    return tx_exec(tx, &q_push_note_seen,
                   BIND(ACCOUNT, value_int(agent_id), value_int(conversation_id), value_int(now)));
}

static struct push_note read_note(struct rows *r, struct arena *a) {
    return (struct push_note){
        .id = rows_int(r, 0),
        .agent_id = rows_int(r, 1),
        .conversation_id = rows_int(r, 2),
        .kinds = (unsigned)rows_int(r, 3),
        .state = rows_copy(r, 4, a),
        .settled_at = rows_int(r, 5),
    };
}

enum rc push_news(struct view *v, struct arena *a, int64_t agent_id, int64_t now, int max, struct push_note **out,
                  int *n) {
    *out = ARENA_ARRAY(a, (size_t)max, struct push_note);
    *n = 0;
    struct rows r = view_query(
        v, &q_push_news, BIND(ACCOUNT, value_int(agent_id), value_int(now - PUSH_GIVE_UP_MS), value_int(max)));
    while (*n < max && rows_next(&r)) {
        struct push_note note = read_note(&r, a);
        note.ref = rows_copy(&r, 6, a);
        note.short_ref = rows_copy(&r, 7, a);
        (*out)[(*n)++] = note;
    }
    return rows_end(&r);
}

enum rc push_tidy(struct tx *tx, int64_t now) {
    return tx_exec(tx, &q_push_note_tidy, BIND(ACCOUNT, value_int(now - PUSH_KEEP_MS)));
}

/* ---- notes ---- */

enum rc push_note_load(struct view *v, struct arena *a, int64_t id, struct push_note *out) {
    struct rows r = view_query(v, &q_push_note_load, BIND(ACCOUNT, value_int(id)));
    bool found = rows_next(&r);
    if (found)
        *out = read_note(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc push_case_load(struct view *v, struct arena *a, const struct push_note *note, int64_t now,
                       struct push_case *c) {
    struct agent agent;
    struct account account;
    struct push_choice choice;
    struct hours hours;
    int64_t devices = 0;
    enum rc rc = agent_load(v, a, note->agent_id, &agent);
    if (rc == RC_OK)
        rc = view_int(v, &q_push_devices, BIND(ACCOUNT, value_int(note->agent_id)), 0, &devices);
    if (rc == RC_OK)
        rc = push_choice_load(v, note->agent_id, &choice);
    if (rc == RC_OK)
        rc = account_load(v, a, &account);
    if (rc == RC_OK)
        rc = hours_load(v, a, 0, &hours);
    if (rc == RC_OK)
        *c = (struct push_case){
            .kinds = note->kinds,
            .off = choice.off,
            .devices = (int)devices,
            .disabled = agent.disabled_at,
            .away = agent.away_since,
            .only_open = choice.open_hours,
            .open = hours_open(&hours, account.zone, now),
        };
    return rc;
}

/* Not before the time that its push service asked for. */
static enum rc knock(struct tx *tx, const struct push_device *d, int64_t now) {
    enum rc rc = tx_exec(tx, &q_push_device_knock, BIND(ACCOUNT, value_int(d->id), value_int(now)));
    return rc == RC_OK ? job_add(tx, JOB_PUSH_DEVICE, d->id, d->not_before > now ? d->not_before : now) : rc;
}

enum rc push_note_settle(struct tx *tx, const struct push_note *note, const char *verdict, int64_t now) {
    struct push_device *devices;
    int n = 0;
    enum rc rc =
        tx_exec(tx, &q_push_note_settle, BIND(ACCOUNT, value_int(note->id), value_text(verdict), value_int(now)));
    if (rc != RC_OK || !tx_changes(tx) || strcmp(verdict, "sent") != 0)
        return rc;
    rc = push_device_list(tx_view(tx), tx_arena(tx), note->agent_id, &devices, &n);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = knock(tx, &devices[i], now);
    return rc;
}

/* ---- devices ---- */

static struct value mac_of(const char *endpoint, uint8_t mac[SECRET_MAC_SIZE]) {
    secret_mac(SECRET_ADDRESS, (struct bytes){(const uint8_t *)endpoint, strlen(endpoint)}, mac);
    return value_bytes((struct bytes){mac, SECRET_MAC_SIZE});
}

static struct push_device read_device(struct rows *r, struct arena *a) {
    return (struct push_device){
        .id = rows_int(r, 0),
        .agent_id = rows_int(r, 1),
        .session_id = rows_int(r, 2),
        .created_at = rows_int(r, 3),
        .told_at = rows_int(r, 4),
        .knock_at = rows_int(r, 5),
        .not_before = rows_int(r, 6),
        .failures = (int)rows_int(r, 7),
        .tries = (int)rows_int(r, 8),
        .ref = rows_copy(r, 9, a),
        .label = rows_copy(r, 10, a),
    };
}

enum rc push_device_load(struct view *v, struct arena *a, int64_t id, struct push_device *out) {
    struct buf endpoint = {0};
    struct rows r = view_query(v, &q_push_device_load, BIND(ACCOUNT, value_int(id)));
    bool found = rows_next(&r), broken = false;
    if (found) {
        *out = read_device(&r, a);
        broken = secret_open(SECRET_CONFIG, rows_bytes(&r, 11), about, &endpoint) != RC_OK;
        out->endpoint = arena_copy_n(a, endpoint.at ? endpoint.at : "", endpoint.len);
    }
    buf_free(&endpoint);
    enum rc rc = rows_end(&r);
    return rc != RC_OK ? rc : !found ? RC_NONE : broken ? RC_BROKEN : RC_OK;
}

enum rc push_device_list(struct view *v, struct arena *a, int64_t agent_id, struct push_device **out, int *n) {
    *out = ARENA_ARRAY(a, PUSH_DEVICES_MAX, struct push_device);
    *n = 0;
    struct rows r = view_query(v, &q_push_device_list, BIND(ACCOUNT, value_int(agent_id)));
    while (*n < PUSH_DEVICES_MAX && rows_next(&r))
        (*out)[(*n)++] = read_device(&r, a);
    return rows_end(&r);
}

static void tell_device(struct tx *tx, bool added, int64_t agent_id, const char *code) {
    event_add(tx, (struct event){added ? "push.device_added" : "push.device_ended",
                                 {strcmp(code, "agent") == 0 ? ACTOR_AGENT : ACTOR_SYSTEM,
                                  strcmp(code, "agent") == 0 ? agent_id : 0},
                                 0,
                                 agent_id,
                                 code});
}

static enum rc forget(struct tx *tx, const struct push_device *d, const char *why) {
    enum rc rc = tx_exec(tx, &q_push_device_drop, BIND(ACCOUNT, value_int(d->id)));
    if (rc == RC_OK && tx_changes(tx))
        tell_device(tx, false, d->agent_id, why);
    return rc;
}

enum rc push_device_settle(struct tx *tx, const struct push_device *d, enum push_outcome outcome, int64_t wait_s,
                           int64_t now) {
    int64_t again = outcome == PUSH_LATER ? push_again_at(d, wait_s, now) : 0;
    int failures = outcome == PUSH_TAKEN ? 0 : again ? d->failures : d->failures + 1;
    if (outcome == PUSH_OVER || failures >= PUSH_FAILURES_MAX)
        return forget(tx, d, outcome == PUSH_OVER ? "over" : "failing");
    enum rc rc = tx_exec(tx, &q_push_device_settle,
                         BIND(ACCOUNT, value_int(d->id), value_id(again ? d->knock_at : 0),
                              value_int(again ? d->tries + 1 : 0), value_int(failures), value_int(again),
                              value_id(outcome == PUSH_TAKEN ? now : d->told_at)));
    return rc == RC_OK && again ? job_add(tx, JOB_PUSH_DEVICE, d->id, again) : rc;
}

enum rc push_device_add(struct tx *tx, int64_t agent_id, int64_t session_id, const char *endpoint,
                        const char *label, int64_t now) {
    struct arena *a = tx_arena(tx);
    uint8_t mac[SECRET_MAC_SIZE];
    int64_t devices = 0, known = 0;
    if (push_endpoint_flaw(endpoint))
        return RC_INVALID;
    struct value hash = mac_of(endpoint, mac);
    enum rc rc = view_int(tx_view(tx), &q_push_device_known, BIND(ACCOUNT, hash, value_int(agent_id)), 0, &known);
    if (rc == RC_OK)
        rc = view_int(tx_view(tx), &q_push_devices, BIND(ACCOUNT, value_int(agent_id)), 0, &devices);
    if (rc != RC_OK || (!known && devices >= PUSH_DEVICES_MAX))
        return rc != RC_OK ? rc : RC_TOO_MANY;
    struct buf sealed = {0};
    secret_seal(SECRET_CONFIG, (struct bytes){(const uint8_t *)endpoint, strlen(endpoint)}, about, &sealed);
    rc = tx_exec(tx, &q_push_device_put,
                 BIND(ACCOUNT, value_int(id_new()), value_text(id_ref(a, "psh")), value_int(agent_id),
                      value_int(session_id), value_bytes(buf_bytes(&sealed)), hash, value_text(label),
                      value_int(now)));
    buf_free(&sealed);
    if (rc == RC_OK && !known)
        tell_device(tx, true, agent_id, "agent");
    return rc;
}

enum rc push_device_keep(struct tx *tx, int64_t agent_id, int64_t session_id, const char *endpoint) {
    uint8_t mac[SECRET_MAC_SIZE];
    enum rc rc = tx_exec(tx, &q_push_device_keep,
                         BIND(ACCOUNT, mac_of(endpoint, mac), value_int(agent_id), value_int(session_id)));
    return rc == RC_OK && !tx_changes(tx) ? RC_NONE : rc;
}

enum rc push_device_end(struct tx *tx, int64_t agent_id, const char *ref) {
    enum rc rc = tx_exec(tx, &q_push_device_end, BIND(ACCOUNT, value_int(agent_id), value_text(ref)));
    if (rc == RC_OK && !tx_changes(tx))
        return RC_NONE;
    if (rc == RC_OK)
        tell_device(tx, false, agent_id, "agent");
    return rc;
}

enum rc push_end_session(struct tx *tx, int64_t session_id) {
    return tx_exec(tx, &q_push_session_end, BIND(ACCOUNT, value_int(session_id)));
}

enum rc push_end_sessions(struct tx *tx, int64_t agent_id, int64_t keep_session) {
    return tx_exec(tx, &q_push_sessions_end, BIND(ACCOUNT, value_int(agent_id), value_int(keep_session)));
}

/* ---- choices ---- */

enum rc push_choice_load(struct view *v, int64_t agent_id, struct push_choice *out) {
    *out = (struct push_choice){0};
    struct rows r = view_query(v, &q_push_choice_load, BIND(ACCOUNT, value_int(agent_id)));
    if (rows_next(&r))
        *out = (struct push_choice){(unsigned)rows_int(&r, 0), rows_int(&r, 1)};
    return rows_end(&r);
}

enum rc push_choice_save(struct tx *tx, int64_t agent_id, const struct push_choice *choice) {
    return tx_exec(
        tx, &q_push_choice_save,
        BIND(ACCOUNT, value_int(agent_id), value_int(choice->off & PUSH_CHOICES), value_int(choice->open_hours)));
}
