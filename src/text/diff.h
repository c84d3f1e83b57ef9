/* diff.h: what changed between two texts, word by word, as ICU cuts words (Chinese and Thai too). Pure. */
#ifndef KEPT_TEXT_DIFF_H
#define KEPT_TEXT_DIFF_H

#include "base/arena.h"

enum { DIFF_EDITS_MAX = 800 /* of one stretch; what differs by more is shown as replaced */ };

enum diff_kind { DIFF_SAME, DIFF_REMOVED, DIFF_ADDED };
struct diff_piece {
    enum diff_kind kind;
    const char *text; /* in the arena */
};
/* The pieces that are not added are the old text, those that are not removed the new one; neighbours differ in
 * kind. */
struct diff {
    struct diff_piece *at;
    int n;
};
/* The sentences of each that the other does not have, without Markdown's marks, in their order; in the arena. */
struct diff_sentences {
    const char **removed, **added;
    size_t removed_n, added_n;
};
struct diff_sentences diff_sentences(struct arena *a, const char *before, const char *after, const char *lang);
struct diff diff_words(struct arena *a, const char *before, const char *after, const char *lang);

#endif
