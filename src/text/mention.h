/* mention.h: who is called upon in an internal note: "@Lan", "@Nguyễn Thị Lan", "@lan@shop.test", "请@小明看一下".
 *
 * A name counts as it is written in full, case and diacritics apart ("@nguyen thi lan" too); of several that fit
 * the longest does, and of people who differ by their marks alone the one whose marks stand there. Chinese and Thai
 * need no space behind it. An address in a text (lan@shop.test) calls upon nobody. Pure. */
#ifndef KEPT_TEXT_MENTION_H
#define KEPT_TEXT_MENTION_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct mention_name {
    const char *name, *email;
};

/* Bytes of the text, with the sign before the name; in order, not touching each other. */
struct mention_span {
    size_t start, end;
};

/* Returns how many stand there. `called` has a place for each of the `n` people; two of the same name are both
 * called. */
size_t mention_find(struct arena *a, const char *text, const struct mention_name *people, size_t n, bool *called,
                    struct mention_span **spans);

/* The HTML of a note (markdown_html) with <span class="mention"> around those who are called upon in it, except in
 * links and code. Escapes stay as they are. */
char *mention_mark(struct arena *a, const char *html, const struct mention_name *people, size_t n);

#endif
