/* reply_prepare.h: what a draft would do, shown before it is sent: how it reads (findings) and what it promises.
 * The same for the composer, the API and the practice room. Reads only; the rules are text/reply_rules.h, here is
 * what they are told of the conversation: the customer's last turn (unanswered, address) · our last answers
 * (script_repetition) · what she has told us (asks_again; silent until she is known for certain) · whose data
 * stands in the draft (leak) · what stood in articles before their facts changed (stale_article) · how she is
 * addressed, and the agent's particle · chat or mail. */
#ifndef KEPT_DESK_REPLY_PREPARE_H
#define KEPT_DESK_REPLY_PREPARE_H

#include "desk/agent.h"
#include "desk/conversation.h"
#include "desk/knowledge.h"
#include "desk/promise.h"
#include "text/reply_rules.h"

struct draft_ask {
    const struct conversation *conversation; /* NULL: none; rules that need one stay silent */
    const struct agent *agent;               /* NULL: nobody is known to write */
    const char *text;
    const char *lang; /* of the text; NULL: as its script and the conversation say */
    bool chat;        /* it would be shown in a chat */
    struct knowledge
        *knowledge; /* the articles, for what is outdated (stale_article); NULL: that rule stays silent */
    /* What stands behind "it will not happen again": a prevention's reference, "new": one that is opened with the
     * reply; "": nothing. NULL: what is linked to the conversation. */
    const char *behind;
};

struct draft_reading {
    enum lang lang;
    struct findings findings;
    struct promises_found promises;
    bool no_repeat; /* it says that it will not happen again; a finding only when nothing stands behind it … */
    size_t no_repeat_start, no_repeat_end; /* … and where it says so */
};

/* Texts and findings live in `a`. Promises that are already due are left out. */
enum rc reply_prepare(struct view *v, struct arena *a, const struct draft_ask *ask, int64_t now,
                      struct draft_reading *out);
/* The clause that promises, as it stands in the text; in `a`. Pure. */
char *draft_words(struct arena *a, const char *text, size_t start, size_t end);
/* The whole sentence that a rule's better wording quotes as an example; NULL: none. In the arena. */
char *draft_example(struct arena *a, const char *better);
/* What was read in it, all of it promised, as reply_send takes it; in `a`. */
struct promise_new *draft_promises(struct arena *a, const char *text, const struct draft_reading *r, bool shown);

#endif
