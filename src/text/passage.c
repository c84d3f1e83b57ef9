#include "text/passage.h"

#include <math.h>
#include <string.h>

/* A window is WIDTH of PARTS parts. Tokens of each kind are spread evenly, so a share of one kind is about the
 * same stretch of text as that share of another. Thirds did better than halves and sixths. */
enum { PARTS = 12, WIDTH = 4 };

/* In a passage the second mention of a word adds less than in a whole text. */
static const float K1 = 0.6f, B = 0.75f;

/* Two words side by side count the lesser of their weights CLOSE times, FAR words apart a third of that. What a
 * question asks in one breath an answer says in one sentence. */
static const float CLOSE = 1, FAR = 10;

struct lookup {
    uint32_t *slots; /* index of asked + 1 */
    uint32_t mask;
};

static uint32_t slot_of(const struct lookup *l, const struct passage_token *asked, uint32_t term) {
    uint32_t at = (term * 2654435761u >> 7) & l->mask;
    while (l->slots[at] && asked[l->slots[at] - 1].term != term)
        at = (at + 1) & l->mask;
    return at;
}

static struct lookup lookup_of(struct arena *a, const struct passage_token *asked, size_t n) {
    uint32_t room = 64;
    while (room < n * 4)
        room *= 2;
    struct lookup l = {ARENA_ARRAY(a, room, uint32_t), room - 1};
    for (size_t i = 0; i < n; i++)
        l.slots[slot_of(&l, asked, asked[i].term)] = (uint32_t)i + 1;
    return l;
}

/* How often each asked token stands in each part. */
static void count(const struct passage_text *text, const struct lookup *l, const struct passage_token *asked,
                  uint8_t (*times)[PARTS]) {
    const uint32_t *term = text->terms;
    for (int k = 0; k < TOKEN_KINDS; k++) {
        uint32_t length = text->length[k];
        for (uint32_t i = 0; i < length; i++, term++) {
            uint32_t found = l->slots[slot_of(l, asked, *term)];
            if (!found)
                continue;
            uint8_t *t = &times[found - 1][(uint64_t)i * PARTS / length];
            *t += *t < UINT8_MAX;
        }
    }
}

/* For each two of the asked words that stand in the text, where they come closest. One pass: only the last place of
 * each word can be the closest to what follows. */
static float closeness(const struct passage_text *text, enum token_kind kind, const struct lookup *l,
                       const struct passage_token *asked) {
    enum { WORDS = 24 };
    struct {
        uint32_t asked, last;
        float closest[WORDS]; /* to each word met before it for the first time */
    } met[WORDS];
    size_t n = 0;
    const uint32_t *term = text->terms;
    for (int k = 0; k < (int)kind; k++)
        term += text->length[k];
    for (uint32_t i = 0; i < text->length[kind]; i++) {
        uint32_t found = l->slots[slot_of(l, asked, term[i])];
        if (!found || asked[found - 1].other)
            continue;
        size_t at = 0;
        while (at < n && met[at].asked != found - 1)
            at++;
        if (at == WORDS)
            continue;
        if (at == n) {
            met[n++].asked = found - 1;
            memset(met[at].closest, 0, sizeof met[at].closest);
        }
        met[at].last = i;
        for (size_t j = 0; j < n; j++) {
            if (j == at)
                continue;
            float near = expf(-(float)(i - met[j].last - 1) / FAR);
            float *closest = j < at ? &met[at].closest[j] : &met[j].closest[at];
            if (near > *closest)
                *closest = near;
        }
    }
    float sum = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            sum += met[i].closest[j] * fminf(asked[met[i].asked].weight, asked[met[j].asked].weight);
    return sum;
}

struct passage passage_best(struct arena *a, const struct passage_text *text, const float average[TOKEN_KINDS],
                            const struct passage_token *asked, size_t n) {
    struct lookup l = lookup_of(a, asked, n);
    uint8_t(*times)[PARTS] = arena_array(a, n + 1, sizeof *times);
    count(text, &l, asked, times);
    float base[TOKEN_KINDS], all = 0;
    for (int k = 0; k < TOKEN_KINDS; k++)
        base[k] = average[k] > 0 ? K1 * (1 - B + B * (float)text->length[k] / average[k]) : K1;
    for (size_t i = 0; i < n; i++)
        all += asked[i].other ? 0 : asked[i].weight;
    struct passage best = {0, ARENA_ARRAY(a, n + 1, uint32_t)};
    for (int from = 0; from + WIDTH <= PARTS; from++) {
        float score = 0, covered = 0;
        for (size_t i = 0; i < n; i++) {
            int found = 0;
            for (int p = from; p < from + WIDTH; p++)
                found += times[i][p];
            if (!found)
                continue;
            score += asked[i].weight * (K1 + 1) * (float)found / ((float)found + base[asked[i].kind]);
            covered += asked[i].other ? 0 : asked[i].weight;
        }
        score *= all > 0 ? covered / all : 0;
        if (score > best.score)
            best.score = score;
    }
    best.score += CLOSE * (closeness(text, TOKEN_WORD, &l, asked) + closeness(text, TOKEN_STEM, &l, asked));
    for (size_t i = 0; i < n; i++)
        for (int p = 0; p < PARTS; p++)
            best.times[i] += times[i][p];
    return best;
}
