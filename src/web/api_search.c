/* api_search.c: conversations by what is in them, as the page finds them. */
#include "base/buf.h"
#include "desk/account.h"
#include "desk/search.h"
#include "web/api.h"

enum { UNLESS_SAID = 20 };

struct api_hit {
    const void *conversation;
    const char *message, *snippet;
};
#define AT(member) offsetof(struct api_hit, member)
static const struct shape_field hit_fields[] = {
    {"conversation", SHAPE_OBJECT, AT(conversation), .shape = &shape_conversation},
    {"message", SHAPE_REF, AT(message), "The newest message that holds it; null: found by a reference or a filter.",
     .nullable = true, .of = "msg"},
    {"snippet", SHAPE_TEXT, AT(snippet), "The part of it with most of the words.", .nullable = true},
    {0},
};
#undef AT
const struct shape shape_search_hit = {"SearchHit", "A conversation that was found, and by which message.",
                                       hit_fields, sizeof(struct api_hit)};

static const char *const flaws[] = {
    [SEARCH_NO_DAY] = "not_a_day",   [SEARCH_NO_STATUS] = "no_such_status",
    [SEARCH_NO_TAG] = "no_such_tag", [SEARCH_NO_AGENT] = "no_such_agent",
    [SEARCH_NO_IS] = "no_such_is",   [SEARCH_TOO_MANY_TAGS] = "too_many_tags",
};

static const char *plain(struct arena *a, const struct marked_text *t) {
    struct buf text = {0};
    for (int i = 0; i < t->pieces_n; i++)
        buf_str(&text, t->pieces[i].text);
    const char *out = arena_copy(a, text.at ? text.at : "");
    buf_free(&text);
    return out;
}

static enum rc whose(struct api_call *c, int64_t *id) {
    struct contact contact = {0};
    enum rc rc = rq_has(c->rq, "contact") ? contact_by_ref(c->v, c->a, rq_text(c->rq, "contact"), &contact) : RC_OK;
    *id = contact.id;
    return rc == RC_NONE ? api_blame(c, rc, "contact", "not_found") : rc;
}

static enum rc show(struct api_call *c, const struct search_found *found) {
    struct api_hit *hits = ARENA_ARRAY(c->a, (size_t)found->n + 1, struct api_hit);
    for (int i = 0; i < found->n; i++) {
        const struct search_hit *hit = &found->hits[i];
        enum rc rc = api_conversation_object(c, hit->row.id, &hits[i].conversation);
        if (rc != RC_OK)
            return rc;
        hits[i].message = hit->message_ref;
        hits[i].snippet = hit->message_ref ? plain(c->a, &hit->snippet) : NULL;
    }
    api_list_page(c, &shape_search_hit, hits, found->n, found->older);
    return RC_OK;
}

static enum rc search(struct api_call *c) {
    struct account account;
    struct search_found found = {0};
    struct search_ask ask = {
        .query = rq_text(c->rq, "q"),
        .agent_id = c->agent_id,
        .cursor = rq_text(c->rq, "cursor"),
        .max = (int)rq_int(c->rq, "limit", UNLESS_SAID),
    };
    enum rc rc = whose(c, &ask.contact_id);
    if (rc == RC_OK)
        rc = account_load(c->v, c->a, &account);
    if (rc != RC_OK)
        return rc;
    ask.zone = account.zone;
    rc = search_conversations(c->v, c->a, &ask, &found);
    if (rc == RC_INVALID)
        return found.flaw ? api_blame(c, rc, "q", flaws[found.flaw]) : api_blame(c, rc, "cursor", "not_a_cursor");
    return rc == RC_OK ? show(c, &found) : rc;
}

void api_search(struct request *rq) { api_read(rq, search); }
