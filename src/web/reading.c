#include "web/reading.h"

#include "base/log.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "desk/article_report.h"
#include "desk/knowledge.h"
#include "desk/read_by.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WAITING = 512, WORDS = 400 /* bytes */ };

struct reading {
    int64_t article_id, now; /* article_id 0: a search */
    int64_t version_id;
    struct reading_customer by; /* contact_id 0: nobody knows */
    char tag[32], lang[12], place[8], words[WORDS];
    bool nothing, unsure;
};

struct reading_log {
    struct store *store;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct reading list[WAITING];
    int n;
    bool stopping;
};

struct writing {
    const struct reading *list;
    int n;
};

static enum rc write_all(struct tx *tx, void *arg) {
    const struct writing *w = arg;
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < w->n; i++) {
        const struct reading *r = &w->list[i];
        rc = r->article_id ? reading_note(tx, r->article_id, r->tag, r->now)
                           : search_note(tx, r->words, r->lang, r->place, r->nothing, r->unsure, r->now);
        if (rc == RC_OK && r->by.contact_id)
            rc = read_by_note(tx, r->version_id, r->by.contact_id, r->by.conversation_id, r->now);
    }
    return rc;
}

static void *reading_main(void *arg) {
    struct reading_log *l = arg;
    struct reading *taken = calloc(WAITING, sizeof *taken);
    if (!taken)
        die("out of memory");
    pthread_mutex_lock(&l->lock);
    for (;;) {
        while (!l->n && !l->stopping)
            pthread_cond_wait(&l->wake, &l->lock);
        if (!l->n)
            break;
        struct writing w = {taken, l->n};
        memcpy(taken, l->list, (size_t)l->n * sizeof *taken);
        l->n = 0;
        pthread_mutex_unlock(&l->lock);
        if (store_write(l->store, write_all, &w) != RC_OK)
            log_warn("what was read is not counted just now");
        pthread_mutex_lock(&l->lock);
    }
    pthread_mutex_unlock(&l->lock);
    free(taken);
    return NULL;
}

struct reading_log *reading_open(struct store *s) {
    struct reading_log *l = calloc(1, sizeof *l);
    if (!l)
        die("out of memory");
    l->store = s;
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->wake, NULL);
    if (pthread_create(&l->thread, NULL, reading_main, l) != 0)
        die("no thread for what is read");
    return l;
}

void reading_close(struct reading_log *l) {
    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    l->stopping = true;
    pthread_cond_signal(&l->wake);
    pthread_mutex_unlock(&l->lock);
    pthread_join(l->thread, NULL);
    pthread_mutex_destroy(&l->lock);
    pthread_cond_destroy(&l->wake);
    free(l);
}

static void put(struct request *rq, const struct reading *r) {
    struct reading_log *l = web_of(rq)->readings;
    pthread_mutex_lock(&l->lock);
    if (l->n < WAITING)
        l->list[l->n++] = *r;
    pthread_cond_signal(&l->wake);
    pthread_mutex_unlock(&l->lock);
}

static void keep(char *to, size_t room, const char *text) {
    size_t n = utf8_fit(text, strlen(text), room - 1);
    memcpy(to, text, n);
    to[n] = 0;
}

const char *reader_tag(struct request *rq) {
    return secret_tag(rq_arena(rq), SECRET_SESSION, "reader", rq_address(rq), 24);
}

/* By what they call themselves; a robot that lies is counted as a reader. */
static bool is_robot(struct request *rq) {
    static const char *const words[] = {"bot", "crawl", "spider", "slurp", "lighthouse", "preview"};
    const char *program = rq_header(rq, "User-Agent");
    for (size_t i = 0; program && i < sizeof words / sizeof *words; i++)
        if (strcasestr(program, words[i]))
            return true;
    return false;
}

void reading_of_article(struct request *rq, int64_t article_id, int64_t version_id,
                        const struct reading_customer *by) {
    struct reading r = {.article_id = article_id, .version_id = version_id, .now = rq_now(rq)};
    if (by)
        r.by = *by;
    if (rq_who(rq)->agent_id || is_robot(rq))
        return;
    keep(r.tag, sizeof r.tag, reader_tag(rq));
    put(rq, &r);
}

void reading_of_search(struct request *rq, const char *words, const char *lang, const char *place, bool nothing,
                       bool unsure) {
    struct reading r = {.now = rq_now(rq), .nothing = nothing, .unsure = unsure};
    int64_t found, all;
    if (is_robot(rq) || !knowledge_whole(web_of(rq)->knowledge, &found, &all)) /* it may be there all the same */
        return;
    keep(r.words, sizeof r.words, words);
    keep(r.lang, sizeof r.lang, lang ? lang : "");
    keep(r.place, sizeof r.place, place);
    put(rq, &r);
}
