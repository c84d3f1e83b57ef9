/* reply_check.h: the composer's ear: findings and promises of what is being written, and what the form says of
 * them.
 *
 * A promise is known by its words, not by its place: while the agent goes on writing, the words stay and the place
 * moves. What she took out stays out as long as the words are there; what she added by hand stays. */
#ifndef KEPT_WEB_REPLY_CHECK_H
#define KEPT_WEB_REPLY_CHECK_H

#include "desk/reply.h"
#include "text/reply_rules.h"
#include "web/page.h"

/* Parallel fields of the composer's form (REPLY_WORD_PARAMS), as they came. */
struct word_form {
    const char *const *text, *const *due, *const *by_hand; /* one each a chip: words, local time, "1" or "0" */
    const char *const *was;                                /* … and the time that the chip had found; "": none */
    size_t text_n, due_n, by_hand_n, was_n;
    const char *const *picked; /* numbers of the chips that are ticked */
    size_t picked_n;
    const char *const *shown; /* rules that were shown */
    size_t shown_n;
    const char *const *answer; /* "kept prm_…" "renewed prm_…" "agreed prm_…" "withdrawn prm_…" */
    size_t answer_n;
    const char
        *behind; /* "it will not happen again": a prevention's reference, "new", "" nothing; NULL: not asked */
};
#define REPLY_WORD_PARAMS                                                                                          \
    {"promise", PARAM_TEXT, .max = 40, .many = true}, {"promise_text", PARAM_TEXT, .max = 600, .many = true},      \
        {"promise_due", PARAM_TEXT, .max = 30, .many = true},                                                      \
        {"promise_was", PARAM_TEXT, .max = 30, .many = true},                                                      \
        {"promise_hand", PARAM_TEXT, .max = 1, .many = true}, {"shown", PARAM_TEXT, .max = 40, .many = true},      \
        {"answer", PARAM_TEXT, .max = 60, .many = true}, {"behind", PARAM_TEXT, .max = 40, .nullable = true},      \
        {"article", PARAM_REF, .of = "arv", .many = true}, {                                                       \
        "red_ok", PARAM_FLAG                                                                                       \
    }
struct word_form word_form_of(struct request *rq);
/* As it is kept with a draft: JSON, "" for a form without chips and answers. What cannot be read back is as if
 * nothing was done. */
const char *word_form_write(struct arena *a, const struct word_form *form);
struct word_form word_form_read(struct arena *a, const char *word);

/* Fills findings, promises, owed and shown for `text`. `form` NULL: the draft is seen for the first time. */
enum rc composer_check(struct visit *x, const struct conversation *c, const char *text, bool chat,
                       const struct word_form *form, struct composer_view *out);

/* What a reply with this form does, read again at sending. */
struct word_given {
    struct promise_new *promises;
    int promises_n;
    struct promise_answer *answers;
    int answers_n;
    enum lang lang;
    struct findings findings; /* all of the text, for word_note */
    bool red;                 /* something red is in it */
    bool no_repeat;           /* it says that it will not happen again … */
    const char *behind;       /* … and this is to stand behind it: a reference, "new", or "" nothing */
};
/* RC_INVALID: a chip's time is none, or is over; an answer gives a new time and no promise has one. */
enum rc word_read(struct view *v, struct arena *a, struct knowledge *knowledge, const struct conversation *c,
                  const struct agent *agent, const char *zone, const char *text, bool chat,
                  const struct word_form *form, int64_t now, struct word_given *out);
/* In the transaction of the reply, before it: finds or opens what stands behind "it will not happen again". `what`
 * is what an action that is opened now is called. RC_INVALID: there is no such action. */
enum rc word_behind(struct tx *tx, const struct word_given *given, const struct conversation *c, const char *what,
                    struct actor by, int64_t now, int64_t *prevention_id);
/* After sending: what became of the findings that were shown. */
enum rc word_note(struct tx *tx, const struct word_given *given, const struct word_form *form,
                  int64_t conversation_id, int64_t agent_id, int64_t now);

#endif
