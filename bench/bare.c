/* bare.c: the yardstick of the page benchmarks: the same HTTP library, threads, SQLite settings, SQL and rows, and
 * as many bytes, with nothing else: no session, rules, events, translation or escaping. bare DATA_DIR PORT
 * LIST_BYTES CONVERSATION_BYTES GET /list?at=MS&id=ID   GET /conversation?ref=REF   GET /fixed?n=BYTES   GET
 * /keys?n=COUNT */
#include "base/buf.h"
#include "base/log.h"
#include "store/engine.h"

#include <microhttpd.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct step {
    const char *query;
    const char *params; /* A account, G agent, C conversation, T contact, I inbox, M message, R reference, W time, K
                           id, and numbers: l 51, e 200, p 6, c 100, - 0, + most */
};

static const struct step list_steps[] = {
    {"q_account_load", "A"},  {"q_agent_load", "AG"}, {"q_list_resolved", "AGWKl"},
    {"q_agent_working", "A"}, {"q_tag_list", "A"},    {"q_list_counts", "AGc"},
    {"q_inbox_list", "A"},    {"q_team_list", "A"},   {"q_chain_end", "A"},
};
static const struct step conversation_steps[] = {
    {"q_account_load", "A"},      {"q_agent_load", "AG"},      {"q_conversation_by_ref", "AR"},
    {"q_list_mine", "AG++l"},     {"q_agent_working", "A"},    {"q_tag_list", "A"},
    {"q_inbox_load", "AI"},       {"q_agent_working", "A"},    {"q_team_list", "A"},
    {"q_team_list", "A"},         {"q_agent_load", "AG"},      {"q_tag_list", "A"},
    {"q_tags_of", "AC"},          {"q_message_page", "AC+l"},  {"q_event_conversation", "ACe"},
    {"q_agent_all", "A"},         {"q_tag_list", "A"},         {"q_attachment_list", "AM"},
    {"q_attachment_list", "AM"},  {"q_attachment_list", "AM"}, {"q_attachment_list", "AM"},
    {"q_attachment_list", "AM"},  {"q_contact_load", "AT"},    {"q_points", "AT"},
    {"q_list_contact", "AG++pT"}, {"q_inbox_load", "AI"},      {"q_saved_list", "A"},
    {"q_draft_load", "ACGr"},     {"q_draft_load", "ACGn"},    {"q_merge_last", "AC"},
    {"q_list_counts", "AGc"},     {"q_inbox_list", "A"},       {"q_team_list", "A"},
    {"q_chain_end", "A"},
};

static const char *db_path;
static size_t list_bytes, conversation_bytes;
static _Thread_local sqlite3 *db;
static _Thread_local sqlite3_stmt **prepared;

struct key {
    int64_t at, id, conversation, contact, inbox, message, agent;
    const char *ref;
};

static void open_db(void) {
    if (db)
        return;
    if (sqlite3_open_v2(db_path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        die("no database");
    sqlite3_exec(db,
                 "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; "
                 "PRAGMA cache_size = -16000; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY",
                 0, 0, 0);
    prepared = calloc((size_t)queries_count(), sizeof *prepared);
}

static sqlite3_stmt *statement(const char *name) {
    for (int i = 0; i < queries_count(); i++)
        if (strcmp(queries_at(i)->name, name) == 0) {
            if (!prepared[i] &&
                sqlite3_prepare_v3(db, queries_at(i)->sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared[i], NULL))
                die("%s: %s", name, sqlite3_errmsg(db));
            return prepared[i];
        }
    die("no query %s", name);
}

static void bind_key(sqlite3_stmt *st, const char *params, const struct key *k) {
    for (int i = 0; params[i]; i++) {
        char name[16];
        snprintf(name, sizeof name, "$%d", i + 1);
        int at = sqlite3_bind_parameter_index(st, name);
        switch (params[i]) {
        case 'A': sqlite3_bind_int64(st, at, 1); break;
        case 'G': sqlite3_bind_int64(st, at, k->agent); break;
        case 'C': sqlite3_bind_int64(st, at, k->conversation); break;
        case 'T': sqlite3_bind_int64(st, at, k->contact); break;
        case 'I': sqlite3_bind_int64(st, at, k->inbox); break;
        case 'M': sqlite3_bind_int64(st, at, k->message); break;
        case 'W': sqlite3_bind_int64(st, at, k->at); break;
        case 'K': sqlite3_bind_int64(st, at, k->id); break;
        case 'R': sqlite3_bind_text(st, at, k->ref, -1, SQLITE_STATIC); break;
        case 'r': sqlite3_bind_text(st, at, "reply", -1, SQLITE_STATIC); break;
        case 'n': sqlite3_bind_text(st, at, "note", -1, SQLITE_STATIC); break;
        case 'l': sqlite3_bind_int64(st, at, 51); break;
        case 'e': sqlite3_bind_int64(st, at, 200); break;
        case 'p': sqlite3_bind_int64(st, at, 6); break;
        case 'c': sqlite3_bind_int64(st, at, 100); break;
        case '+': sqlite3_bind_int64(st, at, INT64_MAX); break;
        }
    }
}

static void run_steps(const struct step *steps, size_t n, struct key *k, struct buf *out) {
    for (size_t i = 0; i < n; i++) {
        sqlite3_stmt *st = statement(steps[i].query);
        bind_key(st, steps[i].params, k);
        while (sqlite3_step(st) == SQLITE_ROW) {
            for (int c = 0; c < sqlite3_column_count(st); c++) {
                const char *text = (const char *)sqlite3_column_text(st, c);
                buf_str(out, text ? text : "");
            }
            if (strcmp(steps[i].query, "q_conversation_by_ref") == 0) {
                k->conversation = sqlite3_column_int64(st, 0);
                k->inbox = sqlite3_column_int64(st, 1);
                k->contact = sqlite3_column_int64(st, 2);
            } else if (strcmp(steps[i].query, "q_message_page") == 0) {
                k->message = sqlite3_column_int64(st, 0);
            }
        }
        sqlite3_reset(st);
    }
}

static int64_t first_agent(void) {
    sqlite3_stmt *st;
    sqlite3_prepare_v2(db, "SELECT min(id) FROM agent", -1, &st, NULL);
    sqlite3_step(st);
    int64_t id = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return id;
}

static void keys(int n, struct buf *out) {
    sqlite3_stmt *st;
    sqlite3_prepare_v2(
        db, "SELECT ref, last_at, id FROM conversation ORDER BY (id * 2654435761) & 1048575, id LIMIT ?1", -1, &st,
        NULL);
    sqlite3_bind_int(st, 1, n);
    while (sqlite3_step(st) == SQLITE_ROW)
        buf_printf(out, "%s %lld %lld\n", (const char *)sqlite3_column_text(st, 0),
                   (long long)sqlite3_column_int64(st, 1), (long long)sqlite3_column_int64(st, 2));
    sqlite3_finalize(st);
}

static void fit(struct buf *out, size_t n) {
    while (out->len < n) {
        size_t missing = n - out->len;
        memset(buf_reserve(out, missing), ' ', missing);
        out->len += missing;
    }
    out->len = n;
}

static const char *arg(struct MHD_Connection *c, const char *name) {
    const char *v = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, name);
    return v ? v : "0";
}

static enum MHD_Result answer(void *cls, struct MHD_Connection *c, const char *url, const char *method,
                              const char *version, const char *upload, size_t *upload_n, void **state) {
    static int seen;
    struct buf out = {0};
    if (!*state) {
        *state = &seen;
        return MHD_YES;
    }
    open_db();
    static _Thread_local int64_t agent;
    if (!agent)
        agent = first_agent();
    struct key k = {.at = atoll(arg(c, "at")), .id = atoll(arg(c, "id")), .ref = arg(c, "ref"), .agent = agent};
    if (strcmp(url, "/list") == 0) {
        run_steps(list_steps, sizeof list_steps / sizeof *list_steps, &k, &out);
        fit(&out, list_bytes);
    } else if (strcmp(url, "/conversation") == 0) {
        run_steps(conversation_steps, sizeof conversation_steps / sizeof *conversation_steps, &k, &out);
        fit(&out, conversation_bytes);
    } else if (strcmp(url, "/keys") == 0) {
        keys(atoi(arg(c, "n")), &out);
    } else {
        fit(&out, (size_t)atoll(arg(c, "n")));
    }
    struct MHD_Response *r = MHD_create_response_from_buffer(out.len, out.at, MHD_RESPMEM_MUST_FREE);
    MHD_add_response_header(r, "Content-Type", "text/html; charset=utf-8");
    enum MHD_Result result = MHD_queue_response(c, 200, r);
    MHD_destroy_response(r);
    return result;
}

int main(int argc, char **argv) {
    if (argc != 5)
        die("usage: bare DATA_DIR PORT LIST_BYTES CONVERSATION_BYTES");
    static char path[4096];
    snprintf(path, sizeof path, "%s/kept.db", argv[1]);
    db_path = path;
    list_bytes = (size_t)atoll(argv[3]);
    conversation_bytes = (size_t)atoll(argv[4]);
    signal(SIGPIPE, SIG_IGN);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    unsigned cores = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    struct MHD_Daemon *d = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, (uint16_t)atoi(argv[2]), NULL, NULL,
                                            answer, NULL, MHD_OPTION_THREAD_POOL_SIZE, cores, MHD_OPTION_END);
    if (!d)
        die("port %s is taken", argv[2]);
    printf("ready\n");
    fflush(stdout);
    pause();
    return 0;
}
