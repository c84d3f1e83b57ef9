/* report_knowledge.c: what becomes of articles, as a page for leads. Reads only. */
#include "base/say.h"
#include "base/tr.h"
#include "desk/article_report.h"
#include "html_gen.h"
#include "web/article_page.h"
#include "web/handlers.h"
#include "web/report_page.h"
#include "web/views_report.h"

#include <string.h>

enum { DAY_MS = 24 * 3600 * 1000 };

static const char *rate_of(struct arena *a, int64_t part, int64_t whole) {
    return whole ? arena_printf(a, "%lld %%", (long long)((part * 100 + whole / 2) / whole)) : "";
}

static void fill_bars(struct visit *x, const struct knowledge_report *r, struct knowledge_report_view *v) {
    int64_t most = 1;
    for (int i = 0; i < r->weeks_n; i++)
        most = r->weeks[i].readings > most ? r->weeks[i].readings : most;
    v->bars = ARENA_ARRAY(x->a, (size_t)r->weeks_n + 1, struct knowledge_bar);
    v->chart_w = r->weeks_n * REPORT_BAR_W + 8;
    for (int i = 0; i < r->weeks_n; i++) {
        const struct report_week *w = &r->weeks[i];
        int64_t followed = w->followed < w->readings ? w->followed : w->readings;
        struct buf label = {0};
        say_date(&label, x->page.locale, x->page.zone, w->week, x->page.now);
        struct knowledge_bar b = {.label = arena_copy(x->a, label.at),
                                  .x = i * REPORT_BAR_W + 4,
                                  .readings = w->readings,
                                  .followed = w->followed,
                                  .searches = w->searches,
                                  .nothing = w->nothing,
                                  .trust = w->trust,
                                  .low = w->low};
        b.followed_h = (int)(followed * REPORT_CHART_H / most);
        b.quiet_h = (int)(w->readings * REPORT_CHART_H / most) - b.followed_h;
        b.followed_y = REPORT_CHART_H - b.followed_h;
        b.quiet_y = b.followed_y - b.quiet_h;
        b.trust_h = (int)(w->trust > 0 ? w->trust * REPORT_CHART_H / 100 : 0);
        b.trust_y = REPORT_CHART_H - b.trust_h;
        v->has_trust |= w->trust >= 0;
        v->bars[v->bars_n++] = b;
        buf_free(&label);
    }
}

static struct knowledge_line *lines_of(struct arena *a, const struct report_article *list, int n) {
    struct knowledge_line *out = ARENA_ARRAY(a, (size_t)n + 1, struct knowledge_line);
    for (int i = 0; i < n; i++)
        out[i] = (struct knowledge_line){.ref = list[i].ref,
                                         .title = list[i].title,
                                         .lang = list[i].lang,
                                         .readings = list[i].readings,
                                         .followed = list[i].followed,
                                         .inserted = list[i].inserted,
                                         .linked = list[i].linked,
                                         .recognised = list[i].recognised,
                                         .rate = rate_of(a, list[i].followed, list[i].readings)};
    return out;
}

static void fill_numbers(struct visit *x, const struct knowledge_report *r, struct knowledge_report_view *v) {
    v->followed = lines_of(x->a, r->followed, r->followed_n);
    v->followed_n = r->followed_n;
    v->used = lines_of(x->a, r->used, r->used_n);
    v->used_n = r->used_n;
    v->missed = ARENA_ARRAY(x->a, (size_t)r->missed_n + 1, struct missed_line);
    for (int i = 0; i < r->missed_n; i++)
        v->missed[v->missed_n++] = (struct missed_line){
            r->missed[i].words, *r->missed[i].lang ? locale_name(r->missed[i].lang) : "",
            strcmp(r->missed[i].place, "agents") == 0, r->missed[i].nothing, r->missed[i].unsure};
    v->readings = r->readings;
    v->followed_all = r->followed_all;
    v->searches = r->searches;
    v->nothing = r->nothing;
    v->uses = r->uses;
    v->resolved = r->resolved;
    v->linked = r->linked;
    v->exposed = r->exposed;
    v->exposed_messages = r->exposed_messages;
    v->exposed_ms = r->exposed_ms;
    v->still_exposed = r->still_exposed;
    v->articles = r->standing.articles;
    v->low = r->standing.low;
    v->trust = r->standing.articles ? r->standing.score_sum / r->standing.articles : -1;
    v->link_rate = rate_of(x->a, r->linked, r->resolved);
    v->followed_rate = rate_of(x->a, r->followed_all, r->readings);
    v->nothing_rate = rate_of(x->a, r->nothing, r->searches);
}

void get_report_knowledge(struct request *rq) {
    struct visit x;
    struct knowledge_report r;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Knowledge")))
        return;
    struct knowledge_report_view v = {.shell = shell_of(&x, "reports"), .nav.section = "knowledge"};
    int64_t days = report_days(rq);
    enum rc rc =
        knowledge_report(x.v, x.a, x.account.zone, x.page.now - days * DAY_MS, x.page.now + 1, x.page.now, &r);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.spans = report_spans(&x, days);
    fill_bars(&x, &r, &v);
    fill_numbers(&x, &r, &v);
    html_report_knowledge(rs_body(rq), &x.page, &v);
    visit_end(&x);
}
