/* article_settings.c: categories, how fast each class goes stale, and a lead's word that facts have changed. */
#include "base/tr.h"
#include "html_gen.h"
#include "web/article_page.h"
#include "web/handlers.h"

#include <stdlib.h>
#include <string.h>

static const int64_t DAY = 24 * 3600 * 1000;

static enum rc fill_classes(struct visit *x, struct knowledge_settings_view *v) {
    struct article_class classes[ARTICLE_CLASSES_N];
    enum rc rc = article_classes(x->v, classes);
    v->classes = ARENA_ARRAY(x->a, ARTICLE_CLASSES_N, struct class_row);
    for (int i = 0; rc == RC_OK && i < ARTICLE_CLASSES_N; i++) {
        int64_t rate = classes[i].rate_milli;
        int days = (int)((article_verify_by(rate, x->page.now) - x->page.now + DAY / 2) / DAY);
        const char *typed =
            rq_route(x->rq)->method == HTTP_POST && strcmp(rq_route(x->rq)->path, "/articles/classes") == 0
                ? rq_text(x->rq, classes[i].name)
                : NULL;
        v->classes[v->classes_n++] = (struct class_row){
            classes[i].name,
            typed            ? typed
            : rate % 10 == 0 ? arena_printf(x->a, "%lld", (long long)rate / 10)
                             : arena_printf(x->a, "%lld.%lld", (long long)rate / 10, (long long)rate % 10),
            days > 0 ? days : 1};
    }
    return rc;
}

static void show_settings(struct request *rq, const struct error_list *errors, int status, int64_t became_due) {
    struct visit x;
    struct category *list;
    int n;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Categories and classes")))
        return;
    struct knowledge_settings_view v = {
        .shell = shell_of(&x, "articles"), .announced = became_due >= 0, .became_due = became_due};
    bool again = rq_route(rq)->method == HTTP_POST && strcmp(rq_route(rq)->path, "/articles/categories") == 0;
    bool reads = rq_route(rq)->method == HTTP_GET;
    const char *edit = again ? rq_text(rq, "ref") : reads ? rq_text(rq, "category") : NULL;
    if (errors) {
        v.errors = *errors;
        v.name.error = error_of(errors, "name");
    } else if (reads) {
        v.shell.toast = done_toast(&x);
    }
    v.edit_ref = edit ? edit : "";
    v.langs = locale_choices(&x, again && rq_text(rq, "lang") ? rq_text(rq, "lang") : x.page.lang, NULL);
    v.class_choices = word_choices(&x, ARTICLE_CLASSES, NULL);
    enum rc rc = category_choices(&x, 0, &v.category_choices);
    if (rc == RC_OK)
        rc = category_list(x.v, x.a, x.page.lang, &list, &n);
    if (rc == RC_OK)
        rc = fill_classes(&x, &v);
    if (rc == RC_OK)
        rc = knowledge_nav_of(&x, "settings", &v.nav);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.categories = ARENA_ARRAY(x.a, (size_t)n + 1, struct category_row);
    for (int i = 0; i < n; i++) {
        v.categories[v.categories_n++] =
            (struct category_row){list[i].ref, list[i].name, list[i].about, list[i].articles};
        if (edit && !again && strcmp(edit, list[i].ref) == 0) {
            v.name.value = list[i].name;
            v.about.value = list[i].about;
            v.langs = locale_choices(&x, list[i].lang, NULL);
        }
    }
    if (again) {
        v.name.value = rq_text(rq, "name");
        v.about.value = rq_text(rq, "about");
    }
    rs_status(rq, status);
    html_article_settings(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_article_settings(struct request *rq) { show_settings(rq, NULL, 200, -1); }

/* ---- categories ---- */

/* Changes place with the one before it. */
static enum rc move_up(struct tx *tx, const struct category *x) {
    struct category *all;
    int n;
    enum rc rc = category_list(tx_view(tx), tx_arena(tx), "en", &all, &n);
    for (int i = 1; rc == RC_OK && i < n; i++)
        if (all[i].id == x->id) {
            rc = category_move(tx, all[i].id, all[i - 1].position);
            if (rc == RC_OK)
                rc = category_move(tx, all[i - 1].id, all[i].position);
        }
    return rc;
}

static enum rc save_category(struct tx *tx, void *arg) {
    struct request *rq = arg;
    struct category x = {0};
    const char *act = rq_text(rq, "do"), *ref = rq_text(rq, "ref");
    enum rc rc = ref ? category_by_ref(tx_view(tx), tx_arena(tx), ref, "en", &x) : RC_OK;
    if (rc != RC_OK)
        return rc;
    if (act && strcmp(act, "remove") == 0)
        return category_remove(tx, x.id, web_actor(rq));
    if (act && strcmp(act, "up") == 0)
        return move_up(tx, &x);
    x.lang = rq_text(rq, "lang");
    x.name = rq_text(rq, "name");
    x.about = rq_text(rq, "about");
    return category_save(tx, &x, web_actor(rq), rq_now(rq));
}

void post_article_categories(struct request *rq) {
    struct visit x = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    enum locale locale = locale_of(rq_lang(rq));
    const char *act = rq_text(rq, "do"), *name = rq_text(rq, "name");
    bool saves = !act || strcmp(act, "save") == 0;
    if (saves && (!name || !*name || !rq_text(rq, "lang")))
        add_error(&x, &errors, "name", tr(locale, "Write a name."));
    enum rc rc = errors.items_n ? RC_INVALID : store_write(web_store(rq), save_category, rq);
    if (rc == RC_CONFLICT)
        add_error(&x, &errors, "", tr(locale, "There are articles in this category. Move them first."));
    if (errors.items_n)
        show_settings(rq, &errors, rc == RC_CONFLICT ? 409 : 422, -1);
    else if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else
        rs_redirect(rq, saves ? "/articles/settings?done=saved" : "/articles/settings");
}

/* ---- classes ---- */

/* "35" or "3.5" of a hundred, as thousandths; 0: not a number. */
static int64_t rate_of(const char *text) {
    char *end;
    double rate = text ? strtod(text, &end) : 0;
    return text && end != text && !*end && rate > 0 && rate < 1e6 ? (int64_t)(rate * 10 + 0.5) : 0;
}

static enum rc save_classes(struct tx *tx, void *arg) {
    struct request *rq = arg;
    struct article_class classes[ARTICLE_CLASSES_N];
    enum rc rc = article_classes(tx_view(tx), classes);
    for (int i = 0; rc == RC_OK && i < ARTICLE_CLASSES_N; i++) {
        int64_t rate = rate_of(rq_text(rq, classes[i].name));
        if (rate != classes[i].rate_milli)
            rc = article_class_save(tx, classes[i].name, rate, web_actor(rq));
    }
    return rc;
}

void post_article_classes(struct request *rq) {
    struct visit x = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    enum rc rc = store_write(web_store(rq), save_classes, rq);
    if (rc == RC_INVALID) {
        add_error(&x, &errors, "",
                  tr(locale_of(rq_lang(rq)), "Write numbers between 1 and 10,000, such as 35 or 3.5."));
        show_settings(rq, &errors, 422, -1);
    } else if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
    } else {
        rs_redirect(rq, "/articles/settings?done=saved");
    }
}

/* ---- facts have changed ---- */

struct announcing {
    struct request *rq;
    int n;
};

static enum rc announce(struct tx *tx, void *arg) {
    struct announcing *x = arg;
    struct request *rq = x->rq;
    struct category category = {0};
    enum rc rc = rq_text(rq, "category")
                     ? category_by_ref(tx_view(tx), tx_arena(tx), rq_text(rq, "category"), "en", &category)
                     : RC_OK;
    return rc == RC_OK ? article_facts_changed(tx, rq_text(rq, "class"), category.id, rq_text(rq, "reason"),
                                               web_actor(rq), rq_now(rq), &x->n)
                       : rc;
}

void post_article_changed(struct request *rq) {
    struct visit v = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    struct announcing x = {.rq = rq};
    enum rc rc = store_write(web_store(rq), announce, &x);
    if (rc == RC_INVALID) {
        add_error(&v, &errors, "of-class",
                  tr(locale_of(rq_lang(rq)), "Choose what they are about, or a category: not everything at once."));
        show_settings(rq, &errors, 422, -1);
    } else if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
    } else {
        show_settings(rq, NULL, 200, x.n);
    }
}
