#include "base/json.h"

#include "base/utf8.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

static void begin_value(struct jw *j, const char *key) {
    if (j->comma)
        buf_char(j->out, ',');
    if (key) {
        buf_char(j->out, '"');
        jw_escape(j->out, key, strlen(key));
        buf_lit(j->out, "\":");
    }
    j->comma = true;
}

static void open_level(struct jw *j, const char *key, char c) {
    begin_value(j, key);
    buf_char(j->out, c);
    j->depth++;
    j->comma = false;
}

static void close_level(struct jw *j, char c) {
    buf_char(j->out, c);
    j->depth--;
    j->comma = true;
}

void jw_object(struct jw *j, const char *key) { open_level(j, key, '{'); }
void jw_object_end(struct jw *j) { close_level(j, '}'); }
void jw_array(struct jw *j, const char *key) { open_level(j, key, '['); }
void jw_array_end(struct jw *j) { close_level(j, ']'); }

void jw_escape(struct buf *out, const char *s, size_t n) {
    static const char hex[] = "0123456789abcdef";
    size_t from = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' && c != 0x7f)
            continue;
        buf_add(out, s + from, i - from);
        from = i + 1;
        switch (c) {
        case '"': buf_lit(out, "\\\""); break;
        case '\\': buf_lit(out, "\\\\"); break;
        case '\n': buf_lit(out, "\\n"); break;
        case '\t': buf_lit(out, "\\t"); break;
        default: {
            char u[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
            buf_add(out, u, sizeof u);
        }
        }
    }
    buf_add(out, s + from, n - from);
}

void jw_text_n(struct jw *j, const char *key, const char *value, size_t n) {
    begin_value(j, key);
    buf_char(j->out, '"');
    jw_escape(j->out, value, n);
    buf_char(j->out, '"');
}

void jw_text(struct jw *j, const char *key, const char *value) {
    if (value)
        jw_text_n(j, key, value, strlen(value));
    else
        jw_null(j, key);
}

void jw_int(struct jw *j, const char *key, int64_t value) {
    begin_value(j, key);
    buf_int(j->out, value);
}

void jw_double(struct jw *j, const char *key, double value) {
    if (!isfinite(value)) {
        jw_null(j, key);
        return;
    }
    begin_value(j, key);
    buf_printf(j->out, "%.6g", value);
}

void jw_bool(struct jw *j, const char *key, bool value) {
    begin_value(j, key);
    buf_str(j->out, value ? "true" : "false");
}

void jw_null(struct jw *j, const char *key) {
    begin_value(j, key);
    buf_lit(j->out, "null");
}

void jw_time(struct jw *j, const char *key, int64_t ms) {
    if (!ms) {
        jw_null(j, key);
        return;
    }
    time_t s = (time_t)(ms / 1000);
    struct tm tm;
    char text[40];
    gmtime_r(&s, &tm);
    size_t n = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    n += (size_t)snprintf(text + n, sizeof text - n, ".%03dZ", (int)(ms % 1000));
    jw_text_n(j, key, text, n);
}

/* `n` digits at *p, at most `most`; -1 when they are not there. */
static int take_digits(const char **p, int n, int most) {
    int value = 0;
    for (int i = 0; i < n; i++, ++*p) {
        if (**p < '0' || **p > '9')
            return -1;
        value = value * 10 + (**p - '0');
    }
    return value <= most ? value : -1;
}

/* "2026-03-16T09:00:00": -1 when it is not that. */
static int64_t take_seconds(const char **p) {
    struct tm tm = {0}, back;
    static const char separators[] = "--T::";
    int *const parts[] = {&tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec};
    static const int most[] = {9999, 12, 31, 23, 59, 59};
    for (int i = 0; i < 6; i++) {
        if (i && *(*p)++ != separators[i - 1])
            return -1;
        if ((*parts[i] = take_digits(p, i ? 2 : 4, most[i])) < 0)
            return -1;
    }
    tm.tm_year -= 1900;
    tm.tm_mon--;
    back = tm;
    time_t s = timegm(&back); /* the 30th of February comes back as another day */
    return back.tm_mday == tm.tm_mday && back.tm_mon == tm.tm_mon && s >= 0 ? (int64_t)s : -1;
}

bool json_time(const char *text, int64_t *ms) {
    const char *p = text;
    int64_t seconds = take_seconds(&p), thousandths = 0, offset = 0;
    if (seconds < 0)
        return false;
    if (*p == '.') {
        int unit = 100;
        if (p[1] < '0' || p[1] > '9')
            return false;
        for (p++; *p >= '0' && *p <= '9'; p++, unit /= 10)
            thousandths += (*p - '0') * unit;
    }
    if (*p == '+' || *p == '-') {
        int sign = *p++ == '-' ? -1 : 1, hours = take_digits(&p, 2, 23);
        int minutes = hours >= 0 && *p++ == ':' ? take_digits(&p, 2, 59) : -1;
        if (minutes < 0)
            return false;
        offset = sign * (hours * 60 + minutes) * 60;
    } else if (*p++ != 'Z') {
        return false;
    }
    *ms = (seconds - offset) * 1000 + thousandths;
    return !*p && *ms >= 0;
}

/* jansson recurses while it parses and has no limit of its own below 2048 levels, which is enough stack
 * for us but more than anybody needs; counting brackets first keeps the limit ours. */
static bool too_deep(struct bytes text) {
    int depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = (char)text.at[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > JSON_DEPTH_MAX)
                return true;
        } else if (c == ']' || c == '}') {
            depth--;
        }
    }
    return false;
}

enum rc json_read(struct arena *a, struct bytes text, json_t **out, const char **why) {
    *out = NULL;
    if (text.len > JSON_SIZE_MAX) {
        *why = arena_printf(a, "more than %d bytes of JSON", JSON_SIZE_MAX);
        return RC_TOO_BIG;
    }
    if (too_deep(text)) {
        *why = arena_printf(a, "more than %d levels of JSON", JSON_DEPTH_MAX);
        return RC_INVALID;
    }
    json_error_t error;
    *out = json_loadb((const char *)text.at, text.len, JSON_REJECT_DUPLICATES, &error);
    if (!*out) {
        /* It cites the text, and may cut a letter of it in two. */
        const char *said = utf8_clean(a, error.text, strlen(error.text));
        *why = arena_printf(a, "not JSON: %s (line %d, column %d)", said, error.line, error.column);
        return RC_INVALID;
    }
    return RC_OK;
}
