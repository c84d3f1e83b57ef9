/* http.h: HTTP/1.1 in, responses out, by libmicrohttpd; the routes are one typed table (routes.c).
 *
 *   bytes → audit of the header → route row → limits → origin → session → permission → body → CSRF
 *         → typed parameters → handler → response
 *
 * A handler sees only declared parameters, already validated; an undeclared or malformed one is answered
 * before it runs. What fails the audit is answered at once and the connection closed; any other refusal waits
 * until the body is swallowed (at most HTTP_SWALLOW_MAX), so that the sender reads it. Handlers of GET and HEAD run
 * on the server's own threads and only read; all others, and rows marked ROUTE_SLOW, run on a worker, because they
 * wait for the writer, hash or take time. Nothing here knows what a conversation is. */
#ifndef KEPT_WEB_HTTP_H
#define KEPT_WEB_HTTP_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    HTTP_URL_MAX = 2048,                /* longer: 414 */
    HTTP_HEADER_MAX = 32 * 1024,        /* all headers together: 431 */
    HTTP_FORM_MAX = 256 * 1024,         /* a body without files, unless the row says otherwise: 413 */
    HTTP_UPLOAD_MAX = 26 * 1024 * 1024, /* a body with files */
    HTTP_FILES_MAX = 20,
    HTTP_FIELDS_MAX = 1000,             /* fields of a form or query */
    HTTP_PART_HEADER_MAX = 4096,        /* header of one part of a multipart body */
    HTTP_SEGMENTS_MAX = 16,             /* of a path */
    HTTP_SWALLOW_MAX = 4 * 1024 * 1024, /* of a refused body; a longer one ends the connection */
    HTTP_QUEUE_MAX = 512,               /* requests waiting for a worker; more: 503 with Retry-After */
    HTTP_FD_RESERVE = 256,              /* descriptors that connections never take */
    HTTP_SPOOL_AT = 64 * 1024,          /* a larger file waits in an O_TMPFILE, not in memory */
    HTTP_HEADER_MS = 10 * 1000,         /* deadlines of whole phases, kept by the reaper */
    HTTP_BODY_MS = 30 * 1000,           /* and one second more for each kB come (gone, for the answer) */
    HTTP_IDLE_MS = 60 * 1000,
    HTTP_PER_ADDRESS = 256, /* connections of one address; the configured proxy is exempt */
};

/* HEAD is GET without the body. GET and DELETE take no body. */
enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_METHODS };

/* Who may. A row has exactly one. A page's row holds the session's role against it and takes no token; an API
 * row holds the token's scope against it and takes no session: neither opens the other's doors. Nobody signed in
 * on a page: 303 to /sign-in?next=… (htmx: 401 with HX-Redirect); on ROUTE_JSON or API rows: 401 problem. Who has
 * something to do first: 303 to there (htmx: 403 with HX-Redirect), and 403 to what a form sends. */
enum permission {
    PERM_ANYONE, /* no session needed */
    PERM_READER, /* anybody signed in, readers too */
    PERM_AGENT,  /* any signed-in agent (lead and admin too) */
    PERM_LEAD,   /* lead or admin */
    PERM_ADMIN,
    PERM_REVEAL,      /* whoever was given it, whatever her role: sees what was hidden in messages */
    PERM_API_READ,    /* bearer token, scope read; a reader's only on rows with ROUTE_READERS */
    PERM_API_WRITE,   /* bearer token, scope write */
    PERM_API_PRIVACY, /* bearer token, scope privacy */
};

enum param_kind {
    PARAM_TEXT,   /* valid UTF-8, cleaned (utf8_clean), on one line, trimmed, `min` to `max` code points */
    PARAM_LINES,  /* the same, with newlines */
    PARAM_SECRET, /* valid UTF-8 as typed: neither trimmed nor cleaned, never logged */
    PARAM_INT,    /* decimal, `min` to `max` (both 0: any) */
    PARAM_FLAG,   /* present and not "0" or "false": true */
    PARAM_REF,    /* a public reference with the prefix `of` (base/id.h) */
    PARAM_WORD,   /* one of the words in `of`, separated by spaces */
    PARAM_FILE,   /* multipart only; at most `max` bytes (0: what the body may have); one left empty is absent */
    PARAM_TIME,   /* RFC 3339 with its offset ("2026-03-16T09:00:00+07:00"): rq_int gives UTC milliseconds */
    PARAM_KINDS,
};

/* Where: a name in the path pattern is a path parameter; in the query for GET and DELETE, else in the body
 * (form, multipart or a flat JSON object); `in_query` forces the query. Text kinds must name a `max`.
 * An empty value of INT, REF and WORD counts as absent; empty text is text, unless required. A path parameter
 * that breaks its rule is 404, any other 422. The field `csrf` needs no row. `many` gives a list (in JSON: an
 * array). JSON's null counts as absent; where the row is `nullable`, null (and an empty value of INT, REF, WORD,
 * TIME) is there and empty: rq_has is true, rq_text NULL, rq_int 0. */
struct param {
    const char *name;
    enum param_kind kind;
    int64_t min, max;
    const char *of;
    bool required, many, in_query, nullable;
    const char *about; /* one English sentence for the API's documents; NULL: the name says it */
};

struct request;
struct api_answer;

enum {
    ROUTE_SLOW = 1,
    ROUTE_NO_CSRF = 2,   /* only for token or capability routes */
    ROUTE_JSON = 4,      /* errors as RFC 9457 problem documents instead of pages */
    ROUTE_UPLOAD = 8,    /* multipart with files allowed */
    ROUTE_FRAMED = 16,   /* may be shown in a frame of the same origin */
    ROUTE_CROSS = 32,    /* CORS, widget: other origins may, when the hook allow_origin says so */
    ROUTE_RAW = 64,      /* the body is not parsed: rq_raw */
    ROUTE_READERS = 128, /* of the API: a reader's token may too */
    ROUTE_FIRST = 256    /* also for who has something to do before all else (identity.first) */
};

struct route {
    enum http_method method;
    const char *path; /* "/c/{ref}/reply"; a parameter is one whole segment */
    enum permission permission;
    void (*handler)(struct request *rq);
    const struct param *params; /* ends with a row without a name; NULL: none */
    unsigned flags;
    const char *summary;             /* one English sentence: OpenAPI, docs */
    int64_t body_max;                /* bytes; 0: HTTP_FORM_MAX, with ROUTE_UPLOAD HTTP_UPLOAD_MAX */
    const struct api_answer *answer; /* of an API row: what a success carries (web/api.h) */
};

/* Who sent the request, as the session or token said. Filled by the hook `identify`. */
struct identity {
    int64_t agent_id;   /* 0: nobody */
    int64_t session_id; /* or the token's id */
    int role;           /* enum agent_role of desk/agent.h */
    unsigned scopes;    /* of a bearer token: bit 0 read, bit 1 write, bit 2 privacy */
    bool may_reveal;
    bool by_token;
    const char
        *csrf; /* what a form must echo in the field `csrf` or the header X-Kept-CSRF; for visitors too (bound
                  to a cookie of theirs). NULL: writes are refused, except by token or ROUTE_NO_CSRF */
    const char *lang;
    const struct agent *agent; /* as it was when the request came in; NULL: nobody */
    const char *first;         /* the page where she has something to do before any other opens; NULL: nothing */
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
const char *rq_text(struct request *rq,
                    const char *name); /* NULL when absent; asking for an undeclared name dies */
int64_t rq_int(struct request *rq, const char *name, int64_t otherwise);
bool rq_flag(struct request *rq, const char *name);
bool rq_has(struct request *rq, const char *name);
size_t rq_many(struct request *rq, const char *name, const char *const **values);
const struct upload *rq_files(struct request *rq, const char *name, size_t *n);
struct bytes rq_raw(struct request *rq); /* the body of a ROUTE_RAW row; lives as long as the request */
const char *rq_header(struct request *rq, const char *name);
const char *rq_cookie(struct request *rq, const char *name);
const char *
rq_lang(struct request *rq); /* en vi zh-Hans zh-Hant th: identity, then cookie "lang", then Accept-Language */
const char *rq_address(struct request *rq); /* the client's, behind a trusted proxy too */
const char *rq_origin(struct request *rq);  /* scheme and host as the client sees us, from configuration when set */
bool rq_fragment(struct request *rq);       /* asked by htmx (header HX-Request): a part of a page is enough */
const char *rq_path(struct request *rq);    /* path and query as they came, valid ASCII without controls */
/* The page that a form with this address stands on: the longest beginning of the path that GET answers; NULL: none.
 */
const char *rq_page(struct request *rq);
/* For error_page: the parameter that was refused and why, or NULL. Reasons: unknown missing repeated not_utf8
 * too_long too_short not_a_number out_of_range not_a_reference not_a_word not_a_time wrong_type too_big; and those
 * of handlers (rs_refuse). */
struct param_fault {
    const char *name, *reason;
};
const struct param_fault *rq_fault(struct request *rq);

/* The response's body is written here; headers and status beside it. Without a call of these the answer is
 * 200 text/html. */
struct buf *rs_body(struct request *rq);
void rs_status(struct request *rq, int status);
void rs_type(struct request *rq, const char *content_type);
/* Replaces an earlier value and the standard one (Content-Security-Policy, Cache-Control, …); NULL takes it away.
 */
void rs_header(struct request *rq, const char *name, const char *value);
void rs_cookie(struct request *rq, const char *name, const char *value,
               int64_t max_age_s); /* HttpOnly, SameSite=Lax,
      Secure when the origin is https; max_age 0 ends it */
/* 303. Only a path of ours: anything else, as a forged `next` may be, goes to "/". */
void rs_redirect(struct request *rq, const char *path);
/* Turns the connection into a WebSocket, when the handshake is right and the Origin is ours (any, if
 * allow_origin agrees, on ROUTE_CROSS); else answers 400, 403 or 426. After 101 is sent, take() is called on a
 * server thread with a descriptor that it owns (non-blocking, close-on-exec) and the bytes that came after the
 * handshake (borrowed, like `arg`, which may be in rq_arena: copy what is kept). It must not block. When the peer
 * is gone before, take is not called. Last call in the handler. */
void rs_upgrade(struct request *rq, void (*take)(void *app, int fd, struct bytes extra_in, void *arg), void *arg);
/* An error page, fragment or problem document, by the route and the request; `detail` is a translated sentence that
 * says what happened and what to do (NULL: the usual one for rc). Body and headers so far are dropped, cookies not.
 */
void rs_error(struct request *rq, enum rc rc, const char *detail);
/* The same with the parameter that is to blame: 422 for RC_INVALID, with `param` and `reason` in a problem
 * document. Both are words of ours. */
void rs_refuse(struct request *rq, enum rc rc, const char *param, const char *reason);

/* ---- the table as text ---- */

const char *http_method_name(enum http_method method);        /* "GET" */
const char *http_permission_name(enum permission permission); /* "anyone" "agent" … "api_read" */
const char *http_param_kind_name(enum param_kind kind);       /* "text" "lines" … */
/* "path", "query" or "body". */
const char *http_param_place(const struct route *row, const struct param *p);
/* One JSON object a line: method, path, permission, flags, params, body_max, summary. */
void http_describe(const struct route *rows, struct buf *out);

/* ---- the server ---- */

struct http_server;

struct http_hooks {
    void *app;
    /* Fills *who from cookie or bearer token; RC_OK also when there is none. Reads only. */
    enum rc (*identify)(struct request *rq, struct identity *who);
    /* Writes an error page into rs_body (status and headers are set). `detail`: a handler's own words, or NULL;
     * what the HTTP layer says is for programs, and not for pages. */
    void (*error_page)(struct request *rq, enum rc rc, const char *detail);
    /* May pages of this origin ("https://shop.example") use this ROUTE_CROSS row? Path parameters can be read,
     * others not yet. NULL: none may. Answers carry no permission for credentials. */
    bool (*allow_origin)(struct request *rq, const char *origin);
};

struct http_options {
    const char *listen;         /* "127.0.0.1:8080"; port 0: any free one */
    const char *origin;         /* "https://help.example.com", or NULL: from the Host header */
    const char *trusted_proxy;  /* address whose X-Forwarded-For and -Proto count, or NULL */
    const struct route *routes; /* ends with a row without a path */
    int threads, workers;       /* 0: one thread a core, 16 workers */
    int header_ms, body_ms, idle_ms, per_address, queue; /* 0: the limits above */
    const char *spool;                                   /* directory of O_TMPFILEs; NULL: /tmp */
};

/* Before http_start: what is served under /assets/, with no session and no handler, immutable for a year. The
 * list must outlive the server. */
struct asset;
void http_assets(const struct asset *list, size_t n);

/* RC_INVALID when the table of routes or the address breaks a rule, RC_AWAY when the address cannot be had; *why
 * (arena) says which. */
enum rc http_start(struct arena *a, const struct http_options *o, const struct http_hooks *h,
                   struct http_server **out, const char **why);
int http_port(struct http_server *s);
/* Stops accepting, lets running handlers finish and their answers go out (5 s at most), then returns. */
void http_stop(struct http_server *s);

#endif
