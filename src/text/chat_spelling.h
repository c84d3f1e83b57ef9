/* chat_spelling.h: how Vietnamese is typed in chats ("k đc r" → "không được rồi"), written out for the rules. */
#ifndef KEPT_TEXT_CHAT_SPELLING_H
#define KEPT_TEXT_CHAT_SPELLING_H

#include "text/prose.h"

/* Replaces c, at, upper and n of a Vietnamese prose by longer ones where there is something to write out. Places
 * still lead to the original: the first and the last letter of what was written out to those that were typed. */
void chat_write_out(struct arena *a, struct prose *p);

#endif
