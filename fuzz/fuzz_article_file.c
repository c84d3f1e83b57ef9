/* Any bytes as articles of another program, in each form and as an archive, and what is said of their texts: no
 * crash, and only clean UTF-8 comes out. */
#include "base/utf8.h"
#include "text/rubbish.h"
#include "text/unzip.h"

#include <string.h>

#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool no_page(void *arg, const char *link) {
    (void)arg;
    return link[0] == 'k';
}

static void look_at(struct arena *a, const struct foreign_articles *list) {
    for (size_t i = 0; i < list->n; i++) {
        const struct foreign_article *x = &list->at[i];
        struct rubbish found[RUBBISH_MAX];
        must(x->ref && x->lang && x->title && x->body && x->status && x->category && x->class && x->audience);
        must(utf8_valid(x->title, strlen(x->title)) && utf8_valid(x->body, strlen(x->body)));
        size_t n = rubbish_find(a, i % 2 ? "en" : "vi", x->title, x->body, no_page, NULL, found);
        must(n <= RUBBISH_MAX);
        for (size_t k = 0; k < n; k++)
            must(utf8_valid(found[k].quote, strlen(found[k].quote)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const names[] = {"a.jsonl", "a.json", "vi/a.md", "cards/a.html", "a.zip"};
    struct foreign_articles list = {0};
    struct file_flaw why;
    if (size > 50000)
        return 0;
    struct arena *a = arena_new(0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct named_file file = {names[i], {data, size}};
        if (articles_of_file(a, &file, &list, &why) != RC_OK)
            must(*why.what);
    }
    look_at(a, &list);
    arena_free(a);
    return 0;
}
