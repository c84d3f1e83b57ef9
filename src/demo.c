/* demo.c: `kept init --demo`: a support team's last two months, to look at.
 * The conversations of demo/ are played once as they end now (some wait for an answer), and then again with other
 * customers as they ended long ago, until there are enough. Everything goes the way that real messages go,
 * intake_accept and reply_send, in the order of time and with the clock held at each moment, so that clocks, events
 * and lists are what they would be. The same each time, but for the references and the password. */
#include "command.h"
#include "demo.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/secret.h"
#include "channel/mail_token.h"
#include "desk/agent.h"
#include "desk/contact.h"
#include "desk/careful.h"
#include "desk/conversation.h"
#include "desk/hours.h"
#include "desk/inbox.h"
#include "desk/intake.h"
#include "desk/job.h"
#include "desk/prevention.h"
#include "desk/reply.h"
#include "desk/reply_prepare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONVERSATIONS = 300, OLDEST_DAYS = 60, CAST_MAX = 16, TEAMS_MAX = 8, STEPS_MAX = 8 };
static const int64_t MINUTE = 60 * 1000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

struct cast_agent {
    const char *key;
    int64_t id;
};

struct cast_team {
    const char *name;
    int64_t id;
};

struct cast_inbox {
    const char *lang;
    struct inbox inbox;
};

/* One conversation to be played: a thread of demo/, with a customer, at a time. */
struct play {
    json_t *thread, *person;
    const char *lang, *order;
    int64_t start, agent_id;
    bool old;        /* ended long ago: resolved, and up to the last answer only */
    int messages;    /* how many of the thread's are played */
    const char *ref; /* of the conversation, once there is one */
    int64_t conversation_id, last_message_id;
};

struct step {
    int64_t at;
    struct play *play;
    int message; /* index; == play->messages: the last status */
};

struct demo {
    struct arena *a;
    struct store *store;
    int64_t now;
    uint64_t random;
    json_t **rows;         /* of demo_lines, in its order */
    int *people, *threads; /* their places there */
    int people_n, threads_n, person_next;
    struct cast_agent agents[CAST_MAX];
    struct cast_team teams[TEAMS_MAX];
    struct cast_inbox inboxes[CAST_MAX];
    int agents_n, teams_n, inboxes_n;
    int64_t form_id;
    const char *hash;
    struct play *plays;
    struct step *steps;
    int plays_n, steps_n;
};

static const char *text_of(json_t *row, const char *key) {
    const char *s = json_string_value(json_object_get(row, key));
    return s ? s : "";
}

/* xorshift: the same numbers each time. */
static int64_t below(struct demo *d, int64_t n) {
    d->random ^= d->random << 13;
    d->random ^= d->random >> 7;
    d->random ^= d->random << 17;
    return (int64_t)(d->random % (uint64_t)n);
}

/* ---- the cast ---- */

static int64_t agent_named(struct demo *d, const char *key) {
    for (int i = 0; i < d->agents_n; i++)
        if (strcmp(d->agents[i].key, key) == 0)
            return d->agents[i].id;
    return 0;
}

static enum rc team_named(struct demo *d, struct tx *tx, const char *name, int64_t *id) {
    struct team team;
    for (int i = 0; i < d->teams_n; i++)
        if (strcmp(d->teams[i].name, name) == 0) {
            *id = d->teams[i].id;
            return RC_OK;
        }
    enum rc rc = team_create(tx, name, 0, d->now, &team);
    *id = team.id;
    if (rc == RC_OK && d->teams_n < TEAMS_MAX)
        d->teams[d->teams_n++] = (struct cast_team){name, team.id};
    return rc;
}

static enum rc add_agent(struct demo *d, struct tx *tx, json_t *row) {
    const char *role = text_of(row, "role");
    struct agent agent = {
        .email = arena_printf(d->a, "%s@kept.test", text_of(row, "key")),
        .name = text_of(row, "name"),
        .role = strcmp(role, "admin") == 0  ? ROLE_ADMIN
                : strcmp(role, "lead") == 0 ? ROLE_LEAD
                                            : ROLE_AGENT,
        .lang = text_of(row, "lang"),
    };
    enum rc rc = agent_create(tx, &agent, 0, d->now);
    if (rc == RC_OK)
        rc = agent_by_email(tx_view(tx), d->a, agent.email, &agent);
    agent.self_word = text_of(row, "self");
    agent.particle = text_of(row, "particle");
    if (rc == RC_OK)
        rc = agent_save(tx, &agent, 0, d->now);
    if (rc == RC_OK)
        rc = agent_set_password(tx, agent.id, d->hash, 0, d->now);
    size_t i;
    json_t *name;
    json_array_foreach(json_object_get(row, "teams"), i, name) {
        int64_t team;
        if (rc == RC_OK)
            rc = team_named(d, tx, json_string_value(name), &team);
        if (rc == RC_OK)
            rc = team_join(tx, team, agent.id);
    }
    d->agents[d->agents_n++] = (struct cast_agent){text_of(row, "key"), agent.id};
    return rc;
}

static enum rc add_inbox(struct demo *d, struct tx *tx, json_t *row) {
    struct inbox there, inbox = {
                            .name = text_of(row, "name"),
                            .kind = "email",
                            .address = text_of(row, "address"),
                            .from_name = text_of(row, "from"),
                            .signature = text_of(row, "signature"),
                            .lang = strcmp(text_of(row, "lang"), "zh") == 0 ? "zh-Hans" : text_of(row, "lang"),
                            .enabled = true,
                        };
    enum rc rc = inbox_by_address(tx_view(tx), d->a, inbox.address, &there);
    if (rc == RC_OK)
        inbox = there;
    else if (rc == RC_NONE)
        rc = inbox_save(tx, &inbox, 0, d->now);
    inbox.ref = NULL; /* lives in the transaction */
    d->inboxes[d->inboxes_n++] = (struct cast_inbox){text_of(row, "lang"), inbox};
    return rc;
}

static enum rc add_saved(struct demo *d, struct tx *tx, json_t *row) {
    struct saved_reply saved = {
        .name = text_of(row, "name"), .lang = text_of(row, "lang"), .body = text_of(row, "body")};
    return saved_save(tx, &saved, 0, d->now);
}

static enum rc keep_hours(struct tx *tx) {
    enum { SATURDAY = 6 };
    struct hours hours = {.set = true};
    for (int day = 1; day <= SATURDAY; day++)
        hours_day_read(day == SATURDAY ? "08:00–12:00" : "08:00–12:00, 13:00–18:00", &hours.days[day]);
    return hours_save(tx, 0, &hours, 0);
}

/* Agents, teams, inboxes, saved replies and hours: one transaction. */
static enum rc make_cast(struct tx *tx, void *arg) {
    struct demo *d = arg;
    struct inbox form;
    enum rc rc = inbox_of_kind(tx_view(tx), tx_arena(tx), "form", &form);
    d->form_id = rc == RC_OK ? form.id : 0;
    rc = rc == RC_NONE ? RC_OK : rc;
    d->agents_n = d->teams_n = d->inboxes_n = 0; /* it may run twice */
    for (int i = 0; i < demo_lines_n && rc == RC_OK; i++) {
        const char *kind = demo_lines[i].kind;
        if (strcmp(kind, "agents") == 0 && d->agents_n < CAST_MAX)
            rc = add_agent(d, tx, d->rows[i]);
        else if (strcmp(kind, "inboxes") == 0 && d->inboxes_n < CAST_MAX)
            rc = add_inbox(d, tx, d->rows[i]);
        else if (strcmp(kind, "saved") == 0)
            rc = add_saved(d, tx, d->rows[i]);
    }
    return rc == RC_OK ? keep_hours(tx) : rc;
}

static enum rc read_lines(struct demo *d, const char **why) {
    enum rc rc = RC_OK;
    d->rows = ARENA_ARRAY(d->a, (size_t)demo_lines_n, json_t *);
    d->people = ARENA_ARRAY(d->a, (size_t)demo_lines_n, int);
    d->threads = ARENA_ARRAY(d->a, (size_t)demo_lines_n, int);
    for (int i = 0; i < demo_lines_n && rc == RC_OK; i++) {
        const char *kind = demo_lines[i].kind, *json = demo_lines[i].json;
        rc = json_read(d->a, (struct bytes){(const uint8_t *)json, strlen(json)}, &d->rows[i], why);
        if (strcmp(kind, "people") == 0)
            d->people[d->people_n++] = i;
        else if (strcmp(kind, "conversations") == 0)
            d->threads[d->threads_n++] = i;
    }
    return rc;
}

/* ---- what is played, and when ---- */

static json_t *messages_of(json_t *thread) { return json_object_get(thread, "messages"); }

static const char *who_wrote(json_t *message) { return json_string_value(json_array_get(message, 1)); }

static int64_t minute_of(json_t *message) { return json_integer_value(json_array_get(message, 0)) * MINUTE; }

/* How many messages there are up to our last answer, and the customer's thanks when the thread ended well. */
static int answered_length(json_t *thread) {
    json_t *messages = messages_of(thread);
    int n = (int)json_array_size(messages);
    if (strcmp(text_of(thread, "status"), "resolved") == 0)
        return n;
    while (n && strcmp(who_wrote(json_array_get(messages, (size_t)n - 1)), "agent") != 0)
        n--;
    return n;
}

/* The next customer who writes this language. */
static json_t *next_person(struct demo *d, const char *lang) {
    for (int tries = 0; tries < d->people_n; tries++) {
        json_t *person = d->rows[d->people[d->person_next++ % d->people_n]];
        if (strcmp(text_of(person, "lang"), lang) == 0)
            return person;
    }
    return d->rows[d->people[0]];
}

/* When the last message came. What waits for us waits since minutes or hours; what is done is done for days. */
static int64_t recent_end(struct demo *d, const char *status) {
    if (strcmp(status, "new") == 0)
        return d->now - (4 + below(d, 170)) * MINUTE;
    if (strcmp(status, "open") == 0)
        return d->now - (6 + below(d, 1100)) * MINUTE;
    if (strcmp(status, "resolved") == 0)
        return d->now - (3 + below(d, 90)) * HOUR;
    return d->now - (2 + below(d, 44)) * HOUR;
}

static int64_t old_start(struct demo *d) {
    int64_t days = 5 + below(d, OLDEST_DAYS - 5), day = (d->now - days * DAY) / DAY * DAY;
    return day + HOUR + below(d, 10 * 60) * MINUTE; /* 8 to 18 o'clock in the company's time zone, UTC+7 */
}

static void plan_play(struct demo *d, int index) {
    struct play *p = &d->plays[d->plays_n];
    int place = d->threads[index < d->threads_n ? index : (index * 7 + 3) % d->threads_n];
    json_t *thread = d->rows[place];
    bool old = index >= d->threads_n;
    json_t *messages = messages_of(thread);
    int n = old ? answered_length(thread) : (int)json_array_size(messages);
    if (!n || (old && strcmp(text_of(thread, "status"), "spam") == 0))
        return;
    *p = (struct play){.thread = thread, .old = old, .messages = n, .lang = text_of(thread, "lang")};
    if (!*p->lang)
        p->lang = demo_lines[place].lang; /* the file's, which may hold two: Simplified and Traditional Chinese */
    p->person = next_person(d, p->lang);
    p->agent_id = agent_named(d, text_of(thread, "agent"));
    p->order = arena_printf(d->a, "BB-%d", (int)(41000 + index * 37 % 9000));
    int64_t length = minute_of(json_array_get(messages, (size_t)n - 1));
    p->start = old ? old_start(d) : recent_end(d, text_of(thread, "status")) - length;
    d->plays_n++;
    for (int i = 0; i <= n; i++) {
        int64_t at = i < n ? minute_of(json_array_get(messages, (size_t)i)) : length + 2 * MINUTE;
        d->steps[d->steps_n++] = (struct step){p->start + at, p, i};
    }
}

static int by_time(const void *x, const void *y) {
    const struct step *a = x, *b = y;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return a->play != b->play ? (a->play < b->play ? -1 : 1) : a->message - b->message;
}

static void plan(struct demo *d) {
    d->plays = ARENA_ARRAY(d->a, CONVERSATIONS, struct play);
    d->steps = ARENA_ARRAY(d->a, CONVERSATIONS * STEPS_MAX, struct step);
    for (int i = 0; d->plays_n < CONVERSATIONS && d->steps_n < CONVERSATIONS * (STEPS_MAX - 1); i++)
        plan_play(d, i);
    qsort(d->steps, (size_t)d->steps_n, sizeof *d->steps, by_time);
}

/* ---- texts ---- */

/* "Chị Lan" of "chị Lan": at the beginning of a sentence. */
static const char *capital(struct arena *a, const char *s) {
    char *copy = arena_copy(a, s);
    if (*copy >= 'a' && *copy <= 'z')
        *copy = (char)(*copy - 'a' + 'A');
    return copy;
}

static const char *word_of(struct arena *a, const struct play *p, const char *name, size_t n) {
    const char *call = text_of(p->person, "call"), *address = text_of(p->person, "address");
    const struct {
        const char *name, *value;
    } words[] = {
        {"name", text_of(p->person, "name")},
        {"call", call},
        {"Call", capital(a, call)},
        {"addr", address},
        {"Addr", capital(a, address)},
        {"i", text_of(p->person, "i")},
        {"say", text_of(p->person, "say")},
        {"ask", text_of(p->person, "ask")},
        {"order", p->order},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i].name) == n && memcmp(words[i].name, name, n) == 0)
            return words[i].value;
    return NULL; /* demo_data.py has refused it */
}

static char *told(struct arena *a, const struct play *p, const char *text) {
    struct buf out = {0};
    while (*text) {
        size_t n = *text == '{' ? strcspn(text + 1, "}") : 0;
        const char *word = n ? word_of(a, p, text + 1, n) : NULL;
        if (word) {
            buf_str(&out, word);
            text += n + 2;
        } else {
            buf_char(&out, *text++);
        }
    }
    char *s = arena_copy_n(a, out.at ? out.at : "", out.len);
    buf_free(&out);
    return s;
}

/* ---- playing ---- */

struct playing {
    struct demo *d;
    struct step *step;
};

static const struct cast_inbox *inbox_for(const struct demo *d, const char *lang) {
    for (int i = 0; i < d->inboxes_n; i++)
        if (strncmp(d->inboxes[i].lang, lang, 2) == 0)
            return &d->inboxes[i];
    return &d->inboxes[0];
}

/* What the form of address is comes from the people's file, as an agent would have noted it. */
static enum rc know_contact(struct tx *tx, struct play *p, int64_t id, int64_t now) {
    struct contact contact;
    enum rc rc = contact_load(tx_view(tx), tx_arena(tx), id, &contact);
    if (rc != RC_OK || *contact.call_name)
        return rc;
    contact.address_form = text_of(p->person, "address");
    contact.call_name =
        *text_of(p->person, "call_name") ? text_of(p->person, "call_name") : text_of(p->person, "call");
    return contact_save(tx, &contact, 0, now);
}

static enum rc sort_in(struct demo *d, struct tx *tx, struct play *p, struct conversation *c, int64_t now) {
    int64_t team = 0;
    size_t i;
    json_t *name;
    enum rc rc = team_named(d, tx, text_of(p->thread, "team"), &team);
    if (rc == RC_OK)
        rc = conversation_set_team(tx, c, team, (struct actor){ACTOR_SYSTEM}, now);
    json_array_foreach(json_object_get(p->thread, "tags"), i, name) {
        struct tag tag;
        if (rc == RC_OK)
            rc = tag_named(tx, json_string_value(name), now, &tag);
        if (rc == RC_OK)
            rc = conversation_tag(tx, c, tag.id, (struct actor){ACTOR_SYSTEM});
    }
    return rc;
}

static enum rc play_customer(struct demo *d, struct tx *tx, const struct step *s, const char *body) {
    struct play *p = s->play;
    struct arena *a = tx_arena(tx);
    const struct cast_inbox *mail = inbox_for(d, p->lang);
    bool form = strcmp(text_of(p->thread, "inbox"), "form") == 0 && d->form_id && !s->message;
    const char *user = text_of(p->person, "email");
    struct intake_result result;
    struct inbound in = {
        .channel = form ? "form" : "email",
        .inbox_id = form ? d->form_id : mail->inbox.id,
        .from_kind = "email",
        .from = strchr(user, '@') ? user : arena_printf(a, "%s@mail.test", user),
        .from_name = text_of(p->person, "name"),
        .lang = p->lang,
        .subject = text_of(p->thread, "subject"),
        .body = body,
        .quoted = "",
        .to = form ? "" : mail->inbox.address,
        .cc = "",
        .conversation_ref = s->message ? p->ref : NULL,
        .mail_id = form ? NULL : arena_printf(a, "%d.%d.demo@mail.test", (int)(p - d->plays), s->message),
        .auto_kind = "",
        .sent_at = s->at,
    };
    enum rc rc = intake_accept(tx, &in, s->at, &result);
    if (rc != RC_OK)
        return rc;
    p->last_message_id = result.message.id;
    p->conversation_id = result.conversation.id;
    p->ref = arena_copy(d->a, result.conversation.ref);
    rc = know_contact(tx, p, result.conversation.contact_id, s->at);
    return rc != RC_OK || s->message ? rc : sort_in(d, tx, p, &result.conversation, s->at);
}

/* As the composer would have: what the answer promises, with the agent's consent. */
static enum rc find_promises(struct tx *tx, const struct step *s, const struct conversation *c,
                             struct reply *reply) {
    struct draft_reading r;
    struct arena *a = tx_arena(tx);
    enum rc rc =
        reply_prepare(tx_view(tx), a, &(struct draft_ask){.conversation = c, .text = reply->body}, s->at, &r);
    if (rc != RC_OK)
        return rc;
    reply->promises = draft_promises(a, reply->body, &r, true);
    reply->promises_n = (int)r.promises.n;
    return RC_OK;
}

/* What is over was kept, all but one in six in time. */
static enum rc settle_promises(struct demo *d, struct tx *tx, const struct step *s, const struct conversation *c) {
    enum { LATE_BY = 5 * HOUR };
    struct promise *list;
    int n;
    enum rc rc = promise_of_conversation(tx_view(tx), tx_arena(tx), c->id, true, &list, &n);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        int64_t at = below(d, 6) ? s->at : list[i].due_to + LATE_BY;
        if (at < d->now)
            rc = promise_settle(tx, &list[i],
                                &(struct promise_end){.outcome = "kept", .evidence_id = s->play->last_message_id},
                                (struct actor){ACTOR_AGENT, s->play->agent_id}, at);
    }
    return rc;
}

/* Sent as it was then: no mail leaves for a customer of the demo. */
static enum rc play_answer(struct demo *d, struct tx *tx, const struct step *s, struct conversation *c,
                           const char *body) {
    struct actor by = {ACTOR_AGENT, s->play->agent_id};
    struct reply reply = {.body = body, .then_status = "pending", .no_undo = true};
    struct message m;
    enum rc rc = find_promises(tx, s, c, &reply);
    if (rc == RC_OK)
        rc = reply_send(tx, c, &reply, by, s->at, &m);
    if (rc != RC_OK)
        return rc;
    s->play->last_message_id = m.id;
    const char *address = inbox_for(d, s->play->lang)->inbox.address;
    rc = job_drop(tx, JOB_SEND_MAIL, m.id);
    if (rc == RC_OK)
        rc = message_set_mail(tx, m.id, mail_message_id(tx_arena(tx), address, m.ref), "", address);
    if (rc == RC_OK)
        rc = reply_take(tx, m.id, s->at, &m);
    return rc == RC_OK ? reply_settle(tx, m.id, true, "", 0, s->at) : rc;
}

/* Where it stands now, and who has read it: everybody, unless it waits for us. */
static enum rc play_end(struct demo *d, struct tx *tx, const struct step *s, struct conversation *c) {
    struct play *p = s->play;
    const char *status = p->old ? "resolved" : text_of(p->thread, "status");
    int64_t until = json_integer_value(json_object_get(p->thread, "until")) * HOUR;
    struct actor by = {ACTOR_AGENT, p->agent_id};
    bool waits = strcmp(status, "new") == 0 || strcmp(status, "open") == 0;
    enum rc rc = RC_OK;
    if (strcmp(c->status, status) != 0)
        rc = conversation_set_status(tx, c, status, until ? d->now + until : 0, by, s->at);
    if (rc == RC_OK && strcmp(status, "resolved") == 0)
        rc = settle_promises(d, tx, s, c);
    if (rc == RC_OK && p->old && s->at < d->now - 30 * DAY)
        rc = conversation_set_status(tx, c, "closed", 0, (struct actor){ACTOR_SYSTEM}, s->at);
    for (int i = 0; i < d->agents_n && rc == RC_OK && !waits; i++)
        rc = conversation_seen(tx, c->id, d->agents[i].id, p->last_message_id);
    return rc;
}

static enum rc play_step(struct tx *tx, void *arg) {
    struct playing *x = arg;
    struct step *s = x->step;
    struct play *p = s->play;
    struct conversation c;
    struct message m;
    json_t *message = json_array_get(messages_of(p->thread), (size_t)s->message);
    bool end = s->message == p->messages;
    const char *who = end ? "" : who_wrote(message);
    const char *body = end ? "" : told(tx_arena(tx), p, json_string_value(json_array_get(message, 2)));
    if (strcmp(who, "customer") == 0)
        return play_customer(x->d, tx, s, body);
    enum rc rc = conversation_load(tx_view(tx), tx_arena(tx), p->conversation_id, &c);
    if (rc != RC_OK)
        return rc;
    if (end)
        return play_end(x->d, tx, s, &c);
    if (strcmp(who, "agent") == 0)
        return play_answer(x->d, tx, s, &c, body);
    rc = note_add(tx, &c, body, NULL, 0, p->agent_id, s->at, &m);
    p->last_message_id = m.id;
    return rc;
}

/* What keeps things from happening again: open, late and done, each where its language is spoken; and one careful
 * conversation that nobody has in hand yet. */
static enum rc put_right(struct tx *tx, void *arg) {
    static const struct {
        const char *lang, *owner, *what, *evidence;
        int days; /* from now */
    } actions[] = {
        {"en", "anna", "Scan the label again at the dock door, so that no parcel goes to the old address", "", 9},
        {"vi", "minh", "Kiểm tra tem và đai thùng trước khi giao cho đơn vị vận chuyển", "", -2},
        {"zh-Hans", "xiaoyu", "优惠券到期前三天自动提醒，到期规则写进下单页", "", 16},
        {"th", "nok", "ติดป้ายสารก่อภูมิแพ้บนกล่องทุกใบ และให้คนที่สองตรวจก่อนปิดกล่อง", "ตรวจ 40 กล่องเมื่อวันที่ 2 มีป้ายครบทุกใบ", 5},
    };
    struct demo *d = arg;
    bool careful = false;
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < sizeof actions / sizeof *actions; i++) {
        struct prevention p = {.what = actions[i].what,
                               .owner_id = agent_named(d, actions[i].owner),
                               .due_at = d->now + actions[i].days * DAY};
        struct actor by = {ACTOR_AGENT, p.owner_id};
        for (int k = d->plays_n - 1, linked = 0; rc == RC_OK && k >= 0 && linked < 2; k--) {
            struct conversation c;
            rc = conversation_load(tx_view(tx), tx_arena(tx), d->plays[k].conversation_id, &c);
            if (rc != RC_OK || strcmp(c.lang, actions[i].lang) != 0)
                continue;
            rc = linked++ ? prevention_link(tx, &p, c.id, by, d->now)
                          : prevention_add(tx, &p, c.id, by, d->now - 10 * DAY);
            if (rc == RC_OK && !careful && strcmp(c.shelf, "active") == 0) {
                rc = careful_set(tx, c.id, true, by, d->now - 20 * MINUTE);
                careful = true;
            }
        }
        if (rc == RC_OK && *actions[i].evidence)
            rc = prevention_done(tx, &p, actions[i].evidence, by, d->now - DAY);
    }
    return rc;
}

/* KEPT_DEMO_PASSWORD, or one that is made here: a fixed one would be a way into every demo that somebody left
 * running. */
static const char *demo_password(struct arena *a) {
    const char *given = getenv("KEPT_DEMO_PASSWORD");
    uint8_t random[10];
    if (given && *given)
        return given;
    secret_random(random, sizeof random);
    return base32(a, (struct bytes){random, sizeof random});
}

enum rc demo_fill(struct store *store, const char **why) {
    struct demo d = {.a = arena_new(1024 * 1024), .store = store, .now = clock_now(), .random = 20260301};
    const char *password = demo_password(d.a);
    enum rc rc = RC_OK;
    *why = "";
    if (agent_password_flaw(password, "")) {
        *why = "KEPT_DEMO_PASSWORD is too short or too long";
        rc = RC_INVALID;
    }
    if (rc == RC_OK)
        rc = read_lines(&d, why);
    if (rc == RC_OK) {
        d.hash = secret_password_hash(d.a, password);
        rc = store_write(store, make_cast, &d);
    }
    struct demo_help help = {&d, d.rows, agent_named, d.now - (OLDEST_DAYS + 1) * DAY, d.now};
    clock_hold(help.then);
    if (rc == RC_OK)
        rc = store_write(store, demo_help_write, &help);
    if (rc == RC_OK)
        plan(&d);
    for (int i = 0; i < d.steps_n && rc == RC_OK; i++) {
        struct playing x = {&d, &d.steps[i]};
        clock_hold(d.steps[i].at);
        rc = store_write(store, play_step, &x);
    }
    clock_hold(0);
    if (rc == RC_OK)
        rc = store_write(store, put_right, &d);
    if (rc == RC_OK)
        rc = store_write(store, demo_help_age, &help);
    if (rc == RC_OK)
        printf("%d conversations. mai@kept.test (admin), anna (lead), ben, minh, xiaoyu and nok sign in with: %s\n",
               d.plays_n, password);
    for (int i = 0; d.rows && i < demo_lines_n; i++)
        json_decref(d.rows[i]);
    arena_free(d.a);
    return rc;
}
