/* A server with one route of each kind, for http.test.mjs: prints its port, serves until stdin ends.
 *     http_probe [header_ms=N] [body_ms=N] [idle_ms=N] [per_address=N] [workers=N] [queue=N] [origin=O] [proxy=A]
 * Who is who: the cookie s=agent, lead or admin; a bearer token read or write; visitors by the cookie v=1. */
#include "base/json.h"
#include "base/log.h"
#include "base/secret.h"
#include "web/asset.h"
#include "web/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void hello(struct request *rq) { buf_printf(rs_body(rq), "hello, %s", rq_lang(rq)); }

static void echo(struct request *rq) {
    const char *const *tags;
    size_t n = rq_many(rq, "tag", &tags);
    rs_type(rq, "application/json");
    struct jw j = jw_begin(rs_body(rq));
    jw_object(&j, NULL);
    jw_text(&j, "text", rq_text(rq, "text"));
    jw_int(&j, "n", rq_int(rq, "n", -1));
    jw_bool(&j, "flag", rq_flag(rq, "flag"));
    jw_text(&j, "word", rq_text(rq, "word"));
    jw_array(&j, "tag");
    for (size_t i = 0; i < n; i++)
        jw_text(&j, NULL, tags[i]);
    jw_array_end(&j);
    jw_text(&j, "address", rq_address(rq));
    jw_text(&j, "origin", rq_origin(rq));
    jw_object_end(&j);
}

static void by_ref(struct request *rq) { buf_printf(rs_body(rq), "ref %s", rq_text(rq, "ref")); }
static void fresh(struct request *rq) { buf_lit(rs_body(rq), "new"); }

static void upload(struct request *rq) {
    size_t n;
    const struct upload *files = rq_files(rq, "file", &n);
    struct jw j = jw_begin(rs_body(rq));
    rs_type(rq, "application/json");
    jw_array(&j, NULL);
    for (size_t i = 0; i < n; i++) {
        uint8_t digest[SHA256_SIZE];
        sha256(files[i].bytes, digest);
        jw_object(&j, NULL);
        jw_text(&j, "name", files[i].name);
        jw_text(&j, "type", files[i].type_claimed);
        jw_int(&j, "size", (int64_t)files[i].bytes.len);
        jw_text(&j, "sha256", hex(rq_arena(rq), (struct bytes){digest, sizeof digest}));
        jw_object_end(&j);
    }
    jw_array_end(&j);
}

static void slow(struct request *rq) {
    int64_t ms = rq_int(rq, "ms", 100);
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
    buf_lit(rs_body(rq), "slept");
}

static void raw(struct request *rq) {
    struct bytes b = rq_raw(rq);
    rs_type(rq, "application/octet-stream");
    buf_add(rs_body(rq), b.at, b.len);
}

static void redirect(struct request *rq) {
    rs_cookie(rq, "s", "agent", 3600);
    rs_header(rq, "X-Odd", "one\r\nSet-Cookie: forged=1");
    rs_redirect(rq, rq_text(rq, "next"));
}

static void big(struct request *rq) {
    int64_t n = rq_int(rq, "n", 0);
    memset(buf_reserve(rs_body(rq), (size_t)n), 'x', (size_t)n);
    rs_body(rq)->len = (size_t)n;
}

static void gone(struct request *rq) { rs_error(rq, RC_GONE, "This link has expired; ask for a new one."); }

static void take(void *app, int fd, struct bytes extra, void *arg) {
    (void)app;
    char line[256];
    int n = snprintf(line, sizeof line, "taken %s %.*s", (const char *)arg, (int)extra.len, (const char *)extra.at);
    if (write(fd, line, (size_t)n) < 0)
        log_error("the probe could not write");
    close(fd);
}

static void live(struct request *rq) { rs_upgrade(rq, take, arena_copy(rq_arena(rq), "topic")); }

static const struct param echo_params[] = {
    {"text", PARAM_TEXT, .max = 40},         {"n", PARAM_INT, .min = 0, .max = 100},       {"flag", PARAM_FLAG},
    {"word", PARAM_WORD, .of = "red green"}, {"tag", PARAM_TEXT, .max = 10, .many = true}, {0},
};
static const struct param note_params[] = {
    {"text", PARAM_LINES, .max = 100000, .required = true},
    {"n", PARAM_INT},
    {"flag", PARAM_FLAG},
    {"word", PARAM_WORD, .of = "red green"},
    {"tag", PARAM_TEXT, .max = 10, .many = true},
    {0},
};
static const struct param ref_params[] = {{"ref", PARAM_REF, .of = "con"}, {0}};
static const struct param file_params[] = {
    {"file", PARAM_FILE, .many = true}, {"title", PARAM_TEXT, .max = 50}, {0}};
static const struct param slow_params[] = {{"ms", PARAM_INT, .min = 0, .max = 5000}, {0}};
static const struct param next_params[] = {{"next", PARAM_TEXT, .max = 200}, {0}};
static const struct param big_params[] = {{"n", PARAM_INT, .min = 0, .max = 50000000}, {0}};

static const struct route routes[] = {
    {HTTP_GET, "/hello", PERM_ANYONE, hello},
    {HTTP_GET, "/echo", PERM_ANYONE, echo, echo_params, ROUTE_JSON},
    {HTTP_POST, "/note", PERM_ANYONE, echo, note_params},
    {HTTP_PATCH, "/note", PERM_ANYONE, echo, note_params},
    {HTTP_GET, "/c/new", PERM_ANYONE, fresh},
    {HTTP_GET, "/c/{ref}", PERM_ANYONE, by_ref, ref_params},
    {HTTP_POST, "/c/{ref}", PERM_ANYONE, by_ref, ref_params, ROUTE_NO_CSRF},
    {HTTP_DELETE, "/c/{ref}", PERM_ANYONE, by_ref, ref_params},
    {HTTP_POST, "/upload", PERM_ANYONE, upload, file_params, ROUTE_UPLOAD | ROUTE_NO_CSRF},
    {HTTP_GET, "/slow", PERM_ANYONE, slow, slow_params, ROUTE_SLOW},
    {HTTP_POST, "/raw", PERM_ANYONE, raw, NULL, ROUTE_RAW | ROUTE_NO_CSRF, .body_max = 2000000},
    {HTTP_GET, "/go", PERM_ANYONE, redirect, next_params},
    {HTTP_GET, "/big", PERM_ANYONE, big, big_params},
    {HTTP_GET, "/gone", PERM_ANYONE, gone},
    {HTTP_GET, "/framed", PERM_ANYONE, fresh, NULL, ROUTE_FRAMED},
    {HTTP_GET, "/agent", PERM_AGENT, fresh},
    {HTTP_GET, "/admin", PERM_ADMIN, fresh},
    {HTTP_GET, "/api/read", PERM_API_READ, fresh, NULL, ROUTE_JSON},
    {HTTP_POST, "/api/write", PERM_API_WRITE, fresh, NULL, ROUTE_JSON},
    {HTTP_POST, "/cross", PERM_ANYONE, fresh, NULL, ROUTE_CROSS | ROUTE_NO_CSRF | ROUTE_JSON},
    {HTTP_GET, "/live", PERM_ANYONE, live},
    {0},
};

static enum rc identify(struct request *rq, struct identity *who) {
    const char *s = rq_cookie(rq, "s"), *v = rq_cookie(rq, "v"), *bearer = rq_header(rq, "Authorization");
    if (s) {
        who->agent_id = 1;
        who->role = !strcmp(s, "admin") ? 3 : !strcmp(s, "lead") ? 2 : 1;
    } else if (bearer && !strncmp(bearer, "Bearer ", 7)) {
        who->agent_id = 1;
        who->by_token = true;
        who->role = 1;
        who->scopes = !strcmp(bearer + 7, "write") ? 3 : 1;
    }
    who->csrf = s || v ? "probe-csrf" : NULL;
    return RC_OK;
}

static bool allow_origin(struct request *rq, const char *origin) {
    (void)rq;
    return !strcmp(origin, "https://shop.example");
}

static const struct asset probe_assets[] = {
    {"/assets/app.1.js",
     "app.js",
     "text/javascript",
     {(const uint8_t *)"plain", 5},
     {(const uint8_t *)"gzipped", 7}},
    {"/assets/app.1.css", "app.css", "text/css", {(const uint8_t *)"style", 5}, {NULL, 0}},
};

int main(int argc, char **argv) {
    struct arena *a = arena_new(0);
    struct http_options o = {.listen = "127.0.0.1:0", .routes = routes, .threads = 2};
    for (int i = 1; i < argc; i++) {
        char *value = strchr(argv[i], '=');
        if (!value)
            die("not name=value: %s", argv[i]);
        *value++ = 0;
        static const char *const names[] = {"header_ms", "body_ms", "idle_ms", "per_address",
                                            "workers",   "queue",   "threads"};
        int *const places[] = {&o.header_ms, &o.body_ms, &o.idle_ms, &o.per_address,
                               &o.workers,   &o.queue,   &o.threads};
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            if (!strcmp(argv[i], names[k]))
                *places[k] = atoi(value);
        if (!strcmp(argv[i], "origin"))
            o.origin = value;
        if (!strcmp(argv[i], "proxy"))
            o.trusted_proxy = value;
    }
    struct http_hooks h = {.identify = identify, .allow_origin = allow_origin};
    struct http_server *s;
    const char *why;
    http_assets(probe_assets, sizeof probe_assets / sizeof *probe_assets);
    if (http_start(a, &o, &h, &s, &why))
        die("%s", why);
    printf("%d\n", http_port(s));
    fflush(stdout);
    char c;
    while (read(0, &c, 1) > 0)
        ;
    http_stop(s);
    arena_free(a);
}
