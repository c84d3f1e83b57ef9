/* The storage interface: what a transaction keeps, what it leaves behind, and what nobody may do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/log.h"
#include "store/store.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

QUERY(q_account, "INSERT INTO account (account_id, name, lang, zone, created_at) VALUES ($1, $2, 'en', 'UTC', 0)");
QUERY(q_count, "SELECT count(*) FROM account");
QUERY(q_name, "SELECT name FROM account WHERE account_id = $1");
QUERY(q_all, "SELECT account_id, name FROM account ORDER BY account_id");
QUERY(q_setting, "INSERT INTO setting (account_id, name, value, changed_at) VALUES ($2, $1, $1, $3)");

static struct store *store;
static struct arena *a;

struct wish {
    int64_t id;
    const char *name;
    enum rc then; /* what fn returns after its insert */
    int after_calls, last_calls;
};

static void count_after(struct store *s, void *arg) { ((struct wish *)arg)->after_calls++; }

static enum rc count_last(struct tx *tx, void *arg) {
    ((struct wish *)arg)->last_calls++;
    return RC_OK;
}

static enum rc add_account(struct tx *tx, void *arg) {
    struct wish *w = arg;
    enum rc rc = tx_exec(tx, &q_account, BIND(value_int(w->id), value_text(w->name)));
    if (rc != RC_OK)
        return rc;
    tx_after(tx, count_after, w);
    tx_last(tx, count_last, w);
    tx_last(tx, count_last, w); /* once for each distinct pair */
    return w->then;
}

static int64_t accounts(void) {
    int64_t n;
    struct view *v = view_open(store);
    assert_int_equal(view_int(v, &q_count, BIND_NOTHING, -1, &n), RC_OK);
    view_close(v);
    return n;
}

static void a_write_is_kept_or_leaves_nothing(void **state) {
    struct wish good = {1, "Cửa hàng"}, bad = {2, "refused", RC_INVALID}, twice = {1, "again"};
    assert_int_equal(store_write(store, add_account, &good), RC_OK);
    assert_int_equal(good.after_calls, 1);
    assert_int_equal(good.last_calls, 1);
    assert_int_equal(store_write(store, add_account, &bad), RC_INVALID);
    assert_int_equal(bad.after_calls, 0);
    assert_int_equal(store_write(store, add_account, &twice), RC_CONFLICT);
    assert_int_equal(accounts(), 1);
    struct view *v = view_open(store);
    struct rows r = view_query(v, &q_name, BIND(value_int(1)));
    assert_true(rows_next(&r));
    assert_string_equal(rows_text(&r, 0), "Cửa hàng");
    assert_false(rows_next(&r));
    assert_int_equal(rows_end(&r), RC_OK);
    view_close(v);
}

/* PostgreSQL numbers by the digits, SQLite by appearance: $2 before $1 must still bind right. */
static enum rc add_setting(struct tx *tx, void *arg) {
    return tx_exec(tx, &q_setting, BIND(value_text("zone"), value_int(*(int64_t *)arg), value_int(5)));
}

static void parameters_are_bound_by_number(void **state) {
    int64_t there = 1, nowhere = 77;
    assert_int_equal(store_write(store, add_setting, &there), RC_OK);
    assert_int_equal(store_write(store, add_setting, &nowhere), RC_CONFLICT); /* no such account */
}

static void a_query_may_run_inside_itself(void **state) {
    struct wish two = {3, "two"};
    assert_int_equal(store_write(store, add_account, &two), RC_OK);
    struct view *v = view_open(store);
    int outer = 0, inner = 0;
    struct rows r = view_query(v, &q_all, BIND_NOTHING);
    for (; rows_next(&r); outer++) {
        struct rows again = view_query(v, &q_all, BIND_NOTHING);
        while (rows_next(&again))
            inner++;
        assert_int_equal(rows_end(&again), RC_OK);
    }
    assert_int_equal(rows_end(&r), RC_OK);
    assert_int_equal(outer, 2);
    assert_int_equal(inner, 4);
    view_close(v);
}

enum { WRITERS = 16, EACH = 50 };

static void *write_many(void *arg) {
    for (int i = 0; i < EACH; i++) {
        struct wish w = {1000 + (int64_t)(intptr_t)arg * EACH + i, "many", i % 5 == 4 ? RC_INVALID : RC_OK};
        if (store_write(store, add_account, &w) != w.then || w.after_calls != (w.then == RC_OK))
            abort();
    }
    return NULL;
}

static void many_writers_share_commits_and_not_failures(void **state) {
    int64_t before = accounts();
    pthread_t threads[WRITERS];
    for (intptr_t i = 0; i < WRITERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_many, (void *)i), 0);
    for (int i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(accounts() - before, WRITERS * EACH * 4 / 5);
}

int main(void) {
    char dir[] = "/tmp/kept-test-XXXXXX";
    const char *why = "";
    a = arena_new(0);
    const char *where = getenv("KEPT_TEST_STORE"); /* an empty database; test/store.test.mjs gives a PostgreSQL's */
    if (!where && !(where = mkdtemp(dir)))
        die("no directory");
    if (store_open(a, where, true, &store, &why) != RC_OK)
        die("%s", why);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_is_kept_or_leaves_nothing),
        cmocka_unit_test(parameters_are_bound_by_number),
        cmocka_unit_test(a_query_may_run_inside_itself),
        cmocka_unit_test(many_writers_share_commits_and_not_failures),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    store_close(store);
    arena_free(a);
    return failed;
}
