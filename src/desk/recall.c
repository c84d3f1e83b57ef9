/* recall.c: how a recall and each of its people stand: rules and rows (recall.h). Who was told is found in
 * recall_told.c; what is written and sent, in recall_send.c. */
#include "desk/recall_row.h"

#include "base/tr.h"
#include "base/say.h"
#include "base/utf8.h"
#include "base/wall.h"
#include "desk/account.h"
#include "desk/reply.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_MS = 24 * 3600 * 1000, URGENT_MS = 4 * 3600 * 1000, WORKING_DAYS = 2, YEAR_DAYS = 366 };

/* ---- rules: one person ---- */

const char *recall_state_name(enum recall_state s) {
    static const char *const names[RECALL_STATES] = {
        [RECALL_RIGHT] = "right",         [RECALL_NO_TEXT] = "no_text",   [RECALL_WAITS] = "waits",
        [RECALL_NEXT] = "next",           [RECALL_SENDING] = "sending",   [RECALL_IN_CHAT] = "in_chat",
        [RECALL_DELIVERED] = "delivered", [RECALL_TOLD] = "told",         [RECALL_ACKNOWLEDGED] = "acknowledged",
        [RECALL_FAILED] = "failed",       [RECALL_GIVEN_UP] = "given_up",
    };
    return names[s];
}

static bool is(const char *a, const char *b) { return a && strcmp(a, b) == 0; }

bool recall_erased(const struct recall_person *p) { return is(p->called, RECALL_ERASED); }

enum recall_state recall_judge(const struct recall_person *p, bool has_text) {
    bool over = p->tries >= RECALL_TRIES || recall_erased(p);
    if (p->acknowledged_at)
        return RECALL_ACKNOWLEDGED;
    if (is(p->mark, "right"))
        return RECALL_RIGHT;
    if (is(p->mark, "reached"))
        return RECALL_TOLD;
    if (is(p->mark, "wait") || is(p->mark, "next"))
        return !has_text && !*p->body ? RECALL_NO_TEXT : is(p->mark, "next") ? RECALL_NEXT : RECALL_WAITS;
    if (is(p->message_state, "queued") || is(p->message_state, "sending"))
        return RECALL_SENDING;
    if (is(p->message_state, "seen"))
        return RECALL_DELIVERED;
    if (is(p->message_state, "sent"))
        return !is(p->channel, "chat") ? RECALL_DELIVERED : over ? RECALL_GIVEN_UP : RECALL_IN_CHAT;
    return over ? RECALL_GIVEN_UP : RECALL_FAILED;
}

bool recall_reached(enum recall_state s) {
    return s == RECALL_DELIVERED || s == RECALL_TOLD || s == RECALL_ACKNOWLEDGED;
}

bool recall_remains(enum recall_state s) { return s != RECALL_RIGHT && s != RECALL_GIVEN_UP && !recall_reached(s); }

int64_t recall_reached_at(const struct recall_person *p, enum recall_state s) {
    return s == RECALL_DELIVERED || (s == RECALL_ACKNOWLEDGED && p->message_at) ? p->message_at
           : s == RECALL_ACKNOWLEDGED                                           ? p->acknowledged_at
           : s == RECALL_TOLD                                                   ? p->marked_at
                                                                                : 0;
}

bool recall_sampled(const struct recall_person *p) {
    if (recall_erased(p)) /* nobody to ask */
        return false;
    /* Of the reference, which is random: neither the order of the list nor anybody's choice. */
    unsigned h = 2166136261u;
    for (const char *c = p->ref; *c; c++)
        h = (h ^ (unsigned char)*c) * 16777619u;
    return (h >> 8) % RECALL_SAMPLE_PART == 0;
}

/* ---- rules: all of them ---- */

static int by_time(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

void recall_count(struct recall_counts *c, const struct recall_person *p, enum recall_state s) {
    c->of[s]++;
    c->all += s != RECALL_RIGHT;
    c->remains += recall_remains(s);
    c->harmed += is(p->harm, "open");
    c->repaired += is(p->harm, "repaired");
    c->unreviewed += (s == RECALL_WAITS || s == RECALL_NO_TEXT) && !p->reviewed_at;
    c->called += p->called_at != 0;
    c->unclear += is(p->called, "unclear");
    c->reached += recall_reached(s);
    c->unaskable += recall_reached(s) && recall_erased(p);
    c->chosen += recall_reached(s) && recall_sampled(p);
}

void recall_count_end(struct recall_counts *c, const struct recall_stand *list, int n, int class) {
    int least = (c->reached - c->unaskable + RECALL_SAMPLE_PART - 1) / RECALL_SAMPLE_PART;
    c->sample = class != 2 ? 0 : c->chosen > least ? c->chosen : least;
    int needed = (c->all * 9 + 9) / 10, reached = 0;
    int64_t *times = c->all && c->reached >= needed ? calloc((size_t)n + 1, sizeof *times) : NULL;
    for (int i = 0; times && i < n; i++)
        if (recall_reached(list[i].state))
            times[reached++] = list[i].reached_at;
    if (times && reached >= needed) {
        qsort(times, (size_t)reached, sizeof *times, by_time);
        c->ninety_at = times[needed - 1];
    }
    free(times);
}

const char *recall_next_step(const struct recall_counts *c) {
    int went = c->all - c->of[RECALL_WAITS] - c->of[RECALL_NEXT] - c->of[RECALL_NO_TEXT];
    return went < RECALL_PILOT && went + c->of[RECALL_WAITS] > RECALL_PILOT ? "pilot" : "sending";
}

const char *recall_go_flaw(const struct recall *r, const struct recall_counts *c) {
    bool may = is(r->state, "draft") || is(r->state, "pilot") || is(r->state, "stopped");
    bool many = c->all - c->of[RECALL_NEXT] > RECALL_ALONE_MAX;
    return r->look_from              ? "looking"
           : !may                    ? "state"
           : !c->of[RECALL_WAITS]    ? (c->of[RECALL_NO_TEXT] ? "text" : "nobody")
           : many && !r->approved_at ? "approval"
                                     : NULL;
}

const char *recall_check_flaw(const struct recall *r, const struct recall_counts *c) {
    int remains = c->remains - c->of[RECALL_NEXT];
    if (c->harmed)
        return "harm";
    if (r->class == 1 && c->reached + c->of[RECALL_GIVEN_UP] < c->all)
        return "tries";
    if (remains - c->of[RECALL_FAILED] > 0)
        return "remains";
    return r->class == 2 && c->called < c->sample ? "sample" : NULL;
}

/* Without any hours people work from Monday to Friday. */
static bool works(const struct hours *hours, int32_t day, int weekday) {
    return hours->set ? hours_of_day(hours, day)->n > 0 : weekday >= 1 && weekday <= 5;
}

int64_t recall_deadline(int class, const struct hours *hours, const char *zone, int64_t now) {
    if (class != 2)
        return class == 1 ? now + URGENT_MS : 0;
    int64_t local = now + wall_offset(zone, now), day = local / DAY_MS;
    for (int left = WORKING_DAYS, gone = 0; left && gone < YEAR_DAYS; gone++) {
        day++;
        int weekday = (int)((day + 4) % 7); /* 1 January 1970 was a Thursday; 0 Sunday */
        left -= works(hours, (int32_t)day, weekday);
    }
    return wall_to_utc(zone, day * DAY_MS + local % DAY_MS);
}

/* ---- rules: what is written ---- */

static bool says(const char *text) { return text && text[strspn(text, " \t\r\n")]; }

bool recall_text_whole(const struct recall_text *t) {
    return says(t->wrong) && says(t->correct) && says(t->meaning) && says(t->remedy);
}

static void part(struct buf *out, const char *head, struct arena *a, const char *text,
                 const struct saved_values *values) {
    buf_printf(out, "\n\n**%s**\n\n%s", head, saved_fill(a, text, values));
}

char *recall_compose(struct arena *a, enum locale locale, const struct recall_text *t,
                     const struct recall_words *w) {
    struct buf out = {0}, date = {0};
    const struct saved_values values = {.lang = locale_tag(locale),
                                        .customer_address = w->address,
                                        .customer_call_name = w->call_name,
                                        .customer_name = w->name,
                                        .company = w->company};
    say_date(&date, locale, w->zone, w->told_at, 0);
    if (says(w->name))
        tr_fill(&out, tr(locale, "customer|Hello {name},"), "name", w->name, NULL);
    else
        buf_str(&out, tr(locale, "customer|Hello,"));
    buf_lit(&out, "\n\n");
    tr_fill(&out,
            tr(locale, "on {date} we told you something that was wrong. The mistake was ours, and we are sorry."),
            "date", date.at, NULL);
    part(&out, tr(locale, "What was wrong"), a, t->wrong, &values);
    part(&out, tr(locale, "What is right"), a, t->correct, &values);
    part(&out, tr(locale, "What this means for you"), a, t->meaning, &values);
    part(&out, tr(locale, "What we do about it"), a, t->remedy, &values);
    buf_lit(&out, "\n\n");
    buf_str(&out, w->by_mail ? tr(locale, "Behind the link below you can tell us that you have read this. Simply "
                                          "answer this message if anything is unclear.")
                             : tr(locale, "Simply answer this message if anything is unclear."));
    buf_printf(&out, "\n\n%s", w->company);
    char *text = arena_copy(a, out.at);
    buf_free(&out);
    buf_free(&date);
    return text;
}

/* ---- rows ---- */

#define SELECT_RECALL                                                                                              \
    "SELECT r.id, r.ref, r.article_id, r.flag_id, r.class, r.state, r.owner_id, r.deadline_at, r.approved_by,"     \
    " r.approved_at, r.sent_from_at, r.cause, r.prevention, r.waiver, r.created_at, r.closed_at, x.title, x.ref,"  \
    " coalesce(o.name, ''), coalesce(p.name, ''), r.look_from, r.look_all, r.look_done, r.looked_at FROM recall r" \
    " JOIN article x ON x.account_id = r.account_id AND x.id = r.article_id"                                       \
    " LEFT JOIN agent o ON o.account_id = r.account_id AND o.id = r.owner_id"                                      \
    " LEFT JOIN agent p ON p.account_id = r.account_id AND p.id = r.approved_by WHERE r.account_id = $1"
QUERY(q_recall_load, SELECT_RECALL " AND r.id = $2");
QUERY(q_recall_by_ref, SELECT_RECALL " AND r.ref = $2");
QUERY(q_recall_list, SELECT_RECALL " AND r.id < $2 ORDER BY r.id DESC LIMIT $3");
QUERY(q_recall_list_open, SELECT_RECALL " AND r.closed_at IS NULL AND r.id < $2 ORDER BY r.id DESC LIMIT $3");
QUERY(q_recall_store, "UPDATE recall SET state = $3, approved_by = $4, approved_at = $5, sent_from_at = $6,"
                      " cause = $7, prevention = $8, waiver = $9, closed_at = $10, closed_by = $11"
                      " WHERE account_id = $1 AND id = $2");
QUERY(q_recall_versions, "SELECT w.version_id, w.article_id, w.number, x.lang, v.title, x.ref FROM recall_version w"
                         " JOIN article x ON x.account_id = w.account_id AND x.id = w.article_id"
                         " JOIN article_version v ON v.account_id = w.account_id AND v.id = w.version_id"
                         " WHERE w.account_id = $1 AND w.recall_id = $2 ORDER BY w.article_id, w.number");
QUERY(q_recall_texts, "SELECT lang, wrong, correct, meaning, remedy, by_agent, changed_at FROM recall_text"
                      " WHERE account_id = $1 AND recall_id = $2 ORDER BY lang");
#define SELECT_PERSON                                                                                              \
    "SELECT p.id, p.ref, p.recall_id, p.contact_id, p.conversation_id, p.lang, p.told_n, p.told_first,"            \
    " p.told_last, p.mark, p.body, p.reviewed_at, p.message_id, p.tries, p.note, p.marked_at, p.acknowledged_at,"  \
    " p.harm, p.harm_note, p.called_at, p.called, ct.name, ct.ref, c.ref, c.short_ref, coalesce(m.channel, ''),"   \
    " coalesce(m.state, ''), coalesce(m.state_reason, ''), coalesce(m.ref, ''), m.state_at"                        \
    " FROM recall_recipient p JOIN contact ct ON ct.account_id = p.account_id AND ct.id = p.contact_id"            \
    " JOIN conversation c ON c.account_id = p.account_id AND c.id = p.conversation_id"                             \
    " LEFT JOIN message m ON m.account_id = p.account_id AND m.id = p.message_id WHERE p.account_id = $1"
QUERY(q_recall_people, SELECT_PERSON " AND p.recall_id = $2 AND p.id > $3 ORDER BY p.id LIMIT $4");
QUERY(q_recall_tally,
      "SELECT mark, lang, CASE WHEN body <> '' THEN 1 ELSE 0 END AS own, count(*) FROM recall_recipient"
      " WHERE account_id = $1 AND recall_id = $2 GROUP BY mark, lang, own");
QUERY(q_recall_person_by_ref, SELECT_PERSON " AND p.ref = $2");
QUERY(q_recall_people_of,
      SELECT_PERSON " AND p.id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,"
                    " $16, $17, $18, $19, $20, $21)");
/* What recall_judge and recall_count ask, and nothing besides. */
QUERY(q_recall_standing,
      "SELECT p.id, p.ref, p.lang, p.mark, CASE WHEN p.body <> '' THEN 'own' ELSE '' END, p.reviewed_at, p.tries,"
      " p.marked_at, p.acknowledged_at, p.harm, p.called_at, p.called, coalesce(m.channel, ''),"
      " coalesce(m.state, ''), m.state_at FROM recall_recipient p LEFT JOIN message m"
      " ON m.account_id = p.account_id AND m.id = p.message_id WHERE p.account_id = $1 AND p.recall_id = $2"
      " ORDER BY +p.id");
#define SELECT_NEIGHBOUR                                                                                           \
    "SELECT p.ref FROM recall_recipient p WHERE p.account_id = $1 AND p.recall_id = $2 AND p.mark = $3"            \
    " AND (p.body <> '' OR p.lang IN ($5, $6, $7, $8, $9))"
QUERY(q_recall_after, SELECT_NEIGHBOUR " AND p.id > $4 ORDER BY p.id LIMIT 1");
QUERY(q_recall_before, SELECT_NEIGHBOUR " AND p.id < $4 ORDER BY p.id DESC LIMIT 1");
QUERY(q_recall_of_contact, SELECT_PERSON " AND p.contact_id = $2 AND p.mark <> 'right' ORDER BY +p.id LIMIT 50");
QUERY(q_recall_person_store,
      "UPDATE recall_recipient SET mark = $3, body = $4, reviewed_at = $5, message_id = $6, tries = $7, note = $8,"
      " marked_at = $9, acknowledged_at = $10, harm = $11, harm_note = $12, called_at = $13, called = $14"
      " WHERE account_id = $1 AND id = $2");

static struct recall recall_of_row(struct rows *r, struct arena *a) {
    return (struct recall){
        .id = rows_int(r, 0),
        .ref = rows_copy(r, 1, a),
        .article_id = rows_int(r, 2),
        .flag_id = rows_int(r, 3),
        .class = (int)rows_int(r, 4),
        .state = rows_copy(r, 5, a),
        .owner_id = rows_int(r, 6),
        .deadline_at = rows_int(r, 7),
        .approved_by = rows_int(r, 8),
        .approved_at = rows_int(r, 9),
        .sent_from_at = rows_int(r, 10),
        .cause = rows_copy(r, 11, a),
        .prevention = rows_copy(r, 12, a),
        .waiver = rows_copy(r, 13, a),
        .created_at = rows_int(r, 14),
        .closed_at = rows_int(r, 15),
        .title = rows_copy(r, 16, a),
        .article_ref = rows_copy(r, 17, a),
        .owner = rows_copy(r, 18, a),
        .approver = rows_copy(r, 19, a),
        .look_from = rows_int(r, 20),
        .look_all = rows_int(r, 21),
        .look_done = rows_int(r, 22),
        .looked_at = rows_int(r, 23),
    };
}

static enum rc one(struct rows r, struct arena *a, struct recall *out) {
    bool found = rows_next(&r);
    if (found)
        *out = recall_of_row(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc recall_load(struct view *v, struct arena *a, int64_t id, struct recall *out) {
    return one(view_query(v, &q_recall_load, BIND(ACCOUNT, value_int(id))), a, out);
}

enum rc recall_by_ref(struct view *v, struct arena *a, const char *ref, struct recall *out) {
    return one(view_query(v, &q_recall_by_ref, BIND(ACCOUNT, value_text(ref))), a, out);
}

enum rc recall_list(struct view *v, struct arena *a, bool open, int64_t before_id, int max, struct recall **out,
                    int *n) {
    struct rows r = view_query(v, open ? &q_recall_list_open : &q_recall_list,
                               BIND(ACCOUNT, value_int(before_id ? before_id : INT64_MAX), value_int(max)));
    *out = ARENA_ARRAY(a, (size_t)max + 1, struct recall);
    for (*n = 0; *n < max && rows_next(&r); ++*n)
        (*out)[*n] = recall_of_row(&r, a);
    return rows_end(&r);
}

enum rc recall_versions(struct view *v, struct arena *a, int64_t id, struct recall_version **out, int *n) {
    struct rows r = view_query(v, &q_recall_versions, BIND(ACCOUNT, value_int(id)));
    *out = NULL;
    for (*n = 0; rows_next(&r); ++*n) {
        *out = arena_grow(a, *out, (size_t)*n, (size_t)*n + 1, sizeof **out);
        (*out)[*n] = (struct recall_version){rows_int(&r, 0),     rows_int(&r, 1),     rows_int(&r, 2),
                                             rows_copy(&r, 3, a), rows_copy(&r, 4, a), rows_copy(&r, 5, a)};
    }
    return rows_end(&r);
}

enum rc recall_texts(struct view *v, struct arena *a, int64_t id, struct recall_text **out, int *n) {
    struct rows r = view_query(v, &q_recall_texts, BIND(ACCOUNT, value_int(id)));
    *out = ARENA_ARRAY(a, LOCALES, struct recall_text);
    for (*n = 0; *n < LOCALES && rows_next(&r); ++*n)
        (*out)[*n] =
            (struct recall_text){rows_copy(&r, 0, a), rows_copy(&r, 1, a), rows_copy(&r, 2, a), rows_copy(&r, 3, a),
                                 rows_copy(&r, 4, a), rows_int(&r, 5),     rows_int(&r, 6)};
    return rows_end(&r);
}

static struct recall_person person_of_row(struct rows *r, struct arena *a) {
    return (struct recall_person){
        .id = rows_int(r, 0),
        .ref = rows_copy(r, 1, a),
        .recall_id = rows_int(r, 2),
        .contact_id = rows_int(r, 3),
        .conversation_id = rows_int(r, 4),
        .lang = rows_copy(r, 5, a),
        .told_n = rows_int(r, 6),
        .told_first = rows_int(r, 7),
        .told_last = rows_int(r, 8),
        .mark = rows_copy(r, 9, a),
        .body = rows_copy(r, 10, a),
        .reviewed_at = rows_int(r, 11),
        .message_id = rows_int(r, 12),
        .tries = rows_int(r, 13),
        .note = rows_copy(r, 14, a),
        .marked_at = rows_int(r, 15),
        .acknowledged_at = rows_int(r, 16),
        .harm = rows_copy(r, 17, a),
        .harm_note = rows_copy(r, 18, a),
        .called_at = rows_int(r, 19),
        .called = rows_copy(r, 20, a),
        .name = rows_copy(r, 21, a),
        .contact_ref = rows_copy(r, 22, a),
        .conversation_ref = rows_copy(r, 23, a),
        .short_ref = rows_copy(r, 24, a),
        .channel = rows_copy(r, 25, a),
        .message_state = rows_copy(r, 26, a),
        .message_reason = rows_copy(r, 27, a),
        .message_ref = rows_copy(r, 28, a),
        .message_at = rows_int(r, 29),
    };
}

static enum rc people_of_rows(struct rows r, struct arena *a, struct recall_person **out, int *n) {
    size_t room = 32;
    *out = ARENA_ARRAY(a, room, struct recall_person);
    for (*n = 0; rows_next(&r); ++*n) {
        if ((size_t)*n == room) {
            *out = arena_grow(a, *out, room, room * 2, sizeof **out);
            room *= 2;
        }
        (*out)[*n] = person_of_row(&r, a);
    }
    return rows_end(&r);
}

enum rc recall_people(struct view *v, struct arena *a, int64_t id, int64_t after_id, int max,
                      struct recall_person **out, int *n) {
    return people_of_rows(
        view_query(v, &q_recall_people,
                   BIND(ACCOUNT, value_int(id), value_int(after_id), value_int(max ? max : INT32_MAX))),
        a, out, n);
}

enum rc recall_of_contact(struct view *v, struct arena *a, int64_t contact_id, struct recall_person **out, int *n) {
    return people_of_rows(view_query(v, &q_recall_of_contact, BIND(ACCOUNT, value_int(contact_id))), a, out, n);
}

enum rc recall_person_by_ref(struct view *v, struct arena *a, const char *ref, struct recall_person *out) {
    struct rows r = view_query(v, &q_recall_person_by_ref, BIND(ACCOUNT, value_text(ref)));
    bool found = rows_next(&r);
    if (found)
        *out = person_of_row(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc recall_people_of(struct view *v, struct arena *a, const int64_t *ids, int ids_n, struct recall_person **out,
                         int *n) {
    enum { AT_ONCE = 20 };
    enum rc rc = RC_OK;
    *out = ARENA_ARRAY(a, (size_t)ids_n + 1, struct recall_person);
    *n = 0;
    for (int from = 0; rc == RC_OK && from < ids_n; from += AT_ONCE) {
        struct value asked[AT_ONCE + 1] = {value_int(ACCOUNT_ID)};
        struct recall_person *found;
        int found_n, some = ids_n - from < AT_ONCE ? ids_n - from : AT_ONCE;
        for (int i = 0; i < AT_ONCE; i++)
            asked[i + 1] = value_int(ids[from + (i < some ? i : 0)]);
        rc = people_of_rows(view_query(v, &q_recall_people_of, asked, AT_ONCE + 1), a, &found, &found_n);
        for (int i = 0; rc == RC_OK && i < some; i++)
            for (int k = 0; k < found_n; k++)
                if (found[k].id == ids[from + i])
                    (*out)[(*n)++] = found[k];
    }
    return rc;
}

static enum rc ref_of(struct rows r, struct arena *a, const char **out) {
    *out = rows_next(&r) ? rows_copy(&r, 0, a) : NULL;
    return rows_end(&r);
}

enum rc recall_neighbours(struct view *v, struct arena *a, const struct recall *r, int64_t id, const char **before,
                          const char **after) {
    struct recall_text *texts;
    const char *langs[LOCALES];
    int n;
    enum rc rc = recall_texts(v, a, r->id, &texts, &n);
    for (int i = 0; rc == RC_OK && i < LOCALES; i++)
        langs[i] = i < n && recall_text_whole(&texts[i]) ? texts[i].lang : "";
    if (rc != RC_OK)
        return rc;
    const struct value asked[] = {
        value_int(ACCOUNT_ID), value_int(r->id),     value_text(r->class == 3 ? "next" : "wait"),
        value_int(id),         value_text(langs[0]), value_text(langs[1]),
        value_text(langs[2]),  value_text(langs[3]), value_text(langs[4])};
    rc = ref_of(view_query(v, &q_recall_before, asked, sizeof asked / sizeof *asked), a, before);
    return rc == RC_OK ? ref_of(view_query(v, &q_recall_after, asked, sizeof asked / sizeof *asked), a, after) : rc;
}

static bool has_text(const struct recall_text *texts, int n, const char *lang) {
    for (int i = 0; i < n; i++)
        if (strcmp(texts[i].lang, lang) == 0)
            return recall_text_whole(&texts[i]);
    return false;
}

enum rc recall_tally(struct view *v, struct arena *a, const struct recall *r, struct recall_counts *out) {
    struct recall_text *texts;
    int n;
    *out = (struct recall_counts){0};
    enum rc rc = recall_texts(v, a, r->id, &texts, &n);
    if (rc != RC_OK)
        return rc;
    struct rows rows = view_query(v, &q_recall_tally, BIND(ACCOUNT, value_int(r->id)));
    while (rows_next(&rows)) {
        const struct recall_person one = {.mark = rows_text(&rows, 0), .body = rows_int(&rows, 2) ? "own" : ""};
        enum recall_state s = recall_judge(&one, has_text(texts, n, rows_text(&rows, 1)));
        out->of[s] += (int)rows_int(&rows, 3);
        out->all += s != RECALL_RIGHT ? (int)rows_int(&rows, 3) : 0;
    }
    return rows_end(&rows);
}

enum rc recall_standing(struct view *v, struct arena *a, const struct recall *r, struct recall_stand **out, int *n,
                        struct recall_counts *counts) {
    struct recall_text *texts;
    int texts_n;
    size_t room = 64;
    *counts = (struct recall_counts){0};
    *out = ARENA_ARRAY(a, room, struct recall_stand);
    *n = 0;
    enum rc rc = recall_texts(v, a, r->id, &texts, &texts_n);
    if (rc != RC_OK)
        return rc;
    struct rows rows = view_query(v, &q_recall_standing, BIND(ACCOUNT, value_int(r->id)));
    for (; rows_next(&rows); ++*n) {
        const char *lang = rows_text(&rows, 2);
        const struct recall_person p = {
            .ref = rows_text(&rows, 1),
            .mark = rows_text(&rows, 3),
            .body = rows_text(&rows, 4),
            .reviewed_at = rows_int(&rows, 5),
            .tries = rows_int(&rows, 6),
            .marked_at = rows_int(&rows, 7),
            .acknowledged_at = rows_int(&rows, 8),
            .harm = rows_text(&rows, 9),
            .called_at = rows_int(&rows, 10),
            .called = rows_text(&rows, 11),
            .channel = rows_text(&rows, 12),
            .message_state = rows_text(&rows, 13),
            .message_at = rows_int(&rows, 14),
        };
        enum recall_state s = recall_judge(&p, has_text(texts, texts_n, lang));
        if ((size_t)*n == room) {
            *out = arena_grow(a, *out, room, room * 2, sizeof **out);
            room *= 2;
        }
        (*out)[*n] = (struct recall_stand){rows_int(&rows, 0), recall_reached_at(&p, s), s, locale_of(lang)};
        recall_count(counts, &p, s);
    }
    rc = rows_end(&rows);
    if (rc == RC_OK)
        recall_count_end(counts, *out, *n, r->class);
    return rc;
}

enum rc recall_progress(struct view *v, const struct recall *r, struct recall_counts *out) {
    struct arena *a = arena_new(0);
    struct recall_stand *list;
    int n;
    enum rc rc = recall_standing(v, a, r, &list, &n, out);
    arena_free(a);
    return rc;
}

/* ---- for the other files ---- */

bool recall_under_way(const struct recall *r) { return !r->closed_at; }

void recall_tell(struct tx *tx, const struct recall *r, const char *kind, struct actor by, const char *code,
                 int64_t amount) {
    event_add(tx, (struct event){kind, by, 0, r->id, code, amount});
}

enum rc recall_store(struct tx *tx, const struct recall *r) {
    return tx_exec(tx, &q_recall_store,
                   BIND(ACCOUNT, value_int(r->id), value_text(r->state), value_id(r->approved_by),
                        value_id(r->approved_at), value_id(r->sent_from_at), value_text(r->cause),
                        value_text(r->prevention), value_text(r->waiver), value_id(r->closed_at),
                        value_id(r->closed_by)));
}

enum rc recall_person_store(struct tx *tx, const struct recall_person *p) {
    return tx_exec(tx, &q_recall_person_store,
                   BIND(ACCOUNT, value_int(p->id), value_text(p->mark), value_text(p->body),
                        value_id(p->reviewed_at), value_id(p->message_id), value_int(p->tries), value_text(p->note),
                        value_id(p->marked_at), value_id(p->acknowledged_at), value_text(p->harm),
                        value_text(p->harm_note), value_id(p->called_at), value_text(p->called)));
}
