/* record.c: writes down what a program asks of SQLite, so that a bare program can ask exactly the same (replay.h).
 *     LD_PRELOAD=bench-record.so KEPT_RECORD=FILE program …
 * A list of queries kept by hand would be wrong after the next change of a page; this one cannot be. What SQLite
 * does for itself inside a call (full-text tables, sqlite3_exec's own steps) is left out: the replay will do it
 * again by itself.
 *
 * File, in the machine's own byte order: records of  u8 kind, u32 length, then
 *   'S'  u32 number, SQL                          each text once, before its first use
 *   'R'  u32 number, u32 thread, u8 read-only, u32 steps, u8 n, and n values, each with its kind before it:
 *        'i' i64, 't' or 'b' u32 length and bytes, 'n'
 *   'E'  u32 thread, SQL                          given to sqlite3_exec */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PARAMS = 64, RUNNING = 64, TEXTS = 2048 };

static __thread int inside; /* a call of SQLite's own making */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *texts[TEXTS];
static uint32_t texts_n;

#define REAL(name) ((typeof(&name))real(#name))
static void *real(const char *name) {
    void *at = dlsym(RTLD_NEXT, name);
    if (!at)
        abort();
    return at;
}

/* ---- a statement between its first bind and its reset ---- */

struct value {
    char kind; /* i t b n */
    int64_t number;
    const void *at;
    size_t len;
};
struct running {
    sqlite3_stmt *stmt;
    struct value values[PARAMS];
    char *bytes; /* the values as they were at the first step */
    size_t len;
    uint32_t steps;
};
static __thread struct running running[RUNNING];

static struct running *of(sqlite3_stmt *stmt) {
    struct running *free_one = NULL;
    for (int i = 0; i < RUNNING; i++)
        if (running[i].stmt == stmt)
            return &running[i];
        else if (!running[i].stmt && !free_one)
            free_one = &running[i];
    if (!free_one)
        abort();
    free_one->stmt = stmt;
    return free_one;
}

static void note(sqlite3_stmt *stmt, int place, struct value v) {
    if (!inside && place > 0 && place <= PARAMS)
        of(stmt)->values[place - 1] = v;
}

/* ---- the file ---- */

static int fd = -1;

/* As soon as it is loaded: later the program's sandbox lets it open nothing outside of its data. */
__attribute__((constructor)) static void open_recording(void) {
    const char *path = getenv("KEPT_RECORD");
    fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
}

static void put(char kind, const struct value *parts, int n) { /* in one write, so that threads do not mix */
    size_t len = 0, at = 5;
    for (int i = 0; i < n; i++)
        len += parts[i].len;
    char *all = malloc(len + 5);
    if (!all)
        abort();
    uint32_t len32 = (uint32_t)len;
    all[0] = kind;
    memcpy(all + 1, &len32, 4);
    for (int i = 0; i < n; at += parts[i].len, i++)
        if (parts[i].len)
            memcpy(all + at, parts[i].at, parts[i].len);
    if (write(fd, all, len + 5) != (ssize_t)(len + 5))
        abort();
    free(all);
}

#define PART(x)                                                                                                    \
    { .at = &(x), .len = sizeof(x) }

static uint32_t number_of(const char *sql) {
    for (uint32_t i = 0; i < texts_n; i++)
        if (strcmp(texts[i], sql) == 0)
            return i;
    if (texts_n == TEXTS)
        abort();
    uint32_t n = texts_n;
    texts[texts_n++] = strdup(sql);
    put('S', (struct value[]){PART(n), {.at = sql, .len = strlen(sql)}}, 2);
    return n;
}

static void keep_values(struct running *r) {
    int n = sqlite3_bind_parameter_count(r->stmt);
    FILE *out = open_memstream(&r->bytes, &r->len);
    fputc(n, out);
    for (int i = 0; i < n && i < PARAMS; i++) {
        const struct value *v = &r->values[i];
        uint32_t len = (uint32_t)v->len;
        fputc(v->kind ? v->kind : 'n', out);
        if (v->kind == 'i')
            fwrite(&v->number, 8, 1, out);
        if (v->kind == 't' || v->kind == 'b') {
            fwrite(&len, 4, 1, out);
            fwrite(v->at, 1, len, out);
        }
    }
    fclose(out);
}

static void write_down(struct running *r) {
    uint32_t thread = (uint32_t)gettid();
    uint8_t read_only = (uint8_t)sqlite3_stmt_readonly(r->stmt);
    pthread_mutex_lock(&lock);
    uint32_t number = number_of(sqlite3_sql(r->stmt));
    put('R',
        (struct value[]){
            PART(number), PART(thread), PART(read_only), PART(r->steps), {.at = r->bytes, .len = r->len}},
        5);
    pthread_mutex_unlock(&lock);
}

/* ---- SQLite's calls ---- */

int sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **stmt,
                       const char **tail) {
    inside++;
    int code = REAL(sqlite3_prepare_v3)(db, sql, n, flags, stmt, tail);
    inside--;
    return code;
}

int sqlite3_step(sqlite3_stmt *stmt) {
    if (!inside) {
        struct running *r = of(stmt);
        if (!r->steps++)
            keep_values(r);
    }
    inside++;
    int code = REAL(sqlite3_step)(stmt);
    inside--;
    return code;
}

int sqlite3_reset(sqlite3_stmt *stmt) {
    if (!inside) {
        struct running *r = of(stmt);
        if (r->steps)
            write_down(r);
        free(r->bytes);
        *r = (struct running){0};
    }
    return REAL(sqlite3_reset)(stmt);
}

int sqlite3_exec(sqlite3 *db, const char *sql, int (*fn)(void *, int, char **, char **), void *arg, char **error) {
    if (!inside) {
        uint32_t thread = (uint32_t)gettid();
        pthread_mutex_lock(&lock);
        put('E', (struct value[]){PART(thread), {.at = sql, .len = strlen(sql)}}, 2);
        pthread_mutex_unlock(&lock);
    }
    inside++;
    int code = REAL(sqlite3_exec)(db, sql, fn, arg, error);
    inside--;
    return code;
}

int sqlite3_bind_int64(sqlite3_stmt *stmt, int place, sqlite3_int64 n) {
    note(stmt, place, (struct value){.kind = 'i', .number = n});
    return REAL(sqlite3_bind_int64)(stmt, place, n);
}
int sqlite3_bind_null(sqlite3_stmt *stmt, int place) {
    note(stmt, place, (struct value){.kind = 'n'});
    return REAL(sqlite3_bind_null)(stmt, place);
}
int sqlite3_bind_text64(sqlite3_stmt *stmt, int place, const char *at, sqlite3_uint64 n, void (*end)(void *),
                        unsigned char code) {
    note(stmt, place, (struct value){.kind = at ? 't' : 'n', .at = at, .len = n});
    return REAL(sqlite3_bind_text64)(stmt, place, at, n, end, code);
}
int sqlite3_bind_blob64(sqlite3_stmt *stmt, int place, const void *at, sqlite3_uint64 n, void (*end)(void *)) {
    note(stmt, place, (struct value){.kind = 'b', .at = at, .len = n});
    return REAL(sqlite3_bind_blob64)(stmt, place, at, n, end);
}
int sqlite3_bind_zeroblob(sqlite3_stmt *stmt, int place, int n) {
    note(stmt, place, (struct value){.kind = 'b', .at = "", .len = 0}); /* Kept binds only empty ones */
    return REAL(sqlite3_bind_zeroblob)(stmt, place, n);
}
