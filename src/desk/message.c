#include "desk/message.h"

#include "base/id.h"
#include "base/utf8.h"
#include "desk/account.h"
#include "desk/blob.h"
#include "desk/search.h"
#include "text/mask.h"

#include <string.h>

#define MESSAGE_SELECT                                                                                             \
    "SELECT m.id, m.conversation_id, m.home_id, m.agent_id, m.contact_id, m.state_at, m.send_at, m.created_at,"    \
    " m.ref, m.kind, m.channel, m.body, m.quoted, m.state, m.state_reason, m.mail_id, m.mail_references,"          \
    " m.mail_from, m.mail_to, m.mail_cc, m.auto_kind, ag.name, ct.name, m.has_html, m.unverified, m.masked,"       \
    " ag.ref, ct.ref, m.courtesy, m.turn_id, m.incomplete, m.mail_with, m.erased"                                  \
    " FROM message m LEFT JOIN agent ag ON ag.account_id = m.account_id AND ag.id = m.agent_id"                    \
    " LEFT JOIN contact ct ON ct.account_id = m.account_id AND ct.id = m.contact_id WHERE m.account_id = $1"
/* A plus before an id that is ordered by: docs/sql.md. */
QUERY(q_message_load, MESSAGE_SELECT " AND m.id = $2");
QUERY(q_message_by_ref, MESSAGE_SELECT " AND m.ref = $2");
QUERY(q_message_by_mail_id, MESSAGE_SELECT " AND m.mail_id = $2 ORDER BY +m.id DESC LIMIT 1");
QUERY(q_message_list, MESSAGE_SELECT " AND m.conversation_id = $2 AND m.id > $3 AND m.state <> 'cancelled'"
                                     " ORDER BY m.id LIMIT $4");
QUERY(q_message_page, MESSAGE_SELECT " AND m.conversation_id = $2 AND m.id < $3 AND m.state <> 'cancelled'"
                                     " ORDER BY m.id DESC LIMIT $4");
QUERY(q_message_last_customer, MESSAGE_SELECT " AND m.conversation_id = $2 AND m.kind = 'customer'"
                                              " AND m.mail_id IS NOT NULL ORDER BY m.id DESC LIMIT 1");
QUERY(q_message_add,
      "INSERT INTO message (account_id, id, ref, conversation_id, home_id, kind, channel, agent_id,"
      " contact_id, body, quoted, has_html, state, state_reason, state_at, send_at, mail_id,"
      " mail_references, mail_from, mail_to, mail_cc, auto_kind, unverified, masked, created_at, courtesy, turn_id,"
      " incomplete)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,"
      " $20, $21, $22, $23, $24, $25, $26, $27, $28)");
QUERY(q_message_state, "UPDATE message SET state = $4, state_reason = $5, send_at = $6, state_at = $7"
                       " WHERE account_id = $1 AND id = $2 AND state = $3");
QUERY(q_message_set_mail, "UPDATE message SET mail_id = $3, mail_references = $4, mail_from = $5"
                          " WHERE account_id = $1 AND id = $2");
QUERY(q_message_carry_state, "UPDATE message SET state = $3, state_reason = $4, send_at = $5, state_at = $6"
                             " WHERE account_id = $1 AND mail_with = $2");
QUERY(q_message_carried, MESSAGE_SELECT " AND m.mail_with = $2 ORDER BY +m.id LIMIT $3");
QUERY(q_html_add, "INSERT INTO message_html (account_id, message_id, html) VALUES ($1, $2, $3)");
QUERY(q_html_load, "SELECT html FROM message_html WHERE account_id = $1 AND message_id = $2");

#define ATTACHMENT_COLUMNS                                                                                         \
    "id, message_id, blob_id, size, ref, name, type, content_id, inline_shown, sensitive_at, dropped_at"
QUERY(q_attachment_add,
      "INSERT INTO attachment (account_id, id, ref, message_id, blob_id, name, type, size, content_id,"
      " inline_shown, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
QUERY(q_attachment_list, "SELECT " ATTACHMENT_COLUMNS " FROM attachment WHERE account_id = $1 AND message_id = $2"
                         " ORDER BY +id");
QUERY(q_attachments_between,
      "SELECT f.id, f.message_id, f.blob_id, f.size, f.ref, f.name, f.type, f.content_id, f.inline_shown,"
      " f.sensitive_at, f.dropped_at FROM message m JOIN attachment f ON f.account_id = m.account_id"
      " AND f.message_id = m.id WHERE m.account_id = $1 AND m.conversation_id = $2 AND m.id >= $3 AND m.id <= $4"
      " ORDER BY m.id, f.id");
QUERY(q_attachment_by_ref, "SELECT " ATTACHMENT_COLUMNS " FROM attachment WHERE account_id = $1 AND ref = $2");

static struct message read_message(struct rows *r, struct arena *a) {
    return (struct message){
        .id = rows_int(r, 0),
        .conversation_id = rows_int(r, 1),
        .home_id = rows_int(r, 2),
        .agent_id = rows_int(r, 3),
        .contact_id = rows_int(r, 4),
        .state_at = rows_int(r, 5),
        .send_at = rows_int(r, 6),
        .created_at = rows_int(r, 7),
        .ref = rows_copy(r, 8, a),
        .kind = rows_copy(r, 9, a),
        .channel = rows_copy(r, 10, a),
        .body = rows_copy(r, 11, a),
        .quoted = rows_copy(r, 12, a),
        .state = rows_copy(r, 13, a),
        .state_reason = rows_copy(r, 14, a),
        .mail_id = rows_copy(r, 15, a),
        .mail_references = rows_copy(r, 16, a),
        .mail_from = rows_copy(r, 17, a),
        .mail_to = rows_copy(r, 18, a),
        .mail_cc = rows_copy(r, 19, a),
        .auto_kind = rows_copy(r, 20, a),
        .agent_name = rows_copy(r, 21, a),
        .contact_name = rows_copy(r, 22, a),
        .has_html = rows_int(r, 23),
        .unverified = rows_int(r, 24),
        .masked = (int)rows_int(r, 25),
        .agent_ref = rows_copy(r, 26, a),
        .contact_ref = rows_copy(r, 27, a),
        .courtesy = rows_copy(r, 28, a),
        .turn_id = rows_int(r, 29),
        .incomplete = rows_int(r, 30),
        .mail_with = rows_int(r, 31),
        .erased = rows_int(r, 32),
    };
}

static enum rc one_message(struct rows r, struct arena *a, struct message *out) {
    bool found = rows_next(&r);
    if (found)
        *out = read_message(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc message_load(struct view *v, struct arena *a, int64_t id, struct message *out) {
    return one_message(view_query(v, &q_message_load, BIND(ACCOUNT, value_int(id))), a, out);
}

enum rc message_by_ref(struct view *v, struct arena *a, const char *ref, struct message *out) {
    return one_message(view_query(v, &q_message_by_ref, BIND(ACCOUNT, value_text(ref))), a, out);
}

enum rc message_by_mail_id(struct view *v, struct arena *a, const char *mail_id, struct message *out) {
    return one_message(view_query(v, &q_message_by_mail_id, BIND(ACCOUNT, value_text(mail_id))), a, out);
}

enum rc message_last_of_customer(struct view *v, struct arena *a, int64_t conversation_id, struct message *out) {
    return one_message(view_query(v, &q_message_last_customer, BIND(ACCOUNT, value_int(conversation_id))), a, out);
}

enum rc message_list(struct view *v, struct arena *a, int64_t conversation_id, int64_t after_id, int max,
                     struct message **out, int *n) {
    *out = ARENA_ARRAY(a, (size_t)max, struct message);
    struct rows r = view_query(v, &q_message_list,
                               BIND(ACCOUNT, value_int(conversation_id), value_int(after_id), value_int(max)));
    for (*n = 0; *n < max && rows_next(&r); ++*n)
        (*out)[*n] = read_message(&r, a);
    return rows_end(&r);
}

enum rc message_page(struct view *v, struct arena *a, int64_t conversation_id, int64_t before_id, int max,
                     struct message **out, int *n) {
    struct message *back = ARENA_ARRAY(a, (size_t)max, struct message);
    struct rows r = view_query(
        v, &q_message_page,
        BIND(ACCOUNT, value_int(conversation_id), value_int(before_id ? before_id : INT64_MAX), value_int(max)));
    int first = max;
    while (first > 0 && rows_next(&r))
        back[--first] = read_message(&r, a);
    *out = back + first;
    *n = max - first;
    return rows_end(&r);
}

enum rc message_html(struct view *v, struct arena *a, int64_t id, const char **html) {
    struct rows r = view_query(v, &q_html_load, BIND(ACCOUNT, value_int(id)));
    *html = rows_next(&r) ? rows_copy(&r, 0, a) : NULL;
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !*html ? RC_NONE : rc;
}

static struct value text(const char *s) { return value_text(s ? s : ""); }

enum rc message_add(struct tx *tx, struct message *m) {
    if (!m->id)
        m->id = id_new();
    if (!m->ref)
        m->ref = id_ref(tx_arena(tx), "msg");
    if (!m->home_id)
        m->home_id = m->conversation_id;
    search_index_message(tx, m->id);
    return tx_exec(tx, &q_message_add,
                   BIND(ACCOUNT, value_int(m->id), value_text(m->ref), value_int(m->conversation_id),
                        value_int(m->home_id), value_text(m->kind), value_text(m->channel), value_id(m->agent_id),
                        value_id(m->contact_id), text(m->body), text(m->quoted), value_int(m->has_html),
                        value_text(m->state), text(m->state_reason), value_int(m->created_at), value_id(m->send_at),
                        value_text(m->mail_id), text(m->mail_references), text(m->mail_from), text(m->mail_to),
                        text(m->mail_cc), text(m->auto_kind), value_int(m->unverified), value_int(m->masked),
                        value_int(m->created_at), text(m->courtesy), value_id(m->turn_id),
                        value_int(m->incomplete)));
}

enum rc message_add_html(struct tx *tx, int64_t message_id, const char *html) {
    return tx_exec(tx, &q_html_add, BIND(ACCOUNT, value_int(message_id), value_text(html)));
}

bool message_may_be_undone(const struct message *m, int64_t now) {
    return strcmp(m->state, "queued") == 0 && !*m->state_reason && m->send_at > now;
}

enum rc message_set_state(struct tx *tx, struct message *m, const char *from, const char *to, const char *reason,
                          int64_t send_at, int64_t now) {
    enum rc rc = tx_exec(tx, &q_message_state,
                         BIND(ACCOUNT, value_int(m->id), value_text(from), value_text(to), text(reason),
                              value_id(send_at), value_int(now)));
    if (rc == RC_OK && !tx_changes(tx))
        return RC_CONFLICT;
    m->state = to;
    m->state_reason = reason ? reason : "";
    m->send_at = send_at;
    return rc;
}

enum rc message_carry_state(struct tx *tx, const struct message *m, int64_t now) {
    return tx_exec(tx, &q_message_carry_state,
                   BIND(ACCOUNT, value_int(m->id), value_text(m->state), text(m->state_reason),
                        value_id(m->send_at), value_int(now)));
}

enum rc message_carried(struct view *v, struct arena *a, int64_t id, struct message **out, int *n) {
    *out = ARENA_ARRAY(a, CARRIED_MAX, struct message);
    struct rows r = view_query(v, &q_message_carried, BIND(ACCOUNT, value_int(id), value_int(CARRIED_MAX)));
    for (*n = 0; *n < CARRIED_MAX && rows_next(&r); ++*n)
        (*out)[*n] = read_message(&r, a);
    return rows_end(&r);
}

enum rc message_set_mail(struct tx *tx, int64_t id, const char *mail_id, const char *references, const char *from) {
    return tx_exec(tx, &q_message_set_mail,
                   BIND(ACCOUNT, value_int(id), value_text(mail_id), value_text(references), value_text(from)));
}

/* ---- attachments ---- */

static struct attachment read_attachment(struct rows *r, struct arena *a) {
    return (struct attachment){
        .id = rows_int(r, 0),
        .message_id = rows_int(r, 1),
        .blob_id = rows_int(r, 2),
        .size = rows_int(r, 3),
        .ref = rows_copy(r, 4, a),
        .name = rows_copy(r, 5, a),
        .type = rows_copy(r, 6, a),
        .content_id = rows_copy(r, 7, a),
        .inline_shown = rows_int(r, 8),
        .sensitive_at = rows_int(r, 9),
        .dropped_at = rows_int(r, 10),
    };
}

enum rc attachment_add(struct tx *tx, int64_t message_id, struct attachment *x, int64_t now) {
    enum rc rc = blob_put(tx, SECRET_FILE, x->bytes, now, &x->blob_id);
    if (rc != RC_OK)
        return rc;
    x->id = id_new();
    x->ref = id_ref(tx_arena(tx), "att");
    x->message_id = message_id;
    if (message_id)
        search_index_message(tx, message_id);
    x->size = (int64_t)x->bytes.len;
    return tx_exec(tx, &q_attachment_add,
                   BIND(ACCOUNT, value_int(x->id), value_text(x->ref), value_id(message_id), value_int(x->blob_id),
                        value_text(mask_text(tx_arena(tx), x->name, MASK_PRIVATE)), text(x->type),
                        value_int(x->size), text(x->content_id), value_int(x->inline_shown), value_int(now)));
}

enum rc attachment_list(struct view *v, struct arena *a, int64_t message_id, struct attachment **out, int *n) {
    int room = 0;
    *out = NULL;
    *n = 0;
    struct rows r = view_query(v, &q_attachment_list, BIND(ACCOUNT, value_int(message_id)));
    while (rows_next(&r)) {
        if (*n == room) {
            room = room ? room * 2 : 4;
            *out = arena_grow(a, *out, (size_t)*n, (size_t)room, sizeof **out);
        }
        (*out)[(*n)++] = read_attachment(&r, a);
    }
    return rows_end(&r);
}

enum rc message_files(struct view *v, struct arena *a, struct message *list, int n) {
    if (!n)
        return RC_OK;
    int room = 0, read = 0, taken = 0;
    struct attachment *files = NULL;
    struct rows r = view_query(
        v, &q_attachments_between,
        BIND(ACCOUNT, value_int(list[0].conversation_id), value_int(list[0].id), value_int(list[n - 1].id)));
    while (rows_next(&r)) {
        if (read == room) {
            room = room ? room * 2 : 8;
            files = arena_grow(a, files, (size_t)read, (size_t)room, sizeof *files);
        }
        files[read++] = read_attachment(&r, a);
    }
    for (int i = 0; i < n; i++) {
        while (taken < read && files[taken].message_id < list[i].id)
            taken++; /* of a message that was left out */
        list[i].files = files ? files + taken : NULL;
        for (list[i].files_n = 0; taken < read && files[taken].message_id == list[i].id; taken++)
            list[i].files_n++;
    }
    return rows_end(&r);
}

enum rc attachment_by_ref(struct view *v, struct arena *a, const char *ref, struct attachment *out) {
    struct rows r = view_query(v, &q_attachment_by_ref, BIND(ACCOUNT, value_text(ref)));
    bool found = rows_next(&r);
    if (found)
        *out = read_attachment(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

char *message_preview(struct arena *a, const char *body) {
    while (*body == '\n' || *body == ' ' || *body == '\t' || *body == '>')
        body++;
    size_t line = strcspn(body, "\n");
    size_t n = utf8_fit(body, line, PREVIEW_MAX);
    return n < line ? arena_printf(a, "%.*s…", (int)n, body) : arena_copy_n(a, body, n);
}
