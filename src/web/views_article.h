/* views_article.h: what the pages of knowledge show, agents' and customers'. Rules for filling them: views.h. */
#ifndef KEPT_WEB_VIEWS_ARTICLE_H
#define KEPT_WEB_VIEWS_ARTICLE_H

#include "web/views.h"

/* ---- agents ---- */

/* How far an article can be trusted. band: none warn date free. */
struct trust_view {
    int score;
    const char *band;
    int fresh, evidence, standing; /* per cent */
    const char *standing_why;      /* verified unverified doubted recalled expired */
    int ok, bad;                   /* outcomes of its use, weighted by age */
    int64_t since;                 /* verified then; 0: never */
};

struct knowledge_nav {
    const char *section; /* all mine due must_read as_of recalls settings */
    int due, must_read;  /* to be verified; to be read */
};

struct article_row {
    const char *ref, *title, *lang, *lang_name, *status, *category, *class, *audience, *verifier;
    struct trust_view trust;
    const char *due; /* article_due; "" nothing is to be done */
    int64_t due_at, changed_at;
    bool stale;
};

/* How many articles can be found so far, while they are read in after a start. */
struct search_progress {
    int64_t found, all; /* all 0: everything can be found */
};

struct articles_view {
    struct agent_shell shell;
    struct knowledge_nav nav;
    const char *search;
    struct search_progress progress;
    bool filtered, everybody; /* everybody: of the queue */
    struct choices langs, statuses, classes, categories;
    struct article_row *rows;
    int rows_n;
    const char *older_url;
};

struct version_row {
    int64_t number, at;
    const char *author, *note;
    bool changes_facts, shown;
    const char *diff_url; /* against the one before; "" for the first */
};

struct flag_row {
    const char *ref, *what, *who, *outcome; /* who "": a reader; outcome "": open */
    int64_t at, number;
};

struct diff_piece_view {
    const char *kind; /* same removed added; cut: so much that is the same is left out */
    const char *text;
};

/* A change that people must have read. */
struct must_read_row {
    const char *ref, *article, *title, *lang, *author, *teams, *why; /* teams "": everybody */
    int64_t number, at, ended_at, seats, read, waiting, reminded_at;
    const char *ended_why;          /* read taken_back replaced; "" it is open */
    struct diff_piece_view *pieces; /* what changed; without them it is new, and `body` is all of it */
    int pieces_n;
    struct safe_html body;
    bool mine; /* may see who has not read it */
};

struct must_read_person {
    const char *name, *state; /* state: waits read let_off */
    int64_t at, away_since;
    bool gone; /* does not work here any more */
};

struct must_reads_view { /* what this agent is to read, and what was asked of others */
    struct agent_shell shell;
    struct knowledge_nav nav;
    const char *back; /* the conversation that one came from; "" none */
    struct must_read_row *rows, *asked;
    int rows_n, asked_n;
    const char *older_url;
};

struct must_read_view {
    struct agent_shell shell;
    struct knowledge_nav nav;
    struct must_read_row what;
    struct must_read_person *people;
    int people_n;
};

/* A text as it was shown from a moment until another. */
struct then_row {
    const char *ref, *title, *lang, *category, *class, *audience, *note;
    const char *url, *diff_url; /* diff_url: against what is shown today; "" it is the same, or nothing is */
    int64_t number, from, until, verified_at, recalled_at;
    bool public, chosen;
    struct safe_html body;
};

struct as_of_view { /* the whole help centre at a moment */
    struct agent_shell shell;
    struct knowledge_nav nav;
    struct choices langs, classes;
    const char *at_local; /* as the field holds it */
    int64_t at;
    bool whole, cut; /* whole: with the texts; cut: there is more than is shown */
    struct then_row *rows;
    int rows_n;
};

struct article_then_view { /* one article at a moment, or one of its versions */
    struct agent_shell shell;
    struct knowledge_nav nav;
    const char *ref, *title, *lang, *at_local, *author;
    int64_t at;             /* 0: a version was asked for, not a moment */
    bool shown;             /* something was shown then */
    struct then_row what;   /* of the version: from and until are of the last time that it was shown */
    struct then_row *spans; /* all of them, newest first */
    int spans_n;
};

struct help_then_view { /* the same for customers */
    struct public_shell shell;
    const char *title, *lang, *url; /* url: the page as it is today */
    int64_t at;
    const char *at_day; /* 2026-03-03 */
    bool shown;
    struct then_row what;
    struct then_row *rows; /* all of them: of the article, or of the help centre */
    int rows_n;
    struct contact_choice *contacts;
    int contacts_n;
};

struct article_page_view {
    struct agent_shell shell;
    struct knowledge_nav nav;
    const char *ref, *title, *lang, *lang_name, *status, *class, *audience, *category, *owner, *verifier, *deputy;
    const char *public_url; /* "" customers do not see it */
    struct trust_view trust;
    const char *due;
    int64_t verify_by, verified_at, published_at, publish_at, expire_at;
    int64_t shown, latest;
    bool stale, may_verify, is_verifier, recalled, expired, has_draft;
    const char *correction; /* that is not closed; NULL: none */
    struct safe_html body;
    const char *note;
    struct article_row *family; /* in other languages */
    int family_n;
    struct choices new_langs;
    struct version_row *versions;
    int versions_n;
    struct flag_row *flags;
    int flags_n, flags_open;
    struct article_row *links_to, *links_from;
    int links_to_n, links_from_n;
    int64_t votes, votes_good;
    struct must_read_row *must_reads; /* newest first */
    int must_reads_n;
    struct choices teams;
    /* the form of its facts */
    struct choices classes, audiences, categories, owners, verifiers, deputies;
    struct field publish_local, expire_local;
    struct error_list errors;
};

/* What those see who only read. */
struct read_list_view {
    struct agent_shell shell;
    const char *search;
    struct search_progress progress;
    bool filtered;
    struct choices langs;
    struct article_row *rows;
    int rows_n;
    int must_read; /* changes that she is to read */
    const char *older_url;
};

struct read_view {
    struct agent_shell shell;
    struct article_row what;
    const char *title;
    int64_t number, verified_at, recalled;
    struct safe_html body;
    struct article_row *family; /* in all languages that are shown, this one too */
    int family_n;
};

struct article_diff_view {
    struct agent_shell shell;
    struct knowledge_nav nav;
    const char *ref, *title, *lang, *author, *note;
    const char *title_before, *title_after;
    int64_t from, to, at;
    bool changes_facts;
    struct diff_piece_view *pieces;
    int pieces_n;
};

struct article_edit_view {
    struct agent_shell shell;
    struct knowledge_nav nav;
    const char *ref, *lang, *lang_name;
    struct field title, text, note;
    int64_t base, latest, draft_saved;
    const char *facts; /* yes no; "" not said yet */
    bool may_verify, is_translation, stale;
    const char *source_ref, *source_title, *source_lang;
    struct safe_html source, preview;
    const char *warning, *diff_url;
    struct error_list errors;
};

struct article_new_view {
    struct agent_shell shell;
    struct knowledge_nav nav;
    struct field title;
    struct choices langs, classes, audiences, categories, verifiers, deputies;
    struct error_list errors;
};

struct import_finding {
    const char *kind; /* rubbish_name */
    const char *quote;
};

/* What became of one article of a file, or would. */
struct import_row {
    const char *where, *title, *outcome, *error; /* outcome: import_outcome_name; error "" unless refused */
    bool held;
    struct import_finding *findings;
    int findings_n;
};

struct article_import_view {
    struct agent_shell shell;
    struct knowledge_nav nav;
    struct choices langs, verifiers;
    const char *file_error;
    struct error_list errors;
    bool looked, written; /* a file was looked through; was brought in */
    int all, added, changed, same, refused, waiting, doubtful;
    struct import_row *rows; /* those to look at, not all of them */
    int rows_n;
    bool more;
};

struct category_row {
    const char *ref, *name, *about;
    int64_t articles;
};

struct class_row {
    const char *name;
    const char *rate; /* a year, as a number with a point */
    int days;         /* between verifications */
};

struct knowledge_settings_view {
    struct agent_shell shell;
    struct knowledge_nav nav;
    struct category_row *categories;
    int categories_n;
    struct class_row *classes;
    int classes_n;
    const char *edit_ref;
    struct field name, about;
    struct choices langs, class_choices, category_choices;
    int64_t became_due; /* of what was just announced */
    bool announced;
    struct error_list errors;
};

/* ---- customers ---- */

struct help_link {
    const char *url, *title;
    int64_t verified_at;
    struct marked_text found; /* of a search */
};

struct help_search_view {
    struct public_shell shell;
    const char *search, *action; /* action: where the form goes */
    bool partial;                /* the program has just begun: not every page is found yet */
    struct help_link *hits;
    int hits_n;
    struct contact_choice *contacts;
    int contacts_n;
};

struct help_changes_view {
    struct public_shell shell;
    const char *feed_url, *as_of_url;
    struct help_change *rows;
    int rows_n;
    struct contact_choice *contacts;
    int contacts_n;
};

struct help_category_view {
    struct public_shell shell;
    const char *name, *about, *search_url;
    struct article_link *articles;
    int articles_n;
    struct contact_choice *contacts;
    int contacts_n;
};

struct help_article_view {
    struct public_shell shell;
    const char *title, *lang, *category, *category_url, *search_url;
    struct safe_html body;
    int64_t verified_at, changed_at;
    const char *changed;    /* what changed with this version, as the author says */
    const char *before_url; /* what stood here before; "" nothing did */
    bool stale;             /* the source says something newer */
    bool recalled;          /* what it says is wrong: shown to nobody until it is put right */
    bool noted;             /* that she reads it, who came by her private link */
    const char *source_url;
    const char *vote_url, *stamp;
    const char *voted; /* yes no flagged; "" not yet */
    const char *vote_error;
    struct field what;
    struct article_link *others; /* of its category */
    int others_n;
    struct contact_choice *contacts;
    int contacts_n;
};

#endif
