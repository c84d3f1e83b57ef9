/* help_page.h: what the pages of the help centre share. */
#ifndef KEPT_WEB_HELP_PAGE_H
#define KEPT_WEB_HELP_PAGE_H

#include "desk/article.h"
#include "web/page.h"
#include "web/views_article.h"

/* As visit_begin_public, in the language of the address. */
bool help_begin(struct visit *x, struct request *rq, const char *title);
/* The same for everybody and kept by caches, unless an agent looks or the page is `private_page`. */
void help_end(struct visit *x, bool private_page);
/* The frame of a page that each language has under `/help/<lang>` + rest. */
struct public_shell help_shell(struct visit *x, const char *rest);
/* What a page is about, for search engines: the translated sentence with {company} filled. */
const char *help_about(struct visit *x, const char *sentence);

const char *help_kept_text(struct arena *a, struct buf *b); /* frees the buffer */
struct article_link help_link_of(struct visit *x, const struct article *article);

/* For the head of a page: `path` below our address, `lang` NULL where none belongs to it. */
void help_link_line(struct buf *out, const char *rel, const char *lang, const char *origin, const char *path);
void help_feed_line(struct buf *out, struct visit *x);
/* For search engines: a question with its answer, or an article; where it stands (`second` NULL: one step); the
 * help centre itself. */
void help_structured_article(struct buf *out, struct visit *x, const struct article *article, const char *title,
                             const char *html);
void help_structured_crumbs(struct visit *x, struct public_shell *shell, const char *first, const char *path,
                            const char *second);
void help_structured_site(struct visit *x, struct public_shell *shell);
/* What everybody may read in this language, the newest first. */
enum rc help_changes(struct visit *x, int max, struct help_change **out, int *n);

#endif
