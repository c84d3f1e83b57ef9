/* account.h: the company that runs this installation. One per installation now; still the first key of every table.
 */
#ifndef KEPT_DESK_ACCOUNT_H
#define KEPT_DESK_ACCOUNT_H

#include "store/store.h"

enum { ACCOUNT_ID = 1 };
#define ACCOUNT value_int(ACCOUNT_ID) /* the first parameter of nearly every query */

struct account {
    const char *name, *lang, *zone, *country;
    int64_t created_at;
};

/* RC_NONE before kept init. */
enum rc account_load(struct view *v, struct arena *a, struct account *out);
/* RC_CONFLICT when there is one. */
enum rc account_create(struct tx *tx, const struct account *account);
enum rc account_save(struct tx *tx, const struct account *account, int64_t by_agent);

/* Settings are numbers, stored as text under a name of the table in account.c. */
enum setting {
    SETTING_UNDO_MS,        /* how long a reply can be taken back */
    SETTING_SESSION_HOURS,  /* a session ends this long after it was last used */
    SETTING_WIZARD_DONE,    /* how many of the first-run steps are behind */
    SETTING_MASK_CONTACTS,  /* phones and addresses are masked too */
    SETTING_RAW_DAYS,       /* how long original mails are kept; desk/privacy.h */
    SETTING_PICTURE_DAYS,   /* how long pictures of cards and papers are kept; desk/sensitive.h */
    SETTING_NEWS,           /* an honest word goes by itself when a promise was missed (news.h) */
    SETTING_GOODWILL_AGENT, /* how much an agent may give a customer in 90 days; minor units (recovery.h) */
    SETTING_GOODWILL_LEAD,
    SETTING_GOODWILL_ADMIN,
    SETTING_CAREFUL_HOURS, /* open hours until somebody has a careful conversation in hand (careful.h) */
    SETTING_LEGAL_OWNER,   /* the agent who is told of those; 0: the admins are */
    SETTING_SECOND_STEP,   /* everybody signs in with one */
    SETTING_READ_BY,       /* what a customer reads who came by her private link is noted (read_by.h) */
    SETTINGS,
};
/* What is set, or the default. */
int64_t setting_int(struct view *v, enum setting s);
/* RC_INVALID when the value does not fit the setting's kind. */
enum rc setting_save(struct tx *tx, enum setting s, const char *value, int64_t agent_id, int64_t now);

#endif
