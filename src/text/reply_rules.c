#include "text/reply_rules.h"

#include "text/fold.h"
#include "text/mask.h"
#include "text/tone.h"

#include <string.h>

struct check {
    struct arena *a;
    const char *text;
    size_t len;
    const struct prose *p;
    const struct rules *rules;
    const struct whens *whens;
    const struct rule_hits *hits;
    const struct reply_context *c;
    struct findings out;
    size_t room;
};

static void add(struct check *k, const struct rule *r, size_t start, size_t end) {
    if (k->out.n == k->room) {
        k->room = k->room ? 2 * k->room : 8;
        k->out.at = arena_grow(k->a, k->out.at, k->out.n, k->room, sizeof *k->out.at);
    }
    k->out.at[k->out.n++] = (struct finding){r->name, start, end, r->say, r->better, r->strength};
}

/* A finding of a rule that has no patterns: what it says stands in the rule file all the same. */
static void add_named(struct check *k, const char *name, size_t start, size_t end) {
    const struct rule *r = rules_named(k->rules, name);
    if (r)
        add(k, r, start, end);
}

static void add_places(struct check *k, const char *name, uint32_t start, uint32_t end) {
    if (end > start)
        add_named(k, name, k->p->at[start], k->p->at[end - 1] + 1);
}

static bool cue_is(const struct rule_hit *h, const char *name) {
    return h->rule->is_cue && strcmp(h->rule->name, name) == 0;
}

/* ---- finding words of the context in the reply ---- */

/* Where `what` stands in the reply, folded alike and as whole words; false when it does not. */
static bool find_words(const struct check *k, const char *what, uint32_t *start, uint32_t *end) {
    size_t room = strlen(what);
    if (room == 0)
        return false;
    uint32_t *c = ARENA_ARRAY(k->a, room + 1, uint32_t);
    uint32_t n = (uint32_t)prose_fold(k->p->lang, what, room, c, room);
    for (uint32_t i = 0; n && i + n <= k->p->n; i++) {
        if (memcmp(k->p->c + i, c, n * sizeof *c) != 0)
            continue;
        bool whole = !(prose_is_letter(c[0]) && i > 0 && prose_is_letter(k->p->c[i - 1])) &&
                     !(prose_is_letter(c[n - 1]) && prose_is_letter(k->p->c[i + n]));
        if (whole) {
            *start = i;
            *end = i + n;
            return true;
        }
    }
    return false;
}

static void find_all(struct check *k, const char *rule, const char *const *list, size_t n) {
    uint32_t start, end;
    for (size_t i = 0; i < n; i++)
        if (list[i] && find_words(k, list[i], &start, &end))
            add_places(k, rule, start, end);
}

/* ---- rules without patterns ---- */

static bool is_own(const struct check *k, struct mask_span s) {
    for (size_t i = 0; k->c && i < k->c->n_own; i++)
        if (strlen(k->c->own[i]) == s.byte_end - s.byte_start &&
            memcmp(k->c->own[i], k->text + s.byte_start, s.byte_end - s.byte_start) == 0)
            return true;
    return false;
}

static void check_leak(struct check *k) {
    struct mask_spans spans = mask_find(k->a, k->text, k->len, MASK_PRIVATE);
    for (size_t i = 0; i < spans.n; i++)
        if (!is_own(k, spans.at[i]))
            add_named(k, "leak", spans.at[i].start, spans.at[i].end);
    if (k->c)
        find_all(k, "leak", k->c->foreign, k->c->n_foreign);
    if (!k->c || !k->c->in_public)
        return;
    spans = mask_find(k->a, k->text, k->len, MASK_CONTACTS);
    for (size_t i = 0; i < spans.n; i++)
        add_named(k, "public_sensitive", spans.at[i].start, spans.at[i].end);
}

static uint64_t hash_sentence(const struct prose *p, struct stretch s, uint32_t *letters) {
    uint64_t h = 1469598103934665603u;
    *letters = 0;
    for (uint32_t i = s.start; i < s.end; i++)
        if (prose_is_letter(p->c[i]) || fold_is_han(p->c[i]) || fold_is_thai(p->c[i]) || fold_is_digit(p->c[i])) {
            h = (h ^ p->c[i]) * 1099511628211u;
            ++*letters;
        }
    return h;
}

/* The same sentence twice in one reply, or one that an earlier reply already said. Greetings are too short to
 * count. */
static void check_repetition(struct check *k) {
    enum { LONG_ENOUGH = 24, LONG_HAN = 10 };
    uint32_t n = k->p->n_sentences, least = k->p->lang == LANG_ZH ? LONG_HAN : LONG_ENOUGH;
    uint64_t *seen = ARENA_ARRAY(k->a, n + 1, uint64_t);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t letters;
        seen[i] = hash_sentence(k->p, k->p->sentences[i], &letters);
        for (uint32_t m = 0; m < i && letters >= least; m++)
            if (seen[m] == seen[i])
                add_places(k, "script_repetition", k->p->sentences[i].start, k->p->sentences[i].end);
        if (letters < least)
            seen[i] = i; /* no hash of a sentence is this small in practice */
    }
    for (size_t e = 0; k->c && e < k->c->n_earlier; e++) {
        struct prose *old = prose_read(k->a, k->p->lang, k->c->earlier[e], strlen(k->c->earlier[e]));
        for (uint32_t m = 0; m < old->n_sentences; m++) {
            uint32_t letters;
            uint64_t h = hash_sentence(old, old->sentences[m], &letters);
            for (uint32_t i = 0; i < n && letters >= least; i++)
                if (seen[i] == h)
                    add_places(k, "script_repetition", k->p->sentences[i].start, k->p->sentences[i].end);
        }
    }
}

/* Thai has no full stop: a phrase between spaces that comes again whole, but for a polite word at its end. */
static void check_phrases(struct check *k) {
    enum { LONG_ENOUGH = 14, POLITE = 10, PHRASES = 64 };
    struct stretch at[PHRASES];
    uint32_t n = 0, start = 0;
    const uint32_t *c = k->p->c;
    for (uint32_t i = 0; i <= k->p->n && n < PHRASES; i++) {
        if (i < k->p->n && (fold_is_thai(c[i]) || fold_is_digit(c[i])))
            continue;
        if (i - start >= LONG_ENOUGH)
            at[n++] = (struct stretch){start, i};
        start = i + 1;
    }
    for (uint32_t i = 1; i < n; i++)
        for (uint32_t m = 0; m < i; m++) {
            uint32_t a = at[i].end - at[i].start, b = at[m].end - at[m].start, less = a < b ? a : b;
            if ((a > b ? a - b : b - a) <= POLITE &&
                memcmp(c + at[i].start, c + at[m].start, less * sizeof *c) == 0) {
                add_places(k, "script_repetition", at[i].start, at[i].end);
                return;
            }
        }
}

static bool inside(const struct check *k, const char *cue, uint32_t place) {
    for (size_t i = 0; i < k->hits->n; i++) {
        const struct rule_hit *h = &k->hits->at[i];
        if (cue_is(h, cue) && place >= h->start && place < h->end)
            return true;
    }
    return false;
}

/* The same step told twice ("you have restarted it; please restart it"): two equal matches of the cue "advice",
 * none of them inside a "no-advice" ("after restarting", "no need to restart again"). */
static void check_advice(struct check *k) {
    for (size_t i = 0; i < k->hits->n; i++) {
        const struct rule_hit *x = &k->hits->at[i], *y;
        if (!cue_is(x, "advice") || inside(k, "no-advice", x->start))
            continue;
        for (size_t m = 0; m < i; m++) {
            y = &k->hits->at[m];
            uint32_t n = x->end - x->start < y->end - y->start ? x->end - x->start : y->end - y->start;
            if (cue_is(y, "advice") && y->end <= x->start && !inside(k, "no-advice", y->start) &&
                memcmp(k->p->c + x->start, k->p->c + y->start, n * sizeof *k->p->c) == 0) {
                add_places(k, "script_repetition", x->start, x->end);
                return;
            }
        }
    }
}

/* Words in quotation marks are somebody else's. */
static bool quoted(const struct prose *p, uint32_t start, uint32_t end) {
    int straight = 0;
    bool open = false;
    for (uint32_t i = start; i > 0 && p->c[i - 1] != '\n'; i--) {
        uint32_t c = p->c[i - 1];
        straight += c == '"';
        if (c == 0x201D || c == 0x300D)
            break;
        if ((open = c == 0x201C || c == 0x300C))
            break;
    }
    for (uint32_t i = end; i < p->n && p->c[i] != '\n'; i++) {
        if (p->c[i] == '"' && straight % 2)
            return true;
        if (p->c[i] == 0x201D || p->c[i] == 0x300D)
            return open;
    }
    return false;
}

static uint32_t word_end(const struct prose *p, uint32_t i) {
    while (prose_is_letter(p->c[i]))
        i++;
    return i;
}

/* Forms of one word: "restart" and "restarting", but not "restart" and "reset". Chinese: the same first signs. */
static bool alike(const struct prose *p, uint32_t a, uint32_t b) {
    uint32_t same = 0;
    if (fold_is_han(p->c[a])) {
        while (same < 2 && p->c[a + same] == p->c[b + same])
            same++;
        return same == 2 || (same == 1 && !fold_is_han(p->c[a + 1]));
    }
    uint32_t one = word_end(p, a) - a, two = word_end(p, b) - b, shorter = one < two ? one : two;
    while (same < shorter && p->c[a + same] == p->c[b + same])
        same++;
    return same >= 3 && same + 1 >= shorter;
}

/* Do the few words behind both places name one thing, or does the second name none ("clear it again")? */
static bool about_the_same(const struct prose *p, uint32_t a, uint32_t b) {
    enum { WORDS = 6, CONTENT = 4 };
    if (fold_is_han(p->c[a]))
        return true;
    uint32_t named = 0;
    for (uint32_t i = word_end(p, b), n = 0; n < WORDS && i < p->n && p->c[i] != '.'; i++) {
        if (!(p->head[i] & PROSE_WORD) || !prose_is_letter(p->c[i]))
            continue;
        n++;
        if (word_end(p, i) - i < CONTENT)
            continue;
        named++;
        for (uint32_t k = word_end(p, a), m = 0; m < WORDS && k < p->n && p->c[k] != '.'; k++)
            if ((p->head[k] & PROSE_WORD) && prose_is_letter(p->c[k])) {
                m++;
                if (word_end(p, k) - k >= CONTENT && alike(p, k, i))
                    return true;
            }
    }
    return named == 0;
}

/* A step (cue "asked-step") asked for twice, though it did not help (cue "in-vain"): "Clear the cache. If that
 * fails, clear the cache again." */
static void check_in_vain(struct check *k) {
    const struct rule_hits *hits = k->hits;
    uint32_t vain = UINT32_MAX;
    for (size_t i = 0; i < hits->n && vain == UINT32_MAX; i++)
        if (cue_is(&hits->at[i], "in-vain"))
            vain = hits->at[i].sentence;
    if (vain == UINT32_MAX)
        return;
    for (size_t i = 0; i < hits->n; i++)
        for (size_t m = i + 1; m < hits->n && cue_is(&hits->at[i], "asked-step"); m++) {
            const struct rule_hit *a = &hits->at[i], *b = &hits->at[m];
            if (!cue_is(b, "asked-step") || b->sentence < vain || b->start < a->end ||
                !alike(k->p, a->start, b->start) || !about_the_same(k->p, a->start, b->start))
                continue;
            add_places(k, "script_repetition", b->start, b->end);
            return;
        }
}

/* Do the signs asked for, fillers apart, stand in `before` as well: most of them, or both of two? */
static bool echoes(const uint32_t *c, const bool *filler, struct stretch asked, struct stretch before) {
    enum { ENOUGH = 3, ALL_OF = 2 };
    uint32_t signs = 0, shared = 0;
    for (uint32_t i = asked.start; i < asked.end; i++) {
        if (filler[i])
            continue;
        signs++;
        for (uint32_t m = before.start; m < before.end; m++)
            if (c[m] == c[i]) {
                shared++;
                break;
            }
    }
    return (shared >= ENOUGH && 3 * shared >= 2 * signs) || (shared == ALL_OF && signs == ALL_OF);
}

/* A step asked for (behind a cue "asked", up to the next comma or stop) that this sentence or the one before calls
 * tried (cue "tried"), in other words or another order: "The screws are tight and it still wobbles? Please tighten
 * the screws." Signs of the cue "filler" do not count. Chinese only: one sign is a word there. */
static void check_asked_though_tried(struct check *k) {
    enum { BACK = 80, STEP = 24 };
    bool *filler = ARENA_ARRAY(k->a, k->p->n + 1, bool), *tried = ARENA_ARRAY(k->a, k->p->n + 1, bool);
    memset(filler, 0, (k->p->n + 1) * sizeof *filler);
    memset(tried, 0, (k->p->n + 1) * sizeof *tried);
    for (size_t i = 0; i < k->hits->n; i++) {
        const struct rule_hit *h = &k->hits->at[i];
        tried[h->start] |= cue_is(h, "tried");
        for (uint32_t m = h->start; cue_is(h, "filler") && m < h->end; m++)
            filler[m] = true;
    }
    for (size_t i = 0; i < k->hits->n; i++) {
        const struct rule_hit *x = &k->hits->at[i];
        if (!cue_is(x, "asked"))
            continue;
        struct stretch asked = {x->end, x->end};
        for (; asked.end < k->p->n && asked.end - asked.start < STEP; asked.end++) {
            uint32_t c = k->p->c[asked.end];
            if (!fold_is_han(c) && !prose_is_letter(c) && !fold_is_digit(c))
                break;
        }
        struct stretch before = {k->p->sentences[x->sentence > 0 ? x->sentence - 1 : 0].start, x->start};
        if (before.end - before.start > BACK)
            before.start = before.end - BACK;
        bool in_vain = false;
        for (uint32_t m = before.start; m < asked.start && !in_vain; m++)
            in_vain = tried[m];
        if (in_vain && echoes(k->p->c, filler, asked, before)) {
            add_places(k, "script_repetition", x->start, asked.end);
            return;
        }
    }
}

/* From which likeness on a reply is heard: as it is, when it helps all the same (cue "helps" and its like), and
 * when it names the fault as ours (cue "owns"). What a pattern says of a reply that is clearly fair is left out. */
static const float SURE = 0.5f,
                   HEARD[LANGS] = {[LANG_EN] = 0.52f, [LANG_VI] = 0.31f, [LANG_ZH] = 0.44f, [LANG_TH] = 0.38f},
                   HELPING[LANGS] = {[LANG_EN] = 0.6f, [LANG_VI] = 0.46f, [LANG_ZH] = 0.5f, [LANG_TH] = 0.46f},
                   OWNING[LANGS] = {[LANG_EN] = 0.7f, [LANG_VI] = 0.75f, [LANG_ZH] = 0.6f, [LANG_TH] = 0.75f},
                   CLEARLY_FAIR[LANGS] = {
                       [LANG_EN] = 0.25f, [LANG_VI] = 0.12f, [LANG_ZH] = 0.12f, [LANG_TH] = 0.1f};

/* Courtesy makes up most of a long reply, so what is wrong in it weighs less in the whole: from this many signs on,
 * less is enough. */
static const uint32_t LONG[LANGS] = {
    [LANG_EN] = 90, [LANG_VI] = UINT32_MAX, [LANG_ZH] = 25, [LANG_TH] = UINT32_MAX};
static const float IN_LONG = 0.7f;

static float heard_from(const struct prose *p) { return HEARD[p->lang] * (p->n < LONG[p->lang] ? 1 : IN_LONG); }

static bool says(const struct rule_hits *hits, const char *cue) {
    for (size_t i = 0; i < hits->n; i++)
        if (cue_is(&hits->at[i], cue))
            return true;
    return false;
}

static bool says_help(const struct rule_hits *hits) {
    return says(hits, "helps") || says(hits, "fetches") || says(hits, "reason") || says(hits, "friendly");
}

/* The cues are many patterns: they are asked only where they can change the answer. */
static bool is_heard(const struct check *k, float likeness) {
    enum lang l = k->p->lang;
    float heard = heard_from(k->p);
    if (likeness < heard || likeness >= OWNING[l])
        return likeness >= heard;
    struct rule_hits late = rules_find_late(k->a, k->rules, k->p, k->whens);
    if (says(k->hits, "owns") || says(&late, "owns"))
        return false;
    return likeness >= HELPING[l] || !(says_help(k->hits) || says_help(&late));
}

/* In a chat the next line follows within the minute: "I'll check" needs no time. */
static bool in_chat(const struct check *k) { return k->c && k->c->chat; }

static void check_tone(struct check *k, const struct tone_reading *tone) {
    bool other = false, bare = tone->worst == TONE_BARE_PROMISE;
    if (!is_heard(k, 1 - tone->share[TONE_FAIR]) || (bare && (k->whens->n || in_chat(k))))
        return;
    for (size_t i = 0; i < k->out.n; i++) {
        enum tone said = tone_named(k->out.at[i].rule);
        if (said == tone->worst)
            return;
        other |= said != TONE_FAIR;
    }
    struct stretch s = k->p->sentences[tone->sentence];
    size_t before = k->out.n;
    if (!other || tone->share[tone->worst] >= SURE)
        add_places(k, tone_name(tone->worst), s.start, s.end);
    if (k->out.n > before && k->out.at[before].strength == RULE_RED)
        k->out.at[before].strength = RULE_AMBER; /* likeness alone holds nothing back */
}

static void check_asks_again(struct check *k) {
    if (!k->c || k->c->identity_check)
        return;
    for (size_t i = 0; i < k->hits->n; i++) {
        const struct rule_hit *h = &k->hits->at[i];
        if (!h->rule->is_cue || strncmp(h->rule->name, "asks-", 5) != 0)
            continue;
        for (size_t m = 0; m < k->c->n_known; m++)
            if (strcmp(h->rule->name + 5, k->c->known[m]) == 0)
                add_places(k, "asks_again", h->start, h->end);
    }
}

static bool shares_content(const struct prose *q, struct stretch s, const struct prose *reply) {
    uint32_t need = q->lang == LANG_ZH ? 2 : 4;
    for (uint32_t i = s.start; i + need <= s.end; i++) {
        bool letters = true;
        for (uint32_t m = 0; m < need && letters; m++)
            letters = prose_is_letter(q->c[i + m]) || fold_is_han(q->c[i + m]) || fold_is_thai(q->c[i + m]) ||
                      fold_is_digit(q->c[i + m]);
        bool begins = !prose_is_letter(q->c[i]) || i == 0 || !prose_is_letter(q->c[i - 1]);
        if (!letters || !begins)
            continue;
        for (uint32_t m = 0; m + need <= reply->n; m++)
            if (memcmp(reply->c + m, q->c + i, need * sizeof *q->c) == 0)
                return true;
    }
    return false;
}

/* "Yes, it is" answers with few words, and whoever has just begun has not answered yet. */
static bool too_short_to_tell(const struct prose *p) {
    enum { LETTERS = 12, HAN_LETTERS = 5 };
    uint32_t letters = 0, least = p->lang == LANG_ZH ? HAN_LETTERS : LETTERS;
    for (uint32_t i = 0; i < p->n && letters < least; i++)
        letters +=
            prose_is_letter(p->c[i]) || fold_is_han(p->c[i]) || fold_is_thai(p->c[i]) || fold_is_digit(p->c[i]);
    return letters < least;
}

/* A question none of whose words comes back in the reply. Few are caught so, and hardly any wrongly. */
static void check_unanswered(struct check *k) {
    if (!k->c || !k->c->asked || k->p->n_sentences == 0 || too_short_to_tell(k->p))
        return;
    struct prose *q = prose_read(k->a, k->p->lang, k->c->asked, strlen(k->c->asked));
    for (uint32_t i = 0; i < q->n_sentences; i++)
        if (q->question[i] && !shares_content(q, q->sentences[i], k->p)) {
            add_places(k, "unanswered", k->p->sentences[0].start, k->p->sentences[0].end);
            return;
        }
}

static void check_granted(struct check *k) {
    uint32_t start, end;
    for (size_t i = 0; i < k->hits->n; i++) {
        const struct rule_hit *h = &k->hits->at[i];
        if (!cue_is(h, "refusal"))
            continue;
        for (size_t g = 0; g < k->c->n_granted; g++)
            if (find_words(k, k->c->granted[g].word, &start, &end) && prose_sentence_of(k->p, start) == h->sentence)
                add_places(k, "contradicts_policy", h->start, h->end);
    }
}

static void check_glossary(struct check *k) {
    const struct rule *r = rules_named(k->rules, "glossary");
    uint32_t start, end;
    for (size_t i = 0; r && i < k->c->n_glossary; i++)
        if (find_words(k, k->c->glossary[i].word, &start, &end)) {
            add(k, r, k->p->at[start], k->p->at[end - 1] + 1);
            k->out.at[k->out.n - 1].better = k->c->glossary[i].instead;
        }
}

/* Five steps in one sentence cannot be followed with a finger on the screen. */
static void check_unclear(struct check *k) {
    enum { STEPS = 4 };
    for (uint32_t s = 0; s < k->p->n_sentences; s++) {
        uint32_t steps = 0;
        for (size_t i = 0; i < k->hits->n; i++)
            steps += k->hits->at[i].sentence == s && cue_is(&k->hits->at[i], "step");
        if (steps >= STEPS)
            add_places(k, "unclear", k->p->sentences[s].start, k->p->sentences[s].end);
    }
}

/* Two ways of addressing in one reply (cue "address-a" against "address-b"), or another than the card says. */
static void check_address(struct check *k) {
    const struct rule_hit *one = NULL, *two = NULL;
    for (size_t i = 0; i < k->hits->n; i++) {
        if (cue_is(&k->hits->at[i], "address-a") && !one)
            one = &k->hits->at[i];
        if (cue_is(&k->hits->at[i], "address-b") && !two)
            two = &k->hits->at[i];
    }
    if (one && two) {
        const struct rule_hit *later = one->start > two->start ? one : two;
        add_places(k, "address", later->start, later->end);
    }
    if (!k->c || !k->c->customer_address)
        return;
    for (size_t i = 0; i < k->hits->n; i++) {
        const struct rule_hit *h = &k->hits->at[i];
        if (!cue_is(h, "addresses"))
            continue;
        uint32_t c[64];
        size_t n = strlen(k->c->customer_address);
        n = prose_fold(k->p->lang, k->c->customer_address, n < 64 ? n : 64, c, 64);
        if (n != h->end - h->start || memcmp(c, k->p->c + h->start, n * sizeof *c) != 0) {
            add_places(k, "address", h->start, h->end);
            return;
        }
    }
}

static void check_script(struct check *k) { /* Simplified answers to somebody who writes Traditional */
    if (!k->c || !k->c->asked || k->p->lang != LANG_ZH || k->p->traditional || k->p->n_sentences == 0)
        return;
    struct prose *q = prose_read(k->a, LANG_ZH, k->c->asked, strlen(k->c->asked));
    if (q->traditional && k->p->simplified)
        add_places(k, "address", k->p->sentences[0].start, k->p->sentences[0].end);
}

static void sort_findings(struct findings *f) {
    for (size_t i = 1; i < f->n; i++)
        for (size_t m = i; m > 0 && f->at[m - 1].start > f->at[m].start; m--) {
            struct finding t = f->at[m];
            f->at[m] = f->at[m - 1];
            f->at[m - 1] = t;
        }
}

struct findings reply_check(struct arena *a, const char *text, size_t len, const struct prose *p,
                            const struct whens *whens, const struct rule_hits *hits,
                            const struct reply_context *context) {
    struct check k = {.a = a,
                      .text = text,
                      .len = len,
                      .p = p,
                      .rules = rules_of(p->lang),
                      .whens = whens,
                      .hits = hits,
                      .c = context};
    struct tone_reading tone = tone_read(a, p);
    bool fair = tone.known && 1 - tone.share[TONE_FAIR] < CLEARLY_FAIR[p->lang];
    for (size_t i = 0; i < hits->n; i++) {
        const struct rule_hit *h = &hits->at[i];
        bool short_word = in_chat(&k) && strcmp(h->rule->name, "bare_promise") == 0;
        bool backed = strcmp(h->rule->name, "no_repeat") == 0 && !(context && context->needs_prevention);
        bool cleared = fair && tone_is_main(tone_named(h->rule->name));
        if (h->rule->is_cue || short_word || backed || cleared || quoted(p, h->start, h->end))
            continue;
        add(&k, h->rule, p->at[h->start], p->at[h->end - 1] + 1);
    }
    check_leak(&k);
    check_repetition(&k);
    check_advice(&k);
    check_in_vain(&k);
    if (p->lang == LANG_TH)
        check_phrases(&k);
    if (p->lang == LANG_ZH)
        check_asked_though_tried(&k);
    if (tone.known)
        check_tone(&k, &tone);
    check_unclear(&k);
    check_asks_again(&k);
    check_unanswered(&k);
    check_address(&k);
    check_script(&k);
    if (context) {
        find_all(&k, "stale_article", context->stale, context->n_stale);
        check_granted(&k);
        check_glossary(&k);
    }
    sort_findings(&k.out);
    return k.out;
}

struct reply_reading reply_read(struct arena *a, enum lang lang, const char *text, size_t len,
                                const struct when_frame *f, const struct reply_context *context) {
    struct prose *p = prose_read(a, lang, text, len);
    struct whens whens = when_find(a, p, f);
    struct rule_hits hits = rules_find(a, rules_of(lang), p, &whens);
    return (struct reply_reading){
        .lang = lang,
        .findings = reply_check(a, text, len, p, &whens, &hits, context),
        .promises = promise_find(a, p, &whens, &hits),
    };
}
