/* admin_teams.c: teams and who is in them. */
#include "base/tr.h"
#include "desk/hours.h"
#include "desk/inbox.h"
#include "html_gen.h"
#include "web/handlers.h"
#include "web/page.h"

#include <string.h>

static void show_teams(struct request *rq, const char *error, int status) {
    struct visit x;
    struct team *teams;
    int n;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Teams")))
        return;
    struct admin_teams_view v = {.shell = shell_of(&x, "admin"), .nav.section = "teams"};
    enum rc rc = team_list(x.v, x.a, &teams, &n);
    v.teams = ARENA_ARRAY(x.a, (size_t)(rc == RC_OK ? n : 0) + 1, struct admin_team);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        int64_t open = 0;
        rc = team_open(x.v, teams[i].id, &open);
        v.teams[v.teams_n++] = (struct admin_team){teams[i].ref, teams[i].name, teams[i].members, (int)open};
    }
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    if (error) {
        v.name = (struct field){rq_text(rq, "name"), error};
        add_error(&x, &v.errors, "name", error);
    }
    if (rq_route(rq)->method == HTTP_GET)
        v.shell.toast = done_toast(&x);
    rs_status(rq, status);
    html_admin_teams(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_admin_teams(struct request *rq) { show_teams(rq, NULL, 200); }

struct team_change {
    struct request *rq;
    struct team team;
    const char *ref;
};

static const char *name_error(enum locale locale, enum rc rc) {
    return rc == RC_CONFLICT  ? tr(locale, "There is one of this name already.")
           : rc == RC_INVALID ? tr(locale, "Write a name.")
                              : NULL;
}

static enum rc add_team(struct tx *tx, void *arg) {
    struct team_change *x = arg;
    enum rc rc = team_create(tx, rq_text(x->rq, "name") ? rq_text(x->rq, "name") : "", rq_who(x->rq)->agent_id,
                             rq_now(x->rq), &x->team);
    x->ref = rc == RC_OK ? arena_copy(rq_arena(x->rq), x->team.ref) : NULL;
    return rc;
}

void post_admin_teams(struct request *rq) {
    struct team_change x = {.rq = rq};
    enum rc rc = store_write(web_store(rq), add_team, &x);
    const char *error = name_error(locale_of(rq_lang(rq)), rc);
    if (rc == RC_OK) /* a team of nobody is the next thing to mend */
        rs_redirect(rq, arena_printf(rq_arena(rq), "/admin/teams/%s", x.ref));
    else if (error)
        show_teams(rq, error, rc_http(rc));
    else
        rs_error(rq, rc, NULL);
}

/* ---- one team ---- */

static enum rc fill_members(struct visit *x, const struct team *team, struct admin_team_view *v) {
    struct membership *all;
    struct agent *agents;
    int all_n, n;
    enum rc rc = agent_list(x->v, x->a, false, &agents, &n);
    if (rc == RC_OK)
        rc = team_memberships(x->v, x->a, &all, &all_n);
    if (rc != RC_OK)
        return rc;
    v->members.items = ARENA_ARRAY(x->a, (size_t)n + 1, struct choice);
    for (int i = 0; i < n; i++) {
        bool in = false;
        for (int k = 0; k < all_n; k++)
            in |= all[k].team_id == team->id && all[k].agent_id == agents[i].id;
        v->members.items[v->members.items_n++] =
            (struct choice){agents[i].ref, agents[i].name, agents[i].email, in};
    }
    return RC_OK;
}

/* What its end changes elsewhere. */
static enum rc fill_ties(struct visit *x, const struct team *team, struct admin_team_view *v) {
    struct inbox *inboxes;
    struct special_day *days;
    int64_t open = 0;
    int inboxes_n, days_n;
    enum rc rc = team_open(x->v, team->id, &open);
    v->open = (int)open;
    if (rc == RC_OK)
        rc = inbox_list(x->v, x->a, &inboxes, &inboxes_n);
    for (int i = 0; rc == RC_OK && i < inboxes_n; i++)
        if (inboxes[i].team_id == team->id)
            v->inboxes = v->inboxes ? arena_printf(x->a, "%s, %s", v->inboxes, inboxes[i].name) : inboxes[i].name;
    if (rc == RC_OK)
        rc = hours_own_week(x->v, team->id, &v->own_hours);
    if (rc == RC_OK)
        rc = special_days(x->v, x->a, team->id, &days, &days_n);
    if (rc == RC_OK && days_n)
        v->own_hours = true;
    return rc;
}

static void show_team(struct request *rq, const char *error, int status) {
    struct visit x;
    struct team team;
    if (!visit_begin(&x, rq, NULL))
        return;
    struct admin_team_view v = {.shell = shell_of(&x, "admin"), .nav.section = "teams", .ref = rq_text(rq, "ref")};
    enum rc rc = team_by_ref(x.v, x.a, v.ref, &team);
    if (rc == RC_OK)
        rc = fill_ties(&x, &team, &v);
    if (rc == RC_OK)
        rc = fill_members(&x, &team, &v);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    x.page.title = team.name;
    v.name.value = team.name;
    if (error) {
        v.name = (struct field){rq_text(rq, "name"), error};
        add_error(&x, &v.errors, "name", error);
        const char *const *chosen;
        size_t n = rq_many(rq, "member", &chosen);
        for (int i = 0; i < v.members.items_n; i++) {
            v.members.items[i].chosen = false;
            for (size_t k = 0; k < n; k++)
                v.members.items[i].chosen |= strcmp(chosen[k], v.members.items[i].value) == 0;
        }
    }
    rs_status(rq, status);
    html_admin_team(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_admin_team(struct request *rq) { show_team(rq, NULL, 200); }

static enum rc save_team(struct tx *tx, void *arg) {
    struct team_change *x = arg;
    struct agent *agents;
    int n;
    const char *const *chosen, *name = rq_text(x->rq, "name");
    size_t chosen_n = rq_many(x->rq, "member", &chosen);
    enum rc rc = team_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "ref"), &x->team);
    if (rc == RC_OK)
        rc = team_rename(tx, x->team.id, name ? name : "");
    if (rc == RC_OK)
        rc = agent_list(tx_view(tx), tx_arena(tx), false, &agents, &n);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        bool in = false;
        for (size_t k = 0; k < chosen_n; k++)
            in |= strcmp(chosen[k], agents[i].ref) == 0;
        rc = in ? team_join(tx, x->team.id, agents[i].id) : team_leave(tx, x->team.id, agents[i].id);
    }
    return rc;
}

void post_admin_team(struct request *rq) {
    struct team_change x = {.rq = rq};
    enum rc rc = store_write(web_store(rq), save_team, &x);
    const char *error = name_error(locale_of(rq_lang(rq)), rc);
    if (rc == RC_OK)
        rs_redirect(rq, "/admin/teams?done=saved");
    else if (error)
        show_team(rq, error, rc_http(rc));
    else
        rs_error(rq, rc, NULL);
}

static enum rc remove_team(struct tx *tx, void *arg) {
    struct team_change *x = arg;
    enum rc rc = team_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "ref"), &x->team);
    return rc != RC_OK ? rc : team_delete(tx, x->team.id, rq_who(x->rq)->agent_id, rq_now(x->rq));
}

void post_admin_team_remove(struct request *rq) {
    struct team_change x = {.rq = rq};
    if (web_write(rq, remove_team, &x))
        rs_redirect(rq, "/admin/teams?done=removed");
}
