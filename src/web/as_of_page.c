/* as_of_page.c: the help centre, the policies and each article as they stood at a moment: for agents with all that
 * is known of it, for customers what everybody could read then. What is known to have been wrong is shown to agents
 * with a warning, to customers not at all. Reads only. */
#include "base/tr.h"
#include "base/wall.h"
#include "html_gen.h"
#include "text/markdown.h"
#include "web/article_page.h"
#include "web/customer_page.h"
#include "web/handlers.h"
#include "web/help_page.h"

#include <stdio.h>
#include <string.h>

enum { LISTED = 1000, WHOLE = 200 /* texts on a page */, DAY_MS = 24 * 3600 * 1000 };

static const char *category_of(struct visit *x, const struct article_span *s) {
    struct category c;
    return s->category_ref && category_by_ref(x->v, x->a, s->category_ref, x->page.lang, &c) == RC_OK ? c.name : "";
}

static struct then_row row_of(struct visit *x, const struct article_span *s) {
    const char *audience = *s->audience ? article_word(x->page.locale, s->audience) : "";
    return (struct then_row){
        .ref = s->ref,
        .title = s->title,
        .lang = s->lang,
        .class = article_word(x->page.locale, s->class),
        .audience = audience,
        .note = s->note,
        .number = s->number,
        .from = s->from_at,
        .until = s->until_at,
        .verified_at = s->verified_at,
        .recalled_at = s->recalled_at,
        .public = article_span_public(s),
        .url = arena_printf(x->a, "/articles/%s/as-of?number=%lld", s->ref, (long long)s->number),
        .diff_url = "",
    };
}

static enum rc with_text(struct visit *x, const struct article_span *s, struct then_row *row) {
    struct article_version version;
    enum rc rc = article_version_load(x->v, x->a, s->version_id, &version);
    if (rc == RC_OK)
        row->body = (struct safe_html){markdown_article(x->a, version.body)};
    return rc;
}

/* ---- agents ---- */

void get_articles_as_of(struct request *rq) {
    struct visit x;
    struct article_span *list;
    int n;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "As of a day")))
        return;
    int64_t asked = wall_read_field(x.page.zone, rq_text(rq, "at"));
    const char *lang = rq_text(rq, "lang") ? rq_text(rq, "lang") : locale_tag(locale_of(x.account.lang));
    struct as_of_view v = {
        .shell = shell_of(&x, "articles"), .at = asked ? asked : x.page.now, .whole = rq_flag(rq, "whole")};
    v.at_local = local_field(&x, v.at);
    v.langs = locale_choices(&x, lang, NULL);
    v.classes = word_choices(&x, ARTICLE_CLASSES, rq_text(rq, "class"));
    enum rc rc = knowledge_nav_of(&x, "as_of", &v.nav);
    if (rc == RC_OK)
        rc = article_spans_at(x.v, x.a, lang, rq_text(rq, "class"), v.at, &list, &n);
    int most = v.whole ? WHOLE : LISTED;
    v.rows = ARENA_ARRAY(x.a, (size_t)most, struct then_row);
    for (int i = 0; rc == RC_OK && i < n && v.rows_n < most; i++) {
        struct then_row *row = &v.rows[v.rows_n++];
        *row = row_of(&x, &list[i]);
        row->category = category_of(&x, &list[i]);
        rc = v.whole ? with_text(&x, &list[i], row) : RC_OK;
    }
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.cut = n > v.rows_n;
    html_article_as_of(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

/* The span that covers the moment, or the last one of the version; -1: none. */
static int span_of(const struct article_span *list, int n, int64_t at, int64_t number) {
    for (int i = 0; i < n; i++)
        if (number ? list[i].number == number
                   : list[i].from_at <= at && (!list[i].until_at || list[i].until_at > at))
            return i;
    return -1;
}

static enum rc fill_then(struct visit *x, const struct article *article, struct article_then_view *v) {
    struct article_span *list, found;
    struct article_version version;
    int n, at;
    int64_t number = rq_int(x->rq, "number", 0), shown = article_shown(article, x->page.now);
    enum rc rc = article_spans(x->v, x->a, article->id, &list, &n);
    if (rc != RC_OK)
        return rc;
    v->spans = ARENA_ARRAY(x->a, (size_t)n + 1, struct then_row);
    at = span_of(list, n, v->at, number);
    for (int i = 0; i < n; i++) {
        v->spans[i] = row_of(x, &list[i]);
        v->spans[i].chosen = i == at;
    }
    v->spans_n = n;
    if (at < 0 && !number)
        return RC_OK;
    rc = article_version_at(x->v, x->a, article->id, number ? number : list[at].number, &version);
    found = (struct article_span){.ref = article->ref,
                                  .lang = article->lang,
                                  .class = article->class,
                                  .audience = "",
                                  .title = version.title,
                                  .note = version.note,
                                  .number = version.number};
    if (at >= 0) /* verified by then: asked of that moment alone */
        found = list[at];
    if (rc == RC_OK && at >= 0 && !number)
        rc = article_span_at(x->v, x->a, article->id, v->at, &found);
    if (rc != RC_OK)
        return rc;
    v->shown = true;
    v->author = version.author;
    v->what = row_of(x, &found);
    v->what.body = (struct safe_html){markdown_article(x->a, version.body)};
    if (shown && shown != version.number)
        v->what.diff_url = arena_printf(x->a, "/articles/%s/diff?from=%lld&to=%lld", article->ref,
                                        (long long)version.number, (long long)shown);
    return RC_OK;
}

void get_article_as_of(struct request *rq) {
    struct visit x;
    struct article article;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "As of a day")))
        return;
    struct article_then_view v = {.shell = shell_of(&x, "articles")};
    int64_t asked = wall_read_field(x.page.zone, rq_text(rq, "at"));
    v.at = rq_has(rq, "number") ? 0 : asked ? asked : x.page.now;
    v.at_local = local_field(&x, v.at ? v.at : x.page.now);
    enum rc rc = knowledge_nav_of(&x, "as_of", &v.nav);
    if (rc == RC_OK)
        rc = article_by_ref(x.v, x.a, rq_text(rq, "ref"), &article);
    if (rc == RC_OK)
        rc = fill_then(&x, &article, &v);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.ref = article.ref;
    v.lang = article.lang;
    v.title = v.shown ? v.what.title : article.title;
    html_article_then(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

/* ---- customers ---- */

/* The last moment of the day that the field names; of today when it names none, or one that is still to come. */
static int64_t end_of_day(struct visit *x, const char *day) {
    int64_t began = day ? wall_read_field(x->account.zone, arena_printf(x->a, "%sT00:00", day)) : 0;
    int64_t end = began ? began + DAY_MS - 1 : x->page.now;
    return end < x->page.now ? end : x->page.now;
}

static const char *day_field(struct visit *x, int64_t at) {
    struct wall w = wall_at(x->account.zone, at);
    return arena_printf(x->a, "%04d-%02d-%02d", w.year, w.month, w.day);
}

static struct public_shell then_shell(struct visit *x, const char *rest) {
    struct public_shell shell = help_shell(x, rest);
    shell.private_page = true; /* for who asks, not for search engines: they know the page of today */
    shell.head = (struct safe_html){""};
    return shell;
}

void get_help_as_of(struct request *rq) {
    struct visit x;
    struct article_span *list;
    int n;
    if (!help_begin(&x, rq, N_("The help pages as of a day")))
        return;
    struct help_then_view v = {.shell = then_shell(&x, "/as-of"), .shown = true};
    v.url = arena_printf(x.a, "/help/%s", x.page.lang);
    v.at = end_of_day(&x, rq_text(rq, "at"));
    v.at_day = day_field(&x, v.at);
    enum rc rc = article_spans_at(x.v, x.a, x.page.lang, NULL, v.at, &list, &n);
    if (rc == RC_OK)
        rc = contact_ways(&x, &v.contacts, &v.contacts_n);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.rows = ARENA_ARRAY(x.a, (size_t)n + 1, struct then_row);
    for (int i = 0; i < n && v.rows_n < LISTED; i++) {
        if (!article_span_public(&list[i]))
            continue;
        struct then_row *row = &v.rows[v.rows_n++];
        *row = row_of(&x, &list[i]);
        row->category = category_of(&x, &list[i]);
        row->url = arena_printf(x.a, "/help/%s/a/%s/as-of?at=%s", x.page.lang, list[i].ref, v.at_day);
    }
    html_help_as_of(rs_body(rq), &x.page, &v);
    help_end(&x, true);
}

void get_help_article_as_of(struct request *rq) {
    struct visit x;
    struct article article;
    struct article_span *list;
    int n = 0;
    if (!help_begin(&x, rq, N_("How this page stood before")))
        return;
    enum rc rc = article_by_ref(x.v, x.a, rq_text(rq, "ref"), &article);
    if (rc == RC_OK && (strcmp(article.audience, "public") != 0 || strcmp(article.lang, x.page.lang) != 0))
        rc = RC_NONE;
    if (rc == RC_OK)
        rc = article_spans(x.v, x.a, article.id, &list, &n);
    struct help_then_view v = {.rows = ARENA_ARRAY(x.a, (size_t)n + 1, struct then_row)};
    v.at = end_of_day(&x, rq_text(rq, "at"));
    v.at_day = day_field(&x, v.at);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        if (!article_span_public(&list[i]))
            continue;
        struct then_row *row = &v.rows[v.rows_n++];
        *row = row_of(&x, &list[i]);
        row->chosen = list[i].from_at <= v.at && (!list[i].until_at || list[i].until_at > v.at);
        row->url = arena_printf(x.a, "/help/%s/a/%s/as-of?at=%s", x.page.lang, article.ref,
                                day_field(&x, list[i].from_at));
        if (!row->chosen || v.shown)
            continue;
        if (!row->recalled_at)
            rc = with_text(&x, &list[i], row);
        v.shown = true;
        v.what = *row;
    }
    if (rc == RC_OK && !v.rows_n)
        rc = RC_NONE;
    if (rc == RC_OK)
        rc = contact_ways(&x, &v.contacts, &v.contacts_n);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.shell = then_shell(&x, "/as-of"); /* its other languages are other articles */
    v.lang = article.lang;
    v.title = v.shown ? v.what.title : article.title;
    v.url = article_shown(&article, x.page.now) ? help_article_url(x.a, &article) : "";
    html_help_then(rs_body(rq), &x.page, &v);
    help_end(&x, true);
}
