/* What a handler can ask of its request. */
#include "base/log.h"
#include "base/utf8.h"
#include "web/http_private.h"

#include <strings.h>

struct arena *rq_arena(struct request *rq) {
    return rq->arena;
}
void *rq_app(struct request *rq) { return rq->server->hooks.app; }
const struct identity *rq_who(struct request *rq) { return &rq->who; }
const struct route *rq_route(struct request *rq) { return rq->match.entry ? rq->match.entry->row : NULL; }
int64_t rq_now(struct request *rq) { return rq->now; }
const char *rq_path(struct request *rq) { return rq->path; }
const struct param_fault *rq_fault(struct request *rq) { return rq->fault.name ? &rq->fault : NULL; }

static const struct slot *slot(struct request *rq, const char *name) {
    static const struct slot empty;
    const struct route_entry *e = rq->match.entry;
    for (size_t i = 0; e && i < e->params_n; i++)
        if (!strcmp(e->row->params[i].name, name))
            return rq->slots ? &rq->slots[i] : &empty;
    die("the handler of %s asks for the parameter %s, which its row does not declare", e ? e->row->path : "?",
        name);
}

const char *rq_text(struct request *rq, const char *name) {
    const struct slot *s = slot(rq, name);
    return s->has && s->values ? s->values[0] : NULL;
}

int64_t rq_int(struct request *rq, const char *name, int64_t otherwise) {
    const struct slot *s = slot(rq, name);
    return s->has ? s->number : otherwise;
}

bool rq_flag(struct request *rq, const char *name) { return slot(rq, name)->flag; }
bool rq_has(struct request *rq, const char *name) { return slot(rq, name)->has; }

size_t rq_many(struct request *rq, const char *name, const char *const **values) {
    const struct slot *s = slot(rq, name);
    *values = s->values;
    return s->values ? s->n : 0;
}

const struct upload *rq_files(struct request *rq, const char *name, size_t *n) {
    const struct slot *s = slot(rq, name);
    *n = s->files ? s->n : 0;
    return s->files;
}

struct bytes rq_raw(struct request *rq) {
    return buf_bytes(&rq->body);
}

const char *rq_header(struct request *rq, const char *name) { return http_line(&rq->head, name); }

const char *rq_cookie(struct request *rq, const char *name) {
    size_t want = strlen(name);
    for (size_t i = 0; i < rq->head.n; i++) {
        const struct header_line *l = &rq->head.lines[i];
        if (l->name_len != 6 || strncasecmp(l->name, "Cookie", 6))
            continue;
        for (const char *s = l->value; *s;) {
            s += strspn(s, "; ");
            size_t n = strcspn(s, ";");
            if (n > want && !memcmp(s, name, want) && s[want] == '=') {
                const char *v = s + want + 1;
                size_t len = n - want - 1;
                if (len >= 2 && *v == '"' && v[len - 1] == '"') {
                    v++;
                    len -= 2;
                }
                return arena_copy_n(rq->arena, v, len);
            }
            s += n;
        }
    }
    return NULL;
}

const char *rq_lang(struct request *rq) {
    const char *lang = rq->who.lang ? http_lang(rq->who.lang) : NULL;
    if (!lang) {
        const char *cookie = rq_cookie(rq, "lang");
        lang = cookie ? http_lang(cookie) : NULL;
    }
    if (!lang)
        lang = http_lang(rq_header(rq, "Accept-Language"));
    return lang ? lang : "en";
}

static bool behind_proxy(struct request *rq) {
    return rq->server->has_proxy && !memcmp(rq->conn->address, rq->server->proxy, 16);
}

/* The proxy appends the address that it saw itself: only the last element of the last line is its word. */
const char *rq_address(struct request *rq) {
    if (rq->address)
        return rq->address;
    rq->address = rq->conn->text;
    const char *last = NULL;
    if (behind_proxy(rq))
        for (size_t i = 0; i < rq->head.n; i++)
            if (!strcasecmp(rq->head.lines[i].name, "X-Forwarded-For"))
                last = rq->head.lines[i].value;
    if (last) {
        const char *comma = strrchr(last, ',');
        const char *hop = comma ? comma + 1 : last;
        hop += strspn(hop, " \t");
        char *copy = arena_copy_n(rq->arena, hop, strcspn(hop, " \t"));
        uint8_t key[16];
        if (address_parse(copy, key))
            rq->address = copy;
    }
    return rq->address;
}

const char *rq_origin(struct request *rq) {
    if (rq->origin)
        return rq->origin;
    if (rq->server->o.origin)
        return rq->origin = rq->server->o.origin;
    const char *proto = behind_proxy(rq) ? rq_header(rq, "X-Forwarded-Proto") : NULL, *host = rq_header(rq, "Host");
    bool secure = proto && !strcasecmp(proto, "https");
    return rq->origin = arena_printf(rq->arena, "http%s://%s", secure ? "s" : "", host ? host : "localhost");
}

bool rq_fragment(struct request *rq) {
    const char *hx = rq_header(rq, "HX-Request");
    return hx && !strcmp(hx, "true");
}
