/* article_import.h: articles that were written in another program.
 * Each is known by its reference there and its language, so that the same file may come again: only what its text
 * has changed since is brought in, as a version. The same reference in several languages is one family. What is
 * brought in is published when the file says so, and always unverified: nobody here has looked at it.
 * It never overwrites what was changed here since; such a text waits as a version that is not published. */
#ifndef KEPT_DESK_ARTICLE_IMPORT_H
#define KEPT_DESK_ARTICLE_IMPORT_H

#include "desk/article.h"
#include "text/article_file.h"
#include "text/rubbish.h"

enum { IMPORT_REF_MAX = 300 /* bytes */ };

enum import_outcome {
    IMPORT_REFUSED, /* `why` says what is wrong with it */
    IMPORT_NEW,
    IMPORT_CHANGED,
    IMPORT_SAME,
    IMPORT_PUBLISHED, /* the same text; was held back, now is not */
    IMPORT_WAITS,     /* changed there and here: saved, not published */
    IMPORT_OUTCOMES,
};
const char *import_outcome_name(enum import_outcome outcome); /* "refused" …; static */

struct import_ask {
    bool dry_run;        /* says what would be done */
    bool hold;           /* what has findings is left a draft; a missing title alone is no reason */
    int64_t verifier_id; /* of the new ones; 0: nobody yet */
    const char *lang;    /* where neither file nor text tell; NULL: such articles are refused */
    struct actor by;
    int64_t now;
    void (*progress)(void *arg, size_t done, size_t all); /* NULL: nobody looks on */
    void *arg;
};

struct import_result {
    enum import_outcome outcome;
    const char *why;  /* English, of what is refused */
    const char *lang; /* as it was understood; "" unknown */
    bool held;
    struct rubbish *findings;
    size_t findings_n;
};

/* ---- rules (pure) ---- */

/* One of our five for a file's tag, by the text when the tag does not tell; NULL: another language. */
const char *import_lang(const char *tag, const char *title, const char *body);
/* draft published archived; "" and whatever says that it was shown somewhere is published, a word that is not
 * known a draft. */
const char *import_status(const char *word);
const char *import_class(const char *word); /* one of ARTICLE_CLASSES; howto when not said or not known */
const char *
import_audience(const char *word); /* of ARTICLE_AUDIENCES; public when not said, internal when not known */

/* ---- the verb ---- */

/* Brings them in, some at a time, each of them whole or not at all; results[i] belongs to list[i]. After a failure
 * what was done stands, and the same call goes on from there. */
enum rc article_import(struct store *s, struct arena *a, const struct foreign_articles *list,
                       const struct import_ask *ask, struct import_result *results);

#endif
