/* How it is known of a query: SQLite's plan names for each table what it was found by. With every index beginning
 * with account_id, "SEARCH c USING INDEX … (account_id=? …" is the proof, and no such line means that other
 * accounts' rows were looked at. What is inserted has no plan; there the columns are read. */
#include "test_account_id.h"

#include "base/log.h"
#include "store/engine.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Of the installation, not of an account. */
static const char *const without[] = {"node", "schema_migration"};

static bool has_no_account(const char *table) {
    for (size_t i = 0; i < sizeof without / sizeof *without; i++)
        if (strcmp(without[i], table) == 0)
            return true;
    return false;
}

static sqlite3_stmt *ask(sqlite3 *db, const char *sql) {
    sqlite3_stmt *st;
    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
        die("%s: %s", sql, sqlite3_errmsg(db));
    return st;
}

static const char *text(sqlite3_stmt *st, int column) { return (const char *)sqlite3_column_text(st, column); }

/* ---- the schema ---- */

/* Rows: table, what it is, its first column. Full-text tables are SQLite's own and stay on one machine. */
static const char sqlite_keys[] =
    "WITH own AS (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
    "             AND name NOT LIKE 'sqlite_%')"
    " SELECT own.name, 'primary key', c.name FROM own, pragma_table_info(own.name) c WHERE c.pk = 1"
    " UNION ALL SELECT own.name, 'no primary key', '' FROM own"
    "  WHERE NOT EXISTS (SELECT 1 FROM pragma_table_info(own.name) c WHERE c.pk = 1)"
    " UNION ALL SELECT own.name, 'index ' || i.name, c.name FROM own, pragma_index_list(own.name) i,"
    "  pragma_index_info(i.name) c WHERE c.seqno = 0 AND i.origin <> 'pk'"
    " UNION ALL SELECT own.name, 'reference to ' || f.\"table\", f.\"from\" FROM own,"
    "  pragma_foreign_key_list(own.name) f WHERE f.seq = 0"
    " UNION ALL SELECT own.name, 'reference to a part of ' || f.\"table\", f.\"to\" FROM own,"
    "  pragma_foreign_key_list(own.name) f WHERE f.seq = 0 AND f.\"to\" IS NOT NULL";

static bool wrong_key(FILE *out, const char *table, const char *what, const char *first) {
    return !has_no_account(table) && strcmp(first, "account_id") != 0 &&
           fprintf(out, "%s: %s begins with \"%s\", not with account_id\n", table, what, first) > 0;
}

static int flaws_of_schema(sqlite3 *db, FILE *out) {
    sqlite3_stmt *st = ask(db, sqlite_keys);
    int bad = 0, rows = 0;
    for (; sqlite3_step(st) == SQLITE_ROW; rows++)
        bad += wrong_key(out, text(st, 0), text(st, 1), text(st, 2));
    sqlite3_finalize(st);
    return bad + (rows == 0 && fprintf(out, "there is no table\n") > 0);
}

int account_id_of_schema(sqlite3 *db) { return flaws_of_schema(db, stdout); }

/* An index that keeps nothing unique and finds words (GIN) may begin with them. */
static const char postgres_keys[] =
    "SELECT t.relname, CASE WHEN i.indisprimary THEN 'primary key' ELSE 'index ' || x.relname END, a.attname"
    " FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid"
    " JOIN pg_am m ON m.oid = x.relam JOIN pg_namespace n ON n.oid = t.relnamespace"
    " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]"
    " WHERE n.nspname = current_schema() AND (i.indisunique OR m.amname = 'btree')"
    " UNION ALL SELECT t.relname, 'no primary key', '' FROM pg_class t JOIN pg_namespace n ON n.oid = "
    "t.relnamespace"
    " WHERE n.nspname = current_schema() AND t.relkind = 'r'"
    " AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)"
    " UNION ALL SELECT t.relname, 'reference ' || k.conname, a.attname"
    " FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace"
    " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.conkey[1]"
    " WHERE k.contype = 'f' AND n.nspname = current_schema()"
    " UNION ALL SELECT t.relname, 'target of ' || k.conname, a.attname"
    " FROM pg_constraint k JOIN pg_class t ON t.oid = k.confrelid JOIN pg_namespace n ON n.oid = t.relnamespace"
    " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.confkey[1]"
    " WHERE k.contype = 'f' AND n.nspname = current_schema()";

int account_id_of_postgres(const char *url) {
    PGconn *pg = PQconnectdb(url);
    PGresult *res = PQexec(pg, postgres_keys);
    if (PQresultStatus(res) != PGRES_TUPLES_OK)
        die("%s", PQerrorMessage(pg));
    int bad = 0, rows = PQntuples(res);
    for (int i = 0; i < rows; i++)
        bad += wrong_key(stdout, PQgetvalue(res, i, 0), PQgetvalue(res, i, 1), PQgetvalue(res, i, 2));
    PQclear(res);
    PQfinish(pg);
    return bad + (rows == 0 && printf("there is no table\n") > 0);
}

/* ---- the queries ---- */

/* The word after `from` ("INTO", "CONFLICT (") or NULL, into `word`. */
static const char *word_after(const char *sql, const char *from, char word[64]) {
    const char *at = strcasestr(sql, from);
    if (!at)
        return NULL;
    at += strlen(from);
    at += strspn(at, " (");
    snprintf(word, 64, "%.*s", (int)strcspn(at, " (,)"), at);
    return at + strlen(word);
}

static const char *flaw_of_insert(const char *sql) {
    char table[64], column[64];
    const char *after = word_after(sql, "INSERT INTO ", table);
    if (!after || has_no_account(table))
        return NULL;
    snprintf(column, sizeof column, "%.*s", (int)strcspn(after + strspn(after, " ("), " ,)"),
             after + strspn(after, " ("));
    if (strcmp(column, "account_id") != 0)
        return "inserts without beginning with account_id";
    if (word_after(sql, "ON CONFLICT (", column) && strcmp(column, "account_id") != 0)
        return "its conflict does not begin with account_id";
    return NULL;
}

/* Is this alias of the plan one of our tables, and of an account? */
static bool concerns_account(sqlite3 *db, const char *sql, const char *alias) {
    char as[160], table[64];
    const char *found = NULL;
    if (has_no_account(alias) || *alias == '(')
        return false;
    sqlite3_stmt *st = ask(db, "SELECT name, type FROM pragma_table_list WHERE schema = 'main'");
    while (!found && sqlite3_step(st) == SQLITE_ROW) {
        snprintf(table, sizeof table, "%s", text(st, 0));
        snprintf(as, sizeof as, "%s %s", table, alias);
        const char *at = strstr(sql, as);
        bool whole = at && (at == sql || strchr(" ,(", at[-1])) && strchr(" ,);", at[strlen(as)]);
        if ((strcmp(table, alias) == 0 || whole) && strcmp(text(st, 1), "table") == 0)
            found = table;
    }
    sqlite3_finalize(st);
    return found && !has_no_account(found);
}

/* "SEARCH c USING INDEX conversation_shelf (account_id=? AND shelf=?)"; a key of the account alone is its rowid. */
static bool by_account(const char *detail) {
    return strncmp(detail, "SEARCH", 6) == 0 &&
           (strstr(detail, "(account_id=?") || strstr(detail, "USING INTEGER PRIMARY KEY (rowid=?)"));
}

static const char *flaw_of_plan(sqlite3 *db, const char *sql) {
    static char said[256];
    const char *flaw = NULL;
    char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql), alias[64];
    sqlite3_stmt *st = ask(db, explain);
    while (!flaw && sqlite3_step(st) == SQLITE_ROW) {
        const char *detail = text(st, 3);
        bool line = sscanf(detail, "SEARCH %63s", alias) == 1 || sscanf(detail, "SCAN %63s", alias) == 1;
        if (line && !strstr(detail, "VIRTUAL TABLE") && !by_account(detail) && concerns_account(db, sql, alias)) {
            snprintf(said, sizeof said, "looks past the account: %s", detail);
            flaw = said;
        }
    }
    sqlite3_finalize(st);
    sqlite3_free(explain);
    return flaw;
}

/* Where the engines are asked in different words, SQLite's are about full-text tables of its own. */
static const char *flaw_of_query(sqlite3 *db, const char *sql, const char *postgres) {
    const char *flaw = flaw_of_insert(postgres ? postgres : sql);
    if (!flaw && postgres && !strstr(postgres, "account_id"))
        flaw = "PostgreSQL's words do not name account_id";
    return flaw || !sql ? flaw : flaw_of_plan(db, sql);
}

int account_id_of_queries(sqlite3 *db) {
    int bad = 0;
    for (int i = 0; i < queries_count(); i++) {
        const struct query *q = queries_at(i);
        const char *flaw = flaw_of_query(db, q->sql, q->postgres);
        if (flaw)
            bad += printf("%s %s\n", q->name, flaw) > 0;
    }
    return bad;
}

/* ---- twins ---- */

static const struct {
    const char *sql;
    bool good;
} twins[] = {
    {"SELECT id FROM thing WHERE account_id = $1 AND ref = $2", true},
    {"SELECT id FROM thing WHERE ref = $1", false},
    {"SELECT id FROM thing ORDER BY id", false},
    {"SELECT t.id FROM thing t JOIN part p ON p.account_id = t.account_id AND p.thing_id = t.id"
     " WHERE t.account_id = $1",
     true},
    {"SELECT t.id FROM thing t JOIN part p ON p.thing_id = t.id WHERE t.account_id = $1", false},
    {"SELECT (SELECT count(*) FROM part p WHERE p.thing_id = t.id) FROM thing t WHERE t.account_id = $1", false},
    {"UPDATE thing SET ref = $1 WHERE account_id = $2 AND id = $3", true},
    {"UPDATE thing SET ref = $1 WHERE id = $2", false},
    {"DELETE FROM part WHERE account_id = $1 AND thing_id = $2", true},
    {"DELETE FROM part WHERE thing_id = $1", false},
    {"INSERT INTO thing (account_id, id, ref) VALUES ($1, $2, $3) ON CONFLICT (account_id, ref) DO NOTHING", true},
    {"INSERT INTO thing (id, account_id, ref) VALUES ($1, $2, $3)", false},
    {"INSERT INTO thing (account_id, id, ref) SELECT $1, thing_id, 'x' FROM part WHERE thing_id = $2", false},
    {"SELECT node FROM node WHERE node = $1", true},
};

static int twins_of_queries(void) {
    sqlite3 *db;
    int bad = 0;
    sqlite3_open(":memory:", &db);
    sqlite3_exec(
        db,
        "CREATE TABLE node (node INTEGER PRIMARY KEY) STRICT;"
        "CREATE TABLE thing (account_id INTEGER, id INTEGER, ref TEXT, PRIMARY KEY (account_id, id),"
        " UNIQUE (account_id, ref)) STRICT;"
        "CREATE TABLE part (account_id INTEGER, thing_id INTEGER, PRIMARY KEY (account_id, thing_id)) STRICT;",
        NULL, NULL, NULL);
    for (size_t i = 0; i < sizeof twins / sizeof *twins; i++)
        if (!flaw_of_query(db, twins[i].sql, NULL) != twins[i].good)
            bad += printf("%s: taken for %s\n", twins[i].sql, twins[i].good ? "bad" : "good") > 0;
    if (flaws_of_schema(db, stdout))
        bad += printf("a good schema is taken for bad\n") > 0;
    sqlite3_close(db);
    return bad;
}

int account_id_twins(void) {
    static const char *const schemas[] = {
        "CREATE TABLE t (id INTEGER, account_id INTEGER, PRIMARY KEY (id)) STRICT;",
        "CREATE TABLE t (account_id INTEGER, id INTEGER) STRICT;",
        "CREATE TABLE t (account_id INTEGER, id INTEGER, ref TEXT UNIQUE, PRIMARY KEY (account_id, id)) STRICT;",
        "CREATE TABLE t (account_id INTEGER, id INTEGER, PRIMARY KEY (account_id, id)) STRICT;"
        "CREATE INDEX t_id ON t (id);",
        "CREATE TABLE t (account_id INTEGER, id INTEGER, PRIMARY KEY (account_id, id)) STRICT;"
        "CREATE TABLE u (account_id INTEGER, t_id INTEGER REFERENCES t (id), PRIMARY KEY (account_id, t_id)) "
        "STRICT;",
    };
    FILE *nowhere = fopen("/dev/null", "w");
    int bad = twins_of_queries();
    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++) {
        sqlite3 *db;
        sqlite3_open(":memory:", &db);
        sqlite3_exec(db, schemas[i], NULL, NULL, NULL);
        if (!flaws_of_schema(db, nowhere))
            bad += printf("taken for good: %s\n", schemas[i]) > 0;
        sqlite3_close(db);
    }
    fclose(nowhere);
    return bad;
}
