/* promise_find.h: the company's promises in a reply: its own future act towards this customer, with a time.
 * Not a promise: what is past, hedged, conditional, asked, denied, unknown, estimated or promised by somebody else,
 * the customer's own duty, and policy quoted in general. The words for each are the cues of the rule files:
 *
 *   commit         makes the times beside it promised
 *   promised-time  a pattern with <time> that is a promise by itself ("2 ngày là có hàng")
 *   not-time       a pattern with <time>: this time is none ("instead of <time>")
 *   not-near       when nearer before the time than any commit, the time is none (past acts, the customer's duty)
 *   not-clause     none in this clause (hedges, denials)
 *   not-sentence   none in this sentence (conditions, questions, reports), but for a clause behind a "contrast"
 *                  that commits by itself ("they said Monday, but we'll come on Tuesday")
 *   not-behind     none behind it in this sentence (conditions of a language that puts them first)
 *   contrast       see not-sentence ("but", "so", "now")
 *   ours           frees like a contrast, but not from not-behind ("the bank says three days, we pay today")
 *   harmless       the four above do not count where they begin inside this ("even if")
 *   tag            a question that ends so asks for a nod only ("ok?")
 *   clause         a new clause begins here ("but", "nhưng", "但是", "แต่")
 *   goes-on        an act that a commit before it goes on to ("… on Monday and send the part by Friday"), where
 * both have a time of their own; one that begins with a comma only in a list that ends without one joins left out
 * where a promise's words begin with it ("and")
 */
#ifndef KEPT_TEXT_PROMISE_FIND_H
#define KEPT_TEXT_PROMISE_FIND_H

#include "text/rules.h"

struct promise_found {
    size_t start, end; /* code points of the text: the clause that promises */
    int64_t from, to;  /* UTC milliseconds: due not before, due at the latest */
};
struct promises_found {
    size_t n;
    const struct promise_found *at; /* in the order of the text, in the arena */
};

/* `whens` and `hits` as found in `p`. */
struct promises_found promise_find(struct arena *a, const struct prose *p, const struct whens *whens,
                                   const struct rule_hits *hits);

/* The same from the text alone. */
struct promises_found promise_read(struct arena *a, enum lang lang, const char *text, size_t len,
                                   const struct when_frame *f);

#endif
