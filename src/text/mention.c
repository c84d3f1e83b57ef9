#include "text/mention.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "text/fold.h"

#include <string.h>

/* Letters to compare, and where each stood. */
struct folded {
    uint32_t *lower, *bare;
    size_t *at; /* bytes; at[n] is the end */
    size_t n;
};

static struct folded fold(struct arena *a, const char *text) {
    size_t len = strlen(text);
    struct folded f = {ARENA_ARRAY(a, len + 1, uint32_t), ARENA_ARRAY(a, len + 1, uint32_t),
                       ARENA_ARRAY(a, len + 1, size_t)};
    const char *p = text, *end = text + len;
    while (p < end) {
        int size;
        uint32_t c = fold_lower(utf8_next(p, end, &size));
        if (!fold_invisible(c)) {
            f.lower[f.n] = c;
            f.bare[f.n] = fold_bare(c);
            f.at[f.n++] = (size_t)(p - text);
        }
        p += size;
    }
    f.lower[f.n] = f.bare[f.n] = 0;
    f.at[f.n] = len;
    return f;
}

static bool is_latin(uint32_t bare) { return fold_is_latin(bare) || fold_is_digit(bare); }

/* Vowels and signs that belong to the consonant before them. */
static bool goes_on_in_thai(uint32_t c) {
    return (c >= 0x0E30 && c <= 0x0E3A) || c == 0x0E45 || (c >= 0x0E47 && c <= 0x0E4E);
}

/* Before the sign: nothing that an address or a path could end with. */
static bool may_begin(const struct folded *f, size_t at) {
    uint32_t before = at ? f->bare[at - 1] : ' ';
    return before > 0x7F || !(is_latin(before) || strchr("._%+-/=@", (int)before));
}

/* Behind the name no other word, and no address, may go on. */
static bool may_end(const struct folded *f, size_t at) {
    uint32_t last = f->bare[at - 1], next = f->bare[at];
    if (goes_on_in_thai(next))
        return false;
    if (!is_latin(last))
        return true;
    bool joins = next == '.' || next == '-' || next == '_' || next == '+';
    return !is_latin(next) && next != '@' && !(joins && is_latin(f->bare[at + 1]));
}

/* Where the name that begins at `at` ends, 0: it does not stand there. One space of it stands for several. */
static size_t match(const struct folded *f, size_t at, const struct folded *name, bool *exact) {
    *exact = true;
    if (!name->n)
        return 0;
    for (size_t i = 0; i < name->n; i++, at++) {
        if (at >= f->n || f->bare[at] != name->bare[i])
            return 0;
        *exact &= f->lower[at] == name->lower[i];
        while (name->bare[i] == ' ' && f->bare[at + 1] == ' ')
            at++;
    }
    return may_end(f, at) ? at : 0;
}

size_t mention_find(struct arena *a, const char *text, const struct mention_name *people, size_t n, bool *called,
                    struct mention_span **spans) {
    size_t found = 0;
    memset(called, 0, n * sizeof *called);
    *spans = NULL;
    if (!n || (!strchr(text, '@') && !strstr(text, "＠")))
        return 0;
    struct folded f = fold(a, text), *names = ARENA_ARRAY(a, 2 * n, struct folded);
    for (size_t i = 0; i < 2 * n; i++)
        names[i] = fold(a, i % 2 ? people[i / 2].email : people[i / 2].name);
    *spans = ARENA_ARRAY(a, f.n + 1, struct mention_span);
    for (size_t at = 0; at < f.n; at++) {
        size_t longest = 0;
        bool exact = false, any_exact = false;
        if (f.bare[at] != '@' || !may_begin(&f, at))
            continue;
        for (size_t i = 0; i < 2 * n; i++) {
            size_t end = match(&f, at + 1, &names[i], &exact);
            if (end > longest)
                any_exact = false;
            longest = end > longest ? end : longest;
            any_exact |= end && end == longest && exact;
        }
        if (!longest)
            continue;
        for (size_t i = 0; i < 2 * n; i++)
            if (match(&f, at + 1, &names[i], &exact) == longest && exact >= any_exact)
                called[i / 2] = true;
        (*spans)[found++] = (struct mention_span){f.at[at], f.at[longest]};
        at = longest - 1;
    }
    return found;
}

/* ---- in HTML ---- */

static const struct {
    const char *as;
    char is;
} escapes[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};

/* The text between two tags: read without its escapes, written with them. */
static void mark_text(struct arena *a, struct buf *out, const char *html, size_t len,
                      const struct mention_name *people, size_t n, bool *called) {
    char *text = arena_alloc(a, len + 1);
    size_t *at = ARENA_ARRAY(a, len + 1, size_t), text_n = 0, done = 0;
    for (size_t i = 0; i < len;) {
        size_t size = 1;
        at[text_n] = i;
        text[text_n] = html[i];
        for (size_t k = 0; html[i] == '&' && k < sizeof escapes / sizeof *escapes; k++)
            if (strncmp(html + i, escapes[k].as, strlen(escapes[k].as)) == 0) {
                text[text_n] = escapes[k].is;
                size = strlen(escapes[k].as);
            }
        text_n++;
        i += size;
    }
    text[text_n] = 0;
    at[text_n] = len;
    struct mention_span *spans;
    size_t spans_n = mention_find(a, text, people, n, called, &spans);
    for (size_t i = 0; i < spans_n; i++) {
        size_t start = at[spans[i].start], end = at[spans[i].end];
        buf_add(out, html + done, start - done);
        buf_lit(out, "<span class=\"mention\">");
        buf_add(out, html + start, end - start);
        buf_lit(out, "</span>");
        done = end;
    }
    buf_add(out, html + done, len - done);
}

static bool opens(const char *tag, const char *name) {
    size_t len = strlen(name);
    return strncmp(tag, name, len) == 0 && (tag[len] == '>' || tag[len] == ' ');
}

char *mention_mark(struct arena *a, const char *html, const struct mention_name *people, size_t n) {
    struct buf out = {0};
    int closed = 0; /* links and code that we are in */
    bool *called = ARENA_ARRAY(a, n + 1, bool);
    while (*html) {
        size_t len = strcspn(html, "<");
        if (closed > 0)
            buf_add(&out, html, len);
        else if (len)
            mark_text(a, &out, html, len, people, n, called);
        html += len;
        if (!*html)
            break;
        len = strcspn(html, ">") + 1; /* attributes hold no bare ">": it is escaped there */
        closed += opens(html, "<a") || opens(html, "<code");
        closed -= opens(html, "</a") || opens(html, "</code");
        buf_add(&out, html, len);
        html += len;
    }
    char *marked = arena_copy_n(a, out.at ? out.at : "", out.len);
    buf_free(&out);
    return marked;
}
