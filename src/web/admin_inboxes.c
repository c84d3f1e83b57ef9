/* admin_inboxes.c: the addresses, forms and chats that customers write to. */
#include "base/tr.h"
#include "desk/contact.h"
#include "desk/site.h"
#include "html_gen.h"
#include "web/handlers.h"
#include "web/mail_form.h"

#include <string.h>

/* ---- the list ---- */

void get_admin_inboxes(struct request *rq) {
    struct visit x;
    struct inbox *list;
    int n;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Inboxes")))
        return;
    struct admin_inboxes_view v = {.shell = shell_of(&x, "admin"), .nav.section = "inboxes"};
    enum rc rc = inbox_list(x.v, x.a, &list, &n);
    v.inboxes = ARENA_ARRAY(x.a, (size_t)(rc == RC_OK ? n : 0) + 1, struct admin_inbox);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        struct admin_inbox *out = &v.inboxes[v.inboxes_n++];
        *out = (struct admin_inbox){
            .ref = list[i].ref, .name = list[i].name, .address = list[i].address, .channel.key = list[i].kind};
        rc = inbox_last_at(x.v, list[i].id, &out->last_in);
        out->state = !list[i].enabled ? "off" : list[i].trouble ? "failing" : out->last_in ? "ok" : "waiting";
        if (list[i].enabled && list[i].trouble)
            out->state_why = mail_trouble_text(x.page.locale, list[i].trouble);
    }
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.shell.toast = done_toast(&x);
    html_admin_inboxes(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

/* ---- one ---- */

struct inbox_form {
    struct inbox inbox;
    const struct error_list *errors;
    struct mail_test tests[2];
    int tests_n;
    const char *secret; /* chat: just made */
    bool again;         /* the fields show what was typed */
};

static enum rc fill_inbox(struct visit *x, const struct inbox_form *f, struct admin_inbox_view *v) {
    const struct inbox *i = &f->inbox;
    struct team team = {0};
    const char *lang = f->again ? rq_text(x->rq, "lang") : i->lang;
    enum rc rc = RC_OK;
    v->name = (struct field){i->name, error_of(f->errors, "name")};
    v->address = (struct field){i->address, error_of(f->errors, "address")};
    v->from_name.value = i->from_name;
    v->signature.value = i->signature;
    v->enabled = i->enabled;
    v->acknowledges = i->acknowledges;
    v->sites = (struct field){i->sites, error_of(f->errors, "sites")};
    v->has_secret = i->site_secret.at != NULL;
    v->secret = f->secret;
    if (strcmp(i->kind, "chat") == 0 && i->ref)
        v->snippet = arena_printf(x->a, "<script async src=\"%s/widget.js\" data-inbox=\"%s\"></script>",
                                  rq_origin(x->rq), i->ref);
    if (f->again) {
        v->sites.value = rq_text(x->rq, "sites");
        v->name.value = rq_text(x->rq, "name");
        v->address.value = rq_text(x->rq, "address");
        v->from_name.value = rq_text(x->rq, "from_name");
        v->signature.value = rq_text(x->rq, "signature");
        v->enabled = rq_flag(x->rq, "enabled");
        v->acknowledges = rq_flag(x->rq, "acknowledges");
        if (rq_text(x->rq, "team"))
            rc = team_by_ref(x->v, x->a, rq_text(x->rq, "team"), &team);
    }
    v->langs = locale_choices(x, lang ? lang : "", NULL);
    if (rc == RC_OK)
        rc = team_choices(x, f->again ? team.id : i->team_id, &v->teams);
    if (rc == RC_OK)
        rc = mail_fields_of(x, MAIL_IMAP, i->imap, f->again, f->errors, &v->imap);
    if (rc == RC_OK)
        rc = mail_fields_of(x, MAIL_SMTP, i->smtp, f->again, f->errors, &v->smtp);
    return rc;
}

static void show_inbox(struct request *rq, struct inbox_form *f, int status) {
    struct visit x;
    if (!visit_begin(&x, rq, f->inbox.ref ? f->inbox.name : tr(locale_of(rq_lang(rq)), "Add inbox")))
        return;
    struct admin_inbox_view v = {
        .shell = shell_of(&x, "admin"),
        .nav.section = "inboxes",
        .ref = f->inbox.ref,
        .kind = f->inbox.kind,
        .first_steps = f->inbox.ref && setting_int(x.v, SETTING_WIZARD_DONE) == 3, /* the address is just given */
        .tests = f->tests,
        .tests_n = f->tests_n,
    };
    if (f->errors)
        v.errors = *f->errors;
    enum rc rc = fill_inbox(&x, f, &v);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    rs_status(rq, status);
    html_admin_inbox(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_admin_inbox_new(struct request *rq) {
    const char *kind = rq_text(rq, "kind");
    struct inbox_form f = {.inbox = {.kind = kind ? kind : "email", .enabled = true}};
    show_inbox(rq, &f, 200);
}

static enum rc load_inbox(struct request *rq, const char *ref, struct inbox *out) {
    struct view *v = view_open(web_store(rq));
    enum rc rc = inbox_by_ref(v, rq_arena(rq), ref, out);
    view_close(v);
    return rc;
}

void get_admin_inbox(struct request *rq) {
    struct inbox_form f = {0};
    enum rc rc = load_inbox(rq, rq_text(rq, "ref"), &f.inbox);
    if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else
        show_inbox(rq, &f, 200);
}

/* ---- saving and testing ---- */

struct inbox_saving {
    struct request *rq;
    struct inbox inbox;
    bool is_new, new_secret;
};

static enum rc save_inbox(struct tx *tx, void *arg) {
    struct inbox_saving *x = arg;
    struct team team = {0};
    struct inbox now_there;
    const char *team_ref = rq_text(x->rq, "team");
    enum rc rc = team_ref ? team_by_ref(tx_view(tx), tx_arena(tx), team_ref, &team) : RC_OK;
    if (rc != RC_OK)
        return rc;
    x->inbox.team_id = team.id;
    if (x->is_new) /* this may run twice, and must not find its own first try */
        x->inbox.id = 0;
    else if ((rc = inbox_load(tx_view(tx), tx_arena(tx), x->inbox.id, &now_there)) != RC_OK)
        return rc;
    else if (!x->new_secret) /* two may edit at once: the secret that works is the one that is there */
        x->inbox.site_secret = now_there.site_secret;
    rc = inbox_save(tx, &x->inbox, rq_who(x->rq)->agent_id, rq_now(x->rq));
    if (rc == RC_OK && !x->is_new && now_there.trouble) /* new settings get a new judgement */
        rc = inbox_set_trouble(tx, x->inbox.id, NULL, rq_now(x->rq));
    x->inbox.ref = arena_copy(rq_arena(x->rq), x->inbox.ref);
    return rc;
}

static void test_server(struct request *rq, struct inbox_form *f, enum mail_protocol protocol,
                        const struct mail_server *s) {
    struct mailbox_answer answer = {"", ""};
    enum locale locale = locale_of(rq_lang(rq));
    if (!*s->host || !web_of(rq)->test_mailbox)
        return;
    web_of(rq)->test_mailbox(web_store(rq), rq_arena(rq), s, protocol, &answer);
    bool ok = !*answer.code;
    f->tests[f->tests_n++] = (struct mail_test){
        .text = !ok                     ? mail_trouble_text(locale, answer.code)
                : protocol == MAIL_IMAP ? tr(locale, "Mail in works: connected and signed in.")
                                        : tr(locale, "Mail out works: connected and signed in. Nothing was sent."),
        .words = answer.words,
        .ok = ok,
    };
}

/* Everything that was typed, checked; what is wrong is in `errors`. */
static enum rc read_inbox_form(struct visit *x, struct inbox *i, struct mail_server *imap, struct mail_server *smtp,
                               struct error_list *errors) {
    struct request *rq = x->rq;
    const char *name = rq_text(rq, "name"), *address = rq_text(rq, "address");
    bool mail = strcmp(i->kind, "email") == 0, chat = strcmp(i->kind, "chat") == 0;
    const char *sites = rq_text(rq, "sites"), *flaw = chat ? site_list_flaw(x->a, sites ? sites : "") : NULL;
    i->name = name ? name : "";
    i->from_name = rq_text(rq, "from_name");
    i->signature = rq_text(rq, "signature");
    i->lang = rq_text(rq, "lang");
    i->enabled = rq_flag(rq, "enabled");
    i->acknowledges = !chat && rq_flag(rq, "acknowledges");
    if (!*i->name)
        add_error(x, errors, "name", tr(x->page.locale, "Write a name."));
    if (chat)
        i->sites = sites ? sites : "";
    if (chat && !*i->sites)
        add_error(x, errors, "sites", tr(x->page.locale, "Write the address of at least one website."));
    else if (flaw)
        add_error(
            x, errors, "sites",
            tr(x->page.locale,
               "One line is no address of a website. Write it like https://shop.example.com, without a path."));
    if (!mail)
        return RC_OK;
    i->address = contact_fold(x->a, "email", address ? address : "");
    if (!plausible_email(i->address))
        add_error(x, errors, "address", tr(x->page.locale, "Write an e-mail address, like name@example.com."));
    enum rc rc = mail_fields_read(x, MAIL_IMAP, i->imap, errors, imap, &i->imap);
    return rc != RC_OK ? rc : mail_fields_read(x, MAIL_SMTP, i->smtp, errors, smtp, &i->smtp);
}

void post_admin_inboxes(struct request *rq) {
    struct visit x = {.rq = rq, .a = rq_arena(rq), .page.locale = locale_of(rq_lang(rq))};
    struct error_list errors = {0};
    struct inbox_form f = {.errors = &errors, .again = true};
    struct mail_server imap = {.host = ""}, smtp = {.host = ""};
    const char *ref = rq_text(rq, "ref"), *act = rq_text(rq, "do");
    f.inbox = (struct inbox){.kind = rq_text(rq, "kind") ? rq_text(rq, "kind") : "email"};
    enum rc rc = ref ? load_inbox(rq, ref, &f.inbox) : RC_OK;
    struct inbox_saving saving = {.rq = rq, .inbox = f.inbox, .is_new = !ref};
    if (rc == RC_OK)
        rc = read_inbox_form(&x, &saving.inbox, &imap, &smtp, &errors);
    if (rc == RC_OK && errors.items_n)
        rc = RC_INVALID;
    if (rc == RC_OK && act && strcmp(act, "secret") == 0 && strcmp(saving.inbox.kind, "chat") == 0) {
        f.secret = site_secret_new(x.a, &saving.inbox.site_secret);
        saving.new_secret = true;
    }
    if (rc == RC_OK) {
        rc = store_write(web_store(rq), save_inbox, &saving);
        if (rc == RC_CONFLICT)
            add_error(&x, &errors, "address", tr(x.page.locale, "Another inbox has this address."));
    }
    if (errors.items_n) {
        show_inbox(rq, &f, rc_http(rc));
        return;
    }
    if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
        return;
    }
    if (strcmp(saving.inbox.kind, "chat") == 0 &&
        (saving.is_new || saving.new_secret)) { /* the line and the secret are wanted now */
        f.inbox = saving.inbox;
        f.again = false;
        show_inbox(rq, &f, 200);
        return;
    }
    if (!act || strcmp(act, "test") != 0) {
        rs_redirect(rq, "/admin/inboxes?done=saved");
        return;
    }
    test_server(rq, &f, MAIL_IMAP, &imap);
    test_server(rq, &f, MAIL_SMTP, &smtp);
    if (!f.tests_n)
        f.tests[f.tests_n++] =
            (struct mail_test){.text = tr(x.page.locale, "Saved. There is no server to test yet.")};
    f.inbox = saving.inbox;
    f.again = false;
    show_inbox(rq, &f, 200);
}
