#include "text/subject.h"

#include <math.h>

/* Texts are neighbours from MORE times the likeness that the few have on the average, and wholly so a WHOLLY
 * further: how much texts share differs between languages and subjects. */
static const float MORE = 1.5f, WHOLLY = 1;

typedef float likeness[SUBJECT_TEXTS_MAX][SUBJECT_TEXTS_MAX];

static float length_of(const struct subject_text *t) {
    float sum = 0;
    for (size_t i = 0; i < t->n_words; i++)
        sum += t->words[i].weight * t->words[i].weight;
    return sqrtf(sum);
}

static float shared(const struct subject_text *one, const struct subject_text *other) {
    float sum = 0;
    for (size_t i = 0, j = 0; i < one->n_words && j < other->n_words;) {
        const struct subject_word *x = &one->words[i], *y = &other->words[j];
        sum += x->term == y->term ? x->weight * x->weight : 0;
        i += x->term <= y->term;
        j += y->term <= x->term;
    }
    return sum;
}

/* From 0 to 1: how surely two of the texts are about the same thing. */
static void compare(const struct subject_text *texts, size_t n, likeness like) {
    float lengths[SUBJECT_TEXTS_MAX], mean = 0;
    for (size_t i = 0; i < n; i++) {
        lengths[i] = length_of(&texts[i]);
        for (size_t j = 0; j < i; j++) {
            float lengthwise = lengths[i] * lengths[j];
            like[i][j] = lengthwise > 0 ? shared(&texts[i], &texts[j]) / lengthwise : 0;
            mean += like[i][j] / (float)(n * (n - 1) / 2);
        }
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            float sure = mean > 0 ? (like[i][j] / mean - MORE) / WHOLLY : 0;
            like[i][j] = like[j][i] = fmaxf(0, fminf(1, sure));
        }
}

/* The second most that a neighbour holds: what only one of them says is its own. */
static float second_most(const struct subject_text *texts, size_t n, size_t self, const float *like, size_t token) {
    float most = 0, second = 0;
    for (size_t j = 0; j < n; j++) {
        if (j == self || like[j] <= 0)
            continue;
        float held = like[j] * texts[j].held[token];
        if (held > most) {
            second = most;
            most = held;
        } else if (held > second) {
            second = held;
        }
    }
    return second;
}

void subject_gains(struct arena *a, const struct subject_text *texts, size_t n, const float *weights,
                   size_t n_asked, float *gains) {
    float(*like)[SUBJECT_TEXTS_MAX] = arena_array(a, SUBJECT_TEXTS_MAX, sizeof *like);
    compare(texts, n, like);
    for (size_t i = 0; i < n; i++) {
        gains[i] = 0;
        for (size_t t = 0; t < n_asked; t++) {
            float beyond = second_most(texts, n, i, like[i], t) - texts[i].held[t];
            gains[i] += beyond > 0 ? beyond * weights[t] : 0;
        }
    }
}
