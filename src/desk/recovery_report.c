#include "desk/recovery.h"

#include "base/id.h"
#include "desk/account.h"

#include <stdlib.h>
#include <string.h>

/* One more than is read tells that there are more. */
QUERY(q_recovery_report, "SELECT cause, opened_at, righted_at, heard, closed_at FROM recovery WHERE account_id = $1"
                         " AND id >= $2 AND id < $3 ORDER BY id DESC LIMIT $4");

struct heap {
    struct recovery_tally tally;
    int64_t *took;
    size_t n, room;
};

static int by_size(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static struct heap *heap_of(struct heap *heaps, int *n, struct arena *a, const char *cause) {
    for (int i = 0; i < *n; i++)
        if (strcmp(heaps[i].tally.cause, cause) == 0)
            return &heaps[i];
    heaps[*n] = (struct heap){.tally.cause = arena_copy(a, cause)};
    return &heaps[(*n)++];
}

static void add(struct arena *a, struct heap *h, struct rows *r) {
    const char *heard = rows_text(r, 3);
    int64_t righted_at = rows_int(r, 2);
    bool closed = rows_int(r, 4);
    h->tally.opened++;
    h->tally.open += !closed;
    h->tally.yes += strcmp(heard, "yes") == 0;
    h->tally.no += strcmp(heard, "no") == 0;
    h->tally.silent += closed && !*heard;
    if (!righted_at)
        return;
    h->tally.right++;
    if (h->n == h->room) {
        size_t room = h->room ? 2 * h->room : 16;
        h->took = arena_grow(a, h->took, h->room, room, sizeof *h->took);
        h->room = room;
    }
    h->took[h->n++] = righted_at - rows_int(r, 1);
}

static void measure(struct heap *h) {
    if (!h->n)
        return;
    qsort(h->took, h->n, sizeof *h->took, by_size);
    h->tally.median_ms = h->took[(h->n - 1) / 2];
    h->tally.p90_ms = h->took[(h->n * 9 + 9) / 10 - 1];
}

enum rc recovery_report(struct view *v, struct arena *a, int64_t from, int64_t to, struct recovery_report *out) {
    enum { CAUSES = 16 };
    struct heap all = {.tally.cause = ""}, heaps[CAUSES];
    int n = 0, read = 0;
    *out = (struct recovery_report){.causes = ARENA_ARRAY(a, CAUSES, struct recovery_tally)};
    struct rows r =
        view_query(v, &q_recovery_report,
                   BIND(ACCOUNT, value_int(id_at(from)), value_int(id_at(to)), value_int(RECOVERY_REPORT_MAX + 1)));
    for (; rows_next(&r); read++) {
        if (read == RECOVERY_REPORT_MAX) {
            out->cut = true;
            continue;
        }
        add(a, &all, &r);
        if (n < CAUSES)
            add(a, heap_of(heaps, &n, a, rows_text(&r, 0)), &r);
    }
    measure(&all);
    out->all = all.tally;
    for (int i = 0; i < n; i++) {
        measure(&heaps[i]);
        int at = out->causes_n++;
        for (; at > 0 && out->causes[at - 1].opened < heaps[i].tally.opened; at--)
            out->causes[at] = out->causes[at - 1];
        out->causes[at] = heaps[i].tally;
    }
    return rows_end(&r);
}
