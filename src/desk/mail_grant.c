#include "desk/mail_grant.h"

#include "base/json.h"
#include "desk/account.h"

#include <string.h>

QUERY(q_grant_load, "SELECT sealed, renew_at FROM mail_grant WHERE account_id = $1 AND grant_key = $2");
QUERY(q_grant_take,
      "INSERT INTO mail_grant (account_id, grant_key, renew_at, renewing_until) VALUES ($1, $2, 0, $3)"
      " ON CONFLICT (account_id, grant_key) DO UPDATE SET renewing_until = excluded.renewing_until"
      " WHERE mail_grant.renewing_until <= $4");
QUERY(q_grant_save, "UPDATE mail_grant SET sealed = $3, renew_at = $4, renewing_until = 0"
                    " WHERE account_id = $1 AND grant_key = $2");
QUERY(q_grant_give_back, "UPDATE mail_grant SET renewing_until = 0 WHERE account_id = $1 AND grant_key = $2");

static const struct bytes about = {(const uint8_t *)"mail grant", 10};

enum { MARGIN_MS = 5 * 60 * 1000, USUAL_LIFE_MS = 3600 * 1000 };

static struct value key_of(const struct mail_grant *g) {
    return value_bytes((struct bytes){g->key, sizeof g->key});
}

/* ---- rules ---- */

bool mail_grant_is_good(const struct mail_grant *g, const char *refused, int64_t now) {
    return *g->access_token && now < g->renew_at && !(refused && strcmp(refused, g->access_token) == 0);
}

/* Well before its end, but not before half of its life. */
static int64_t renewal_at(int64_t lives_ms, int64_t now) {
    int64_t life = lives_ms > 0 ? lives_ms : USUAL_LIFE_MS;
    return now + life - (life / 2 < MARGIN_MS ? life / 2 : MARGIN_MS);
}

/* ---- rows ---- */

static void name_grant(const struct mail_server *server, uint8_t key[SHA256_SIZE]) {
    struct buf text = {0};
    const char *const parts[] = {server->token_url, server->client_id, server->refresh_token};
    for (int i = 0; i < 3; i++) {
        buf_str(&text, parts[i]);
        buf_char(&text, 0);
    }
    sha256(buf_bytes(&text), key);
    buf_free(&text);
}

static enum rc read_sealed(struct arena *a, struct bytes sealed, struct mail_grant *g) {
    struct buf text = {0};
    json_t *doc = NULL;
    const char *why, *access = NULL, *refresh = NULL;
    enum rc rc = secret_open(SECRET_CONFIG, sealed, about, &text);
    if (rc == RC_OK)
        rc = json_read(a, buf_bytes(&text), &doc, &why);
    if (rc == RC_OK) {
        access = json_string_value(json_object_get(doc, "access_token"));
        refresh = json_string_value(json_object_get(doc, "refresh_token"));
    }
    if (access && refresh) {
        g->access_token = arena_copy(a, access);
        g->refresh_token = arena_copy(a, refresh);
    }
    json_decref(doc);
    buf_free(&text);
    return access && refresh ? RC_OK : RC_BROKEN;
}

enum rc mail_grant_load(struct view *v, struct arena *a, const struct mail_server *server, struct mail_grant *out) {
    *out = (struct mail_grant){.access_token = "", .refresh_token = server->refresh_token};
    name_grant(server, out->key);
    struct rows r = view_query(v, &q_grant_load, BIND(ACCOUNT, key_of(out)));
    struct bytes sealed = {0};
    if (rows_next(&r)) {
        out->renew_at = rows_int(&r, 1);
        sealed = rows_null(&r, 0) ? sealed : arena_bytes(a, rows_bytes(&r, 0));
    }
    enum rc rc = rows_end(&r);
    return rc == RC_OK && sealed.at ? read_sealed(a, sealed, out) : rc;
}

enum rc mail_grant_take(struct tx *tx, const struct mail_grant *g, int64_t now) {
    enum rc rc =
        tx_exec(tx, &q_grant_take, BIND(ACCOUNT, key_of(g), value_int(now + MAIL_GRANT_LEASE_MS), value_int(now)));
    return rc == RC_OK && !tx_changes(tx) ? RC_CONFLICT : rc;
}

enum rc mail_grant_save(struct tx *tx, struct mail_grant *g, int64_t lives_ms, int64_t now) {
    struct buf text = {0}, sealed = {0};
    struct jw j = jw_begin(&text);
    jw_object(&j, NULL);
    jw_text(&j, "access_token", g->access_token);
    jw_text(&j, "refresh_token", g->refresh_token);
    jw_object_end(&j);
    secret_seal(SECRET_CONFIG, buf_bytes(&text), about, &sealed);
    g->renew_at = renewal_at(lives_ms, now);
    enum rc rc = tx_exec(tx, &q_grant_save,
                         BIND(ACCOUNT, key_of(g), value_bytes(buf_bytes(&sealed)), value_int(g->renew_at)));
    buf_free(&text);
    buf_free(&sealed);
    return rc;
}

enum rc mail_grant_give_back(struct tx *tx, const struct mail_grant *g) {
    return tx_exec(tx, &q_grant_give_back, BIND(ACCOUNT, key_of(g)));
}
