/* The table of routes as text, for `kept routes` and for tests that are made of it. */
#include "base/json.h"
#include "web/http_private.h"

static const char *const permissions[] = {"anyone", "reader",   "agent",     "lead",       "admin",
                                          "reveal", "api_read", "api_write", "api_privacy"};
static const char *const kinds[PARAM_KINDS] = {"text", "lines", "secret", "int", "flag",
                                               "ref",  "word",  "file",   "time"};
static const char *const flags[] = {"slow",  "no_csrf", "json",    "upload", "framed",
                                    "cross", "raw",     "readers", "first"};

const char *http_permission_name(enum permission permission) { return permissions[permission]; }
const char *http_param_kind_name(enum param_kind kind) { return kinds[kind]; }

const char *http_param_place(const struct route *row, const struct param *p) {
    const char *name = strstr(row->path, p->name);
    size_t n = strlen(p->name);
    for (; name; name = strstr(name + 1, p->name))
        if (name > row->path && name[-1] == '{' && name[n] == '}')
            return "path";
    return p->in_query || row->method == HTTP_GET || row->method == HTTP_DELETE ? "query" : "body";
}

static void describe_param(struct jw *j, const struct route *row, const struct param *p) {
    jw_object(j, NULL);
    jw_text(j, "name", p->name);
    jw_text(j, "kind", kinds[p->kind]);
    jw_text(j, "in", http_param_place(row, p));
    if (p->min || p->max) {
        jw_int(j, "min", p->min);
        jw_int(j, "max", p->max);
    }
    if (p->of)
        jw_text(j, "of", p->of);
    jw_bool(j, "required", p->required);
    jw_bool(j, "many", p->many);
    jw_object_end(j);
}

static void describe_row(struct jw *j, const struct route *row) {
    bool upload = row->flags & ROUTE_UPLOAD;
    jw_object(j, NULL);
    jw_text(j, "method", http_method_name(row->method));
    jw_text(j, "path", row->path);
    jw_text(j, "permission", permissions[row->permission]);
    jw_array(j, "flags");
    for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++)
        if (row->flags & 1u << i)
            jw_text(j, NULL, flags[i]);
    jw_array_end(j);
    jw_int(j, "body_max", row->body_max ? row->body_max : upload ? HTTP_UPLOAD_MAX : HTTP_FORM_MAX);
    jw_array(j, "params");
    for (const struct param *p = row->params; p && p->name; p++)
        describe_param(j, row, p);
    jw_array_end(j);
    jw_text(j, "summary", row->summary);
    jw_object_end(j);
}

void http_describe(const struct route *rows, struct buf *out) {
    for (const struct route *row = rows; row->path; row++) {
        struct jw j = jw_begin(out);
        describe_row(&j, row);
        buf_char(out, '\n');
    }
}
