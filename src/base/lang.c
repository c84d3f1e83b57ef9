#include "base/lang.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

static const char *const tags[LANGS] = {"en", "vi", "zh-Hans", "zh-Hant", "th"};

const char *lang_tag(enum lang lang) { return (unsigned)lang < LANGS ? tags[lang] : tags[LANG_EN]; }

static bool begins(const char *tag, const char *with) {
    size_t n = strlen(with);
    return strncasecmp(tag, with, n) == 0 && (!tag[n] || tag[n] == '-' || tag[n] == '_');
}

enum lang lang_of(const char *tag) {
    if (!tag)
        return LANG_EN;
    if (begins(tag, "vi"))
        return LANG_VI;
    if (begins(tag, "th"))
        return LANG_TH;
    if (begins(tag, "zh")) {
        if (strcasestr(tag, "hans"))
            return LANG_ZH_HANS;
        bool traditional = strcasestr(tag, "hant") || strcasestr(tag, "tw") || strcasestr(tag, "hk") ||
                           strcasestr(tag, "mo");
        return traditional ? LANG_ZH_HANT : LANG_ZH_HANS;
    }
    return LANG_EN;
}
