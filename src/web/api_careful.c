/* api_careful.c: careful mode for programs (careful.h). */
#include "desk/careful.h"
#include "web/api.h"

#include <string.h>

struct api_careful {
    const char *conversation, *state;
    const struct api_link *taken_by;
    int64_t since, due_at, taken_at;
};

static const struct shape_field taker_fields[] = {
    {"ref", SHAPE_REF, offsetof(struct api_link, ref), .of = "agt"},
    {"name", SHAPE_TEXT, offsetof(struct api_link, name)},
    {0},
};
static const struct shape shape_taker = {"CarefulAgent", "Who has it in hand.", taker_fields,
                                         sizeof(struct api_link)};

#define AT(member) offsetof(struct api_careful, member)
static const struct shape_field careful_fields[] = {
    {"conversation", SHAPE_REF, AT(conversation), .of = "con"},
    {"state", SHAPE_WORD, AT(state), "off: no clock runs, and what follows is null.", .of = "off waits late taken"},
    {"since", SHAPE_TIME, AT(since), .nullable = true},
    {"due_at", SHAPE_TIME, AT(due_at), "By when a lead or the legal owner is to have it in hand.",
     .nullable = true},
    {"taken_at", SHAPE_TIME, AT(taken_at), .nullable = true},
    {"taken_by", SHAPE_OBJECT, AT(taken_by), .nullable = true, .shape = &shape_taker},
    {0},
};
#undef AT
const struct shape shape_careful = {"Careful", "Careful mode of a conversation.", careful_fields,
                                    sizeof(struct api_careful)};

static enum rc put_careful(struct api_call *c, const struct conversation *k) {
    struct careful x;
    struct agent taker;
    struct api_careful out = {.conversation = k->ref, .state = "off"};
    enum rc rc = careful_load(c->v, c->a, k->id, &x);
    if (rc == RC_OK) {
        out.state = careful_state_name(careful_judge(&x, c->now));
        out.since = x.since;
        out.due_at = x.due_at;
        out.taken_at = x.taken_at;
    }
    if (rc == RC_OK && x.taken_at && (rc = agent_load(c->v, c->a, x.taken_by, &taker)) == RC_OK) {
        struct api_link *link = ARENA_NEW(c->a, struct api_link);
        *link = (struct api_link){taker.ref, taker.name};
        out.taken_by = link;
    }
    if (rc != RC_OK && rc != RC_NONE)
        return rc;
    api_put(c, &shape_careful, &out);
    return RC_OK;
}

static enum rc get_careful(struct api_call *c) {
    struct conversation k;
    enum rc rc = api_conversation(c, &k);
    return rc == RC_OK ? put_careful(c, &k) : rc;
}

void api_get_careful(struct request *rq) { api_read(rq, get_careful); }

static enum rc set_careful(struct api_call *c) {
    struct conversation k;
    struct careful x = {0};
    const char *what = rq_text(c->rq, "do");
    enum rc rc = api_conversation(c, &k);
    if (rc == RC_OK && strcmp(what, "take") != 0)
        rc = careful_set(c->tx, k.id, strcmp(what, "on") == 0, c->by, c->now);
    else if (rc == RC_OK && ((rc = careful_load(c->v, c->a, k.id, &x)) == RC_OK || rc == RC_NONE))
        rc = careful_take(c->tx, k.id, x.taken_by, c->by, c->now);
    return rc == RC_OK ? put_careful(c, &k) : rc;
}

void api_set_careful(struct request *rq) { api_write(rq, set_careful); }
