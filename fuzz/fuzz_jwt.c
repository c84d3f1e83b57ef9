/* Tokens that websites sign, and whatever else a browser sends in their place: build-fuzz/fuzz/fuzz_jwt FOLDER. */
#include "base/jwt.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    struct arena *a = arena_new(0);
    json_t *claims;
    if (jwt_open(a, arena_copy_n(a, (const char *)data, n), (struct bytes){(const uint8_t *)"secret", 6},
                 &claims) == RC_OK)
        json_decref(claims);
    arena_free(a);
    return 0;
}
