/* postgres.h: what the two files that speak to PostgreSQL share. Private to src/store. */
#ifndef KEPT_STORE_POSTGRES_H
#define KEPT_STORE_POSTGRES_H

#include "store/store.h"

#include <libpq-fe.h>

/* A new connection, good or not; PQfinish ends it. */
PGconn *postgres_dial(const char *url);
/* NULL: another engine. */
const char *postgres_url(struct store *s);

#endif
