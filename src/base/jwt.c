#include "base/jwt.h"

#include "base/json.h"
#include "base/secret.h"

#include <sodium.h>
#include <string.h>

static bool from_base64url(struct arena *a, struct bytes text, struct bytes *out) {
    uint8_t *to = arena_alloc(a, text.len + 1);
    size_t n = 0;
    const char *end = NULL, *at = (const char *)text.at;
    if (sodium_base642bin(to, text.len + 1, at, text.len, NULL, &n, &end,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        end != at + text.len)
        return false;
    *out = (struct bytes){to, n};
    return true;
}

static json_t *read_object(struct arena *a, struct bytes part) {
    struct bytes text;
    json_t *doc = NULL;
    const char *why;
    if (!from_base64url(a, part, &text) || json_read(a, text, &doc, &why) != RC_OK)
        return NULL;
    if (json_is_object(doc))
        return doc;
    json_decref(doc);
    return NULL;
}

/* "crit" names extensions that whoever reads the token must know; we know none. */
static bool is_hs256(struct arena *a, struct bytes part) {
    json_t *header = read_object(a, part);
    const char *alg = json_string_value(json_object_get(header, "alg"));
    bool right = alg && strcmp(alg, "HS256") == 0 && !json_object_get(header, "crit");
    json_decref(header);
    return right;
}

enum rc jwt_open(struct arena *a, const char *token, struct bytes key, json_t **claims) {
    struct bytes parts[3], signature;
    uint8_t mac[SECRET_MAC_SIZE];
    const char *at = token;
    if (strlen(token) > JWT_MAX)
        return RC_DENIED;
    for (int i = 0; i < 3; i++) {
        parts[i] = (struct bytes){(const uint8_t *)at, strcspn(at, ".")};
        at += parts[i].len;
        if (!parts[i].len || (i < 2 ? *at++ != '.' : *at != 0))
            return RC_DENIED;
    }
    /* The signature first: nothing of an unsigned token is read. */
    size_t signed_len = (size_t)((const char *)parts[2].at - token) - 1;
    hmac_sha256(key, (struct bytes){(const uint8_t *)token, signed_len}, mac);
    if (!from_base64url(a, parts[2], &signature) || signature.len != sizeof mac ||
        sodium_memcmp(signature.at, mac, sizeof mac) != 0 || !is_hs256(a, parts[0]))
        return RC_DENIED;
    *claims = read_object(a, parts[1]);
    return *claims ? RC_OK : RC_DENIED;
}
