/* prose.h: a reply made ready for rules: folded code points, sentences, clauses.
 * Words are runs of Latin letters; Chinese and Thai are compared character by character, which needs no dictionary
 * and cuts nothing wrongly. Folding keeps meaning: lower case, one width, Thai digits as ASCII, Chinese as
 * Simplified, Vietnamese tone marks on the newer place (hoá → hóa), Thai typed as เเ read as แ. */
#ifndef KEPT_TEXT_PROSE_H
#define KEPT_TEXT_PROSE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lang { LANG_EN, LANG_VI, LANG_ZH, LANG_TH, LANGS };

/* "en", "vi-VN", "zh-Hant", "th": by the first two letters; anything else (and NULL) is judged by the text's
 * script. */
enum lang lang_read(const char *code, const char *text, size_t len);
const char *lang_code(enum lang lang); /* "en", … */

enum { PROSE_HEADS = 64, PROSE_LETTER = 64, PROSE_WORD = 128 }; /* PROSE_WORD: a word may begin here */

struct stretch { /* places in prose.c, end exclusive */
    uint32_t start, end;
};

struct prose {
    enum lang lang;
    uint32_t n;
    uint32_t *c;      /* folded code points; one 0 before the first and one behind the last may be read */
    uint8_t *head;    /* of each place and two behind the last: the low bits of the letter without marks, and
                         PROSE_LETTER, PROSE_WORD */
    uint32_t *at;     /* code point index in the original; at[n] is the end */
    bool *upper;      /* Vietnamese: a capital stood here ("Mai" is a name, "mai" is tomorrow); else NULL */
    bool unmarked;    /* Vietnamese typed without its marks: compare without marks */
    bool traditional; /* has Chinese characters that only Traditional writing uses */
    bool simplified;  /* … that only Simplified writing uses */
    struct stretch *sentences;
    uint32_t n_sentences;
    bool *question; /* of each sentence: ends with a question mark */
};

/* Everything lives in the arena. `text` is valid UTF-8; only the first PROSE_MAX code points are read. */
enum { PROSE_MAX = 100000 };
struct prose *prose_read(struct arena *a, enum lang lang, const char *text, size_t len);

/* The same folding for the words of a rule; returns how many code points were written (at most `room`). */
size_t prose_fold(enum lang lang, const char *text, size_t len, uint32_t *to, size_t room);

/* Which of the two ways of writing Chinese a character belongs to alone. Those that both use, or that nobody would
 * be surprised to see in the other, tell nothing. */
enum han_writing { HAN_BOTH, HAN_TRADITIONAL, HAN_SIMPLIFIED };
enum han_writing prose_han_writing(uint32_t c);

uint32_t prose_sentence_of(const struct prose *p, uint32_t place);

/* A letter of a word that is written with spaces around it. */
bool prose_is_letter(uint32_t c);

#endif
