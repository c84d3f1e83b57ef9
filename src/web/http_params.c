/* Named values against the route's declared parameters. */
#include "base/id.h"
#include "base/json.h"
#include "base/log.h"
#include "base/utf8.h"
#include "web/http_private.h"

#include <errno.h>
#include <stdlib.h>

static const char *check_text(struct arena *a, const struct param *p, const char *s, size_t n, const char **text) {
    if (!utf8_valid(s, n) || memchr(s, 0, n))
        return "not_utf8";
    if (p->kind == PARAM_SECRET) {
        *text = s;
    } else {
        char *clean = utf8_clean(a, s, n), *end = clean + strlen(clean);
        if (p->kind == PARAM_TEXT)
            for (char *c = clean; *c; c++)
                if (*c == '\n' || *c == '\t')
                    *c = ' ';
        while (*clean == ' ' || *clean == '\n' || *clean == '\t')
            clean++;
        while (end > clean && (end[-1] == ' ' || end[-1] == '\n' || end[-1] == '\t'))
            *--end = 0;
        *text = clean;
    }
    size_t count = utf8_count(*text, strlen(*text));
    if (count > (size_t)p->max)
        return "too_long";
    if (p->min > 0 && count && count < (size_t)p->min)
        return "too_short";
    return !count && p->required ? "missing" : NULL;
}

static const char *check_number(const struct param *p, const char *s, int64_t *number) {
    const char *digits = *s == '-' ? s + 1 : s;
    if (!*digits || strspn(digits, "0123456789") != strlen(digits))
        return "not_a_number";
    errno = 0;
    *number = strtoll(s, NULL, 10);
    if (errno || ((p->min || p->max) && (*number < p->min || *number > p->max)))
        return "out_of_range";
    return NULL;
}

static bool is_word_of(const char *words, const char *s) {
    size_t n = strlen(s);
    while (*words) {
        size_t len = strcspn(words, " ");
        if (len == n && !memcmp(words, s, n))
            return true;
        words += len + strspn(words + len, " ");
    }
    return false;
}

const char *param_check(struct arena *a, const struct param *p, const struct field *f, const char **text,
                        int64_t *number, bool *flag, bool *absent) {
    const char *s = (const char *)f->value.at;
    size_t n = f->value.len;
    bool is_bool = f->kind == FIELD_TRUE || f->kind == FIELD_FALSE;
    *absent = false;
    *text = s;
    if (is_bool != (p->kind == PARAM_FLAG) && f->kind != FIELD_TEXT)
        return "wrong_type";
    if (f->kind == FIELD_NUMBER && p->kind != PARAM_INT)
        return "wrong_type";
    if (f->in_array && !p->many)
        return "wrong_type";
    if (p->kind == PARAM_TEXT || p->kind == PARAM_LINES || p->kind == PARAM_SECRET)
        return check_text(a, p, s, n, text);
    if (p->kind == PARAM_FLAG) {
        *flag = f->kind == FIELD_TEXT ? strcmp(s, "0") && strcmp(s, "false") : f->kind == FIELD_TRUE;
        return NULL;
    }
    if (!n) {
        *absent = true;
        return NULL;
    }
    if (memchr(s, 0, n))
        return "not_utf8";
    switch (p->kind) {
    case PARAM_INT: return check_number(p, s, number);
    case PARAM_REF: return id_ref_valid(s, p->of) ? NULL : "not_a_reference";
    case PARAM_WORD: return is_word_of(p->of, s) ? NULL : "not_a_word";
    case PARAM_TIME: return json_time(s, number) ? NULL : "not_a_time";
    default: return "wrong_type"; /* text where a file is expected */
    }
}

static int row_of(const struct route_entry *e, const struct field *f) {
    for (size_t i = 0; i < e->params_n; i++) {
        const char *name = e->row->params[i].name;
        if (e->place[i] == f->place && strlen(name) == f->name_len && !memcmp(name, f->name, f->name_len))
            return (int)i;
    }
    return -1;
}

static enum rc fail(struct param_fault *fault, const char *name, const char *reason) {
    *fault = (struct param_fault){name, reason};
    return RC_INVALID;
}

static void keep(struct arena *a, struct slot *s, const char *text) {
    if (!(s->n & (s->n - 1))) /* room doubles at 0, 1, 2, 4, 8 … */
        s->values = arena_grow(a, s->values, s->n, s->n ? s->n * 2 : 1, sizeof *s->values);
    s->values[s->n++] = text;
    s->has = true;
}

/* A name that nobody declared is the sender's: short and clean before it is shown. */
static const char *shown(struct arena *a, const char *name, size_t n) {
    return utf8_clean(a, name, utf8_fit(name, n, 64));
}

static enum rc bind_files(struct arena *a, const struct route_entry *e, const struct multipart_file *files,
                          size_t n, struct slot *slots, struct param_fault *fault) {
    for (size_t i = 0; i < n; i++) {
        struct field as_field = {files[i].upload.field, strlen(files[i].upload.field), .place = FIELD_BODY};
        int at = row_of(e, &as_field);
        if (at < 0)
            return fail(fault, shown(a, as_field.name, as_field.name_len), "unknown");
        const struct param *p = &e->row->params[at];
        struct slot *s = &slots[at];
        if (p->kind != PARAM_FILE)
            return fail(fault, p->name, "wrong_type");
        if (s->n && !p->many)
            return fail(fault, p->name, "repeated");
        if (p->max && files[i].upload.bytes.len > (size_t)p->max) {
            enum rc rc = fail(fault, p->name, "too_big");
            return rc ? RC_TOO_BIG : rc;
        }
        if (!s->files)
            s->files = ARENA_ARRAY(a, HTTP_FILES_MAX, struct upload);
        s->files[s->n++] = files[i].upload;
        s->has = true;
    }
    return RC_OK;
}

enum rc params_bind_path(struct arena *a, const struct route_entry *e, const struct route_match *m,
                         struct slot *slots) {
    for (size_t i = 0; i < e->path_n; i++) {
        const struct param *p = &e->row->params[e->path[i].param];
        struct slot *s = &slots[e->path[i].param];
        struct field f = {p->name, strlen(p->name), m->segments[e->path[i].segment], .place = FIELD_PATH};
        bool absent;
        const char *text;
        if (param_check(a, p, &f, &text, &s->number, &s->flag, &absent) || absent)
            return RC_NONE;
        keep(a, s, text);
    }
    return RC_OK;
}

enum rc params_bind(struct arena *a, const struct route_entry *e, const struct fields *in,
                    const struct multipart_file *files, size_t files_n, struct slot *slots,
                    struct param_fault *fault) {
    for (size_t i = 0; i < in->n; i++) {
        const struct field *f = &in->at[i];
        int at = row_of(e, f);
        if (at < 0) {
            if (f->place == FIELD_BODY && f->name_len == 4 && !memcmp(f->name, "csrf", 4))
                continue;
            return fail(fault, shown(a, f->name, f->name_len), "unknown");
        }
        const struct param *p = &e->row->params[at];
        struct slot *s = &slots[at];
        bool absent;
        const char *text = NULL, *reason = NULL;
        if (f->kind == FIELD_NULL)
            absent = true;
        else
            reason = param_check(a, p, f, &text, &s->number, &s->flag, &absent);
        if (reason)
            return fail(fault, p->name, reason);
        if (absent) {
            s->has |= p->nullable;
            continue;
        }
        if (s->n && !p->many)
            return fail(fault, p->name, "repeated");
        keep(a, s, text);
    }
    enum rc rc = bind_files(a, e, files, files_n, slots, fault);
    for (size_t i = 0; i < e->params_n && !rc; i++)
        if (e->row->params[i].required && !slots[i].has)
            rc = fail(fault, e->row->params[i].name, "missing");
    return rc;
}
