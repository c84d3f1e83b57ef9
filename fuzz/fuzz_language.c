/* Any text through masking, dates, promises and reply rules: spans lie in the text and in order, and what is masked
 * once is masked. */
#include "must.h"

#include "base/utf8.h"
#include "text/mask.h"
#include "text/reply_rules.h"
#include "text/snippet.h"
#include "text/zone.h"

#include <stdlib.h>
#include <string.h>

static void fuzz_mask(struct arena *a, const char *text, size_t len, unsigned kinds) {
    size_t count = utf8_count(text, len), before = 0;
    struct mask_spans s = mask_find(a, text, len, kinds);
    for (size_t i = 0; i < s.n; i++) {
        must(s.at[i].start >= before && s.at[i].start < s.at[i].end && s.at[i].end <= count);
        must(s.at[i].byte_start < s.at[i].byte_end && s.at[i].byte_end <= len);
        must(utf8_count(text, s.at[i].byte_start) == s.at[i].start);
        must(kinds >> s.at[i].kind & 1);
        before = s.at[i].end;
    }
    char *once = mask_apply(a, text, len, s);
    size_t n = strlen(once);
    must(utf8_valid(once, n) && utf8_count(once, n) == count);
    struct mask_spans again = mask_find(a, once, n, kinds);
    for (size_t i = 0; i < again.n; i++) /* nothing that was hidden is found again */
        for (size_t k = 0; k < s.n; k++)
            must(again.at[i].end <= s.at[k].start || again.at[i].start >= s.at[k].end);
    must(!strcmp(mask_apply(a, text, len, mask_find(a, text, len, kinds)), once));
}

static void fuzz_rules(struct arena *a, const char *text, size_t len, uint8_t how) {
    static const char *const langs[] = {"en", "vi", "zh", "th"}, *const zones[] = {"Asia/Ho_Chi_Minh",
                                                                                   "America/New_York"};
    size_t count = utf8_count(text, len);
    struct when_frame f = {
        .now = 1773648000000, .zone = zone_named(zones[how >> 2 & 1]), .month_first = how >> 3 & 1};
    const char *earlier[] = {text};
    struct reply_words words[] = {{"free", "gratis"}};
    struct reply_context context = {.asked = text,
                                    .earlier = earlier,
                                    .n_earlier = 1,
                                    .foreign = earlier,
                                    .n_foreign = 1,
                                    .glossary = words,
                                    .n_glossary = 1,
                                    .chat = how >> 4 & 1};
    struct reply_reading r =
        reply_read(a, lang_read(langs[how & 3], text, len), text, len, &f, how >> 5 & 1 ? &context : NULL);
    size_t before = 0;
    for (size_t i = 0; i < r.findings.n; i++) {
        must(r.findings.at[i].start >= before && r.findings.at[i].start <= r.findings.at[i].end &&
             r.findings.at[i].end <= count);
        must(*r.findings.at[i].message);
        before = r.findings.at[i].start;
    }
    for (size_t i = 0; i < r.promises.n; i++)
        must(r.promises.at[i].start < r.promises.at[i].end && r.promises.at[i].end <= count &&
             r.promises.at[i].from <= r.promises.at[i].to);
}

static void fuzz_snippet(struct arena *a, const char *text, size_t query) {
    struct marked_text m = marked_whole(a, text, text + query);
    for (int i = 0; i < m.pieces_n; i++) { /* one after the other they are the text */
        size_t n = strlen(m.pieces[i].text);
        must(!strncmp(text, m.pieces[i].text, n));
        text += n;
    }
    must(!*text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    if (!n || n > 20000)
        return 0;
    struct arena *a = arena_new(0);
    char *text = utf8_clean(a, (const char *)data + 1, n - 1);
    size_t len = strlen(text);
    fuzz_mask(a, text, len, MASK_PRIVATE);
    fuzz_mask(a, text, len, MASK_ALL);
    fuzz_rules(a, text, len, data[0]);
    fuzz_snippet(a, text, utf8_fit(text, len, len / 2));
    arena_free(a);
    return 0;
}
