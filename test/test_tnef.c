/* winmail.dat: bytes made here as Outlook makes them, what is read out of them alone and in a mail, and what
 * becomes of them cut off at every length and with every byte changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "channel/mime.h"
#include "channel/tnef.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static struct arena *a;

/* ---- writing ---- */

static void number(struct buf *to, uint32_t n, int width) {
    for (int i = 0; i < width; i++)
        buf_char(to, (char)(n >> 8 * i));
}

static void pad(struct buf *to, size_t len) {
    for (; len % 4; len++)
        buf_char(to, 0);
}

static void attribute(struct buf *to, int level, uint32_t id, const void *data, size_t len) {
    uint32_t sum = 0;
    for (size_t i = 0; i < len; i++)
        sum += ((const uint8_t *)data)[i];
    number(to, (uint32_t)level, 1);
    number(to, id, 4);
    number(to, (uint32_t)len, 4);
    buf_add(to, data, len);
    number(to, sum & 0xffff, 2);
}

static void property(struct buf *to, uint32_t id, uint32_t type, const void *value, size_t len) {
    number(to, type, 2);
    number(to, id, 2);
    if (type == 0x1e || type == 0x1f || type == 0x102 || type == 0x0d) {
        number(to, 1, 4);
        number(to, (uint32_t)len, 4);
    }
    buf_add(to, value, len);
    pad(to, len);
}

static void wide(struct buf *to, const char *ascii_or_latin) {
    for (const unsigned char *c = (const unsigned char *)ascii_or_latin; *c; c++)
        number(to, *c, 2);
    number(to, 0, 2);
}

static void wide_property(struct buf *to, uint32_t id, const char *text) {
    struct buf w = {0};
    wide(&w, text);
    property(to, id, 0x1f, w.at, w.len);
    buf_free(&w);
}

static void named_property(struct buf *to) { /* of some program: to be passed over */
    number(to, 0x1f, 2);
    number(to, 0x8001, 2);
    for (int i = 0; i < 16; i++)
        buf_char(to, (char)i);
    number(to, 1, 4);
    number(to, 10, 4);
    for (int i = 0; i < 10; i++)
        buf_char(to, 'x');
    pad(to, 10);
    number(to, 2, 4); /* two values */
    for (int i = 0; i < 2; i++) {
        number(to, 6, 4);
        wide(to, "ab");
        pad(to, 6);
    }
}

static void begin(struct buf *to) {
    static const uint8_t windows_874[8] = {0x6a, 0x03}; /* Thai */
    number(to, 0x223e9f78, 4);
    number(to, 1, 2);
    attribute(to, 1, 0x00089006, "\0\0\1\0", 4); /* version */
    attribute(to, 1, 0x00069007, windows_874, 8);
}

static void message(struct buf *to, const struct buf *properties, uint32_t n) {
    struct buf all = {0};
    number(&all, n, 4);
    buf_add(&all, properties->at, properties->len);
    attribute(to, 1, 0x00069003, all.at, all.len);
    buf_free(&all);
}

static void file(struct buf *to, const char *title, const void *data, size_t len, const struct buf *properties,
                 uint32_t n) {
    struct buf all = {0};
    attribute(to, 2, 0x00069002, "\1\0\0\0\0\0\0\0\0\0\0\0\0\0", 14);
    if (title)
        attribute(to, 2, 0x00018010, title, strlen(title) + 1);
    if (data)
        attribute(to, 2, 0x0006800f, data, len);
    if (properties) {
        number(&all, n, 4);
        buf_add(&all, properties->at, properties->len);
        attribute(to, 2, 0x00069005, all.at, all.len);
    }
    buf_free(&all);
}

static const uint8_t png[] = "\x89PNG\r\n\x1a\n0000";

/* A text, its HTML, two files, and a forwarded message with a file of its own. */
static struct bytes sample(void) {
    struct buf t = {0}, p = {0}, inner = {0}, object = {0};
    begin(&t);
    named_property(&p);
    wide_property(&p, 0x1000, "Please see the files.");
    static const char html[] = "<html><body>See <img src=\"cid:pic@1\"></body></html>";
    property(&p, 0x1013, 0x102, html, sizeof html - 1);
    property(&p, 0x3fde, 0x03, "\xe9\xfd\0\0", 4); /* 65001 */
    message(&t, &p, 4);
    p.len = 0;
    wide_property(&p, 0x3707, "Quarterly report.pdf");
    wide_property(&p, 0x370e, "application/pdf");
    file(&t, "QUARTE~1.PDF", "%PDF-1.4 report", 15, &p, 2);
    p.len = 0;
    wide_property(&p, 0x3712, "pic@1");
    file(&t, "pic.png", png, sizeof png - 1, &p, 1);
    file(&t, "\xe3\xba\xe0\xca\xc3\xe7\xa8.txt", "Thai name", 9, NULL, 0); /* ใบเสร็จ in code page 874 */
    begin(&inner);
    p.len = 0;
    wide_property(&p, 0x1000, "The forwarded text.");
    message(&inner, &p, 1);
    file(&inner, "inside.txt", "from inside", 11, NULL, 0);
    for (int i = 0; i < 16; i++)
        buf_char(&object, (char)i);
    buf_add(&object, inner.at, inner.len);
    p.len = 0;
    property(&p, 0x3701, 0x0d, object.at, object.len);
    wide_property(&p, 0x3707, "Original message");
    file(&t, NULL, NULL, 0, &p, 2);
    file(&t, "last.txt", "the last", 8, NULL, 0);
    struct bytes out = arena_bytes(a, buf_bytes(&t));
    buf_free(&t), buf_free(&p), buf_free(&inner), buf_free(&object);
    return out;
}

static const char *names_of(const struct tnef *t) {
    const char *all = "";
    for (size_t i = 0; i < t->n_files; i++)
        all = arena_printf(a, "%s%s%s:%zu", all, i ? "|" : "",
                           t->files[i].is_message ? "MESSAGE" : t->files[i].name, t->files[i].bytes.len);
    return all;
}

static void test_sample(void **state) {
    struct tnef t;
    assert_true(tnef_read(a, sample(), &t));
    assert_false(t.incomplete);
    assert_string_equal(t.text, "Please see the files.");
    assert_non_null(strstr(t.html, "cid:pic@1"));
    assert_string_equal(names_of(&t),
                        "Quarterly report.pdf:15|pic.png:12|ใบเสร็จ.txt:9|MESSAGE:0|inside.txt:11|last.txt:8");
    assert_string_equal(t.files[0].type, "application/pdf");
    assert_memory_equal(t.files[0].bytes.at, "%PDF-1.4 report", 15);
    assert_string_equal(t.files[1].content_id, "pic@1");
}

static void test_none(void **state) {
    struct tnef t;
    assert_false(tnef_read(a, (struct bytes){(const uint8_t *)"", 0}, &t));
    assert_false(tnef_read(a, (struct bytes){(const uint8_t *)"%PDF-1.4", 8}, &t));
    assert_false(tnef_read(a, (struct bytes){(const uint8_t *)"\x78\x9f\x3e", 3}, &t));
}

/* Compressed as the specification's own example, and one made of a reference into the usual words. */
static void test_rtf(void **state) {
    static const uint8_t packed[] = {0x2d, 0,    0,    0,    0x2b, 0,    0,    0,    0x4c, 0x5a, 0x46, 0x75, 0xf1,
                                     0xc5, 0xc7, 0xa7, 0x03, 0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32,
                                     0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62,
                                     0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0};
    struct buf t = {0}, p = {0};
    struct tnef out;
    begin(&t);
    property(&p, 0x1009, 0x102, packed, sizeof packed);
    message(&t, &p, 1);
    assert_true(tnef_read(a, buf_bytes(&t), &out));
    assert_int_equal(out.rtf.len, 43);
    assert_memory_equal(out.rtf.at, "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n", 43);
    buf_free(&t), buf_free(&p);
}

/* Whatever the bytes are, it ends, and stays within them (the sanitizers look). */
static void test_hostile(void **state) {
    struct bytes whole = sample();
    for (size_t n = 0; n <= whole.len; n++) {
        struct arena *outer = a;
        a = arena_new(0);
        uint8_t *copy = malloc(n ? n : 1); /* of exactly this size */
        memcpy(copy, whole.at, n);
        struct tnef t;
        bool is = tnef_read(a, (struct bytes){copy, n}, &t);
        assert_int_equal(is, n >= 6);
        free(copy);
        arena_free(a);
        a = outer;
    }
    static const uint8_t others[] = {0, 1, 0x7f, 0x80, 0xff};
    for (size_t i = 6; i < whole.len; i++)
        for (size_t k = 0; k < sizeof others; k++) {
            struct arena *outer = a;
            a = arena_new(0);
            uint8_t *copy = malloc(whole.len);
            memcpy(copy, whole.at, whole.len);
            copy[i] = others[k];
            struct tnef t;
            assert_true(tnef_read(a, (struct bytes){copy, whole.len}, &t));
            assert_true(t.n_files <= TNEF_FILES_MAX);
            for (size_t f = 0; f < t.n_files; f++)
                assert_true(!t.files[f].bytes.len ||
                            (t.files[f].bytes.at >= copy &&
                             t.files[f].bytes.at + t.files[f].bytes.len <= copy + whole.len));
            free(copy);
            arena_free(a);
            a = outer;
        }
}

static void test_limits(void **state) {
    struct buf t = {0}, p = {0}, o = {0};
    struct tnef out;
    begin(&t);
    for (int i = 0; i < TNEF_FILES_MAX + 5; i++)
        file(&t, "a.txt", "a", 1, NULL, 0);
    assert_true(tnef_read(a, buf_bytes(&t), &out));
    assert_int_equal(out.n_files, TNEF_FILES_MAX);
    assert_true(out.incomplete);
    t.len = 0;
    begin(&t);
    file(&t, "deepest.txt", "a", 1, NULL, 0);
    for (int depth = 0; depth < TNEF_DEPTH_MAX + 3; depth++) { /* each within the next */
        o.len = p.len = 0;
        for (int i = 0; i < 16; i++)
            buf_char(&o, 0);
        buf_add(&o, t.at, t.len);
        property(&p, 0x3701, 0x0d, o.at, o.len);
        t.len = 0;
        begin(&t);
        file(&t, "layer.txt", NULL, 0, &p, 1);
    }
    assert_true(tnef_read(a, buf_bytes(&t), &out));
    assert_true(out.incomplete);
    assert_int_equal(out.n_files, TNEF_DEPTH_MAX + 1);
    buf_free(&t), buf_free(&p), buf_free(&o);
}

/* ---- in a mail ---- */

static struct mail *mail_with(const char *text, struct bytes winmail) {
    size_t room = sodium_base64_encoded_len(winmail.len, sodium_base64_VARIANT_ORIGINAL);
    char *b64 = arena_alloc(a, room);
    sodium_bin2base64(b64, room, winmail.at, winmail.len, sodium_base64_VARIANT_ORIGINAL);
    char *raw = arena_printf(
        a,
        "From: a@b.test\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n"
        "--q\r\nContent-Type: text/plain\r\n\r\n%s\r\n--q\r\nContent-Type: application/ms-tnef; "
        "name=winmail.dat\r\n"
        "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; "
        "filename=winmail.dat\r\n\r\n%s\r\n--q--\r\n",
        text, b64);
    struct mime_limits limits = mime_limits();
    struct mail *m;
    assert_int_equal(mime_parse(a, (struct bytes){(const uint8_t *)raw, strlen(raw)}, &limits, &m), RC_OK);
    return m;
}

static const char *parts_of(const struct mail *m) {
    const char *all = "";
    for (size_t i = 0; i < m->n_parts; i++)
        all = arena_printf(a, "%s%s%s", all, i ? "|" : "", m->parts[i].name);
    return all;
}

static void test_in_mail(void **state) {
    struct mail *m = mail_with("", sample());
    assert_string_equal(m->text, "Please see the files.");
    assert_non_null(strstr(m->html, "cid:pic@1"));
    assert_string_equal(parts_of(m), "Quarterly report.pdf|pic.png|ใบเสร็จ.txt|inside.txt|last.txt");
    assert_string_equal(m->parts[0].type, "application/pdf");
    assert_true(m->parts[1].is_inline);
    assert_false(m->incomplete);
    m = mail_with("The text beside it.", sample()); /* which is the text then */
    assert_string_equal(m->text, "The text beside it.");
    struct bytes cut = sample();
    cut.len -= 12; /* in the last file */
    m = mail_with("Hello", cut);
    assert_string_equal(parts_of(m), "winmail.dat|Quarterly report.pdf|pic.png|ใบเสร็จ.txt|inside.txt|last.txt");
    m = mail_with("Hello", (struct bytes){(const uint8_t *)"no tnef at all", 14});
    assert_string_equal(parts_of(m), "winmail.dat");
    assert_string_equal(m->text, "Hello");
}

static int set_up(void **state) {
    a = arena_new(0);
    mime_init();
    return 0;
}

static int tear_down(void **state) {
    arena_free(a);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sample),  cmocka_unit_test(test_none),   cmocka_unit_test(test_rtf),
        cmocka_unit_test(test_hostile), cmocka_unit_test(test_limits), cmocka_unit_test(test_in_mail),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
