#include "desk/visitor.h"

#include "base/id.h"
#include "base/secret.h"
#include "base/tr.h"
#include "desk/account.h"
#include "desk/article.h"
#include "desk/contact.h"
#include "desk/job.h"

#include <stdlib.h>
#include <string.h>

#define VISITOR_COLUMNS                                                                                            \
    "v.id, v.inbox_id, v.contact_id, v.conversation_id, v.created_at, v.seen_at, v.identity, v.email, "            \
    "v.address_tag"
QUERY(q_visitor_by_token, "SELECT " VISITOR_COLUMNS " FROM visitor v WHERE v.account_id = $1 AND v.token_hash = $2"
                          " AND v.seen_at > $3");
QUERY(q_visitor_of_conversation, "SELECT " VISITOR_COLUMNS " FROM visitor v WHERE v.account_id = $1"
                                 " AND v.conversation_id = $2 ORDER BY v.seen_at DESC, v.id DESC LIMIT 1");
QUERY(q_visitor_of_merged,
      "SELECT " VISITOR_COLUMNS " FROM visitor v JOIN conversation_merge k"
      " ON k.account_id = v.account_id AND k.from_id = v.conversation_id AND k.undone_at IS NULL"
      " WHERE v.account_id = $1 AND k.into_id = $2 AND v.contact_id = $3 AND v.identity <> ''"
      " ORDER BY v.seen_at DESC, v.id DESC LIMIT 1");
QUERY(q_visitor_add,
      "INSERT INTO visitor (account_id, id, token_hash, inbox_id, contact_id, conversation_id, identity,"
      " email, address_tag, created_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
QUERY(q_visitor_save,
      "UPDATE visitor SET contact_id = $3, conversation_id = $4, identity = $5, email = $6, seen_at = $7"
      " WHERE account_id = $1 AND id = $2");
QUERY(q_visitor_starts, "SELECT count(*) FROM visitor WHERE account_id = $1 AND address_tag = $2 AND seen_at > $3"
                        " AND created_at > $3");
QUERY(q_visitor_said, "SELECT count(*) FROM message WHERE account_id = $1 AND conversation_id = $2"
                      " AND kind = 'customer' AND id > $3");
QUERY(q_address_said, "SELECT count(*) FROM visitor v JOIN message m ON m.account_id = v.account_id"
                      " AND m.conversation_id = v.conversation_id AND m.kind = 'customer' AND m.id > $4"
                      " WHERE v.account_id = $1 AND v.address_tag = $2 AND v.seen_at > $3");
QUERY(q_visitor_last_conversation, "SELECT id FROM conversation WHERE account_id = $1 AND contact_id = $2"
                                   " AND inbox_id = $3 AND shelf <> 'spam' AND status <> 'closed'"
                                   " ORDER BY last_at DESC, id DESC LIMIT 1");
QUERY(q_visitor_messages_given, "UPDATE message SET contact_id = $4 WHERE account_id = $1 AND conversation_id = $2"
                                " AND contact_id = $3");
QUERY(q_visitor_saw,
      "UPDATE message SET state = 'seen', state_at = $4 WHERE account_id = $1 AND conversation_id = $2"
      " AND id <= $3 AND state = 'sent' AND channel = 'chat'");
QUERY(q_visitor_purge,
      "DELETE FROM visitor WHERE account_id = $1 AND id IN (SELECT id FROM visitor"
      " WHERE account_id = $1 AND conversation_id IS NULL AND seen_at < $2 ORDER BY seen_at LIMIT $3)");
QUERY(q_visitor_read_by_us,
      "SELECT m.ref FROM message m WHERE m.account_id = $1 AND m.conversation_id = $2"
      " AND m.kind = 'customer' AND m.id <= (SELECT max(s.message_id) FROM conversation_seen s"
      " WHERE s.account_id = $1 AND s.conversation_id = $2) ORDER BY m.id DESC LIMIT 1");
QUERY(q_visitor_first_mail, "SELECT min(id) FROM message WHERE account_id = $1 AND conversation_id = $2"
                            " AND kind = 'customer' AND channel = 'email'");
QUERY(q_visitor_waits, "SELECT created_at, first_reply_at FROM conversation WHERE account_id = $1 AND inbox_id = $2"
                       " AND created_at > $3 AND shelf <> 'spam' ORDER BY created_at DESC LIMIT $4");

/* ---- rows ---- */

static enum rc one_visitor(struct rows r, struct arena *a, struct visitor *out) {
    bool found = rows_next(&r);
    if (found)
        *out = (struct visitor){
            .id = rows_int(&r, 0),
            .inbox_id = rows_int(&r, 1),
            .contact_id = rows_int(&r, 2),
            .conversation_id = rows_int(&r, 3),
            .created_at = rows_int(&r, 4),
            .seen_at = rows_int(&r, 5),
            .identity = rows_copy(&r, 6, a),
            .email = rows_copy(&r, 7, a),
            .address_tag = rows_copy(&r, 8, a),
        };
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

static struct bytes token_hash(const char *token, uint8_t hash[SHA256_SIZE]) {
    sha256((struct bytes){(const uint8_t *)token, strlen(token)}, hash);
    return (struct bytes){hash, SHA256_SIZE};
}

enum rc visitor_by_token(struct view *v, struct arena *a, const char *token, int64_t now, struct visitor *out) {
    uint8_t hash[SHA256_SIZE];
    return one_visitor(view_query(v, &q_visitor_by_token,
                                  BIND(ACCOUNT, value_bytes(token_hash(token, hash)),
                                       value_int(now - VISITOR_LIFE_DAYS * (int64_t)24 * 3600 * 1000))),
                       a, out);
}

enum rc visitor_of_conversation(struct view *v, struct arena *a, const struct conversation *c,
                                struct visitor *out) {
    enum rc rc = one_visitor(view_query(v, &q_visitor_of_conversation, BIND(ACCOUNT, value_int(c->id))), a, out);
    return rc != RC_NONE ? rc
                         : one_visitor(view_query(v, &q_visitor_of_merged,
                                                  BIND(ACCOUNT, value_int(c->id), value_int(c->contact_id))),
                                       a, out);
}

static enum rc visitor_save(struct tx *tx, const struct visitor *x) {
    return tx_exec(tx, &q_visitor_save,
                   BIND(ACCOUNT, value_int(x->id), value_id(x->contact_id), value_id(x->conversation_id),
                        value_text(x->identity), value_text(x->email), value_int(x->seen_at)));
}

bool visitor_is_present(const struct visitor *visitor, int64_t now) {
    return now - visitor->seen_at <= VISITOR_PRESENT_MS;
}

char *visitor_address_tag(struct arena *a, const char *address) {
    return secret_tag(a, SECRET_SESSION, "visitor address", address, 20);
}

/* ---- who she is ---- */

/* Her point of kind site. Points are folded to small letters, but "Ab" and "aB" are two users: what folding would
 * change is written as %41. */
static char *point_of_user(struct arena *a, const struct inbox *inbox, const char *id) {
    struct buf out = {0};
    for (const unsigned char *p = (const unsigned char *)id; *p; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || (*p && strchr("-_.@", *p));
        if (plain)
            buf_char(&out, (char)*p);
        else
            buf_printf(&out, "%%%02x", *p);
    }
    char *point = arena_printf(a, "%s/user/%s", inbox->ref, out.at);
    buf_free(&out);
    return point;
}

static char *point_of_nobody(struct arena *a, const struct inbox *inbox, const struct visitor *x) {
    uint8_t id[8];
    for (int i = 0; i < 8; i++)
        id[i] = (uint8_t)(x->id >> (56 - 8 * i));
    return arena_printf(a, "%s/visitor/%s", inbox->ref, base32(a, (struct bytes){id, sizeof id}));
}

static char *point_of(struct arena *a, const struct inbox *inbox, const struct visitor *x) {
    return *x->identity ? point_of_user(a, inbox, x->identity) : point_of_nobody(a, inbox, x);
}

/* Until somebody learns it: "Visitor K7QX". */
static char *placeholder_name(struct arena *a, const struct inbox *inbox) {
    return arena_printf(a, "%s %s", tr(locale_of(inbox->lang), "Visitor"), id_short_ref(a, 4));
}

static bool is_placeholder(const struct inbox *inbox, const char *name) {
    const char *word = tr(locale_of(inbox->lang), "Visitor");
    size_t n = strlen(word);
    return strncmp(name, word, n) == 0 && name[n] == ' ' && strlen(name + n) == 5;
}

static bool plausible_email(const char *s) {
    const char *at = strrchr(s, '@');
    return at && at > s && strchr(at, '.') && !s[strcspn(s, " <>\"\t\r\n,;")] && strchr(s, '@') == at &&
           strlen(s) <= 254;
}

/* The contact whom the site means: who came by this id before; else, if the site has checked the address, who is
 * known by it; else somebody new. */
static enum rc contact_of_user(struct tx *tx, const struct visitor_ask *ask, int64_t now, struct contact *out) {
    struct arena *a = tx_arena(tx);
    const struct site_user *user = ask->user;
    const char *point = point_of_user(a, ask->inbox, user->id);
    bool has_email = plausible_email(user->email), vouched = has_email && user->email_vouched;
    enum rc rc = contact_by_point(tx_view(tx), a, "site", point, out);
    if (rc == RC_NONE && vouched) {
        rc = contact_by_point(tx_view(tx), a, "email", user->email, out);
        if (rc == RC_OK)
            rc = contact_point_add(tx, out->id, "site", point, now);
    }
    const char *name = *user->name ? user->name : has_email ? contact_fold(a, "email", user->email) : user->id;
    if (rc == RC_NONE)
        rc = contact_find_or_create(tx, "site", point, name, ask->lang, now, out);
    if (rc == RC_OK && has_email) {
        rc = contact_point_add(tx, out->id, "email", user->email, now);
        rc = rc == RC_CONFLICT ? RC_OK : rc; /* somebody is known by it; it stays an address for answers */
    }
    return rc;
}

/* What she wrote while nobody knew her is hers. */
static enum rc give_conversation(struct tx *tx, const struct visitor *x, int64_t contact_id) {
    struct conversation c;
    if (!x->conversation_id || !x->contact_id || x->contact_id == contact_id)
        return RC_OK;
    enum rc rc = conversation_load(tx_view(tx), tx_arena(tx), x->conversation_id, &c);
    if (rc != RC_OK || c.contact_id != x->contact_id)
        return rc;
    c.contact_id = contact_id;
    rc = conversation_save(tx, &c);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_visitor_messages_given,
                     BIND(ACCOUNT, value_int(c.id), value_int(x->contact_id), value_int(contact_id)));
    if (rc == RC_OK)
        rc = article_use_follow(tx, c.id, c.id);
    if (rc == RC_OK)
        event_add(tx, (struct event){"conversation.contact_known", {ACTOR_CONTACT, contact_id}, c.id, contact_id});
    return rc;
}

static enum rc become_user(struct tx *tx, const struct visitor_ask *ask, int64_t now, struct visitor *x) {
    struct contact contact;
    enum rc rc = contact_of_user(tx, ask, now, &contact);
    if (rc == RC_OK)
        rc = give_conversation(tx, x, contact.id);
    if (rc != RC_OK)
        return rc;
    x->contact_id = contact.id;
    x->identity = ask->user->id;
    if (!*x->email && plausible_email(ask->user->email))
        x->email = contact_fold(tx_arena(tx), "email", ask->user->email);
    if (!x->conversation_id) /* she goes on where she was on another device */
        rc = view_int(tx_view(tx), &q_visitor_last_conversation,
                      BIND(ACCOUNT, value_int(contact.id), value_int(ask->inbox->id)), 0, &x->conversation_id);
    return rc;
}

/* ---- start ---- */

static enum rc visitor_create(struct tx *tx, const struct visitor_ask *ask, int64_t now, struct visitor *x,
                              char **token) {
    uint8_t random[20], hash[SHA256_SIZE];
    int64_t starts;
    enum rc rc =
        view_int(tx_view(tx), &q_visitor_starts,
                 BIND(ACCOUNT, value_text(ask->address_tag), value_int(now - VISITOR_START_WINDOW_MS)), 0, &starts);
    if (rc != RC_OK || starts >= VISITOR_ADDRESS_STARTS)
        return rc != RC_OK ? rc : RC_TOO_MANY;
    secret_random(random, sizeof random);
    *token = base32(tx_arena(tx), (struct bytes){random, sizeof random});
    *x = (struct visitor){
        .id = id_new(),
        .inbox_id = ask->inbox->id,
        .identity = "",
        .email = "",
        .address_tag = ask->address_tag,
        .created_at = now,
        .seen_at = now,
    };
    if (ask->user)
        rc = become_user(tx, ask, now, x);
    if (rc != RC_OK)
        return rc;
    return tx_exec(tx, &q_visitor_add,
                   BIND(ACCOUNT, value_int(x->id), value_bytes(token_hash(*token, hash)), value_int(x->inbox_id),
                        value_id(x->contact_id), value_id(x->conversation_id), value_text(x->identity),
                        value_text(x->email), value_text(x->address_tag), value_int(now), value_int(now)));
}

enum rc visitor_start(struct tx *tx, const struct visitor_ask *ask, int64_t now, struct visitor *x, char **token) {
    *token = NULL;
    enum rc rc = ask->token ? visitor_by_token(tx_view(tx), tx_arena(tx), ask->token, now, x) : RC_NONE;
    bool hers = rc == RC_OK && x->inbox_id == ask->inbox->id &&
                (!ask->user || !*x->identity || strcmp(x->identity, ask->user->id) == 0);
    if (rc != RC_OK && rc != RC_NONE)
        return rc;
    if (!hers)
        return visitor_create(tx, ask, now, x, token);
    x->seen_at = now;
    rc = ask->user && !*x->identity ? become_user(tx, ask, now, x) : RC_OK;
    return rc != RC_OK ? rc : visitor_save(tx, x);
}

/* ---- what she does ---- */

static bool message_id_is_good(const char *id) {
    size_t n = strlen(id);
    return n >= 8 && n <= 40 && n == strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
}

static enum rc too_fast(struct view *v, const struct visitor *x, int64_t now, bool *fast) {
    int64_t mine = 0, all = 0, minute_ago = now - 60 * 1000;
    enum rc rc = RC_OK;
    if (x->conversation_id)
        rc = view_int(v, &q_visitor_said,
                      BIND(ACCOUNT, value_int(x->conversation_id), value_int(id_at(minute_ago))), 0, &mine);
    if (rc == RC_OK)
        rc =
            view_int(v, &q_address_said,
                     BIND(ACCOUNT, value_text(x->address_tag), value_int(minute_ago), value_int(id_at(minute_ago))),
                     0, &all);
    *fast = mine >= VISITOR_MESSAGES_A_MINUTE || all >= VISITOR_ADDRESS_MESSAGES_A_MINUTE;
    return rc;
}

enum rc visitor_say(struct tx *tx, struct visitor *x, const struct inbox *inbox, const struct visitor_message *m,
                    int64_t now, struct intake_result *out) {
    struct arena *a = tx_arena(tx);
    struct conversation c;
    bool fast;
    if (!message_id_is_good(m->id) || m->parts_n > VISITOR_PARTS_MAX)
        return RC_INVALID;
    enum rc rc = visitor_conversation(tx_view(tx), a, x, &c);
    const char *ref = rc == RC_OK ? c.ref : NULL;
    if (rc == RC_OK || rc == RC_NONE)
        rc = too_fast(tx_view(tx), x, now, &fast);
    if (rc != RC_OK || fast)
        return rc != RC_OK ? rc : RC_TOO_MANY;
    const char *first = m->body && *m->body ? m->body : m->parts_n ? m->parts[0].name : "";
    struct inbound in = {
        .channel = "chat",
        .inbox_id = inbox->id,
        .from_kind = "site",
        .from = point_of(a, inbox, x),
        .from_name = *x->identity || x->contact_id ? NULL : placeholder_name(a, inbox),
        .lang = m->lang,
        .subject = ref ? NULL : message_preview(a, first),
        .body = m->body,
        .conversation_ref = ref,
        /* Tells the same message sent again, and holds together the mails that may answer it later. */
        .mail_id = arena_printf(a, "%s.%s@chat.invalid", m->id, inbox->ref),
        .parts = m->parts,
        .parts_n = m->parts_n,
    };
    rc = intake_accept(tx, &in, now, out);
    if (rc != RC_OK)
        return rc;
    x->contact_id = out->message.contact_id;
    x->conversation_id = out->conversation.id;
    x->seen_at = now;
    return visitor_save(tx, x);
}

/* What she has not seen is looked at again when she has had the time to. */
static enum rc mail_the_unseen(struct tx *tx, const struct visitor *x, int64_t now) {
    struct conversation c;
    enum rc rc = visitor_conversation(tx_view(tx), tx_arena(tx), x, &c);
    if (rc != RC_OK)
        return rc == RC_NONE ? RC_OK : rc;
    return job_add(tx, JOB_CHAT_BY_MAIL, c.id, now + VISITOR_MAIL_AFTER_MS);
}

enum rc visitor_set_email(struct tx *tx, struct visitor *x, const char *email, int64_t now) {
    struct contact contact;
    struct inbox inbox;
    email = contact_fold(tx_arena(tx), "email", email);
    if (!plausible_email(email))
        return RC_INVALID;
    x->email = email;
    x->seen_at = now;
    enum rc rc = visitor_save(tx, x);
    if (rc == RC_OK)
        rc = mail_the_unseen(tx, x, now);
    if (rc != RC_OK || !x->contact_id)
        return rc;
    rc = contact_load(tx_view(tx), tx_arena(tx), x->contact_id, &contact);
    if (rc == RC_OK)
        rc = inbox_load(tx_view(tx), tx_arena(tx), x->inbox_id, &inbox);
    if (rc != RC_OK)
        return rc;
    /* Somebody else's address stays with her: it is used for this chat alone. */
    rc = contact_point_add(tx, contact.id, "email", email, now);
    if (rc == RC_OK && is_placeholder(&inbox, contact.name)) {
        contact.name = email;
        rc = contact_save(tx, &contact, 0, now);
    }
    return rc == RC_CONFLICT ? RC_OK : rc;
}

enum rc visitor_here(struct tx *tx, struct visitor *x, const char *message_ref, int64_t now) {
    struct conversation c;
    struct message m;
    x->seen_at = now;
    enum rc rc = visitor_save(tx, x);
    if (rc != RC_OK || !message_ref)
        return rc;
    rc = visitor_conversation(tx_view(tx), tx_arena(tx), x, &c);
    if (rc == RC_OK)
        rc = message_by_ref(tx_view(tx), tx_arena(tx), message_ref, &m);
    if (rc != RC_OK || m.conversation_id != c.id)
        return rc == RC_NONE ? RC_OK : rc;
    rc = tx_exec(tx, &q_visitor_saw, BIND(ACCOUNT, value_int(c.id), value_int(m.id), value_int(now)));
    if (rc == RC_OK && tx_changes(tx))
        event_add(tx, (struct event){"message.seen", {ACTOR_CONTACT, x->contact_id}, c.id, m.id});
    return rc;
}

enum rc visitor_purge(struct tx *tx, int64_t now, bool *more) {
    enum { AT_ONCE = 500 };
    enum rc rc = tx_exec(
        tx, &q_visitor_purge,
        BIND(ACCOUNT, value_int(now - VISITOR_SILENT_DAYS * (int64_t)24 * 3600 * 1000), value_int(AT_ONCE)));
    *more = rc == RC_OK && tx_changes(tx) == AT_ONCE;
    return rc;
}

/* ---- what she sees ---- */

/* Is this, where merges took her conversation, still hers? Only the same contact's is; and an unknown visitor
 * cannot be told from somebody who typed another's address, so to her a merge is the end. Pure. */
static bool is_hers(const struct visitor *x, const struct conversation *c) {
    return c->contact_id == x->contact_id && (c->id == x->conversation_id || *x->identity);
}

static enum rc follow(struct view *v, struct arena *a, const struct visitor *x, struct conversation *out) {
    if (!x->conversation_id)
        return RC_NONE;
    enum rc rc = conversation_load(v, a, x->conversation_id, out);
    for (int i = 0; rc == RC_OK && out->merged_into && i < 20; i++)
        rc = conversation_load(v, a, out->merged_into, out);
    return rc;
}

enum rc visitor_conversation(struct view *v, struct arena *a, const struct visitor *x, struct conversation *out) {
    enum rc rc = follow(v, a, x, out);
    return rc == RC_OK && !is_hers(x, out) ? RC_NONE : rc;
}

/* Notes are ours alone; an answer that can still be taken back is not there yet; a stranger's mail into the
 * conversation is not hers; of a conversation that is not hers any more, only what came in hers; and unless the
 * site vouches for her, what was written by mail since `first_mail` is for whoever has the mailbox. Pure. */
static bool may_see(const struct message *m, const struct visitor *x, const struct conversation *c,
                    int64_t first_mail) {
    bool in_hers = is_hers(x, c) || m->home_id == x->conversation_id;
    bool by_mail = first_mail && m->id >= first_mail && strcmp(m->channel, "chat") != 0;
    return in_hers && !m->unverified && (*x->identity || !by_mail) && strcmp(m->kind, "note") != 0;
}

static bool is_there_yet(const struct message *m, int64_t now) { return !message_may_be_undone(m, now); }

enum rc visitor_messages(struct view *v, struct arena *a, const struct visitor *x, const char *after_ref,
                         int64_t now, struct visitor_shown *out) {
    struct conversation c;
    struct message after = {0}, *list;
    int64_t first_mail = 0;
    int n = 0;
    *out = (struct visitor_shown){0};
    enum rc rc = follow(v, a, x, &c);
    if (rc == RC_OK)
        rc = view_int(v, &q_visitor_first_mail, BIND(ACCOUNT, value_int(c.id)), 0, &first_mail);
    if (rc == RC_OK && after_ref)
        rc = message_by_ref(v, a, after_ref, &after);
    if (rc != RC_OK)
        return rc == RC_NONE ? RC_OK : rc;
    int64_t again = id_at(now - 2 * 60 * 1000), from = after.id < again ? after.id : again;
    rc = after_ref ? message_list(v, a, c.id, from, VISITOR_HISTORY, &list, &n)
                   : message_page(v, a, c.id, 0, VISITOR_HISTORY, &list, &n);
    out->messages = list;
    out->went_by_mail = first_mail && !*x->identity && is_hers(x, &c);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (may_see(&list[i], x, &c, first_mail) && is_there_yet(&list[i], now))
            list[out->n++] = list[i];
    return rc;
}

enum rc visitor_read_by_us(struct view *v, struct arena *a, const struct visitor *x, const char **message_ref) {
    struct conversation c;
    *message_ref = NULL;
    enum rc rc = visitor_conversation(v, a, x, &c);
    if (rc != RC_OK)
        return rc == RC_NONE ? RC_OK : rc;
    struct rows r = view_query(v, &q_visitor_read_by_us, BIND(ACCOUNT, value_int(c.id)));
    if (rows_next(&r))
        *message_ref = rows_copy(&r, 0, a);
    return rows_end(&r);
}

/* ---- the wait ---- */

static int by_size(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int64_t visitor_wait_of(int64_t *waits, int n) {
    if (n < VISITOR_WAIT_SAMPLES)
        return -1;
    qsort(waits, (size_t)n, sizeof *waits, by_size);
    return waits[(n * 9 + 9) / 10 - 1];
}

/* Who still waits counts with the time so far, or those who were never answered would not count at all; but not
 * before an hour, for somebody who has just come tells nothing yet. */
enum rc visitor_wait(struct view *v, int64_t inbox_id, int64_t now, int64_t *ms) {
    enum { MOST = 500, HOUR = 3600 * 1000 };
    int64_t waits[MOST];
    int n = 0;
    struct rows r =
        view_query(v, &q_visitor_waits,
                   BIND(ACCOUNT, value_int(inbox_id), value_int(now - (int64_t)7 * 24 * HOUR), value_int(MOST)));
    while (rows_next(&r) && n < MOST) {
        int64_t since = rows_int(&r, 0), answered = rows_int(&r, 1);
        if (answered || now - since > HOUR)
            waits[n++] = (answered ? answered : now) - since;
    }
    *ms = visitor_wait_of(waits, n);
    return rows_end(&r);
}
