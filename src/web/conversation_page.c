/* conversation_page.c: a conversation as agents see it: timeline, composer, the customer's card. Reads only. */
#include "base/tr.h"
#include "base/buf.h"
#include "base/say.h"
#include "base/wall.h"
#include "desk/careful.h"
#include "desk/contact.h"
#include "desk/hours.h"
#include "desk/mention.h"
#include "desk/message.h"
#include "desk/news.h"
#include "desk/prevention.h"
#include "desk/promise.h"
#include "desk/recovery.h"
#include "desk/refund_to.h"
#include "desk/reply.h"
#include "desk/sensitive.h"
#include "text/markdown.h"
#include "text/mention.h"
#include "web/article_page.h"
#include "web/conversation_page.h"
#include "web/page.h"
#include "web/reply_check.h"
#include "web/recall_shown.h"

#include <stdlib.h>
#include <string.h>

enum { MESSAGES_SHOWN = 50, EVENTS_SHOWN = 200, PAST_SHOWN = 5, PAST_COUNTED = 30 };

/* ---- messages ---- */

struct file_view file_view_of(struct arena *a, const struct attachment *x) {
    bool hidden = sensitive_hidden(x);
    bool picture = !hidden && strncmp(x->type, "image/", 6) == 0 && strcmp(x->type, "image/svg+xml") != 0;
    char *url = arena_printf(a, "/f/%s", x->ref);
    return (struct file_view){
        .ref = x->ref,
        .name = x->name,
        .type = x->type,
        .url = hidden ? "" : url,
        .blurred = hidden,
        .gone_at = x->dropped_at,
        .thumb_url = picture && x->size < 4 * 1024 * 1024 ? url : "",
        .size = x->size,
        .size_text = size_text_of(a, x->size),
    };
}

void message_file_views(struct visit *x, const struct message *m, struct file_view **files, int *n) {
    *n = m->files_n;
    *files = ARENA_ARRAY(x->a, (size_t)m->files_n + 1, struct file_view);
    for (int i = 0; i < m->files_n; i++) {
        const struct attachment *f = &m->files[i];
        (*files)[i] = file_view_of(x->a, f);
        if (f->sensitive_at)
            (*files)[i].until = sensitive_kept_until(f->sensitive_at, setting_int(x->v, SETTING_PICTURE_DAYS));
    }
}

struct safe_html message_body_html(struct arena *a, const struct message *m) {
    bool ours = strcmp(m->kind, "customer") != 0;
    return (struct safe_html){ours ? markdown_html(a, m->body) : plain_html(a, m->body)};
}

static const char *delivery_why(struct visit *x, const struct message *m) {
    const char *known = strcmp(m->state_reason, "smtp_not_set") == 0
                            ? tr(x->page.locale, "The inbox has no outgoing mail server yet. An admin can set one.")
                        : strcmp(m->state_reason, "no_inbox") == 0
                            ? tr(x->page.locale, "There is no e-mail inbox to send from. An admin can add one.")
                            : NULL;
    if (known)
        return known;
    struct buf out = {0};
    tr_fill(&out, tr(x->page.locale, "The other mail server said: {words}"), "words",
            *m->state_reason ? m->state_reason : "…", NULL);
    char *text = arena_copy(x->a, out.at);
    buf_free(&out);
    return text;
}

static void fill_message(struct visit *x, const struct conversation *c, const struct message *m,
                         struct message_view *out) {
    bool in = strcmp(m->kind, "customer") == 0, note = strcmp(m->kind, "note") == 0;
    const char *who = in ? m->contact_name : m->agent_name;
    bool bounced = strcmp(m->state, "failed") == 0 && m->state_reason[0] == '5' && m->state_reason[1] == '.';
    *out = (struct message_view){
        .ref = m->ref,
        .kind = note ? "note"
                : in ? "in"
                     : "out",
        .by = *m->auto_kind                 ? "automation"
              : strcmp(m->kind, "bot") == 0 ? "bot"
                                            : "person",
        .who = who ? who : "Kept",
        .initials = initials_of(x->a, who ? who : "Kept"),
        .lang = in ? c->lang : "",
        .cc = m->mail_cc,
        .channel.key = note ? "" : m->channel,
        .at = m->created_at,
        .body = message_body_html(x->a, m),
        .has_quoted = *m->quoted,
        .quoted = {*m->quoted ? plain_html(x->a, m->quoted) : ""},
        .has_html = m->has_html,
        .erased = m->erased,
        .by_mail = in && strcmp(m->channel, "email") == 0,
        .masked = m->masked > 0,
        .thanks = strcmp(m->courtesy, "thanks") == 0,
        .placeholder = strcmp(m->courtesy, "placeholder") == 0,
        .incomplete = m->incomplete,
        .unreadable = in && c->unreadable && !*m->body && *m->state_reason && !*m->auto_kind,
        .undo_until = message_may_be_undone(m, x->page.now) ? m->send_at : 0,
    };
    if (!in && !note) {
        out->delivery = bounced                           ? "bounced"
                        : strcmp(m->state, "failed") == 0 ? "failed"
                        : strcmp(m->state, "sent") == 0   ? "sent"
                        : strcmp(m->state, "seen") == 0   ? "seen"
                                                          : "queued";
        bool waits = strcmp(m->state, "queued") == 0 && *m->state_reason;
        if (waits || strcmp(m->state, "failed") == 0)
            out->delivery_why = delivery_why(x, m);
    }
    message_file_views(x, m, &out->files, &out->files_n);
    for (int i = 0; i < out->files_n; i++) {
        out->files[i].may_mark = true;
        out->files[i].conversation = c->ref;
    }
}

/* ---- what happened between the messages ---- */

struct names {
    struct agent *agents;
    int agents_n;
    struct tag *tags;
    int tags_n;
    struct promise *promises;
    int promises_n;
};

static const char *promise_text_of(const struct names *names, int64_t id) {
    for (int i = 0; i < names->promises_n; i++)
        if (names->promises[i].id == id)
            return names->promises[i].text;
    return NULL;
}

static const char *agent_name_of(const struct names *names, int64_t id) {
    for (int i = 0; i < names->agents_n; i++)
        if (names->agents[i].id == id)
            return names->agents[i].name;
    return "";
}

static const char *subject_of(struct visit *x, const char *subject) {
    return *subject ? subject : tr(x->page.locale, "(no subject)");
}

static const char *tag_name_of(struct visit *x, const struct names *names, int64_t id) {
    for (int i = 0; i < names->tags_n; i++)
        if (names->tags[i].id == id)
            return names->tags[i].name;
    return tr(x->page.locale, "tag|(removed since)");
}

/* Of a promise that is still there: one whose reply was taken back was never made. */
static bool promise_line(const struct event *e, const struct names *names, struct system_line *out) {
    const char *text = promise_text_of(names, e->subject_id);
    bool made = strcmp(e->kind, "promise.made") == 0, late = strcmp(e->kind, "promise.broken") == 0;
    if (text && *text && strcmp(e->kind, "promise.handed") == 0) {
        out->kind = strcmp(e->code, "away") == 0 ? "promise_passed" : "promise_handed";
        out->what = text;
        out->to = e->amount ? agent_name_of(names, e->amount) : "";
        return true;
    }
    if (!text || !*text || (!made && !late && strcmp(e->kind, "promise.settled") != 0))
        return false;
    out->kind = made                              ? "promise_made"
                : late                            ? "promise_late"
                : strcmp(e->code, "kept") == 0    ? "promise_kept"
                : strcmp(e->code, "renewed") == 0 ? "promise_moved"
                : strcmp(e->code, "broken") == 0  ? "promise_broken"
                                                  : "promise_withdrawn";
    out->what = text;
    out->until = made ? e->amount : 0;
    return true;
}

/* Which events are lines of the timeline; messages are there themselves. False: not shown. */
static bool line_of(struct visit *x, const struct event *e, const struct names *names, struct system_line *out) {
    *out = (struct system_line){
        .who =
            e->actor.kind == ACTOR_AGENT || e->actor.kind == ACTOR_TOKEN ? agent_name_of(names, e->actor.id) : "",
        .at = e->at,
        .what = "",
        .to = "",
    };
    if (strcmp(e->kind, "conversation.assigned") == 0) {
        out->kind = "assigned";
        out->what = agent_name_of(names, e->subject_id);
    } else if (strcmp(e->kind, "conversation.unassigned") == 0) {
        out->kind = "unassigned";
    } else if (strcmp(e->kind, "conversation.status_changed") == 0) {
        bool by_customer = e->actor.kind == ACTOR_CONTACT;
        out->kind = by_customer ? "reopened" : strcmp(e->code, "snoozed") == 0 ? "snoozed" : "status";
        out->status.key = e->code;
        out->until = by_customer ? 0 : e->amount;
    } else if (strcmp(e->kind, "conversation.woke") == 0) {
        out->kind = "woke";
    } else if (strcmp(e->kind, "conversation.confirmed") == 0) {
        out->kind = "confirmed";
        out->what = e->code;
    } else if (strcmp(e->kind, "conversation.tagged") == 0 || strcmp(e->kind, "conversation.untagged") == 0) {
        out->kind = e->kind[13] == 't' ? "tagged" : "untagged";
        out->what = tag_name_of(x, names, e->subject_id);
    } else if (strcmp(e->kind, "conversation.merged") == 0 || strcmp(e->kind, "conversation.unmerged") == 0) {
        struct conversation other;
        out->kind = strcmp(e->kind, "conversation.merged") == 0 ? "merged" : "split";
        if (conversation_load(x->v, x->a, e->subject_id, &other) == RC_OK)
            out->what = other.short_ref;
    } else if (strcmp(e->kind, "message.revealed") == 0) {
        out->kind = "revealed";
    } else if (strcmp(e->kind, "file.sensitive") == 0) {
        out->kind = strcmp(e->code, "on") == 0 ? "file_hidden" : "file_clear";
    } else if (strcmp(e->kind, "conversation.erased") == 0) {
        out->kind = "erased";
    } else if (strcmp(e->kind, "conversation.careful") == 0) {
        out->kind = strcmp(e->code, "on") == 0 ? "careful" : "careful_off";
    } else if (strcmp(e->kind, "conversation.careful_taken") == 0) {
        out->kind = "careful_taken";
    } else if (strcmp(e->kind, "conversation.careful_late") == 0) {
        out->kind = "careful_late";
    } else if (strcmp(e->kind, "recovery.opened") == 0) {
        out->kind = "recovery_opened";
    } else if (strcmp(e->kind, "recovery.closed") == 0) {
        out->kind = "recovery_closed";
    } else if (strcmp(e->kind, "recovery.heard") == 0) {
        out->kind = strcmp(e->code, "yes") == 0 ? "recovery_yes" : "recovery_no";
    } else if (strcmp(e->kind, "prevention.linked") == 0) {
        out->kind = "prevention_linked";
    } else if (strcmp(e->kind, "prevention.said") == 0 && strcmp(e->code, "alone") == 0) {
        out->kind = "said_alone";
    } else if (strncmp(e->kind, "refund_to.", 10) == 0) {
        out->kind = "refund_to";
        out->what = e->kind + 10;
    } else if (strcmp(e->kind, "promise.news_stopped") == 0) {
        out->kind = "news_stopped";
    } else if (strcmp(e->kind, "promise.news_withheld") == 0) {
        out->kind = "news_withheld";
    } else if (strncmp(e->kind, "promise.", 8) == 0) {
        return promise_line(e, names, out);
    } else {
        return false;
    }
    return true;
}

static void add_line(struct visit *x, struct conversation_view *v, struct system_line line) {
    struct timeline_item *last = v->items_n ? &v->items[v->items_n - 1] : NULL;
    if (!last || last->is_message) {
        last = &v->items[v->items_n++];
        *last = (struct timeline_item){0};
    }
    last->lines =
        arena_grow(x->a, last->lines, (size_t)last->lines_n, (size_t)last->lines_n + 1, sizeof *last->lines);
    last->lines[last->lines_n++] = line;
}

/* Which articles each of our messages said, in the very version, and whether that is still said. */
static enum rc fill_said(struct visit *x, const struct conversation *c, const struct message *messages, int n,
                         struct conversation_view *v) {
    struct article_said *said;
    int said_n = 0, at = 0;
    enum rc rc = n ? article_said_in(x->v, x->a, c->id, messages[0].id, x->page.now, &said, &said_n) : RC_OK;
    for (int i = 0, m = 0; rc == RC_OK && i < v->items_n && at < said_n; i++) {
        if (!v->items[i].is_message)
            continue;
        int64_t id = messages[m++].id;
        struct choices *out = &v->items[i].message.articles;
        while (at < said_n && said[at].message_id < id)
            at++;
        int first = at;
        while (at < said_n && said[at].message_id == id)
            at++;
        out->items = ARENA_ARRAY(x->a, (size_t)(at - first) + 1, struct choice);
        for (int k = first; k < at; k++) {
            struct buf version = {0};
            tr_fill(&version, tr(x->page.locale, "version {n}"), "n",
                    arena_printf(x->a, "%lld", (long long)said[k].number), NULL);
            out->items[out->items_n++] = (struct choice){
                .value = arena_printf(x->a, "/articles/%s/as-of?number=%lld", said[k].article_ref,
                                      (long long)said[k].number),
                .label = said[k].title,
                .detail = arena_printf(x->a, "%s%s%s", version.at, *said[k].standing ? " · " : "",
                                       seen_text(x, said[k].standing, said[k].trust)),
                .chosen = !said[k].current,
            };
            buf_free(&version);
        }
    }
    return rc;
}

/* Marks in each note the names of those whom it told: later ones of the same name were not meant. */
static enum rc mark_mentions(struct visit *x, const struct conversation *c, const struct message *messages, int n,
                             const struct names *names, struct conversation_view *v) {
    struct mention *list;
    int list_n = 0;
    enum rc rc = n ? mention_of_conversation(x->v, x->a, c->id, messages[0].id, &list, &list_n) : RC_OK;
    if (rc != RC_OK || !list_n)
        return rc;
    struct mention_name *called = ARENA_ARRAY(x->a, (size_t)list_n, struct mention_name);
    for (int i = 0, m = 0; i < v->items_n && m < n; i++) {
        struct message_view *shown = &v->items[i].message;
        size_t called_n = 0;
        if (!v->items[i].is_message)
            continue;
        for (int k = 0; k < list_n; k++)
            for (int g = 0; list[k].message_id == messages[m].id && g < names->agents_n; g++)
                if (names->agents[g].id == list[k].agent_id)
                    called[called_n++] = (struct mention_name){names->agents[g].name, names->agents[g].email};
        if (called_n)
            shown->body.html = mention_mark(x->a, shown->body.html, called, called_n);
        m++;
    }
    return RC_OK;
}

static enum rc load_names(struct visit *x, struct names *out) {
    enum rc rc = visit_agents(x, &out->agents, &out->agents_n);
    return rc == RC_OK ? visit_tags(x, &out->tags, &out->tags_n) : rc;
}

/* Messages and events in one order of time. Events before the first shown message belong to an earlier page. */
static enum rc fill_timeline(struct visit *x, const struct conversation *c, int64_t before_id,
                             struct conversation_view *v) {
    struct message *messages;
    struct event *events;
    struct names names = {0};
    int messages_n, events_n;
    int64_t seen = 0;
    enum rc rc = message_page(x->v, x->a, c->id, before_id, MESSAGES_SHOWN + 1, &messages, &messages_n);
    if (rc == RC_OK)
        rc = message_files(x->v, x->a, messages, messages_n);
    if (rc == RC_OK)
        rc = event_of_conversation(x->v, x->a, c->id, EVENTS_SHOWN, &events, &events_n);
    if (rc == RC_OK)
        rc = load_names(x, &names);
    if (rc == RC_OK && !before_id)
        rc = conversation_seen_up_to(x->v, c->id, x->me.id, &seen);
    bool promised = false;
    for (int i = 0; rc == RC_OK && i < events_n && !promised; i++)
        promised = strncmp(events[i].kind, "promise.", 8) == 0;
    if (promised)
        rc = promise_of_conversation(x->v, x->a, c->id, false, &names.promises, &names.promises_n);
    if (rc != RC_OK)
        return rc;
    if (messages_n > MESSAGES_SHOWN) {
        messages++;
        messages_n--;
        v->older = messages[0].ref;
    }
    v->items = ARENA_ARRAY(x->a, (size_t)(messages_n + events_n) + 1, struct timeline_item);
    int e = events_n - 1; /* newest first: read from the back */
    while (e >= 0 && v->older && messages_n && events[e].at < messages[0].created_at)
        e--;
    for (int i = 0; i <= messages_n; i++) {
        struct system_line line;
        int64_t until = i < messages_n ? messages[i].created_at : before_id ? 0 : INT64_MAX;
        for (; e >= 0 && events[e].at < until; e--)
            if (line_of(x, &events[e], &names, &line))
                add_line(x, v, line);
        if (i == messages_n)
            break;
        struct timeline_item *item = &v->items[v->items_n++];
        *item = (struct timeline_item){.is_message = true};
        fill_message(x, c, &messages[i], &item->message);
        /* What she wrote herself is not news to her; and where all is new, there is nothing to part. */
        bool is_new = seen && messages[i].id > seen && messages[i].agent_id != x->me.id;
        item->message.first_unread = is_new && i && messages[i - 1].id <= seen;
        if (item->message.undo_until > x->page.now && messages[i].agent_id == x->me.id) {
            v->undo_open = true;
            v->undo = (struct undo_view){c->ref, messages[i].ref, item->message.undo_until,
                                         (int)((item->message.undo_until - x->page.now + 999) / 1000)};
        }
    }
    rc = mark_mentions(x, c, messages, messages_n, &names, v);
    return rc == RC_OK ? fill_said(x, c, messages, messages_n, v) : rc;
}

enum rc timeline_before(struct visit *x, const struct conversation *c, int64_t before_id,
                        struct conversation_view *v) {
    *v = (struct conversation_view){.ref = c->ref, .lang = c->lang};
    return fill_timeline(x, c, before_id, v);
}

/* ---- card ---- */

static const char *locale_name_of(const char *lang) {
    static const struct {
        const char *lang, *name;
    } names[] = {{"en", "English"},       {"vi", "Tiếng Việt"}, {"zh-Hans", "简体中文"},
                 {"zh-Hant", "繁體中文"}, {"th", "ภาษาไทย"},    {"zh", "中文"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].lang, lang) == 0)
            return names[i].name;
    return lang;
}

static enum rc fill_refund(struct visit *x, const struct conversation *c, struct card_view *out) {
    struct refund_to r;
    enum rc rc = refund_to_open(x->v, x->a, c->id, &r);
    if (rc != RC_OK)
        return rc == RC_NONE ? RC_OK : rc;
    out->refund_hint = r.hint;
    out->refund_asked = true;
    return RC_OK;
}

/* What is being put right here, and what is to keep it from happening again. */
static enum rc fill_recovery(struct visit *x, const struct conversation *c, struct card_view *out) {
    struct recovery r;
    struct recovery_step steps[STEPS];
    struct prevention *list;
    int n;
    enum rc rc = prevention_of_conversation(x->v, x->a, c->id, &list, &n);
    if (rc != RC_OK)
        return rc;
    out->preventions.items = ARENA_ARRAY(x->a, (size_t)n + 1, struct choice);
    for (int i = 0; i < n; i++)
        out->preventions.items[out->preventions.items_n++] = (struct choice){
            list[i].ref, list[i].what, "", prevention_judge(&list[i], x->page.now) == PREVENTION_LATE};
    rc = prevention_said_alone(x->v, c->id, &out->said_alone);
    if (rc == RC_OK)
        rc = recovery_open_in(x->v, x->a, c->id, &r);
    if (rc != RC_OK)
        return rc == RC_NONE ? RC_OK : rc;
    rc = recovery_steps(x->v, x->a, &r, x->page.now, steps);
    out->recovery = r.ref;
    out->recovery_state = recovery_state_name(recovery_judge(&r));
    out->recovery_owner = r.owner_name;
    if (rc != RC_OK)
        return rc;
    struct recovery_left left = recovery_left(steps);
    out->recovery_left = left.steps;
    out->recovery_late = left.late;
    return RC_OK;
}

static enum rc fill_card(struct visit *x, const struct conversation *c, struct card_view *out) {
    struct contact contact;
    struct contact_point *points;
    struct list_row *past;
    int points_n, past_n;
    struct list_ask ask = {
        .view = LIST_CONTACT, .agent_id = x->me.id, .subject_id = c->contact_id, .max = PAST_COUNTED + 1};
    enum rc rc = contact_load(x->v, x->a, c->contact_id, &contact);
    if (rc == RC_OK)
        rc = contact_points(x->v, x->a, contact.id, &points, &points_n);
    if (rc == RC_OK)
        rc = conversation_list(x->v, x->a, &ask, &past, &past_n);
    if (rc != RC_OK)
        return rc;
    *out = (struct card_view){
        .ref = contact.ref,
        .name = contact.name,
        .address = contact.address_form,
        .call_name = contact.erased_at ? "" : contact_call_name(x->a, &contact),
        .lang_name = locale_name_of(contact.lang),
        .since = contact.created_at,
        .notes = contact.note,
        .erased = contact.erased_at,
        .emails.items = ARENA_ARRAY(x->a, (size_t)points_n + 1, struct choice),
        .past = ARENA_ARRAY(x->a, (size_t)past_n + 1, struct past_view),
    };
    for (int i = 0; i < points_n; i++) {
        if (strcmp(points[i].kind, "email") == 0)
            out->emails.items[out->emails.items_n++] = (struct choice){points[i].value, points[i].value, ""};
        else if (strcmp(points[i].kind, "phone") == 0)
            out->phone = points[i].value;
        out->verified |= points[i].verified;
    }
    for (int i = 0; i < past_n; i++)
        if (past[i].id != c->id && out->past_n < PAST_SHOWN)
            out->past[out->past_n++] = (struct past_view){
                past[i].ref, subject_of(x, past[i].subject), {past[i].status, 0}, past[i].last_at};
    struct promise *owed;
    int owed_n;
    rc = promise_of_contact(x->v, x->a, c->contact_id, true, &owed, &owed_n);
    if (rc != RC_OK)
        return rc;
    if (owed_n && (rc = agent_choices(x, 0, &out->keepers)) != RC_OK)
        return rc;
    out->promises = ARENA_ARRAY(x->a, (size_t)owed_n + 1, struct promise_view);
    for (int i = 0; i < owed_n; i++)
        if (!owed[i].short_word)
            out->promises[out->promises_n++] = (struct promise_view){
                .ref = owed[i].ref,
                .text = owed[i].text,
                .due = owed[i].due_to,
                .state = promise_state_name(promise_judge(&owed[i], x->page.now)),
                .owner = owed[i].owner_name,
                .conversation = owed[i].conversation_id == c->id ? "" : owed[i].conversation_ref,
                .prevention = owed[i].prevention_ref ? owed[i].prevention_ref : "",
            };
    out->conversation = c->ref;
    rc = fill_recovery(x, c, out);
    if (rc == RC_OK)
        rc = fill_refund(x, c, out);
    out->past_more = past_n > PAST_SHOWN + 1 ? past_n - PAST_SHOWN - 1 : 0;
    return rc;
}

/* ---- composer ---- */

static enum rc saved_choices(struct visit *x, const char *lang, struct choices *out) {
    struct saved_reply *list;
    int n;
    enum rc rc = saved_list(x->v, x->a, &list, &n);
    if (rc != RC_OK)
        return rc;
    out->items = ARENA_ARRAY(x->a, (size_t)n + 1, struct choice);
    for (int pass = 0; pass < 2; pass++) /* those in the customer's language first */
        for (int i = 0; i < n; i++)
            if ((strncmp(list[i].lang, lang, 2) == 0) == (pass == 0))
                out->items[out->items_n++] = (struct choice){list[i].ref, list[i].name, list[i].lang};
    return RC_OK;
}

/* Whoever can be mentioned in a note. Behind the @ stands her name, or her address where it is not hers alone. */
static enum rc colleague_choices(struct visit *x, struct choices *out) {
    struct agent *agents;
    int n;
    enum rc rc = visit_agents(x, &agents, &n);
    if (rc != RC_OK)
        return rc;
    struct agent **working = ARENA_ARRAY(x->a, (size_t)n + 1, struct agent *); /* by name, as they are listed */
    int working_n = 0;
    for (int i = 0; i < n; i++)
        if (agent_takes_work(&agents[i]))
            working[working_n++] = &agents[i];
    out->items = ARENA_ARRAY(x->a, (size_t)working_n + 1, struct choice);
    for (int i = 0; i < working_n; i++) {
        const struct agent *one = working[i];
        bool shared = (i > 0 && strcmp(working[i - 1]->name, one->name) == 0) ||
                      (i + 1 < working_n && strcmp(working[i + 1]->name, one->name) == 0);
        if (one->id != x->me.id)
            out->items[out->items_n++] = (struct choice){shared ? one->email : one->name, one->name, one->email};
    }
    return RC_OK;
}

/* Only when one article clearly leads: a wrong suggestion costs more than none. What was answered needs none. */
static enum rc fill_suggested(struct visit *x, const struct conversation *c, struct composer_view *out) {
    struct message *messages;
    struct knowledge_hit hits[2];
    int messages_n, n = 0;
    if (!c->waiting_since || c->merged_into)
        return RC_OK;
    enum rc rc = message_page(x->v, x->a, c->id, 0, 5, &messages, &messages_n);
    for (int i = messages_n - 1; rc == RC_OK && i >= 0; i--) {
        if (strcmp(messages[i].kind, "customer") != 0 || !*messages[i].body)
            continue;
        const char *asked = arena_printf(x->a, "%s\n%s", c->subject, messages[i].body);
        rc = knowledge_search(web_of(x->rq)->knowledge, x->v, x->a, READER_AGENT, *c->lang ? c->lang : NULL, asked,
                              x->page.now, 2, hits, &n);
        break;
    }
    if (rc != RC_OK || !n || !hits[0].confident)
        return rc;
    struct trust t = article_trust(&hits[0].article, x->page.now);
    if (t.band == TRUST_NONE)
        return RC_OK;
    out->suggested.items = ARENA_ARRAY(x->a, 1, struct choice);
    out->suggested.items[out->suggested.items_n++] =
        (struct choice){hits[0].article.ref, hits[0].version.title, arena_printf(x->a, "%d/100", t.score)};
    return RC_OK;
}

static enum rc fill_composer(struct visit *x, const struct conversation *c, struct inbox inbox,
                             const struct composer_note *note, struct composer_view *out) {
    struct draft draft = {0};
    const char *channel = "email", *to = NULL;
    struct inbox mail;
    enum rc rc = inbox.address ? RC_OK : inbox_of_kind(x->v, x->a, "email", &mail);
    if (!inbox.address && rc == RC_OK)
        inbox = mail;
    if (rc == RC_NONE)
        rc = RC_OK;
    *out =
        (struct composer_view){.ref = c->ref, .kind = note && note->kind ? note->kind : "reply", .lang = c->lang};
    if (rc == RC_OK)
        rc = saved_choices(x, c->lang, &out->saved);
    if (rc == RC_OK)
        rc = colleague_choices(x, &out->colleagues);
    if (rc == RC_OK)
        rc = fill_suggested(x, c, out);
    if (rc == RC_OK && !(note && note->text)) {
        rc = draft_load(x->v, x->a, c->id, x->me.id, note ? note->kind : NULL, &draft);
        if (rc == RC_OK)
            out->kind = draft.kind;
        else if (rc == RC_NONE)
            rc = RC_OK;
    }
    if (rc != RC_OK)
        return rc;
    if ((rc = visit_must_read(x, &out->must_read)) != RC_OK)
        return rc;
    out->text = note && note->text ? note->text : draft.body;
    out->draft_saved = draft.changed_at;
    out->seen_seq = draft.base_version ? draft.base_version : c->version;
    rc = reply_channel(x->v, x->a, c, x->page.now, &channel, &to);
    if (rc != RC_OK)
        return rc;
    out->in_chat = strcmp(channel, "chat") == 0;
    out->to = to ? to : "";
    out->from = inbox.address ? inbox.address : "";
    out->signature = inbox.signature;
    struct word_form kept = word_form_read(x->a, draft.word);
    const struct word_form *word = note && note->word ? note->word : kept.text_n || kept.answer_n ? &kept : NULL;
    rc = composer_check(x, c, out->text ? out->text : "", out->in_chat, word, out);
    if (rc != RC_OK)
        return rc;
    if (note) {
        out->ask_red = note->ask_red;
        out->error = note->error;
        out->warning = note->warning;
    }
    if (draft.base_version && draft.base_version != c->version && !out->warning && !c->merged_into)
        out->warning =
            tr(x->page.locale, "Something changed here since you began to write. Read it before you send.");
    if (c->merged_into) {
        out->error = NULL; /* it says the same */
        out->blocked = tr(x->page.locale, "This conversation was merged. Answer in the other one.");
    } else if (!out->in_chat && *out->to && !inbox.address)
        out->blocked = tr(x->page.locale, "There is no e-mail inbox to send from. An admin can add one.");
    return RC_OK;
}

/* ---- snooze times ---- */

static int64_t at_hour(const char *zone, int64_t now, int days, int hour) {
    struct wall w = wall_at(zone, now);
    int64_t local = (w.day_number + days) * 86400000 + hour * 3600000LL;
    return local - wall_offset(zone, local - wall_offset(zone, now));
}

static enum rc fill_snoozes(struct visit *x, int64_t team_id, struct choices *out) {
    struct hours hours;
    enum rc rc = hours_load(x->v, x->a, team_id, &hours);
    if (rc != RC_OK)
        return rc;
    int64_t morning = hours_next_morning(&hours, x->account.zone, x->page.now);
    struct wall w = wall_at(x->page.zone, x->page.now);
    int to_monday = (8 - (w.weekday ? w.weekday : 7)) % 7;
    const struct {
        const char *label;
        int64_t at;
    } all[] = {
        {tr(x->page.locale, "In three hours"), x->page.now + 3 * 3600000LL},
        {morning ? tr(x->page.locale, "Next working morning") : tr(x->page.locale, "Tomorrow morning"),
         morning ? morning : at_hour(x->page.zone, x->page.now, 1, 9)},
        {tr(x->page.locale, "In two days"), at_hour(x->page.zone, x->page.now, 2, 9)},
        {tr(x->page.locale, "Next Monday"), at_hour(x->page.zone, x->page.now, to_monday ? to_monday : 7, 9)},
        {tr(x->page.locale, "In a week"), at_hour(x->page.zone, x->page.now, 7, 9)},
    };
    out->items = ARENA_ARRAY(x->a, 5, struct choice);
    for (int i = 0; i < 5; i++) {
        struct buf when = {0};
        say_moment(&when, x->page.locale, x->page.zone, all[i].at, x->page.now);
        out->items[out->items_n++] = (struct choice){arena_printf(x->a, "%lld", (long long)all[i].at), all[i].label,
                                                     arena_copy(x->a, when.at)};
        buf_free(&when);
    }
    return RC_OK;
}

/* ---- the whole ---- */

static enum rc fill_news(struct visit *x, const struct conversation *c, struct conversation_view *v) {
    struct news_waiting news;
    enum rc rc = news_of_conversation(x->v, x->a, c, x->page.now, &news);
    if (rc != RC_OK)
        return rc == RC_NONE ? RC_OK : rc;
    v->news_waits = true;
    v->news = (struct news_view){news.promise.ref, news.text, c->lang, news.at,
                                 (int)((news.at - x->page.now + 999) / 1000)};
    return RC_OK;
}

static enum rc fill_careful(struct visit *x, const struct conversation *c, struct conversation_view *v) {
    struct careful k;
    struct agent *agents;
    struct membership *members;
    int n, members_n;
    enum rc rc = careful_load(x->v, x->a, c->id, &k);
    if (rc != RC_OK)
        return rc == RC_NONE ? RC_OK : rc;
    rc = visit_agents(x, &agents, &n);
    if (rc == RC_OK)
        rc = team_memberships(x->v, x->a, &members, &members_n);
    if (rc != RC_OK)
        return rc;
    int64_t legal = setting_int(x->v, SETTING_LEGAL_OWNER);
    bool *told = ARENA_ARRAY(x->a, (size_t)n + 1, bool);
    struct buf names = {0};
    careful_people(agents, n, members, members_n, c->team_id, legal, told);
    v->is_careful = true;
    v->card.careful = true;
    v->careful = (struct careful_view){
        .conversation = c->ref,
        .state = careful_state_name(careful_judge(&k, x->page.now)),
        .due = k.due_at,
        .taken_at = k.taken_at,
        .who = k.taken_name ? k.taken_name : "",
        .seen_by = "",
        .mine = k.taken_at && k.taken_by == x->me.id,
        .may_take = careful_may_take(&x->me, legal),
    };
    for (int i = 0; i < n; i++) {
        if (k.taken_at && agents[i].id == k.taken_by)
            v->careful.seen_by = agents[i].ref;
        if (told[i] && !k.taken_at)
            buf_printf(&names, "%s%s", names.len ? ", " : "", agents[i].name);
    }
    v->careful.told = arena_copy_n(x->a, names.at ? names.at : "", names.len);
    buf_free(&names);
    return RC_OK;
}

static enum rc fill_tags(struct visit *x, const struct conversation *c, struct conversation_view *v) {
    struct tag *all, *mine;
    int all_n, mine_n;
    enum rc rc = visit_tags(x, &all, &all_n);
    if (rc == RC_OK)
        rc = conversation_tags(x->v, x->a, c->id, &mine, &mine_n);
    if (rc != RC_OK)
        return rc;
    v->all_tags = ARENA_ARRAY(x->a, (size_t)all_n + 1, struct tag_view);
    v->tags = ARENA_ARRAY(x->a, (size_t)all_n + 1, struct tag_view);
    for (int i = 0; i < all_n; i++) {
        bool on = false;
        for (int k = 0; k < mine_n; k++)
            on |= mine[k].id == all[i].id;
        v->all_tags[v->all_tags_n++] = (struct tag_view){all[i].ref, all[i].name, on};
        if (on)
            v->tags[v->tags_n++] = (struct tag_view){all[i].ref, all[i].name, true};
    }
    return RC_OK;
}

static enum rc fill_owner(struct visit *x, const struct conversation *c, struct conversation_view *v) {
    struct agent *agents;
    struct team *teams;
    int agents_n, n;
    enum rc rc = agent_choices(x, c->assignee_id, &v->owners);
    if (rc == RC_OK)
        rc = team_choices(x, c->team_id, &v->teams);
    if (rc == RC_OK)
        rc = visit_teams(x, &teams, &n);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (teams[i].id == c->team_id)
            v->team = teams[i].name;
    if (rc == RC_OK)
        rc = visit_agents(x, &agents, &agents_n);
    for (int i = 0; rc == RC_OK && c->assignee_id && i < agents_n; i++)
        if (agents[i].id == c->assignee_id) {
            v->owner = agents[i].name;
            v->owner_initials = initials_of(x->a, agents[i].name);
            v->mine = agents[i].id == x->me.id;
        }
    return rc;
}

static enum rc fill_merge_ask(struct visit *x, const char *with, struct conversation_view *v) {
    struct conversation other;
    struct contact theirs;
    enum rc rc = conversation_by_short_ref(x->v, x->a, with, &other);
    if (rc == RC_OK)
        rc = contact_load(x->v, x->a, other.contact_id, &theirs);
    if (rc == RC_OK)
        v->merge_ask = (struct merge_ask){
            .with = other.short_ref,
            .subject = subject_of(x, other.subject),
            .here = v->card.name,
            .there = theirs.name,
        };
    return rc;
}

enum rc conversation_view_of(struct visit *x, const struct conversation *c, const char *back_url, int64_t before_id,
                             const struct composer_note *note, struct conversation_view *v) {
    struct inbox inbox;
    struct conversation into;
    *v = (struct conversation_view){
        .ref = c->ref,
        .short_ref = c->short_ref,
        .subject = subject_of(x, c->subject),
        .lang = c->lang,
        .back_url = back_url,
        .status = {c->status, c->snoozed_until ? c->snoozed_until : c->on_hold_until},
        .is_spam = strcmp(c->shelf, "spam") == 0,
        .waiting_since = c->waiting_since,
    };
    enum rc rc = inbox_load(x->v, x->a, c->inbox_id, &inbox);
    if (rc == RC_OK)
        rc = fill_owner(x, c, v);
    if (rc == RC_OK)
        rc = fill_tags(x, c, v);
    if (rc == RC_OK)
        rc = fill_timeline(x, c, before_id, v);
    if (rc == RC_OK)
        rc = fill_card(x, c, &v->card);
    if (rc == RC_OK)
        rc = fill_composer(x, c, inbox, note, &v->composer);
    if (rc == RC_OK && note && note->merge_with)
        rc = fill_merge_ask(x, note->merge_with, v);
    if (rc == RC_OK)
        rc = recall_banners(x, c, &v->corrections);
    if (rc == RC_OK)
        rc = fill_news(x, c, v);
    if (rc == RC_OK)
        rc = fill_careful(x, c, v);
    v->composer.corrections = v->corrections;
    if (rc == RC_OK && c->merged_into && (rc = conversation_load(x->v, x->a, c->merged_into, &into)) == RC_OK)
        v->merged_into = into.ref;
    bool has_merge = false;
    if (rc == RC_OK)
        rc = conversation_has_merge(x->v, c->id, &has_merge);
    if (has_merge)
        v->merge_undo = "last";
    v->inbox = inbox.name;
    v->channel.key = inbox.kind;
    return rc == RC_OK ? fill_snoozes(x, c->team_id, &v->snoozes) : rc;
}
