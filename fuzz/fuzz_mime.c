/* Mail, whole: build-fuzz/fuzz/fuzz_mime -max_len=20000 FOLDER test/mail (FOLDER takes what it finds).
 * Whatever the bytes are, what comes out keeps the promises of mime.h and survives the wire. */
#include "must.h"

#include "base/utf8.h"
#include "channel/mail_wire.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    mime_init();
    struct arena *a = arena_new(0);
    struct mime_limits limits = mime_limits();
    struct mail *m, *back;
    struct buf wire = {0};
    enum rc rc = mime_parse(a, (struct bytes){data, n}, &limits, &m);
    must((rc == RC_OK) == !m->unreadable);
    must(utf8_valid(m->text, strlen(m->text)) && m->fold.start <= m->fold.end && m->fold.end <= strlen(m->text));
    mail_encode(&wire, m);
    must(mail_decode(a, buf_bytes(&wire), &back) == RC_OK);
    buf_free(&wire);
    arena_free(a);
    return 0;
}
