/* report_page.c: reports for leads: promises kept, and how the rules of the reply check do. */
#include "base/say.h"
#include "base/tr.h"
#include "desk/finding.h"
#include "desk/prevention.h"
#include "desk/promise_report.h"
#include "html_gen.h"
#include "web/handlers.h"
#include "web/page.h"
#include "web/report_page.h"
#include "web/views_report.h"

#include <string.h>

enum { DAY_MS = 24 * 3600 * 1000, RULES_DAYS = 90 };

/* ---- promises ---- */

static const char *percent(struct arena *a, double rate) {
    return rate < 0 ? "" : arena_printf(a, "%d %%", (int)(rate * 100 + 0.5));
}

static struct report_line line_of(struct arena *a, const struct promise_tally *t) {
    return (struct report_line){
        .name = t->name ? t->name : "",
        .kept = t->kept,
        .broken = t->broken,
        .owed = t->owed,
        .withdrawn = t->withdrawn,
        .renewed = t->renewed,
        .rate = percent(a, promise_rate(t)),
    };
}

static struct report_table table_of(struct arena *a, const char *name, const struct promise_tally *list, int n,
                                    bool channels) {
    struct report_table out = {name, ARENA_ARRAY(a, (size_t)n + 1, struct report_line), n};
    for (int i = 0; i < n; i++) {
        out.lines[i] = line_of(a, &list[i]);
        if (channels)
            out.lines[i].channel.key = list[i].name;
    }
    return out;
}

static void fill_bars(struct visit *x, const struct promise_report *r, struct promise_report_view *v) {
    int most = 1;
    for (int i = 0; i < r->weeks_n; i++) {
        int all = r->weeks[i].kept + r->weeks[i].broken + r->weeks[i].owed;
        most = all > most ? all : most;
    }
    v->bars = ARENA_ARRAY(x->a, (size_t)r->weeks_n + 1, struct report_bar);
    v->chart_w = r->weeks_n * REPORT_BAR_W + 8;
    for (int i = 0; i < r->weeks_n; i++) {
        const struct promise_tally *w = &r->weeks[i];
        struct buf label = {0};
        say_date(&label, x->page.locale, x->page.zone, w->week, x->page.now);
        struct report_bar b = {.label = arena_copy(x->a, label.at),
                               .x = i * REPORT_BAR_W + 4,
                               .kept = w->kept,
                               .broken = w->broken,
                               .owed = w->owed};
        b.kept_h = w->kept * REPORT_CHART_H / most;
        b.broken_h = w->broken * REPORT_CHART_H / most;
        b.owed_h = w->owed * REPORT_CHART_H / most;
        b.kept_y = REPORT_CHART_H - b.kept_h;
        b.broken_y = b.kept_y - b.broken_h;
        b.owed_y = b.broken_y - b.owed_h;
        v->bars[v->bars_n++] = b;
        buf_free(&label);
    }
}

static const int spans[] = {28, 91, 365};

int64_t report_days(struct request *rq) { return rq_int(rq, "days", spans[1]); }

struct choices report_spans(struct visit *x, int64_t days) {
    enum { N = sizeof spans / sizeof *spans };
    const char *labels[N] = {tr(x->page.locale, "Four weeks"), tr(x->page.locale, "Three months"),
                             tr(x->page.locale, "A year")};
    struct choices out = {.items = ARENA_ARRAY(x->a, N, struct choice), .items_n = N};
    for (int i = 0; i < N; i++)
        out.items[i] = (struct choice){arena_printf(x->a, "%d", spans[i]), labels[i], "", spans[i] == days};
    return out;
}

void get_report_promises(struct request *rq) {
    struct visit x;
    struct promise_report r;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Promises kept")))
        return;
    struct promise_report_view v = {.shell = shell_of(&x, "reports"), .nav.section = "promises"};
    int64_t days = report_days(rq);
    enum rc rc = promise_report(x.v, x.a, x.page.zone, x.page.now - days * DAY_MS, x.page.now + 7LL * DAY_MS,
                                x.page.now, &r);
    struct prevention_tally prevention;
    if (rc == RC_OK)
        rc = prevention_tally(x.v, x.page.now - days * DAY_MS, x.page.now, x.page.now, &prevention);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.prevention_open = prevention.open;
    v.said = prevention.said;
    v.said_alone = prevention.said_alone;
    v.prevention_late = prevention.late;
    v.prevention_done = prevention.done_in_time + prevention.done_late;
    v.spans = report_spans(&x, days);
    v.all = line_of(x.a, &r.all);
    v.short_words = line_of(x.a, &r.short_words);
    fill_bars(&x, &r, &v);
    v.teams = table_of(x.a, tr(x.page.locale, "By team"), r.teams, r.teams_n, false);
    v.channels = table_of(x.a, tr(x.page.locale, "By channel"), r.channels, r.channels_n, true);
    v.tags = table_of(x.a, tr(x.page.locale, "By topic"), r.tags, r.tags_n, false);
    int made = r.all.kept + r.all.broken + r.all.owed + r.all.withdrawn + r.all.renewed;
    v.a_reply = r.replies ? arena_printf(x.a, "%.2f", (double)made / (double)r.replies) : "–";
    v.horizon = r.horizon;
    v.lateness = r.lateness;
    v.removed = r.removed;
    v.replies = r.replies;
    v.cut = r.cut;
    html_report_promises(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

/* ---- rules ---- */

const char *rule_lang_name(enum lang lang) {
    static const char *const names[LANGS] = {
        [LANG_EN] = "English", [LANG_VI] = "Tiếng Việt", [LANG_ZH] = "中文", [LANG_TH] = "ไทย"};
    return names[lang];
}

static const char *rule_says(enum lang lang, const char *name) {
    const struct rule *rule = rules_named(rules_of(lang), name);
    return rule ? rule->say : "";
}

void get_report_rules(struct request *rq) {
    struct visit x;
    struct rule_record *list;
    int n;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Reply check")))
        return;
    struct rules_view v = {.shell = shell_of(&x, "reports"), .nav.section = "rules"};
    enum rc rc = finding_records(x.v, x.a, x.page.now - (int64_t)RULES_DAYS * DAY_MS, &list, &n);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.lines = ARENA_ARRAY(x.a, (size_t)n + 1, struct rule_line);
    for (int i = 0; i < n; i++) {
        int64_t shown = list[i].changed + list[i].sent + list[i].dismissed;
        v.lines[v.lines_n++] = (struct rule_line){
            .rule = list[i].rule,
            .lang = lang_code(list[i].lang),
            .lang_name = rule_lang_name(list[i].lang),
            .about = rule_says(list[i].lang, list[i].rule),
            .changed = list[i].changed,
            .sent = list[i].sent,
            .dismissed = list[i].dismissed,
            .rate = percent(x.a, shown ? (double)list[i].changed / (double)shown : -1),
            .quiet_since = list[i].quiet_since,
            .by_program = list[i].by_program,
        };
    }
    html_report_rules(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

struct rule_act {
    struct request *rq;
    struct actor by;
    int64_t now;
};

static enum rc do_rule(struct tx *tx, void *arg) {
    struct rule_act *x = arg;
    enum lang lang = lang_read(rq_text(x->rq, "lang"), "", 0);
    return finding_quiet(tx, rq_text(x->rq, "rule"), lang, rq_flag(x->rq, "quiet"), x->by, x->now);
}

void post_report_rules(struct request *rq) {
    struct rule_act x = {rq, web_actor(rq), rq_now(rq)};
    if (web_write(rq, do_rule, &x))
        rs_redirect(rq, "/reports/rules");
}
