#include "text/batch.h"

#include "base/json.h"
#include "text/mask.h"

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
