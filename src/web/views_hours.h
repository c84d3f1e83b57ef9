/* views_hours.h: the page of calendars. */
#ifndef KEPT_WEB_VIEWS_HOURS_H
#define KEPT_WEB_VIEWS_HOURS_H

#include "web/views.h"

/* A day unlike the week. */
struct special_row {
    const char *ref, *when, *name;
    const char *hours;     /* of one that works; "": as usual */
    bool works, inherited; /* inherited: the account's, on a team's page */
};

/* A day that may be taken over, from a country's list or a file. */
struct proposed_day {
    const char *value; /* "2027-02-05/2027-02-09/tet" */
    const char *when, *name;
    bool works, chosen;
};

struct proposals {
    struct proposed_day *days;
    int days_n;
};

struct hours_view {
    struct agent_shell shell;
    struct admin_nav nav;
    struct choices calendars;         /* value: the path; one: there are no teams */
    const char *team_ref, *team_name; /* "": the account's */
    bool own_week;                    /* of a team; without one the account's holds */
    const char *now;                  /* "Open now, until 18:00." */
    struct hours_fields hours;
    struct special_row *days;
    int days_n, past_n; /* past: how many are over */
    struct field first, last, name, times;
    struct choices kinds;
    const char *country; /* its name; "": not said */
    bool country_known;
    const char *advice;
    struct proposals holidays, found; /* found: in a calendar file */
    const char *file_error;
    bool file_read;
    int file_outside, file_refused;
    struct choice *refused; /* label: the event's name; detail: why */
    int refused_n;
    struct error_list errors;
};

#endif
