/* What an IMAP server says, in pieces and with malice; the session over a scripted stream; the stand-in for a mail
 * that could not be had. */
#include "channel/imap_notice.h"
#include "channel/imap_session.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct bytes of(const char *s) { return (struct bytes){(const uint8_t *)s, strlen(s)}; }

static bool same(struct bytes b, const char *s) { return b.len == strlen(s) && memcmp(b.at, s, b.len) == 0; }

/* ---- responses ---- */

static struct imap_response parsed(struct arena *a, const char *line) {
    struct imap_response r;
    char *copy = arena_copy(a, line); /* quoted strings are unescaped in place */
    imap_parse((uint8_t *)copy, strlen(copy), &r);
    return r;
}

static void lines_are_told_apart(void **state) {
    struct arena *a = arena_new(0);
    static const struct {
        const char *line;
        enum imap_kind kind;
        uint32_t number;
    } table[] = {
        {"* 23 EXISTS", IMAP_EXISTS, 23},
        {"* 0 exists", IMAP_EXISTS, 0},
        {"* 5 EXPUNGE", IMAP_EXPUNGE, 5},
        {"* 4294967295 EXISTS", IMAP_EXISTS, 4294967295u},
        {"* 4294967296 EXISTS", IMAP_OTHER, 0},
        {"* 99999999999999999999999999 EXISTS", IMAP_OTHER, 0},
        {"* 3 RECENT", IMAP_OTHER, 0},
        {"* EXISTS", IMAP_OTHER, 0},
        {"* 3", IMAP_OTHER, 0},
        {"*", IMAP_OTHER, 0},
        {"", IMAP_OTHER, 0},
        {"* BYE shutting down", IMAP_BYE, 0},
        {"* OK still here", IMAP_STATUS, 0},
        {"* PREAUTH hello", IMAP_STATUS, 0},
        {"* BYEBYE", IMAP_OTHER, 0},
        {"+ idling", IMAP_CONTINUE, 0},
        {"+", IMAP_CONTINUE, 0},
        {"k7 OK done", IMAP_TAGGED, 0},
        {"k7 MAYBE done", IMAP_OTHER, 0},
        {"K7 OK done", IMAP_OTHER, 0},
        {"a7 OK done", IMAP_OTHER, 0},
        {"* CAPABILITY IMAP4rev1 IDLE", IMAP_CAPABILITY, 0},
        {"* LIST (\\HasNoChildren) \".\" INBOX", IMAP_OTHER, 0},
        {"* 1 FETCH", IMAP_OTHER, 0},
        {"* 1 FETCH (UID", IMAP_OTHER, 0},
        {"* 1 FETCH (UID 5", IMAP_OTHER, 0},
        {"* 1 FETCH (BODY[] {5}\r\nabc)", IMAP_OTHER, 0}, /* cut short */
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct imap_response r = parsed(a, table[i].line);
        if (r.kind != table[i].kind)
            fail_msg("%s: kind %d", table[i].line, (int)r.kind);
        if (table[i].kind != IMAP_OTHER)
            assert_int_equal(r.number, table[i].number);
    }
    arena_free(a);
}

static void codes_and_texts(void **state) {
    struct arena *a = arena_new(0);
    uint32_t n = 0;
    struct imap_response r = parsed(a, "* OK [UIDVALIDITY 3857529045] UIDs valid");
    assert_true(imap_code_number(r.code, "UIDVALIDITY", &n) && n == 3857529045u);
    assert_true(same(r.text, "UIDs valid"));
    assert_false(imap_code_number(r.code, "UIDNEXT", &n));
    assert_false(imap_code_number(of("UIDVALIDITY x"), "UIDVALIDITY", &n));
    assert_false(imap_code_number(of("UIDVALIDITY 4294967296"), "UIDVALIDITY", &n));
    r = parsed(a, "k12 NO [AUTHENTICATIONFAILED] Authentication failed.");
    assert_int_equal(r.tag, 12);
    assert_int_equal(r.status, IMAP_NO);
    assert_true(same(r.code, "AUTHENTICATIONFAILED"));
    r = parsed(a, "k3 BAD Error in IMAP command");
    assert_int_equal(r.status, IMAP_BAD);
    assert_int_equal(r.code.len, 0);
    r = parsed(a, "* NO [half a code");
    assert_int_equal(r.kind, IMAP_STATUS);
    assert_int_equal(r.code.len, 0);
    assert_true(imap_has_word(of("IMAP4rev1 idle MOVE"), "IDLE"));
    assert_false(imap_has_word(of("IMAP4rev1 IDLEX XIDLE"), "IDLE"));
    assert_false(imap_has_word((struct bytes){0}, "IDLE"));
    assert_false(imap_code_number((struct bytes){0}, "UIDNEXT", &n));
    arena_free(a);
}

static void fetches(void **state) {
    struct arena *a = arena_new(0);
    struct imap_response r = parsed(a, "* 12 FETCH (UID 7 BODY[] {3}\r\nabc)");
    assert_int_equal(r.kind, IMAP_FETCH);
    assert_int_equal(r.uid, 7);
    assert_true(r.has_body && same(r.body, "abc"));
    /* in any order, with things nobody asked for */
    r = parsed(a,
               "* 1 FETCH (FLAGS (\\Seen $Label \"x)\") BODY[HEADER.FIELDS (DATE FROM)]<0> \"a \\\"b\\\" \\\\ c\" "
               "ENVELOPE (NIL \"s\" ((NIL NIL {2}\r\n)(  \"h\"))) RFC822.SIZE 44 UID 9)");
    assert_int_equal(r.kind, IMAP_FETCH);
    assert_int_equal(r.uid, 9);
    assert_true(r.has_size && r.size == 44);
    assert_true(r.has_body && same(r.body, "a \"b\" \\ c"));
    r = parsed(a, "* 1 FETCH (BODY[] NIL UID 4)");
    assert_true(r.kind == IMAP_FETCH && r.nil_body && !r.has_body && r.uid == 4);
    r = parsed(a, "* 1 FETCH (BODY[] \"\" UID 4)");
    assert_true(r.has_body && r.body.len == 0);
    r = parsed(a, "* 1 FETCH (BODY[] {0}\r\n UID 4)");
    assert_true(r.kind == IMAP_FETCH && r.has_body && r.body.len == 0 && r.uid == 4);
    r = parsed(a, "* 1 FETCH (FLAGS (\\Seen))");
    assert_true(r.kind == IMAP_FETCH && !r.uid && !r.has_body && !r.nil_body);
    r = parsed(a, "* 1 FETCH ()");
    assert_int_equal(r.kind, IMAP_FETCH);
    /* nonsense */
    static const char *const bad[] = {
        "* 1 FETCH (BODY[] {99999999999999}\r\nabc)",
        "* 1 FETCH (UID 99999999999)",
        "* 1 FETCH (BODY[] atom)",
        "* 1 FETCH (BODY[] \"open",
        "* 1 FETCH (FLAGS (((((())",
        "* 1 FETCH (UID 5 FLAGS)",
        "* 1 FETCH )(",
        "* 1 FETCH (RFC822.SIZE -1)",
        "* 1 FETCH (BODY[",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (parsed(a, bad[i]).kind != IMAP_OTHER)
            fail_msg("%s", bad[i]);
    struct buf deep = {0};
    buf_str(&deep, "* 1 FETCH (X ");
    for (int i = 0; i < 30000; i++)
        buf_char(&deep, '(');
    assert_int_equal(parsed(a, deep.at).kind, IMAP_OTHER);
    buf_free(&deep);
    arena_free(a);
}

/* ---- the stream ---- */

/* All responses of `in` when it comes in pieces of `step` bytes, joined by "|"; "!" when a limit was met. */
static char *responses(struct arena *a, const char *in, size_t len, size_t step, size_t literal_max) {
    struct imap_stream s = {.literal_max = literal_max};
    struct buf out = {0};
    for (size_t at = 0; at < len;) {
        size_t n = len - at < step ? len - at : step, used;
        enum imap_feed fed = imap_feed(&s, (struct bytes){(const uint8_t *)in + at, n}, &used);
        at += used;
        if (fed == IMAP_FEED_TOO_LONG) {
            buf_char(&out, '!');
            break;
        }
        if (fed == IMAP_FEED_RESPONSE) {
            buf_add(&out, s.got.at, s.got.len);
            buf_char(&out, '|');
        }
    }
    imap_stream_free(&s);
    char *text = arena_copy_n(a, out.at ? out.at : "", out.len);
    buf_free(&out);
    return text;
}

static void streams_are_cut_into_responses(void **state) {
    struct arena *a = arena_new(0);
    static const struct {
        const char *in, *out;
    } table[] = {
        {"* OK a\r\nk1 OK b\r\n", "* OK a|k1 OK b|"},
        {"* OK a\nk1 OK b\n", "* OK a|k1 OK b|"}, /* bare newlines */
        {"\r\n* OK a\r\n", "|* OK a|"},
        {"* 1 FETCH (BODY[] {5}\r\na\r\nb\n UID 1)\r\nk1 OK\r\n",
         "* 1 FETCH (BODY[] {5}\r\na\r\nb\n UID 1)|k1 OK|"},
        {"* 1 FETCH (A {1}\r\n{ B {5}\r\n{9}\r\n)\r\n", "* 1 FETCH (A {1}\r\n{ B {5}\r\n{9}\r\n)|"},
        {"* 1 FETCH (BODY[] {0}\r\n)\r\n", "* 1 FETCH (BODY[] {0}\r\n)|"},
        {"* 1 FETCH (BODY[] {2+}\r\nab)\r\n", "* 1 FETCH (BODY[] {2+}\r\nab)|"},
        {"* OK text that ends in {3}\r\nk1 OK\r\n", "* OK text that ends in {3}|k1 OK|"}, /* no literal in text */
        {"k1 NO what {4}\r\nk2 OK\r\n", "k1 NO what {4}|k2 OK|"},
        {"* 1 FETCH (X {}\r\n", "* 1 FETCH (X {}|"},
        {"* 1 FETCH (X {a3}\r\n", "* 1 FETCH (X {a3}|"},
        {"* 1 FETCH (BODY[] {101}\r\n", "!"},
        {"* 1 FETCH (BODY[] {99999999999999999999999999999999}\r\n", "!"},
        {"* 1 FETCH (BODY[] {18446744073709551617}\r\n", "!"},
        {"* 1 FETCH (A {60}\r\n0123456789012345678901234567890123456789012345678901234567890 B {60}\r\n", "!"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        for (size_t step = 1; step < 40; step += step < 8 ? 1 : 7)
            assert_string_equal(responses(a, table[i].in, strlen(table[i].in), step, 100), table[i].out);
    arena_free(a);
}

static void endless_lines_end(void **state) {
    struct arena *a = arena_new(0);
    size_t n = 3 * IMAP_LINE_MAX;
    char *line = arena_alloc(a, n + 1);
    memset(line, 'x', n);
    assert_string_equal(responses(a, line, n, 1000, 100), "!");
    line[IMAP_LINE_MAX - 1] = '\n'; /* its twin: just short enough */
    assert_int_equal(strlen(responses(a, line, IMAP_LINE_MAX, 1000, 100)), IMAP_LINE_MAX);
    /* literals do not count as line */
    struct buf b = {0};
    buf_printf(&b, "* 1 FETCH (BODY[] {%zu}\r\n", n);
    buf_add(&b, line, n);
    buf_lit(&b, ")\r\n");
    assert_true(strlen(responses(a, b.at, b.len, 1000, n)) > n);
    buf_free(&b);
    arena_free(a);
}

/* ---- folders ---- */

static void folder_names(void **state) {
    struct arena *a = arena_new(0);
    assert_string_equal(imap_folder(a, "INBOX"), "\"INBOX\"");
    assert_string_equal(imap_folder(a, "R&D \"x\" \\"), "\"R&-D \\\"x\\\" \\\\\"");
    assert_string_equal(imap_folder(a, "~peter/mail/台北/日本語"),
                        "\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\""); /* RFC 3501 */
    assert_string_equal(imap_folder(a, "Đã xử lý"), "\"&ARAA4w- x&Hu0- l&AP0-\"");
    assert_string_equal(imap_folder(a, "กล่อง"), "\"&DgEOJQ5IDi0OBw-\"");
    assert_string_equal(imap_folder(a, "😀"), "\"&2D3eAA-\"");
    assert_null(imap_folder(a, ""));
    assert_null(imap_folder(a, "a\r\nk9 DELETE x"));
    assert_null(imap_folder(a, "\xff"));
    arena_free(a);
}

/* ---- the session ---- */

struct script {
    const char *says; /* what the server sends, whatever it is asked */
    size_t at, step;
    struct buf asked;
    bool hangs; /* at the end: silence instead of a closed connection */
};

static ssize_t script_recv(void *arg, void *to, size_t room, int64_t until) {
    struct script *s = arg;
    size_t left = strlen(s->says) - s->at, n = left < s->step ? left : s->step;
    if (!left)
        return s->hangs ? 0 : -1;
    memcpy(to, s->says + s->at, n < room ? n : room);
    s->at += n;
    return (ssize_t)n;
}

static bool script_send(void *arg, const void *from, size_t n, int64_t until) {
    buf_add(&((struct script *)arg)->asked, from, n);
    return true;
}

static struct imap_session begin(struct script *x, const char *says) {
    struct imap_session s;
    *x = (struct script){.says = says, .step = 5};
    imap_begin(&s, (struct imap_wire){x, script_recv, script_send}, 1000);
    return s;
}

static void end(struct script *x, struct imap_session *s) {
    imap_end(s);
    buf_free(&x->asked);
}

static void a_folder_is_opened(void **state) {
    struct script x;
    struct imap_session s =
        begin(&x, "* CAPABILITY IMAP4rev1 IDLE UIDPLUS\r\nk1 OK done\r\n"
                  "* 17 EXISTS\r\n* OK [UIDNEXT 44] next\r\n* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY 9] ok\r\n"
                  "k2 OK [READ-ONLY] done\r\n"
                  "k3 NO [NONEXISTENT] Mailbox doesn't exist: \x01\xff\r\n");
    assert_int_equal(imap_capability(&s), IMAP_DONE);
    assert_true(s.can_idle && s.can_uidplus && !s.can_move);
    assert_int_equal(imap_select(&s, "\"INBOX\""), IMAP_DONE);
    assert_int_equal(s.uid_validity, 9);
    assert_int_equal(s.uid_next, 44);
    assert_int_equal(s.exists, 17);
    assert_true(s.read_only);
    assert_int_equal(imap_select(&s, "\"gone\""), IMAP_REFUSED);
    assert_non_null(strstr(s.words, "[NONEXISTENT] Mailbox doesn't exist: \xef\xbf\xbd"));
    assert_string_equal(x.asked.at, "k1 CAPABILITY\r\nk2 SELECT \"INBOX\"\r\nk3 SELECT \"gone\"\r\n");
    assert_int_equal(imap_capability(&s), IMAP_LOST); /* closed */
    end(&x, &s);
}

static void a_folder_without_lasting_numbers_is_no_folder(void **state) {
    struct script x;
    struct imap_session s = begin(&x, "* 17 EXISTS\r\n* NO [UIDNOTSTICKY] none\r\nk1 OK done\r\n");
    assert_int_equal(imap_select(&s, "\"INBOX\""), IMAP_GARBLED);
    end(&x, &s);
}

static void lists_are_sorted_and_held_to_what_was_asked(void **state) {
    struct script x;
    struct imap_session s =
        begin(&x, "* 3 EXISTS\r\nk1 OK\r\n"
                  "* 3 FETCH (RFC822.SIZE 30 UID 12)\r\n* 1 FETCH (UID 10 RFC822.SIZE 10)\r\n"
                  "* 4 EXISTS\r\n* 9 FETCH (FLAGS (\\Seen))\r\n* 8 FETCH (UID 7 RFC822.SIZE 1)\r\n"
                  "* 2 FETCH (UID 11 RFC822.SIZE 20)\r\n* 2 FETCH (UID 11 RFC822.SIZE 20)\r\n"
                  "* 2 FETCH (UID 14)\r\nk2 OK done\r\n"
                  "* 4 EXPUNGE\r\n* 3 EXPUNGE\r\n* 2 EXPUNGE\r\n* 1 EXPUNGE\r\nk3 OK\r\nk4 OK\r\n");
    struct imap_list list;
    assert_int_equal(imap_capability(&s), IMAP_DONE);
    assert_int_equal(imap_list(&s, 10, &list), IMAP_DONE);
    assert_int_equal(list.n, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(list.at[i].uid, 10 + i);
        assert_int_equal(list.at[i].size, 10 * (i + 1));
    }
    free(list.at);
    assert_true(s.news); /* a fourth came meanwhile */
    assert_int_equal(imap_capability(&s), IMAP_DONE);
    assert_int_equal(imap_list(&s, 10, &list), IMAP_DONE); /* nothing there: no range is asked for */
    assert_int_equal(list.n, 0);
    assert_non_null(strstr(x.asked.at, "k2 UID FETCH 10:* (UID RFC822.SIZE)\r\n"));
    assert_non_null(strstr(x.asked.at, "k4 NOOP\r\n"));
    end(&x, &s);
}

static void note_uid(void *arg, const struct imap_response *r) {
    buf_printf(arg, "%u:%.*s;", r->uid, (int)r->body.len, r->body.at);
}

static void answers_come_in_any_order_and_in_one_piece(void **state) {
    struct script x;
    struct buf seen = {0};
    struct imap_session s =
        begin(&x, "k9 OK from another life\r\n* 2 FETCH (BODY[] {4}\r\nk1 O UID 6)\r\n* 5 EXISTS\r\n"
                  "* OK by the way\r\n* 1 FETCH (UID 5 BODY[] \"x\")\r\nk1 OK\r\nk2 OK\r\nk3 BAD no\r\n");
    x.step = 1000;
    assert_int_equal(imap_command(&s, 100, note_uid, &seen, "UID FETCH 5,6 (UID BODY.PEEK[])"), IMAP_DONE);
    assert_string_equal(seen.at, "6:k1 O;5:x;");
    assert_true(s.news);
    assert_int_equal(imap_command(&s, 100, NULL, NULL, "NOOP"), IMAP_DONE);
    assert_int_equal(imap_command(&s, 100, NULL, NULL, "NOOP"), IMAP_REFUSED);
    buf_free(&seen);
    end(&x, &s);
}

static void hostile_servers_are_left(void **state) {
    static const struct {
        const char *says;
        enum imap_end end;
    } table[] = {
        {"* BYE too busy\r\nk1 OK\r\n", IMAP_LOST},
        {"", IMAP_LOST},
        {"* 1 FETCH (BODY[] {50}\r\nhalf", IMAP_LOST},
        {"* 1 FETCH (BODY[] {101}\r\n", IMAP_GARBLED},
        {"* 1 FETCH (BODY[] {4000000000}\r\n", IMAP_GARBLED},
        {"k2 OK\r\nk0 OK\r\n", IMAP_LOST}, /* never the tag that was asked for */
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct script x;
        struct imap_session s = begin(&x, table[i].says);
        assert_int_equal(imap_command(&s, 100, NULL, NULL, "NOOP"), table[i].end);
        end(&x, &s);
    }
    struct script x;
    struct imap_session s = begin(&x, "* OK hold on\r\n");
    x.hangs = true;
    assert_int_equal(imap_command(&s, 100, NULL, NULL, "NOOP"), IMAP_LOST);
    end(&x, &s);
}

static void idling(void **state) {
    struct script x;
    struct imap_session s = begin(&x, "* OK wait\r\n+ idling\r\n* OK Still here\r\n* 1 EXISTS\r\nk1 OK\r\n"
                                      "k2 BAD unknown command\r\n");
    assert_int_equal(imap_idle_begin(&s), IMAP_DONE);
    assert_int_equal(imap_idle_wait(&s, clock_mono() + 1000), IMAP_DONE);
    assert_true(s.news);
    assert_int_equal(imap_idle_end(&s), IMAP_DONE);
    assert_string_equal(x.asked.at, "k1 IDLE\r\nDONE\r\n");
    assert_int_equal(imap_idle_begin(&s), IMAP_REFUSED);
    end(&x, &s);
    s = begin(&x, "+ idling\r\n");
    x.hangs = true;
    assert_int_equal(imap_idle_begin(&s), IMAP_DONE);
    assert_int_equal(imap_idle_wait(&s, clock_mono() + 10), IMAP_DONE); /* time is up */
    assert_false(s.news);
    assert_int_equal(imap_idle_end(&s), IMAP_LOST); /* DONE is never answered: the line is dead */
    end(&x, &s);
}

/* ---- the stand-in ---- */

static void a_notice_keeps_the_header_and_drops_what_is_about_the_body(void **state) {
    struct buf out = {0}, again = {0};
    struct bytes header =
        of("From: a@b.example\r\nContent-Type: multipart/mixed;\r\n\tboundary=x\r\nSubject: big\r\n folded\r\n"
           "Mime-Version: 1.0\r\nnonsense\r\nMessage-ID: <1@b>\r\nX-Cut: of");
    imap_notice(&out, LOCALE_EN, IMAP_HEADER_ONLY, header, "INBOX", 1, 2);
    imap_notice(&again, LOCALE_EN, IMAP_HEADER_ONLY, header, "INBOX", 1, 2);
    assert_string_equal(out.at, again.at);
    const char *expected =
        "From: a@b.example\r\nSubject: big\r\n folded\r\nMessage-ID: <1@b>\r\nMIME-Version: 1.0\r\n";
    assert_memory_equal(out.at, expected, strlen(expected));
    assert_null(strstr(out.at, "boundary"));
    assert_null(strstr(out.at, "X-Cut"));
    assert_non_null(strstr(out.at, "\r\n\r\nThis mail is larger than 25 MB"));
    buf_reset(&out);
    imap_notice(&out, LOCALE_EN, IMAP_MISSING, (struct bytes){0}, "INBOX", 7, 12);
    assert_non_null(strstr(out.at, "X-Kept-Mail: 7 12\r\n"));
    assert_non_null(strstr(out.at, "mail number 12"));
    buf_free(&out);
    buf_free(&again);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_told_apart),
        cmocka_unit_test(codes_and_texts),
        cmocka_unit_test(fetches),
        cmocka_unit_test(streams_are_cut_into_responses),
        cmocka_unit_test(endless_lines_end),
        cmocka_unit_test(folder_names),
        cmocka_unit_test(a_folder_is_opened),
        cmocka_unit_test(a_folder_without_lasting_numbers_is_no_folder),
        cmocka_unit_test(lists_are_sorted_and_held_to_what_was_asked),
        cmocka_unit_test(answers_come_in_any_order_and_in_one_piece),
        cmocka_unit_test(hostile_servers_are_left),
        cmocka_unit_test(idling),
        cmocka_unit_test(a_notice_keeps_the_header_and_drops_what_is_about_the_body),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
