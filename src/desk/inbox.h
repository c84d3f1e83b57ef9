/* inbox.h: a connected address, form or widget; its kind is the channel. */
#ifndef KEPT_DESK_INBOX_H
#define KEPT_DESK_INBOX_H

#include "store/store.h"

#include <stdbool.h>

struct inbox {
    int64_t id, team_id, trouble_at, created_at;
    const char *ref, *name, *kind; /* email, form, chat */
    const char *address, *from_name, *signature, *lang, *sites;
    const char *trouble; /* what is wrong with it now, as a code; NULL: nothing */
    bool enabled;
    bool acknowledges; /* a new conversation by mail or form is confirmed by mail (desk/acknowledge.h) */
    struct bytes smtp, imap, site_secret; /* sealed: desk/mailbox.h */
};

enum rc inbox_list(struct view *v, struct arena *a, struct inbox **out, int *n);
enum rc inbox_load(struct view *v, struct arena *a, int64_t id, struct inbox *out);
enum rc inbox_by_ref(struct view *v, struct arena *a, const char *ref, struct inbox *out);
/* `address` without a plus part, folded. */
enum rc inbox_by_address(struct view *v, struct arena *a, const char *address, struct inbox *out);
/* The first enabled one of the kind: where the contact form's messages go. */
enum rc inbox_of_kind(struct view *v, struct arena *a, const char *kind, struct inbox *out);
/* The first enabled one with a sending server: mails to agents go out there. */
enum rc inbox_that_sends(struct view *v, struct arena *a, struct inbox *out);
/* id 0: a new one, id and ref are filled. RC_CONFLICT: the address is taken; RC_INVALID: no name, kind or address.
 */
enum rc inbox_save(struct tx *tx, struct inbox *inbox, int64_t by_agent, int64_t now);
/* When something last happened in one of its conversations; 0: never. */
enum rc inbox_last_at(struct view *v, int64_t id, int64_t *at);
/* NULL clears it. Only a change is written, so a mailbox that stays away does not fill the log. */
enum rc inbox_set_trouble(struct tx *tx, int64_t id, const char *trouble, int64_t now);
/* Clears the trouble when its code begins with `of` ("imap_", "smtp_"): what works again does not hide what still
 * does not. */
enum rc inbox_mend(struct tx *tx, int64_t id, const char *of, int64_t now);

#endif
