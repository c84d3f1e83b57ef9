/* help_page.c: the help centre: what customers, search engines and feed readers see of the articles. Addresses
 * carry the language, so that each page is the same for everybody and may be kept by caches. Works without
 * JavaScript. */
#include "base/json.h"
#include "base/locale.h"
#include "base/secret.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "desk/blob.h"
#include "html_gen.h"
#include "text/markdown.h"
#include "text/snippet.h"
#include "web/article_page.h"
#include "web/customer_page.h"
#include "web/handlers.h"
#include "web/help_page.h"
#include "web/reading.h"

#include <string.h>

enum {
    SHOWN_OF_CATEGORY = 5,
    SHOWN_LOOSE = 20,
    FOUND = 10,
    SUGGESTED = 6,
    OTHERS = 6,
    CHANGES_AT_START = 3,
};

/* ---- what all of them share ---- */

bool help_begin(struct visit *x, struct request *rq, const char *title) {
    if (!visit_begin_public(x, rq, title))
        return false;
    const char *lang = rq_text(rq, "lang");
    if (lang) {
        x->page.lang = lang;
        x->page.locale = locale_of(lang);
    }
    x->page.title = tr(x->page.locale, title);
    return true;
}

void help_end(struct visit *x, bool private_page) {
    struct request *rq = x->rq;
    uint8_t hash[SHA256_SIZE];
    sha256(buf_bytes(rs_body(rq)), hash);
    const char *tag = arena_printf(x->a, "\"%.22s\"", hex(x->a, (struct bytes){hash, sizeof hash}));
    const char *known = rq_header(rq, "If-None-Match");
    bool shared = !private_page && !x->me.id;
    rs_header(rq, "Cache-Control", shared ? "public, max-age=60, stale-while-revalidate=600" : "private, no-cache");
    rs_header(rq, "Vary", "Cookie");
    rs_header(rq, "ETag", tag);
    if (known && strcmp(known, tag) == 0) {
        buf_reset(rs_body(rq));
        rs_status(rq, 304);
    }
    visit_end(x);
}

const char *help_kept_text(struct arena *a, struct buf *b) {
    const char *text = arena_copy(a, b->at ? b->at : "");
    buf_free(b);
    return text;
}

struct public_shell help_shell(struct visit *x, const char *rest) {
    struct public_shell shell = public_shell_of(x);
    struct buf head = {0};
    shell.home_url = arena_printf(x->a, "/help/%s", x->page.lang);
    for (int l = 0; l < shell.langs.items_n; l++) {
        const char *tag = locale_tag((enum locale)l);
        shell.langs.items[l].value = arena_printf(x->a, "/help/%s%s", tag, rest);
        shell.langs.items[l].detail = tag;
        help_link_line(&head, "alternate", tag, x->page.origin, shell.langs.items[l].value);
    }
    /* Whose language is none of ours reads English; the start page is asked for in the reader's own. */
    help_link_line(&head, "alternate", "x-default", x->page.origin,
                   *rest ? arena_printf(x->a, "/help/en%s", rest) : "/help");
    help_link_line(&head, "canonical", NULL, x->page.origin, arena_printf(x->a, "/help/%s%s", x->page.lang, rest));
    help_feed_line(&head, x);
    shell.head = (struct safe_html){help_kept_text(x->a, &head)};
    shell.searches = true;
    return shell;
}

/* The beginning of a text, as search engines show it below the title. */
static const char *beginning(struct arena *a, const char *words) {
    enum { MOST = 300 }; /* bytes: some 150 letters, or 100 of Thai and Chinese */
    size_t len = strlen(words), n = utf8_fit(words, len, MOST);
    if (n == len)
        return words;
    for (size_t at = n; at > MOST / 2; at--)
        if (words[at] == ' ')
            return arena_printf(a, "%.*s…", (int)at, words);
    return arena_printf(a, "%.*s…", (int)n, words);
}

const char *help_about(struct visit *x, const char *sentence) {
    struct buf out = {0};
    tr_fill(&out, sentence, "company", x->account.name, NULL);
    return help_kept_text(x->a, &out);
}

struct article_link help_link_of(struct visit *x, const struct article *article) {
    return (struct article_link){help_article_url(x->a, article), article->title,
                                 strcmp(article->lang, x->page.lang) != 0 ? article->lang : ""};
}

/* The other way to write the same language; NULL for those that have one. */
static const char *other_script(const char *lang) {
    return strcmp(lang, "zh-Hant") == 0 ? "zh-Hans" : strcmp(lang, "zh-Hans") == 0 ? "zh-Hant" : NULL;
}

/* In the reader's language; and what there is in the other script only, for she can read that. */
static enum rc list_shown(struct visit *x, int64_t category_id, struct article **out, int *n) {
    struct article *more;
    int own, more_n = 0;
    const char *other = other_script(x->page.lang);
    enum rc rc = article_list_shown(x->v, x->a, category_id, x->page.lang, "public", x->page.now, out, &own);
    if (rc == RC_OK && other)
        rc = article_list_shown(x->v, x->a, category_id, other, "public", x->page.now, &more, &more_n);
    *n = own;
    if (rc != RC_OK || !more_n)
        return rc;
    *out = arena_grow(x->a, *out, (size_t)own, (size_t)(own + more_n), sizeof **out);
    for (int i = 0; i < more_n; i++) {
        bool there = false;
        for (int k = 0; k < own; k++)
            there |= (*out)[k].family_id == more[i].family_id;
        if (!there)
            (*out)[(*n)++] = more[i];
    }
    return RC_OK;
}

/* ---- start ---- */

static enum rc fill_category(struct visit *x, const struct category *c, struct category_view *out) {
    struct article *list;
    int n;
    enum rc rc = list_shown(x, c ? c->id : 0, &list, &n);
    if (rc != RC_OK)
        return rc;
    *out = (struct category_view){
        .url = c ? arena_printf(x->a, "/help/%s/c/%s", x->page.lang, c->ref) : "",
        .name = c ? c->name : tr(x->page.locale, "More"),
        .about = c ? c->about : "",
        .articles = ARENA_ARRAY(x->a, (size_t)n + 1, struct article_link),
        .more = c && n > SHOWN_OF_CATEGORY ? n - SHOWN_OF_CATEGORY : 0,
    };
    if (!c && n > SHOWN_LOOSE) /* the rest is found by searching */
        n = SHOWN_LOOSE;
    for (int i = 0; i < n - out->more; i++)
        out->articles[out->articles_n++] = help_link_of(x, &list[i]);
    return RC_OK;
}

static enum rc fill_categories(struct visit *x, struct help_start_view *v) {
    struct category *all;
    int n;
    enum rc rc = category_list(x->v, x->a, x->page.lang, &all, &n);
    if (rc != RC_OK)
        return rc;
    v->categories = ARENA_ARRAY(x->a, (size_t)n + 2, struct category_view);
    for (int i = 0; rc == RC_OK && i <= n; i++) { /* those without a category at the end */
        struct category_view *out = &v->categories[v->categories_n];
        rc = fill_category(x, i < n ? &all[i] : NULL, out);
        v->categories_n += rc == RC_OK && out->articles_n > 0;
    }
    return rc;
}

void get_help(struct request *rq) {
    struct visit x;
    if (rq_has(rq, "q")) {
        struct buf to = {0};
        buf_printf(&to, "/help/%s/search?q=", rq_lang(rq));
        html_url_part_str(&to, rq_text(rq, "q"));
        rs_redirect(rq, help_kept_text(rq_arena(rq), &to));
        return;
    }
    bool negotiated = strcmp(rq_route(rq)->path, "/help") == 0;
    if (negotiated && rq_text(rq, "lang")) {
        rs_cookie(rq, "lang", rq_text(rq, "lang"), 365 * 24 * 3600);
        rs_redirect(rq, arena_printf(rq_arena(rq), "/help/%s", rq_text(rq, "lang")));
        return;
    }
    if (!help_begin(&x, rq, N_("Help")))
        return;
    struct help_start_view v = {.shell = help_shell(&x, "")};
    v.shell.about = help_about(
        &x, tr(x.page.locale, "Answers of {company} to what customers ask most, and how to reach a person."));
    v.search_url = arena_printf(x.a, "/help/%s/search", x.page.lang);
    enum rc rc = contact_ways(&x, &v.contacts, &v.contacts_n);
    if (rc == RC_OK)
        rc = fill_categories(&x, &v);
    if (rc == RC_OK)
        rc = help_changes(&x, CHANGES_AT_START, &v.changes, &v.changes_n);
    help_structured_site(&x, &v.shell);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    html_customer_help(rs_body(rq), &x.page, &v);
    help_end(&x, negotiated); /* what Accept-Language chose is nobody else's */
}

/* ---- a category ---- */

void get_help_category(struct request *rq) {
    struct visit x;
    struct category category;
    struct article *list;
    int n;
    if (!help_begin(&x, rq, N_("Help")))
        return;
    enum rc rc = category_by_ref(x.v, x.a, rq_text(rq, "ref"), x.page.lang, &category);
    if (rc == RC_OK)
        rc = list_shown(&x, category.id, &list, &n);
    struct help_category_view v = {0};
    if (rc == RC_OK)
        rc = contact_ways(&x, &v.contacts, &v.contacts_n);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.shell = help_shell(&x, arena_printf(x.a, "/c/%s", category.ref));
    v.name = category.name;
    v.about = category.about;
    v.shell.about =
        *category.about
            ? category.about
            : help_about(&x, tr(x.page.locale,
                                "Answers of {company} to what customers ask most, and how to reach a person."));
    v.search_url = arena_printf(x.a, "/help/%s/search", x.page.lang);
    v.articles = ARENA_ARRAY(x.a, (size_t)n + 1, struct article_link);
    for (int i = 0; i < n; i++)
        v.articles[v.articles_n++] = help_link_of(&x, &list[i]);
    help_structured_crumbs(&x, &v.shell, category.name, NULL, NULL);
    x.page.title = category.name;
    html_help_category(rs_body(rq), &x.page, &v);
    help_end(&x, false);
}

/* ---- searching ---- */

static enum rc find(struct visit *x, const char *text, int max, struct knowledge_hit *hits, int *n) {
    return knowledge_search(web_of(x->rq)->knowledge, x->v, x->a, READER_PUBLIC, x->page.lang, text, x->page.now,
                            max, hits, n);
}

void get_help_search(struct request *rq) {
    struct visit x;
    struct knowledge_hit hits[FOUND];
    int n = 0;
    const char *text = rq_text(rq, "q") ? rq_text(rq, "q") : "";
    if (!help_begin(&x, rq, N_("Search the help pages")))
        return;
    int64_t found, all;
    struct help_search_view v = {.shell = help_shell(&x, "/search"), .search = text};
    v.partial = !knowledge_whole(web_of(rq)->knowledge, &found, &all);
    v.action = arena_printf(x.a, "/help/%s/search", x.page.lang);
    v.shell.private_page = true; /* what people type is not for search engines */
    v.hits = ARENA_ARRAY(x.a, FOUND, struct help_link);
    enum rc rc = *text ? find(&x, text, FOUND, hits, &n) : RC_OK;
    if (*text && rc == RC_OK && !x.me.id)
        reading_of_search(rq, text, x.page.lang, "help", !n, !n || !hits[0].confident);
    for (int i = 0; rc == RC_OK && i < n; i++)
        v.hits[v.hits_n++] = (struct help_link){
            help_article_url(x.a, &hits[i].article), hits[i].version.title, hits[i].article.verified_at,
            hits[i].article.recalled_at ? (struct marked_text){0}
                                        : marked_snippet(x.a, markdown_words(x.a, hits[i].version.body), text)};
    if (rc == RC_OK)
        rc = contact_ways(&x, &v.contacts, &v.contacts_n);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    html_help_search(rs_body(rq), &x.page, &v);
    help_end(&x, true);
}

/* While one types. */
void get_help_find(struct request *rq) {
    struct visit x;
    struct knowledge_hit hits[SUGGESTED];
    int n = 0;
    if (!help_begin(&x, rq, N_("Help")))
        return;
    enum rc rc = find(&x, rq_text(rq, "q"), SUGGESTED, hits, &n);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    struct jw j = jw_begin(rs_body(rq));
    rs_type(rq, "application/json");
    jw_object(&j, NULL);
    jw_array(&j, "pages");
    for (int i = 0; i < n; i++) {
        jw_object(&j, NULL);
        jw_text(&j, "title", hits[i].version.title);
        jw_text(&j, "url", help_article_url(x.a, &hits[i].article));
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
    rs_header(rq, "Cache-Control", "public, max-age=60");
    visit_end(&x);
}

/* ---- an article ---- */

/* Its languages, where it has them; elsewhere the start page. */
static enum rc fill_head(struct visit *x, const struct article *article, const char *title, const char *html,
                         struct public_shell *shell, const char **source_url) {
    struct article *family;
    struct buf head = {0};
    int n;
    *shell = help_shell(x, "");
    *source_url = "";
    const char *x_default = "";
    enum rc rc = article_family(x->v, x->a, article->family_id, &family, &n);
    if (rc != RC_OK)
        return rc;
    const char *path = help_article_url(x->a, article);
    help_link_line(&head, "canonical", NULL, x->page.origin, path);
    for (int i = 0; i < n; i++) {
        if (!article_shown(&family[i], x->page.now))
            continue;
        const char *url = help_article_url(x->a, &family[i]);
        help_link_line(&head, "alternate", family[i].lang, x->page.origin, url);
        shell->langs.items[locale_of(family[i].lang)].value = url;
        if (article_is_source(&family[i]))
            *source_url = x_default = url;
    }
    if (*x_default)
        help_link_line(&head, "alternate", "x-default", x->page.origin, x_default);
    help_feed_line(&head, x);
    if (!article->recalled_at) /* what is wrong is repeated to nobody, machines neither */
        help_structured_article(&head, x, article, title, html);
    shell->head = (struct safe_html){help_kept_text(x->a, &head)};
    return RC_OK;
}

static enum rc fill_others(struct visit *x, const struct article *article, struct help_article_view *v) {
    struct category category;
    struct article *list;
    int n;
    if (!article->category_ref)
        return RC_OK;
    enum rc rc = category_by_ref(x->v, x->a, article->category_ref, x->page.lang, &category);
    if (rc == RC_OK)
        rc = list_shown(x, category.id, &list, &n);
    if (rc != RC_OK)
        return rc;
    v->category = category.name;
    v->category_url = arena_printf(x->a, "/help/%s/c/%s", x->page.lang, category.ref);
    v->others = ARENA_ARRAY(x->a, OTHERS, struct article_link);
    for (int i = 0; i < n && v->others_n < OTHERS; i++)
        if (list[i].id != article->id)
            v->others[v->others_n++] = help_link_of(x, &list[i]);
    return RC_OK;
}

static const char *vote_stamp(struct arena *a, const char *ref) {
    return secret_tag(a, SECRET_SESSION, "vote", ref, 24);
}

/* Who has a private link is a customer. */
static enum knowledge_reader reader_of(struct visit *x, struct reading_customer *customer) {
    struct conversation c;
    const char *token = rq_text(x->rq, "case");
    *customer = (struct reading_customer){0};
    if (x->me.id)
        return READER_AGENT;
    if (!token || case_by_token(x->v, x->a, token, &c) != RC_OK)
        return READER_PUBLIC;
    *customer = (struct reading_customer){c.contact_id, c.id};
    return READER_CUSTOMER;
}

static void show_help_article(struct request *rq, const char *error, int status) {
    struct visit x;
    struct article article;
    struct article_version version;
    if (!help_begin(&x, rq, N_("Help")))
        return;
    enum rc rc = article_by_ref(x.v, x.a, rq_text(rq, "ref"), &article);
    struct reading_customer customer;
    enum knowledge_reader who = reader_of(&x, &customer);
    if (rc == RC_OK && (!knowledge_may_read(&article, who) || strcmp(article.audience, "internal") == 0 ||
                        strcmp(article.lang, x.page.lang) != 0))
        rc = RC_NONE;
    if (rc == RC_OK)
        rc = article_version_at(x.v, x.a, article.id, article_shown(&article, x.page.now), &version);
    struct help_article_view v = {.category = ""};
    if (rc == RC_OK) {
        v.body = (struct safe_html){markdown_article(x.a, version.body)};
        rc = fill_head(&x, &article, version.title, v.body.html, &v.shell, &v.source_url);
    }
    if (rc == RC_OK)
        rc = fill_others(&x, &article, &v);
    if (rc == RC_OK)
        rc = contact_ways(&x, &v.contacts, &v.contacts_n);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    bool private_page = strcmp(article.audience, "public") != 0;
    x.page.title = v.title = version.title;
    if (*v.category)
        help_structured_crumbs(&x, &v.shell, v.category, v.category_url, v.title);
    v.shell.private_page = private_page;
    v.shell.about = article.recalled_at ? "" : beginning(x.a, markdown_words(x.a, version.body));
    v.lang = article.lang;
    v.search_url = arena_printf(x.a, "/help/%s/search", x.page.lang);
    v.verified_at = article.verified_at && !*article.due_reason ? article.verified_at : 0;
    v.changed_at = article.published_at;
    v.changed = version.note;
    v.before_url =
        !private_page && version.number > 1 ? arena_printf(x.a, "%s/as-of", help_article_url(x.a, &article)) : "";
    v.stale = article_stale(&article);
    v.recalled = article.recalled_at;
    v.vote_url = arena_printf(x.a, "%s/vote", help_article_url(x.a, &article));
    v.stamp = vote_stamp(x.a, article.ref);
    v.voted = rq_route(rq)->method == HTTP_GET && rq_text(rq, "voted") ? rq_text(rq, "voted") : "";
    v.vote_error = error;
    v.what.value = rq_route(rq)->method == HTTP_POST ? rq_text(rq, "what") : "";
    bool noted = who == READER_CUSTOMER && !article.recalled_at && setting_int(x.v, SETTING_READ_BY);
    v.noted = noted;
    if (rq_route(rq)->method == HTTP_GET)
        reading_of_article(rq, article.id, version.id, noted ? &customer : NULL);
    rs_status(rq, status);
    html_help_article(rs_body(rq), &x.page, &v);
    /* What her key opened is hers: a cache between us would keep it, and her reading would not be noted. */
    help_end(&x, private_page || who == READER_CUSTOMER || *v.voted || error);
}

void get_help_article(struct request *rq) { show_help_article(rq, NULL, 200); }

struct voting {
    struct request *rq;
    const char *tag;
    bool duplicate;
};

static enum rc vote(struct tx *tx, void *arg) {
    struct voting *w = arg;
    struct request *rq = w->rq;
    struct article x;
    struct article_version version;
    struct article_flag flag;
    int64_t now = rq_now(rq);
    bool good = strcmp(rq_text(rq, "answer"), "yes") == 0;
    const char *what = rq_text(rq, "what");
    enum rc rc = article_by_ref(tx_view(tx), tx_arena(tx), rq_text(rq, "ref"), &x);
    if (rc == RC_OK && strcmp(x.audience, "internal") == 0)
        rc = RC_NONE;
    if (rc == RC_OK)
        rc = article_version_at(tx_view(tx), tx_arena(tx), x.id, article_shown(&x, now), &version);
    if (rc == RC_OK)
        rc = article_vote(tx, version.id, w->tag, good, now);
    w->duplicate = rc == RC_DUPLICATE;
    rc = rc == RC_DUPLICATE ? RC_OK : rc;
    if (rc == RC_OK && !good && what && *what)
        rc = article_flag_add(tx, &x, version.number, what, 0, w->tag, now, &flag);
    return rc == RC_DUPLICATE ? RC_OK : rc; /* said once already: nothing more to keep */
}

/* The stamp shows that the page was read; the rest of the limits is article_flag_add's. */
void post_help_vote(struct request *rq) {
    struct voting w = {.rq = rq, .tag = reader_tag(rq)};
    enum locale locale = locale_of(rq_text(rq, "lang"));
    const char *what = rq_text(rq, "what"), *ref = rq_text(rq, "ref");
    bool good = strcmp(rq_text(rq, "answer"), "yes") == 0;
    if (!secret_equal(vote_stamp(rq_arena(rq), ref), rq_text(rq, "stamp"))) {
        rs_error(rq, RC_DENIED, NULL);
        return;
    }
    if (!good && (!what || !*what)) {
        show_help_article(rq, tr(locale, "Please write what is wrong, so that we can put it right."), 422);
        return;
    }
    enum rc rc = store_write(web_store(rq), vote, &w);
    if (rc == RC_TOO_MANY)
        show_help_article(
            rq, tr(locale, "You have told us a lot today. Please write to us instead: a person reads it."), 429);
    else if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else
        rs_redirect(rq, arena_printf(rq_arena(rq), "/help/%s/a/%s?voted=%s#vote", rq_text(rq, "lang"), ref,
                                     good ? "yes" : "flagged"));
}

/* ---- pictures ---- */

void get_help_picture(struct request *rq) {
    struct article_picture picture;
    struct article article;
    struct view *v = view_open(web_store(rq));
    enum rc rc = article_picture_by_ref(v, rq_arena(rq), rq_text(rq, "ref"), &picture);
    if (rc == RC_OK)
        rc = article_load(v, rq_arena(rq), picture.article_id, &article);
    bool shown = rc == RC_OK && strcmp(article.audience, "internal") != 0 && article_shown(&article, rq_now(rq));
    if (rc == RC_OK && !shown && !rq_who(rq)->agent_id)
        rc = RC_NONE;
    if (rc == RC_OK)
        rc = blob_get(v, picture.blob_id, rs_body(rq));
    view_close(v);
    if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
        return;
    }
    rs_type(rq, picture.type);
    rs_header(rq, "Content-Security-Policy", "sandbox; default-src 'none'");
    rs_header(rq, "Cache-Control", shown ? "public, max-age=86400" : "private, max-age=60");
}
