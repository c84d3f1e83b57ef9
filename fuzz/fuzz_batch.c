/* A line of JSON as scripts write them: for every line one object comes back, whatever the line was. */
#include "base/json.h"
#include "text/batch.h"
#include "text/mask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void answers(const uint8_t *data, size_t n, int (*run)(FILE *in, FILE *out, unsigned kinds)) {
    char *text = NULL;
    size_t len = 0, lines = 0, wanted = 0;
    FILE *in = fmemopen((void *)(uintptr_t)data, n, "r"), *out = open_memstream(&text, &len);
    if (!in || !out)
        abort();
    run(in, out, MASK_PRIVATE);
    fclose(in);
    fclose(out);
    for (const uint8_t *at = data, *end = data + n; at < end;) {
        const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop : end;
        const uint8_t *last = stop;
        while (last > at && last[-1] == '\r')
            last--;
        wanted += last > at;
        at = stop + 1;
    }
    struct arena *a = arena_new(0);
    for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1, lines++) {
        json_t *doc;
        const char *why;
        if (json_read(a, (struct bytes){(uint8_t *)line, (size_t)(end - line)}, &doc, &why) != RC_OK)
            abort();
        json_decref(doc);
    }
    if (lines != wanted)
        abort();
    arena_free(a);
    free(text);
}

static int check(FILE *in, FILE *out, unsigned kinds) { return cmd_check_reply(in, out); }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    if (!n || memchr(data, 0, n)) /* what getline and fmemopen make of NUL is theirs */
        return 0;
    answers(data, n, cmd_mask);
    answers(data, n, check);
    return 0;
}
