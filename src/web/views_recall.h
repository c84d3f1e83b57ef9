/* views_recall.h: what the pages of corrections show. Rules for filling them: views.h. */
#ifndef KEPT_WEB_VIEWS_RECALL_H
#define KEPT_WEB_VIEWS_RECALL_H

#include "web/views_article.h"

struct recall_row {
    const char *ref, *title, *lang, *state, *owner; /* state: as stored */
    int64_t class, deadline_at, created_at;
    int all, reached, remains;
    bool late, looking; /* looking: not everybody is found yet */
};

struct recalls_view {
    struct agent_shell shell;
    struct knowledge_nav nav;
    struct recall_row *rows;
    int rows_n;
    const char *older_url;
};

struct recall_new_view {
    struct agent_shell shell;
    struct knowledge_nav nav;
    const char *article, *title, *lang, *flag, *what; /* flag, what: of the flag it starts from; "" */
    const char *running;                              /* a correction of it that is not closed; NULL: none */
    struct choices from, to;
    bool all_langs, translated;
    int64_t class;
    const char *usual; /* the class of articles whose last correction `class` is taken from; "" it is not */
    struct error_list errors;
};

struct recall_text_view {
    const char *lang, *lang_name;
    int people; /* who wait for it */
    const char *wrong, *correct, *meaning, *remedy;
    bool whole, open; /* open: unfolded on the page */
    int64_t from, to; /* versions that `wrong` and `correct` are proposed from; 0: they are not */
    struct safe_html preview;
    struct finding_view *findings;
    int findings_n;
};

/* How many stand where; `key` a recall_state_name. */
struct recall_heap {
    const char *key;
    int n;
    bool chosen;
};

/* A moment of the chart: so many were reached by then. */
struct recall_bar {
    const char *label;
    int x, reached, reached_y, reached_h, left_h;
    int left;
};

struct recall_person_row {
    const char *ref, *name, *lang_name, *state, *note, *conversation, *short_ref, *harm;
    int64_t told_n, tries, at;
    bool reviewed, sampled, called;
};

struct recall_view {
    struct agent_shell shell;
    struct knowledge_nav nav;
    const char *ref, *title, *lang, *article, *state, *owner, *approver;
    int64_t class, deadline_at, created_at, approved_at, closed_at, ninety_at;
    bool late, is_lead, writable;
    bool looking; /* not everybody is found yet: the lists below are empty */
    int64_t look_all, look_done;
    int all, reached, remains, right, sample, called, unclear, harmed, repaired;
    const char *percent;
    struct recall_bar *bars;
    int bars_n, chart_w;
    struct recall_heap *heaps;
    int heaps_n;
    struct article_row *versions; /* title, language and, in `due_at`, the number of what was wrong */
    int versions_n;
    struct choices saved; /* saved replies that still say it */
    struct recall_text_view *texts;
    int texts_n;
    struct recall_person_row *people;
    int people_n;
    const char *chosen, *older_url; /* chosen: the heap that is listed; "" all */
    const char *go;                 /* pilot sending: what the button does; "" it is not there */
    const char *why_not;            /* recall_go_flaw: looking state approval text nobody; "" it may go */
    bool may_approve, may_stop, may_withdraw;
    const char *check; /* recall_check_flaw: what is missing; "" nothing */
    struct field cause, prevention, waiver;
    struct error_list errors;
};

struct recall_told_row {
    const char *article, *lang, *how, *channel;
    int64_t at, number;
    const char *seen; /* what the writer was shown of the article; "" */
    bool read;        /* by herself, in the help centre */
};

struct recall_person_view {
    struct agent_shell shell;
    struct knowledge_nav nav;
    const char *recall, *recall_title;
    struct recall_person_row person;
    const char *lang, *text, *reason, *harm_note;
    bool own_text, writable, may_again, may_mark, reached, erased;
    int64_t acknowledged_at, reviewed_at;
    struct finding_view *findings;
    int findings_n;
    struct recall_told_row *told;
    int told_n;
    struct field note;
    struct error_list errors;
    const char *prev_url, *next_url; /* others who wait for their mail, to review one after the other */
};

#endif
