#include "web/asset.h"

#include <string.h>

static const struct asset *by_name(const char *name) {
    size_t low = 0, high = assets_n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(name, assets[middle].name);
        if (order == 0)
            return &assets[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const char *asset_url(const char *name) {
    const struct asset *found = by_name(name);
    return found ? found->path : "/assets/missing";
}

const struct asset *asset_find(const char *path) {
    for (size_t i = 0; i < assets_n; i++)
        if (strcmp(assets[i].path, path) == 0)
            return &assets[i];
    return NULL;
}
