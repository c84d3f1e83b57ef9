/* api_openapi.c: GET /api/v1/openapi.json: OpenAPI 3.1, made of the route table and of the tables of shapes, so
 * that it cannot say anything else than what is served. */
#include "web/api.h"
#include "web/app.h"

#include <string.h>

static const char base_path[] = "/api/v1/";

/* ---- problems: written by http_answer.c, described here ---- */

struct problem {
    const char *type, *title, *code, *detail, *param, *reason;
    int64_t status;
};

/* What every problem has. `param` and `reason` come with those that blame a parameter. */
static const struct shape_field problem_fields[] = {
    {"type", SHAPE_TEXT, offsetof(struct problem, type)},
    {"title", SHAPE_TEXT, offsetof(struct problem, title), "The status in words."},
    {"status", SHAPE_INT, offsetof(struct problem, status)},
    {"code", SHAPE_TEXT, offsetof(struct problem, code),
     "Short and stable: invalid, not_found, forbidden, conflict …"},
    {"detail", SHAPE_TEXT, offsetof(struct problem, detail), "What happened, and what to do, for people."},
    {0},
};
const struct shape shape_problem = {"Problem", "What went wrong (RFC 9457).", problem_fields,
                                    sizeof(struct problem)};

static void problem_schemas(struct jw *j) {
    shape_schema(j, shape_problem.name, &shape_problem);
    jw_object(j, "ParameterProblem");
    jw_text(j, "type", "object");
    jw_text(j, "description", "What went wrong with one parameter.");
    jw_array(j, "required");
    for (const struct shape_field *f = problem_fields; f->name; f++)
        jw_text(j, NULL, f->name);
    jw_array_end(j);
    jw_object(j, "properties");
    for (const struct shape_field *f = problem_fields; f->name; f++) {
        jw_object(j, f->name);
        jw_text(j, "type", f->kind == SHAPE_INT ? "integer" : "string");
        jw_object_end(j);
    }
    static const char *const extra[] = {"param", "reason"};
    static const char *const about[] = {"The parameter or header to blame.", "The rule that it breaks, as a word."};
    for (int i = 0; i < 2; i++) {
        jw_object(j, extra[i]);
        jw_text(j, "type", "string");
        jw_text(j, "description", about[i]);
        jw_object_end(j);
    }
    jw_object_end(j);
    jw_bool(j, "additionalProperties", false);
    jw_object_end(j);
}

/* ---- parameters ---- */

static const char *type_of_param(enum param_kind kind) {
    return kind == PARAM_INT ? "integer" : kind == PARAM_FLAG ? "boolean" : "string";
}

static void rule(struct jw *j, struct arena *a, const struct param *p) {
    if (p->nullable) {
        jw_array(j, "type");
        jw_text(j, NULL, type_of_param(p->kind));
        jw_text(j, NULL, "null");
        jw_array_end(j);
    } else {
        jw_text(j, "type", type_of_param(p->kind));
    }
    switch (p->kind) {
    case PARAM_TEXT:
    case PARAM_LINES:
    case PARAM_SECRET:
        if (p->min || p->required)
            jw_int(j, "minLength", p->min ? p->min : 1);
        jw_int(j, "maxLength", p->max);
        break;
    case PARAM_INT:
        if (p->min || p->max) {
            jw_int(j, "minimum", p->min);
            jw_int(j, "maximum", p->max);
        }
        break;
    case PARAM_REF: jw_text(j, "pattern", arena_printf(a, "^%s_[a-z2-7]{16}$", p->of)); break;
    case PARAM_WORD: shape_words(j, p->of, p->nullable); break;
    case PARAM_TIME: jw_text(j, "format", "date-time"); break;
    case PARAM_FILE: jw_text(j, "format", "binary"); break;
    default: break;
    }
}

static void rule_or_list(struct jw *j, struct arena *a, const char *key, const struct param *p, bool about) {
    jw_object(j, key);
    if (p->many) {
        jw_text(j, "type", "array");
        jw_object(j, "items");
        rule(j, a, p);
        jw_object_end(j);
    } else {
        rule(j, a, p);
    }
    if (about && p->about)
        jw_text(j, "description", p->about);
    jw_object_end(j);
}

/* In a path the word before names what is meant; in a query a parameter without words of its own is a filter. */
static const char *about_parameter(struct arena *a, const struct route *row, const struct param *p, bool in_path) {
    if (p->about)
        return p->about;
    if (!in_path)
        return arena_printf(a, "Only those of this %s.", p->name);
    const char *end = strstr(row->path, arena_printf(a, "/{%s}", p->name)), *noun = end;
    while (noun[-1] != '/')
        noun--;
    return arena_printf(a, "The reference of one of the %.*s.", (int)(end - noun), noun);
}

static void parameters(struct jw *j, struct arena *a, const struct route *row) {
    jw_array(j, "parameters");
    for (const struct param *p = row->params; p && p->name; p++) {
        const char *place = http_param_place(row, p);
        if (strcmp(place, "body") == 0)
            continue;
        jw_object(j, NULL);
        jw_text(j, "name", p->name);
        jw_text(j, "in", place);
        bool in_path = strcmp(place, "path") == 0;
        jw_bool(j, "required", p->required || in_path);
        jw_text(j, "description", about_parameter(a, row, p, in_path));
        rule_or_list(j, a, "schema", p, false);
        jw_object_end(j);
    }
    if (row->method == HTTP_POST) {
        jw_object(j, NULL);
        jw_text(j, "$ref", "#/components/parameters/IdempotencyKey");
        jw_object_end(j);
    }
    jw_array_end(j);
}

static void body_schema(struct jw *j, struct arena *a, const struct route *row, const char *type, bool files) {
    jw_object(j, type);
    jw_object(j, "schema");
    jw_text(j, "type", "object");
    jw_bool(j, "additionalProperties", false);
    jw_array(j, "required");
    for (const struct param *p = row->params; p->name; p++)
        if (p->required && strcmp(http_param_place(row, p), "body") == 0)
            jw_text(j, NULL, p->name);
    jw_array_end(j);
    jw_object(j, "properties");
    for (const struct param *p = row->params; p->name; p++)
        if (strcmp(http_param_place(row, p), "body") == 0 && (files || p->kind != PARAM_FILE))
            rule_or_list(j, a, p->name, p, true);
    jw_object_end(j);
    jw_object_end(j);
    jw_object_end(j);
}

static void request_body(struct jw *j, struct arena *a, const struct route *row) {
    bool any = false, required = false;
    for (const struct param *p = row->params; p && p->name; p++)
        if (strcmp(http_param_place(row, p), "body") == 0) {
            any = true;
            required |= p->required;
        }
    if (!any)
        return;
    jw_object(j, "requestBody");
    jw_bool(j, "required", required);
    jw_object(j, "content");
    body_schema(j, a, row, "application/json", false);
    if (row->flags & ROUTE_UPLOAD)
        body_schema(j, a, row, "multipart/form-data", true);
    jw_object_end(j);
    jw_object_end(j);
}

/* ---- answers ---- */

static void ref_schema(struct jw *j, struct arena *a, const char *key, const char *name) {
    jw_object(j, key);
    jw_text(j, "$ref", arena_printf(a, "#/components/schemas/%s", name));
    jw_object_end(j);
}

static void success(struct jw *j, struct arena *a, const struct api_answer *x) {
    jw_object(j, arena_printf(a, "%d", x->status));
    jw_text(j, "description",
            x->list    ? "A page of the list."
            : x->file  ? "The file's bytes."
            : x->shape ? x->shape->about
                       : "Done.");
    if (x->shape || x->file) {
        jw_object(j, "content");
        jw_object(j, x->file ? "application/octet-stream" : "application/json");
        if (x->file) {
            jw_object(j, "schema");
            jw_text(j, "type", "string");
            jw_text(j, "format", "binary");
            jw_object_end(j);
        } else {
            ref_schema(j, a, "schema", x->list ? arena_printf(a, "%sList", x->shape->name) : x->shape->name);
        }
        jw_object_end(j);
        jw_object_end(j);
    }
    jw_object_end(j);
}

static void refusal(struct jw *j, const char *status, const char *name) {
    char ref[64] = "#/components/responses/";
    jw_object(j, status);
    jw_text(j, "$ref", strcat(ref, name));
    jw_object_end(j);
}

static void responses(struct jw *j, struct arena *a, const struct route *row) {
    jw_object(j, "responses");
    success(j, a, row->answer);
    refusal(j, "401", "Unauthenticated");
    refusal(j, "403", "Forbidden");
    if (strchr(row->path, '{'))
        refusal(j, "404", "NotFound");
    if (row->method != HTTP_GET)
        refusal(j, "409", "Conflict");
    refusal(j, "422", "Invalid");
    refusal(j, "429", "TooMany");
    refusal(j, "default", "Other");
    jw_object_end(j);
}

static const struct {
    const char *name, *about, *schema;
} refusals[] = {
    {"Unauthenticated", "No token, or one that is not valid (any more).", "Problem"},
    {"Forbidden", "The token has not the scope, or its agent not the role.", "Problem"},
    {"NotFound", "There is no such thing.", "Problem"},
    {"Conflict", "It has changed, or is taken.", "ParameterProblem"},
    {"Invalid", "A parameter breaks its rule.", "ParameterProblem"},
    {"TooMany", "Too many requests in a minute; Retry-After says when.", "Problem"},
    {"Other", "Something else: 400, 410, 413, 415, 500, 503.", "ParameterProblem"},
};

/* ---- one row ---- */

/* "get_conversations_ref_messages": of method and path, so that it stays when a handler is renamed. */
static const char *operation_id(struct arena *a, const struct route *row) {
    char *id = arena_printf(a, "%s_%s", http_method_name(row->method), row->path + strlen(base_path)), *to = id;
    for (const char *p = id; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *to++ = (char)(*p - 'A' + 'a');
        else if (*p == '/' || *p == '-')
            *to++ = '_';
        else if (*p != '{' && *p != '}')
            *to++ = *p;
    *to = 0;
    return id;
}

static const char *noun_of(struct arena *a, const struct route *row) {
    const char *noun = row->path + strlen(base_path);
    return arena_copy_n(a, noun, strcspn(noun, "/"));
}

static void operation(struct jw *j, struct arena *a, const struct route *row) {
    char *method = arena_copy(a, http_method_name(row->method));
    for (char *p = method; *p; p++)
        *p += 'a' - 'A';
    jw_object(j, method);
    jw_text(j, "operationId", operation_id(a, row));
    jw_array(j, "tags");
    jw_text(j, NULL, noun_of(a, row));
    jw_array_end(j);
    jw_text(j, "summary", row->summary);
    jw_text(j, "description",
            arena_printf(a, "%s. Needs the scope %s.", row->summary,
                         row->permission == PERM_API_READ    ? "read"
                         : row->permission == PERM_API_WRITE ? "write"
                                                             : "privacy"));
    parameters(j, a, row);
    request_body(j, a, row);
    responses(j, a, row);
    jw_object_end(j);
}

static bool is_of_api(const struct route *row) {
    return row->answer && strncmp(row->path, base_path, strlen(base_path)) == 0;
}

/* Rows of the same path, wherever they stand in the table. */
static void paths(struct jw *j, struct arena *a) {
    jw_object(j, "paths");
    for (const struct route *row = web_routes; row->path; row++) {
        bool earlier = false;
        for (const struct route *before = web_routes; before < row; before++)
            earlier |= is_of_api(before) && strcmp(before->path, row->path) == 0;
        if (!is_of_api(row) || earlier)
            continue;
        jw_object(j, row->path);
        for (const struct route *same = row; same->path; same++)
            if (is_of_api(same) && strcmp(same->path, row->path) == 0)
                operation(j, a, same);
        jw_object_end(j);
    }
    jw_object_end(j);
}

/* ---- components ---- */

enum { SHAPES_MAX = 64 };
struct shapes {
    const struct shape *at[SHAPES_MAX];
    int n;
};

static void collect(struct shapes *all, const struct shape *s) {
    for (int i = 0; i < all->n; i++)
        if (all->at[i] == s)
            return;
    if (!s || all->n == SHAPES_MAX)
        return;
    all->at[all->n++] = s;
    for (const struct shape_field *f = s->fields; f->name; f++)
        collect(all, f->shape);
}

static void list_schema(struct jw *j, struct arena *a, const struct shape *s) {
    jw_object(j, arena_printf(a, "%sList", s->name));
    jw_text(j, "type", "object");
    jw_text(j, "description", "A page of a list, newest first.");
    jw_array(j, "required");
    jw_text(j, NULL, "data");
    jw_text(j, NULL, "meta");
    jw_text(j, NULL, "links");
    jw_array_end(j);
    jw_bool(j, "additionalProperties", false);
    jw_object(j, "properties");
    jw_object(j, "data");
    jw_text(j, "type", "array");
    ref_schema(j, a, "items", s->name);
    jw_object_end(j);
    ref_schema(j, a, "meta", "ListMeta");
    ref_schema(j, a, "links", "ListLinks");
    jw_object_end(j);
    jw_object_end(j);
}

/* One text that may be null: what both `meta` and `links` of a list are. */
static void next_schema(struct jw *j, const char *name, const char *field, const char *about) {
    jw_object(j, name);
    jw_text(j, "type", "object");
    jw_text(j, "description", about);
    jw_array(j, "required");
    jw_text(j, NULL, field);
    jw_array_end(j);
    jw_bool(j, "additionalProperties", false);
    jw_object(j, "properties");
    jw_object(j, field);
    jw_array(j, "type");
    jw_text(j, NULL, "string");
    jw_text(j, NULL, "null");
    jw_array_end(j);
    jw_object_end(j);
    jw_object_end(j);
    jw_object_end(j);
}

static void schemas(struct jw *j, struct arena *a) {
    struct shapes all = {0}, lists = {0};
    for (const struct route *row = web_routes; row->path; row++)
        if (is_of_api(row)) {
            collect(&all, row->answer->shape);
            if (row->answer->list && lists.n < SHAPES_MAX)
                lists.at[lists.n++] = row->answer->shape;
        }
    jw_object(j, "schemas");
    for (int i = 0; i < all.n; i++)
        shape_schema(j, all.at[i]->name, all.at[i]);
    for (int i = 0; i < lists.n; i++) {
        bool earlier = false;
        for (int k = 0; k < i; k++)
            earlier |= lists.at[k] == lists.at[i];
        if (!earlier)
            list_schema(j, a, lists.at[i]);
    }
    next_schema(j, "ListMeta", "next_cursor", "What to send as cursor for the next page; null: this is the last.");
    next_schema(j, "ListLinks", "next", "The next page's address; null: this is the last.");
    problem_schemas(j);
    jw_object_end(j);
}

static void components(struct jw *j, struct arena *a) {
    jw_object(j, "components");
    schemas(j, a);
    jw_object(j, "responses");
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        jw_object(j, refusals[i].name);
        jw_text(j, "description", refusals[i].about);
        jw_object(j, "content");
        jw_object(j, "application/problem+json");
        ref_schema(j, a, "schema", refusals[i].schema);
        jw_object_end(j);
        jw_object_end(j);
        jw_object_end(j);
    }
    jw_object_end(j);
    jw_object(j, "parameters");
    jw_object(j, "IdempotencyKey");
    jw_text(j, "name", "Idempotency-Key");
    jw_text(j, "in", "header");
    jw_bool(j, "required", false);
    jw_text(j, "description",
            "The same key with the same request within 24 hours acts once and is answered alike.");
    jw_object(j, "schema");
    jw_text(j, "type", "string");
    jw_int(j, "maxLength", 200);
    jw_object_end(j);
    jw_object_end(j);
    jw_object_end(j);
    jw_object(j, "securitySchemes");
    jw_object(j, "bearer");
    jw_text(j, "type", "http");
    jw_text(j, "scheme", "bearer");
    jw_text(j, "description",
            "A token of kept token add, or of the admin pages. The header api_access_token does as well.");
    jw_object_end(j);
    jw_object_end(j);
    jw_object_end(j);
}

/* ---- the document ---- */

static bool noun_is_new(struct arena *a, const struct route *row, const char *noun) {
    for (const struct route *before = web_routes; before < row; before++)
        if (is_of_api(before) && strcmp(noun_of(a, before), noun) == 0)
            return false;
    return true;
}

static void tags(struct jw *j, struct arena *a) {
    jw_array(j, "tags");
    for (const struct route *row = web_routes; row->path; row++) {
        if (!is_of_api(row))
            continue;
        const char *noun = noun_of(a, row);
        if (!noun_is_new(a, row, noun))
            continue;
        jw_object(j, NULL);
        jw_text(j, "name", noun);
        jw_text(j, "description", arena_printf(a, "Everything under /api/v1/%s.", noun));
        jw_object_end(j);
    }
    jw_array_end(j);
}

void api_get_openapi(struct request *rq) {
    struct arena *a = rq_arena(rq);
    struct jw j = jw_begin(rs_body(rq));
    rs_type(rq, "application/json");
    jw_object(&j, NULL);
    jw_text(&j, "openapi", "3.1.0");
    jw_object(&j, "info");
    jw_text(&j, "title", "Kept");
    jw_text(&j, "version", "1");
    jw_text(&j, "description",
            "Conversations with customers, and what belongs to them. Times are UTC (RFC 3339), references are "
            "opaque, lists are newest first.");
    jw_object(&j, "contact");
    jw_text(&j, "name", "Whoever runs this installation");
    jw_text(&j, "url", rq_origin(rq));
    jw_object_end(&j);
    jw_object(&j, "license");
    jw_text(&j, "name", "Apache 2.0");
    jw_text(&j, "identifier", "Apache-2.0");
    jw_object_end(&j);
    jw_object_end(&j);
    jw_array(&j, "servers");
    jw_object(&j, NULL);
    jw_text(&j, "url", rq_origin(rq));
    jw_object_end(&j);
    jw_array_end(&j);
    jw_array(&j, "security");
    jw_object(&j, NULL);
    jw_array(&j, "bearer");
    jw_array_end(&j);
    jw_object_end(&j);
    jw_array_end(&j);
    tags(&j, a);
    paths(&j, a);
    components(&j, a);
    jw_object_end(&j);
}
