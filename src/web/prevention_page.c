/* prevention_page.c: what keeps things from happening again: the list, one action, where one is added or linked. */
#include "base/tr.h"
#include "base/wall.h"
#include "html_gen.h"
#include "web/handlers.h"
#include "web/recovery_page.h"

#include <string.h>

enum { ROWS = 50, OPEN_ROWS = 200, CASES_SHOWN = 50 };

const char *zone_of_writer(struct request *rq) {
    const char *zone = rq_who(rq)->agent->zone;
    struct account account = {.zone = ""};
    if (zone && *zone)
        return zone;
    struct view *v = view_open(web_store(rq));
    enum rc rc = account_load(v, rq_arena(rq), &account);
    view_close(v);
    return rc == RC_OK ? account.zone : "";
}

int64_t due_of_field(const char *zone, const char *text) {
    char whole[WALL_FIELD_SIZE];
    bool day_only = strlen(text) == 10;
    if (!day_only)
        return wall_read_field(zone, text);
    memcpy(whole, text, 10);
    memcpy(whole + 10, "T23:59", 7);
    int64_t at = wall_read_field(zone, whole);
    return at ? at + 59999 : 0;
}

struct prevention_row prevention_row_of(struct visit *x, const struct prevention *p) {
    enum prevention_state state = prevention_judge(p, x->page.now);
    return (struct prevention_row){
        .ref = p->ref,
        .what = p->what,
        .owner = p->owner_name,
        .state = prevention_state_name(state),
        .evidence = p->evidence,
        .due_at = p->due_at,
        .done_at = p->done_at,
        .cases = p->cases,
        .late = state == PREVENTION_LATE || (p->done_at && p->done_at > p->due_at),
        .mine = p->owner_id == x->me.id,
    };
}

static enum rc fill_said(struct visit *x, int64_t prevention_id, struct said_row **out, int *out_n) {
    struct prevention_said *list;
    int n;
    enum rc rc = prevention_said_by(x->v, x->a, prevention_id, CASES_SHOWN, &list, &n);
    *out = ARENA_ARRAY(x->a, (size_t)(rc == RC_OK ? n : 0) + 1, struct said_row);
    for (int i = 0; rc == RC_OK && i < n; i++)
        (*out)[(*out_n)++] = (struct said_row){list[i].conversation_ref, list[i].short_ref, list[i].subject,
                                               list[i].agent_name, list[i].said_at};
    return rc;
}

/* ---- the list ---- */

void get_preventions(struct request *rq) {
    struct visit x;
    struct prevention *list, before = {0};
    int n = 0;
    bool done = rq_flag(rq, "finished");
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Prevention")))
        return;
    struct preventions_view v = {
        .shell = shell_of(&x, "inbox"), .nav.section = done ? "done" : "prevention", .done = done};
    enum rc rc = rq_text(rq, "before") ? prevention_by_ref(x.v, x.a, rq_text(rq, "before"), &before) : RC_OK;
    if (rc == RC_OK)
        rc = prevention_list(x.v, x.a, done, before.id, done ? ROWS + 1 : OPEN_ROWS, &list, &n);
    if (rc == RC_OK && !done)
        rc = fill_said(&x, 0, &v.alone, &v.alone_n);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    bool more = done && more_than(&n, ROWS);
    v.rows = ARENA_ARRAY(x.a, (size_t)n + 1, struct prevention_row);
    for (int i = 0; i < n; i++)
        v.rows[v.rows_n++] = prevention_row_of(&x, &list[i]);
    if (more)
        v.older_url = arena_printf(x.a, "/prevention?finished=1&before=%s", list[n - 1].ref);
    v.shell.toast = done_toast(&x);
    html_recovery_preventions(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

/* ---- one ---- */

void show_prevention(struct request *rq, const struct error_list *errors, int status) {
    struct visit x;
    struct prevention p;
    struct prevention_case *cases;
    int n = 0;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Prevention")))
        return;
    struct prevention_view v = {.shell = shell_of(&x, "inbox"), .nav.section = ""};
    enum rc rc = prevention_by_ref(x.v, x.a, rq_text(rq, "ref"), &p);
    if (rc == RC_OK)
        rc = prevention_cases(x.v, x.a, p.id, CASES_SHOWN, &cases, &n);
    if (rc == RC_OK)
        rc = fill_said(&x, p.id, &v.said, &v.said_n);
    if (rc == RC_OK)
        rc = agent_choices(&x, p.owner_id, &v.owners);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.row = prevention_row_of(&x, &p);
    v.cases.items = ARENA_ARRAY(x.a, (size_t)n + 1, struct choice);
    for (int i = 0; i < n; i++)
        v.cases.items[v.cases.items_n++] =
            (struct choice){cases[i].conversation_ref, cases[i].short_ref, cases[i].subject};
    if (errors)
        v.errors = *errors;
    else
        v.shell.toast = done_toast(&x);
    rs_status(rq, status);
    html_recovery_prevention(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_prevention(struct request *rq) { show_prevention(rq, NULL, 200); }

/* ---- a new one, or one that is there already ---- */

static enum rc fill_new(struct visit *x, struct prevention_new_view *v) {
    struct conversation c = {.ref = ""};
    struct prevention *open, *linked;
    struct request *rq = x->rq;
    int open_n = 0, linked_n = 0;
    enum rc rc = agent_choices(x, x->me.id, &v->owners);
    if (rc == RC_OK && rq_text(rq, "conversation")) { /* without one there is nothing to link */
        rc = conversation_by_ref(x->v, x->a, rq_text(rq, "conversation"), &c);
        if (rc == RC_OK)
            rc = prevention_list(x->v, x->a, false, 0, OPEN_ROWS, &open, &open_n);
        if (rc == RC_OK)
            rc = prevention_of_conversation(x->v, x->a, c.id, &linked, &linked_n);
    }
    if (rc != RC_OK)
        return rc;
    v->conversation = c.ref;
    v->short_ref = c.short_ref;
    v->others.items = ARENA_ARRAY(x->a, (size_t)open_n + 1, struct choice);
    for (int i = 0; i < open_n; i++) {
        bool there = false;
        for (int k = 0; k < linked_n; k++)
            there |= linked[k].id == open[i].id;
        if (!there)
            v->others.items[v->others.items_n++] = (struct choice){open[i].ref, open[i].what, open[i].owner_name};
    }
    bool posted = rq_route(rq)->method == HTTP_POST;
    v->what.value = posted && rq_text(rq, "what") ? rq_text(rq, "what") : "";
    v->due.value = posted && rq_text(rq, "due") ? rq_text(rq, "due") : "";
    return RC_OK;
}

void show_prevention_new(struct request *rq, const struct error_list *errors, int status) {
    struct visit x;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Keep it from happening again")))
        return;
    struct prevention_new_view v = {.shell = shell_of(&x, "inbox"), .nav.section = ""};
    enum rc rc = fill_new(&x, &v);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.what.error = error_of(errors, "what");
    v.due.error = error_of(errors, "due");
    if (errors)
        v.errors = *errors;
    rs_status(rq, status);
    html_recovery_prevention_new(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_prevention_new(struct request *rq) { show_prevention_new(rq, NULL, 200); }

/* ---- acts ---- */

struct prevention_act {
    struct request *rq;
    struct actor by;
    int64_t now;
    struct prevention p;
    int64_t due;
};

/* `to` as in every form: me, or an agent's reference; 0: she does not work here. */
static enum rc owner_named(struct tx *tx, struct prevention_act *x, const char *to, int64_t *id) {
    struct agent agent;
    *id = x->by.id;
    if (!to || !*to || strcmp(to, "me") == 0)
        return RC_OK;
    enum rc rc = agent_by_ref(tx_view(tx), tx_arena(tx), to, &agent);
    *id = rc == RC_OK && agent_takes_work(&agent) ? agent.id : 0;
    return rc;
}

static enum rc add(struct tx *tx, void *arg) {
    struct prevention_act *x = arg;
    struct request *rq = x->rq;
    struct conversation c = {0};
    const char *link = rq_text(rq, "link"), *where = rq_text(rq, "conversation");
    enum rc rc = where ? conversation_by_ref(tx_view(tx), tx_arena(tx), where, &c) : link ? RC_INVALID : RC_OK;
    if (rc == RC_OK && link) {
        rc = prevention_by_ref(tx_view(tx), tx_arena(tx), link, &x->p);
        return rc == RC_OK ? prevention_link(tx, &x->p, c.id, x->by, x->now) : rc;
    }
    x->p = (struct prevention){.what = rq_text(rq, "what"), .due_at = x->due};
    if (rc == RC_OK)
        rc = owner_named(tx, x, rq_text(rq, "owner"), &x->p.owner_id);
    if (rc == RC_OK)
        rc = prevention_add(tx, &x->p, c.id, x->by, x->now);
    if (rc == RC_OK)
        x->p.ref = arena_copy(rq_arena(rq), x->p.ref);
    return rc;
}

void post_preventions(struct request *rq) {
    struct prevention_act x = {.rq = rq, .by = web_actor(rq), .now = rq_now(rq)};
    struct visit v = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    enum locale locale = locale_of(rq_lang(rq));
    const char *what = rq_text(rq, "what"), *due = rq_text(rq, "due");
    x.due = due_of_field(zone_of_writer(rq), due ? due : "");
    if (!rq_text(rq, "link")) {
        if (!what || !what[strspn(what, " \t\r\n")])
            add_error(&v, &errors, "what", tr(locale, "Write what is done so that it cannot happen again."));
        if (x.due <= x.now)
            add_error(&v, &errors, "due", tr(locale, "Choose a day that is still to come."));
    }
    if (errors.items_n)
        show_prevention_new(rq, &errors, 422);
    else if (web_write(rq, add, &x))
        rs_redirect(rq, rq_text(rq, "conversation")
                            ? arena_printf(rq_arena(rq), "/c/%s", rq_text(rq, "conversation"))
                            : arena_printf(rq_arena(rq), "/prevention/%s?done=saved", x.p.ref));
}

static enum rc act(struct tx *tx, void *arg) {
    struct prevention_act *x = arg;
    int64_t owner;
    enum rc rc = prevention_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "ref"), &x->p);
    if (rc == RC_OK && strcmp(rq_text(x->rq, "do"), "done") == 0)
        return prevention_done(tx, &x->p, rq_text(x->rq, "evidence"), x->by, x->now);
    if (rc == RC_OK)
        rc = owner_named(tx, x, rq_text(x->rq, "to"), &owner);
    return rc == RC_OK ? prevention_hand(tx, &x->p, owner, x->by) : rc;
}

void post_prevention(struct request *rq) {
    struct prevention_act x = {.rq = rq, .by = web_actor(rq), .now = rq_now(rq)};
    struct visit v = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    enum rc rc = store_write(web_store(rq), act, &x);
    if (rc == RC_INVALID) {
        add_error(&v, &errors, "evidence",
                  tr(locale_of(rq_lang(rq)), "Write how we know that it is done: a document, a setting, a test."));
        show_prevention(rq, &errors, 422);
    } else if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
    } else {
        rs_redirect(rq, arena_printf(rq_arena(rq), "/prevention/%s?done=saved", rq_text(rq, "ref")));
    }
}
