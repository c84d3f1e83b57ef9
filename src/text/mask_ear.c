#include "text/mask_ear.h"

#include <math.h>

const float mask_sure = 0.55f, mask_deaf = 0.1f;

void mask_hear(const struct mask_ear_table *table, const struct mask_marks *marks, float share[HEARD]) {
    int32_t sums[HEARD] = {0};
    float strongest = -INFINITY, total = 0;
    for (size_t i = 0; i < marks->n; i++) {
        const int8_t *w = table->weights + (size_t)marks->at[i] * HEARD;
        for (int h = 0; h < HEARD; h++)
            sums[h] += w[h];
    }
    for (int h = 0; h < HEARD; h++) {
        share[h] = table->bias[h] + (float)sums[h] * table->scale / sqrtf((float)(marks->n ? marks->n : 1));
        strongest = fmaxf(strongest, share[h]);
    }
    for (int h = 0; h < HEARD; h++)
        total += share[h] = expf(share[h] - strongest);
    for (int h = 0; h < HEARD; h++)
        share[h] /= total;
}

static void hear(const struct mask_scan *s, struct mask_candidates *all, size_t k, float share[HEARD]) {
    struct mask_marks marks;
    mask_marks(s, all, k, &marks);
    mask_hear(&mask_ear_table, &marks, share);
}

static size_t place_of(const struct mask_scan *s, size_t cp) { /* in the folded text */
    size_t low = 0, high = s->n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (s->at_cp[mid] < cp)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* "PIN: 4821", "otp 482913": nothing speaks against the word itself. */
static bool is_named_directly(const struct mask_scan *s, size_t start) {
    enum { BESIDE = 3 };
    size_t k = mask_label_from(s->labels, s->n_labels, start);
    if (!k || start - s->labels[k - 1].end > BESIDE)
        return false;
    enum mask_label l = s->labels[k - 1].label;
    return l == LABEL_CVV || l == LABEL_PIN || l == LABEL_OTP || l == LABEL_PASSWORD;
}

/* "Error 1001: OTP expired": a rule took the number for the code. */
static void leave_open(struct mask_scan *s, struct mask_candidates *all, size_t first, size_t end) {
    size_t kept = first;
    for (size_t i = first; i < s->n_spans; i++) {
        if (i < end) {
            float share[HEARD];
            all->at[0] = (struct mask_candidate){place_of(s, s->spans[i].start), place_of(s, s->spans[i].end)};
            hear(s, all, 0, share);
            if (1 - share[HEARD_NOTHING] < mask_deaf && !is_named_directly(s, all->at[0].start))
                continue;
        }
        s->spans[kept++] = s->spans[i];
    }
    s->n_spans = kept;
}

void mask_find_heard(struct mask_scan *s, size_t first, size_t end) {
    static const enum mask_kind kinds[HEARD] = {MASK_KINDS, MASK_CVV, MASK_PIN, MASK_OTP, MASK_PASSWORD};
    if (!mask_ear_table.weights)
        return;
    struct mask_candidates all = mask_candidates(s);
    if (!all.n && first == end)
        return;
    mask_hints(s, &all);
    for (size_t k = 0; k < all.n; k++) {
        float share[HEARD];
        if (mask_is_taken(s, all.at[k].start, all.at[k].end))
            continue;
        hear(s, &all, k, share);
        if (1 - share[HEARD_NOTHING] < mask_sure)
            continue;
        enum heard most = HEARD_CVV;
        for (enum heard h = HEARD_CVV; h < HEARD; h++)
            most = share[h] > share[most] ? h : most;
        mask_take(s, kinds[most], all.at[k].start, all.at[k].end);
    }
    leave_open(s, &all, first, end);
}
