/* backup.h: the database of SQLite as a file: copied, checked, put back. Private to src/store but for
 * store_restore, which store.h declares. */
#ifndef KEPT_STORE_BACKUP_H
#define KEPT_STORE_BACKUP_H

#include "base/arena.h"
#include "base/rc.h"

#include <sqlite3.h>
#include <stdbool.h>

/* One consistent state of `from` as the new file `path`: complete, looked through and on the disk, or not there at
 * all. RC_DUPLICATE: there is such a file already. *why is static. */
enum rc file_backup(sqlite3 *from, const char *path, const char **why);

/* RC_BROKEN and the first findings in *why (arena) when the file is damaged. Looks at pages and rows, and with
 * `thorough` also whether each index fits its table and each row what it points at. */
enum rc file_check(sqlite3 *db, struct arena *a, bool thorough, const char **why);

#endif
