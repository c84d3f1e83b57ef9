/* rules_match.h: compiled patterns, shared by rules.c (which compiles) and rules_match.c (which runs). */
#ifndef KEPT_TEXT_RULES_MATCH_H
#define KEPT_TEXT_RULES_MATCH_H

#include "text/rules.h"

enum op { OP_LIT, OP_ENDING, OP_LIST, OP_ALT, OP_GAP, OP_NOT, OP_TIME, OP_NUMBER, OP_START, OP_END };

struct literal {
    uint32_t *c, *bare; /* as written, and without Vietnamese marks */
    uint32_t n;
    uint8_t head; /* of the first letter, as in prose.h */
    bool exact;   /* "=word": only with its marks */
    bool prefix;  /* "word*": the word may go on */
};

struct list {
    const char *name;
    struct literal *at; /* by the head of their first letter (PROSE_HEADS), the longest first */
    size_t n;
    uint16_t from[PROSE_HEADS + 1]; /* where each head begins */
};

/* A pattern is a chain of nodes; the chain's end is a match. */
struct node {
    enum op op;
    struct node *next;
    const struct literal *literal; /* OP_LIT; OP_ENDING: what the word ends in */
    const struct list *list;
    struct node **branches; /* OP_ALT: each ends in `next`; OP_NOT: one, with an end of its own */
    size_t n_branches;
    uint32_t gap;
    uint64_t heads; /* the heads (PROSE_HEADS) that it can begin with; all where that cannot be said */
};

struct pattern {
    struct node *first;
    struct rule *rule;
    uint64_t seconds; /* the second letters of the words it can begin with, by second_bit: spares most attempts */
    int line;
};
uint64_t second_bit(uint32_t c);

enum { HEADS = 1024 };

/* Which patterns can begin with a code point (without marks), by its low bits. */
struct rule_index {
    struct pattern **heads[HEADS];
    uint16_t n_heads[HEADS];
    struct pattern **at_start, **at_time, **at_number;
    size_t n_at_start, n_at_time, n_at_number;
};

struct matcher {
    const struct prose *p;
    const struct whens *whens;
    uint32_t sentence_end, sentence_start;
    int steps; /* left before a pattern gives up: guards against runaway rules */
};

/* The place behind the match that begins at `place`, or UINT32_MAX. */
uint32_t match_at(struct matcher *m, const struct pattern *x, uint32_t place);
/* Anywhere in [from, to)? */
bool match_within(struct matcher *m, const struct pattern *x, uint32_t from, uint32_t to);
uint32_t literal_at(const struct prose *p, const struct literal *l, uint32_t place);

#endif
