/* help_page.h: what the pages of the help centre share. */
#ifndef KEPT_WEB_HELP_PAGE_H
#define KEPT_WEB_HELP_PAGE_H

#include "web/page.h"

/* As visit_begin_public, in the language of the address. */
bool help_begin(struct visit *x, struct request *rq, const char *title);
/* The same for everybody and kept by caches, unless an agent looks or the page is `private_page`. */
void help_end(struct visit *x, bool private_page);
/* The frame of a page that each language has under `/help/<lang>` + rest. */
struct public_shell help_shell(struct visit *x, const char *rest);
/* What a page is about, for search engines: the translated sentence with {company} filled. */
const char *help_about(struct visit *x, const char *sentence);

#endif
