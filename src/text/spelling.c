#include "text/spelling.h"

#include "base/utf8.h"
#include "text/normal.h"
#include "text/stop.h"

#include <stdbool.h>
#include <string.h>

/* Asking for every word one slip away costs 54 look-ups a letter, some 20 µs a word and its stem, and needs no list
 * of words beside the index. */
enum { SHORTEST = 4, LONGEST = 24 };

struct nearest {
    spelling_held_fn *held;
    const void *arg;
    enum token_kind kind; /* what is looked for */
    char word[LONGEST + 2];
    uint32_t articles; /* 0: none found */
};

static void try_word(struct nearest *best, const char *word, size_t n) {
    uint32_t articles = best->held(best->arg, best->kind, word, n);
    if (articles > best->articles) {
        best->articles = articles;
        memcpy(best->word, word, n);
        best->word[n] = 0;
    }
}

static void try_letters(struct nearest *best, char *word, size_t n, size_t at) {
    for (word[at] = 'a'; word[at] <= 'z'; word[at]++)
        try_word(best, word, n);
}

static void one_slip_away(struct nearest *best, const char *word, size_t n) {
    char other[LONGEST + 2];
    for (size_t i = 0; i <= n; i++) {
        memcpy(other, word, i); /* a letter lost */
        memcpy(other + i + 1, word + i, n - i);
        try_letters(best, other, n + 1, i);
        if (i == n)
            break;
        memcpy(other, word, n); /* mistaken */
        try_letters(best, other, n, i);
        memcpy(other + i, word + i + 1, n - i - 1); /* added */
        try_word(best, other, n - 1);
        if (i + 1 < n) { /* swapped */
            memcpy(other, word, n);
            other[i] = word[i + 1];
            other[i + 1] = word[i];
            try_word(best, other, n);
        }
    }
}

static bool is_plain(const struct word *w) {
    for (size_t i = 0; i < w->n; i++)
        if (w->cp[i] < 'a' || w->cp[i] > 'z')
            return false;
    return w->n >= SHORTEST && w->n <= LONGEST;
}

static const char *skip(const char *at, const char *end, uint32_t code_points) {
    for (int bytes; code_points && at < end; code_points--, at += bytes)
        utf8_next(at, end, &bytes);
    return at;
}

const char *spelling_right(struct arena *a, const char *lang, const char *text, size_t len, spelling_held_fn *held,
                           const void *arg) {
    if (!strcmp(lang, "vi"))
        return text;
    struct normal normal = normalize(a, text, len);
    struct words words = words_of(a, &normal);
    size_t n_weights;
    const float *weights = stop_weights(a, lang, text, len, &n_weights);
    const char *at = text, *end = text + len, *right = "";
    uint32_t done = 0; /* code points of the text that are in `right` */
    int looked_into = 0;
    for (size_t i = 0; i < words.n && looked_into < SPELLING_WORDS_MAX; i++) {
        const struct word *w = &words.at[i];
        if (!is_plain(w) || weights[w->start] < 1)
            continue;
        const char *word = word_spell(a, w), *stem = word_stem(a, word);
        if (held(arg, TOKEN_WORD, word, w->n) || held(arg, TOKEN_STEM, stem, strlen(stem)))
            continue;
        looked_into++;
        struct nearest best = {.held = held, .arg = arg, .kind = TOKEN_WORD};
        one_slip_away(&best, word, w->n);
        if (!best.articles && strlen(stem) > SHORTEST) { /* "worbker", where the articles only say "workers" */
            best.kind = TOKEN_STEM;
            one_slip_away(&best, stem, strlen(stem));
        }
        if (!best.articles)
            continue;
        const char *from = skip(at, end, w->start - done);
        right = arena_printf(a, "%s%.*s%s", right, (int)(from - at), at, best.word);
        at = skip(from, end, w->end - w->start);
        done = w->end;
    }
    return at == text ? text : arena_printf(a, "%s%.*s", right, (int)(end - at), at);
}
