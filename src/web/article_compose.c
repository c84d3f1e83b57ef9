/* article_compose.c: articles while an answer is written: found by a few words, put in with their exact version,
 * and recognised in what is about to be sent. */
#include "base/json.h"
#include "base/tr.h"
#include "text/markdown.h"
#include "text/snippet.h"
#include "web/article_page.h"
#include "web/handlers.h"

#include <string.h>

enum { FOUND = 8 };

struct article_use *uses_of(struct arena *a, const struct quote *quotes, int n) {
    struct article_use *uses = ARENA_ARRAY(a, (size_t)n + 1, struct article_use);
    for (int i = 0; i < n; i++)
        uses[i] = quotes[i].use;
    return uses;
}

/* The first of them that has changed, and this agent was asked to read how and has not. */
static enum rc unread_of(struct request *rq, struct view *v, const struct quote *quotes, int n,
                         const struct quote **out) {
    struct article *list = ARENA_ARRAY(rq_arena(rq), (size_t)n, struct article);
    int at;
    for (int i = 0; i < n; i++)
        list[i] = quotes[i].article;
    enum rc rc = must_read_unread(v, rq_who(rq)->agent_id, list, n, &at);
    *out = rc == RC_OK && at >= 0 ? &quotes[at] : NULL;
    return rc;
}

/* The worst of them says what is to be thought of first. */
enum rc quotes_of(struct request *rq, struct view *v, const char *text, const char *const *inserted,
                  size_t inserted_n, struct quote **out, int *n, const char **warning, bool *red) {
    enum locale locale = locale_of(rq_lang(rq));
    const struct quote *worst = NULL;
    *warning = NULL;
    *red = false;
    enum rc rc = knowledge_quotes(web_of(rq)->knowledge, v, rq_arena(rq), text ? text : "", inserted, inserted_n,
                                  rq_now(rq), out, n);
    for (int i = 0; rc == RC_OK && i < *n; i++)
        if (!worst || (*out)[i].state > worst->state)
            worst = &(*out)[i];
    const struct quote *unread = NULL;
    if (rc == RC_OK && *n)
        rc = unread_of(rq, v, *out, *n, &unread);
    bool wrong = worst && worst->state >= QUOTE_OUTDATED;
    if (rc != RC_OK || (!unread && (!worst || worst->state < QUOTE_LOW)))
        return rc;
    const char *sentence =
        wrong && worst->state == QUOTE_WRONG
            ? tr(locale, "This says what stood in “{title}”, which must not be used any more.")
        : wrong
            ? tr(locale, "This says what stood in “{title}” before its facts changed. Take the present version.")
        : unread ? tr(locale, "“{title}” has changed, and you have not read yet what did. Look under “To be read”.")
                 : tr(locale, "“{title}” is not reliable just now. Check before you promise anything by it.");
    struct buf said = {0};
    tr_fill(&said, sentence, "title", !wrong && unread ? unread->article.title : worst->article.title, NULL);
    *warning = arena_copy(rq_arena(rq), said.at);
    buf_free(&said);
    *red = wrong || unread;
    return rc;
}

/* ---- finding ---- */

static const char *band_word(enum locale locale, enum trust_band band) {
    return band == TRUST_FREE   ? tr(locale, "Reliable")
           : band == TRUST_DATE ? tr(locale, "Say its date")
           : band == TRUST_WARN ? tr(locale, "Check first")
                                : tr(locale, "Do not use");
}

static void write_hit(struct jw *j, struct request *rq, const struct knowledge_hit *hit) {
    struct trust t = article_trust(&hit->article, rq_now(rq));
    struct marked_text found =
        marked_snippet(rq_arena(rq), markdown_words(rq_arena(rq), hit->version.body), rq_text(rq, "q"));
    struct buf snippet = {0};
    for (int i = 0; i < found.pieces_n; i++)
        buf_str(&snippet, found.pieces[i].text);
    jw_object(j, NULL);
    jw_text(j, "ref", hit->article.ref);
    jw_text(j, "title", hit->version.title);
    jw_text(j, "lang", hit->article.lang);
    jw_text(j, "snippet", snippet.at ? snippet.at : "");
    jw_text(j, "band", trust_band_name(t.band));
    jw_text(j, "word", band_word(locale_of(rq_lang(rq)), t.band));
    jw_int(j, "score", t.score);
    jw_object_end(j);
    buf_free(&snippet);
}

/* First in the language of the conversation, then, where that gives little, in any. */
void get_articles_find(struct request *rq) {
    struct knowledge_hit hits[FOUND];
    int n = 0;
    struct view *v = view_open(web_store(rq));
    const char *lang = rq_text(rq, "lang");
    struct knowledge *k = web_of(rq)->knowledge;
    enum rc rc = knowledge_search(k, v, rq_arena(rq), READER_AGENT, lang && *lang ? lang : NULL, rq_text(rq, "q"),
                                  rq_now(rq), FOUND, hits, &n);
    if (rc == RC_OK && !n && lang && *lang)
        rc =
            knowledge_search(k, v, rq_arena(rq), READER_AGENT, NULL, rq_text(rq, "q"), rq_now(rq), FOUND, hits, &n);
    view_close(v);
    if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
        return;
    }
    struct jw j = jw_begin(rs_body(rq));
    rs_type(rq, "application/json");
    jw_object(&j, NULL);
    jw_array(&j, "articles");
    for (int i = 0; i < n; i++)
        write_hit(&j, rq, &hits[i]);
    jw_array_end(&j);
    jw_object_end(&j);
}

/* ---- putting in ---- */

struct inserting {
    struct request *rq;
    struct article article;
    struct article_version version;
    struct trust trust;
    const char
        *as_customer; /* behind the address: opens what is for customers, and says who reads, where that is noted */
};

/* Both are written down: that it was refused, and that it was put in although its trust is low. */
static enum rc insert_article(struct tx *tx, void *arg) {
    struct inserting *x = arg;
    struct request *rq = x->rq;
    struct arena *a = rq_arena(rq);
    struct conversation c;
    enum rc rc = conversation_by_ref(tx_view(tx), a, rq_text(rq, "ref"), &c);
    if (rc == RC_OK)
        rc = article_by_ref(tx_view(tx), a, rq_text(rq, "article"), &x->article);
    if (rc == RC_OK)
        rc = article_version_at(tx_view(tx), a, x->article.id, article_shown(&x->article, rq_now(rq)), &x->version);
    if (rc != RC_OK && rc != RC_NONE)
        return rc;
    bool shown = rc == RC_OK;
    if (!x->article.id)
        return rc;
    x->trust = article_trust(&x->article, rq_now(rq));
    if (!shown || x->trust.band == TRUST_NONE) {
        x->trust.band = TRUST_NONE;
        event_add(tx, (struct event){"article.insert_refused", web_actor(rq), c.id, x->article.id,
                                     x->trust.standing_why});
    } else if (x->trust.band == TRUST_WARN) {
        event_add(tx, (struct event){"article.insert_warned", web_actor(rq), c.id, x->article.id,
                                     trust_band_name(x->trust.band), x->trust.score});
    }
    if (x->trust.band == TRUST_NONE)
        return RC_OK;
    if (strcmp(x->article.audience, "customers") == 0 || setting_int(tx_view(tx), SETTING_READ_BY))
        x->as_customer = arena_printf(a, "?case=%s", conversation_case_token(a, c.short_ref));
    return article_seen_note(tx, c.id, web_actor(rq).id, x->version.id, &x->trust, rq_now(rq));
}

/* Addresses in an answer are whole: it is read elsewhere. */
static const char *with_origin(struct arena *a, const char *body, const char *origin) {
    struct buf out = {0};
    for (const char *at; (at = strstr(body, "](/help/")); body = at + 2) {
        buf_add(&out, body, (size_t)(at + 2 - body));
        buf_str(&out, origin);
    }
    buf_str(&out, body);
    const char *text = arena_copy(a, out.at ? out.at : "");
    buf_free(&out);
    return text;
}

void post_article_insert(struct request *rq) {
    struct inserting x = {.rq = rq, .as_customer = ""};
    enum locale locale = locale_of(rq_lang(rq));
    enum rc rc = store_write(web_store(rq), insert_article, &x);
    if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
        return;
    }
    bool refused = x.trust.band == TRUST_NONE;
    struct jw j = jw_begin(rs_body(rq));
    rs_type(rq, "application/json");
    rs_status(rq, refused ? 409 : 200);
    jw_object(&j, NULL);
    if (refused) {
        jw_text(&j, "refused", tr(locale, "This article must not be used: it is out of date or being corrected."));
    } else {
        bool link = rq_flag(rq, "link") && strcmp(x.article.audience, "internal") != 0;
        const char *url = arena_printf(rq_arena(rq), "%s%s%s", rq_origin(rq),
                                       help_article_url(rq_arena(rq), &x.article), x.as_customer);
        jw_text(&j, "version", x.version.ref);
        jw_text(&j, "text", link ? url : with_origin(rq_arena(rq), x.version.body, rq_origin(rq)));
        if (x.trust.band == TRUST_WARN)
            jw_text(&j, "warning",
                    tr(locale, "This article is not reliable just now. Check before you promise anything by it."));
        else if (strcmp(x.article.audience, "internal") == 0)
            jw_text(&j, "warning", tr(locale, "This article is for agents only. Say no more of it than you may."));
    }
    jw_object_end(&j);
}
