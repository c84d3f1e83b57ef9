#include "text/rank.h"

#include "base/log.h"
#include "base/utf8.h"
#include "text/analyzer.h"
#include "text/normal.h"
#include "text/passage.h"
#include "text/spelling.h"
#include "text/stop.h"
#include "text/subject.h"
#include "text/thesaurus.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* BM25 as everybody uses it; other values changed nothing in any language. */
static const float K1 = 1.2f, B = 0.75f;
/* A token in more articles than this says little and costs most: left out when the question has rarer ones. Among
 * a few thousand articles it costs nothing yet, and what it says brings up to a point. */
static const double COMMON_SHARE = 0.30, COMMON_FROM = 3000;
/* What each kind counts: set on questions of docs/search.md, where half or twice of any changes little. Whole words
 * say more than the parts that survive slips. */
static const float KIND_WEIGHT[TOKEN_KINDS] = {
    [TOKEN_WORD] = 1.7f, [TOKEN_STEM] = 1,     [TOKEN_PAIR] = 2,    [TOKEN_GRAM] = 1,
    [TOKEN_HAN] = 1.3f,  [TOKEN_HAN_PAIR] = 1, [TOKEN_THAI] = 0.7f, [TOKEN_CLUSTER] = 0.4f,
};

/* What another word for the same counts, against the word itself. */
static const float OTHER_WEIGHT = 0.5f;

/* What an article's neighbours hold of the question, against what it holds itself. */
static const float NEIGHBOURS = 0.7f;

enum { LANG_SIZE = 12, TF_MAX = 255, SWEEP_LEAST = 64, SCRATCH = 64 * 1024 };

/* A posting is slot << 8 | times: four bytes. */
struct term {
    uint64_t hash;
    uint32_t *postings; /* by rising slot; those of dead articles stay until the next sweep */
    uint32_t n, room;
    uint32_t df; /* articles that live */
    uint8_t kind;
};

struct article {
    char *ref, *title, *body;
    uint32_t flags;
    bool dead;
    uint32_t length[TOKEN_KINDS];
    uint32_t *terms; /* each token's term, kind after kind, in text order */
    uint32_t n_terms;
};

/* The articles of one language. */
struct shard {
    char lang[LANG_SIZE];
    struct term *terms;
    uint32_t n_terms, terms_room;
    uint32_t *slots; /* hash to term + 1; 0 is free */
    uint32_t slots_room;
    struct article *articles;
    uint32_t n, room, dead;
    uint64_t length[TOKEN_KINDS]; /* of the living */
};

struct place {
    uint32_t shard, slot; /* shard + 1; 0 is free */
};

struct rank {
    pthread_rwlock_t lock;
    struct shard *shards;
    uint32_t n_shards;
    struct place *places; /* by hash of ref */
    size_t places_room, places_used;
};

static void *must(void *p) {
    if (!p)
        die("out of memory");
    return p;
}

static void *grown(void *old, uint32_t *room, uint32_t least, size_t size) {
    if (*room >= least)
        return old;
    uint64_t wanted = (uint64_t)*room * 3 / 2 + 4;
    *room = wanted > least ? (uint32_t)wanted : least;
    return must(reallocarray(old, *room, size));
}

struct rank *rank_new(void) {
    struct rank *r = must(calloc(1, sizeof *r));
    if (pthread_rwlock_init(&r->lock, NULL))
        die("out of memory");
    return r;
}

static void article_free(struct article *d) {
    free(d->ref);
    free(d->title);
    free(d->body);
    free(d->terms);
    *d = (struct article){.dead = true};
}

void rank_free(struct rank *r) {
    if (!r)
        return;
    for (uint32_t s = 0; s < r->n_shards; s++) {
        struct shard *shard = &r->shards[s];
        for (uint32_t i = 0; i < shard->n; i++)
            article_free(&shard->articles[i]);
        for (uint32_t i = 0; i < shard->n_terms; i++)
            free(shard->terms[i].postings);
        free(shard->articles);
        free(shard->terms);
        free(shard->slots);
    }
    free(r->shards);
    free(r->places);
    pthread_rwlock_destroy(&r->lock);
    free(r);
}

/* ---- terms of a shard ---- */

static uint32_t *term_slot(const struct shard *s, uint64_t hash) {
    uint32_t at = (uint32_t)hash & (s->slots_room - 1);
    while (s->slots[at] && s->terms[s->slots[at] - 1].hash != hash)
        at = (at + 1) & (s->slots_room - 1);
    return &s->slots[at];
}

static struct term *term_find(const struct shard *s, uint64_t hash) {
    uint32_t found = s->slots_room ? *term_slot(s, hash) : 0;
    return found ? &s->terms[found - 1] : NULL;
}

/* spelling_held_fn */
static uint32_t articles_with(const void *shard, enum token_kind kind, const char *text, size_t n) {
    const struct term *t = term_find(shard, token_hash(kind, text, n));
    return t ? t->df : 0;
}

static uint32_t term_get(struct shard *s, const struct token *token) {
    if (s->n_terms * 2 >= s->slots_room) {
        s->slots_room = s->slots_room ? s->slots_room * 2 : 1024;
        free(s->slots);
        s->slots = must(calloc(s->slots_room, sizeof *s->slots));
        for (uint32_t i = 0; i < s->n_terms; i++)
            *term_slot(s, s->terms[i].hash) = i + 1;
    }
    uint32_t *slot = term_slot(s, token->hash);
    if (!*slot) {
        s->terms = grown(s->terms, &s->terms_room, s->n_terms + 1, sizeof *s->terms);
        s->terms[s->n_terms++] = (struct term){.hash = token->hash, .kind = (uint8_t)token->kind};
        *slot = s->n_terms;
    }
    return *slot - 1;
}

static void term_post(struct term *t, uint32_t slot) {
    if (t->n && t->postings[t->n - 1] >> 8 == slot) {
        if ((t->postings[t->n - 1] & TF_MAX) < TF_MAX)
            t->postings[t->n - 1]++;
        return;
    }
    t->postings = grown(t->postings, &t->room, t->n + 1, sizeof *t->postings);
    t->postings[t->n++] = slot << 8 | 1;
    t->df++;
}

/* ---- articles ---- */

static uint64_t ref_hash(const char *ref) {
    uint64_t h = 0xcbf29ce484222325u;
    for (; *ref; ref++)
        h = (h ^ (unsigned char)*ref) * 0x100000001b3u;
    return (h ^ h >> 29) * 0xd6e8feb86659fd93u;
}

/* Where the ref is kept; a free place when it is not. A dropped article's place stays taken by its dead slot. */
static struct place *place_of(struct rank *r, const char *ref) {
    size_t at = ref_hash(ref) >> 20 & (r->places_room - 1);
    for (; r->places[at].shard; at = (at + 1) & (r->places_room - 1)) {
        const struct article *d = &r->shards[r->places[at].shard - 1].articles[r->places[at].slot];
        if (!d->dead && !strcmp(d->ref, ref))
            break;
    }
    return &r->places[at];
}

static void places_rebuild(struct rank *r) {
    size_t live = 1;
    for (uint32_t s = 0; s < r->n_shards; s++)
        live += r->shards[s].n - r->shards[s].dead;
    r->places_room = 64;
    while (r->places_room < live * 4)
        r->places_room *= 2;
    free(r->places);
    r->places = must(calloc(r->places_room, sizeof *r->places));
    r->places_used = 0;
    for (uint32_t s = 0; s < r->n_shards; s++) {
        for (uint32_t i = 0; i < r->shards[s].n; i++) {
            if (r->shards[s].articles[i].dead)
                continue;
            *place_of(r, r->shards[s].articles[i].ref) = (struct place){s + 1, i};
            r->places_used++;
        }
    }
}

static void first_subtag(char out[LANG_SIZE], const char *lang) {
    size_t n = 0;
    for (; lang && n < LANG_SIZE - 1 && lang[n] && lang[n] != '-' && lang[n] != '_'; n++)
        out[n] = lang[n] >= 'A' && lang[n] <= 'Z' ? (char)(lang[n] + 32) : lang[n];
    out[n] = 0;
}

static uint32_t shard_find(const struct rank *r, const char *lang) {
    uint32_t s = 0;
    while (s < r->n_shards && strcmp(r->shards[s].lang, lang))
        s++;
    return s;
}

/* Forgets dead articles: slots move together, postings with them. */
static void shard_sweep(struct shard *s) {
    enum { GONE = UINT32_MAX };
    uint32_t *moved = must(calloc(s->n + 1, sizeof *moved)), n = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        moved[i] = s->articles[i].dead ? (uint32_t)GONE : n;
        if (!s->articles[i].dead)
            s->articles[n++] = s->articles[i];
    }
    for (uint32_t t = 0; t < s->n_terms; t++) {
        struct term *term = &s->terms[t];
        uint32_t kept = 0;
        for (uint32_t i = 0; i < term->n; i++) {
            uint32_t slot = moved[term->postings[i] >> 8];
            if (slot != (uint32_t)GONE)
                term->postings[kept++] = slot << 8 | (term->postings[i] & TF_MAX);
        }
        term->n = kept;
    }
    free(moved);
    s->n = n;
    s->dead = 0;
}

static int by_number(const void *x, const void *y) {
    uint32_t one = *(const uint32_t *)x, other = *(const uint32_t *)y;
    return (one > other) - (one < other);
}

static void drop_locked(struct rank *r, const char *ref) {
    if (!r->places_room)
        return;
    struct place *p = place_of(r, ref);
    if (!p->shard)
        return;
    struct shard *s = &r->shards[p->shard - 1];
    struct article *d = &s->articles[p->slot];
    for (int k = 0; k < TOKEN_KINDS; k++)
        s->length[k] -= d->length[k];
    if (d->n_terms)
        qsort(d->terms, d->n_terms, sizeof *d->terms, by_number);
    for (uint32_t i = 0; i < d->n_terms; i++)
        if (!i || d->terms[i] != d->terms[i - 1])
            s->terms[d->terms[i]].df--;
    article_free(d);
    s->dead++;
    if (s->dead > SWEEP_LEAST && s->dead > s->n / 4) {
        shard_sweep(s);
        places_rebuild(r);
    }
}

void rank_drop(struct rank *r, const char *ref) {
    pthread_rwlock_wrlock(&r->lock);
    drop_locked(r, ref);
    pthread_rwlock_unlock(&r->lock);
}

size_t rank_count(struct rank *r) {
    size_t n = 0;
    pthread_rwlock_rdlock(&r->lock);
    for (uint32_t s = 0; s < r->n_shards; s++)
        n += r->shards[s].n - r->shards[s].dead;
    pthread_rwlock_unlock(&r->lock);
    return n;
}

/* The title stands before the body, as a reader sees it. */
static struct tokens article_tokens(struct arena *a, const char *title, const char *body) {
    size_t n = utf8_fit(body, strlen(body), RANK_BODY_MAX);
    char *text = arena_printf(a, "%s\n%.*s", title, (int)n, body);
    return analyze(a, text, strlen(text));
}

static void article_index(struct shard *s, uint32_t slot, const struct tokens *tokens) {
    struct article *d = &s->articles[slot];
    d->terms = must(malloc((tokens->n + 1) * sizeof *d->terms));
    d->n_terms = (uint32_t)tokens->n;
    for (size_t i = 0; i < tokens->n; i++) {
        d->terms[i] = term_get(s, &tokens->at[i]);
        term_post(&s->terms[d->terms[i]], slot);
        d->length[tokens->at[i].kind]++;
    }
    for (int k = 0; k < TOKEN_KINDS; k++)
        s->length[k] += d->length[k];
}

enum rc rank_put(struct rank *r, const char *ref, const char *lang, const char *title, const char *body,
                 uint32_t flags) {
    char first[LANG_SIZE];
    first_subtag(first, lang);
    struct arena *a = arena_new(SCRATCH);
    struct tokens tokens =
        article_tokens(a, title, body); /* the most of the work: others search, and put, meanwhile */
    pthread_rwlock_wrlock(&r->lock);
    drop_locked(r, ref);
    uint32_t at = shard_find(r, first);
    if (at == r->n_shards) {
        r->shards = must(reallocarray(r->shards, r->n_shards + 1, sizeof *r->shards));
        r->shards[r->n_shards] = (struct shard){0};
        memcpy(r->shards[r->n_shards++].lang, first, LANG_SIZE);
    }
    struct shard *s = &r->shards[at];
    enum rc rc = s->n == RANK_ARTICLES_MAX ? RC_FULL : RC_OK;
    if (rc == RC_OK) {
        s->articles = grown(s->articles, &s->room, s->n + 1, sizeof *s->articles);
        uint32_t slot = s->n++;
        s->articles[slot] = (struct article){must(strdup(ref)), must(strdup(title)), must(strdup(body)), flags};
        article_index(s, slot, &tokens);
        if (r->places_used * 2 >= r->places_room) {
            places_rebuild(r);
        } else {
            *place_of(r, ref) = (struct place){at + 1, slot};
            r->places_used++;
        }
    }
    pthread_rwlock_unlock(&r->lock);
    arena_free(a);
    return rc;
}

/* ---- searching ---- */

/* The idf of BM25. */
static float rarity(double articles, double df) { return (float)log(1 + (articles - df + 0.5) / (df + 0.5)); }

/* How much of a token an article holds, from 0 to K1 + 1: BM25 without the idf. */
static float saturated(const struct shard *s, const struct article *d, enum token_kind kind, uint32_t times) {
    float average = (float)((double)s->length[kind] / (s->n - s->dead));
    if (!times)
        return 0;
    return (K1 + 1) * (float)times / ((float)times + K1 * (1 - B) + K1 * B / average * (float)d->length[kind]);
}

/* One distinct token of the question. */
struct asked {
    uint64_t hash;
    const struct term *term; /* NULL: in no article */
    enum token_kind kind;
    float weight; /* idf, times how often and how much of it is content */
    bool other;   /* not asked: the thesaurus says it means the same */
};

static int by_hash(const void *x, const void *y) {
    uint64_t one = ((const struct asked *)x)->hash, other = ((const struct asked *)y)->hash;
    if (one != other)
        return one < other ? -1 : 1;
    return ((const struct asked *)x)->other - ((const struct asked *)y)->other;
}

/* The share of the token that is not in function words. */
static float content_of(const struct token *t, const float *weights, size_t n) {
    float sum = 0;
    for (uint32_t c = t->start; c < t->end && c < n; c++)
        sum += weights[c];
    return t->end > t->start ? sum / (float)(t->end - t->start) : 0;
}

/* A Vietnamese question with diacritics asks for the words as they are spelled, one without for all that they may
 * be; asking for both would find dừ and dữ for dư. Its words are syllables, which share so many letters and stand
 * side by side so often that grams and pairs say less. */
static void kind_weights(float out[TOKEN_KINDS], const char *lang, bool diacritics) {
    memcpy(out, KIND_WEIGHT, sizeof KIND_WEIGHT);
    if (!strcmp(lang, "vi")) {
        out[diacritics ? TOKEN_STEM : TOKEN_WORD] = 0;
        out[TOKEN_GRAM] *= 0.6f;
        out[TOKEN_PAIR] *= 0.7f;
    }
}

/* What was asked, ready to be looked up in one shard. */
struct question {
    const char *text;
    size_t len;
    struct tokens tokens;
    float kinds[TOKEN_KINDS];
};

/* The question as the shard's language reads it, slips of the fingers put right by the shard's words. */
static struct question question_for(struct arena *a, const struct shard *s, const char *text, size_t len) {
    struct question q = {spelling_right(a, s->lang, text, len, articles_with, s), len};
    q.len = q.text == text ? len : strlen(q.text);
    q.tokens = analyze(a, q.text, q.len);
    struct normal normal = normalize(a, q.text, q.len);
    kind_weights(q.kinds, s->lang, normal_has_diacritics(&normal));
    return q;
}

/* Fills out (room for all tokens of both); returns how many remain. *possible is the weight of those asked. */
static size_t asked_of(const struct shard *s, const struct question *question, const float *weights,
                       size_t n_weights, const struct tokens *other, struct asked *out, float *possible) {
    const struct tokens *tokens = &question->tokens;
    double articles = s->n - s->dead;
    for (size_t i = 0; i < tokens->n; i++)
        out[i] = (struct asked){.hash = tokens->at[i].hash,
                                .kind = tokens->at[i].kind,
                                .weight = content_of(&tokens->at[i], weights, n_weights)};
    size_t n = tokens->n;
    for (size_t i = 0; i < other->n; i++)
        out[n++] = (struct asked){
            .hash = other->at[i].hash, .kind = other->at[i].kind, .weight = OTHER_WEIGHT, .other = true};
    if (n)
        qsort(out, n, sizeof *out, by_hash);
    size_t distinct = 0;
    for (size_t i = 0; i < n; i++) {
        struct asked *same = distinct && out[distinct - 1].hash == out[i].hash ? &out[distinct - 1] : NULL;
        if (!same)
            out[distinct++] = out[i];
        else if (!out[i].other)
            same->weight += out[i].weight; /* the asked stand before the others */
    }
    bool rare[TOKEN_KINDS] = {false};
    for (size_t i = 0; i < distinct; i++) {
        struct asked *q = &out[i];
        const struct term *t = term_find(s, q->hash);
        q->term = t && t->df ? t : NULL; /* one that only dropped articles had is none */
        double df = q->term ? q->term->df : 0;
        q->weight *= question->kinds[q->kind] * rarity(articles, df);
        rare[q->kind] |= df > 0 && df <= articles * COMMON_SHARE;
    }
    size_t kept = 0;
    *possible = 0;
    for (size_t i = 0; i < distinct; i++) {
        bool common =
            articles > COMMON_FROM && out[i].term && rare[out[i].kind] && out[i].term->df > articles * COMMON_SHARE;
        if (common || out[i].weight <= 0)
            continue;
        *possible += out[i].other ? 0 : out[i].weight;
        out[kept++] = out[i];
    }
    return kept;
}

struct found {
    const struct shard *shard;
    uint32_t slot;
    float score, share;
};

static const char *found_ref(const struct found *f) { return f->shard->articles[f->slot].ref; }

static int better_first(const void *x, const void *y) {
    const struct found *one = x, *other = y;
    if (one->score != other->score)
        return one->score < other->score ? 1 : -1;
    return strcmp(found_ref(one), found_ref(other));
}

/* Adds every article's score; scores has a place for each slot. */
static void score_all(const struct shard *s, const struct asked *asked, size_t n, float *scores) {
    double articles = s->n - s->dead;
    for (size_t i = 0; i < n; i++) {
        const struct term *t = asked[i].term;
        if (!t)
            continue;
        float average = (float)((double)s->length[t->kind] / articles);
        float whole = asked[i].weight * (K1 + 1), base = K1 * (1 - B), slope = K1 * B / average;
        for (uint32_t j = 0; j < t->n; j++) {
            uint32_t slot = t->postings[j] >> 8;
            float times = (float)(t->postings[j] & TF_MAX);
            scores[slot] += whole * times / (times + base + slope * (float)s->articles[slot].length[t->kind]);
        }
    }
}

/* The best `k` of the shard, in order. Returns how many there are. */
static size_t select_best(const struct shard *s, const float *scores, uint32_t required, size_t k,
                          struct found *best) {
    size_t n = 0;
    for (uint32_t slot = 0; slot < s->n; slot++) {
        if (scores[slot] <= 0 || (n == k && scores[slot] < best[n - 1].score))
            continue;
        const struct article *d = &s->articles[slot];
        if (d->dead || (d->flags & required) != required)
            continue;
        struct found f = {s, slot, scores[slot], 0};
        if (n == k && better_first(&f, &best[n - 1]) >= 0)
            continue;
        size_t at = n < k ? n++ : n - 1;
        for (; at && better_first(&f, &best[at - 1]) < 0; at--)
            best[at] = best[at - 1];
        best[at] = f;
    }
    return n;
}

/* The words by which an article is compared with others: those that it shares with any. */
static struct subject_text subject_of(struct arena *a, const struct shard *s, const struct article *d) {
    uint32_t n = d->length[TOKEN_WORD] < SUBJECT_WORDS_MAX ? d->length[TOKEN_WORD] : SUBJECT_WORDS_MAX;
    uint32_t *terms = ARENA_ARRAY(a, n + 1, uint32_t);
    memcpy(terms, d->terms, n * sizeof *terms); /* words are the first kind */
    if (n)
        qsort(terms, n, sizeof *terms, by_number);
    struct subject_text out = {ARENA_ARRAY(a, n + 1, struct subject_word)};
    for (uint32_t i = 0; i < n; i++) {
        uint32_t df = s->terms[terms[i]].df;
        if (df > 1 && (!i || terms[i] != terms[i - 1]))
            out.words[out.n_words++] = (struct subject_word){terms[i], rarity(s->n - s->dead, df)};
    }
    return out;
}

/* Reads the best articles of one shard again: adds to each the score of its best passage, and what its neighbours
 * say of the subject. */
static void look_again(struct arena *a, const struct shard *s, const struct asked *asked, size_t n_asked,
                       float possible, struct found *best, size_t n) {
    struct passage_token *tokens = ARENA_ARRAY(a, n_asked + 1, struct passage_token);
    float *weights = ARENA_ARRAY(a, n_asked + 1, float);
    float average[TOKEN_KINDS];
    for (int k = 0; k < TOKEN_KINDS; k++)
        average[k] = (float)((double)s->length[k] / (s->n - s->dead));
    size_t n_tokens = 0;
    for (size_t i = 0; i < n_asked; i++) {
        if (!asked[i].term)
            continue;
        weights[n_tokens] = asked[i].weight;
        tokens[n_tokens++] = (struct passage_token){(uint32_t)(asked[i].term - s->terms), asked[i].kind,
                                                    asked[i].weight, asked[i].other};
    }
    struct subject_text texts[SUBJECT_TEXTS_MAX];
    for (size_t i = 0; i < n; i++) {
        const struct article *d = &s->articles[best[i].slot];
        struct passage_text text = {d->terms, d->length};
        struct passage p = passage_best(a, &text, average, tokens, n_tokens);
        float *held = ARENA_ARRAY(a, n_tokens + 1, float), covered = 0;
        for (size_t t = 0; t < n_tokens; t++) {
            held[t] = saturated(s, d, tokens[t].kind, p.times[t]);
            covered += p.times[t] && !tokens[t].other ? weights[t] : 0;
        }
        best[i].score += p.score;
        best[i].share = possible > 0 ? covered / possible : 0;
        if (i < SUBJECT_TEXTS_MAX) {
            texts[i] = subject_of(a, s, d);
            texts[i].held = held;
        }
    }
    float gains[SUBJECT_TEXTS_MAX];
    size_t compared = n < SUBJECT_TEXTS_MAX ? n : SUBJECT_TEXTS_MAX;
    subject_gains(a, texts, compared, weights, n_tokens, gains);
    for (size_t i = 0; i < compared; i++)
        best[i].score += NEIGHBOURS * gains[i];
}

/* Answers from one shard: its best in order, read again. */
static size_t search_shard(struct arena *a, const struct shard *s, const struct question *q, uint32_t required,
                           struct found *best, size_t room) {
    size_t n_weights;
    float possible, *weights = stop_weights(a, s->lang, q->text, q->len, &n_weights);
    const char *others = thesaurus_words(a, s->lang, q->text, q->len);
    struct tokens other = analyze(a, others, strlen(others));
    struct asked *asked = ARENA_ARRAY(a, q->tokens.n + other.n + 1, struct asked);
    size_t n_asked = asked_of(s, q, weights, n_weights, &other, asked, &possible);
    float *scores = ARENA_ARRAY(a, s->n, float);
    score_all(s, asked, n_asked, scores);
    size_t n = select_best(s, scores, required, room, best);
    look_again(a, s, asked, n_asked, possible, best, n);
    return n;
}

/* Every shard that has a question, best first. Returns how many were found; out has `room` for each shard. */
static size_t search_all(struct rank *r, struct arena *a, const struct question *questions, uint32_t required,
                         struct found *out, size_t room) {
    size_t n = 0;
    for (uint32_t i = 0; i < r->n_shards; i++)
        if (questions[i].text)
            n += search_shard(a, &r->shards[i], &questions[i], required, out + n, room);
    if (n)
        qsort(out, n, sizeof *out, better_first);
    return n;
}

size_t rank_search(struct rank *r, struct arena *a, const struct rank_ask *ask, size_t k, struct rank_hit *hits) {
    enum {
        SECOND_LOOK = SUBJECT_TEXTS_MAX
    }; /* the right one is among the best five in 99 of 100 cases; more only costs */
    char only[LANG_SIZE];
    first_subtag(only, ask->lang);
    size_t len = utf8_fit(ask->text, strlen(ask->text), RANK_QUERY_MAX);
    size_t room = k > SECOND_LOOK ? k : SECOND_LOOK;
    pthread_rwlock_rdlock(&r->lock);
    struct question *questions = ARENA_ARRAY(a, r->n_shards + 1, struct question);
    for (uint32_t i = 0; i < r->n_shards; i++) {
        const struct shard *s = &r->shards[i];
        if (s->n > s->dead && (!ask->lang || !strcmp(s->lang, only)))
            questions[i] = question_for(a, s, ask->text, len);
    }
    struct found *all = ARENA_ARRAY(a, room * (r->n_shards + 1), struct found);
    size_t n = search_all(r, a, questions, ask->required, all, room);
    n = n < k ? n : k;
    for (size_t i = 0; i < n; i++)
        hits[i] = (struct rank_hit){arena_copy(a, found_ref(&all[i])), all[i].score, all[i].share};
    pthread_rwlock_unlock(&r->lock);
    return n;
}

bool rank_confident(const struct rank_hit *hits, size_t n) {
    static const double LEAD = 1.25, SHARE = 0.3; /* measured: docs/search.md */
    return n && hits[0].share >= SHARE && (n == 1 || hits[0].score >= LEAD * hits[1].score);
}
