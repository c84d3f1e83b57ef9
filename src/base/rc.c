#include "base/rc.h"

#include <stddef.h>
#include <sysexits.h>

static const struct {
    const char *name;
    int http, exit;
} outcomes[] = {
    [RC_OK] = {"ok", 200, EX_OK},
    [RC_NONE] = {"not_found", 404, EX_NOINPUT},
    [RC_INVALID] = {"invalid", 422, EX_DATAERR},
    [RC_UNKNOWN_USER] = {"unauthenticated", 401, EX_NOPERM},
    [RC_DENIED] = {"forbidden", 403, EX_NOPERM},
    [RC_CONFLICT] = {"conflict", 409, EX_DATAERR},
    [RC_DUPLICATE] = {"duplicate", 200, EX_OK},
    [RC_TOO_BIG] = {"too_big", 413, EX_DATAERR},
    [RC_TOO_MANY] = {"too_many", 429, EX_TEMPFAIL},
    [RC_GONE] = {"gone", 410, EX_DATAERR},
    [RC_AWAY] = {"away", 503, EX_TEMPFAIL},
    [RC_FULL] = {"storage_full", 507, EX_TEMPFAIL},
    [RC_BROKEN] = {"internal", 500, EX_SOFTWARE},
};

int rc_http(enum rc rc) { return outcomes[rc].http; }

int rc_exit(enum rc rc) { return outcomes[rc].exit; }

const char *rc_name(enum rc rc) { return outcomes[rc].name; }
