#include "text/tone.h"

#include <math.h>

struct tone_reading tone_read(struct arena *a, const struct prose *p) {
    const struct tone_table *table = &tone_tables[p->lang];
    struct tone_reading r = {.known = table->weights != NULL, .share = {[TONE_FAIR] = 1}, .worst = TONE_BLAME};
    if (!r.known || p->n_sentences == 0)
        return r;
    struct tone_marks marks = tone_marks(a, p);
    r.known = marks.n - marks.pieces >= TONE_MARKS_MIN;
    if (!r.known)
        return r;
    float sums[TONES] = {0}, total = 0, strongest = -INFINITY, squares = 0;
    for (size_t i = 0; i < marks.n; i++) {
        const int8_t *w = table->weights + marks.at[i].place * TONE_COLUMNS;
        float rarity = marks.at[i].weight * (float)w[TONES] / 100;
        squares += rarity * rarity;
        for (int t = 0; t < TONES; t++)
            sums[t] += w[t] * rarity;
    }
    for (int t = 0; t < TONES; t++) {
        sums[t] = table->bias[t] + sums[t] * table->scale / sqrtf(fmaxf(squares, 1e-6f));
        strongest = fmaxf(strongest, sums[t]);
    }
    for (int t = 0; t < TONES; t++)
        total += r.share[t] = expf(sums[t] - strongest);
    for (int t = 0; t < TONES; t++) {
        r.share[t] /= total;
        if (t != TONE_FAIR && r.share[t] > r.share[r.worst])
            r.worst = (enum tone)t;
    }
    float *heard = ARENA_ARRAY(a, p->n_sentences, float);
    for (uint32_t s = 0; s < p->n_sentences; s++)
        heard[s] = 0;
    for (size_t i = 0; i < marks.n; i++) {
        const int8_t *w = table->weights + marks.at[i].place * TONE_COLUMNS;
        heard[marks.at[i].sentence] += (float)((w[r.worst] - w[TONE_FAIR]) * w[TONES]) * marks.at[i].weight;
    }
    for (uint32_t s = 1; s < p->n_sentences; s++)
        if (heard[s] > heard[r.sentence])
            r.sentence = s;
    return r;
}
