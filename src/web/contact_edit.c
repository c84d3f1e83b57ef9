/* contact_edit.c: who a customer is and how to speak to her. Nothing here is guessed: empty stays empty. */
#include "base/tr.h"
#include "desk/contact.h"
#include "html_gen.h"
#include "web/handlers.h"
#include "web/page.h"

#include <string.h>

static const struct {
    const char *lang, *form;
} address_forms[] = {
    {"vi", "anh"},  {"vi", "chị"},  {"vi", "cô"}, {"vi", "chú"}, {"vi", "bác"}, {"vi", "bạn"}, {"vi", "quý khách"},
    {"zh", "先生"}, {"zh", "女士"}, {"zh", "您"}, {"th", "คุณ"},  {"th", "พี่"},   {"th", "ท่าน"},
};

/* Those of the customer's language; of all when it is not known. */
static struct choices form_choices(struct visit *x, const char *lang) {
    enum { N = sizeof address_forms / sizeof *address_forms };
    struct choices out = {ARENA_ARRAY(x->a, N, struct choice), 0};
    for (int i = 0; i < N; i++)
        if (!lang || !*lang || strncmp(address_forms[i].lang, lang, 2) == 0)
            out.items[out.items_n++] = (struct choice){address_forms[i].form, address_forms[i].form};
    return out;
}

static enum rc fill_contact(struct visit *x, const struct error_list *errors, struct contact_edit_view *v) {
    struct contact c;
    struct contact_point *points;
    int n;
    enum rc rc = contact_by_ref(x->v, x->a, v->ref, &c);
    if (rc == RC_OK && c.erased_at)
        rc = RC_GONE;
    if (rc == RC_OK)
        rc = contact_points(x->v, x->a, c.id, &points, &n);
    if (rc != RC_OK)
        return rc;
    const char *lang = c.lang;
    v->name.value = c.name;
    v->address_form.value = c.address_form;
    v->call_name.value = c.call_name;
    v->note.value = c.note;
    v->back = came_from(x->rq);
    if (errors) {
        lang = rq_text(x->rq, "lang") ? rq_text(x->rq, "lang") : "";
        v->name = (struct field){rq_text(x->rq, "name"), error_of(errors, "name")};
        v->address_form.value = rq_text(x->rq, "address_form");
        v->call_name.value = rq_text(x->rq, "call_name");
        v->note.value = rq_text(x->rq, "note");
        v->email = (struct field){rq_text(x->rq, "email"), error_of(errors, "email")};
        v->phone = (struct field){rq_text(x->rq, "phone"), error_of(errors, "phone")};
        v->back = rq_text(x->rq, "back");
        v->errors = *errors;
    }
    v->langs = locale_choices(x, lang, NULL);
    v->forms = form_choices(x, lang);
    v->points.items = ARENA_ARRAY(x->a, (size_t)n + 1, struct choice);
    for (int i = 0; i < n; i++)
        v->points.items[v->points.items_n++] = (struct choice){points[i].value, points[i].value, points[i].kind};
    return RC_OK;
}

static void show_contact_edit(struct request *rq, const struct error_list *errors, int status) {
    struct visit x;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Customer")))
        return;
    struct contact_edit_view v = {.shell = shell_of(&x, "inbox"), .ref = rq_text(rq, "ref")};
    enum rc rc = fill_contact(&x, errors, &v);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    if (!errors)
        v.shell.toast = done_toast(&x);
    rs_status(rq, status);
    html_agent_contact_edit(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_contact_edit(struct request *rq) { show_contact_edit(rq, NULL, 200); }

struct contact_saving {
    struct request *rq;
    const char *taken; /* the field whose address is another customer's */
};

static bool given(const char *s) { return s && *s; }

static enum rc save_contact(struct tx *tx, void *arg) {
    struct contact_saving *x = arg;
    struct request *rq = x->rq;
    struct contact c;
    const char *lang = rq_text(rq, "lang");
    static const char *const kinds[] = {"email", "phone"};
    enum rc rc = contact_by_ref(tx_view(tx), tx_arena(tx), rq_text(rq, "ref"), &c);
    if (rc == RC_OK && c.erased_at)
        rc = RC_GONE;
    if (rc != RC_OK)
        return rc;
    c.name = rq_text(rq, "name");
    c.lang = lang ? lang : "";
    c.address_form = given(rq_text(rq, "address_form")) ? rq_text(rq, "address_form") : "";
    c.call_name = given(rq_text(rq, "call_name")) ? rq_text(rq, "call_name") : "";
    c.note = given(rq_text(rq, "note")) ? rq_text(rq, "note") : "";
    rc = contact_save(tx, &c, rq_who(rq)->agent_id, rq_now(rq));
    for (int i = 0; rc == RC_OK && i < 2; i++)
        if (given(rq_text(rq, kinds[i]))) {
            struct contact known;
            rc = contact_by_point(tx_view(tx), tx_arena(tx), kinds[i], rq_text(rq, kinds[i]), &known);
            if (rc == RC_NONE)
                rc = contact_point_add(tx, c.id, kinds[i], rq_text(rq, kinds[i]), rq_now(rq));
            else if (rc == RC_OK && known.id != c.id)
                rc = RC_CONFLICT;
            x->taken = kinds[i];
        }
    return rc;
}

static bool plausible_phone(struct arena *a, const char *s) {
    const char *digits = contact_fold(a, "phone", s);
    return strlen(digits) >= 6 && strlen(digits) <= 16 && !strchr(digits + 1, '+');
}

void post_contact_edit(struct request *rq) {
    struct visit v = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    struct contact_saving x = {.rq = rq};
    enum locale locale = locale_of(rq_lang(rq));
    const char *back = rq_text(rq, "back");
    if (!given(rq_text(rq, "name")))
        add_error(&v, &errors, "name", tr(locale, "Write a name; the address will do when nothing else is known."));
    if (given(rq_text(rq, "email")) && !plausible_email(rq_text(rq, "email")))
        add_error(&v, &errors, "email", tr(locale, "Write an e-mail address, like name@example.com."));
    if (given(rq_text(rq, "phone")) && !plausible_phone(rq_arena(rq), rq_text(rq, "phone")))
        add_error(&v, &errors, "phone", tr(locale, "Write a phone number with its digits, like +84 912 345 678."));
    if (errors.items_n) {
        show_contact_edit(rq, &errors, 422);
        return;
    }
    enum rc rc = store_write(web_store(rq), save_contact, &x);
    if (rc == RC_CONFLICT && x.taken) {
        add_error(
            &v, &errors, x.taken,
            tr(locale, "Another customer is known by this. Merge their conversations if it is the same person."));
        show_contact_edit(rq, &errors, 409);
    } else if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
    } else {
        rs_redirect(rq, given(back)
                            ? back
                            : arena_printf(rq_arena(rq), "/contacts/%s/edit?done=saved", rq_text(rq, "ref")));
    }
}
