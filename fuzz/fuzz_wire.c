/* What a parse child answers when it is somebody else's: bytes as they are, and an honest answer of which some were
 * changed (by threes: where, high and low byte; what), so that it gets far: build-fuzz/fuzz/fuzz_wire FOLDER. */
#include "must.h"

#include "base/utf8.h"
#include "channel/mail_wire.h"

#include <string.h>

static const char mail[] =
    "From: =?utf-8?q?Tr=E1=BA=A7n?= <lan@customer.test>\r\nTo: a@kept.test, b@kept.test\r\nSubject: One\r\n"
    "Message-ID: <1@customer.test>\r\nReferences: <2@kept.test> <3@kept.test>\r\nDate: Mon, 16 Mar 2026 09:00:00 "
    "+0700\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Where?"
    "<img src=cid:x></p><blockquote>We wrote</blockquote>\r\n--b\r\nContent-Type: image/png; name=a.png\r\n"
    "Content-ID: <x>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b\r\nContent-Type: text/plain; "
    "name=b.txt\r\nContent-Disposition: attachment; filename=b.txt\r\n\r\nslip\r\n--b--\r\n";
static struct buf honest;

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    struct arena *a = arena_new(0);
    struct mime_limits limits = mime_limits();
    struct mail *m;
    mime_init();
    must(mime_parse(a, (struct bytes){(const uint8_t *)mail, sizeof mail - 1}, &limits, &m) == RC_OK);
    mail_encode(&honest, m);
    arena_free(a);
    return 0;
}

static void read_it(struct bytes in) {
    struct arena *a = arena_new(0);
    struct mail *m;
    if (mail_decode(a, in, &m) == RC_OK)
        must(utf8_valid(m->text, strlen(m->text)) && m->fold.start <= m->fold.end &&
             m->fold.end <= strlen(m->text));
    arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    struct buf changed = {0};
    read_it((struct bytes){data, n});
    buf_add(&changed, honest.at, honest.len);
    for (size_t i = 0; i + 3 <= n; i += 3)
        changed.at[(data[i] << 8 | data[i + 1]) % changed.len] = (char)data[i + 2];
    read_it(buf_bytes(&changed));
    buf_free(&changed);
    return 0;
}
