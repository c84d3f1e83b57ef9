#include "desk/webhook.h"

#include "base/id.h"
#include "base/secret.h"
#include "desk/account.h"

#include <string.h>

enum { SECRET_SIZE = 24, REST_MS = 24 * 3600 * 1000 };

#define COLUMNS "id, after_seq, created_at, told_at, failing_since, off_at, ref, url, kinds, trouble, secret"
QUERY(q_webhook_list, "SELECT " COLUMNS " FROM webhook WHERE account_id = $1 ORDER BY +id");
QUERY(q_webhook_ref, "SELECT " COLUMNS " FROM webhook WHERE account_id = $1 AND ref = $2");
QUERY(q_webhook_load, "SELECT " COLUMNS " FROM webhook WHERE account_id = $1 AND id = $2");
QUERY(q_webhook_count, "SELECT count(*) FROM webhook WHERE account_id = $1");
QUERY(q_webhook_add,
      "INSERT INTO webhook (account_id, id, ref, url, kinds, secret, after_seq, created_by, created_at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
QUERY(q_webhook_save, "UPDATE webhook SET url = $3, kinds = $4, off_at = $5, failing_since = NULL, trouble = ''"
                      " WHERE account_id = $1 AND id = $2");
QUERY(q_webhook_secret, "UPDATE webhook SET secret = $3 WHERE account_id = $1 AND id = $2");
QUERY(q_webhook_drop, "DELETE FROM webhook WHERE account_id = $1 AND id = $2");
QUERY(q_webhook_settle, "UPDATE webhook SET after_seq = $3, told_at = $4, failing_since = $5, trouble = $6,"
                        " off_at = $7 WHERE account_id = $1 AND id = $2");

static const struct bytes about = {(const uint8_t *)"webhook", 7};

/* ---- rules ---- */

const char *webhook_url_flaw(const char *url) {
    size_t from = strncmp(url, "https://", 8) == 0 ? 8 : strncmp(url, "http://", 7) == 0 ? 7 : 0;
    size_t host = strcspn(url + from, "/?#");
    if (strlen(url) > WEBHOOK_URL_MAX)
        return "long";
    for (const char *p = url; *p; p++)
        if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f || strchr("\\<>\"`{|}", *p))
            return "not_an_address";
    return !from || !host || memchr(url + from, '@', host) ? "not_an_address" : NULL;
}

static const char *next_word(const char **at, size_t *len) {
    const char *word = *at + strspn(*at, " ");
    *len = strcspn(word, " ");
    *at = word + *len;
    return *len ? word : NULL;
}

const char *webhook_kinds_flaw(const char *kinds) {
    char one[64];
    size_t len;
    for (const char *word; (word = next_word(&kinds, &len));) {
        if (len >= sizeof one)
            return "unknown";
        memcpy(one, word, len);
        one[len] = 0;
        if (!event_is_told(one))
            return "unknown";
    }
    return NULL;
}

bool webhook_wants(const struct webhook *w, const char *kind) {
    const char *at = w->kinds;
    size_t len;
    bool any = false;
    for (const char *word; (word = next_word(&at, &len)); any = true)
        if (strncmp(word, kind, len) == 0)
            return true;
    return !any;
}

/* ---- reading ---- */

static struct webhook read_webhook(struct rows *r, struct arena *a) {
    return (struct webhook){
        .id = rows_int(r, 0),
        .after_seq = rows_int(r, 1),
        .created_at = rows_int(r, 2),
        .told_at = rows_int(r, 3),
        .failing_since = rows_int(r, 4),
        .off_at = rows_int(r, 5),
        .ref = rows_copy(r, 6, a),
        .url = rows_copy(r, 7, a),
        .kinds = rows_copy(r, 8, a),
        .trouble = rows_copy(r, 9, a),
    };
}

enum rc webhook_list(struct view *v, struct arena *a, struct webhook **out, int *n) {
    *out = ARENA_ARRAY(a, WEBHOOKS_MAX, struct webhook);
    *n = 0;
    struct rows r = view_query(v, &q_webhook_list, BIND(ACCOUNT));
    while (*n < WEBHOOKS_MAX && rows_next(&r))
        (*out)[(*n)++] = read_webhook(&r, a);
    return rows_end(&r);
}

static enum rc read_one(struct rows r, struct arena *a, bool opened, struct webhook *out) {
    struct buf secret = {0};
    bool found = rows_next(&r), broken = false;
    if (found) {
        *out = read_webhook(&r, a);
        broken = opened && secret_open(SECRET_CONFIG, rows_bytes(&r, 10), about, &secret) != RC_OK;
        out->secret =
            (struct bytes){(uint8_t *)arena_copy_n(a, secret.at ? secret.at : "", secret.len), secret.len};
    }
    buf_free(&secret);
    enum rc rc = rows_end(&r);
    return rc != RC_OK ? rc : !found ? RC_NONE : broken ? RC_BROKEN : RC_OK;
}

enum rc webhook_by_ref(struct view *v, struct arena *a, const char *ref, struct webhook *out) {
    return read_one(view_query(v, &q_webhook_ref, BIND(ACCOUNT, value_text(ref))), a, false, out);
}

enum rc webhook_load(struct view *v, struct arena *a, int64_t id, struct webhook *out) {
    return read_one(view_query(v, &q_webhook_load, BIND(ACCOUNT, value_int(id))), a, true, out);
}

enum rc webhook_secret(struct view *v, struct arena *a, int64_t id, char **out) {
    struct webhook w;
    enum rc rc = webhook_load(v, a, id, &w);
    *out = rc == RC_OK ? arena_printf(a, "whsec_%s", base64(a, w.secret)) : NULL;
    return rc;
}

/* ---- changing ---- */

static struct value new_secret(struct buf *sealed) {
    uint8_t random[SECRET_SIZE];
    secret_random(random, sizeof random);
    secret_seal(SECRET_CONFIG, (struct bytes){random, sizeof random}, about, sealed);
    return value_bytes(buf_bytes(sealed));
}

enum rc webhook_create(struct tx *tx, struct webhook *w, struct actor by, int64_t now) {
    struct buf sealed = {0};
    int64_t n;
    enum rc rc = view_int(tx_view(tx), &q_webhook_count, BIND(ACCOUNT), 0, &n);
    if (rc == RC_OK && n >= WEBHOOKS_MAX)
        rc = RC_TOO_MANY;
    if (rc == RC_OK)
        rc = event_last_seq(tx_view(tx), &w->after_seq);
    if (rc != RC_OK)
        return rc;
    w->id = id_new();
    w->ref = id_ref(tx_arena(tx), "whk");
    w->created_at = now;
    rc = tx_exec(tx, &q_webhook_add,
                 BIND(ACCOUNT, value_int(w->id), value_text(w->ref), value_text(w->url), value_text(w->kinds),
                      new_secret(&sealed), value_int(w->after_seq), value_int(by.id), value_int(now)));
    buf_free(&sealed);
    if (rc == RC_OK)
        event_add(tx, (struct event){"webhook.created", by, 0, w->id});
    return rc == RC_OK ? job_add(tx, JOB_WEBHOOK, w->id, now) : rc;
}

enum rc webhook_save(struct tx *tx, const struct webhook *w, struct actor by, int64_t now) {
    enum rc rc =
        tx_exec(tx, &q_webhook_save,
                BIND(ACCOUNT, value_int(w->id), value_text(w->url), value_text(w->kinds), value_id(w->off_at)));
    if (rc == RC_OK)
        event_add(tx, (struct event){"webhook.changed", by, 0, w->id, w->off_at ? "off" : NULL});
    return rc == RC_OK ? job_add(tx, JOB_WEBHOOK, w->id, now) : rc;
}

enum rc webhook_renew_secret(struct tx *tx, int64_t id, struct actor by) {
    struct buf sealed = {0};
    enum rc rc = tx_exec(tx, &q_webhook_secret, BIND(ACCOUNT, value_int(id), new_secret(&sealed)));
    buf_free(&sealed);
    if (rc == RC_OK)
        event_add(tx, (struct event){"webhook.changed", by, 0, id, "secret"});
    return rc;
}

enum rc webhook_remove(struct tx *tx, const char *ref, struct actor by) {
    struct webhook w;
    enum rc rc = webhook_by_ref(tx_view(tx), tx_arena(tx), ref, &w);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_webhook_drop, BIND(ACCOUNT, value_int(w.id)));
    if (rc == RC_OK)
        event_add(tx, (struct event){"webhook.removed", by, 0, w.id});
    return rc == RC_OK ? job_drop(tx, JOB_WEBHOOK, w.id) : rc;
}

/* ---- telling ---- */

struct webhook_signature webhook_sign(struct arena *a, const struct webhook *w, int64_t first, int64_t last,
                                      int64_t now, struct bytes body) {
    struct buf text = {0};
    uint8_t mac[SECRET_MAC_SIZE];
    struct webhook_signature s = {
        .id = arena_printf(a, "%s.%lld-%lld", w->ref, (long long)first, (long long)last),
        .timestamp = arena_printf(a, "%lld", (long long)(now / 1000)),
    };
    buf_printf(&text, "%s.%s.", s.id, s.timestamp);
    buf_add(&text, body.at, body.len);
    hmac_sha256(w->secret, buf_bytes(&text), mac);
    buf_free(&text);
    s.signature = arena_printf(a, "v1,%s", base64(a, (struct bytes){mac, sizeof mac}));
    return s;
}

enum rc webhook_settle(struct tx *tx, const struct job *job, const struct webhook *w, int64_t seq,
                       const char *trouble, int64_t now) {
    int64_t last, failing = !trouble ? 0 : w->failing_since ? w->failing_since : now;
    bool over = trouble && (strcmp(trouble, "gone") == 0 || now - failing >= WEBHOOK_GIVES_UP_MS);
    enum rc rc = event_last_seq(tx_view(tx), &last);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_webhook_settle,
                     BIND(ACCOUNT, value_int(w->id), value_int(trouble ? w->after_seq : seq), value_id(w->told_at),
                          value_id(failing), value_text(trouble ? trouble : ""), value_id(over ? now : 0)));
    if (rc != RC_OK)
        return rc;
    if (over)
        event_add(tx, (struct event){"webhook.ended", {ACTOR_SYSTEM}, 0, w->id, trouble});
    if (over)
        return RC_OK;
    /* What came meanwhile made a job due that was not at rest yet. */
    return trouble ? job_postpone(tx, job, now + job_pause(job->attempts))
                   : job_add(tx, JOB_WEBHOOK, w->id, last > seq ? now : now + REST_MS);
}
