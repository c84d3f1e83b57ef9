/* rubbish.h: what should not be in an article that is about to be shown to customers, and what it promises and does
 * not hold. In English, Vietnamese, Chinese and Thai. Pure. Code is left alone: `{{name}}` in it is an example. */
#ifndef KEPT_TEXT_RUBBISH_H
#define KEPT_TEXT_RUBBISH_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum rubbish_kind {
    RUBBISH_NO_TITLE,
    RUBBISH_DOUBLED,     /* a passage stands there twice */
    RUBBISH_PLACEHOLDER, /* XNUMX, $config[…], {{…}}, lorem ipsum, TODO */
    RUBBISH_MISSING,     /* "five errors", and two follow; "the image below", and there is none */
    RUBBISH_ADVERTISING, /* a link that sells something else, or is followed */
    RUBBISH_DEAD_LINK,   /* to a page that was not brought along */
    RUBBISH_LANGUAGE,    /* a passage in another language than the article's */
    RUBBISH_KINDS,
};
const char *rubbish_name(enum rubbish_kind kind); /* "no_title" …; static */

enum { RUBBISH_MAX = 20 /* findings of one article */, RUBBISH_QUOTE_MAX = 120 /* bytes */ };

struct rubbish {
    enum rubbish_kind kind;
    const char *quote; /* the place, in its own words */
};

/* Is there a page of this name? Links without a scheme, and those to a help desk's articles, are asked. */
typedef bool rubbish_page_fn(void *arg, const char *link);

/* Writes at most RUBBISH_MAX findings, in the order of their kinds; returns how many. `lang` as in article.h. A
 * NULL `has_page`: links are not looked at. */
size_t rubbish_find(struct arena *a, const char *lang, const char *title, const char *markdown,
                    rubbish_page_fn *has_page, void *arg, struct rubbish out[RUBBISH_MAX]);

#endif
