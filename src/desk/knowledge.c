#include "desk/knowledge.h"

#include "base/id.h"
#include "base/log.h"
#include "desk/account.h"
#include "text/fingerprint.h"
#include "text/rank.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

QUERY(q_knowledge_versions, "SELECT id, number, title, body FROM article_version"
                            " WHERE account_id = $1 AND article_id = $2 AND number <= $3 ORDER BY number");

QUERY(q_knowledge_count, "SELECT count(*) FROM article WHERE account_id = $1 AND status = 'published'");

enum { FOR_PUBLIC = 1, FOR_CUSTOMERS = 2 }; /* flags of the ranker */

/* One published version of an article, now or once. */
struct said {
    int64_t article_id, version_id, number;
};

/* Open addressing; one hash may stand there for several versions. */
struct slot {
    uint64_t hash;
    uint32_t said; /* index + 1; 0: free */
};

/* What is kept is read in two parts, passages first: without them a message would go without its sources, while a
 * search may say that it does not know everything yet. */
enum part { PASSAGES, RANKED, PARTS };

enum { THREADS_MAX = 8 };

struct knowledge {
    struct {
        pthread_mutex_t following; /* one catches up, others wait for it */
        int64_t seq;               /* of the last event that is in; -1: nothing is in yet */
    } part[PARTS];
    pthread_rwlock_t lock; /* of what stands below */
    struct rank *rank;
    struct said *said;
    uint32_t said_n, said_room;
    struct slot *slots;
    size_t slots_n, slots_room;
    /* reading everything at start */
    struct store *store;
    pthread_t thread;
    pthread_mutex_t wait;
    pthread_cond_t wake;
    bool started;
    _Atomic bool stopping, starting;
    _Atomic int64_t all; /* articles that will be found */
};

struct knowledge *knowledge_new(void) {
    struct knowledge *k = calloc(1, sizeof *k);
    if (!k)
        die("out of memory");
    k->rank = rank_new();
    for (int p = 0; p < PARTS; p++) {
        k->part[p].seq = -1;
        pthread_mutex_init(&k->part[p].following, NULL);
    }
    pthread_mutex_init(&k->wait, NULL);
    pthread_cond_init(&k->wake, NULL);
    pthread_rwlock_init(&k->lock, NULL);
    return k;
}

void knowledge_free(struct knowledge *k) {
    if (!k)
        return;
    if (k->started) {
        pthread_mutex_lock(&k->wait);
        k->stopping = true;
        pthread_cond_signal(&k->wake);
        pthread_mutex_unlock(&k->wait);
        pthread_join(k->thread, NULL);
    }
    rank_free(k->rank);
    free(k->said);
    free(k->slots);
    for (int p = 0; p < PARTS; p++)
        pthread_mutex_destroy(&k->part[p].following);
    pthread_mutex_destroy(&k->wait);
    pthread_cond_destroy(&k->wake);
    pthread_rwlock_destroy(&k->lock);
    free(k);
}

/* ---- fingerprints ---- */

static void put_slot(struct knowledge *k, uint64_t hash, uint32_t said) {
    size_t at = hash & (k->slots_room - 1);
    while (k->slots[at].said)
        at = (at + 1) & (k->slots_room - 1);
    k->slots[at] = (struct slot){hash, said};
    k->slots_n++;
}

static void make_room(struct knowledge *k, size_t more) {
    size_t room = k->slots_room ? k->slots_room : 1024;
    while (room < (k->slots_n + more) * 2)
        room *= 2;
    if (room == k->slots_room)
        return;
    struct slot *old = k->slots;
    size_t old_room = k->slots_room;
    k->slots = calloc(room, sizeof *k->slots);
    if (!k->slots)
        die("out of memory");
    k->slots_room = room;
    k->slots_n = 0;
    for (size_t i = 0; i < old_room; i++)
        if (old[i].said)
            put_slot(k, old[i].hash, old[i].said);
    free(old);
}

static void put_said(struct knowledge *k, struct said said, const struct fingerprint *prints, size_t n) {
    if (k->said_n == k->said_room) {
        k->said_room = k->said_room ? k->said_room * 2 : 64;
        k->said = realloc(k->said, k->said_room * sizeof *k->said);
        if (!k->said)
            die("out of memory");
    }
    k->said[k->said_n++] = said;
    make_room(k, n);
    for (size_t i = 0; i < n; i++)
        put_slot(k, prints[i].hash, k->said_n);
}

/* ---- following ---- */

static uint32_t flags_of(const struct article *x) {
    if (strcmp(x->audience, "public") == 0)
        return FOR_PUBLIC | FOR_CUSTOMERS;
    return strcmp(x->audience, "customers") == 0 ? FOR_CUSTOMERS : 0;
}

static bool is_in(const struct knowledge *k, int64_t version_id) {
    for (uint32_t i = k->said_n; i-- > 0;)
        if (k->said[i].version_id == version_id)
            return true;
    return false;
}

/* Every version that was published, or could have been, is recognised for ever: a customer may be told an old one.
 * `fresh`: nothing of this article is in yet. */
static enum rc take_passages(struct knowledge *k, struct view *v, struct arena *a, const struct article *x,
                             bool fresh) {
    struct rows r = view_query(v, &q_knowledge_versions, BIND(ACCOUNT, value_int(x->id), value_int(x->published)));
    while (rows_next(&r)) {
        struct said said = {x->id, rows_int(&r, 0), rows_int(&r, 1)};
        if (!fresh && is_in(k, said.version_id))
            continue;
        struct fingerprint *prints;
        size_t n = fingerprints_of(a, rows_text(&r, 3), &prints);
        pthread_rwlock_wrlock(&k->lock);
        put_said(k, said, prints, n);
        pthread_rwlock_unlock(&k->lock);
    }
    return rows_end(&r);
}

static enum rc take_ranked(struct knowledge *k, struct view *v, struct arena *a, const struct article *x) {
    struct article_version version;
    if (strcmp(x->status, "published") != 0) {
        rank_drop(k->rank, x->ref);
        return RC_OK;
    }
    enum rc rc = article_version_at(v, a, x->id, x->published, &version);
    if (rc != RC_OK)
        return rc == RC_NONE ? RC_OK : rc;
    const char *title = version.untitled ? "" : version.title; /* the opening words count once */
    if (rank_put(k->rank, x->ref, x->lang, title, version.body, flags_of(x)) != RC_OK)
        log_warn("an article is not found by searching: there are too many");
    return RC_OK;
}

static enum rc take_article(struct knowledge *k, enum part part, struct view *v, struct arena *a,
                            const struct article *x, bool fresh) {
    if (!x->published)
        return RC_OK;
    return part == PASSAGES ? take_passages(k, v, a, x, fresh) : take_ranked(k, v, a, x);
}

/* All articles, shared out by pages among as many threads as there are processors. */
struct reading {
    struct knowledge *k;
    enum part part;
    struct store *store;
    pthread_mutex_t lock; /* of what stands below */
    int64_t after;
    bool ended;
    enum rc rc;
};

static void read_failed(struct reading *r, enum rc rc) {
    pthread_mutex_lock(&r->lock);
    r->rc = rc;
    r->ended = true;
    pthread_mutex_unlock(&r->lock);
}

static int next_page(struct reading *r, struct view *v, struct arena *a, struct article **list) {
    enum { PAGE = 100 };
    int n = 0;
    pthread_mutex_lock(&r->lock);
    if (!r->ended && !r->k->stopping) {
        enum rc rc = article_each(v, a, r->after, PAGE, list, &n);
        r->ended = rc != RC_OK || n < PAGE;
        r->rc = rc != RC_OK ? rc : r->rc;
        n = rc == RC_OK ? n : 0;
        r->after = n ? (*list)[n - 1].id : r->after;
    }
    pthread_mutex_unlock(&r->lock);
    return n;
}

static void *read_main(void *arg) {
    struct reading *r = arg;
    struct view *v = view_open(r->store);
    struct arena *a = arena_new(1024 * 1024);
    struct article *list;
    for (int n; (n = next_page(r, v, a, &list)) > 0; arena_reset(a)) {
        enum rc rc = RC_OK;
        for (int i = 0; rc == RC_OK && i < n && !r->k->stopping; i++)
            rc = take_article(r->k, r->part, v, a, &list[i], true);
        if (rc != RC_OK)
            read_failed(r, rc);
    }
    arena_free(a);
    view_close(v);
    return NULL;
}

/* What was taken twice, after a failure in the middle, is in once: passages are forgotten, the ranker replaces. */
static void forget_passages(struct knowledge *k) {
    pthread_rwlock_wrlock(&k->lock);
    free(k->said);
    free(k->slots);
    k->said = NULL;
    k->slots = NULL;
    k->said_n = k->said_room = 0;
    k->slots_n = k->slots_room = 0;
    pthread_rwlock_unlock(&k->lock);
}

static enum rc take_all(struct knowledge *k, enum part part, struct view *v) {
    struct reading r = {.k = k, .part = part, .store = view_store(v)};
    pthread_t threads[THREADS_MAX];
    int64_t seq = 0;
    long others = sysconf(_SC_NPROCESSORS_ONLN) - 1, begun = 0;
    enum rc rc = event_last_seq(v, &seq); /* before the rows: what changes meanwhile is taken once more */
    if (rc != RC_OK)
        return rc;
    pthread_mutex_init(&r.lock, NULL);
    while (begun < others && begun < THREADS_MAX && pthread_create(&threads[begun], NULL, read_main, &r) == 0)
        begun++;
    read_main(&r);
    while (begun > 0)
        pthread_join(threads[--begun], NULL);
    pthread_mutex_destroy(&r.lock);
    if (r.rc == RC_OK && !k->stopping)
        k->part[part].seq = seq;
    else if (part == PASSAGES)
        forget_passages(k);
    return r.rc;
}

/* What these events mean for what is found: the whole family, for its audience may have changed. */
static bool concerns(const char *kind) {
    static const char *const kinds[] = {"article.published", "article.archived", "article.expired",
                                        "article.placed"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i], kind) == 0)
            return true;
    return false;
}

static enum rc take_family(struct knowledge *k, enum part part, struct view *v, struct arena *a,
                           int64_t article_id) {
    struct article x, *family;
    int n = 0;
    enum rc rc = article_load(v, a, article_id, &x);
    if (rc == RC_OK)
        rc = article_family(v, a, x.family_id, &family, &n);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = take_article(k, part, v, a, &family[i], false);
    return rc == RC_NONE ? RC_OK : rc;
}

static enum rc take_events(struct knowledge *k, enum part part, struct view *v) {
    enum { PAGE = 500 };
    struct arena *a = arena_new(0);
    enum rc rc = RC_OK;
    for (int n = PAGE; rc == RC_OK && n == PAGE;) {
        struct event *events;
        rc = event_after(v, a, k->part[part].seq, PAGE, &events, &n);
        for (int i = 0; rc == RC_OK && i < n; i++)
            if (concerns(events[i].kind))
                rc = take_family(k, part, v, a, events[i].subject_id);
        if (rc == RC_OK && n)
            k->part[part].seq = events[n - 1].seq;
        arena_reset(a);
    }
    arena_free(a);
    return rc;
}

static enum rc follow(struct knowledge *k, enum part part, struct view *v) {
    int64_t last = 0;
    enum rc rc = event_last_seq(v, &last);
    pthread_mutex_lock(&k->part[part].following);
    if (rc == RC_OK && k->part[part].seq < 0)
        rc = take_all(k, part, v);
    else if (rc == RC_OK && k->part[part].seq < last)
        rc = take_events(k, part, v);
    pthread_mutex_unlock(&k->part[part].following);
    return rc;
}

enum rc knowledge_follow(struct knowledge *k, struct view *v) { return follow(k, RANKED, v); }

/* ---- reading everything at start ---- */

static void wait_a_second(struct knowledge *k) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    pthread_mutex_lock(&k->wait);
    while (!k->stopping && pthread_cond_timedwait(&k->wake, &k->wait, &until) != ETIMEDOUT)
        ;
    pthread_mutex_unlock(&k->wait);
}

static void *start_main(void *arg) {
    struct knowledge *k = arg;
    struct view *v = view_open(k->store);
    for (bool told = false; !k->stopping; wait_a_second(k)) {
        int64_t all = 0;
        enum rc rc = view_int(v, &q_knowledge_count, BIND(ACCOUNT), 0, &all);
        k->all = all;
        for (int p = 0; rc == RC_OK && p < PARTS; p++)
            rc = follow(k, (enum part)p, v);
        if (rc == RC_OK)
            break;
        if (!told)
            log_warn("the articles cannot be read in (%s); it is tried again", rc_name(rc));
        told = true;
    }
    view_close(v);
    k->starting = false;
    return NULL;
}

void knowledge_start(struct knowledge *k, struct store *s) {
    k->store = s;
    k->starting = true;
    k->started = true;
    if (pthread_create(&k->thread, NULL, start_main, k) != 0)
        die("no thread to read the articles in");
}

bool knowledge_whole(struct knowledge *k, int64_t *found, int64_t *all) {
    bool whole = !k->starting;
    *found = (int64_t)rank_count(k->rank);
    *all = !whole && k->all > *found ? k->all : *found;
    return whole;
}

/* ---- searching ---- */

struct rank *knowledge_rank(struct knowledge *k) {
    return k->rank;
}

bool knowledge_may_read(const struct article *x, enum knowledge_reader who) {
    return who == READER_AGENT || strcmp(x->audience, "public") == 0 ||
           (who == READER_CUSTOMER && strcmp(x->audience, "customers") == 0);
}

enum rc knowledge_search(struct knowledge *k, struct view *v, struct arena *a, enum knowledge_reader who,
                         const char *lang, const char *text, int64_t now, int max, struct knowledge_hit *hits,
                         int *n) {
    static const uint32_t required[] = {FOR_PUBLIC, FOR_CUSTOMERS, 0};
    struct rank_hit found[KNOWLEDGE_HITS_MAX + 1];
    struct rank_ask ask = {.lang = lang, .text = text, .required = required[who]};
    *n = 0;
    enum rc rc = k->starting ? RC_OK : follow(k, RANKED, v); /* while it is read in, what is in already */
    if (rc != RC_OK)
        return rc;
    max = max < KNOWLEDGE_HITS_MAX ? max : KNOWLEDGE_HITS_MAX;
    size_t all = rank_search(k->rank, a, &ask, (size_t)max + 1, found);
    bool confident = rank_confident(found, all);
    for (size_t i = 0; rc == RC_OK && i < all && *n < max; i++) {
        struct knowledge_hit *hit = &hits[*n];
        *hit = (struct knowledge_hit){.confident = confident && i == 0};
        rc = article_by_ref(v, a, found[i].ref, &hit->article);
        if (rc == RC_OK)
            rc = article_version_at(v, a, hit->article.id, article_shown(&hit->article, now), &hit->version);
        if (rc == RC_OK && knowledge_may_read(&hit->article, who))
            ++*n;
        rc = rc == RC_NONE ? RC_OK : rc;
    }
    return rc;
}

/* ---- quotations ---- */

enum quote_state quote_judge(const struct article *x, int64_t number, int64_t now) {
    struct trust t = article_trust(x, now);
    if (!article_shown(x, now) || t.band == TRUST_NONE)
        return QUOTE_WRONG;
    if (!article_version_current(x, number, now))
        return QUOTE_OUTDATED;
    return t.band == TRUST_WARN ? QUOTE_LOW : t.band == TRUST_DATE ? QUOTE_DATED : QUOTE_FINE;
}

/* How much of a version a text holds. */
struct match {
    struct said said;
    uint32_t hits, run_start, run_end, longest; /* units of the piece under way, and of the longest so far */
    uint64_t mark;                              /* of the longest */
    bool inserted;
};

struct matches {
    struct match *at;
    size_t n;
};

static struct match *match_of(struct arena *a, struct matches *m, const struct said *said) {
    for (size_t i = 0; i < m->n; i++)
        if (m->at[i].said.version_id == said->version_id)
            return &m->at[i];
    m->at = arena_grow(a, m->at, m->n, m->n + 1, sizeof *m->at);
    m->at[m->n] = (struct match){.said = *said};
    return &m->at[m->n++];
}

/* Pieces that touch each other are one. */
static void extend(struct match *m, const struct fingerprint *p) {
    if (!m->hits++ || p->start > m->run_end + FINGERPRINT_WINDOW)
        m->run_start = p->start;
    m->run_end = p->end;
    if (m->run_end - m->run_start > m->longest) {
        m->longest = m->run_end - m->run_start;
        m->mark = m->mark * 31 + p->hash;
    }
}

/* A passage that stands in many articles says nothing about where it is from. */
static bool is_common(const struct knowledge *k, uint64_t hash) {
    int64_t seen[KNOWLEDGE_COMMON];
    int n = 0;
    for (size_t at = hash & (k->slots_room - 1); k->slots[at].said; at = (at + 1) & (k->slots_room - 1)) {
        int64_t id = k->said[k->slots[at].said - 1].article_id;
        bool known = k->slots[at].hash != hash;
        for (int i = 0; i < n && !known; i++)
            known = seen[i] == id;
        if (known)
            continue;
        if (n == KNOWLEDGE_COMMON)
            return true;
        seen[n++] = id;
    }
    return false;
}

static struct matches match_all(struct knowledge *k, struct arena *a, const char *text) {
    struct fingerprint *prints;
    struct matches out = {0};
    size_t n = fingerprints_of(a, text, &prints);
    pthread_rwlock_rdlock(&k->lock);
    for (size_t i = 0; k->slots_room && i < n; i++) {
        if (is_common(k, prints[i].hash))
            continue;
        for (size_t at = prints[i].hash & (k->slots_room - 1); k->slots[at].said;
             at = (at + 1) & (k->slots_room - 1))
            if (k->slots[at].hash == prints[i].hash)
                extend(match_of(a, &out, &k->said[k->slots[at].said - 1]), &prints[i]);
    }
    pthread_rwlock_unlock(&k->lock);
    return out;
}

/* The longer piece, then what the writer says, then the newer text. */
static bool fits_better(const struct match *x, const struct match *y) {
    if (x->hits != y->hits)
        return x->hits > y->hits;
    if (x->inserted != y->inserted)
        return x->inserted;
    return x->said.number > y->said.number;
}

static enum rc add_quote(struct view *v, struct arena *a, const struct said *said, const char *how, uint64_t mark,
                         int64_t now, struct quote *out, int *n) {
    struct quote *q = &out[*n];
    for (int i = 0; i < *n; i++)
        if (out[i].use.article_id == said->article_id)
            return RC_OK;
    *q = (struct quote){.number = said->number};
    enum rc rc = article_load(v, a, said->article_id, &q->article);
    if (rc != RC_OK)
        return rc == RC_NONE ? RC_OK : rc;
    q->state = quote_judge(&q->article, said->number, now);
    struct trust trust = article_trust(&q->article, now);
    q->use = (struct article_use){.article_id = said->article_id,
                                  .version_id = said->version_id,
                                  .how = how,
                                  .fingerprint = (int64_t)(mark >> 1),
                                  .trust = trust.score,
                                  .standing = trust.standing_why};
    ++*n;
    return RC_OK;
}

static enum rc add_links(struct view *v, struct arena *a, const char *text, int64_t now, struct quote *out,
                         int *n) {
    enum rc rc = RC_OK;
    for (const char *at = strstr(text, "/art_"); rc == RC_OK && at && *n < KNOWLEDGE_USES_MAX;
         at = strstr(at + 5, "/art_")) {
        char *ref = arena_copy_n(a, at + 1, strnlen(at + 1, 20));
        struct article x;
        struct article_version version;
        if (!id_ref_valid(ref, "art"))
            continue;
        rc = article_by_ref(v, a, ref, &x);
        if (rc == RC_OK)
            rc = article_version_at(v, a, x.id, x.published, &version);
        if (rc == RC_OK)
            rc = add_quote(v, a, &(struct said){x.id, version.id, version.number}, "linked", 0, now, out, n);
        rc = rc == RC_NONE ? RC_OK : rc;
    }
    return rc;
}

enum rc knowledge_quotes(struct knowledge *k, struct view *v, struct arena *a, const char *text,
                         const char *const *inserted, size_t inserted_n, int64_t now, struct quote **out, int *n) {
    *out = ARENA_ARRAY(a, KNOWLEDGE_USES_MAX + 1, struct quote);
    *n = 0;
    enum rc rc = follow(k, PASSAGES, v);
    struct matches m = rc == RC_OK ? match_all(k, a, text) : (struct matches){0};
    for (size_t i = 0; rc == RC_OK && i < inserted_n && i < KNOWLEDGE_USES_MAX; i++) {
        struct article_version version;
        rc = article_version_by_ref(v, a, inserted[i], &version);
        for (size_t at = 0; rc == RC_OK && at < m.n; at++)
            m.at[at].inserted |= m.at[at].said.version_id == version.id;
        rc = rc == RC_NONE ? RC_OK : rc;
    }
    while (rc == RC_OK && *n < KNOWLEDGE_USES_MAX) {
        struct match *best = NULL;
        for (size_t i = 0; i < m.n; i++) {
            struct match *x = &m.at[i];
            bool enough = x->hits && (x->longest >= KNOWLEDGE_QUOTE_LEAST || x->inserted);
            if (enough && (!best || fits_better(x, best)))
                best = x;
        }
        if (!best)
            break;
        rc = add_quote(v, a, &best->said, best->inserted ? "inserted" : "recognised", best->mark, now, *out, n);
        best->hits = 0;
    }
    return rc == RC_OK ? add_links(v, a, text, now, *out, n) : rc;
}
