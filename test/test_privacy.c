/* When an original mail's time is over, what is a reason, who was meant, and archives that others can open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "desk/erase.h"
#include "desk/privacy.h"
#include "text/unzip.h"
#include "text/zip.h"

#include <string.h>

static void originals_have_their_days(void **state) {
    const int64_t day = 24 * 3600 * (int64_t)1000, came = 1773626400000;
    assert_int_equal(raw_kept_until(came, 30), came + 30 * day);
    assert_int_equal(raw_kept_until(came, RAW_DAYS_MAX), came + RAW_DAYS_MAX * day);
}

static void a_reason_has_words(void **state) {
    char long_one[REASON_MAX + 2] = "";
    memset(long_one, 'x', REASON_MAX + 1);
    assert_string_equal(privacy_reason_flaw(NULL), "short");
    assert_string_equal(privacy_reason_flaw("ok"), "short");
    assert_string_equal(privacy_reason_flaw(long_one), "long");
    long_one[REASON_MAX] = 0;
    assert_null(privacy_reason_flaw(long_one));
    assert_null(privacy_reason_flaw("退款需要用")); /* five characters, not bytes */
    assert_string_equal(privacy_reason_flaw("退款需要"), "short");
}

static void the_name_is_typed(void **state) {
    struct arena *a = arena_new(0);
    static const struct {
        const char *name, *typed;
        bool fits;
    } all[] = {
        {"Trần Thị Lan", "Trần Thị Lan", true},
        {"Trần Thị Lan", "  Trần  Thị Lan ", true},
        {"Quixotania Lan", "quixotania LAN", true},
        {"王芳", "王芳", true},
        {"Trần Thị Lan", "Trần Thị", false},
        {"Trần Thị Lan", "TrầnThị Lan", false},
        {"Trần Thị Lan", "", false},
        {"Trần Thị Lan", NULL, false},
        {"王芳", "王", false},
        {"", "", false},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (erase_confirms(a, all[i].name, all[i].typed) != all[i].fits)
            fail_msg("%s, typed %s", all[i].name, all[i].typed ? all[i].typed : "(nothing)");
    arena_free(a);
}

/* ---- archives ---- */

static enum rc keep(void *to, struct bytes piece) {
    buf_add(to, piece.at, piece.len);
    return RC_OK;
}

static enum rc refuse(void *to, struct bytes piece) { return RC_FULL; }

static bool every(const char *path) { return true; }

static struct bytes text(const char *s) { return (struct bytes){(const uint8_t *)s, strlen(s)}; }

static void what_is_packed_can_be_unpacked(void **state) {
    struct arena *a = arena_new(0);
    struct buf out = {0};
    struct zip z;
    struct named_file *files;
    size_t n;
    struct file_flaw why;
    char page[20000];
    uint8_t noise[3000];
    for (size_t i = 0; i < sizeof page; i++)
        page[i] = (char)('a' + i * i / 7 % 26);
    page[sizeof page - 1] = 0;
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)(i * 2654435761u >> 13);
    zip_begin(&z, keep, &out);
    enum rc rc = zip_add(&z, "README.txt", text("Xin chào"));
    if (rc == RC_OK)
        rc = zip_add(&z, "files/ảnh 1.txt", text(page));
    if (rc == RC_OK)
        rc = zip_add(&z, "files/noise.bin", (struct bytes){noise, sizeof noise});
    if (rc == RC_OK)
        rc = zip_add(&z, "empty.txt", text(""));
    assert_int_equal(zip_end(&z, rc), RC_OK);
    assert_true(out.len < sizeof page); /* it is packed */
    assert_int_equal(unzip(a, buf_bytes(&out), every, &files, &n, &why), RC_OK);
    assert_int_equal(n, 4);
    assert_string_equal(files[1].path, "files/ảnh 1.txt");
    assert_int_equal(files[1].bytes.len, sizeof page - 1);
    assert_memory_equal(files[2].bytes.at, noise, sizeof noise);
    assert_int_equal(files[3].bytes.len, 0);
    buf_free(&out);
    arena_free(a);
}

static void an_archive_that_cannot_be_written_fails(void **state) {
    struct zip z;
    zip_begin(&z, refuse, NULL);
    assert_int_equal(zip_end(&z, zip_add(&z, "a", text("b"))), RC_FULL);
    zip_begin(&z, refuse, NULL);
    assert_int_equal(zip_end(&z, RC_GONE), RC_GONE); /* nothing more is written */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(originals_have_their_days),
        cmocka_unit_test(a_reason_has_words),
        cmocka_unit_test(the_name_is_typed),
        cmocka_unit_test(what_is_packed_can_be_unpacked),
        cmocka_unit_test(an_archive_that_cannot_be_written_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
