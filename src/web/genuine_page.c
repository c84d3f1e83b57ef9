/* genuine_page.c: "is this mail from you?" for customers: yes or no, and what to do then. */
#include "desk/genuine.h"
#include "base/tr.h"
#include "base/wall.h"
#include "html_gen.h"
#include "web/customer_page.h"
#include "web/handlers.h"
#include "web/help_page.h"
#include "web/views_genuine.h"

/* False: the failure is answered. */
static bool begin(struct visit *x, struct request *rq, struct genuine_view *v) {
    if (!help_begin(x, rq, N_("Is this mail from us?")))
        return false;
    *v = (struct genuine_view){.shell = help_shell(x, "/mail"), .ref.value = "", .day.value = ""};
    enum rc rc = contact_ways(x, &v->contacts, &v->contacts_n);
    if (rc != RC_OK)
        visit_fail(x, rc);
    return rc == RC_OK;
}

void get_genuine(struct request *rq) {
    struct visit x;
    struct genuine_view v;
    if (!begin(&x, rq, &v))
        return;
    html_help_genuine(rs_body(rq), &x.page, &v);
    help_end(&x, false);
}

static int64_t day_of_field(struct visit *x, const char *day) {
    return day ? wall_read_field(x->account.zone, arena_printf(x->a, "%sT12:00", day)) : 0;
}

static void answer(struct visit *x, struct genuine_view *v, int status) {
    rs_status(x->rq, status);
    rs_header(x->rq, "Cache-Control", "no-store");
    html_help_genuine(rs_body(x->rq), &x->page, v);
    visit_end(x);
}

void post_genuine(struct request *rq) {
    struct visit x;
    struct genuine_view v;
    if (!begin(&x, rq, &v))
        return;
    int64_t day = day_of_field(&x, rq_text(rq, "day"));
    v.ref.value = rq_text(rq, "ref") ? rq_text(rq, "ref") : "";
    v.day.value = rq_text(rq, "day") ? rq_text(rq, "day") : "";
    if (!*v.ref.value)
        add_error(&x, &v.errors, "ref",
                  v.ref.error = tr(x.page.locale, "Write the reference that stands in the subject."));
    if (!day)
        add_error(&x, &v.errors, "day", v.day.error = tr(x.page.locale, "Choose the day on which the mail came."));
    if (v.errors.items_n) {
        answer(&x, &v, 422);
        return;
    }
    v.too_many = !web_may_ask(rq);
    if (v.too_many) {
        answer(&x, &v, 429);
        return;
    }
    v.asked = true;
    enum rc rc = genuine_ask(x.v, x.a, v.ref.value, x.account.zone, day, &v.yes);
    if (rc != RC_OK)
        visit_fail(&x, rc);
    else
        answer(&x, &v, 200);
}
