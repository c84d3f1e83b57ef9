/* Answers: what a handler writes, the standard headers, errors as pages or problem documents, assets. */
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "web/http_private.h"

#include <stdlib.h>
#include <strings.h>

static const char csp_alone[] =
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
static const char csp_framed[] =
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

struct buf *rs_body(struct request *rq) {
    return &rq->out;
}
void rs_status(struct request *rq, int status) { rq->status = status; }
void rs_type(struct request *rq, const char *content_type) { rq->type = arena_copy(rq->arena, content_type); }

/* A value made of input must not begin a header of its own. */
static const char *one_line(struct arena *a, const char *value) {
    char *copy = arena_copy(a, value);
    for (char *p = copy; p && *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = ' ';
    return copy;
}

static void add_header(struct request *rq, const char *name, const char *value) {
    if (rq->headers_n == rq->headers_room) {
        size_t room = rq->headers_room ? rq->headers_room * 2 : 16;
        rq->headers = arena_grow(rq->arena, rq->headers, rq->headers_n, room, sizeof *rq->headers);
        rq->headers_room = room;
    }
    rq->headers[rq->headers_n++] = (struct out_header){name, value};
}

static struct out_header *find_header(struct request *rq, const char *name) {
    for (size_t i = 0; i < rq->headers_n; i++)
        if (!strcasecmp(rq->headers[i].name, name))
            return &rq->headers[i];
    return NULL;
}

void rs_header(struct request *rq, const char *name, const char *value) {
    value = one_line(rq->arena, value);
    struct out_header *h = find_header(rq, name);
    if (h)
        h->value = value;
    else
        add_header(rq, one_line(rq->arena, name), value);
}

void rs_cookie(struct request *rq, const char *name, const char *value, int64_t max_age_s) {
    bool secure = !strncasecmp(rq_origin(rq), "https:", 6);
    const char *line = arena_printf(rq->arena, "%s=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%lld%s", name,
                                    max_age_s > 0 ? value : "", (long long)(max_age_s > 0 ? max_age_s : 0),
                                    secure ? "; Secure" : "");
    add_header(rq, "Set-Cookie", one_line(rq->arena, line));
    rq->cookies = true;
}

void rs_redirect(struct request *rq, const char *path) {
    buf_reset(&rq->out);
    rq->status = 303;
    rs_header(rq, "Location", http_path_is_local(path) ? path : "/");
}

/* ---- errors ---- */

static const char *reason_phrase(int status) {
    const char *text = MHD_get_reason_phrase_for((unsigned)status);
    return text ? text : "Error";
}

/* What the field would take, for whoever reads the refusal; "" where its reason says it all. */
static const char *expected(struct request *rq) {
    const struct route *row = rq_route(rq);
    const char *reason = rq->fault.reason;
    if (strcmp(reason, "not_a_time") == 0)
        return " (it is written like 2026-03-16T09:00:00+07:00)";
    for (const struct param *p = row ? row->params : NULL; p && p->name; p++) {
        if (strcmp(p->name, rq->fault.name) != 0)
            continue;
        if (strcmp(reason, "not_a_word") == 0)
            return arena_printf(rq->arena, " (it is one of: %s)", p->of);
        if (strcmp(reason, "not_a_reference") == 0)
            return arena_printf(rq->arena, " (it begins with %s_)", p->of);
        if (strcmp(reason, "out_of_range") == 0)
            return arena_printf(rq->arena, " (it is %lld to %lld)", (long long)p->min, (long long)p->max);
        if (strcmp(reason, "too_long") == 0)
            return arena_printf(rq->arena, " (it has %lld characters at most)", (long long)p->max);
    }
    return strcmp(reason, "unknown") == 0 && strncmp(rq->path, "/api/", 5) == 0
               ? " (GET /api/v1/openapi.json names the fields)"
               : "";
}

static const char *usual_detail(struct request *rq, enum rc rc) {
    if (rq->fault.name)
        return arena_printf(rq->arena, "The field \"%s\" was not accepted: %s%s.", rq->fault.name, rq->fault.reason,
                            expected(rq));
    switch (rc) {
    case RC_NONE: return "There is nothing here. It may have moved, or the address may be mistyped.";
    case RC_INVALID: return "What was sent could not be understood. Nothing was changed.";
    case RC_UNKNOWN_USER:
        return strncmp(rq->path, "/api/", 5) == 0
                   ? "No valid token came along. Send one as \"Authorization: Bearer TOKEN\"."
                   : "Please sign in.";
    case RC_DENIED: return "You may not do this. Nothing was changed.";
    case RC_CONFLICT: return "Somebody changed this in the meantime. Load it again and decide.";
    case RC_TOO_BIG: return "That is larger than we can take.";
    case RC_TOO_MANY: return "That was too often. Please wait a moment.";
    case RC_GONE: return "This is no longer here.";
    case RC_AWAY: return "A part of the service is away. Please try again in a moment.";
    case RC_FULL: return "There is no space left. Nothing was changed.";
    default: return "A fault of ours. It was written down.";
    }
}

static bool wants_problem(struct request *rq) {
    const struct route *row = rq_route(rq);
    if (row && (row->flags & ROUTE_JSON || row->permission >= PERM_API_READ))
        return true;
    /* A program does not become a person by mistyping an address. */
    if (!row && rq->path && strncmp(rq->path, "/api/", 5) == 0)
        return true;
    const char *accept = rq_header(rq, "Accept");
    return accept && !strstr(accept, "text/html") &&
           (strstr(accept, "application/json") || strstr(accept, "problem+json"));
}

static void write_problem(struct request *rq, enum rc rc, const char *detail) {
    rs_type(rq, "application/problem+json");
    struct jw j = jw_begin(&rq->out);
    jw_object(&j, NULL);
    jw_text(&j, "type", "about:blank");
    jw_text(&j, "title", reason_phrase(rq->status));
    jw_int(&j, "status", rq->status);
    jw_text(&j, "code", rc_name(rc));
    jw_text(&j, "detail", detail ? detail : usual_detail(rq, rc));
    if (rq->fault.name) {
        jw_text(&j, "param", rq->fault.name);
        jw_text(&j, "reason", rq->fault.reason);
    }
    jw_object_end(&j);
}

static void escape_html(struct buf *out, const char *s) {
    for (; *s; s++)
        switch (*s) {
        case '<': buf_lit(out, "&lt;"); break;
        case '>': buf_lit(out, "&gt;"); break;
        case '&': buf_lit(out, "&amp;"); break;
        case '"': buf_lit(out, "&quot;"); break;
        default: buf_char(out, *s);
        }
}

static void forget_answer(struct request *rq) {
    buf_reset(&rq->out);
    rq->type = NULL;
    rq->take = NULL;
    size_t kept = 0;
    for (size_t i = 0; i < rq->headers_n; i++)
        if (!strcmp(rq->headers[i].name, "Set-Cookie"))
            rq->headers[kept++] = rq->headers[i];
    rq->headers_n = kept;
}

/* Writes the error's body; status and headers are set. `said`: what may stand on a page. */
static void write_error(struct request *rq, enum rc rc, const char *detail, const char *said) {
    if (wants_problem(rq)) {
        write_problem(rq, rc, detail);
    } else if (rq->server->hooks.error_page) {
        rq->server->hooks.error_page(rq, rc, said);
    } else {
        buf_printf(&rq->out, "<!doctype html><html lang=en><title>%d</title><h1>%s</h1><p>", rq->status,
                   reason_phrase(rq->status));
        escape_html(&rq->out, detail ? detail : usual_detail(rq, rc));
    }
}

static void answer_error(struct request *rq, int status, enum rc rc, const char *detail, const char *said) {
    forget_answer(rq);
    rq->status = status;
    if (rc == RC_UNKNOWN_USER && wants_problem(rq))
        rs_header(rq, "WWW-Authenticate", "Bearer");
    if (rc == RC_TOO_MANY || rc == RC_AWAY)
        rs_header(rq, "Retry-After", rc == RC_AWAY ? "2" : "30");
    write_error(rq, rc, detail, said);
}

void answer_refuse(struct request *rq, int status, enum rc rc, const char *detail) {
    answer_error(rq, status, rc, detail, NULL);
}

void rs_error(struct request *rq, enum rc rc, const char *detail) {
    if (rc == RC_OK || rc == RC_DUPLICATE) /* not errors: a handler that says so has nothing to add */
        rs_status(rq, 200);
    else
        answer_error(rq, rc_http(rc), rc, detail, detail);
}

void rs_refuse(struct request *rq, enum rc rc, const char *param, const char *reason) {
    rq->fault = (struct param_fault){param, reason};
    rs_error(rq, rc, NULL);
}

/* ---- sending ---- */

static void put(struct MHD_Response *r, const char *name, const char *value) {
    if (value && MHD_add_response_header(r, name, value) != MHD_YES)
        log_error("the response header %s was not accepted", name);
}

static void put_standard(struct request *rq, struct MHD_Response *r) {
    const struct route *row = rq_route(rq);
    bool framed = row && row->flags & ROUTE_FRAMED;
    const char *cache = rq->who.agent_id || rq->cookies ? "no-store" : "no-cache";
    const struct out_header all[] = {
        {"Content-Type", rq->type ? rq->type : "text/html; charset=utf-8"},
        {"Content-Security-Policy", framed ? csp_framed : csp_alone},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "same-origin"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cache-Control", cache},
    };
    for (size_t i = rq->status == 204 || rq->status == 304 ? 1 : 0; i < sizeof all / sizeof *all; i++)
        if (!find_header(rq, all[i].name))
            put(r, all[i].name, all[i].value);
}

static void put_all(struct request *rq, struct MHD_Response *r) {
    put_standard(rq, r);
    for (size_t i = 0; i < rq->headers_n; i++)
        put(r, rq->headers[i].name, rq->headers[i].value);
    if (rq->close || atomic_load_explicit(&rq->server->stopping, memory_order_relaxed))
        put(r, "Connection", "close");
}

static enum MHD_Result queue(struct request *rq, int status, struct MHD_Response *r, size_t size) {
    rq->queued = true;
    atomic_store(&rq->conn->deadline, clock_mono() + rq->server->body_ms + (int64_t)size);
    return MHD_queue_response(rq->mhd, (unsigned)status, r);
}

/* The body stays where the handler wrote it: the request, and the buffer with it, lives until the last byte is
 * sent. */
enum MHD_Result answer_send(struct request *rq) {
    if (rq->take)
        return upgrade_send(rq);
    struct MHD_Response *r =
        MHD_create_response_from_buffer(rq->out.len, rq->out.len ? rq->out.at : "", MHD_RESPMEM_PERSISTENT);
    if (!r)
        return MHD_NO;
    put_all(rq, r);
    enum MHD_Result result = queue(rq, rq->status, r, rq->out.len);
    MHD_destroy_response(r);
    return result;
}

enum MHD_Result answer_bare(struct request *rq, int status, const char *why) {
    forget_answer(rq);
    rq->close = true;
    rq->status = status;
    rq->type = "text/plain; charset=utf-8";
    buf_printf(&rq->out, "%d %s: %s\n", status, reason_phrase(status), why);
    return answer_send(rq);
}

/* ---- assets: one response each, made at the first start and shared by all requests ---- */

struct served {
    const struct asset *asset;
    struct MHD_Response *plain, *gzip;
};

static const struct asset *asset_list;
static size_t asset_count;
static struct served *served;

void http_assets(const struct asset *list, size_t n) {
    asset_list = list;
    asset_count = n;
}

static struct MHD_Response *asset_response(const struct asset *a, struct bytes content, bool gzip) {
    struct MHD_Response *r =
        MHD_create_response_from_buffer(content.len, (void *)(uintptr_t)content.at, MHD_RESPMEM_PERSISTENT);
    if (!r)
        die("out of memory");
    put(r, "Content-Type", a->type);
    put(r, "Cache-Control", "public, max-age=31536000, immutable");
    put(r, "X-Content-Type-Options", "nosniff");
    put(r, "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    put(r, "Referrer-Policy", "same-origin");
    if (a->gzip.len)
        put(r, "Vary", "Accept-Encoding");
    if (gzip)
        put(r, "Content-Encoding", "gzip");
    return r;
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const struct served *)a)->asset->path, ((const struct served *)b)->asset->path);
}

void answer_assets_load(void) {
    served = calloc(asset_count + 1, sizeof *served);
    if (!served)
        die("out of memory");
    for (size_t i = 0; i < asset_count; i++) {
        const struct asset *a = &asset_list[i];
        served[i] = (struct served){a, asset_response(a, a->plain, false), NULL};
        if (a->gzip.len)
            served[i].gzip = asset_response(a, a->gzip, true);
    }
    qsort(served, asset_count, sizeof *served, by_path);
}

void answer_assets_free(void) {
    for (size_t i = 0; served && i < asset_count; i++) {
        MHD_destroy_response(served[i].plain);
        if (served[i].gzip)
            MHD_destroy_response(served[i].gzip);
    }
    free(served);
    served = NULL;
}

enum MHD_Result answer_asset(struct request *rq) {
    size_t low = 0, high = asset_count, len = strcspn(rq->path, "?");
    while (low < high) {
        size_t mid = (low + high) / 2;
        const char *path = served[mid].asset->path;
        int order = strncmp(path, rq->path, len);
        if (!order && path[len])
            order = 1;
        if (order == 0) {
            bool gzip = served[mid].gzip && http_gzip(rq_header(rq, "Accept-Encoding"));
            size_t size = gzip ? served[mid].asset->gzip.len : served[mid].asset->plain.len;
            rq->status = 200;
            return queue(rq, 200, gzip ? served[mid].gzip : served[mid].plain, size);
        }
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    answer_refuse(rq, 404, RC_NONE, NULL);
    return answer_send(rq);
}
