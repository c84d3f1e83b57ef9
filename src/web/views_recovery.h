/* views_recovery.h: what the pages of recoveries and of prevention show. */
#ifndef KEPT_WEB_VIEWS_RECOVERY_H
#define KEPT_WEB_VIEWS_RECOVERY_H

#include "web/views.h"
#include "web/views_report.h"

struct recovery_nav {
    const char *section; /* open mine all prevention done */
};

struct recovery_row {
    const char *ref, *state, *cause, *harm, *owner, *who, *conversation, *short_ref, *subject, *heard;
    int64_t severity, opened_at, righted_at, closed_at;
    int left;                      /* needed steps that are neither done nor waived */
    int64_t due_at;                /* the first of its dates that is still to come or was missed; 0: none */
    bool late, again, full, waits; /* waits: an offer for somebody's approval */
};

struct recoveries_view {
    struct agent_shell shell;
    struct recovery_nav nav;
    struct recovery_row *rows;
    int rows_n;
    bool open_only;
    const char *older_url;
};

struct recovery_step_view {
    const char *key, *note, *recovery;
    int64_t done_at, due_at;
    bool done, waived, late, needed, planned, open; /* open: something can still be done with it */
};

struct recovery_offer_view {
    const char *ref, *recovery, *kind, *what, *amount, *proposer, *approver, *state; /* waits approved refused */
    bool may_approve, may_refuse;
};

struct recovery_view {
    struct agent_shell shell;
    struct recovery_nav nav;
    struct recovery_row row;
    bool sets_limits; /* she is an admin: above hers another one approves */
    const char *what, *heard_how, *promise, *recall, *currency, *limit; /* promise: its words */
    int64_t heard_at;
    struct recovery_step_view *steps;
    int steps_n;
    struct recovery_offer_view *offers;
    int offers_n;
    struct prevention_row *preventions;
    int preventions_n;
    struct choices owners, kinds;
    struct error_list errors;
    bool open, asked, closed;
};

struct recovery_new_view {
    struct agent_shell shell;
    struct recovery_nav nav;
    const char *conversation, *short_ref, *subject;
    struct choices causes, harms, severities;
    struct field what;
    struct error_list errors;
};

struct prevention_row {
    const char *ref, *what, *owner, *state, *evidence;
    int64_t due_at, done_at, cases;
    bool late, mine;
};

/* A reply that said that it will not happen again. */
struct said_row {
    const char *conversation, *short_ref, *subject, *who;
    int64_t at;
};

struct preventions_view {
    struct agent_shell shell;
    struct recovery_nav nav;
    struct prevention_row *rows;
    int rows_n;
    bool done;
    const char *older_url;
    struct said_row *alone; /* said with nothing behind it */
    int alone_n;
};

struct prevention_view {
    struct agent_shell shell;
    struct recovery_nav nav;
    struct prevention_row row;
    struct choices owners, cases; /* cases: value the conversation, label its reference, detail its subject */
    struct said_row *said;        /* replies that rest on it */
    int said_n;
    struct error_list errors;
};

struct prevention_new_view {
    struct agent_shell shell;
    struct recovery_nav nav;
    const char *conversation, *short_ref;
    struct field what, due;
    struct choices owners, others; /* others: open ones that can be linked instead */
    struct error_list errors;
};

struct recovery_line {
    const char *cause, *satisfied;
    int64_t opened, open, right, yes, no, silent, median, p90;
};

struct recovery_report_view {
    struct agent_shell shell;
    struct report_nav nav;
    struct choices spans;
    struct recovery_line all, *lines;
    int lines_n;
    bool cut;
    int64_t kept_in_time, kept_late, late, open; /* prevention */
};

#endif
