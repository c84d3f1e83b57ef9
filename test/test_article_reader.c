/* The reader of articles, with children that crash, hang and lie; test/import.test.mjs has the real one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk/article_reader.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the false child: goes wrong by the name of the file ---- */

static uint32_t head[12];

static void say(const void *bytes, size_t n) {
    if (write(0, bytes, n) != (ssize_t)n)
        _exit(1);
}

static void say_article(const char *body, size_t n) {
    head[0] = 1;
    for (int i = 0; i < 10; i++)
        head[2 + i] = 0;
    head[2 + 3] = (uint32_t)n;
    head[2 + 9] = UINT32_MAX;
    say(head, sizeof head);
    say(body, n);
}

static int false_child(void) {
    const uint64_t hello = 0x4b4550544152544c;
    uint64_t q[3];
    char path[64] = "", byte;
    say(&hello, sizeof hello);
    if (read(0, q, sizeof q) != sizeof q || q[0] >= sizeof path || read(0, path, q[0]) != (ssize_t)q[0])
        return 1;
    for (uint64_t i = 0; i < q[1]; i++)
        if (read(0, &byte, 1) != 1)
            return 1;
    if (!strcmp(path, "hang"))
        for (;;)
            pause();
    if (!strcmp(path, "memory"))
        return 70; /* as die() does */
    if (!strcmp(path, "spin"))
        raise(SIGPROF);
    if (!strcmp(path, "control"))
        say_article("a\x01z", 3);
    if (!strcmp(path, "latin"))
        say_article("caf\xe9", 4);
    if (!strcmp(path, "boast")) { /* a text of four billion bytes */
        memset(head, 0xFE, sizeof head);
        head[0] = 1;
        say(head, sizeof head);
        pause();
    }
    if (!strcmp(path, "nothing")) { /* no body */
        say_article("", 0);
        memset(head, 0xFF, sizeof head);
        head[0] = 1;
        say(head, sizeof head);
        pause();
    }
    if (!strcmp(path, "end")) { /* an outcome that is none */
        memset(head, 0, sizeof head);
        head[1] = 77;
        say(head, sizeof head);
        pause();
    }
    if (!strcmp(path, "much"))
        for (;;)
            say_article("0123456789", 10);
    raise(SIGABRT);
    return 1;
}

/* ---- */

static const struct article_limits little = {1000, 300};

static enum rc take(const struct article_limits *limits, const char *path, struct foreign_articles *list,
                    struct file_flaw *flaw) {
    struct arena *a = arena_new(0);
    const char text[] = "# Title\n\nText";
    struct named_file file = {path, {(const uint8_t *)text, sizeof text - 1}};
    *list = (struct foreign_articles){0};
    enum rc rc = article_read(a, &file, limits, list, flaw);
    arena_free(a); /* what is in it is not looked at again */
    return rc;
}

static void false_children_harm_nobody(void **state) {
    static const struct {
        const char *path, *what;
        enum rc rc;
    } rows[] = {
        {"crash", "it cannot be read: it broke its reader", RC_INVALID},
        {"control", "it cannot be read: it broke its reader", RC_INVALID},
        {"latin", "it cannot be read: it broke its reader", RC_INVALID},
        {"nothing", "it cannot be read: it broke its reader", RC_INVALID},
        {"end", "it cannot be read: it broke its reader", RC_INVALID},
        {"hang", "reading it took too long", RC_TOO_BIG},
        {"spin", "reading it took too long", RC_TOO_BIG},
        {"memory", "reading it takes more memory than one import may", RC_TOO_BIG},
        {"boast", "it holds more text than one import may: divide it, or use “kept import articles”", RC_TOO_BIG},
        {"much", "it holds more text than one import may: divide it, or use “kept import articles”", RC_TOO_BIG},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct foreign_articles list;
        struct file_flaw flaw;
        enum rc rc = take(&little, rows[i].path, &list, &flaw);
        if (rc != rows[i].rc || strcmp(flaw.what, rows[i].what) != 0)
            fail_msg("%s: %s (%s)", rows[i].path, flaw.what, rc_name(rc));
        assert_true(list.n < 200);
    }
}

static void the_reader_is_of_no_more_use_once_its_child_has_ended(void **state) {
    struct arena *a = arena_new(0);
    struct article_reader *r;
    struct foreign_articles list = {0};
    struct file_flaw flaw;
    const struct named_file file = {"crash", {(const uint8_t *)"x", 1}};
    assert_int_equal(article_reader_begin(&little, &r), RC_OK);
    assert_int_equal(article_reader_take(r, a, &file, false, &list, &flaw), RC_INVALID);
    assert_int_equal(article_reader_take(r, a, &file, false, &list, &flaw), RC_TOO_BIG);
    article_reader_end(r);
    article_reader_end(NULL);
    arena_free(a);
}

int main(int argc, char **argv) {
    if (argc > 1)
        return false_child();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(false_children_harm_nobody),
        cmocka_unit_test(the_reader_is_of_no_more_use_once_its_child_has_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
