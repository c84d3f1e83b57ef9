#include "channel/webhook_out.h"

#include "base/clock.h"
#include "base/log.h"
#include "channel/outside.h"
#include "desk/webhook.h"

#include <string.h>

enum { TIMEOUT_MS = 10 * 1000, ANSWER_MAX = 64 * 1024 };

struct telling {
    const struct job *job;
    struct arena *a;
    struct webhook w;
    struct event_told *events;
    const char *trouble;
    int64_t next, now;
    int n;
};

static enum rc read_events(struct view *v, struct telling *t) {
    bool more;
    int all = 0;
    enum rc rc = event_told_after(v, t->a, t->w.after_seq, WEBHOOK_BATCH, &t->events, &all, &t->next, &more);
    for (int i = 0; i < all; i++)
        if (webhook_wants(&t->w, t->events[i].kind))
            t->events[t->n++] = t->events[i];
    return rc;
}

static void ask(struct telling *t) {
    struct buf body = {0}, answered = {0};
    event_told_write(&body, t->w.ref, t->events, t->n, t->next);
    struct webhook_signature sign =
        webhook_sign(t->a, &t->w, t->events[0].seq, t->events[t->n - 1].seq, t->now, buf_bytes(&body));
    const char *const headers[] = {
        "Content-Type: application/json",
        arena_printf(t->a, "webhook-id: %s", sign.id),
        arena_printf(t->a, "webhook-timestamp: %s", sign.timestamp),
        arena_printf(t->a, "webhook-signature: %s", sign.signature),
        NULL,
    };
    struct outside_ask ask = {
        .url = t->w.url,
        .use = NET_FETCH,
        .post = body.at,
        .headers = headers,
        .timeout_ms = TIMEOUT_MS,
        .max = ANSWER_MAX,
    };
    struct outside_answer answer = {.body = &answered};
    enum rc rc = outside_fetch(&ask, &answer);
    bool heard = rc == RC_OK || rc == RC_TOO_BIG;
    if (!heard)
        t->trouble = rc == RC_AWAY ? "no_answer" : "refused_address";
    else if (answer.status == 410)
        t->trouble = "gone";
    else if (answer.status < 200 || answer.status > 299)
        t->trouble = arena_printf(t->a, "status_%d", answer.status);
    else
        t->w.told_at = t->now;
    if (t->trouble)
        log_info("the webhook %s took nothing: %s %s", t->w.ref, t->trouble, heard ? "" : answer.why);
    buf_free(&body);
    buf_free(&answered);
}

static enum rc settle(struct tx *tx, void *arg) {
    struct telling *t = arg;
    enum rc rc = job_confirm(tx, t->job);
    return rc == RC_OK ? webhook_settle(tx, t->job, &t->w, t->next, t->trouble, t->now) : rc;
}

enum rc webhook_job(struct store *s, void *app, const struct job *job) {
    struct telling t = {.job = job, .a = arena_new(0), .now = clock_now()};
    struct view *v = view_open(s);
    enum rc rc = webhook_load(v, t.a, job->subject_id, &t.w);
    if (rc == RC_OK && t.w.off_at)
        rc = RC_NONE; /* until it is switched on again */
    if (rc == RC_BROKEN)
        t.trouble = "keys_lost";
    if (rc == RC_OK)
        rc = read_events(v, &t);
    view_close(v);
    if (rc == RC_OK && t.n)
        ask(&t);
    if (rc == RC_OK || t.trouble)
        do
            rc = store_write(s, settle, &t);
        while (rc == RC_AWAY && job_wait(job));
    arena_free(t.a);
    return rc == RC_NONE || rc == RC_GONE ? RC_OK : rc;
}
