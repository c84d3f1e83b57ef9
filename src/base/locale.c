#include "base/locale.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

static const char *const tags[LOCALES] = {"en", "vi", "zh-Hans", "zh-Hant", "th"};

const char *locale_tag(enum locale locale) { return (unsigned)locale < LOCALES ? tags[locale] : tags[LOCALE_EN]; }

static bool begins(const char *tag, const char *with) {
    size_t n = strlen(with);
    return strncasecmp(tag, with, n) == 0 && (!tag[n] || tag[n] == '-' || tag[n] == '_');
}

enum locale locale_of(const char *tag) {
    if (!tag)
        return LOCALE_EN;
    if (begins(tag, "vi"))
        return LOCALE_VI;
    if (begins(tag, "th"))
        return LOCALE_TH;
    if (begins(tag, "zh")) {
        if (strcasestr(tag, "hans"))
            return LOCALE_ZH_HANS;
        bool traditional =
            strcasestr(tag, "hant") || strcasestr(tag, "tw") || strcasestr(tag, "hk") || strcasestr(tag, "mo");
        return traditional ? LOCALE_ZH_HANT : LOCALE_ZH_HANS;
    }
    return LOCALE_EN;
}
