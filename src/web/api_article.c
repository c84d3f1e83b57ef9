/* api_article.c: articles with their trust, their versions, and categories. */
#include "base/locale.h"
#include "web/api.h"
#include "web/article_page.h"

#include <string.h>

struct api_trust {
    int64_t score, fresh, evidence, standing;
    const char *band, *why;
};

static const struct shape_field trust_fields[] = {
    {"score", SHAPE_INT, offsetof(struct api_trust, score), "0 to 100: fresh · evidence · standing."},
    {"band", SHAPE_WORD, offsetof(struct api_trust, band),
     "free: from 80; date: from 60, say when it was checked; warn: check first; none: must not be used.",
     .of = "none warn date free"},
    {"fresh", SHAPE_INT, offsetof(struct api_trust, fresh), "Per cent; fades since it was last verified."},
    {"evidence", SHAPE_INT, offsetof(struct api_trust, evidence), "Per cent; what its use so far lets one say."},
    {"standing", SHAPE_INT, offsetof(struct api_trust, standing), "Per cent."},
    {"why", SHAPE_WORD, offsetof(struct api_trust, why), .of = "verified unverified doubted recalled expired"},
    {0},
};
static const struct shape shape_trust = {"Trust", "How far an article can be trusted, with its parts.",
                                         trust_fields, sizeof(struct api_trust)};

struct api_article {
    const char *ref, *lang, *source, *title, *body, *version, *status, *class, *audience, *category, *import_ref,
        *due, *url;
    int64_t number, verify_by, verified_at, published_at, expire_at, created_at, changed_at;
    bool stale;
    struct api_trust *trust;
};

#define AT(field) offsetof(struct api_article, field)
static const struct shape_field article_fields[] = {
    {"ref", SHAPE_REF, AT(ref), .of = "art"},
    {"lang", SHAPE_WORD, AT(lang), .of = "en vi zh-Hans zh-Hant th"},
    {"source", SHAPE_REF, AT(source), "Of a translation: the article it says the same as.", .nullable = true,
     .of = "art"},
    {"title", SHAPE_TEXT, AT(title)},
    {"body", SHAPE_TEXT, AT(body), "Markdown; of the version that is shown, else of the newest.", .nullable = true},
    {"version", SHAPE_REF, AT(version), "Of that version.", .nullable = true, .of = "arv"},
    {"number", SHAPE_INT, AT(number)},
    {"status", SHAPE_WORD, AT(status), .of = "draft published archived"},
    {"class", SHAPE_WORD, AT(class), "Decides how often it is verified.", .of = ARTICLE_CLASSES},
    {"audience", SHAPE_WORD, AT(audience), .of = ARTICLE_AUDIENCES},
    {"category", SHAPE_REF, AT(category), .nullable = true, .of = "cat"},
    {"trust", SHAPE_OBJECT, AT(trust), .shape = &shape_trust},
    {"stale", SHAPE_BOOL, AT(stale), "A translation whose source has changed facts since."},
    {"due", SHAPE_WORD, AT(due), "Why it is to be verified.", .nullable = true,
     .of = "flagged changed source linked release price policy never late soon"},
    {"verify_by", SHAPE_TIME, AT(verify_by), .nullable = true},
    {"verified_at", SHAPE_TIME, AT(verified_at), .nullable = true},
    {"published_at", SHAPE_TIME, AT(published_at), .nullable = true},
    {"expire_at", SHAPE_TIME, AT(expire_at), .nullable = true},
    {"import_ref", SHAPE_TEXT, AT(import_ref), "What it is called where it came from.", .nullable = true},
    {"url", SHAPE_TEXT, AT(url), "In the help centre, when customers see it there.", .nullable = true},
    {"created_at", SHAPE_TIME, AT(created_at)},
    {"changed_at", SHAPE_TIME, AT(changed_at)},
    {0},
};
const struct shape shape_article = {"Article", "What is told of one thing, in one language.", article_fields,
                                    sizeof(struct api_article)};

struct api_version {
    const char *ref, *title, *body, *note, *author;
    int64_t number, created_at;
    bool changes_facts;
};

#undef AT
#define AT(field) offsetof(struct api_version, field)
static const struct shape_field version_fields[] = {
    {"ref", SHAPE_REF, AT(ref), .of = "arv"},
    {"number", SHAPE_INT, AT(number)},
    {"title", SHAPE_TEXT, AT(title)},
    {"body", SHAPE_TEXT, AT(body), "Markdown."},
    {"note", SHAPE_TEXT, AT(note), "What changed, as readers are told.", .nullable = true},
    {"changes_facts", SHAPE_BOOL, AT(changes_facts), "As its author declared."},
    {"author", SHAPE_TEXT, AT(author), .nullable = true},
    {"created_at", SHAPE_TIME, AT(created_at)},
    {0},
};
const struct shape shape_article_version = {"ArticleVersion", "A text of an article; it never changes.",
                                            version_fields, sizeof(struct api_version)};

struct api_category {
    const char *ref, *name, *about, *lang;
    int64_t articles;
};

#undef AT
#define AT(field) offsetof(struct api_category, field)
static const struct shape_field category_fields[] = {
    {"ref", SHAPE_REF, AT(ref), .of = "cat"},
    {"name", SHAPE_TEXT, AT(name)},
    {"about", SHAPE_TEXT, AT(about), .nullable = true},
    {"lang", SHAPE_WORD, AT(lang), "Of name and about.", .of = "en vi zh-Hans zh-Hant th"},
    {"articles", SHAPE_INT, AT(articles)},
    {0},
};
const struct shape shape_category = {"Category", "A topic of the help centre.", category_fields,
                                     sizeof(struct api_category)};

/* ---- reading ---- */

static enum rc article_of(struct api_call *c, const struct article *x, struct api_article *out) {
    struct article_version version = {.title = x->title};
    struct article source = {0};
    int64_t shown = article_shown(x, c->now), number = shown ? shown : x->latest;
    struct trust t = article_trust(x, c->now);
    enum rc rc = number ? article_version_at(c->v, c->a, x->id, number, &version) : RC_OK;
    if (rc == RC_OK && !article_is_source(x))
        rc = article_load(c->v, c->a, x->family_id, &source);
    struct api_trust *trust = ARENA_NEW(c->a, struct api_trust);
    *trust = (struct api_trust){t.score,
                                (int64_t)(t.fresh * 100 + 0.5),
                                (int64_t)(t.evidence * 100 + 0.5),
                                (int64_t)(t.standing * 100 + 0.5),
                                trust_band_name(t.band),
                                t.standing_why};
    *out = (struct api_article){
        .ref = x->ref,
        .lang = x->lang,
        .source = source.ref,
        .title = version.title,
        .body = version.body,
        .version = version.ref,
        .status = x->status,
        .class = x->class,
        .audience = x->audience,
        .category = x->category_ref,
        .import_ref = x->import_ref,
        .due = article_due(x, c->now),
        .url = shown && strcmp(x->audience, "public") == 0
                   ? arena_printf(c->a, "%s%s", rq_origin(c->rq), help_article_url(c->a, x))
                   : NULL,
        .number = version.number,
        .verify_by = x->verify_by,
        .verified_at = x->verified_at,
        .published_at = x->published_at,
        .expire_at = x->expire_at,
        .created_at = x->created_at,
        .changed_at = x->changed_at,
        .stale = article_stale(x),
        .trust = trust,
    };
    return rc;
}

static enum rc put_article(struct api_call *c, int64_t id) {
    struct article x;
    struct api_article out;
    enum rc rc = article_load(c->v, c->a, id, &x);
    if (rc == RC_OK)
        rc = article_of(c, &x, &out);
    if (rc == RC_OK)
        api_put(c, &shape_article, &out);
    return rc;
}

static enum rc load_article(struct api_call *c, struct article *out) {
    enum rc rc = article_by_ref(c->v, c->a, rq_text(c->rq, "ref"), out);
    bool hidden = rc == RC_OK && rq_who(c->rq)->role == ROLE_READER && !article_shown(out, c->now);
    return hidden ? RC_NONE : rc;
}

static enum rc category_param(struct api_call *c, int64_t *id) {
    struct category category;
    *id = 0;
    if (!rq_text(c->rq, "category"))
        return RC_OK;
    enum rc rc = category_by_ref(c->v, c->a, rq_text(c->rq, "category"), "en", &category);
    *id = rc == RC_OK ? category.id : 0;
    return rc == RC_NONE ? api_blame(c, rc, "category", "not_found") : rc;
}

static enum rc found(struct api_call *c, struct article **list, int *n) {
    struct knowledge_hit *hits = ARENA_ARRAY(c->a, KNOWLEDGE_HITS_MAX, struct knowledge_hit);
    int64_t most = rq_int(c->rq, "limit", 10);
    enum rc rc = knowledge_search(web_of(c->rq)->knowledge, c->v, c->a, READER_AGENT, rq_text(c->rq, "lang"),
                                  rq_text(c->rq, "q"), c->now,
                                  (int)(most < KNOWLEDGE_HITS_MAX ? most : KNOWLEDGE_HITS_MAX), hits, n);
    int64_t in, all;
    if (!knowledge_whole(web_of(c->rq)->knowledge, &in, &all)) /* just begun: what is in so far is answered */
        rs_header(c->rq, "Kept-Searchable", arena_printf(c->a, "%lld/%lld", (long long)in, (long long)all));
    *list = ARENA_ARRAY(c->a, KNOWLEDGE_HITS_MAX, struct article);
    for (int i = 0; rc == RC_OK && i < *n; i++)
        (*list)[i] = hits[i].article;
    return rc;
}

static enum rc listed(struct api_call *c, struct article **list, int *n) {
    struct request *rq = c->rq;
    struct article before;
    struct article_ask ask = {.lang = rq_text(rq, "lang"),
                              .status = rq_text(rq, "status"),
                              .class = rq_text(rq, "class"),
                              .audience = rq_text(rq, "audience"),
                              .max = api_list_room(c)};
    enum rc rc = category_param(c, &ask.category_id);
    if (rc == RC_OK && rq_text(rq, "cursor")) {
        rc = article_by_ref(c->v, c->a, rq_text(rq, "cursor"), &before);
        if (rc == RC_NONE)
            return api_blame(c, rc, "cursor", "not_found");
        ask.before_at = before.changed_at;
        ask.before_id = before.id;
    }
    if (rq_who(rq)->role == ROLE_READER) /* what is not told she is not shown */
        ask.status = "published";
    if (rc == RC_OK)
        rc = article_list(c->v, c->a, &ask, list, n);
    return rc;
}

static enum rc list_articles(struct api_call *c) {
    struct article *list;
    int n;
    const char *q = rq_text(c->rq, "q");
    enum rc rc = q && *q ? found(c, &list, &n) : listed(c, &list, &n);
    if (rc != RC_OK)
        return rc;
    struct api_article *shown = ARENA_ARRAY(c->a, (size_t)n + 1, struct api_article);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = article_of(c, &list[i], &shown[i]);
    if (rc == RC_OK)
        api_list(c, &shape_article, shown, n);
    return rc;
}
void api_list_articles(struct request *rq) { api_read(rq, list_articles); }

static enum rc get_one(struct api_call *c) {
    struct article x;
    enum rc rc = load_article(c, &x);
    return rc == RC_OK ? put_article(c, x.id) : rc;
}
void api_get_article(struct request *rq) { api_read(rq, get_one); }

static struct api_version version_of(const struct article_version *x) {
    return (struct api_version){x->ref,    x->title,  x->body,       x->note,
                                x->author, x->number, x->created_at, x->changes_facts};
}

static enum rc list_versions(struct api_call *c) {
    struct article x;
    struct article_version *list;
    int n, first = 0;
    const char *cursor = rq_text(c->rq, "cursor");
    enum rc rc = load_article(c, &x);
    if (rc == RC_OK)
        rc = article_versions(c->v, c->a, x.id, &list, &n);
    if (rc != RC_OK)
        return rc;
    for (int i = 0; cursor && i < n; i++)
        if (strcmp(list[i].ref, cursor) == 0)
            first = i + 1;
    if (cursor && !first)
        return api_blame(c, RC_INVALID, "cursor", "not_found");
    int room = api_list_room(c), shown_n = n - first < room ? n - first : room;
    struct api_version *shown = ARENA_ARRAY(c->a, (size_t)shown_n + 1, struct api_version);
    for (int i = 0; rc == RC_OK && i < shown_n; i++) {
        rc = article_version_at(c->v, c->a, x.id, list[first + i].number, &list[first + i]);
        shown[i] = version_of(&list[first + i]);
    }
    if (rc == RC_OK)
        api_list(c, &shape_article_version, shown, shown_n);
    return rc;
}
void api_list_article_versions(struct request *rq) { api_read(rq, list_versions); }

/* ---- writing ---- */

static enum rc people(struct api_call *c, struct article *x) {
    static const char *const names[] = {"owner", "verifier", "deputy"};
    int64_t *const ids[] = {&x->owner_id, &x->verifier_id, &x->deputy_id};
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < 3; i++)
        if (rq_text(c->rq, names[i]))
            rc = api_agent_param(c, names[i], ids[i]);
        else if (rq_has(c->rq, names[i]))
            *ids[i] = 0;
    if (rc == RC_OK && x->verifier_id && x->verifier_id == x->deputy_id)
        return api_blame(c, RC_INVALID, "deputy", "same_as_verifier");
    return rc;
}

static enum rc save_text(struct api_call *c, struct article *x, bool changes_facts, int64_t base) {
    struct request *rq = c->rq;
    struct article_version text = {
        .title = rq_text(rq, "title"),
        .body = rq_text(rq, "body"),
        .note = rq_text(rq, "note"),
        .changes_facts = changes_facts,
        .reflects = article_is_source(x) ? 0 : x->source_facts,
    };
    enum rc rc = article_save(c->tx, x, &text, base, c->by, c->now);
    if (rc == RC_INVALID)
        return api_blame(c, rc, "body", "missing");
    if (rc == RC_CONFLICT)
        return api_blame(c, rc, "base", "changed");
    return rc == RC_OK && rq_flag(rq, "publish") ? article_publish(c->tx, x, x->latest, c->by, c->now) : rc;
}

static enum rc create_article(struct api_call *c) {
    struct request *rq = c->rq;
    struct article source = {0}, x = {.lang = rq_text(rq, "lang"),
                                      .class = rq_text(rq, "class") ? rq_text(rq, "class") : "howto",
                                      .audience = rq_text(rq, "audience") ? rq_text(rq, "audience") : "public",
                                      .title = rq_text(rq, "title"),
                                      .import_ref = rq_text(rq, "import_ref")};
    enum rc rc = category_param(c, &x.category_id);
    if (rc == RC_OK && rq_text(rq, "source")) {
        rc = article_by_ref(c->v, c->a, rq_text(rq, "source"), &source);
        if (rc == RC_NONE)
            return api_blame(c, rc, "source", "not_found");
    }
    if (rc == RC_OK)
        rc = people(c, &x);
    if (rc == RC_OK && (rc = article_create(c->tx, &x, source.family_id, c->by, c->now)) == RC_CONFLICT)
        return api_blame(c, rc, "lang", "taken");
    if (rc == RC_OK)
        rc = save_text(c, &x, true, 0);
    c->status = 201;
    return rc == RC_OK ? put_article(c, x.id) : rc;
}
void api_create_article(struct request *rq) { api_write(rq, create_article); }

static enum rc change_status(struct api_call *c, struct article *x) {
    const char *status = rq_text(c->rq, "status");
    if (!status || strcmp(status, x->status) == 0)
        return RC_OK;
    return strcmp(status, "archived") == 0 ? article_archive(c->tx, x, c->by, c->now)
                                           : article_publish(c->tx, x, x->latest, c->by, c->now);
}

static enum rc change_article(struct api_call *c) {
    struct request *rq = c->rq;
    struct article x;
    int64_t category = 0;
    enum rc rc = load_article(c, &x);
    if (rc == RC_OK)
        rc = category_param(c, &category);
    if (rc == RC_OK && (rq_has(rq, "category") || rq_text(rq, "class") || rq_text(rq, "audience")))
        rc = article_place(c->tx, &x, rq_has(rq, "category") ? category : x.category_id,
                           rq_text(rq, "class") ? rq_text(rq, "class") : x.class,
                           rq_text(rq, "audience") ? rq_text(rq, "audience") : x.audience, c->by, c->now);
    if (rc == RC_OK && (rq_has(rq, "owner") || rq_has(rq, "verifier") || rq_has(rq, "deputy"))) {
        rc = people(c, &x);
        if (rc == RC_OK)
            rc = article_people(c->tx, &x, x.owner_id, x.verifier_id, x.deputy_id, c->by, c->now);
    }
    if (rc == RC_OK && rq_has(rq, "expire_at"))
        rc = article_expire(c->tx, &x, rq_int(rq, "expire_at", 0), c->by, c->now);
    if (rc == RC_OK)
        rc = change_status(c, &x);
    return rc == RC_OK ? put_article(c, x.id) : rc;
}
void api_change_article(struct request *rq) { api_write(rq, change_article); }

static enum rc create_version(struct api_call *c) {
    struct article x;
    enum rc rc = load_article(c, &x);
    if (rc == RC_OK)
        rc = save_text(c, &x, strcmp(rq_text(c->rq, "facts"), "changed") == 0, rq_int(c->rq, "base", x.latest));
    c->status = 201;
    return rc == RC_OK ? put_article(c, x.id) : rc;
}
void api_create_article_version(struct request *rq) { api_write(rq, create_version); }

static enum rc verify(struct api_call *c) {
    struct article x;
    enum rc rc = load_article(c, &x);
    if (rc == RC_OK)
        rc = article_verify(c->tx, &x, rq_int(c->rq, "number", 0), c->agent_id, c->now);
    return rc == RC_OK ? put_article(c, x.id) : rc;
}
void api_verify_article(struct request *rq) { api_write(rq, verify); }

static enum rc flag(struct api_call *c) {
    struct article x;
    struct article_flag f;
    enum rc rc = load_article(c, &x);
    int64_t shown = rc == RC_OK ? article_shown(&x, c->now) : 0;
    if (rc == RC_OK)
        rc = article_flag_add(c->tx, &x, shown ? shown : x.latest, rq_text(c->rq, "what"), c->agent_id, "", c->now,
                              &f);
    return rc == RC_OK ? put_article(c, x.id) : rc;
}
void api_flag_article(struct request *rq) { api_write(rq, flag); }

/* ---- categories ---- */

static enum rc show_category(struct api_call *c, const void *row, void *out) {
    const struct category *x = row;
    *(struct api_category *)out = (struct api_category){x->ref, x->name, x->about, x->lang, x->articles};
    return RC_OK;
}

static enum rc list_categories(struct api_call *c) {
    struct category *rows;
    int n;
    const char *lang = rq_text(c->rq, "lang");
    enum rc rc = category_list(c->v, c->a, lang ? lang : "en", &rows, &n);
    return rc != RC_OK ? rc : api_list_of_all(c, &shape_category, rows, n, sizeof *rows, show_category);
}
void api_list_categories(struct request *rq) { api_read(rq, list_categories); }

static enum rc create_category(struct api_call *c) {
    struct category x = {
        .lang = rq_text(c->rq, "lang"), .name = rq_text(c->rq, "name"), .about = rq_text(c->rq, "about")};
    struct api_category out;
    if (rq_who(c->rq)->role < ROLE_LEAD)
        return RC_DENIED;
    enum rc rc = category_save(c->tx, &x, c->by, c->now);
    if (rc == RC_INVALID)
        return api_blame(c, rc, "name", "missing");
    if (rc == RC_OK)
        rc = show_category(c, &x, &out);
    c->status = 201;
    if (rc == RC_OK)
        api_put(c, &shape_category, &out);
    return rc;
}
void api_create_category(struct request *rq) { api_write(rq, create_category); }
