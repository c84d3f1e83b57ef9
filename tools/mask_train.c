/* Makes the weights of src/text/mask_ear.h from sorted texts, in each build:
 *   mask-train OUT.bin OUT.c TEXTS.jsonl …
 *   mask-train --try TEXTS.jsonl …      leaves a fifth of the texts out, five times, and says what is heard of it;
 *   mask-train --show TEXTS.jsonl …     and each text that is heard wrongly
 *   mask-train --held ONE.jsonl TEXTS.jsonl …   learns from the others, and shows what it hears wrongly in that one
 *
 * A row: {"text","spans":[{"start","end","type"}]}, in code points; one without "spans" has nothing to hide;
 * nor has one with "body" or "q" in place of "text" (test/search/paragraphs.LANG.jsonl).
 * Softmax regression by steps in a fixed order: the same texts give the same weights. */
#include "base/arena.h"
#include "text/fold.h"
#include "text/mask_ear.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NEIGHBOURS = 130 }; /* texts that were written together, by the same hand, are left out together */
enum { SAMPLES_MAX = 200000, TEXTS_MAX = 120000, SPANS_MAX = 40 };

/* The weights of the second half of the rounds are averaged, and those of two orders of the texts, for either alone
 * hears by chance what the other does not. How often the texts are gone through, how fast what is
 * met is learned and what is rarely met is forgotten, and how many of the marks are left out each time, so that
 * none is relied on alone. */
enum { EPOCHS = 40, ORDERS = 2, FOLDS = 5 };
static const float STEP = 1.2f, FORGET = 1e-5f, LEFT_OUT = 0.5f;

const struct mask_ear_table mask_ear_table = {0}; /* here the rules find alone */

struct text {
    const char *text, *file;
    size_t number, fold;       /* in its file; of those that are left out together */
    bool sorted;               /* it was said what is secret in it */
    const struct text *retold; /* the text that it tells once more, or NULL */
    struct mask_span spans[SPANS_MAX];
    size_t n_spans;
    size_t first, end; /* its samples */
};
struct sample {
    uint32_t *at;
    size_t n, text, start, end; /* code points */
    enum heard is;
    float share[HEARD], sure;
};

static struct arena *a;
static struct sample *samples;
static struct text *texts;
static size_t n_samples, n_texts;
static uint8_t common[MASK_COMMON_BYTES];
static float (*weights)[HEARD], (*squares)[HEARD], sums[MASK_EAR_PLACES][HEARD];
static float bias[HEARD], bias_sum[HEARD];

static _Noreturn void stop(const char *file, const char *why) {
    fprintf(stderr, "mask-train: %s: %s\n", file, why);
    exit(1);
}

/* ---- reading ---- */

static enum heard heard_of(enum mask_kind kind) {
    static const enum heard of[MASK_KINDS] = {
        [MASK_CVV] = HEARD_CVV, [MASK_PIN] = HEARD_PIN, [MASK_OTP] = HEARD_OTP, [MASK_PASSWORD] = HEARD_PASSWORD};
    return of[kind];
}

static enum mask_kind kind_named(const char *name) {
    enum mask_kind k = 0;
    while (k < MASK_KINDS && strcmp(mask_kind_name(k), name) != 0)
        k++;
    return k;
}

static bool overlap(const struct mask_span *s, size_t start, size_t end) {
    return s->start < end && start < s->end;
}

/* What it truly is: the secret that it lies in. Several words are one only when no other word is among them. */
static enum heard truth(const struct text *t, size_t start, size_t end, bool several) {
    for (size_t i = 0; i < t->n_spans; i++) {
        const struct mask_span *s = &t->spans[i];
        if (overlap(s, start, end) && (!several || (start + 1 >= s->start && end <= s->end + 1)))
            return heard_of(s->kind);
    }
    return HEARD_NOTHING;
}

static bool any_blank(const struct mask_scan *s, const struct mask_candidate *c) {
    size_t i = c->start;
    while (i < c->end && s->bare[i] != ' ')
        i++;
    return i < c->end;
}

static void add_samples(struct text *t) {
    struct mask_scan s;
    t->first = t->end = n_samples;
    if (!mask_scan_read(&s, a, t->text, strlen(t->text), MASK_ALL))
        return;
    mask_find_iban(&s);
    mask_find_numbers(&s);
    mask_find_emails(&s);
    mask_find_phones(&s);
    struct mask_candidates all = mask_candidates(&s, common);
    struct mask_marks marks;
    mask_hints(&s, &all);
    for (size_t k = 0; k < all.n; k++) {
        if (n_samples == SAMPLES_MAX)
            stop(t->file, "too many candidates");
        mask_marks(&s, &all, k, common, &marks);
        size_t start = s.at_cp[all.at[k].start], end = s.at_cp[all.at[k].end - 1] + 1;
        struct sample *x = &samples[n_samples++];
        *x = (struct sample){.at = ARENA_ROOM(a, marks.n, uint32_t),
                             .n = marks.n,
                             .sure = mask_sure_of(&s, &all, k),
                             .text = (size_t)(t - texts),
                             .start = start,
                             .end = end,
                             .is = truth(t, start, end, any_blank(&s, &all.at[k]))};
        memcpy(x->at, marks.at, marks.n * sizeof *marks.at);
    }
    t->end = n_samples;
}

static void read_texts(const char *file) {
    FILE *f = fopen(file, "r");
    char *line = NULL;
    size_t room = 0, number = 0, i;
    if (!f)
        stop(file, "cannot be read");
    while (getline(&line, &room, f) > 0) {
        json_t *row = json_loads(line, 0, NULL), *span;
        const char *text = json_string_value(json_object_get(row, "text"));
        if (!text) /* what an encyclopaedia says hides nothing */
            text = json_string_value(json_object_get(row, json_object_get(row, "body") ? "body" : "q"));
        if (!text || n_texts == TEXTS_MAX)
            stop(file, line);
        struct text *t = &texts[n_texts++];
        *t = (struct text){.text = arena_copy(a, text), .file = file, .number = ++number};
        t->fold = number / NEIGHBOURS % FOLDS;
        t->sorted = json_object_get(row, "spans");
        json_array_foreach(json_object_get(row, "spans"), i, span) {
            const char *type = json_string_value(json_object_get(span, "type"));
            enum mask_kind kind = type ? kind_named(type) : MASK_KINDS;
            if (kind == MASK_KINDS || t->n_spans == SPANS_MAX)
                stop(file, line);
            t->spans[t->n_spans++] = (struct mask_span){
                .kind = kind,
                .start = (size_t)json_integer_value(json_object_get(span, "start")),
                .end = (size_t)json_integer_value(json_object_get(span, "end")),
            };
        }
        json_decref(row);
    }
    free(line);
    fclose(f);
}

static uint32_t chance(uint64_t *seed) {
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33);
}

static size_t at_cp(const char *text, size_t cp) { /* the byte at which it begins */
    const char *p = text;
    while (cp > 0 && *p)
        cp -= (*++p & 0xC0) != 0x80;
    return (size_t)(p - text);
}

static size_t n_cp(const char *text, size_t len) {
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += (text[i] & 0xC0) != 0x80;
    return n;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Other digits of the same number, from the one at `from` on. */
static void other_digits(char *digits, size_t from, size_t n, uint64_t *seed) {
    for (size_t i = from; i < n; i++)
        digits[i] = (char)('0' + chance(seed) % 10);
}

/* A year and a round number stay: by them it is seen that they are no secret. */
static void other_numbers(char *text, size_t n, uint64_t *seed) {
    enum { LEAST = 3, YEAR = 4 };
    for (size_t i = 0, end; i<n; i = end> i ? end : i + 1) {
        for (end = i; end < n && is_digit(text[end]);)
            end++;
        bool year = end - i == YEAR && (strncmp(text + i, "19", 2) == 0 || strncmp(text + i, "20", 2) == 0);
        if (end - i >= LEAST && !year && strncmp(text + end - 2, "00", 2) != 0)
            other_digits(text + i, 1, end - i, seed);
    }
}

static const char *other_password(const struct text *t, size_t count, uint64_t *seed) { /* of its file and fold */
    enum { TRIES = 2000 };
    for (int i = 0; i < TRIES; i++) {
        const struct text *o = &texts[chance(seed) % count];
        for (size_t k = 0; o->file == t->file && o->fold == t->fold && k < o->n_spans; k++)
            if (o->spans[k].kind == MASK_PASSWORD) {
                size_t start = at_cp(o->text, o->spans[k].start), end = at_cp(o->text, o->spans[k].end);
                return arena_printf(a, "%.*s", (int)(end - start), o->text + start);
            }
    }
    return NULL;
}

/* The same words about another secret and other numbers, so that neither is learned by heart: measured with texts
 * left out, half of a hundredth more is heard. */
static void retell(const struct text *t, size_t count, uint64_t *seed) {
    struct text *new = &texts[n_texts++];
    char *out = arena_copy(a, "");
    size_t at = 0;
    *new = *t;
    new->retold = t;
    for (size_t k = 0; k <= t->n_spans; k++) {
        size_t start = k < t->n_spans ? at_cp(t->text, t->spans[k].start) : strlen(t->text);
        size_t end = k < t->n_spans ? at_cp(t->text, t->spans[k].end) : start;
        if (start < at)
            stop(t->file, "spans in no order");
        char *between = arena_printf(a, "%.*s", (int)(start - at), t->text + at);
        other_numbers(between, strlen(between), seed);
        char *value = arena_printf(a, "%.*s", (int)(end - start), t->text + start);
        bool digits = strspn(value, "0123456789") == end - start;
        const char *word = NULL;
        if (k < t->n_spans && t->spans[k].kind == MASK_PASSWORD && !digits)
            word = other_password(t, count, seed);
        else if (k < t->n_spans && heard_of(t->spans[k].kind) && digits)
            other_digits(value, 0, end - start, seed);
        out = arena_printf(a, "%s%s", out, between);
        if (k < t->n_spans)
            new->spans[k].start = n_cp(out, strlen(out));
        out = arena_printf(a, "%s%s", out, word ? word : value);
        if (k < t->n_spans)
            new->spans[k].end = n_cp(out, strlen(out));
        at = end;
    }
    new->text = out;
}

static void retell_all(void) {
    uint64_t seed = 1;
    size_t count = n_texts;
    for (size_t i = 0; i < count; i++) {
        if (n_texts == TEXTS_MAX)
            stop(texts[i].file, "too many texts");
        if (texts[i].sorted)
            retell(&texts[i], count, &seed);
    }
}

/* What many of the texts say outside of their secrets. */
static void count_words(void) {
    enum { MANY = 4 };
    static uint8_t met[1 << MASK_COMMON_BITS];
    static uint32_t last[1 << MASK_COMMON_BITS]; /* the text that was counted last, from 1 */
    for (size_t t = 0; t < n_texts; t++) {
        struct mask_scan s;
        (void)mask_scan_read(&s, a, texts[t].text, strlen(texts[t].text), MASK_ALL);
        for (size_t i = 0, end; i<s.n; i = end> i ? end : i + 1) {
            for (end = i; end < s.n && fold_is_latin(s.bare[end]);)
                end++;
            if (end == i || truth(&texts[t], s.at_cp[i], s.at_cp[end - 1] + 1, false))
                continue;
            size_t bit = mask_common_place(&s, i, end);
            if (last[bit] != t + 1 && met[bit] < MANY && ++met[bit] == MANY)
                common[bit / 8] |= (uint8_t)(1u << bit % 8);
            last[bit] = (uint32_t)t + 1;
        }
    }
}

/* ---- learning ---- */

static void weigh(const uint32_t *at, size_t n, float z[HEARD]) {
    float strongest = -INFINITY, total = 0, root = sqrtf((float)(n ? n : 1));
    for (int h = 0; h < HEARD; h++)
        z[h] = 0;
    for (size_t i = 0; i < n; i++)
        for (int h = 0; h < HEARD; h++)
            z[h] += weights[at[i]][h];
    for (int h = 0; h < HEARD; h++) {
        z[h] = bias[h] + z[h] / root;
        strongest = fmaxf(strongest, z[h]);
    }
    for (int h = 0; h < HEARD; h++)
        total += z[h] = expf(z[h] - strongest);
    for (int h = 0; h < HEARD; h++)
        z[h] /= total;
}

static void learn(const struct sample *s, uint64_t *seed) {
    static const float BIAS_STEP = 0.01f, SOFT = 0.1f;
    uint32_t kept[MASK_EAR_MARKS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        if ((float)(chance(seed) & 1023) >= LEFT_OUT * 1024)
            kept[n++] = s->at[i];
    float z[HEARD], root = sqrtf((float)(n ? n : 1));
    weigh(kept, n, z);
    for (int h = 0; h < HEARD; h++) {
        float slope = z[h] - (s->is == (enum heard)h);
        bias[h] -= slope * BIAS_STEP;
        for (size_t i = 0; i < n; i++) { /* the more it has moved, the less it still moves */
            float *w = &weights[kept[i]][h], *moved = &squares[kept[i]][h], g = slope / root + FORGET * *w;
            *moved += g * g;
            *w -= STEP * g / (sqrtf(*moved) + SOFT);
        }
    }
}

/* Goes through the texts in an order of its own; adds what it has learned to the sums. */
static void learn_all(size_t *order, size_t n, uint64_t seed) {
    memset(weights, 0, MASK_EAR_PLACES * sizeof *weights);
    memset(squares, 0, MASK_EAR_PLACES * sizeof *squares);
    memset(bias, 0, sizeof bias);
    for (int e = 0; e < EPOCHS; e++) {
        for (size_t i = n; i > 1; i--) {
            size_t other = chance(&seed) % i, t = order[i - 1];
            order[i - 1] = order[other];
            order[other] = t;
        }
        for (size_t i = 0; i < n; i++)
            learn(&samples[order[i]], &seed);
        for (size_t i = 0; e >= EPOCHS / 2 && i < MASK_EAR_PLACES; i++)
            for (int h = 0; h < HEARD; h++)
                sums[i][h] += weights[i][h] / (float)((EPOCHS - EPOCHS / 2) * ORDERS);
    }
    for (int h = 0; h < HEARD; h++)
        bias_sum[h] += bias[h] / ORDERS;
}

static void train(size_t left_out) { /* the fold that is not learned from; FOLDS: none */
    size_t *order = calloc(n_samples, sizeof *order), n = 0;
    if (!order)
        stop("texts", "no memory");
    memset(sums, 0, sizeof sums);
    memset(bias_sum, 0, sizeof bias_sum);
    for (size_t i = 0; i < n_samples; i++)
        if (texts[samples[i].text].fold != left_out)
            order[n++] = i;
    for (uint64_t seed = 1; seed <= ORDERS; seed++)
        learn_all(order, n, seed);
    memcpy(weights, sums, MASK_EAR_PLACES * sizeof *weights);
    memcpy(bias, bias_sum, sizeof bias);
    free(order);
}

static float round_weights(void) { /* as they are written; returns what one step is */
    enum { STEPS = 127 };
    float most = 1e-6f;
    for (size_t i = 0; i < MASK_EAR_PLACES; i++)
        for (int h = 0; h < HEARD; h++)
            most = fmaxf(most, fabsf(weights[i][h]));
    for (size_t i = 0; i < MASK_EAR_PLACES; i++)
        for (int h = 0; h < HEARD; h++)
            weights[i][h] = roundf(weights[i][h] / most * STEPS) * (most / STEPS);
    return most / STEPS;
}

static int write_weights(const char *bin_name, const char *c_name) {
    FILE *bin = fopen(bin_name, "wb"), *c = fopen(c_name, "w");
    if (!bin || !c)
        stop(bin_name, "cannot be written");
    float step = round_weights();
    for (size_t i = 0; i < MASK_EAR_PLACES; i++)
        for (int h = 0; h < HEARD; h++)
            fputc((int8_t)lrintf(weights[i][h] / step), bin);
    fwrite(common, 1, sizeof common, bin);
    fprintf(
        c,
        "/* Made by tools/mask_train.c. */\n#include \"text/mask_ear.h\"\n\n"
        "extern const int8_t mask_ear_weights[];\n"
        "__asm__(\".pushsection .rodata\\n.balign 16\\n.globl mask_ear_weights\\nmask_ear_weights: .incbin "
        "\\\"%s\\\"\\n.popsection\");\n\nconst struct mask_ear_table mask_ear_table = {mask_ear_weights, %.9gf, {",
        bin_name, (double)step);
    for (int h = 0; h < HEARD; h++)
        fprintf(c, "%.9gf, ", (double)bias[h]);
    fprintf(c, "}, (const uint8_t *)mask_ear_weights + MASK_EAR_PLACES * HEARD};\n");
    return fclose(bin) || fclose(c) ? 1 : 0;
}

/* ---- trying ---- */

struct score {
    size_t secrets, by_rules, by_both, clean, rules_hit, both_hit;
};

static float clearness(const struct sample *x) { return 1 - x->share[HEARD_NOTHING]; }

static float clearest(const struct text *t, const struct mask_span *s) { /* of what lies in it; -1: nothing does */
    float most = -1;
    for (size_t i = t->first; i < t->end; i++)
        if (overlap(s, samples[i].start, samples[i].end))
            most = fmaxf(most, clearness(&samples[i]));
    return most;
}

static bool is_dropped(const struct text *t, const struct mask_span *s) {
    float most = clearest(t, s);
    return most >= 0 && most < mask_deaf;
}

static bool is_covered(const struct text *t, const struct mask_span *s, const struct mask_spans *found) {
    size_t covered = 0;
    for (size_t i = 0; i < found->n; i++)
        if (found->at[i].start <= s->start && s->end <= found->at[i].end)
            return !is_dropped(t, s);
    for (size_t i = t->first; i < t->end; i++)
        if (overlap(s, samples[i].start, samples[i].end) && clearness(&samples[i]) >= samples[i].sure)
            covered += samples[i].end - samples[i].start + 1; /* and the blank behind a word */
    return covered >= s->end - s->start;
}

static void tell(const char *what, const struct text *t, const struct mask_span *s, float share) {
    const char *slash = strrchr(t->file, '/');
    printf("%s %.2f %s:%zu ", what, (double)share, slash ? slash + 1 : t->file, t->number);
    size_t cp = 0;
    for (const char *p = t->text; *p; p++) {
        bool begins = ((unsigned char)*p & 0xC0) != 0x80;
        if (begins)
            fputs(cp == s->start ? "«" : cp == s->end ? "»" : "", stdout);
        cp += begins;
        putchar(*p == '\n' ? ' ' : *p);
    }
    puts(cp == s->end ? "»" : "");
}

static void count_clean(const struct text *t, const struct mask_spans *found, bool show, struct score *c) {
    bool hit = false;
    for (size_t i = 0; i < found->n; i++)
        hit |= !is_dropped(t, &found->at[i]);
    for (size_t i = t->first; i < t->end; i++)
        if (clearness(&samples[i]) >= samples[i].sure) {
            hit = true;
            if (show)
                tell("touched", t, &(struct mask_span){.start = samples[i].start, .end = samples[i].end},
                     clearness(&samples[i]));
        }
    c->clean++;
    c->rules_hit += found->n > 0;
    c->both_hit += hit;
}

static void count(const struct text *t, bool show, struct score *c) {
    enum { SECRETS = 1u << MASK_CVV | 1u << MASK_PIN | 1u << MASK_OTP | 1u << MASK_PASSWORD };
    struct mask_spans found = mask_find(a, t->text, strlen(t->text), SECRETS);
    if (!t->n_spans)
        count_clean(t, &found, show, c);
    for (size_t i = 0; i < t->n_spans; i++) {
        const struct mask_span *s = &t->spans[i];
        if (heard_of(s->kind) == HEARD_NOTHING)
            continue;
        bool by_rules = false, by_both = is_covered(t, s, &found);
        for (size_t k = 0; k < found.n; k++)
            by_rules |= found.at[k].start <= s->start && s->end <= found.at[k].end;
        c->secrets++;
        c->by_rules += by_rules;
        c->by_both += by_both;
        if (show && !by_both)
            tell("missed ", t, s, clearest(t, s));
    }
}

static void count_file(const char *file, bool show) {
    struct score c = {0};
    for (size_t i = 0; i < n_texts; i++)
        if (!texts[i].retold && strcmp(texts[i].file, file) == 0)
            count(&texts[i], show, &c);
    printf("%-36s secrets %4zu  found by rules %4zu  with the ear %4zu (%.3f)  clean %4zu  touched by rules %3zu  "
           "with the ear %3zu (%.3f)\n",
           file, c.secrets, c.by_rules, c.by_both, c.secrets ? (double)c.by_both / (double)c.secrets : 1, c.clean,
           c.rules_hit, c.both_hit, c.clean ? (double)c.both_hit / (double)c.clean : 0);
}

static int try(int n, char **files, bool show) {
    for (size_t fold = 0; fold < FOLDS; fold++) {
        train(fold);
        round_weights();
        for (size_t i = 0; i < n_samples; i++)
            if (texts[samples[i].text].fold == fold)
                weigh(samples[i].at, samples[i].n, samples[i].share);
    }
    for (int f = 0; f < n; f++)
        count_file(files[f], show);
    return 0;
}

/* All the others are learned from, and this one is listened to. */
static int try_held(const char *file) {
    for (size_t i = 0; i < n_texts; i++)
        texts[i].fold = strcmp(texts[i].file, file) == 0 ? 0 : 1;
    train(0);
    round_weights();
    for (size_t i = 0; i < n_samples; i++)
        weigh(samples[i].at, samples[i].n, samples[i].share);
    count_file(file, true);
    return 0;
}

int main(int argc, char **argv) {
    bool show = argc > 1 && strcmp(argv[1], "--show") == 0,
         trying = show || (argc > 1 && strcmp(argv[1], "--try") == 0);
    bool held = argc > 1 && strcmp(argv[1], "--held") == 0;
    int first = trying || held ? 2 : 3;
    if (argc <= first)
        stop("usage", "mask-train OUT.bin OUT.c TEXTS …");
    a = arena_new(1 << 20);
    samples = calloc(SAMPLES_MAX, sizeof *samples);
    texts = calloc(TEXTS_MAX, sizeof *texts);
    weights = calloc(MASK_EAR_PLACES, sizeof *weights);
    squares = calloc(MASK_EAR_PLACES, sizeof *squares);
    if (!samples || !texts || !weights || !squares)
        stop(argv[1], "no memory");
    for (int i = first; i < argc; i++)
        read_texts(argv[i]);
    count_words();
    retell_all();
    for (size_t i = 0; i < n_texts; i++)
        add_samples(&texts[i]);
    if (held)
        return try_held(argv[2]);
    if (trying)
        return try(argc - first, argv + first, show);
    train(FOLDS);
    return write_weights(argv[1], argv[2]);
}
