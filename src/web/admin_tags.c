/* admin_tags.c: the list of tags. Leads may. */
#include "base/tr.h"
#include "html_gen.h"
#include "web/handlers.h"
#include "web/page.h"

#include <string.h>

/* `renaming`: the reference of the tag whose new name was refused; NULL: it was the form for a new one. */
static void show_tags(struct request *rq, const char *renaming, const char *error, int status) {
    struct visit x;
    struct tag *tags;
    int n;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Tags")))
        return;
    struct admin_tags_view v = {.shell = shell_of(&x, "admin"), .nav.section = "tags"};
    enum rc rc = tag_counts(x.v, x.a, &tags, &n);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.tags = ARENA_ARRAY(x.a, (size_t)n + 1, struct admin_tag);
    for (int i = 0; i < n; i++) {
        bool refused = renaming && strcmp(renaming, tags[i].ref) == 0;
        v.tags[v.tags_n++] =
            (struct admin_tag){tags[i].ref,
                               tags[i].name,
                               tags[i].conversations,
                               {refused ? rq_text(rq, "name") : tags[i].name, refused ? error : NULL}};
    }
    if (error && renaming)
        add_error(&x, &v.errors, arena_printf(x.a, "name-%s", renaming), error);
    else if (error) {
        v.name = (struct field){rq_text(rq, "name"), error};
        add_error(&x, &v.errors, "name", error);
    }
    if (rq_route(rq)->method == HTTP_GET)
        v.shell.toast = done_toast(&x);
    rs_status(rq, status);
    html_admin_tags(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_admin_tags(struct request *rq) { show_tags(rq, NULL, NULL, 200); }

struct tag_change {
    struct request *rq;
    const char *name;
};

static struct tag_change tag_change_of(struct request *rq) {
    const char *name = rq_text(rq, "name");
    return (struct tag_change){rq, name ? name : ""};
}

static void answer(struct request *rq, enum rc rc, const char *renaming, const char *done) {
    enum locale locale = locale_of(rq_lang(rq));
    if (rc == RC_OK)
        rs_redirect(rq, arena_printf(rq_arena(rq), "/admin/tags?done=%s", done));
    else if (rc == RC_CONFLICT)
        show_tags(rq, renaming, tr(locale, "There is one of this name already."), 409);
    else if (rc == RC_INVALID)
        show_tags(rq, renaming, tr(locale, "Write a name."), 422);
    else
        rs_error(rq, rc, NULL);
}

static enum rc add_tag(struct tx *tx, void *arg) {
    struct tag_change *x = arg;
    struct tag tag;
    return tag_named(tx, x->name, rq_now(x->rq), &tag); /* one that is there already is what was wanted */
}

void post_admin_tags(struct request *rq) {
    struct tag_change x = tag_change_of(rq);
    answer(rq, store_write(web_store(rq), add_tag, &x), NULL, "added");
}

static enum rc rename_tag(struct tx *tx, void *arg) {
    struct tag_change *x = arg;
    struct tag tag;
    enum rc rc = tag_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "ref"), &tag);
    return rc != RC_OK ? rc : tag_rename(tx, tag.id, x->name);
}

void post_admin_tag(struct request *rq) {
    struct tag_change x = tag_change_of(rq);
    answer(rq, store_write(web_store(rq), rename_tag, &x), rq_text(rq, "ref"), "saved");
}

static enum rc remove_tag(struct tx *tx, void *arg) {
    struct tag_change *x = arg;
    struct tag tag;
    enum rc rc = tag_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "ref"), &tag);
    return rc != RC_OK ? rc : tag_delete(tx, tag.id);
}

void post_admin_tag_remove(struct request *rq) {
    struct tag_change x = {.rq = rq};
    if (web_write(rq, remove_tag, &x))
        rs_redirect(rq, "/admin/tags?done=removed");
}
