/* courtesy.h: messages that say thank you, yes, or "we are here", and nothing else.
 * A message is read from its first sign to its last: only when all of it is made of the words in courtesy_words.c
 * is it a courtesy. One word more ("but", a question mark, a number) and it is an ordinary message, so what is
 * missing in the table costs a click and never hides what somebody wanted. Pure and thread-safe. */
#ifndef KEPT_TEXT_COURTESY_H
#define KEPT_TEXT_COURTESY_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum { COURTESY_MAX = 240 /* code points; longer is more than a courtesy */, COURTESY_NAMES_MAX = 24 };

enum courtesy {
    COURTESY_NONE,
    COURTESY_THANKS, /* thanks, praise, a like or a sticker */
    COURTESY_YES,    /* ok, received, yes or no thank you: the answer, when something was asked */
};

/* What a customer's new text is (quoted history left out). `names`: of people and companies that may be spoken to
 * or sign ("Thanks, Hoa"); may be NULL. A signature below "Best regards," is not part of the decision. */
enum courtesy courtesy_of(struct arena *a, const char *text, const char *const *names, size_t n_names);

/* Nothing but a call: "在吗", "shop ơi", "Hello, anyone there?" It is answered by being there. */
bool courtesy_is_call(struct arena *a, const char *text);

/* Does this text of ours ask for something that a bare "ok" or "yes" answers? "Anything else?" does not. */
bool courtesy_asks(struct arena *a, const char *text);

/* Does this text of ours only say that somebody is there, received it, or asks to wait? What answers, promises a
 * time or tells what is being done is no placeholder. */
bool courtesy_is_placeholder(struct arena *a, const char *text, const char *const *names, size_t n_names);

#endif
