/* replay.h: reads what record.c wrote down, and asks it of SQLite again with nothing around it. */
#ifndef KEPT_BENCH_REPLAY_H
#define KEPT_BENCH_REPLAY_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct recorded_value {
    char kind; /* i t b n */
    int64_t number;
    const void *at;
    uint32_t len;
};

struct recorded {
    size_t at;        /* place in the file */
    const char *exec; /* given to sqlite3_exec; NULL: a statement, and then: */
    uint32_t sql, thread, steps;
    bool read_only;
    int values_n;
    struct recorded_value *values;
};

struct recording {
    const char **sql;
    uint32_t sql_n;
    struct recorded *all;
    size_t n;
};

/* Ends the process when the file cannot be read. Lives as long as the process. */
struct recording recording_read(const char *path);

/* The statements of one connection, prepared at their first use. */
struct replay {
    sqlite3 *db;
    sqlite3_stmt **prepared;
};
struct replay replay_open(const struct recording *r, const char *path, const char *pragmas, bool writes);

/* Runs one; each row's columns go to `row` (may be NULL), called at most as often as the program read rows. */
void replay_run(struct replay *p, const struct recording *r, const struct recorded *one,
                void (*row)(sqlite3_stmt *, void *), void *arg);

#endif
