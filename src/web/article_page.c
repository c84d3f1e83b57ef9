/* article_page.c: the agents' pages of knowledge: lists, the queue of the verifier, one article with all that is
 * known of it, and what changed between two versions. Reads only. */
#include "web/article_page.h"

#include "base/locale.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "base/wall.h"
#include "desk/recall.h"
#include "html_gen.h"
#include "text/diff.h"
#include "text/markdown.h"
#include "web/handlers.h"
#include "web/reading.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 50 };

/* ---- words and choices ---- */

const char *locale_name(const char *lang) {
    static const char *const names[LOCALES] = {"English", "Tiếng Việt", "简体中文", "繁體中文", "ไทย"};
    return names[locale_of(lang)];
}

const char *article_word(enum locale locale, const char *word) {
    static const struct {
        const char *word, *text;
    } all[] = {
        {"legal", N_("class|Legal and policy")},
        {"price", N_("class|Prices and offers")},
        {"procedure", N_("class|Procedures")},
        {"howto", N_("class|How to")},
        {"contact", N_("class|Contact and hours")},
        {"public", N_("audience|Everybody")},
        {"customers", N_("audience|Customers with their private link")},
        {"internal", N_("audience|Agents only")},
        {"draft", N_("article|Draft")},
        {"published", N_("article|Published")},
        {"archived", N_("article|Archived")},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (word && strcmp(all[i].word, word) == 0)
            return tr(locale, all[i].text);
    return "";
}

struct choices word_choices(struct visit *x, const char *set, const char *chosen) {
    struct choices out = {ARENA_ARRAY(x->a, 8, struct choice)};
    char *words = arena_copy(x->a, set), *rest = NULL;
    for (char *word = strtok_r(words, " ", &rest); word && out.items_n < 8; word = strtok_r(NULL, " ", &rest))
        out.items[out.items_n++] =
            (struct choice){word, article_word(x->page.locale, word), "", chosen && strcmp(chosen, word) == 0};
    return out;
}

enum rc category_choices(struct visit *x, int64_t chosen, struct choices *out) {
    struct category *all;
    int n;
    enum rc rc = category_list(x->v, x->a, x->page.lang, &all, &n);
    if (rc != RC_OK)
        return rc;
    out->items = ARENA_ARRAY(x->a, (size_t)n + 1, struct choice);
    for (out->items_n = 0; out->items_n < n; out->items_n++) {
        struct category *c = &all[out->items_n];
        out->items[out->items_n] = (struct choice){c->ref, c->name, "", c->id == chosen};
    }
    return RC_OK;
}

const char *help_article_url(struct arena *a, const struct article *x) {
    return arena_printf(a, "/help/%s/a/%s", x->lang, x->ref);
}

/* ---- rows ---- */

struct trust_view trust_view_of(const struct article *x, int64_t now) {
    struct trust t = article_trust(x, now);
    return (struct trust_view){
        .score = t.score,
        .band = trust_band_name(t.band),
        .fresh = (int)lround(t.fresh * 100),
        .evidence = (int)lround(t.evidence * 100),
        .standing = (int)lround(t.standing * 100),
        .standing_why = t.standing_why,
        .ok = (int)lround(t.ok),
        .bad = (int)lround(t.bad),
        .since = x->verified_at,
    };
}

static const char *agent_name(struct visit *x, int64_t id) {
    struct agent agent;
    return id && agent_load(x->v, x->a, id, &agent) == RC_OK ? agent.name : "";
}

static const char *category_name(struct visit *x, const struct article *article) {
    struct category c;
    return article->category_ref && category_by_ref(x->v, x->a, article->category_ref, x->page.lang, &c) == RC_OK
               ? c.name
               : "";
}

struct article_row article_row_of(struct visit *x, const struct article *article) {
    return (struct article_row){
        .ref = article->ref,
        .title = *article->title ? article->title : tr(x->page.locale, "(no title yet)"),
        .lang = article->lang,
        .lang_name = locale_name(article->lang),
        .status = article->status,
        .category = category_name(x, article),
        .class = article_word(x->page.locale, article->class),
        .audience = strcmp(article->audience, "public") == 0 ? "" : article_word(x->page.locale, article->audience),
        .verifier = agent_name(x, article->verifier_id),
        .trust = trust_view_of(article, x->page.now),
        .due = article_due(article, x->page.now),
        .due_at = article->verify_by,
        .changed_at = article->changed_at,
        .stale = article_stale(article),
    };
}

static struct article_row *rows_of(struct visit *x, const struct article *list, int n) {
    struct article_row *rows = ARENA_ARRAY(x->a, (size_t)n + 1, struct article_row);
    for (int i = 0; i < n; i++)
        rows[i] = article_row_of(x, &list[i]);
    return rows;
}

enum rc knowledge_nav_of(struct visit *x, const char *section, struct knowledge_nav *out) {
    out->section = section;
    enum rc rc = must_read_count(x->v, x->me.id, &out->must_read);
    return rc == RC_OK ? article_due_count(x->v, x->me.id, x->page.now, &out->due) : rc;
}

const char *seen_text(struct visit *x, const char *standing, int trust) {
    static const struct {
        const char *standing, *text;
    } all[] = {
        {"verified", N_("shown as verified then, trust {score}")},
        {"unverified", N_("shown as not verified then, trust {score}")},
        {"doubted", N_("shown as doubted then, trust {score}")},
        {"recalled", N_("shown as being corrected then")},
        {"expired", N_("shown as out of date then")},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].standing, standing) == 0) {
            struct buf out = {0};
            tr_fill(&out, tr(x->page.locale, all[i].text), "score", arena_printf(x->a, "%d", trust), NULL);
            const char *text = arena_copy(x->a, out.at);
            buf_free(&out);
            return text;
        }
    return "";
}

struct search_progress search_progress_of(struct visit *x) {
    struct search_progress p;
    return knowledge_whole(web_of(x->rq)->knowledge, &p.found, &p.all) ? (struct search_progress){0} : p;
}

/* ---- lists ---- */

enum rc articles_found(struct visit *x, const char *search, struct knowledge_hit hits[KNOWLEDGE_HITS_MAX], int *n) {
    const char *lang = rq_text(x->rq, "lang");
    enum rc rc = knowledge_search(web_of(x->rq)->knowledge, x->v, x->a, READER_AGENT, lang, search, x->page.now,
                                  KNOWLEDGE_HITS_MAX, hits, n);
    if (rc == RC_OK)
        reading_of_search(x->rq, search, lang, "agents", !*n, !*n || !hits[0].confident);
    return rc;
}

static enum rc found_rows(struct visit *x, struct articles_view *v) {
    struct knowledge_hit hits[KNOWLEDGE_HITS_MAX];
    int n;
    enum rc rc = articles_found(x, v->search, hits, &n);
    v->rows = ARENA_ARRAY(x->a, (size_t)n + 1, struct article_row);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        const char *class = rq_text(x->rq, "class"), *category = rq_text(x->rq, "category");
        bool fits =
            (!class || strcmp(class, hits[i].article.class) == 0) &&
            (!category || (hits[i].article.category_ref && strcmp(category, hits[i].article.category_ref) == 0));
        if (fits)
            v->rows[v->rows_n++] = article_row_of(x, &hits[i].article);
    }
    return rc;
}

static enum rc listed_rows(struct visit *x, struct articles_view *v) {
    struct request *rq = x->rq;
    struct article *list, before;
    struct category category;
    int n;
    struct article_ask ask = {.lang = rq_text(rq, "lang"),
                              .status = rq_text(rq, "status"),
                              .class = rq_text(rq, "class"),
                              .verifier_id = rq_flag(rq, "mine") ? x->me.id : 0,
                              .max = ROWS + 1};
    enum rc rc = RC_OK;
    if (rq_text(rq, "category") &&
        (rc = category_by_ref(x->v, x->a, rq_text(rq, "category"), x->page.lang, &category)) == RC_OK)
        ask.category_id = category.id;
    if (rc == RC_OK && rq_text(rq, "before") &&
        (rc = article_by_ref(x->v, x->a, rq_text(rq, "before"), &before)) == RC_OK) {
        ask.before_at = before.changed_at;
        ask.before_id = before.id;
    }
    if (rc == RC_OK)
        rc = article_list(x->v, x->a, &ask, &list, &n);
    if (rc != RC_OK)
        return rc;
    if (n > ROWS) {
        n = ROWS;
        const char *parts[][2] = {{"lang", ask.lang},
                                  {"status", ask.status},
                                  {"class", ask.class},
                                  {"category", rq_text(rq, "category")},
                                  {"mine", rq_flag(rq, "mine") ? "1" : NULL}};
        struct buf url = {0};
        buf_printf(&url, "/articles?before=%s", list[n - 1].ref);
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            if (parts[i][1])
                buf_printf(&url, "&%s=%s", parts[i][0], parts[i][1]);
        v->older_url = arena_copy(x->a, url.at);
        buf_free(&url);
    }
    v->rows = rows_of(x, list, n);
    v->rows_n = n;
    return RC_OK;
}

void get_articles(struct request *rq) {
    struct visit x;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Knowledge")))
        return;
    bool mine = rq_flag(rq, "mine");
    struct articles_view v = {.shell = shell_of(&x, "articles"), .search = rq_text(rq, "q")};
    v.shell.toast = done_toast(&x);
    v.langs = locale_choices(&x, rq_text(rq, "lang") ? rq_text(rq, "lang") : "", NULL);
    v.statuses = word_choices(&x, "draft published archived", rq_text(rq, "status"));
    v.classes = word_choices(&x, ARTICLE_CLASSES, rq_text(rq, "class"));
    bool searched = v.search && *v.search;
    v.filtered = searched || rq_has(rq, "lang") || rq_has(rq, "status") || rq_has(rq, "class") || mine ||
                 rq_has(rq, "category");
    enum rc rc = category_choices(&x, 0, &v.categories);
    for (int i = 0; rq_text(rq, "category") && i < v.categories.items_n; i++)
        v.categories.items[i].chosen = strcmp(v.categories.items[i].value, rq_text(rq, "category")) == 0;
    if (rc == RC_OK)
        rc = knowledge_nav_of(&x, mine ? "mine" : "all", &v.nav);
    if (searched)
        v.progress = search_progress_of(&x);
    if (rc == RC_OK)
        rc = searched ? found_rows(&x, &v) : listed_rows(&x, &v);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    html_article_list(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_articles_due(struct request *rq) {
    struct visit x;
    struct article *list;
    int n;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "To verify")))
        return;
    struct articles_view v = {.shell = shell_of(&x, "articles"), .everybody = rq_flag(rq, "all")};
    enum rc rc = knowledge_nav_of(&x, "due", &v.nav);
    if (rc == RC_OK)
        rc = article_due_list(x.v, x.a, v.everybody ? 0 : x.me.id, x.page.now, &list, &n);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.rows = rows_of(&x, list, n);
    v.rows_n = n;
    html_article_list(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

/* ---- one article ---- */

const char *local_field(struct visit *x, int64_t ms) {
    char text[WALL_FIELD_SIZE] = "";
    if (ms)
        wall_write_field(x->page.zone, ms, text);
    return arena_copy(x->a, text);
}

static enum rc fill_family(struct visit *x, const struct article *article, struct article_page_view *v) {
    struct article *family;
    int n;
    enum rc rc = article_family(x->v, x->a, article->family_id, &family, &n);
    if (rc != RC_OK)
        return rc;
    v->family = rows_of(x, family, n);
    v->family_n = n;
    struct choices all = locale_choices(x, "", NULL);
    v->new_langs.items = ARENA_ARRAY(x->a, LOCALES, struct choice);
    for (int l = 0; l < all.items_n; l++) {
        bool there = false;
        for (int i = 0; i < n; i++)
            there |= strcmp(family[i].lang, all.items[l].value) == 0;
        if (!there)
            v->new_langs.items[v->new_langs.items_n++] = all.items[l];
    }
    return RC_OK;
}

static enum rc fill_versions(struct visit *x, const struct article *article, struct article_page_view *v) {
    struct article_version *list;
    int n;
    enum rc rc = article_versions(x->v, x->a, article->id, &list, &n);
    if (rc != RC_OK)
        return rc;
    v->versions = ARENA_ARRAY(x->a, (size_t)n + 1, struct version_row);
    for (int i = 0; i < n; i++)
        v->versions[v->versions_n++] = (struct version_row){
            .number = list[i].number,
            .at = list[i].created_at,
            .author = list[i].author,
            .note = list[i].note,
            .changes_facts = list[i].changes_facts,
            .shown = list[i].number == v->shown,
            .diff_url = list[i].number > 1 ? arena_printf(x->a, "/articles/%s/diff?from=%lld&to=%lld", article->ref,
                                                          (long long)list[i].number - 1, (long long)list[i].number)
                                           : "",
        };
    return RC_OK;
}

static enum rc fill_flags(struct visit *x, const struct article *article, struct article_page_view *v) {
    struct article_flag *list;
    int n;
    enum rc rc = article_flags(x->v, x->a, article->id, &list, &n);
    if (rc == RC_OK)
        rc = article_votes(x->v, article->id, &v->votes_good, &v->votes);
    if (rc != RC_OK)
        return rc;
    v->flags = ARENA_ARRAY(x->a, (size_t)n + 1, struct flag_row);
    for (int i = 0; i < n; i++) {
        v->flags[v->flags_n++] = (struct flag_row){list[i].ref,     list[i].what,       list[i].agent,
                                                   list[i].outcome, list[i].created_at, list[i].number};
        v->flags_open += !list[i].settled_at;
    }
    return RC_OK;
}

static enum rc fill_links(struct visit *x, const struct article *article, struct article_page_view *v) {
    struct article *to, *from;
    enum rc rc = article_links_to(x->v, x->a, article->id, &to, &v->links_to_n);
    if (rc == RC_OK)
        rc = article_links_from(x->v, x->a, article->id, &from, &v->links_from_n);
    if (rc != RC_OK)
        return rc;
    v->links_to = rows_of(x, to, v->links_to_n);
    v->links_from = rows_of(x, from, v->links_from_n);
    return RC_OK;
}

static enum rc fill_must_reads(struct visit *x, const struct article *article, struct article_page_view *v) {
    struct must_read *list;
    int n;
    enum rc rc = must_read_of_article(x->v, x->a, article->id, &list, &n);
    if (rc == RC_OK)
        rc = team_choices(x, 0, &v->teams);
    v->must_reads = ARENA_ARRAY(x->a, (size_t)(rc == RC_OK ? n : 0) + 1, struct must_read_row);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = must_read_row_of(x, &list[i], false, &v->must_reads[v->must_reads_n++]);
    return rc;
}

static enum rc fill_people(struct visit *x, const struct article *article, struct article_page_view *v) {
    enum rc rc = agent_choices(x, article->owner_id, &v->owners);
    if (rc == RC_OK)
        rc = agent_choices(x, article->verifier_id, &v->verifiers);
    if (rc == RC_OK)
        rc = agent_choices(x, article->deputy_id, &v->deputies);
    if (rc == RC_OK)
        rc = category_choices(x, article->category_id, &v->categories);
    v->classes = word_choices(x, ARTICLE_CLASSES, article->class);
    v->audiences = word_choices(x, ARTICLE_AUDIENCES, article->audience);
    v->owner = agent_name(x, article->owner_id);
    v->verifier = agent_name(x, article->verifier_id);
    v->deputy = agent_name(x, article->deputy_id);
    return rc;
}

static struct article_page_view page_view_of(struct visit *x, const struct article *article) {
    int64_t now = x->page.now, shown = article_shown(article, now);
    bool is_verifier = x->me.id == article->verifier_id || x->me.id == article->deputy_id;
    bool published = strcmp(article->audience, "internal") != 0 && shown;
    return (struct article_page_view){
        .shell = shell_of(x, "articles"),
        .ref = article->ref,
        .title = *article->title ? article->title : tr(x->page.locale, "(no title yet)"),
        .lang = article->lang,
        .lang_name = locale_name(article->lang),
        .status = article->status,
        .class = article_word(x->page.locale, article->class),
        .audience = article_word(x->page.locale, article->audience),
        .category = category_name(x, article),
        .public_url = published ? help_article_url(x->a, article) : "",
        .trust = trust_view_of(article, now),
        .due = article_due(article, now),
        .verify_by = article->verify_by,
        .verified_at = article->verified_at,
        .published_at = article->published_at,
        .publish_at = article->publish_at,
        .expire_at = article->expire_at,
        .shown = shown,
        .latest = article->latest,
        .stale = article_stale(article),
        .is_verifier = is_verifier,
        .may_verify = is_verifier && !article->agent_flags && !article->reader_flags && !article->recalled_at,
        .recalled = article->recalled_at,
        .expired = article_expired(article, now),
        .publish_local.value = local_field(x, article->publish_at),
        .expire_local.value = local_field(x, article->expire_at),
    };
}

void show_article(struct request *rq, const struct error_list *errors, int status) {
    struct visit x;
    struct article article;
    struct article_version version = {.body = "", .note = ""};
    struct article_draft draft;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Knowledge")))
        return;
    enum rc rc = article_by_ref(x.v, x.a, rq_text(rq, "ref"), &article);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    struct article_page_view v = page_view_of(&x, &article);
    x.page.title = v.title;
    if (errors)
        v.errors = *errors;
    else
        v.shell.toast = done_toast(&x);
    int64_t number = v.shown ? v.shown : article.latest;
    if (number)
        rc = article_version_at(x.v, x.a, article.id, number, &version);
    v.body = (struct safe_html){markdown_article(x.a, version.body)};
    v.note = version.note;
    v.has_draft = article_draft_load(x.v, x.a, article.id, x.me.id, &draft) == RC_OK;
    if (rc == RC_OK)
        rc = knowledge_nav_of(&x, "", &v.nav);
    if (rc == RC_OK)
        rc = fill_family(&x, &article, &v);
    if (rc == RC_OK)
        rc = fill_versions(&x, &article, &v);
    if (rc == RC_OK)
        rc = fill_flags(&x, &article, &v);
    if (rc == RC_OK)
        rc = fill_links(&x, &article, &v);
    if (rc == RC_OK)
        rc = fill_must_reads(&x, &article, &v);
    if (rc == RC_OK)
        rc = fill_people(&x, &article, &v);
    if (rc == RC_OK)
        rc = recall_running(x.v, x.a, article.id, &v.correction);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    rs_status(rq, status);
    html_article_page(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_article(struct request *rq) { show_article(rq, NULL, 200); }

/* ---- what changed ---- */

/* The ends of a long stretch say where one is. */
static void add_same(struct arena *a, const char *text, bool cut, struct diff_piece_view *out, int *n) {
    enum { LONG = 400, END = 120 };
    size_t len = strlen(text), from = len > END ? len - END : 0;
    if (!cut || len < LONG) {
        out[(*n)++] = (struct diff_piece_view){"same", text};
        return;
    }
    while ((text[from] & 0xC0) == 0x80) /* not within a character */
        from++;
    if (*n)
        out[(*n)++] = (struct diff_piece_view){"same", arena_copy_n(a, text, utf8_fit(text, len, END))};
    out[(*n)++] = (struct diff_piece_view){"cut", ""};
    out[(*n)++] = (struct diff_piece_view){"same", text + from};
}

struct diff_piece_view *diff_pieces(struct arena *a, const char *before, const char *after, const char *lang,
                                    bool cut, int *n) {
    static const char *const kinds[] = {"same", "removed", "added"};
    struct diff d = diff_words(a, before, after, lang);
    struct diff_piece_view *out = ARENA_ARRAY(a, (size_t)d.n * 3 + 1, struct diff_piece_view);
    *n = 0;
    for (int i = 0; i < d.n; i++)
        if (d.at[i].kind == DIFF_SAME)
            add_same(a, d.at[i].text, cut, out, n);
        else
            out[(*n)++] = (struct diff_piece_view){kinds[d.at[i].kind], d.at[i].text};
    return out;
}

void get_article_diff(struct request *rq) {
    struct visit x;
    struct article article;
    struct article_version from, to;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "What changed")))
        return;
    struct article_diff_view v = {.shell = shell_of(&x, "articles")};
    enum rc rc = article_by_ref(x.v, x.a, rq_text(rq, "ref"), &article);
    if (rc == RC_OK)
        rc = article_version_at(x.v, x.a, article.id, rq_int(rq, "from", 0), &from);
    if (rc == RC_OK)
        rc = article_version_at(x.v, x.a, article.id, rq_int(rq, "to", 0), &to);
    if (rc == RC_OK)
        rc = knowledge_nav_of(&x, "", &v.nav);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.ref = article.ref;
    v.title = to.title;
    v.lang = article.lang;
    v.author = to.author;
    v.note = to.note;
    v.from = from.number;
    v.to = to.number;
    v.at = to.created_at;
    v.changes_facts = to.changes_facts;
    if (strcmp(from.title, to.title) != 0) {
        v.title_before = from.title;
        v.title_after = to.title;
    }
    v.pieces = diff_pieces(x.a, from.body, to.body, article.lang, false, &v.pieces_n);
    html_article_diff(rs_body(rq), &x.page, &v);
    visit_end(&x);
}
