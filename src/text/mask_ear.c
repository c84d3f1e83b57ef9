#include "text/mask_ear.h"

#include "text/fold.h"

#include <math.h>

const float mask_sure = 0.4f, mask_sure_unnamed = 0.7f, mask_deaf = 0.1f;

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
    mask_marks(s, all, k, mask_ear_table.common, &marks);
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

/* "PIN: 4821", "the verification code you want is 40917": nothing speaks against the word itself. */
static bool is_named_directly(const struct mask_scan *s, size_t start) {
    enum { BESIDE = 3, FURTHER = 24, CONNECTOR_MOST = 4 };
    size_t k = mask_label_from(s->labels, s->n_labels, start), gap = k ? start - s->labels[k - 1].end : 0;
    bool said = false;
    for (size_t i = start > CONNECTOR_MOST + 1 ? start - CONNECTOR_MOST - 1 : 0; i < start && !said; i++) {
        size_t end = mask_connector(s, i);
        said = end && (end == start || (end + 1 == start && s->bare[end] == ' '));
    }
    if (!k || gap > (said ? FURTHER : BESIDE))
        return false;
    enum mask_label l = s->labels[k - 1].label;
    return l == LABEL_CVV || l == LABEL_PIN || l == LABEL_OTP || l == LABEL_PASSWORD;
}

static enum heard most_likely(const float share[HEARD]) { /* of the secrets */
    enum heard most = HEARD_CVV;
    for (enum heard h = HEARD_CVV; h < HEARD; h++)
        most = share[h] > share[most] ? h : most;
    return most;
}

static bool only_digits(const struct mask_scan *s, const struct mask_candidate *c) {
    size_t i = c->start;
    while (i < c->end && (fold_is_digit(s->bare[i]) || s->bare[i] == ' ' || s->bare[i] == '-'))
        i++;
    return i == c->end;
}

/* Before it stands a word that is said of what opens a tablet and of what is sent for once. */
static bool is_passcode(const struct mask_scan *s, size_t start) {
    size_t k = mask_label_from(s->labels, s->n_labels, start);
    return k && s->labels[k - 1].label == LABEL_OTP && mask_starts(s, s->labels[k - 1].start, U"passcode");
}

/* What a rule took, heard once more: "Error 1001: OTP expired" is no code and is left open, and the digits of
 * "门锁密码740852" are a PIN, though their word says password. */
static void hear_again(struct mask_scan *s, struct mask_candidates *all, size_t first, size_t end) {
    static const float CLEAR = 0.5f;
    size_t kept = first;
    for (size_t i = first; i < s->n_spans; i++) {
        struct mask_span *span = &s->spans[i];
        if (i < end) {
            float share[HEARD];
            all->at[0] = (struct mask_candidate){place_of(s, span->start), place_of(s, span->end)};
            hear(s, all, 0, share);
            enum heard most = most_likely(share);
            if (1 - share[HEARD_NOTHING] < mask_deaf && !is_named_directly(s, all->at[0].start))
                continue;
            bool open = span->kind == MASK_PASSWORD || is_passcode(s, all->at[0].start);
            if (open && (most == HEARD_PIN || most == HEARD_OTP) && share[most] >= CLEAR &&
                only_digits(s, &all->at[0]))
                span->kind = most == HEARD_PIN ? MASK_PIN : MASK_OTP;
        }
        s->spans[kept++] = *span;
    }
    s->n_spans = kept;
}

static bool is_word(const struct mask_scan *s, const struct mask_candidate *c) {
    size_t i = c->start;
    while (i < c->end && fold_is_latin(s->bare[i]))
        i++;
    return i == c->end;
}

/* "correct horse battery staple": words in a row, each of which may be one, are heard together. The end of the row
 * that begins at k. */
static size_t row_end(const struct mask_scan *s, const struct mask_candidates *all, const float *clear, size_t k) {
    static const float MAY_BE = 0.2f;
    while (k + 1 < all->n && clear[k] >= MAY_BE && clear[k + 1] >= MAY_BE && is_word(s, &all->at[k]) &&
           is_word(s, &all->at[k + 1]) && all->at[k + 1].start == all->at[k].end + 1 &&
           s->bare[all->at[k].end] == ' ')
        k++;
    return k + 1;
}

/* Within quotes, or from a colon to the end of the sentence. */
static bool is_set_apart(const struct mask_scan *s, const struct mask_candidate *c) {
    uint32_t open = c->start ? s->bare[c->start - 1] : ' ', close = c->end < s->n ? s->bare[c->end] : '\n';
    bool colon = c->start > 1 && open == ' ' && s->bare[c->start - 2] == ':';
    return ((open == '"' || open == 0x201C || open == 0x300C) &&
            (close == '"' || close == 0x201D || close == 0x300D)) ||
           (colon && (close == '.' || close == '\n'));
}

/* "seven wet otters juggling" set apart is one, when one of its words is heard. */
static void hear_set_apart(const struct mask_scan *s, const struct mask_candidates *all, float *clear,
                           enum heard *heard) {
    for (size_t k = 0; k < all->n; k++) {
        const struct mask_candidate *c = &all->at[k];
        if ((!is_set_apart(s, c) && !mask_is_told_phrase(s, c)) ||
            mask_label_near(s, LABEL_PASSWORD, c->start, c->end, 0))
            continue;
        for (size_t i = k + 1; i < all->n; i++)
            if (all->at[i].start >= c->start && all->at[i].end <= c->end && clear[i] > clear[k] &&
                heard[i] == HEARD_PASSWORD) {
                clear[k] = clear[i];
                heard[k] = heard[i];
            }
    }
}

/* What is hidden once is hidden wherever the text says it again; of a text full of secrets only the first few, for
 * each is looked for in all of it. */
static void hear_said_again(struct mask_scan *s) {
    enum { LEAST = 4, SECRETS_MOST = 32 };
    for (size_t i = 0, n = s->n_spans < SECRETS_MOST ? s->n_spans : SECRETS_MOST; i < n; i++) {
        struct mask_span span = s->spans[i];
        size_t start = place_of(s, span.start), end = place_of(s, span.end), len = end - start;
        if ((span.kind != MASK_PIN && span.kind != MASK_OTP && span.kind != MASK_PASSWORD) || len < LEAST)
            continue;
        struct mask_candidate c = {start, end};
        bool digits = only_digits(s, &c);
        size_t bit = mask_common_place(s, start, end);
        if (is_word(s, &c) && mask_ear_table.common[bit / 8] >> bit % 8 & 1)
            continue;
        for (size_t at = 0; at + len <= s->n; at++) {
            size_t same = 0;
            while (same < len && s->bare[at + same] == s->bare[start + same])
                same++;
            bool alone = same == len && (at == 0 || !mask_letter(s, at - 1)) &&
                         (at + len == s->n || !mask_letter(s, at + len));
            if (alone && !mask_is_taken(s, at, at + len) && !(digits && mask_number_joined(s, at, at + len)))
                mask_take(s, span.kind, at, at + len);
        }
    }
}

void mask_find_heard(struct mask_scan *s, size_t first, size_t end) {
    static const enum mask_kind kinds[HEARD] = {MASK_KINDS, MASK_CVV, MASK_PIN, MASK_OTP, MASK_PASSWORD};
    if (!mask_ear_table.weights)
        return;
    struct mask_candidates all = mask_candidates(s, mask_ear_table.common);
    if (!all.n && first == end)
        return;
    mask_hints(s, &all);
    enum heard *heard = ARENA_ROOM(s->arena, all.n + 1, enum heard);
    float *clear = ARENA_ROOM(s->arena, all.n + 1, float);
    for (size_t k = 0; k < all.n; k++) {
        float share[HEARD] = {1};
        if (!mask_is_taken(s, all.at[k].start, all.at[k].end))
            hear(s, &all, k, share);
        clear[k] = 1 - share[HEARD_NOTHING];
        heard[k] = most_likely(share);
    }
    hear_set_apart(s, &all, clear, heard);
    for (size_t k = 0, next; k < all.n; k = next) {
        size_t most = k;
        next = row_end(s, &all, clear, k);
        for (size_t i = k; i < next; i++)
            most = clear[i] > clear[most] ? i : most;
        if (clear[most] >= mask_sure_of(s, &all, most) && !mask_is_taken(s, all.at[k].start, all.at[next - 1].end))
            mask_take(s, kinds[heard[most]], all.at[k].start, all.at[next - 1].end);
    }
    hear_again(s, &all, first, end);
    hear_said_again(s);
}
