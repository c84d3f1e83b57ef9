#include "channel/push_out.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/vapid.h"
#include "channel/email.h"
#include "channel/outside.h"
#include "desk/inbox.h"
#include "desk/push.h"

#include <pthread.h>
#include <string.h>

enum { TIMEOUT_MS = 10 * 1000, ANSWER_MAX = 64 * 1024 };

/* ---- is she to be told? ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static push_looks_hook *looks_hook;
static void *looks_arg;

void push_set_looks(push_looks_hook *looks, void *arg) {
    pthread_mutex_lock(&lock);
    looks_hook = looks;
    looks_arg = arg;
    pthread_mutex_unlock(&lock);
}

static bool looks(const struct push_note *note) {
    pthread_mutex_lock(&lock);
    push_looks_hook *hook = looks_hook;
    void *arg = looks_arg;
    pthread_mutex_unlock(&lock);
    return hook && note->conversation_id && hook(arg, note->agent_id, note->conversation_id);
}

struct telling {
    const struct job *job;
    struct push_note note;
    const char *verdict;
    int64_t now;
};

static enum rc settle_note(struct tx *tx, void *arg) {
    struct telling *t = arg;
    enum rc rc = job_confirm(tx, t->job);
    return rc == RC_OK ? push_note_settle(tx, &t->note, t->verdict, t->now) : rc;
}

enum rc push_note_job(struct store *s, void *app, const struct job *job) {
    struct arena *a = arena_new(0);
    struct telling t = {.job = job, .now = clock_now()};
    struct push_case c = {0};
    struct view *v = view_open(s);
    enum rc rc = push_note_load(v, a, job->subject_id, &t.note);
    if (rc == RC_OK && strcmp(t.note.state, "waits") != 0)
        rc = RC_NONE; /* she opened it meanwhile */
    if (rc == RC_OK)
        rc = push_case_load(v, a, &t.note, t.now, &c);
    view_close(v);
    if (rc == RC_OK) {
        c.looks = looks(&t.note);
        t.verdict = push_judge(&c);
        rc = store_write(s, settle_note, &t);
    }
    arena_free(a);
    return rc == RC_NONE || rc == RC_GONE ? RC_OK : rc;
}

/* ---- one device ---- */

struct pushing {
    const struct job *job;
    struct arena *a;
    struct push_device device;
    const char *contact;
    enum push_outcome outcome;
    int64_t wait_s, now;
};

/* Push services write there when we are in their way. */
static const char *contact_of(struct view *v, struct arena *a, const char *origin) {
    struct inbox inbox;
    if (origin && strncmp(origin, "https://", 8) == 0)
        return origin;
    return inbox_that_sends(v, a, &inbox) == RC_OK ? arena_printf(a, "mailto:%s", inbox.address) : NULL;
}

/* Each push replaces the one that the service still holds: a device that comes back asks once, for all. */
static void ask(struct pushing *p) {
    const char *audience = push_audience(p->a, p->device.endpoint);
    const char *const headers[] = {
        "TTL: 3600",
        "Urgency: high",
        "Topic: kept-news",
        "Content-Type:",
        arena_printf(p->a, "Authorization: %s", vapid_authorization(p->a, audience, p->contact, p->now)),
        NULL,
    };
    struct outside_ask ask = {
        .url = p->device.endpoint,
        .use = NET_FETCH,
        .post = "",
        .headers = headers,
        .timeout_ms = TIMEOUT_MS,
        .max = ANSWER_MAX,
    };
    struct buf body = {0};
    struct outside_answer answer = {.body = &body};
    enum rc rc = outside_fetch(&ask, &answer);
    p->outcome = rc == RC_OK ? push_outcome_of(answer.status) : rc == RC_AWAY ? PUSH_LATER : PUSH_REFUSED;
    p->wait_s = answer.retry_after_s;
    if (p->outcome != PUSH_TAKEN)
        log_info("the push service %s took nothing: %s%d", audience, rc == RC_OK ? "" : answer.why, answer.status);
    buf_free(&body);
}

static enum rc settle_device(struct tx *tx, void *arg) {
    struct pushing *p = arg;
    enum rc rc = job_confirm(tx, p->job);
    return rc == RC_OK ? push_device_settle(tx, &p->device, p->outcome, p->wait_s, p->now) : rc;
}

enum rc push_device_job(struct store *s, void *app, const struct job *job) {
    const struct email_app *email = app;
    struct pushing p = {.job = job, .a = arena_new(0), .now = clock_now()};
    struct view *v = view_open(s);
    enum rc rc = push_device_load(v, p.a, job->subject_id, &p.device);
    p.contact = contact_of(v, p.a, email->origin);
    view_close(v);
    bool readable = rc == RC_OK;
    if (rc == RC_BROKEN) /* sealed under keys that are gone: nothing can ever reach it */
        rc = RC_OK;
    if (rc == RC_OK && (p.device.knock_at || !readable)) {
        if (!readable)
            p.outcome = PUSH_OVER;
        else if (p.now - p.device.knock_at >= PUSH_GIVE_UP_MS)
            p.outcome = PUSH_REFUSED;
        else
            ask(&p);
        do
            rc = store_write(s, settle_device, &p);
        while (rc == RC_AWAY && job_wait(job));
    }
    arena_free(p.a);
    return rc == RC_NONE || rc == RC_GONE ? RC_OK : rc;
}
