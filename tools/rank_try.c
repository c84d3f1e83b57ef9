/* rank-try ARTICLES.jsonl QUERIES.jsonl: the ranker without a store, for tuning and tests.
 * Articles: {"ref","lang","title","body","status"…}; only published ones (or without a status) are found. */
#include "base/json.h"
#include "base/log.h"
#include "text/rank_batch.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *text_at(json_t *line, const char *key) {
    const char *s = json_string_value(json_object_get(line, key));
    return s ? s : "";
}

static void load(struct rank *r, FILE *in) {
    char *line = NULL;
    size_t room = 0;
    struct arena *a = arena_new(0);
    for (ssize_t n; (n = getline(&line, &room, in)) >= 0; arena_reset(a)) {
        json_t *article;
        const char *why;
        if (json_read(a, (struct bytes){(const uint8_t *)line, (size_t)n}, &article, &why) != RC_OK)
            die("an article cannot be read: %s", why);
        const char *status = text_at(article, "status");
        if (!*status || !strcmp(status, "published"))
            if (rank_put(r, text_at(article, "ref"), text_at(article, "lang"), text_at(article, "title"),
                         text_at(article, "body"), 0) != RC_OK)
                die("too many articles");
        json_decref(article);
    }
    arena_free(a);
    free(line);
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static FILE *opened(const char *path) {
    FILE *f = fopen(path, "r");
    if (!f)
        die("%s cannot be opened", path);
    return f;
}

int main(int argc, char **argv) {
    if (argc != 3)
        die("usage: rank-try ARTICLES.jsonl QUERIES.jsonl");
    struct rank *r = rank_new();
    FILE *articles = opened(argv[1]), *queries = opened(argv[2]);
    double start = seconds();
    load(r, articles);
    double loaded = seconds();
    int status = rank_batch(queries, stdout, r, 0, NULL, NULL);
    fprintf(stderr, "%zu articles in %.3f s, questions in %.3f s\n", rank_count(r), loaded - start,
            seconds() - loaded);
    fclose(articles);
    fclose(queries);
    rank_free(r);
    return status;
}
