#include "base/vapid.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
#include "base/secret.h"

#include <gmp.h>
#include <nettle/bignum.h>
#include <nettle/dsa.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecc.h>
#include <nettle/ecdsa.h>
#include <sodium.h>
#include <string.h>

enum { COORDINATE = 32 };

static char *base64url(struct arena *a, struct bytes in) {
    size_t room = sodium_base64_ENCODED_LEN(in.len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return sodium_bin2base64(arena_alloc(a, room), room, in.at, in.len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* One draw in four billion is no number below the order of the curve; then the next one counts. */
static void private_key(struct arena *a, struct ecc_scalar *key) {
    uint8_t drawn[SECRET_MAC_SIZE];
    mpz_t number;
    mpz_init(number);
    ecc_scalar_init(key, nettle_get_secp_256r1());
    for (int i = 0, good = 0; !good; i++) {
        const char *label = arena_printf(a, "push key P-256 %d", i);
        secret_mac(SECRET_ADDRESS, (struct bytes){(const uint8_t *)label, strlen(label)}, drawn);
        nettle_mpz_set_str_256_u(number, sizeof drawn, drawn);
        good = ecc_scalar_set(key, number);
    }
    sodium_memzero(drawn, sizeof drawn);
    mpz_clear(number);
}

static char *public_of(struct arena *a, const struct ecc_scalar *key) {
    uint8_t point[1 + 2 * COORDINATE] = {4};
    struct ecc_point p;
    mpz_t x, y;
    mpz_inits(x, y, NULL);
    ecc_point_init(&p, nettle_get_secp_256r1());
    ecc_point_mul_g(&p, key);
    ecc_point_get(&p, x, y);
    nettle_mpz_get_str_256(COORDINATE, point + 1, x);
    nettle_mpz_get_str_256(COORDINATE, point + 1 + COORDINATE, y);
    ecc_point_clear(&p);
    mpz_clears(x, y, NULL);
    return base64url(a, (struct bytes){point, sizeof point});
}

char *vapid_public_key(struct arena *a) {
    struct ecc_scalar key;
    private_key(a, &key);
    char *text = public_of(a, &key);
    ecc_scalar_clear(&key);
    return text;
}

static void draw(void *nothing, size_t n, uint8_t *to) { secret_random(to, n); }

/* r and s, one after the other (RFC 7518). */
static char *signature_of(struct arena *a, const struct ecc_scalar *key, const char *text) {
    uint8_t digest[SHA256_SIZE], both[2 * COORDINATE];
    struct dsa_signature signature;
    sha256((struct bytes){(const uint8_t *)text, strlen(text)}, digest);
    dsa_signature_init(&signature);
    ecdsa_sign(key, NULL, draw, sizeof digest, digest, &signature);
    nettle_mpz_get_str_256(COORDINATE, both, signature.r);
    nettle_mpz_get_str_256(COORDINATE, both + COORDINATE, signature.s);
    dsa_signature_clear(&signature);
    return base64url(a, (struct bytes){both, sizeof both});
}

char *vapid_authorization(struct arena *a, const char *audience, const char *contact, int64_t now) {
    static const char header[] = "{\"typ\":\"JWT\",\"alg\":\"ES256\"}";
    struct ecc_scalar key;
    struct buf claims = {0};
    struct jw j = jw_begin(&claims);
    jw_object(&j, NULL);
    jw_text(&j, "aud", audience);
    jw_int(&j, "exp", now / 1000 + VAPID_LIFE_S);
    if (contact)
        jw_text(&j, "sub", contact);
    jw_object_end(&j);
    char *token = arena_printf(a, "%s.%s", base64url(a, (struct bytes){(const uint8_t *)header, sizeof header - 1}),
                               base64url(a, buf_bytes(&claims)));
    buf_free(&claims);
    private_key(a, &key);
    char *line = arena_printf(a, "vapid t=%s.%s, k=%s", token, signature_of(a, &key, token), public_of(a, &key));
    ecc_scalar_clear(&key);
    return line;
}
