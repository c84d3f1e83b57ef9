/* courtesy_words.h: the words of courtesies, for courtesy.c only. */
#ifndef KEPT_TEXT_COURTESY_WORDS_H
#define KEPT_TEXT_COURTESY_WORDS_H

#include "text/prose.h"

enum word_kind {
    WORD_THANKS = 1,    /* says thank you or praises, alone */
    WORD_YES = 2,       /* agrees or confirms, alone */
    WORD_WISH = 4,      /* stands beside them in a customer's words: "so much", "have a nice day" */
    WORD_COMMON = 8,    /* addresses and particles, on both sides: "shop", "ạ", "ค่ะ" */
    WORD_HELLO = 16,    /* greets */
    WORD_CALL = 32,     /* asks whether somebody is there */
    WORD_HERE = 64,     /* ours: is there, has received it, asks to wait */
    WORD_CLOSING = 128, /* a name and a signature follow on the next lines */
    WORD_PARTICLE = 256, /* like WORD_COMMON; but first in an answer it is a yes: "ค่ะ ขอบคุณค่ะ" */
};

struct courtesy_row {
    enum word_kind kind;
    enum lang lang;
    const char *words; /* separated by '|' */
};

extern const struct courtesy_row courtesy_rows[];
extern const size_t courtesy_rows_n;

/* What makes a sentence of ours a question that wants an answer, and what makes it no more than an offer. Anywhere
 * in the sentence. */
extern const struct courtesy_row courtesy_asking[], courtesy_offering[];
extern const size_t courtesy_asking_n, courtesy_offering_n;

/* Thumbs, hearts, flowers: a like. And faces that may stand beside one. Others (angry, sad) are not courtesies. */
extern const uint32_t courtesy_likes[], courtesy_faces[];

#endif
