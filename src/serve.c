/* serve.c: `kept serve`: HTTP, workers, one writer, jobs, mail socket and children in one process.
 * Start: lock, launcher, sandbox and children (before any thread), keys, store, node number, jobs, mail socket,
 * HTTP, word to other nodes, mailboxes, ready.
 * End: on SIGTERM or SIGINT in the opposite order; whatever is not finished is a row and goes on at the next start.
 */
#include "command.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/launcher.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "base/secret.h"
#include "channel/email.h"
#include "channel/imap.h"
#include "channel/mail_socket.h"
#include "channel/mailbox_test.h"
#include "channel/outside.h"
#include "channel/parse.h"
#include "channel/push_out.h"
#include "channel/webhook_out.h"
#include "desk/account.h"
#include "desk/acknowledge.h"
#include "desk/article.h"
#include "desk/article_report.h"
#include "desk/careful.h"
#include "desk/conversation.h"
#include "desk/dossier.h"
#include "desk/erase.h"
#include "desk/event.h"
#include "desk/idempotency.h"
#include "desk/job.h"
#include "desk/must_read.h"
#include "desk/news.h"
#include "desk/privacy.h"
#include "desk/promise.h"
#include "desk/push.h"
#include "desk/read_by.h"
#include "desk/refund_to.h"
#include "desk/recall.h"
#include "desk/reply.h"
#include "desk/search.h"
#include "desk/sensitive.h"
#include "desk/visitor.h"
#include "store/node.h"
#include "store/notify.h"
#include "web/app.h"
#include "web/asset.h"
#include "web/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

enum { PARSERS = 2, JOB_THREADS = 6, FILES_MAX = 200000 };

struct control { /* the tests' hand on the clock */
    struct server *server;
    int fd; /* -1: there is none */
};

struct server {
    struct call *call;
    struct store *store;
    struct email_app email;
    struct job_runner *jobs;
    struct mail_socket *mail;
    struct imap *imap;
    struct control control;
    struct web_app *web;
    struct http_server *http;
    struct node *node;
    struct notifier *notifier;
    const char *identity;
    int64_t lease_ms;
    const char *scratch; /* a folder for what is too large for memory */
};

/* ---- which node this is ---- */

/* The same after a restart, and another's in a copied directory on another machine: a random name kept in the data
 * directory, and the machine's. */
static char *identity_of(struct call *c) {
    char host[256] = "", kept[64] = "";
    uint8_t digest[SHA256_SIZE];
    char *path = arena_printf(c->arena, "%s/node", c->conf.values[CONF_DATA]);
    gethostname(host, sizeof host - 1);
    FILE *f = fopen(path, "re");
    if (!f) {
        FILE *made = fopen(path, "wxe");
        if (made) {
            fprintf(made, "%s\n", id_ref(c->arena, "node"));
            fclose(made);
        }
        f = fopen(path, "re");
    }
    if (!f || !fgets(kept, sizeof kept, f)) /* cannot be kept: a name for this start alone */
        snprintf(kept, sizeof kept, "%s", id_ref(c->arena, "node"));
    if (f)
        fclose(f);
    char *both = arena_printf(c->arena, "%.*s %s", (int)strcspn(kept, "\r\n"), kept, host);
    sha256((struct bytes){(const uint8_t *)both, strlen(both)}, digest);
    return hex(c->arena, (struct bytes){digest, 12});
}

static int join_nodes(struct server *s) {
    struct call *c = s->call;
    const char *name = c->conf.values[CONF_NODE_NAME];
    char host[256] = "";
    char *rest;
    long lease = strtol(c->conf.values[CONF_LEASE], &rest, 10);
    s->lease_ms = lease * 1000;
    if (*rest || s->lease_ms < NODE_LEASE_MS_MIN || s->lease_ms > NODE_LEASE_MS_MAX)
        return command_fail(RC_INVALID, "lease is a number of seconds, %d to %d, not %s", NODE_LEASE_MS_MIN / 1000,
                            NODE_LEASE_MS_MAX / 1000, c->conf.values[CONF_LEASE]);
    gethostname(host, sizeof host - 1);
    s->identity = identity_of(c);
    enum rc rc = node_join(s->store, s->identity, *name ? name : host, s->lease_ms, &s->node);
    return rc == RC_OK ? 0 : command_fail(rc, "no node number is to be had (%s)", rc_name(rc));
}

/* Whatever stands in an order of ids, or would not bear the same id twice. */
#define LAST_OF(table) "SELECT max(id) AS id FROM " table " WHERE account_id = $1"
QUERY(
    q_id_last,
    "SELECT max(id) FROM (" LAST_OF("message") " UNION ALL " LAST_OF("conversation") " UNION ALL " LAST_OF(
        "inbound") " UNION ALL " LAST_OF("job") " UNION ALL " LAST_OF("contact") " UNION ALL " LAST_OF("blob") ") "
                                                                                                               "AS "
                                                                                                               "all"
                                                                                                               "_id"
                                                                                                               "s");

static enum rc go_on_after_last_id(struct store *s) {
    int64_t last;
    struct view *v = view_open(s);
    enum rc rc = view_int(v, &q_id_last, BIND(ACCOUNT), 0, &last);
    view_close(v);
    if (rc == RC_OK)
        id_go_on_after(last);
    return rc;
}

/* ---- jobs ---- */

static enum rc wake_one(struct tx *tx, void *arg) { return conversation_wake(tx, *(int64_t *)arg, clock_now()); }

static enum rc wake_job(struct store *s, void *app, const struct job *job) {
    int64_t id = job->subject_id;
    return store_write(s, wake_one, &id);
}

static enum rc mail_one(struct tx *tx, void *arg) { return reply_by_mail(tx, *(int64_t *)arg, clock_now()); }

static enum rc chat_by_mail_job(struct store *s, void *app, const struct job *job) {
    int64_t id = job->subject_id;
    return store_write(s, mail_one, &id);
}

static enum rc tick_one(struct tx *tx, void *arg) { return article_tick(tx, *(int64_t *)arg, clock_now()); }

static enum rc article_job(struct store *s, void *app, const struct job *job) {
    int64_t id = job->subject_id;
    return store_write(s, tick_one, &id);
}

static enum rc ask_outcome(struct tx *tx, void *arg) {
    return article_ask_outcome(tx, *(int64_t *)arg, clock_now());
}

static enum rc article_outcome_job(struct store *s, void *app, const struct job *job) {
    int64_t id = job->subject_id;
    return store_write(s, ask_outcome, &id);
}

struct reminding {
    int64_t id;
    const char *origin;
};

static enum rc remind(struct tx *tx, void *arg) {
    struct reminding *x = arg;
    return must_read_tick(tx, x->id, x->origin, clock_now());
}

static enum rc must_read_job(struct store *s, void *app, const struct job *job) {
    struct reminding x = {job->subject_id, ((struct email_app *)app)->origin};
    return store_write(s, remind, &x);
}

static enum rc tell_careful(struct tx *tx, void *arg) {
    struct reminding *x = arg;
    return careful_tick(tx, x->id, x->origin, clock_now());
}

static enum rc careful_job(struct store *s, void *app, const struct job *job) {
    struct reminding x = {job->subject_id, ((struct email_app *)app)->origin};
    return store_write(s, tell_careful, &x);
}

struct recall_sending {
    int64_t id;
    bool linked;
};

static enum rc send_recall(struct tx *tx, void *arg) {
    struct recall_sending *x = arg;
    return recall_batch(tx, x->id, x->linked, clock_now());
}

static enum rc recall_job(struct store *s, void *app, const struct job *job) {
    struct recall_sending x = {job->subject_id, *((struct email_app *)app)->origin};
    return store_write(s, send_recall, &x);
}

static enum rc recall_look_job(struct store *s, void *app, const struct job *job) {
    return recall_look_on(s, job->subject_id, clock_now());
}

static enum rc tick_promise(struct tx *tx, void *arg) { return promise_tick(tx, *(int64_t *)arg, clock_now()); }

static enum rc promise_job(struct store *s, void *app, const struct job *job) {
    int64_t id = job->subject_id;
    return store_write(s, tick_promise, &id);
}

static enum rc read_mail(void *parser, struct arena *a, struct bytes raw, struct plain_mail *out) {
    struct email_text text = {0};
    enum rc rc = email_plain(parser, a, raw, &text);
    *out = (struct plain_mail){text.subject, text.body, text.quoted};
    return rc;
}

static enum rc tell_news(struct tx *tx, void *arg) { return news_tick(tx, *(int64_t *)arg, clock_now()); }

static enum rc news_job(struct store *s, void *app, const struct job *job) {
    int64_t id = job->subject_id;
    return store_write(s, tell_news, &id);
}

/* What nobody needs any more, some at a time, so that no write is held up; then again after a while. */
enum { TIDY_EVERY_MS = 6 * 3600 * 1000 };

static enum rc tidy_some(struct tx *tx, void *arg) {
    int64_t now = clock_now();
    bool more_visitors = false, more_senders = false, more_mails = false, more_dossiers = false, more_files = false,
         more_accounts = false, more_read = false, more_sign_ins = false;
    enum rc rc = visitor_purge(tx, now, &more_visitors);
    if (rc == RC_OK)
        rc = reading_forget(tx, now);
    if (rc == RC_OK)
        rc = knowledge_standing_note(tx, arg, now);
    if (rc == RC_OK)
        rc = acknowledge_forget(tx, now, &more_senders);
    if (rc == RC_OK)
        rc = privacy_tidy(tx, now, &more_mails);
    if (rc == RC_OK)
        rc = sensitive_tidy(tx, now, &more_files);
    if (rc == RC_OK)
        rc = refund_to_tidy(tx, now, &more_accounts);
    if (rc == RC_OK)
        rc = read_by_tidy(tx, now, &more_read);
    if (rc == RC_OK)
        rc = dossier_tidy(tx, now, &more_dossiers);
    if (rc == RC_OK)
        rc = push_tidy(tx, now);
    if (rc == RC_OK)
        rc = idempotency_tidy(tx, now);
    if (rc == RC_OK)
        rc = sign_in_tidy(tx, now, &more_sign_ins);
    bool more = more_sign_ins || more_visitors || more_senders || more_mails || more_dossiers || more_files ||
                more_accounts || more_read;
    return rc == RC_OK ? job_add(tx, JOB_TIDY, 0, more ? now : now + TIDY_EVERY_MS) : rc;
}

static enum rc tidy_job(struct store *s, void *app, const struct job *job) {
    struct knowledge_standing standing;
    struct view *v = view_open(s); /* every article is looked at: not while others wait to write */
    enum rc rc = knowledge_standing(v, clock_now(), &standing);
    view_close(v);
    return rc == RC_OK ? store_write(s, tidy_some, &standing) : rc;
}

/* Not in the first minutes, when there is enough to do. */
static enum rc schedule_all(struct tx *tx, void *arg) {
    return job_schedule(tx, JOB_TIDY, clock_now() + 10 * 60 * 1000);
}

static job_run *const runs[JOB_KINDS] = {
    [JOB_SEND_MAIL] = email_send_job,
    [JOB_PARSE_MAIL] = email_parse_job,
    [JOB_WAKE_CONVERSATION] = wake_job,
    [JOB_CHAT_BY_MAIL] = chat_by_mail_job,
    [JOB_PROMISE] = promise_job,
    [JOB_TIDY] = tidy_job,
    [JOB_SEND_NOTICE] = notice_send_job,
    [JOB_PUSH_NOTE] = push_note_job,
    [JOB_PUSH_DEVICE] = push_device_job,
    [JOB_WEBHOOK] = webhook_job,
    [JOB_INDEX_SEARCH] = search_rebuild_job,
    [JOB_ARTICLE_CLOCK] = article_job,
    [JOB_ARTICLE_OUTCOME] = article_outcome_job,
    [JOB_RECALL] = recall_job,
    [JOB_RECALL_LOOK] = recall_look_job,
    [JOB_MUST_READ] = must_read_job,
    [JOB_CAREFUL] = careful_job,
    [JOB_NEWS] = news_job,
    [JOB_ERASE] = erase_job,
    [JOB_DOSSIER] = dossier_job,
};

/* What this node had in hand it left by dying. SQLite has one serving process, which holds the lock: there it was
 * that one, whatever its name. */
static enum rc take_back(struct tx *tx, void *arg) {
    struct server *s = arg;
    return job_take_back(tx, store_shared(s->store) ? s->identity : NULL);
}

/* ---- the tests' hand on the clock ---- */

/* Lines: "set MS", "advance MS", "settle"; each answered with "ok\n" or "late\n" when all jobs then due have run.
 */
static void control_line(struct server *s, const char *line, int fd) {
    long long ms = 0;
    if (sscanf(line, "set %lld", &ms) == 1)
        clock_hold(ms);
    else if (sscanf(line, "advance %lld", &ms) == 1)
        clock_hold(clock_now() + ms);
    const char *answer = job_settle(s->jobs, 20000) ? "ok\n" : "late\n";
    (void)!write(fd, answer, strlen(answer));
}

static void *control_main(void *arg) {
    struct control *c = arg;
    for (;;) {
        int fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            return NULL;
        FILE *in = fdopen(fd, "r+");
        char line[128];
        while (in && fgets(line, sizeof line, in))
            control_line(c->server, line, fd);
        if (in)
            fclose(in);
    }
}

/* Before the sandbox closes: it may lie anywhere. */
static enum rc control_bind(struct control *c, const char *path) {
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    unlink(path);
    c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || bind(c->fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(c->fd, 4) != 0)
        return RC_AWAY;
    log_warn("the clock can be moved by %s: this is a test", path);
    return RC_OK;
}

static void control_start(struct control *c) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, control_main, c) != 0)
        die("no thread for the clock's socket");
    pthread_detach(thread);
}

/* ---- start and end ---- */

/* False: it must end for another reason. */
static bool wait_for_signal(struct server *s, sigset_t *set) {
    struct pollfd wait = {.fd = signalfd(-1, set, SFD_CLOEXEC), .events = POLLIN};
    int ms;
    while ((ms = node_tend(s->node)) >= 0 && poll(&wait, 1, ms) <= 0)
        ;
    close(wait.fd);
    return ms >= 0;
}

/* A page asks PostgreSQL a dozen times or more, and its thread waits each time: with one a core, cores would be
 * idle, and everybody behind a slow page would wait for it. Each has a connection to the server. 0: one a core. */
static int http_threads(struct server *s) {
    enum { A_CORE = 4, LEAST = 8, MOST = 24 };
    long n = sysconf(_SC_NPROCESSORS_ONLN) * A_CORE;
    return !store_shared(s->store) ? 0 : n < LEAST ? LEAST : n > MOST ? MOST : (int)n;
}

static int start_http(struct server *s, const char **why) {
    const struct conf *conf = &s->call->conf;
    struct http_hooks hooks = web_hooks(s->web);
    struct http_options options = {
        .listen = conf->values[CONF_LISTEN],
        .origin = *conf->values[CONF_ORIGIN] ? conf->values[CONF_ORIGIN] : NULL,
        .trusted_proxy = *conf->values[CONF_TRUSTED_PROXY] ? conf->values[CONF_TRUSTED_PROXY] : NULL,
        .routes = web_routes,
        .spool = s->scratch,
        .threads = http_threads(s),
    };
    http_assets(assets, assets_n);
    enum rc rc = http_start(s->call->arena, &options, &hooks, &s->http, why);
    return rc == RC_OK ? 0 : command_fail(rc, "%s", *why);
}

/* With full paths: a mail program starts it from anywhere. */
static const char *mail_command(struct call *c) {
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    self[n > 0 ? n : 0] = 0;
    char *data = realpath(c->conf.values[CONF_DATA], NULL);
    char *command = arena_printf(c->arena, "%s mail-in --data %s", n > 0 ? self : "kept",
                                 data ? data : c->conf.values[CONF_DATA]);
    free(data);
    return command;
}

static void tell_ready(struct call *c, int port) {
    log_info("serving on port %d", port);
    if (!c->options[0])
        return;
    int fd = atoi(c->options[0]);
    dprintf(fd, "%d\n", port);
    close(fd);
}

static int run_server(struct server *s, sigset_t *set) {
    struct call *c = s->call;
    const char *why = "";
    s->notifier = notifier_new(s->store);
    event_share(s->notifier);
    s->jobs =
        job_start(s->store, &s->email, runs,
                  &(struct job_options){.threads = JOB_THREADS, .holder = s->identity, .lease_ms = s->lease_ms});
    event_listen(job_wake, s->jobs);
    unsigned mode = (unsigned)strtoul(c->conf.values[CONF_MAIL_SOCKET_MODE], NULL, 8) & 0777;
    enum rc rc = mail_socket_open(c->arena, s->store, c->conf.values[CONF_DATA], mode, &s->mail, &why);
    int code = rc == RC_OK ? 0 : command_fail(rc, "%s", why);
    if (!code && s->control.fd >= 0)
        control_start(&s->control);
    s->web = web_open(s->store, s->jobs, s->notifier);
    notifier_start(s->notifier);
    web_set_mailbox_test(s->web, mailbox_test);
    web_set_picture_fetch(s->web, outside_picture);
    push_set_looks(web_agent_looks, s->web);
    web_set_mail_reader(s->web, read_mail, s->email.parser);
    web_set_origin(s->web, c->conf.values[CONF_ORIGIN]);
    web_set_mail_command(s->web, mail_command(c));
    if (!code)
        code = start_http(s, &why);
    if (!code) {
        s->imap = imap_start(s->store, &(struct imap_options){.alone = !store_shared(s->store),
                                                              .holder = s->identity,
                                                              .lease_ms = s->lease_ms});
        tell_ready(c, http_port(s->http));
        code = wait_for_signal(s, set) ? 0 : rc_exit(RC_AWAY);
        log_info("ending");
        http_stop(s->http);
    }
    if (s->control.fd >= 0)
        shutdown(s->control.fd, SHUT_RDWR);
    imap_stop(s->imap);
    mail_socket_close(s->mail);
    job_stop(s->jobs);
    push_set_looks(NULL, NULL);
    notifier_stop(s->notifier);
    web_close(s->web);
    return code;
}

/* Uploads and large sorts: in the data directory, because nothing else may be written. */
static int make_scratch(struct server *s) {
    s->scratch = arena_printf(s->call->arena, "%s/tmp", s->call->conf.values[CONF_DATA]);
    if (mkdir(s->scratch, 0700) != 0 && errno != EEXIST)
        return command_fail(RC_AWAY, "%s: %s", s->scratch, strerror(errno));
    setenv("SQLITE_TMPDIR", s->scratch, 1);
    return 0;
}

/* From here on only what the role "serve" may (base/sandbox.c); before the first thread, for landlock binds a
 * thread and those that it starts. The launcher stays outside: it starts the children, which close themselves in.
 */
static int close_sandbox(struct server *s) {
    static char *const launch[] = {"kept", "launch", "parse", "articles", "imap", NULL};
    const struct conf *conf = &s->call->conf;
    const char *lacking, *reads[STORE_READS_MAX];
    if (strcmp(conf->values[CONF_SANDBOX], "off") == 0 || !sandbox_holds_server()) {
        log_warn("the server runs without its sandbox (%s)",
                 sandbox_holds_server() ? "sandbox = off" : "this is a build with sanitisers");
        return 0;
    }
    if (strcmp(conf->values[CONF_SANDBOX], "on") != 0)
        return command_fail(RC_INVALID, "sandbox is on or off");
    if (!launcher_start(launch))
        return rc_exit(RC_BROKEN);
    sandbox_let(conf->values[CONF_DATA], SANDBOX_WRITE);
    size_t n = store_reads(s->call->arena, conf->values[CONF_STORE], reads);
    for (size_t i = 0; i < n; i++)
        sandbox_let(reads[i], SANDBOX_READ);
    enum rc rc = sandbox_enter(SANDBOX_SERVE, &lacking);
    if (rc == RC_BROKEN)
        return command_fail(
            rc, "the sandbox could not be closed: %s; \"sandbox = off\" in kept.conf serves without", lacking);
    if (rc == RC_AWAY)
        log_warn("the sandbox holds except for what this kernel lacks: %s", lacking);
    return 0;
}

/* As many descriptors as may be had: a shell's 1,024 are spent by a thousand idle browsers. */
static void raise_descriptors(void) {
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max < FILES_MAX ? files.rlim_max : FILES_MAX;
        if (setrlimit(RLIMIT_NOFILE, &files) != 0)
            log_warn("no more than %llu connections at once: the limit of open files could not be raised",
                     (unsigned long long)files.rlim_cur);
    }
}

/* All that must be done while there is one thread and everything may still be reached. */
static int prepare(struct server *s) {
    struct call *c = s->call;
    int code = make_scratch(s);
    raise_descriptors();
    if (!code && c->options[1] && control_bind(&s->control, c->options[1]) != RC_OK)
        code = command_fail(RC_AWAY, "%s: %s", c->options[1], strerror(errno));
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (!code)
        code = close_sandbox(s);
    if (!code)
        s->email.parser = parser_start(PARSERS);
    return code;
}

/* Two threads in one arena of malloc wait for each other all the time; each arena keeps some memory for itself. One
 * a core for those that answer pages, two for all the others (docs/decisions/sqlite-memory.md has the figures). */
static int malloc_arenas(void) {
    enum { OTHERS = 2, MOST = 16 };
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return OTHERS + (cores < 1 ? 1 : cores > MOST ? MOST : (int)cores);
}

int command_serve(struct call *c) {
    struct server s = {.call = c, .control = {&s, -1}};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, NULL); /* before any thread, so that all inherit it */
    signal(SIGPIPE, SIG_IGN);
    mallopt(M_ARENA_MAX, malloc_arenas());
    struct stat st;
    int code = stat(c->conf.values[CONF_DATA], &st) == 0 ? command_lock(c->conf.values[CONF_DATA]) : 0;
    if (code)
        return code;
    s.email.origin = c->conf.values[CONF_ORIGIN];
    code = stat(c->conf.values[CONF_DATA], &st) == 0 ? prepare(&s) : 0; /* command_open says what is missing */
    if (!code)
        code = command_open(c, true, &s.store);
    if (code)
        return code;
    code = join_nodes(&s);
    enum rc rc = code ? RC_OK : store_write(s.store, take_back, &s);
    if (!code && rc == RC_OK && (rc = go_on_after_last_id(s.store)) != RC_OK)
        code = command_fail(rc, "the last id cannot be read (%s)", rc_name(rc));
    if (!code && rc == RC_OK)
        rc = store_write(s.store, schedule_all, NULL);
    if (!code && rc != RC_OK)
        code = command_fail(rc, "the jobs left by the last run cannot be taken up (%s)", rc_name(rc));
    if (!code)
        code = run_server(&s, &set);
    node_leave(s.node);
    parser_stop(s.email.parser);
    launcher_stop();
    store_close(s.store);
    curl_global_cleanup();
    return code;
}
