/* search.c: what a query asks for, and the conversations that have it.
 *
 * The index gives ids of messages, newest first; what it does not know (status, owner, tags: they change every day)
 * is looked up for forty messages at a time. A query of filters alone goes along the conversations instead. */
#include "desk/search.h"

#include "base/id.h"
#include "base/wall.h"
#include "desk/account.h"
#include "desk/agent.h"
#include "desk/message.h"

#include <stdlib.h>
#include <string.h>

/* $1 account, $2 who asks. What is NULL, or 0 of the last three, is not asked for. */
#define FILTERS                                                                                                    \
    " c.shelf <> 'merged' AND (c.shelf <> 'spam' OR CAST($3 AS TEXT) = 'spam')"                                    \
    " AND (CAST($3 AS TEXT) IS NULL OR c.status = $3) AND (CAST($4 AS TEXT) IS NULL OR c.shelf = $4)"              \
    " AND (CAST($5 AS BIGINT) IS NULL OR coalesce(c.assignee_id, 0) = $5)" TAGGED("$6") TAGGED("$7") TAGGED(       \
        "$8") " AND ($9 = 0 OR c.failed_sends > 0) AND ($10 = 0 OR c.waiting_since IS NOT NULL)"                   \
              " AND ($11 = 0 OR (c.waiting_since IS NOT NULL AND coalesce((SELECT s.message_id FROM "              \
              "conversation_seen s"                                                                                \
              " WHERE s.account_id = $1 AND s.conversation_id = c.id AND s.agent_id = $2), 0) < (SELECT max(u.id)" \
              " FROM message u WHERE u.account_id = $1 AND u.conversation_id = c.id)))"
#define TAGGED(tag)                                                                                                \
    " AND (CAST(" tag " AS BIGINT) IS NULL OR EXISTS (SELECT 1 FROM conversation_tag g WHERE g.account_id = $1"    \
    " AND g.conversation_id = c.id AND g.tag_id = " tag "))"
enum { FILTER_VALUES = 11, CHUNK = 40 };
#define FORTY_IDS_AFTER_FILTERS                                                                                    \
    "$12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, "         \
    "$32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51"
#define FORTY_IDS                                                                                                  \
    "$2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, "            \
    "$23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41"

QUERY(q_search_facts, "SELECT m.id, m.conversation_id FROM message m JOIN conversation c"
                      " ON c.account_id = m.account_id AND c.id = m.conversation_id"
                      " WHERE m.account_id = $1 AND m.id IN (" FORTY_IDS_AFTER_FILTERS
                      ") AND m.state <> 'cancelled' AND" FILTERS " ORDER BY m.id DESC");
/* One for each index that leads to few; SQLite sorts what comes by another order (the plus, docs/sql.md). */
#define LIST(from, where, at, id)                                                                                  \
    "SELECT c.id, c.last_at, c.ref FROM " from " WHERE c.account_id = $1" where " AND (" at ", " id                \
    ") < ($12, $13) AND c.last_at >= $14 AND" FILTERS " ORDER BY " at " DESC, " id " DESC LIMIT $15"
QUERY(q_search_all, LIST("conversation c", "", "c.last_at", "c.id"));
QUERY(q_search_shelf, LIST("conversation c", " AND c.shelf = $4", "c.last_at", "c.id"));
QUERY(q_search_failed, LIST("conversation c", " AND c.failed_sends > 0", "+c.last_at", "c.id"));
QUERY(q_search_waiting,
      LIST("conversation c",
           " AND c.shelf IN ('active', 'pending', 'on_hold', 'snoozed') AND c.waiting_since IS NOT NULL",
           "+c.last_at", "c.id"));
QUERY(q_search_tag,
      LIST("conversation_tag t JOIN conversation c ON c.account_id = t.account_id AND c.id = t.conversation_id",
           " AND t.account_id = $1 AND t.tag_id = $6", "t.last_at", "t.conversation_id"));
QUERY(q_search_texts, "SELECT id, ref, body FROM message WHERE account_id = $1 AND id IN (" FORTY_IDS ")");
QUERY(q_search_words, "SELECT d.words, m.body FROM message m JOIN search_document d ON d.account_id = m.account_id"
                      " AND d.id = m.id WHERE m.account_id = $1 AND m.id = $2");
QUERY(q_search_newer,
      "SELECT id FROM message WHERE account_id = $1 AND conversation_id = $2 AND id >= $3 AND id < $4"
      " AND state <> 'cancelled' ORDER BY id DESC");

/* How the hits of a page are found; the first letter of a cursor, so that the next page goes on in the same way. */
enum way {
    WAY_ADDRESS = 'a', /* the query is the address or telephone of a contact */
    WAY_WORDS = 'w',   /* the last word as it stands … */
    WAY_PREFIX = 'p',  /* … and as the beginning of one */
    WAY_APART = 's',   /* words of Chinese and Thai each for itself */
    WAY_LIST = 'l',    /* filters alone, by last message */
};

struct search {
    struct view *v;
    struct arena *a;
    const struct search_ask *ask;
    struct search_found *out;
    struct search_filters asked;
    struct value filters[FILTER_VALUES];
    const char *contacts;   /* the group of the index that narrows to them; "" anybody */
    bool nobody;            /* from: somebody whom we do not know */
    int64_t from_ms, to_ms; /* after: and before: */
    int64_t referred_id;    /* the conversation whose reference was typed */
    int64_t ids[SEARCH_HITS_MAX], message_ids[SEARCH_HITS_MAX]; /* found so far */
    int n;
};

/* ---- what is asked ---- */

static enum rc flawed(struct search *s, enum search_flaw flaw, const char *bad) {
    s->out->flaw = flaw;
    s->out->bad = bad;
    return RC_INVALID;
}

/* Midnight in the zone, by the offset of that day's noon: no zone changes its clock so that this would be another
 * day. */
static int64_t day_start(const struct search_day *day, const char *zone) {
    static const int before_month[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int64_t y = day->year, past = y - 1;
    int64_t days = y * 365 + past / 4 - past / 100 + past / 400 + before_month[day->month - 1] + day->day - 719528;
    if (day->month > 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0))
        days++;
    int64_t local = days * 86400000;
    return local - wall_offset(zone, local - wall_offset(zone, local));
}

/* People type on-hold as well. */
static const char *status_named(struct arena *a, const char *typed) {
    char *name = arena_copy(a, typed);
    for (char *p = name; *p; p++)
        *p = *p == '-' ? '_' : *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
    return conversation_status_valid(name) ? name : NULL;
}

static enum rc read_is(struct search *s, const char *typed) {
    static const char *const shelves[] = {"pending", "on_hold", "snoozed", "resolved"};
    const char *status = status_named(s->a, typed);
    if (strcasecmp(typed, "open") == 0) { /* new ones too */
        s->filters[3] = value_text("active");
        return RC_OK;
    }
    for (size_t i = 0; status && i < sizeof shelves / sizeof *shelves; i++)
        if (strcmp(shelves[i], status) == 0) {
            s->filters[3] = value_text(shelves[i]);
            return RC_OK;
        }
    if (status) { /* new, closed, spam */
        s->filters[2] = value_text(status);
        s->filters[3] = value_text(conversation_shelf(status));
    } else if (strcasecmp(typed, "unassigned") == 0)
        s->filters[4] = value_int(0);
    else if (strcasecmp(typed, "mine") == 0)
        s->filters[4] = value_int(s->ask->agent_id);
    else if (strcasecmp(typed, "failed") == 0)
        s->filters[8] = value_int(1);
    else if (strcasecmp(typed, "waiting") == 0)
        s->filters[9] = value_int(1);
    else if (strcasecmp(typed, "unread") == 0)
        s->filters[10] = value_int(1);
    else
        return flawed(s, SEARCH_NO_IS, typed);
    return RC_OK;
}

/* "me", "nobody", an address, or words of a name. */
static enum rc read_assignee(struct search *s, const char *typed) {
    struct agent *agents;
    int n;
    if (strcasecmp(typed, "nobody") == 0 || strcasecmp(typed, "none") == 0) {
        s->filters[4] = value_int(0);
        return RC_OK;
    }
    if (strcasecmp(typed, "me") == 0) {
        s->filters[4] = value_int(s->ask->agent_id);
        return RC_OK;
    }
    enum rc rc = agent_list(s->v, s->a, true, &agents, &n);
    const char *phrase = arena_printf(s->a, "\"%s\"", typed);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (strcasecmp(agents[i].email, typed) == 0 || search_holds(s->a, agents[i].name, phrase)) {
            s->filters[4] = value_int(agents[i].id);
            return RC_OK;
        }
    return rc == RC_OK ? flawed(s, SEARCH_NO_AGENT, typed) : rc;
}

static enum rc read_tags(struct search *s) {
    struct tag tag;
    if (s->asked.tags.n > SEARCH_TAGS_MAX)
        return flawed(s, SEARCH_TOO_MANY_TAGS, s->asked.tags.at[SEARCH_TAGS_MAX]);
    for (size_t i = 0; i < s->asked.tags.n; i++) {
        enum rc rc = tag_by_name(s->v, s->a, s->asked.tags.at[i], &tag);
        if (rc == RC_NONE)
            return flawed(s, SEARCH_NO_TAG, s->asked.tags.at[i]);
        if (rc != RC_OK)
            return rc;
        s->filters[5 + i] = value_int(tag.id);
    }
    return RC_OK;
}

static const char *contact_term(struct arena *a, int64_t id) { return arena_printf(a, "c%lld", (long long)id); }

static char *whole_words(struct arena *a, const char *expression) {
    char *out = arena_copy(a, expression), *to = out;
    for (const char *p = expression; *p; p++)
        if (*p != '*')
            *to++ = *p;
    *to = 0;
    return out;
}

static enum rc read_from(struct search *s, const char *typed) {
    int64_t ids[SEARCH_CONTACTS_MAX];
    int n;
    enum rc rc = contact_named(s->v, s->a, typed, 0, SEARCH_CONTACTS_MAX, ids, &n);
    for (int i = 0; rc == RC_OK && i < n; i++)
        s->contacts = arena_printf(s->a, "%s%s%s", s->contacts, i ? "|" : "", contact_term(s->a, ids[i]));
    s->nobody = n == 0;
    return rc;
}

static enum rc read_query(struct search *s) {
    const struct search_filters *f = &s->asked;
    s->asked = search_parse(s->a, s->ask->query ? s->ask->query : "");
    s->contacts = "";
    s->filters[0] = ACCOUNT;
    s->filters[1] = value_int(s->ask->agent_id);
    for (int i = 2; i < FILTER_VALUES; i++)
        s->filters[i] = i < 8 ? value_null() : value_int(0);
    if (f->bad)
        return flawed(s, SEARCH_NO_DAY, f->bad);
    if (f->status) {
        const char *status = status_named(s->a, f->status);
        if (!status)
            return flawed(s, SEARCH_NO_STATUS, f->status);
        s->filters[2] = value_text(status);
        s->filters[3] = value_text(conversation_shelf(status));
    }
    s->from_ms = f->after.year ? day_start(&f->after, s->ask->zone) : 0;
    s->to_ms = f->before.year ? day_start(&f->before, s->ask->zone) : INT64_MAX;
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < f->is.n; i++)
        rc = read_is(s, f->is.at[i]);
    if (rc == RC_OK && f->assignee)
        rc = read_assignee(s, f->assignee);
    if (rc == RC_OK)
        rc = read_tags(s);
    if (rc == RC_OK && f->from)
        rc = read_from(s, f->from);
    if (rc == RC_OK && s->ask->contact_id)
        s->contacts = arena_printf(s->a, "%s%s%s", s->contacts, *s->contacts ? " " : "",
                                   contact_term(s->a, s->ask->contact_id));
    return rc;
}

/* The conversation that "#K7M2QX" or "k7m2qx" names. */
static enum rc find_referred(struct search *s) {
    struct conversation c;
    const char *typed = s->asked.text + strspn(s->asked.text, " #");
    char *ref = arena_copy_n(s->a, typed, strcspn(typed, " "));
    if (strlen(ref) < 6 || strlen(ref) > 8 || typed[strlen(ref) + strspn(typed + strlen(ref), " ")])
        return RC_OK;
    for (char *p = ref; *p; p++)
        *p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
    enum rc rc = conversation_by_short_ref(s->v, s->a, ref, &c);
    for (int i = 0; rc == RC_OK && c.merged_into && i < 20; i++)
        rc = conversation_load(s->v, s->a, c.merged_into, &c);
    if (rc == RC_OK)
        s->referred_id = c.id;
    return rc == RC_NONE ? RC_OK : rc;
}

/* ---- messages that hold it ---- */

static void add(struct search *s, int64_t conversation_id, int64_t message_id) {
    s->ids[s->n] = conversation_id;
    s->message_ids[s->n++] = message_id;
}

static bool has(const struct search *s, int64_t conversation_id) {
    for (int i = 0; i < s->n; i++)
        if (s->ids[i] == conversation_id)
            return true;
    return false;
}

/* Terms say nothing about the order of words. */
static enum rc holds_phrases(struct search *s, int64_t message_id, bool *holds) {
    *holds = true;
    if (!strpbrk(s->asked.text, "\"“”„«»「」"))
        return RC_OK;
    struct rows r = view_query(s->v, &q_search_words, BIND(ACCOUNT, value_int(message_id)));
    if (rows_next(&r)) {
        const char *words = strchr(rows_copy(&r, 0, s->a), '\n');
        *holds = search_holds(s->a, arena_printf(s->a, "%s\n%s", words, rows_text(&r, 1)), s->asked.text);
    }
    return rows_end(&r);
}

/* A page before this one has shown the conversation already when a message between `from_id` and the newest holds
 * it. */
static enum rc shown_before(struct search *s, const char *expression, int64_t conversation_id, int64_t from_id,
                            int64_t to_id, bool *shown) {
    enum rc rc = RC_OK;
    *shown = conversation_id == s->referred_id;
    struct rows r = view_query(s->v, &q_search_newer,
                               BIND(ACCOUNT, value_int(conversation_id), value_int(from_id), value_int(to_id)));
    while (!*shown && rc == RC_OK && rows_next(&r)) {
        int64_t id = rows_int(&r, 0), hit;
        int n;
        rc = view_search(s->v, SEARCH_MESSAGES, ACCOUNT_ID, expression, id - 1, id + 1, 1, &hit, &n);
        if (rc == RC_OK && n)
            rc = holds_phrases(s, id, shown);
    }
    enum rc ended = rows_end(&r);
    return rc == RC_OK ? ended : rc;
}

struct scan {
    const char *expression;
    int64_t after_id, before_id; /* by the filters */
    int64_t cursor_id;           /* what comes before it; the newest of the page before had a larger one */
};

/* Of at most CHUNK hits those whose conversation passes the filters and is new to the list. *last is the last
 * looked at. */
static enum rc take(struct search *s, const struct scan *x, const int64_t *ids, int n, int64_t *last) {
    struct value values[FILTER_VALUES + CHUNK];
    struct {
        int64_t message, conversation;
    } passed[CHUNK];
    int passed_n = 0;
    memcpy(values, s->filters, sizeof s->filters);
    for (int i = 0; i < CHUNK; i++)
        values[FILTER_VALUES + i] = value_id(i < n ? ids[i] : 0);
    struct rows r = view_query(s->v, &q_search_facts, values, FILTER_VALUES + CHUNK);
    for (; passed_n < CHUNK && rows_next(&r); passed_n++) {
        passed[passed_n].message = rows_int(&r, 0);
        passed[passed_n].conversation = rows_int(&r, 1);
    }
    enum rc rc = rows_end(&r);
    for (int i = 0; rc == RC_OK && i < passed_n && s->n <= s->ask->max; i++) {
        bool holds = true, shown = false;
        if (has(s, passed[i].conversation))
            continue;
        rc = holds_phrases(s, passed[i].message, &holds);
        if (rc == RC_OK && holds && s->ask->cursor)
            rc = shown_before(s, x->expression, passed[i].conversation, x->cursor_id, x->before_id, &shown);
        if (rc == RC_OK && holds && !shown)
            add(s, passed[i].conversation, passed[i].message);
    }
    *last = ids[n - 1];
    return rc;
}

/* Fills the page with one hit more than it shows, if there are so many. *stopped: where it gave up; 0: it did not.
 */
static enum rc scan(struct search *s, const struct scan *x, int64_t *stopped) {
    enum { BATCH_MOST = 4096 };
    int batch = CHUNK, looked = 0, n = batch;
    int64_t *ids = ARENA_ARRAY(s->a, BATCH_MOST, int64_t), before = x->cursor_id;
    enum rc rc = RC_OK;
    while (rc == RC_OK && s->n <= s->ask->max && n == batch && looked < SEARCH_LOOKED_MAX) {
        batch = looked ? (batch * 4 < BATCH_MOST ? batch * 4 : BATCH_MOST) : batch;
        rc = view_search(s->v, SEARCH_MESSAGES, ACCOUNT_ID, x->expression, x->after_id, before, batch, ids, &n);
        for (int i = 0; rc == RC_OK && i < n && s->n <= s->ask->max; i += CHUNK)
            rc = take(s, x, ids + i, n - i < CHUNK ? n - i : CHUNK, &before);
        looked += n;
    }
    *stopped = rc == RC_OK && s->n <= s->ask->max && n == batch ? before : 0;
    return rc;
}

static enum rc cursor_of_message(struct search *s, enum way way, int64_t id) {
    struct message m;
    enum rc rc = message_load(s->v, s->a, id, &m);
    if (rc == RC_OK)
        s->out->older = arena_printf(s->a, "%c%s", way, m.ref);
    return rc;
}

/* "" when this way is none for the query. */
static const char *expression_of(struct search *s, enum way way) {
    const char *words = search_terms_for_query(s->a, s->asked.text);
    if (way == WAY_ADDRESS) {
        struct contact contact;
        if (contact_typed(s->v, s->a, s->asked.text, &contact) != RC_OK)
            return "";
        words = contact_term(s->a, contact.id);
    } else if (way == WAY_WORDS) {
        words = whole_words(s->a, words);
    } else if (way == WAY_APART) {
        words = search_terms_for_query(s->a, search_words_apart(s->a, s->asked.text));
        if (!*words)
            return "";
    }
    return *words && *s->contacts ? arena_printf(s->a, "%s %s", words, s->contacts) : *words ? words : s->contacts;
}

static enum rc find_messages(struct search *s, enum way way, int64_t cursor_id) {
    int64_t stopped;
    struct scan x = {
        .expression = expression_of(s, way),
        .after_id = s->from_ms ? id_at(s->from_ms) - 1 : 0,
        .before_id = s->to_ms == INT64_MAX ? INT64_MAX : id_at(s->to_ms),
    };
    x.cursor_id = cursor_id ? cursor_id : x.before_id;
    if (!*x.expression || s->nobody)
        return RC_OK;
    int first = s->n;
    enum rc rc = scan(s, &x, &stopped);
    bool more = s->n > s->ask->max;
    s->n = more ? s->ask->max : s->n;
    if (rc == RC_OK && more && s->n > first)
        rc = cursor_of_message(s, way, s->message_ids[s->n - 1]);
    else if (rc == RC_OK && stopped)
        rc = cursor_of_message(s, way, stopped);
    return rc;
}

/* ---- filters alone ---- */

static enum rc find_listed(struct search *s, int64_t at, int64_t id) {
    struct value values[FILTER_VALUES + 4];
    bool more = false;
    memcpy(values, s->filters, sizeof s->filters);
    values[FILTER_VALUES] = value_int(at < s->to_ms ? at : s->to_ms);
    values[FILTER_VALUES + 1] = value_int(at < s->to_ms ? id : 0);
    values[FILTER_VALUES + 2] = value_int(s->from_ms);
    values[FILTER_VALUES + 3] = value_int(s->ask->max + 1);
    struct query *q = s->filters[5].kind != VALUE_NULL                ? &q_search_tag
                      : s->filters[8].number                          ? &q_search_failed
                      : s->filters[3].kind != VALUE_NULL              ? &q_search_shelf
                      : s->filters[9].number || s->filters[10].number ? &q_search_waiting
                                                                      : &q_search_all;
    struct rows r = view_query(s->v, q, values, FILTER_VALUES + 4);
    while (rows_next(&r)) {
        more = s->n == s->ask->max;
        if (more)
            break;
        s->out->older = arena_printf(s->a, "%c%lld.%s", WAY_LIST, (long long)rows_int(&r, 1), rows_text(&r, 2));
        add(s, rows_int(&r, 0), 0);
    }
    if (!more)
        s->out->older = NULL;
    return rows_end(&r);
}

/* ---- what is shown ---- */

static enum rc load_texts(struct search *s, struct search_hit *hits) {
    struct value values[1 + CHUNK] = {ACCOUNT};
    for (int i = 0; i < CHUNK; i++)
        values[1 + i] = value_id(i < s->n ? s->message_ids[i] : 0);
    struct rows r = view_query(s->v, &q_search_texts, values, 1 + CHUNK);
    while (rows_next(&r))
        for (int i = 0; i < s->n; i++)
            if (s->message_ids[i] == rows_int(&r, 0)) {
                hits[i].message_ref = rows_copy(&r, 1, s->a);
                hits[i].snippet = marked_snippet(s->a, rows_text(&r, 2), s->asked.text);
            }
    return rows_end(&r);
}

static enum rc fill_hits(struct search *s) {
    struct list_row *rows;
    int rows_n, kept = 0;
    struct search_hit *hits = ARENA_ARRAY(s->a, SEARCH_HITS_MAX, struct search_hit);
    enum rc rc = conversation_list_of(s->v, s->a, s->ask->agent_id, s->ids, s->n, &rows, &rows_n);
    if (rc == RC_OK)
        rc = load_texts(s, hits);
    for (int i = 0; rc == RC_OK && i < s->n; i++)
        for (int k = 0; k < rows_n; k++)
            if (rows[k].id == s->ids[i]) {
                struct search_hit hit = hits[i];
                hit.row = rows[k];
                hit.who = marked_whole(s->a, rows[k].contact_name, s->asked.text);
                hit.subject = marked_whole(s->a, rows[k].subject, s->asked.text);
                hits[kept++] = hit;
                break;
            }
    s->out->hits = hits;
    s->out->n = kept;
    return rc;
}

static enum rc first_page(struct search *s) {
    enum { CONTACTS_SHOWN = 3 };
    enum rc rc = RC_OK;
    if (s->asked.text[0])
        rc = find_referred(s);
    if (rc == RC_OK && s->referred_id)
        add(s, s->referred_id, 0);
    if (rc == RC_OK && s->asked.text[0] && !s->ask->contact_id)
        rc = contact_search(s->v, s->a, s->asked.text, 0, CONTACTS_SHOWN, &s->out->contacts, &s->out->contacts_n);
    int first = s->n;
    if (rc == RC_OK)
        rc = find_messages(s, WAY_ADDRESS, 0);
    if (s->n > first && !strchr(s->asked.text, '@'))
        return rc; /* of her telephone, which texts write in other ways; an address finds itself among the words */
    if (rc == RC_OK && s->n == first)
        rc = find_messages(s, WAY_WORDS, 0);
    if (rc == RC_OK && !s->out->older && s->n < s->ask->max &&
        strcmp(expression_of(s, WAY_WORDS), expression_of(s, WAY_PREFIX)) != 0) {
        s->n = first;
        rc = find_messages(s, WAY_PREFIX, 0);
    }
    if (rc == RC_OK && s->n == first && !s->out->older &&
        strcmp(expression_of(s, WAY_APART), expression_of(s, WAY_PREFIX)) != 0)
        rc = find_messages(s, WAY_APART, 0);
    return rc;
}

static enum rc next_page(struct search *s, const char *cursor) {
    struct message m;
    if (!strchr("awps", *cursor) || !id_ref_valid(cursor + 1, "msg"))
        return RC_INVALID;
    enum rc rc = find_referred(s);
    if (rc == RC_OK)
        rc = message_by_ref(s->v, s->a, cursor + 1, &m);
    return rc == RC_OK ? find_messages(s, (enum way) * cursor, m.id) : rc == RC_NONE ? RC_INVALID : rc;
}

static enum rc list_page(struct search *s, const char *cursor) {
    struct conversation c;
    char *end;
    if (!cursor)
        return find_listed(s, INT64_MAX, INT64_MAX);
    int64_t at = strtoll(cursor + 1, &end, 10);
    if (*cursor != WAY_LIST || *end != '.' || !id_ref_valid(end + 1, "con"))
        return RC_INVALID;
    enum rc rc = conversation_by_ref(s->v, s->a, end + 1, &c);
    return rc == RC_OK ? find_listed(s, at, c.id) : rc == RC_NONE ? RC_INVALID : rc;
}

enum rc search_conversations(struct view *v, struct arena *a, const struct search_ask *ask,
                             struct search_found *out) {
    struct search *s = ARENA_NEW(a, struct search);
    *out = (struct search_found){0};
    *s = (struct search){.v = v, .a = a, .ask = ask, .out = out};
    enum rc rc = read_query(s);
    if (rc != RC_OK)
        return rc;
    bool filters_alone = !*search_terms_for_query(a, s->asked.text) && !*s->contacts && !s->nobody;
    if (filters_alone)
        rc = list_page(s, ask->cursor);
    else if (ask->cursor)
        rc = next_page(s, ask->cursor);
    else
        rc = first_page(s);
    return rc == RC_OK ? fill_hits(s) : rc;
}
