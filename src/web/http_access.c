/* Who may: origin, session or token, CSRF. Each function answers false when it has written the refusal. */
#include "base/secret.h"
#include "base/tr.h"
#include "web/http_private.h"

#include <strings.h>

enum {
    ROLE_READER = -1,
    ROLE_AGENT = 1,
    ROLE_LEAD = 2,
    ROLE_ADMIN = 3,
    SCOPE_READ = 1,
    SCOPE_WRITE = 2,
    SCOPE_PRIVACY = 4
};

static bool refuse(struct request *rq, enum rc rc, const char *detail) {
    rs_error(rq, rc, detail);
    return false;
}

/* With a configured origin the whole of it counts; otherwise the host, for a proxy may have taken the TLS off. */
bool access_same_origin(struct request *rq, const char *origin) {
    const char *theirs = http_origin_host(origin);
    if (rq->server->o.origin)
        return !strcasecmp(origin, rq->server->o.origin);
    const char *ours = rq_header(rq, "Host");
    return theirs && ours && !strcasecmp(theirs, ours);
}

static bool crosses(struct request *rq) {
    const char *origin = rq_header(rq, "Origin"), *site = rq_header(rq, "Sec-Fetch-Site");
    return (origin && !access_same_origin(rq, origin)) || (site && !strcasecmp(site, "cross-site"));
}

static bool hook_allows(struct request *rq) {
    const char *origin = rq_header(rq, "Origin");
    return origin && rq->server->hooks.allow_origin && rq->server->hooks.allow_origin(rq, origin);
}

/* Reads from elsewhere are left to the browser, which withholds the answer; writes are refused here. */
bool access_origin(struct request *rq) {
    const struct route *row = rq_route(rq);
    if (row->flags & ROUTE_CROSS) {
        const char *origin = rq_header(rq, "Origin");
        if (!origin || access_same_origin(rq, origin) || hook_allows(rq))
            return true;
        return row->method == HTTP_GET ? true : refuse(rq, RC_DENIED, "This site may not use this address.");
    }
    if (row->method != HTTP_GET && crosses(rq))
        return refuse(rq, RC_DENIED,
                      N_("This came from another site. Open the page here and try again; nothing was changed."));
    return true;
}

/* After the answer is written, so that errors can be read across origins too. */
void access_allow_header(struct request *rq) {
    const struct route *row = rq_route(rq);
    if (!row || !(row->flags & ROUTE_CROSS))
        return;
    rs_header(rq, "Vary", "Origin");
    if (crosses(rq) && hook_allows(rq))
        rs_header(rq, "Access-Control-Allow-Origin", rq_header(rq, "Origin"));
}

void access_preflight(struct request *rq) {
    rq->status = 204;
    rs_header(rq, "Vary", "Origin");
    if (!hook_allows(rq)) {
        (void)refuse(rq, RC_DENIED, "This site may not use this address.");
        return;
    }
    rs_header(rq, "Access-Control-Allow-Origin", rq_header(rq, "Origin"));
    rs_header(rq, "Access-Control-Allow-Methods", rq_header(rq, "Access-Control-Request-Method"));
    rs_header(rq, "Access-Control-Allow-Headers", "Authorization, Content-Type, X-Kept-CSRF");
    rs_header(rq, "Access-Control-Max-Age", "600");
}

/* Where to come back to: the page, not the fragment of it that htmx asked for. */
static const char *wanted_page(struct request *rq) {
    if (!rq_fragment(rq))
        return rq->method == HTTP_GET ? rq->path : "/";
    const char *url = rq_header(rq, "HX-Current-URL"), *origin = rq_origin(rq);
    size_t n = strlen(origin);
    return url && !strncasecmp(url, origin, n) && http_path_is_local(url + n) ? url + n : "/";
}

static const char *sign_in_path(struct request *rq) {
    struct arena *a = rq->arena;
    const char *page = wanted_page(rq);
    if (!strcmp(page, "/") || !http_path_is_local(page))
        return "/sign-in";
    char *out = arena_alloc(a, strlen(page) * 3 + 1), *to = out;
    for (const char *p = page; *p; p++) {
        if (strchr("/-_.~", *p) || (*p >= '0' && *p <= '9') || ((*p | 32) >= 'a' && (*p | 32) <= 'z')) {
            *to++ = *p;
        } else {
            static const char digits[] = "0123456789ABCDEF";
            *to++ = '%';
            *to++ = digits[(unsigned char)*p >> 4];
            *to++ = digits[*p & 15];
        }
    }
    return arena_printf(a, "/sign-in?next=%s", out);
}

static bool send_to_sign_in(struct request *rq) {
    const struct route *row = rq_route(rq);
    if (row->flags & ROUTE_JSON || row->permission >= PERM_API_READ)
        return refuse(rq, RC_UNKNOWN_USER, NULL);
    const char *path = sign_in_path(rq);
    if (rq_fragment(rq)) {
        (void)refuse(rq, RC_UNKNOWN_USER, NULL);
        rs_header(rq, "HX-Redirect", path);
    } else {
        rs_redirect(rq, path);
    }
    return false;
}

static bool send_to_first(struct request *rq) {
    const struct route *row = rq_route(rq);
    if (row->method == HTTP_GET && !(row->flags & ROUTE_JSON) && !rq_fragment(rq)) {
        rs_redirect(rq, rq->who.first);
        return false;
    }
    (void)refuse(rq, RC_DENIED, N_("Set up the second step first; nothing was changed."));
    rs_header(rq, "HX-Redirect", rq->who.first);
    return false;
}

bool access_permission(struct request *rq) {
    static const int least_role[] = {
        [PERM_READER] = ROLE_READER, [PERM_AGENT] = ROLE_AGENT, [PERM_LEAD] = ROLE_LEAD, [PERM_ADMIN] = ROLE_ADMIN};
    enum permission need = rq_route(rq)->permission;
    const struct identity *who = &rq->who;
    if (need == PERM_ANYONE)
        return true;
    if (need >= PERM_API_READ) {
        static const unsigned scopes[] = {
            [PERM_API_READ] = SCOPE_READ, [PERM_API_WRITE] = SCOPE_WRITE, [PERM_API_PRIVACY] = SCOPE_PRIVACY};
        if (!who->agent_id || !who->by_token)
            return refuse(rq, RC_UNKNOWN_USER, NULL);
        if (who->role < ROLE_AGENT && !(rq_route(rq)->flags & ROUTE_READERS))
            return refuse(rq, RC_DENIED,
                          "A reader reads articles and the changes that must be read, nothing else.");
        return who->scopes & scopes[need] ? true : refuse(rq, RC_DENIED, "The token has not the scope for this.");
    }
    if (!who->agent_id)
        return send_to_sign_in(rq);
    if (who->by_token)
        return refuse(rq, RC_DENIED, "A token opens the API only.");
    if (who->first && !(rq_route(rq)->flags & ROUTE_FIRST))
        return send_to_first(rq);
    if (need == PERM_REVEAL)
        return who->may_reveal ? true : refuse(rq, RC_DENIED, NULL);
    return who->role >= least_role[need] ? true : refuse(rq, RC_DENIED, NULL);
}

bool access_csrf(struct request *rq) {
    const struct route *row = rq_route(rq);
    if (row->method == HTTP_GET || row->flags & ROUTE_NO_CSRF || rq->who.by_token)
        return true;
    const char *given = rq_header(rq, "X-Kept-CSRF");
    for (size_t i = 0; !given && i < rq->fields.n; i++) {
        const struct field *f = &rq->fields.at[i];
        if (f->place == FIELD_BODY && f->name_len == 4 && !memcmp(f->name, "csrf", 4))
            given = (const char *)f->value.at;
    }
    if (rq->who.csrf && *rq->who.csrf && given && secret_equal(given, rq->who.csrf))
        return true;
    return refuse(rq, RC_DENIED,
                  N_("This page had become too old. Load it again and send once more; nothing was changed."));
}
