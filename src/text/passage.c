#include "text/passage.h"

#include <math.h>
#include <string.h>

/* Two words FAR words apart count a third of what they count side by side. What a question asks in one breath an
 * answer says in one sentence. */
static const float FAR = 10;

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

static void count(const struct passage_text *text, const struct lookup *l, const struct passage_token *asked,
                  uint32_t *times) {
    size_t n = 0;
    for (int k = 0; k < TOKEN_KINDS; k++)
        n += text->length[k];
    for (size_t i = 0; i < n; i++) {
        uint32_t found = l->slots[slot_of(l, asked, text->terms[i])];
        if (found)
            times[found - 1]++;
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

struct passage passage_read(struct arena *a, const struct passage_text *text, const struct passage_token *asked,
                            size_t n) {
    struct lookup l = lookup_of(a, asked, n);
    struct passage p = {ARENA_ARRAY(a, n + 1, uint32_t), 0};
    count(text, &l, asked, p.times);
    p.closeness = closeness(text, TOKEN_WORD, &l, asked) + closeness(text, TOKEN_STEM, &l, asked);
    return p;
}
