/* api_event.c: what happened, in its order, for programs that want to know of it. */
#include "desk/event_told.h"
#include "web/api.h"

#define AT(member) offsetof(struct event_told, member)
static const struct shape_field event_fields[] = {
    {"seq", SHAPE_INT, AT(seq), "In the order in which it happened, without repetition."},
    {"at", SHAPE_TIME, AT(at)},
    {"kind", SHAPE_TEXT, AT(kind), "message.received, conversation.assigned …: docs/events.md lists them."},
    {"conversation", SHAPE_REF, AT(conversation), .nullable = true, .of = "con"},
    {"subject", SHAPE_TEXT, AT(subject), "The message, promise, agent, tag … that it is about.", .nullable = true},
    {"by", SHAPE_WORD, AT(by), "Who did it; token: a program, in an agent's name.",
     .of = "system agent contact token"},
    {"agent", SHAPE_REF, AT(agent), "The agent who did it, or in whose name it was done.", .nullable = true,
     .of = "agt"},
    {"code", SHAPE_TEXT, AT(code), "A word more, by its kind: the new status, the outcome.", .nullable = true},
    {"amount", SHAPE_INT, AT(amount), "A number more, by its kind."},
    {0},
};
#undef AT
static const struct shape shape_event = {"Event", "Something that happened.", event_fields,
                                         sizeof(struct event_told)};

struct api_events {
    struct shape_list data;
    int64_t next_after;
    bool more;
};

static const struct shape_field events_fields[] = {
    {"data", SHAPE_LIST, offsetof(struct api_events, data), "Oldest first.", .shape = &shape_event},
    {"next_after", SHAPE_INT, offsetof(struct api_events, next_after), "Ask after this the next time."},
    {"more", SHAPE_BOOL, offsetof(struct api_events, more), "There is more already: ask again at once."},
    {0},
};
const struct shape shape_events = {"Events", "What happened after a place in the order of all.", events_fields,
                                   sizeof(struct api_events)};

enum { EVENTS_USUAL = 100 };

/* Without `after`: where a program begins that has heard nothing yet. */
static enum rc list_events(struct api_call *c) {
    struct api_events page = {0};
    struct event_told *events;
    int64_t last;
    int n = 0;
    enum rc rc = event_last_seq(c->v, &last);
    if (rc != RC_OK)
        return rc;
    if (rq_has(c->rq, "after")) {
        int64_t after = rq_int(c->rq, "after", 0);
        if (after > last) /* a backup was restored: what the program heard since has not happened */
            return api_blame(c, RC_CONFLICT, "after", "not_reached");
        rc = event_told_after(c->v, c->a, after, (int)rq_int(c->rq, "limit", EVENTS_USUAL), &events, &n,
                              &page.next_after, &page.more);
        page.data = (struct shape_list){events, n};
    } else {
        page.next_after = last;
    }
    if (rc == RC_OK)
        api_put(c, &shape_events, &page);
    return rc;
}

void api_list_events(struct request *rq) { api_read(rq, list_events); }
