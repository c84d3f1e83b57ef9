#include "text/rules_match.h"

#include "text/fold.h"

#include <string.h>

#define NO UINT32_MAX
enum { STEPS = 4000 };

static bool spaced(const struct prose *p) { return p->lang == LANG_EN || p->lang == LANG_VI; }

static bool thai_mark(uint32_t c) {
    return c == 0x0E30 || c == 0x0E31 || (c >= 0x0E33 && c <= 0x0E3A) || (c >= 0x0E47 && c <= 0x0E4E);
}

static bool word_starts(const struct prose *p, uint32_t i) { return p->head[i] & PROSE_WORD; }

static bool letter(const struct prose *p, uint32_t i) { return p->head[i] & PROSE_LETTER; }

uint32_t literal_at(const struct prose *p, const struct literal *l, uint32_t place) {
    const uint32_t *want = p->unmarked ? l->bare : l->c;
    if (p->unmarked && l->exact)
        return NO;
    uint32_t at = place;
    for (uint32_t k = 0; k < l->n; k++) {
        if (want[k] == ' ') {
            if (spaced(p) && p->c[at] != ' ')
                return NO;
            while (p->c[at] == ' ')
                at++;
        } else if (p->c[at++] != want[k])
            return NO;
    }
    if (l->prefix)
        while (letter(p, at))
            at++;
    else if (letter(p, at - 1) && (letter(p, at) || (p->c[at] == '\'' && p->c[at + 1] == 't'))) /* can, not can't */
        return NO;
    return p->lang == LANG_TH && thai_mark(p->c[at]) ? NO : at;
}

/* Can the literal begin here, by its second letter? Spares most of the calls of literal_at. */
static inline bool second_fits(const struct prose *p, const struct literal *l, uint32_t at) {
    const uint32_t *want = p->unmarked ? l->bare : l->c;
    return l->n < 2 || want[1] == p->c[at + 1] || want[1] == ' ';
}

bool list_at(const struct prose *p, const struct list *l, uint32_t place) {
    uint32_t head = p->head[place] % PROSE_HEADS;
    for (uint32_t i = l->from[head]; i < l->from[head + 1]; i++)
        if (second_fits(p, &l->at[i], place) && literal_at(p, &l->at[i], place) != NO)
            return true;
    return false;
}

static uint32_t skip(const struct prose *p, uint32_t i, uint32_t end) {
    while (i < end &&
           (p->c[i] == ' ' || p->c[i] == '"' || p->c[i] == 0x201C || p->c[i] == 0x201D || p->c[i] == '*'))
        i++;
    return i;
}

/* One word, sign of Chinese or Thai letter further, with the spaces and commas behind it. */
static uint32_t step_over(const struct prose *p, uint32_t i, uint32_t end) {
    if (letter(p, i) || p->c[i] == '\'')
        while (i < end && (letter(p, i) || p->c[i] == '\'' || fold_is_digit(p->c[i])))
            i++;
    else if (fold_is_digit(p->c[i]))
        while (i < end && fold_is_digit(p->c[i]))
            i++;
    else
        i++;
    return skip(p, i, end);
}

/* The place behind the word at `i` when it goes on before it ends so ("*ing": "sending", not "ing"); else 0. */
static uint32_t word_ending(const struct prose *p, const struct literal *l, uint32_t i, uint32_t limit) {
    uint32_t end = i;
    if (i >= limit || !word_starts(p, i))
        return 0;
    while (letter(p, end))
        end++;
    if (end > limit || end - i <= l->n)
        return 0;
    for (uint32_t k = 0; k < l->n; k++)
        if (p->c[end - l->n + k] != (p->unmarked ? l->bare[k] : l->c[k]))
            return 0;
    return end;
}

static const struct when *time_at(const struct matcher *m, uint32_t place) {
    for (size_t i = 0; m->whens && i < m->whens->n; i++)
        if (m->whens->at[i].start == place)
            return &m->whens->at[i];
    return NULL;
}

/* False when the node surely cannot match at `at`: spares most of the calls. */
static inline bool may_match(const struct prose *p, const struct node *n, uint32_t at) {
    return n->firsts >> p->head[at] % PROSE_HEADS & 1 && n->seconds >> p->head[at + 1] % PROSE_HEADS & 1;
}

static uint32_t run(struct matcher *m, const struct node *n, uint32_t place);

/* Does what `n` looks for end directly before `place`? */
static bool stands_before(struct matcher *m, const struct node *n, uint32_t place) {
    enum { FAR = 24 };
    uint32_t least = place > m->sentence_start + FAR ? place - FAR : m->sentence_start;
    for (uint32_t i = place; i-- > least;) {
        uint32_t end = m->p->c[i] != ' ' && word_starts(m->p, i) ? run(m, n, i) : NO;
        if (end != NO && end <= place && skip(m->p, end, m->sentence_end) >= place)
            return true;
    }
    return false;
}

static uint32_t run(struct matcher *m, const struct node *n, uint32_t place) {
    const struct prose *p = m->p;
    uint32_t end, best;
    if (!n)
        return place;
    if (--m->steps < 0)
        return NO;
    uint32_t at = skip(p, place, m->sentence_end);
    switch (n->op) {
    case OP_LIT:
        if (at >= m->sentence_end || !word_starts(p, at) || (end = literal_at(p, n->literal, at)) == NO ||
            end > m->sentence_end)
            return NO;
        return run(m, n->next, end);
    case OP_ENDING: return (end = word_ending(p, n->literal, at, m->sentence_end)) ? run(m, n->next, end) : NO;
    case OP_LIST:
        if (at >= m->sentence_end || !word_starts(p, at) || !may_match(p, n, at))
            return NO;
        for (uint32_t i = n->list->from[p->head[at] % PROSE_HEADS];
             i < n->list->from[p->head[at] % PROSE_HEADS + 1]; i++) {
            const struct literal *l = &n->list->at[i];
            if (!second_fits(p, l, at))
                continue;
            if ((end = literal_at(p, l, at)) == NO || end > m->sentence_end)
                continue;
            if ((best = run(m, n->next, end)) != NO)
                return best;
        }
        return NO;
    case OP_ALT:
        for (size_t i = 0; i < n->n_branches; i++)
            if ((!n->branches[i] || may_match(p, n->branches[i], at)) &&
                (end = run(m, n->branches[i], place)) != NO)
                return end;
        return NO;
    case OP_GAP:
        for (uint32_t k = 0;; k++) {
            if ((!n->next || may_match(p, n->next, at)) && (end = run(m, n->next, at)) != NO)
                return end;
            if (k == n->gap || at >= m->sentence_end || m->steps < 0)
                return NO;
            at = step_over(p, at, m->sentence_end);
        }
    case OP_BEHIND: /* what comes next first: it is the cheaper question */
        end = run(m, n->next, place);
        return end == NO || stands_before(m, n->branches[0], at) ? NO : end;
    case OP_NOT: return run(m, n->branches[0], place) != NO ? NO : run(m, n->next, place);
    case OP_TIME: {
        const struct when *w = time_at(m, at);
        return w ? run(m, n->next, w->end) : NO;
    }
    case OP_NUMBER:
        if (!fold_is_digit(p->c[at]) || at >= m->sentence_end)
            return NO;
        for (end = at;
             fold_is_digit(p->c[end]) || ((p->c[end] == '.' || p->c[end] == ',') && fold_is_digit(p->c[end + 1]));)
            end++;
        return run(m, n->next, end);
    case OP_START: return at == skip(p, m->sentence_start, m->sentence_end) ? run(m, n->next, place) : NO;
    case OP_END:
        while (at < m->sentence_end && !prose_is_letter(p->c[at]) && !fold_is_han(p->c[at]) &&
               !fold_is_thai(p->c[at]) && !fold_is_digit(p->c[at]))
            at++;
        return at >= m->sentence_end ? run(m, n->next, place) : NO;
    }
    return NO;
}

uint32_t match_at(struct matcher *m, const struct pattern *x, uint32_t place) {
    if (!may_match(m->p, x->first, place))
        return NO;
    m->steps = STEPS;
    return run(m, x->first, place);
}

bool match_within(struct matcher *m, const struct pattern *x, uint32_t from, uint32_t to) {
    for (uint32_t i = from; i < to; i++) {
        if (m->p->c[i] == ' ' || !word_starts(m->p, i))
            continue;
        if (match_at(m, x, i) != NO)
            return true;
    }
    return false;
}

/* ---- a whole reply ---- */

static bool in_sentence(struct matcher *m, struct pattern *const *xs, int n, struct stretch s) {
    m->sentence_start = s.start, m->sentence_end = s.end;
    for (int i = 0; i < n; i++)
        if (match_within(m, xs[i], s.start, s.end))
            return true;
    return false;
}

static bool in_reply(struct matcher *m, struct pattern *const *xs, int n) {
    for (uint32_t i = 0; i < m->p->n_sentences; i++)
        if (in_sentence(m, xs, n, m->p->sentences[i]))
            return true;
    return false;
}

struct finder {
    struct arena *arena;
    struct matcher m;
    struct rule_hits hits;
    size_t room;
    uint32_t sentence;
    enum { NOT_ASKED, ALLOWS, SILENT } * reply; /* of each rule: what its unless-reply and needs say */
};

static bool reply_allows(struct finder *f, const struct rule *r) {
    if (f->reply[r->number] == NOT_ASKED) {
        struct matcher own = f->m; /* the patterns move the sentence's limits */
        bool silent = (r->n_unless_reply && in_reply(&own, r->unless_reply, r->n_unless_reply)) ||
                      (r->n_needs && !in_reply(&own, r->needs, r->n_needs));
        f->reply[r->number] = silent ? SILENT : ALLOWS;
    }
    return f->reply[r->number] == ALLOWS;
}

static bool passes(struct finder *f, const struct rule *r) {
    struct matcher own = f->m;
    return reply_allows(f, r) &&
           !(r->n_unless && in_sentence(&own, r->unless, r->n_unless, f->m.p->sentences[f->sentence]));
}

static void try_patterns(struct finder *f, struct pattern *const *xs, size_t n, uint32_t place) {
    for (size_t i = 0; i < n; i++) {
        if (f->reply[xs[i]->rule->number] == SILENT)
            continue;
        uint32_t end = match_at(&f->m, xs[i], place);
        if (end == NO || end <= place)
            continue;
        const struct rule *r = xs[i]->rule;
        size_t k = f->hits.n;
        while (k > 0 && f->hits.at[k - 1].sentence == f->sentence &&
               !(r->is_cue && f->hits.at[k - 1].start < place)) /* places only grow */
            if (f->hits.at[--k].rule == r &&
                (!r->is_cue || (f->hits.at[k].start == place && f->hits.at[k].end == end)))
                break;
        bool repeated = k < f->hits.n && f->hits.at[k].rule == r && f->hits.at[k].sentence == f->sentence &&
                        (!r->is_cue || (f->hits.at[k].start == place && f->hits.at[k].end == end));
        if (repeated || (!r->is_cue && !passes(f, r)))
            continue;
        if (f->hits.n == f->room) {
            f->hits.at = arena_grow(f->arena, f->hits.at, f->hits.n, 2 * f->room, sizeof *f->hits.at);
            f->room *= 2;
        }
        f->hits.at[f->hits.n++] = (struct rule_hit){r, place, end, f->sentence};
    }
}

static bool cue_found(const struct rule_hits *hits, const char *name) {
    for (size_t i = 0; i < hits->n; i++)
        if (hits->at[i].rule->is_cue && strcmp(hits->at[i].rule->name, name) == 0)
            return true;
    return false;
}

/* Weak signs of a rule, in a reply that helps all the same. */
static void drop_excused(struct rule_hits *hits) {
    size_t kept = 0;
    for (size_t i = 0; i < hits->n; i++) {
        const struct rule *r = hits->at[i].rule;
        bool excused = false;
        for (int k = 0; k < r->n_unless_cue && !excused; k++)
            excused = cue_found(hits, r->unless_cue[k]);
        if (!excused)
            hits->at[kept++] = hits->at[i];
    }
    hits->n = kept;
}

static struct rule_hits find(struct arena *a, const struct rules *r, const struct rule_index *x,
                             const struct prose *p, const struct whens *whens) {
    struct finder f = {.arena = a, .m = {.p = p, .whens = whens}, .room = 16};
    f.hits.at = ARENA_ARRAY(a, f.room, struct rule_hit);
    f.reply = arena_alloc(a, (r->n_rules + 1) * sizeof *f.reply);
    memset(f.reply, 0, (r->n_rules + 1) * sizeof *f.reply);
    for (size_t i = 0; i < r->n_rules && whens->n == 0; i++)
        if (r->rules[i]->beside_time)
            f.reply[i] = SILENT;
    for (f.sentence = 0; f.sentence < p->n_sentences; f.sentence++) {
        f.m.sentence_start = p->sentences[f.sentence].start;
        f.m.sentence_end = p->sentences[f.sentence].end;
        uint32_t first = skip(p, f.m.sentence_start, f.m.sentence_end);
        for (uint32_t i = first; i < f.m.sentence_end; i++) {
            uint32_t c = p->c[i];
            if (c == ' ' || !word_starts(p, i))
                continue;
            if (i == first)
                try_patterns(&f, x->at_start, x->n_at_start, i);
            uint32_t head = fold_bare(c) % HEADS;
            try_patterns(&f, x->heads[head], x->n_heads[head], i);
            for (size_t k = 0; k < x->n_lists; k++)
                if (list_at(p, x->lists[k].list, i))
                    try_patterns(&f, x->lists[k].at, x->lists[k].n, i);
            if (x->n_at_time && time_at(&f.m, i))
                try_patterns(&f, x->at_time, x->n_at_time, i);
            if (x->n_at_number && fold_is_digit(c) && (i == 0 || !fold_is_digit(p->c[i - 1])))
                try_patterns(&f, x->at_number, x->n_at_number, i);
        }
    }
    drop_excused(&f.hits);
    return f.hits;
}

struct rule_hits rules_find(struct arena *a, const struct rules *r, const struct prose *p,
                            const struct whens *whens) {
    return find(a, r, r->index, p, whens);
}

struct rule_hits rules_find_late(struct arena *a, const struct rules *r, const struct prose *p,
                                 const struct whens *whens) {
    return find(a, r, r->late, p, whens);
}
