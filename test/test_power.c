/* Power loss: what the store asks of a disk is written down (a VFS of SQLite around the real one), from the first
 * migration to the last of many commits. Then the disk is made again as it may be after the power failed: what was
 * synced is there, and of what was not, any part, in sectors of 512 bytes, in any order. Each such disk must open
 * clean, with everything in it that had been answered.
 *
 * Its twin: on a disk that says "synced" and is not, something answered must be found missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/log.h"
#include "store/store.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SECTOR = 512,
    FILES = 3,
    THREADS = 2,
    EACH = 45,       /* transactions of a thread */
    PAIR = 1000000,  /* each writes two rows that far apart: both are there or neither */
    LONGEST = 60000, /* bytes of a row: some commits fill many pages, and the log is carried over twice */
    MOMENTS = 150,   /* syncs at which the power fails, evenly over the whole */
    VARIANTS = 4,
};

static const char *const names[FILES] = {"kept.db", "kept.db-wal", "kept.db-journal"};

QUERY(q_power_add,
      "INSERT INTO account (account_id, name, lang, zone, created_at) VALUES ($1, $2, 'en', 'UTC', $3)");
QUERY(q_power_get, "SELECT name FROM account WHERE account_id = $1");

/* ---- what was asked of the disk ---- */

struct op {
    enum { WRITE, TRUNCATE, SYNC, CREATE, DELETE, ANSWERED } kind;
    int file;
    int64_t at, len; /* ANSWERED: the number of the transaction */
    uint8_t *bytes;
};

static struct op *ops;
static size_t ops_n, ops_room;
static bool recording;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void record(struct op op, const void *bytes) {
    pthread_mutex_lock(&lock);
    if (recording && op.file >= 0) {
        if (ops_n == ops_room && !(ops = realloc(ops, (ops_room = ops_room * 2 + 1024) * sizeof *ops)))
            die("out of memory");
        if (bytes) {
            op.bytes = malloc((size_t)op.len);
            memcpy(op.bytes, bytes, (size_t)op.len);
        }
        ops[ops_n++] = op;
    }
    pthread_mutex_unlock(&lock);
}

/* ---- the VFS around the real one ---- */

struct file {
    sqlite3_file base;
    int name;
    sqlite3_file *real;
};

static sqlite3_vfs *real_vfs, shim_vfs;
static sqlite3_io_methods methods;
#define REAL(f) (((struct file *)(f))->real)
#define NAME(f) (((struct file *)(f))->name)

static int name_of(const char *path) {
    for (int i = 0; path && i < FILES; i++) {
        size_t n = strlen(path), m = strlen(names[i]);
        if (n >= m && strcmp(path + n - m, names[i]) == 0)
            return i;
    }
    return -1;
}

static int x_close(sqlite3_file *f) { return REAL(f)->pMethods ? REAL(f)->pMethods->xClose(REAL(f)) : SQLITE_OK; }
static int x_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at) {
    return REAL(f)->pMethods->xRead(REAL(f), to, n, at);
}
static int x_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at) {
    record((struct op){WRITE, NAME(f), at, n}, from);
    return REAL(f)->pMethods->xWrite(REAL(f), from, n, at);
}
static int x_truncate(sqlite3_file *f, sqlite3_int64 size) {
    record((struct op){TRUNCATE, NAME(f), size}, NULL);
    return REAL(f)->pMethods->xTruncate(REAL(f), size);
}
static int x_sync(sqlite3_file *f, int flags) {
    int code = REAL(f)->pMethods->xSync(REAL(f), flags);
    record((struct op){SYNC, NAME(f)}, NULL);
    return code;
}
static int x_size(sqlite3_file *f, sqlite3_int64 *size) { return REAL(f)->pMethods->xFileSize(REAL(f), size); }
static int x_lock(sqlite3_file *f, int level) { return REAL(f)->pMethods->xLock(REAL(f), level); }
static int x_unlock(sqlite3_file *f, int level) { return REAL(f)->pMethods->xUnlock(REAL(f), level); }
static int x_reserved(sqlite3_file *f, int *out) { return REAL(f)->pMethods->xCheckReservedLock(REAL(f), out); }
static int x_control(sqlite3_file *f, int op, void *arg) {
    return REAL(f)->pMethods->xFileControl(REAL(f), op, arg);
}
static int x_sector(sqlite3_file *f) { return REAL(f)->pMethods->xSectorSize(REAL(f)); }
static int x_device(sqlite3_file *f) { return REAL(f)->pMethods->xDeviceCharacteristics(REAL(f)); }
static int x_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out) {
    return REAL(f)->pMethods->xShmMap(REAL(f), page, size, extend, out);
}
static int x_shm_lock(sqlite3_file *f, int offset, int n, int flags) {
    return REAL(f)->pMethods->xShmLock(REAL(f), offset, n, flags);
}
static void x_shm_barrier(sqlite3_file *f) { REAL(f)->pMethods->xShmBarrier(REAL(f)); }
static int x_shm_unmap(sqlite3_file *f, int delete) { return REAL(f)->pMethods->xShmUnmap(REAL(f), delete); }

static int x_open(sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *f, int flags, int *out) {
    struct file *file = (struct file *)f;
    file->name = name_of(path);
    file->real = (sqlite3_file *)(file + 1);
    bool there = path && access(path, F_OK) == 0;
    int code = real_vfs->xOpen(real_vfs, path, file->real, flags, out);
    f->pMethods = file->real->pMethods ? &methods : NULL;
    if (code == SQLITE_OK && !there)
        record((struct op){CREATE, file->name}, NULL);
    return code;
}

static int x_delete(sqlite3_vfs *vfs, const char *path, int sync) {
    record((struct op){DELETE, name_of(path), .at = sync}, NULL);
    return real_vfs->xDelete(real_vfs, path, sync);
}

static void put_before_the_disk(void) {
    real_vfs = sqlite3_vfs_find(NULL);
    shim_vfs = *real_vfs;
    shim_vfs.zName = "power";
    shim_vfs.szOsFile = (int)sizeof(struct file) + real_vfs->szOsFile;
    shim_vfs.xOpen = x_open;
    shim_vfs.xDelete = x_delete;
    methods = (sqlite3_io_methods){2,        x_close,   x_read,     x_write,       x_truncate, x_sync,
                                   x_size,   x_lock,    x_unlock,   x_reserved,    x_control,  x_sector,
                                   x_device, x_shm_map, x_shm_lock, x_shm_barrier, x_shm_unmap};
    sqlite3_vfs_register(&shim_vfs, 1);
}

/* ---- the work ---- */

struct work {
    struct store *store;
    int64_t first;
};

/* What row n holds, so that anybody can tell it from half of it. */
static char *text_of(int64_t n) {
    unsigned seed = (unsigned)n * 2654435761u;
    size_t len = n % 5 == 0 ? LONGEST : 40 + seed % 900;
    char *text = malloc(len + 1);
    for (size_t i = 0; i < len; i++)
        text[i] = (char)('a' + (seed = seed * 1103515245u + 12345u) / 65536 % 26);
    text[len] = 0;
    return text;
}

static enum rc add_pair(struct tx *tx, void *arg) {
    int64_t n = *(int64_t *)arg;
    char *text = text_of(n);
    enum rc rc = tx_exec(tx, &q_power_add, BIND(value_int(n), value_text(text), value_int(n)));
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_power_add, BIND(value_int(n + PAIR), value_text(text), value_int(n)));
    free(text);
    return rc;
}

static void *work_main(void *arg) {
    struct work *w = arg;
    for (int64_t n = w->first; n < w->first + EACH; n++) {
        if (store_write(w->store, add_pair, &n) != RC_OK)
            die("the work itself failed");
        record((struct op){ANSWERED, 0, .at = n}, NULL);
    }
    return NULL;
}

static void do_the_work(const char *dir) {
    struct arena *a = arena_new(0);
    const char *why = "";
    struct work works[THREADS];
    pthread_t threads[THREADS];
    struct store *s;
    recording = true;
    if (store_open(a, dir, true, &s, &why) != RC_OK)
        die("%s", why);
    for (int i = 0; i < THREADS; i++) {
        works[i] = (struct work){s, 1 + i * 1000};
        pthread_create(&threads[i], NULL, work_main, &works[i]);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    store_close(s);
    recording = false;
    arena_free(a);
}

/* ---- the disk afterwards ---- */

struct image {
    uint8_t *bytes;
    size_t len, room;
    bool there;
};

static void resize(struct image *f, size_t len) {
    if (len > f->room) {
        f->room = len * 2;
        if (!(f->bytes = realloc(f->bytes, f->room)))
            die("out of memory");
    }
    if (len > f->len)
        memset(f->bytes + f->len, 0, len - f->len);
    f->len = len;
}

static void put(struct image *f, int64_t at, const uint8_t *bytes, int64_t len) {
    if ((size_t)(at + len) > f->len)
        resize(f, (size_t)(at + len));
    memcpy(f->bytes + at, bytes, (size_t)len);
}

static void apply(struct image *f, const struct op *op) {
    switch (op->kind) {
    case WRITE: put(f, op->at, op->bytes, op->len); break;
    case TRUNCATE: resize(f, (size_t)op->at); break;
    case CREATE: f->there = true; break;
    case DELETE:
        f->there = false;
        f->len = 0;
        break;
    default: break;
    }
}

static unsigned luck;
static bool by_chance(int percent) { return (int)((luck = luck * 1103515245u + 12345u) / 65536 % 100) < percent; }

/* Of an operation that was not synced: all of it, nothing, or some of its sectors. */
static void apply_perhaps(struct image *f, const struct op *op, int percent) {
    if (op->kind != WRITE) {
        if (by_chance(percent))
            apply(f, op);
        return;
    }
    for (int64_t at = op->at, end = op->at + op->len, next; at < end; at = next) {
        next = (at / SECTOR + 1) * SECTOR < end ? (at / SECTOR + 1) * SECTOR : end;
        if (by_chance(percent))
            put(f, at, op->bytes + (at - op->at), next - at);
    }
}

struct disk {
    struct image synced[FILES];
    size_t pending[FILES]; /* index of the first operation that may not be on it */
};

static void copy_image(struct image *to, const struct image *from) {
    to->len = 0;
    to->there = from->there;
    resize(to, from->len);
    if (from->len)
        memcpy(to->bytes, from->bytes, from->len);
}

/* The folder is on the disk: all names that were made or removed before `end`. */
static void settle_names(struct disk *d, size_t end) {
    for (int f = 0; f < FILES; f++)
        for (size_t i = d->pending[f]; i < end; i++)
            if (ops[i].file == f && (ops[i].kind == CREATE || ops[i].kind == DELETE)) {
                apply(&d->synced[f], &ops[i]);
                if (ops[i].kind == DELETE)
                    d->pending[f] = i + 1;
            }
}

/* SQLite has the folder synced with the first sync of a journal or log that it made. */
static bool is_new(const struct disk *d, int file, size_t end) {
    for (size_t i = d->pending[file]; file > 0 && i < end; i++)
        if (ops[i].file == file && ops[i].kind == CREATE)
            return true;
    return false;
}

/* Brings what is surely on the disk up to operation `end`. A disk that lies forgets to. */
static void go_on(struct disk *d, size_t *done, size_t end, bool lies) {
    for (; *done < end; ++*done) {
        const struct op *op = &ops[*done];
        if (op->kind == DELETE && op->at && !lies)
            settle_names(d, *done + 1);
        if (op->kind != SYNC || lies)
            continue;
        if (is_new(d, op->file, *done))
            settle_names(d, *done);
        for (size_t i = d->pending[op->file]; i <= *done; i++)
            if (ops[i].file == op->file)
                apply(&d->synced[op->file], &ops[i]);
        d->pending[op->file] = *done + 1;
    }
}

static void write_disk(const struct disk *d, size_t end, int percent, const char *dir) {
    static struct image now[FILES];
    for (int f = 0; f < FILES; f++) {
        char path[128];
        copy_image(&now[f], &d->synced[f]);
        for (size_t i = d->pending[f]; i < end; i++)
            if (ops[i].file == f && ops[i].kind != ANSWERED)
                apply_perhaps(&now[f], &ops[i], percent);
        snprintf(path, sizeof path, "%s/%s", dir, names[f]);
        unlink(path);
        if (!now[f].there)
            continue;
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (fd < 0 || write(fd, now[f].bytes, now[f].len) != (ssize_t)now[f].len)
            die("%s cannot be written", path);
        close(fd);
    }
    char shm[128];
    snprintf(shm, sizeof shm, "%s/kept.db-shm", dir);
    unlink(shm);
}

/* ---- the judgement ---- */

/* 1: row n is there as it was written, 0: there is none, -1: something else. */
static int holds(struct view *v, int64_t n) {
    char *text = text_of(n % PAIR);
    struct rows r = view_query(v, &q_power_get, BIND(value_int(n)));
    int found = rows_next(&r) ? (strcmp(rows_text(&r, 0), text) == 0 ? 1 : -1) : 0;
    if (rows_end(&r) != RC_OK)
        found = -1;
    free(text);
    return found;
}

/* NULL when all is well; else a sentence. */
static const char *judge(struct arena *a, const char *dir, size_t end) {
    const char *why = "", *flaw = NULL;
    struct store *s;
    static bool answered[THREADS * 1000 + 1000];
    memset(answered, 0, sizeof answered);
    for (size_t i = 0; i < end; i++)
        if (ops[i].kind == ANSWERED)
            answered[ops[i].at] = true;
    if (store_open(a, dir, true, &s, &why) != RC_OK)
        return arena_printf(a, "it does not open: %s", why);
    if (store_check(s, a, true, &why) != RC_OK)
        flaw = arena_printf(a, "it is damaged: %s", why);
    struct view *v = view_open(s);
    for (int64_t n = 1; !flaw && n < THREADS * 1000; n++) {
        if (n % 1000 > EACH || n % 1000 == 0)
            continue;
        int one = holds(v, n), two = holds(v, n + PAIR);
        if (one < 0 || two < 0 || one != two)
            flaw = arena_printf(a, "transaction %lld is there by half", (long long)n);
        else if (answered[n] && !one)
            flaw = arena_printf(a, "transaction %lld was answered, and is lost", (long long)n);
    }
    view_close(v);
    store_close(s);
    return flaw;
}

/* ---- the tests ---- */

static char dir[] = "/dev/shm/kept-power-XXXXXX"; /* what is synced there costs nothing: it is we who lose it */

/* Lets the power fail at MOMENTS syncs, in VARIANTS ways. → disks looked at; the first flaw in *flaw */
static int fail_everywhere(bool lies, const char **flaw, struct arena *keep) {
    struct disk d = {0};
    size_t done = 0, syncs = 0, nth = 0;
    int looked = 0;
    static const int percents[VARIANTS] = {0, 100, 50, 90};
    for (size_t i = 0; i < ops_n; i++)
        syncs += ops[i].kind == SYNC;
    *flaw = NULL;
    for (size_t i = 0; i < ops_n && !*flaw; i++) {
        if (ops[i].kind != SYNC)
            continue;
        size_t moment = nth * MOMENTS / syncs, before = nth ? (nth - 1) * MOMENTS / syncs : MOMENTS;
        if (nth++ > 40 && moment == before) /* the first ones all: the schema is made there */
            continue;
        go_on(&d, &done, i, lies);
        for (int k = 0; k < VARIANTS && !*flaw; k++, looked++) {
            struct arena *a = arena_new(0);
            luck = (unsigned)(i * 31 + (size_t)k);
            write_disk(&d, i, percents[k], dir);
            const char *found = judge(a, dir, i);
            if (found)
                *flaw = arena_printf(keep, "at operation %zu of %zu, with %d %% of what was not synced: %s", i,
                                     ops_n, percents[k], found);
            arena_free(a);
        }
    }
    for (int f = 0; f < FILES; f++)
        free(d.synced[f].bytes);
    return looked;
}

static void whatever_the_power_takes_what_was_answered_stays(void **state) {
    struct arena *a = arena_new(0);
    const char *flaw;
    size_t carried_over = 0;
    for (size_t i = 0; i < ops_n; i++)
        carried_over += ops[i].kind == SYNC && ops[i].file == 0;
    assert_true(carried_over >= 3); /* or the log was never carried over, and that was not tried */
    int looked = fail_everywhere(false, &flaw, a);
    if (flaw)
        fail_msg("%s", flaw);
    assert_true(looked > 200);
    print_message("%d disks after a power loss, all whole\n", looked);
    arena_free(a);
}

static void a_disk_that_lies_is_found_out(void **state) {
    struct arena *a = arena_new(0);
    const char *flaw;
    fail_everywhere(true, &flaw, a);
    assert_non_null(flaw);
    arena_free(a);
}

int main(void) {
    if (!mkdtemp(dir))
        die("no directory");
    put_before_the_disk();
    do_the_work(dir);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_the_power_takes_what_was_answered_stays),
        cmocka_unit_test(a_disk_that_lies_is_found_out),
    };
    log_setup("power", LOG_ERROR);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    for (size_t i = 0; i < ops_n; i++)
        free(ops[i].bytes);
    free(ops);
    for (int f = 0; f < FILES; f++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", dir, names[f]);
        unlink(path);
    }
    rmdir(dir);
    return failed;
}
