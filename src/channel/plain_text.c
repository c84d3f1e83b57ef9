#include "channel/plain_text.h"

#include "base/buf.h"

#include <string.h>

char *flowed_text(struct arena *a, const char *text, bool delsp) {
    struct buf out = {0};
    int depth_before = -1; /* of the line that waits for its continuation; -1: none does */
    for (const char *s = text; *s;) {
        const char *end = s + strcspn(s, "\n"), *next = *end ? end + 1 : end;
        int depth = 0;
        while (s < end && *s == '>')
            s++, depth++;
        /* Space-stuffed. Before a '>' the space stays, or the sender's line would look quoted. */
        s += s < end && *s == ' ' && !(!depth && s + 1 < end && s[1] == '>');
        bool signature = end - s == 3 && !memcmp(s, "-- ", 3);
        if (depth_before >= 0 && (depth_before != depth || signature)) {
            buf_char(&out, '\n');
            depth_before = -1;
        }
        if (depth_before < 0) {
            for (int i = 0; i < depth; i++)
                buf_char(&out, '>');
            if (depth && s < end)
                buf_char(&out, ' ');
        }
        bool flows = end > s && end[-1] == ' ' && !signature;
        buf_add(&out, s, (size_t)(end - s) - (flows && delsp));
        if (!flows && *end)
            buf_char(&out, '\n');
        depth_before = flows ? depth : -1;
        s = next;
    }
    char *joined = arena_copy_n(a, out.at ? out.at : "", out.len);
    buf_free(&out);
    return joined;
}
