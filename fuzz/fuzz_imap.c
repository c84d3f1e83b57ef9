/* A mail server that may say anything: its responses in pieces, and a whole session with it:
 * build-fuzz/fuzz/fuzz_imap FOLDER. The first byte is the size of the pieces. */
#include "channel/imap_session.h"

#include <stdlib.h>
#include <string.h>

enum { LITERAL_MAX = 512 };

struct script {
    struct bytes says;
    size_t at, step;
};

static ssize_t script_recv(void *arg, void *to, size_t room, int64_t until) {
    struct script *s = arg;
    size_t left = s->says.len - s->at, n = left < s->step ? left : s->step;
    if (!left)
        return -1;
    n = n < room ? n : room;
    memcpy(to, s->says.at + s->at, n);
    s->at += n;
    return (ssize_t)n;
}

static bool script_send(void *arg, const void *from, size_t n, int64_t until) { return true; }

/* Everything that a response points to lies within it. */
static void check(const struct imap_stream *s, struct bytes b) {
    const uint8_t *from = (const uint8_t *)s->got.at;
    if (b.len && (b.at < from || b.at + b.len > from + s->got.len))
        abort();
}

static void fuzz_stream(struct bytes in, size_t step) {
    struct imap_stream s = {.literal_max = LITERAL_MAX};
    enum imap_feed fed = IMAP_FEED_MORE;
    for (size_t at = 0, used; at < in.len && fed != IMAP_FEED_TOO_LONG; at += used) {
        size_t n = in.len - at < step ? in.len - at : step;
        fed = imap_feed(&s, (struct bytes){in.at + at, n}, &used);
        if (used > n || s.got.len > IMAP_LINE_MAX + LITERAL_MAX)
            abort();
        if (fed != IMAP_FEED_RESPONSE)
            continue;
        struct imap_response r;
        imap_parse((uint8_t *)s.got.at, s.got.len, &r);
        check(&s, r.body);
        check(&s, r.text);
        check(&s, r.code);
    }
    imap_stream_free(&s);
}

static void saw(void *arg, const struct imap_response *r) { *(size_t *)arg += r->body.len; }

static void fuzz_session(struct bytes in, size_t step) {
    struct script x = {.says = in, .step = step};
    struct imap_session s;
    struct imap_list list;
    size_t bytes = 0;
    imap_begin(&s, (struct imap_wire){&x, script_recv, script_send}, 1000);
    enum imap_end end = imap_capability(&s);
    if (end == IMAP_DONE)
        end = imap_select(&s, "\"INBOX\"");
    if (end == IMAP_DONE) {
        end = imap_list(&s, 1, &list);
        for (size_t i = 1; i < list.n; i++)
            if (list.at[i].uid <= list.at[i - 1].uid)
                abort();
        free(list.at);
    }
    if (end == IMAP_DONE)
        end = imap_command(&s, LITERAL_MAX, saw, &bytes, "UID FETCH 1 (UID BODY.PEEK[])");
    if (end == IMAP_DONE)
        end = imap_idle_begin(&s);
    imap_end(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    if (!n)
        return 0;
    size_t step = data[0] ? data[0] : 1;
    struct bytes rest = {data + 1, n - 1};
    fuzz_stream(rest, step);
    fuzz_session(rest, step);
    struct arena *a = arena_new(0);
    char *name = imap_folder(a, arena_copy_n(a, (const char *)rest.at, rest.len));
    if (name && strpbrk(name, "\r\n"))
        abort();
    arena_free(a);
    return 0;
}
