/* must_read_page.c: changes that people must have read: what this agent is to read, and who has not read what was
 * asked. */
#include "base/tr.h"
#include "html_gen.h"
#include "text/markdown.h"
#include "web/article_page.h"
#include "web/handlers.h"

#include <string.h>

enum { ROWS = 30, TEAMS = MUST_READ_TEAMS_MAX };

/* Whoever asked, and leads. */
static bool oversees(const struct must_read *m, int64_t agent_id, enum agent_role role) {
    return role >= ROLE_LEAD || m->asked_by == agent_id;
}

enum rc must_read_row_of(struct visit *x, const struct must_read *m, bool with_text, struct must_read_row *out) {
    struct article_version before = {.body = ""}, version;
    *out = (struct must_read_row){
        .ref = m->ref,
        .article = m->article_ref,
        .title = m->title,
        .lang = m->lang,
        .author = m->author,
        .teams = m->teams,
        .why = m->why,
        .number = m->number,
        .at = m->created_at,
        .ended_at = m->ended_at,
        .ended_why = m->ended_why,
        .seats = m->seats,
        .read = m->read,
        .waiting = m->waiting,
        .reminded_at = m->reminded_at,
        .mine = oversees(m, x->me.id, x->me.role),
    };
    if (!with_text)
        return RC_OK;
    enum rc rc = article_version_load(x->v, x->a, m->version_id, &version);
    if (rc == RC_OK && m->before_number)
        rc = article_version_at(x->v, x->a, m->article_id, m->before_number, &before);
    if (rc != RC_OK)
        return rc;
    if (m->before_number)
        out->pieces = diff_pieces(x->a, before.body, version.body, m->lang, true, &out->pieces_n);
    else
        out->body = (struct safe_html){markdown_article(x->a, version.body)};
    return RC_OK;
}

static enum rc rows_of(struct visit *x, const struct must_read *list, int n, bool with_text,
                       struct must_read_row **out) {
    enum rc rc = RC_OK;
    *out = ARENA_ARRAY(x->a, (size_t)n + 1, struct must_read_row);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = must_read_row_of(x, &list[i], with_text, &(*out)[i]);
    return rc;
}

/* What was asked of others: leads see all of it, everybody what she asked herself. */
static enum rc fill_asked(struct visit *x, struct must_reads_view *v) {
    struct must_read *list, before = {0};
    int n = 0, kept = 0;
    enum rc rc = rq_text(x->rq, "before") ? must_read_by_ref(x->v, x->a, rq_text(x->rq, "before"), &before) : RC_OK;
    if (rc == RC_OK)
        rc = must_read_list(x->v, x->a, before.id, ROWS + 1, &list, &n);
    if (rc != RC_OK)
        return rc;
    if (more_than(&n, ROWS))
        v->older_url = arena_printf(x->a, "/must-read?before=%s", list[n - 1].ref);
    for (int i = 0; i < n; i++)
        if (oversees(&list[i], x->me.id, x->me.role))
            list[kept++] = list[i];
    v->asked_n = kept;
    return rows_of(x, list, kept, false, &v->asked);
}

void get_must_reads(struct request *rq) {
    struct visit x;
    struct must_read *list;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "To be read")))
        return;
    struct must_reads_view v = {.shell = shell_of(&x, "articles"),
                                .back = rq_text(rq, "back") ? rq_text(rq, "back") : ""};
    v.shell.toast = done_toast(&x);
    enum rc rc = knowledge_nav_of(&x, "must_read", &v.nav);
    if (rc == RC_OK)
        rc = must_read_of_agent(x.v, x.a, x.me.id, &list, &v.rows_n);
    if (rc == RC_OK)
        rc = rows_of(&x, list, v.rows_n, true, &v.rows);
    if (rc == RC_OK)
        rc = fill_asked(&x, &v);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    html_article_must_reads(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_must_read(struct request *rq) {
    struct visit x;
    struct must_read m;
    struct must_read_seat *seats;
    int n;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Who has read it")))
        return;
    struct must_read_view v = {.shell = shell_of(&x, "articles")};
    v.shell.toast = done_toast(&x);
    enum rc rc = knowledge_nav_of(&x, "must_read", &v.nav);
    if (rc == RC_OK)
        rc = must_read_by_ref(x.v, x.a, rq_text(rq, "ref"), &m);
    if (rc == RC_OK && !oversees(&m, x.me.id, x.me.role))
        rc = RC_DENIED;
    if (rc == RC_OK)
        rc = must_read_row_of(&x, &m, true, &v.what);
    if (rc == RC_OK)
        rc = must_read_seats(x.v, x.a, m.id, &seats, &n);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.people = ARENA_ARRAY(x.a, (size_t)n + 1, struct must_read_person);
    for (int i = 0; i < n; i++)
        v.people[v.people_n++] = (struct must_read_person){seats[i].name, seats[i].state, seats[i].at,
                                                           seats[i].away_since, seats[i].disabled_at != 0};
    html_article_must_read(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

/* ---- asking, reading, reminding ---- */

struct asking {
    struct request *rq;
    struct actor by;
    int64_t now;
    struct must_read m;     /* lives as long as the transaction */
    const char *result_ref; /* of what was asked */
    bool everybody;
    int left; /* that this agent is still to read */
};

static enum rc ask(struct tx *tx, void *arg) {
    struct asking *x = arg;
    struct article article;
    struct team teams[TEAMS];
    const char *const *refs = NULL;
    size_t n = rq_many(x->rq, "team", &refs);
    int teams_n = 0;
    enum rc rc = article_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "ref"), &article);
    for (size_t i = 0; rc == RC_OK && !x->everybody && i < n && i < TEAMS; i++)
        rc = team_by_ref(tx_view(tx), tx_arena(tx), refs[i], &teams[teams_n++]);
    if (rc == RC_OK && !x->everybody && !teams_n)
        return RC_INVALID;
    if (rc == RC_OK)
        rc = must_read_ask(tx, &article, teams, teams_n, rq_text(x->rq, "why"), x->by, x->now, &x->m);
    x->result_ref = rc == RC_OK ? arena_copy(rq_arena(x->rq), x->m.ref) : NULL;
    return rc;
}

void post_must_read(struct request *rq) {
    struct asking x = {.rq = rq, .by = web_actor(rq), .now = rq_now(rq), .everybody = rq_flag(rq, "everybody")};
    struct visit page = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    enum locale locale = locale_of(rq_lang(rq));
    enum rc rc = store_write(web_store(rq), ask, &x);
    if (rc == RC_INVALID)
        add_error(&page, &errors, "must-read",
                  tr(locale, "Choose at least one team with somebody else in it, or everybody."));
    else if (rc == RC_CONFLICT)
        add_error(&page, &errors, "must-read", tr(locale, "Publish it first: nothing is shown yet."));
    if (errors.items_n)
        show_article(rq, &errors, 422);
    else if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else
        rs_redirect(rq, arena_printf(rq_arena(rq), "/must-read/%s?done=added", x.result_ref));
}

static enum rc confirm(struct tx *tx, void *arg) {
    struct asking *x = arg;
    enum rc rc = must_read_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "ref"), &x->m);
    if (rc == RC_OK)
        rc = must_read_confirm(tx, &x->m, x->by.id, x->now);
    return rc == RC_OK ? must_read_count(tx_view(tx), x->by.id, &x->left) : rc;
}

/* Back to the answer when nothing is left to read. */
void post_must_read_confirm(struct request *rq) {
    struct asking x = {.rq = rq, .by = web_actor(rq), .now = rq_now(rq)};
    const char *back = rq_text(rq, "back");
    bool from_answer = back && *back;
    if (!web_write(rq, confirm, &x))
        return;
    rs_redirect(rq, x.left && from_answer ? arena_printf(rq_arena(rq), "/must-read?back=%s", back)
                    : from_answer         ? arena_printf(rq_arena(rq), "/c/%s", back)
                                          : "/must-read?done=saved");
}

static enum rc oversee(struct tx *tx, void *arg) {
    struct asking *x = arg;
    int reminded;
    enum rc rc = must_read_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "ref"), &x->m);
    if (rc == RC_OK && !oversees(&x->m, x->by.id, rq_who(x->rq)->role))
        return RC_DENIED;
    if (rc != RC_OK)
        return rc;
    return strcmp(rq_text(x->rq, "do"), "end") == 0
               ? must_read_end(tx, &x->m, x->by, x->now)
               : must_read_remind(tx, &x->m, web_of(x->rq)->origin ? web_of(x->rq)->origin : "", x->by, x->now,
                                  &reminded);
}

void post_must_read_act(struct request *rq) {
    struct asking x = {.rq = rq, .by = web_actor(rq), .now = rq_now(rq)};
    if (web_write(rq, oversee, &x))
        rs_redirect(rq, arena_printf(rq_arena(rq), "/must-read/%s?done=saved", rq_text(rq, "ref")));
}
