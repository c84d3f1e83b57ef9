/* asset.h: a file that is embedded in the program and served under a name that carries its hash. */
#ifndef KEPT_WEB_ASSET_H
#define KEPT_WEB_ASSET_H

#include "base/arena.h"

struct asset {
    const char *path, *type;  /* "/static/kept.3fa2c1.css", "text/css; charset=utf-8" */
    struct bytes plain, gzip; /* static; gzip.len 0: not worth it */
};

/* Made by the build (the list) from static/. */
extern const struct asset assets[];
extern const size_t assets_n;
/* "kept.css" → "/static/kept.3fa2c1.css"; an unknown name dies. */
const char *asset_url(const char *name);

#endif
