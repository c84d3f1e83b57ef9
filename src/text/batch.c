#include "text/batch.h"

#include "base/clock.h"
#include "base/json.h"
#include "text/mask.h"
#include "text/reply_rules.h"

#include <stdlib.h>
#include <sysexits.h>

struct batch {
    struct arena *arena; /* one line */
    struct buf out;
    unsigned kinds;
};

/* Writes the answer's fields after "id"; false with *why (static or arena) when the line cannot be answered. */
typedef bool batch_fn(struct batch *b, const json_t *line, struct jw *j, const char **why);

static void write_id(struct jw *j, const json_t *line) {
    const json_t *id = json_object_get(line, "id");
    if (json_is_string(id))
        jw_text_n(j, "id", json_string_value(id), json_string_length(id));
    else if (json_is_integer(id))
        jw_int(j, "id", json_integer_value(id));
    else if (json_is_real(id))
        jw_double(j, "id", json_real_value(id));
    else
        jw_null(j, "id");
}

static bool answer(struct batch *b, struct bytes text, batch_fn *fn) {
    json_t *line = NULL;
    const char *why = "not a JSON object";
    buf_reset(&b->out);
    struct jw j = jw_begin(&b->out);
    jw_object(&j, NULL);
    bool good = json_read(b->arena, text, &line, &why) == RC_OK;
    if (good && !json_is_object(line)) {
        good = false;
        why = "not a JSON object";
    }
    write_id(&j, line);
    if (good)
        good = fn(b, line, &j, &why);
    if (!good)
        jw_text(&j, "error", why);
    jw_object_end(&j);
    buf_char(&b->out, '\n');
    json_decref(line);
    return good;
}

static int run(struct batch *b, FILE *in, FILE *out, batch_fn *fn) {
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    int status = 0;
    b->arena = arena_new(256 * 1024);
    while ((n = getline(&line, &room, in)) >= 0) {
        while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
            n--;
        if (n == 0)
            continue;
        arena_reset(b->arena);
        if (n > BATCH_LINE_MAX) {
            buf_reset(&b->out);
            buf_lit(&b->out, "{\"id\":null,\"error\":\"line too long\"}\n");
            status = 1;
        } else if (!answer(b, (struct bytes){(const uint8_t *)line, (size_t)n}, fn))
            status = 1;
        if (fwrite(b->out.at, 1, b->out.len, out) != b->out.len)
            break;
    }
    if (ferror(in) || fflush(out) != 0 || ferror(out))
        status = EX_IOERR;
    free(line);
    buf_free(&b->out);
    arena_free(b->arena);
    return status;
}

static bool mask_line(struct batch *b, const json_t *line, struct jw *j, const char **why) {
    const json_t *text = json_object_get(line, "text");
    if (!json_is_string(text)) {
        *why = "\"text\" must be a string";
        return false;
    }
    const char *s = json_string_value(text);
    size_t len = json_string_length(text);
    struct mask_spans spans = mask_find(b->arena, s, len, b->kinds);
    jw_text(j, "text", mask_apply(b->arena, s, len, spans));
    jw_array(j, "spans");
    for (size_t i = 0; i < spans.n; i++) {
        jw_object(j, NULL);
        jw_int(j, "start", (int64_t)spans.at[i].start);
        jw_int(j, "end", (int64_t)spans.at[i].end);
        jw_text(j, "type", mask_kind_name(spans.at[i].kind));
        jw_object_end(j);
    }
    jw_array_end(j);
    return true;
}

int cmd_mask(FILE *in, FILE *out, unsigned kinds) {
    struct batch b = {.kinds = kinds};
    return run(&b, in, out, mask_line);
}

static bool read_frame(const json_t *line, struct when_frame *f, const char **why) {
    const json_t *now = json_object_get(line, "now"), *tz = json_object_get(line, "tz");
    int offset = 0;
    f->now = clock_now();
    if (now && !time_read_iso(json_string_value(now), &f->now, &offset)) {
        *why = "\"now\" must be an ISO 8601 time with an offset";
        return false;
    }
    f->zone = tz && json_is_string(tz) ? zone_named(json_string_value(tz)) : zone_fixed(offset);
    if (!f->zone || (tz && !json_is_string(tz) && !json_is_null(tz))) {
        *why = "\"tz\" must be the name of a time zone";
        return false;
    }
    f->month_first = zone_month_first(f->zone);
    return true;
}

static void write_due(struct jw *j, const char *key, int64_t ms, const struct when_frame *f) {
    char iso[TIME_ISO_SIZE];
    time_write_iso(ms, zone_offset(f->zone, ms), iso);
    jw_text(j, key, iso);
}

static bool check_line(struct batch *b, const json_t *line, struct jw *j, const char **why) {
    const json_t *text = json_object_get(line, "text");
    struct when_frame f = {0};
    if (!json_is_string(text)) {
        *why = "\"text\" must be a string";
        return false;
    }
    if (!read_frame(line, &f, why))
        return false;
    const char *s = json_string_value(text);
    size_t len = json_string_length(text);
    enum lang lang = lang_read(json_string_value(json_object_get(line, "lang")), s, len);
    struct reply_reading r = reply_read(b->arena, lang, s, len, &f, NULL);
    jw_array(j, "findings");
    for (size_t i = 0; i < r.findings.n; i++) {
        jw_object(j, NULL);
        jw_text(j, "rule", r.findings.at[i].rule);
        jw_int(j, "start", (int64_t)r.findings.at[i].start);
        jw_int(j, "end", (int64_t)r.findings.at[i].end);
        jw_text(j, "message", r.findings.at[i].message);
        jw_object_end(j);
    }
    jw_array_end(j);
    jw_array(j, "promises");
    for (size_t i = 0; i < r.promises.n; i++) {
        jw_object(j, NULL);
        jw_int(j, "start", (int64_t)r.promises.at[i].start);
        jw_int(j, "end", (int64_t)r.promises.at[i].end);
        write_due(j, "due_from", r.promises.at[i].from, &f);
        write_due(j, "due_to", r.promises.at[i].to, &f);
        jw_object_end(j);
    }
    jw_array_end(j);
    return true;
}

int cmd_check_reply(FILE *in, FILE *out) {
    struct batch b = {0};
    return run(&b, in, out, check_line);
}
