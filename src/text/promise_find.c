#include "text/promise_find.h"

#include "text/fold.h"

#include <string.h>

enum cue {
    CUE_NONE,
    COMMIT,
    PROMISED_TIME,
    NOT_TIME,
    NOT_NEAR,
    NOT_CLAUSE,
    NOT_SENTENCE,
    NOT_BEHIND,
    CONTRAST,
    OURS,
    CLAUSE,
    HARMLESS,
    TAG,
    GOES_ON,
    JOINS
};

static enum cue cue_of(const struct rule *r) {
    static const struct {
        const char *name;
        enum cue cue;
    } names[] = {{"commit", COMMIT},
                 {"promised-time", PROMISED_TIME},
                 {"not-time", NOT_TIME},
                 {"not-near", NOT_NEAR},
                 {"not-clause", NOT_CLAUSE},
                 {"not-sentence", NOT_SENTENCE},
                 {"clause", CLAUSE},
                 {"harmless", HARMLESS},
                 {"tag", TAG},
                 {"contrast", CONTRAST},
                 {"ours", OURS},
                 {"not-behind", NOT_BEHIND},
                 {"goes-on", GOES_ON},
                 {"joins", JOINS}};
    for (size_t i = 0; r->is_cue && i < sizeof names / sizeof *names; i++)
        if (strcmp(r->name, names[i].name) == 0)
            return names[i].cue;
    return CUE_NONE;
}

struct mark { /* a cue in the text */
    enum cue cue;
    uint32_t start, end, sentence;
    bool opens; /* a clause begins with it */
};

struct scene {
    const struct prose *p;
    const struct whens *whens;
    struct mark *marks;
    size_t n_marks;
    struct stretch *clauses;
    size_t n_clauses;
};

static bool inside_time(const struct scene *s, uint32_t place) {
    for (size_t i = 0; i < s->whens->n; i++)
        if (place >= s->whens->at[i].start && place < s->whens->at[i].end)
            return true;
    return false;
}

static bool clause_sign(const struct prose *p, uint32_t i) {
    uint32_t c = p->c[i], before = p->c[(int64_t)i - 1], after = p->c[i + 1];
    switch (c) {
    case ',':
    case ':': return !fold_is_digit(after) || !fold_is_digit(before);
    case '(':
    case ')':
    case 0xFF08:
    case 0xFF09:
    case 0x3001: return true;
    case '-': return before == ' ' && after == ' ';
    case ' ': return p->lang == LANG_TH && fold_is_thai(before) && fold_is_thai(after);
    default: return false;
    }
}

/* "even if": what denies a promise elsewhere says nothing here. */
static void drop_harmless(struct scene *s) {
    size_t kept = 0;
    for (size_t i = 0; i < s->n_marks; i++) {
        struct mark m = s->marks[i];
        bool denies = m.cue == NOT_SENTENCE || m.cue == NOT_BEHIND || m.cue == NOT_CLAUSE || m.cue == NOT_NEAR ||
                      m.cue == NOT_TIME;
        bool covered = false;
        for (size_t k = 0; k < s->n_marks && denies && !covered; k++)
            covered = s->marks[k].cue == HARMLESS && m.start >= s->marks[k].start && m.start < s->marks[k].end;
        if (!covered)
            s->marks[kept++] = m;
    }
    s->n_marks = kept;
}

static bool time_between(const struct scene *s, uint32_t from, uint32_t to) {
    for (size_t i = 0; i < s->whens->n; i++)
        if (s->whens->at[i].start >= from && s->whens->at[i].end <= to)
            return true;
    return false;
}

/* Is the act of `on` still what a commit before it says? "We'll" call you on Monday "and send" the part by Friday:
 * each with a time of its own. */
static bool is_carried(const struct scene *s, const struct mark *on) {
    const struct mark *last = NULL, *denial = NULL, *turn = NULL;
    bool ends_list = s->p->c[on->start] != ','; /* "Send the part by Friday" behind a comma may also ask for it */
    for (size_t i = 0; i < s->n_marks; i++) {
        const struct mark *m = &s->marks[i];
        if (m->sentence != on->sentence)
            continue;
        if ((m->cue == COMMIT || m->cue == PROMISED_TIME || m->cue == NOT_NEAR) && m->end <= on->start &&
            (!last || m->end > last->end || (m->end == last->end && m->cue == NOT_NEAR)))
            last = m;
        if (m->cue == NOT_CLAUSE && m->start < on->start && (!denial || m->start > denial->start))
            denial = m;
        if ((m->cue == CLAUSE || m->cue == CONTRAST) && m->start < on->start && (!turn || m->start > turn->start))
            turn = m;
        ends_list |= m->cue == GOES_ON && m->start > on->end && s->p->c[m->start] != ',';
    }
    if (denial && !(turn && turn->start > denial->start)) /* "we can't call on Monday and send it by Friday" */
        return false;
    return last && last->cue != NOT_NEAR && ends_list && time_between(s, last->start, on->start) &&
           time_between(s, on->end, s->p->sentences[on->sentence].end);
}

static void carry_on(struct scene *s) {
    for (size_t i = 0; i < s->n_marks; i++)
        s->marks[i].opens =
            s->marks[i].cue == CLAUSE || (s->marks[i].cue == GOES_ON && is_carried(s, &s->marks[i]));
    for (size_t i = 0; i < s->n_marks; i++)
        if (s->marks[i].cue == GOES_ON && s->marks[i].opens)
            s->marks[i].cue = COMMIT;
}

/* A question, unless it only asks for a nod: "I'll call you at nine, ok?" */
static bool asks(const struct scene *s, uint32_t sentence) {
    if (!s->p->question[sentence])
        return false;
    for (size_t i = 0; i < s->n_marks; i++)
        if (s->marks[i].cue == TAG && s->marks[i].sentence == sentence)
            return false;
    return true;
}

/* Sentences cut at signs, at the words of the cue "clause" and at acts that go on, never inside a time. */
static void find_clauses(struct scene *s, struct arena *a) {
    size_t room = 8;
    s->clauses = ARENA_ARRAY(a, room, struct stretch);
    for (uint32_t k = 0; k < s->p->n_sentences; k++) {
        uint32_t start = s->p->sentences[k].start, end = s->p->sentences[k].end;
        for (uint32_t i = start; i <= end; i++) {
            bool cut = i == end;
            if (!cut && !inside_time(s, i)) {
                cut = clause_sign(s->p, i) && i > start;
                for (size_t m = 0; m < s->n_marks && !cut; m++)
                    cut = s->marks[m].opens && s->marks[m].start == i && i > start;
            }
            if (!cut)
                continue;
            if (s->n_clauses == room) {
                s->clauses = arena_grow(a, s->clauses, room, 2 * room, sizeof *s->clauses);
                room *= 2;
            }
            s->clauses[s->n_clauses++] = (struct stretch){start, i};
            start = i;
        }
    }
}

static struct stretch clause_of(const struct scene *s, uint32_t place) {
    for (size_t i = 0; i < s->n_clauses; i++)
        if (place >= s->clauses[i].start && place < s->clauses[i].end)
            return s->clauses[i];
    return (struct stretch){place, place + 1};
}

static bool in_clause_of(const struct scene *s, const struct mark *m, const struct when *w) {
    struct stretch clause = clause_of(s, m->start);
    return w->start >= clause.start && w->start < clause.end;
}

static bool covers(const struct mark *m, const struct when *w) { return m->start < w->end && w->start < m->end; }

static bool holds(struct stretch x, uint32_t place) { return place >= x.start && place < x.end; }

/* "On Friday, but I cannot promise": a commit of another clause that is itself denied. */
static bool denied(const struct scene *s, const struct mark *commit, const struct when *w) {
    struct stretch clause = clause_of(s, commit->start);
    if (commit->cue != COMMIT || holds(clause, w->start))
        return false;
    for (size_t i = 0; i < s->n_marks; i++)
        if (s->marks[i].cue == NOT_CLAUSE && holds(clause, s->marks[i].start))
            return true;
    return false;
}

/* The mark that decides about the time inside [from, to): the nearest before it, else the nearest behind it. */
static const struct mark *nearest(const struct scene *s, const struct when *w, struct stretch x) {
    const struct mark *before = NULL, *behind = NULL;
    for (size_t i = 0; i < s->n_marks; i++) {
        const struct mark *m = &s->marks[i];
        if ((m->cue != COMMIT && m->cue != NOT_NEAR) || !holds(x, m->start) || denied(s, m, w))
            continue;
        if (m->start < w->start &&
            (!before || m->end > before->end || (m->end == before->end && m->cue == NOT_NEAR)))
            before = m;
        if (m->start >= w->start &&
            (!behind || m->start < behind->start || (m->start == behind->start && m->cue == NOT_NEAR)))
            behind = m;
    }
    return before ? before : behind;
}

static bool is_none(const struct scene *s, const struct when *w) {
    for (size_t i = 0; i < s->n_marks; i++)
        if (s->marks[i].cue == NOT_TIME && covers(&s->marks[i], w))
            return true;
    return false;
}

/* "Full today, I'll bring it tomorrow": the act behind has a time in its own clause. */
static bool has_own_time(const struct scene *s, const struct mark *m, const struct when *w) {
    struct stretch clause = clause_of(s, m->start);
    for (size_t i = 0; i < s->whens->n; i++)
        if (&s->whens->at[i] != w && holds(clause, s->whens->at[i].start) &&
            !((s->p->lang == LANG_ZH || s->p->lang == LANG_EN) && is_none(s, &s->whens->at[i])))
            return true;
    return false;
}

/* "物流大概三天，到了我们上门装": a Chinese clause that says something of its own with its time asks no other one.
 */
static bool says_more(const struct scene *s, struct stretch clause, const struct when *w) {
    enum { LITTLE = 5 };
    uint32_t more = 0;
    for (uint32_t i = clause.start; i < clause.end; i++)
        more += fold_is_han(s->p->c[i]) && (i < w->start || i >= w->end);
    return s->p->lang == LANG_ZH && more > LITTLE;
}

/* A sentence of hardly more than a time belongs to the one before, unless that asks or ends its paragraph. */
static bool belongs_to_last(const struct scene *s, uint32_t sentence, const struct when *w) {
    enum { LITTLE = 10 };
    struct stretch own = s->p->sentences[sentence];
    if (sentence == 0 || s->p->question[sentence - 1] || own.end - own.start > w->end - w->start + LITTLE)
        return false;
    for (size_t i = 0; i < s->n_marks && s->p->lang == LANG_TH; i++) /* "วันไหนดีคะ พุธหรือพฤหัส" */
        if (s->marks[i].sentence == sentence - 1 && s->marks[i].cue == NOT_SENTENCE)
            return false;
    int lines = 0;
    for (uint32_t i = s->p->sentences[sentence - 1].end; i < w->start; i++)
        lines += s->p->c[i] == '\n';
    return lines < 2;
}

/* A Thai polite word ends a sentence: "10 นาทีครับ ผมเอาไปให้". A sentence of hardly more than a time belongs to the
 * one behind, when that acts and names no time. */
static const struct mark *of_next(const struct scene *s, uint32_t sentence, const struct when *w) {
    enum { LITTLE = 10 };
    struct stretch own = s->p->sentences[sentence];
    if (s->p->lang != LANG_TH || sentence + 1 >= s->p->n_sentences ||
        own.end - own.start > w->end - w->start + LITTLE || asks(s, sentence + 1))
        return NULL;
    struct stretch next = s->p->sentences[sentence + 1];
    for (size_t i = 0; i < s->whens->n; i++)
        if (holds(next, s->whens->at[i].start))
            return NULL;
    for (size_t i = 0; i < s->n_marks; i++)
        if (s->marks[i].sentence == sentence + 1 && s->marks[i].cue == NOT_SENTENCE)
            return NULL;
    return nearest(s, w, next);
}

/* What denies a whole sentence does not reach over a contrast into what commits by itself. */
static bool reaches(const struct scene *s, const struct mark *denial, const struct when *w) {
    struct stretch rest = s->p->sentences[denial->sentence];
    bool contrast = false;
    for (size_t i = 0; i < s->n_marks; i++)
        if ((s->marks[i].cue == CONTRAST || (s->marks[i].cue == OURS && denial->cue == NOT_SENTENCE)) &&
            s->marks[i].sentence == denial->sentence && s->marks[i].start > denial->start &&
            s->marks[i].start < w->start) {
            contrast = true;
            rest.start = s->marks[i].start;
        }
    if (!contrast)
        return true;
    for (size_t i = 0; i < s->n_marks; i++)
        if (s->marks[i].cue == PROMISED_TIME && covers(&s->marks[i], w))
            return false;
    const struct mark *m = nearest(s, w, rest);
    return !(m && m->cue == COMMIT);
}

/* "周三师傅上门，上午十点到十二点": an hour of that day, alone in its clause, tells the promise's time more
 * exactly. */
static bool tells_exactly(const struct scene *s, const struct when *w, const struct when *day) {
    return s->p->lang == LANG_ZH && w->from >= day->from && w->to <= day->to && day->form == WHEN_ON &&
           (w->from > day->from || w->to < day->to) &&
           prose_sentence_of(s->p, day->start) == prose_sentence_of(s->p, w->start) &&
           clause_of(s, day->start).start != clause_of(s, w->start).start &&
           !says_more(s, clause_of(s, w->start), w) && !nearest(s, w, clause_of(s, w->start));
}

/* The cue that makes the time promised, or NULL. */
static const struct mark *judge(const struct scene *s, const struct when *w) {
    uint32_t sentence = prose_sentence_of(s->p, w->start);
    struct stretch clause = clause_of(s, w->start), whole = s->p->sentences[sentence];
    if (asks(s, sentence))
        return NULL;
    const struct mark *own = NULL;
    for (size_t i = 0; i < s->n_marks; i++) {
        const struct mark *m = &s->marks[i];
        bool over_sentence =
            m->sentence == sentence && (m->cue == NOT_SENTENCE || (m->cue == NOT_BEHIND && m->start < w->start));
        if ((m->cue == NOT_TIME && covers(m, w)) || (m->cue == NOT_CLAUSE && holds(clause, m->start)) ||
            (over_sentence && reaches(s, m, w)))
            return NULL;
        if (m->cue == PROMISED_TIME && covers(m, w))
            own = m;
    }
    if (own)
        return own;
    const struct mark *m = nearest(s, w, clause);
    if (!m && says_more(s, clause, w))
        return NULL;
    bool other_act = s->p->lang == LANG_ZH; /* "您周二前给我，我周四出报价": also when it stands before */
    if (!m && (m = nearest(s, w, whole)) && (m->start > w->end || other_act) && has_own_time(s, m, w))
        return NULL;
    if (!m && belongs_to_last(s, sentence, w)) /* "I've booked it. Thursday at nine." */
        m = nearest(s, w, s->p->sentences[sentence - 1]);
    if (!m)
        m = of_next(s, sentence, w);
    return m && m->cue == COMMIT ? m : NULL;
}

static uint32_t first_word(const struct scene *s, uint32_t start, uint32_t end) {
    const uint32_t *c = s->p->c;
    while (start < end && !prose_is_letter(c[start]) && !fold_is_digit(c[start]) && !fold_is_han(c[start]) &&
           !fold_is_thai(c[start]))
        start++;
    return start;
}

/* Its clauses, without the "and" that joined them to what stood before. */
static struct promise_found write_promise(const struct scene *s, const struct when *w, const struct mark *m) {
    struct stretch a = clause_of(s, m->start < w->start ? m->start : w->start);
    bool own = m->end > w->end && !(covers(m, w) && has_own_time(s, &(struct mark){.start = m->end - 1}, w));
    struct stretch b = clause_of(s, own ? m->end - 1 : w->end - 1);
    uint32_t start = a.start, end = b.end;
    const uint32_t *c = s->p->c;
    start = first_word(s, start, end);
    for (size_t i = 0; i < s->n_marks; i++)
        if (s->marks[i].cue == JOINS && s->marks[i].start == start && s->marks[i].end <= w->start)
            start = first_word(s, s->marks[i].end, end);
    while (end > start && (c[end - 1] == ' ' || c[end - 1] == '\n'))
        end--;
    return (struct promise_found){s->p->at[start], s->p->at[end - 1] + 1, w->from, w->to};
}

struct promises_found promise_find(struct arena *a, const struct prose *p, const struct whens *whens,
                                   const struct rule_hits *hits) {
    struct scene s = {.p = p, .whens = whens, .marks = ARENA_ARRAY(a, hits->n + 1, struct mark)};
    if (whens->n == 0)
        return (struct promises_found){0};
    for (size_t i = 0; i < hits->n; i++) {
        enum cue cue = cue_of(hits->at[i].rule);
        if (cue)
            s.marks[s.n_marks++] =
                (struct mark){cue, hits->at[i].start, hits->at[i].end, hits->at[i].sentence, false};
    }
    drop_harmless(&s);
    carry_on(&s);
    find_clauses(&s, a);
    struct promise_found *found = ARENA_ARRAY(a, whens->n, struct promise_found);
    const struct mark **by = ARENA_ARRAY(a, whens->n, const struct mark *);
    const struct when **of = ARENA_ARRAY(a, whens->n, const struct when *);
    size_t n = 0;
    for (size_t i = 0; i < whens->n; i++) {
        const struct when *w = &whens->at[i];
        const struct mark *m = judge(&s, w);
        if (n && (tells_exactly(&s, w, of[n - 1]) || (w->refines && of[n - 1] == w - 1))) {
            of[n - 1] = w;
            found[n - 1] = write_promise(&s, w, by[n - 1]);
            continue;
        }
        if (!m)
            continue;
        /* One act has one time: the first behind its word, else the last before it; that of its own clause first.
         */
        if (n && by[n - 1] == m) {
            if (of[n - 1]->start > m->start || (in_clause_of(&s, m, of[n - 1]) && !in_clause_of(&s, m, w)))
                continue;
            n--;
        }
        /* Said twice in one sentence is promised once: "give me until Sunday, I'll have it by Sunday". */
        if (n && of[n - 1]->from == w->from && of[n - 1]->to == w->to &&
            prose_sentence_of(p, of[n - 1]->start) == prose_sentence_of(p, w->start))
            continue;
        by[n] = m;
        of[n] = w;
        found[n++] = write_promise(&s, w, m);
    }
    return (struct promises_found){n, found};
}

struct promises_found promise_read(struct arena *a, enum lang lang, const char *text, size_t len,
                                   const struct when_frame *f) {
    struct prose *p = prose_read(a, lang, text, len);
    struct whens whens = when_find(a, p, f);
    struct rule_hits hits = rules_find(a, rules_of(lang), p, &whens);
    return promise_find(a, p, &whens, &hits);
}
