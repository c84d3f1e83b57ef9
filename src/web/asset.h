/* asset.h: the files of static/, embedded by tools/assets.py. The name in the path has the hash of the content, so
 * an answer may be kept for ever. Sorted by name. */
#ifndef KEPT_WEB_ASSET_H
#define KEPT_WEB_ASSET_H

#include "base/arena.h"

#include <stddef.h>

struct asset {
    const char *path; /* "/assets/kept.3f9a0c12ab.css" */
    const char *name; /* "kept.css" */
    const char *type; /* "text/css; charset=utf-8" */
    struct bytes plain;
    struct bytes gzip; /* {NULL, 0} where it would not be smaller */
};

extern const struct asset assets[];
extern const size_t assets_n;

/* The path of "kept.css". A name that is not there gives "/assets/missing" (a test finds such names in templates).
 */
const char *asset_url(const char *name);
/* By its path; NULL when there is none. */
const struct asset *asset_find(const char *path);

#endif
