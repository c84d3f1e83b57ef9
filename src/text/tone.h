/* tone.h: which rule a reply sounds like (one of the six main ones or of eight further ones), judged by its
 * likeness to the sentences that people have sorted (test/rules/check.LANG.jsonl and the examples of the rule
 * files). Patterns know what was thought of; this knows what those sentences have in common. The weights are made
 * from them in each build by tools/tone_train.c; nothing is learned from customers. */
#ifndef KEPT_TEXT_TONE_H
#define KEPT_TEXT_TONE_H

#include "text/prose.h"

enum tone {
    TONE_FAIR,
    TONE_NON_APOLOGY,
    TONE_BLAME,
    TONE_INSULT,
    TONE_POLICY_WALL,
    TONE_REFUSE_ESCALATION,
    TONE_SCRIPT_REPETITION, /* the last of the six */
    TONE_ASKS_SECRET,
    TONE_BARE_PROMISE,
    TONE_PUSHES_ELSEWHERE,
    TONE_OBSTRUCTS_CANCEL,
    TONE_PUSHES_SALE,
    TONE_BEGS_RATING,
    TONE_PERSONAL_REMARK,
    TONE_EMPTY_EMPATHY,
    TONES
};
const char *tone_name(enum tone t);     /* the rule's name; "fair" */
enum tone tone_named(const char *rule); /* TONE_FAIR for any other name */
bool tone_is_main(enum tone t);         /* one of the six */

/* What is compared: words, their neighbours and pieces, as places in the table of weights, each once. */
enum { TONE_BITS = 17, TONE_PLACES = 1 << TONE_BITS, TONE_MARKS_MAX = 6000 };
enum { TONE_MARKS_MIN = 12 /* some four words; fewer say nothing */ };
struct tone_mark {
    uint32_t place, sentence;
    float weight; /* 1; less for a piece of a word */
};
struct tone_marks {
    size_t n, pieces; /* pieces: how many of them are pieces of words */
    struct tone_mark *at;
};
struct tone_marks tone_marks(struct arena *a, const struct prose *p);

struct tone_reading {
    bool known;         /* false: no sentences were sorted in this language, or the reply is too short to tell */
    float share[TONES]; /* how likely each is; together 1 */
    enum tone worst;    /* the likeliest that is not fair */
    uint32_t sentence;  /* where it is heard most */
};
struct tone_reading tone_read(struct arena *a, const struct prose *p);

/* The table that tools/tone_train.c makes: of each place its weights and, last, how rare it is in hundredths; what
 * many replies say tells little. */
enum { TONE_COLUMNS = TONES + 1 };
struct tone_table {
    const int8_t *weights; /* [TONE_PLACES][TONE_COLUMNS]; NULL when not known */
    float scale, bias[TONES];
};
extern const struct tone_table tone_tables[LANGS];

#endif
