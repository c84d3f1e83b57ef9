/* api_shape.c: one table, two uses: the JSON of an object, and its schema. */
#include "web/api.h"

#include <string.h>

static const char *text_at(const void *object, size_t at) {
    return *(const char *const *)((const char *)object + at);
}

static void write_list(struct jw *j, const struct shape_field *f, const struct shape_list *list) {
    jw_array(j, f->name);
    for (int i = 0; i < list->n; i++)
        if (f->shape)
            shape_write(j, NULL, f->shape, (const char *)list->items + (size_t)i * f->shape->size);
        else
            jw_text(j, NULL, ((const char *const *)list->items)[i]);
    jw_array_end(j);
}

static void write_text(struct jw *j, const struct shape_field *f, const char *value) {
    bool absent = !value || !*value;
    jw_text(j, f->name, absent && f->nullable ? NULL : value ? value : "");
}

void shape_write(struct jw *j, const char *key, const struct shape *s, const void *object) {
    if (!object) {
        jw_null(j, key);
        return;
    }
    jw_object(j, key);
    for (const struct shape_field *f = s->fields; f->name; f++) {
        const char *at = (const char *)object + f->at;
        switch (f->kind) {
        case SHAPE_TEXT:
        case SHAPE_REF:
        case SHAPE_WORD: write_text(j, f, text_at(object, f->at)); break;
        case SHAPE_INT: jw_int(j, f->name, *(const int64_t *)at); break;
        case SHAPE_BOOL: jw_bool(j, f->name, *(const bool *)at); break;
        case SHAPE_TIME: jw_time(j, f->name, *(const int64_t *)at); break;
        case SHAPE_OBJECT: shape_write(j, f->name, f->shape, *(const void *const *)at); break;
        case SHAPE_LIST: write_list(j, f, (const struct shape_list *)at); break;
        }
    }
    jw_object_end(j);
}

/* ---- the schema ---- */

static void schema_type(struct jw *j, const char *type, bool nullable) {
    if (!nullable) {
        jw_text(j, "type", type);
        return;
    }
    jw_array(j, "type");
    jw_text(j, NULL, type);
    jw_text(j, NULL, "null");
    jw_array_end(j);
}

void shape_words(struct jw *j, const char *words, bool nullable) {
    jw_array(j, "enum");
    while (*words) {
        size_t n = strcspn(words, " ");
        jw_text_n(j, NULL, words, n);
        words += n + strspn(words + n, " ");
    }
    if (nullable)
        jw_null(j, NULL);
    jw_array_end(j);
}

static void schema_ref(struct jw *j, const char *name) {
    char ref[80] = "#/components/schemas/";
    strncat(ref, name, sizeof ref - strlen(ref) - 1);
    jw_text(j, "$ref", ref);
}

static void schema_pattern(struct jw *j, const char *prefix) {
    char pattern[40] = "^";
    strncat(pattern, prefix, 12);
    strcat(pattern, "_[a-z2-7]{16}$");
    jw_text(j, "pattern", pattern);
}

static void schema_object(struct jw *j, const struct shape_field *f) {
    if (!f->nullable) {
        schema_ref(j, f->shape->name);
        return;
    }
    jw_array(j, "anyOf");
    jw_object(j, NULL);
    schema_ref(j, f->shape->name);
    jw_object_end(j);
    jw_object(j, NULL);
    jw_text(j, "type", "null");
    jw_object_end(j);
    jw_array_end(j);
}

static void schema_list(struct jw *j, const struct shape_field *f) {
    jw_text(j, "type", "array");
    jw_object(j, "items");
    if (f->shape) {
        schema_ref(j, f->shape->name);
    } else {
        jw_text(j, "type", "string");
        if (f->of)
            shape_words(j, f->of, false);
    }
    jw_object_end(j);
}

static void field_schema(struct jw *j, const struct shape_field *f) {
    jw_object(j, f->name);
    switch (f->kind) {
    case SHAPE_TEXT: schema_type(j, "string", f->nullable); break;
    case SHAPE_REF:
        schema_type(j, "string", f->nullable);
        schema_pattern(j, f->of);
        break;
    case SHAPE_WORD:
        schema_type(j, "string", f->nullable);
        shape_words(j, f->of, f->nullable);
        break;
    case SHAPE_INT: schema_type(j, "integer", false); break;
    case SHAPE_BOOL: schema_type(j, "boolean", false); break;
    case SHAPE_TIME:
        schema_type(j, "string", f->nullable);
        jw_text(j, "format", "date-time");
        break;
    case SHAPE_OBJECT: schema_object(j, f); break;
    case SHAPE_LIST: schema_list(j, f); break;
    }
    if (f->about)
        jw_text(j, "description", f->about);
    jw_object_end(j);
}

void shape_schema(struct jw *j, const char *key, const struct shape *s) {
    jw_object(j, key);
    jw_text(j, "type", "object");
    jw_text(j, "description", s->about);
    jw_array(j, "required");
    for (const struct shape_field *f = s->fields; f->name; f++)
        jw_text(j, NULL, f->name);
    jw_array_end(j);
    jw_bool(j, "additionalProperties", false);
    jw_object(j, "properties");
    for (const struct shape_field *f = s->fields; f->name; f++)
        field_schema(j, f);
    jw_object_end(j);
    jw_object_end(j);
}
