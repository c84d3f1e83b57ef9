/* command_migrate.c: kept migrate: everything in this installation's database into another one (store/copy.h). */
#include "command.h"

#include "base/clock.h"
#include "base/secret.h"
#include "desk/account.h"
#include "desk/event.h"
#include "desk/search.h"
#include "store/copy.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

QUERY(q_migrate_served, "SELECT count(*) FROM node WHERE leased_until > $1");
QUERY(q_migrate_documents, "SELECT count(*) FROM search_document WHERE account_id = $1");

enum { BAR = 30, SHOWN_EVERY_MS = 100, SAID_EVERY_MS = 5000 };

static bool is_postgres(const char *where) { return strncmp(where, "postgres", 8) == 0; }

/* ---- what is shown ---- */

/* A bar with numbers on a terminal; elsewhere a line for each table, and every five seconds of a long one. */
struct shown {
    bool terminal;
    const char *what, *table;
    int64_t done, all, at; /* clock_mono */
};

static void show_line(const struct shown *s, const char *table, int64_t done, int64_t all) {
    if (all < done)
        all = done;
    int percent = all ? (int)(done * 100 / all) : 100;
    if (!s->terminal) {
        printf("%s %s: %lld of %lld\n", s->what, table, (long long)done, (long long)all);
        fflush(stdout);
        return;
    }
    char bar[BAR + 1];
    for (int i = 0; i < BAR; i++)
        bar[i] = i * 100 < percent * BAR ? '#' : '.';
    bar[BAR] = 0;
    printf("\r\033[K%s [%s] %3d %%  %lld of %lld  %s", s->what, bar, percent, (long long)done, (long long)all,
           table);
    fflush(stdout);
}

static void end_table(struct shown *s) {
    if (s->table && s->terminal)
        printf("\n");
    else if (s->table && s->done)
        show_line(s, s->table, s->done, s->all);
    s->table = NULL;
}

static void tell(void *arg, const char *table, int64_t done, int64_t all) {
    struct shown *s = arg;
    int64_t now = clock_mono();
    if (!s->table || strcmp(s->table, table) != 0) {
        end_table(s);
        s->table = table;
        s->at = now;
        if (s->terminal)
            show_line(s, table, done, all);
    }
    s->done = done;
    s->all = all;
    if (done == all ? s->terminal : now - s->at > (s->terminal ? SHOWN_EVERY_MS : SAID_EVERY_MS)) {
        show_line(s, table, done, all);
        s->at = now;
    }
}

/* ---- the search index ---- */

struct indexing {
    struct store *store;
    _Atomic int64_t done;
    _Atomic bool ended;
    enum rc rc;
};

static void *index_main(void *arg) {
    struct indexing *x = arg;
    x->rc = search_rebuild(x->store, false, &x->done);
    atomic_store(&x->ended, true);
    return NULL;
}

static int64_t documents(struct store *s) {
    int64_t n;
    struct view *v = view_open(s);
    if (view_int(v, &q_migrate_documents, BIND(ACCOUNT), 0, &n) != RC_OK)
        n = 0;
    view_close(v);
    return n;
}

static enum rc make_index(struct store *from, struct store *to, struct shown *shown) {
    struct indexing x = {.store = to};
    pthread_t thread;
    int64_t there = documents(to), all = documents(from);
    if (pthread_create(&thread, NULL, index_main, &x) != 0)
        return RC_AWAY;
    while (!atomic_load(&x.ended)) {
        nanosleep(&(struct timespec){.tv_nsec = SHOWN_EVERY_MS * 1000000}, NULL);
        tell(shown, "search index", there + x.done, all);
    }
    pthread_join(thread, NULL);
    tell(shown, "search index", there + x.done, all);
    end_table(shown);
    return x.rc;
}

/* ---- before ---- */

/* Programs that serve a PostgreSQL hold a node number there. */
static int refuse_if_served(struct store *s, const char *which) {
    int64_t n;
    struct view *v = view_open(s);
    enum rc rc = view_int(v, &q_migrate_served, BIND(value_int(clock_machine())), 0, &n);
    view_close(v);
    if (rc != RC_OK)
        return command_fail(rc, "the %s cannot be read (%s)", which, rc_name(rc));
    return n ? command_fail(RC_AWAY,
                            "%lld kept serve use the %s: stop them (one that was killed counts for a minute)",
                            (long long)n, which)
             : 0;
}

static bool same_folder(const char *a, const char *b) {
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* The folder for a new SQLite database, and nobody else in it. */
static int take_folder(const char *to, const char *data) {
    if (mkdir(to, 0711) != 0 && errno != EEXIST)
        return command_fail(RC_AWAY, "cannot make %s: %s", to, strerror(errno));
    return same_folder(to, data) ? 0 : command_lock(to);
}

static int open_both(struct call *c, const char *to, struct store **from, struct store **into) {
    const char *data = c->conf.values[CONF_DATA], *source = c->conf.values[CONF_STORE], *why = "";
    if (!*source && same_folder(to, data))
        return command_fail(RC_INVALID, "%s is where everything is already", to);
    int code = command_lock(data);
    if (!code && !is_postgres(to))
        code = take_folder(to, data);
    if (!code)
        code = command_open(c, false, from);
    if (code)
        return code;
    enum rc rc = store_open(c->arena, to, true, into, &why);
    if (rc != RC_OK) {
        store_close(*from);
        return command_fail(rc, "the target: %s", why);
    }
    /* SQLite has the lock for that; rows of one that was killed stay there. */
    code = *source ? refuse_if_served(*from, "source") : 0;
    if (!code && is_postgres(to))
        code = refuse_if_served(*into, "target");
    if (code) {
        store_close(*into);
        store_close(*from);
    }
    return code;
}

/* ---- the whole way ---- */

static enum rc verify_chain(struct store *s, int64_t *events, const char **why) {
    int64_t bad;
    struct view *v = view_open(s);
    enum rc rc = event_verify(v, events, &bad, why);
    view_close(v);
    return rc == RC_OK && bad ? RC_BROKEN : rc;
}

static int move(struct call *c, struct copy *copy, struct store *from, struct store *into) {
    struct shown shown = {.terminal = isatty(STDOUT_FILENO), .what = "copied"};
    struct copy_progress progress = {tell, &shown};
    const char *why = "", *what = "";
    int64_t there, events;
    enum rc rc = copy_begin(copy, from, into, &there, &why);
    if (rc == RC_DUPLICATE) {
        printf("Nothing was changed: %s.\n", why);
        return 0;
    }
    if (rc != RC_OK)
        return command_fail(rc, "%s", *why ? why : rc_name(rc));
    if (there)
        printf("Goes on: %lld rows are there already.\n", (long long)there), fflush(stdout);
    rc = copy_rows(copy, progress);
    end_table(&shown);
    if (rc == RC_OK)
        rc = make_index(from, into, &shown);
    shown.what = "compared";
    if (rc == RC_OK)
        rc = copy_compare(copy, progress, &why);
    end_table(&shown);
    if (rc != RC_OK)
        return command_fail(rc, "%s%sthe same command again goes on", *why ? why : rc_name(rc),
                            *why ? ". Or: " : "; ");
    rc = verify_chain(into, &events, &what);
    if (rc != RC_OK)
        return command_fail(
            rc, "the chain of events is not whole in the target (%s): kept doctor on the source says more",
            *what ? what : rc_name(rc));
    rc = copy_finish(copy);
    if (rc != RC_OK)
        return command_fail(rc, "the end could not be noted (%s); the same command again goes on", rc_name(rc));
    printf("All %d tables are the same on both sides; %lld events, the chain is whole.\n", copy_tables(copy),
           (long long)events);
    return 0;
}

static void say_what_is_next(struct call *c, const char *to) {
    const char *data = c->conf.values[CONF_DATA];
    if (is_postgres(to))
        printf(
            "Next: store = %s in %s/kept.conf, with the serving role's name once it has its rights "
            "(docs/postgresql.md), then kept serve. The keys stay in %s/secrets: every node needs a copy of that "
            "folder. The old database is still %s/kept.db.\n",
            to, data, data, data);
    else if (same_folder(to, data))
        printf("Next: take the line store out of %s/kept.conf, then kept serve.\n", data);
    else
        printf(
            "Next: copy %s/secrets and %s/kept.conf (without its line store) to %s, then kept serve --data %s.\n",
            data, data, to, to);
}

int command_migrate(struct call *c) {
    enum { TO };
    const char *to = c->options[TO];
    struct store *from, *into;
    if (!to || !*to)
        return command_misused("kept migrate --to postgresql://…, or --to and a data directory");
    struct copy *copy = copy_plan(c->arena);
    int code = open_both(c, to, &from, &into);
    if (code)
        return code;
    code = move(c, copy, from, into);
    store_close(into);
    store_close(from);
    if (!code)
        say_what_is_next(c, to);
    return code;
}
