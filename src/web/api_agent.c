/* api_agent.c: who works here, and who the token is. */
#include "desk/account.h"
#include "web/api.h"
#include "web/page.h"

struct api_agent {
    const char *ref, *name, *email, *role, *lang;
    bool disabled;
    int64_t created_at;
};

static const struct shape_field agent_fields[] = {
    {"ref", SHAPE_REF, offsetof(struct api_agent, ref), .of = "agt"},
    {"name", SHAPE_TEXT, offsetof(struct api_agent, name)},
    {"email", SHAPE_TEXT, offsetof(struct api_agent, email)},
    {"role", SHAPE_WORD, offsetof(struct api_agent, role), .of = ROLE_WORDS},
    {"lang", SHAPE_TEXT, offsetof(struct api_agent, lang), "Language of her pages."},
    {"disabled", SHAPE_BOOL, offsetof(struct api_agent, disabled),
     "Has left: can neither sign in nor be assigned."},
    {"created_at", SHAPE_TIME, offsetof(struct api_agent, created_at)},
    {0},
};
const struct shape shape_agent = {"Agent", "Somebody who answers customers.", agent_fields,
                                  sizeof(struct api_agent)};

static struct api_agent agent_of(const struct agent *x) {
    return (struct api_agent){
        x->ref, x->name, x->email, agent_role_name(x->role), x->lang, x->disabled_at != 0, x->created_at};
}

static enum rc show_agent(struct api_call *c, const void *row, void *out) {
    *(struct api_agent *)out = agent_of(row);
    return RC_OK;
}

static enum rc list_agents(struct api_call *c) {
    struct agent *rows;
    int n;
    enum rc rc = agent_list(c->v, c->a, rq_flag(c->rq, "disabled"), &rows, &n);
    return rc != RC_OK ? rc : api_list_of_all(c, &shape_agent, rows, n, sizeof *rows, show_agent);
}

void api_list_agents(struct request *rq) { api_read(rq, list_agents); }

static enum rc get_agent(struct api_call *c) {
    struct agent agent;
    enum rc rc = agent_by_ref(c->v, c->a, rq_text(c->rq, "ref"), &agent);
    if (rc == RC_OK)
        api_put(c, &shape_agent, &(struct api_agent[]){agent_of(&agent)});
    return rc;
}

void api_get_agent(struct request *rq) { api_read(rq, get_agent); }

/* ---- teams ---- */

struct api_team {
    const char *ref, *name;
    int64_t members;
};

static const struct shape_field team_fields[] = {
    {"ref", SHAPE_REF, offsetof(struct api_team, ref), .of = "tem"},
    {"name", SHAPE_TEXT, offsetof(struct api_team, name)},
    {"members", SHAPE_INT, offsetof(struct api_team, members), "How many agents are in it."},
    {0},
};
const struct shape shape_team = {"Team", "Agents who share a queue.", team_fields, sizeof(struct api_team)};

static enum rc show_team(struct api_call *c, const void *row, void *out) {
    const struct team *x = row;
    *(struct api_team *)out = (struct api_team){x->ref, x->name, x->members};
    return RC_OK;
}

static enum rc list_teams(struct api_call *c) {
    struct team *rows;
    int n;
    enum rc rc = team_list(c->v, c->a, &rows, &n);
    return rc != RC_OK ? rc : api_list_of_all(c, &shape_team, rows, n, sizeof *rows, show_team);
}

void api_list_teams(struct request *rq) { api_read(rq, list_teams); }

/* ---- me ---- */

struct api_me {
    const struct api_agent *agent;
    struct shape_list scopes;
    const char *company, *zone, *lang;
};

static const struct shape_field me_fields[] = {
    {"agent", SHAPE_OBJECT, offsetof(struct api_me, agent), "In whose name the token acts.", .shape = &shape_agent},
    {"scopes", SHAPE_LIST, offsetof(struct api_me, scopes), "What the token may do.", .of = "read write privacy"},
    {"company", SHAPE_TEXT, offsetof(struct api_me, company), "As customers see it."},
    {"zone", SHAPE_TEXT, offsetof(struct api_me, zone), "IANA time zone of the business."},
    {"lang", SHAPE_TEXT, offsetof(struct api_me, lang), "Of notices to customers whose language is not known."},
    {0},
};
const struct shape shape_me = {"Me", "The token that asks.", me_fields, sizeof(struct api_me)};

static enum rc get_me(struct api_call *c) {
    struct agent agent;
    struct account account;
    const char *scopes[3];
    int n = 0;
    enum rc rc = agent_load(c->v, c->a, c->agent_id, &agent);
    if (rc == RC_OK)
        rc = account_load(c->v, c->a, &account);
    if (rc != RC_OK)
        return rc;
    if (rq_who(c->rq)->scopes & SCOPE_READ)
        scopes[n++] = "read";
    if (rq_who(c->rq)->scopes & SCOPE_WRITE)
        scopes[n++] = "write";
    if (rq_who(c->rq)->scopes & SCOPE_PRIVACY)
        scopes[n++] = "privacy";
    struct api_agent shown = agent_of(&agent);
    api_put(c, &shape_me, &(struct api_me){&shown, {scopes, n}, account.name, account.zone, account.lang});
    return RC_OK;
}

void api_get_me(struct request *rq) { api_read(rq, get_me); }
