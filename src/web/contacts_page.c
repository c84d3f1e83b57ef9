/* contacts_page.c: the customers, to be looked up by name, address or telephone. */
#include "base/tr.h"
#include "desk/contact.h"
#include "desk/conversation.h"
#include "html_gen.h"
#include "web/handlers.h"
#include "web/html.h"
#include "web/page.h"

#include <string.h>

enum { ROWS = 50 };

static enum rc row_of(struct visit *x, const struct contact *c, struct contact_row *out) {
    struct contact_standing standing;
    struct contact_point *points;
    int n;
    enum rc rc = contact_points(x->v, x->a, c->id, &points, &n);
    if (rc == RC_OK)
        rc = conversation_standing(x->v, c->id, &standing);
    if (rc != RC_OK)
        return rc;
    *out = (struct contact_row){
        .ref = c->ref,
        .name = c->name,
        .point = "",
        .open = standing.open,
        .waits_since = standing.waits_since,
        .promise_due = standing.promise_due,
        .last_at = standing.last_at,
        .late = standing.promise_due && standing.promise_due < x->page.now,
        .erased = c->erased_at != 0,
    };
    for (int i = 0; i < n && !*out->point; i++)
        if (strcmp(points[i].kind, "site") != 0 && strcmp(points[i].value, c->name) != 0)
            out->point = points[i].value;
    return RC_OK;
}

static const char *older_url(struct visit *x, const char *search, const char *ref) {
    struct buf url = {0};
    buf_printf(&url, "/contacts?before=%s", ref);
    if (search) {
        buf_str(&url, "&q=");
        html_url_part_str(&url, search);
    }
    const char *out = arena_copy(x->a, url.at);
    buf_free(&url);
    return out;
}

static enum rc fill_rows(struct visit *x, struct contacts_view *v) {
    struct contact *list, before = {0};
    const char *from = rq_text(x->rq, "before");
    int n = 0;
    enum rc rc = from ? contact_by_ref(x->v, x->a, from, &before) : RC_OK;
    if (rc == RC_OK)
        rc = v->search ? contact_search(x->v, x->a, v->search, before.id, ROWS + 1, &list, &n)
                       : contact_list(x->v, x->a, before.id, ROWS + 1, &list, &n);
    if (rc != RC_OK)
        return rc;
    if (n > ROWS)
        v->older_url = older_url(x, v->search, list[ROWS - 1].ref);
    v->rows = ARENA_ARRAY(x->a, ROWS, struct contact_row);
    for (int i = 0; rc == RC_OK && i < n && i < ROWS; i++)
        rc = row_of(x, &list[i], &v->rows[v->rows_n++]);
    return rc;
}

void get_contacts(struct request *rq) {
    struct visit x;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Customers")))
        return;
    const char *search = rq_text(rq, "q");
    struct contacts_view v = {.shell = shell_of(&x, "contacts"), .search = search && *search ? search : NULL};
    enum rc rc = fill_rows(&x, &v);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    html_agent_contacts(rs_body(rq), &x.page, &v);
    visit_end(&x);
}
