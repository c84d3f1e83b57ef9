#include "text/rank_batch.h"

#include "base/json.h"

#include <stdlib.h>
#include <string.h>

struct question {
    const char *lang, *text, *error;
};

static const char *text_at(json_t *line, const char *key) { return json_string_value(json_object_get(line, key)); }

static struct question question_of(json_t *line) {
    json_t *lang = json_object_get(line, "lang");
    struct question q = {text_at(line, "lang"), text_at(line, "q"), NULL};
    if (!json_is_object(line))
        q.error = "not an object";
    else if (!json_object_get(line, "id"))
        q.error = "id is missing";
    else if (!q.text)
        q.error = "q must be a text";
    else if (lang && !json_is_null(lang) && !q.lang)
        q.error = "lang must be a text";
    return q;
}

/* The id comes back as it was, whatever its type. */
static void write_id(struct jw *j, json_t *id) {
    if (json_is_string(id))
        jw_text_n(j, "id", json_string_value(id), json_string_length(id));
    else if (json_is_integer(id))
        jw_int(j, "id", json_integer_value(id));
    else if (json_is_real(id))
        jw_double(j, "id", json_real_value(id));
    else
        jw_null(j, "id");
}

struct batch {
    struct rank *rank;
    uint32_t required;
    rank_label_fn *label;
    void *arg;
};

struct named_hit {
    struct rank_label label;
    double score;
};

static int better_first(const void *x, const void *y) {
    const struct named_hit *one = x, *other = y;
    if (one->score != other->score)
        return one->score < other->score ? 1 : -1;
    return strcmp(one->label.name, other->label.name);
}

static void write_hits(const struct batch *b, struct arena *a, const struct question *q, struct jw *j) {
    enum { ROOM = 2 * RANK_BATCH_HITS }; /* some are left out, and those of equal score change places */
    struct rank_hit found[ROOM];
    struct named_hit hits[ROOM];
    struct rank_ask ask = {.lang = q->lang, .text = q->text, .required = b->required};
    size_t all = rank_search(b->rank, a, &ask, ROOM, found), n = 0;
    for (size_t i = 0; i < all; i++) {
        hits[n] = (struct named_hit){{found[i].ref, false}, found[i].score};
        n += !b->label || b->label(b->arg, found[i].ref, &hits[n].label);
    }
    if (n)
        qsort(hits, n, sizeof *hits, better_first);
    jw_array(j, "hits");
    for (size_t i = 0; i < n && i < RANK_BATCH_HITS; i++) {
        jw_object(j, NULL);
        jw_text(j, "ref", hits[i].label.name);
        jw_double(j, "score", hits[i].score);
        if (b->label)
            jw_bool(j, "verified", hits[i].label.verified);
        jw_object_end(j);
    }
    jw_array_end(j);
}

static bool answer(const struct batch *b, struct arena *a, struct bytes text, struct buf *out) {
    json_t *line = NULL;
    const char *why = NULL;
    struct question q = {0};
    if (text.len > RANK_BATCH_LINE_MAX)
        q.error = "the line is too long";
    else if (json_read(a, text, &line, &why) != RC_OK)
        q.error = why;
    else
        q = question_of(line);
    struct jw j = jw_begin(out);
    jw_object(&j, NULL);
    write_id(&j, json_object_get(line, "id"));
    if (q.error)
        jw_text(&j, "error", q.error);
    else
        write_hits(b, a, &q, &j);
    jw_object_end(&j);
    buf_char(out, '\n');
    json_decref(line);
    return !q.error;
}

int rank_batch(FILE *in, FILE *out, struct rank *r, uint32_t required, rank_label_fn *label, void *arg) {
    struct batch b = {r, required, label, arg};
    struct arena *a = arena_new(0);
    struct buf written = {0};
    char *line = NULL;
    size_t room = 0;
    int status = 0;
    for (ssize_t n; (n = getline(&line, &room, in)) >= 0;) {
        while (n && strchr("\r\n \t", line[n - 1]))
            n--;
        if (!n)
            continue;
        if (!answer(&b, a, (struct bytes){(const uint8_t *)line, (size_t)n}, &written))
            status = 1;
        if (fwrite(written.at, 1, written.len, out) != written.len)
            status = 1;
        buf_reset(&written);
        arena_reset(a);
    }
    if (ferror(in) || fflush(out))
        status = 1;
    free(line);
    buf_free(&written);
    arena_free(a);
    return status;
}
