/* must_read.h: a change of an article that people must have read before they answer.
 *
 * It asks whoever is in the named teams (or works here) at that moment; each has a seat of her own, and only she
 * can say that she has read it. Who is away keeps the seat and is asked when she is back. Who joins later never
 * knew the old text and is not asked. It stops no answer: it is pointed out beside the composer, and an answer that
 * says the article is held back once.
 *
 *   asked ──the last of them read it──▶ ended (read)
 *     ├──must_read_end, or the article is archived or expires──▶ ended (taken_back)
 *     └──a newer version of the article is asked for──▶ ended (replaced)
 *
 * Each seat: waits ──must_read_confirm──▶ read; waits ──it ends otherwise──▶ let_off. */
#ifndef KEPT_DESK_MUST_READ_H
#define KEPT_DESK_MUST_READ_H

#include "desk/agent.h"
#include "desk/article.h"

enum {
    MUST_READ_WHY_MAX = 500,                /* code points */
    MUST_READ_REMIND_MS = 24 * 3600 * 1000, /* so long after asking, and between reminders */
    MUST_READ_REMINDERS = 3,                /* then only the badge and the author's list say so */
    MUST_READ_TEAMS_MAX = 50,
};

struct must_read {
    int64_t id, article_id, version_id, number, before_number, asked_by, created_at, reminders, reminded_at,
        ended_at;
    const char *ref, *why, *ended_why;
    /* on loading */
    const char *article_ref, *title, *lang, *author,
        *teams;                   /* title: of the version; teams: their names; "": everybody */
    int64_t seats, read, waiting; /* waiting: without those who do not work here any more */
};

struct must_read_seat {
    int64_t agent_id, at;
    const char *state; /* waits read let_off */
    /* on loading */
    const char *agent_ref, *name, *lang;
    int64_t away_since, disabled_at;
    int64_t told_at; /* when another change that waits for her was last reminded of; 0: never */
};

/* ---- rules (pure) ---- */

/* When those who have not read it are reminded next; 0: never again. */
int64_t must_read_remind_at(const struct must_read *m);
/* Is this person reminded now? Not while she is away: she is asked when she is back. */
bool must_read_reminds(const struct must_read_seat *s);
/* The mail shows all that waits for her: one that went for another change less than half a day ago is enough,
 * unless a person asks for it. */
bool must_read_was_told(const struct must_read_seat *s, int64_t now);

/* ---- loading ---- */

enum rc must_read_load(struct view *v, struct arena *a, int64_t id, struct must_read *out);
enum rc must_read_by_ref(struct view *v, struct arena *a, const char *ref, struct must_read *out);
/* Those that wait for this agent, the oldest first. */
enum rc must_read_of_agent(struct view *v, struct arena *a, int64_t agent_id, struct must_read **out, int *n);
enum rc must_read_count(struct view *v, int64_t agent_id, int *n);
/* Newest first; before_id 0: from the start. */
enum rc must_read_list(struct view *v, struct arena *a, int64_t before_id, int max, struct must_read **out, int *n);
enum rc must_read_of_article(struct view *v, struct arena *a, int64_t article_id, struct must_read **out, int *n);
/* Those who have not read it first, by name. */
enum rc must_read_seats(struct view *v, struct arena *a, int64_t id, struct must_read_seat **out, int *n);
/* Does one of these articles, or one that says the same in another language, have a change that this agent has not
 * read? *at: the index of the first; -1: none. */
enum rc must_read_unread(struct view *v, int64_t agent_id, const struct article *list, int n, int *at);

/* ---- verbs ---- */

/* Asks the teams (teams_n 0: everybody who works here) to read the version that is shown; whoever asks has read it.
 * What was asked before of the same article is replaced. RC_CONFLICT: nothing is shown. RC_INVALID: there is nobody
 * but `by` to ask. */
enum rc must_read_ask(struct tx *tx, const struct article *x, const struct team *teams, int teams_n,
                      const char *why, struct actor by, int64_t now, struct must_read *out);
/* RC_NONE: she was not asked. RC_OK also the second time. */
enum rc must_read_confirm(struct tx *tx, struct must_read *m, int64_t agent_id, int64_t now);
/* RC_CONFLICT: it has ended. */
enum rc must_read_end(struct tx *tx, struct must_read *m, struct actor by, int64_t now);
/* Nothing is shown of the article any more: nobody need read its changes. */
enum rc must_read_withdraw(struct tx *tx, int64_t article_id, struct actor by, int64_t now);
/* Mails to those who have not read it and are here, with a link below `origin` ("": no mail, for no link is known).
 * *n: how many are reminded. RC_CONFLICT: it has ended. */
enum rc must_read_remind(struct tx *tx, struct must_read *m, const char *origin, struct actor by, int64_t now,
                         int *n);
/* What the job does: reminds when it is time. */
enum rc must_read_tick(struct tx *tx, int64_t id, const char *origin, int64_t now);

#endif
