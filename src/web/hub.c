#include "web/hub.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "base/log.h"
#include "desk/agent.h"
#include "desk/conversation.h"
#include "desk/event.h"
#include "web/presence.h"
#include "web/ws.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum {
    REF_ROOM = 24,
    ROOM_BUCKETS = 1024 /* 10 bits */,
    ENDINGS_KEPT = 64,
    KNOWN_REFS = 4096 /* 12 bits */,
    TURN = 256,
    READ_EVENTS = 256,
    ROOM_PEOPLE = 40 /* that are shown of one conversation */
};

/* What a customer hears about her conversation. Notes, tags, owners and whatever comes later are not among them. */
static const char *const customer_kinds[] = {"message.received", "message.sent", "message.undone",
                                             "conversation.status_changed"};

struct conn {
    struct ws ws;                        /* first: nothing else of a connection is passed to ws.h */
    struct conn *next, **back;           /* among agents, or among customers */
    struct conn *room_next, **room_back; /* among those in one room */
    struct room *room;                   /* the conversation that is viewed */
    struct hub *hub;
    int64_t agent_id, session_id, known_seq, until, typing_until, talk_second;
    int talk;
    bool writing; /* epoll waits for room to write */
    char ref[REF_ROOM];
    char *name;
};

/* Everyone who looks at one conversation: agents with it open, the customer whose it is. */
struct room {
    struct room *next; /* in its bucket */
    struct room *next_changed;
    int64_t conversation_id;
    char ref[REF_ROOM];
    struct conn *first;
    bool changed;      /* presence is to be told, or the room is empty and goes */
    bool here_changed; /* other nodes are to hear of it, too */
};

/* On its way from a server thread. */
struct newcomer {
    struct newcomer *next;
    struct conn *conn;
    int64_t after, conversation_id;
    struct bytes extra;
};

/* Of another thread that waits for the answer. */
struct question {
    struct question *next;
    int64_t agent_id, conversation_id;
    bool answered, yes;
};

/* Whose connections were ended by which event: somebody may have been on her way in. */
struct ending {
    int64_t seq, agent_id, session_id; /* one of both is 0 */
};

/* The reference of a conversation or an agent by its id; references never change. */
struct known_ref {
    int64_t id;
    char ref[REF_ROOM];
};

struct hub {
    struct store *store;
    struct hub_options options;
    pthread_t thread;
    int epoll, wake;

    pthread_mutex_t lock; /* for these, which other threads touch */
    struct newcomer *newcomers, **newcomers_tail;
    struct question *questions;
    pthread_cond_t answered;
    bool stop;
    int64_t seq;            /* the last event that was told */
    int64_t ring_from;      /* events after this one can be told again */
    char *ring[HUB_REPLAY]; /* JSON of event n at n % HUB_REPLAY; NULL: not for pages */

    /* The rest belongs to the hub's thread. */
    struct conn *agents, *customers, *dying;
    int connections;
    struct room *rooms[ROOM_BUCKETS], *changed;
    struct known_ref known[KNOWN_REFS];
    struct ending endings[ENDINGS_KEPT]; /* the last ones, at endings_n % ENDINGS_KEPT */
    unsigned endings_n;
    struct ws_frames *ping;
    struct presence *elsewhere;
    int64_t ping_at, tick_at, read_at, last_read, tell_at;
    bool primed, away, some_dead;
};

static void *zeroed(size_t size) {
    void *p = calloc(1, size);
    if (!p)
        die("out of memory");
    return p;
}

static void keep_ref(char to[REF_ROOM], const char *ref) { snprintf(to, REF_ROOM, "%s", ref ? ref : ""); }

static void wake_thread(void *hub) {
    uint64_t once = 1;
    (void)!write(((struct hub *)hub)->wake, &once, sizeof once); /* full means that it is awake already */
}

/* ---- connections ---- */

/* After each thing done to a connection. */
static void watch(struct hub *h, struct conn *c) {
    bool writing = ws_waits(&c->ws);
    h->some_dead |= c->ws.dead;
    if (writing == c->writing || c->ws.dead)
        return;
    c->writing = writing;
    struct epoll_event e = {.events = EPOLLIN | (writing ? EPOLLOUT : 0), .data.ptr = c};
    if (epoll_ctl(h->epoll, EPOLL_CTL_MOD, c->ws.fd, &e))
        h->some_dead = c->ws.dead = true;
}

static void send_frames(struct hub *h, struct conn *c, struct ws_frames *f) {
    ws_send(&c->ws, f);
    watch(h, c);
}

static void send_text(struct hub *h, struct conn *c, const struct buf *json) {
    struct buf out = {0};
    ws_encode(&out, buf_bytes(json));
    struct ws_frames *f = ws_frames_of(buf_bytes(&out));
    send_frames(h, c, f);
    ws_frames_drop(f);
    buf_free(&out);
}

static void close_conn(struct hub *h, struct conn *c, enum ws_code code) {
    ws_close(&c->ws, code, clock_mono());
    watch(h, c);
}

static void room_leave(struct conn *c);

/* epoll may still hold its pointer in this turn, so it is freed at the end of it. */
static void bury(struct hub *h, struct conn *c) {
    room_leave(c);
    if (c->next)
        c->next->back = c->back;
    *c->back = c->next;
    /* Closing would not do: libmicrohttpd may not have closed its own descriptor of the same connection yet. */
    epoll_ctl(h->epoll, EPOLL_CTL_DEL, c->ws.fd, NULL);
    ws_end(&c->ws);
    h->connections--;
    c->next = h->dying;
    h->dying = c;
}

static void free_dead(struct hub *h) {
    while (h->dying) {
        struct conn *c = h->dying;
        h->dying = c->next;
        free(c->name);
        free(c);
    }
}

static void bury_dead(struct hub *h) {
    struct conn *lists[] = {h->agents, h->customers};
    for (int i = 0; i < 2 && h->some_dead; i++)
        for (struct conn *c = lists[i], *next; c; c = next) {
            next = c->next;
            if (c->ws.dead)
                bury(h, c);
        }
    h->some_dead = false;
}

/* ---- rooms and presence ---- */

static struct room **room_place(struct hub *h, int64_t conversation_id) {
    struct room **at = &h->rooms[(uint64_t)conversation_id * 0x9E3779B97F4A7C15u >> 54];
    while (*at && (*at)->conversation_id != conversation_id)
        at = &(*at)->next;
    return at;
}

static void room_changed(struct hub *h, struct room *r, bool here) {
    r->here_changed |= here;
    if (r->changed)
        return;
    r->changed = true;
    r->next_changed = h->changed;
    h->changed = r;
}

static void room_leave(struct conn *c) {
    if (!c->room)
        return;
    if (c->room_next)
        c->room_next->room_back = c->room_back;
    *c->room_back = c->room_next;
    room_changed(c->hub, c->room, true);
    c->room = NULL;
    c->typing_until = 0;
}

static void room_enter(struct hub *h, struct conn *c, int64_t conversation_id, const char *ref) {
    struct room **at = room_place(h, conversation_id);
    if (!*at) {
        *at = zeroed(sizeof **at);
        (*at)->conversation_id = conversation_id;
    }
    struct room *r = *at;
    if (ref) /* the customer may have come first, and without one */
        keep_ref(r->ref, ref);
    c->room = r;
    c->room_next = r->first;
    c->room_back = &r->first;
    if (r->first)
        r->first->room_back = &c->room_next;
    r->first = c;
    room_changed(h, r, true);
}

struct present {
    struct person person;
    const char *ref, *name;
};

static struct present *find_present(struct present *list, int n, int64_t agent_id) {
    for (int i = 0; i < n; i++)
        if (list[i].person.agent_id == agent_id)
            return &list[i];
    return NULL;
}

/* One entry an agent, however many windows she has open. */
static int present_here(const struct room *r, struct present list[ROOM_PEOPLE]) {
    int n = 0;
    for (const struct conn *c = r->first; c; c = c->room_next) {
        struct present *p = c->agent_id ? find_present(list, n, c->agent_id) : NULL;
        if (p)
            p->person.typing |= c->typing_until > 0;
        else if (c->agent_id && n < ROOM_PEOPLE)
            list[n++] = (struct present){{c->agent_id, c->typing_until > 0}, c->ref, c->name};
    }
    return n;
}

static int add_elsewhere(struct hub *h, struct arena *a, const struct room *r, struct present *list, int n) {
    struct view *v = NULL;
    const struct person *other;
    for (int at = 0; (other = presence_next(h->elsewhere, r->conversation_id, &at));) {
        struct present *p = find_present(list, n, other->agent_id);
        struct agent agent;
        if (p) {
            p->person.typing |= other->typing;
            continue;
        }
        v = v ? v : view_open(h->store);
        if (n < ROOM_PEOPLE && agent_load(v, a, other->agent_id, &agent) == RC_OK)
            list[n++] = (struct present){*other, agent.ref, agent.name};
    }
    if (v)
        view_close(v);
    return n;
}

static void present_json(struct buf *out, const struct room *r, const struct present *list, int n) {
    struct jw j = jw_begin(out);
    jw_object(&j, NULL);
    jw_text(&j, "kind", "presence");
    jw_text(&j, "ref", r->ref);
    jw_array(&j, "here");
    for (int i = 0; i < n; i++) {
        jw_object(&j, NULL);
        jw_text(&j, "ref", list[i].ref);
        jw_text(&j, "name", list[i].name);
        jw_bool(&j, "typing", list[i].person.typing);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
}

static void tell_presence(struct hub *h, struct room *r) {
    struct present list[ROOM_PEOPLE];
    int n = present_here(r, list);
    if (!n)
        return;
    struct arena *a = arena_new(0);
    struct buf json = {0}, out = {0};
    present_json(&json, r, list, add_elsewhere(h, a, r, list, n));
    ws_encode(&out, buf_bytes(&json));
    struct ws_frames *f = ws_frames_of(buf_bytes(&out));
    for (struct conn *c = r->first; c; c = c->room_next)
        if (c->agent_id)
            send_frames(h, c, f);
    ws_frames_drop(f);
    buf_free(&out);
    buf_free(&json);
    arena_free(a);
}

static void tell_elsewhere(struct hub *h, const struct room *r) {
    struct present list[ROOM_PEOPLE];
    struct person people[ROOM_PEOPLE];
    int n = present_here(r, list);
    for (int i = 0; i < n; i++)
        people[i] = list[i].person;
    presence_tell(h->elsewhere, r->conversation_id, people, n);
}

static void tell_all_elsewhere(struct hub *h, int64_t now) {
    for (int i = 0; i < ROOM_BUCKETS; i++)
        for (const struct room *r = h->rooms[i]; r; r = r->next)
            if (r->first)
                tell_elsewhere(h, r);
    h->tell_at = now + PRESENCE_TELL_MS;
}

static void changed_elsewhere(void *arg, int64_t conversation_id) {
    struct room *r = *room_place(arg, conversation_id);
    if (r)
        room_changed(arg, r, false);
}

static void take_presence(struct hub *h, int64_t now) {
    if (presence_take(h->elsewhere, now, changed_elsewhere, h) || now >= h->tell_at)
        tell_all_elsewhere(h, now);
}

static void tell_changed_rooms(struct hub *h) {
    while (h->changed) {
        struct room *r = h->changed;
        h->changed = r->next_changed;
        r->changed = false;
        if (r->here_changed)
            tell_elsewhere(h, r);
        r->here_changed = false;
        if (r->first) {
            tell_presence(h, r);
            continue;
        }
        *room_place(h, r->conversation_id) = r->next;
        free(r);
    }
}

/* ---- what pages say ---- */

/* Every agent may open every conversation as yet; when teams have rooms of their own, this is where it is asked. */
static bool may_view(struct view *v, const struct conn *c, const struct conversation *conversation) {
    return c->agent_id && conversation->id;
}

static void view_conversation(struct hub *h, struct conn *c, const char *ref) {
    if (c->room && ref && !strcmp(c->room->ref, ref))
        return;
    room_leave(c);
    if (!ref || !id_ref_valid(ref, "con"))
        return;
    struct arena *a = arena_new(4096);
    struct view *v = view_open(h->store);
    struct conversation conversation;
    if (conversation_by_ref(v, a, ref, &conversation) == RC_OK && may_view(v, c, &conversation))
        room_enter(h, c, conversation.id, ref);
    view_close(v);
    arena_free(a);
}

static void hear(void *arg, struct bytes text) {
    struct conn *c = arg;
    struct hub *h = c->hub;
    int64_t now = clock_mono();
    if (c->talk_second != now / 1000)
        c->talk = 0;
    c->talk_second = now / 1000;
    if (++c->talk > HUB_TALK_PER_S) {
        close_conn(h, c, WS_CLOSE_POLICY);
        return;
    }
    struct arena *a = arena_new(1024);
    json_t *said = NULL;
    const char *why;
    if (json_read(a, text, &said, &why) != RC_OK || !json_is_object(said)) {
        close_conn(h, c, WS_CLOSE_POLICY);
    } else if (c->agent_id) {
        json_t *view = json_object_get(said, "view"), *typing = json_object_get(said, "typing");
        if (view)
            view_conversation(h, c, json_string_value(view));
        if (typing && c->room) {
            bool was = c->typing_until;
            c->typing_until = json_is_true(typing) ? now + HUB_TYPING_MS : 0;
            if (was != (bool)c->typing_until)
                room_changed(h, c->room, true);
        }
    }
    json_decref(said);
    arena_free(a);
}

/* ---- what happened ---- */

static const char *find_ref(struct hub *h, struct view *v, struct arena *a, int64_t id, bool is_agent) {
    struct known_ref *k = &h->known[(uint64_t)id * 0x9E3779B97F4A7C15u >> 52];
    if (k->id == id)
        return k->ref;
    struct conversation conversation = {0};
    struct agent agent = {0};
    enum rc rc = is_agent ? agent_load(v, a, id, &agent) : conversation_load(v, a, id, &conversation);
    if (rc != RC_OK)
        return NULL;
    k->id = id;
    keep_ref(k->ref, is_agent ? agent.ref : conversation.ref);
    return k->ref;
}

/* What an answer that is being written may say is not so any more. */
static bool changes_an_article(const struct event *e) {
    static const char *const kinds[] = {"article.published", "article.frozen", "article.thawed", "article.archived",
                                        "article.expired"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(e->kind, kinds[i]))
            return true;
    return false;
}

/* NULL when pages need not know. Of an article there is no reference: it is no conversation's. */
static char *event_json(struct hub *h, struct view *v, struct arena *a, const struct event *e) {
    const char *ref = e->conversation_id ? find_ref(h, v, a, e->conversation_id, false) : NULL;
    if (!ref && !changes_an_article(e))
        return NULL;
    struct buf out = {0};
    struct jw j = jw_begin(&out);
    jw_object(&j, NULL);
    jw_int(&j, "seq", e->seq);
    jw_text(&j, "kind", e->kind);
    jw_text(&j, "ref", ref ? ref : "");
    const char *by = e->actor.kind == ACTOR_AGENT && e->actor.id ? find_ref(h, v, a, e->actor.id, true) : NULL;
    if (by)
        jw_text(&j, "by", by);
    bool somebody_is_meant =
        !strcmp(e->kind, "conversation.assigned") || !strcmp(e->kind, "conversation.mentioned");
    bool other_is_meant = !strcmp(e->kind, "conversation.merged") || !strcmp(e->kind, "conversation.unmerged");
    const char *to =
        somebody_is_meant || other_is_meant ? find_ref(h, v, a, e->subject_id, somebody_is_meant) : NULL;
    if (to)
        jw_text(&j, "to", to);
    jw_object_end(&j);
    return out.at;
}

static void tell_customers(struct hub *h, const struct event *e) {
    struct room *r = e->conversation_id && h->customers ? *room_place(h, e->conversation_id) : NULL;
    bool told = false;
    for (size_t i = 0; i < sizeof customer_kinds / sizeof *customer_kinds; i++)
        told |= !strcmp(e->kind, customer_kinds[i]);
    if (!r || !told)
        return;
    struct buf json = {0};
    struct jw j = jw_begin(&json);
    jw_object(&j, NULL);
    jw_text(&j, "kind", e->kind);
    jw_object_end(&j);
    for (struct conn *c = r->first; c; c = c->room_next)
        if (!c->agent_id)
            send_text(h, c, &json);
    buf_free(&json);
}

/* Who signed in after the event, before we read it, is not meant. */
static bool is_ended_by(const struct conn *c, const struct ending *e) {
    return e->seq > c->known_seq &&
           (e->agent_id == c->agent_id || (e->session_id && e->session_id == c->session_id));
}

/* Was it ended between the moment when we knew who this is and now? More endings than are kept: it may have been.
 */
static bool ended_meanwhile(const struct hub *h, const struct conn *c) {
    unsigned kept = h->endings_n < ENDINGS_KEPT ? h->endings_n : ENDINGS_KEPT;
    bool all_newer = kept == ENDINGS_KEPT;
    for (unsigned i = 0; c->agent_id && i < kept; i++) {
        const struct ending *e = &h->endings[i];
        all_newer &= e->seq > c->known_seq;
        if (is_ended_by(c, e))
            return true;
    }
    return c->agent_id && all_newer;
}

static void end_rights(struct hub *h, struct ending e) {
    for (struct conn *c = h->agents; c; c = c->next)
        if (is_ended_by(c, &e))
            close_conn(h, c, WS_CLOSE_RIGHTS);
    h->endings[h->endings_n++ % ENDINGS_KEPT] = e; /* somebody may be on her way in */
}

static bool reduces_rights(const struct event *e) {
    return !strcmp(e->kind, "agent.rights_reduced") || !strcmp(e->kind, "agent.password_set") ||
           !strcmp(e->kind, "agent.sessions_ended"); /* one that goes on connects again */
}

static void remember(struct hub *h, int64_t seq, char *json) {
    pthread_mutex_lock(&h->lock);
    char **place = &h->ring[seq % HUB_REPLAY];
    free(*place);
    *place = json;
    h->seq = seq;
    if (h->ring_from < seq - HUB_REPLAY)
        h->ring_from = seq - HUB_REPLAY;
    pthread_mutex_unlock(&h->lock);
}

static void reset_json(struct buf *out, int64_t seq) {
    buf_printf(out, "{\"reset\":true,\"seq\":%lld}", (long long)seq);
}

static void tell(struct hub *h, struct conn *list, const struct buf *encoded) {
    if (!encoded->len || !list)
        return;
    struct ws_frames *f = ws_frames_of(buf_bytes(encoded));
    for (struct conn *c = list; c; c = c->next)
        send_frames(h, c, f);
    ws_frames_drop(f);
}

/* At the start the end of the table fills the ring and nobody is told. */
static enum rc begin_near_the_end(struct hub *h, struct view *v) {
    int64_t last;
    enum rc rc = event_last_seq(v, &last);
    pthread_mutex_lock(&h->lock);
    if (rc == RC_OK && last > HUB_REPLAY)
        h->seq = h->ring_from = last - HUB_REPLAY;
    pthread_mutex_unlock(&h->lock);
    return rc;
}

/* What was read is told even when reading on failed. */
static enum rc tell_events(struct hub *h, struct view *v, struct arena *a) {
    struct buf out = {0};
    struct event *events;
    int n = READ_EVENTS, total = 0;
    enum rc rc = h->primed ? RC_OK : begin_near_the_end(h, v);
    while (rc == RC_OK && n == READ_EVENTS && (rc = event_after(v, a, h->seq, READ_EVENTS, &events, &n)) == RC_OK) {
        for (int i = 0; i < n; i++) {
            char *text = event_json(h, v, a, &events[i]);
            if (text && ++total <= HUB_BATCH)
                ws_encode(&out, (struct bytes){(const uint8_t *)text, strlen(text)});
            remember(h, events[i].seq, text);
            if (h->primed)
                tell_customers(h, &events[i]);
            if (h->primed && reduces_rights(&events[i]))
                end_rights(h, (struct ending){events[i].seq, .agent_id = events[i].subject_id});
            if (h->primed && !strcmp(events[i].kind, "agent.signed_out"))
                end_rights(h, (struct ending){events[i].seq, .session_id = events[i].subject_id});
        }
    }
    if (total > HUB_BATCH) {
        struct buf json = {0};
        buf_reset(&out);
        reset_json(&json, h->seq);
        ws_encode(&out, buf_bytes(&json));
        buf_free(&json);
    }
    if (h->primed)
        tell(h, h->agents, &out);
    buf_free(&out);
    return rc;
}

static void read_events(struct hub *h, int64_t now) {
    struct arena *a = arena_new(0);
    struct view *v = view_open(h->store);
    enum rc rc = tell_events(h, v, a);
    view_close(v);
    arena_free(a);
    h->last_read = now;
    h->read_at = now + HUB_POLL_MS;
    h->primed |= rc == RC_OK;
    if ((rc != RC_OK) != h->away) {
        h->away = rc != RC_OK;
        log_warn(h->away ? "live updates: the database is away" : "live updates: the database is back");
    }
}

/* ---- joining ---- */

/* False: the ring does not reach so far back, or the page knows of events that never were (a backup was restored).
 */
static bool replay_possible(const struct hub *h, int64_t after) { return after >= h->ring_from && after <= h->seq; }

static void replay(struct hub *h, struct conn *c, int64_t after) {
    struct buf out = {0}, json = {0};
    if (c->agent_id && after >= 0 && !replay_possible(h, after)) {
        reset_json(&json, h->seq);
        ws_encode(&out, buf_bytes(&json));
    } else if (c->agent_id && after >= 0) {
        for (int64_t seq = after + 1; seq <= h->seq; seq++) {
            const char *text = h->ring[seq % HUB_REPLAY];
            if (text)
                ws_encode(&out, (struct bytes){(const uint8_t *)text, strlen(text)});
        }
    }
    buf_reset(&json);
    if (c->agent_id)
        buf_printf(&json, "{\"ready\":true,\"seq\":%lld}", (long long)h->seq);
    else
        buf_lit(&json, "{\"ready\":true}");
    ws_encode(&out, buf_bytes(&json));
    struct ws_frames *f = ws_frames_of(buf_bytes(&out));
    send_frames(h, c, f);
    ws_frames_drop(f);
    buf_free(&json);
    buf_free(&out);
}

static void welcome(struct hub *h, struct newcomer *n, int64_t now) {
    struct conn *c = n->conn;
    struct conn **list = c->agent_id ? &h->agents : &h->customers;
    int64_t life = h->options.life_ms;
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    if (n->after > h->seq) /* the page was made from what was committed a moment ago */
        read_events(h, now);
    ws_begin(&c->ws, c->ws.fd, now);
    c->until = now + life - c->ws.fd % 64 * (life / 640); /* not all at once */
    c->next = *list;
    c->back = list;
    if (*list)
        (*list)->back = &c->next;
    *list = c;
    h->connections++;
    if (epoll_ctl(h->epoll, EPOLL_CTL_ADD, c->ws.fd, &e)) {
        h->some_dead = c->ws.dead = true;
    } else if (h->connections > h->options.connections) {
        close_conn(h, c, WS_CLOSE_LATER);
    } else if (ended_meanwhile(h, c)) {
        close_conn(h, c, WS_CLOSE_RIGHTS);
    } else {
        if (n->conversation_id)
            room_enter(h, c, n->conversation_id, NULL);
        replay(h, c, n->after);
        ws_read(&c->ws, n->extra, now, hear, c);
        watch(h, c);
    }
}

void hub_take(struct hub *h, int fd, struct bytes extra_in, const struct hub_client *who, int64_t after) {
    struct newcomer *n = zeroed(sizeof *n + extra_in.len);
    struct conn *c = n->conn = zeroed(sizeof *c);
    c->hub = h;
    c->ws.fd = fd;
    c->agent_id = who->agent_id;
    c->session_id = who->session_id;
    keep_ref(c->ref, who->ref);
    c->name = strdup(who->name ? who->name : "");
    n->after = after;
    c->known_seq = who->known_seq;
    n->conversation_id = who->agent_id ? 0 : who->conversation_id;
    if (extra_in.len)
        memcpy(n + 1, extra_in.at, extra_in.len);
    n->extra = (struct bytes){(const uint8_t *)(n + 1), extra_in.len};
    pthread_mutex_lock(&h->lock);
    bool stopped = h->stop;
    if (!stopped) {
        *h->newcomers_tail = n;
        h->newcomers_tail = &n->next;
    }
    pthread_mutex_unlock(&h->lock);
    if (stopped) {
        close(fd);
        free(c->name);
        free(c);
        free(n);
        return;
    }
    wake_thread(h);
}

struct upgrade {
    struct hub *hub;
    struct hub_client who;
    int64_t after;
};

static void take(void *app, int fd, struct bytes extra_in, void *arg) {
    struct upgrade *u = arg;
    hub_take(u->hub, fd, extra_in, &u->who, u->after);
}

void hub_upgrade(struct request *rq, struct hub *h, const struct hub_client *who, int64_t after) {
    struct upgrade *u = ARENA_NEW(rq_arena(rq), struct upgrade);
    *u = (struct upgrade){h, *who, after};
    u->who.ref = arena_copy(rq_arena(rq), who->ref);
    u->who.name = arena_copy(rq_arena(rq), who->name);
    rs_upgrade(rq, take, u);
}

/* A page may be made from what was committed a moment ago and ask before we have read it. */
static bool happened(struct hub *h, int64_t seq) {
    struct view *v = view_open(h->store);
    int64_t last;
    enum rc rc = event_last_seq(v, &last);
    view_close(v);
    return rc == RC_OK && seq <= last;
}

void hub_since(struct hub *h, int64_t after, struct buf *out) {
    pthread_mutex_lock(&h->lock);
    bool early = after > h->seq;
    pthread_mutex_unlock(&h->lock);
    if (early && happened(h, after)) {
        buf_printf(out, "{\"seq\":%lld,\"events\":[]}", (long long)after);
        return;
    }
    pthread_mutex_lock(&h->lock);
    if (!replay_possible(h, after)) {
        reset_json(out, h->seq);
    } else {
        buf_printf(out, "{\"seq\":%lld,\"events\":[", (long long)h->seq);
        bool comma = false;
        for (int64_t seq = after + 1; seq <= h->seq; seq++) {
            const char *text = h->ring[seq % HUB_REPLAY];
            if (text && comma)
                buf_char(out, ',');
            buf_str(out, text);
            comma |= text != NULL;
        }
        buf_lit(out, "]}");
    }
    pthread_mutex_unlock(&h->lock);
}

static bool looks(struct hub *h, int64_t agent_id, int64_t conversation_id) {
    const struct room *r = *room_place(h, conversation_id);
    for (const struct conn *c = r ? r->first : NULL; c; c = c->room_next)
        if (c->agent_id == agent_id)
            return true;
    const struct person *other;
    for (int at = 0; (other = presence_next(h->elsewhere, conversation_id, &at));)
        if (other->agent_id == agent_id)
            return true;
    return false;
}

static void answer_questions(struct hub *h) {
    pthread_mutex_lock(&h->lock);
    for (; h->questions; h->questions = h->questions->next) {
        struct question *q = h->questions;
        q->yes = looks(h, q->agent_id, q->conversation_id);
        q->answered = true;
    }
    pthread_cond_broadcast(&h->answered);
    pthread_mutex_unlock(&h->lock);
}

bool hub_looks(struct hub *h, int64_t agent_id, int64_t conversation_id) {
    struct question *q = zeroed(sizeof *q);
    struct timespec until;
    *q = (struct question){.agent_id = agent_id, .conversation_id = conversation_id};
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    pthread_mutex_lock(&h->lock);
    q->next = h->questions;
    h->questions = q;
    wake_thread(h);
    while (!q->answered && !h->stop && pthread_cond_timedwait(&h->answered, &h->lock, &until) == 0)
        ;
    struct question **at = &h->questions;
    while (*at && *at != q)
        at = &(*at)->next;
    if (*at)
        *at = q->next;
    pthread_mutex_unlock(&h->lock);
    bool yes = q->yes;
    free(q);
    return yes;
}

/* ---- the thread ---- */

/* True when the thread is to end. */
static bool take_orders(struct hub *h, int64_t now) {
    pthread_mutex_lock(&h->lock);
    struct newcomer *newcomers = h->newcomers;
    bool stop = h->stop;
    h->newcomers = NULL;
    h->newcomers_tail = &h->newcomers;
    pthread_mutex_unlock(&h->lock);
    while (newcomers) {
        struct newcomer *n = newcomers;
        newcomers = n->next;
        welcome(h, n, now);
        free(n);
    }
    return stop;
}

static void tick_one(struct hub *h, struct conn *c, int64_t now, bool ping) {
    if (ping && now - c->ws.heard > 2 * (int64_t)h->options.ping_ms)
        c->ws.dead = true;
    if (ping)
        send_frames(h, c, h->ping);
    if (now > c->until)
        close_conn(h, c, WS_CLOSE_RENEW);
    if (c->typing_until && now > c->typing_until) {
        c->typing_until = 0;
        room_changed(h, c->room, true);
    }
    ws_tick(&c->ws, now);
    watch(h, c);
}

static void tick(struct hub *h, int64_t now) {
    bool ping = now >= h->ping_at;
    if (ping)
        h->ping_at = now + h->options.ping_ms;
    for (struct conn *c = h->agents; c; c = c->next)
        tick_one(h, c, now, ping);
    for (struct conn *c = h->customers; c; c = c->next)
        tick_one(h, c, now, ping);
    h->tick_at = now + 1000;
}

static void serve_conn(struct hub *h, struct conn *c, uint32_t events, int64_t now) {
    if (events & EPOLLOUT)
        ws_flush(&c->ws);
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        ws_read(&c->ws, (struct bytes){0}, now, hear, c);
    watch(h, c);
}

static void end_all(struct hub *h) {
    struct conn *lists[] = {h->agents, h->customers};
    for (int i = 0; i < 2; i++)
        for (struct conn *c = lists[i]; c; c = c->next) {
            ws_close(&c->ws, WS_CLOSE_GOING, clock_mono());
            h->some_dead = c->ws.dead = true;
        }
    bury_dead(h);
    tell_changed_rooms(h); /* all are empty and go */
    free_dead(h);
}

static void *run(void *arg) {
    struct hub *h = arg;
    struct epoll_event events[TURN];
    for (;;) {
        int64_t now = clock_mono(), until = h->read_at < h->tick_at ? h->read_at : h->tick_at;
        int n = epoll_wait(h->epoll, events, TURN, until > now ? (int)(until - now) : 0);
        if (n < 0 && errno != EINTR)
            die("live updates cannot wait: %s", strerror(errno));
        now = clock_mono();
        bool woken = false;
        for (int i = 0; i < n; i++) {
            struct conn *c = events[i].data.ptr;
            uint64_t times;
            if (c)
                serve_conn(h, c, events[i].events, now);
            else
                woken = read(h->wake, &times, sizeof times) > 0;
        }
        if (woken && take_orders(h, now))
            break;
        if (woken && h->read_at > h->last_read + HUB_GATHER_MS)
            h->read_at = h->last_read + HUB_GATHER_MS;
        if (woken)
            answer_questions(h);
        if (now >= h->read_at)
            read_events(h, now);
        if (now >= h->tick_at)
            tick(h, now);
        if (woken || now >= h->tell_at)
            take_presence(h, now);
        bury_dead(h);
        tell_changed_rooms(h);
        free_dead(h);
    }
    end_all(h);
    return NULL;
}

struct hub *hub_start(struct store *store, const struct hub_options *o) {
    struct hub *h = zeroed(sizeof *h);
    h->store = store;
    h->options = (struct hub_options){o && o->connections ? o->connections : HUB_CONNECTIONS,
                                      o && o->ping_ms ? o->ping_ms : HUB_PING_MS,
                                      o && o->life_ms ? o->life_ms : HUB_LIFE_MS};
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->answered, NULL);
    h->newcomers_tail = &h->newcomers;
    h->ping = ws_ping();
    h->elsewhere = presence_start(o ? o->notifier : NULL, wake_thread, h);
    h->epoll = epoll_create1(EPOLL_CLOEXEC);
    h->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct epoll_event e = {.events = EPOLLIN};
    if (h->epoll < 0 || h->wake < 0 || epoll_ctl(h->epoll, EPOLL_CTL_ADD, h->wake, &e))
        die("live updates cannot begin: %s", strerror(errno));
    h->last_read = clock_mono() - HUB_GATHER_MS;
    h->ping_at = clock_mono() + h->options.ping_ms;
    read_events(h, clock_mono()); /* so that whoever joins first finds the ring filled */
    event_listen(wake_thread, h);
    wake_thread(h); /* for what was committed between the two */
    if (pthread_create(&h->thread, NULL, run, h))
        die("live updates cannot begin a thread");
    return h;
}

void hub_stop(struct hub *h) {
    pthread_mutex_lock(&h->lock);
    h->stop = true;
    pthread_mutex_unlock(&h->lock);
    wake_thread(h);
    pthread_join(h->thread, NULL);
}
