/* article_report.h: what becomes of articles: read, followed by a contact, searched for in vain, used in answers,
 * trusted, wrong. Counted and of nobody: who read what is known for an hour, by a keyed hash of the address, only
 * to see whether a contact follows. */
#ifndef KEPT_DESK_ARTICLE_REPORT_H
#define KEPT_DESK_ARTICLE_REPORT_H

#include "desk/article.h"

enum {
    READING_FOLLOWED_MS = 3600 * 1000,
    SEARCH_WORDS_MAX = 80, /* code points that are kept of a search */
    SEARCH_KEPT_DAYS = 90,
    SEARCH_SHOWN_LEAST = 2, /* asked less often it may be somebody's own words, and is shown to nobody */
    REPORT_ROWS = 20,
    REPORT_WEEKS = 60,
};

/* ---- counting ---- */

/* An article was read. The same reader counts once an hour. */
enum rc reading_note(struct tx *tx, int64_t article_id, const char *reader_tag, int64_t now);
/* This reader writes to us: what she read within the hour did not help. */
enum rc reading_followed(struct tx *tx, const char *reader_tag, int64_t now);
/* A search, and whether it found nothing, or nothing sure. Private numbers, addresses and phone numbers in the
 * words are hidden. `place`: help agents. */
enum rc search_note(struct tx *tx, const char *words, const char *lang, const char *place, bool nothing,
                    bool unsure, int64_t now);

/* How the trust stands just now; read outside the transaction that notes it. */
struct knowledge_standing {
    int64_t articles, score_sum, low;
};
enum rc knowledge_standing(struct view *v, int64_t now, struct knowledge_standing *out);
enum rc knowledge_standing_note(struct tx *tx, const struct knowledge_standing *s, int64_t now);
/* Forgets what is kept for a time only. */
enum rc reading_forget(struct tx *tx, int64_t now);

/* ---- the report ---- */

struct report_article {
    const char *ref, *title, *lang;
    int64_t readings, followed;           /* of the help centre */
    int64_t inserted, linked, recognised; /* in answers */
};
struct report_search {
    const char *words, *lang, *place;
    int64_t nothing, unsure;
};
struct report_week {
    int64_t week; /* Monday 00:00 in the zone, as UTC */
    int64_t readings, followed, searches, nothing;
    int64_t trust; /* mean score at its last day that is known; -1: none is */
    int64_t low;   /* articles below 60 then */
};
struct knowledge_report {
    struct report_week *weeks; /* in order of time, without gaps */
    struct report_article *followed, *used;
    struct report_search *missed;
    int weeks_n, followed_n, used_n, missed_n;
    int64_t readings, followed_all, searches, nothing, uses;
    int64_t resolved, linked; /* conversations begun in the span and resolved; with an article in an answer */
    int64_t exposed, exposed_messages;  /* people who were told what was corrected in the span; how often */
    int64_t exposed_ms;                 /* mean time from being told until the correction went, or until now */
    int64_t still_exposed;              /* who have not been told otherwise */
    struct knowledge_standing standing; /* just now */
};
/* From `from` until before `to`. */
enum rc knowledge_report(struct view *v, struct arena *a, const char *zone, int64_t from, int64_t to, int64_t now,
                         struct knowledge_report *out);

#endif
