/* api_report.c: reports for programs. */
#include "desk/account.h"
#include "desk/article_report.h"
#include "desk/failure.h"
#include "web/api.h"

enum { DAYS_USUAL = 91, DAY_MS = 24 * 3600 * 1000 };

#define AT(member) offsetof(struct report_article, member)
static const struct shape_field article_fields[] = {
    {"article", SHAPE_REF, AT(ref), .of = "art"},
    {"title", SHAPE_TEXT, AT(title)},
    {"readings", SHAPE_INT, AT(readings), "In the help centre, once an hour and reader."},
    {"followed", SHAPE_INT, AT(followed), "By a contact within the hour."},
    {"inserted", SHAPE_INT, AT(inserted), "Into answers."},
    {"linked", SHAPE_INT, AT(linked)},
    {"recognised", SHAPE_INT, AT(recognised)},
    {0},
};
#undef AT
static const struct shape shape_report_article = {"ReportArticle", "What became of an article.", article_fields,
                                                  sizeof(struct report_article)};

#define AT(member) offsetof(struct report_search, member)
static const struct shape_field search_fields[] = {
    {"words", SHAPE_TEXT, AT(words), "Private numbers and addresses are hidden."},
    {"lang", SHAPE_TEXT, AT(lang), "Of the help centre that was searched.", .nullable = true},
    {"place", SHAPE_WORD, AT(place), .of = "help agents"},
    {"nothing", SHAPE_INT, AT(nothing), "How often nothing was found."},
    {"unsure", SHAPE_INT, AT(unsure), "How often nothing that surely answers."},
    {0},
};
#undef AT
static const struct shape shape_report_search = {"ReportSearch", "Words that were searched in vain.", search_fields,
                                                 sizeof(struct report_search)};

struct api_week {
    int64_t week, readings, followed, searches, nothing, trust, low;
};
#define AT(member) offsetof(struct api_week, member)
static const struct shape_field week_fields[] = {
    {"week", SHAPE_TIME, AT(week), "Its Monday."},
    {"readings", SHAPE_INT, AT(readings)},
    {"followed", SHAPE_INT, AT(followed)},
    {"searches", SHAPE_INT, AT(searches)},
    {"nothing", SHAPE_INT, AT(nothing), "Searches that found nothing."},
    {"trust", SHAPE_INT, AT(trust), "Mean score of the articles that were shown; null: not known.",
     .nullable = true},
    {"low", SHAPE_INT, AT(low), "Articles below 60."},
    {0},
};
#undef AT
static const struct shape shape_report_week = {"ReportWeek", "Knowledge in one week.", week_fields,
                                               sizeof(struct api_week)};

struct api_knowledge_report {
    int64_t readings, followed, searches, nothing, uses, resolved, linked, exposed, exposed_messages, exposed_s,
        still_exposed, articles, low;
    struct shape_list weeks, articles_read, articles_used, missed;
};
#define AT(member) offsetof(struct api_knowledge_report, member)
static const struct shape_field report_fields[] = {
    {"readings", SHAPE_INT, AT(readings), "Of help pages, once an hour and reader."},
    {"followed", SHAPE_INT, AT(followed), "Readings that a contact followed within the hour."},
    {"searches", SHAPE_INT, AT(searches)},
    {"nothing", SHAPE_INT, AT(nothing), "Searches that found nothing."},
    {"uses", SHAPE_INT, AT(uses), "Articles in answers."},
    {"resolved", SHAPE_INT, AT(resolved), "Conversations begun in the span and resolved."},
    {"linked", SHAPE_INT, AT(linked), "Of those, with an answer from an article."},
    {"exposed", SHAPE_INT, AT(exposed), "People who were told what corrections of the span correct."},
    {"exposed_messages", SHAPE_INT, AT(exposed_messages)},
    {"exposed_seconds", SHAPE_INT, AT(exposed_s), "Mean time until the correction went, or until now."},
    {"still_exposed", SHAPE_INT, AT(still_exposed), "Not told otherwise yet."},
    {"articles", SHAPE_INT, AT(articles), "That are shown just now."},
    {"low", SHAPE_INT, AT(low), "Of them below a trust of 60."},
    {"weeks", SHAPE_LIST, AT(weeks), .shape = &shape_report_week},
    {"read", SHAPE_LIST, AT(articles_read), "Those most often followed by a contact first.",
     .shape = &shape_report_article},
    {"used", SHAPE_LIST, AT(articles_used), "Those most used first.", .shape = &shape_report_article},
    {"missed", SHAPE_LIST, AT(missed), "Asked at least twice.", .shape = &shape_report_search},
    {0},
};
#undef AT
const struct shape shape_knowledge_report = {"KnowledgeReport", "What becomes of articles.", report_fields,
                                             sizeof(struct api_knowledge_report)};

static enum rc knowledge(struct api_call *c) {
    struct account account;
    struct knowledge_report r;
    if (rq_who(c->rq)->role < ROLE_LEAD)
        return RC_DENIED;
    int64_t from = c->now - rq_int(c->rq, "days", DAYS_USUAL) * DAY_MS;
    enum rc rc = account_load(c->v, c->a, &account);
    if (rc == RC_OK)
        rc = knowledge_report(c->v, c->a, account.zone, from, c->now + 1, c->now, &r);
    if (rc != RC_OK)
        return rc;
    struct api_week *weeks = ARENA_ARRAY(c->a, (size_t)r.weeks_n + 1, struct api_week);
    for (int i = 0; i < r.weeks_n; i++) {
        const struct report_week *w = &r.weeks[i];
        weeks[i] = (struct api_week){
            w->week, w->readings, w->followed, w->searches, w->nothing, w->trust > 0 ? w->trust : 0, w->low};
    }
    struct api_knowledge_report shown = {
        .readings = r.readings,
        .followed = r.followed_all,
        .searches = r.searches,
        .nothing = r.nothing,
        .uses = r.uses,
        .resolved = r.resolved,
        .linked = r.linked,
        .exposed = r.exposed,
        .exposed_messages = r.exposed_messages,
        .exposed_s = r.exposed_ms / 1000,
        .still_exposed = r.still_exposed,
        .articles = r.standing.articles,
        .low = r.standing.low,
        .weeks = {weeks, r.weeks_n},
        .articles_read = {r.followed, r.followed_n},
        .articles_used = {r.used, r.used_n},
        .missed = {r.missed, r.missed_n},
    };
    api_put(c, &shape_knowledge_report, &shown);
    return RC_OK;
}
void api_report_knowledge(struct request *rq) { api_read(rq, knowledge); }

/* ---- failures ---- */

struct api_failure {
    const char *failure;
    int64_t week, before, caught, open, oldest_at;
    const char *owner;
};
#define AT(member) offsetof(struct api_failure, member)
static const struct shape_field failure_fields[] = {
    {"failure", SHAPE_WORD, AT(failure), .of = FAILURE_NAMES},
    {"week", SHAPE_INT, AT(week), "In the last seven days."},
    {"before", SHAPE_INT, AT(before), "In the seven days before."},
    {"caught", SHAPE_INT, AT(caught), "In the last seven days: reworded before it went."},
    {"open", SHAPE_INT, AT(open), "Now."},
    {"oldest_at", SHAPE_TIME, AT(oldest_at), "Of those that are open.", .nullable = true},
    {"owner", SHAPE_REF, AT(owner), "Who answers for it.", .of = "agt", .nullable = true},
    {0},
};
#undef AT
static const struct shape shape_failure = {"Failure", "One kind of what customers suffer.", failure_fields,
                                           sizeof(struct api_failure)};
struct api_failure_report {
    struct shape_list failures;
};
static const struct shape_field failure_report_fields[] = {
    {"failures", SHAPE_LIST, offsetof(struct api_failure_report, failures), .shape = &shape_failure},
    {0},
};
const struct shape shape_failure_report = {"FailureReport", "What went wrong, and who answers for it.",
                                           failure_report_fields, sizeof(struct api_failure_report)};

static enum rc failures(struct api_call *c) {
    struct failure_count counts[FAILURES];
    struct api_failure *list = ARENA_ARRAY(c->a, FAILURES, struct api_failure);
    if (rq_who(c->rq)->role < ROLE_LEAD)
        return RC_DENIED;
    enum rc rc = failure_counts(c->v, c->a, c->now, counts);
    if (rc != RC_OK)
        return rc;
    for (int f = 0; f < FAILURES; f++)
        list[f] = (struct api_failure){
            failure_name((enum failure)f), counts[f].week,     counts[f].before, counts[f].caught, counts[f].open,
            counts[f].oldest_at,           counts[f].owner_ref};
    struct api_failure_report shown = {{list, FAILURES}};
    api_put(c, &shape_failure_report, &shown);
    return RC_OK;
}
void api_report_failures(struct request *rq) { api_read(rq, failures); }
