/* command_webhook.c: `kept webhook`: who is told what happened. */
#include "command.h"

#include "base/clock.h"
#include "base/rc.h"
#include "desk/webhook.h"

#include <stdio.h>
#include <string.h>

enum { KINDS };

struct adding {
    struct webhook webhook;
    struct arena *out; /* outlives the transaction */
    char *secret;
};

static enum rc add(struct tx *tx, void *arg) {
    struct adding *x = arg;
    enum rc rc = webhook_create(tx, &x->webhook, (struct actor){ACTOR_SYSTEM}, clock_now());
    if (rc == RC_OK)
        rc = webhook_secret(tx_view(tx), x->out, x->webhook.id, &x->secret);
    x->webhook.ref = arena_copy(x->out, x->webhook.ref);
    return rc;
}

static enum rc end(struct tx *tx, void *arg) { return webhook_remove(tx, arg, (struct actor){ACTOR_SYSTEM}); }

static int list(struct view *v, struct arena *a) {
    struct webhook *all;
    int n;
    enum rc rc = webhook_list(v, a, &all, &n);
    for (int i = 0; rc == RC_OK && i < n; i++)
        printf("%s\t%s\t%s\t%s\n", all[i].ref, all[i].url, *all[i].kinds ? all[i].kinds : "all",
               *all[i].trouble ? all[i].trouble
               : all[i].off_at ? "off"
                               : "ok");
    return rc == RC_OK ? 0 : command_fail(rc, "the webhooks cannot be read (%s)", rc_name(rc));
}

int command_webhook(struct call *c) {
    const char *verb = c->words[0], *what = c->words_n > 1 ? c->words[1] : NULL;
    bool adds = strcmp(verb, "add") == 0, removes = strcmp(verb, "remove") == 0, lists = strcmp(verb, "list") == 0;
    struct store *store;
    struct adding x = {.out = c->arena, .webhook = {.url = what, .kinds = c->options[KINDS], .trouble = ""}};
    if (!adds && !removes && !lists)
        return command_misused("webhook %s is not known; add, list and remove are", verb);
    if (lists == (what != NULL))
        return command_misused("webhook add URL, webhook list or webhook remove REF");
    if (!x.webhook.kinds)
        x.webhook.kinds = "";
    if (adds && webhook_url_flaw(what))
        return command_fail(RC_INVALID, "%s is no address, like https://shop.example.com/kept", what);
    if (adds && webhook_kinds_flaw(x.webhook.kinds))
        return command_fail(RC_INVALID, "--kinds: a word begins no kind of event that is told (docs/events.md)");
    int code = command_open(c, false, &store);
    if (code)
        return code;
    if (lists) {
        struct view *v = view_open(store);
        code = list(v, c->arena);
        view_close(v);
        store_close(store);
        return code;
    }
    enum rc rc = adds ? store_write(store, add, &x) : store_write(store, end, arena_copy(c->arena, what));
    store_close(store);
    if (rc == RC_NONE)
        return command_fail(rc, "there is no webhook %s (kept webhook list shows them)", what);
    if (rc != RC_OK)
        return command_fail(rc, "%s was not %s (%s)", what, adds ? "added" : "removed", rc_name(rc));
    if (adds)
        printf("%s\n%s\n", x.webhook.ref, x.secret);
    else
        printf("%s is told nothing any more.\n", what);
    return 0;
}
