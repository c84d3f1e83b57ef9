/* jwt.h: JSON Web Tokens (RFC 7519) signed by HS256 with a secret that both sides hold; nothing else of that
 * standard, so that a token cannot choose how it is checked. Which claims must be there is the caller's rule. */
#ifndef KEPT_BASE_JWT_H
#define KEPT_BASE_JWT_H

#include "base/arena.h"
#include "base/rc.h"

#include <jansson.h>

enum { JWT_MAX = 4096 /* bytes of the whole token */ };

/* RC_OK: the holder of the key signed this. The caller frees *claims, an object, with json_decref. RC_DENIED for
 * anything else, be it another key, another algorithm or garbage. */
enum rc jwt_open(struct arena *a, const char *token, struct bytes key, json_t **claims);

#endif
