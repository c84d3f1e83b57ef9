/* Which websites, whom they vouch for, and what is said of the wait: the rules of desk/site.c and desk/visitor.c.
 */
#include "base/secret.h"
#include "desk/visitor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

static struct arena *a;

static void origins_are_whole_or_nothing(void **state) {
    static const struct {
        const char *sites, *origin;
        bool allowed;
    } rows[] = {
        {"https://shop.test", "https://shop.test", true},
        {"https://Shop.Test/\r\n", "https://shop.test", true},
        {"https://shop.test:443", "https://shop.test", true},
        {"http://shop.test:80", "http://shop.test", true},
        {"https://a.test\nhttps://b.test:8443", "https://b.test:8443", true},
        {"\n\n  https://shop.test  \n", "https://shop.test", true},
        {"http://[::1]:3000", "http://[::1]:3000", true},
        {"https://shop.test", "http://shop.test", false},
        {"https://shop.test", "https://shop.test:8443", false},
        {"https://shop.test", "https://www.shop.test", false},
        {"https://shop.test", "https://shop.test.evil.test", false},
        {"https://shop.test", "https://evilshop.test", false},
        {"https://shop.test", "null", false},
        {"null", "null", false},
        {"", "https://shop.test", false},
        {"*", "https://shop.test", false},
        {"https://", "https://", false},
        {"https://shop.test/path", "https://shop.test", false},
        {"https://user@shop.test", "https://shop.test", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (site_allows(rows[i].sites, rows[i].origin) != rows[i].allowed)
            fail_msg("row %zu: \"%s\" and %s", i, rows[i].sites, rows[i].origin);
    assert_null(site_list_flaw(a, "https://shop.test\n\nhttp://localhost:3000\n"));
    assert_string_equal(site_list_flaw(a, "https://shop.test\nshop.test\n"), "shop.test");
}

static const char *signed_token(const char *header, const char *claims, const char *key) {
    char h[512], c[1024], s[64];
    uint8_t mac[SECRET_MAC_SIZE];
    sodium_bin2base64(h, sizeof h, (const uint8_t *)header, strlen(header),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_bin2base64(c, sizeof c, (const uint8_t *)claims, strlen(claims),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = arena_printf(a, "%s.%s", h, c);
    hmac_sha256((struct bytes){(const uint8_t *)key, strlen(key)},
                (struct bytes){(const uint8_t *)text, strlen(text)}, mac);
    sodium_bin2base64(s, sizeof s, mac, sizeof mac, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return arena_printf(a, "%s.%s", text, s);
}

static void a_proof_says_who_for_whom_and_how_long(void **state) {
    static const char plain[] = "{\"alg\":\"HS256\"}";
    static const struct {
        const char *header, *claims, *why; /* NULL: taken */
    } rows[] = {
        {plain, "{\"sub\":\"7\",\"aud\":\"inb_a\",\"iat\":1000,\"exp\":1300}", NULL},
        {plain, "{\"sub\":\"7\",\"aud\":[\"x\",\"inb_a\"],\"iat\":1000,\"exp\":1900}", NULL},
        {plain, "{\"sub\":\"7\",\"aud\":\"inb_a\",\"iat\":1060,\"exp\":1300}", NULL},
        {plain, "{\"sub\":\"7\",\"aud\":\"inb_a\",\"iat\":1061,\"exp\":1300}", "not_yet"},
        {plain, "{\"sub\":\"7\",\"aud\":\"inb_a\",\"iat\":900,\"nbf\":1100,\"exp\":1300}", "not_yet"},
        {plain, "{\"sub\":\"7\",\"aud\":\"inb_a\",\"iat\":1000,\"exp\":1901}", "lives_too_long"},
        {plain, "{\"sub\":\"7\",\"aud\":\"inb_a\",\"iat\":0,\"exp\":1300}", "lives_too_long"},
        {plain, "{\"sub\":\"7\",\"aud\":\"inb_a\",\"iat\":900,\"exp\":1000}", "expired"},
        {plain, "{\"sub\":\"7\",\"aud\":\"inb_a\",\"iat\":1000,\"exp\":\"1300\"}", "expired"},
        {plain, "{\"sub\":\"7\",\"aud\":\"inb_a\",\"iat\":1000,\"exp\":9223372036854775807}", "expired"},
        {plain, "{\"sub\":\"7\",\"aud\":\"inb_a\",\"iat\":-9223372036854775808,\"exp\":1300}", "expired"},
        {plain, "{\"sub\":\"7\",\"aud\":\"inb_b\",\"iat\":1000,\"exp\":1300}", "not_for_us"},
        {plain, "{\"sub\":\"7\",\"aud\":{\"inb_a\":1},\"iat\":1000,\"exp\":1300}", "not_for_us"},
        {plain, "{\"sub\":\"\",\"aud\":\"inb_a\",\"iat\":1000,\"exp\":1300}", "no_subject"},
        {plain, "{\"sub\":7,\"aud\":\"inb_a\",\"iat\":1000,\"exp\":1300}", "no_subject"},
        {plain, "{\"sub\":\"7\",\"sub\":\"8\",\"aud\":\"inb_a\",\"iat\":1000,\"exp\":1300}", "not_signed"},
        {plain, "[1]", "not_signed"},
        {plain, "not json", "not_signed"},
        {"{\"alg\":\"none\"}", "{\"sub\":\"7\",\"aud\":\"inb_a\",\"iat\":1000,\"exp\":1300}", "not_signed"},
        {"{\"alg\":\"hs256\"}", "{\"sub\":\"7\",\"aud\":\"inb_a\",\"iat\":1000,\"exp\":1300}", "not_signed"},
        {"{\"alg\":\"RS256\"}", "{\"sub\":\"7\",\"aud\":\"inb_a\",\"iat\":1000,\"exp\":1300}", "not_signed"},
        {"{\"alg\":\"HS256\",\"crit\":[]}", "{\"sub\":\"7\",\"aud\":\"inb_a\",\"iat\":1000,\"exp\":1300}",
         "not_signed"},
        {"{}", "{\"sub\":\"7\",\"aud\":\"inb_a\",\"iat\":1000,\"exp\":1300}", "not_signed"},
    };
    struct site_user user;
    const char *why;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum rc rc = site_user_of_token(a, signed_token(rows[i].header, rows[i].claims, "key"), "key", "inb_a",
                                        1000 * 1000, &user, &why);
        if (rows[i].why ? rc != RC_DENIED || strcmp(why, rows[i].why) != 0
                        : rc != RC_OK || strcmp(user.id, "7") != 0)
            fail_msg("row %zu: %s", i, why ? why : "taken");
    }
    const char *good = signed_token(plain, rows[0].claims, "key");
    assert_int_equal(site_user_of_token(a, good, "kez", "inb_a", 1000 * 1000, &user, &why), RC_DENIED);
    for (size_t cut = 0; cut < strlen(good); cut++)
        assert_int_equal(
            site_user_of_token(a, arena_copy_n(a, good, cut), "key", "inb_a", 1000 * 1000, &user, &why), RC_DENIED);
}

static void nine_of_ten_waited_no_longer(void **state) {
    int64_t few[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    int64_t ten[10] = {900, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    int64_t twenty[20];
    for (int i = 0; i < 20; i++)
        twenty[i] = 20 - i;
    assert_int_equal(visitor_wait_of(few, 9), -1);
    assert_int_equal(visitor_wait_of(few, 0), -1);
    assert_int_equal(visitor_wait_of(ten, 10), 9);
    assert_int_equal(visitor_wait_of(twenty, 20), 18);
    assert_true(visitor_is_present(&(struct visitor){.seen_at = 1000}, 1000 + VISITOR_PRESENT_MS));
    assert_false(visitor_is_present(&(struct visitor){.seen_at = 1000}, 1001 + VISITOR_PRESENT_MS));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(origins_are_whole_or_nothing),
        cmocka_unit_test(a_proof_says_who_for_whom_and_how_long),
        cmocka_unit_test(nine_of_ten_waited_no_longer),
    };
    a = arena_new(0);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(a);
    return failed;
}
