/* search_page.c: what a search found, in the list's place. Reads only. */
#include "base/tr.h"
#include "desk/search.h"
#include "html_gen.h"
#include "web/conversation_page.h"
#include "web/handlers.h"
#include "web/page.h"

enum { HITS = 30 };

/* What is wrong with a filter, and what to write instead. */
static const char *const flaws[] = {
    [SEARCH_NO_DAY] = N_("“{typed}” is no day. Write it as 2026-03-31."),
    [SEARCH_NO_STATUS] = N_(
        "There is no status “{typed}”. There are new, open, pending, on_hold, snoozed, resolved, closed and spam."),
    [SEARCH_NO_TAG] = N_("There is no tag “{typed}”."),
    [SEARCH_NO_AGENT] = N_("No agent is called “{typed}”. Write a name, an address, me or nobody."),
    [SEARCH_NO_IS] =
        N_("“is:{typed}” is not known. After is: stand unread, unassigned, mine, waiting, failed or a status."),
    [SEARCH_TOO_MANY_TAGS] = N_("At most three tags at a time."),
};

static const char *trouble_of(struct visit *x, const struct search_found *found) {
    struct buf text = {0};
    tr_fill(&text, tr(x->page.locale, flaws[found->flaw]), "typed", found->bad, NULL);
    const char *out = arena_copy(x->a, text.at);
    buf_free(&text);
    return out;
}

static struct row_view hit_view_of(struct visit *x, const struct search_hit *hit, const struct list_place *place,
                                   const char *current) {
    struct row_view row = row_view_of(x, &hit->row, place, current);
    row.found_who = hit->who;
    row.found_subject = hit->subject;
    row.found = hit->snippet;
    return row;
}

static enum rc fill_people(struct visit *x, const struct search_found *found, struct choices *out) {
    enum rc rc = RC_OK;
    out->items = ARENA_ARRAY(x->a, (size_t)found->contacts_n + 1, struct choice);
    for (int i = 0; rc == RC_OK && i < found->contacts_n; i++) {
        const struct contact *c = &found->contacts[i];
        const char *email;
        rc = contact_email(x->v, x->a, c->id, &email);
        bool named = email && strcmp(email, c->name) != 0;
        out->items[out->items_n++] = (struct choice){c->ref, c->name, named ? email : ""};
    }
    return rc;
}

enum rc search_view_of(struct visit *x, const struct list_place *place, const char *cursor, const char *current,
                       struct list_view *out) {
    struct search_found found;
    struct contact contact = {0};
    enum rc rc = place->contact ? contact_by_ref(x->v, x->a, place->contact, &contact) : RC_OK;
    if (rc != RC_OK)
        return rc;
    *out = (struct list_view){
        .view = {.key = "search", .current = true}, .search = place->q, .contact = place->contact};
    if (!place->q || !*place->q)
        return RC_OK;
    struct search_ask ask = {
        .query = place->q,
        .contact_id = contact.id,
        .agent_id = x->me.id,
        .zone = x->page.zone,
        .cursor = cursor,
        .max = HITS,
    };
    rc = search_conversations(x->v, x->a, &ask, &found);
    if (rc == RC_INVALID && found.flaw) {
        out->trouble = trouble_of(x, &found);
        return RC_OK;
    }
    if (rc != RC_OK)
        return rc;
    out->rows = ARENA_ARRAY(x->a, (size_t)found.n + 1, struct row_view);
    for (int i = 0; i < found.n; i++)
        out->rows[out->rows_n++] = hit_view_of(x, &found.hits[i], place, current);
    if (found.older)
        out->older_url = list_url(x->a, place, found.older);
    return fill_people(x, &found, &out->people);
}

void get_search(struct request *rq) {
    struct visit x;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Search")))
        return;
    struct inbox_view v = {.shell = shell_of(&x, "inbox")};
    struct list_place place = {"search", rq_text(rq, "q"), rq_text(rq, "contact")};
    const char *cursor = rq_text(rq, "before");
    enum rc rc = list_view_of(&x, &place, cursor, NULL, &v.list);
    if (rc == RC_OK)
        rc = nav_of(&x, place.key, &v.nav);
    if (rc == RC_OK)
        rc = sign_rows(&x, &v.nav, &v.list);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.shell.search = place.q;
    rs_status(rq, v.list.trouble ? 422 : 200);
    list_page_out(&x, &v, rq_fragment(rq) && cursor);
    visit_end(&x);
}
