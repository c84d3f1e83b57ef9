/* Every query of every layer is prepared, as at each start, on the store that KEPT_TEST_STORE names (SQLite in a
 * temporary directory without it). Ends with 70 and the query's name when one does not prepare. */
#include "base/log.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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
    unlink(arena_printf(a, "%s/kept.db", dir));
    rmdir(dir);
    arena_free(a);
    return rc == RC_OK && schema > 0 ? 0 : 1;
}
