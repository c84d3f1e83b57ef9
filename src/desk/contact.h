/* contact.h: the person served ("customer" in prose), and where she can be reached. */
#ifndef KEPT_DESK_CONTACT_H
#define KEPT_DESK_CONTACT_H

#include "store/store.h"

#include <stdbool.h>

struct contact {
    int64_t id, created_at, erased_at;
    const char *ref, *name, *lang, *note;
    const char *address_form; /* anh, chị, 先生, คุณ; empty: not known, and never guessed from a name */
    const char
        *call_name;   /* how to call her; empty: contact_call_name guesses the part of the name, nothing else */
    bool lang_learnt; /* by contact_find_or_create, just now, of somebody known before */
};

struct contact_point {
    const char *kind, *value; /* email, phone, site */
    bool verified;
};

enum rc contact_load(struct view *v, struct arena *a, int64_t id, struct contact *out);
enum rc contact_by_ref(struct view *v, struct arena *a, const char *ref, struct contact *out);
/* A telephone is found in whatever way it is written, with the country's code or without. */
enum rc contact_by_point(struct view *v, struct arena *a, const char *kind, const char *value, struct contact *out);
enum rc contact_points(struct view *v, struct arena *a, int64_t id, struct contact_point **out, int *n);
/* The first e-mail address, or NULL. */
enum rc contact_email(struct view *v, struct arena *a, int64_t id, const char **email);

/* Finds the contact who is known by this address, or makes one. `name` and `lang` are used when she has none yet
 * (or the language only as "zh").
 */
enum rc contact_find_or_create(struct tx *tx, const char *kind, const char *value, const char *name,
                               const char *lang, int64_t now, struct contact *out);
/* Without any point: somebody at the counter. Fills id and ref. */
enum rc contact_create(struct tx *tx, struct contact *contact, int64_t now);
/* Saves name, address_form, call_name, lang, note. */
enum rc contact_save(struct tx *tx, const struct contact *contact, int64_t by_agent, int64_t now);
/* RC_CONFLICT: somebody else is known by it. */
enum rc contact_point_add(struct tx *tx, int64_t id, const char *kind, const char *value, int64_t now);
/* RC_GONE: she was erased, and nothing may be added about her. */
enum rc contact_lives(struct view *v, int64_t id);
/* Newest first, from before_id. */
enum rc contact_list(struct view *v, struct arena *a, int64_t before_id, int max, struct contact **out, int *n);

/* Whose address or telephone was typed, and nothing else. RC_NONE: nobody's. */
enum rc contact_typed(struct view *v, struct arena *a, const char *typed, struct contact *out);
/* Whom a name, an address or a telephone means: an exact one its contact, else those who are called so, newest
 * first from before_id (0: all). `ids` has room for max. */
enum rc contact_named(struct view *v, struct arena *a, const char *typed, int64_t before_id, int max, int64_t *ids,
                      int *n);
/* The same, loaded. */
enum rc contact_search(struct view *v, struct arena *a, const char *typed, int64_t before_id, int max,
                       struct contact **out, int *n);

/* Looks like an e-mail address, a phone number of at least five digits, or any name on a site. Pure. */
bool contact_point_valid(const char *kind, const char *value);
/* ASCII letters lowered, spaces at the ends dropped; a phone keeps + and digits. Pure. */
char *contact_fold(struct arena *a, const char *kind, const char *value);
/* The part of a full name by which one is called: Vietnamese the last word, Thai the first, Chinese the surname,
 * otherwise the first word. Pure; `lang` is the contact's. */
const char *contact_call_name(struct arena *a, const struct contact *c);

#endif
