#include "desk/site.h"

#include "base/jwt.h"
#include "base/secret.h"
#include "base/utf8.h"

#include <string.h>
#include <strings.h>

static const struct bytes about = {(const uint8_t *)"site secret", 11};

/* ---- which sites ---- */

/* "https://Shop.Example:443/" → "https://shop.example"; NULL when it is no origin. */
static char *origin_of(struct arena *a, const char *text, size_t n) {
    while (n && (text[n - 1] == ' ' || text[n - 1] == '\r' || text[n - 1] == '/'))
        n--;
    while (n && *text == ' ')
        text++, n--;
    char *out = arena_copy_n(a, text, n);
    for (char *p = out; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p += 'a' - 'A';
    bool secure = strncmp(out, "https://", 8) == 0;
    if (!secure && strncmp(out, "http://", 7) != 0)
        return NULL;
    char *host = out + (secure ? 8 : 7), *port = strrchr(host, ':');
    if (!*host || host[strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-:[]")])
        return NULL;
    if (port && strcmp(port, secure ? ":443" : ":80") == 0)
        *port = 0;
    return out;
}

/* Calls of these are few and lines short: what they need lives as long as the call. */
bool site_allows(const char *sites, const char *origin) {
    struct arena *a = arena_new(1024);
    const char *wanted = origin_of(a, origin, strlen(origin));
    bool found = false;
    for (const char *line = sites; wanted && *line && !found; line += strcspn(line, "\n"), line += *line == '\n') {
        const char *allowed = origin_of(a, line, strcspn(line, "\n"));
        found = allowed && strcmp(allowed, wanted) == 0;
    }
    arena_free(a);
    return found;
}

const char *site_list_flaw(struct arena *a, const char *sites) {
    for (const char *line = sites; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        size_t n = strcspn(line, "\n");
        if (strspn(line, " \r") < n && !origin_of(a, line, n))
            return arena_copy_n(a, line, n);
    }
    return NULL;
}

/* ---- the secret ---- */

char *site_secret_new(struct arena *a, struct bytes *sealed) {
    uint8_t random[25]; /* 40 letters */
    struct buf out = {0};
    secret_random(random, sizeof random);
    char *secret = base32(a, (struct bytes){random, sizeof random});
    secret_seal(SECRET_CONFIG, (struct bytes){(const uint8_t *)secret, strlen(secret)}, about, &out);
    *sealed = arena_bytes(a, buf_bytes(&out));
    buf_free(&out);
    return secret;
}

enum rc site_secret_open(struct arena *a, const struct inbox *inbox, const char **secret) {
    struct buf out = {0};
    if (!inbox->site_secret.at)
        return RC_NONE;
    enum rc rc = secret_open(SECRET_CONFIG, inbox->site_secret, about, &out);
    if (rc == RC_OK)
        *secret = arena_copy_n(a, out.at, out.len);
    buf_free(&out);
    return rc;
}

/* ---- whom the site vouches for ---- */

static const char *text_of(struct arena *a, json_t *claims, const char *name) {
    const char *s = json_string_value(json_object_get(claims, name));
    return s ? utf8_clean(a, s, strlen(s)) : "";
}

static bool is_for(json_t *audience, const char *inbox_ref) {
    size_t i;
    json_t *one;
    if (json_is_string(audience))
        return strcmp(json_string_value(audience), inbox_ref) == 0;
    json_array_foreach(audience, i,
                       one) if (json_is_string(one) && strcmp(json_string_value(one), inbox_ref) == 0) return true;
    return false;
}

/* NULL, or what is wrong with the claims of a token that is signed. Pure. */
static const char *flaw_of(json_t *claims, const char *inbox_ref, int64_t now) {
    json_t *exp = json_object_get(claims, "exp"), *iat = json_object_get(claims, "iat"),
           *nbf = json_object_get(claims, "nbf"), *sub = json_object_get(claims, "sub");
    /* In seconds; a number that would not fit in milliseconds is no time. */
    const json_int_t most = INT64_MAX / 1000 - 1;
    if (!json_is_integer(exp) || !json_is_integer(iat) || json_integer_value(exp) > most ||
        json_integer_value(iat) < 0 || json_integer_value(iat) > most || json_integer_value(exp) < 0)
        return "expired";
    int64_t ends = json_integer_value(exp) * 1000, begins = json_integer_value(iat) * 1000;
    if (json_is_integer(nbf) && json_integer_value(nbf) > begins / 1000 && json_integer_value(nbf) <= most)
        begins = json_integer_value(nbf) * 1000;
    if (ends <= now)
        return "expired";
    if (begins > now + SITE_SKEW_MS)
        return "not_yet";
    if (ends - json_integer_value(iat) * 1000 > SITE_PROOF_LIFE_MS)
        return "lives_too_long";
    if (!is_for(json_object_get(claims, "aud"), inbox_ref))
        return "not_for_us";
    if (!json_is_string(sub) || !json_string_length(sub) || json_string_length(sub) > SITE_ID_MAX)
        return "no_subject";
    return NULL;
}

enum rc site_user_of_token(struct arena *a, const char *token, const char *secret, const char *inbox_ref,
                           int64_t now, struct site_user *out, const char **why) {
    json_t *claims = NULL;
    *why = "not_signed";
    enum rc rc = jwt_open(a, token, (struct bytes){(const uint8_t *)secret, strlen(secret)}, &claims);
    if (rc != RC_OK)
        return rc;
    *why = flaw_of(claims, inbox_ref, now);
    if (!*why)
        *out = (struct site_user){
            .id = arena_copy(
                a, json_string_value(json_object_get(claims, "sub"))), /* as it is: cleaning could make two one */
            .name = text_of(a, claims, "name"),
            .email = text_of(a, claims, "email"),
            .email_vouched = json_is_true(json_object_get(claims, "email_verified")),
        };
    json_decref(claims);
    return *why ? RC_DENIED : RC_OK;
}

enum rc site_user_of_hash(struct arena *a, const char *identifier, const char *identifier_hash, const char *secret,
                          struct site_user *out, const char **why) {
    uint8_t mac[SECRET_MAC_SIZE];
    size_t n = strlen(identifier);
    *why = !n || n > SITE_ID_MAX ? "no_subject" : "not_signed";
    if (!n || n > SITE_ID_MAX)
        return RC_DENIED;
    hmac_sha256((struct bytes){(const uint8_t *)secret, strlen(secret)},
                (struct bytes){(const uint8_t *)identifier, n}, mac);
    char *given = arena_copy(a, identifier_hash);
    for (char *p = given; *p; p++)
        if (*p >= 'A' && *p <= 'F')
            *p += 'a' - 'A';
    if (!secret_equal(hex(a, (struct bytes){mac, sizeof mac}), given))
        return RC_DENIED;
    *why = NULL;
    *out = (struct site_user){.id = identifier, .name = "", .email = ""};
    return RC_OK;
}
