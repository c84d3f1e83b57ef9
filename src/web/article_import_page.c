/* article_import_page.c: articles of other programs, looked through before they are brought in. The page keeps no
 * file between the two: what is brought in is what was chosen then. */
#include "base/tr.h"
#include "desk/article_import.h"
#include "desk/article_reader.h"
#include "html_gen.h"
#include "web/article_page.h"
#include "web/handlers.h"

#include <string.h>

enum { ROWS_SHOWN = 200 };

static void count(struct article_import_view *v, const struct import_result *r) {
    v->all++;
    v->doubtful += r->why || r->findings_n;
    if (r->why)
        v->refused++;
    else if (r->outcome == IMPORT_NEW)
        v->added++;
    else if (r->outcome == IMPORT_SAME)
        v->same++;
    else if (r->outcome == IMPORT_WAITS)
        v->waiting++;
    else
        v->changed++;
}

static struct import_row row_of(struct arena *a, enum locale locale, const struct foreign_article *x,
                                const struct import_result *r) {
    struct import_row row = {
        .where = x->where,
        .title = *x->title ? x->title : x->ref,
        .outcome = import_outcome_name(r->why ? IMPORT_REFUSED : r->outcome),
        .error = r->why ? tr(locale, r->why) : "", /* what names a place in the file stays English */
        .held = r->held,
        .findings = ARENA_ARRAY(a, r->findings_n + 1, struct import_finding),
    };
    for (size_t i = 0; i < r->findings_n; i++)
        row.findings[row.findings_n++] =
            (struct import_finding){rubbish_name(r->findings[i].kind), r->findings[i].quote};
    return row;
}

static void fill_report(struct arena *a, enum locale locale, const struct foreign_articles *list,
                        const struct import_result *results, struct article_import_view *v) {
    v->looked = true;
    v->rows = ARENA_ARRAY(a, ROWS_SHOWN, struct import_row);
    for (size_t i = 0; i < list->n; i++) {
        count(v, &results[i]);
        if (!results[i].why && !results[i].findings_n)
            continue;
        v->more |= v->rows_n == ROWS_SHOWN;
        if (v->rows_n < ROWS_SHOWN)
            v->rows[v->rows_n++] = row_of(a, locale, &list->at[i], &results[i]);
    }
}

static void show(struct request *rq, struct article_import_view *v, int status) {
    struct visit x;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Bring in articles")))
        return;
    v->shell = shell_of(&x, "articles");
    const char *lang = rq_route(rq)->method == HTTP_POST ? rq_text(rq, "lang") : NULL;
    v->langs = locale_choices(&x, lang ? lang : x.account.lang, NULL);
    enum rc rc = agent_choices(&x, 0, &v->verifiers);
    if (rc == RC_OK)
        rc = knowledge_nav_of(&x, "import", &v->nav);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    rs_status(rq, status);
    html_article_import(rs_body(rq), &x.page, v);
    visit_end(&x);
}

void get_article_import(struct request *rq) { show(rq, &(struct article_import_view){.file_error = ""}, 200); }

/* RC_NONE: there is no such agent. */
static enum rc verifier_of(struct request *rq, int64_t *id) {
    struct agent agent = {0};
    struct view *v = view_open(web_store(rq));
    enum rc rc = rq_text(rq, "verifier") ? agent_by_ref(v, rq_arena(rq), rq_text(rq, "verifier"), &agent) : RC_OK;
    view_close(v);
    *id = agent.id;
    return rc;
}

static const char *said_of(struct arena *a, enum locale locale, const struct file_flaw *flaw) {
    struct buf why = {0}, out = {0};
    tr_fill(&why, tr(locale, flaw->what), "file", flaw->file, NULL);
    tr_fill(&out, tr(locale, "This file was not read, and nothing was changed: {why}."), "why", why.at, NULL);
    const char *said = arena_copy(a, out.at);
    buf_free(&why);
    buf_free(&out);
    return said;
}

void post_article_import(struct request *rq) {
    struct visit x = {.a = rq_arena(rq)};
    struct article_import_view v = {.file_error = ""};
    struct foreign_articles list = {0};
    size_t n;
    const struct upload *file = rq_files(rq, "file", &n);
    const char *act = rq_text(rq, "do");
    struct file_flaw flaw;
    struct import_ask ask = {.dry_run = !act || strcmp(act, "import") != 0,
                             .hold = rq_flag(rq, "hold"),
                             .lang = rq_text(rq, "lang"),
                             .by = web_actor(rq),
                             .now = rq_now(rq)};
    enum locale locale = locale_of(rq_lang(rq));
    if (!n)
        v.file_error = tr(locale, "Choose a file first.");
    else if (article_read(x.a, &(struct named_file){file->name, file->bytes}, &ARTICLES_SERVED, &list, &flaw) !=
             RC_OK)
        v.file_error = said_of(x.a, locale, &flaw);
    if (*v.file_error) {
        add_error(&x, &v.errors, "file", v.file_error);
        show(rq, &v, 422);
        return;
    }
    struct import_result *results = ARENA_ARRAY(x.a, list.n + 1, struct import_result);
    enum rc rc = verifier_of(rq, &ask.verifier_id);
    if (rc == RC_OK)
        rc = article_import(web_store(rq), x.a, &list, &ask, results);
    if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
        return;
    }
    fill_report(x.a, locale, &list, results, &v);
    v.written = !ask.dry_run;
    show(rq, &v, 200);
}
