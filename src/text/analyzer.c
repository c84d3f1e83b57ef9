#include "text/analyzer.h"

#include "base/log.h"
#include "base/utf8.h"
#include "text/normal.h"

#include <libstemmer.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ubrk.h>

const char token_letters[TOKEN_KINDS + 1] = "wspghbmt";

enum { WORD_MAX = 64 };

/* ---- what a thread keeps ---- */

/* Opening a word iterator reads rules and dictionaries; a clone shares them. Neither clones nor stemmers may be
 * used by two threads. */
enum { STEMS = 512, STEM_MAX = 24 };
struct tools {
    UBreakIterator *words;
    struct sb_stemmer *stemmer;
    struct {
        char word[STEM_MAX], stem[STEM_MAX];
    } stems[STEMS]; /* of words met before, at the hash of each: most of any text */
};
static UBreakIterator *first_iterator;
static pthread_key_t tools_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void tools_free(void *p) {
    struct tools *t = p;
    ubrk_close(t->words);
    sb_stemmer_delete(t->stemmer);
    free(t);
}

static void open_first(void) {
    UErrorCode error = U_ZERO_ERROR;
    first_iterator = ubrk_open(UBRK_WORD, "", NULL, 0, &error);
    if (U_FAILURE(error))
        die("ICU's word rules are not available: %s", u_errorName(error));
    if (pthread_key_create(&tools_key, tools_free))
        die("no thread key is left");
}

static struct tools *tools(void) {
    pthread_once(&once, open_first);
    struct tools *t = pthread_getspecific(tools_key);
    if (t)
        return t;
    t = calloc(1, sizeof *t);
    UErrorCode error = U_ZERO_ERROR;
    if (t) {
        t->words = ubrk_clone(first_iterator, &error);
        t->stemmer = sb_stemmer_new("english", "UTF_8");
    }
    if (!t || U_FAILURE(error) || !t->stemmer || pthread_setspecific(tools_key, t))
        die("out of memory");
    return t;
}

/* ---- words ---- */

/* The script of a word is that of its first letter: ICU never joins Han or Thai with anything else. */
static enum script word_script(const uint32_t *cp, size_t n) {
    for (size_t i = 0; i < n; i++) {
        enum script s = script_of(cp[i]);
        if (s != SCRIPT_NONE)
            return s;
    }
    return SCRIPT_NONE;
}

struct words words_of(struct arena *a, const struct normal *text) {
    struct words out = {ARENA_ARRAY(a, text->n + 1, struct word), 0};
    UChar *units = ARENA_ARRAY(a, 2 * text->n + 1, UChar);
    uint32_t *cp_at = ARENA_ARRAY(a, 2 * text->n + 1, uint32_t);
    int32_t n = 0;
    for (size_t i = 0; i < text->n; i++) {
        cp_at[n] = cp_at[n + 1] = (uint32_t)i;
        U16_APPEND_UNSAFE(units, n, text->cp[i]);
    }
    cp_at[n] = (uint32_t)text->n;

    UBreakIterator *it = tools()->words;
    UErrorCode error = U_ZERO_ERROR;
    ubrk_setText(it, units, n, &error);
    if (U_FAILURE(error))
        die("ICU could not take a text of %d units: %s", n, u_errorName(error));
    int32_t from = ubrk_first(it);
    for (int32_t to; (to = ubrk_next(it)) != UBRK_DONE; from = to) {
        size_t first = cp_at[from], last = cp_at[to];
        if (last <= first)
            continue;
        enum script script = word_script(text->cp + first, last - first);
        if (script != SCRIPT_NONE)
            out.at[out.n++] =
                (struct word){text->cp + first, last - first, text->start[first], text->end[last - 1], (int)script};
    }
    /* The iterator must not keep a pointer into the arena. */
    ubrk_setText(it, u"", 0, &error);
    return out;
}

static bool is_digit(uint32_t c) { return c >= '0' && c <= '9'; }

/* 5.000 in Hanoi is 5,000 in Bangkok: groups of exactly three digits are one number. */
static bool is_grouped_number(const struct word *w) {
    size_t group = 0;
    bool grouped = false;
    for (size_t i = 0; i < w->n; i++) {
        if (is_digit(w->cp[i])) {
            if (++group > 3)
                return false;
        } else if ((w->cp[i] == '.' || w->cp[i] == ',') && group && (!grouped || group == 3)) {
            grouped = true;
            group = 0;
        } else {
            return false;
        }
    }
    return grouped && group == 3;
}

static size_t word_length(const struct word *w) { return w->n < WORD_MAX ? w->n : WORD_MAX; }

char *word_fold(struct arena *a, const struct word *w) {
    char *out = arena_alloc(a, word_length(w) * 4 + 1), *to = out;
    bool number = is_grouped_number(w);
    for (size_t i = 0; i < word_length(w); i++) {
        uint32_t c = letter_fold(w->cp[i]);
        if (c && c != '\'' && !(number && !is_digit(c)))
            to += utf8_put(to, c);
    }
    return out;
}

char *word_spell(struct arena *a, const struct word *w) {
    char *out = arena_alloc(a, word_length(w) * 8 + 1), *to = out;
    bool number = is_grouped_number(w);
    uint32_t tones[WORD_MAX];
    size_t n = 0;
    for (size_t i = 0; i < word_length(w); i++) {
        uint32_t tone, c = letter_toneless(w->cp[i], &tone);
        if (tone)
            tones[n++] = tone;
        if (c && !(number && !is_digit(c)))
            to += utf8_put(to, c);
    }
    for (size_t i = 0; i < n; i++)
        to += utf8_put(to, tones[i]);
    return out;
}

const char *word_stem(struct arena *a, const char *spelled) {
    uint32_t hash = 2166136261u;
    size_t n = 0;
    for (const char *p = spelled; *p; p++, n++) {
        if (!((*p >= 'a' && *p <= 'z') || *p == '\''))
            return spelled;
        hash = (hash ^ (unsigned char)*p) * 16777619u;
    }
    struct tools *t = tools();
    unsigned slot = hash % STEMS;
    if (n && strcmp(t->stems[slot].word, spelled) == 0)
        return arena_copy(a, t->stems[slot].stem);
    const sb_symbol *stem = sb_stemmer_stem(t->stemmer, (const sb_symbol *)spelled, (int)n);
    if (!stem)
        return spelled;
    size_t stem_n = (size_t)sb_stemmer_length(t->stemmer);
    if (n < STEM_MAX && stem_n < STEM_MAX) {
        memcpy(t->stems[slot].word, spelled, n + 1);
        memcpy(t->stems[slot].stem, stem, stem_n);
        t->stems[slot].stem[stem_n] = 0;
    }
    return arena_copy_n(a, (const char *)stem, stem_n);
}

/* ---- tokens ---- */

struct out {
    struct arena *arena;
    struct token *at;
    size_t n, room;
};

uint64_t token_hash(enum token_kind kind, const char *s, size_t n) {
    uint64_t h = 0xcbf29ce484222325u ^ ((uint64_t)kind + 1) * 0x9E3779B97F4A7C15u; /* FNV-1a */
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)s[i]) * 0x100000001b3u;
    h ^= h >> 32; /* its high bits are weak on short texts */
    h *= 0xd6e8feb86659fd93u;
    return h ^ h >> 32;
}

static void put(struct out *o, enum token_kind kind, const char *text, size_t n, uint32_t start, uint32_t end) {
    if (!n)
        return;
    if (o->n == o->room) {
        size_t room = o->room ? o->room * 2 : 256;
        o->at = arena_grow(o->arena, o->at, o->n, room, sizeof *o->at);
        o->room = room;
    }
    o->at[o->n++] = (struct token){token_hash(kind, text, n), arena_copy_n(o->arena, text, n), start, end, kind};
}

static void put_grams(struct out *o, const char *folded, const struct word *w) {
    char framed[WORD_MAX * 4 + 3];
    size_t len = strlen(folded), n = len + 2;
    framed[0] = '^';
    memcpy(framed + 1, folded, len);
    framed[len + 1] = '$';
    const char *at[WORD_MAX + 4]; /* where each code point of the frame begins */
    size_t count = 0;
    for (const char *p = framed; p < framed + n; p++)
        if ((*p & 0xC0) != 0x80)
            at[count++] = p;
    at[count] = framed + n;
    if (count <= 4) {
        put(o, TOKEN_GRAM, framed, n, w->start, w->end);
        return;
    }
    for (size_t i = 0; i + 4 <= count; i++)
        put(o, TOKEN_GRAM, at[i], (size_t)(at[i + 4] - at[i]), w->start, w->end);
}

static void put_words(struct out *o, const struct words *words) {
    struct arena *a = o->arena;
    char **folded = ARENA_ARRAY(a, words->n + 1, char *);
    char **spelled = ARENA_ARRAY(a, words->n + 1, char *);
    for (size_t i = 0; i < words->n; i++) {
        folded[i] = word_fold(a, &words->at[i]);
        spelled[i] = word_spell(a, &words->at[i]);
    }
    for (size_t i = 0; i < words->n; i++)
        put(o, TOKEN_WORD, spelled[i], strlen(spelled[i]), words->at[i].start, words->at[i].end);
    for (size_t i = 0; i < words->n; i++) {
        if (words->at[i].script != SCRIPT_WORD)
            continue;
        const char *stem = word_stem(a, folded[i]);
        put(o, TOKEN_STEM, stem, strlen(stem), words->at[i].start, words->at[i].end);
    }
    for (size_t i = 0; i + 1 < words->n; i++) {
        const struct word *w = &words->at[i];
        if (w[0].script != SCRIPT_WORD || w[1].script != SCRIPT_WORD)
            continue;
        size_t first = strlen(folded[i]), second = strlen(folded[i + 1]);
        char *pair = arena_alloc(a, first + second + 2);
        memcpy(pair, folded[i], first);
        pair[first] = ' ';
        memcpy(pair + first + 1, folded[i + 1], second);
        put(o, TOKEN_PAIR, pair, first + 1 + second, w[0].start, w[1].end);
    }
    for (size_t i = 0; i < words->n; i++)
        if (words->at[i].script == SCRIPT_WORD)
            put_grams(o, folded[i], &words->at[i]);
}

/* Joins `n` pieces of normal text, [at[i], at[i + 1]). */
static void put_run(struct out *o, enum token_kind kind, const struct normal *text, size_t from, size_t to) {
    char joined[256];
    size_t n = 0;
    for (size_t i = from; i < to && n + 4 < sizeof joined; i++)
        n += (size_t)utf8_put(joined + n, text->cp[i]);
    put(o, kind, joined, n, text->start[from], text->end[to - 1]);
}

static void put_han(struct out *o, const struct normal *text) {
    for (size_t i = 0; i < text->n; i++)
        if (script_of(text->cp[i]) == SCRIPT_HAN)
            put_run(o, TOKEN_HAN, text, i, i + 1);
    for (size_t i = 0; i + 1 < text->n; i++)
        if (script_of(text->cp[i]) == SCRIPT_HAN && script_of(text->cp[i + 1]) == SCRIPT_HAN)
            put_run(o, TOKEN_HAN_PAIR, text, i, i + 2);
}

static void put_thai_run(struct out *o, const struct normal *text, size_t from, size_t to) {
    uint32_t *letters = ARENA_ARRAY(o->arena, to - from + 1, uint32_t);
    uint32_t *place = ARENA_ARRAY(o->arena, to - from + 1, uint32_t);
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        if (thai_mark(text->cp[i]))
            continue;
        letters[n] = text->cp[i] == 0xE33 ? 0xE32 : text->cp[i]; /* sara am less its nikhahit */
        place[n++] = (uint32_t)i;
    }
    for (size_t i = 0; i < n; i += n < 3 ? n : 1) {
        size_t last = i + 3 <= n ? i + 3 : n < 3 ? n : 0;
        if (!last)
            break;
        char gram[16];
        size_t bytes = 0;
        for (size_t j = i; j < last; j++)
            bytes += (size_t)utf8_put(gram + bytes, letters[j]);
        put(o, TOKEN_THAI, gram, bytes, text->start[place[i]], text->end[place[last - 1]]);
    }
    for (size_t at = from; at < to;) {
        size_t middle = thai_cluster_end(text->cp, at, to);
        if (middle < to)
            put_run(o, TOKEN_CLUSTER, text, at, thai_cluster_end(text->cp, middle, to));
        else if (at == from)
            put_run(o, TOKEN_CLUSTER, text, at, middle); /* alone in its run */
        at = middle;
    }
}

static void put_thai(struct out *o, const struct normal *text) {
    for (size_t i = 0; i < text->n;) {
        size_t from = i;
        while (i < text->n && script_of(text->cp[i]) == SCRIPT_THAI)
            i++;
        if (i > from)
            put_thai_run(o, text, from, i);
        else
            i++;
    }
}

struct tokens analyze(struct arena *a, const char *text, size_t len) {
    struct normal normal = normalize(a, text, len);
    struct words words = words_of(a, &normal);
    struct out out = {.arena = a};
    put_words(&out, &words);
    put_han(&out, &normal);
    put_thai(&out, &normal);
    return (struct tokens){out.at, out.n};
}
