#include "desk/contact.h"

#include "base/country.h"
#include "base/id.h"
#include "base/utf8.h"
#include "desk/account.h"
#include "desk/event.h"
#include "desk/search.h"
#include "text/language.h"
#include "text/mask.h"

#include <string.h>

#define CONTACT_COLUMNS "id, created_at, erased_at, ref, name, lang, note, address_form, call_name"
QUERY(q_contact_load, "SELECT " CONTACT_COLUMNS " FROM contact WHERE account_id = $1 AND id = $2");
QUERY(q_contact_by_ref, "SELECT " CONTACT_COLUMNS " FROM contact WHERE account_id = $1 AND ref = $2");
QUERY(q_contact_list, "SELECT " CONTACT_COLUMNS " FROM contact WHERE account_id = $1 AND id < $2"
                      " ORDER BY id DESC LIMIT $3");
QUERY(q_contact_erased, "SELECT erased_at FROM contact WHERE account_id = $1 AND id = $2");
QUERY(q_contact_by_point,
      "SELECT " CONTACT_COLUMNS " FROM contact WHERE account_id = $1 AND id ="
      " (SELECT contact_id FROM contact_point WHERE account_id = $1 AND kind = $2 AND value = $3)");
QUERY(q_contact_by_phone, "SELECT " CONTACT_COLUMNS " FROM contact WHERE account_id = $1 AND id ="
                          " (SELECT contact_id FROM contact_point WHERE account_id = $1 AND kind = 'phone' AND "
                          "value IN ($2, $3, $4, $5, $6, $7)"
                          " ORDER BY CASE WHEN value = $2 THEN 0 ELSE 1 END, created_at, contact_id LIMIT 1)");
QUERY(q_contact_add,
      "INSERT INTO contact (account_id, id, ref, name, lang, note, address_form, call_name, created_at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
QUERY(q_contact_save, "UPDATE contact SET name = $3, lang = $4, note = $5, address_form = $6, call_name = $7"
                      " WHERE account_id = $1 AND id = $2");
QUERY(q_point_add, "INSERT INTO contact_point (account_id, kind, value, contact_id, created_at)"
                   " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account_id, kind, value) DO NOTHING");
QUERY(q_points, "SELECT kind, value, verified FROM contact_point WHERE account_id = $1 AND contact_id = $2"
                " ORDER BY created_at, kind, value");

static struct contact read_contact(struct rows *r, struct arena *a) {
    return (struct contact){
        .id = rows_int(r, 0),
        .created_at = rows_int(r, 1),
        .erased_at = rows_int(r, 2),
        .ref = rows_copy(r, 3, a),
        .name = rows_copy(r, 4, a),
        .lang = rows_copy(r, 5, a),
        .note = rows_copy(r, 6, a),
        .address_form = rows_copy(r, 7, a),
        .call_name = rows_copy(r, 8, a),
    };
}

static enum rc one_contact(struct rows r, struct arena *a, struct contact *out) {
    bool found = rows_next(&r);
    if (found)
        *out = read_contact(&r, a);
    enum rc rc = rows_end(&r);
    return rc == RC_OK && !found ? RC_NONE : rc;
}

enum rc contact_load(struct view *v, struct arena *a, int64_t id, struct contact *out) {
    return one_contact(view_query(v, &q_contact_load, BIND(ACCOUNT, value_int(id))), a, out);
}

enum rc contact_by_ref(struct view *v, struct arena *a, const char *ref, struct contact *out) {
    return one_contact(view_query(v, &q_contact_by_ref, BIND(ACCOUNT, value_text(ref))), a, out);
}

enum rc contact_lives(struct view *v, int64_t id) {
    int64_t erased_at;
    enum rc rc = view_int(v, &q_contact_erased, BIND(ACCOUNT, value_int(id)), 0, &erased_at);
    return rc == RC_OK && erased_at ? RC_GONE : rc;
}

char *contact_fold(struct arena *a, const char *kind, const char *value) {
    char *out = arena_copy(a, value), *to = out;
    bool phone = strcmp(kind, "phone") == 0;
    for (const char *p = value; *p; p++) {
        if (*p >= 'A' && *p <= 'Z')
            *to++ = (char)(*p - 'A' + 'a');
        else if (!phone || *p == '+' || (*p >= '0' && *p <= '9'))
            *to++ = *p;
    }
    *to = 0;
    while (*out == ' ')
        out++;
    for (size_t n = strlen(out); n && out[n - 1] == ' ';)
        out[--n] = 0;
    return out;
}

bool contact_point_valid(const char *kind, const char *value) {
    if (strcmp(kind, "email") == 0) {
        const char *at = strchr(value, '@');
        return at && at != value && at[1] && !strchr(at + 1, '@') && strlen(value) <= 254 &&
               !strpbrk(value, " \t\r\n<>\",;");
    }
    int digits = 0;
    for (const char *p = value; *p; p++)
        digits += *p >= '0' && *p <= '9';
    return strcmp(kind, "phone") == 0 ? digits >= 5 && !value[strspn(value, "+-(). /0123456789")] : *value != 0;
}

enum { PHONE_FORMS = 6 };

/* One telephone as it may have been written down: as typed, +84 912…, 0084 912…, 84 912…, 0912…, and 912… of who
 * keeps no 0 or lost it in a spreadsheet. One of another country has its code always; hotlines are dialled as they
 * are. */
static void phone_forms(struct arena *a, const char *typed, const char *code, const char *forms[PHONE_FORMS]) {
    enum {
        LEAST = 6,
        WHOLE = 9
    }; /* digits of a number that may have other forms; of one without a code, at most */
    size_t len = strlen(code), n = strlen(typed);
    const char *abroad = *typed == '+'                                               ? typed + 1
                         : strncmp(typed, "00", 2) == 0                              ? typed + 2
                         : len && n >= len + WHOLE && strncmp(typed, code, len) == 0 ? typed
                                                                                     : NULL;
    bool at_home = len && (!abroad || strncmp(abroad, code, len) == 0);
    const char *own = !abroad ? typed : at_home ? abroad + len : abroad;
    own += at_home && *own == '0';
    for (int i = 0; i < PHONE_FORMS; i++)
        forms[i] = typed;
    if (strlen(own) < LEAST || (!abroad && !at_home))
        return;
    const char *whole = at_home ? arena_printf(a, "%s%s", code, own) : own;
    forms[1] = arena_printf(a, "+%s", whole);
    forms[2] = arena_printf(a, "00%s", whole);
    forms[3] = whole;
    if (at_home) {
        forms[4] = arena_printf(a, "0%s", own);
        forms[5] = own;
    }
}

static enum rc contact_by_phone(struct view *v, struct arena *a, const char *typed, struct contact *out) {
    struct account account;
    const char *forms[PHONE_FORMS];
    enum rc rc = account_load(v, a, &account);
    if (rc != RC_OK)
        return rc;
    phone_forms(a, typed, country_calling_code(account.country), forms);
    return one_contact(view_query(v, &q_contact_by_phone,
                                  BIND(ACCOUNT, value_text(forms[0]), value_text(forms[1]), value_text(forms[2]),
                                       value_text(forms[3]), value_text(forms[4]), value_text(forms[5]))),
                       a, out);
}

enum rc contact_by_point(struct view *v, struct arena *a, const char *kind, const char *value,
                         struct contact *out) {
    const char *folded = contact_fold(a, kind, value);
    return strcmp(kind, "phone") == 0 ? contact_by_phone(v, a, folded, out)
                                      : one_contact(view_query(v, &q_contact_by_point,
                                                               BIND(ACCOUNT, value_text(kind), value_text(folded))),
                                                    a, out);
}

enum rc contact_points(struct view *v, struct arena *a, int64_t id, struct contact_point **out, int *n) {
    int room = 0;
    *out = NULL;
    *n = 0;
    struct rows r = view_query(v, &q_points, BIND(ACCOUNT, value_int(id)));
    while (rows_next(&r)) {
        if (*n == room) {
            room = room ? room * 2 : 4;
            *out = arena_grow(a, *out, (size_t)*n, (size_t)room, sizeof **out);
        }
        (*out)[(*n)++] = (struct contact_point){rows_copy(&r, 0, a), rows_copy(&r, 1, a), rows_int(&r, 2)};
    }
    return rows_end(&r);
}

enum rc contact_email(struct view *v, struct arena *a, int64_t id, const char **email) {
    struct contact_point *points;
    int n;
    enum rc rc = contact_points(v, a, id, &points, &n);
    *email = NULL;
    for (int i = 0; rc == RC_OK && i < n && !*email; i++)
        if (strcmp(points[i].kind, "email") == 0)
            *email = points[i].value;
    return rc;
}

static const char *or_empty(const char *s) { return s ? s : ""; }

enum rc contact_create(struct tx *tx, struct contact *c, int64_t now) {
    c->id = id_new();
    c->ref = id_ref(tx_arena(tx), "ctc");
    c->created_at = now;
    c->name = mask_text(tx_arena(tx), c->name, MASK_PRIVATE);
    c->lang = or_empty(c->lang);
    c->note = mask_text(tx_arena(tx), c->note, MASK_PRIVATE);
    c->address_form = or_empty(c->address_form);
    c->call_name = or_empty(c->call_name);
    enum rc rc =
        tx_exec(tx, &q_contact_add,
                BIND(ACCOUNT, value_int(c->id), value_text(c->ref), value_text(c->name), value_text(c->lang),
                     value_text(c->note), value_text(c->address_form), value_text(c->call_name), value_int(now)));
    search_index_contact(tx, c->id);
    if (rc == RC_OK)
        event_add(tx, (struct event){"contact.created", {ACTOR_SYSTEM}, 0, c->id});
    return rc;
}

enum rc contact_save(struct tx *tx, const struct contact *c, int64_t by_agent, int64_t now) {
    enum rc rc = tx_exec(tx, &q_contact_save,
                         BIND(ACCOUNT, value_int(c->id), value_text(mask_text(tx_arena(tx), c->name, MASK_PRIVATE)),
                              value_text(c->lang), value_text(mask_text(tx_arena(tx), c->note, MASK_PRIVATE)),
                              value_text(c->address_form), value_text(c->call_name)));
    if (rc == RC_OK)
        rc = search_index_renamed(tx, c->id);
    if (rc == RC_OK)
        event_add(tx,
                  (struct event){"contact.changed", {by_agent ? ACTOR_AGENT : ACTOR_SYSTEM, by_agent}, 0, c->id});
    return rc;
}

enum rc contact_point_add(struct tx *tx, int64_t id, const char *kind, const char *value, int64_t now) {
    struct contact known;
    enum rc rc = RC_NONE;
    if (strcmp(kind, "phone") == 0) /* somebody may be known by it in other writing */
        rc = contact_by_point(tx_view(tx), tx_arena(tx), kind, value, &known);
    if (rc != RC_NONE)
        return rc == RC_OK ? RC_CONFLICT : rc;
    rc = tx_exec(tx, &q_point_add,
                 BIND(ACCOUNT, value_text(kind), value_text(contact_fold(tx_arena(tx), kind, value)), value_int(id),
                      value_int(now)));
    if (rc == RC_OK && !tx_changes(tx))
        return RC_CONFLICT;
    return rc == RC_OK ? search_index_renamed(tx, id) : rc;
}

enum rc contact_find_or_create(struct tx *tx, const char *kind, const char *value, const char *name,
                               const char *lang, int64_t now, struct contact *out) {
    struct arena *a = tx_arena(tx);
    enum rc rc = contact_by_point(tx_view(tx), a, kind, value, out);
    if (rc == RC_OK) {
        bool learns_name = name && *name && (!*out->name || strcmp(out->name, value) == 0);
        bool learns_lang = lang && language_learns(out->lang, lang);
        if (!learns_name && !learns_lang)
            return RC_OK;
        if (learns_name)
            out->name = name;
        if (learns_lang)
            out->lang = lang;
        out->lang_learnt = learns_lang;
        return contact_save(tx, out, 0, now);
    }
    if (rc != RC_NONE)
        return rc;
    *out = (struct contact){.name = name && *name ? name : value, .lang = lang};
    rc = contact_create(tx, out, now);
    return rc != RC_OK ? rc : contact_point_add(tx, out->id, kind, value, now);
}

enum rc contact_list(struct view *v, struct arena *a, int64_t before_id, int max, struct contact **out, int *n) {
    *out = ARENA_ARRAY(a, (size_t)max, struct contact);
    struct rows r =
        view_query(v, &q_contact_list, BIND(ACCOUNT, value_int(before_id ? before_id : INT64_MAX), value_int(max)));
    for (*n = 0; *n < max && rows_next(&r); ++*n)
        (*out)[*n] = read_contact(&r, a);
    return rows_end(&r);
}

const char *contact_call_name(struct arena *a, const struct contact *c) {
    if (*c->call_name)
        return c->call_name;
    size_t n = strlen(c->name);
    if (!n || strchr(c->name, '@'))
        return "";
    const char *end = c->name + n;
    int len;
    uint32_t first = utf8_next(c->name, end, &len);
    if (first >= 0x4E00 && first <= 0x9FFF)
        return arena_copy_n(a, c->name, (size_t)len); /* the surname; a title is the agent's to choose */
    const char *space = strcmp(c->lang, "vi") == 0 ? strrchr(c->name, ' ') : strchr(c->name, ' ');
    if (!space)
        return c->name;
    return strcmp(c->lang, "vi") == 0 ? arena_copy(a, space + 1)
                                      : arena_copy_n(a, c->name, (size_t)(space - c->name));
}

/* ---- found by what is typed ---- */

enum rc contact_typed(struct view *v, struct arena *a, const char *typed, struct contact *out) {
    enum { DIGITS_LEAST = 7 }; /* fewer are an order's, or a price */
    size_t digits = 0;
    const char *from = typed + strspn(typed, " "), *end = from + strlen(from);
    while (end > from && end[-1] == ' ')
        end--;
    const char *value = arena_copy_n(a, from, (size_t)(end - from));
    for (const char *p = value; *p; p++)
        digits += *p >= '0' && *p <= '9';
    return strchr(value, '@') && !strchr(value, ' ') ? contact_by_point(v, a, "email", value, out)
           : digits >= DIGITS_LEAST && contact_point_valid("phone", value)
               ? contact_by_point(v, a, "phone", value, out)
               : RC_NONE;
}

enum rc contact_named(struct view *v, struct arena *a, const char *typed, int64_t before_id, int max, int64_t *ids,
                      int *n) {
    struct contact contact;
    *n = 0;
    enum rc rc = contact_typed(v, a, typed, &contact);
    if (rc == RC_OK && !before_id)
        ids[(*n)++] = contact.id;
    if (rc != RC_NONE)
        return rc;
    const char *expression = search_terms_for_query(a, typed);
    return *expression ? view_search(v, SEARCH_CONTACTS, ACCOUNT_ID, expression, 0,
                                     before_id ? before_id : INT64_MAX, max, ids, n)
                       : RC_OK;
}

enum rc contact_search(struct view *v, struct arena *a, const char *typed, int64_t before_id, int max,
                       struct contact **out, int *n) {
    int64_t *ids = ARENA_ARRAY(a, (size_t)max, int64_t);
    int found, kept = 0;
    enum rc rc = contact_named(v, a, typed, before_id, max, ids, &found);
    *out = ARENA_ARRAY(a, (size_t)max, struct contact);
    for (int i = 0; rc == RC_OK && i < found; i++) {
        rc = contact_load(v, a, ids[i], &(*out)[kept]);
        kept += rc == RC_OK;
        rc = rc == RC_NONE ? RC_OK : rc; /* erased since the index was written */
    }
    *n = kept;
    return rc;
}
