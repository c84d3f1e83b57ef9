/* webhook.h: programs elsewhere that are told what happened, by a POST to their address: the events of
 * desk/event_told.h in their order, some at a time, each at least once. A webhook keeps its place in the chain of
 * events; nothing is queued for it, so that nothing is lost while it is off or its server is away.
 *
 *   an event is written ─event.c─▶ its job is due ─▶ told: the place moves on
 *     not taken: again after a growing pause; for WEBHOOK_GIVES_UP_MS in vain, or 410: off, and the admins see it
 *
 * Signed as standardwebhooks.com says, so that programs have a library for it. */
#ifndef KEPT_DESK_WEBHOOK_H
#define KEPT_DESK_WEBHOOK_H

#include "desk/event_told.h"
#include "desk/job.h"

enum {
    WEBHOOKS_MAX = 20,
    WEBHOOK_URL_MAX = 2000,
    WEBHOOK_KINDS_MAX = 1000,
    WEBHOOK_BATCH = 100, /* events of one request, at most */
    WEBHOOK_GIVES_UP_MS = 5 * 24 * 3600 * 1000,
};

struct webhook {
    int64_t id, after_seq, created_at, told_at, failing_since, off_at;
    const char *ref, *url, *kinds, *trouble; /* trouble: "" or no_answer, refused_address, status_500 …, gone */
    struct bytes secret;                     /* of webhook_load: opened, in the arena */
};

/* May this be asked? NULL, or "long", "not_an_address". Where it leads is held against base/net_guard.h. Pure. */
const char *webhook_url_flaw(const char *url);
/* NULL, or "unknown": a word is the beginning of no kind that is told. Pure. */
const char *webhook_kinds_flaw(const char *kinds);
bool webhook_wants(const struct webhook *w, const char *kind); /* pure */

enum rc webhook_list(struct view *v, struct arena *a, struct webhook **out, int *n);
enum rc webhook_by_ref(struct view *v, struct arena *a, const char *ref, struct webhook *out);
enum rc webhook_load(struct view *v, struct arena *a, int64_t id, struct webhook *out);
/* "whsec_…", as the libraries take it. RC_BROKEN: sealed under keys that are gone. */
enum rc webhook_secret(struct view *v, struct arena *a, int64_t id, char **out);

/* From what happens next. Fills id and ref. RC_TOO_MANY: there are WEBHOOKS_MAX. */
enum rc webhook_create(struct tx *tx, struct webhook *w, struct actor by, int64_t now);
/* Saves url, kinds and off_at; what is switched on again goes on where it was. */
enum rc webhook_save(struct tx *tx, const struct webhook *w, struct actor by, int64_t now);
enum rc webhook_renew_secret(struct tx *tx, int64_t id, struct actor by);
enum rc webhook_remove(struct tx *tx, const char *ref, struct actor by); /* RC_NONE: no such */

/* The three lines of a request that sign `body`. */
struct webhook_signature {
    const char *id, *timestamp, *signature;
};
struct webhook_signature webhook_sign(struct arena *a, const struct webhook *w, int64_t first, int64_t last,
                                      int64_t now, struct bytes body);
/* After a try: `trouble` NULL when all up to `seq` was taken, and told_at says when. In the job's transaction;
 * moves the job. */
enum rc webhook_settle(struct tx *tx, const struct job *job, const struct webhook *w, int64_t seq,
                       const char *trouble, int64_t now);

#endif
