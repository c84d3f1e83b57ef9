/* The table of routes as a tree of path segments, built once. A literal segment wins over a parameter; a row
 * of the asked method wins over both, so that POST /c/{ref} answers for POST /c/new when only GET /c/new exists. */
#include "web/http_private.h"

#include <stdlib.h>

struct route_node {
    const char *text;             /* the literal segment; NULL for a parameter and the root */
    struct route_node **children; /* sorted by text */
    size_t children_n;
    struct route_node *param;
    struct route_entry *rows[HTTP_METHODS];
};

static const char *const method_names[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

const char *http_method_name(enum http_method method) { return method_names[method]; }

static size_t place_of(const struct route_node *n, const char *text, bool *found) {
    size_t low = 0, high = n->children_n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        int order = strcmp(n->children[mid]->text, text);
        if (!order) {
            *found = true;
            return mid;
        }
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    *found = false;
    return low;
}

static struct route_node *child(struct arena *a, struct route_node *n, const char *text) {
    bool found;
    size_t at = place_of(n, text, &found);
    if (found)
        return n->children[at];
    struct route_node **grown = arena_array(a, n->children_n + 1, sizeof *grown);
    for (size_t i = 0; i < n->children_n; i++)
        grown[i < at ? i : i + 1] = n->children[i];
    grown[at] = ARENA_NEW(a, struct route_node);
    grown[at]->text = text;
    n->children = grown;
    n->children_n++;
    return grown[at];
}

static int param_index(const struct route *row, const char *name) {
    for (int i = 0; row->params && row->params[i].name; i++)
        if (!strcmp(row->params[i].name, name))
            return i;
    return -1;
}

/* What would otherwise show only when the request comes. */
static const char *row_fault(const struct route *row) {
    if (!row->handler)
        return "has no handler";
    if (row->path[0] != '/')
        return "does not begin with a slash";
    if (row->method < 0 || row->method >= HTTP_METHODS)
        return "has no known method";
    if ((row->flags & ROUTE_RAW) && (row->method == HTTP_GET || row->method == HTTP_DELETE))
        return "takes a raw body, but the method has none";
    for (const struct param *p = row->params; p && p->name; p++) {
        bool text = p->kind == PARAM_TEXT || p->kind == PARAM_LINES || p->kind == PARAM_SECRET;
        if (text && p->max <= 0)
            return "has a text parameter without max";
        if ((p->kind == PARAM_REF || p->kind == PARAM_WORD) && !p->of)
            return "has a reference or word parameter without of";
        if (p->nullable && p->kind == PARAM_FLAG)
            return "has a flag that may be null";
        if (p->kind == PARAM_FILE && !(row->flags & ROUTE_UPLOAD))
            return "has a file parameter without ROUTE_UPLOAD";
    }
    return NULL;
}

static enum rc add_row(struct arena *a, struct router *r, const struct route *row, const char **why) {
    const char *fault = row_fault(row);
    struct route_entry *e = ARENA_NEW(a, struct route_entry);
    e->row = row;
    while (row->params && row->params[e->params_n].name)
        e->params_n++;
    uint8_t *place = arena_alloc(a, e->params_n + 1);
    bool in_query = row->method == HTTP_GET || row->method == HTTP_DELETE;
    for (size_t i = 0; i < e->params_n; i++)
        place[i] = in_query || row->params[i].in_query ? FIELD_QUERY : FIELD_BODY;
    e->place = place;

    struct route_node *n = r->root;
    char *rest = fault ? NULL : arena_copy(a, row->path + 1), *segment;
    for (size_t i = 0; rest && *rest && !fault; i++) {
        segment = strsep(&rest, "/");
        size_t len = strlen(segment);
        if (i == HTTP_SEGMENTS_MAX) {
            fault = "has too many segments";
        } else if (segment[0] != '{') {
            n = child(a, n, segment);
        } else {
            segment[len - 1] = 0;
            int p = param_index(row, segment + 1);
            if (p < 0 || row->params[p].kind == PARAM_FILE) {
                fault = "has a path parameter that is not declared";
                break;
            }
            place[p] = FIELD_PATH;
            e->path[e->path_n++] = (struct route_path_param){(uint8_t)i, (uint8_t)p};
            if (!n->param)
                n->param = ARENA_NEW(a, struct route_node);
            n = n->param;
        }
    }
    if (!fault && n->rows[row->method])
        fault = "is there twice";
    if (fault) {
        *why = arena_printf(a, "the route %s %s %s", row->method < HTTP_METHODS ? method_names[row->method] : "?",
                            row->path, fault);
        return RC_INVALID;
    }
    n->rows[row->method] = e;
    return RC_OK;
}

enum rc router_build(struct arena *a, const struct route *rows, struct router *out, const char **why) {
    out->root = ARENA_NEW(a, struct route_node);
    for (const struct route *row = rows; row && row->path; row++) {
        enum rc rc = add_row(a, out, row, why);
        if (rc)
            return rc;
    }
    return RC_OK;
}

static const struct route_entry *find(const struct route_node *n, const struct route_match *m, size_t i,
                                      enum http_method method, unsigned *allow) {
    if (i == m->segments_n) {
        for (unsigned k = 0; k < HTTP_METHODS; k++)
            if (n->rows[k])
                *allow |= 1u << k;
        return n->rows[method];
    }
    bool found;
    size_t at = place_of(n, (const char *)m->segments[i].at, &found);
    const struct route_entry *e = found ? find(n->children[at], m, i + 1, method, allow) : NULL;
    if (!e && n->param && m->segments[i].len)
        e = find(n->param, m, i + 1, method, allow);
    return e;
}

enum rc router_find(const struct router *r, struct arena *a, enum http_method method, struct bytes path,
                    struct route_match *out) {
    out->entry = NULL;
    out->allow = 0;
    out->segments_n = 0;
    const uint8_t *at = path.at + 1, *end = path.at + path.len;
    while (at < end) {
        const uint8_t *stop = memchr(at, '/', (size_t)(end - at));
        if (!stop)
            stop = end;
        if (out->segments_n == HTTP_SEGMENTS_MAX)
            return RC_OK; /* no row is that deep */
        struct bytes *segment = &out->segments[out->segments_n++];
        if (percent_decode(a, (struct bytes){at, (size_t)(stop - at)}, false, segment))
            return RC_INVALID;
        if (segment->len && memchr(segment->at, 0, segment->len))
            return RC_INVALID;
        at = stop + 1;
        if (at == end) /* a slash at the end: an empty segment, which no row has */
            return RC_OK;
    }
    out->entry = find(r->root, out, 0, method, &out->allow);
    return RC_OK;
}

const char *router_allow(struct arena *a, unsigned allow) {
    const char *list = "";
    for (unsigned k = 0; k < HTTP_METHODS; k++)
        if (allow & 1u << k)
            list = arena_printf(a, "%s%s%s%s", list, *list ? ", " : "", method_names[k],
                                k == HTTP_GET ? ", HEAD" : "");
    return list;
}
