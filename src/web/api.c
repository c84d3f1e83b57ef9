/* api.c: reading, writing once, and lists in pages, for all nouns of the API (api.h). */
#include "web/api.h"

#include "desk/idempotency.h"
#include "web/page.h"
#include "web/upload.h"

#include <stdlib.h>
#include <string.h>

/* ---- one call ---- */

static struct api_call call_of(struct request *rq) {
    const struct identity *who = rq_who(rq);
    return (struct api_call){
        .rq = rq,
        .a = rq_arena(rq),
        .by = {ACTOR_TOKEN, who->agent_id},
        .agent_id = who->agent_id,
        .now = rq_now(rq),
    };
}

enum rc api_blame(struct api_call *c, enum rc rc, const char *param, const char *reason) {
    c->param = arena_copy(rq_arena(c->rq), param); /* what names it may live in the transaction's memory */
    c->reason = arena_copy(rq_arena(c->rq), reason);
    return rc == RC_NONE ? RC_INVALID : rc;
}

void api_put(struct api_call *c, const struct shape *s, const void *object) { shape_write(&c->j, NULL, s, object); }

static enum rc work_in(struct api_call *c, api_work *work) {
    buf_reset(rs_body(c->rq));
    c->j = jw_begin(rs_body(c->rq));
    c->param = c->reason = NULL;
    c->status = 0;
    enum rc rc = work(c);
    if (rc == RC_OK && !c->status)
        c->status = rs_body(c->rq)->len ? 200 : 204;
    return rc;
}

static void answer(struct api_call *c, enum rc rc) {
    if (rc != RC_OK && c->param)
        rs_refuse(c->rq, rc, c->param, c->reason);
    else if (rc != RC_OK)
        rs_error(c->rq, rc, NULL);
    else {
        rs_status(c->rq, c->status);
        rs_type(c->rq, "application/json");
    }
}

void api_read(struct request *rq, api_work *work) {
    struct api_call c = call_of(rq);
    c.v = view_open(web_store(rq));
    enum rc rc = work_in(&c, work);
    view_close(c.v);
    answer(&c, rc);
}

/* ---- writing once ---- */

struct writing {
    struct api_call call;
    api_work *work;
    struct idempotency key; /* key NULL: none was given */
    bool replayed;
};

/* Of the typed parameters, not of the bytes: the order of fields and the boundary of a multipart body are not the
 * request. */
static void hash_request(struct request *rq, uint8_t out[SHA256_SIZE]) {
    struct buf text = {0};
    const struct route *row = rq_route(rq);
    buf_printf(&text, "%s %s\n", http_method_name(row->method), row->path);
    for (const struct param *p = row->params; p && p->name; p++) {
        const char *const *values;
        size_t values_n = p->kind == PARAM_FILE ? 0 : rq_many(rq, p->name, &values), files_n = 0;
        const struct upload *files = p->kind == PARAM_FILE ? rq_files(rq, p->name, &files_n) : NULL;
        buf_printf(&text, "%s %d %d\n", p->name, rq_has(rq, p->name),
                   p->kind == PARAM_FLAG && rq_flag(rq, p->name));
        for (size_t i = 0; i < values_n; i++)
            buf_printf(&text, "%zu:%s\n", strlen(values[i]), values[i]);
        for (size_t i = 0; i < files_n; i++) {
            uint8_t hash[SHA256_SIZE];
            sha256(files[i].bytes, hash);
            buf_printf(&text, "%s %s\n", files[i].name ? files[i].name : "",
                       hex(rq_arena(rq), (struct bytes){hash, sizeof hash}));
        }
    }
    sha256(buf_bytes(&text), out);
    buf_free(&text);
}

static bool key_valid(const char *key) {
    size_t n = strlen(key);
    for (const char *p = key; *p; p++)
        if (*p < 0x21 || *p > 0x7e)
            return false;
    return n && n <= IDEMPOTENCY_KEY_MAX;
}

static enum rc do_write(struct tx *tx, void *arg) {
    struct writing *w = arg;
    struct api_call *c = &w->call;
    c->tx = tx;
    c->v = tx_view(tx);
    c->a = tx_arena(tx);
    enum rc rc = w->key.key ? idempotency_find(c->v, c->a, &w->key, c->now) : RC_NONE;
    w->replayed = rc == RC_OK;
    if (rc == RC_CONFLICT)
        return api_blame(c, RC_INVALID, "Idempotency-Key", "used_for_another_request");
    if (rc == RC_OK) {
        c->status = w->key.status;
        buf_reset(rs_body(c->rq));
        buf_str(rs_body(c->rq), w->key.answer);
    }
    if (rc != RC_NONE)
        return rc;
    rc = work_in(c, w->work);
    if (rc != RC_OK || !w->key.key)
        return rc;
    struct buf *body = rs_body(c->rq);
    w->key.status = c->status;
    w->key.answer = body->len ? arena_copy_n(c->a, body->at, body->len) : "";
    return idempotency_keep(tx, &w->key, c->now);
}

void api_write(struct request *rq, api_work *work) {
    struct writing w = {.call = call_of(rq), .work = work};
    w.key.key = rq_route(rq)->method == HTTP_POST ? rq_header(rq, "Idempotency-Key") : NULL;
    if (w.key.key && !key_valid(w.key.key)) {
        rs_refuse(rq, RC_INVALID, "Idempotency-Key", "malformed");
        return;
    }
    if (w.key.key) {
        w.key.token_id = rq_who(rq)->session_id;
        hash_request(rq, w.key.request);
    }
    enum rc rc = store_write(web_store(rq), do_write, &w);
    answer(&w.call, rc);
    if (rc == RC_OK && w.replayed)
        rs_header(rq, "Idempotency-Replayed", "true");
}

/* ---- lists ---- */

enum { LIMIT_USUAL = 50 };

static int limit_of(struct api_call *c) { return (int)rq_int(c->rq, "limit", LIMIT_USUAL); }

int api_list_room(struct api_call *c) { return limit_of(c) + 1; }

static void add_query(struct buf *out, char *before, const char *name, const char *value) {
    buf_char(out, *before);
    *before = '&';
    buf_str(out, name);
    buf_char(out, '=');
    html_url_part_str(out, value);
}

/* The same question with another cursor. */
static const char *next_link(struct api_call *c, const char *cursor) {
    const struct route *row = rq_route(c->rq);
    const char *path = rq_path(c->rq);
    struct buf out = {0};
    char before = '?';
    buf_str(&out, rq_origin(c->rq));
    buf_add(&out, path, strcspn(path, "?"));
    for (const struct param *p = row->params; p->name; p++) {
        const char *const *values;
        if (strcmp(http_param_place(row, p), "query") != 0 || strcmp(p->name, "cursor") == 0)
            continue;
        size_t n = rq_many(c->rq, p->name, &values);
        for (size_t i = 0; i < n; i++)
            add_query(&out, &before, p->name,
                      p->kind == PARAM_FLAG ? rq_flag(c->rq, p->name) ? "1" : "0" : values[i]);
    }
    add_query(&out, &before, "cursor", cursor);
    const char *link = arena_copy_n(c->a, out.at, out.len);
    buf_free(&out);
    return link;
}

void api_list_page(struct api_call *c, const struct shape *s, const void *items, int n, const char *cursor) {
    jw_object(&c->j, NULL);
    jw_array(&c->j, "data");
    for (int i = 0; i < n; i++)
        shape_write(&c->j, NULL, s, (const char *)items + (size_t)i * s->size);
    jw_array_end(&c->j);
    jw_object(&c->j, "meta");
    jw_text(&c->j, "next_cursor", cursor);
    jw_object_end(&c->j);
    jw_object(&c->j, "links");
    jw_text(&c->j, "next", cursor ? next_link(c, cursor) : NULL);
    jw_object_end(&c->j);
    jw_object_end(&c->j);
}

void api_list(struct api_call *c, const struct shape *s, const void *items, int n) {
    int shown = n > limit_of(c) ? limit_of(c) : n;
    const char *last = shown ? (const char *)items + (size_t)(shown - 1) * s->size : NULL;
    api_list_page(c, s, items, shown, shown < n ? *(const char *const *)last : NULL);
}

static int newer_first(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

enum rc api_list_of_all(struct api_call *c, const struct shape *s, void *rows, int n, size_t row_size,
                        enum rc (*show)(struct api_call *c, const void *row, void *out)) {
    char *shown = arena_array(c->a, (size_t)n + 1, s->size);
    const char *cursor = rq_text(c->rq, "cursor");
    int first = 0;
    enum rc rc = RC_OK;
    if (n)
        qsort(rows, (size_t)n, row_size, newer_first);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        char *item = shown + (size_t)i * s->size;
        rc = show(c, (const char *)rows + (size_t)i * row_size, item);
        if (rc == RC_OK && cursor && strcmp(*(const char *const *)item, cursor) == 0)
            first = i + 1;
    }
    if (rc != RC_OK)
        return rc;
    if (cursor && !first)
        return api_blame(c, RC_INVALID, "cursor", "not_found");
    api_list(c, s, shown + (size_t)first * s->size, n - first);
    return RC_OK;
}

/* ---- what is looked up by more than one noun ---- */

enum rc api_agent_param(struct api_call *c, const char *name, int64_t *id) {
    const char *ref = rq_text(c->rq, name);
    struct agent agent;
    *id = c->agent_id;
    if (ref && strcmp(ref, "me") == 0)
        return RC_OK;
    enum rc rc = ref ? agent_by_ref(c->v, c->a, ref, &agent) : RC_NONE;
    if (rc == RC_NONE || (rc == RC_OK && !agent_takes_work(&agent) && c->tx))
        return api_blame(c, RC_INVALID, name,
                         rc == RC_NONE       ? "not_found"
                         : agent.disabled_at ? "disabled"
                                             : "reader");
    *id = rc == RC_OK ? agent.id : 0;
    return rc;
}

enum rc api_team_param(struct api_call *c, const char *name, int64_t *id) {
    struct team team = {0};
    enum rc rc = team_by_ref(c->v, c->a, rq_text(c->rq, name), &team);
    *id = team.id;
    return rc == RC_NONE ? api_blame(c, rc, name, "not_found") : rc;
}

enum rc api_inbox_param(struct api_call *c, const char *name, int64_t *id) {
    struct inbox inbox = {0};
    enum rc rc = inbox_by_ref(c->v, c->a, rq_text(c->rq, name), &inbox);
    *id = inbox.id;
    return rc == RC_NONE ? api_blame(c, rc, name, "not_found") : rc;
}

void api_files(struct api_call *c, struct attachment **out, int *n) { upload_attachments(c->rq, "files", out, n); }
