/* article_page.h: what the handlers of articles share, agents' and customers'. */
#ifndef KEPT_WEB_ARTICLE_PAGE_H
#define KEPT_WEB_ARTICLE_PAGE_H

#include "desk/article.h"
#include "desk/knowledge.h"
#include "desk/must_read.h"
#include "web/page.h"
#include "web/views_article.h"

struct trust_view trust_view_of(const struct article *x, int64_t now);
struct article_row article_row_of(struct visit *x, const struct article *article);
/* What an agent or reader who searches among the articles finds, in the language of `lang`; the search is noted. */
enum rc articles_found(struct visit *x, const char *search, struct knowledge_hit hits[KNOWLEDGE_HITS_MAX], int *n);
/* The column of views; the number of articles that wait for this agent. */
/* What whoever wrote was shown of an article; "" for a standing that was not noted. */
const char *seen_text(struct visit *x, const char *standing, int trust);
/* While articles are read in after a start: how many of them a search finds. */
struct search_progress search_progress_of(struct visit *x);
enum rc knowledge_nav_of(struct visit *x, const char *section, struct knowledge_nav *out);
const char *locale_name(const char *lang); /* "Tiếng Việt"; static */
/* The words of a set to choose from, translated. `set` one of ARTICLE_CLASSES, ARTICLE_AUDIENCES, or
 * "draft published archived". */
struct choices word_choices(struct visit *x, const char *set, const char *chosen);
const char *article_word(enum locale locale, const char *word); /* translated */
enum rc category_choices(struct visit *x, int64_t chosen, struct choices *out);
/* "/help/vi/a/art_…" */
const char *help_article_url(struct arena *a, const struct article *x);
/* The articles that a text is about to say, and in `warning` what to think of first: translated, NULL when there is
 * nothing. *red: it needs a click. `inserted`: references of versions that were put in. */
enum rc quotes_of(struct request *rq, struct view *v, const char *text, const char *const *inserted,
                  size_t inserted_n, struct quote **out, int *n, const char **warning, bool *red);
/* What a change did, piece by piece; with `cut` most of a long stretch that stayed the same is left out. */
struct diff_piece_view *diff_pieces(struct arena *a, const char *before, const char *after, const char *lang,
                                    bool cut, int *n);
/* must_read_page.c: a row with how far it is read; `with_text`: and what changed. */
enum rc must_read_row_of(struct visit *x, const struct must_read *m, bool with_text, struct must_read_row *out);
/* For <input type="datetime-local">; "" for 0. */
const char *local_field(struct visit *x, int64_t ms);
struct article_use *uses_of(struct arena *a, const struct quote *quotes, int n);

#endif
