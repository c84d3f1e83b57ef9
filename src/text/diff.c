/* diff.c: first by lines, then by words within the lines that differ: a moved comma in a long article is found
 * among a few words, not among all. Both by Myers' O(ND) algorithm. */
#include "text/diff.h"

#include "base/buf.h"
#include "text/markdown.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

struct part {
    const char *text;
    size_t len;
    uint64_t hash;
};
struct parts {
    struct part *at;
    int n;
};

static uint64_t hash_of(const char *s, size_t n) {
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (uint8_t)s[i]) * 0x100000001b3u;
    return h;
}

static void add_part(struct arena *a, struct parts *p, int *room, const char *text, size_t len) {
    if (p->n == *room) {
        int more = *room ? *room * 2 : 64;
        p->at = arena_grow(a, p->at, (size_t)p->n, (size_t)more, sizeof *p->at);
        *room = more;
    }
    p->at[p->n++] = (struct part){text, len, hash_of(text, len)};
}

static struct parts lines_of(struct arena *a, const char *text) {
    struct parts p = {0};
    int room = 0;
    while (*text) {
        size_t n = strcspn(text, "\n");
        n += text[n] == '\n';
        add_part(a, &p, &room, text, n);
        text += n;
    }
    return p;
}

static struct parts words_in(struct arena *a, const struct part *lines, int n, const char *lang) {
    struct parts p = {0};
    int room = 0;
    UErrorCode status = U_ZERO_ERROR;
    size_t len = n ? (size_t)(lines[n - 1].text + lines[n - 1].len - lines[0].text) : 0;
    UText *text = n ? utext_openUTF8(NULL, lines[0].text, (int64_t)len, &status) : NULL;
    UBreakIterator *words = n ? ubrk_open(UBRK_WORD, lang, NULL, 0, &status) : NULL;
    if (n)
        ubrk_setUText(words, text, &status);
    if (n && U_SUCCESS(status)) {
        int from = ubrk_first(words);
        for (int to; (to = ubrk_next(words)) != UBRK_DONE; from = to)
            add_part(a, &p, &room, lines[0].text + from, (size_t)(to - from));
    } else if (n) {
        add_part(a, &p, &room, lines[0].text, len); /* without ICU's rules: the whole stretch */
    }
    if (words)
        ubrk_close(words);
    if (text)
        utext_close(text);
    return p;
}

/* Marks in *keep_x and *keep_y what is common. False: they differ by more than DIFF_EDITS_MAX, nothing is marked.
 */
static bool common(struct arena *a, struct parts x, struct parts y, bool *keep_x, bool *keep_y) {
    int most = x.n + y.n < DIFF_EDITS_MAX ? x.n + y.n : DIFF_EDITS_MAX;
    int **reached = ARENA_ARRAY(a, (size_t)most + 1, int *); /* of each number of edits: how far on each diagonal */
    int *v = ARENA_ARRAY(a, (size_t)most * 2 + 3, int), offset = most + 1, edits = 0;
    bool done = false;
    for (; edits <= most && !done; edits++) {
        reached[edits] = ARENA_ARRAY(a, (size_t)edits * 2 + 1, int);
        for (int k = -edits; k <= edits; k += 2) {
            bool down = k == -edits || (k != edits && v[offset + k - 1] < v[offset + k + 1]);
            int i = down ? v[offset + k + 1] : v[offset + k - 1] + 1, j = i - k;
            while (i < x.n && j < y.n && x.at[i].hash == y.at[j].hash && x.at[i].len == y.at[j].len)
                i++, j++;
            v[offset + k] = i;
            reached[edits][k + edits] = i;
            if (i >= x.n && j >= y.n) {
                done = true;
                break;
            }
        }
    }
    if (!done)
        return false;
    int i = x.n, j = y.n;
    for (int d = edits - 1; d >= 0; d--) { /* back along the way that was found */
        int k = i - j, from_i = 0;
        if (d) {
            const int *before = reached[d - 1];
            bool down = k == -d || (k != d && before[k - 1 + d - 1] < before[k + 1 + d - 1]);
            int from_k = down ? k + 1 : k - 1;
            from_i = before[from_k + d - 1];
            int start_i = down ? from_i : from_i + 1;
            while (i > start_i)
                keep_x[--i] = keep_y[--j] = true;
            i = from_i;
            j = from_i - from_k;
        } else {
            while (i > 0)
                keep_x[--i] = keep_y[--j] = true;
        }
    }
    return true;
}

/* ---- putting it together ---- */

struct writer {
    struct arena *a;
    struct diff out;
    int room;
    struct buf text; /* of the last piece */
};

static void finish(struct writer *w) {
    if (w->out.n)
        w->out.at[w->out.n - 1].text = arena_copy_n(w->a, w->text.at ? w->text.at : "", w->text.len);
    buf_reset(&w->text);
}

static void put(struct writer *w, enum diff_kind kind, const struct part *p) {
    if (!w->out.n || w->out.at[w->out.n - 1].kind != kind) {
        finish(w);
        if (w->out.n == w->room) {
            int more = w->room ? w->room * 2 : 32;
            w->out.at = arena_grow(w->a, w->out.at, (size_t)w->out.n, (size_t)more, sizeof *w->out.at);
            w->room = more;
        }
        w->out.at[w->out.n++] = (struct diff_piece){kind, ""};
    }
    buf_add(&w->text, p->text, p->len);
}

typedef void walk_block(struct writer *w, const struct part *x, int xn, const struct part *y, int yn,
                        const char *lang);

/* What is common is put; each stretch between is given to `differs`. */
static void walk(struct writer *w, struct parts x, struct parts y, walk_block *differs, const char *lang) {
    bool *keep_x = ARENA_ARRAY(w->a, (size_t)x.n + 1, bool), *keep_y = ARENA_ARRAY(w->a, (size_t)y.n + 1, bool);
    (void)common(w->a, x, y, keep_x, keep_y);
    for (int i = 0, j = 0; i < x.n || j < y.n;) {
        int from_i = i, from_j = j;
        while (i < x.n && !keep_x[i])
            i++;
        while (j < y.n && !keep_y[j])
            j++;
        if (i > from_i || j > from_j)
            differs(w, x.at + from_i, i - from_i, y.at + from_j, j - from_j, lang);
        for (; i < x.n && j < y.n && keep_x[i] && keep_y[j]; i++, j++)
            put(w, DIFF_SAME, &x.at[i]);
    }
}

static void replaced(struct writer *w, const struct part *x, int xn, const struct part *y, int yn,
                     const char *lang) {
    for (int i = 0; i < xn; i++)
        put(w, DIFF_REMOVED, &x[i]);
    for (int j = 0; j < yn; j++)
        put(w, DIFF_ADDED, &y[j]);
}

static void by_words(struct writer *w, const struct part *x, int xn, const struct part *y, int yn,
                     const char *lang) {
    walk(w, words_in(w->a, x, xn, lang), words_in(w->a, y, yn, lang), replaced, lang);
}

struct diff diff_words(struct arena *a, const char *before, const char *after, const char *lang) {
    struct writer w = {.a = a};
    walk(&w, lines_of(a, before), lines_of(a, after), by_words, lang);
    finish(&w);
    buf_free(&w.text);
    return w.out;
}

/* ---- by sentences ---- */

struct sentences {
    const char **at;
    size_t n, room;
};

static void add_sentence(struct arena *a, struct sentences *out, const char *text, size_t len) {
    while (len && strchr(" \t\r\n", text[len - 1]))
        len--;
    while (len && strchr(" \t", *text))
        text++, len--;
    if (len < 4) /* a number or a mark of a list says nothing alone */
        return;
    if (out->n == out->room) {
        size_t room = out->room ? out->room * 2 : 32;
        out->at = arena_grow(a, out->at, out->n, room, sizeof *out->at);
        out->room = room;
    }
    out->at[out->n++] = arena_copy_n(a, text, len);
}

/* A line ends a sentence: headings and points of a list have no full stop. */
static struct sentences sentences_of(struct arena *a, const char *markdown, const char *lang) {
    struct sentences out = {0};
    UErrorCode status = U_ZERO_ERROR;
    UBreakIterator *breaks = ubrk_open(UBRK_SENTENCE, lang, NULL, 0, &status);
    struct parts lines = lines_of(a, markdown);
    for (int i = 0; i < lines.n && U_SUCCESS(status); i++) {
        const char *words = markdown_words(a, arena_copy_n(a, lines.at[i].text, lines.at[i].len));
        UText *text = utext_openUTF8(NULL, words, -1, &status);
        ubrk_setUText(breaks, text, &status);
        for (int32_t from = 0, to = U_SUCCESS(status) ? ubrk_next(breaks) : UBRK_DONE; to != UBRK_DONE;
             from = to, to = ubrk_next(breaks))
            add_sentence(a, &out, words + from, (size_t)(to - from));
        utext_close(text);
    }
    if (breaks)
        ubrk_close(breaks);
    return out;
}

static const char **only_in(struct arena *a, const struct sentences *x, const struct sentences *y, size_t *n) {
    const char **out = ARENA_ARRAY(a, x->n + 1, const char *);
    *n = 0;
    for (size_t i = 0; i < x->n; i++) {
        bool there = false;
        for (size_t k = 0; k < y->n && !there; k++)
            there = strcmp(x->at[i], y->at[k]) == 0;
        if (!there)
            out[(*n)++] = x->at[i];
    }
    return out;
}

struct diff_sentences diff_sentences(struct arena *a, const char *before, const char *after, const char *lang) {
    struct sentences x = sentences_of(a, before, lang), y = sentences_of(a, after, lang);
    struct diff_sentences out;
    out.removed = only_in(a, &x, &y, &out.removed_n);
    out.added = only_in(a, &y, &x, &out.added_n);
    return out;
}
