#include "base/tr.h"

#include "catalogue_gen.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

const char *tr_at(enum locale locale, int message) {
    const char *translated = (unsigned)locale < LOCALES ? catalogue[locale][message] : NULL;
    return translated ? translated : catalogue[LOCALE_EN][message];
}

/* The generated list is sorted by strcmp; a plural sentence stands there under its first form. */
static int find(const char *english) {
    size_t low = 0, high = catalogue_ids_n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(english, catalogue_ids[middle].english);
        if (order == 0)
            return catalogue_ids[middle].message;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

const char *tr(enum locale locale, const char *english) {
    int message = find(english);
    return message < 0 ? english : tr_at(locale, message);
}

const char *tr_n(enum locale locale, int64_t n, const char *one, const char *many) {
    int message = find(one);
    if (message < 0)
        return n == 1 ? one : many;
    return tr_at(locale, message + (n != 1));
}

int tr_hole(struct buf *out, void (*put)(struct buf *, const char *, size_t), const char **sentence,
            const char *const *names, int n) {
    const char *from = *sentence;
    for (const char *open = from; (open = strchr(open, '{')); open++) {
        for (int i = 0; i < n; i++) {
            size_t len = strlen(names[i]);
            if (strncmp(open + 1, names[i], len) == 0 && open[1 + len] == '}') {
                put(out, from, (size_t)(open - from));
                *sentence = open + len + 2;
                return i;
            }
        }
    }
    put(out, from, strlen(from));
    *sentence = from + strlen(from);
    return -1;
}

static void put_plain(struct buf *out, const char *s, size_t n) { buf_add(out, s, n); }

void tr_fill(struct buf *out, const char *sentence, ...) {
    enum { HOLES_MAX = 8 };
    const char *names[HOLES_MAX], *values[HOLES_MAX];
    int n = 0, hole;
    va_list ap;
    va_start(ap, sentence);
    for (const char *name; n < HOLES_MAX && (name = va_arg(ap, const char *));) {
        names[n] = name;
        values[n++] = va_arg(ap, const char *);
    }
    va_end(ap);
    while ((hole = tr_hole(out, put_plain, &sentence, names, n)) >= 0)
        buf_str(out, values[hole]);
}
