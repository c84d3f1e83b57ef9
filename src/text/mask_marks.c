/* What the ear for secrets compares. */
#include "text/fold.h"
#include "text/mask_ear.h"

#include <string.h>

enum { CONTEXT = 14, NEAR = 3, SENTENCE = 7 };

struct token {
    uint64_t hash;
    size_t start, end;
    enum { TOKEN_NONE, TOKEN_WORD, TOKEN_NUMBER, TOKEN_POINT, TOKEN_LETTER } kind;
};

enum { WORD_MARK = 1, NUMBER_MARK, POINT_MARK, LETTER_MARK };

static uint64_t mixed(uint64_t h, uint64_t with) {
    h = (h ^ with) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 29;
}

static uint64_t hash_of(const struct mask_scan *s, size_t start, size_t end) {
    uint64_t h = WORD_MARK;
    for (size_t i = start; i < end; i++)
        h = mixed(h, s->bare[i]);
    return h;
}

static struct token token_of(const struct mask_scan *s, size_t start, size_t end) {
    uint32_t c = s->bare[start];
    if (fold_is_digit(c))
        return (struct token){mixed(NUMBER_MARK, end - start), start, end, TOKEN_NUMBER};
    if (fold_is_latin(c))
        return (struct token){hash_of(s, start, end), start, end, TOKEN_WORD};
    if (fold_is_han(c) || fold_is_thai(c))
        return (struct token){mixed(LETTER_MARK, c), start, end, TOKEN_LETTER};
    return (struct token){mixed(POINT_MARK, c), start, end, TOKEN_POINT};
}

static bool same_kind(uint32_t a, uint32_t b) {
    return (fold_is_digit(a) && fold_is_digit(b)) || (fold_is_latin(a) && fold_is_latin(b));
}

/* The tokens before `to`, the nearest first; blanks are none. */
static size_t tokens_before(const struct mask_scan *s, size_t to, struct token *at, size_t room) {
    enum { LETTERS_MAX = 24 };
    size_t n = 0, i = to;
    while (i > 0 && n < room) {
        size_t end = i--;
        if (s->bare[i] == ' ')
            continue;
        while (i > 0 && end - i < LETTERS_MAX && same_kind(s->bare[i], s->bare[i - 1]))
            i--;
        at[n++] = token_of(s, i, end);
    }
    return n;
}

static size_t tokens_behind(const struct mask_scan *s, size_t from, struct token *at, size_t room) {
    enum { LETTERS_MAX = 24 };
    size_t n = 0, i = from;
    while (i < s->n && n < room) {
        size_t start = i++;
        if (s->bare[start] == ' ')
            continue;
        while (i < s->n && i - start < LETTERS_MAX && same_kind(s->bare[start], s->bare[i]))
            i++;
        at[n++] = token_of(s, start, i);
    }
    return n;
}

/* What kind of mark it is; each kind has its own places. */
enum mark {
    MARK_SHAPE = 1,
    MARK_PIECE,
    MARK_AT,
    MARK_AT_SHAPE,
    MARK_RUN,
    MARK_NEAR,
    MARK_FAR,
    MARK_PAIR,
    MARK_TRIPLE,
    MARK_STEM,
    MARK_LABEL,
    MARK_LABELS,
    MARK_TEXT,
    MARK_AROUND,
    MARK_NAMED,
    MARK_HINT,
    MARK_HINTS,
    MARK_ASKED,
    MARK_KINDS,
    MARK_LINE,
    MARK_BORDER,
    MARK_COMMON,
    MARK_WORDS,
    MARKS_OF_SIDE = 32,
};

static void add(struct mask_marks *m, enum mark mark, uint64_t what) {
    if (m->n < MASK_EAR_MARKS_MAX)
        m->at[m->n++] =
            (uint32_t)(mixed(mixed(what, mark), 0xEA5) * UINT64_C(0x9E3779B97F4A7C15) >> (64 - MASK_EAR_BITS));
}

/* How many digits it is, when all of it is spoken; or 0. */
static size_t spoken_digits(const struct mask_scan *s, const struct mask_candidate *c) {
    size_t n = 0;
    for (size_t i = c->start; i < c->end;) {
        bool joint = !mask_letter(s, i) && !fold_is_han(s->bare[i]) && !fold_is_thai(s->bare[i]);
        size_t end = joint ? i + 1 : mask_spoken_digit(s, i);
        if (!end || end > c->end)
            return 0;
        n += !joint;
        i = end;
    }
    return n;
}

/* What it looks like, of few kinds. */
static uint64_t shape_of(const struct mask_scan *s, const struct mask_candidate *c) {
    size_t digits = 0, capitals = 0, small = 0, signs = 0, first_digit = 0, spoken = spoken_digits(s, c);
    if (spoken) /* heard as if it were written */
        return spoken;
    if (fold_is_han(s->bare[c->start]) || fold_is_thai(s->bare[c->start])) {
        enum { SHORT = 5, LONG = 10 };
        size_t n = c->end - c->start;
        return 600 + (n > LONG ? 2u : n > SHORT) +
               3 * !(fold_is_han(s->bare[c->end - 1]) || fold_is_thai(s->bare[c->end - 1]));
    }
    for (size_t i = c->start; i < c->end; i++) {
        bool digit = fold_is_digit(s->bare[i]);
        if (digit && !digits)
            first_digit = i;
        digits += digit;
        capitals += mask_is_capital(s, i);
        small += fold_is_latin(s->bare[i]) && !mask_is_capital(s, i);
        signs += !digit && !fold_is_latin(s->bare[i]) && s->bare[i] != ' ';
    }
    if (!capitals && !small) {
        bool year = c->end - c->start == 4 && mask_is_year(s, c->start);
        size_t noughts = 0;
        while (noughts < digits && s->bare[c->end - 1 - noughts] == '0')
            noughts++;
        bool round = digits >= 4 && noughts >= 2 && noughts < digits;
        return digits + (year ? 40 : round && noughts >= 3 ? 60 : round ? 20 : 0);
    }
    bool inside = digits && first_digit + digits < c->end;
    if (!capitals && !digits && !signs) { /* "caphesuada": no syllable of a Vietnamese text is so long */
        enum { LONG = 8, LONGEST = 12 };
        size_t n = c->end - c->start;
        return 102 + (n >= LONGEST ? 400 : n >= LONG ? 200 : 0);
    }
    return 100 + 1 * (capitals > 0) + 2 * (small > 0) + 4 * (digits > 0) + 8 * (signs > 0) + 16 * inside;
}

static void mark_shape(const struct mask_scan *s, const struct mask_candidate *c, uint64_t shape,
                       struct mask_marks *m) {
    uint64_t pattern = 0, groups = 0;
    uint32_t last = 0;
    for (size_t i = c->start; i < c->end; i++) {
        uint32_t b = s->bare[i];
        uint32_t kind = fold_is_digit(b) ? '9' : fold_is_latin(b) ? (mask_is_capital(s, i) ? 'A' : 'a') : b;
        if (kind != last)
            pattern = mixed(pattern, kind);
        groups = mixed(groups, kind);
        last = kind;
    }
    size_t n = c->end - c->start;
    add(m, MARK_SHAPE, shape);
    add(m, MARK_SHAPE, mixed(pattern, 1));
    add(m, MARK_SHAPE, mixed(groups, 2));
    add(m, MARK_SHAPE, mixed(shape < 100 && !fold_is_digit(s->bare[c->start]), 6));
    add(m, MARK_SHAPE, mixed(n < 12 ? n : n < 20 ? 12 : 20, 3));
    add(m, MARK_SHAPE, mixed(shape < 100 && s->bare[c->start] == '0', 4));
    add(m, MARK_SHAPE, mixed(shape < 100 && s->bare[c->end - 1] == '0' && s->bare[c->end - 2] == '0', 5));
    if (shape >= 600)
        for (size_t i = c->start; i + 1 < c->end; i++)
            add(m, MARK_PIECE, mixed(mixed(s->bare[i], s->bare[i + 1]), i == c->start));
    if (shape >= 100) {
        add(m, MARK_PIECE, hash_of(s, c->start, c->end));
        size_t word = mask_word_end(s, c->start), first = c->start;
        while (first < c->end && fold_is_latin(s->bare[first]))
            first++;
        add(m, MARK_PIECE, mixed(hash_of(s, c->start, first), 1)); /* "iphone15", "INV-20931" */
        add(m, MARK_PIECE, mixed(hash_of(s, c->start, word), 2));
    }
}

/* A word by itself: "mandatory", "smudged" and "useless" say how the password is, by how they end and begin. */
static void mark_ending(const struct mask_scan *s, size_t start, size_t end, struct mask_marks *m) {
    enum { SHORTEST = 4, MOST = 4, OPENING = 2 };
    if (end - start < SHORTEST)
        return;
    for (size_t n = 2; n <= MOST; n++)
        add(m, MARK_WORDS, mixed(hash_of(s, end - n, end), 10 + n));
    add(m, MARK_WORDS, mixed(hash_of(s, start, start + OPENING), 20));
    add(m, MARK_WORDS, mixed(mixed(hash_of(s, start, start + OPENING), hash_of(s, end - 2, end)), 21));
}

/* Of several words: which they are, wherever they stand, and how many. "not accepted by the site" is none. */
static void mark_words(const struct mask_scan *s, const struct mask_candidate *c, struct mask_marks *m) {
    size_t n = 0;
    uint64_t first = 0, last = 0;
    for (size_t i = c->start; i < c->end;) {
        size_t end = i;
        while (end < c->end && fold_is_latin(s->bare[end]))
            end++;
        if (end == i) {
            i++;
            continue;
        }
        if (i == c->start && end == c->end) {
            mark_ending(s, i, end, m);
            return;
        }
        last = hash_of(s, i, end);
        if (n == 1)
            add(m, MARK_WORDS, mixed(mixed(first, last), 1));
        first = n ? first : last;
        add(m, MARK_WORDS, mixed(last, 2));
        n++;
        i = end;
    }
    if (n > 1) {
        add(m, MARK_WORDS, mixed(n, 3));
        add(m, MARK_WORDS, mixed(last, 4));
        add(m, MARK_WORDS, mixed(first, 5));
    }
}

static uint64_t bucket_of(size_t distance) {
    return distance < 3 ? 0 : distance < 8 ? 1 : distance < 16 ? 2 : distance < 32 ? 3 : distance < 64 ? 4 : 5;
}

static uint64_t stem_of(const struct mask_scan *s, const struct token *t) {
    enum { LETTERS = 5 };
    return hash_of(s, t->start, t->end < t->start + LETTERS ? t->end : t->start + LETTERS);
}

static bool ends_here(const struct mask_scan *s, const struct token *t) {
    return t->kind == TOKEN_POINT && mask_sentence_ends(s, t->start);
}

static void mark_side(const struct mask_scan *s, const struct token *t, size_t n, uint64_t shape, int side,
                      struct mask_marks *m) {
    uint64_t run = (uint64_t)side, of_side = (uint64_t)side * MARKS_OF_SIDE;
    uint64_t sentence = 0;
    struct token none = {0};
    for (size_t k = 0; k < n; k++) {
        const struct token *a = &t[k], *b = k + 1 < n ? &t[k + 1] : &none, *c = k + 2 < n ? &t[k + 2] : &none;
        sentence += ends_here(s, a);
        uint64_t place = of_side + (sentence < 2 ? sentence : 2);
        if (k < NEAR)
            add(m, MARK_AT, mixed(a->hash, of_side + k));
        if (k < 2)
            add(m, MARK_AT_SHAPE, mixed(mixed(a->hash, of_side + k), shape));
        if (k < 5) {
            run = mixed(run, a->hash);
            if (k)
                add(m, MARK_RUN, run);
        }
        bool letters = a->kind == TOKEN_LETTER;
        if (!letters && a->kind != TOKEN_POINT) {
            if (k < SENTENCE)
                add(m, MARK_NEAR, mixed(a->hash, place));
            add(m, MARK_FAR, mixed(a->hash, of_side));
            if (a->kind == TOKEN_WORD)
                add(m, MARK_STEM, mixed(stem_of(s, a), of_side));
        }
        uint64_t pair = mixed(mixed(a->hash, b->hash), (uint64_t)b->kind);
        add(m, MARK_PAIR, mixed(pair, of_side));
        if (letters && k < 2 * SENTENCE)
            add(m, MARK_PAIR, mixed(pair, place + 8));
        if (letters || k < SENTENCE)
            add(m, MARK_TRIPLE, mixed(mixed(pair, c->hash), of_side));
    }
    if (!n)
        add(m, MARK_BORDER, of_side);
}

static bool crosses_sentence(const struct mask_scan *s, size_t from, size_t to) {
    while (from < to && !mask_sentence_ends(s, from))
        from++;
    return from < to;
}

/* A name at some distance, the n-th on its side; the sides have numbers of their own. */
static void mark_label(const struct mask_scan *s, enum mask_label label, size_t from, size_t to, size_t n,
                       uint64_t shape, uint64_t side, struct mask_marks *m) {
    uint64_t what = (uint64_t)label * 4 + crosses_sentence(s, from, to);
    add(m, MARK_LABEL, mixed(what, side + 10 + n));
    add(m, MARK_LABEL, mixed(mixed(what, bucket_of(to - from)), side + 20));
    add(m, MARK_LABEL, mixed(mixed(what, shape), side + 30 + n));
}

static void mark_labels(const struct mask_scan *s, const struct mask_candidate *c, uint64_t shape,
                        struct mask_marks *m) {
    enum { NAMES = 3, REACH = 120, BEFORE = 0, BEHIND = 100 };
    size_t low = mask_label_from(s->labels, s->n_labels, c->start);
    uint64_t near[2][NAMES] = {0};
    size_t n[2] = {0};
    for (size_t k = low; k > 0 && n[0] < NAMES; k--) {
        const struct mask_label_at *l = &s->labels[k - 1];
        if (c->start - l->end > REACH)
            break;
        mark_label(s, l->label, l->end, c->start, n[0], shape, BEFORE, m);
        near[0][n[0]++] = (uint64_t)l->label;
    }
    for (size_t k = low; k < s->n_labels && n[1] < NAMES; k++) {
        const struct mask_label_at *l = &s->labels[k];
        if (l->start < c->end)
            continue;
        if (l->start - c->end > REACH)
            break;
        mark_label(s, l->label, c->end, l->start, n[1], shape, BEHIND, m);
        near[1][n[1]++] = (uint64_t)l->label;
    }
    add(m, MARK_LABELS, mixed(near[0][0] * 16 + near[1][0], 1));
    add(m, MARK_LABELS, mixed(near[0][0] * 16 + near[0][1], 2));
    add(m, MARK_LABELS, mixed(near[1][0] * 16 + near[1][1], 3));
    add(m, MARK_LABELS, mixed(mixed(near[0][0] * 16 + near[1][0], shape), 4));
}

/* The kinds of words around it, nearest first. */
static void mark_hints(const struct mask_scan *s, const struct mask_candidates *all, const struct mask_candidate *c,
                       uint64_t shape, struct mask_marks *m) {
    enum { HINTS = 5, REACH = 90 };
    size_t low = mask_label_from(all->hints, all->n_hints, c->start);
    uint64_t seen[2] = {0}, order[2][HINTS] = {0};
    for (int side = 0; side < 2; side++) {
        size_t n = 0, k = low;
        for (;; k += side) {
            if (side ? k == all->n_hints : k-- == 0)
                break;
            const struct mask_label_at *l = &all->hints[k];
            if (side && l->start < c->end)
                continue;
            size_t from = side ? c->end : l->end, to = side ? l->start : c->start, distance = to - from;
            if (distance > REACH || n == 2 * HINTS)
                break;
            uint64_t what = ((uint64_t)l->label * 2 + crosses_sentence(s, from, to)) * 2 + (uint64_t)side;
            if (n < HINTS)
                order[side][n] = (uint64_t)l->label;
            if (!(seen[side] >> l->label & 1)) {
                add(m, MARK_HINT, mixed(what, 1));
                add(m, MARK_HINT, mixed(mixed(what, bucket_of(distance)), 2));
                add(m, MARK_HINT, mixed(mixed(what, shape), 3));
            }
            seen[side] |= UINT64_C(1) << l->label;
            n++;
        }
    }
    uint64_t any = seen[0] | seen[1];
    for (uint64_t x = HINT_LOGIN; x < HINTS_END; x++)
        for (uint64_t y = x; y < HINTS_END; y++)
            if (any >> x & 1 && any >> y & 1)
                add(m, MARK_HINTS, mixed(x * 64 + y, 7));
    add(m, MARK_HINTS, mixed(order[0][0] * 64 + order[1][0], 1));
    add(m, MARK_HINTS, mixed(order[0][0] * 64 + order[0][1], 2));
    add(m, MARK_HINTS, mixed(order[1][0] * 64 + order[1][1], 3));
    add(m, MARK_HINTS, mixed((order[0][0] * 64 + order[0][1]) * 64 + order[0][2], 4));
    add(m, MARK_HINTS, mixed(mixed(order[0][0] * 64 + order[1][0], shape), 5));
}

/* A token by its kind: the hint or the name that it is part of, itself when it is short, else only a word. */
static uint64_t kind_of(const struct mask_scan *s, const struct mask_candidates *all, const struct token *t) {
    enum { SHORT = 3, A_WORD = 77 };
    if (t->kind != TOKEN_WORD && t->kind != TOKEN_LETTER)
        return t->hash;
    size_t k = mask_label_from(all->hints, all->n_hints, t->start);
    if (k < all->n_hints && all->hints[k].start <= t->start)
        return (uint64_t)all->hints[k].label;
    k = mask_label_from(s->labels, s->n_labels, t->start);
    if (k < s->n_labels && s->labels[k].start <= t->start)
        return (uint64_t)s->labels[k].label;
    return t->kind == TOKEN_LETTER || t->end - t->start <= SHORT ? t->hash : A_WORD;
}

static void mark_kinds(const struct mask_scan *s, const struct mask_candidates *all, const struct token *before,
                       size_t n_before, const struct token *behind, size_t n_behind, uint64_t shape,
                       struct mask_marks *m) {
    enum { ALL = 4 };
    uint64_t b[ALL] = {0}, f[ALL] = {0};
    for (size_t k = 0; k < ALL; k++) {
        b[k] = k < n_before ? kind_of(s, all, &before[k]) : 1;
        f[k] = k < n_behind ? kind_of(s, all, &behind[k]) : 1;
    }
    add(m, MARK_KINDS, mixed(b[0], 1));
    add(m, MARK_KINDS, mixed(f[0], 2));
    add(m, MARK_KINDS, mixed(mixed(b[0], shape), 3));
    add(m, MARK_KINDS, mixed(mixed(f[0], shape), 4));
    add(m, MARK_KINDS, mixed(mixed(b[0], b[1]), 5));
    add(m, MARK_KINDS, mixed(mixed(f[0], f[1]), 6));
    add(m, MARK_KINDS, mixed(mixed(mixed(b[0], b[1]), b[2]), 7));
    add(m, MARK_KINDS, mixed(mixed(mixed(f[0], f[1]), f[2]), 8));
    add(m, MARK_KINDS, mixed(mixed(b[0], f[0]), 9));
    add(m, MARK_KINDS, mixed(mixed(mixed(b[0], b[1]), f[0]), 10));
    add(m, MARK_KINDS, mixed(mixed(mixed(b[0], f[0]), f[1]), 11));
    add(m, MARK_KINDS, mixed(mixed(mixed(b[0], b[1]), shape), 12));
    add(m, MARK_KINDS, mixed(mixed(mixed(b[0], f[0]), shape), 13));
    add(m, MARK_KINDS, mixed(mixed(mixed(mixed(b[0], b[1]), b[2]), b[3]), 14));
}

/* In a chat the line before asks for it: "Agent: which room?", "Customer: 814". */
static void mark_question(const struct mask_scan *s, const struct mask_candidates *all,
                          const struct mask_candidate *c, struct mask_marks *m) {
    enum { WORDS = 16, REACH = 30, LINE_REACH = 300 };
    size_t from = c->start;
    while (from > 0 && c->start - from < REACH && s->bare[from - 1] != '\n')
        from--;
    if (!from || s->bare[from - 1] != '\n')
        return;
    size_t end = from - 1, start = end;
    while (start > 0 && end - start < LINE_REACH && s->bare[start - 1] != '\n')
        start--;
    struct token asked[WORDS];
    size_t n = tokens_before(s, end, asked, WORDS);
    for (size_t k = 0; k < n && asked[k].start >= start; k++) {
        add(m, MARK_ASKED, asked[k].hash);
        if (k + 1 < n)
            add(m, MARK_ASKED, mixed(asked[k].hash, asked[k + 1].hash));
    }
    for (size_t k = mask_label_from(s->labels, s->n_labels, start); k < s->n_labels && s->labels[k].end <= end; k++)
        add(m, MARK_ASKED, mixed((uint64_t)s->labels[k].label, 1));
    for (size_t k = mask_label_from(all->hints, all->n_hints, start); k < all->n_hints && all->hints[k].end <= end;
         k++)
        add(m, MARK_ASKED, mixed((uint64_t)all->hints[k].label, 2));
    add(m, MARK_ASKED, s->bare[end - (end > 0)] == '?');
}

static void mark_text(const struct mask_scan *s, unsigned labels, uint64_t shape, struct mask_marks *m) {
    for (uint64_t l = 1; l < LABELS; l++)
        if (labels >> l & 1) {
            add(m, MARK_TEXT, l);
            add(m, MARK_TEXT, mixed(l, shape + 100));
        }
    add(m, MARK_TEXT,
        mixed(labels &
                  (1u << LABEL_CVV | 1u << LABEL_PIN | 1u << LABEL_OTP | 1u << LABEL_PASSWORD | 1u << LABEL_CODE),
              50));
    add(m, MARK_TEXT, mixed(s->any_card, shape + 1000));
    add(m, MARK_TEXT, mixed(s->n_groups < 6 ? s->n_groups : 6, 60));
}

/* The signs that touch it, and whether it stands alone. */
static void mark_around(const struct mask_scan *s, const struct mask_candidate *c, uint64_t shape,
                        struct mask_marks *m) {
    uint32_t before = c->start ? s->bare[c->start - 1] : '\n', behind = c->end < s->n ? s->bare[c->end] : '\n';
    uint32_t before2 = c->start > 1 ? s->bare[c->start - 2] : '\n',
             behind2 = c->end + 1 < s->n ? s->bare[c->end + 1] : '\n';
    bool digit_before = fold_is_digit(before2), digit_behind = fold_is_digit(behind2);
    if (fold_is_latin(before) || fold_is_han(before) || fold_is_thai(before))
        before = 'x';
    if (fold_is_latin(behind) || fold_is_han(behind) || fold_is_thai(behind))
        behind = 'x';
    add(m, MARK_AROUND, mixed(before, 1));
    add(m, MARK_AROUND, mixed(behind, 2));
    add(m, MARK_AROUND, mixed(mixed(before, digit_before), 3));
    add(m, MARK_AROUND, mixed(mixed(behind, digit_behind), 4));
    add(m, MARK_AROUND, mixed(mixed(before, behind), 5));
    add(m, MARK_AROUND, mixed(mask_has_unit(s, c->end), shape + 10));
    add(m, MARK_AROUND, mixed(mask_number_joined(s, c->start, c->end), shape + 200));
    size_t first = c->start, last = c->end;
    while (first > 0 && s->bare[first - 1] == ' ')
        first--;
    while (last < s->n && (s->bare[last] == ' ' || s->bare[last] == '.'))
        last++;
    bool begins = !first || s->bare[first - 1] == '\n', ends = last >= s->n || s->bare[last] == '\n';
    add(m, MARK_LINE, (uint64_t)begins * 2 + ends);
    add(m, MARK_LINE, mixed((uint64_t)begins * 2 + ends, shape));
    enum mask_label named = mask_named(s, c->start, c->end);
    add(m, MARK_NAMED, (uint64_t)named);
    add(m, MARK_NAMED, mixed((uint64_t)named, shape));
}

size_t mask_common_place(const struct mask_scan *s, size_t start, size_t end) {
    return hash_of(s, start, end) * UINT64_C(0x9E3779B97F4A7C15) >> (64 - MASK_COMMON_BITS);
}

/* Is it a word that is said everywhere, and how does that go with the signs around it? */
static void mark_common(const struct mask_scan *s, const struct mask_candidate *c, const uint8_t *common,
                        uint64_t shape, struct mask_marks *m) {
    size_t words = 0, known = 0;
    for (size_t i = c->start; i < c->end;) {
        size_t end = i;
        while (end < c->end && fold_is_latin(s->bare[end]))
            end++;
        if (end > i) {
            size_t bit = mask_common_place(s, i, end);
            words++;
            known += common[bit / 8] >> bit % 8 & 1;
        }
        i = end > i ? end : i + 1;
    }
    if (!words)
        return;
    uint32_t before = c->start ? s->bare[c->start - 1] : '\n', behind = c->end < s->n ? s->bare[c->end] : '\n';
    uint64_t how = words == 1 ? known : 2u + (known == words) + 2u * (known * 2 > words);
    size_t k = mask_label_from(s->labels, s->n_labels, c->start);
    uint64_t near = k ? (uint64_t)s->labels[k - 1].label * 8 + bucket_of(c->start - s->labels[k - 1].end) : 0;
    add(m, MARK_COMMON, mixed(how, 1));
    add(m, MARK_COMMON, mixed(mixed(how, shape), 2));
    add(m, MARK_COMMON, mixed(mixed(how, before), 3));
    add(m, MARK_COMMON, mixed(mixed(how, behind), 4));
    add(m, MARK_COMMON, mixed(mixed(mixed(how, before), behind), 5));
    add(m, MARK_COMMON, mixed(mixed(how, near), 6));
    add(m, MARK_COMMON, mixed(mixed(mixed(how, near), before), 7));
}

void mask_marks(const struct mask_scan *s, const struct mask_candidates *all, size_t k, const uint8_t *common,
                struct mask_marks *m) {
    const struct mask_candidate *c = &all->at[k];
    uint64_t shape = shape_of(s, c);
    struct token before[3 * CONTEXT], behind[3 * CONTEXT];
    bool letters = c->start && !fold_is_latin(s->bare[c->start - 1]) && s->any_letter;
    size_t room = letters ? 2 * CONTEXT : CONTEXT;
    size_t n_before = tokens_before(s, c->start, before, room), n_behind = tokens_behind(s, c->end, behind, room);
    m->n = 0;
    mark_shape(s, c, shape, m);
    mark_common(s, c, common, shape, m);
    mark_words(s, c, m);
    mark_side(s, before, n_before, shape, 1, m);
    mark_side(s, behind, n_behind, shape, 2, m);
    add(m, MARK_BORDER, mixed(n_before ? before[0].hash : 1, n_behind ? behind[0].hash : 1));
    mark_labels(s, c, shape, m);
    mark_hints(s, all, c, shape, m);
    mark_kinds(s, all, before, n_before, behind, n_behind, shape, m);
    mark_question(s, all, c, m);
    mark_text(s, all->labels, shape, m);
    mark_around(s, c, shape, m);
}
