/* news.h: the honest word about a promise that was missed, so that the customer hears it before asking: what we
 * said, that it has not happened, that the fault is ours. It is prepared when the promise breaks, as the owner's
 * draft, and goes by itself after NEWS_AFTER_MS of open hours when the account allows it (SETTING_NEWS; off unless
 * somebody switched it on) and nobody wrote, is writing, or stopped it. It promises nothing, ends nobody's wait and
 * says that a program sent it.
 *
 *   promise breaks ──news_plan──▶ waits ──its time, news_tick──▶ sent
 *                                   │ └──▶ needless (answered, kept …), withheld (careful mode, a machine …)
 *                                   ├── news_send: somebody sends it sooner ──▶ sent ──news_taken_back──▶ stopped
 *                                   └── news_stop ──▶ stopped
 *
 * One word for all that is late in the conversation. Never twice: after one of these a person speaks next. */
#ifndef KEPT_DESK_NEWS_H
#define KEPT_DESK_NEWS_H

#include "base/locale.h"
#include "desk/hours.h"
#include "desk/promise.h"

#define NEWS "news" /* message.auto_kind */

enum {
    NEWS_AFTER_MS = 15 * 60 * 1000,
    QUIET_FROM_HOUR = 21, /* nothing goes by itself from then … */
    QUIET_TO_HOUR = 8,    /* … until then, by the account's clocks */
};

/* ---- rules (pure) ---- */

/* The first moment from `from` on at which something may go by itself: open, and not in the quiet hours. 0: none
 * within a year. */
int64_t news_open_at(const struct hours *hours, const char *zone, int64_t from);
/* When a word goes that was prepared at `from`: after NEWS_AFTER_MS of open hours. 0: never. */
int64_t news_goes_at(const struct hours *hours, const char *zone, int64_t from);

struct news_case {
    bool allowed; /* the account lets it go */
    bool owed;    /* the promise is late, shown to the customer and not settled */
    bool careful, spam;
    bool machine;        /* what came last from the customer, a machine wrote */
    bool told;           /* our last word was one of these already */
    bool red;            /* the reply check found something that must not go */
    bool answered;       /* somebody has written since it broke … */
    int64_t undone_till; /* … and may take it back until then */
    int64_t writing_at;  /* when somebody's draft changed last since it broke; 0: nobody writes */
};
enum news_step { NEWS_WAIT, NEWS_GO, NEWS_NEEDLESS, NEWS_WITHHELD };
struct news_verdict {
    enum news_step step;
    const char *reason; /* needless: settled answered told · withheld: off careful machine spam red closed · "" */
    int64_t at;         /* of NEWS_WAIT: look again then */
};
struct news_verdict news_judge(const struct news_case *x, int64_t goes_at, const struct hours *hours,
                               const char *zone, int64_t now);

/* Her words; Markdown, in the arena. `owner` "": nobody has it. */
struct news_words {
    const char *name, *company, *zone, *owner;
    const struct promise *late;
    int late_n;
};
char *news_text(struct arena *a, enum locale locale, const struct news_words *w);

/* ---- verbs ---- */

/* The promise has just been broken. */
enum rc news_plan(struct tx *tx, const struct promise *p, const struct conversation *c, int64_t now);
/* Of the job. RC_OK also when there is nothing to do. */
enum rc news_tick(struct tx *tx, int64_t promise_id, int64_t now);
/* Now, by somebody's hand: whatever the hour, but not in careful mode. RC_CONFLICT: it does not wait any more, or
 * something stands against it. */
enum rc news_send(struct tx *tx, const struct promise *p, struct actor by, int64_t now);
enum rc news_stop(struct tx *tx, const struct promise *p, struct actor by, int64_t now);
/* Its message was taken back. */
enum rc news_taken_back(struct tx *tx, int64_t message_id, int64_t agent_id, int64_t now);

/* ---- for the page ---- */

/* The word that waits in a conversation: RC_NONE when none does, or none would go any more. */
struct news_waiting {
    struct promise promise; /* the first of those that it is about */
    int64_t at;
    const char *text;
};
enum rc news_of_conversation(struct view *v, struct arena *a, const struct conversation *c, int64_t now,
                             struct news_waiting *out);

#endif
