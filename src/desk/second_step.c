/* second_step.c: what a sign-in asks besides the password (agent.h): a code of the phone, or a spare one from
 * paper.
 *
 *   none ─totp_begin→ seed not in force ─totp_confirm→ on ─totp_off→ none
 *                     └──totp_begin (another seed)──┘ */
#include "base/secret.h"
#include "desk/account.h"
#include "desk/agent.h"
#include "desk/event.h"

#include <liboath/oath.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

enum { STEP_S = 30, DRIFT = 1 /* steps before and after */ };

QUERY(q_totp_begin, "UPDATE agent SET totp_secret = $3 WHERE account_id = $1 AND id = $2 AND totp_on = 0");
QUERY(q_totp_seed, "SELECT totp_secret, totp_on FROM agent WHERE account_id = $1 AND id = $2");
QUERY(q_totp_confirm,
      "UPDATE agent SET totp_on = 1, totp_last = $3 WHERE account_id = $1 AND id = $2 AND totp_on = 0"
      " AND totp_secret IS NOT NULL");
QUERY(q_totp_use, "UPDATE agent SET totp_last = $3 WHERE account_id = $1 AND id = $2 AND totp_last < $3");
QUERY(q_totp_off, "UPDATE agent SET totp_on = 0, totp_secret = NULL WHERE account_id = $1 AND id = $2");
QUERY(q_spare_drop, "DELETE FROM agent_spare_code WHERE account_id = $1 AND agent_id = $2");
QUERY(q_spare_add, "INSERT INTO agent_spare_code (account_id, agent_id, code_mac) VALUES ($1, $2, $3)");
QUERY(q_spare_left,
      "SELECT count(*) FROM agent_spare_code WHERE account_id = $1 AND agent_id = $2 AND used_at IS NULL");
QUERY(q_spare_use,
      "UPDATE agent_spare_code SET used_at = $4 WHERE account_id = $1 AND agent_id = $2 AND code_mac = $3"
      " AND used_at IS NULL");

static const struct bytes about = {(const uint8_t *)"totp", 4};

enum rc totp_begin(struct tx *tx, int64_t agent_id) {
    uint8_t seed[TOTP_SEED_SIZE];
    struct buf sealed = {0};
    secret_random(seed, sizeof seed);
    secret_seal(SECRET_CONFIG, (struct bytes){seed, sizeof seed}, about, &sealed);
    enum rc rc = tx_exec(tx, &q_totp_begin, BIND(ACCOUNT, value_int(agent_id), value_bytes(buf_bytes(&sealed))));
    buf_free(&sealed);
    return rc == RC_OK && !tx_changes(tx) ? RC_CONFLICT : rc;
}

enum rc totp_seed(struct view *v, int64_t agent_id, struct buf *seed, bool *on) {
    struct rows r = view_query(v, &q_totp_seed, BIND(ACCOUNT, value_int(agent_id)));
    bool found = rows_next(&r) && !rows_null(&r, 0);
    enum rc opened = RC_NONE;
    *on = found && rows_int(&r, 1);
    if (found)
        opened = secret_open(SECRET_CONFIG, rows_bytes(&r, 0), about, seed);
    enum rc rc = rows_end(&r);
    return rc == RC_OK ? opened : rc;
}

/* As apps show it, 123 456, and as an input method writes it: full-width, or in Thai digits. */
static void read_digits(const char *code, char out[8]) {
    int32_t at = 0, length = (int32_t)strlen(code), n = 0;
    while (at < length && n < 7) {
        UChar32 c;
        U8_NEXT((const uint8_t *)code, at, length, c);
        if (c > 0 && (c == '-' || u_isUWhiteSpace(c)))
            continue;
        int digit = c > 0 ? u_charDigitValue(c) : -1;
        out[n++] = digit < 0 ? '?' : (char)('0' + digit);
    }
    out[n] = 0;
}

int64_t totp_step_of(struct bytes seed, const char *code, int64_t now) {
    char given[8];
    read_digits(code, given);
    for (int drift = -DRIFT; drift <= DRIFT; drift++) {
        char right[7];
        int64_t step = now / 1000 / STEP_S + drift;
        if (oath_hotp_generate((const char *)seed.at, seed.len, (uint64_t)step, 6, false,
                               OATH_HOTP_DYNAMIC_TRUNCATION, right) == OATH_OK &&
            secret_equal(right, given))
            return step;
    }
    return 0;
}

enum rc totp_confirm(struct tx *tx, int64_t agent_id, int64_t step) {
    enum rc rc = tx_exec(tx, &q_totp_confirm, BIND(ACCOUNT, value_int(agent_id), value_int(step)));
    if (rc == RC_OK && !tx_changes(tx))
        return RC_CONFLICT;
    if (rc == RC_OK)
        event_add(tx, (struct event){"agent.totp_on", {ACTOR_AGENT, agent_id}, 0, agent_id});
    return rc;
}

enum rc totp_use(struct tx *tx, int64_t agent_id, int64_t step) {
    enum rc rc = tx_exec(tx, &q_totp_use, BIND(ACCOUNT, value_int(agent_id), value_int(step)));
    return rc == RC_OK && !tx_changes(tx) ? RC_CONFLICT : rc;
}

enum rc totp_off(struct tx *tx, int64_t agent_id, int64_t by_agent) {
    enum rc rc = tx_exec(tx, &q_totp_off, BIND(ACCOUNT, value_int(agent_id)));
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_spare_drop, BIND(ACCOUNT, value_int(agent_id)));
    if (rc == RC_OK)
        event_add(tx, (struct event){"agent.totp_off", {ACTOR_AGENT, by_agent}, 0, agent_id});
    return rc;
}

/* ---- spare codes ---- */

/* 50 random bits would not stand a plain hash if the database were stolen; they stand a keyed one. */
static struct value mac_of(struct arena *a, int64_t agent_id, const char *code, uint8_t mac[SECRET_MAC_SIZE]) {
    struct buf text = {0};
    buf_printf(&text, "spare:%lld:", (long long)agent_id);
    for (const char *p = code; *p; p++) {
        char c = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
        if (c != ' ' && c != '-')
            buf_char(&text, c);
    }
    secret_mac(SECRET_CONFIG, buf_bytes(&text), mac);
    buf_free(&text);
    return value_bytes((struct bytes){mac, SECRET_MAC_SIZE});
}

enum rc spare_codes_make(struct tx *tx, int64_t agent_id, struct arena *a, const char *codes[SPARE_CODES]) {
    enum rc rc = tx_exec(tx, &q_spare_drop, BIND(ACCOUNT, value_int(agent_id)));
    for (int i = 0; rc == RC_OK && i < SPARE_CODES; i++) {
        uint8_t random[7], mac[SECRET_MAC_SIZE];
        secret_random(random, sizeof random);
        const char *letters = base32(a, (struct bytes){random, sizeof random});
        codes[i] = arena_printf(a, "%.5s-%.5s", letters, letters + 5);
        rc = tx_exec(tx, &q_spare_add, BIND(ACCOUNT, value_int(agent_id), mac_of(a, agent_id, codes[i], mac)));
    }
    return rc;
}

enum rc spare_codes_left(struct view *v, int64_t agent_id, int64_t *n) {
    return view_int(v, &q_spare_left, BIND(ACCOUNT, value_int(agent_id)), 0, n);
}

enum rc spare_code_use(struct tx *tx, int64_t agent_id, const char *code, int64_t now) {
    uint8_t mac[SECRET_MAC_SIZE];
    enum rc rc =
        tx_exec(tx, &q_spare_use,
                BIND(ACCOUNT, value_int(agent_id), mac_of(tx_arena(tx), agent_id, code, mac), value_int(now)));
    if (rc == RC_OK && !tx_changes(tx))
        return RC_NONE;
    if (rc == RC_OK)
        event_add(tx, (struct event){"agent.spare_code_used", {ACTOR_AGENT, agent_id}, 0, agent_id});
    return rc;
}
