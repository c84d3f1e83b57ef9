/* must.h: what holds for every input; says which of it did not. */
#ifndef KEPT_FUZZ_MUST_H
#define KEPT_FUZZ_MUST_H

#include <stdio.h>
#include <stdlib.h>

#define must(so)                                                                                                   \
    ((so) ? (void)0 : (fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #so), abort()))

#endif
