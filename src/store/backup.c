#include "store/backup.h"

#include "base/buf.h"
#include "base/log.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FINDINGS = 5, PATH_ROOM = 4200 };

static enum rc rc_of(int code) {
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_DONE: return RC_OK;
    case SQLITE_FULL: return RC_FULL;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: return RC_BROKEN;
    default: return RC_AWAY;
    }
}

/* A new name is on the disk when its folder is. */
static bool sync_folder_of(const char *path) {
    char copy[PATH_ROOM];
    snprintf(copy, sizeof copy, "%s", path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return good;
}

static void remove_database(const char *path) {
    static const char *const parts[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char name[PATH_ROOM];
        snprintf(name, sizeof name, "%s%s", path, parts[i]);
        unlink(name);
    }
}

/* ---- looking through ---- */

static bool findings(sqlite3 *db, const char *sql, struct buf *out, int *n) {
    sqlite3_stmt *st;
    int code = sqlite3_prepare_v2(db, sql, -1, &st, NULL);
    while (code == SQLITE_OK && (code = sqlite3_step(st)) == SQLITE_ROW) {
        const char *line = (const char *)sqlite3_column_text(st, 0);
        if (strcmp(line, "ok") != 0 && (*n)++ < FINDINGS)
            buf_printf(out, "%s%s", out->len ? "; " : "", line);
        code = SQLITE_OK;
    }
    if (code != SQLITE_DONE) {
        buf_printf(out, "%s%s", out->len ? "; " : "", sqlite3_errmsg(db));
        (*n)++;
    }
    sqlite3_finalize(st);
    return *n > 0;
}

enum rc file_check(sqlite3 *db, struct arena *a, bool thorough, const char **why) {
    struct buf out = {0};
    int n = 0;
    bool bad = findings(db, thorough ? "PRAGMA integrity_check(100)" : "PRAGMA quick_check(100)", &out, &n);
    if (thorough && !bad)
        bad = findings(db,
                       "SELECT 'a row of ' || \"table\" || ' points at a missing row of ' || parent"
                       " FROM pragma_foreign_key_check",
                       &out, &n);
    *why = bad ? arena_copy(a, out.at) : "";
    buf_free(&out);
    return bad ? RC_BROKEN : RC_OK;
}

/* ---- backup ---- */

static int copy_pages(sqlite3 *from, sqlite3 *to) {
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    int code;
    if (!b)
        return sqlite3_errcode(to);
    while ((code = sqlite3_backup_step(b, -1)) == SQLITE_BUSY || code == SQLITE_LOCKED)
        sqlite3_sleep(20);
    sqlite3_backup_finish(b);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* One file and no log beside it, so that it can be read from a disk that cannot be written. */
static int write_copy(sqlite3 *from, const char *path, const char **why) {
    sqlite3 *to;
    int code = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (code == SQLITE_OK)
        code = copy_pages(from, to);
    if (code == SQLITE_OK)
        code = sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    if (code != SQLITE_OK)
        *why = sqlite3_errstr(code);
    struct arena *a = arena_new(0);
    const char *found = "";
    if (code == SQLITE_OK && file_check(to, a, false, &found) != RC_OK) {
        log_error("backup: %s", found);
        *why = "the database is damaged; kept doctor --repair says where";
        code = SQLITE_CORRUPT;
    }
    arena_free(a);
    sqlite3_close(to);
    return code;
}

enum rc file_backup(sqlite3 *from, const char *path, const char **why) {
    char part[PATH_ROOM];
    if (snprintf(part, sizeof part, "%s.part", path) >= (int)sizeof part)
        return RC_INVALID;
    if (access(path, F_OK) == 0) {
        *why = "there is such a file already; choose another name, or remove it first";
        return RC_DUPLICATE;
    }
    remove_database(part); /* of one that was killed */
    int code = write_copy(from, part, why);
    enum rc rc = rc_of(code);
    if (rc == RC_OK && (rename(part, path) != 0 || !sync_folder_of(path))) {
        *why = strerror(errno);
        rc = RC_AWAY;
    }
    if (rc != RC_OK)
        remove_database(part);
    return rc;
}

/* ---- restore ---- */

/* What can be told from outside. */
static enum rc look_at(struct arena *a, const char *path, const char **why) {
    struct stat st;
    char head[16] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool read_well = fd >= 0 && fstat(fd, &st) == 0;
    bool database = read_well && read(fd, head, sizeof head) == sizeof head &&
                    memcmp(head, "SQLite format 3", sizeof head) == 0;
    if (!read_well)
        *why = strerror(errno);
    if (fd >= 0)
        close(fd);
    if (!read_well)
        return RC_AWAY;
    if (!database) {
        *why = "it is no backup of kept";
        return RC_INVALID;
    }
    if (stat(arena_printf(a, "%s-wal", path), &st) == 0 && st.st_size > 0) {
        *why = "it is a database in use, or was copied from one by hand; kept backup makes a copy that is whole";
        return RC_INVALID;
    }
    return RC_OK;
}

static enum rc copy_file(const char *from, const char *to, const char **why) {
    int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    static char block[1 << 16];
    ssize_t n = -1;
    while (in >= 0 && out >= 0 && (n = read(in, block, sizeof block)) > 0)
        for (ssize_t at = 0, put; at < n; at += put)
            if ((put = write(out, block + at, (size_t)(n - at))) <= 0) {
                n = -1;
                break;
            }
    bool good = n == 0 && fsync(out) == 0;
    if (!good)
        *why = strerror(errno);
    enum rc rc = good ? RC_OK : errno == ENOSPC ? RC_FULL : RC_AWAY;
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    return rc;
}

static int64_t number(sqlite3 *db, const char *sql) {
    sqlite3_stmt *st;
    int64_t n = 0;
    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW)
        n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return n;
}

/* Before it is opened as ours: an opened store would be given our tables, whatever it was. */
static enum rc check_copy(struct arena *a, const char *path, const char **why) {
    sqlite3 *db;
    int code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL);
    enum rc rc = rc_of(code);
    if (rc != RC_OK)
        *why = sqlite3_errstr(code);
    if (rc == RC_OK)
        rc = file_check(db, a, true, why);
    if (rc == RC_OK && (number(db, "SELECT count(*) FROM schema_migration WHERE number > 0") < 1 ||
                        number(db, "SELECT count(*) FROM account") < 1)) {
        *why = "it is no backup of kept";
        rc = RC_INVALID;
    }
    sqlite3_close(db);
    return rc;
}

/* What was there is kept beside. Its log is emptied into it first, for a log that stayed would be read as the new
 * database's own; when the old one is too damaged for that, the log is put aside with it. */
static enum rc put_in_place(struct arena *a, const char *copy, const char *target, const char **why) {
    char *old = arena_printf(a, "%s.before-restore", target), *log = arena_printf(a, "%s-wal", target);
    sqlite3 *db;
    if (access(target, F_OK) == 0) {
        if (sqlite3_open_v2(target, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK)
            sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
        sqlite3_close(db);
        remove_database(old);
        if (link(target, old) != 0) {
            *why = strerror(errno);
            return RC_AWAY;
        }
    }
    struct stat st;
    if (stat(log, &st) == 0 && st.st_size > 0)
        rename(log, arena_printf(a, "%s-wal", old));
    unlink(log);
    unlink(arena_printf(a, "%s-shm", target));
    if (rename(copy, target) == 0 && sync_folder_of(target))
        return RC_OK;
    *why = strerror(errno);
    return RC_AWAY;
}

enum rc store_restore(struct arena *a, const char *path, const char *data_dir,
                      enum rc (*judge)(struct store *s, void *arg, const char **why), void *arg, const char **why) {
    char *trial = arena_printf(a, "%s/.restore", data_dir), *copy = arena_printf(a, "%s/kept.db", trial);
    struct store *store;
    enum rc rc = look_at(a, path, why);
    if (rc != RC_OK)
        return rc;
    if (mkdir(trial, 0700) != 0 && errno != EEXIST) {
        *why = strerror(errno);
        return RC_AWAY;
    }
    remove_database(copy); /* of one that was killed: its log would be read as this one's */
    rc = copy_file(path, copy, why);
    if (rc == RC_OK)
        rc = check_copy(a, copy, why);
    if (rc == RC_OK)
        rc = store_open(a, trial, true, &store, why);
    if (rc == RC_OK) {
        rc = judge(store, arg, why);
        store_close(store);
    }
    if (rc == RC_OK)
        rc = put_in_place(a, copy, arena_printf(a, "%s/kept.db", data_dir), why);
    remove_database(copy);
    rmdir(trial);
    return rc;
}

enum rc store_file_texts(struct arena *a, const char *path, const char *sql, const char ***out, int *n) {
    sqlite3 *db;
    sqlite3_stmt *st = NULL;
    int room = 0, code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL);
    *out = NULL;
    *n = 0;
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(db, sql, -1, &st, NULL);
    while (code == SQLITE_OK && (code = sqlite3_step(st)) == SQLITE_ROW) {
        if (*n == room) {
            room = room ? room * 2 : 16;
            *out = arena_grow(a, *out, (size_t)*n, (size_t)room, sizeof **out);
        }
        (*out)[(*n)++] = arena_copy(a, (const char *)sqlite3_column_text(st, 0));
        code = SQLITE_OK;
    }
    sqlite3_finalize(st);
    sqlite3_close(db);
    *n = code == SQLITE_DONE ? *n : 0;
    return code == SQLITE_DONE ? RC_OK : RC_BROKEN;
}
