/* when_number.h: numbers in words, for the when_*.c files only. Each gives the place behind the number that stands
 * at `i`, or 0, and what it is in *v. */
#ifndef KEPT_TEXT_WHEN_NUMBER_H
#define KEPT_TEXT_WHEN_NUMBER_H

#include "text/prose.h"

#include <uchar.h>

/* In the language of the text ("two", "hai mươi", "十五", "ยี่สิบ"). */
uint32_t when_number(const struct prose *p, uint32_t i, double *value);
/* Does the word stand at `i`, whole? Its end in *end. */
bool when_text_at(const struct prose *p, uint32_t i, const char32_t *word, uint32_t *end);
/* Up to five digits. */
uint32_t when_digits(const struct prose *p, uint32_t i, int *v);
uint32_t when_number_en(const struct prose *p, uint32_t i, double *v);
uint32_t when_number_vi(const struct prose *p, uint32_t i, double *v);
uint32_t when_number_zh(const struct prose *p, uint32_t i, double *v);
uint32_t when_number_th(const struct prose *p, uint32_t i, double *v);
int when_digit_zh(uint32_t c);                                       /* of 零 to 九 and 两; -1: none */
int when_digit_th(const struct prose *p, uint32_t i, uint32_t *end); /* 0: none */

#endif
