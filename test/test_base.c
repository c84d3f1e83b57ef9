/* Unit tables for src/base. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/id.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct arena *a;

static void utf8_rows(void **state) {
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"plain", "plain"},
        {"Tiếng Việt ด้วย 中文", "Tiếng Việt ด้วย 中文"},
        {"a\r\nb\rc", "a\nb\nc"},
        {"bad \xff byte", "bad \xef\xbf\xbd byte"},
        {"torn \xe4\xb8", "torn \xef\xbf\xbd\xef\xbf\xbd"},
        {"overlong \xc0\xaf", "overlong \xef\xbf\xbd\xef\xbf\xbd"},
        {"surrogate \xed\xa0\x80", "surrogate \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"exe\xe2\x80\xae"
         "gpj",
         "exegpj"},
        {"bell\a", "bell"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(utf8_clean(a, rows[i].in, strlen(rows[i].in)), rows[i].out);
    assert_int_equal(utf8_count("ด้วย", strlen("ด้วย")), 4);
    assert_int_equal(utf8_fit("中文", 6, 4), 3);
    assert_int_equal(utf8_fit("中文", 6, 6), 6);
}

static void json_is_escaped_and_nested(void **state) {
    struct buf out = {0};
    struct jw j = jw_begin(&out);
    jw_object(&j, NULL);
    jw_text(&j, "a", "</script> \"x\"\n");
    jw_array(&j, "list");
    jw_int(&j, NULL, -5);
    jw_object(&j, NULL);
    jw_object_end(&j);
    jw_null(&j, NULL);
    jw_array_end(&j);
    jw_time(&j, "at", 1773642600123);
    jw_time(&j, "never", 0);
    jw_object_end(&j);
    assert_string_equal(out.at, "{\"a\":\"\\u003c/script\\u003e \\\"x\\\"\\n\",\"list\":[-5,{},null],"
                                "\"at\":\"2026-03-16T06:30:00.123Z\",\"never\":null}");
    buf_free(&out);
}

static void json_in_has_limits(void **state) {
    static const struct {
        const char *text;
        enum rc rc;
    } rows[] = {
        {"{\"a\":1}", RC_OK}, {"{\"a\":1,\"a\":2}", RC_INVALID}, {"{\"a\":\"\\u0000\"}", RC_INVALID},
        {"{", RC_INVALID},    {"\"[[[[\"", RC_INVALID}, /* a bare string is no document */
    };
    json_t *doc;
    const char *why;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bytes b = {(const uint8_t *)rows[i].text, strlen(rows[i].text)};
        assert_int_equal(json_read(a, b, &doc, &why), rows[i].rc);
        json_decref(doc);
    }
    /* The reason cites the text; what is cited may be half a letter, and the reason is written as JSON again. */
    static const char torn[] = "{\"a\":\"\\ud\xe0\xb8\xb2\xe0\"}";
    assert_int_equal(json_read(a, (struct bytes){(const uint8_t *)torn, strlen(torn)}, &doc, &why), RC_INVALID);
    assert_true(utf8_valid(why, strlen(why)));
    char deep[2 * JSON_DEPTH_MAX + 3];
    memset(deep, '[', JSON_DEPTH_MAX + 1);
    assert_int_equal(json_read(a, (struct bytes){(uint8_t *)deep, JSON_DEPTH_MAX + 1}, &doc, &why), RC_INVALID);
    memset(deep + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    assert_int_equal(json_read(a, (struct bytes){(uint8_t *)deep, 2 * JSON_DEPTH_MAX}, &doc, &why), RC_OK);
    json_decref(doc);
}

static void ids_grow_and_refs_have_a_shape(void **state) {
    int64_t before = id_new();
    for (int i = 0; i < 10000; i++) {
        int64_t next = id_new();
        assert_true(next > before);
        before = next;
    }
    assert_true(id_ref_valid(id_ref(a, "con"), "con"));
    assert_false(id_ref_valid(id_ref(a, "con"), "msg"));
    assert_false(id_ref_valid("con_short", "con"));
    assert_false(id_ref_valid("con_aaaaaaaaaaaaaaa1", "con"));
    assert_int_equal(strlen(id_short_ref(a, 6)), 6);
}

static void seals_open_only_where_they_belong(void **state) {
    struct bytes text = {(const uint8_t *)"thư riêng", strlen("thư riêng")};
    struct bytes here = {(const uint8_t *)"blob 1", 6}, there = {(const uint8_t *)"blob 2", 6};
    struct buf sealed = {0}, opened = {0};
    secret_seal(SECRET_RAW, text, here, &sealed);
    assert_int_equal(sealed.len, text.len + SECRET_SEAL_EXTRA);
    assert_int_equal(secret_open(SECRET_RAW, buf_bytes(&sealed), here, &opened), RC_OK);
    assert_string_equal(opened.at, "thư riêng");
    assert_int_equal(secret_open(SECRET_RAW, buf_bytes(&sealed), there, &opened), RC_BROKEN);
    assert_int_equal(secret_open(SECRET_FILE, buf_bytes(&sealed), here, &opened), RC_BROKEN);
    sealed.at[30] ^= 1;
    assert_int_equal(secret_open(SECRET_RAW, buf_bytes(&sealed), here, &opened), RC_BROKEN);
    buf_free(&sealed);
    buf_free(&opened);
}

static void passwords_are_hashed(void **state) {
    char *hash = secret_password_hash(a, "mật khẩu dài");
    assert_true(secret_password_matches(hash, "mật khẩu dài"));
    assert_false(secret_password_matches(hash, "mật khẩu dàj"));
    assert_memory_equal(hash, "$argon2id$", 10);
}

int main(void) {
    char dir[] = "/tmp/kept-test-XXXXXX";
    const char *why = "";
    a = arena_new(0);
    if (!mkdtemp(dir) || secret_load(a, dir, &why) != RC_OK) {
        fprintf(stderr, "no keys: %s\n", why);
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_rows),
        cmocka_unit_test(json_is_escaped_and_nested),
        cmocka_unit_test(json_in_has_limits),
        cmocka_unit_test(ids_grow_and_refs_have_a_shape),
        cmocka_unit_test(seals_open_only_where_they_belong),
        cmocka_unit_test(passwords_are_hashed),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(a);
    return failed;
}
