/* The token that push services check: RFC 8292 and RFC 7515. The signature is verified by node in
 * test/push.test.mjs, with an implementation that is not ours; here are form, claims and the key's constancy. */
#include "base/secret.h"
#include "base/vapid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena *a;
static char folder[] = "/tmp/kept-vapid-XXXXXX";

static int set_up(void **state) {
    const char *why;
    a = arena_new(0);
    return mkdtemp(folder) && secret_load(a, folder, &why) == RC_OK ? 0 : -1;
}

static int tear_down(void **state) {
    arena_free(a);
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static size_t decoded(const char *text, size_t len, uint8_t *to, size_t room) {
    size_t n = 0;
    assert_int_equal(
        sodium_base642bin(to, room, text, len, NULL, &n, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING), 0);
    return n;
}

static json_t *part_of(const char *token, int which) {
    uint8_t text[1024];
    for (; which; which--)
        token = strchr(token, '.') + 1;
    return json_loadb((char *)text, decoded(token, strcspn(token, "."), text, sizeof text), 0, NULL);
}

static void the_key_is_a_point(void **state) {
    uint8_t point[80];
    char *key = vapid_public_key(a);
    assert_int_equal(strlen(key), 87);
    assert_int_equal(decoded(key, strlen(key), point, sizeof point), 65);
    assert_int_equal(point[0], 4);
    assert_string_equal(key, vapid_public_key(a));
}

static void another_installation_has_another_key(void **state) {
    char other[] = "/tmp/kept-vapid-XXXXXX", command[64];
    const char *why, *ours = vapid_public_key(a);
    assert_non_null(mkdtemp(other));
    assert_int_equal(secret_load(a, other, &why), RC_OK);
    assert_string_not_equal(ours, vapid_public_key(a));
    assert_int_equal(secret_load(a, folder, &why), RC_OK);
    assert_string_equal(ours, vapid_public_key(a));
    snprintf(command, sizeof command, "rm -r %s", other);
    assert_int_equal(system(command), 0);
}

static void the_token_says_who_to_whom_and_until_when(void **state) {
    const int64_t now = 1773626400000;
    const char *line = vapid_authorization(a, "https://push.example.net", "https://help.example.com", now);
    const char *token = line + strlen("vapid t="), *key = strstr(line, ", k=");
    assert_int_equal(strncmp(line, "vapid t=", 8), 0);
    assert_non_null(key);
    assert_string_equal(key + 4, vapid_public_key(a));
    json_t *header = part_of(token, 0), *claims = part_of(token, 1);
    assert_string_equal(json_string_value(json_object_get(header, "alg")), "ES256");
    assert_string_equal(json_string_value(json_object_get(claims, "aud")), "https://push.example.net");
    assert_string_equal(json_string_value(json_object_get(claims, "sub")), "https://help.example.com");
    assert_int_equal(json_integer_value(json_object_get(claims, "exp")), now / 1000 + VAPID_LIFE_S);
    json_decref(header);
    json_decref(claims);
    const char *signature = strchr(strchr(token, '.') + 1, '.') + 1;
    assert_int_equal(strcspn(signature, ","), 86); /* r and s, 64 bytes */
}

static void without_a_contact_none_is_told(void **state) {
    json_t *claims = part_of(vapid_authorization(a, "https://push.example.net", NULL, 0) + 8, 1);
    assert_null(json_object_get(claims, "sub"));
    json_decref(claims);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_is_a_point),
        cmocka_unit_test(another_installation_has_another_key),
        cmocka_unit_test(the_token_says_who_to_whom_and_until_when),
        cmocka_unit_test(without_a_contact_none_is_told),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
