/* command_backup.c: kept backup and kept restore. */
#include "command.h"

#include "base/clock.h"
#include "base/secret.h"
#include "desk/contact.h"
#include "desk/erase.h"
#include "desk/event.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

int command_backup(struct call *c) {
    struct store *store;
    const char *why = "";
    int code = command_open(c, false, &store);
    if (code)
        return code;
    enum rc rc = store_backup(store, c->words[0], &why);
    store_close(store);
    if (rc == RC_DUPLICATE || rc == RC_AWAY)
        return command_cannot_create("%s was not written: %s", c->words[0], why);
    if (rc != RC_OK)
        return command_fail(rc, "%s was not written: %s", c->words[0], why);
    printf("%s is written. Keep the folder secrets with it, in another place: without it the mails in it stay "
           "sealed.\n",
           c->words[0]);
    return 0;
}

/* ---- restore ---- */

/* A backup still holds customers who were erased since: the database that it replaces knows them. */
static const char erased_here[] =
    "SELECT c.ref || ' ' || coalesce((SELECT p.reason FROM privacy_act p WHERE p.account_id = c.account_id"
    " AND p.contact_id = c.id AND p.kind = 'erase'), '') FROM contact c WHERE c.erased_at IS NOT NULL";

struct restoring {
    struct arena *arena;
    const char **erased; /* "ctc_… asked" */
    int erased_n, again;
    int64_t events;
};

struct erasing {
    struct contact contact;
    const char *why;
};

static enum rc begin(struct tx *tx, void *arg) {
    struct erasing *x = arg;
    return erase_begin(tx, x->contact.id, x->why, (struct actor){ACTOR_SYSTEM}, clock_now());
}

static enum rc erase_again(struct store *s, struct restoring *r) {
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < r->erased_n; i++) {
        char *ref = arena_copy(r->arena, r->erased[i]), *why = strchr(ref, ' ');
        struct erasing x = {.why = why + 1};
        *why = 0;
        struct view *v = view_open(s);
        rc = contact_by_ref(v, r->arena, ref, &x.contact);
        view_close(v);
        if (rc == RC_OK && !x.contact.erased_at && (rc = store_write(s, begin, &x)) == RC_OK) {
            rc = erase_all(s, x.contact.id);
            r->again++;
        }
        rc = rc == RC_NONE ? RC_OK : rc; /* came later than the backup */
    }
    return rc;
}

/* The chain was made with keys that are not in the file: whose keys do not fit opens none of its mails either. */
static enum rc judge(struct store *s, void *arg, const char **why) {
    struct restoring *r = arg;
    int64_t bad;
    const char *what;
    struct view *v = view_open(s);
    enum rc rc = event_verify(v, &r->events, &bad, &what);
    view_close(v);
    if (rc == RC_OK && bad) {
        *why = "its events do not fit the keys here; put the folder secrets of the same time in place first";
        return RC_INVALID;
    }
    if (rc != RC_OK)
        *why = "its events cannot be read";
    else if ((rc = erase_again(s, r)) != RC_OK)
        *why = "customers who were erased since could not be erased in it";
    return rc;
}

int command_restore(struct call *c) {
    const char *data = c->conf.values[CONF_DATA], *why = "";
    struct restoring r = {.arena = c->arena};
    if (*c->conf.values[CONF_STORE])
        return command_fail(RC_INVALID, "PostgreSQL is restored with its own tools");
    int code = command_lock(data);
    if (code)
        return code;
    char *here = arena_printf(c->arena, "%s/kept.db", data);
    bool any = access(here, F_OK) == 0;
    bool known = !any || store_file_texts(c->arena, here, erased_here, &r.erased, &r.erased_n) == RC_OK;
    enum rc rc = secret_load(c->arena, data, &why);
    if (rc == RC_OK)
        rc = store_restore(c->arena, c->words[0], data, judge, &r, &why);
    if (rc != RC_OK)
        return command_fail(rc, "%s is not taken: %s. Nothing was changed.", c->words[0], why);
    printf("Restored: %lld events, the chain is whole.%s\n", (long long)r.events,
           any ? " What was here before is kept.db.before-restore, beside it." : "");
    if (r.again)
        printf("Customers who were erased since the backup was made, and are erased again: %d.\n", r.again);
    if (!known)
        printf("What was here could not be read: if customers were erased since the backup was made, erase them "
               "again.\n");
    return 0;
}
