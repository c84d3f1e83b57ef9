/* What only PostgreSQL can do to a store: races with other programs, servers that go away, in the middle of COMMIT
 * too, and databases of other versions. Between store and server stands a proxy that loses connections on demand.
 * Run by test/store.test.mjs, which gives the URL of an empty database in KEPT_TEST_STORE. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "store/node.h"
#include "store/notify.h"
#include "store/store.h"

#include <libpq-fe.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

QUERY(q_add, "INSERT INTO account (account_id, name, lang, zone, created_at) VALUES ($1, '', 'en', 'UTC', 0)");
QUERY(q_there, "SELECT count(*) FROM account WHERE account_id = $1");
QUERY(q_counter, "SELECT leased_until FROM node WHERE node = 1");
QUERY(q_counter_set, "UPDATE node SET leased_until = $1 WHERE node = 1");

static struct arena *a;
static PGconn *admin; /* past the proxy */
static const char *direct;
static char through[256];
static struct store *store; /* through the proxy */

static bool tell(const char *sql) {
    PGresult *res = PQexec(admin, sql);
    bool ok = PQresultStatus(res) == PGRES_TUPLES_OK || PQresultStatus(res) == PGRES_COMMAND_OK;
    PQclear(res);
    return ok;
}

/* ---- the proxy ---- */

enum wire { PASS, CUT_BEFORE_COMMIT, CUT_AFTER_COMMIT, REFUSE };
static atomic_int wire, wire_afterwards; /* a cut happens once */
static char real_path[108], proxy_dir[] = "/tmp/kept-proxy-XXXXXX", proxy_path[108];

/* Reads the answer to COMMIT and keeps it. */
static void swallow(int fd) {
    char bytes[8192];
    struct pollfd p = {fd, POLLIN, 0};
    if (poll(&p, 1, 5000) == 1)
        (void)!read(fd, bytes, sizeof bytes);
}

/* One piece from one side to the other; false when the connection ends here. */
static bool pass(int from, int to, bool from_client) {
    char bytes[65536];
    ssize_t n = read(from, bytes, sizeof bytes);
    if (n <= 0)
        return false;
    int now = atomic_load(&wire);
    bool cut = from_client && now != PASS && now != REFUSE && memmem(bytes, (size_t)n, "COMMIT", 7);
    if (cut)
        atomic_store(&wire, atomic_load(&wire_afterwards));
    if (cut && now == CUT_BEFORE_COMMIT)
        return false;
    if (write(to, bytes, (size_t)n) != n)
        return false;
    if (cut)
        swallow(to);
    return !cut;
}

static void *carry(void *arg) {
    int client = (int)(intptr_t)arg, server = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    memcpy(to.sun_path, real_path, sizeof to.sun_path);
    if (atomic_load(&wire) != REFUSE && connect(server, (struct sockaddr *)&to, sizeof to) == 0)
        for (bool open = true; open;) {
            struct pollfd p[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
            if (poll(p, 2, -1) < 0)
                break;
            if (p[0].revents)
                open = pass(client, server, true);
            else if (p[1].revents)
                open = pass(server, client, false);
        }
    close(client);
    close(server);
    return NULL;
}

static void *proxy_main(void *arg) {
    for (;;) {
        int client = accept((int)(intptr_t)arg, NULL, NULL);
        pthread_t thread;
        if (client < 0 || pthread_create(&thread, NULL, carry, (void *)(intptr_t)client) != 0)
            die("proxy");
        pthread_detach(thread);
    }
}

static void start_proxy(const char *host, const char *database, const char *user) {
    snprintf(real_path, sizeof real_path, "%s/.s.PGSQL.5432", host);
    if (!mkdtemp(proxy_dir))
        die("no directory");
    snprintf(proxy_path, sizeof proxy_path, "%s/.s.PGSQL.5432", proxy_dir);
    snprintf(through, sizeof through, "postgresql:///%s?host=%s&user=%s", database, proxy_dir, user);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    memcpy(at.sun_path, proxy_path, sizeof at.sun_path);
    pthread_t thread;
    if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 64) != 0 ||
        pthread_create(&thread, NULL, proxy_main, (void *)(intptr_t)fd) != 0)
        die("proxy");
}

/* ---- a write that counts ---- */

struct attempt {
    int64_t id;
    int runs, kept;
    void (*on_first_run)(void);
};

static void count_kept(struct store *s, void *arg) { ((struct attempt *)arg)->kept++; }

static enum rc add(struct tx *tx, void *arg) {
    struct attempt *t = arg;
    enum rc rc = tx_exec(tx, &q_add, BIND(value_int(t->id)));
    if (t->runs++ == 0 && t->on_first_run)
        t->on_first_run();
    tx_after(tx, count_kept, t);
    return rc;
}

static int64_t there(int64_t id) {
    int64_t n;
    struct view *v = view_open(store);
    enum rc rc = view_int(v, &q_there, BIND(value_int(id)), -1, &n);
    view_close(v);
    return rc == RC_OK ? n : -(int64_t)rc;
}

static void end_connections(void) {
    assert_true(tell("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                     " WHERE datname = current_database() AND pid <> pg_backend_pid()"));
}

/* ---- tests ---- */

static void a_lost_race_is_run_again(void **state) {
    assert_true(tell("CREATE SEQUENCE races; GRANT ALL ON races TO PUBLIC;"
                     "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                     " IF NEW.account_id BETWEEN 10 AND 12 AND nextval('races') % 3 <> 0 THEN"
                     "  IF NEW.account_id = 10 THEN RAISE serialization_failure; END IF;"
                     "  IF NEW.account_id = 11 THEN RAISE deadlock_detected; END IF;"
                     "  RAISE unique_violation;"
                     " END IF; RETURN NEW; END $$;"
                     "CREATE TRIGGER lose BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION lose()"));
    struct attempt race = {10}, deadlock = {11}, conflict = {12};
    assert_int_equal(store_write(store, add, &race), RC_OK);
    assert_int_equal(store_write(store, add, &deadlock), RC_OK);
    assert_int_equal(store_write(store, add, &conflict), RC_CONFLICT);
    assert_true(race.runs == 3 && race.kept == 1 && there(10) == 1);
    assert_true(deadlock.runs == 3 && deadlock.kept == 1 && there(11) == 1);
    assert_true(conflict.runs == 1 && conflict.kept == 0 && there(12) == 0);
    assert_true(tell("DROP TRIGGER lose ON account"));
}

static void a_connection_that_died_unused_is_not_noticed(void **state) {
    end_connections();
    assert_int_equal(there(10), 1);
    end_connections();
    struct attempt t = {20};
    assert_int_equal(store_write(store, add, &t), RC_OK);
    assert_true(t.runs == 1 && t.kept == 1 && there(20) == 1);
}

static void a_connection_lost_inside_a_write_runs_it_again(void **state) {
    struct attempt t = {30, .on_first_run = end_connections};
    assert_int_equal(store_write(store, add, &t), RC_OK);
    assert_true(t.runs == 2 && t.kept == 1 && there(30) == 1);
}

static void a_lost_commit_is_asked_after(void **state) {
    struct attempt before = {40}, after = {41};
    atomic_store(&wire_afterwards, PASS);
    atomic_store(&wire, CUT_BEFORE_COMMIT);
    assert_int_equal(store_write(store, add, &before), RC_OK);
    assert_true(before.runs == 2 && before.kept == 1 && there(40) == 1);
    atomic_store(&wire, CUT_AFTER_COMMIT);
    assert_int_equal(store_write(store, add, &after), RC_OK);
    assert_true(after.runs == 1 && after.kept == 1 && there(41) == 1);
}

static void a_commit_that_nobody_can_tell_of_is_away(void **state) {
    struct attempt t = {50};
    atomic_store(&wire_afterwards, REFUSE);
    atomic_store(&wire, CUT_AFTER_COMMIT);
    assert_int_equal(store_write(store, add, &t), RC_AWAY);
    assert_true(t.runs == 1 && t.kept == 0);
}

/* The back-off is at most seconds; the wait ends when it is over. */
static void away_is_answered_at_once_and_ends(void **state) {
    struct attempt t = {60};
    atomic_store(&wire, REFUSE);
    end_connections();
    int64_t began = clock_mono();
    for (int i = 0; i < 100; i++)
        assert_int_equal(there(50), -RC_AWAY);
    assert_int_equal(store_write(store, add, &t), RC_AWAY);
    assert_true(clock_mono() - began < 3000);
    assert_int_equal(t.runs, 0);
    atomic_store(&wire, PASS);
    for (int i = 0; there(50) != 1; i++) {
        assert_true(i < 200);
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
    assert_int_equal(store_write(store, add, &t), RC_OK);
}

static void event_rows_are_history(void **state) {
    assert_true(tell("INSERT INTO event (account_id, seq, at, kind, actor, hash) VALUES (1, 1, 0, '', '', '')"));
    assert_false(tell("UPDATE event SET at = 1"));
    assert_string_equal(PQerrorMessage(admin),
                        "ERROR:  event rows are history: they are neither changed nor removed\n"
                        "CONTEXT:  PL/pgSQL function refuse_rewriting_history() line 3 at RAISE\n");
    assert_false(tell("DELETE FROM event"));
    assert_false(tell("TRUNCATE event"));
    assert_true(tell("INSERT INTO event (account_id, seq, at, kind, actor, hash) VALUES (1, 2, 0, '', '', '')"));
}

/* ---- several programs ---- */

enum { THREADS = 6, EACH = 40 };

static enum rc count_up(struct tx *tx, void *arg) {
    int64_t n;
    enum rc rc = view_int(tx_view(tx), &q_counter, BIND_NOTHING, -1, &n);
    return rc == RC_OK ? tx_exec(tx, &q_counter_set, BIND(value_int(n + 1))) : rc;
}

static void *count_up_often(void *arg) {
    for (int i = 0; i < EACH; i++)
        if (store_write(arg, count_up, NULL) != RC_OK)
            abort();
    return NULL;
}

static void two_programs_write_as_if_one_after_the_other(void **state) {
    const char *why = "";
    struct store *other;
    assert_int_equal(store_open(a, direct, false, &other, &why), RC_OK);
    assert_true(tell("INSERT INTO node VALUES (1, 0, '')"));
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count_up_often, i % 2 ? store : other), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    int64_t n;
    struct view *v = view_open(other);
    assert_int_equal(view_int(v, &q_counter, BIND_NOTHING, -1, &n), RC_OK);
    view_close(v);
    store_close(other);
    assert_int_equal(n, THREADS * EACH);
}

struct start {
    pthread_t thread;
    const char *url;
    enum rc rc;
};

static void *start(void *arg) {
    struct start *s = arg;
    struct arena *mine = arena_new(0);
    const char *why = "";
    struct store *opened;
    s->rc = store_open(mine, s->url, true, &opened, &why);
    if (s->rc == RC_OK)
        store_close(opened);
    else
        log_error("%s", why);
    arena_free(mine);
    return NULL;
}

static char *url_of(const char *database) {
    const char *question = strchr(direct, '?');
    return arena_printf(a, "postgresql:///%s%s", database, question);
}

static void programs_that_start_at_once_migrate_once(void **state) {
    assert_true(tell("CREATE DATABASE started_at_once"));
    struct start starts[4];
    for (int i = 0; i < 4; i++) {
        starts[i].url = url_of("started_at_once");
        assert_int_equal(pthread_create(&starts[i].thread, NULL, start, &starts[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(starts[i].thread, NULL);
        assert_int_equal(starts[i].rc, RC_OK);
    }
}

static void other_versions_are_told_apart(void **state) {
    const char *why = "";
    struct store *s;
    assert_true(tell("CREATE DATABASE fresh") && tell("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C'"
                                                      " LOCALE_PROVIDER libc TEMPLATE template0"));
    assert_int_equal(store_open(a, url_of("fresh"), false, &s, &why), RC_INVALID);
    assert_non_null(strstr(why, "older schema"));
    assert_int_equal(store_open(a, url_of("latin"), true, &s, &why), RC_INVALID);
    assert_non_null(strstr(why, "LATIN1"));
    assert_int_equal(store_open(a, url_of("nowhere"), true, &s, &why), RC_AWAY);
    assert_non_null(strstr(why, "cannot be reached"));
    assert_true(tell("INSERT INTO schema_migration VALUES (9999, 'from_the_future', 0)"));
    assert_int_equal(store_open(a, direct, true, &s, &why), RC_INVALID);
    assert_non_null(strstr(why, "newer kept"));
    assert_true(tell("DELETE FROM schema_migration WHERE number = 9999"));
    assert_int_equal(store_open(a, direct, false, &s, &why), RC_OK);
    store_close(s);
}

/* ---- nodes ---- */

static struct store *opened(void) {
    const char *why = "";
    struct store *s;
    assert_int_equal(store_open(a, direct, false, &s, &why), RC_OK);
    return s;
}

static void let_pass(int ms) {
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}, NULL);
}

static int number_in(int64_t id) { return (int)(id >> 12 & ID_NODE_MAX); }

static void give_away(int number, const char *to) {
    assert_true(tell(arena_printf(a, "UPDATE node SET holder = '%s', run = '%s' WHERE node = %d", to, to, number)));
}

static void nodes_have_numbers_of_their_own(void **state) {
    struct store *s1 = opened(), *s2 = opened(), *s3 = opened();
    struct node *n1, *n2, *n3;
    assert_int_equal(node_join(s1, "one", "one", 60000, &n1), RC_OK);
    assert_int_equal(number_in(id_new()), node_number(n1));
    assert_int_equal(node_join(s2, "two", "two", 60000, &n2), RC_OK);
    assert_int_not_equal(node_number(n1), node_number(n2));
    int freed = node_number(n1);
    node_leave(n1);
    assert_int_equal(node_join(s3, "three", "three", 60000, &n3), RC_OK);
    assert_int_not_equal(node_number(n3), node_number(n2));
    int64_t off = store_clock(s2) - clock_machine();
    assert_in_range(off + 2000, 0, 4000);
    node_leave(n2);
    node_leave(n3);
    store_close(s1);
    store_close(s2);
    store_close(s3);
    /* As after a start with the clock set back: ids with this number may have times that are to come. */
    assert_true(
        tell("UPDATE node SET leased_until = 0, run = '', ids_to = extract(epoch FROM now()) * 1000 + 3600000"));
    s1 = opened();
    assert_int_equal(node_join(s1, "four", "four", 60000, &n1), RC_OK);
    assert_int_not_equal(node_number(n1), freed);
    node_leave(n1);
    store_close(s1);
}

static void who_lost_the_number_writes_nothing(void **state) {
    enum { LEASE = 300 };
    struct store *s = opened();
    struct node *n;
    struct attempt first = {.id = 130}, second = {.id = 131}, third = {.id = 132};
    assert_int_equal(node_join(s, "paused", "paused", LEASE, &n), RC_OK);
    assert_int_equal(store_write(s, add, &first), RC_OK);
    int before = node_number(n);
    give_away(before, "other");
    assert_int_equal(store_write(s, add, &second), RC_AWAY);
    assert_int_equal(second.runs, 0);
    let_pass(LEASE / 2);
    assert_true(node_tend(n) > 0);
    assert_int_not_equal(node_number(n), before);
    assert_int_equal(number_in(id_new()), node_number(n));
    assert_int_equal(store_write(s, add, &third), RC_OK);
    assert_int_equal(there(131), 0);
    node_leave(n);
    store_close(s);
}

struct late {
    struct store *s;
    struct attempt t;
    enum rc rc;
};

static void *write_one(void *arg) {
    struct late *x = arg;
    x->rc = store_write(x->s, add, &x->t);
    return NULL;
}

/* It waits for the lock while the number is given away: what counts is the row as it is afterwards. */
static void who_loses_it_while_waiting_writes_nothing(void **state) {
    struct late x = {opened(), {.id = 133}};
    struct node *n;
    pthread_t thread;
    assert_int_equal(node_join(x.s, "waiting", "waiting", 60000, &n), RC_OK);
    assert_true(tell("BEGIN; SELECT pg_advisory_xact_lock(7310579)"));
    assert_int_equal(pthread_create(&thread, NULL, write_one, &x), 0);
    let_pass(300);
    give_away(node_number(n), "quicker");
    assert_true(tell("COMMIT"));
    pthread_join(thread, NULL);
    assert_int_equal(x.rc, RC_AWAY);
    assert_int_equal(x.t.runs, 0);
    assert_int_equal(there(133), 0);
    node_leave(n);
    store_close(x.s);
}

static void the_older_of_twins_ends(void **state) {
    enum { LEASE = 300 };
    struct store *s1 = opened(), *s2 = opened();
    struct node *older, *younger;
    assert_int_equal(node_join(s1, "twin", "older", LEASE, &older), RC_OK);
    assert_int_equal(node_join(s2, "twin", "younger", LEASE, &younger), RC_OK);
    let_pass(LEASE / 2);
    assert_true(node_tend(younger) > 0);
    assert_true(node_tend(older) < 0);
    node_leave(older);
    node_leave(younger);
    store_close(s1);
    store_close(s2);
}

/* ---- hints ---- */

struct ear {
    atomic_int heard, missed;
    char last[32];
};

static void hear(void *arg, const char *text) {
    struct ear *e = arg;
    if (text)
        snprintf(e->last, sizeof e->last, "%s", text);
    atomic_fetch_add(text ? &e->heard : &e->missed, 1);
}

static atomic_int said;
static bool say_number(void *arg, struct buf *out) {
    buf_printf(out, "%d", atomic_fetch_add(&said, 1));
    return false;
}

static bool soon(atomic_int *what, int least) {
    for (int i = 0; i < 300 && atomic_load(what) < least; i++)
        let_pass(20);
    return atomic_load(what) >= least;
}

static void hints_reach_the_others_few_and_late_ones_are_told(void **state) {
    struct store *s[2] = {opened(), opened()};
    struct notifier *n[2];
    struct ear ears[2] = {0};
    int topic = 0;
    for (int i = 0; i < 2; i++) {
        n[i] = notifier_new(s[i]);
        topic = notifier_topic(n[i], (struct notify_topic){"try", say_number, hear, &ears[i]});
        notifier_start(n[i]);
        assert_true(soon(&ears[i].missed, 1)); /* connected: look for yourself */
    }
    let_pass(300); /* each begins with a word of its own */
    int before = ears[1].heard, own = ears[0].heard;
    for (int i = 0; i < 100; i++) {
        notifier_raise(n[0], topic);
        let_pass(5);
    }
    let_pass(200);
    int came = ears[1].heard - before;
    assert_in_range(came, 1, 20); /* half a second of them, at most 20 a second, and a slow machine */
    assert_int_equal(ears[0].heard, own);
    assert_int_equal(atoi(ears[1].last), said - 1);
    int missed = ears[1].missed;
    end_connections();
    assert_true(soon(&ears[1].missed, missed + 1));
    notifier_raise(n[0], topic);
    before = ears[1].heard;
    assert_true(soon(&ears[1].heard, before + 1));
    for (int i = 0; i < 2; i++) {
        notifier_stop(n[i]);
        store_close(s[i]);
    }
}

int main(void) {
    const char *why = "", *host = "", *database = "", *user = "";
    a = arena_new(0);
    direct = getenv("KEPT_TEST_STORE");
    if (!direct || !strchr(direct, '?')) {
        printf("skipped: KEPT_TEST_STORE names no PostgreSQL; node --test test/store.test.mjs starts one\n");
        return 77;
    }
    PQconninfoOption *options = PQconninfoParse(direct, NULL);
    for (PQconninfoOption *o = options; o && o->keyword; o++)
        *(strcmp(o->keyword, "host") == 0     ? &host
          : strcmp(o->keyword, "dbname") == 0 ? &database
          : strcmp(o->keyword, "user") == 0   ? &user
                                              : &why) = o->val;
    start_proxy(host, database, user);
    admin = PQconnectdb(direct);
    if (store_open(a, through, true, &store, &why) != RC_OK)
        die("%s", why);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lost_race_is_run_again),
        cmocka_unit_test(a_connection_that_died_unused_is_not_noticed),
        cmocka_unit_test(a_connection_lost_inside_a_write_runs_it_again),
        cmocka_unit_test(a_lost_commit_is_asked_after),
        cmocka_unit_test(a_commit_that_nobody_can_tell_of_is_away),
        cmocka_unit_test(away_is_answered_at_once_and_ends),
        cmocka_unit_test(event_rows_are_history),
        cmocka_unit_test(two_programs_write_as_if_one_after_the_other),
        cmocka_unit_test(nodes_have_numbers_of_their_own),
        cmocka_unit_test(who_lost_the_number_writes_nothing),
        cmocka_unit_test(who_loses_it_while_waiting_writes_nothing),
        cmocka_unit_test(the_older_of_twins_ends),
        cmocka_unit_test(hints_reach_the_others_few_and_late_ones_are_told),
        cmocka_unit_test(programs_that_start_at_once_migrate_once),
        cmocka_unit_test(other_versions_are_told_apart),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    store_close(store);
    PQfinish(admin);
    PQconninfoFree(options);
    unlink(proxy_path);
    rmdir(proxy_dir);
    arena_free(a);
    return failed;
}
