/* A server with live updates and nothing else, for hub.test.mjs:  hub_probe DIRECTORY [name=value …]
 * Prints one line of JSON (port, references), then obeys lines on stdin, answering each with a line, until stdin
 * ends: events KIND CONVERSATION AGENT N    N events of one transaction, about conversation number …, by agent
 * number … rights AGENT                        her rights were reduced end SESSION                         that
 * session has ended memory                              proportional set size in kB, and connections' worth of file
 * descriptors Cookies: s=N is agent number N (session N), c=N the customer of conversation number N. */
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/secret.h"
#include "desk/account.h"
#include "desk/agent.h"
#include "desk/contact.h"
#include "desk/conversation.h"
#include "desk/inbox.h"
#include "web/asset.h"
#include "web/hub.h"

#include <dirent.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

enum { AGENTS = 3, CONVERSATIONS = 3 };
QUERY(q_conversations, "SELECT id, ref FROM conversation WHERE account_id = $1 ORDER BY id");
QUERY(q_agents, "SELECT id, ref, name FROM agent WHERE account_id = $1 ORDER BY id");

struct thing {
    int64_t id;
    const char *ref, *name;
};

static struct {
    struct store *store;
    struct hub *hub;
    struct arena *arena;
    struct thing agents[AGENTS], conversations[CONVERSATIONS];
} probe;

static enum rc fill(struct tx *tx, void *arg) {
    static const char *const names[AGENTS] = {"Lan", "王芳", "สมชาย"};
    struct account account = {"Cửa hàng", "vi", "Asia/Ho_Chi_Minh", "VN", 1};
    struct inbox inbox = {
        .name = "Form", .kind = "form", .from_name = "", .signature = "", .lang = "", .sites = ""};
    struct contact contact = {.name = "Minh", .lang = "vi", .note = "", .address_form = "", .call_name = ""};
    enum rc rc = account_create(tx, &account);
    for (int i = 0; i < AGENTS && rc == RC_OK; i++) {
        struct agent agent = {
            .email = arena_printf(tx_arena(tx), "a%d@example.com", i), .name = names[i], .role = ROLE_ADMIN};
        rc = agent_create(tx, &agent, 0, 1);
    }
    if (rc == RC_OK)
        rc = inbox_save(tx, &inbox, 0, 1);
    if (rc == RC_OK)
        rc = contact_create(tx, &contact, 1);
    for (int i = 0; i < CONVERSATIONS && rc == RC_OK; i++) {
        struct conversation c = {
            .inbox_id = inbox.id, .contact_id = contact.id, .subject = "Đơn hàng", .lang = "vi", .preview = ""};
        rc = conversation_create(tx, &c, (struct actor){ACTOR_SYSTEM}, 1);
    }
    return rc;
}

static void load(struct query *q, struct thing *to, int max, bool named) {
    struct view *v = view_open(probe.store);
    struct rows r = view_query(v, q, BIND(ACCOUNT));
    for (int i = 0; i < max && rows_next(&r); i++)
        to[i] = (struct thing){rows_int(&r, 0), rows_copy(&r, 1, probe.arena),
                               named ? rows_copy(&r, 2, probe.arena) : NULL};
    if (rows_end(&r) != RC_OK)
        die("the probe cannot read");
    view_close(v);
}

/* ---- routes ---- */

static enum rc identify(struct request *rq, struct identity *who) {
    const char *s = rq_cookie(rq, "s");
    if (s && atoi(s) < AGENTS) {
        who->agent_id = probe.agents[atoi(s)].id;
        who->session_id = atoi(s);
        who->role = ROLE_ADMIN;
    }
    return RC_OK;
}

static void live(struct request *rq) {
    const char *c = rq_cookie(rq, "c");
    struct hub_client who = {.agent_id = rq_who(rq)->agent_id, .session_id = rq_who(rq)->session_id};
    struct view *v = view_open(probe.store);
    if (event_last_seq(v, &who.known_seq) != RC_OK)
        die("no events");
    view_close(v);
    if (who.agent_id) {
        who.ref = probe.agents[who.session_id].ref;
        who.name = probe.agents[who.session_id].name;
    } else if (c && atoi(c) < CONVERSATIONS) {
        who.conversation_id = probe.conversations[atoi(c)].id;
    } else {
        rs_error(rq, RC_DENIED, NULL);
        return;
    }
    hub_upgrade(rq, probe.hub, &who, rq_int(rq, "after", -1));
}

static void poll(struct request *rq) {
    rs_type(rq, "application/json");
    hub_since(probe.hub, rq_int(rq, "after", 0), rs_body(rq));
}

static const struct param after_params[] = {{"after", PARAM_INT, .min = 0, .max = INT64_MAX}, {0}};
static const struct route routes[] = {
    {HTTP_GET, "/live", PERM_ANYONE, live, after_params},
    {HTTP_GET, "/live/poll", PERM_ANYONE, poll, after_params, ROUTE_JSON},
    {0},
};

/* ---- orders ---- */

struct order {
    struct event event;
    int n;
};

static enum rc add_events(struct tx *tx, void *arg) {
    struct order *o = arg;
    for (int i = 0; i < o->n; i++)
        event_add(tx, o->event);
    return RC_OK;
}

static int64_t pss_kb(void) {
    char line[256];
    long long kb = 0;
    FILE *f = fopen("/proc/self/smaps_rollup", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "Pss: %lld", &kb) == 1)
            break;
    if (f)
        fclose(f);
    return kb;
}

static int descriptors(void) {
    int n = 0;
    DIR *d = opendir("/proc/self/fd");
    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n;
}

static void obey(const char *line) {
    char kind[64];
    int conversation, agent, n;
    struct order o = {.n = 1};
    if (sscanf(line, "events %63s %d %d %d", kind, &conversation, &agent, &n) == 4) {
        o.event = (struct event){kind,
                                 {ACTOR_AGENT, probe.agents[agent].id},
                                 probe.conversations[conversation].id,
                                 probe.agents[agent].id};
        o.n = n;
    } else if (sscanf(line, "rights %d", &agent) == 1) {
        o.event = (struct event){"agent.rights_reduced", {ACTOR_SYSTEM}, 0, probe.agents[agent].id};
    } else if (sscanf(line, "end %d", &n) == 1) {
        o.event = (struct event){"agent.signed_out", {ACTOR_SYSTEM}, 0, n};
    } else {
        o.n = 0;
    }
    if (o.n && store_write(probe.store, add_events, &o) != RC_OK)
        die("the probe cannot write");
    struct view *v = view_open(probe.store);
    int64_t seq = 0;
    if (event_last_seq(v, &seq) != RC_OK)
        die("the probe cannot read");
    view_close(v);
    printf("{\"seq\":%lld,\"pss\":%lld,\"fds\":%d}\n", (long long)seq, (long long)pss_kb(), descriptors());
    fflush(stdout);
}

int main(int argc, char **argv) {
    struct arena *a = probe.arena = arena_new(0);
    const char *why = "";
    struct hub_options ho = {0};
    struct http_options o = {.listen = "127.0.0.1:0", .routes = routes, .threads = 2, .per_address = 20000};
    struct http_hooks hooks = {.identify = identify};
    struct http_server *server;
    if (argc < 2)
        die("usage: hub_probe DIRECTORY [connections=N] [ping_ms=N] [life_ms=N]");
    for (int i = 2; i < argc; i++) {
        sscanf(argv[i], "connections=%d", &ho.connections);
        sscanf(argv[i], "ping_ms=%d", &ho.ping_ms);
        sscanf(argv[i], "life_ms=%d", &ho.life_ms);
    }
    if (secret_load(a, argv[1], &why) != RC_OK || store_open(a, argv[1], true, &probe.store, &why) != RC_OK)
        die("%s", why);
    enum rc rc = store_write(probe.store, fill, NULL);
    if (rc != RC_OK && rc != RC_CONFLICT)
        die("the probe cannot fill its store: %s", rc_name(rc));
    load(&q_agents, probe.agents, AGENTS, true);
    load(&q_conversations, probe.conversations, CONVERSATIONS, false);
    probe.hub = hub_start(probe.store, &ho);
    if (http_start(a, &o, &hooks, &server, &why) != RC_OK)
        die("%s", why);
    struct buf out = {0};
    struct jw j = jw_begin(&out);
    jw_object(&j, NULL);
    jw_int(&j, "port", http_port(server));
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    jw_bool(&j, "sanitized", true);
#endif
    jw_array(&j, "agents");
    for (int i = 0; i < AGENTS; i++)
        jw_text(&j, NULL, probe.agents[i].ref);
    jw_array_end(&j);
    jw_array(&j, "conversations");
    for (int i = 0; i < CONVERSATIONS; i++)
        jw_text(&j, NULL, probe.conversations[i].ref);
    jw_array_end(&j);
    jw_object_end(&j);
    printf("%s\n", out.at);
    fflush(stdout);
    buf_free(&out);
    char line[256];
    while (fgets(line, sizeof line, stdin))
        obey(line);
    http_stop(server);
    hub_stop(probe.hub);
    store_close(probe.store);
    arena_free(a);
}
