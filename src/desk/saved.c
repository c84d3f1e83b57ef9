/* saved.c: saved replies and their variables (reply.h). */
#include "base/buf.h"
#include "base/id.h"
#include "desk/account.h"
#include "desk/event.h"
#include "desk/reply.h"
#include "text/mask.h"

#include <string.h>

QUERY(q_saved_list,
      "SELECT id, ref, name, lang, body, changed_at FROM saved_reply WHERE account_id = $1 ORDER BY name, id");
QUERY(q_saved_by_ref,
      "SELECT id, ref, name, lang, body, changed_at FROM saved_reply WHERE account_id = $1 AND ref = $2");
QUERY(q_saved_add, "INSERT INTO saved_reply (account_id, id, ref, name, lang, body, created_at, changed_at)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $7)");
QUERY(q_saved_save, "UPDATE saved_reply SET name = $3, lang = $4, body = $5, changed_at = $6"
                    " WHERE account_id = $1 AND id = $2");
QUERY(q_saved_delete, "DELETE FROM saved_reply WHERE account_id = $1 AND id = $2");

static struct saved_reply read_saved(struct rows *r, struct arena *a) {
    return (struct saved_reply){rows_int(r, 0),     rows_copy(r, 1, a), rows_copy(r, 2, a),
                                rows_copy(r, 3, a), rows_copy(r, 4, a), rows_int(r, 5)};
}

enum rc saved_list(struct view *v, struct arena *a, struct saved_reply **out, int *n) {
    int room = 0;
    *out = NULL;
    *n = 0;
    struct rows r = view_query(v, &q_saved_list, BIND(ACCOUNT));
    while (rows_next(&r)) {
        if (*n == room) {
            room = room ? room * 2 : 16;
            *out = arena_grow(a, *out, (size_t)*n, (size_t)room, sizeof **out);
        }
        (*out)[(*n)++] = read_saved(&r, a);
    }
    return rows_end(&r);
}

enum rc saved_by_ref(struct view *v, struct arena *a, const char *ref, struct saved_reply *out) {
    struct rows r = view_query(v, &q_saved_by_ref, BIND(ACCOUNT, value_text(ref)));
    bool found = rows_next(&r);
    if (found)
        *out = read_saved(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc saved_save(struct tx *tx, struct saved_reply *x, int64_t by_agent, int64_t now) {
    enum rc rc;
    if (!*x->name || !*x->body)
        return RC_INVALID;
    if (x->id) {
        rc = tx_exec(tx, &q_saved_save,
                     BIND(ACCOUNT, value_int(x->id), value_text(x->name), value_text(x->lang), value_text(x->body),
                          value_int(now)));
    } else {
        x->id = id_new();
        x->ref = id_ref(tx_arena(tx), "rep");
        rc = tx_exec(tx, &q_saved_add,
                     BIND(ACCOUNT, value_int(x->id), value_text(x->ref), value_text(x->name), value_text(x->lang),
                          value_text(x->body), value_int(now)));
    }
    if (rc == RC_OK)
        event_add(
            tx, (struct event){"saved_reply.changed", {by_agent ? ACTOR_AGENT : ACTOR_SYSTEM, by_agent}, 0, x->id});
    return rc;
}

enum rc saved_delete(struct tx *tx, int64_t id) {
    return tx_exec(tx, &q_saved_delete, BIND(ACCOUNT, value_int(id)));
}

const char *saved_secret(struct arena *a, const char *text, bool *code) {
    const unsigned codes = 1u << MASK_PIN | 1u << MASK_OTP | 1u << MASK_PASSWORD;
    struct mask_spans spans = mask_find(a, text, strlen(text), MASK_PRIVATE & ~(1u << MASK_IBAN));
    const struct mask_span *found = NULL;
    *code = true;
    for (size_t i = 0; i < spans.n; i++) {
        bool is_code = codes & 1u << spans.at[i].kind;
        if (found && (is_code || !*code))
            continue;
        found = &spans.at[i];
        *code = is_code;
    }
    return found ? arena_copy_n(a, text + found->byte_start, found->byte_end - found->byte_start) : NULL;
}

/* ---- variables ---- */

/* What is said when it is not known how somebody wants to be addressed: polite, and wrong for nobody. */
static const struct neutral {
    const char *lang, *address, *self;
} neutral_forms[] = {
    {"vi", "anh/chị", "em"},
    {"zh", "您", "我"},
    {"th", "คุณลูกค้า", "ทางเรา"},
    {"en", "", "I"},
};

static const struct neutral *neutral_for(const char *lang) {
    for (size_t i = 0; i < sizeof neutral_forms / sizeof *neutral_forms; i++)
        if (lang && strncmp(neutral_forms[i].lang, lang, 2) == 0)
            return &neutral_forms[i];
    return &neutral_forms[3];
}

static bool empty(const char *s) { return !s || !*s; }

static const char *const variables[SAVED_VARIABLES] = {
    "customer.address", "customer.call_name", "customer.name", "agent.self", "agent.name", "polite", "ref",
    "company",
};

const char *saved_variable(int i) { return variables[i]; }

static const char *value_of(const char *name, size_t n, const struct saved_values *v) {
    const struct neutral *neutral = neutral_for(v->lang);
    const char *const values[SAVED_VARIABLES] = {
        empty(v->customer_address) ? neutral->address : v->customer_address,
        v->customer_call_name,
        v->customer_name,
        empty(v->agent_self) ? neutral->self : v->agent_self,
        v->agent_name,
        v->agent_particle,
        v->conversation_ref,
        v->company,
    };
    for (int i = 0; i < SAVED_VARIABLES; i++)
        if (strlen(variables[i]) == n && strncmp(variables[i], name, n) == 0)
            return values[i] ? values[i] : "";
    return NULL;
}

/* What looks like a variable: small letters, points and low lines between braces. Other braces are the writer's
 * own. */
const char *saved_unknown(struct arena *a, const char *body) {
    static const struct saved_values none = {.lang = "en"};
    for (const char *p = strchr(body, '{'); p; p = strchr(p + 1, '{')) {
        size_t n = strspn(p + 1, "abcdefghijklmnopqrstuvwxyz._");
        if (n && p[1 + n] == '}' && !value_of(p + 1, n, &none))
            return arena_copy_n(a, p, n + 2);
    }
    return NULL;
}

/* An empty value takes the space before it along: "Chào anh/chị ," would look torn. */
char *saved_fill(struct arena *a, const char *body, const struct saved_values *values) {
    struct buf out = {0};
    while (*body) {
        size_t n = *body == '{' ? strcspn(body + 1, "{}\n") : 0;
        const char *value = n && body[1 + n] == '}' ? value_of(body + 1, n, values) : NULL;
        if (!value) {
            buf_char(&out, *body++);
            continue;
        }
        if (!*value && out.len && out.at[out.len - 1] == ' ')
            out.at[--out.len] = 0;
        buf_str(&out, value);
        body += n + 2;
    }
    char *filled = arena_copy_n(a, out.at ? out.at : "", out.len);
    buf_free(&out);
    return filled;
}
