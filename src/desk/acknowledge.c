#include "desk/acknowledge.h"

#include "base/buf.h"
#include "base/say.h"
#include "base/secret.h"
#include "base/tr.h"
#include "desk/account.h"
#include "desk/hours.h"
#include "desk/job.h"
#include "desk/message.h"
#include "desk/visitor.h"

#include <string.h>

enum { TAG_CHARS = 20, FORGOTTEN_AT_ONCE = 500, HOUR_MS = 3600 * 1000 };

QUERY(q_acknowledge_take, "INSERT INTO acknowledgement (account_id, sender_tag, sent_at) VALUES ($1, $2, $3)"
                          " ON CONFLICT (account_id, sender_tag) DO UPDATE SET sent_at = excluded.sent_at"
                          " WHERE acknowledgement.sent_at <= $4");
QUERY(q_acknowledge_drop, "DELETE FROM acknowledgement WHERE account_id = $1 AND sender_tag = $2");
QUERY(q_acknowledge_hour, "SELECT count(*) FROM acknowledgement WHERE account_id = $1 AND sent_at > $2");
QUERY(q_acknowledge_forget,
      "DELETE FROM acknowledgement WHERE account_id = $1 AND sender_tag IN (SELECT sender_tag FROM acknowledgement"
      " WHERE account_id = $1 AND sent_at <= $2 ORDER BY sent_at LIMIT $3)");
QUERY(q_acknowledge_spammer, "SELECT count(*) FROM (SELECT 1 FROM conversation WHERE account_id = $1"
                             " AND contact_id = $2 AND shelf = 'spam' LIMIT 1) AS one");

/* ---- rules ---- */

const char *acknowledge_refused(const struct acknowledge_case *x) {
    bool asked_in_writing = strcmp(x->channel, "email") == 0 || strcmp(x->channel, "form") == 0;
    return !asked_in_writing                    ? "channel"
           : strcmp(x->from_kind, "email") != 0 ? "no_address"
           : x->no_answer                       ? "no_answer"
           : x->own_address                     ? "own_address"
           : x->known_spammer                   ? "spam"
           : x->had_one                         ? "had_one"
           : x->this_hour >= ACKNOWLEDGE_HOURLY ? "too_many"
                                                : NULL;
}

char *acknowledge_text(struct arena *a, enum locale locale, const struct acknowledge_words *w) {
    struct buf out = {0}, hole = {0};
    tr_fill(&out, tr(locale, "We have your message, and a person will answer it. Your reference is {ref}."), "ref",
            w->short_ref, NULL);
    if (w->wait_ms >= 0) {
        say_duration(&hole, locale, w->wait_ms);
        buf_lit(&out, "\n\n");
        tr_fill(&out, tr(locale, "At present nine of ten customers have their answer within {time}."), "time",
                hole.at, NULL);
        buf_reset(&hole);
    }
    if (w->opens_at) {
        say_full(&hole, locale, w->zone, w->opens_at);
        buf_lit(&out, "\n\n");
        tr_fill(&out, tr(locale, "We are closed just now and are back on {when}."), "when", hole.at, NULL);
    }
    buf_lit(&out, "\n\n");
    buf_str(&out, tr(locale, "This is an automatic confirmation. To add something, simply answer this mail."));
    char *text = arena_copy(a, out.at);
    buf_free(&out);
    buf_free(&hole);
    return text;
}

/* ---- verbs ---- */

static enum rc look_at_sender(struct tx *tx, const struct conversation *c, const char *from, int64_t now,
                              struct acknowledge_case *x) {
    struct arena *a = tx_arena(tx);
    struct inbox own;
    int64_t spam = 0;
    char *plain = arena_copy(a, from), *plus = strchr(plain, '+'), *at = strrchr(plain, '@');
    if (plus && at && plus < at)
        memmove(plus, at, strlen(at) + 1);
    enum rc rc = inbox_by_address(tx_view(tx), a, plain, &own);
    if (rc != RC_OK && rc != RC_NONE)
        return rc;
    x->own_address = rc == RC_OK;
    rc = view_int(tx_view(tx), &q_acknowledge_spammer, BIND(ACCOUNT, value_int(c->contact_id)), 0, &spam);
    x->known_spammer = spam;
    if (rc == RC_OK)
        rc = view_int(tx_view(tx), &q_acknowledge_hour, BIND(ACCOUNT, value_int(now - HOUR_MS)), 0, &x->this_hour);
    return rc;
}

static const char *tag_of(struct arena *a, const char *address) {
    return secret_tag(a, SECRET_ADDRESS, "acknowledged", address, TAG_CHARS);
}

/* Her pause begins, unless it is under way. */
static enum rc take_turn(struct tx *tx, const char *from, int64_t now, bool *had_one) {
    const char *tag = tag_of(tx_arena(tx), from);
    enum rc rc = tx_exec(tx, &q_acknowledge_take,
                         BIND(ACCOUNT, value_text(tag), value_int(now), value_int(now - ACKNOWLEDGE_PAUSE_MS)));
    *had_one = rc == RC_OK && !tx_changes(tx);
    return rc;
}

static enum rc words_for(struct view *v, const struct inbox *inbox, const struct account *account, struct arena *a,
                         struct acknowledge_words *w) {
    struct hours hours;
    enum rc rc = visitor_wait(v, inbox->id, w->now, &w->wait_ms);
    if (rc == RC_OK)
        rc = hours_load(v, a, inbox->team_id, &hours);
    if (rc == RC_OK && hours.set)
        w->opens_at = hours_opens_at(&hours, account->zone, w->now);
    w->zone = account->zone;
    return rc;
}

enum rc acknowledge_new(struct tx *tx, const struct inbox *inbox, struct conversation *c, const char *from_kind,
                        const char *from, const char *channel, bool no_answer, int64_t now) {
    struct acknowledge_case x = {
        .channel = channel, .from_kind = from_kind ? from_kind : "", .no_answer = no_answer};
    struct acknowledge_words words = {.short_ref = c->short_ref, .now = now};
    struct account account;
    if (acknowledge_refused(&x))
        return RC_OK;
    enum rc rc = look_at_sender(tx, c, from, now, &x);
    if (rc != RC_OK || acknowledge_refused(&x))
        return rc;
    rc = take_turn(tx, from, now, &x.had_one);
    if (rc != RC_OK || acknowledge_refused(&x))
        return rc;
    rc = account_load(tx_view(tx), tx_arena(tx), &account);
    if (rc == RC_OK)
        rc = words_for(tx_view(tx), inbox, &account, tx_arena(tx), &words);
    if (rc != RC_OK)
        return rc;
    struct message m = {
        .conversation_id = c->id,
        .kind = "bot",
        .channel = "email",
        .body = acknowledge_text(tx_arena(tx), locale_of(*c->lang ? c->lang : account.lang), &words),
        .state = "queued",
        .mail_to = from,
        .auto_kind = ACKNOWLEDGEMENT,
        .send_at = now,
        .created_at = now,
    };
    rc = message_add(tx, &m);
    if (rc == RC_OK)
        rc = job_add(tx, JOB_SEND_MAIL, m.id, now);
    if (rc != RC_OK)
        return rc;
    c->message_count++;
    event_add(tx, (struct event){"message.queued", {ACTOR_SYSTEM}, c->id, m.id, ACKNOWLEDGEMENT});
    return RC_OK;
}

enum rc acknowledge_forget_sender(struct tx *tx, const char *address) {
    return tx_exec(tx, &q_acknowledge_drop, BIND(ACCOUNT, value_text(tag_of(tx_arena(tx), address))));
}

enum rc acknowledge_forget(struct tx *tx, int64_t now, bool *more) {
    enum rc rc = tx_exec(tx, &q_acknowledge_forget,
                         BIND(ACCOUNT, value_int(now - ACKNOWLEDGE_PAUSE_MS), value_int(FORGOTTEN_AT_ONCE)));
    *more = rc == RC_OK && tx_changes(tx) == FORGOTTEN_AT_ONCE;
    return rc;
}
