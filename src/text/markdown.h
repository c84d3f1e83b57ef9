/* markdown.h: the Markdown of our replies and notes, and the plain text of customers, as safe HTML.
 * md4c parses; the rendering is ours, because a link's scheme must be checked where it is written. No raw HTML
 * passes, a picture becomes a link, and only http, https, mailto and tel links are links. Pure. */
#ifndef KEPT_TEXT_MARKDOWN_H
#define KEPT_TEXT_MARKDOWN_H

#include "base/arena.h"

char *markdown_html(struct arena *a, const char *markdown);
/* An article: its own pictures (/help/p/…) are shown, links to /help/… stay in the window, and a line end is a
 * space.
 */
char *markdown_article(struct arena *a, const char *markdown);
/* Its words alone, on one line: for snippets. */
char *markdown_words(struct arena *a, const char *markdown);

/* Plain text as people wrote it: escaped, line ends kept, web addresses made links. */
char *plain_html(struct arena *a, const char *text);

#endif
