/* bare_write.c: the yardstick of intake: the writes that record.c saw, with the same values in as many commits, and
 * nothing else: no reading, masking, savepoints or threads.
 *     bare_write KEPT.DB RECORDING         prints one line of JSON */
#include "base/log.h"
#include "replay.h"
#include "stopwatch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Kept's own settings of the connection that writes. */
static const char pragmas[] =
    "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0;"
    "PRAGMA temp_store = MEMORY; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
    "PRAGMA journal_size_limit = 67108864; PRAGMA cell_size_check = ON; PRAGMA cache_size = -16000;";

int main(int argc, char **argv) {
    if (argc != 3)
        die("usage: bare_write KEPT.DB RECORDING");
    struct recording r = recording_read(argv[2]);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    struct replay p = replay_open(&r, argv[1], pragmas, true);
    struct recorded **steps = calloc(r.n + 1, sizeof *steps);
    size_t n = 0, writes = 0, reads = 0, batches = 0;
    for (size_t i = 0; i < r.n; i++) {
        struct recorded *one = &r.all[i];
        bool begins = one->exec && strncmp(one->exec, "BEGIN", 5) == 0,
             ends = one->exec && strcmp(one->exec, "COMMIT") == 0;
        bool write = !one->exec && !one->read_only;
        if (begins || ends || write)
            steps[n++] = one;
        writes += write;
        reads += !one->exec && one->read_only;
        batches += ends;
    }
    double began = stopwatch_ms();
    for (size_t i = 0; i < n; i++)
        replay_run(&p, &r, steps[i], NULL, NULL);
    double took = stopwatch_ms() - began;
    printf("{\"ms\":%.3f,\"writes\":%zu,\"reads_left_out\":%zu,\"transactions\":%zu}\n", took, writes, reads,
           batches);
    sqlite3_close_v2(p.db);
    return 0;
}
