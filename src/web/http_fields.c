/* Queries, urlencoded forms and flat JSON objects to one list of named values. What they mean is decided by
 * the route's row (http_params.c). */
#include "base/json.h"
#include "web/http_private.h"

enum rc fields_add(struct fields *f, struct field one) {
    if (f->n == HTTP_FIELDS_MAX)
        return RC_TOO_BIG;
    if (f->n == f->room) {
        size_t room = f->room ? f->room * 2 : 16;
        f->at = arena_grow(f->arena, f->at, f->n, room, sizeof *f->at);
        f->room = room;
    }
    f->at[f->n++] = one;
    return RC_OK;
}

static int hex_digit(uint8_t c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

enum rc percent_decode(struct arena *a, struct bytes in, bool plus, struct bytes *out) {
    char *to = arena_alloc(a, in.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < in.len; i++) {
        uint8_t c = in.at[i];
        if (c == '%') {
            if (in.len - i < 3)
                return RC_INVALID;
            int high = hex_digit(in.at[i + 1]), low = hex_digit(in.at[i + 2]);
            if (high < 0 || low < 0)
                return RC_INVALID;
            c = (uint8_t)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        to[n++] = (char)c;
    }
    *out = (struct bytes){(const uint8_t *)to, n};
    return RC_OK;
}

enum rc fields_urlencoded(struct fields *f, struct bytes text, enum field_place place, const char **why) {
    const uint8_t *at = text.at, *end = text.at + text.len;
    while (at < end) {
        const uint8_t *stop = memchr(at, '&', (size_t)(end - at));
        if (!stop)
            stop = end;
        if (stop > at) {
            const uint8_t *eq = memchr(at, '=', (size_t)(stop - at));
            struct bytes name = {at, (size_t)((eq ? eq : stop) - at)};
            struct bytes value = eq ? (struct bytes){eq + 1, (size_t)(stop - eq - 1)} : (struct bytes){stop, 0};
            *why = "a % that is not followed by two hexadecimal digits";
            if (percent_decode(f->arena, name, true, &name) || percent_decode(f->arena, value, true, &value))
                return RC_INVALID;
            *why = "too many fields";
            if (fields_add(f, (struct field){(const char *)name.at, name.len, value, FIELD_TEXT, place, false}))
                return RC_TOO_BIG;
        }
        at = stop + 1;
    }
    *why = NULL;
    return RC_OK;
}

static enum rc add_json(struct fields *f, const char *key, json_t *v, bool in_array, const char **why) {
    struct field one = {.name = key, .name_len = strlen(key), .place = FIELD_BODY, .in_array = in_array};
    const char *text = "";
    size_t n = 0;
    switch (json_typeof(v)) {
    case JSON_STRING:
        text = json_string_value(v);
        n = json_string_length(v);
        break;
    case JSON_INTEGER:
        text = arena_printf(f->arena, "%lld", (long long)json_integer_value(v));
        n = strlen(text);
        one.kind = FIELD_NUMBER;
        break;
    case JSON_TRUE: one.kind = FIELD_TRUE; break;
    case JSON_FALSE: one.kind = FIELD_FALSE; break;
    case JSON_NULL: one.kind = FIELD_NULL; break;
    default: *why = "values are texts, integers, true, false, null or arrays of these"; return RC_INVALID;
    }
    one.value = (struct bytes){(const uint8_t *)arena_copy_n(f->arena, text, n), n};
    *why = "too many fields";
    return fields_add(f, one);
}

enum rc fields_json(struct fields *f, struct bytes text, const char **why) {
    json_t *root;
    enum rc rc = json_read(f->arena, text, &root, why);
    if (rc)
        return rc;
    if (!json_is_object(root)) {
        *why = "the body must be one JSON object";
        rc = RC_INVALID;
    }
    const char *key;
    json_t *value;
    if (!rc)
        json_object_foreach(root, key, value) {
            const char *name = arena_copy(f->arena, key);
            if (json_is_array(value)) {
                for (size_t i = 0; i < json_array_size(value) && !rc; i++)
                    rc = add_json(f, name, json_array_get(value, i), true, why);
            } else {
                rc = add_json(f, name, value, false, why);
            }
            if (rc)
                break;
        }
    json_decref(root);
    return rc;
}
