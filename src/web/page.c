#include "web/page.h"

#include "base/tr.h"
#include "base/utf8.h"
#include "desk/article.h"
#include "desk/event.h"
#include "desk/must_read.h"
#include "desk/careful.h"
#include "desk/recovery.h"

#include <string.h>

/* ---- the reader ---- */

static bool begin(struct visit *x, struct request *rq, const char *title, bool may_set_cookie) {
    const struct identity *who = rq_who(rq);
    *x = (struct visit){.rq = rq, .a = rq_arena(rq), .v = view_open(web_store(rq))};
    view_hold(x->v);
    enum rc rc = account_load(x->v, x->a, &x->account);
    if (who->agent)
        x->me = *who->agent;
    x->page = (struct page){
        .lang = rq_lang(rq),
        .locale = locale_of(rq_lang(rq)),
        .zone = *(x->me.zone ? x->me.zone : "") ? x->me.zone : x->account.zone,
        .now = rq_now(rq),
        .title = title,
        .theme = x->me.theme && *x->me.theme ? x->me.theme : "auto",
        .origin = rq_origin(rq),
        .csrf = who->agent_id && !who->by_token ? who->csrf : visitor_csrf(rq, may_set_cookie),
        .fragment = rq_fragment(rq),
    };
    if (x->me.id) {
        x->page.agent_name = x->me.name;
        x->page.agent_initials = initials_of(x->a, x->me.name);
        x->page.agent_role = agent_role_name(x->me.role);
        x->page.single_keys = x->me.single_keys;
        x->page.may_reveal = x->me.may_reveal;
    }
    if (rc == RC_OK)
        return true;
    visit_fail(x, rc);
    return false;
}

bool visit_begin(struct visit *x, struct request *rq, const char *title) { return begin(x, rq, title, true); }

bool visit_begin_public(struct visit *x, struct request *rq, const char *title) {
    return begin(x, rq, title, false);
}

void visit_end(struct visit *x) { view_close(x->v); }

void visit_fail(struct visit *x, enum rc rc) {
    view_close(x->v);
    rs_error(x->rq, rc, NULL);
}

enum rc visit_agents(struct visit *x, struct agent **out, int *n) {
    enum rc rc = x->agents_read ? RC_OK : agent_list(x->v, x->a, true, &x->agents, &x->agents_n);
    x->agents_read |= rc == RC_OK;
    *out = x->agents;
    *n = x->agents_n;
    return rc;
}

enum rc visit_teams(struct visit *x, struct team **out, int *n) {
    enum rc rc = x->teams_read ? RC_OK : team_list(x->v, x->a, &x->teams, &x->teams_n);
    x->teams_read |= rc == RC_OK;
    *out = x->teams;
    *n = x->teams_n;
    return rc;
}

enum rc visit_tags(struct visit *x, struct tag **out, int *n) {
    enum rc rc = x->tags_read ? RC_OK : tag_list(x->v, x->a, &x->tags, &x->tags_n);
    x->tags_read |= rc == RC_OK;
    *out = x->tags;
    *n = x->tags_n;
    return rc;
}

enum rc visit_must_read(struct visit *x, int *n) {
    enum rc rc = x->must_read_counted ? RC_OK : must_read_count(x->v, x->me.id, &x->must_read_n);
    x->must_read_counted |= rc == RC_OK;
    *n = x->must_read_n;
    return rc;
}

bool web_write(struct request *rq, enum rc (*fn)(struct tx *, void *), void *arg) {
    enum rc rc = store_write(web_store(rq), fn, arg);
    if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    return rc == RC_OK;
}

/* ---- frames ---- */

struct agent_shell shell_of(struct visit *x, const char *section) {
    int64_t seq = 0;
    int due = 0, must_read = 0;
    if (event_last_seq(x->v, &seq) != RC_OK)
        seq = 0; /* the page works, and its live updates begin with what comes */
    if (article_due_count(x->v, x->me.id, x->page.now, &due) != RC_OK)
        due = 0;
    if (visit_must_read(x, &must_read) != RC_OK)
        must_read = 0;
    return (struct agent_shell){.section = section,
                                .first = rq_who(x->rq)->first != NULL,
                                .me_ref = x->me.ref,
                                .seq = seq,
                                .me_away = x->me.away_since != 0,
                                .articles_due = due,
                                .must_read = must_read};
}

bool more_than(int *n, int shown) {
    bool more = *n > shown;
    if (more)
        *n = shown;
    return more;
}

/* The word stands in the address after a redirect, so that a page loaded again says it once more and nothing is
 * kept. */
struct toast done_toast(struct visit *x) {
    static const struct {
        const char *word, *text;
    } all[] = {
        {"saved", N_("Saved.")},
        {"tested", N_("A test is on its way. It should appear within a minute.")},
        {"added", N_("Added.")},
        {"removed", N_("Removed.")},
        {"ended", N_("Ended.")},
        {"password", N_("Your password is changed. Other sessions have ended.")},
        {"one_step", N_("The second step is switched off.")},
    };
    const char *word = rq_text(x->rq, "done");
    for (size_t i = 0; word && i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].word, word) == 0)
            return (struct toast){.text = tr(x->page.locale, all[i].text)};
    return (struct toast){0};
}

const char *came_from(struct request *rq) {
    const char *from = rq_header(rq, "Referer"), *origin = rq_origin(rq);
    size_t n = strlen(origin);
    return from && strncmp(from, origin, n) == 0 && from[n] == '/' ? from + n : "";
}

struct choices choices_of(struct visit *x, const struct choice *all, size_t n, const char *chosen) {
    struct choices out = {ARENA_ARRAY(x->a, n + 1, struct choice), (int)n};
    for (size_t i = 0; i < n; i++) {
        out.items[i] = all[i];
        out.items[i].chosen = chosen && strcmp(chosen, all[i].value) == 0;
    }
    return out;
}

struct choices locale_choices(struct visit *x, const char *chosen, const char *url_format) {
    static const char *const names[LOCALES] = {"English", "Tiếng Việt", "简体中文", "繁體中文", "ไทย"};
    struct choices out = {ARENA_ARRAY(x->a, LOCALES, struct choice), LOCALES};
    for (int l = 0; l < LOCALES; l++) {
        const char *tag = locale_tag((enum locale)l);
        out.items[l] = (struct choice){
            .value = url_format ? arena_printf(x->a, "%s%s", url_format, tag) : tag,
            .label = names[l],
            .chosen = strcmp(tag, chosen) == 0,
        };
    }
    return out;
}

struct public_shell public_shell_of(struct visit *x) {
    return (struct public_shell){
        .brand = x->account.name,
        .home_url = "/help",
        .contact_url = "/contact",
        .langs = locale_choices(x, x->page.lang, "?lang="),
    };
}

static const char *url_with(struct arena *a, const char *path, const char *ref, const char *const (*fields)[2],
                            int n) {
    struct buf url = {0};
    char join = '?';
    buf_str(&url, path);
    buf_str(&url, ref);
    for (int i = 0; i < n; i++)
        if (fields[i][1] && *fields[i][1]) {
            buf_char(&url, join);
            buf_str(&url, fields[i][0]);
            buf_char(&url, '=');
            html_url_part_str(&url, fields[i][1]);
            join = '&';
        }
    const char *out = arena_copy(a, url.at);
    buf_free(&url);
    return out;
}

const char *list_url(struct arena *a, const struct list_place *p, const char *before) {
    const char *const fields[][2] = {{"q", p->q}, {"contact", p->contact}, {"before", before}};
    struct buf path = {0};
    buf_str(&path, "/inbox/");
    html_url_part_str(&path, p->key);
    const char *out = url_with(a, path.at, "", fields, 3);
    buf_free(&path);
    return out;
}

const char *conversation_url(struct arena *a, const char *ref, const struct list_place *p) {
    const char *const fields[][2] = {{"view", p->key}, {"q", p->q}, {"contact", p->contact}};
    return url_with(a, "/c/", ref, fields, 3);
}

/* ---- the column of views ---- */

static struct view_link link_of(const char *key, const char *label, int count, const char *current) {
    return (struct view_link){.key = key, .label = label, .count = count, .current = strcmp(key, current) == 0};
}

enum rc nav_of(struct visit *x, const char *current, struct views_nav *out) {
    struct list_counts n;
    struct inbox *inboxes;
    struct team *teams;
    int inboxes_n, teams_n;
    enum rc rc = conversation_counts(x->v, x->me.id, &n);
    if (rc == RC_OK)
        rc = inbox_list(x->v, x->a, &inboxes, &inboxes_n);
    if (rc == RC_OK)
        rc = visit_teams(x, &teams, &teams_n);
    if (rc == RC_OK)
        rc = recovery_open_count(x->v, &out->recoveries);
    if (rc != RC_OK)
        return rc;
    struct view_link promises = link_of("promises", "", n.promises, current);
    promises.alarm = n.promise_first && n.promise_first < x->page.now;
    out->to_correct = n.recalls;
    struct view_link recalls = link_of("recalls", "", n.recalls, current);
    recalls.alarm = n.recalls && n.recall_first && n.recall_first < x->page.now;
    /* Agents have it in their own lists; these people are to take it in hand. */
    bool oversees = n.careful && careful_may_take(&x->me, setting_int(x->v, SETTING_LEGAL_OWNER));
    struct view_link careful = link_of("careful", "", oversees ? n.careful : 0, current);
    careful.alarm = careful.count && n.careful_first < x->page.now;
    const struct view_link all[] = {
        link_of("mine", "", n.mine, current),
        link_of("unassigned", "", n.unassigned, current),
        link_of("open", "", n.active, current),
        link_of("mentions", "", n.mentions, current),
        link_of("waiting", "", n.waiting, current),
        link_of("pending", "", n.pending, current),
        link_of("on_hold", "", n.on_hold, current),
        link_of("snoozed", "", n.snoozed, current),
        link_of("failed", "", n.failed, current),
        promises,
        careful,
        recalls,
        link_of("resolved", "", 0, current),
        link_of("spam", "", 0, current),
    };
    out->views = ARENA_ARRAY(x->a, sizeof all / sizeof *all, struct view_link);
    out->views_n = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        bool shown_when_empty = strcmp(all[i].key, "on_hold") != 0 && strcmp(all[i].key, "failed") != 0 &&
                                strcmp(all[i].key, "promises") != 0 && strcmp(all[i].key, "recalls") != 0 &&
                                strcmp(all[i].key, "careful") != 0 &&
                                (n.mentioned || strcmp(all[i].key, "mentions") != 0);
        if (shown_when_empty || all[i].count || all[i].current)
            out->views[out->views_n++] = all[i];
    }
    out->inboxes = ARENA_ARRAY(x->a, (size_t)inboxes_n + 1, struct view_link);
    for (int i = 0; i < inboxes_n; i++)
        out->inboxes[out->inboxes_n++] = link_of(inboxes[i].ref, inboxes[i].name, 0, current);
    out->teams = ARENA_ARRAY(x->a, (size_t)teams_n + 1, struct view_link);
    for (int i = 0; i < teams_n; i++) {
        out->teams[out->teams_n] = link_of(teams[i].ref, teams[i].name, 0, current);
        out->teams[out->teams_n++].team = true;
    }
    return RC_OK;
}

/* ---- small things ---- */

bool took_language(struct request *rq, const char *back) {
    const char *lang = rq_text(rq, "lang");
    if (!lang)
        return false;
    rs_cookie(rq, "lang", lang, 365 * 24 * 3600);
    rs_redirect(rq, back);
    return true;
}

/* Scripts with capitals give the first letters of the first and the last word; others say enough with one letter.
 */
const char *initials_of(struct arena *a, const char *name) {
    const char *end = name + strlen(name), *last = strrchr(name, ' ');
    int len = 1, last_len = 1;
    uint32_t first = *name ? utf8_next(name, end, &len) : ' ';
    bool has_capitals = first < 0x0600 || (first >= 0x1E00 && first < 0x2000);
    if (last && last[1] && has_capitals)
        utf8_next(last + 1, end, &last_len);
    char *out = arena_printf(a, "%.*s%.*s", *name ? len : 0, name, last && last[1] && has_capitals ? last_len : 0,
                             last ? last + 1 : "");
    for (char *p = out; *p; p++)
        if (*p >= 'a' && *p <= 'z')
            *p -= 'a' - 'A';
    return out;
}

const char *size_text_of(struct arena *a, int64_t bytes) {
    if (bytes < 1000)
        return arena_printf(a, "%d B", (int)bytes);
    if (bytes < 1000000)
        return arena_printf(a, "%d kB", (int)((bytes + 500) / 1000));
    return arena_printf(a, "%d.%d MB", (int)(bytes / 1000000), (int)(bytes % 1000000 / 100000));
}

enum rc agent_choices(struct visit *x, int64_t chosen, struct choices *out) {
    struct agent *agents;
    int n;
    enum rc rc = visit_agents(x, &agents, &n);
    if (rc != RC_OK)
        return rc;
    out->items = ARENA_ARRAY(x->a, (size_t)n + 1, struct choice);
    for (int i = 0; i < n; i++)
        if (agent_takes_work(&agents[i]))
            out->items[out->items_n++] =
                (struct choice){agents[i].ref, agents[i].name,
                                agents[i].away_since ? tr(x->page.locale, "away") : "", agents[i].id == chosen};
    return RC_OK;
}

const char *landing_page(enum agent_role role) { return role == ROLE_READER ? "/read" : "/inbox/mine"; }

enum rc team_choices(struct visit *x, int64_t chosen, struct choices *out) {
    struct team *teams;
    int n;
    enum rc rc = visit_teams(x, &teams, &n);
    if (rc != RC_OK)
        return rc;
    out->items = ARENA_ARRAY(x->a, (size_t)n + 1, struct choice);
    for (int i = 0; i < n; i++)
        out->items[out->items_n++] = (struct choice){teams[i].ref, teams[i].name, "", teams[i].id == chosen};
    return RC_OK;
}

void add_error(struct visit *x, struct error_list *list, const char *field, const char *text) {
    list->items =
        arena_grow(x->a, list->items, (size_t)list->items_n, (size_t)list->items_n + 1, sizeof *list->items);
    list->items[list->items_n++] = (struct error_line){field, text};
}

const char *error_of(const struct error_list *list, const char *field) {
    for (int i = 0; list && i < list->items_n; i++)
        if (strcmp(list->items[i].field, field) == 0)
            return list->items[i].text;
    return NULL;
}

bool plausible_email(const char *s) {
    const char *at = s ? strrchr(s, '@') : NULL;
    return at && at > s && strchr(at, '.') && !strpbrk(s, " <>\"\t,;") && strchr(s, '@') == at;
}
