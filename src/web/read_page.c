/* read_page.c: what those see who only read: the articles as they are told now, internal ones too, with how far
 * each can be trusted. No draft, no version that is not shown, nobody's name but the verifier's. Reads only; that
 * something is wrong goes through the articles' own form. */
#include "web/article_page.h"

#include "base/tr.h"
#include "html_gen.h"
#include "text/markdown.h"
#include "web/handlers.h"
#include "web/reading.h"

enum { ROWS = 50 };

static enum rc found(struct visit *x, struct read_list_view *v) {
    struct knowledge_hit hits[KNOWLEDGE_HITS_MAX];
    int n;
    enum rc rc = articles_found(x, v->search, hits, &n);
    v->rows = ARENA_ARRAY(x->a, (size_t)(rc == RC_OK ? n : 0) + 1, struct article_row);
    for (int i = 0; rc == RC_OK && i < n; i++)
        v->rows[v->rows_n++] = article_row_of(x, &hits[i].article);
    return rc;
}

static enum rc listed(struct visit *x, struct read_list_view *v) {
    struct article *list, before;
    int n = 0;
    struct article_ask ask = {.lang = rq_text(x->rq, "lang"), .status = "published", .max = ROWS + 1};
    enum rc rc = RC_OK;
    if (rq_text(x->rq, "before") && (rc = article_by_ref(x->v, x->a, rq_text(x->rq, "before"), &before)) == RC_OK) {
        ask.before_at = before.changed_at;
        ask.before_id = before.id;
    }
    if (rc == RC_OK)
        rc = article_list(x->v, x->a, &ask, &list, &n);
    v->rows = ARENA_ARRAY(x->a, ROWS + 1, struct article_row);
    for (int i = 0; rc == RC_OK && i < n && i < ROWS; i++)
        if (article_shown(&list[i], x->page.now))
            v->rows[v->rows_n++] = article_row_of(x, &list[i]);
    if (rc == RC_OK && n > ROWS)
        v->older_url = arena_printf(x->a, "/read?before=%s%s%s", list[ROWS - 1].ref, ask.lang ? "&lang=" : "",
                                    ask.lang ? ask.lang : "");
    return rc;
}

void get_read(struct request *rq) {
    struct visit x;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Articles")))
        return;
    struct read_list_view v = {.shell = shell_of(&x, "articles"), .search = rq_text(rq, "q")};
    v.shell.toast = done_toast(&x);
    v.langs = locale_choices(&x, rq_text(rq, "lang") ? rq_text(rq, "lang") : "", NULL);
    bool searched = v.search && *v.search;
    v.filtered = searched || rq_has(rq, "lang");
    if (searched)
        v.progress = search_progress_of(&x);
    enum rc rc = searched ? found(&x, &v) : listed(&x, &v);
    if (rc == RC_OK)
        rc = visit_must_read(&x, &v.must_read);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    html_article_read_list(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

/* The article in the other languages that are shown. */
static enum rc fill_family(struct visit *x, const struct article *article, struct read_view *v) {
    struct article *family;
    int n = 0;
    enum rc rc = article_family(x->v, x->a, article->family_id, &family, &n);
    v->family = ARENA_ARRAY(x->a, (size_t)n + 1, struct article_row);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (article_shown(&family[i], x->page.now))
            v->family[v->family_n++] = article_row_of(x, &family[i]);
    return rc;
}

void get_read_article(struct request *rq) {
    struct visit x;
    struct article article;
    struct article_version version;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Articles")))
        return;
    enum rc rc = article_by_ref(x.v, x.a, rq_text(rq, "ref"), &article);
    int64_t shown = rc == RC_OK ? article_shown(&article, x.page.now) : 0;
    if (rc == RC_OK)
        rc = article_version_at(x.v, x.a, article.id, shown, &version); /* RC_NONE: nobody is shown it */
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    struct read_view v = {.shell = shell_of(&x, "articles"), .what = article_row_of(&x, &article)};
    v.shell.toast = done_toast(&x);
    v.title = version.title;
    v.number = version.number;
    v.recalled = article.recalled_at;
    v.verified_at = article.verified_at;
    v.body = (struct safe_html){markdown_article(x.a, version.body)};
    x.page.title = v.title;
    rc = fill_family(&x, &article, &v);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    html_article_read(rs_body(rq), &x.page, &v);
    visit_end(&x);
}
