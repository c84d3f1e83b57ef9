#include "desk/refund_to.h"

#include "base/id.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "desk/account.h"
#include "desk/contact.h"
#include "desk/conversation.h"
#include "desk/privacy.h"
#include "text/mask.h"

#include <string.h>

enum { NUMBER_MIN = 5, NUMBER_MAX = 34, SHOWN_DIGITS = 3, ENDED_AT_ONCE = 50 };
static const int64_t KEPT_MS = REFUND_TO_DAYS * 24 * 3600 * (int64_t)1000;

#define REFUND_TO_SELECT                                                                                           \
    "SELECT id, conversation_id, contact_id, asked_at, given_by, given_at, copied_at, ended_at, ref, kind, hint,"  \
    " ended_as, sealed FROM refund_to WHERE account_id = $1"
QUERY(q_refund_to_open, REFUND_TO_SELECT " AND conversation_id = $2 AND ended_at IS NULL ORDER BY id DESC LIMIT 1");
QUERY(q_refund_to_by_ref, REFUND_TO_SELECT " AND ref = $2");
QUERY(q_refund_to_of_contact, REFUND_TO_SELECT " AND contact_id = $2 ORDER BY +id");
QUERY(q_refund_to_due, REFUND_TO_SELECT " AND ended_at IS NULL AND since <= $2 ORDER BY since LIMIT $3");
QUERY(q_refund_to_add,
      "INSERT INTO refund_to (account_id, id, ref, conversation_id, contact_id, asked_by, asked_at, since)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
QUERY(q_refund_to_give, "UPDATE refund_to SET kind = $3, hint = $4, sealed = $5, given_by = $6, given_at = $7,"
                        " since = $7 WHERE account_id = $1 AND id = $2 AND ended_at IS NULL");
QUERY(q_refund_to_copied, "UPDATE refund_to SET copied_at = $3 WHERE account_id = $1 AND id = $2");
QUERY(q_refund_to_end, "UPDATE refund_to SET sealed = NULL, ended_at = $3, ended_as = $4,"
                       " hint = CASE WHEN $4 = 'erased' THEN '' ELSE hint END WHERE account_id = $1 AND id = $2");
QUERY(q_refund_to_follow,
      "UPDATE refund_to SET conversation_id = $3 WHERE account_id = $1 AND conversation_id = $2");

/* ---- rules ---- */

static const char *const kind_names[] = {"bank", "promptpay", "iban"};

const char *refund_kind_name(enum refund_kind kind) { return kind_names[kind]; }

enum rc refund_kind_named(const char *name, enum refund_kind *out) {
    for (int k = 0; name && k < REFUND_KINDS; k++)
        if (strcmp(kind_names[k], name) == 0) {
            *out = (enum refund_kind)k;
            return RC_OK;
        }
    return RC_INVALID;
}

char *refund_number(struct arena *a, const char *typed) {
    char *out = arena_copy(a, typed ? typed : ""), *to = out;
    for (const char *p = out; *p; p++)
        if (!strchr(" .-\t\r\n/", *p))
            *to++ = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
    *to = 0;
    return out;
}

static bool all_digits(const char *s) { return s[strspn(s, "0123456789")] == 0; }

/* Does the whole number pass as this kind? */
static bool passes(struct arena *a, const char *number, enum mask_kind kind) {
    size_t len = strlen(number);
    struct mask_spans spans = mask_find(a, number, len, 1u << kind);
    return spans.n == 1 && spans.at[0].byte_start == 0 && spans.at[0].byte_end == len;
}

/* In China an account is known by its UnionPay card (62…); the others' numbers buy things, and no money goes to
 * them. */
static bool is_paying_card(struct arena *a, const char *number) {
    return strncmp(number, "62", 2) != 0 && passes(a, number, MASK_CARD);
}

static bool is_promptpay(struct arena *a, const char *n) {
    size_t len = strlen(n);
    bool phone = len == 10 && n[0] == '0', wallet = len == 15;
    return all_digits(n) && (phone || wallet || (len == 13 && passes(a, n, MASK_TH_ID)));
}

static bool too_long(const char *s) { return s && utf8_count(s, strlen(s)) > REFUND_TO_TEXT_MAX; }

static bool is_blank(const char *s) { return !s || !s[strspn(s, " \t\r\n")]; }

const char *refund_flaw(struct arena *a, const struct refund_account *x) {
    const char *n = refund_number(a, x->number);
    size_t len = strlen(n);
    if (!len)
        return "none";
    if (is_paying_card(a, n))
        return "card";
    bool right = x->kind == REFUND_IBAN        ? passes(a, n, MASK_IBAN)
                 : x->kind == REFUND_PROMPTPAY ? is_promptpay(a, n)
                                               : len >= NUMBER_MIN && len <= NUMBER_MAX && all_digits(n);
    if (!right)
        return "number";
    if (x->kind == REFUND_BANK && is_blank(x->bank))
        return "bank";
    if (is_blank(x->holder))
        return "holder";
    return too_long(x->bank) || too_long(x->holder) ? "long" : NULL;
}

char *refund_hint(struct arena *a, const struct refund_account *x) {
    const char *n = refund_number(a, x->number);
    size_t len = strlen(n);
    const char *where = x->kind == REFUND_BANK ? x->bank : x->kind == REFUND_PROMPTPAY ? "PromptPay" : "IBAN";
    return arena_printf(a, "%s · •••%s", where, len > SHOWN_DIGITS ? n + len - SHOWN_DIGITS : "");
}

int64_t refund_to_until(const struct refund_to *r) { return (r->given_at ? r->given_at : r->asked_at) + KEPT_MS; }

/* ---- rows ---- */

static struct refund_to read_row(struct rows *r, struct arena *a) {
    return (struct refund_to){
        .id = rows_int(r, 0),
        .conversation_id = rows_int(r, 1),
        .contact_id = rows_int(r, 2),
        .asked_at = rows_int(r, 3),
        .given_by = rows_int(r, 4),
        .given_at = rows_int(r, 5),
        .copied_at = rows_int(r, 6),
        .ended_at = rows_int(r, 7),
        .ref = rows_copy(r, 8, a),
        .kind = rows_copy(r, 9, a),
        .hint = rows_copy(r, 10, a),
        .ended_as = rows_copy(r, 11, a),
        .by_customer = rows_int(r, 5) && !rows_int(r, 4),
    };
}

/* Sealed for this row and no other. */
static struct bytes about(const struct refund_to *r) {
    return (struct bytes){(const uint8_t *)r->ref, strlen(r->ref)};
}

static enum rc load(struct view *v, struct arena *a, struct query *q, struct value key, struct refund_to *out,
                    struct bytes *sealed) {
    struct rows r = view_query(v, q, BIND(ACCOUNT, key));
    bool found = rows_next(&r);
    if (found) {
        *out = read_row(&r, a);
        struct bytes b = rows_bytes(&r, 12);
        if (sealed)
            *sealed = (struct bytes){(const uint8_t *)arena_copy_n(a, (const char *)b.at, b.len), b.len};
    }
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc refund_to_by_ref(struct view *v, struct arena *a, const char *ref, struct refund_to *out) {
    return load(v, a, &q_refund_to_by_ref, value_text(ref), out, NULL);
}

enum rc refund_to_open(struct view *v, struct arena *a, int64_t conversation_id, struct refund_to *out) {
    return load(v, a, &q_refund_to_open, value_int(conversation_id), out, NULL);
}

enum rc refund_to_of_contact(struct view *v, struct arena *a, int64_t contact_id, struct refund_to **out, int *n) {
    *out = NULL;
    *n = 0;
    struct rows r = view_query(v, &q_refund_to_of_contact, BIND(ACCOUNT, value_int(contact_id)));
    for (; rows_next(&r); ++*n) {
        *out = arena_grow(a, *out, (size_t)*n, (size_t)*n + 1, sizeof **out);
        (*out)[*n] = read_row(&r, a);
    }
    return rows_end(&r);
}

/* ---- verbs ---- */

static enum rc add(struct tx *tx, int64_t conversation_id, bool asked, struct actor by, int64_t now,
                   struct refund_to *out) {
    struct conversation c;
    enum rc rc = conversation_load(tx_view(tx), tx_arena(tx), conversation_id, &c);
    if (rc == RC_OK)
        rc = contact_lives(tx_view(tx), c.contact_id);
    if (rc != RC_OK)
        return rc;
    int64_t id = id_new();
    rc = tx_exec(tx, &q_refund_to_add,
                 BIND(ACCOUNT, value_int(id), value_text(id_ref(tx_arena(tx), "rft")), value_int(c.id),
                      value_int(c.contact_id), value_id(asked ? by.id : 0), value_id(asked ? now : 0),
                      value_int(now)));
    return rc == RC_OK ? refund_to_open(tx_view(tx), tx_arena(tx), conversation_id, out) : rc;
}

enum rc refund_to_ask(struct tx *tx, int64_t conversation_id, struct actor by, int64_t now, struct refund_to *out) {
    enum rc rc = refund_to_open(tx_view(tx), tx_arena(tx), conversation_id, out);
    if (rc != RC_NONE)
        return rc;
    rc = add(tx, conversation_id, true, by, now, out);
    if (rc == RC_OK)
        event_add(tx, (struct event){"refund_to.asked", by, conversation_id, out->id});
    return rc;
}

enum rc refund_to_give(struct tx *tx, int64_t conversation_id, const struct refund_account *x, struct actor by,
                       int64_t now) {
    struct arena *a = tx_arena(tx);
    struct refund_to r;
    bool hers = by.kind == ACTOR_CONTACT;
    if (refund_flaw(a, x))
        return RC_INVALID;
    enum rc rc = refund_to_open(tx_view(tx), a, conversation_id, &r);
    if (rc == RC_NONE && !hers)
        rc = add(tx, conversation_id, false, by, now, &r);
    if (rc != RC_OK)
        return rc;
    struct buf plain = {0}, sealed = {0};
    buf_printf(&plain, "%s\n%s", refund_number(a, x->number), x->holder);
    secret_seal(SECRET_CONFIG, buf_bytes(&plain), about(&r), &sealed);
    rc =
        tx_exec(tx, &q_refund_to_give,
                BIND(ACCOUNT, value_int(r.id), value_text(refund_kind_name(x->kind)), value_text(refund_hint(a, x)),
                     value_bytes(buf_bytes(&sealed)), value_id(hers ? 0 : by.id), value_int(now)));
    buf_free(&plain);
    buf_free(&sealed);
    if (rc == RC_OK)
        event_add(tx, (struct event){"refund_to.given", by, conversation_id, r.id, refund_kind_name(x->kind)});
    return rc;
}

static enum rc opened(struct arena *a, const struct refund_to *r, struct bytes sealed, enum refund_part part,
                      const char **text) {
    struct buf plain = {0};
    enum rc rc = secret_open(SECRET_CONFIG, sealed, about(r), &plain);
    if (rc == RC_OK) {
        char *number = arena_copy(a, plain.at), *end = strchr(number, '\n');
        if (end)
            *end = 0;
        *text = part == REFUND_NUMBER ? number : end ? end + 1 : "";
    }
    buf_free(&plain);
    return rc;
}

enum rc refund_to_copy(struct tx *tx, struct arena *a, const char *ref, enum refund_part part, struct actor by,
                       int64_t now, const char **text) {
    struct refund_to r;
    struct bytes sealed;
    enum rc rc = load(tx_view(tx), tx_arena(tx), &q_refund_to_by_ref, value_text(ref), &r, &sealed);
    if (rc == RC_OK && r.ended_at)
        rc = RC_GONE;
    if (rc == RC_OK && !r.given_at)
        rc = RC_CONFLICT;
    if (rc == RC_OK)
        rc = opened(a, &r, sealed, part, text);
    if (rc == RC_OK)
        rc = tx_exec(tx, &q_refund_to_copied, BIND(ACCOUNT, value_int(r.id), value_int(now)));
    return rc == RC_OK ? privacy_note(tx,
                                      &(struct privacy_act){.kind = PRIVACY_REFUND_TO,
                                                            .by = by,
                                                            .contact_id = r.contact_id,
                                                            .conversation_id = r.conversation_id,
                                                            .reason = ""},
                                      now)
                       : rc;
}

static enum rc end_as(struct tx *tx, const struct refund_to *r, const char *as, const char *event, struct actor by,
                      int64_t now) {
    enum rc rc = tx_exec(tx, &q_refund_to_end, BIND(ACCOUNT, value_int(r->id), value_int(now), value_text(as)));
    if (rc == RC_OK)
        event_add(tx, (struct event){event, by, r->conversation_id, r->id, r->kind});
    return rc;
}

enum rc refund_to_end(struct tx *tx, const char *ref, bool paid, struct actor by, int64_t now) {
    struct refund_to r;
    enum rc rc = load(tx_view(tx), tx_arena(tx), &q_refund_to_by_ref, value_text(ref), &r, NULL);
    if (rc != RC_OK)
        return rc;
    if (r.ended_at)
        return RC_GONE;
    if (paid && !r.given_at)
        return RC_CONFLICT;
    return end_as(tx, &r, paid ? "paid" : "removed", paid ? "refund_to.paid" : "refund_to.removed", by, now);
}

enum rc refund_to_tidy(struct tx *tx, int64_t now, bool *more) {
    struct refund_to due[ENDED_AT_ONCE];
    int n = 0;
    struct rows r = view_query(tx_view(tx), &q_refund_to_due,
                               BIND(ACCOUNT, value_int(now - KEPT_MS), value_int(ENDED_AT_ONCE)));
    while (n < ENDED_AT_ONCE && rows_next(&r))
        due[n++] = read_row(&r, tx_arena(tx));
    enum rc rc = rows_end(&r);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = end_as(tx, &due[i], "expired", "refund_to.expired", (struct actor){ACTOR_SYSTEM}, now);
    *more = n == ENDED_AT_ONCE;
    return rc;
}

enum rc refund_to_erase(struct tx *tx, int64_t contact_id, int64_t now) {
    struct refund_to *list;
    int n;
    enum rc rc = refund_to_of_contact(tx_view(tx), tx_arena(tx), contact_id, &list, &n);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = tx_exec(tx, &q_refund_to_end,
                     BIND(ACCOUNT, value_int(list[i].id), value_int(list[i].ended_at ? list[i].ended_at : now),
                          value_text("erased")));
    return rc;
}

enum rc refund_to_follow(struct tx *tx, int64_t from_id, int64_t into_id) {
    return tx_exec(tx, &q_refund_to_follow, BIND(ACCOUNT, value_int(from_id), value_int(into_id)));
}
