#include "channel/imap.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "channel/imap_box.h"
#include "desk/inbox.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { BOXES_MAX = 1000, POLL_MS_MAX = 28 * 60 * 1000 /* servers may hang up after 30 */ };

struct imap {
    struct store *store;
    struct imap_options options;
    struct arena *arena;
    const char *holder;
    pthread_t thread;
    int stop;             /* an eventfd; readable: end */
    pthread_mutex_t lock; /* of boxes: the thread changes them, others look */
    struct imap_box *boxes[BOXES_MAX];
    int n;
};

static const struct inbox *wanted(const struct inbox *list, int n, int64_t id) {
    for (int i = 0; i < n; i++)
        if (list[i].id == id && list[i].enabled && strcmp(list[i].kind, "email") == 0 && list[i].imap.at)
            return &list[i];
    return NULL;
}

static struct imap_box *box_of(struct imap *m, int64_t inbox_id) {
    for (int i = 0; i < m->n; i++)
        if (imap_box_inbox(m->boxes[i]) == inbox_id)
            return m->boxes[i];
    return NULL;
}

static void remove_box(struct imap *m, int i) {
    struct imap_box *b = m->boxes[i];
    pthread_mutex_lock(&m->lock);
    m->boxes[i] = m->boxes[--m->n];
    pthread_mutex_unlock(&m->lock);
    imap_box_stop(b);
}

static void add_box(struct imap *m, const struct inbox *x) {
    if (m->n == BOXES_MAX) {
        log_error("more than %d mailboxes: %lld is not read", BOXES_MAX, (long long)x->id);
        return;
    }
    struct imap_box *b = imap_box_start(m->store, &m->options, m->holder, x->id, x->imap);
    pthread_mutex_lock(&m->lock);
    m->boxes[m->n++] = b;
    pthread_mutex_unlock(&m->lock);
}

static enum rc forget_trouble(struct tx *tx, void *arg) {
    return inbox_mend(tx, *(const int64_t *)arg, "imap_", clock_now());
}

/* What is no longer read has no trouble with it. */
static void mend(struct imap *m, int64_t inbox_id) {
    if (store_write(m->store, forget_trouble, &inbox_id) != RC_OK)
        log_warn("mailbox %lld: its old trouble stays noted", (long long)inbox_id);
}

/* Makes what runs what is set. */
static void look(struct imap *m) {
    struct arena *a = arena_new(0);
    struct inbox *list;
    int n;
    struct view *v = view_open(m->store);
    enum rc rc = inbox_list(v, a, &list, &n);
    view_close(v);
    for (int i = m->n - 1; rc == RC_OK && i >= 0; i--) {
        int64_t id = imap_box_inbox(m->boxes[i]);
        const struct inbox *x = wanted(list, n, id);
        if (!x || !imap_box_has(m->boxes[i], x->imap))
            remove_box(m, i);
        if (!x)
            mend(m, id);
    }
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (wanted(list, n, list[i].id) && !box_of(m, list[i].id))
            add_box(m, &list[i]);
    arena_free(a);
}

static void *imap_main(void *arg) {
    struct imap *m = arg;
    struct pollfd p = {.fd = m->stop, .events = POLLIN};
    do
        look(m);
    while (poll(&p, 1, (int)m->options.look_ms) == 0);
    while (m->n)
        remove_box(m, m->n - 1);
    return NULL;
}

struct imap *imap_start(struct store *s, const struct imap_options *options) {
    struct imap *m = calloc(1, sizeof *m);
    if (!m || (m->stop = eventfd(0, EFD_CLOEXEC)) < 0)
        die("no memory or descriptor for mailboxes");
    struct imap_options o = options ? *options : (struct imap_options){0};
    m->options = (struct imap_options){
        .alone = o.alone,
        .poll_ms = !o.poll_ms                ? 4 * 60 * 1000
                   : o.poll_ms < POLL_MS_MAX ? o.poll_ms
                                             : POLL_MS_MAX,
        .answer_ms = o.answer_ms ? o.answer_ms : 60 * 1000,
        .pause_ms = o.pause_ms ? o.pause_ms : 2000,
        .lease_ms = o.lease_ms ? o.lease_ms : 30 * 1000,
        .look_ms = o.look_ms ? o.look_ms : 1000,
        .holder = o.holder,
    };
    m->store = s;
    m->arena = arena_new(0);
    m->holder = o.holder ? arena_copy(m->arena, o.holder) : id_ref(m->arena, "run");
    pthread_mutex_init(&m->lock, NULL);
    if (pthread_create(&m->thread, NULL, imap_main, m) != 0)
        die("no thread for mailboxes");
    return m;
}

void imap_stop(struct imap *m) {
    uint64_t one = 1;
    if (!m)
        return;
    (void)!write(m->stop, &one, sizeof one);
    pthread_join(m->thread, NULL);
    close(m->stop);
    pthread_mutex_destroy(&m->lock);
    arena_free(m->arena);
    free(m);
}

pid_t imap_child(struct imap *m, int64_t inbox_id) {
    pthread_mutex_lock(&m->lock);
    struct imap_box *b = box_of(m, inbox_id);
    pid_t pid = b ? imap_box_child(b) : 0;
    pthread_mutex_unlock(&m->lock);
    return pid;
}
