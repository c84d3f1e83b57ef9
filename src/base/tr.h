/* tr.h: English sentences into the reader's language. The catalogues (lang/<tag>.po) are compiled into the program;
 * a sentence that has no translation yet stays English. tools/catalogue.py finds each tr("…"), tr_n("…", "…") and
 * N_("…") in the sources, so what stands there is a literal.
 *
 * Where one English word has two meanings, "context|" in small letters stands before it and is never shown:
 * "status|Open" and "verb|Open".
 * Holes are named: "{name} wrote {n} messages". Translations may move them, not rename them. */
#ifndef KEPT_BASE_TR_H
#define KEPT_BASE_TR_H

#include "base/buf.h"
#include "base/locale.h"

#include <stdint.h>

/* Marks a sentence in a table, which tr() gets later. */
#define N_(text) text

/* Static text. A sentence that is in no catalogue comes back as it is. */
const char *tr(enum locale locale, const char *english);
/* `one` or `many` for n in English; the other four have one form. */
const char *tr_n(enum locale locale, int64_t n, const char *one, const char *many);

/* Appends `sentence` with its holes filled: names and values in pairs, ended by NULL. An unknown hole stays.
 *     tr_fill(out, tr(locale, "{name} is away until {day}"), "name", name, "day", day, NULL); */
void tr_fill(struct buf *out, const char *sentence, ...) __attribute__((sentinel));

/* For generated code: the sentence by its number in catalogue_gen.h. */
const char *tr_at(enum locale locale, int message);
/* The next hole of *sentence: appends what stands before it, with `put`, moves *sentence behind it and answers
 * which of the n names it is; -1 at the end. */
int tr_hole(struct buf *out, void (*put)(struct buf *, const char *, size_t), const char **sentence,
            const char *const *names, int n);

#endif
