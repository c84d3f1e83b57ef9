#include "channel/mail_oauth.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/utf8.h"
#include "channel/outside.h"
#include "desk/mail_grant.h"

#include <string.h>
#include <time.h>

enum {
    ANSWER_MAX = 64 * 1024,
    TOKEN_MAX = 16 * 1024,
    LOOK_MS = 100, /* at the row, while another thread or node asks the provider */
};

/* ---- the provider ---- */

static void form_field(struct buf *out, const char *name, const char *value) {
    if (!value || !*value)
        return;
    buf_printf(out, "%s%s=", out->len ? "&" : "", name);
    for (const unsigned char *c = (const unsigned char *)value; *c; c++)
        if ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || strchr("-._~", *c))
            buf_char(out, (char)*c);
        else
            buf_printf(out, "%%%02X", *c);
}

/* What the provider's refusal means. Pure. */
static const char *code_of(int status, const char *error) {
    if (strcmp(error, "invalid_grant") == 0)
        return "oauth_revoked";
    if (status >= 500 || status == 429 || strcmp(error, "temporarily_unavailable") == 0)
        return "oauth_away";
    return status >= 400 ? "oauth_client" : "oauth_protocol";
}

static const char *text_of(struct arena *a, json_t *doc, const char *name) {
    const char *s = json_string_value(json_object_get(doc, name));
    return s ? arena_copy(a, s) : "";
}

static bool is_token(const char *s) {
    for (const char *c = s; *c; c++)
        if (*c <= 0x20 || *c == 0x7f) /* ^A ends it in XOAUTH2 */
            return false;
    return *s && strlen(s) <= TOKEN_MAX;
}

static enum rc read_answer(struct arena *a, int status, struct bytes body, struct mail_grant *g, int64_t *lives_ms,
                           struct mailbox_answer *why) {
    json_t *doc = NULL;
    const char *broken;
    if (json_read(a, body, &doc, &broken) != RC_OK)
        doc = NULL;
    const char *token = text_of(a, doc, "access_token"), *refresh = text_of(a, doc, "refresh_token"),
               *error = text_of(a, doc, "error"), *words = text_of(a, doc, "error_description");
    json_t *lives = json_object_get(doc, "expires_in"); /* some write it as text */
    double s = json_is_string(lives) ? atof(json_string_value(lives)) : json_number_value(lives);
    *lives_ms = s > 0 && s < 1e9 ? (int64_t)(s * 1000) : 0;
    json_decref(doc);
    if (status == 200 && is_token(token)) {
        g->access_token = token;
        if (is_token(refresh))
            g->refresh_token = refresh;
        return RC_OK;
    }
    char *clean = utf8_clean(a, words, strlen(words));
    clean[strcspn(clean, "\n")] = 0;
    clean[utf8_fit(clean, strlen(clean), 200)] = 0;
    *why = (struct mailbox_answer){code_of(status, error), *clean ? clean : *error ? error : ""};
    return RC_AWAY;
}

static enum rc ask_provider(struct arena *a, const struct mail_server *server, struct mail_grant *g,
                            int64_t *lives_ms, struct mailbox_answer *why) {
    static const char *const headers[] = {"Accept: application/json", NULL};
    struct buf form = {0}, body = {0};
    form_field(&form, "grant_type", "refresh_token");
    form_field(&form, "refresh_token", g->refresh_token);
    form_field(&form, "client_id", server->client_id);
    form_field(&form, "client_secret", server->client_secret);
    form_field(&form, "scope", server->scope);
    struct outside_ask ask = {
        .url = server->token_url,
        .use = NET_MAIL,
        .post = form.at,
        .headers = headers,
        .timeout_ms = MAIL_OAUTH_MS,
        .max = ANSWER_MAX,
    };
    struct outside_answer answer = {.body = &body};
    enum rc rc = outside_fetch(&ask, &answer);
    if (rc == RC_OK) {
        rc = read_answer(a, answer.status, buf_bytes(&body), g, lives_ms, why);
    } else {
        *why = (struct mailbox_answer){rc == RC_DENIED || rc == RC_INVALID ? "oauth_address"
                                       : rc == RC_TOO_BIG                  ? "oauth_protocol"
                                                                           : "oauth_away",
                                       answer.why};
        rc = RC_AWAY;
    }
    buf_free(&form);
    buf_free(&body);
    return rc;
}

/* ---- the row ---- */

struct granting {
    struct mail_grant *grant;
    int64_t lives_ms, now;
};

static enum rc take(struct tx *tx, void *arg) {
    struct granting *x = arg;
    return mail_grant_take(tx, x->grant, x->now);
}

static enum rc save(struct tx *tx, void *arg) {
    struct granting *x = arg;
    return mail_grant_save(tx, x->grant, x->lives_ms, x->now);
}

static enum rc give_back(struct tx *tx, void *arg) {
    struct granting *x = arg;
    return mail_grant_give_back(tx, x->grant);
}

static enum rc load(struct store *s, struct arena *a, const struct mail_server *server, struct mail_grant *g) {
    struct view *v = view_open(s);
    enum rc rc = mail_grant_load(v, a, server, g);
    view_close(v);
    return rc;
}

static enum rc renew(struct store *s, struct arena *a, const struct mail_server *server, struct granting *x,
                     struct mailbox_answer *why) {
    enum rc rc = ask_provider(a, server, x->grant, &x->lives_ms, why);
    if (rc == RC_OK)
        rc = store_write(s, save, x);
    else if (store_write(s, give_back, x) != RC_OK)
        log_warn("a mailbox's access token cannot be asked for again within a minute");
    return rc;
}

enum rc mail_oauth_sign_in(struct store *s, struct arena *a, struct mail_server *server, const char *refused,
                           struct mailbox_answer *why) {
    struct mail_grant g;
    enum rc rc = RC_OK;
    if (server->auth != MAIL_OAUTH)
        return RC_OK;
    *why = (struct mailbox_answer){"oauth_away", ""};
    for (int64_t until = clock_mono() + MAIL_OAUTH_MS;;) {
        struct granting x = {.grant = &g, .now = clock_now()};
        rc = load(s, a, server, &g);
        if (rc != RC_OK || mail_grant_is_good(&g, refused, x.now))
            break;
        rc = store_write(s, take, &x);
        if (rc == RC_OK)
            rc = load(s, a, server, &g); /* what came in between counts */
        if (rc == RC_OK) {
            if (mail_grant_is_good(&g, refused, x.now))
                rc = store_write(s, give_back, &x);
            else
                rc = renew(s, a, server, &x, why);
            break;
        }
        if (rc != RC_CONFLICT || clock_mono() > until)
            break;
        nanosleep(&(struct timespec){.tv_nsec = LOOK_MS * 1000000L}, NULL);
    }
    if (rc != RC_OK)
        return rc;
    server->password = g.access_token;
    server->auth = MAIL_BEARER;
    *why = (struct mailbox_answer){"", ""};
    return RC_OK;
}
