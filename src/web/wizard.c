/* wizard.c: the first steps of a new installation, from an empty program to a first answered mail.
 *
 *   language → hours → address → test → invite → done          each can be skipped; all can be left for later
 *   with the trade: a starter set (desk/starter.h)
 *
 * SETTING_WIZARD_DONE holds how many steps are behind; what a step writes is what the settings pages write. */
#include "base/country.h"
#include "base/tr.h"
#include "base/wall.h"
#include "desk/contact.h"
#include "desk/starter.h"
#include "html_gen.h"
#include "web/company_form.h"
#include "web/handlers.h"
#include "web/mail_form.h"

#include <stdio.h>
#include <string.h>

static const char *const steps[] = {"language", "hours", "address", "test", "invite", "done"};
enum { LANGUAGE, HOURS, ADDRESS, TEST, INVITE, DONE, STEPS };

static int step_of(struct request *rq) {
    for (int i = 0; i < STEPS; i++)
        if (strcmp(steps[i], rq_text(rq, "step")) == 0)
            return i;
    return LANGUAGE; /* the route lets no other word through */
}

/* ---- showing ---- */

/* The one e-mail inbox of a new installation. RC_NONE: not given yet. */
static enum rc first_mail_inbox(struct view *v, struct arena *a, struct inbox *out) {
    enum rc rc = inbox_of_kind(v, a, "email", out);
    if (rc == RC_NONE)
        *out = (struct inbox){.kind = "email", .enabled = true};
    return rc;
}

/* "https://desk.example.com:8443" → "desk.example.com" */
static const char *host_of(struct arena *a, const char *origin) {
    const char *host = strstr(origin, "://");
    host = host ? host + 3 : origin;
    return arena_copy_n(a, host, strcspn(host, ":/"));
}

static struct choices trade_choices(struct visit *x, const char *chosen) {
    enum locale l = x->page.locale;
    struct choice list[] = {{"shop", tr(l, "A shop")},
                            {"travel", tr(l, "Travel")},
                            {"software", tr(l, "Software")},
                            {"clinic", tr(l, "A clinic")},
                            {"bank", tr(l, "A bank")}};
    return choices_of(x, list, sizeof list / sizeof *list, chosen);
}

static enum rc fill_language(struct visit *x, bool again, struct wizard_view *v) {
    const char *lang = again && rq_text(x->rq, "lang") ? rq_text(x->rq, "lang") : x->me.lang;
    const char *country = again && rq_text(x->rq, "country") ? rq_text(x->rq, "country") : x->account.country;
    v->company.value = again ? rq_text(x->rq, "company") : x->account.name;
    v->company.error = error_of(&v->errors, "company");
    v->langs = locale_choices(x, lang, NULL);
    v->countries = country_choices(x, country);
    bool fits;
    enum rc rc = starter_fits(x->v, x->a, &fits);
    if (fits)
        v->trades = trade_choices(x, again && rq_text(x->rq, "trade") ? rq_text(x->rq, "trade") : "");
    return rc;
}

static enum rc fill_hours(struct visit *x, bool again, struct wizard_view *v) {
    struct hours hours;
    struct error_list ignored = {0};
    bool zone_said = strcmp(x->account.zone, "UTC") != 0 || !*x->account.country;
    const char *zone = zone_said ? x->account.zone : country_zone(x->a, x->account.country);
    enum rc rc = hours_load(x->v, x->a, 0, &hours);
    if (rc != RC_OK)
        return rc;
    if (again && rq_text(x->rq, "zone"))
        zone = rq_text(x->rq, "zone");
    v->hours = again ? hours_fields_read(x, &ignored, &hours) : hours_fields_of(x, &hours, x->account.country);
    v->zones = zone_choices(x, zone);
    return RC_OK;
}

static enum rc fill_address(struct visit *x, bool again, struct wizard_view *v) {
    struct inbox inbox;
    enum rc rc = first_mail_inbox(x->v, x->a, &inbox);
    if (rc != RC_OK && rc != RC_NONE)
        return rc;
    v->forward_to.value = again ? rq_text(x->rq, "forward_to") : inbox.address;
    v->forward_to.error = error_of(&v->errors, "forward-to");
    v->fetched =
        again ? rq_text(x->rq, "way") && strcmp(rq_text(x->rq, "way"), "fetch") == 0 : inbox.imap.at != NULL;
    v->our_address = arena_printf(x->a, "kept@%s", host_of(x->a, x->page.origin));
    v->alias_line = arena_printf(x->a, "kept: \"|%s\"",
                                 web_of(x->rq)->mail_command ? web_of(x->rq)->mail_command : "kept mail-in");
    rc = mail_fields_of(x, MAIL_IMAP, inbox.imap, again, &v->errors, &v->imap);
    return rc != RC_OK ? rc : mail_fields_of(x, MAIL_SMTP, inbox.smtp, again, &v->errors, &v->smtp);
}

static enum rc fill_test(struct visit *x, struct wizard_view *v) {
    struct inbox inbox;
    int64_t last = 0;
    enum rc rc = first_mail_inbox(x->v, x->a, &inbox);
    if (rc == RC_NONE)
        return RC_OK;
    if (rc == RC_OK)
        rc = inbox_last_at(x->v, inbox.id, &last);
    if (rc != RC_OK)
        return rc;
    v->inbox_ref = inbox.ref;
    v->forward_to.value = inbox.address;
    v->test = last ? "arrived" : inbox.trouble ? "failed" : "waiting";
    if (inbox.trouble)
        v->test_why = mail_trouble_text(x->page.locale, inbox.trouble);
    return RC_OK;
}

static void show_step(struct request *rq, int step, const struct error_list *errors, struct invite_link *links,
                      int links_n, int status) {
    struct visit x;
    bool again = errors && errors->items_n;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "First steps")))
        return;
    struct wizard_view v = {
        .shell = shell_of(&x, "admin"),
        .step = steps[step],
        .number = step + 1,
        .steps = STEPS,
        .bars = ARENA_ARRAY(x.a, STEPS, struct choice),
        .bars_n = STEPS,
        .links = links,
        .links_n = links_n,
        .links_mailed = links_n && links[0].mailed,
    };
    for (int i = 0; i < STEPS; i++)
        v.bars[i].chosen = i <= step;
    if (errors)
        v.errors = *errors;
    enum rc rc = step == LANGUAGE               ? fill_language(&x, again, &v)
                 : step == HOURS                ? fill_hours(&x, again, &v)
                 : step == ADDRESS              ? fill_address(&x, again, &v)
                 : step == TEST || step == DONE ? fill_test(&x, &v)
                                                : RC_OK;
    if (step == INVITE && again) {
        v.emails = (struct field){rq_text(rq, "emails"), error_of(errors, "emails")};
        v.readers = (struct field){rq_text(rq, "readers"), error_of(errors, "readers")};
    }
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    rs_status(rq, status);
    html_admin_wizard(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_wizard(struct request *rq) { show_step(rq, step_of(rq), NULL, NULL, 0, 200); }

bool wizard_waits(struct visit *x) {
    bool any = true;
    if (x->me.role != ROLE_ADMIN || setting_int(x->v, SETTING_WIZARD_DONE) >= DONE)
        return false;
    return conversation_any(x->v, &any) == RC_OK && !any;
}

/* ---- saving ---- */

struct stepping {
    struct request *rq;
    struct hours hours;
    struct inbox inbox;
    int done;                            /* this many steps are behind now */
    bool language, has_hours, has_inbox; /* what is written besides */
};

static enum rc save_language(struct tx *tx, struct stepping *s) {
    struct account account;
    struct agent me;
    int64_t by = rq_who(s->rq)->agent_id;
    const char *lang = rq_text(s->rq, "lang"), *country = rq_text(s->rq, "country");
    const char *trade = rq_text(s->rq, "trade");
    enum rc rc = account_load(tx_view(tx), tx_arena(tx), &account);
    if (rc == RC_OK)
        rc = agent_load(tx_view(tx), tx_arena(tx), by, &me);
    if (rc != RC_OK)
        return rc;
    account.name = rq_text(s->rq, "company");
    account.country = country ? country : "";
    account.lang = me.lang = lang ? lang : account.lang;
    rc = account_save(tx, &account, by);
    if (rc == RC_OK)
        rc = agent_save(tx, &me, by, rq_now(s->rq));
    bool fits = false;
    if (rc == RC_OK && trade && *trade)
        rc = starter_fits(tx_view(tx), tx_arena(tx), &fits);
    return rc == RC_OK && fits ? starter_fill(tx, trade, locale_of(account.lang), rq_now(s->rq)) : rc;
}

static enum rc save_hours(struct tx *tx, struct stepping *s) {
    struct account account;
    int64_t by = rq_who(s->rq)->agent_id;
    enum rc rc = account_load(tx_view(tx), tx_arena(tx), &account);
    if (rc != RC_OK)
        return rc;
    account.zone = rq_text(s->rq, "zone");
    rc = account_save(tx, &account, by);
    if (rc != RC_OK)
        return rc;
    return s->hours.set ? hours_save(tx, 0, &s->hours, by) : hours_drop(tx, 0, by);
}

static enum rc save_address(struct tx *tx, struct stepping *s) {
    struct inbox there;
    struct account account;
    enum rc rc = first_mail_inbox(tx_view(tx), tx_arena(tx), &there);
    if (rc != RC_OK && rc != RC_NONE)
        return rc;
    rc = account_load(tx_view(tx), tx_arena(tx), &account);
    if (rc != RC_OK)
        return rc;
    if (!there.id) {
        there.name = s->inbox.address;
        there.from_name = account.name;
    }
    there.address = s->inbox.address;
    there.imap = s->inbox.imap;
    there.smtp = s->inbox.smtp;
    return inbox_save(tx, &there, rq_who(s->rq)->agent_id, rq_now(s->rq));
}

static enum rc save_step(struct tx *tx, void *arg) {
    struct stepping *s = arg;
    enum rc rc = s->language    ? save_language(tx, s)
                 : s->has_hours ? save_hours(tx, s)
                 : s->has_inbox ? save_address(tx, s)
                                : RC_OK;
    char done[12];
    if (rc != RC_OK || setting_int(tx_view(tx), SETTING_WIZARD_DONE) >= s->done)
        return rc;
    snprintf(done, sizeof done, "%d", s->done);
    return setting_save(tx, SETTING_WIZARD_DONE, done, rq_who(s->rq)->agent_id, rq_now(s->rq));
}

/* What was typed into this step; what is wrong with it is in `errors`. */
static enum rc read_step(struct visit *x, int step, struct error_list *errors, struct stepping *s) {
    struct request *rq = x->rq;
    struct mail_server server;
    if (step == LANGUAGE) {
        const char *company = rq_text(rq, "company"), *country = rq_text(rq, "country");
        s->language = true;
        if (!company || !*company)
            add_error(x, errors, "company",
                      tr(x->page.locale, "Write the name of the company, as customers know it."));
        if (country && *country && !country_known(country))
            add_error(x, errors, "country", tr(x->page.locale, "Choose the country from the list."));
        if (rq_text(rq, "trade") && *rq_text(rq, "trade") && !starter_known(rq_text(rq, "trade")))
            add_error(x, errors, "trade", tr(x->page.locale, "Choose what you do from the list."));
    } else if (step == HOURS) {
        s->has_hours = true;
        hours_fields_read(x, errors, &s->hours);
        if (!rq_text(rq, "zone") || !wall_zone_known(rq_text(rq, "zone")))
            add_error(x, errors, "zone", tr(x->page.locale, "Choose the time zone from the list."));
    } else if (step == ADDRESS) {
        struct inbox there;
        const char *address = rq_text(rq, "forward_to"), *way = rq_text(rq, "way");
        struct view *v = view_open(web_store(rq));
        enum rc rc = first_mail_inbox(v, x->a, &there);
        view_close(v);
        s->has_inbox = true;
        s->inbox.address = contact_fold(x->a, "email", address ? address : "");
        if (!plausible_email(s->inbox.address))
            add_error(x, errors, "forward-to",
                      tr(x->page.locale, "Write an e-mail address, like name@example.com."));
        if (rc == RC_NONE)
            rc = RC_OK;
        bool fetched = way && strcmp(way, "fetch") == 0;
        if (rc == RC_OK && fetched)
            rc = mail_fields_read(x, MAIL_IMAP, there.imap, errors, &server, &s->inbox.imap);
        if (rc == RC_OK && fetched && !*server.host)
            add_error(x, errors, "imap-host",
                      tr(x->page.locale, "Write the name of the server, like imap.example.com."));
        return rc != RC_OK ? rc : mail_fields_read(x, MAIL_SMTP, there.smtp, errors, &server, &s->inbox.smtp);
    }
    return RC_OK;
}

/* ---- inviting ---- */

/* One address a line, or with commas between. All are looked at before any is invited. */
static int read_emails(struct visit *x, const char *field, const char ***out, struct error_list *errors) {
    enum { INVITES_MAX = 50 };
    const char *text = rq_text(x->rq, field);
    char *copy = arena_copy(x->a, text ? text : ""), *save = NULL;
    int n = 0;
    *out = ARENA_ARRAY(x->a, INVITES_MAX, const char *);
    for (char *one = strtok_r(copy, " ,;\n", &save); one; one = strtok_r(NULL, " ,;\n", &save)) {
        if (!plausible_email(one) || n == INVITES_MAX) {
            struct buf said = {0};
            tr_fill(&said,
                    n == INVITES_MAX
                        ? tr(x->page.locale, "These are too many at once; {word} and what follows can come later.")
                        : tr(x->page.locale, "{word} is no e-mail address. Nobody is invited yet."),
                    "word", one, NULL);
            add_error(x, errors, field, arena_copy(x->a, said.at));
            buf_free(&said);
            return 0;
        }
        (*out)[n++] = one;
    }
    return n;
}

static void post_invites(struct request *rq, struct visit *x) {
    struct error_list errors = {0};
    struct stepping s = {.rq = rq, .done = DONE};
    const char **emails, **readers;
    int links_n = 0, n = read_emails(x, "emails", &emails, &errors),
        readers_n = read_emails(x, "readers", &readers, &errors);
    struct invite_link *links = ARENA_ARRAY(x->a, (size_t)(n + readers_n) + 1, struct invite_link);
    if (errors.items_n) {
        show_step(rq, INVITE, &errors, NULL, 0, 422);
        return;
    }
    for (int i = 0; i < n + readers_n; i++) {
        const char *email = i < n ? emails[i] : readers[i - n];
        const char *name = arena_copy_n(x->a, email, strcspn(email, "@"));
        enum rc rc =
            invite_agent(rq, email, name, i < n ? "agent" : "reader", rq_lang(rq), NULL, 0, &links[links_n]);
        if (rc == RC_OK)
            links_n++;
        else if (rc != RC_CONFLICT) { /* one who is here already needs no invitation */
            rs_error(rq, rc, NULL);
            return;
        }
    }
    if (!web_write(rq, save_step, &s))
        return;
    if (links_n)
        show_step(rq, DONE, NULL, links, links_n, 200); /* not after a redirect: the links are shown once */
    else
        rs_redirect(rq, "/start/done");
}

void post_wizard(struct request *rq) {
    struct visit x = {.rq = rq, .a = rq_arena(rq), .page = {.locale = locale_of(rq_lang(rq))}};
    struct error_list errors = {0};
    int step = step_of(rq);
    bool skip = rq_flag(rq, "skip"), leave = rq_flag(rq, "leave");
    struct stepping s = {.rq = rq, .done = leave ? DONE : step + 1};
    if (step == INVITE && !skip && !leave) {
        post_invites(rq, &x);
        return;
    }
    enum rc rc = skip || leave ? RC_OK : read_step(&x, step, &errors, &s);
    if (rc == RC_OK && !errors.items_n) {
        rc = store_write(web_store(rq), save_step, &s);
        if (rc == RC_CONFLICT)
            add_error(&x, &errors, "forward-to", tr(x.page.locale, "Another inbox has this address."));
    }
    if (errors.items_n)
        show_step(rq, step, &errors, NULL, 0, 422);
    else if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else
        rs_redirect(rq, leave || step >= DONE ? "/inbox/mine"
                                              : arena_printf(rq_arena(rq), "/start/%s", steps[step + 1]));
}
