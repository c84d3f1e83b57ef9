/* article.c: what is written, published and verified (article.h). Lists are in article_list.c, trust in
 * article_trust.c, flags in article_flag.c. */
#include "base/id.h"
#include "base/locale.h"
#include "desk/account.h"
#include "desk/article_row.h"
#include "desk/job.h"
#include "desk/must_read.h"

#include <math.h>
#include <string.h>

QUERY(q_article_add,
      "INSERT INTO article (account_id, id, ref, family_id, lang, import_ref, category_id, class, audience, status,"
      " title, owner_id, verifier_id, deputy_id, created_at, changed_at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'draft', $10, $11, $12, $13, $14, $14)"
      " ON CONFLICT (account_id, family_id, lang) DO NOTHING");
QUERY(q_article_store,
      "UPDATE article SET status = $3, title = $4, latest = $5, published = $6, facts = $7, reflects = $8,"
      " owner_id = $9, verifier_id = $10, deputy_id = $11, published_at = $12, publish_at = $13, publish_number = "
      "$14,"
      " expire_at = $15, verified_at = $16, verified_by = $17, verified_number = $18, verify_by = $19,"
      " due_reason = $20, due_at = $21, reminded_at = $22, recalled_at = $23, changed_at = $24"
      " WHERE account_id = $1 AND id = $2");
QUERY(q_article_place,
      "UPDATE article SET category_id = $3, class = $4, audience = $5 WHERE account_id = $1 AND family_id = $2");
QUERY(q_article_evidence, "UPDATE article SET ok_micro = $3, bad_micro = $4, evidence_at = $5"
                          " WHERE account_id = $1 AND id = $2");
QUERY(q_version_add, "INSERT INTO article_version (account_id, id, ref, article_id, number, title, body, note,"
                     " changes_facts, reflects, author_id, created_at)"
                     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)");
QUERY(q_facts_between, "SELECT count(*) FROM article_version WHERE account_id = $1 AND article_id = $2"
                       " AND number > $3 AND number <= $4 AND changes_facts = 1");
QUERY(q_publication_end, "UPDATE article_publication SET until_at = $3"
                         " WHERE account_id = $1 AND article_id = $2 AND until_at IS NULL");
QUERY(q_publication_add,
      "INSERT INTO article_publication (account_id, article_id, from_at, version_id, audience)"
      " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account_id, article_id, from_at)"
      " DO UPDATE SET version_id = excluded.version_id, audience = excluded.audience, until_at = NULL");
/* Other readers: another span of the same text. */
QUERY(q_publication_of_family,
      "SELECT p.article_id, p.version_id FROM article_publication p WHERE p.account_id = $1 AND p.until_at IS NULL"
      " AND p.article_id IN (SELECT id FROM article WHERE account_id = $1 AND family_id = $2)");
QUERY(q_version_recalled, "SELECT count(*) FROM recall_version WHERE account_id = $1 AND version_id = $2");
QUERY(q_links_drop, "DELETE FROM article_link WHERE account_id = $1 AND article_id = $2");
QUERY(q_link_add, "INSERT INTO article_link (account_id, article_id, to_id) VALUES ($1, $2, $3)"
                  " ON CONFLICT (account_id, article_id, to_id) DO NOTHING");
QUERY(q_due_linked,
      "UPDATE article SET due_reason = 'linked', due_at = $3 WHERE account_id = $1 AND due_reason = ''"
      " AND status = 'published' AND family_id <> $4"
      " AND id IN (SELECT article_id FROM article_link WHERE account_id = $1 AND to_id = $2) RETURNING id");
QUERY(q_due_class, "UPDATE article SET due_reason = $2, due_at = $3 WHERE account_id = $1 AND status = 'published'"
                   " AND class = $4 AND (CAST($5 AS BIGINT) IS NULL OR category_id = $5) RETURNING id");
QUERY(q_due_category, "UPDATE article SET due_reason = $2, due_at = $3 WHERE account_id = $1"
                      " AND status = 'published' AND category_id = $4 RETURNING id");
QUERY(q_verification_add,
      "INSERT INTO article_verification (account_id, id, article_id, version_id, agent_id, at, verify_by)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7)");

static bool is_word_of(const char *word, const char *words) {
    size_t n = word ? strlen(word) : 0;
    for (const char *at = words; n && (at = strstr(at, word)); at += n)
        if ((at == words || at[-1] == ' ') && (at[n] == ' ' || !at[n]))
            return true;
    return false;
}

static bool blank(const char *s) { return !s || !s[strspn(s, " \t\n\r")]; }

static void tell(struct tx *tx, const struct article *x, const char *kind, struct actor by, const char *code,
                 int64_t amount) {
    event_add(tx, (struct event){kind, by, 0, x->id, code, amount});
}

/* ---- its clock ---- */

/* When its verifier is reminded; 0: she was, or there is nothing to remind of. */
static int64_t remind_at(const struct article *x) {
    bool waits = strcmp(x->status, "published") == 0 && x->verified_at && x->reminded_at < x->verified_at;
    return waits ? article_notice_at(x) : 0;
}

/* The next moment at which something is to be done about it; 0: none. */
static int64_t next_tick(const struct article *x, int64_t now) {
    int64_t next = 0;
    const int64_t moments[] = {x->publish_at, strcmp(x->status, "published") == 0 ? x->expire_at : 0, remind_at(x)};
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++)
        if (moments[i] && (!next || moments[i] < next))
            next = moments[i];
    return next && next < now ? now : next;
}

enum rc article_wind(struct tx *tx, const struct article *x, int64_t now) {
    int64_t next = next_tick(x, now);
    return next ? job_add(tx, JOB_ARTICLE_CLOCK, x->id, next) : job_drop(tx, JOB_ARTICLE_CLOCK, x->id);
}

enum rc article_store(struct tx *tx, struct article *x, int64_t now) {
    x->changed_at = now;
    return tx_exec(tx, &q_article_store,
                   BIND(ACCOUNT, value_int(x->id), value_text(x->status), value_text(x->title),
                        value_int(x->latest), value_int(x->published), value_int(x->facts), value_int(x->reflects),
                        value_id(x->owner_id), value_id(x->verifier_id), value_id(x->deputy_id),
                        value_id(x->published_at), value_id(x->publish_at), value_int(x->publish_number),
                        value_id(x->expire_at), value_id(x->verified_at), value_id(x->verified_by),
                        value_int(x->verified_number), value_id(x->verify_by), value_text(x->due_reason),
                        value_id(x->due_at), value_id(x->reminded_at), value_id(x->recalled_at), value_int(now)));
}

/* ---- writing ---- */

enum rc article_create(struct tx *tx, struct article *x, int64_t family_id, struct actor by, int64_t now) {
    if (family_id) {
        struct article source;
        enum rc rc = article_load(tx_view(tx), tx_arena(tx), family_id, &source);
        if (rc != RC_OK)
            return rc;
        x->class = source.class;
        x->audience = source.audience;
        x->category_id = source.category_id;
        x->source_facts = source.facts;
    }
    if (!x->lang || strcmp(locale_tag(locale_of(x->lang)), x->lang) != 0 ||
        !is_word_of(x->class, ARTICLE_CLASSES) || !is_word_of(x->audience, ARTICLE_AUDIENCES))
        return RC_INVALID;
    x->id = id_new();
    x->ref = id_ref(tx_arena(tx), "art");
    x->family_id = family_id ? family_id : x->id;
    x->status = "draft";
    x->title = x->title ? x->title : "";
    x->due_reason = "";
    x->created_at = x->changed_at = now;
    if (!x->rate_milli)
        x->rate_milli = article_rate_usual(x->class);
    enum rc rc =
        tx_exec(tx, &q_article_add,
                BIND(ACCOUNT, value_int(x->id), value_text(x->ref), value_int(x->family_id), value_text(x->lang),
                     value_text(x->import_ref), value_id(x->category_id), value_text(x->class),
                     value_text(x->audience), value_text(x->title), value_id(x->owner_id), value_id(x->verifier_id),
                     value_id(x->deputy_id), value_int(now)));
    if (rc == RC_OK && !tx_changes(tx))
        return RC_CONFLICT;
    if (rc == RC_OK)
        tell(tx, x, "article.created", by, x->lang, 0);
    return rc;
}

enum rc article_save(struct tx *tx, struct article *x, struct article_version *text, int64_t base, struct actor by,
                     int64_t now) {
    if (blank(text->body) || (blank(text->title) && !x->import_ref))
        return RC_INVALID;
    if (base != x->latest)
        return RC_CONFLICT;
    text->id = id_new();
    text->ref = id_ref(tx_arena(tx), "arv");
    text->article_id = x->id;
    text->number = x->latest + 1;
    text->changes_facts |= text->number == 1;
    text->author_id = by.id;
    text->created_at = now;
    text->note = text->note ? text->note : "";
    enum rc rc =
        tx_exec(tx, &q_version_add,
                BIND(ACCOUNT, value_int(text->id), value_text(text->ref), value_int(x->id), value_int(text->number),
                     value_text(text->title), value_text(text->body), value_text(text->note),
                     value_int(text->changes_facts), value_int(text->reflects), value_id(by.id), value_int(now)));
    if (rc != RC_OK)
        return rc;
    x->latest = text->number;
    if (!x->published)
        x->title = article_heading(tx_arena(tx), text->title, text->body);
    rc = article_store(tx, x, now);
    if (rc == RC_OK && by.id)
        rc = article_draft_drop(tx, x->id, by.id);
    if (rc == RC_OK)
        tell(tx, x, "article.saved", by, text->changes_facts ? "facts" : "wording", text->number);
    return rc;
}

/* ---- publishing ---- */

/* References to articles as they stand in links: art_ and 16 letters. */
static enum rc note_links(struct tx *tx, const struct article *x, const char *body) {
    enum { REF = 20, LINKS_MAX = 200 };
    int n = 0;
    enum rc rc = tx_exec(tx, &q_links_drop, BIND(ACCOUNT, value_int(x->id)));
    for (const char *at = strstr(body, "art_"); rc == RC_OK && at && n < LINKS_MAX; at = strstr(at + 4, "art_")) {
        char *ref = arena_copy_n(tx_arena(tx), at, strnlen(at, REF));
        struct article to;
        if (!id_ref_valid(ref, "art"))
            continue;
        rc = article_by_ref(tx_view(tx), tx_arena(tx), ref, &to);
        if (rc == RC_NONE || (rc == RC_OK && to.id == x->id)) {
            rc = RC_OK;
            continue;
        }
        if (rc == RC_OK)
            rc = tx_exec(tx, &q_link_add, BIND(ACCOUNT, value_int(x->id), value_int(to.id)));
        n++;
    }
    return rc;
}

/* Every row that the statement returns is now due, and its verifier is told. */
static enum rc tell_due(struct tx *tx, struct rows r, const char *reason, struct actor by, int *n) {
    for (*n = 0; rows_next(&r); ++*n)
        event_add(tx, (struct event){"article.due", by, 0, rows_int(&r, 0), reason});
    return rows_end(&r);
}

/* Between what was shown and what will be, did anybody say that facts changed? A step back counts as well. */
static enum rc facts_change(struct tx *tx, const struct article *x, int64_t number, bool *change) {
    int64_t n = 0, from = x->published < number ? x->published : number;
    int64_t to = x->published < number ? number : x->published;
    enum rc rc = view_int(tx_view(tx), &q_facts_between,
                          BIND(ACCOUNT, value_int(x->id), value_int(from), value_int(to)), 0, &n);
    *change = n > 0;
    return rc;
}

static enum rc shown_from_now(struct tx *tx, int64_t article_id, int64_t version_id, const char *audience,
                              int64_t now) {
    enum rc rc = tx_exec(tx, &q_publication_end, BIND(ACCOUNT, value_int(article_id), value_int(now)));
    if (rc == RC_OK && version_id)
        rc = tx_exec(
            tx, &q_publication_add,
            BIND(ACCOUNT, value_int(article_id), value_int(now), value_int(version_id), value_text(audience)));
    return rc;
}

static enum rc readers_from_now(struct tx *tx, int64_t family_id, const char *audience, int64_t now) {
    enum { LANGUAGES = 16 };
    int64_t articles[LANGUAGES], versions[LANGUAGES];
    int n = 0;
    struct rows r = view_query(tx_view(tx), &q_publication_of_family, BIND(ACCOUNT, value_int(family_id)));
    for (; n < LANGUAGES && rows_next(&r); n++) {
        articles[n] = rows_int(&r, 0);
        versions[n] = rows_int(&r, 1);
    }
    enum rc rc = rows_end(&r);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = shown_from_now(tx, articles[i], versions[i], audience, now);
    return rc;
}

enum rc article_publish(struct tx *tx, struct article *x, int64_t number, struct actor by, int64_t now) {
    struct article_version version;
    bool change, first = !x->published;
    int64_t recalled = 0;
    int linked;
    enum rc rc = article_version_at(tx_view(tx), tx_arena(tx), x->id, number, &version);
    if (rc == RC_OK)
        rc = facts_change(tx, x, number, &change);
    if (rc == RC_OK)
        rc = shown_from_now(tx, x->id, version.id, x->audience, now);
    if (rc == RC_OK)
        rc = note_links(tx, x, version.body);
    if (rc == RC_OK)
        rc = view_int(tx_view(tx), &q_version_recalled, BIND(ACCOUNT, value_int(version.id)), 0, &recalled);
    if (rc != RC_OK)
        return rc;
    x->status = "published";
    x->title = version.title;
    x->published = number;
    x->published_at = now;
    x->reflects = version.reflects;
    x->publish_at = 0;
    x->publish_number = 0;
    if (article_expired(x, now))
        x->expire_at = 0;
    if (change) {
        x->facts = number;
        x->recalled_at = recalled ? now : 0; /* a step back to a text that was wrong does not make it right */
        x->due_reason = first ? "" : "changed";
        x->due_at = now;
    }
    rc = article_store(tx, x, now);
    if (rc == RC_OK && article_is_source(x))
        x->source_facts = x->facts;
    if (rc == RC_OK)
        tell(tx, x, "article.published", by, change ? "facts" : "wording", number);
    if (rc == RC_OK && change && !first)
        rc = tell_due(
            tx,
            tx_query(tx, &q_due_linked, BIND(ACCOUNT, value_int(x->id), value_int(now), value_int(x->family_id))),
            "linked", by, &linked);
    return rc == RC_OK ? article_wind(tx, x, now) : rc;
}

enum rc article_schedule(struct tx *tx, struct article *x, int64_t number, int64_t at, struct actor by,
                         int64_t now) {
    struct article_version version;
    if (at && at <= now)
        return RC_INVALID;
    enum rc rc = at ? article_version_at(tx_view(tx), tx_arena(tx), x->id, number, &version) : RC_OK;
    if (rc != RC_OK)
        return rc;
    x->publish_at = at;
    x->publish_number = at ? number : 0;
    rc = article_store(tx, x, now);
    if (rc == RC_OK)
        tell(tx, x, "article.scheduled", by, NULL, at);
    return rc == RC_OK ? article_wind(tx, x, now) : rc;
}

static enum rc withdraw(struct tx *tx, struct article *x, const char *kind, struct actor by, int64_t now) {
    x->status = "archived";
    x->publish_at = 0;
    x->publish_number = 0;
    enum rc rc = shown_from_now(tx, x->id, 0, x->audience, now);
    if (rc == RC_OK)
        rc = article_store(tx, x, now);
    if (rc == RC_OK)
        rc = must_read_withdraw(tx, x->id, by, now);
    if (rc == RC_OK)
        tell(tx, x, kind, by, NULL, x->published);
    return rc == RC_OK ? article_wind(tx, x, now) : rc;
}

enum rc article_archive(struct tx *tx, struct article *x, struct actor by, int64_t now) {
    return withdraw(tx, x, "article.archived", by, now);
}

enum rc article_freeze(struct tx *tx, struct article *x, bool frozen, struct actor by, int64_t now) {
    x->recalled_at = frozen ? now : 0;
    enum rc rc = article_store(tx, x, now);
    if (rc == RC_OK)
        tell(tx, x, frozen ? "article.frozen" : "article.thawed", by, NULL, x->published);
    return rc;
}

enum rc article_expire(struct tx *tx, struct article *x, int64_t at, struct actor by, int64_t now) {
    x->expire_at = at;
    enum rc rc = article_store(tx, x, now);
    if (rc == RC_OK)
        tell(tx, x, "article.expiry_set", by, NULL, at);
    return rc == RC_OK ? article_wind(tx, x, now) : rc;
}

enum rc article_place(struct tx *tx, struct article *x, int64_t category_id, const char *class,
                      const char *audience, struct actor by, int64_t now) {
    if (!is_word_of(class, ARTICLE_CLASSES) || !is_word_of(audience, ARTICLE_AUDIENCES))
        return RC_INVALID;
    enum rc rc = tx_exec(
        tx, &q_article_place,
        BIND(ACCOUNT, value_int(x->family_id), value_id(category_id), value_text(class), value_text(audience)));
    if (rc == RC_OK && strcmp(audience, x->audience) != 0)
        rc = readers_from_now(tx, x->family_id, audience, now);
    x->category_id = category_id;
    x->class = class;
    x->audience = audience;
    if (rc == RC_OK)
        tell(tx, x, "article.placed", by, audience, 0);
    return rc;
}

/* ---- verifying ---- */

enum rc article_people(struct tx *tx, struct article *x, int64_t owner_id, int64_t verifier_id, int64_t deputy_id,
                       struct actor by, int64_t now) {
    if (verifier_id && verifier_id == deputy_id)
        return RC_INVALID;
    x->owner_id = owner_id;
    x->verifier_id = verifier_id;
    x->deputy_id = deputy_id;
    enum rc rc = article_store(tx, x, now);
    if (rc == RC_OK)
        event_add(tx, (struct event){"article.people_changed", by, 0, x->id});
    return rc;
}

enum rc article_verify(struct tx *tx, struct article *x, int64_t number, int64_t agent_id, int64_t now) {
    struct article_version version;
    struct actor by = {ACTOR_AGENT, agent_id};
    if (!agent_id || (agent_id != x->verifier_id && agent_id != x->deputy_id))
        return RC_DENIED;
    if (!number || number != article_shown(x, now) || x->agent_flags || x->reader_flags || x->recalled_at)
        return RC_CONFLICT;
    enum rc rc = article_version_at(tx_view(tx), tx_arena(tx), x->id, number, &version);
    if (rc != RC_OK)
        return rc;
    x->verified_at = now;
    x->verified_by = agent_id;
    x->verified_number = number;
    x->verify_by = article_verify_by(x->rate_milli, now);
    x->due_reason = "";
    x->due_at = 0;
    x->reminded_at = 0;
    if (!article_is_source(x))
        x->reflects = x->source_facts; /* "it is right as it stands" covers what the source says now */
    rc = article_store(tx, x, now);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_verification_add,
                     BIND(ACCOUNT, value_int(id_new()), value_int(x->id), value_int(version.id),
                          value_int(agent_id), value_int(now), value_int(x->verify_by)));
    if (rc == RC_OK)
        tell(tx, x, "article.verified", by, NULL, number);
    return rc == RC_OK ? article_wind(tx, x, now) : rc;
}

enum rc article_facts_changed(struct tx *tx, const char *class, int64_t category_id, const char *reason,
                              struct actor by, int64_t now, int *n) {
    if (!is_word_of(reason, "release price policy") || (class && !is_word_of(class, ARTICLE_CLASSES)) ||
        (!class && !category_id))
        return RC_INVALID;
    struct rows r = class ? tx_query(tx, &q_due_class,
                                     BIND(ACCOUNT, value_text(reason), value_int(now), value_text(class),
                                          value_id(category_id)))
                          : tx_query(tx, &q_due_category,
                                     BIND(ACCOUNT, value_text(reason), value_int(now), value_int(category_id)));
    enum rc rc = tell_due(tx, r, reason, by, n);
    if (rc == RC_OK)
        event_add(tx, (struct event){"knowledge.facts_changed", by, 0, category_id, reason, *n});
    return rc;
}

enum rc article_tick(struct tx *tx, int64_t id, int64_t now) {
    struct article x;
    struct actor by = {ACTOR_SYSTEM};
    enum rc rc = article_load(tx_view(tx), tx_arena(tx), id, &x);
    if (rc == RC_NONE)
        return RC_OK;
    if (rc == RC_OK && x.publish_at && now >= x.publish_at)
        rc = article_publish(tx, &x, x.publish_number, by, now);
    if (rc == RC_OK && article_expired(&x, now) && strcmp(x.status, "published") == 0)
        return withdraw(tx, &x, "article.expired", by, now);
    if (rc == RC_OK && remind_at(&x) && now >= remind_at(&x)) {
        x.reminded_at = now;
        rc = article_store(tx, &x, now);
        tell(tx, &x, "article.due", by, article_due(&x, now), 0);
    }
    return rc == RC_OK ? article_wind(tx, &x, now) : rc;
}

/* ---- what came of it ---- */

enum rc article_outcome(struct tx *tx, int64_t id, int outcome, const char *why, int64_t now) {
    struct article x;
    enum rc rc = article_load(tx_view(tx), tx_arena(tx), id, &x);
    if (rc != RC_OK)
        return rc;
    struct trust t = article_trust(&x, now);
    int64_t ok = llround(t.ok * 1e6) + (outcome > 0 ? outcome * 1000000LL : 0);
    int64_t bad = llround(t.bad * 1e6) + (outcome < 0 ? -outcome * 1000000LL : 0);
    rc = tx_exec(tx, &q_article_evidence,
                 BIND(ACCOUNT, value_int(id), value_int(ok), value_int(bad), value_int(now)));
    if (rc == RC_OK)
        event_add(tx, (struct event){"article.outcome", {ACTOR_SYSTEM}, 0, id, why, outcome});
    return rc;
}
