/* Threads for handlers that wait: for the writer, a hash, a long query. */
#include "base/log.h"
#include "web/http_private.h"

#include <pthread.h>
#include <stdlib.h>

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t work;
    struct request *first, **last;
    int waiting, limit, threads_n;
    bool ending;
    void (*run)(struct request *rq);
    pthread_t threads[];
};

static void *work(void *arg) {
    struct workers *w = arg;
    pthread_mutex_lock(&w->lock);
    for (;;) {
        while (!w->first && !w->ending)
            pthread_cond_wait(&w->work, &w->lock);
        struct request *rq = w->first;
        if (!rq)
            break;
        w->first = rq->next;
        if (!w->first)
            w->last = &w->first;
        w->waiting--;
        pthread_mutex_unlock(&w->lock);
        w->run(rq);
        pthread_mutex_lock(&w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

struct workers *workers_start(int threads, int queue, void (*run)(struct request *rq)) {
    struct workers *w = calloc(1, sizeof *w + (size_t)threads * sizeof *w->threads);
    if (!w)
        die("out of memory");
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->work, NULL);
    w->last = &w->first;
    w->limit = queue;
    w->run = run;
    for (w->threads_n = 0; w->threads_n < threads; w->threads_n++)
        if (pthread_create(&w->threads[w->threads_n], NULL, work, w))
            die("no thread for a worker");
    return w;
}

bool workers_put(struct workers *w, struct request *rq) {
    pthread_mutex_lock(&w->lock);
    bool taken = w->waiting < w->limit && !w->ending;
    if (taken) {
        rq->next = NULL;
        *w->last = rq;
        w->last = &rq->next;
        w->waiting++;
        pthread_cond_signal(&w->work);
    }
    pthread_mutex_unlock(&w->lock);
    return taken;
}

void workers_stop(struct workers *w) {
    pthread_mutex_lock(&w->lock);
    w->ending = true;
    pthread_cond_broadcast(&w->work);
    pthread_mutex_unlock(&w->lock);
    for (int i = 0; i < w->threads_n; i++)
        pthread_join(w->threads[i], NULL);
}

void workers_free(struct workers *w) {
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->work);
    free(w);
}
