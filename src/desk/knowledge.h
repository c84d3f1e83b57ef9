/* knowledge.h: what the program keeps of the articles in memory: the ranker that finds them, and the fingerprints
 * by which their passages are recognised in what is about to be sent. Read from the store at start, beside what is
 * served; before each use it catches up with the events since, so that every node knows what any node published.
 * Nothing is kept on the disk, so nothing there can be out of date. The store stays the truth: what is found is
 * loaded and judged anew. Thread-safe. */
#ifndef KEPT_DESK_KNOWLEDGE_H
#define KEPT_DESK_KNOWLEDGE_H

#include "desk/article.h"

enum {
    KNOWLEDGE_HITS_MAX = 20,
    KNOWLEDGE_QUOTE_LEAST = 48, /* units (text/fingerprint.h) in one piece that make a quotation */
    KNOWLEDGE_COMMON = 3,       /* a passage of more articles than this is a set phrase, and nobody's */
    KNOWLEDGE_USES_MAX = 10,    /* articles that one message is said to use */
};

struct knowledge;
struct knowledge *knowledge_new(void);
void knowledge_free(struct knowledge *k); /* NULL is fine */
/* Reads everything in, on threads of its own, until it is in: passages first, then what is searched. Meanwhile a
 * search finds what is in already, and quotations wait for the passages. */
void knowledge_start(struct knowledge *k, struct store *s);
/* Is everything in that can be found? Else *found of *all articles are. */
bool knowledge_whole(struct knowledge *k, int64_t *found, int64_t *all);
/* The ranker catches up, the first time with everything. */
enum rc knowledge_follow(struct knowledge *k, struct view *v);

/* The ranker itself, for what asks it in bulk; it goes by the references of articles. Borrowed. */
struct rank;
struct rank *knowledge_rank(struct knowledge *k);

/* Who asks decides what is found. */
enum knowledge_reader { READER_PUBLIC, READER_CUSTOMER, READER_AGENT };
bool knowledge_may_read(const struct article *x, enum knowledge_reader who); /* Pure; of the audience alone */

struct knowledge_hit {
    struct article article;
    struct article_version version; /* the one that is shown */
    bool confident;                 /* of the first: may be offered without having been asked for */
};
/* The best for what was typed, in that language (NULL: in any); at most `max`. Articles that nobody is shown are
 * left out. */
enum rc knowledge_search(struct knowledge *k, struct view *v, struct arena *a, enum knowledge_reader who,
                         const char *lang, const char *text, int64_t now, int max, struct knowledge_hit *hits,
                         int *n);

/* What is wrong with saying it now. */
enum quote_state {
    QUOTE_FINE,
    QUOTE_DATED,    /* its trust asks for the date beside it */
    QUOTE_LOW,      /* its trust is low */
    QUOTE_OUTDATED, /* facts have changed since that version */
    QUOTE_WRONG,    /* recalled, expired or withdrawn: trust 0 */
};
struct quote {
    struct article_use use;
    struct article article;
    int64_t number; /* of the version */
    enum quote_state state;
};
/* What a text says that stands in articles: by passages of KNOWLEDGE_QUOTE_LEAST, by links to /help/…/art_…, and by
 * `inserted` (references of versions that the writer put in), of which a shorter passage is enough. An article
 * counts once, with the version that fits best. */
enum rc knowledge_quotes(struct knowledge *k, struct view *v, struct arena *a, const char *text,
                         const char *const *inserted, size_t inserted_n, int64_t now, struct quote **out, int *n);
/* Pure. */
enum quote_state quote_judge(const struct article *x, int64_t number, int64_t now);

#endif
