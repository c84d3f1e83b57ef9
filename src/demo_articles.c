/* demo_articles.c: the help centre of `kept init --demo`: categories and articles of demo/, written long ago and
 * since then verified, changed, used or doubted, so that every state is there to look at. */
#include "demo.h"

#include "base/json.h"
#include "desk/article.h"
#include "desk/must_read.h"

#include <string.h>

enum { CATEGORIES_MAX = 16 };

struct placed {
    const char *key;
    int64_t id;
};

static const char *text_of(json_t *row, const char *key) {
    const char *s = json_string_value(json_object_get(row, key));
    return s ? s : "";
}

/* Who knows a language verifies in it. */
static int64_t verifier_for(const struct demo_help *d, const char *lang) {
    static const char *const table[][2] = {{"en", "anna"}, {"vi", "minh"}, {"zh-Hans", "xiaoyu"}, {"th", "nok"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i][0], lang) == 0)
            return d->agent_named(d->demo, table[i][1]);
    return 0;
}

static enum rc add_category(struct tx *tx, const struct demo_help *d, json_t *row, struct placed *out) {
    struct category x = {0};
    enum rc rc = RC_OK;
    const char *lang;
    json_t *names;
    json_object_foreach(json_object_get(row, "names"), lang, names) {
        x.lang = lang;
        x.name = json_string_value(json_array_get(names, 0));
        x.about = json_string_value(json_array_get(names, 1));
        if (rc == RC_OK)
            rc = category_save(tx, &x, (struct actor){ACTOR_SYSTEM}, d->then);
    }
    *out = (struct placed){text_of(row, "key"), x.id};
    return rc;
}

/* Published long ago, and verified then when the row says so. */
static enum rc add_article(struct tx *tx, const struct demo_help *d, json_t *row, const struct placed *places,
                           int n) {
    int64_t family = 0;
    enum rc rc = RC_OK;
    const char *lang;
    json_t *text;
    json_object_foreach(json_object_get(row, "texts"), lang, text) {
        int64_t verifier = verifier_for(d, lang);
        struct actor by = {ACTOR_AGENT, verifier};
        struct article x = {.lang = lang,
                            .class = text_of(row, "class"),
                            .audience = text_of(row, "audience"),
                            .owner_id = verifier,
                            .verifier_id = verifier,
                            .deputy_id = d->agent_named(d->demo, "mai")};
        struct article_version version = {.title = json_string_value(json_array_get(text, 0)),
                                          .body = json_string_value(json_array_get(text, 1))};
        for (int i = 0; i < n; i++)
            if (strcmp(places[i].key, text_of(row, "category")) == 0)
                x.category_id = places[i].id;
        if (rc == RC_OK)
            rc = article_create(tx, &x, family, by, d->then);
        version.reflects = family ? 1 : 0;
        if (rc == RC_OK)
            rc = article_save(tx, &x, &version, 0, by, d->then);
        if (rc == RC_OK)
            rc = article_publish(tx, &x, 1, by, d->then);
        if (rc == RC_OK && strcmp(text_of(row, "verified"), "then") == 0)
            rc = article_verify(tx, &x, 1, verifier, d->then);
        family = family ? family : x.id;
    }
    return rc == RC_OK && json_object_set_new(row, "family", json_integer(family)) != 0 ? RC_BROKEN : rc;
}

enum rc demo_help_write(struct tx *tx, void *arg) {
    const struct demo_help *d = arg;
    struct placed places[CATEGORIES_MAX];
    int n = 0;
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < demo_lines_n && n < CATEGORIES_MAX; i++)
        if (strcmp(demo_lines[i].kind, "categories") == 0)
            rc = add_category(tx, d, d->rows[i], &places[n++]);
    for (int i = 0; rc == RC_OK && i < demo_lines_n; i++)
        if (strcmp(demo_lines[i].kind, "articles") == 0)
            rc = add_article(tx, d, d->rows[i], places, n);
    return rc;
}

/* ---- since then ---- */

static enum rc change(struct tx *tx, const struct demo_help *d, struct article *x, json_t *later) {
    struct arena *a = tx_arena(tx);
    struct article_version version;
    struct must_read asked;
    struct actor by = {ACTOR_AGENT, x->owner_id};
    const char *find = text_of(later, "find");
    enum rc rc = article_version_at(tx_view(tx), a, x->id, x->latest, &version);
    const char *at = rc == RC_OK ? strstr(version.body, find) : NULL;
    if (!at)
        return rc;
    version.body = arena_printf(a, "%.*s%s%s", (int)(at - version.body), version.body, text_of(later, "put"),
                                at + strlen(find));
    version.note = text_of(later, "note");
    version.changes_facts = true;
    rc = article_save(tx, x, &version, x->latest, by, d->now);
    if (rc == RC_OK)
        rc = article_publish(tx, x, x->latest, by, d->now);
    if (rc == RC_OK)
        rc = article_verify(tx, x, x->latest, x->owner_id, d->now);
    return rc == RC_OK ? must_read_ask(tx, x, NULL, 0, version.note, by, d->now, &asked) : rc;
}

static enum rc bring_up_to_date(struct tx *tx, const struct demo_help *d, json_t *row) {
    struct article *family;
    int n;
    json_t *later = json_object_get(row, "later"), *flag = json_object_get(row, "flag");
    enum rc rc =
        article_family(tx_view(tx), tx_arena(tx), json_integer_value(json_object_get(row, "family")), &family, &n);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        struct article *x = &family[i];
        struct article_flag f;
        if (strcmp(text_of(row, "verified"), "now") == 0)
            rc = article_verify(tx, x, 1, x->verifier_id, d->now);
        for (int k = 0; rc == RC_OK && k < json_integer_value(json_object_get(row, "helped")); k++)
            rc = article_outcome(tx, x->id, 1, "resolved", d->now);
        if (rc == RC_OK && later && strcmp(text_of(later, "lang"), x->lang) == 0)
            rc = change(tx, d, x, later);
        if (rc == RC_OK && flag && strcmp(text_of(flag, "lang"), x->lang) == 0)
            rc = article_flag_add(tx, x, x->published, text_of(flag, "what"), d->agent_named(d->demo, "ben"), "",
                                  d->now, &f);
    }
    return rc;
}

enum rc demo_help_age(struct tx *tx, void *arg) {
    const struct demo_help *d = arg;
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < demo_lines_n; i++)
        if (strcmp(demo_lines[i].kind, "articles") == 0)
            rc = bring_up_to_date(tx, d, d->rows[i]);
    return rc;
}
