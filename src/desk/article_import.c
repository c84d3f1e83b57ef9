#include "desk/article_import.h"

#include "base/locale.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "desk/account.h"
#include "desk/article_row.h"
#include "text/language.h"

#include <ctype.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

QUERY(q_import_find, "SELECT id, import_hash FROM article WHERE account_id = $1 AND import_ref = $2 AND lang = $3");
QUERY(q_import_family,
      "SELECT family_id FROM article WHERE account_id = $1 AND import_ref = $2 ORDER BY +id LIMIT 1");
QUERY(q_import_note, "UPDATE article SET import_hash = $3 WHERE account_id = $1 AND id = $2");
QUERY(q_import_category, "SELECT category_id FROM category_name WHERE account_id = $1 AND name = $2"
                         " ORDER BY category_id LIMIT 1");

enum { HASH = crypto_hash_sha256_BYTES, BATCH = 50 };

const char *import_outcome_name(enum import_outcome outcome) {
    static const char *const names[IMPORT_OUTCOMES] = {"refused", "new", "changed", "same", "published", "waits"};
    return names[outcome];
}

/* ---- rules ---- */

static bool is_one_of(const char *word, const char *const *words) {
    for (; *words; words++)
        if (strcasecmp(word, *words) == 0)
            return true;
    return false;
}

const char *import_lang(const char *tag, const char *title, const char *body) {
    static const char *const known[] = {"en", "vi", "zh", "th", NULL};
    char first[8] = "";
    size_t n = strcspn(tag, "-_");
    if (*tag && n < sizeof first)
        memcpy(first, tag, n);
    if (*tag && !is_one_of(first, known))
        return NULL;
    bool chinese = strcasecmp(first, "zh") == 0;
    if (*tag && (!chinese || tag[n]))
        return locale_tag(locale_of(tag));
    const char *found = language_of(body, strlen(body));
    if (!*found)
        found = language_of(title, strlen(title));
    if (chinese)
        return strcmp(found, "zh-Hant") == 0 ? "zh-Hant" : "zh-Hans";
    return *found ? locale_tag(locale_of(found)) : NULL;
}

const char *import_status(const char *word) {
    static const char *const shown[] = {"",         "published",  "public",   "active",
                                        "verified", "unverified", "approved", "needs_verification",
                                        "live",     "trusted",    NULL};
    static const char *const gone[] = {"archived", "obsolete", "outdated", "retired", "deleted", NULL};
    return is_one_of(word, shown) ? "published" : is_one_of(word, gone) ? "archived" : "draft";
}

const char *import_class(const char *word) {
    static const char *const names[] = {"legal", "price", "procedure", "howto", "contact", NULL};
    for (const char *const *w = names; *w; w++)
        if (strcasecmp(word, *w) == 0)
            return *w;
    return strcasecmp(word, "policy") == 0 ? "legal" : strcasecmp(word, "pricing") == 0 ? "price" : "howto";
}

const char *import_audience(const char *word) {
    static const char *const all[] = {"", "public", "everyone", "everybody", "all", NULL};
    static const char *const ours[] = {"customers", "customer", "signed_in_users", "logged_in", NULL};
    return is_one_of(word, all) ? "public" : is_one_of(word, ours) ? "customers" : "internal";
}

static const char *flaw_of(const struct foreign_article *x, const char *lang) {
    if (x->error)
        return x->error;
    if (!x->body[strspn(x->body, " \t\n")])
        return N_("it has no text");
    if (!lang)
        return *x->lang ? N_("its language is none of English, Vietnamese, Chinese and Thai")
                        : N_("its language is not said, and its text does not tell");
    if (strlen(x->ref) > IMPORT_REF_MAX)
        return N_("its reference is too long");
    if (utf8_count(x->title, strlen(x->title)) > ARTICLE_TITLE_MAX)
        return N_("its title is longer than 200 letters");
    return utf8_count(x->body, strlen(x->body)) > ARTICLE_BODY_MAX ? N_("its text is longer than 200,000 letters")
                                                                   : NULL;
}

/* ---- the pages that were brought along ---- */

struct pages {
    const char **names; /* sorted: the last part of each reference */
    size_t n;
};

static const char *last_part(const char *ref) {
    const char *slash = strrchr(ref, '/');
    return slash ? slash + 1 : ref;
}

static int by_name(const void *x, const void *y) {
    return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static struct pages pages_of(struct arena *a, const struct foreign_articles *list) {
    struct pages p = {ARENA_ARRAY(a, list->n + 1, const char *), list->n};
    for (size_t i = 0; i < list->n; i++)
        p.names[i] = last_part(list->at[i].ref);
    if (p.n)
        qsort(p.names, p.n, sizeof *p.names, by_name);
    return p;
}

static bool has_name(const struct pages *p, const char *name) {
    return bsearch(&name, p->names, p->n, sizeof *p->names, by_name) != NULL;
}

/* "../Returns%2012ab….html#top" → "Returns 12ab…"; "/hc/en-us/articles/360012-Returns" → "360012". */
static bool has_page(void *arg, const char *link) {
    char name[IMPORT_REF_MAX + 1];
    size_t n = 0, digits;
    const char *articles = strstr(link, "/articles/"), *at = articles ? articles + 10 : last_part(link);
    for (; *at && *at != '#' && *at != '?' && n < IMPORT_REF_MAX; at++) {
        unsigned hex;
        if (*at == '%' && isxdigit((unsigned char)at[1]) && isxdigit((unsigned char)at[2])) {
            hex = (unsigned)strtoul((const char[]){at[1], at[2], 0}, NULL, 16);
            name[n++] = (char)hex;
            at += 2;
        } else {
            name[n++] = *at;
        }
    }
    name[n] = 0;
    digits = strspn(name, "0123456789");
    if (articles)
        name[digits] = 0;
    else if (strrchr(name, '.'))
        *strrchr(name, '.') = 0;
    n = strlen(name);
    return has_name(arg, name) || (n > 32 && has_name(arg, name + n - 32)); /* Notion's number at the end */
}

/* ---- one article ---- */

struct work {
    const struct foreign_article *from;
    struct import_result *result;
    const char *lang;
    uint8_t hash[HASH];
};

struct importing {
    const struct import_ask *ask;
    struct work *work; /* of this batch */
    size_t n;
};

static void hash_of(const char *title, const char *body, uint8_t out[HASH]) {
    crypto_hash_sha256_state h;
    crypto_hash_sha256_init(&h);
    crypto_hash_sha256_update(&h, (const uint8_t *)title, strlen(title) + 1);
    crypto_hash_sha256_update(&h, (const uint8_t *)body, strlen(body));
    crypto_hash_sha256_final(&h, out);
}

/* The article as it is here, and what it was brought in as; RC_NONE: not yet. */
static enum rc find_here(struct view *v, struct arena *a, const struct work *w, struct article *out,
                         uint8_t before[HASH]) {
    int64_t id = 0;
    memset(before, 0, HASH);
    struct rows r = view_query(v, &q_import_find, BIND(ACCOUNT, value_text(w->from->ref), value_text(w->lang)));
    if (rows_next(&r)) {
        id = rows_int(&r, 0);
        if (rows_bytes(&r, 1).len == HASH)
            memcpy(before, rows_bytes(&r, 1).at, HASH);
    }
    enum rc rc = rows_end(&r);
    return rc != RC_OK ? rc : id ? article_load(v, a, id, out) : RC_NONE;
}

static bool wants_shown(const struct work *w) {
    return strcmp(import_status(w->from->status), "published") == 0 && !w->result->held;
}

/* Is the newest version still what was brought in? A title that was not given then is not known any more. */
static bool is_untouched(const struct article_version *latest, const uint8_t before[HASH]) {
    const char *const titles[] = {latest->title, ""};
    uint8_t now[HASH];
    for (int i = 0; i < 2; i++) {
        hash_of(titles[i], latest->body, now);
        if (memcmp(before, now, HASH) == 0)
            return true;
    }
    return false;
}

/* What has to be done; the article is loaded unless it is new. */
static enum rc judge(struct view *v, struct arena *a, const struct work *w, struct article *x,
                     enum import_outcome *out) {
    uint8_t before[HASH];
    struct article_version latest;
    enum rc rc = find_here(v, a, w, x, before);
    *out = IMPORT_NEW;
    if (rc != RC_OK)
        return rc == RC_NONE ? RC_OK : rc;
    if (memcmp(before, w->hash, HASH) == 0) {
        bool waits = strcmp(x->status, "draft") == 0 && wants_shown(w);
        *out = waits ? IMPORT_PUBLISHED : IMPORT_SAME;
        return RC_OK;
    }
    rc = article_version_at(v, a, x->id, x->latest, &latest);
    *out = rc == RC_OK && !is_untouched(&latest, before) ? IMPORT_WAITS : IMPORT_CHANGED;
    return rc;
}

static enum rc category_of(struct tx *tx, const struct importing *job, const char *name, const char *lang,
                           int64_t *id) {
    *id = 0;
    if (!*name)
        return RC_OK;
    enum rc rc = view_int(tx_view(tx), &q_import_category, BIND(ACCOUNT, value_text(name)), 0, id);
    struct category x = {.name = name, .lang = lang};
    if (rc == RC_OK && !*id) {
        rc = category_save(tx, &x, job->ask->by, job->ask->now);
        *id = x.id;
    }
    return rc;
}

static enum rc make(struct tx *tx, const struct importing *job, const struct work *w, struct article *x) {
    int64_t family = 0;
    *x = (struct article){.lang = w->lang,
                          .class = import_class(w->from->class),
                          .audience = import_audience(w->from->audience),
                          .import_ref = w->from->ref,
                          .owner_id = job->ask->verifier_id,
                          .verifier_id = job->ask->verifier_id};
    enum rc rc = category_of(tx, job, w->from->category, w->lang, &x->category_id);
    if (rc == RC_OK)
        rc = view_int(tx_view(tx), &q_import_family, BIND(ACCOUNT, value_text(w->from->ref)), 0, &family);
    return rc == RC_OK ? article_create(tx, x, family, job->ask->by, job->ask->now) : rc;
}

static enum rc write_down(struct tx *tx, const struct importing *job, const struct work *w, struct article *x) {
    struct article_version text = {.title = w->from->title,
                                   .body = w->from->body,
                                   .changes_facts =
                                       true, /* what the other program's writers meant cannot be known */
                                   .reflects = article_is_source(x) ? 0 : x->source_facts};
    enum rc rc = article_save(tx, x, &text, x->latest, job->ask->by, job->ask->now);
    return rc == RC_OK ? tx_exec(tx, &q_import_note,
                                 BIND(ACCOUNT, value_int(x->id), value_bytes((struct bytes){w->hash, HASH})))
                       : rc;
}

static enum rc carry_out(struct tx *tx, const struct importing *job, const struct work *w) {
    struct article x = {0};
    enum import_outcome outcome;
    enum rc rc = judge(tx_view(tx), tx_arena(tx), w, &x, &outcome);
    if (rc != RC_OK)
        return rc;
    w->result->outcome = outcome;
    if (outcome == IMPORT_SAME)
        return RC_OK;
    if (outcome == IMPORT_NEW)
        rc = make(tx, job, w, &x);
    if (rc == RC_OK && outcome != IMPORT_PUBLISHED)
        rc = write_down(tx, job, w, &x);
    if (rc == RC_OK && outcome != IMPORT_WAITS && wants_shown(w))
        rc = article_publish(tx, &x, x.latest, job->ask->by, job->ask->now);
    if (rc == RC_OK && outcome == IMPORT_NEW && strcmp(import_status(w->from->status), "archived") == 0)
        rc = article_archive(tx, &x, job->ask->by, job->ask->now);
    return rc;
}

static enum rc carry_out_all(struct tx *tx, void *arg) {
    const struct importing *job = arg;
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < job->n; i++)
        if (!job->work[i].result->why)
            rc = carry_out(tx, job, &job->work[i]);
    return rc;
}

static enum rc foresee_all(struct store *s, struct arena *a, const struct importing *job) {
    struct view *v = view_open(s);
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < job->n; i++) {
        struct article x;
        if (!job->work[i].result->why)
            rc = judge(v, a, &job->work[i], &x, &job->work[i].result->outcome);
    }
    view_close(v);
    return rc;
}

/* ---- all of them ---- */

static void prepare(struct arena *a, const struct import_ask *ask, struct pages *pages,
                    const struct foreign_article *x, struct work *w, struct import_result *r) {
    *r = (struct import_result){.lang = ""};
    *w = (struct work){.from = x, .result = r, .lang = import_lang(x->lang, x->title, x->body)};
    if (!w->lang && !*x->lang)
        w->lang = ask->lang;
    r->why = flaw_of(x, w->lang);
    if (r->why)
        return;
    r->lang = w->lang;
    r->findings = ARENA_ARRAY(a, RUBBISH_MAX, struct rubbish);
    r->findings_n = rubbish_find(a, w->lang, x->title, x->body, has_page, pages, r->findings);
    bool doubtful =
        r->findings_n > (r->findings_n && r->findings[0].kind == RUBBISH_NO_TITLE); /* it may have none */
    r->held = ask->hold && doubtful && strcmp(import_status(x->status), "published") == 0;
    hash_of(x->title, x->body, w->hash);
}

static int by_ref(const void *x, const void *y) {
    const struct work *one = *(const struct work *const *)x, *other = *(const struct work *const *)y;
    int order = strcmp(one->from->ref, other->from->ref);
    order = order ? order : strcmp(one->lang ? one->lang : "", other->lang ? other->lang : "");
    return order ? order : (one > other) - (one < other);
}

/* The first of those with one reference and language stands; the others are refused. */
static void refuse_twins(struct arena *a, struct work *all, size_t n) {
    struct work **sorted = ARENA_ARRAY(a, n + 1, struct work *);
    for (size_t i = 0; i < n; i++)
        sorted[i] = &all[i];
    if (n)
        qsort(sorted, n, sizeof *sorted, by_ref);
    for (size_t i = 1, first = 0; i < n; i++) {
        struct work *x = sorted[first], *y = sorted[i];
        bool twins = x->lang && y->lang && !strcmp(x->from->ref, y->from->ref) && !strcmp(x->lang, y->lang);
        if (!twins)
            first = i;
        else if (!y->result->why)
            y->result->why = arena_printf(a, "its reference %s stands in %s already", x->from->ref, x->from->where);
    }
}

enum rc article_import(struct store *s, struct arena *a, const struct foreign_articles *list,
                       const struct import_ask *ask, struct import_result *results) {
    struct pages pages = pages_of(a, list);
    struct work *all = ARENA_ARRAY(a, list->n + 1, struct work);
    enum rc rc = RC_OK;
    for (size_t i = 0; i < list->n; i++)
        prepare(a, ask, &pages, &list->at[i], &all[i], &results[i]);
    refuse_twins(a, all, list->n);
    for (size_t done = 0; rc == RC_OK && done < list->n;) {
        struct importing job = {ask, all + done, list->n - done < BATCH ? list->n - done : BATCH};
        rc = ask->dry_run ? foresee_all(s, a, &job) : store_write(s, carry_out_all, &job);
        done += job.n;
        if (rc == RC_OK && ask->progress)
            ask->progress(ask->arg, done, list->n);
    }
    return rc;
}
