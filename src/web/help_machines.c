/* help_machines.c: what changed in the help centre, for people and feed readers; and what search engines are told:
 * site map, robots, structured data. */
#include "base/json.h"
#include "base/locale.h"
#include "base/tr.h"
#include "html_gen.h"
#include "web/article_page.h"
#include "web/customer_page.h"
#include "web/handlers.h"
#include "web/help_page.h"

#include <stdlib.h>
#include <string.h>

enum { FEED = 30, CHANGES = 100, SITEMAP_MAX = 50000 };

/* ---- in the head of a page ---- */

void help_link_line(struct buf *out, const char *rel, const char *lang, const char *origin, const char *path) {
    buf_printf(out, "<link rel=\"%s\"", rel);
    if (lang)
        buf_printf(out, " hreflang=\"%s\"", lang);
    buf_lit(out, " href=\"");
    html_attr_str(out, origin);
    html_attr_str(out, path);
    buf_lit(out, "\">\n");
}

void help_feed_line(struct buf *out, struct visit *x) {
    buf_lit(out, "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"");
    html_attr_str(out, tr(x->page.locale, "help|What changed"));
    buf_printf(out, "\" href=\"/help/%s/feed.xml\">\n", x->page.lang);
}

/* jw_escape leaves nothing that could end the element. */
void help_structured_article(struct buf *out, struct visit *x, const struct article *article, const char *title,
                             const char *html) {
    const char *end = title + strlen(title);
    bool asks = (end > title && end[-1] == '?') || (end - title >= 3 && memcmp(end - 3, "？", 3) == 0);
    struct jw j = jw_begin(out);
    buf_lit(out, "<script type=\"application/ld+json\">");
    jw_object(&j, NULL);
    jw_text(&j, "@context", "https://schema.org");
    jw_text(&j, "@type", asks ? "FAQPage" : "Article");
    jw_text(&j, "inLanguage", article->lang);
    jw_time(&j, "datePublished", article->created_at);
    jw_time(&j, "dateModified", article->published_at);
    if (asks) {
        jw_array(&j, "mainEntity");
        jw_object(&j, NULL);
        jw_text(&j, "@type", "Question");
        jw_text(&j, "name", title);
        jw_object(&j, "acceptedAnswer");
        jw_text(&j, "@type", "Answer");
        jw_text(&j, "text", html);
        jw_object_end(&j);
        jw_object_end(&j);
        jw_array_end(&j);
    } else {
        jw_text(&j, "headline", title);
        jw_object(&j, "publisher");
        jw_text(&j, "@type", "Organization");
        jw_text(&j, "name", x->account.name);
        jw_object_end(&j);
    }
    jw_object_end(&j);
    buf_lit(out, "</script>\n");
}

static void crumb(struct jw *j, struct visit *x, int place, const char *name, const char *path) {
    jw_object(j, NULL);
    jw_text(j, "@type", "ListItem");
    jw_int(j, "position", place);
    jw_text(j, "name", name);
    if (path)
        jw_text(j, "item", arena_printf(x->a, "%s%s", x->page.origin, path));
    jw_object_end(j);
}

static void add_to_head(struct visit *x, struct public_shell *shell, struct buf *more) {
    struct buf head = {0};
    buf_str(&head, shell->head.html ? shell->head.html : "");
    buf_add(&head, more->at, more->len);
    buf_free(more);
    shell->head = (struct safe_html){help_kept_text(x->a, &head)};
}

void help_structured_crumbs(struct visit *x, struct public_shell *shell, const char *first, const char *path,
                            const char *second) {
    struct buf out = {0};
    struct jw j = jw_begin(&out);
    buf_lit(&out, "<script type=\"application/ld+json\">");
    jw_object(&j, NULL);
    jw_text(&j, "@context", "https://schema.org");
    jw_text(&j, "@type", "BreadcrumbList");
    jw_array(&j, "itemListElement");
    crumb(&j, x, 1, tr(x->page.locale, "Help"), shell->home_url);
    crumb(&j, x, 2, first, path);
    if (second)
        crumb(&j, x, 3, second, NULL);
    jw_array_end(&j);
    jw_object_end(&j);
    buf_lit(&out, "</script>\n");
    add_to_head(x, shell, &out);
}

void help_structured_site(struct visit *x, struct public_shell *shell) {
    struct buf out = {0};
    struct jw j = jw_begin(&out);
    buf_lit(&out, "<script type=\"application/ld+json\">");
    jw_object(&j, NULL);
    jw_text(&j, "@context", "https://schema.org");
    jw_text(&j, "@type", "WebSite");
    jw_text(&j, "name", x->account.name);
    jw_text(&j, "url", arena_printf(x->a, "%s%s", x->page.origin, shell->home_url));
    jw_text(&j, "inLanguage", x->page.lang);
    jw_object(&j, "potentialAction");
    jw_text(&j, "@type", "SearchAction");
    jw_text(&j, "target", arena_printf(x->a, "%s%s/search?q={q}", x->page.origin, shell->home_url));
    jw_text(&j, "query-input", "required name=q");
    jw_object_end(&j);
    jw_object_end(&j);
    buf_lit(&out, "</script>\n");
    add_to_head(x, shell, &out);
}

/* ---- what changed ---- */

static int newest_first(const void *a, const void *b) {
    const struct article *x = a, *y = b;
    return x->published_at != y->published_at
               ? (x->published_at < y->published_at) - (x->published_at > y->published_at)
               : (x->id < y->id) - (x->id > y->id);
}

/* What is shown to everybody in this language, by when it was published; what is known to be wrong is not among it.
 */
static enum rc published_lately(struct visit *x, int max, struct article **out, int *n) {
    struct article_ask ask = {.lang = x->page.lang, .status = "published", .audience = "public", .max = max};
    int all;
    enum rc rc = article_list(x->v, x->a, &ask, out, &all);
    *n = 0;
    for (int i = 0; rc == RC_OK && i < all; i++)
        if (!(*out)[i].recalled_at && article_shown(&(*out)[i], x->page.now))
            (*out)[(*n)++] = (*out)[i];
    if (*n)
        qsort(*out, (size_t)*n, sizeof **out, newest_first);
    return rc;
}

enum rc help_changes(struct visit *x, int max, struct help_change **out, int *n) {
    struct article *list;
    int all;
    enum rc rc = published_lately(x, CHANGES, &list, &all);
    *out = ARENA_ARRAY(x->a, (size_t)max + 1, struct help_change);
    for (int i = *n = 0; rc == RC_OK && i < all && *n < max; i++) {
        struct article_version version;
        rc = article_version_at(x->v, x->a, list[i].id, article_shown(&list[i], x->page.now), &version);
        if (rc == RC_OK)
            (*out)[(*n)++] = (struct help_change){help_article_url(x->a, &list[i]), version.title, version.note,
                                                  list[i].published_at, version.number == 1};
        rc = rc == RC_NONE ? RC_OK : rc;
    }
    return rc;
}

void get_help_changes(struct request *rq) {
    struct visit x;
    if (!help_begin(&x, rq, N_("help|What changed")))
        return;
    struct help_changes_view v = {.shell = help_shell(&x, "/changes")};
    v.shell.about =
        help_about(&x, tr(x.page.locale, "What is new and what has changed in the help pages of {company}."));
    v.feed_url = arena_printf(x.a, "/help/%s/feed.xml", x.page.lang);
    v.as_of_url = arena_printf(x.a, "/help/%s/as-of", x.page.lang);
    enum rc rc = help_changes(&x, CHANGES, &v.rows, &v.rows_n);
    if (rc == RC_OK)
        rc = contact_ways(&x, &v.contacts, &v.contacts_n);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    help_structured_crumbs(&x, &v.shell, tr(x.page.locale, "help|What changed"), NULL, NULL);
    html_help_changes(rs_body(rq), &x.page, &v);
    help_end(&x, false);
}

/* ---- for machines ---- */

static void xml_text(struct buf *out, const char *name, const char *text) {
    buf_printf(out, "<%s>", name);
    html_attr_str(out, text);
    buf_printf(out, "</%s>\n", name);
}

void get_help_feed(struct request *rq) {
    struct visit x;
    struct article *list;
    int n;
    if (!help_begin(&x, rq, N_("Help")))
        return;
    enum rc rc = published_lately(&x, FEED, &list, &n);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    struct buf *out = rs_body(rq);
    const char *self = arena_printf(x.a, "%s/help/%s/feed.xml", x.page.origin, x.page.lang);
    rs_type(rq, "application/atom+xml; charset=utf-8");
    buf_printf(out,
               "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" "
               "xml:lang=\"%s\">\n",
               x.page.lang);
    xml_text(out, "title", x.account.name);
    xml_text(out, "id", self);
    help_link_line(out, "self", NULL, "", self);
    out->len -= 2; /* XML closes its elements */
    buf_lit(out, "/>\n<updated>");
    html_iso(out, &x.page, n ? list[0].published_at : x.account.created_at);
    buf_lit(out, "</updated>\n");
    for (int i = 0; i < n; i++) {
        struct article_version version;
        if (article_version_at(x.v, x.a, list[i].id, article_shown(&list[i], x.page.now), &version) != RC_OK)
            continue;
        const char *url = arena_printf(x.a, "%s%s", x.page.origin, help_article_url(x.a, &list[i]));
        buf_lit(out, "<entry>\n");
        xml_text(out, "title", version.title);
        xml_text(out, "id", url);
        buf_lit(out, "<link href=\"");
        html_attr_str(out, url);
        buf_lit(out, "\"/>\n<updated>");
        html_iso(out, &x.page, list[i].published_at);
        buf_lit(out, "</updated>\n<author>");
        xml_text(out, "name", x.account.name);
        buf_lit(out, "</author>\n");
        xml_text(out, "summary", *version.note ? version.note : version.title);
        buf_lit(out, "</entry>\n");
    }
    buf_lit(out, "</feed>\n");
    help_end(&x, false);
}

/* In each language in which something stands under them. */
static enum rc map_topics(struct visit *x, struct buf *out) {
    struct category *all;
    int n;
    enum rc rc = category_list(x->v, x->a, x->page.lang, &all, &n);
    for (int i = 0; rc == RC_OK && i < n; i++)
        for (int l = 0; rc == RC_OK && l < LOCALES; l++) {
            struct article *list;
            const char *lang = locale_tag((enum locale)l);
            int shown = 0;
            rc = article_list_shown(x->v, x->a, all[i].id, lang, "public", x->page.now, &list, &shown);
            if (rc == RC_OK && shown)
                buf_printf(out, "<url><loc>%s/help/%s/c/%s</loc></url>\n", x->page.origin, lang, all[i].ref);
        }
    return rc;
}

void get_sitemap(struct request *rq) {
    enum { PAGE = 500 };
    struct visit x;
    int n = PAGE, written = 0;
    int64_t after = 0;
    if (!help_begin(&x, rq, N_("Help")))
        return;
    struct buf *out = rs_body(rq);
    rs_type(rq, "application/xml; charset=utf-8");
    buf_lit(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset "
                 "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for (int l = 0; l < LOCALES; l++)
        buf_printf(out, "<url><loc>%s/help/%s</loc></url>\n", x.page.origin, locale_tag((enum locale)l));
    enum rc rc = map_topics(&x, out);
    while (rc == RC_OK && n == PAGE && written < SITEMAP_MAX) {
        struct article *list;
        rc = article_each(x.v, x.a, after, PAGE, &list, &n);
        for (int i = 0; rc == RC_OK && i < n; i++) {
            after = list[i].id;
            if (strcmp(list[i].audience, "public") != 0 || !article_shown(&list[i], x.page.now) ||
                written++ >= SITEMAP_MAX)
                continue;
            buf_printf(out, "<url><loc>%s%s</loc><lastmod>", x.page.origin, help_article_url(x.a, &list[i]));
            html_iso(out, &x.page, list[i].published_at);
            buf_lit(out, "</lastmod></url>\n");
        }
    }
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    buf_lit(out, "</urlset>\n");
    help_end(&x, false);
}

void get_robots(struct request *rq) {
    rs_type(rq, "text/plain; charset=utf-8");
    buf_printf(
        rs_body(rq),
        "User-agent: *\nAllow: /help\nAllow: /contact\nAllow: /assets\nDisallow: /\nSitemap: %s/sitemap.xml\n",
        rq_origin(rq));
    rs_header(rq, "Cache-Control", "public, max-age=86400");
}
