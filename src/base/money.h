/* money.h: amounts in minor units (cents, satang; đồng and yen have none) of a currency by its ISO 4217 code. */
#ifndef KEPT_BASE_MONEY_H
#define KEPT_BASE_MONEY_H

#include "base/buf.h"
#include "base/locale.h"

#include <stdbool.h>
#include <stdint.h>

enum { CURRENCY_SIZE = 4 };

/* What they pay with in a country (ISO 3166, "VN"); "USD" for one that is not known. */
void money_of_country(const char *country, char currency[CURRENCY_SIZE]);
/* "200000", "200.000", "12.50", "12,5": groups of three are thousands. False: no amount, below 0, or finer than the
 * currency. */
bool money_read(const char *text, const char *currency, int64_t *amount);
/* As the reader writes it: "200.000 ₫", "฿1,200.00". */
void money_say(struct buf *out, enum locale locale, int64_t amount, const char *currency);
/* For a form: digits with a point, "12.50". */
void money_field(struct buf *out, int64_t amount, const char *currency);

#endif
