/* What a parse child answers when it is somebody else's: build-fuzz/fuzz/fuzz_wire FOLDER. */
#include "base/utf8.h"
#include "channel/mail_wire.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    struct arena *a = arena_new(0);
    struct mail *m;
    if (mail_decode(a, (struct bytes){data, n}, &m) == RC_OK && !utf8_valid(m->text, strlen(m->text)))
        abort();
    arena_free(a);
    return 0;
}
