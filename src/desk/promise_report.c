#include "desk/promise_report.h"

#include "base/id.h"
#include "base/wall.h"
#include "desk/account.h"

#include <stdlib.h>
#include <string.h>

QUERY(
    q_report_due,
    "SELECT p.due_to, p.made_at, p.settled_at, p.outcome, p.agreed, p.short_word, t.name, i.kind, p.conversation_id"
    " FROM promise p JOIN conversation c ON c.account_id = p.account_id AND c.id = p.conversation_id"
    " JOIN inbox i ON i.account_id = c.account_id AND i.id = c.inbox_id"
    " LEFT JOIN team t ON t.account_id = c.account_id AND t.id = c.team_id"
    " WHERE p.account_id = $1 AND p.due_to >= $2 AND p.due_to < $3 ORDER BY p.due_to DESC LIMIT $4");
QUERY(q_report_tags,
      "SELECT t.name, p.due_to, p.settled_at, p.outcome, p.agreed, p.short_word, p.made_at"
      " FROM promise p JOIN conversation_tag g ON g.account_id = p.account_id AND g.conversation_id = "
      "p.conversation_id"
      " JOIN tag t ON t.account_id = g.account_id AND t.id = g.tag_id"
      " WHERE p.account_id = $1 AND p.due_to >= $2 AND p.due_to < $3 ORDER BY p.due_to DESC LIMIT $4");
QUERY(q_report_replies, "SELECT count(*) FROM message WHERE account_id = $1 AND id >= $2 AND id < $3"
                        " AND kind = 'agent' AND state <> 'cancelled'");

double promise_rate(const struct promise_tally *t) {
    int due = t->kept + t->broken;
    return due ? (double)t->kept / due : -1;
}

static void count(struct promise_tally *t, enum promise_state state) {
    t->kept += state == PROMISE_KEPT;
    t->broken += state == PROMISE_BROKEN || state == PROMISE_LATE;
    t->owed += state == PROMISE_OPEN || state == PROMISE_SOON;
    t->withdrawn += state == PROMISE_WITHDRAWN;
    t->renewed += state == PROMISE_RENEWED;
}

/* The tally with this name and week, made when there is none; those beyond the room share the last. */
static struct promise_tally *tally_of(struct arena *a, struct promise_tally *list, int *n, const char *name,
                                      int64_t week) {
    for (int i = 0; i < *n; i++)
        if (list[i].week == week && strcmp(list[i].name, name) == 0)
            return &list[i];
    if (*n == PROMISE_TALLIES)
        return &list[*n - 1];
    list[*n] = (struct promise_tally){.name = arena_copy(a, name), .week = week};
    return &list[(*n)++];
}

static int64_t week_of(const char *zone, int64_t ms) {
    struct wall w = wall_at(zone, ms);
    int64_t monday = (w.day_number - (w.weekday + 6) % 7) * 86400000LL;
    return monday - wall_offset(zone, monday - wall_offset(zone, monday));
}

static int by_number(const void *x, const void *y) {
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

static int64_t median(int64_t *list, int n) {
    qsort(list, (size_t)n, sizeof *list, by_number);
    return n ? list[n / 2] : 0;
}

static int by_week(const void *x, const void *y) {
    const struct promise_tally *a = x, *b = y;
    return (a->week > b->week) - (a->week < b->week);
}

static int size_of(const struct promise_tally *t) {
    return t->kept + t->broken + t->owed + t->withdrawn + t->renewed;
}

static int by_size(const void *x, const void *y) { return size_of(y) - size_of(x); }

static enum rc read_tags(struct view *v, struct arena *a, int64_t from, int64_t to, int64_t now,
                         struct promise_report *out) {
    struct rows r =
        view_query(v, &q_report_tags, BIND(ACCOUNT, value_int(from), value_int(to), value_int(PROMISE_REPORT_MAX)));
    while (rows_next(&r)) {
        struct promise p = {.due_to = rows_int(&r, 1),
                            .settled_at = rows_int(&r, 2),
                            .outcome = rows_text(&r, 3),
                            .agreed = rows_int(&r, 4),
                            .made_at = rows_int(&r, 6)};
        enum promise_state state = promise_judge(&p, now);
        if (!rows_int(&r, 5) && state != PROMISE_REMOVED)
            count(tally_of(a, out->tags, &out->tags_n, rows_text(&r, 0), 0), state);
    }
    return rows_end(&r);
}

enum rc promise_report(struct view *v, struct arena *a, const char *zone, int64_t from, int64_t to, int64_t now,
                       struct promise_report *out) {
    *out = (struct promise_report){
        .weeks = ARENA_ARRAY(a, PROMISE_TALLIES, struct promise_tally),
        .teams = ARENA_ARRAY(a, PROMISE_TALLIES, struct promise_tally),
        .channels = ARENA_ARRAY(a, PROMISE_TALLIES, struct promise_tally),
        .tags = ARENA_ARRAY(a, PROMISE_TALLIES, struct promise_tally),
    };
    int64_t *ahead = ARENA_ARRAY(a, PROMISE_REPORT_MAX + 1, int64_t),
            *late = ARENA_ARRAY(a, PROMISE_REPORT_MAX + 1, int64_t);
    int n = 0, late_n = 0, read = 0;
    struct rows r =
        view_query(v, &q_report_due, BIND(ACCOUNT, value_int(from), value_int(to), value_int(PROMISE_REPORT_MAX)));
    for (; rows_next(&r); read++) {
        struct promise p = {.due_to = rows_int(&r, 0),
                            .made_at = rows_int(&r, 1),
                            .settled_at = rows_int(&r, 2),
                            .outcome = rows_text(&r, 3),
                            .agreed = rows_int(&r, 4),
                            .short_word = rows_int(&r, 5)};
        enum promise_state state = promise_judge(&p, now);
        if (state == PROMISE_REMOVED) {
            out->removed++;
            continue;
        }
        if (p.short_word) {
            count(&out->short_words, state);
            continue;
        }
        const char *team = rows_text(&r, 6);
        count(&out->all, state);
        count(tally_of(a, out->weeks, &out->weeks_n, "", week_of(zone, p.due_to)), state);
        count(tally_of(a, out->teams, &out->teams_n, team ? team : "", 0), state);
        count(tally_of(a, out->channels, &out->channels_n, rows_text(&r, 7), 0), state);
        ahead[n++] = p.due_to - p.made_at;
        if (state == PROMISE_BROKEN && p.settled_at > p.due_to)
            late[late_n++] = p.settled_at - p.due_to;
    }
    out->cut = read == PROMISE_REPORT_MAX;
    out->horizon = median(ahead, n);
    out->lateness = median(late, late_n);
    qsort(out->weeks, (size_t)out->weeks_n, sizeof *out->weeks, by_week);
    qsort(out->teams, (size_t)out->teams_n, sizeof *out->teams, by_size);
    qsort(out->channels, (size_t)out->channels_n, sizeof *out->channels, by_size);
    enum rc rc = rows_end(&r);
    if (rc == RC_OK)
        rc = read_tags(v, a, from, to, now, out);
    qsort(out->tags, (size_t)out->tags_n, sizeof *out->tags, by_size);
    if (rc == RC_OK)
        rc = view_int(v, &q_report_replies, BIND(ACCOUNT, value_int(id_at(from)), value_int(id_at(to))), 0,
                      &out->replies);
    return rc;
}
