#include "text/courtesy.h"

#include "base/utf8.h"
#include "text/courtesy_words.h"
#include "text/fold.h"

#include <pthread.h>
#include <string.h>

/* ---- the table, folded once ---- */

enum { WORDS_MAX = 2600, WORD_LEN_MAX = 40, BUCKETS = 512 };

struct word {
    uint32_t c[WORD_LEN_MAX];
    uint8_t n;
    uint16_t kind;
    int16_t next; /* in the same bucket; -1 ends */
};

static struct word words[WORDS_MAX];
static int n_words;
static int16_t bucket[BUCKETS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static size_t bucket_of(uint32_t c) { return fold_bare(c) % BUCKETS; }

static bool make_word(struct word *w, enum lang lang, const char *s, size_t len, unsigned kind) {
    *w = (struct word){.kind = (uint16_t)kind, .next = -1};
    w->n = (uint8_t)prose_fold(lang, s, len, w->c, WORD_LEN_MAX);
    return w->n > 0;
}

static void load_words(void) {
    for (int i = 0; i < BUCKETS; i++)
        bucket[i] = -1;
    for (size_t r = 0; r < courtesy_rows_n; r++)
        for (const char *p = courtesy_rows[r].words; *p;) {
            size_t n = strcspn(p, "|");
            struct word *w = &words[n_words];
            if (n_words < WORDS_MAX - 1 && make_word(w, courtesy_rows[r].lang, p, n, courtesy_rows[r].kind)) {
                w->next = bucket[bucket_of(w->c[0])];
                bucket[bucket_of(w->c[0])] = (int16_t)n_words++;
            }
            p += n + (p[n] == '|');
        }
}

/* ---- the text, made comparable ---- */

struct text {
    uint32_t *c; /* one 0 behind the last may be read */
    size_t n;
};

static bool part_of_word(uint32_t c) { return prose_is_letter(c) || fold_is_digit(c); }

/* Signs that change nothing: skin colours, joiners, the mark that makes a sign a picture. */
static bool drawn_only(uint32_t c) {
    return fold_invisible(c) || c == 0xFE0F || c == 0xFE0E || c == 0x200D || (c >= 0x1F3FB && c <= 0x1F3FF);
}

/* The language only says how letters are levelled: Chinese in Simplified, Vietnamese tones on their newer place. */
static enum lang script_lang(const char *text, size_t len) {
    for (const char *p = text, *end = text + len; p < end;) {
        int k;
        uint32_t c = utf8_next(p, end, &k);
        if (fold_is_han(c))
            return LANG_ZH;
        if (fold_is_thai(c))
            return LANG_TH;
        p += k;
    }
    return LANG_VI;
}

/* Letters drawn out ("thaaanks", "ค่าาา") become one, white space one space. */
static struct text make_comparable(struct arena *a, const char *s, size_t len, size_t most) {
    size_t room = len < most * 4 ? len : most * 4;
    uint32_t *raw = ARENA_ARRAY(a, room + 1, uint32_t);
    size_t n = prose_fold(script_lang(s, len), s, len, raw, room);
    struct text t = {ARENA_ARRAY(a, n + 1, uint32_t), 0};
    for (size_t i = 0; i < n; i++) {
        uint32_t c = raw[i] == '\n' ? ' ' : raw[i];
        if (drawn_only(c) || (c == ' ' && (!t.n || t.c[t.n - 1] == ' ')))
            continue;
        bool letter = c > 0x7F || (c >= 'a' && c <= 'z');
        if (letter && i + 2 < n && raw[i + 1] == c && raw[i + 2] == c) {
            while (i + 1 < n && raw[i + 1] == c)
                i++;
        }
        t.c[t.n++] = c;
    }
    t.c[t.n] = 0;
    return t;
}

/* ---- all of it made of known words ---- */

/* One past the word when it stands at `i`; 0 when it does not. */
static size_t word_ends(const struct text *t, const struct word *w, size_t i) {
    if (i + w->n > t->n || (part_of_word(w->c[0]) && i > 0 && part_of_word(t->c[i - 1])))
        return 0;
    size_t at = i;
    for (size_t k = 0; k < w->n; k++, at++)
        if (t->c[at] != w->c[k] && t->c[at] != fold_bare(w->c[k]))
            return 0;
    uint32_t last = t->c[at - 1];
    if (part_of_word(last)) {
        while (prose_is_letter(last) && t->c[at] == last)
            at++;
        if (part_of_word(t->c[at]))
            return 0;
    }
    return at;
}

static bool is_in(const uint32_t *list, uint32_t c) {
    while (*list && *list != c)
        list++;
    return *list;
}

/* Between words, where it says nothing. A question mark says something. */
static bool between(uint32_t c) {
    return c && (c == 0x3002 || c == 0x3001 || c == 0x2026 || c == 0x201C || c == 0x201D || c == 0x2022 ||
                 c == 0xB7 || c == 0x0E46 || c == 0x0E2F || c == 0x300C || c == 0x300D || c == 0xFF61 ||
                 c == 0x30FB || (c < 0x80 && strchr(" .,!~;:-()*_^\"'&/|", (int)c)));
}

struct covering {
    unsigned allowed, kinds[3]; /* kinds of words: which may stand there, and which count */
    const struct word *names;
    size_t n_names;
    bool likes; /* pictures count as the first kind */
    bool first_is_no_particle;
};

/* What can be said of each place: a bit for each set of kinds that a way to it has met. Sets are bits too: 1, 2, 4
 * of `kinds` in their order. */
static uint8_t with_met(uint8_t ways, unsigned met) {
    uint8_t out = 0;
    for (unsigned set = 0; set < 8; set++)
        if (ways & 1u << set)
            out |= (uint8_t)(1u << (set | met));
    return out;
}

static void try_word(const struct text *t, const struct covering *how, const struct word *w, size_t i,
                     uint8_t *ways) {
    bool allowed = w->kind & how->allowed && !(w->kind == WORD_PARTICLE && i == 0 && how->first_is_no_particle);
    size_t end = allowed ? word_ends(t, w, i) : 0;
    if (!end)
        return;
    unsigned met = 0;
    for (unsigned k = 0; k < 3; k++)
        met |= w->kind & how->kinds[k] ? 1u << k : 0;
    ways[end] |= with_met(ways[i], met);
}

/* The sets that a way through the whole text can have met; 0: there is no such way. */
static uint8_t cover(struct arena *a, const struct text *t, const struct covering *how) {
    uint8_t *ways = ARENA_ARRAY(a, t->n + 1, uint8_t);
    ways[0] = 1;
    for (size_t i = 0; i < t->n; i++) {
        if (!ways[i])
            continue;
        bool like = how->likes && is_in(courtesy_likes, t->c[i]);
        if (between(t->c[i]) || like || is_in(courtesy_faces, t->c[i]))
            ways[i + 1] |= with_met(ways[i], like ? 1 : 0);
        for (int k = bucket[bucket_of(t->c[i])]; k >= 0; k = words[k].next)
            try_word(t, how, &words[k], i, ways);
        for (size_t k = 0; k < how->n_names; k++)
            try_word(t, how, &how->names[k], i, ways);
    }
    return ways[t->n];
}

/* Can the text be read so that of these kinds exactly … were met? */
static bool was_met(uint8_t ways, unsigned wanted, unsigned unwanted) {
    for (unsigned set = 0; set < 8; set++)
        if (ways & 1u << set && (set & wanted) == wanted && !(set & unwanted))
            return true;
    return false;
}

/* ---- names and signatures ---- */

static void add_name(struct word *list, size_t *n, const char *s, size_t len) {
    if (*n < COURTESY_NAMES_MAX && len > 1 && len < 60 && !memchr(s, '@', len) &&
        make_word(&list[*n], script_lang(s, len), s, len, WORD_COMMON) && list[*n].n > 1)
        ++*n;
}

static struct word *name_words(struct arena *a, const char *const *names, size_t n_names, size_t *n) {
    struct word *list = ARENA_ARRAY(a, COURTESY_NAMES_MAX, struct word);
    *n = 0;
    for (size_t i = 0; i < n_names; i++) {
        if (!names[i])
            continue;
        add_name(list, n, names[i], strlen(names[i]));
        for (const char *p = names[i]; *p;) {
            size_t word = strcspn(p, " ");
            if (word < strlen(names[i]))
                add_name(list, n, p, word);
            p += word + (p[word] == ' ');
        }
    }
    return list;
}

/* A line of a signature: a name in capitals, a number to call, an address. */
static bool signs(const char *line, size_t n) {
    if (memchr(line, '@', n) || memchr(line, '+', n) || memmem(line, n, "www.", 4) || memmem(line, n, "://", 3))
        return true;
    int in_line = 0;
    for (size_t i = 0; i < n;) {
        while (i < n && strchr(" ,.|-\t", line[i]))
            i++;
        if (i == n)
            break;
        int k;
        uint32_t c = utf8_next(line + i, line + n, &k);
        size_t word = 0;
        while (i + word < n && !strchr(" ,.|-\t", line[i + word]))
            word++;
        bool capital = fold_lower(c) != c && prose_is_letter(fold_lower(c)),
             joins = in_line && word <= 3; /* "of" */
        if ((!capital && !joins) || ++in_line > 6)
            return false;
        i += word;
    }
    return true;
}

/* The line between a letter and its signature: "-- " is made for that (RFC 3676), "--" is what editors leave of it.
 */
static bool is_delimiter(const char *line, size_t n, bool *sure) {
    *sure = n == 3 && memcmp(line, "-- ", 3) == 0;
    return *sure || (n == 2 && memcmp(line, "--", 2) == 0);
}

/* Where the text ends when what is left is a signature below a closing line. */
static size_t before_signature(struct arena *a, const char *text, size_t len) {
    const struct covering closing = {.allowed = WORD_CLOSING | WORD_COMMON, .kinds = {WORD_CLOSING}};
    for (size_t start = 0; start < len;) {
        size_t n = strcspn(text + start, "\n"), after = start + n + 1, lines = 0;
        struct text line = make_comparable(a, text + start, n, COURTESY_MAX);
        bool sure = false, closes = is_delimiter(text + start, n, &sure) ||
                                    (n < 60 && line.n && was_met(cover(a, &line, &closing), 1, 0));
        for (size_t i = after; closes && !sure && i < len; lines++) {
            size_t k = strcspn(text + i, "\n");
            closes = lines < 8 && k < 80 && signs(text + i, k);
            i += k + 1;
        }
        if (closes)
            return start + n;
        start = after;
    }
    return len;
}

/* ---- what is asked ---- */

enum courtesy courtesy_of(struct arena *a, const char *text, const char *const *names, size_t n_names) {
    pthread_once(&once, load_words);
    size_t len = strlen(text);
    if (len > COURTESY_MAX * 8)
        return COURTESY_NONE;
    len = before_signature(a, text, len);
    struct text t = make_comparable(a, text, len, COURTESY_MAX);
    if (!t.n || t.n > COURTESY_MAX)
        return COURTESY_NONE;
    struct covering how = {
        .allowed = WORD_THANKS | WORD_YES | WORD_WISH | WORD_COMMON | WORD_PARTICLE | WORD_HELLO | WORD_CLOSING,
        .kinds = {WORD_THANKS, WORD_YES, WORD_HELLO},
        .likes = true,
        .first_is_no_particle = true,
    };
    how.names = name_words(a, names, n_names, &how.n_names);
    uint8_t ways = cover(a, &t, &how);
    enum { THANKS = 1, YES = 2, HELLO = 4 };
    if (was_met(ways, HELLO, THANKS | YES)) /* 你好 is no 好 */
        return COURTESY_NONE;
    return was_met(ways, THANKS, YES) ? COURTESY_THANKS : was_met(ways, YES, 0) ? COURTESY_YES : COURTESY_NONE;
}

bool courtesy_is_call(struct arena *a, const char *text) {
    pthread_once(&once, load_words);
    if (strlen(text) > COURTESY_MAX * 4)
        return false;
    struct text t = make_comparable(a, text, strlen(text), COURTESY_MAX);
    for (size_t i = 0; i < t.n; i++)
        if (t.c[i] == '?')
            t.c[i] = ' ';
    const struct covering how = {.allowed = WORD_CALL | WORD_HELLO | WORD_COMMON | WORD_PARTICLE,
                                 .kinds = {WORD_CALL | WORD_HELLO}};
    return t.n && was_met(cover(a, &t, &how), 1, 0);
}

bool courtesy_is_placeholder(struct arena *a, const char *text, const char *const *names, size_t n_names) {
    pthread_once(&once, load_words);
    size_t len = strlen(text);
    if (len > COURTESY_MAX * 8)
        return false;
    struct text t = make_comparable(a, text, before_signature(a, text, len), COURTESY_MAX);
    if (!t.n || t.n > COURTESY_MAX)
        return false;
    for (size_t i = 0; i < t.n; i++)
        if (t.c[i] == '?') /* "How can I help?" */
            t.c[i] = ' ';
    struct covering how = {
        .allowed = WORD_HERE | WORD_HELLO | WORD_COMMON | WORD_PARTICLE | WORD_THANKS | WORD_CLOSING,
        .kinds = {WORD_HERE | WORD_HELLO},
    };
    how.names = name_words(a, names, n_names, &how.n_names);
    return was_met(cover(a, &t, &how), 1, 0);
}

/* ---- what we ask ---- */

static bool holds(const struct prose *p, struct stretch s, const uint32_t *c, size_t n) {
    bool letters = part_of_word(c[0]);
    for (uint32_t i = s.start; i + n <= s.end; i++) {
        if (memcmp(p->c + i, c, n * sizeof *c) == 0 &&
            !(letters && ((i > s.start && part_of_word(p->c[i - 1])) || part_of_word(p->c[i + n]))))
            return true;
    }
    return false;
}

static bool any_of(const struct prose *p, struct stretch s, const struct courtesy_row *rows, size_t n_rows) {
    for (size_t r = 0; r < n_rows; r++)
        for (const char *q = rows[r].words; *q;) {
            size_t n = strcspn(q, "|");
            uint32_t c[WORD_LEN_MAX];
            if (holds(p, s, c, prose_fold(rows[r].lang, q, n, c, WORD_LEN_MAX)))
                return true;
            q += n + (q[n] == '|');
        }
    return false;
}

bool courtesy_asks(struct arena *a, const char *text) {
    size_t len = strlen(text);
    struct prose *p = prose_read(a, script_lang(text, len), text, len);
    for (uint32_t i = 0; i < p->n_sentences; i++)
        if ((p->question[i] || any_of(p, p->sentences[i], courtesy_asking, courtesy_asking_n)) &&
            !any_of(p, p->sentences[i], courtesy_offering, courtesy_offering_n))
            return true;
    return false;
}
