/* views_report.h: what reports and the practice room show; the rules of views.h hold. */
#ifndef KEPT_WEB_VIEWS_REPORT_H
#define KEPT_WEB_VIEWS_REPORT_H

#include "web/views.h"

struct report_nav {
    const char *section; /* failures promises knowledge recoveries rules */
};

/* A bar of the weekly chart; heights and places in its own units (REPORT_CHART_H high). */
enum { REPORT_CHART_H = 120, REPORT_BAR_W = 28 };
struct report_bar {
    const char *label; /* the Monday, by locale */
    int x, kept_y, kept_h, broken_y, broken_h, owed_y, owed_h;
    int kept, broken, owed;
};

struct report_line {
    const char *name;
    struct channel_view channel;
    int kept, broken, owed, withdrawn, renewed;
    const char *rate; /* "92 %"; "" nothing was due */
};

struct report_table {
    const char *name; /* translated */
    struct report_line *lines;
    int lines_n;
};

struct promise_report_view {
    struct agent_shell shell;
    struct report_nav nav;
    struct choices spans; /* value: days */
    struct report_line all, short_words;
    struct report_bar *bars;
    int bars_n, chart_w;
    struct report_table teams, channels, tags;
    const char *a_reply; /* promises per reply, "0.4" */
    int64_t horizon, lateness, removed, replies;
    int64_t prevention_open, prevention_late, prevention_done; /* what was to keep it from happening again */
    int64_t said, said_alone; /* replies that said so, and those with nothing behind them */
    bool cut;
};

/* A bar of the weekly charts of knowledge. */
struct knowledge_bar {
    const char *label; /* the Monday, by locale */
    int x, followed_y, followed_h, quiet_y, quiet_h, trust_y, trust_h;
    int64_t readings, followed, searches, nothing, trust, low; /* trust -1: not known */
};

struct knowledge_line {
    const char *ref, *title, *lang;
    int64_t readings, followed, inserted, linked, recognised;
    const char *rate; /* of the readings, how many were followed; "" nobody read it */
};

struct missed_line {
    const char *words, *lang_name;
    bool by_agents;
    int64_t nothing, unsure;
};

struct knowledge_report_view {
    struct agent_shell shell;
    struct report_nav nav;
    struct choices spans; /* value: days */
    struct knowledge_bar *bars;
    int bars_n, chart_w;
    struct knowledge_line *followed, *used;
    int followed_n, used_n;
    struct missed_line *missed;
    int missed_n;
    int64_t readings, followed_all, searches, nothing, uses, resolved, linked, exposed, exposed_messages,
        exposed_ms, still_exposed, articles, low;
    const char *link_rate, *followed_rate, *nothing_rate; /* "62 %"; "" of none */
    int64_t trust;                                        /* mean, now; -1: no article is shown */
    bool has_trust;                                       /* there is a past to show */
};

struct failure_line {
    const char *name, *title, *about; /* the latter translated */
    int64_t week, before, caught, open, oldest_at;
    const char *url; /* where something is done about it */
    bool words;      /* nothing can be open */
    bool more, less; /* than in the week before */
    const char *owner;
    bool owner_left;
    struct choices owners; /* for those who may choose */
};

struct failures_view {
    struct agent_shell shell;
    struct report_nav nav;
    struct failure_line *lines;
    int lines_n;
    int nobody; /* failures that nobody answers for */
    bool may_choose, saved;
};

struct rule_line {
    const char *rule, *lang, *lang_name, *about;
    int64_t changed, sent, dismissed, quiet_since;
    const char *rate;
    bool by_program;
};

struct rules_view {
    struct agent_shell shell;
    struct report_nav nav;
    struct rule_line *lines;
    int lines_n;
};

struct practice_example {
    const char *text;
    bool wanted; /* the rule speaks; else it must not */
};

struct practice_rule {
    const char *rule, *level, *say, *better;
    struct practice_example *examples;
    int examples_n;
    bool open;
};

struct practice_view {
    struct agent_shell shell;
    struct choices langs;
    const char *lang, *text;
    bool tried;
    struct finding_view *findings;
    int findings_n;
    struct promise_view *promises;
    int promises_n;
    struct practice_rule *rules;
    int rules_n;
};

#endif
