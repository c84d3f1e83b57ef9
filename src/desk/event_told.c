#include "desk/event_told.h"

#include "desk/account.h"

#include <string.h>

enum noun {
    NONE,
    AGENT,
    ARTICLE,
    CONTACT,
    CONVERSATION,
    MESSAGE,
    MUST_READ,
    PREVENTION,
    PROMISE,
    RECALL,
    RECOVERY,
    TAG,
    TEAM,
    NOUNS
};

QUERY(q_told_agent, "SELECT ref FROM agent WHERE account_id = $1 AND id = $2");
QUERY(q_told_article, "SELECT ref FROM article WHERE account_id = $1 AND id = $2");
QUERY(q_told_contact, "SELECT ref FROM contact WHERE account_id = $1 AND id = $2");
QUERY(q_told_conversation, "SELECT ref FROM conversation WHERE account_id = $1 AND id = $2");
QUERY(q_told_message, "SELECT ref FROM message WHERE account_id = $1 AND id = $2");
QUERY(q_told_must_read, "SELECT ref FROM must_read WHERE account_id = $1 AND id = $2");
QUERY(q_told_prevention, "SELECT ref FROM prevention WHERE account_id = $1 AND id = $2");
QUERY(q_told_promise, "SELECT ref FROM promise WHERE account_id = $1 AND id = $2");
QUERY(q_told_recall, "SELECT ref FROM recall WHERE account_id = $1 AND id = $2");
QUERY(q_told_recovery, "SELECT ref FROM recovery WHERE account_id = $1 AND id = $2");
QUERY(q_told_tag, "SELECT ref FROM tag WHERE account_id = $1 AND id = $2");
QUERY(q_told_team, "SELECT ref FROM team WHERE account_id = $1 AND id = $2");

static struct query *const ref_of[NOUNS] = {
    [AGENT] = &q_told_agent,
    [ARTICLE] = &q_told_article,
    [CONTACT] = &q_told_contact,
    [CONVERSATION] = &q_told_conversation,
    [MESSAGE] = &q_told_message,
    [MUST_READ] = &q_told_must_read,
    [PREVENTION] = &q_told_prevention,
    [PROMISE] = &q_told_promise,
    [RECALL] = &q_told_recall,
    [RECOVERY] = &q_told_recovery,
    [TAG] = &q_told_tag,
    [TEAM] = &q_told_team,
};

/* The first row whose beginning fits. What is in none is not told. */
static const struct {
    const char *begins;
    enum noun subject; /* as docs/events.md says it of this kind */
} told[] = {
    {"conversation.assigned", AGENT},
    {"conversation.mentioned", AGENT},
    {"conversation.careful_taken", AGENT},
    {"conversation.team_changed", TEAM},
    {"conversation.tagged", TAG},
    {"conversation.untagged", TAG},
    {"conversation.merged", CONVERSATION},
    {"conversation.unmerged", CONVERSATION},
    {"conversation.created", CONVERSATION},
    {"conversation.contact_known", CONTACT},
    {"conversation.erased", CONTACT},
    {"conversation.", MESSAGE},
    {"message.", MESSAGE},
    {"note.", MESSAGE},
    {"file.sensitive", MESSAGE},
    {"promise.", PROMISE},
    {"recovery.", RECOVERY},
    {"prevention.", PREVENTION},
    {"refund_to.copied", CONTACT},
    {"refund_to.", NONE},
    {"contact.", CONTACT},
    {"article.", ARTICLE},
    {"must_read.", MUST_READ},
    {"recall.", RECALL},
};
enum { TOLD = sizeof told / sizeof *told };

static int row_of(const char *kind) {
    int i = 0;
    while (i < TOLD && strncmp(told[i].begins, kind, strlen(told[i].begins)) != 0)
        i++;
    return i;
}

bool event_is_told(const char *kind) { return row_of(kind) < TOLD; }

/* *ref stays "" when there is no such row (any more). */
static enum rc find_ref(struct view *v, struct arena *a, enum noun noun, int64_t id, const char **ref) {
    *ref = "";
    if (!id || !ref_of[noun])
        return RC_OK;
    struct rows r = view_query(v, ref_of[noun], BIND(ACCOUNT, value_int(id)));
    if (rows_next(&r))
        *ref = rows_copy(&r, 0, a);
    return rows_end(&r);
}

/* To whom something was handed is an inner number in the row: who owns it now, its noun says. */
static bool is_handed(const char *kind) {
    const char *dot = strchr(kind, '.');
    return dot && strcmp(dot, ".handed") == 0;
}

static enum rc tell(struct view *v, struct arena *a, const struct event *e, struct event_told *out) {
    bool agent = e->actor.kind == ACTOR_AGENT || e->actor.kind == ACTOR_TOKEN;
    *out = (struct event_told){
        .seq = e->seq,
        .at = e->at,
        .amount = is_handed(e->kind) ? 0 : e->amount,
        .kind = e->kind,
        .by = e->actor_name,
        .code = e->code,
    };
    enum rc rc = find_ref(v, a, CONVERSATION, e->conversation_id, &out->conversation);
    if (rc == RC_OK)
        rc = find_ref(v, a, told[row_of(e->kind)].subject, e->subject_id, &out->subject);
    return rc == RC_OK ? find_ref(v, a, agent ? AGENT : NONE, e->actor.id, &out->agent) : rc;
}

enum rc event_told_after(struct view *v, struct arena *a, int64_t seq, int max, struct event_told **out, int *n,
                         int64_t *next, bool *more) {
    struct event *events;
    int events_n;
    *n = 0;
    enum rc rc = event_after(v, a, seq, max, &events, &events_n);
    if (rc != RC_OK)
        return rc;
    *out = ARENA_ARRAY(a, (size_t)events_n + 1, struct event_told);
    for (int i = 0; rc == RC_OK && i < events_n; i++)
        if (event_is_told(events[i].kind))
            rc = tell(v, a, &events[i], &(*out)[(*n)++]);
    *next = events_n ? events[events_n - 1].seq : seq;
    *more = events_n == max;
    return rc;
}

static void text_or_null(struct jw *j, const char *key, const char *text) {
    jw_text(j, key, text && *text ? text : NULL);
}

void event_told_write(struct buf *out, const char *webhook, const struct event_told *events, int n, int64_t next) {
    struct jw j = jw_begin(out);
    jw_object(&j, NULL);
    jw_text(&j, "webhook", webhook);
    jw_array(&j, "data");
    for (int i = 0; i < n; i++) {
        const struct event_told *e = &events[i];
        jw_object(&j, NULL);
        jw_int(&j, "seq", e->seq);
        jw_time(&j, "at", e->at);
        jw_text(&j, "kind", e->kind);
        text_or_null(&j, "conversation", e->conversation);
        text_or_null(&j, "subject", e->subject);
        jw_text(&j, "by", e->by);
        text_or_null(&j, "agent", e->agent);
        text_or_null(&j, "code", e->code);
        jw_int(&j, "amount", e->amount);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_int(&j, "next_after", next);
    jw_object_end(&j);
}
