/* analyzer.h: text to search tokens of eight kinds. No language is guessed: the script decides, run by run.
 * Pure and thread-safe; the same text gives the same tokens in one run of the program. */
#ifndef KEPT_TEXT_ANALYZER_H
#define KEPT_TEXT_ANALYZER_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

/* Each kind has its own statistics and document length in rank.c. */
enum token_kind {
    TOKEN_WORD,     /* ICU word, marks kept, the tone of a Vietnamese syllable at its end (hoá = hóa) */
    TOKEN_STEM,     /* Snowball stem of the word without diacritics; not of Han or Thai words */
    TOKEN_PAIR,     /* two adjacent folded words, neither Han nor Thai */
    TOKEN_GRAM,     /* four letters of ^folded-word$: survives typing errors */
    TOKEN_HAN,      /* one Han character */
    TOKEN_HAN_PAIR, /* two adjacent ones */
    TOKEN_THAI,     /* three adjacent Thai letters, vowel and tone marks stripped: survives lost marks */
    TOKEN_CLUSTER,  /* two adjacent Thai character clusters */
    TOKEN_KINDS,
};
extern const char token_letters[TOKEN_KINDS + 1]; /* "wspghbmt" */

struct token {
    uint64_t hash;       /* of kind and text: equal tokens have equal hashes */
    const char *text;    /* UTF-8 in the arena */
    uint32_t start, end; /* code points of the original text, end exclusive */
    enum token_kind kind;
};
struct tokens {
    struct token *at; /* kind after kind, each in text order */
    size_t n;
};

struct tokens analyze(struct arena *a, const char *text, size_t len);
/* The hash of such a token. */
uint64_t token_hash(enum token_kind kind, const char *text, size_t n);

/* A word of the text as ICU cuts it, normalised. Han and Thai words are words too. */
struct word {
    const uint32_t *cp; /* normal code points, n of them */
    size_t n;
    uint32_t start, end; /* code points of the original text */
    int script;          /* enum script */
};
struct words {
    struct word *at;
    size_t n;
};
struct normal;
struct words words_of(struct arena *a, const struct normal *text);

/* Without diacritics, tone or grouping points in numbers ("5.000" and "5,000" are "5000"). */
char *word_fold(struct arena *a, const struct word *w);
/* Marks kept, the tone moved to the end. */
char *word_spell(struct arena *a, const struct word *w);
/* The English stem when the word is ASCII letters; `spelled` itself otherwise. */
const char *word_stem(struct arena *a, const char *spelled);

#endif
