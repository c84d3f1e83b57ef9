/* http.h: HTTP/1.1 in, responses out, by libmicrohttpd; the routes are one typed table (routes.c).
 *
 *   bytes → audit of the header → limits → route row → session → permission → CSRF → typed parameters
 *         → handler → response
 *
 * A handler sees only declared parameters, already validated; an undeclared or malformed one is answered
 * before it runs. Handlers of GET and HEAD run on the server's own threads and only read; all others, and
 * rows marked ROUTE_SLOW, run on a worker, because they wait for the writer, hash or take time.
 * Nothing here knows what a conversation is. */
#ifndef KEPT_WEB_HTTP_H
#define KEPT_WEB_HTTP_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    HTTP_URL_MAX = 2048,               /* longer: 414 */
    HTTP_HEADER_MAX = 32 * 1024,       /* all headers together: 431 */
    HTTP_FORM_MAX = 256 * 1024,        /* a body without files, unless the row says otherwise: 413 */
    HTTP_UPLOAD_MAX = 26 * 1024 * 1024, /* a body with files */
    HTTP_FILES_MAX = 20,
    HTTP_SPOOL_AT = 64 * 1024,         /* a larger file waits in an O_TMPFILE, not in memory */
    HTTP_HEADER_MS = 10 * 1000,        /* deadlines of whole phases, kept by the reaper */
    HTTP_BODY_MS = 30 * 1000,          /* and one second more for each kB announced */
    HTTP_IDLE_MS = 60 * 1000,
    HTTP_PER_ADDRESS = 256,            /* connections of one address; the configured proxy is exempt */
};

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE }; /* HEAD is GET without the body */

/* Who may. A row has exactly one; the session's role or the token's scope is held against it. */
enum permission {
    PERM_ANYONE,        /* no session needed */
    PERM_AGENT,         /* any signed-in agent (lead and admin too) */
    PERM_LEAD,          /* lead or admin */
    PERM_ADMIN,
    PERM_API_READ,      /* bearer token, scope read */
    PERM_API_WRITE,     /* bearer token, scope write */
};

enum param_kind {
    PARAM_TEXT,  /* valid UTF-8, cleaned (utf8_clean), trimmed, at most `max` code points */
    PARAM_LINES, /* the same, with newlines */
    PARAM_SECRET, /* text as typed: neither trimmed nor cleaned, never logged */
    PARAM_INT,   /* decimal, `min` to `max` */
    PARAM_FLAG,  /* present and not "0" or "false": true */
    PARAM_REF,   /* a public reference with the prefix `of` (base/id.h) */
    PARAM_WORD,  /* one of the words in `of`, separated by spaces */
    PARAM_FILE,  /* multipart only */
};

/* Where: a name in the path pattern is a path parameter; in the query for GET and DELETE, else in the body
 * (form, multipart or a flat JSON object); `in_query` forces the query. */
struct param {
    const char *name;
    enum param_kind kind;
    int64_t min, max;
    const char *of;
    bool required, many, in_query;
};

struct request;

enum { ROUTE_SLOW = 1, ROUTE_NO_CSRF = 2 /* only for token or capability routes */, ROUTE_JSON = 4 /* errors as
       RFC 9457 problem documents instead of pages */, ROUTE_UPLOAD = 8 /* multipart with files allowed */,
       ROUTE_FRAMED = 16 /* may be shown in a frame of the same origin */, ROUTE_CROSS = 32 /* CORS, widget */ };

struct route {
    enum http_method method;
    const char *path; /* "/c/{ref}/reply"; a parameter is one whole segment */
    enum permission permission;
    void (*handler)(struct request *rq);
    const struct param *params; /* ends with a row without a name; NULL: none */
    unsigned flags;
    const char *summary; /* one English sentence: OpenAPI, docs */
};

/* Who sent the request, as the session or token said. Filled by the hook `identify`. */
struct identity {
    int64_t agent_id;   /* 0: nobody */
    int64_t session_id; /* or the token's id */
    int role;           /* enum agent_role of desk/agent.h */
    unsigned scopes;    /* of a bearer token: bit 0 read, bit 1 write */
    bool by_token;
    const char *csrf;   /* what a form must echo in the field `csrf` or the header X-Kept-CSRF */
    const char *name, *lang, *zone;
};

struct upload {
    const char *field, *name; /* cleaned, no path separators */
    const char *type_claimed;
    struct bytes bytes; /* memory, or the spool file mapped; lives as long as the request */
};

/* ---- in a handler ---- */

struct arena *rq_arena(struct request *rq);
void *rq_app(struct request *rq); /* what http_start was given */
const struct identity *rq_who(struct request *rq);
const struct route *rq_route(struct request *rq);
int64_t rq_now(struct request *rq); /* one time for the whole request */
const char *rq_text(struct request *rq, const char *name); /* NULL when absent; asking for an undeclared name dies */
int64_t rq_int(struct request *rq, const char *name, int64_t otherwise);
bool rq_flag(struct request *rq, const char *name);
bool rq_has(struct request *rq, const char *name);
size_t rq_many(struct request *rq, const char *name, const char *const **values);
const struct upload *rq_files(struct request *rq, const char *name, size_t *n);
const char *rq_header(struct request *rq, const char *name);
const char *rq_cookie(struct request *rq, const char *name);
const char *rq_lang(struct request *rq); /* en vi zh-Hans zh-Hant th: identity, then cookie "lang", then Accept-Language */
const char *rq_address(struct request *rq); /* the client's, behind a trusted proxy too */
const char *rq_origin(struct request *rq);  /* scheme and host as the client sees us, from configuration when set */
bool rq_fragment(struct request *rq); /* asked by htmx (header HX-Request): a part of a page is enough */

/* The response's body is written here; headers and status beside it. Without a call of these the answer is
 * 200 text/html. */
struct buf *rs_body(struct request *rq);
void rs_status(struct request *rq, int status);
void rs_type(struct request *rq, const char *content_type);
void rs_header(struct request *rq, const char *name, const char *value);
void rs_cookie(struct request *rq, const char *name, const char *value, int64_t max_age_s); /* HttpOnly, SameSite=Lax,
                                                               Secure when the origin is https; max_age 0 ends it */
void rs_redirect(struct request *rq, const char *path); /* 303 */
/* An error page, fragment or problem document, by the route and the request; `detail` is a translated sentence that
 * says what happened and what to do (NULL: the usual one for rc). Body so far is dropped. */
void rs_error(struct request *rq, enum rc rc, const char *detail);

/* ---- the server ---- */

struct http_server;

struct http_hooks {
    void *app;
    /* Fills *who from cookie or bearer token; RC_OK also when there is none. Reads only. */
    enum rc (*identify)(struct request *rq, struct identity *who);
    /* Writes an error page into rs_body (status and headers are set). */
    void (*error_page)(struct request *rq, enum rc rc, const char *detail);
};

struct http_options {
    const char *listen;        /* "127.0.0.1:8080"; port 0: any free one */
    const char *origin;        /* "https://help.example.com", or NULL: from the Host header */
    const char *trusted_proxy; /* address whose X-Forwarded-For and -Proto count, or NULL */
    const struct route *routes; /* ends with a row without a path */
    int threads, workers;      /* 0: one thread a core, 16 workers */
};

enum rc http_start(struct arena *a, const struct http_options *o, const struct http_hooks *h,
                   struct http_server **out, const char **why);
int http_port(struct http_server *s);
/* Stops accepting, lets running handlers finish, then returns. */
void http_stop(struct http_server *s);

#endif
