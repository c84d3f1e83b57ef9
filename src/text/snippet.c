#include "text/snippet.h"

#include "base/utf8.h"

#include <string.h>

/* A text with the place of each code point. */
struct laid_out {
    const char *text;
    size_t *at; /* at[n] is the end */
    size_t n;
};

static struct laid_out lay_out(struct arena *a, const char *text) {
    size_t len = utf8_fit(text, strlen(text), SNIPPET_TEXT_MAX);
    struct laid_out t = {arena_copy_n(a, text, len), ARENA_ARRAY(a, len + 1, size_t), 0};
    int step;
    for (size_t i = 0; i < len; i += (size_t)step) {
        utf8_next(t.text + i, t.text + len, &step);
        t.at[t.n++] = i;
    }
    t.at[t.n] = len;
    return t;
}

/* A mark belongs to the letter before it: a piece does not begin with one. */
static bool is_mark(const struct laid_out *t, size_t i) {
    int step;
    uint32_t c = utf8_next(t->text + t->at[i], t->text + t->at[t->n], &step);
    return (c >= 0x300 && c <= 0x36F) || c == 0xE31 || (c >= 0xE33 && c <= 0xE3A) || (c >= 0xE47 && c <= 0xE4E) ||
           c == 0x200D || (c >= 0xFE00 && c <= 0xFE0F);
}

static size_t off_marks(const struct laid_out *t, size_t i) {
    while (i < t->n && is_mark(t, i))
        i++;
    return i;
}

static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t'; }

/* The spans are in code points, and so are from and to. */
static struct marked_text cut(struct arena *a, const struct laid_out *t, const struct spans *s, size_t from,
                              size_t to) {
    struct marked_text out = {ARENA_ARRAY(a, 2 * s->n + 5, struct marked_piece), 0};
    size_t at = from;
    for (size_t i = 0; i <= s->n && at < to; i++) {
        size_t start = i < s->n && s->at[i].start < to ? s->at[i].start : to;
        size_t end = i < s->n && s->at[i].end < to ? s->at[i].end : to;
        if (end <= at)
            continue;
        start = start > at ? start : at;
        if (start > at)
            out.pieces[out.pieces_n++] =
                (struct marked_piece){arena_copy_n(a, t->text + t->at[at], t->at[start] - t->at[at]), false};
        if (end > start)
            out.pieces[out.pieces_n++] =
                (struct marked_piece){arena_copy_n(a, t->text + t->at[start], t->at[end] - t->at[start]), true};
        at = end;
    }
    return out;
}

struct marked_text marked_whole(struct arena *a, const char *text, const char *query) {
    struct laid_out t = lay_out(a, text);
    struct spans s = search_highlight(a, t.text, query);
    return cut(a, &t, &s, 0, t.n);
}

/* The first of the spans from which most of the others are within reach. */
static size_t best_start(const struct spans *s) {
    size_t best = 0, most = 0;
    for (size_t i = 0, end = 0; i < s->n; i++) {
        while (end < s->n && s->at[end].end <= s->at[i].start + SNIPPET_LONGEST - SNIPPET_LEAD)
            end++;
        if (end > i && end - i > most) {
            most = end - i;
            best = i;
        }
    }
    return s->n ? s->at[best].start : 0;
}

/* One line: runs of white space become one space, and leading ones go. */
static void straighten(struct marked_text *m) {
    bool space = true;
    for (int i = 0; i < m->pieces_n; i++) {
        char *to = (char *)m->pieces[i].text;
        for (const char *p = to; *p; p++) {
            if (!is_space(*p) || !space)
                *to++ = is_space(*p) ? ' ' : *p;
            space = is_space(*p);
        }
        *to = 0;
    }
}

struct marked_text marked_snippet(struct arena *a, const char *text, const char *query) {
    struct laid_out t = lay_out(a, text);
    struct spans s = search_highlight(a, t.text, query);
    size_t first = best_start(&s), from = first > SNIPPET_LEAD ? first - SNIPPET_LEAD : 0;
    /* At a word's beginning, where there is one near. */
    for (size_t i = from; from && i < first; i++)
        if (is_space(t.text[t.at[i]])) {
            from = i + 1;
            break;
        }
    from = off_marks(&t, from);
    size_t to = from + SNIPPET_LONGEST < t.n ? off_marks(&t, from + SNIPPET_LONGEST) : t.n;
    struct marked_text out = cut(a, &t, &s, from, to);
    straighten(&out);
    if (from) {
        memmove(out.pieces + 1, out.pieces, (size_t)out.pieces_n++ * sizeof *out.pieces);
        out.pieces[0] = (struct marked_piece){"…", false};
    }
    if (to < t.n)
        out.pieces[out.pieces_n++] = (struct marked_piece){"…", false};
    return out;
}
