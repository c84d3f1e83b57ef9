/* admin_tokens.c: tokens for programs. A token is shown once, on the answer to the form that made it. */
#include "base/tr.h"
#include "html_gen.h"
#include "web/handlers.h"
#include "web/page.h"

#include <string.h>

static enum rc fill_tokens(struct visit *x, struct admin_tokens_view *v) {
    struct token *list;
    int n;
    enum rc rc = token_list(x->v, x->a, &list, &n);
    v->tokens = ARENA_ARRAY(x->a, (size_t)(rc == RC_OK ? n : 0) + 1, struct admin_token);
    for (int i = 0; rc == RC_OK && i < n; i++)
        v->tokens[v->tokens_n++] = (struct admin_token){
            .ref = list[i].ref,
            .name = list[i].name,
            .agent = list[i].agent_name,
            .reads = list[i].scopes & SCOPE_READ,
            .writes = list[i].scopes & SCOPE_WRITE,
            .exports = list[i].scopes & SCOPE_PRIVACY,
            .created = list[i].created_at,
            .used = list[i].used_at,
        };
    return rc;
}

static bool scope_wanted(struct request *rq, const char *scope) {
    const char *const *chosen;
    size_t n = rq_many(rq, "scope", &chosen);
    for (size_t i = 0; i < n; i++)
        if (strcmp(chosen[i], scope) == 0)
            return true;
    return false;
}

static void show_tokens(struct request *rq, const struct error_list *errors, const char *bearer, int status) {
    struct visit x;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "API tokens")))
        return;
    struct admin_tokens_view v = {.shell = shell_of(&x, "admin"), .nav.section = "tokens", .bearer = bearer};
    bool again = errors != NULL;
    v.scopes.items = ARENA_ARRAY(x.a, 3, struct choice);
    v.scopes.items_n = 3;
    v.scopes.items[0] = (struct choice){"read", tr(x.page.locale, "read"), "", !again || scope_wanted(rq, "read")};
    v.scopes.items[1] =
        (struct choice){"write", tr(x.page.locale, "write"), "", again && scope_wanted(rq, "write")};
    v.scopes.items[2] = (struct choice){"privacy", tr(x.page.locale, "export and erase customers"), "",
                                        again && scope_wanted(rq, "privacy")};
    enum rc rc = fill_tokens(&x, &v);
    if (rc == RC_OK)
        rc = agent_choices(&x, x.me.id, &v.agents);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    if (again) {
        v.name = (struct field){rq_text(rq, "name"), error_of(errors, "name")};
        v.errors = *errors;
        for (int i = 0; i < v.agents.items_n && rq_text(rq, "agent"); i++)
            v.agents.items[i].chosen = strcmp(v.agents.items[i].value, rq_text(rq, "agent")) == 0;
    }
    if (rq_route(rq)->method == HTTP_GET)
        v.shell.toast = done_toast(&x);
    rs_status(rq, status);
    html_admin_tokens(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_admin_tokens(struct request *rq) { show_tokens(rq, NULL, NULL, 200); }

struct token_making {
    struct request *rq;
    unsigned scopes;
    const char *bearer;
};

static enum rc make_token(struct tx *tx, void *arg) {
    struct token_making *x = arg;
    struct agent agent = {.id = rq_who(x->rq)->agent_id};
    char *bearer;
    const char *ref = rq_text(x->rq, "agent");
    enum rc rc = ref ? agent_by_ref(tx_view(tx), tx_arena(tx), ref, &agent) : RC_OK;
    if (rc == RC_OK)
        rc = token_create(tx, agent.id, rq_text(x->rq, "name"), x->scopes, rq_now(x->rq), &bearer);
    x->bearer = rc == RC_OK ? arena_copy(rq_arena(x->rq), bearer) : NULL;
    return rc;
}

void post_admin_tokens(struct request *rq) {
    struct visit v = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    struct token_making x = {.rq = rq};
    enum locale locale = locale_of(rq_lang(rq));
    const char *name = rq_text(rq, "name");
    x.scopes = (scope_wanted(rq, "read") ? SCOPE_READ : 0u) | (scope_wanted(rq, "write") ? SCOPE_WRITE : 0u) |
               (scope_wanted(rq, "privacy") ? SCOPE_PRIVACY : 0u);
    if (!name || !*name)
        add_error(&v, &errors, "name",
                  tr(locale, "Write what it is for, so that it can be revoked when that ends."));
    if (!x.scopes)
        add_error(&v, &errors, "", tr(locale, "Choose what the token may do."));
    if (errors.items_n)
        show_tokens(rq, &errors, NULL, 422);
    else if (web_write(rq, make_token, &x))
        show_tokens(rq, NULL, x.bearer, 200);
}

static enum rc revoke_token(struct tx *tx, void *arg) {
    struct request *rq = arg;
    return token_revoke(tx, rq_text(rq, "ref"), rq_who(rq)->agent_id, rq_now(rq));
}

void post_admin_token_revoke(struct request *rq) {
    if (web_write(rq, revoke_token, rq))
        rs_redirect(rq, "/admin/tokens?done=ended");
}
