/* picture_urls.h: the pictures of other servers that a mail's HTML names, as their addresses. So that pictures are
 * fetched for a reader only from addresses that stand in that mail: a page asks for the n-th. One pass, no tree;
 * what a browser would find in another place is simply not in the list. Pure. */
#ifndef KEPT_TEXT_PICTURE_URLS_H
#define KEPT_TEXT_PICTURE_URLS_H

#include "base/arena.h"

enum {
    PICTURE_URLS_MAX = 200 /* of one mail, the first ones */,
    PICTURE_URL_MAX = 4096 /* bytes; longer ones are left out */
};

/* Values of src and background attributes and of url() in styles, each once, in their order: entities undone, line
 * ends and tabs taken out, blanks around it too; http and https alone ("//host/x" gets https). */
size_t picture_urls(struct arena *a, const char *html, const char *urls[PICTURE_URLS_MAX]);

#endif
