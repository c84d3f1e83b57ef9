/* when_words.h: the tables of when_words.c, for when_atoms.c only. */
#ifndef KEPT_TEXT_WHEN_WORDS_H
#define KEPT_TEXT_WHEN_WORDS_H

#include "text/when_atoms.h"

struct when_row {
    enum atom_kind kind;
    double value;
    enum atom_kind kind2; /* ATOM_NONE with value2 1: a weak word that counts only beside another part */
    double value2;
    const char *words; /* separated by '|' */
};

/* Ends with a row of ATOM_NONE. */
const struct when_row *when_rows(enum lang lang);

#endif
