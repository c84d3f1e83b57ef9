/* customer_page.c: what customers see: the help centre's start, the contact form, and their case by a private link.
 */
#include "base/id.h"
#include "base/secret.h"
#include "base/tr.h"
#include "desk/article_report.h"
#include "desk/contact.h"
#include "desk/hours.h"
#include "desk/idempotency.h"
#include "desk/intake.h"
#include "desk/message.h"
#include "desk/promise.h"
#include "html_gen.h"
#include "desk/visitor.h"
#include "desk/recovery.h"
#include "desk/sensitive.h"
#include "web/article_page.h"
#include "web/conversation_page.h"
#include "web/customer_page.h"
#include "web/handlers.h"
#include "web/help_page.h"
#include "web/hours_said.h"
#include "web/page.h"
#include "web/reading.h"
#include "web/recall_shown.h"
#include "web/refund_to.h"
#include "web/upload.h"

#include <stdlib.h>
#include <string.h>

/* Of the files of one letter: what is said and, with room for the rest of the form, what HTTP_UPLOAD_MAX takes. */
#define FILES_LIMIT "25 MB"
enum { FILES_BYTES = 25 * 1024 * 1024 };
enum {
    FORM_FASTEST_MS = 1500, /* nobody reads and fills a form in less */
    FORM_VALID_MS = 24 * 3600 * 1000,
    FORM_AGAIN_MS = 3600 * 1000, /* the same words again, of another page: she went back */
    CASE_MESSAGES = 200,
};

/* ---- the private link ---- */

/* RC_NONE for a link that we did not make; nothing tells it from one of a case that does not exist. */
enum rc case_by_token(struct view *v, struct arena *a, const char *token, struct conversation *out) {
    char *short_ref = arena_copy(a, token), *dash = strchr(short_ref, '-');
    if (!dash)
        return RC_NONE;
    *dash = 0;
    if (!secret_equal(conversation_case_token(a, short_ref), token))
        return RC_NONE;
    enum rc rc = conversation_by_short_ref(v, a, short_ref, out);
    int64_t contact_id = rc == RC_OK ? out->contact_id : 0;
    for (int i = 0; rc == RC_OK && out->merged_into && i < 20; i++)
        rc = conversation_load(v, a, out->merged_into, out);
    if (rc == RC_OK && out->contact_id != contact_id)
        return RC_GONE; /* merged into another customer's, whose letters are not hers to read */
    return rc == RC_OK ? contact_lives(v, out->contact_id) : rc;
}

/* ---- ways to reach us ---- */

/* Nine in ten were answered within this time lately. Nothing is claimed from too few. */
static enum rc fill_wait(struct visit *x, int64_t inbox_id, struct contact_choice *out) {
    int64_t ms = -1;
    enum rc rc = visitor_wait(x->v, inbox_id, x->page.now, &ms);
    out->wait_known = rc == RC_OK && ms >= 0;
    out->wait_minutes = out->wait_known ? (int)((ms + 59999) / 60000) : 0;
    out->wait_hours = out->wait_minutes > 90 ? (out->wait_minutes + 59) / 60 : 0;
    return rc;
}

/* What a customer is told of the channel that she wrote by. */
static struct contact_choice way_now(struct visit *x, const struct hours *hours) {
    const struct special_day *why = hours_closed_for(hours, x->account.zone, x->page.now);
    int64_t closes_at = hours->set ? hours_closes_at(hours, x->account.zone, x->page.now) : 0;
    return (struct contact_choice){
        .open = hours_open(hours, x->account.zone, x->page.now),
        .hours_known = hours->set,
        .opens_at = hours_opens_at(hours, x->account.zone, x->page.now),
        .until = closes_at ? hours_moment(x->a, x->page.locale, x->account.zone, closes_at, x->page.now) : "",
        .closed_for = why ? special_day_name(x->a, x->page.locale, why) : NULL,
    };
}

static enum rc way_of(struct visit *x, const struct conversation *c, struct contact_choice *out) {
    struct hours hours;
    enum rc rc = hours_load(x->v, x->a, c->team_id, &hours);
    if (rc == RC_OK) {
        *out = way_now(x, &hours);
        out->kind = "form"; /* she is not in a queue: an answer is written */
        rc = fill_wait(x, c->inbox_id, out);
    }
    return rc;
}

enum rc contact_ways(struct visit *x, struct contact_choice **out, int *n) {
    struct inbox form, mail;
    struct hours hours;
    *out = ARENA_ARRAY(x->a, 2, struct contact_choice);
    *n = 0;
    enum rc rc = hours_load(x->v, x->a, 0, &hours);
    if (rc != RC_OK)
        return rc;
    struct contact_choice way = way_now(x, &hours);
    rc = inbox_of_kind(x->v, x->a, "form", &form);
    if (rc == RC_OK) {
        way.kind = "form";
        way.url = "/contact";
        rc = fill_wait(x, form.id, &way);
        (*out)[(*n)++] = way;
    }
    if (rc == RC_OK || rc == RC_NONE)
        rc = inbox_of_kind(x->v, x->a, "email", &mail);
    if (rc == RC_OK) {
        way.kind = "mail";
        way.url = arena_printf(x->a, "mailto:%s", mail.address);
        way.text = mail.address;
        rc = fill_wait(x, mail.id, &way);
        (*out)[(*n)++] = way;
    }
    return rc == RC_NONE ? RC_OK : rc;
}

/* ---- one message, however often it is sent ---- */

static void add_said(struct buf *to, const char *said) {
    buf_add(to, said ? said : "", said ? strlen(said) + 1 : 1);
}

/* By who writes (her browser, so that nobody who guesses the words of another customer is led to her case), where
 * (the link of her case; "" the contact form) and what; `request` adds which page of the form it was. */
static struct idempotency once_of(struct request *rq, const char *place, const struct inbound *in) {
    struct idempotency once = {.status = 303};
    struct buf all = {0};
    const char *const said[] = {rq_who(rq)->csrf, place, in->from, in->subject, in->body};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        add_said(&all, said[i]);
    for (int i = 0; i < in->parts_n; i++) {
        add_said(&all, in->parts[i].name);
        buf_add(&all, in->parts[i].bytes.at, in->parts[i].bytes.len);
    }
    sha256(buf_bytes(&all), once.request);
    once.key = arena_printf(rq_arena(rq), "form.%s", hex(rq_arena(rq), (struct bytes){once.request, SHA256_SIZE}));
    add_said(&all, rq_text(rq, "form_time"));
    sha256(buf_bytes(&all), once.request);
    buf_free(&all);
    return once;
}

/* A slow line, a button pressed twice: the same page with the same words is one message. The way back gives a new
 * page: with the same words that is one message too, for an hour, and unless we did something `since`. RC_NONE: it
 * is another message. */
static enum rc find_once(struct tx *tx, struct arena *a, struct idempotency *once, int64_t since, int64_t now) {
    enum rc rc = idempotency_find(tx_view(tx), a, once, now);
    if (rc != RC_CONFLICT)
        return rc;
    if (once->at > now - FORM_AGAIN_MS && once->at > since)
        return RC_OK;
    rc = idempotency_drop(tx, once);
    return rc == RC_OK ? RC_NONE : rc;
}

/* ---- the contact form ---- */

static char *form_time_of(struct arena *a, int64_t now) {
    char *text = arena_printf(a, "%lld", (long long)now);
    return arena_printf(a, "%s.%s", text, secret_tag(a, SECRET_SESSION, "form", text, 16));
}

/* A form that was filled faster than anybody reads, or has words in the field that people do not see, is a
 * machine's. */
static bool is_machine(struct request *rq) {
    const char *trap = rq_text(rq, "website"), *stamp = rq_text(rq, "form_time");
    if (trap && *trap)
        return true;
    char *text = arena_copy(rq_arena(rq), stamp ? stamp : ""), *dot = strchr(text, '.');
    if (!dot)
        return true;
    *dot = 0;
    if (!secret_equal(dot + 1, secret_tag(rq_arena(rq), SECRET_SESSION, "form", text, 16)))
        return true;
    int64_t age = rq_now(rq) - strtoll(text, NULL, 10);
    return age < FORM_FASTEST_MS || age > FORM_VALID_MS;
}

static void show_contact(struct request *rq, const struct error_list *errors, int status) {
    struct visit x;
    bool again = rq_route(rq)->method == HTTP_POST;
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "Contact us")))
        return;
    struct contact_form_view v = {
        .shell = public_shell_of(&x),
        .form_time = form_time_of(x.a, x.page.now),
        .files_limit = FILES_LIMIT,
        .files_most = HTTP_FILES_MAX,
        .files_bytes = FILES_BYTES,
    };
    v.shell.writes = true;
    v.shell.about =
        help_about(&x, tr(x.page.locale, "How to reach {company}, when, and how long it takes just now."));
    struct buf head = {0};
    help_link_line(&head, "canonical", NULL, x.page.origin, "/contact");
    v.shell.head = (struct safe_html){help_kept_text(x.a, &head)};
    if (again) {
        v.form_time = rq_text(rq, "form_time");
        v.name.value = rq_text(rq, "name");
        v.email.value = rq_text(rq, "email");
        v.subject.value = rq_text(rq, "subject");
        v.message.value = rq_text(rq, "message");
    }
    for (int i = 0; errors && i < errors->items_n; i++) {
        struct error_line *e = &errors->items[i];
        struct field *f = strcmp(e->field, "email") == 0     ? &v.email
                          : strcmp(e->field, "message") == 0 ? &v.message
                                                             : &v.name;
        if (*e->field)
            f->error = e->text;
    }
    if (errors)
        v.errors = *errors;
    struct attachment *sent;
    int sent_n = 0;
    if (again)
        upload_attachments(rq, "files", &sent, &sent_n);
    if (sent_n) /* no browser fills in files again */
        v.files_error = tr(x.page.locale, "Please choose your files once more: a browser forgets them.");
    enum rc rc = contact_ways(&x, &v.contacts, &v.contacts_n);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    for (int i = 0; i < v.contacts_n; i++)
        v.takes |= strcmp(v.contacts[i].kind, "form") == 0;
    rs_status(rq, status);
    html_customer_contact(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_contact(struct request *rq) {
    if (!took_language(rq, "/contact"))
        show_contact(rq, NULL, 200);
}

struct form_intake {
    struct inbound in;
    struct intake_result result;
    const char *short_ref;
    int64_t now;
    struct arena *a;
    const char *reader; /* reader_tag */
    struct idempotency once;
};

static enum rc take_form(struct tx *tx, void *arg) {
    struct form_intake *x = arg;
    struct inbox inbox;
    enum rc rc = find_once(tx, x->a, &x->once, 0, x->now);
    if (rc != RC_NONE) {
        x->short_ref = x->once.answer;
        return rc;
    }
    rc = inbox_of_kind(tx_view(tx), tx_arena(tx), "form", &inbox);
    if (rc != RC_OK)
        return rc;
    x->in.inbox_id = inbox.id;
    rc = intake_accept(tx, &x->in, x->now, &x->result);
    if (rc != RC_OK)
        return rc;
    x->short_ref = x->once.answer = arena_copy(x->a, x->result.conversation.short_ref);
    rc = idempotency_keep(tx, &x->once, x->now);
    return rc == RC_OK ? reading_followed(tx, x->reader, x->now) : rc;
}

void post_contact(struct request *rq) {
    struct visit v = {.a = rq_arena(rq)};
    struct error_list errors = {0};
    enum locale locale = locale_of(rq_lang(rq));
    const char *email = rq_text(rq, "email"), *message = rq_text(rq, "message"), *subject = rq_text(rq, "subject");
    if (!plausible_email(email))
        add_error(&v, &errors, "email",
                  tr(locale, "Write your e-mail address, like name@example.com, so that we can answer."));
    if (!message || !*message)
        add_error(&v, &errors, "message", tr(locale, "Write what happened, in your own words."));
    if (!errors.items_n && is_machine(rq))
        add_error(&v, &errors, "", tr(locale, "Please press “Send message” once more. This keeps machines out."));
    if (errors.items_n) {
        show_contact(rq, &errors, 422);
        return;
    }
    struct form_intake x = {.now = rq_now(rq), .a = rq_arena(rq), .reader = reader_tag(rq)};
    x.in = (struct inbound){
        .channel = "form",
        .from_kind = "email",
        .from = contact_fold(rq_arena(rq), "email", email),
        .from_name = rq_text(rq, "name"),
        .lang = rq_lang(rq),
        .subject = subject && *subject ? subject : message_preview(rq_arena(rq), message),
        .body = message,
    };
    upload_attachments(rq, "files", &x.in.parts, &x.in.parts_n);
    x.once = once_of(rq, "", &x.in);
    enum rc rc = store_write(web_store(rq), take_form, &x);
    if (rc == RC_OK) {
        rs_redirect(rq, arena_printf(rq_arena(rq), "/contact/sent?case=%s",
                                     conversation_case_token(rq_arena(rq), x.short_ref)));
    } else if (rc == RC_NONE) { /* no form is in use any more */
        add_error(&v, &errors, "",
                  tr(locale, "This form takes no messages any more. Please send what you wrote by another way."));
        show_contact(rq, &errors, 410);
    } else { /* a full disk, a database that is away: what was typed stays */
        add_error(
            &v, &errors, "",
            tr(locale,
               "We could not store your message just now. It is still here: please press Send again in a minute."));
        show_contact(rq, &errors, rc_http(rc));
    }
}

void get_sent(struct request *rq) {
    struct visit x;
    struct conversation c;
    const char *email = NULL, *token = rq_text(rq, "case");
    if (!visit_begin(&x, rq, tr(locale_of(rq_lang(rq)), "We have your message")))
        return;
    enum rc rc = case_by_token(x.v, x.a, token, &c);
    if (rc == RC_OK)
        rc = contact_email(x.v, x.a, c.contact_id, &email);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    struct contact_sent_view v = {
        .shell = public_shell_of(&x),
        .short_ref = c.short_ref,
        .email = email,
        .case_url = arena_printf(x.a, "/case/%s", token),
    };
    rc = way_of(&x, &c, &v.now);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    v.shell.writes = true;
    v.shell.private_page = true;
    html_customer_sent(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

/* ---- the case ---- */

/* Notes are ours alone; an undo may still come; a stranger's mail into the conversation is not hers. Pure. */
static bool case_shows(const struct message *m, int64_t now) {
    bool waits = message_may_be_undone(m, now);
    return strcmp(m->kind, "note") != 0 && strcmp(m->state, "cancelled") != 0 && !waits && !m->unverified;
}

/* Did it come to us, or go out, in a conversation of hers? What an agent merged in from another customer's is not
 * for her to read. */
static enum rc is_hers(struct view *v, const struct conversation *c, int64_t home_id, bool *hers) {
    int64_t contact_id = c->contact_id;
    enum rc rc = home_id == c->id ? RC_OK : conversation_contact(v, home_id, &contact_id);
    *hers = contact_id == c->contact_id;
    return rc;
}

static enum rc fill_letters(struct visit *x, const struct conversation *c, struct case_view *v) {
    struct message *list;
    int n;
    int64_t home_id = c->id; /* of the message before: most have the same */
    bool hers = true;
    enum rc rc = message_page(x->v, x->a, c->id, 0, CASE_MESSAGES, &list, &n);
    if (rc == RC_OK)
        rc = message_files(x->v, x->a, list, n);
    v->messages = ARENA_ARRAY(x->a, (size_t)(rc == RC_OK ? n : 0) + 1, struct case_message);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        const struct message *m = &list[i];
        bool ours = strcmp(m->kind, "customer") != 0;
        if (m->home_id != home_id)
            rc = is_hers(x->v, c, home_id = m->home_id, &hers);
        if (rc != RC_OK || !hers || !case_shows(m, x->page.now))
            continue;
        struct case_message *out = &v->messages[v->messages_n++];
        *out = (struct case_message){
            .who = m->agent_name ? m->agent_name : x->account.name,
            .ours = ours,
            .bot = strcmp(m->kind, "bot") == 0 || *m->auto_kind,
            .lang = c->lang,
            .at = m->created_at,
            .body = message_body_html(x->a, m),
        };
        message_file_views(x, m, &out->files, &out->files_n);
        for (int k = 0; k < out->files_n; k++) {
            if (out->files[k].blurred)
                continue; /* whoever has her link does not see her card */
            out->files[k].url = arena_printf(x->a, "/case/%s/f/%s", v->token, out->files[k].ref);
            if (*out->files[k].thumb_url)
                out->files[k].thumb_url = out->files[k].url;
        }
    }
    return rc;
}

enum rc case_recovery(struct view *v, struct arena *a, const struct conversation *c, struct recovery *out) {
    enum rc rc = recovery_open_in(v, a, c->id, out);
    return rc == RC_OK && out->contact_id != c->contact_id ? RC_NONE : rc;
}

/* Where we say that something is put right, she is asked whether it is. */
static enum rc fill_right(struct visit *x, const struct conversation *c, struct case_view *v) {
    struct recovery r;
    enum rc rc = case_recovery(x->v, x->a, c, &r);
    v->heard = rc == RC_OK ? r.heard : "";
    v->ask_right = rc == RC_OK && recovery_judge(&r) == RECOVERY_ASKED && !*r.heard;
    return rc == RC_NONE ? RC_OK : rc;
}

/* Where her money goes, where somebody asked; what she typed is not shown again. */
static enum rc fill_refund(struct visit *x, const struct conversation *c, const char *flaw, struct case_view *v) {
    struct refund_to r;
    enum rc rc = refund_to_open(x->v, x->a, c->id, &r);
    if (rc != RC_OK || r.contact_id != c->contact_id)
        return rc == RC_NONE ? RC_OK : rc;
    struct refund_account typed = {.bank = "", .holder = ""};
    if (flaw)
        typed = refund_typed(x->rq);
    v->ask_refund = r.asked_at != 0 || r.given_at != 0;
    v->refund_hint = r.given_at ? r.hint : "";
    v->refund_wrong = flaw != NULL;
    refund_fields_fill(x, &typed, flaw, &v->refund);
    return RC_OK;
}

/* What she may see: promises whose chip the agent accepted, once the reply cannot be taken back any more. A promise
 * with a new time is shown as the new one. */
static enum rc fill_promises(struct visit *x, const struct conversation *c, struct case_view *v) {
    struct promise *list;
    int n;
    int64_t undo_ms = setting_int(x->v, SETTING_UNDO_MS);
    enum rc rc = promise_of_conversation(x->v, x->a, c->id, false, &list, &n);
    v->promises = ARENA_ARRAY(x->a, (size_t)(rc == RC_OK ? n : 0) + 1, struct case_promise);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        const struct promise *p = &list[i];
        bool renewed = p->outcome && strcmp(p->outcome, "renewed") == 0;
        bool withdrawn = p->outcome && strcmp(p->outcome, "withdrawn") == 0;
        enum promise_state state = promise_judge(p, x->page.now);
        bool open = !p->outcome && state != PROMISE_LATE;
        if (!p->shown || p->short_word || renewed || p->made_at + undo_ms > x->page.now ||
            p->contact_id != c->contact_id)
            continue;
        if (open && (!v->word_by || p->due_to < v->word_by))
            v->word_by = p->due_to;
        v->promises[v->promises_n++] = (struct case_promise){
            .text = p->text,
            .lang = c->lang,
            .due = p->due_to,
            .state = withdrawn               ? "gone"
                     : p->outcome            ? "kept"
                     : state == PROMISE_LATE ? "late"
                                             : "open",
            .news = withdrawn                 ? tr(x->page.locale, "We could not do this, and told you so.")
                    : state == PROMISE_BROKEN ? tr(x->page.locale, "It was done later than we had told you.")
                                              : "",
        };
    }
    return rc;
}

void show_case(struct request *rq, const struct case_trouble *trouble, int status) {
    struct visit x;
    struct conversation c;
    struct agent owner;
    if (!visit_begin(&x, rq, NULL))
        return;
    struct case_view v = {.shell = public_shell_of(&x), .token = rq_text(rq, "token")};
    enum rc rc = case_by_token(x.v, x.a, v.token, &c);
    if (rc == RC_OK && c.assignee_id && (rc = agent_load(x.v, x.a, c.assignee_id, &owner)) == RC_OK)
        v.with = owner.name;
    if (rc == RC_OK)
        rc = fill_letters(&x, &c, &v);
    if (rc == RC_OK)
        rc = fill_promises(&x, &c, &v);
    if (rc == RC_OK)
        rc = recall_corrections(&x, &c, true, &v.corrections, &v.corrections_n);
    if (rc == RC_OK)
        rc = fill_right(&x, &c, &v);
    if (rc == RC_OK)
        rc = fill_refund(&x, &c, trouble ? trouble->refund : NULL, &v);
    if (rc == RC_OK)
        rc = way_of(&x, &c, &v.now);
    if (rc != RC_OK) {
        visit_fail(&x, rc);
        return;
    }
    x.page.title = c.subject;
    v.files_limit = FILES_LIMIT;
    v.files_most = HTTP_FILES_MAX;
    v.files_bytes = FILES_BYTES;
    v.shell.writes = true;
    v.shell.private_page = true;
    v.short_ref = c.short_ref;
    v.subject = c.subject;
    v.lang = c.lang;
    v.asked_at = c.created_at;
    v.verified = true;
    v.answered = strcmp(c.status, "resolved") == 0;
    v.our_turn = strcmp(c.status, "pending") != 0;
    bool got = rq_route(rq)->method == HTTP_GET;
    v.sent = got && rq_flag(rq, "sent");
    v.confirmed = got && rq_flag(rq, "confirmed");
    v.form_time = form_time_of(x.a, x.page.now);
    if (trouble && trouble->answer)
        v.answer = (struct field){.value = rq_text(rq, "text"), .error = trouble->answer};
    if (trouble && trouble->answer && rq_text(rq, "form_time"))
        v.form_time = rq_text(rq, "form_time");
    rs_status(rq, status);
    html_customer_case(rs_body(rq), &x.page, &v);
    visit_end(&x);
}

void get_case(struct request *rq) {
    if (!took_language(rq, arena_printf(rq_arena(rq), "/case/%s", rq_text(rq, "token"))))
        show_case(rq, NULL, 200);
}

void get_case_file(struct request *rq) {
    struct conversation c;
    struct message m;
    struct attachment file;
    bool hers;
    struct arena *a = rq_arena(rq);
    struct view *v = view_open(web_store(rq));
    enum rc rc = case_by_token(v, a, rq_text(rq, "token"), &c);
    if (rc == RC_OK)
        rc = attachment_by_ref(v, a, rq_text(rq, "ref"), &file);
    if (rc == RC_OK)
        rc = message_load(v, a, file.message_id, &m);
    if (rc == RC_OK)
        rc = is_hers(v, &c, m.home_id, &hers);
    if (rc == RC_OK && (!hers || m.conversation_id != c.id || !case_shows(&m, rq_now(rq))))
        rc = RC_NONE;
    if (rc == RC_OK && sensitive_hidden(&file))
        rc = RC_GONE; /* whoever has her link does not see her card */
    if (rc == RC_OK)
        answer_file(rq, v, &file);
    else
        rs_error(rq, rc, NULL);
    view_close(v);
}

struct case_write {
    struct request *rq;
    struct inbound in;
    struct intake_result result;
    struct idempotency once;
    int64_t now;
    bool solved;
};

/* When we last wrote to her, or said that it is solved; 0: not lately. */
static enum rc we_did(struct view *v, struct arena *a, const struct conversation *c, int64_t now, int64_t *at) {
    struct message *list;
    int n;
    enum rc rc = message_list(v, a, c->id, id_at(now - FORM_AGAIN_MS), CASE_MESSAGES, &list, &n);
    *at = c->resolved_at;
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (strcmp(list[i].kind, "customer") != 0 && strcmp(list[i].kind, "note") != 0 && list[i].created_at > *at)
            *at = list[i].created_at;
    return rc;
}

static enum rc answer_case(struct tx *tx, void *arg) {
    struct case_write *x = arg;
    struct conversation c;
    struct contact contact;
    struct contact_point *points;
    int64_t since = 0;
    int n;
    enum rc rc = case_by_token(tx_view(tx), tx_arena(tx), rq_text(x->rq, "token"), &c);
    if (rc == RC_OK)
        rc = we_did(tx_view(tx), tx_arena(tx), &c, x->now, &since);
    if (rc != RC_OK)
        return rc;
    rc = find_once(tx, tx_arena(tx), &x->once, since, x->now);
    if (rc != RC_NONE)
        return rc; /* it is here already */
    rc = contact_load(tx_view(tx), tx_arena(tx), c.contact_id, &contact);
    if (rc == RC_OK)
        rc = contact_points(tx_view(tx), tx_arena(tx), c.contact_id, &points, &n);
    if (rc != RC_OK)
        return rc;
    if (!n) /* known to us only as a name: a point of her own lets the message find her */
        return RC_CONFLICT;
    x->in.inbox_id = c.inbox_id;
    x->in.conversation_ref = c.ref;
    x->in.from_kind = points[0].kind;
    x->in.from = points[0].value;
    rc = intake_accept(tx, &x->in, x->now, &x->result);
    x->once.answer = c.short_ref;
    return rc == RC_OK ? idempotency_keep(tx, &x->once, x->now) : rc;
}

void post_case_answer(struct request *rq) {
    struct case_write x = {.rq = rq, .now = rq_now(rq)};
    const char *text = rq_text(rq, "text");
    x.in = (struct inbound){.channel = "form", .body = text};
    upload_attachments(rq, "files", &x.in.parts, &x.in.parts_n);
    enum locale locale = locale_of(rq_lang(rq));
    if ((!text || !*text) && !x.in.parts_n) {
        show_case(rq, &(struct case_trouble){tr(locale, "Write your answer, or add a file.")}, 422);
        return;
    }
    x.once = once_of(rq, rq_text(rq, "token"), &x.in);
    enum rc rc = store_write(web_store(rq), answer_case, &x);
    if (rc == RC_OK)
        rs_redirect(rq, arena_printf(rq_arena(rq), "/case/%s?sent=1", rq_text(rq, "token")));
    else if (rc == RC_NONE)
        rs_error(rq, rc, NULL);
    else
        show_case(rq,
                  &(struct case_trouble){tr(locale, "We could not store your message just now. It is still here: "
                                                    "please press Send again in a minute.")},
                  rc_http(rc));
}

/* "Solved" confirms; "not solved" opens it again for the same agent. */
static enum rc settle_case(struct tx *tx, void *arg) {
    struct case_write *x = arg;
    struct conversation c;
    enum rc rc = case_by_token(tx_view(tx), tx_arena(tx), rq_text(x->rq, "token"), &c);
    if (rc != RC_OK || strcmp(c.status, "resolved") != 0)
        return rc;
    struct actor by = {ACTOR_CONTACT, c.contact_id};
    if (x->solved) {
        event_add(tx, (struct event){"conversation.confirmed", by, c.id});
        return RC_OK;
    }
    c.waiting_since = x->now;
    rc = conversation_set_status(tx, &c, "open", 0, by, x->now);
    if (rc == RC_OK)
        event_add(tx, (struct event){"conversation.not_solved", by, c.id});
    return rc;
}

void post_case_solved(struct request *rq) {
    struct case_write x = {.rq = rq, .now = rq_now(rq), .solved = rq_flag(rq, "solved")};
    if (web_write(rq, settle_case, &x))
        rs_redirect(rq,
                    arena_printf(rq_arena(rq), "/case/%s%s", rq_text(rq, "token"), x.solved ? "?confirmed=1" : ""));
}
