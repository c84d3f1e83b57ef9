/* json.h: JSON out by a streaming writer (jw_), JSON in by jansson under limits.
 * The writer keeps commas and nesting right; text is escaped and must be valid UTF-8.
 * A key of NULL writes an element of an array (or the root). */
#ifndef KEPT_BASE_JSON_H
#define KEPT_BASE_JSON_H

#include "base/buf.h"
#include "base/rc.h"

#include <jansson.h>
#include <stdbool.h>

enum { JSON_DEPTH_MAX = 64, JSON_SIZE_MAX = 4 * 1024 * 1024 };

struct jw {
    struct buf *out; /* borrowed */
    unsigned depth;
    bool comma; /* a value stands before the next one on this level */
};

static inline struct jw jw_begin(struct buf *out) { return (struct jw){.out = out}; }
void jw_object(struct jw *j, const char *key);
void jw_object_end(struct jw *j);
void jw_array(struct jw *j, const char *key);
void jw_array_end(struct jw *j);
void jw_text(struct jw *j, const char *key, const char *value); /* NULL writes null */
void jw_text_n(struct jw *j, const char *key, const char *value, size_t n);
void jw_int(struct jw *j, const char *key, int64_t value);
void jw_double(struct jw *j, const char *key, double value); /* 6 digits; not finite: null */
void jw_bool(struct jw *j, const char *key, bool value);
void jw_null(struct jw *j, const char *key);
/* UTC milliseconds as "2026-03-16T06:30:00.000Z"; 0 writes null. */
void jw_time(struct jw *j, const char *key, int64_t ms);
/* The way back: an RFC 3339 date and time with its offset ("Z", "+07:00"), years 1970 to 9999. False: it is none.
 * Pure. */
bool json_time(const char *text, int64_t *ms);

/* Appends the inside of a JSON string: no quotes around it. Also safe inside a <script> of type
 * application/json: '<', '>' and '&' are written as \u003c and so on. */
void jw_escape(struct buf *out, const char *s, size_t n);

/* Reads one document. Duplicate keys, more than JSON_DEPTH_MAX levels and more than JSON_SIZE_MAX bytes
 * are refused. On RC_INVALID or RC_TOO_BIG, *why (static or arena) says what is wrong and where.
 * The caller frees *out with json_decref. */
enum rc json_read(struct arena *a, struct bytes text, json_t **out, const char **why);

#endif
