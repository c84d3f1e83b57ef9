#include "replay.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <fcntl.h>

static void *take(size_t n, size_t size) {
    void *at = calloc(n + 1, size);
    if (!at)
        die("out of memory");
    return at;
}

static uint32_t u32(const uint8_t *p) {
    uint32_t n;
    memcpy(&n, p, 4);
    return n;
}

static const char *text(const uint8_t *p, size_t n) {
    char *s = take(n, 1);
    memcpy(s, p, n);
    return s;
}

static void read_values(struct recorded *one, const uint8_t *p) {
    one->values_n = *p++;
    one->values = take((size_t)one->values_n, sizeof *one->values);
    for (int i = 0; i < one->values_n; i++) {
        struct recorded_value *v = &one->values[i];
        v->kind = (char)*p++;
        if (v->kind == 'i') {
            memcpy(&v->number, p, 8);
            p += 8;
        } else if (v->kind != 'n') {
            v->len = u32(p);
            v->at = p + 4;
            p += 4 + v->len;
        }
    }
}

struct recording recording_read(const char *path) {
    struct recording r = {0};
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0 || !st.st_size)
        die("%s: nothing was recorded", path);
    const uint8_t *all = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    size_t size = (size_t)st.st_size, room = 0;
    r.sql = take(4096, sizeof *r.sql);
    for (size_t at = 0; at + 5 <= size; at += 5 + u32(all + at + 1)) {
        const uint8_t *p = all + at + 5;
        uint32_t len = u32(all + at + 1);
        if (all[at] == 'S') {
            r.sql[u32(p)] = text(p + 4, len - 4);
            r.sql_n = u32(p) + 1;
            continue;
        }
        if (r.n == room) {
            room = room ? room * 2 : 4096;
            r.all = realloc(r.all, room * sizeof *r.all);
            if (!r.all)
                die("out of memory");
        }
        struct recorded *one = &r.all[r.n++];
        *one = (struct recorded){.at = at};
        if (all[at] == 'E') {
            one->thread = u32(p);
            one->exec = text(p + 4, len - 4);
        } else {
            one->sql = u32(p);
            one->thread = u32(p + 4);
            one->read_only = p[8];
            one->steps = u32(p + 9);
            read_values(one, p + 13);
        }
    }
    return r;
}

struct replay replay_open(const struct recording *r, const char *path, const char *pragmas, bool writes) {
    struct replay p = {.prepared = take(r->sql_n, sizeof *p.prepared)};
    if (sqlite3_open_v2(path, &p.db, SQLITE_OPEN_NOMUTEX | (writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY),
                        NULL))
        die("%s: %s", path, sqlite3_errmsg(p.db));
    if (sqlite3_exec(p.db, pragmas, NULL, NULL, NULL))
        die("%s: %s", pragmas, sqlite3_errmsg(p.db));
    return p;
}

static void bind(sqlite3_stmt *st, const struct recorded *one) {
    for (int i = 0; i < one->values_n; i++) {
        const struct recorded_value *v = &one->values[i];
        switch (v->kind) {
        case 'i': sqlite3_bind_int64(st, i + 1, v->number); break;
        case 't': sqlite3_bind_text64(st, i + 1, v->at, v->len, SQLITE_STATIC, SQLITE_UTF8); break;
        case 'b': sqlite3_bind_blob64(st, i + 1, v->len ? v->at : "", v->len, SQLITE_STATIC); break;
        default: sqlite3_bind_null(st, i + 1);
        }
    }
}

void replay_run(struct replay *p, const struct recording *r, const struct recorded *one,
                void (*row)(sqlite3_stmt *, void *), void *arg) {
    if (one->exec) {
        if (sqlite3_exec(p->db, one->exec, NULL, NULL, NULL))
            die("%s: %s", one->exec, sqlite3_errmsg(p->db));
        return;
    }
    sqlite3_stmt **st = &p->prepared[one->sql];
    if (!*st && sqlite3_prepare_v3(p->db, r->sql[one->sql], -1, SQLITE_PREPARE_PERSISTENT, st, NULL))
        die("%s: %s", r->sql[one->sql], sqlite3_errmsg(p->db));
    bind(*st, one);
    int code = SQLITE_ROW;
    for (uint32_t i = 0; i < one->steps && code == SQLITE_ROW; i++)
        if ((code = sqlite3_step(*st)) == SQLITE_ROW && row)
            row(*st, arg);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        die("%s: %s", r->sql[one->sql], sqlite3_errmsg(p->db));
    sqlite3_reset(*st);
}
