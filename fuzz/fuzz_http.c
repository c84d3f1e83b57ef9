/* The parsers that meet strangers first: audit, query and form, JSON fields, multipart in pieces. */
#include "base/sniff.h"
#include "web/http_private.h"

#include <string.h>

static void fuzz_audit(struct arena *a, const uint8_t *p, size_t n) {
    char *text = arena_copy_n(a, (const char *)p, n), *rest = text;
    struct header_line lines[32];
    struct http_head h = {.method = "GET", .version = "HTTP/1.1", .lines = lines};
    h.target = strsep(&rest, "\n");
    while (rest && h.n < 32) {
        char *line = strsep(&rest, "\n"), *value = strchr(line, ':');
        if (value)
            *value++ = 0;
        else
            value = line + strlen(line);
        lines[h.n++] = (struct header_line){line, value, strlen(line), strlen(value)};
    }
    const char *why;
    int status = http_audit(&h, &why);
    if (!status && (strlen(h.target) > HTTP_URL_MAX || h.target[0] != '/'))
        __builtin_trap();
    (void)http_lang(text);
    (void)http_gzip(text);
    (void)http_path_is_local(text);
}

static void fuzz_multipart(struct arena *a, const uint8_t *p, size_t n) {
    struct fields f = {.arena = a};
    struct multipart *m = ARENA_NEW(a, struct multipart);
    size_t piece = n ? (size_t)p[0] % 61 + 1 : 1;
    enum rc rc = multipart_begin(m, "multipart/form-data; boundary=B", &f, "/tmp", true);
    for (size_t at = 1; at < n && !rc; at += piece)
        rc = multipart_feed(m, (const char *)p + at, n - at < piece ? n - at : piece);
    if (!rc && !multipart_end(m))
        for (size_t i = 0; i < m->files_n; i++)
            if (strchr(m->files[i].upload.name, '/'))
                __builtin_trap();
    multipart_free(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n) {
    if (!n)
        return 0;
    struct arena *a = arena_new(0);
    struct fields f = {.arena = a};
    const char *why;
    struct bytes rest = {p + 1, n - 1};
    enum rc rc = RC_OK;
    switch (p[0] % 5) {
    case 0: fuzz_audit(a, rest.at, rest.len); break;
    case 1: rc = fields_urlencoded(&f, rest, FIELD_BODY, &why); break;
    case 2: rc = fields_json(&f, rest, &why); break;
    case 3: fuzz_multipart(a, rest.at, rest.len); break;
    case 4:
        (void)sniff_pixels(rest);
        if (strpbrk(sniff_type(rest), "\r\n"))
            __builtin_trap();
        break;
    }
    (void)rc;
    arena_free(a);
    return 0;
}
