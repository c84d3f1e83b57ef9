/* bare.c: the yardstick of the page benchmarks: the same HTTP library, threads, SQLite settings and queries with
 * the same values (as record.c saw them), and as many bytes, with nothing else: no session, rules, events,
 * translation or escaping.
 *     bare KEPT.DB keys N         prints "REF LAST_AT" of N conversations from all over
 *     bare KEPT.DB serve RECORDING PAGES LIST_BYTES CONVERSATION_BYTES         prints its port
 * PAGES has a line for each page recorded: list|conversation FROM TO (places in the recording).
 *     GET /list?n=N   GET /conversation?n=N   (the page of the Nth such line)   GET /fixed?n=BYTES */
#include "base/buf.h"
#include "base/log.h"
#include "replay.h"
#include "web/http_private.h"

#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAGES = 20000 };

struct pages {
    struct page {
        struct recorded **steps;
        int n;
    } page[PAGES];
    int n;
    size_t bytes;
};

static const char *db_path;
static struct recording recording;
static struct pages lists, conversations;
static _Thread_local struct replay replay;

/* Kept's own settings of a connection that reads pages all day. */
static const char pragmas[] = "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0;"
                              "PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY;";

static void keys(int n) {
    sqlite3 *db;
    sqlite3_stmt *st;
    if (sqlite3_open_v2(db_path, &db, SQLITE_OPEN_READONLY, NULL) ||
        sqlite3_prepare_v2(db,
                           "SELECT ref, last_at FROM conversation WHERE shelf = 'resolved'"
                           " ORDER BY (id * 2654435761) & 1048575, id LIMIT ?1",
                           -1, &st, NULL))
        die("%s: %s", db_path, sqlite3_errmsg(db));
    sqlite3_bind_int(st, 1, n);
    while (sqlite3_step(st) == SQLITE_ROW)
        printf("%s %lld\n", (const char *)sqlite3_column_text(st, 0), (long long)sqlite3_column_int64(st, 1));
    sqlite3_finalize(st);
    sqlite3_close(db);
}

/* ---- what was recorded ---- */

static size_t first_from(size_t at) {
    size_t low = 0, high = recording.n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (recording.all[middle].at < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A page's reads: those of the thread that did most between the two places, for jobs and the like read in between
 * too. */
static struct page page_between(size_t from, size_t to) {
    struct page p = {0};
    size_t first = first_from(from), end = first_from(to);
    uint32_t thread = 0;
    int most = 0;
    for (size_t i = first; i < end; i++) {
        int n = 0;
        for (size_t k = first; k < end; k++)
            n += recording.all[k].thread == recording.all[i].thread;
        if (n > most)
            most = n, thread = recording.all[i].thread;
    }
    p.steps = calloc((size_t)most + 1, sizeof *p.steps);
    for (size_t i = first; i < end; i++) {
        struct recorded *one = &recording.all[i];
        if (one->thread == thread && !one->exec && one->read_only &&
            !strstr(recording.sql[one->sql], "FROM session"))
            p.steps[p.n++] = one;
    }
    return p;
}

static void read_pages(const char *path) {
    char kind[20];
    long long from, to;
    FILE *in = fopen(path, "r");
    while (in && fscanf(in, "%19s %lld %lld", kind, &from, &to) == 3) {
        struct pages *of = strcmp(kind, "list") == 0 ? &lists : &conversations;
        if (of->n < PAGES)
            of->page[of->n++] = page_between((size_t)from, (size_t)to);
    }
    if (!lists.n || !conversations.n)
        die("%s names no pages", path);
    fclose(in);
}

/* ---- answering ---- */

static void copy_row(sqlite3_stmt *st, void *arg) {
    struct buf *out = arg;
    int n = sqlite3_column_count(st);
    for (int c = 0; c < n; c++) {
        int64_t number;
        switch (sqlite3_column_type(st, c)) {
        case SQLITE_NULL: break;
        case SQLITE_INTEGER:
            number = sqlite3_column_int64(st, c);
            buf_add(out, &number, sizeof number);
            break;
        default: buf_add(out, sqlite3_column_blob(st, c), (size_t)sqlite3_column_bytes(st, c));
        }
    }
}

static void fit(struct buf *out, size_t n) {
    while (out->len < n) {
        size_t missing = n - out->len;
        memset(buf_reserve(out, missing), ' ', missing);
        out->len += missing;
    }
    out->len = n;
}

static void fill(const struct pages *pages, int n, struct buf *out) {
    if (!replay.db)
        replay = replay_open(&recording, db_path, pragmas, false);
    const struct page *p = &pages->page[n % pages->n];
    sqlite3_exec(replay.db, "BEGIN", NULL, NULL, NULL); /* one snapshot, as view_hold has it */
    for (int i = 0; i < p->n; i++)
        replay_run(&replay, &recording, p->steps[i], copy_row, out);
    sqlite3_exec(replay.db, "COMMIT", NULL, NULL, NULL);
    fit(out, pages->bytes);
}

static enum MHD_Result answer(void *cls, struct MHD_Connection *c, const char *url, const char *method,
                              const char *version, const char *upload, size_t *upload_n, void **state) {
    static int seen;
    struct buf out = {0};
    if (!*state) {
        *state = &seen;
        return MHD_YES;
    }
    const char *n = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "n");
    if (strcmp(url, "/list") == 0)
        fill(&lists, atoi(n ? n : "0"), &out);
    else if (strcmp(url, "/conversation") == 0)
        fill(&conversations, atoi(n ? n : "0"), &out);
    else
        fit(&out, (size_t)atoll(n ? n : "0"));
    struct MHD_Response *r = MHD_create_response_from_buffer(out.len, out.at, MHD_RESPMEM_MUST_FREE);
    MHD_add_response_header(r, "Content-Type", "text/html; charset=utf-8");
    enum MHD_Result result = MHD_queue_response(c, 200, r);
    MHD_destroy_response(r);
    return result;
}

int main(int argc, char **argv) {
    db_path = argc > 1 ? argv[1] : "";
    if (argc == 4 && strcmp(argv[2], "keys") == 0) {
        keys(atoi(argv[3]));
        return 0;
    }
    if (argc != 7)
        die("usage: bare KEPT.DB keys N, or bare KEPT.DB serve RECORDING PAGES LIST_BYTES CONVERSATION_BYTES");
    recording = recording_read(argv[3]);
    read_pages(argv[4]);
    lists.bytes = (size_t)atoll(argv[5]);
    conversations.bytes = (size_t)atoll(argv[6]);
    signal(SIGPIPE, SIG_IGN);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    unsigned cores = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    const char *why;
    struct listener *listener;
    struct MHD_Daemon *daemons[64];
    bool all = cores <= 64;
    for (unsigned i = 0; i < cores && all; i++)
        all = (daemons[i] = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET, 0, NULL,
                                             NULL, answer, NULL, MHD_OPTION_END)) != NULL;
    if (!all || listener_open(arena_new(0), "127.0.0.1:0", &listener, &why) ||
        !listener_start(listener, daemons, (int)cores))
        die("no port");
    long n = 0, m = 0;
    for (int i = 0; i < lists.n; i++)
        n += lists.page[i].n;
    for (int i = 0; i < conversations.n; i++)
        m += conversations.page[i].n;
    printf("%d %.1f %.1f\n", listener_port(listener), (double)n / lists.n, (double)m / conversations.n);
    fflush(stdout);
    pause();
    return 0;
}
