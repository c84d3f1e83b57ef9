/* conversation_actions.c: what agents do with a conversation. Each handler: one verb of the desk in one
 * transaction, then the conversation as it now is. */
#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "base/wall.h"
#include "desk/careful.h"
#include "desk/contact.h"
#include "desk/mention.h"
#include "desk/message.h"
#include "desk/push.h"
#include "desk/reply.h"
#include "desk/reply_prepare.h"
#include "html_gen.h"
#include "web/article_page.h"
#include "web/conversation_page.h"
#include "web/handlers.h"
#include "web/page.h"
#include "web/reply_check.h"
#include "web/upload.h"
#include "web/recall_shown.h"

#include <stdlib.h>
#include <string.h>

/* What one action needs inside its transaction. */
struct action {
    struct request *rq;
    enum rc (*fn)(struct tx *, void *); /* of act */
    struct conversation c;
    int64_t version_before;
    struct actor by;
    int64_t now;
    const char *ref;
    const char *result_ref; /* the conversation to show afterwards */
    struct message message;
    struct reply reply;
    struct attachment *parts;
    int parts_n;
    bool changed_under_draft;
    struct word_form word;
    struct word_given given;
    bool bad_word, ask_red;
    const char *merge_with; /* another customer's: she is asked first */
};

static struct action action_of(struct request *rq) {
    return (struct action){.rq = rq, .by = web_actor(rq), .now = rq_now(rq)};
}

/* On what the path names by {ref}. */
static struct action action_on(struct request *rq) {
    struct action x = action_of(rq);
    x.ref = rq_text(rq, "ref");
    return x;
}

static enum rc load(struct tx *tx, struct action *x) {
    enum rc rc = conversation_by_ref(tx_view(tx), tx_arena(tx), x->ref, &x->c);
    x->version_before = x->c.version;
    return rc;
}

/* What we did ourselves does not stand between our draft and sending it. */
static enum rc done(struct tx *tx, struct action *x, enum rc rc) {
    bool changed = rc == RC_OK && x->version_before && x->version_before != x->c.version;
    return changed ? draft_follow(tx, x->c.id, x->by.id, x->version_before, x->c.version) : rc;
}

/* htmx gets the conversation's pane; without JavaScript the browser is sent to its page. */
static void show_after(struct request *rq, const char *ref) {
    const char *asked = rq_text(rq, "ref"), *url = arena_printf(rq_arena(rq), "/c/%s", ref);
    if (!rq_fragment(rq)) {
        rs_redirect(rq, url);
        return;
    }
    if (asked && strcmp(asked, ref) != 0 && strncmp(asked, "con_", 4) == 0)
        rs_header(rq, "HX-Push-Url", url);
    show_conversation(rq, ref, NULL, 200, NULL, NULL);
}

static enum rc do_act(struct tx *tx, void *arg) {
    struct action *x = arg;
    return done(tx, x, x->fn(tx, x));
}

static void act(struct request *rq, enum rc (*fn)(struct tx *, void *)) {
    struct action x = action_on(rq);
    x.fn = fn;
    if (web_write(rq, do_act, &x))
        show_after(rq, x.result_ref ? x.result_ref : x.ref);
}

/* ---- reply and note ---- */

/* Read again at sending: what stands in the form may be older than the text. Before the transaction: reading a text
 * takes longer than writing it, and everybody's writes would wait for it. */
static enum rc take_word(struct action *x, struct view *v) {
    struct arena *a = rq_arena(x->rq);
    struct conversation c;
    struct agent agent;
    struct account account;
    const char *channel, *to;
    enum rc rc = conversation_by_ref(v, a, x->ref, &c);
    if (rc == RC_OK)
        rc = agent_load(v, a, x->by.id, &agent);
    if (rc == RC_OK)
        rc = account_load(v, a, &account);
    if (rc == RC_OK)
        rc = reply_channel(v, a, &c, x->now, &channel, &to);
    if (rc != RC_OK)
        return rc;
    const char *zone = *agent.zone ? agent.zone : account.zone;
    rc = word_read(v, a, web_of(x->rq)->knowledge, &c, &agent, zone, x->reply.body ? x->reply.body : "",
                   strcmp(channel, "chat") == 0, &x->word, x->now, &x->given);
    x->bad_word = rc == RC_INVALID;
    x->ask_red = rc == RC_OK && x->given.red && !rq_flag(x->rq, "red_ok");
    return x->ask_red ? RC_INVALID : rc;
}

/* Of an action that is opened by one click, until its owner says it better. Nothing of the customer's stands in it.
 */
static const char *what_of_new_action(struct action *x) {
    struct buf out = {0};
    tr_fill(&out, tr(locale_of(rq_lang(x->rq)), "Find out why it went wrong in {ref}, and mend the cause"), "ref",
            x->c.short_ref, NULL);
    const char *what = arena_copy(rq_arena(x->rq), out.at);
    buf_free(&out);
    return what;
}

static enum rc do_reply(struct tx *tx, void *arg) {
    struct action *x = arg;
    x->changed_under_draft = false;
    enum rc rc = load(tx, x);
    if (rc != RC_OK)
        return rc;
    if (strcmp(rq_text(x->rq, "kind"), "note") == 0)
        return done(tx, x, note_add(tx, &x->c, x->reply.body, x->parts, x->parts_n, x->by.id, x->now, &x->message));
    const char *then = rq_text(x->rq, "then");
    bool keeps = !then || strcmp(then, "keep") == 0 || strcmp(then, "note") == 0;
    struct reply r = x->reply;
    r.then_status = keeps ? "open" : then;
    r.parts = x->parts;
    r.parts_n = x->parts_n;
    r.promises = x->given.promises;
    r.promises_n = x->given.promises_n;
    r.answers = x->given.answers;
    r.answers_n = x->given.answers_n;
    r.no_repeat = x->given.no_repeat;
    rc = word_behind(tx, &x->given, &x->c, what_of_new_action(x), x->by, x->now, &r.prevention_id);
    if (rc != RC_OK)
        return rc;
    rc = reply_send(tx, &x->c, &r, x->by, x->now, &x->message);
    x->changed_under_draft = rc == RC_CONFLICT;
    if (rc == RC_OK)
        rc = word_note(tx, &x->given, &x->word, x->c.id, x->by.id, x->now);
    return done(tx, x, rc); /* her note that is not saved yet has seen her reply */
}

/* Which articles the reply says. *doubt: one of them must not go out without a click. */
static enum rc say_uses(struct action *x, struct view *v, const char **doubt) {
    struct request *rq = x->rq;
    struct quote *quotes;
    const char *const *inserted = NULL;
    size_t inserted_n = rq_route(rq)->handler == post_reply ? rq_many(rq, "article", &inserted) : 0;
    bool red;
    int n;
    enum rc rc = quotes_of(rq, v, x->reply.body, inserted, inserted_n, &quotes, &n, doubt, &red);
    if (rc != RC_OK)
        return rc;
    x->reply.uses = uses_of(rq_arena(rq), quotes, n);
    x->reply.uses_n = n;
    if (!red || (rq_route(rq)->handler == post_reply && rq_flag(rq, "anyway")))
        *doubt = NULL;
    return RC_OK;
}

static enum rc read_reply(struct action *x, const char **doubt) {
    struct view *v = view_open(web_store(x->rq));
    enum rc rc = say_uses(x, v, doubt);
    if (rc == RC_OK && !*doubt)
        rc = take_word(x, v);
    view_close(v);
    return rc;
}

void post_reply(struct request *rq) {
    struct action x = action_on(rq);
    enum locale locale = locale_of(rq_lang(rq));
    const char *text = rq_text(rq, "text"), *kind = rq_text(rq, "kind");
    if (rq_has(rq, "insert")) {
        post_insert(rq);
        return;
    }
    x.reply = (struct reply){.body = text, .seen_version = rq_flag(rq, "anyway") ? 0 : rq_int(rq, "seen", 0)};
    upload_attachments(rq, "files", &x.parts, &x.parts_n);
    x.word = word_form_of(rq);
    x.reply.word = word_form_write(rq_arena(rq), &x.word);
    const char *doubt = NULL;
    enum rc rc = strcmp(kind, "reply") == 0 ? read_reply(&x, &doubt) : RC_OK;
    if (rc == RC_OK && doubt) {
        struct composer_note note = {.kind = kind, .text = text, .warning = doubt, .word = &x.word};
        show_conversation(rq, x.ref, NULL, 409, &note, NULL);
        return;
    }
    if (rc == RC_OK)
        rc = store_write(web_store(rq), do_reply, &x);
    if (rc == RC_OK) {
        show_after(rq, x.ref);
        return;
    }
    struct composer_note note = {.kind = kind, .text = text, .word = &x.word, .ask_red = x.ask_red};
    if (rc == RC_CONFLICT && x.changed_under_draft)
        note.warning = tr(locale, "Something changed here since you began to write. Read it before you send.");
    else if (x.ask_red)
        note.error = tr(locale, "Not sent yet: look at what stands in red below.");
    else if (x.bad_word)
        note.error = tr(locale, "A promise needs a time that is still to come. Nothing was sent.");
    else if (rc == RC_INVALID)
        note.error = tr(locale, "There is no text yet. Nothing was sent.");
    else if (rc == RC_GONE)
        note.error = tr(locale, "This conversation was merged. Answer in the other one.");
    else if (rc == RC_AWAY || rc == RC_FULL)
        note.error =
            tr(locale, "This could not be stored just now. Nothing was sent; your text is still here. Try again "
                       "in a moment.");
    else {
        rs_error(rq, rc, NULL);
        return;
    }
    show_conversation(rq, x.ref, NULL, rc_http(rc), &note, NULL);
}

/* ---- drafts and saved replies ---- */

static enum rc do_draft(struct tx *tx, void *arg) {
    struct action *x = arg;
    enum rc rc = load(tx, x);
    if (rc != RC_OK)
        return rc;
    int64_t seen = rq_int(x->rq, "seen", x->c.version);
    struct draft d = {.kind = rq_text(x->rq, "kind"), .body = rq_text(x->rq, "text"), .base_version = seen};
    struct word_form word = word_form_of(x->rq);
    d.word = word_form_write(tx_arena(tx), &word);
    return draft_save(tx, x->c.id, x->by.id, &d, x->now);
}

/* What is pasted or typed from an article that must not be said is told as soon as the draft is kept. */
static void tell_quotes(struct request *rq, struct jw *j) {
    struct quote *quotes;
    const char *warning;
    bool red;
    int n;
    struct view *v = view_open(web_store(rq));
    if (quotes_of(rq, v, rq_text(rq, "text"), NULL, 0, &quotes, &n, &warning, &red) == RC_OK && warning)
        jw_text(j, "warning", warning);
    view_close(v);
}

void post_draft(struct request *rq) {
    struct action x = action_on(rq);
    if (!web_write(rq, do_draft, &x))
        return;
    rs_type(rq, "application/json");
    struct jw j = jw_begin(rs_body(rq));
    jw_object(&j, NULL);
    jw_int(&j, "saved_at", x.now);
    jw_int(&j, "version", x.c.version);
    if (strcmp(rq_text(rq, "kind"), "reply") == 0)
        tell_quotes(rq, &j);
    jw_object_end(&j);
}

/* For the other tab of the composer: reply and note have a draft each. */
void get_draft(struct request *rq) {
    struct conversation c;
    struct draft d = {.body = ""};
    struct view *v = view_open(web_store(rq));
    enum rc rc = conversation_by_ref(v, rq_arena(rq), rq_text(rq, "ref"), &c);
    if (rc == RC_OK &&
        (rc = draft_load(v, rq_arena(rq), c.id, rq_who(rq)->agent_id, rq_text(rq, "kind"), &d)) == RC_NONE)
        rc = RC_OK; /* nothing written yet */
    view_close(v);
    if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
        return;
    }
    struct jw j = jw_begin(rs_body(rq));
    rs_type(rq, "application/json");
    jw_object(&j, NULL);
    jw_text(&j, "text", d.body);
    jw_time(&j, "saved_at", d.changed_at);
    jw_object_end(&j);
}

static enum rc fill_saved(struct visit *x, const struct conversation *c, const char *reply_ref, const char **text) {
    struct saved_reply saved;
    struct contact contact;
    enum rc rc = saved_by_ref(x->v, x->a, reply_ref, &saved);
    if (rc == RC_OK)
        rc = contact_load(x->v, x->a, c->contact_id, &contact);
    if (rc != RC_OK)
        return rc;
    struct saved_values values = {
        .lang = *saved.lang ? saved.lang : c->lang,
        .customer_address = contact.address_form,
        .customer_call_name = contact_call_name(x->a, &contact),
        .customer_name = contact.name,
        .agent_self = x->me.self_word,
        .agent_name = x->me.name,
        .agent_particle = x->me.particle,
        .conversation_ref = c->short_ref,
        .company = x->account.name,
    };
    *text = saved_fill(x->a, saved.body, &values);
    return RC_OK;
}

struct refusal {
    struct actor by;
    int64_t conversation_id, article_id; /* article_id 0: it may be put in */
    const char *why;                     /* for the agent */
};

static enum rc note_refused(struct tx *tx, void *arg) {
    const struct refusal *x = arg;
    event_add(tx,
              (struct event){"article.insert_refused", x->by, x->conversation_id, x->article_id, "saved_reply"});
    return RC_OK;
}

/* A saved reply that says an article which must not be used is as little to be put in as the article itself. */
static enum rc judge_saved(struct request *rq, struct view *v, const char *text, struct refusal *out) {
    struct quote *quotes;
    int n;
    bool red;
    enum rc rc = quotes_of(rq, v, text, NULL, 0, &quotes, &n, &out->why, &red);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (quotes[i].state == QUOTE_WRONG)
            out->article_id = quotes[i].article.id;
    return rc;
}

/* The composer as it was, and why. */
static void refuse_saved(struct request *rq, struct refusal *no) {
    struct composer_note note = {.kind = rq_text(rq, "kind"), .text = rq_text(rq, "text"), .warning = no->why};
    enum rc rc = store_write(web_store(rq), note_refused, no);
    if (rc != RC_OK || rq_fragment(rq))
        rs_error(rq, rc == RC_OK ? RC_CONFLICT : rc, rc == RC_OK ? no->why : NULL);
    else
        show_conversation(rq, rq_text(rq, "ref"), NULL, 409, &note, NULL);
}

/* The composer with the reply's text after what was written already. */
void post_insert(struct request *rq) {
    struct visit x;
    struct conversation c;
    const char *inserted = NULL;
    const char *written = rq_text(rq, "text"), *kind = rq_text(rq, "kind");
    if (!visit_begin(&x, rq, NULL))
        return;
    enum rc rc = conversation_by_ref(x.v, x.a, rq_text(rq, "ref"), &c);
    const char *ref = rq_text(rq, "insert");
    if (rc == RC_OK)
        rc = strncmp(ref, "rcp_", 4) == 0 ? recall_insertion(&x, &c, ref, &inserted)
                                          : fill_saved(&x, &c, ref, &inserted);
    struct refusal no = {.by = web_actor(rq), .conversation_id = c.id};
    if (rc == RC_OK && strncmp(ref, "rcp_", 4) != 0) /* a correction repeats what was wrong */
        rc = judge_saved(rq, x.v, inserted, &no);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    if (no.article_id) {
        visit_end(&x);
        refuse_saved(rq, &no);
        return;
    }
    bool empty = !written || !*written;
    struct composer_note note = {
        .kind = kind,
        .text = empty ? inserted : arena_printf(x.a, "%s\n\n%s", written, inserted),
    };
    struct conversation_view v;
    if (rq_fragment(rq) && (rc = conversation_view_of(&x, &c, "/inbox/mine", 0, &note, &v)) == RC_OK) {
        html_agent_composer(rs_body(rq), &x.page, &v.composer);
        visit_end(&x);
        return;
    }
    visit_end(&x);
    show_conversation(rq, c.ref, NULL, 200, &note, NULL);
}

/* ---- undo and retry ---- */

static enum rc do_undo(struct tx *tx, void *arg) {
    struct action *x = arg;
    return reply_undo(tx, rq_text(x->rq, "message"), x->by.id, x->now, &x->c);
}

void post_undo_send(struct request *rq) {
    struct action x = action_on(rq);
    enum rc rc = store_write(web_store(rq), do_undo, &x);
    if (rc == RC_GONE)
        rs_error(
            rq, rc,
            tr(locale_of(rq_lang(rq)), "It is on its way already and cannot be taken back. You can write again."));
    else if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else
        show_after(rq, x.ref);
}

static enum rc do_retry(struct tx *tx, void *arg) {
    struct action *x = arg;
    enum rc rc = reply_retry(tx, x->ref, x->by.id, x->now, &x->c);
    x->result_ref = rc == RC_OK ? arena_copy(rq_arena(x->rq), x->c.ref) : NULL;
    return rc;
}

void post_retry(struct request *rq) { act(rq, do_retry); }

/* ---- owner, status, snooze ---- */

static enum rc assignee_named(struct tx *tx, struct request *rq, const char *to, int64_t *id) {
    struct agent agent;
    *id = 0;
    if (strcmp(to, "nobody") == 0)
        return RC_OK;
    if (strcmp(to, "me") == 0) {
        *id = rq_who(rq)->agent_id;
        return RC_OK;
    }
    enum rc rc = agent_by_ref(tx_view(tx), tx_arena(tx), to, &agent);
    if (rc == RC_OK && !agent_takes_work(&agent))
        return RC_INVALID;
    *id = rc == RC_OK ? agent.id : 0;
    return rc;
}

static enum rc do_assign(struct tx *tx, void *arg) {
    struct action *x = arg;
    struct team team;
    int64_t id;
    enum rc rc = load(tx, x);
    if (rc == RC_OK && rq_has(x->rq, "to") && (rc = assignee_named(tx, x->rq, rq_text(x->rq, "to"), &id)) == RC_OK)
        rc = conversation_assign(tx, &x->c, id, x->by, x->now);
    if (rc == RC_OK && rq_has(x->rq, "team") &&
        (rc = team_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "team"), &team)) == RC_OK)
        rc = conversation_set_team(tx, &x->c, team.id, x->by, x->now);
    return rc;
}

void post_assign(struct request *rq) { act(rq, do_assign); }

static enum rc do_status(struct tx *tx, void *arg) {
    struct action *x = arg;
    enum rc rc = load(tx, x);
    return rc == RC_OK ? conversation_set_status(tx, &x->c, rq_text(x->rq, "status"), 0, x->by, x->now) : rc;
}

void post_status(struct request *rq) { act(rq, do_status); }

static enum rc do_snooze(struct tx *tx, void *arg) {
    struct action *x = arg;
    struct account account;
    const char *how = rq_text(x->rq, "how"), *zone = rq_who(x->rq)->agent->zone;
    int64_t until = rq_int(x->rq, "until", 0);
    enum rc rc = load(tx, x);
    if (rc == RC_OK && (!zone || !*zone) && (rc = account_load(tx_view(tx), tx_arena(tx), &account)) == RC_OK)
        zone = account.zone;
    if (rc != RC_OK)
        return rc;
    if (!until)
        until = wall_read_field(zone, rq_text(x->rq, "at"));
    return done(tx, x, conversation_set_status(tx, &x->c, how ? how : "snoozed", until, x->by, x->now));
}

void post_snooze(struct request *rq) {
    struct action x = action_on(rq);
    enum rc rc = store_write(web_store(rq), do_snooze, &x);
    if (rc == RC_INVALID)
        rs_error(rq, rc, tr(locale_of(rq_lang(rq)), "Choose a time that is still to come."));
    else if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else
        show_after(rq, x.ref);
}

static enum rc do_spam(struct tx *tx, void *arg) {
    struct action *x = arg;
    enum rc rc = load(tx, x);
    return rc == RC_OK
               ? conversation_set_status(tx, &x->c, rq_flag(x->rq, "spam") ? "spam" : "open", 0, x->by, x->now)
               : rc;
}

void post_spam(struct request *rq) { act(rq, do_spam); }

static enum rc do_careful(struct tx *tx, void *arg) {
    struct action *x = arg;
    enum rc rc = load(tx, x);
    return rc == RC_OK ? careful_set(tx, x->c.id, rq_flag(x->rq, "careful"), x->by, x->now) : rc;
}

void post_careful(struct request *rq) { act(rq, do_careful); }

static enum rc do_careful_take(struct tx *tx, void *arg) {
    struct action *x = arg;
    struct agent before = {0};
    const char *from = rq_text(x->rq, "from");
    enum rc rc = load(tx, x);
    if (rc == RC_OK && from && *from)
        rc = agent_by_ref(tx_view(tx), tx_arena(tx), from, &before);
    return rc == RC_OK ? careful_take(tx, x->c.id, before.id, x->by, x->now) : rc;
}

void post_careful_take(struct request *rq) { act(rq, do_careful_take); }

/* ---- tags ---- */

static bool is_among(const char *ref, const char *const *refs, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(refs[i], ref) == 0)
            return true;
    return false;
}

static enum rc do_tags(struct tx *tx, void *arg) {
    struct action *x = arg;
    struct tag *all, fresh;
    int all_n;
    const char *const *wanted, *name = rq_text(x->rq, "new");
    size_t wanted_n = rq_many(x->rq, "tag", &wanted);
    enum rc rc = load(tx, x);
    if (rc == RC_OK)
        rc = tag_list(tx_view(tx), tx_arena(tx), &all, &all_n);
    for (int i = 0; rc == RC_OK && i < all_n; i++)
        rc = is_among(all[i].ref, wanted, wanted_n) ? conversation_tag(tx, &x->c, all[i].id, x->by)
                                                    : conversation_untag(tx, &x->c, all[i].id, x->by);
    if (rc == RC_OK && name && *name && (rc = tag_named(tx, name, x->now, &fresh)) == RC_OK)
        rc = conversation_tag(tx, &x->c, fresh.id, x->by);
    return rc;
}

void post_tags(struct request *rq) { act(rq, do_tags); }

/* ---- merge ---- */

static enum rc do_merge(struct tx *tx, void *arg) {
    struct action *x = arg;
    struct conversation other;
    struct arena *a = tx_arena(tx);
    char *with = arena_copy(a, rq_text(x->rq, "with"));
    for (char *p = with; *p; p++)
        if (*p >= 'a' && *p <= 'z')
            *p -= 'a' - 'A';
    enum rc rc = load(tx, x);
    if (rc == RC_OK)
        rc = conversation_by_short_ref(tx_view(tx), a, with, &other);
    x->merge_with = NULL;
    if (rc == RC_OK && other.contact_id != x->c.contact_id && !rq_flag(x->rq, "sure")) {
        x->merge_with = arena_copy(rq_arena(x->rq), with);
        return RC_CONFLICT;
    }
    if (rc == RC_OK)
        rc = conversation_merge(tx, &x->c, &other, x->by, x->now);
    x->result_ref = rc == RC_OK ? arena_copy(rq_arena(x->rq), other.ref) : NULL;
    return rc;
}

void post_merge(struct request *rq) {
    struct action x = action_on(rq);
    enum rc rc = store_write(web_store(rq), do_merge, &x);
    enum locale locale = locale_of(rq_lang(rq));
    if (x.merge_with) {
        struct composer_note note = {.merge_with = x.merge_with};
        show_conversation(rq, x.ref, NULL, 409, &note, NULL);
    } else if (rc == RC_NONE)
        rs_error(rq, rc, tr(locale, "There is no conversation with this reference."));
    else if (rc == RC_INVALID)
        rs_error(rq, rc, tr(locale, "These two cannot be merged: they are the same, or one is merged already."));
    else if (rc != RC_OK)
        rs_error(rq, rc, NULL);
    else
        show_after(rq, x.result_ref);
}

static enum rc do_unmerge(struct tx *tx, void *arg) {
    struct action *x = arg;
    int64_t from_id;
    enum rc rc = load(tx, x);
    return rc == RC_OK ? conversation_unmerge(tx, &x->c, x->by, x->now, &from_id) : rc;
}

void post_unmerge(struct request *rq) { act(rq, do_unmerge); }

/* ---- seen ---- */

static enum rc do_seen(struct tx *tx, void *arg) {
    struct action *x = arg;
    struct message m;
    enum rc rc = message_by_ref(tx_view(tx), tx_arena(tx), rq_text(x->rq, "message"), &m);
    if (rc == RC_OK)
        rc = conversation_seen(tx, m.conversation_id, x->by.id, m.id);
    if (rc == RC_OK)
        rc = mention_seen(tx, x->by.id, m.conversation_id, m.id, x->now);
    return rc == RC_OK ? push_seen(tx, x->by.id, m.conversation_id, x->now) : rc;
}

void post_seen(struct request *rq) {
    struct action x = action_on(rq);
    if (web_write(rq, do_seen, &x))
        rs_status(rq, 204);
}

/* ---- several at once ---- */

static enum rc do_bulk(struct tx *tx, void *arg) {
    struct action *x = arg;
    const char *const *picks, *status = rq_text(x->rq, "status"), *to = rq_text(x->rq, "assign"),
                              *tag_ref = rq_text(x->rq, "tag");
    struct conversation first = {0};
    struct tag tag;
    x->result_ref = NULL;
    int64_t agent_id = 0;
    size_t n = rq_many(x->rq, "pick", &picks);
    enum rc rc = to ? assignee_named(tx, x->rq, to, &agent_id) : RC_OK;
    if (rc == RC_OK && tag_ref)
        rc = tag_by_ref(tx_view(tx), tx_arena(tx), tag_ref, &tag);
    for (size_t i = 0; rc == RC_OK && i < n; i++) {
        rc = conversation_by_ref(tx_view(tx), tx_arena(tx), picks[i], &x->c);
        if (rc == RC_OK && to)
            rc = conversation_assign(tx, &x->c, agent_id, x->by, x->now);
        if (rc == RC_OK && status)
            rc = conversation_set_status(tx, &x->c, status, 0, x->by, x->now);
        if (rc == RC_OK && tag_ref)
            rc = conversation_tag(tx, &x->c, tag.id, x->by);
        if (rc == RC_OK && rq_flag(x->rq, "merge")) {
            if (!i)
                first = x->c;
            else /* one click too far would show a customer what another wrote */
                rc = x->c.contact_id == first.contact_id ? conversation_merge(tx, &x->c, &first, x->by, x->now)
                                                         : RC_CONFLICT;
        }
    }
    if (rc == RC_OK && first.id)
        x->result_ref = arena_copy(rq_arena(x->rq), first.ref);
    return rc;
}

/* A merge is shown, for there it can be undone; of everything else it is said how many it was. */
void post_bulk(struct request *rq) {
    struct action x = action_of(rq);
    struct arena *a = rq_arena(rq);
    struct list_place place = {rq_text(rq, "view"), rq_text(rq, "q"), rq_text(rq, "contact")};
    const char *const *picks;
    if (!place.key)
        place.key = "mine";
    enum rc rc = store_write(web_store(rq), do_bulk, &x);
    if (rc != RC_OK) {
        rs_error(
            rq, rc,
            rc == RC_CONFLICT && rq_flag(rq, "merge")
                ? tr(locale_of(rq_lang(rq)),
                     "These are of different customers, so nothing was merged. If they are the same person, open "
                     "one and merge the other into it by its reference.")
                : NULL);
        return;
    }
    const char *list = list_url(a, &place, NULL);
    if (x.result_ref)
        rs_redirect(rq, arena_printf(a, "/c/%s", x.result_ref));
    else
        rs_redirect(rq, arena_printf(a, "%s%cchanged=%zu", list, strchr(list, '?') ? '&' : '?',
                                     rq_many(rq, "pick", &picks)));
}

/* ---- a conversation that we begin ---- */

static enum rc inbox_choices(struct visit *x, const char *chosen, struct choices *out) {
    struct inbox *list;
    int n;
    enum rc rc = inbox_list(x->v, x->a, &list, &n);
    if (rc != RC_OK)
        return rc;
    out->items = ARENA_ARRAY(x->a, (size_t)n + 1, struct choice);
    for (int i = 0; i < n; i++)
        if (strcmp(list[i].kind, "email") == 0 && list[i].enabled)
            out->items[out->items_n++] = (struct choice){list[i].ref, list[i].name, list[i].address,
                                                         chosen && strcmp(chosen, list[i].ref) == 0};
    return RC_OK;
}

static void show_new(struct request *rq, const struct error_list *errors, bool ask_red, int status) {
    struct visit x;
    bool again = rq_route(rq)->method == HTTP_POST;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "New conversation")))
        return;
    struct new_conversation_view v = {
        .shell = shell_of(&x, "inbox"),
        .kind = again ? rq_text(rq, "kind") : "reply",
        .ask_red = ask_red,
    };
    if (again) {
        v.to.value = rq_text(rq, "to");
        v.subject.value = rq_text(rq, "subject");
        v.text.value = rq_text(rq, "text");
    }
    if (errors)
        v.errors = *errors;
    enum rc rc = inbox_choices(&x, again ? rq_text(rq, "inbox") : NULL, &v.inboxes);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    rs_status(rq, status);
    html_agent_new(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_new(struct request *rq) { show_new(rq, NULL, false, 200); }

static enum rc do_new(struct tx *tx, void *arg) {
    struct action *x = arg;
    struct arena *a = tx_arena(tx);
    struct contact contact;
    struct inbox inbox;
    const char *inbox_ref = rq_text(x->rq, "inbox"), *to = rq_text(x->rq, "to");
    bool note = strcmp(rq_text(x->rq, "kind"), "note") == 0;
    enum rc rc = inbox_ref ? inbox_by_ref(tx_view(tx), a, inbox_ref, &inbox)
                           : inbox_of_kind(tx_view(tx), a, note ? "form" : "email", &inbox);
    if (rc == RC_OK && to && *to)
        rc = contact_find_or_create(tx, "email", to, NULL, NULL, x->now, &contact);
    else if (rc == RC_OK) {
        contact = (struct contact){.name = "?"};
        rc = contact_create(tx, &contact, x->now);
    }
    if (rc != RC_OK)
        return rc;
    x->c = (struct conversation){
        .inbox_id = inbox.id,
        .contact_id = contact.id,
        .team_id = inbox.team_id,
        .assignee_id = x->by.id,
        .subject = rq_text(x->rq, "subject"),
        .lang = *contact.lang ? contact.lang : inbox.lang,
    };
    rc = conversation_create(tx, &x->c, x->by, x->now);
    struct reply r = x->reply;
    r.then_status = "pending";
    r.parts = x->parts;
    r.parts_n = x->parts_n;
    r.promises = x->given.promises;
    r.promises_n = x->given.promises_n;
    if (rc == RC_OK)
        rc = note ? note_add(tx, &x->c, r.body, x->parts, x->parts_n, x->by.id, x->now, &x->message)
                  : reply_send(tx, &x->c, &r, x->by, x->now, &x->message);
    x->result_ref = rc == RC_OK ? arena_copy(rq_arena(x->rq), x->c.ref) : NULL;
    return rc;
}

/* What a mail that begins a conversation promises is owed as in any reply; without chips nobody has seen it, so it
 * is not shown. *red: why it should not go out, or NULL. */
static enum rc read_new(struct action *x, struct view *v, const char **red) {
    struct arena *a = rq_arena(x->rq);
    struct agent agent;
    struct draft_reading r;
    enum rc rc = agent_load(v, a, x->by.id, &agent);
    struct draft_ask ask = {.agent = &agent, .text = x->reply.body, .knowledge = web_of(x->rq)->knowledge};
    if (rc == RC_OK)
        rc = reply_prepare(v, a, &ask, x->now, &r);
    if (rc != RC_OK)
        return rc;
    for (size_t i = 0; i < r.findings.n && !*red; i++)
        if (r.findings.at[i].strength == RULE_RED)
            *red = arena_printf(a, "“%s” %s",
                                draft_words(a, x->reply.body, r.findings.at[i].start, r.findings.at[i].end),
                                r.findings.at[i].message);
    x->given.promises = draft_promises(a, x->reply.body, &r, false);
    x->given.promises_n = (int)r.promises.n;
    return RC_OK;
}

void post_new(struct request *rq) {
    struct action x = action_of(rq);
    struct visit v = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    enum locale locale = locale_of(rq_lang(rq));
    const char *to = rq_text(rq, "to");
    bool note = strcmp(rq_text(rq, "kind"), "note") == 0;
    if (!note && (!to || !strchr(to, '@')))
        add_error(&v, &errors, "to", tr(locale, "Write the customer’s e-mail address."));
    if (!rq_text(rq, "subject") || !*rq_text(rq, "subject"))
        add_error(&v, &errors, "subject", tr(locale, "Write what it is about, in a few words."));
    if (!rq_text(rq, "text") || !*rq_text(rq, "text"))
        add_error(&v, &errors, "text", tr(locale, "Write the text."));
    if (errors.items_n) {
        show_new(rq, &errors, false, 422);
        return;
    }
    upload_attachments(rq, "files", &x.parts, &x.parts_n);
    x.reply.body = rq_text(rq, "text");
    const char *doubt = NULL, *red = NULL;
    struct view *seen = view_open(web_store(rq));
    enum rc rc = note ? RC_OK : say_uses(&x, seen, &doubt);
    if (rc == RC_OK && !note)
        rc = read_new(&x, seen, &red);
    view_close(seen);
    if (rc == RC_OK && (doubt || (red && !rq_flag(rq, "red_ok")))) {
        add_error(&v, &errors, "text", doubt ? doubt : red);
        show_new(rq, &errors, red != NULL, doubt ? 409 : 422);
        return;
    }
    if (rc == RC_OK)
        rc = store_write(web_store(rq), do_new, &x);
    if (rc == RC_NONE) {
        add_error(&v, &errors, "inbox", tr(locale, "There is no e-mail inbox to send from. An admin can add one."));
        show_new(rq, &errors, false, 422);
    } else if (rc != RC_OK) {
        rs_error(rq, rc, NULL);
    } else {
        rs_redirect(rq, arena_printf(rq_arena(rq), "/c/%s", x.result_ref));
    }
}
