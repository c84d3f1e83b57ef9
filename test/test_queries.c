/* Every query of every layer is prepared, as at each start, on the store that KEPT_TEST_STORE names (SQLite in a
 * temporary directory without it). Ends with 70 and the query's name when one does not prepare.
 * On SQLite its plan is looked at too: none may walk through a table that grows with the years. SQLite keeps no
 * statistics here, and then takes any index that gives the order asked for, even if all that it knows of the rows
 * is the account. And every key, every index and every reference to a table begins with the account
 * (test_account_id.c). */
#include "test_account_id.h"

#include "base/log.h"
#include "store/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#undef main /* of kept itself, which is linked here too */

/* Short for ever: people make them one by one. Jobs are those still to be done. */
static const char *const small[] = {
    "account",     "agent",      "team",        "team_member", "inbox",         "mailbox_mark",     "tag",
    "saved_reply", "setting",    "node",        "job",         "event_chain",   "schema_migration", "api_token",
    "session",     "hours_span", "special_day", "category",    "category_name", "article_class",    "failure_owner",
    "webhook"};
/* Meant to: the rebuilding of the index and its count, a first row of any kind, the last one of an index, what an
 * admin does once in a while, and along the few messages that came back. */
static const char *const walks[] = {"q_documents_forget", "q_migrate_documents",      "q_conversation_any",
                                    "q_id_last",          "q_team_off_conversations", "q_told",
                                    "q_told_last"};

static bool is_in(const char *const *list, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}
#define IN(list, name) is_in((list), sizeof(list) / sizeof *(list), (name))

/* The table behind "SEARCH m USING INDEX message_mail (account_id=?)", when nothing more is known of its rows. */
static bool walked_table(sqlite3 *db, const char *detail, char table[64]) {
    char index[64];
    const char *at = strstr(detail, "INDEX "), *known = strstr(detail, "(account_id=?");
    sqlite3_stmt *st;
    if (!at || sscanf(at, "INDEX %63s", index) != 1 ||
        (strncmp(detail, "SEARCH", 6) == 0 && (!known || strcmp(known, "(account_id=?)") != 0)))
        return false;
    sqlite3_prepare_v2(db, "SELECT tbl_name FROM sqlite_schema WHERE type = 'index' AND name = ?1", -1, &st, NULL);
    sqlite3_bind_text(st, 1, index, -1, SQLITE_STATIC);
    bool found = sqlite3_step(st) == SQLITE_ROW;
    if (found)
        snprintf(table, 64, "%s", (const char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    return found && !IN(small, table);
}

/* Lists that are looked at all day, and must end with their page however old what they show is: by this index,
 * which has their order; or sorting what few it leads to. */
static const struct led {
    const char *query, *index;
    bool sorts;
} led[] = {
    {"q_list_tag", "conversation_tag_last"},
    {"q_list_team", "conversation_team"},
    {"q_list_inbox", "conversation_inbox"},
    {"q_list_mine", "conversation_owner"},
    {"q_list_unassigned", "conversation_owner"},
    {"q_list_waiting", "conversation_waiting", true}, /* the page */
    {"q_list_contact", "conversation_contact"},
    {"q_list_mentions", "mention_list"},
    {"q_list_failed", "conversation_failed", true},
    {"q_search_tag", "conversation_tag_last"},
    {"q_search_failed", "conversation_failed", true},
    {"q_search_waiting", "conversation_shelf", true},
    {"q_cards_tag", "conversation_tag_tag"},
    {"q_cards_assignee", "conversation_assignee_made"},
    {"q_cards_unassigned", "conversation_assignee_made"},
    {"q_cards_team", "conversation_team_made"},
    {"q_cards_inbox", "conversation_inbox_made"},
    {"q_cards_shelf", "conversation_shelf", true},
    {"q_cards_contact", "conversation_contact", true},
    {"q_cards_mentioned", "mention_agent", true},
};

static int look_where_it_leads(sqlite3 *db, const struct led *l) {
    const struct query *q = NULL;
    bool by_index = false, sorts = false;
    sqlite3_stmt *st;
    for (int i = 0; i < queries_count(); i++)
        if (strcmp(queries_at(i)->name, l->query) == 0)
            q = queries_at(i);
    if (!q)
        return printf("there is no query %s\n", l->query) > 0;
    char *sql = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", q->sql), *index = sqlite3_mprintf("INDEX %s (", l->index);
    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
        die("%s: %s", q->name, sqlite3_errmsg(db));
    while (sqlite3_step(st) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(st, 3);
        by_index |= strstr(detail, index) != NULL;
        sorts |= strstr(detail, "B-TREE FOR") && strstr(detail, "ORDER BY");
    }
    sqlite3_finalize(st);
    sqlite3_free(sql);
    sqlite3_free(index);
    if (by_index && sorts == l->sorts)
        return 0;
    return printf("%s: %s by %s, %s\n", l->query, by_index ? "led" : "not led", l->index,
                  sorts ? "and sorts" : "in order") > 0;
}

/* Of a LIMIT that is a parameter PostgreSQL expects a tenth of all rows and makes a plan for each call
 * (docs/sql.md). */
static bool limit_is_told_late(const struct query *q) {
    return strncmp(q->name, "q_list_", 7) == 0 && strcmp(q->name, "q_list_counts") != 0 &&
           strstr(q->sql, "LIMIT $");
}

static int look_at_plans(const char *path) {
    sqlite3 *db;
    int bad = 0;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        die("%s: %s", path, sqlite3_errmsg(db));
    for (int i = 0; i < queries_count(); i++) {
        const struct query *q = queries_at(i);
        sqlite3_stmt *st;
        if (!q->sql) /* only PostgreSQL has it */
            continue;
        if (limit_is_told_late(q))
            bad += printf("%s: its LIMIT is to be written out\n", q->name) > 0;
        char *sql = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", q->sql), table[64];
        if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
            die("%s: %s", q->name, sqlite3_errmsg(db));
        while (sqlite3_step(st) == SQLITE_ROW) {
            const char *detail = (const char *)sqlite3_column_text(st, 3);
            if (walked_table(db, detail, table) && !IN(walks, q->name))
                bad += printf("%s walks through %s: %s\n", q->name, table, detail) > 0;
        }
        sqlite3_finalize(st);
        sqlite3_free(sql);
    }
    for (size_t i = 0; i < sizeof led / sizeof *led; i++)
        bad += look_where_it_leads(db, &led[i]);
    bad += account_id_of_queries(db) + account_id_of_schema(db);
    sqlite3_close(db);
    return bad;
}

QUERY(q_schema, "SELECT max(number) FROM schema_migration");

int main(void) {
    char dir[] = "/tmp/kept-test-XXXXXX";
    const char *why = "", *where = getenv("KEPT_TEST_STORE");
    struct arena *a = arena_new(0);
    struct store *s;
    if (!where && !(where = mkdtemp(dir)))
        die("no directory");
    if (store_open(a, where, true, &s, &why) != RC_OK)
        die("%s", why);
    int64_t schema;
    struct view *v = view_open(s);
    enum rc rc = view_int(v, &q_schema, BIND_NOTHING, 0, &schema);
    view_close(v);
    printf("%d queries prepare on %s\n", store_queries(), store_describe(s, a));
    store_close(s);
    char *path = arena_printf(a, "%s/kept.db", where);
    int bad = account_id_twins() +
              (strncmp(where, "postgres", 8) == 0 ? account_id_of_postgres(where) : look_at_plans(path));
    unlink(arena_printf(a, "%s/kept.db", dir));
    rmdir(dir);
    arena_free(a);
    return rc == RC_OK && schema > 0 && !bad ? 0 : 1;
}
