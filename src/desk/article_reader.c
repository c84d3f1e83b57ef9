#include "desk/article_reader.h"

#include "base/child.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "text/unzip.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* On the socket: the child says HELLO once its sandbox is closed; then for each file
 *   parent → {lengths, given} path, bytes      child → {ARTICLE, lengths} texts … {END, rc, lengths} flaw     */
static const uint64_t HELLO = 0x4b4550544152544c;

enum { FIELDS = 10, START_DEADLINE = 10 * 1000, PATH_BYTES = 4096, FLAW_BYTES = 8192 };
static const uint32_t NO_TEXT = UINT32_MAX; /* a length: there is none */

const struct article_limits ARTICLES_SERVED = {96ul << 20, 40 * 1000};
const struct article_limits ARTICLES_COMMANDED = {768ul << 20, 150 * 1000};

struct question {
    uint64_t path_len, len, given;
};
enum { END, ARTICLE };
struct answer {
    uint32_t kind, rc, len[FIELDS]; /* END: of the flaw's two texts */
};

/* Both sides go through the texts in this order. */
static void fields_of(struct foreign_article *x, const char ***out) {
    const char **all[FIELDS] = {&x->ref,      &x->lang,  &x->title,    &x->body,  &x->status,
                                &x->category, &x->class, &x->audience, &x->where, &x->error};
    memcpy(out, all, sizeof all);
}

/* ---- the child ---- */

/* Clean in any case: an entity of HTML may stand for a control character, a path be no UTF-8. */
static bool write_texts(struct arena *a, struct answer *head, const char **texts, int n) {
    for (int i = 0; i < n; i++) {
        texts[i] = texts[i] ? utf8_clean(a, texts[i], strlen(texts[i])) : NULL;
        head->len[i] = texts[i] ? (uint32_t)strlen(texts[i]) : NO_TEXT;
    }
    bool ok = child_write(head, sizeof *head);
    for (int i = 0; ok && i < n; i++)
        ok = !texts[i] || child_write(texts[i], strlen(texts[i]));
    return ok;
}

static bool write_article(struct foreign_article *x) {
    struct answer head = {.kind = ARTICLE};
    const char **fields[FIELDS], *texts[FIELDS];
    struct arena *a = arena_new(0);
    fields_of(x, fields);
    for (int i = 0; i < FIELDS; i++)
        texts[i] = *fields[i];
    bool ok = write_texts(a, &head, texts, FIELDS);
    arena_free(a);
    return ok;
}

static bool answer_one(void) {
    struct question q;
    if (!child_read(&q, sizeof q) || q.len > ARTICLE_FILE_SIZE_MAX || q.path_len > PATH_BYTES)
        return false;
    struct arena *a = arena_new(0);
    char *path = arena_room(a, q.path_len + 1, 1);
    uint8_t *bytes = malloc(q.len + 1);
    if (!bytes)
        die("out of memory (%llu bytes)", (unsigned long long)q.len);
    bool ok = child_read(path, q.path_len) && child_read(bytes, q.len);
    struct named_file file = {utf8_clean(a, path, q.path_len), {bytes, q.len}};
    struct foreign_articles list = {0};
    struct file_flaw flaw = {"", ""};
    enum rc rc = RC_OK;
    if (ok && q.given)
        rc = articles_of_file(a, &file, &list, &flaw);
    else if (ok)
        article_file_read(a, &file, &list);
    free(bytes);
    for (size_t i = 0; ok && i < list.n; i++)
        ok = write_article(&list.at[i]);
    struct answer end = {.kind = END, .rc = (uint32_t)rc};
    ok = ok && write_texts(a, &end, (const char *[]){flaw.what, flaw.file}, 2);
    arena_free(a);
    return ok;
}

int article_child_main(void) {
    const char *lacking;
    log_setup("kept articles", LOG_INFO);
    json_object_seed(0); /* from the system's random numbers, which are out of reach afterwards */
    if (sandbox_enter(SANDBOX_ARTICLES, &lacking) == RC_BROKEN) {
        log_error("the sandbox could not be closed: %s", lacking);
        return rc_exit(RC_BROKEN);
    }
    child_watch_cpu(ARTICLE_READER_CPU_SECONDS);
    if (!child_write(&HELLO, sizeof HELLO))
        return 0;
    while (answer_one())
        ;
    return 0;
}

/* ---- this side ---- */

struct article_reader {
    struct article_limits limits;
    size_t text; /* has come back so far */
    int fd;
    pid_t pid; /* 0: ended */
};

/* Each may take as much memory as its role allows. */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

enum rc article_reader_begin(const struct article_limits *limits, struct article_reader **out) {
    static char *const argv[] = {"kept", "articles", NULL};
    uint64_t hello = 0;
    struct article_reader *r = calloc(1, sizeof *r);
    if (!r)
        die("out of memory");
    r->limits = *limits;
    *out = r;
    pthread_mutex_lock(&one_at_a_time);
    if (!child_start(argv, &r->fd, &r->pid)) {
        r->pid = 0;
        return RC_AWAY;
    }
    if (child_move(r->fd, POLLIN, &hello, sizeof hello, clock_mono() + START_DEADLINE) == CHILD_ANSWERED &&
        hello == HELLO)
        return RC_OK;
    log_error("a reader of articles ended before it was ready (status %d)", child_end(r->fd, r->pid));
    r->pid = 0;
    return RC_AWAY;
}

void article_reader_end(struct article_reader *r) {
    if (!r)
        return;
    if (r->pid)
        child_end(r->fd, r->pid);
    pthread_mutex_unlock(&one_at_a_time);
    free(r);
}

/* One text of the child's; "" and CHILD_LIED when it is not clean. */
static enum child_outcome read_text(struct article_reader *r, struct arena *a, uint32_t len, int64_t until,
                                    const char **out) {
    char *text = arena_room(a, (size_t)len + 1, 1);
    enum child_outcome o = child_move(r->fd, POLLIN, text, len, until);
    text[len] = 0;
    *out = o == CHILD_ANSWERED && utf8_is_clean(text, len) ? text : "";
    return o != CHILD_ANSWERED ? o : *out == text ? CHILD_ANSWERED : CHILD_LIED;
}

static enum child_outcome read_texts(struct article_reader *r, struct arena *a, const struct answer *head, int n,
                                     int64_t until, const char **out) {
    enum child_outcome o = CHILD_ANSWERED;
    for (int i = 0; o == CHILD_ANSWERED && i < n; i++) {
        out[i] = NULL;
        if (head->len[i] != NO_TEXT)
            o = read_text(r, a, head->len[i], until, &out[i]);
    }
    return o;
}

static size_t lengths(const struct answer *head, int n) {
    size_t sum = 0;
    for (int i = 0; i < n; i++)
        sum += head->len[i] == NO_TEXT ? 0 : head->len[i];
    return sum;
}

static enum child_outcome read_article(struct article_reader *r, struct arena *a, const struct answer *head,
                                       int64_t until, struct foreign_articles *list) {
    const char **fields[FIELDS], *texts[FIELDS];
    if (list->n == list->room) {
        list->room = list->room ? list->room * 2 : 64;
        list->at = arena_grow(a, list->at, list->n, list->room, sizeof *list->at);
    }
    struct foreign_article *x = &list->at[list->n];
    enum child_outcome o = read_texts(r, a, head, FIELDS, until, texts);
    if (o != CHILD_ANSWERED)
        return o;
    fields_of(x, fields);
    for (int i = 0; i < FIELDS; i++) {
        *fields[i] = texts[i];
        if (!texts[i] && i != FIELDS - 1) /* only the error may be missing */
            return CHILD_LIED;
    }
    list->n++;
    return CHILD_ANSWERED;
}

static bool may_end_so(uint32_t rc) { return rc == RC_OK || rc == RC_INVALID || rc == RC_TOO_BIG; }

/* All that the child says of one file. */
static enum child_outcome read_answer(struct article_reader *r, struct arena *a, struct foreign_articles *list,
                                      enum rc *rc, struct file_flaw *flaw) {
    struct answer head;
    for (;;) {
        int64_t until = clock_mono() + r->limits.deadline_ms;
        enum child_outcome o = child_move(r->fd, POLLIN, &head, sizeof head, until);
        if (o != CHILD_ANSWERED)
            return o;
        if (head.kind == END) {
            const char *texts[2];
            if (!may_end_so(head.rc) || lengths(&head, 2) > FLAW_BYTES)
                return CHILD_LIED;
            o = read_texts(r, a, &head, 2, until, texts);
            *rc = (enum rc)head.rc;
            *flaw = (struct file_flaw){texts[0] ? texts[0] : "", texts[1] ? texts[1] : ""};
            return o;
        }
        r->text += lengths(&head, FIELDS);
        if (head.kind != ARTICLE)
            return CHILD_LIED;
        if (list->n > ARTICLES_READ_MAX || r->text > r->limits.text) {
            *rc = RC_TOO_BIG;
            flaw->what = N_("it holds more text than one import may: divide it, or use “kept import articles”");
            return CHILD_LIED;
        }
        o = read_article(r, a, &head, until, list);
        if (o != CHILD_ANSWERED)
            return o;
    }
}

/* What ended a reader: too little memory ends a process of ours with the code of a fault. */
static enum rc why_it_ended(enum child_outcome o, int status, struct file_flaw *flaw) {
    bool memory = WIFEXITED(status) && WEXITSTATUS(status) == rc_exit(RC_BROKEN);
    if (o == CHILD_SLOW || child_out_of_time(status))
        flaw->what = N_("reading it took too long");
    else if (memory)
        flaw->what = N_("reading it takes more memory than one import may");
    else
        flaw->what = N_("it cannot be read: it broke its reader");
    return o == CHILD_SLOW || child_out_of_time(status) || memory ? RC_TOO_BIG : RC_INVALID;
}

enum rc article_reader_take(struct article_reader *r, struct arena *a, const struct named_file *file, bool given,
                            struct foreign_articles *list, struct file_flaw *flaw) {
    struct question q = {strlen(file->path), file->bytes.len, given};
    int64_t until = clock_mono() + r->limits.deadline_ms;
    enum rc rc = RC_INVALID;
    *flaw = (struct file_flaw){"", file->path};
    if (q.len > ARTICLE_FILE_SIZE_MAX || q.path_len > PATH_BYTES || !r->pid) {
        flaw->what = N_("it is larger than 256 MB, or its name too long");
        return RC_TOO_BIG;
    }
    enum child_outcome o = child_move(r->fd, POLLOUT, &q, sizeof q, until);
    if (o == CHILD_ANSWERED)
        o = child_move(r->fd, POLLOUT, (void *)(uintptr_t)file->path, q.path_len, until);
    if (o == CHILD_ANSWERED)
        o = child_move(r->fd, POLLOUT, (void *)(uintptr_t)file->bytes.at, q.len, until);
    if (o == CHILD_ANSWERED)
        o = read_answer(r, a, list, &rc, flaw);
    if (o == CHILD_ANSWERED)
        return rc;
    int status = child_end(r->fd, r->pid);
    r->pid = 0;
    log_warn("a reader of articles ended on a file of %zu bytes (outcome %d, status %d)", file->bytes.len, (int)o,
             status);
    return *flaw->what ? rc : why_it_ended(o, status, flaw);
}

enum rc article_read(struct arena *a, const struct named_file *file, const struct article_limits *limits,
                     struct foreign_articles *list, struct file_flaw *flaw) {
    struct article_reader *r;
    *flaw = (struct file_flaw){N_("it cannot be read just now; try again"), file->path};
    enum rc rc = article_reader_begin(limits, &r);
    if (rc == RC_OK)
        rc = article_reader_take(r, a, file, true, list, flaw);
    article_reader_end(r);
    return rc;
}
