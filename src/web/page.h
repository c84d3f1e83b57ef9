/* page.h: what the handlers of pages share: the reader, the frame around the page, and answers after a write. */
#ifndef KEPT_WEB_PAGE_H
#define KEPT_WEB_PAGE_H

#include "desk/account.h"
#include "desk/agent.h"
#include "desk/conversation.h"
#include "desk/inbox.h"
#include "text/prose.h"
#include "web/app.h"
#include "web/html.h"
#include "web/http.h"
#include "web/views.h"

struct job_runner;
struct knowledge;

struct web_app {
    struct store *store;
    struct job_runner *jobs;
    struct hub *hub;
    struct knowledge *knowledge;     /* the articles in memory */
    struct reading_log *readings;    /* what is read in the help centre */
    struct toucher *toucher;         /* app.c */
    struct limiter *limiter;         /* limit.h */
    mailbox_test_hook *test_mailbox; /* NULL: nobody can */
    picture_hook *fetch_picture;     /* NULL: none can be had */
    mail_reader_hook *read_mail;     /* NULL: nobody reads mails here */
    void *mail_reader;               /* what it is given */
    const char *origin;              /* as configured; NULL or "": it is not */
    const char *mail_command;        /* what a mail program of this machine hands mail to */
};

static inline struct web_app *web_of(struct request *rq) { return rq_app(rq); }
static inline struct store *web_store(struct request *rq) { return web_of(rq)->store; }

/* One reading of the database for one request. Every handler that shows something begins with visit_begin and ends
 * with visit_end; when something fails on the way it calls visit_fail instead, which answers. */
struct visit {
    struct request *rq;
    struct arena *a;
    struct view *v;
    struct account account;
    struct agent me; /* id 0: a customer */
    struct page page;
    /* Read when first asked for (visit_agents and so on): several parts of a page name them. */
    struct agent *agents;
    struct team *teams;
    struct tag *tags;
    int agents_n, teams_n, tags_n, must_read_n;
    bool agents_read, teams_read, tags_read, must_read_counted;
};
/* False: the error is answered already. */
bool visit_begin(struct visit *x, struct request *rq, const char *title);
/* Of pages that are the same for everybody and may be kept by caches: sets no cookie, and has no form that needs
 * one.
 */
bool visit_begin_public(struct visit *x, struct request *rq, const char *title);
void visit_end(struct visit *x);
void visit_fail(struct visit *x, enum rc rc);
/* All of them, by name; of the agents also those who are disabled. */
enum rc visit_agents(struct visit *x, struct agent **out, int *n);
enum rc visit_teams(struct visit *x, struct team **out, int *n);
enum rc visit_tags(struct visit *x, struct tag **out, int *n);
/* How many changes she is to read. */
enum rc visit_must_read(struct visit *x, int *n);

/* A link with ?lang= is remembered, and shown without it: true when the answer is given. */
bool took_language(struct request *rq, const char *back);
/* Runs fn as store_write does, with `arg`; false when it failed and the error is answered. */
bool web_write(struct request *rq, enum rc (*fn)(struct tx *, void *), void *arg);
static inline struct actor web_actor(struct request *rq) {
    return (struct actor){ACTOR_AGENT, rq_who(rq)->agent_id};
}

/* The list that a conversation is opened from; it goes along in links. */
struct list_place {
    const char *key;         /* of /inbox/{key} */
    const char *q, *contact; /* of a search; NULL: not asked */
};
/* "/inbox/search?q=refund", "/c/con_…?view=mine"; `before` a cursor, or NULL. */
const char *list_url(struct arena *a, const struct list_place *place, const char *before);
const char *conversation_url(struct arena *a, const char *ref, const struct list_place *place);

struct agent_shell shell_of(struct visit *x, const char *section);
/* What has just been done, by the parameter `done` (DONE_PARAM of the route). */
struct toast done_toast(struct visit *x);
#define DONE_WORDS "saved tested added removed ended password one_step"
/* May this address ask something about us once more? It counts as asked. */
bool web_may_ask(struct request *rq);
/* The page of ours that the form stands on; "" when it is not told. */
const char *came_from(struct request *rq);
/* Who asks, as it stands now. */
enum rc web_identify(struct request *rq, struct identity *who);
struct public_shell public_shell_of(struct visit *x);
/* The column of views; `current` is the key of the list that is open. */
enum rc nav_of(struct visit *x, const char *current, struct views_nav *out);

/* "Lan Anh" → "LA"; one letter for scripts without capitals. */
const char *initials_of(struct arena *a, const char *name);
const char *size_text_of(struct arena *a, int64_t bytes);
/* The agents to choose from, by reference. */
/* Where somebody of this role begins. */
const char *landing_page(enum agent_role role);
enum rc agent_choices(struct visit *x, int64_t chosen, struct choices *out);
enum rc team_choices(struct visit *x, int64_t chosen, struct choices *out);
/* Choices by words, the one that is `chosen` (NULL: none) marked; copied to the visit's arena. */
struct choices choices_of(struct visit *x, const struct choice *all, size_t n, const char *chosen);
struct choices locale_choices(struct visit *x, const char *chosen, const char *url_format);
void add_error(struct visit *x, struct error_list *list, const char *field, const char *text);

/* What is said beside this field; NULL: nothing. */
const char *error_of(const struct error_list *list, const char *field);
bool plausible_email(const char *s); /* NULL is none */
/* What to do about agent_password_flaw's answer; NULL for none. */
const char *password_advice(enum locale locale, const char *flaw);

/* Can somebody who forgot her password help herself: is there a sending inbox, and an address of ours for the link?
 */
bool may_reset(struct visit *x);

/* Adds an agent and makes the link that lets her in. As agent_create; role: agent lead admin. */
enum rc invite_agent(struct request *rq, const char *email, const char *name, const char *role, const char *lang,
                     const char *const *teams, size_t teams_n, struct invite_link *out);

/* An admin of a new installation has not seen the first steps to their end: they come before an empty inbox. */
bool wizard_waits(struct visit *x);

/* A page of a list asks for one row more than it shows: are there older ones? *n becomes what is shown. */
bool more_than(int *n, int shown);
/* The csrf field of a visitor who has no session: bound to a cookie that is set on the way. */
const char *visitor_csrf(struct request *rq, bool may_set_cookie);

/* The language of a rule file in its own words. report_page.c */
const char *rule_lang_name(enum lang lang);

#endif
