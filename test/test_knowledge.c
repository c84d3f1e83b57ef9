/* What is kept of articles in memory, on the store that KEPT_TEST_STORE names (SQLite in a temporary directory
 * without it): read in beside what is asked, with as many threads as there are, and the same as if by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/log.h"
#include "base/secret.h"
#include "desk/account.h"
#include "desk/knowledge.h"
#include "text/rank.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ARTICLES = 400, ONE = 38 };
static const char *const OF_ONE =
    "Suitcase wheels that squeak are greased with silicone from the small tin, never with"
    " kitchen oil, which eats the rubber rings of their axles within a season.";
static const int64_t now = 1773630000000;
static struct store *store;
static struct arena *a;
static struct article last; /* the newest of them */
static const struct actor nobody = {ACTOR_SYSTEM};

static const char *text_of(int i) {
    if (i == ONE)
        return OF_ONE;
    static const char *const things[] = {"lamp", "kettle", "blanket", "suitcase", "printer"};
    return arena_printf(a,
                        "The %s of series %d is charged in %d hours with the cable that came in its box, and its"
                        " warranty of %d months covers the battery unless it was opened by somebody else.",
                        things[i % 5], 1000 + i, 1 + i % 7, 12 + i % 3);
}

static enum rc add(struct tx *tx, const char *title, const char *body, struct article *out) {
    struct article_version v = {.title = title, .body = body, .note = "", .changes_facts = true};
    *out = (struct article){.lang = "en", .class = "howto", .audience = "public", .title = title};
    enum rc rc = article_create(tx, out, 0, nobody, now);
    if (rc == RC_OK)
        rc = article_save(tx, out, &v, out->latest, nobody, now);
    return rc == RC_OK ? article_publish(tx, out, out->latest, nobody, now) : rc;
}

static enum rc begin(struct tx *tx, void *arg) {
    enum rc rc = account_create(tx, &(struct account){"Shop", "en", "UTC", "", now});
    for (int i = 0; rc == RC_OK && i < ARTICLES; i++)
        rc = add(tx, arena_printf(a, "Article %d", i), text_of(i), &last);
    if (rc == RC_OK)
        last.ref = arena_copy(a, last.ref); /* it lives as long as the transaction */
    return rc;
}

static const char *first_hit(struct knowledge *k, struct view *v, const char *text) {
    struct knowledge_hit hits[3];
    int n;
    assert_int_equal(knowledge_search(k, v, a, READER_PUBLIC, "en", text, now, 3, hits, &n), RC_OK);
    return n ? arena_copy(a, hits[0].version.title) : "";
}

static void wait_until_whole(struct knowledge *k) {
    int64_t found, all, before = 0;
    while (!knowledge_whole(k, &found, &all)) {
        assert_true(found >= before && all >= found);
        before = found;
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    assert_true(knowledge_whole(k, &found, &all) && found == all);
}

/* A quotation in the first moment is recognised; a search answers, with what is in. */
static void what_is_asked_while_all_is_read_in_is_answered(void **state) {
    struct knowledge *k = knowledge_new();
    struct view *v = view_open(store);
    struct quote *quotes;
    int n;
    knowledge_start(k, store);
    first_hit(k, v, "squeaking suitcase wheels");
    assert_int_equal(knowledge_quotes(k, v, a, OF_ONE, NULL, 0, now, &quotes, &n), RC_OK);
    assert_int_equal(n, 1);
    wait_until_whole(k);
    assert_string_equal(first_hit(k, v, "squeaking suitcase wheels"), "Article 38");
    assert_int_equal(rank_count(knowledge_rank(k)), ARTICLES);
    view_close(v);
    knowledge_free(k);
}

static void what_several_threads_read_is_what_one_would(void **state) {
    struct knowledge *started = knowledge_new(), *followed = knowledge_new();
    struct view *v = view_open(store);
    knowledge_start(started, store);
    assert_int_equal(knowledge_follow(followed, v), RC_OK);
    wait_until_whole(started);
    for (int i = 0; i < 40; i++) {
        struct rank_ask ask = {.lang = "en",
                               .text = arena_printf(a, "%s %d hours", i % 2 ? "kettle" : "blanket", i)};
        struct rank_hit one[10], other[10];
        size_t n = rank_search(knowledge_rank(started), a, &ask, 10, one);
        assert_int_equal(rank_search(knowledge_rank(followed), a, &ask, 10, other), n);
        for (size_t h = 0; h < n; h++) {
            assert_string_equal(one[h].ref, other[h].ref);
            assert_true(one[h].score == other[h].score);
        }
    }
    view_close(v);
    knowledge_free(started);
    knowledge_free(followed);
}

static enum rc publish_again(struct tx *tx, void *arg) {
    struct article x;
    enum rc rc = article_load(tx_view(tx), tx_arena(tx), last.id, &x);
    struct article_version v = {.title = "Article 399", .body = arg, .note = "", .changes_facts = true};
    if (rc == RC_OK)
        rc = article_save(tx, &x, &v, x.latest, nobody, now + 1);
    return rc == RC_OK ? article_publish(tx, &x, x.latest, nobody, now + 1) : rc;
}

/* Whatever was read first: the last word is that of the events. */
static void what_is_published_meanwhile_is_found(void **state) {
    static const char *const texts[] = {"It is rinsed with vinegar every fortnight and dried upside down.",
                                        "It is polished with beeswax once a quarter and kept from sunlight.",
                                        "It is oiled with camellia twice a year and wrapped in linen after."};
    struct view *v = view_open(store);
    for (int i = 0; i < 3; i++) {
        struct knowledge *k = knowledge_new();
        struct quote *quotes;
        int n;
        knowledge_start(k, store);
        assert_int_equal(store_write(store, publish_again, (void *)texts[i]), RC_OK);
        assert_int_equal(knowledge_quotes(k, v, a, texts[i], NULL, 0, now + 2, &quotes, &n), RC_OK);
        assert_int_equal(n, 1);
        assert_string_equal(quotes[0].article.ref, last.ref);
        wait_until_whole(k);
        assert_string_equal(first_hit(k, v, texts[i]), "Article 399");
        assert_int_equal(rank_count(knowledge_rank(k)), ARTICLES);
        knowledge_free(k);
    }
    view_close(v);
}

static void it_can_be_ended_in_the_middle(void **state) {
    for (int i = 0; i < 5; i++) {
        struct knowledge *k = knowledge_new();
        knowledge_start(k, store);
        nanosleep(&(struct timespec){.tv_nsec = i * 2000000}, NULL);
        knowledge_free(k);
    }
}

int main(void) {
    char dir[] = "/tmp/kept-test-XXXXXX";
    const char *why = "", *where = getenv("KEPT_TEST_STORE");
    a = arena_new(0);
    if (!mkdtemp(dir) || secret_load(a, dir, &why) != RC_OK ||
        store_open(a, where ? where : dir, true, &store, &why) != RC_OK || store_write(store, begin, NULL) != RC_OK)
        die("%s", why);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_asked_while_all_is_read_in_is_answered),
        cmocka_unit_test(what_several_threads_read_is_what_one_would),
        cmocka_unit_test(what_is_published_meanwhile_is_found),
        cmocka_unit_test(it_can_be_ended_in_the_middle),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    store_close(store);
    arena_free(a);
    char *remove = NULL;
    if (asprintf(&remove, "rm -r %s", dir) < 0 || system(remove) != 0)
        failed++;
    free(remove);
    return failed;
}
