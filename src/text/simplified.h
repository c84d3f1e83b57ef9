/* simplified.h: the Simplified form of each Han character from SIMPLIFIED_FIRST to SIMPLIFIED_LAST, itself when it
 * has none. Made by tools/simplified.c when Kept is built. */
#ifndef KEPT_TEXT_SIMPLIFIED_H
#define KEPT_TEXT_SIMPLIFIED_H

#include <stdint.h>

enum { SIMPLIFIED_FIRST = 0x3400, SIMPLIFIED_LAST = 0x9FFF };
extern const uint16_t simplified_of[SIMPLIFIED_LAST - SIMPLIFIED_FIRST + 1];

#endif
