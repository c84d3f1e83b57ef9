#include "text/fold.h"
#include "text/tone.h"

#include <string.h>

static const char *const names[TONES] = {
    [TONE_FAIR] = "fair",
    [TONE_NON_APOLOGY] = "non_apology",
    [TONE_BLAME] = "blame",
    [TONE_INSULT] = "insult",
    [TONE_POLICY_WALL] = "policy_wall",
    [TONE_REFUSE_ESCALATION] = "refuse_escalation",
    [TONE_SCRIPT_REPETITION] = "script_repetition",
    [TONE_ASKS_SECRET] = "asks_secret",
    [TONE_BARE_PROMISE] = "bare_promise",
    [TONE_PUSHES_ELSEWHERE] = "pushes_elsewhere",
    [TONE_OBSTRUCTS_CANCEL] = "obstructs_cancel",
    [TONE_PUSHES_SALE] = "pushes_sale",
    [TONE_BEGS_RATING] = "begs_rating",
    [TONE_PERSONAL_REMARK] = "personal_remark",
    [TONE_EMPTY_EMPATHY] = "empty_empathy",
};

const char *tone_name(enum tone t) { return names[t]; }

enum tone tone_named(const char *rule) {
    for (enum tone t = TONE_FAIR + 1; t < TONES; t++)
        if (strcmp(names[t], rule) == 0)
            return t;
    return TONE_FAIR;
}

bool tone_is_main(enum tone t) { return t > TONE_FAIR && t <= TONE_SCRIPT_REPETITION; }

enum { THAI_RUN = 4 };

struct gatherer {
    struct tone_marks out;
    uint8_t *seen; /* a bit for each place */
    uint32_t sentence;
    uint64_t last, before;   /* the two tokens before this one */
    uint32_t thai[THAI_RUN]; /* the last letters, the newest first */
};

static void add_part(struct gatherer *g, uint64_t hash, float weight) {
    hash *= UINT64_C(0x9E3779B97F4A7C15);
    uint32_t place = (uint32_t)(hash >> (64 - TONE_BITS));
    if (g->out.n == TONE_MARKS_MAX || (g->seen[place / 8] & 1 << place % 8))
        return;
    g->seen[place / 8] |= (uint8_t)(1 << place % 8);
    g->out.at[g->out.n++] = (struct tone_mark){place, g->sentence, weight};
}

static void add(struct gatherer *g, uint64_t hash) { add_part(g, hash, 1); }

static void take(struct gatherer *g, uint64_t token) {
    enum { PAIR = 31, SKIP = 1009 };
    add(g, token);
    if (g->last)
        add(g, g->last * PAIR + token);
    if (g->before)
        add(g, g->before * SKIP + token);
    g->before = g->last;
    g->last = token;
}

/* Thai writes no spaces between words: runs of two to four letters stand for them. */
static void take_thai(struct gatherer *g, uint32_t letter) {
    uint64_t h = 77777;
    memmove(g->thai + 1, g->thai, (THAI_RUN - 1) * sizeof *g->thai);
    g->thai[0] = letter;
    for (int n = 0; n < THAI_RUN && g->thai[n]; n++) {
        h = (h ^ g->thai[n]) * 1099511628211u + (uint64_t)n;
        if (n > 0)
            add(g, h);
    }
}

/* A word by its first letters, so that "apologise" and "apologies" are one. */
static uint64_t stem(const struct prose *p, uint32_t from, uint32_t end) {
    enum { LETTERS = 5 };
    uint64_t h = 1469598103934665603u;
    for (uint32_t i = from; i < end && i < from + LETTERS; i++)
        h = (h ^ p->c[i]) * 1099511628211u;
    return h;
}

/* Four letters next to each other, the word's ends among them: "misread" and "unreadable" have much in common. */
static void take_pieces(struct gatherer *g, const struct prose *p, uint32_t from, uint32_t end) {
    enum { LETTERS = 4, WORD_END = ' ' };
    const float half = 0.5f;
    size_t before = g->out.n;
    for (int64_t i = (int64_t)from - 1; i + LETTERS <= (int64_t)end + 1; i++) {
        uint64_t h = 0x5555;
        for (int64_t k = i; k < i + LETTERS; k++)
            h = (h ^ (k < (int64_t)from || k >= (int64_t)end ? WORD_END : p->c[k])) * 1099511628211u;
        add_part(g, h, half);
    }
    g->out.pieces += g->out.n - before;
}

/* Where the words that are quoted from `i` on end, on the same line; `i` when none are. They are somebody else's.
 */
static uint32_t quote_end(const struct prose *p, uint32_t i) {
    enum { FAR = 600 };
    uint32_t c = p->c[i], close = c == 0x201C ? 0x201D : c == 0x300C ? 0x300D : c == '"' ? '"' : 0;
    for (uint32_t k = i + 1; close && k < p->n && k < i + FAR && p->c[k] != '\n'; k++)
        if (p->c[k] == close)
            return k + 1;
    return i;
}

struct tone_marks tone_marks(struct arena *a, const struct prose *p) {
    enum { BEGIN = 2, NUMBER = 3, END = 5 };
    struct gatherer g = {.seen = ARENA_ARRAY(a, TONE_PLACES / 8, uint8_t), .last = BEGIN};
    g.out.at = ARENA_ARRAY(a, TONE_MARKS_MAX, struct tone_mark);
    memset(g.seen, 0, TONE_PLACES / 8);
    for (uint32_t i = 0; i < p->n;) {
        uint32_t c = p->c[i], behind = quote_end(p, i), end = i + 1;
        if (behind > i) {
            i = behind;
            continue;
        }
        while (g.sentence + 1 < p->n_sentences && i >= p->sentences[g.sentence + 1].start)
            g.sentence++;
        if (prose_is_letter(c)) {
            while (end < p->n &&
                   (prose_is_letter(p->c[end]) || (p->c[end] == '\'' && prose_is_letter(p->c[end + 1]))))
                end++;
            take(&g, stem(p, i, end));
            if (p->lang == LANG_EN) /* the others write syllables or signs apart, or need none */
                take_pieces(&g, p, i, end);
        } else if (fold_is_digit(c)) {
            while (end < p->n && fold_is_digit(p->c[end]))
                end++;
            take(&g, NUMBER);
        } else if (fold_is_thai(c))
            take_thai(&g, c);
        else if (fold_is_han(c) || c == ',' || c == '.' || c == '?' || c == '!')
            take(&g, c * UINT64_C(7919));
        i = end;
    }
    take(&g, END);
    return g.out;
}
