/* admin_settings.c: the company: its name, language, place, and a few settings of desk/account.h. */
#include "base/country.h"
#include "base/money.h"
#include "base/tr.h"
#include "base/wall.h"
#include "desk/careful.h"
#include "desk/privacy.h"
#include "desk/sensitive.h"
#include "html_gen.h"
#include "web/company_form.h"
#include "web/handlers.h"
#include "web/recovery_page.h"

#include <stdlib.h>
#include <string.h>

static const char *amount_of(struct visit *x, enum setting s, const char *currency) {
    struct buf out = {0};
    money_field(&out, setting_int(x->v, s), currency);
    const char *text = arena_copy_n(x->a, out.at, out.len);
    buf_free(&out);
    return text;
}

/* The reference of who is told of careful conversations; "" nobody: the admins are. */
static const char *legal_owner_of(struct visit *x) {
    struct agent agent;
    int64_t id = setting_int(x->v, SETTING_LEGAL_OWNER);
    return id && agent_load(x->v, x->a, id, &agent) == RC_OK && !agent.disabled_at ? agent.ref : "";
}

static enum rc fill_settings(struct visit *x, bool again, const struct error_list *errors,
                             struct admin_settings_view *v) {
    const char *lang = x->account.lang, *country = x->account.country, *zone = x->account.zone;
    const char *legal = legal_owner_of(x);
    v->company.value = x->account.name;
    v->undo_s.value = arena_printf(x->a, "%lld", (long long)setting_int(x->v, SETTING_UNDO_MS) / 1000);
    v->session_h.value = arena_printf(x->a, "%lld", (long long)setting_int(x->v, SETTING_SESSION_HOURS));
    v->raw_days.value = arena_printf(x->a, "%lld", (long long)setting_int(x->v, SETTING_RAW_DAYS));
    v->picture_days.value = arena_printf(x->a, "%lld", (long long)setting_int(x->v, SETTING_PICTURE_DAYS));
    v->mask_contacts = setting_int(x->v, SETTING_MASK_CONTACTS);
    v->news = setting_int(x->v, SETTING_NEWS);
    v->second_step = setting_int(x->v, SETTING_SECOND_STEP);
    v->read_by = setting_int(x->v, SETTING_READ_BY);
    v->currency = currency_of(x->a, &x->account);
    v->goodwill_agent.value = amount_of(x, SETTING_GOODWILL_AGENT, v->currency);
    v->goodwill_lead.value = amount_of(x, SETTING_GOODWILL_LEAD, v->currency);
    v->goodwill_admin.value = amount_of(x, SETTING_GOODWILL_ADMIN, v->currency);
    v->careful_h.value = arena_printf(x->a, "%lld", (long long)setting_int(x->v, SETTING_CAREFUL_HOURS));
    if (again) {
        lang = rq_text(x->rq, "lang") ? rq_text(x->rq, "lang") : "";
        country = rq_text(x->rq, "country") ? rq_text(x->rq, "country") : "";
        zone = rq_text(x->rq, "zone") ? rq_text(x->rq, "zone") : "";
        v->company = (struct field){rq_text(x->rq, "company"), error_of(errors, "company")};
        v->undo_s = (struct field){rq_text(x->rq, "undo_s"), error_of(errors, "undo-s")};
        v->session_h = (struct field){rq_text(x->rq, "session_h"), error_of(errors, "session-h")};
        v->raw_days = (struct field){rq_text(x->rq, "raw_days"), error_of(errors, "raw-days")};
        v->picture_days = (struct field){rq_text(x->rq, "picture_days"), error_of(errors, "picture-days")};
        v->mask_contacts = rq_flag(x->rq, "mask_contacts");
        v->news = rq_flag(x->rq, "news");
        v->second_step = rq_flag(x->rq, "second_step");
        v->read_by = rq_flag(x->rq, "read_by");
        v->goodwill_agent = (struct field){rq_text(x->rq, "goodwill_agent"), error_of(errors, "goodwill-agent")};
        v->goodwill_lead = (struct field){rq_text(x->rq, "goodwill_lead"), error_of(errors, "goodwill-lead")};
        v->goodwill_admin = (struct field){rq_text(x->rq, "goodwill_admin"), error_of(errors, "goodwill-admin")};
        v->careful_h = (struct field){rq_text(x->rq, "careful_h"), error_of(errors, "careful-h")};
        legal = rq_text(x->rq, "legal") ? rq_text(x->rq, "legal") : "";
    }
    v->no_legal_owner = !*legal;
    v->langs = locale_choices(x, lang, NULL);
    v->countries = country_choices(x, country);
    v->zones = zone_choices(x, zone);
    enum rc rc = agent_choices(x, 0, &v->legal_owners);
    for (int i = 0; rc == RC_OK && i < v->legal_owners.items_n; i++)
        v->legal_owners.items[i].chosen = strcmp(v->legal_owners.items[i].value, legal) == 0;
    return rc;
}

static void show_settings(struct request *rq, const struct error_list *errors, int status) {
    struct visit x;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Company")))
        return;
    struct admin_settings_view v = {.shell = shell_of(&x, "admin"), .nav.section = "settings"};
    enum rc rc = fill_settings(&x, errors != NULL, errors, &v);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    if (errors)
        v.errors = *errors;
    else
        v.shell.toast = done_toast(&x);
    rs_status(rq, status);
    html_admin_settings(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_admin_settings(struct request *rq) { show_settings(rq, NULL, 200); }

struct company_saving {
    struct request *rq;
    /* From the third on NULL: as it was. */
    const char *undo_ms, *session_hours, *raw_days, *picture_days, *goodwill_agent, *goodwill_lead, *goodwill_admin,
        *careful_hours;
};

static enum rc save_legal_owner(struct tx *tx, const char *ref, int64_t by, int64_t now) {
    struct agent agent = {0};
    enum rc rc = ref && *ref ? agent_by_ref(tx_view(tx), tx_arena(tx), ref, &agent) : RC_OK;
    if (rc == RC_NONE || agent.disabled_at)
        return RC_CONFLICT; /* left since the page was shown */
    return rc == RC_OK ? setting_save(tx, SETTING_LEGAL_OWNER,
                                      arena_printf(tx_arena(tx), "%lld", (long long)agent.id), by, now)
                       : rc;
}

static enum rc save_settings(struct tx *tx, void *arg) {
    struct company_saving *x = arg;
    struct account account;
    int64_t by = rq_who(x->rq)->agent_id, now = rq_now(x->rq);
    const char *country = rq_text(x->rq, "country");
    enum rc rc = account_load(tx_view(tx), tx_arena(tx), &account);
    if (rc != RC_OK)
        return rc;
    account.name = rq_text(x->rq, "company");
    account.lang = rq_text(x->rq, "lang") ? rq_text(x->rq, "lang") : account.lang;
    account.zone = rq_text(x->rq, "zone");
    account.country = country ? country : "";
    rc = account_save(tx, &account, by);
    if (rc == RC_OK)
        rc = setting_save(tx, SETTING_UNDO_MS, x->undo_ms, by, now);
    if (rc == RC_OK)
        rc = setting_save(tx, SETTING_SESSION_HOURS, x->session_hours, by, now);
    if (rc == RC_OK && x->raw_days)
        rc = setting_save(tx, SETTING_RAW_DAYS, x->raw_days, by, now);
    if (rc == RC_OK && x->picture_days)
        rc = setting_save(tx, SETTING_PICTURE_DAYS, x->picture_days, by, now);
    if (rc == RC_OK)
        rc = setting_save(tx, SETTING_MASK_CONTACTS, rq_flag(x->rq, "mask_contacts") ? "1" : "0", by, now);
    if (rc == RC_OK)
        rc = setting_save(tx, SETTING_NEWS, rq_flag(x->rq, "news") ? "1" : "0", by, now);
    if (rc == RC_OK)
        rc = setting_save(tx, SETTING_READ_BY, rq_flag(x->rq, "read_by") ? "1" : "0", by, now);
    if (rc == RC_OK)
        rc = setting_save(tx, SETTING_SECOND_STEP, rq_flag(x->rq, "second_step") ? "1" : "0", by, now);
    if (rc == RC_OK && x->goodwill_agent)
        rc = setting_save(tx, SETTING_GOODWILL_AGENT, x->goodwill_agent, by, now);
    if (rc == RC_OK && x->goodwill_lead)
        rc = setting_save(tx, SETTING_GOODWILL_LEAD, x->goodwill_lead, by, now);
    if (rc == RC_OK && x->goodwill_admin)
        rc = setting_save(tx, SETTING_GOODWILL_ADMIN, x->goodwill_admin, by, now);
    if (rc == RC_OK && x->careful_hours)
        rc = setting_save(tx, SETTING_CAREFUL_HOURS, x->careful_hours, by, now);
    if (rc == RC_OK && rq_has(x->rq, "legal"))
        rc = save_legal_owner(tx, rq_text(x->rq, "legal"), by, now);
    return rc;
}

/* Minor units as digits; NULL: nothing is said, or *bad. */
static const char *minor_units(struct arena *a, const char *text, const char *country, bool *bad) {
    char currency[CURRENCY_SIZE];
    int64_t amount;
    if (!text || !*text)
        return NULL;
    money_of_country(country, currency);
    if (money_read(text, currency, &amount))
        return arena_printf(a, "%lld", (long long)amount);
    *bad = true;
    return NULL;
}

/* -1: not a number from `least` to `most`. */
static int number_in(const char *text, int least, int most) {
    if (!text || !*text || strspn(text, "0123456789") != strlen(text) || strlen(text) > 6)
        return -1;
    int n = atoi(text);
    return n >= least && n <= most ? n : -1;
}

void post_admin_settings(struct request *rq) {
    struct visit x = {.rq = rq, .a = rq_arena(rq), .page.locale = locale_of(rq_lang(rq))};
    struct error_list errors = {0};
    struct company_saving saving = {.rq = rq};
    const char *company = rq_text(rq, "company"), *zone = rq_text(rq, "zone"), *country = rq_text(rq, "country");
    int undo = number_in(rq_text(rq, "undo_s"), 0, 60), session = number_in(rq_text(rq, "session_h"), 1, 720);
    if (!company || !*company)
        add_error(&x, &errors, "company",
                  tr(x.page.locale, "Write the name of the company, as customers know it."));
    if (!zone || !wall_zone_known(zone))
        add_error(&x, &errors, "zone", tr(x.page.locale, "Choose the time zone from the list."));
    if (country && *country && !country_known(country))
        add_error(&x, &errors, "country", tr(x.page.locale, "Choose the country from the list."));
    if (undo < 0)
        add_error(&x, &errors, "undo-s", tr(x.page.locale, "Write a number from 0 to 60."));
    if (session < 0)
        add_error(&x, &errors, "session-h", tr(x.page.locale, "Write a number from 1 to 720."));
    if (rq_text(rq, "raw_days") && number_in(rq_text(rq, "raw_days"), 1, RAW_DAYS_MAX) < 0)
        add_error(&x, &errors, "raw-days", tr(x.page.locale, "Write a number from 1 to 3650."));
    saving.raw_days = rq_text(rq, "raw_days");
    saving.picture_days = rq_text(rq, "picture_days");
    if (saving.picture_days && number_in(saving.picture_days, 1, PICTURE_DAYS_MAX) < 0)
        add_error(&x, &errors, "picture-days", tr(x.page.locale, "Write a number from 1 to 365."));
    saving.careful_hours = rq_text(rq, "careful_h");
    if (saving.careful_hours && number_in(saving.careful_hours, 1, CAREFUL_HOURS_MAX) < 0)
        add_error(&x, &errors, "careful-h", tr(x.page.locale, "Write a number from 1 to 72."));
    bool bad_agent = false, bad_lead = false, bad_admin = false;
    saving.goodwill_agent = minor_units(x.a, rq_text(rq, "goodwill_agent"), country, &bad_agent);
    saving.goodwill_lead = minor_units(x.a, rq_text(rq, "goodwill_lead"), country, &bad_lead);
    saving.goodwill_admin = minor_units(x.a, rq_text(rq, "goodwill_admin"), country, &bad_admin);
    if (bad_agent)
        add_error(&x, &errors, "goodwill-agent", tr(x.page.locale, "Write an amount in figures."));
    if (bad_lead)
        add_error(&x, &errors, "goodwill-lead", tr(x.page.locale, "Write an amount in figures."));
    if (bad_admin)
        add_error(&x, &errors, "goodwill-admin", tr(x.page.locale, "Write an amount in figures."));
    saving.undo_ms = arena_printf(x.a, "%d", undo * 1000);
    saving.session_hours = arena_printf(x.a, "%d", session);
    if (errors.items_n)
        show_settings(rq, &errors, 422);
    else if (web_write(rq, save_settings, &saving))
        rs_redirect(rq, "/admin/settings?done=saved");
}
