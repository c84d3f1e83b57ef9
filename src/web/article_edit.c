/* article_edit.c: writing articles: the editor with its draft, preview and pictures, and what is done with an
 * article once it is written. */
#include "base/json.h"
#include "base/locale.h"
#include "base/tr.h"
#include "base/wall.h"
#include "html_gen.h"
#include "text/markdown.h"
#include "web/article_page.h"
#include "web/handlers.h"

#include <string.h>

static bool given(const char *s) { return s && *s; }

/* What one action on an article needs inside its transaction. */
struct writing {
    struct request *rq;
    struct actor by;
    int64_t now;
    struct article article;
    struct article_version version;
    const char *fault; /* the field that is to blame */
    const char *result_ref;
    struct article_picture picture;
};

static struct writing writing_of(struct request *rq) {
    return (struct writing){.rq = rq, .by = web_actor(rq), .now = rq_now(rq)};
}

static enum rc load(struct tx *tx, struct writing *w) {
    return article_by_ref(tx_view(tx), tx_arena(tx), rq_text(w->rq, "ref"), &w->article);
}

/* An agent by the reference in a field; 0 when it is empty. */
static enum rc agent_of(struct tx *tx, struct writing *w, const char *field, int64_t *id) {
    struct agent agent;
    *id = 0;
    if (!rq_text(w->rq, field))
        return RC_OK;
    enum rc rc = agent_by_ref(tx_view(tx), tx_arena(tx), rq_text(w->rq, field), &agent);
    if (rc == RC_OK && agent.role < ROLE_AGENT)
        rc = RC_INVALID;
    *id = rc == RC_OK ? agent.id : 0;
    return rc == RC_NONE ? RC_INVALID : rc;
}

static enum rc category_of(struct tx *tx, struct writing *w, int64_t *id) {
    struct category category;
    *id = 0;
    if (!rq_text(w->rq, "category"))
        return RC_OK;
    enum rc rc = category_by_ref(tx_view(tx), tx_arena(tx), rq_text(w->rq, "category"), "en", &category);
    *id = rc == RC_OK ? category.id : 0;
    return rc == RC_NONE ? RC_INVALID : rc;
}

static void show_again(struct request *rq, const char *ref, const char *done) {
    const char *page = rq_who(rq)->role == ROLE_READER ? "read" : "articles";
    rs_redirect(rq, arena_printf(rq_arena(rq), "/%s/%s?done=%s", page, ref, done));
}

/* ---- a new one ---- */

static void show_new(struct request *rq, const struct error_list *errors, int status) {
    struct visit x;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "New article")))
        return;
    bool again = errors;
    struct article_new_view v = {.shell = shell_of(&x, "articles")};
    if (errors)
        v.errors = *errors;
    v.title.value = again ? rq_text(rq, "title") : "";
    v.title.error = error_of(errors, "title");
    v.langs = locale_choices(&x, again && rq_text(rq, "lang") ? rq_text(rq, "lang") : x.account.lang, NULL);
    v.classes = word_choices(&x, ARTICLE_CLASSES, again ? rq_text(rq, "class") : "howto");
    v.audiences = word_choices(&x, ARTICLE_AUDIENCES, again ? rq_text(rq, "audience") : "public");
    enum rc rc = category_choices(&x, 0, &v.categories);
    if (rc == RC_OK)
        rc = agent_choices(&x, x.me.id, &v.verifiers);
    if (rc == RC_OK)
        rc = agent_choices(&x, 0, &v.deputies);
    if (rc == RC_OK)
        rc = knowledge_nav_of(&x, "", &v.nav);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    rs_status(rq, status);
    html_article_new(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_article_new(struct request *rq) { show_new(rq, NULL, 200); }

static enum rc create_article(struct tx *tx, void *arg) {
    struct writing *w = arg;
    struct request *rq = w->rq;
    struct article *x = &w->article;
    *x = (struct article){.lang = rq_text(rq, "lang"),
                          .class = rq_text(rq, "class"),
                          .audience = rq_text(rq, "audience"),
                          .title = rq_text(rq, "title"),
                          .owner_id = w->by.id};
    enum rc rc = category_of(tx, w, &x->category_id);
    if (rc == RC_OK)
        rc = agent_of(tx, w, "verifier", &x->verifier_id);
    if (rc == RC_OK)
        rc = agent_of(tx, w, "deputy", &x->deputy_id);
    if (rc == RC_OK && x->verifier_id && x->verifier_id == x->deputy_id) {
        w->fault = "deputy";
        return RC_INVALID;
    }
    if (rc == RC_OK)
        rc = article_create(tx, x, 0, w->by, w->now);
    if (rc == RC_OK)
        w->result_ref = arena_copy(rq_arena(rq), x->ref);
    return rc;
}

void post_articles(struct request *rq) {
    struct writing w = writing_of(rq);
    struct visit x = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    enum locale locale = locale_of(rq_lang(rq));
    if (!given(rq_text(rq, "title")))
        add_error(&x, &errors, "title", tr(locale, "Write a title."));
    enum rc rc = errors.items_n ? RC_INVALID : store_write(web_store(rq), create_article, &w);
    if (rc == RC_INVALID && w.fault)
        add_error(&x, &errors, "deputy", tr(locale, "Verifier and deputy are two people."));
    if (errors.items_n)
        show_new(rq, &errors, 422);
    else if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else
        rs_redirect(rq, arena_printf(rq_arena(rq), "/articles/%s/edit", w.result_ref));
}

/* In another language: begins with the source's text, to be overwritten. */
static enum rc create_language(struct tx *tx, void *arg) {
    struct writing *w = arg;
    struct article source;
    struct article_version version;
    enum rc rc = load(tx, w);
    if (rc == RC_OK)
        rc = article_load(tx_view(tx), tx_arena(tx), w->article.family_id, &source);
    if (rc == RC_OK)
        rc = article_version_at(tx_view(tx), tx_arena(tx), source.id,
                                source.published ? source.published : source.latest, &version);
    struct article x = {.lang = rq_text(w->rq, "lang"), .owner_id = w->by.id};
    if (rc == RC_OK) {
        x.title = version.title;
        rc = article_create(tx, &x, source.id, w->by, w->now);
    }
    if (rc == RC_OK)
        rc = article_draft_save(tx, x.id, w->by.id, &(struct article_draft){0, 0, version.title, version.body},
                                w->now);
    if (rc == RC_OK)
        w->result_ref = arena_copy(rq_arena(w->rq), x.ref);
    return rc;
}

void post_article_language(struct request *rq) {
    struct writing w = writing_of(rq);
    if (web_write(rq, create_language, &w))
        rs_redirect(rq, arena_printf(rq_arena(rq), "/articles/%s/edit", w.result_ref));
}

/* ---- the editor ---- */

static enum rc fill_source(struct visit *x, const struct article *article, struct article_edit_view *v) {
    struct article source;
    struct article_version version;
    if (article_is_source(article))
        return RC_OK;
    enum rc rc = article_load(x->v, x->a, article->family_id, &source);
    if (rc == RC_OK)
        rc = article_version_at(x->v, x->a, source.id, source.published ? source.published : source.latest,
                                &version);
    if (rc != RC_OK)
        return rc == RC_NONE ? RC_OK : rc;
    v->is_translation = true;
    v->source_ref = source.ref;
    v->source_title = version.title;
    v->source_lang = source.lang;
    v->source = (struct safe_html){markdown_article(x->a, version.body)};
    return RC_OK;
}

/* What was typed comes first, then the draft, then the newest version. */
static enum rc fill_text(struct visit *x, const struct article *article, bool again, struct article_edit_view *v) {
    struct request *rq = x->rq;
    struct article_draft draft;
    struct article_version version = {.title = article->title, .body = ""};
    if (again) {
        v->title.value = rq_text(rq, "title");
        v->text.value = rq_text(rq, "text");
        v->note.value = rq_text(rq, "note");
        v->facts = rq_text(rq, "facts");
        v->base = article->latest;
        return RC_OK;
    }
    enum rc rc = article_draft_load(x->v, x->a, article->id, x->me.id, &draft);
    if (rc == RC_OK) {
        v->title.value = draft.title;
        v->text.value = draft.body;
        v->base = draft.base;
        v->draft_saved = draft.changed_at;
        if (draft.base != article->latest) {
            v->warning = tr(x->page.locale, "Somebody saved a version after you began to write.");
            v->diff_url = arena_printf(x->a, "/articles/%s/diff?from=%lld&to=%lld", article->ref,
                                       (long long)(draft.base ? draft.base : 1), (long long)article->latest);
            v->base = article->latest;
        }
        return RC_OK;
    }
    if (rc == RC_NONE)
        rc = article->latest ? article_version_at(x->v, x->a, article->id, article->latest, &version) : RC_OK;
    v->title.value = version.title;
    v->text.value = version.body;
    v->base = article->latest;
    return rc;
}

static void show_editor(struct request *rq, const struct error_list *errors, const char *warning, int status) {
    struct visit x;
    struct article article;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Edit")))
        return;
    enum rc rc = article_by_ref(x.v, x.a, rq_text(rq, "ref"), &article);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    struct article_edit_view v = {
        .shell = shell_of(&x, "articles"),
        .ref = article.ref,
        .lang = article.lang,
        .lang_name = locale_name(article.lang),
        .latest = article.latest,
        .stale = article_stale(&article),
        .may_verify = x.me.id == article.verifier_id || x.me.id == article.deputy_id,
        .warning = warning,
    };
    if (errors) {
        v.errors = *errors;
        v.title.error = error_of(errors, "title");
        v.text.error = error_of(errors, "text");
    }
    rc = fill_text(&x, &article, rq_route(rq)->method == HTTP_POST, &v);
    if (warning)
        v.diff_url =
            arena_printf(x.a, "/articles/%s/diff?from=%lld&to=%lld", article.ref,
                         (long long)(rq_int(rq, "base", 1) ? rq_int(rq, "base", 1) : 1), (long long)article.latest);
    if (rc == RC_OK)
        rc = fill_source(&x, &article, &v);
    if (rc == RC_OK)
        rc = knowledge_nav_of(&x, "", &v.nav);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.preview = (struct safe_html){markdown_article(x.a, v.text.value ? v.text.value : "")};
    rs_status(rq, status);
    html_article_edit(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_article_edit(struct request *rq) { show_editor(rq, NULL, NULL, 200); }

static enum rc keep_draft(struct tx *tx, void *arg) {
    struct writing *w = arg;
    struct request *rq = w->rq;
    enum rc rc = load(tx, w);
    struct article_draft d = {
        .base = rq_int(rq, "base", 0), .title = rq_text(rq, "title"), .body = rq_text(rq, "text")};
    return rc == RC_OK ? article_draft_save(tx, w->article.id, w->by.id, &d, w->now) : rc;
}

void post_article_draft(struct request *rq) {
    struct writing w = writing_of(rq);
    if (!web_write(rq, keep_draft, &w))
        return;
    rs_type(rq, "application/json");
    buf_printf(rs_body(rq), "{\"saved_at\":%lld}", (long long)w.now);
}

void post_article_preview(struct request *rq) {
    rs_type(rq, "text/html; charset=utf-8");
    buf_str(rs_body(rq), markdown_article(rq_arena(rq), rq_text(rq, "text")));
}

static enum rc save_article(struct tx *tx, void *arg) {
    struct writing *w = arg;
    struct request *rq = w->rq;
    struct article *x = &w->article;
    const char *facts = rq_text(rq, "facts"), *act = rq_text(rq, "do");
    enum rc rc = load(tx, w);
    if (rc != RC_OK)
        return rc;
    if (x->latest && !facts) {
        w->fault = "facts";
        return RC_INVALID;
    }
    w->version = (struct article_version){
        .title = rq_text(rq, "title"),
        .body = rq_text(rq, "text"),
        .note = rq_text(rq, "note"),
        .changes_facts = facts && strcmp(facts, "yes") == 0,
        .reflects = article_is_source(x)                    ? 0
                    : rq_flag(rq, "reflects") || !x->latest ? x->source_facts
                                                            : x->reflects,
    };
    rc = article_save(tx, x, &w->version, rq_int(rq, "base", 0), w->by, w->now);
    if (rc == RC_CONFLICT)
        w->fault = "base";
    if (rc == RC_OK && (!act || strcmp(act, "publish") == 0))
        rc = article_publish(tx, x, x->latest, w->by, w->now);
    if (rc == RC_OK && rq_flag(rq, "verify") && x->published == x->latest)
        rc = article_verify(tx, x, x->latest, w->by.id, w->now);
    return rc;
}

void post_article_save(struct request *rq) {
    struct writing w = writing_of(rq);
    struct visit x = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    enum locale locale = locale_of(rq_lang(rq));
    if (!given(rq_text(rq, "title")))
        add_error(&x, &errors, "title", tr(locale, "Write a title."));
    if (!given(rq_text(rq, "text")))
        add_error(&x, &errors, "text", tr(locale, "Write the text."));
    enum rc rc = errors.items_n ? RC_INVALID : store_write(web_store(rq), save_article, &w);
    if (rc == RC_INVALID && w.fault)
        add_error(&x, &errors, "facts",
                  tr(locale, "Say whether facts changed: on this depends who has to verify it and who is told."));
    if (errors.items_n)
        show_editor(rq, &errors, NULL, 422);
    else if (rc == RC_CONFLICT && w.fault)
        show_editor(rq, NULL,
                    tr(locale,
                       "Somebody saved a version while you wrote. Yours is still here; look at what changed, "
                       "and save again."),
                    409);
    else if (rc == RC_CONFLICT)
        rs_error(rq, rc, tr(locale, "A flag is open: settle it before you verify. Nothing was saved."));
    else if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else
        show_again(rq, rq_text(rq, "ref"), "saved");
}

/* ---- what is done with it ---- */

static enum rc act_on(struct tx *tx, void *arg) {
    struct writing *w = arg;
    const char *act = rq_text(w->rq, "do");
    int64_t number = rq_int(w->rq, "number", 0);
    enum rc rc = load(tx, w);
    if (rc != RC_OK)
        return rc;
    if (strcmp(act, "verify") == 0)
        return article_verify(tx, &w->article, number, w->by.id, w->now);
    if (strcmp(act, "archive") == 0)
        return article_archive(tx, &w->article, w->by, w->now);
    return article_publish(tx, &w->article, number, w->by, w->now);
}

void post_article_act(struct request *rq) {
    struct writing w = writing_of(rq);
    enum locale locale = locale_of(rq_lang(rq));
    enum rc rc = store_write(web_store(rq), act_on, &w);
    if (rc == RC_DENIED)
        rs_error(rq, rc, tr(locale, "Only the verifier or the deputy can say that it is right."));
    else if (rc == RC_CONFLICT)
        rs_error(rq, rc, tr(locale, "It has changed, or somebody says that it is wrong. Look at it again."));
    else if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else
        show_again(rq, rq_text(rq, "ref"), "saved");
}

static enum rc save_facts(struct tx *tx, void *arg) {
    struct writing *w = arg;
    struct request *rq = w->rq;
    struct article *x = &w->article;
    int64_t owner, verifier, deputy, category;
    struct account account;
    const char *zone = rq_who(rq)->agent->zone;
    enum rc rc = load(tx, w);
    if (rc == RC_OK && !given(zone) && (rc = account_load(tx_view(tx), tx_arena(tx), &account)) == RC_OK)
        zone = account.zone;
    if (rc == RC_OK)
        rc = agent_of(tx, w, "owner", &owner);
    if (rc == RC_OK)
        rc = agent_of(tx, w, "verifier", &verifier);
    if (rc == RC_OK)
        rc = agent_of(tx, w, "deputy", &deputy);
    if (rc == RC_OK)
        rc = category_of(tx, w, &category);
    if (rc != RC_OK)
        return rc;
    int64_t publish_at = wall_read_field(zone, rq_text(rq, "publish")),
            expire_at = wall_read_field(zone, rq_text(rq, "expire"));
    if (owner != x->owner_id || verifier != x->verifier_id || deputy != x->deputy_id) {
        w->fault = "deputy";
        rc = article_people(tx, x, owner, verifier, deputy, w->by, w->now);
    }
    const char *class = rq_text(rq, "class"), *audience = rq_text(rq, "audience");
    if (rc == RC_OK &&
        (category != x->category_id || strcmp(class, x->class) != 0 || strcmp(audience, x->audience) != 0))
        rc = article_place(tx, x, category, class, audience, w->by, w->now);
    if (rc == RC_OK && publish_at != x->publish_at) {
        w->fault = "publish";
        rc = article_schedule(tx, x, x->latest, publish_at, w->by, w->now);
        rc = rc == RC_NONE ? RC_INVALID : rc;
    }
    return rc == RC_OK && expire_at != x->expire_at ? article_expire(tx, x, expire_at, w->by, w->now) : rc;
}

void post_article_facts(struct request *rq) {
    struct writing w = writing_of(rq);
    struct visit x = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    enum locale locale = locale_of(rq_lang(rq));
    enum rc rc = store_write(web_store(rq), save_facts, &w);
    if (rc == RC_INVALID && w.fault) {
        bool time = strcmp(w.fault, "publish") == 0;
        add_error(&x, &errors, w.fault,
                  time ? tr(locale, "Choose a time that is still to come, for an article that has a text.")
                       : tr(locale, "Verifier and deputy are two people."));
        show_article(rq, &errors, 422);
    } else if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
    } else {
        show_again(rq, rq_text(rq, "ref"), "saved");
    }
}

/* ---- flags ---- */

static enum rc add_flag(struct tx *tx, void *arg) {
    struct writing *w = arg;
    struct article_flag flag;
    enum rc rc = load(tx, w);
    if (rc != RC_OK)
        return rc;
    int64_t shown = article_shown(&w->article, w->now);
    if (!shown && rq_who(w->rq)->role == ROLE_READER) /* she does not know of it */
        return RC_NONE;
    return article_flag_add(tx, &w->article, shown ? shown : w->article.latest, rq_text(w->rq, "what"), w->by.id,
                            "", w->now, &flag);
}

void post_article_flag(struct request *rq) {
    struct writing w = writing_of(rq);
    enum rc rc = store_write(web_store(rq), add_flag, &w);
    if (rc == RC_INVALID)
        rs_error(rq, rc, tr(locale_of(rq_lang(rq)), "Write what is wrong, so that it can be put right."));
    else if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else
        show_again(rq, rq_text(rq, "ref"), "added");
}

static enum rc settle_flag(struct tx *tx, void *arg) {
    struct writing *w = arg;
    struct article_flag flag;
    enum rc rc = load(tx, w);
    if (rc == RC_OK)
        rc = article_flag_by_ref(tx_view(tx), tx_arena(tx), rq_text(w->rq, "flag"), &flag);
    if (rc == RC_OK && flag.article_id != w->article.id)
        rc = RC_NONE;
    return rc == RC_OK ? article_flag_settle(tx, &flag, rq_text(w->rq, "outcome"), w->by, w->now) : rc;
}

void post_article_flag_settle(struct request *rq) {
    struct writing w = writing_of(rq);
    if (web_write(rq, settle_flag, &w))
        show_again(rq, rq_text(rq, "ref"), "saved");
}

/* ---- pictures ---- */

static enum rc add_picture(struct tx *tx, void *arg) {
    struct writing *w = arg;
    size_t n = 0;
    const struct upload *files = rq_files(w->rq, "picture", &n);
    enum rc rc = n ? load(tx, w) : RC_INVALID;
    if (rc == RC_OK)
        rc = article_picture_add(tx, w->article.id, files[0].bytes, w->now, &w->picture);
    if (rc == RC_OK)
        w->result_ref = arena_copy(rq_arena(w->rq), w->picture.ref);
    return rc;
}

void post_article_picture(struct request *rq) {
    struct writing w = writing_of(rq);
    enum rc rc = store_write(web_store(rq), add_picture, &w);
    if (rc != RC_OK) {
        rs_error(rq, rc,
                 rc == RC_INVALID || rc == RC_TOO_BIG
                     ? tr(locale_of(rq_lang(rq)), "A picture is PNG, JPEG, GIF or WebP, of 5 MB at most.")
                     : NULL);
        return;
    }
    struct jw j = jw_begin(rs_body(rq));
    rs_type(rq, "application/json");
    jw_object(&j, NULL);
    jw_text(&j, "url", arena_printf(rq_arena(rq), "/help/p/%s", w.result_ref));
    jw_object_end(&j);
}
