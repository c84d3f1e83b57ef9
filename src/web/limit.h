/* limit.h: how often a program with a token and a stranger may ask: against a loop gone wild, not against an enemy.
 *
 * Buckets in memory, which run full as things are asked and empty all the time. No rows: they would be written with
 * every request, under the lock of all writers. Several nodes tell one another what was asked of them, by hints
 * (store/notify.h), a moment later and of a token's requests ten at a time; so together they allow little more than
 * one alone, and where a hint is lost each counts for itself.
 *
 *   t TOKEN N       N requests by this token
 *   s BUCKET N      N questions of strangers who fall into this bucket
 *
 * From any thread. */
#ifndef KEPT_WEB_LIMIT_H
#define KEPT_WEB_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

struct notifier;
struct limiter;

/* Before notifier_start; NULL: there is one node. */
struct limiter *limiter_new(struct notifier *n);
/* After notifier_stop. */
void limiter_free(struct limiter *l);

/* 600 requests a minute. Buckets are found by the token's id; another token takes over the emptiest near its own
 * place. */
bool limiter_token(struct limiter *l, int64_t token_id, int64_t now);
/* Ten at once from an address (its tag), one a minute after that; and of all addresses together 300 a minute, so
 * that many of them find no more. Addresses that fall into one bucket share it. */
bool limiter_stranger(struct limiter *l, const char *tag, int64_t now);

#endif
