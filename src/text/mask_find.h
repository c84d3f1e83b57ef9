/* mask_find.h: the folded text and the finders, shared by the mask_*.c files only. */
#ifndef KEPT_TEXT_MASK_FIND_H
#define KEPT_TEXT_MASK_FIND_H

#include "text/mask.h"
#include "text/mask_words.h"

#include <stdbool.h>
#include <stdint.h>
#include <uchar.h>

struct mask_group { /* digits without anything between them */
    size_t start, end;
};

/* Places are indexes into the folded arrays, which leave out invisible characters. */
struct mask_scan {
    struct arena *arena;
    const char *text;
    size_t len;
    unsigned kinds;
    size_t n;
    uint32_t *lower, *bare; /* the folded text; one 0 behind the end */
    uint32_t *at_cp, *at_byte;
    bool *taken;                                   /* belongs to a span already, asked for or not */
    bool any_letter, any_thai, any_at, any_hidden; /* any_hidden: a sign of mask_apply's */
    bool any_card;                                 /* found, asked for or not */
    struct mask_group *groups;
    size_t n_groups;
    struct mask_label_at *labels;
    size_t n_labels;
    struct mask_span *spans;
    size_t n_spans, room_spans;
};

void mask_find_iban(struct mask_scan *s);
void mask_find_numbers(struct mask_scan *s); /* cards and identity numbers */
void mask_find_secrets(struct mask_scan *s);
void mask_find_retold(struct mask_scan *s); /* after the secrets that have their word */
void mask_find_emails(struct mask_scan *s);
void mask_find_phones(struct mask_scan *s);
/* Last (mask_ear.h): adds what no rule took, and drops what rules took wrongly of the spans [first, end). */
void mask_find_heard(struct mask_scan *s, size_t first, size_t end);

/* Reads the text for the finders; false: there is nothing in it that they could find. */
bool mask_scan_read(struct mask_scan *s, struct arena *a, const char *text, size_t len, unsigned kinds);

/* The first of the words, which stand in order, that ends behind `i`; n when none does. */
size_t mask_label_from(const struct mask_label_at *labels, size_t n, size_t i);
void mask_take(struct mask_scan *s, enum mask_kind kind, size_t start, size_t end);
bool mask_is_taken(const struct mask_scan *s, size_t start, size_t end);

/* What the number at [start, end) is called: by the last word before it in the same sentence with no other number
 * between, else by one right behind it ("… is my order number"); LABEL_NONE when nothing names it. */
enum mask_label mask_named(const struct mask_scan *s, size_t start, size_t end);
/* "order no. 4111…", "4111… is my order": is the number of these groups called so, with nothing between? */
bool mask_named_directly(const struct mask_scan *s, size_t from_group, size_t to_group);
/* Is a word of the label within `reach` code points of it? */
bool mask_label_near(const struct mask_scan *s, enum mask_label label, size_t start, size_t end, size_t reach);

/* How the finders of secrets read; places as above. */
bool mask_one_of(const struct mask_scan *s, size_t i, size_t end, const char *list); /* "|is|la|", without marks */
bool mask_starts(const struct mask_scan *s, size_t i, const char32_t *word);         /* does it stand at i? */
/* Does a word of the list, which NULL ends, stand right before `to`? */
bool mask_stands_before(const struct mask_scan *s, size_t to, const char32_t *const *list);
size_t mask_word_end(const struct mask_scan *s,
                     size_t i); /* of its Latin letters and digits; i when none is there */
bool mask_sentence_ends(const struct mask_scan *s, size_t i);
bool mask_letter(const struct mask_scan *s, size_t i);      /* Latin or a digit */
size_t mask_connector(const struct mask_scan *s, size_t i); /* ":", "is", "là", "是", "คือ": its end, or 0 */
const struct mask_label_at *mask_label_over(const struct mask_scan *s, size_t i); /* the word at i, or NULL */
bool mask_any_sign(const struct mask_scan *s, size_t i, const char32_t *const *list);
/* Written in the width of a Chinese character: "，" ends what a comma goes on with. */
bool mask_is_wide(const struct mask_scan *s, size_t i);
bool mask_has_unit(const struct mask_scan *s, size_t end); /* with all groups before it read as one number */
bool mask_number_joined(const struct mask_scan *s, size_t start, size_t end); /* 10:30, 1,200, 16/03/2026 */
bool mask_stops_search(const struct mask_scan *s, size_t i, size_t end);      /* "from", "after", "if" */
bool mask_says_something_else(enum mask_label label);   /* the number behind it is not the secret */
bool mask_is_year(const struct mask_scan *s, size_t i); /* four digits, 19.. or 20.. */
/* "Is my pin OK? It was 4821": where the value begins that the next sentence says at once, or 0. A year is none. */
size_t mask_said_in_next_sentence(const struct mask_scan *s, size_t i);
size_t mask_token_end(const struct mask_scan *s, size_t i); /* of what is written without a blank from i on */
/* The password behind its word. */
bool mask_take_password(struct mask_scan *s, const struct mask_label_at *l);
/* Thai calls a password รหัส too: "รหัส Shop#2024". */
void mask_take_password_behind_code(struct mask_scan *s, const struct mask_label_at *l);
/* Can the digits at `start` be a code of the kind? Its end in *end, without a count behind it ("4821 2 days"). */
bool mask_code_fits(const struct mask_scan *s, enum mask_kind kind, size_t start, size_t *end);

#endif
