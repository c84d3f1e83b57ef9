/* http_private.h: what the files http*.c share. Nobody else includes it, but the tests and the fuzzer.
 * The upper half is pure (bytes in, verdict out); the lower half is one request on its way. */
#ifndef KEPT_WEB_HTTP_PRIVATE_H
#define KEPT_WEB_HTTP_PRIVATE_H

#include "web/asset.h"
#include "web/http.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <stdatomic.h>

/* ---- http_audit.c: the header, before anything believes it ---- */

struct header_line {
    const char *name, *value; /* NUL-terminated, but may hold a NUL inside */
    size_t name_len, value_len;
};

struct http_head {
    const char *method, *target, *version;
    const struct header_line *lines;
    size_t n;
};

/* 0, or the status to answer before the connection is closed: 400, 414, 431, 505. *why is static. */
int http_audit(const struct http_head *head, const char **why);
/* The value of the first line with that name, or NULL. */
const char *http_line(const struct http_head *head, const char *name);
/* Is `word` one of the comma-separated elements, in any case? */
bool http_list_has(const char *list, const char *word);
/* The best of en vi zh-Hans zh-Hant th for an Accept-Language or a tag; NULL when there is none. */
const char *http_lang(const char *accept);
/* Is gzip acceptable by this Accept-Encoding? */
bool http_gzip(const char *accept);
/* The host of "https://host:port", or NULL when it is not an origin. */
const char *http_origin_host(const char *origin);
/* A path of ours that a browser cannot read as another site's. */
bool http_path_is_local(const char *path);

/* ---- http_fields.c, http_multipart.c: bodies and queries to named values ---- */

enum field_kind {
    FIELD_TEXT,
    FIELD_NUMBER,
    FIELD_TRUE,
    FIELD_FALSE,
    FIELD_NULL
}; /* only JSON has more than text */
enum field_place { FIELD_QUERY, FIELD_BODY, FIELD_PATH };

struct field {
    const char *name; /* NUL-terminated, may hold a NUL inside: then it matches no row */
    size_t name_len;
    struct bytes value; /* NUL-terminated */
    enum field_kind kind;
    enum field_place place;
    bool in_array;
};

struct fields {
    struct arena *arena;
    struct field *at;
    size_t n, room;
};

enum rc fields_add(struct fields *f, struct field one); /* RC_TOO_BIG over HTTP_FIELDS_MAX */
/* Percent-decoding; a broken sequence is RC_INVALID. `plus`: '+' is a blank (forms, queries). */
enum rc percent_decode(struct arena *a, struct bytes in, bool plus, struct bytes *out);
enum rc fields_urlencoded(struct fields *f, struct bytes text, enum field_place place, const char **why);
/* A flat object of texts, integers, booleans, nulls and arrays of these. */
enum rc fields_json(struct fields *f, struct bytes text, const char **why);

struct multipart_file {
    struct upload upload;
    struct buf memory;
    int fd; /* -1: in memory */
    size_t size;
    void *map;
};

/* Incremental; strict: no preamble, CRLF lines, form-data parts only. */
struct multipart {
    struct fields *fields;
    const char *spool;
    bool files_allowed;
    struct buf pending; /* bytes not yet understood */
    struct buf value;   /* of the field under way */
    char delimiter[80]; /* CRLF, two dashes, boundary */
    size_t delimiter_len;
    enum { PART_FIRST, PART_HEADER, PART_DATA, PART_AFTER, PART_END } state;
    const char *name; /* of the part under way */
    size_t name_len;
    struct multipart_file *file; /* NULL: the part is a field, or a file input left empty */
    bool is_file;
    size_t text_size; /* of all fields together */
    struct multipart_file files[HTTP_FILES_MAX];
    size_t files_n;
    const char *why;
};

/* From the Content-Type; RC_INVALID without a usable boundary. */
enum rc multipart_begin(struct multipart *m, const char *content_type, struct fields *fields, const char *spool,
                        bool files_allowed);
enum rc multipart_feed(struct multipart *m, const char *p, size_t n); /* RC_INVALID, RC_TOO_BIG, RC_FULL; m->why */
enum rc multipart_end(struct multipart *m);                           /* maps the spool files */
void multipart_free(struct multipart *m);

/* ---- http_route.c: the table, and finding a row ---- */

struct route_path_param {
    uint8_t segment, param;
};

struct route_entry {
    const struct route *row;
    size_t params_n, path_n;
    struct route_path_param path[HTTP_SEGMENTS_MAX];
    const uint8_t *place; /* enum field_place of each parameter */
};

struct route_node;
struct router {
    struct route_node *root;
};

struct route_match {
    const struct route_entry *entry; /* NULL: none */
    unsigned allow;                  /* when none: bits 1 << method of rows with that path */
    struct bytes segments[HTTP_SEGMENTS_MAX];
    size_t segments_n;
};

enum rc router_build(struct arena *a, const struct route *rows, struct router *out, const char **why);
/* `path` without the query, still percent-encoded. RC_INVALID: broken encoding, NUL. */
enum rc router_find(const struct router *r, struct arena *a, enum http_method method, struct bytes path,
                    struct route_match *out);
const char *router_allow(struct arena *a, unsigned allow);

/* ---- http_params.c: named values to declared, validated ones ---- */

struct slot { /* one for each row of route.params */
    bool has, flag;
    int64_t number;
    size_t n;
    const char **values;
    struct upload *files;
};

/* RC_NONE: one is wrong, so there is no such path. */
enum rc params_bind_path(struct arena *a, const struct route_entry *e, const struct route_match *m,
                         struct slot *slots);
/* The others, into the same slots. RC_INVALID or RC_TOO_BIG: *fault says which. */
enum rc params_bind(struct arena *a, const struct route_entry *e, const struct fields *in,
                    const struct multipart_file *files, size_t files_n, struct slot *slots,
                    struct param_fault *fault);
/* One value by its row: the reason it is refused, or NULL. Fills text, number, flag; *absent when it counts as
 * none. */
const char *param_check(struct arena *a, const struct param *p, const struct field *f, const char **text,
                        int64_t *number, bool *flag, bool *absent);

/* ---- http_listen.c: the socket that is listened on, and the thread that takes connections from it ---- */

struct listener;
/* At "127.0.0.1:8080", "[::1]:8080", "localhost:0". RC_INVALID: no such address, RC_AWAY: it is taken; with *why.
 */
enum rc listener_open(struct arena *a, const char *where, struct listener **out, const char **why);
int listener_port(const struct listener *l);
/* From now on connections go to these in turn; the list stays the caller's. False: there is no thread; it is
 * stopped. */
bool listener_start(struct listener *l, struct MHD_Daemon *const *daemons, int n);
/* Takes no more, and closes the socket. */
void listener_stop(struct listener *l);

/* ---- http_reaper.c: connections, their deadlines and their number per address ---- */

struct conn {
    struct conn *next, **back;
    int fd;
    unsigned shard;
    bool counted, first_seen;
    uint8_t address[16];
    char text[INET6_ADDRSTRLEN];
    _Atomic int64_t deadline; /* clock_mono; 0: none */
    _Atomic bool busy;        /* between the request line and the last byte of the answer */
    struct request *rq;
};

struct reaper;
struct reaper *reaper_start(int tick_ms, int per_address, const uint8_t exempt[16], bool has_exempt);
void reaper_stop(struct reaper *r); /* ends the thread; the table may still be used */
void reaper_free(struct reaper *r);
/* Counts it too: between taking a connection and its first sign of life in another thread there may be hundreds
 * more. */
bool reaper_admits(struct reaper *r, const struct sockaddr *sa);
/* Of one that was admitted. */
struct conn *reaper_add(struct reaper *r, int fd, const struct sockaddr *sa, int64_t deadline);
void reaper_remove(struct reaper *r, struct conn *c);
bool reaper_any_busy(struct reaper *r);
/* IPv4 as ::ffff:a.b.c.d; false when it is neither. */
bool address_key(const struct sockaddr *sa, uint8_t key[16]);
bool address_parse(const char *text, uint8_t key[16]);

/* ---- http_worker.c ---- */

struct workers;
struct workers *workers_start(int threads, int queue, void (*run)(struct request *rq));
bool workers_put(struct workers *w, struct request *rq); /* false: the queue is full */
void workers_stop(struct workers *w);                    /* after all that is queued has run; from then on full */
void workers_free(struct workers *w);

/* ---- one request ---- */

struct out_header {
    const char *name, *value;
};

enum body_kind { BODY_NONE, BODY_FORM, BODY_MULTIPART, BODY_JSON, BODY_RAW };

struct request {
    struct request *next; /* in the thread's free list */
    struct http_server *server;
    struct conn *conn;
    struct MHD_Connection *mhd;
    struct arena *arena;

    struct http_head head;
    const char *path; /* target, at most HTTP_URL_MAX + 1 bytes of it */
    enum http_method method;
    int64_t now, started; /* wall; mono */
    struct route_match match;
    struct identity who;
    struct fields fields;
    struct slot *slots;
    struct param_fault fault;
    const char *origin, *address;

    enum body_kind body_kind;
    int64_t announced; /* -1: chunked */
    int64_t received, body_max;
    struct buf body;
    struct multipart *multipart;

    struct buf out;
    int status;
    const char *type;
    struct out_header *headers;
    size_t headers_n, headers_room;
    bool cookies;

    bool begun, refused, ready, queued, close;
    void (*take)(void *app, int fd, struct bytes extra_in, void *arg);
    void *take_arg;
};

struct http_server {
    struct http_options o;
    struct http_hooks hooks;
    struct router router;
    struct MHD_Daemon **daemons; /* one a thread */
    int daemons_n;
    struct reaper *reaper;
    struct workers *workers;
    struct listener *listener;
    uint8_t proxy[16];
    bool has_proxy;
    atomic_bool stopping;
    int64_t header_ms, body_ms, idle_ms;
};

/* http_answer.c */
/* Refuses with a status that no enum rc has (405, 414, 415, 426); the page and the code are those of `rc`. */
void answer_refuse(struct request *rq, int status, enum rc rc, const char *detail);
enum MHD_Result answer_send(struct request *rq);
/* Without hooks, identity or route: for what failed the audit. Closes. */
enum MHD_Result answer_bare(struct request *rq, int status, const char *why);
/* A path under /assets/: the asset, or 404. */
enum MHD_Result answer_asset(struct request *rq);
void answer_assets_load(void);
void answer_assets_free(void);

/* http_access.c: false: the refusal is written */
bool access_origin(struct request *rq);
bool access_permission(struct request *rq);
bool access_csrf(struct request *rq);
void access_preflight(struct request *rq);
bool access_same_origin(struct request *rq, const char *origin);
void access_allow_header(struct request *rq);

/* http_upgrade.c */
enum MHD_Result upgrade_send(struct request *rq);

#endif
