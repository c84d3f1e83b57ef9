/* The server: from libmicrohttpd's callbacks to a handler and back.
 *
 *   on_uri ─ request line read: a request from the thread's free list
 *     → begin ─ header read: audit, route, limits, origin, identity, permission
 *     → body  ─ each piece: kept, parsed or swallowed
 *     → finish ─ all read: CSRF, parameters; then the handler, here or (suspended) on a worker
 *     → answer_send ─ → on_completed: back to the free list
 *
 * A connection belongs to one thread of libmicrohttpd for life, so a request is taken and given back by the same
 * thread and the free lists need no lock. */
#include "base/clock.h"
#include "base/log.h"
#include "web/http_private.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    FREE_MAX = 64,           /* requests kept ready by a thread */
    KEEP_ROOM = 1024 * 1024, /* a larger buffer is given back to the system */
    CONNECTION_POOL =
        48 * 1024, /* libmicrohttpd's memory of a connection: HTTP_HEADER_MAX, the answer's header, lists */
    CONNECTIONS_MAX = 50000,
    STOP_MS = 5000,
};

/* ---- requests and their free lists ---- */

struct free_list {
    struct request *first;
    int n;
};

static pthread_key_t free_key;
static pthread_once_t free_once = PTHREAD_ONCE_INIT;
static _Thread_local struct free_list *free_requests;

static void request_destroy(struct request *rq) {
    arena_free(rq->arena);
    buf_free(&rq->out);
    buf_free(&rq->body);
    free(rq);
}

static void free_list_end(void *arg) {
    struct free_list *list = arg;
    for (struct request *rq = list->first, *next; rq; rq = next) {
        next = rq->next;
        request_destroy(rq);
    }
    free(list);
    free_requests = NULL;
}

static void free_list_key(void) {
    if (pthread_key_create(&free_key, free_list_end))
        die("no thread key");
}

static struct request *request_take(struct http_server *s, struct conn *c, struct MHD_Connection *mhd) {
    if (!free_requests) {
        pthread_once(&free_once, free_list_key);
        free_requests = calloc(1, sizeof *free_requests);
        if (!free_requests || pthread_setspecific(free_key, free_requests))
            die("out of memory");
    }
    struct request *rq = free_requests->first;
    if (rq) {
        free_requests->first = rq->next;
        free_requests->n--;
    } else {
        rq = calloc(1, sizeof *rq);
        if (!rq)
            die("out of memory");
        rq->arena = arena_new(0);
    }
    rq->server = s;
    rq->conn = c;
    rq->mhd = mhd;
    rq->fields.arena = rq->arena;
    rq->status = 200;
    return rq;
}

static void buf_recycle(struct buf *b) {
    buf_reset(b);
    if (b->room > KEEP_ROOM)
        buf_free(b);
}

static void request_give_back(struct request *rq) {
    if (rq->multipart)
        multipart_free(rq->multipart);
    arena_reset(rq->arena);
    buf_recycle(&rq->out);
    buf_recycle(&rq->body);
    if (!free_requests || free_requests->n >= FREE_MAX) { /* no list: the thread that stops the server */
        request_destroy(rq);
        return;
    }
    struct arena *arena = rq->arena;
    struct buf out = rq->out, body = rq->body;
    *rq = (struct request){.arena = arena, .out = out, .body = body, .next = free_requests->first};
    free_requests->first = rq;
    free_requests->n++;
}

static void set_deadline(struct conn *c, int64_t ms) {
    atomic_store_explicit(&c->deadline, ms ? clock_mono() + ms : 0, memory_order_relaxed);
}

/* ---- begin: the header ---- */

static enum MHD_Result add_line(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len,
                                const char *value, size_t value_len) {
    (void)kind;
    struct request *rq = cls;
    struct header_line *lines = (struct header_line *)(uintptr_t)rq->head.lines;
    size_t n = rq->head.n;
    if (n >= 16 && !(n & (n - 1)))
        lines = arena_grow(rq->arena, lines, n, n * 2, sizeof *lines);
    lines[n] = (struct header_line){name, value ? value : "", name_len, value ? value_len : 0};
    rq->head.lines = lines;
    rq->head.n++;
    return MHD_YES;
}

static void read_head(struct request *rq, const char *method, const char *version) {
    rq->head.method = method;
    rq->head.version = version;
    rq->head.target = rq->path;
    rq->head.lines = ARENA_ARRAY(rq->arena, 16, struct header_line);
    MHD_get_connection_values_n(rq->mhd, MHD_HEADER_KIND, add_line, rq);
    const char *length = http_line(&rq->head, "Content-Length");
    rq->announced = http_line(&rq->head, "Transfer-Encoding") ? -1 : length ? strtoll(length, NULL, 10) : 0;
}

static int method_of(const char *name) {
    static const char *const names[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    for (int i = 0; i < HTTP_METHODS; i++)
        if (!strcmp(name, names[i]))
            return i;
    return strcmp(name, "HEAD") ? -1 : HTTP_GET;
}

static void refuse(struct request *rq, int status, enum rc rc, const char *detail) {
    rq->refused = true;
    answer_refuse(rq, status, rc, detail);
}

const char *rq_page(struct request *rq) {
    struct route_match match;
    char *path = arena_copy_n(rq->arena, rq->path, strcspn(rq->path, "?"));
    for (char *end; (end = strrchr(path, '/')); *end = '\0') {
        const char *asked = *path ? path : "/";
        struct bytes at = {(const uint8_t *)asked, strlen(asked)};
        if (router_find(&rq->server->router, rq->arena, HTTP_GET, at, &match) == RC_OK && match.entry)
            return asked;
    }
    return NULL;
}

/* A page that answered a form stands under the form's address. Where a phone opens it anew, or its reader asks for
 * another language, the browser asks that address with GET: it is led to the page that the form was on. */
static bool lead_to_page(struct request *rq) {
    const char *accept = rq_header(rq, "Accept"), *page = rq_page(rq), *query = strchr(rq->path, '?');
    if (!accept || !strstr(accept, "text/html") || !page)
        return false;
    rq->refused = true;
    rs_redirect(rq, arena_printf(rq->arena, "%s%s", page, query ? query : ""));
    return true;
}

static bool find_route(struct request *rq) {
    const char *asked = rq->head.method;
    bool preflight = !strcmp(asked, "OPTIONS") && rq_header(rq, "Access-Control-Request-Method");
    int method = method_of(preflight ? rq_header(rq, "Access-Control-Request-Method") : asked);
    rq->method = method < 0 ? HTTP_GET : (enum http_method)method;
    struct bytes path = {(const uint8_t *)rq->path, strcspn(rq->path, "?")};
    if (router_find(&rq->server->router, rq->arena, rq->method, path, &rq->match)) {
        refuse(rq, 400, RC_INVALID, "The address is not encoded properly.");
        return false;
    }
    const struct route_entry *e = rq->match.entry;
    if (e && method >= 0 && (!preflight || e->row->flags & ROUTE_CROSS)) {
        rq->slots = ARENA_ARRAY(rq->arena, e->params_n + 1, struct slot);
        if (params_bind_path(rq->arena, e, &rq->match, rq->slots)) {
            refuse(rq, 404, RC_NONE, NULL);
            return false;
        }
        if (preflight) {
            access_preflight(rq);
            rq->refused = true;
        }
        return !preflight;
    }
    unsigned allow = rq->match.allow | (e ? 1u << e->row->method : 0);
    rq->match.entry = NULL;
    if (allow && !strcmp(asked, "GET") && lead_to_page(rq))
        return false;
    refuse(rq, allow ? 405 : 404, RC_NONE, allow ? "This address does not take that method." : NULL);
    if (allow)
        rs_header(rq, "Allow", router_allow(rq->arena, allow));
    return false;
}

static bool type_is(const char *value, const char *type) {
    size_t n = strlen(type);
    return !strncasecmp(value, type, n) && (!value[n] || strchr("; \t", value[n]));
}

static bool unsupported(struct request *rq, const char *detail) {
    refuse(rq, 415, RC_INVALID, detail);
    return false;
}

/* The body's kind and limit by the row, before a byte of it is kept. */
static bool admit_body(struct request *rq) {
    const struct route *row = rq_route(rq);
    bool upload = row->flags & ROUTE_UPLOAD;
    rq->body_max = row->body_max ? row->body_max : upload ? HTTP_UPLOAD_MAX : HTTP_FORM_MAX;
    if (!rq->announced)
        return true;
    if (row->method == HTTP_GET || row->method == HTTP_DELETE) {
        rq->close = true;
        refuse(rq, 400, RC_INVALID, "This method takes no body.");
        return false;
    }
    if (rq->announced > rq->body_max) {
        refuse(rq, 413, RC_TOO_BIG, NULL);
        return false;
    }
    const char *type = rq_header(rq, "Content-Type");
    if (rq_header(rq, "Content-Encoding"))
        return unsupported(rq, "Compressed bodies are not taken.");
    if (row->flags & ROUTE_RAW) {
        rq->body_kind = BODY_RAW;
    } else if (!type) {
        return unsupported(rq, "The body has no Content-Type.");
    } else if (type_is(type, "application/x-www-form-urlencoded")) {
        rq->body_kind = BODY_FORM;
    } else if (type_is(type, "application/json")) {
        rq->body_kind = BODY_JSON;
    } else if (type_is(type, "multipart/form-data")) {
        rq->body_kind = BODY_MULTIPART;
        rq->multipart = ARENA_NEW(rq->arena, struct multipart);
        if (multipart_begin(rq->multipart, type, &rq->fields, rq->server->o.spool, upload)) {
            refuse(rq, 400, RC_INVALID, rq->multipart->why);
            return false;
        }
    } else {
        return unsupported(rq, "A body is a form, multipart/form-data or application/json.");
    }
    return true;
}

static bool identify(struct request *rq) {
    if (!rq->server->hooks.identify)
        return true;
    enum rc rc = rq->server->hooks.identify(rq, &rq->who);
    if (rc)
        rs_error(rq, rc, NULL);
    return !rc;
}

static bool admit(struct request *rq) {
    if (!find_route(rq) || !admit_body(rq))
        return false;
    rq->refused = !(access_origin(rq) && identify(rq) && access_permission(rq));
    return !rq->refused;
}

/* A refused body is swallowed so that the sender gets to read the answer: closing over unread bytes resets the
 * connection. Not when it is huge, and not when the sender waits for our word before it sends. */
static bool answers_now(struct request *rq) {
    return rq->announced > HTTP_SWALLOW_MAX || (rq->announced && rq_header(rq, "Expect"));
}

static enum MHD_Result begin(struct request *rq, const char *method, const char *version) {
    const char *why;
    rq->begun = true;
    rq->now = clock_now();
    rq->started = clock_mono();
    read_head(rq, method, version);
    int status = http_audit(&rq->head, &why);
    if (status)
        return answer_bare(rq, status, why);
    if (!strncmp(rq->path, "/assets/", 8) && method_of(method) == HTTP_GET && !rq->announced)
        return answer_asset(rq);
    if (rq->announced)
        set_deadline(rq->conn, rq->server->body_ms);
    if (!admit(rq) && answers_now(rq)) {
        rq->close = true;
        return answer_send(rq);
    }
    return MHD_YES;
}

/* ---- the body ---- */

static void refuse_body(struct request *rq, enum rc rc, const char *why) {
    refuse(rq, rc == RC_INVALID ? 400 : rc_http(rc), rc, why);
}

static enum MHD_Result body_piece(struct request *rq, const char *p, size_t n) {
    rq->received += (int64_t)n;
    int64_t ms = rq->server->body_ms + rq->received; /* a second for each kB that has come */
    atomic_store_explicit(&rq->conn->deadline, rq->started + ms, memory_order_relaxed);
    if (!rq->refused && !rq->queued && rq->received > rq->body_max)
        refuse(rq, 413, RC_TOO_BIG, NULL);
    if (rq->refused || rq->queued)
        return rq->received <= rq->body_max + HTTP_SWALLOW_MAX ? MHD_YES : MHD_NO;
    if (rq->body_kind == BODY_MULTIPART) {
        enum rc rc = multipart_feed(rq->multipart, p, n);
        if (rc)
            refuse_body(rq, rc, rq->multipart->why);
    } else {
        buf_add(&rq->body, p, n);
    }
    return MHD_YES;
}

static bool read_fields(struct request *rq) {
    const char *why = NULL, *query = strchr(rq->path, '?');
    enum rc rc = RC_OK;
    if (query)
        rc = fields_urlencoded(&rq->fields, (struct bytes){(const uint8_t *)query + 1, strlen(query + 1)},
                               FIELD_QUERY, &why);
    if (!rc && rq->body_kind == BODY_FORM)
        rc = fields_urlencoded(&rq->fields, buf_bytes(&rq->body), FIELD_BODY, &why);
    if (!rc && rq->body_kind == BODY_JSON)
        rc = fields_json(&rq->fields, buf_bytes(&rq->body), &why);
    if (!rc && rq->multipart) {
        rc = multipart_end(rq->multipart);
        why = rq->multipart->why;
    }
    if (rc)
        refuse_body(rq, rc, why);
    return !rc;
}

/* ---- finish: all is read ---- */

static void run_handler(struct request *rq) {
    rq_route(rq)->handler(rq);
    access_allow_header(rq);
    rq->ready = true;
}

static void run_on_worker(struct request *rq) {
    struct MHD_Connection *mhd = rq->mhd; /* rq may be gone as soon as the connection is resumed */
    run_handler(rq);
    MHD_resume_connection(mhd);
}

static bool prepare(struct request *rq) {
    if (!read_fields(rq) || !access_csrf(rq))
        return false;
    struct multipart *m = rq->multipart;
    enum rc rc = params_bind(rq->arena, rq->match.entry, &rq->fields, m ? m->files : NULL, m ? m->files_n : 0,
                             rq->slots, &rq->fault);
    if (rc)
        rs_error(rq, rc, NULL);
    return !rc;
}

static enum MHD_Result finish(struct request *rq) {
    if (!rq->refused && !rq->ready) {
        const struct route *row = rq_route(rq);
        if (!prepare(rq)) {
            rq->refused = true;
        } else if (row->method == HTTP_GET && !(row->flags & ROUTE_SLOW)) {
            run_handler(rq);
        } else {
            set_deadline(rq->conn, 0);
            MHD_suspend_connection(rq->mhd);
            if (workers_put(rq->server->workers, rq))
                return MHD_YES;
            refuse(rq, 503, RC_AWAY, NULL);
            rs_header(rq, "Retry-After", "1");
            MHD_resume_connection(rq->mhd);
            return MHD_YES;
        }
    }
    if (rq->refused)
        access_allow_header(rq);
    return answer_send(rq);
}

/* ---- libmicrohttpd's callbacks ---- */

static struct conn *conn_of(struct MHD_Connection *mhd) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static void *on_uri(void *cls, const char *uri, struct MHD_Connection *mhd) {
    struct http_server *s = cls;
    struct conn *c = conn_of(mhd);
    if (!c)
        return NULL;
    if (c->rq)
        request_give_back(c->rq);
    struct request *rq = c->rq = request_take(s, c, mhd);
    rq->path = arena_copy_n(rq->arena, uri, strnlen(uri, HTTP_URL_MAX + 1));
    if (c->first_seen) /* the first request's time runs since the connection was made */
        set_deadline(c, s->header_ms);
    c->first_seen = true;
    atomic_store_explicit(&c->busy, true, memory_order_relaxed);
    return rq;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
                                  const char *version, const char *data, size_t *size, void **con_cls) {
    (void)cls, (void)mhd, (void)url;
    struct request *rq = *con_cls;
    if (!rq)
        return MHD_NO;
    if (!rq->begun)
        return begin(rq, method, version);
    if (*size) {
        size_t n = *size;
        *size = 0;
        return body_piece(rq, data, n);
    }
    return rq->queued ? MHD_YES : finish(rq);
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **con_cls,
                         enum MHD_RequestTerminationCode why) {
    (void)mhd, (void)why;
    struct http_server *s = cls;
    struct request *rq = *con_cls;
    if (!rq || rq->conn->rq != rq)
        return;
    const struct route *row = rq_route(rq);
    log_line(LOG_DEBUG, "%s %s %d %lld ms", rq->head.method ? rq->head.method : "?", row ? row->path : "-",
             rq->queued ? rq->status : 0, (long long)(clock_mono() - rq->started));
    struct conn *c = rq->conn;
    c->rq = NULL;
    request_give_back(rq);
    *con_cls = NULL;
    atomic_store_explicit(&c->busy, false, memory_order_relaxed);
    set_deadline(c, s->idle_ms);
}

static enum MHD_Result on_accept(void *cls, const struct sockaddr *sa, socklen_t len) {
    (void)len;
    return reaper_admits(((struct http_server *)cls)->reaper, sa) ? MHD_YES : MHD_NO;
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **context,
                          enum MHD_ConnectionNotificationCode what) {
    struct http_server *s = cls;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        int fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        const struct sockaddr *sa = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
        *context = reaper_add(s->reaper, fd, sa, clock_mono() + s->header_ms);
    } else if (*context) {
        struct conn *c = *context;
        if (c->rq)
            request_give_back(c->rq);
        reaper_remove(s->reaper, c);
        *context = NULL;
    }
}

/* Paths and queries stay as they came: they are decoded once, by us, after they were split. */
static size_t leave_encoded(void *cls, struct MHD_Connection *mhd, char *text) {
    (void)cls, (void)mhd;
    return strlen(text);
}

/* ---- start and stop ---- */

static unsigned connections_max(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur == RLIM_INFINITY)
        return CONNECTIONS_MAX;
    rlim_t n = limit.rlim_cur > 2 * HTTP_FD_RESERVE ? limit.rlim_cur - HTTP_FD_RESERVE : limit.rlim_cur / 2;
    return n > CONNECTIONS_MAX ? CONNECTIONS_MAX : (unsigned)n;
}

static int threads_of(const struct http_options *o) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return o->threads > 0 ? o->threads : cores > 0 ? (int)cores : 1;
}

/* One for each thread, so that it is we who say which of them gets a connection. */
static struct MHD_Daemon *daemon_start(struct http_server *s) {
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_SUSPEND_RESUME | MHD_ALLOW_UPGRADE, 0,
        on_accept, s, on_request, s, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_POOL,
        MHD_OPTION_CONNECTION_LIMIT, (connections_max() + (unsigned)s->daemons_n - 1) / (unsigned)s->daemons_n,
        MHD_OPTION_CONNECTION_TIMEOUT, 0u, MHD_OPTION_URI_LOG_CALLBACK, on_uri, s, MHD_OPTION_UNESCAPE_CALLBACK,
        leave_encoded, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, s, MHD_OPTION_END);
}

static void daemons_stop(struct http_server *s) {
    for (int i = 0; i < s->daemons_n; i++)
        if (s->daemons[i])
            MHD_stop_daemon(s->daemons[i]);
}

static bool daemons_start(struct arena *a, struct http_server *s) {
    s->daemons_n = threads_of(&s->o);
    s->daemons = ARENA_ARRAY(a, (size_t)s->daemons_n, struct MHD_Daemon *);
    bool all = true;
    for (int i = 0; i < s->daemons_n; i++)
        all &= (s->daemons[i] = daemon_start(s)) != NULL;
    return all;
}

enum rc http_start(struct arena *a, const struct http_options *o, const struct http_hooks *h,
                   struct http_server **out, const char **why) {
    struct http_server *s = ARENA_NEW(a, struct http_server);
    s->o = *o;
    s->hooks = *h;
    s->header_ms = o->header_ms ? o->header_ms : HTTP_HEADER_MS;
    s->body_ms = o->body_ms ? o->body_ms : HTTP_BODY_MS;
    s->idle_ms = o->idle_ms ? o->idle_ms : HTTP_IDLE_MS;
    if (o->origin && !http_origin_host(o->origin)) {
        *why = arena_printf(a, "the origin %s is not of the form https://help.example.com", o->origin);
        return RC_INVALID;
    }
    s->has_proxy = o->trusted_proxy && *o->trusted_proxy;
    if (s->has_proxy && !address_parse(o->trusted_proxy, s->proxy)) {
        *why = arena_printf(a, "the trusted proxy %s is not an address", o->trusted_proxy);
        return RC_INVALID;
    }
    enum rc rc = router_build(a, o->routes, &s->router, why);
    if (!rc)
        rc = listener_open(a, o->listen, &s->listener, why);
    if (rc)
        return rc;
    answer_assets_load();
    int64_t tick = s->header_ms / 8;
    s->reaper = reaper_start(tick < 20    ? 20
                             : tick > 500 ? 500
                                          : (int)tick,
                             o->per_address ? o->per_address : HTTP_PER_ADDRESS, s->proxy, s->has_proxy);
    s->workers = workers_start(o->workers ? o->workers : 16, o->queue ? o->queue : HTTP_QUEUE_MAX, run_on_worker);
    bool all = daemons_start(a, s);
    if (!all || !listener_start(s->listener, s->daemons, s->daemons_n)) {
        *why = "libmicrohttpd did not start";
        if (!all)
            listener_stop(s->listener);
        daemons_stop(s);
        workers_stop(s->workers);
        workers_free(s->workers);
        reaper_stop(s->reaper);
        reaper_free(s->reaper);
        answer_assets_free();
        return RC_BROKEN;
    }
    *out = s;
    return RC_OK;
}

int http_port(struct http_server *s) { return listener_port(s->listener); }

void http_stop(struct http_server *s) {
    atomic_store(&s->stopping, true);
    listener_stop(s->listener);
    int64_t until = clock_mono() + STOP_MS;
    while (reaper_any_busy(s->reaper) && clock_mono() < until)
        nanosleep(&(struct timespec){.tv_nsec = 5 * 1000 * 1000}, NULL);
    workers_stop(s->workers);
    reaper_stop(s->reaper);
    daemons_stop(s);
    workers_free(s->workers);
    reaper_free(s->reaper);
    answer_assets_free();
}
