/* Any bytes as a message, an article and a question: no crash, no term that an engine would cut, and every span and
 * token inside its text. */
#include "must.h"

#include "base/utf8.h"
#include "text/analyzer.h"
#include "text/match.h"
#include "text/rank.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_terms(const char *terms) {
    for (const char *at = terms; *at; at++) {
        bool first = at == terms || at[-1] == ' ';
        bool letter = *at >= 'a' && *at <= 'z', digit = *at >= '0' && *at <= '9';
        must(first ? letter : letter || digit || *at == ' ');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const langs[] = {"en", "vi", "zh", "th", "fr"};
    if (size < 2 || size > 20000)
        return 0;
    struct arena *a = arena_new(0);
    size_t half = 1 + data[0] % (size - 1);
    char *query = arena_copy_n(a, (const char *)data + 1, half - 1);
    char *text = arena_copy_n(a, (const char *)data + half, size - half);
    uint32_t count = (uint32_t)utf8_count(text, strlen(text)) + (uint32_t)strlen(text); /* bad bytes count too */
    struct tokens t = analyze(a, text, strlen(text));
    for (size_t i = 0; i < t.n; i++)
        must(t.at[i].start < t.at[i].end && t.at[i].end <= count && *t.at[i].text);
    check_terms(search_terms_for_index(a, text));
    struct search_filters f = search_parse(a, query);
    (void)search_terms_for_query(a, f.text);
    (void)search_holds(a, text, f.text);
    struct spans s = search_highlight(a, text, f.text);
    for (size_t i = 0; i < s.n; i++)
        must(s.at[i].start < s.at[i].end && s.at[i].end <= count && (!i || s.at[i - 1].end < s.at[i].start));

    struct rank *r = rank_new();
    const char *lang = langs[data[0] % 5];
    must(rank_put(r, "a", lang, query, text, 0) == RC_OK && rank_put(r, "b", lang, "", query, 0) == RC_OK);
    struct rank_hit hits[3];
    struct rank_ask ask = {.lang = lang, .text = query};
    size_t n = rank_search(r, a, &ask, 3, hits);
    for (size_t i = 0; i < n; i++)
        must(hits[i].score > 0 && hits[i].share >= 0 && hits[i].share <= 1.001);
    rank_drop(r, "a");
    must(rank_search(r, a, &ask, 3, hits) <= 1);
    rank_free(r);
    arena_free(a);
    return 0;
}
