/* api_article_import.c: articles of other programs, by API: a file as the page takes it, or JSON Lines as text. */
#include "desk/article_import.h"
#include "desk/article_reader.h"
#include "web/api.h"
#include "web/page.h"

#include <string.h>

struct api_import_finding {
    const char *kind, *quote;
};

static const struct shape_field finding_fields[] = {
    {"kind", SHAPE_WORD, offsetof(struct api_import_finding, kind),
     .of = "no_title doubled placeholder missing advertising dead_link language"},
    {"quote", SHAPE_TEXT, offsetof(struct api_import_finding, quote), "The place, in its own words.",
     .nullable = true},
    {0},
};
static const struct shape shape_finding = {"ImportFinding", "What looks wrong in a text.", finding_fields,
                                           sizeof(struct api_import_finding)};

struct api_import_row {
    const char *ref, *lang, *where, *outcome, *error;
    bool held;
    struct shape_list findings;
};

#define AT(field) offsetof(struct api_import_row, field)
static const struct shape_field row_fields[] = {
    {"ref", SHAPE_TEXT, AT(ref), "What it is called where it comes from.", .nullable = true},
    {"lang", SHAPE_WORD, AT(lang), .nullable = true, .of = "en vi zh-Hans zh-Hant th"},
    {"where", SHAPE_TEXT, AT(where), "File and line."},
    {"outcome", SHAPE_WORD, AT(outcome),
     "published: the same text, held back before; waits: changed there and here, saved as a version.",
     .of = "refused new changed same published waits"},
    {"error", SHAPE_TEXT, AT(error), "Why it is refused.", .nullable = true},
    {"held", SHAPE_BOOL, AT(held), "Left a draft, for what was found."},
    {"findings", SHAPE_LIST, AT(findings), .shape = &shape_finding},
    {0},
};
static const struct shape shape_import_row = {"ImportedArticle", "What became of one article.", row_fields,
                                              sizeof(struct api_import_row)};

struct api_import {
    bool written;
    struct shape_list articles;
};
static const struct shape_field import_fields[] = {
    {"written", SHAPE_BOOL, offsetof(struct api_import, written), "False after a dry run."},
    {"articles", SHAPE_LIST, offsetof(struct api_import, articles), "In the file's order.",
     .shape = &shape_import_row},
    {0},
};
const struct shape shape_import = {"Import", "What became of a file of articles, or would.", import_fields,
                                   sizeof(struct api_import)};

static struct shape_list rows_of(struct arena *a, const struct foreign_articles *list,
                                 const struct import_result *results) {
    struct api_import_row *rows = ARENA_ARRAY(a, list->n + 1, struct api_import_row);
    for (size_t i = 0; i < list->n; i++) {
        const struct import_result *r = &results[i];
        struct api_import_finding *findings = ARENA_ARRAY(a, r->findings_n + 1, struct api_import_finding);
        for (size_t k = 0; k < r->findings_n; k++)
            findings[k] = (struct api_import_finding){rubbish_name(r->findings[k].kind), r->findings[k].quote};
        rows[i] = (struct api_import_row){list->at[i].ref,
                                          r->lang,
                                          list->at[i].where,
                                          import_outcome_name(r->why ? IMPORT_REFUSED : r->outcome),
                                          r->why,
                                          r->held,
                                          {findings, (int)r->findings_n}};
    }
    return (struct shape_list){rows, (int)list->n};
}

/* It writes some at a time in transactions of its own: api_write's one would be too long. Whoever sends it again
 * changes nothing. */
static enum rc import_articles(struct api_call *c) {
    struct request *rq = c->rq;
    struct foreign_articles list = {0};
    struct import_ask ask = {.dry_run = rq_flag(rq, "dry_run"),
                             .hold = rq_flag(rq, "hold"),
                             .lang = rq_text(rq, "lang"),
                             .by = c->by,
                             .now = c->now};
    size_t n;
    const struct upload *file = rq_files(rq, "file", &n);
    const char *lines = rq_text(rq, "lines");
    struct file_flaw flaw;
    struct named_file from = {"lines.jsonl", {(const uint8_t *)lines, lines ? strlen(lines) : 0}};
    if (n)
        from = (struct named_file){file->name, file->bytes};
    else if (!lines)
        return api_blame(c, RC_INVALID, "file", "missing");
    enum rc rc = article_read(c->a, &from, &ARTICLES_SERVED, &list, &flaw);
    if (rc == RC_INVALID || rc == RC_TOO_BIG)
        return api_blame(c, rc, n ? "file" : "lines", rc == RC_INVALID ? "unknown_format" : "too_big");
    if (rc != RC_OK)
        return rc;
    if (rq_text(rq, "verifier"))
        rc = api_agent_param(c, "verifier", &ask.verifier_id);
    struct import_result *results = ARENA_ARRAY(c->a, list.n + 1, struct import_result);
    if (rc == RC_OK)
        rc = article_import(web_store(rq), c->a, &list, &ask, results);
    if (rc != RC_OK)
        return rc;
    struct api_import out = {!ask.dry_run, rows_of(c->a, &list, results)};
    api_put(c, &shape_import, &out);
    return RC_OK;
}
void api_import_articles(struct request *rq) { api_read(rq, import_articles); }
