/* Customers' texts as courtesies and languages: whatever they are, an answer, and no more than a few passes. */
#include "base/utf8.h"
#include "text/courtesy.h"
#include "text/language.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *a = arena_new(0);
    char *text = utf8_clean(a, (const char *)data, size);
    const char *const names[] = {"Trần Thu Hoà", "王小明", ""};
    courtesy_of(a, text, names, 3);
    courtesy_is_call(a, text);
    courtesy_asks(a, text);
    courtesy_is_placeholder(a, text, names, 3);
    language_of(text, strlen(text));
    arena_free(a);
    return 0;
}
