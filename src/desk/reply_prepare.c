#include "desk/reply_prepare.h"

#include "base/utf8.h"
#include "desk/account.h"
#include "desk/contact.h"
#include "desk/hours.h"
#include "desk/message.h"
#include "desk/prevention.h"
#include "text/diff.h"
#include "text/language.h"
#include "text/mask.h"

#include <string.h>

enum { LOOKED_BACK = 12 /* messages */, EARLIER_MAX = 4 /* answers of ours */, VALUES_MAX = 40 };

char *draft_words(struct arena *a, const char *text, size_t start, size_t end) {
    const char *stop = text + strlen(text), *p = text, *from = text;
    for (size_t i = 0; p < stop && i < end; i++) {
        int len;
        if (i == start)
            from = p;
        utf8_next(p, stop, &len);
        p += len;
    }
    return arena_copy_n(a, from, start < end && p > from ? (size_t)(p - from) : 0);
}

/* What was written last, by her without an answer between, and by us. */
static enum rc look_back(struct view *v, struct arena *a, const struct conversation *c, struct reply_context *out) {
    struct message *m;
    int n;
    enum rc rc = message_page(v, a, c->id, 0, LOOKED_BACK, &m, &n);
    const char **earlier = ARENA_ARRAY(a, EARLIER_MAX, const char *);
    bool her_turn = true;
    for (int i = n - 1; rc == RC_OK && i >= 0; i--) {
        bool hers = strcmp(m[i].kind, "customer") == 0 && !*m[i].auto_kind, ours = strcmp(m[i].kind, "agent") == 0;
        if (hers && her_turn)
            out->asked = out->asked ? arena_printf(a, "%s\n%s", m[i].body, out->asked) : m[i].body;
        her_turn = her_turn && !ours;
        if (ours && out->n_earlier < EARLIER_MAX)
            earlier[out->n_earlier++] = m[i].body;
    }
    out->earlier = earlier;
    return rc;
}

/* Her own addresses and numbers may stand in the draft. She has told a thing when it is on her card, and is only
 * reminded of it when we are sure that it is she who writes: otherwise the finding would tell a stranger what we
 * know. */
static enum rc know_her(struct view *v, struct arena *a, const struct conversation *c, struct reply_context *out) {
    struct contact contact;
    struct contact_point *points;
    int n;
    enum rc rc = contact_load(v, a, c->contact_id, &contact);
    if (rc == RC_OK)
        rc = contact_points(v, a, contact.id, &points, &n);
    if (rc != RC_OK)
        return rc;
    const char **own = ARENA_ARRAY(a, (size_t)n + 1, const char *), **known = ARENA_ARRAY(a, 4, const char *);
    bool email = false, phone = false, certain = false;
    for (int i = 0; i < n; i++) {
        own[out->n_own++] = points[i].value;
        email |= strcmp(points[i].kind, "email") == 0 && points[i].verified;
        phone |= strcmp(points[i].kind, "phone") == 0;
        certain |= points[i].verified;
    }
    if (certain && email)
        known[out->n_known++] = "email";
    if (certain && phone)
        known[out->n_known++] = "phone";
    if (certain && *contact.name)
        known[out->n_known++] = "name";
    out->own = own;
    out->known = known;
    out->customer_address = *contact.address_form ? contact.address_form : NULL;
    return RC_OK;
}

/* Addresses and phone numbers in the draft that belong to somebody else who writes to us. */
static enum rc find_foreign(struct view *v, struct arena *a, const struct conversation *c, const char *text,
                            struct reply_context *out) {
    struct mask_spans spans = mask_find(a, text, strlen(text), MASK_CONTACTS);
    const char **foreign = ARENA_ARRAY(a, VALUES_MAX, const char *);
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < spans.n && i < VALUES_MAX; i++) {
        const struct mask_span *s = &spans.at[i];
        const char *kind = s->kind == MASK_EMAIL ? "email" : "phone";
        char *value = arena_copy_n(a, text + s->byte_start, s->byte_end - s->byte_start);
        struct contact other;
        rc = contact_by_point(v, a, kind, contact_fold(a, kind, value), &other);
        if (rc == RC_OK && other.id != c->contact_id)
            foreign[out->n_foreign++] = value;
        rc = rc == RC_NONE ? RC_OK : rc;
    }
    out->foreign = foreign;
    return rc;
}

/* What the draft says from articles whose facts have changed since, or that must not be used any more: the
 * sentences that are not said today. */
static enum rc find_stale(struct view *v, struct arena *a, const struct draft_ask *ask, int64_t now,
                          struct reply_context *out) {
    struct quote *quotes;
    int n;
    const char **stale = NULL;
    size_t room = 0;
    enum rc rc = knowledge_quotes(ask->knowledge, v, a, ask->text, NULL, 0, now, &quotes, &n);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        struct article_version said, today = {.body = ""};
        if (quotes[i].state < QUOTE_OUTDATED)
            continue;
        rc = article_version_load(v, a, quotes[i].use.version_id, &said);
        if (rc == RC_OK && quotes[i].state == QUOTE_OUTDATED)
            rc = article_version_at(v, a, said.article_id, article_shown(&quotes[i].article, now), &today);
        if (rc != RC_OK)
            return rc;
        struct diff_sentences d = diff_sentences(a, said.body, today.body, quotes[i].article.lang);
        stale = arena_grow(a, stale, room, room + d.removed_n + 1, sizeof *stale);
        for (size_t k = 0; k < d.removed_n; k++)
            stale[out->n_stale++] = d.removed[k];
        room += d.removed_n + 1;
    }
    out->stale = stale;
    return rc;
}

static enum rc is_backed(struct view *v, struct arena *a, const struct draft_ask *ask, bool *backed) {
    struct prevention *linked;
    int n = 0;
    enum rc rc = ask->behind ? RC_OK : prevention_of_conversation(v, a, ask->conversation->id, &linked, &n);
    *backed = ask->behind ? *ask->behind != 0 : n > 0;
    return rc;
}

/* "It will not happen again" is found in any case, for whoever sends it is asked what stands behind it. */
static void note_no_repeat(struct draft_reading *r, bool backed) {
    size_t left = 0;
    for (size_t i = 0; i < r->findings.n; i++) {
        struct finding f = r->findings.at[i];
        bool it = strcmp(f.rule, "no_repeat") == 0;
        if (it && !r->no_repeat) {
            r->no_repeat = true;
            r->no_repeat_start = f.start;
            r->no_repeat_end = f.end;
        }
        if (!it || !backed)
            r->findings.at[left++] = f;
    }
    r->findings.n = left;
}

char *draft_example(struct arena *a, const char *better) {
    static const char *const ends[] = {".", "。", "ค่ะ"}; /* else it is half a sentence: "by 5 pm today" */
    const char *close = better ? strrchr(better, '"') : NULL, *open = close;
    while (open && open > better && *--open != '"')
        ;
    if (!open || open == close || *open != '"')
        return NULL;
    char *words = arena_copy_n(a, open + 1, (size_t)(close - open - 1));
    size_t n = strlen(words);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (n > strlen(ends[i]) && strcmp(words + n - strlen(ends[i]), ends[i]) == 0)
            return words;
    return NULL;
}

/* An example that was taken over and left as it is: what it tells happened to somebody else. */
static void note_example(struct arena *a, const char *text, struct draft_reading *r) {
    const struct rules *all = rules_of(r->lang);
    const struct rule *example = rules_named(all, "example");
    for (size_t i = 0; example && i < all->n_rules; i++) {
        const char *words = draft_example(a, all->rules[i]->better), *at = words ? strstr(text, words) : NULL;
        if (!at)
            continue;
        size_t start = utf8_count(text, (size_t)(at - text));
        r->findings.at = arena_grow(a, r->findings.at, r->findings.n, r->findings.n + 1, sizeof *r->findings.at);
        r->findings.at[r->findings.n++] =
            (struct finding){example->name, start,           start + utf8_count(words, strlen(words)),
                             example->say,  example->better, RULE_AMBER};
        return;
    }
}

static void drop_past(struct promises_found *p, struct arena *a, int64_t now) {
    struct promise_found *left = ARENA_ARRAY(a, p->n + 1, struct promise_found);
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++)
        if (p->at[i].to >= now)
            left[n++] = p->at[i];
    *p = (struct promises_found){n, left};
}

/* By what stands there, whatever the conversation is in; a few words that say nothing are in the conversation's. */
static enum lang lang_of_draft(const struct draft_ask *ask) {
    size_t len = strlen(ask->text);
    const char *seen = ask->lang ? ask->lang : language_of(ask->text, len);
    bool unknown = !*seen && ask->conversation && *ask->conversation->lang;
    enum lang written = lang_read(NULL, ask->text, len);
    if (unknown && written == LANG_EN) { /* no letter of a script of its own: it is neither Thai nor Chinese */
        enum lang theirs = lang_read(ask->conversation->lang, ask->text, len);
        unknown = theirs != LANG_TH && theirs != LANG_ZH;
    }
    return lang_read(unknown ? ask->conversation->lang : *seen ? seen : NULL, ask->text, len);
}

enum rc reply_prepare(struct view *v, struct arena *a, const struct draft_ask *ask, int64_t now,
                      struct draft_reading *out) {
    const struct conversation *c = ask->conversation;
    struct reply_context context = {.chat = ask->chat, .needs_prevention = c != NULL};
    bool backed = false;
    struct account account;
    struct hours hours;
    enum rc rc = account_load(v, a, &account);
    if (rc == RC_OK)
        rc = hours_load(v, a, c ? c->team_id : 0, &hours);
    if (rc == RC_OK && c)
        rc = look_back(v, a, c, &context);
    if (rc == RC_OK && c)
        rc = know_her(v, a, c, &context);
    if (rc == RC_OK && c)
        rc = find_foreign(v, a, c, ask->text, &context);
    if (rc == RC_OK && ask->knowledge)
        rc = find_stale(v, a, ask, now, &context);
    if (rc == RC_OK && c)
        rc = is_backed(v, a, ask, &backed);
    if (rc != RC_OK)
        return rc;
    if (ask->agent && *ask->agent->particle)
        context.agent_particle = ask->agent->particle;
    const struct zone *zone = zone_named(account.zone);
    struct when_frame frame = {
        .now = now, .zone = zone ? zone : zone_fixed(0), .calendar = hours_work_calendar(a, &hours)};
    frame.month_first = zone_month_first(frame.zone);
    enum lang lang = lang_of_draft(ask);
    struct reply_reading r =
        reply_read(a, lang, ask->text, strlen(ask->text), &frame, c || ask->knowledge ? &context : NULL);
    drop_past(&r.promises, a, now);
    *out = (struct draft_reading){.lang = lang, .findings = r.findings, .promises = r.promises};
    note_no_repeat(out, backed);
    note_example(a, ask->text, out);
    return RC_OK;
}

struct promise_new *draft_promises(struct arena *a, const char *text, const struct draft_reading *r, bool shown) {
    struct promise_new *list = ARENA_ARRAY(a, r->promises.n + 1, struct promise_new);
    for (size_t i = 0; i < r->promises.n; i++) {
        const struct promise_found *p = &r->promises.at[i];
        list[i] = (struct promise_new){draft_words(a, text, p->start, p->end), p->from, p->to, .shown = shown};
    }
    return list;
}
