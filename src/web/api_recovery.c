/* api_recovery.c: recoveries and prevention for programs. */
#include "desk/prevention.h"
#include "desk/recovery.h"
#include "web/api.h"

#include <string.h>

static const struct shape_field owner_fields[] = {
    {"ref", SHAPE_REF, offsetof(struct api_link, ref), .of = "agt"},
    {"name", SHAPE_TEXT, offsetof(struct api_link, name)},
    {0},
};
static const struct shape shape_owner = {"RecoveryOwner", "Who sees to it.", owner_fields, sizeof(struct api_link)};

struct api_step {
    const char *step, *state, *note;
    int64_t due_at, done_at;
};
#define AT(member) offsetof(struct api_step, member)
static const struct shape_field step_fields[] = {
    {"step", SHAPE_WORD, AT(step), .of = RECOVERY_STEPS},
    {"state", SHAPE_WORD, AT(state), "optional: not needed in a light recovery.",
     .of = "optional todo late done waived"},
    {"note", SHAPE_TEXT, AT(note), .nullable = true},
    {"due_at", SHAPE_TIME, AT(due_at), "It is a promise with this date.", .nullable = true},
    {"done_at", SHAPE_TIME, AT(done_at), .nullable = true},
    {0},
};
#undef AT
static const struct shape shape_step = {"RecoveryStep", "A step of a recovery.", step_fields,
                                        sizeof(struct api_step)};

struct api_recovery {
    const char *ref, *conversation, *state, *cause, *harm, *what, *heard;
    const struct api_link *owner;
    struct shape_list steps;
    int64_t severity, opened_at, righted_at, heard_at, closed_at;
    bool again;
};
#define AT(member) offsetof(struct api_recovery, member)
static const struct shape_field recovery_fields[] = {
    {"ref", SHAPE_REF, AT(ref), .of = "rcv"},
    {"conversation", SHAPE_REF, AT(conversation), .of = "con"},
    {"state", SHAPE_WORD, AT(state), "asked: we say that it is right, and the customer is asked.",
     .of = RECOVERY_STATES},
    {"cause", SHAPE_WORD, AT(cause), .of = RECOVERY_CAUSES},
    {"harm", SHAPE_WORD, AT(harm), "What it cost the customer.", .of = RECOVERY_HARMS},
    {"severity", SHAPE_INT, AT(severity), "1 to 4; from 2 on all six steps are due."},
    {"again", SHAPE_BOOL, AT(again), "Something else had gone wrong for this customer within 90 days."},
    {"what", SHAPE_TEXT, AT(what), .nullable = true},
    {"owner", SHAPE_OBJECT, AT(owner), "null: everybody.", .nullable = true, .shape = &shape_owner},
    {"steps", SHAPE_LIST, AT(steps), .shape = &shape_step},
    {"opened_at", SHAPE_TIME, AT(opened_at)},
    {"righted_at", SHAPE_TIME, AT(righted_at), .nullable = true},
    {"heard", SHAPE_WORD, AT(heard), "The customer's own word; null: not known, which is no success.",
     .nullable = true, .of = "yes no"},
    {"heard_at", SHAPE_TIME, AT(heard_at), .nullable = true},
    {"closed_at", SHAPE_TIME, AT(closed_at), .nullable = true},
    {0},
};
#undef AT
const struct shape shape_recovery = {"Recovery", "Something that went wrong for a customer, until it is right.",
                                     recovery_fields, sizeof(struct api_recovery)};

struct api_prevention {
    const char *ref, *what, *state, *evidence;
    const struct api_link *owner;
    int64_t due_at, created_at, done_at, cases;
};
#define AT(member) offsetof(struct api_prevention, member)
static const struct shape_field prevention_fields[] = {
    {"ref", SHAPE_REF, AT(ref), .of = "pvn"},
    {"what", SHAPE_TEXT, AT(what)},
    {"state", SHAPE_WORD, AT(state), .of = PREVENTION_STATES},
    {"owner", SHAPE_OBJECT, AT(owner), .nullable = true, .shape = &shape_owner},
    {"due_at", SHAPE_TIME, AT(due_at)},
    {"done_at", SHAPE_TIME, AT(done_at), .nullable = true},
    {"evidence", SHAPE_TEXT, AT(evidence), "How we know that it is done.", .nullable = true},
    {"conversations", SHAPE_INT, AT(cases), "In how many it was promised."},
    {"created_at", SHAPE_TIME, AT(created_at)},
    {0},
};
#undef AT
const struct shape shape_prevention = {"Prevention", "What keeps something from happening again.",
                                       prevention_fields, sizeof(struct api_prevention)};

/* ---- recoveries ---- */

static enum rc link_of(struct api_call *c, int64_t agent_id, const struct api_link **out) {
    struct agent agent;
    *out = NULL;
    if (!agent_id)
        return RC_OK;
    enum rc rc = agent_load(c->v, c->a, agent_id, &agent);
    struct api_link *link = ARENA_NEW(c->a, struct api_link);
    if (rc == RC_OK)
        *link = (struct api_link){agent.ref, agent.name};
    *out = link;
    return rc;
}

static enum rc steps_of(struct api_call *c, const struct recovery *r, struct shape_list *out) {
    struct recovery_step steps[STEPS];
    struct api_step *list = ARENA_ARRAY(c->a, STEPS, struct api_step);
    enum rc rc = recovery_steps(c->v, c->a, r, c->now, steps);
    for (int i = 0; rc == RC_OK && i < STEPS; i++) {
        const struct recovery_step *s = &steps[i];
        list[i] = (struct api_step){.step = recovery_step_name(s->step),
                                    .note = s->note,
                                    .due_at = s->due_at,
                                    .done_at = s->done_at,
                                    .state = s->done_at       ? "done"
                                             : s->waived      ? "waived"
                                             : s->due_is_over ? "late"
                                             : s->needed      ? "todo"
                                                              : "optional"};
    }
    *out = (struct shape_list){list, STEPS};
    return rc;
}

static enum rc recovery_shown(struct api_call *c, const struct recovery *r, struct api_recovery *out) {
    *out = (struct api_recovery){
        .ref = r->ref,
        .conversation = r->conversation_ref,
        .state = recovery_state_name(recovery_judge(r)),
        .cause = r->cause,
        .harm = r->harm,
        .what = r->what,
        .heard = r->heard,
        .severity = r->severity,
        .again = r->again,
        .opened_at = r->opened_at,
        .righted_at = r->righted_at,
        .heard_at = r->heard_at,
        .closed_at = r->closed_at,
    };
    enum rc rc = link_of(c, r->owner_id, &out->owner);
    return rc == RC_OK ? steps_of(c, r, &out->steps) : rc;
}

static enum rc put_recovery(struct api_call *c, int64_t id) {
    struct recovery r;
    struct api_recovery shown;
    enum rc rc = recovery_load(c->v, c->a, id, &r);
    if (rc == RC_OK)
        rc = recovery_shown(c, &r, &shown);
    if (rc == RC_OK)
        api_put(c, &shape_recovery, &shown);
    return rc;
}

static enum rc list_recoveries(struct api_call *c) {
    struct recovery *rows, before = {0};
    struct recovery_ask ask = {.open = rq_flag(c->rq, "open"), .max = api_list_room(c)};
    const char *cursor = rq_text(c->rq, "cursor");
    int n = 0;
    enum rc rc = rq_text(c->rq, "owner") ? api_agent_param(c, "owner", &ask.agent_id) : RC_OK;
    if (rc == RC_OK && cursor) {
        rc = recovery_by_ref(c->v, c->a, cursor, &before);
        if (rc == RC_NONE)
            return api_blame(c, RC_INVALID, "cursor", "unknown");
        ask.before_id = before.id;
    }
    if (rc == RC_OK)
        rc = recovery_list(c->v, c->a, &ask, &rows, &n);
    struct api_recovery *shown = ARENA_ARRAY(c->a, (size_t)n + 1, struct api_recovery);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = recovery_shown(c, &rows[i], &shown[i]);
    if (rc == RC_OK)
        api_list(c, &shape_recovery, shown, n);
    return rc;
}

void api_list_recoveries(struct request *rq) { api_read(rq, list_recoveries); }

static enum rc get_one(struct api_call *c) {
    struct recovery r;
    enum rc rc = recovery_by_ref(c->v, c->a, rq_text(c->rq, "ref"), &r);
    return rc == RC_OK ? put_recovery(c, r.id) : rc;
}

void api_get_recovery(struct request *rq) { api_read(rq, get_one); }

/* An order is two hours late, and the shop's own program says so before the customer does. */
static enum rc open_one(struct api_call *c) {
    struct conversation k;
    struct recovery r;
    struct recovery_new new = {.cause = rq_text(c->rq, "cause"),
                               .harm = rq_text(c->rq, "harm"),
                               .what = rq_text(c->rq, "what"),
                               .severity = rq_int(c->rq, "severity", 1),
                               .owner_id = c->agent_id};
    enum rc rc = api_conversation(c, &k);
    if (rc == RC_OK && k.merged_into)
        return RC_GONE;
    if (rc == RC_OK && rq_text(c->rq, "owner"))
        rc = api_agent_param(c, "owner", &new.owner_id);
    if (rc == RC_OK)
        rc = recovery_open(c->tx, &k, &new, c->by, c->now, &r);
    c->status = 201;
    return rc == RC_OK ? put_recovery(c, r.id) : rc;
}

void api_open_recovery(struct request *rq) { api_write(rq, open_one); }

static enum step step_named(const char *name) {
    int s = 0;
    while (s < STEPS - 1 && strcmp(recovery_step_name((enum step)s), name) != 0)
        s++;
    return (enum step)s;
}

static enum rc do_step(struct api_call *c) {
    struct recovery r;
    const char *what = rq_text(c->rq, "do"), *note = rq_text(c->rq, "note");
    enum step step = step_named(rq_text(c->rq, "step"));
    enum rc rc = recovery_by_ref(c->v, c->a, rq_text(c->rq, "ref"), &r);
    if (rc != RC_OK)
        return rc;
    rc = strcmp(what, "done") == 0 ? recovery_step_done(c->tx, &r, step, note, c->by, c->now)
         : strcmp(what, "waive") == 0
             ? recovery_step_waive(c->tx, &r, step, note, c->by, c->now)
             : recovery_step_plan(c->tx, &r, step, note, rq_int(c->rq, "due", 0), c->by, c->now);
    if (rc == RC_INVALID)
        return api_blame(c, rc, note && *note ? "due" : "note", note && *note ? "in_the_past" : "missing");
    return rc == RC_OK ? put_recovery(c, r.id) : rc;
}

void api_recovery_step(struct request *rq) { api_write(rq, do_step); }

static enum rc put_right(struct api_call *c) {
    struct recovery r;
    const char *why = NULL;
    enum rc rc = recovery_by_ref(c->v, c->a, rq_text(c->rq, "ref"), &r);
    if (rc == RC_OK)
        rc = recovery_right(c->tx, &r, c->by, c->now, &why);
    if (rc == RC_INVALID)
        return api_blame(c, RC_CONFLICT, "ref", why);
    return rc == RC_OK ? put_recovery(c, r.id) : rc;
}

void api_recovery_right(struct request *rq) { api_write(rq, put_right); }

static enum rc close_one(struct api_call *c) {
    struct recovery r;
    const char *why = NULL, *heard = rq_text(c->rq, "heard"), *how = rq_text(c->rq, "how");
    enum rc rc = recovery_by_ref(c->v, c->a, rq_text(c->rq, "ref"), &r);
    if (rc == RC_OK && heard) {
        rc = recovery_hear(c->tx, &r, strcmp(heard, "yes") == 0, how, c->by, c->now);
        if (rc == RC_INVALID)
            return api_blame(c, rc, "how", "missing");
        if (rc == RC_OK && strcmp(heard, "no") == 0) /* noted, and open again */
            return put_recovery(c, r.id);
    }
    if (rc == RC_OK)
        rc = recovery_close(c->tx, &r, c->by, c->now, &why);
    if (rc == RC_INVALID)
        return api_blame(c, RC_CONFLICT, "ref", why);
    return rc == RC_OK ? put_recovery(c, r.id) : rc;
}

void api_close_recovery(struct request *rq) { api_write(rq, close_one); }

/* ---- prevention ---- */

static enum rc prevention_shown(struct api_call *c, const struct prevention *p, struct api_prevention *out) {
    *out = (struct api_prevention){
        .ref = p->ref,
        .what = p->what,
        .state = prevention_state_name(prevention_judge(p, c->now)),
        .evidence = p->evidence,
        .due_at = p->due_at,
        .created_at = p->created_at,
        .done_at = p->done_at,
        .cases = p->cases,
    };
    return link_of(c, p->owner_id, &out->owner);
}

static enum rc put_prevention(struct api_call *c, const char *ref) {
    struct prevention p;
    struct api_prevention shown;
    enum rc rc = prevention_by_ref(c->v, c->a, ref, &p);
    if (rc == RC_OK)
        rc = prevention_shown(c, &p, &shown);
    if (rc == RC_OK)
        api_put(c, &shape_prevention, &shown);
    return rc;
}

static enum rc list_preventions(struct api_call *c) {
    struct prevention *rows, before = {0};
    const char *cursor = rq_text(c->rq, "cursor");
    bool done = rq_flag(c->rq, "finished");
    int n = 0;
    enum rc rc = cursor ? prevention_by_ref(c->v, c->a, cursor, &before) : RC_OK;
    if (rc == RC_NONE)
        return api_blame(c, RC_INVALID, "cursor", "unknown");
    if (rc == RC_OK)
        rc = prevention_list(c->v, c->a, done, before.id, api_list_room(c), &rows, &n);
    struct api_prevention *shown = ARENA_ARRAY(c->a, (size_t)n + 1, struct api_prevention);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = prevention_shown(c, &rows[i], &shown[i]);
    if (rc == RC_OK)
        api_list(c, &shape_prevention, shown, n);
    return rc;
}

void api_list_preventions(struct request *rq) { api_read(rq, list_preventions); }

static enum rc add_prevention(struct api_call *c) {
    struct conversation k;
    struct prevention p = {
        .what = rq_text(c->rq, "what"), .due_at = rq_int(c->rq, "due_at", 0), .owner_id = c->agent_id};
    enum rc rc = conversation_by_ref(c->v, c->a, rq_text(c->rq, "conversation"), &k);
    if (rc == RC_NONE)
        return api_blame(c, RC_INVALID, "conversation", "unknown");
    if (rc == RC_OK && rq_text(c->rq, "owner"))
        rc = api_agent_param(c, "owner", &p.owner_id);
    if (rc == RC_OK && p.due_at <= c->now)
        return api_blame(c, RC_INVALID, "due_at", "in_the_past");
    if (rc == RC_OK)
        rc = prevention_add(c->tx, &p, k.id, c->by, c->now);
    if (rc == RC_INVALID)
        return api_blame(c, rc, "what", "missing");
    c->status = 201;
    return rc == RC_OK ? put_prevention(c, p.ref) : rc;
}

void api_add_prevention(struct request *rq) { api_write(rq, add_prevention); }

static enum rc finish_prevention(struct api_call *c) {
    struct prevention p;
    enum rc rc = prevention_by_ref(c->v, c->a, rq_text(c->rq, "ref"), &p);
    if (rc == RC_OK)
        rc = prevention_done(c->tx, &p, rq_text(c->rq, "evidence"), c->by, c->now);
    if (rc == RC_INVALID)
        return api_blame(c, rc, "evidence", "missing");
    return rc == RC_OK ? put_prevention(c, p.ref) : rc;
}

void api_prevention_done(struct request *rq) { api_write(rq, finish_prevention); }
