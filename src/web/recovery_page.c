/* recovery_page.c: recoveries as agents see them: the list, one with its steps and offers, where one begins, and
 * the report. Reads only. */
#include "web/recovery_page.h"

#include "base/buf.h"
#include "base/money.h"
#include "base/say.h"
#include "base/tr.h"
#include "desk/recall.h"
#include "html_gen.h"
#include "web/handlers.h"
#include "web/report_page.h"

#include <string.h>

enum { ROWS = 50, DAY_MS = 24 * 3600 * 1000 };

static bool is(const char *a, const char *b) { return strcmp(a, b) == 0; }

const char *currency_of(struct arena *a, const struct account *account) {
    char *currency = arena_alloc(a, CURRENCY_SIZE);
    money_of_country(account->country, currency);
    return currency;
}

const char *money_of(struct visit *x, int64_t amount, const char *currency) {
    struct buf out = {0};
    money_say(&out, x->page.locale, amount, currency);
    const char *text = arena_copy_n(x->a, out.at, out.len);
    buf_free(&out);
    return text;
}

static struct choices cause_choices(struct visit *x, const char *chosen) {
    enum locale l = x->page.locale;
    struct choice all[] = {{"broken_promise", tr(l, "cause|A promise was broken")},
                           {"wrong_information", tr(l, "cause|Wrong information")},
                           {"delivery", tr(l, "cause|Delivery")},
                           {"defect", tr(l, "cause|A faulty product")},
                           {"billing", tr(l, "cause|A wrong bill")},
                           {"service", tr(l, "cause|How we served")},
                           {"privacy", tr(l, "cause|Private data")},
                           {"other", tr(l, "cause|Something else")}};
    return choices_of(x, all, sizeof all / sizeof *all, chosen);
}

static struct choices harm_choices(struct visit *x, const char *chosen) {
    enum locale l = x->page.locale;
    struct choice all[] = {{"attention", tr(l, "harm|Was not heard")},
                           {"money", tr(l, "harm|Money")},
                           {"product", tr(l, "harm|A thing that does not work")},
                           {"service", tr(l, "harm|A service that was not done")},
                           {"privacy", tr(l, "harm|Private data")}};
    return choices_of(x, all, sizeof all / sizeof *all, chosen);
}

static struct choices severity_choices(struct visit *x, const char *chosen) {
    enum locale l = x->page.locale;
    struct choice all[] = {{"1", tr(l, "severity|1: a nuisance")},
                           {"2", tr(l, "severity|2: it cost time or money")},
                           {"3", tr(l, "severity|3: it cost much, or trust")},
                           {"4", tr(l, "severity|4: somebody was harmed")}};
    return choices_of(x, all, sizeof all / sizeof *all, chosen);
}

/* ---- the list ---- */

static enum rc row_of(struct visit *x, const struct recovery *r, struct recovery_row *out) {
    struct recovery_step steps[STEPS];
    struct recovery_offer *offers;
    int offers_n = 0;
    enum rc rc = recovery_steps(x->v, x->a, r, x->page.now, steps);
    if (rc == RC_OK && !r->closed_at)
        rc = recovery_offers(x->v, x->a, r, &offers, &offers_n);
    *out = (struct recovery_row){
        .ref = r->ref,
        .state = recovery_state_name(recovery_judge(r)),
        .cause = r->cause,
        .harm = r->harm,
        .owner = r->owner_name,
        .who = r->contact_name,
        .conversation = r->conversation_ref,
        .short_ref = r->short_ref,
        .subject = r->subject,
        .heard = r->heard,
        .severity = r->severity,
        .opened_at = r->opened_at,
        .righted_at = r->righted_at,
        .closed_at = r->closed_at,
        .again = r->again,
        .full = recovery_is_full(r),
    };
    if (rc == RC_OK && !r->righted_at) {
        struct recovery_left left = recovery_left(steps);
        out->left = left.steps;
        out->due_at = left.due_at;
        out->late = left.late;
    }
    for (int i = 0; rc == RC_OK && i < offers_n; i++)
        out->waits |= recovery_offer_waits(&offers[i]);
    return rc;
}

void get_recoveries(struct request *rq) {
    struct visit x;
    struct recovery *list, before = {0};
    int n = 0;
    const char *show = rq_text(rq, "show") ? rq_text(rq, "show") : "open";
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Recoveries")))
        return;
    struct recoveries_view v = {.shell = shell_of(&x, "inbox"), .nav.section = show, .open_only = !is(show, "all")};
    enum rc rc = RC_OK;
    if (rq_text(rq, "before"))
        rc = recovery_by_ref(x.v, x.a, rq_text(rq, "before"), &before);
    struct recovery_ask ask = {
        .open = v.open_only, .agent_id = is(show, "mine") ? x.me.id : 0, .before_id = before.id, .max = ROWS + 1};
    if (rc == RC_OK)
        rc = recovery_list(x.v, x.a, &ask, &list, &n);
    bool more = more_than(&n, ROWS);
    v.rows = ARENA_ARRAY(x.a, (size_t)n + 1, struct recovery_row);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = row_of(&x, &list[i], &v.rows[v.rows_n++]);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    if (more)
        v.older_url = arena_printf(x.a, "/recoveries?show=%s&before=%s", show, list[n - 1].ref);
    v.shell.toast = done_toast(&x);
    html_recovery_list(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

/* ---- one ---- */

static enum rc fill_steps(struct visit *x, const struct recovery *r, struct recovery_view *v) {
    struct recovery_step steps[STEPS];
    enum rc rc = recovery_steps(x->v, x->a, r, x->page.now, steps);
    v->steps = ARENA_ARRAY(x->a, STEPS, struct recovery_step_view);
    for (int i = 0; rc == RC_OK && i < STEPS; i++) {
        const struct recovery_step *s = &steps[i];
        v->steps[v->steps_n++] = (struct recovery_step_view){
            .key = recovery_step_name(s->step),
            .note = s->note,
            .recovery = r->ref,
            .done_at = s->done_at,
            .due_at = s->due_at,
            .done = s->done_at,
            .waived = s->waived,
            .late = s->due_is_over,
            .needed = s->needed,
            .planned = s->promise_id,
            .open = !s->done_at && !s->waived && v->open,
        };
    }
    return rc;
}

static enum rc fill_offers(struct visit *x, const struct recovery *r, struct recovery_view *v) {
    struct recovery_offer *list;
    struct goodwill_limits limits;
    int n;
    enum rc rc = recovery_offers(x->v, x->a, r, &list, &n);
    if (rc == RC_OK)
        rc = recovery_limits(x->v, &limits);
    if (rc != RC_OK)
        return rc;
    v->currency = currency_of(x->a, &x->account);
    v->limit = money_of(x, recovery_limit_of(x->me.role, &limits), v->currency);
    v->sets_limits = x->me.role == ROLE_ADMIN;
    v->offers = ARENA_ARRAY(x->a, (size_t)n + 1, struct recovery_offer_view);
    for (int i = 0; i < n; i++) {
        bool waits = !list[i].approved_at && !list[i].refused_at, mine = list[i].proposed_by == x->me.id;
        v->offers[v->offers_n++] = (struct recovery_offer_view){
            .ref = list[i].ref,
            .recovery = r->ref,
            .kind = list[i].kind,
            .what = list[i].what,
            .amount = list[i].amount ? money_of(x, list[i].amount, list[i].currency) : "",
            .proposer = list[i].proposer,
            .approver = list[i].approved_by == list[i].proposed_by ? "" : list[i].approver,
            .state = waits                 ? "waits"
                     : list[i].approved_at ? "approved"
                                           : "refused",
            .may_approve = waits && !mine && x->me.role >= ROLE_LEAD && v->open,
            .may_refuse = waits && (mine || x->me.role >= ROLE_LEAD) && v->open,
        };
    }
    const struct choice kinds[] = {{"repair", tr(x->page.locale, "offer|Repair, replace, redo")},
                                   {"refund", tr(x->page.locale, "offer|Refund that is owed")},
                                   {"goodwill", tr(x->page.locale, "offer|Goodwill beyond it")}};
    v->kinds = choices_of(x, kinds, sizeof kinds / sizeof *kinds, NULL);
    return RC_OK;
}

static enum rc fill_origin(struct visit *x, const struct recovery *r, struct recovery_view *v) {
    struct promise p;
    struct recall recall;
    struct prevention *list;
    int n;
    enum rc rc = r->promise_id ? promise_load(x->v, x->a, r->promise_id, &p) : RC_NONE;
    if (rc == RC_OK)
        v->promise = p.text;
    if (rc == RC_OK || rc == RC_NONE)
        rc = r->recall_id ? recall_load(x->v, x->a, r->recall_id, &recall) : RC_NONE;
    if (rc == RC_OK)
        v->recall = recall.ref;
    if (rc == RC_OK || rc == RC_NONE)
        rc = prevention_of_conversation(x->v, x->a, r->conversation_id, &list, &n);
    v->preventions = ARENA_ARRAY(x->a, (size_t)(rc == RC_OK ? n : 0) + 1, struct prevention_row);
    for (int i = 0; rc == RC_OK && i < n; i++)
        v->preventions[v->preventions_n++] = prevention_row_of(x, &list[i]);
    return rc;
}

void show_recovery(struct request *rq, const struct error_list *errors, int status) {
    struct visit x;
    struct recovery r;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Recovery")))
        return;
    struct recovery_view v = {.shell = shell_of(&x, "inbox"), .nav.section = ""};
    enum rc rc = recovery_by_ref(x.v, x.a, rq_text(rq, "ref"), &r);
    if (rc == RC_OK)
        rc = row_of(&x, &r, &v.row);
    if (rc == RC_OK) {
        v.open = !r.closed_at;
        v.asked = recovery_judge(&r) == RECOVERY_ASKED;
        v.closed = r.closed_at;
        v.what = r.what;
        v.heard_at = r.heard_at;
        v.heard_how = r.heard_how;
        rc = fill_steps(&x, &r, &v);
    }
    if (rc == RC_OK)
        rc = fill_offers(&x, &r, &v);
    if (rc == RC_OK)
        rc = fill_origin(&x, &r, &v);
    if (rc == RC_OK)
        rc = agent_choices(&x, r.owner_id, &v.owners);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    if (errors)
        v.errors = *errors;
    else
        v.shell.toast = done_toast(&x);
    rs_status(rq, status);
    html_recovery_page(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_recovery(struct request *rq) { show_recovery(rq, NULL, 200); }

/* ---- where one begins ---- */

void show_recovery_new(struct request *rq, const struct error_list *errors, int status) {
    struct visit x;
    struct conversation c;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Put something right")))
        return;
    enum rc rc = conversation_by_ref(x.v, x.a, rq_text(rq, "conversation"), &c);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    struct recovery_new_view v = {.shell = shell_of(&x, "inbox"),
                                  .nav.section = "",
                                  .conversation = c.ref,
                                  .short_ref = c.short_ref,
                                  .subject = c.subject};
    bool posted = rq_route(rq)->method == HTTP_POST;
    v.causes = cause_choices(&x, posted ? rq_text(rq, "cause") : NULL);
    v.harms = harm_choices(&x, posted ? rq_text(rq, "harm") : NULL);
    v.severities =
        severity_choices(&x, posted ? arena_printf(x.a, "%lld", (long long)rq_int(rq, "severity", 1)) : "1");
    v.what = (struct field){posted && rq_text(rq, "what") ? rq_text(rq, "what") : "", error_of(errors, "what")};
    if (errors)
        v.errors = *errors;
    rs_status(rq, status);
    html_recovery_new(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_recovery_new(struct request *rq) { show_recovery_new(rq, NULL, 200); }

/* ---- the report ---- */

static struct recovery_line line_of(struct visit *x, const struct recovery_tally *t) {
    int64_t heard = t->yes + t->no;
    return (struct recovery_line){
        .cause = t->cause,
        .opened = t->opened,
        .open = t->open,
        .right = t->right,
        .yes = t->yes,
        .no = t->no,
        .silent = t->silent,
        .median = t->median_ms,
        .p90 = t->p90_ms,
        .satisfied = heard ? arena_printf(x->a, "%d %%", (int)(100 * t->yes / heard)) : "",
    };
}

void get_report_recoveries(struct request *rq) {
    struct visit x;
    struct recovery_report r;
    struct prevention_tally p;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Put right")))
        return;
    struct recovery_report_view v = {.shell = shell_of(&x, "reports"), .nav.section = "recoveries"};
    int64_t days = report_days(rq), now = x.page.now;
    enum rc rc = recovery_report(x.v, x.a, now - days * DAY_MS, now + 1, &r);
    if (rc == RC_OK)
        rc = prevention_tally(x.v, now - days * DAY_MS, now, now, &p);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.spans = report_spans(&x, days);
    v.all = line_of(&x, &r.all);
    v.lines = ARENA_ARRAY(x.a, (size_t)r.causes_n + 1, struct recovery_line);
    for (int i = 0; i < r.causes_n; i++)
        v.lines[v.lines_n++] = line_of(&x, &r.causes[i]);
    v.cut = r.cut;
    v.kept_in_time = p.done_in_time;
    v.kept_late = p.done_late;
    v.late = p.late;
    v.open = p.open;
    html_report_recoveries(rs_body(rq), &x.page, &v);
    visit_end(&x);
}
