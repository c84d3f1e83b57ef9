/* inbox_page.c: lists of conversations, and the three panes. Reads only. */
#include "base/tr.h"
#include "desk/contact.h"
#include "desk/promise.h"
#include "html_gen.h"
#include "web/conversation_page.h"
#include "web/handlers.h"
#include "web/page.h"

#include "base/id.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = LIST_ROWS - 1 };

static const struct {
    const char *key;
    enum list_kind view;
} lists[] = {
    {"mine", LIST_MINE},       {"unassigned", LIST_UNASSIGNED}, {"open", LIST_ACTIVE},
    {"waiting", LIST_WAITING}, {"pending", LIST_PENDING},       {"on_hold", LIST_ON_HOLD},
    {"snoozed", LIST_SNOOZED}, {"failed", LIST_FAILED},         {"resolved", LIST_RESOLVED},
    {"spam", LIST_SPAM},       {"promises", LIST_PROMISES},     {"recalls", LIST_RECALLS},
    {"careful", LIST_CAREFUL}, {"mentions", LIST_MENTIONS},
};

/* A built-in key, or the reference of an inbox, team or tag. RC_NONE: neither. */
static enum rc list_named(struct visit *x, const char *key, struct list_ask *ask, const char **label) {
    struct inbox inbox;
    struct team team;
    struct tag tag;
    *label = "";
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (strcmp(lists[i].key, key) == 0) {
            ask->view = lists[i].view;
            return RC_OK;
        }
    enum rc rc = RC_NONE;
    if (id_ref_valid(key, "inb") && (rc = inbox_by_ref(x->v, x->a, key, &inbox)) == RC_OK) {
        ask->view = LIST_INBOX;
        ask->subject_id = inbox.id;
        *label = inbox.name;
    } else if (id_ref_valid(key, "tem") && (rc = team_by_ref(x->v, x->a, key, &team)) == RC_OK) {
        ask->view = LIST_TEAM;
        ask->subject_id = team.id;
        *label = team.name;
    } else if (id_ref_valid(key, "tag") && (rc = tag_by_ref(x->v, x->a, key, &tag)) == RC_OK) {
        ask->view = LIST_TAG;
        ask->subject_id = tag.id;
        *label = tag.name;
    }
    return rc;
}

/* A cursor is the last row's time and reference: a row that moved since does not shift the page. */
static enum rc read_cursor(struct visit *x, const char *cursor, struct list_ask *ask) {
    struct conversation c;
    char *end;
    int64_t at = strtoll(cursor, &end, 10);
    if (*end != '.' || !id_ref_valid(end + 1, "con"))
        return RC_INVALID;
    enum rc rc = conversation_by_ref(x->v, x->a, end + 1, &c);
    ask->after_at = at;
    ask->after_id = rc == RC_OK ? c.id : 0;
    return rc == RC_NONE ? RC_OK : rc;
}

struct row_view row_view_of(struct visit *x, const struct list_row *r, const struct list_place *place,
                            const char *current) {
    return (struct row_view){
        .ref = r->ref,
        .short_ref = r->short_ref,
        .url = conversation_url(x->a, r->ref, place),
        .who = r->contact_name,
        .subject = *r->subject ? r->subject : tr(x->page.locale, "(no subject)"),
        .preview = r->preview,
        .lang = "",
        .channel.key = r->channel,
        .status = {r->status, r->snoozed_until},
        .waiting_since = r->waiting_since,
        .last_at = r->last_at,
        .owner = r->assignee_name,
        .owner_initials = r->assignee_name ? initials_of(x->a, r->assignee_name) : "",
        .unread = r->unread,
        .current = current && strcmp(current, r->ref) == 0,
        .draft = r->has_draft,
        .failed = r->failed_sends > 0,
        .mentioned = r->mentioned,
        .promise = !r->promise_due                                       ? ""
                   : r->promise_due < x->page.now                        ? "late"
                   : r->promise_due - PROMISE_WARN_MAX_MS <= x->page.now ? "soon"
                                                                         : "open",
    };
}

/* What the bar for several rows offers. */
static enum rc fill_bulk(struct visit *x, struct list_view *out) {
    struct tag *tags;
    int n;
    enum rc rc = agent_choices(x, 0, &out->owners);
    if (rc == RC_OK)
        rc = visit_tags(x, &tags, &n);
    if (rc != RC_OK)
        return rc;
    out->tags.items = ARENA_ARRAY(x->a, (size_t)n + 1, struct choice);
    for (int i = 0; i < n; i++)
        out->tags.items[out->tags.items_n++] = (struct choice){tags[i].ref, tags[i].name};
    return RC_OK;
}

static enum rc fill_rows(struct visit *x, const struct list_ask *ask, const struct list_place *place,
                         const char *current, struct list_view *out) {
    struct list_row *rows;
    int n;
    enum rc rc = conversation_list(x->v, x->a, ask, &rows, &n);
    if (rc != RC_OK)
        return rc;
    bool more = n > ROWS;
    out->rows_n = more ? ROWS : n;
    out->rows = ARENA_ARRAY(x->a, (size_t)out->rows_n + 1, struct row_view);
    for (int i = 0; i < out->rows_n; i++)
        out->rows[i] = row_view_of(x, &rows[i], place, current);
    if (more) {
        const struct list_row *last = &rows[ROWS - 1];
        int64_t at = ask->view == LIST_WAITING    ? last->waiting_since
                     : ask->view == LIST_PROMISES ? last->promise_due
                     : ask->view == LIST_MENTIONS ? last->mentioned_at
                                                  : last->last_at;
        out->older_url = list_url(x->a, place, arena_printf(x->a, "%lld.%s", (long long)at, last->ref));
    }
    return RC_OK;
}

enum rc sign_rows(struct visit *x, const struct views_nav *nav, struct list_view *list) {
    struct list_sign *signs;
    int n;
    if (!nav->recoveries && !nav->to_correct)
        return RC_OK;
    enum rc rc = conversation_signs(x->v, x->a, &signs, &n);
    for (int i = 0; rc == RC_OK && i < list->rows_n; i++)
        for (int k = 0; k < n; k++)
            if (strcmp(signs[k].ref, list->rows[i].ref) == 0)
                *(signs[k].correction ? &list->rows[i].recall : &list->rows[i].recovery) = true;
    return rc;
}

/* All conversations of a customer: a search without words. */
static enum rc contact_list_ask(struct visit *x, const char *ref, struct list_ask *ask, const char **label) {
    struct contact contact;
    enum rc rc = contact_by_ref(x->v, x->a, ref, &contact);
    if (rc != RC_OK)
        return rc;
    ask->view = LIST_CONTACT;
    ask->subject_id = contact.id;
    *label = contact.name;
    return RC_OK;
}

enum rc list_view_of(struct visit *x, const struct list_place *place, const char *cursor, const char *current,
                     struct list_view *out) {
    struct list_ask ask = {.agent_id = x->me.id, .max = ROWS + 1};
    const char *label = "";
    bool search = strcmp(place->key, "search") == 0, words = place->q && *place->q;
    enum rc rc = RC_OK;
    *out = (struct list_view){.view = {.key = place->key, .current = true}, .contact = place->contact};
    if (search && (words || !place->contact)) {
        rc = search_view_of(x, place, cursor, current, out);
        return rc == RC_OK ? fill_bulk(x, out) : rc;
    }
    rc = search ? contact_list_ask(x, place->contact, &ask, &label) : list_named(x, place->key, &ask, &label);
    if (rc == RC_OK && cursor)
        rc = read_cursor(x, cursor, &ask);
    if (rc == RC_OK)
        rc = fill_rows(x, &ask, place, current, out);
    out->view.label = label;
    return rc == RC_OK ? fill_bulk(x, out) : rc;
}

void get_root(struct request *rq) {
    rs_redirect(rq, rq_who(rq)->agent_id ? landing_page((enum agent_role)rq_who(rq)->role) : "/help");
}

void list_page_out(struct visit *x, struct inbox_view *v, bool rows_alone) {
    struct buf *out = rs_body(x->rq);
    int64_t changed = rq_int(x->rq, "changed", 0);
    if (changed) {
        struct buf said = {0};
        tr_fill(&said,
                tr_n(x->page.locale, changed, "{n} conversation was changed.", "{n} conversations were changed."),
                "n", arena_printf(x->a, "%lld", (long long)changed), NULL);
        v->shell.toast = (struct toast){.text = arena_copy(x->a, said.at)};
        buf_free(&said);
    }
    if (!rows_alone) {
        html_agent_inbox(out, &x->page, v);
        return;
    }
    for (int i = 0; i < v->list.rows_n; i++)
        html_agent_row(out, &x->page, &v->list.rows[i]);
    html_agent_list_older(out, &x->page, &v->list);
}

void get_inbox(struct request *rq) {
    struct visit x;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Inbox")))
        return;
    struct inbox_view v = {.shell = shell_of(&x, "inbox")};
    struct list_place place = {rq_text(rq, "view")};
    const char *cursor = rq_text(rq, "before");
    if (strcmp(place.key, "mine") == 0 && wizard_waits(&x)) {
        visit_end(&x);
        rs_redirect(rq, "/start/language");
        return;
    }
    enum rc rc = list_view_of(&x, &place, cursor, NULL, &v.list);
    if (rc == RC_OK)
        rc = nav_of(&x, place.key, &v.nav);
    if (rc == RC_OK)
        rc = sign_rows(&x, &v.nav, &v.list);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    list_page_out(&x, &v, rq_fragment(rq) && cursor);
    visit_end(&x);
}

/* ---- one conversation ---- */

/* The neighbours in the list that it was opened from. */
static void find_neighbours(struct inbox_view *v) {
    for (int i = 0; i < v->list.rows_n; i++)
        if (v->list.rows[i].current) {
            v->conversation.prev_url = i > 0 ? v->list.rows[i - 1].url : "";
            v->conversation.next_url = i + 1 < v->list.rows_n ? v->list.rows[i + 1].url : "";
        }
}

void show_conversation(struct request *rq, const char *ref, const char *view_key, int status,
                       const struct composer_note *note, const struct toast *toast) {
    struct visit x;
    struct conversation c;
    int64_t before_id = 0;
    if (!visit_begin(&x, rq, NULL))
        return;
    struct inbox_view v = {.has_conversation = true};
    struct list_place place = {view_key ? view_key : "mine"};
    if (rq_route(rq)->handler == get_conversation) {
        place.q = rq_text(rq, "q");
        place.contact = rq_text(rq, "contact");
    }
    enum rc rc = conversation_by_ref(x.v, x.a, ref, &c);
    if (rc == RC_OK && rq_route(rq)->method == HTTP_GET && rq_has(rq, "before")) {
        struct message m;
        rc = message_by_ref(x.v, x.a, rq_text(rq, "before"), &m);
        before_id = rc == RC_OK ? m.id : 0;
    }
    if (rc == RC_OK)
        rc = list_view_of(&x, &place, NULL, ref, &v.list);
    if (rc == RC_OK)
        rc = conversation_view_of(&x, &c, list_url(x.a, &place, NULL), before_id, note, &v.conversation);
    if (rc == RC_OK && !rq_fragment(rq))
        rc = nav_of(&x, place.key, &v.nav);
    if (rc == RC_OK)
        rc = sign_rows(&x, &v.nav, &v.list);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    x.page.title = v.conversation.subject;
    find_neighbours(&v);
    rs_status(rq, status);
    if (rq_fragment(rq)) {
        html_fragment(rs_body(rq), &x.page);
        html_agent_conversation(rs_body(rq), &x.page, &v.conversation);
    } else {
        v.shell = shell_of(&x, "inbox");
        v.shell.search = place.q;
        if (toast)
            v.shell.toast = *toast;
        html_agent_inbox(rs_body(rq), &x.page, &v);
    }
    visit_end(&x);
}

void get_conversation(struct request *rq) {
    show_conversation(rq, rq_text(rq, "ref"), rq_text(rq, "view"), 200, NULL, NULL);
}

void get_messages(struct request *rq) {
    struct visit x;
    struct conversation c;
    struct message m;
    struct conversation_view v;
    if (!visit_begin(&x, rq, NULL))
        return;
    enum rc rc = conversation_by_ref(x.v, x.a, rq_text(rq, "ref"), &c);
    if (rc == RC_OK)
        rc = message_by_ref(x.v, x.a, rq_text(rq, "before"), &m);
    if (rc == RC_OK)
        rc = timeline_before(&x, &c, m.id, &v);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    html_agent_timeline_part(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_timeline(struct request *rq) {
    struct visit x;
    struct conversation c;
    struct conversation_view v;
    if (!visit_begin(&x, rq, NULL))
        return;
    enum rc rc = conversation_by_ref(x.v, x.a, rq_text(rq, "ref"), &c);
    if (rc == RC_OK)
        rc = timeline_before(&x, &c, 0, &v);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    html_agent_timeline(rs_body(rq), &x.page, &v);
    visit_end(&x);
}
