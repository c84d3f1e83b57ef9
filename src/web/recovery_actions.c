/* recovery_actions.c: what is done with a recovery: opened, its steps, what is offered, the customer's word,
 * closed. */
#include "base/money.h"
#include "base/tr.h"
#include "web/customer_page.h"
#include "web/handlers.h"
#include "web/recovery_page.h"

#include <string.h>

struct recovery_act {
    struct request *rq;
    struct actor by;
    int64_t now, due;
    struct recovery recovery;
    const char *why, *ref; /* the flaw; what was opened, in the request's arena */
};

static struct recovery_act act_of(struct request *rq) {
    return (struct recovery_act){.rq = rq, .by = web_actor(rq), .now = rq_now(rq)};
}

static enum rc load(struct tx *tx, struct recovery_act *x) {
    return recovery_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "ref"), &x->recovery);
}

static void show_again(struct request *rq) {
    rs_redirect(rq, arena_printf(rq_arena(rq), "/recoveries/%s?done=saved", rq_text(rq, "ref")));
}

/* Back on the page with a sentence beside the field; other faults as everywhere. */
static void answer(struct request *rq, enum rc rc, const char *field, const char *text) {
    struct visit v = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    if (rc == RC_OK) {
        show_again(rq);
    } else if (text && (rc == RC_INVALID || rc == RC_DENIED || rc == RC_DUPLICATE)) {
        add_error(&v, &errors, field, text);
        show_recovery(rq, &errors, 422);
    } else {
        rs_error(rq, rc, NULL);
    }
}

/* ---- opened ---- */

static enum rc open_one(struct tx *tx, void *arg) {
    struct recovery_act *x = arg;
    struct request *rq = x->rq;
    struct conversation c;
    struct recovery_new new = {.cause = rq_text(rq, "cause"),
                               .harm = rq_text(rq, "harm"),
                               .what = rq_text(rq, "what"),
                               .severity = rq_int(rq, "severity", 1),
                               .owner_id = x->by.id};
    enum rc rc = conversation_by_ref(tx_view(tx), tx_arena(tx), rq_text(rq, "conversation"), &c);
    if (rc == RC_OK && c.merged_into)
        rc = RC_GONE;
    if (rc == RC_OK)
        rc = recovery_open(tx, &c, &new, x->by, x->now, &x->recovery);
    if (rc == RC_OK)
        x->ref = arena_copy(rq_arena(rq), x->recovery.ref);
    return rc;
}

void post_recoveries(struct request *rq) {
    struct recovery_act x = act_of(rq);
    struct visit v = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    const char *what = rq_text(rq, "what");
    if (!what || !what[strspn(what, " \t\r\n")]) {
        add_error(&v, &errors, "what", tr(locale_of(rq_lang(rq)), "Write what went wrong for this customer."));
        show_recovery_new(rq, &errors, 422);
    } else if (web_write(rq, open_one, &x)) {
        rs_redirect(rq, arena_printf(rq_arena(rq), "/recoveries/%s?done=added", x.ref));
    }
}

/* ---- its steps ---- */

static enum step step_of(const char *name) {
    for (int s = 0; s < STEPS; s++)
        if (strcmp(recovery_step_name((enum step)s), name) == 0)
            return (enum step)s;
    return STEP_FIX; /* the route lets no other word in */
}

static enum rc do_step(struct tx *tx, void *arg) {
    struct recovery_act *x = arg;
    struct request *rq = x->rq;
    const char *what = rq_text(rq, "do"), *note = rq_text(rq, "note");
    enum step step = step_of(rq_text(rq, "step"));
    enum rc rc = load(tx, x);
    if (rc == RC_OK && strcmp(what, "done") == 0)
        return recovery_step_done(tx, &x->recovery, step, note, x->by, x->now);
    if (rc == RC_OK && strcmp(what, "waive") == 0)
        return recovery_step_waive(tx, &x->recovery, step, note, x->by, x->now);
    return rc == RC_OK ? recovery_step_plan(tx, &x->recovery, step, note, x->due, x->by, x->now) : rc;
}

void post_recovery_step(struct request *rq) {
    struct recovery_act x = act_of(rq);
    enum locale locale = locale_of(rq_lang(rq));
    const char *what = rq_text(rq, "do"), *due = rq_text(rq, "due");
    x.due = due ? due_of_field(zone_of_writer(rq), due) : 0;
    enum rc rc = store_write(web_store(rq), do_step, &x);
    answer(rq, rc, arena_printf(rq_arena(rq), "note-%s", rq_text(rq, "step")),
           rc == RC_DUPLICATE           ? tr(locale, "This step has a date already, or is done.")
           : strcmp(what, "done") == 0  ? tr(locale, "Write how it was done: no reply was sent since it began.")
           : strcmp(what, "waive") == 0 ? tr(locale, "Write why this step is left out.")
                                        : tr(locale, "Write what will be done, and a time that is still to come."));
}

/* ---- owner and weight ---- */

static enum rc do_change(struct tx *tx, void *arg) {
    struct recovery_act *x = arg;
    struct request *rq = x->rq;
    struct agent agent = {0};
    const char *to = rq_text(rq, "to");
    enum rc rc = load(tx, x);
    if (rc == RC_OK && to && strcmp(to, "nobody") != 0) {
        rc = strcmp(to, "me") == 0 ? agent_load(tx_view(tx), tx_arena(tx), x->by.id, &agent)
                                   : agent_by_ref(tx_view(tx), tx_arena(tx), to, &agent);
        if (rc == RC_OK && !agent_takes_work(&agent))
            rc = RC_INVALID;
    }
    if (rc == RC_OK && to)
        rc = recovery_hand(tx, &x->recovery, agent.id, x->by);
    if (rc == RC_OK && rq_has(rq, "severity"))
        rc = recovery_set_severity(tx, &x->recovery, rq_int(rq, "severity", 1), x->by);
    return rc;
}

void post_recovery_change(struct request *rq) {
    struct recovery_act x = act_of(rq);
    if (web_write(rq, do_change, &x))
        show_again(rq);
}

/* ---- what is offered ---- */

static enum rc do_offer(struct tx *tx, void *arg) {
    struct recovery_act *x = arg;
    struct request *rq = x->rq;
    struct agent me;
    struct account account;
    struct recovery_offer o = {.kind = rq_text(rq, "kind"), .what = rq_text(rq, "what")};
    const char *amount = rq_text(rq, "amount");
    enum rc rc = load(tx, x);
    if (rc == RC_OK)
        rc = agent_load(tx_view(tx), tx_arena(tx), x->by.id, &me);
    if (rc == RC_OK)
        rc = account_load(tx_view(tx), tx_arena(tx), &account);
    if (rc != RC_OK)
        return rc;
    o.currency = currency_of(tx_arena(tx), &account);
    if (amount && *amount && !money_read(amount, o.currency, &o.amount))
        return RC_INVALID;
    return recovery_offer(tx, &x->recovery, &o, &me, x->now);
}

void post_recovery_offer(struct request *rq) {
    struct recovery_act x = act_of(rq);
    answer(rq, store_write(web_store(rq), do_offer, &x), "offer-what",
           tr(locale_of(rq_lang(rq)), "Write what is offered; goodwill needs an amount, in figures."));
}

static enum rc do_answer_offer(struct tx *tx, void *arg) {
    struct recovery_act *x = arg;
    struct recovery_offer o;
    struct agent me;
    enum rc rc = load(tx, x);
    if (rc == RC_OK)
        rc = recovery_offer_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "offer"), &o);
    if (rc == RC_OK)
        rc = agent_load(tx_view(tx), tx_arena(tx), x->by.id, &me);
    bool approved = rc == RC_OK && strcmp(rq_text(x->rq, "do"), "approve") == 0;
    return rc == RC_OK ? recovery_answer_offer(tx, &x->recovery, &o, approved, &me, x->now) : rc;
}

void post_recovery_offer_answer(struct request *rq) {
    struct recovery_act x = act_of(rq);
    answer(rq, store_write(web_store(rq), do_answer_offer, &x), "offers",
           tr(locale_of(rq_lang(rq)), "This takes somebody else, whose limit it does not pass."));
}

/* ---- put right, heard, closed ---- */

static enum rc do_state(struct tx *tx, void *arg) {
    struct recovery_act *x = arg;
    const char *what = rq_text(x->rq, "do"), *how = rq_text(x->rq, "how");
    enum rc rc = load(tx, x);
    if (rc != RC_OK)
        return rc;
    if (strcmp(what, "right") == 0)
        return recovery_right(tx, &x->recovery, x->by, x->now, &x->why);
    if (strcmp(what, "close") == 0)
        return recovery_close(tx, &x->recovery, x->by, x->now, &x->why);
    return recovery_hear(tx, &x->recovery, strcmp(what, "yes") == 0, how, x->by, x->now);
}

void post_recovery_state(struct request *rq) {
    struct recovery_act x = act_of(rq);
    enum locale locale = locale_of(rq_lang(rq));
    enum rc rc = store_write(web_store(rq), do_state, &x);
    const char *why = x.why ? x.why : "";
    bool steps = strcmp(why, "steps") == 0;
    answer(rq, rc,
           steps                          ? "steps"
           : strcmp(why, "approval") == 0 ? "offers"
                                          : "heard",
           steps                          ? tr(locale, "A step is neither done nor left out with a reason.")
           : strcmp(why, "approval") == 0 ? tr(locale, "An offer still waits for approval.")
           : strcmp(why, "asked") == 0 ? tr(locale, "Say first that it is put right: then the customer is asked.")
           : strcmp(why, "no") == 0    ? tr(locale, "The customer says that it is not right yet.")
                                       : tr(locale, "Write how you know what the customer says."));
}

/* ---- her button ---- */

static enum rc hear(struct tx *tx, void *arg) {
    struct recovery_act *x = arg;
    struct conversation c;
    enum rc rc = case_by_token(tx_view(tx), tx_arena(tx), rq_text(x->rq, "token"), &c);
    if (rc == RC_OK)
        rc = case_recovery(tx_view(tx), tx_arena(tx), &c, &x->recovery);
    if (rc != RC_OK)
        return rc;
    return recovery_hear(tx, &x->recovery, rq_flag(x->rq, "right"), NULL,
                         (struct actor){ACTOR_CONTACT, c.contact_id}, x->now);
}

void post_case_right(struct request *rq) {
    struct recovery_act x = act_of(rq);
    if (web_write(rq, hear, &x))
        rs_redirect(rq, arena_printf(rq_arena(rq), "/case/%s", rq_text(rq, "token")));
}
