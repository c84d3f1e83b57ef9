/* report_failures.c: one page for the person in charge: what customers suffered in the last seven days, what is
 * open, and who answers for it. */
#include "base/tr.h"
#include "desk/agent.h"
#include "desk/failure.h"
#include "html_gen.h"
#include "web/handlers.h"
#include "web/page.h"
#include "web/views_report.h"

#include <string.h>

struct failure_words {
    const char *title, *about, *url;
};

static struct failure_words words_of(enum locale l, enum failure f) {
    switch (f) {
    case FAILURE_WRONG:
        return (struct failure_words){tr(l, "Wrong information"),
                                      tr(l, "Articles that somebody called wrong, and corrections."), "/recalls"};
    case FAILURE_PROMISE:
        return (struct failure_words){tr(l, "Broken promises"),
                                      tr(l, "Promises that were not kept when they were due."), "/inbox/promises"};
    case FAILURE_WAIT:
        return (struct failure_words){tr(l, "Long waits"), tr(l, "More than a day until the first answer."),
                                      "/inbox/waiting"};
    case FAILURE_AGAIN:
        return (struct failure_words){tr(l, "The same story again"),
                                      tr(l, "Answers that asked for what the customer had already told us."),
                                      "/reports/rules"};
    case FAILURE_PERSON:
        return (struct failure_words){
            tr(l, "No way to a person"),
            tr(l, "Answers that refused somebody with more say, or sent the customer elsewhere."),
            "/reports/rules"};
    case FAILURE_POLICY:
        return (struct failure_words){tr(l, "“It’s our policy”"), tr(l, "Answers with a rule as the only reason."),
                                      "/reports/rules"};
    case FAILURE_WORDS:
        return (struct failure_words){
            tr(l, "Blame, insults, scripts"),
            tr(l, "Answers that hurt, repeat a script, or apologise without taking responsibility."),
            "/reports/rules"};
    case FAILURE_RIGHT:
        return (struct failure_words){tr(l, "To be put right"), tr(l, "Recoveries that were opened."),
                                      "/recoveries"};
    case FAILURE_PRIVATE:
        return (struct failure_words){tr(l, "Private data told"),
                                      tr(l, "Answers with somebody’s private data, or that ask for a secret."),
                                      "/reports/rules"};
    case FAILURE_UNANSWERED:
    case FAILURES: break;
    }
    return (struct failure_words){tr(l, "Left without an answer"), tr(l, "Answers that passed over a question."),
                                  "/reports/rules"};
}

void get_report_failures(struct request *rq) {
    struct visit x;
    struct failure_count counts[FAILURES];
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Failures")))
        return;
    struct failures_view v = {.shell = shell_of(&x, "reports"),
                              .nav.section = "failures",
                              .lines = ARENA_ARRAY(x.a, FAILURES, struct failure_line),
                              .may_choose = x.me.role >= ROLE_ADMIN,
                              .saved = rq_text(rq, "done")};
    enum rc rc = failure_counts(x.v, x.a, x.page.now, counts);
    for (int f = 0; rc == RC_OK && f < FAILURES; f++) {
        const struct failure_count *c = &counts[f];
        struct failure_words words = words_of(x.page.locale, (enum failure)f);
        struct failure_line *line = &v.lines[v.lines_n++];
        *line = (struct failure_line){
            .name = failure_name((enum failure)f),
            .title = words.title,
            .about = words.about,
            .week = c->week,
            .before = c->before,
            .caught = c->caught,
            .open = c->open,
            .oldest_at = c->oldest_at,
            .url = words.url,
            .words = c->words,
            .more = c->week > c->before,
            .less = c->week < c->before,
            .owner = c->owner_name,
            .owner_left = c->owner_left,
        };
        v.nobody += !c->owner_id || c->owner_left;
        if (v.may_choose)
            rc = agent_choices(&x, c->owner_id, &line->owners);
    }
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    html_report_failures(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

struct failure_act {
    struct request *rq;
    struct actor by;
    int64_t now;
};

static enum rc own(struct tx *tx, void *arg) {
    struct failure_act *x = arg;
    struct agent agent = {0};
    enum failure f;
    const char *ref = rq_text(x->rq, "owner");
    if (!failure_read(rq_text(x->rq, "failure"), &f))
        return RC_INVALID;
    enum rc rc = ref ? agent_by_ref(tx_view(tx), tx_arena(tx), ref, &agent) : RC_OK;
    if (rc == RC_OK && ref && !agent_takes_work(&agent))
        return RC_CONFLICT;
    return rc == RC_OK ? failure_own(tx, f, agent.id, x->by, x->now) : rc;
}

void post_report_failures(struct request *rq) {
    struct failure_act x = {rq, web_actor(rq), rq_now(rq)};
    if (web_write(rq, own, &x))
        rs_redirect(rq, "/reports/failures?done=saved");
}
