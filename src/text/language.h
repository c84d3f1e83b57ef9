/* language.h: which of our languages a customer wrote in. By script, by letters that only Vietnamese has, and by
 * small words; by nothing else: no name, address or clock says how somebody speaks. Pure and thread-safe. */
#ifndef KEPT_TEXT_LANGUAGE_H
#define KEPT_TEXT_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

/* "en", "vi" (with or without its marks), "zh-Hans", "zh-Hant", "th"; "zh" when both writings of Chinese would look
 * the same; "" when it is another language or too little to tell. Static. Only the first LANGUAGE_READ bytes count.
 */
enum { LANGUAGE_READ = 2000 };
const char *language_of(const char *text, size_t len);

/* Does `found` say more than what is known? ("" and then "vi"; "zh" and then "zh-Hant".) */
bool language_learns(const char *known, const char *found);

#endif
