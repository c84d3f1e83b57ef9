/* api_promise.c: promises for programs, and the reply check as an answer in JSON. */
#include "desk/contact.h"
#include "desk/news.h"
#include "desk/promise.h"
#include "desk/reply_prepare.h"
#include "web/api.h"
#include "web/page.h"

#include <string.h>

/* ---- shapes ---- */

struct api_promise {
    const char *ref, *conversation, *message, *text, *state, *reason, *renewed_by, *news, *prevention;
    const struct api_link *owner;
    int64_t due_from, due_to, made_at, settled_at, news_at;
    bool shown, short_word;
};

static const struct shape_field owner_fields[] = {
    {"ref", SHAPE_REF, offsetof(struct api_link, ref), .of = "agt"},
    {"name", SHAPE_TEXT, offsetof(struct api_link, name)},
    {0},
};
static const struct shape shape_owner = {"PromiseOwner", "Who is to keep it.", owner_fields,
                                         sizeof(struct api_link)};

#define AT(member) offsetof(struct api_promise, member)
static const struct shape_field promise_fields[] = {
    {"ref", SHAPE_REF, AT(ref), .of = "prm"},
    {"conversation", SHAPE_REF, AT(conversation), .of = "con"},
    {"message", SHAPE_REF, AT(message), "Ours, that says it.", .of = "msg"},
    {"text", SHAPE_TEXT, AT(text), "The words that promise."},
    {"state", SHAPE_WORD, AT(state),
     "open, soon and late are owed. broken: over, but it was late, or got a new time without the customer's "
     "consent.",
     .of = "open soon late kept broken withdrawn renewed"},
    {"due_from", SHAPE_TIME, AT(due_from)},
    {"due_to", SHAPE_TIME, AT(due_to), "Late after this."},
    {"owner", SHAPE_OBJECT, AT(owner), "null: everybody.", .nullable = true, .shape = &shape_owner},
    {"shown", SHAPE_BOOL, AT(shown), "The customer sees it on the case page."},
    {"short_word", SHAPE_BOOL, AT(short_word), "A few minutes, in a chat: the next message keeps it."},
    {"reason", SHAPE_TEXT, AT(reason), "How we know that it was kept, when no message shows it.", .nullable = true},
    {"renewed_by", SHAPE_TEXT, AT(renewed_by), "The promise in its place.", .nullable = true},
    {"news", SHAPE_WORD, AT(news), "The honest word to the customer after it was missed; null: none was prepared.",
     .nullable = true, .of = "waits sent stopped needless withheld"},
    {"news_at", SHAPE_TIME, AT(news_at), "When it goes, or when that was settled.", .nullable = true},
    {"prevention", SHAPE_REF, AT(prevention),
     "The action behind “it will not happen again” in the same reply; null: none, or it does not say so.",
     .nullable = true, .of = "pvn"},
    {"made_at", SHAPE_TIME, AT(made_at)},
    {"settled_at", SHAPE_TIME, AT(settled_at), "null: it is owed.", .nullable = true},
    {0},
};
#undef AT
const struct shape shape_promise = {"Promise", "What a customer was told that we would do, and by when.",
                                    promise_fields, sizeof(struct api_promise)};

struct api_finding {
    const char *rule, *level, *message, *better;
    int64_t start, end;
};
#define AT(member) offsetof(struct api_finding, member)
static const struct shape_field finding_fields[] = {
    {"rule", SHAPE_TEXT, AT(rule)},
    {"level", SHAPE_WORD, AT(level), .of = "red amber grey"},
    {"start", SHAPE_INT, AT(start), "Code points of the text."},
    {"end", SHAPE_INT, AT(end), "Exclusive."},
    {"message", SHAPE_TEXT, AT(message), "Why, in the language of the text."},
    {"better", SHAPE_TEXT, AT(better), "How to say it.", .nullable = true},
    {0},
};
#undef AT
static const struct shape shape_finding = {"Finding", "What may hurt in a reply.", finding_fields,
                                           sizeof(struct api_finding)};

struct api_found_promise {
    int64_t start, end, due_from, due_to;
};
#define AT(member) offsetof(struct api_found_promise, member)
static const struct shape_field found_fields[] = {
    {"start", SHAPE_INT, AT(start), "Code points of the text."},
    {"end", SHAPE_INT, AT(end), "Exclusive."},
    {"due_from", SHAPE_TIME, AT(due_from)},
    {"due_to", SHAPE_TIME, AT(due_to)},
    {0},
};
#undef AT
static const struct shape shape_found = {"FoundPromise", "A promise that a text makes.", found_fields,
                                         sizeof(struct api_found_promise)};

struct api_reading {
    const char *lang;
    struct shape_list findings, promises;
};
static const struct shape_field reading_fields[] = {
    {"lang", SHAPE_WORD, offsetof(struct api_reading, lang), .of = "en vi zh th"},
    {"findings", SHAPE_LIST, offsetof(struct api_reading, findings), .shape = &shape_finding},
    {"promises", SHAPE_LIST, offsetof(struct api_reading, promises), .shape = &shape_found},
    {0},
};
const struct shape shape_reading = {"ReplyReading", "What a reply says and promises.", reading_fields,
                                    sizeof(struct api_reading)};

static enum rc promise_of(struct api_call *c, const struct promise *p, struct api_promise *out) {
    struct api_link *owner = NULL;
    struct message message;
    enum rc rc = message_load(c->v, c->a, p->message_id, &message);
    if (rc != RC_OK)
        return rc;
    if (p->owner_id) {
        struct agent agent;
        rc = agent_load(c->v, c->a, p->owner_id, &agent);
        if (rc != RC_OK)
            return rc;
        owner = ARENA_NEW(c->a, struct api_link);
        *owner = (struct api_link){agent.ref, agent.name};
    }
    *out = (struct api_promise){
        .ref = p->ref,
        .conversation = p->conversation_ref,
        .message = message.ref,
        .text = p->text,
        .state = promise_state_name(promise_judge(p, c->now)),
        .due_from = p->due_from,
        .due_to = p->due_to,
        .owner = owner,
        .shown = p->shown,
        .short_word = p->short_word,
        .reason = p->reason,
        .renewed_by = p->renewed_by_ref,
        .news = !p->news.made_at   ? NULL
                : *p->news.outcome ? p->news.outcome
                                   : "waits",
        .news_at = p->news.ended_at ? p->news.ended_at : p->news.goes_at,
        .prevention = p->prevention_ref,
        .made_at = p->made_at,
        .settled_at = p->settled_at,
    };
    return RC_OK;
}

static enum rc put_promise(struct api_call *c, int64_t id) {
    struct promise p;
    struct api_promise shown;
    enum rc rc = promise_load(c->v, c->a, id, &p);
    if (rc == RC_OK)
        rc = promise_of(c, &p, &shown);
    if (rc == RC_OK)
        api_put(c, &shape_promise, &shown);
    return rc;
}

static enum rc put_list(struct api_call *c, const struct promise *rows, int n) {
    struct api_promise *shown = ARENA_ARRAY(c->a, (size_t)n + 1, struct api_promise);
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = promise_of(c, &rows[i], &shown[i]);
    if (rc == RC_OK)
        api_list(c, &shape_promise, shown, n);
    return rc;
}

/* ---- reading ---- */

static enum rc show_promise(struct api_call *c, const void *row, void *out) { return promise_of(c, row, out); }

/* Of one conversation or contact: few, so all of them are loaded. */
static enum rc list_some(struct api_call *c, int64_t owner_id) {
    struct conversation k;
    struct contact contact;
    struct promise *rows;
    int n = 0, kept = 0;
    bool of_contact = rq_has(c->rq, "contact"), owed = rq_flag(c->rq, "owed");
    enum rc rc = of_contact ? contact_by_ref(c->v, c->a, rq_text(c->rq, "contact"), &contact)
                            : conversation_by_ref(c->v, c->a, rq_text(c->rq, "conversation"), &k);
    if (rc == RC_NONE)
        return api_blame(c, rc, of_contact ? "contact" : "conversation", "not_found");
    if (rc == RC_OK)
        rc = of_contact ? promise_of_contact(c->v, c->a, contact.id, owed, &rows, &n)
                        : promise_of_conversation(c->v, c->a, k.id, owed, &rows, &n);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if ((!owner_id || rows[i].owner_id == owner_id) &&
            (!of_contact || !rq_has(c->rq, "conversation") ||
             strcmp(rows[i].conversation_ref, rq_text(c->rq, "conversation")) == 0))
            rows[kept++] = rows[i];
    return rc == RC_OK ? api_list_of_all(c, &shape_promise, rows, kept, sizeof *rows, show_promise) : rc;
}

static enum rc list_promises(struct api_call *c) {
    struct promise *rows, before;
    struct promise_ask ask = {.owed = rq_flag(c->rq, "owed"), .max = api_list_room(c)};
    const char *cursor = rq_text(c->rq, "cursor");
    int n;
    enum rc rc = rq_text(c->rq, "owner") ? api_agent_param(c, "owner", &ask.agent_id) : RC_OK;
    if (rc == RC_OK && (rq_has(c->rq, "conversation") || rq_has(c->rq, "contact")))
        return list_some(c, ask.agent_id);
    if (rc == RC_OK && cursor) {
        rc = promise_by_ref(c->v, c->a, cursor, &before);
        if (rc == RC_NONE)
            return api_blame(c, RC_INVALID, "cursor", "unknown");
        ask.before_id = before.id;
    }
    if (rc == RC_OK)
        rc = promise_list(c->v, c->a, &ask, &rows, &n);
    return rc == RC_OK ? put_list(c, rows, n) : rc;
}

void api_list_promises(struct request *rq) { api_read(rq, list_promises); }

static enum rc get_promise(struct api_call *c) {
    struct promise p;
    enum rc rc = promise_by_ref(c->v, c->a, rq_text(c->rq, "ref"), &p);
    return rc == RC_OK ? put_promise(c, p.id) : rc;
}

void api_get_promise(struct request *rq) { api_read(rq, get_promise); }

/* ---- writing ---- */

/* Made by hand, of a message of ours that is there: what was said on the phone stands in a note. */
static enum rc create_promise(struct api_call *c) {
    struct conversation k;
    struct message m;
    struct promise p;
    struct promise_new new = {.text = rq_text(c->rq, "text"), .due_to = rq_int(c->rq, "due_to", 0), .shown = true};
    int64_t owner = c->agent_id;
    new.due_from = rq_int(c->rq, "due_from", c->now);
    enum rc rc = api_conversation(c, &k);
    if (rc == RC_OK && (rc = message_by_ref(c->v, c->a, rq_text(c->rq, "message"), &m)) == RC_NONE)
        return api_blame(c, RC_INVALID, "message", "unknown");
    if (rc == RC_OK && (m.conversation_id != k.id || strcmp(m.kind, "customer") == 0))
        return api_blame(c, RC_INVALID, "message", "not_ours");
    if (rc == RC_OK && rq_text(c->rq, "owner"))
        rc = api_agent_param(c, "owner", &owner);
    if (rc == RC_OK && new.due_to <= c->now)
        return api_blame(c, RC_INVALID, "due_to", "in_the_past");
    if (rc == RC_OK)
        rc = promise_make(c->tx, &k, m.id, &new, false, c->by, owner, c->now, &p);
    c->status = 201;
    return rc == RC_OK ? put_promise(c, p.id) : rc;
}

void api_create_promise(struct request *rq) { api_write(rq, create_promise); }

static enum rc settle_promise(struct api_call *c) {
    struct promise p, other;
    struct message m;
    struct promise_end end = {.outcome = rq_text(c->rq, "outcome"),
                              .reason = rq_text(c->rq, "reason"),
                              .agreed = rq_flag(c->rq, "agreed")};
    const char *message = rq_text(c->rq, "message"), *renewed_by = rq_text(c->rq, "renewed_by");
    enum rc rc = promise_by_ref(c->v, c->a, rq_text(c->rq, "ref"), &p);
    if (rc == RC_OK && message) {
        rc = message_by_ref(c->v, c->a, message, &m);
        if (rc == RC_NONE || (rc == RC_OK && m.conversation_id != p.conversation_id))
            return api_blame(c, RC_INVALID, "message", "unknown");
        end.evidence_id = m.id;
    }
    if (rc == RC_OK && renewed_by) {
        rc = promise_by_ref(c->v, c->a, renewed_by, &other);
        if (rc == RC_NONE || (rc == RC_OK && (other.contact_id != p.contact_id || other.id == p.id)))
            return api_blame(c, RC_INVALID, "renewed_by", "unknown");
        end.renewed_by = other.id;
    }
    if (rc != RC_OK)
        return rc;
    rc = promise_settle(c->tx, &p, &end, c->by, c->now);
    if (rc == RC_CONFLICT)
        return api_blame(c, rc, "ref", "settled");
    if (rc == RC_INVALID)
        return api_blame(c, rc, strcmp(end.outcome, "renewed") == 0 ? "renewed_by" : "message", "missing");
    return rc == RC_OK ? put_promise(c, p.id) : rc;
}

void api_settle_promise(struct request *rq) { api_write(rq, settle_promise); }

static enum rc hand_promise(struct api_call *c) {
    struct promise p;
    int64_t owner = 0;
    enum rc rc = promise_by_ref(c->v, c->a, rq_text(c->rq, "ref"), &p);
    if (rc == RC_OK && rq_text(c->rq, "owner"))
        rc = api_agent_param(c, "owner", &owner);
    if (rc == RC_OK)
        rc = promise_hand(c->tx, &p, owner, NULL, c->by, c->now);
    if (rc == RC_CONFLICT)
        return api_blame(c, rc, "ref", "settled");
    return rc == RC_OK ? put_promise(c, p.id) : rc;
}

void api_hand_promise(struct request *rq) { api_write(rq, hand_promise); }

static enum rc promise_news(struct api_call *c) {
    struct promise p;
    enum rc rc = promise_by_ref(c->v, c->a, rq_text(c->rq, "ref"), &p);
    if (rc != RC_OK)
        return rc;
    bool stop = strcmp(rq_text(c->rq, "do"), "stop") == 0;
    rc = stop ? news_stop(c->tx, &p, c->by, c->now) : news_send(c->tx, &p, c->by, c->now);
    return rc == RC_OK ? put_promise(c, p.id) : rc;
}

void api_promise_news(struct request *rq) { api_write(rq, promise_news); }

/* ---- the check ---- */

static enum rc check_reply(struct api_call *c) {
    struct conversation k;
    struct draft_reading r;
    const char *ref = rq_text(c->rq, "conversation");
    struct draft_ask ask = {
        .text = rq_text(c->rq, "text"), .lang = rq_text(c->rq, "lang"), .knowledge = web_of(c->rq)->knowledge};
    if (ref) {
        enum rc rc = conversation_by_ref(c->v, c->a, ref, &k);
        if (rc != RC_OK)
            return api_blame(c, rc, "conversation", "unknown");
        ask.conversation = &k;
    }
    enum rc rc = reply_prepare(c->v, c->a, &ask, c->now, &r);
    if (rc != RC_OK)
        return rc;
    struct api_finding *findings = ARENA_ARRAY(c->a, r.findings.n + 1, struct api_finding);
    struct api_found_promise *promises = ARENA_ARRAY(c->a, r.promises.n + 1, struct api_found_promise);
    for (size_t i = 0; i < r.findings.n; i++) {
        const struct finding *f = &r.findings.at[i];
        findings[i] = (struct api_finding){
            f->rule, rule_strength_name(f->strength), f->message, f->better, (int64_t)f->start, (int64_t)f->end};
    }
    for (size_t i = 0; i < r.promises.n; i++) {
        const struct promise_found *p = &r.promises.at[i];
        promises[i] = (struct api_found_promise){(int64_t)p->start, (int64_t)p->end, p->from, p->to};
    }
    api_put(c, &shape_reading,
            &(struct api_reading){lang_code(r.lang), {findings, (int)r.findings.n}, {promises, (int)r.promises.n}});
    return RC_OK;
}

void api_check_reply(struct request *rq) { api_read(rq, check_reply); }
