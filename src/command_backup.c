/* command_backup.c: kept backup and kept restore. */
#include "command.h"

#include "base/secret.h"
#include "desk/event.h"

#include <stdio.h>
#include <string.h>

int command_backup(struct call *c) {
    struct store *store;
    const char *why = "";
    int code = command_open(c, false, &store);
    if (code)
        return code;
    enum rc rc = store_backup(store, c->words[0], &why);
    store_close(store);
    if (rc == RC_DUPLICATE)
        return command_fail(RC_CONFLICT, "%s was not written: %s", c->words[0], why);
    if (rc != RC_OK)
        return command_fail(rc, "%s was not written: %s", c->words[0], why);
    printf("%s is written. Keep the folder secrets with it, in another place: without it the mails in it stay "
           "sealed.\n",
           c->words[0]);
    return 0;
}

/* The chain was made with keys that are not in the file: whose keys do not fit opens none of its mails either. */
static enum rc judge(struct store *s, void *arg, const char **why) {
    int64_t bad, *checked = arg;
    const char *what;
    struct view *v = view_open(s);
    enum rc rc = event_verify(v, checked, &bad, &what);
    view_close(v);
    if (rc == RC_OK && bad) {
        *why = "its events do not fit the keys here; put the folder secrets of the same time in place first";
        return RC_INVALID;
    }
    if (rc != RC_OK)
        *why = "its events cannot be read";
    return rc;
}

int command_restore(struct call *c) {
    const char *data = c->conf.values[CONF_DATA], *why = "";
    int64_t events = 0;
    if (*c->conf.values[CONF_STORE])
        return command_fail(RC_INVALID, "PostgreSQL is restored with its own tools");
    int code = command_lock(data);
    if (code)
        return code;
    enum rc rc = secret_load(c->arena, data, &why);
    if (rc == RC_OK)
        rc = store_restore(c->arena, c->words[0], data, judge, &events, &why);
    if (rc != RC_OK)
        return command_fail(rc, "%s is not taken: %s. Nothing was changed.", c->words[0], why);
    printf(
        "Restored: %lld events, the chain is whole. What was here before is kept.db.before-restore, beside it.\n",
        (long long)events);
    return 0;
}
