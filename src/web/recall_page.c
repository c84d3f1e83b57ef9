/* recall_page.c: the pages of corrections: their list, where one begins, how one goes, and each of its people.
 * Reads only. */
#include "web/recall_page.h"

#include "base/buf.h"
#include "base/locale.h"
#include "base/say.h"
#include "base/tr.h"
#include "desk/reply.h"
#include "desk/reply_prepare.h"
#include "html_gen.h"
#include "text/markdown.h"
#include "web/article_page.h"
#include "web/handlers.h"
#include "web/views_recall.h"

#include <string.h>

enum { ROWS = 50, PEOPLE = 200, BARS = 24, BAR_W = 28, CHART_H = 120 };

static bool is_lead(struct visit *x) { return x->me.role >= ROLE_LEAD; }
static bool open_still(const struct recall *r) { return !r->closed_at; }

/* ---- the list ---- */

void get_recalls(struct request *rq) {
    struct visit x;
    struct recall *list, before = {0};
    int n = 0;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Corrections")))
        return;
    struct recalls_view v = {.shell = shell_of(&x, "articles")};
    enum rc rc = knowledge_nav_of(&x, "recalls", &v.nav);
    if (rc == RC_OK && rq_text(rq, "before"))
        rc = recall_by_ref(x.v, x.a, rq_text(rq, "before"), &before);
    if (rc == RC_OK)
        rc = recall_list(x.v, x.a, false, before.id, ROWS + 1, &list, &n);
    bool more = more_than(&n, ROWS);
    v.rows = ARENA_ARRAY(x.a, (size_t)n + 1, struct recall_row);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        struct recall_counts c;
        rc = recall_progress(x.v, &list[i], &c);
        v.rows[v.rows_n++] = (struct recall_row){
            .ref = list[i].ref,
            .title = list[i].title,
            .state = list[i].state,
            .owner = list[i].owner,
            .class = list[i].class,
            .deadline_at = list[i].deadline_at,
            .created_at = list[i].created_at,
            .all = c.all,
            .reached = c.reached,
            .remains = c.remains,
            .looking = list[i].look_from && open_still(&list[i]),
            .late = open_still(&list[i]) && list[i].deadline_at && x.page.now > list[i].deadline_at && c.remains,
        };
    }
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    if (more)
        v.older_url = arena_printf(x.a, "/recalls?before=%s", list[n - 1].ref);
    html_recall_list(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

/* ---- where one begins ---- */

static enum rc fill_new(struct visit *x, struct recall_new_view *v) {
    struct request *rq = x->rq;
    bool posted = rq_route(rq)->method == HTTP_POST;
    struct article article, *family;
    struct article_version *all;
    struct article_flag flag = {0};
    int n = 0, family_n;
    enum rc rc = knowledge_nav_of(x, "recalls", &v->nav);
    if (rc == RC_OK)
        rc = article_by_ref(x->v, x->a, rq_text(rq, "article"), &article);
    if (rc == RC_OK)
        rc = article_versions(x->v, x->a, article.id, &all, &n);
    if (rc == RC_OK)
        rc = article_family(x->v, x->a, article.family_id, &family, &family_n);
    if (rc == RC_OK && rq_text(rq, "flag") && *rq_text(rq, "flag"))
        rc = article_flag_by_ref(x->v, x->a, rq_text(rq, "flag"), &flag);
    if (rc != RC_OK)
        return rc;
    /* What changed facts last is the correction, when nobody says that the present text is wrong. */
    int64_t last = article.published, first = 1;
    if (!flag.id && !article.agent_flags && !article.reader_flags && article.facts > 1)
        last = article.facts - 1;
    if (flag.id)
        last = flag.number;
    for (int i = 0; i < n; i++)
        if (all[i].changes_facts && all[i].number <= last && all[i].number > first)
            first = all[i].number;
    v->from.items = ARENA_ARRAY(x->a, (size_t)n + 1, struct choice);
    v->to.items = ARENA_ARRAY(x->a, (size_t)n + 1, struct choice);
    for (int i = n - 1; i >= 0; i--) {
        if (all[i].number > article.published)
            continue;
        struct choice one = {arena_printf(x->a, "%lld", (long long)all[i].number),
                             arena_printf(x->a, "%lld · %s", (long long)all[i].number, all[i].title), ""};
        one.chosen = all[i].number == (posted ? rq_int(rq, "from", first) : first);
        v->from.items[v->from.items_n++] = one;
        one.chosen = all[i].number == (posted ? rq_int(rq, "to", last) : last);
        v->to.items[v->to.items_n++] = one;
    }
    v->article = article.ref;
    v->title = article.title;
    v->lang = article.lang;
    v->flag = flag.ref;
    v->what = flag.what;
    v->translated = family_n > 1;
    v->all_langs = true;
    int usual = 0;
    rc = recall_running(x->v, x->a, article.id, &v->running);
    if (rc == RC_OK)
        rc = recall_usual_class(x->v, article.class, &usual);
    v->class = posted ? rq_int(rq, "class", 0) : usual;
    v->usual = usual ? article_word(x->page.locale, article.class) : "";
    return rc;
}

void show_recall_new(struct request *rq, const struct error_list *errors, int status) {
    struct visit x;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Tell everyone who was told")))
        return;
    struct recall_new_view v = {.shell = shell_of(&x, "articles")};
    enum rc rc = fill_new(&x, &v);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    if (errors)
        v.errors = *errors;
    rs_status(rq, status);
    html_recall_new(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_recall_new(struct request *rq) { show_recall_new(rq, NULL, 200); }

/* ---- how one goes ---- */

/* So many were reached by the end of each of up to BARS equal spans since it began. */
static void fill_bars(struct visit *x, const struct recall *r, const struct recall_stand *list, int n, int all,
                      struct recall_view *v) {
    int64_t from = r->created_at, to = r->closed_at ? r->closed_at : x->page.now;
    if (!all || to <= from)
        return;
    v->bars = ARENA_ARRAY(x->a, BARS, struct recall_bar);
    v->chart_w = BARS * BAR_W + 8;
    for (int b = 0; b < BARS; b++) {
        int64_t until = from + (to - from) * (b + 1) / BARS;
        struct buf label = {0};
        struct recall_bar bar = {.x = b * BAR_W + 4};
        for (int i = 0; i < n; i++)
            bar.reached += list[i].reached_at && list[i].reached_at <= until;
        say_moment(&label, x->page.locale, x->page.zone, until, x->page.now);
        bar.label = arena_copy(x->a, label.at);
        buf_free(&label);
        bar.left = all - bar.reached;
        bar.reached_h = bar.reached * CHART_H / all;
        bar.left_h = CHART_H - bar.reached_h;
        bar.reached_y = bar.left_h;
        v->bars[v->bars_n++] = bar;
    }
}

static void fill_findings(struct visit *x, const char *text, const struct findings *f, struct finding_view **out,
                          int *n) {
    *out = ARENA_ARRAY(x->a, f->n + 1, struct finding_view);
    for (size_t i = 0; i < f->n; i++)
        if (f->at[i].strength != RULE_GREY)
            (*out)[(*n)++] = (struct finding_view){
                .rule = f->at[i].rule,
                .level = rule_strength_name(f->at[i].strength),
                .text = draft_words(x->a, text, f->at[i].start, f->at[i].end),
                .message = f->at[i].message,
                .better = f->at[i].better ? f->at[i].better : "",
            };
}

/* What would go to somebody whose name is not known. */
static enum rc fill_text(struct visit *x, const struct recall *r, const struct recall_text *t,
                         struct recall_text_view *out) {
    struct draft_reading reading;
    struct recall_words words = {.name = "",
                                 .zone = x->account.zone,
                                 .company = x->account.name,
                                 .told_at = r->created_at,
                                 .by_mail = r->linked};
    char *text = recall_compose(x->a, locale_of(t->lang), t, &words);
    struct draft_ask ask = {.text = text, .lang = t->lang};
    enum rc rc = reply_prepare(x->v, x->a, &ask, x->page.now, &reading);
    if (rc != RC_OK)
        return rc;
    out->wrong = t->wrong;
    out->correct = t->correct;
    out->meaning = t->meaning;
    out->remedy = t->remedy;
    out->whole = recall_text_whole(t);
    char *html = markdown_html(x->a, text);
    out->preview = (struct safe_html){html};
    fill_findings(x, text, &reading.findings, &out->findings, &out->findings_n);
    return RC_OK;
}

/* Nothing is written yet: what changed between the versions is there to begin with. */
static enum rc fill_proposal(struct visit *x, const struct recall *r, struct recall_text_view *out) {
    struct recall_proposal p;
    enum rc rc = recall_propose(x->v, x->a, r, out->lang, x->page.now, &p);
    out->wrong = p.wrong;
    out->correct = p.correct;
    out->from = *p.wrong || *p.correct ? p.from : 0;
    out->to = p.to;
    return rc;
}

/* One a language that somebody was told in. */
static enum rc fill_texts(struct visit *x, const struct recall *r, const struct recall_stand *list, int n,
                          struct recall_view *v) {
    struct recall_text *texts;
    int texts_n;
    enum rc rc = recall_texts(x->v, x->a, r->id, &texts, &texts_n);
    v->texts = ARENA_ARRAY(x->a, LOCALES, struct recall_text_view);
    for (int l = 0; rc == RC_OK && l < LOCALES; l++) {
        struct recall_text_view one = {.lang = locale_tag((enum locale)l)};
        for (int i = 0; i < n; i++)
            one.people += list[i].state != RECALL_RIGHT && list[i].locale == (enum locale)l;
        for (int i = 0; rc == RC_OK && i < texts_n; i++)
            if (strcmp(texts[i].lang, one.lang) == 0)
                rc = fill_text(x, r, &texts[i], &one);
        if (!one.people && !one.whole)
            continue;
        if (rc == RC_OK && !one.whole)
            rc = fill_proposal(x, r, &one);
        one.lang_name = locale_name(one.lang);
        one.open = !one.whole || one.findings_n;
        v->texts[v->texts_n++] = one;
    }
    return rc;
}

static struct recall_person_row person_row_of(struct visit *x, const struct recall_person *p, enum recall_state s,
                                              int class) {
    return (struct recall_person_row){
        .ref = p->ref,
        .name = *p->name ? p->name : tr(x->page.locale, "(no name)"),
        .lang_name = locale_name(p->lang),
        .state = recall_state_name(s),
        .note = strcmp(p->note, "no_address") == 0 ? tr(x->page.locale, "No address is known.") : p->note,
        .conversation = p->conversation_ref,
        .short_ref = p->short_ref,
        .harm = p->harm,
        .told_n = p->told_n,
        .tries = p->tries,
        .at = recall_reached_at(p, s) ? recall_reached_at(p, s)
              : p->marked_at          ? p->marked_at
                                      : p->told_last,
        .reviewed = p->reviewed_at,
        .sampled = class == 2 && recall_sampled(p) && s != RECALL_RIGHT,
        .called = p->called_at,
    };
}

/* Those for whom something is still to be done stand first. */
static enum rc fill_people(struct visit *x, const struct recall *r, const struct recall_stand *list, int n,
                           struct recall_view *v) {
    int64_t skip = v->errors.items_n ? 0 : rq_int(x->rq, "skip", 0), seen = 0, ids[PEOPLE];
    enum recall_state states[PEOPLE];
    struct recall_person *people;
    int ids_n = 0, people_n;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < n; i++) {
            enum recall_state s = list[i].state;
            bool later = !recall_remains(s) && s != RECALL_GIVEN_UP;
            if (later != (pass == 1) || (*v->chosen && strcmp(v->chosen, recall_state_name(s)) != 0))
                continue;
            if (seen++ < skip || ids_n == PEOPLE)
                continue;
            states[ids_n] = s;
            ids[ids_n++] = list[i].id;
        }
    enum rc rc = recall_people_of(x->v, x->a, ids, ids_n, &people, &people_n);
    v->people = ARENA_ARRAY(x->a, PEOPLE + 1, struct recall_person_row);
    for (int i = 0, k = 0; rc == RC_OK && i < people_n; i++) {
        while (ids[k] != people[i].id)
            k++;
        v->people[v->people_n++] = person_row_of(x, &people[i], states[k], r->class);
    }
    if (seen > skip + PEOPLE)
        v->older_url = arena_printf(x->a, "/recalls/%s?skip=%lld%s%s#people", r->ref, (long long)(skip + PEOPLE),
                                    *v->chosen ? "&state=" : "", v->chosen);
    return rc;
}

static enum rc fill_wrong(struct visit *x, const struct recall *r, struct recall_view *v) {
    struct recall_version *wrong;
    struct saved_reply *saved;
    int wrong_n, saved_n = 0;
    enum rc rc = recall_versions(x->v, x->a, r->id, &wrong, &wrong_n);
    if (rc == RC_OK)
        rc = saved_list(x->v, x->a, &saved, &saved_n);
    if (rc != RC_OK)
        return rc;
    v->versions = ARENA_ARRAY(x->a, (size_t)wrong_n + 1, struct article_row);
    for (int i = 0; i < wrong_n; i++)
        v->versions[v->versions_n++] = (struct article_row){.ref = wrong[i].article_ref,
                                                            .title = wrong[i].title,
                                                            .lang = wrong[i].lang,
                                                            .lang_name = locale_name(wrong[i].lang),
                                                            .due_at = wrong[i].number};
    v->saved.items = ARENA_ARRAY(x->a, (size_t)saved_n + 1, struct choice);
    for (int i = 0; rc == RC_OK && i < saved_n && open_still(r); i++) {
        struct quote *quotes;
        int n;
        bool says = false;
        rc = knowledge_quotes(web_of(x->rq)->knowledge, x->v, x->a, saved[i].body, NULL, 0, x->page.now, &quotes,
                              &n);
        for (int q = 0; rc == RC_OK && q < n; q++)
            for (int w = 0; w < wrong_n; w++)
                says |= quotes[q].use.version_id == wrong[w].version_id;
        if (says)
            v->saved.items[v->saved.items_n++] = (struct choice){saved[i].ref, saved[i].name};
    }
    return rc;
}

static void fill_numbers(struct visit *x, const struct recall *r, const struct recall_counts *c,
                         struct recall_view *v) {
    const char *flaw = recall_go_flaw(r, c), *check = recall_check_flaw(r, c);
    v->all = c->all;
    v->reached = c->reached;
    v->remains = c->remains;
    v->right = c->of[RECALL_RIGHT];
    v->sample = c->sample;
    v->called = c->called;
    v->unclear = c->unclear;
    v->harmed = c->harmed;
    v->repaired = c->repaired;
    v->ninety_at = c->ninety_at;
    v->late = open_still(r) && r->deadline_at && x->page.now > r->deadline_at && c->remains;
    v->percent = c->all ? arena_printf(x->a, "%d %%", c->reached * 100 / c->all) : "–";
    v->why_not = flaw ? flaw : "";
    v->check = check ? check : "";
    v->go = flaw ? "" : recall_next_step(c);
    bool mine = x->me.id == r->owner_id;
    v->may_approve = open_still(r) && !mine && !r->approved_at && c->of[RECALL_WAITS] > 0;
    v->may_stop = strcmp(r->state, "pilot") == 0 || strcmp(r->state, "sending") == 0;
    v->heaps = ARENA_ARRAY(x->a, RECALL_STATES, struct recall_heap);
    for (int s = 0; s < RECALL_STATES; s++)
        if (c->of[s])
            v->heaps[v->heaps_n++] =
                (struct recall_heap){recall_state_name((enum recall_state)s), c->of[s],
                                     strcmp(v->chosen, recall_state_name((enum recall_state)s)) == 0};
}

void show_recall(struct request *rq, const struct error_list *errors, int status) {
    struct visit x;
    struct recall r;
    struct recall_stand *list = NULL;
    struct recall_counts counts;
    struct article article;
    int n = 0;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Correction")))
        return;
    struct recall_view v = {.shell = shell_of(&x, "articles"),
                            .chosen = !errors && rq_text(rq, "state") ? rq_text(rq, "state") : ""};
    enum rc rc = knowledge_nav_of(&x, "recalls", &v.nav);
    if (rc == RC_OK)
        rc = recall_by_ref(x.v, x.a, rq_text(rq, "ref"), &r);
    r.linked = web_linked(rq);
    if (rc == RC_OK)
        rc = article_load(x.v, x.a, r.article_id, &article);
    bool looking = rc == RC_OK && r.look_from && open_still(&r);
    if (rc == RC_OK && !looking) /* what is not whole is not shown as if it were */
        rc = recall_standing(x.v, x.a, &r, &list, &n, &counts);
    if (rc == RC_OK && !looking)
        rc = fill_texts(&x, &r, list, n, &v);
    if (rc == RC_OK && errors)
        v.errors = *errors;
    if (rc == RC_OK && !looking)
        rc = fill_people(&x, &r, list, n, &v);
    if (rc == RC_OK)
        rc = fill_wrong(&x, &r, &v);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    if (rq_route(rq)->method == HTTP_GET)
        v.shell.toast = done_toast(&x);
    v.ref = r.ref;
    v.title = r.title;
    v.lang = article.lang;
    v.article = r.article_ref;
    v.state = r.state;
    v.owner = r.owner;
    v.approver = r.approver;
    v.class = r.class;
    v.deadline_at = r.deadline_at;
    v.created_at = r.created_at;
    v.approved_at = r.approved_at;
    v.closed_at = r.closed_at;
    v.is_lead = is_lead(&x);
    v.writable = open_still(&r);
    v.cause.value = errors ? rq_text(rq, "cause") : r.cause;
    v.prevention.value = errors ? rq_text(rq, "prevention") : r.prevention;
    v.waiver.value = errors ? rq_text(rq, "waiver") : r.waiver;
    v.looking = looking;
    v.look_all = r.look_all;
    v.look_done = r.look_done;
    v.may_withdraw = strcmp(r.state, "draft") == 0;
    if (!looking) {
        fill_numbers(&x, &r, &counts, &v);
        fill_bars(&x, &r, list, n, counts.all, &v);
    }
    rs_status(rq, status);
    html_recall_page(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_recall(struct request *rq) { show_recall(rq, NULL, 200); }

/* ---- one person ---- */

/* The neighbours among those whose correction is still to be looked at. */
static enum rc fill_neighbours(struct visit *x, const struct recall *r, const struct recall_person *p,
                               struct recall_person_view *v) {
    const char *before = NULL, *after = NULL;
    enum rc rc = recall_neighbours(x->v, x->a, r, p->id, &before, &after);
    v->prev_url = before ? arena_printf(x->a, "/recalls/%s/people/%s", r->ref, before) : "";
    v->next_url = after ? arena_printf(x->a, "/recalls/%s/people/%s", r->ref, after) : "";
    return rc;
}

static enum rc fill_told(struct visit *x, const struct recall_person *p, struct recall_person_view *v) {
    struct recall_message *list;
    int n;
    enum rc rc = recall_messages(x->v, x->a, p, &list, &n);
    v->told = ARENA_ARRAY(x->a, (size_t)(rc == RC_OK ? n : 0) + 1, struct recall_told_row);
    for (int i = 0; rc == RC_OK && i < n; i++)
        v->told[v->told_n++] = (struct recall_told_row){list[i].article,
                                                        list[i].lang,
                                                        list[i].how,
                                                        list[i].channel,
                                                        list[i].at,
                                                        list[i].number,
                                                        seen_text(x, list[i].standing, list[i].trust),
                                                        list[i].read};
    return rc;
}

static enum rc fill_words(struct visit *x, const struct recall *r, const struct recall_person *p,
                          struct recall_person_view *v) {
    struct conversation c;
    struct draft_reading reading;
    struct message sent;
    enum rc rc = conversation_load(x->v, x->a, p->conversation_id, &c);
    if (rc == RC_OK && p->message_id && (rc = message_load(x->v, x->a, p->message_id, &sent)) == RC_OK) {
        v->text = sent.body;
        return RC_OK;
    }
    if (rc == RC_OK)
        rc = recall_text_for(x->v, x->a, r, p, x->page.now, &v->text);
    if (rc != RC_OK)
        return rc == RC_NONE ? RC_OK : rc;
    struct draft_ask ask = {.conversation = &c, .text = v->text, .lang = p->lang};
    rc = reply_prepare(x->v, x->a, &ask, x->page.now, &reading);
    if (rc == RC_OK)
        fill_findings(x, v->text, &reading.findings, &v->findings, &v->findings_n);
    return rc;
}

void show_recall_person(struct request *rq, const struct error_list *errors, int status) {
    struct visit x;
    struct recall r;
    struct recall_person p;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Correction")))
        return;
    struct recall_person_view v = {.shell = shell_of(&x, "articles")};
    enum rc rc = knowledge_nav_of(&x, "recalls", &v.nav);
    if (rc == RC_OK)
        rc = recall_by_ref(x.v, x.a, rq_text(rq, "ref"), &r);
    r.linked = web_linked(rq);
    if (rc == RC_OK)
        rc = recall_person_by_ref(x.v, x.a, rq_text(rq, "person"), &p);
    if (rc == RC_OK && p.recall_id != r.id)
        rc = RC_NONE;
    if (rc == RC_OK)
        rc = fill_words(&x, &r, &p, &v);
    if (rc == RC_OK)
        rc = fill_told(&x, &p, &v);
    if (rc == RC_OK)
        rc = fill_neighbours(&x, &r, &p, &v);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    enum recall_state s = recall_judge(&p, v.text != NULL);
    bool waits = s == RECALL_WAITS || s == RECALL_NEXT;
    if (rq_route(rq)->method == HTTP_GET)
        v.shell.toast = done_toast(&x);
    v.recall = r.ref;
    v.recall_title = r.title;
    v.person = person_row_of(&x, &p, s, r.class);
    v.lang = p.lang;
    v.reason = s == RECALL_FAILED || s == RECALL_GIVEN_UP ? p.message_reason : "";
    v.harm_note = p.harm_note;
    v.own_text = *p.body && waits;
    v.writable = open_still(&r) && waits && is_lead(&x);
    v.erased = recall_erased(&p);
    v.may_again = open_still(&r) && (s == RECALL_FAILED || s == RECALL_GIVEN_UP);
    v.may_mark = s != RECALL_RIGHT && !recall_reached(s);
    v.reached = recall_reached(s);
    v.acknowledged_at = p.acknowledged_at;
    v.reviewed_at = p.reviewed_at;
    if (errors) {
        v.errors = *errors;
        v.note = (struct field){rq_text(rq, "note"), error_of(errors, "note")};
    }
    rs_status(rq, status);
    html_recall_person(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_recall_person(struct request *rq) { show_recall_person(rq, NULL, 200); }
