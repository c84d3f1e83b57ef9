/* article_reader.h: files of other programs, read where they can do nothing.
 * A child of this program without files, network or rights (base/sandbox.h, SANDBOX_ARTICLES) unpacks and reads
 * them (text/article_file.h, text/unzip.h) and may die of it; this side holds every length against a limit, every
 * text must be clean UTF-8, and never looks into the file itself. One import is read at a time, by a child of its
 * own. */
#ifndef KEPT_DESK_ARTICLE_READER_H
#define KEPT_DESK_ARTICLE_READER_H

#include "base/rc.h"
#include "text/article_file.h"

enum {
    ARTICLE_READER_CPU_SECONDS = 120, /* of the child, for one import */
};

/* What one import may take. */
struct article_limits {
    size_t text;         /* bytes of all articles together, as they come back */
    int64_t deadline_ms; /* for one file to be taken, and for one article to come back */
};
extern const struct article_limits ARTICLES_SERVED;    /* while others are served: 96 MB, 40 s */
extern const struct article_limits ARTICLES_COMMANDED; /* by somebody at the machine: 768 MB, 150 s */

struct article_reader;

/* RC_AWAY: no child can be started now. The reader, when it could be had, lives until article_reader_end. */
enum rc article_reader_begin(const struct article_limits *limits, struct article_reader **out);
/* The articles of one file are appended to *list, in the arena. `given`: somebody named this very file: it may be
 * an archive, and must hold articles; else it lay in a folder among others. RC_INVALID: cannot be read, or holds
 * nothing known. RC_TOO_BIG: over a limit of memory, time or text. *flaw says it; the reader is of no more use. */
enum rc article_reader_take(struct article_reader *r, struct arena *a, const struct named_file *file, bool given,
                            struct foreign_articles *list, struct file_flaw *flaw);
void article_reader_end(struct article_reader *r); /* NULL is fine */

/* All of it for one given file. RC_AWAY has its flaw too. */
enum rc article_read(struct arena *a, const struct named_file *file, const struct article_limits *limits,
                     struct foreign_articles *list, struct file_flaw *flaw);

/* `kept articles`: the child's side; speaks on descriptor 0 and returns the exit code. */
int article_child_main(void);

#endif
