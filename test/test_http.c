/* Unit tables for the pure half of src/web/http*.c: audit, routes, parameters, forms, headers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "web/http_private.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

static struct arena *a;

static int fresh_arena(void **state) {
    (void)state;
    a = arena_new(0);
    return 0;
}

static int free_arena(void **state) {
    (void)state;
    arena_free(a);
    return 0;
}

#define LINE(n, v)                                                                                                 \
    { n, v, sizeof n - 1, sizeof v - 1 }
#define HOST LINE("Host", "help.example.com:8080")

static void audit_rows(void **state) {
    (void)state;
    static const struct {
        int status;
        const char *version, *target;
        struct header_line lines[3];
    } rows[] = {
        {0, "HTTP/1.1", "/", {HOST}},
        {0, "HTTP/1.0", "/", {{0}}},
        {0, "HTTP/1.1", "/a?b=%20", {HOST, LINE("Content-Length", "12")}},
        {0, "HTTP/1.1", "/", {HOST, LINE("Transfer-Encoding", "Chunked")}},
        {0, "HTTP/1.1", "/", {LINE("host", "[::1]:80"), LINE("X-Name", "tiếng Việt")}},
        {400, "HTTP/1.1", "/", {{0}}},
        {400, "HTTP/1.1", "/", {HOST, HOST}},
        {400, "HTTP/1.1", "/", {LINE("Host", "a b")}},
        {400, "HTTP/1.1", "/", {LINE("Host", "")}},
        {400, "HTTP/1.1", "/", {HOST, LINE("Content-Length", "1"), LINE("content-length", "1")}},
        {400, "HTTP/1.1", "/", {HOST, LINE("Content-Length", "+1")}},
        {400, "HTTP/1.1", "/", {HOST, LINE("Content-Length", "1, 1")}},
        {400, "HTTP/1.1", "/", {HOST, LINE("Content-Length", "9999999999999999999")}},
        {400, "HTTP/1.1", "/", {HOST, LINE("Content-Length", "1"), LINE("Transfer-Encoding", "chunked")}},
        {400, "HTTP/1.1", "/", {HOST, LINE("Transfer-Encoding", "chunked, chunked")}},
        {400, "HTTP/1.1", "/", {HOST, LINE("Transfer-Encoding", "xchunked")}},
        {400, "HTTP/1.0", "/", {HOST, LINE("Transfer-Encoding", "chunked")}},
        {400, "HTTP/1.1", "/", {HOST, LINE("Content-Type", "a/b"), LINE("Content-Type", "c/d")}},
        {400, "HTTP/1.1", "/", {HOST, LINE("X y", "1")}},
        {400, "HTTP/1.1", "/", {HOST, LINE("Content-Length ", "1")}},
        {400, "HTTP/1.1", "/", {HOST, LINE("X", "a\0b")}},
        {400, "HTTP/1.1", "/", {HOST, LINE("X", "a\rb")}},
        {400, "HTTP/1.1", "http://a/", {HOST}},
        {400, "HTTP/1.1", "*", {HOST}},
        {400, "HTTP/1.1", "/a b", {HOST}},
        {400, "HTTP/1.1", "/a#b", {HOST}},
        {505, "HTTP/2.0", "/", {HOST}},
        {505, "HTTP/1.1x", "/", {HOST}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_head h = {"GET", rows[i].target, rows[i].version, rows[i].lines, 0};
        while (h.n < 3 && rows[i].lines[h.n].name)
            h.n++;
        const char *why;
        int status = http_audit(&h, &why);
        if (status != rows[i].status || !status != !why)
            fail_msg("row %zu: %d (%s) instead of %d", i, status, why ? why : "-", rows[i].status);
    }
}

static void header_words(void **state) {
    (void)state;
    static const struct {
        const char *accept, *lang;
    } langs[] = {
        {"vi", "vi"},
        {"vi-VN,vi;q=0.9,en;q=0.8", "vi"},
        {"en;q=0.5, th;q=0.9", "th"},
        {"zh-CN", "zh-Hans"},
        {"zh", "zh-Hans"},
        {"zh-Hant", "zh-Hant"},
        {"zh-HK;q=0.9", "zh-Hant"},
        {"zh-Hans-TW", "zh-Hans"},
        {"th;q=0, en;q=0.1", "en"},
        {"fr, de", NULL},
        {"vie", NULL},
        {"*", NULL},
        {"", NULL},
        {",;q=,;;", NULL},
    };
    for (size_t i = 0; i < sizeof langs / sizeof *langs; i++) {
        const char *got = http_lang(langs[i].accept);
        if (!got != !langs[i].lang || (got && strcmp(got, langs[i].lang)))
            fail_msg("%s: %s", langs[i].accept, got ? got : "none");
    }
    assert_true(http_gzip("br, gzip"));
    assert_true(http_gzip("GZIP;q=0.1"));
    assert_false(http_gzip("gzip;q=0"));
    assert_false(http_gzip("xgzip"));
    assert_false(http_gzip(NULL));
    assert_true(http_list_has("keep-alive, Upgrade", "upgrade"));
    assert_false(http_list_has("upgrade-insecure", "upgrade"));
    assert_true(http_path_is_local("/a?b=c"));
    for (const char **p = (const char *[]){"//a", "/\\a", "a", "", "/a\nb", "/a b", "https://a", NULL}; *p; p++)
        assert_false(http_path_is_local(*p));
    assert_string_equal(http_origin_host("https://a.example:8443"), "a.example:8443");
    assert_null(http_origin_host("null"));
    assert_null(http_origin_host("https://a/b"));
}

/* ---- routes ---- */

static void nothing(struct request *rq) { (void)rq; }
static const struct param two[] = {{"a", PARAM_TEXT, .max = 9}, {"b", PARAM_TEXT, .max = 9}, {0}};

static void routes_are_found(void **state) {
    (void)state;
    static const struct route table[] = {
        {HTTP_GET, "/", PERM_ANYONE, nothing},
        {HTTP_GET, "/x", PERM_ANYONE, nothing},
        {HTTP_GET, "/x/{a}", PERM_ANYONE, nothing, two},
        {HTTP_GET, "/x/new", PERM_ANYONE, nothing},
        {HTTP_POST, "/x/{b}", PERM_ANYONE, nothing, two},
        {HTTP_GET, "/x/{a}/y/{b}", PERM_ANYONE, nothing, two},
        {HTTP_GET, "/x/new/z", PERM_ANYONE, nothing},
        {0},
    };
    static const struct {
        enum http_method method;
        const char *path, *found, *allow;
    } rows[] = {
        {HTTP_GET, "/", "/", ""},
        {HTTP_GET, "/x", "/x", ""},
        {HTTP_GET, "/x/", NULL, ""},
        {HTTP_GET, "/x/1", "/x/{a}", ""},
        {HTTP_GET, "/x/new", "/x/new", ""},
        {HTTP_GET, "/x/n%65w", "/x/new", ""},
        {HTTP_POST, "/x/new", "/x/{b}", ""},          /* the literal row has no POST */
        {HTTP_GET, "/x/new/y/2", "/x/{a}/y/{b}", ""}, /* back out of the literal branch */
        {HTTP_GET, "/x/a%2Fb", "/x/{a}", ""},
        {HTTP_DELETE, "/x/new", NULL, "GET, HEAD, POST"},
        {HTTP_PUT, "/x", NULL, "GET, HEAD"},
        {HTTP_GET, "/x//y/2", NULL, ""},
        {HTTP_GET, "//x", NULL, ""},
        {HTTP_GET, "/x/../x", NULL, ""},
        {HTTP_GET, "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18", NULL, ""},
    };
    struct router r;
    const char *why = NULL;
    assert_int_equal(router_build(a, table, &r, &why), RC_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct route_match m;
        struct bytes path = {(const uint8_t *)rows[i].path, strlen(rows[i].path)};
        assert_int_equal(router_find(&r, a, rows[i].method, path, &m), RC_OK);
        const char *found = m.entry ? m.entry->row->path : NULL;
        if (!found != !rows[i].found || (found && strcmp(found, rows[i].found)))
            fail_msg("%s: %s", rows[i].path, found ? found : "none");
        if (!found)
            assert_string_equal(router_allow(a, m.allow), rows[i].allow);
    }
    struct route_match m;
    assert_int_equal(router_find(&r, a, HTTP_GET, (struct bytes){(const uint8_t *)"/x/%0", 5}, &m), RC_INVALID);
    assert_int_equal(router_find(&r, a, HTTP_GET, (struct bytes){(const uint8_t *)"/x/%00", 6}, &m), RC_INVALID);
}

static void bad_tables_do_not_start(void **state) {
    (void)state;
    static const struct param no_max[] = {{"a", PARAM_TEXT}, {0}}, no_of[] = {{"a", PARAM_WORD}, {0}},
                              file[] = {{"a", PARAM_FILE}, {0}};
    static const struct route tables[][3] = {
        {{HTTP_GET, "/a", PERM_ANYONE, nothing}, {HTTP_GET, "/a", PERM_ANYONE, nothing}},
        {{HTTP_GET, "/{a}", PERM_ANYONE, nothing, two}, {HTTP_GET, "/{b}", PERM_ANYONE, nothing, two}},
        {{HTTP_GET, "/{c}", PERM_ANYONE, nothing, two}},
        {{HTTP_GET, "a", PERM_ANYONE, nothing}},
        {{HTTP_GET, "/a", PERM_ANYONE, NULL}},
        {{HTTP_GET, "/a", PERM_ANYONE, nothing, no_max}},
        {{HTTP_GET, "/a", PERM_ANYONE, nothing, no_of}},
        {{HTTP_POST, "/a", PERM_ANYONE, nothing, file}},
        {{HTTP_GET, "/a", PERM_ANYONE, nothing, NULL, ROUTE_RAW}},
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        struct router r;
        const char *why = NULL;
        if (router_build(a, tables[i], &r, &why) != RC_INVALID || !why)
            fail_msg("table %zu was taken", i);
    }
}

/* ---- parameters ---- */

static void parameter_rows(void **state) {
    (void)state;
    static const struct {
        struct param p;
        const char *in, *reason, *text;
        int64_t number;
        enum field_kind kind;
    } rows[] = {
        {{"t", PARAM_TEXT, .max = 5}, "  a\tb\r\n ", NULL, "a b"},
        {{"t", PARAM_TEXT, .max = 2}, "中文", NULL, "中文"},
        {{"t", PARAM_TEXT, .max = 2}, "中文字", "too_long"},
        {{"t", PARAM_TEXT, .max = 9, .min = 3}, "ab", "too_short"},
        {{"t", PARAM_TEXT, .max = 9, .min = 3}, "", NULL, ""},
        {{"t", PARAM_TEXT, .max = 9, .required = true}, " \n", "missing"},
        {{"t", PARAM_TEXT, .max = 9}, "a\xc3", "not_utf8"},
        {{"t", PARAM_TEXT, .max = 9}, "1", "wrong_type", NULL, 0, FIELD_NUMBER},
        {{"t", PARAM_LINES, .max = 9}, "\na\r\nb\n", NULL, "a\nb"},
        {{"t", PARAM_SECRET, .max = 9}, " a\tb ", NULL, " a\tb "},
        {{"t", PARAM_SECRET, .max = 3}, "abcd", "too_long"},
        {{"t", PARAM_INT}, "-9223372036854775808", NULL, NULL, INT64_MIN},
        {{"t", PARAM_INT}, "9223372036854775808", "out_of_range"},
        {{"t", PARAM_INT, .min = 1, .max = 3}, "0", "out_of_range"},
        {{"t", PARAM_INT}, "1e3", "not_a_number"},
        {{"t", PARAM_INT}, " 1", "not_a_number"},
        {{"t", PARAM_INT}, "-", "not_a_number"},
        {{"t", PARAM_INT}, "12", NULL, NULL, 12, FIELD_NUMBER},
        {{"t", PARAM_INT}, "", "wrong_type", NULL, 0, FIELD_TRUE},
        {{"t", PARAM_FLAG}, "on", NULL, NULL, 1},
        {{"t", PARAM_FLAG}, "", NULL, NULL, 1},
        {{"t", PARAM_FLAG}, "0", NULL, NULL, 0},
        {{"t", PARAM_FLAG}, "false", NULL, NULL, 0},
        {{"t", PARAM_FLAG}, "", NULL, NULL, 0, FIELD_FALSE},
        {{"t", PARAM_FLAG}, "1", "wrong_type", NULL, 0, FIELD_NUMBER},
        {{"t", PARAM_REF, .of = "con"}, "con_aaaabbbbccccdddd", NULL},
        {{"t", PARAM_REF, .of = "con"}, "con_aaaabbbbccccddd1", "not_a_reference"},
        {{"t", PARAM_REF, .of = "con"}, "../../etc/passwd", "not_a_reference"},
        {{"t", PARAM_WORD, .of = "red green"}, "green", NULL},
        {{"t", PARAM_WORD, .of = "red green"}, "gree", "not_a_word"},
        {{"t", PARAM_WORD, .of = "red green"}, "red green", "not_a_word"},
        {{"t", PARAM_FILE}, "x", "wrong_type"},
        {{"t", PARAM_TIME}, "1970-01-01T00:00:01Z", NULL, NULL, 1000},
        {{"t", PARAM_TIME}, "2026-03-16T09:00:00.250+07:00", NULL, NULL, 1773626400250},
        {{"t", PARAM_TIME}, "2024-02-29T23:59:59-01:30", NULL, NULL, 1709256599000},
        {{"t", PARAM_TIME}, "2026-03-16T09:00:00", "not_a_time"}, /* whose nine o'clock? */
        {{"t", PARAM_TIME}, "2026-02-30T09:00:00Z", "not_a_time"},
        {{"t", PARAM_TIME}, "2026-03-16T24:00:00Z", "not_a_time"},
        {{"t", PARAM_TIME}, "2026-03-16 09:00:00Z", "not_a_time"},
        {{"t", PARAM_TIME}, "2026-03-16T09:00:00.Z", "not_a_time"},
        {{"t", PARAM_TIME}, "2026-03-16T09:00:00Zebra", "not_a_time"},
        {{"t", PARAM_TIME}, "1969-12-31T23:59:59Z", "not_a_time"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct field f = {"t",          1,          {(const uint8_t *)rows[i].in, strlen(rows[i].in)},
                          rows[i].kind, FIELD_BODY, false};
        const char *text;
        int64_t number = 0;
        bool flag = false, absent;
        const char *reason = param_check(a, &rows[i].p, &f, &text, &number, &flag, &absent);
        if (!reason != !rows[i].reason || (reason && strcmp(reason, rows[i].reason)))
            fail_msg("row %zu (%s): %s", i, rows[i].in, reason ? reason : "taken");
        if (rows[i].text)
            assert_string_equal(text, rows[i].text);
        if (!reason && rows[i].p.kind == PARAM_FLAG)
            assert_int_equal(flag, rows[i].number);
        if (!reason && (rows[i].p.kind == PARAM_INT || rows[i].p.kind == PARAM_TIME))
            assert_true(number == rows[i].number);
    }
}

static void urlencoded_rows(void **state) {
    (void)state;
    static const struct {
        const char *in, *out;
        enum rc rc;
    } rows[] = {
        {"", "", RC_OK},
        {"a=1&b=2", "a=1;b=2;", RC_OK},
        {"a=1&&b", "a=1;b=;", RC_OK},
        {"&a=b=c&", "a=b=c;", RC_OK},
        {"a+b=c+d%2B%26", "a b=c d+&;", RC_OK},
        {"%61=%e4%B8%ad", "a=中;", RC_OK},
        {"=x", "=x;", RC_OK},
        {"a=%", "", RC_INVALID},
        {"a=%4", "", RC_INVALID},
        {"a=%4g", "", RC_INVALID},
        {"%=a", "", RC_INVALID},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fields f = {.arena = a};
        const char *why;
        struct bytes in = {(const uint8_t *)rows[i].in, strlen(rows[i].in)};
        assert_int_equal(fields_urlencoded(&f, in, FIELD_BODY, &why), rows[i].rc);
        struct buf out = {0};
        buf_lit(&out, "");
        for (size_t k = 0; k < f.n && !rows[i].rc; k++)
            buf_printf(&out, "%s=%s;", f.at[k].name, (const char *)f.at[k].value.at);
        assert_string_equal(out.at, rows[i].out);
        buf_free(&out);
    }
    struct buf many = {0};
    for (int i = 0; i <= HTTP_FIELDS_MAX; i++)
        buf_lit(&many, "a&");
    struct fields f = {.arena = a};
    const char *why;
    assert_int_equal(fields_urlencoded(&f, (struct bytes){(uint8_t *)many.at, many.len - 2}, FIELD_BODY, &why),
                     RC_OK);
    f = (struct fields){.arena = a};
    assert_int_equal(fields_urlencoded(&f, buf_bytes(&many), FIELD_BODY, &why), RC_TOO_BIG);
    buf_free(&many);
}

/* ---- multipart ---- */

#define PART(disposition, data) "--B\r\nContent-Disposition: form-data; " disposition "\r\n\r\n" data "\r\n"

/* Fed in pieces of `piece` bytes; what was understood is written to `out`. */
static enum rc read_parts(const char *in, size_t n, size_t piece, struct buf *out) {
    struct fields f = {.arena = a};
    struct multipart *m = ARENA_NEW(a, struct multipart);
    enum rc rc = multipart_begin(m, "multipart/form-data; boundary=B", &f, "/tmp", true);
    for (size_t at = 0; at < n && !rc; at += piece)
        rc = multipart_feed(m, in + at, n - at < piece ? n - at : piece);
    if (!rc)
        rc = multipart_end(m);
    buf_lit(out, "");
    for (size_t i = 0; i < f.n && !rc; i++)
        buf_printf(out, "%s=%s;", f.at[i].name, (const char *)f.at[i].value.at);
    for (size_t i = 0; i < m->files_n && !rc; i++) {
        struct upload *u = &m->files[i].upload;
        buf_printf(out, "%s:%s:%s:%.*s;", u->field, u->name, u->type_claimed,
                   u->bytes.len > 100 ? 0 : (int)u->bytes.len, (const char *)u->bytes.at);
    }
    multipart_free(m);
    return rc;
}

static void multipart_rows(void **state) {
    (void)state;
    static const struct {
        const char *in, *out;
        enum rc rc;
    } rows[] = {
        {PART("name=\"a\"", "1") PART("name=b", "2") "--B--\r\n", "a=1;b=2;", RC_OK},
        {PART("name=\"a\"", "\r\n--b\r\n-\r\n--") "--B--", "a=\r\n--b\r\n-\r\n--;", RC_OK},
        {PART("name=\"a\\\"b\"", "") "--B--", "a\"b=;", RC_OK},
        {PART("name=f; filename=\"C:\\\\x\\\\y.png\"", "p") "--B--", "f:y.png:application/octet-stream:p;", RC_OK},
        {PART("name=f; filename=\"../../e\"\r\nContent-Type: text/plain", "p") "--B--", "f:e:text/plain:p;", RC_OK},
        {PART("name=f; filename=\"..\"", "p") "--B--", "f:file:application/octet-stream:p;", RC_OK},
        {PART("name=f; filename=\"\"", "") "--B--", "", RC_OK},
        {PART("name=f; filename=\"a\"", "") "--B--", "f:a:application/octet-stream:;", RC_OK},
        {PART("name=a", "1") "--B--\r\nepilogue", "a=1;", RC_OK},
        {"--B--", "", RC_OK},
        {"", "", RC_INVALID},
        {"preamble\r\n" PART("name=a", "1") "--B--", "", RC_INVALID},
        {PART("name=a", "1"), "", RC_INVALID},
        {PART("name=a", "1") "--B", "", RC_INVALID},
        {PART("name=a", "1") "--Bx", "", RC_INVALID},
        {PART("filename=a", "1") "--B--", "", RC_INVALID},
        {PART("name=\"a", "1") "--B--", "", RC_INVALID},
        {"--B\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--B--", "", RC_INVALID},
        {"--B\r\nno colon\r\n\r\n1\r\n--B--", "", RC_INVALID},
        {PART("name=a\r\nContent-Transfer-Encoding: base64", "MQ==") "--B--", "", RC_INVALID},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t piece = 1; piece < 400; piece += piece < 8 ? 1 : 97) {
            struct buf out = {0};
            enum rc rc = read_parts(rows[i].in, strlen(rows[i].in), piece, &out);
            if (rc != rows[i].rc || (!rc && strcmp(out.at, rows[i].out)))
                fail_msg("row %zu in pieces of %zu: %d %s", i, piece, rc, out.at);
            buf_free(&out);
        }
}

static void large_files_leave_memory(void **state) {
    (void)state;
    static const char head[] = "--B\r\nContent-Disposition: form-data; name=f; filename=x\r\n\r\n",
                      tail[] = "\r\n--B--";
    for (int extra = 0; extra < 2; extra++) {
        size_t n = HTTP_SPOOL_AT + (size_t)extra;
        struct fields f = {.arena = a};
        struct multipart *m = ARENA_NEW(a, struct multipart);
        struct buf in = {0};
        buf_add(&in, head, sizeof head - 1);
        for (size_t i = 0; i < n; i++)
            buf_char(&in, (char)(i * 7));
        buf_add(&in, tail, sizeof tail - 1);
        assert_int_equal(multipart_begin(m, "multipart/form-data; boundary=\"B\"", &f, NULL, true), RC_OK);
        for (size_t at = 0; at < in.len; at += 1000)
            assert_int_equal(multipart_feed(m, in.at + at, in.len - at < 1000 ? in.len - at : 1000), RC_OK);
        assert_int_equal(multipart_end(m), RC_OK);
        assert_int_equal(m->files_n, 1);
        assert_int_equal(m->files[0].fd >= 0, extra);
        assert_int_equal(m->files[0].upload.bytes.len, n);
        assert_memory_equal(m->files[0].upload.bytes.at, in.at + sizeof head - 1, n);
        multipart_free(m);
        buf_free(&in);
    }
}

static void addresses(void **state) {
    (void)state;
    uint8_t v4[16], mapped[16], other[16];
    assert_true(address_parse("192.0.2.7", v4) && address_parse("::ffff:192.0.2.7", mapped));
    assert_memory_equal(v4, mapped, 16);
    assert_true(address_parse("2001:db8::1", other));
    assert_false(address_parse("192.0.2.7:80", other) || address_parse("unknown", other));
    struct reaper *r = reaper_start(500, 2, v4, false);
    struct sockaddr_in6 sa = {.sin6_family = AF_INET6};
    memcpy(&sa.sin6_addr, other, 16);
    struct sockaddr *from = (struct sockaddr *)&sa;
    assert_true(reaper_admits(r, from));
    struct conn *one = reaper_add(r, 1000, from, 0);
    sa.sin6_addr.s6_addr[15] = 9; /* a neighbour in the same /64 */
    assert_true(reaper_admits(r, from));
    assert_false(reaper_admits(r, from)); /* the second counts, though it is not added yet */
    struct conn *two_ = reaper_add(r, 1001, from, 0);
    assert_false(reaper_admits(r, from));
    sa.sin6_addr.s6_addr[7] = 9; /* another network */
    assert_true(reaper_admits(r, from));
    reaper_remove(r, reaper_add(r, 1002, from, 0));
    sa.sin6_addr.s6_addr[7] = other[7];
    reaper_remove(r, one);
    assert_true(reaper_admits(r, from));
    reaper_remove(r, reaper_add(r, 1003, from, 0));
    reaper_remove(r, two_);
    reaper_stop(r);
    reaper_free(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(audit_rows, fresh_arena, free_arena),
        cmocka_unit_test_setup_teardown(header_words, fresh_arena, free_arena),
        cmocka_unit_test_setup_teardown(routes_are_found, fresh_arena, free_arena),
        cmocka_unit_test_setup_teardown(bad_tables_do_not_start, fresh_arena, free_arena),
        cmocka_unit_test_setup_teardown(parameter_rows, fresh_arena, free_arena),
        cmocka_unit_test_setup_teardown(urlencoded_rows, fresh_arena, free_arena),
        cmocka_unit_test_setup_teardown(multipart_rows, fresh_arena, free_arena),
        cmocka_unit_test_setup_teardown(large_files_leave_memory, fresh_arena, free_arena),
        cmocka_unit_test_setup_teardown(addresses, fresh_arena, free_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
