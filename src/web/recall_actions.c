/* recall_actions.c: what is done with a correction: begun, written, approved, sent, stopped, closed; and noted of
 * each of its people. */
#include "base/tr.h"
#include "web/article_page.h"
#include "web/customer_page.h"
#include "web/handlers.h"
#include "web/recall_page.h"

#include <string.h>

struct recall_act {
    struct request *rq;
    struct actor by;
    int64_t now;
    struct recall recall;
    struct recall_person person;
    const char *why; /* the flaw */
    const char *ref; /* of what was begun; in the request's arena */
    struct recall_counts counts;
};

static struct recall_act act_of(struct request *rq) {
    return (struct recall_act){.rq = rq, .by = web_actor(rq), .now = rq_now(rq)};
}

static bool given(const char *s) { return s && *s; }

static enum rc load(struct tx *tx, struct recall_act *x) {
    enum rc rc = recall_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "ref"), &x->recall);
    x->recall.linked = web_linked(x->rq);
    return rc;
}

static void show_it(struct request *rq, const char *query) {
    rs_redirect(rq, arena_printf(rq_arena(rq), "/recalls/%s%s", rq_text(rq, "ref"), query));
}

/* ---- begun ---- */

static enum rc begin(struct tx *tx, void *arg) {
    struct recall_act *x = arg;
    struct request *rq = x->rq;
    struct article article;
    struct article_flag flag = {0};
    enum rc rc = article_by_ref(tx_view(tx), tx_arena(tx), rq_text(rq, "article"), &article);
    if (rc == RC_OK && given(rq_text(rq, "flag")))
        rc = article_flag_by_ref(tx_view(tx), tx_arena(tx), rq_text(rq, "flag"), &flag);
    if (rc != RC_OK)
        return rc;
    struct recall_new new = {.class = (int)rq_int(rq, "class", 0),
                             .from = rq_int(rq, "from", 0),
                             .to = rq_int(rq, "to", 0),
                             .all_langs = rq_flag(rq, "all_langs"),
                             .flag_id = flag.article_id == article.id ? flag.id : 0};
    rc = recall_start(tx, &article, &new, x->by, x->now, &x->recall);
    if (rc == RC_OK)
        x->ref = arena_copy(rq_arena(rq), x->recall.ref);
    return rc;
}

void post_recalls(struct request *rq) {
    struct recall_act x = act_of(rq);
    struct visit v = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    enum locale locale = locale_of(rq_lang(rq));
    if (!rq_int(rq, "class", 0))
        add_error(&v, &errors, "class", tr(locale, "Say how much it can harm."));
    enum rc rc = errors.items_n ? RC_INVALID : store_write(web_store(rq), begin, &x);
    if (rc == RC_INVALID && !errors.items_n)
        add_error(&v, &errors, "from", tr(locale, "Choose the versions that were wrong, the older one first."));
    if (rc == RC_DUPLICATE)
        add_error(&v, &errors, "from", tr(locale, "These versions are being corrected already."));
    if (errors.items_n)
        show_recall_new(rq, &errors, 422);
    else if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else
        rs_redirect(rq, arena_printf(rq_arena(rq), "/recalls/%s", x.ref));
}

/* ---- written ---- */

static enum rc write_text(struct tx *tx, void *arg) {
    struct recall_act *x = arg;
    struct request *rq = x->rq;
    struct recall_text t = {.lang = rq_text(rq, "lang"),
                            .wrong = rq_text(rq, "wrong"),
                            .correct = rq_text(rq, "correct"),
                            .meaning = rq_text(rq, "meaning"),
                            .remedy = rq_text(rq, "remedy")};
    enum rc rc = load(tx, x);
    return rc == RC_OK ? recall_write(tx, &x->recall, &t, x->by, x->now) : rc;
}

void post_recall_text(struct request *rq) {
    struct recall_act x = act_of(rq);
    enum rc rc = store_write(web_store(rq), write_text, &x);
    if (rc == RC_INVALID)
        rs_error(rq, rc,
                 tr(locale_of(rq_lang(rq)),
                    "Fill in all four: what was wrong, what is right, what it means, what you do."));
    else if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else
        rs_redirect(rq, arena_printf(rq_arena(rq), "/recalls/%s?done=saved#texts", rq_text(rq, "ref")));
}

/* ---- approved, sent, stopped ---- */

static enum rc act(struct tx *tx, void *arg) {
    struct recall_act *x = arg;
    const char *what = rq_text(x->rq, "do");
    struct recall *r = &x->recall;
    enum rc rc = load(tx, x);
    if (rc != RC_OK)
        return rc;
    if (strcmp(what, "approve") == 0)
        return recall_approve(tx, r, x->by, x->now);
    if (strcmp(what, "go") == 0)
        return recall_go(tx, r, x->by, x->now, &x->why);
    if (strcmp(what, "stop") == 0)
        return recall_stop(tx, r, x->by, x->now);
    if (strcmp(what, "withdraw") == 0)
        return recall_withdraw(tx, r, x->by, x->now);
    return r->closed_at ? RC_CONFLICT : recall_look(tx, r, x->now);
}

void post_recall_act(struct request *rq) {
    struct recall_act x = act_of(rq);
    enum locale locale = locale_of(rq_lang(rq));
    enum rc rc = store_write(web_store(rq), act, &x);
    const char *why = x.why ? x.why : "";
    if (rc == RC_DENIED)
        rs_error(rq, rc, tr(locale, "Approving takes a second person, who neither started this nor wrote it."));
    else if (rc == RC_CONFLICT && strcmp(why, "approval") == 0)
        rs_error(rq, rc, tr(locale, "They are more than twenty: a second person has to approve first."));
    else if (rc == RC_CONFLICT && strcmp(why, "text") == 0)
        rs_error(rq, rc, tr(locale, "Nothing is written in their languages yet."));
    else if (rc == RC_CONFLICT && strcmp(why, "looking") == 0)
        rs_error(rq, rc, tr(locale, "Not everyone who was told is found yet. Try again when that is done."));
    else if (rc == RC_CONFLICT && strcmp(why, "nobody") == 0)
        rs_error(rq, rc, tr(locale, "Nobody is left to send it to."));
    else if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else
        show_it(rq, *why ? "" : "?done=saved"); /* looking comes first: nothing went */
}

static enum rc before_end(struct tx *tx, void *arg) {
    struct recall_act *x = arg;
    enum rc rc = load(tx, x);
    return rc == RC_OK ? recall_before_close(tx, &x->recall, x->now, &x->why) : rc;
}

static enum rc end(struct tx *tx, void *arg) {
    struct recall_act *x = arg;
    struct request *rq = x->rq;
    const struct recall_closing closing = {rq_text(rq, "cause"), rq_text(rq, "prevention"), rq_text(rq, "waiver"),
                                           &x->counts};
    enum rc rc = load(tx, x);
    return rc == RC_OK ? recall_close(tx, &x->recall, &closing, x->by, x->now, &x->why) : rc;
}

static enum rc close_it(struct recall_act *x) {
    struct store *store = web_store(x->rq);
    enum rc rc = store_write(store, before_end, x);
    if (rc != RC_OK || x->why)
        return rc;
    struct view *v = view_open(store);
    rc = recall_by_ref(v, rq_arena(x->rq), rq_text(x->rq, "ref"), &x->recall);
    if (rc == RC_OK)
        rc = recall_progress(v, &x->recall, &x->counts);
    view_close(v);
    return rc == RC_OK ? store_write(store, end, x) : rc;
}

void post_recall_close(struct request *rq) {
    struct recall_act x = act_of(rq);
    struct visit v = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    enum locale locale = locale_of(rq_lang(rq));
    enum rc rc = close_it(&x);
    if (rc == RC_INVALID && x.why) {
        bool cause = strcmp(x.why, "cause") == 0, prevention = strcmp(x.why, "prevention") == 0;
        add_error(&v, &errors, cause || prevention ? x.why : "waiver",
                  cause ? tr(locale, "Write why it happened.")
                  : prevention
                      ? tr(locale, "Write what keeps it from happening again.")
                      : tr(locale, "The check of its effect is not done. Do it, or say why it is waived."));
        show_recall(rq, &errors, 422);
    } else if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
    } else {
        show_it(rq, x.why ? "" : "?done=saved");
    }
}

/* ---- one person ---- */

static enum rc load_person(struct tx *tx, struct recall_act *x) {
    enum rc rc = load(tx, x);
    if (rc == RC_OK)
        rc = recall_person_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "person"), &x->person);
    return rc == RC_OK && x->person.recall_id != x->recall.id ? RC_NONE : rc;
}

static void show_person(struct request *rq) {
    rs_redirect(rq, arena_printf(rq_arena(rq), "/recalls/%s/people/%s?done=saved", rq_text(rq, "ref"),
                                 rq_text(rq, "person")));
}

static enum rc write_to(struct tx *tx, void *arg) {
    struct recall_act *x = arg;
    enum rc rc = load_person(tx, x);
    const char *body = rq_flag(x->rq, "drop") || !rq_text(x->rq, "text") ? "" : rq_text(x->rq, "text");
    return rc == RC_OK ? recall_write_to(tx, &x->recall, &x->person, body, x->by, x->now) : rc;
}

void post_recall_person_text(struct request *rq) {
    struct recall_act x = act_of(rq);
    if (web_write(rq, write_to, &x))
        show_person(rq);
}

static enum rc note(struct tx *tx, void *arg) {
    struct recall_act *x = arg;
    enum rc rc = load_person(tx, x);
    return rc == RC_OK
               ? recall_do(tx, &x->recall, &x->person, rq_text(x->rq, "do"), rq_text(x->rq, "note"), x->by, x->now)
               : rc;
}

/* Who looks at them one after the other is led on. */
static void show_next(struct request *rq, const struct recall_act *x) {
    const char *before, *after = NULL;
    struct view *v = view_open(web_store(rq));
    enum rc rc = recall_neighbours(v, rq_arena(rq), &x->recall, x->person.id, &before, &after);
    view_close(v);
    if (rc == RC_OK && after)
        rs_redirect(rq, arena_printf(rq_arena(rq), "/recalls/%s/people/%s?done=saved", rq_text(rq, "ref"), after));
    else
        show_person(rq);
}

void post_recall_person(struct request *rq) {
    struct recall_act x = act_of(rq);
    struct visit v = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    const char *back = rq_text(rq, "back"), *what = rq_text(rq, "do");
    enum rc rc = store_write(web_store(rq), note, &x);
    if (rc == RC_INVALID) {
        add_error(&v, &errors, "note",
                  tr(locale_of(rq_lang(rq)), "Write a note: how it was done, or why it could not be."));
        show_recall_person(rq, &errors, 422);
    } else if (rc == RC_OK && !back && strcmp(what, "reviewed") == 0)
        show_next(rq, &x);
    else if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else if (back)
        rs_redirect(rq, arena_printf(rq_arena(rq), "/c/%s", back));
    else
        show_person(rq);
}

/* ---- her button ---- */

/* Only a press does it: previews and scanners open links. */
static enum rc acknowledge(struct tx *tx, void *arg) {
    struct recall_act *x = arg;
    struct conversation c;
    enum rc rc = case_by_token(tx_view(tx), tx_arena(tx), rq_text(x->rq, "token"), &c);
    if (rc == RC_OK)
        rc = recall_person_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "person"), &x->person);
    if (rc == RC_OK && x->person.contact_id != c.contact_id)
        rc = RC_NONE;
    return rc == RC_OK ? recall_acknowledge(tx, &x->person, x->now) : rc;
}

void post_case_noted(struct request *rq) {
    struct recall_act x = act_of(rq);
    if (web_write(rq, acknowledge, &x))
        rs_redirect(rq, arena_printf(rq_arena(rq), "/case/%s#correction", rq_text(rq, "token")));
}
