/* texts.h: what customers of the measurements write: made-up sentences in the four languages, the same on every
 * machine. */
#ifndef KEPT_BENCH_TEXTS_H
#define KEPT_BENCH_TEXTS_H

#include "base/arena.h"

enum { TEXTS_LANGUAGES = 4 };

unsigned texts_pick(unsigned n); /* below n; the next of one fixed row of numbers */
const char *texts_lang(int language);
char *texts_sentence(struct arena *a, int language, int words);

#endif
