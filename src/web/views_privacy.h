/* views_privacy.h: what the pages of private data show. Rules for filling them: views.h. */
#ifndef KEPT_WEB_VIEWS_PRIVACY_H
#define KEPT_WEB_VIEWS_PRIVACY_H

#include "web/views.h"

/* Asks why; then, once, what was hidden. */
struct reveal_view {
    struct agent_shell shell;
    const char *ref, *conversation, *short_ref, *who, *lang;
    int64_t at;
    int hidden;      /* spans */
    bool original;   /* there is one still */
    bool unreadable; /* and it cannot be shown as text */
    int64_t until;   /* it is kept until then; 0: for as long as the message */
    int64_t gone_at; /* it was removed then; 0, without `original`: there never was one */
    struct field reason;
    struct error_list errors;
    bool shown;
    struct marked_text subject, body, quoted;
};

struct privacy_line {
    const char *kind; /* reveal raw picture refund_to export erase */
    const char *who;  /* "": on the command line */
    const char *customer, *customer_ref, *conversation, *short_ref, *reason;
    int64_t at;
};

struct admin_privacy_view {
    struct agent_shell shell;
    struct admin_nav nav;
    int64_t days, kept, due, oldest;
    int64_t picture_days, pictures, pictures_due; /* of cards and papers */
    bool kept_more;                               /* there are more than `kept` */
    struct privacy_line *lines;
    int lines_n;
    const char *older;
};

/* An archive of everything that is held of a customer. */
struct dossier_view {
    struct agent_shell shell;
    const char *ref, *customer, *customer_ref;
    const char *state; /* queued ready failed expired */
    const char *size_text;
    int64_t until;
};

/* Where a refund goes (desk/refund_to.h). */
struct refund_to_view {
    struct agent_shell shell;
    const char *conversation, *short_ref, *who;
    const char *ref, *hint, *by, *case_url; /* by: the agent who wrote it down; "" the customer gave it */
    int64_t asked_at, given_at, copied_at, until;
    struct refund_fields fields;
    struct error_list errors;
};

/* What will go and what stays, before a customer is erased. */
struct erase_view {
    struct agent_shell shell;
    const char *ref, *name;
    int64_t points, conversations, messages, files, originals, promises, drafts;
    struct choices why;
    struct field confirm;
    struct error_list errors;
};

#endif
