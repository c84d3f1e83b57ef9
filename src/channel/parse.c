#include "channel/parse.h"

#include "base/child.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "channel/mail_wire.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* On the socket: the child says HELLO once its sandbox is closed; then again and again
 *   parent → {length, headers_only} bytes        child → {length, rc} mail                                  */
static const uint64_t HELLO = 0x4b4550544d41494c;

struct request {
    uint64_t len, headers_only;
};

struct reply {
    uint64_t len, rc;
};

/* --- the child ------------------------------------------------------------------------------------------- */

static bool answer_one(void) {
    struct request q;
    if (!child_read(&q, sizeof q) || q.len > MIME_SIZE_MAX)
        return false;
    uint8_t *raw = malloc(q.len + 1);
    if (!raw || !child_read(raw, q.len))
        return false;
    struct arena *a = arena_new(0);
    struct mime_limits limits = mime_limits();
    struct mail *m;
    enum rc rc = RC_INVALID;
    struct buf out = {0};
    child_watch_cpu(PARSE_CPU_SECONDS);
    if (q.headers_only)
        mime_parse_headers(a, (struct bytes){raw, q.len}, "", &m);
    else
        rc = mime_parse(a, (struct bytes){raw, q.len}, &limits, &m);
    mail_encode(&out, m);
    child_watch_cpu(0);
    struct reply r = {out.len, (uint64_t)rc};
    bool ok = child_write(&r, sizeof r) && child_write(out.at, out.len);
    buf_free(&out);
    arena_free(a);
    free(raw);
    return ok;
}

int parse_child_main(void) {
    const char *lacking;
    log_setup("kept parse", LOG_INFO);
    mime_init();
    if (sandbox_enter(SANDBOX_PARSE, &lacking) == RC_BROKEN) {
        log_error("the sandbox could not be closed: %s", lacking);
        return rc_exit(RC_BROKEN);
    }
    if (!child_write(&HELLO, sizeof HELLO))
        return 0;
    while (answer_one())
        ;
    return 0;
}

/* --- the pool -------------------------------------------------------------------------------------------- */

struct child {
    pid_t pid; /* 0: not running */
    int fd, mails;
    bool busy;
};

struct parser {
    pthread_mutex_t lock;
    pthread_cond_t freed;
    char *const *argv;
    int64_t deadline;
    int n;
    struct child children[]; /* a busy one belongs to the thread that took it */
};

/* Ends the child whatever it does, and says how it had ended. */
static int end_child(struct child *c) {
    int status = 0;
    if (!c->pid)
        return 0;
    status = child_end(c->fd, c->pid);
    *c = (struct child){.busy = c->busy};
    return status;
}

static bool start_child(struct parser *p, struct child *c) {
    uint64_t hello = 0;
    if (!child_start(p->argv, &c->fd, &c->pid)) {
        c->pid = 0;
        return false;
    }
    c->mails = 0;
    if (child_move(c->fd, POLLIN, &hello, sizeof hello, clock_mono() + PARSE_DEADLINE) == CHILD_ANSWERED &&
        hello == HELLO)
        return true;
    log_error("a mail reader ended before it was ready (status %d)", end_child(c));
    return false;
}

struct parser *parser_start_with(int children, char *const argv[], int64_t deadline_ms) {
    int n = children < 1 ? 1 : children > PARSE_CHILDREN_MAX ? PARSE_CHILDREN_MAX : children;
    struct parser *p = calloc(1, sizeof *p + (size_t)n * sizeof *p->children);
    if (!p)
        die("out of memory");
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->freed, NULL);
    p->argv = argv;
    p->deadline = deadline_ms;
    p->n = n;
    for (int i = 0; i < n; i++)
        if (!start_child(p, &p->children[i]))
            break;
    return p;
}

struct parser *parser_start(int children) {
    static char *const argv[] = {"kept", "parse", NULL};
    return parser_start_with(children, argv, PARSE_DEADLINE);
}

void parser_stop(struct parser *p) {
    if (!p)
        return;
    for (int i = 0; i < p->n; i++)
        end_child(&p->children[i]);
    pthread_cond_destroy(&p->freed);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

pid_t parser_child(struct parser *p, int i) {
    pthread_mutex_lock(&p->lock);
    pid_t pid = i < p->n ? p->children[i].pid : 0;
    pthread_mutex_unlock(&p->lock);
    return pid;
}

static struct child *take_child(struct parser *p) {
    struct child *c = NULL;
    pthread_mutex_lock(&p->lock);
    while (!c) {
        for (int i = 0; i < p->n && !c; i++)
            if (!p->children[i].busy)
                c = &p->children[i];
        if (!c)
            pthread_cond_wait(&p->freed, &p->lock);
    }
    c->busy = true;
    pthread_mutex_unlock(&p->lock);
    return c;
}

static void give_back(struct parser *p, struct child *c) {
    pthread_mutex_lock(&p->lock);
    c->busy = false;
    pthread_cond_signal(&p->freed);
    pthread_mutex_unlock(&p->lock);
}

/* --- one mail -------------------------------------------------------------------------------------------- */

static bool is_parse_rc(uint64_t rc) { return rc == RC_OK || rc == RC_INVALID || rc == RC_TOO_BIG; }

static enum child_outcome read_reply(struct child *c, struct arena *a, int64_t until, enum rc *rc,
                                     struct mail **out) {
    struct reply r;
    enum child_outcome o = child_move(c->fd, POLLIN, &r, sizeof r, until);
    if (o != CHILD_ANSWERED)
        return o;
    if (r.len > MAIL_WIRE_MAX || !is_parse_rc(r.rc))
        return CHILD_LIED;
    uint8_t *bytes = malloc(r.len + 1);
    if (!bytes)
        die("out of memory (%llu bytes)", (unsigned long long)r.len);
    o = child_move(c->fd, POLLIN, bytes, r.len, until);
    if (o == CHILD_ANSWERED && mail_decode(a, (struct bytes){bytes, r.len}, out) != RC_OK)
        o = CHILD_LIED;
    free(bytes);
    *rc = (enum rc)r.rc;
    return o;
}

static enum child_outcome ask(struct child *c, struct arena *a, struct bytes raw, bool headers_only, int64_t until,
                              enum rc *rc, struct mail **out) {
    struct request q = {raw.len, headers_only};
    enum child_outcome o = child_move(c->fd, POLLOUT, &q, sizeof q, until);
    if (o == CHILD_ANSWERED)
        o = child_move(c->fd, POLLOUT, (void *)(uintptr_t)raw.at, raw.len, until);
    return o == CHILD_ANSWERED ? read_reply(c, a, until, rc, out) : o;
}

/* One mail, one child, fresh when the last one ended. After anything but an answer the child is ended, for what
 * it would say next belongs to this mail. */
static enum child_outcome run_once(struct parser *p, struct arena *a, struct bytes raw, bool headers_only,
                                   enum rc *rc, struct mail **out) {
    struct child *c = take_child(p);
    if (c->pid && c->mails >= PARSE_MAILS_PER_CHILD)
        end_child(c);
    enum child_outcome o = CHILD_MISSING;
    if (c->pid || start_child(p, c)) {
        o = ask(c, a, raw, headers_only, clock_mono() + p->deadline, rc, out);
        c->mails++;
        if (o != CHILD_ANSWERED) {
            int status = end_child(c);
            log_warn("a mail reader ended on a mail of %zu bytes (outcome %d, status %d)", raw.len, (int)o, status);
            if (child_out_of_time(status))
                o = CHILD_SLOW;
        }
    }
    give_back(p, c);
    return o;
}

static const char *trouble_of(enum child_outcome o) {
    return o == CHILD_SLOW   ? "reading it took too long"
           : o == CHILD_LIED ? "the reader's answer made no sense"
                             : "it broke the mail reader";
}

/* What can be had of a mail that cannot be read: its headers. */
static enum rc read_headers_only(struct parser *p, struct arena *a, struct bytes raw, const char *trouble,
                                 struct mail **out) {
    enum { HEADERS_SIZE_MAX = 1024 * 1024 };
    enum rc rc;
    size_t n = mime_header_end(raw);
    enum child_outcome o =
        run_once(p, a, (struct bytes){raw.at, n < HEADERS_SIZE_MAX ? n : HEADERS_SIZE_MAX}, true, &rc, out);
    if (o == CHILD_MISSING)
        return RC_AWAY;
    if (o != CHILD_ANSWERED)
        *out = mail_unreadable(a, trouble);
    (*out)->unreadable = true;
    (*out)->trouble = trouble;
    return RC_INVALID;
}

enum rc parser_run(struct parser *p, struct arena *a, struct bytes raw, struct mail **out) {
    enum rc rc = RC_INVALID;
    *out = NULL;
    if (raw.len > MIME_SIZE_MAX) {
        rc = read_headers_only(p, a, raw, "it is larger than the limit", out);
        return rc == RC_AWAY ? rc : RC_TOO_BIG;
    }
    enum child_outcome o = run_once(p, a, raw, false, &rc, out);
    if (o == CHILD_DIED) /* perhaps not because of this mail: somebody may have ended the child */
        o = run_once(p, a, raw, false, &rc, out);
    if (o == CHILD_MISSING)
        return RC_AWAY;
    return o == CHILD_ANSWERED ? rc : read_headers_only(p, a, raw, trouble_of(o), out);
}
