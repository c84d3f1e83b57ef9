/* Makes the weights of src/text/tone.h from sorted sentences, in each build:
 *   tone-train OUT.bin OUT.c LANG SENTENCES.jsonl LANG.rules …        (three arguments a language)
 * A row of the sentences: {"text","rules"}; no rules: fair. Of a rule file the lines "bad" and "good" of the rules
 * that tone.h names are taken. Softmax regression by gradient steps in a fixed order: the same sentences give the
 * same weights. */
#include "base/arena.h"
#include "base/buf.h"
#include "text/tone.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SENTENCES_MAX = 20000 };

/* How often the sentences are gone through, and how fast what is rarely met is forgotten: found by leaving a fifth
 * of each language's sentences out. */
static const struct study {
    int epochs;
    float forget;
} studies[LANGS] = {
    [LANG_EN] = {15, 1e-3f}, [LANG_VI] = {25, 1e-4f}, [LANG_ZH] = {15, 1e-3f}, [LANG_TH] = {25, 1e-4f}};

struct sample {
    struct tone_marks marks;
    enum tone tone;
};

static struct arena *a;
static struct sample *samples;
static size_t n_samples;
static float (*weights)[TONES];
static float bias[TONES];
static float rarity[TONE_PLACES];

static _Noreturn void stop(const char *file, const char *why) {
    fprintf(stderr, "tone-train: %s: %s\n", file, why);
    exit(1);
}

static void add(enum lang lang, const char *text, enum tone tone) {
    if (n_samples == SENTENCES_MAX)
        stop(text, "too many sentences");
    samples[n_samples++] = (struct sample){tone_marks(a, prose_read(a, lang, text, strlen(text))), tone};
}

static void read_sentences(enum lang lang, const char *file) {
    FILE *f = fopen(file, "r");
    char *line = NULL;
    size_t room = 0;
    if (!f)
        stop(file, "cannot be read");
    while (getline(&line, &room, f) > 0) {
        json_t *row = json_loads(line, 0, NULL), *rules = json_object_get(row, "rules");
        const char *text = json_string_value(json_object_get(row, "text"));
        if (!text || !(json_is_array(rules) || json_object_get(row, "promises")))
            stop(file, line);
        const char *rule = json_string_value(json_array_get(rules, 0));
        if (!rule || tone_named(rule)) /* what only other rules speak of teaches nothing here */
            add(lang, text, rule ? tone_named(rule) : TONE_FAIR);
        json_decref(row);
    }
    free(line);
    fclose(f);
}

static void read_examples(enum lang lang, const char *file) {
    FILE *f = fopen(file, "r");
    char *line = NULL, rule[64] = "", text[2000];
    size_t room = 0;
    if (!f)
        stop(file, "cannot be read");
    while (getline(&line, &room, f) > 0) {
        if (sscanf(line, "rule %63s", rule) == 1 || sscanf(line, "cue %63s", rule) == 1)
            continue;
        if (sscanf(line, " bad %1999[^\n]", text) == 1 && tone_named(rule))
            add(lang, text, tone_named(rule));
        else if (sscanf(line, " good %1999[^\n]", text) == 1 && tone_named(rule))
            add(lang, text, TONE_FAIR);
    }
    free(line);
    fclose(f);
}

static float rarity_of(const struct tone_mark *m) { return rarity[m->place] * m->weight; }

static void learn(const struct sample *s, float step, float forget) {
    enum { BIAS_STEPS = 20 };
    float z[TONES] = {0}, strongest = -INFINITY, total = 0, squares = 1e-6f;
    for (size_t i = 0; i < s->marks.n; i++) {
        float share = rarity_of(&s->marks.at[i]);
        squares += share * share;
        for (int t = 0; t < TONES; t++)
            z[t] += weights[s->marks.at[i].place][t] * share;
    }
    float root = sqrtf(squares);
    for (int t = 0; t < TONES; t++) {
        z[t] = bias[t] + z[t] / root;
        strongest = fmaxf(strongest, z[t]);
    }
    for (int t = 0; t < TONES; t++)
        total += z[t] = expf(z[t] - strongest);
    for (int t = 0; t < TONES; t++) {
        float slope = z[t] / total - (s->tone == (enum tone)t);
        bias[t] -= slope * step / BIAS_STEPS;
        for (size_t i = 0; i < s->marks.n; i++) {
            float *w = &weights[s->marks.at[i].place][t];
            *w = *w * (1 - forget * step) - slope * rarity_of(&s->marks.at[i]) / root * step;
        }
    }
}

static void count_rarity(void) {
    for (size_t i = 0; i < TONE_PLACES; i++)
        rarity[i] = 0;
    for (size_t i = 0; i < n_samples; i++)
        for (size_t k = 0; k < samples[i].marks.n; k++)
            rarity[samples[i].marks.at[k].place]++;
    for (size_t i = 0; i < TONE_PLACES; i++) /* to hundredths, as it is written */
        rarity[i] = rarity[i] > 0 ? fminf(roundf(25 * logf((float)n_samples / rarity[i])), 127) / 100 : 1;
}

/* Of the further rules there are few sentences: each counts as several, or the six would be heard in their place.
 */
enum { RARE = 4 };

static void train(struct study study) {
    uint64_t seed = 1;
    count_rarity();
    memset(weights, 0, TONE_PLACES * sizeof *weights);
    memset(bias, 0, sizeof bias);
    for (int e = 0; e < study.epochs; e++) {
        for (size_t i = n_samples - 1; i > 0; i--) {
            seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            size_t other = (seed >> 33) % (i + 1);
            struct sample s = samples[i];
            samples[i] = samples[other];
            samples[other] = s;
        }
        for (size_t i = 0; i < n_samples; i++)
            for (int k = 0; k < (samples[i].tone == TONE_FAIR || tone_is_main(samples[i].tone) ? 1 : RARE); k++)
                learn(&samples[i], 1.5f / (1 + 0.3f * (float)e), study.forget);
    }
}

static float write_weights(FILE *bin) {
    float most = 1e-6f;
    for (size_t i = 0; i < TONE_PLACES; i++)
        for (int t = 0; t < TONES; t++)
            most = fmaxf(most, fabsf(weights[i][t]));
    for (size_t i = 0; i < TONE_PLACES; i++) {
        for (int t = 0; t < TONES; t++)
            fputc((int8_t)lrintf(weights[i][t] / most * 127), bin);
        fputc((int8_t)lrintf(rarity[i] * 100), bin);
    }
    return most / 127;
}

int main(int argc, char **argv) {
    if (argc < 7 || argc % 4 != 3)
        stop("usage", "tone-train OUT.bin OUT.c LANG SENTENCES PROMISES RULES …");
    a = arena_new(1 << 20);
    samples = calloc(SENTENCES_MAX, sizeof *samples);
    weights = calloc(TONE_PLACES, sizeof *weights);
    FILE *bin = fopen(argv[1], "wb"), *c = fopen(argv[2], "w");
    if (!samples || !weights || !bin || !c)
        stop(argv[1], "cannot be written");
    fprintf(
        c,
        "/* Made by tools/tone_train.c. */\n#include \"text/tone.h\"\n\nextern const int8_t tone_weights[];\n"
        "__asm__(\".pushsection .rodata\\n.balign 16\\n.globl tone_weights\\ntone_weights: .incbin \\\"%s\\\"\\n"
        ".popsection\");\n\nconst struct tone_table tone_tables[LANGS] = {\n",
        argv[1]);
    for (int i = 3; i < argc; i += 4) {
        enum lang lang = lang_read(argv[i], "", 0);
        n_samples = 0;
        read_sentences(lang, argv[i + 1]);
        read_sentences(lang, argv[i + 2]);
        read_examples(lang, argv[i + 3]);
        if (n_samples == 0)
            stop(argv[i + 1], "no sentences");
        train(studies[lang]);
        float scale = write_weights(bin);
        fprintf(c, "    [%d] = {tone_weights + %d, %.9gf, {", (int)lang, (i / 4) * TONE_PLACES * TONE_COLUMNS,
                (double)scale);
        for (int t = 0; t < TONES; t++)
            fprintf(c, "%.9gf, ", (double)bias[t]);
        fprintf(c, "}},\n");
    }
    fprintf(c, "};\n");
    return fclose(bin) || fclose(c) ? 1 : 0;
}
