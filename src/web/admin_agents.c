/* admin_agents.c: who works here: inviting, roles, switching off. */
#include "base/tr.h"
#include "desk/leaving.h"
#include "desk/notice.h"
#include "html_gen.h"
#include "web/handlers.h"
#include "web/mail_form.h"
#include "web/page.h"

#include <string.h>

static struct choices role_choices(struct visit *x, const char *chosen) {
    static const struct {
        enum agent_role role;
        const char *label, *detail;
    } all[] = {
        {ROLE_AGENT, N_("role|Agent"), N_("answers customers and writes articles")},
        {ROLE_LEAD, N_("role|Lead"), N_("also corrections, approvals and reports")},
        {ROLE_ADMIN, N_("role|Admin"), N_("also people, inboxes and settings")},
        {ROLE_READER, N_("role|Reader"),
         N_("reads articles and changes only; sees no conversation and no customer")},
    };
    enum { N = sizeof all / sizeof *all };
    struct choices out = {ARENA_ARRAY(x->a, N, struct choice), N};
    for (int i = 0; i < N; i++) {
        const char *word = agent_role_name(all[i].role);
        out.items[i] = (struct choice){word, tr(x->page.locale, all[i].label), tr(x->page.locale, all[i].detail),
                                       chosen && strcmp(chosen, word) == 0};
    }
    return out;
}

/* ---- the list ---- */

static const char *teams_of(struct visit *x, int64_t agent_id, const struct membership *all, int n) {
    struct buf names = {0};
    for (int i = 0; i < n; i++)
        if (all[i].agent_id == agent_id) {
            buf_str(&names, names.len ? ", " : "");
            buf_str(&names, all[i].team_name);
        }
    const char *text = arena_copy_n(x->a, names.at ? names.at : "", names.len);
    buf_free(&names);
    return text;
}

/* What became of the mail with the link. */
static enum rc fill_mail(struct visit *x, int64_t agent_id, struct admin_agent *out) {
    struct notice notice;
    enum rc rc = notice_last_invite(x->v, x->a, agent_id, &notice);
    if (rc == RC_OK && strcmp(notice.state, "withdrawn") != 0) {
        out->mail = notice.state;
        if (*notice.reason)
            out->mail_why = strncmp(notice.reason, "smtp_", 5) == 0
                                ? mail_trouble_text(x->page.locale, notice.reason)
                                : notice.reason;
    }
    return rc == RC_NONE ? RC_OK : rc;
}

static enum rc fill_agents(struct visit *x, struct admin_agents_view *v) {
    struct agent *agents;
    struct membership *members;
    int n, members_n;
    enum rc rc = agent_list(x->v, x->a, true, &agents, &n);
    if (rc == RC_OK)
        rc = team_memberships(x->v, x->a, &members, &members_n);
    if (rc != RC_OK)
        return rc;
    v->agents = ARENA_ARRAY(x->a, (size_t)n + 1, struct admin_agent);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        struct admin_agent *out = &v->agents[v->agents_n++];
        *out = (struct admin_agent){
            .ref = agents[i].ref,
            .name = agents[i].name,
            .email = agents[i].email,
            .role = agent_role_name(agents[i].role),
            .teams = teams_of(x, agents[i].id, members, members_n),
            .active = !agents[i].disabled_at,
            .totp = agents[i].totp_on,
            .may_reveal = agents[i].may_reveal,
            .invited = !agents[i].has_password && agents[i].invite_until > x->page.now,
            .open_link = !agents[i].disabled_at && agents[i].invite_until > x->page.now,
            .away = agents[i].away_since != 0,
        };
        rc = agent_last_seen(x->v, agents[i].id, &out->last_seen);
        if (rc == RC_OK && out->open_link)
            rc = fill_mail(x, agents[i].id, out);
    }
    return rc;
}

static bool may_mail(struct view *v, struct arena *a) {
    struct inbox inbox;
    return inbox_that_sends(v, a, &inbox) == RC_OK;
}

static void show_agents(struct request *rq, const struct error_list *errors, const struct invite_link *link,
                        int status) {
    struct visit x;
    bool adding = errors && strcmp(rq_route(rq)->path, "/admin/agents") == 0;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Agents")))
        return;
    struct admin_agents_view v = {.shell = shell_of(&x, "admin"), .nav.section = "agents"};
    const char *role = "agent", *const *teams = NULL;
    size_t teams_n = 0;
    if (adding) {
        v.name = (struct field){rq_text(rq, "name"), error_of(errors, "name")};
        v.email = (struct field){rq_text(rq, "email"), error_of(errors, "email")};
        role = rq_text(rq, "role");
        teams_n = rq_many(rq, "team", &teams);
    }
    if (errors)
        v.errors = *errors;
    if (link) {
        v.links = ARENA_NEW(x.a, struct invite_link);
        v.links[v.links_n++] = *link;
        v.links_mailed = link->mailed;
    }
    v.can_mail = may_mail(x.v, x.a);
    if (rq_route(rq)->method == HTTP_GET)
        v.shell.toast = done_toast(&x);
    v.roles = role_choices(&x, role);
    enum rc rc = fill_agents(&x, &v);
    if (rc == RC_OK)
        rc = team_choices(&x, 0, &v.teams);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    for (int i = 0; i < v.teams.items_n; i++)
        for (size_t k = 0; k < teams_n; k++)
            v.teams.items[i].chosen |= strcmp(teams[k], v.teams.items[i].value) == 0;
    rs_status(rq, status);
    html_admin_agents(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_admin_agents(struct request *rq) { show_agents(rq, NULL, NULL, 200); }

/* ---- inviting ---- */

struct inviting {
    struct agent agent;
    const char *const *teams;
    size_t teams_n;
    int64_t by, now;
    struct request *rq;
    const char *url;
    bool mailed;
};

const char *invite_url(struct request *rq, const char *token) {
    return arena_printf(rq_arena(rq), "%s/welcome/%s", rq_origin(rq), token);
}

static enum rc invite(struct tx *tx, void *arg) {
    struct inviting *x = arg;
    char *token;
    enum rc rc = agent_create(tx, &x->agent, x->by, x->now);
    for (size_t i = 0; rc == RC_OK && i < x->teams_n; i++) {
        struct team team;
        rc = team_by_ref(tx_view(tx), tx_arena(tx), x->teams[i], &team);
        if (rc == RC_OK)
            rc = team_join(tx, team.id, x->agent.id);
    }
    if (rc == RC_OK)
        rc = invite_create(tx, x->agent.id, x->by, x->now, &token);
    if (rc != RC_OK)
        return rc;
    x->url = invite_url(x->rq, token);
    x->mailed = may_mail(tx_view(tx), tx_arena(tx));
    return x->mailed ? notice_add(tx, NOTICE_INVITE, x->agent.id, x->url, x->now) : RC_OK;
}

enum rc invite_agent(struct request *rq, const char *email, const char *name, const char *role, const char *lang,
                     const char *const *teams, size_t teams_n, struct invite_link *out) {
    struct inviting x = {
        .agent = {.email = email, .name = name, .role = agent_role_named(role), .lang = lang},
        .teams = teams,
        .teams_n = teams_n,
        .by = rq_who(rq)->agent_id,
        .now = rq_now(rq),
        .rq = rq,
    };
    enum rc rc = store_write(web_store(rq), invite, &x);
    if (rc == RC_OK)
        *out = (struct invite_link){email, x.url, x.mailed};
    return rc;
}

void post_admin_agents(struct request *rq) {
    struct visit x = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    struct invite_link link;
    enum locale locale = locale_of(rq_lang(rq));
    const char *name = rq_text(rq, "name"), *email = rq_text(rq, "email"), *const * teams;
    size_t teams_n = rq_many(rq, "team", &teams);
    if (!name || !*name)
        add_error(&x, &errors, "name", tr(locale, "Write the name. It can be changed later."));
    if (!plausible_email(email))
        add_error(&x, &errors, "email", tr(locale, "Write an e-mail address, like name@example.com."));
    enum rc rc = errors.items_n
                     ? RC_INVALID
                     : invite_agent(rq, email, name, rq_text(rq, "role"), rq_lang(rq), teams, teams_n, &link);
    if (rc == RC_CONFLICT)
        add_error(&x, &errors, "email", tr(locale, "Somebody here has this address already."));
    if (rc == RC_OK)
        show_agents(rq, NULL, &link, 200);
    else if (errors.items_n)
        show_agents(rq, &errors, NULL, rc_http(rc));
    else
        rs_error(rq, rc, NULL);
}

/* ---- changing ---- */

struct changing {
    struct request *rq;
    struct agent agent;
    const char *url; /* of the link that was made; NULL: none */
    bool mailed;
};

/* A link that lets her in, by mail or to be shown. */
static enum rc make_link(struct tx *tx, struct changing *x, bool by_mail) {
    char *token;
    int64_t now = rq_now(x->rq);
    enum rc rc = invite_create(tx, x->agent.id, rq_who(x->rq)->agent_id, now, &token);
    if (rc == RC_OK && !by_mail) /* one that waits has a link that works no longer */
        rc = notice_withdraw(tx, NOTICE_INVITE, x->agent.id, now);
    if (rc != RC_OK)
        return rc;
    x->url = invite_url(x->rq, token);
    x->mailed = by_mail;
    return by_mail ? notice_add(tx, NOTICE_INVITE, x->agent.id, x->url, now) : RC_OK;
}

static enum rc change_agent(struct tx *tx, void *arg) {
    struct changing *x = arg;
    int64_t by = rq_who(x->rq)->agent_id, now = rq_now(x->rq);
    const char *act = rq_text(x->rq, "do"), *role = rq_text(x->rq, "role");
    enum rc rc = agent_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "ref"), &x->agent);
    if (rc != RC_OK)
        return rc;
    x->agent.email = arena_copy(rq_arena(x->rq), x->agent.email);
    if (role) {
        x->agent.role = agent_role_named(role);
        rc = agent_save(tx, &x->agent, by, now);
        return rc == RC_OK && !agent_takes_work(&x->agent) ? leaving_release(tx, x->agent.id, web_actor(x->rq), now)
                                                           : rc;
    }
    if (!act)
        return RC_INVALID;
    if (strcmp(act, "one_step") == 0)
        return totp_off(tx, x->agent.id, by);
    if (strncmp(act, "reveal_", 7) == 0)
        return agent_set_reveal(tx, x->agent.id, strcmp(act, "reveal_on") == 0, by);
    if (strcmp(act, "withdraw") == 0)
        return invite_withdraw(tx, x->agent.id, by, now);
    if (strcmp(act, "invite") == 0 || strcmp(act, "mail") == 0)
        return make_link(tx, x, strcmp(act, "mail") == 0 && may_mail(tx_view(tx), tx_arena(tx)));
    x->agent.disabled_at = strcmp(act, "off") == 0 ? now : 0;
    rc = agent_save(tx, &x->agent, by, now);
    if (rc == RC_OK && x->agent.disabled_at)
        rc = leaving_release(tx, x->agent.id, web_actor(x->rq), now);
    return rc;
}

void post_admin_agent(struct request *rq) {
    struct visit v = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    struct changing x = {.rq = rq};
    enum locale locale = locale_of(rq_lang(rq));
    enum rc rc = store_write(web_store(rq), change_agent, &x);
    if (rc == RC_CONFLICT && rq_text(rq, "do") && strcmp(rq_text(rq, "do"), "withdraw") == 0)
        rc = RC_OK; /* taken or over meanwhile: there is nothing left of it */
    if (rc == RC_OK && x.url) {
        struct invite_link link = {x.agent.email, x.url, x.mailed};
        show_agents(rq, NULL, &link, 200);
    } else if (rc == RC_OK) {
        rs_redirect(rq, "/admin/agents?done=saved");
    } else if (rc == RC_CONFLICT) {
        add_error(&v, &errors, "",
                  !rq_text(rq, "role") && rq_text(rq, "do") && strcmp(rq_text(rq, "do"), "off") != 0
                      ? tr(locale, "Switch this account on first.")
                      : tr(locale, "This is the last admin. Make somebody else admin first."));
        show_agents(rq, &errors, NULL, 409);
    } else {
        rs_error(rq, rc, NULL);
    }
}
