/* app.c: the hooks of HTTP: who is asking, and what an error looks like (app.h). */
#include "web/app.h"

#include "base/log.h"
#include "base/secret.h"
#include "base/tr.h"
#include "desk/visitor.h"
#include "desk/knowledge.h"
#include "html_gen.h"
#include "web/handlers.h"
#include "web/hub.h"
#include "web/limit.h"
#include "web/page.h"
#include "web/reading.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- "last seen" ---- */

/* A session lives on while it is used, but reading a page must not wait for a write: ids are left here and written
 * by a thread of their own. When the list is full some are left out; the next page brings them again. */
enum { TOUCHES = 256 };
struct touch {
    int64_t id;
    bool token; /* else a session */
};
struct toucher {
    struct store *store;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct touch list[TOUCHES];
    int64_t now;
    int n;
    bool stopping;
};

struct touching {
    struct touch what;
    int64_t now;
};

static enum rc touch_one(struct tx *tx, void *arg) {
    struct touching *t = arg;
    return t->what.token ? token_touch(tx, t->what.id, t->now) : session_touch(tx, t->what.id, t->now);
}

static void *toucher_main(void *arg) {
    struct toucher *t = arg;
    pthread_mutex_lock(&t->lock);
    for (;;) {
        while (!t->n && !t->stopping)
            pthread_cond_wait(&t->wake, &t->lock);
        if (!t->n)
            break;
        struct touching one = {t->list[--t->n], t->now};
        pthread_mutex_unlock(&t->lock);
        if (store_write(t->store, touch_one, &one) != RC_OK)
            log_warn("a session's last use was not noted");
        pthread_mutex_lock(&t->lock);
    }
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

static void touch_later(struct toucher *t, struct touch what, int64_t now) {
    pthread_mutex_lock(&t->lock);
    bool there = false;
    for (int i = 0; i < t->n; i++)
        there |= t->list[i].id == what.id;
    if (!there && t->n < TOUCHES)
        t->list[t->n++] = what;
    t->now = now;
    pthread_cond_signal(&t->wake);
    pthread_mutex_unlock(&t->lock);
}

/* ---- who is asking ---- */

const char *visitor_csrf(struct request *rq, bool may_set_cookie) {
    struct arena *a = rq_arena(rq);
    const char *visit = rq_cookie(rq, "kept_visit");
    if (!visit || strlen(visit) != 32) {
        uint8_t random[20];
        if (!may_set_cookie)
            return NULL;
        secret_random(random, sizeof random);
        visit = base32(a, (struct bytes){random, sizeof random});
        rs_cookie(rq, "kept_visit", visit, 24 * 3600);
    }
    return secret_tag(a, SECRET_SESSION, "visitor", visit, 32);
}

bool web_may_ask(struct request *rq) {
    return limiter_stranger(web_of(rq)->limiter, visitor_address_tag(rq_arena(rq), rq_address(rq)), rq_now(rq));
}

static enum rc by_bearer(struct request *rq, const char *bearer, struct identity *who) {
    struct token token;
    struct agent *agent = ARENA_NEW(rq_arena(rq), struct agent);
    struct view *v = view_open(web_store(rq));
    enum rc rc = token_by_bearer(v, rq_arena(rq), bearer, &token);
    if (rc == RC_OK)
        rc = agent_load(v, rq_arena(rq), token.agent_id, agent);
    view_close(v);
    if (rc == RC_OK && !limiter_token(web_of(rq)->limiter, token.id, rq_now(rq)))
        return RC_TOO_MANY;
    if (rc == RC_OK && rq_now(rq) - token.used_at > SESSION_SEEN_EVERY_MS)
        touch_later(web_of(rq)->toucher, (struct touch){token.id, true}, rq_now(rq));
    if (rc == RC_OK)
        *who = (struct identity){
            .agent_id = token.agent_id,
            .session_id = token.id,
            .role = agent->role,
            .scopes = token.scopes,
            .by_token = true,
            .lang = agent->lang,
            .agent = agent,
        };
    return rc == RC_NONE ? RC_OK : rc;
}

enum rc web_identify(struct request *rq, struct identity *who) {
    struct arena *a = rq_arena(rq);
    struct session session;
    struct agent *agent = ARENA_NEW(rq_arena(rq), struct agent);
    const char *header = rq_header(rq, "Authorization"), *cookie = rq_cookie(rq, "kept_session");
    *who = (struct identity){.csrf = visitor_csrf(rq, false)};
    const char *plain = rq_header(rq, "api_access_token"); /* as programs written for other help desks send it */
    if (header && strncasecmp(header, "Bearer ", 7) == 0)
        return by_bearer(rq, header + 7, who);
    if (plain)
        return by_bearer(rq, plain, who);
    if (!cookie)
        return RC_OK;
    struct view *v = view_open(web_store(rq));
    enum rc rc = session_by_token(v, cookie, rq_now(rq), &session);
    if (rc == RC_OK)
        rc = agent_load(v, a, session.agent_id, agent);
    bool first = rc == RC_OK && !agent->totp_on && setting_int(v, SETTING_SECOND_STEP);
    view_close(v);
    if (rc != RC_OK)
        return rc == RC_NONE ? RC_OK : rc;
    const struct route *row = rq_route(rq);
    if (first && row && row->permission == PERM_ANYONE && !(row->flags & ROUTE_FIRST))
        return RC_OK; /* until it is done she is a visitor there: agents' articles do not open */
    *who = (struct identity){
        .agent_id = agent->id,
        .session_id = session.id,
        .role = agent->role,
        .may_reveal = agent->may_reveal,
        .csrf = secret_tag(a, SECRET_SESSION, "agent", cookie, 32),
        .lang = agent->lang,
        .agent = agent,
        .first = first ? "/account/second-step" : NULL,
    };
    if (rq_now(rq) - session.seen_at > SESSION_SEEN_EVERY_MS)
        touch_later(web_of(rq)->toucher, (struct touch){session.id, false}, rq_now(rq));
    return RC_OK;
}

/* ---- errors ---- */

/* `asked`: a page, not what a form sent. */
static const char *kind_of(enum rc rc, bool asked) {
    switch (rc) {
    case RC_NONE: return "not_found";
    case RC_GONE: return "gone";
    case RC_DENIED:
    case RC_UNKNOWN_USER: return "denied";
    case RC_CONFLICT: return "conflict";
    case RC_INVALID: return asked ? "address" : "invalid";
    case RC_TOO_MANY: return "too_many";
    case RC_TOO_BIG: return "too_big";
    case RC_AWAY:
    case RC_FULL: return "away";
    default: return "broken";
    }
}

/* Without words of a handler's own, people get the template's for the kind. Who was refused what a form sent is led
 * back to its page, where what was written stands again. */
static void error_page(struct request *rq, enum rc rc, const char *detail) {
    struct visit x;
    if (!visit_begin(&x, rq, NULL))
        return;
    const struct route *row = rq_route(rq);
    bool sent = row && row->method == HTTP_POST;
    struct trouble what = {.kind = kind_of(rc, row && !sent), .detail = detail ? tr(x.page.locale, detail) : NULL};
    if (strcmp(what.kind, "broken") == 0) {
        uint32_t number;
        secret_random(&number, sizeof number);
        what.log_ref = arena_printf(x.a, "%08x", number);
        log_error("error number %s: %s", what.log_ref, rq_route(rq) ? rq_route(rq)->path : "no route");
    }
    x.page.title = tr(x.page.locale, "That did not work");
    if (rq_fragment(rq)) {
        html_agent_error_part(rs_body(rq), &x.page, &what);
    } else if (x.me.id) {
        struct agent_error_view v = {.shell = shell_of(&x, "inbox"), .what = what};
        html_agent_error(rs_body(rq), &x.page, &v);
    } else {
        struct error_view v = {.shell = public_shell_of(&x),
                               .what = what,
                               .back_url = sent ? rq_page(rq) : NULL,
                               .for_agents = row && strcmp(row->path, "/welcome/{token}") == 0};
        html_customer_error(rs_body(rq), &x.page, &v);
    }
    visit_end(&x);
}

/* ---- opening and closing ---- */

struct web_app *web_open(struct store *s, struct job_runner *jobs, struct notifier *notifier) {
    struct web_app *w = calloc(1, sizeof *w);
    struct toucher *t = calloc(1, sizeof *t);
    if (!w || !t)
        die("out of memory");
    struct hub *hub = hub_start(s, &(struct hub_options){.notifier = notifier});
    *w = (struct web_app){.store = s, .jobs = jobs, .hub = hub, .toucher = t};
    w->limiter = limiter_new(notifier);
    w->knowledge = knowledge_new();
    w->readings = reading_open(s);
    knowledge_start(w->knowledge, s);
    t->store = s;
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->wake, NULL);
    if (pthread_create(&t->thread, NULL, toucher_main, t) != 0)
        die("no thread for sessions");
    return w;
}

void web_set_mailbox_test(struct web_app *w, mailbox_test_hook *test) { w->test_mailbox = test; }

bool web_agent_looks(void *web, int64_t agent_id, int64_t conversation_id) {
    return hub_looks(((struct web_app *)web)->hub, agent_id, conversation_id);
}

void web_set_picture_fetch(struct web_app *w, picture_hook *fetch) { w->fetch_picture = fetch; }

void web_set_mail_reader(struct web_app *w, mail_reader_hook *read, void *reader) {
    w->read_mail = read;
    w->mail_reader = reader;
}

void web_set_origin(struct web_app *w, const char *origin) { w->origin = origin; }

void web_set_mail_command(struct web_app *w, const char *command) { w->mail_command = command; }

void web_close(struct web_app *w) {
    struct toucher *t = w->toucher;
    hub_stop(w->hub);
    pthread_mutex_lock(&t->lock);
    t->stopping = true;
    pthread_cond_signal(&t->wake);
    pthread_mutex_unlock(&t->lock);
    pthread_join(t->thread, NULL);
    reading_close(w->readings);
    free(t);
    limiter_free(w->limiter);
    knowledge_free(w->knowledge);
    free(w);
}

struct http_hooks web_hooks(struct web_app *w) {
    return (struct http_hooks){
        .app = w, .identify = web_identify, .error_page = error_page, .allow_origin = widget_allows};
}
