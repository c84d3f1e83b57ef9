/* promise_actions.c: what agents do with a promise outside of a reply: it is done, or somebody else keeps it. */
#include "desk/news.h"
#include "desk/promise.h"
#include "web/handlers.h"
#include "web/page.h"

#include <string.h>

struct promise_act {
    struct request *rq;
    struct actor by;
    int64_t now;
    const char *conversation_ref; /* to show afterwards; in the request's arena */
};

static enum rc load(struct tx *tx, struct promise_act *x, struct promise *p) {
    enum rc rc = promise_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "ref"), p);
    if (rc == RC_OK)
        x->conversation_ref = arena_copy(rq_arena(x->rq), p->conversation_ref);
    return rc;
}

static enum rc do_kept(struct tx *tx, void *arg) {
    struct promise_act *x = arg;
    struct promise p;
    enum rc rc = load(tx, x, &p);
    struct promise_end end = {.outcome = "kept", .reason = rq_text(x->rq, "reason")};
    return rc == RC_OK ? promise_settle(tx, &p, &end, x->by, x->now) : rc;
}

static enum rc do_hand(struct tx *tx, void *arg) {
    struct promise_act *x = arg;
    struct promise p;
    struct agent agent = {0};
    const char *to = rq_text(x->rq, "to");
    enum rc rc = load(tx, x, &p);
    if (rc == RC_OK && strcmp(to, "me") == 0)
        agent.id = x->by.id;
    else if (rc == RC_OK && strcmp(to, "nobody") != 0)
        rc = agent_by_ref(tx_view(tx), tx_arena(tx), to, &agent);
    if (rc == RC_OK && !agent_takes_work(&agent))
        rc = RC_INVALID;
    return rc == RC_OK ? promise_hand(tx, &p, agent.id, NULL, x->by, x->now) : rc;
}

static enum rc do_news(struct tx *tx, void *arg) {
    struct promise_act *x = arg;
    struct promise p;
    enum rc rc = load(tx, x, &p);
    if (rc != RC_OK)
        return rc;
    bool stop = strcmp(rq_text(x->rq, "do"), "stop") == 0;
    return stop ? news_stop(tx, &p, x->by, x->now) : news_send(tx, &p, x->by, x->now);
}

static void act(struct request *rq, enum rc (*fn)(struct tx *, void *)) {
    struct promise_act x = {rq, web_actor(rq), rq_now(rq), NULL};
    if (!web_write(rq, fn, &x))
        return;
    if (rq_fragment(rq))
        show_conversation(rq, x.conversation_ref, NULL, 200, NULL, NULL);
    else
        rs_redirect(rq, arena_printf(rq_arena(rq), "/c/%s", x.conversation_ref));
}

void post_promise_news(struct request *rq) { act(rq, do_news); }

void post_promise_kept(struct request *rq) { act(rq, do_kept); }

void post_promise_hand(struct request *rq) { act(rq, do_hand); }
