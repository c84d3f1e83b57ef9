/* The storage interface: what a transaction keeps, what it leaves behind, and what nobody may do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/log.h"
#include "store/store.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

QUERY(q_account, "INSERT INTO account (account_id, name, lang, zone, created_at) VALUES ($1, $2, 'en', 'UTC', 0)");
QUERY(q_count, "SELECT count(*) FROM account");
QUERY(q_name, "SELECT name FROM account WHERE account_id = $1");
QUERY(q_all, "SELECT account_id, name FROM account ORDER BY account_id");
QUERY(q_setting, "INSERT INTO setting (account_id, name, value, changed_at) VALUES ($2, $1, $1, $3)");

QUERY(q_once, "INSERT INTO account (account_id, name, lang, zone, created_at) VALUES ($1, $2, 'en', 'UTC', 0)"
              " ON CONFLICT (account_id) DO NOTHING");
QUERY(q_bytes_in, "INSERT INTO event_chain (account_id, seq, hash) VALUES ($1, $2, $3)");
QUERY(q_bytes_out, "SELECT seq, hash FROM event_chain WHERE account_id = $1");
QUERY(q_in_order, "SELECT name FROM account WHERE account_id >= $1 ORDER BY name");
QUERY(q_kinds, "SELECT account_id, name, NULL FROM account WHERE account_id = $1");
QUERY(q_rename, "UPDATE account SET name = $2 WHERE account_id = $1 RETURNING name, length(name)");
QUERY(q_later, "SELECT count(*) FROM account WHERE account_id = $1 AND $2 > 0 AND created_at + $2 > 5");
QUERY(q_counter, "SELECT leased_until FROM node WHERE node = 1");
QUERY(q_counter_new, "INSERT INTO node (node, leased_until, holder) VALUES (1, 0, '')");
QUERY(q_counter_set, "UPDATE node SET leased_until = $1 WHERE node = 1");
QUERY(q_tried, "SELECT 1"); /* its text is replaced by the first test */

static const char *where;
static struct store *store;
static struct arena *a;

/* ---- which queries are let in ---- */

/* 0 when a program with this query starts. In a child, since a bad query ends the program. */
static int start_with(const char *sql) {
    pid_t child = fork();
    if (child == 0) {
        const char *why;
        struct store *s;
        dup2(open("/dev/null", O_WRONLY), 2);
        q_tried.sql = sql;
        _exit(store_open(arena_new(0), where, true, &s, &why) == RC_OK ? 0 : 99);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

static void a_query_that_cannot_work_is_found_at_start(void **state) {
    static const struct {
        const char *sql;
        bool sqlite, postgres;
    } table[] = {
        {"SELECT 1", true, true},
        {"SELECT nothing FROM account", false, false},
        {"SELECT name FROM account WHERE account_id = $2", false, false}, /* where is $1? */
        {"SELECT name FROM account WHERE name = 'costs $2'", true, true}, /* no parameter */
        {"SELECT name FROM account WHERE account_id = $65", false, false},
        {"UPDATE event SET at = 0", false, true}, /* refused by the store; on PostgreSQL by a trigger */
        {"DELETE FROM event", false, true},
        {"SELECT $1 IS NULL", true, false},
        {"SELECT CAST($1 AS BIGINT) IS NULL", true, true},
        {"SELECT account_id FROM account WHERE CAST($1 AS BIGINT) IS NULL OR account_id = $1", true, true},
        {"SELECT sum(created_at) FROM account", true, false}, /* a numeric */
        {"SELECT CAST(sum(created_at) AS BIGINT) FROM account", true, true},
        {"SELECT avg(created_at) FROM account", true, false},
        {"SELECT account_id FROM account WHERE $1 > 0", true, true}, /* 64 bits all the same */
        {"SELECT substr(name, CAST($1 AS INTEGER)) FROM account", true, true},
        {"SELECT account_id FROM account WHERE (created_at, account_id) < ($1, $2) ORDER BY 1 LIMIT $3", true,
         true},
        {"SELECT coalesce($1, name), CASE WHEN $2 = 1 THEN 'a' ELSE name END FROM account", true, true},
        {"INSERT INTO setting (account_id, name, value, changed_at) SELECT account_id, $1, $2, $3 FROM account",
         true, true},
        {"SELECT max(account_id, created_at) FROM account", true, false}, /* SQLite's own */
        {"SELECT account_id FROM account WHERE created_at", true, false}, /* a number is no truth */
    };
    bool postgres = strstr(where, "://");
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if ((start_with(table[i].sql) == 0) != (postgres ? table[i].postgres : table[i].sqlite))
            fail_msg("%s", table[i].sql);
    const char *why = "";
    if (store_open(a, where, true, &store, &why) != RC_OK)
        die("%s", why);
}

/* ---- transactions ---- */

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

/* A statement that fails spoils the transaction: what fn does then must not matter. */
enum after_failure { GO_ON, SAY_DUPLICATE, PREVENT_IT };

static enum rc add_twice(struct tx *tx, void *arg) {
    enum after_failure what = *(enum after_failure *)arg;
    struct query *q = what == PREVENT_IT ? &q_once : &q_account;
    if (tx_exec(tx, q, BIND(value_int(500 + what), value_text("first"))) != RC_OK)
        return RC_BROKEN;
    int64_t new = tx_changes(tx);
    enum rc rc = tx_exec(tx, q, BIND(value_int(500 + what), value_text("second")));
    if (what == PREVENT_IT)
        return rc == RC_OK && new == 1 && tx_changes(tx) == 0 ? RC_OK : RC_BROKEN;
    int64_t n;
    if (rc != RC_CONFLICT || view_int(tx_view(tx), &q_count, BIND_NOTHING, -1, &n) != RC_CONFLICT)
        return RC_BROKEN;
    return what == SAY_DUPLICATE ? RC_DUPLICATE : RC_OK;
}

static void a_failed_statement_spoils_its_transaction(void **state) {
    int64_t before = accounts();
    enum after_failure go_on = GO_ON, duplicate = SAY_DUPLICATE, prevent = PREVENT_IT;
    assert_int_equal(store_write(store, add_twice, &go_on), RC_CONFLICT);
    assert_int_equal(store_write(store, add_twice, &duplicate), RC_DUPLICATE);
    assert_int_equal(accounts(), before);
    assert_int_equal(store_write(store, add_twice, &prevent), RC_OK);
    assert_int_equal(accounts(), before + 1);
}

static void a_view_cannot_write(void **state) {
    int64_t before = accounts();
    struct view *v = view_open(store);
    struct rows r = view_query(v, &q_account, BIND(value_int(600), value_text("by the back door")));
    assert_false(rows_next(&r));
    assert_int_not_equal(rows_end(&r), RC_OK);
    view_close(v);
    assert_int_equal(accounts(), before);
}

/* ---- values ---- */

struct blob {
    int64_t account, number;
    struct bytes bytes;
};

static enum rc put_blob(struct tx *tx, void *arg) {
    struct blob *b = arg;
    enum rc rc = tx_exec(tx, &q_once, BIND(value_int(b->account), value_text("")));
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_bytes_in, BIND(value_int(b->account), value_int(b->number), value_bytes(b->bytes)));
    return rc;
}

static void numbers_and_bytes_come_back_as_they_were(void **state) {
    static uint8_t large[300 * 1024];
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (uint8_t)(i * 31);
    struct blob blobs[] = {{700, INT64_MIN, {large, sizeof large}},
                           {701, INT64_MAX, {(const uint8_t *)"a\0b", 3}},
                           {702, -1, {NULL, 0}}};
    struct view *v = view_open(store);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(store_write(store, put_blob, &blobs[i]), RC_OK);
        struct rows r = view_query(v, &q_bytes_out, BIND(value_int(blobs[i].account)));
        assert_true(rows_next(&r));
        assert_true(rows_int(&r, 0) == blobs[i].number);
        struct bytes b = rows_bytes(&r, 1);
        assert_false(rows_null(&r, 1)); /* no bytes are not NULL */
        assert_int_equal(b.len, blobs[i].bytes.len);
        if (b.len)
            assert_memory_equal(b.at, blobs[i].bytes.at, b.len);
        assert_int_equal(rows_end(&r), RC_OK);
    }
    int64_t n; /* a time in a place that PostgreSQL takes for 32 bits */
    assert_int_equal(view_int(v, &q_later, BIND(value_int(701), value_int(1763700000000)), -1, &n), RC_OK);
    assert_int_equal(n, 1);
    view_close(v);
}

static void texts_are_ordered_by_their_bytes(void **state) {
    static const char *const names[] = {"", "Z", "a", "z", "Đà Nẵng", "đ", "ก", "一"};
    enum { N = sizeof names / sizeof *names };
    for (int i = N - 1; i >= 0; i--) {
        struct wish w = {800000 + i, names[i]};
        assert_int_equal(store_write(store, add_account, &w), RC_OK);
    }
    struct view *v = view_open(store);
    struct rows r = view_query(v, &q_in_order, BIND(value_int(800000)));
    for (int i = 0; i < N; i++) {
        assert_true(rows_next(&r));
        assert_string_equal(rows_text(&r, 0), names[i]);
    }
    assert_int_equal(rows_end(&r), RC_OK);
    view_close(v);
}

static void a_column_is_read_as_what_it_is(void **state) {
    struct view *v = view_open(store);
    for (int wrong = 0; wrong < 3; wrong++) {
        struct rows r = view_query(v, &q_kinds, BIND(value_int(1)));
        assert_true(rows_next(&r));
        assert_int_equal(rows_int(&r, 0), 1);
        assert_string_equal(rows_text(&r, 1), "Cửa hàng");
        assert_int_equal(rows_bytes(&r, 1).len, strlen("Cửa hàng"));
        assert_true(rows_null(&r, 2) && !rows_text(&r, 2) && !rows_int(&r, 2) && !rows_bytes(&r, 2).len);
        if (wrong == 1)
            assert_null(rows_text(&r, 0));
        if (wrong == 2)
            assert_int_equal(rows_int(&r, 1), 0);
        assert_int_equal(rows_end(&r), wrong ? RC_BROKEN : RC_OK);
    }
    view_close(v);
}

static void values_are_checked(void **state) {
    struct view *v = view_open(store);
    int64_t n;
    assert_int_equal(view_int(v, &q_later, BIND(value_int(1)), -1, &n), RC_BROKEN);
    assert_int_equal(view_int(v, &q_count, BIND(value_int(1)), -1, &n), RC_BROKEN);
    view_close(v);
    struct wish torn = {900, "\xe1\xbb"}, whole = {900, "\xe1\xbb\xad"};
    assert_int_equal(store_write(store, add_account, &torn), RC_INVALID);
    assert_int_equal(store_write(store, add_account, &whole), RC_OK);
}

static enum rc rename_returning(struct tx *tx, void *arg) {
    struct rows r = tx_query(tx, &q_rename, BIND(value_int(900), value_text("ใหม่")));
    int rows = 0;
    for (; rows_next(&r); rows++)
        if (strcmp(rows_text(&r, 0), "ใหม่") != 0 || rows_int(&r, 1) != 4)
            rows += 100;
    enum rc rc = rows_end(&r);
    int64_t n;
    if (rc == RC_OK && tx_changes(tx) == 1) /* and a reading query does not touch it */
        rc = view_int(tx_view(tx), &q_count, BIND_NOTHING, 0, &n);
    return rc == RC_OK && rows == 1 && tx_changes(tx) == 1 ? RC_OK : RC_BROKEN;
}

static void a_change_can_return_rows(void **state) {
    assert_int_equal(store_write(store, rename_returning, NULL), RC_OK);
}

/* ---- many at once ---- */

enum { WRITERS = 16, EACH = 50 };

static enum rc count_up(struct tx *tx, void *arg) {
    int64_t n;
    enum rc rc = view_int(tx_view(tx), &q_counter, BIND_NOTHING, -1, &n);
    return rc == RC_OK ? tx_exec(tx, &q_counter_set, BIND(value_int(n + 1))) : rc;
}

static void *count_up_often(void *arg) {
    for (int i = 0; i < EACH; i++)
        if (store_write(store, count_up, NULL) != RC_OK)
            abort();
    return NULL;
}

static enum rc counter_new(struct tx *tx, void *arg) { return tx_exec(tx, &q_counter_new, BIND_NOTHING); }

static void what_was_loaded_is_true_when_it_is_saved(void **state) {
    assert_int_equal(store_write(store, counter_new, NULL), RC_OK);
    pthread_t threads[WRITERS];
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count_up_often, NULL), 0);
    for (int i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
    int64_t n;
    struct view *v = view_open(store);
    assert_int_equal(view_int(v, &q_counter, BIND_NOTHING, -1, &n), RC_OK);
    view_close(v);
    assert_int_equal(n, WRITERS * EACH);
}

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

static int64_t counted(struct view *v) {
    int64_t n;
    assert_int_equal(view_int(v, &q_count, BIND_NOTHING, -1, &n), RC_OK);
    return n;
}

static void *add_one(void *arg) {
    struct wish w = {5000 + *(int64_t *)arg, "beside", RC_OK};
    if (store_write(store, add_account, &w) != RC_OK)
        abort();
    return NULL;
}

static void add_one_elsewhere(int64_t number) {
    pthread_t other;
    assert_int_equal(pthread_create(&other, NULL, add_one, &number), 0);
    pthread_join(other, NULL);
}

static void a_held_view_reads_one_moment_until_its_own_write(void **state) {
    bool postgres = strstr(where, "://"); /* holds nothing: each question would cost one more */
    struct view *v = view_open(store);
    int64_t before = counted(v), mine = 9;
    view_hold(v);
    assert_int_equal(counted(v), before);
    add_one_elsewhere(1);
    assert_int_equal(counted(v), before + (postgres ? 1 : 0));
    add_one(&mine);
    assert_int_equal(counted(v), before + 2); /* what one wrote oneself is seen, and what came before it */
    view_hold(v);
    assert_int_equal(counted(v), before + 2);
    view_close(v);
    add_one_elsewhere(2);
    v = view_open(store);
    assert_int_equal(counted(v), before + 3);
    view_hold(v);
    assert_int_equal(counted(v), before + 3);
    add_one_elsewhere(3);
    v = view_open(store); /* the other was never closed */
    assert_int_equal(counted(v), before + 4);
    view_close(v);
}

static void it_says_what_it_is(void **state) {
    const char *why = NULL;
    char path[] = "/tmp/kept-test-backup-XXXXXX";
    bool postgres = strstr(where, "://");
    assert_non_null(strstr(store_describe(store, a), postgres ? "PostgreSQL 1" : "SQLite 3"));
    assert_true(close(mkstemp(path)) == 0);
    assert_int_equal(store_backup(store, path, &why), postgres ? RC_INVALID : RC_DUPLICATE); /* it is there */
    assert_non_null(why);
    unlink(path);
    assert_int_equal(store_backup(store, path, &why), postgres ? RC_INVALID : RC_OK);
    assert_int_equal(store_check(store, a, true, &why), RC_OK);
    assert_string_equal(why, "");
    unlink(path);
}

int main(void) {
    char dir[] = "/tmp/kept-test-XXXXXX";
    a = arena_new(0);
    where = getenv("KEPT_TEST_STORE"); /* an empty database; test/store.test.mjs gives a PostgreSQL's */
    if (!where && !(where = mkdtemp(dir)))
        die("no directory");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_query_that_cannot_work_is_found_at_start),
        cmocka_unit_test(a_write_is_kept_or_leaves_nothing),
        cmocka_unit_test(parameters_are_bound_by_number),
        cmocka_unit_test(a_query_may_run_inside_itself),
        cmocka_unit_test(a_failed_statement_spoils_its_transaction),
        cmocka_unit_test(a_view_cannot_write),
        cmocka_unit_test(numbers_and_bytes_come_back_as_they_were),
        cmocka_unit_test(texts_are_ordered_by_their_bytes),
        cmocka_unit_test(a_column_is_read_as_what_it_is),
        cmocka_unit_test(values_are_checked),
        cmocka_unit_test(a_change_can_return_rows),
        cmocka_unit_test(many_writers_share_commits_and_not_failures),
        cmocka_unit_test(what_was_loaded_is_true_when_it_is_saved),
        cmocka_unit_test(a_held_view_reads_one_moment_until_its_own_write),
        cmocka_unit_test(it_says_what_it_is),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    store_close(store);
    for (int i = 0; where == dir && i < 3; i++)
        unlink(arena_printf(a, "%s/kept.db%s", dir, i == 0 ? "" : i == 1 ? "-wal" : "-shm"));
    rmdir(dir);
    arena_free(a);
    return failed;
}
